//! A slot that no schedule plans: what a person has played.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Kind, Slot, SlotId, Start};
use crate::problem::Text;
use crate::programme::{AfterPowerCut, Class};

/// How late what was asked for may still begin, in ms.
const GRACE_MS: u64 = 10 * 60_000;

/// The test tone, below `audio/`: it goes the way that recordings go, and is no programme.
pub const TONE_FILE: &str = "am-thu.wav";

/// What somebody asks for.
#[derive(Clone, Debug)]
pub struct ByHand<'a> {
    /// When it is to begin.
    pub at: Timestamp,
    /// The station's.
    pub zone: &'a TimeZone,
    /// Tells it from others of its second.
    pub number: u64,
    /// Its right of way.
    pub class: Class,
    /// What people call it.
    pub title: String,
    /// Below `audio/`.
    pub files: Vec<String>,
    /// A slot of the segment that it is, if it is one.
    pub of: Option<&'a Slot>,
    /// Who asks.
    pub by: &'a str,
}

impl ByHand<'_> {
    /// The slot of record, a broadcast of its own: `2026-12-01/by-hand-05:30:00.250/1`.
    pub fn slot(self) -> Slot {
        let local = self.at.to_zoned_datetime(self.zone.clone());
        let id = format!("{}/by-hand-{}/{}", local.date(), local.strftime("%H:%M:%S%.3f"), self.number);
        let of = self.of;
        Slot {
            broadcast: id.clone(),
            id: SlotId(id),
            window: None,
            date: local.date(),
            kind: Kind::ByHand,
            class: self.class,
            segment: of.and_then(|slot| slot.segment.clone()),
            column: None,
            title: self.title,
            files: self.files,
            audio: None,
            planned: self.at,
            start: Start::Hard,
            relay: None,
            until: None,
            broadcast_ends: None,
            grace_ms: GRACE_MS,
            after_power_cut: AfterPowerCut::Skip,
            permit: None,
            approved_sha256: of.and_then(|slot| slot.approved_sha256.clone()),
            particulars: of.map(|slot| slot.particulars.clone()).unwrap_or_default(),
            asked_by: Some(self.by.to_owned()),
            bar: None,
            revision: of.map(|slot| slot.revision.clone()).unwrap_or_default(),
        }
    }
}

impl Slot {
    /// The test tone, which nobody tunes in for: no cap and no figure of a report counts it.
    pub fn is_tone(&self) -> bool {
        self.kind == Kind::ByHand && self.files == [TONE_FILE]
    }

    /// Who had it played, in words; nothing of what a schedule plans.
    pub fn asked_words(&self) -> Option<Text> {
        let by = self.asked_by.as_ref()?;
        Some(match self.class {
            Class::Emergency => Text::new(format!("{by} ra lệnh"), format!("ordered by {by}")),
            Class::Normal | Class::Priority => Text::new(format!("{by} yêu cầu"), format!("asked for by {by}")),
        })
    }
}
