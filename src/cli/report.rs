//! `loa report`: a period's report, in the form that is asked for.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;

use super::airings::{date, in_order, open_log, put, unreadable};
use super::{Context, Failure, PROBLEMS, WRONG_USE, pdf, whole};
use crate::home::Home;
use crate::problem::{Lang, Text};
use crate::report::document::Document;
use crate::report::period::Period;
use crate::report::{Report, explain, forms, json as json_form, paper, web};
use crate::reporting;
use crate::station::{Rhythm, Station};
use crate::{clock, files, loading};

/// Báo cáo của một kỳ, lấy từ nhật ký · the report the ward sends up: figures of a period out of the log.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(after_help = "\
Ví dụ · Examples:
  loa report 2026-12
  loa report 2026-Q4 --format docx -o bao-cao.docx
  loa report 2026-12-01..2026-12-15 --format csv -o bao-cao.csv
  loa report 2026-12 --explain=summary.reform
  loa report 2026-12 --web")]
pub struct Args {
    /// Tháng (2026-12), quý (2026-Q4), nửa năm (2026-H2), năm (2026), ngày, hoặc hai ngày `2026-12-01..2026-12-10` kể cả hai
    /// đầu; không ghi thì kỳ có ngày hôm nay · a month, quarter, half-year, year, date, or two dates with both included; by
    /// default the reporting month holding today
    #[arg(value_name = "PERIOD")]
    pub period: Option<String>,
    /// Tháng báo cáo bắt đầu từ ngày nào; không ghi thì theo `station.toml` · where months begin; by default as
    /// `station.toml` says
    #[arg(long = "period", value_enum, value_name = "RHYTHM", id = "rhythm")]
    pub rhythm: Option<RhythmWord>,
    /// Cách in ra · how to print it
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
    /// Như `--format json` · the same as `--format json`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// Ghi vào tệp này; không ghi thì in ra, riêng docx, xlsx, pdf thành tệp bao-cao-… ở đây · writes it to this file; by
    /// default it is printed, and docx, xlsx and pdf become a file bao-cao-… beside you
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Ngày ghi trên báo cáo, cũng là ngày lấy tên của phường; không ghi thì hôm nay · the day written on it, of which are
    /// the ward's names; by default today
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// Thay cho báo cáo: các dòng nhật ký làm nên mỗi số liệu, hoặc các số liệu có tên bắt đầu như vậy · instead of the
    /// report the rows behind its figures, or behind those whose names begin so
    #[arg(long, value_name = "FIGURE", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub explain: Option<String>,
    /// Thay cho báo cáo: nội dung các tác phẩm mới, cho trang của phường · instead of the report the texts of its new
    /// works, for the ward's web page
    #[arg(long, conflicts_with = "explain")]
    pub web: bool,
}

/// Where months begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RhythmWord {
    /// Từ ngày 15 tháng trước, theo Nghị định 09/2019 · on the 15th of the month before, by Decree 09/2019
    Nd09,
    /// Từ ngày 1 theo lịch · with the calendar's
    Calendar,
}

/// The forms of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Để đọc trên màn hình · for the terminal
    #[default]
    Text,
    /// Văn bản theo Nghị định 30/2020 · a document as Decree 30/2020 has it
    Docx,
    /// Các bảng thành sổ Excel · its tables as a workbook
    Xlsx,
    /// Văn bản thành trang in, bằng LibreOffice · the document as pages, by LibreOffice
    Pdf,
    /// Các bảng thành ô chữ · its tables as plain cells
    Csv,
    /// Một trang để xem và in · a page to look at and print
    Html,
    /// Cho chương trình khác · for programs
    Json,
}

impl Args {
    /// The report of these dates, for people.
    pub fn of(from: Date, to: Date) -> Args {
        Args { period: Some(format!("{from}..{to}")), ..Args::default() }
    }
}

/// Prints or writes the report of a period.
///
/// # Errors
/// Wrong use if the period is none; problems if there is no log, it cannot be read, or the file cannot be written.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let home = context.find_home()?;
    let dated = args.date.as_deref().map(date).transpose()?;
    let made = Made::of(&home, args.period.as_deref(), args.rhythm, clock::now())?;
    let format = if args.json { Format::Json } else { args.format };
    let printed = match (&args.explain, args.web) {
        (Some(asked), _) => Printed::Text(explained(&made.report, asked, format, context.lang)?),
        (None, true) => Printed::Text(for_the_web(&made.report, format, context.lang)?),
        (None, false) => made.printed(format, dated, context.lang)?,
    };
    match (&args.output, printed) {
        (None, Printed::Text(text)) => put(&text)?,
        (Some(file), Printed::Text(text)) => whole::put_for_user(file, text.as_bytes())?,
        (Some(file), Printed::File { bytes, .. }) => whole::put_for_user(file, &bytes)?,
        (None, Printed::File { bytes, ending }) => {
            let name = format!("bao-cao-{}.{ending}", made.report.period);
            whole::put_for_user(Path::new(&name), &bytes)?;
            put(&format!("{name}\n"))?;
        }
    }
    Ok(0)
}

/// A report in a form.
enum Printed {
    /// For a terminal or a file.
    Text(String),
    /// For a file alone.
    File {
        bytes: Vec<u8>,
        /// Of its name.
        ending: &'static str,
    },
}

