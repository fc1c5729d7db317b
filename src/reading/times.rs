//! Times, dates and durations as operators write them, each refused with the reason a person understands.

use jiff::civil::{Date, Time};

use super::fold::{bare, did_you_mean};
use crate::problem::Text;

/// Why a value was refused, and how to write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub message: Text,
    /// What to do.
    pub help: Text,
}

fn refuse<T>(message: Text, help: Text) -> Result<T, Refusal> {
    Err(Refusal { message, help })
}

/// `H:MM`, `HH:MM` or `HH:MM:SS`.
///
/// # Errors
/// A time that no clock shows, an offset, or another form.
pub fn time(written: &str) -> Result<Time, Refusal> {
    let text = written.trim();
    let zone = text.ends_with(['Z', 'z']) || text.contains('+') || text.rfind('-').is_some_and(|at| at > 0);
    if zone && text.starts_with(|c: char| c.is_ascii_digit()) {
        return refuse(
            Text::new(
                format!("`{written}` ghi kèm độ lệch múi giờ"),
                format!("`{written}` carries an offset from UTC"),
            ),
            Text::new(
                "chỉ ghi giờ địa phương như `05:45`; múi giờ nằm ở `timezone` trong `station.toml`",
                "write local time alone, as in `05:45`; the zone is `timezone` in `station.toml`",
            ),
        );
    }
    let parts: Vec<&str> = text.split(':').collect();
    let digits = parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    let widths = parts[0].len() <= 2 && parts[1..].iter().all(|part| part.len() == 2);
    if !(2..=3).contains(&parts.len()) || !digits || !widths {
        return refuse(
            Text::new(format!("`{written}` không phải giờ"), format!("`{written}` is not a time of day")),
            meant_time(text),
        );
    }
    let number = |at: usize| parts.get(at).map_or(Ok(0), |part| part.parse::<i8>()).unwrap_or(i8::MAX);
    clock(written, number(0), number(1), number(2))
}

/// A time as people write it by hand, where it can mean no other: `5h`, `22h05`, `22 giờ 05 phút`. Files do not take it.
pub fn by_hand(written: &str) -> Option<Time> {
    let text = bare(written);
    let (hour, rest) = split_number(&text)?;
    let rest = ["gio", "h", "g"].iter().find_map(|unit| rest.strip_prefix(unit))?.trim_start();
    let minute = if rest.is_empty() {
        0
    } else {
        let (minute, rest) = split_number(rest)?;
        if !["", "phut", "p"].contains(&rest) {
            return None;
        }
        minute
    };
    Time::new(hour, minute, 0, 0).ok()
}

/// One or two digits at the beginning, and what is behind them and the blanks there.
fn split_number(text: &str) -> Option<(i8, &str)> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, rest) = text.split_at(digits);
    Some((number.parse().ok().filter(|_| digits <= 2)?, rest.trim_start()))
}

/// The time of day with these parts; `written` is named if there is none.
///
/// # Errors
/// A time that no clock shows, each with its own words.
pub fn clock(written: &str, hour: i8, minute: i8, second: i8) -> Result<Time, Refusal> {
    if hour == 24 && minute == 0 && second == 0 {
        return refuse(
            Text::new(
                format!("`{written}` không dùng được: một ngày kết thúc lúc 23:59:59"),
                format!("`{written}` cannot be used: a day ends at 23:59:59"),
            ),
            Text::new("dùng `00:00` của ngày hôm sau", "use `00:00` of the next day"),
        );
    }
    Time::new(hour, minute, second, 0).or_else(|_| {
        let (what_vi, what_en, most) = match (hour, minute) {
            (hour, _) if !(0..24).contains(&hour) => ("giờ", "hours", "23"),
            (_, minute) if !(0..60).contains(&minute) => ("phút", "minutes", "59"),
            _ => ("giây", "seconds", "59"),
        };
        refuse(
            Text::new(
                format!("`{written}` không có trên đồng hồ: {what_vi} chỉ từ 00 đến {most}"),
                format!("no clock shows `{written}`: {what_en} go from 00 to {most}"),
            ),
            Text::new("ghi giờ như `05:45` hoặc `05:45:30`", "write a time such as `05:45` or `05:45:30`"),
        )
    })
}

