//! Table 1, the totals of a stretch of dates: one formula a figure. L are the log's rows of those dates, without test tones;
//! A those in which something was heard; Q those of A about administrative reform that are no relay; P those that a schedule
//! planned.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::figure::{Figure, Sound, permille};
use super::row::{Log, Row};
use crate::outcome::Outcome;

/// The totals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Days on air.
    pub days: Figure,
    /// Broadcasts.
    pub broadcasts: Figure,
    /// All that was heard.
    pub airtime: Figure,
    /// Of it relays.
    pub relay: Figure,
    /// Of it recordings that stood in for relays whose source was lost.
    pub in_place_of_relay: Figure,
    /// Of it administrative reform.
    pub reform: Figure,
    /// Airings about it.
    pub reform_airings: Figure,
    /// New works about it.
    pub new_works: Figure,
    /// Slots of columns about it that were kept.
    pub kept: Figure,
    /// Slots of columns about it that were to be kept.
    pub to_keep: Figure,
    /// Hotline airings.
    pub hotline: Figure,
    /// Heard beyond the plan: what a person had played, or aired without Loa. What was refused or failed was not aired.
    pub by_hand: Figure,
    /// How long those were heard.
    pub by_hand_airtime: Figure,
}

impl Totals {
    /// Of the dates from `from` to `to`; `reform_columns` are the columns about administrative reform.
    pub fn of(log: &Log, from: Date, to: Date, reform_columns: &BTreeSet<String>) -> Totals {
        let rows = || log.between(from, to);
        let heard = log.chosen(rows(), Row::is_heard);
        let reform = log.chosen(heard.iter().copied(), Row::is_heard_reform);
        let by_hand = log.chosen(heard.iter().copied(), |row| !row.is_planned());
        let in_columns = |row: &Row| row.column.as_ref().is_some_and(|column| reform_columns.contains(column));
        Totals {
            days: days(log, &heard),
            broadcasts: broadcasts(log, &heard),
            relay: Figure::of_sound(log, heard.clone(), Sound::Relayed),
            in_place_of_relay: Figure::of_sound(log, heard.clone(), Sound::StandIn),
            kept: kept(log, rows().filter(|at| in_columns(&log.rows[*at]))),
            to_keep: to_keep(log, rows().filter(|at| in_columns(&log.rows[*at]))),
            hotline: hotline(log, &heard),
            reform: Figure::airtime(log, reform.clone()),
            new_works: Figure::count(log.new_works(&reform)),
            reform_airings: Figure::count(reform),
            airtime: Figure::airtime(log, heard),
            by_hand_airtime: Figure::airtime(log, by_hand.clone()),
            by_hand: Figure::count(by_hand),
        }
    }

    /// Its figures and their names in JSON.
    pub fn figures(&self) -> [(&'static str, &Figure); 13] {
        [
            ("days", &self.days),
            ("broadcasts", &self.broadcasts),
            ("airtime", &self.airtime),
            ("relay", &self.relay),
            ("in_place_of_relay", &self.in_place_of_relay),
            ("reform", &self.reform),
            ("reform_airings", &self.reform_airings),
            ("new_works", &self.new_works),
            ("kept", &self.kept),
            ("to_keep", &self.to_keep),
            ("hotline", &self.hotline),
            ("by_hand", &self.by_hand),
            ("by_hand_airtime", &self.by_hand_airtime),
        ]
    }

    /// The share of administrative reform in the station's own airtime, in thousandths: reform ÷ (airtime − relay).
    pub fn reform_share_permille(&self) -> Option<u64> {
        permille(self.reform.value, self.airtime.value - self.relay.value)
    }

    /// Administrative reform a day on air, in ms: reform ÷ days. Fair to a month with Tết.
    pub fn reform_a_day_ms(&self) -> Option<u64> {
        (self.reform.value * 2 + self.days.value).checked_div(self.days.value * 2)
    }

    /// How far the columns were kept, in thousandths: kept ÷ to_keep.
    pub fn kept_permille(&self) -> Option<u64> {
        permille(self.kept.value, self.to_keep.value)
    }
}

/// Distinct dates of A; of each date its first row stands for it.
fn days(log: &Log, heard: &[usize]) -> Figure {
    Figure::count(log.first_of_each(heard, |row| Some(row.date)))
}

/// Distinct broadcasts of A. What was heard beyond the plan, by Loa or without it, was a broadcast of its own.
fn broadcasts(log: &Log, heard: &[usize]) -> Figure {
    Figure::count(log.first_of_each(heard, |row| Some(row.broadcast.as_str())))
}

/// Rows of A that tell a hotline's number.
fn hotline(log: &Log, heard: &[usize]) -> Figure {
    Figure::count(log.chosen(heard.iter().copied(), |row| row.particulars.hotline.is_some()))
}

/// Of a column's slots those that were heard.
pub(super) fn kept(log: &Log, slots: impl IntoIterator<Item = usize>) -> Figure {
    Figure::count(log.chosen(slots, |row| row.is_planned() && counts(row) && row.is_heard()))
}

/// Of a column's slots those that were to be heard: without what an exception kept off and what is still ahead.
pub(super) fn to_keep(log: &Log, slots: impl IntoIterator<Item = usize>) -> Figure {
    Figure::count(log.chosen(slots, |row| row.is_planned() && counts(row)))
}

fn counts(row: &Row) -> bool {
    row.outcome.is_some_and(|outcome| outcome != Outcome::Excepted)
}
