//! Where the pages have a way of their own to what a message names by a command or its flag: messages are the same for who
//! reads them in a terminal, and on a page they name its fields and lead to its places.

use maud::{Markup, html};

use super::library::page_of;
use super::say::either;
use crate::problem::Lang;

/// What a command does that messages name, where the page itself does it; of two that begin alike the longer one first.
const PLACES: [(&str, &str, &str, &str); 32] = [
    (
        "`loa approve",
        "/kho",
        "mở bản ghi ở Kho âm thanh rồi bấm “Duyệt bản ghi này”",
        "open the recording in the Library and approve it there",
    ),
    ("`loa check", "/lich", "xem phần Kiểm tra của tháng ở Lịch", "see the month's Check under Plan"),
    ("`loa devices", "/dai#duong-loa", "chọn đường loa ở Đài", "choose the line under Station"),
    ("`loa tone", "/dai#duong-loa", "phát âm thử ở Đài", "sound the test tone under Station"),
    ("`loa doctor", "/dai/kham", "bấm Khám máy và đài ở Đài", "open the Doctor under Station"),
    ("`loa user", "/dai/tai-khoan", "mở Tài khoản ở Đài", "open Accounts under Station"),
    ("`loa alerts test", "/dai#bao-tin", "gửi tin thử ở Đài", "send a trial under Station"),
    ("`loa clock confirm", "/dong-ho", "xác nhận giờ máy", "confirm the clock"),
    ("`loa emergency --end", "/#dieu-khien", "bấm Dừng khẩn cấp ở Trên sóng", "end the emergency under On air"),
    ("`loa emergency", "/khan-cap", "mở Phát khẩn cấp", "open Emergency"),
    ("`loa play", "/#dieu-khien", "phát ngay ở Trên sóng", "play it under On air"),
    ("`loa skip", "/#dieu-khien", "bỏ qua mục ở Trên sóng", "skip it under On air"),
    ("`loa stop", "/#dieu-khien", "dừng buổi ở Trên sóng", "stop it under On air"),
    ("`loa import", "/kho", "tải bản ghi lên ở Kho âm thanh", "upload the recording in the Library"),
    (
        "`loa log correct",
        "/nhat-ky",
        "mở mục trong Nhật ký rồi ghi sửa tay",
        "open the row in the Log and correct it there",
    ),
    ("`loa airings", "/nhat-ky", "mở Nhật ký", "open the Log"),
    ("`loa timetable", "/lich", "mở Lịch", "open Plan"),
    ("`loa new", "/lich", "chép sang tháng sau ở Lịch", "copy to the next month under Plan"),
    ("`[[basis]]`", "/dai/muc/can-cu", "thêm căn cứ ở Đài", "add the basis under Station"),
    ("`[[topic]]`", "/dai/muc/chu-de", "thêm chủ đề ở Đài", "add the topic under Station"),
    ("`[[hotline]]`", "/dai/muc/duong-day-nong", "thêm đường dây nóng ở Đài", "add the hotline under Station"),
    ("`[[form]]`", "/dai/muc/hinh-thuc", "thêm hình thức ở Đài", "add the form under Station"),
    ("`[[genre]]`", "/dai/muc/the-loai", "thêm thể loại ở Đài", "add the genre under Station"),
    ("`[[field]]`", "/dai/muc/linh-vuc", "thêm lĩnh vực ở Đài", "add the field of work under Station"),
    ("`[[window]]`", "/dai/muc/khung-gio", "thêm khung giờ ở Đài", "add the window under Station"),
    ("`[[column]]`", "/dai/muc/chuyen-muc", "thêm chuyên mục ở Đài", "add the column under Station"),
    ("`[targets]`", "/dai/muc/chi-tieu", "sửa chỉ tiêu ở Đài", "change the targets under Station"),
    ("`[balance]`", "/dai/muc/can-doi", "sửa cân đối sắc thái ở Đài", "change the balance of tones under Station"),
    ("`quiet`", "/dai#dai-yen-tinh", "sửa Giờ yên tĩnh ở Đài", "change Quiet hours under Station"),
    ("`[rules]`", "/dai#dai-so-buoi", "sửa Quy định phát sóng ở Đài", "change the Rules under Station"),
    ("`loa report", "/bao-cao", "mở Báo cáo", "open Report"),
    ("`loa evidence", "/bao-cao", "lấy hồ sơ bằng chứng ở Báo cáo", "take the evidence under Report"),
];

