//! The player's ear: sets what a monitor hears of the line against what was sent to it.

use super::on_air::OnAir;
use crate::audio::line::Line;
use crate::audio::line::meter::STEP_FRAMES;
use crate::audio::line::monitor::{Monitor, News, Stretch};
use crate::clock::Reading;
use crate::director::{Event, LAST_WORD_MS, MonitorNews};
use crate::hearing::{Hearing, Silence, Verdict};
use crate::outcome::Cause;
use crate::timetable::SlotId;

/// How much longer an airing was not heard each time it is told, in ms.
const TELL_MS: u64 = 1_000;
/// When it is told first, in ms: half of a short ident is less than a second.
const TELL_FIRST_MS: u64 = 500;
/// Slots of which it is remembered what was told.
const TOLD: usize = 8;

/// The monitor, where the station has one, and what it comes to.
#[derive(Default)]
pub(super) struct Ear {
    device: String,
    monitor: Option<Monitor>,
    heard: Option<rtrb::Consumer<Stretch>>,
    hearing: Hearing,
    verdict: Option<Verdict>,
    /// Of what it was told that it was not heard, and for how long; the latest last.
    told: Vec<Told>,
    /// What has ended so lately that the monitor may still have to say something of it.
    past: Vec<Sounded>,
    /// It was told to listen elsewhere, or no more, and nobody was told of that yet.
    is_news: bool,
}

/// What sounded from when to when, in ms of the monotonic clock.
struct Sounded {
    slot: SlotId,
    from_ms: u64,
    to_ms: u64,
}

/// What was told of a slot that is not heard.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    slot: SlotId,
    /// The last stretch so far, in ms of the monotonic clock.
    last: Silence,
    /// Those before it, in ms.
    before_ms: u64,
}

impl Told {
    /// What is to be told of `slot`, of which `last` is not heard.
    fn of(slot: &SlotId, last: Silence, before: Option<&Told>) -> Told {
        let before_ms = before.map_or(0, |told| {
            let is_the_same = last.from_ms < told.last.to_ms;
            if is_the_same { told.before_ms } else { told.all_ms() }
        });
        Told { slot: slot.clone(), last, before_ms }
    }

    /// In all, in ms: a line that sounds for a moment now and then is not heard either.
    fn all_ms(&self) -> u64 {
        self.before_ms + self.last.to_ms.saturating_sub(self.last.from_ms)
    }
}

fn ms(ns: u64) -> f64 {
    ns as f64 / 1e6
}

impl Ear {
    /// Listens at `device`, or no more.
    pub fn listen(&mut self, device: Option<String>) {
        *self = Ear { is_news: true, ..Ear::default() };
        let Some(device) = device else { return };
        match Monitor::start(&device) {
            Ok(monitor) => self.monitor = Some(monitor),
            Err(error) => tracing::error!("no thread to listen on: {error}"),
        }
        self.device = device;
    }

    /// Takes in what left for the device.
    pub fn sent(&mut self, stretches: &[Stretch]) {
        if self.monitor.is_some() {
            for Stretch { from_ns, to_ns, power } in stretches {
                self.hearing.sent(ms(*from_ns), ms(*to_ns), *power);
            }
        }
    }

