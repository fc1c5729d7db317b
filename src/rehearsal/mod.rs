//! Rehearsal: the real director in a world of its own, in which a month passes in milliseconds.
//!
//! The world has a clock that can be set, a line that can be lost, a disk that can be full, a log, an operator and the
//! power; all of it is data, so that a month is the same each time. Sound is counted in stretches of milliseconds. What
//! goes wrong is drawn from a seed ([`faults`]); what the log promises is held against what the street heard
//! ([`World::violations`]). `loa rehearse` shows it to the operator, the tests run it by the thousand.

mod disk;
mod draw;
mod faults;
mod gaps;
mod hands;
mod judge;
mod line;
mod log;
mod mishaps;
mod plan;
mod power;
mod told;
mod trust;
mod world;

use jiff::{SignedDuration, Timestamp};

pub use disk::Disk;
pub use draw::Draw;
pub use faults::{Edit, Fault, faults};
pub use judge::{Promise, Violation};
pub use log::Log;
pub use plan::EditMade;
pub use world::{Ending, Heard, World};

/// How long after its last slot a rehearsal still goes on: the longest broadcast, and what a lost hour makes late.
const AFTERMATH: SignedDuration = SignedDuration::from_hours(48);

/// Lets the plan pass in that world, with these faults in order of time, until nothing of it is left.
pub fn rehearse(world: &mut World, faults: &[(Timestamp, Fault)], last: Timestamp) {
    for (at, fault) in faults {
        world.run(world.now.max(*at));
        world.suffer(fault);
    }
    // Whatever is still away comes back, so that every slot finds its end.
    for mended in [Fault::ClockRight, Fault::LineBack, Fault::DiskRoom, Fault::SlowDisk { each_ms: 0 }] {
        world.suffer(&mended);
    }
    world.run(world.now.max(last + AFTERMATH));
}
