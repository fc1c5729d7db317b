//! The world itself: it obeys the director as player, ledger and daemon do, and lets time pass from one happening to the
//! next.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::disk::{Disk, Opened};
use super::judge::{Promise, Violation};
use super::line::{Voice, ms_between};
use super::log::Log;
use super::plan::EditMade;
use super::trust::Clock;
use crate::airing::nobody_in_particular;
use crate::director::{AirRules, AttentionTone, Director, End, Event, Leap, Past, Relayed};
use crate::outcome::{Cause, Outcome};
use crate::station::ClockRule;
use crate::timetable::{Slot, SlotId};

/// Steps of the director after which a rehearsal is given up: no month needs a tenth of them.
const MOST_STEPS: usize = 2_000_000;

/// A stretch of sound as the street heard it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Of which slot.
    pub slot: SlotId,
    /// The recordings it was made of, below `audio/`; none of a relay.
    pub files: Vec<String>,
    /// What was heard before them: of an emergency its tone.
    pub tone: Option<AttentionTone>,
    /// From where in them it was heard, in ms.
    pub from_ms: u64,
    /// When its first sample left, in the time that passes.
    pub began: Timestamp,
    /// When its last one had left.
    pub ended: Timestamp,
    /// What the clock showed then.
    pub clock_began: Timestamp,
    /// Silence inside, in ms.
    pub gap_ms: u64,
    /// How it ended.
    pub ending: Ending,
}

impl Heard {
    /// How much of it was heard, in ms.
    pub fn played_ms(&self) -> u64 {
        ms_between(self.began, self.ended).saturating_sub(self.gap_ms)
    }
}

/// How a stretch of sound ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// By itself.
    Own,
    /// Cut, by a fade of so many ms.
    Cut(u32),
    /// By the line's loss.
    Line,
    /// With the run: a power cut, or a crash.
    Run,
}

/// A recording at hand for a slot, or its relay.
#[derive(Clone, Debug)]
pub(super) struct Armed {
    pub opened: Opened,
    pub from_ms: u64,
    pub tone: Option<AttentionTone>,
}

/// What is to happen by itself.
#[derive(Clone, Debug)]
pub(super) enum Coming {
    /// A recording is open, or could not be opened.
    Opened(Event),
    /// It is told how much silence is in the midst of that.
    Gap(SlotId),
    /// The loop looks at the clock, which has shown that.
    Look,
}

/// A clock, a line, a disk, a log, an operator and the power for one director.
#[derive(Debug)]
pub struct World {
    /// The time that passes, whatever the clock shows.
    pub now: Timestamp,
    /// The real one.
    pub director: Director,
    /// The recordings.
    pub disk: Disk,
    /// The log.
    pub log: Log,
    /// Who orders what is ordered.
    pub by: String,
    /// How long the tone before an emergency lasts, in ms.
    pub tone_ms: u64,
    /// What is heard of relays; where nothing is said, all of it is the source.
    pub relays: BTreeMap<SlotId, Relayed>,
    /// Relays that were tuned in, with the instants of their ends.
    pub tuned: BTreeMap<SlotId, Timestamp>,
    /// Slots that were armed with a tone before them.
    pub tones: Vec<SlotId>,
    /// Every order to air, with the recordings that were armed for it.
    pub ordered: Vec<(SlotId, Vec<String>)>,
    /// When what a person asked for is due, of the time that passes.
    pub(super) asked: BTreeMap<SlotId, Timestamp>,
    /// What edits did to what lay ahead.
    pub edits: Vec<EditMade>,
    /// What the street heard, in order of its ends.
    pub heard: Vec<Heard>,
    /// The director has let the daemon end.
    pub stopped: bool,
    /// Then no heartbeat moves any more; the last one.
    pub(super) lived_until: Option<super::power::Alive>,
    /// How often the director was asked.
    pub steps: usize,
    /// A monitor hears the line in every run.
    pub(super) listens: bool,
    /// Whether the clock is judged.
    pub clock_rule: ClockRule,
    /// A time source vouches for the clock.
    pub clock_is_kept: bool,
    pub(super) time: Clock,
    /// When the clock was moved, and by how much.
    pub(super) moved: Vec<(Timestamp, SignedDuration)>,
    /// The steps of the clock that the loop has seen, as the log has them.
    pub(super) stepped: Vec<Leap>,
    /// From when to when the PC slept.
    pub(super) sleeps: Vec<(Timestamp, Timestamp)>,
    /// When a run ended.
    pub(super) ends: Vec<Timestamp>,
    /// What the clock showed before it was moved, until the loop has seen that.
    pub(super) showed: Option<(Timestamp, Cause)>,
    pub(super) rules: AirRules,
    pub(super) device: String,
    pub(super) plan: super::plan::Plan,
    pub(super) coming: Vec<(Timestamp, Coming)>,
    pub(super) voices: Vec<Voice>,
    pub(super) armed: BTreeMap<SlotId, Armed>,
    /// What has just ended, while the director is being told.
    pub(super) ending: Option<SlotId>,
    pub(super) violations: Vec<Violation>,
}

