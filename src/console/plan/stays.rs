//! What stays on the air on a day off: a segment with times of its own keeps to no broadcast, so that it sounds where all
//! broadcasts of the day are called off. Whoever calls one off is told which stay, and may take them off too.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::remarks::Remark;
use crate::cells;
use crate::editing::{Operation, Target};
use crate::loading::Checked;
use crate::problem::{Lang, Text};
use crate::schedule::{Airtime, Segment};
use crate::timetable::{Kind, Slot, unlike};

/// So many segments are named, and dates of each.
const NAMED: usize = 3;

/// A segment with times of its own, on the days that are asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stays {
    pub id: String,
    pub title: String,
    /// Its times of day, `05:45`.
    pub times: Vec<String>,
    pub dates: BTreeSet<Date>,
}

impl Stays {
    /// `“Tin nóng” 05:45, 17:10`.
    pub fn words(&self) -> String {
        format!("“{}” {}", self.title, self.times.join(", "))
    }
}

/// The segments of those `slots` that are planned by themselves, ahead of `now` and on dates that `asked` names, in order of
/// time. One whose recording is not there yet is among them: it may come.
pub(super) fn staying<'s>(
    slots: impl IntoIterator<Item = &'s Slot>,
    asked: &dyn Fn(Date) -> bool,
    (now, zone): (Timestamp, &TimeZone),
) -> Vec<Stays> {
    let own = |slot: &&Slot| slot.kind == Kind::Segment && slot.window.is_none();
    let mut found: Vec<Stays> = Vec::new();
    for slot in slots.into_iter().filter(own).filter(|slot| slot.planned > now && asked(slot.date)) {
        let Some(id) = &slot.segment else { continue };
        let time = super::words::time(cells::on_clock(slot.planned, zone).time());
        let at = found.iter().position(|known| known.id == *id).unwrap_or_else(|| {
            let (id, title) = (id.clone(), slot.title.clone());
            found.push(Stays { id, title, times: Vec::new(), dates: BTreeSet::new() });
            found.len() - 1
        });
        let Some(known) = found.get_mut(at) else { continue };
        if !known.times.contains(&time) {
            known.times.push(time);
        }
        known.dates.insert(slot.date);
    }
    found
}

/// Takes a segment off those of `dates` that it has; a segment that has no other goes.
pub(super) fn taken_off(segment: &Segment, dates: &dyn Fn(Date) -> bool) -> Vec<Operation> {
    let these: Vec<Date> = segment.dates.iter().copied().filter(|date| dates(*date)).collect();
    let id = &segment.id;
    if !these.is_empty() && these.len() == segment.dates.len() {
        return vec![Operation::Remove { of: Target::Named("segment", id.clone()) }];
    }
    these.into_iter().map(|date| Operation::DropDate { segment: id.clone(), date }).collect()
}

/// What stays on the days on which `after` calls a broadcast off that `before` did not. It is grave where such a day has no
/// broadcast left: it is a day off, and sounds.
pub(super) fn of_change(before: &Checked, after: &Checked, now: Timestamp) -> Option<Remark> {
    let known = called_off(before);
    let fresh = called_off(after).into_iter().filter(|off| !known.contains(off));
    let days: BTreeSet<Date> = fresh.map(|(date, _)| date).collect();
    if days.is_empty() {
        return None;
    }
    let zone = &after.months.first()?.station.zone;
    let slots = || after.months.iter().flat_map(|month| &month.slots);
    let stays = staying(slots(), &|date| days.contains(&date), (now, zone));
    let with_broadcasts: BTreeSet<Date> = slots().filter(|slot| slot.window.is_some()).map(|slot| slot.date).collect();
    let grave = stays.iter().flat_map(|one| &one.dates).any(|date| !with_broadcasts.contains(date));
    (!stays.is_empty()).then(|| Remark { words: words(&stays), grave })
}

