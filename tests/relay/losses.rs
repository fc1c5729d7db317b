//! A source that goes away, falls silent or comes and goes: what is heard meanwhile, and when it is heard again.

use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use loa::audio::relay::{Fault, Heard, Live, Recordings, Terms, Why};
use loa::programme::relay::RelaySource;

use super::support::server::{Server, head, stall};
use super::{ALONE, Ear, FORMAT, among_others, below, find, known, ready, terms, tuned, until};
use earshot::track::{RATE, Track};

const SECOND: usize = RATE as usize * 2;

/// Samples of a WAV without an end: stereo at the line's rate, so that they come out bit for bit.
fn wav(to: &mut TcpStream, samples: &[i16]) -> std::io::Result<()> {
    head(to, "200 OK", &[])?;
    let mut bytes = b"RIFF\xFF\xFF\xFF\xFFWAVEfmt \x10\0\0\0\x01\0\x02\0".to_vec();
    bytes.extend(RATE.to_le_bytes());
    bytes.extend((RATE * 4).to_le_bytes());
    bytes.extend(b"\x04\0\x10\0data\xFF\xFF\xFF\xFF");
    bytes.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    to.write_all(&bytes)
}

/// Seconds of a recording, begun again as often as it takes.
fn sound(name: &str, seconds: usize) -> Vec<i16> {
    let track = known(name);
    track.samples.iter().cycle().take(seconds * SECOND).map(|sample| (sample * 32_768.0) as i16).collect()
}

fn floats(samples: &[i16]) -> Vec<f32> {
    samples.iter().map(|sample| f32::from(*sample) / 32_768.0).collect()
}

/// The largest step from a sample to the next of its channel.
fn step(samples: &[f32]) -> f32 {
    samples.windows(3).map(|three| (three[2] - three[0]).abs()).fold(0.0, f32::max)
}

#[test]
fn connections_that_drop_are_not_heard_while_the_buffer_lasts() {
    let _others = among_others();
    let sent = sound("cchc-ket-qua.mp3", 12);
    let parts = sent.clone();
    let server = Server::start(move |asked, to| match parts.chunks(3 * SECOND).nth(asked.before) {
        Some(part) => wav(to, part),
        None => stall(to),
    });
    let mut live = tuned(&server.url("/"), &["nhac-hieu.flac"], terms());
    let mut ear = Ear::new();
    ready(&live, 11_900);
    ear.hear(&mut live, 11_800);
    assert_eq!(ear.states(), [Heard::Source]);
    assert_eq!(live.stats().reconnects, 3);
    // Bit for bit, but for 10 ms on either side of each break, and of the start.
    let fade = SECOND / 100;
    for (n, (heard, sent)) in ear.track.samples.iter().zip(floats(&sent)).enumerate() {
        let at = n % (3 * SECOND);
        let fades = at < fade || at >= 3 * SECOND - fade;
        let right = if fades { heard.abs() <= sent.abs() } else { *heard == sent };
        assert!(right, "sample {n}: {heard} for {sent}");
    }
}

#[test]
fn a_source_that_stalls_gives_way_and_comes_back_with_a_fade() {
    let _others = among_others();
    let sent = sound("ban-tin.mp3", 12);
    let (again, is_back) = (sent.clone(), Arc::new(AtomicBool::new(false)));
    let back = is_back.clone();
    let server = Server::start(move |asked, to| {
        match asked.before {
            0 => wav(to, &again[..4 * SECOND])?,
            _ if back.load(Ordering::Relaxed) => wav(to, &again)?,
            _ => head(to, "503 Service Unavailable", &["Content-Length: 0"])?,
        }
        stall(to)
    });
    let mut live = tuned(&server.url("/"), &["nhac-hieu.flac"], Terms { stall_ms: 1_500, ..terms() });
    ready(&live, 3_900);
    let mut ear = Ear::new();
    ear.hear(&mut live, 6_000);
    until(&live, |live| live.stats().last_fault == Some(Fault::Status(503)));
    is_back.store(true, Ordering::Relaxed);
    until(&live, |live| live.ready_ms() >= 11_900);
    ear.hear(&mut live, 4_000);
    assert_eq!(ear.states(), [Heard::Source, Heard::Fallback(Why::Absent), Heard::Source]);
    let [source, fallback, _] = [0, 1, 2].map(|n| ear.heard[n].1);
    assert!((3_840..=3_900).contains(&(source / 48)), "{} ms before it gave way", source / 48);
    // The fallback is heard from its own beginning.
    let rest = Track { samples: ear.track.samples[source * 2..].to_vec(), ..ear.track };
    let hieu = known("nhac-hieu.flac").excerpt(4_800, 96_000);
    assert!((find(&hieu, &rest, 4_800.0, 1_000).expect("the fallback").start - 4_800.0).abs() < 2.0);
    // And the source again from its own: all that came before was silence or old.
    let sent = Track { samples: floats(&sent), ..ear.track };
    let second = sent.excerpt(2 * RATE as usize, 3 * RATE as usize);
    let back = find(&second, &rest, (fallback + second.frames() * 2) as f64, RATE as usize).expect("the source again");
    assert!(back.residual_db < -100.0 && back.gain_db.abs() < 0.01, "{back:?}");
    let most = step(&sent.samples).max(step(&known("nhac-hieu.flac").samples));
    assert!(step(&ear.track.samples) <= most, "no click at the joints");
    let stats = live.stats();
    assert_eq!((stats.losses, stats.nothing_ms), (1, 0));
    assert_eq!(stats.source_ms + stats.fallback_ms, 10_000);
}

