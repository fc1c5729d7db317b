//! Gain that changes from frame to frame: how a cut fades out, and how loud the line is at a time of day. Runs inside the
//! sound callback and keeps its rules.

/// The way from one gain to another along half a wave of a cosine: it begins and ends level, so that no step and no
/// corner is heard.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slope {
    from: f32,
    to: f32,
    first_frame: u64,
    frames: u32,
}

impl Slope {
    /// A gain that stays.
    pub const fn flat(gain: f32) -> Slope {
        Slope { from: gain, to: gain, first_frame: 0, frames: 0 }
    }

    /// From one gain to the other within `frames`, beginning at `first_frame`.
    pub fn new(from: f32, to: f32, first_frame: u64, frames: u32) -> Slope {
        Slope { from, to, first_frame, frames }
    }

    /// The gain of a frame.
    pub fn at(&self, frame: u64) -> f32 {
        let Some(gone) = frame.checked_sub(self.first_frame) else { return self.from };
        if gone >= u64::from(self.frames) {
            return self.to;
        }
        // From the middle of one frame to the middle of the next: the last one is as near its end as the first.
        let way = (gone as f32 + 0.5) / self.frames as f32;
        self.to + (self.from - self.to) * 0.5 * (1.0 + (std::f32::consts::PI * way).cos())
    }

    /// One past its last frame.
    pub fn end_frame(&self) -> u64 {
        self.first_frame + u64::from(self.frames)
    }

    fn stays_from(&self, frame: u64) -> bool {
        frame >= self.end_frame() || self.from.to_bits() == self.to.to_bits()
    }
}

/// What begins up to so many frames before a change begins with it: the two are placed by one clock, at two moments.
const APART_FRAMES: u64 = 240;

/// How loud the line is: as it is now, and what it is to be next.
#[derive(Clone, Copy, Debug)]
pub(super) struct LineGain {
    now: Slope,
    next: Option<Slope>,
}

impl LineGain {
    /// For a line on which nobody has ordered otherwise, and for what is never made quieter.
    pub const FULL: LineGain = LineGain { now: Slope::flat(1.0), next: None };

    /// Changes it to `gain` within `ramp_frames` from `at_frame` on, or from `frame`, the next to be rendered, if that is
    /// gone. Of two changes that are still to come the latest order counts.
    pub fn change(&mut self, gain: f32, at_frame: u64, ramp_frames: u32, frame: u64) {
        self.pass(frame);
        let at_frame = at_frame.max(frame);
        self.next = Some(Slope::new(self.now.at(at_frame), gain, at_frame, ramp_frames));
    }

    /// Nothing sounds by it up to `frame`, the next to be rendered, and nothing begins before `begins`; the block ends at
    /// `ends`. From silence there is nothing to fade: what begins with a change, or in its midst, begins as it is to be.
    pub fn settle(&mut self, frame: u64, begins: u64, ends: u64) {
        if self.now.first_frame <= frame {
            self.now = Slope::flat(self.now.to);
        }
        if let Some(next) = &mut self.next
            && next.first_frame <= begins.saturating_add(APART_FRAMES)
            && next.first_frame.min(begins) < ends
        {
            *next = Slope::new(next.from, next.to, next.first_frame.min(begins).max(frame), 0);
        }
    }

    /// What was to come has come by `frame`.
    pub fn pass(&mut self, frame: u64) {
        if let Some(next) = self.next.filter(|next| next.first_frame <= frame) {
            *self = LineGain { now: next, next: None };
        }
    }

    /// The gain of a frame.
    pub fn at(&self, frame: u64) -> f32 {
        match &self.next {
            Some(next) if frame >= next.first_frame => next.at(frame),
            _ => self.now.at(frame),
        }
    }

    /// Whether nothing between those frames is changed by it.
    pub fn is_full(&self, from: u64, to: u64) -> bool {
        self.now.stays_from(from)
            && self.now.at(from).to_bits() == 1.0_f32.to_bits()
            && self.next.is_none_or(|next| next.first_frame >= to)
    }
}
