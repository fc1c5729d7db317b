//! What a change plans for an instant that is past by now: it is saved, for a plan may be put right afterwards, and never airs.
//! Whoever plans it is told so beside the form.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::remarks::Remark;
use crate::cells;
use crate::console::say::date_and_time;
use crate::loading::Checked;
use crate::problem::{Lang, Text};
use crate::saving::PlanFile;
use crate::timetable::{Kind, Slot, SlotId};

/// So many are named.
const NAMED: usize = 3;

/// What `after` plans too late that `before` did not plan so. It is grave where all that is new comes too late, or some of
/// today does: a segment for all Mondays that is planned in the middle of a month lacks the first ones as a matter of course.
pub(super) fn of_change(file: PlanFile, before: &Checked, after: &Checked, now: Timestamp) -> Option<Remark> {
    let zone = &after.months.first()?.station.zone;
    let today = now.to_zoned_datetime(zone.clone()).date();
    // What is common to all months changes no plan of days that are over.
    let since = if file == PlanFile::Station { today } else { Date::MIN };
    let slots = |checked: &Checked| -> Vec<Slot> {
        let all = checked.months.iter().flat_map(|month| &month.slots);
        all.filter(|slot| slot.date >= since && slot.kind != Kind::Filler).cloned().collect()
    };
    too_late(&slots(before), &slots(after), now, zone)
}

fn too_late(before: &[Slot], after: &[Slot], now: Timestamp, zone: &TimeZone) -> Option<Remark> {
    let known: BTreeSet<(&SlotId, Timestamp)> = before.iter().map(|slot| (&slot.id, slot.planned)).collect();
    // What had come already is of record at its own instant, wherever the new plan would have put it.
    let of_record: BTreeSet<&SlotId> = before.iter().filter(|slot| slot.planned <= now).map(|slot| &slot.id).collect();
    let is_fresh = |slot: &&Slot| {
        let is_known = known.contains(&(&slot.id, slot.planned));
        !(is_known || slot.planned <= now && of_record.contains(&slot.id))
    };
    let fresh = after.iter().filter(is_fresh);
    let (late, ahead): (Vec<&Slot>, Vec<&Slot>) = fresh.partition(|slot| slot.planned <= now);
    let today = now.to_zoned_datetime(zone.clone()).date();
    let grave = ahead.is_empty() || late.iter().any(|slot| slot.date == today);
    (!late.is_empty()).then(|| Remark { words: words(&late, now, zone), grave })
}

fn words(late: &[&Slot], now: Timestamp, zone: &TimeZone) -> Text {
    let told = |lang: Lang| {
        let one = |slot: &&Slot| format!("“{}” {}", slot.called(lang), date_and_time(slot.planned, zone, lang));
        let mut named: Vec<String> = late.iter().take(NAMED).map(one).collect();
        if late.len() > NAMED {
            named.push("…".to_owned());
        }
        named.join(", ")
    };
    let (count, at) = (late.len(), cells::on_clock(now, zone).strftime("%H:%M"));
    let many = if count == 1 { "airing" } else { "airings" };
    Text::new(
        format!(
            "{count} lượt phát ở giờ đã qua nên không phát: {}; bây giờ là {at}, cần phát thì chọn giờ sau đó hoặc ngày khác",
            told(Lang::Vi)
        ),
        format!(
            "{count} {many} at a time that is past will not be heard: {}; it is {at} now, choose a later time or another date for what is to be heard",
            told(Lang::En)
        ),
    )
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::loading;
    use crate::schedule::Month;

    /// The slots of a month with one segment on these dates at this time.
    fn planned(at: &str, days: &str) -> Vec<Slot> {
        let month: Month = "2026-12".parse().unwrap();
        let text =
            format!("month = \"2026-12\"\n[[segment]]\ntitle = \"Tin\"\naudio = \"a.mp3\"\nat = \"{at}\"\n{days}\n");
        let mut no_facts = |_: &[String]| crate::schedule::audio_facts::Facts::default();
        let station = "[line]\ndevice = \"null\"\n[rules]\nquiet = []\n".to_owned();
        loading::load_texts(month, Some(station), text, &mut no_facts).slots
    }

    #[test]
    fn what_is_new_and_past_is_told_and_is_grave_where_it_can_hardly_be_meant() {
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        let now: Timestamp = "2026-12-08T10:00:00+07:00".parse().unwrap();
        let late = |before: &[Slot], at: &str, days: &str| too_late(before, &planned(at, days), now, &zone);
        let said = |late: Option<Remark>| late.map(|late| (late.words.vi, late.grave));
        let one = "1 lượt phát ở giờ đã qua nên không phát: “Tin” 08/12/2026 09:59; bây giờ là 10:00, cần phát thì chọn giờ sau đó hoặc ngày khác";
        assert_eq!(said(late(&[], "09:59", "on = \"2026-12-08\"")), Some((one.to_owned(), true)));
        assert_eq!(said(late(&[], "10:01", "on = \"2026-12-08\"")), None);
        let weekly = late(&[], "10:01", "days = \"hằng ngày\"").unwrap();
        assert!(!weekly.grave && weekly.words.en.starts_with("7 airings at a time that is past"), "{weekly:?}");
        assert!(late(&[], "09:59", "days = \"hằng ngày\"").is_some_and(|late| late.grave), "today's is among them");
        assert!(late(&[], "05:45", "on = \"2026-12-02\"").is_some_and(|late| late.grave), "a day that is over");
        let before = planned("09:59", "on = \"2026-12-08\"");
        assert_eq!(said(late(&before, "09:59", "on = \"2026-12-08\"")), None, "it was planned so before");
    }

    #[test]
    fn what_was_of_record_and_is_only_pushed_aside_by_what_is_new_is_not_told() {
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        let now: Timestamp = "2026-12-08T10:00:00+07:00".parse().unwrap();
        let before = planned("09:58", "on = \"2026-12-08\"");
        let moved = |by: SignedDuration, id: &str| Slot {
            id: SlotId(id.to_owned()),
            planned: before[0].planned + by,
            ..before[0].clone()
        };
        let known = before[0].id.0.as_str();
        let named = |before: &[Slot], after: &[Slot]| too_late(before, after, now, &zone).map(|late| late.words.vi);
        let seconds = SignedDuration::from_secs;
        assert_eq!(named(&before, &[moved(seconds(15), known)]), None, "it was heard at its own instant");
        let beside = named(&before, &[moved(seconds(15), known), moved(seconds(60), "new")]).unwrap();
        assert!(beside.starts_with("1 lượt phát ở giờ đã qua nên không phát: “Tin” 08/12/2026 09:59;"), "{beside}");
        let ahead = [moved(seconds(300), known)];
        let back = named(&ahead, &before).unwrap();
        assert!(back.starts_with("1 lượt phát ở giờ đã qua"), "taken from ahead into the past: {back}");
    }
}
