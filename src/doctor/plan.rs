//! What is to air next, and whether it is there.

use jiff::civil::Date;
use jiff::{SignedDuration, Span, Timestamp};

use super::Finding;
use crate::cells;
use crate::problem::Text;
use crate::schedule::Month;
use crate::station::{ApprovalRule, Station};
use crate::timetable::{self, KeptOff, Kind, Slot};

/// So far ahead files are looked at.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);
/// So many slots are told one by one.
const TOLD: usize = 10;

/// A plan has to be there so many days before its month begins.
const DAYS_AHEAD: i32 = 3;

/// The months that have to have a plan by today.
pub fn months_due(today: Date) -> Vec<Month> {
    let month = Month::of(today);
    let ahead = (1..=DAYS_AHEAD).filter_map(|days| today.checked_add(Span::new().days(days)).ok());
    let next = ahead.map(Month::of).find(|other| *other != month);
    [Some(month), next].into_iter().flatten().collect()
}

/// Whether this month and the next one have a plan: `has_plan` says of a month whether its file is there.
pub fn months(today: Date, has_plan: impl Fn(Month) -> bool) -> Finding {
    let this = Month::of(today);
    let missing: Vec<Month> = [this, this.next()].into_iter().filter(|month| !has_plan(*month)).collect();
    let Some(month) = missing.first() else {
        let found = Text::new(
            format!("tháng {this} và tháng {} đã có kế hoạch", this.next()),
            format!("{this} and {} have a plan", this.next()),
        );
        return Finding::good("months", found);
    };
    if !months_due(today).contains(month) {
        let found = Text::new(
            format!(
                "tháng {this} đã có kế hoạch; tháng {month} chưa cần: lập chậm nhất {DAYS_AHEAD} ngày trước khi sang tháng"
            ),
            format!(
                "{this} has a plan; {month} needs none yet: it is to be made {DAYS_AHEAD} days before it begins at the latest"
            ),
        );
        return Finding::good("months", found);
    }
    let found = Text::new(format!("tháng {month} chưa có kế hoạch"), format!("{month} has no plan"));
    let remedy = Text::new(
        format!("lập kế hoạch bằng `loa new {month}`, rồi `loa check {month}`"),
        format!("make one with `loa new {month}`, then `loa check {month}`"),
    );
    if *month == this { Finding::error("months", found, remedy) } else { Finding::warning("months", found, remedy) }
}

/// Which month it is nobody knows by a clock that is doubted: none is called planless by it.
pub fn months_unknown() -> Finding {
    Finding::warning(
        "months",
        Text::new(
            "đồng hồ máy chưa đáng tin nên không biết đang là tháng nào, sắp phát gì",
            "the clock is not trusted, so nobody knows which month it is and what comes next",
        ),
        Text::new("chỉnh giờ máy rồi khám lại", "set the PC's clock, then look again"),
    )
}

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
    findings.push(self::next(next.planned, &next.title, station));
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

/// What airs next, and when.
pub fn next(planned: Timestamp, title: &str, station: &Station) -> Finding {
    let at = cells::on_clock(planned, &station.zone).strftime("%d/%m %H:%M:%S").to_string();
    Finding::good("next", Text::new(format!("sắp phát {at} {title}"), format!("next: {at} {title}")))
}

/// What lies ahead and has its outcome already, which only a clock that was ahead and believed can have brought about: of
/// `missed`, the first and how many. It never airs.
pub fn missed_ahead(missed: &[Slot], station: &Station) -> Option<Finding> {
    let first = missed.iter().min_by_key(|slot| slot.planned)?;
    let at = cells::instant(first.planned, &station.zone);
    let (count, title) = (missed.len(), &first.title);
    let found = Text::new(
        format!(
            "{count} mục chưa đến giờ đã bị ghi “Bỏ lỡ” khi đồng hồ máy chạy trước, và sẽ không phát; đầu tiên là {} {title}",
            at.vi
        ),
        format!(
            "{count} item{} ahead were written down as missed while the PC's clock was ahead, and will not air; the first is {} {title}",
            if count == 1 { "" } else { "s" },
            at.en
        ),
    );
    let remedy = Text::new(
        "mục nào vẫn cần phát thì dời lệch đi một phút trong kế hoạch, rồi `loa check`",
        "give those that have to air another minute in the schedule, then `loa check`",
    );
    Some(Finding::error("missed_ahead", found, remedy))
}

fn cannot_be_used(month: Month) -> Finding {
    Finding::error(
        "schedule",
        Text::new(
            format!("kế hoạch tháng {month} có lỗi hoặc mất tệp nên không nhận được; bản trước đó, nếu có, vẫn phát"),
            format!(
                "the schedule of {month} has mistakes, or its file is gone, and is refused; what was in force before, if anything, airs"
            ),
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
    let at = cells::on_clock(slot.planned, &station.zone).strftime("%d/%m %H:%M").to_string();
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

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::doctor::Level;

    #[test]
    fn a_month_without_a_plan_is_told_and_three_days_before_it_begins_it_is_a_warning() {
        let (this, next) = (Month::of(date(2026, 12, 1)), Month::of(date(2027, 1, 1)));
        for (day, has, level, told) in [
            (28, vec![this, next], Level::Good, "tháng 2026-12 và tháng 2027-01 đã có kế hoạch"),
            (
                28,
                vec![this],
                Level::Good,
                "tháng 2026-12 đã có kế hoạch; tháng 2027-01 chưa cần: lập chậm nhất 3 ngày trước khi sang tháng",
            ),
            (29, vec![this], Level::Warning, "tháng 2027-01 chưa có kế hoạch"),
            (29, vec![], Level::Error, "tháng 2026-12 chưa có kế hoạch"),
        ] {
            let finding = months(date(2026, 12, day), |month| has.contains(&month));
            assert_eq!((finding.level, finding.found.vi.as_str()), (level, told), "{day}");
        }
    }
}
