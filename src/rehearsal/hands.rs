//! What the director orders, done as player and ledger do it.

use jiff::Timestamp;

use super::disk::Opened;
use super::judge::Promise;
use super::line::{Spot, Voice, ms, ms_between};
use super::world::{Armed, Coming, World};
use crate::director::{Action, After, AttentionTone, End, Event, Request};
use crate::outcome::{Cause, Outcome};
use crate::timetable::SlotId;

impl World {
    /// A person asks for that.
    pub(super) fn ask(&mut self, request: Request) {
        self.send(Event::Asked(request));
    }

    pub(super) fn obey(&mut self, action: Action, events: &mut Vec<Event>) {
        match action {
            Action::Arm { slot, files, from_ms, tone } => {
                self.tones.extend(tone.as_ref().map(|_| slot.clone()));
                self.arm(slot, &files, from_ms, tone, events);
            }
            Action::Tune { slot, until, .. } => {
                self.tuned.insert(slot.clone(), until);
                let armed = Armed { opened: Opened::default(), from_ms: 0, tone: None };
                self.armed.insert(slot.clone(), armed);
                events.push(Event::Armed { slot, audio: Default::default(), lengths_ms: Vec::new() });
            }
            Action::Air { slot, at, after, audio } => {
                self.log.open_part(&slot, &audio);
                self.air(slot, at, after);
            }
            Action::Cut { slot, at, fade_ms } => self.cut(&slot, at, fade_ms, events),
            Action::Settle { slot, outcome, cause, note } => self.settle(&slot, outcome, cause, note),
            Action::Stop => {
                self.stopped = true;
                let last = self.heartbeat();
                self.lived_until.get_or_insert(last);
            }
            Action::Freeze(slot) => self.log.freeze(*slot),
            Action::NoteOrdered(slot) => {
                self.asked.entry(slot.id.clone()).or_insert(slot.planned - self.time.ahead);
                self.log.note_ordered(*slot, self.time.ahead);
            }
            Action::NoteInstead { slot, of } => self.log.note_instead(slot, of),
            Action::NoteEndedByHand { slot, by } => self.log.note_ended_by(&slot, by),
            Action::NoteBegan { slot, at } => self.log.began(&slot, at),
            Action::ClosePart { slot, at, played_ms, gap_ms } => self.log.close_part(&slot, at, played_ms, gap_ms),
            Action::Disarm { slot } => drop(self.armed.remove(&slot)),
            Action::NoteUnheard { slot, cause, for_ms } => self.log.note_unheard(&slot, cause, for_ms),
            Action::NoteSentWhole { slot, note } => self.log.note_sent_whole(&slot, note),
            Action::NoteHeard { slot, at, played_ms } => self.log.note_heard(&slot, at, played_ms),
            Action::NoteGaps { slot, gap_ms, .. } => self.log.note_gaps(&slot, gap_ms),
            Action::NoteLevels { .. } | Action::NoteRelaying { .. } => {}
        }
    }

    fn settle(&mut self, slot: &SlotId, outcome: Outcome, cause: Option<Cause>, note: String) {
        if cause.is_none() != (outcome == Outcome::Aired) {
            self.violates(Promise::OneAiring, slot, format!("{outcome:?} for {cause:?}"));
        }
        if !self.log.settle(slot, outcome, cause, note) {
            self.violates(Promise::OneAiring, slot, format!("settled twice, or never frozen: {outcome:?}"));
        }
    }

