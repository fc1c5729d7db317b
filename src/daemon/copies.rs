//! The log's copy of the day, made on a thread of its own while nothing is on air.

use jiff::Timestamp;
use jiff::civil::Date;

use super::Daemon;
use crate::clock;
use crate::director::Outlook;
use crate::ledger;

/// So long before a broadcast no copy is begun, in ms.
const CLEAR_MS: i64 = 5 * 60_000;
/// After a try, the next one waits so long, in ms: a full disk is asked once an hour.
const APART_MS: u64 = 3_600_000;

/// When a copy may be tried, by the steady clock: one that is set neither hurries nor holds it.
#[derive(Debug, Default)]
pub(super) struct Tries {
    from_ms: u64,
}

impl Tries {
    /// Whether it may be now; then it is.
    fn begin(&mut self, now_ms: u64) -> bool {
        let may = now_ms >= self.from_ms;
        if may {
            self.from_ms = now_ms.saturating_add(APART_MS);
        }
        may
    }
}

/// Nothing sounds, or is about to: nobody hears a disk that is busy.
fn is_clear(outlook: Outlook, now: Timestamp) -> bool {
    let soon = outlook.next.is_some_and(|next| next.duration_since(now).as_millis() < CLEAR_MS.into());
    !outlook.on_air && !soon
}

impl Daemon {
    /// Makes the copy of `today` where there is none yet and nothing sounds or is about to.
    pub(super) fn copy_the_log(&mut self, now: Timestamp, today: Date) {
        if !is_clear(self.director.outlook(), now) || !self.copies.begin(clock::awake_or_asleep_ms()) {
            return;
        }
        let (log, folder) = (self.home.ledger_file(), self.home.backups());
        let work = move || match ledger::is_copied(&log, &folder, today) {
            Ok(true) => {}
            _ => match ledger::back_up(&log, &folder, today) {
                Ok(copy) => tracing::info!(copy = %copy.display(), "the log is copied"),
                Err(error) => tracing::error!("the log cannot be copied: {error:#}"),
            },
        };
        if let Err(error) = std::thread::Builder::new().name("copy".into()).spawn(work) {
            tracing::error!("no thread to copy the log on: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_copied_while_nothing_is_on_air_nor_within_five_minutes() {
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        for (on_air, next_s, clear) in [
            (false, None, true),
            (true, None, false),
            (false, Some(1_299), false),
            (false, Some(1_300), true),
            (false, Some(990), false),
            (true, Some(9_000), false),
        ] {
            let outlook = Outlook { on_air, next: next_s.map(at) };
            assert_eq!(is_clear(outlook, at(1_000)), clear, "{outlook:?}");
        }
    }

    /// Two stations of one process have each their own.
    #[test]
    fn a_copy_is_tried_once_an_hour_by_the_steady_clock_and_by_each_station_for_itself() {
        let (mut one, mut other) = (Tries::default(), Tries::default());
        let hour_ms = 3_600_000;
        assert_eq!([5, 6, hour_ms + 4, hour_ms + 5].map(|now_ms| one.begin(now_ms)), [true, false, false, true]);
        assert!(other.begin(6));
    }
}
