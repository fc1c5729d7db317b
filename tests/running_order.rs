//! A window as an operator writes it, aired by the real program: on the null line what the log says, on the wav line what
//! the street would have heard, sample for sample.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod support;

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use support::station::{Station, instant, whole_second_in};
use support::wav::write_wav;
use support::zone::zone;

const CHANNELS: usize = 2;
const RATE: usize = 48_000;

/// Noise of its own for each recording, at the line's rate and channels, so that it comes out as it went in.
fn noise(seed: u64, seconds: usize) -> Vec<i16> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 48) as i32 % 9_000) as i16
    };
    (0..seconds * RATE * CHANNELS).map(|_| next()).collect()
}

fn write(path: &Path, samples: &[i16]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    write_wav(path, RATE as u32, CHANNELS as u16, samples.iter().copied());
}

/// A home whose window begins at `begins`: ident, two columns, filler, a hard item after 20 s, a sign-off.
struct Window {
    station: Station,
    begins: Timestamp,
}

/// Recordings of the window, by what they are for: their seeds and lengths in seconds.
const IDENT: (u64, usize) = (1, 3);
const NEWS: (u64, usize) = (2, 5);
const CCHC: (u64, usize) = (3, 4);
const HARD: (u64, usize) = (4, 4);
const BYE: (u64, usize) = (5, 3);
const FILLER: [(u64, usize); 2] = [(6, 3), (7, 3)];

impl Window {
    fn new(device: &str) -> Window {
        let begins = whole_second_in(Duration::from_secs(5));
        let station = Station::new(device, &[]);
        let local = |seconds: i64| {
            let at = begins + SignedDuration::from_secs(seconds);
            at.to_zoned_datetime(zone())
        };
        let time = |seconds: i64| local(seconds).strftime("%H:%M:%S").to_string();
        let date = local(0).date();
        let audio = station.home().join("audio");
        let recordings = [("hieu", IDENT), ("tin", NEWS), ("cchc", CCHC), ("cung", HARD), ("chao", BYE)];
        for (name, (seed, seconds)) in recordings {
            write(&audio.join(format!("{name}.wav")), &noise(seed, seconds));
        }
        for (n, (seed, seconds)) in FILLER.into_iter().enumerate() {
            write(&audio.join(format!("dem/{n}.wav")), &noise(seed, seconds));
        }
        let file = station.home().join("schedules/station.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        let window = format!(
            "{text}\n[[window]]\nid = \"sang\"\nname = \"Buổi sáng\"\nstart = \"{}\"\nend = \"{}\"\ndays = \"hằng ngày\"\n\
             running_order = [\n  {{ audio = \"hieu.wav\", kind = \"ident\" }},\n  {{ column = \"tin\" }},\n  \
             {{ column = \"cchc\" }},\n  {{ column = \"thong-bao\" }},\n  {{ filler = \"dem/\" }},\n  \
             {{ audio = \"chao.wav\", kind = \"sign_off\" }},\n]\n\n[[column]]\nid = \"tin\"\nname = \"Bản tin\"\n\n\
             [[column]]\nid = \"cchc\"\nname = \"CCHC\"\n\n[[column]]\nid = \"thong-bao\"\nname = \"Thông báo\"\n",
            time(0),
            time(28),
        );
        std::fs::write(&file, window).unwrap();
        let segment = |id: &str, place: &str| {
            format!(
                "\n[[segment]]\nid = \"{id}\"\ntitle = \"Tiết mục {id}\"\naudio = \"{id}.wav\"\non = [\"{date}\"]\n{place}\n"
            )
        };
        let month = local(0).strftime("%Y-%m").to_string();
        let text = [
            format!("month = \"{month}\"\n"),
            segment("tin", "column = \"tin\""),
            segment("cchc", "column = \"cchc\""),
            segment("cung", &format!("at = [\"{}\"]", time(20))),
        ]
        .concat();
        std::fs::write(station.home().join(format!("schedules/{month}.toml")), text).unwrap();
        Window { station, begins }
    }

    /// The rows of the day once all have their outcome.
    fn settled(&self, slots: usize) -> Vec<Value> {
        let date = self.begins.to_zoned_datetime(zone()).date();
        self.station.settled_of((date, date), slots)
    }
}

fn said(rows: &[Value]) -> Vec<String> {
    let word = |row: &Value, key: &str| row[key].as_str().unwrap_or("-").to_owned();
    let line = |row: &Value| format!("{} {} {}", word(row, "kind"), word(row, "outcome"), word(row, "cause"));
    rows.iter().map(line).collect()
}

const WANTED: [&str; 7] = [
    "ident aired -",
    "segment aired -",
    "segment aired -",
    "column missed no_segment",
    "filler aired -",
    "segment aired -",
    "sign_off aired -",
];

