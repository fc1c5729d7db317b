//! The real daemon on a disk that turns read-only while it runs, as one does that met a fault: what is open stays open and
//! takes nothing more.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::alerts::webhook;
use crate::support::station::{Planned, Station, whole_second_in, write_tone};
use crate::support::waiting::until;

/// What has a program's `var` turn read-only while a file of its name with `.read-only` behind it lies beside it.
fn preloaded(folder: &Path, var: &Path) -> Vec<(&'static str, OsString)> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/read_only.c");
    let library = folder.join("read_only.so");
    let mut cc = Command::new("cc");
    cc.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).arg("-ldl");
    assert!(cc.status().expect("the C compiler that the build needs too").success());
    vec![("LD_PRELOAD", library.into_os_string()), ("LOA_TEST_READ_ONLY", var.as_os_str().to_owned())]
}

#[test]
fn a_log_that_turns_read_only_in_mid_airing_keeps_no_sound_back_is_told_and_lacks_nothing_once_it_takes_rows_again() {
    let (server, got) = webhook();
    let tools = tempfile::tempdir().unwrap();
    let plan: Vec<Planned> = [(2, "truoc"), (8, "sau")]
        .map(|(s, id)| Planned { at: whole_second_in(Duration::from_secs(s)), id: id.into(), file: "tone.wav".into() })
        .into();
    let station = Station::new("null", &plan);
    write_tone(&station, 3);
    station.add(&format!("[alerts]\nwebhook = \"{}\"\n", server.url("/tin")));
    let var = station.home().join("var");
    let env = preloaded(tools.path(), &var);
    let station = station.with_env(env);
    let daemon = station.run();
    until("the beginning", || daemon.log().contains("began").then_some(()));
    let flag = station.home().join("var.read-only");
    fs::write(&flag, "").unwrap();
    until("both airings", || (daemon.log().matches("settled").count() == 2).then_some(()));
    let is_told =
        |status: &Value| status["incidents"].as_array().is_some_and(|all| all.iter().any(|one| one["kind"] == "disk"));
    let status = until("the incident", || Some(station.status()).filter(|status| is_told(status)));
    let ledger = &status["ledger"];
    assert!(ledger["waiting"].as_u64() > Some(0) && ledger["in_memory_alone"] == true, "{ledger:#}");
    let on_disk = station.logged();
    assert!(on_disk.iter().all(|entry| !entry.is_over()), "the disk took nothing: {on_disk:#?}");
    fs::remove_file(&flag).unwrap();
    let rows = station.settled(2);
    for row in &rows {
        assert_eq!((&row["outcome"], &row["played_ms"]), (&"aired".into(), &3000.into()), "{rows:#?}");
        assert_eq!(row["parts"].as_array().unwrap().len(), 1, "{rows:#?}");
    }
    let verified = station.loa(&["log", "verify"]).output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    until("its end", || (station.status()["ledger"]["waiting"] == 0).then_some(()));
    assert!(daemon.stop(Duration::from_secs(5)).success());
    let got = got.lock().unwrap();
    let mut told = got.iter().flat_map(|message| message["alerts"].as_array().unwrap());
    assert!(told.any(|alert| alert["kind"] == "disk"), "{got:#?}");
}
