//! What a place of a broadcast has ahead of it while it is laid out, and what will not be heard whatever its turn.

use jiff::Timestamp;
use jiff::civil::Time;

use super::Kind;
use super::places::{Begin, Entry};
use crate::instants::later_ms;
use crate::outcome::Outcome;

/// The instants between which a broadcast is laid out.
pub(super) struct Span<'f> {
    pub starts: Timestamp,
    pub ends: Timestamp,
    /// Filler stops here at the latest, whatever follows: the first quiet hour that nothing lets it pass.
    pub quiet: Option<Timestamp>,
    /// Whether quiet hours keep off the air what sounds between two instants.
    pub is_quiet: &'f dyn Fn(Timestamp, Timestamp) -> bool,
    /// How much of it may be heard in all, in ms.
    pub cap_ms: Option<u64>,
    /// The instant of a time of day in it, if it has one.
    pub at: &'f dyn Fn(Time) -> Option<Timestamp>,
    /// The grace that a segment, by its place in the file, has of its own.
    pub grace_of: &'f dyn Fn(usize) -> Option<u64>,
}

impl Span<'_> {
    /// Whether it is settled that `entry` will not be heard if its turn is at `at`: something other than its recording keeps
    /// it off, which may still come. It takes no time, and shortens no filler.
    pub fn keeps_off(&self, entry: &Entry<'_>, at: Timestamp) -> bool {
        let barred = entry.bar.as_ref().is_some_and(|bar| bar.outcome() != Outcome::Failed);
        // A relay stops where quiet hours begin.
        let ends = if entry.relay.is_some() { at } else { later_ms(at, entry.length_ms()) };
        barred || (self.is_quiet)(at, ends)
    }

    /// Where quiet hours begin, for what sounds at `at`.
    pub fn quiet_from(&self, at: Timestamp) -> Option<Timestamp> {
        let first = self.quiet?;
        if first >= at { Some(first) } else { (self.is_quiet)(at, at).then_some(at) }
    }
}

pub(super) fn hard_at(entry: &Entry<'_>) -> Option<Timestamp> {
    match entry.start {
        Begin::At(_, at) => Some(at),
        Begin::Soft => None,
    }
}

/// What stands behind a place of the running order, up to the next hard one and that.
#[derive(Clone, Copy, Default)]
pub(super) struct Ahead {
    /// The next hard place that may be heard: the earliest of those behind, should they stand out of order.
    pub hard: Option<Timestamp>,
    /// The length of the soft ones before it, in ms.
    pub soft_ms: u64,
    /// Whether filler is among them.
    pub has_filler: bool,
}

/// Whether the room of what stands before `entry` ends at it.
pub(super) fn ends_room(entry: &Entry<'_>, span: &Span<'_>) -> Option<Timestamp> {
    hard_at(entry).filter(|at| !entry.is_over_cap && !span.keeps_off(entry, *at))
}

pub(super) fn is_soft(entry: &Entry<'_>) -> bool {
    hard_at(entry).is_none()
}

pub(super) fn ahead(entries: &[Entry<'_>], span: &Span<'_>) -> Vec<Ahead> {
    let mut next = Ahead::default();
    let mut all: Vec<Ahead> = entries
        .iter()
        .rev()
        .map(|entry| {
            let ahead = next;
            if let Some(at) = ends_room(entry, span) {
                next = Ahead { hard: Some(next.hard.map_or(at, |later| later.min(at))), ..Ahead::default() };
            } else if is_soft(entry) {
                next.soft_ms = next.soft_ms.saturating_add(entry.length_ms());
                next.has_filler |= entry.kind == Kind::Filler && entry.bar.is_none();
            }
            ahead
        })
        .collect();
    all.reverse();
    all
}
