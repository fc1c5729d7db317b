//! How often a page that shows days of the log, and has no stream of its own, looks again by its script.

/// While something is of which the log has no outcome yet.
const OPEN_MS: u32 = 6_000;
/// While its days may bring more.
const AHEAD_MS: u32 = 15_000;

/// None where all that comes of its days has come.
pub(super) fn renews_ms(has_open_rows: bool, may_bring_more: bool) -> Option<u32> {
    if has_open_rows { Some(OPEN_MS) } else { Some(AHEAD_MS).filter(|_| may_bring_more) }
}
