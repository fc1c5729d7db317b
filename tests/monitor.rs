//! An input that hears the line: alive, log clean and no sound cannot happen unnoticed.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod support;

use std::fs;
use std::time::{Duration, Instant};

use loa::airing::IncidentKind;
use loa::ledger::Reader;
use support::decoded::decoded;
use support::ear::Recorder;
use support::pulse::PulseLine;
use support::station::{Planned, Station, in_a_row, instant, recordings, row, whole_second_in, write_tone_as};
use support::waiting::{sleep_until, until, within};
use support::wav::write_wav;

/// Speech of the repository, one after the other, long enough to be silenced in its midst: mono at 48 kHz, made so by
/// straight lines between samples, which is good enough for a voice.
fn long_speech() -> Vec<f32> {
    let mut samples = Vec::new();
    for file in ["ban-tin.mp3", "cchc-ket-qua.mp3", "hoi-dap.ogg"] {
        let track = decoded(&recordings().join(file));
        let mono = track.mono();
        let step = f64::from(track.rate) / 48_000.0;
        samples.extend((0..(mono.len() as f64 / step) as usize - 1).map(|n| {
            let at = n as f64 * step;
            let (whole, part) = (at as usize, at.fract() as f32);
            mono[whole] * (1.0 - part) + mono.get(whole + 1).unwrap_or(&0.0) * part
        }));
    }
    samples
}

/// A station on `pulseaudio:line` with that monitor, which airs the long speech soon.
fn station(pulse: &PulseLine, monitor: &str) -> (Station, Planned) {
    station_with(pulse, "pulseaudio:line", Some(monitor))
}

fn station_with(pulse: &PulseLine, line: &str, monitor: Option<&str>) -> (Station, Planned) {
    let speech = long_speech();
    let plan = Planned { at: whole_second_in(Duration::from_secs(8)), id: "dai".into(), file: "dai.wav".into() };
    let station = Station::new(line, std::slice::from_ref(&plan)).with_env(pulse.env());
    let samples = speech.iter().map(|sample| (sample * 32_767.0) as i16);
    write_wav(&station.home().join("audio/dai.wav"), 48_000, 1, samples);
    if let Some(monitor) = monitor {
        listen(&station, monitor);
    }
    (station, plan)
}

/// Has the station's line heard by that input.
fn listen(station: &Station, monitor: &str) {
    let path = station.home().join("schedules/station.toml");
    let text = fs::read_to_string(&path).unwrap();
    let line = "device = \"pulseaudio:line\"\n";
    fs::write(&path, text.replace(line, &format!("{line}monitor = \"{monitor}\"\n"))).unwrap();
}

fn control(pulse: &PulseLine, args: &[&str]) {
    assert!(pulse.command("pactl").args(args).output().unwrap().status.success());
}

/// The kinds of the open incidents.
fn incidents(station: &Station) -> Vec<String> {
    let status = station.status();
    let open = status["incidents"].as_array().cloned().unwrap_or_default();
    open.iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect()
}

fn has(station: &Station, kind: &str) -> Option<()> {
    incidents(station).contains(&kind.to_owned()).then_some(())
}

/// From when to when the log says that the line was silent.
fn silence(station: &Station) -> (jiff::Timestamp, jiff::Timestamp) {
    let silences = logged(station, IncidentKind::LineSilent);
    let [one] = silences[..] else { panic!("{silences:?}") };
    one
}

/// From when to when incidents of that kind lasted, all of which are over.
fn logged(station: &Station, kind: IncidentKind) -> Vec<(jiff::Timestamp, jiff::Timestamp)> {
    let reader = Reader::open(&station.home().join("var/ledger.db")).unwrap();
    let all = reader.incidents(jiff::Timestamp::MIN, jiff::Timestamp::MAX).unwrap();
    all.into_iter().filter(|one| one.kind == kind).map(|one| (one.began, one.ended.expect("it is over"))).collect()
}

#[test]
fn what_the_monitor_hears_has_aired_at_the_level_that_the_log_says() {
    let Some(pulse) = PulseLine::start(&["line"]) else { return };
    let (station, _) = station(&pulse, "pulseaudio:line.monitor");
    let ear = Recorder::start(&pulse, "line");
    let daemon = station.run();
    let row = &station.settled(1)[0];
    assert_eq!(row["outcome"], "aired", "{row:#}\n{}", daemon.log());
    assert_eq!(incidents(&station), [] as [&str; 0], "{}", daemon.log());
    let heard = ear.finish();
    let frame = |key: &str| heard.frame(instant(row, key).unwrap()).max(0.0) as usize;
    let airing = heard.track.excerpt(frame("began"), frame("ended"));
    let power =
        airing.samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / airing.samples.len() as f64;
    for (what, log, ear) in [
        ("RMS", &row["rms_dbfs"], 10.0 * power.log10()),
        ("peak", &row["peak_dbfs"], 20.0 * f64::from(airing.peak()).log10()),
    ] {
        let log = log.as_f64().unwrap();
        assert!((log - ear).abs() < 0.5, "{what}: {log} dBFS in the log, {ear} dBFS heard");
    }
    assert!(daemon.stop(Duration::from_secs(5)).success());
}

