//! What becomes of recordings and of their sound, without a station and a line.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod clicks;
mod decode;
mod measures;
mod opus;
mod resampling;
#[path = "../sound_files/mod.rs"]
mod sound_files;
