//! What the loop looks at beside its plan: the clock, the disk, and that it lives.

use jiff::Timestamp;

use super::{Daemon, HEARTBEAT};
use crate::airing::IncidentKind;
use crate::clock;
use crate::director::Event;
use crate::ledger::LastWrite;
use crate::outcome::Cause;

impl Daemon {
    pub(super) fn look_at_the_clock(&mut self) {
        let Some(jump) = self.clock.look(clock::now(), clock::awake_or_asleep_ms()) else { return };
        let kind = if jump.cause == Cause::Asleep { IncidentKind::Asleep } else { IncidentKind::ClockStep };
        let detail = format!("{} -> {}", jump.from, jump.to);
        tracing::warn!(kind = kind.code(), detail, step_ms = jump.step.as_millis() as i64, "the clock moved");
        self.ledger.incident_began(kind, jump.from, detail);
        self.ledger.incident_ended(kind, jump.to);
        self.step(Event::Jumped { from: jump.from, to: jump.to, cause: jump.cause });
        self.next_heartbeat = jump.to;
    }

    pub(super) fn beat(&mut self) {
        let now = clock::now();
        if now >= self.next_heartbeat {
            self.next_heartbeat = now + HEARTBEAT;
            self.ledger.heartbeat(now, clock::awake_or_asleep_ms());
            self.look_at_the_disk(now);
            self.look_at_the_room(now);
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