/// What leaves out by itself a day that `after` has off no more: nobody's form had it off, so nothing brings it back.
pub(super) fn of_no_day_off(before: &Checked, after: &Checked) -> Option<Remark> {
    let still = days_off(after);
    let back: BTreeSet<Date> = days_off(before).into_iter().filter(|date| !still.contains(date)).collect();
    let segments = after.months.iter().filter_map(|month| month.schedule.as_ref()).flat_map(|month| &month.segments);
    let of_own_times = segments.filter(|segment| matches!(segment.airtime, Airtime::At(_)));
    let left = of_own_times.filter_map(|segment| {
        let dates: BTreeSet<Date> = segment.excepted.intersection(&back).copied().collect();
        (!dates.is_empty()).then_some((segment, dates))
    });
    let left: Vec<(&Segment, BTreeSet<Date>)> = left.collect();
    let told = |lang: Lang| {
        let one =
            |(segment, dates): &(&Segment, BTreeSet<Date>)| format!("“{}” ({})", segment.title, days(dates, lang));
        let mut all: Vec<String> = left.iter().take(NAMED).map(one).collect();
        if left.len() > NAMED {
            all.push("…".to_owned());
        }
        all.join("; ")
    };
    let words = || {
        Text::new(
            format!(
                "vẫn không phát vì chính tiết mục ghi trừ ngày ấy: {}; cần phát thì sửa tiết mục, bỏ ngày đó khỏi ô “Trừ những ngày”",
                told(Lang::Vi)
            ),
            format!(
                "left out by the segments themselves and still not planned: {}; to air them take the date out of “But not on” of the segment",
                told(Lang::En)
            ),
        )
    };
    (!left.is_empty()).then(|| Remark { words: words(), grave: false })
}

/// The dates that have something off.
fn days_off(checked: &Checked) -> BTreeSet<Date> {
    let segments = checked.months.iter().filter_map(|month| month.schedule.as_ref()).flat_map(|month| &month.segments);
    let of_segments = segments.flat_map(|segment| segment.off.iter().copied());
    called_off(checked).into_iter().map(|(date, _)| date).chain(of_segments).collect()
}

/// The broadcasts that are called off, by date and window.
fn called_off(checked: &Checked) -> BTreeSet<(Date, String)> {
    let of_month = checked.months.iter().filter_map(|month| Some((month.schedule.as_ref()?, &month.station)));
    let days = of_month
        .flat_map(|(schedule, station)| unlike(schedule, station, (schedule.month.first(), schedule.month.last())));
    days.flat_map(|day| day.off.into_iter().map(move |window| (day.date, window.id))).collect()
}

fn words(stays: &[Stays]) -> Text {
    let told = |lang: Lang| {
        // Those of the same dates say them once.
        let mut by_dates: BTreeMap<&BTreeSet<Date>, Vec<String>> = BTreeMap::new();
        for one in stays.iter().take(NAMED) {
            by_dates.entry(&one.dates).or_default().push(one.words());
        }
        let group =
            |(dates, named): (&BTreeSet<Date>, Vec<String>)| format!("{} ({})", named.join("; "), days(dates, lang));
        let mut groups: Vec<String> = by_dates.into_iter().map(group).collect();
        if stays.len() > NAMED {
            groups.push("…".to_owned());
        }
        groups.join("; ")
    };
    Text::new(
        format!(
            "tiết mục có giờ riêng không nghỉ theo buổi mà vẫn phát: {}; cần nghỉ cả thì đánh dấu ở ô đó trong biểu mẫu cho nghỉ, hoặc bấm “Bỏ ngày này” ở trang của ngày",
            told(Lang::Vi)
        ),
        format!(
            "segments with times of their own are not off with a broadcast and stay planned: {}; to take them off too tick them in the form of the day off, or press “Not on this date” on the day's page",
            told(Lang::En)
        ),
    )
}

/// `24/12/2026, 25/12/2026`; of many the first ones and how many there are.
fn days(dates: &BTreeSet<Date>, lang: Lang) -> String {
    let shown: Vec<String> = dates.iter().take(NAMED).map(|date| cells::date(*date, lang)).collect();
    let more = dates.len().saturating_sub(NAMED);
    let more = match (more, lang) {
        (0, _) => String::new(),
        (more, Lang::Vi) => format!(" và {more} ngày nữa"),
        (more, Lang::En) => format!(" and {more} more"),
    };
    shown.join(", ") + &more
}
