//! What the ward's plan asks of the timetable, by the rows of the requirements it comes from.

use jiff::civil::date;

use loa::outcome::{Cause, Outcome};
use loa::problem::{Effect, Problem, Severity};
use loa::schedule;
use loa::schedule::audio_facts::Facts;
use loa::station::{self, Station};
use loa::timetable::{Slot, plan};

use super::long;

/// A station with one window, `sang` from 05:30 to 06:30 on all days, and these rules and lists.
pub fn station(rules: &str, lists: &str) -> Station {
    let text = format!(
        "[line]\ndevice = \"null\"\n[rules]\napproval = \"off\"\n{rules}\n{lists}\n[[window]]\nid = \"sang\"\n\
         start = \"05:30\"\nend = \"06:30\"\ndays = \"hằng ngày\"\nrunning_order = [{{ column = \"cchc\" }}]\n\
         [[column]]\nid = \"cchc\"\nminimum = 3\n"
    );
    let (station, problems) = station::read("schedules/station.toml", &text);
    station.unwrap_or_else(|| panic!("{problems:#?}"))
}

pub fn segment(title: &str, dates: &[i8], more: &str) -> String {
    format!("[[segment]]\ntitle = \"{title}\"\naudio = \"{title}.mp3\"\ncolumn = \"cchc\"\ndates = {dates:?}\n{more}\n")
}

/// The month of December 2026 with these segments, every recording of which lasts six minutes.
pub fn month(station: &Station, segments: &[String]) -> (Vec<Slot>, Vec<Problem>) {
    let text = format!("month = \"2026-12\"\n{}", segments.concat());
    let (schedule, mut problems) = schedule::read_under("schedules/2026-12.toml", &text, Some(station));
    let schedule = schedule.unwrap_or_else(|| panic!("{problems:#?}"));
    let files = schedule.recordings(station);
    let facts: Facts = files.into_iter().map(|file| (file, long(360_000))).collect();
    let (slots, more) = plan(&schedule, station, &facts, "r");
    problems.extend(more);
    (slots, problems)
}

pub fn of<'p>(problems: &'p [Problem], code: &str) -> Option<&'p Problem> {
    problems.iter().find(|problem| problem.code == code)
}

pub fn bar(slots: &[Slot], day: i8) -> Option<Cause> {
    let slot = slots.iter().find(|slot| slot.date == date(2026, 12, day)).unwrap();
    slot.bar.as_ref().map(|bar| bar.cause)
}

const TOPICS: &str =
    "[[topic]]\ncode = \"a\"\ntitle = \"Chủ trương\"\n[[topic]]\ncode = \"h\"\ntitle = \"Dịch vụ công\"\n";

#[test]
fn r_09_a_gap_of_eight_days_under_a_limit_of_seven_warns_and_one_of_seven_does_not() {
    let station = station("cchc_gap_days = 7", TOPICS);
    let reform = |dates: &[i8]| segment("Tin", dates, "topic = \"a\"\ntone = \"phản ánh\"");
    let (_, problems) = month(&station, &[reform(&[7, 14, 21, 28])]);
    assert!(of(&problems, "cchc-gap").is_none(), "{problems:#?}");
    let (_, problems) = month(&station, &[reform(&[7, 14, 22, 29])]);
    let gap = of(&problems, "cchc-gap").unwrap();
    assert_eq!((gap.severity, gap.effect), (Severity::Warning, Effect::None));
    assert!(gap.message.vi.contains("8 ngày, từ 14/12 đến 22/12"), "{}", gap.message.vi);
    // Topics without airtime are named; those with some are not.
    assert!(of(&problems, "topic-silent").unwrap().message.vi.ends_with("h (Dịch vụ công)"));
    // Tết is no gap.
    let tet = "[[exception]]\nfrom = 2026-12-15\nto = 2026-12-16\nreason = \"Tết\"\nkind = \"tết\"\n".to_owned();
    let (_, problems) = month(&station, &[reform(&[7, 14, 22, 29]), tet]);
    assert!(of(&problems, "cchc-gap").is_none());
}

#[test]
fn r_11_a_tin_of_six_minutes_names_its_file_and_length() {
    let (slots, problems) = month(&station("", ""), &[segment("Tin", &[1], "genre = \"tin\"")]);
    let over = of(&problems, "genre-over").unwrap();
    assert_eq!(over.message.vi, "`Tin.mp3` dài 6 phút 0 giây, mà `tin` thường không quá 2 phút 0 giây");
    assert_eq!((over.effect, bar(&slots, 1)), (Effect::None, None), "it airs all the same");
}

#[test]
fn r_19_a_clip_with_an_expired_hotline_does_not_air() {
    let lists = "[[hotline]]\nid = \"tinh\"\nunit = \"Tỉnh\"\nnumber = \"1022\"\nvalid_from = 2026-12-02\nvalid_to = 2026-12-10\n";
    let (slots, problems) = month(&station("", lists), &[segment("Gọi", &[1, 2, 10, 11], "hotline = \"tinh\"")]);
    let bars: Vec<_> = [1, 2, 10, 11].map(|day| bar(&slots, day)).into();
    assert_eq!(bars, [Some(Cause::Expired), None, None, Some(Cause::Expired)]);
    assert_eq!(of(&problems, "expired").unwrap().effect, Effect::Block);
}

