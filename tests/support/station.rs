//! A station in a folder of its own, and the real program running it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

use jiff::civil::Date;
use jiff::{Timestamp, ZonedDateTime};
use loa::airing::Entry;
use loa::ledger::Reader;
use loa::outcome::Outcome;
use serde_json::Value;
use tempfile::TempDir;

use super::waiting::until;
use super::wav::write_wav;
use super::zone::{zone, zone_name};

/// The repository's recordings.
pub fn recordings() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("audio")
}

/// The program, where we may ahead of what else runs here, as the sound server puts itself; where we may not, `nice` runs it all
/// the same. It becomes the program, so its process id is the program's.
pub fn loa_ahead_of_others() -> Command {
    let mut nice = Command::new("nice");
    nice.args(["-n", "-11", env!("CARGO_BIN_EXE_loa")]);
    nice
}

/// A segment to air once.
#[derive(Clone, Debug)]
pub struct Planned {
    /// When; whole seconds.
    pub at: Timestamp,
    /// The segment's id.
    pub id: String,
    /// The recording, below the station's audio/.
    pub file: String,
}

/// A station's home with its schedule, gone when dropped.
pub struct Station {
    dir: TempDir,
    plan: Vec<Planned>,
    env: Vec<(&'static str, OsString)>,
}

impl Station {
    /// A home whose line is `device`, with no quiet hours, these segments in its months, and copies of the repository's
    /// recordings that they name. A file that the repository lacks stays absent.
    pub fn new(device: &str, plan: &[Planned]) -> Station {
        let dir = tempfile::Builder::new().prefix("loa-station-").tempdir().expect("a home");
        let home = dir.path();
        for below in ["schedules", "audio"] {
            fs::create_dir(home.join(below)).expect("a folder of the home");
        }
        // As recorded, so that what is heard is held against the file itself.
        let station = format!(
            "[station]\nname = \"Đài truyền thanh phường Thử\"\ntimezone = \"{}\"\n\n\
             [line]\ndevice = \"{device}\"\nloudness = false\npeak = 0.0\n\n[console]\nlisten = \"off\"\n\n[rules]\nquiet = []\n",
            zone_name()
        );
        fs::write(home.join("schedules/station.toml"), station).expect("station.toml");
        for (month, text) in months(plan) {
            fs::write(home.join("schedules").join(format!("{month}.toml")), text).expect("a month");
        }
        for item in plan {
            let from = recordings().join(&item.file);
            if from.is_file() {
                fs::copy(from, home.join("audio").join(&item.file)).expect("a recording");
            }
        }
        Station { dir, plan: plan.to_vec(), env: Vec::new() }
    }

