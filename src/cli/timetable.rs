//! `loa timetable`: what will air, at which instant.

use jiff::civil::Date;

use super::check::{colour, print};
use super::{Context, Failure, PROBLEMS, WRONG_USE};
use crate::loading;
use crate::problem::{self, Text};
use crate::reading::times;
use crate::schedule::Month;
use crate::timetable;

/// `loa timetable MONTH|DATE [--format text|json]`
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A month (`2026-12`) or a date (`2026-12-01`)
    #[arg(value_name = "MONTH|DATE")]
    period: String,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The same as `--format json`
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

/// The forms of a timetable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A table by day
    Text,
    /// The documented object
    Json,
}

/// Prints the timetable; of a schedule that is refused, its problems on standard error and status 1.
///
/// # Errors
/// Wrong use: no home, or a period that is none.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let (month, date) = period(&args.period)?;
    let home = context.find_home()?;
    let mut facts_of = super::facts_of(&home);
    let mut loaded = loading::load(&home, month, &mut facts_of);
    if loaded.refused() {
        loaded.problems.retain(|problem| problem.effect == problem::Effect::Refuse);
        let colour = colour(&std::io::stderr());
        eprint!("{}", problem::render(&loaded.problems, &loaded.sources, context.lang, colour));
        return Ok(PROBLEMS);
    }
    loaded.slots.retain(|slot| date.is_none_or(|date| slot.date == date));
    let out = if args.json || args.format == Format::Json {
        format!("{:#}\n", timetable::json(&loaded.slots, &loaded.station, context.lang))
    } else {
        let words = timetable::summary(&loaded.slots).words();
        let sum = Text::new(format!("Tổng: {}", words.vi), format!("In all: {}", words.en));
        format!("{}\n{}\n", timetable::text(&loaded.slots, &loaded.station, context.lang), sum.get(context.lang))
    };
    print(&out)?;
    Ok(0)
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