    /// Hears, judges, and says what is new.
    pub fn tend(&mut self, line: Option<&Line>, now: Reading) -> Vec<Event> {
        // Told in its turn, behind all that the one before it said: nobody is to wait for the word of one that listens no more.
        let dismissed = std::mem::take(&mut self.is_news).then_some(Event::Monitor(MonitorNews::Dismissed));
        let mut news = Vec::from_iter(dismissed);
        let Some(monitor) = &self.monitor else { return news };
        while let Some(told) = monitor.news() {
            let device = self.device.clone();
            self.hearing.begin_anew();
            self.verdict = None;
            news.push(Event::Monitor(match told {
                News::Hears(heard) => {
                    self.heard = Some(heard);
                    MonitorNews::Hears { device }
                }
                News::Lost(why) => {
                    self.heard = None;
                    MonitorNews::Lost { device, why }
                }
            }));
        }
        while let Some(Ok(Stretch { from_ns, to_ns, power })) = self.heard.as_mut().map(rtrb::Consumer::pop) {
            self.hearing.heard(ms(from_ns), ms(to_ns), power);
        }
        // What was rendered last is not measured yet.
        let measured = line.map(|line| (line, line.rendered_frames().saturating_sub(STEP_FRAMES)));
        let Some(until_ns) = measured.and_then(|(line, frame)| line.map().heard_ns(frame)) else { return news };
        let verdict = self.hearing.judge(ms(until_ns));
        match (self.verdict, verdict) {
            (Some(Verdict::Silent { .. }), Verdict::Silent { .. }) => {}
            (_, Verdict::Silent { since_ms }) => {
                let since = now.wall_at(since_ms * 1_000_000);
                news.push(Event::Monitor(MonitorNews::Silent { device: self.device.clone(), since }));
            }
            (Some(Verdict::Silent { .. }), Verdict::Sounds) => {
                // The verdict comes some seconds behind the sound.
                let heard_ns = self.hearing.silence().map(|silence| silence.to_ms * 1_000_000);
                let since = heard_ns.map_or(now.wall, |ns| now.wall_at(ns));
                news.push(Event::Monitor(MonitorNews::Sounds { since }));
            }
            _ => {}
        }
        self.verdict = Some(verdict);
        news.extend(self.unheard_of_past(now.monotonic_ns / 1_000_000));
        news
    }

    /// Nothing sounds: where the line was silent under what did, that is over.
    pub fn rest(&mut self, now: Reading) -> Option<Event> {
        let over = self.hearing.rest()?;
        self.verdict = Some(Verdict::Unsure);
        Some(Event::Monitor(MonitorNews::Rests { since: now.wall_at(over.to_ms * 1_000_000) }))
    }

    /// That nothing is heard of what has been on air since `began_ns`, where that is so.
    pub fn unheard(&mut self, slot: &SlotId, began_ns: u64) -> Option<Event> {
        // What goes on is not over.
        self.past.retain(|past| past.slot != *slot);
        self.unheard_between(slot, began_ns / 1_000_000, u64::MAX)
    }

    /// It has ended, and was heard from when to when; the monitor's verdict comes some seconds behind the sound.
    pub fn over(&mut self, slot: &SlotId, sounded_ns: Option<(u64, u64)>) {
        if let (Some(_), Some((from_ns, to_ns))) = (&self.monitor, sounded_ns) {
            let (from_ms, to_ms) = (from_ns / 1_000_000, to_ns / 1_000_000);
            self.past.push(Sounded { slot: slot.clone(), from_ms, to_ms });
        }
    }

    fn unheard_of_past(&mut self, now_ms: u64) -> Vec<Event> {
        let mut past = std::mem::take(&mut self.past);
        let tell = |Sounded { slot, from_ms, to_ms }: &Sounded| self.unheard_between(slot, *from_ms, *to_ms);
        let news = past.iter().filter_map(tell).collect();
        past.retain(|past| now_ms < past.to_ms + LAST_WORD_MS);
        self.past = past;
        news
    }

    fn unheard_between(&mut self, slot: &SlotId, from_ms: u64, to_ms: u64) -> Option<Event> {
        let silence = self.hearing.silence()?;
        let last = Silence { from_ms: silence.from_ms.max(from_ms), to_ms: silence.to_ms.min(to_ms) };
        if last.from_ms >= last.to_ms {
            return None;
        }
        // As long as it lasts it is told as it grows; when it is over, its whole length is told.
        let lasts = matches!(self.verdict, Some(Verdict::Silent { .. })) && last.to_ms < to_ms;
        let known = self.told.iter().position(|told| told.slot == *slot);
        let told = Told::of(slot, last, known.map(|place| &self.told[place]));
        let told_ms = known.map_or(0, |place| self.told[place].all_ms());
        let more_ms = match told_ms {
            _ if !lasts => 1,
            0 => TELL_FIRST_MS,
            _ => TELL_MS,
        };
        let for_ms = told.all_ms();
        (for_ms >= told_ms + more_ms).then(|| {
            if let Some(place) = known {
                self.told.remove(place);
            }
            self.told.push(told);
            if self.told.len() > TOLD {
                self.told.remove(0);
            }
            Event::Unheard { slot: slot.clone(), cause: Cause::Line, for_ms }
        })
    }
}

