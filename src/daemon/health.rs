//! What the loop looks at beside its plan and the clock: the disk, and that it lives.

use jiff::Timestamp;

use super::{Daemon, HEARTBEAT};
use crate::airing::IncidentKind;
use crate::clock;
use crate::ledger::LastWrite;

impl Daemon {
    pub(super) fn beat(&mut self) {
        let now = clock::now();
        if now >= self.next_heartbeat {
            self.next_heartbeat = now + HEARTBEAT;
            // A heartbeat is what the next start judges its clock by.
            if !self.clocks.in_doubt() {
                self.ledger.heartbeat(now, clock::awake_or_asleep_ms());
            }
            self.look_at_the_disk(now);
        }
    }

    /// A ledger that cannot be written is an incident; it waits in memory with all the rest and is written when it can be.
    fn look_at_the_disk(&mut self, now: Timestamp) {
        if !self.home.ledger_file().exists() {
            tracing::error!("the log file is gone from the folder: what is written now will not be found; restart Loa");
        }
        let health = self.ledger.health();
        match health.last_write {
            LastWrite::Failing { since, why } => {
                tracing::error!(%since, why, waiting = health.waiting, lost = health.lost, "the log cannot be written");
                self.ledger.incident_began(IncidentKind::Disk, since, why);
            }
            LastWrite::Done => self.ledger.incident_ended(IncidentKind::Disk, now),
        }
    }
}