#[test]
fn a_window_airs_whole_on_the_null_line_and_the_log_says_how() {
    let window = Window::new("null");
    let daemon = window.station.run();
    let rows = window.settled(WANTED.len());
    assert_eq!(said(&rows), WANTED, "{}\n{rows:#?}", daemon.log());
    assert!(daemon.stop(Duration::from_secs(5)).success());
    assert!(rows.iter().all(|row| row["window"] == "sang"), "{rows:#?}");
    let heard: Vec<&Value> = rows.iter().filter(|row| row["outcome"] == "aired").collect();
    let late_s = instant(heard[0], "began").unwrap() - support::ear::unix(window.begins);
    assert!(late_s.abs() < 0.02, "the window began {late_s} s late");
    for pair in heard.windows(2) {
        let gap_s = instant(pair[1], "began").unwrap() - instant(pair[0], "ended").unwrap();
        assert!(gap_s.abs() < 0.005, "{gap_s} s between {:#} and {:#}", pair[0], pair[1]);
    }
    let hard = instant(heard[4], "began").unwrap() - support::ear::unix(window.begins);
    assert!((hard - 20.0).abs() < 0.02, "the hard item began after {hard} s");
    assert!(heard[3]["note"].as_str().unwrap().contains("dem/"), "{:#}", heard[3]);
}

#[test]
fn a_window_is_heard_sample_for_sample_without_a_gap_on_the_wav_line() {
    let folder = tempfile::tempdir().unwrap();
    let out: PathBuf = folder.path().join("loa.wav");
    let window = Window::new("null");
    let daemon = window.station.run_on(&format!("wav:{}", out.display()));
    let rows = window.settled(WANTED.len());
    assert_eq!(said(&rows), WANTED, "{}\n{rows:#?}", daemon.log());
    assert!(daemon.stop(Duration::from_secs(5)).success());
    let heard: Vec<i16> = hound::WavReader::open(&out).unwrap().samples().map(Result::unwrap).collect();
    let of = |(seed, seconds): (u64, usize)| noise(seed, seconds);
    let first: Vec<i16> = [IDENT, NEWS, CCHC].into_iter().flat_map(of).collect();
    assert!(heard[..first.len()] == first[..], "ident and segments are not one stretch");
    // Filler begins on the very next frame, with either of its files, and goes on with the other.
    let rest = &heard[first.len()..];
    let [one, other] = FILLER.map(of);
    let (one, other) = if rest[..1000] == one[..1000] { (one, other) } else { (other, one) };
    assert!(rest[..one.len()] == one[..], "filler does not follow at once");
    assert!(rest[one.len()..][..other.len()] == other[..], "its second file does not follow its first");
    // The hard item begins at its instant, under the end of the fade; the sign-off on its very next frame.
    let hard = of(HARD);
    let at = heard.windows(1000).position(|stretch| *stretch == hard[1000..2000]).expect("the hard item") - 1000;
    assert!(at.abs_diff(20 * RATE * CHANNELS) <= RATE * CHANNELS / 100, "it began at sample {at}");
    let last: Vec<i16> = hard[1000..].iter().copied().chain(of(BYE)).collect();
    assert!(heard[at + 1000..][..last.len()] == last[..], "hard item and sign-off are not one stretch");
}

/// The same window rehearsed: the log says what the real one would, and each recording stands in the file on the frame that
/// the timetable says.
#[test]
fn a_rehearsal_gives_the_log_and_renders_each_recording_on_its_frame() {
    let folder = tempfile::tempdir().unwrap();
    let window = Window::new("null");
    let date = window.begins.to_zoned_datetime(zone()).date().to_string();
    let wav = folder.path().join("nghe");
    let out = window.station.loa(&["rehearse", &date, "--wav", wav.to_str().unwrap(), "--json"]).output().unwrap();
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    let json: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!((&json["simulated"], &json["seed"]), (&Value::Bool(true), &Value::Null));
    let rows = json["airings"].as_array().unwrap();
    assert_eq!(said(rows), WANTED, "{rows:#?}");
    let heard: Vec<&Value> = rows.iter().filter(|row| row["outcome"] == "aired").collect();
    let file = wav.join(format!("{date}_sang.wav"));
    let sound: Vec<i16> = hound::WavReader::open(file).unwrap().samples().map(Result::unwrap).collect();
    let begins = support::ear::unix(window.begins);
    let place = |row: &Value, key: &str| {
        let seconds = instant(row, key).unwrap() - begins;
        (seconds * RATE as f64).round() as usize * CHANNELS
    };
    for (row, (seed, seconds)) in heard
        .iter()
        .zip([Some(IDENT), Some(NEWS), Some(CCHC), None, Some(HARD), Some(BYE)])
        .filter_map(|(row, recording)| Some((row, recording?)))
    {
        let (at, recording) = (place(row, "planned"), noise(seed, seconds));
        assert_eq!(place(row, "began"), at, "{row:#}");
        assert!(sound[at..at + recording.len()] == recording[..], "it is not where it is planned: {row:#}");
    }
    // Filler lies between, and has faded out where the hard item begins.
    let filler = &sound[place(heard[3], "began")..place(heard[4], "planned")];
    assert!(filler[..1000].iter().any(|sample| sample.unsigned_abs() > 1000));
    assert!(filler[filler.len() - 20..].iter().all(|sample| sample.unsigned_abs() < 100), "it does not fade");
}
