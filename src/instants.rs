//! Instants and the lengths between them. A clock can show anything: nothing here overflows.

use jiff::{SignedDuration, Timestamp};

/// So much before an instant.
pub fn earlier(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}

/// So much after an instant.
pub fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// So many ms after an instant.
pub fn later_ms(at: Timestamp, by_ms: u64) -> Timestamp {
    later(at, of_ms(by_ms))
}

/// From one instant to another, in ms; 0 if that is not after it.
pub fn ms_between(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.duration_since(from).as_millis()).unwrap_or(0)
}

/// A length of so many ms.
pub fn of_ms(ms: u64) -> SignedDuration {
    SignedDuration::from_millis(i64::try_from(ms).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_clock_can_show_overflows_nothing() {
        let at = Timestamp::UNIX_EPOCH;
        assert_eq!(later_ms(at, 1_500), at + of_ms(1_500));
        assert_eq!((ms_between(at, later_ms(at, 1_500)), ms_between(later_ms(at, 1_500), at)), (1_500, 0));
        assert_eq!(later_ms(at, u64::MAX), Timestamp::MAX);
        assert_eq!(earlier(Timestamp::MIN, of_ms(1)), Timestamp::MIN);
        assert!(ms_between(Timestamp::MIN, Timestamp::MAX) > 600_000_000_000_000);
    }
}
