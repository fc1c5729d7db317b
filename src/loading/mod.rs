//! The one way from a home's files to slots: commands and the daemon load through here, so that whatever `check` accepts,
//! `run` airs.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::files;
use crate::home::Home;
use crate::problem::{self, Effect, Problem, Sources, Text};
use crate::reading::encoding;
use crate::schedule::audio_facts::{AudioFault, Facts};
use crate::schedule::{self, Month, Schedule};
use crate::station::{ApprovalRule, Rules, Station};
use crate::timetable::{self, Slot};

mod near;
mod several;
mod station_file;
mod told;

pub use several::{Checked, check_home, check_month_in_force, check_station_text, check_year};
use station_file::station_of;
pub use station_file::{LoadedStation, STATION_FILE, load_station, load_station_or};

/// Asked for what is known of recordings, by their paths below `audio/`; of all in a folder by `FOLDER/`, as
/// [`facts_with_folders`] takes it.
pub type FactsOf<'f> = &'f mut dyn FnMut(&[String]) -> Facts;

/// What `facts_of` knows of `wanted`, and for what is absent the file that was probably meant, in which `FOLDER/` stands for every recording right in that folder below `audio`. Of a
/// folder without any the fact is that `FOLDER/` is absent.
pub fn facts_with_folders(audio: &Path, wanted: &[String], facts_of: impl FnOnce(&[String]) -> Facts) -> Facts {
    let (folders, mut files): (Vec<String>, Vec<String>) = wanted.iter().cloned().partition(|path| path.ends_with('/'));
    let mut empty = Vec::new();
    for folder in folders {
        let listed = list(&audio.join(&folder));
        if listed.is_empty() {
            empty.push(folder);
        } else {
            files.extend(listed.into_iter().map(|name| format!("{folder}{name}")));
        }
    }
    files.sort_unstable();
    files.dedup();
    let mut facts = facts_of(&files);
    near::suggest(audio, &mut facts);
    facts.extend(empty.into_iter().map(|folder| (folder, Err(AudioFault::Absent))));
    facts
}

/// The names of the recordings in a folder; none where it cannot be listed.
fn list(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.path().is_file());
    let names = files.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| is_sound_name(name)).collect()
}

/// Whether a file of this name is taken for a recording where none is named. What a system or a sync tool hides is none,
/// and neither are lists and pictures.
pub fn is_sound_name(name: &str) -> bool {
    const SOUND: [&str; 14] =
        ["mp3", "m4a", "mp4", "aac", "ogg", "oga", "opus", "flac", "wav", "wave", "aif", "aiff", "caf", "mka"];
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    !name.starts_with('.') && ending.is_some_and(|ending| SOUND.contains(&ending.as_str()))
}

/// A month's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthFile {
    /// The month its name says.
    pub month: Option<Month>,
    /// Where it lies.
    pub path: PathBuf,
    /// What messages call it: relative to the home, with `/`.
    pub name: String,
}

impl MonthFile {
    /// The file of `month` in `home`, whether or not it is there.
    pub fn of(home: &Home, month: Month) -> MonthFile {
        MonthFile { month: Some(month), path: home.month_file(month), name: format!("schedules/{month}.toml") }
    }

    /// Any file a user names.
    pub fn at(home: &Home, path: &Path) -> MonthFile {
        let absolute = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let root = fs::canonicalize(home.root()).unwrap_or_else(|_| home.root().to_owned());
        let shown = absolute.strip_prefix(&root).unwrap_or(path);
        let month = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
        MonthFile { month, path: path.to_owned(), name: shown.to_string_lossy().replace('\\', "/") }
    }
}

/// The months that have a file in `home`, ascending.
///
/// # Errors
/// The folder cannot be listed.
pub fn months(home: &Home) -> io::Result<Vec<Month>> {
    let mut months = BTreeSet::new();
    for entry in fs::read_dir(home.schedules())? {
        let name = entry?.file_name();
        months.extend(
            name.to_str().and_then(|name| name.strip_suffix(".toml")).and_then(|stem| stem.parse::<Month>().ok()),
        );
    }
    Ok(months.into_iter().collect())
}

/// Files in `schedules/` that nothing reads because of their names: what Notepad saves as `2026-12.toml.txt` would
/// silently never air. Hidden files and the copies that editors keep are left alone.
pub fn stray_files(home: &Home) -> Vec<Problem> {
    let entries = fs::read_dir(home.schedules()).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_dir()));
    let mut names: Vec<String> = files.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names.retain(|name| {
        let copy = name.starts_with('.') || name.ends_with('~') || name.ends_with(".bak") || name.ends_with(".tmp");
        let read =
            name == "station.toml" || name.strip_suffix(".toml").is_some_and(|stem| stem.parse::<Month>().is_ok());
        !copy && !read
    });
    names.iter().map(|name| stray(name)).collect()
}

