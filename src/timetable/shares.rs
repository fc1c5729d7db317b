//! A month's plan held against the ward's limits for praise and criticism: told while there is time to record more.

use super::bars::Item;
use super::ground::Ground;
use crate::problem::{Place, Problem, Text};
use crate::programme::particulars::Tone;
use crate::station::{Imbalance, Shares};

/// The shares of the minutes about administrative reform that are outside the limits if all of `airing`, what nothing
/// bars, airs as planned. That nothing criticises is told elsewhere.
pub(super) fn outside(ground: &Ground<'_>, airing: &[&Item<'_>], place: Option<&Place>) -> Vec<Problem> {
    let mut shares = Shares::default();
    for slot in airing.iter().map(|item| &item.slot).filter(|slot| slot.is_reform()) {
        let ms = slot.airtime_ms().unwrap_or(0);
        shares.total_ms += ms;
        match slot.particulars.tone {
            Some(Tone::Praise) => shares.praise_ms += ms,
            Some(Tone::Criticism) => shares.criticism_ms += ms,
            Some(Tone::Neutral) => shares.neutral_ms += ms,
            Some(Tone::Guidance | Tone::Notice) | None => {}
        }
    }
    let found = ground.station.balance.held_against(&shares);
    found.into_iter().filter_map(|imbalance| problem(imbalance, place.cloned())).collect()
}

fn problem(imbalance: Imbalance, place: Option<Place>) -> Option<Problem> {
    let (vi, en, share, limit) = match imbalance {
        Imbalance::OneWay => return None,
        Imbalance::CriticismUnder(share, limit) | Imbalance::CriticismOver(share, limit) => {
            ("phê phán, góp ý", "criticism", share, limit)
        }
        Imbalance::PraiseOver(share, limit) => ("biểu dương", "praise", share, limit),
        Imbalance::NeutralOver(share, limit) => ("phản ánh", "neutral telling", share, limit),
    };
    let (vi_than, en_than) = if share < limit { ("dưới", "below") } else { ("vượt", "over") };
    let (share, tenths, limit) = (share / 10, share % 10, limit / 10);
    let message = Text::new(
        format!("{vi} chiếm {share},{tenths} % số phút CCHC, {vi_than} mức {limit} % của phường"),
        format!("{en} has {share}.{tenths}% of the minutes about reform, {en_than} the ward's limit of {limit}%"),
    );
    let help = Text::new(
        "thêm hoặc bớt tiết mục có `tone` này, hoặc sửa `[balance]` trong `station.toml`",
        "add or drop segments of this `tone`, or change `[balance]` in `station.toml`",
    );
    Some(Problem::warning("out-of-balance", place, message, help))
}
