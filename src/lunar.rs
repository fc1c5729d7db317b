//! The Vietnamese lunar calendar, computed for UTC+7: new moons, the sun's longitude, and from both the months with their
//! leap months. The Chinese calendar counts the same way at UTC+8 and now and then differs by a day or a month (Tết 2030),
//! so no table of it will do.
//!
//! A month begins on the local day of a new moon. The month that holds the winter solstice is the eleventh; where thirteen
//! months lie between two of those, the first that passes no twelfth of the sun's way is the leap month and bears the
//! number of the one before it. Mean positions with their largest periodic terms are used (Meeus, *Astronomical
//! Algorithms*, chapters 25 and 49): new moons come within a minute or two, which decides a day wrongly only if they fall
//! that near to local midnight.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};

use crate::station::LunarDay;

/// Viet Nam's offset from UTC, in days.
const ZONE_DAYS: f64 = 7.0 / 24.0;
/// Julian day number of 1970-01-01 (its noon).
const EPOCH_JDN: i64 = 2_440_588;
/// Days from one new moon to the next, on the average.
const SYNODIC_DAYS: f64 = 29.530_588_861;

/// A day of the lunar calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lunar {
    /// The lunar year: that of the common year in which it begins.
    pub year: i16,
    /// 1 to 12.
    pub month: u8,
    /// Whether the month repeats the number of the one before it.
    pub leap: bool,
    /// 1 to 30.
    pub day: u8,
}

/// The date of a holiday in the lunar year that begins in the common year `year`; the eve is that of this year's Tết, so
/// that all three lie in `year` itself. None outside the calendar.
pub fn holiday(day: LunarDay, year: i16) -> Option<Date> {
    match day {
        LunarDay::NewYear => date(Lunar { year, month: 1, leap: false, day: 1 }),
        LunarDay::NewYearsEve => date(Lunar { year, month: 1, leap: false, day: 1 })?.yesterday().ok(),
        LunarDay::HungKings => date(Lunar { year, month: 3, leap: false, day: 10 }),
    }
}

/// The common date of a lunar day; none if there is no such day.
pub fn date(lunar: Lunar) -> Option<Date> {
    // Months 11 and 12 belong to the winter that ends the year, the others to the one that began before it.
    let winter = if lunar.month >= 11 { lunar.year } else { lunar.year.checked_sub(1)? };
    let months = winter_to_winter(winter)?;
    let at = months.iter().position(|month| month.number == lunar.month && month.leap == lunar.leap)?;
    let (first, next) = (months[at].first, months.get(at + 1).map_or(months[at].next, |next| next.first));
    let date = first.checked_add((i64::from(lunar.day) - 1).days()).ok()?;
    (lunar.day >= 1 && date < next).then_some(date)
}

/// The lunar day of a common date; none outside the calendar.
pub fn of(date: Date) -> Option<Lunar> {
    // A winter's months begin in November or December: a date lies in those of its own year or of the one before.
    let own = winter_to_winter(date.year())?;
    let months = if own[0].first <= date { own } else { winter_to_winter(date.year().checked_sub(1)?)? };
    let month = months.iter().rev().find(|month| month.first <= date)?;
    let day = u8::try_from(month.first.until(date).ok()?.get_days()).ok()? + 1;
    let solstice_year = if months[0].first.year() == date.year() { date.year() } else { date.year() - 1 };
    let year =
        if month.number >= 11 && !starts_after_new_year(month, &months) { solstice_year } else { solstice_year + 1 };
    Some(Lunar { year, month: month.number, leap: month.leap, day })
}

/// Whether an eleventh month stands at the end of the row: only a leap one can, and it belongs to the coming winter.
fn starts_after_new_year(month: &Month, months: &[Month]) -> bool {
    months.iter().any(|first| first.number == 1 && first.first < month.first)
}

/// A lunar month.
#[derive(Clone, Copy, Debug)]
struct Month {
    /// Its first day.
    first: Date,
    /// The first day after it.
    next: Date,
    number: u8,
    leap: bool,
}

/// The months from the eleventh of the winter of `year` up to but not including the next winter's eleventh. Worked out once:
/// whoever shows a month asks for each of its days.
fn winter_to_winter(year: i16) -> Option<Arc<[Month]>> {
    static KNOWN: Mutex<BTreeMap<i16, Arc<[Month]>>> = Mutex::new(BTreeMap::new());
    const MOST: usize = 16;
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(months) = known().get(&year) {
        return Some(months.clone());
    }
    let months: Arc<[Month]> = work_out(year)?.into();
    let mut all = known();
    if all.len() >= MOST {
        all.clear();
    }
    all.insert(year, months.clone());
    Some(months)
}

fn work_out(year: i16) -> Option<Vec<Month>> {
    let (first, last) = (eleventh(year)?, eleventh(year.checked_add(1)?)?);
    let count = last - first;
    // With thirteen months one is a leap month: the first without a principal term of the sun.
    let leap = if count == 13 { (1..13).find(|at| twelfth(first + at) == twelfth(first + at + 1)) } else { None };
    let mut months = Vec::new();
    for at in 0..count {
        let is_leap = leap == Some(at);
        let after_leap = i64::from(leap.is_some_and(|leap| at >= leap));
        let number = u8::try_from((10 + at - after_leap).rem_euclid(12) + 1).ok()?;
        let (first, next) = (day_of(first + at)?, day_of(first + at + 1)?);
        months.push(Month { first, next, number, leap: is_leap });
    }
    Some(months)
}

