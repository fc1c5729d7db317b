//! What was sent and nobody heard: the parts of airings, set against the incidents that tell of it.

use rusqlite::Connection;

use super::rows::us;
use crate::airing::{Incident, IncidentKind, unheard_of};

/// The stretches in which the monitor did not hear what was sent, or what was sent was silent where its recording is not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Silences {
    /// From when to when, in µs; in order of time, and none meets another.
    stretches: Vec<(i64, i64)>,
}

impl Silences {
    /// Of the whole log: such incidents are few.
    pub(super) fn read(connection: &Connection) -> rusqlite::Result<Silences> {
        let mut statement = connection.prepare_cached(
            "select began_us, coalesce(ended_us, 9223372036854775807) from incident
            where kind in ('line_silent', 'silent') order by began_us",
        )?;
        let stretches = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Silences::joined(stretches.collect::<rusqlite::Result<_>>()?))
    }

    /// Of these incidents, in any order.
    pub fn of(incidents: &[Incident]) -> Silences {
        let is_silence = |one: &&Incident| matches!(one.kind, IncidentKind::LineSilent | IncidentKind::Silent);
        let stretch = |one: &Incident| (us(one.began), one.ended.map_or(i64::MAX, us));
        let mut stretches: Vec<(i64, i64)> = incidents.iter().filter(is_silence).map(stretch).collect();
        stretches.sort_unstable();
        Silences::joined(stretches)
    }

    /// Of stretches in the order in which they begin.
    fn joined(stretches: Vec<(i64, i64)>) -> Silences {
        let mut joined: Vec<(i64, i64)> = Vec::new();
        for (from, to) in stretches {
            match joined.last_mut().filter(|(_, until)| from <= *until) {
                Some((_, until)) => *until = (*until).max(to),
                None => joined.push((from, to)),
            }
        }
        Silences { stretches: joined }
    }

    /// How much of a part that sounded from one instant to another, in µs, was not heard, in ms: `sounded_ms` at most, and all
    /// of that where most was not, and what is left is too little to tell.
    pub(super) fn unheard_ms(&self, began_us: Option<i64>, ended_us: Option<i64>, sounded_ms: u64) -> u64 {
        let Some((began, ended)) = began_us.zip(ended_us) else { return 0 };
        let first = self.stretches.partition_point(|(_, to)| *to <= began);
        let inside = self.stretches[first..].iter().take_while(|(from, _)| *from < ended);
        let unheard_us: i64 = inside.map(|(from, to)| ended.min(*to) - began.max(*from)).sum();
        match u64::try_from(unheard_us).unwrap_or(0) / 1000 {
            0 => 0,
            unheard_ms => unheard_of(sounded_ms, unheard_ms),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    #[test]
    fn of_a_part_only_what_the_silences_cover_was_not_heard_and_a_rest_too_short_to_tell_neither() {
        let silences = Silences { stretches: vec![(100 * SECOND, 132 * SECOND), (200 * SECOND, i64::MAX)] };
        let unheard = |from: i64, to: i64| {
            silences.unheard_ms(Some(from * SECOND), Some(to * SECOND), u64::try_from(to - from).unwrap() * 1000)
        };
        assert_eq!(unheard(0, 100), 0, "over before it");
        assert_eq!(unheard(132, 200), 0, "between two");
        assert_eq!(unheard(90, 140), 32_000, "in its midst");
        assert_eq!(unheard(120, 210), 22_000, "the end of one and the beginning of the next");
        assert_eq!(unheard(250, 300), 50_000, "while it lasts");
        assert_eq!(unheard(99, 132), 33_000, "a second beside it says nothing");
        assert_eq!(unheard(99, 133), 32_000, "two do");
        assert_eq!(unheard(126, 134), 6_000, "of eight seconds two were heard");
        assert_eq!(unheard(98, 101), 1_000, "the edge of one hides no short ident");
        assert_eq!(silences.unheard_ms(None, Some(110 * SECOND), 5_000), 0, "it never began");
        // The line ran dry meanwhile: no more was lost than was sent.
        assert_eq!(silences.unheard_ms(Some(100 * SECOND), Some(132 * SECOND), 20_000), 20_000);
    }
}
