//! How loud a take is that is cut, from frame to frame. Runs inside the sound callback and keeps its rules.

use super::slope::Slope;

/// A ramp is made no shorter than that, in frames: no click.
const SHORTEST_RAMP: u64 = 480;

#[derive(Clone, Copy, Debug)]
pub(super) enum Gain {
    Full,
    /// Full up to a frame, and a ramp down from there.
    Until {
        frame: u64,
        ramp_frames: u32,
    },
    Fading(Slope),
}

impl Gain {
    /// Cut at `at_frame`, the next frame to be rendered being `frame`. Of several cuts the earliest counts.
    pub fn cut(self, ramp_frames: u32, at_frame: u64, frame: u64) -> Gain {
        match self {
            _ if at_frame <= frame => self.fading(ramp_frames, frame),
            Gain::Until { frame, .. } if frame <= at_frame => self,
            Gain::Full | Gain::Until { .. } => Gain::Until { frame: at_frame, ramp_frames },
            Gain::Fading(_) => self,
        }
    }

    /// Down to nothing within `ramp_frames` from `frame` on, or sooner if it was already on its way there.
    pub fn fading(self, ramp_frames: u32, frame: u64) -> Gain {
        let end_frame = frame + u64::from(ramp_frames.max(1));
        match self {
            Gain::Fading(slope) if slope.end_frame() <= end_frame => self,
            _ => Gain::Fading(Slope::new(self.at(frame), 0.0, frame, ramp_frames.max(1))),
        }
    }

    /// One past the last frame that sounds, where there is to be one.
    pub fn ends(self) -> Option<u64> {
        match self {
            Gain::Full => None,
            Gain::Until { frame, ramp_frames } => Some(frame + u64::from(ramp_frames)),
            Gain::Fading(slope) => Some(slope.end_frame()),
        }
    }

    /// It is over so many frames later; what has begun to fade, or should have, fades the quicker, and never the slower.
    pub fn shift(self, frames: i64, now: u64) -> Gain {
        let Some(ends) = self.ends() else { return self };
        let left = ends.saturating_add_signed(frames).saturating_sub(now);
        let ramp = |most: u64| u32::try_from(left.clamp(most.min(SHORTEST_RAMP), most)).unwrap_or(u32::MAX);
        match self {
            Gain::Until { frame, ramp_frames } => {
                let frame = frame.saturating_add_signed(frames);
                let ramp_frames = if frame < now { ramp(ramp_frames.into()) } else { ramp_frames };
                Gain::Until { frame: frame.max(now), ramp_frames }
            }
            Gain::Fading(_) if frames < 0 && ends > now => {
                Gain::Fading(Slope::new(self.at(now), 0.0, now, ramp(ends - now)))
            }
            Gain::Full | Gain::Fading(_) => self,
        }
    }

    /// The gain of a frame.
    pub fn at(&self, frame: u64) -> f32 {
        match self {
            Gain::Full | Gain::Until { .. } => 1.0,
            Gain::Fading(slope) => slope.at(frame),
        }
    }
}

#[cfg(test)]
mod tests;
