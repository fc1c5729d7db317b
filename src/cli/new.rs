//! `loa new`: next month's file from this one.

use std::fs::OpenOptions;
use std::io::Write as _;

use super::check::print;
use super::dates::month;
use super::find_segment::{month_text, problems};
use super::{Context, Failure};
use crate::editing::{Moved, next_month};
use crate::loading;
use crate::problem::{Text, any_refuses};
use crate::schedule::{self, Month};

/// Lập kế hoạch tháng mới từ tháng cũ · a new month's file from an earlier one; never overwrites.
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa new 2027-01 --from 2026-12")]
pub struct Args {
    /// Tháng mới; không ghi thì tháng sau tháng cuối đã có · the new month; by default the one after the last that is there
    #[arg(value_name = "MONTH", value_parser = month)]
    month: Option<Month>,
    /// Lấy từ tháng nào; không ghi thì lấy tháng gần nhất trước đó · the month to take it from; by default the latest
    /// before it
    #[arg(long, value_name = "MONTH", value_parser = month)]
    from: Option<Month>,
}

/// Writes the new month's file.
///
/// # Errors
/// It is there already, or there is no month to take it from, or that one cannot be read.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let home = context.find_home()?;
    let last = || loading::months(&home).unwrap_or_default().last().copied();
    let to = args.month.or_else(|| last().map(Month::next)).ok_or_else(|| {
        problems(Text::new(
            "chưa có kế hoạch của tháng nào để lấy làm mẫu; tạo đài và tháng đầu tiên bằng `loa init`",
            "there is no month to take one from; make a station with its first month by `loa init`",
        ))
    })?;
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
    let text = month_text(&home, from)?;
    let (whole, moved) = next_month(&text, from, to).map_err(|text| {
        let name = format!("schedules/{from}.toml");
        problems(Text::new(format!("`{name}`: {}", text.vi), format!("`{name}`: {}", text.en)))
    })?;
    // Made only if it is not there, even if it appeared since.
    let made = OpenOptions::new().write(true).create_new(true).open(&path);
    made.and_then(|mut file| file.write_all(whole.as_bytes()).and_then(|()| file.sync_all())).map_err(|error| {
        if error.kind() == std::io::ErrorKind::AlreadyExists {
            exists(to)
        } else {
            problems(loading::unwritten(to, &error))
        }
    })?;
    let station = loading::load_station(&home).station;
    let (_, found) = schedule::read_under(&format!("schedules/{to}.toml"), &whole, station.as_ref());
    print(said(from, to, &moved, any_refuses(&found)).get(context.lang))?;
    Ok(0)
}

fn exists(month: Month) -> Failure {
    problems(Text::new(
        format!("đã có `schedules/{month}.toml`, không ghi đè gì cả; hãy sửa tệp đó, hoặc chuyển nó đi rồi chạy lại"),
        format!(
            "`schedules/{month}.toml` is there already and was not touched; edit it, or move it away and try again"
        ),
    ))
}

fn said(from: Month, to: Month, moved: &Moved, refused: bool) -> Text {
    let Moved { kept, once, exceptions, fewer, old_sound, facts, over, report_remarks } = moved;
    let mut text = Text::new(
        format!("Đã tạo `schedules/{to}.toml` từ tháng {from}: giữ {kept} tiết mục"),
        format!("Made `schedules/{to}.toml` from {from}: {kept} segment{} kept", if *kept == 1 { "" } else { "s" }),
    );
    let counted = |count: usize, vi: &str, one: &str, many: &str| {
        (count > 0)
            .then(|| Text::new(format!("{count} {vi}"), format!("{count} {}", if count == 1 { one } else { many })))
    };
    let left: Vec<Text> = [
        counted(*once, "tiết mục phát theo ngày cụ thể", "of particular dates", "of particular dates"),
        counted(*exceptions, "ngoại lệ", "exception", "exceptions"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !left.is_empty() {
        let joined = |of: fn(&Text) -> &str, and: &str| left.iter().map(of).collect::<Vec<_>>().join(and);
        text.vi += &format!("; để lại làm ghi chú {}", joined(|text| &text.vi, " và "));
        text.en += &format!("; left as remarks: {}", joined(|text| &text.en, ", "));
    }
    text.vi += ".\n";
    text.en += ".\n";
    let list = |titles: &[String]| titles.iter().map(|title| format!("`{title}`")).collect::<Vec<_>>().join(", ");
    if !old_sound.is_empty() {
        let list = list(old_sound);
        text.vi += &format!(
            "Còn dùng bản ghi của tháng {from} về trước: {list}; nội dung đã cũ thì thay bản mới và ghi `id` mới, vì báo cáo tính mọi lượt của một `id` đã phát là phát lại.\n"
        );
        text.en += &format!(
            "Still with recordings of {from} or before: {list}; put in new ones where they are out of date, under a new `id`: a report counts what airs under an `id` that has aired as a repeat.\n"
        );
    }
    if !facts.is_empty() {
        let keys = |keys: &[&str]| keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        let list =
            facts.iter().map(|(title, left)| format!("`{title}` ({})", keys(left))).collect::<Vec<_>>().join("; ");
        text.vi += &format!("Số liệu, văn bản của tháng cũ để lại làm ghi chú, ghi mới nếu tháng này có: {list}.\n");
        text.en += &format!("Figures and papers of the old month left as remarks; write the new month's: {list}.\n");
    }
    if !over.is_empty() {
        let list = list(over);
        text.vi += &format!("Hết hiệu lực (`valid_until`) trước tháng mới, để lại làm ghi chú: {list}.\n");
        text.en += &format!("No longer valid (`valid_until`) in the new month, left as remarks: {list}.\n");
    }
    if *report_remarks {
        text.vi += "Lời viết cho báo cáo tháng cũ (`[remarks]`) để lại làm ghi chú; viết lại cho tháng mới.\n";
        text.en +=
            "What was written for the old month's report (`[remarks]`) is left as remarks; write the new month's.\n";
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_behind_is_counted_and_noughts_are_not_told() {
        let month = |text: &str| text.parse::<Month>().unwrap();
        let told = |once, exceptions| {
            let moved = Moved { kept: 3, once, exceptions, ..Moved::default() };
            let said = said(month("2026-12"), month("2027-01"), &moved, false);
            said.vi.lines().next().unwrap().split_once("giữ 3 tiết mục").unwrap().1.to_owned()
        };
        assert_eq!(told(0, 0), ".");
        assert_eq!(told(2, 0), "; để lại làm ghi chú 2 tiết mục phát theo ngày cụ thể.");
        assert_eq!(told(0, 1), "; để lại làm ghi chú 1 ngoại lệ.");
        assert_eq!(told(2, 1), "; để lại làm ghi chú 2 tiết mục phát theo ngày cụ thể và 1 ngoại lệ.");
    }
}
