//! A month as it lies on the disk, and what it comes to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::look;
use super::record::{Asked, CameOf, Lacks, Record};
use super::words;
use crate::cells;
use crate::clock;
use crate::console::refused::Refused;
use crate::console::silence::{Silence, is_whole};
use crate::console::site::Site;
use crate::console::unlike::{self, Told};
use crate::home::Home;
use crate::loading::{self, Checked, Loaded};
use crate::outcome::Outcome;
use crate::problem::Lang;
use crate::programme::{Column, Exception, Window, WindowChange};
use crate::saving::{self, Kept, PlanFile};
use crate::schedule::{Month, Schedule, Segment};
use crate::station::Station;
use crate::timetable::{Kind, Slot, SlotId};

/// The date in the station's zone.
pub(super) fn today(site: &Site) -> Date {
    clock::now().to_zoned_datetime(site.link.latest().zone().clone()).date()
}

/// A month that somebody looks at.
pub(in crate::console) struct Open {
    pub month: Month,
    /// Its file's text; none: there is none.
    pub text: Option<String>,
    /// By which a save knows that nobody else saved meanwhile.
    pub version: String,
    pub checked: Arc<Checked>,
    /// When it was read, and the date then.
    pub now: Timestamp,
    pub today: Date,
    /// What would be taken back.
    pub undo: Option<Kept>,
    pub months: Vec<Month>,
    /// What the log has of the days that a page shows.
    pub(super) record: Record,
    /// What is on air, where a page shows how each slot stands.
    pub(super) sounding: BTreeSet<SlotId>,
    /// Which of the slots are of a date: a calendar asks for each of its days.
    by_date: BTreeMap<Date, Vec<usize>>,
}

/// Reads a month and checks it.
///
/// # Errors
/// Its file cannot be read.
pub(in crate::console) async fn open(site: &Site, month: Month) -> Result<Open, Refused> {
    let (home, today) = (site.link.home().clone(), today(site));
    let of = home.clone();
    let text = site.work(move || PlanFile::Month(month).read(&of)).await?.map_err(Refused::conflict)?;
    let checked = Arc::new(look::check(site, month, text.clone()).await?);
    site.work(move || opened(&home, month, today, (Asked::Nothing, false), text, checked)).await
}

/// The same with what the log has of its days that are past.
///
/// # Errors
/// Its file cannot be read.
pub(in crate::console) async fn open_month(site: &Site, month: Month) -> Result<Open, Refused> {
    let today = today(site);
    looked_at(site, month, today, Asked::Calendar(month.first(), month.last().min(today))).await
}

/// The month of a day, with all that the log has of that day.
///
/// # Errors
/// Its file cannot be read.
pub(super) async fn open_day(site: &Site, date: Date) -> Result<Open, Refused> {
    let today = today(site);
    let asked = if date > today { Asked::Nothing } else { Asked::Day(date) };
    let mut open = looked_at(site, Month::of(date), today, asked).await?;
    if open.record.has_open_rows() {
        open.sounding = site.link.sounding().await;
    }
    Ok(open)
}

async fn looked_at(site: &Site, month: Month, today: Date, asked: Asked) -> Result<Open, Refused> {
    let (text, checked) = look::at(site, month).await?;
    // Of days that are over the log says by itself how far it goes.
    let whole = asked.holds(today) && is_whole(&*site.link.snapshot().await);
    let home = site.link.home().clone();
    site.work(move || opened(&home, month, today, (asked, whole), text, checked)).await
}

/// `asked` is what of the log, and whether that is whole.
fn opened(
    home: &Home,
    month: Month,
    today: Date,
    (asked, whole): (Asked, bool),
    text: Option<String>,
    checked: Arc<Checked>,
) -> Open {
    let undo = text.as_deref().and_then(|text| saving::to_undo(home, PlanFile::Month(month), text));
    let planned = checked.months.first().map_or(&[][..], |loaded| &loaded.slots);
    let record = Record::read(home, asked, planned, whole);
    let mut by_date: BTreeMap<Date, Vec<usize>> = BTreeMap::new();
    for (at, slot) in planned.iter().enumerate() {
        by_date.entry(slot.date).or_default().push(at);
    }
    Open {
        month,
        version: saving::version(text.as_deref()),
        text,
        checked,
        now: clock::now(),
        today,
        undo,
        months: loading::months(home).unwrap_or_default(),
        record,
        sounding: BTreeSet::new(),
        by_date,
    }
}

