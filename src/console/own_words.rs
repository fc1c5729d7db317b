//! What the pages say where a message names a key or a line of a file: whoever fills in forms never sees one. What keeps a file
//! from being read at all is mended in its text, and is said as the text has it.

use super::places::in_fields;
use super::say::either;
use crate::problem::{Effect, Lang, Problem, Text};

/// What the forms call a key.
const KEYS: [(&str, &str, &str); 44] = [
    ("announcer", "“Phát thanh viên”", "“Announcer”"),
    ("answered", "“Trả lời ngày”", "“Answered on”"),
    ("asked", "“Số người được hỏi”", "“People asked”"),
    ("at", "“Các giờ”", "“Times”"),
    ("by", "“Người duyệt”", "“Approved by”"),
    ("code", "“Mã, ký hiệu”", "“Code”"),
    ("credit", "“Ghi nguồn”", "“Credit”"),
    ("dates", "“Những ngày chọn riêng”", "“On these dates”"),
    ("days", "“Theo thứ”", "“By weekdays”"),
    ("early", "“Trước hạn”", "“Early”"),
    ("editor", "“Biên tập”", "“Editor”"),
    ("end", "“Kết thúc”", "“Ends”"),
    ("except", "“Trừ những ngày”", "“But not on”"),
    ("filler", "“Nhạc đệm”", "“Filler”"),
    ("grace", "“Trễ nhất”", "“Latest start”"),
    ("issuer", "“Cơ quan ban hành”", "“Issued by”"),
    ("max", "“Thường không quá”", "“Usually no longer than”"),
    ("minimum", "“Mỗi tháng ít nhất (lần)”", "“Broadcasts a month at least”"),
    ("name", "“Tên”", "“Name”"),
    ("number", "“Số”", "“Number”"),
    ("on", "“Những ngày chọn riêng”", "“On these dates”"),
    ("on_time", "“Đúng hạn”", "“On time”"),
    ("online", "“Trực tuyến”", "“Online”"),
    ("overdue", "“Quá hạn”", "“Overdue”"),
    ("parent", "“Cơ quan chủ quản”", "“Authority”"),
    ("permit", "“Số văn bản cho phép”", "“Number of the document that permits it”"),
    ("place", "“Địa danh”", "“Place”"),
    ("reason", "“Lý do”", "“Reason”"),
    ("received", "“Tiếp nhận”", "“Received”"),
    ("resolved", "“Giải quyết”", "“Resolved”"),
    ("running_order", "trình tự", "running order"),
    ("satisfied", "“Số người hài lòng”", "“Of them satisfied”"),
    ("segments", "“Những tiết mục nghỉ”", "“Segments that are off”"),
    ("start", "“Bắt đầu”", "“Begins”"),
    ("subject", "“Người, đơn vị được nêu”", "“Who is praised or criticised”"),
    ("summary", "“Tóm tắt”", "“Summary”"),
    ("text", "“Toàn văn”", "“Full text”"),
    ("title", "“Tên tiết mục”", "“Title”"),
    ("tone", "“Sắc thái”", "“Tone”"),
    ("topic", "“Chủ đề CCHC”", "“Topic (reform)”"),
    ("topics", "“Các chủ đề khác cũng nói tới”", "“Other topics that it is about”"),
    ("unit", "“Đơn vị”", "“Whose it is”"),
    ("until", "“Đến”", "“Until”"),
    ("valid_to", "“Dùng đến hết ngày”", "“Valid to”"),
];

/// What is done about a problem where the file's cure is lines to write.
struct Cure {
    code: &'static str,
    /// Which of its cures, where there are several: by a word of the Vietnamese one.
    having: &'static str,
    vi: &'static str,
    en: &'static str,
}

const fn cured(code: &'static str, having: &'static str, vi: &'static str, en: &'static str) -> Cure {
    Cure { code, having, vi, en }
}

