//! A schedule's segments → slots in order of time.

use std::sync::Arc;

use jiff::civil::{DateTime, Time};

use super::bars::{Item, bars};
use super::{Kind, Slot, SlotId, Start};
use crate::civil::{Shift, resolve};
use crate::problem::{Problem, Text};
use crate::schedule::audio_facts::Facts;
use crate::schedule::{Schedule, Segment};
use crate::station::Station;

/// How late a segment with `at` may still start where `grace` is not written, in ms.
const GRACE_MS: u64 = 120_000;

/// The slots of the month, ascending by instant and, at one instant, in the order of the file; and what is to be said of
/// them. A slot that may not air carries its bar; nothing is left out. A recording of which `facts` know nothing bars
/// nothing. `revision` is the SHA-256 of the texts planned from.
pub fn plan(schedule: &Schedule, station: &Station, facts: &Facts, revision: &str) -> (Vec<Slot>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut items = Vec::new();
    for (order, segment) in schedule.segments.iter().enumerate() {
        let audio = segment.audio.first().and_then(|file| facts.get(file)).and_then(|known| known.as_ref().ok());
        let particulars = Arc::new(segment.particulars.clone());
        for (time, place) in segment.at() {
            let (mut skipped, mut repeated) = (Vec::new(), Vec::new());
            for date in &segment.dates {
                let Some(resolved) = resolve(&station.zone, date.to_datetime(*time)) else { continue };
                match resolved.shift {
                    Shift::Once => {}
                    Shift::Skipped => skipped.push(date.to_datetime(*time)),
                    Shift::Repeated => repeated.push(date.to_datetime(*time)),
                }
                let broadcast = format!("{date}/{}", clock(*time));
                let slot = Slot {
                    id: SlotId(format!("{broadcast}/{}", segment.id)),
                    broadcast,
                    date: *date,
                    kind: Kind::Segment,
                    window: None,
                    class: segment.class,
                    segment: Some(segment.id.clone()),
                    column: None,
                    title: segment.title.clone(),
                    files: segment.audio.clone(),
                    audio: audio.cloned(),
                    planned: resolved.at,
                    start: Start::Hard,
                    until: None,
                    broadcast_ends: None,
                    grace_ms: segment.grace_ms.unwrap_or(GRACE_MS),
                    after_power_cut: segment.after_power_cut,
                    permit: None,
                    particulars: particulars.clone(),
                    bar: None,
                    revision: revision.to_owned(),
                };
                items.push(Item { slot, order, time: *time, place });
            }
            let change = skipped.first().map(|at| (Shift::Skipped, *at));
            for (shift, at) in change.into_iter().chain(repeated.first().map(|at| (Shift::Repeated, *at))) {
                problems.push(clock_change(station, segment, place, shift, at));
            }
        }
    }
    items.sort_by_key(|item| (item.slot.planned, item.order));
    bars(schedule, station, facts, &mut items, &mut problems);
    problems.extend(super::recordings::problems(schedule, facts));
    problems.extend(early(&items));
    crate::problem::sort(&mut problems);
    (items.into_iter().map(|item| item.slot).collect(), problems)
}

/// `05:45:00`, as slot ids have it.
pub(super) fn clock(time: Time) -> String {
    time.strftime("%H:%M:%S").to_string()
}

fn clock_change(
    station: &Station,
    segment: &Segment,
    place: &crate::problem::Place,
    shift: Shift,
    at: DateTime,
) -> Problem {
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

/// Before this hour a ward still sleeps: told, not forbidden.
const EARLY: Time = Time::constant(6, 0, 0, 0);

/// One notice a month, at the earliest time.
fn early(items: &[Item<'_>]) -> Option<Problem> {
    let early = || items.iter().filter(|item| item.time < EARLY && item.slot.bar.is_none());
    let first = early().min_by_key(|item| (item.time, item.place))?;
    let count = early().count();
    let time = first.time.strftime("%H:%M");
    let message = Text::new(
        format!("{count} lượt phát trước 06:00, sớm nhất lúc {time}"),
        format!("{count} airing{} before 06:00, the earliest at {time}", if count == 1 { "" } else { "s" }),
    );
    let help = Text::new(
        "giữ nguyên nếu phường đã thống nhất giờ này",
        "leave it as it is if the ward has agreed to this hour",
    );
    Some(Problem::notice("early", Some(first.place.clone()), message, help))
}
