//! The ward's caps: broadcasts a day and minutes a broadcast. What comes later is barred; what a permit lets pass neither
//! counts nor is counted.
//!
//! A segment with a time of its own is a broadcast in every count, by its name in the log. The caps alone take near ones for
//! one, as the street does: counted so elsewhere too, a day's broadcasts would change their number with a minute's move.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::civil::Date;

use super::bars::{Item, on_days};
use super::ground::Ground;
use super::{Bar, Kind, Slot, duration_words};
use crate::instants::later_ms;
use crate::outcome::Cause;
use crate::problem::{Lang, Place, Problem, Text};
use crate::station::Rules;

/// Broadcasts of single segments less than this apart count as one.
const APART: SignedDuration = SignedDuration::from_mins(15);

/// Bars what passes a cap in `items`, which are ascending by instant.
pub(super) fn caps<'s>(ground: &Ground<'s>, items: &mut [Item<'s>], problems: &mut Vec<Problem>) {
    let slots: Vec<&Slot> = items.iter().map(|item| &item.slot).collect();
    let groups = groups(&slots);
    let mut found = Found::default();
    if let Some(cap) = ground.rules().broadcasts_per_day {
        per_day(ground, items, &groups, cap, &mut found);
    }
    if let Some(minutes) = ground.rules().broadcast_minutes {
        let cap_ms = u64::from(minutes) * 60_000;
        for group in &groups {
            length(items, group, cap_ms, &mut found);
        }
    }
    problems.extend(found.0.into_iter().map(|((place, _), (reason, dates))| {
        let (vi, en) = on_days(&dates);
        let message = Text::new(format!("{}: {vi}", reason.vi), format!("{}: {en}", reason.en));
        let help = Text::new(
            "bớt buổi hoặc rút ngắn, hay sửa `[rules]` trong `station.toml`; ngày đặc biệt thì dùng `extra` có `permit`; \
             phần vượt không phát (mục lẻ cách nhau dưới 15 phút tính là một buổi)",
            "drop or shorten something, or change `[rules]` in `station.toml`; for a special day use `extra` with a \
             `permit`; what is over does not air (segments of their own less than 15 min apart count as one)",
        );
        Problem::block("cap", Some(place.clone()), message, help)
    }));
}

/// Why `extra`, which nobody planned, may not be played beside the `others` of its day: it would be a broadcast too many, or
/// make one too long. Planned broadcasts do not give way to it.
pub fn cap_against(rules: &Rules, others: &[Slot], extra: &Slot) -> Option<Text> {
    let mut slots: Vec<&Slot> = others.iter().filter(|slot| slot.date == extra.date).chain([extra]).collect();
    slots.sort_by_key(|slot| slot.planned);
    let groups = groups(&slots);
    if let Some(cap) = rules.broadcasts_per_day
        && groups.len() > usize::try_from(cap).unwrap_or(usize::MAX)
        && groups.iter().any(|group| group.items.iter().all(|at| slots[*at].id == extra.id))
    {
        return Some(Text::new(
            format!("hôm nay đã có {cap} buổi, là số buổi nhiều nhất mỗi ngày (`broadcasts_per_day`)"),
            format!("today has {cap} broadcasts already, as many as a day may have (`broadcasts_per_day`)"),
        ));
    }
    let cap_ms = u64::from(rules.broadcast_minutes?) * 60_000;
    let group = groups.iter().find(|group| group.items.iter().any(|at| slots[*at].id == extra.id))?;
    let total_ms: u64 = group.items.iter().filter_map(|at| slots[*at].airtime_ms()).sum();
    (total_ms > cap_ms).then(|| {
        let cap = duration_words(cap_ms);
        Text::new(
            format!("buổi phát sẽ dài quá {} (`broadcast_minutes`)", cap.vi),
            format!("the broadcast would be longer than {} (`broadcast_minutes`)", cap.en),
        )
    })
}

/// The problems by place and wording, each with its dates.
#[derive(Default)]
struct Found<'s>(BTreeMap<(&'s Place, String), (Text, Vec<Date>)>);

impl<'s> Found<'s> {
    /// Bars `item`, which is told of where it says so: at `place`.
    fn bar(&mut self, item: &mut Item<'s>, place: &'s Place, reason: Text) {
        let dates = &mut self.0.entry((place, reason.vi.clone())).or_insert((reason.clone(), Vec::new())).1;
        if dates.last() != Some(&item.slot.date) {
            dates.push(item.slot.date);
        }
        item.slot.bar = Some(Bar { cause: Cause::Cap, reason });
    }
}