/// `5h45`, `5h`, `5.45` and `5 giờ 45` are how people write times by hand: the hint shows what they meant.
fn meant_time(text: &str) -> Text {
    let numbers: Vec<i8> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .filter_map(|p| p.parse().ok())
        .collect();
    let meant = match numbers.as_slice() {
        [hour] => Time::new(*hour, 0, 0, 0).ok(),
        [hour, minute] => Time::new(*hour, *minute, 0, 0).ok(),
        _ => None,
    };
    match meant {
        Some(time) if text.starts_with(|c: char| c.is_ascii_digit()) => did_you_mean(time.strftime("%H:%M")),
        _ => Text::new("ghi giờ như `05:45` hoặc `05:45:30`", "write a time such as `05:45` or `05:45:30`"),
    }
}

/// `YYYY-MM-DD`.
///
/// # Errors
/// A day the calendar does not have, or another form; a Vietnamese `31/12/2026` is understood for the hint.
pub fn date(written: &str) -> Result<Date, Refusal> {
    let text = written.trim();
    let parts: Vec<&str> = text.split('-').collect();
    let digits = parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    if digits && parts.len() == 3 && parts[0].len() == 4 && parts[1].len() == 2 && parts[2].len() == 2 {
        let number = |at: usize| parts[at].parse::<i16>().unwrap_or(-1);
        return calendar(written, number(0), number(1), number(2));
    }
    let numbers: Vec<i16> = text.split(['/', '-', '.']).filter_map(|part| part.trim().parse().ok()).collect();
    let meant = match numbers.as_slice() {
        [day, month, year] if *year > 31 => Some((*year, *month, *day)),
        [year, month, day] if *year > 31 => Some((*year, *month, *day)),
        _ => None,
    };
    let meant = meant.and_then(|(y, m, d)| Date::new(y, i8::try_from(m).ok()?, i8::try_from(d).ok()?).ok());
    let help = match meant {
        Some(date) => did_you_mean(date),
        None => Text::new(
            "ghi ngày theo thứ tự năm-tháng-ngày như `2026-12-01`",
            "write year-month-day, as in `2026-12-01`",
        ),
    };
    refuse(Text::new(format!("`{written}` không phải ngày"), format!("`{written}` is not a date")), help)
}

/// The years that a plan or a report may be of: what is planned or told day by day has an end.
pub const YEARS: std::ops::RangeInclusive<i16> = 2000..=2199;

/// `YYYY-MM`, as the first day of the month.
///
/// # Errors
/// A month the calendar does not have, or another form; `12/2026` is understood for the hint.
pub fn month(written: &str) -> Result<Date, Refusal> {
    let text = written.trim();
    let first = |year: i16, month: i16| Date::new(year, i8::try_from(month).ok()?, 1).ok();
    let numbers: Vec<i16> = text.split(['/', '-', '.']).filter_map(|part| part.trim().parse().ok()).collect();
    let exact =
        text.len() == 7 && text.bytes().enumerate().all(|(at, b)| if at == 4 { b == b'-' } else { b.is_ascii_digit() });
    let (meant, in_order) = match numbers.as_slice() {
        [year, month] if *year > 31 => (first(*year, *month), true),
        [month, year] if *year > 31 => (first(*year, *month), true),
        [year, month, _] if *year > 31 => (first(*year, *month), false),
        _ => (None, false),
    };
    let help = match meant {
        Some(first) if !YEARS.contains(&first.year()) => Text::new(
            format!("năm từ {} đến {}, ghi như `2026-12`", YEARS.start(), YEARS.end()),
            format!("years go from {} to {}, as in `2026-12`", YEARS.start(), YEARS.end()),
        ),
        Some(first) if exact => return Ok(first),
        Some(first) => did_you_mean(first.strftime("%Y-%m")),
        None if in_order => {
            Text::new("tháng chỉ từ 01 đến 12, ghi như `2026-12`", "months go from 01 to 12, as in `2026-12`")
        }
        None => Text::new("ghi năm-tháng như `2026-12`", "write year-month, as in `2026-12`"),
    };
    refuse(Text::new(format!("`{written}` không phải tháng"), format!("`{written}` is not a month")), help)
}

