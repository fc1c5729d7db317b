//! What a fresh reading of the schedules does to the running station.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::schedules::{self, Change, Refusals};
use super::{Daemon, Message};
use crate::airing::IncidentKind;
use crate::alerts::News;
use crate::clock;
use crate::director::{AirRules, Event};
use crate::loading::Loaded;
use crate::player::Settings;
use crate::schedule::Month;
use crate::station::Station;
use crate::timetable::SlotId;

/// While something sounds the loop turns more often than the files are to be asked about, in ms.
const FILES_EVERY_MS: u64 = 900;

/// This month and the next one, in the station's zone: the next may begin before anything is read again.
pub(super) fn months_in(now: Timestamp, zone: TimeZone) -> [Month; 2] {
    let month = Month::of(now.to_zoned_datetime(zone).date());
    [month, month.next()]
}

/// How a station wants what airs to sound.
pub(super) fn sound_of(station: &Station) -> Settings {
    Settings { line: station.line.clone(), zone: station.zone.clone() }
}

fn ids(loaded: &Loaded) -> BTreeSet<SlotId> {
    loaded.slots.iter().map(|slot| slot.id.clone()).collect()
}

impl Daemon {
    pub(super) fn look_at_the_files(&mut self, hinted: bool) {
        let now_ms = clock::awake_or_asleep_ms();
        if !hinted && now_ms < self.files_at_ms {
            return;
        }
        self.files_at_ms = now_ms + FILES_EVERY_MS;
        let now = clock::now();
        let months = months_in(self.clocks.reading_time(now), self.schedules.zone());
        self.loader.look(months, now, hinted);
    }

    /// The first plan comes into force, with what of it was edited too late while nobody ran; `first` is what came of the first
    /// reading, and the log has the months as `of_record`.
    pub(super) fn begin_with(&mut self, first: Option<Message>, of_record: &[Loaded], now: Timestamp) {
        for before in of_record {
            let Some(month) = before.month else { continue };
            if self.schedules.month(month).is_some_and(|lies| lies.loaded.revision != before.revision) {
                self.note_too_late(month, &ids(before), now);
            }
        }
        match first {
            Some(Message::Loaded(months)) => self.loaded(months, now),
            Some(Message::Stop) => self.handle(Message::Stop),
            _ => self.put_in_force(now, now),
        }
    }

    pub(super) fn loaded(&mut self, months: Vec<Loaded>, now: Timestamp) {
        let read_at = self.clocks.reading_time(now);
        // The first full reading tells instants that rest on lengths; it may take long, and the plan counts all the while.
        let since = self.first_read_since.take().map_or(now, |since| since.min(now));
        for loaded in months {
            let Some(month) = loaded.month else { continue };
            let before = self.schedules.month(month).map(|before| ids(&before.loaded));
            let (errors, warnings) = schedules::counted(&loaded);
            match self.schedules.take(loaded, read_at) {
                Change::New => {
                    tracing::info!(%month, errors, warnings, "schedule in force");
                    self.note_too_late(month, &before.unwrap_or_default(), since);
                }
                Change::Same | Change::Refused => {}
            }
        }
        self.note_refused(read_at);
        self.note_line_change();
        self.note_monitor();
        self.follow_alerts();
        self.put_in_force(now, since);
        self.supervisor.reloaded();
        if std::mem::take(&mut self.evening.underway) && !self.clocks.in_doubt() {
            self.tell_tomorrow(now);
        }
    }

    /// Tells what of an edit comes too late to be heard. Before its first text nothing of a month was missed by an edit.
    fn note_too_late(&mut self, month: Month, before: &BTreeSet<SlotId>, now: Timestamp) {
        let Some(in_force) = self.schedules.month(month).filter(|_| !before.is_empty() && !self.clocks.in_doubt())
        else {
            return;
        };
        let mut unreached = self.director.too_late(now, before, &in_force.loaded.slots);
        self.schedules.put_right(month, now);
        let zone = self.schedules.station().zone;
        unreached.retain(|(slot, why)| why.is_news(slot.planned, now, &zone));
        // Saved once more, it is told once.
        for (slot, why) in unreached.iter().filter(|(slot, why)| !self.schedules.too_late.knows(&slot.id, *why)) {
            tracing::warn!(slot = slot.id.0, planned = %slot.planned, why = why.code(), "the edit comes too late");
            self.ledger.tell(News::edit_too_late(now, slot, *why, &zone, self.lang));
        }
        self.schedules.too_late.note(now, unreached);
    }

