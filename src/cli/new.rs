//! `loa new`: next month's file from this one.

use std::fs::OpenOptions;
use std::io::Write as _;

use jiff::civil::Date;

use super::approve::month;
use super::check::print;
use super::find_segment::{month_text, problems};
use super::month_edit::{Block, Edit, Entry, apply, blocks, line_end, line_start, quoted, top_value};
use super::{Context, Failure};
use crate::loading;
use crate::problem::{Text, any_refuses};
use crate::schedule::{self, Month};

/// Lập kế hoạch tháng mới từ tháng cũ · a new month's file from an earlier one; never overwrites.
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa new 2027-01 --from 2026-12")]
pub struct Args {
    /// Tháng mới · the new month
    #[arg(value_name = "MONTH", value_parser = month)]
    month: Month,
    /// Lấy từ tháng nào; không ghi thì lấy tháng gần nhất trước đó · the month to take it from; by default the latest
    /// before it
    #[arg(long, value_name = "MONTH", value_parser = month)]
    from: Option<Month>,
}

/// What became of the old month's blocks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Moved {
    kept: usize,
    once: usize,
    exceptions: usize,
    /// Titles of segments that lost a date, for the new month has no fifth such weekday.
    fewer: Vec<String>,
    /// Titles of segments that keep a recording out of the old month's folder.
    old_sound: Vec<String>,
}

/// Writes the new month's file.
///
/// # Errors
/// It is there already, or there is no month to take it from, or that one cannot be read.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let home = context.find_home()?;
    let to = args.month;
    let path = home.month_file(to);
    if path.exists() {
        return Err(exists(to));
    }
    let earlier = || loading::months(&home).unwrap_or_default().into_iter().filter(|month| *month < to).max();
    let from = args.from.or_else(earlier).ok_or_else(|| {
        problems(Text::new(
            format!("chưa có kế hoạch của tháng nào trước {to} để lấy làm mẫu; ghi `--from THÁNG`"),
            format!("there is no month before {to} to take it from; give `--from MONTH`"),
        ))
    })?;
    let (text, bom) = month_text(&home, from)?;
    let (text, moved) = next(&text, from, to).map_err(|text| {
        let name = format!("schedules/{from}.toml");
        problems(Text::new(format!("`{name}`: {}", text.vi), format!("`{name}`: {}", text.en)))
    })?;
    let whole = if bom { format!("\u{feff}{text}") } else { text };
    // Made only if it is not there, even if it appeared since.
    let made = OpenOptions::new().write(true).create_new(true).open(&path);
    made.and_then(|mut file| file.write_all(whole.as_bytes()).and_then(|()| file.sync_all())).map_err(|error| {
        if error.kind() == std::io::ErrorKind::AlreadyExists {
            exists(to)
        } else {
            super::approve::unwritten(&format!("schedules/{to}.toml"), &error)
        }
    })?;
    let station = loading::load_station(&home).station;
    let (_, found) = schedule::read_under(&format!("schedules/{to}.toml"), &whole, station.as_ref());
    print(said(from, to, &moved, any_refuses(&found)).get(context.lang))?;
    Ok(0)
}

fn exists(month: Month) -> Failure {
    problems(Text::new(
        format!("đã có `schedules/{month}.toml`; không ghi đè gì cả"),
        format!("`schedules/{month}.toml` is there already; nothing was touched"),
    ))
}

fn said(from: Month, to: Month, moved: &Moved, refused: bool) -> Text {
    let Moved { kept, once, exceptions, fewer, old_sound } = moved;
    let mut text = Text::new(
        format!("Đã tạo `schedules/{to}.toml` từ tháng {from}: giữ {kept} tiết mục"),
        format!("Made `schedules/{to}.toml` from {from}: {kept} segment{} kept", if *kept == 1 { "" } else { "s" }),
    );
    if once + exceptions > 0 {
        text.vi += &format!("; để lại làm ghi chú {once} tiết mục phát theo ngày cụ thể và {exceptions} ngoại lệ");
        text.en += &format!("; left as remarks: {once} of particular dates, {exceptions} exceptions");
    }
    text.vi += ".\n";
    text.en += ".\n";
    let list = |titles: &[String]| titles.iter().map(|title| format!("`{title}`")).collect::<Vec<_>>().join(", ");
    if !old_sound.is_empty() {
        let list = list(old_sound);
        text.vi += &format!("Còn dùng bản ghi trong `audio/{from}/`: {list}; nội dung đã cũ thì thay bản mới.\n");
        text.en +=
            &format!("Still with recordings of `audio/{from}/`: {list}; put in new ones where they are out of date.\n");
    }
    if !fewer.is_empty() {
        let list = list(fewer);
        text.vi += &format!("Tháng mới không có thứ đó lần thứ năm, nên bớt một ngày: {list}.\n");
        text.en += &format!("The new month has no fifth such weekday, so a date fewer: {list}.\n");
    }
    let next = if refused {
        ("Còn lỗi phải sửa", "It still has mistakes")
    } else {
        ("Xem lại các dòng có dấu #", "Look over the lines with #")
    };
    text.vi += &format!("{}, rồi chạy: loa check {to}\n", next.0);
    text.en += &format!("{}, then run: loa check {to}\n", next.1);
    text
}

