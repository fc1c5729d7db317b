//! What went wrong in a rehearsal, in words.

use super::faults::Fault;
use crate::problem::Text;
use crate::timetable::length_words;

impl Fault {
    /// In words.
    pub fn words(&self) -> Text {
        let text = |vi: &str, en: &str| Text::new(vi, en);
        let with = |vi: &str, en: &str, ms: u64| {
            let long = length_words(ms);
            Text::new(format!("{vi} {}", long.vi), format!("{en} {}", long.en))
        };
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
            Fault::LineLost => text("mất đường loa", "line lost"),
            Fault::LineBack => text("đường loa trở lại", "line back"),
            Fault::ClockStep { by_ms } if *by_ms < 0 => {
                with("đồng hồ bị chỉnh lùi", "clock set back by", by_ms.unsigned_abs())
            }
            Fault::ClockStep { by_ms } => with("đồng hồ bị chỉnh nhanh lên", "clock set on by", by_ms.unsigned_abs()),
            Fault::ClockElsewhere { shows } => {
                Text::new(format!("đồng hồ nhảy đến {shows:.0}"), format!("the clock shows {shows:.0}"))
            }
            Fault::ClockRight => text("đồng hồ được chỉnh đúng", "the clock is set right"),
            Fault::PowerAndTimeLost { off_ms, shows } => {
                let cut = with("mất điện", "power cut for", *off_ms);
                Text::new(
                    format!("{}, đồng hồ hết pin chỉ {shows:.0}", cut.vi),
                    format!("{}, the clock without a battery shows {shows:.0}", cut.en),
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
            Fault::Edit { .. } => text("kế hoạch bị sửa", "the plan is edited"),
            Fault::EditsTakenBack => text("bỏ các chỗ sửa", "the edits are taken back"),
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
