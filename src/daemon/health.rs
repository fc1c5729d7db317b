//! What the loop looks at beside its plan and the clock: the disk, and that it lives.

use jiff::Timestamp;

use super::{Daemon, HEARTBEAT};
use crate::airing::IncidentKind;
use crate::clock;
use crate::ledger::{Health, LastWrite};
use crate::problem::Text;

/// What was told of the disk that the log is on.
#[derive(Debug, Default)]
pub(super) struct Disk {
    /// The trouble that lasts, and since when.
    pub trouble: Option<(Timestamp, Text)>,
    /// The last time that the log was put back in its place.
    put_back: Option<Timestamp>,
}

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
            self.look_at_the_room(now);
        }
    }

    /// A log that cannot be written is an incident; it waits with all the rest and is written when it can be.
    fn look_at_the_disk(&mut self, now: Timestamp) {
        let health = self.ledger.health();
        let trouble = trouble(&health, now);
        match (&self.disk.trouble, trouble) {
            (None, Some((since, what))) => {
                tracing::error!(%since, waiting = health.waiting, lost = health.lost, "{}", what.en);
                self.ledger.incident_began(IncidentKind::Disk, since, what.get(self.lang));
                self.disk.trouble = Some((since, what));
            }
            (Some(_), None) => {
                self.ledger.incident_ended(IncidentKind::Disk, now);
                self.disk.trouble = None;
            }
            _ => {}
        }
        // While another one of its kind lasts, the log would take no word of it.
        let put_back = health.put_back.filter(|put_back| Some(put_back.at) != self.disk.put_back);
        if let (None, Some(put_back)) = (&self.disk.trouble, put_back) {
            self.ledger.incident_began(IncidentKind::Disk, put_back.at, put_back.what.get(self.lang));
            self.ledger.incident_ended(IncidentKind::Disk, put_back.at);
            self.disk.put_back = Some(put_back.at);
        }
    }
}

fn trouble(health: &Health, now: Timestamp) -> Option<(Timestamp, Text)> {
    match &health.last_write {
        LastWrite::Failing { since, why } => Some((
            *since,
            Text::new(
                format!(
                    "không ghi được nhật ký ({why}); loa vẫn phát, các dòng chờ ghi nằm ở `var/ledger-wait.jsonl`; hãy xem ổ đĩa, đừng tắt máy"
                ),
                format!(
                    "the log cannot be written ({why}); the sound goes on and the rows wait in `var/ledger-wait.jsonl`; look at the disk, do not switch off"
                ),
            ),
        )),
        LastWrite::Done if let Some(damage) = &health.damage => Some((now, damage.clone())),
        LastWrite::Done if health.reserve_spent => Some((
            now,
            Text::new(
                "ổ đĩa đã đầy: nhật ký đang dùng phần dự trữ 8 MiB; hãy xóa bớt tệp không cần",
                "the disk is full: the log uses the 8 MiB kept for it; delete what is not needed",
            ),
        )),
        LastWrite::Done => None,
    }
}
