//! How much of the processor a thread is given: what tells a PC that is too busy from a disk that does not answer.

/// What a thread has had so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// It ran for so long, in ns.
    pub ran_ns: u64,
    /// It could have run for so long, and others did, in ns.
    pub queued_ns: u64,
}

/// That of the thread that asks; none where the system does not say.
#[cfg(target_os = "linux")]
pub fn of_this_thread() -> Option<Share> {
    of_schedstat(&std::fs::read_to_string("/proc/thread-self/schedstat").ok()?)
}

/// That of the thread that asks; none where the system does not say.
#[cfg(not(target_os = "linux"))]
pub fn of_this_thread() -> Option<Share> {
    None
}

/// Of what Linux prints: both times and a count. A kernel that does not keep them prints nothing but zeros.
#[cfg(any(target_os = "linux", test))]
fn of_schedstat(text: &str) -> Option<Share> {
    let mut numbers = text.split_whitespace().map_while(|number| number.parse().ok());
    let share = Share { ran_ns: numbers.next()?, queued_ns: numbers.next()? };
    (share.ran_ns > 0).then_some(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_linux_keeps_of_a_thread_is_read() {
        let share = Some(Share { ran_ns: 283_181, queued_ns: 3_684_789 });
        for (text, expected) in [("283181 3684789 2\n", share), ("0 0 0\n", None), ("283181\n", None), ("", None)] {
            assert_eq!(of_schedstat(text), expected, "{text}");
        }
    }
}
