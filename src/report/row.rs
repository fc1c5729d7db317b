//! The rows that figures are made of: a line of the log or a slot still ahead, with what reports need of it.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::counting::Counting;
use crate::airing::{Airing, Corrected, Correction, Entry};
use crate::notes;
use crate::outcome::{Cause, Outcome};
use crate::problem::Text;
use crate::programme::Class;
use crate::programme::particulars::{Origin, Particulars};
use crate::timetable::{Kind, Slot, SlotId};

/// A slot of record and what became of it, or a slot that is still ahead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The slot.
    pub slot: SlotId,
    /// The local date its broadcast starts on: the date it counts on.
    pub date: Date,
    /// Its broadcast.
    pub broadcast: String,
    /// What it is a place for.
    pub kind: Kind,
    /// The segment's id.
    pub segment: Option<String>,
    /// The column's id.
    pub column: Option<String>,
    /// What people call it.
    pub title: String,
    /// When it was to begin.
    pub planned: Timestamp,
    /// What its segment says of itself.
    pub particulars: Arc<Particulars>,
    /// The measured length of its recording, in ms.
    pub file_ms: Option<u64>,
    /// How it ended; none while it is ahead, on air or not yet written down.
    pub outcome: Option<Outcome>,
    /// Why, where it did not end as aired.
    pub cause: Option<Cause>,
    /// In words, as the log has them.
    pub note: String,
    /// What kept its slot off the air, which the note may say.
    pub bar: Option<Text>,
    /// When its first sample left the line.
    pub began: Option<Timestamp>,
    /// When its last sample left the line.
    pub ended: Option<Timestamp>,
    /// What the street heard, in ms: without what the monitor did not hear. Parts begun again may repeat sound, so never
    /// more than the recording holds.
    pub heard_ms: u64,
    /// Of a relay, how long recordings stood in for its source, in ms; none where the log does not say.
    pub stand_in_ms: Option<u64>,
    /// Who ordered it, of an emergency.
    pub emergency_by: Option<String>,
    /// Who wrote it down by hand, and why, where it is not as the log itself has it.
    pub by_hand: Option<ByHand>,
}

/// A hand-made entry beside the log's own word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByHand {
    /// Who wrote it.
    pub by: String,
    /// Why.
    pub why: String,
    /// It is not about a slot: it was aired without Loa.
    pub without_loa: bool,
}

impl Row {
    /// Of a slot of record.
    pub fn of(entry: &Entry) -> Row {
        let airing = entry.airing.as_ref();
        let file_ms = airing.and_then(|airing| airing.file_ms).or(entry.slot.file_ms());
        Row {
            file_ms,
            outcome: airing.and_then(|airing| airing.outcome),
            cause: airing.and_then(|airing| airing.cause),
            note: airing.map(|airing| airing.note.clone()).unwrap_or_default(),
            began: airing.and_then(Airing::began),
            ended: airing.and_then(Airing::ended),
            heard_ms: airing.map_or(0, Airing::heard_ms).min(file_ms.unwrap_or(u64::MAX)),
            stand_in_ms: airing.and_then(Airing::stand_in_ms),
            ..Row::ahead(&entry.slot)
        }
    }

    /// Of a slot that is only planned.
    pub fn ahead(slot: &Slot) -> Row {
        Row {
            slot: slot.id.clone(),
            date: slot.date,
            broadcast: slot.broadcast.clone(),
            kind: slot.kind,
            segment: slot.segment.clone(),
            column: slot.column.clone(),
            title: slot.title.clone(),
            planned: slot.planned,
            particulars: slot.particulars.clone(),
            file_ms: slot.file_ms(),
            outcome: None,
            cause: None,
            note: String::new(),
            bar: slot.bar.as_ref().map(|bar| bar.reason.clone()),
            began: None,
            ended: None,
            heard_ms: 0,
            stand_in_ms: None,
            emergency_by: slot.asked_by.clone().filter(|_| slot.class == Class::Emergency),
            by_hand: None,
        }
    }

    /// What is noted of it, in both languages.
    pub fn note_words(&self) -> Text {
        notes::read(&self.note, self.bar.as_ref())
    }

    /// Why it did not end as aired, in the word that is true of what was noted.
    pub fn cause_word(&self) -> Option<Text> {
        self.cause.map(|cause| notes::cause_word(cause, &self.note))
    }

    /// A: something of it was heard.
    pub fn is_heard(&self) -> bool {
        self.heard_ms > 0
    }

