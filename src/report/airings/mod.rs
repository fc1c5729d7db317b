//! The log itself: a row a slot, as it aired.

pub mod csv;
pub mod filter;
pub mod json;
pub mod text;

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::kinds;
use crate::airing::{Airing, Corrected, Correction, Entry};
use crate::cells;
use crate::problem::{Lang, Text};
use crate::timetable::{SlotId, late_figure};

/// What the renderers are given.
#[derive(Clone, Copy, Debug)]
pub struct Log<'a> {
    /// UUID of the station.
    pub station: &'a str,
    /// The zone of all times of day.
    pub zone: &'a TimeZone,
    /// In order of time.
    pub entries: &'a [Entry],
    /// Slots in which their segment was heard whole for the first time ever.
    pub first: &'a BTreeSet<SlotId>,
    /// What was written by hand beside them, in the order of its writing.
    pub corrections: &'a [Correction],
}

impl Log<'_> {
    /// The rows as people read them: each slot, under it what was corrected of it, and what was aired without Loa where its
    /// time has it.
    fn rows(&self, lang: Lang) -> Vec<Row> {
        let mut without: Vec<&Correction> = self
            .corrections
            .iter()
            .filter(|one| matches!(one.of, Corrected::WithoutLoa { .. }) && one.replaces.is_none())
            .collect();
        without.sort_by_key(|one| one.began);
        let mut without = without.into_iter().peekable();
        let mut rows = Vec::new();
        // Under each entry what took its place.
        let whole = |first: &Correction| {
            let id = first.id.clone();
            let all = self.corrections.iter().filter(move |one| one.entry() == id);
            all.map(|one| Row::by_hand(one, self.zone, lang)).collect::<Vec<_>>()
        };
        for entry in self.entries {
            while let Some(one) = without.next_if(|one| one.began < Some(entry.slot.planned)) {
                rows.extend(whole(one));
            }
            rows.push(Row::of(entry, self.zone, lang));
            let own = |one: &&Correction| matches!(&one.of, Corrected::Slot(slot) if *slot == entry.slot.id);
            rows.extend(self.corrections.iter().filter(own).map(|one| Row::by_hand(one, self.zone, lang)));
        }
        rows.extend(without.flat_map(whole));
        rows
    }
}

/// A row as people read it.
struct Row {
    date: String,
    planned: String,
    began: String,
    ended: String,
    late: String,
    length: String,
    title: String,
    outcome: String,
    cause: String,
    note: String,
}

impl Row {
    fn heads(lang: Lang) -> Row {
        let head = |vi: &str, en: &str| Text::new(vi, en).get(lang).to_owned();
        Row {
            date: head("Ngày", "Date"),
            planned: head("Giờ dự kiến", "Planned"),
            began: head("Bắt đầu", "Began"),
            ended: head("Kết thúc", "Ended"),
            late: head("Trễ (giây)", "Late (s)"),
            length: head("Thời lượng", "Heard"),
            title: head("Tiết mục", "Segment"),
            outcome: head("Kết quả", "Outcome"),
            cause: head("Nguyên nhân", "Cause"),
            note: head("Ghi chú", "Note"),
        }
    }

    fn of(entry: &Entry, zone: &TimeZone, lang: Lang) -> Row {
        let airing = entry.airing.as_ref();
        // On air, armed, or left so by a daemon that died: the log cannot tell, so it does not say.
        let outcome = airing.and_then(|airing| airing.outcome).map_or_else(
            || Text::new("Chưa có kết quả", "No outcome yet").get(lang).to_owned(),
            |o| o.word(lang).to_owned(),
        );
        let heard = airing.filter(|airing| airing.heard_parts().next().is_some());
        Row {
            // That of the clock: what a broadcast airs after midnight is of the next day, on whichever day it counts.
            date: cells::date(cells::on_clock(entry.slot.planned, zone).date(), lang),
            planned: time_of_day(Some(entry.slot.planned), zone),
            began: time_of_day(airing.and_then(Airing::began), zone),
            ended: time_of_day(airing.and_then(Airing::ended), zone),
            late: entry.late_ms().map_or_else(String::new, |ms| late_figure(ms, lang)),
            length: heard.map_or_else(String::new, |airing| minutes_and_seconds(airing.heard_ms())),
            title: kinds::title(&entry.slot, lang),
            outcome,
            cause: entry.cause_word().map_or_else(String::new, |cause| cause.get(lang).to_owned()),
            note: asked_and(entry.slot.asked_words().as_ref(), entry.note().get(lang), lang),
        }
    }

    /// What a person wrote; what it leaves to the log stays empty.
    fn by_hand(one: &Correction, zone: &TimeZone, lang: Lang) -> Row {
        let what = match &one.of {
            Corrected::Slot(_) if one.is_withdrawal() => {
                Text::new("↳ rút lại phần sửa tay", "↳ correction withdrawn").get(lang).to_owned()
            }
            Corrected::WithoutLoa { .. } if one.is_withdrawal() => {
                Text::new("↳ rút lại mục nhập tay", "↳ entry withdrawn").get(lang).to_owned()
            }
            Corrected::WithoutLoa { title, .. } if one.replaces.is_some() => {
                let instead = Text::new("↳ thay mục nhập tay trên", "↳ instead of the entry above");
                format!("{}: {title}", instead.get(lang))
            }
            Corrected::Slot(_) => Text::new("↳ sửa tay", "↳ corrected by hand").get(lang).to_owned(),
            Corrected::WithoutLoa { title, .. } => {
                let without = Text::new("phát không qua Loa, nhập tay", "aired without Loa, entered by hand");
                format!("{title} ({})", without.get(lang))
            }
        };
        let (written, by) = (cells::date(zone.to_datetime(one.written).date(), lang), &one.by);
        let mut note = format!("{by}, {written}: {}", one.why);
        if let Some(more) = &one.note {
            note += &format!("; {more}");
        }
        let date = cells::date(one.date, lang);
        if one.is_withdrawal() {
            let empty = String::new;
            return Row {
                date,
                planned: empty(),
                began: empty(),
                ended: empty(),
                late: empty(),
                length: empty(),
                title: what,
                outcome: empty(),
                cause: empty(),
                note,
            };
        }
        Row {
            date,
            planned: String::new(),
            began: time_of_day(one.began, zone),
            ended: time_of_day(one.ended, zone),
            late: String::new(),
            length: one.played_ms.map_or_else(String::new, minutes_and_seconds),
            title: what,
            outcome: one.outcome.map_or_else(String::new, |outcome| outcome.word(lang).to_owned()),
            cause: one.cause.map_or_else(String::new, |cause| cause.word(lang).to_owned()),
            note,
        }
    }
}

/// Who had it played, before what else is noted.
fn asked_and(asked: Option<&Text>, note: &str, lang: Lang) -> String {
    let said = asked.map(|asked| asked.get(lang)).into_iter().chain([note]);
    said.filter(|said| !said.is_empty()).collect::<Vec<_>>().join("; ")
}

/// Empty where it is not known.
fn time_of_day(at: Option<Timestamp>, zone: &TimeZone) -> String {
    at.map_or_else(String::new, |at| cells::on_clock(at, zone).strftime("%H:%M:%S").to_string())
}

/// `4:59`, `61:05`.
fn minutes_and_seconds(ms: u64) -> String {
    let seconds = ms.saturating_add(500) / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
