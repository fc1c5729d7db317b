//! The log as rows for people: each slot as it counts, under it what was written of it by hand, and what was aired without
//! Loa where its time has it. An outcome stands in one row alone of what it is about, so that a spreadsheet counts it once.

use jiff::tz::TimeZone;

use super::super::kinds;
use super::{Log, minutes_and_seconds, no_outcome, own_word, time_of_day};
use crate::airing::{Airing, Corrected, Correction, Entry};
use crate::cells;
use crate::outcome::{Cause, Outcome};
use crate::problem::{Lang, Text};
use crate::report::counting::Counting;
use crate::report::row;
use crate::timetable::late_figure;

impl Log<'_> {
    /// In order of time.
    pub(super) fn rows(&self, lang: Lang) -> Vec<Row> {
        let counting = Counting::of(self.corrections);
        let mut without: Vec<&Correction> = counting.last_without_loa().collect();
        without.sort_by_key(|last| last.began);
        let mut without = without.into_iter().peekable();
        let mut rows = Vec::new();
        for entry in self.entries {
            while let Some(last) = without.next_if(|last| last.began < Some(entry.slot.planned)) {
                rows.extend(self.without_loa(last, lang));
            }
            rows.push(Row::of(entry, counting.of_slot(&entry.slot.id), self.zone, lang));
            let own = |one: &&Correction| matches!(&one.of, Corrected::Slot(slot) if *slot == entry.slot.id);
            rows.extend(self.corrections.iter().filter(own).map(|one| Row::written(one, self.zone, lang)));
        }
        rows.extend(without.flat_map(|last| self.without_loa(last, lang)));
        rows
    }

    /// As it counts, and under it all that was written of it, where that is more than one thing.
    fn without_loa(&self, last: &Correction, lang: Lang) -> Vec<Row> {
        let all: Vec<&Correction> = self.corrections.iter().filter(|one| one.entry() == last.entry()).collect();
        let is_more = all.len() > 1;
        let head = Row::entered(last, is_more, self.zone, lang);
        let written = all.into_iter().filter(|_| is_more).map(|one| Row::written(one, self.zone, lang));
        std::iter::once(head).chain(written).collect()
    }
}

/// A row as people read it.
#[derive(Default)]
pub(super) struct Row {
    pub date: String,
    pub planned: String,
    pub began: String,
    pub ended: String,
    pub late: String,
    pub length: String,
    pub title: String,
    pub outcome: String,
    pub cause: String,
    pub note: String,
}

