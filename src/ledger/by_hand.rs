//! What a person wants to write into the log by hand, held against what the log has.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::Reader;
use super::apply::uuid_of;
use crate::airing::{Corrected, Correction, name_of};
use crate::files;
use crate::outcome::{Cause, Outcome};
use crate::problem::{Lang, Text};
use crate::report::row::Row;

/// Nothing that lies further ahead has been heard; so much a clock may differ.
const AHEAD: SignedDuration = SignedDuration::from_mins(1);

/// A correction from what a command or the console asks for: `{target, title, segment, by, why, outcome, cause, began, ended,
/// played_ms, note}`; `target` is the id of a slot or an airing, and none of it means that `title` was aired without Loa.
/// Words are those of JSON, instants RFC 3339; what is not said is null or absent. `zone` is the station's.
///
/// # Errors
/// A sentence for the user: no such slot, nothing said, or what contradicts itself.
pub fn correction(wish: &Value, reader: &Reader, zone: &TimeZone, now: Timestamp) -> Result<Correction, Text> {
    let said = |key: &str| wish[key].as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let needed = |key: &str, vi: &str, en: &str| said(key).ok_or_else(|| Text::new(vi, en));
    let by = needed("by", "phải ghi tên người sửa bằng `--by`", "the name of who corrects is needed: `--by`")?;
    let by = name_of(&by)?.to_owned();
    let why = needed("why", "phải ghi lý do bằng `--why`", "the reason is needed: `--why`")?;
    let (began, ended) = (instant(said("began"))?, instant(said("ended"))?);
    let (outcome, cause) = verdict(said("outcome"), said("cause"))?;
    let mut correction = Correction {
        id: uuid_of(now),
        of: Corrected::WithoutLoa { title: String::new(), segment: said("segment") },
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
    };
    match said("target") {
        Some(target) => {
            let found = reader.slot_named(&target).map_err(|error| unreadable(&error))?;
            let (slot, date) = found.ok_or_else(|| unknown(&target))?;
            (correction.of, correction.date) = (Corrected::Slot(slot), date);
        }
        None => {
            without_loa(&mut correction, said("title"))?;
            alone(&correction, reader, zone)?;
        }
    }
    hold(&correction, now)?;
    if let Corrected::Slot(slot) = &correction.of {
        let entry = reader.entry(slot).map_err(|error| unreadable(&error))?;
        fits(&correction, Row::of(&entry.ok_or_else(|| unknown(&slot.0))?))?;
    } else {
        fits(&correction, Row::without_loa(&correction, "", None, None))?;
    }
    Ok(correction)
}

/// Holds what is written against itself and against the row as the log has it.
fn fits(correction: &Correction, mut row: Row) -> Result<(), Text> {
    let Correction { outcome, began, ended, played_ms, .. } = correction;
    let silent = outcome.or(row.outcome).filter(|outcome| outcome.is_silent());
    let (began_at, ended_at) = (began.or(row.began), ended.or(row.ended));
    row.correct(correction);
    if let Some(silent) = silent {
        if began.is_some() || ended.is_some() || played_ms.is_some_and(|ms| ms > 0) {
            return Err(Text::new(
                format!(
                    "kết quả “{}” là không nghe được gì, nên không có giờ phát; bỏ `--began`, `--ended`, `--played`, hoặc ghi kết quả khác bằng `--outcome`",
                    silent.word(Lang::Vi)
                ),
                format!(
                    "with the outcome `{}` nothing was heard, so there are no times; leave `--began`, `--ended` and `--played` out, or give another `--outcome`",
                    silent.code()
                ),
            ));
        }
    } else if let (Some(outcome), 0) = (outcome, row.heard_ms) {
        return Err(Text::new(
            format!(
                "kết quả “{}” mà chưa nói nghe được lúc nào, nhật ký cũng không có; ghi thêm `--began` và `--ended`, hoặc `--played`",
                outcome.word(Lang::Vi)
            ),
            format!(
                "the outcome is `{}`, but when it was heard neither you nor the log says; add `--began` and `--ended`, or `--played`",
                outcome.code()
            ),
        ));
    }
    let Some((began, ended)) = began_at.zip(ended_at).filter(|_| silent.is_none()) else { return Ok(()) };
    if ended < began {
        return Err(backwards());
    }
    // The log's own instants are finer than what people write.
    let between_ms = u64::try_from(ended.duration_since(began).as_millis()).unwrap_or(0) + 1_000;
    if played_ms.is_some_and(|ms| ms > between_ms) {
        return Err(Text::new(
            "`--played` dài hơn từ giờ bắt đầu đến giờ kết thúc; sửa `--played`, hoặc `--began` và `--ended`",
            "`--played` is longer than from its beginning to its end; correct `--played`, or `--began` and `--ended`",
        ));
    }
    Ok(())
}

