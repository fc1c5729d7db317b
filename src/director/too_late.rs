//! Why an edit comes too late for a slot, and who needs to hear of it.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::edits::is_as_it_was;
use crate::outcome::Outcome;
use crate::problem::Text;
use crate::timetable::Slot;

/// Why an edit does not reach a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooLate {
    /// It airs as it was: it was of record already.
    Changed,
    /// It airs all the same: it was of record already.
    Removed,
    /// It does not air: its instant had passed.
    Past,
}

impl TooLate {
    /// All.
    pub const ALL: [TooLate; 3] = [TooLate::Changed, TooLate::Removed, TooLate::Past];

    /// What comes of the slot all the same.
    pub fn words(self) -> Text {
        let (vi, en) = match self {
            TooLate::Changed => ("giữ như trước khi sửa vì đã chốt", "stays as it was, of record before the edit"),
            TooLate::Removed => ("vẫn phát vì đã chốt trước khi xóa", "airs all the same, of record before the edit"),
            TooLate::Past => ("không phát vì giờ đã qua khi lưu", "does not air, its time had passed"),
        };
        Text::new(vi, en)
    }

    /// The word in JSON.
    pub fn code(self) -> &'static str {
        match self {
            TooLate::Changed => "changed",
            TooLate::Removed => "removed",
            TooLate::Past => "past",
        }
    }

    /// Whether anybody needs to hear of it, of a slot planned for then, after an edit of `now`. Who adds a daily item means
    /// today and the days to come: that yesterday has passed they know.
    pub fn is_news(self, planned: Timestamp, now: Timestamp, zone: &TimeZone) -> bool {
        let day = |instant: Timestamp| zone.to_datetime(instant).date();
        match self {
            TooLate::Changed | TooLate::Removed => true,
            TooLate::Past => day(planned) >= day(now),
        }
    }

    /// Whether it is so of `slot` where the plan of `now` has it as `planned`: whoever plans again what is of record, or takes out
    /// what was planned for an instant that had passed, has put it right.
    pub fn is_so_beside(self, slot: &Slot, planned: Option<&Slot>, now: Timestamp) -> bool {
        match self {
            TooLate::Changed | TooLate::Removed => planned.is_none_or(|planned| !is_as_it_was(slot, planned)),
            TooLate::Past => planned.is_some_and(|planned| planned.planned <= now),
        }
    }

    /// Whether it is so of a slot that came to that: what nobody heard did not air as before the edit, and what the edit put
    /// in its place may air yet.
    pub fn is_so_with(self, outcome: Outcome) -> bool {
        match self {
            TooLate::Changed | TooLate::Removed => !outcome.is_silent(),
            TooLate::Past => outcome.is_silent(),
        }
    }
}
