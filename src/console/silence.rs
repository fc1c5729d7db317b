//! Why the log has no word of a slot: its time has not come, or that is all there will ever be. All pages ask here, so that they
//! cannot differ.

use jiff::{SignedDuration, Timestamp};

use super::link::Snapshot;
use super::say::phrases;
use crate::clock;
use crate::ledger::Reader;
use crate::timetable::Slot;

/// What became of record before its instant stands in the log this long after it.
const WRITTEN_WITHIN: SignedDuration = SignedDuration::from_secs(5);

/// Why the log has no word of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Silence {
    /// Its time has not come.
    Ahead,
    /// Its time has come and what became of it is not written down yet.
    Due,
    /// Its time had come before it was planned.
    PlannedLate,
    /// Its time was over before the station ran.
    BeforeTheLog,
}

impl Silence {
    /// Whether the log will never have a word of it.
    pub fn is_for_good(self) -> bool {
        matches!(self, Silence::PlannedLate | Silence::BeforeTheLog)
    }
}

phrases! {
    before_the_log: "Qua trước khi đài chạy", "Before the station ran";
    planned_late: "Xếp quá muộn", "Planned too late";
    planned_late_why: "Giờ này đã qua khi mục được xếp vào kế hoạch nên không phát; cần phát thì đổi sang giờ chưa tới.", "This time was past when it was planned, so it does not air; give it a time ahead if it is to be heard.";
}

/// How far the log goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kept {
    /// From when to when it is kept; none while there is none.
    span: Option<(Timestamp, Timestamp)>,
    /// It has all that became of record until now.
    whole: bool,
}

impl Kept {
    /// As the log says; `whole` as [`is_whole`] does.
    pub fn of(reader: &Reader, whole: bool) -> Kept {
        Kept { span: reader.kept().ok().flatten(), whole }
    }

    /// How it stands by `now` with a slot of which the log has no word.
    pub fn silence(self, slot: &Slot, now: Timestamp) -> Silence {
        if slot.planned > now {
            return Silence::Ahead;
        }
        // The log would have it, had it been planned by then: a slot is of record before its instant.
        let would_have = self.whole && now.duration_since(slot.planned) > WRITTEN_WITHIN;
        match self.span {
            Some((since, until)) if since < slot.planned && (would_have || slot.latest() < until) => {
                Silence::PlannedLate
            }
            Some((since, _)) if since < slot.planned => Silence::Due,
            _ if slot.latest() > now => Silence::Due,
            _ => Silence::BeforeTheLog,
        }
    }
}

/// Whether the log has all that became of record until now: no row waits to be written, and the clock by which slots become of
/// record is trusted.
pub(super) fn is_whole(now: &Snapshot) -> bool {
    let status = &now.status.vi;
    now.is_fresh(clock::now()) && status["clock"]["trusted"] == true && status["ledger"]["waiting"] == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loading;
    use crate::schedule::Month;

    #[test]
    fn what_has_come_is_never_ahead_whatever_log_there_is() {
        let month: Month = "2026-12".parse().unwrap();
        let text = "month = \"2026-12\"\n[[segment]]\ntitle = \"Tin\"\naudio = \"a.mp3\"\nat = \"05:45\"\non = \"2026-12-01\"\n";
        let mut no_facts = |_: &[String]| crate::schedule::audio_facts::Facts::default();
        let station = "[line]\ndevice = \"null\"\n[rules]\nquiet = []\n".to_owned();
        let slot = loading::load_texts(month, Some(station), text.to_owned(), &mut no_facts).slots.remove(0);
        let at = |time: &str| format!("2026-12-01T{time}+07:00").parse::<Timestamp>().unwrap();
        // It may begin until 05:47.
        for (span, whole, now, stands) in [
            (None, true, "05:44:59", Silence::Ahead),
            (None, true, "05:45:00", Silence::Due),
            (None, true, "05:47:01", Silence::BeforeTheLog),
            (Some(("05:46:00", "09:00:00")), true, "09:00:01", Silence::BeforeTheLog),
            (Some(("05:00:00", "05:45:00")), true, "05:45:05", Silence::Due),
            (Some(("05:00:00", "05:45:00")), true, "05:45:06", Silence::PlannedLate),
            (Some(("05:00:00", "05:46:00")), false, "05:46:01", Silence::Due),
            (Some(("05:00:00", "09:00:00")), false, "09:00:01", Silence::PlannedLate),
        ] {
            let kept = Kept { span: span.map(|(since, until)| (at(since), at(until))), whole };
            assert_eq!(kept.silence(&slot, at(now)), stands, "{kept:?} {now}");
        }
    }
}
