//! The Vietnamese lunar calendar, against dates that are known and against its own rules.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use loa::lunar::{self, Lunar};
use loa::station::LunarDay;

fn tet(year: i16) -> Date {
    lunar::holiday(LunarDay::NewYear, year).unwrap()
}

#[test]
fn tet_falls_on_the_days_that_viet_nam_keeps() {
    let known = [
        date(1968, 1, 29), // the first year of the calendar of UTC+7; China kept the 30th
        date(1985, 1, 21), // a month before China's 20 February
        date(2007, 2, 17), // a day before China's
        date(2023, 1, 22),
        date(2024, 2, 10),
        date(2025, 1, 29),
        date(2026, 2, 17),
        date(2027, 2, 6),
        date(2028, 1, 26),
        date(2029, 2, 13),
        date(2030, 2, 2), // a day before China's
        date(2031, 1, 23),
    ];
    for day in known {
        assert_eq!(tet(day.year()), day);
    }
}

#[test]
fn the_hung_kings_are_remembered_on_the_tenth_of_the_third_month() {
    for day in [date(2026, 4, 26), date(2027, 4, 16), date(2028, 4, 4), date(2029, 4, 23), date(2030, 4, 12)] {
        assert_eq!(lunar::holiday(LunarDay::HungKings, day.year()), Some(day));
    }
}

#[test]
fn the_eve_is_the_day_before_whether_or_not_there_is_a_thirtieth() {
    for year in 2025..=2030 {
        let eve = lunar::holiday(LunarDay::NewYearsEve, year).unwrap();
        assert_eq!(eve.tomorrow().unwrap(), tet(year));
        let lunar = lunar::of(eve).unwrap();
        assert_eq!((lunar.year, lunar.month, lunar.day), (year - 1, 12, 29), "no 30 Tết in {year}");
        assert_eq!(lunar::date(Lunar { day: 30, ..lunar }), None);
    }
    assert_eq!(lunar::of(date(2024, 2, 9)).unwrap().day, 30);
}

#[test]
fn leap_months_are_where_they_were() {
    for (year, month) in
        [(2004, 2), (2006, 7), (2009, 5), (2012, 4), (2014, 9), (2017, 6), (2020, 4), (2023, 2), (2025, 6)]
    {
        let leap = (1..=12).filter(|month| first(year, *month, true).is_some()).collect::<Vec<_>>();
        assert_eq!(leap, [month], "{year}");
    }
    for year in [2024, 2026, 2027] {
        assert!((1..=12).all(|month| first(year, month, true).is_none()), "{year}");
    }
}

fn first(year: i16, month: u8, leap: bool) -> Option<Date> {
    lunar::date(Lunar { year, month, leap, day: 1 })
}

#[test]
fn two_centuries_of_days_follow_each_other() {
    let mut day = date(1990, 1, 1);
    let mut before = lunar::of(day.yesterday().unwrap()).unwrap();
    let (mut leaps, mut months) = (0, 0);
    while day <= date(2100, 12, 31) {
        let lunar = lunar::of(day).unwrap();
        assert_eq!(lunar::date(lunar), Some(day), "{day}: there and back");
        if lunar.day == 1 {
            months += 1;
            leaps += u32::from(lunar.leap);
            assert!([29, 30].contains(&before.day), "{day}: the month before has {} days", before.day);
            let next = if before.month == 12 { (before.year + 1, 1) } else { (before.year, before.month + 1) };
            let same = (before.year, before.month);
            let expected = if lunar.leap { same } else { next };
            assert_eq!((lunar.year, lunar.month), expected, "{day}");
            assert!(!(lunar.leap && before.leap), "{day}");
        } else {
            assert_eq!(lunar, Lunar { day: before.day + 1, ..before }, "{day}");
        }
        before = lunar;
        day = day.checked_add(1.day()).unwrap();
    }
    // Seven leap months in nineteen years.
    assert!((39..=42).contains(&leaps), "{leaps} leap months among {months}");
}

#[test]
fn tet_is_in_january_or_february_and_a_new_moon_apart() {
    for year in 1990..=2100 {
        let (this, next) = (tet(year), tet(year + 1));
        assert!((date(year, 1, 20)..=date(year, 2, 21)).contains(&this), "{this}");
        let days = this.until(next).unwrap().get_days();
        assert!([353, 354, 355, 383, 384, 385].contains(&days), "{year}: {days} days");
    }
}

#[test]
fn the_calendars_ends_are_no_panic() {
    for year in [-9999, -4000, 1, 9998, 9999] {
        for day in [LunarDay::NewYear, LunarDay::NewYearsEve, LunarDay::HungKings] {
            let _ = lunar::holiday(day, year);
        }
    }
    assert_eq!(lunar::of(Date::MAX), None);
}
