//! `[clock]`: when the PC's clock is trusted.

use crate::reading::Reader;
use crate::reading::tree::{Table, find};

/// When the PC's clock is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockRule {
    /// By the rule of [`crate::trust`].
    Auto,
    /// Whatever it says.
    Always,
}

const TRUST: &[(ClockRule, &[&str])] =
    &[(ClockRule::Auto, &["tự xét", "auto"]), (ClockRule::Always, &["luôn tin", "always"])];

pub(super) fn read(reader: &mut Reader<'_>, table: &Table) -> ClockRule {
    reader.keys(table, &["trust"]);
    let written = find(table, "trust").and_then(|(_, node)| reader.word("trust", node, TRUST));
    written.unwrap_or(ClockRule::Auto)
}
