//! A month in milliseconds: the real director in the world that `loa rehearse` uses, with faults drawn from a seed, and its
//! rules one by one. What is asserted of every month is what the log promises (`World::violations`).

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod by_hand;
mod drawn;
mod edits;
mod filler;
mod gaps;
mod line_loss;
mod months;
mod orders;
mod power;
mod relays;
mod rules;
#[path = "../support/slots.rs"]
mod slots;
mod trust;
mod unheard;
mod unseen_edits;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use loa::civil::QuietHours;
use loa::director::{AirRules, AttentionTone};
use loa::programme::relay::RelaySource;
use loa::rehearsal::World;
use loa::schedule::audio_facts::AudioFacts;
use loa::station::{AfterLineLoss, Quiet};
use loa::timetable::{Kind, Slot, SlotId, Start};

/// What relays take their sound from.
const STREAM: &str = "https://dai.example/vov1.m3u8";
const ZONE: &str = "Asia/Ho_Chi_Minh";

fn quiet() -> QuietHours {
    let time = |hour| jiff::civil::time(hour, 0, 0, 0);
    QuietHours { zone: TimeZone::get(ZONE).unwrap(), spans: vec![Quiet { from: time(21), to: time(5) }] }
}

fn rules() -> AirRules {
    let tone = AttentionTone { file: None, at_least_ms: 0 };
    AirRules { quiet: quiet(), after_line_loss: AfterLineLoss::Resume, tone, approval_required: false }
}

/// A station whose first run begins at `now` with these slots.
fn begin(now: Timestamp, slots: &[Slot]) -> World {
    World::new(now, rules(), "null", slots)
}

fn at(text: &str) -> Timestamp {
    let civil: jiff::civil::DateTime = text.parse().unwrap();
    civil.to_zoned_datetime(TimeZone::get(ZONE).unwrap()).unwrap().timestamp()
}

fn facts(file_ms: u64) -> AudioFacts {
    AudioFacts {
        sha256: "ab".repeat(32),
        file_ms,
        frames: file_ms * 48,
        rate_hz: 48_000,
        channels: 1,
        codec: "flac".into(),
        declared_ms: None,
        damaged_packets: 0,
        measures: None,
    }
}

fn slot(when: Timestamp, name: &str, file_ms: u64, grace_ms: u64) -> Slot {
    let local = when.to_zoned_datetime(TimeZone::get(ZONE).unwrap());
    Slot {
        files: vec![format!("{name}.flac")],
        audio: Some(facts(file_ms)),
        grace_ms,
        revision: "r".into(),
        ..slots::segment(when, (local.date(), &local.time().to_string()), name)
    }
}

/// A broadcast of a window: its places follow each other softly from `begins` on, each as long as it says.
struct Order {
    ends: Timestamp,
    next: Timestamp,
    slots: Vec<Slot>,
}

impl Order {
    fn new(begins: Timestamp, minutes: u64) -> Order {
        Order { ends: begins + ms_of(minutes * MIN), next: begins, slots: Vec::new() }
    }

    /// The next place, planned on the end of the one before it.
    fn soft(&mut self, kind: Kind, name: &str, file_ms: u64) -> Slot {
        let mut slot = slot(self.next, name, file_ms, 0);
        let broadcast = format!("{}/sang", slot.date);
        slot.id = SlotId(format!("{broadcast}/{name}"));
        slot.broadcast = broadcast;
        slot.window = Some("sang".into());
        (slot.kind, slot.start) = (kind, Start::Soft);
        if kind != Kind::Segment {
            slot.segment = None;
        }
        slot.broadcast_ends = Some(self.ends);
        slot.grace_ms = u64::try_from(self.ends.duration_since(self.next).as_millis()).unwrap_or(0);
        self.next += ms_of(file_ms);
        self.slots.push(slot.clone());
        slot
    }

    fn segment(&mut self, name: &str, file_ms: u64) -> Slot {
        self.soft(Kind::Segment, name, file_ms)
    }

    /// A place with an instant of its own.
    fn hard(&mut self, at: Timestamp, name: &str, file_ms: u64) -> Slot {
        self.next = at;
        self.soft(Kind::Segment, name, file_ms);
        let slot = self.slots.last_mut().unwrap();
        (slot.start, slot.grace_ms) = (Start::Hard, 2 * MIN);
        slot.clone()
    }

    /// A relay at that instant, for so long.
    fn relay(&mut self, at: Timestamp, name: &str, for_ms: u64) -> Slot {
        self.hard(at, name, 0);
        self.next = at + ms_of(for_ms);
        let slot = self.slots.last_mut().unwrap();
        (slot.kind, slot.segment, slot.audio) = (Kind::Relay, None, None);
        slot.files = vec!["dem/a.flac".into()];
        slot.relay = Some(RelaySource::parse(STREAM).unwrap());
        slot.until = Some(self.next);
        slot.grace_ms = for_ms - 5_000;
        slot.clone()
    }

    /// Filler from these files, up to `until`.
    fn filler(&mut self, files: &[&str], until: Timestamp) -> Slot {
        self.soft(Kind::Filler, "dem", 0);
        self.next = until;
        let slot = self.slots.last_mut().unwrap();
        slot.files = files.iter().map(|file| (*file).to_owned()).collect();
        slot.audio = None;
        slot.until = Some(until);
        slot.clone()
    }
}

fn ms_of(ms: u64) -> SignedDuration {
    SignedDuration::from_millis(i64::try_from(ms).unwrap())
}

const MIN: u64 = 60_000;
