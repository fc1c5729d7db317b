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
        Spot::At(at) => line.cue(take, line.map().frame_at(now.monotonic_at(*at)).unwrap_or(0)),
        Spot::After(after) => line.follow(take, *after),
    };
    if placed.is_err() {
        tracing::error!("the line takes no orders");
    }
    placed.is_ok()
}
