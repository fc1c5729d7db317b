//! Files as a disk has them. Only what is a regular file is ever opened: to open a pipe waits for somebody to write into
//! it, and a device never ends. And what the system says of an error, in both languages.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::problem::Text;

/// What [`regular`] says of a device or a pipe.
#[derive(Debug, thiserror::Error)]
#[error("a device or a pipe, not a file")]
struct NoFile;

/// What the system knows of the regular file at `path`, which it does not open.
///
/// # Errors
/// The system's; [`ErrorKind::IsADirectory`] of a folder; one that [`cause`] has words for of a device or a pipe.
pub fn regular(path: &Path) -> io::Result<Metadata> {
    let known = fs::metadata(path)?;
    if known.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    if known.is_file() { Ok(known) } else { Err(io::Error::new(ErrorKind::InvalidInput, NoFile)) }
}

/// Whether something else than a file lies there: a folder, a device or a pipe.
pub fn is_no_file(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<NoFile>());
    error.kind() == ErrorKind::IsADirectory || inner.is_some()
}

/// Opens the regular file at `path` for reading.
///
/// # Errors
/// As of [`regular`].
pub fn open(path: &Path) -> io::Result<File> {
    regular(path)?;
    File::open(path)
}

/// Whether what lies at `path` can be written over without waiting: a regular file, or nothing yet.
///
/// # Errors
/// As of [`regular`].
pub fn regular_or_absent(path: &Path) -> io::Result<()> {
    match regular(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other.map(drop),
    }
}

/// Writes `bytes` to `path`, over what is there, as a whole or not at all: a full disk, a power cut or an error leaves the
/// old file as it was.
///
/// # Errors
/// The file system's. What was there is then whole.
pub fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let old = fs::metadata(path).ok();
    if old.as_ref().is_some_and(|old| !old.is_file() && !old.is_dir()) {
        // A pipe or a device takes bytes and has no place that another file could take.
        return fs::OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
    // The file that a link means is replaced, not the link.
    let path = if old.is_some() { fs::canonicalize(path)? } else { path.to_path_buf() };
    let name = path.file_name().ok_or(ErrorKind::InvalidFilename)?.to_string_lossy().into_owned();
    let folder = folder_of(&path);
    let beside = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let written = (|| {
        let mut file = File::create(&beside)?;
        file.write_all(bytes)?;
        if let Some(old) = old {
            file.set_permissions(old.permissions())?;
        }
        file.sync_all()?;
        fs::rename(&beside, &path)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written?;
    sweep(&folder, &name, &path);
    // Of a folder only some systems take it; the file itself is safe already.
    let _ = File::open(&folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// So much older than the file that was put in its place, what lies half written beside it is nobody's any more.
const LEFT_BEHIND: Duration = Duration::from_secs(600);

/// Removes what writers of the file `name` left in its folder that were killed in their midst: such as are much older than
/// the file itself, now that it is there.
fn sweep(folder: &Path, name: &str, file: &Path) {
    let changed = |path: &Path| fs::symlink_metadata(path).and_then(|known| known.modified()).ok();
    let Some(now) = changed(file) else { return };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let found = entry.file_name().into_string().unwrap_or_default();
        let process = found.strip_prefix(&format!(".{name}.")).and_then(|rest| rest.strip_suffix(".tmp"));
        let is_ours = process.is_some_and(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()));
        let age = changed(&entry.path()).and_then(|then| now.duration_since(then).ok());
        if is_ours && age.is_some_and(|age| age >= LEFT_BEHIND) {
            // What cannot be removed is hidden and harmless.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The folder that a file lies in.
pub fn folder_of(path: &Path) -> PathBuf {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_path_buf()
}

/// What stands beside a database while SQLite works on it, by the end of its name.
pub const BESIDE_DATABASE: [&str; 3] = ["-journal", "-wal", "-shm"];

/// Makes the folder at `path`, and the one that it is to lie in, but none above that: a station's folder that was moved away
/// is not made anew, empty, in its old place.
///
/// # Errors
/// The system's.
pub fn make_folder(path: &Path) -> io::Result<()> {
    let make = |path: &Path| match fs::create_dir(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        made => made,
    };
    match (make(path), path.parent()) {
        (Err(error), Some(above)) if error.kind() == ErrorKind::NotFound => make(above).and_then(|()| make(path)),
        (made, _) => made,
    }
}

/// What tells the file or folder at a path from another that takes its place.
#[cfg(unix)]
pub type Identity = (u64, u64);
/// The same. Windows lets nobody delete or replace what is open; the instant of its making tells a copy.
#[cfg(not(unix))]
pub type Identity = std::time::SystemTime;

/// What lies at `path` now; none if nothing does.
///
/// # Errors
/// The system's, where it does not tell.
pub fn identity(path: &Path) -> io::Result<Option<Identity>> {
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        #[cfg(unix)]
        known => known.map(|known| {
            use std::os::unix::fs::MetadataExt as _;
            Some((known.dev(), known.ino()))
        }),
        #[cfg(not(unix))]
        known => known.and_then(|known| known.created()).map(Some),
    }
}

/// Whether the database at `path` can be opened without waiting: it and all that stands beside it are regular files, or
/// not there.
///
/// # Errors
/// As of [`regular`].
pub fn database(path: &Path) -> io::Result<()> {
    for ending in [""].into_iter().chain(BESIDE_DATABASE) {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        regular_or_absent(Path::new(&name))?;
    }
    Ok(())
}

/// Why the system did not do what was asked, without the file's name: words for what an operator can mend, else the
/// system's own, set apart since they are in its own language.
pub fn cause(error: &io::Error) -> Text {
    let (vi, en) = match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => ("không có ở đó", "it is not there"),
        ErrorKind::PermissionDenied => ("không có quyền", "permission is denied"),
        ErrorKind::IsADirectory => ("là thư mục, không phải tệp", "it is a folder, not a file"),
        ErrorKind::AlreadyExists => ("tên này đã có", "that name is taken"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => ("hết chỗ trên đĩa", "the disk is full"),
        ErrorKind::ReadOnlyFilesystem => ("đĩa chỉ cho đọc", "the disk is read-only"),
        ErrorKind::ResourceBusy => ("chương trình khác đang dùng", "another program uses it"),
        ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable
        | ErrorKind::NetworkDown
        | ErrorKind::StaleNetworkFileHandle
        | ErrorKind::TimedOut => ("ổ mạng không trả lời", "the network drive does not answer"),
        _ if is_no_file(error) => ("là thiết bị hoặc ống dẫn, không phải tệp", "it is a device or a pipe, not a file"),
        _ => return quoted(error),
    };
    Text::new(vi, en)
}

/// Makes the file at `path`, where it is not there, and lets its owner alone read and write it, whatever the umask.
///
/// # Errors
/// As of [`regular`].
pub fn owners_only(path: &Path) -> io::Result<()> {
    regular_or_absent(path)?;
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    drop(file);
    Ok(())
}

/// As [`cause`], of an error that came through other hands.
pub fn cause_in(error: &anyhow::Error) -> Text {
    let of_system = error.chain().find_map(|error| error.downcast_ref::<io::Error>());
    of_system.map_or_else(|| quoted(&format!("{error:#}")), cause)
}

/// The words of a system or a library, set apart since they are in its own language.
pub fn quoted(error: &impl std::fmt::Display) -> Text {
    Text::new(format!("hệ thống báo “{error}”"), format!("the system says “{error}”"))
}