    /// Gives the programs of this station more environment, for example [`super::pulse::PulseLine::env`].
    pub fn with_env(mut self, env: Vec<(&'static str, OsString)>) -> Station {
        self.env.extend(env);
        self
    }

    /// The home's folder.
    pub fn home(&self) -> &Path {
        self.dir.path()
    }

    /// `loa --home HOME ARGS`, speaking English.
    pub fn loa(&self, args: &[&str]) -> Command {
        self.loa_at(self.home(), args)
    }

    /// The same on another home.
    pub fn loa_at(&self, home: &Path, args: &[&str]) -> Command {
        self.dress(Command::new(env!("CARGO_BIN_EXE_loa")), home, args)
    }

    fn dress(&self, mut command: Command, home: &Path, args: &[&str]) -> Command {
        command.envs(self.env.iter().cloned()).env("LOA_LANG", "en").env("NO_COLOR", "1");
        command.arg("--home").arg(home).args(args).stdin(Stdio::null());
        command
    }

    /// Starts the daemon on the line of its station.toml and returns when it says that it is ready.
    pub fn run(&self) -> Daemon {
        self.start(&["run"])
    }

    /// Starts the daemon on another line and returns when it says that it is ready.
    pub fn run_on(&self, device: &str) -> Daemon {
        self.start(&["run", "--line", device])
    }

    fn start(&self, args: &[&str]) -> Daemon {
        let log = self.home().join("daemon.log");
        let stderr = File::options().create(true).append(true).open(&log).expect("the daemon's log");
        let mut child = self
            .dress(loa_ahead_of_others(), self.home(), args)
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .expect("loa starts");
        let out = child.stdout.take().expect("its output");
        let (tell, lines) = mpsc::channel();
        // Its output is read to the end, lest it stand still on a full pipe.
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                let _ = tell.send(line);
            }
        });
        let daemon = Daemon { child, log };
        let deadline = Instant::now() + Duration::from_secs(30);
        let mut said = Vec::new();
        loop {
            match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) if line.to_lowercase().contains("ready") => return daemon,
                Ok(line) => said.push(line),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("the daemon did not get ready; it said {said:#?}\n{}", daemon.log())
                }
            }
        }
    }

    /// Adds to the station's own file.
    pub fn add(&self, text: &str) {
        let path = self.home().join("schedules/station.toml");
        let before = fs::read_to_string(&path).expect("station.toml");
        fs::write(&path, format!("{before}\n{text}")).expect("station.toml");
    }

    /// What `loa status --json` says; null where no daemon answers.
    pub fn status(&self) -> Value {
        let out = self.loa(&["status", "--json"]).output().expect("loa status");
        serde_json::from_slice(&out.stdout).unwrap_or_default()
    }

    /// From the first date of the plan to its last, and today, when something is played by hand: minutes before midnight the
    /// plan may be tomorrow's alone.
    fn dates(&self) -> (Date, Date) {
        let dates = || self.plan.iter().map(|item| item.at).chain([loa::clock::now()]).map(|at| local(at).date());
        (dates().min().expect("today"), dates().max().expect("today"))
    }

    /// The log of the dates of the plan and of today, as `loa airings --json` gives it.
    pub fn airings(&self) -> Vec<Value> {
        self.airings_of(self.dates())
    }

    /// The log of other dates, likewise.
    pub fn airings_of(&self, (from, to): (Date, Date)) -> Vec<Value> {
        let (from, to) = (from.to_string(), to.to_string());
        let out = self.loa(&["airings", "--from", &from, "--to", &to, "--json"]).output().expect("loa airings");
        assert!(out.status.success(), "loa airings: {}", String::from_utf8_lossy(&out.stderr));
        let mut all: Value = serde_json::from_slice(&out.stdout).expect("JSON");
        match all["airings"].take() {
            Value::Array(rows) => rows,
            other => panic!("no list of airings but {other}"),
        }
    }

    /// The same log as it stands in its file: what is looked for again and again is looked for here, for no
    /// program has to be started to see it. Nothing where there is no log yet.
    pub fn logged(&self) -> Vec<Entry> {
        self.logged_of(self.dates())
    }

    fn logged_of(&self, (from, to): (Date, Date)) -> Vec<Entry> {
        let reader = Reader::open(&self.home().join("var/ledger.db"));
        reader.ok().and_then(|reader| reader.entries(from, to).ok()).unwrap_or_default()
    }

    /// Waits until the log says that this became of a slot, whichever it is.
    pub fn until_logged(&self, outcome: Outcome) {
        let is_there = |entry: &Entry| entry.airing.as_ref().is_some_and(|airing| airing.outcome == Some(outcome));
        until(outcome.code(), || self.logged().iter().any(is_there).then_some(()));
    }

    /// Waits until so many slots of these dates are in the log, all of them with their outcome, and gives
    /// [`Station::airings`].
    pub fn settled(&self, slots: usize) -> Vec<Value> {
        self.settled_of(self.dates(), slots)
    }

    /// The same of other dates.
    pub fn settled_of(&self, dates: (Date, Date), slots: usize) -> Vec<Value> {
        let ended = |entry: &Entry| entry.airing.as_ref().is_some_and(|airing| airing.outcome.is_some());
        until("the end of the plan", || {
            let log = self.logged_of(dates);
            (log.len() == slots && log.iter().all(ended)).then_some(())
        });
        self.airings_of(dates)
    }
}

/// The daemon, killed when dropped.
pub struct Daemon {
    child: Child,
    log: PathBuf,
}

impl Daemon {
    /// What it wrote to its standard error.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop (SIGTERM) and waits until it has, at most `patience`.
    pub fn stop(mut self, patience: Duration) -> ExitStatus {
        let asked = Command::new("sh").arg("-c").arg(format!("kill -TERM {}", self.pid())).status().expect("sh");
        assert!(asked.success(), "the daemon was gone before it was asked to stop:\n{}", self.log());
        self.end(patience)
    }

