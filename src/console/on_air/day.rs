//! A day's running orders with what has become of them: the plan in force set beside the log.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::words;
use crate::airing::{Correction, Entry};
use crate::console::silence::{Kept, Silence};
use crate::outcome::{Cause, Outcome};
use crate::problem::Text;
use crate::report::counting::Counting;
use crate::timetable::{Kind, Slot, SlotId};

/// A broadcast of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Broadcast {
    /// Its window's name, or what people call it.
    pub name: Text,
    /// Its slots, in order of time.
    pub rows: Vec<Row>,
}

/// A slot and what has become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// As it is of record, else as it is planned.
    pub slot: Slot,
    /// What has become of it.
    pub state: State,
}

/// What has become of a slot so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// The log has no word of it.
    Silent(Silence),
    /// It will not air unless somebody cures it; the slot says why.
    Barred,
    /// It is ready to go on air.
    Armed,
    /// It sounds.
    OnAir,
    /// Its time has come and it has no outcome yet.
    Due,
    /// It has its outcome.
    Ended {
        /// Which.
        outcome: Outcome,
        /// Why, where it was not heard whole.
        cause: Option<Cause>,
        /// In words.
        note: Text,
        /// How late it began, in ms.
        late_ms: Option<i64>,
    },
}

/// What the log has of the day.
#[derive(Default)]
pub(super) struct OfRecord {
    /// The slots of record.
    pub entries: Vec<Entry>,
    /// What was written by hand, in the order of its writing.
    pub corrections: Vec<Correction>,
    /// How far they go.
    pub kept: Kept,
}

/// `names` are those of windows and extra broadcasts, by id; `planned` are the day's slots in the schedules in force;
/// `sounding` are those on air.
pub(super) fn day(
    names: &BTreeMap<String, String>,
    planned: &[Slot],
    log: OfRecord,
    sounding: &[SlotId],
    now: Timestamp,
) -> Vec<Broadcast> {
    let mut rows: BTreeMap<SlotId, Row> = BTreeMap::new();
    for slot in planned {
        let state = if slot.bar.is_some() { State::Barred } else { State::Silent(log.kept.silence(slot, now)) };
        rows.insert(slot.id.clone(), Row { slot: slot.clone(), state });
    }
    let counting = Counting::of(&log.corrections);
    for entry in log.entries {
        let state = state_of(&entry, &counting, sounding, now);
        rows.insert(entry.slot.id.clone(), Row { slot: entry.slot, state });
    }
    let mut all: Vec<Row> = rows.into_values().collect();
    all.sort_by(|a, b| (a.slot.planned, &a.slot.id).cmp(&(b.slot.planned, &b.slot.id)));
    let mut broadcasts: Vec<(Heading, Broadcast)> = Vec::new();
    for row in all {
        let heading = Heading::of(&row.slot);
        // A window's rows stand together; what airs by itself stands with its like that comes right before or after it.
        let known = match &heading {
            Heading::Window(_) => broadcasts.iter_mut().find(|(known, _)| *known == heading),
            Heading::ByItself | Heading::ByHand => broadcasts.last_mut().filter(|(known, _)| *known == heading),
        };
        match known {
            Some((_, broadcast)) => broadcast.rows.push(row),
            None => {
                let name = heading.name(names, row.slot.window.as_deref());
                broadcasts.push((heading, Broadcast { name, rows: vec![row] }));
            }
        }
    }
    broadcasts.into_iter().map(|(_, broadcast)| broadcast).collect()
}

/// What a row stands under.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Heading {
    /// The broadcast of a window.
    Window(String),
    /// Broadcasts of their own.
    ByItself,
    /// What somebody had played.
    ByHand,
}

impl Heading {
    fn of(slot: &Slot) -> Heading {
        match (&slot.window, slot.kind) {
            (Some(_), _) => Heading::Window(slot.broadcast.clone()),
            (None, Kind::ByHand) => Heading::ByHand,
            (None, _) => Heading::ByItself,
        }
    }

