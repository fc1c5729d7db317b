//! Whether a changed file may be saved, and what is said where not: by a form as by the file's own text.

use super::fresh::{Said, fresh};
use super::plan::remarks::Remark;
use crate::loading::Checked;
use crate::problem::{Effect, Problem, Text, any_refuses};
use crate::saving::PlanFile;

/// Why the file is not saved as it is checked `after` a change; none where it may be. One of its mistakes may be mended before the
/// others are; a month that was refused before keeps nobody from the station's settings.
pub(super) fn why_not(file: PlanFile, before: &Checked, after: &Checked) -> Option<Text> {
    if after.by_station_in_force {
        return Some(Text::new(
            "chưa lưu: `schedules/station.toml` có lỗi nên không kế hoạch nào sửa từ nay dùng được; hãy sửa tệp ấy trước, ở trang Đài",
            "not saved: `schedules/station.toml` has mistakes, so no plan that is changed now could be used; mend that file first, on the page Station",
        ));
    }
    if any_refuses(&fresh(Said::of(before), Said::of(after))) {
        return Some(match file {
            PlanFile::Month(_) => Text::new(
                "chưa lưu: kế hoạch sẽ không dùng được; hãy sửa những chỗ nêu dưới đây rồi lưu lại",
                "not saved: the plan could not be used; mend what is named below and save again",
            ),
            PlanFile::Station => mend_first(),
        });
    }
    let left = mistakes(file, after);
    (left > 0 && left >= mistakes(file, before)).then(|| {
        Text::new(
            "chưa lưu: tệp này vốn có lỗi khác nên không dùng được; hãy sửa các lỗi ấy trước, ở mục Kiểm tra hoặc trong văn bản của tệp",
            "not saved: this file has other mistakes for which it cannot be used; mend those first, by Check or in the file's text",
        )
    })
}

/// What is to be known of a file that is saved and cannot be used yet.
pub(super) fn left(file: PlanFile, after: &Checked) -> Option<Remark> {
    let words = || {
        Text::new(
            "tệp vẫn còn lỗi khác nên chưa dùng được; bản tốt gần nhất vẫn có hiệu lực",
            "the file has other mistakes still and cannot be used yet; its last good version stays in force",
        )
    };
    (mistakes(file, after) > 0).then(|| Remark { words: words(), grave: true })
}

/// How many there are for which the file itself is refused.
fn mistakes(file: PlanFile, checked: &Checked) -> usize {
    let name = file.name();
    let is_own = |problem: &&Problem| {
        problem.effect == Effect::Refuse && problem.place.as_ref().is_none_or(|place| place.file == name)
    };
    checked.problems.iter().filter(is_own).count()
}

/// The same where mistakes alone are in the way.
pub(super) fn mend_first() -> Text {
    Text::new(
        "chưa lưu: hãy sửa những chỗ nêu dưới đây rồi lưu lại",
        "not saved: mend what is named below and save again",
    )
}
