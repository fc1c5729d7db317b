//! The only loop. It waits for the next message or the next due instant, asks the director, and obeys. It decides
//! nothing about sound itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::airing::IncidentKind;
use crate::clock;
use crate::director::{Action, Director, Event};
use crate::home::Home;
use crate::ledger::{Ledger, RunStart};
use crate::loading::Loaded;
use crate::outcome::Cause;
use crate::player::{Order, Player, Settings};
use crate::problem::Lang;
use crate::schedule::Month;
use crate::timetable::SlotId;

mod amplifier;
mod awake;
mod by_hand;
mod chores;
mod clock_watch;
pub mod control;
mod health;
mod in_force;
mod loader;
mod lock;
mod past;
mod proof;
mod schedules;
mod start;
mod status;
mod switch;
mod trust;
mod wiring;

use by_hand::Requests;
use in_force::months_in;
use loader::Loader;
pub use lock::{HomeLock, is_held};
use schedules::Schedules;
pub use start::{Options, StartFault};
pub use status::LineState;
use trust::Clocks;

/// The loop looks at the clock at least this often.
const LOOK: Duration = Duration::from_secs(1);
/// The run's heartbeat while nothing is on air; on air it comes with what has been heard.
const HEARTBEAT: SignedDuration = SignedDuration::from_secs(10);
/// How often the ledger is told how far an airing has been heard; the player tells some twice a second.
const NOTE_EVERY: SignedDuration = SignedDuration::from_millis(700);
/// The local hour at which tomorrow's recordings are looked at.
const PREFLIGHT_HOUR: i8 = 19;
/// How long a part's sync may take before the sound goes first.
const SYNC_MARGIN: SignedDuration = SignedDuration::from_millis(300);
/// How long the first full reading is waited for: with recordings that are known it takes no time, and the instants of
/// a running order rest on their lengths.
const FIRST_READING: Duration = Duration::from_secs(3);
/// The one line there is.
const LINE: &str = "main";

/// What can wake the loop.
#[derive(Debug)]
pub enum Message {
    /// The player has something to tell.
    Fact(Event),
    /// Schedules were read.
    Loaded(Vec<Loaded>),
    /// Somebody may have saved a schedule.
    FilesTouched,
    /// The amplifier was switched, or could not be.
    Amplifier(switch::Tried),
    /// An hour began.
    OnTheHour,
    /// Somebody asks through the local socket.
    Ask(Value, Sender<Value>),
    /// A person or the system asks the daemon to stop.
    Stop,
}

/// Runs the station until it is asked to stop. `ready` is called once, when the plan is in force and the line was
/// opened or could not be.
///
/// # Errors
/// Only before `ready`; whatever happens later is an incident.
pub fn run(options: &Options, ready: impl FnOnce(&Value)) -> Result<(), StartFault> {
    let now = clock::now();
    let _lock = HomeLock::take(&options.home, now).map_err(StartFault::Home)?;
    let start = RunStart {
        at: now,
        uptime_ms: clock::awake_or_asleep_ms(),
        boot_id: clock::boot_id(),
        program: env!("CARGO_PKG_VERSION").into(),
    };
    let (ledger, recovery) = Ledger::open(&options.home.ledger_file(), &start).map_err(start::refused_or_system)?;
    let (inbox, messages) = channel();
    let mut schedules = Schedules::default();
    let written = crate::loading::load_station(&options.home).station.unwrap_or_default();
    let clocks = Clocks::new(&start, &recovery, written.clock);
    let read_at = clocks.reading_time(now);
    let months = months_in(read_at, &written);
    past::read_first(&options.home, &months, read_at, &mut schedules)?;
    let station = schedules.station();
    let past = past::from_ledger(&options.home, &recovery, &schedules, (!clocks.in_doubt()).then_some(now))?;
    let rules = in_force::air_rules(&station);
    let mut settings = in_force::sound_of(&station);
    if let Some(device) = &options.device {
        settings.line.device.clone_from(device);
    }
    // Until a good `station.toml` or the command line names the line there is none.
    let named = options.device.is_some() || schedules.good_station().is_some();
    let loader = Loader::start(&options.home, months, inbox.clone())?;
    loader.read(months);
    // Nobody else has the inbox yet, so what comes is the reading.
    let first = messages.recv_timeout(FIRST_READING).ok();
    let _chores = chores::start(&inbox)?;
    let _watch = wiring::watch_folder(&options.home, &inbox);
    wiring::serve_questions(&options.home, &inbox);
    let mut daemon = Daemon {
        home: options.home.clone(),
        lang: options.lang,
        until_done: options.until_done,
        director: Director::new(past, rules),
        player: None,
        facts: wiring::facts_into(&inbox)?,
        ledger,
        loader,
        schedules,
        line: LineState::Unnamed,
        device: String::new(),
        wanted_device: None,
        line_by_hand: options.device.is_some(),
        told: BTreeSet::new(),
        next_note: now,
        preflight: false,
        clocks,
        next_heartbeat: now,
        kept: BTreeMap::new(),
        ended: false,
        amplifier: amplifier::Attendant::default(),
        wakefulness: awake::Wakefulness::default(),
        proof: proof::Proof::default(),
        inbox,
        requests: Requests::default(),
    };
    daemon.begin(named.then_some(settings), first, now);
    daemon.turn(&messages, ready);
    Ok(())
}

