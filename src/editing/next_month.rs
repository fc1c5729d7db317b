//! A month's file made into the next one's.

use std::ops::Range;

use jiff::civil::Date;

use super::blocks::{Block, Entry, Part, Sheet};
use super::text::{Edit, changed, line_end, line_start, with_comma};
use super::values::quoted;
use crate::problem::Text;
use crate::schedule::Month;

/// What became of the old month's blocks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Segments that the new month has.
    pub kept: usize,
    /// Segments of particular dates, left as remarks.
    pub once: usize,
    /// Exceptions, left as remarks.
    pub exceptions: usize,
    /// Titles of segments that lost a date, for the new month has no fifth such weekday.
    pub fewer: Vec<String>,
    /// Titles of segments that keep a recording out of the old month's folder.
    pub old_sound: Vec<String>,
}

/// The text of the month after: dates moved by weekday, what belongs to particular dates left as a remark, approvals
/// dropped, all else as it was.
///
/// # Errors
/// The text is no TOML, or a key that goes stands among other blocks.
pub fn next_month(text: &str, from: Month, to: Month) -> Result<(String, Moved), Text> {
    if let Some(text) = text.strip_prefix('\u{feff}') {
        let (text, moved) = next_month(text, from, to)?;
        return Ok((format!("\u{feff}{text}"), moved));
    }
    let sheet = Sheet::read(text)?;
    let mut edits = Vec::new();
    let mut moved = Moved::default();
    if let Some(span) = sheet.root.entry("month").and_then(|month| month.value.clone()) {
        edits.push(Edit { span, with: quoted(&to.to_string()) });
    }
    let of_days: Vec<&str> = sheet.row("exception").iter().flat_map(|block| block.named("segment")).collect();
    for block in sheet.row("segment") {
        let placeless = !["at", "column", "days", "dates", "on"].iter().any(|key| block.has(key));
        if placeless && block.id().is_some_and(|id| of_days.contains(&id.as_str())) {
            // Only the running order of a day names it, and that day is over.
            moved.once += 1;
            edits.extend(remark(text, block));
        } else {
            segment(&sheet, block, (from, to), &mut edits, &mut moved)?;
        }
    }
    for name in ["exception", "other_activity", "deliverable"] {
        for block in sheet.row(name) {
            moved.exceptions += usize::from(name == "exception");
            edits.extend(remark(text, block));
        }
    }
    Ok((changed(text, edits), moved))
}

fn segment(
    sheet: &Sheet<'_>,
    block: &Block,
    (from, to): (Month, Month),
    edits: &mut Vec<Edit>,
    moved: &mut Moved,
) -> Result<(), Text> {
    let text = sheet.text;
    let dates = block.entry("dates").map(|entry| (entry, by_weekday(entry, from, to)));
    let none_left = dates.as_ref().is_some_and(|(entry, days)| days.is_empty() && !entry.parts.is_empty());
    if block.entry("on").is_some() || none_left {
        moved.once += 1;
        edits.extend(remark(text, block));
        return Ok(());
    }
    moved.kept += 1;
    let folder = format!("{from}/");
    if block.texts("audio").iter().any(|file| file.trim().starts_with(&folder)) {
        moved.old_sound.push(block.title().to_owned());
    }
    if let Some((entry, days)) = dates
        && let Some(span) = &entry.value
    {
        if days.len() < entry.parts.len() {
            moved.fewer.push(block.title().to_owned());
        }
        let days: Vec<String> = days.iter().map(ToString::to_string).collect();
        edits.push(Edit { span: span.clone(), with: format!("[{}]", days.join(", ")) });
    }
    for name in ["except", "approved"] {
        if let Some(entry) = block.entry(name) {
            edits.extend(if name == "except" && !block.is_inline() && !entry.section {
                remark_lines(text, line_start(text, entry.key.start)..line_end(text, entry.end))
            } else {
                sheet.without(block, entry)?
            });
        }
    }
    Ok(())
}

