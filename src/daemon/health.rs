//! What the loop looks at beside its plan and the clock: the disk, and that it lives.

use jiff::{SignedDuration, Timestamp};

use super::{Daemon, HEARTBEAT, wiring};
use crate::airing::{Incident, IncidentKind};
use crate::alerts::News;
use crate::clock;
use crate::instants::earlier;
use crate::ledger::{Health, LastWrite, PreviousRun, Reader};
use crate::notes;
use crate::problem::Text;
use crate::timetable::SlotId;

/// What was told of the disk that the log is on.
#[derive(Debug, Default)]
pub(super) struct Disk {
    /// The trouble that lasts, and since when.
    pub trouble: Option<(Timestamp, Text)>,
    /// Where rows went when it was last told.
    told: Rows,
    /// It was told that little room is left.
    pub low: bool,
    /// The last time that the log was put back in its place.
    put_back: Option<Timestamp>,
    /// Rows that the log refused, as many as were told, and when the last ones were; none while none lasts.
    refused: (u64, Option<Timestamp>),
}

/// Where rows go while the disk is in trouble.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Rows {
    /// Into the log, on the last room there is.
    #[default]
    Written,
    /// Beside the log.
    Beside,
    /// Nowhere: they wait in memory.
    InMemory,
}

impl Rows {
    fn of(health: &Health) -> Rows {
        match health.last_write {
            LastWrite::Done => Rows::Written,
            LastWrite::Failing { .. } if health.in_memory_alone => Rows::InMemory,
            LastWrite::Failing { .. } => Rows::Beside,
        }
    }

    /// What was told of it is not true any more. What merely is better than it was while nothing can be written is not told:
    /// each telling is a row that has to wait too.
    fn is_news_after(self, told: Rows) -> bool {
        self != told && (told, self) != (Rows::InMemory, Rows::Beside)
    }
}

/// So long after the last row that the log refused that is over.
const REFUSED_LASTS: SignedDuration = SignedDuration::from_secs(60);
/// That the log was put back is told with a heartbeat, at the latest the second one after that.
const TOLD_WITHIN: SignedDuration = SignedDuration::from_secs(20);

impl Daemon {
    pub(super) fn beat(&mut self) {
        let now = clock::now();
        if now >= self.next_heartbeat {
            self.next_heartbeat = now + HEARTBEAT;
            self.next_look = now;
            // A heartbeat is what the next start judges its clock by.
            if !self.clocks.in_doubt() {
                self.ledger.heartbeat(now, clock::awake_or_asleep_ms());
            }
        }
        if now >= self.next_look {
            self.next_look = now + HEARTBEAT;
            self.look_at_the_disk(now);
            self.look_at_the_room(now);
            self.look_at_refused_rows(now);
            wiring::serve_again_if_gone(&self.home, &self.inbox);
        }
    }

    /// So much of it was heard, and the run lives.
    pub(super) fn note_heard(&mut self, slot: &SlotId, at: Timestamp, played_ms: u64) {
        let now = clock::now();
        self.next_look = now;
        if self.clocks.in_doubt() {
            return self.ledger.note_heard(slot, at, played_ms);
        }
        self.next_heartbeat = now + HEARTBEAT;
        self.ledger.note_heard_alive(slot, (at, played_ms), (now, clock::awake_or_asleep_ms()));
    }

    /// A log that cannot be written is an incident; it waits with all the rest and is written when it can be.
    fn look_at_the_disk(&mut self, now: Timestamp) {
        let health = self.ledger.health();
        let trouble = trouble(&health, now);
        match (&self.disk.trouble, trouble) {
            (None, Some((since, what))) => {
                tracing::error!(%since, waiting = health.waiting, lost = health.lost, "{}", what.en);
                self.ledger.incident_began(IncidentKind::Disk, since, &what);
                self.disk.trouble = Some((since, what));
                self.disk.told = Rows::of(&health);
            }
            // It stands otherwise by now: `loa status` says how.
            (Some((since, told)), Some((_, what))) if *told != what => {
                let rows = Rows::of(&health);
                if rows.is_news_after(self.disk.told) {
                    self.ledger.incident_changed(IncidentKind::Disk, now, &what);
                    self.disk.told = rows;
                }
                self.disk.trouble = Some((*since, what));
            }
            (Some(_), None) => {
                self.ledger.incident_ended(IncidentKind::Disk, now);
                self.disk.trouble = None;
            }
            _ => {}
        }
        if let Some(put_back) = health.put_back.filter(|put_back| Some(put_back.at) != self.disk.put_back) {
            self.log_was_touched(put_back.at, &put_back.what);
            self.disk.put_back = Some(put_back.at);
        }
    }