impl Open {
    pub fn loaded(&self) -> Option<&Loaded> {
        self.checked.months.first()
    }

    pub fn schedule(&self) -> Option<&Schedule> {
        self.loaded()?.schedule.as_ref()
    }

    /// Whether nothing of it is planned, for what is wrong with its file or with the station's: nobody knows what its days have.
    pub fn is_refused(&self) -> bool {
        self.loaded().is_some_and(Loaded::refused)
    }

    pub fn station(&self) -> Station {
        self.loaded().map(|loaded| loaded.station.clone()).unwrap_or_default()
    }

    pub fn slots(&self) -> &[Slot] {
        self.loaded().map_or(&[], |loaded| &loaded.slots)
    }

    /// The segments' slots that were heard, as the log has it, or are ahead and will be as things stand.
    pub fn heard(&self) -> impl Iterator<Item = &Slot> {
        let is_heard = |slot: &&Slot| match self.record.came_of(&slot.id) {
            Some(came) => came.outcome.is_none() || came.heard_ms > 0,
            None => slot.bar.is_none() && slot.planned > self.now,
        };
        self.slots().iter().filter(|slot| slot.kind == Kind::Segment).filter(is_heard)
    }

    /// What the clock on the station's wall shows.
    pub fn shown(&self, at: Timestamp) -> DateTime {
        match self.loaded() {
            Some(loaded) => cells::on_clock(at, &loaded.station.zone),
            None => cells::on_clock(at, &TimeZone::UTC),
        }
    }

    pub fn hour(&self, at: Timestamp) -> String {
        self.shown(at).strftime("%H:%M").to_string()
    }

    /// With its seconds.
    pub fn exact(&self, at: Timestamp) -> String {
        self.shown(at).strftime("%H:%M:%S").to_string()
    }

    pub fn segment(&self, id: &str) -> Option<&Segment> {
        self.schedule()?.segments.iter().find(|segment| segment.id == id)
    }

    /// Whether rows of a date may come while somebody looks at its page: it is today, or begins before long.
    pub fn may_bring_more(&self, date: Date) -> bool {
        date == self.today || date.yesterday().is_ok_and(|before| before == self.today)
    }

    /// The times at which a segment is planned on a date.
    pub fn times_of(&self, id: &str, date: Date) -> Vec<String> {
        let of_day = self.by_date.get(&date).into_iter().flatten().filter_map(|at| self.slots().get(*at));
        let mut own: Vec<Timestamp> =
            of_day.filter(|slot| slot.segment.as_deref() == Some(id)).map(|slot| slot.planned).collect();
        own.sort_unstable();
        own.into_iter().map(|at| words::time(self.shown(at).time())).collect()
    }

    /// Whether a date is the only one that a segment has.
    pub fn airs_on_no_other(&self, id: &str, date: Date) -> bool {
        self.segment(id).is_some_and(|segment| segment.dates.iter().eq([&date]))
    }

    /// Whether the plan has it as it stands now; what was of record may be planned no more.
    pub fn plans(&self, slot: &Slot) -> bool {
        self.slots().iter().any(|planned| planned.id == slot.id)
    }

