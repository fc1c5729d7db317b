//! Which device the loop sounds on, and what it does when the line is lost and when it is there again.

use serde_json::{Value, json};

use super::in_force::sound_of;
use super::{Daemon, LineState, wiring};
use crate::airing::IncidentKind;
use crate::clock;
use crate::director::{ARM_AHEAD, Event};
use crate::home::Home;
use crate::lock::beside::{self, LineSign};
use crate::player::{Order, Player, Settings};
use crate::problem::Text;

/// The line's device.
#[derive(Debug, Default)]
pub(super) struct Device {
    /// Its name as it was asked for.
    name: String,
    /// It stands on the command line: no edit changes it.
    by_hand: bool,
    /// What `line.device` has become since; it counts from the next start on.
    pub wanted: Option<String>,
    /// For the other stations on this PC.
    sign: Option<LineSign>,
}

impl Device {
    /// None is taken yet.
    pub fn new(by_hand: bool) -> Device {
        Device { by_hand, ..Device::default() }
    }

    /// Tells other stations of it, and the program's log of them.
    fn take(&mut self, home: &Home, name: &str) {
        // The old one comes down first: it may be the same.
        self.sign = None;
        self.sign = LineSign::put_up(home, name);
        for other in beside::others_on(home, name) {
            tracing::warn!(device = name, other = %other.display(), "another station on this PC sounds on the same device");
        }
        name.clone_into(&mut self.name);
    }
}

impl Daemon {
    /// The device is fixed for a run: nothing that is on air moves to another one by an edit. How it sounds is not.
    pub(super) fn note_line_change(&mut self) {
        let Some(station) = self.schedules.good_station() else { return };
        let settings = sound_of(station);
        let wanted = settings.line.device.clone();
        if let Some(player) = &self.player {
            player.order(Order::Sound(settings.clone()));
        }
        match &self.player {
            None => self.open_line(settings),
            Some(_) if wanted != self.device.name && !self.device.by_hand => {
                tracing::warn!(
                    device = self.device.name,
                    wanted,
                    "`line.device` has changed: it counts from the next start on"
                );
                self.device.wanted = Some(wanted);
            }
            Some(_) => self.device.wanted = None,
        }
    }

    /// Changes over to the line that `station.toml` names now, where nothing sounds or is about to; answers with the line's
    /// device as it is then.
    pub(super) fn take_line(&mut self) -> Result<Value, Text> {
        let settings = self.schedules.good_station().map(sound_of).filter(|_| self.device.wanted.is_some());
        let Some(settings) = settings else { return Ok(json!({ "device": self.device.name })) };
        let outlook = self.director.outlook();
        let soon = outlook.next.is_some_and(|next| next.duration_since(clock::now()) < ARM_AHEAD + ARM_AHEAD);
        if outlook.on_air || soon {
            return Err(Text::new(
                "đang phát hoặc sắp phát nên chưa đổi đường loa ngay được; hãy làm lại sau, hoặc chạy lại Loa",
                "something is on air or about to be, so the line cannot change now; do it again later, or start Loa anew",
            ));
        }
        tracing::info!(from = self.device.name, to = settings.line.device, "the line changes by order");
        // What is told of the old one from here on is told to nobody.
        self.player = None;
        self.facts = wiring::facts_into(&self.inbox).map_err(|error| Text::same(&error.to_string()))?;
        let (device, why) = (self.device.name.clone(), Text::new("đổi theo lệnh", "changed by order"));
        self.step(Event::LineLost { device, why });
        self.ledger.incident_ended(IncidentKind::LineLost, clock::now());
        self.device.wanted = None;
        self.open_line(settings);
        self.listen_anew();
        Ok(json!({ "device": self.device.name }))
    }

    /// Starts the player on its line. Until a good `station.toml` names it there is none: sound on another output than the
    /// one that was meant is worse than silence.
    pub(super) fn open_line(&mut self, settings: Settings) {
        let device = settings.line.device.clone();
        self.device.take(&self.home, &device);
        match Player::start(&self.home, settings, wiring::measures(&self.home), self.facts.clone()) {
            Ok(player) => self.player = Some(player),
            Err(error) => tracing::error!(%error, "the player cannot be started"),
        }
        self.line = LineState::Closed { device };
    }

    pub(super) fn line_opened(&mut self, device: &str) {
        self.ledger.incident_ended(IncidentKind::LineLost, clock::now());
        self.line = LineState::Open { device: device.to_owned() };
        self.watch_controls();
    }

    pub(super) fn line_lost(&mut self, device: &str, why: &Text) {
        // Of a loss the player has told.
        if !matches!(self.line, LineState::Open { .. }) {
            tracing::error!(device, "the line does not open: {}", why.en);
        }
        let broke_off = self.proof.take_broken_off();
        if !matches!(self.line, LineState::Lost { .. }) {
            self.ledger.line_lost(clock::now(), &why.about(device), broke_off);
        }
        self.line = LineState::Lost { device: device.to_owned(), why: why.clone() };
    }
}
