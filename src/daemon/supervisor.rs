//! What the system's supervisor is told: that we are ready, what we do, and that we live. It is told that only while the
//! loop, the player and the ledger's writer each moved of late: one that hangs has the whole daemon started anew.

use std::time::Duration;

use jiff::Timestamp;

use super::Daemon;
use crate::cells;
use crate::clock;
use crate::ledger::Health;
use crate::problem::Lang;

/// A thread that is asked more often than this may be asleep in peace.
const SHORTEST_MS: u64 = 10_000;

/// What the supervisor knows.
#[derive(Debug)]
pub(super) struct Supervisor {
    /// Somebody listens.
    is_there: bool,
    /// How long it waits for a sign of life; none where nobody does.
    watchdog: Option<Duration>,
    fed_ms: u64,
    player: Pulse,
    ledger: Pulse,
    stuck: Option<&'static str>,
    status: String,
    /// It asked for the schedules to be read, and waits.
    reloading: bool,
}

/// A count that goes on while something lives.
#[derive(Clone, Copy, Debug, Default)]
struct Pulse {
    count: u64,
    moved_ms: u64,
}

impl Pulse {
    fn take(&mut self, count: u64, now_ms: u64) {
        if self.count != count {
            *self = Pulse { count, moved_ms: now_ms };
        }
    }

    fn beats(&self, now_ms: u64, within_ms: u64) -> bool {
        now_ms.saturating_sub(self.moved_ms) <= within_ms
    }
}

impl Supervisor {
    pub fn new() -> Supervisor {
        let watchdog = system::watchdog();
        if let Some(watchdog) = watchdog {
            tracing::info!(?watchdog, "the supervisor waits for signs of life");
        }
        Supervisor::waiting_for(watchdog, clock::awake_or_asleep_ms())
    }

    fn waiting_for(watchdog: Option<Duration>, now_ms: u64) -> Supervisor {
        let pulse = Pulse { count: 0, moved_ms: now_ms };
        Supervisor {
            is_there: system::is_there(),
            watchdog,
            fed_ms: 0,
            player: pulse,
            ledger: pulse,
            stuck: None,
            status: String::new(),
            reloading: false,
        }
    }

    /// How long the loop may wait at most.
    pub fn wait(&self) -> Option<Duration> {
        self.watchdog.map(|watchdog| watchdog / 4)
    }

    /// Takes in what each thread has done so far; whether a sign of life is due. `rounds` are the player's, none while
    /// there is none; a ledger with nothing to write is well.
    fn is_due(&mut self, now_ms: u64, rounds: Option<u64>, ledger: &Health) -> bool {
        let Some(watchdog) = self.watchdog else { return false };
        let every_ms = u64::try_from(watchdog.as_millis()).unwrap_or(u64::MAX);
        let within_ms = every_ms.max(SHORTEST_MS);
        self.player.take(rounds.unwrap_or(now_ms), now_ms);
        self.ledger.take(if ledger.waiting == 0 { now_ms } else { ledger.answers }, now_ms);
        let pulses = [("player", self.player), ("ledger", self.ledger)];
        let stuck = pulses.into_iter().find(|(_, pulse)| !pulse.beats(now_ms, within_ms)).map(|(name, _)| name);
        if stuck != self.stuck {
            match stuck {
                Some(thread) => tracing::error!(thread, "a thread hangs: the supervisor is told nothing more"),
                None => tracing::info!("all threads move again"),
            }
            self.stuck = stuck;
        }
        let due = stuck.is_none() && now_ms.saturating_sub(self.fed_ms) >= every_ms / 4;
        if due {
            self.fed_ms = now_ms;
        }
        due
    }

    pub fn ready(&self) {
        system::tell(&[Word::Ready]);
    }

    pub fn stopping(&self) {
        system::tell(&[Word::Stopping]);
    }

    pub fn reloading(&mut self) {
        self.reloading = true;
        system::tell(&[Word::Reloading]);
    }

    /// The schedules were read.
    pub fn reloaded(&mut self) {
        if std::mem::take(&mut self.reloading) {
            self.ready();
        }
    }
}

impl Daemon {
    /// Tells the supervisor what is due; at each turn of the loop.
    pub(super) fn tend_supervisor(&mut self) {
        if !self.supervisor.is_there {
            return;
        }
        let rounds = self.player.as_ref().map(crate::player::Player::rounds);
        if self.supervisor.is_due(clock::awake_or_asleep_ms(), rounds, &self.ledger.health()) {
            system::tell(&[Word::Alive]);
        }
        let status = self.in_a_line();
        if status != self.supervisor.status {
            system::tell(&[Word::Status(&status)]);
            self.supervisor.status = status;
        }
    }

