//! What each kind of mistake does to the airing, a line a clause of what `check` promises: it refuses the text, bars one
//! slot, or does nothing.

use std::collections::{BTreeMap, BTreeSet};

use loa::problem::{Effect, Severity};

use super::{names, problems};

/// The mistake, the file of the gallery that has it, its code, and words of its message.
type Clause = (&'static str, &'static str, &'static str, &'static str);

/// The text cannot be trusted: the last good schedule stays in force.
const REFUSE: &[Clause] = &[
    ("TOML syntax", "month-missing-quote", "missing-quote", "thiếu một dấu ngoặc kép"),
    ("an unknown key", "month-unknown-keys", "unknown-key", "`colour`"),
    ("a mistyped key", "month-unknown-keys", "unknown-key", "`tittle`"),
    ("a wrong type", "month-wrong-types", "wrong-type", "`month` phải là chữ"),
    ("a date that does not exist", "month-dates", "bad-date", "`2026-02-30`"),
    ("a time that does not exist", "month-times", "bad-time", "`23:59:60`"),
    ("a date outside the month", "month-dates", "outside-month", "`2027-01-01`"),
    ("an exception outside the month", "names-exceptions", "outside-month", "`2027-01-01`"),
    ("an activity outside the month", "names-exceptions", "outside-month", "`2027-01-10`"),
    ("no such column", "names-segments", "unknown-name", "chuyên mục `cch`"),
    ("no such window", "names-segments", "unknown-name", "khung giờ `trua`"),
    ("no such topic", "names-segments", "unknown-name", "chủ đề `h3`"),
    ("no such genre", "names-segments", "unknown-name", "thể loại `tinn`"),
    ("no such field", "names-segments", "unknown-name", "lĩnh vực `nước`"),
    ("no such hotline", "names-segments", "unknown-name", "đường dây nóng `tinh-1023`"),
    ("no such form", "names-exceptions", "unknown-name", "hình thức `hội thi`"),
    ("duplicate ids", "month-ids", "duplicate-id", "hai tiết mục cùng mã `tin`"),
    ("duplicate exceptions", "names-exceptions", "exception-twice", "`[[exception]]` của cùng những ngày"),
    ("duplicate holidays", "station-holidays", "exception-twice", "cùng thay đổi `chieu`"),
    ("a column that moves to its own day", "names-exceptions", "moves-nowhere", "sang chính ngày 29/12/2026"),
    ("month unlike the file's name", "month-unlike-file", "month-unlike-file", "tên tệp là `2026-12.toml`"),
    ("an unknown block", "month-unknown-blocks", "unknown-key", "không có khối `[[segmnet]]`"),
    ("a path outside audio/", "month-paths", "bad-path", "`../ban-tin.mp3` dẫn ra ngoài"),
];

/// Only that slot is barred; all others air.
const BLOCK: &[Clause] = &[
    ("a recording that is absent", "plan-recordings", "audio-absent", "`absent.mp3`"),
    ("… that cannot be read", "plan-recordings", "audio-unreadable", "`locked.mp3`"),
    ("… that is empty", "plan-recordings", "audio-empty", "`empty.mp3`"),
    ("… wholly silent", "plan-recordings", "audio-silent", "`silent.mp3`"),
    ("… that no full decode gets through", "plan-recordings", "audio-undecodable", "`text.mp3`"),
    ("unapproved under required", "rules-rights", "unapproved", "`Chưa duyệt`"),
    ("a hash that is not the approved one", "rules-rights", "changed-after-approval", "`Đã thay tệp`"),
    ("an expired hotline", "rules-rights", "expired", "`so-cu`"),
    ("an expired valid_until", "rules-rights", "expired", "hết hiệu lực sau ngày 09/12/2026"),
    ("beginning in quiet hours", "plan-quiet-hours", "quiet-hours", "lúc 04:59:00 nằm trong"),
    ("reaching into quiet hours", "plan-quiet-hours", "quiet-hours", "lúc 20:55:00 kéo dài vào"),
    ("an extra broadcast in quiet hours", "plan-extra", "quiet-hours", "`Buổi giao thừa` (23:50–00:20) nằm trong"),
    ("… beginning in them", "plan-extra", "quiet-hours", "`sm` (04:50–05:10) bắt đầu trong"),
    ("the broadcast over a day's cap", "rules-broadcasts", "cap", "`Buổi thứ ba` là buổi thứ 3"),
    ("what is over a broadcast's cap", "rules-broadcasts", "cap", "`Dài quá`"),
    ("two hard starts at one instant", "plan-overlaps", "overlap", "cùng bắt đầu lúc 06:00:00"),
    ("hard starts overlapping beyond grace", "plan-overlaps", "overlap", "`Không chờ nổi` lúc 06:05:00"),
    ("a date on which nothing has the column", "rules-broadcasts", "column-not-there", "ngày 02/12/2026"),
    ("contradicting one-stop figures", "names-facts", "one-stop-contradiction", "`on_time` (61)"),
    ("contradicting survey figures", "names-facts", "survey-contradiction", "`satisfied` (201)"),
    ("a selected work without credit", "names-facts", "no-credit", "`Kinh nghiệm hay`"),
    ("CCHC without a tone under required", "rules-rights", "no-tone", "`Chưa ghi sắc thái`"),
    ("a relay that takes in the line itself", "plan-relay-own-line", "relay-own-line", "`pulseaudio:line.monitor`"),
    ("filler without music", "rules-broadcasts", "filler-empty", "`audio/empty-folder/`"),
];

