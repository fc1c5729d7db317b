//! Broadcasts longer or shorter than their windows, and recordings longer than is usual for what they are.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::arrange::{Laid, after, ms_between};
use super::bars::on_days;
use super::ground::{Frame, Ground};
use super::places::Begin;
use super::{Kind, called, duration_words, sounds};
use crate::problem::{Lang, Place, Problem, Text};

/// Silence in a broadcast up to this is no matter, in ms.
const SILENCE_MS: u64 = 60_000;

/// How the month's broadcasts fill their windows, by where these are written.
#[derive(Default)]
pub(super) struct Fits<'s> {
    over: BTreeMap<(&'s Place, &'s str), Over>,
    under: BTreeMap<(&'s Place, &'s str), Under>,
}

struct Over {
    worst_ms: u64,
    /// What will not be begun; empty if all is.
    left_out: Option<Text>,
    dates: Vec<Date>,
}

struct Under {
    worst_ms: u64,
    dates: Vec<Date>,
}

impl<'s> Fits<'s> {
    /// Takes in one broadcast. One without a running order is as long as what has a time of its own in it.
    pub fn look(&mut self, frame: &Frame<'s>, (starts, ends): (Timestamp, Timestamp), laid: &[Laid<'s>]) {
        if frame.items.is_empty() || laid.is_empty() {
            return;
        }
        let key = (frame.place, frame.name);
        let (over_ms, left_out) = too_long(ends, laid);
        if over_ms > 0 {
            let found = self.over.entry(key).or_insert(Over { worst_ms: 0, left_out: None, dates: Vec::new() });
            if over_ms > found.worst_ms {
                (found.worst_ms, found.left_out) = (over_ms, left_out);
            }
            found.dates.push(frame.date);
        } else if let Some(silence_ms) = silence(starts, ends, laid).filter(|silence| *silence > SILENCE_MS) {
            let found = self.under.entry(key).or_insert(Under { worst_ms: 0, dates: Vec::new() });
            found.worst_ms = found.worst_ms.max(silence_ms);
            found.dates.push(frame.date);
        }
    }

    pub fn problems(self, problems: &mut Vec<Problem>) {
        for ((place, window), Over { worst_ms, left_out, dates }) in self.over {
            let (by, (vi, en)) = (duration_words(worst_ms), on_days(&dates));
            let (out_vi, out_en) = left_out.map_or_else(Default::default, |Text { vi, en }| {
                (format!("; `{vi}` không kịp phát"), format!("; `{en}` will not be begun"))
            });
            let message = Text::new(
                format!("`{window}` dài hơn khung giờ {}{out_vi}: {vi}", by.vi),
                format!("`{window}` is {} longer than its window{out_en}: {en}", by.en),
            );
            let help = Text::new(
                "bớt một mục, nới khung giờ, hoặc dời mục có `at` muộn hơn",
                "drop something, widen the window, or move what has `at` to a later time",
            );
            problems.push(Problem::warning("broadcast-over", Some(place.clone()), message, help));
        }
        for ((place, window), Under { worst_ms, dates }) in self.under {
            let (by, (vi, en)) = (duration_words(worst_ms), on_days(&dates));
            let message = Text::new(
                format!("`{window}` ngắn hơn khung giờ: im lặng {}: {vi}", by.vi),
                format!("`{window}` is shorter than its window: {} of silence: {en}", by.en),
            );
            let help = Text::new(
                "thêm mục `filler` với một thư mục nhạc, hoặc thu hẹp khung giờ",
                "add a `filler` with a folder of music, or narrow the window",
            );
            problems.push(Problem::warning("broadcast-under", Some(place.clone()), message, help));
        }
    }
}

/// By how much a broadcast is too long, in ms, and the first place that is not begun for it.
fn too_long(ends: Timestamp, laid: &[Laid<'_>]) -> (u64, Option<Text>) {
    let (mut total, mut stretch, mut left_out) = (0_u64, 0_u64, None);
    let mut last = ends;
    for place in laid {
        if matches!(place.entry.start, Begin::At(..)) {
            (total, stretch) = (total + stretch, 0);
        }
        if place.over_ms == 0 {
            last = last.max(after(place.planned, place.entry.length_ms()));
            continue;
        }
        // The first is too long by so much; each more by all of its length.
        stretch = if stretch == 0 { place.over_ms } else { stretch.saturating_add(place.entry.length_ms()) };
        left_out = left_out.or_else(|| {
            let name = |lang| called(place.entry.kind, &place.entry.title, lang);
            Some(Text::new(name(Lang::Vi), name(Lang::En)))
        });
    }
    let total = total.saturating_add(stretch);
    (total.max(ms_between(ends, last)), left_out)
}

/// The silence in a broadcast in ms; none while a length is not known.
fn silence(starts: Timestamp, ends: Timestamp, laid: &[Laid<'_>]) -> Option<u64> {
    let (mut silent, mut heard) = (0_u64, starts);
    for place in laid {
        let entry = &place.entry;
        let length = match (&entry.bar, place.until) {
            (Some(_), _) => continue,
            (None, Some(until)) => ms_between(place.planned, until),
            (None, None) if entry.kind == Kind::Column => 0,
            (None, None) => entry.audio.as_ref()?.file_ms,
        };
        silent = silent.saturating_add(ms_between(heard, place.planned));
        heard = heard.max(after(place.planned, length));
    }
    Some(silent.saturating_add(ms_between(heard, ends)))
}

/// Recordings longer than is usual for their genre or their column.
pub(super) fn lengths(ground: &Ground<'_>, problems: &mut Vec<Problem>) {
    for segment in &ground.schedule.segments {
        let Some(real_ms) = sounds::together(ground.facts, &segment.audio).map(|audio| audio.file_ms) else { continue };
        let genre = segment.particulars.genre.as_deref();
        let column = segment.column().and_then(|column| ground.columns.get(column));
        let of_genre = genre.and_then(|genre| Some((genre, *ground.genres.get(genre)?)));
        let of_column = column.and_then(|column| Some((column.name.as_str(), column.max_ms?)));
        for (code, (name, max_ms)) in
            [("genre-over", of_genre), ("column-over", of_column)].into_iter().filter_map(|(c, l)| Some((c, l?)))
        {
            if real_ms <= max_ms {
                continue;
            }
            let (file, real, max) = (segment.audio.join(" + "), duration_words(real_ms), duration_words(max_ms));
            let message = Text::new(
                format!("`{file}` dài {}, mà `{name}` thường không quá {}", real.vi, max.vi),
                format!("`{file}` lasts {}, and `{name}` is usually not over {}", real.en, max.en),
            );
            let help = Text::new(
                "rút gọn, chia làm hai, hoặc sửa `max` nếu phường quy định khác",
                "shorten or split it, or change `max` if the ward has another limit",
            );
            problems.push(Problem::warning(code, Some(segment.audio_place.clone()), message, help));
        }
    }
}
