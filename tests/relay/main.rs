//! Relays from a stream server of our own, which sends what real ones send and misbehaves as they do. What is heard is
//! set against the recording that was sent.
#![allow(missing_docs, clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Mutex, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use loa::audio::relay::{Format, Heard, Live, Recordings, Terms};
use loa::programme::relay::RelaySource;

#[path = "../support/mod.rs"]
mod support;

mod hls;
mod losses;
mod on_air;
mod refused;

use earshot::likeness::{Found, find};
use earshot::track::{RATE, Track};
use support::decoded::on_line;
use support::server::{self, Server};
use support::station::recordings;
use support::streams;

const FORMAT: Format = Format { rate_hz: RATE, channels: 2 };
/// What no test should need.
const PATIENCE: Duration = Duration::from_secs(30);

/// The one test that counts threads wants to be alone.
static ALONE: RwLock<()> = RwLock::new(());

fn among_others() -> RwLockReadGuard<'static, ()> {
    ALONE.read().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Quicker than real ones; with a buffer that holds all a test sends, so that nothing of it is dropped before it is read.
fn terms() -> Terms {
    Terms {
        connect_ms: 2_000,
        stall_ms: 1_000,
        retry_first_ms: 50,
        retry_most_ms: 200,
        buffer_ms: 60_000,
        ..Terms::default()
    }
}

fn below(folder: PathBuf, names: &[&str]) -> Recordings {
    Recordings { below: folder, names: names.iter().map(|name| (*name).to_owned()).collect(), ..Recordings::default() }
}

fn tuned(url: &str, fallback: &[&str], terms: Terms) -> Live {
    Live::open(&RelaySource::parse(url).unwrap(), below(recordings(), fallback), FORMAT, terms).unwrap()
}

