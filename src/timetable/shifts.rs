//! Times of the file that the zone's clock skips or shows twice, told once a time; and windows that a clock change makes
//! shorter or longer.

use jiff::civil::DateTime;

use super::duration_words;
use super::ground::Frame;
use crate::cells;
use crate::civil::{Shift, resolve};
use crate::problem::{Place, Problem, Text};
use crate::station::Station;

/// The first date on which a time is skipped, and the first on which it comes twice.
#[derive(Default)]
pub(super) struct Shifts {
    skipped: Option<DateTime>,
    repeated: Option<DateTime>,
}

impl Shifts {
    pub fn note(&mut self, shift: Shift, at: DateTime) {
        match shift {
            Shift::Once => {}
            Shift::Skipped => {
                self.skipped.get_or_insert(at);
            }
            Shift::Repeated => {
                self.repeated.get_or_insert(at);
            }
        }
    }

    pub fn problems(self, station: &Station, title: &Text, place: &Place, problems: &mut Vec<Problem>) {
        for (shift, at) in [(Shift::Skipped, self.skipped), (Shift::Repeated, self.repeated)] {
            problems.extend(at.map(|at| clock_change(station, title, place, shift, at)));
        }
    }
}

fn clock_change(station: &Station, title: &Text, place: &Place, shift: Shift, at: DateTime) -> Problem {
    let zone = &station.zone_name;
    let planned = at.strftime("%H:%M");
    let (day_vi, day_en) = (at.strftime("%d/%m/%Y"), at.date());
    let place = Some(place.clone());
    if shift == Shift::Skipped {
        let airs = resolve(&station.zone, at).map(|at| at.at.to_zoned_datetime(station.zone.clone()));
        let airs = airs.map_or_else(String::new, |at| at.strftime("%H:%M").to_string());
        let message = Text::new(
            format!("ngày {day_vi} không có {planned} ở `{zone}` (đổi giờ): `{}` phát lúc {airs}", title.vi),
            format!("{day_en} has no {planned} in `{zone}` (the clock changes): `{}` airs at {airs}", title.en),
        );
        return Problem::warning(
            "clock-change",
            place,
            message,
            Text::new("chọn giờ khác nếu cần", "choose another time if it matters"),
        );
    }
    let message = Text::new(
        format!("ngày {day_vi} có hai lần {planned} ở `{zone}` (đổi giờ): `{}` chỉ phát lần đầu", title.vi),
        format!(
            "{day_en} has {planned} twice in `{zone}` (the clock changes): `{}` airs the first time alone",
            title.en
        ),
    );
    Problem::notice(
        "clock-change",
        place,
        message,
        Text::new("chọn giờ khác nếu cần", "choose another time if it matters"),
    )
}

/// What the clock does on a day to a window's broadcast: to its length, or to an end of it that comes twice; and to the
/// items of it that have times of their own.
pub(super) fn of_window(station: &Station, frame: &Frame<'_>, problems: &mut Vec<Problem>) {
    let Some((starts, ends)) = frame.civil() else { return };
    let (Some(first), Some(last)) = (resolve(&station.zone, starts), resolve(&station.zone, ends)) else { return };
    let real_ms = last.at.duration_since(first.at).as_millis();
    let wanted_ms = ends.duration_since(starts).as_millis();
    if real_ms != wanted_ms {
        problems.push(other_length(station, frame, (first.at, last.at), (real_ms, wanted_ms)));
    } else if let Some((_, at)) =
        [(first.shift, starts), (last.shift, ends)].iter().find(|(shift, _)| *shift == Shift::Repeated)
    {
        problems.push(clock_change(station, &Text::same(frame.name), frame.place, Shift::Repeated, *at));
    }
    for item in frame.items {
        let Some(time) = item.at else { continue };
        let at = [Some(frame.date), frame.date.tomorrow().ok()].into_iter().flatten().map(|day| day.to_datetime(time));
        let Some(at) = at.into_iter().find(|at| (starts..ends).contains(at)) else { continue };
        let mut shifts = Shifts::default();
        shifts.note(resolve(&station.zone, at).map_or(Shift::Once, |resolved| resolved.shift), at);
        shifts.problems(station, &super::plan::what_is(item), &item.place, problems);
    }
}

fn other_length(
    station: &Station,
    frame: &Frame<'_>,
    (first, last): (jiff::Timestamp, jiff::Timestamp),
    (real_ms, wanted_ms): (i128, i128),
) -> Problem {
    let words = |ms: i128| duration_words(u64::try_from(ms).unwrap_or(0));
    let (real, wanted, name, zone) = (words(real_ms), words(wanted_ms), frame.name, &station.zone_name);
    let clock = |at: jiff::Timestamp| cells::on_clock(at, &station.zone).strftime("%H:%M").to_string();
    let (first, last) = (clock(first), clock(last));
    let (day_vi, day_en) = (frame.date.strftime("%d/%m/%Y"), frame.date);
    let message = Text::new(
        format!("`{name}` ngày {day_vi} ({first}–{last}) dài {} thay vì {}: `{zone}` đổi giờ", real.vi, wanted.vi),
        format!(
            "`{name}` on {day_en} ({first}–{last}) lasts {}, not {}: the clock changes in `{zone}`",
            real.en, wanted.en
        ),
    );
    let help = Text::new(
        "xem lịch ngày này bằng `loa timetable`; cần thì ghi giờ khác trong `[[exception]]`",
        "look at that day with `loa timetable`; give it other times in an `[[exception]]` if it matters",
    );
    Problem::warning("clock-change-window", Some(frame.place.clone()), message, help)
}