#[test]
fn a_source_that_falls_silent_gives_way_after_five_seconds_and_comes_back_with_its_sound() {
    let _others = among_others();
    let before = [sound("ban-tin.mp3", 3), vec![0; 2 * SECOND]].concat();
    // A sound without the pauses of a voice: whichever part of it is held, none of it is silent.
    let after: Vec<i16> = (0..30 * SECOND).map(|n| if n / 48 % 2 == 0 { 8_000 } else { -8_000 }).collect();
    let is_read = Arc::new(AtomicBool::new(false));
    let read = is_read.clone();
    let server = Server::start(move |_, to| {
        wav(to, &before)?;
        while !read.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(10));
        }
        for part in [&vec![0; 9 * SECOND], &after] {
            to.write_all(&part.iter().flat_map(|sample| sample.to_le_bytes()).collect::<Vec<_>>())?;
        }
        stall(to)
    });
    let terms = Terms { stall_ms: 30_000, buffer_ms: 10_000, ..terms() };
    let mut live = tuned(&server.url("/"), &["nhac-hieu.flac"], terms);
    ready(&live, 4_900);
    is_read.store(true, Ordering::Relaxed);
    let mut ear = Ear::new();
    ear.hear(&mut live, 8_200);
    until(&live, |live| live.ready_ms() >= 9_900);
    assert!(live.ready_ms() <= 10_000, "of all that came meanwhile, the newest is held");
    ear.hear(&mut live, 5_000);
    assert_eq!(ear.states(), [Heard::Source, Heard::Fallback(Why::Silent), Heard::Source]);
    assert!((8_000..=8_050).contains(&(ear.heard[0].1 / 48)), "{} ms", ear.heard[0].1 / 48);
    let back = ear.track.excerpt(ear.heard[0].1 + ear.heard[1].1, usize::MAX);
    for tenths in 0..30 {
        assert!(back.excerpt(tenths * 4_800, (tenths + 3) * 4_800).peak() > 0.01, "no silence {tenths} tenths after");
    }
}

#[test]
#[ignore = "takes long in real time: `make soak`"]
fn a_source_that_comes_and_goes_has_to_sound_longer_each_time() {
    let _others = among_others();
    let sent = sound("ban-tin.mp3", 6);
    let (allowed, served) = (Arc::new(AtomicUsize::new(1)), AtomicUsize::new(0));
    let may = allowed.clone();
    let server = Server::start(move |_, to| {
        if served.load(Ordering::Relaxed) == may.load(Ordering::Relaxed) {
            return head(to, "503 Service Unavailable", &["Content-Length: 0"]);
        }
        served.fetch_add(1, Ordering::Relaxed);
        wav(to, &sent)?;
        stall(to)
    });
    let mut live = tuned(&server.url("/"), &["nhac-hieu.flac"], Terms { stall_ms: 3_000, ..terms() });
    let mut ear = Ear::new();
    for connections in 1..=3 {
        allowed.store(connections, Ordering::Relaxed);
        ready(&live, 5_900);
        ear.hear(&mut live, 7_000);
    }
    let (source, fallback) = (Heard::Source, Heard::Fallback(Why::Absent));
    assert_eq!(ear.states(), [source, fallback, source, fallback], "six seconds are enough once, and not again");
}

