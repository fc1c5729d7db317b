//! What the daemon says of itself: `loa status`.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Daemon;
use crate::airing::{Incident, IncidentKind, LogHead};
use crate::clock;
use crate::console::Status;
use crate::director::Waiting;
use crate::ledger::Reader;
use crate::problem::{Lang, Text};
use crate::programme::Class;
use crate::reporting;
use crate::timetable::{self, Slot, Start};

/// So many titles that errors keep off the air are told one by one.
const KEPT_OFF_TOLD: usize = 10;

/// The line as the daemon last heard of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineState {
    /// No good `station.toml` has named it yet.
    Unnamed,
    /// Not tried yet.
    Closed {
        /// The device it will be.
        device: String,
    },
    /// Open.
    Open {
        /// The device that has the sound.
        device: String,
    },
    /// Lost, or not to be opened.
    Lost {
        /// The device it was.
        device: String,
        /// In words.
        why: Text,
    },
}

impl LineState {
    /// The device, by the name `loa devices` prints.
    pub fn device(&self) -> &str {
        match self {
            LineState::Unnamed => "",
            LineState::Closed { device } | LineState::Open { device } | LineState::Lost { device, .. } => device,
        }
    }

    /// Why it is not open, as far as is known.
    pub fn why(&self) -> Option<&Text> {
        match self {
            LineState::Lost { why, .. } => Some(why),
            LineState::Unnamed | LineState::Closed { .. } | LineState::Open { .. } => None,
        }
    }

    /// The word in JSON.
    pub fn code(&self) -> &'static str {
        match self {
            LineState::Unnamed | LineState::Closed { .. } => "closed",
            LineState::Open { .. } => "open",
            LineState::Lost { .. } => "lost",
        }
    }
}

/// A fault that is not over.
struct Lasting {
    kind: IncidentKind,
    began: Timestamp,
    detail: Text,
}

impl Lasting {
    fn json(&self, time: &dyn Fn(Timestamp) -> String, lang: Lang) -> Value {
        let Lasting { kind, began, detail } = self;
        json!({ "kind": kind.code(), "word": kind.word(lang), "began": time(*began), "detail": detail.get(lang) })
    }
}

impl Daemon {
    pub(super) fn answer(&mut self, question: &Value) -> Value {
        match question["ask"].as_str() {
            // Who asks reads it in a language of their own.
            Some("status") => self.status(question["lang"].as_str().and_then(Lang::from_code).unwrap_or(self.lang)),
            Some("first_link") => json!({ "first_link": self.page.first_link() }),
            // Whoever looks is shown how things stand at the end of this turn.
            Some("look") => json!({}),
            _ => self.by_hand(question).unwrap_or_else(|| json!({ "error": "unknown question" })),
        }
    }

    /// In the words of that language.
    pub(super) fn status(&self, lang: Lang) -> Value {
        let now = clock::now();
        self.status_with(now, &self.open_incidents(now), lang)
    }

    /// The same for those who look by the page: the log is asked once.
    pub(super) fn status_in_both(&self) -> Status {
        let now = clock::now();
        let incidents = self.open_incidents(now);
        let [vi, en] = [Lang::Vi, Lang::En].map(|lang| self.status_with(now, &incidents, lang));
        Status { vi, en }
    }

