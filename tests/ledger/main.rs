//! The airing log: what is written stays written, what broke off is closed with what is known, and a disk that refuses
//! loses nothing. A killed daemon is played by copying its files while it has them open: that is what a new start finds.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what is wanted")]

mod anothers;
mod broken_off;
mod by_hand;
mod chained;
mod damaged;
mod disk;
mod evidence;
mod gone;
mod heard;
mod kept;
mod late_edits;
mod ordered;
mod refused;
#[path = "../support/slots.rs"]
mod slots;
mod touched;
mod upgraded;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use loa::airing::{Entry, IncidentKind};
use loa::ledger::{LastWrite, Ledger, Reader, Recovery, RunStart, Synced};
use loa::schedule::audio_facts::AudioFacts;
use loa::timetable::Slot;

const PATIENCE: Duration = Duration::from_secs(10);

fn at(text: &str) -> Timestamp {
    format!("2026-12-01T{text}+07:00").parse().unwrap()
}

fn start(time: &str, boot: &str) -> RunStart {
    RunStart { at: at(time), uptime_ms: 5_000, boot_id: boot.into(), program: "loa test".into() }
}

/// The station's.
fn zone() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(7))
}

fn audio() -> AudioFacts {
    AudioFacts {
        sha256: "ab".repeat(32),
        file_ms: 300_000,
        frames: 13_230_000,
        rate_hz: 44_100,
        channels: 1,
        codec: "mp3".into(),
        declared_ms: Some(299_990),
        damaged_packets: 1,
        measures: None,
    }
}

fn slot(time: &str, segment: &str) -> Slot {
    Slot {
        title: "Cải cách hành chính".into(),
        files: vec!["ban-tin.mp3".into()],
        audio: Some(audio()),
        revision: "cd".repeat(32),
        ..slots::segment(at(time), (jiff::civil::date(2026, 12, 1), time), segment)
    }
}

struct Home {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn home() -> Home {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("var/ledger.db");
    Home { _folder: folder, path }
}

fn open(path: &Path, time: &str, boot: &str) -> (Ledger, Recovery) {
    let (ledger, recovery) = Ledger::open(path, &start(time, boot), &zone()).unwrap();
    if let Some(gap) = recovery.gap {
        // Its clock is trusted.
        ledger.incident_ended(gap, at(time));
        written(&ledger);
    }
    (ledger, recovery)
}

/// What a kill leaves: the files as they are at this instant. Copying takes longer than an instant, so it is done again if
/// the base itself changed meanwhile.
fn killed(victim: &Home) -> Home {
    let copy = home();
    let beside = |path: &Path| PathBuf::from(format!("{}-wal", path.display()));
    std::fs::create_dir_all(copy.path.parent().unwrap()).unwrap();
    loop {
        let base = std::fs::read(&victim.path).unwrap();
        std::fs::copy(beside(&victim.path), beside(&copy.path)).unwrap();
        if std::fs::read(&victim.path).unwrap() == base {
            std::fs::write(&copy.path, base).unwrap();
            return copy;
        }
    }
}

/// Waits until everything posted is on disk.
fn written(ledger: &Ledger) {
    until(|| ledger.health().waiting == 0);
    assert_eq!(ledger.health().last_write, LastWrite::Done);
}

fn until(mut done: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < end, "waited in vain");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn entries(path: &Path) -> Vec<Entry> {
    let day = jiff::civil::date(2026, 12, 1);
    Reader::open(path).unwrap().entries(day, day).unwrap()
}

fn incidents(path: &Path) -> Vec<(IncidentKind, Timestamp, Option<Timestamp>)> {
    let all = Reader::open(path).unwrap().incidents(Timestamp::MIN, Timestamp::MAX).unwrap();
    all.into_iter().map(|i| (i.kind, i.began, i.ended)).collect()
}

/// A ledger with a slot on air, heard for 61 s.
fn on_air(home: &Home) -> (Ledger, Slot) {
    on_air_with(home, |_| {})
}

/// The same with a slot that was changed before it was frozen.
fn on_air_with(home: &Home, change: impl FnOnce(&mut Slot)) -> (Ledger, Slot) {
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    let mut slot = slot("05:30:00", "cchc");
    change(&mut slot);
    ledger.freeze(&slot);
    assert_eq!(ledger.open_part(&slot.id, &audio(), "main", "alsa:usb", PATIENCE), Synced::Yes);
    ledger.note_began(&slot.id, at("05:30:00.000250"));
    ledger.note_heard(&slot.id, at("05:30:30"), 30_000);
    ledger.note_heard(&slot.id, at("05:31:01"), 61_000);
    ledger.heartbeat(at("05:31:01.5"), 1_866_500);
    written(&ledger);
    (ledger, slot)
}
