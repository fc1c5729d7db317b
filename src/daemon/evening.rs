//! The look ahead: each evening the recordings of the days to come are measured and what will not air tomorrow is told.

use jiff::Timestamp;
use jiff::civil::{DateTime, Time};

use super::Daemon;
use crate::alerts::look_ahead;

/// When the look ahead is due, and whether it is being made.
#[derive(Debug)]
pub(super) struct Evening {
    asked: DateTime,
    /// The reading under way is the evening's.
    pub underway: bool,
}

impl Evening {
    /// Begins at `now`, in the station's zone.
    pub fn new(now: DateTime) -> Evening {
        Evening { asked: now, underway: false }
    }

    /// Whether today's `hour` has come since it was last asked.
    pub fn has_come(&mut self, now: DateTime, hour: Time) -> bool {
        let hour = now.date().to_datetime(hour);
        let before = std::mem::replace(&mut self.asked, now);
        before < hour && hour <= now
    }
}

impl Daemon {
    /// What will not air tomorrow as things stand, and which month lacks a plan.
    pub(super) fn tell_tomorrow(&self, now: Timestamp) {
        let zone = self.schedules.station().zone;
        let today = now.to_zoned_datetime(zone.clone()).date();
        let has_plan = |month| self.schedules.month(month).is_some_and(|month| month.loaded.month_text.is_some());
        for news in look_ahead(&self.schedules.slots(), has_plan, (today, now), &zone, self.lang) {
            tracing::error!(slot = news.slot, detail = news.detail, matter = ?news.matter, "the days ahead lack something");
            self.ledger.tell(news);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::datetime;

    #[test]
    fn the_hour_comes_once_a_day_however_late_it_is_asked() {
        let at = |day, hour, minute| datetime(2026, 12, day, hour, minute, 0, 0);
        let hour = jiff::civil::time(19, 30, 0, 0);
        let mut evening = Evening::new(at(1, 19, 29));
        let asked = [at(1, 19, 30), at(1, 19, 31), at(2, 19, 29), at(2, 21, 0), at(2, 21, 1), at(3, 1, 0)];
        assert_eq!(asked.map(|now| evening.has_come(now, hour)), [true, false, false, true, false, false]);
    }
}
