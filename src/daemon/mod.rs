//! The only loop. It waits for the next message or the next due instant, asks the director, and obeys. It decides
//! nothing about sound itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::alerts::News;
use crate::clock;
use crate::director::{Action, AirRules, Director, Event};
use crate::home::Home;
use crate::instants::ms_between;
use crate::ledger::{Ledger, Recovery};
use crate::loading::Loaded;
use crate::lock::HomeLock;
use crate::notes;
use crate::outcome::Cause;
use crate::player::{Order, Player, Settings};
use crate::problem::Lang;
use crate::schedule::Month;
use crate::system::share::Rest;
use crate::timetable::SlotId;

mod amplifier;
mod awake;
mod by_hand;
mod chores;
mod clock_watch;
mod console;
pub mod control;
mod copies;
mod end;
mod evening;
mod health;
mod in_force;
mod line;
mod loader;
mod past;
mod place;
mod proof;
mod record;
mod room;
mod schedules;
mod start;
mod status;
mod supervisor;
mod switch;
mod too_late;
mod trust;
mod wiring;

use by_hand::Requests;
use evening::Evening;
use in_force::months_in;
use loader::Loader;
use record::Record;
use schedules::Schedules;
pub use start::{Options, StartFault};
use start::{first_reading, this_run};
pub use status::LineState;
use supervisor::Supervisor;
use trust::Clocks;

/// The loop looks at the clock at least this often.
const LOOK: Duration = Duration::from_secs(1);
/// The run's heartbeat while nothing is on air; on air it comes with what has been heard.
const HEARTBEAT: SignedDuration = SignedDuration::from_secs(10);
/// How often the ledger is told how far an airing has been heard; the player tells some twice a second.
const NOTE_EVERY: SignedDuration = SignedDuration::from_millis(700);
/// How long a part's sync may take before the sound goes first.
const SYNC_MARGIN: SignedDuration = SignedDuration::from_millis(300);
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
    /// A volume control of the line may have been moved.
    ControlMoved,
    /// A minute began.
    OnTheMinute,
    /// Somebody asks through the local socket.
    Ask(wiring::Question),
    /// The supervisor asks for the schedules to be read.
    Reload,
    /// A person or the system asks the daemon to stop.
    Stop,
}

/// Runs the station until it is asked to stop. `ready` is called once, when the plan is in force and the line was
/// opened or could not be.
///
/// # Errors
/// Before `ready`, and where another station's folder took the place of this one; whatever else happens later is an incident.
pub fn run(options: &Options, ready: impl FnOnce(&Value)) -> Result<(), StartFault> {
    let (inbox, messages) = channel();
    // First of all, so that a stop is heard whatever the start is waiting for.
    let _chores = chores::start(&inbox, options.stop.clone())?;
    let now = clock::now();
    let place = place::Standing::of(HomeLock::take(&options.home, now)?);
    let start = this_run(now);
    let written = crate::loading::load_station(&options.home).station.unwrap_or_default();
    let (ledger, recovery) = Ledger::open(&options.home.ledger_file(), &start, &written.zone)?;
    let mut schedules = Schedules::default();
    let clocks = Clocks::new(&start, &recovery, written.clock);
    let read_at = clocks.reading_time(now);
    let months = months_in(read_at, written.zone.clone());
    let of_record = past::read_first(&options.home, &months, read_at, &mut schedules)?;
    let station = schedules.station();
    let known = ((!clocks.in_doubt()).then_some(now), clocks.is_kept());
    let mut past = past::from_ledger(&options.home, (&ledger, &recovery), &of_record, &schedules, known)?;
    let ledger = past::begin_record(ledger, (options.lang, &options.home), &schedules, &recovery, &mut past);
    let rules = AirRules::of(&station);
    let mut settings = in_force::sound_of(&station);
    if let Some(device) = &options.device {
        settings.line.device.clone_from(device);
    }
    // Until a good `station.toml` or the command line names the line there is none.
    let named = options.device.is_some() || schedules.good_station().is_some();
    let loader = Loader::start(&options.home, months, inbox.clone())?;
    loader.read(months);
    let first = first_reading(&messages);
    let _watch = wiring::watch_folder(&options.home, &inbox);
    wiring::serve_questions(&options.home, &inbox);
    let mut daemon = Daemon {
        home: options.home.clone(),
        lang: options.lang,
        until_done: options.until_done,
        ledger,
        director: Director::new(past, rules),
        player: None,
        facts: wiring::facts_into(&inbox)?,
        loader,
        files_at_ms: 0,
        schedules,
        line: LineState::Unnamed,
        device: line::Device::new(options.device.is_some()),
        disk: health::Disk::default(),
        told: BTreeSet::new(),
        next_note: now,
        evening: Evening::new(now.to_zoned_datetime(station.zone.clone()).datetime()),
        copies: copies::Tries::default(),
        clocks,
        next_heartbeat: now,
        next_look: now,
        first_read_since: Some(now),
        kept: BTreeMap::new(),
        ended: false,
        amplifier: amplifier::Attendant::default(),
        wakefulness: awake::Wakefulness::default(),
        proof: proof::Proof::default(),
        supervisor: Supervisor::new(),
        page: console::Page::new(&options.home, options.lang, &inbox),
        place,
        inbox,
        requests: Requests::default(),
    };
    daemon.begin(&recovery, named.then_some(settings), now);
    daemon.begin_with(first, &of_record, now);
    daemon.turn(&messages, ready);
    daemon.place.end()
}

