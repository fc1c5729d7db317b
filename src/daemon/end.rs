//! How a run ends: in order, with its log closed, its last alerts out and the amplifier off.

use std::time::Duration;

use super::Daemon;
use crate::clock;
use crate::player::Order;

/// How long a stop may take for the last alerts: with the wait for an amplifier that cannot be switched off, which is one of
/// them, it stays within its five seconds.
const LAST_ALERTS: Duration = Duration::from_secs(1);

impl Daemon {
    pub(super) fn end(&mut self) {
        if !self.ended {
            self.ended = true;
            self.amplifier_off();
            self.wakefulness.let_go();
            self.order(Order::Shutdown);
            self.ledger.end_run(clock::now(), "stopped").wait(LAST_ALERTS);
            tracing::info!("stopped");
        }
    }

    pub(super) fn is_done(&self) -> bool {
        let nothing_ahead = self.director.ahead().next().is_none() && !self.director.has_moved();
        self.director.on_air().is_none() && nothing_ahead && !self.director.waits_for_the_monitor()
    }
}
