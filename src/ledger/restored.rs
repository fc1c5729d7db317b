//! A start that finds its log gone, or an older copy in its place: what the folder of the copies has of it since is put back
//! before anything is decided by the log. What aired would otherwise air again, and the log would know nothing of it.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use jiff::tz::TimeZone;
use rusqlite::Connection;

use super::diary::Diary;
use super::left::Left;
use super::moved::{self, Saved};
use super::{backup, file};
use crate::problem::Text;

/// Makes a log that is gone anew of its newest copy and the rows noted since; none where there is neither, as in a new home.
/// Returns what is told of it.
pub(super) fn bring_back(path: &Path, zone: &TimeZone, program: &str) -> anyhow::Result<Option<Text>> {
    let is_gone = matches!(fs::symlink_metadata(path), Err(error) if error.kind() == ErrorKind::NotFound);
    let diary = Diary::of(path, zone.clone());
    if !is_gone || (backup::copies_of(path)?.is_empty() && noted(&diary).is_empty()) {
        return Ok(None);
    }
    let saved = moved::make_anew(path, &diary, program)?;
    moved::put_back(path, zone)?;
    Ok(Some(match saved {
        Saved::Whole | Saved::Noted => Text::new(
            "không thấy tệp nhật ký khi khởi động mà chưa có bản sao nào; đã lập nhật ký mới từ những dòng cất trong `var/backup`; mã nhật ký đã in không còn khớp",
            "the log file was gone at the start, and there is no copy; a new log was begun with the rows noted in `var/backup`; hashes printed before fit no longer",
        ),
        Saved::Copy(day) => {
            let day = day.strftime("%d/%m/%Y");
            Text::new(
                format!(
                    "không thấy tệp nhật ký khi khởi động; đã dựng lại từ bản sao ngày {day} và những dòng ghi thêm từ đó, cất trong `var/backup`; mã nhật ký in ra sau bản sao ấy không còn khớp"
                ),
                format!(
                    "the log file was gone at the start; it was made anew of the copy of {day} and of the rows noted since in `var/backup`; a hash of the log printed after that copy fits no longer"
                ),
            )
        }
    }))
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
