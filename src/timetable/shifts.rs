//! Times of the file that the zone's clock skips or shows twice, told once a time.

use jiff::civil::DateTime;

use crate::civil::{Shift, resolve};
use crate::problem::{Place, Problem, Text};
use crate::schedule::Segment;
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

    pub fn problems(self, station: &Station, segment: &Segment, place: &Place, problems: &mut Vec<Problem>) {
        for (shift, at) in [(Shift::Skipped, self.skipped), (Shift::Repeated, self.repeated)] {
            problems.extend(at.map(|at| clock_change(station, segment, place, shift, at)));
        }
    }
}

fn clock_change(station: &Station, segment: &Segment, place: &Place, shift: Shift, at: DateTime) -> Problem {
    let (zone, title) = (&station.zone_name, &segment.title);
    let planned = at.strftime("%H:%M");
    let (day_vi, day_en) = (at.strftime("%d/%m/%Y"), at.date());
    let place = Some(place.clone());
    if shift == Shift::Skipped {
        let airs = resolve(&station.zone, at).map(|at| at.at.to_zoned_datetime(station.zone.clone()));
        let airs = airs.map_or_else(String::new, |at| at.strftime("%H:%M").to_string());
        let message = Text::new(
            format!("ngày {day_vi} không có {planned} ở `{zone}` (đổi giờ): `{title}` phát lúc {airs}"),
            format!("{day_en} has no {planned} in `{zone}` (the clock changes): `{title}` airs at {airs}"),
        );
        return Problem::warning(
            "clock-change",
            place,
            message,
            Text::new("chọn giờ khác nếu cần", "choose another time if it matters"),
        );
    }
    let message = Text::new(
        format!("ngày {day_vi} có hai lần {planned} ở `{zone}` (đổi giờ): `{title}` chỉ phát lần đầu"),
        format!("{day_en} has {planned} twice in `{zone}` (the clock changes): `{title}` airs the first time alone"),
    );
    Problem::notice(
        "clock-change",
        place,
        message,
        Text::new("chọn giờ khác nếu cần", "choose another time if it matters"),
    )
}