    fn arm(
        &mut self,
        slot: SlotId,
        files: &[String],
        from_ms: u64,
        tone: Option<AttentionTone>,
        events: &mut Vec<Event>,
    ) {
        let event = match self.disk.open(files) {
            Err((cause, note)) => Event::NotArmed { slot, cause, note },
            Ok(mut opened) => {
                if tone.is_some() && opened.audio.file_ms > 0 {
                    opened.audio.file_ms += self.tone_ms;
                    opened.sounds_ms += self.tone_ms;
                    opened.tone_ms = self.tone_ms;
                }
                let (audio, lengths_ms) = (opened.audio.clone(), opened.lengths_ms.clone());
                self.armed.insert(slot.clone(), Armed { opened, from_ms, tone });
                Event::Armed { slot, audio, lengths_ms }
            }
        };
        match self.disk.opening_ms(files) {
            0 => events.push(event),
            slow_ms => self.coming.push((self.now + ms(slow_ms), Coming::Opened(event))),
        }
    }

    fn air(&mut self, slot: SlotId, at: Timestamp, after: Option<After>) {
        let Some(Armed { opened, from_ms, tone }) = self.armed.remove(&slot) else {
            self.violates(Promise::Rules, &slot, "ordered on air without having been armed".into());
            return;
        };
        let expected = at.max(self.clock());
        let spot = match after {
            Some(after) if self.voices.iter().any(|voice| voice.slot == after.slot) => Spot::After(after),
            Some(after) => Spot::ended(&after, self.now, self.clock()),
            None => Spot::Clock(at),
        };
        let of_relay = self.tuned.get(&slot).map(|until| ms_between(expected, *until));
        let length_ms: u64 = opened.lengths_ms.iter().sum::<u64>() + opened.tone_ms;
        self.ordered.push((slot.clone(), opened.files.clone()));
        self.voices.push(Voice {
            slot,
            files: opened.files,
            tone,
            from_ms,
            sounds_ms: of_relay.unwrap_or_else(|| opened.sounds_ms.saturating_sub(from_ms)),
            measured_ms: of_relay.unwrap_or_else(|| length_ms.saturating_sub(from_ms)),
            gap_ms: 0,
            spot,
            told: None,
            cut: None,
        });
        self.place();
    }

    /// Gives their frames to those whose instant has come near.
    pub(super) fn place(&mut self) {
        for voice in &mut self.voices {
            if let (Some(cue), Spot::Clock(at)) = (voice.cue(self.time.ahead), &voice.spot)
                && cue <= self.now
            {
                let begins = (*at - self.time.ahead).max(self.now);
                if let Some(until) = self.tuned.get(&voice.slot) {
                    // A relay is joined as late as it lasts.
                    voice.sounds_ms = ms_between(begins + self.time.ahead, *until);
                    voice.measured_ms = voice.sounds_ms;
                }
                voice.spot = Spot::Placed(begins);
            }
        }
    }

    fn cut(&mut self, slot: &SlotId, at: Timestamp, fade_ms: u32, events: &mut Vec<Event>) {
        let Some(place) = self.voices.iter().position(|voice| voice.slot == *slot) else {
            // Whose end is on its way, the director cannot know of yet; the player passes over such an order too.
            if self.ending.as_ref() != Some(slot) {
                self.violates(Promise::Rules, slot, "cut without being on air".into());
            }
            return;
        };
        let from = (at - self.time.ahead).max(self.now);
        let voice = &mut self.voices[place];
        if voice.begins().is_some_and(|begins| begins <= self.now) {
            let end = from + ms(u64::from(fade_ms));
            voice.cut = Some(voice.cut.filter(|(cut, _)| *cut <= end).unwrap_or((end, fade_ms)));
            return;
        }
        self.voices.remove(place);
        self.release(slot, self.now);
        let at = self.clock();
        events.push(Event::Ended { slot: slot.clone(), at, played_ms: 0, gap_ms: 0, end: End::Cut });
    }

    /// What waited for that slot begins.
    pub(super) fn release(&mut self, ended: &SlotId, at: Timestamp) {
        let clock = at + self.time.ahead;
        for voice in &mut self.voices {
            if let Spot::After(after) = &voice.spot
                && after.slot == *ended
            {
                voice.spot = Spot::ended(after, at, clock);
            }
        }
        self.place();
    }
}
