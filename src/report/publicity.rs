//! Tables 5 and 6: hotlines, procedures and feedback that were on air, where else works were published, and figures that
//! segments tell, which are printed as typed and never computed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::civil::Date;

use super::figure::Figure;
use super::row::{Log, Row};
use crate::programme::particulars::{Feedback, OneStop, Procedure, Publication, Survey};
use crate::reading::fold::folded;
use crate::reading::order::order;
use crate::station::Hotline;

/// A hotline on air.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HotlineAired {
    /// Its id.
    pub id: String,
    /// Whose it is and its number; none where the station has it no longer.
    pub hotline: Option<Hotline>,
    /// Airings that tell it.
    pub airings: Figure,
    /// Days on which it was told.
    pub days: Figure,
}

/// A procedure that was announced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcedureAired {
    /// The procedure.
    pub procedure: Procedure,
    /// Airings.
    pub airings: Figure,
}

/// People's feedback that was told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedbackAired {
    /// What tells of it.
    pub title: String,
    /// When it came in, who answered and when.
    pub feedback: Feedback,
    /// Airings.
    pub airings: Figure,
}

/// Works that were published elsewhere, in one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// `Zalo`.
    pub name: String,
    /// Of each work its title and where it was published, in order of time.
    pub published: Vec<(String, Publication)>,
}

/// Figures of the one-stop desk as a segment told them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneStopTold {
    /// The figures.
    pub figures: OneStop,
    /// The row that told them last.
    pub row: usize,
}

/// Tables 5 and 6.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publicity {
    /// Every hotline that was told.
    pub hotlines: Vec<HotlineAired>,
    /// Airings of any hotline.
    pub hotline_airings: Figure,
    /// Days with a hotline.
    pub hotline_days: Figure,
    /// Days on air with fewer hotline airings than the ward's rule.
    pub hotline_few: Vec<Date>,
    /// Procedures, in the order in which they were first announced.
    pub procedures: Vec<ProcedureAired>,
    /// Feedback, in the order in which it came in.
    pub feedback: Vec<FeedbackAired>,
    /// Publications dated in the period, by channel.
    pub channels: Vec<Channel>,
    /// The one-stop figures of each period of theirs, the latest told.
    pub one_stop: Vec<OneStopTold>,
    /// The figures of each survey, the latest told.
    pub surveys: Vec<(Survey, usize)>,
}

impl Publicity {
    /// Feedback that has an answer on air.
    pub fn answered(&self) -> usize {
        self.feedback.iter().filter(|told| told.feedback.answered.is_some()).count()
    }
}

/// What is typed beside the log.
pub(super) struct Beside<'t> {
    pub hotlines: &'t [Hotline],
    /// Airings of hotlines a day at least.
    pub hotline_per_day: Option<u32>,
    /// Titles and publications of the segments of the schedules, as they stand now: a work is published after it aired.
    pub published: &'t [(String, Publication)],
}

/// Of these rows, which are those of the dates from `from` to `to`.
pub(super) fn publicity(log: &Log, rows: Range<usize>, (from, to): (Date, Date), beside: &Beside<'_>) -> Publicity {
    let heard = log.chosen(rows.clone(), Row::is_heard);
    let told = log.chosen(heard.iter().copied(), |row| row.particulars.hotline.is_some());
    Publicity {
        hotlines: hotlines(log, &told, beside.hotlines),
        hotline_days: Figure::count(log.first_of_each(&told, |row| Some(row.date))),
        hotline_few: few(log, &heard, &told, beside.hotline_per_day),
        hotline_airings: Figure::count(told),
        procedures: procedures(log, &heard),
        feedback: feedback(log, &heard),
        channels: channels(log, rows, (from, to), beside.published),
        one_stop: one_stop(log, &heard),
        surveys: surveys(log, &heard),
    }
}

fn hotlines(log: &Log, told: &[usize], known: &[Hotline]) -> Vec<HotlineAired> {
    let mut rows: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for at in told {
        if let Some(id) = &log.rows[*at].particulars.hotline {
            rows.entry(id).or_default().push(*at);
        }
    }
    rows.into_iter()
        .map(|(id, rows)| HotlineAired {
            id: id.to_owned(),
            hotline: known.iter().find(|hotline| hotline.id == id).cloned(),
            days: Figure::count(log.first_of_each(&rows, |row| Some(row.date))),
            airings: Figure::count(rows),
        })
        .collect()
}

