//! The faults that the log tells of: their kinds, and how long one lasted.

use jiff::Timestamp;

use crate::instants::ms_between;
use crate::outcome::words;
use crate::problem::Text;

/// A fault that reports tell of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// What kind.
    pub kind: IncidentKind,
    /// When it began.
    pub began: Timestamp,
    /// When it was over; none while it lasts.
    pub ended: Option<Timestamp>,
    /// In words.
    pub detail: Text,
}

impl Incident {
    /// How long it lasted, in ms; none while it lasts. Of what happened to the clock none is known: its readings before and
    /// after are as good as those of two clocks.
    pub fn lasted_ms(&self) -> Option<u64> {
        self.ended.filter(|_| !self.kind.is_of_the_clock()).map(|ended| ms_between(self.began, ended))
    }
}

words! {
    /// The kinds of incident.
    IncidentKind {
        /// The sound output was lost, or could not be opened.
        LineLost = "line_lost", "mất đường loa", "line lost";
        /// The wall clock stepped.
        ClockStep = "clock_step", "đồng hồ máy bị chỉnh", "clock stepped";
        /// The clock cannot be trusted; nothing airs.
        ClockUntrusted = "clock_untrusted", "đồng hồ máy không đáng tin", "clock not trusted";
        /// A person vouched for the clock.
        ClockConfirmed = "clock_confirmed", "người trực xác nhận giờ máy", "clock confirmed by a person";
        /// The PC was without power.
        PowerCut = "power_cut", "mất điện", "power cut";
        /// The daemon ended without closing its run.
        Crash = "crash", "chương trình dừng đột ngột", "the program ended abruptly";
        /// The PC slept.
        Asleep = "asleep", "máy ngủ", "computer asleep";
        /// A schedule was refused; the last good one is in force.
        ScheduleRefused = "schedule_refused", "kế hoạch không nhận được", "schedule refused";
        /// The ledger could not be written.
        Disk = "disk", "không ghi được nhật ký", "log cannot be written";
        /// The log was changed, taken away or unlocked by another hand than Loa's, and was put right as far as it could be.
        LogTouched = "log_touched", "nhật ký bị động đến từ bên ngoài", "another hand was at the log";
        /// The log did not take a row, because it says otherwise already.
        RowRefused = "row_refused", "nhật ký không nhận một việc đã xảy ra", "the log did not take what happened";
        /// The disk has little room left.
        DiskSpace = "disk_space", "ổ đĩa sắp đầy", "disk nearly full";
        /// The amplifier could not be switched.
        Amplifier = "amplifier", "không bật tắt được máy tăng âm", "amplifier cannot be switched";
        /// What was sent to the device was silent where the recording is not.
        Silent = "silent", "im lặng khi đang phát", "silence on air";
        /// The monitor does not hear what is sent.
        LineSilent = "line_silent", "đường loa không ra tiếng", "line does not sound";
        /// A volume control lets nothing through.
        Muted = "muted", "đầu ra bị tắt tiếng", "output muted";
        /// The monitor itself is not there.
        Monitor = "monitor", "mất đường nghe kiểm tra", "monitor lost";
    }
}

impl IncidentKind {
    /// It is about the wall clock itself: the times it is told by may lie years apart.
    pub fn is_of_the_clock(self) -> bool {
        matches!(self, IncidentKind::ClockStep | IncidentKind::ClockUntrusted | IncidentKind::ClockConfirmed)
    }
}
