//! What a person wants to write into the log by hand, held against what the log has.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::Reader;
use super::apply::uuid_of;
use super::hand_times::{alone, backwards, fits, on_its_date, short_enough};
use crate::airing::{Corrected, Correction, name_of};
use crate::files;
use crate::instants::ms_between;
use crate::outcome::{Cause, Outcome};
use crate::problem::{Lang, Text};
use crate::reading::fold::{did_you_mean, folded, nearest};
use crate::report::row::Row;
use crate::timetable::Slot;

/// Nothing that lies further ahead has been heard; so much a clock may differ.
const AHEAD: SignedDuration = SignedDuration::from_mins(1);

/// A correction from what a command or the console asks for: `{target, title, segment, by, why, outcome, cause, began, ended,
/// played_ms, note, withdraw}`; `target` is the id of a slot, an airing or an entry of what was aired without Loa, and none of
/// it means that `title`, or `segment`, was aired without Loa. `withdraw` takes back what was written of it by hand. Words
/// are those of JSON, instants RFC 3339; what is not said is null or absent. `zone` is the station's. `planned` has the
/// slots of the schedules around a date: it is asked for a segment that the log does not have.
///
/// # Errors
/// A sentence for the user: no such slot, nothing said, or what contradicts itself or the log.
pub fn correction(
    wish: &Value,
    reader: &Reader,
    zone: &TimeZone,
    now: Timestamp,
    planned: &dyn Fn(Date) -> Vec<Slot>,
) -> Result<Correction, Text> {
    let said = |key: &str| said(wish, key);
    let needed = |key: &str, vi: &str, en: &str| said(key).ok_or_else(|| Text::new(vi, en));
    let by = needed("by", "phải ghi tên người sửa bằng `--by`", "the name of who corrects is needed: `--by`")?;
    let by = name_of(&by)?.to_owned();
    let why = needed("why", "phải ghi lý do bằng `--why`", "the reason is needed: `--why`")?;
    let (began, ended) = (instant(said("began"))?, instant(said("ended"))?);
    let (outcome, cause) = verdict(said("outcome"), said("cause"))?;
    let correction = Correction {
        id: uuid_of(now),
        of: Corrected::WithoutLoa { title: said("title").unwrap_or_default(), segment: said("segment") },
        date: began.unwrap_or(now).to_zoned_datetime(zone.clone()).date(),
        by,
        why,
        written: now,
        outcome,
        cause,
        began,
        ended,
        played_ms: wish["played_ms"].as_u64(),
        note: said("note"),
        replaces: None,
    };
    let withdraws = wish["withdraw"].as_bool() == Some(true);
    hold(&correction, withdraws, now)?;
    let asked = Asked { reader, zone, planned };
    let Some(target) = said("target") else {
        if withdraws {
            return Err(Text::new(
                "`--withdraw` phải đi với mã mục đã ghi tay; xem mã bằng `loa airings --json`",
                "`--withdraw` goes with the id of what was written by hand; `loa airings --json` shows the ids",
            ));
        }
        return asked.new_entry(correction);
    };
    let slot = reader.slot_named(&target).map_err(|error| unreadable(&error))?;
    if let Some((slot, date)) = slot {
        return asked.of_slot(Correction { of: Corrected::Slot(slot), date, ..correction }, wish, withdraws);
    }
    let entry = reader.without_loa(&target).map_err(|error| unreadable(&error))?;
    asked.in_place(entry.ok_or_else(|| unknown(&target))?, correction, withdraws)
}

fn said(wish: &Value, key: &str) -> Option<String> {
    wish[key].as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// What an entry is held against.
struct Asked<'a> {
    reader: &'a Reader,
    zone: &'a TimeZone,
    planned: &'a dyn Fn(Date) -> Vec<Slot>,
}

