//! Where on the line a take begins.

use jiff::Timestamp;

use crate::audio::line::Line;
use crate::audio::line::deck::{Take, TakeId};
use crate::clock::Reading;

/// How long before its instant, beyond the line's lead, a take is given to the deck: late enough that the wall clock's last
/// correction is followed, early enough for a busy PC. A map that changes from there on takes it with it.
pub(super) const CUE_NS: u64 = 500_000_000;
/// The same by a map that has not settled: the last moment at which the frame is still to come.
const LAST_NS: u64 = 60_000_000;

/// Where the first frame of a take goes.
pub(super) enum Spot {
    /// On the frame heard at that instant.
    At(Timestamp),
    /// On the frame after the last one of that take, but not before the one heard at an instant.
    After(TakeId, Option<Timestamp>),
}

/// Whether what is to be heard at that instant is to be given to the line now.
pub(super) fn is_due(line: &Line, at: Timestamp, now: Reading) -> bool {
    let ahead_ns = now.monotonic_at(at).saturating_sub(now.monotonic_ns);
    let map = line.map();
    let early_ns = match map.heard_ns(0) {
        Some(_) if map.is_settled() => CUE_NS + map.lead_ns(),
        // It places nothing well, but better than the next block would when the instant is past.
        Some(_) => LAST_NS + map.lead_ns(),
        None => 0,
    };
    // What is late only wants to be heard, and dated by a map that knows of the stop that made it late.
    !map.is_doubted() && ahead_ns <= early_ns
}

/// Gives a take to the line; false if the line takes no orders.
pub(super) fn hand_over(line: &mut Line, take: Take, spot: &Spot, now: Reading) -> bool {
    let placed = match spot {
        Spot::At(at) => {
            let at_ns = now.monotonic_at(*at);
            // What is late begins at once, on the next frame: after a stop of the program the map lies behind by as long.
            let frame = line.map().frame_at(at_ns).filter(|_| at_ns > now.monotonic_ns);
            line.cue(take, frame.unwrap_or(0))
        }
        Spot::After(after, not_before) => {
            let frame = not_before.and_then(|at| line.map().frame_at(now.monotonic_at(at)));
            line.follow(take, *after, frame.unwrap_or(0))
        }
    };
    if placed.is_err() {
        tracing::error!("the line takes no orders");
    }
    placed.is_ok()
}
