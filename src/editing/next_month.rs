//! A month's file made into the next one's.

use std::ops::Range;

use jiff::civil::Date;

use super::blocks::{Block, Entry, Part, Sheet};
use super::text::{Edit, changed, line_end, line_start};
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
    /// Titles of segments with facts that were of the old month, and the keys of these; they are left as remarks.
    pub facts: Vec<(String, Vec<&'static str>)>,
    /// Titles of segments whose `valid_until` is over before the new month begins, left as remarks.
    pub over: Vec<String>,
    /// The writer's remarks for the report (`[remarks]`) were left as remarks of the file.
    pub report_remarks: bool,
    /// Titles of segments that keep a recording out of the old month's folder.
    pub old_sound: Vec<String>,
}

/// What a segment says of one month's figures and papers: told of the next month it would be untrue.
const OF_THE_MONTH: [&str; 5] = ["one_stop", "survey", "feedback", "source_doc", "also_published"];

/// The text of the month after: dates moved by weekday, what belongs to particular dates or to the old month's figures left
/// as a remark, approvals dropped, the new month in a heading remark that told the old one, all else as it was.
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
    edits.extend(headings(text, from, to));
    let of_days: Vec<&str> = sheet.row("exception").iter().flat_map(|block| block.named("segment")).collect();
    for block in sheet.row("segment") {
        let placeless = !["at", "column", "days", "dates", "on"].iter().any(|key| block.has(key));
        if placeless && block.id().is_some_and(|id| of_days.contains(&id.as_str())) {
            // Only the running order of a day names it, and that day is over.
            moved.once += 1;
            edits.extend(remark(&sheet, block)?);
        } else {
            segment(&sheet, block, (from, to), &mut edits, &mut moved)?;
        }
    }
    for name in ["exception", "other_activity", "deliverable"] {
        for block in sheet.row(name) {
            moved.exceptions += usize::from(name == "exception");
            edits.extend(remark(&sheet, block)?);
        }
    }
    if let Some(remarks) = sheet.root.entry("remarks") {
        moved.report_remarks = true;
        edits.extend(remark_entry(&sheet, &sheet.root, remarks)?);
    }
    Ok((changed(text, edits), moved))
}

/// Whether a segment's `valid_until` is over before the new month begins.
fn is_over(block: &Block, to: Month) -> bool {
    let until = block.entry("valid_until").and_then(|entry| entry.parts.first()?.0.day(to.first()));
    until.is_some_and(|until| until < to.first())
}

