//! The daemon's side of the amplifier: asks at each turn whether it should be on, and passes the answer to the thread
//! that switches it. No sound waits for it, and none is kept back when it fails.

use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use serde_json::{Value, json};

use super::switch::{self, Order, Tried};
use super::{Daemon, Message};
use crate::airing::IncidentKind;
use crate::amplifier::{Moment, Position, Switching};
use crate::clock;
use crate::director::{AttentionTone, Event};
use crate::notes;
use crate::problem::Text;
use crate::station;
use crate::timetable::SlotId;

/// How long a stop waits for the amplifier to be off; the command goes on without us.
const STOP_WAIT: Duration = Duration::from_secs(3);

/// What the daemon knows of the amplifier; blank where the station has none.
#[derive(Default)]
pub(super) struct Attendant {
    /// As the station has it, with the thread that switches it.
    amplifier: Option<(station::Amplifier, Sender<Order>)>,
    switching: Switching,
    /// How it stands, as far as an attempt has succeeded.
    stands: Option<Position>,
    /// What could not be done last, and why.
    fault: Option<(Position, Text)>,
    /// The last airing of which it was told that it cannot be switched on.
    noted: Option<SlotId>,
}

fn moment() -> Moment {
    Moment { now: clock::now(), steady_ms: clock::awake_or_asleep_ms() }
}

impl Attendant {
    fn order(&self, position: Position, reply: Option<Sender<()>>) {
        if let Some((_, hand)) = &self.amplifier {
            // The thread lives as long as this sender.
            let _ = hand.send(Order { position, reply });
        }
    }

    /// Off, without waiting, and out of our hands.
    fn let_go(&mut self) {
        if self.switching.ordered() == Some(Position::On) {
            self.order(Position::Off, None);
        }
        *self = Attendant::default();
    }

    /// It is to be on, was not on before, and cannot be switched.
    fn is_dead(&self) -> bool {
        let cannot = matches!(self.fault, Some((Position::On, _)));
        cannot && self.switching.ordered() == Some(Position::On) && self.stands != Some(Position::On)
    }

    /// For `loa status`; null where the station has none.
    pub(super) fn status(&self, lang: crate::problem::Lang) -> Value {
        if self.amplifier.is_none() {
            return Value::Null;
        }
        let word = |position| if position == Position::On { "on" } else { "off" };
        json!({
            "state": self.stands.map(word), "wanted": self.switching.ordered().map(word),
            "failed": self.fault.as_ref().map(|(position, _)| word(*position)),
            "fault": self.fault.as_ref().map(|(_, fault)| fault.get(lang)),
        })
    }
}

impl Daemon {
    /// Switches the amplifier if it is time; due at each turn of the loop.
    pub(super) fn tend_amplifier(&mut self) {
        self.take_amplifier();
        let Some((amplifier, _)) = &self.amplifier.amplifier else { return };
        let outlook = self.director.outlook();
        if let Some(position) = self.amplifier.switching.step(moment(), amplifier, outlook) {
            tracing::info!(?position, "amplifier wanted");
            self.amplifier.order(position, None);
        }
    }

    /// Has it noted beside what sounds that the amplifier could not be switched on; due at each turn of the loop.
    pub(super) fn note_dead_amplifier(&mut self) {
        let Some(slot) = self.director.heard_now().map(|slot| slot.id.clone()) else { return };
        if self.amplifier.is_dead() && self.amplifier.noted.as_ref() != Some(&slot) {
            self.amplifier.noted = Some(slot.clone());
            self.step(Event::Unamplified { slot });
        }
    }

    /// Follows what `station.toml` says of it.
    fn take_amplifier(&mut self) {
        // Without a good station nothing is known of it: what holds goes on.
        let Some(station) = self.schedules.good_station() else { return };
        let (wanted, held) = (station.amplifier.as_ref(), self.amplifier.amplifier.as_mut());
        match (wanted, held) {
            (Some(wanted), Some((held, _))) if wanted.switch == held.switch => {
                if held != wanted {
                    *held = wanted.clone();
                }
            }
            (None, None) => {}
            (wanted, _) => {
                let wanted = wanted.cloned();
                self.amplifier.let_go();
                if let Some(wanted) = wanted {
                    self.begin_switching(wanted);
                }
            }
        }
    }

    fn begin_switching(&mut self, amplifier: station::Amplifier) {
        let inbox = self.inbox.clone();
        let tell = move |tried| {
            // Nobody listens only when the daemon is going down.
            let _ = inbox.send(Message::Amplifier(tried));
        };
        match switch::start(amplifier.switch.clone(), self.home.root().to_owned(), tell) {
            Ok(hand) => self.amplifier.amplifier = Some((amplifier, hand)),
            Err(error) => tracing::error!(%error, "no thread to switch the amplifier"),
        }
    }

    /// When it is next to be looked at, if anything is to come.
    pub(super) fn amplifier_wait(&self) -> Option<Duration> {
        let (amplifier, _) = self.amplifier.amplifier.as_ref()?;
        let wait_ms = self.amplifier.switching.wake_in_ms(moment(), amplifier, self.director.outlook())?;
        Some(Duration::from_millis(wait_ms))
    }

    /// An emergency is about to sound, the next sound in the outlook: has the amplifier on at once, and the tone before it last
    /// until that has warmed.
    pub(super) fn while_warming(&mut self, tone: AttentionTone) -> AttentionTone {
        self.take_amplifier();
        let Some((amplifier, _)) = &self.amplifier.amplifier else { return tone };
        let warming_ms = self.amplifier.switching.warming_ms(moment(), amplifier);
        self.tend_amplifier();
        AttentionTone { at_least_ms: tone.at_least_ms.max(warming_ms), ..tone }
    }

    /// Takes in what came of an attempt.
    pub(super) fn amplifier_tried(&mut self, tried: Tried) {
        let now = clock::now();
        let known = self.amplifier.fault.as_ref().map(|(position, _)| *position);
        match &tried.fault {
            // What is to be mended now is the other of its two commands.
            Some(fault) if known.is_some_and(|known| known != tried.position) => {
                self.ledger.incident_changed(IncidentKind::Amplifier, now, fault);
            }
            Some(fault) => self.ledger.incident_began(IncidentKind::Amplifier, now, fault),
            None => {
                self.ledger.incident_ended(IncidentKind::Amplifier, now);
                self.amplifier.stands = Some(tried.position);
            }
        }
        self.amplifier.fault = tried.fault.map(|fault| (tried.position, fault));
    }

    /// Has it off before the daemon ends, and waits a moment for that.
    pub(super) fn amplifier_off(&mut self) {
        let is_off =
            self.amplifier.stands == Some(Position::Off) && self.amplifier.switching.ordered() == Some(Position::Off);
        if self.amplifier.amplifier.is_none() || is_off {
            return;
        }
        let (reply, done) = channel();
        self.amplifier.order(Position::Off, Some(reply));
        if done.recv_timeout(STOP_WAIT).is_err() {
            let fault = notes::read(&notes::amplifier_left_on(), None);
            tracing::error!("{}", fault.en);
            self.ledger.incident_began(IncidentKind::Amplifier, clock::now(), &fault);
        }
    }
}
