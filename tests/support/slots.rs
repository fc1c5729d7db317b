//! Slots as tests need them.

use jiff::Timestamp;
use jiff::civil::Date;
use loa::programme::{AfterPowerCut, Class};
use loa::timetable::{Kind, Slot, SlotId, Start};

/// A segment with a time of its own, of the broadcast `DATE/TIME`, called by its id.
pub fn segment(planned: Timestamp, (date, time): (Date, &str), id: &str) -> Slot {
    let broadcast = format!("{date}/{time}");
    Slot {
        id: SlotId(format!("{broadcast}/{id}")),
        broadcast,
        date,
        kind: Kind::Segment,
        window: None,
        class: Class::Normal,
        segment: Some(id.into()),
        column: None,
        title: id.into(),
        files: vec![format!("{id}.mp3")],
        audio: None,
        planned,
        start: Start::Hard,
        relay: None,
        until: None,
        broadcast_ends: None,
        grace_ms: 600_000,
        after_power_cut: AfterPowerCut::Skip,
        permit: None,
        approved_sha256: None,
        particulars: std::sync::Arc::default(),
        asked_by: None,
        bar: None,
        revision: "5f".repeat(32),
    }
}
