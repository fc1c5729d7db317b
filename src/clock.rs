//! The only file that reads a clock.

use std::sync::OnceLock;
use std::time::Instant;

use jiff::Timestamp;

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

/// What tells this boot of the PC from any other; after a power cut it is another one.
#[cfg(unix)]
pub fn boot_id() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").map_or_else(|_| "unknown".into(), |id| id.trim().into())
}

/// What tells this boot of the PC from any other; after a power cut it is another one.
#[cfg(windows)]
pub fn boot_id() -> String {
    // Windows computes the boot time anew from the wall clock at each question: ten seconds of grain hide its jitter.
    format!("boot-{}", sysinfo::System::boot_time() / 10)
}
