//! `loa check`: all problems of the station and its months.

use std::io::{IsTerminal, Write};
use std::path::Path;

use super::dates::wrong;
use super::find_segment::problems;
use super::{Context, Failure, PROBLEMS};
use crate::files;
use crate::home::Home;
use crate::loading::{self, Checked, MonthFile};
use crate::problem::{self, Effect, Lang, Problem, Severity, Text};
use crate::schedule::Month;
use crate::timetable::{MonthState, Year};

/// Kiểm tra kế hoạch · all problems of the station and its months, each with its place and what to do.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Examples:  loa check 2026-12  ·  loa check --year 2026")]
pub struct Args {
    /// Tháng (`2026-12`) hoặc tệp; không ghi thì mọi tháng · a month (`2026-12`) or a file; by default all months
    #[arg(value_name = "MONTH|FILE")]
    months: Vec<String>,
    /// Mọi tháng của một năm và những gì nối các tháng; không ghi năm thì năm nay · all months of a year and what spans them;
    /// by default this year
    #[arg(long, value_name = "YYYY", num_args = 0..=1, conflicts_with = "months", value_parser = clap::value_parser!(i16).range(2000..=2199))]
    year: Option<Option<i16>>,
    /// In ra JSON, cho chương trình khác · prints JSON, for programs
    #[arg(long)]
    json: bool,
}

/// Prints the problems and, if there is no error, what the months will air. Status 1 for any error.
///
/// # Errors
/// No home; output that cannot be written.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let home = context.find_home()?;
    let mut facts_of = super::facts_of(&home);
    let mut checked = match args.year {
        Some(year) => {
            let this_month = Month::of(super::dates::today(&home));
            let year = year.unwrap_or(this_month.first().year());
            loading::check_year(&home, year, this_month, &mut facts_of).map_err(|error| unlisted(&error))?
        }
        None => loading::check_home(&home, &files(&home, &args.months)?, &mut facts_of),
    };
    if args.months.is_empty() {
        checked.problems.extend(loading::stray_files(&home));
        problem::sort(&mut checked.problems);
    }
    let out = if args.json {
        format!("{:#}\n", checked.to_json(context.lang))
    } else {
        to_text(&checked, args.months.is_empty(), context.lang, colour(&std::io::stdout()))
    };
    print(&out)?;
    let status = if problem::any_errors(&checked.problems) { PROBLEMS } else { 0 };
    // The process ends here: taking the slots of a large month apart one by one would cost a third of all its time.
    std::mem::forget(checked);
    Ok(status)
}

/// What the user named, else every month that has a file. `station.toml` is read in any case.
fn files(home: &Home, named: &[String]) -> Result<Vec<MonthFile>, Failure> {
    if named.is_empty() {
        let months = loading::months(home).map_err(|error| unlisted(&error))?;
        return Ok(months.into_iter().map(|month| MonthFile::of(home, month)).collect());
    }
    let files = named.iter().filter(|name| Path::new(name).file_name().is_none_or(|file| file != "station.toml"));
    files
        .map(|name| match Month::read(name) {
            Ok(month) => Ok(MonthFile::of(home, month)),
            Err(_) if is_file(name) => Ok(MonthFile::at(home, Path::new(name))),
            Err(refusal) => Err(wrong(refusal)),
        })
        .collect()
}

/// Whether a file is meant, be it there or not: what has neither an ending nor a folder is a month that is mistyped.
fn is_file(name: &str) -> bool {
    let path = Path::new(name);
    let numbers = name.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'/' | b'.'));
    path.exists() || !numbers && (path.extension().is_some() || path.components().count() > 1)
}

fn unlisted(error: &std::io::Error) -> Failure {
    let Text { vi, en } = loading::unreadable("schedules/", error);
    problems(Text::new(
        format!("{vi}; kiểm tra quyền đọc thư mục này và ổ đĩa"),
        format!("{en}; check the rights to read this folder, and the disk"),
    ))
}

/// A line a month, in columns: what it airs, and how much of it about administrative reform.
fn year_text(year: &Year, lang: Lang) -> String {
    // What is alike is told once: most years of a new station are empty.
    let is_told = |state: &MonthState| matches!(state, MonthState::Planned { .. });
    let runs = year.months.chunk_by(|(_, one), (_, next)| one == next && !is_told(one));
    let lines: Vec<(String, Vec<String>)> =
        runs.map(|run| (months_words(run[0].0, run[run.len() - 1].0, lang), state_words(run[0].1, lang))).collect();
    let width = |text: &str| text.chars().count();
    let names = lines.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    let columns = |at: usize| lines.iter().filter_map(move |(_, words)| words.get(at).filter(|_| words.len() > 1));
    let widths: Vec<usize> = (0..4).map(|at| columns(at).map(|word| width(word)).max().unwrap_or(0)).collect();
    let number = year.year;
    let mut out = format!("{}\n", Text::new(format!("Năm {number}"), format!("Year {number}")).get(lang));
    for (name, words) in &lines {
        let mut line = format!("  {name}{}", " ".repeat(names - width(name)));
        for (at, word) in words.iter().enumerate() {
            let gap = if words.len() > 1 { widths[at] - width(word) } else { 0 };
            line += &format!("  {}{word}", " ".repeat(gap));
        }
        out += &format!("{line}\n");
    }
    out.push('\n');
    out
}

