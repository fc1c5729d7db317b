//! The room on the disk that the log is on.

use jiff::Timestamp;

use super::Daemon;
use crate::airing::IncidentKind;
use crate::notes;
use crate::system::disk::free_bytes;

/// Less than this is nearly full: years of log, or a day of recordings.
const LOW_BYTES: u64 = 512 << 20;
/// With this it is over: a disk at the brink is told once.
const ENOUGH_BYTES: u64 = 640 << 20;

/// What the free bytes say of a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Room {
    Low,
    Between,
    Enough,
}

fn room(free_bytes: u64) -> Room {
    match free_bytes {
        ..LOW_BYTES => Room::Low,
        LOW_BYTES..ENOUGH_BYTES => Room::Between,
        ENOUGH_BYTES.. => Room::Enough,
    }
}

impl Daemon {
    /// Nearly full is an incident before anything is lost by it.
    pub(super) fn look_at_the_room(&mut self, now: Timestamp) {
        // A folder that cannot be asked is told of by the log that cannot be written.
        let Ok(free_bytes) = free_bytes(&self.home.var()) else { return };
        match room(free_bytes) {
            Room::Low if self.disk.low => {}
            Room::Low => {
                // It goes on shrinking while these words stay: `loa doctor` says how much is left.
                let detail = notes::read(&notes::disk_nearly_full(&(LOW_BYTES >> 20).to_string()), None);
                self.ledger.incident_began(IncidentKind::DiskSpace, now, &detail);
                self.disk.low = true;
            }
            // Said once: each row is noted beside the log's copies too.
            Room::Enough if self.disk.low => {
                self.ledger.incident_ended(IncidentKind::DiskSpace, now);
                self.disk.low = false;
            }
            Room::Between | Room::Enough => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_at_the_brink_neither_begins_nor_ends_it() {
        let mib = |mib: u64| room(mib << 20);
        assert_eq!(
            [mib(0), mib(511), mib(512), mib(639), mib(640)],
            [Room::Low, Room::Low, Room::Between, Room::Between, Room::Enough]
        );
    }
}
