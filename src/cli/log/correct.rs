//! `loa log correct`: a hand-made entry beside the log's own.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::airing::Correction;
use crate::cli::airings::{open_log, station_of, unreadable};
use crate::cli::asking;
use crate::cli::find_segment::problems;
use crate::cli::printing::put_line;
use crate::cli::{Context, Failure, UNREACHED, WRONG_USE};
use crate::clock;
use crate::home::Home;
use crate::ledger::{self, Reader};
use crate::lock::HomeLock;
use crate::outcome::{Cause, Outcome};
use crate::problem::{Lang, Text};
use crate::reading::fold::bare;
use crate::reading::times::{duration_ms, time};
use crate::reporting;

/// Ghi sửa tay bên cạnh một lượt phát, hoặc một mục phát không qua Loa · corrects beside an airing, or tells what was aired
/// without Loa.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Ví dụ · Example:  loa log correct 2026-12-01/sang/cchc --by \"Nguyễn Văn A\" --why \"mất điện, phát lại bằng loa kéo\" --outcome aired --began 05:50 --ended 05:55\nloa log correct --new --title \"Bản tin khẩn\" --by \"Nguyễn Văn A\" --why \"mất điện\" --began \"2026-12-01 05:50\" --ended 05:55\nloa log correct 019ad5f0-… --withdraw --by \"Nguyễn Văn A\" --why \"ghi nhầm ngày\""
)]
pub struct Args {
    /// Mã mục, mã lượt phát hoặc mã mục nhập tay · the id of a slot, an airing or an entry by hand
    #[arg(value_name = "SLOT|AIRING|ENTRY", required_unless_present = "new")]
    target: Option<String>,
    /// Mục đã phát không qua Loa · what was aired without Loa
    #[arg(long, conflicts_with = "target", requires_all = ["began", "ended"])]
    new: bool,
    /// Rút lại phần đã ghi tay; dòng cũ vẫn giữ · takes back what was written by hand, which stays
    #[arg(long, conflicts_with = "new")]
    withdraw: bool,
    /// Người sửa · who corrects
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Lý do · why
    #[arg(long, value_name = "TEXT")]
    why: String,
    /// Kết quả đúng: aired, cut, interrupted, failed, missed, excepted (hoặc chữ Việt) · what it came to: aired, cut, interrupted,
    /// failed, missed, excepted
    #[arg(long, value_name = "WORD")]
    outcome: Option<String>,
    /// Nguyên nhân, nếu không phải đã phát · the cause, unless it aired
    #[arg(long, value_name = "WORD")]
    cause: Option<String>,
    /// Giờ bắt đầu: 05:30, 05:30:15 hoặc "2026-12-01 05:30" · when it began: 05:30, 05:30:15 or "2026-12-01 05:30"
    #[arg(long, value_name = "TIME")]
    began: Option<String>,
    /// Giờ kết thúc · when it ended
    #[arg(long, value_name = "TIME")]
    ended: Option<String>,
    /// Nghe được bao lâu, như 4m30s · how long was heard, as 4m30s
    #[arg(long, value_name = "LENGTH")]
    played: Option<String>,
    /// Ghi chú cho báo cáo · a note for the report
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Tên mục phát không qua Loa · the title of what was aired without Loa
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Mã tiết mục đã phát không qua Loa, lấy tên của tiết mục ấy · the id of the segment that was aired without Loa, whose
    /// title it has
    #[arg(long, value_name = "ID")]
    segment: Option<String>,
}

/// Writes the correction: through the daemon where one runs, else itself.
///
/// # Errors
/// No such slot; what contradicts itself; a log that cannot be written.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let home = context.find_home()?;
    let (zone, _) = station_of(&home);
    let reader = open_log(&home)?;
    let wish = wish(args, &home, &reader, &zone)?;
    let mut correction = meant(&wish, &home, &reader, &zone)?;
    let written = match asking::ask(&home, &wish) {
        Ok(answer) => {
            correction.id = answer["correction"].as_str().unwrap_or_default().to_owned();
            answer["written"].as_bool() == Some(true)
        }
        Err(failure) if failure.status == UNREACHED => {
            correction = write(&home, &reader, &zone, &wish)?;
            true
        }
        Err(failure) => return Err(failure),
    };
    let told =
        reporting::told_of(&home, &reader, &correction, (written, true)).map_err(|error| unreadable(&home, &error))?;
    put_line(&told, context.lang)?;
    Ok(0)
}

