//! How loud the line is at a time of day, told to the deck before the instant comes.

use super::turn::linear;
use crate::audio::line::Line;
use crate::civil::DayGain;
use crate::clock::Reading;

/// How long the way from one gain to the next is: short enough to be on time, long enough not to be noticed.
const WAY_MS: u64 = 2000;
/// How long before it is rendered a change is ordered; the player looks twice as often at least.
const AHEAD_NS: u64 = 1_500_000_000;

/// What the deck of the open line has been told; nothing of a line that has just been opened.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Level {
    told_cdb: Option<i32>,
}

impl Level {
    /// Tells `line` what is to change soon, or should have changed, if it does not know it yet. What has not sounded
    /// yet begins as it should; the rest changes gently.
    pub fn tell(&mut self, gain: DayGain<'_>, line: &mut Line, now: Reading) {
        let heard_ns = line.map().heard_ns(line.rendered_frames()).unwrap_or(now.monotonic_ns).max(now.monotonic_ns);
        let heard = now.wall_at(heard_ns);
        let Some(told_cdb) = self.told_cdb else {
            return self.order(gain.at(heard), 0, 0, line);
        };
        let change = gain.next_change(heard).filter(|change| *change <= now.wall_at(heard_ns + AHEAD_NS));
        let wanted_cdb = gain.at(change.unwrap_or(heard));
        if wanted_cdb != told_cdb {
            let at_frame = change.and_then(|at| line.map().frame_at(now.monotonic_at(at))).unwrap_or(0);
            self.order(wanted_cdb, at_frame, WAY_MS, line);
        }
    }

    fn order(&mut self, gain_cdb: i32, at_frame: u64, way_ms: u64, line: &mut Line) {
        let frames = u32::try_from(way_ms * u64::from(line.rate_hz()) / 1000).unwrap_or(u32::MAX);
        if line.level(linear(gain_cdb), at_frame, frames) {
            self.told_cdb = Some(gain_cdb);
        }
    }
}
