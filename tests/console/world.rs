//! A station with its daemon, in this process.

use std::fs;
use std::path::Path;
use std::sync::mpsc::channel;
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use loa::clock;
use loa::console::Role;
use loa::console::accounts::{Accounts, Password};
use loa::daemon::{self, Options};
use loa::home::Home;
use loa::problem::Lang;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::Notify;

use crate::client::Browser;

/// Everybody's password.
pub const PASSWORD: &str = "mười hai con giáp";
/// One account of each role.
pub const NAMES: [(&str, Role); 4] =
    [("Xem", Role::Viewer), ("Trực", Role::Operator), ("Duyệt", Role::Approver), ("Quản Trị", Role::Admin)];

pub const STATION: &str =
    "# Của phường\n[station]\nname = \"Đài Thử\" # tên\n\n[line]\ndevice = \"null\"\n\n[rules]\nquiet = []\n";

/// A running station, stopped when dropped.
pub struct World {
    dir: TempDir,
    pub address: String,
    pub status: Value,
    stop: Arc<Notify>,
    daemon: Option<JoinHandle<()>>,
}

impl World {
    /// A station whose file says `station`; `[console]` is added where it says nothing of it.
    pub fn new(station: &str, with_accounts: bool) -> World {
        let dir = tempfile::Builder::new().prefix("loa-console-").tempdir().unwrap();
        for folder in ["schedules", "audio", "var"] {
            fs::create_dir(dir.path().join(folder)).unwrap();
        }
        let listens = station.contains("[console]");
        let console = if listens { "" } else { "\n[console]\nlisten = \"127.0.0.1:0\"\n" };
        fs::write(dir.path().join("schedules/station.toml"), format!("{station}{console}")).unwrap();
        let tune = Path::new(env!("CARGO_MANIFEST_DIR")).join("audio/nhac-hieu.flac");
        fs::copy(tune, dir.path().join("audio/nhac-hieu.flac")).unwrap();
        if with_accounts {
            let mut accounts = Accounts::open(&dir.path().join("var/accounts.db")).unwrap();
            let password = Password::new(PASSWORD).unwrap();
            for (name, role) in NAMES {
                accounts.add(name, role, &password, clock::now()).unwrap();
            }
        }
        let stop = Arc::new(Notify::new());
        let options =
            Options { home: Home::at(dir.path()), device: None, until_done: false, lang: Lang::Vi, stop: stop.clone() };
        let (tell, ready) = channel();
        let daemon = std::thread::spawn(move || {
            daemon::run(&options, move |status| tell.send(status.clone()).unwrap()).unwrap();
        });
        let status = ready.recv_timeout(Duration::from_secs(30)).expect("the daemon gets ready");
        let url = status["console"]["url"].as_str().unwrap_or_default();
        let address = url.split("//").nth(1).unwrap_or_default().trim_end_matches('/').to_owned();
        World { dir, address, status, stop, daemon: Some(daemon) }
    }

    /// The one that the tests share which leave it as it was.
    pub fn shared() -> &'static World {
        static SHARED: OnceLock<World> = OnceLock::new();
        SHARED.get_or_init(|| World::new(STATION, true))
    }

    pub fn home(&self) -> &Path {
        self.dir.path()
    }

    pub fn station_text(&self) -> String {
        fs::read_to_string(self.home().join("schedules/station.toml")).unwrap()
    }

    /// Somebody of that role before a browser.
    pub fn browser(&self, role: Role) -> Browser {
        let (name, _) = NAMES.into_iter().find(|(_, known)| *known == role).unwrap();
        Browser::of(&self.address, name, PASSWORD)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.notify_one();
        if let Some(daemon) = self.daemon.take() {
            daemon.join().unwrap();
        }
    }
}

/// Waits for something to come, longer than it takes on a busy machine.
pub fn until<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(90);
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(Instant::now() < deadline, "{what} does not come");
        std::thread::sleep(Duration::from_millis(50));
    }
}