struct Daemon {
    home: Home,
    lang: Lang,
    until_done: bool,
    director: Director,
    /// None until a good `station.toml` names the line.
    player: Option<Player>,
    facts: Sender<Event>,
    ledger: Record,
    loader: Loader,
    /// When the files are next asked about, by the steady clock.
    files_at_ms: u64,
    schedules: Schedules,
    line: LineState,
    clocks: Clocks,
    next_heartbeat: Timestamp,
    /// When the disk and what else may fail by itself is looked at.
    next_look: Timestamp,
    /// Until the first full reading is in force: since when what it plans counts.
    first_read_since: Option<Timestamp>,
    device: line::Device,
    disk: health::Disk,
    /// Slots whose trouble in arming was told already.
    told: BTreeSet<(SlotId, Cause)>,
    next_note: Timestamp,
    evening: Evening,
    copies: copies::Tries,
    /// Revisions that this run has written down, by month.
    kept: BTreeMap<Month, (String, Timestamp)>,
    ended: bool,
    amplifier: amplifier::Attendant,
    wakefulness: awake::Wakefulness,
    proof: proof::Proof,
    supervisor: Supervisor,
    page: console::Page,
    place: place::Standing,
    /// What every thread of ours tells its news through.
    inbox: Sender<Message>,
    requests: Requests,
}

impl Daemon {
    /// What is done once, when all its parts are there: `line` as it is to be opened, if it has a name.
    fn begin(&mut self, recovery: &Recovery, line: Option<Settings>, now: Timestamp) {
        if let Some(previous) = recovery.previous.as_ref().filter(|previous| !previous.clean) {
            self.ledger.tell(News::restarted(recovery.gap_cause, previous.heartbeat));
            self.tell_what_was_touched_at_last(previous);
        }
        self.ledger.closed_by_the_start(&recovery.closed_now);
        if let Some(what) = &recovery.touched {
            self.log_was_touched(now, what);
        }
        if let Some(line) = line {
            self.open_line(line);
        }
        self.begin_by_the_clock(recovery.gap, now);
        self.note_refused(self.clocks.reading_time(now));
    }