impl OnAir {
    /// What the line was sent of it since it was last asked, and when that is heard.
    pub fn sent_since(&mut self, line: &Line) -> Vec<Stretch> {
        let steps = self.sent.steps();
        let Some(began_frame) = self.began_frame() else { return Vec::new() };
        let gap_frames = self.supply.gap_frames();
        let at = |frame: u64| line.map().heard_ns(began_frame + gap_frames + frame);
        let placed = |(from, to, power)| Some(Stretch { from_ns: at(from)?, to_ns: at(to)?, power });
        steps.into_iter().filter_map(placed).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_that_were_not_heard_of_one_slot_add_up() {
        let slot = SlotId("a".into());
        let silence = |from_ms, to_ms| Silence { from_ms, to_ms };
        let mut told = None;
        for (last, all_ms) in [
            (silence(1_000, 3_000), 2_000),
            // It lasts, and its beginning is known better.
            (silence(900, 5_400), 4_500),
            (silence(9_000, 10_000), 5_500),
            (silence(9_000, 13_400), 8_900),
        ] {
            let now = Told::of(&slot, last, told.as_ref());
            assert_eq!(now.all_ms(), all_ms, "{last:?}");
            told = Some(now);
        }
    }

    /// An ear that has a verdict of its own: what it was sent and what it heard is data.
    struct Listener {
        ear: Ear,
        /// Tenths of a second so far.
        now: u64,
    }

    impl Listener {
        /// As if a monitor were there.
        fn new() -> Listener {
            Listener { ear: Ear::default(), now: 10_000 }
        }

        /// So many tenths of a second go by in which that is sent and that is heard.
        fn pass(&mut self, tenths: u64, sent: f64, heard: f64) {
            for _ in 0..tenths {
                let (from_ms, to_ms) = (self.now as f64 * 100.0, (self.now + 1) as f64 * 100.0);
                if sent > 0.0 {
                    self.ear.hearing.sent(from_ms, to_ms, sent);
                }
                self.ear.hearing.heard(from_ms, to_ms, heard);
                self.ear.verdict = Some(self.ear.hearing.judge(to_ms + 100.0));
                self.now += 1;
            }
        }
    }

    #[test]
    fn what_ended_before_the_monitor_could_tell_is_told_afterwards_and_what_followed_for_itself() {
        const LOUD: f64 = 0.01;
        let (first, second) = (SlotId("a".into()), SlotId("b".into()));
        let mut listener = Listener::new();
        listener.pass(60, 0.0, 0.0);
        let began = listener.now;
        listener.pass(20, LOUD, 0.0);
        assert_eq!(listener.ear.hearing.silence(), None, "it cannot tell yet");
        let ended = listener.now;
        listener.ear.past.push(Sounded { slot: first.clone(), from_ms: began * 100, to_ms: ended * 100 });
        let (mut told, mut of_second) = (Vec::new(), None);
        for _ in 0..60 {
            listener.pass(1, LOUD, 0.0);
            let unheard = listener.ear.unheard(&second, ended * 100_000_000);
            of_second = unheard.or(of_second);
            told.extend(listener.ear.unheard_of_past(listener.now * 100));
        }
        let unheard = |slot: &SlotId, for_ms| Event::Unheard { slot: slot.clone(), cause: Cause::Line, for_ms };
        assert_eq!(told.last(), Some(&unheard(&first, 2_000)), "{told:?}");
        let Some(Event::Unheard { slot, for_ms, .. }) = of_second else { panic!("nothing is told of the second") };
        assert!(slot == second && (4_000..=5_900).contains(&for_ms), "{for_ms}");
        assert!(listener.ear.past.is_empty(), "five seconds are over");
    }
}