/// The number, counted from January 2000, of the new moon that begins the month with the winter solstice of `year`.
fn eleventh(year: i16) -> Option<i64> {
    let december = Date::new(year, 12, 31).ok()?;
    let days = jdn(december) as f64 - 2_451_550.1;
    let mut moon = (days / SYNODIC_DAYS).floor() as i64 + 1;
    while new_moon_jdn(moon) > jdn(december) {
        moon -= 1;
    }
    // The solstice is at three quarters of the sun's way, the ninth twelfth: a month that begins past it is the twelfth.
    if twelfth(moon) >= 9 {
        moon -= 1;
    }
    Some(moon)
}

fn day_of(moon: i64) -> Option<Date> {
    let days = new_moon_jdn(moon) - EPOCH_JDN;
    Date::new(1970, 1, 1).ok()?.checked_add(SignedDuration::from_hours(days.checked_mul(24)?)).ok()
}

fn jdn(date: Date) -> i64 {
    let epoch = Date::constant(1970, 1, 1);
    EPOCH_JDN + epoch.until(date).map_or(0, |span| i64::from(span.get_days()))
}

/// The Julian day number of the local day on which new moon `moon` falls.
fn new_moon_jdn(moon: i64) -> i64 {
    (new_moon(moon) + 0.5 + ZONE_DAYS).floor() as i64
}

/// In which twelfth of its way from the spring point the sun stands as the local day of new moon `moon` begins.
fn twelfth(moon: i64) -> i64 {
    let midnight = new_moon_jdn(moon) as f64 - 0.5 - ZONE_DAYS;
    (sun_longitude(midnight) / 30.0).floor() as i64
}

/// The instant of new moon `moon` in universal time, as a Julian date.
fn new_moon(moon: i64) -> f64 {
    let k = moon as f64;
    let t = k / 1236.85;
    let (t2, t3, t4) = (t * t, t * t * t, t * t * t * t);
    let mean = 2_451_550.097_66 + SYNODIC_DAYS * k + 0.000_154_37 * t2 - 0.000_000_150 * t3 + 0.000_000_000_73 * t4;
    let e = 1.0 - 0.002_516 * t - 0.000_007_4 * t2;
    let sun = (2.5534 + 29.105_356_70 * k - 0.000_001_4 * t2 - 0.000_000_11 * t3).to_radians();
    let moon = (201.5643 + 385.816_935_28 * k + 0.010_758_2 * t2 + 0.000_012_38 * t3 - 0.000_000_058 * t4).to_radians();
    let node = (160.7108 + 390.670_502_84 * k - 0.001_611_8 * t2 - 0.000_002_27 * t3 + 0.000_000_011 * t4).to_radians();
    let omega = (124.7746 - 1.563_755_88 * k + 0.002_067_2 * t2 + 0.000_002_15 * t3).to_radians();
    // Days, with how often the anomalies of moon and sun and the moon's argument of latitude go into each.
    let terms: [(f64, f64); 20] = [
        (-0.407_20, moon),
        (0.172_41 * e, sun),
        (0.016_08, 2.0 * moon),
        (0.010_39, 2.0 * node),
        (0.007_39 * e, moon - sun),
        (-0.005_14 * e, moon + sun),
        (0.002_08 * e * e, 2.0 * sun),
        (-0.001_11, moon - 2.0 * node),
        (-0.000_57, moon + 2.0 * node),
        (0.000_56 * e, 2.0 * moon + sun),
        (-0.000_42, 3.0 * moon),
        (0.000_42 * e, sun + 2.0 * node),
        (0.000_38 * e, sun - 2.0 * node),
        (-0.000_24 * e, 2.0 * moon - sun),
        (-0.000_17, omega),
        (-0.000_07, moon + 2.0 * sun),
        (0.000_04, 2.0 * moon - 2.0 * node),
        (0.000_04, 3.0 * sun),
        (0.000_03, moon + sun - 2.0 * node),
        (0.000_03, 2.0 * moon + 2.0 * node),
    ];
    let planets = 0.000_325 * (299.77 + 0.107_408 * k - 0.009_173 * t2).to_radians().sin()
        + 0.000_165 * (251.88 + 0.016_321 * k).to_radians().sin()
        + 0.000_164 * (251.83 + 26.651_886 * k).to_radians().sin()
        + 0.000_126 * (349.42 + 36.412_478 * k).to_radians().sin()
        + 0.000_110 * (84.66 + 18.206_239 * k).to_radians().sin();
    let dynamical = mean + terms.iter().map(|(size, angle)| size * angle.sin()).sum::<f64>() + planets;
    dynamical - delta_t(dynamical)
}

/// The sun's apparent longitude in degrees, 0 to 360, at a Julian date in universal time.
fn sun_longitude(date: f64) -> f64 {
    let t = (date + delta_t(date) - 2_451_545.0) / 36_525.0;
    let mean = 280.466_46 + 36_000.769_83 * t + 0.000_303_2 * t * t;
    let anomaly = (357.529_11 + 35_999.050_29 * t - 0.000_153_7 * t * t).to_radians();
    let centre = (1.914_602 - 0.004_817 * t - 0.000_014 * t * t) * anomaly.sin()
        + (0.019_993 - 0.000_101 * t) * (2.0 * anomaly).sin()
        + 0.000_289 * (3.0 * anomaly).sin();
    let omega = (125.04 - 1_934.136 * t).to_radians();
    (mean + centre - 0.005_69 - 0.004_78 * omega.sin()).rem_euclid(360.0)
}

/// How far the even time of the planets runs ahead of the earth's turning, in days: about a minute in these centuries.
fn delta_t(date: f64) -> f64 {
    let years = (date - 2_451_545.0) / 365.25;
    let seconds = if years < 0.0 { 63.8 + 0.6 * years } else { 63.8 + 0.35 * years + 0.002 * years * years };
    seconds.max(0.0) / 86_400.0
}
