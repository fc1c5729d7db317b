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
mod supervised;
mod ways;

use std::fs;
use std::time::{Duration, Instant};

use support::station::Station;

fn until<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(Instant::now() < deadline, "{what} does not come");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Adds to the station's own file.
fn add(station: &Station, text: &str) {
    let path = station.home().join("schedules/station.toml");
    let before = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{before}\n{text}")).unwrap();
}