    fn name(&self, names: &BTreeMap<String, String>, id: Option<&str>) -> Text {
        match (self, id) {
            (Heading::ByHand, _) => words::by_hand(),
            // What has no name of its own is an exception's.
            (Heading::Window(_), Some(id)) => names.get(id).map_or_else(words::extra, |name| Text::same(name)),
            (Heading::Window(_) | Heading::ByItself, _) => words::own(),
        }
    }
}

fn state_of(entry: &Entry, counting: &Counting<'_>, sounding: &[SlotId], now: Timestamp) -> State {
    let counted = counting.row(entry);
    match counted.outcome {
        Some(outcome) => State::Ended {
            outcome,
            cause: counted.cause,
            note: match counting.of_slot(&entry.slot.id) {
                Some(one) => Text::new(format!("sửa tay ({})", one.by), format!("corrected by hand ({})", one.by)),
                None => entry.note(),
            },
            late_ms: counted.late_ms(),
        },
        None if sounding.contains(&entry.slot.id) => State::OnAir,
        None if entry.slot.planned > now => State::Armed,
        None => State::Due,
    }
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
name = "Tin"
[[segment]]
title = "Tin một"
audio = "a.mp3"
column = "tin"
on = "2026-12-01"
[[segment]]
title = "Riêng một"
audio = "a.mp3"
at = ["05:00", "05:10"]
on = "2026-12-01"
[[segment]]
title = "Riêng hai"
audio = "a.mp3"
at = "17:00"
on = "2026-12-01"
[[exception]]
date = 2026-12-01
reason = "Lễ"
extra = [
  { id = "le", name = "Buổi lễ", start = "19:00", end = "19:20", running_order = [{ column = "tin" }] },
  { id = "them", start = "20:00", end = "20:20", running_order = [{ column = "tin" }] },
]
"#;

    #[test]
    fn what_airs_by_itself_stands_together_between_the_broadcasts_that_have_a_name() {
        let month: Month = "2026-12".parse().unwrap();
        let station = "[line]\ndevice = \"null\"\n[rules]\nquiet = []\n".to_owned();
        let mut no_facts = |_: &[String]| crate::schedule::audio_facts::Facts::default();
        let loaded = loading::load_texts(month, Some(station), MONTH.to_owned(), &mut no_facts);
        let mut slots: Vec<Slot> =
            loaded.slots.into_iter().filter(|slot| slot.date == jiff::civil::date(2026, 12, 1)).collect();
        slots.iter_mut().for_each(|slot| slot.bar = None);
        let names = [("sang", "Buổi sáng"), ("le", "Buổi lễ")].map(|(id, name)| (id.to_owned(), name.to_owned()));
        let names = BTreeMap::from(names);
        let at = |time: &str| format!("2026-12-01T{time}+07:00").parse::<Timestamp>().unwrap();
        let shown = || -> Vec<(String, Vec<(String, State)>)> {
            day(&names, &slots, OfRecord::default(), &[], at("05:11:00"))
                .into_iter()
                .map(|broadcast| {
                    let rows = broadcast.rows.into_iter().map(|row| (row.slot.title, row.state));
                    (broadcast.name.vi, rows.collect::<Vec<_>>())
                })
                .collect()
        };
        let row = |title: &str, silence| (title.to_owned(), State::Silent(silence));
        assert_eq!(
            shown(),
            [
                ("Mục riêng".to_owned(), vec![row("Riêng một", Silence::BeforeTheLog), row("Riêng một", Silence::Due)]),
                ("Buổi sáng".to_owned(), vec![row("Tin một", Silence::Ahead)]),
                ("Mục riêng".to_owned(), vec![row("Riêng hai", Silence::Ahead)]),
                ("Buổi lễ".to_owned(), vec![row("Tin một", Silence::Ahead)]),
                ("Buổi thêm".to_owned(), vec![row("Tin một", Silence::Ahead)]),
            ]
        );
    }
}
