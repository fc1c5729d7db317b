//! The real daemon tells what went wrong.

use std::fs;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use loa::outcome::Outcome;
use serde_json::Value;

use crate::support::server::{Server, head};
use crate::support::station::{Station, in_a_row, whole_second_in, write_tone};
use crate::support::waiting::until;

/// A webhook and the alerts that it got.
pub fn webhook() -> (Server, Arc<Mutex<Vec<Value>>>) {
    let got = Arc::new(Mutex::new(Vec::new()));
    let kept = got.clone();
    let server = Server::start(move |asked, stream| {
        kept.lock().unwrap().push(serde_json::from_slice(&asked.body).unwrap());
        head(stream, "200 OK", &["Content-Length: 0"])
    });
    (server, got)
}

#[test]
fn what_went_wrong_is_told_before_the_daemon_ends_and_a_crash_after_it() {
    let (server, got) = webhook();
    let plan = in_a_row(whole_second_in(Duration::from_secs(2)), &[("khong-co.mp3", 1.0)], 1.0);
    let station = Station::new("null", &plan);
    station.add(&format!("[alerts]\nwebhook = \"{}\"\n", server.url("/tin")));
    let daemon = station.run();
    station.until_logged(Outcome::Failed);
    assert!(daemon.stop(Duration::from_secs(5)).success());
    let first = got.lock().unwrap()[0].clone();
    let alert = &first["alerts"][0];
    assert_eq!((&alert["kind"], &alert["state"]), (&"failed".into(), &"happened".into()), "{first:#}");
    assert!(alert["slot"].as_str().unwrap().ends_with("/muc-1"), "{first:#}");
    assert!(alert["message"].as_str().unwrap().contains("`Tiết mục muc-1`: No audio file"), "{first:#}");
    station.run().kill();
    let daemon = station.run();
    let status = station.status();
    assert_eq!((&status["alerts"][0]["way"], &status["alerts"][0]["waiting"]), (&"webhook".into(), &1.into()));
    assert!(daemon.stop(Duration::from_secs(5)).success());
    let got = got.lock().unwrap();
    assert_eq!((got.len(), &got[1]["alerts"][0]["kind"]), (2, &"crash".into()), "{got:#?}");
}

/// A daemon that crashes each minute would tell of it each minute.
#[test]
fn what_is_urgent_waits_its_time_after_the_last_message_though_that_was_of_a_run_that_was_killed() {
    let (server, got) = webhook();
    let plan = in_a_row(whole_second_in(Duration::from_secs(2)), &[("mot.mp3", 1.0), ("hai.mp3", 1.0)], 14.0);
    let station = Station::new("null", &plan);
    station.add(&format!("[alerts]\nwebhook = \"{}\"\n", server.url("/tin")));
    let daemon = station.run();
    until("the alert", || (got.lock().unwrap().len() == 1).then_some(()));
    until("that it arrived", || daemon.log().contains("alert sent").then_some(()));
    daemon.kill();
    let daemon = station.run();
    let failed = || station.logged().iter().filter(|entry| entry.is_over()).count();
    until("the second one", || (failed() == 2).then_some(()));
    std::thread::sleep(Duration::from_secs(3));
    let by_then = got.lock().unwrap().clone();
    assert_eq!(by_then.len(), 1, "{by_then:#?}");
    assert_eq!(station.status()["alerts"][0]["waiting"], 2, "the crash and the slot");
    assert!(daemon.stop(Duration::from_secs(5)).success());
    assert_eq!(got.lock().unwrap().len(), 2);
}

/// The last thing that may go wrong in a run, and nothing is there to tell it later.
#[test]
fn an_amplifier_that_a_stop_leaves_on_is_told_before_the_daemon_ends() {
    let (server, got) = webhook();
    let plan = in_a_row(whole_second_in(Duration::from_secs(120)), &[("tone.wav", 1.0)], 1.0);
    let station = Station::new("null", &plan);
    write_tone(&station, 1);
    let script = station.home().join("amplifier.sh");
    fs::write(&script, "#!/bin/sh\necho $1 >> calls\ntest $1 = on || exec sleep 613\n").unwrap();
    fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let amplifier =
        "[amplifier]\non = [\"./amplifier.sh\", \"on\"]\noff = [\"./amplifier.sh\", \"off\"]\nbefore = \"3m\"\n";
    station.add(&format!("{amplifier}[alerts]\nwebhook = \"{}\"\n", server.url("/tin")));
    let daemon = station.run();
    until("on", || (station.status()["amplifier"]["state"] == "on").then_some(()));
    assert!(daemon.stop(Duration::from_secs(5)).success());
    let got = got.lock().unwrap();
    let told: Vec<&Value> = got.iter().filter_map(|message| message["alerts"].as_array()).flatten().collect();
    let message = told.iter().find(|alert| alert["kind"] == "amplifier").and_then(|alert| alert["message"].as_str());
    assert!(message.is_some_and(|message| message.contains("could not be switched off")), "{got:#?}");
}