fn backwards() -> Text {
    Text::new(
        "giờ kết thúc trước giờ bắt đầu; sửa một trong hai, hoặc ghi cả ngày nếu qua nửa đêm, như `2026-12-02 00:10`",
        "it ends before it begins; correct one of the two, or write the date too where it ends after midnight, as in `2026-12-02 00:10`",
    )
}

/// What no slot has must say all of itself.
fn without_loa(correction: &mut Correction, title: Option<String>) -> Result<(), Text> {
    let (Some(title), Some(began), Some(ended)) = (title, correction.began, correction.ended) else {
        return Err(Text::new(
            "mục phát không qua Loa cần đủ `--title`, `--began` và `--ended`",
            "what was aired without Loa needs `--title`, `--began` and `--ended`",
        ));
    };
    if let Corrected::WithoutLoa { title: own, .. } = &mut correction.of {
        *own = title;
    }
    correction.outcome.get_or_insert(Outcome::Aired);
    let heard_ms = u64::try_from(ended.duration_since(began).as_millis()).unwrap_or(0);
    correction.played_ms.get_or_insert(heard_ms);
    Ok(())
}

/// One line airs one thing at a time: of two entries of the same minutes a report would count both.
fn alone(correction: &Correction, reader: &Reader, zone: &TimeZone) -> Result<(), Text> {
    let Some((began, ended)) = correction.began.zip(correction.ended) else { return Ok(()) };
    let date = correction.date;
    let (from, to) = (date.yesterday().unwrap_or(date), date.tomorrow().unwrap_or(date));
    let known = reader.corrections(from, to).map_err(|error| unreadable(&error))?;
    let same_time = known.iter().find_map(|known| {
        let Corrected::WithoutLoa { title, .. } = &known.of else { return None };
        let (from, to) = known.began.zip(known.ended)?;
        (from < ended && began < to).then_some((title, from, to, &known.by))
    });
    let Some((title, from, to, by)) = same_time else { return Ok(()) };
    let clock = |at: Timestamp| zone.to_datetime(at).strftime("%H:%M").to_string();
    let (from, to) = (clock(from), clock(to));
    Err(Text::new(
        format!(
            "đã có mục nhập tay `{title}` từ {from} đến {to} ({by} ghi): hai mục cùng lúc sẽ bị tính hai lần; sửa `--began`, `--ended` cho khỏi trùng"
        ),
        format!(
            "there is an entry by hand already, `{title}` from {from} to {to} (by {by}): two of the same time would count twice; correct `--began` and `--ended` so that they do not meet"
        ),
    ))
}

fn hold(correction: &Correction, now: Timestamp) -> Result<(), Text> {
    let Correction { outcome, began, ended, played_ms, note, .. } = correction;
    if outcome.is_none() && began.is_none() && ended.is_none() && played_ms.is_none() && note.is_none() {
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
        verdict => Ok(verdict),
    }
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
            "nhật ký không có mục hay lượt phát nào mang mã `{target}`; xem mã bằng `loa airings --json` (mục chưa đến giờ thì chưa có ở đó)"
        ),
        format!(
            "the log has no slot and no airing with the id `{target}`; `loa airings --json` shows the ids (what lies ahead is not there yet)"
        ),
    )
}

fn unreadable(error: &anyhow::Error) -> Text {
    let cause = files::cause_in(error);
    Text::new(
        format!("không đọc được nhật ký: {}; hãy thử lại", cause.vi),
        format!("the log cannot be read: {}; try again", cause.en),
    )
}
