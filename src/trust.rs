//! Whether the PC's clock can be trusted. The rule alone: what the clock says is an argument.
//!
//! An old PC whose battery is dead wakes in 1970, in 2000, or on the day its board was made. What it then plays it plays
//! at any hour of the night. A clock that no time source keeps is not doubted for that: most wards are offline.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::cells;
use crate::problem::{Lang, Text};
use crate::station::ClockRule;

/// 2026-11-25, UTC: when this version was begun. No clock that is right says an earlier instant. Written down rather than
/// taken from the machine that builds, so that one source makes one program; a test holds it to `CHANGELOG.md`.
pub const VERSION_BEGAN: Timestamp = Timestamp::constant(1_795_564_800, 0);

/// A clock may be set back by so much and is trusted: time services do.
const BACKWARD: SignedDuration = SignedDuration::from_secs(2);
/// A PC may have been off for so long, and its clock is trusted without a time source.
const FORWARD: SignedDuration = SignedDuration::from_hours(35 * 24);

/// What the system says of its own clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemSays {
    /// A time source keeps it.
    Synchronised {
        /// By how much it is still off, in ms, where the system says that.
        offset_ms: Option<i64>,
    },
    /// No time source keeps it.
    Unsynchronised,
    /// Nothing: there is nobody to ask. It proves nothing, either way.
    Nothing,
}

impl SystemSays {
    /// Whether a time source keeps it; none if nobody says.
    pub fn synchronised(self) -> Option<bool> {
        match self {
            SystemSays::Synchronised { .. } => Some(true),
            SystemSays::Unsynchronised => Some(false),
            SystemSays::Nothing => None,
        }
    }

    /// By how much it is off, in ms, where the system says that.
    pub fn offset_ms(self) -> Option<i64> {
        match self {
            SystemSays::Synchronised { offset_ms } => offset_ms,
            SystemSays::Unsynchronised | SystemSays::Nothing => None,
        }
    }
}

/// A clock that is off by less is called right, in ms: a listener hears no difference.
const RIGHT_MS: i64 = 1_000;

impl SystemSays {
    /// What is known of it from elsewhere: whether a time source keeps it, and by how much it is off.
    pub fn of(synchronised: Option<bool>, offset_ms: Option<i64>) -> SystemSays {
        match synchronised {
            Some(true) => SystemSays::Synchronised { offset_ms },
            Some(false) => SystemSays::Unsynchronised,
            None => SystemSays::Nothing,
        }
    }

    /// Whether the clock is kept right, in words.
    pub fn words(self) -> Text {
        match self {
            SystemSays::Synchronised { offset_ms: Some(ms) } if ms.abs() >= RIGHT_MS => Text::new(
                format!("có nguồn giờ, đang lệch {} giây", cells::tenths(ms.abs(), 1000, Lang::Vi)),
                format!("a time source keeps it, and it is {} s off", cells::tenths(ms.abs(), 1000, Lang::En)),
            ),
            SystemSays::Synchronised { .. } => Text::new("có nguồn giờ giữ đúng", "a time source keeps it"),
            SystemSays::Unsynchronised => Text::new("không có nguồn giờ nào giữ cho đúng", "no time source keeps it"),
            SystemSays::Nothing => Text::new(
                "hệ điều hành không cho biết có nguồn giờ nào giữ đúng không",
                "the system does not say whether a time source keeps it",
            ),
        }
    }

    /// What to do about it; none where a time source keeps it.
    pub fn remedy(self) -> Option<Text> {
        (self.synchronised() != Some(true)).then(|| {
            Text::new(
                "bật đồng bộ giờ qua mạng, hoặc mỗi tuần so với đồng hồ đúng",
                "switch time synchronisation on, or compare it with a right clock each week",
            )
        })
    }
}

/// Why the clock is not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It says an instant before this version was begun.
    BeforeVersion,
    /// It says an instant before this one, at which Loa is known to have lived.
    Behind(Timestamp),
    /// It says an instant long after this one, the last at which Loa is known to have lived, and no time source keeps it.
    FarAhead(Timestamp),
}