/// The date with these parts; `written` is named if there is none.
///
/// # Errors
/// A day the calendar does not have, with how many the month has.
pub fn calendar(written: &str, year: i16, month: i16, day: i16) -> Result<Date, Refusal> {
    let first = i8::try_from(month).ok().and_then(|month| Date::new(year, month, 1).ok());
    let Some(first) = first else {
        return refuse(
            Text::new(
                format!("`{written}` không có trong lịch: tháng chỉ từ 01 đến 12"),
                format!("no calendar has `{written}`: months go from 01 to 12"),
            ),
            Text::new(
                "ghi ngày theo thứ tự năm-tháng-ngày như `2026-12-01`",
                "write year-month-day, as in `2026-12-01`",
            ),
        );
    };
    i8::try_from(day).ok().and_then(|day| Date::new(year, first.month(), day).ok()).map_or_else(
        || {
            let days = first.days_in_month();
            refuse(
                Text::new(
                    format!("`{written}` không có trong lịch: tháng {month:02}/{year} có {days} ngày"),
                    format!("no calendar has `{written}`: {year}-{month:02} has {days} days"),
                ),
                Text::new("sửa lại ngày", "correct the day"),
            )
        },
        Ok,
    )
}

/// The longest duration a schedule may name: a day, in ms.
pub const DURATION_MAX_MS: u64 = 24 * 3_600_000;

