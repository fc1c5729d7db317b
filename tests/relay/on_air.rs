//! Relays aired by the real program: what the log says of them, and what the street would have heard on the wav line.

use std::io::Write;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::support::pulse::PulseLine;
use super::support::server::{Server, head, stall};
use super::support::station::{Station, whole_second_in};
use super::support::waiting::{sleep_until, until};
use super::support::zone::zone;
use super::{among_others, known, recordings};
use earshot::likeness::find;
use earshot::track::{RATE, Track};

/// A home whose running order is that, over so many seconds from `begins` on; `{+N}` in it is the time N seconds later.
fn station(begins: Timestamp, seconds: i64, order: &str) -> Station {
    let wav = "duong-loa.wav";
    let station = Station::new(&format!("wav:{wav}"), &[]);
    let audio = station.home().join("audio");
    for name in ["nhac-hieu.flac", "loi-chao.flac"] {
        std::fs::copy(recordings().join(name), audio.join(name)).unwrap();
    }
    std::fs::create_dir(audio.join("thay")).unwrap();
    std::fs::copy(recordings().join("nhac-hieu.flac"), audio.join("thay/nhac.flac")).unwrap();
    let local = |seconds: i64| (begins + SignedDuration::from_secs(seconds)).to_zoned_datetime(zone());
    let time = |seconds: i64| local(seconds).strftime("%H:%M:%S").to_string();
    let order = (0..=seconds).fold(order.to_owned(), |text, n| text.replace(&format!("{{+{n}}}"), &time(n)));
    let file = station.home().join("schedules/station.toml");
    let text = std::fs::read_to_string(&file).unwrap().replace(wav, &station.home().join(wav).display().to_string());
    let window = format!(
        "{text}\n[[window]]\nid = \"buoi\"\nstart = \"{}\"\nend = \"{}\"\nrunning_order = [\n{order}\n]\n",
        time(0),
        time(seconds)
    );
    std::fs::write(&file, window).unwrap();
    let month = local(0).strftime("%Y-%m").to_string();
    std::fs::write(station.home().join(format!("schedules/{month}.toml")), format!("month = \"{month}\"\n")).unwrap();
    station
}

/// The day's rows, once all of them have their outcome: kind, outcome, cause and note of each.
fn settled(station: &Station, begins: Timestamp, slots: usize) -> Vec<[String; 4]> {
    let date = begins.to_zoned_datetime(zone()).date();
    let rows = station.settled_of((date, date), slots);
    let word = |row: &Value, key: &str| row[key].as_str().unwrap_or("-").to_owned();
    rows.iter().map(|row| ["kind", "outcome", "cause", "note"].map(|key| word(row, key))).collect()
}

/// What the wav line holds, from so many seconds before the farewell on to it.
fn heard(home: &Path, seconds: usize) -> Track {
    let all = Track::from_wav(&home.join("duong-loa.wav"));
    let bye = known("loi-chao.flac");
    let near = all.frames() - bye.frames();
    let bye = find(&bye, &all, near as f64, near.min(20 * RATE as usize)).expect("the farewell").start.round() as usize;
    // Each item begins on the frame nearest its own instant, and a wall clock that is drawn on lets instants lie nearer by up
    // to 0.05 %.
    let length = seconds * RATE as usize;
    assert!(bye + 1 + length / 2000 >= length, "the first sound is {bye} frames before the farewell");
    all.excerpt(bye.saturating_sub(length), bye)
}

fn seconds(track: &Track, from: usize, to: usize) -> Track {
    track.excerpt(from * RATE as usize, to * RATE as usize)
}

