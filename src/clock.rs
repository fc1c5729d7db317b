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

/// Milliseconds of a clock that never steps and also counts the time in which the PC slept.
#[cfg(unix)]
pub fn awake_or_asleep_ms() -> u64 {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    const ID: rustix::time::ClockId = rustix::time::ClockId::Boottime;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    const ID: rustix::time::ClockId = rustix::time::ClockId::Monotonic;
    let t = rustix::time::clock_gettime(ID);
    u64::try_from(t.tv_sec).unwrap_or(0) * 1000 + u64::try_from(t.tv_nsec).unwrap_or(0) / 1_000_000
}

/// Milliseconds of a clock that never steps and also counts the time in which the PC slept.
#[cfg(windows)]
pub fn awake_or_asleep_ms() -> u64 {
    // Windows' performance counter goes on during sleep.
    monotonic_ns() / 1_000_000
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

/// What the system says of its wall clock.
#[cfg(not(target_os = "linux"))]
pub fn system_says() -> SystemSays {
    SystemSays::Nothing
}

/// What tells this boot of the PC from any other; after a power cut it is another one.
#[cfg(unix)]
pub fn boot_id() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").map_or_else(|_| "unknown".into(), |id| id.trim().into())
}

/// What tells this boot of the PC from any other; after a power cut it is another one.
#[cfg(windows)]
pub fn boot_id() -> String {
    // Windows computes the boot time anew from the wall clock at each question: ten seconds of grain hide its jitter.
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
