//! The test rig: a loudspeaker line to play to, an ear that listens at it, the arithmetic that says what was heard, and
//! a station that runs the real program.
//!
//! The judge stands outside: it knows a recording's samples and the wall clock, and nothing of how the program keeps
//! time. What it hears is set against the decoded file, not against a level, so a sound of the wrong content never
//! passes for the right one.

// Each test binary takes the part of the rig that it needs.
#![allow(dead_code)]
#![allow(clippy::print_stdout, reason = "a test that skips has to say so")]

#[cfg(target_os = "linux")]
pub mod clock;
pub mod decoded;
pub mod ear;
pub mod pulse;
pub mod server;
pub mod station;
pub mod streams;
pub mod waiting;
pub mod wav;
pub mod zone;
