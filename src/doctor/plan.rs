//! What is to air next, and whether it is there.

use jiff::{SignedDuration, Timestamp};

use super::Finding;
use crate::problem::Text;
use crate::schedule::Month;
use crate::station::{ApprovalRule, Station};
use crate::timetable::{self, KeptOff, Kind, Slot};

/// So far ahead files are looked at.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);
/// So many slots are told one by one.
const TOLD: usize = 10;

/// The months that cannot be used, the next broadcast, whatever an error keeps off the air, and whether what airs within a
/// day is there, approved and measured.
pub fn plan(now: Timestamp, slots: &[Slot], refused: &[Month], station: &Station) -> Vec<Finding> {
    let ahead = || slots.iter().filter(|slot| slot.planned > now);
    let mut findings: Vec<Finding> = refused.iter().map(|month| cannot_be_used(*month)).collect();
    let kept_off = kept_off_ahead(&timetable::kept_off(ahead()), station);
    let Some(next) = ahead().filter(|slot| slot.bar.is_none()).min_by_key(|slot| slot.planned) else {
        findings.extend(kept_off);
        // Of what cannot be read nobody knows whether it holds anything.
        let nothing = refused.is_empty().then(|| {
            Finding::error(
                "next",
                Text::new(
                    "kế hoạch tháng này và tháng sau không còn gì để phát",
                    "nothing is left to air in this month's and the next month's plan",
                ),
                Text::new(
                    "lập kế hoạch bằng `loa new`, rồi `loa check`",
                    "make a plan with `loa new`, then `loa check`",
                ),
            )
        });
        findings.extend(nothing);
        return findings;
    };
    let at = next.planned.to_zoned_datetime(station.zone.clone()).strftime("%d/%m %H:%M:%S").to_string();
    let title = &next.title;
    findings.push(Finding::good("next", Text::new(format!("sắp phát {at} {title}"), format!("next: {at} {title}"))));
    findings.extend(kept_off);
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

fn cannot_be_used(month: Month) -> Finding {
    Finding::error(
        "schedule",
        Text::new(
            format!("kế hoạch tháng {month} có lỗi nên không nhận được; bản trước đó, nếu có, vẫn phát"),
            format!("the schedule of {month} has mistakes and is refused; what was in force before, if anything, airs"),
        ),
        Text::new(format!("sửa theo `loa check {month}`"), format!("mend what `loa check {month}` shows")),
    )
}

/// How many slots of this month and the next errors keep off the air, and which.
fn kept_off_ahead(kept_off: &[KeptOff<'_>], station: &Station) -> Option<Finding> {
    let times: usize = kept_off.iter().map(|kept| kept.times).sum();
    let (mut vi, mut en): (Vec<String>, Vec<String>) =
        kept_off.iter().take(TOLD).map(|kept| kept.words(&station.zone)).map(|text| (text.vi, text.en)).unzip();
    if let Some(more) = kept_off.len().checked_sub(TOLD).filter(|more| *more > 0) {
        vi.push(format!("và {more} tiết mục nữa"));
        en.push(format!("and {more} more"));
    }
    let plural = if times == 1 { "" } else { "s" };
    let found = Text::new(
        format!("{times} lượt sắp tới không phát được vì có lỗi: {}", vi.join("; ")),
        format!("errors keep {times} slot{plural} ahead off the air: {}", en.join("; ")),
    );
    let remedy = Text::new("xem cách sửa bằng `loa check`", "`loa check` says what to do");
    (times > 0).then(|| Finding::error("kept_off", found, remedy))
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
