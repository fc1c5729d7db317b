//! Civil time → instant, in one place and with one rule, and the quiet hours that follow from it.

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan};

use crate::station::{Quiet, Station};

/// An instant and how the zone's clock brought it about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// When.
    pub at: Timestamp,
    /// Whether the clock has that time once, never or twice.
    pub shift: Shift,
}

/// What a zone's clock does at a civil time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    /// It shows the time once.
    Once,
    /// It skips the time: the instant is the first valid one after the gap.
    Skipped,
    /// It shows the time twice: the instant is the first of the two.
    Repeated,
}

/// **The rule for clock changes**: a time that the clock skips means the first valid instant after the gap (02:30 in a gap
/// from 02:00 to 03:00 is 03:00); one that it shows twice means the first showing alone. So everything planned airs, and
/// airs once. None only outside the calendar.
pub fn resolve(zone: &TimeZone, civil: DateTime) -> Option<Resolved> {
    let ambiguous = zone.to_ambiguous_timestamp(civil);
    Some(match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => Resolved { at: ambiguous.compatible().ok()?, shift: Shift::Once },
        AmbiguousOffset::Fold { .. } => Resolved { at: ambiguous.earlier().ok()?, shift: Shift::Repeated },
        AmbiguousOffset::Gap { .. } => {
            // As far past the gap as the time is inside it; the last change before that is the gap's end.
            let past = ambiguous.later().ok()?;
            let change = zone.preceding(past.checked_add(1.nanosecond()).ok()?).next();
            Resolved { at: change.map_or(past, |change| change.timestamp()), shift: Shift::Skipped }
        }
    })
}

/// The station's quiet hours: stretches of every day, in its zone, in which nothing airs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// The station's zone.
    pub zone: TimeZone,
    /// In the order of the file; may overlap.
    pub spans: Vec<Quiet>,
}

impl QuietHours {
    /// Those of a station.
    pub fn of(station: &Station) -> QuietHours {
        QuietHours { zone: station.zone.clone(), spans: station.quiet.clone() }
    }

    /// Whether the stretch from `from` up to but not including `to` meets them. With `to` not after `from` the question is
    /// whether `from` itself lies in them.
    pub fn meets(&self, from: Timestamp, to: Timestamp) -> bool {
        let first = from.to_zoned_datetime(self.zone.clone()).date();
        let last = to.max(from).to_zoned_datetime(self.zone.clone()).date();
        self.spans.iter().any(|quiet| {
            // Hours that began the day before may still last. Each quiet stretch comes daily, so two days more tell all.
            let days = first.yesterday().unwrap_or(first).series(1.day());
            days.take_while(|day| *day <= last).take(4).any(|day| {
                stretch(&self.zone, quiet, day)
                    .is_some_and(|(begins, ends)| (begins <= from && from < ends) || (from <= begins && begins < to))
            })
        })
    }
}

/// The quiet stretch that begins on `day`.
fn stretch(zone: &TimeZone, quiet: &Quiet, day: Date) -> Option<(Timestamp, Timestamp)> {
    let end_day = if quiet.to <= quiet.from { day.tomorrow().ok()? } else { day };
    let begins = resolve(zone, day.to_datetime(quiet.from))?.at;
    let ends = resolve(zone, end_day.to_datetime(quiet.to))?.at;
    Some((begins, ends))
}