/// What the pages call what a command does or shows, or what a key is, in the middle of a sentence; of two that begin alike the
/// longer one first. A message keeps all else that it says.
const CALLED: [(&str, &str, &str); 25] = [
    ("loa approve", "nút “Duyệt bản ghi này” ở Kho âm thanh", "“Approve this recording” in the Library"),
    ("loa check", "phần Kiểm tra của tháng ở Lịch", "the month's Check under Plan"),
    ("loa devices", "danh sách thiết bị ở Đài", "the list of devices under Station"),
    ("loa tone", "nút “Phát âm thử” ở Đài", "“Sound the tone” under Station"),
    ("loa doctor", "“Khám máy và đài” ở Đài", "the Doctor under Station"),
    ("loa alerts test", "nút gửi tin thử ở Đài", "the trial under Station"),
    ("loa clock confirm", "trang “Xác nhận giờ máy”", "the page “Confirm the clock”"),
    ("loa emergency --end", "nút “Dừng khẩn cấp” ở Trên sóng", "“End the emergency” under On air"),
    ("loa import", "mục Tải lên ở Kho âm thanh", "the upload in the Library"),
    ("loa log correct", "“Ghi sửa tay bên cạnh” ở Nhật ký", "“Write a correction beside it” in the Log"),
    ("loa airings", "Nhật ký", "the Log"),
    ("loa timetable", "trang Lịch", "the page Plan"),
    ("loa new", "nút chép sang tháng sau ở Lịch", "the copy to the next month under Plan"),
    ("loa report", "trang Báo cáo", "the page Report"),
    ("approval = \"off\"", "“Không duyệt từng tệp”", "“Off”"),
    ("[[basis]]", "mục Căn cứ ở Đài", "Basis under Station"),
    ("[[hotline]]", "mục Đường dây nóng ở Đài", "Hotlines under Station"),
    ("[[topic]]", "mục Chủ đề ở Đài", "Topics under Station"),
    ("broadcasts_per_day", "mức “Số buổi mỗi ngày không quá” ở Đài", "“Broadcasts a day at most” under Station"),
    ("broadcast_minutes", "mức “Mỗi buổi không quá (phút)” ở Đài", "“Minutes a broadcast at most” under Station"),
    ("[alerts]", "“Báo tin khi có sự cố” ở Đài", "“Alerts” under Station"),
    ("[targets]", "mục Chỉ tiêu ở Đài", "Targets under Station"),
    ("[balance]", "mục Cân đối sắc thái ở Đài", "Balance of tones under Station"),
    ("[rules]", "mục Quy định phát sóng ở Đài", "the Rules under Station"),
    ("quiet", "ô “Giờ yên tĩnh” ở Đài", "“Quiet hours” under Station"),
];
/// By what the file of a key is joined to it: whoever reads the page is told where that is, not in which file.
const OF_FILE: [&str; 6] = [" trong ", " vào ", " của ", " in ", " to ", " of "];
/// The word by which one runs a command; a place is opened.
const RUN: [(&str, &str); 2] = [("chạy ", "mở "), ("run ", "open ")];

/// The page's own place for the command that a message names; nothing where there is none.
pub fn here(lang: Lang, message: &str) -> Markup {
    here_of(lang, message, None)
}

/// The same of a message about something that has the recording `rel`: that one is opened where the Library is meant.
pub fn here_of(lang: Lang, message: &str, rel: Option<&str>) -> Markup {
    let place = PLACES.iter().find(|(command, ..)| message.contains(command));
    html! {
        @if let Some((_, to, vi, en)) = place {
            @let own = rel.filter(|_| *to == LIBRARY).map(page_of);
            p.place { (either(lang, "Ngay trên trang này: ", "On this page: ")) a href=(own.as_deref().unwrap_or(to)) { (either(lang, vi, en)) } }
        }
    }
}

/// Where recordings are.
const LIBRARY: &str = "/kho";

/// What a page calls what commands take by a flag.
const FIELDS: [(&str, &str, &str); 13] = [
    ("--began", "“Bắt đầu nghe thấy”", "“First heard”"),
    ("--ended", "“Nghe thấy lần cuối”", "“Last heard”"),
    ("--outcome", "“Kết quả”", "“Outcome”"),
    ("--cause", "“Nguyên nhân”", "“Cause”"),
    ("--note", "“Ghi chú cho báo cáo”", "“Note for the report”"),
    ("--title", "“Tên mục”", "“Title”"),
    ("--segment", "“Tiết mục trong kế hoạch”", "“Segment of the plan”"),
    ("--why", "“Lý do”", "“Reason”"),
    ("--withdraw", "“Rút lại”", "“Take back”"),
    ("--new", "“Ghi mục phát không qua Loa” ở Nhật ký", "“Add what aired without Loa” in the Log"),
    ("--yes", "“Tôi đã xem kỹ cả ngày lẫn năm”", "“I have looked at the day and the year”"),
    ("--by", "“Người ra lệnh”", "“Ordered by”"),
    ("--format", "mẫu", "the form"),
];
/// What no field of a page takes: a message says it beside what one does.
const NO_FIELD: [&str; 1] = ["--played"];
/// Words by which such a flag is joined to what stands before it, the longest first.
const JOINED_BY: [&str; 7] = [", hoặc ", ", or ", " hoặc ", " và ", " and ", " or ", ", "];