/// What counts as one broadcast on a date: the items of a window, or of several broadcasts of their own close together.
struct Group {
    date: Date,
    items: Vec<usize>,
}

fn groups(slots: &[&Slot]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut of_window: BTreeMap<&str, usize> = BTreeMap::new();
    let mut own: Option<(usize, jiff::Timestamp)> = None;
    for (at, slot) in slots.iter().enumerate() {
        if slot.bar.is_some() || slot.permit.is_some() {
            continue;
        }
        let group = if slot.window.is_some() {
            *of_window.entry(&slot.broadcast).or_insert_with(|| new_group(&mut groups, slot.date))
        } else {
            let ends = later_ms(slot.planned, slot.file_ms().unwrap_or(0));
            let near = own
                .filter(|(group, last)| groups[*group].date == slot.date && slot.planned.duration_since(*last) < APART);
            let group = near.map_or_else(|| new_group(&mut groups, slot.date), |(group, _)| group);
            own = Some((group, near.map_or(ends, |(_, last)| last.max(ends))));
            group
        };
        groups[group].items.push(at);
    }
    groups
}

fn new_group(groups: &mut Vec<Group>, date: Date) -> usize {
    groups.push(Group { date, items: Vec::new() });
    groups.len() - 1
}

/// What people call a window or an extra broadcast, and where it is written.
fn broadcast<'s>(ground: &Ground<'s>, id: &str) -> Option<(&'s str, &'s Place)> {
    let windows = ground.windows.iter().map(|window| (window.id.as_str(), window.name.as_str(), &window.place));
    let extra = ground.schedule.exceptions.iter().flat_map(|exception| &exception.extra);
    let extra = extra.map(|extra| (extra.id.as_str(), extra.name.as_ref().unwrap_or(&extra.id).as_str(), &extra.place));
    windows.chain(extra).find(|(known, ..)| *known == id).map(|(_, name, place)| (name, place))
}

/// A broadcast too many is told of once, whatever is in it.
fn per_day<'s>(ground: &Ground<'s>, items: &mut [Item<'s>], groups: &[Group], cap: u32, found: &mut Found<'s>) {
    let mut counts: BTreeMap<Date, u32> = BTreeMap::new();
    for group in groups {
        let count = counts.entry(group.date).or_default();
        *count += 1;
        if *count <= cap {
            continue;
        }
        for at in &group.items {
            let item = &mut items[*at];
            let of = item.slot.window.as_deref().and_then(|id| broadcast(ground, id));
            let name = |lang| of.map_or_else(|| item.slot.called(lang), |(name, _)| name);
            let reason = Text::new(
                format!("`{}` là buổi thứ {count}, mà mỗi ngày chỉ được {cap} buổi", name(Lang::Vi)),
                format!("`{}` is broadcast {count} of a day that may have {cap}", name(Lang::En)),
            );
            found.bar(item, of.map_or(item.place, |(_, place)| place), reason);
        }
    }
}

/// Filler has what the others leave: it shrinks before anything is left out.
fn length<'s>(items: &mut [Item<'s>], group: &Group, cap_ms: u64, found: &mut Found<'s>) {
    let mut heard_ms = 0_u64;
    for of_filler in [false, true] {
        for at in &group.items {
            let item = &mut items[*at];
            if item.slot.bar.is_some() || (item.slot.kind == Kind::Filler) != of_filler {
                continue;
            }
            let left_ms = cap_ms.saturating_sub(heard_ms);
            if let Some(until) = item.slot.until.filter(|_| of_filler && left_ms > 0) {
                item.slot.until = Some(until.min(later_ms(item.slot.planned, left_ms)));
            }
            let length_ms = item.slot.airtime_ms().unwrap_or(0);
            if length_ms <= left_ms {
                heard_ms = heard_ms.saturating_add(length_ms);
                continue;
            }
            let (name, cap) = (|lang| item.slot.called(lang), duration_words(cap_ms));
            let reason = Text::new(
                format!("`{}` làm buổi phát dài quá {}", name(Lang::Vi), cap.vi),
                format!("`{}` would make its broadcast longer than {}", name(Lang::En), cap.en),
            );
            found.bar(item, item.place, reason);
        }
    }
}
