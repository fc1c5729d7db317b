//! What befalls the line, the clock and the PC.

use jiff::{SignedDuration, Timestamp};

use super::judge::{Promise, Violation};
use super::line::{ms, ms_between};
use super::world::{Coming, Ending, World};
use crate::director::{End, Event, MonitorNews};
use crate::outcome::Cause;
use crate::problem::Text;
use crate::timetable::SlotId;

/// A step of the clock is seen within so long, in ms.
const LOOK_MS: u64 = 1_000;
/// How often it is told how far an airing has been heard, in ms: a crash leaves so much uncertain.
const TOLD_EVERY_MS: u64 = 700;

impl World {
    /// The line is there.
    pub fn open_line(&mut self) {
        self.send(Event::LineOpened { device: self.device.clone() });
    }

    /// A monitor hears the line from now on, and soon after each start.
    pub fn listen(&mut self) {
        self.listens = true;
        self.send(Event::Monitor(MonitorNews::Hears { device: self.device.clone() }));
    }

    /// The line is lost.
    pub fn lose_line(&mut self) {
        for voice in std::mem::take(&mut self.voices) {
            self.tell_over(&voice, self.now, Ending::Line, End::Line);
        }
        self.send(Event::LineLost {
            device: self.device.clone(),
            why: Text::new("mất thiết bị", "the device is gone"),
        });
    }

    /// The clock shows another time by so much; the loop sees it within a second.
    pub fn step_clock(&mut self, by: SignedDuration) {
        self.tell_heard();
        self.trusted_until_now();
        // Set twice in one instant it was set once, by what both come to.
        match self.moved.last_mut() {
            Some((at, sum)) if *at == self.now && !sum.is_zero() && !(*sum + by).is_zero() => *sum += by,
            _ => self.moved.push((self.now, by)),
        }
        self.showed.get_or_insert((self.clock(), Cause::Clock));
        self.coming.push((self.now + ms(LOOK_MS), Coming::Look));
        self.time.ahead += by;
    }

    /// The clock shows that instant from now on.
    pub fn set_clock(&mut self, to: Timestamp) {
        self.step_clock(to.duration_since(self.clock()));
    }

    /// The clock is drawn on by less than the loop takes for a step.
    pub fn slew_clock(&mut self, by: SignedDuration) {
        self.moved.push((self.now, by));
        self.time.ahead += by;
    }

    /// The PC sleeps for so long.
    pub fn sleep(&mut self, for_ms: u64) {
        // What began in this very moment did so before it.
        while self.tell_begun() {}
        let (now, showed) = (self.now, self.clock());
        self.voices.iter_mut().for_each(|voice| voice.sleep(now, for_ms));
        self.coming.iter_mut().for_each(|(at, _)| *at += ms(for_ms));
        self.now += ms(for_ms);
        self.sleeps.push((now, self.now));
        self.moved.push((self.now, SignedDuration::ZERO));
        self.showed.get_or_insert((showed, Cause::Asleep));
        self.send(Event::Woken);
    }

    /// What the armed recordings and the line held is gone; what was heard is heard.
    pub(super) fn go_dark(&mut self) {
        self.tell_heard();
        self.ends.push(self.now);
        for voice in std::mem::take(&mut self.voices) {
            self.over(&voice, self.now, Ending::Run);
        }
        self.armed.clear();
        self.coming.clear();
        self.tuned.clear();
        self.showed = None;
    }

    /// How far what sounds has been heard, as that was told last. What the clock was set to within the last second nobody has
    /// seen.
    fn tell_heard(&mut self) {
        if self.showed.is_some() {
            return;
        }
        let sounds: Vec<_> = self
            .voices
            .iter()
            .filter(|voice| voice.told.is_some())
            .filter_map(|voice| Some((voice.slot.clone(), voice.begins()?, voice.gap_ms)))
            .collect();
        for (slot, began, gap_ms) in sounds {
            let sounded_ms = ms_between(began, self.now).saturating_sub(gap_ms);
            let played_ms = sounded_ms - sounded_ms % TOLD_EVERY_MS;
            let at = began + ms(played_ms + gap_ms) + self.time.ahead;
            self.send(Event::Gaps { slot: slot.clone(), gap_ms, waited_ms: 0 });
            self.send(Event::Heard { slot, at, played_ms });
        }
    }

    pub(super) fn violates(&mut self, promise: Promise, slot: &SlotId, why: String) {
        self.violations.push(Violation { promise, slot: Some(slot.clone()), why });
    }
}
