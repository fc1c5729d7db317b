//! A start that finds its log gone, emptied or damaged, or an older copy in its place: what the folder of the copies has of it since is
//! put back before anything is decided by the log. What aired would otherwise air again, and the log would know nothing of it.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::diary::Diary;
use super::left::{Blind, Lacking, Left};
use super::moved::{self, MadeOf};
use super::passed_over::{PassedOver, told_of};
use super::recovery::last_run;
use super::{backup, beside, file, identity, reserve, room};
use crate::clock;
use crate::problem::Text;

/// A run that wrote on for longer than this after its newest row that is noted wrote rows that are not: signs of life are
/// noted every ten seconds.
const UNNOTED_AFTER: SignedDuration = SignedDuration::from_secs(15);

/// How the log's own file was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Gone,
    /// It is there without a byte, as a disk leaves it whose power went, or a program that failed at copying it.
    Emptied,
    /// It is there and cannot be read as a log any more.
    Damaged,
    /// It is another station's, copied in.
    Anothers,
}

impl Found {
    fn at(path: &Path) -> Option<Found> {
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Some(Found::Gone),
            _ => file::is_emptied(path).then_some(Found::Emptied),
        }
    }

    /// Ahead of what was done about it.
    fn words(self) -> Text {
        match self {
            Found::Gone => Text::new("không thấy tệp nhật ký khi khởi động", "the log file was gone at the start"),
            Found::Emptied => Text::new("tệp nhật ký khi khởi động bị rỗng", "the log file was empty at the start"),
            Found::Damaged => Text::new("tệp nhật ký khi khởi động bị hỏng", "the log file was damaged at the start"),
            Found::Anothers => Text::new(
                "tệp nhật ký khi khởi động là của đài khác",
                "the log file at the start was another station's",
            ),
        }
    }
}

/// A log that a start made anew.
#[derive(Debug)]
pub(super) struct Anew {
    /// What was found and what was done.
    what: Text,
    /// When the newest row was noted that went into it; none where it is of a copy alone.
    noted_until: Option<Timestamp>,
    /// When the log that stood there was last written to, as what stood beside it says.
    written_until: Option<Timestamp>,
}

impl Anew {
    /// The stretch whose rows the log may lack, if there is one: they were written and not noted, or nothing was noted at all.
    pub fn unnoted(&self, log: &Connection, now: Timestamp) -> rusqlite::Result<Option<Blind>> {
        // Nothing before a station's first run is of record.
        let Some(run) = last_run(log)? else { return Ok(None) };
        let from = run.heartbeat.max(self.noted_until.unwrap_or(run.heartbeat));
        let to = match (self.noted_until, self.written_until) {
            (None, _) => now,
            (Some(_), Some(written)) if written.duration_since(from) > UNNOTED_AFTER => written,
            (Some(_), _) => return Ok(None),
        };
        Ok((to > from).then_some(Blind { from, to, why: Lacking::Lost }))
    }

    /// What is told of it, with the stretch whose rows it may lack.
    pub fn told(self, unnoted: Option<Blind>, zone: &TimeZone) -> Text {
        let lacks = |from: &str, to: &str| {
            Text::new(
                format!("; từ {from} đến {to} nhật ký có thể thiếu dòng"),
                format!("; from {from} to {to} it may lack rows"),
            )
        };
        let lacking = unnoted.map_or_else(|| Text::new("", ""), |unnoted| unnoted.told(zone, lacks));
        Text::new(self.what.vi + &lacking.vi, self.what.en + &lacking.en)
    }
}

/// Makes a log that is gone or was emptied anew of its newest copy and the rows noted since; none where it is neither, or
/// where a new home begins. What was without a byte, and what waited beside that, is kept aside.
pub(super) fn bring_back(path: &Path, zone: &TimeZone, program: &str) -> anyhow::Result<Option<Anew>> {
    let Some(found) = Found::at(path) else { return Ok(None) };
    let has_nothing = backup::copies_of(path)?.is_empty() && noted(&Diary::of(path, zone.clone())).is_empty();
    // A first start that was cut short, or found no room on the disk, leaves an empty file behind too, and nothing else.
    if has_nothing && (found == Found::Gone || !was_written_before(path)) {
        return Ok(None);
    }
    make_up_for(found, path, zone, program).map(Some)
}

/// The same for one that is damaged, which is kept aside.
pub(super) fn instead_of_damaged(path: &Path, zone: &TimeZone, program: &str) -> anyhow::Result<Anew> {
    make_up_for(Found::Damaged, path, zone, program)
}

/// The same for one that another station wrote, which is kept aside: its rows are none of this one's.
pub(super) fn instead_of_anothers(path: &Path, zone: &TimeZone, program: &str) -> anyhow::Result<Anew> {
    let mut anew = make_up_for(Found::Anothers, path, zone, program)?;
    let id = identity::NAME;
    anew.what.vi += &format!("; nếu đó đúng là nhật ký của đài này thì dừng Loa, xóa `var/{id}` rồi trả tệp về tên cũ");
    anew.what.en +=
        &format!("; if it is this station's after all, stop Loa, delete `var/{id}` and give it its name back");
    Ok(anew)
}

