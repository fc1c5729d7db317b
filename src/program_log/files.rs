//! Files by date, bounded each and together. Nothing is deleted but what bears exactly such a file's name.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::files;

/// How much may be kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caps {
    /// A file at most, in bytes; a day may have several.
    pub file_bytes: u64,
    /// All of them at most, in bytes; the oldest go first.
    pub all_bytes: u64,
}

impl Default for Caps {
    /// A talkative year.
    fn default() -> Caps {
        Caps { file_bytes: 4 << 20, all_bytes: 64 << 20 }
    }
}

/// The name of a log file: `loa-2026-12-01.log`, the day's second one `loa-2026-12-01.2.log`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    date: Date,
    /// From 1 on.
    number: u32,
}

impl Name {
    fn parse(name: &str) -> Option<Name> {
        let inner = name.strip_prefix("loa-")?.strip_suffix(".log")?;
        let (date, number) =
            inner.split_once('.').map_or((inner, Some(1)), |(date, number)| (date, number.parse().ok()));
        let found = Name { date: date.parse().ok()?, number: number? };
        // One spelling each: what is written otherwise somebody else has written.
        (found.text() == name).then_some(found)
    }

    fn text(self) -> String {
        let date = self.date.strftime("%Y-%m-%d");
        match self.number {
            1 => format!("loa-{date}.log"),
            number => format!("loa-{date}.{number}.log"),
        }
    }
}

/// The folder of log files, with the one that is being written.
#[derive(Debug)]
pub(super) struct Files {
    folder: PathBuf,
    caps: Caps,
    open: Option<(Name, File, u64)>,
    /// Lines that the disk did not take.
    lost: u64,
}

impl Files {
    pub fn new(folder: &Path, caps: Caps) -> Files {
        Files { folder: folder.to_owned(), caps, open: None, lost: 0 }
    }

    /// Writes `line` into the file of `date`; where the disk refuses it, it is lost and counted.
    pub fn write(&mut self, date: Date, line: &str) {
        let lost = (self.lost > 0).then(|| format!("{} lines were lost: the disk did not take them\n", self.lost));
        let text = lost.unwrap_or_default() + line;
        if self.append(date, text.as_bytes()).is_ok() {
            self.lost = 0;
        } else {
            // A half-written line is closed by the next one that goes through.
            self.open = None;
            self.lost += 1;
        }
    }

    fn append(&mut self, date: Date, text: &[u8]) -> std::io::Result<()> {
        let len = u64::try_from(text.len()).unwrap_or(u64::MAX);
        let fits = |(name, _, bytes): &(Name, File, u64)| name.date == date && bytes + len <= self.caps.file_bytes;
        if !self.open.as_ref().is_some_and(fits) {
            self.open = Some(self.next(date, len)?);
            self.prune();
        }
        let Some((_, file, bytes)) = &mut self.open else { return Ok(()) };
        file.write_all(text)?;
        *bytes += len;
        Ok(())
    }

    /// The file of `date` that has room for `len` more bytes, a new one if none has.
    fn next(&self, date: Date, len: u64) -> std::io::Result<(Name, File, u64)> {
        files::make_folder(&self.folder)?;
        let last = self.kept().into_iter().filter(|(name, _)| name.date == date).max();
        let name = match last {
            Some((name, bytes)) if bytes + len <= self.caps.file_bytes => name,
            Some((name, _)) => Name { date, number: name.number + 1 },
            None => Name { date, number: 1 },
        };
        let file = OpenOptions::new().create(true).append(true).open(self.folder.join(name.text()))?;
        let bytes = file.metadata()?.len();
        Ok((name, file, bytes))
    }