fn meant(wish: &Value, home: &Home, reader: &Reader, zone: &TimeZone) -> Result<Correction, Failure> {
    let planned = |date: Date| reporting::planned_around(home, date);
    ledger::correction(wish, reader, zone, clock::now(), &planned).map_err(problems)
}

/// No daemon runs: the home is ours for as long as it takes.
fn write(home: &Home, reader: &Reader, zone: &TimeZone, wish: &Value) -> Result<Correction, Failure> {
    let now = clock::now();
    let _lock = HomeLock::take(home, now).map_err(|fault| problems(fault.text()))?;
    let correction = meant(wish, home, reader, zone)?;
    ledger::write_at_rest(&home.ledger_file(), &correction, (now, zone), env!("CARGO_PKG_VERSION"))
        .map_err(|error| unreadable(home, &error))?;
    Ok(correction)
}

fn wish(args: &Args, home: &Home, reader: &Reader, zone: &TimeZone) -> Result<Value, Failure> {
    let mut date = None;
    if let Some(target) = &args.target {
        let slot = reader.slot_named(target).map_err(|error| unreadable(home, &error))?;
        let entry = reader.without_loa(target).map_err(|error| unreadable(home, &error))?;
        let found = slot.map(|(_, date)| date).or(entry.map(|entry| entry.date));
        date = Some(found.ok_or_else(|| problems(ledger::unknown(target)))?);
    }
    let began = args.began.as_deref().map(|text| local(text, date)).transpose()?;
    let ended = args.ended.as_deref().map(|text| local(text, began.map(DateTime::date).or(date))).transpose()?;
    let instant = |at: Option<DateTime>| at.and_then(|at| zone.to_timestamp(at).ok()).map(|at| at.to_string());
    let played_ms = args.played.as_deref().map(|text| {
        duration_ms(text).map_err(|_| {
            wrong(
                format!("`{text}` không phải một khoảng thời gian; viết như `4m30s`"),
                format!("`{text}` is no length of time; write it as `4m30s`"),
            )
        })
    });
    Ok(json!({
        "ask": "correct",
        "target": args.target,
        "title": args.title,
        "segment": args.segment,
        "by": args.by,
        "why": args.why,
        "outcome": args.outcome.as_deref().map(|word| code(word, Outcome::ALL, Outcome::code, Outcome::word)),
        "cause": args.cause.as_deref().map(|word| code(word, Cause::ALL, Cause::code, Cause::word)),
        "began": instant(began),
        "ended": instant(ended),
        "played_ms": played_ms.transpose()?,
        "note": args.note,
        "withdraw": args.withdraw,
    }))
}

/// The word of JSON for a word as people write it; what is not known stays as it is and is refused with the whole list.
fn code<T: Copy>(written: &str, all: &[T], code: fn(T) -> &'static str, word: fn(T, Lang) -> &'static str) -> String {
    let same = |one: &&T| {
        let names = [code(**one), word(**one, Lang::Vi), word(**one, Lang::En)];
        names.iter().any(|name| bare(name) == bare(written))
    };
    all.iter().find(same).map_or_else(|| written.to_owned(), |one| code(*one).to_owned())
}

/// A time of day on `date`, or a date and a time of day.
fn local(text: &str, date: Option<Date>) -> Result<DateTime, Failure> {
    let (day, clock) = match text.trim().split_once([' ', 'T']) {
        Some((day, clock)) => (day.parse().ok(), clock),
        None => (date, text.trim()),
    };
    match (day, time(clock)) {
        (Some(day), Ok(clock)) => Ok(day.to_datetime(clock)),
        _ => Err(wrong(
            format!("không hiểu giờ `{text}`; viết như `05:30`, `05:30:15` hoặc `2026-12-01 05:30`"),
            format!("`{text}` is no time; write it as `05:30`, `05:30:15` or `2026-12-01 05:30`"),
        )),
    }
}

fn wrong(vi: String, en: String) -> Failure {
    Failure { status: WRONG_USE, text: Text::new(vi, en) }
}