    /// A row that contradicts the log is not in it, though something was perhaps heard: that stands in the log itself.
    fn look_at_refused_rows(&mut self, now: Timestamp) {
        const KIND: IncidentKind = IncidentKind::RowRefused;
        let refused = self.ledger.health().refused;
        let (told, since) = self.disk.refused;
        if refused > told {
            if since.is_none() {
                self.ledger.incident_began(KIND, now, &notes::read(&notes::row_refused(), None));
            }
            self.disk.refused = (refused, Some(now));
        } else if since.is_some_and(|since| now.duration_since(since) > REFUSED_LASTS || now < since) {
            self.ledger.incident_ended(KIND, now);
            self.disk.refused = (refused, None);
        }
    }

    /// The run before was killed: what its log says of another hand at it may not have been told by then. It is told, be it again.
    pub(super) fn tell_what_was_touched_at_last(&self, previous: &PreviousRun) {
        let since = earlier(previous.heartbeat, TOLD_WITHIN).max(previous.started);
        let touched = Reader::open(&self.home.ledger_file()).ok().and_then(|reader| reader.touched(since).ok());
        for Incident { began, detail, .. } in touched.unwrap_or_default() {
            self.ledger.tell(News::log_touched(began, detail.get(self.lang)));
        }
    }

    /// Another hand was at the log: it is written down and told as a thing that happened, for the log is as it can be again.
    pub(super) fn log_was_touched(&mut self, at: Timestamp, what: &Text) {
        self.ledger.incident_began(IncidentKind::LogTouched, at, what);
        self.ledger.incident_ended(IncidentKind::LogTouched, at);
        self.ledger.tell(News::log_touched(at, what.get(self.lang)));
    }
}

fn trouble(health: &Health, now: Timestamp) -> Option<(Timestamp, Text)> {
    match &health.last_write {
        LastWrite::Failing { since, why } => {
            let (vi, en) = if health.in_memory_alone {
                ("chỉ nằm trong bộ nhớ, tắt máy là mất", "wait in memory alone and are lost if the PC is switched off")
            } else {
                ("nằm ở `var/ledger-wait.jsonl`", "wait in `var/ledger-wait.jsonl`")
            };
            Some((
                *since,
                Text::new(
                    format!(
                        "không ghi được nhật ký ({}); loa vẫn phát, các dòng chờ ghi {vi}; hãy xem ổ đĩa, đừng tắt máy",
                        why.vi
                    ),
                    format!(
                        "the log cannot be written ({}); the sound goes on and the rows {en}; look at the disk, do not switch off",
                        why.en
                    ),
                ),
            ))
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_where_the_rows_wait() {
        let why = Text::new("hết chỗ trên đĩa", "the disk is full");
        let now = Timestamp::UNIX_EPOCH;
        let told = |in_memory_alone| {
            let last_write = LastWrite::Failing { since: now, why: why.clone() };
            trouble(&Health { last_write, in_memory_alone, ..Health::default() }, now).unwrap().1
        };
        assert_eq!(
            told(false).vi,
            "không ghi được nhật ký (hết chỗ trên đĩa); loa vẫn phát, các dòng chờ ghi nằm ở `var/ledger-wait.jsonl`; \
             hãy xem ổ đĩa, đừng tắt máy"
        );
        assert_eq!(
            told(true).vi,
            "không ghi được nhật ký (hết chỗ trên đĩa); loa vẫn phát, các dòng chờ ghi chỉ nằm trong bộ nhớ, tắt máy là mất; \
             hãy xem ổ đĩa, đừng tắt máy"
        );
        assert!(told(true).en.contains("wait in memory alone"), "{}", told(true).en);
        assert_eq!(trouble(&Health::default(), now), None);
    }

    #[test]
    fn a_trouble_of_the_disk_is_told_anew_where_its_words_are_true_no_more_and_not_for_what_is_better() {
        use Rows::{Beside, InMemory, Written};
        for (told, stands, news) in [
            (Beside, Beside, false),
            (Beside, InMemory, true),
            (InMemory, Beside, false),
            (InMemory, Written, true),
            (Beside, Written, true),
            (Written, Beside, true),
        ] {
            assert_eq!(stands.is_news_after(told), news, "{told:?} to {stands:?}");
        }
    }
}