impl World {
    /// A station whose first run begins at `now` with that plan, the recordings that it names, and the line `device` open.
    pub fn new(now: Timestamp, rules: AirRules, device: &str, slots: &[Slot]) -> World {
        let mut world = World::after(now, rules, device, slots, Past::default());
        world.send(Event::Planned { since: world.clock(), slots: slots.to_vec(), rules: world.rules.clone() });
        world
    }

    /// The same with a past, and a plan that is not in force yet.
    pub fn after(now: Timestamp, rules: AirRules, device: &str, slots: &[Slot], past: Past) -> World {
        let mut log = Log::new(device);
        past.frozen.iter().for_each(|slot| log.freeze(slot.clone()));
        let mut world = World {
            now,
            director: Director::new(past, rules.clone()),
            disk: Disk::default(),
            log,
            by: nobody_in_particular().vi,
            tone_ms: 0,
            relays: BTreeMap::new(),
            tuned: BTreeMap::new(),
            tones: Vec::new(),
            ordered: Vec::new(),
            asked: BTreeMap::new(),
            edits: Vec::new(),
            heard: Vec::new(),
            stopped: false,
            lived_until: None,
            steps: 0,
            listens: false,
            clock_rule: ClockRule::Auto,
            clock_is_kept: true,
            time: Clock::new(now),
            moved: Vec::new(),
            stepped: Vec::new(),
            sleeps: Vec::new(),
            ends: Vec::new(),
            showed: None,
            rules,
            device: device.to_owned(),
            plan: super::plan::Plan::new(now, slots),
            coming: Vec::new(),
            voices: Vec::new(),
            armed: BTreeMap::new(),
            ending: None,
            violations: Vec::new(),
        };
        world.disk.lay_for(slots);
        world.open_line();
        world
    }

    /// What the clock shows.
    pub fn clock(&self) -> Timestamp {
        self.now + self.time.ahead
    }

    /// Tells the director of something, and obeys.
    pub fn send(&mut self, event: Event) {
        self.look();
        self.tell(event);
    }

    pub(super) fn tell(&mut self, event: Event) {
        if let Event::Planned { slots, .. } = &event
            && !self.time.is_in_doubt()
        {
            self.log.keep_reading(self.clock(), slots);
            self.plan.is_in_force_from(self.clock());
        }
        let mut events = vec![event];
        while !events.is_empty() {
            self.steps += 1;
            for action in self.director.step(self.clock(), events.remove(0)) {
                self.obey(action, &mut events);
            }
        }
    }

    /// The sound is over: what was heard of it is heard for good. How much that was, in ms.
    pub(super) fn over(&mut self, voice: &Voice, ended: Timestamp, ending: Ending) -> u64 {
        let Some(began) = voice.begins().filter(|began| *began < ended) else { return 0 };
        let heard = Heard {
            slot: voice.slot.clone(),
            files: voice.files.clone(),
            tone: voice.tone.clone(),
            from_ms: voice.from_ms,
            began,
            ended,
            clock_began: voice.told.unwrap_or(began + self.time.ahead),
            gap_ms: voice.gap_ms,
            ending,
        };
        let played_ms = heard.played_ms();
        self.heard.extend((played_ms > 0).then_some(heard));
        played_ms
    }

    pub(super) fn tell_over(&mut self, voice: &Voice, ended: Timestamp, ending: Ending, end: End) {
        let played_ms = self.over(voice, ended, ending);
        let slot = voice.slot.clone();
        self.ending = Some(slot.clone());
        if self.tuned.contains_key(&slot) {
            let all = Relayed { source_ms: played_ms, ..Relayed::default() };
            let heard = self.relays.get(&slot).cloned().unwrap_or(all);
            self.send(Event::Relayed { slot: slot.clone(), heard });
        }
        let at = ended + self.time.ahead;
        self.send(Event::Ended { slot, at, played_ms, gap_ms: voice.gap_ms, end });
        self.ending = None;
    }

