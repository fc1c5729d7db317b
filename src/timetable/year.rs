//! A year of months: which are there, which say nothing of administrative reform, and gaps that no single month shows.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{Planned, Slot, Summary, summary};
use crate::problem::{Problem, Text};
use crate::reading::encoding::whole;
use crate::schedule::{Month, Schedule};
use crate::station::Station;

/// A month that has a file.
#[derive(Clone, Copy, Debug)]
pub enum Written<'a> {
    /// What was planned from it.
    Planned(Planned<'a>),
    /// It cannot be trusted, which is told already.
    Refused,
}

/// What a month of a year comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MonthState {
    /// What it airs.
    Planned {
        /// All of it.
        summary: Summary,
        /// Those airings of it that are about administrative reform; none where nothing of the year says what is.
        cchc_airings: Option<usize>,
    },
    /// Its file cannot be used.
    Refused,
    /// It has no file.
    Absent,
}

/// The twelve months of a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Year {
    /// Which year.
    pub year: i16,
    /// From January to December.
    pub months: Vec<(Month, MonthState)>,
}

/// The year as its `written` months make it, and what is to be said of it as a whole: months without a file, where
/// `this_month` tells what is past from what is still to be written, and `first` is the station's first month of any year;
/// months without a word on administrative reform; gaps from one month into the next.
pub fn year(
    year: i16,
    this_month: Month,
    first: Option<Month>,
    station: &Station,
    written: &BTreeMap<Month, Written<'_>>,
) -> (Year, Vec<Problem>) {
    let firsts = (1..=12).filter_map(|month| Date::new(year, month, 1).ok());
    let told = tells_of_reform(station, written);
    let months: Vec<(Month, MonthState)> =
        firsts.map(Month::of).map(|month| (month, state(written.get(&month), told))).collect();
    let mut problems = absent(year, this_month, first, &months);
    problems.extend(without_reform(year, told, written));
    problems.extend(gaps(station, written));
    (Year { year, months }, problems)
}

fn state(written: Option<&Written<'_>>, tells_of_reform: bool) -> MonthState {
    match written {
        None => MonthState::Absent,
        Some(Written::Refused) => MonthState::Refused,
        Some(Written::Planned(Planned { slots, .. })) => {
            let airing = |slot: &&Slot| slot.bar.is_none() && slot.is_reform();
            let cchc_airings = tells_of_reform.then(|| slots.iter().filter(airing).count());
            MonthState::Planned { summary: summary(*slots), cchc_airings }
        }
    }
}

/// Months without a file. Those before the first one that has a file are taken for the time before the station used
/// Loa, those after the last one for the time that nobody has planned yet; a hole in between is a mistake, and so is a
/// month that has come.
fn absent(year: i16, this_month: Month, first_of_all: Option<Month>, months: &[(Month, MonthState)]) -> Vec<Problem> {
    let has_file = |(_, state): &&(Month, MonthState)| *state != MonthState::Absent;
    let (first, last) = (months.iter().find(has_file), months.iter().rev().find(has_file));
    let (Some((first, _)), Some((last, _))) = (first, last) else {
        return vec![no_month_at_all(year, this_month, first_of_all)];
    };
    let absent = || months.iter().filter(|(_, state)| *state == MonthState::Absent).map(|(month, _)| *month);
    let come = |month: &Month| *month <= this_month;
    let holes: Vec<Month> = absent().filter(|month| month > first && (month < last || come(month))).collect();
    let runs = holes.chunk_by(|month, next| month.next() == *next && come(month) == come(next));
    let mut problems: Vec<Problem> = runs.map(|run| hole(year, run, come(&run[0]))).collect();
    let before: Vec<Month> = absent().filter(|month| month < first).collect();
    if !before.is_empty() {
        let (vi, en) = names(&before);
        problems.push(before_loa(&format!("{vi} năm {year}"), &format!("{en} of {year}")));
    }
    let after: Vec<Month> = absent().filter(|month| month > last && !come(month)).collect();
    if let Some(next) = after.first() {
        let (vi, en) = names(&after);
        let message =
            Text::new(format!("chưa lập kế hoạch {vi} năm {year}"), format!("{en} of {year}: not planned yet"));
        problems.push(Problem::notice("months-to-write", None, message, write(*next)));
    }
    problems
}

fn before_loa(vi: &str, en: &str) -> Problem {
    let message = Text::new(
        format!("{vi} không có tệp: coi là thời gian trước khi dùng Loa"),
        format!("{en}: no file, taken for the time before Loa was in use"),
    );
    let help = Text::new(
        "nếu đã phát bằng Loa thì chép lại tệp của các tháng này vào `schedules/`",
        "if Loa aired them, put their files back into `schedules/`",
    );
    Problem::notice("months-before", None, message, help)
}

