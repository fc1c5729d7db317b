//! `loa airings`: the log, as it aired.

use clap::ValueEnum;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::dates::date;
use super::find_segment::problems;
use super::printing::put;
use super::{Context, Failure, PROBLEMS, WRONG_USE, aside};
use crate::home::Home;
use crate::ledger::Reader;
use crate::problem::{Lang, Text};
use crate::report::airings::{csv, json, text};
use crate::reporting::{self, Logged};
use crate::{clock, schedule::Month};

/// Nhật ký: đã định phát gì, nghe được gì, vì sao không · what was planned, what was heard, and why not where it was not.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa airings --from 2026-12-01 --to 2026-12-15 --format csv > nhat-ky.csv")]
pub struct Args {
    /// Ngày đầu (2026-12-01); không ghi thì ngày 1 của tháng có `--to` · the first date; by default the first of the month
    /// of `--to`
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// Ngày cuối, kể cả ngày ấy; không ghi thì hôm nay · the last date, included; by default today
    #[arg(long, value_name = "DATE")]
    pub to: Option<String>,
    /// Cách in ra · how to print it
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
    /// Như `--format json` · the same as `--format json`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
}

impl Args {
    /// The log of these dates, for people.
    pub fn of(from: Date, to: Date) -> Args {
        Args { from: Some(from.to_string()), to: Some(to.to_string()), format: Format::Text, json: false }
    }
}

/// The forms of a log or a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Bảng để đọc · a table for people
    Text,
    /// Để mở bằng Excel · for a spreadsheet
    Csv,
    /// Cho chương trình khác · for programs
    Json,
}

/// Prints the log of a period.
///
/// # Errors
/// Wrong use if the dates are the wrong way round; problems if there is no log or it cannot be read.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let home = context.find_home()?;
    let (zone, _) = station_of(&home);
    let named = |text: &Option<String>| text.as_deref().map(date).transpose();
    let to = named(&args.to)?.unwrap_or_else(|| zone.to_datetime(clock::now()).date());
    let from = named(&args.from)?.unwrap_or_else(|| Month::of(to).first());
    in_order(from, to)?;
    let reader = open_log(&home)?;
    tell_what_waits(&home, context.lang);
    let logged = Logged::read(&home, &reader, &zone, from, to).map_err(problems)?;
    let log = logged.log();
    let out = match chosen(args.format, args.json) {
        Format::Text => text::render(&log, context.lang),
        Format::Csv => csv::render(&log, context.lang),
        Format::Json => json::render(&log),
    };
    put(&out)?;
    Ok(0)
}

/// The zone of the station's dates and what it calls on time, in ms.
pub(super) fn station_of(home: &Home) -> (TimeZone, u64) {
    let station = reporting::station_in_force(home).station.unwrap_or_default();
    (station.zone, station.rules.on_time_ms)
}

pub(super) fn chosen(format: Format, json: bool) -> Format {
    if json { Format::Json } else { format }
}

/// Refuses a period that ends before it begins.
pub(super) fn in_order(from: Date, to: Date) -> Result<(), Failure> {
    reporting::in_order(from, to).map_err(|text| Failure { status: WRONG_USE, text })
}

/// Rows that wait beside the log are in nothing that is read out of it: says so beside that.
pub(super) fn tell_what_waits(home: &Home, lang: Lang) {
    let count = crate::ledger::waiting(&home.ledger_file());
    if count > 0 {
        let told = Text::new(
            format!(
                "chú ý: {count} dòng còn chờ ở `var/ledger-wait.jsonl`, chưa vào được nhật ký, nên không có trong đây; xem vì sao bằng `loa status` và `loa doctor`, rồi gọi lại"
            ),
            format!(
                "note: not in the log yet, and lacking here: {count} that wait in `var/ledger-wait.jsonl`; `loa status` and `loa doctor` say why, then ask again"
            ),
        );
        aside(&format!("{}\n", told.get(lang)));
    }
}

pub(super) fn open_log(home: &Home) -> Result<Reader, Failure> {
    Reader::open(&home.ledger_file()).map_err(|text| Failure { status: PROBLEMS, text })
}

pub(super) fn unreadable(home: &Home, error: &anyhow::Error) -> Failure {
    problems(reporting::unreadable(home, error))
}
