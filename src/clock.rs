//! The only file that reads a clock.

use std::sync::OnceLock;
use std::time::Instant;

use jiff::Timestamp;

use crate::trust::SystemSays;

/// The wall clock.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Nanoseconds of the clock that the sound callbacks' instants are set against. It never steps; on Linux it stands
/// still while the PC sleeps.
pub fn monotonic_ns() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    u64::try_from(START.get_or_init(Instant::now).elapsed().as_nanos()).unwrap_or(u64::MAX)
}

/// Milliseconds since the boot, by a clock that never steps and also counts the time in which the PC slept: comparable between runs.
#[cfg(unix)]
pub fn awake_or_asleep_ms() -> u64 {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    const ID: rustix::time::ClockId = rustix::time::ClockId::Boottime;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    const ID: rustix::time::ClockId = rustix::time::ClockId::Monotonic;
    let t = rustix::time::clock_gettime(ID);
    u64::try_from(t.tv_sec).unwrap_or(0) * 1000 + u64::try_from(t.tv_nsec).unwrap_or(0) / 1_000_000
}

/// Milliseconds since the boot, by a clock that never steps and also counts the time in which the PC slept: comparable between runs,
/// to a second.
#[cfg(windows)]
pub fn awake_or_asleep_ms() -> u64 {
    static BEFORE_MS: OnceLock<u64> = OnceLock::new();
    // Windows' performance counter goes on during sleep. How long the PC was up before is told in whole seconds, so it is asked once.
    let counted_ms = || monotonic_ns() / 1_000_000;
    let before_ms = || sysinfo::System::uptime().unwrap_or(0).saturating_mul(1_000).saturating_sub(counted_ms());
    BEFORE_MS.get_or_init(before_ms).saturating_add(counted_ms())
}

/// What the system says of its wall clock.
#[cfg(target_os = "linux")]
pub fn system_says() -> SystemSays {
    use rtime_clock::adjtime::{Timex, adjtimex};
    /// The kernel's: a program steers the clock by a loop of the kernel's, so that the offset is known.
    const STEERED: i32 = 0x0001;
    /// The kernel's: nobody has set the clock right for long.
    const UNSYNCHRONISED: i32 = 0x0040;
    /// The kernel's: offsets are in nanoseconds, else in microseconds.
    const NANOSECONDS: i32 = 0x2000;
    let mut timex = Timex::new();
    if adjtimex(&mut timex).is_err() {
        return SystemSays::Nothing;
    }
    let has = |flag| timex.0.status & flag != 0;
    if has(UNSYNCHRONISED) {
        return SystemSays::Unsynchronised;
    }
    let per_ms = if has(NANOSECONDS) { 1_000_000 } else { 1_000 };
    #[allow(clippy::useless_conversion, reason = "its width is the system's")]
    let offset = i64::from(timex.0.offset);
    SystemSays::Synchronised { offset_ms: has(STEERED).then_some(offset / per_ms) }
}

/// What the system says of its wall clock, as it was last asked: that takes a while, so a thread does it now and then.
#[cfg(windows)]
pub fn system_says() -> SystemSays {
    use std::sync::{Mutex, Once, PoisonError};
    const ASK_EVERY: std::time::Duration = std::time::Duration::from_secs(600);
    static SAYS: Mutex<SystemSays> = Mutex::new(SystemSays::Nothing);
    static ASKING: Once = Once::new();
    ASKING.call_once(|| {
        let ask = || loop {
            let says = ask_the_system();
            *SAYS.lock().unwrap_or_else(PoisonError::into_inner) = says;
            std::thread::sleep(ASK_EVERY);
        };
        // Without a thread nobody says anything.
        let _ = std::thread::Builder::new().name("time source".into()).spawn(ask);
    });
    *SAYS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the system says of its wall clock. May take a while.
#[cfg(windows)]
pub fn ask_the_system() -> SystemSays {
    let asked = std::process::Command::new("w32tm").args(["/query", "/status"]).output();
    asked.map_or(SystemSays::Nothing, |out| said_by_w32tm(out.status.success(), &String::from_utf8_lossy(&out.stdout)))
}

/// Of what `w32tm /query /status` prints, in whatever language: its first line has the leap indicator, which is 3 where
/// nobody has set the clock. It fails where the service that keeps the clock does not run.
#[cfg(any(windows, test))]
fn said_by_w32tm(succeeded: bool, text: &str) -> SystemSays {
    let leap = text.lines().next().and_then(|line| line.split_once(':')).map(|(_, value)| value.trim());
    match leap.and_then(|value| value.chars().next()) {
        Some('0'..='2') if succeeded => SystemSays::Synchronised { offset_ms: None },
        _ => SystemSays::Unsynchronised,
    }
}

/// What the system says of its wall clock.
#[cfg(not(any(target_os = "linux", windows)))]
pub fn system_says() -> SystemSays {
    SystemSays::Nothing
}

/// What the system says of its wall clock. May take a while.
#[cfg(not(windows))]
pub fn ask_the_system() -> SystemSays {
    system_says()
}

/// What tells this boot of the PC from any other; after a power cut it is another one.
#[cfg(unix)]
pub fn boot_id() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").map_or_else(|_| "unknown".into(), |id| id.trim().into())
}

