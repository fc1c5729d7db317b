//! What becomes of the recordings in the player's hands when the line goes, when the program stands still, or the player ends.

use std::time::Duration;

use super::Place;
use super::desk::{Desk, Held, Ready, Stage};
use super::on_air::Left;
use crate::audio::line::Lost;
use crate::clock::{self, Reading};
use crate::director::{End, Event};
use crate::system::share::Rest;

/// A rest that was longer than it was to be by so much was a stop, in ms.
const STOOD_STILL_MS: u64 = 100;

impl Desk {
    /// A rest that took longer than it was to, though the PC was free, is a stop: what sounds stood still with us.
    pub(super) fn note_rest(&mut self, rest: &Rest, at_most: Duration) {
        // Stopped or busy, so long the line's clock may have gone without us.
        let over_ms = rest.over_ms(at_most);
        if over_ms >= STOOD_STILL_MS
            && let Some(line) = self.keeper.line()
        {
            line.stood_still(over_ms);
        }
        let stood_still_ms = rest.stood_still_ms(at_most);
        if stood_still_ms < STOOD_STILL_MS {
            return;
        }
        for held in self.held.values_mut() {
            if let Stage::OnAir(on_air) = &mut held.stage {
                on_air.note_stood_still(stood_still_ms);
            }
        }
    }

    pub(super) fn lose(&mut self, lost: Lost) {
        let now = clock::both();
        self.abandon_all(now, &End::Line);
        let why = lost.text();
        if let Some(line) = self.keeper.line() {
            let device = line.device().to_owned();
            tracing::error!(device, xruns = line.xruns(), "line lost: {}", why.en);
            self.tell(Event::LineLost { device, why });
        }
        self.keeper.close();
    }

    fn abandon_all(&mut self, now: Reading, end: &End) {
        let mut news = Vec::new();
        let Some(line) = self.keeper.line() else { return };
        for (slot, Held { arming, stage }) in std::mem::take(&mut self.held) {
            let stage = match stage {
                Stage::OnAir(on_air) => match on_air.abandon(line, now, end.clone(), &mut news) {
                    Left::Whole { copy, at } => {
                        Stage::Armed { copy, supply: Ready::No, air: Some(Place { at, after: None }) }
                    }
                    Left::Nothing => continue,
                },
                other => other,
            };
            self.held.insert(slot, Held { arming, stage });
        }
        for event in news {
            self.tell(event);
        }
    }

    pub(super) fn shut_down(&mut self) {
        self.tend_line();
        self.abandon_all(clock::both(), &End::Cut);
        for (slot, held) in std::mem::take(&mut self.held) {
            if let Stage::Arming { air: Some(_) }
            | Stage::Armed { air: Some(_), .. }
            | Stage::Tuned { air: Some(_), .. } = held.stage
            {
                self.tell_unheard(slot, End::Cut);
            }
        }
        self.keeper.close();
    }
}
