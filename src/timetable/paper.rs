//! What a month takes of paper, from the sheet's own measures: which letters are the largest that fit. Heights are in
//! micrometres, widths of text in thousandths of its size.

use super::Bar;
use super::calendar::{Day, Entry, Frame, Item, quiet_sundays, weeks};
use super::sheet::Sheet;
use crate::problem::{Lang, Text};

/// The largest size that is tried, in tenths of a point.
const LARGEST: u32 = 124;
/// A4 across less its margins.
const ROOM_UM: u32 = 194_000;
/// The title with two lines of names beside it, and the weekdays; each line of names more.
const HEAD_UM: u32 = 10_500 + 6_000;
const NAME_LINES: u32 = 2;
const NAME_LINE_UM: u32 = 3_700;
/// A line of the legend, and the room above it.
const LEGEND_LINE_UM: u32 = 3_200;
const LEGEND_UM: u32 = 1_500;
/// The frames' strip beside its lines, and a line of it; a line of the basis.
const STRIP_UM: u32 = 2_400;
const STRIP_LINE_UM: u32 = 3_850;
/// What a week takes beside its lines: the date, borders, padding; and what a heading takes beside its line.
const WEEK_UM: u32 = 6_500;
const HEADING_UM: u32 = 500;
/// Height of a line for each tenth of a point.
const LINE_UM: u32 = 42;
/// Width of a day in tenths of a point, and where Sundays are narrow.
const DAY: u32 = 1_060;
const DAY_WIDE: u32 = 1_165;
/// Room for text across the sheet, for the names beside the title and for the legend, at their own sizes.
const ACROSS: u32 = 96_000;
const NAMES: u32 = 18_000;
const LEGEND: u32 = 104_000;
/// A time and the room behind it, the mark of a frame, the sign between two items of one.
const TIME: u32 = 3_200;
const MARK: u32 = 1_900;
const BETWEEN: u32 = 900;

/// How wide `text` is. Every system sets the page in a type of its own: this is that of the widest of the common ones.
fn width(text: &str) -> u32 {
    text.chars().map(letter).sum()
}

/// Bold letters are wider.
fn bold(text: &str) -> u32 {
    width(text) * 15 / 14
}

fn letter(letter: char) -> u32 {
    match letter {
        'i' | 'j' | 'l' | 'I' | 'J' | 'í' | 'ì' | 'ỉ' | 'ĩ' | 'ị' | ' ' | '.' | ',' | ':' | ';' | '!' | '\'' | '/'
        | '|' => 270,
        'f' | 't' | 'r' | '(' | ')' | '-' | '"' => 370,
        's' | 'c' | 'z' | 'x' | 'v' | 'y' | 'k' | '–' => 510,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 910,
        other if other.is_uppercase() => 670,
        // Signs and scripts that are wider than ours.
        other if other > '\u{2000}' => 1_000,
        _ => 585,
    }
}

/// Lines that words, or whatever is not broken, take behind each other in `room`; what is wider than that is broken.
fn lines(words: impl IntoIterator<Item = u32>, between: u32, room: u32) -> u32 {
    let (mut lines, mut used, room) = (1, 0, room.max(1));
    for word in words {
        if used > 0 && used + between + word > room {
            (lines, used) = (lines + 1, 0);
        }
        used += word + if used > 0 { between } else { 0 };
        if used > room {
            (lines, used) = (lines + (used - 1) / room, (used - 1) % room + 1);
        }
    }
    lines
}

fn wrapped(text: &str, measure: fn(&str) -> u32, room: u32) -> u32 {
    lines(text.split_whitespace().map(measure), measure(" "), room)
}

/// What stands around the days.
#[derive(Clone, Copy)]
pub(super) struct Around {
    /// Lines of the names beside the title.
    name_lines: u32,
    /// Lines of the documents that are carried out.
    basis_lines: u32,
    /// Width of the legend, but for what it says of frames.
    legend: u32,
}

impl Around {
    pub fn of(sheet: &Sheet<'_>, days: &[Day<'_>]) -> Around {
        let bars = || sheet.slots.iter().filter_map(|slot| slot.bar.as_ref());
        let notes = [
            (true, 35_000),
            (days.iter().any(|day| !day.exceptions.is_empty()), 16_000),
            (bars().any(Bar::is_rule), 28_000),
            (bars().any(|bar| !bar.is_rule()), 25_000),
        ];
        let names = sheet.station.names_on(sheet.month.first());
        let basis = sheet.station.carries_out().map(|basis: Text| wrapped(basis.get(sheet.lang), width, ACROSS));
        Around {
            name_lines: wrapped(&names.parent.to_uppercase(), width, NAMES) + wrapped(&names.name, bold, NAMES),
            basis_lines: basis.unwrap_or(0),
            legend: notes.iter().filter(|(is_there, _)| *is_there).map(|(_, width)| width).sum(),
        }
    }

    /// What stands above the days on each sheet.
    fn head_um(self) -> u32 {
        let names_um = NAME_LINE_UM * self.name_lines.saturating_sub(NAME_LINES);
        HEAD_UM + names_um + STRIP_LINE_UM * self.basis_lines
    }

    /// The legend below the days.
    fn foot_um(self, frames: &[Frame<'_>]) -> u32 {
        let of_frames = u32::try_from(frames.len()).unwrap_or(u32::MAX).saturating_mul(MARK);
        let of_frames = if frames.is_empty() { 0 } else { 52_000 + of_frames };
        LEGEND_UM + LEGEND_LINE_UM * (self.legend + of_frames).div_ceil(LEGEND)
    }
}