    /// The broadcasts of a date in order of time.
    pub fn broadcasts(&self, date: Date) -> Vec<Broadcast<'_>> {
        let planned = self.by_date.get(&date).into_iter().flatten().filter_map(|at| self.slots().get(*at));
        let mut slots: BTreeMap<&SlotId, &Slot> = planned.map(|slot| (&slot.id, slot)).collect();
        // As it was of record, whatever the plan says of it now.
        slots.extend(self.record.slots(date).map(|slot| (&slot.id, slot)));
        let mut slots: Vec<&Slot> = slots.into_values().collect();
        slots.sort_by_key(|slot| slot.planned);
        let mut by_id: BTreeMap<&str, Vec<&Slot>> = BTreeMap::new();
        for slot in slots {
            by_id.entry(&slot.broadcast).or_default().push(slot);
        }
        let mut all: Vec<Broadcast<'_>> = by_id
            .into_values()
            .filter_map(|slots| {
                let first = *slots.first()?;
                let window = first.window.as_deref();
                let name = window.and_then(|id| self.broadcast_name(id, date));
                let begins = slots.iter().map(|slot| slot.planned).min()?;
                let ends = first.broadcast_ends.or_else(|| slots.iter().filter_map(|slot| slot.ends()).max());
                Some(Broadcast { window, name, begins, ends, slots, record: &self.record, now: self.now })
            })
            .collect();
        all.sort_by_key(|broadcast| broadcast.begins);
        all
    }

    pub fn windows(&self) -> Vec<&Window> {
        match (self.schedule(), self.loaded()) {
            (Some(schedule), Some(loaded)) => schedule.windows_in_force(&loaded.station),
            _ => Vec::new(),
        }
    }

    pub fn columns(&self) -> Vec<&Column> {
        match (self.schedule(), self.loaded()) {
            (Some(schedule), Some(loaded)) => schedule.columns_in_force(&loaded.station),
            _ => Vec::new(),
        }
    }

    pub fn window(&self, id: &str) -> Option<&Window> {
        self.windows().into_iter().find(|window| window.id == id)
    }

    /// What the column `id` is called; its id where the plan has no such column.
    pub fn column_name<'o>(&'o self, id: &'o str) -> &'o str {
        self.columns().into_iter().find(|column| column.id == id).map_or(id, |column| column.name.as_str())
    }

    /// What the window or extra broadcast `id` of a date is called; none where its author gave it no name.
    pub fn broadcast_name(&self, id: &str, date: Date) -> Option<&str> {
        let extra = || self.schedule()?.extra(id, date)?.name.as_deref();
        self.window(id).map(|window| window.name.as_str()).or_else(extra)
    }

    /// The exceptions of a date; the last one that speaks of a window or column holds.
    pub fn exceptions(&self, date: Date) -> Vec<&Exception> {
        self.schedule().into_iter().flat_map(|schedule| schedule.exceptions_on(date)).collect()
    }

    /// What is unlike other days on a date, and why.
    pub fn unlike(&self, date: Date) -> Vec<Told> {
        let of_month = self.schedule().zip(self.loaded());
        of_month.map(|(schedule, loaded)| unlike::told(schedule, &loaded.station, date)).unwrap_or_default()
    }

    /// What holds of a window on a date, and by which exception.
    pub fn change(&self, date: Date, window: &str) -> Option<(&Exception, &WindowChange)> {
        let of_day = self.exceptions(date).into_iter().rev();
        of_day.filter_map(|exception| Some((exception, exception.windows.get(window)?))).next()
    }

    /// The segments that a date has off, and by which exception.
    pub fn segments_off(&self, date: Date) -> Vec<(&Segment, &Exception)> {
        let by = |id: &str| {
            let naming = |exception: &&Exception| exception.segments.contains_key(id);
            self.exceptions(date).into_iter().rfind(naming)
        };
        let off = self.schedule().into_iter().flat_map(|schedule| &schedule.segments);
        let off = off.filter(|segment| segment.off.contains(&date));
        off.filter_map(|segment| Some((segment, by(&segment.id)?))).collect()
    }

    /// Those of them that a form had off with the broadcasts of that day alone, where `window` is the last that is called off:
    /// they air again with it.
    pub fn off_with(&self, date: Date, window: &str) -> Vec<&Segment> {
        let off = self.off(date);
        if !off.iter().all(|(other, _)| other.id == window) || off.is_empty() {
            return Vec::new();
        }
        let own = self.segments_off(date).into_iter().filter(|(_, by)| self.is_own(by));
        own.map(|(segment, _)| segment).collect()
    }

    /// Whether an exception is the month's own and of this day alone, so that a form can change it.
    pub fn is_own(&self, exception: &Exception) -> bool {
        exception.from == exception.to && exception.place.file == PlanFile::Month(self.month).name()
    }

    /// The windows that an ordinary week has on a date and this date has not.
    pub fn off(&self, date: Date) -> Vec<(&Window, Option<&Exception>)> {
        let off = |window: &&Window| {
            window.days.contains(date.weekday())
                && matches!(self.change(date, &window.id), Some((_, WindowChange::Off)))
        };
        let windows = self.windows().into_iter().filter(off);
        windows.map(|window| (window, self.change(date, &window.id).map(|(by, _)| by))).collect()
    }
}