struct Daemon {
    home: Home,
    lang: Lang,
    until_done: bool,
    director: Director,
    /// None until a good `station.toml` names the line.
    player: Option<Player>,
    facts: Sender<Event>,
    ledger: Ledger,
    loader: Loader,
    schedules: Schedules,
    line: LineState,
    clocks: Clocks,
    next_heartbeat: Timestamp,
    /// The line's name as it was asked for, and whether on the command line.
    device: String,
    line_by_hand: bool,
    /// What `line.device` has become since; it counts from the next start on.
    wanted_device: Option<String>,
    /// Slots whose trouble in arming was told already.
    told: BTreeSet<(SlotId, Cause)>,
    next_note: Timestamp,
    /// The reading under way is the evening's.
    preflight: bool,
    /// Revisions that this run has written down, by month.
    kept: BTreeMap<Month, String>,
    ended: bool,
    amplifier: amplifier::Attendant,
    wakefulness: awake::Wakefulness,
    proof: proof::Proof,
    /// What every thread of ours tells its news through.
    inbox: Sender<Message>,
    requests: Requests,
}

impl Daemon {
    /// Opens the line, where it is named, and puts in force what was read first.
    fn begin(&mut self, line: Option<Settings>, first: Option<Message>, now: Timestamp) {
        if let Some(settings) = line {
            self.open_line(settings);
        }
        self.begin_by_the_clock(now);
        self.note_refused(self.clocks.reading_time(now));
        match first {
            Some(Message::Loaded(months)) => self.loaded(months, now),
            _ => self.put_in_force(now),
        }
    }

