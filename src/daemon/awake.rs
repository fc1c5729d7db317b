//! Keeps the PC from sleeping through a broadcast: awake from ten minutes before it to its end, and woken for it where
//! the system lets us set the alarm of its clock. Nothing waits for either, and neither holds an airing up.

use std::io::ErrorKind;
use std::sync::{Arc, OnceLock};

use jiff::{SignedDuration, Timestamp};

use super::Daemon;
use crate::clock;
use crate::director::Outlook;
use crate::doctor::Sleeps;
use crate::files;
use crate::problem::Text;
use crate::system::awake::Awake;
use crate::system::sleep;
use crate::system::wake::WakeAlarm;

/// So long before the next sound the PC must not go to sleep any more, and is woken if it did.
const AHEAD: SignedDuration = SignedDuration::from_mins(10);
/// After a refusal it is asked again so much later, in ms.
const ASK_AGAIN_MS: u64 = 600_000;

/// What the daemon does against sleep.
#[derive(Debug)]
pub(super) struct Wakefulness {
    holds: Option<Awake>,
    /// Why the system refuses, and when by the steady clock it is asked again.
    refused: Option<(String, u64)>,
    /// Whether the PC goes to sleep by itself at all; asked when the system first refuses.
    sleeps: Arc<OnceLock<Sleeps>>,
    alarm: Option<WakeAlarm>,
    /// What the alarm is set to.
    alarm_at: Option<Timestamp>,
    /// When by the steady clock it is set again after it could not be.
    alarm_again_ms: u64,
}

impl Default for Wakefulness {
    fn default() -> Wakefulness {
        Wakefulness {
            holds: None,
            refused: None,
            sleeps: Arc::default(),
            alarm: WakeAlarm::of_this_pc(),
            alarm_at: None,
            alarm_again_ms: 0,
        }
    }
}

/// Whether the PC must stay awake.
fn must_be_awake(outlook: Outlook, now: Timestamp) -> bool {
    outlook.on_air || outlook.next.is_some_and(|next| next.duration_since(now) <= AHEAD)
}

/// When the PC is to be woken, if it sleeps until then.
fn wakes_at(outlook: Outlook, now: Timestamp) -> Option<Timestamp> {
    let at = outlook.next?.checked_sub(AHEAD).ok()?;
    (at > now).then_some(at)
}

impl Daemon {
    /// Due at each turn of the loop.
    pub(super) fn tend_wakefulness(&mut self) {
        let (now, uptime_ms, outlook) = (clock::now(), clock::awake_or_asleep_ms(), self.director.outlook());
        let awake = &mut self.wakefulness;
        awake.hold(must_be_awake(outlook, now), uptime_ms);
        awake.set_alarm(wakes_at(outlook, now), now, uptime_ms);
    }
}

impl Wakefulness {
    fn hold(&mut self, wanted: bool, uptime_ms: u64) {
        if !wanted {
            (self.holds, self.refused) = (None, None);
            return;
        }
        if let Some(why) = self.holds.as_ref().and_then(Awake::refusal) {
            self.refuse(why, uptime_ms);
        }
        let waits = self.refused.as_ref().is_some_and(|(_, again_ms)| uptime_ms < *again_ms);
        if self.holds.is_none() && !waits {
            match Awake::hold("đang phát hoặc sắp phát") {
                Ok(awake) => self.holds = Some(awake),
                Err(error) => self.refuse(error.to_string(), uptime_ms),
            }
        }
    }

    fn refuse(&mut self, why: String, uptime_ms: u64) {
        self.holds = None;
        let again = self.refused.as_ref().is_some_and(|(before, _)| *before == why);
        if !again {
            tracing::warn!(why, "the system does not let Loa keep it awake");
            self.ask_whether_it_sleeps();
        }
        self.refused = Some((why, uptime_ms + ASK_AGAIN_MS));
    }

    /// Programs of the desktop's may be asked for it: on a thread of its own.
    fn ask_whether_it_sleeps(&self) {
        let answer = Arc::clone(&self.sleeps);
        let ask = move || {
            let _ = answer.set(sleep::sleeps());
        };
        if let Err(error) = std::thread::Builder::new().name("sleep".into()).spawn(ask) {
            tracing::debug!(%error, "nobody asks whether the PC sleeps");
            let _ = self.sleeps.set(Sleeps::Unknown);
        }
    }

    fn set_alarm(&mut self, wanted: Option<Timestamp>, now: Timestamp, uptime_ms: u64) {
        let Some(alarm) = &self.alarm else { return };
        if wanted == self.alarm_at || uptime_ms < self.alarm_again_ms {
            return;
        }
        let seconds = wanted.map(|at| u64::try_from(at.duration_since(now).as_secs()).unwrap_or(0));
        let set = match seconds {
            Some(seconds) => alarm.set_in(seconds),
            None => alarm.clear(),
        };
        match set {
            Ok(()) => self.alarm_at = wanted,
            Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => {
                tracing::info!(%error, "the PC cannot be woken for a broadcast: it must not sleep");
                self.alarm = None;
            }
            // Some hardware clocks know no alarm that is over a day away.
            Err(error) => {
                tracing::debug!(%error, "the alarm of the hardware clock is not set");
                self.alarm_again_ms = uptime_ms + ASK_AGAIN_MS;
            }
        }
    }