fn segment(
    sheet: &Sheet<'_>,
    block: &Block,
    (from, to): (Month, Month),
    edits: &mut Vec<Edit>,
    moved: &mut Moved,
) -> Result<(), Text> {
    let dates = block.entry("dates").map(|entry| (entry, by_weekday(entry, from, to)));
    let none_left = dates.as_ref().is_some_and(|(entry, days)| days.is_empty() && !entry.parts.is_empty());
    if block.entry("on").is_some() || none_left {
        moved.once += 1;
        edits.extend(remark(sheet, block)?);
        return Ok(());
    }
    if is_over(block, to) {
        moved.over.push(block.title().to_owned());
        edits.extend(remark(sheet, block)?);
        return Ok(());
    }
    moved.kept += 1;
    // The folder of whatever month came before: what was kept once is easily kept for ever.
    let is_old = |file: &str| {
        file.trim().split('/').next().and_then(|folder| folder.parse().ok()).is_some_and(|of: Month| of <= from)
    };
    if block.texts("audio").iter().any(|file| is_old(file)) {
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
    if let Some(entry) = block.entry("approved") {
        edits.extend(sheet.without(block, entry)?);
    }
    let mut left = Vec::new();
    for name in ["except"].into_iter().chain(OF_THE_MONTH) {
        if let Some(entry) = block.entry(name) {
            edits.extend(remark_entry(sheet, block, entry)?);
            left.extend((name != "except").then_some(name));
        }
    }
    if !left.is_empty() {
        moved.facts.push((block.title().to_owned(), left));
    }
    Ok(())
}

/// The month in the remarks at the head of the file, as `12/2026`, `1/2027` or `2026-12`; a day of it stays.
fn headings(text: &str, from: Month, to: Month) -> Vec<Edit> {
    let forms = |month: Month| ["%m/%Y", "%-m/%Y", "%Y-%m"].map(|form| month.first().strftime(form).to_string());
    let head =
        text.split_inclusive('\n').take_while(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
    let head = text.get(..head.map(str::len).sum::<usize>()).unwrap_or_default();
    let mut edits: Vec<Edit> = Vec::new();
    for (old, new) in forms(from).into_iter().zip(forms(to)) {
        for (at, _) in head.match_indices(&old) {
            let span = at..at + old.len();
            let before = head[..span.start].chars().next_back();
            let after = head[span.end..].chars().next();
            let of_a_day = |c: char| c.is_ascii_digit() || matches!(c, '/' | '-');
            let taken = edits.iter().any(|edit| edit.span.contains(&at));
            if !taken && !before.is_some_and(of_a_day) && !after.is_some_and(of_a_day) {
                edits.push(Edit { span, with: new.clone() });
            }
        }
    }
    edits
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
///
/// # Errors
/// The lines of others stand among them, which would go with it.
fn remark(sheet: &Sheet<'_>, block: &Block) -> Result<Vec<Edit>, Text> {
    let cut = sheet.without_block(block)?;
    if block.is_inline() {
        return Ok(cut);
    }
    Ok(remark_lines(sheet.text, block.lines(sheet.text)))
}

/// A key with `#` before each of its lines, whether it has one, several or a section of its own; in braces it can only go.
fn remark_entry(sheet: &Sheet<'_>, block: &Block, entry: &Entry) -> Result<Vec<Edit>, Text> {
    let text = sheet.text;
    match &entry.inner {
        _ if !block.has_lines() => sheet.without(block, entry),
        Some(inner) if inner.is_dotted() => {
            let edits = inner.entries.iter().map(|entry| remark_entry(sheet, inner, entry));
            Ok(edits.collect::<Result<Vec<_>, _>>()?.concat())
        }
        Some(inner) if entry.section && inner.has_lines() => remark(sheet, inner),
        None if entry.section => {
            let edits = entry.rows.iter().map(|row| remark(sheet, row));
            Ok(edits.collect::<Result<Vec<_>, _>>()?.concat())
        }
        _ if entry.section => sheet.without(block, entry),
        _ => Ok(remark_lines(text, line_start(text, entry.key.start)..line_end(text, entry.end))),
    }
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

    /// What becomes of the text of a December.
    fn january(text: &str) -> (String, Moved) {
        let month = |text: &str| text.parse().unwrap_or_else(|()| panic!("{text}"));
        next_month(text, month("2026-12"), month("2027-01")).unwrap_or_else(|e| panic!("{e:?}"))
    }

    #[test]
    fn a_month_becomes_the_next_and_keeps_its_remarks() {
        let text = "# Kế hoạch\r\nmonth = \"2026-12\" # tháng\r\n\r\n[[segment]]\r\ntitle = \"A\"\r\naudio = \"2026-12/a.mp3\"\r\nat = \"06:00\"\r\ndays = \"T2-T7\" # mọi ngày\r\nexcept = [\"2026-12-24\"]\r\napproved = { by = \"B\", on = 2026-12-01 }\r\n\r\n[[segment]]\r\ntitle = \"C\"\r\naudio = \"2026-03/c.mp3\"\r\nat = \"07:00\"\r\ndates = [1, 8, 29]\r\n\r\n# một lần\r\n[[segment]]\r\ntitle = \"D\"\r\naudio = \"d.mp3\"\r\nat = \"08:00\"\r\n# vì sao\r\non = \"2026-12-03\"";
        let wanted = "# Kế hoạch\r\nmonth = \"2027-01\" # tháng\r\n\r\n[[segment]]\r\ntitle = \"A\"\r\naudio = \"2026-12/a.mp3\"\r\nat = \"06:00\"\r\ndays = \"T2-T7\" # mọi ngày\r\n# except = [\"2026-12-24\"]\r\n\r\n[[segment]]\r\ntitle = \"C\"\r\naudio = \"2026-03/c.mp3\"\r\nat = \"07:00\"\r\ndates = [5, 12]\r\n\r\n# một lần\r\n# [[segment]]\r\n# title = \"D\"\r\n# audio = \"d.mp3\"\r\n# at = \"08:00\"\r\n# vì sao\r\n# on = \"2026-12-03\"";
        let (made, moved) = january(text);
        assert_eq!(made, wanted);
        assert_eq!(
            moved,
            Moved {
                kept: 2,
                once: 1,
                fewer: vec!["C".to_owned()],
                old_sound: vec!["A".to_owned(), "C".to_owned()],
                ..Moved::default()
            }
        );
    }

    #[test]
    fn figures_and_papers_of_the_old_month_stay_behind_as_remarks_however_they_are_written() {
        let text = "# Kế hoạch phát thanh tháng 12/2026\n# duyệt ngày 30/12/2026; 2026-12, 2026-12-01\nmonth = \"2026-12\" # 12/2026\n\n[[segment]]\ntitle = \"A\"\none_stop = { period = \"12/2026\", received = 5 } # số\nsource_doc = { number = \"1/UB\", date = 2026-12-02 }\nat = \"06:00\"\n\n[segment.survey]\nperiod = \"2026\"\nasked = 5\n\n[[segment.also_published]]\nwhere = \"Zalo\"\n\n[[segment]]\ntitle = \"B\"\nfeedback.received = 2026-12-03\nat = \"07:00\"\n";
        let wanted = "# Kế hoạch phát thanh tháng 01/2027\n# duyệt ngày 30/12/2026; 2027-01, 2026-12-01\nmonth = \"2027-01\" # 12/2026\n\n[[segment]]\ntitle = \"A\"\n# one_stop = { period = \"12/2026\", received = 5 } # số\n# source_doc = { number = \"1/UB\", date = 2026-12-02 }\nat = \"06:00\"\n\n# [segment.survey]\n# period = \"2026\"\n# asked = 5\n\n# [[segment.also_published]]\n# where = \"Zalo\"\n\n[[segment]]\ntitle = \"B\"\n# feedback.received = 2026-12-03\nat = \"07:00\"\n";
        let (made, moved) = january(text);
        assert_eq!(made, wanted);
        let facts = vec![
            ("A".to_owned(), vec!["one_stop", "survey", "source_doc", "also_published"]),
            ("B".to_owned(), vec!["feedback"]),
        ];
        assert_eq!(moved, Moved { kept: 2, facts, ..Moved::default() });
        let braces = "month = \"2026-12\"\nsegment = [{ title = \"A\", survey = { period = \"2026\", asked = 5 }, at = \"06:00\" }]\n";
        let (made, _) = january(braces);
        assert_eq!(made, "month = \"2027-01\"\nsegment = [{ title = \"A\", at = \"06:00\" }]\n");
    }

    #[test]
    fn what_was_written_for_the_old_months_report_and_what_is_no_longer_valid_stay_behind_as_remarks() {
        let text = "month = \"2026-12\"\n\n[[segment]]\ntitle = \"A\"\nat = \"06:00\"\nvalid_until = 2026-12-31\n\n[[segment]]\ntitle = \"B\"\nat = \"07:00\"\nvalid_until = \"2027-01-01\"\n\n[remarks]\ndifficulties = [\"mất điện\"]\nnext = [\n  \"thêm loa\",\n]\n";
        let wanted = "month = \"2027-01\"\n\n# [[segment]]\n# title = \"A\"\n# at = \"06:00\"\n# valid_until = 2026-12-31\n\n[[segment]]\ntitle = \"B\"\nat = \"07:00\"\nvalid_until = \"2027-01-01\"\n\n# [remarks]\n# difficulties = [\"mất điện\"]\n# next = [\n#   \"thêm loa\",\n# ]\n";
        let (made, moved) = january(text);
        assert_eq!(made, wanted);
        assert_eq!(moved, Moved { kept: 1, over: vec!["A".to_owned()], report_remarks: true, ..Moved::default() });
        let spread = "month = \"2026-12\"\nremarks.next = [\"A\"]\nremarks.proposals = [\"B\"]\n";
        let (made, _) = january(spread);
        assert_eq!(made, "month = \"2027-01\"\n# remarks.next = [\"A\"]\n# remarks.proposals = [\"B\"]\n");
    }

    #[test]
    fn exceptions_go_with_all_that_is_theirs_and_braces_lose_only_their_part() {
        let text = "month = \"2026-12\"\nsegment = [{ title = \"A\", at = \"06:00\", approved = { by = \"B\" } }, { title = \"D\", on = \"2026-12-03\" }]\n\n[[exception]]\ndate = 2026-12-24\nreason = \"\"\"\nnghỉ\n\"\"\"\n\n[exception.windows]\nsang = \"off\"\n\n[[column]]\nid = \"c\"\n";
        let wanted = "month = \"2027-01\"\nsegment = [{ title = \"A\", at = \"06:00\" }]\n\n# [[exception]]\n# date = 2026-12-24\n# reason = \"\"\"\n# nghỉ\n# \"\"\"\n\n# [exception.windows]\n# sang = \"off\"\n\n[[column]]\nid = \"c\"\n";
        let (made, moved) = january(text);
        assert_eq!(made, wanted);
        assert_eq!((moved.kept, moved.once, moved.exceptions), (1, 1, 1));
    }

    #[test]
    fn what_only_a_days_running_order_names_goes_with_that_day() {
        let text = "month = \"2026-12\"\n\n[[segment]]\nid = \"chuc\"\ntitle = \"A\"\n\n[[segment]]\nid = \"tin\"\ntitle = \"B\"\n\n[[exception]]\ndate = 2026-12-31\nwindows = { sang = { running_order = [{ segment = \"chuc\" }] } }\n";
        let (made, moved) = january(text);
        assert_eq!(
            made,
            "month = \"2027-01\"\n\n# [[segment]]\n# id = \"chuc\"\n# title = \"A\"\n\n[[segment]]\nid = \"tin\"\ntitle = \"B\"\n\n# [[exception]]\n# date = 2026-12-31\n# windows = { sang = { running_order = [{ segment = \"chuc\" }] } }\n"
        );
        assert_eq!((moved.kept, moved.once, moved.exceptions), (1, 1, 1));
    }
}
