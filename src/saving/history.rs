//! What a file was before each save: `var/undo/2026-12/00000001.json`.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Deed, PlanFile, version};
use crate::files;
use crate::home::Home;
use crate::problem::Text;

/// Changes kept of a file: months of work of a station.
const KEPT_MOST: usize = 200;

/// A change that was saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Counted from 1 in each file.
    pub number: u32,
    /// Who saved.
    pub by: String,
    /// When, in ms since 1970.
    pub at_ms: i64,
    /// What they did, in Vietnamese.
    pub vi: String,
    /// The same in English.
    pub en: String,
    /// The file's text before; none: there was no file.
    pub before: Option<String>,
    /// The file's [`version`] after it.
    pub after: String,
    /// The number of the change that this one took back.
    pub undoes: Option<u32>,
}

impl Kept {
    /// When.
    pub fn at(&self) -> Timestamp {
        Timestamp::from_millisecond(self.at_ms).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// What they did.
    pub fn what(&self) -> Text {
        Text::new(&*self.vi, &*self.en)
    }
}

fn folder(home: &Home, file: PlanFile) -> PathBuf {
    home.undo().join(file.stem())
}

fn numbers(home: &Home, file: PlanFile) -> Vec<u32> {
    let entries = fs::read_dir(folder(home, file)).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut numbers: Vec<u32> =
        names.filter_map(|name| name.strip_suffix(".json").and_then(|stem| stem.parse().ok())).collect();
    numbers.sort_unstable();
    numbers
}

fn path(home: &Home, file: PlanFile, number: u32) -> PathBuf {
    folder(home, file).join(format!("{number:08}.json"))
}

/// The changes of a file that were saved for a person, the newest first, each read when it is asked for: each holds a whole
/// month's text. One that cannot be read is left out.
pub fn newest_first(home: &Home, file: PlanFile) -> impl Iterator<Item = Kept> {
    let read = move |number: u32| serde_json::from_slice(&fs::read(path(home, file, number)).ok()?).ok();
    numbers(home, file).into_iter().rev().filter_map(read)
}

/// The last change that is not undone, if the file is still as it left it.
pub(super) fn undoable(home: &Home, file: PlanFile, now: &str) -> Option<Kept> {
    let mut undone = BTreeSet::new();
    let last = newest_first(home, file).find(|kept| match kept.undoes {
        Some(number) => {
            undone.insert(number);
            false
        }
        None => !undone.contains(&kept.number),
    });
    last.filter(|last| last.after == now)
}

/// Keeps what is before a change; the file that holds it.
pub(super) fn keep(
    home: &Home,
    file: PlanFile,
    before: Option<String>,
    text: &str,
    deed: &Deed<'_>,
    undoes: Option<u32>,
) -> io::Result<PathBuf> {
    fs::create_dir_all(folder(home, file))?;
    let numbers = numbers(home, file);
    let number = numbers.last().map_or(1, |last| last + 1);
    let kept = Kept {
        number,
        by: deed.by.to_owned(),
        at_ms: deed.now.as_millisecond(),
        vi: deed.what.vi.clone(),
        en: deed.what.en.clone(),
        before,
        after: version(Some(text)),
        undoes,
    };
    let path = path(home, file, number);
    files::put(&path, &serde_json::to_vec(&kept)?)?;
    let old = numbers.len().saturating_sub(KEPT_MOST - 1);
    for number in numbers.into_iter().take(old) {
        let _ = fs::remove_file(self::path(home, file, number));
    }
    Ok(path)
}
