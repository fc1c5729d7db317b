//! Which rows of the log somebody looks for.

use crate::airing::{Corrected, Correction, Entry};
use crate::outcome::Outcome;
use crate::reading::fold::bare;

/// What the rows have in common. What is left empty keeps every row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The segment's id.
    pub segment: Option<String>,
    /// One of its topics.
    pub topic: Option<String>,
    /// How it ended.
    pub ended: Option<Ended>,
    /// Words, each of which stands in its title, its ids, its recordings, its notes or what was written beside it; marks
    /// and capitals are not told apart.
    pub text: String,
}

/// How a row ended, by the log's own word or a person's beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// So.
    As(Outcome),
    /// Any other way than heard whole.
    NotAired,
    /// There is no outcome yet.
    Open,
    /// However it did, somebody wrote something beside it.
    ByHand,
}

impl Filter {
    /// Whether it keeps `entry`, beside which `corrections` were written.
    pub fn keeps(&self, entry: &Entry, corrections: &[&Correction]) -> bool {
        let slot = &entry.slot;
        let own = entry.airing.as_ref().and_then(|airing| airing.outcome);
        let by_hand = corrections.iter().filter_map(|one| one.outcome);
        let outcomes: Vec<Outcome> = own.into_iter().chain(by_hand).collect();
        let ended = self.ended.is_none_or(|ended| match ended {
            Ended::As(outcome) => outcomes.contains(&outcome),
            Ended::NotAired => outcomes.iter().any(|outcome| *outcome != Outcome::Aired),
            Ended::Open => own.is_none(),
            Ended::ByHand => !corrections.is_empty(),
        });
        let topics = &slot.particulars.topics;
        let note = entry.airing.as_ref().map_or("", |airing| airing.note.as_str());
        let mut said = vec![slot.title.as_str(), &slot.id.0, note];
        said.extend(slot.files.iter().map(String::as_str));
        said.extend(slot.asked_by.as_deref());
        said.extend(corrections.iter().flat_map(|one| said_by(one)));
        ended
            && self.segment.as_ref().is_none_or(|wanted| slot.segment.as_ref() == Some(wanted))
            && self.topic.as_ref().is_none_or(|wanted| topics.contains(wanted))
            && self.holds_text(&said)
    }

    /// Whether it keeps what was aired without Loa and written down by hand. Such a row has no topic.
    pub fn keeps_without_loa(&self, one: &Correction) -> bool {
        let Corrected::WithoutLoa { title, segment } = &one.of else { return false };
        let ended = self.ended.is_none_or(|ended| match ended {
            Ended::As(outcome) => one.outcome == Some(outcome),
            Ended::NotAired => one.outcome != Some(Outcome::Aired),
            Ended::Open => false,
            Ended::ByHand => true,
        });
        let said: Vec<&str> = std::iter::once(title.as_str()).chain(said_by(one)).collect();
        ended
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
