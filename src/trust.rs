//! Whether the PC's clock can be trusted. The rule alone: what the clock says is an argument.
//!
//! An old PC whose battery is dead wakes in 1970, in 2000, or on the day its board was made. What it then plays it plays
//! at any hour of the night. A clock that no time source keeps is not doubted for that: most wards are offline.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::cells;
use crate::instants;
use crate::problem::{Lang, Text};
use crate::station::ClockRule;

/// 2026-11-25, UTC: when this version was begun. No clock that is right says an earlier instant. Written down rather than
/// taken from the machine that builds, so that one source makes one program; a test holds it to `CHANGELOG.md`.
pub const VERSION_BEGAN: Timestamp = Timestamp::constant(1_795_564_800, 0);

/// A clock may be set back by so much and is trusted: time services do.
const BACKWARD: SignedDuration = SignedDuration::from_secs(2);
/// A PC may have been off for so long, and its clock is trusted without a time source.
const FORWARD: SignedDuration = SignedDuration::from_hours(35 * 24);
/// A clock may leap forward by so much within a run: somebody set it right. By one that leaps farther days of slots would be
/// missed for good, though it be set back a moment later.
const LEAP: SignedDuration = SignedDuration::from_hours(24);
/// So many leaps are remembered.
const LEAPS_KEPT: usize = 8;

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
    /// It leapt from this instant over more than a day while Loa was at work, and no time source keeps it.
    Leapt(Timestamp),
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
            Doubt::Leapt(last) => {
                let last = said(last);
                Text::new(
                    format!(
                        "đồng hồ máy chỉ {}: đang chạy thì nó nhảy tới từ {}, hơn một ngày, và không có nguồn giờ nào giữ cho đúng",
                        now.vi, last.vi
                    ),
                    format!(
                        "the clock says {}: it leapt there from {}, over more than a day, and no time source keeps it",
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
            Doubt::Behind(_) | Doubt::FarAhead(_) | Doubt::Leapt(_) => Text::new(
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
    /// What the steady clock said at the latest look that trusted the other, if there was one.
    steady_ms: Option<u64>,
    /// What both said before each leap for which nobody vouches, and that was believed.
    before_leaps: Vec<(Timestamp, u64)>,
    doubt: Option<Doubt>,
}

impl ClockTrust {
    /// Begins with the last instant that the log knows. One before this version was begun says nothing: a clock that wrong
    /// was trusted only because there was nothing to hold it against.
    pub fn new(heartbeat: Option<Timestamp>) -> ClockTrust {
        ClockTrust {
            last: heartbeat.filter(|at| *at >= VERSION_BEGAN),
            steady_ms: None,
            before_leaps: Vec::new(),
            doubt: None,
        }
    }

    /// The same, where that instant was one of this boot of the PC: what the steady clock said then.
    pub fn in_the_same_boot(self, steady_ms: Option<u64>) -> ClockTrust {
        ClockTrust { steady_ms: steady_ms.filter(|_| self.last.is_some()), ..self }
    }

    /// It says again what it would, had it never leapt: somebody took back what they set.
    fn has_leapt_back(&self, now: Timestamp, steady_ms: u64) -> bool {
        self.before_leaps.iter().any(|(before, before_ms)| {
            let passed = instants::of_ms(steady_ms.saturating_sub(*before_ms));
            passed <= LEAP && (now.duration_since(*before) - passed).abs() <= BACKWARD
        })
    }

    /// Keeps in mind what both clocks said before a leap that is believed.
    fn note_leap(&mut self, now: Timestamp, passed_ms: Option<u64>) {
        let leapt = |last: Timestamp, passed_ms| now.duration_since(last) - instants::of_ms(passed_ms) > BACKWARD;
        if let (Some(last), Some(passed_ms), Some(steady_ms)) = (self.last, passed_ms, self.steady_ms)
            && leapt(last, passed_ms)
        {
            self.before_leaps.push((last, steady_ms));
            // Those of a day are as many as people set a clock; of one that does nothing but leap the last are enough.
            let many = self.before_leaps.len().saturating_sub(LEAPS_KEPT);
            self.before_leaps.drain(..many);
        }
    }

    /// Looks at the clock. `steady_ms` is a clock that nobody sets and that counts the time asleep too.
    pub fn look(&mut self, now: Timestamp, steady_ms: u64, says: SystemSays, rule: ClockRule) -> Turn {
        let before = self.doubt;
        let passed_ms = self.steady_ms.map(|last_ms| steady_ms.saturating_sub(last_ms));
        self.doubt = match rule {
            ClockRule::Always => None,
            ClockRule::Auto => doubt(self.last, now, passed_ms, says),
        };
        let is_kept = says.synchronised() == Some(true);
        let is_back = matches!(self.doubt, Some(Doubt::Behind(_))) && self.has_leapt_back(now, steady_ms);
        if is_back {
            self.doubt = None;
        }
        if self.doubt.is_none() {
            if is_back || is_kept {
                self.before_leaps.clear();
            } else if before.is_none() {
                self.note_leap(now, passed_ms);
            }
            self.steady_ms = Some(steady_ms);
        }
        match (before, self.doubt) {
            (None, None) => {
                let vouched = rule == ClockRule::Always || is_kept || is_back;
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
        (self.last, self.steady_ms) = (Some(now), None);
        self.before_leaps.clear();
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

/// **The rule.** What the system says a time source keeps is trusted. `passed_ms` is what really passed since `last`, where
/// this run knows it.
fn doubt(last: Option<Timestamp>, now: Timestamp, passed_ms: Option<u64>, says: SystemSays) -> Option<Doubt> {
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
    } else if passed_ms.is_some_and(|passed_ms| off - instants::of_ms(passed_ms) > LEAP) {
        Some(Doubt::Leapt(last))
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