/// The strip of the frames, on the first sheet.
fn strip_um(frames: &[Frame<'_>]) -> u32 {
    let strip_um = if frames.is_empty() { 0 } else { STRIP_UM };
    strip_um + STRIP_LINE_UM * frames.iter().map(frame_lines).sum::<u32>()
}

fn frame_lines(frame: &Frame<'_>) -> u32 {
    let name = MARK + bold(&frame.name) + 800;
    let items = frame.items.iter().map(|(time, (title, _))| width(title) + if time.is_some() { TIME } else { 0 });
    lines(std::iter::once(name).chain(items.map(|item| item.min(ACROSS))), BETWEEN, ACROSS)
}

/// The largest size, not below the least, at which the month fits so many sheets.
pub(super) fn fitting(
    days: &[Day<'_>],
    frames: &[Frame<'_>],
    around: Around,
    (least, most): (u32, u32),
) -> Option<u32> {
    (least..=LARGEST).rev().step_by(2).find(|size| sheets(days, frames, around, *size) <= most)
}

/// How many sheets the month takes at that size: a week stands on one of them.
pub(super) fn sheets(days: &[Day<'_>], frames: &[Frame<'_>], around: Around, size: u32) -> u32 {
    let (head_um, foot_um) = (around.head_um(), around.foot_um(frames));
    let (mut sheets, mut used_um) = (1, head_um);
    for week_um in [strip_um(frames)].into_iter().chain(weeks_um(days, size)).chain([foot_um]) {
        if used_um + week_um > ROOM_UM && used_um > head_um {
            (sheets, used_um) = (sheets + 1, head_um);
        }
        used_um += week_um;
        // A week that is too high for a sheet goes on over the next.
        while used_um > ROOM_UM {
            (sheets, used_um) = (sheets + 1, used_um - ROOM_UM);
        }
    }
    sheets
}

/// What the month takes of paper at that size, were it one sheet of any length.
pub(super) fn height_um(days: &[Day<'_>], frames: &[Frame<'_>], around: Around, size: u32) -> u32 {
    weeks_um(days, size).iter().sum::<u32>() + around.head_um() + strip_um(frames) + around.foot_um(frames)
}

/// The height of each week at that size.
fn weeks_um(days: &[Day<'_>], size: u32) -> Vec<u32> {
    let room = if quiet_sundays(days) { DAY_WIDE } else { DAY } * 1_000 / size;
    weeks(days).map(|week| WEEK_UM + tallest_um(week, room, size)).collect()
}

/// Height of the fullest day, with so much room in a line, at that size.
fn tallest_um(week: &[Day<'_>], room: u32, size: u32) -> u32 {
    let item = |item: &Item<'_>| {
        let beside = room.saturating_sub(TIME);
        let reason = item.bar.map_or(0, |bar| wrapped(&format!("✕ {}", bar.cause.word(Lang::Vi)), bold, beside));
        wrapped(item.title, width, beside) + reason
    };
    let heading = |entry: &Entry<'_>| {
        let mark = entry.frame.map_or(0, |_| MARK);
        let permit = entry.permit.map(|permit| format!("({permit})")).unwrap_or_default();
        // The hours are not broken, and the mark stays with them.
        let words = entry.name.split_whitespace().map(bold).chain([bold(&entry.hours) + mark]);
        lines(words.chain(permit.split_whitespace().map(width)), bold(" "), room)
    };
    let day = |day: &Day<'_>| {
        let notes: u32 = day.exceptions.iter().map(|note| wrapped(&note.reason, bold, room)).sum();
        let headed = || day.entries.iter().filter(|entry| !entry.is_lone);
        let headings: u32 = headed().map(heading).sum();
        let like: u32 = day.entries.iter().flat_map(|entry| &entry.like).map(|like| wrapped(like, width, room)).sum();
        let items: u32 = day.entries.iter().flat_map(|entry| &entry.items).map(item).sum();
        let lines = notes + headings + items + like;
        lines * LINE_UM * size + HEADING_UM * u32::try_from(headed().count()).unwrap_or(0)
    };
    week.iter().map(day).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_follow_each_other_until_a_line_is_full_and_a_long_one_is_broken() {
        let of = |words: &[u32]| lines(words.iter().copied(), 1, 10);
        assert_eq!(
            [of(&[]), of(&[4, 5]), of(&[5, 5]), of(&[10]), of(&[11]), of(&[20]), of(&[21])],
            [1, 1, 2, 1, 2, 2, 3]
        );
        assert_eq!(of(&[4, 25, 4]), 4, "what is left of the long one shares its line");
    }
}
