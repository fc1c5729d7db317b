//! Civil time → instant, in one place and with one rule, and the quiet hours that follow from it.

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan};

use crate::station::{GainSpan, Quiet, Station};

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

/// The line's gain by the station's time of day.
#[derive(Clone, Copy, Debug)]
pub struct DayGain<'a> {
    /// The station's zone.
    pub zone: &'a TimeZone,
    /// Stretches that do not overlap.
    pub spans: &'a [GainSpan],
}

impl DayGain<'_> {
    /// The gain at an instant, in hundredths of a dB.
    pub fn at(&self, instant: Timestamp) -> i32 {
        if self.spans.is_empty() {
            return 0;
        }
        let time = instant.to_zoned_datetime(self.zone.clone()).time();
        self.spans.iter().find(|span| span.holds(time)).map_or(0, |span| span.gain_cdb)
    }

    /// The first instant after `after`, within a day, at which a stretch begins or ends.
    pub fn next_change(&self, after: Timestamp) -> Option<Timestamp> {
        if self.spans.is_empty() {
            return None;
        }
        let today = after.to_zoned_datetime(self.zone.clone()).date();
        let days = [Some(today), today.tomorrow().ok()];
        let times = self.spans.iter().flat_map(|span| [span.from, span.to]);
        let instants = times.flat_map(|time| {
            days.iter().flatten().filter_map(move |day| Some(resolve(self.zone, day.to_datetime(time))?.at))
        });
        instants.filter(|instant| *instant > after).min()
    }
}

/// The quiet stretch that begins on `day`.
fn stretch(zone: &TimeZone, quiet: &Quiet, day: Date) -> Option<(Timestamp, Timestamp)> {
    let end_day = if quiet.to <= quiet.from { day.tomorrow().ok()? } else { day };
    let begins = resolve(zone, day.to_datetime(quiet.from))?.at;
    let ends = resolve(zone, end_day.to_datetime(quiet.to))?.at;
    Some((begins, ends))
}

#[cfg(test)]
mod tests {
    use jiff::civil::Time;

    use super::*;

    #[test]
    fn gain_follows_the_stations_clock_over_midnight_too() {
        let span = |from, to, gain_cdb| GainSpan {
            from: Time::constant(from, 0, 0, 0),
            to: Time::constant(to, 0, 0, 0),
            gain_cdb,
        };
        let spans = [span(5, 6, -600), span(22, 1, -1200)];
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").expect("a zone");
        let gain = DayGain { zone: &zone, spans: &spans };
        // The zone is seven hours ahead.
        let at = |text: &str| text.parse::<Timestamp>().expect("an instant");
        for (instant, cdb, next) in [
            ("2026-11-30T21:59:59Z", 0, "2026-11-30T22:00:00Z"),
            ("2026-11-30T22:00:00Z", -600, "2026-11-30T23:00:00Z"),
            ("2026-11-30T23:00:00Z", 0, "2026-12-01T15:00:00Z"),
            ("2026-12-01T15:00:00Z", -1200, "2026-12-01T18:00:00Z"),
            ("2026-12-01T17:59:59Z", -1200, "2026-12-01T18:00:00Z"),
            ("2026-12-01T18:00:00Z", 0, "2026-12-01T22:00:00Z"),
        ] {
            assert_eq!((gain.at(at(instant)), gain.next_change(at(instant))), (cdb, Some(at(next))), "{instant}");
        }
        assert_eq!(DayGain { zone: &zone, spans: &[] }.next_change(at("2026-12-01T18:00:00Z")), None);
    }
}
