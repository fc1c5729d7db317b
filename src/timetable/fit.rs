//! Broadcasts longer or shorter than their windows, and recordings longer than is usual for what they are.

use std::collections::{BTreeMap, btree_map};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::arrange::Laid;
use super::bars::on_days;
use super::ground::{Frame, Ground};
use super::places::Begin;
use super::{Kind, called, duration_words, sounds};
use crate::cells;
use crate::instants::{later_ms, ms_between};
use crate::problem::{Lang, Place, Problem, Text};

/// Silence in a broadcast up to this is no matter, in ms.
const SILENCE_MS: u64 = 60_000;

/// How the month's broadcasts fill their windows, by where these are written.
#[derive(Default)]
pub(super) struct Fits<'s> {
    over: BTreeMap<(&'s Place, &'s str), Over<'s>>,
    under: BTreeMap<(&'s Place, &'s str), Under>,
}

#[derive(Default)]
struct Over<'s> {
    worst_ms: u64,
    dates: Vec<Date>,
    /// The hard start that all of it is too long for; none where that is the broadcast's end, or not the same each day.
    before: Option<Text>,
    /// What will not be begun, by where that is written, each with its own days.
    left_out: BTreeMap<&'s Place, (Text, Vec<Date>)>,
}

struct Under {
    worst: Silence,
    dates: Vec<Date>,
}

/// What a broadcast lacks.
struct Silence {
    total_ms: u64,
    /// The longest stretch of it.
    longest: (Timestamp, Timestamp),
    /// What stands before that.
    behind: Behind,
}

/// What stands before a stretch of silence.
enum Behind {
    /// Nothing: the broadcast begins with it.
    Start,
    /// A place of the running order, by what it is called.
    Place(Text),
    /// Filler that ends at its own limit.
    Filler,
    /// Filler that ends where the broadcast is as long as it may be.
    Capped,
    /// A place that is too long for just this room.
    TooLong(Text),
}

impl<'s> Fits<'s> {
    /// Takes in one broadcast. One without a running order is as long as what has a time of its own in it.
    pub fn look(&mut self, frame: &Frame<'s>, (starts, ends): (Timestamp, Timestamp), laid: &[Laid<'s>]) {
        if frame.items.is_empty() || laid.is_empty() {
            return;
        }
        // Of filler that is kept off it is told why: then its silence is no lack of filler.
        let without_filler = laid.iter().any(|place| place.entry.kind == Kind::Filler && place.entry.bar.is_some());
        let key = (frame.place, frame.name);
        if let Some(long) = too_long(ends, laid) {
            self.over.entry(key).or_default().add(frame.date, long, laid);
        }
        // What has too much for one room may have nothing for another.
        let silence = silence(starts, ends, laid).filter(|silence| silence.total_ms > SILENCE_MS && !without_filler);
        if let Some(silence) = silence {
            match self.under.entry(key) {
                btree_map::Entry::Vacant(new) => drop(new.insert(Under { worst: silence, dates: vec![frame.date] })),
                btree_map::Entry::Occupied(mut known) => {
                    let known = known.get_mut();
                    known.dates.push(frame.date);
                    if silence.total_ms > known.worst.total_ms {
                        known.worst = silence;
                    }
                }
            }
        }
    }

    /// In the times of `zone`.
    pub fn problems(self, zone: &TimeZone, problems: &mut Vec<Problem>) {
        problems.extend(self.over.into_iter().map(|((place, window), over)| over.problem(place, window)));
        for ((place, window), Under { worst, dates }) in self.under {
            let (by, (vi, en)) = (duration_words(worst.total_ms), on_days(&dates));
            let clock = |at: Timestamp| cells::on_clock(at, zone).strftime("%H:%M:%S").to_string();
            let (from, to) = (clock(worst.longest.0), clock(worst.longest.1));
            let message = Text::new(
                format!("`{window}` còn chỗ trống: im lặng {}, dài nhất từ {from} đến {to}: {vi}", by.vi),
                format!("`{window}` has empty room: {} of silence, the longest from {from} to {to}: {en}", by.en),
            );
            problems.push(Problem::warning("broadcast-under", Some(place.clone()), message, worst.cure()));
        }
    }
}