fn make_up_for(found: Found, path: &Path, zone: &TimeZone, program: &str) -> anyhow::Result<Anew> {
    let diary = Diary::of(path, zone.clone());
    let noted = noted(&diary);
    let has_nothing = backup::copies_of(path)?.is_empty() && noted.is_empty();
    let aside = (found != Found::Gone).then(|| moved::set_aside(path, zone)).transpose()?;
    // When another station wrote says nothing of this one's rows.
    let own = aside.as_deref().filter(|_| found != Found::Anothers);
    let written_until = own.and_then(moved::last_written);
    let done = if has_nothing {
        Text::new(
            " mà `var/backup` không có bản sao hay dòng nào; nhật ký mới bắt đầu từ bây giờ, trước đó đã phát gì thì không còn biết; mã nhật ký đã in không còn khớp",
            " and `var/backup` has neither a copy nor a row; a new log begins now, and what aired before is not known any more; hashes printed before fit no longer",
        )
    } else {
        let (made_of, passed_over) = moved::make_anew(path, &diary, program)?;
        moved::put_back(path, zone)?;
        let (made, passed_over) = (made_anew_of(made_of), passed_over.told());
        Text::new(made.vi + &passed_over.vi, made.en + &passed_over.en)
    };
    let (found, stood) = (found.words(), moved::stood_there(aside.as_deref()));
    let what = Text::new(found.vi + &done.vi + &stood.vi, found.en + &done.en + &stood.en);
    Ok(Anew { what, noted_until: noted.newest(), written_until })
}

/// Whether anything else of a log lies in its folder: an earlier run has written one.
fn was_written_before(path: &Path) -> bool {
    let of_a_log = [reserve::NAME, room::NAME, beside::NAME];
    backup::folder_of(path).exists() || of_a_log.iter().any(|name| path.with_file_name(name).exists())
}

fn made_anew_of(made_of: MadeOf) -> Text {
    match made_of {
        MadeOf::Rows => Text::new(
            " mà chưa có bản sao nào; đã lập nhật ký mới từ những dòng cất trong `var/backup`; mã nhật ký đã in không còn khớp",
            ", and there is no copy; a new log was begun with the rows noted in `var/backup`; hashes printed before fit no longer",
        ),
        MadeOf::Copy(day) => {
            let day = day.strftime("%d/%m/%Y");
            Text::new(
                format!(
                    "; đã dựng lại từ bản sao ngày {day} và những dòng ghi thêm từ đó, cất trong `var/backup`; mã nhật ký in ra sau bản sao ấy không còn khớp"
                ),
                format!(
                    "; it was made anew of the copy of {day} and of the rows noted since in `var/backup`; a hash of the log printed after that copy fits no longer"
                ),
            )
        }
    }
}

/// Writes into a log that is older than the rows noted beside its copies what it lacks of them. Returns what is told of it.
pub(super) fn catch_up(path: &Path, log: &mut Connection, zone: &TimeZone) -> anyhow::Result<Option<Text>> {
    let noted = noted(&Diary::of(path, zone.clone())).missing_from(log)?;
    if noted.is_empty() {
        return Ok(None);
    }
    let refused = noted.take_up(log, None)?.refused;
    tracing::warn!(refused, "the log was older than the rows noted beside its copies");
    let passed_over = PassedOver::rows(refused).told();
    let (vi, en) = (
        "tệp nhật ký khi khởi động cũ hơn những dòng cất trong `var/backup` (như khi bị thay bằng bản sao cũ); đã ghi lại những dòng còn thiếu; mã nhật ký in ra sau bản sao ấy không còn khớp",
        "the log file was older at the start than the rows noted in `var/backup`, as where a copy was put in its place; the rows that it lacked were written again; a hash of the log printed after that copy fits no longer",
    );
    Ok(Some(Text::new(format!("{vi}{}", passed_over.vi), format!("{en}{}", passed_over.en))))
}

/// Keeps rows noted beside the log's copies that are another station's, cannot be read, or were refused by the log, which was offered
/// all of them. Of what a power cut tore a log that is whole lacks nothing: it is noted behind it. Returns what is told of it.
pub(super) fn set_unused_aside(
    path: &Path,
    log: &Connection,
    zone: &TimeZone,
    is_anew: bool,
) -> rusqlite::Result<Option<Text>> {
    let diary = Diary::of(path, zone.clone());
    let noted = noted(&diary);
    let unused = [noted.unused(is_anew), noted.contradicting(log)?].concat();
    if unused.is_empty() {
        return Ok(None);
    }
    Ok(match diary.set_aside(&unused, clock::now()) {
        Ok(kept) => told_of(&unused, 0, &format!("var/backup/{kept}")),
        Err(error) => {
            tracing::error!(%error, "rows that are not used stay where they are");
            told_of(&unused, 0, "var/backup")
        }
    })
}

/// Rows that cannot be read keep no station off the air.
fn noted(diary: &Diary) -> Left {
    diary.read().unwrap_or_else(|error| {
        tracing::error!(%error, "the rows noted beside the log's copies cannot be read");
        diary.nothing()
    })
}