fn stray(name: &str) -> Problem {
    let message = Text::new(
        format!("tệp `schedules/{name}` không được đọc vì tên không phải của một tháng"),
        format!("the file `schedules/{name}` is not read: its name is not that of a month"),
    );
    let mut numbers = name.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
    let meant = match (numbers.next(), numbers.next()) {
        (Some(year), Some(month)) => format!("{year}-{month:0>2}").parse::<Month>().ok(),
        _ => None,
    };
    let help = match meant {
        Some(month) => Text::new(format!("đổi tên thành `{month}.toml`"), format!("rename it `{month}.toml`")),
        None => Text::new(
            "đổi tên thành dạng `2026-12.toml`, hoặc chuyển tệp đi nơi khác",
            "rename it as in `2026-12.toml`, or move it elsewhere",
        ),
    };
    Problem::warning("stray-file", Some(encoding::whole(&format!("schedules/{name}"))), message, help)
}

/// A month as it can be aired now.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Which; none for a file whose name is no month.
    pub month: Option<Month>,
    /// The station; the defaults if its file is refused.
    pub station: Station,
    /// The text of `station.toml`; none if it is absent or unreadable.
    pub station_text: Option<String>,
    /// The text of the month's file; none if it is absent or unreadable.
    pub month_text: Option<String>,
    /// None if the month's file is absent or refused.
    pub schedule: Option<Schedule>,
    /// In order of time; none at all if anything is refused.
    pub slots: Vec<Slot>,
    /// Of the station and the month, in order.
    pub problems: Vec<Problem>,
    /// The texts that places point into.
    pub sources: Sources,
    /// SHA-256 over the station's text, a NUL and the month's text, in hexadecimal; an absent file is an empty text.
    pub revision: String,
}

impl Loaded {
    /// Whether a problem leaves the last good schedule in force.
    pub fn refused(&self) -> bool {
        problem::any_refuses(&self.problems)
    }

    /// Whether the month has no file, whatever else is wrong.
    pub fn has_no_file(&self) -> bool {
        self.problems.iter().any(|problem| problem.code == NO_MONTH_FILE)
    }

    /// Whether the month has no file and nothing else is wrong.
    pub fn absent(&self) -> bool {
        let mut refusing = self.problems.iter().filter(|problem| problem.effect == Effect::Refuse);
        self.month_text.is_none() && refusing.all(|problem| problem.code == NO_MONTH_FILE)
    }
}

/// Loads one month of `home`. A month without a file is refused as `no-month-file`.
pub fn load(home: &Home, month: Month, facts_of: FactsOf<'_>) -> Loaded {
    load_with(&load_station(home), &MonthFile::of(home, month), facts_of)
}

/// Loads one month's file under a station that is already read.
pub fn load_with(station: &LoadedStation, file: &MonthFile, facts_of: FactsOf<'_>) -> Loaded {
    month_of(station, file, read_text(&file.path, &file.name), facts_of)
}

/// Plans a month from the texts of a revision that was kept, as [`load`] would from the same texts in the home.
pub fn load_texts(month: Month, station: Option<String>, text: String, facts_of: FactsOf<'_>) -> Loaded {
    let file = MonthFile { month: Some(month), path: PathBuf::new(), name: format!("schedules/{month}.toml") };
    month_of(&station_of(Ok(station)), &file, Ok(Some(text)), facts_of)
}

fn month_of(station: &LoadedStation, file: &MonthFile, text: ReadText, facts_of: FactsOf<'_>) -> Loaded {
    let mut loaded = Loaded {
        month: file.month,
        station: station.station.clone().unwrap_or_default(),
        station_text: station.text.clone(),
        month_text: None,
        schedule: None,
        slots: Vec::new(),
        problems: station.problems.clone(),
        sources: station.sources.clone(),
        revision: String::new(),
    };
    let mut refused = false;
    match text {
        Ok(Some(text)) => {
            let (draft, problems) = schedule::read_as_far(&file.name, &text, station.station.as_ref());
            refused = problem::any_refuses(&problems);
            loaded.problems.extend(problems);
            loaded.sources.insert(file.name.clone(), text.clone());
            (loaded.schedule, loaded.month_text) = (draft, Some(text));
        }
        Ok(None) => loaded.problems.push(absent(file)),
        Err(problem) => loaded.problems.push(*problem),
    }
    loaded.revision = revision(loaded.station_text.as_deref(), loaded.month_text.as_deref());
    if let Some(schedule) = &loaded.schedule {
        // A refused station still lets the month's recordings be checked, but nobody knows its rules: none is invented.
        let rules = Rules { approval: ApprovalRule::Off, ..Rules::default() };
        let stand_in = Station { quiet: Vec::new(), rules, ..Station::default() };
        let under = station.station.as_ref().unwrap_or(&stand_in);
        let mut wanted: Vec<String> = schedule.recordings(under).into_iter().collect();
        wanted.extend(timetable::folders(schedule, under).into_iter().map(|folder| format!("{folder}/")));
        let facts = facts_of(&wanted);
        if refused {
            // What is absent is told beside what is wrong: nobody mends a file twice.
            loaded.problems.extend(timetable::of_recordings(schedule, under, &facts));
            loaded.schedule = None;
        } else {
            let (slots, problems) = timetable::plan(schedule, under, &facts, &loaded.revision);
            // Nobody knows which windows a refused station has: a column that is in none of the month's own may be in those.
            let is_known = |problem: &Problem| station.station.is_some() || problem.code != "column-not-there";
            loaded.problems.extend(problems.into_iter().filter(is_known));
            loaded.slots = slots;
        }
    }
    if loaded.refused() {
        loaded.slots.clear();
    }
    loaded.problems = problem::bounded(loaded.problems);
    loaded
}

