//! The log's copy of the day, made on a thread of its own while nothing is on air.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jiff::civil::Date;

use super::Daemon;
use crate::director::Outlook;
use crate::ledger;

/// So long before a broadcast no copy is begun, in ms.
const CLEAR_MS: i64 = 5 * 60_000;
/// After a try, the next one waits so long, in s: a full disk is asked once an hour.
const APART_S: i64 = 3600;

/// When a copy was last tried, in Unix seconds.
static TRIED_S: AtomicI64 = AtomicI64::new(0);

/// Nothing sounds, or is about to: nobody hears a disk that is busy.
fn is_clear(outlook: Outlook, now: Timestamp) -> bool {
    let soon = outlook.next.is_some_and(|next| next.duration_since(now).as_millis() < CLEAR_MS.into());
    !outlook.on_air && !soon
}

impl Daemon {
    /// Makes the copy of `today` where there is none yet and nothing sounds or is about to.
    pub(super) fn copy_the_log(&self, now: Timestamp, today: Date) {
        let has_room = is_clear(self.director.outlook(), now);
        if !has_room || now.as_second().abs_diff(TRIED_S.load(Ordering::Relaxed)) < APART_S.unsigned_abs() {
            return;
        }
        TRIED_S.store(now.as_second(), Ordering::Relaxed);
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
}
