//! The player's thread: every recording in its hands, and the line.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use jiff::Timestamp;

use super::arm::{self, ArmedCopy};
use super::ear::Ear;
use super::keeper::{Keeper, say_silenced};
use super::level::Level;
use super::on_air::{OnAir, Over};
use super::relay::Tuned;
use super::spot::{CUE_NS, Spot, hand_over, is_due};
use super::supply::{Format, Opened};
use super::{Measures, Message, NOTHING_ON_AIR, Order, Place, Settings};
use crate::audio::line::deck::{Fact, TakeId};
use crate::civil::DayGain;
use crate::clock::{self, Reading};
use crate::director::{After, End, Event};
use crate::home::Home;
use crate::problem::Text;
use crate::system::share::Rest;
use crate::timetable::SlotId;

/// The longest the player sleeps while something is on air; its ring holds seven times that.
const ON_AIR_NS: u64 = 200_000_000;
/// The same while something waits in the deck for its instant: a line that runs dry before it is to be noticed.
const WAITING_NS: u64 = 50_000_000;
/// How often it is asked whether what is due can go.
const SETTLING_NS: u64 = 20_000_000;
/// The shortest fade: no click.
pub(super) const FADE_MS: u32 = 10;

pub(super) struct Desk {
    pub audio_dir: PathBuf,
    pub armed_dir: PathBuf,
    pub measures: Arc<dyn Measures>,
    /// How what airs is to sound; the device it names counted when the player was started.
    pub settings: Settings,
    level: Level,
    pub messages: Sender<Message>,
    pub keeper: Keeper,
    ear: Ear,
    facts: Sender<Event>,
    /// Rounds so far.
    pub rounds: Arc<AtomicU64>,
    /// Of the line as it is open now.
    pub xruns: Arc<AtomicU64>,
    /// The mean power of what was sent last, as the bits of an `f64`; 0 where nothing is sent.
    pub sent_power: Arc<AtomicU64>,
    /// What is ready of what sounds, in ms; [`NOTHING_ON_AIR`] while nothing does.
    pub ring_ms: Arc<AtomicU64>,
    pub held: BTreeMap<SlotId, Held>,
    /// The last number given to an arming or a take.
    number: u64,
    /// What was last said of the line being silenced.
    silenced: bool,
}

/// A slot in the player's hands.
pub(super) struct Held {
    pub arming: u64,
    pub stage: Stage,
}

pub(super) enum Stage {
    /// Being copied and opened; ordered on air as `air` says all the same.
    Arming { air: Option<Place> },
    /// Copied.
    Armed { copy: ArmedCopy, supply: Ready, air: Option<Place> },
    /// A relay being tuned in.
    Tuned { tuned: Box<Tuned>, air: Option<Place> },
    /// With the line.
    OnAir(Box<OnAir>),
}

/// Whether an armed recording is open for the line as it is.
pub(super) enum Ready {
    No,
    Underway,
    Yes(Box<Opened>),
}

/// Where a slot stands after a step; none if it is done with.
pub(super) type Step = Option<Stage>;

/// An armed recording, and where it goes if its turn has come.
struct Armed {
    copy: ArmedCopy,
    supply: Ready,
    air: Option<Place>,
    spot: Option<Spot>,
}

impl Desk {
    pub fn new(
        home: &Home,
        keeper: Keeper,
        settings: Settings,
        measures: Arc<dyn Measures>,
        facts: Sender<Event>,
        messages: Sender<Message>,
    ) -> Desk {
        Desk {
            audio_dir: home.audio(),
            armed_dir: home.armed(),
            measures,
            facts,
            messages,
            keeper,
            settings,
            level: Level::default(),
            ear: Ear::default(),
            rounds: Arc::default(),
            xruns: Arc::default(),
            sent_power: Arc::default(),
            ring_ms: Arc::new(AtomicU64::new(NOTHING_ON_AIR)),
            held: BTreeMap::new(),
            number: 0,
            silenced: false,
        }
    }

