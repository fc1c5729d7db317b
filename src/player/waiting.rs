//! How long reading a recording stood still for the disk: of a silence in its midst the disk is the cause only then.

use crate::clock;
use crate::system::share::{self, Share};

/// What reading one recording waited for.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    longest_ns: u64,
}

impl Waiting {
    /// Reads, and notes for how long that stood still.
    pub fn during(&mut self, read: impl FnOnce()) {
        let (began_ns, before) = (clock::monotonic_ns(), share::of_this_thread());
        read();
        let passed_ns = clock::monotonic_ns() - began_ns;
        // What took no longer did not stand still for longer.
        if passed_ns > self.longest_ns {
            let stood_still_ns = stood_still_ns(passed_ns, before, share::of_this_thread());
            self.longest_ns = self.longest_ns.max(stood_still_ns);
        }
    }

    /// The longest stretch, in ms.
    pub fn longest_ms(&self) -> u64 {
        self.longest_ns / 1_000_000
    }
}

/// What is left of the time that passed without that in which the thread ran, or others did in its place. Where the system
/// does not tell these apart, all of it.
fn stood_still_ns(passed_ns: u64, before: Option<Share>, after: Option<Share>) -> u64 {
    let at_work_ns = before.zip(after).map_or(0, |(before, after)| {
        after.ran_ns.saturating_sub(before.ran_ns) + after.queued_ns.saturating_sub(before.queued_ns)
    });
    passed_ns.saturating_sub(at_work_ns)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_thread_that_could_have_run_did_not_wait_for_the_disk() {
        let share = |ran_ns, queued_ns| Some(Share { ran_ns, queued_ns, faults: 0 });
        for (passed_ns, before, after, expected_ns) in [
            (3_000, share(100, 0), share(110, 20), 2_970),
            (3_000, share(100, 0), share(130, 2_970), 0),
            (3_000, share(100, 0), share(3_200, 0), 0),
            (3_000, None, share(100, 0), 3_000),
        ] {
            assert_eq!(stood_still_ns(passed_ns, before, after), expected_ns);
        }
    }

    #[test]
    fn the_longest_stretch_counts() {
        let mut waiting = Waiting::default();
        waiting.during(|| std::thread::sleep(Duration::from_millis(60)));
        waiting.during(|| ());
        assert!(waiting.longest_ms() >= 50, "{waiting:?}");
    }
}
