//! Incidents of what is sent and not heard.

use super::Daemon;
use crate::airing::IncidentKind;
use crate::clock;
use crate::director::{Event, MonitorNews};
use crate::outcome::Cause;
use crate::player::Order;
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
            Event::Monitor(news) => self.monitor_says(news),
            // Whatever comes next is another sound.
            Event::Ended { .. } => self.ledger.incident_ended(IncidentKind::Silent, now),
            _ => {}
        }
    }

    fn monitor_says(&mut self, news: &MonitorNews) {
        let now = clock::now();
        match news {
            MonitorNews::Hears { device } => {
                tracing::info!(device, "the monitor listens");
                self.ledger.incident_ended(IncidentKind::Monitor, now);
            }
            MonitorNews::Lost { device, why } => {
                tracing::error!(device, why, "the monitor is lost: nothing says whether the line sounds");
                let detail = Text::new(
                    format!(
                        "`{device}`: {why}; hãy xem thiết bị và tên ở `monitor`; trong lúc này không ai nghe kiểm tra"
                    ),
                    format!("`{device}`: {why}; look at the device and at `monitor`; nothing hears the line meanwhile"),
                );
                self.ledger.incident_began(IncidentKind::Monitor, now, detail.get(self.lang));
                // What it would hear now nobody knows.
                self.ledger.incident_ended(IncidentKind::LineSilent, now);
            }
            MonitorNews::Silent { device, since } => {
                tracing::error!(device, %since, "the line does not sound");
                let detail = Text::new(
                    format!(
                        "`{device}` không nghe thấy tiếng đang phát; hãy xem âm lượng, dây và máy tăng âm, rồi thử `loa tone`"
                    ),
                    format!(
                        "`{device}` does not hear what is sent; look at volume, cable and amplifier, then try `loa tone`"
                    ),
                );
                self.ledger.incident_began(IncidentKind::LineSilent, *since, detail.get(self.lang));
            }
            MonitorNews::Sounds => {
                tracing::info!("the line sounds again");
                self.ledger.incident_ended(IncidentKind::LineSilent, now);
            }
        }
    }

    /// Has the player listen where `station.toml` says.
    pub(super) fn note_monitor(&mut self) {
        let Some(station) = self.schedules.good_station() else { return };
        if self.player.is_some() && self.monitor != station.line.monitor {
            self.monitor.clone_from(&station.line.monitor);
            self.order(Order::Listen { device: self.monitor.clone() });
            for kind in [IncidentKind::Monitor, IncidentKind::LineSilent] {
                self.ledger.incident_ended(kind, clock::now());
            }
        }
    }
}
