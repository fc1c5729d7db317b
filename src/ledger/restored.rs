//! A start that finds its log gone or emptied, or an older copy in its place: what the folder of the copies has of it since is put back
//! before anything is decided by the log. What aired would otherwise air again, and the log would know nothing of it.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use jiff::tz::TimeZone;
use rusqlite::Connection;

use super::diary::Diary;
use super::left::Left;
use super::moved::{self, Saved};
use super::{backup, beside, file, reserve, room};
use crate::problem::Text;

/// How the log's own file was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Gone,
    /// It is there without a byte, as a disk leaves it whose power went, or a program that failed at copying it.
    Emptied,
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
        }
    }
}

/// Makes a log that is gone or was emptied anew of its newest copy and the rows noted since; none where it is neither, or
/// where a new home begins. What was without a byte, and what waited beside that, is kept aside. Returns what is told of it.
pub(super) fn bring_back(path: &Path, zone: &TimeZone, program: &str) -> anyhow::Result<Option<Text>> {
    let Some(found) = Found::at(path) else { return Ok(None) };
    let diary = Diary::of(path, zone.clone());
    let has_nothing = backup::copies_of(path)?.is_empty() && noted(&diary).is_empty();
    // A first start that was cut short, or found no room on the disk, leaves an empty file behind too, and nothing else.
    if has_nothing && (found == Found::Gone || !was_written_before(path)) {
        return Ok(None);
    }
    let aside = (found == Found::Emptied).then(|| moved::set_aside(path, zone)).transpose()?;
    let done = if has_nothing {
        Text::new(
            " mà `var/backup` không có bản sao hay dòng nào; nhật ký mới bắt đầu từ bây giờ, trước đó đã phát gì thì không còn biết; mã nhật ký đã in không còn khớp",
            " and `var/backup` has neither a copy nor a row; a new log begins now, and what aired before is not known any more; hashes printed before fit no longer",
        )
    } else {
        let saved = moved::make_anew(path, &diary, program)?;
        moved::put_back(path, zone)?;
        made_of(saved)
    };
    let (found, stood) = (found.words(), moved::stood_there(aside.as_deref()));
    Ok(Some(Text::new(found.vi + &done.vi + &stood.vi, found.en + &done.en + &stood.en)))
}

/// Whether anything else of a log lies in its folder: an earlier run has written one.
fn was_written_before(path: &Path) -> bool {
    let of_a_log = [reserve::NAME, room::NAME, beside::NAME];
    backup::folder_of(path).exists() || of_a_log.iter().any(|name| path.with_file_name(name).exists())
}

fn made_of(saved: Saved) -> Text {
    match saved {
        Saved::Whole | Saved::Noted => Text::new(
            " mà chưa có bản sao nào; đã lập nhật ký mới từ những dòng cất trong `var/backup`; mã nhật ký đã in không còn khớp",
            ", and there is no copy; a new log was begun with the rows noted in `var/backup`; hashes printed before fit no longer",
        ),
        Saved::Copy(day) => {
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
    // Before anything is written into it.
    file::check_if_small(path, log)?;
    let refused = noted.take_up(log, None)?.refused;
    tracing::warn!(refused, "the log was older than the rows noted beside its copies");
    Ok(Some(Text::new(
        "tệp nhật ký khi khởi động cũ hơn những dòng cất trong `var/backup` (như khi bị thay bằng bản sao cũ); đã ghi lại những dòng còn thiếu; mã nhật ký in ra sau bản sao ấy không còn khớp",
        "the log file was older at the start than the rows noted in `var/backup`, as where a copy was put in its place; the rows that it lacked were written again; a hash of the log printed after that copy fits no longer",
    )))
}

/// Rows that cannot be read keep no station off the air.
fn noted(diary: &Diary) -> Left {
    diary.read().unwrap_or_else(|error| {
        tracing::error!(%error, "the rows noted beside the log's copies cannot be read");
        diary.nothing()
    })
}