#[test]
fn a_stream_a_dead_one_and_a_relay_by_hand_are_aired_and_told_apart() {
    let _others = among_others();
    let mp3 = std::fs::read(recordings().join("ban-tin.mp3")).unwrap();
    let server = Server::start(move |asked, to| {
        if asked.path != "/dai.mp3" {
            return head(to, "404 Not Found", &["Content-Length: 0"]);
        }
        // As a radio does it: some seconds at once, then at the pace of the clock (11 s of sound in all).
        head(to, "200 OK", &["Content-Type: audio/mpeg"])?;
        for (n, part) in mp3.chunks(mp3.len() / 110).cycle().enumerate().take(600) {
            to.write_all(part)?;
            if n > 40 {
                std::thread::sleep(Duration::from_millis(100));
            }
        }
        stall(to)
    });
    let begins = whole_second_in(Duration::from_secs(9));
    let order = format!(
        "{{ relay = \"{}\", at = \"{{+0}}\", for = \"15s\", fallback = \"thay/\" }},\n\
         {{ relay = \"{}\", at = \"{{+15}}\", for = \"10s\", fallback = \"thay/\" }},\n\
         {{ relay = \"manual\", at = \"{{+25}}\", for = \"10s\" }},\n\
         {{ audio = \"loi-chao.flac\", kind = \"sign_off\", at = \"{{+35}}\" }},",
        server.url("/dai.mp3"),
        server.url("/khong-co.mp3"),
    );
    let station = station(begins, 45, &order);
    let daemon = station.run();
    let rows = settled(&station, begins, 4);
    daemon.stop(Duration::from_secs(10));
    let said: Vec<[&str; 4]> = rows.iter().map(|row| row.each_ref().map(String::as_str)).collect();
    let dead =
        "phát thay 10 giây; mất nguồn 1 lần: máy chủ nguồn tiếp âm trả lời 404 thay vì âm thanh; hãy hỏi lại địa chỉ";
    assert_eq!(
        said,
        [
            ["relay", "aired", "-", "-"],
            ["relay", "interrupted", "source", dead],
            ["relay", "aired", "-", "tiếp âm thủ công"],
            ["sign_off", "aired", "-", "-"],
        ]
    );
    // From the farewell back, to the frame: ten seconds of silence, ten of the fallback, fifteen of the radio.
    let heard = heard(station.home(), 35);
    let (radio, fallback, by_hand) = (seconds(&heard, 0, 15), seconds(&heard, 15, 25), seconds(&heard, 25, 35));
    assert_eq!(by_hand.peak(), 0.0);
    let music = known("nhac-hieu.flac").excerpt(4_800, 4 * RATE as usize);
    let found = find(&music, &fallback, 4_800.0, 2_000).expect("the fallback from its beginning");
    assert!((found.start - 4_800.0).abs() < 2.0 && found.residual_db < -40.0, "{found:?}");
    let news = seconds(&known("ban-tin.mp3"), 4, 6);
    let found = find(&news, &radio, 6.5 * f64::from(RATE), 7 * RATE as usize).expect("the radio");
    assert!(found.residual_db < -40.0 && found.gain_db.abs() < 0.1, "{found:?}");
    assert!(radio.excerpt(0, 4_800).peak() > 0.0, "it sounds from its first tenth of a second on");
}

/// Ends with its test.
struct Playing(Child);