/// The text of the month after: dates moved by weekday, what belongs to particular dates left as a remark, approvals
/// dropped, all else as it was.
fn next(text: &str, from: Month, to: Month) -> Result<(String, Moved), Text> {
    let mut edits = Vec::new();
    let mut moved = Moved::default();
    if let Some(span) = top_value(text, "month") {
        edits.push(Edit { span, with: quoted(&to.to_string()) });
    }
    for block in blocks(text, "segment")? {
        segment(text, &block, from, to, &mut edits, &mut moved);
    }
    for name in ["exception", "other_activity", "deliverable"] {
        for block in blocks(text, name)? {
            moved.exceptions += usize::from(name == "exception");
            edits.extend(remark(text, &block));
        }
    }
    Ok((apply(text, edits), moved))
}

fn segment(text: &str, block: &Block, from: Month, to: Month, edits: &mut Vec<Edit>, moved: &mut Moved) {
    let dates = block.entry("dates").map(|entry| (entry, by_weekday(entry, from, to)));
    let none_left = dates.as_ref().is_some_and(|(entry, days)| days.is_empty() && !entry.numbers.is_empty());
    if block.entry("on").is_some() || none_left {
        moved.once += 1;
        edits.extend(remark(text, block));
        return;
    }
    moved.kept += 1;
    let folder = format!("{from}/");
    if block.entry("audio").is_some_and(|audio| audio.texts.iter().any(|file| file.trim().starts_with(&folder))) {
        moved.old_sound.push(block.title().to_owned());
    }
    if let Some((entry, days)) = dates
        && let Some(span) = &entry.value
    {
        if days.len() < entry.numbers.len() {
            moved.fewer.push(block.title().to_owned());
        }
        let days: Vec<String> = days.iter().map(ToString::to_string).collect();
        edits.push(Edit { span: span.clone(), with: format!("[{}]", days.join(", ")) });
    }
    for name in ["except", "approved"] {
        if let Some(entry) = block.entry(name) {
            edits.extend(if name == "except" && !block.inline && !entry.section {
                remark_lines(text, line_start(text, entry.key.start)..line_end(text, entry.end))
            } else {
                vec![without(text, block, entry)]
            });
        }
    }
}

/// The n-th Tuesday becomes the n-th Tuesday.
fn by_weekday(entry: &Entry, from: Month, to: Month) -> Vec<i8> {
    let mut days: Vec<i8> = entry
        .numbers
        .iter()
        .filter_map(|(day, _)| Date::new(from.first().year(), from.first().month(), i8::try_from(*day).ok()?).ok())
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
    if block.inline {
        let first = block.entries.iter().map(|entry| entry.key.start).min().unwrap_or(0);
        let last = block.entries.iter().map(|entry| entry.end).max().unwrap_or(first);
        let open = text.get(..first).and_then(|before| before.rfind('{')).unwrap_or(first);
        let close = text.get(last..).and_then(|after| after.find('}')).map_or(last, |at| last + at + 1);
        return vec![Edit { span: with_comma(text, open..close), with: String::new() }];
    }
    remark_lines(text, block.lines(text))
}

fn remark_lines(text: &str, lines: std::ops::Range<usize>) -> Vec<Edit> {
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

/// Takes a key away: its whole lines, or its part of the braces.
fn without(text: &str, block: &Block, entry: &Entry) -> Edit {
    let span = if block.inline {
        with_comma(text, entry.key.start..entry.end)
    } else {
        let end = line_end(text, entry.end);
        let after = text.get(end..).unwrap_or_default();
        let newline = if after.starts_with("\r\n") { 2 } else { usize::from(after.starts_with('\n')) };
        line_start(text, entry.key.start)..end + newline
    };
    Edit { span, with: String::new() }
}

/// With the comma after it or, for the last of a list, the one before it.
fn with_comma(text: &str, span: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let after = text.get(span.end..).unwrap_or_default();
    let blank = after.len() - after.trim_start().len();
    if after.trim_start().starts_with(',') {
        let rest = after.get(blank + 1..).unwrap_or_default();
        let spaces = rest.len() - rest.trim_start_matches(' ').len();
        return span.start..span.end + blank + 1 + spaces;
    }
    let before = text.get(..span.start).unwrap_or_default().trim_end();
    if before.ends_with(',') { before.len() - 1..span.end } else { span }
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
        let (made, moved) = next(text, month("2026-12"), month("2027-01")).unwrap_or_else(|e| panic!("{e:?}"));
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
        let (made, moved) = next(text, month("2026-12"), month("2027-01")).unwrap_or_else(|e| panic!("{e:?}"));
        assert_eq!(made, wanted);
        assert_eq!((moved.kept, moved.once, moved.exceptions), (1, 1, 1));
    }
}