    /// The next thing that happens by itself.
    fn next(&self) -> Option<Timestamp> {
        let ends = self.voices.iter().filter_map(Voice::ends);
        let begins = self.voices.iter().filter(|voice| voice.told.is_none()).filter_map(Voice::begins);
        let cues = self.voices.iter().filter_map(|voice| voice.cue(self.time.ahead));
        ends.chain(begins).chain(cues).chain(self.coming.iter().map(|(at, _)| *at)).min()
    }

    /// Lets time pass until `until`, waking the director exactly when it asked for it.
    pub fn run(&mut self, until: Timestamp) {
        while !self.is_busy() {
            let own = self.next();
            let wake =
                self.director.wake(self.clock()).map(|at| at.checked_sub(self.time.ahead).unwrap_or(Timestamp::MAX));
            let Some(next) = [own, wake].into_iter().flatten().min().filter(|next| *next <= until) else { break };
            if next <= self.now && own != Some(next) {
                let why = format!("asked at {} to be woken at {next}", self.now);
                self.violations.push(Violation { promise: Promise::Rest, slot: None, why });
                break;
            }
            self.now = next.max(self.now);
            if own == Some(next) { self.happen() } else { self.send(Event::Woken) }
        }
        self.now = until.max(self.now);
        self.send(Event::Woken);
    }

    /// It goes on and on; said once.
    fn is_busy(&mut self) -> bool {
        let busy = self.steps > MOST_STEPS;
        if busy && !self.violations.iter().any(|violation| violation.promise == Promise::Rest) {
            let why = format!("{} steps by {}", self.steps, self.now);
            self.violations.push(Violation { promise: Promise::Rest, slot: None, why });
        }
        busy
    }

    fn happen(&mut self) {
        let now = self.now;
        self.place();
        if let Some(place) = self.voices.iter().position(|voice| voice.ends().is_some_and(|end| end <= now)) {
            let voice = self.voices.remove(place);
            let ended = voice.ends().unwrap_or(now);
            let (ending, end) = match voice.cut_short() {
                Some(fade_ms) => (Ending::Cut(fade_ms), End::Cut),
                None if voice.sounds_ms < voice.measured_ms => (Ending::Own, End::Short),
                None => (Ending::Own, End::Whole),
            };
            self.release(&voice.slot, ended);
            self.tell_over(&voice, ended, ending, end);
        } else if let Some(place) = self.coming.iter().position(|(at, _)| *at <= now) {
            match self.coming.remove(place).1 {
                Coming::Opened(event) => self.send(event),
                Coming::Gap(slot) => self.tell_gap(&slot),
                Coming::Look => self.send(Event::Woken),
            }
        } else {
            self.tell_begun();
        }
    }

    /// Tells the first beginning that was heard and not told; false if there is none.
    pub(super) fn tell_begun(&mut self) -> bool {
        let (now, ahead) = (self.now, self.time.ahead);
        let begun = |voice: &&mut Voice| voice.told.is_none() && voice.begins().is_some_and(|at| at <= now);
        let Some(voice) = self.voices.iter_mut().find(begun) else { return false };
        let (slot, at) = (voice.slot.clone(), voice.begins().unwrap_or(now) + ahead);
        voice.told = Some(at);
        self.send(Event::Began { slot, at });
        true
    }

    /// The outcome of a slot, if it has one.
    pub fn outcome(&self, slot: &Slot) -> Option<(Outcome, Option<Cause>)> {
        let airing = self.log.entry(&slot.id)?.airing.as_ref()?;
        Some((airing.outcome?, airing.cause))
    }

    /// What is noted beside its outcome.
    pub fn note(&self, slot: &Slot) -> &str {
        self.log.entry(&slot.id).and_then(|entry| entry.airing.as_ref()).map_or("", |airing| &airing.note)
    }

    /// All stretches of it that were heard.
    pub fn sounds(&self, slot: &Slot) -> Vec<(Timestamp, Timestamp)> {
        let of_it = self.heard.iter().filter(|heard| heard.slot == slot.id);
        of_it.map(|heard| (heard.began, heard.ended)).collect()
    }

    /// When it was first heard, from and to.
    pub fn sound(&self, slot: &Slot) -> Option<(Timestamp, Timestamp)> {
        self.sounds(slot).first().copied()
    }

    /// Slots without an outcome whose time has come.
    pub fn open_slots(&self) -> BTreeSet<SlotId> {
        self.plan.due(self.clock()).filter(|slot| self.outcome(slot).is_none()).map(|slot| slot.id.clone()).collect()
    }
}