fn no_month_at_all(year: i16, this_month: Month, first_of_all: Option<Month>) -> Problem {
    if first_of_all.is_some_and(|first| year < first.first().year()) {
        return before_loa(&format!("năm {year}"), &year.to_string());
    }
    let message =
        Text::new(format!("năm {year} chưa có kế hoạch tháng nào"), format!("{year} has no month's schedule at all"));
    let help = Text::new(
        format!("tạo tệp như `schedules/{year}-01.toml`, hoặc chạy `loa new {year}-01`"),
        format!("write one such as `schedules/{year}-01.toml`, or run `loa new {year}-01`"),
    );
    if year > this_month.first().year() {
        return Problem::notice("months-to-write", None, message, help);
    }
    Problem::error("year-empty", None, message, help)
}

fn write(month: Month) -> Text {
    Text::new(format!("lập tháng kế tiếp bằng `loa new {month}`"), format!("make the next one with `loa new {month}`"))
}

/// Months in a row that have no file.
fn hole(year: i16, run: &[Month], have_come: bool) -> Problem {
    let (first, (vi, en)) = (run[0], names(run));
    let place = Some(whole(&file(first)));
    if have_come {
        let message = Text::new(
            format!("{vi} năm {year} không có tệp kế hoạch: không có gì để phát"),
            format!("{en} of {year}: no schedule, so nothing airs"),
        );
        let help = Text::new(
            format!("chép lại `{}` từ bản lưu, hoặc lập mới bằng `loa new {first}`", file(first)),
            format!("put `{}` back from a copy, or make it with `loa new {first}`", file(first)),
        );
        return Problem::error("month-without-file", place, message, help);
    }
    let message = Text::new(
        format!("{vi} năm {year} chưa có tệp kế hoạch, mà tháng sau đó đã có"),
        format!("{en} of {year}: no schedule yet, though a later month has one"),
    );
    Problem::warning("month-without-file", place, message, write(first))
}

/// `tháng 01, 02`; `month 01`, `months 01, 02`; of more in a row the ends.
fn names(months: &[Month]) -> (String, String) {
    let numbers: Vec<String> = months.iter().map(|month| month.first().strftime("%m").to_string()).collect();
    let in_a_row = months.windows(2).all(|pair| pair[0].next() == pair[1]);
    if let ([first, .., last], true) = (numbers.as_slice(), in_a_row && numbers.len() > 2) {
        return (format!("tháng {first} đến {last}"), format!("months {first} to {last}"));
    }
    let (plural, numbers) = (if months.len() == 1 { "" } else { "s" }, numbers.join(", "));
    (format!("tháng {numbers}"), format!("month{plural} {numbers}"))
}

fn file(month: Month) -> String {
    format!("schedules/{month}.toml")
}

/// Whether the station or any month has a topic: only then can anything be known to be about administrative reform.
fn tells_of_reform(station: &Station, written: &BTreeMap<Month, Written<'_>>) -> bool {
    let in_slots = |planned: &Planned<'_>| planned.slots.iter().any(Slot::is_reform);
    let of_columns = |schedule: &Schedule| schedule.columns.iter().any(|column| column.topic.is_some());
    !station.topics.is_empty()
        || station.columns.iter().any(|column| column.topic.is_some())
        || planned(written).any(|planned| of_columns(planned.schedule) || in_slots(&planned))
}

/// Months in which nothing airs about administrative reform: the year's plan wants it in every one. A station that
/// has no topics at all is asked once whether it should have some.
fn without_reform(year: i16, told: bool, written: &BTreeMap<Month, Written<'_>>) -> Vec<Problem> {
    let planned: Vec<Planned<'_>> = planned(written).collect();
    if !told {
        let message = Text::new(
            format!(
                "năm {year}: không chuyên mục hay tiết mục nào ghi `topic`, nên không biết tháng nào có nội dung CCHC"
            ),
            format!(
                "{year}: no column or segment has a `topic`, so nobody knows which month has administrative reform"
            ),
        );
        let help = Text::new(
            "ghi `topic` cho chuyên mục CCHC trong `station.toml`, và các khối `[[topic]]` theo kế hoạch của phường",
            "give the column about it a `topic` in `station.toml`, and write `[[topic]]` blocks as the ward's plan has them",
        );
        let any = (!planned.is_empty()).then(|| Problem::warning("cchc-unknown", None, message, help));
        return any.into_iter().collect();
    }
    planned.iter().filter_map(without_airing).collect()
}

