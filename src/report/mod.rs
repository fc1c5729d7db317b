//! A period's report as one value: every figure is made here, by one formula, out of the rows of the log and what a person
//! typed beside it. Pure: the same is always made of the same. The forms it is printed in are files of their own.

pub mod airings;
mod annex;
mod beside;
pub mod classes;
pub mod counting;
pub mod document;
pub mod explain;
pub mod figure;
pub mod forms;
pub mod goals;
pub mod groups;
pub mod json;
pub mod kept;
mod kinds;
mod named;
pub mod paper;
pub mod period;
pub mod publicity;
pub mod regular;
pub mod row;
mod table;
pub mod totals;
pub mod web;
pub mod works;

pub use named::Named;

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::airing::{Incident, LogHead};
use crate::programme::Column;
use crate::programme::particulars::Publication;
use crate::schedule::{Deliverable, Month, OtherActivity, Remarks};
use crate::station::{Imbalance, Station};
use crate::timetable::Unlike;

use classes::Schedule;
use goals::{Goal, Product};
use groups::{By, Group};
use kept::KeptColumn;
use period::Period;
use publicity::{Beside, Publicity};
use regular::Regularity;
use row::{Log, Row};
use totals::Totals;
use works::Work;

/// What a report is made of beside the log's rows: typed by a person, read from the schedules as they are now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// Other forms of propaganda, of any dates.
    pub other_activities: Vec<OtherActivity>,
    /// Products that the plan promises.
    pub deliverables: Vec<Deliverable>,
    /// What the writers of the months' files say, by month.
    pub remarks: Vec<(Month, Remarks)>,
    /// Titles and publications of segments: a work is published after it aired, when its slots are frozen.
    pub published: Vec<(String, Publication)>,
    /// Days on which nobody expects administrative reform.
    pub days_off: BTreeSet<Date>,
    /// What exceptions make of the period's days, as the schedules have it now, in the order of days.
    pub unlike: Vec<Unlike>,
    /// The columns in force, for their names, topics and minimums.
    pub columns: Vec<Column>,
    /// Months whose files are refused, so that nothing typed in them is here.
    pub refused: Vec<Month>,
    /// `station.toml` cannot be used, and all of it is under its last good version, which is in force.
    pub by_last_good_station: bool,
}

/// All that a report is made of.
#[derive(Clone, Debug)]
pub struct Given {
    /// The period.
    pub period: Period,
    /// Today's date in the station's zone.
    pub today: Date,
    /// The rows from the beginning of the year, or of the period before if that is earlier, to the period's end.
    pub log: Log,
    /// Faults that touch the period, in the order they began.
    pub incidents: Vec<Incident>,
    /// Of later ones those that tell of another hand at the log: what it has of the period may be lacking for them.
    pub touched_since: Vec<Incident>,
    /// What a person typed.
    pub typed: Typed,
    /// The date of the station's first run: the log has nothing before it.
    pub first_run: Option<Date>,
    /// Slots that are past and of which the log has no outcome, because the daemon does not run. Those of record among them
    /// are counted as pending, the others in no figure.
    pub unwritten: usize,
    /// Slots that the schedules plan now for an instant that is past, and that no schedule in force planned then: they were
    /// written later, so they are in no figure.
    pub unforeseen: usize,
    /// Slots of record of the period whose schedule was first read after their time: its file lay there while nobody ran.
    pub read_late: usize,
    /// The log that it is made from, as it stands; none without one.
    pub head: Option<LogHead>,
}

/// How far the log reaches back into the period before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// All of it.
    Whole,
    /// From this date on.
    From(Date),
    /// Not at all.
    Nothing,
}

