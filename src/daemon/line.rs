//! What the loop does when the line is lost, and when it is there again.

use super::{Daemon, LineState};
use crate::airing::IncidentKind;
use crate::clock;
use crate::problem::Text;

impl Daemon {
    pub(super) fn line_opened(&mut self, device: &str) {
        self.ledger.incident_ended(IncidentKind::LineLost, clock::now());
        self.line = LineState::Open { device: device.to_owned() };
        self.watch_controls();
    }

    pub(super) fn line_lost(&mut self, device: &str, why: &Text) {
        // Of a loss the player has told.
        if !matches!(self.line, LineState::Open { .. }) {
            tracing::error!(device, "the line does not open: {}", why.en);
        }
        let broke_off = self.proof.take_broken_off();
        if !matches!(self.line, LineState::Lost { .. }) {
            self.ledger.line_lost(clock::now(), &why.about(device), broke_off);
        }
        self.line = LineState::Lost { device: device.to_owned(), why: why.clone() };
    }
}
