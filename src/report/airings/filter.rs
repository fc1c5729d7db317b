//! Which rows of the log somebody looks for.

use crate::airing::{Corrected, Correction, Entry};
use crate::outcome::Outcome;
use crate::reading::fold::bare;
use crate::report::row::Row;

/// What the rows have in common. What is left empty keeps every row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The segment's id.
    pub segment: Option<String>,
    /// One of its topics.
    pub topic: Option<String>,
    /// How it ended.
    pub ended: Option<Ended>,
    /// Words, each of which stands in its title, its ids, its recordings, its notes or what counts beside it; marks and
    /// capitals are not told apart.
    pub text: String,
}

/// How a row ended, as reports count it: by the log's own word, or a person's where that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// So.
    As(Outcome),
    /// Any other way than heard whole.
    NotAired,
    /// There is no outcome yet.
    Open,
    /// However it did, what somebody wrote of it counts.
    ByHand,
}

impl Ended {
    fn holds(self, outcome: Option<Outcome>, by_hand: bool) -> bool {
        match self {
            Ended::As(wanted) => outcome == Some(wanted),
            Ended::NotAired => outcome.is_some_and(|outcome| outcome != Outcome::Aired),
            Ended::Open => outcome.is_none(),
            Ended::ByHand => by_hand,
        }
    }
}

impl Filter {
    /// Whether it keeps `entry`, beside which `counts` is written by hand.
    pub fn keeps(&self, entry: &Entry, counts: Option<&Correction>) -> bool {
        let slot = &entry.slot;
        let mut row = Row::of(entry);
        if let Some(one) = counts {
            row.correct(one);
        }
        let topics = &slot.particulars.topics;
        let mut said = vec![slot.title.as_str(), &slot.id.0, &row.note];
        said.extend(slot.files.iter().map(String::as_str));
        said.extend(slot.asked_by.as_deref());
        said.extend(counts.into_iter().flat_map(said_by));
        self.ended.is_none_or(|ended| ended.holds(row.outcome, counts.is_some()))
            && self.segment.as_ref().is_none_or(|wanted| slot.segment.as_ref() == Some(wanted))
            && self.topic.as_ref().is_none_or(|wanted| topics.contains(wanted))
            && self.holds_text(&said)
    }

    /// Whether it keeps what was aired without Loa, of which `last` was written last. Such a row has no topic; one that was
    /// withdrawn is nothing that anybody looks for.
    pub fn keeps_without_loa(&self, last: &Correction) -> bool {
        let Corrected::WithoutLoa { title, segment } = &last.of else { return false };
        if last.is_withdrawal() {
            return *self == Filter::default();
        }
        let said: Vec<&str> = std::iter::once(title.as_str()).chain(said_by(last)).collect();
        self.ended.is_none_or(|ended| ended.holds(last.outcome, true))
            && self.topic.is_none()
            && self.segment.as_ref().is_none_or(|wanted| segment.as_ref() == Some(wanted))
            && self.holds_text(&said)
    }

    fn holds_text(&self, said: &[&str]) -> bool {
        if self.text.trim().is_empty() {
            return true;
        }
        let said = bare(&said.join(" "));
        bare(&self.text).split_whitespace().all(|word| said.contains(word))
    }
}

fn said_by(one: &Correction) -> impl Iterator<Item = &str> {
    [one.by.as_str(), &one.why].into_iter().chain(one.note.as_deref())
}