impl Drop for Playing {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[ignore = "takes long in real time: `make soak`"]
fn a_sound_input_is_relayed_by_the_name_that_loa_devices_prints() {
    let _others = among_others();
    let Some(pulse) = PulseLine::start(&["loa", "vao", "khac"]) else { return };
    let choose = |source: &str| {
        assert!(pulse.command("pactl").args(["set-default-source", source]).status().unwrap().success());
    };
    choose("vao.monitor");
    let begins = whole_second_in(Duration::from_secs(9));
    let probe = Station::new("null", &[]).with_env(pulse.env());
    let listed = probe.loa(&["devices", "--json"]).output().unwrap();
    let json: Value = serde_json::from_slice(&listed.stdout).unwrap();
    let names: Vec<&str> = json["inputs"].as_array().unwrap().iter().filter_map(|one| one["device"].as_str()).collect();
    let input = names.iter().find(|name| name.starts_with("pulseaudio:") && name.contains("vao"));
    let input = input.unwrap_or_else(|| panic!("{names:?}"));
    // What comes in: a recording over and over.
    let wav = probe.home().join("vao.wav");
    let track = known("ban-tin.mp3");
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: RATE,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(&wav, spec).unwrap();
    for sample in track.samples.iter().cycle().take(track.samples.len() * 5) {
        writer.write_sample(*sample).unwrap();
    }
    writer.finalize().unwrap();
    let mut play = pulse.command("paplay");
    play.arg("--device=vao").arg(&wav).stdout(Stdio::null()).stderr(Stdio::null());
    let _playing = Playing(play.spawn().unwrap());
    let order = format!(
        "{{ relay = \"line-in:{input}\", at = \"{{+0}}\", for = \"15s\", fallback = \"thay/\" }},\n\
         {{ relay = \"line-in:pulseaudio:khong-co\", at = \"{{+15}}\", for = \"10s\", fallback = \"thay/\" }},\n\
         {{ audio = \"loi-chao.flac\", kind = \"sign_off\", at = \"{{+25}}\" }},"
    );
    let station = station(begins, 35, &order).with_env(pulse.env());
    let daemon = station.run();
    // Somebody chooses another microphone on the desktop: what the ward hears stays.
    sleep_until(begins + Duration::from_secs(3));
    choose("khac.monitor");
    let rows = settled(&station, begins, 3);
    daemon.stop(Duration::from_secs(10));
    assert_eq!(rows[0], ["relay", "aired", "-", "-"].map(str::to_owned));
    // There is no other input in its place.
    assert_eq!((rows[1][1].as_str(), rows[1][2].as_str()), ("interrupted", "source"));
    assert!(rows[1][3].contains("`pulseaudio:khong-co`"), "{}", rows[1][3]);
    let heard = heard(station.home(), 25);
    let news = seconds(&track, 4, 6);
    let found = find(&news, &seconds(&heard, 0, 15), 6.5 * f64::from(RATE), 7 * RATE as usize).expect("the input");
    assert!(found.residual_db < -30.0 && found.gain_db.abs() < 0.2, "{found:?}");
}

/// Fed with itself a line howls. By the name `default`, and by that of what passes its monitor on, no check can know; the sound
/// server does.
#[test]
fn a_line_is_never_fed_with_what_it_plays_itself() {
    let _others = among_others();
    let Some(pulse) = PulseLine::start(&["loa"]) else { return };
    let passes_on = ["load-module", "module-remap-source", "master=loa.monitor", "source_name=qua-dai"];
    assert!(pulse.command("pactl").args(passes_on).output().unwrap().status.success());
    let begins = whole_second_in(Duration::from_secs(9));
    let order = "{ relay = \"line-in:pulseaudio:qua-dai\", at = \"{+0}\", for = \"14s\", fallback = \"thay/\" },";
    let station = station(begins, 14, order).with_env(pulse.env());
    let file = station.home().join("schedules/station.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let device = text.lines().find(|line| line.starts_with("device")).unwrap();
    std::fs::write(&file, text.replace(device, "device = \"default\"")).unwrap();
    let daemon = station.run();
    let told = until("why it is not the source", || station.status()["on_air"]["relayed"].as_str().map(str::to_owned));
    assert!(told.contains("takes in what the line itself plays"), "{told}");
    let rows = settled(&station, begins, 1);
    daemon.stop(Duration::from_secs(10));
    assert_eq!((rows[0][1].as_str(), rows[0][2].as_str()), ("interrupted", "source"));
    assert!(rows[0][3].contains("phát thay 14 giây"), "{}", rows[0][3]);
    assert!(rows[0][3].contains("thu lại chính đường loa"), "{}", rows[0][3]);
    // Where the name tells it, nobody has to wait for the air.
    let named = text.replace(device, "device = \"pulseaudio:loa\"").replace("qua-dai", "loa.monitor");
    std::fs::write(&file, named).unwrap();
    let checked = station.loa(&["check"]).output().unwrap();
    let said = String::from_utf8(checked.stdout).unwrap();
    assert!(checked.status.code() == Some(1) && said.contains("error[relay-own-line]"), "{said}");
}