    /// Waits until it has ended by itself, at most `patience`.
    pub fn end(&mut self, patience: Duration) -> ExitStatus {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(status) = self.child.try_wait().expect("the daemon's state") {
                return status;
            }
            assert!(Instant::now() < deadline, "the daemon did not end within {patience:?}:\n{}", self.log());
            sleep(Duration::from_millis(5));
        }
    }

    /// Sends it a signal by its name, as `STOP`.
    #[cfg(unix)]
    pub fn signal(&self, name: &str) {
        let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {}", self.pid())).status();
        assert!(sent.expect("a shell").success());
    }

    /// Ends it as a power cut would: it learns nothing of it (SIGKILL).
    pub fn kill(mut self) {
        self.child.kill().expect("the daemon is killed");
        self.child.wait().expect("the daemon is gone");
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Segments one after the other, the first at `first`, each beginning on the first whole second that leaves `pause` of
/// silence after the one before. Files are (name, seconds).
pub fn in_a_row(first: Timestamp, files: &[(&str, f64)], pause: f64) -> Vec<Planned> {
    let mut at = first;
    let mut plan = Vec::new();
    for (n, (file, seconds)) in files.iter().enumerate() {
        plan.push(Planned { at, id: format!("muc-{}", n + 1), file: (*file).to_owned() });
        at += Duration::from_secs((seconds + pause).ceil() as u64);
    }
    plan
}

/// The next whole second that lies at least so far ahead.
pub fn whole_second_in(ahead: Duration) -> Timestamp {
    let at = loa::clock::now() + ahead;
    Timestamp::from_second(at.as_second() + 1).expect("an instant of our days")
}

fn local(at: Timestamp) -> ZonedDateTime {
    at.to_zoned_datetime(zone())
}

/// The months' files, by month: a plan near midnight may need two.
fn months(plan: &[Planned]) -> BTreeMap<String, String> {
    let mut months = BTreeMap::new();
    for item in plan {
        let at = local(item.at);
        let month = at.strftime("%Y-%m").to_string();
        let text = months.entry(month).or_insert_with_key(|month| format!("month = \"{month}\"\n"));
        *text += &format!(
            "\n[[segment]]\nid = \"{}\"\ntitle = \"Tiết mục {}\"\naudio = \"{}\"\non = [\"{}\"]\nat = [\"{}\"]\n",
            item.id,
            item.id,
            item.file,
            at.date(),
            at.strftime("%H:%M:%S"),
        );
    }
    months
}

/// The row of a segment in the log; there must be one and no more.
pub fn row<'a>(airings: &'a [Value], id: &str) -> &'a Value {
    let rows: Vec<&Value> = airings.iter().filter(|row| row["segment"] == id).collect();
    assert_eq!(rows.len(), 1, "rows of {id} in {airings:#?}");
    rows[0]
}

/// An instant of the log, in Unix seconds.
pub fn instant(row: &Value, key: &str) -> Option<f64> {
    row[key].as_str().map(|text| super::ear::unix(text.parse().expect("an instant in RFC 3339")))
}

/// Watches whether the machine keeps us waiting. A sound server starved by other work makes holes that say nothing of
/// the program.
pub struct Stalls {
    over: Arc<AtomicBool>,
    watch: JoinHandle<Duration>,
}

impl Stalls {
    /// Begins to watch.
    pub fn watch() -> Stalls {
        let over = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&over);
        let watch = std::thread::spawn(move || {
            const NAP: Duration = Duration::from_millis(5);
            let mut worst = Duration::ZERO;
            while !told.load(Ordering::Relaxed) {
                let asleep = Instant::now();
                sleep(NAP);
                worst = worst.max(asleep.elapsed().saturating_sub(NAP));
            }
            worst
        });
        Stalls { over, watch }
    }

    /// Stops, and says how late the latest waking was.
    pub fn worst(self) -> Duration {
        self.over.store(true, Ordering::Relaxed);
        self.watch.join().expect("the watch lives")
    }
}

/// Lays a tone of so many seconds into the station, as `tone.wav`.
pub fn write_tone(station: &Station, seconds: u64) {
    write_tone_as(station, "tone.wav", seconds);
}

/// The same under another name.
pub fn write_tone_as(station: &Station, name: &str, seconds: u64) {
    let phase = |n: u64| n as f32 * 440.0 * std::f32::consts::TAU / 48_000.0;
    let samples = (0..seconds * 48_000).map(|n| (phase(n).sin() * 8000.0) as i16);
    write_wav(&station.home().join("audio").join(name), 48_000, 1, samples);
}
