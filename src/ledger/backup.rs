//! Copies of the log in a folder of their own, one a day, made while the daemon writes on.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::{chain, file, identity};
use crate::files;

/// The newest copies that are kept whatever their day.
pub(super) const DAILY: usize = 14;
/// Months of which the first copy is kept.
const MONTHLY: usize = 24;

fn name(date: Date) -> String {
    format!("ledger-{date}.db")
}

/// Where the copies of the log at `ledger` lie.
pub(super) fn folder_of(ledger: &Path) -> PathBuf {
    ledger.with_file_name("backup")
}

/// The copies of the log at `ledger` with their days, the newest first: those that hold most of its chain, whatever day a clock
/// that went wrong has named them for.
pub(super) fn copies_of(ledger: &Path) -> std::io::Result<Vec<(Date, PathBuf)>> {
    let folder = folder_of(ledger);
    let mut copies: Vec<(Date, PathBuf)> =
        dates(&folder)?.into_iter().map(|date| (date, folder.join(name(date)))).collect();
    copies.sort_by_cached_key(|(date, copy)| Reverse((links(copy), *date)));
    Ok(copies)
}

/// How many links the chain of that copy has. One that cannot be read stands before all others: it is found to be so, and told.
fn links(copy: &Path) -> i64 {
    match file::open_of_any_version(copy) {
        Ok((_, version)) if version < file::CHAINED_SINCE => 0,
        Ok((log, _)) => chain::head(&log).map_or(i64::MAX, |head| head.map_or(0, |head| head.seq)),
        Err(_) => i64::MAX,
    }
}

/// The days of which `folder` holds a copy, in order.
///
/// # Errors
/// The folder cannot be read; one that does not exist holds none.
pub fn dates(folder: &Path) -> std::io::Result<Vec<Date>> {
    dated(folder, "ledger-", ".db")
}

/// Whether `folder` holds a copy of that day of the log at `ledger`: another station's is none.
///
/// # Errors
/// As [`dates`].
pub fn is_copied(ledger: &Path, folder: &Path, date: Date) -> std::io::Result<bool> {
    Ok(dates(folder)?.contains(&date) && !identity::is_anothers(&folder.join(name(date)), ledger))
}

/// Copies that another station wrote neither count as this one's nor are removed with them.
fn set_anothers_aside(ledger: &Path, folder: &Path) -> std::io::Result<()> {
    for copy in dates(folder)?.into_iter().map(|date| folder.join(name(date))) {
        if identity::is_anothers(&copy, ledger) {
            identity::set_aside(&copy)?;
        }
    }
    Ok(())
}

/// The days that stand between `before` and `after` in the names of the files in `folder`, in order.
pub(super) fn dated(folder: &Path, before: &str, after: &str) -> std::io::Result<Vec<Date>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut dates = Vec::new();
    for entry in entries {
        let file = entry?.file_name();
        let date: Option<Date> =
            file.to_str().and_then(|file| file.strip_prefix(before)?.strip_suffix(after)?.parse().ok());
        dates.extend(date);
    }
    dates.sort_unstable();
    Ok(dates)
}

/// Copies the log at `ledger` into `folder` as that of `date`, and removes the copies that are older than the rotation keeps,
/// but for what another station wrote: that is kept aside.
/// Returns the copy. Writers are not held up.
///
/// # Errors
/// The log cannot be read, or the copy not be written; what was there stays.
pub fn back_up(ledger: &Path, folder: &Path, date: Date) -> anyhow::Result<PathBuf> {
    let from = file::open_for_reading(ledger).map_err(super::refusal::refused)?;
    set_anothers_aside(ledger, folder)?;
    let copy = copy_whole(&from, folder, &name(date))?;
    for date in spare(&dates(folder)?) {
        fs::remove_file(folder.join(name(date)))?;
    }
    Ok(copy)
}

/// Copies the log behind `from`, which is about to be upgraded from `schema`, as it is. The name is none of a day's copy, so that
/// the rotation never takes it; of one day the last one stays.
pub(super) fn keep_before_upgrade(
    from: &Connection,
    ledger: &Path,
    schema: i64,
    date: Date,
) -> anyhow::Result<PathBuf> {
    copy_whole(from, &folder_of(ledger), &format!("ledger-schema-{schema}-{date}.db"))
}

/// Copies the log behind `from` into `folder` under `name`.
fn copy_whole(from: &Connection, folder: &Path, name: &str) -> anyhow::Result<PathBuf> {
    files::make_folder(folder)?;
    let (part, copy) = (folder.join("ledger.part"), folder.join(name));
    if part.exists() {
        fs::remove_file(&part)?;
    }
    let mut to = Connection::open(&part)?;
    // In one step: it reads one instant of the log, and no write makes it begin anew.
    let step = Backup::new(from, &mut to)?.step(-1)?;
    anyhow::ensure!(step == StepResult::Done, "the log is locked");
    // A copy is one file, readable from a medium that nobody can write to.
    to.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(()))?;
    file::check(&part, &to)?;
    to.close().map_err(|(_, error)| error)?;
    fs::rename(part, &copy)?;
    Ok(copy)
}

/// Of copies of these days, in order, those that are not needed: kept are the newest fourteen, and the first one of each of
/// the newest 24 months. Counted, not reckoned from today: a clock that went wrong removes nothing.
fn spare(dates: &[Date]) -> Vec<Date> {
    let mut first_of_month = BTreeMap::new();
    for date in dates {
        first_of_month.entry((date.year(), date.month())).or_insert(*date);
    }
    let monthly: Vec<Date> = first_of_month.into_values().rev().take(MONTHLY).collect();
    let older = &dates[..dates.len().saturating_sub(DAILY)];
    older.iter().copied().filter(|date| !monthly.contains(date)).collect()
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn fourteen_days_and_twenty_four_months_are_kept() {
        let first = date(2024, 1, 10);
        let mut kept: Vec<Date> = Vec::new();
        for day in 0..1000 {
            kept.push(first + day.days());
            let spare = spare(&kept);
            kept.retain(|date| !spare.contains(date));
        }
        // 2026-10-05 is the last day; its newest 14 begin on the 22nd of September.
        let last = date(2026, 10, 5);
        assert_eq!(kept.last(), Some(&last));
        let newest: Vec<Date> = kept.iter().copied().rev().take(14).collect();
        assert!((0..14).all(|back| newest[back] == last - i64::try_from(back).unwrap().days()), "{newest:?}");
        let monthly: Vec<Date> = kept.iter().copied().filter(|date| *date < *newest.last().unwrap()).collect();
        assert_eq!(monthly.len(), 23, "{monthly:?}");
        assert_eq!((monthly[0], monthly[22]), (date(2024, 11, 1), date(2026, 9, 1)));
        // A clock that goes ten years ahead for a day takes nothing away but the oldest.
        let mut ahead = kept.clone();
        ahead.push(date(2036, 1, 1));
        assert!(spare(&ahead).len() <= 2, "{:?}", spare(&ahead));
    }
}