/// `90s`, `10m`, `1h`, `1h30m`, in ms; also `giờ`, `phút`, `giây`.
///
/// # Errors
/// No unit, an unknown unit, nothing at all, or more than a day.
pub fn duration_ms(written: &str) -> Result<u64, Refusal> {
    let help =
        || Text::new("ghi số kèm đơn vị: `90s`, `10m`, `1h`", "write a number with its unit: `90s`, `10m`, `1h`");
    let bad = || Refusal {
        message: Text::new(
            format!("`{written}` không phải khoảng thời gian"),
            format!("`{written}` is not a length of time"),
        ),
        help: help(),
    };
    let mut rest = written.trim();
    let mut total: u64 = 0;
    if rest.is_empty() {
        return Err(bad());
    }
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, tail) = rest.split_at(digits);
        let tail = tail.trim_start();
        let letters = tail.find(|c: char| c.is_ascii_digit() || c.is_whitespace()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(letters);
        let unit_ms = match bare(unit).as_str() {
            "s" | "sec" | "giay" => 1000,
            "m" | "min" | "p" | "phut" => 60_000,
            "h" | "gio" => 3_600_000,
            _ => return Err(bad()),
        };
        let number: u64 = number.parse().map_err(|_| bad())?;
        total = total.saturating_add(number.saturating_mul(unit_ms));
        rest = tail.trim_start();
    }
    if total > DURATION_MAX_MS {
        return refuse(
            Text::new(format!("`{written}` dài hơn một ngày"), format!("`{written}` is longer than a day")),
            help(),
        );
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_people_write_them() {
        assert_eq!(time("5:45").unwrap(), Time::constant(5, 45, 0, 0));
        assert_eq!(time(" 17:10:30 ").unwrap(), Time::constant(17, 10, 30, 0));
        for bad in
            ["24:00", "23:59:60", "05:60", "25:00", "05:45+07:00", "05:45Z", "545", "5h45", "", ":", "05:5", "-1:00"]
        {
            assert!(time(bad).is_err(), "{bad}");
        }
        assert_eq!(time("5h45").unwrap_err().help.en, "did you mean `05:45`?");
        assert_eq!(time("17 giờ").unwrap_err().help.en, "did you mean `17:00`?");
        assert_eq!(time("24:00").unwrap_err().help.en, "use `00:00` of the next day");
        assert_eq!(time("99:99:99").unwrap_err().message.en, "no clock shows `99:99:99`: hours go from 00 to 23");
        assert_eq!(time("24:30").unwrap_err().message.en, "no clock shows `24:30`: hours go from 00 to 23");
    }

    #[test]
    fn times_as_people_write_them_by_hand_are_read_where_they_mean_one_alone() {
        for (written, hour, minute) in [
            ("5h", 5, 0),
            ("22h05", 22, 5),
            ("22H05", 22, 5),
            (" 22 giờ 05 ", 22, 5),
            ("22 giờ 5 phút", 22, 5),
            ("22gi\u{1a1}\u{300}05p", 22, 5),
            ("17g30", 17, 30),
            ("0h", 0, 0),
        ] {
            assert_eq!(by_hand(written), Some(Time::constant(hour, minute, 0, 0)), "{written}");
        }
        // Five in the afternoon is 17:00; half past is no figure; the rest is none at all.
        for none in ["5 giờ chiều", "5 giờ rưỡi", "24h", "22h60", "22h005", "123h", "h05", "22", "22h05h", "22:05", ""]
        {
            assert_eq!(by_hand(none), None, "{none}");
        }
    }

    #[test]
    fn dates_as_people_write_them() {
        assert_eq!(date("2026-12-01").unwrap(), jiff::civil::date(2026, 12, 1));
        assert_eq!(date("2026-02-30").unwrap_err().message.en, "no calendar has `2026-02-30`: 2026-02 has 28 days");
        assert_eq!(date("2026-13-01").unwrap_err().message.en, "no calendar has `2026-13-01`: months go from 01 to 12");
        assert_eq!(date("1/12/2026").unwrap_err().help.en, "did you mean `2026-12-01`?");
        assert_eq!(date("2026-12-1").unwrap_err().help.en, "did you mean `2026-12-01`?");
        assert_eq!(date("mai").unwrap_err().message.en, "`mai` is not a date");
    }

    #[test]
    fn months_as_people_write_them() {
        assert_eq!(month("2026-12").unwrap(), jiff::civil::date(2026, 12, 1));
        let help = |written| month(written).unwrap_err().help.en;
        for (written, meant) in
            [("12/2026", "2026-12"), ("2026-1", "2026-01"), ("2026-12-05", "2026-12"), ("3.2027", "2027-03")]
        {
            assert_eq!(help(written), format!("did you mean `{meant}`?"));
        }
        assert_eq!(help("2026-13"), "months go from 01 to 12, as in `2026-12`");
        for written in ["1999-12", "2200-01", "9999-12"] {
            assert_eq!(help(written), "years go from 2000 to 2199, as in `2026-12`");
        }
        for written in ["", "2026", "tháng 12", "12"] {
            assert_eq!(help(written), "write year-month, as in `2026-12`");
        }
    }

    #[test]
    fn durations_need_a_unit() {
        assert_eq!(duration_ms("90s"), Ok(90_000));
        assert_eq!(duration_ms("1h30m"), Ok(5_400_000));
        assert_eq!(duration_ms("10 phút"), Ok(600_000));
        assert_eq!(duration_ms("0s"), Ok(0));
        assert_eq!(duration_ms("24h"), Ok(DURATION_MAX_MS));
        for bad in ["", "10", "m", "10 x", "25h", "-5m", "99999999999999999999s", "9999999999999999999h"] {
            assert!(duration_ms(bad).is_err(), "{bad}");
        }
    }
}