#[test]
fn r_23_past_its_last_date_an_item_is_left_out_as_no_longer_valid() {
    let (slots, problems) = month(&station("", ""), &[segment("Thủ tục", &[8, 9, 10], "valid_until = 2026-12-09")]);
    assert_eq!([bar(&slots, 8), bar(&slots, 9), bar(&slots, 10)], [None, None, Some(Cause::Expired)]);
    let barred = slots.iter().filter(|slot| slot.segment.is_some()).find_map(|slot| slot.bar.as_ref()).unwrap();
    assert_eq!(barred.outcome(), Outcome::Excepted);
    assert!(barred.reason.vi.contains("hết hiệu lực"));
    assert!(of(&problems, "expired").unwrap().message.vi.contains("ngày 10/12/2026"));
}

#[test]
fn r_26_hotlines_a_day_feedback_without_an_answer_and_works_without_a_credit() {
    let lists = "[[hotline]]\nid = \"tinh\"\nunit = \"Tỉnh\"\nnumber = \"1022\"\n";
    let (slots, problems) = month(
        &station("hotline_per_day = 1", lists),
        &[
            segment("Gọi", &[1, 2], "hotline = \"tinh\""),
            segment("Báo", &[3], "origin = \"tuyển chọn\""),
            segment("Hỏi", &[4], "feedback = { received = 2026-11-20 }"),
        ],
    );
    let few = of(&problems, "hotline-seldom").unwrap();
    assert_eq!(
        few.message.vi, "đường dây nóng phát dưới 1 lượt: 2 ngày, từ ngày 03/12/2026",
        "as if the work had its credit"
    );
    assert_eq!((of(&problems, "no-credit").unwrap().effect, bar(&slots, 3)), (Effect::Block, Some(Cause::Unapproved)));
    assert_eq!(of(&problems, "feedback-unanswered").unwrap().effect, Effect::None);
    // On a Sunday that has nothing but a relay nobody could tell a number.
    let sunday = "[[window]]\nid = \"cn\"\nname = \"Chủ nhật\"\ndays = \"CN\"\nstart = \"07:00\"\nend = \"07:30\"\n\
                  running_order = [{ relay = \"https://dai.example/live\", at = \"07:05\", for = \"20m\", fallback = \"dem/\" }]\n";
    let (slots, problems) = month(
        &station("hotline_per_day = 1", &format!("{lists}{sunday}")),
        &[segment("Gọi", &[1], "hotline = \"tinh\"")],
    );
    assert!(slots.iter().any(|slot| slot.kind == loa::timetable::Kind::Relay && slot.bar.is_none()), "{slots:#?}");
    assert!(of(&problems, "hotline-seldom").is_none(), "{problems:#?}");
}

#[test]
fn r_33_what_is_not_approved_or_has_changed_since_does_not_air() {
    let approved = |hash: &str| format!("approved = {{ by = \"A\", on = 2026-11-28, sha256 = \"{hash}\" }}");
    let segments = [
        segment("Chưa duyệt", &[1], ""),
        segment("Đã duyệt", &[2], &approved(&"0".repeat(64))),
        segment("Đã thay", &[3], &approved(&"1".repeat(64))),
    ];
    let under = |approval: &str| {
        let mut station = station("", "");
        station.rules.approval = match approval {
            "required" => station::ApprovalRule::Required,
            "warn" => station::ApprovalRule::Warn,
            _ => station::ApprovalRule::Off,
        };
        let (slots, problems) = month(&station, &segments);
        let told: Vec<_> = problems.iter().map(|problem| problem.code).filter(|code| code.contains("pprov")).collect();
        ([1, 2, 3].map(|day| bar(&slots, day)), told)
    };
    let (bars, told) = under("required");
    assert_eq!(bars, [Some(Cause::Unapproved), None, Some(Cause::Changed)]);
    assert_eq!(told, ["unapproved", "changed-after-approval"]);
    let (bars, told) = under("warn");
    assert_eq!(bars, [None, None, Some(Cause::Changed)], "a changed file never airs");
    assert_eq!(told, ["not-approved", "changed-after-approval"]);
    assert_eq!(under("off"), ([None; 3], vec![]));
}

#[test]
fn r_38_a_column_below_its_minimum_warns() {
    let (_, problems) = month(&station("", ""), &[segment("Số một", &[1], ""), segment("Số hai", &[2], "")]);
    let seldom = of(&problems, "column-seldom").unwrap();
    assert_eq!(seldom.message.vi, "`cchc` có 2 buổi trong tháng, dưới mức tối thiểu 3");
    let (_, problems) = month(&station("", ""), &[segment("Số một", &[1, 2, 3], "")]);
    assert!(of(&problems, "column-seldom").is_none());
}

#[test]
fn r_41_a_month_of_praise_alone_is_one_way() {
    let praise = segment("Khen", &[1, 2], "tone = \"biểu dương\"");
    let (_, problems) = month(&station("", ""), std::slice::from_ref(&praise));
    assert!(of(&problems, "one-way").unwrap().message.vi.starts_with("một chiều: 2 lượt biểu dương"));
    let (_, problems) = month(&station("", ""), &[praise, segment("Góp ý", &[3], "tone = \"phê phán\"")]);
    assert!(of(&problems, "one-way").is_none());
}
