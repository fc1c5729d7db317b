//! The console as a browser and a program meet it: a real daemon on a line without sound, a real socket.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod approvals;
mod blocks;
mod client;
mod comes_back;
mod corrected;
mod days_off;
mod deeds;
mod document;
mod english;
mod first_start;
mod keys;
mod library;
mod log_and_report;
mod newcomer;
mod on_air;
mod past;
mod plan;
mod renamed;
mod roles;
mod safety;
mod savable;
mod settings;
mod together;
mod typed;
mod ways;
mod world;
#[path = "../support/zone.rs"]
mod zone;
