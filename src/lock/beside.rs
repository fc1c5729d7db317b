//! Which other stations of this PC sound on the same device. Each puts up a sign for as long as its line may sound: a locked
//! file in the user's own folder for what runs, so that nothing is left of it when the process ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use crate::files;
use crate::home::Home;

/// What every sign's name begins with.
const SIGN: &str = "loa-line-";

/// Says that a home sounds on a device, until it is dropped.
#[derive(Debug)]
pub struct LineSign {
    _file: File,
}

impl LineSign {
    /// Puts it up for `home` on `device`. None where nothing is to be told of: `null` and a file carry no second station's
    /// sound to anybody, and where no sign can be put up the line sounds all the same.
    pub fn put_up(home: &Home, device: &str) -> Option<LineSign> {
        LineSign::put_up_in(&running(), home, device)
    }

    fn put_up_in(folder: &Path, home: &Home, device: &str) -> Option<LineSign> {
        let root = std::path::absolute(home.root()).ok()?;
        let sign = folder.join(format!("{}{}.lock", of_device(device)?, fingerprint(&root.to_string_lossy())));
        let words = sign.with_extension("txt");
        files::regular_or_absent(&sign).and_then(|()| files::regular_or_absent(&words)).ok()?;
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(sign).ok()?;
        file.try_lock().ok()?;
        // Windows lets nobody read a locked file.
        let mut words = File::create(words).ok()?;
        words.write_all(root.to_string_lossy().as_bytes()).ok()?;
        Some(LineSign { _file: file })
    }
}

/// The other homes of this account that sound on `device` now, in their order.
pub fn others_on(home: &Home, device: &str) -> Vec<PathBuf> {
    others_in(&running(), home, device)
}

fn others_in(folder: &Path, home: &Home, device: &str) -> Vec<PathBuf> {
    let Some(begins) = of_device(device) else { return Vec::new() };
    let own = std::path::absolute(home.root()).unwrap_or_default();
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let signs = entries.flatten().map(|entry| entry.path()).filter(|path| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with(&begins) && path.extension().is_some_and(|extension| extension == "lock")
    });
    let homes = signs.filter(|sign| is_up(sign)).filter_map(|sign| {
        let words = files::open(&sign.with_extension("txt")).and_then(std::io::read_to_string).ok()?;
        Some(PathBuf::from(words))
    });
    let mut others: Vec<PathBuf> = homes.filter(|home| *home != own).collect();
    others.sort();
    others
}

/// What is left of a process that ended holds no lock.
fn is_up(sign: &Path) -> bool {
    files::open(sign).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// How the names of a device's signs begin.
fn of_device(device: &str) -> Option<String> {
    let sounds = device != "null" && !device.starts_with("wav:");
    sounds.then(|| format!("{SIGN}{}-", fingerprint(device)))
}

/// Where the system keeps for each account what lasts no longer than its programs.
pub fn running() -> PathBuf {
    std::env::var_os("XDG_RUNTIME_DIR").map_or_else(std::env::temp_dir, PathBuf::from)
}

/// A short name that only `text` has: sixteen hexadecimal digits of its SHA-256.
pub fn fingerprint(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text)[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_station_is_told_of_who_sounds_on_its_device_for_as_long_as_that_runs() {
        let dir = tempfile::tempdir().unwrap();
        let homes = ["đài a", "đài b", "đài c"].map(|name| Home::at(dir.path().join(name)));
        let roots = homes.each_ref().map(|home| home.root().to_owned());
        let [a, b, c] = &homes;
        let card = "alsa:hw:CARD=PCH,DEV=0";
        let told = |home, device| others_in(dir.path(), home, device);
        let first = LineSign::put_up_in(dir.path(), a, card).unwrap();
        let second = LineSign::put_up_in(dir.path(), b, card).unwrap();
        let elsewhere = LineSign::put_up_in(dir.path(), c, "pulseaudio:loa").unwrap();
        assert_eq!(told(a, card), [roots[1].clone()]);
        assert_eq!(told(c, card), [roots[0].clone(), roots[1].clone()]);
        assert_eq!(told(c, "pulseaudio:loa"), [] as [PathBuf; 0]);
        drop(second);
        assert_eq!(told(a, card), [] as [PathBuf; 0], "what ended leaves its file, and is not told of");
        let again = LineSign::put_up_in(dir.path(), b, card).unwrap();
        assert_eq!(told(a, card), [roots[1].clone()]);
        drop((first, again, elsewhere));
    }

    #[test]
    fn nobody_is_told_of_lines_that_nobody_hears() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path());
        for silent in ["null", "wav:nghe.wav"] {
            assert!(LineSign::put_up_in(dir.path(), &home, silent).is_none());
            assert_eq!(others_in(dir.path(), &Home::at("khác"), silent), [] as [PathBuf; 0]);
        }
    }
}
