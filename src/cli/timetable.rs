//! `loa timetable`: what will air, at which instant.

use jiff::civil::Date;

use super::check::{colour, print};
use super::dates::period;
use super::{Context, Failure, PROBLEMS, aside};
use crate::clock;
use crate::home::Home;
use crate::loading::{self, Checked, FactsOf, Loaded, MonthFile};
use crate::problem::{self, Lang, Problem, Sources, Text};
use crate::schedule::Month;
use crate::timetable::{self, Sheet};

/// Lịch phát của một tháng hay một ngày · what will air in a month or on a day, at which instant.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa timetable 2026-12 --format html > lich-thang-12.html")]
pub struct Args {
    /// Tháng (`2026-12`) hoặc ngày (`2026-12-01`); không ghi thì tháng này · a month (`2026-12`) or a date (`2026-12-01`); by
    /// default this month
    #[arg(value_name = "MONTH|DATE")]
    period: Option<String>,
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
    /// Cho chương trình khác · for programs
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
    let home = context.find_home()?;
    let (month, date) = period(&home, args.period.as_deref())?;
    let Some(Planned { mut loaded, beside, .. }) = planned(&home, month, context.lang, &mut super::facts_of(&home))
    else {
        return Ok(PROBLEMS);
    };
    let format = if args.json { Format::Json } else { args.format };
    if format != Format::Html {
        // The calendar always shows its whole month; the day that was asked for is marked in it.
        let zone = &loaded.station.zone;
        // What the month before has behind its last midnight sounds on the first day of this one.
        let across = beside.into_iter().flat_map(|month| month.slots).filter(|_| date.is_some());
        loaded.slots.extend(across);
        loaded.slots.retain(|slot| date.is_none_or(|date| slot.is_of_day(date, zone)));
        loaded.slots.sort_by_key(|slot| slot.planned);
    }
    print(&shown(&loaded, month, date, format, context.lang))?;
    Ok(0)
}

/// A month as it is planned, held against its neighbours.
pub(super) struct Planned {
    pub loaded: Loaded,
    /// Those of its neighbours that it may meet.
    pub beside: Vec<Loaded>,
    /// Where it meets them, with their texts.
    pub between: (Vec<Problem>, Sources),
}

/// The month as `check` has it; none if it is refused, which is told on standard error.
pub(super) fn planned(home: &Home, month: Month, lang: Lang, facts_of: FactsOf<'_>) -> Option<Planned> {
    let Checked { mut months, beside, between, sources, .. } =
        loading::check_home(home, &[MonthFile::of(home, month)], facts_of);
    let mut loaded = months.pop()?;
    if loaded.refused() {
        loaded.problems.retain(|problem| problem.effect == problem::Effect::Refuse);
        aside(&problem::render(&loaded.problems, &loaded.sources, lang, colour(&std::io::stderr())));
        return None;
    }
    Some(Planned { loaded, beside, between: (between, sources) })
}

fn shown(loaded: &Loaded, month: Month, date: Option<Date>, format: Format, lang: Lang) -> String {
    let (slots, station) = (&loaded.slots, &loaded.station);
    let sheet = Sheet { month, slots, station, schedule: loaded.schedule.as_ref(), asked: date, lang };
    match format {
        Format::Json => format!("{:#}\n", timetable::json(&sheet)),
        Format::Csv => timetable::csv(&sheet),
        Format::Ics => timetable::ics(&sheet, clock::now()),
        Format::Html => timetable::html(&sheet),
        Format::Text => {
            let words = timetable::summary(slots).words();
            let sum = Text::new(format!("Tổng: {}", words.vi), format!("In all: {}", words.en));
            format!("{}\n{}\n", timetable::text(&sheet), sum.get(lang))
        }
    }
}
