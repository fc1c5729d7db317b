//! Incidents of what is sent and not heard.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::{SignedDuration, Timestamp};

use super::Daemon;
use crate::airing::IncidentKind;
use crate::audio::line::mixer;
use crate::clock;
use crate::director::{Event, MonitorNews, Relayed};
use crate::notes;
use crate::outcome::Cause;
use crate::player::Order;
use crate::problem::Text;
use crate::timetable::{Slot, SlotId};

/// How often the volume controls are looked at while something sounds, in ms.
const MIXER_EVERY_MS: u64 = 4_000;

/// So long after the last word of a silence that is over.
const SILENCE_LASTS: SignedDuration = SignedDuration::from_millis(2_500);

/// What is watched of the line beside the line itself.
#[derive(Default)]
pub(super) struct Proof {
    /// Where the player listens.
    monitor: Option<String>,
    /// When the volume controls are next looked at, by the steady clock.
    mixer_at_ms: u64,
    silence: Silence,
    /// What was last told of the relay on air that was not its source.
    relaying: Option<(SlotId, Relayed)>,
    /// A look is under way: a sound system that does not answer is asked once.
    looking: Arc<AtomicBool>,
}

/// A silence of what sounds where the recording is not silent.
#[derive(Debug, Default)]
struct Silence {
    /// When it was last told; none while none lasts.
    told: Option<Timestamp>,
}

impl Silence {
    fn told(&mut self, now: Timestamp) {
        self.told = Some(now);
    }

    /// It is told each second: when it ended, if that was not told for long.
    fn over(&mut self, now: Timestamp) -> Option<Timestamp> {
        self.told.take_if(|told| now.duration_since(*told).abs() > SILENCE_LASTS)
    }

    /// How long it is the row's own beginning and end say: it goes on when they are written, and they stay as they are.
    fn words(slot: &str) -> Text {
        Text::new(
            format!("`{slot}` im lặng mà bản ghi thì không; hãy nghe thử bản ghi và báo lỗi"),
            format!("`{slot}` is silent where its recording is not; listen to it and report this"),
        )
    }
}

impl Daemon {
    /// Looks at the volume controls while something sounds, on a thread of its own; due at each turn of the loop.
    pub(super) fn tend_mixer(&mut self) {
        let now_ms = clock::awake_or_asleep_ms();
        let Some(slot) = self.director.on_air().map(|slot| slot.id.clone()) else { return };
        if now_ms < self.proof.mixer_at_ms || self.proof.looking.swap(true, Ordering::Relaxed) {
            return;
        }
        self.proof.mixer_at_ms = now_ms + MIXER_EVERY_MS;
        let (device, facts, looking) = (self.line.device().to_owned(), self.facts.clone(), self.proof.looking.clone());
        let look = move || {
            let controls = mixer::controls(&device);
            let silencer = mixer::silencer(&controls).map(|control| control.name.clone());
            // Nobody listens only when the daemon is going down.
            let _ = facts.send(Event::Mixer { slot, silencer });
            looking.store(false, Ordering::Relaxed);
        };
        if let Err(error) = std::thread::Builder::new().name("mixer".into()).spawn(look) {
            tracing::warn!(%error, "no thread to look at the volume controls");
            self.proof.looking.store(false, Ordering::Relaxed);
        }
    }

    /// Writes down what an event says of that.
    pub(super) fn hear(&mut self, event: &Event) {
        let now = clock::now();
        match event {
            Event::Unheard { slot, cause: Cause::Short, for_ms } => {
                let detail = Silence::words(&slot.0);
                tracing::error!(slot = slot.0, for_ms, "silence is sent where the recording is not silent");
                let since = now - SignedDuration::from_millis(i64::try_from(*for_ms).unwrap_or(0));
                self.ledger.incident_began(IncidentKind::Silent, since, &detail);
                self.proof.silence.told(now);
            }
            Event::Mixer { silencer: Some(control), .. } => {
                let detail = notes::read(&notes::output_silenced(control), None);
                self.ledger.incident_began(IncidentKind::Muted, now, &detail);
            }
            Event::Mixer { silencer: None, .. } => self.ledger.incident_ended(IncidentKind::Muted, now),
            Event::Monitor(news) => self.monitor_says(news),
            Event::Heard { .. } => {
                if let Some(ended) = self.proof.silence.over(now) {
                    self.ledger.incident_ended(IncidentKind::Silent, ended);
                }
            }
            Event::Relaying { slot, heard } => self.proof.relaying = Some((slot.clone(), heard.clone())),
            // Whatever comes next is another sound.
            Event::Ended { .. } => {
                self.proof.relaying = None;
                // One that lasted to its end was told with it.
                let ended = self.proof.silence.told.take().unwrap_or(now);
                self.ledger.incident_ended(IncidentKind::Silent, ended);
            }
            _ => {}
        }
    }