    /// Until it is told to shut down.
    pub fn run(mut self, inbox: &Receiver<Message>) {
        arm::clear(&self.armed_dir);
        loop {
            self.round();
            let (rest, at_most) = (Rest::begin(), self.sleep());
            let received = inbox.recv_timeout(at_most);
            self.note_rest(&rest, at_most);
            let mut message = match received {
                Ok(message) => Some(message),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            // All that waits at once: a cut and the start behind it then meet the same block of the line.
            while let Some(next) = message {
                if matches!(next, Message::Order(Order::Shutdown)) {
                    self.shut_down();
                    return;
                }
                self.take_message(next);
                message = inbox.try_recv().ok();
            }
        }
    }

    fn take_message(&mut self, message: Message) {
        match message {
            Message::Order(Order::Arm { slot, files, from_ms, tone }) => self.arm(slot, files, from_ms, tone),
            Message::Order(Order::Tune { slot, source, fallback, until }) => {
                self.tune(slot, source, fallback, until);
            }
            Message::Order(Order::Air { slot, at, after }) => {
                self.air(slot, Place { at, after });
            }
            Message::Order(Order::Cut { slot, at, fade_ms }) => self.cut(slot, at, fade_ms),
            // Ordered on air already, its airing has to end; else it goes without a word.
            Message::Order(Order::Disarm { slot }) => self.cut(slot, Timestamp::MIN, FADE_MS),
            Message::Order(Order::Sound(settings)) => self.settings = settings,
            Message::Order(Order::Listen { device }) => self.ear.listen(device),
            // Handled by the loop, which it ends.
            Message::Order(Order::Shutdown) => {}
            Message::Armed { slot, arming, result } => self.armed(slot, arming, result),
            Message::Prepared { slot, arming, result } => self.prepared(slot, arming, result),
            Message::Opened(attempt, result) => {
                let why = self.keeper.opened(attempt, *result);
                self.level = Level::default();
                self.tell_not_opened(why);
            }
        }
    }

    fn tell_not_opened(&self, why: Option<Text>) {
        if let Some(why) = why {
            self.tell(Event::LineLost { device: self.keeper.device().to_owned(), why });
        }
    }

    pub(super) fn tell(&self, event: Event) {
        // Nobody listens only when the daemon is going down.
        let _ = self.facts.send(event);
    }

    pub(super) fn next_number(&mut self) -> u64 {
        self.number += 1;
        self.number
    }

    pub(super) fn format(&mut self) -> Option<Format> {
        self.keeper.line().map(|line| Format { rate_hz: line.rate_hz(), channels: line.channels() })
    }

    pub(super) fn tell_unheard(&self, slot: SlotId, end: End) {
        self.tell(Event::Ended { slot, at: clock::now(), played_ms: 0, gap_ms: 0, end });
    }

    /// Everything that may be due.
    fn round(&mut self) {
        self.rounds.fetch_add(1, Ordering::Relaxed);
        let given_up = self.keeper.give_up();
        self.tell_not_opened(given_up);
        self.keeper.try_open(&self.messages);
        self.tend_line();
        let now = clock::both();
        if let Some(line) = self.keeper.line() {
            let gain = DayGain { zone: &self.settings.zone, spans: &self.settings.line.gain };
            self.level.tell(gain, line, now);
        }
        let mut news = self.ear.tend(self.keeper.line().map(|line| &*line), now);
        let led = self.leaders();
        for (slot, held) in std::mem::take(&mut self.held) {
            let Held { arming, stage } = held;
            let step = match stage {
                Stage::OnAir(on_air) => self.step_on_air(on_air, now, &mut news),
                Stage::Armed { copy, supply, air } => {
                    let spot = air.as_ref().and_then(|place| self.spot(place, &led, now));
                    self.step_armed(&slot, arming, Armed { copy, supply, air, spot }, now, &mut news)
                }
                Stage::Tuned { tuned, air } => {
                    let spot = air.as_ref().and_then(|place| self.spot(place, &led, now));
                    self.step_tuned(&slot, tuned, (air, spot), now, &mut news)
                }
                arming @ Stage::Arming { .. } => Some(arming),
            };
            if let Some(stage) = step {
                self.held.insert(slot, Held { arming, stage });
            }
        }
        let on_air = self.held.values().filter_map(|held| match &held.stage {
            Stage::OnAir(on_air) => Some(on_air.supply.ready_ms()),
            _ => None,
        });
        let ready_ms = on_air.min();
        self.ring_ms.store(ready_ms.unwrap_or(NOTHING_ON_AIR), Ordering::Relaxed);
        if ready_ms.is_none() {
            news.extend(self.ear.rest(now));
        }
        for event in news {
            self.tell(event);
        }
    }

    /// Every slot that is ordered on air, and its take once the deck has that: what others may follow.
    fn leaders(&self) -> BTreeMap<SlotId, Option<TakeId>> {
        let leader = |held: &Held| match &held.stage {
            Stage::OnAir(on_air) => Some(Some(on_air.take())),
            Stage::Arming { air } | Stage::Armed { air, .. } | Stage::Tuned { air, .. } => air.as_ref().map(|_| None),
        };
        self.held.iter().filter_map(|(slot, held)| Some((slot.clone(), leader(held)?))).collect()
    }

    /// Where a take is to be placed now; none while it has to wait.
    fn spot(&mut self, place: &Place, led: &BTreeMap<SlotId, Option<TakeId>>, now: Reading) -> Option<Spot> {
        if let Some(After { slot, not_before }) = &place.after {
            match led.get(slot) {
                Some(Some(take)) => return Some(Spot::After(*take, *not_before)),
                Some(None) => return None,
                // What it was to follow has ended: its turn is now, or at its own instant.
                None if not_before.is_none_or(|at| at <= now.wall) => return Some(Spot::At(now.wall)),
                None => {}
            }
        }
        let at = place.instant();
        self.keeper.line().is_some_and(|line| is_due(line, at, now)).then_some(Spot::At(at))
    }

    pub(super) fn tend_line(&mut self) {
        let Some(line) = self.keeper.line() else { return };
        if let Err(lost) = line.tend() {
            self.lose(lost);
            return;
        }
        self.xruns.store(line.xruns(), Ordering::Relaxed);
        let silenced = line.is_silenced();
        if std::mem::replace(&mut self.silenced, silenced) != silenced {
            say_silenced(line.device(), silenced);
        }
        let jumped_ns = line.map().jumped_ns();
        let mut facts = Vec::new();
        while let Some(fact) = line.fact() {
            facts.push(fact);
        }
        if let Some(device) = self.keeper.settled() {
            self.tell(Event::LineOpened { device });
        }
        for fact in facts {
            let id = match &fact {
                Fact::Began { take, .. } => *take,
                Fact::Ended { take, .. } => take.id(),
            };
            let on_air = self.held.values_mut().find_map(|held| match &mut held.stage {
                Stage::OnAir(on_air) if on_air.take() == id => Some(on_air),
                _ => None,
            });
            match (on_air, fact) {
                (Some(on_air), Fact::Began { frame, .. }) => on_air.note_began(frame, jumped_ns),
                (Some(on_air), Fact::Ended { end_frame, played_frames, gap_frames, finish, .. }) => {
                    on_air.note_over(Over { end_frame, played_frames, gap_frames, finish });
                }
                (None, _) => {}
            }
        }
    }

    fn step_on_air(&mut self, mut on_air: Box<OnAir>, now: Reading, news: &mut Vec<Event>) -> Step {
        let line = self.keeper.line()?;
        let is_over = on_air.step(line, now, news);
        let sent = on_air.sent_since(line);
        self.ear.sent(&sent);
        let last = if is_over { Some(0.0) } else { sent.last().map(|stretch| stretch.power) };
        last.into_iter().for_each(|power| self.sent_power.store(power.to_bits(), Ordering::Relaxed));
        if is_over {
            self.ear.over(&on_air.slot, on_air.sounded_ns(line));
            return None;
        }
        let began_ns = on_air.began_frame().and_then(|frame| line.map().heard_ns(frame));
        news.extend(began_ns.and_then(|began_ns| self.ear.unheard(&on_air.slot, began_ns)));
        Some(Stage::OnAir(on_air))
    }

    fn step_armed(&mut self, slot: &SlotId, arming: u64, armed: Armed, now: Reading, news: &mut Vec<Event>) -> Step {
        let Armed { copy, supply, air, spot } = armed;
        let Some(format) = self.format() else {
            let lost = self.is_lost_to_the_line(slot, air.as_ref(), now, news);
            return (!lost).then_some(Stage::Armed { copy, supply, air });
        };
        let (opened, spot, place) = match (supply, spot, air) {
            (Ready::Yes(opened), Some(spot), Some(place)) if opened.format == format => (opened, spot, place),
            (Ready::Yes(opened), _, air) if opened.format == format => {
                return Some(Stage::Armed { copy, supply: Ready::Yes(opened), air });
            }
            (Ready::Underway, _, air) => return Some(Stage::Armed { copy, supply: Ready::Underway, air }),
            (Ready::Yes(_) | Ready::No, _, air) => {
                let supply = self.prepare(slot, arming, &copy, format);
                return Some(Stage::Armed { copy, supply, air });
            }
        };
        let Some(line) = self.keeper.line() else {
            return Some(Stage::Armed { copy, supply: Ready::Yes(opened), air: Some(place) });
        };
        let (supply, take) = opened.start();
        if !hand_over(line, take, &spot, now) {
            return Some(Stage::Armed { copy, supply: Ready::No, air: Some(place) });
        }
        Some(Stage::OnAir(Box::new(OnAir::new(slot.clone(), Some(copy), supply, place.at))))
    }

    /// Opens an armed copy for another line format, on a thread of its own.
    fn prepare(&mut self, slot: &SlotId, arming: u64, copy: &ArmedCopy, format: Format) -> Ready {
        let take = TakeId(self.next_number());
        let (messages, slot) = (self.messages.clone(), slot.clone());
        let (pieces, line) = (copy.pieces.clone(), self.settings.line.clone());
        let work = move || {
            let result = Opened::open(&pieces, &line, take, format);
            let _ = messages.send(Message::Prepared { slot, arming, result });
        };
        match std::thread::Builder::new().name("loa-arm".into()).spawn(work) {
            Ok(_) => Ready::Underway,
            Err(error) => {
                tracing::error!("no thread to open a recording on: {error}");
                Ready::No
            }
        }
    }

    /// How long nothing can be due.
    fn sleep(&mut self) -> Duration {
        let mut ns = self.keeper.idle_ns();
        let now = clock::both();
        let line = self.keeper.line();
        for held in self.held.values() {
            match (&held.stage, &line) {
                (Stage::OnAir(on_air), Some(_)) if on_air.is_behind() => ns = 0,
                (Stage::OnAir(on_air), Some(line)) => {
                    let due = on_air.due_ns(line).map(|due| due.saturating_sub(now.monotonic_ns));
                    let most_ns = if on_air.is_waiting() { WAITING_NS } else { ON_AIR_NS };
                    ns = ns.min(due.unwrap_or(most_ns)).min(most_ns);
                }
                (Stage::Armed { air: Some(place), .. } | Stage::Tuned { air: Some(place), .. }, line) => {
                    let ahead_ns = now.monotonic_at(place.instant()).saturating_sub(now.monotonic_ns);
                    let early_ns = line.as_ref().map_or(0, |line| CUE_NS + line.map().lead_ns());
                    // Due and still here: it waits for its decoder (which wakes us) or for the map to settle.
                    let until_ns = if ahead_ns > early_ns { ahead_ns - early_ns } else { SETTLING_NS };
                    ns = ns.min(until_ns);
                }
                _ => {}
            }
        }
        // Never spinning: what is due sooner waits a millisecond.
        Duration::from_nanos(ns.max(1_000_000))
    }
}