#[test]
fn a_line_muted_in_mid_airing_is_an_incident_within_five_seconds_and_no_airing_heard_whole() {
    let Some(pulse) = PulseLine::start(&["line"]) else { return };
    let (station, plan) = station(&pulse, "pulseaudio:line.monitor");
    let daemon = station.run();
    sleep_until(plan.at + Duration::from_secs(8));
    assert_eq!(incidents(&station), [] as [&str; 0], "{}", daemon.log());
    control(&pulse, &["set-sink-mute", "line", "1"]);
    let muted = Instant::now();
    within(Duration::from_secs(10), "the incident", || has(&station, "line_silent"));
    let after = muted.elapsed();
    assert!(after < Duration::from_secs(5), "told after {after:?}");
    sleep_until(plan.at + Duration::from_secs(18));
    control(&pulse, &["set-sink-mute", "line", "0"]);
    within(Duration::from_secs(8), "its end", || incidents(&station).is_empty().then_some(()));
    let row = &station.settled(1)[0];
    assert_eq!((row["outcome"].as_str(), row["cause"].as_str()), (Some("interrupted"), Some("line")), "{row:#}");
    let note = row["note"].as_str().unwrap();
    let seconds: u64 = note.split_whitespace().find_map(|word| word.parse().ok()).expect("how long");
    assert!((8..=11).contains(&seconds), "{note}");
    assert!(daemon.stop(Duration::from_secs(5)).success());
}

/// Seven seconds are more than the five from which on it was not heard whole, and are told as what they were.
#[test]
fn a_line_muted_for_a_few_seconds_is_told_for_as_long_as_it_was() {
    let Some(pulse) = PulseLine::start(&["line"]) else { return };
    let (station, plan) = station(&pulse, "pulseaudio:line.monitor");
    let daemon = station.run();
    sleep_until(plan.at + Duration::from_secs(8));
    control(&pulse, &["set-sink-mute", "line", "1"]);
    let muted = Instant::now();
    std::thread::sleep(Duration::from_secs(7));
    control(&pulse, &["set-sink-mute", "line", "0"]);
    let (muted_s, unmuted) = (muted.elapsed().as_secs_f64(), loa::clock::now());
    let row = &station.settled(1)[0];
    assert_eq!((row["outcome"].as_str(), row["cause"].as_str()), (Some("interrupted"), Some("line")), "{row:#}");
    let note = row["note"].as_str().unwrap();
    let seconds: f64 = note.split_whitespace().find_map(|word| word.parse().ok()).expect("how long");
    assert!((seconds - muted_s).abs() <= 1.5, "muted {muted_s} s: {note}");
    // Speech has pauses at either end.
    let (began, ended) = silence(&station);
    let off_s = [ended.duration_since(unmuted), ended.duration_since(began)].map(|time| time.as_secs_f64());
    assert!(off_s[0].abs() <= 1.0 && (off_s[1] - muted_s).abs() <= 1.5, "muted {muted_s} s, the incident: {off_s:?}");
    assert!(daemon.stop(Duration::from_secs(5)).success());
}

#[test]
#[ignore = "takes long in real time: `make soak`"]
fn a_line_at_no_volume_from_the_start_is_told() {
    let Some(pulse) = PulseLine::start(&["line"]) else { return };
    let (station, plan) = station(&pulse, "pulseaudio:line.monitor");
    control(&pulse, &["set-sink-volume", "line", "0"]);
    let daemon = station.run();
    sleep_until(plan.at);
    within(Duration::from_secs(6), "the incident", || has(&station, "line_silent"));
    let row = &station.settled(1)[0];
    assert_eq!((row["outcome"].as_str(), row["cause"].as_str()), (Some("interrupted"), Some("line")), "{row:#}");
    // Nothing is sent any more that it could hear.
    within(Duration::from_secs(6), "its end", || has(&station, "line_silent").is_none().then_some(()));
    let off_s = silence(&station).1.as_microsecond() as f64 / 1e6 - instant(row, "ended").unwrap();
    assert!(off_s.abs() <= 0.5, "{off_s} s after the airing");
    assert!(daemon.stop(Duration::from_secs(5)).success());
}

