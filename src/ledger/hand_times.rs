//! When what a person writes by hand was heard: not against its own outcome, on its date, no longer than can be, and at no
//! time of something else.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::Reader;
use super::by_hand::unreadable;
use crate::airing::{Corrected, Correction, Entry};
use crate::cells;
use crate::instants::ms_between;
use crate::outcome::Outcome;
use crate::problem::{Lang, Text};
use crate::report::counting::Counting;
use crate::report::row::Row;
use crate::timetable::{Slot, length_words};

/// No entry by hand is longer: a slip of half a day or of a date, the commonest there are, makes more than this. What did
/// last longer is entered in parts.
const LONGEST: SignedDuration = SignedDuration::from_hours(12);

/// People write seconds at the finest, the log microseconds: so much of two entries may meet.
const MEET: SignedDuration = SignedDuration::from_secs(1);

/// A place that lasts as its plan says, not as a recording does, may be heard so much longer.
const OVER: u64 = 60_000;

pub(super) fn backwards() -> Text {
    Text::new(
        "giờ kết thúc trước giờ bắt đầu; sửa một trong hai, hoặc ghi cả ngày nếu qua nửa đêm, như `2026-12-02 00:10`",
        "it ends before it begins; correct one of the two, or write the date too where it ends after midnight, as in `2026-12-02 00:10`",
    )
}

/// Holds what is written against itself and against the row as the log has it.
pub(super) fn fits(correction: &Correction, mut row: Row) -> Result<(), Text> {
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
    let between_ms = ms_between(began, ended) + 1_000;
    if played_ms.is_some_and(|ms| ms > between_ms) {
        return Err(Text::new(
            "`--played` dài hơn từ giờ bắt đầu đến giờ kết thúc; sửa `--played`, hoặc `--began` và `--ended`",
            "`--played` is longer than from its beginning to its end; correct `--played`, or `--began` and `--ended`",
        ));
    }
    Ok(())
}

/// A slot counts on its broadcast's date: what was heard of it began on that date, or after the midnight behind it.
pub(super) fn on_its_date(correction: &Correction, slot: &Slot, zone: &TimeZone) -> Result<(), Text> {
    let Some(at) = correction.began.or(correction.ended) else { return Ok(()) };
    let on = at.to_zoned_datetime(zone.clone()).date();
    let after_midnight =
        slot.date.tomorrow().is_ok_and(|next| next == on) && at.duration_since(slot.planned) <= LONGEST;
    if on == slot.date || after_midnight {
        return Ok(());
    }
    let (said, own) = (on.strftime("%d/%m/%Y"), slot.date.strftime("%d/%m/%Y"));
    Err(Text::new(
        format!(
            "mục này của ngày {own}, giờ ghi là của ngày {said}: hãy ghi giờ trong ngày {own} (hoặc ngay sau nửa đêm); phát bù vào ngày khác thì ghi mục ấy bằng `--new`"
        ),
        format!(
            "the slot is of {}, the time of {on}: write a time of its own date, or just after midnight; what was aired on another day instead is entered with `--new`",
            slot.date
        ),
    ))
}

/// Nothing lasts longer than can be believed; a relay or filler, whose length no recording bounds, no longer than its
/// place in the plan.
pub(super) fn short_enough(correction: &Correction, mut row: Row, slot: Option<&Slot>) -> Result<(), Text> {
    let before = (row.began, row.ended);
    row.correct(correction);
    if row.outcome.is_some_and(Outcome::is_silent) {
        return Ok(());
    }
    let is_said = correction.began.or(correction.ended).is_some();
    let times = row.began.or(before.0).zip(row.ended.or(before.1)).filter(|_| is_said);
    let long = times.is_some_and(|(began, ended)| ended.duration_since(began) > LONGEST);
    let longest_ms = LONGEST.as_millis().unsigned_abs();
    if long || correction.played_ms.is_some_and(|ms| u128::from(ms) > longest_ms) {
        return Err(Text::new(
            "một mục ghi tay dài quá 12 giờ: xem lại ngày và giờ trong `--began`, `--ended`, `--played`; nếu đúng là dài như vậy thì ghi thành nhiều mục bằng `--new`",
            "an entry by hand of more than 12 hours: look at the dates and times in `--began`, `--ended` and `--played`; what did last that long is entered in parts with `--new`",
        ));
    }
    let Some(slot) = slot.filter(|_| row.file_ms.is_none()) else { return Ok(()) };
    let Some(until) = slot.until else { return Ok(()) };
    let place_ms = ms_between(slot.planned, until);
    let is_length_said = is_said || correction.played_ms.is_some();
    if is_length_said && row.heard_ms > place_ms + OVER {
        let Text { vi, en } = length_words(place_ms);
        return Err(Text::new(
            format!(
                "mục này trong kế hoạch dài {vi}; sửa `--began`, `--ended` hoặc `--played` cho không dài hơn, phần nghe thêm thì ghi bằng `--new`"
            ),
            format!(
                "the slot lasts {en} in the plan; correct `--began`, `--ended` or `--played` so that it is no longer, and enter what was heard beyond it with `--new`"
            ),
        ));
    }
    Ok(())
}

