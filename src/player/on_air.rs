//! A recording that has been handed to the line: what was really heard of it, and when.

use jiff::Timestamp;

use super::arm::ArmedCopy;
use super::sent::Sent;
use super::sound::Progress;
use super::supply::{Supply, TURN};
use super::waiting::Waiting;
use crate::audio::line::Line;
use crate::audio::line::deck::{Finish, TakeId};
use crate::clock::Reading;
use crate::director::{End, Event};
use crate::outcome::Cause;
use crate::timetable::SlotId;

/// How often it is told that it sounds: with the player's wake-ups between, at least twice a second.
const HEARD_NS: u64 = 300_000_000;
/// A beginning on a line whose map does not settle is told by it as it is after so long: until it is told a kill would leave
/// no word of what has been heard.
const ROUGH_AFTER_NS: u64 = 500_000_000;
/// How much more of a relay was not its source each time that is told, in ms: so much as is a second in words.
const NOT_SOURCE_TELL_MS: u64 = 500;
/// What may be lacking of the measured length in a recording heard whole, in ms.
const WHOLE_MS: u64 = 50;

/// A recording in the hands of the line.
pub(super) struct OnAir {
    pub(super) slot: SlotId,
    /// None of a relay.
    copy: Option<ArmedCopy>,
    pub(super) supply: Supply,
    pub(super) sent: Sent,
    waiting: Waiting,
    at: Timestamp,
    stage: Stage,
    /// What the line's map had jumped by when it was placed.
    jumped_ns: u64,
    /// For how long the program was stopped, or the PC slept, while it sounded, in ms.
    stood_still_ms: u64,
    /// The silence in its midst that was told, in ms.
    told_gap_ms: u64,
    /// How much of a relay was last told not to be its source, in ms.
    told_not_source_ms: u64,
}

/// How far it has got. Rendered is not heard: the line's lead lies between, and only what was heard is told.
#[derive(Clone, Copy)]
enum Stage {
    /// Its frame has not come.
    Waiting,
    /// Its first frame was rendered; `told_ns` is when last was told of it, none while it is not yet heard.
    Sounding { began_frame: u64, told_ns: Option<u64> },
    /// Its last frame was rendered.
    Over { began: Option<Began>, over: Over },
}

#[derive(Clone, Copy)]
struct Began {
    frame: u64,
    told: bool,
}

/// What the deck said at its end.
#[derive(Clone, Copy)]
pub(super) struct Over {
    pub end_frame: u64,
    pub played_frames: u64,
    pub gap_frames: u64,
    pub finish: Finish,
}

/// What came of it in all.
#[derive(Clone, Copy, Default)]
struct Heard {
    played_frames: u64,
    gap_frames: u64,
}

/// What is left of it when the line is lost.
pub(super) enum Left {
    /// Nothing was heard and its instant is still to come: it may yet air.
    Whole { copy: ArmedCopy, at: Timestamp },
    /// It has ended.
    Nothing,
}

impl OnAir {
    pub fn new(slot: SlotId, copy: Option<ArmedCopy>, supply: Supply, at: Timestamp) -> OnAir {
        let sent = Sent::new(supply.format);
        let (waiting, stage) = (Waiting::default(), Stage::Waiting);
        let (jumped_ns, stood_still_ms, told_gap_ms, told_not_source_ms) = (0, 0, 0, 0);
        OnAir {
            slot,
            copy,
            supply,
            sent,
            waiting,
            at,
            stage,
            jumped_ns,
            stood_still_ms,
            told_gap_ms,
            told_not_source_ms,
        }
    }

    pub fn take(&self) -> TakeId {
        self.supply.id
    }

    /// Its first frame is still to be rendered.
    pub fn is_waiting(&self) -> bool {
        matches!(self.stage, Stage::Waiting)
    }

    /// The frame of the line that its first one is, once that is known.
    pub fn began_frame(&self) -> Option<u64> {
        match self.stage {
            Stage::Waiting | Stage::Over { began: None, .. } => None,
            Stage::Sounding { began_frame, .. } => Some(began_frame),
            Stage::Over { began: Some(began), .. } => Some(began.frame),
        }
    }

    /// The deck rendered its first frame, when the line had jumped by that much.
    pub fn note_began(&mut self, frame: u64, jumped_ns: u64) {
        self.jumped_ns = jumped_ns;
        self.stage = Stage::Sounding { began_frame: frame, told_ns: None };
    }

    /// Nothing of the program ran for so long.
    pub fn note_stood_still(&mut self, for_ms: u64) {
        if matches!(self.stage, Stage::Sounding { .. }) {
            self.stood_still_ms += for_ms;
        }
    }

    /// The deck is done with it.
    pub fn note_over(&mut self, over: Over) {
        let began = match self.stage {
            Stage::Sounding { began_frame, told_ns } => Some(Began { frame: began_frame, told: told_ns.is_some() }),
            Stage::Waiting | Stage::Over { .. } => None,
        };
        self.stage = Stage::Over { began, over };
    }

