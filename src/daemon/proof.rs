//! Incidents of what is sent and not heard.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Daemon, Message};
use crate::airing::IncidentKind;
use crate::audio::line::mixer;
use crate::audio::line::mixer_watch::MixerWatch;
use crate::clock;
use crate::director::{End, Event, MonitorNews, Relayed};
use crate::notes;
use crate::outcome::Cause;
use crate::player::Order;
use crate::problem::Text;
use crate::timetable::{Slot, SlotId};

/// How often the volume controls are looked at while something sounds or they let nothing through, in ms: where the sound system
/// tells of each that is moved this is for nothing.
const MIXER_EVERY_MS: u64 = 4_000;
/// The shortest time between two looks, in ms: a control that is drawn is moved a hundred times.
const MIXER_PAUSE_MS: u64 = 100;

/// So long after the last word of a silence that is over.
const SILENCE_LASTS: SignedDuration = SignedDuration::from_millis(2_500);

/// What is watched of the line beside the line itself.
#[derive(Default)]
pub(super) struct Proof {
    /// Where the player listens.
    monitor: Option<String>,
    /// When the volume controls were last looked at, and when they are next, by the steady clock.
    mixer_looked_ms: u64,
    mixer_at_ms: u64,
    /// What sounded then.
    mixer_slot: Option<SlotId>,
    /// What tells that one of them is moved.
    mixer_watch: Option<MixerWatch>,
    /// One of them lets nothing through.
    is_muted: bool,
    /// The loss of the line that is about to be told broke off what sounded.
    broken_off: bool,
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

impl Proof {
    /// A volume control may have been moved: it is looked at at once.
    pub fn control_moved(&mut self) {
        self.mixer_at_ms = self.mixer_at_ms.min(self.mixer_looked_ms + MIXER_PAUSE_MS);
    }

    /// Whether the loss of the line that is told now broke off what sounded.
    pub fn take_broken_off(&mut self) -> bool {
        std::mem::take(&mut self.broken_off)
    }
}

impl Daemon {
    /// Has it told when a volume control of the line is moved.
    pub(super) fn watch_controls(&mut self) {
        let inbox = self.inbox.clone();
        let moved = move || {
            // Nobody listens only when the daemon is going down.
            let _ = inbox.send(Message::ControlMoved);
        };
        self.proof.mixer_watch = Some(MixerWatch::start(self.line.device(), moved));
        // It may have been moved while nobody told.
        self.proof.control_moved();
    }

    /// How long the loop may wait at most before it looks at them.
    pub(super) fn mixer_wait(&self) -> Option<Duration> {
        let looks = self.proof.is_muted || self.director.on_air().is_some();
        let wait_ms = self.proof.mixer_at_ms.saturating_sub(clock::awake_or_asleep_ms());
        looks.then_some(Duration::from_millis(wait_ms.max(MIXER_PAUSE_MS / 2)))
    }

    /// Looks at the volume controls while something sounds, and until the last that was shut is open, on a thread of its own;
    /// due at each turn of the loop.
    pub(super) fn tend_mixer(&mut self) {
        let now_ms = clock::awake_or_asleep_ms();
        let slot = self.director.on_air().map(|slot| slot.id.clone());
        let is_due = now_ms >= self.proof.mixer_at_ms || slot != self.proof.mixer_slot;
        if (slot.is_none() && !self.proof.is_muted) || !is_due || self.proof.looking.swap(true, Ordering::Relaxed) {
            return;
        }
        (self.proof.mixer_looked_ms, self.proof.mixer_at_ms) = (now_ms, now_ms + MIXER_EVERY_MS);
        self.proof.mixer_slot.clone_from(&slot);
        let (device, facts, looking) = (self.line.device().to_owned(), self.facts.clone(), self.proof.looking.clone());
        let look = move || {
            let controls = mixer::controls(&device);
            let silencer = mixer::silencer(&controls).map(|control| control.name.clone());
            // Before it is told: who is told may have to look again.
            looking.store(false, Ordering::Relaxed);
            // Nobody listens only when the daemon is going down.
            let _ = facts.send(Event::Mixer { slot, silencer });
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
                self.proof.is_muted = true;
            }
            Event::Mixer { silencer: None, .. } => {
                self.ledger.incident_ended(IncidentKind::Muted, now);
                self.proof.is_muted = false;
            }
            Event::Monitor(news) => self.monitor_says(news),
            Event::Heard { .. } => {
                if let Some(ended) = self.proof.silence.over(now) {
                    self.ledger.incident_ended(IncidentKind::Silent, ended);
                }
            }
            Event::Relaying { slot, heard } => self.proof.relaying = Some((slot.clone(), heard.clone())),
            // Whatever comes next is another sound.
            Event::Ended { end, played_ms, .. } => {
                self.proof.broken_off |= *end == End::Line && *played_ms > 0;
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
            MonitorNews::Dismissed => {
                for kind in [IncidentKind::Monitor, IncidentKind::LineSilent] {
                    self.ledger.incident_ended(kind, now);
                }
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
