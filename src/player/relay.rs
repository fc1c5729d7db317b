//! A relay in the player's hands: tuned in as soon as it is known, so that its sound is ready at its instant.

use std::sync::Arc;

use jiff::Timestamp;

use super::desk::{Desk, Held, Stage, Step};
use super::learn::stand_in;
use super::on_air::OnAir;
use super::orders::GUESS;
use super::spot::{Spot, hand_over};
use super::supply::{Format, Supply};
use super::{Measures, Place};
use crate::audio::line::deck::{Take, TakeId};
use crate::audio::relay::{Heard, Live, Recordings, Terms};
use crate::clock::Reading;
use crate::director::{Event, Relayed};
use crate::notes;
use crate::outcome::Cause;
use crate::programme::relay::RelaySource;
use crate::schedule::audio_facts::AudioFacts;
use crate::station::LineSettings;
use crate::timetable::SlotId;

/// A relay that is not with the line yet.
pub(super) struct Tuned {
    source: RelaySource,
    /// What stands in for it, and how that is to sound.
    fallback: Recordings,
    measures: Arc<dyn Measures>,
    line: LineSettings,
    until: Timestamp,
    /// None while it has to be tuned in anew.
    live: Option<(Live, Format)>,
}

impl Tuned {
    fn tune(&mut self, format: Format) -> Result<(), std::io::Error> {
        if self.live.as_ref().is_none_or(|(_, of)| *of != format) {
            self.live = None;
            let open = stand_in(self.measures.clone(), self.line.clone(), format);
            let fallback = Recordings { open, ..self.fallback.clone() };
            let live = Live::open(&self.source, fallback, format, Terms::default())?;
            self.live = Some((live, format));
        }
        Ok(())
    }

    /// Its sound from `at` to its end, as a take for a line of that format.
    fn supply(
        &mut self,
        line: &LineSettings,
        id: TakeId,
        format: Format,
        at: Timestamp,
    ) -> Result<(Supply, Take), std::io::Error> {
        self.tune(format)?;
        let ms = u64::try_from(self.until.duration_since(at).as_millis()).unwrap_or(0);
        let live = self.live.take().map(|(live, _)| live);
        let live = live.ok_or_else(|| std::io::Error::other("not tuned in"))?;
        Ok(Supply::live(live, ms, line, id, format))
    }
}

impl Desk {
    pub(super) fn tune(&mut self, slot: SlotId, source: RelaySource, names: Vec<String>, until: Timestamp) {
        let air = match self.held.remove(&slot).map(|held| held.stage) {
            Some(on_air @ Stage::OnAir(_)) => {
                tracing::warn!(slot = slot.0, "an order to tune in what is on air is ignored");
                self.held.insert(slot, Held { arming: 0, stage: on_air });
                return;
            }
            Some(Stage::Arming { air } | Stage::Armed { air, .. } | Stage::Tuned { air, .. }) => air,
            None => None,
        };
        let fallback = Recordings { below: self.audio_dir.clone(), names, ..Recordings::default() };
        let (measures, line) = (self.measures.clone(), self.settings.line.clone());
        let mut tuned = Box::new(Tuned { source, fallback, measures, line, until, live: None });
        if let Err(error) = tuned.tune(self.format().unwrap_or(GUESS)) {
            // The system's words are in its own language: they go to the program's log, not to the ward's papers.
            tracing::error!(slot = slot.0, "no thread to relay on: {error}");
            let note = notes::no_room_to_relay();
            self.tell(Event::NotArmed { slot, cause: Cause::Disk, note });
            return;
        }
        let arming = self.next_number();
        self.held.insert(slot.clone(), Held { arming, stage: Stage::Tuned { tuned, air } });
        // Nothing is known of its sound, and there is nothing to wait for.
        self.tell(Event::Armed { slot, audio: AudioFacts::default(), lengths_ms: Vec::new() });
    }

    /// A relay whose turn has come is given to the line as it sounds now.
    pub(super) fn step_tuned(
        &mut self,
        slot: &SlotId,
        mut tuned: Box<Tuned>,
        (air, spot): (Option<Place>, Option<Spot>),
        now: Reading,
        news: &mut Vec<Event>,
    ) -> Step {
        let Some(format) = self.format() else {
            let lost = self.is_lost_to_the_line(slot, air.as_ref(), now, news);
            return (!lost).then_some(Stage::Tuned { tuned, air });
        };
        let (Some(spot), Some(place)) = (spot, air.clone()) else { return Some(Stage::Tuned { tuned, air }) };
        let id = TakeId(self.next_number());
        let (supply, take) = match tuned.supply(&self.settings.line, id, format, place.at.max(now.wall)) {
            Ok(given) => given,
            Err(error) => {
                tracing::error!(slot = slot.0, "no thread to relay on: {error}");
                return Some(Stage::Tuned { tuned, air });
            }
        };
        let Some(line) = self.keeper.line() else { return Some(Stage::Tuned { tuned, air }) };
        if !hand_over(line, take, &spot, now) {
            return Some(Stage::Tuned { tuned, air });
        }
        Some(Stage::OnAir(Box::new(OnAir::new(slot.clone(), None, supply, place.at))))
    }
}

/// As much of a live source as is to be heard.
pub(super) struct Stretch {
    live: Live,
    format: Format,
    left_frames: u64,
}

impl Stretch {
    /// The next so many frames.
    pub fn new(live: Live, frames: u64, format: Format) -> Stretch {
        Stretch { live, format, left_frames: frames }
    }

    /// What comes, into whole frames of `out`; nothing once it is over.
    pub fn read(&mut self, out: &mut [f32]) -> usize {
        let channels = usize::from(self.format.channels.max(1));
        let frames = usize::try_from(self.left_frames).unwrap_or(usize::MAX).min(out.len() / channels);
        let out = &mut out[..frames * channels];
        self.live.read(out);
        self.left_frames -= frames as u64;
        out.len()
    }
}

/// What was heard of a live source, of which `heard_frames` left the line; what was read ahead of it did not.
pub(super) fn relayed(stretch: &Stretch, heard_frames: u64) -> Relayed {
    let stats = stretch.live.stats();
    let read_ms = stats.source_ms + stats.fallback_ms + stats.nothing_ms;
    let heard_ms = heard_frames * 1000 / u64::from(stretch.format.rate_hz.max(1));
    let mut heard = Relayed {
        source_ms: stats.source_ms,
        fallback_ms: stats.fallback_ms,
        nothing_ms: stats.nothing_ms,
        losses: stats.losses,
        why: stats.last_fault.map(|fault| fault.text().vi).unwrap_or_default(),
    };
    let last_ms = match stretch.live.heard() {
        Heard::Source => &mut heard.source_ms,
        Heard::Fallback(_) => &mut heard.fallback_ms,
        Heard::Nothing(_) => &mut heard.nothing_ms,
    };
    *last_ms = last_ms.saturating_sub(read_ms.saturating_sub(heard_ms));
    heard
}
