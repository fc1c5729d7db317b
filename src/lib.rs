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
//! - Nothing but [`clock`] reads a clock, and nothing but [`daemon`] asks the director; the other threads (the loader, the
//!   player, the line's watch, the monitor, the amplifier's switch, the couriers, the ledger's writer, the program log's, the console's)
//!   do one thing each and wait for the next.
//! - Nothing of the plan airs, is frozen or is given up by a clock that [`trust`] doubts, and no heartbeat moves by one.
//! - The log is never told what a file's header claims, only what the line consumed.

// An airing as JSON has more keys than `json!` takes within the usual limit.
#![recursion_limit = "256"]

pub mod problem; // a mistake as data, and its rendering
pub mod outcome; // what became of a slot, and why
pub mod instants; // instants and the lengths between them
pub mod levels; // how loud a stretch of sound was
pub mod cells; // figures, cells and text as spreadsheets and browsers read them
pub mod reading; // how an operator's file is read: encodings, TOML, times, days, did-you-mean
pub mod programme; // windows, running orders, columns, exceptions, what a segment says of itself
pub mod station; // station.toml
pub mod civil; // civil time to instants; quiet hours
pub mod trust; // whether the clock can be believed
pub mod lunar; // Tết and Giỗ Tổ, for UTC+7
pub mod schedule; // a month's file
pub mod schema; // the JSON Schema of both files
pub mod editing; // changes in an operator's file that leave all else as it was
pub mod timetable; // slots at exact instants, what is to be said of them, and its printed forms
pub mod notes; // what the log notes beside an airing, and its English
pub mod airing; // airings, parts, incidents
pub mod director; // decides what is on air
pub mod amplifier; // whether the amplifier should be on
pub mod hearing; // what a monitor heard, set against what was sent
pub mod report; // slots set against airings
pub mod rehearsal; // a month in milliseconds: the real director in a world of data
pub mod doctor; // a station and its PC before they are relied on
pub mod metrics; // counts and states for a monitoring program
pub mod alerts; // who is told what, when, in which words
// ---- the line: below, the shells ----
pub mod clock; // the only reader of clocks
pub mod system; // to stay awake and to wake up; what the system is asked
pub mod files; // files as a disk has them, and the system's errors in words
pub mod home; // where a station's files lie
pub mod program_log; // the program's own log, to the console and to files
pub mod child; // a program of the operator's, bounded and ended with all it started
pub mod courier; // carries alerts out
pub mod loading; // files to slots, for commands and daemon alike
pub mod lock; // one daemon a home, and who else sounds on its device
pub mod saving; // an operator's file saved: as a whole, over nobody else's change, with what was before kept
pub mod audio; // recordings and the line
pub mod library; // the recordings under audio/: taken in, named, used, put away
pub mod player; // bulletins to the line; says what was heard
pub mod ledger; // the airing log in SQLite
pub mod reporting; // a home's log and files to a report
pub mod evidence; // a period's proof in one file, and its check on any PC
pub mod checkup; // a station and its PC looked over
pub mod console; // the operator's page and its API
pub mod daemon; // the loop
pub mod cli; // the commands, a file each