    /// One incident for as long as the same text is refused.
    pub(super) fn note_refused(&mut self, now: Timestamp) {
        const KIND: IncidentKind = IncidentKind::ScheduleRefused;
        let refusals = self.schedules.look_at_refusals();
        if let Refusals::Began(what) | Refusals::Changed(what) = &refusals {
            let stays = if self.schedules.good_station().is_some() {
                "the last good one, if any, stays in force"
            } else {
                "none was good yet"
            };
            tracing::error!("refused, and {stays}: {}", what.get(self.lang));
        }
        match refusals {
            Refusals::None => {}
            // Who has come to be told since hears of it too.
            Refusals::Began(what) | Refusals::Last(what) => {
                self.ledger.incident_began(KIND, now, &what);
            }
            Refusals::Changed(what) => self.ledger.incident_changed(KIND, now, &what),
            Refusals::Over => self.ledger.incident_ended(KIND, now),
        }
    }

    /// What the plan has for after `since` is of record, although that may have come meanwhile.
    pub(super) fn put_in_force(&mut self, now: Timestamp, since: Timestamp) {
        let station = self.schedules.station();
        if self.clocks.in_doubt() {
            // Which months these are nobody knows; the rules hold for an emergency too.
            return self.step(Event::Planned { since, slots: Vec::new(), rules: AirRules::of(&station) });
        }
        let months = months_in(now, station.zone.clone());
        self.schedules.forget_before(months[0]);
        for month in months {
            let Some(in_force) = self.schedules.month(month) else { continue };
            let loaded = &in_force.loaded;
            let Some(text) = &loaded.month_text else { continue };
            let station_text = loaded.station_text.as_deref().unwrap_or_default();
            let is_kept = |(revision, at): &(String, Timestamp)| *revision == loaded.revision && *at <= now;
            if !self.kept.get(&month).is_some_and(is_kept) {
                // By a clock that was set back since it was read nobody would have read it yet.
                let read_at = in_force.read_at.min(now);
                self.ledger.keep_revision(month, station_text, text, &loaded.revision, read_at);
                self.kept.insert(month, (loaded.revision.clone(), read_at));
            }
        }
        self.director.forget_oldest();
        self.step(Event::Planned { since, slots: self.schedules.slots(), rules: AirRules::of(&station) });
    }

    /// The clock was set back: what had passed when it was read is ahead again.
    pub(super) fn put_in_force_again(&mut self, now: Timestamp) {
        for month in months_in(now, self.schedules.zone()) {
            self.schedules.put_right(month, now);
        }
        self.put_in_force(now, now);
    }

    pub(super) fn on_the_minute(&mut self, now: Timestamp) {
        if self.clocks.in_doubt() {
            return;
        }
        let station = self.schedules.station();
        let local = now.to_zoned_datetime(station.zone.clone());
        let months = months_in(now, station.zone.clone());
        if local.minute() == 0 {
            self.told.clear();
        }
        self.copy_the_log(now, local.date());
        if self.evening.has_come(local.datetime(), station.alerts.preflight) {
            tracing::info!("pre-flight: measuring the recordings of the days ahead");
            self.evening.underway = true;
            self.loader.read(months);
        } else if local.day() == 1 && local.hour() == 0 && local.minute() == 0 {
            tracing::info!(month = %months[0], "a month begins");
            self.loader.read(months);
        }
    }

    /// Reads everything anew because somebody asks for it.
    pub(super) fn reload(&mut self, now: Timestamp) {
        tracing::info!("asked to read the schedules");
        self.supervisor.reloading();
        let months = months_in(self.clocks.reading_time(now), self.schedules.zone());
        self.loader.read(months);
    }

    /// Those are told whom the station names; while no good `station.toml` says whom, nobody new.
    pub(super) fn follow_alerts(&mut self) {
        if let Some(station) = self.schedules.good_station() {
            self.ledger.follow(station, self.home.root());
        }
    }
}
