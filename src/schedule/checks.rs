//! What a segment's own facts say against it, whatever its times: some bar it from the air, others are worth a word.

use super::{Month, Segment};
use crate::outcome::Cause;
use crate::problem::{Place, Problem, Text};
use crate::programme::particulars::{Origin, Particulars};
use crate::reading::tree::{Table, find};
use crate::station::{ApprovalRule, Station};

/// Bars the segment if its facts forbid it, and tells what is to be said of it. `table` is its block.
pub(super) fn check(segment: &mut Segment, table: &Table, month: Month, station: &Station) -> Vec<Problem> {
    let mut problems = Vec::new();
    let file = &segment.place.file;
    let place = |key: &str| {
        let span = find(table, key).map_or(segment.place.span, |(_, node)| node.span);
        Some(Place { file: file.clone(), span })
    };
    let title = &segment.title;
    let facts = &segment.particulars;
    let mut bar = None;
    // The log's word for it is that it is not approved: whatever was signed, it lacks what an approval is of.
    let mut barred = |problems: &mut Vec<Problem>, problem: Problem| {
        let Text { vi, en } = &problem.message;
        let reason =
            Text::new(format!("{vi}, nên chưa coi là đã duyệt"), format!("{en}, so it does not count as approved"));
        bar.get_or_insert((Cause::Unapproved, reason));
        problems.push(problem);
    };
    for (code, key, message) in contradictions(title, facts) {
        let help = Text::new(
            "đối chiếu với nguồn số liệu rồi sửa; tiết mục không phát khi chưa sửa",
            "compare with their source and correct them; until then it does not air",
        );
        barred(&mut problems, Problem::block(code, place(key), message, help));
    }
    if facts.origin == Some(Origin::Selected) && facts.credit.is_none() {
        let message = Text::new(
            format!("`{title}` là tác phẩm tuyển chọn nhưng chưa ghi nguồn"),
            format!("`{title}` is a selected work without a credit"),
        );
        let help = Text::new(
            "thêm dòng `credit = \"…\"` ghi cơ quan báo chí và tác giả; tiết mục không phát khi chưa có",
            "add a line `credit = \"…\"` with its medium and author; until then it does not air",
        );
        barred(&mut problems, Problem::block("no-credit", place("origin"), message, help));
    }
    if !facts.topics.is_empty() && facts.tone.is_none() {
        let message = Text::new(
            format!("`{title}` thuộc nội dung CCHC nhưng chưa ghi sắc thái"),
            format!("`{title}` is about administrative reform and has no tone"),
        );
        let help = Text::new(
            "thêm dòng `tone` với `biểu dương`, `phê phán`, `phản ánh`, `hướng dẫn` hoặc `thông báo`",
            "add a line `tone` with `praise`, `criticism`, `neutral`, `guidance` or `notice`",
        );
        let at = place("topic").filter(|_| find(table, "topics").is_none()).or_else(|| place("topics"));
        if station.rules.approval == ApprovalRule::Required {
            barred(&mut problems, Problem::block("no-tone", at, message, help));
        } else {
            problems.push(Problem::warning("no-tone", at, message, help));
        }
    }
    if facts.feedback.as_ref().is_some_and(|feedback| feedback.answered.is_none()) {
        let message = Text::new(
            format!("`{title}`: phản ánh của người dân chưa có trả lời"),
            format!("`{title}`: the people's feedback has no answer yet"),
        );
        let help = Text::new(
            "ghi `answered_by` và `answered` vào `feedback` khi đã có trả lời",
            "write `answered_by` and `answered` into `feedback` once there is one",
        );
        problems.push(Problem::warning("feedback-unanswered", place("feedback"), message, help));
    }
    problems.extend(hotline_ends(segment, station, month, place("hotline")));
    segment.bar = bar;
    problems
}

/// Figures that are more than those they are part of, each with its code and key. Received against resolved is none: a
/// desk also resolves what came in before the period.
fn contradictions(title: &str, facts: &Particulars) -> Vec<(&'static str, &'static str, Text)> {
    let one_stop = facts.one_stop.iter().flat_map(|figures| {
        let told = ("one-stop-contradiction", "one_stop", "số liệu một cửa", "one-stop figures");
        [
            (told, ("on_time", figures.on_time), ("resolved", figures.resolved)),
            (told, ("early", figures.early), ("resolved", figures.resolved)),
            (told, ("online", figures.online), ("received", figures.received)),
        ]
    });
    let survey = facts.survey.iter().map(|figures| {
        let told = ("survey-contradiction", "survey", "số liệu khảo sát", "survey figures");
        (told, ("satisfied", figures.satisfied), ("asked", figures.asked))
    });
    let found = one_stop.chain(survey).filter_map(|((code, key, vi, en), (part, some), (whole, all))| {
        let (some, all) = (some?, all?);
        let message = Text::new(
            format!("`{title}`: {vi} mâu thuẫn: `{part}` ({some}) lớn hơn `{whole}` ({all})"),
            format!("`{title}`: {en} contradict each other: `{part}` ({some}) is more than `{whole}` ({all})"),
        );
        (some > all).then_some((code, key, message))
    });
    found.collect()
}

/// A number that ends this month wants a new recording before it does.
fn hotline_ends(segment: &Segment, station: &Station, month: Month, place: Option<Place>) -> Option<Problem> {
    let id = segment.particulars.hotline.as_ref()?;
    let hotline = station.hotlines.iter().find(|hotline| hotline.id == *id)?;
    let last = hotline.valid_to.filter(|last| month.contains(*last))?;
    let day = last.strftime("%d/%m/%Y");
    let (title, number) = (&segment.title, &hotline.number);
    let message = Text::new(
        format!("đường dây nóng `{number}` trong `{title}` hết hiệu lực sau ngày {day}"),
        format!("the hotline `{number}` of `{title}` ends after {last}"),
    );
    let help = Text::new(
        "thu lại tiết mục với số mới, hoặc sửa `valid_to` nếu số được gia hạn",
        "record it anew with the new number, or correct `valid_to` if the number goes on",
    );
    Some(Problem::notice("hotline-ends", place, message, help))
}
