//! What a sound card may do to a line, one test a kind, and what its callback must never do.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod callback;
mod dry;
mod fake;
mod lost;
#[path = "../support/wav.rs"]
mod wav;