impl Asked<'_> {
    /// Beside a slot's airing. Withdrawn is what was written beside it before: an entry that says nothing lets the log's own
    /// word count again.
    fn of_slot(&self, correction: Correction, wish: &Value, withdraws: bool) -> Result<Correction, Text> {
        let Corrected::Slot(slot) = &correction.of else { return Ok(correction) };
        let entry = self.reader.entry(slot).map_err(|error| unreadable(&error))?.ok_or_else(|| unknown(&slot.0))?;
        if said(wish, "title").or(said(wish, "segment")).is_some() {
            return Err(Text::new(
                "mục trong kế hoạch giữ tên và mã của nó; bỏ `--title`, `--segment`, hoặc ghi mục phát không qua Loa bằng `--new`",
                "a planned slot keeps its title and id; leave `--title` and `--segment` out, or enter what was aired without Loa with `--new`",
            ));
        }
        if withdraws {
            let known =
                self.reader.corrections(correction.date, correction.date).map_err(|error| unreadable(&error))?;
            let last = known.iter().rev().find(|known| known.of == correction.of);
            return match last {
                Some(last) if !last.is_withdrawal() => Ok(correction),
                _ => Err(Text::new(
                    "mục này không có phần sửa tay nào để rút lại",
                    "nothing is written by hand beside it that could be withdrawn",
                )),
            };
        }
        let row = Row::of(&entry);
        fits(&correction, row.clone())?;
        on_its_date(&correction, &entry.slot, self.zone)?;
        short_enough(&correction, row.clone(), Some(&entry.slot))?;
        alone(&correction, Some(row), self.reader, self.zone)?;
        Ok(correction)
    }

    /// What no slot has must say all of itself.
    fn new_entry(&self, mut correction: Correction) -> Result<Correction, Text> {
        let Corrected::WithoutLoa { title, segment } = &correction.of else { return Ok(correction) };
        let nameless = title.is_empty() && segment.is_none();
        if nameless || correction.began.is_none() || correction.ended.is_none() {
            return Err(Text::new(
                "mục phát không qua Loa cần đủ `--began`, `--ended`, và `--title` hoặc `--segment`",
                "what was aired without Loa needs `--began`, `--ended`, and `--title` or `--segment`",
            ));
        }
        correction.outcome.get_or_insert(Outcome::Aired);
        self.whole(correction)
    }

    /// In the place of an entry before it; what it leaves out stays as that has it.
    fn in_place(&self, entry: Correction, said: Correction, withdraws: bool) -> Result<Correction, Text> {
        if withdraws && entry.is_withdrawal() {
            return Err(Text::new(
                "mục nhập tay này đã được rút lại rồi; báo cáo không tính nữa",
                "this entry was withdrawn already; no report counts it any more",
            ));
        }
        let times_said = said.began.or(said.ended).is_some();
        let (Corrected::WithoutLoa { title: old, segment: was }, Corrected::WithoutLoa { title, segment }) =
            (entry.of.clone(), said.of.clone())
        else {
            return Ok(said);
        };
        // A segment is called by its own name; a title that is said takes the place of a segment.
        let (title, segment) = match (title.is_empty(), segment) {
            (true, None) if was.is_some() => (title, was),
            (true, None) => (old, None),
            (_, segment) => (title, segment),
        };
        let outcome = said.outcome.or(entry.outcome);
        let mut correction = Correction {
            of: Corrected::WithoutLoa { title, segment },
            date: entry.date,
            outcome,
            cause: if said.outcome.is_some() { said.cause } else { entry.cause },
            began: said.began.or(entry.began),
            ended: said.ended.or(entry.ended),
            played_ms: said.played_ms.or(entry.played_ms.filter(|ms| !times_said && *ms > 0)),
            note: said.note.clone().or_else(|| entry.note.clone()),
            replaces: Some(entry.entry().to_owned()),
            ..said
        };
        if withdraws {
            (correction.outcome, correction.cause) = (Some(Outcome::Missed), Some(Cause::Operator));
        }
        if correction.is_withdrawal() {
            // The name and the times only tell which one it was.
            return Ok(Correction {
                of: entry.of,
                began: entry.began,
                ended: entry.ended,
                played_ms: Some(0),
                ..correction
            });
        }
        let moved = correction.began.is_some_and(|at| at.to_zoned_datetime(self.zone.clone()).date() != entry.date);
        if moved {
            return Err(Text::new(
                "mục nhập tay được tính vào ngày của nó và không chuyển sang ngày khác; hãy rút lại bằng `--withdraw` rồi ghi mục mới bằng `--new`",
                "an entry counts on its date and does not move to another; withdraw it with `--withdraw` and enter it anew with `--new`",
            ));
        }
        self.whole(correction)
    }

    /// What was aired without Loa, with all that is known of it, held against itself and the log.
    fn whole(&self, mut correction: Correction) -> Result<Correction, Text> {
        let known = self.named(&mut correction)?;
        if let Some((began, ended)) = correction.began.zip(correction.ended) {
            if ended < began {
                return Err(backwards());
            }
            let heard_ms = ms_between(began, ended);
            correction.played_ms.get_or_insert(heard_ms);
        }
        let row = Row::without_loa(&correction, "", None, known.as_ref());
        short_enough(&correction, row.clone(), None)?;
        fits(&correction, row)?;
        alone(&correction, None, self.reader, self.zone)?;
        // No more is heard of a recording than it holds: the log says what reports count.
        let file_ms = known.and_then(|known| known.file_ms).unwrap_or(u64::MAX);
        correction.played_ms = correction.played_ms.map(|ms| ms.min(file_ms));
        Ok(correction)
    }

    /// A place of the segment that it names; its title is the segment's.
    fn named(&self, correction: &mut Correction) -> Result<Option<Row>, Text> {
        let date = correction.date;
        let Corrected::WithoutLoa { title, segment: Some(segment) } = &mut correction.of else { return Ok(None) };
        let of_record = self.reader.last_of(segment, date).map_err(|error| unreadable(&error))?;
        let known = match of_record {
            Some(entry) => Row::of(&entry),
            None => {
                let planned = (self.planned)(date);
                let slot = planned.iter().find(|slot| slot.segment.as_ref() == Some(segment));
                match slot {
                    Some(slot) => Row::ahead(slot),
                    None => return Err(self.no_segment(segment, &planned)),
                }
            }
        };
        if !title.is_empty() && folded(title) != folded(&known.title) {
            let own = &known.title;
            return Err(Text::new(
                format!("tiết mục `{segment}` tên là “{own}”: bỏ `--title`, hoặc bỏ `--segment` nếu là mục khác"),
                format!(
                    "the segment `{segment}` is called “{own}”: leave `--title` out, or `--segment` if it was another"
                ),
            ));
        }
        title.clone_from(&known.title);
        Ok(Some(known))
    }

    fn no_segment(&self, segment: &str, planned: &[Slot]) -> Text {
        let mut known = self.reader.segments().unwrap_or_default();
        known.extend(planned.iter().filter_map(|slot| slot.segment.clone()));
        let help = match nearest(segment, known.iter().map(String::as_str)) {
            Some(near) => did_you_mean(near),
            None => {
                Text::new("nếu không phải tiết mục thì ghi tên bằng `--title`", "if it is none, name it by `--title`")
            }
        };
        Text::new(
            format!("nhật ký và kế hoạch tháng ấy không có tiết mục `{segment}`; {}", help.vi),
            format!("neither the log nor that month's schedule has a segment `{segment}`; {}", help.en),
        )
    }
}