    fn turn(&mut self, messages: &Receiver<Message>, ready: impl FnOnce(&Value)) {
        let mut ready = Some(ready);
        while !self.ended {
            let now = clock::now();
            let wait = self.director.wake(now).map_or(LOOK, |at| within(at.duration_since(now), LOOK));
            let wait = [self.amplifier_wait(), self.supervisor.wait(), self.page.wait(), self.mixer_wait()]
                .into_iter()
                .flatten()
                .fold(wait, Duration::min);
            let rest = Rest::begin();
            let message = match messages.recv_timeout(wait) {
                Ok(message) => Some(message),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            self.look_at_the_clock(rest.stood_still_ms(wait));
            let hinted = matches!(message, Some(Message::FilesTouched));
            self.handle(message.unwrap_or(Message::Fact(Event::Woken)));
            self.look_at_the_files(hinted);
            self.look_at_the_place();
            if !self.ended {
                self.tend_amplifier();
                self.note_dead_amplifier();
                self.tend_wakefulness();
                self.tend_mixer();
                // Behind the end of the run no sign of life is written.
                self.beat();
            }
            self.tend_supervisor();
            self.tend_console();
            let tried = !matches!(self.line, LineState::Closed { .. });
            if let Some(ready) = ready.take_if(|_| tried) {
                self.supervisor.ready();
                ready(&self.status_with_first_link());
            }
            let done = self.until_done && ready.is_none() && self.is_done();
            if done {
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
            Message::ControlMoved => self.proof.control_moved(),
            Message::OnTheMinute => self.on_the_minute(now),
            Message::Ask(question) => question.answer(now, |asked| self.answer(asked)),
            Message::Reload => self.reload(now),
            Message::Stop => {
                tracing::info!("asked to stop");
                self.supervisor.stopping();
                self.step(Event::Shutdown);
            }
        }
    }

    fn fact(&mut self, event: Event) {
        match &event {
            Event::LineOpened { device } => self.line_opened(device),
            Event::LineLost { device, why } => self.line_lost(device, why),
            // It is tried again every few seconds; it is told once.
            Event::NotArmed { slot, cause, note } if self.told.insert((slot.clone(), *cause)) => {
                let note = notes::read(note, None).en;
                tracing::warn!(slot = slot.0, cause = cause.code(), note, "not armed");
            }
            _ => self.hear(&event),
        }
        self.step(event);
    }

    /// Asks the director and obeys.
    fn step(&mut self, event: Event) {
        self.step_telling_ends(event);
    }

    /// As `step`; which slots it cut or settled.
    fn step_telling_ends(&mut self, event: Event) -> BTreeSet<SlotId> {
        let actions = self.director.step(self.clocks.now(), event);
        let ends = actions.iter().filter_map(Action::ends).cloned().collect();
        actions.into_iter().for_each(|action| self.obey(action));
        ends
    }

    fn obey(&mut self, action: Action) {
        match action {
            Action::Freeze(slot) => self.ledger.freeze(&slot),
            Action::NoteOrdered(slot) => {
                let ahead = ms_between(self.clocks.now(), slot.planned);
                self.ledger.note_ordered(&slot, clock::awake_or_asleep_ms() + ahead);
            }
            Action::NoteInstead { slot, of } => self.ledger.note_instead(&slot, of.as_ref()),
            Action::NoteEndedByHand { slot, by } => self.ledger.note_ended_by(&slot, &by),
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
                    self.note_heard(&slot, at, played_ms);
                }
            }
            Action::NoteGaps { slot, gap_ms, waited_ms } => self.ledger.note_gaps(&slot, gap_ms, waited_ms),
            Action::NoteUnheard { slot, cause, for_ms } => self.ledger.note_unheard(&slot, cause, for_ms),
            Action::NoteSentWhole { slot, note } => self.ledger.note_sent_whole(&slot, note),
            Action::NoteLevels { slot, levels } => self.ledger.note_levels(&slot, levels),
            Action::NoteRelaying { slot, heard } => {
                self.ledger.note_not_the_source(&slot, heard.fallback_ms, heard.nothing_ms);
            }
            Action::ClosePart { slot, at, played_ms, gap_ms } => {
                self.ledger.close_part(&slot, at, played_ms, gap_ms);
            }
            Action::Settle { slot, outcome, cause, note } => {
                self.requests.ended(&slot, outcome, cause, &note);
                self.schedules.too_late.came_to(&slot, outcome);
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
}

fn within(wait: SignedDuration, most: Duration) -> Duration {
    Duration::try_from(wait).unwrap_or(Duration::ZERO).min(most)
}
