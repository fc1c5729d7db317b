//! Quiet hours that come over what is on air. Nothing is begun that would end in them; but the PC may sleep in its midst, or
//! have no sound for it in time, or its clock be set on, and so carry it there.

use jiff::{SignedDuration, Timestamp};

use super::frozen::{earlier, later, later_ms};
use super::on_air::{Fate, OnAir};
use super::{AIR_AHEAD, Action, Director, FADE_MS, SLACK};
use crate::programme::Class;
use crate::timetable::Kind;

/// The fade of what is ended.
const FADE: SignedDuration = SignedDuration::from_millis(FADE_MS as i64);

impl Director {
    /// Ends what was carried to quiet hours where they begin, or at once where they have begun.
    pub(super) fn end_in_quiet_hours(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        for at in 0..self.airs.len() {
            let Some((stop, fate)) = self.quieted(&self.airs[at], now) else { continue };
            let on_air = &mut self.airs[at];
            on_air.ends = later_ms(now, u64::from(FADE_MS)).max(stop);
            if earlier(stop, AIR_AHEAD) <= now {
                on_air.fate = fate;
                let at = earlier(stop, FADE).max(now);
                actions.push(Action::Cut { slot: on_air.id.clone(), at, fade_ms: FADE_MS });
            }
        }
    }

    /// Where quiet hours end it, and as what. Filler and relays stop there in any case.
    fn quieted(&self, on_air: &OnAir, now: Timestamp) -> Option<(Timestamp, Fate)> {
        let silence =
            || (on_air.gap_ms > 0).then(|| self.cause_of_silence(&on_air.id, on_air.gap_ms, on_air.waited_ms));
        let sounds = on_air.fate == Fate::Whole && on_air.begins <= now;
        let cause = sounds.then(|| on_air.carried.or_else(silence)).flatten()?;
        let passes = on_air.class == Class::Emergency || self.frozen.get(&on_air.id)?.slot.permit.is_some();
        if passes || self.is_in_doubt() || matches!(on_air.kind, Kind::Filler | Kind::Relay) {
            return None;
        }
        let stop = self.before_quiet(on_air.begins, on_air.spent);
        // What ends by itself within a second is heard to its end, as before a hard start.
        (later(stop, SLACK) < on_air.spent).then_some((stop, Fate::Quieted(cause)))
    }
}