    /// What was heard of the relay of that slot on air, where it was not its source alone.
    pub(super) fn relayed(&self, slot: &Slot) -> Option<Text> {
        let (_, heard) = self.proof.relaying.as_ref().filter(|(relaying, _)| *relaying == slot.id)?;
        Some(notes::read(&heard.note(), None))
    }

    fn monitor_says(&mut self, news: &MonitorNews) {
        let now = clock::now();
        match news {
            MonitorNews::Hears { device } => {
                tracing::info!(device, "the monitor listens");
                self.ledger.incident_ended(IncidentKind::Monitor, now);
            }
            MonitorNews::Lost { device, why } => {
                tracing::error!(device, why = why.en, "the monitor is lost: nothing says whether the line sounds");
                let detail = Text::new(
                    format!(
                        "`{device}`: {}; hãy xem thiết bị và tên ở `monitor`; trong lúc này không ai nghe kiểm tra",
                        why.vi
                    ),
                    format!(
                        "`{device}`: {}; look at the device and at `monitor`; nothing hears the line meanwhile",
                        why.en
                    ),
                );
                self.ledger.incident_began(IncidentKind::Monitor, now, &detail);
                // What it would hear now nobody knows.
                self.ledger.incident_ended(IncidentKind::LineSilent, now);
            }
            MonitorNews::Silent { device, since } => {
                tracing::error!(device, %since, "the line does not sound");
                let detail = notes::read(&notes::line_does_not_sound(device), None);
                self.ledger.incident_began(IncidentKind::LineSilent, *since, &detail);
            }
            MonitorNews::Sounds { since } => {
                tracing::info!(%since, "the line sounds again");
                self.ledger.incident_ended(IncidentKind::LineSilent, *since);
            }
            MonitorNews::Rests { since } => {
                tracing::info!(%since, "nothing is sent any more to the line that did not sound");
                self.ledger.incident_ended(IncidentKind::LineSilent, *since);
            }
        }
    }

    /// Has a new player listen where the old one did.
    pub(super) fn listen_anew(&mut self) {
        self.proof.monitor = None;
        self.note_monitor();
    }

    /// Has the player listen where `station.toml` says.
    pub(super) fn note_monitor(&mut self) {
        let Some(station) = self.schedules.good_station() else { return };
        if self.player.is_some() && self.proof.monitor != station.line.monitor {
            self.proof.monitor.clone_from(&station.line.monitor);
            self.order(Order::Listen { device: self.proof.monitor.clone() });
            for kind in [IncidentKind::Monitor, IncidentKind::LineSilent] {
                self.ledger.incident_ended(kind, clock::now());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silence_ends_when_it_was_last_told_and_its_words_have_no_figure_that_grows() {
        let at = |ms: i64| Timestamp::from_millisecond(ms).unwrap();
        let mut silence = Silence::default();
        assert_eq!(silence.over(at(0)), None, "there was none");
        for second in 5..=40 {
            silence.told(at(second * 1000));
            assert_eq!(silence.over(at(second * 1000 + 900)), None, "it lasts");
        }
        assert_eq!(silence.over(at(42_600)), Some(at(40_000)));
        assert_eq!(silence.over(at(50_000)), None, "it is over once");
        let words = Silence::words("sang/ban-tin");
        assert!(![words.vi, words.en].iter().any(|text| text.contains(|letter: char| letter.is_ascii_digit())));
    }
}