#[test]
fn a_monitor_that_is_not_there_is_told_as_that_and_never_as_a_silence() {
    let Some(pulse) = PulseLine::start(&["line"]) else { return };
    let (station, plan) = station(&pulse, "pulseaudio:other.monitor");
    let daemon = station.run();
    until("the incident", || has(&station, "monitor"));
    // It comes, and goes in mid-airing.
    let module = pulse.command("pactl").args(["load-module", "module-null-sink", "sink_name=other"]).output().unwrap();
    until("its end", || incidents(&station).is_empty().then_some(()));
    let loop_back = ["load-module", "module-loopback", "source=line.monitor", "sink=other", "latency_msec=100"];
    control(&pulse, &loop_back);
    sleep_until(plan.at + Duration::from_secs(8));
    assert_eq!(incidents(&station), [] as [&str; 0], "{}", daemon.log());
    let number = String::from_utf8(module.stdout).unwrap();
    control(&pulse, &["unload-module", number.trim()]);
    until("the incident", || has(&station, "monitor"));
    let row = &station.settled(1)[0];
    assert_eq!(row["outcome"], "aired", "{row:#}\n{}", daemon.log());
    assert_eq!(incidents(&station), ["monitor"]);
    assert!(daemon.stop(Duration::from_secs(5)).success());
}

/// Somebody chooses another microphone on the desktop, and the server moves what records from the old one: what is held
/// against the line stays the line's own sound.
#[test]
fn a_monitor_stays_where_it_is_when_the_desktop_chooses_another_input() {
    let Some(pulse) = PulseLine::start(&["line", "other"]) else { return };
    control(&pulse, &["set-default-source", "line.monitor"]);
    let (station, plan) = station(&pulse, "pulseaudio:line.monitor");
    let daemon = station.run();
    sleep_until(plan.at + Duration::from_secs(2));
    control(&pulse, &["set-default-source", "other.monitor"]);
    let row = &station.settled(1)[0];
    assert_eq!((row["outcome"].as_str(), row["note"].as_str()), (Some("aired"), None), "{row:#}\n{}", daemon.log());
    assert_eq!(incidents(&station), [] as [&str; 0], "{}", daemon.log());
    assert!(daemon.stop(Duration::from_secs(5)).success());
}

/// A monitor in whose cable something hums all the time, 14 dB below what airs: a steady tone that sounds is heard over it, and
/// one that does not is not taken for the hum. The short one is over before the monitor could tell.
#[test]
fn over_a_hum_a_tone_that_sounds_has_aired_and_one_that_does_not_has_not() {
    let Some(pulse) = PulseLine::start(&["line", "cable"]) else { return };
    let loop_back = ["load-module", "module-loopback", "source=line.monitor", "sink=cable", "latency_msec=100"];
    control(&pulse, &loop_back);
    control(&pulse, &["load-module", "module-sine", "sink=cable", "frequency=100"]);
    control(&pulse, &["set-sink-input-volume", &stream_of(&pulse, "module-sine.c"), "-20dB"]);
    let first = whole_second_in(Duration::from_secs(10));
    let tones = [("dai.wav", 10.0), ("dai.wav", 10.0), ("ngan.wav", 2.0), ("dai.wav", 10.0)];
    let plan = in_a_row(first, &tones, 3.0);
    let station = Station::new("pulseaudio:line", &plan).with_env(pulse.env());
    listen(&station, "pulseaudio:cable.monitor");
    write_tone_as(&station, "dai.wav", 10);
    write_tone_as(&station, "ngan.wav", 2);
    let daemon = station.run();
    sleep_until(plan[1].at - Duration::from_millis(1_500));
    assert_eq!(incidents(&station), [] as [&str; 0], "{}", daemon.log());
    control(&pulse, &["set-sink-mute", "line", "1"]);
    sleep_until(plan[1].at);
    let began = Instant::now();
    within(Duration::from_secs(10), "the incident", || has(&station, "line_silent"));
    let after = began.elapsed();
    assert!(after < Duration::from_secs(5), "told after {after:?}");
    sleep_until(plan[3].at - Duration::from_millis(1_500));
    control(&pulse, &["set-sink-mute", "line", "0"]);
    let rows = station.settled(4);
    for (item, wanted) in plan.iter().zip([
        ("aired", None),
        ("interrupted", Some("line")),
        ("interrupted", Some("line")),
        ("aired", None),
    ]) {
        let row = row(&rows, &item.id);
        assert_eq!((row["outcome"].as_str().unwrap(), row["cause"].as_str()), wanted, "{row:#}\n{}", daemon.log());
        assert_eq!(row["heard_ms"] == 0, wanted.1.is_some(), "{row:#}");
    }
    assert!(daemon.stop(Duration::from_secs(5)).success());
}

