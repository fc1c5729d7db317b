//! How exactly a hundred starts are heard at their seconds, and how soon what a person orders, by an ear at the sink: run by
//! `make soak`, minutes long.

#![cfg(target_os = "linux")]
#![allow(clippy::print_stdout, reason = "the figures are what it is run for")]

mod support;

use std::process::{Child, Command};
use std::thread::sleep;
use std::time::Duration;

use earshot::sounds::{Hearing, Sound};
use jiff::Timestamp;
use support::ear::{Recorder, Recording, unix};
use support::pulse::PulseLine;
use support::station::{Planned, Stalls, Station, in_a_row, whole_second_in};
use support::waiting::sleep_until;
use support::wav::write_wav;
use support::zone::zone;

const STARTS: usize = 100;
/// How long the daemon stays after the last start. When it goes, the sink mixes in other blocks, and the ear's map, which
/// looks at some seconds around, is of those.
const STAYS: Duration = Duration::from_secs(8);
const FILE: &str = "khoi.wav";

/// Of full scale.
const LOUD: f64 = 0.5;
const SOFT: f64 = 0.05;

/// A tone whose first sample is as loud as all others, so that its onset is exact.
fn write_tone(station: &Station, name: &str, seconds: f64, level: f64) {
    let size = (level * 32_768.0) as i16;
    let samples = (0..(seconds * 48_000.0) as u32).map(|at| if at / 24 % 2 == 0 { size } else { -size });
    write_wav(&station.home().join("audio").join(name), 48_000, 1, samples);
}

/// Work that never ends, killed when dropped.
struct Busy(Child);