const CURES: [Cure; 16] = [
    cured(
        "changes-nothing",
        "",
        "sửa ngày ấy ở “Những ngày khác thường”, đánh dấu buổi hoặc tiết mục nào nghỉ; chỉ để ghi lý do thì để nguyên cũng được",
        "change it under “Days unlike the others” and tick what is off; one that only gives the reason may stay",
    ),
    cured(
        "exception-drops",
        "",
        "giữ nguyên nếu đúng ý; vẫn cần phát thì mở ngày ấy trong lịch, thêm mục đó bằng nút “Thứ tự” của buổi, hoặc cho nó ngày khác",
        "leave it if that is meant; otherwise open that day and put it into its broadcast by “Order”, or give it another date",
    ),
    cured(
        "column-not-there",
        "moves_to",
        "dời chuyên mục sang một ngày có buổi phát nó, hoặc mở ngày ấy trong lịch rồi “Thêm buổi phát”; nếu không, chuyên mục không phát",
        "move the column to a day with a broadcast that has it, or open that day and “Add a broadcast”; as it is, it does not air",
    ),
    cured(
        "column-not-there",
        "",
        "sửa ngày của tiết mục, “Những ngày có” của chuyên mục, hoặc thêm chuyên mục vào trình tự của một khung giờ; các ngày này không phát",
        "correct the segment's dates or the column's “Due on”, or put the column into a window's running order; on these days it does not air",
    ),
    cured(
        "broadcast-over",
        "",
        "bớt một mục, nới khung giờ, hoặc dời mục có giờ riêng ra muộn hơn",
        "drop something, widen the window, or move what has a time of its own to a later one",
    ),
    cured(
        "cap",
        "",
        "bớt buổi hoặc rút ngắn, hay sửa `[rules]` trong `station.toml`; ngày đặc biệt thì “Thêm buổi phát” ở trang của ngày ấy, có “Số văn bản cho phép”; phần vượt không phát (mục lẻ cách nhau dưới 15 phút tính là một buổi)",
        "drop or shorten something, or change `[rules]` in `station.toml`; for a special day “Add a broadcast” on that day's page, with the “Number of the document that permits it”; what is over does not air (segments of their own less than 15 min apart count as one)",
    ),
    cured(
        "no-credit",
        "",
        "điền ô “Ghi nguồn” của tiết mục: cơ quan báo chí và tác giả; tiết mục không phát khi chưa có",
        "fill in the segment's “Credit” with its medium and author; until then it does not air",
    ),
    cured(
        "no-tone",
        "",
        "chọn “Sắc thái” của tiết mục: biểu dương, phê phán, phản ánh, hướng dẫn hoặc thông báo",
        "choose the segment's “Tone”: praise, criticism, neutral, guidance or notice",
    ),
    cured(
        "feedback-unanswered",
        "",
        "điền “Đơn vị trả lời” và “Trả lời ngày” ở phần “Phản ánh của dân được trả lời” khi đã có trả lời",
        "fill in “Answered by” and “Answered on” under “The people's feedback that it answers” once there is one",
    ),
    cured(
        "no-segments",
        "",
        "mở một ngày trong lịch rồi bấm “Thêm tiết mục” ở một buổi, hoặc “Thêm tiết mục theo giờ”",
        "open a day and “Add a segment” to a broadcast, or “Add a segment with its own time”",
    ),
    cured(
        "no-basis",
        "",
        "thêm vào `[[basis]]` văn bản mà đài đang thực hiện: số, ngày, cơ quan ban hành và trích yếu",
        "add to `[[basis]]` the document that the station carries out: its number, date, issuer and what it is about",
    ),
    cured(
        "basis-left-out",
        "",
        "thêm vào `[[basis]]` văn bản đang thực hiện của phường, xã hay tỉnh; báo cáo đề ngày trước đó vẫn dùng văn bản này",
        "add to `[[basis]]` the ward's or the province's document in force; reports dated before still use this one",
    ),
    cured(
        "default-device",
        "",
        "chọn đúng thiết bị của đường loa trong `loa devices`",
        "choose the line's own device from `loa devices`",
    ),
    cured(
        "no-alert-way",
        "",
        "điền nơi nhận thư hoặc địa chỉ web nhận tin, rồi thử bằng `loa alerts test`",
        "fill in who gets mail or a web address that is told, and try it with `loa alerts test`",
    ),
    cured(
        "clock-change-window",
        "",
        "xem trang của ngày này trong lịch; cần thì đặt giờ khác bằng nút “Đổi giờ hoặc nghỉ”",
        "look at that day's page; give it “Other times, or off” if it matters",
    ),
    cured(
        "cchc-unknown",
        "",
        "chọn “Chủ đề CCHC” cho chuyên mục CCHC, và thêm vào `[[topic]]` các chủ đề theo kế hoạch của phường",
        "choose a “Topic (reform)” for the column about it, and add the topics of the ward's plan to `[[topic]]`",
    ),
];

