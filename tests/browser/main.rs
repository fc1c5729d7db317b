//! The console in a real browser: what a person does there is heard at the sink and read in the log.
//!
//! The browser is moved by `walk.mjs`; what it did is judged here, from outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may panic, and says what it measured"
)]

mod answers;
#[path = "../console/client.rs"]
#[allow(dead_code, reason = "the part of it that is needed here")]
mod client;
mod flood;
mod operator;
mod pictures;
#[path = "../support/mod.rs"]
mod support;

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use earshot::likeness::find;
use earshot::track::RATE;
use jiff::Timestamp;
use serde_json::Value;
use support::decoded::on_line;
use support::ear::{Recorder, unix};
use support::pulse::{PulseLine, installed};
use tempfile::TempDir;

/// A person's walk through the pages takes no longer, on a busy machine neither.
const PATIENCE: Duration = Duration::from_secs(600);

/// A new station's home, its daemon on the sink `line`, and the link that it printed.
struct Newcomer {
    home: TempDir,
    daemon: Child,
    link: String,
}

impl Newcomer {
    fn comes(line: &PulseLine) -> Newcomer {
        Newcomer::finds(line.env(), "127.0.0.1:0", |_| {})
    }

    /// One whose home was `prepared`, and whose page is at the address `listen`.
    fn finds(env: Vec<(&'static str, OsString)>, listen: &str, prepared: impl FnOnce(&Path)) -> Newcomer {
        let home = tempfile::Builder::new().prefix("loa-đài mới-").tempdir().expect("a home");
        let made = Command::new(env!("CARGO_BIN_EXE_loa")).arg("init").arg(home.path()).output().expect("loa init");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let station = home.path().join("schedules/station.toml");
        let text = std::fs::read_to_string(&station).expect("station.toml");
        // Heard at any hour of the day, and on any port that is free: others may run here.
        let text = text.replace("quiet = [\"21:00-05:00\"]", "quiet = []");
        let text = text.replace("\"Asia/Ho_Chi_Minh\"", &format!("\"{}\"", support::zone::zone_name()));
        std::fs::write(&station, format!("{text}\n[console]\nlisten = \"{listen}\"\n")).expect("station.toml");
        prepared(home.path());
        let errors = std::fs::File::create(home.path().join("daemon.log")).expect("the daemon's log");
        let mut loa = support::station::loa_ahead_of_others();
        loa.envs(env).env("LOA_LANG", "vi").env("NO_COLOR", "1").arg("--home").arg(home.path()).arg("run");
        let mut daemon = loa.stdout(Stdio::piped()).stderr(errors).spawn().expect("loa run");
        let said = lines(daemon.stdout.take().expect("its output"));
        let since = Instant::now();
        let mut all = Vec::new();
        let link = loop {
            let Ok(line) = said.recv_timeout(Duration::from_secs(30).saturating_sub(since.elapsed())) else {
                panic!("no link; it said {all:#?}")
            };
            if let Some(at) = line.find("http://") {
                break line[at..].split_whitespace().next().expect("a link").to_owned();
            }
            all.push(line);
        };
        Newcomer { home, daemon, link }
    }

    fn airings(&self) -> Vec<Value> {
        let out = Command::new(env!("CARGO_BIN_EXE_loa"))
            .arg("--home")
            .arg(self.home.path())
            .args(["airings", "--json"])
            .output()
            .expect("loa airings");
        let json: Value = serde_json::from_slice(&out.stdout).expect("JSON");
        json["airings"].as_array().cloned().unwrap_or_default()
    }
}

impl Drop for Newcomer {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// What a program says, a line at a time.
fn lines(out: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (tell, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if tell.send(line).is_err() {
                return;
            }
        }
    });
    lines
}

/// The browser to walk with, if there is one.
fn browser() -> Option<&'static str> {
    let hands = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/node_modules/playwright-core");
    let browser = ["chromium", "chromium-browser", "google-chrome"].into_iter().find(|name| installed(name));
    let browser = browser.filter(|_| installed("node") && hands.is_dir());
    if browser.is_none() {
        println!("SKIPPED: no browser can be had on this machine (`make test` installs it)");
    }
    browser
}

