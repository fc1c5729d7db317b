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
        let (from, from_en) = (exception.from.strftime("%d/%m"), exception.from);
        let here = exception.columns.iter().filter(|(_, change)| **change == ColumnChange::MovesTo(date));
        let mut here = here
            .map(|(id, _)| name(id))
            .map(|name| Text::new(format!("{name} dời từ {from}"), format!("{name} moved here from {from_en}")))
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
            Text::new(format!("{name} dời sang {}", to.strftime("%d/%m")), format!("{name} moved to {to}"))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loading;
    use crate::schedule::Month;

    const MONTH: &str = r#"
month = "2026-12"
[[window]]
id = "sang"
name = "Buổi sáng"
start = "05:30"
end = "06:15"
running_order = [{ column = "tin" }]
[[column]]
id = "tin"
name = "Bản tin"
[[exception]]
date = 2026-12-24
reason = "Sửa đường dây (cả ngày)"
columns = { tin = { moves_to = "2026-12-23" } }
[[exception]]
from = 2026-12-25
to = 2026-12-26
reason = "Lễ"
kind = "nghỉ lễ"
windows = { sang = "nghỉ" }
columns = { tin = "off" }
extra = [{ id = "le", name = "Buổi lễ", start = "19:00", end = "19:20", running_order = [{ column = "tin" }] }]
"#;

    #[test]
    fn a_day_says_what_is_off_moved_or_added_on_it_and_why() {
        let month: Month = "2026-12".parse().unwrap();
        let mut no_facts = |_: &[String]| crate::schedule::audio_facts::Facts::default();
        let station = "[line]\ndevice = \"null\"\n[rules]\nquiet = []\n".to_owned();
        let loaded = loading::load_texts(month, Some(station), MONTH.to_owned(), &mut no_facts);
        let schedule = loaded.schedule.unwrap();
        let told = |day| -> Vec<(ExceptionKind, String, String)> {
            let told = told(&schedule, &loaded.station, jiff::civil::date(2026, 12, day)).into_iter();
            told.map(|told| (told.kind, told.words.vi, told.words.en)).collect()
        };
        let said = |kind, vi: &str, en: &str| vec![(kind, vi.to_owned(), en.to_owned())];
        for (day, expected) in [
            (22, vec![]),
            (
                23,
                said(
                    ExceptionKind::Event,
                    "Sửa đường dây (cả ngày) (Bản tin dời từ 24/12)",
                    "Sửa đường dây (cả ngày) (Bản tin moved here from 2026-12-24)",
                ),
            ),
            (
                24,
                said(
                    ExceptionKind::Event,
                    "Sửa đường dây (cả ngày) (Bản tin dời sang 23/12)",
                    "Sửa đường dây (cả ngày) (Bản tin moved to 2026-12-23)",
                ),
            ),
            (
                26,
                said(
                    ExceptionKind::Holiday,
                    "Lễ (nghỉ Buổi sáng; nghỉ Bản tin; thêm Buổi lễ)",
                    "Lễ (Buổi sáng off; Bản tin off; Buổi lễ added)",
                ),
            ),
        ] {
            assert_eq!(told(day), expected, "{day}");
        }
    }
}
