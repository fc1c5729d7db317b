//! `station.toml` → what changes rarely: names, the line, the ward's own rules.

use jiff::civil::Time;
use jiff::tz::TimeZone;

/// The station.
#[derive(Clone, Debug, PartialEq)]
pub struct Station {
    /// `Đài truyền thanh phường Long Xuyên`.
    pub name: String,
    /// `ĐTT`.
    pub code: String,
    /// `UBND phường Long Xuyên`.
    pub parent: String,
    /// `Long Xuyên`.
    pub place: String,
    /// The zone all civil times are in.
    pub zone: TimeZone,
    /// The zone's IANA name.
    pub zone_name: String,
    /// The line's device: `host:name` as `loa devices` prints it, `null`, `wav:FILE` or `default`.
    pub device: String,
    /// Stretches of the day in which nothing airs.
    pub quiet: Vec<Quiet>,
    /// Later than this counts as late in the report, in ms.
    pub on_time_ms: u64,
}

/// A stretch of every day, from its first instant up to but not including its last; it may run over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// First instant.
    pub from: Time,
    /// First instant after it.
    pub to: Time,
}
