//! Segments that an exception has off: `segments = { tin-nong = "off" }`. A segment with times of its own keeps to no broadcast,
//! so that a day off must name it; named there, it airs again as soon as the day is off no more.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::segment::Draft;
use crate::cells;
use crate::problem::{Lang, Problem, Text};
use crate::programme::Exception;
use crate::programme::exceptions::changes_nothing;
use crate::reading::among_names;

/// Takes the segments that the month's own exceptions name off those days, and says which exceptions do nothing.
pub(super) fn take_off(drafts: &mut [Draft<'_>], exceptions: &[Exception]) -> Vec<Problem> {
    let problems = in_vain(drafts, exceptions);
    for draft in drafts {
        let Some((id, _)) = &draft.id else { continue };
        let naming = exceptions.iter().filter(|exception| exception.segments.contains_key(id));
        let off = |date: &Date| naming.clone().any(|exception| (exception.from..=exception.to).contains(date));
        draft.off = draft.dates.iter().copied().filter(off).collect();
        draft.dates.retain(|date| !draft.off.contains(date));
    }
    problems
}

fn in_vain(drafts: &[Draft<'_>], exceptions: &[Exception]) -> Vec<Problem> {
    let known: BTreeMap<&str, &Draft<'_>> =
        drafts.iter().filter_map(|draft| Some((draft.id.as_ref()?.0.as_str(), draft))).collect();
    // Of a segment that could not be read nobody says that it is not there.
    let is_whole = drafts.iter().all(|draft| draft.id.is_some());
    let mut problems = Vec::new();
    for exception in exceptions {
        let is_of = |date: &Date| (exception.from..=exception.to).contains(date);
        // Where segments leave the days out themselves, the exception says why.
        if exception.is_bare && !drafts.iter().any(|draft| draft.excepted.iter().any(is_of)) {
            problems.push(changes_nothing(exception));
        }
        for (id, place) in &exception.segments {
            let (message, help) = match known.get(id.as_str()) {
                Some(draft) if draft.dates.iter().any(is_of) => continue,
                None if !is_whole => continue,
                Some(_) => not_then(exception, id),
                None => (unknown(exception, id), among_names(id, known.keys().copied(), look_at_the_id())),
            };
            problems.push(Problem::warning("off-in-vain", Some(place.clone()), message, help));
        }
    }
    problems
}

fn unknown(exception: &Exception, id: &str) -> Text {
    let reason = &exception.reason;
    Text::new(
        format!("ngoại lệ `{reason}` cho nghỉ tiết mục `{id}` mà tháng này không có"),
        format!("the exception `{reason}` has the segment `{id}` off, which this month has not"),
    )
}

fn look_at_the_id() -> Text {
    Text::new("xem lại mã tiết mục, hoặc xóa khỏi `segments`", "look at the id again, or delete it from `segments`")
}

/// It would not air on those days anyhow: mostly a slip in the date or the id.
fn not_then(exception: &Exception, id: &str) -> (Text, Text) {
    let days = |lang| {
        let (from, to) = (cells::date(exception.from, lang), cells::date(exception.to, lang));
        if from == to { from } else { format!("{from}–{to}") }
    };
    let (vi, en) = (days(Lang::Vi), days(Lang::En));
    let message = Text::new(
        format!("`{id}` vốn không phát ngày {vi} nên không có gì để nghỉ"),
        format!("`{id}` has no date among {en} that could be off"),
    );
    let help = Text::new(
        "xem lại ngày và mã tiết mục; không nhầm thì xóa khỏi `segments`",
        "look at the date and the id again; if both are meant, delete it from `segments`",
    );
    (message, help)
}
