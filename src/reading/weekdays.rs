//! Days of the week as people name them. A number alone is refused: 1 means Sunday in one program and Monday in the next.

use jiff::civil::Weekday;

use super::fold::{bare, did_you_mean, nearest};
use super::times::Refusal;
use crate::problem::{Lang, Text};

/// A set of days of the week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weekdays(u8);

impl Weekdays {
    /// All seven.
    pub const ALL: Weekdays = Weekdays(0x7f);

    /// Whether `day` is one of them.
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & bit(day) != 0
    }

    /// Both sets together.
    #[must_use]
    pub fn with(self, other: Weekdays) -> Weekdays {
        Weekdays(self.0 | other.0)
    }
}

fn bit(day: Weekday) -> u8 {
    1 << day.to_monday_zero_offset()
}

/// The accepted names, Monday first; their marks may be left out.
const NAMES: [(Weekday, &[&str]); 7] = [
    (Weekday::Monday, &["t2", "thứ hai", "thứ 2", "hai", "mon", "monday"]),
    (Weekday::Tuesday, &["t3", "thứ ba", "thứ 3", "ba", "tue", "tues", "tuesday"]),
    (Weekday::Wednesday, &["t4", "thứ tư", "thứ 4", "tu", "wed", "wednesday"]),
    (Weekday::Thursday, &["t5", "thứ năm", "thứ 5", "nam", "thu", "thur", "thurs", "thursday"]),
    (Weekday::Friday, &["t6", "thứ sáu", "thứ 6", "sau", "fri", "friday"]),
    (Weekday::Saturday, &["t7", "thứ bảy", "thứ 7", "bay", "sat", "saturday"]),
    (Weekday::Sunday, &["cn", "chủ nhật", "sun", "sunday"]),
];

/// `Thứ hai`, `Monday`.
pub fn name(day: Weekday, lang: Lang) -> &'static str {
    let (vi, en) = match day {
        Weekday::Monday => ("Thứ hai", "Monday"),
        Weekday::Tuesday => ("Thứ ba", "Tuesday"),
        Weekday::Wednesday => ("Thứ tư", "Wednesday"),
        Weekday::Thursday => ("Thứ năm", "Thursday"),
        Weekday::Friday => ("Thứ sáu", "Friday"),
        Weekday::Saturday => ("Thứ bảy", "Saturday"),
        Weekday::Sunday => ("Chủ nhật", "Sunday"),
    };
    match lang {
        Lang::Vi => vi,
        Lang::En => en,
    }
}

const DAILY: [&str; 5] = ["hằng ngày", "mỗi ngày", "daily", "every day", "everyday"];

/// `T2`, `T2-T7`, `T3, T5`, `CN`, `hằng ngày`, `mon-fri`.
///
/// # Errors
/// A number, an unknown name, or nothing.
pub fn weekdays(written: &str) -> Result<Weekdays, Refusal> {
    let mut days = Weekdays::default();
    for part in written.split([',', ';']) {
        days = days.with(one(part.trim())?);
    }
    Ok(days)
}

fn one(part: &str) -> Result<Weekdays, Refusal> {
    if DAILY.iter().any(|name| bare(name) == bare(part)) {
        return Ok(Weekdays::ALL);
    }
    if let Some(day) = named(part) {
        return Ok(Weekdays(bit(day)));
    }
    if let Some((first, last)) = part.split_once(['-', '–', '—']).or_else(|| part.split_once(" đến ")) {
        let first = named(first).ok_or_else(|| refusal(first.trim()))?;
        let last = named(last).ok_or_else(|| refusal(last.trim()))?;
        return Ok(range(first, last));
    }
    Err(refusal(part))
}

fn named(part: &str) -> Option<Weekday> {
    if part.contains(['-', '–', '—']) {
        return None;
    }
    let name = bare(part);
    NAMES.iter().find(|(_, names)| names.iter().any(|known| bare(known) == name)).map(|(day, _)| *day)
}

/// From `first` to `last`, over the week's end if need be (`T7-T2` is Saturday to Monday).
fn range(first: Weekday, last: Weekday) -> Weekdays {
    let mut days = Weekdays(bit(first));
    let mut day = first;
    while day != last {
        day = day.next();
        days = days.with(Weekdays(bit(day)));
    }
    days
}

/// Why a number or unknown word is no day of the week.
pub fn refusal(part: &str) -> Refusal {
    if !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
        return Refusal {
            message: Text::new(
                format!("`{part}` không nói rõ là thứ mấy"),
                format!("`{part}` does not tell which day of the week"),
            ),
            help: Text::new(
                "ghi tên thứ: `T2` đến `T7`, `CN` (số 1 nơi này là Chủ nhật, nơi khác là thứ Hai)",
                "write a name: `T2` (Monday) to `T7`, `CN`, or `mon` to `sun` (1 is Sunday here and Monday there)",
            ),
        };
    }
    let known = NAMES.iter().flat_map(|(_, names)| names.iter().copied().filter(|name| name.len() > 3)).chain(DAILY);
    let help = match nearest(part, known) {
        Some(near) => did_you_mean(near),
        None => Text::new(
            "ghi `T2` đến `T7`, `CN`, `hằng ngày`, khoảng như `T2-T7` hoặc danh sách như `T3, T5`",
            "write `T2` to `T7`, `CN`, `mon` to `sun`, `daily`, a range such as `T2-T7` or a list such as `T3, T5`",
        ),
    };
    Refusal {
        message: Text::new(format!("`{part}` không phải tên thứ"), format!("`{part}` is not a day of the week")),
        help,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Weekday::*;

    fn names(text: &str) -> Vec<Weekday> {
        let days = weekdays(text).unwrap_or_else(|refusal| panic!("{text}: {refusal:?}"));
        [Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday]
            .into_iter()
            .filter(|d| days.contains(*d))
            .collect()
    }

    #[test]
    fn days_have_vietnamese_and_english_names() {
        assert_eq!(names("T2"), [Monday]);
        assert_eq!(names("t7, CN"), [Saturday, Sunday]);
        assert_eq!(names("thứ hai; Thứ Năm"), [Monday, Thursday]);
        assert_eq!(names("chủ nhật"), [Sunday]);
        assert_eq!(names("thu"), [Thursday], "the English abbreviation");
        assert_eq!(names("Sun"), [Sunday]);
        assert_eq!(names("hằng ngày").len(), 7);
        assert_eq!(names("HÀNG NGÀY").len(), 7);
    }

    #[test]
    fn ranges_may_run_over_the_weeks_end() {
        assert_eq!(names("T2-T4"), [Monday, Tuesday, Wednesday]);
        assert_eq!(names("T7 – T2"), [Monday, Saturday, Sunday]);
        assert_eq!(names("T2-T3, T6-CN"), [Monday, Tuesday, Friday, Saturday, Sunday]);
        assert_eq!(names("thứ hai đến thứ tư"), [Monday, Tuesday, Wednesday]);
        assert_eq!(names("T5-T5"), [Thursday]);
    }

    #[test]
    fn numbers_and_unknown_words_are_refused() {
        for bad in ["1", "0", "8", "-1", "2-7", "", "T8", "T1", "T2-", "T2,,T3", "ngày mai"] {
            assert!(weekdays(bad).is_err(), "{bad}");
        }
        assert_eq!(weekdays("monady").unwrap_err().help.en, "did you mean `monday`?");
    }
}
