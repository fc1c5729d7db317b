//! A line, a disk and a clock for one director.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use loa::director::{Action, Director, End, Event, Past, Relayed};
use loa::outcome::{Cause, Outcome};
use loa::schedule::audio_facts::AudioFacts;
use loa::timetable::{Slot, SlotId};

use super::{facts, ms_of, rules};

/// A sound in the hands of the line.
struct Voice {
    slot: SlotId,
    /// When its first sample leaves; none while it waits for the one before it.
    begins: Option<Timestamp>,
    after: Option<SlotId>,
    told: bool,
    length_ms: u64,
    /// What was measured of it.
    measured_ms: u64,
    /// Where its fade ends, if it is cut.
    cut: Option<Timestamp>,
}

impl Voice {
    fn ends(&self) -> Option<Timestamp> {
        let end = self.begins? + ms_of(self.length_ms);
        Some(self.cut.map_or(end, |cut| cut.min(end)))
    }
}

pub struct World {
    pub now: Timestamp,
    pub director: Director,
    pub absent: BTreeSet<String>,
    /// Files that end after this many ms, whatever was measured.
    pub short: BTreeMap<String, u64>,
    /// Files that take this many ms to be opened.
    pub slow: BTreeMap<String, u64>,
    /// The hash of files other than all the others.
    pub hashes: BTreeMap<String, String>,
    pub lengths: BTreeMap<String, u64>,
    /// What is heard of relays; where nothing is said, all of it the source.
    pub relays: BTreeMap<SlotId, Relayed>,
    /// Relays that are tuned in, with their ends.
    pub tuned: BTreeMap<SlotId, Timestamp>,
    /// Files that nobody has measured.
    pub unmeasured: BTreeSet<String>,
    frozen: Vec<Slot>,
    armed: BTreeMap<SlotId, (Vec<String>, AudioFacts, u64)>,
    /// Slots that were armed with a tone before them.
    pub tones: Vec<SlotId>,
    /// Every order to air, with the files that were armed for it.
    pub ordered: Vec<(SlotId, Vec<String>)>,
    opening: Vec<(Timestamp, Event)>,
    voices: Vec<Voice>,
    /// When the line was lost.
    pub losses: BTreeSet<Timestamp>,
    pub heard: Vec<(SlotId, Timestamp, Timestamp)>,
    pub settled: BTreeMap<SlotId, (Outcome, Option<Cause>)>,
    pub notes: BTreeMap<SlotId, String>,
    pub stopped: bool,
    pub steps: usize,
}

impl World {
    pub fn new(now: Timestamp, slots: &[Slot]) -> World {
        let mut world = World::after(now, slots, Past::default());
        world.send(Event::Planned { slots: slots.to_vec(), rules: rules() });
        world
    }

    pub fn after(now: Timestamp, slots: &[Slot], past: Past) -> World {
        let mut world = World {
            now,
            director: Director::new(past, rules()),
            absent: BTreeSet::new(),
            short: BTreeMap::new(),
            slow: BTreeMap::new(),
            hashes: BTreeMap::new(),
            lengths: BTreeMap::new(),
            relays: BTreeMap::new(),
            tuned: BTreeMap::new(),
            unmeasured: BTreeSet::new(),
            frozen: Vec::new(),
            armed: BTreeMap::new(),
            tones: Vec::new(),
            ordered: Vec::new(),
            opening: Vec::new(),
            voices: Vec::new(),
            losses: BTreeSet::new(),
            heard: Vec::new(),
            settled: BTreeMap::new(),
            notes: BTreeMap::new(),
            stopped: false,
            steps: 0,
        };
        world.know(slots);
        world.send(Event::LineOpened { device: "null".into() });
        world
    }

    /// Lays the recordings of the slots on the disk.
    pub fn know(&mut self, slots: &[Slot]) {
        for slot in slots {
            for file in &slot.files {
                let ms = slot.audio.as_ref().map_or(60_000, |audio| audio.file_ms / slot.files.len() as u64);
                self.lengths.entry(file.clone()).or_insert(ms);
            }
        }
    }

    pub fn send(&mut self, event: Event) {
        self.steps += 1;
        let mut events = vec![event];
        while !events.is_empty() {
            for action in self.director.step(self.now, events.remove(0)) {
                self.obey(action, &mut events);
            }
        }
    }