impl Row {
    pub fn heads(lang: Lang) -> Row {
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

    /// A slot as it counts; where a person's word does, what the log itself has stands among its notes.
    fn of(entry: &Entry, counts: Option<&Correction>, zone: &TimeZone, lang: Lang) -> Row {
        let mut counted = row::Row::of(entry);
        if let Some(one) = counts {
            counted.correct(one);
        }
        let sounded = entry.airing.as_ref().filter(|airing| airing.heard_parts().next().is_some());
        let heard_ms = match counts {
            Some(_) => Some(counted.heard_ms).filter(|ms| *ms > 0),
            None => sounded.map(Airing::heard_ms),
        };
        let cause = match counts.and_then(|one| one.outcome) {
            Some(_) => counted.cause.map(Cause::words),
            None => entry.cause_word(),
        };
        // A program that died and has not come back left it so too: the log knows up to when it sounded.
        let on_air = entry.airing.as_ref().and_then(Airing::on_air_at).map(|at| time_of_day(Some(at), zone));
        let still = || match &on_air {
            Some(at) => Text::new(format!("Đang phát lúc {at}"), format!("On air at {at}")),
            None => no_outcome(),
        };
        let ended = counted.ended.filter(|_| on_air.is_none() || counts.is_some());
        let notes = [entry.slot.asked_words(), counts.map(|_| own_word(entry, zone)), Some(entry.note())];
        Row {
            // That of the clock: what a broadcast airs after midnight is of the next day, on whichever day it counts.
            date: cells::date(cells::on_clock(entry.slot.planned, zone).date(), lang),
            planned: time_of_day(Some(entry.slot.planned), zone),
            began: time_of_day(counted.began, zone),
            ended: time_of_day(ended, zone),
            late: counted.late_ms().map_or_else(String::new, |ms| late_figure(ms, lang)),
            length: heard_ms.map_or_else(String::new, minutes_and_seconds),
            title: kinds::title(&entry.slot, lang),
            outcome: counted.outcome.map_or_else(still, Outcome::words).get(lang).to_owned(),
            cause: cause.map_or_else(String::new, |cause| cause.get(lang).to_owned()),
            note: joined(notes.iter().flatten().map(|note| note.get(lang)), "; "),
        }
    }

    /// What was aired without Loa, as it counts; `is_more` where who wrote what stands under it.
    fn entered(last: &Correction, is_more: bool, zone: &TimeZone, lang: Lang) -> Row {
        let Corrected::WithoutLoa { title, .. } = &last.of else { return Row::default() };
        let without = Text::new("phát không qua Loa, nhập tay", "aired without Loa, entered by hand");
        let date = cells::date(last.date, lang);
        if last.is_withdrawal() {
            let gone = Text::new("đã rút lại", "withdrawn");
            return Row {
                date,
                title: format!("{title} ({}; {})", without.get(lang), gone.get(lang)),
                ..Row::default()
            };
        }
        Row {
            date,
            began: time_of_day(last.began, zone),
            ended: time_of_day(last.ended, zone),
            length: last.played_ms.map_or_else(String::new, minutes_and_seconds),
            title: format!("{title} ({})", without.get(lang)),
            outcome: last.outcome.map_or_else(String::new, |outcome| outcome.word(lang).to_owned()),
            cause: last.cause.map_or_else(String::new, |cause| cause.word(lang).to_owned()),
            note: if is_more { String::new() } else { who_and_why(last, zone, lang) },
            ..Row::default()
        }
    }

    /// What a person wrote, under what it is about; what it leaves to the log stays empty.
    fn written(one: &Correction, zone: &TimeZone, lang: Lang) -> Row {
        let what = match &one.of {
            Corrected::Slot(_) if one.is_withdrawal() => Text::new("rút lại phần sửa tay", "correction withdrawn"),
            Corrected::WithoutLoa { .. } if one.is_withdrawal() => Text::new("rút lại mục nhập tay", "entry withdrawn"),
            Corrected::Slot(_) => Text::new("sửa tay", "corrected by hand"),
            Corrected::WithoutLoa { title, .. } if one.replaces.is_some() => {
                Text::new(format!("thay bằng: {title}"), format!("put in its place: {title}"))
            }
            Corrected::WithoutLoa { title, .. } => {
                Text::new(format!("nhập tay: {title}"), format!("entered by hand: {title}"))
            }
        };
        let is_said = !one.is_withdrawal();
        let said = [
            one.outcome.map(|outcome| outcome.word(lang).to_owned()),
            one.cause.map(|cause| cause.word(lang).to_owned()),
            one.played_ms.map(minutes_and_seconds),
        ];
        let said = said.iter().flatten().filter(|_| is_said).map(String::as_str);
        let title = joined(std::iter::once(what.get(lang)).chain(said), ", ");
        let times = |at| if is_said { time_of_day(at, zone) } else { String::new() };
        Row {
            date: cells::date(one.date, lang),
            began: times(one.began),
            ended: times(one.ended),
            title: format!("↳ {title}"),
            note: who_and_why(one, zone, lang),
            ..Row::default()
        }
    }
}

fn who_and_why(one: &Correction, zone: &TimeZone, lang: Lang) -> String {
    let written = cells::date(zone.to_datetime(one.written).date(), lang);
    let why = format!("{}, {written}: {}", one.by, one.why);
    joined(std::iter::once(why.as_str()).chain(one.note.as_deref()), "; ")
}

/// Those that say something.
fn joined<'s>(said: impl Iterator<Item = &'s str>, between: &str) -> String {
    said.filter(|said| !said.is_empty()).collect::<Vec<_>>().join(between)
}