/// A broadcast of a date.
pub(in crate::console) struct Broadcast<'o> {
    /// The window or extra broadcast, by id; none for a broadcast of its own.
    pub window: Option<&'o str>,
    name: Option<&'o str>,
    pub begins: Timestamp,
    /// None while the length of its recording is not known.
    pub ends: Option<Timestamp>,
    pub slots: Vec<&'o Slot>,
    record: &'o Record,
    now: Timestamp,
}

impl Broadcast<'_> {
    /// What people call it: as its author does; what airs by itself by what it airs.
    pub fn called(&self, lang: Lang) -> String {
        match (self.name, self.window) {
            (Some(name), _) => name.to_owned(),
            (None, Some(_)) => words::extra_broadcast().get(lang).to_owned(),
            (None, None) => self.slots.first().map(|slot| slot.called(lang).to_owned()).unwrap_or_default(),
        }
    }

    /// How long what it has lasts, filler aside, and how long it may, in ms; none for a broadcast of its own.
    pub fn fill_ms(&self) -> Option<(u64, u64)> {
        self.window?;
        let whole = u64::try_from(self.ends?.duration_since(self.begins).as_millis()).ok()?;
        let heard_ms = |slot: &&Slot| match self.record.came_of(&slot.id) {
            Some(CameOf { outcome: Some(_), heard_ms }) => heard_ms,
            None if self.silence(slot).is_for_good() => 0,
            _ if slot.bar.is_some() => 0,
            _ => slot.airtime_ms().unwrap_or(0),
        };
        let filled = self.slots.iter().filter(|slot| slot.kind != Kind::Filler).map(heard_ms).sum::<u64>();
        Some((filled, whole)).filter(|(_, whole)| *whole > 0)
    }

    fn silence(&self, slot: &Slot) -> Silence {
        self.record.silence(slot, self.now)
    }

    /// Whether all of it was heard whole, as the log has it.
    pub fn is_heard(&self) -> bool {
        let aired =
            |slot: &&Slot| self.record.came_of(&slot.id).is_some_and(|came| came.outcome == Some(Outcome::Aired));
        !self.slots.is_empty() && self.slots.iter().all(aired)
    }

    /// Whether all of it was over before the station ran.
    pub fn is_before_the_log(&self) -> bool {
        let is_before =
            |slot: &&Slot| self.record.came_of(&slot.id).is_none() && self.silence(slot) == Silence::BeforeTheLog;
        self.slots.iter().all(is_before)
    }

    /// What keeps it from being heard whole, or kept it.
    pub fn lacks(&self) -> Lacks {
        let mut lacks = Lacks::default();
        for slot in &self.slots {
            let silence = self.silence(slot);
            if self.record.came_of(&slot.id).is_none() && silence != Silence::Ahead {
                lacks.unlogged += usize::from(silence.is_for_good());
                continue;
            }
            let outcome = self.record.came_of(&slot.id).and_then(|came| came.outcome);
            let silent = outcome.map_or(slot.bar.is_some(), Outcome::is_silent);
            match outcome {
                _ if silent && slot.kind == Kind::Column => lacks.empty += 1,
                None if silent => lacks.blocked += 1,
                Some(_) if silent => lacks.silent += 1,
                Some(Outcome::Cut) => lacks.cut += 1,
                Some(Outcome::Interrupted) => lacks.interrupted += 1,
                _ => {}
            }
        }
        lacks
    }
}