/// A problem's message and cure as the pages say them, whatever stands between backticks still to be shown as it is.
pub(super) fn own(problem: &Problem) -> (Text, Text) {
    if problem.effect == Effect::Refuse {
        return (problem.message.clone(), problem.help.clone());
    }
    let is_it = |cure: &&Cure| cure.code == problem.code && problem.help.vi.contains(cure.having);
    let cure = CURES.iter().find(is_it).map(|cure| Text::new(cure.vi, cure.en));
    let both = |text: &Text| Text::new(in_words(Lang::Vi, &text.vi), in_words(Lang::En, &text.en));
    (both(&problem.message), both(cure.as_ref().unwrap_or(&problem.help)))
}

/// The same to the end, as a page shows it.
#[must_use]
pub fn said(problem: &Problem) -> (Text, Text) {
    let (message, cure) = own(problem);
    let shown = |text: &Text| Text::new(in_fields(Lang::Vi, &text.vi), in_fields(Lang::En, &text.en));
    (shown(&message), shown(&cure))
}

/// What stands between backticks and is a key, or gives one a value, by what the forms call it.
fn in_words(lang: Lang, text: &str) -> String {
    if text.matches('`').count() % 2 == 1 {
        return text.to_owned();
    }
    let mut out = String::new();
    for (n, piece) in text.split('`').enumerate() {
        let (key, value) = piece.split_once(" = ").map_or((piece, None), |(key, value)| (key, Some(value)));
        let called = KEYS.iter().find(|(name, ..)| n % 2 == 1 && *name == key);
        match (called, value) {
            (Some((_, vi, en)), Some(value)) => {
                out += &format!("{}: `{}`", either(lang, vi, en), value.trim_matches('"'));
            }
            (Some((_, vi, en)), None) => out += either(lang, vi, en),
            (None, _) if n % 2 == 1 => out += &format!("`{piece}`"),
            (None, _) => out += piece,
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_called_as_its_field_and_all_else_stays() {
        let help =
            Text::new("sửa `max`, `tone = \"phê phán\"` của `Tin`", "change `max`, `tone = \"criticism\"` of `Tin`");
        let warned = Problem::warning("x", None, Text::same("`except` lẻ `"), help.clone());
        let (message, cure) = said(&warned);
        assert_eq!(message.vi, "`except` lẻ `", "an odd sign quotes nothing");
        assert_eq!(cure.vi, "sửa “Thường không quá”, “Sắc thái”: `phê phán` của `Tin`");
        assert_eq!(cure.en, "change “Usually no longer than”, “Tone”: `criticism` of `Tin`");
        // What no file is read with is mended in its text.
        let refused = Problem::refuse("x", None, Text::same("`except`"), help.clone());
        assert_eq!(own(&refused), (Text::same("`except`"), help));
    }
}
