//! What the player's thread does with an order, and with what its helper threads bring.

use jiff::Timestamp;

use super::arm::{ArmedCopy, Arming};
use super::desk::{Desk, FADE_MS, Held, Ready, Stage};
use super::learn::learn;
use super::supply::{Format, Opened};
use super::{Message, NotArmed, Place};
use crate::audio::line::deck::TakeId;
use crate::clock::{self, Reading};
use crate::director::{AttentionTone, End, Event};
use crate::notes;
use crate::outcome::Cause;
use crate::schedule::audio_facts::AudioFault;
use crate::timetable::SlotId;

/// What a recording is opened for while no line tells its own.
pub(super) const GUESS: Format = Format { rate_hz: 48_000, channels: 2 };

impl Desk {
    pub(super) fn arm(&mut self, slot: SlotId, files: Vec<String>, from_ms: u64, tone: Option<AttentionTone>) {
        let air = match self.held.get(&slot).map(|held| &held.stage) {
            Some(Stage::OnAir(_)) => {
                tracing::warn!(slot = slot.0, "an order to arm what is on air is ignored");
                return;
            }
            Some(Stage::Arming { air } | Stage::Armed { air, .. } | Stage::Tuned { air, .. }) => air.clone(),
            None => None,
        };
        let number = self.next_number();
        let arming = Arming {
            audio_dir: self.audio_dir.clone(),
            armed_dir: self.armed_dir.clone(),
            files,
            from_ms,
            tone,
            number,
            measures: self.measures.clone(),
            take: TakeId(number),
            format: self.format().unwrap_or(GUESS),
            line: self.settings.line.clone(),
        };
        let (messages, name) = (self.messages.clone(), slot.clone());
        let work = move || {
            let result = arming.run();
            let unmeasured = result.as_ref().map_or_else(|_| Vec::new(), |(copy, _)| arming.unmeasured(copy));
            let _ = messages.send(Message::Armed { slot: name, arming: number, result });
            // Nobody waits for this: it sounds meanwhile.
            unmeasured.iter().for_each(|path| learn(&*arming.measures, path));
        };
        match std::thread::Builder::new().name("loa-arm".into()).spawn(work) {
            Ok(_) => {
                self.held.insert(slot, Held { arming: number, stage: Stage::Arming { air } });
            }
            Err(error) => {
                // The system's words are in its own language: they go to the program's log, not to the ward's papers.
                tracing::error!(slot = slot.0, "no thread to open its file on: {error}");
                let note = notes::no_room_to_open();
                self.tell(Event::NotArmed { slot, cause: Cause::Disk, note });
            }
        }
    }

    pub(super) fn armed(&mut self, slot: SlotId, arming: u64, result: Result<(ArmedCopy, Opened), NotArmed>) {
        let air = match self.held.get(&slot) {
            Some(Held { arming: now, stage: Stage::Arming { air } }) if *now == arming => air.clone(),
            // Disarmed or armed anew meanwhile: dropping the result deletes its copy.
            _ => return,
        };
        match result {
            Ok((copy, opened)) => {
                let (audio, lengths_ms) = ((*copy.audio).clone(), copy.lengths_ms.clone());
                self.tell(Event::Armed { slot: slot.clone(), audio, lengths_ms });
                let stage = Stage::Armed { copy, supply: Ready::Yes(Box::new(opened)), air };
                self.held.insert(slot, Held { arming, stage });
            }
            Err(NotArmed { cause, note }) => {
                self.held.remove(&slot);
                self.tell(Event::NotArmed { slot: slot.clone(), cause, note });
                if air.is_some() {
                    self.tell_unheard(slot, End::Short);
                }
            }
        }
    }

    pub(super) fn prepared(&mut self, slot: SlotId, arming: u64, result: Result<Opened, AudioFault>) {
        let Some(Held { arming: now, stage: Stage::Armed { supply, air, .. } }) = self.held.get_mut(&slot) else {
            return;
        };
        if *now != arming {
            return;
        }
        match result {
            Ok(opened) => *supply = Ready::Yes(Box::new(opened)),
            Err(fault) => {
                tracing::error!(slot = slot.0, ?fault, "an armed copy cannot be opened again");
                let ordered = air.is_some();
                self.held.remove(&slot);
                let note = notes::copy_gone();
                self.tell(Event::NotArmed { slot: slot.clone(), cause: fault.cause(), note });
                if ordered {
                    self.tell_unheard(slot, End::Short);
                }
            }
        }
    }

    pub(super) fn air(&mut self, slot: SlotId, place: Place) {
        match self.held.get_mut(&slot).map(|held| &mut held.stage) {
            Some(Stage::Arming { air } | Stage::Armed { air, .. } | Stage::Tuned { air, .. }) => *air = Some(place),
            Some(Stage::OnAir(_)) => tracing::warn!(slot = slot.0, "an order to air what is on air is ignored"),
            None => {
                tracing::error!(slot = slot.0, "ordered on air without having been armed");
                self.tell_unheard(slot, End::Short);
            }
        }
    }

    pub(super) fn cut(&mut self, slot: SlotId, at: Timestamp, fade_ms: u32) {
        let now = clock::both();
        match self.held.get(&slot).map(|held| &held.stage) {
            Some(Stage::OnAir(on_air)) => {
                let take = on_air.take();
                if let Some(line) = self.keeper.line() {
                    let frames = u64::from(fade_ms.max(FADE_MS)) * u64::from(line.rate_hz()) / 1000;
                    let at_frame = if at <= now.wall { None } else { line.map().frame_at(now.monotonic_at(at)) };
                    line.cut(take, u32::try_from(frames).unwrap_or(u32::MAX), at_frame.unwrap_or(0));
                }
            }
            Some(Stage::Arming { air } | Stage::Armed { air, .. } | Stage::Tuned { air, .. }) => {
                let is_ordered = air.is_some();
                self.held.remove(&slot);
                if is_ordered {
                    self.tell_unheard(slot, End::Cut);
                }
            }
            None => {}
        }
    }

    /// Ordered on air, its instant has come, and there is no line: then it is told so.
    pub(super) fn is_lost_to_the_line(
        &self,
        slot: &SlotId,
        air: Option<&Place>,
        now: Reading,
        news: &mut Vec<Event>,
    ) -> bool {
        let lost = air.is_some_and(|air| air.at <= now.wall) && !self.keeper.is_opening();
        if lost {
            let slot = slot.clone();
            news.push(Event::Ended { slot, at: now.wall, played_ms: 0, gap_ms: 0, end: End::Line });
        }
        lost
    }
}