/// `tháng 03`, `tháng 01–02`; `2026-03`, `2026-01 to 2026-02`.
fn months_words(first: Month, last: Month, lang: Lang) -> String {
    let number = |month: Month| month.first().strftime("%m").to_string();
    let words = if first == last {
        Text::new(format!("tháng {}", number(first)), first.to_string())
    } else {
        Text::new(format!("tháng {}–{}", number(first), number(last)), format!("{first} to {last}"))
    };
    words.get(lang).to_owned()
}

/// What a month comes to, a word or a figure a column.
fn state_words(state: MonthState, lang: Lang) -> Vec<String> {
    let words = match state {
        MonthState::Planned { summary, cchc_airings } => {
            let reform = match cchc_airings {
                Some(count) => Text::new(format!("CCHC {count} lượt"), format!("{count} about administrative reform")),
                None => Text::new("CCHC chưa rõ", "administrative reform not known"),
            };
            summary.parts().into_iter().chain([reform]).collect()
        }
        MonthState::Refused => {
            vec![Text::new("chưa dùng được: có lỗi kể ở trên", "cannot be used yet: see the errors above")]
        }
        MonthState::Absent => vec![Text::new("chưa có tệp", "no file")],
    };
    words.iter().map(|word| word.get(lang).to_owned()).collect()
}

/// The problems with their source lines, the year if one was asked for, and a last line that sums up; `whole_home` if no
/// month was named.
pub fn to_text(checked: &Checked, whole_home: bool, lang: Lang, colour: bool) -> String {
    let mut out = problem::render(&checked.problems, &checked.sources, lang, colour);
    out.extend(checked.year.as_ref().map(|year| year_text(year, lang)));
    let counts = counts(&checked.problems);
    let errors = problem::any_errors(&checked.problems);
    let blocks = checked.problems.iter().any(|problem| problem.effect == Effect::Block);
    let words = || checked.all().words();
    let line = if checked.months.is_empty() && whole_home && checked.year.is_none() {
        Text::new(
            "Chưa có kế hoạch tháng nào trong `schedules/`; tạo tệp như `schedules/2026-12.toml`",
            "There is no month in `schedules/` yet; write one such as `schedules/2026-12.toml`",
        )
    } else if problem::any_refuses(&checked.problems) {
        Text::new(
            format!("Kế hoạch chưa dùng được: {}", counts.vi),
            format!("The schedule cannot be used yet: {}", counts.en),
        )
    } else if errors && !blocks {
        // Only a year lacks something that bars nothing.
        let words = words();
        Text::new(
            format!("Kế hoạch năm còn thiếu: {}; sẽ phát: {}", counts.vi, words.vi),
            format!("The year's plan lacks something: {}; what airs: {}", counts.en, words.en),
        )
    } else if errors {
        let words = words();
        Text::new(
            format!("Có mục không phát được: {}; phần còn lại vẫn phát: {}", counts.vi, words.vi),
            format!("Something will not air: {}; the rest airs: {}", counts.en, words.en),
        )
    } else if checked.months.is_empty() {
        Text::new(with("`station.toml` hợp lệ", &counts.vi), with("`station.toml` is good", &counts.en))
    } else {
        let words = words();
        Text::new(
            with(&format!("Kế hoạch hợp lệ: {}", words.vi), &counts.vi),
            with(&format!("The schedule is good: {}", words.en), &counts.en),
        )
    };
    out.push_str(line.get(lang));
    out.push('\n');
    out
}

fn with(line: &str, counts: &str) -> String {
    if counts.is_empty() { line.to_owned() } else { format!("{line}; {counts}") }
}

/// `2 lỗi, 3 cảnh báo`; nothing of which there is none.
fn counts(problems: &[Problem]) -> Text {
    let (mut vi, mut en) = (Vec::new(), Vec::new());
    for severity in [Severity::Error, Severity::Warning, Severity::Notice] {
        let (count, words) = (problem::count(problems, severity), severity.words());
        if count > 0 {
            vi.push(format!("{count} {}", words.vi));
            en.push(format!("{count} {}{}", words.en, if count == 1 { "" } else { "s" }));
        }
    }
    Text::new(vi.join(", "), en.join(", "))
}

/// Whether to write colours into `stream`: a terminal, and nobody asked for none.
pub(super) fn colour(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

fn unwritten(error: &std::io::Error) -> Text {
    let cause = files::cause(error);
    Text::new(
        format!("không ghi ra được: {}; nếu đang ghi vào tệp thì xem chỗ trống trên đĩa", cause.vi),
        format!("the output cannot be written: {}; if it goes into a file, look at the room on the disk", cause.en),
    )
}

/// Writes to standard output. A reader that went away (`| head`) is no fault.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure { status: PROBLEMS, text: unwritten(&error) })
        }
        _ => Ok(()),
    }
}