#[test]
fn a_bad_recording_in_the_fallback_is_passed_over() {
    let _others = among_others();
    let dir = tempfile::TempDir::new().unwrap();
    std::fs::write(dir.path().join("hong.mp3"), "không phải âm thanh").unwrap();
    std::fs::copy(super::recordings().join("nhac-hieu.flac"), dir.path().join("tot.flac")).unwrap();
    let server = Server::start(|_, to| head(to, "404 Not Found", &["Content-Length: 0"]));
    let source = RelaySource::parse(&server.url("/")).unwrap();
    for (files, heard) in [
        (&["hong.mp3", "khong-co.mp3", "tot.flac", "hong.mp3"][..], Heard::Fallback(Why::Absent)),
        (&["hong.mp3"][..], Heard::Nothing(Why::Absent)),
        (&[][..], Heard::Nothing(Why::Absent)),
    ] {
        let mut live = Live::open(&source, below(dir.path().to_owned(), files), FORMAT, terms()).unwrap();
        until(&live, |live| live.stats().last_fault == Some(Fault::Status(404)));
        std::thread::sleep(Duration::from_millis(300));
        let mut ear = Ear::new();
        ear.hear(&mut live, 1_000);
        assert_eq!(ear.states(), [heard]);
        assert_eq!(ear.track.peak() > 0.05, matches!(heard, Heard::Fallback(_)));
    }
}

#[test]
fn by_hand_is_silence_of_ours_and_counts_as_the_source() {
    let _others = among_others();
    let mut live = Live::open(&RelaySource::Manual, Recordings::default(), FORMAT, Terms::default()).unwrap();
    let mut ear = Ear::new();
    ear.hear(&mut live, 1_000);
    assert_eq!((ear.states(), ear.track.peak()), (vec![Heard::Source], 0.0));
    assert_eq!(live.stats().source_ms, 1_000);
}

/// What the system tells of each of this process's threads.
#[cfg(target_os = "linux")]
fn of_threads(what: &str) -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    tasks.map(|task| std::fs::read_to_string(task.path().join(what)).unwrap_or_default()).collect()
}

/// The processes that this one has started.
#[cfg(target_os = "linux")]
pub fn children() -> Vec<String> {
    of_threads("children").iter().flat_map(|line| line.split_whitespace()).map(str::to_owned).collect()
}

/// Threads of relays, and processes.
#[cfg(target_os = "linux")]
fn left() -> Vec<String> {
    let mut threads = of_threads("comm");
    threads.retain(|name| name.starts_with("loa-relay"));
    [threads, children()].concat()
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_is_left_of_a_relay_that_is_over() {
    let _alone = ALONE.write().unwrap_or_else(std::sync::PoisonError::into_inner);
    let server = Server::start(|asked, to| match asked.path.as_str() {
        "/no-answer" => stall(to),
        "/no-body" => {
            head(to, "200 OK", &[])?;
            stall(to)
        }
        "/endless" => {
            wav(to, &[])?;
            loop {
                to.write_all(&[7; 4096])?;
            }
        }
        "/round" => head(to, "302 Found", &["Content-Length: 0", "Location: /round"]),
        // AAC of half a rate: it may be HE-AAC, so it is given to ffmpeg where there is one.
        "/slow.aac" => {
            head(to, "200 OK", &[])?;
            let frame = [&[0xFF, 0xF1, 0x58, 0x40, 0x02, 0x1F, 0xFC][..], &[0x21; 9]].concat();
            loop {
                to.write_all(&frame)?;
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        _ => head(to, "404 Not Found", &["Content-Length: 0"]),
    });
    let paths = ["/no-answer", "/no-body", "/endless", "/round", "/slow.aac", "/none"];
    for _ in 0..3 {
        // Waits that are longer than the test: what ends must end because it is told to.
        let terms = Terms { stall_ms: 600_000, connect_ms: 600_000, retry_most_ms: 600_000, ..terms() };
        let mut lives: Vec<Live> =
            paths.map(|path| tuned(&server.url(path), &["nhac-hieu.flac"], terms.clone())).into();
        std::thread::sleep(Duration::from_millis(500));
        for live in &mut lives {
            Ear::new().hear(live, 100);
        }
        assert!(left().len() >= paths.len(), "{:?}", left());
        drop(lives);
        let since = std::time::Instant::now();
        while !left().is_empty() {
            assert!(since.elapsed() < Duration::from_secs(10), "left: {:?}", left());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}
