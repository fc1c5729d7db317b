//! A relay: another station's programme, heard as it comes. It has no length of its own: it begins at its instant, or as
//! soon after it as it can, and ends at its instant or at quiet hours, whatever is heard meanwhile. Tuning in can fail at
//! any moment and is tried again all the while, so nothing waits for it.

use std::ops::AddAssign;

use jiff::Timestamp;

use super::frozen::{Frozen, ms_between};
use super::messages::Relayed;
use super::{Action, Director};
use crate::airing::Part;
use crate::notes;
use crate::outcome::{Cause, Outcome};
use crate::programme::relay::RelaySource;
use crate::timetable::{SlotId, duration_words};

/// How much more of a relay was not its source each time that is noted, in ms.
const NOTE_MORE_MS: u64 = 10_000;

impl Director {
    /// Takes in what was heard of a relay since it was ordered on air, and has it noted of its part.
    pub(super) fn relayed(&mut self, id: &SlotId, heard: Relayed, actions: &mut Vec<Action>) {
        actions.push(Action::NoteRelaying { slot: id.clone(), heard: heard.clone() });
        if let Some(frozen) = self.frozen.get_mut(id) {
            frozen.relayed += heard;
            frozen.noted_not_source_ms = None;
        }
    }

    /// Has it noted now and then how much of the relay on air is not its source, for a kill may come before its end: each note
    /// is synced to the disk.
    pub(super) fn relaying(&mut self, id: &SlotId, heard: Relayed, actions: &mut Vec<Action>) {
        let not_source_ms = heard.fallback_ms + heard.nothing_ms;
        let Some(frozen) = self.frozen.get_mut(id) else { return };
        if frozen.noted_not_source_ms.is_none_or(|noted_ms| not_source_ms >= noted_ms + NOTE_MORE_MS) {
            frozen.noted_not_source_ms = Some(not_source_ms);
            actions.push(Action::NoteRelaying { slot: id.clone(), heard });
        }
    }

    /// When a relay that sounds from `from` on has to be over; none if it is no relay.
    pub(super) fn relay_stop(&self, frozen: &Frozen, from: Timestamp) -> Option<Timestamp> {
        let until = frozen.slot.relay.as_ref().and(frozen.slot.until)?;
        Some(if frozen.slot.permit.is_some() { until } else { self.before_quiet(from, until) })
    }

    /// How long it sounds as far as known if it begins at `from`, in ms.
    pub(super) fn sounds_ms(&self, frozen: &Frozen, from: Timestamp) -> u64 {
        self.relay_stop(frozen, from).map_or_else(|| frozen.remaining_ms(), |stop| ms_between(from, stop))
    }
}

impl Relayed {
    /// What the log has of a relay that a run left on air: how often its source was lost, it does not tell.
    pub(super) fn of(parts: &[Part]) -> Relayed {
        let mut heard = Relayed::default();
        for part in parts {
            let fallback_ms = part.stand_in_ms.unwrap_or(0);
            heard.fallback_ms += fallback_ms;
            heard.nothing_ms += part.unheard_ms;
            heard.source_ms += part.played_ms.saturating_sub(fallback_ms + part.unheard_ms);
        }
        heard.losses = u64::from(heard.fallback_ms + heard.nothing_ms > 0);
        heard
    }

    /// How much of what was heard, and why of anything but the source; empty if all of it was the source.
    pub fn note(&self) -> String {
        if self.losses == 0 {
            return String::new();
        }
        let of = |name: &str, ms: u64| (ms > 0).then(|| format!("{name} {}", duration_words(ms).vi));
        let stretches = [
            of(notes::SOURCE, self.source_ms),
            of(notes::STAND_IN, self.fallback_ms),
            of(notes::SILENCE, self.nothing_ms),
        ];
        let why = if self.why.is_empty() { notes::source_silent() } else { self.why.clone() };
        let stretches = stretches.into_iter().flatten().collect::<Vec<_>>().join(", ");
        format!("{stretches}; {}", notes::source_lost(&self.losses.to_string(), &why))
    }
}

/// After the line's loss it is tuned in anew, and goes on.
impl AddAssign for Relayed {
    fn add_assign(&mut self, more: Relayed) {
        self.source_ms += more.source_ms;
        self.fallback_ms += more.fallback_ms;
        self.nothing_ms += more.nothing_ms;
        self.losses += more.losses;
        if !more.why.is_empty() {
            self.why = more.why;
        }
    }
}

/// The outcome of a relay whose time is over. Music in its place is no news: where less than half of it was the source,
/// it was not the relay that was heard.
pub(super) fn outcome(source: &RelaySource, heard: &Relayed) -> (Outcome, Option<Cause>, String) {
    if *source == RelaySource::Manual {
        return (Outcome::Aired, None, notes::relayed_by_hand());
    }
    let note = heard.note();
    let elsewhere_ms = heard.fallback_ms + heard.nothing_ms;
    match heard {
        // Neither a source nor a recording: there was nothing to air.
        Relayed { source_ms: 0, fallback_ms: 0, .. } => (Outcome::Failed, Some(Cause::NoFile), note),
        _ if heard.source_ms < elsewhere_ms => (Outcome::Interrupted, Some(Cause::Source), note),
        _ => (Outcome::Aired, None, note),
    }
}
