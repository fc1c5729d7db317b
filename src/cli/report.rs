//! `loa report`: a period's report, in the form that is asked for.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use jiff::civil::Date;
use serde_json::json;

use super::airings::{date, put};
use super::find_segment::problems;
use super::{Context, Failure, WRONG_USE, whole};
use crate::clock;
use crate::home::Home;
use crate::problem::{Lang, Text};
use crate::report::{Report, explain, web};
use crate::reporting::{Form, Made, Unmade};
use crate::station::Rhythm;

/// The report the ward sends up: figures of a period out of the log, also while the daemon runs.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(after_help = "\
Examples:
  loa report 2026-12
  loa report 2026-Q4 --format docx -o bao-cao.docx
  loa report 2026-12-01..2026-12-15 --format csv -o bao-cao.csv
  loa report 2026-12 --explain=summary.reform
  loa report 2026-12 --web")]
pub struct Args {
    /// A month (2026-12), quarter (2026-Q4), half-year (2026-H2), year (2026), date, or FROM..TO with both dates included
    /// [default: the reporting month holding today]
    pub period: Option<String>,
    /// Where months begin [default: as station.toml says, else nd09: on the 15th of the month before]
    #[arg(long = "period", value_enum, value_name = "RHYTHM", id = "rhythm")]
    pub rhythm: Option<RhythmWord>,
    /// How to print it
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// Writes it to this file [default: printed; docx, xlsx and pdf into bao-cao-PERIOD beside you]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The day written on it [default: today]; the ward's names are those of this day
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// Instead of the report the rows behind its figures, or behind those whose names begin so
    #[arg(long, value_name = "FIGURE", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub explain: Option<String>,
    /// Instead of the report the texts of its new works, for the ward's web page
    #[arg(long, conflicts_with = "explain")]
    pub web: bool,
}

/// Where months begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RhythmWord {
    /// On the 15th of the month before
    Nd09,
    /// With the calendar's
    Calendar,
}

/// The forms of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For the terminal
    #[default]
    Text,
    /// A document as Decree 30/2020/NĐ-CP has it, for the clerk
    Docx,
    /// Its tables as a workbook
    Xlsx,
    /// The document as pages, by LibreOffice
    Pdf,
    /// Its tables as plain cells
    Csv,
    /// A page to look at and print
    Html,
    /// For programs
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
    let made = made(&home, args.period.as_deref(), args.rhythm)?;
    let format = if args.json { Format::Json } else { args.format };
    let form = match (&args.explain, args.web) {
        (Some(asked), _) => Err(explained(&made.report, asked, format, context.lang)?),
        (None, true) => Err(for_the_web(&made.report, format, context.lang)?),
        (None, false) => Ok(Form::from(format)),
    };
    let bytes = match &form {
        Ok(form) => made.bytes(*form, dated, context.lang).map_err(problems)?,
        Err(text) => text.clone().into_bytes(),
    };
    match (&args.output, form) {
        (Some(file), _) => whole::put_for_user(file, &bytes)?,
        (None, Ok(form @ (Form::Docx | Form::Xlsx | Form::Pdf))) => {
            let name = made.file_name(form);
            whole::put_for_user(Path::new(&name), &bytes)?;
            put(&format!("{name}\n"))?;
        }
        (None, _) => put(&String::from_utf8_lossy(&bytes))?,
    }
    Ok(0)
}

/// The report of the period that `text` names, as things stand now.
pub(super) fn made(home: &Home, text: Option<&str>, rhythm: Option<RhythmWord>) -> Result<Made, Failure> {
    let rhythm = rhythm.map(|word| match word {
        RhythmWord::Nd09 => Rhythm::Nd09,
        RhythmWord::Calendar => Rhythm::Calendar,
    });
    Made::of(home, text, rhythm, clock::now()).map_err(|unmade| match unmade {
        Unmade::NoPeriod(text) => Failure { status: WRONG_USE, text },
        Unmade::NoLog(text) => problems(text),
    })
}

impl From<Format> for Form {
    fn from(format: Format) -> Form {
        match format {
            Format::Text => Form::Text,
            Format::Docx => Form::Docx,
            Format::Xlsx => Form::Xlsx,
            Format::Pdf => Form::Pdf,
            Format::Csv => Form::Csv,
            Format::Html => Form::Html,
            Format::Json => Form::Json,
        }
    }
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