/// That nothing about administrative reform airs in a month, be it that there is none or that all of it is barred.
fn without_airing(planned: &Planned<'_>) -> Option<Problem> {
    let reform = || planned.slots.iter().filter(|slot| slot.is_reform());
    if reform().any(|slot| slot.bar.is_none()) {
        return None;
    }
    let (month, barred) = (planned.schedule.month, reform().count());
    let (number, year) = (month.first().strftime("%m"), month.first().year());
    let (code, message, help) = if barred == 0 {
        (
            "month-without-cchc",
            Text::new(
                format!("tháng {number}/{year} không có chuyên mục hay tiết mục CCHC nào"),
                format!("{month} has no column or segment about administrative reform"),
            ),
            Text::new(
                "thêm tiết mục vào chuyên mục CCHC, hoặc tiết mục có `topic`: kế hoạch năm cần tháng nào cũng có",
                "add a segment to the column about it, or one with a `topic`: the year's plan wants some in every month",
            ),
        )
    } else {
        (
            "month-cchc-barred",
            Text::new(
                format!("tháng {number}/{year} có {barred} lượt CCHC nhưng chưa lượt nào phát được"),
                format!("none of the {barred} slots of {month} about administrative reform can air yet"),
            ),
            Text::new(
                "sửa những lỗi chặn phát các tiết mục này: kế hoạch năm cần tháng nào cũng có",
                "mend what bars them: the year's plan wants some in every month",
            ),
        )
    };
    Some(Problem::error(code, Some(whole(&file(month))), message, help))
}

fn planned<'w>(written: &'w BTreeMap<Month, Written<'w>>) -> impl Iterator<Item = Planned<'w>> {
    written.values().filter_map(|written| match written {
        Written::Planned(planned) => Some(*planned),
        Written::Refused => None,
    })
}

/// Gaps between airings about administrative reform that begin in one month and end in the next, each part of which is
/// short enough for its month. Days off do not count, as within a month.
fn gaps(station: &Station, written: &BTreeMap<Month, Written<'_>>) -> Vec<Problem> {
    let Some(limit) = station.rules.cchc_gap_days.and_then(|days| usize::try_from(days).ok()) else {
        return Vec::new();
    };
    let dates = |planned: &Planned<'_>| -> BTreeSet<Date> {
        let airing = planned.slots.iter().filter(|slot| slot.bar.is_none() && slot.is_reform());
        airing.map(|slot| slot.date).collect()
    };
    let all: Vec<Planned<'_>> = planned(written).collect();
    let meeting = all.windows(2).filter(|pair| pair[0].schedule.month.next() == pair[1].schedule.month);
    meeting
        .filter_map(|pair| {
            let (before, after) = (&pair[0], &pair[1]);
            let (from, to) = (*dates(before).last()?, *dates(after).first()?);
            let count = |planned: &Planned<'_>| {
                let days = planned.schedule.month.days().filter(|day| from < *day && *day < to);
                days.filter(|day| !is_day_off(planned.schedule, *day)).count()
            };
            let (old, new) = (count(before), count(after));
            let gap = old + new + 1;
            // What is over the limit within one month is told there.
            (gap > limit && old < limit && new < limit).then(|| gap_problem(gap, limit, from, to))
        })
        .collect()
}

fn is_day_off(schedule: &Schedule, day: Date) -> bool {
    let mut of_day = schedule.exceptions_on(day);
    of_day.any(|exception| exception.kind.is_day_off())
}

fn gap_problem(gap: usize, limit: usize, from: Date, to: Date) -> Problem {
    let (from_vi, to_vi) = (from.strftime("%d/%m/%Y"), to.strftime("%d/%m/%Y"));
    let message = Text::new(
        format!("khoảng trống tin CCHC qua hai tháng dài {gap} ngày, từ {from_vi} đến {to_vi}, quá mức {limit} ngày"),
        format!(
            "a gap of {gap} days without administrative reform over two months, from {from} to {to}, over the limit of {limit}"
        ),
    );
    let help = Text::new(
        "thêm ngày phát ở cuối tháng trước hoặc đầu tháng sau",
        "add an airing at the end of one month or the beginning of the next",
    );
    let problem = Problem::warning("cchc-gap", Some(whole(&file(Month::of(to)))), message, help);
    problem.and(whole(&file(Month::of(from))), Text::new("tháng trước", "the month before"))
}