    fn obey(&mut self, action: Action, events: &mut Vec<Event>) {
        match action {
            Action::Arm { slot, files, from_ms, tone } => {
                self.tones.extend(tone.map(|_| slot.clone()));
                self.arm(slot, &files, from_ms, events);
            }
            Action::Tune { slot, until, .. } => {
                self.tuned.insert(slot.clone(), until);
                self.armed.insert(slot.clone(), (Vec::new(), AudioFacts::default(), 0));
                events.push(Event::Armed { slot, audio: AudioFacts::default(), lengths_ms: Vec::new() });
            }
            Action::Air { slot, at, after, .. } => {
                let (files, audio, from_ms) = self.armed[&slot].clone();
                let length_ms: u64 =
                    files.iter().map(|f| self.lengths[f].min(self.short.get(f).copied().unwrap_or(u64::MAX))).sum();
                let follows = self.voices.iter().any(|voice| Some(&voice.slot) == after.as_ref());
                let begins = if after.is_some() { self.now } else { at.max(self.now) };
                let expected = at.max(self.now);
                let of_relay = self.tuned.get(&slot).map(|until| until.duration_since(expected).as_millis() as u64);
                let length_ms = of_relay.unwrap_or(length_ms);
                self.ordered.push((slot.clone(), files));
                self.voices.push(Voice {
                    slot,
                    begins: (!follows).then_some(begins),
                    after: after.filter(|_| follows),
                    told: false,
                    length_ms: length_ms - from_ms,
                    measured_ms: audio.file_ms - from_ms,
                    cut: None,
                });
            }
            Action::Cut { slot, at, fade_ms } => self.cut(&slot, at, fade_ms, events),
            Action::Settle { slot, outcome, cause, note } => {
                assert_eq!(cause.is_none(), outcome == Outcome::Aired, "{slot:?}");
                self.notes.insert(slot.clone(), note);
                assert_eq!(self.settled.insert(slot, (outcome, cause)), None, "settled twice");
            }
            Action::Stop => self.stopped = true,
            Action::Freeze(slot) => self.frozen.push(*slot),
            Action::Disarm { .. }
            | Action::NoteBegan { .. }
            | Action::NoteHeard { .. }
            | Action::ClosePart { .. }
            | Action::NoteLevels { .. } => {}
        }
    }

    fn arm(&mut self, slot: SlotId, files: &[String], from_ms: u64, events: &mut Vec<Event>) {
        let event = if files.iter().any(|file| self.absent.contains(file)) {
            Event::NotArmed { slot, cause: Cause::NoFile, note: String::new() }
        } else {
            let lengths_ms: Vec<u64> = files.iter().map(|file| self.lengths[file]).collect();
            let mut audio = facts(lengths_ms.iter().sum());
            if let Some(hash) = files.iter().find_map(|file| self.hashes.get(file)) {
                audio.sha256.clone_from(hash);
            }
            self.armed.insert(slot.clone(), (files.to_vec(), audio.clone(), from_ms));
            if files.iter().any(|file| self.unmeasured.contains(file)) {
                audio.file_ms = 0;
            }
            Event::Armed { slot, audio, lengths_ms }
        };
        match files.iter().filter_map(|file| self.slow.get(file)).max() {
            Some(ms) => self.opening.push((self.now + ms_of(*ms), event)),
            None => events.push(event),
        }
    }

    fn cut(&mut self, slot: &SlotId, at: Timestamp, fade_ms: u32, events: &mut Vec<Event>) {
        let place = self.voices.iter().position(|voice| voice.slot == *slot).expect("what is cut is on air");
        let voice = &mut self.voices[place];
        match voice.begins {
            Some(begins) if begins <= self.now => {
                let end = at.max(self.now) + ms_of(u64::from(fade_ms));
                voice.cut = Some(voice.cut.map_or(end, |cut| cut.min(end)));
            }
            _ => {
                self.voices.remove(place);
                self.release(slot, self.now);
                events.push(Event::Ended { slot: slot.clone(), at: self.now, played_ms: 0, gap_ms: 0, end: End::Cut });
            }
        }
    }

    /// What waited for that slot begins.
    fn release(&mut self, ended: &SlotId, at: Timestamp) {
        for voice in self.voices.iter_mut().filter(|voice| voice.after.as_ref() == Some(ended)) {
            (voice.begins, voice.after) = (Some(at), None);
        }
    }

    fn over(&mut self, voice: Voice, ended: Timestamp, end: End) {
        let began = voice.begins.filter(|began| *began < ended);
        let played_ms = began.map_or(0, |began| ended.duration_since(began).as_millis() as u64);
        if let Some(began) = began {
            self.heard.push((voice.slot.clone(), began, ended));
        }
        if self.tuned.contains_key(&voice.slot) {
            let all = Relayed { source_ms: played_ms, ..Relayed::default() };
            let heard = self.relays.get(&voice.slot).cloned().unwrap_or(all);
            self.send(Event::Relayed { slot: voice.slot.clone(), heard });
        }
        self.send(Event::Ended { slot: voice.slot, at: ended, played_ms, gap_ms: 0, end });
    }

