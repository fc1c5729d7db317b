//! What becomes of the recordings in the player's hands when the line goes, or the player does.

use super::Place;
use super::desk::{Desk, Held, Ready, Stage};
use super::on_air::Left;
use crate::audio::line::Lost;
use crate::clock::{self, Reading};
use crate::director::{End, Event};

impl Desk {
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