    fn status_with(&self, now: Timestamp, incidents: &[Lasting], lang: Lang) -> Value {
        let station = self.schedules.station();
        let time = |at: Timestamp| at.display_with_offset(station.zone.to_offset(at)).to_string();
        let shown = |slot: &Slot| {
            json!({
                "slot": slot.id.0, "title": slot.title, "file": slot.files.first(),
                "planned": time(slot.planned), "emergency": slot.class == Class::Emergency,
                "repeats_left": self.repeats_left(slot),
                "relayed": self.relayed(slot).map(|heard| heard.get(lang).to_owned()),
            })
        };
        let device = Some(self.line.device()).filter(|device| !device.is_empty());
        // Which month it is only a clock can say that is believed.
        let month = (!self.clocks.in_doubt()).then(|| super::in_force::months_in(now, station.zone.clone())[0]);
        let in_force = month.and_then(|month| self.schedules.month(month));
        let in_force = in_force.filter(|month| month.loaded.month_text.is_some());
        let refused: Vec<_> = self
            .schedules
            .refused()
            .map(|(month, refused)| {
                json!({
                    "month": month.to_string(), "read_at": time(refused.at),
                    "message": refused.detail.get(lang),
                })
            })
            .collect();
        let too_late: Vec<_> = self
            .schedules
            .too_late
            .told(now)
            .map(|(slot, why)| {
                json!({ "slot": slot.id.0, "title": slot.title, "planned": time(slot.planned), "why": why.code() })
            })
            .collect();
        let ahead: Vec<&Slot> = self.director.ahead().filter(|slot| slot.planned > now).collect();
        json!({
            "on_air": self.director.heard_now().map(shown),
            "next": ahead.iter().find(|slot| slot.bar.is_none()).copied().map(shown),
            "waiting": self.waiting(now, &time),
            "line": {
                "id": super::LINE, "device": device, "state": self.line.code(), "wanted": self.device.wanted,
                "why": self.line.why().map(|why| why.get(lang)),
            },
            "amplifier": self.amplifier.status(lang),
            "clock": self.clock_status(now, lang),
            "schedule": {
                "revision": in_force.map(|month| month.loaded.revision.clone()),
                "read_at": in_force.map(|month| time(month.read_at)),
                "refused": refused,
                "too_late": too_late,
                "kept_off": self.kept_off(ahead, &time, lang),
            },
            "console": self.page.status(lang),
            "ledger": self.ledger_status(now, lang),
            "alerts": self.ledger.ways(&time, lang),
            "sleep": {
                "kept_away": self.wakefulness.holds(), "wakes": self.wakefulness.wakes(),
                "may_sleep": self.wakefulness.may_sleep(),
                "refused": self.wakefulness.refusal().map(|why| why.get(lang).to_owned()),
            },
            "targets": null,
            "incidents": incidents.iter().map(|one| one.json(&time, lang)).collect::<Vec<_>>(),
        })
    }

    /// What an emergency's order still has to come behind `slot`, one of its airings.
    fn repeats_left(&self, slot: &Slot) -> usize {
        let comes = |other: &&Slot| other.broadcast == slot.broadcast && other.planned > slot.planned;
        if slot.class == Class::Emergency { self.director.ahead().filter(comes).count() } else { 0 }
    }

