//! Which broadcasts a date has and which columns are due on it: windows and columns by weekday, and what exceptions make
//! of them. Of several exceptions on a date that speak of one window or column the last in the file holds.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Time, Weekday};

use super::ground::{Frame, Ground};
use crate::programme::{ColumnChange, Exception, ExceptionKind, Item, What, Window, WindowChange};
use crate::schedule::{Airtime, Segment};

/// The month's days as exceptions leave them.
pub(super) struct Days<'s> {
    exceptions: BTreeMap<Date, Vec<&'s Exception>>,
    /// What holds of a window on a date, and by which exception.
    windows: BTreeMap<(Date, &'s str), (&'s Exception, &'s WindowChange)>,
    /// What holds of a column on a date, and by which exception.
    columns: BTreeMap<(Date, &'s str), (&'s Exception, ColumnChange)>,
    /// The windows that exceptions change on a date and an ordinary week has on it, in the order of the files.
    changed: BTreeMap<Date, Vec<Taken<'s>>>,
    /// Where a column comes from on a date that it was moved to.
    moved: BTreeMap<(&'s str, Date), Vec<Date>>,
    /// The windows that have a column on a weekday, exceptions aside.
    ordinary: BTreeMap<(&'s str, i8), BTreeSet<&'s str>>,
}

/// What becomes of a time of day that a window had before an exception changed it.
#[derive(Clone, Copy)]
pub(super) struct Taken<'s> {
    pub window: &'s Window,
    pub exception: &'s Exception,
}

impl<'s> Days<'s> {
    pub fn new(ground: &Ground<'s>) -> Days<'s> {
        let mut days = Days {
            exceptions: BTreeMap::new(),
            windows: BTreeMap::new(),
            columns: BTreeMap::new(),
            changed: BTreeMap::new(),
            moved: BTreeMap::new(),
            ordinary: BTreeMap::new(),
        };
        let month = ground.schedule.month;
        for exception in &ground.schedule.exceptions {
            let (from, to) = (exception.from.max(month.first()), exception.to.min(month.last()));
            for date in month.days().filter(|date| (from..=to).contains(date)) {
                days.exceptions.entry(date).or_default().push(exception);
                // The later one takes the place of the earlier one.
                let windows = exception.windows.iter();
                days.windows.extend(windows.map(|(id, change)| ((date, id.as_str()), (exception, change))));
                for (id, change) in &exception.columns {
                    let key = (date, id.as_str());
                    // On the day that several days' column moves to, it is where it was.
                    if *change == ColumnChange::MovesTo(date) {
                        days.columns.remove(&key);
                    } else {
                        days.columns.insert(key, (exception, *change));
                    }
                }
            }
        }
        for ((from, column), (_, change)) in &days.columns {
            if let ColumnChange::MovesTo(to) = change {
                days.moved.entry((*column, *to)).or_default().push(*from);
            }
        }
        for date in days.exceptions.keys() {
            let of_day = ground.windows.iter().filter(|window| window.days.contains(date.weekday()));
            let changed = of_day.filter_map(|window| {
                let (exception, _) = days.windows.get(&(*date, window.id.as_str()))?;
                Some(Taken { window, exception })
            });
            days.changed.insert(*date, changed.collect());
        }
        for window in &ground.windows {
            for item in &window.running_order {
                let What::Column { id, .. } = &item.what else { continue };
                let Some(column) = ground.columns.get(id.as_str()) else { continue };
                for day in Weekday::Monday.cycle_forward().take(7) {
                    if window.days.contains(day) && column.days.is_none_or(|days| days.contains(day)) {
                        let key = (id.as_str(), day.to_monday_zero_offset());
                        days.ordinary.entry(key).or_default().insert(&window.id);
                    }
                }
            }
        }
        days
    }

    /// The exceptions of a date, in the order of the file.
    pub fn exceptions(&self, date: Date) -> &[&'s Exception] {
        self.exceptions.get(&date).map_or(&[], Vec::as_slice)
    }

    /// Whether an exception changes anything on a date, be it by moving a column there.
    pub fn is_unlike_others(&self, date: Date) -> bool {
        self.exceptions.contains_key(&date) || self.moved.keys().any(|(_, to)| *to == date)
    }

    /// The exception that changes a place of `column`, or another place of `window`, on a date.
    pub fn changed_by(&self, column: Option<&'s str>, window: &str, date: Date) -> Option<&'s Exception> {
        let of_column = column.and_then(|column| {
            let moved = self.moved.get(&(column, date)).into_iter().flatten();
            let moving = |from: &Date| self.column_change(*from, column).map(|(by, _)| by);
            self.column_change(date, column).map(|(by, _)| by).or_else(|| moved.filter_map(moving).next())
        });
        of_column.or_else(|| self.change(date, window).map(|(by, _)| by))
    }

    /// The mourning of a date.
    pub fn mourning(&self, date: Date) -> Option<&'s Exception> {
        self.exceptions(date).iter().rev().find(|exception| exception.kind == ExceptionKind::Mourning).copied()
    }

    /// The broadcasts of a date in the order of the files: windows, then extra ones.
    pub fn frames(&self, ground: &Ground<'s>, date: Date) -> Vec<Frame<'s>> {
        let mut frames = Vec::new();
        for window in ground.windows.iter().filter(|window| window.days.contains(date.weekday())) {
            let mut frame = Frame {
                date,
                id: &window.id,
                name: &window.name,
                start: window.start,
                end: window.end,
                items: &window.running_order,
                of_the_day: false,
                exception: None,
                permit: None,
                place: &window.place,
            };
            match self.change(date, &window.id) {
                None => {}
                Some((_, WindowChange::Off)) => continue,
                Some((exception, WindowChange::Moved { start, end, running_order })) => {
                    frame.start = start.unwrap_or(frame.start);
                    frame.end = end.unwrap_or(frame.end);
                    if let Some(items) = running_order {
                        (frame.items, frame.of_the_day) = (items, true);
                    }
                    (frame.place, frame.exception) = (&exception.place, Some(exception));
                }
            }
            frames.push(frame);
        }
        let extras = || self.exceptions(date).iter().flat_map(|exception| &exception.extra);
        // A later one with its id takes its place.
        let last: BTreeMap<&str, usize> = extras().enumerate().map(|(at, extra)| (extra.id.as_str(), at)).collect();
        frames.retain(|frame| !last.contains_key(frame.id));
        for (_, extra) in extras().enumerate().filter(|(at, extra)| last[extra.id.as_str()] == *at) {
            frames.push(Frame {
                date,
                id: &extra.id,
                name: extra.name.as_ref().unwrap_or(&extra.id),
                start: extra.start,
                end: extra.end,
                items: &extra.running_order,
                of_the_day: true,
                exception: None,
                permit: extra.permit.as_deref(),
                place: &extra.place,
            });
        }
        frames
    }

    fn change(&self, date: Date, window: &str) -> Option<(&'s Exception, &'s WindowChange)> {
        self.windows.get(&(date, window)).copied()
    }

    /// The window that would have had `time` on `date`, had no exception moved it or called it off.
    pub fn taken(&self, date: Date, time: Time) -> Option<Taken<'s>> {
        let within = |window: &Window| {
            if window.start < window.end { (window.start..window.end).contains(&time) } else { time >= window.start }
        };
        self.changed.get(&date)?.iter().find(|taken| within(taken.window)).copied()
    }

    /// Whether `column` has a place on `date` where a running order names it.
    pub fn is_due(&self, ground: &Ground<'s>, column: &str, date: Date) -> bool {
        if self.moved.contains_key(&(column, date)) {
            return true;
        }
        self.column_change(date, column).is_none() && self.is_ordinary_day(ground, column, date)
    }

    /// Whether the ordinary week has `column` on a date.
    pub fn is_ordinary_day(&self, ground: &Ground<'s>, column: &str, date: Date) -> bool {
        let days = ground.columns.get(column).and_then(|column| column.days);
        days.is_none_or(|days| days.contains(date.weekday()))
    }

    /// Whether a broadcast of `date` has a place for `column`, by its window's running order or that of the day.
    pub fn has_place(&self, ground: &Ground<'s>, column: &str, date: Date) -> bool {
        let is_column = |item: &Item| matches!(&item.what, What::Column { id, .. } if id == column);
        self.frames(ground, date).iter().any(|frame| frame.items.iter().any(is_column))
    }

    /// The date that `column` was moved to from `date`.
    pub fn moved_to(&self, column: &str, date: Date) -> Option<Date> {
        match self.column_change(date, column)? {
            (_, ColumnChange::MovesTo(to)) => Some(to),
            (_, ColumnChange::Off) => None,
        }
    }

    fn column_change(&self, date: Date, column: &str) -> Option<(&'s Exception, ColumnChange)> {
        self.columns.get(&(date, column)).copied()
    }

    /// The segments that `column` has on `date`, in whatever windows: those moved there first, then the date's own. Where
    /// the column was moved there, a repeat of its own gives way; what airs for the first time stays.
    pub fn segments(&self, ground: &Ground<'s>, column: &'s str, date: Date) -> Vec<usize> {
        let on = |date: Date| ground.due.get(&(column, date)).map_or(&[][..], Vec::as_slice);
        let mut due: Vec<usize> = Vec::new();
        let moved = self.moved.get(&(column, date));
        for from in moved.into_iter().flatten() {
            due.extend(on(*from));
        }
        if self.column_change(date, column).is_none() && self.is_ordinary_day(ground, column, date) {
            let first = |at: &&usize| ground.segment(**at).dates.first() == Some(&date);
            due.extend(on(date).iter().filter(|at| moved.is_none() || first(at)));
        }
        // One that is dated on both days airs once in each place.
        let mut seen = BTreeSet::new();
        due.retain(|at| seen.insert(*at));
        due
    }

    /// Whether the ordinary week has a place for `segment` on `date`: then only an exception can have taken it away.
    pub fn has_ordinary_place(&self, segment: &Segment, date: Date) -> bool {
        let Airtime::Column { column, windows, .. } = &segment.airtime else { return true };
        let key = (column.as_str(), date.weekday().to_monday_zero_offset());
        let having = self.ordinary.get(&key);
        having.is_some_and(|having| {
            windows.as_ref().is_none_or(|windows| windows.iter().any(|window| having.contains(window.as_str())))
        })
    }
}
