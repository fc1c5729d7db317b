//! `loa report`: a period's slots and what became of them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;

use super::airings::{Format, chosen, in_order, open_log, put, station_of, unreadable};
use super::{Context, Failure, PROBLEMS, WRONG_USE};
use crate::airing::Entry;
use crate::clock;
use crate::home::Home;
use crate::loading;
use crate::problem::Text;
use crate::report::{Report, csv, json, text};
use crate::schedule::Month;
use crate::timetable::{Slot, SlotId};

/// The report of a period: planned, aired, cut, interrupted, failed, missed, excepted and pending, for each segment and in
/// all. Makes it out of the log, also while the daemon runs.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  loa report 2026-12
  loa report 2026-12-01..2026-12-15 --format csv -o bao-cao.csv

Quarters, half-years, years and the reporting periods that begin on the 15th come with a later version.")]
pub struct Args {
    /// A month (2026-12), a date, or FROM..TO with both dates included [default: the calendar month holding today]
    pub period: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// Writes it to a file instead
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

impl Args {
    /// The report of these dates, for people.
    pub fn of(from: Date, to: Date) -> Args {
        Args { period: Some(format!("{from}..{to}")), format: Format::Text, json: false, output: None }
    }
}

/// Without a heartbeat for longer than this, no daemon is at work on the log.
const DAEMON_SILENT: jiff::SignedDuration = jiff::SignedDuration::from_secs(90);

/// Prints or writes the report of a period.
///
/// # Errors
/// Wrong use if the period is none; problems if there is no log, it cannot be read, or the file cannot be written.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let home = context.find_home()?;
    let (zone, on_time_ms) = station_of(&home);
    let now = clock::now();
    let (from, to) = period(args.period.as_deref(), zone.to_datetime(now).date())?;
    let reader = open_log(&home)?;
    let entries = reader.entries(from, to).map_err(|e| unreadable(&home, &e))?;
    let heartbeat = reader.last_heartbeat().map_err(|e| unreadable(&home, &e))?;
    let runs = reader.runs().map_err(|e| unreadable(&home, &e))?;
    let first_run = runs.first().map(|run| run.started);
    let plan = planned_beside_the_log(&home, (from, to), &entries, (first_run, heartbeat), now);
    let unwritten = plan.unwritten + passed_over(&entries, heartbeat, now);
    let mut report = Report::new(from, to, &entries, &plan.pending, unwritten, on_time_ms);
    report.unforeseen = plan.unforeseen;
    let out = match chosen(args.format, args.json) {
        Format::Text => text::render(&report, context.lang),
        Format::Csv => csv::render(&report, context.lang),
        Format::Json => json::render(&report),
    };
    match &args.output {
        None => put(&out)?,
        Some(file) => write(file, &out)?,
    }
    Ok(0)
}

/// `2026-12`, `2026-12-01`, `2026-12-01..2026-12-15`, or the month of `today`.
fn period(text: Option<&str>, today: Date) -> Result<(Date, Date), Failure> {
    let Some(text) = text else {
        let month = Month::of(today);
        return Ok((month.first(), month.last()));
    };
    if let Ok(month) = text.parse::<Month>() {
        return Ok((month.first(), month.last()));
    }
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let (Ok(from), Ok(to)) = (from.parse::<Date>(), to.parse::<Date>()) else {
        let text = Text::new(
            format!(
                "không hiểu kỳ báo cáo `{text}`; hãy viết tháng `2026-12`, ngày `2026-12-01` hoặc `2026-12-01..2026-12-15`"
            ),
            format!(
                "no such period: `{text}`; write a month `2026-12`, a date `2026-12-01` or `2026-12-01..2026-12-15`"
            ),
        );
        return Err(Failure { status: WRONG_USE, text });
    };
    in_order(from, to)?;
    Ok((from, to))
}

/// What the schedules plan in the period and the log does not hold.
struct Plan {
    /// Still ahead.
    pending: Vec<Slot>,
    /// Between the daemon's last heartbeat and now: the next start will write them down.
    unwritten: usize,
    /// Past, since the station's first run, and never of record: no schedule in force had them when their time came.
    unforeseen: usize,
}

fn planned_beside_the_log(
    home: &Home,
    (from, to): (Date, Date),
    entries: &[Entry],
    (first_run, heartbeat): (Option<Timestamp>, Option<Timestamp>),
    now: Timestamp,
) -> Plan {
    let of_record: BTreeSet<&SlotId> = entries.iter().map(|entry| &entry.slot.id).collect();
    let mut plan = Plan { pending: Vec::new(), unwritten: 0, unforeseen: 0 };
    let mut facts_of = super::remembered_facts_of(home);
    let mut month = Month::of(from);
    while month <= Month::of(to) {
        let loaded = loading::load(home, month, &mut facts_of);
        let in_period = |slot: &Slot| from <= slot.date && slot.date <= to && !of_record.contains(&slot.id);
        for slot in loaded.slots.into_iter().filter(in_period) {
            if slot.planned > now {
                plan.pending.push(slot);
            } else if heartbeat.is_some_and(|heartbeat| heartbeat < slot.planned) {
                plan.unwritten += 1;
            } else if first_run.is_some_and(|first_run| first_run <= slot.planned) {
                plan.unforeseen += 1;
            }
        }
        month = month.next();
    }
    plan
}

/// Slots of record that are past without an outcome while no daemon is at work.
fn passed_over(entries: &[Entry], heartbeat: Option<Timestamp>, now: Timestamp) -> usize {
    if heartbeat.is_some_and(|heartbeat| now.duration_since(heartbeat) <= DAEMON_SILENT) {
        return 0;
    }
    let settled = |entry: &Entry| entry.airing.as_ref().is_some_and(|airing| airing.outcome.is_some());
    entries.iter().filter(|entry| entry.slot.planned <= now && !settled(entry)).count()
}

fn write(file: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(file, text).map_err(|e| Failure {
        status: PROBLEMS,
        text: Text::new(
            format!("không ghi được `{}` ({e}); hãy đóng tệp nếu đang mở, hoặc chọn nơi khác", file.display()),
            format!("cannot write `{}` ({e}); close the file if it is open, or choose another place", file.display()),
        ),
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn periods_include_both_ends() {
        let today = date(2026, 2, 10);
        assert_eq!(period(None, today).unwrap(), (date(2026, 2, 1), date(2026, 2, 28)));
        assert_eq!(period(Some("2026-12"), today).unwrap(), (date(2026, 12, 1), date(2026, 12, 31)));
        assert_eq!(period(Some("2026-12-05"), today).unwrap(), (date(2026, 12, 5), date(2026, 12, 5)));
        let stretch = period(Some("2026-12-05..2027-01-04"), today).unwrap();
        assert_eq!(stretch, (date(2026, 12, 5), date(2027, 1, 4)));
    }

    #[test]
    fn what_is_no_period_is_wrong_use() {
        for text in ["2026-13", "2026-Q4", "2026", "12-2026", "2026-12-01..", "2026-12-05..2026-12-04", ""] {
            assert_eq!(period(Some(text), date(2026, 2, 10)).unwrap_err().status, WRONG_USE, "{text}");
        }
    }
}
