//! Which frame of the line is heard when: a smoothed line through what the sound callbacks report.
//!
//! A single report may be rough: it is taken between two wake-ups of the device, often on a busy PC. All of them
//! together are not, for the device takes its frames at a steady rate. The map therefore keeps the frame rate as given
//! and averages only the offset, with a short memory, so that it follows the device's own clock as that drifts, and
//! with little weight for a report that lies far off.

/// What one callback reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The first frame of the block.
    pub frame: u64,
    /// When it was asked for, in the stream's own time, in ns.
    pub callback_ns: u64,
    /// When it is expected to be heard, in the stream's own time, in ns.
    pub playback_ns: u64,
}

/// The share of a new report in the average, once there are enough of them.
const SHARE: f64 = 0.05;
/// What one report may say against the average, once there are enough of them, in ns.
const SAY_NS: f64 = 1e6;
/// Reports that must agree before the map is trusted: about half a second to a second.
const AGREEING: u32 = 16;
/// How far a report may lie from the average and still agree, in ns.
const AGREE_NS: f64 = 8e6;
/// Reports beyond that, in a row, that mean the line really jumped (an xrun, a suspended sink), not that one was rough.
const JUMPED: u32 = 6;
/// A device that never tells a lead is believed to have none after this many reports.
const LEADLESS: u32 = 60;

/// Frame ↔ monotonic time.
#[derive(Clone, Debug)]
pub struct TimeMap {
    frame_ns: f64,
    state: State,
    leadless: u32,
    /// The lead (asked for → heard) of the last report, in ns.
    lead_ns: u64,
    /// Silence that the device put in when it ran dry, all told, in ns.
    jumped_ns: u64,
    /// The program stood still; what was reported of before this monotonic instant, in ns, says nothing any more.
    stale_before_ns: Option<u64>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// No report that means anything.
    Blank,
    /// An average of `count` reports; `astray` of the latest did not agree with it, in a row.
    Tracking { offset_ns: f64, count: u32, astray: u32 },
}

impl TimeMap {
    /// A blank map for a line of this rate.
    pub fn new(rate_hz: u32) -> TimeMap {
        TimeMap {
            frame_ns: 1e9 / f64::from(rate_hz.max(1)),
            state: State::Blank,
            leadless: 0,
            lead_ns: 0,
            jumped_ns: 0,
            stale_before_ns: None,
        }
    }

    /// Takes a report whose instants have been moved to [`crate::clock::monotonic_ns`] by adding `stream_to_monotonic_ns`.
    pub fn report(&mut self, stamp: Stamp, stream_to_monotonic_ns: i64) {
        self.lead_ns = stamp.playback_ns.saturating_sub(stamp.callback_ns);
        if self.lead_ns == 0 && self.leadless < LEADLESS {
            // The device has not yet found out how far ahead it is asked.
            self.leadless += 1;
            return;
        }
        let asked_ns = stamp.callback_ns.saturating_add_signed(stream_to_monotonic_ns);
        if self.stale_before_ns.is_some_and(|stale_before_ns| asked_ns < stale_before_ns) {
            // Written before the stop, or halfway into it, and read only now.
            return;
        }
        let after_stop = self.stale_before_ns.take().is_some();
        let heard_ns = stamp.playback_ns as f64 + stream_to_monotonic_ns as f64;
        let seen = heard_ns - stamp.frame as f64 * self.frame_ns;
        self.state = match self.state {
            State::Blank => State::Tracking { offset_ns: seen, count: 1, astray: 0 },
            State::Tracking { offset_ns, count, astray } => {
                let off = seen - offset_ns;
                if off.abs() <= AGREE_NS {
                    let share = SHARE.max(1.0 / f64::from(count + 1));
                    let say = if count < AGREEING { off } else { off.clamp(-SAY_NS, SAY_NS) };
                    State::Tracking { offset_ns: offset_ns + say * share, count: count.saturating_add(1), astray: 0 }
                } else if after_stop || astray + 1 >= JUMPED || count < 3 {
                    if count >= AGREEING {
                        self.jumped_ns += off.max(0.0) as u64;
                    }
                    State::Tracking { offset_ns: seen, count: 1, astray: 0 }
                } else {
                    State::Tracking { offset_ns, count, astray: astray + 1 }
                }
            }
        };
    }

    /// The program stood still over `since_ns`, a monotonic instant, and the device may have run dry meanwhile: the next
    /// report of after it tells.
    pub fn doubt(&mut self, since_ns: u64) {
        if matches!(self.state, State::Tracking { .. }) {
            self.stale_before_ns = Some(since_ns);
        }
    }

    /// The program stood still, and no report of after that has come.
    pub fn is_stale(&self) -> bool {
        self.stale_before_ns.is_some()
    }

    /// It is stale, or the last report did not agree with it.
    pub fn is_doubted(&self) -> bool {
        self.is_stale() || matches!(self.state, State::Tracking { astray: 1.., .. })
    }

    /// Enough reports have agreed for a start to be placed by it.
    pub fn is_settled(&self) -> bool {
        matches!(self.state, State::Tracking { count, .. } if count >= AGREEING)
    }

    /// When a frame is heard, in monotonic ns; none while the map is blank. Never negative.
    pub fn heard_ns(&self, frame: u64) -> Option<u64> {
        let State::Tracking { offset_ns, .. } = self.state else { return None };
        Some((offset_ns + frame as f64 * self.frame_ns).round().max(0.0) as u64)
    }

    /// The frame that is heard at (or first after) a monotonic instant; 0 for what is before the line opened.
    pub fn frame_at(&self, monotonic_ns: u64) -> Option<u64> {
        let State::Tracking { offset_ns, .. } = self.state else { return None };
        Some(((monotonic_ns as f64 - offset_ns) / self.frame_ns).round().max(0.0) as u64)
    }

    /// Silence that the device has put in since the line opened, because it ran dry, in ns: frames after it are heard
    /// that much later than the frames before it said.
    pub fn jumped_ns(&self) -> u64 {
        self.jumped_ns
    }

    /// How long before it is heard the last block was asked for, in ns.
    pub fn lead_ns(&self) -> u64 {
        self.lead_ns
    }
}
