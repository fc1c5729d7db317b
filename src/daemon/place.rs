//! Whether the station's folder still lies where this daemon was started: what reads and writes by its path would otherwise
//! be at another station's files, and two daemons on the air.

use super::{Daemon, StartFault};
use crate::clock;
use crate::director::Event;
use crate::home::Home;
use crate::lock::{HomeLock, Place};
use crate::problem::Text;

/// A folder that is gone for less than this was being put back, or its disk was, in ms.
const GONE_MS: u64 = 5_000;

/// The home that this daemon holds, and where it was seen last.
pub(super) struct Standing {
    lock: HomeLock,
    seen: Seen,
}

enum Seen {
    InPlace,
    /// Nothing has lain there since an instant of the steady clock, in ms.
    Gone {
        since_ms: u64,
        told: bool,
    },
    /// Another home lies there, which is why this daemon ends.
    Replaced(Text),
}

impl Standing {
    pub(super) fn of(lock: HomeLock) -> Standing {
        Standing { lock, seen: Seen::InPlace }
    }

    /// Looks again. What is to be told, if that is news.
    fn look(&mut self, now_ms: u64) -> Option<Text> {
        let home = self.lock.home();
        match (self.lock.place(), &mut self.seen) {
            (_, Seen::Replaced(_)) => None,
            (Place::Same, seen) => {
                *seen = Seen::InPlace;
                None
            }
            (Place::Another, seen) => {
                let text = replaced(home);
                *seen = Seen::Replaced(text.clone());
                Some(text)
            }
            (Place::Nothing, Seen::Gone { since_ms, told }) => {
                let is_news = !*told && now_ms.saturating_sub(*since_ms) >= GONE_MS;
                *told |= is_news;
                is_news.then(|| gone(home))
            }
            (Place::Nothing, seen @ Seen::InPlace) => {
                *seen = Seen::Gone { since_ms: now_ms, told: false };
                None
            }
        }
    }

    /// Why the run ended, if it was for that.
    pub(super) fn end(self) -> Result<(), StartFault> {
        match self.seen {
            Seen::Replaced(text) => Err(StartFault::System(text)),
            Seen::InPlace | Seen::Gone { .. } => Ok(()),
        }
    }
}

fn replaced(home: &Home) -> Text {
    let home = home.root().display();
    Text::new(
        format!(
            "thư mục đài `{home}` đã bị đổi tên hoặc chuyển đi, và ở đó nay là một thư mục đài khác: Loa này dừng để không phát trùng với Loa của thư mục ấy; nhật ký của nó ở lại trong thư mục đã chuyển đi; hãy chạy `loa run` trong thư mục cần phát"
        ),
        format!(
            "the station's folder `{home}` was renamed or moved away and another station's folder lies there now: this Loa ends, so as not to air beside that one's; its log stays in the folder that was moved; start `loa run` in the folder that is to air"
        ),
    )
}

fn gone(home: &Home) -> Text {
    let home = home.root().display();
    Text::new(
        format!(
            "thư mục đài `{home}` không còn ở chỗ cũ (bị đổi tên, chuyển đi, hoặc ổ đĩa bị tháo): Loa vẫn ghi tiếp nhật ký đang mở, nhưng không đọc được kế hoạch và bản ghi âm ở đó nữa; hãy trả thư mục về chỗ cũ, hoặc dừng Loa này rồi chạy `loa run` ở chỗ mới"
        ),
        format!(
            "the station's folder `{home}` is no longer in its place (renamed, moved away, or its disk was taken out): Loa writes on into the log that is open, but reads neither plan nor recordings there any more; put the folder back, or end this Loa and start `loa run` where it lies now"
        ),
    )
}

impl Daemon {
    /// Told is what happened; behind the end of the run nothing more.
    pub(super) fn look_at_the_place(&mut self) {
        let Some(what) = self.place.look(clock::awake_or_asleep_ms()) else { return };
        tracing::error!("{}", what.en);
        self.log_was_touched(clock::now(), &what);
        if matches!(self.place.seen, Seen::Replaced(_)) {
            self.supervisor.stopping();
            self.step(Event::Shutdown);
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;

    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_home_that_is_gone_is_told_once_after_a_while_and_one_that_another_took_the_place_of_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let (here, there) = (folder.path().join("dai"), folder.path().join("dai-cu"));
        fs::create_dir_all(here.join("schedules")).unwrap();
        let mut place = Standing::of(HomeLock::take(&Home::at(&here), Timestamp::UNIX_EPOCH).unwrap());
        assert_eq!(place.look(0), None);
        fs::rename(&here, &there).unwrap();
        assert_eq!((place.look(1_000), place.look(5_999)), (None, None));
        assert!(place.look(6_000).is_some_and(|told| told.vi.contains("trả thư mục về chỗ cũ")));
        assert_eq!(place.look(60_000), None, "once");
        // What a program makes there anew is no station.
        fs::create_dir_all(here.join("var")).unwrap();
        assert_eq!(place.look(61_000), None);
        fs::remove_dir_all(&here).unwrap();
        fs::rename(&there, &here).unwrap();
        assert_eq!(place.look(62_000), None);

        fs::rename(&here, &there).unwrap();
        fs::create_dir_all(here.join("schedules")).unwrap();
        assert!(place.look(63_000).is_some_and(|told| told.en.contains("another station's folder lies there now")));
        assert_eq!(place.look(64_000), None);
        assert!(matches!(place.end(), Err(StartFault::System(_))));
    }
}
