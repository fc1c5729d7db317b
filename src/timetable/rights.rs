//! What a segment must have to air on a date: facts that are fit to air, approval of the recording as it is, a date it is
//! still valid on. And what mourning keeps off.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Bar;
use super::bars::{Item, on_days};
use super::days::Days;
use super::ground::Ground;
use super::sounds;
use crate::outcome::Cause;
use crate::problem::{Problem, Text};
use crate::programme::Exception;
use crate::programme::particulars::Particulars;
use crate::reading::fold::bare;
use crate::schedule::{Month, Segment};
use crate::station::ApprovalRule;

/// What keeps the segment at this place of the file off the air on `date`, whatever its instant. What the calendar settles
/// and what its own facts lack comes first: no recording lifts that. Nobody can approve what is not there, so that a
/// faulty recording comes before its approval; should it be put right in time, the director still asks who approved it.
pub(super) fn bar(ground: &Ground<'_>, days: &Days<'_>, at: usize, date: Date) -> Option<Bar> {
    let segment = ground.segment(at);
    let mourning = || is_entertainment(&segment.particulars).then(|| days.mourning(date)).flatten();
    let own = segment.bar.as_ref().filter(|_| !ground.as_cured);
    let own = own.map(|(cause, reason)| Bar { cause: *cause, reason: reason.clone() });
    expired(ground, segment, date)
        .or_else(|| mourning().map(|day| in_mourning(&Text::same(&segment.title), day)))
        .or(own)
        .or_else(|| sounds::bar(ground.facts, &segment.audio))
        .or_else(|| unfit(ground, segment).filter(|_| !ground.as_cured).map(|fault| fault.bar(segment)))
}

/// Whether a segment is kept off the air until a person approves it or corrects its facts.
pub(super) fn any_to_cure(ground: &Ground<'_>) -> bool {
    let mut segments = ground.schedule.segments.iter();
    segments.any(|segment| segment.bar.is_some() || unfit(ground, segment).is_some())
}

/// Why a segment may not air on any date, its own facts aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unfit {
    Unapproved,
    Changed,
}

/// A recording that is not the approved one never airs, unless the ward does not approve at all.
fn unfit(ground: &Ground<'_>, segment: &Segment) -> Option<Unfit> {
    let rule = ground.rules().approval;
    if segment.particulars.approved.is_none() {
        return (rule == ApprovalRule::Required).then_some(Unfit::Unapproved);
    }
    let real = sounds::together(ground.facts, &segment.audio)?;
    let same = segment.approved_sha256.as_ref().is_none_or(|hash| hash.eq_ignore_ascii_case(&real.sha256));
    (!same && rule != ApprovalRule::Off).then_some(Unfit::Changed)
}

impl Unfit {
    fn bar(self, segment: &Segment) -> Bar {
        let cause = if self == Unfit::Changed { Cause::Changed } else { Cause::Unapproved };
        Bar { cause, reason: self.words(segment) }
    }

    fn words(self, segment: &Segment) -> Text {
        let title = &segment.title;
        match self {
            Unfit::Unapproved => Text::new(format!("`{title}` chưa được duyệt"), format!("`{title}` is not approved")),
            Unfit::Changed => Text::new(
                format!("tệp của `{title}` không còn là bản đã duyệt"),
                format!("the recording of `{title}` is no longer the one that was approved"),
            ),
        }
    }

    fn problem(self, segment: &Segment, month: Month) -> Problem {
        let id = &segment.id;
        let (vi, en) = (format!("loa approve {id} {month} --by TÊN"), format!("loa approve {id} {month} --by NAME"));
        let (code, help) = match self {
            Unfit::Unapproved => (
                "unapproved",
                Text::new(
                    format!("người duyệt nghe rồi chạy `{vi}`; chưa duyệt thì không phát"),
                    format!("have it heard and run `{en}`; it does not air before"),
                ),
            ),
            Unfit::Changed => (
                "changed-after-approval",
                Text::new(
                    format!("chép lại bản đã duyệt, hoặc duyệt bản mới bằng `{vi}`"),
                    format!("put the approved recording back, or approve this one with `{en}`"),
                ),
            ),
        };
        Problem::block(code, Some(segment.place.clone()), self.words(segment), help)
    }
}