/// What the server calls our stream, in its list.
fn own_stream(pulse: &PulseLine) -> String {
    stream_of(pulse, "protocol-native.c")
}

/// What the server calls the stream that a module of its own has made.
fn stream_of(pulse: &PulseLine, driver: &str) -> String {
    let listed = pulse.command("pactl").args(["list", "short", "sink-inputs"]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let found = listed.lines().find(|line| line.contains(driver));
    found.and_then(|line| line.split_whitespace().next()).unwrap_or_else(|| panic!("{driver}: {listed}")).to_owned()
}

/// BR-026: without a monitor too, a mixer that lets nothing through is told, and the log says so beside the airing: the
/// output's own, and the one that mixer programs show for Loa alone; however the line reaches the server.
#[test]
fn a_muted_output_is_told_while_it_airs_and_noted_beside_the_airing() {
    for line in ["pulseaudio:line", "alsa:line"] {
        let Some(pulse) = PulseLine::start(&["line"]) else { return };
        let (station, plan) = station_with(&pulse, line, None);
        let daemon = station.run();
        sleep_until(plan.at + Duration::from_secs(3));
        assert_eq!(incidents(&station), [] as [&str; 0], "{line}: {}", daemon.log());
        // Between which two instants each was silenced, and let through again.
        let mut moved = Vec::new();
        let mut control = |args: &[&str; 3]| {
            let before = loa::clock::now();
            control(&pulse, args);
            moved.push((before, loa::clock::now()));
        };
        for [mute, volume] in [["set-sink-mute", "set-sink-volume"], ["set-sink-input-mute", "set-sink-input-volume"]] {
            let what = if mute.contains("input") { own_stream(&pulse) } else { "line".into() };
            let silencing = if line.starts_with("alsa") { [volume, &what, "2%"] } else { [mute, &what, "1"] };
            control(&silencing);
            within(Duration::from_secs(6), "the incident", || has(&station, "muted"));
            let back = if line.starts_with("alsa") { "65536" } else { "0" };
            control(&[silencing[0], silencing[1], back]);
            within(Duration::from_secs(6), "its end", || incidents(&station).is_empty().then_some(()));
        }
        let row = &station.settled(1)[0];
        assert_eq!(row["outcome"], "aired");
        assert!(row["note"].as_str().unwrap().contains("tắt tiếng"), "{line}: {row:#}");
        // It lasted from the one to the other, and no look now and then says when that was.
        let logged = logged(&station, IncidentKind::Muted);
        let logged: Vec<_> = logged.into_iter().flat_map(|(began, ended)| [began, ended]).collect();
        let is_then = |((before, after), logged): (&(jiff::Timestamp, jiff::Timestamp), &jiff::Timestamp)| {
            (*before..=*after + Duration::from_millis(500)).contains(logged)
        };
        assert_eq!(logged.len(), moved.len(), "{line}: {logged:?}");
        assert!(moved.iter().zip(&logged).all(is_then), "{line}: moved {moved:?}, logged {logged:?}");
        assert!(daemon.stop(Duration::from_secs(5)).success());
    }
}

/// It is looked for each second for years: nothing may be left behind each time, here or at the sound server.
#[test]
#[cfg(target_os = "linux")]
fn a_monitor_that_listens_keeps_no_thread_no_handle_and_no_client_more_each_second() {
    let Some(pulse) = PulseLine::start(&["line"]) else { return };
    let (station, _) = station(&pulse, "pulseaudio:line.monitor");
    let daemon = station.run();
    until("the monitor", || daemon.log().contains("the monitor listens").then_some(()));
    let count = |folder: &str| fs::read_dir(format!("/proc/{}/{folder}", daemon.pid())).unwrap().count();
    let clients = || {
        let listed = pulse.command("pactl").args(["list", "short", "clients"]).output().unwrap();
        String::from_utf8(listed.stdout).unwrap().lines().count()
    };
    let held = || (count("task"), count("fd"), clients());
    std::thread::sleep(Duration::from_secs(3));
    let (threads, handles, of_server) = held();
    // As many rounds as seconds.
    std::thread::sleep(Duration::from_secs(20));
    let (threads_after, handles_after, of_server_after) = held();
    let told = format!("{threads} → {threads_after}, {handles} → {handles_after}, {of_server} → {of_server_after}");
    assert!(threads_after <= threads + 3 && handles_after <= handles + 6 && of_server_after <= of_server + 2, "{told}");
    assert!(daemon.stop(Duration::from_secs(5)).success());
}
