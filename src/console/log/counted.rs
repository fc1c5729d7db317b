//! A slot of record as it counts: by a person's word where one stands beside the log's own.

use jiff::tz::TimeZone;

use crate::airing::{Airing, Correction, Entry};
use crate::console::say::either;
use crate::outcome::{Cause, Outcome};
use crate::problem::{Lang, Text};
use crate::report;
use crate::report::airings::own_word;

/// The row, with the person's word where it is one.
pub(in crate::console) struct Counted<'c> {
    row: report::row::Row,
    by_hand: Option<&'c Correction>,
}

impl<'c> Counted<'c> {
    pub fn of(entry: &Entry, by_hand: Option<&'c Correction>) -> Counted<'c> {
        let mut row = report::row::Row::of(entry);
        if let Some(one) = by_hand {
            row.correct(one);
        }
        Counted { row, by_hand }
    }

    pub fn outcome(&self) -> Option<Outcome> {
        self.row.outcome
    }

    pub fn heard_ms(&self, entry: &Entry) -> Option<u64> {
        let sounded = entry.airing.as_ref().filter(|airing| airing.heard_parts().next().is_some());
        match self.by_hand {
            Some(_) => Some(self.row.heard_ms).filter(|ms| *ms > 0),
            None => sounded.map(Airing::heard_ms),
        }
    }

    /// Its cause and what is noted; of an outcome by hand not the log's own, which stands beside it.
    pub fn why(&self, entry: &Entry, lang: Lang) -> String {
        let (cause, note) = match self.by_hand {
            Some(one) if one.outcome.is_some() => {
                (self.row.cause.map(Cause::words), one.note.as_deref().map(Text::same))
            }
            Some(_) | None => (entry.cause_word(), Some(self.row.note_words())),
        };
        let said = [cause, note].into_iter().flatten().map(|said| said.get(lang).to_owned());
        said.filter(|said| !said.is_empty()).collect::<Vec<_>>().join(": ")
    }

    /// Who corrected it, and what the log itself has; none of what nobody did.
    pub fn by_hand_words(&self, entry: &Entry, zone: &TimeZone, lang: Lang) -> Option<String> {
        let one = self.by_hand?;
        let corrected = either(lang, "Sửa tay", "Corrected by hand");
        Some(format!("{corrected} ({}); {}", one.by, own_word(entry, zone).get(lang)))
    }
}