impl Doubt {
    /// What is wrong, in words.
    pub fn why(self, now: Timestamp, zone: &TimeZone) -> Text {
        let said = |at: Timestamp| cells::instant(at, zone);
        let now = said(now);
        match self {
            Doubt::BeforeVersion => Text::new(
                format!("đồng hồ máy chỉ {}, trước khi có phiên bản Loa này", now.vi),
                format!("the clock says {}, which is before this version of Loa was made", now.en),
            ),
            Doubt::Behind(last) => {
                let last = said(last);
                Text::new(
                    format!("đồng hồ máy chỉ {}, nhưng Loa đã chạy đến {}", now.vi, last.vi),
                    format!("the clock says {}, but Loa was at work until {}", now.en, last.en),
                )
            }
            Doubt::FarAhead(last) => {
                let last = said(last);
                Text::new(
                    format!(
                        "đồng hồ máy chỉ {}, hơn 35 ngày sau lần cuối Loa chạy ({}), và không có nguồn giờ nào giữ cho đúng",
                        now.vi, last.vi
                    ),
                    format!(
                        "the clock says {}, over 35 days after Loa was last at work ({}), and no time source keeps it",
                        now.en, last.en
                    ),
                )
            }
        }
    }

    /// What to do about it.
    pub fn remedy(self) -> Text {
        match self {
            Doubt::BeforeVersion => Text::new("hãy chỉnh lại ngày giờ của máy", "set the date and time of this PC"),
            Doubt::Behind(_) | Doubt::FarAhead(_) => Text::new(
                "hãy chỉnh lại ngày giờ của máy; nếu giờ đang đúng thì xác nhận bằng `loa clock confirm --by TÊN`",
                "set the date and time of this PC; if they are right, say so with `loa clock confirm --by NAME`",
            ),
        }
    }
}

/// What a look at the clock changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nothing.
    Same,
    /// It is not trusted from now on, or not for another reason than before.
    Doubted(Doubt),
    /// It is trusted again.
    Trusted,
}

/// What the clock is worth, from one look to the next.
#[derive(Clone, Debug)]
pub struct ClockTrust {
    /// The latest instant that was trusted.
    last: Option<Timestamp>,
    doubt: Option<Doubt>,
}

impl ClockTrust {
    /// Begins with the last instant that the log knows. One before this version was begun says nothing: a clock that wrong
    /// was trusted only because there was nothing to hold it against.
    pub fn new(heartbeat: Option<Timestamp>) -> ClockTrust {
        ClockTrust { last: heartbeat.filter(|at| *at >= VERSION_BEGAN), doubt: None }
    }

    /// Looks at the clock.
    pub fn look(&mut self, now: Timestamp, says: SystemSays, rule: ClockRule) -> Turn {
        let before = self.doubt;
        self.doubt = match rule {
            ClockRule::Always => None,
            ClockRule::Auto => doubt(self.last, now, says),
        };
        match (before, self.doubt) {
            (None, None) => {
                let vouched = rule == ClockRule::Always || says.synchronised() == Some(true);
                // Set back a little again and again it must not get far.
                self.last = Some(if vouched { now } else { self.last.map_or(now, |last| last.max(now)) });
                Turn::Same
            }
            (Some(_), None) => {
                self.last = Some(now);
                Turn::Trusted
            }
            (before, Some(doubt)) if before == Some(doubt) => Turn::Same,
            (_, Some(doubt)) => Turn::Doubted(doubt),
        }
    }

    /// A person vouches for the clock.
    ///
    /// # Errors
    /// The doubt that no word removes: the clock is certainly wrong.
    pub fn confirm(&mut self, now: Timestamp) -> Result<Turn, Doubt> {
        if now < VERSION_BEGAN {
            return Err(Doubt::BeforeVersion);
        }
        self.last = Some(now);
        Ok(if self.doubt.take().is_some() { Turn::Trusted } else { Turn::Same })
    }

