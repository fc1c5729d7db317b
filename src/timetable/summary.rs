//! How much a month airs, in a line.

use std::collections::HashSet;

use super::Slot;
use crate::cells;
use crate::problem::{Lang, Text};

/// What will air as things stand: barred slots count nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Broadcasts with at least one airing.
    pub broadcasts: usize,
    /// Airings.
    pub airings: usize,
    /// Their length together in ms; none while one recording's length is not known.
    pub duration_ms: Option<u64>,
}

/// Of these slots.
pub fn summary<'s>(slots: impl IntoIterator<Item = &'s Slot>) -> Summary {
    let mut broadcasts = HashSet::new();
    let (mut airings, mut duration_ms) = (0, Some(0_u64));
    for slot in slots.into_iter().filter(|slot| slot.bar.is_none()) {
        broadcasts.insert(slot.broadcast.as_str());
        airings += 1;
        duration_ms = duration_ms.and_then(|sum| sum.checked_add(slot.airtime_ms()?));
    }
    Summary { broadcasts: broadcasts.len(), airings, duration_ms }
}

impl Summary {
    /// `54 buổi, 212 lượt phát, 11 giờ 20 phút`.
    pub fn words(&self) -> Text {
        let parts = self.parts();
        let joined = |of: fn(&Text) -> &str| parts.each_ref().map(of).join(", ");
        Text::new(joined(|text| text.vi.as_str()), joined(|text| text.en.as_str()))
    }

    /// `54 buổi`, `212 lượt phát`, `11 giờ 20 phút`.
    pub fn parts(&self) -> [Text; 3] {
        let Summary { broadcasts, airings, .. } = self;
        let plural = |n: usize| if n == 1 { "" } else { "s" };
        let length =
            self.duration_ms.map_or_else(|| Text::new("chưa rõ thời lượng", "length not known yet"), duration_words);
        [
            Text::new(format!("{broadcasts} buổi"), format!("{broadcasts} broadcast{}", plural(*broadcasts))),
            Text::new(format!("{airings} lượt phát"), format!("{airings} airing{}", plural(*airings))),
            length,
        ]
    }
}

/// `11 giờ 20 phút`, `7 phút 5 giây`: to the nearest minute from an hour on, else to the nearest second.
pub fn duration_words(ms: u64) -> Text {
    const HOUR_MS: u64 = 3_600_000;
    let grain_ms = if ms >= HOUR_MS { 60_000 } else { 1000 };
    let ms = ms.saturating_add(grain_ms / 2) / grain_ms * grain_ms;
    let (hours, minutes, seconds) = (ms / HOUR_MS, ms / 60_000 % 60, ms / 1000 % 60);
    match (hours, minutes) {
        (0, 0) => Text::new(format!("{seconds} giây"), format!("{seconds} s")),
        (0, _) => Text::new(format!("{minutes} phút {seconds} giây"), format!("{minutes} min {seconds} s")),
        _ => Text::new(format!("{hours} giờ {minutes} phút"), format!("{hours} h {minutes} min")),
    }
}

/// The same of a span between two instants of the wall clock, which may be a wrong one: from two days on in days, and from
/// two years on in whole years, for nobody reads half a million hours.
pub fn span_words(ms: u64) -> Text {
    const HOUR_MS: u64 = 3_600_000;
    let hours = (ms.saturating_add(HOUR_MS / 2)) / HOUR_MS;
    // Years of the calendar's mean length.
    match (hours / 24, ms / (HOUR_MS * 8_766)) {
        (_, years @ 2..) => Text::new(format!("hơn {years} năm"), format!("over {years} years")),
        (days @ 2.., _) => {
            let hours = hours % 24;
            Text::new(format!("{days} ngày {hours} giờ"), format!("{days} days {hours} h"))
        }
        _ => duration_words(ms),
    }
}

/// The same where tenths of a second matter: `13,2 giây`, `dưới 0,1 giây`; from a minute on as [`duration_words`].
pub fn length_words(ms: u64) -> Text {
    const TENTH_MS: u64 = 100;
    // What rounds up to a minute is one.
    match (ms + TENTH_MS / 2) / TENTH_MS {
        _ if ms > 0 && ms < TENTH_MS => Text::new("dưới 0,1 giây", "under 0.1 s"),
        tenths @ 0..600 => {
            let (whole, tenth) = (tenths / 10, tenths % 10);
            Text::new(format!("{whole},{tenth} giây"), format!("{whole}.{tenth} s"))
        }
        _ => duration_words(ms),
    }
}

/// Clocks differ, and what began so little before its instant did not begin early, in ms.
const NOT_EARLY_MS: i64 = 1_000;

/// How long after its instant something began: `trễ 1,5 giây`; before it, as after a step of the clock: `sớm 4 phút 58 giây`.
/// None where it was early by less than a second.
pub fn late_words(late_ms: i64) -> Option<Text> {
    let words = length_words(late_ms.unsigned_abs());
    if late_ms >= 0 {
        return Some(Text::new(format!("trễ {}", words.vi), format!("{} late", words.en)));
    }
    (late_ms <= -NOT_EARLY_MS).then(|| Text::new(format!("sớm {}", words.vi), format!("{} early", words.en)))
}

/// The same as a figure of a column of seconds that are late: `1,5`, `sớm 298,0`.
pub fn late_figure(late_ms: i64, lang: Lang) -> String {
    if late_ms > -NOT_EARLY_MS {
        return cells::seconds(late_ms.max(0), lang);
    }
    let figure = cells::seconds(late_ms.saturating_neg(), lang);
    Text::new(format!("sớm {figure}"), format!("{figure} early")).get(lang).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_began_before_its_instant_was_early_and_never_late_by_less_than_nothing() {
        let told = [1_500, 0, -1, -999, -1_000, -298_000].map(|ms| late_words(ms).map(|words| words.vi));
        let wanted = ["trễ 1,5 giây", "trễ 0,0 giây", "", "", "sớm 1,0 giây", "sớm 4 phút 58 giây"];
        assert_eq!(told.map(Option::unwrap_or_default), wanted);
        assert_eq!(late_words(-298_000).map(|words| words.en), Some("4 min 58 s early".into()));
        let figures = [1_500, 0, -1, -999, -1_000, -298_000].map(|ms| late_figure(ms, Lang::Vi));
        assert_eq!(figures, ["1,5", "0,0", "0,0", "0,0", "sớm 1,0", "sớm 298,0"]);
        assert_eq!(late_figure(-298_000, Lang::En), "298.0 early");
    }

    #[test]
    fn lengths_read_as_people_say_them() {
        assert_eq!(duration_words(40_800_000).vi, "11 giờ 20 phút");
        assert_eq!(duration_words(425_400).vi, "7 phút 5 giây");
        assert_eq!(duration_words(425_500).vi, "7 phút 6 giây");
        assert_eq!(duration_words(3_599_999).vi, "1 giờ 0 phút");
        assert_eq!(duration_words(499).en, "0 s");
        let told = [0, 1, 99, 100, 1_249, 1_250, 13_152, 59_949, 59_950, 61_000].map(|ms| length_words(ms).vi);
        let wanted = [
            "0,0 giây",
            "dưới 0,1 giây",
            "dưới 0,1 giây",
            "0,1 giây",
            "1,2 giây",
            "1,3 giây",
            "13,2 giây",
            "59,9 giây",
            "1 phút 0 giây",
            "1 phút 1 giây",
        ];
        assert_eq!(told, wanted);
        assert_eq!(length_words(13_152).en, "13.2 s");
    }
}
