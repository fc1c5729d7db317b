//! Many at the page at once while a bulletin is on air: it sounds as if nobody were there.

use std::io::{Read as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};

use loa::audio::bulletin::Bulletin;
use loa::clock;
use loa::console::Role;
use loa::console::accounts::{Accounts, Password};
use serde_json::Value;

use crate::client::{Browser, connect};
use crate::support::ear::{Recorder, unix};
use crate::support::likeness::find;
use crate::support::pulse::PulseLine;
use crate::support::station::{Station, in_a_row, recordings, row, whole_second_in};
use crate::support::track::{RATE, Track};

const NAME: &str = "Đông";
const PASSWORD: &str = "đông người xem";
/// What is asked for in turn.
const PAGES: [&str; 5] = ["/", "/lich/2031-03", "/nhat-ky", "/api/v1/status", "/kho"];

/// So many live pages, so many requests a second, for the time that so many bulletins take.
struct Flood {
    streams: usize,
    requests_per_s: usize,
    bulletins: usize,
}

impl Flood {
    /// Lets it come over a station that airs; how long each answer took, in ms, sorted.
    fn comes(&self) -> Option<Vec<u128>> {
        let line = PulseLine::start(&["line"])?;
        let file = "cchc-ket-qua.mp3";
        let plan = in_a_row(whole_second_in(Duration::from_secs(6)), &vec![(file, 10.0); self.bulletins], 2.0);
        let station = Station::new("pulseaudio:line", &plan).with_env(line.env());
        let own = station.home().join("schedules/station.toml");
        let text = std::fs::read_to_string(&own).unwrap();
        std::fs::write(&own, text.replace("listen = \"off\"", "listen = \"127.0.0.1:0\"")).unwrap();
        std::fs::create_dir_all(station.home().join("var")).unwrap();
        let mut accounts = Accounts::open(&station.home().join("var/accounts.db")).unwrap();
        accounts.add(NAME, Role::Viewer, &Password::new(PASSWORD).unwrap(), clock::now()).unwrap();
        drop(accounts);
        let daemon = station.run();
        let recorder = Recorder::start(&line, "line");
        let status: Value =
            serde_json::from_slice(&station.loa(&["status", "--json"]).output().unwrap().stdout).unwrap();
        let url = status["console"]["url"].as_str().expect("an address");
        let browser = Browser::of(url.split("//").nth(1).unwrap().trim_end_matches('/'), NAME, PASSWORD);

        let over = Arc::new(AtomicBool::new(false));
        let took = Arc::new(Mutex::new(Vec::new()));
        let askers = 20;
        let streams = (0..self.streams).map(|_| (browser.clone(), None));
        let pause = Duration::from_millis(1000 * askers / self.requests_per_s as u64);
        let all: Vec<_> = streams
            .chain((0..askers).map(|_| (browser.clone(), Some(pause))))
            .map(|(browser, pause)| {
                let (over, took) = (over.clone(), took.clone());
                std::thread::spawn(move || match pause {
                    None => look_on(&browser, &over),
                    Some(pause) => ask_on(&browser, pause, &over, &took),
                })
            })
            .collect();
        let last = plan.last().unwrap().at + Duration::from_secs(11);
        sleep(Duration::try_from(last.duration_since(clock::now())).unwrap_or_default());
        over.store(true, Ordering::Relaxed);
        all.into_iter().for_each(|thread| thread.join().expect("it was answered"));
        let heard = recorder.finish();

        let whole = Track::from_source(Bulletin::open(&recordings().join(file)).unwrap()).at_rate(RATE).on_channels(2);
        let airings = station.airings();
        for item in &plan {
            let near = heard.frame(unix(item.at));
            let found = find(&whole, &heard.track, near, RATE as usize)
                .unwrap_or_else(|| panic!("{} is not heard: {airings:#?}", item.id));
            assert!(found.residual_db < -40.0 && found.worst < 0.02, "{}: a click or a hole: {found:?}", item.id);
            assert_eq!(row(&airings, &item.id)["outcome"], "aired", "{airings:#?}");
            assert_eq!(row(&airings, &item.id)["gap_ms"], 0, "{airings:#?}");
        }
        let resident = std::fs::read_to_string(format!("/proc/{}/status", daemon.pid())).unwrap_or_default();
        let peak = resident.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
        println!("{} live pages, {} requests a second: {peak}", self.streams, self.requests_per_s);
        let mut took = std::mem::take(&mut *took.lock().unwrap());
        took.sort_unstable();
        Some(took)
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

fn ask_on(browser: &Browser, pause: Duration, over: &AtomicBool, took: &Mutex<Vec<u128>>) {
    for path in PAGES.iter().cycle().take_while(|_| !over.load(Ordering::Relaxed)) {
        let began = Instant::now();
        let answer = browser.get(path);
        let elapsed = began.elapsed();
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        took.lock().unwrap().push(elapsed.as_millis());
        sleep(pause.saturating_sub(elapsed));
    }
}

#[test]
fn many_at_the_page_are_not_heard_on_the_line() {
    let flood = Flood { streams: 40, requests_per_s: 50, bulletins: 1 };
    if let Some(took) = flood.comes() {
        assert!(took.len() > 200, "{}", took.len());
    }
}

/// Two hundred live pages and two hundred requests a second for a minute.
#[test]
#[ignore = "a minute of load: make soak"]
fn very_many_at_the_page_are_not_heard_on_the_line() {
    let flood = Flood { streams: 200, requests_per_s: 200, bulletins: 5 };
    if let Some(took) = flood.comes() {
        let at = |share: usize| took[(took.len() * share / 1000).min(took.len() - 1)];
        println!(
            "{} answers: half within {} ms, 99 of a hundred within {} ms, all within {} ms",
            took.len(),
            at(500),
            at(990),
            took[took.len() - 1]
        );
    }
}
