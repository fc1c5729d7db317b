//! `loa report`: a period's report, in the form that is asked for.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use jiff::civil::Date;
use serde_json::json;

use super::airings::tell_what_waits;
use super::dates::date;
use super::find_segment::problems;
use super::printing::put;
use super::{Context, Failure, WRONG_USE, aside, whole};
use crate::clock;
use crate::home::Home;
use crate::problem::{Lang, Text};
use crate::report::{Report, explain, web};
use crate::reporting::{Form, Made, Unmade, missing_type};
use crate::station::Rhythm;

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
    /// đầu; không ghi thì kỳ có ngày hôm nay · a month (2026-12), quarter (2026-Q4), half-year
    /// (2026-H2), year (2026), date, or two dates `2026-12-01..2026-12-10` with both included; by default the period holding
    /// today
    #[arg(value_name = "PERIOD")]
    pub period: Option<String>,
    /// Tháng báo cáo bắt đầu từ ngày nào; không ghi thì theo `station.toml` · the day on which a reporting month
    /// begins; by default as `station.toml` says
    #[arg(long = "period", value_enum, value_name = "RHYTHM", id = "rhythm")]
    pub rhythm: Option<RhythmWord>,
    /// Cách in ra; không ghi thì theo đuôi của tệp `-o`, hoặc `text` · how to print it; by default as the ending of `-o` says,
    /// or `text`
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Như `--format json` · the same as `--format json`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// Ghi vào tệp này, thay tệp cũ; không ghi thì in ra, riêng docx, xlsx, pdf thành tệp bao-cao-… mới ở đây · writes it to
    /// this file, over what is there; by default it is printed, and docx, xlsx and pdf become a new file bao-cao-… beside you
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
    /// Từ ngày 15 tháng trước, theo Nghị định 09/2019 · from the 15th of the month before, by Decree 09/2019
    Nd09,
    /// Từ ngày 1 theo lịch · from the 1st, by the calendar
    Calendar,
}

/// The forms of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Để đọc trên màn hình · to read on the screen
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

    /// As it was asked for, or as the name of its file says.
    fn form(&self) -> Result<Format, Failure> {
        let asked = if self.json { Some(Format::Json) } else { self.format };
        let ending =
            self.output.as_deref().and_then(Path::extension).map(|ending| ending.to_string_lossy().to_lowercase());
        let named = ending.as_deref().and_then(Format::of_ending);
        match (asked, named) {
            (Some(asked), Some(named)) if asked != named => Err(contradiction(asked, named)),
            (asked, named) => Ok(asked.or(named).unwrap_or_default()),
        }
    }
}

impl Format {
    /// The form that a file with this ending, in small letters, has to be in; none for what may hold any text.
    fn of_ending(ending: &str) -> Option<Format> {
        let known = [Format::Docx, Format::Xlsx, Format::Pdf, Format::Csv, Format::Html, Format::Json];
        let ending = if ending == "htm" { "html" } else { ending };
        known.into_iter().find(|format| Form::from(*format).ending() == ending)
    }

    /// Its word on the command line.
    fn word(self) -> &'static str {
        if self == Format::Text { "text" } else { Form::from(self).ending() }
    }
}

fn contradiction(asked: Format, named: Format) -> Failure {
    let (asked, named) = (asked.word(), named.word());
    let text = Text::new(
        format!("dạng `{asked}` mà tên tệp là của dạng `{named}`; đổi đuôi tệp ở `-o`, hoặc đổi `--format`"),
        format!("the form is `{asked}` and the file's name is of `{named}`; change the ending at `-o`, or `--format`"),
    );
    Failure { status: WRONG_USE, text }
}

/// The name, or the first with a number behind it that nothing has: an earlier report may have been worked on by hand.
fn unused(name: &str) -> String {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let numbered = (2..).map(|n| format!("{stem}-{n}.{ending}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|name| !Path::new(name).exists()).unwrap_or_default()
}

fn kept(name: &str) -> Text {
    Text::new(
        format!(
            "Đã có `{name}` nên giữ nguyên tệp đó, báo cáo mới ghi vào tệp khác; muốn ghi đè thì chạy với `-o {name}`."
        ),
        format!(
            "`{name}` is there already and was left as it is, the new report has another name; `-o {name}` writes over it."
        ),
    )
}

/// Prints or writes the report of a period.
///
/// # Errors
/// Wrong use if the period is none; problems if there is no log, it cannot be read, or the file cannot be written.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let home = context.find_home()?;
    let dated = args.date.as_deref().map(date).transpose()?;
    let format = args.form()?;
    let made = made(&home, args.period.as_deref(), args.rhythm)?;
    tell_what_waits(&home, context.lang);
    let form = match (&args.explain, args.web) {
        (Some(asked), _) => Err(explained(&made.report, asked, format, context.lang)?),
        (None, true) => Err(for_the_web(&made.report, format, context.lang)?),
        (None, false) => Ok(Form::from(format)),
    };
    let bytes = match &form {
        Ok(form) => made.bytes(*form, dated, context.lang).map_err(problems)?,
        Err(text) => text.clone().into_bytes(),
    };
    if let Some(text) = matches!(form, Ok(Form::Pdf)).then(missing_type).flatten() {
        aside(&format!("{}\n", text.get(context.lang)));
    }
    match (&args.output, form) {
        (Some(file), _) => whole::put_for_user(file, &bytes)?,
        (None, Ok(form @ (Form::Docx | Form::Xlsx | Form::Pdf))) => {
            let usual = made.file_name(form);
            let name = unused(&usual);
            whole::put_for_user(Path::new(&name), &bytes)?;
            if name != usual {
                aside(&format!("{}\n", kept(&usual).get(context.lang)));
            }
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
    if !explain::is_known(report, asked) {
        let text = Text::new(
            format!("không có số liệu nào tên `{asked}`; `--explain` không kèm tên in ra mọi số liệu"),
            format!("no figure is called `{asked}`; `--explain` without a name prints all of them"),
        );
        return Err(Failure { status: WRONG_USE, text });
    }
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