    /// What another station airs.
    pub fn is_relay(&self) -> bool {
        self.kind == Kind::Relay || self.particulars.origin == Some(Origin::Relay)
    }

    /// Of what was heard, what another station aired, in ms.
    pub fn relayed_ms(&self) -> u64 {
        if self.is_relay() { self.heard_ms - self.stood_in_ms() } else { 0 }
    }

    /// Of what was heard, the recordings that stood in for a relay's source, in ms. Where the log does not say how much that
    /// was, it was all of it if the source was lost for more than half (which older logs call `short`), else nothing.
    pub fn stood_in_ms(&self) -> u64 {
        let lost = matches!(self.cause, Some(Cause::Source | Cause::Short));
        match self.stand_in_ms {
            _ if self.kind != Kind::Relay => 0,
            Some(stand_in_ms) => stand_in_ms.min(self.heard_ms),
            None if self.outcome == Some(Outcome::Interrupted) && lost => self.heard_ms,
            None => 0,
        }
    }

    /// Of the station's own work on administrative reform; a relay never is.
    pub fn is_reform(&self) -> bool {
        !self.particulars.topics.is_empty() && !self.is_relay()
    }

    /// Q: heard, and about administrative reform.
    pub fn is_heard_reform(&self) -> bool {
        self.is_heard() && self.is_reform()
    }

    /// P: a schedule planned it; nobody had it played by hand.
    pub fn is_planned(&self) -> bool {
        self.kind != Kind::ByHand
    }

    /// Written down as aired without Loa: no slot has it.
    pub fn is_without_loa(&self) -> bool {
        self.by_hand.as_ref().is_some_and(|hand| hand.without_loa)
    }

    /// Aired whole, for the first time or not.
    pub fn is_whole(&self) -> bool {
        self.outcome == Some(Outcome::Aired) && self.segment.is_some()
    }

    /// How long after its instant it began, in ms; negative if early; none if it never did.
    pub fn late_ms(&self) -> Option<i64> {
        i64::try_from(self.began?.duration_since(self.planned).as_millis()).ok()
    }
}

/// L: all rows that a report looks at, in the order of their dates and instants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// The rows.
    pub rows: Vec<Row>,
    /// Of each row: whether its segment was heard whole in it for the first time ever. That is what makes a work new.
    pub first: Vec<bool>,
    /// Of each row: whether its segment had been heard whole before it: only then is it heard again.
    pub again: Vec<bool>,
}

impl Row {
    /// What a person wrote of this row; what it leaves out stays as the log has it. What was not heard has no times, and
    /// no more is heard than the recording holds.
    pub fn correct(&mut self, correction: &Correction) {
        let Correction { by, why, outcome, cause, began, ended, played_ms, note, .. } = correction;
        if outcome.is_some() {
            (self.outcome, self.cause) = (*outcome, *cause);
        }
        self.began = began.or(self.began);
        self.ended = ended.or(self.ended);
        // Of the two times the one that was not written is the log's.
        let written = (began.is_some() || ended.is_some()).then(|| self.began.zip(self.ended)).flatten();
        let between = written.and_then(|(began, ended)| u64::try_from(ended.duration_since(began).as_millis()).ok());
        let heard_ms = played_ms.or(between).unwrap_or(self.heard_ms);
        self.heard_ms = heard_ms.min(self.file_ms.unwrap_or(u64::MAX));
        if self.outcome.is_some_and(Outcome::is_silent) {
            (self.began, self.ended, self.heard_ms) = (None, None, 0);
        }
        self.note = note.clone().unwrap_or_else(|| std::mem::take(&mut self.note));
        let without_loa = matches!(correction.of, Corrected::WithoutLoa { .. });
        self.by_hand = Some(ByHand { by: by.clone(), why: why.clone(), without_loa });
    }

    /// What was aired without Loa. `known` is a place of its segment: what that says of itself counts, not what was
    /// typed.
    pub fn without_loa(correction: &Correction, title: &str, segment: Option<&String>, known: Option<&Row>) -> Row {
        let mut row = Row {
            slot: SlotId(correction.entry().to_owned()),
            date: correction.date,
            broadcast: correction.entry().to_owned(),
            kind: Kind::ByHand,
            segment: segment.cloned(),
            column: None,
            title: known.map_or(title, |known| &known.title).to_owned(),
            planned: correction.began.unwrap_or(correction.written),
            particulars: known.map(|known| known.particulars.clone()).unwrap_or_default(),
            file_ms: known.and_then(|known| known.file_ms),
            outcome: None,
            cause: None,
            note: String::new(),
            bar: None,
            began: None,
            ended: None,
            heard_ms: 0,
            stand_in_ms: None,
            emergency_by: None,
            by_hand: None,
        };
        row.correct(correction);
        row
    }
}