    /// What should sound and does not yet, and for what it waits: the line, what is on air, or its own recording.
    fn waiting(&self, now: Timestamp, time: &dyn Fn(Timestamp) -> String) -> Vec<Value> {
        let is_open = matches!(self.line, LineState::Open { .. });
        let told = |Waiting { slot, goes_on, until }: Waiting<'_>| {
            let on_air = self.director.waits_behind(&slot.id).map(|on_air| &on_air.title);
            let waits_for = match on_air {
                _ if !is_open => "line",
                Some(_) => "on_air",
                None => "recording",
            };
            json!({
                "slot": slot.id.0, "title": slot.title, "planned": time(slot.planned), "for": waits_for, "on_air": on_air,
                "emergency": slot.class == Class::Emergency, "goes_on": goes_on, "until": time(until),
                "in_turn": slot.start == Start::Soft,
            })
        };
        self.director.all_waiting(now).into_iter().map(told).collect()
    }

    /// What errors keep off the air of what is ahead: how many slots, and the first of which.
    fn kept_off(&self, ahead: Vec<&Slot>, time: &dyn Fn(Timestamp) -> String, lang: Lang) -> Value {
        let all = timetable::kept_off(ahead);
        let shown = all.iter().take(KEPT_OFF_TOLD).map(|kept| {
            json!({
                "slot": kept.first.id.0, "title": kept.first.title, "planned": time(kept.first.planned),
                "times": kept.times, "cause": kept.bar.cause.code(), "reason": kept.bar.reason.get(lang),
            })
        });
        let times: usize = all.iter().map(|kept| kept.times).sum();
        json!({ "times": times, "titles": all.len(), "first": shown.collect::<Vec<_>>() })
    }

    /// The log's head, what waits for it, where, and for how long and why the disk has refused it.
    fn ledger_status(&self, now: Timestamp, lang: Lang) -> Value {
        let health = self.ledger.health();
        let head = health.head.map(LogHead::from);
        json!({
            "head": head.as_ref().map(|head| &head.hash), "seq": head.as_ref().map(|head| head.seq),
            "waiting": health.waiting, "lag_ms": health.lag_ms(now), "in_memory_alone": health.in_memory_alone,
            "why": health.why().map(|why| why.get(lang)),
        })
    }

    /// The faults that last, as the log has them.
    fn open_incidents(&self, now: Timestamp) -> Vec<Lasting> {
        let a_month_ago = now.saturating_sub(SignedDuration::from_hours(24 * 31)).unwrap_or(Timestamp::MIN);
        // By a clock that is wrong any instant may have come.
        let (from, to) = if self.clocks.in_doubt() { (Timestamp::MIN, Timestamp::MAX) } else { (a_month_ago, now) };
        let read = Reader::open(&self.home.ledger_file())
            .and_then(|reader| reader.incidents(from, to).map_err(|error| reporting::unreadable(&self.home, &error)));
        lasting(self.disk.trouble.as_ref(), read, now)
    }
}

/// The faults that last: the `disk`'s as the daemon knows it, for what the log cannot be written for, it cannot tell; and those
/// that the log is `read` to have. That it cannot be read is one too, where no other is known of the disk.
fn lasting(disk: Option<&(Timestamp, Text)>, read: Result<Vec<Incident>, Text>, now: Timestamp) -> Vec<Lasting> {
    let trouble = |since: Timestamp, detail: Text| Lasting { kind: IncidentKind::Disk, began: since, detail };
    let mut open: Vec<Lasting> = disk.map(|(since, what)| trouble(*since, what.clone())).into_iter().collect();
    match read {
        Ok(incidents) => {
            let lasts = |one: &Incident| one.ended.is_none() && (one.kind != IncidentKind::Disk || disk.is_none());
            let known = incidents.into_iter().filter(lasts);
            open.extend(known.map(|Incident { kind, began, detail, .. }| Lasting { kind, began, detail }));
        }
        Err(why) if open.is_empty() => open.push(trouble(now, why)),
        Err(_) => {}
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_that_cannot_be_read_is_a_fault_that_lasts_and_not_a_log_without_faults() {
        let now = Timestamp::UNIX_EPOCH;
        let incident = |kind| Incident { kind, began: now, ended: None, detail: Text::same("trong nhật ký") };
        let told = |disk: Option<&str>, read| -> Vec<(IncidentKind, String)> {
            let disk = disk.map(|what| (now, Text::same(what)));
            lasting(disk.as_ref(), read, now).into_iter().map(|one| (one.kind, one.detail.vi)).collect()
        };
        let unreadable = || Err(Text::same("không đọc được"));
        let (disk, line) = (IncidentKind::Disk, IncidentKind::LineLost);
        assert_eq!(told(None, unreadable()), [(disk, "không đọc được".to_owned())]);
        assert_eq!(told(Some("hết chỗ"), unreadable()), [(disk, "hết chỗ".to_owned())], "that says why");
        let both = || Ok(vec![incident(disk), incident(line)]);
        let in_the_log = |kind| (kind, "trong nhật ký".to_owned());
        assert_eq!(told(None, both()), [in_the_log(disk), in_the_log(line)]);
        assert_eq!(told(Some("hết chỗ"), both()), [(disk, "hết chỗ".to_owned()), in_the_log(line)]);
        let over = Incident { ended: Some(now), ..incident(line) };
        assert_eq!(told(None, Ok(vec![over])), []);
    }
}
