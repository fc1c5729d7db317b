//! Where on the line a take begins.

use jiff::Timestamp;

use crate::audio::line::Line;
use crate::audio::line::deck::{Take, TakeId};
use crate::clock::Reading;

/// Where the first frame of a take goes.
pub(super) enum Spot {
    /// On the frame heard at that instant.
    At(Timestamp),
    /// On the frame after the last one of that take.
    After(TakeId),
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
        Spot::After(after) => line.follow(take, *after),
    };
    if placed.is_err() {
        tracing::error!("the line takes no orders");
    }
    placed.is_ok()
}