/// Why `segment` is no longer valid on `date`.
fn expired(ground: &Ground<'_>, segment: &Segment, date: Date) -> Option<Bar> {
    let title = &segment.title;
    if let Some(until) = segment.particulars.valid_until.filter(|until| date > *until) {
        let (vi, en) = (until.strftime("%d/%m/%Y"), until);
        let reason =
            Text::new(format!("`{title}` đã hết hiệu lực sau ngày {vi}"), format!("`{title}` was valid until {en}"));
        return Some(Bar { cause: Cause::Expired, reason });
    }
    let id = segment.particulars.hotline.as_ref()?;
    let (from, until) = *ground.hotlines.get(id.as_str())?;
    let over = until.is_some_and(|until| date > until);
    if !over && from.is_none_or(|from| date >= from) {
        return None;
    }
    let reason = if over {
        Text::new(
            format!("`{title}` đọc số đường dây nóng `{id}` đã hết hiệu lực"),
            format!("`{title}` tells the hotline `{id}`, which is no longer valid"),
        )
    } else {
        Text::new(
            format!("`{title}` đọc số đường dây nóng `{id}` chưa có hiệu lực"),
            format!("`{title}` tells the hotline `{id}`, which is not valid yet"),
        )
    };
    Some(Bar { cause: Cause::Expired, reason })
}

/// Genres that entertain: the built-in one, and those that wards add for songs.
const ENTERTAINMENT: [&str; 4] = ["tiểu phẩm", "ca nhạc", "âm nhạc", "văn nghệ"];

fn is_entertainment(particulars: &Particulars) -> bool {
    let genre = particulars.genre.as_deref().map(bare);
    genre.is_some_and(|genre| ENTERTAINMENT.iter().any(|known| bare(known) == genre))
}

/// What bars music, background music too, and entertainment on a day of mourning.
pub(super) fn in_mourning(title: &Text, day: &Exception) -> Bar {
    let reason = &day.reason;
    let reason = Text::new(
        format!("`{}` không phát trong ngày tang: {reason}", title.vi),
        format!("`{}` does not air in mourning: {reason}", title.en),
    );
    Bar { cause: Cause::Holiday, reason }
}

/// What bars the place of a column that is due and has no segment.
pub(super) fn no_segment(title: &str) -> Bar {
    let reason = Text::new(format!("`{title}` chưa có tiết mục"), format!("`{title}` has no segment"));
    Bar { cause: Cause::NoSegment, reason }
}

/// What is to be said of segments whatever their dates, and of the dates on which `items` have them no longer valid.
pub(super) fn problems(ground: &Ground<'_>, items: &[Item<'_>], problems: &mut Vec<Problem>) {
    let mut dates: BTreeMap<usize, BTreeSet<Date>> = BTreeMap::new();
    for item in items.iter().filter(|item| item.slot.bar.as_ref().is_some_and(|bar| bar.cause == Cause::Expired)) {
        dates.entry(item.segment.unwrap_or(usize::MAX)).or_default().insert(item.slot.date);
    }
    let mut unapproved = Vec::new();
    for (at, segment) in ground.schedule.segments.iter().enumerate() {
        match unfit(ground, segment) {
            Some(fault) => problems.push(fault.problem(segment, ground.schedule.month)),
            None if segment.particulars.approved.is_none() => unapproved.push(segment),
            None => {}
        }
        let over: Vec<Date> = dates.remove(&at).into_iter().flatten().collect();
        if let Some(bar) = over.first().and_then(|date| expired(ground, segment, *date)) {
            let (vi, en) = on_days(&over);
            let message = Text::new(format!("{}: {vi}", bar.reason.vi), format!("{}: {en}", bar.reason.en));
            let help = Text::new(
                "thay bản thu mới, sửa ngày hiệu lực, hoặc bỏ các ngày này; các lượt này không phát",
                "record it anew, correct its last date, or drop these days; on them it does not air",
            );
            problems.push(Problem::block("expired", Some(segment.place.clone()), message, help));
        }
    }
    if ground.rules().approval == ApprovalRule::Warn {
        problems.extend(not_approved(&unapproved));
    }
}

/// One warning a month: a station that does not approve would drown in them.
fn not_approved(segments: &[&Segment]) -> Option<Problem> {
    let first = segments.first()?;
    let (count, title) = (segments.len(), &first.title);
    let message = Text::new(
        format!("{count} tiết mục chưa được duyệt, đầu tiên là `{title}`; vẫn phát"),
        format!("{count} segment{} not approved, the first `{title}`; they air all the same", are(count)),
    );
    let help = Text::new(
        "duyệt bằng `loa approve`, hoặc ghi `approval = \"off\"` trong `[rules]` của `station.toml` nếu đài không duyệt từng tệp",
        "approve with `loa approve`, or write `approval = \"off\"` under `[rules]` in `station.toml`",
    );
    Some(Problem::warning("not-approved", Some(first.place.clone()), message, help))
}

fn are(count: usize) -> &'static str {
    if count == 1 { " is" } else { "s are" }
}