/// Days on air with fewer than `least` of the `told` rows.
fn few(log: &Log, heard: &[usize], told: &[usize], least: Option<u32>) -> Vec<Date> {
    let Some(least) = least else { return Vec::new() };
    let mut counts: BTreeMap<Date, u32> = heard.iter().map(|at| (log.rows[*at].date, 0)).collect();
    for at in told {
        *counts.entry(log.rows[*at].date).or_default() += 1;
    }
    counts.into_iter().filter(|(_, count)| *count < least).map(|(date, _)| date).collect()
}

fn procedures(log: &Log, heard: &[usize]) -> Vec<ProcedureAired> {
    let mut found: Vec<(&Procedure, Vec<usize>)> = Vec::new();
    for at in heard {
        let Some(procedure) = &log.rows[*at].particulars.procedure else { continue };
        match found.iter_mut().find(|(known, _)| *known == procedure) {
            Some((_, rows)) => rows.push(*at),
            None => found.push((procedure, vec![*at])),
        }
    }
    let aired = |(procedure, rows): (&Procedure, Vec<usize>)| ProcedureAired {
        procedure: procedure.clone(),
        airings: Figure::count(rows),
    };
    found.into_iter().map(aired).collect()
}

/// One a segment: what its last airing says of the answer holds.
fn feedback(log: &Log, heard: &[usize]) -> Vec<FeedbackAired> {
    let mut rows: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for at in heard.iter().filter(|at| log.rows[**at].particulars.feedback.is_some()) {
        let row = &log.rows[*at];
        rows.entry(row.segment.as_deref().unwrap_or(&row.title)).or_default().push(*at);
    }
    let mut found: Vec<FeedbackAired> = rows
        .into_values()
        .filter_map(|rows| {
            let last = &log.rows[*rows.last()?];
            let feedback = last.particulars.feedback.clone()?;
            Some(FeedbackAired { title: last.title.clone(), feedback, airings: Figure::count(rows) })
        })
        .collect();
    found.sort_by(|a, b| (a.feedback.received, &a.title).cmp(&(b.feedback.received, &b.title)));
    found
}

/// A publication that both the log and the schedule have is one.
fn channels(log: &Log, rows: Range<usize>, (from, to): (Date, Date), typed: &[(String, Publication)]) -> Vec<Channel> {
    let of_rows = rows.flat_map(|at| {
        let row = &log.rows[at];
        row.particulars.also_published.iter().map(|publication| (row.title.as_str(), publication))
    });
    let typed = typed.iter().map(|(title, publication)| (title.as_str(), publication));
    let mut seen = BTreeSet::new();
    let mut channels: BTreeMap<String, Channel> = BTreeMap::new();
    for (title, publication) in of_rows.chain(typed).filter(|(_, found)| (from..=to).contains(&found.date)) {
        let Publication { channel, date, url } = publication;
        if !seen.insert((title, folded(channel), *date, url.as_deref())) {
            continue;
        }
        let entry = channels.entry(folded(channel));
        let channel = entry.or_insert_with(|| Channel { name: channel.clone(), published: Vec::new() });
        channel.published.push((title.to_owned(), publication.clone()));
    }
    let mut channels: Vec<Channel> = channels.into_values().collect();
    for channel in &mut channels {
        channel.published.sort_by(|(a, one), (b, other)| (one.date, a).cmp(&(other.date, b)));
    }
    channels.sort_by_cached_key(|channel| order(&channel.name));
    channels
}

fn one_stop(log: &Log, heard: &[usize]) -> Vec<OneStopTold> {
    let told = |at: &usize| log.rows[*at].particulars.one_stop.as_ref().map(|figures| (figures.period.as_str(), *at));
    let latest: BTreeMap<&str, usize> = heard.iter().filter_map(told).collect();
    let mut rows: Vec<usize> = latest.into_values().collect();
    rows.sort_unstable();
    let figures = |row: usize| log.rows[row].particulars.one_stop.clone();
    rows.into_iter().filter_map(|row| Some(OneStopTold { figures: figures(row)?, row })).collect()
}

fn surveys(log: &Log, heard: &[usize]) -> Vec<(Survey, usize)> {
    let told = |at: &usize| log.rows[*at].particulars.survey.as_ref().map(|survey| (survey.period.as_str(), *at));
    let latest: BTreeMap<&str, usize> = heard.iter().filter_map(told).collect();
    let mut rows: Vec<usize> = latest.into_values().collect();
    rows.sort_unstable();
    rows.into_iter().filter_map(|row| Some((log.rows[row].particulars.survey.clone()?, row))).collect()
}
