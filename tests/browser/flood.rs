//! Many at the page at once while a bulletin is on air: it sounds as if nobody were there.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};

use loa::clock;
use loa::console::Role;
use loa::console::accounts::{Accounts, Password};
use serde_json::Value;

use crate::client::{Browser, connect};
use crate::support::decoded::on_line;
use crate::support::ear::{Recorder, unix};
use crate::support::pulse::PulseLine;
use crate::support::station::{Stalls, Station, in_a_row, recordings, row, whole_second_in};
use earshot::likeness::find;
use earshot::track::RATE;

const NAME: &str = "Đông";
const PASSWORD: &str = "đông người xem";
/// What is asked for in turn.
const PAGES: [&str; 5] = ["/", "/lich/2031-03", "/nhat-ky", "/api/v1/status", "/kho"];
/// Columns that air every day of that month, each a segment: 620 slots in all.
const COLUMNS: usize = 20;
/// What the daemon may hold in memory more than before anybody came: half a MiB for each place that there is.
const ROOM_KIB: u64 = 256 * 1024;

/// A machine that keeps a thread waiting for longer starves the sound server too: what is heard then says nothing of the program.
const FAIR_STALL: Duration = Duration::from_millis(15);

/// Half a minute each: in the last of them the walks beside this one are over.
const TRIALS: usize = 8;

/// So many live pages, so many requests a second, for the time that so many bulletins take.
struct Flood {
    streams: usize,
    requests_per_s: usize,
    bulletins: usize,
    /// The month that is asked for is a full one; else there is none.
    full_month: bool,
}

/// What it took.
struct Cost {
    /// How long the answers of each address took, sorted.
    took: BTreeMap<&'static str, Vec<Duration>>,
    /// What the daemon held in memory, in KiB: before anybody came, at most, and when all had gone.
    before_kib: u64,
    at_most_kib: u64,
    after_kib: u64,
}

impl Cost {
    /// As the table of `docs/performance.md` has it.
    fn told(&self) {
        let mut all: Vec<Duration> = self.took.values().flatten().copied().collect();
        all.sort_unstable();
        println!("| address | answers | half within | 99 of a hundred within | all within |\n|---|---|---|---|---|");
        for (path, took) in self.took.iter().map(|(path, took)| (*path, took)).chain([("all", &all)]) {
            let ms = |share: usize| took[(took.len() * share / 1000).min(took.len() - 1)].as_secs_f64() * 1000.0;
            println!("| `{path}` | {} | {:.1} ms | {:.1} ms | {:.1} ms |", took.len(), ms(500), ms(990), ms(1000));
        }
        let mib = |kib: u64| kib as f64 / 1024.0;
        let (before, at_most, after) = (mib(self.before_kib), mib(self.at_most_kib), mib(self.after_kib));
        println!("resident: {before:.1} MiB before, {at_most:.1} MiB at most, {after:.1} MiB after");
    }
}

/// A full month of three broadcasts a day.
fn full_month(file: &str) -> String {
    let places = |from: usize| (from..from + COLUMNS).step_by(3).filter(|n| *n < COLUMNS);
    let mut month = "month = \"2031-03\"\n".to_owned();
    for (nth, start) in ["05:00", "11:00", "17:00"].into_iter().enumerate() {
        let order: Vec<String> = places(nth).map(|n| format!("{{ column = \"muc-{n}\" }}")).collect();
        month += &format!(
            "[[window]]\nid = \"buoi-{nth}\"\nname = \"Buổi {nth}\"\nstart = \"{start}\"\nend = \"{}:40\"\n",
            &start[..2]
        );
        month += &format!("running_order = [{}]\n", order.join(", "));
    }
    for n in 0..COLUMNS {
        month += &format!("[[column]]\nid = \"muc-{n}\"\nname = \"Chuyên mục {n}\"\n");
        month += &format!(
            "[[segment]]\ntitle = \"Tiết mục số {n}\"\naudio = \"{file}\"\ncolumn = \"muc-{n}\"\ndays = \"hằng ngày\"\n"
        );
    }
    month
}

/// A figure of `/proc/PID/status`, in KiB.
fn memory_kib(pid: u32, figure: &str) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("what Linux says of the daemon");
    let line = text.lines().find_map(|line| line.strip_prefix(figure)?.strip_prefix(':')).expect("that figure");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

/// Gives a station a page and somebody to look at it.
fn prepare(station: &Station) {
    let own = station.home().join("schedules/station.toml");
    let text = std::fs::read_to_string(&own).unwrap();
    std::fs::write(&own, text.replace("listen = \"off\"", "listen = \"127.0.0.1:0\"")).unwrap();
    std::fs::create_dir_all(station.home().join("var")).unwrap();
    let mut accounts = Accounts::open(&station.home().join("var/accounts.db")).unwrap();
    accounts.add(NAME, Role::Viewer, &Password::new(PASSWORD).unwrap(), clock::now()).unwrap();
}

/// Gives it a full month.
fn plan(station: &Station, file: &str) {
    std::fs::write(station.home().join("schedules/2031-03.toml"), full_month(file)).unwrap();
    let planned = station.loa(&["timetable", "2031-03", "--format", "json"]).output().unwrap().stdout;
    let planned: Value = serde_json::from_slice(&planned).unwrap();
    assert_eq!(planned["slots"].as_array().map(Vec::len), Some(31 * COLUMNS), "a full month");
}