/// It may not be heard again, so the start closes it: nobody would hear of it otherwise.
#[test]
fn what_a_crash_broke_off_and_the_start_closes_is_told_like_any_slot_that_was_not_heard() {
    let (server, got) = webhook();
    let station = Station::new("null", &in_a_row(whole_second_in(Duration::from_secs(3)), &[("tone.wav", 20.0)], 1.0));
    write_tone(&station, 20);
    for file in fs::read_dir(station.home().join("schedules")).unwrap().map(|file| file.unwrap().path()) {
        if file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("20")) {
            let text = fs::read_to_string(&file).unwrap();
            fs::write(&file, text + "after_power_cut = \"skip\"\n").unwrap();
        }
    }
    station.add(&format!("[alerts]\nwebhook = \"{}\"\n", server.url("/tin")));
    let daemon = station.run();
    until("the beginning", || daemon.log().contains("began").then_some(()));
    std::thread::sleep(Duration::from_millis(1500));
    daemon.kill();
    let daemon = station.run();
    assert!(daemon.stop(Duration::from_secs(5)).success());
    let got = got.lock().unwrap();
    let alerts: Vec<&Value> = got.iter().flat_map(|message| message["alerts"].as_array().unwrap()).collect();
    let of = |kind: &str| alerts.iter().filter(|alert| alert["kind"] == kind).count();
    assert_eq!((of("crash"), of("interrupted")), (1, 1), "{alerts:#?}");
    let broken_off = alerts.iter().find(|alert| alert["kind"] == "interrupted").unwrap();
    assert!(broken_off["slot"].as_str().unwrap().ends_with("/muc-1"), "{broken_off:#}");
}

/// Another title for what is of record already: it was told in `loa status` alone.
#[test]
fn an_edit_that_comes_too_late_is_told_once_however_often_it_is_saved() {
    let (server, got) = webhook();
    let plan = in_a_row(whole_second_in(Duration::from_secs(30)), &[("tone.wav", 1.0)], 1.0);
    let station = Station::new("null", &plan);
    write_tone(&station, 1);
    station.add(&format!("[alerts]\nwebhook = \"{}\"\n", server.url("/tin")));
    let daemon = station.run();
    for (title, saved) in [("Tên mới", 1), ("Tên mới hơn", 2)] {
        for file in fs::read_dir(station.home().join("schedules")).unwrap().map(|file| file.unwrap().path()) {
            if !file.file_name().unwrap().to_string_lossy().starts_with("20") {
                continue;
            }
            let text = fs::read_to_string(&file).unwrap();
            let lines: Vec<String> = text
                .lines()
                .map(|line| if line.starts_with("title = ") { format!("title = \"{title}\"") } else { line.into() })
                .collect();
            fs::write(&file, lines.join("\n") + "\n").unwrap();
        }
        until("it is read", || (daemon.log().matches("schedule in force").count() >= saved).then_some(()));
    }
    until("it is told", || station.status()["schedule"]["too_late"][0].is_object().then_some(()));
    assert_eq!(daemon.log().matches("the edit comes too late").count(), 1);
    assert!(daemon.stop(Duration::from_secs(5)).success());
    let got = got.lock().unwrap();
    let alerts: Vec<&Value> = got.iter().flat_map(|message| message["alerts"].as_array().unwrap()).collect();
    let of: Vec<&Value> = alerts.into_iter().filter(|alert| alert["kind"] == "edit_too_late").collect();
    let [alert] = of[..] else { panic!("{got:#?}") };
    assert!(alert["slot"].as_str().unwrap().ends_with("/muc-1"), "{alert:#}");
    assert!(alert["message"].as_str().unwrap().contains("stays as it was"), "{alert:#}");
}

#[test]
fn a_trial_is_sent_on_each_way_and_says_which_one_fails() {
    let (server, got) = webhook();
    let station = Station::new("null", &[]);
    let none = station.loa(&["alerts", "test"]).output().unwrap();
    assert_eq!(none.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&none.stderr).contains("names no way"));
    let url = server.url("/tin");
    station.add(&format!("[alerts]\ncommand = [\"khong-co-lenh-nay\"]\nwebhook = \"{url}\"\n"));
    let out = station.loa(&["alerts", "test"]).output().unwrap();
    let said = String::from_utf8(out.stdout).unwrap();
    assert_eq!(out.status.code(), Some(1), "{said}");
    assert!(said.contains("webhook: sent\n") && said.contains("command: the command `khong-co-lenh-nay`"), "{said}");
    assert_eq!(got.lock().unwrap()[0]["alerts"][0]["kind"], "trial");
    let out = station.loa(&["alerts", "test", "--json"]).output().unwrap();
    let said: Value = serde_json::from_slice(&out.stdout).unwrap();
    let ways: Vec<_> = said["ways"].as_array().unwrap().iter().map(|way| (&way["way"], &way["sent"])).collect();
    assert_eq!(out.status.code(), Some(1));
    assert!(
        ways.contains(&(&"webhook".into(), &true.into())) && ways.contains(&(&"command".into(), &false.into())),
        "{said:#}"
    );
}