    /// What is on air and what comes next.
    fn in_a_line(&self) -> String {
        let now = clock::now();
        let zone = self.schedules.zone();
        let next = self.director.next_after(now);
        let time = |at: Timestamp| cells::on_clock(at, &zone).strftime("%H:%M:%S %d/%m").to_string();
        let next = next.map(|slot| format!("{} {}", time(slot.planned), slot.title));
        let on_air = self.director.heard_now().map(|slot| slot.title.as_str());
        let line = self.line.code();
        match self.lang {
            Lang::Vi => format!(
                "đang phát: {} · tiếp theo: {} · đường loa: {line}",
                on_air.unwrap_or("không"),
                next.as_deref().unwrap_or("không có gì"),
            ),
            Lang::En => format!(
                "on air: {} · next: {} · line: {line}",
                on_air.unwrap_or("nothing"),
                next.as_deref().unwrap_or("nothing"),
            ),
        }
    }
}

/// What the system's supervisor can be told.
enum Word<'a> {
    Ready,
    Reloading,
    Stopping,
    Alive,
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "nobody listens there"))]
    Status(&'a str),
}

/// systemd's socket.
#[cfg(target_os = "linux")]
mod system {
    use std::time::Duration;

    use sd_notify::NotifyState;

    use super::Word;

    pub fn is_there() -> bool {
        std::env::var_os("NOTIFY_SOCKET").is_some()
    }

    pub fn watchdog() -> Option<Duration> {
        sd_notify::watchdog_enabled()
    }

    /// Says it; where nobody listens, to nobody.
    pub fn tell(words: &[Word<'_>]) {
        let mut states = Vec::new();
        for word in words {
            match word {
                Word::Ready => states.push(NotifyState::Ready),
                // A supervisor since version 253 wants the instant with it.
                Word::Reloading => {
                    states.push(NotifyState::Reloading);
                    states.extend(NotifyState::monotonic_usec_now());
                }
                Word::Stopping => states.push(NotifyState::Stopping),
                Word::Alive => states.push(NotifyState::Watchdog),
                Word::Status(text) => states.push(NotifyState::Status(text)),
            }
        }
        if let Err(error) = sd_notify::notify(&states) {
            tracing::warn!(%error, "the supervisor cannot be told");
        }
    }
}

/// Elsewhere nobody listens: Windows asks its services by itself.
#[cfg(not(target_os = "linux"))]
mod system {
    use std::time::Duration;

    use super::Word;

    pub fn is_there() -> bool {
        false
    }

    pub fn watchdog() -> Option<Duration> {
        None
    }

    pub fn tell(_: &[Word<'_>]) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger(waiting: usize, answers: u64) -> Health {
        Health { waiting, answers, ..Health::default() }
    }

    /// The instants of the signs of life over a minute, asked each half second of a world that `at` describes.
    fn fed(watchdog: Duration, at: impl Fn(u64) -> (Option<u64>, Health)) -> Vec<u64> {
        let mut supervisor = Supervisor::waiting_for(Some(watchdog), 0);
        let is_due = |ms: &u64| {
            let (rounds, health) = at(*ms);
            supervisor.is_due(*ms, rounds, &health)
        };
        (0..=60_000).step_by(500).filter(is_due).collect()
    }

    #[test]
    fn signs_of_life_come_at_a_quarter_of_what_is_waited_for() {
        let well = |ms| (Some(ms), ledger(0, 0));
        assert_eq!(fed(Duration::from_secs(60), well), [15_000, 30_000, 45_000, 60_000]);
        assert_eq!(fed(Duration::from_millis(500), well).len(), 120);
        assert_eq!(
            Supervisor::waiting_for(Some(Duration::from_millis(500)), 0).wait(),
            Some(Duration::from_millis(125))
        );
        let mut unwatched = Supervisor::waiting_for(None, 0);
        assert!(!unwatched.is_due(60_000, Some(1), &ledger(0, 0)));
    }

    #[test]
    fn one_thread_that_hangs_ends_them() {
        let watchdog = Duration::from_secs(20);
        let last = |fed: Vec<u64>| fed.into_iter().max();
        assert_eq!(last(fed(watchdog, |ms| (Some(ms.min(10_000)), ledger(0, 0)))), Some(30_000), "the player at 10 s");
        assert_eq!(last(fed(watchdog, |ms| (Some(ms), ledger(3, ms.min(10_000))))), Some(30_000), "the ledger at 10 s");
        let refused = |ms| (Some(ms), ledger(3, ms));
        assert_eq!(last(fed(watchdog, refused)), Some(60_000), "a disk that refuses has answered");
        assert_eq!(last(fed(watchdog, |_| (None, ledger(0, 0)))), Some(60_000), "no line is named yet");
    }
}