fn hold(correction: &Correction, withdraws: bool, now: Timestamp) -> Result<(), Text> {
    let Correction { outcome, began, ended, played_ms, note, .. } = correction;
    let says_nothing = outcome.is_none() && began.is_none() && ended.is_none() && played_ms.is_none() && note.is_none();
    if withdraws {
        return if says_nothing { Ok(()) } else { Err(only_withdrawn()) };
    }
    let renames = correction.of != Corrected::WithoutLoa { title: String::new(), segment: None };
    if says_nothing && !renames {
        return Err(Text::new(
            "chưa nói sửa gì: hãy dùng `--outcome`, `--began`, `--ended`, `--played` hoặc `--note`",
            "nothing is corrected: give `--outcome`, `--began`, `--ended`, `--played` or `--note`",
        ));
    }
    if began.zip(*ended).is_some_and(|(began, ended)| ended < began) {
        return Err(backwards());
    }
    if (*began).max(*ended).is_some_and(|at| at.duration_since(now) > AHEAD) {
        return Err(Text::new(
            "giờ phát nằm ở tương lai; nhật ký chỉ ghi điều đã xảy ra",
            "it lies ahead; the log takes what has happened",
        ));
    }
    Ok(())
}

fn only_withdrawn() -> Text {
    Text::new(
        "`--withdraw` chỉ rút lại, không ghi điều mới; bỏ `--outcome`, `--began`, `--ended`, `--played`, `--note`, hoặc bỏ `--withdraw` để sửa",
        "`--withdraw` takes back and says nothing new; leave `--outcome`, `--began`, `--ended`, `--played` and `--note` out, or leave `--withdraw` out to correct",
    )
}

