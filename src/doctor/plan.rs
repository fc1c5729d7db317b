//! What is to air next, and whether it is there.

use jiff::{SignedDuration, Timestamp};

use super::Finding;
use crate::problem::Text;
use crate::station::{ApprovalRule, Station};
use crate::timetable::{Kind, Slot};

/// So far ahead files are looked at.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);
/// So many slots are told one by one.
const TOLD: usize = 10;

/// The next broadcast, and whether what airs within a day is there, approved and measured.
pub fn plan(now: Timestamp, slots: &[Slot], station: &Station) -> Vec<Finding> {
    let ahead = || slots.iter().filter(|slot| slot.planned > now);
    let Some(next) = ahead().filter(|slot| slot.bar.is_none()).min_by_key(|slot| slot.planned) else {
        return vec![Finding::error(
            "next",
            Text::new(
                "kế hoạch tháng này và tháng sau không còn gì để phát",
                "nothing is left to air in this month's and the next month's plan",
            ),
            Text::new("lập kế hoạch bằng `loa new`, rồi `loa check`", "make a plan with `loa new`, then `loa check`"),
        )];
    };
    let at = next.planned.to_zoned_datetime(station.zone.clone()).strftime("%d/%m %H:%M:%S").to_string();
    let title = &next.title;
    let mut findings =
        vec![Finding::good("next", Text::new(format!("sắp phát {at} {title}"), format!("next: {at} {title}")))];
    let day: Vec<&Slot> = ahead().filter(|slot| slot.planned.duration_since(now) <= AHEAD).collect();
    let mut troubles: Vec<Finding> = day.iter().filter_map(|slot| trouble(slot, station)).collect();
    if troubles.is_empty() {
        let count = day.len();
        findings.push(Finding::good(
            "files",
            Text::new(
                format!("{count} mục trong 24 giờ tới đều đủ tệp"),
                format!("all {count} places of the next 24 h have their files"),
            ),
        ));
    }
    let more = troubles.len().saturating_sub(TOLD);
    troubles.truncate(TOLD);
    findings.append(&mut troubles);
    if more > 0 {
        findings.push(Finding::warning(
            "files",
            Text::new(format!("và {more} mục nữa"), format!("and {more} more")),
            Text::new("xem tất cả bằng `loa check`", "see all of them with `loa check`"),
        ));
    }
    findings
}

fn trouble(slot: &Slot, station: &Station) -> Option<Finding> {
    let at = slot.planned.to_zoned_datetime(station.zone.clone()).strftime("%d/%m %H:%M").to_string();
    let name = format!("{at} {}", slot.title);
    if let Some(bar) = &slot.bar {
        let found = Text::new(format!("{name}: {}", bar.reason.vi), format!("{name}: {}", bar.reason.en));
        return Some(Finding::error("files", found, Text::new("xem chi tiết bằng `loa check`", "see `loa check`")));
    }
    let recorded = slot.kind == Kind::Segment;
    if recorded && slot.audio.is_none() && slot.relay.is_none() {
        return Some(Finding::warning(
            "files",
            Text::new(format!("{name}: bản ghi chưa được đo"), format!("{name}: its recording was never measured")),
            Text::new("chạy `loa check`", "run `loa check`"),
        ));
    }
    let unapproved = recorded && slot.approved_sha256.is_none() && station.rules.approval != ApprovalRule::Off;
    unapproved.then(|| {
        Finding::warning(
            "files",
            Text::new(format!("{name}: chưa được duyệt"), format!("{name}: not approved")),
            Text::new("duyệt bằng `loa approve`", "approve it with `loa approve`"),
        )
    })
}
