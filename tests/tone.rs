//! `loa tone`: what it says, what it sounds, and when it refuses.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod support;

use std::fs;
use std::process::Output;
use std::time::Duration;

use earshot::track::Track;
use support::ear::Recorder;
use support::pulse::PulseLine;
use support::station::{Planned, Station, whole_second_in};

fn station(device: &str) -> Station {
    let far = Planned { at: whole_second_in(Duration::from_secs(600)), id: "xa".into(), file: "loi-chao.flac".into() };
    Station::new(device, &[far])
}

fn tone(station: &Station, args: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = station.loa(&[&["tone"], args].concat()).output().unwrap();
    (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// The quiet hours of `station` are now.
fn hush(station: &Station) {
    let path = station.home().join("schedules/station.toml");
    let text = fs::read_to_string(&path).unwrap();
    let now = support::zone::now();
    let at = |minutes: i64| (now.datetime() + jiff::SignedDuration::from_mins(minutes)).strftime("%H:%M").to_string();
    fs::write(&path, text.replace("quiet = []", &format!("quiet = [\"{}-{}\"]", at(-30), at(30)))).unwrap();
}

/// Peak of a channel between two seconds, in dBFS.
fn peak_dbfs(track: &Track, channel: usize, from_s: f64, to_s: f64) -> f64 {
    let rate = f64::from(track.rate);
    let stretch = track.excerpt((from_s * rate) as usize, (to_s * rate) as usize).channel(channel);
    20.0 * f64::from(stretch.iter().fold(1e-6_f32, |peak, sample| peak.max(sample.abs()))).log10()
}

#[test]
fn on_the_wav_line_both_channels_then_left_then_right_at_the_level_asked_for() {
    let station = station("null");
    let wav = station.home().join("tone.wav");
    let device = format!("wav:{}", wav.display());
    let (status, said, err) = tone(&station, &["--seconds", "4", "--dbfs", "-12", "--line", &device]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(
        said.starts_with(&format!(
            "Tone of 1000 Hz, peak -12 dBFS, 4 s, on the line `{device}` (48000 Hz, 2 channels)"
        )),
        "{said}"
    );
    let heard = Track::from_wav(&wav);
    for (from, to, left, right) in [(0.1, 1.9, true, true), (2.1, 2.9, true, false), (3.1, 3.9, false, true)] {
        for (channel, sounds) in [left, right].into_iter().enumerate() {
            let peak = peak_dbfs(&heard, channel, from, to);
            let right = if sounds { (peak + 12.0).abs() < 0.05 } else { peak < -90.0 };
            assert!(right, "channel {channel} from {from} s: {peak} dBFS");
        }
    }
    assert!((heard.seconds() - 4.0).abs() < 1.1, "and a second of silence at most: {}", heard.seconds());
}

#[test]
fn it_refuses_while_a_daemon_has_the_line_and_no_daemon_begins_under_it() {
    let station = station("null");
    let daemon = station.run();
    let (status, _, err) = tone(&station, &["--seconds", "1"]);
    assert_eq!(status, 3);
    assert!(err.contains(&format!("process {}", daemon.pid())), "{err}");
    assert!(daemon.stop(Duration::from_secs(5)).success());
    let mut sounding = station.loa(&["tone", "--seconds", "60"]).stdout(std::process::Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(500));
    let refused = station.loa(&["run"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(3), "{}", String::from_utf8_lossy(&refused.stderr));
    sounding.kill().unwrap();
    sounding.wait().unwrap();
}

#[test]
fn quiet_hours_hold_for_the_street_and_not_for_a_file() {
    let station = station("pulseaudio:no-such-line");
    hush(&station);
    let (status, _, err) = tone(&station, &["--seconds", "1"]);
    assert_eq!(status, 1);
    assert!(err.contains("--quiet-hours-too"), "{err}");
    let (status, _, err) = tone(&station, &["--seconds", "1", "--quiet-hours-too"]);
    assert_eq!(status, 3, "it goes on to a line that is not there");
    assert!(err.contains("no-such-line"), "{err}");
    let wav = format!("wav:{}", station.home().join("tone.wav").display());
    assert_eq!(tone(&station, &["--seconds", "1", "--line", &wav]).0, 0);
}

#[test]
fn levels_that_harm_and_lengths_without_end_are_refused() {
    let station = station("null");
    for args in [["--dbfs", "0"], ["--dbfs", "-80"], ["--dbfs", "loud"], ["--seconds", "0"], ["--seconds", "86400"]] {
        assert_eq!(tone(&station, &args).0, 2, "{args:?}");
    }
}

#[test]
fn on_a_sound_server_it_is_heard_and_a_muted_output_is_told() {
    let Some(pulse) = PulseLine::start(&["line"]) else { return };
    for device in ["pulseaudio:line", "alsa:line"] {
        let station = station(device).with_env(pulse.env());
        let control = |args: &[&str]| assert!(pulse.command("pactl").args(args).status().unwrap().success());
        control(&["set-sink-volume", "line", "100%"]);
        let ear = Recorder::start(&pulse, "line");
        let (status, said, err) = tone(&station, &["--seconds", "2"]);
        assert_eq!((status, err.as_str()), (0, ""));
        let heard = ear.finish().track;
        let loudest = peak_dbfs(&heard, 0, 0.0, heard.seconds());
        assert!((loudest + 20.0).abs() < 0.5, "{device}: {loudest} dBFS");
        assert!(said.contains(" 100 %\n"), "{said}");
        // ALSA's plug-in shows the server's volume too, under a name of its own and without a word on how loud that is. At 11 %
        // a strong amplifier is still heard.
        let muted = if device.starts_with("alsa") { "Master" } else { "line" };
        for (mute, volume, shown, silencer) in [
            ("1", "30%", " 30 % MUTED\n", Some(muted)),
            ("0", "2%", " 2 %\n", Some("line")),
            ("0", "11%", " 11 %\n", None),
        ] {
            control(&["set-sink-mute", "line", mute]);
            control(&["set-sink-volume", "line", volume]);
            let (status, said, err) = tone(&station, &["--seconds", "1"]);
            assert!(said.contains(shown), "{said}");
            let unheard = silencer.map(|control| {
                format!(
                    "loa: nobody can have heard the tone: `{control}` is muted or as good as at no volume; turn the PC's volume up, and try again\n"
                )
            });
            assert_eq!(
                (status, err),
                (i32::from(unheard.is_some()), unheard.unwrap_or_default()),
                "{device} at {volume}"
            );
        }
    }
}

#[test]
fn a_line_into_a_file_lies_in_the_home_from_wherever_loa_is_started() {
    let station = station("wav:dai.wav");
    let elsewhere = tempfile::tempdir().unwrap();
    let from_elsewhere = |args: &[&str]| {
        let out = station.loa(args).current_dir(elsewhere.path()).output().unwrap();
        assert_eq!(out.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    };
    from_elsewhere(&["tone", "--seconds", "1", "--line", "wav:thu.wav"]);
    from_elsewhere(&["audition", "loi-chao.flac", "--device", "wav:nghe.wav"]);
    from_elsewhere(&["tone", "--seconds", "1"]);
    let daemon = station.run();
    assert!(daemon.stop(Duration::from_secs(5)).success());
    for name in ["thu.wav", "nghe.wav", "dai.wav", "dai-2.wav"] {
        assert!(station.home().join(name).is_file(), "{name} lies in the home");
    }
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0, "and nothing elsewhere");
}