impl<'s> Over<'s> {
    fn add(&mut self, date: Date, long: TooLong, laid: &[Laid<'s>]) {
        let is_first = self.dates.is_empty();
        self.before = long.before.filter(|before| is_first || self.before.as_ref() == Some(before));
        self.worst_ms = self.worst_ms.max(long.by_ms);
        self.dates.push(date);
        for place in laid.iter().filter(|place| place.is_left_out()) {
            let new = || (name(place), Vec::new());
            let (_, dates) = self.left_out.entry(place.entry.place).or_insert_with(new);
            if dates.last() != Some(&date) {
                dates.push(date);
            }
        }
    }

    fn problem(self, place: &Place, window: &str) -> Problem {
        let (by, (vi, en)) = (duration_words(self.worst_ms), on_days(&self.dates));
        let message = match &self.before {
            None => Text::new(
                format!("`{window}` dài hơn khung giờ {}: {vi}", by.vi),
                format!("`{window}` is {} longer than its window: {en}", by.en),
            ),
            Some(hard) => Text::new(
                format!("`{window}`: các mục trước `{}` dài hơn chỗ trống {}: {vi}", hard.vi, by.vi),
                format!("`{window}`: what stands before `{}` is {} longer than its room: {en}", hard.en, by.en),
            ),
        };
        let help = Text::new(
            "bớt một mục, nới khung giờ, hoặc dời mục có `at` muộn hơn",
            "drop something, widen the window, or move what has `at` to a later time",
        );
        let problem = Problem::warning("broadcast-over", Some(place.clone()), message, help);
        self.left_out.into_iter().fold(problem, |problem, (place, (name, dates))| {
            let (vi, en) = on_days(&dates);
            let what = Text::new(
                format!("`{}` không kịp phát: {vi}", name.vi),
                format!("`{}` will not be begun: {en}", name.en),
            );
            problem.and(place.clone(), what)
        })
    }
}

/// By how much a broadcast is too long.
struct TooLong {
    by_ms: u64,
    /// The first hard start that something is too long for, where nothing is too long for the broadcast's end.
    before: Option<Text>,
}

fn too_long(ends: Timestamp, laid: &[Laid<'_>]) -> Option<TooLong> {
    let (mut total, mut stretch) = (0_u64, 0_u64);
    let mut hard = None;
    let mut last = ends;
    for place in laid {
        if matches!(place.entry.start, Begin::At(..)) {
            hard = hard.or_else(|| (stretch > 0).then_some(place));
            (total, stretch) = (total + stretch, 0);
        }
        if place.is_kept_off {
            continue;
        }
        if place.over_ms == 0 {
            last = last.max(later_ms(place.planned, place.entry.length_ms()));
            continue;
        }
        // The first is too long by so much; each more by all of its length.
        stretch = if stretch == 0 { place.over_ms } else { stretch.saturating_add(place.entry.length_ms()) };
    }
    let past_end_ms = ms_between(ends, last);
    let by_ms = total.saturating_add(stretch).max(past_end_ms);
    let before = hard.filter(|_| stretch == 0 && past_end_ms == 0).map(name);
    (by_ms > 0).then_some(TooLong { by_ms, before })
}

/// What people call a place.
fn name(place: &Laid<'_>) -> Text {
    let name = |lang| called(place.entry.kind, &place.entry.title, lang);
    Text::new(name(Lang::Vi), name(Lang::En))
}

impl Behind {
    fn of(place: &Laid<'_>) -> Behind {
        match place.entry.kind {
            Kind::Filler if place.is_capped => Behind::Capped,
            Kind::Filler => Behind::Filler,
            _ if place.is_left_out() => Behind::TooLong(name(place)),
            _ => Behind::Place(name(place)),
        }
    }
}

impl Silence {
    /// What to write, and where: filler takes room behind the place it is written after, and nowhere else.
    fn cure(&self) -> Text {
        match &self.behind {
            Behind::Capped => Text::new(
                "buổi đã dài bằng `broadcast_minutes` nên nhạc đệm dừng; thu hẹp khung giờ cho vừa",
                "it is as long as `broadcast_minutes` lets it be, and so its filler ends; narrow the window to that",
            ),
            Behind::Filler => Text::new(
                "bỏ `until` của mục `filler` hoặc ghi giờ muộn hơn, hay thu hẹp khung giờ",
                "drop the `until` of its `filler` or write a later one, or narrow the window",
            ),
            Behind::Place(Text { vi, en }) => Text::new(
                format!(
                    "thêm mục `filler` với một thư mục nhạc ngay sau `{vi}` trong `running_order`, hoặc thu hẹp khung giờ"
                ),
                format!(
                    "add a `filler` with a folder of music right after `{en}` in the `running_order`, or narrow the window"
                ),
            ),
            Behind::TooLong(Text { vi, en }) => Text::new(
                format!(
                    "chỗ này không đủ cho `{vi}`: rút ngắn hoặc dời mục đó, hoặc thêm mục `filler` với một thư mục nhạc \
                     ngay trước nó trong `running_order`"
                ),
                format!(
                    "`{en}` is too long for this room: shorten or move it, or add a `filler` with a folder of music right \
                     before it in the `running_order`"
                ),
            ),
            Behind::Start => Text::new(
                "thêm mục `filler` với một thư mục nhạc ở đầu `running_order`, hoặc thu hẹp khung giờ",
                "add a `filler` with a folder of music at the beginning of the `running_order`, or narrow the window",
            ),
        }
    }
}

/// The silence in a broadcast; none while a length is not known.
fn silence(starts: Timestamp, ends: Timestamp, laid: &[Laid<'_>]) -> Option<Silence> {
    let mut found = Silence { total_ms: 0, longest: (starts, starts), behind: Behind::Start };
    let mut silent = |from: Timestamp, to: Timestamp, behind: Option<&Laid<'_>>| {
        found.total_ms = found.total_ms.saturating_add(ms_between(from, to));
        if ms_between(from, to) > ms_between(found.longest.0, found.longest.1) {
            let behind = behind.map_or(Behind::Start, Behind::of);
            (found.longest, found.behind) = ((from, to), behind);
        }
    };
    // A place that is left out of a stretch says why that is silent, before what stands ahead of it.
    let (mut heard, mut written, mut left_out) = (starts, None, None);
    for place in laid {
        let entry = &place.entry;
        let length = match (&entry.bar, place.until) {
            (Some(_), _) => continue,
            _ if place.is_kept_off => continue,
            _ if place.is_left_out() => {
                left_out = left_out.or(Some(place));
                continue;
            }
            (None, Some(until)) => ms_between(place.planned, until),
            (None, None) if entry.kind == Kind::Column => 0,
            (None, None) => entry.audio.as_ref()?.file_ms,
        };
        silent(heard, place.planned, left_out.take().or(written));
        heard = heard.max(later_ms(place.planned, length));
        if !entry.is_guest {
            written = Some(place);
        }
    }
    silent(heard, ends, left_out.or(written));
    // More filler is no cure for that, wherever it would stand.
    if laid.iter().any(|place| place.is_capped) {
        found.behind = Behind::Capped;
    }
    Some(found)
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