/// Writes what counts of hand-made entries into the rows. What was aired without Loa becomes a row of its own; `known` has a
/// place of its segment, by the entry's id.
pub fn correct(rows: &mut Vec<Row>, corrections: &[Correction], known: &HashMap<String, Row>) {
    if corrections.is_empty() {
        return;
    }
    let counting = Counting::of(corrections);
    rows.iter_mut().for_each(|row| counting.correct(row));
    rows.extend(counting.without_loa().filter_map(|one| {
        let Corrected::WithoutLoa { title, segment } = &one.of else { return None };
        Some(Row::without_loa(one, title, segment.as_ref(), known.get(&one.id)))
    }));
}

impl Log {
    /// Rows of record and slots ahead; a slot given twice counts once, as the log has it. `heard_before` are segments that
    /// were heard whole before the first of the rows.
    pub fn new(recorded: Vec<Row>, ahead: Vec<Row>, heard_before: &BTreeSet<String>) -> Log {
        let mut rows = recorded;
        let of_record: HashSet<SlotId> =
            if ahead.is_empty() { HashSet::new() } else { rows.iter().map(|row| row.slot.clone()).collect() };
        rows.extend(ahead.into_iter().filter(|row| !of_record.contains(&row.slot)));
        // An item that an edit moved too late was planned once and heard once, at its old place.
        rows.retain(|row| row.cause != Some(Cause::EditedLate));
        rows.sort_by(|a, b| (a.date, a.planned, &a.slot).cmp(&(b.date, b.planned, &b.slot)));
        // In order of time, not of dates: a broadcast over midnight belongs to the day before.
        let mut first_of: HashMap<&str, usize> = HashMap::new();
        for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.is_whole()) {
            let Some(segment) = row.segment.as_deref().filter(|segment| !heard_before.contains(*segment)) else {
                continue;
            };
            let first = first_of.entry(segment).or_insert(at);
            if (row.planned, &row.slot) < (rows[*first].planned, &rows[*first].slot) {
                *first = at;
            }
        }
        let is_again = |row: &Row| {
            let Some(segment) = row.segment.as_deref() else { return false };
            let first = first_of.get(segment).map(|at| &rows[*at]);
            let earlier = first.is_some_and(|first| (first.planned, &first.slot) < (row.planned, &row.slot));
            earlier || heard_before.contains(segment)
        };
        let again = rows.iter().map(is_again).collect();
        let mut first = vec![false; rows.len()];
        for at in first_of.into_values() {
            first[at] = true;
        }
        Log { rows, first, again }
    }

    /// The places of the rows of the dates from `from` to `to`, both included.
    pub fn between(&self, from: Date, to: Date) -> Range<usize> {
        let start = self.rows.partition_point(|row| row.date < from);
        let end = self.rows.partition_point(|row| row.date <= to);
        start..end.max(start)
    }

    /// Those of `rows` for which `is` holds.
    pub fn chosen(&self, rows: impl IntoIterator<Item = usize>, is: impl Fn(&Row) -> bool) -> Vec<usize> {
        rows.into_iter().filter(|at| is(&self.rows[*at])).collect()
    }

    /// The first of `rows` for each thing that `of` makes of them; those of which it makes nothing are left out.
    pub fn first_of_each<'l, T: Eq + std::hash::Hash>(
        &'l self,
        rows: &[usize],
        of: impl Fn(&'l Row) -> Option<T>,
    ) -> Vec<usize> {
        let mut seen = HashSet::new();
        rows.iter().copied().filter(|at| of(&self.rows[*at]).is_some_and(|thing| seen.insert(thing))).collect()
    }

    /// Of `rows` those in which a work was new.
    pub fn new_works(&self, rows: &[usize]) -> Vec<usize> {
        rows.iter().copied().filter(|at| self.first[*at]).collect()
    }

    /// Of `rows` the first of each work.
    pub fn works(&self, rows: &[usize]) -> Vec<usize> {
        self.first_of_each(rows, |row| row.segment.as_deref())
    }
}