impl Drop for Busy {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The error that 99 of the starts keep within, in ms.
fn hundred_starts(device: &str, is_busy: bool) -> f64 {
    let Some(server) = PulseLine::start(&["line"]) else { return 0.0 };
    let stalls = Stalls::watch();
    let _busy = is_busy.then(|| Busy(Command::new("sh").args(["-c", "while :; do :; done"]).spawn().expect("sh")));
    let first = whole_second_in(Duration::from_secs(8));
    let plan = in_a_row(first, &[(FILE, 0.2); STARTS], 0.5);
    let station = Station::new(device, &plan).with_env(server.env());
    write_tone(&station, FILE, 0.2, LOUD);
    let ear = Recorder::start(&server, "line");
    let daemon = station.run();
    let last = plan.last().expect("a plan").at;
    sleep_until(last + STAYS);
    assert!(daemon.stop(Duration::from_secs(20)).success());
    let heard = ear.finish();
    let sounds = heard.sounds(Hearing { threshold: 0.01, hang: 0.1, gap: 0.05 });
    judged(&format!("{device}{}", if is_busy { ", a core busy" } else { "" }), &heard, &sounds, &plan, stalls)
}

/// Tells how late what was heard is against the plan; the error that all but the worst keep within, in ms.
fn judged(what: &str, heard: &Recording, sounds: &[Sound], plan: &[Planned], stalls: Stalls) -> f64 {
    let starts = plan.len();
    assert_eq!(sounds.len(), starts, "{what}: heard, of the starts");
    let late_ms: Vec<f64> = sounds
        .iter()
        .zip(plan)
        .map(|(sound, planned)| (heard.instant(sound.onset as f64) - unix(planned.at)) * 1000.0)
        .collect();
    let mut off_ms: Vec<f64> = late_ms.iter().map(|late| late.abs()).collect();
    off_ms.sort_by(f64::total_cmp);
    let (median, most, worst) = (off_ms[starts / 2], off_ms[starts - 2], off_ms[starts - 1]);
    let mean = late_ms.iter().sum::<f64>() / starts as f64;
    println!(
        "{what}: first {:+.2} ms, mean {mean:+.2}, |median| {median:.2}, |all but one| {most:.2}, |worst| {worst:.2}",
        late_ms[0]
    );
    let far = late_ms.iter().enumerate().filter(|(_, late)| late.abs() > 1.0);
    println!("  beyond 1 ms: {:?}", far.map(|(n, late)| format!("{}: {late:+.2}", n + 1)).collect::<Vec<_>>());
    println!("  latest waking of this machine meanwhile: {:?}", stalls.worst());
    most
}

#[test]
#[ignore = "two minutes each"]
fn a_hundred_starts_are_exact() {
    let mut wrong = Vec::new();
    for device in ["pulseaudio:line", "alsa:line"] {
        for is_busy in [false, true] {
            let p99_ms = hundred_starts(device, is_busy);
            if p99_ms > 1.0 {
                wrong.push(format!("{device}, a core busy: {is_busy}: {p99_ms:.2} ms at the 99th percentile"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Hard starts over filler that fades under each, all cores busy.
fn starts_over_filler(device: &str) -> f64 {
    const TIMES: u32 = 24;
    const APART: Duration = Duration::from_secs(8);
    let Some(server) = PulseLine::start(&["line"]) else { return 0.0 };
    let stalls = Stalls::watch();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let busy = || Busy(Command::new("sh").args(["-c", "while :; do :; done"]).spawn().expect("sh"));
    let _busy: Vec<Busy> = (0..cores).map(|_| busy()).collect();
    let first = whole_second_in(Duration::from_secs(20));
    let planned = |n: u32| Planned { at: first + APART * n, id: format!("muc-{}", n + 1), file: FILE.to_owned() };
    let plan: Vec<Planned> = (0..TIMES).map(planned).collect();
    let station = Station::new(device, &plan).with_env(server.env());
    write_tone(&station, FILE, 0.2, LOUD);
    std::fs::create_dir(station.home().join("audio/dem")).expect("a folder");
    write_tone(&station, "dem/nen.wav", 30.0, SOFT);
    let time = |at: Timestamp| at.to_zoned_datetime(zone()).strftime("%H:%M:%S").to_string();
    let (begins, last) = (first - APART, first + APART * TIMES);
    station.add(&format!(
        "[[window]]\nid = \"nen\"\nstart = \"{}\"\nend = \"{}\"\nrunning_order = [{{ filler = \"dem/\" }}]\n",
        time(begins),
        time(last)
    ));
    let ear = Recorder::start(&server, "line");
    let daemon = station.run();
    sleep_until(last + STAYS);
    assert!(daemon.stop(Duration::from_secs(20)).success());
    let heard = ear.finish();
    let sounds = heard.sounds(Hearing { threshold: 0.3, hang: 0.1, gap: 0.05 });
    judged(&format!("{device}, over filler, all cores busy"), &heard, &sounds, &plan, stalls)
}

#[test]
#[ignore = "four minutes"]
fn hard_starts_over_filler_are_exact_on_a_busy_machine() {
    let most_ms = starts_over_filler("pulseaudio:line");
    assert!(most_ms <= 1.0, "{most_ms} ms");
}

#[test]
#[ignore = "four minutes"]
fn hard_starts_over_filler_are_exact_on_a_busy_machine_through_alsas_plugin() {
    let most_ms = starts_over_filler("alsa:line");
    assert!(most_ms <= 1.0, "{most_ms} ms");
}

/// How long what a person ordered took to be heard, from the command's start on, in ms: emergencies, and ends of what was on
/// air. The plan sounds softly, the emergency and the tone before it are loud.
fn by_hand(device: &str) -> Option<[Vec<f64>; 2]> {
    const TIMES: usize = 20;
    let server = PulseLine::start(&["line"])?;
    let plan = in_a_row(whole_second_in(Duration::from_secs(8)), &[("long.wav", 4.0); TIMES], 1.0);
    let station = Station::new(device, &plan).with_env(server.env());
    write_tone(&station, "long.wav", 4.0, SOFT);
    write_tone(&station, FILE, 0.2, LOUD);
    let toml = station.home().join("schedules/station.toml");
    let text = std::fs::read_to_string(&toml).expect("a station");
    std::fs::write(&toml, format!("{text}\n[emergency]\ntone = \"{FILE}\"\n")).expect("a station");
    let ear = Recorder::start(&server, "line");
    let daemon = station.run();
    let orders: [&[&str]; 2] = [&["emergency", FILE, "--by", "Lan"], &["skip", "--by", "Lan"]];
    let mut asked = Vec::new();
    for (n, planned) in plan.iter().enumerate() {
        // At no particular moment of a block.
        let at = planned.at + Duration::from_millis(1200 + 37 * n as u64);
        sleep_until(at);
        let now = unix(loa::clock::now());
        let said = station.loa(orders[n % 2]).output().expect("loa");
        assert!(said.status.success(), "{said:?}");
        asked.push(now);
    }
    sleep(STAYS);
    assert!(daemon.stop(Duration::from_secs(20)).success());
    let heard = ear.finish();
    let loud = heard.sounds(Hearing { threshold: 0.3, hang: 0.1, gap: 0.05 });
    let any = heard.sounds(Hearing { threshold: 0.01, hang: 0.1, gap: 0.05 });
    let mut took = [Vec::new(), Vec::new()];
    for (n, asked) in asked.iter().enumerate() {
        let (moments, which): (Vec<f64>, _) = if n % 2 == 0 {
            (loud.iter().map(|sound| heard.instant(sound.onset as f64)).collect(), "an emergency")
        } else {
            (any.iter().map(|sound| heard.instant(sound.end as f64)).collect(), "an end")
        };
        let next = moments.into_iter().find(|moment| moment > asked).unwrap_or_else(|| panic!("{which} is not heard"));
        took[n % 2].push((next - asked) * 1000.0);
    }
    for (took, what) in took.iter_mut().zip(["emergency", "skip"]) {
        took.sort_by(f64::total_cmp);
        println!("{device}: {what} heard after {:.0} ms, at most {:.0} ms", took[took.len() / 2], took[took.len() - 1]);
    }
    Some(took)
}

#[test]
#[ignore = "two minutes each"]
fn what_a_person_orders_is_heard_within_a_tenth_of_a_second() {
    let slow: Vec<_> = ["pulseaudio:line", "alsa:line"]
        .into_iter()
        .filter_map(|device| Some((device, by_hand(device)?)))
        .filter(|(_, took)| took.iter().flatten().any(|ms| *ms > 100.0))
        .collect();
    assert!(slow.is_empty(), "{slow:?}");
}