/// A period's figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The period.
    pub period: Period,
    /// The last of its dates that is over or today; before its first one where it lies ahead.
    pub until: Date,
    /// As [`Given::first_run`].
    pub first_run: Option<Date>,
    /// The station's zone.
    pub zone: TimeZone,
    /// The rows behind all figures.
    pub log: Log,
    /// Table 1.
    pub totals: Totals,
    /// Table 1 of the period before.
    pub previous: Totals,
    /// How much of that period the log holds.
    pub before: Before,
    /// Table 1 from the beginning of the reporting year to the period's end.
    pub to_date: Totals,
    /// Tables 2, 3, 4 and 7: administrative reform told apart by what its segments say of themselves.
    pub groups: Vec<(By, Vec<Group>)>,
    /// What is to be said of the balance of tones.
    pub imbalances: Vec<Imbalance>,
    /// How regularly it was on air.
    pub regularity: Regularity,
    /// Tables 5 and 6.
    pub publicity: Publicity,
    /// Table 8.
    pub schedule: Schedule,
    /// Beside it, the days up to now on which an exception called off or moved what the ordinary week has: that left no slot.
    pub unlike: Vec<Unlike>,
    /// How the columns were kept, the best first.
    pub columns: Vec<KeptColumn>,
    /// New works about administrative reform.
    pub works: Vec<Work>,
    /// Targets of the period.
    pub goals: Vec<Goal>,
    /// Products that the plan promises.
    pub products: Vec<Product>,
    /// The annex: what aired about administrative reform, and what of it did not.
    pub annex: Vec<usize>,
    /// Rows that a person wrote down, or corrected: they count as written, and are told.
    pub corrected: Vec<usize>,
    /// Emergencies that a person ordered.
    pub emergencies: Vec<usize>,
    /// Faults that touch the period.
    pub incidents: Vec<Incident>,
    /// As [`Given::touched_since`].
    pub touched_since: Vec<Incident>,
    /// Other forms of propaganda, dated in the period and no later than today.
    pub other_activities: Vec<OtherActivity>,
    /// What the writers of the months' files say.
    pub remarks: Vec<(Month, Remarks)>,
    /// Months whose typed parts are missing, because their files are refused.
    pub refused: Vec<Month>,
    /// As [`Typed::by_last_good_station`].
    pub by_last_good_station: bool,
    /// As [`Given::unwritten`].
    pub unwritten: usize,
    /// As [`Given::unforeseen`].
    pub unforeseen: usize,
    /// As [`Given::read_late`].
    pub read_late: usize,
    /// As [`Given::head`].
    pub head: Option<LogHead>,
}

impl Report {
    /// The report of what is given, under the station's lists, rules and limits.
    pub fn new(given: Given, station: &Station) -> Report {
        let Given { period, today, log, incidents, touched_since, typed, first_run, .. } = given;
        let Given { unwritten, unforeseen, read_late, head, .. } = given;
        let ((from, to), before) = (period.dates(), period.previous());
        let until = to.min(today);
        let (rows, on_time_ms) = (log.between(from, to), station.rules.on_time_ms);
        let reform = log.chosen(rows.clone(), Row::is_heard_reform);
        let reform_columns = kept::reform_columns(&log, 0..log.rows.len(), &typed.columns);
        let totals = |from, to| Totals::of(&log, from, to, &reform_columns);
        let of_period = totals(from, to);
        let groups: Vec<(By, Vec<Group>)> =
            By::ALL.iter().map(|by| (*by, groups::table(*by, &log, &reform, station))).collect();
        let of = |by| groups.iter().find(|(found, _)| *found == by).map(|(_, groups)| groups.as_slice());
        let of = |by| of(by).unwrap_or_default();
        let year = log.chosen(log.between(period.year_begins(), to), Row::is_heard);
        let beside = Beside {
            hotlines: &station.hotlines,
            hotline_per_day: station.rules.hotline_per_day,
            published: &typed.published,
        };
        let gap_days = station.rules.cchc_gap_days;
        // Of the days before its first run the log knows nothing, and so no gap.
        let begins = first_run.filter(|first| (from..=until).contains(first));
        let since = begins.unwrap_or(from);
        let known = (since, until, begins.is_some());
        Report {
            imbalances: regular::imbalances(of(By::Tone), &station.balance),
            regularity: regular::regularity(&log, &reform, known, &typed.days_off, gap_days, of(By::Topic)),
            publicity: publicity::publicity(&log, rows.clone(), (from, to), &beside),
            schedule: Schedule::of(&log, rows.clone(), on_time_ms),
            unlike: unlike(typed.unlike, &log, (since, until)),
            columns: kept::columns(&log, rows.clone(), &typed.columns, &reform_columns, on_time_ms),
            works: works::works(&log, &reform),
            goals: goals::goals(&period, &station.targets, &of_period, of(By::Genre)),
            products: goals::products(&log, &year, &typed.deliverables, until),
            corrected: log.chosen(rows.clone(), |row| row.by_hand.is_some()),
            emergencies: log.chosen(rows.clone(), |row| row.emergency_by.is_some()),
            annex: annex_rows(&log, rows, &reform_columns),
            totals: of_period,
            previous: totals(before.from(), before.to()),
            before: reaches_back(first_run.filter(|_| before.from() <= today), before.dates()),
            to_date: totals(period.year_begins(), to),
            other_activities: other_activities(typed.other_activities, (from, until)),
            remarks: typed.remarks,
            refused: typed.refused,
            by_last_good_station: typed.by_last_good_station,
            zone: station.zone.clone(),
            period,
            until,
            first_run,
            groups,
            incidents,
            touched_since,
            unwritten,
            unforeseen,
            read_late,
            head,
            log,
        }
    }