impl Flood {
    /// Lets it come over a station that airs; anew, but not for ever, where the machine had too much else to do.
    fn comes(&self) {
        let Some(line) = PulseLine::start(&["line"]) else { return };
        for trial in 1.. {
            let stalls = Stalls::watch();
            let complaints = self.comes_over(&line).join("\n");
            let stall = stalls.worst();
            if complaints.is_empty() {
                return;
            }
            let unfair = stall > FAIR_STALL && trial < TRIALS;
            assert!(unfair, "trial {trial}, in which the machine stood still for {stall:?} at worst:\n{complaints}");
            println!("trial {trial} does not count: the machine stood still for {stall:?} in it:\n{complaints}");
        }
    }

    /// What is heard otherwise than if nobody were there.
    fn comes_over(&self, line: &PulseLine) -> Vec<String> {
        let file = "cchc-ket-qua.mp3";
        let plan = in_a_row(whole_second_in(Duration::from_secs(12)), &vec![(file, 10.0); self.bulletins], 2.0);
        let station = Station::new("pulseaudio:line", &plan).with_env(line.env());
        prepare(&station);
        if self.full_month {
            self::plan(&station, file);
        }
        let daemon = station.run();
        let recorder = Recorder::start(line, "line");
        let status: Value =
            serde_json::from_slice(&station.loa(&["status", "--json"]).output().unwrap().stdout).unwrap();
        let url = status["console"]["url"].as_str().expect("an address");
        let browser = Browser::of(url.split("//").nth(1).unwrap().trim_end_matches('/'), NAME, PASSWORD);

        let before_kib = memory_kib(daemon.pid(), "VmRSS");
        let over = Arc::new(AtomicBool::new(false));
        let took = Arc::new(Mutex::new(BTreeMap::new()));
        let askers = 20_u32;
        let streams = (0..self.streams).map(|_| (browser.clone(), None));
        let pause = Duration::from_millis(1000 * askers as u64 / self.requests_per_s as u64);
        let all: Vec<_> = streams
            .chain((0..askers).map(|nth| (browser.clone(), Some(nth))))
            .map(|(browser, asker)| {
                let (over, took) = (over.clone(), took.clone());
                std::thread::spawn(move || match asker {
                    None => look_on(&browser, &over),
                    Some(nth) => {
                        // Evenly over the time, and not all for the same at once.
                        sleep(pause * nth / askers);
                        ask_on(&browser, PAGES.into_iter().cycle().skip(nth as usize), pause, &over, &took);
                    }
                })
            })
            .collect();
        let last = plan.last().unwrap().at + Duration::from_secs(11);
        sleep(Duration::try_from(last.duration_since(clock::now())).unwrap_or_default());
        over.store(true, Ordering::Relaxed);
        all.into_iter().for_each(|thread| thread.join().expect("it was answered"));
        let heard = recorder.finish();

        let whole = on_line(&recordings().join(file));
        let airings = station.airings();
        let mut complaints = Vec::new();
        for item in &plan {
            let near = heard.frame(unix(item.at));
            match find(&whole, &heard.track, near, RATE as usize) {
                None => complaints.push(format!("{} is not heard", item.id)),
                Some(found) if found.residual_db < -40.0 && found.worst < 0.02 => {}
                Some(found) => complaints.push(format!("{}: a click or a hole: {found:?}", item.id)),
            }
            let row = row(&airings, &item.id);
            if row["outcome"] != "aired" || row["gap_ms"] != 0 {
                complaints.push(format!("{row:#}"));
            }
        }
        let took = std::mem::take(&mut *took.lock().unwrap());
        let mut cost = Cost {
            took,
            before_kib,
            at_most_kib: memory_kib(daemon.pid(), "VmHWM"),
            after_kib: memory_kib(daemon.pid(), "VmRSS"),
        };
        cost.took.values_mut().for_each(|took| took.sort_unstable());
        assert_eq!(cost.took.keys().count(), PAGES.len(), "each of the pages was asked for");
        assert!(cost.at_most_kib < before_kib + ROOM_KIB, "{before_kib} KiB became {} KiB", cost.at_most_kib);
        println!("{} live pages, {} requests a second:", self.streams, self.requests_per_s);
        cost.told();
        complaints
    }
}

/// Keeps the live page open; it goes on telling.
fn look_on(browser: &Browser, over: &AtomicBool) {
    let mut stream = connect(&browser.address);
    let (host, cookie) = (&browser.address, browser.cookie.as_deref().unwrap_or_default());
    write!(stream, "GET /tren-song/luong HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n").unwrap();
    let (mut bytes, mut all) = ([0; 4096], 0);
    while !over.load(Ordering::Relaxed) {
        let got = stream.read(&mut bytes).unwrap();
        assert!(got > 0, "the live page ends after {all} bytes");
        all += got;
    }
}

/// How long the answers of each address took.
type Took = Mutex<BTreeMap<&'static str, Vec<Duration>>>;

fn ask_on(
    browser: &Browser,
    pages: impl Iterator<Item = &'static str>,
    pause: Duration,
    over: &AtomicBool,
    took: &Took,
) {
    for path in pages.take_while(|_| !over.load(Ordering::Relaxed)) {
        let began = Instant::now();
        let answer = browser.get(path);
        let elapsed = began.elapsed();
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        took.lock().unwrap().entry(path).or_default().push(elapsed);
        sleep(pause.saturating_sub(elapsed));
    }
}

#[test]
fn many_at_the_page_are_not_heard_on_the_line() {
    let flood = Flood { streams: 40, requests_per_s: 50, bulletins: 1, full_month: false };
    flood.comes();
}

/// Two hundred live pages and two hundred requests a second for a minute.
#[test]
#[ignore = "a minute of load: make soak"]
fn very_many_at_the_page_are_not_heard_on_the_line() {
    let flood = Flood { streams: 200, requests_per_s: 200, bulletins: 5, full_month: true };
    flood.comes();
}
