//! One daemon a home: a lock that the system holds for as long as the process lives, whatever becomes of files; and who
//! else on this PC sounds on its device.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;

use crate::cells;
use crate::files::{self, Identity};
use crate::home::Home;
use crate::problem::Text;

pub mod beside;

/// Why a home cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LockFault {
    /// Another process has it.
    Taken(Text),
    /// Its folder cannot be used now.
    Unusable(Text),
    /// Its folder cannot be written: its rights or a read-only disk stand against it until a person mends that.
    Unwritable(Text),
}

impl LockFault {
    /// For the user.
    pub fn text(self) -> Text {
        match self {
            LockFault::Taken(text) | LockFault::Unusable(text) | LockFault::Unwritable(text) => text,
        }
    }
}
/// Who holds the lock, below `var/`.
const NOTE: &str = "daemon.txt";
/// How often a lock that is held is tried again.
const TRIES: usize = 4;
/// The pause before each time: to ask whether it is held takes less.
const BETWEEN: Duration = Duration::from_millis(25);

/// Held for the life of the daemon; the system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct HomeLock {
    _folder: Option<File>,
    _file: File,
    /// Whatever folder the process is in.
    home: Home,
    identity: Option<Identity>,
}

/// What lies at the path of a home that is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// That home, as far as the system tells.
    Same,
    /// No home: it was renamed or moved away, or its disk was taken out.
    Nothing,
    /// Another home, which another process may hold.
    Another,
}

impl HomeLock {
    /// Takes the home for this process.
    ///
    /// # Errors
    /// A sentence naming the process that has it, or why the lock cannot be had.
    pub fn take(home: &Home, now: Timestamp) -> Result<HomeLock, LockFault> {
        let folder = lock_folder(home).map_err(|error| fault(home, error))?;
        let var = home.var();
        std::fs::create_dir_all(&var).map_err(|error| unusable(home, &error))?;
        let path = var.join("daemon.lock");
        let (note, free) = (var.join(NOTE), files::regular_or_absent(&path));
        free.and_then(|()| files::regular_or_absent(&note)).map_err(|error| unusable(home, &error))?;
        let open = OpenOptions::new().create(true).truncate(false).write(true).open(path);
        let file = open.map_err(|error| unusable(home, &error))?;
        patiently(&file).map_err(|error| fault(home, error))?;
        // Who holds it stands in a file of its own: Windows lets nobody read a locked one. It informs, it decides nothing.
        if let Ok(mut note) = File::create(note) {
            let _ = writeln!(note, "{} {now}", std::process::id());
        }
        let root = std::path::absolute(home.root()).map_err(|error| unusable(home, &error))?;
        let identity = files::identity(&root).map_err(|error| unusable(home, &error))?;
        Ok(HomeLock { _folder: folder, _file: file, home: Home::at(root), identity })
    }

    /// The home, by a path that begins at the root.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// What lies now where the home lay when it was taken. The lock goes with the folder, wherever that is moved.
    pub fn place(&self) -> Place {
        match files::identity(self.home.root()) {
            Ok(found) if found == self.identity => Place::Same,
            Ok(Some(_)) if self.home.schedules().is_dir() => Place::Another,
            Ok(_) => Place::Nothing,
            Err(_) => Place::Same,
        }
    }
}

/// Whether some process holds the home. To ask is to hold it for a moment, beside others who ask: a daemon that starts at that very
/// moment tries again.
pub fn is_held(home: &Home) -> bool {
    let is_locked = |path: &Path| {
        File::open(path).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    };
    is_locked(&home.var().join("daemon.lock")) || (cfg!(unix) && is_locked(home.root()))
}

/// Locks the folder itself: a file in it can be deleted under a daemon, and another made in its place. Windows locks no folder,
/// and lets nobody have the name of a file that is open. On a network's folder, which may refuse it, the file is all there is.
fn lock_folder(home: &Home) -> Result<Option<File>, TryLockError> {
    let Some(folder) = cfg!(unix).then(|| File::open(home.root()).ok()).flatten() else { return Ok(None) };
    match patiently(&folder) {
        Ok(()) => Ok(Some(folder)),
        Err(TryLockError::Error(_)) => Ok(None),
        Err(held) => Err(held),
    }
}

/// Takes a lock. Who asks whether it is held has it for a moment: what is still held after that is a daemon's.
fn patiently(file: &File) -> Result<(), TryLockError> {
    for _ in 0..TRIES {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(BETWEEN),
            answer => return answer,
        }
    }
    file.try_lock()
}

fn fault(home: &Home, error: TryLockError) -> LockFault {
    match error {
        TryLockError::WouldBlock => taken(home),
        TryLockError::Error(error) => unusable(home, &error),
    }
}

fn taken(home: &Home) -> LockFault {
    let note = files::open(&home.var().join(NOTE)).and_then(std::io::read_to_string).unwrap_or_default();
    let (pid, since) = note.trim().split_once(' ').unwrap_or(("?", "?"));
    // By the station's time, whatever zone the PC is set to.
    let station = || crate::loading::load_station(home).station.unwrap_or_default();
    let since = since.parse::<Timestamp>().map_or_else(
        |_| since.to_owned(),
        |since| cells::on_clock(since, &station().zone).strftime("%d/%m/%Y %H:%M:%S").to_string(),
    );
    LockFault::Taken(Text::new(
        format!(
            "một chương trình Loa khác (tiến trình {pid}, chạy từ {since}) đang phát cho `{}`; hãy dừng nó trước, hoặc dùng `loa status` để xem",
            home.root().display()
        ),
        format!(
            "another Loa (process {pid}, running since {since}) is on duty for `{}`; stop it first, or ask it with `loa status`",
            home.root().display()
        ),
    ))
}

fn unusable(home: &Home, error: &std::io::Error) -> LockFault {
    let (var, cause) = (home.var(), files::cause(error));
    let text = Text::new(
        format!("không dùng được thư mục `{}`: {}; hãy kiểm tra quyền ghi và đĩa", var.display(), cause.vi),
        format!("the folder `{}` cannot be used: {}; check the right to write and the disk", var.display(), cause.en),
    );
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => LockFault::Unwritable(text),
        _ => LockFault::Unusable(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_daemon_that_starts_while_somebody_asks_whether_one_runs_has_the_home() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path());
        std::fs::create_dir_all(home.var()).unwrap();
        let path = home.var().join("daemon.lock");
        File::create(&path).unwrap();
        for asked in [path, home.root().to_owned()].iter().filter(|asked| cfg!(unix) || asked.is_file()) {
            let asks = File::open(asked).unwrap();
            asks.try_lock_shared().unwrap();
            let asking = std::thread::spawn(move || {
                std::thread::sleep(BETWEEN / 2);
                drop(asks);
            });
            drop(HomeLock::take(&home, Timestamp::UNIX_EPOCH).unwrap());
            asking.join().unwrap();
        }
        let _held = HomeLock::take(&home, Timestamp::UNIX_EPOCH).unwrap();
        assert!(matches!(HomeLock::take(&home, Timestamp::UNIX_EPOCH), Err(LockFault::Taken(_))));
    }
}