fn revision(station: Option<&str>, month: Option<&str>) -> String {
    let mut hash = Sha256::new();
    hash.update(station.unwrap_or_default());
    hash.update([0]);
    hash.update(month.unwrap_or_default());
    HEXLOWER.encode(&hash.finalize())
}

/// The bytes of a schedule's file, as far as they are looked at at all.
///
/// # Errors
/// The system's.
pub fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One byte over the limit tells too large from just within, whatever the file's claimed size.
    files::open(path)?.take(encoding::MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a month's file, to be changed.
///
/// # Errors
/// What keeps it from being read.
pub fn month_text(home: &Home, month: Month) -> Result<String, Text> {
    let MonthFile { path, name, .. } = MonthFile::of(home, month);
    match read_text(&path, &name) {
        Ok(Some(text)) => Ok(text),
        Ok(None) => Err(Text::new(
            format!("không có tệp `{name}`; tạo bằng `loa new {month}`"),
            format!("there is no file `{name}`; make it with `loa new {month}`"),
        )),
        Err(problem) => {
            let Problem { message, help, .. } = *problem;
            Err(Text::new(format!("{}; {}", message.vi, help.vi), format!("{}; {}", message.en, help.en)))
        }
    }
}

/// That a month's file could not be written.
pub fn unwritten(month: Month, error: &io::Error) -> Text {
    let (name, cause) = (format!("schedules/{month}.toml"), files::cause(error));
    Text::new(
        format!("không ghi được `{name}`: {}; tệp cũ còn nguyên; xem quyền ghi và chỗ trống trên đĩa", cause.vi),
        format!(
            "`{name}` cannot be written: {}; the old one is as it was; look at the rights to write and the room on the disk",
            cause.en
        ),
    )
}

/// The text of a file; none if it is absent.
type ReadText = Result<Option<String>, Box<Problem>>;

fn read_text(path: &Path, name: &str) -> ReadText {
    match read_bounded(path) {
        Ok(bytes) => encoding::decode(name, bytes).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => {
            let message = unreadable(name, &error);
            let help = if files::is_no_file(&error) {
                Text::new(
                    "dời nó đi nơi khác rồi đặt tệp kế hoạch vào đó",
                    "move it elsewhere and put the schedule's file in its place",
                )
            } else {
                Text::new("kiểm tra quyền đọc tệp và ổ đĩa", "check the rights to read it, and the disk")
            };
            Err(Box::new(Problem::refuse("unreadable", Some(encoding::whole(name)), message, help)))
        }
    }
}

/// That the system does not let `name` be read.
pub fn unreadable(name: &str, error: &io::Error) -> Text {
    let cause = files::cause(error);
    Text::new(format!("không đọc được `{name}`: {}", cause.vi), format!("`{name}` cannot be read: {}", cause.en))
}

/// The code of a month without a file.
pub const NO_MONTH_FILE: &str = "no-month-file";

fn absent(file: &MonthFile) -> Problem {
    let name = &file.name;
    let message = Text::new(format!("không có tệp `{name}`"), format!("there is no file `{name}`"));
    let help = match file.month {
        Some(month) => Text::new(
            format!("lập từ tháng trước bằng `loa new {month}`, hoặc tạo tệp này với dòng đầu `month = \"{month}\"`"),
            format!(
                "make it from the month before by `loa new {month}`, or write it, beginning with `month = \"{month}\"`"
            ),
        ),
        None => Text::new(
            "ghi tháng như `2026-12`, hoặc đường dẫn tới tệp của tháng",
            "give a month such as `2026-12`, or the path of a month's file",
        ),
    };
    Problem::refuse(NO_MONTH_FILE, Some(encoding::whole(name)), message, help)
}
