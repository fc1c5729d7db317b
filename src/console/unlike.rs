//! Days unlike the others, wherever a page shows a day: what the exceptions call off or move on it, and why.

use jiff::civil::Date;

use crate::problem::Text;
use crate::programme::{ColumnChange, Exception, ExceptionKind};
use crate::schedule::Schedule;
use crate::station::Station;
use crate::timetable::unlike;

/// What is told of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The kind of day that its author calls it.
    pub kind: ExceptionKind,
    /// Why it is unlike the others, in the author's words, with what is off, moved or added by it.
    pub words: Text,
}

/// What the exceptions make of a day, in the order of the file; what is moved to it from another day last.
pub fn told(schedule: &Schedule, station: &Station, date: Date) -> Vec<Told> {
    let name = |id: &str| {
        let columns = schedule.columns_in_force(station);
        columns.into_iter().find(|column| column.id == id).map_or_else(|| id.to_owned(), |column| column.name.clone())
    };
    let of_day = unlike(schedule, station, (date, date));
    let own = schedule.exceptions_on(date).zip(of_day).map(|(exception, windows)| {
        let columns = exception.columns.iter().map(|(id, change)| off(&name(id), *change));
        let added = exception.extra.iter().map(|extra| {
            let called = extra.name.as_deref().unwrap_or(&extra.id);
            Text::new(format!("thêm {called}"), format!("{called} added"))
        });
        let words = with(windows.words(), windows.changes_broadcasts(), columns.chain(added));
        Told { kind: exception.kind, words }
    });
    let moved_here = |exception: &Exception| {
        let from = exception.from.strftime("%d/%m");
        let here = exception.columns.iter().filter(|(_, change)| **change == ColumnChange::MovesTo(date));
        let mut here = here
            .map(|(id, _)| name(id))
            .map(|name| Text::new(format!("{name} dời từ {from}"), format!("{name} moved here from {from}")))
            .peekable();
        here.peek()?;
        Some(Told { kind: exception.kind, words: with(Text::same(&exception.reason), false, here) })
    };
    own.chain(schedule.exceptions.iter().filter_map(moved_here)).collect()
}

/// What becomes of a column.
fn off(name: &str, change: ColumnChange) -> Text {
    match change {
        ColumnChange::Off => Text::new(format!("nghỉ {name}"), format!("{name} off")),
        ColumnChange::MovesTo(to) => {
            let to = to.strftime("%d/%m");
            Text::new(format!("{name} dời sang {to}"), format!("{name} moved to {to}"))
        }
    }
}

/// A reason with more behind it, in the brackets that it has already if `open`: `Tết (nghỉ Buổi sáng; nghỉ CCHC)`.
fn with(said: Text, open: bool, more: impl Iterator<Item = Text>) -> Text {
    let joined = |open: bool, said: &str, more: &str| match said.strip_suffix(')').filter(|_| open) {
        Some(said) => format!("{said}; {more})"),
        None => format!("{said} ({more})"),
    };
    let (said, _) = more.fold((said, open), |(said, open), more| {
        (Text::new(joined(open, &said.vi, &more.vi), joined(open, &said.en, &more.en)), true)
    });
    said
}