/// What the pages call what stands between backticks.
fn called(lang: Lang, piece: &str) -> Option<&'static str> {
    let is_it = |(written, ..): &&(&str, &str, &str)| {
        piece.strip_prefix(*written).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    CALLED.iter().find(is_it).map(|(_, vi, en)| either(lang, vi, en))
}

/// A message with the page's fields and places in the place of the flags, commands and keys that it names.
pub fn in_fields(lang: Lang, message: &str) -> String {
    replaced(message, lang, |piece| called(lang, piece))
}

/// The same of a message about a file's text, which is mended in that text: its keys and blocks stay as one writes them.
pub fn in_text(lang: Lang, message: &str) -> String {
    replaced(message, lang, |piece| called(lang, piece).filter(|_| piece.starts_with("loa ")))
}

fn replaced(message: &str, lang: Lang, called: impl Fn(&str) -> Option<&'static str>) -> String {
    let mut out = String::new();
    let mut left_out = None;
    let pieces: Vec<&str> = message.split('`').collect();
    for (n, piece) in pieces.iter().copied().enumerate() {
        if left_out.is_some_and(|until| n <= until) {
            continue;
        }
        if let Some(called) = (n % 2 == 1).then(|| called(piece)).flatten() {
            for (run, open) in RUN.into_iter().filter(|_| piece.starts_with("loa ")) {
                if let Some(before) = out.strip_suffix(run) {
                    out = format!("{before}{open}");
                }
            }
            out.push_str(called);
            let of_file = pieces.get(n + 1).is_some_and(|joined| OF_FILE.contains(joined));
            left_out = (of_file && pieces.get(n + 2) == Some(&"station.toml")).then_some(n + 2);
            continue;
        }
        let (flag, value) = piece.split_once(' ').map_or((piece, None), |(flag, value)| (flag, Some(value)));
        let field = FIELDS.iter().find(|(name, ..)| *name == flag);
        match field {
            _ if n % 2 == 0 => out.push_str(piece),
            Some((_, vi, en)) => {
                out.push_str(either(lang, vi, en));
                out.extend(value.map(|value| format!(" {value}")));
            }
            None if NO_FIELD.contains(&flag) => {
                let joined = JOINED_BY.iter().find(|joined| out.ends_with(*joined));
                out.truncate(out.len() - joined.map_or(0, |joined| joined.len()));
            }
            None => {
                out.push('`');
                out.push_str(piece);
                out.push('`');
            }
        }
    }
    // An odd sign of the kind quotes nothing.
    if message.matches('`').count() % 2 == 1 { message.to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_message_on_a_page_names_its_fields() {
        for (lang, message, told) in [
            (
                Lang::Vi,
                "bỏ `--began`, `--ended`, `--played`, hoặc ghi kết quả khác bằng `--outcome`",
                "bỏ “Bắt đầu nghe thấy”, “Nghe thấy lần cuối”, hoặc ghi kết quả khác bằng “Kết quả”",
            ),
            (Lang::En, "add `--began` and `--ended`, or `--played`", "add “First heard” and “Last heard”"),
            (
                Lang::En,
                "correct `--began`, `--ended` or `--played` so that",
                "correct “First heard”, “Last heard” so that",
            ),
            (Lang::Vi, "và `--title` hoặc `--segment`", "và “Tên mục” hoặc “Tiết mục trong kế hoạch”"),
            (Lang::Vi, "như `--cause \"mất điện\"`", "như “Nguyên nhân” \"mất điện\""),
            (Lang::En, "or use `--format docx` and save", "or use the form docx and save"),
            (
                Lang::Vi,
                "duyệt bằng `loa approve TIẾT-MỤC --by TÊN`, hoặc sửa `[targets]` trong `station.toml`; lượt này sẽ không phát",
                "duyệt bằng nút “Duyệt bản ghi này” ở Kho âm thanh, hoặc sửa mục Chỉ tiêu ở Đài; lượt này sẽ không phát",
            ),
            (
                Lang::Vi,
                "hoặc ghi `approval = \"off\"` trong `[rules]` của `station.toml` nếu đài không duyệt từng tệp",
                "hoặc ghi “Không duyệt từng tệp” trong mục Quy định phát sóng ở Đài nếu đài không duyệt từng tệp",
            ),
            (
                Lang::En,
                "run `loa check` and mend `a.toml`; `loa emergency --end` ends it",
                "open the month's Check under Plan and mend `a.toml`; “End the emergency” under On air ends it",
            ),
            (Lang::Vi, "hãy chạy `loa run`; xem `loa devices-khac`", "hãy chạy `loa run`; xem `loa devices-khac`"),
            (Lang::Vi, "tệp `a--b.mp3` hỏng", "tệp `a--b.mp3` hỏng"),
            (Lang::Vi, "một dấu ` lẻ", "một dấu ` lẻ"),
        ] {
            assert_eq!(in_fields(lang, message), told);
        }
    }

    #[test]
    fn what_is_mended_in_a_files_text_names_its_keys_as_one_writes_them() {
        for (message, told) in [
            ("thêm khối `[[basis]]` với `number`, `issuer`", "thêm khối `[[basis]]` với `number`, `issuer`"),
            (
                "sửa `quiet` trong `[rules]`, rồi chạy `loa check`",
                "sửa `quiet` trong `[rules]`, rồi mở phần Kiểm tra của tháng ở Lịch",
            ),
        ] {
            assert_eq!(in_text(Lang::Vi, message), told);
        }
    }

    #[test]
    fn every_block_of_the_station_that_a_cure_names_has_its_place() {
        let sources = [
            include_str!("../timetable/quiet.rs"),
            include_str!("../timetable/caps.rs"),
            include_str!("../timetable/shares.rs"),
            include_str!("../timetable/targets.rs"),
            include_str!("../timetable/year.rs"),
            include_str!("../timetable/rights.rs"),
            include_str!("../schedule/facts.rs"),
            include_str!("../schedule/others.rs"),
            include_str!("../station/mod.rs"),
        ];
        let own = sources.map(|text| text.split("#[cfg(test)]").next().unwrap_or(text));
        let told = |text: &str| text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<String>();
        let own = own.map(|text| told(text).replace("\\\"", "'"));
        // What stands between quotation marks.
        let texts = own.iter().flat_map(|text| text.split('"').skip(1).step_by(2));
        let texts = texts.filter(|text| text.contains("`station.toml`"));
        let mut count = 0;
        for text in texts {
            assert!(PLACES.iter().any(|(named, ..)| text.contains(named)), "{text}");
            count += 1;
        }
        assert!(count > 12, "{count}");
        let quiet = "đổi giờ phát, hoặc sửa `quiet` trong `station.toml`; lượt này sẽ không phát";
        let told = here(Lang::Vi, quiet).into_string();
        assert!(told.contains("Ngay trên trang này: ") && told.contains("href=\"/dai#dai-yen-tinh\""), "{told}");
        let of_one = here_of(Lang::Vi, "duyệt bằng `loa approve`", Some("2026-12/tin.mp3")).into_string();
        assert!(of_one.contains("href=\"/kho/tep?ten=2026-12/tin.mp3\""), "{of_one}");
    }

    #[test]
    fn every_flag_that_a_message_of_the_daemon_names_has_its_field() {
        let sources = [
            include_str!("../ledger/by_hand.rs"),
            include_str!("../ledger/hand_times.rs"),
            include_str!("../airing.rs"),
            include_str!("../daemon/by_hand.rs"),
            include_str!("../daemon/trust.rs"),
            include_str!("../reporting/pdf.rs"),
        ];
        let own = sources.map(|text| text.split("#[cfg(test)]").next().unwrap_or(text));
        let flags: BTreeSet<&str> = own
            .iter()
            .flat_map(|text| text.split("`--").skip(1))
            .filter_map(|rest| rest.split(['`', ' ']).next())
            .collect();
        let known = |flag: &&str| {
            let flag = format!("--{flag}");
            FIELDS.iter().any(|(name, ..)| *name == flag) || NO_FIELD.contains(&flag.as_str())
        };
        assert!(flags.len() > 8, "{flags:?}");
        assert_eq!(flags.into_iter().filter(|flag| !known(flag)).collect::<Vec<_>>(), Vec::<&str>::new());
    }
}