    /// The log files that are there, with their sizes.
    fn kept(&self) -> Vec<(Name, u64)> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let of = |entry: fs::DirEntry| {
            let name = Name::parse(entry.file_name().to_str()?)?;
            // Not what a link leads to.
            let metadata = entry.metadata().ok().filter(fs::Metadata::is_file)?;
            Some((name, metadata.len()))
        };
        entries.filter_map(of).collect()
    }

    /// Deletes the oldest until all together are within their cap; never the one that is being written.
    fn prune(&self) {
        let open = self.open.as_ref().map(|(name, ..)| *name);
        let mut kept = self.kept();
        kept.sort_unstable();
        let mut all: u64 = kept.iter().map(|(_, bytes)| bytes).sum();
        for (name, bytes) in kept {
            if all <= self.caps.all_bytes {
                return;
            }
            // Behind a clock that was set back older names are not all that is older.
            if Some(name) == open {
                continue;
            }
            if fs::remove_file(self.folder.join(name.text())).is_ok() {
                all -= bytes;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const DAY: Date = date(2026, 12, 1);

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_name_is_ours_only_to_the_letter() {
        for name in ["loa-2026-12-01.log", "loa-2026-12-01.2.log", "loa-1970-01-01.37.log"] {
            assert_eq!(Name::parse(name).unwrap().text(), name);
        }
        for name in [
            "loa.log",
            "loa-2026-12-01.log.bak",
            "loa-2026-12-01.1.log",
            "loa-2026-12-01.02.log",
            "loa-2026-13-01.log",
            "loa-2026-2-1.log",
            "loa-2026-12-01-x.log",
            "Loa-2026-12-01.log",
            "ledger.db",
            "loa-.log",
            "loa-20261201.log",
        ] {
            assert_eq!(Name::parse(name), None, "{name}");
        }
    }

    #[test]
    fn a_day_has_its_file_and_a_full_one_its_second() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("log");
        let caps = Caps { file_bytes: 10, all_bytes: 1000 };
        let mut files = Files::new(&folder, caps);
        files.write(DAY, "12345\n");
        files.write(DAY, "1234\n");
        files.write(date(2026, 12, 2), "x\n");
        // Another start goes on where this one was.
        Files::new(&folder, caps).write(DAY, "y\n");
        assert_eq!(names(&folder), ["loa-2026-12-01.2.log", "loa-2026-12-01.log", "loa-2026-12-02.log"]);
        assert_eq!(fs::read_to_string(folder.join("loa-2026-12-01.2.log")).unwrap(), "1234\ny\n");
    }

    #[test]
    fn the_oldest_go_first_and_nothing_that_is_not_a_log_ever_goes() {
        let dir = tempfile::tempdir().unwrap();
        let strangers = ["ledger.db", "loa-2020-01-01.log.bak", "loa-2020-01-01.01.log", "loa.toml"];
        for name in strangers {
            fs::write(dir.path().join(name), vec![b'x'; 500]).unwrap();
        }
        fs::create_dir(dir.path().join("loa-2020-01-02.log")).unwrap();
        let mut files = Files::new(dir.path(), Caps { file_bytes: 100, all_bytes: 250 });
        for day in 1..=6 {
            files.write(date(2026, 12, day), &"z".repeat(90));
        }
        let mut wanted: Vec<String> = strangers.map(str::to_owned).into();
        wanted.push("loa-2020-01-02.log".into());
        wanted.extend([4, 5, 6].map(|day| format!("loa-2026-12-0{day}.log")));
        wanted.sort();
        assert_eq!(names(dir.path()), wanted);
    }

    /// A dead clock battery sends the PC back by years: what was written before bears later names.
    #[test]
    fn together_they_stay_within_their_cap_though_the_clock_was_set_back() {
        let dir = tempfile::tempdir().unwrap();
        let caps = Caps { file_bytes: 100, all_bytes: 250 };
        let mut files = Files::new(dir.path(), caps);
        for day in 1..=6 {
            files.write(date(2026, 12, day), &"z".repeat(90));
        }
        for day in 1..=6 {
            files.write(date(2019, 1, day), &"z".repeat(90));
            let all: u64 = files.kept().iter().map(|(_, bytes)| bytes).sum();
            // As on any day, what is written into the new file comes behind the look at what is there.
            assert!(all <= caps.all_bytes + 90, "{:?}", names(dir.path()));
            assert!(names(dir.path()).contains(&format!("loa-2019-01-0{day}.log")), "what is being written stays");
        }
    }

    #[test]
    fn what_the_disk_refuses_is_counted_and_told_when_it_takes_lines_again() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("log");
        // A file where the folder should be.
        fs::write(&folder, "").unwrap();
        let mut files = Files::new(&folder, Caps::default());
        files.write(DAY, "a\n");
        files.write(DAY, "b\n");
        fs::remove_file(&folder).unwrap();
        files.write(DAY, "c\n");
        let kept = fs::read_to_string(folder.join("loa-2026-12-01.log")).unwrap();
        assert_eq!(kept, "2 lines were lost: the disk did not take them\nc\n");
    }
}