    /// Why it is not trusted, if it is not.
    pub fn doubt(&self) -> Option<Doubt> {
        self.doubt
    }

    /// The latest instant that was trusted.
    pub fn last(&self) -> Option<Timestamp> {
        self.last
    }
}

/// **The rule.** What the system says a time source keeps is trusted.
fn doubt(last: Option<Timestamp>, now: Timestamp, says: SystemSays) -> Option<Doubt> {
    if says.synchronised() == Some(true) {
        return None;
    }
    if now < VERSION_BEGAN {
        return Some(Doubt::BeforeVersion);
    }
    let last = last?;
    let off = now.duration_since(last);
    if off < -BACKWARD {
        Some(Doubt::Behind(last))
    } else if off > FORWARD {
        Some(Doubt::FarAhead(last))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFF: SystemSays = SystemSays::Unsynchronised;
    const KEPT: SystemSays = SystemSays::Synchronised { offset_ms: Some(3) };

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn judged(heartbeat: Option<&str>, now: &str, says: SystemSays) -> Option<Doubt> {
        let mut trust = ClockTrust::new(heartbeat.map(at));
        trust.look(at(now), says, ClockRule::Auto);
        trust.doubt()
    }

    #[test]
    fn the_lower_bound_is_the_day_that_the_change_log_names() {
        let heading = include_str!("../CHANGELOG.md").lines().find(|line| line.starts_with("## ")).unwrap();
        let (_, date) = heading.split_once("(since ").unwrap();
        assert_eq!(VERSION_BEGAN, at(&format!("{}T00:00:00Z", date.trim_end_matches(')'))));
    }

    #[test]
    fn each_doubt_says_what_is_wrong_and_what_to_do() {
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        let (now, last) = (at("2026-12-03T05:00:00+07:00"), at("2026-12-04T05:00:00+07:00"));
        let said = |doubt: Doubt, now| {
            let (why, remedy) = (doubt.why(now, &zone), doubt.remedy());
            [format!("{}; {}", why.vi, remedy.vi), format!("{}; {}", why.en, remedy.en)]
        };
        assert_eq!(
            said(Doubt::BeforeVersion, Timestamp::UNIX_EPOCH),
            [
                "đồng hồ máy chỉ 01/01/1970 08:00:00, trước khi có phiên bản Loa này; hãy chỉnh lại ngày giờ của máy",
                "the clock says 1970-01-01 08:00:00, which is before this version of Loa was made; set the date and time of \
                 this PC",
            ]
        );
        assert_eq!(
            said(Doubt::Behind(last), now),
            [
                "đồng hồ máy chỉ 03/12/2026 05:00:00, nhưng Loa đã chạy đến 04/12/2026 05:00:00; hãy chỉnh lại ngày giờ của \
                 máy; nếu giờ đang đúng thì xác nhận bằng `loa clock confirm --by TÊN`",
                "the clock says 2026-12-03 05:00:00, but Loa was at work until 2026-12-04 05:00:00; set the date and time of \
                 this PC; if they are right, say so with `loa clock confirm --by NAME`",
            ]
        );
        let [vi, en] = said(Doubt::FarAhead(now), at("2031-01-01T00:00:00Z"));
        assert!(vi.contains("hơn 35 ngày sau lần cuối Loa chạy (03/12/2026 05:00:00)"), "{vi}");
        assert!(en.contains("over 35 days after Loa was last at work (2026-12-03 05:00:00)"), "{en}");
    }

    #[test]
    fn the_rule_to_the_second() {
        let last = "2026-12-01T05:00:00Z";
        let behind = Some(Doubt::Behind(at(last)));
        let ahead = Some(Doubt::FarAhead(at(last)));
        for (heartbeat, now, says, expected) in [
            (None, "2026-11-25T00:00:00Z", OFF, None),
            (None, "2026-11-24T23:59:59Z", OFF, Some(Doubt::BeforeVersion)),
            (None, "1970-01-01T00:00:30Z", SystemSays::Nothing, Some(Doubt::BeforeVersion)),
            (None, "2031-01-01T00:00:00Z", OFF, None),
            (Some(last), "2026-12-01T04:59:58Z", OFF, None),
            (Some(last), "2026-12-01T04:59:57.999Z", OFF, behind),
            (Some(last), "2026-12-01T04:59:57.999Z", KEPT, None),
            (Some(last), "1970-01-01T00:00:30Z", OFF, Some(Doubt::BeforeVersion)),
            (Some(last), "2027-01-05T05:00:00Z", OFF, None),
            (Some(last), "2027-01-05T05:00:00.001Z", OFF, ahead),
            (Some(last), "2027-01-05T05:00:00.001Z", SystemSays::Nothing, ahead),
            (Some(last), "2027-01-05T05:00:00.001Z", KEPT, None),
            // A first run in 1970 had nothing to be held against; it must not lock the station out.
            (Some("1970-01-01T00:00:30Z"), "2026-12-01T05:00:00Z", OFF, None),
        ] {
            assert_eq!(judged(heartbeat, now, says), expected, "{heartbeat:?} {now} {says:?}");
        }
    }

    #[test]
    fn a_doubt_ends_when_the_clock_is_in_range_again_or_kept_or_a_person_vouches() {
        let last = at("2026-12-01T05:00:00Z");
        let wrong = at("2030-01-01T00:00:00Z");
        let doubted = || {
            let mut trust = ClockTrust::new(Some(last));
            let turn = trust.look(wrong, OFF, ClockRule::Auto);
            assert_eq!((turn, trust.last()), (Turn::Doubted(Doubt::FarAhead(last)), Some(last)));
            assert_eq!(trust.look(wrong, OFF, ClockRule::Auto), Turn::Same);
            trust
        };
        let right = at("2026-12-01T06:00:00Z");
        let mut trust = doubted();
        assert_eq!((trust.look(right, OFF, ClockRule::Auto), trust.last()), (Turn::Trusted, Some(right)));
        let mut trust = doubted();
        assert_eq!((trust.look(wrong, KEPT, ClockRule::Auto), trust.last()), (Turn::Trusted, Some(wrong)));
        let mut trust = doubted();
        assert_eq!((trust.confirm(wrong), trust.last()), (Ok(Turn::Trusted), Some(wrong)));
        assert_eq!(trust.look(wrong, OFF, ClockRule::Auto), Turn::Same);
        let mut trust = doubted();
        assert_eq!(trust.look(wrong, OFF, ClockRule::Always), Turn::Trusted);
    }

    #[test]
    fn a_clock_set_back_little_by_little_is_doubted_once_it_is_far_back() {
        let mut trust = ClockTrust::new(None);
        let start = at("2026-12-01T05:00:00Z");
        let turns: Vec<Turn> =
            (0..4).map(|n| trust.look(start - SignedDuration::from_millis(900 * n), OFF, ClockRule::Auto)).collect();
        assert_eq!(turns, [Turn::Same, Turn::Same, Turn::Same, Turn::Doubted(Doubt::Behind(start))]);
        // A time source may.
        assert_eq!(trust.look(at("2026-12-01T04:00:00Z"), KEPT, ClockRule::Auto), Turn::Trusted);
        assert_eq!(trust.look(at("2026-12-01T03:00:00Z"), KEPT, ClockRule::Auto), Turn::Same);
        assert_eq!(trust.look(at("2026-12-01T03:00:01Z"), OFF, ClockRule::Auto), Turn::Same);
    }

    #[test]
    fn nobody_can_vouch_for_a_clock_that_is_certainly_wrong() {
        let mut trust = ClockTrust::new(None);
        trust.look(at("1970-01-01T00:00:00Z"), OFF, ClockRule::Auto);
        assert_eq!(trust.confirm(at("1970-01-01T00:00:05Z")), Err(Doubt::BeforeVersion));
        assert_eq!(trust.doubt(), Some(Doubt::BeforeVersion));
    }
}
