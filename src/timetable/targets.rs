//! What a month's plan lacks to reach its targets: told while there is time to record more.

use std::collections::BTreeSet;

use super::bars::Item;
use super::ground::Ground;
use crate::problem::{Place, Problem, Text};
use crate::reading::fold::folded;

/// The targets of a month that the plan stays below even if all of it airs; `airing` is what nothing bars. Works are
/// counted as new whether or not an earlier month had them: that month's file is not at hand.
pub(super) fn below(ground: &Ground<'_>, airing: &[&Item<'_>], place: Option<Place>) -> Option<Problem> {
    let target = ground.station.targets.month;
    let reform: Vec<&&Item<'_>> = airing.iter().filter(|item| item.slot.is_reform()).collect();
    let works = |genre: &str| {
        let is_genre = |name: &String| folded(name) == folded(genre);
        let of_genre = reform.iter().filter(|item| item.slot.particulars.genre.as_ref().is_some_and(is_genre));
        of_genre.filter_map(|item| item.segment).collect::<BTreeSet<usize>>().len() as u64
    };
    // A length that is not known yet may be any.
    let total_ms: Option<u64> = reform.iter().map(|item| item.slot.airtime_ms()).sum();
    let hotline = airing.iter().filter(|item| item.slot.particulars.hotline.is_some()).count() as u64;
    let planned = [
        ("phút CCHC", "minutes of administrative reform", total_ms.map(|ms| ms / 60_000), target.minutes),
        ("tin", "news (`tin`)", Some(works("tin")), target.tin),
        ("bài", "articles (`bài`)", Some(works("bài")), target.bai),
        ("phóng sự", "reportages (`phóng sự`)", Some(works("phóng sự")), target.phong_su),
        ("lượt đường dây nóng", "hotline airings", Some(hotline), target.hotline),
    ];
    let short = planned.into_iter().filter_map(|(vi, en, have, least)| {
        let (have, least) = (have?, u64::from(least?));
        (have < least).then(|| (format!("{have}/{least} {vi}"), format!("{have} of {least} {en}")))
    });
    let (vi, en): (Vec<String>, Vec<String>) = short.unzip();
    if vi.is_empty() {
        return None;
    }
    let message = Text::new(
        format!("kế hoạch tháng này dưới chỉ tiêu: {}", vi.join(", ")),
        format!("this month's plan is below its targets: {}", en.join(", ")),
    );
    let help = Text::new(
        "thêm tiết mục hoặc lượt phát, hoặc sửa `[targets]` trong `station.toml`",
        "add segments or airings, or change `[targets]` in `station.toml`",
    );
    Some(Problem::warning("below-target", place, message, help))
}
