//! Whether administrative reform was on air regularly, and evenly: gaps, silent topics, and praise without criticism.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::groups::Group;
use super::row::Log;
use crate::programme::particulars::Tone;
use crate::station::{Balance, Imbalance, Shares};

/// A stretch without administrative reform on air.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// From one airing to the next in days, days off not counted.
    pub days: u32,
    /// The date before it.
    pub from: Date,
    /// The date after it.
    pub to: Date,
}

/// How regularly it was on air.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regularity {
    /// The longest gap; none where it was never on air.
    pub gap: Option<Gap>,
    /// The ward's limit in days.
    pub limit_days: Option<u32>,
    /// Dates without it, days off not counted.
    pub days_without: u32,
    /// Topics of the plan that had no airing, by code.
    pub silent_topics: Vec<String>,
}

impl Regularity {
    /// Whether the longest gap is longer than the ward's rule allows.
    pub fn is_over(&self) -> bool {
        self.gap.zip(self.limit_days).is_some_and(|(gap, limit)| gap.days > limit)
    }
}

/// Of `reform`, the rows of Q of the dates from `from` to `until`, the last date that is over or today. The days before the
/// first airing and after the last one are gaps too: nothing in the period ends them. Where the log begins with `from`,
/// nobody knows of the day before: the gap is counted from there on.
pub(super) fn regularity(
    log: &Log,
    reform: &[usize],
    (from, until, log_begins): (Date, Date, bool),
    days_off: &BTreeSet<Date>,
    limit_days: Option<u32>,
    topics: &[Group],
) -> Regularity {
    let aired: BTreeSet<Date> = reform.iter().map(|at| log.rows[*at].date).collect();
    let days = || from.series(jiff::ToSpan::days(1)).take_while(|day| *day <= until);
    let counts = |day: &Date| !days_off.contains(day);
    let first = if log_begins { Some(from) } else { from.yesterday().ok() };
    let marks: BTreeSet<Date> = first.into_iter().chain(aired.iter().copied()).chain(until.tomorrow()).collect();
    let marks: Vec<Date> = marks.into_iter().collect();
    let gaps = marks.windows(2).map(|pair| {
        let between = pair[0].series(jiff::ToSpan::days(1)).skip(1).take_while(|day| *day < pair[1]).filter(counts);
        Gap { days: u32::try_from(between.count()).unwrap_or(u32::MAX).saturating_add(1), from: pair[0], to: pair[1] }
    });
    let gap = gaps.max_by_key(|gap| (gap.days, std::cmp::Reverse(gap.from))).filter(|_| !aired.is_empty());
    let without = days().filter(|day| counts(day) && !aired.contains(day)).count();
    let silent = topics.iter().filter(|topic| topic.part_of.is_none() && topic.airings.value == 0);
    Regularity {
        gap,
        limit_days,
        days_without: u32::try_from(without).unwrap_or(u32::MAX),
        silent_topics: silent.filter_map(|topic| topic.code.clone()).collect(),
    }
}

/// Table 4 held against the ward's limits; shares are of minutes. Where nothing about administrative reform aired there
/// is nothing to balance.
pub(super) fn imbalances(tones: &[Group], limits: &Balance) -> Vec<Imbalance> {
    let of = |tone: Tone| tones.iter().find(|group| group.code.as_deref() == Some(tone.code()));
    let ms = |tone: Tone| of(tone).map_or(0, |group| group.airtime.value);
    let shares = Shares {
        praise_ms: ms(Tone::Praise),
        criticism_ms: ms(Tone::Criticism),
        neutral_ms: ms(Tone::Neutral),
        total_ms: tones.iter().map(|tone| tone.airtime.value).sum(),
    };
    limits.held_against(&shares)
}
