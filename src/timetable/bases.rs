//! Documents that the plan still prints and its month's report no longer does.

use super::ground::Ground;
use crate::problem::{Problem, Text};

/// What is to be said of the station's bases; alike in every month, so that it is told once.
pub(super) fn problems(ground: &Ground<'_>, problems: &mut Vec<Problem>) {
    let last = ground.schedule.month.last();
    for basis in ground.station.basis.iter().filter(|basis| basis.is_left_out_on(last)) {
        let (number, issuer) = (&basis.number, &basis.issuer);
        let message = Text::new(
            format!("báo cáo lập từ 01/07/2025 không in văn bản `{number}` của `{issuer}`: cấp huyện không còn nữa"),
            format!(
                "reports dated 2025-07-01 or later leave out `{number}` of `{issuer}`: there are no districts any more"
            ),
        );
        let help = Text::new(
            "thêm khối `[[basis]]` với văn bản đang thực hiện của phường, xã hay tỉnh; báo cáo đề ngày trước đó vẫn dùng khối này",
            "add a block `[[basis]]` with the ward's or the province's document in force; reports dated before still use this one",
        );
        problems.push(Problem::warning("basis-left-out", Some(basis.place.clone()), message, help));
    }
}
