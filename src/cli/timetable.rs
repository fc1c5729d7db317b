//! `loa timetable`: what will air, at which instant.

use jiff::civil::Date;

use super::check::{colour, print};
use super::{Context, Failure, PROBLEMS, WRONG_USE};
use crate::clock;
use crate::loading::{self, Loaded, MonthFile};
use crate::problem::{self, Lang, Text};
use crate::reading::times;
use crate::schedule::Month;
use crate::timetable::{self, Sheet};

/// Lịch phát của một tháng hay một ngày · what will air in a month or on a day, at which instant.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa timetable 2026-12 --format html > lich-thang-12.html")]
pub struct Args {
    /// Tháng (`2026-12`) hoặc ngày (`2026-12-01`) · a month or a date
    #[arg(value_name = "MONTH|DATE")]
    period: String,
    /// Cách in ra · how to print it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Như `--format json` · the same as `--format json`
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

/// The forms of a timetable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Bảng theo ngày · a table by day
    Text,
    /// Cho chương trình khác · the documented object
    Json,
    /// Mỗi mục một dòng, mở bằng Excel · a row a slot, for a spreadsheet
    Csv,
    /// Mỗi buổi một sự kiện, cho điện thoại · an event a broadcast, for a phone's calendar
    Ics,
    /// Lịch tháng để in treo tường · a month's calendar to print and hang up
    Html,
}

/// Prints the timetable; of a schedule that is refused, its problems on standard error and status 1.
///
/// # Errors
/// Wrong use: no home, or a period that is none.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let (month, date) = period(&args.period)?;
    let home = context.find_home()?;
    let mut facts_of = super::facts_of(&home);
    // As `check` has it: held against its neighbours, too.
    let Some(mut loaded) = loading::check_home(&home, &[MonthFile::of(&home, month)], &mut facts_of).months.pop()
    else {
        return Ok(PROBLEMS);
    };
    if loaded.refused() {
        loaded.problems.retain(|problem| problem.effect == problem::Effect::Refuse);
        let colour = colour(&std::io::stderr());
        eprint!("{}", problem::render(&loaded.problems, &loaded.sources, context.lang, colour));
        return Ok(PROBLEMS);
    }
    let format = if args.json { Format::Json } else { args.format };
    if format != Format::Html {
        // The calendar always shows its whole month; the day that was asked for is marked in it.
        loaded.slots.retain(|slot| date.is_none_or(|date| slot.date == date));
    }
    print(&shown(&loaded, month, date, format, context.lang))?;
    Ok(0)
}

fn shown(loaded: &Loaded, month: Month, date: Option<Date>, format: Format, lang: Lang) -> String {
    let (slots, station) = (&loaded.slots, &loaded.station);
    let sheet = Sheet { month, slots, station, schedule: loaded.schedule.as_ref(), lang };
    match format {
        Format::Json => format!("{:#}\n", timetable::json(slots, station, lang)),
        Format::Csv => timetable::csv(&sheet),
        Format::Ics => timetable::ics(&sheet, clock::now()),
        Format::Html => timetable::html(&sheet, date),
        Format::Text => {
            let words = timetable::summary(slots).words();
            let sum = Text::new(format!("Tổng: {}", words.vi), format!("In all: {}", words.en));
            format!("{}\n{}\n", timetable::text(&sheet), sum.get(lang))
        }
    }
}

fn period(written: &str) -> Result<(Month, Option<Date>), Failure> {
    if let Ok(month) = written.parse() {
        return Ok((month, None));
    }
    times::date(written).map(|date| (Month::of(date), Some(date))).map_err(|refusal| {
        let (vi, en) = if written.matches('-').count() == 2 {
            (refusal.message.vi, refusal.message.en)
        } else {
            (format!("`{written}` không phải tháng hay ngày"), format!("`{written}` is neither a month nor a date"))
        };
        let text = Text::new(
            format!("{vi}; ghi như `2026-12` hoặc `2026-12-01`"),
            format!("{en}; write as in `2026-12` or `2026-12-01`"),
        );
        Failure { status: WRONG_USE, text }
    })
}
