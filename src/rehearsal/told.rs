//! What went wrong in a rehearsal, in words.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::faults::{Edit, Fault};
use super::plan::EditMade;
use crate::cells;
use crate::problem::Text;
use crate::timetable::{Slot, length_words};

/// What is said, with how long.
fn with(vi: &str, en: &str, ms: u64) -> Text {
    let long = length_words(ms);
    Text::new(format!("{vi} {}", long.vi), format!("{en} {}", long.en))
}

impl Edit {
    fn words(&self) -> Text {
        match self {
            Edit::Drawn { .. } => Text::new("kế hoạch bị sửa", "the plan is edited"),
            Edit::Moved { by_ms, .. } => with("một mục bị dời muộn hơn", "an item is moved later by", *by_ms),
            Edit::TakenBack => Text::new("bỏ các chỗ sửa", "the edits are taken back"),
        }
    }
}

/// So many items are named of each kind.
const NAMED: usize = 5;

impl EditMade {
    /// What it took out, moved and put in, each with its time in `zone`; none where nothing that lay ahead changed.
    pub fn words(&self, zone: &TimeZone) -> Option<Text> {
        let clock = |at: Timestamp| cells::on_clock(at, zone).strftime("%d/%m %H:%M:%S").to_string();
        let stood = |slot: &Slot| format!("`{}` {}", slot.title, clock(slot.planned));
        let moved: Vec<String> =
            self.moved.iter().map(|(slot, to)| format!("{} → {}", stood(slot), clock(*to))).collect();
        let kinds = [
            (("bỏ", "taken out"), self.taken_out.iter().map(stood).collect()),
            (("dời", "moved"), moved),
            (("đưa vào", "put in"), self.put_in.iter().map(stood).collect::<Vec<String>>()),
        ];
        let told = kinds.into_iter().filter(|(_, items)| !items.is_empty()).map(|((vi, en), mut items)| {
            let more = items.len().saturating_sub(NAMED);
            items.truncate(NAMED);
            let items = items.join(", ");
            let (more_vi, more_en) = if more == 0 {
                (String::new(), String::new())
            } else {
                (format!(" và {more} mục nữa"), format!(" and {more} more"))
            };
            (format!("{vi} {items}{more_vi}"), format!("{en}: {items}{more_en}"))
        });
        let (vi, en): (Vec<String>, Vec<String>) = told.unzip();
        (!vi.is_empty()).then(|| Text::new(vi.join("; "), en.join("; ")))
    }
}

impl Fault {
    /// In words; what a clock shows, as it does in `zone`.
    pub fn words(&self, zone: &TimeZone) -> Text {
        let said = |at: &Timestamp| cells::on_clock(*at, zone).strftime("%d/%m/%Y %H:%M:%S").to_string();
        let text = |vi: &str, en: &str| Text::new(vi, en);
        let of = |vi: &str, en: &str, file: &str| Text::new(format!("{vi} `{file}`"), format!("{en} `{file}`"));
        match self {
            Fault::PowerCut { off_ms } => with("mất điện", "power cut for", *off_ms),
            Fault::Crash { off_ms } => {
                with("chương trình dừng đột ngột, chạy lại sau", "the program dies and is back after", *off_ms)
            }
            Fault::Stop { off_ms } => {
                with("có người tắt chương trình, chạy lại sau", "somebody stops the program, back after", *off_ms)
            }
            Fault::Sleep { for_ms } => with("máy ngủ", "the PC sleeps for", *for_ms),
            Fault::Gap { for_ms } => with("bản ghi im tiếng giữa chừng", "what sounded was silent for", *for_ms),
            Fault::LineLost => text("mất đường loa", "line lost"),
            Fault::LineBack => text("đường loa trở lại", "line back"),
            Fault::ClockStep { by_ms } if *by_ms < 0 => {
                with("đồng hồ bị chỉnh lùi", "clock set back by", by_ms.unsigned_abs())
            }
            Fault::ClockStep { by_ms } => with("đồng hồ bị chỉnh nhanh lên", "clock set on by", by_ms.unsigned_abs()),
            Fault::ClockElsewhere { shows } => {
                let shows = said(shows);
                Text::new(format!("đồng hồ nhảy đến {shows}"), format!("the clock shows {shows}"))
            }
            Fault::ClockRight => text("đồng hồ được chỉnh đúng", "the clock is set right"),
            Fault::ClockConfirmed => text("có người xác nhận giờ máy", "somebody vouches for the clock"),
            Fault::PowerAndTimeLost { off_ms, shows } => {
                let (cut, shows) = (with("mất điện", "power cut for", *off_ms), said(shows));
                Text::new(
                    format!("{}, đồng hồ hết pin chỉ {shows}", cut.vi),
                    format!("{}, the clock without a battery shows {shows}", cut.en),
                )
            }
            Fault::Drift { by_ms } => with("đồng hồ lệch đi", "the clock drifts by", by_ms.unsigned_abs()),
            Fault::FileGone(file) => of("mất tệp", "file gone:", file),
            Fault::FileBack(file) => of("tệp có lại", "file back:", file),
            Fault::FileReplaced(file) => of("tệp bị thay", "file replaced:", file),
            Fault::FileShort(file) => of("tệp hỏng giữa chừng", "file breaks off:", file),
            Fault::SlowDisk { each_ms: 0 } => text("đĩa nhanh trở lại", "the disk is as fast as ever"),
            Fault::SlowDisk { each_ms } => with("đĩa chậm, mỗi tệp mở mất", "slow disk, each file takes", *each_ms),
            Fault::DiskFull => text("đĩa đầy", "disk full"),
            Fault::DiskRoom => text("đĩa có chỗ trở lại", "the disk has room again"),
            Fault::Edited(edit) => edit.words(),
            Fault::EditedMeanwhile(edit) => {
                let edit = edit.words();
                Text::new(
                    format!("khi chương trình không chạy: {}", edit.vi),
                    format!("while the program does not run: {}", edit.en),
                )
            }
            Fault::Emergency { file, times } => {
                Text::new(format!("phát khẩn cấp `{file}`, {times} lần"), format!("emergency `{file}`, {times} times"))
            }
            Fault::Play(file) => of("phát theo yêu cầu", "played by hand:", file),
            Fault::Skip => text("người trực bỏ qua mục đang phát", "what is on air is skipped"),
            Fault::EndBroadcast => text("người trực dừng buổi phát", "the broadcast is stopped"),
            Fault::EndEmergency => text("kết thúc phát khẩn cấp", "the emergency is ended"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_clock_shows_is_told_in_the_stations_zone() {
        let zone = TimeZone::fixed(jiff::tz::offset(7));
        let shows = Timestamp::from_second(3_600).unwrap();
        let told = Fault::PowerAndTimeLost { off_ms: 61_000, shows }.words(&zone);
        assert_eq!(told.vi, "mất điện 1 phút 1 giây, đồng hồ hết pin chỉ 01/01/1970 08:00:00");
        assert_eq!(Fault::ClockElsewhere { shows }.words(&zone).en, "the clock shows 01/01/1970 08:00:00");
    }
}