    /// Its ring has room for more than the last turn had time for.
    pub fn is_behind(&self) -> bool {
        self.supply.is_behind()
    }

    /// Fills its ring and tells what has been heard since. True if it has ended.
    pub fn step(&mut self, line: &Line, now: Reading, news: &mut Vec<Event>) -> bool {
        self.waiting.during(|| self.supply.fill_within(TURN));
        self.measure(news);
        let heard = |frame| line.map().heard_ns(frame);
        match self.stage {
            Stage::Waiting => false,
            Stage::Sounding { began_frame, told_ns: None } => {
                let known = |ns: &u64| {
                    let ago_ns = now.monotonic_ns.checked_sub(*ns).filter(|_| !line.map().is_stale());
                    ago_ns.is_some_and(|ago_ns| line.map().is_settled() || ago_ns >= ROUGH_AFTER_NS)
                };
                if let Some(ns) = heard(began_frame).filter(known) {
                    news.push(Event::Began { slot: self.slot.clone(), at: now.wall_at(ns) });
                    self.stage = Stage::Sounding { began_frame, told_ns: Some(ns) };
                }
                false
            }
            Stage::Sounding { began_frame, told_ns: Some(told_ns) } => {
                if now.monotonic_ns.saturating_sub(told_ns) >= HEARD_NS {
                    let played_frames = self.heard_frames(line, now.monotonic_ns);
                    let played_ms = self.ms(played_frames);
                    // First: what lasts longer than it sounded, and had no silence in it, had the clock set on.
                    self.tell_gaps(line, news);
                    news.push(Event::Heard { slot: self.slot.clone(), at: now.wall, played_ms });
                    self.tell_not_the_source(played_frames, news);
                    self.stage = Stage::Sounding { began_frame, told_ns: Some(now.monotonic_ns) };
                }
                false
            }
            Stage::Over { began, over } => {
                let end_ns = match began {
                    // A map that never came to anything has no better answer than now.
                    Some(_) => heard(over.end_frame).unwrap_or(now.monotonic_ns),
                    None => now.monotonic_ns,
                };
                let is_heard = end_ns <= now.monotonic_ns && !line.map().is_stale();
                if is_heard {
                    if let Some(for_ms) = self.sent.last_unheard_ms() {
                        news.push(Event::Unheard { slot: self.slot.clone(), cause: Cause::Short, for_ms });
                    }
                    self.tell_over(began, over, end_ns, line, now, news);
                }
                is_heard
            }
        }
    }

    fn tell_over(
        &self,
        began: Option<Began>,
        over: Over,
        end_ns: u64,
        line: &Line,
        now: Reading,
        news: &mut Vec<Event>,
    ) {
        self.tell_began(began, line, now, news);
        let heard = Heard { played_frames: over.played_frames, gap_frames: over.gap_frames };
        self.tell_ended(now.wall_at(end_ns), heard, line, self.end(over), news);
    }

    /// Takes in how loud it was sent, and tells of a silence that is not the recording's own.
    fn measure(&mut self, news: &mut Vec<Event>) {
        while let Some(level) = self.supply.level() {
            self.sent.take_in(level);
        }
        if let Some(for_ms) = self.sent.unheard_ms(self.copy.as_ref().and_then(|copy| copy.silence_ms)) {
            news.push(Event::Unheard { slot: self.slot.clone(), cause: Cause::Short, for_ms });
        }
    }

    /// From when to when it was heard, in monotonic ns, where it is over.
    pub fn sounded_ns(&self, line: &Line) -> Option<(u64, u64)> {
        let Stage::Over { began: Some(began), over } = self.stage else { return None };
        Some((line.map().heard_ns(began.frame)?, line.map().heard_ns(over.end_frame)?))
    }

    /// When something is next to be told that cannot wait for the next round, in monotonic ns.
    pub fn due_ns(&self, line: &Line) -> Option<u64> {
        match self.stage {
            Stage::Sounding { began_frame, told_ns: None } => line.map().heard_ns(began_frame),
            Stage::Over { over, .. } => line.map().heard_ns(over.end_frame),
            Stage::Waiting | Stage::Sounding { .. } => None,
        }
    }

    /// It ends here, by the line's loss or an order; what was rendered and not yet heard never will be.
    pub fn abandon(mut self, line: &Line, now: Reading, end: End, news: &mut Vec<Event>) -> Left {
        self.measure(news);
        let stop_frame = heard_frame(line, now.monotonic_ns);
        let began = match self.stage {
            Stage::Over { began, over } if over.end_frame <= stop_frame => {
                let end_ns = line.map().heard_ns(over.end_frame).unwrap_or(now.monotonic_ns);
                self.tell_over(began, over, end_ns.min(now.monotonic_ns), line, now, news);
                return Left::Nothing;
            }
            Stage::Waiting => None,
            Stage::Sounding { began_frame, told_ns } => Some(Began { frame: began_frame, told: told_ns.is_some() }),
            Stage::Over { began, .. } => began,
        };
        let Some(began) = began.filter(|began| began.told || began.frame < stop_frame) else {
            if let Some(copy) = self.copy.take_if(|_| end == End::Line && self.at > now.wall) {
                return Left::Whole { copy, at: self.at };
            }
            self.tell_ended(now.wall, Heard::default(), line, end, news);
            return Left::Nothing;
        };
        self.tell_began(Some(began), line, now, news);
        let played_frames = self.heard_frames(line, now.monotonic_ns).min(stop_frame.saturating_sub(began.frame));
        let stop_ns = line.map().heard_ns(stop_frame).unwrap_or(now.monotonic_ns).min(now.monotonic_ns);
        let heard = Heard { played_frames, gap_frames: self.supply.gap_frames() };
        self.tell_ended(now.wall_at(stop_ns), heard, line, end, news);
        Left::Nothing
    }

