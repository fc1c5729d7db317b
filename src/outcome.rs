//! What became of a slot, and why: two closed lists with one meaning each, used in code, SQL, JSON and reports. The macro
//! that makes such a list is here too; every other closed list of words is made by it.

/// A closed list: each variant with its word in SQL and JSON, in Vietnamese and in English.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:literal, $vi:literal, $en:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vmeta])* $variant,)+ }

        impl $name {
            /// All of them, in the order of the tables in reports.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// The word in SQL and JSON.
            pub fn code(self) -> &'static str {
                match self { $($name::$variant => $code,)+ }
            }

            /// The word a person reads.
            pub fn word(self, lang: $crate::problem::Lang) -> &'static str {
                use $crate::problem::Lang;
                match (self, lang) { $(($name::$variant, Lang::Vi) => $vi, ($name::$variant, Lang::En) => $en,)+ }
            }

            /// The word in both languages.
            pub fn words(self) -> $crate::problem::Text {
                use $crate::problem::{Lang, Text};
                Text::new(self.word(Lang::Vi), self.word(Lang::En))
            }

            /// The inverse of `code`.
            pub fn from_code(code: &str) -> Option<$name> {
                Self::ALL.iter().copied().find(|x| x.code() == code)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<$name, D::Error> {
                let code: std::borrow::Cow<'de, str> = serde::Deserialize::deserialize(from)?;
                $name::from_code(&code).ok_or_else(|| serde::de::Error::custom(format!("unknown word `{code}`")))
            }
        }
    };
}

pub(crate) use words;

words! {
    /// How a slot ended. Still ahead is no outcome: it is the absence of one.
    Outcome {
        /// Heard whole.
        Aired = "aired", "Đã phát", "Aired";
        /// Stopped by an order or a higher right.
        Cut = "cut", "Phát dở", "Cut";
        /// Stopped by a fault.
        Interrupted = "interrupted", "Gián đoạn", "Interrupted";
        /// Tried, nothing heard.
        Failed = "failed", "Lỗi phát", "Failed";
        /// Never tried.
        Missed = "missed", "Bỏ lỡ", "Missed";
        /// A rule or exception kept it off.
        Excepted = "excepted", "Không phát theo ngoại lệ", "Excepted";
    }
}

impl Outcome {
    /// Nothing of it was heard, whatever else is known of it.
    pub fn is_silent(self) -> bool {
        matches!(self, Outcome::Failed | Outcome::Missed | Outcome::Excepted)
    }

    /// The causes that a person may give with it: of what was heard whole none, and of no other outcome one that would
    /// contradict it.
    pub fn causes(self) -> &'static [Cause] {
        use Cause::{
            Asleep, Busy, Cap, Changed, Clock, Daemon, Disk, EditedLate, Emergency, Expired, Holiday, Line, NoFile,
            NoSegment, NoTime, Operator, Overlap, Power, QuietHours, Short, Source, Unapproved, Undecodable,
        };
        match self {
            Outcome::Aired => &[],
            Outcome::Cut => &[Operator, Emergency, Overlap, Daemon],
            Outcome::Interrupted => &[Power, Line, Daemon, Asleep, Short, Source, Undecodable, Disk, Busy, Clock],
            Outcome::Failed => &[NoFile, Undecodable, Line, Disk],
            Outcome::Missed => &[Power, Daemon, Asleep, Clock, Overlap, NoTime, NoSegment, Emergency, Operator],
            Outcome::Excepted => &[QuietHours, Cap, Unapproved, Changed, Expired, Holiday, EditedLate],
        }
    }
}

words! {
    /// Why a slot did not end as aired.
    Cause {
        /// The PC lost its power (the boot id changed).
        Power = "power", "Mất điện", "Power cut";
        /// The daemon was not running, or was stopped.
        Daemon = "daemon", "Chương trình không chạy", "Daemon not running";
        /// The PC slept.
        Asleep = "asleep", "Máy ngủ", "Computer asleep";
        /// The recording is absent.
        NoFile = "no_file", "Thiếu tệp âm thanh", "No audio file";
        /// No full decode gets through.
        Undecodable = "undecodable", "Không giải mã được", "Cannot be decoded";
        /// Less was heard than the file holds.
        Short = "short", "Nghe thiếu so với tệp", "Shorter than the file";
        /// Another station's programme was lost, and mostly what stands in for it was heard.
        Source = "source", "Mất nguồn tiếp âm", "Relayed source lost";
        /// The sound output was lost.
        Line = "line", "Mất đường loa", "Line lost";
        /// Another item was on air.
        Overlap = "overlap", "Trùng giờ", "Overlap";
        /// Begun, it could not have ended in time.
        NoTime = "no_time", "Không đủ thời gian", "No time left";
        /// Its column is due and has no segment.
        NoSegment = "no_segment", "Chưa có tiết mục", "No segment";
        /// Quiet hours.
        QuietHours = "quiet_hours", "Giờ yên tĩnh", "Quiet hours";
        /// More than the ward's rules allow in a day.
        Cap = "cap", "Vượt giới hạn", "Over the cap";
        /// Nobody approved it.
        Unapproved = "unapproved", "Chưa được duyệt", "Not approved";
        /// The recording is not the approved one.
        Changed = "changed", "Tệp đã thay đổi sau khi duyệt", "Changed after approval";
        /// No longer valid.
        Expired = "expired", "Hết hiệu lực", "Expired";
        /// An exception of the calendar.
        Holiday = "holiday", "Ngoại lệ lịch", "Calendar exception";
        /// An edit put it there when it was about to be heard where it stood before, or was heard already.
        EditedLate = "edited_late", "Sửa kế hoạch quá muộn", "Edited too late";
        /// The clock stepped over it.
        Clock = "clock", "Sai giờ hệ thống", "Clock wrong";
        /// An emergency had the line.
        Emergency = "emergency", "Nhường bản tin khẩn cấp", "Gave way to an emergency";
        /// A person stopped it.
        Operator = "operator", "Người trực dừng", "Stopped by the operator";
        /// The PC had too much else to do.
        Busy = "busy", "Máy quá tải", "Computer overloaded";
        /// The disk refused.
        Disk = "disk", "Lỗi đĩa", "Disk fault";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_goes_with_an_outcome_and_only_what_aired_has_none() {
        for cause in Cause::ALL {
            assert!(Outcome::ALL.iter().any(|outcome| outcome.causes().contains(cause)), "{cause:?}");
        }
        for outcome in Outcome::ALL {
            assert_eq!(outcome.causes().is_empty(), *outcome == Outcome::Aired, "{outcome:?}");
        }
    }
}