    fn turn(&mut self, messages: &Receiver<Message>, ready: impl FnOnce(&Value)) {
        let mut ready = Some(ready);
        while !self.ended {
            let now = clock::now();
            let wait = self.director.wake(now).map_or(LOOK, |at| within(at.duration_since(now), LOOK));
            let wait = self.amplifier_wait().map_or(wait, |amplifier| wait.min(amplifier));
            let message = match messages.recv_timeout(wait) {
                Ok(message) => Some(message),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            self.look_at_the_clock();
            let hinted = matches!(message, Some(Message::FilesTouched));
            self.handle(message.unwrap_or(Message::Fact(Event::Woken)));
            self.look_at_the_files(hinted);
            if !self.ended {
                self.tend_amplifier();
                self.tend_wakefulness();
                self.tend_mixer();
            }
            self.beat();
            let tried = !matches!(self.line, LineState::Closed { .. });
            if let Some(ready) = ready.take_if(|_| tried) {
                ready(&self.status());
            }
            if self.until_done && ready.is_none() && self.is_done() {
                self.step(Event::Shutdown);
            }
        }
    }

    fn handle(&mut self, message: Message) {
        let now = clock::now();
        match message {
            Message::Fact(event) => self.fact(event),
            Message::Loaded(months) => self.loaded(months, now),
            Message::FilesTouched => {}
            Message::Amplifier(tried) => self.amplifier_tried(tried),
            Message::OnTheHour => self.on_the_hour(now),
            Message::Ask(question, reply) => {
                let _ = reply.send(self.answer(&question));
            }
            Message::Stop => {
                tracing::info!("asked to stop");
                self.step(Event::Shutdown);
            }
        }
    }

    fn fact(&mut self, event: Event) {
        match &event {
            Event::LineOpened { device } => {
                self.ledger.incident_ended(IncidentKind::LineLost, clock::now());
                self.line = LineState::Open { device: device.clone() };
            }
            Event::LineLost { device, why } => {
                if !matches!(self.line, LineState::Lost { .. }) {
                    tracing::error!(device, why, "line lost");
                    self.ledger.incident_began(IncidentKind::LineLost, clock::now(), format!("{device}: {why}"));
                }
                self.line = LineState::Lost { device: device.clone(), why: why.clone() };
            }
            // It is tried again every few seconds; it is told once.
            Event::NotArmed { slot, cause, note } if self.told.insert((slot.clone(), *cause)) => {
                tracing::warn!(slot = slot.0, cause = cause.code(), note, "not armed");
            }
            _ => self.hear(&event),
        }
        self.step(event);
    }

    /// Asks the director and obeys.
    fn step(&mut self, event: Event) {
        self.step_counting_cuts(event);
    }

    /// As `step`; how many sounds it cut.
    fn step_counting_cuts(&mut self, event: Event) -> usize {
        let actions = self.director.step(self.clocks.now(), event);
        let cuts = actions.iter().filter(|action| matches!(action, Action::Cut { .. })).count();
        actions.into_iter().for_each(|action| self.obey(action));
        cuts
    }

    fn obey(&mut self, action: Action) {
        match action {
            Action::Freeze(slot) => self.ledger.freeze(&slot),
            Action::Tune { slot, source, fallback, until } => {
                self.order(Order::Tune { slot, source, fallback, until });
            }
            Action::Arm { slot, files, from_ms, tone } => {
                let tone = tone.map(|tone| self.while_warming(tone));
                self.order(Order::Arm { slot, files, from_ms, tone });
            }
            Action::Air { slot, at, after, audio } => {
                let wait = at.duration_since(clock::now()) - SYNC_MARGIN;
                let wait = within(wait.max(SignedDuration::from_millis(50)), LOOK);
                let synced = self.ledger.open_part(&slot, &audio, LINE, self.line.device(), wait);
                tracing::info!(slot = slot.0, %at, ?synced, "to air");
                self.order(Order::Air { slot, at, after });
            }
            Action::Cut { slot, at, fade_ms } => self.order(Order::Cut { slot, at, fade_ms }),
            Action::Disarm { slot } => self.order(Order::Disarm { slot }),
            Action::NoteBegan { slot, at } => {
                tracing::info!(slot = slot.0, %at, "began");
                self.requests.began(&slot, at);
                self.ledger.note_began(&slot, at);
            }
            Action::NoteHeard { slot, at, played_ms } => {
                // Each is synced to the disk; one a second is what the log promises. The run's heartbeat goes with it.
                if at >= self.next_note || self.next_note - at > NOTE_EVERY {
                    self.next_note = at + NOTE_EVERY;
                    self.next_heartbeat = at;
                    self.ledger.note_heard(&slot, at, played_ms);
                }
            }
            Action::NoteLevels { slot, levels } => self.ledger.note_levels(&slot, levels),
            Action::ClosePart { slot, at, played_ms, gap_ms } => {
                self.ledger.close_part(&slot, at, played_ms, gap_ms);
            }
            Action::Settle { slot, outcome, cause, note } => {
                let cause_code = cause.map(Cause::code);
                tracing::info!(slot = slot.0, outcome = outcome.code(), cause = cause_code, note, "settled");
                self.requests.ended(&slot, outcome, cause, &note);
                self.ledger.settle(&slot, outcome, cause, note);
            }
            Action::Stop => self.end(),
        }
    }

    fn order(&self, order: Order) {
        if let Some(player) = &self.player {
            player.order(order);
        }
    }

    fn end(&mut self) {
        if !self.ended {
            self.ended = true;
            self.amplifier_off();
            self.wakefulness.let_go();
            self.order(Order::Shutdown);
            self.ledger.end_run(clock::now(), "stopped");
            tracing::info!("stopped");
        }
    }

    fn is_done(&self) -> bool {
        self.director.on_air().is_none() && self.director.ahead().next().is_none()
    }
}

fn within(wait: SignedDuration, most: Duration) -> Duration {
    Duration::try_from(wait).unwrap_or(Duration::ZERO).min(most)
}