/// What tells this boot of the PC from any other; after a power cut it is another one.
#[cfg(windows)]
pub fn boot_id() -> String {
    // Windows computes the boot time anew from the wall clock at each question: ten seconds of grain hide most of its jitter. A clock
    // that is set by more makes it another boot: a crash before that is then told as a power cut.
    sysinfo::System::boot_time().map_or_else(|_| "unknown".into(), |second| format!("boot-{}", second / 10))
}

/// Both clocks, read at one moment: the bridge between what the sound callbacks say and what the log writes. Taken
/// anew for each use, so that a slewed wall clock is followed and a stepped one is seen, never smeared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The wall clock.
    pub wall: Timestamp,
    /// [`monotonic_ns`] at the same moment.
    pub monotonic_ns: u64,
}

/// Reads both clocks; of a few tries the one least disturbed by other work.
pub fn both() -> Reading {
    let (wall, monotonic_ns) = beside(now);
    Reading { wall, monotonic_ns }
}

/// Reads another clock beside [`monotonic_ns`]; of a few tries the one least disturbed by other work.
pub fn beside<T>(other: impl Fn() -> T) -> (T, u64) {
    let one = || {
        let before = monotonic_ns();
        let read = other();
        let after = monotonic_ns();
        (after - before, read, before + (after - before) / 2)
    };
    let mut best = one();
    for _ in 0..4 {
        let next = one();
        if next.0 < best.0 {
            best = next;
        }
    }
    (best.1, best.2)
}

impl Reading {
    /// The wall time of a monotonic instant, by this reading.
    pub fn wall_at(&self, monotonic_ns: u64) -> Timestamp {
        let off = i128::from(monotonic_ns) - i128::from(self.monotonic_ns);
        Timestamp::from_nanosecond(self.wall.as_nanosecond() + off).unwrap_or(self.wall)
    }

    /// The monotonic instant of a wall time, by this reading; 0 for what lies before the program's start.
    pub fn monotonic_at(&self, wall: Timestamp) -> u64 {
        let off = wall.as_nanosecond() - self.wall.as_nanosecond();
        u64::try_from((i128::from(self.monotonic_ns) + off).max(0)).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_windows_says_of_its_clock_is_read_in_any_language() {
        let kept = SystemSays::Synchronised { offset_ms: None };
        for (succeeded, text, expected) in [
            (true, "Leap Indicator: 0(no warning)\r\nStratum: 3\r\n", kept),
            (true, "Chỉ báo nhảy: 0(không có cảnh báo)\r\n", kept),
            (true, "Leap Indicator: 3(not synchronized)\r\nStratum: 0\r\n", SystemSays::Unsynchronised),
            (false, "The following error occurred: The service has not been started.", SystemSays::Unsynchronised),
            (true, "", SystemSays::Unsynchronised),
        ] {
            assert_eq!(said_by_w32tm(succeeded, text), expected, "{text}");
        }
    }

    /// By what the system tells of it, whenever this program began.
    #[test]
    #[cfg(any(target_os = "linux", windows))]
    fn the_clock_that_never_steps_counts_from_the_boot_so_that_another_run_can_go_on_by_it() {
        #[cfg(target_os = "linux")]
        let up_s: f64 = {
            let text = std::fs::read_to_string("/proc/uptime").unwrap();
            text.split_whitespace().next().unwrap().parse().unwrap()
        };
        #[cfg(windows)]
        let up_s = sysinfo::System::uptime().unwrap() as f64;
        let counted_s = awake_or_asleep_ms() as f64 / 1_000.0;
        assert!((counted_s - up_s).abs() < 3.0, "{counted_s} s, up for {up_s} s");
    }
}
