//! Loa, the broadcast scheduler of a ward radio station.
//!
//! # The map
//! The modules stand in reading order, and **a module uses only modules listed above it; those above the line do no
//! I/O, read no clock and start no thread.** `tests/tidy.rs` holds that.
//!
//! A segment's way: `schedules/2026-12.toml` → [`schedule`] → `Segment` → [`timetable`] → `Slot` →
//! `Director::step(now, event)` → `Action` → [`player`] → the line → `Began`/`Ended` → `Airing` → [`ledger`] →
//! [`report`]. Orders go down, facts come up, one channel each way.
//!
//! # What is never true
//! - Nothing here plays a sound that the director did not order; the sound callback decides nothing.
//! - Nothing but [`clock`] reads a clock, and nothing but [`daemon`] loops for ever.
//! - The log is never told what a file's header claims, only what the line consumed.

pub mod problem;
pub mod outcome;
pub mod reading;
pub mod programme;
pub mod station;
pub mod civil;
pub mod lunar;
pub mod schedule;
pub mod schema;
pub mod timetable;
pub mod airing;
pub mod director;
pub mod report;
// ---- the line: below, the shells ----
pub mod clock;
pub mod home;
pub mod loading;
pub mod audio;
pub mod player;
pub mod ledger;
pub mod daemon;
pub mod cli;
