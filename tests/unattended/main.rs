//! A station that nobody watches: who is told when something goes wrong, and how the daemon gets on with its supervisor.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]
#![allow(clippy::print_stdout, reason = "what a machine cannot try is said")]

#[path = "../support/mod.rs"]
mod support;

mod alerts;
mod disk;
mod figures;
#[cfg(target_os = "linux")]
mod full;
mod mail_server;
#[cfg(target_os = "linux")]
mod read_only;
mod supervised;
mod ways;
