//! What the daemon says of itself: `loa status`.

use serde_json::{Value, json};

use super::Daemon;
use crate::clock;
use crate::timetable::Slot;

/// The line as the daemon last heard of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineState {
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
        why: String,
    },
}

impl LineState {
    /// The device, by the name `loa devices` prints.
    pub fn device(&self) -> &str {
        match self {
            LineState::Closed { device } | LineState::Open { device } | LineState::Lost { device, .. } => device,
        }
    }

    /// The word in JSON.
    pub fn code(&self) -> &'static str {
        match self {
            LineState::Closed { .. } => "closed",
            LineState::Open { .. } => "open",
            LineState::Lost { .. } => "lost",
        }
    }
}

impl Daemon {
    pub(super) fn answer(&self, question: &Value) -> Value {
        match question["ask"].as_str() {
            Some("status") => self.status(),
            _ => json!({ "error": "unknown question" }),
        }
    }

    pub(super) fn status(&self) -> Value {
        let now = clock::now();
        let station = self.schedules.station();
        let shown = |slot: &Slot| {
            let planned = slot.planned.to_zoned_datetime(station.zone.clone());
            json!({
                "slot": slot.id.0, "title": slot.title, "file": slot.file,
                "planned": crate::report::time_text(&planned),
            })
        };
        let month = super::months_in(now, &station)[0];
        let in_force = self.schedules.month(month).filter(|month| month.loaded.month_text.is_some());
        let time = |at: jiff::Timestamp| crate::report::time_text(&at.to_zoned_datetime(station.zone.clone()));
        let refused: Vec<_> = self
            .schedules
            .refused()
            .map(|(month, refused)| {
                json!({
                    "month": month.to_string(), "read_at": time(refused.at),
                    "message": refused.detail.get(self.lang),
                })
            })
            .collect();
        json!({
            "on_air": self.director.on_air().map(shown),
            "next": self.director.ahead().find(|slot| slot.planned > now && slot.bar.is_none()).map(shown),
            "line": { "id": super::LINE, "device": self.line.device(), "state": self.line.code() },
            "clock": { "trusted": true, "synchronised": null, "offset_ms": null },
            "schedule": {
                "revision": in_force.map(|month| month.loaded.revision.clone()),
                "read_at": in_force.map(|month| time(month.read_at)),
                "refused": refused,
            },
            "targets": null,
            "incidents": self.ledger.open_incidents(),
        })
    }
}