/// Waits until so much of the source is held ready.
fn ready(live: &Live, ms: u64) {
    let since = Instant::now();
    while live.ready_ms() < ms {
        assert!(since.elapsed() < PATIENCE, "{} ms ready; {:?}", live.ready_ms(), live.stats());
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Waits until `is` of what was heard and met so far.
fn until(live: &Live, is: impl Fn(&Live) -> bool) {
    let since = Instant::now();
    while !is(live) {
        assert!(since.elapsed() < PATIENCE, "{} ms ready; {:?}", live.ready_ms(), live.stats());
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// What was read, and the stretches of it in frames.
struct Ear {
    track: Track,
    heard: Vec<(Heard, usize)>,
}

impl Ear {
    fn new() -> Ear {
        Ear { track: Track { rate: RATE, channels: 2, samples: Vec::new() }, heard: Vec::new() }
    }

    /// Reads `ms`, some times faster than a line would.
    fn hear(&mut self, live: &mut Live, ms: usize) {
        for _ in 0..ms / 10 {
            std::thread::sleep(Duration::from_millis(2));
            self.take(live, 10);
        }
    }

    /// Reads `ms` at once.
    fn take(&mut self, live: &mut Live, ms: usize) {
        for _ in 0..ms / 10 {
            let mut block = [0.0; RATE as usize / 100 * 2];
            let now = live.read(&mut block);
            assert_eq!(now.frames, block.len() / 2, "a read always fills");
            self.track.samples.extend(block);
            match self.heard.last_mut() {
                Some((heard, frames)) if *heard == now.heard => *frames += now.frames,
                _ => self.heard.push((now.heard, now.frames)),
            }
        }
    }

    /// Reads `ms` of the source, waiting for it.
    fn hear_source(&mut self, live: &mut Live, ms: usize) {
        for _ in 0..ms / 100 {
            ready(live, 300);
            self.hear(live, 100);
        }
    }

    fn states(&self) -> Vec<Heard> {
        self.heard.iter().map(|(heard, _)| *heard).collect()
    }
}

/// A recording as the line would have it. Each is decoded once for all tests.
fn known(name: &str) -> Track {
    static KNOWN: Mutex<BTreeMap<String, Track>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let decoded = || on_line(&recordings().join(name));
    known.entry(name.to_owned()).or_insert_with(decoded).clone()
}

/// Where a recording is heard, and that it is it.
fn like(recording: &Track, heard: &Track, near_s: f64) -> Found {
    let found = find(recording, heard, near_s * f64::from(RATE), RATE as usize / 2).expect("the recording is heard");
    assert!(found.residual_db < -30.0 && found.gain_db.abs() < 0.1, "it is something else: {found:?}");
    let length = found.end - found.start - recording.frames() as f64;
    assert!(length.abs() < 3.0, "its length is off by {length} frames");
    found
}

#[test]
fn every_kind_of_stream_is_heard_as_it_was_sent() {
    let _others = among_others();
    let mp3 = std::fs::read(recordings().join("ban-tin.mp3")).unwrap();
    let ogg = std::fs::read(recordings().join("hoi-dap.ogg")).unwrap();
    let frames = streams::aac().0;
    let aac: Vec<u8> = frames.iter().flat_map(|frame| streams::adts(frame)).collect();
    let ts = streams::ts(&frames, 0x100, 0x101, 0);
    let bodies = [("/dai.mp3", mp3), ("/dai.ogg", ogg), ("/dai.aac", aac), ("/dai.ts", ts)];
    let server = Server::start(move |asked, to| {
        let body = |name: &str| bodies.iter().find(|(path, _)| *path == name).map(|(_, body)| body.repeat(2)).unwrap();
        let here = |path: &str| format!("http://{}{path}", asked.headers["host"]);
        match asked.path.as_str() {
            "/chunked" => {
                server::head(to, "200 OK", &["Transfer-Encoding: chunked", "Content-Type: text/html"])?;
                body("/dai.mp3").chunks(777).try_for_each(|part| server::chunk(to, part))?;
            }
            "/titled" => {
                server::head(to, "200 OK", &["icy-metaint: 1000", "Content-Type: audio/mpeg"])?;
                for part in body("/dai.mp3").chunks(1000) {
                    to.write_all(part)?;
                    to.write_all(b"\x02StreamTitle='Ban tin phuong An';")?;
                }
            }
            "/titled-rarely" => {
                server::head(to, "200 OK", &["icy-metaint: 4096"])?;
                for part in body("/dai.aac").chunks(4096) {
                    to.write_all(part)?;
                    to.write_all(&[0])?;
                }
            }
            "/moved" => {
                server::head(to, "302 Found", &["Content-Length: 0", &format!("Location: {}", here("/moved-again"))])?;
            }
            "/moved-again" => server::head(to, "307 Temporary Redirect", &["Content-Length: 0", "Location: dai.ogg"])?,
            "/dai.m3u" => server::whole(to, format!("#EXTM3U\n#EXTINF:-1,Dai\n{}\n", here("/list.pls")).as_bytes())?,
            "/list.pls" => server::whole(to, b"[playlist]\nFile1=dai.aac\nNumberOfEntries=1\n")?,
            "/joined-in-the-middle" => {
                server::head(to, "200 OK", &[])?;
                let rubbish: Vec<u8> = (0..9000_u32).map(|n| (n * n % 251) as u8 | 0x80).collect();
                to.write_all(&[&rubbish, &body("/dai.aac")[..]].concat())?;
            }
            path => server::endless(to, &body(path))?,
        }
        server::stall(to)
    });
    for (path, name) in [
        ("/dai.mp3", "ban-tin.mp3"),
        ("/dai.ogg", "hoi-dap.ogg"),
        ("/dai.aac", "mot-cua.m4a"),
        ("/dai.ts", "mot-cua.m4a"),
        ("/chunked", "ban-tin.mp3"),
        ("/titled", "ban-tin.mp3"),
        ("/titled-rarely", "mot-cua.m4a"),
        ("/moved", "hoi-dap.ogg"),
        ("/dai.m3u", "mot-cua.m4a"),
        ("/joined-in-the-middle", "mot-cua.m4a"),
    ] {
        let mut live = tuned(&server.url(path), &["nhac-hieu.flac"], Terms { stall_ms: 20_000, ..terms() });
        let recording = known(name);
        println!("{path}");
        ready(&live, 3_000);
        let mut ear = Ear::new();
        ear.hear_source(&mut live, (recording.seconds() * 1000.0) as usize + 300);
        assert_eq!(ear.states(), [Heard::Source], "{path}");
        like(&recording, &ear.track, 0.0);
        assert_eq!(live.stats().last_fault, None, "{path}");
    }
}

#[test]
fn a_stream_that_changes_its_format_on_the_way_is_followed() {
    let _others = among_others();
    // 22 kHz mono, 44 kHz stereo, then AAC of 48 kHz, and the first again to push the last one out.
    let read = |name: &str| std::fs::read(recordings().join(name)).unwrap();
    let aac: Vec<u8> = streams::aac().0.iter().flat_map(|frame| streams::adts(frame)).collect();
    let sent = [read("ban-tin.mp3"), read("cchc-ket-qua.mp3"), aac, read("ban-tin.mp3")].concat();
    let server = Server::start(move |_, to| {
        server::endless(to, &sent)?;
        server::stall(to)
    });
    // So long that no slow machine takes the end of what is sent for a stall.
    let mut live = tuned(&server.url("/"), &[], Terms { stall_ms: 120_000, ..terms() });
    let mut ear = Ear::new();
    ready(&live, 3_000);
    ear.hear_source(&mut live, 30_000);
    let mut at_s = 0.0;
    for name in ["ban-tin.mp3", "cchc-ket-qua.mp3", "mot-cua.m4a"] {
        at_s = like(&known(name), &ear.track, at_s).end / f64::from(RATE);
    }
    assert_eq!((ear.states(), live.stats().reconnects), (vec![Heard::Source], 0));
}