/// Walks one of the ways of `walk.mjs`; what it noted, one JSON object.
fn walk(browser: &str, way: &str, newcomer: &Newcomer, env: &[(&str, String)]) -> Value {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let mut walk = Command::new("node")
        .arg(dir.join("walk.mjs"))
        .arg(way)
        .env("LOA_BROWSER", browser)
        .env("LOA_LINK", &newcomer.link)
        .env("LOA_HOME", newcomer.home.path())
        .env("LOA_ZONE", support::zone::zone_name())
        .envs(env.iter().map(|(name, value)| (*name, value.as_str())))
        .stdout(Stdio::piped())
        .spawn()
        .expect("node");
    let said = lines(walk.stdout.take().expect("its output"));
    let (since, mut last) = (Instant::now(), String::new());
    loop {
        match said.recv_timeout(PATIENCE.saturating_sub(since.elapsed())) {
            Ok(line) => last = line,
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => break,
            Err(_) => {
                let _ = walk.kill();
                panic!("{way}: no end of the walk; its last word was {last}");
            }
        }
    }
    let status = walk.wait().expect("the walk's end");
    assert!(status.success(), "{way}: {last}");
    serde_json::from_str(&last).unwrap_or_else(|error| panic!("{way}: {error} in {last}"))
}

#[test]
fn a_newcomer_comes_from_the_link_to_a_heard_bulletin_and_a_report_in_the_browser_alone() {
    let Some(line) = PulseLine::start(&["line", "other"]) else { return };
    let Some(browser) = browser() else { return };
    let newcomer = Newcomer::comes(&line);
    let recorder = Recorder::start(&line, "line");
    let recording = Path::new(env!("CARGO_MANIFEST_DIR")).join("audio/cchc-ket-qua.mp3");
    let noted = walk(browser, "newcomer", &newcomer, &[("LOA_FILE", recording.display().to_string())]);
    let heard = recorder.finish();

    let planned: Timestamp = noted["planned"].as_str().expect("an instant").parse().expect("RFC 3339");
    let file = on_line(&recording);
    let near = heard.pace.frame(unix(planned));
    let found = find(&file, &heard.track, near, RATE as usize);
    let late_ms = found.map(|found| (heard.pace.instant(found.start) - unix(planned)) * 1000.0);
    let rows = newcomer.airings();
    let row = rows.iter().find(|row| row["planned"].as_str().and_then(|at| at.parse().ok()) == Some(planned));
    assert!(late_ms.is_some_and(|late_ms| late_ms.abs() < 50.0), "heard {late_ms:?} ms late; {rows:#?}");
    assert_eq!(row.map(|row| row["outcome"].clone()), Some(Value::from("aired")), "{rows:#?}");
    let tone = rows.iter().find(|row| row["title"] == "Âm thử");
    assert_eq!(tone.map(|row| row["outcome"].clone()), Some(Value::from("aired")), "{rows:#?}");

    let report = PathBuf::from(noted["report"].as_str().expect("a file"));
    let mut document = zip::ZipArchive::new(std::fs::File::open(&report).expect("the report")).expect("a document");
    let mut body = String::new();
    std::io::Read::read_to_string(&mut document.by_name("word/document.xml").expect("its body"), &mut body)
        .expect("text");
    assert!(body.contains("Cải cách hành chính") || body.contains("cải cách hành chính"), "{body:.400}");
    if let Some(text) = as_an_office_reads(&report) {
        assert!(text.to_lowercase().contains("cải cách hành chính"), "{text}");
    }
}

/// The text of a document as LibreOffice has it; none, and a line that says so, where there is none.
fn as_an_office_reads(document: &Path) -> Option<String> {
    if !installed("soffice") {
        println!("SKIPPED: LibreOffice is not on this machine, so the report is not opened in it");
        return None;
    }
    let own = tempfile::tempdir().expect("a folder");
    let profile = format!("-env:UserInstallation=file://{}/profile", own.path().display());
    let mut office = Command::new("soffice");
    office.arg(profile).args(["--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir"]);
    let converted = office.arg(own.path()).arg(document).output().expect("LibreOffice");
    assert!(converted.status.success(), "{}", String::from_utf8_lossy(&converted.stderr));
    Some(std::fs::read_to_string(own.path().join(document.file_name()?).with_extension("txt")).expect("its text"))
}

#[test]
fn no_page_has_what_shuts_people_out() {
    let Some(line) = PulseLine::start(&["line"]) else { return };
    let Some(browser) = browser() else { return };
    let newcomer = Newcomer::comes(&line);
    let noted = walk(browser, "axe", &newcomer, &[]);
    let pages = noted["pages"].as_array().expect("pages");
    assert!(pages.len() >= 8, "{noted:#}");
    for page in pages {
        assert_eq!(page["violations"], Value::Array(Vec::new()), "{}", page["page"]);
        assert_eq!(page["wider_than_its_window"], false, "{}", page["page"]);
        assert_eq!(page["uneven"], Value::Array(Vec::new()), "{}", page["page"]);
    }
}