/// What was heard from when to when, and what it is called in a refusal.
struct Heard {
    from: Timestamp,
    to: Timestamp,
    what: Text,
}

/// One line airs one thing at a time: of two entries of the same minutes a report would count both. `own` is the row of
/// the slot that is corrected.
pub(super) fn alone(correction: &Correction, own: Option<Row>, reader: &Reader, zone: &TimeZone) -> Result<(), Text> {
    if correction.began.or(correction.ended).is_none() {
        return Ok(());
    }
    let (began, ended) = match own {
        Some(mut row) => {
            row.correct(correction);
            (row.began, row.ended)
        }
        None => (correction.began, correction.ended),
    };
    let Some((began, ended)) = began.zip(ended) else { return Ok(()) };
    let meets = |other: &Heard| other.to.min(ended).duration_since(other.from.max(began)) > MEET;
    let heard = heard_around(correction, reader, zone).map_err(|error| unreadable(&error))?;
    let Some(other) = heard.into_iter().find(meets) else { return Ok(()) };
    let Text { vi, en } = other.what;
    let (from, to) = said(zone, other.from, other.to);
    Err(Text::new(
        format!(
            "{vi} từ {from} đến {to}: hai mục cùng lúc sẽ bị tính hai lần; sửa `--began`, `--ended` cho khỏi trùng"
        ),
        format!(
            "{en} from {from} to {to}: two of the same time would count twice; correct `--began` and `--ended` so that they do not meet"
        ),
    ))
}

/// `05:40:00` and `05:45:00 ngày 01/12/2026`; both with their dates where these are two.
fn said(zone: &TimeZone, from: Timestamp, to: Timestamp) -> (String, String) {
    let (from, to) = (cells::on_clock(from, zone), cells::on_clock(to, zone));
    let whole = "%H:%M:%S %d/%m/%Y";
    let short = if from.date() == to.date() { "%H:%M:%S" } else { whole };
    (from.strftime(short).to_string(), to.strftime(whole).to_string())
}

/// What was heard on the dates around the entry, but for what it is of or takes the place of.
fn heard_around(correction: &Correction, reader: &Reader, zone: &TimeZone) -> anyhow::Result<Vec<Heard>> {
    let day = |at: Option<Timestamp>| at.map_or(correction.date, |at| at.to_zoned_datetime(zone.clone()).date());
    let (first, last) = (day(correction.began).min(correction.date), day(correction.ended).max(correction.date));
    let (from, to) = (first.yesterday().unwrap_or(first), last.tomorrow().unwrap_or(last));
    let known = reader.corrections(from, to)?;
    let counting = Counting::of(&known);
    let mut heard: Vec<Heard> = counting.without_loa().filter_map(|one| without_loa(one, correction)).collect();
    for entry in reader.entries(from, to)? {
        if matches!(&correction.of, Corrected::Slot(own) if *own == entry.slot.id) {
            continue;
        }
        heard.extend(of_slot(&entry, counting.of_slot(&entry.slot.id)));
    }
    Ok(heard)
}

fn without_loa(one: &Correction, correction: &Correction) -> Option<Heard> {
    let Corrected::WithoutLoa { title, .. } = &one.of else { return None };
    if correction.replaces.as_deref() == Some(one.entry()) {
        return None;
    }
    let (by, id) = (&one.by, one.entry());
    let what = Text::new(
        format!("đã có mục nhập tay `{title}` ({by} ghi, mã `{id}`)"),
        format!("there is an entry by hand already, `{title}` (by {by}, id `{id}`)"),
    );
    Some(Heard { from: one.began?, to: one.ended?, what })
}

/// The stretches in which a slot was heard, as the log has them or as a person wrote beside it.
fn of_slot(entry: &Entry, beside: Option<&Correction>) -> Vec<Heard> {
    let (title, id) = (&entry.slot.title, &entry.slot.id.0);
    let title = if title.is_empty() { entry.slot.kind.word(Lang::Vi) } else { title };
    if let Some(beside) = beside {
        let mut row = Row::of(entry);
        row.correct(beside);
        let by = &beside.by;
        if !row.is_heard() {
            return Vec::new();
        }
        if beside.began.or(beside.ended).is_some() {
            let what = Text::new(
                format!("đã sửa tay mục `{title}` ({by} ghi, mã `{id}`)"),
                format!("the slot `{title}` is corrected by hand (by {by}, id `{id}`)"),
            );
            let times = row.began.zip(row.ended);
            return times.map(|(from, to)| Heard { from, to, what }).into_iter().collect();
        }
    }
    let parts = entry.airing.iter().flat_map(|airing| &airing.parts).filter(|part| part.played_ms > 0);
    let heard = parts.filter_map(|part| {
        let what = Text::new(
            format!("nhật ký đã có mục `{title}` (mã `{id}`) phát"),
            format!("the log has `{title}` (id `{id}`) on air"),
        );
        Some(Heard { from: part.began?, to: part.ended?, what })
    });
    heard.collect()
}