/// An outcome and its cause, by the words of JSON.
fn verdict(outcome: Option<String>, cause: Option<String>) -> Result<(Option<Outcome>, Option<Cause>), Text> {
    let read_outcome = |word: String| {
        let all = Outcome::ALL.iter().map(|known| (known.code(), known.words()));
        Outcome::from_code(&word).ok_or_else(|| unknown_word(("kết quả", "outcome"), &word, all))
    };
    let read_cause = |word: String| {
        let all = Cause::ALL.iter().map(|known| (known.code(), known.words()));
        Cause::from_code(&word).ok_or_else(|| unknown_word(("nguyên nhân", "cause"), &word, all))
    };
    match (outcome.map(read_outcome).transpose()?, cause.map(read_cause).transpose()?) {
        (None, Some(_)) => Err(Text::new("`--cause` phải đi với `--outcome`", "`--cause` goes with `--outcome`")),
        (Some(Outcome::Aired), Some(_)) => Err(Text::new(
            "đã phát thì không có nguyên nhân; hãy bỏ `--cause`",
            "what aired has no cause; leave `--cause` out",
        )),
        (Some(outcome), None) if outcome != Outcome::Aired => Err(Text::new(
            format!(
                "kết quả “{}” phải có nguyên nhân; ghi thêm `--cause`, như `--cause \"mất điện\"`",
                outcome.word(Lang::Vi)
            ),
            format!("the outcome `{}` needs its cause; add `--cause`, as in `--cause power`", outcome.code()),
        )),
        (Some(outcome), Some(cause)) if !outcome.causes().contains(&cause) => Err(apart(outcome, cause)),
        verdict => Ok(verdict),
    }
}

/// That an outcome and a cause contradict each other: what goes with either.
fn apart(outcome: Outcome, cause: Cause) -> Text {
    let causes = outcome.causes().iter().map(|cause| (cause.code(), cause.words()));
    let others = Outcome::ALL.iter().filter(|other| other.causes().contains(&cause));
    let (causes, others) = (listed(causes), listed(others.map(|other| (other.code(), other.words()))));
    Text::new(
        format!(
            "kết quả “{}” không đi với nguyên nhân “{}”; `--cause` của kết quả ấy là một trong: {}. Nếu đúng là nguyên nhân này thì `--outcome` là: {}",
            outcome.word(Lang::Vi),
            cause.word(Lang::Vi),
            causes.vi,
            others.vi
        ),
        format!(
            "the outcome “{}” does not go with the cause “{}”; its `--cause` is one of: {}. If that is the cause, `--outcome` is: {}",
            outcome.word(Lang::En),
            cause.word(Lang::En),
            causes.en,
            others.en
        ),
    )
}

/// Words as people read them, each with the one that may be written.
fn listed<'w>(all: impl Iterator<Item = (&'w str, Text)>) -> Text {
    let (vi, en): (Vec<String>, Vec<String>) =
        all.map(|(code, words)| (format!("{} ({code})", words.vi), format!("{} ({code})", words.en))).unzip();
    Text::new(vi.join(", "), en.join(", "))
}

/// Not one of a closed list, which is told in the words that may be written.
fn unknown_word((vi, en): (&str, &str), word: &str, all: impl Iterator<Item = (&'static str, Text)>) -> Text {
    let all: Vec<(&str, Text)> = all.collect();
    let list = |one: &dyn Fn(&(&str, Text)) -> String| all.iter().map(one).collect::<Vec<_>>().join(", ");
    Text::new(
        format!("không có {vi} `{word}`; ghi một trong: {}", list(&|(code, words)| format!("{} ({code})", words.vi))),
        format!("there is no {en} `{word}`; write one of: {}", list(&|(code, _)| (*code).to_owned())),
    )
}

fn instant(text: Option<String>) -> Result<Option<Timestamp>, Text> {
    let read = |text: String| {
        text.parse().map_err(|_| {
            Text::new(
                format!("không hiểu giờ `{text}`; ghi như `2026-12-01T05:30:00+07:00`"),
                format!("`{text}` is no instant; write it as `2026-12-01T05:30:00+07:00`"),
            )
        })
    };
    text.map(read).transpose()
}

/// That the log has nothing with that id.
pub fn unknown(target: &str) -> Text {
    Text::new(
        format!(
            "nhật ký không có mục, lượt phát hay mục nhập tay nào mang mã `{target}`; xem mã bằng `loa airings --json` (mục chưa đến giờ thì chưa có ở đó)"
        ),
        format!(
            "the log has no slot, airing or entry by hand with the id `{target}`; `loa airings --json` shows the ids (what lies ahead is not there yet)"
        ),
    )
}

pub(super) fn unreadable(error: &anyhow::Error) -> Text {
    let cause = files::cause_in(error);
    Text::new(
        format!("không đọc được nhật ký: {}; hãy thử lại", cause.vi),
        format!("the log cannot be read: {}; try again", cause.en),
    )
}