/// It airs all the same.
const NONE: &[Clause] = &[
    ("overlap that grace settles", "plan-overlaps", "overlap-within-grace", "`Chờ` lúc 06:09:00"),
    ("a broadcast over its window", "rules-broadcasts", "broadcast-over", "1 phút 0 giây"),
    ("a broadcast of most of a day", "station-windows", "long-broadcast", "23 giờ 45 phút, từ 17:00 đến 16:45"),
    ("two windows of one name", "station-same-names", "same-name", "hai khung giờ cùng tên “buổi  sáng”"),
    ("two columns of one name", "station-same-names", "same-name", "hai chuyên mục cùng tên “Bản tin hoá đơn”"),
    ("a broadcast under its window", "rules-broadcasts", "broadcast-under", "4 phút 0 giây"),
    ("a genre over its usual length", "rules-rights", "genre-over", "`tin` thường không quá 2 phút 0 giây"),
    ("a column over its usual length", "rules-broadcasts", "column-over", "không quá 4 phút 0 giây"),
    ("no approval", "plan-not-approved", "not-approved", "1 tiết mục chưa được duyệt"),
    ("CCHC without a tone", "names-facts", "no-tone", "`Một cửa tháng 11`"),
    ("a column without a segment", "rules-broadcasts", "column-without-segment", "4 ngày, từ ngày 08/12/2026"),
    ("a column under its minimum", "rules-broadcasts", "column-seldom", "dưới mức tối thiểu 4"),
    ("a gap over cchc_gap_days", "rules-broadcasts", "cchc-gap", "31 ngày, từ 01/12 đến 01/01"),
    ("a topic with no airtime", "rules-broadcasts", "topic-silent", "h (Đường dây nóng)"),
    ("praise without criticism", "rules-broadcasts", "one-way", "một chiều"),
    ("criticism under the ward's limit", "rules-balance", "out-of-balance", "6,3 % số phút CCHC, dưới mức 10 %"),
    ("praise over the ward's limit", "rules-balance", "out-of-balance", "93,8 % số phút CCHC, vượt mức 60 %"),
    ("a repeat over the limit", "rules-broadcasts", "repeats-over", "2 lần trong ngày, quá mức 1"),
    ("hotlines under the limit", "rules-broadcasts", "hotline-seldom", "dưới 1 lượt"),
    ("targets not reached", "rules-broadcasts", "below-target", "5/100 phút CCHC"),
    ("feedback without an answer", "names-facts", "feedback-unanswered", "`Hỏi và đáp`"),
    ("a hotline ending this month", "names-facts", "hotline-ends", "sau ngày 20/12/2026"),
    (
        "a file shorter than its header says",
        "plan-recordings",
        "length-unlike-header",
        "720,0 giây nhưng thực nghe 600,0",
    ),
    (
        "a file longer than its header says",
        "plan-recordings",
        "length-unlike-header",
        "300,0 giây nhưng thực nghe 600,0",
    ),
    ("clipping", "month-recording-sound", "recording-clipped", "412 chỗ"),
    ("silence at the start", "month-recording-sound", "recording-silence", "4,2 giây ở đầu"),
    ("silence at the end", "month-recording-sound", "recording-silence", "12,0 giây ở cuối"),
    ("far from the target loudness", "month-recording-sound", "recording-loudness", "`quiet.mp3`"),
    ("stereo with one dead channel", "month-recording-sound", "recording-dead-channel", "`left.mp3`"),
    ("stereo with one inverted channel", "month-recording-sound", "recording-inverted", "`opposite.mp3`"),
    ("a broadcast before 06:00", "rules-broadcasts", "early", "sớm nhất lúc 05:30"),
    ("the default device", "station-ok-default", "default-device", "thiết bị mặc định"),
    ("no basis", "station-ok-default", "no-basis", "chưa ghi văn bản làm căn cứ"),
    ("a basis that the report leaves out", "basis-of-a-district", "basis-left-out", "`UBND thị xã Kinh Môn`"),
    ("an exception that changes nothing", "month-exception-in-vain", "changes-nothing", "`Nghỉ lễ toàn phường`"),
    ("a segment that is off and not there", "month-exception-in-vain", "off-in-vain", "tiết mục `tin-nog`"),
    ("a segment that is off on no date of its own", "month-exception-in-vain", "off-in-vain", "`tin-nong` vốn không"),
    ("a segment left without a date", "month-repeated", "never-airs", "`except` bỏ hết"),
    ("one value twice in a list", "month-repeated", "repeated-value", "hai lần"),
    ("a relay with nothing to stand in for it", "month-relays-air", "fallback-empty", "`audio/empty-folder/`"),
    ("an emergency's tone that is absent", "emergency-tone", "emergency-tone", "`absent.mp3`"),
    ("a date of except that is none", "month-except", "except-in-vain", "09/12/2026 (Thứ tư)"),
    ("a broadcast that a hard start breaks off", "plan-cut", "overlap-cut", "`Nhạc hiệu` lúc 06:05:00"),
    ("what an exception drops", "plan-exceptions", "exception-drops", "`Nghỉ lễ` bỏ `Bản tin hằng ngày` (3 ngày"),
    ("a segment that an exception names", "month-exception-in-vain", "exception-drops", "`Sửa đường dây` bỏ `Bản tin"),
    ("what gives way to a moved column", "plan-exceptions", "exception-drops", "`Sơ kết` bỏ `Số đầu` (ngày 03/12"),
    ("what mourning keeps off", "plan-exceptions", "exception-drops", "`Quốc tang` bỏ `Ca nhạc`"),
    ("a window reaching into quiet hours", "plan-extra", "into-quiet-hours", "`Buổi khuya` (20:30–21:30) kéo dài"),
    ("a hard item behind a later one", "plan-order", "hard-out-of-order", "06:40:00 đứng sau mục lúc 06:45:00"),
    (
        "a sign that nobody sees",
        "month-hidden-characters",
        "hidden-character",
        "`title` có ký tự không ai nhìn thấy (U+202E)",
    ),
    ("an item that a moved window drops", "rules-broadcasts", "outside-window", "`Mục lẻ trong buổi sáng`"),
];

