//! Quiet hours as instants: the one place that says whether a sound would meet them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::station::Quiet;

/// The station's quiet hours: stretches of every day, in its zone, in which nothing airs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// The station's zone.
    pub zone: TimeZone,
    /// In the order of the file; may overlap.
    pub spans: Vec<Quiet>,
}

impl QuietHours {
    /// Whether a sound from `from` up to but not including `to` would meet them; an empty stretch is the instant `from`.
    pub fn meets(&self, from: Timestamp, to: Timestamp) -> bool {
        self.spans.iter().any(|quiet| {
            let local = from.to_zoned_datetime(self.zone.clone());
            // The span that began yesterday may still last; the one of the last day may begin before `to`.
            let first = local.date().yesterday().unwrap_or(Date::MIN);
            let last = to.to_zoned_datetime(self.zone.clone()).date();
            first.series(1.days()).take_while(|day| *day <= last).any(|day| {
                let end_day = if quiet.to > quiet.from { day } else { day.tomorrow().unwrap_or(day) };
                let begin = self.zone.to_ambiguous_zoned_datetime(day.to_datetime(quiet.from)).compatible();
                let end = self.zone.to_ambiguous_zoned_datetime(end_day.to_datetime(quiet.to)).compatible();
                match (begin, end) {
                    (Ok(begin), Ok(end)) => begin.timestamp() < to.max(later_by_1ns(from)) && from < end.timestamp(),
                    _ => true,
                }
            })
        })
    }
}

fn later_by_1ns(at: Timestamp) -> Timestamp {
    at.checked_add(SignedDuration::from_nanos(1)).unwrap_or(at)
}
