//! How much of the processor a thread is given: what tells a PC that is too busy from a disk that does not answer, and from
//! a program that was stopped or a PC that slept.

use std::time::Duration;

use crate::clock;

/// So little longer is any wait now and then, in ms.
const NO_STOP_MS: u64 = 50;

/// What a thread has had so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// It ran for so long, in ns.
    pub ran_ns: u64,
    /// It could have run for so long, and others did, in ns.
    pub queued_ns: u64,
    /// So often it waited for memory that the disk had.
    pub faults: u64,
}

/// A thread's wait for something that may come, to be held against how long it was to take at most.
#[derive(Debug)]
pub struct Rest {
    began_ms: u64,
    before: Option<Share>,
}

impl Rest {
    /// It begins.
    pub fn begin() -> Rest {
        Rest { began_ms: clock::awake_or_asleep_ms(), before: of_this_thread() }
    }

    /// Now that it is over: by how much it was longer than `at_most`, in ms, though nothing kept this thread from going on.
    /// So long the program was stopped, or the PC slept. Nothing where the system does not tell that from a busy PC.
    pub fn stood_still_ms(&self, at_most: Duration) -> u64 {
        let over_ms = self.over_ms(at_most);
        // What can have been no stop need not be looked into.
        if over_ms < NO_STOP_MS { 0 } else { stood_still_ms(over_ms, self.before, of_this_thread()) }
    }

    /// Now that it is over: by how much it was longer than `at_most`, in ms, whatever the reason.
    pub fn over_ms(&self, at_most: Duration) -> u64 {
        let passed_ms = clock::awake_or_asleep_ms().saturating_sub(self.began_ms);
        passed_ms.saturating_sub(u64::try_from(at_most.as_millis()).unwrap_or(u64::MAX))
    }
}

fn stood_still_ms(over_ms: u64, before: Option<Share>, after: Option<Share>) -> u64 {
    let Some((before, after)) = before.zip(after) else { return 0 };
    if after.faults != before.faults {
        // A PC that has to fetch its programs from the disk is busy.
        return 0;
    }
    let at_work_ns = after.ran_ns.saturating_sub(before.ran_ns) + after.queued_ns.saturating_sub(before.queued_ns);
    over_ms.saturating_sub(at_work_ns / 1_000_000)
}

/// That of the thread that asks; none where the system does not say.
#[cfg(target_os = "linux")]
pub fn of_this_thread() -> Option<Share> {
    use std::fs::File;
    use std::os::unix::fs::FileExt as _;
    /// More than either of them ever prints.
    const MOST_BYTES: usize = 1024;
    thread_local! {
        // Kept open: a thread that sounds asks a dozen times a second, and to find a file takes longer than to read it.
        static OF_THREAD: [Option<File>; 2] =
            ["schedstat", "stat"].map(|name| File::open(format!("/proc/thread-self/{name}")).ok());
    }
    let read = |file: &Option<File>, text: &mut [u8; MOST_BYTES]| file.as_ref()?.read_at(text, 0).ok();
    OF_THREAD.with(|[schedstat, stat]| {
        let (mut of_schedstat, mut of_stat) = ([0; MOST_BYTES], [0; MOST_BYTES]);
        let (schedstat, stat) = (read(schedstat, &mut of_schedstat)?, read(stat, &mut of_stat)?);
        let text = |bytes| std::str::from_utf8(bytes).ok();
        of_proc(text(&of_schedstat[..schedstat])?, text(&of_stat[..stat])?)
    })
}

/// That of the thread that asks; none where the system does not say.
#[cfg(not(target_os = "linux"))]
pub fn of_this_thread() -> Option<Share> {
    None
}

/// Of what Linux prints: `schedstat`, both times and a count, where a kernel that does not keep them prints nothing but zeros;
/// and `stat`, in which the tenth word behind the program's name counts the faults.
#[cfg(any(target_os = "linux", test))]
fn of_proc(schedstat: &str, stat: &str) -> Option<Share> {
    let mut numbers = schedstat.split_whitespace().map_while(|number| number.parse().ok());
    let (ran_ns, queued_ns) = (numbers.next()?, numbers.next()?);
    let faults = stat.rsplit_once(')')?.1.split_whitespace().nth(9)?.parse().ok()?;
    (ran_ns > 0).then_some(Share { ran_ns, queued_ns, faults })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_linux_keeps_of_a_thread_is_read() {
        const STAT: &str = "4711 (loa (1) x) S 1 4711 4711 0 -1 4194304 2204 0 17 0 3 1 0 0 20 0 12 0 91 0";
        let share = Some(Share { ran_ns: 283_181, queued_ns: 3_684_789, faults: 17 });
        for (text, expected) in [("283181 3684789 2\n", share), ("0 0 0\n", None), ("283181\n", None), ("", None)] {
            assert_eq!(of_proc(text, STAT), expected, "{text}");
        }
        assert_eq!(of_proc("283181 3684789 2\n", "4711 (loa) S 1"), None);
        // What a thread has had is written down when it pauses.
        std::thread::sleep(Duration::from_millis(1));
        #[cfg(target_os = "linux")]
        assert!(of_this_thread().is_some());
    }

    #[test]
    fn a_wait_that_was_longer_than_asked_for_is_a_stop_only_where_the_thread_could_not_have_run() {
        let share = |ran_ms: u64, queued_ms: u64, faults| {
            Some(Share { ran_ns: ran_ms * 1_000_000, queued_ns: queued_ms * 1_000_000, faults })
        };
        for (what, after, expected_ms) in [
            ("stopped", share(101, 2, 7), 3_997),
            ("others ran", share(101, 3_990, 7), 9),
            ("its memory was on the disk", share(101, 2, 8), 0),
            ("the system does not say", None, 0),
        ] {
            assert_eq!(stood_still_ms(4_000, share(100, 0, 7), after), expected_ms, "{what}");
        }
        let rest = Rest::begin();
        std::thread::sleep(Duration::from_millis(20));
        assert_eq!(rest.stood_still_ms(Duration::from_secs(9)), 0, "no longer than asked for");
    }
}