#[test]
fn every_clause_of_what_check_says_has_its_effect() {
    let mut wrong = Vec::new();
    for (effect, clauses) in [(Effect::Refuse, REFUSE), (Effect::Block, BLOCK), (Effect::None, NONE)] {
        for (clause, file, code, words) in clauses {
            let found = problems(file).0;
            let told = found.iter().find(|problem| problem.code == *code && problem.message.vi.contains(words));
            match told {
                None => wrong.push(format!("{clause}: {file} has no [{code}] with “{words}”")),
                Some(told) if told.effect != effect => wrong.push(format!("{clause}: {:?}", told.effect)),
                Some(told) if (told.severity == Severity::Error) != (effect != Effect::None) => {
                    wrong.push(format!("{clause}: {:?}", told.severity));
                }
                Some(told) if told.place.is_none() => wrong.push(format!("{clause}: without a place")),
                Some(told) if clause.starts_with("duplicate") && told.related.len() != 1 => {
                    wrong.push(format!("{clause}: {:?}", told.related));
                }
                Some(_) => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_code_has_one_effect_and_what_bars_or_warns_is_a_clause() {
    let mut effects: BTreeMap<&str, BTreeSet<Effect>> = BTreeMap::new();
    for problem in names().iter().flat_map(|name| problems(name).0) {
        effects.entry(problem.code).or_default().insert(problem.effect);
    }
    let several: Vec<&str> = effects.iter().filter(|(_, effects)| effects.len() > 1).map(|(code, _)| *code).collect();
    // A tone matters more where the ward approves; an item outside its window is a slip there, and a day's exception here.
    assert_eq!(several, ["no-tone", "outside-window"]);
    let told: BTreeSet<&str> = BLOCK.iter().chain(NONE).map(|(_, _, code, _)| *code).collect();
    let bars_or_warns = effects.iter().filter(|(_, effects)| !effects.contains(&Effect::Refuse)).map(|(code, _)| *code);
    let unclaimed: Vec<&str> = bars_or_warns.filter(|code| !told.contains(code)).collect();
    // Of a card by its number, of the zone's clock changes, of a tone that is not there, of a device behind a plug-in, of alerts that nobody gets
    // and of a month that is only begun.
    assert_eq!(
        unclaimed,
        ["card-by-number", "clock-change", "clock-change-window", "line-through-plugin", "no-alert-way", "no-segments"]
    );
}