    /// The next thing that happens by itself.
    fn next(&self) -> Option<Timestamp> {
        let ends = self.voices.iter().filter_map(Voice::ends);
        let begins = self.voices.iter().filter(|voice| !voice.told).filter_map(|voice| voice.begins);
        ends.chain(begins).chain(self.opening.iter().map(|(at, _)| *at)).min()
    }

    /// Lets time pass until `until`, waking the director exactly when it asked for it.
    pub fn run(&mut self, until: Timestamp) {
        loop {
            let own = self.next();
            let wake = self.director.wake(self.now);
            let Some(next) = [own, wake].into_iter().flatten().min().filter(|next| *next <= until) else { break };
            assert!(next > self.now || own == Some(next), "asked to be woken in the past");
            self.now = next.max(self.now);
            assert!(self.steps < 200_000, "a busy loop");
            if own == Some(next) { self.happen() } else { self.send(Event::Woken) }
        }
        self.now = until;
        self.send(Event::Woken);
    }

    fn happen(&mut self) {
        let now = self.now;
        if let Some(place) = self.voices.iter().position(|voice| voice.ends().is_some_and(|end| end <= now)) {
            let voice = self.voices.remove(place);
            let ended = voice.ends().unwrap();
            let natural = voice.begins.unwrap() + ms_of(voice.length_ms);
            let end = match voice.cut {
                Some(cut) if cut < natural => End::Cut,
                _ if voice.length_ms < voice.measured_ms => End::Short,
                _ => End::Whole,
            };
            self.release(&voice.slot, ended);
            self.over(voice, ended, end);
        } else if let Some(place) = self.opening.iter().position(|(at, _)| *at <= now) {
            let (_, event) = self.opening.remove(place);
            self.send(event);
        } else if let Some(voice) = self.voices.iter_mut().find(|v| !v.told && v.begins.is_some_and(|b| b <= now)) {
            voice.told = true;
            let event = Event::Began { slot: voice.slot.clone(), at: voice.begins.unwrap() };
            self.send(event);
        }
    }

    pub fn open_line(&mut self) {
        self.send(Event::LineOpened { device: "null".into() });
    }

    pub fn lose_line(&mut self) {
        self.losses.insert(self.now);
        for voice in std::mem::take(&mut self.voices) {
            self.over(voice, self.now, End::Line);
        }
        self.send(Event::LineLost { device: "null".into(), why: "unplugged".into() });
    }

    /// The power goes, and comes back after so long: what a new start finds is what the log has.
    pub fn lose_power(&mut self, off_ms: u64, plan: &[Slot]) {
        let died = self.now;
        for voice in std::mem::take(&mut self.voices) {
            if let Some(began) = voice.begins.filter(|began| *began < died) {
                self.heard.push((voice.slot.clone(), began, died));
                let interrupted = (Outcome::Interrupted, Some(Cause::Power));
                assert_eq!(self.settled.insert(voice.slot, interrupted), None, "settled twice");
            }
        }
        // What the line broke off before waits no more: the log closes all that it has heard of.
        for (slot, ..) in &self.heard {
            self.settled.entry(slot.clone()).or_insert((Outcome::Interrupted, Some(Cause::Power)));
        }
        self.opening.clear();
        self.now += ms_of(off_ms);
        let known = |slot: &&Slot| !self.settled.contains_key(&slot.id);
        let fell_due = plan.iter().filter(|slot| died < slot.planned && slot.planned <= self.now);
        let past = Past {
            settled: self.settled.keys().cloned().collect(),
            frozen: self.frozen.iter().filter(known).cloned().collect(),
            unwritten: fell_due.filter(known).cloned().collect(),
            started: Some(self.now),
            gap_cause: Some(Cause::Power),
        };
        self.director = Director::new(past, rules());
        self.send(Event::Planned { slots: plan.to_vec(), rules: rules() });
        self.send(Event::LineOpened { device: "null".into() });
    }

    pub fn outcome(&self, slot: &Slot) -> Option<(Outcome, Option<Cause>)> {
        self.settled.get(&slot.id).copied()
    }

    /// All stretches of it that were heard.
    pub fn sounds(&self, slot: &Slot) -> Vec<(Timestamp, Timestamp)> {
        self.heard.iter().filter(|(id, ..)| *id == slot.id).map(|(_, began, ended)| (*began, *ended)).collect()
    }

    /// When it was heard, from and to.
    pub fn sound(&self, slot: &Slot) -> Option<(Timestamp, Timestamp)> {
        self.heard.iter().find(|(id, ..)| *id == slot.id).map(|(_, began, ended)| (*began, *ended))
    }
}