    /// The table of what is told apart by `by`.
    pub fn groups(&self, by: By) -> &[Group] {
        self.groups.iter().find(|(found, _)| *found == by).map(|(_, groups)| groups.as_slice()).unwrap_or_default()
    }

    /// RFC 3339 with the zone's offset.
    fn time(&self, at: Timestamp) -> String {
        at.display_with_offset(self.zone.to_offset(at)).to_string()
    }

    /// Whether it has begun, and the log had by its end: of another period there is nothing to tell.
    pub fn is_known(&self) -> bool {
        self.is_logged(&self.totals) && self.until >= self.period.from()
    }

    /// The same of the year that it ends in, up to its end.
    pub fn is_year_known(&self) -> bool {
        self.is_logged(&self.to_date) && self.has_year_begun()
    }

    /// Whether the year that it ends in has a day that is over, or today.
    pub fn has_year_begun(&self) -> bool {
        self.until >= self.period.year_begins()
    }

    /// Whether the log had begun by its end; what was entered by hand may be of before that.
    fn is_logged(&self, totals: &Totals) -> bool {
        self.first_run.is_some_and(|first| first <= self.until) || totals.days.value > 0
    }

    /// The same of the period before.
    pub fn is_before_known(&self) -> bool {
        self.before != Before::Nothing || self.previous.days.value > 0
    }

    /// Whether it and the period before are whole: only then can the two be compared.
    pub fn is_comparable(&self) -> bool {
        self.before == Before::Whole && self.until == self.period.to()
    }

    /// The row at a place that a figure names.
    pub fn row(&self, at: usize) -> &Row {
        &self.log.rows[at]
    }
}

fn reaches_back(first_run: Option<Date>, (from, to): (Date, Date)) -> Before {
    match first_run {
        Some(first) if first <= from => Before::Whole,
        Some(first) if first <= to => Before::From(first),
        _ => Before::Nothing,
    }
}

/// What aired about administrative reform, and what of it was planned, is past and was not heard: also a column's place
/// that nothing filled.
fn annex_rows(log: &Log, rows: Range<usize>, reform_columns: &BTreeSet<String>) -> Vec<usize> {
    let of_column = |row: &Row| row.column.as_ref().is_some_and(|column| reform_columns.contains(column));
    log.chosen(rows, |row| {
        let unheard = row.outcome.is_some() && !row.is_heard() && !row.is_relay();
        row.is_heard_reform() || (unheard && (row.is_reform() || (row.segment.is_none() && of_column(row))))
    })
}

/// Those of the dates that changed a broadcast. What has a row in the log all the same was called off later.
fn unlike(mut typed: Vec<Unlike>, log: &Log, (from, to): (Date, Date)) -> Vec<Unlike> {
    typed.retain(|day| (from..=to).contains(&day.date));
    for day in &mut typed {
        let rows = &log.rows[log.between(day.date, day.date)];
        let date = day.date;
        day.off.retain(|window| rows.iter().all(|row| row.broadcast != format!("{date}/{}", window.id)));
        day.segments.retain(|segment| rows.iter().all(|row| row.segment.as_ref() != Some(&segment.id)));
    }
    typed.retain(Unlike::changes_broadcasts);
    typed
}

fn other_activities(mut typed: Vec<OtherActivity>, (from, to): (Date, Date)) -> Vec<OtherActivity> {
    typed.retain(|activity| (from..=to).contains(&activity.date));
    typed.sort_by(|a, b| (a.date, &a.title).cmp(&(b.date, &b.title)));
    typed
}