    /// The clock stepped: what was set by it is set anew.
    pub(super) fn clock_moved(&mut self) {
        (self.alarm_at, self.alarm_again_ms) = (None, 0);
    }

    /// Lets go of all of it: a PC that somebody switches off stays off.
    pub(super) fn let_go(&mut self) {
        self.holds = None;
        if let (Some(alarm), Some(_)) = (&self.alarm, self.alarm_at.take()) {
            let _ = alarm.clear();
        }
    }

    /// Whether the PC would be woken for a broadcast if it slept: with the rights and in the bounds that the daemon runs with.
    pub(super) fn wakes(&self) -> bool {
        self.alarm.as_ref().is_some_and(WakeAlarm::may_be_set)
    }

    /// Whether the PC is kept awake now, as far as the system has not refused.
    pub(super) fn holds(&self) -> bool {
        self.holds.is_some()
    }

    /// Whether the PC goes to sleep by itself, or may: known once the system has refused.
    pub(super) fn may_sleep(&self) -> bool {
        self.sleeps.get().is_some_and(|sleeps| *sleeps != Sleeps::Never)
    }

    /// Why the system does not let us keep it awake, if it does not.
    pub(super) fn refusal(&self) -> Option<Text> {
        let (why, _) = self.refused.as_ref()?;
        let why = files::quoted(why);
        Some(Text::new(
            format!("Loa không giữ được máy thức ({}); hãy tắt chế độ ngủ của máy", why.vi),
            format!("Loa cannot keep the PC awake ({}); switch its sleep off", why.en),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn next(second: i64) -> Outlook {
        Outlook { on_air: false, next: Some(at(second)) }
    }

    #[test]
    fn awake_from_ten_minutes_before_a_sound_to_its_end_and_woken_for_it() {
        for (outlook, now_s, awake, woken_s) in [
            (next(10_000), 9_399, false, Some(9_400)),
            (next(10_000), 9_400, true, None),
            (next(10_000), 10_030, true, None),
            (Outlook { on_air: true, next: Some(at(99_000)) }, 10_060, true, Some(98_400)),
            (Outlook { on_air: true, next: None }, 10_060, true, None),
            (Outlook::default(), 10_120, false, None),
        ] {
            let found = (must_be_awake(outlook, at(now_s)), wakes_at(outlook, at(now_s)));
            assert_eq!(found, (awake, woken_s.map(at)), "{outlook:?} at {now_s}");
        }
    }

    #[test]
    fn the_alarm_is_set_once_for_a_broadcast_and_taken_back_at_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("wakealarm");
        let said = || std::fs::read_to_string(&file).unwrap_or_default();
        let mut awake = Wakefulness { alarm: Some(WakeAlarm::at(&file)), ..Wakefulness::default() };
        awake.set_alarm(Some(at(9_400)), at(9_000), 0);
        assert_eq!(said(), "+400");
        std::fs::write(&file, "as the kernel shows it").unwrap();
        awake.set_alarm(Some(at(9_400)), at(9_100), 0);
        assert_eq!(said(), "as the kernel shows it", "it is set already");
        awake.clock_moved();
        awake.set_alarm(Some(at(9_400)), at(8_000), 0);
        assert_eq!(said(), "+1400");
        awake.let_go();
        assert_eq!(said(), "0");
    }

    #[test]
    fn an_alarm_that_cannot_be_set_yet_is_set_later() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rtc/wakealarm");
        let mut awake = Wakefulness { alarm: Some(WakeAlarm::at(&file)), ..Wakefulness::default() };
        awake.set_alarm(Some(at(9_400)), at(9_000), 0);
        std::fs::create_dir(folder.path().join("rtc")).unwrap();
        awake.set_alarm(Some(at(9_400)), at(9_010), ASK_AGAIN_MS - 1);
        assert!(!file.exists(), "not at once");
        awake.set_alarm(Some(at(9_400)), at(9_010), ASK_AGAIN_MS);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "+390");
    }

    #[test]
    fn a_refusal_is_kept_and_not_asked_again_at_once() {
        for (sleeps, is_warned) in [(Sleeps::Unknown, true), (Sleeps::AfterMinutes(20), true), (Sleeps::Never, false)] {
            let sleeps = Arc::new(OnceLock::from(sleeps));
            let mut awake = Wakefulness { alarm: None, sleeps, ..Wakefulness::default() };
            awake.refuse("Access denied".into(), 1_000);
            awake.hold(true, 1_000 + ASK_AGAIN_MS - 1);
            assert!(awake.holds.is_none());
            assert!(awake.refusal().is_some_and(|why| why.en.contains("Access denied")));
            assert_eq!(awake.may_sleep(), is_warned);
            awake.hold(false, 2_000);
            assert_eq!(awake.refusal(), None);
        }
    }
}
