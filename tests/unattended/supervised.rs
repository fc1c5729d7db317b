//! The daemon under a supervisor: what it tells it, and that it ends when it is told to, whatever it is at.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use loa::outcome::Outcome;

use crate::support::station::{Station, in_a_row, whole_second_in};
use crate::support::waiting::until;

const FIVE_SECONDS: Duration = Duration::from_secs(5);

fn signal(pid: u32, name: &str) {
    let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {pid}")).status().unwrap();
    assert!(sent.success());
}

/// What the daemon says, up to a line that begins so.
fn told(socket: &UnixDatagram, wanted: &str) -> String {
    let mut buffer = [0; 4096];
    let mut said = String::new();
    let deadline = Instant::now() + Duration::from_secs(30);
    while !said.lines().any(|line| line.starts_with(wanted)) {
        assert!(Instant::now() < deadline, "no {wanted} in {said}");
        let Ok(bytes) = socket.recv(&mut buffer) else { panic!("no {wanted} in {said}") };
        said += &String::from_utf8_lossy(&buffer[..bytes]);
        said.push('\n');
    }
    said
}

#[test]
fn the_supervisor_is_told_of_readiness_life_reading_and_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let plan = in_a_row(whole_second_in(Duration::from_secs(600)), &[("loi-chao.flac", 5.0)], 1.0);
    let env = vec![("NOTIFY_SOCKET", path.into()), ("WATCHDOG_USEC", "500000".into())];
    let station = Station::new("null", &plan).with_env(env);
    let daemon = station.run();
    let said = told(&socket, "READY=1");
    assert!(said.lines().any(|line| line.starts_with("STATUS=") && line.contains("Tiết mục muc-1")), "{said}");
    let began = Instant::now();
    for _ in 0..8 {
        told(&socket, "WATCHDOG=1");
    }
    let mean = began.elapsed() / 8;
    assert!(mean < Duration::from_millis(500), "a sign of life every {mean:?} is too rare for half a second");
    signal(daemon.pid(), "HUP");
    assert!(told(&socket, "RELOADING=1").contains("MONOTONIC_USEC="));
    told(&socket, "READY=1");
    signal(daemon.pid(), "TERM");
    told(&socket, "STOPPING=1");
    drop(daemon);
}

/// The program's own log of all days.
fn program_log(home: &Path) -> String {
    let files = fs::read_dir(home.join("var/log")).unwrap().map(|entry| entry.unwrap().path());
    files.map(|file| fs::read_to_string(file).unwrap()).collect()
}

#[test]
fn asked_to_stop_it_ends_within_five_seconds_whatever_it_is_at() {
    std::thread::scope(|scope| {
        for state in
            [while_starting, while_idle, while_reading, without_a_line, with_a_locked_ledger, while_an_alert_hangs]
        {
            scope.spawn(state);
        }
    });
}

fn plan() -> Vec<crate::support::station::Planned> {
    in_a_row(whole_second_in(Duration::from_secs(600)), &[("loi-chao.flac", 5.0)], 1.0)
}

fn while_starting() {
    let station = Station::new("null", &plan());
    let mut child = station.loa(&["run"]).spawn().unwrap();
    until("the lock", || station.home().join("var/daemon.lock").exists().then_some(()));
    signal(child.id(), "TERM");
    assert!(ended(&mut child).success());
}

