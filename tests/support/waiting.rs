//! To wait for what the program does, and to leave it the machine meanwhile.

use std::thread::sleep;
use std::time::{Duration, Instant};

use jiff::Timestamp;

/// Longer than anything takes, even on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(90);
/// The shortest pause between two looks.
const NAP: Duration = Duration::from_millis(20);
/// The longest: what has come is seen that soon, however slow a busy machine makes a look.
const LONGEST_NAP: Duration = Duration::from_millis(400);

/// Looks until there is something to be found, and gives it.
pub fn until<T>(what: &str, found: impl FnMut() -> Option<T>) -> T {
    within(PATIENCE, what, found)
}

/// The same with another patience.
pub fn within<T>(patience: Duration, what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        let looked = Instant::now();
        if let Some(found) = found() {
            return found;
        }
        assert!(began.elapsed() < patience, "{what} does not come");
        // A look may start a whole program. Those who wait, and there are several at once, leave the machine to what they wait for.
        sleep((looked.elapsed() * 4).clamp(NAP, LONGEST_NAP));
    }
}

/// Sleeps until that instant, if it is still to come.
pub fn sleep_until(at: Timestamp) {
    sleep(Duration::try_from(at.duration_since(loa::clock::now())).unwrap_or_default());
}
