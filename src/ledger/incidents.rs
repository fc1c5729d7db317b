//! Faults that reports tell of, in both languages.

use jiff::Timestamp;

use super::Ledger;
use super::write::Write;
use crate::airing::IncidentKind;
use crate::problem::Text;

impl Ledger {
    /// A fault began. While one of its kind lasts, no second one is written.
    pub fn incident_began(&self, kind: IncidentKind, at: Timestamp, detail: &Text) {
        let (detail, detail_en) = (detail.vi.clone(), Some(detail.en.clone()));
        self.queue.post(Write::IncidentBegan { kind, at, detail, detail_en });
    }

    /// The fault of this kind is over.
    pub fn incident_ended(&self, kind: IncidentKind, at: Timestamp) {
        self.queue.post(Write::IncidentEnded { kind, at });
    }
}