/// A report and what it was made under.
pub(super) struct Made {
    pub report: Report,
    station: Station,
    today: Date,
}

impl Made {
    /// The report of the period that `text` names, at `now`.
    pub(super) fn of(
        home: &Home,
        text: Option<&str>,
        rhythm: Option<RhythmWord>,
        now: Timestamp,
    ) -> Result<Made, Failure> {
        let loaded = loading::load_station(home);
        let station = loaded.station.clone().unwrap_or_default();
        let today = station.zone.to_datetime(now).date();
        let rhythm = match rhythm {
            Some(RhythmWord::Nd09) => Rhythm::Nd09,
            Some(RhythmWord::Calendar) => Rhythm::Calendar,
            None => station.reporting.rhythm,
        };
        let period = period(text, today, rhythm)?;
        let reader = open_log(home)?;
        let mut facts_of = super::remembered_facts_of(home);
        let given = reporting::gather(home, &reader, &loaded, period, now, &mut facts_of)
            .map_err(|error| unreadable(home, &error))?;
        Ok(Made { report: Report::new(given, &station), station, today })
    }

    fn printed(&self, format: Format, dated: Option<Date>, lang: Lang) -> Result<Printed, Failure> {
        let document = || paper::document(&self.report, &self.station, self.today, dated, lang);
        Ok(match format {
            Format::Json => Printed::Text(json_form::render(&self.report)),
            Format::Csv => Printed::Text(forms::csv::render(&document())),
            Format::Html => Printed::Text(forms::html::render(&document())),
            Format::Text => Printed::Text(forms::text::render(&document())),
            Format::Docx => Printed::File { bytes: docx(&document())?, ending: "docx" },
            Format::Pdf => Printed::File { bytes: pdf::of(&docx(&document())?)?, ending: "pdf" },
            Format::Xlsx => {
                let bytes = forms::xlsx::render(&document()).map_err(|error| not_made("xlsx", &error))?;
                Printed::File { bytes, ending: "xlsx" }
            }
        })
    }
}

fn docx(document: &Document) -> Result<Vec<u8>, Failure> {
    let mut bytes = Cursor::new(Vec::new());
    forms::docx::render(document).pack(&mut bytes).map_err(|error| not_made("docx", &error))?;
    Ok(bytes.into_inner())
}

fn not_made(form: &str, error: &dyn std::fmt::Display) -> Failure {
    let cause = files::quoted(&error);
    let text = Text::new(
        format!("không lập được tệp {form}: {}; hãy chọn dạng khác, như `--format html`", cause.vi),
        format!("no {form} could be made: {}; choose another form, as `--format html`", cause.en),
    );
    Failure { status: PROBLEMS, text }
}

fn explained(report: &Report, asked: &str, format: Format, lang: Lang) -> Result<String, Failure> {
    match format {
        Format::Text => Ok(explain::text(report, asked, lang)),
        Format::Json => Ok(format!("{:#}\n", json!({ "figures": explain::json(report, asked) }))),
        _ => Err(no_such_form("--explain")),
    }
}

fn for_the_web(report: &Report, format: Format, lang: Lang) -> Result<String, Failure> {
    match format {
        Format::Text => Ok(web::text(report, lang)),
        Format::Html => Ok(web::html(report, lang)),
        Format::Json => Ok(web::json(report)),
        _ => Err(no_such_form("--web")),
    }
}

fn no_such_form(option: &str) -> Failure {
    let forms = if option == "--web" { "`text`, `html`, `json`" } else { "`text`, `json`" };
    let text = Text::new(
        format!("`{option}` chỉ in được dạng {forms}; hãy chọn một trong các dạng đó"),
        format!("`{option}` is printed as {forms} alone; choose one of them"),
    );
    Failure { status: WRONG_USE, text }
}

/// The period that `text` names, or the month's that holds `today`.
fn period(text: Option<&str>, today: Date, rhythm: Rhythm) -> Result<Period, Failure> {
    let Some(text) = text else { return Ok(Period::holding(today, rhythm)) };
    let Some(period) = Period::parse(text, rhythm) else {
        let text = Text::new(
            format!(
                "không hiểu kỳ báo cáo `{text}`; hãy viết tháng `2026-12`, quý `2026-Q4`, nửa năm `2026-H2`, năm `2026`, ngày `2026-12-01` hoặc `2026-12-01..2026-12-15`"
            ),
            format!(
                "no such period: `{text}`; write a month `2026-12`, a quarter `2026-Q4`, half a year `2026-H2`, a year `2026`, a date `2026-12-01` or `2026-12-01..2026-12-15`"
            ),
        );
        return Err(Failure { status: WRONG_USE, text });
    };
    in_order(period.from(), period.to())?;
    Ok(period)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn what_is_no_period_is_wrong_use() {
        for text in ["2026-13", "2026-Q5", "12-2026", "2026-12-01..", "2026-12-05..2026-12-04", ""] {
            assert_eq!(period(Some(text), date(2026, 2, 10), Rhythm::Nd09).unwrap_err().status, WRONG_USE, "{text}");
        }
    }

    #[test]
    fn without_a_word_it_is_the_month_that_reports_today() {
        let of = |rhythm| period(None, date(2026, 2, 20), rhythm).unwrap().to_string();
        assert_eq!((of(Rhythm::Nd09), of(Rhythm::Calendar)), ("2026-03".to_owned(), "2026-02".to_owned()));
    }
}