fn ended(child: &mut Child) -> ExitStatus {
    let deadline = Instant::now() + FIVE_SECONDS;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        assert!(Instant::now() < deadline, "it still runs");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn while_idle() {
    let station = Station::new("null", &plan());
    assert!(station.run().stop(FIVE_SECONDS).success());
    let log = program_log(station.home());
    assert!(log.contains("asked to stop") && log.contains("INFO"), "{log}");
}

fn while_reading() {
    let station = Station::new("null", &plan()).with_env(vec![("NOTIFY_SOCKET", "/nowhere".into())]);
    let daemon = station.run();
    signal(daemon.pid(), "HUP");
    assert!(daemon.stop(FIVE_SECONDS).success());
}

fn without_a_line() {
    let station = Station::new("alsa:khong-co-thiet-bi", &plan());
    assert!(station.run().stop(FIVE_SECONDS).success());
}

fn with_a_locked_ledger() {
    let station = Station::new("null", &plan());
    let daemon = station.run();
    let other = rusqlite::Connection::open(station.home().join("var/ledger.db")).unwrap();
    other.execute_batch("begin immediate").unwrap();
    daemon.stop(FIVE_SECONDS);
}

/// A webhook that takes the message and never answers must not hold the end up.
fn while_an_alert_hangs() {
    let server = crate::support::server::Server::start(|_, stream| crate::support::server::stall(stream));
    let mut plan = plan();
    plan[0].at = whole_second_in(Duration::from_secs(1));
    plan[0].file = "khong-co.mp3".into();
    let station = Station::new("null", &plan);
    station.add(&format!("[alerts]\nwebhook = \"{}\"\n", server.url("/tin")));
    let daemon = station.run();
    station.until_logged(Outcome::Failed);
    assert!(daemon.stop(FIVE_SECONDS).success());
}

#[test]
fn a_log_that_cannot_be_used_is_not_worth_another_start() {
    let station = Station::new("null", &plan());
    fs::create_dir(station.home().join("var")).unwrap();
    let other = rusqlite::Connection::open(station.home().join("var/ledger.db")).unwrap();
    other.execute_batch("create table of_another_program (x)").unwrap();
    let out = station.loa(&["run"]).output().unwrap();
    assert_eq!(out.status.code(), Some(78), "{}", String::from_utf8_lossy(&out.stderr));
}

#[cfg(target_os = "linux")]
#[test]
fn a_service_of_the_user_is_installed_shown_and_removed() {
    let dir = tempfile::tempdir().unwrap();
    // Notes what it is asked, and says of the service that it runs.
    let systemctl = "#!/bin/sh\necho \"$*\" >> \"$(dirname \"$0\")/calls\"\n\
        case \"$*\" in *show*) printf 'ActiveState=active\\nSubState=running\\nNRestarts=2\\n';; esac\n";
    let path = dir.path().join("systemctl");
    fs::write(&path, systemctl).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let search = format!("{}:{}", dir.path().display(), std::env::var("PATH").unwrap());
    let env = vec![("PATH", search.into()), ("XDG_CONFIG_HOME", dir.path().join("config").into())];
    let station = Station::new("pulseaudio:line", &[]).with_env(env);
    let loa = |words: &[&str]| {
        let out = station.loa(&[&["service"], words].concat()).output().unwrap();
        (out.status.code(), String::from_utf8(out.stdout).unwrap() + &String::from_utf8_lossy(&out.stderr))
    };
    assert_eq!(loa(&["status"]).0, Some(3));
    let (code, said) = loa(&["install", "--name", "loa-2"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("enable-linger"), "{said}");
    let unit = fs::read_to_string(dir.path().join("config/systemd/user/loa-2.service")).unwrap();
    assert_eq!(unit, loa(&["print"]).1);
    let home = format!("--home \"{}\" run", station.home().display());
    assert!(unit.contains(&home), "{unit}");
    let (code, said) = loa(&["status", "--name", "loa-2"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("active (running)") && said.contains("restarts: 2"), "{said}");
    // Nobody is on air: at once.
    assert_eq!(loa(&["restart", "--name", "loa-2"]).0, Some(0));
    let (code, said) = loa(&["uninstall", "--name", "loa-2"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("disable-linger") && !said.contains("loa-2.service.d"), "{said}");
    assert!(!dir.path().join("config/systemd/user/loa-2.service").exists());
    let calls = fs::read_to_string(dir.path().join("calls")).unwrap();
    let asked: Vec<&str> = calls.lines().filter(|call| !call.contains("show")).collect();
    assert_eq!(
        asked,
        [
            "--user daemon-reload",
            "--user enable loa-2",
            "--user restart loa-2",
            "--user restart loa-2",
            "--user disable --now loa-2",
            "--user daemon-reload",
            "--user reset-failed loa-2",
        ]
    );
}

/// A link to a unit that is gone starts nothing and is warned of for ever; what a person put beside it is the person's.
#[cfg(target_os = "linux")]
#[test]
fn a_service_that_is_removed_takes_its_links_with_it_and_says_what_stays() {
    let dir = tempfile::tempdir().unwrap();
    let units = dir.path().join("config/systemd/user");
    let wants = units.join("default.target.wants");
    let path = dir.path().join("systemctl");
    let says = |text: &str| {
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    };
    let search = format!("{}:{}", dir.path().display(), std::env::var("PATH").unwrap());
    let env = vec![("PATH", search.into()), ("XDG_CONFIG_HOME", dir.path().join("config").into())];
    let station = Station::new("pulseaudio:line", &[]).with_env(env);
    let uninstall = || {
        let out = station.loa(&["service", "uninstall"]).output().unwrap();
        (out.status.code(), String::from_utf8(out.stdout).unwrap() + &String::from_utf8_lossy(&out.stderr))
    };
    let lay = || {
        fs::create_dir_all(&wants).unwrap();
        fs::create_dir_all(units.join("loa.service.d")).unwrap();
        fs::write(units.join("loa.service.d/override.conf"), "[Service]\nNice=-5\n").unwrap();
        std::os::unix::fs::symlink(units.join("loa.service"), wants.join("loa.service")).unwrap();
        std::os::unix::fs::symlink(units.join("khac.service"), wants.join("khac.service")).unwrap();
        fs::write(units.join("loa.service"), "[Service]\n").unwrap();
    };
    lay();
    says("echo 'Failed to connect to bus' >&2; exit 1");
    let (code, said) = uninstall();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("it is not removed") && said.contains("user/loa.service"), "{said}");
    assert!(units.join("loa.service").exists() && fs::symlink_metadata(wants.join("loa.service")).is_ok());

    says("exit 0");
    let (code, said) = uninstall();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("loa.service.d") && units.join("loa.service.d/override.conf").exists(), "{said}");
    assert!(!units.join("loa.service").exists() && fs::symlink_metadata(wants.join("loa.service")).is_err());
    assert!(fs::symlink_metadata(wants.join("khac.service")).is_ok(), "another's");
    // A unit that somebody removed by hand leaves its link.
    std::os::unix::fs::symlink(units.join("loa.service"), wants.join("loa.service")).unwrap();
    assert_eq!(uninstall().0, Some(0));
    assert!(fs::symlink_metadata(wants.join("loa.service")).is_err());
    // The line was changed to a card since: it is still the user's service that is there.
    fs::write(units.join("loa.service"), "[Service]\n").unwrap();
    let file = station.home().join("schedules/station.toml");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("pulseaudio:line"), "{text}");
    fs::write(&file, text.replace("pulseaudio:line", "null")).unwrap();
    assert_eq!(uninstall().0, Some(0));
    assert!(!units.join("loa.service").exists());
    let (code, said) = uninstall();
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("nothing to remove") && !said.contains("service install"), "{said}");
    assert_eq!(uninstall().0, Some(3), "there is none any more");
}
