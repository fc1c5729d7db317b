//! Incidents of what is sent and not heard.

use super::Daemon;
use crate::airing::IncidentKind;
use crate::clock;
use crate::director::Event;
use crate::outcome::Cause;
use crate::problem::Text;

impl Daemon {
    /// Writes down what an event says of that.
    pub(super) fn hear(&mut self, event: &Event) {
        let now = clock::now();
        match event {
            Event::Unheard { slot, cause: Cause::Short, for_ms } => {
                let seconds = for_ms / 1000;
                let detail = Text::new(
                    format!("`{}` im lặng {seconds} giây, bản ghi thì không; hãy nghe thử bản ghi và báo lỗi", slot.0),
                    format!(
                        "`{}` was silent for {seconds} s where its recording is not; listen to it and report this",
                        slot.0
                    ),
                );
                tracing::error!(slot = slot.0, for_ms, "silence is sent where the recording is not silent");
                self.ledger.incident_began(IncidentKind::Silent, now, detail.get(self.lang));
            }
            // Whatever comes next is another sound.
            Event::Ended { .. } => self.ledger.incident_ended(IncidentKind::Silent, now),
            _ => {}
        }
    }
}
