//! The guide's pictures: a ward with a month in which Tết falls, its pages as a browser shows them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use jiff::Timestamp;
use loa::clock;
use loa::console::Role;
use loa::console::accounts::{Accounts, Password};
use tempfile::TempDir;

use crate::support::clock::OwnClock;
use crate::support::decoded::decoded;
use crate::support::pulse::PulseLine;
use crate::support::station::recordings;
use crate::{Newcomer, browser, lines, walk};

/// As `person.mjs` has them.
const NAME: &str = "Nguyễn Thị Bình";
const PASSWORD: &str = "loa phường 2026";
/// Announced in the plan, and not recorded yet.
const NOT_THERE: &str = "thi-sat-hach";

/// Which of our recordings a made one is of, and for how many seconds.
fn made_of(name: &str) -> (&'static str, f32) {
    match name {
        "ban-tin-03-02" => ("ban-tin.mp3", 11.0),
        "lich-truc" | "duong-day-nong" => ("duong-day-nong.wav", 75.0),
        name if name.starts_with("ban-tin") => ("ban-tin.mp3", 240.0),
        name if name.starts_with("cchc") => ("cchc-ket-qua.mp3", 410.0),
        "rac-thai" | "nghia-vu" => ("mot-cua.m4a", 95.0),
        _ => ("hoi-dap.ogg", 330.0),
    }
}

/// One of our recordings over and over, with pauses as between sentences.
pub fn spoken(name: &str, to: &Path) {
    let (of, seconds) = made_of(name);
    let track = decoded(&recordings().join(of));
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: track.rate,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(to, spec).expect("a recording");
    let wanted = (seconds * track.rate as f32) as usize;
    let pause = vec![0.0; track.rate as usize / 2];
    // One was recorded too loud, one begins late.
    let gain = if name == "rac-thai" { 9.0 } else { 1.0 };
    let silence = if name == "nghia-vu" { track.rate as usize * 5 } else { 0 };
    let words = track.mono();
    let turns = (1..).map(|turn| 0.55 + 0.45 * (turn as f32 * 0.7).sin().abs());
    let said = turns.flat_map(|level| words.iter().map(move |s| s * level).chain(pause.iter().copied()));
    for sample in std::iter::repeat_n(0.0, silence).chain(said).take(wanted) {
        let sample = (sample * gain).clamp(-1.0, 1.0);
        wav.write_sample((sample * f32::from(i16::MAX)) as i16).expect("a recording");
    }
    wav.finalize().expect("a recording");
}

/// The ward's home.
fn ward() -> TempDir {
    let home = tempfile::Builder::new().prefix("loa-phuong-").tempdir().expect("a home");
    let at = |below: &str| home.path().join(below);
    for folder in ["schedules", "audio/2027-02", "audio/nhac-dem", "audio/khan-cap", "var"] {
        fs::create_dir_all(at(folder)).expect("a folder");
    }
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/ward");
    for file in ["station.toml", "2027-02.toml"] {
        fs::copy(own.join(file), at("schedules").join(file)).expect("a schedule");
    }
    for (from, to) in [
        ("nhac-hieu.flac", "nhac-hieu.flac"),
        ("loi-chao.flac", "loi-chao.flac"),
        ("nhac-dem/chuong-cham.ogg", "nhac-dem/chuong-cham.ogg"),
        ("hoi-dap.ogg", "khan-cap/bao-so-3.ogg"),
        ("mot-cua.m4a", "khan-cap/chay-lon.m4a"),
    ] {
        fs::copy(recordings().join(from), at("audio").join(to)).expect("a recording");
    }
    let month = fs::read_to_string(at("schedules/2027-02.toml")).expect("the month");
    let named: BTreeSet<&str> = month.split('"').filter_map(|text| text.strip_prefix("2027-02/")).collect();
    for file in named {
        let name = file.trim_end_matches(".wav");
        if name != NOT_THERE {
            spoken(name, &at("audio/2027-02").join(file));
        }
    }
    let mut accounts = Accounts::open(&at("var/accounts.db")).expect("accounts");
    for (name, role) in [(NAME, Role::Admin), ("Trần Văn Dũng", Role::Approver), ("Lê Thị Hoa", Role::Operator)]
    {
        accounts.add(name, role, &Password::new(PASSWORD).expect("a password"), clock::now()).expect("an account");
    }
    home
}

/// The station's programs on their own clock and line.
struct Ward {
    home: TempDir,
    env: Vec<(&'static str, std::ffi::OsString)>,
    clock: OwnClock,
}

impl Ward {
    fn loa(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_loa"));
        command.envs(self.env.iter().cloned()).env("LOA_LANG", "vi").env("NO_COLOR", "1");
        command.arg("--home").arg(self.home.path()).args(args).stderr(Stdio::null());
        command
    }

    /// The daemon from that moment on, and where its page is.
    fn runs(&self, at: &str) -> (Child, String) {
        self.clock.set_to(at.parse::<Timestamp>().expect("a moment"));
        let mut daemon = self.loa(&["run"]).stdout(Stdio::piped()).spawn().expect("loa run");
        let said = lines(daemon.stdout.take().expect("its output"));
        let mut words = std::iter::from_fn(|| said.recv_timeout(Duration::from_secs(60)).ok());
        let line = words.find(|line| line.contains("http://")).expect("its page's address");
        let address = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap_or_default().to_owned();
        (daemon, address)
    }
}

/// Into the folder `LOA_LOOK`; `scripts/pictures.sh` puts them into the guide.
#[test]
#[ignore = "makes the guide's pictures: scripts/pictures.sh"]
fn the_pages_as_pictures() {
    let line = PulseLine::start(&["loa-phuong", "tai-nghe"]).expect("a line");
    let browser = browser().expect("a browser");
    let into = PathBuf::from(std::env::var_os("LOA_LOOK").expect("a folder for the pictures"));
    let clock = OwnClock::new();
    clock.is_kept(true);
    let env = line.env().into_iter().chain(clock.env()).collect();
    let ward = Ward { home: ward(), env, clock };
    ward.clock.set_to("2027-02-01T16:00:00+07:00".parse().expect("a moment"));
    // Measures what was recorded.
    assert!(ward.loa(&["check", "2027-02"]).stdout(Stdio::null()).status().expect("loa check").code().is_some());
    for segment in
        ["ban-tin-02", "ban-tin-03", "ban-tin-04", "cchc-ke-hoach", "phong-chay", "duong-day-nong", "chuc-tet"]
    {
        let approved = ward.loa(&["approve", segment, "2027-02", "--by", "Trần Văn Dũng", "--ref", "07/UBND"]).output();
        assert!(approved.expect("loa approve").status.success(), "{segment}");
    }
    // A power cut in mid-bulletin on the day before.
    let (mut daemon, _) = ward.runs("2027-02-02T16:59:50+07:00");
    std::thread::sleep(Duration::from_secs(40));
    daemon.kill().and_then(|()| daemon.wait()).expect("it is gone");
    let (daemon, link) = ward.runs("2027-02-03T05:29:52+07:00");
    let newcomer = Newcomer { home: ward.home, daemon, link };
    walk(browser, "pictures", &newcomer, &[("LOA_LOOK", into.display().to_string())]);
}