/// The n-th Tuesday becomes the n-th Tuesday.
fn by_weekday(entry: &Entry, from: Month, to: Month) -> Vec<i8> {
    let mut days: Vec<i8> = entry
        .parts
        .iter()
        .filter_map(|(part, _)| match part {
            Part::Number(day) => Date::new(from.first().year(), from.first().month(), i8::try_from(*day).ok()?).ok(),
            _ => None,
        })
        .filter_map(|date| {
            let nth = (date.day() - 1) / 7;
            let first = to.days().find(|day| day.weekday() == date.weekday())?;
            let day = first.day() + 7 * nth;
            (day <= to.last().day()).then_some(day)
        })
        .collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// The block with `#` before each of its lines; in braces it can only go.
fn remark(text: &str, block: &Block) -> Vec<Edit> {
    if block.is_inline() {
        return block.span.iter().map(|span| Edit::cut(with_comma(text, span.clone()))).collect();
    }
    remark_lines(text, block.lines(text))
}

fn remark_lines(text: &str, lines: Range<usize>) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut at = lines.start;
    for line in text.get(lines).unwrap_or_default().split_inclusive('\n') {
        let shown = line.trim();
        if !shown.is_empty() && !shown.starts_with('#') {
            edits.push(Edit { span: at..at, with: "# ".to_owned() });
        }
        at += line.len();
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap_or_else(|()| panic!("{text}"))
    }

    #[test]
    fn a_month_becomes_the_next_and_keeps_its_remarks() {
        let text = "# Kế hoạch\r\nmonth = \"2026-12\" # tháng\r\n\r\n[[segment]]\r\ntitle = \"A\"\r\naudio = \"2026-12/a.mp3\"\r\nat = \"06:00\"\r\ndays = \"T2-T7\" # mọi ngày\r\nexcept = [\"2026-12-24\"]\r\napproved = { by = \"B\", on = 2026-12-01 }\r\n\r\n[[segment]]\r\ntitle = \"C\"\r\naudio = \"c.mp3\"\r\nat = \"07:00\"\r\ndates = [1, 8, 29]\r\n\r\n# một lần\r\n[[segment]]\r\ntitle = \"D\"\r\naudio = \"d.mp3\"\r\nat = \"08:00\"\r\n# vì sao\r\non = \"2026-12-03\"";
        let wanted = "# Kế hoạch\r\nmonth = \"2027-01\" # tháng\r\n\r\n[[segment]]\r\ntitle = \"A\"\r\naudio = \"2026-12/a.mp3\"\r\nat = \"06:00\"\r\ndays = \"T2-T7\" # mọi ngày\r\n# except = [\"2026-12-24\"]\r\n\r\n[[segment]]\r\ntitle = \"C\"\r\naudio = \"c.mp3\"\r\nat = \"07:00\"\r\ndates = [5, 12]\r\n\r\n# một lần\r\n# [[segment]]\r\n# title = \"D\"\r\n# audio = \"d.mp3\"\r\n# at = \"08:00\"\r\n# vì sao\r\n# on = \"2026-12-03\"";
        let (made, moved) = next_month(text, month("2026-12"), month("2027-01")).unwrap_or_else(|e| panic!("{e:?}"));
        assert_eq!(made, wanted);
        assert_eq!(
            moved,
            Moved {
                kept: 2,
                once: 1,
                fewer: vec!["C".to_owned()],
                old_sound: vec!["A".to_owned()],
                ..Moved::default()
            }
        );
    }

    #[test]
    fn exceptions_go_with_all_that_is_theirs_and_braces_lose_only_their_part() {
        let text = "month = \"2026-12\"\nsegment = [{ title = \"A\", at = \"06:00\", approved = { by = \"B\" } }, { title = \"D\", on = \"2026-12-03\" }]\n\n[[exception]]\ndate = 2026-12-24\nreason = \"\"\"\nnghỉ\n\"\"\"\n\n[exception.windows]\nsang = \"off\"\n\n[[column]]\nid = \"c\"\n";
        let wanted = "month = \"2027-01\"\nsegment = [{ title = \"A\", at = \"06:00\" }]\n\n# [[exception]]\n# date = 2026-12-24\n# reason = \"\"\"\n# nghỉ\n# \"\"\"\n\n# [exception.windows]\n# sang = \"off\"\n\n[[column]]\nid = \"c\"\n";
        let (made, moved) = next_month(text, month("2026-12"), month("2027-01")).unwrap_or_else(|e| panic!("{e:?}"));
        assert_eq!(made, wanted);
        assert_eq!((moved.kept, moved.once, moved.exceptions), (1, 1, 1));
    }

    #[test]
    fn what_only_a_days_running_order_names_goes_with_that_day() {
        let text = "month = \"2026-12\"\n\n[[segment]]\nid = \"chuc\"\ntitle = \"A\"\n\n[[segment]]\nid = \"tin\"\ntitle = \"B\"\n\n[[exception]]\ndate = 2026-12-31\nwindows = { sang = { running_order = [{ segment = \"chuc\" }] } }\n";
        let (made, moved) = next_month(text, month("2026-12"), month("2027-01")).unwrap_or_else(|e| panic!("{e:?}"));
        assert_eq!(
            made,
            "month = \"2027-01\"\n\n# [[segment]]\n# id = \"chuc\"\n# title = \"A\"\n\n[[segment]]\nid = \"tin\"\ntitle = \"B\"\n\n# [[exception]]\n# date = 2026-12-31\n# windows = { sang = { running_order = [{ segment = \"chuc\" }] } }\n"
        );
        assert_eq!((moved.kept, moved.once, moved.exceptions), (1, 1, 1));
    }
}