    fn tell_began(&self, began: Option<Began>, line: &Line, now: Reading, news: &mut Vec<Event>) {
        if let Some(Began { frame, told: false }) = began {
            let ns = line.map().heard_ns(frame).unwrap_or(now.monotonic_ns);
            news.push(Event::Began { slot: self.slot.clone(), at: now.wall_at(ns) });
        }
    }

    /// Tells how much silence there is in its midst, where that has grown.
    fn tell_gaps(&mut self, line: &Line, news: &mut Vec<Event>) {
        let gap_ms = self.gap_ms(self.supply.gap_frames(), line);
        if gap_ms > self.told_gap_ms {
            self.told_gap_ms = gap_ms;
            let waited_ms = self.waiting.longest_ms();
            news.push(Event::Gaps { slot: self.slot.clone(), gap_ms, waited_ms });
        }
    }

    /// Silence is silence, whether our ring was dry or the device's buffer.
    fn gap_ms(&self, gap_frames: u64, line: &Line) -> u64 {
        self.ms(gap_frames) + line.map().jumped_ns().saturating_sub(self.jumped_ns) / 1_000_000
    }

    fn tell_ended(&self, at: Timestamp, heard: Heard, line: &Line, end: End, news: &mut Vec<Event>) {
        let played_ms = self.ms(heard.played_frames);
        let has_begun = heard.played_frames > 0;
        let gap_ms = if has_begun { self.gap_ms(heard.gap_frames, line) } else { self.ms(heard.gap_frames) };
        if gap_ms > 0 {
            news.push(Event::Waited { slot: self.slot.clone(), for_ms: self.waiting.longest_ms() });
            news.push(Event::StoodStill { slot: self.slot.clone(), for_ms: self.stood_still_ms });
        }
        if let Some(heard) = self.supply.relayed(heard.played_frames) {
            news.push(Event::Relayed { slot: self.slot.clone(), heard });
        }
        if heard.played_frames > 0 {
            let levels = self.sent.levels(heard.played_frames);
            news.push(Event::Measured { slot: self.slot.clone(), levels });
        }
        news.push(Event::Ended { slot: self.slot.clone(), at, played_ms, gap_ms, end });
    }

    /// Whoever looks is to know at once, and a kill in its midst leaves word of it.
    fn tell_not_the_source(&mut self, played_frames: u64, news: &mut Vec<Event>) {
        let Some(heard) = self.supply.relayed(played_frames) else { return };
        let not_source_ms = heard.fallback_ms + heard.nothing_ms;
        if not_source_ms >= self.told_not_source_ms + NOT_SOURCE_TELL_MS {
            self.told_not_source_ms = not_source_ms;
            news.push(Event::Relaying { slot: self.slot.clone(), heard });
        }
    }

    fn end(&self, over: Over) -> End {
        let (from_ms, file_ms) = self.copy.as_ref().map_or((0, 0), |copy| (copy.pieces.from_ms, copy.audio.file_ms));
        let whole = from_ms + self.ms(over.played_frames) + WHOLE_MS >= file_ms;
        match over.finish {
            Finish::Cut => End::Cut,
            Finish::Lasted => End::Whole,
            Finish::Drained if whole && self.supply.progress() == Progress::Done => {
                self.supply.damage().map_or(End::Whole, |why| End::Damaged(why.clone()))
            }
            Finish::Drained | Finish::NoVoice => End::Short,
        }
    }

    /// Frames of it that have left the line: those rendered, less the line's lead.
    fn heard_frames(&self, line: &Line, now_ns: u64) -> u64 {
        let unheard = line.rendered_frames().saturating_sub(heard_frame(line, now_ns));
        self.supply.played_frames().saturating_sub(unheard)
    }

    fn ms(&self, frames: u64) -> u64 {
        let rate = u64::from(self.supply.format.rate_hz.max(1));
        (frames * 1000 + rate / 2) / rate
    }
}

/// The frame being heard now, which cannot be one that was never rendered.
fn heard_frame(line: &Line, now_ns: u64) -> u64 {
    let rendered = line.rendered_frames();
    line.map().frame_at(now_ns).map_or(rendered, |frame| frame.min(rendered))
}
