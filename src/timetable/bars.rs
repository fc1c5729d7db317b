//! What keeps a slot off the air: its recording, quiet hours, another slot. One problem a recording or collision, however
//! many days it comes on.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};

use super::plan::clock;
use super::{Bar, Slot};
use crate::civil::QuietHours;
use crate::outcome::Cause;
use crate::problem::{Place, Problem, Text};
use crate::schedule::Schedule;
use crate::schedule::audio_facts::{AudioFacts, AudioFault, Facts};
use crate::station::Station;

/// A slot while it is planned.
pub(super) struct Item<'s> {
    pub slot: Slot,
    /// Its segment's place in the file.
    pub order: usize,
    pub time: Time,
    /// Where its time is written.
    pub place: &'s Place,
}

/// Bars what may not air in `items`, which are ascending by instant. A barred slot takes no air from the others.
pub(super) fn bars(
    schedule: &Schedule,
    station: &Station,
    facts: &Facts,
    items: &mut [Item<'_>],
    problems: &mut Vec<Problem>,
) {
    recordings(schedule, facts, items, problems);
    quiet_hours(station, items, problems);
    overlaps(station, items, problems);
}

/// A header may be this far from the measured length unsaid, in ms.
const HEADER_SLACK_MS: u64 = 1000;

fn recordings(schedule: &Schedule, facts: &Facts, items: &mut [Item<'_>], problems: &mut Vec<Problem>) {
    for item in &mut *items {
        let faulty = item.slot.files.iter().find_map(|file| Some((file, facts.get(file)?.as_ref().err()?)));
        if let Some((file, fault)) = faulty {
            item.slot.bar = Some(Bar { cause: fault.cause(), reason: fault_words(file, fault) });
        }
    }
    let mut users: BTreeMap<&str, Vec<&Place>> = BTreeMap::new();
    for segment in &schedule.segments {
        for file in &segment.audio {
            users.entry(file).or_default().push(&segment.audio_place);
        }
    }
    for (file, places) in users {
        let problem = match facts.get(file) {
            None => continue,
            Some(Ok(audio)) => header_differs(file, audio, places[0].clone()),
            Some(Err(fault)) => {
                let (code, help) = fault_cure(fault);
                Some(Problem::block(code, Some(places[0].clone()), fault_words(file, fault), help))
            }
        };
        let also = || Text::new("cũng dùng ở đây", "also used here");
        let rest = &places[1..];
        problems.extend(problem.map(|p| rest.iter().fold(p, |p, place| p.and((*place).clone(), also()))));
    }
}

fn fault_words(file: &str, fault: &AudioFault) -> Text {
    match fault {
        AudioFault::Absent => Text::new(
            format!("không có tệp `{file}` trong thư mục `audio/`"),
            format!("there is no file `{file}` below `audio/`"),
        ),
        AudioFault::Unreadable(why) => {
            Text::new(format!("không mở được tệp `{file}`: {why}"), format!("`{file}` cannot be opened: {why}"))
        }
        AudioFault::Empty => {
            Text::new(format!("tệp `{file}` không có âm thanh nào"), format!("`{file}` holds no sound at all"))
        }
        AudioFault::Silent => {
            Text::new(format!("tệp `{file}` im lặng từ đầu đến cuối"), format!("`{file}` is silent from end to end"))
        }
        AudioFault::Undecodable(why) => Text::new(
            format!("không giải mã được `{file}`: {}", why.vi),
            format!("`{file}` cannot be decoded: {}", why.en),
        ),
    }
}

fn fault_cure(fault: &AudioFault) -> (&'static str, Text) {
    match fault {
        AudioFault::Absent => (
            "audio-absent",
            Text::new(
                "chép tệp vào `audio/` hoặc sửa tên tệp; các tiết mục khác vẫn phát",
                "copy it into `audio/` or correct the name; the other segments air all the same",
            ),
        ),
        AudioFault::Unreadable(_) => {
            ("audio-unreadable", Text::new("kiểm tra quyền đọc và ổ đĩa", "check the rights to read it, and the disk"))
        }
        AudioFault::Empty => ("audio-empty", Text::new("thu hoặc chép lại tệp này", "record it or copy it again")),
        AudioFault::Silent => (
            "audio-silent",
            Text::new(
                "nghe thử và thu lại: có lẽ micrô chưa bật",
                "listen and record it again: the microphone was perhaps off",
            ),
        ),
        AudioFault::Undecodable(_) => (
            "audio-undecodable",
            Text::new(
                "xuất lại tệp dạng MP3, M4A, OGG, FLAC hoặc WAV",
                "export it again as MP3, M4A, OGG, FLAC or WAV",
            ),
        ),
    }
}

fn header_differs(file: &str, audio: &AudioFacts, place: Place) -> Option<Problem> {
    let declared = audio.declared_ms?;
    if declared.abs_diff(audio.file_ms) <= HEADER_SLACK_MS {
        return None;
    }
    let (declared, real) = (seconds(declared), seconds(audio.file_ms));
    let message = Text::new(
        format!("`{file}` ghi là dài {declared} giây nhưng thực nghe {real} giây"),
        format!("`{file}` claims {declared} seconds but holds {real}"),
    );
    let help = Text::new(
        "nghe lại đoạn cuối: tệp có thể bị cắt khi chép; Loa tính theo độ dài thực",
        "listen to its end: it may have been cut while copying; Loa goes by the real length",
    );
    Some(Problem::warning("length-unlike-header", Some(place), message, help))
}

fn seconds(ms: u64) -> String {
    format!("{}.{}", ms / 1000, ms % 1000 / 100)
}

fn quiet_hours(station: &Station, items: &mut [Item<'_>], problems: &mut Vec<Problem>) {
    let mut found: BTreeMap<(usize, Time), Found<'_>> = BTreeMap::new();
    let quiet = QuietHours::of(station);
    for item in items.iter_mut().filter(|item| item.slot.bar.is_none()) {
        let (from, to) = (item.slot.planned, item.slot.ends().unwrap_or(item.slot.planned));
        if !quiet.meets(from, to) {
            continue;
        }
        let (title, time) = (&item.slot.title, clock(item.time));
        let reason = if quiet.meets(from, from) {
            Text::new(
                format!("`{title}` lúc {time} nằm trong giờ yên tĩnh"),
                format!("`{title}` at {time} lies in quiet hours"),
            )
        } else {
            Text::new(
                format!("`{title}` lúc {time} kéo dài vào giờ yên tĩnh"),
                format!("`{title}` at {time} would last into quiet hours"),
            )
        };
        item.slot.bar = Some(Bar { cause: Cause::QuietHours, reason: reason.clone() });
        let found =
            found.entry((item.order, item.time)).or_insert(Found { place: item.place, reason, dates: Vec::new() });
        found.dates.push(item.slot.date);
    }
    for Found { place, reason, dates } in found.into_values() {
        let (vi, en) = on_days(&dates);
        let message = Text::new(format!("{}: {vi}", reason.vi), format!("{}: {en}", reason.en));
        let help = Text::new(
            "đổi giờ phát, hoặc sửa `quiet` trong `station.toml`; lượt này sẽ không phát",
            "change the time, or `quiet` in `station.toml`; as it is, it will not air",
        );
        problems.push(Problem::block("quiet-hours", Some(place.clone()), message, help));
    }
}

struct Found<'s> {
    place: &'s Place,
    reason: Text,
    dates: Vec<Date>,
}

/// The days a problem comes on, in words.
fn on_days(dates: &[Date]) -> (String, String) {
    let Some(first) = dates.iter().min() else { return (String::new(), String::new()) };
    let (vi, en) = (first.strftime("%d/%m/%Y"), first);
    match dates.len() {
        1 => (format!("ngày {vi}"), format!("on {en}")),
        n => (format!("{n} ngày, từ ngày {vi}"), format!("on {n} days, the first {en}")),
    }
}

/// Hard starts in the way of each other. The later one waits within its grace; at one instant, beyond grace, or
/// where waiting would bring it into quiet hours, it is barred.
fn overlaps(station: &Station, items: &mut [Item<'_>], problems: &mut Vec<Problem>) {
    let mut met: BTreeMap<Meeting, (usize, usize, Vec<Date>)> = BTreeMap::new();
    let mut on_air: Option<OnAir> = None;
    let quiet = QuietHours::of(station);
    for at in 0..items.len() {
        if items[at].slot.bar.is_some() {
            continue;
        }
        let planned = items[at].slot.planned;
        let (mut begins, mut barred) = (planned, false);
        if let Some(earlier) = &on_air
            && (planned < earlier.until || planned == earlier.planned)
        {
            begins = earlier.until.max(planned);
            let wait = begins.duration_since(planned).as_millis();
            let into_quiet = begins > planned && quiet.meets(begins, after(begins, &items[at].slot));
            barred = planned == earlier.planned || wait > i128::from(items[at].slot.grace_ms) || into_quiet;
            let key = Meeting {
                later: (items[at].order, items[at].time),
                earlier: (items[earlier.item].order, items[earlier.item].time),
                barred,
            };
            met.entry(key).or_insert((earlier.item, at, Vec::new())).2.push(items[at].slot.date);
            if barred {
                let reason = collision(&items[earlier.item], &items[at]);
                items[at].slot.bar = Some(Bar { cause: Cause::Overlap, reason });
            }
        }
        if !barred {
            on_air = Some(OnAir { item: at, planned, until: after(begins, &items[at].slot) });
        }
    }
    for (meeting, (earlier, later, dates)) in met {
        problems.push(meeting_problem(&items[earlier], &items[later], meeting.barred, &dates));
    }
}

/// The instant after the last sample of a slot that begins at `begins`; an unknown length takes no time.
fn after(begins: Timestamp, slot: &Slot) -> Timestamp {
    let length = i64::try_from(slot.file_ms().unwrap_or(0)).unwrap_or(i64::MAX);
    begins.checked_add(SignedDuration::from_millis(length)).unwrap_or(Timestamp::MAX)
}

/// What holds the line while the slots are gone through.
struct OnAir {
    item: usize,
    planned: Timestamp,
    until: Timestamp,
}

/// Two times of the file that collide, on however many days.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Meeting {
    later: (usize, Time),
    earlier: (usize, Time),
    barred: bool,
}

fn collision(earlier: &Item<'_>, later: &Item<'_>) -> Text {
    let (title, before) = (&later.slot.title, &earlier.slot.title);
    let (time, began) = (clock(later.time), clock(earlier.time));
    if earlier.slot.planned == later.slot.planned {
        return Text::new(
            format!("`{title}` và `{before}` cùng bắt đầu lúc {time}"),
            format!("`{title}` and `{before}` both start at {time}"),
        );
    }
    Text::new(
        format!("`{title}` lúc {time} bắt đầu khi `{before}` ({began}) còn đang phát"),
        format!("`{title}` at {time} starts while `{before}` ({began}) is on air"),
    )
}

fn meeting_problem(earlier: &Item<'_>, later: &Item<'_>, barred: bool, dates: &[Date]) -> Problem {
    let what = collision(earlier, later);
    let (vi, en) = on_days(dates);
    let message = Text::new(format!("{}: {vi}", what.vi), format!("{}: {en}", what.en));
    let place = Some(later.place.clone());
    let problem = if barred {
        let help = Text::new(
            "dời một trong hai, hoặc tăng `grace` của mục sau; mục sau sẽ không phát",
            "move one of them, or raise the later one's `grace`; as it is, the later one will not air",
        );
        Problem::block("overlap", place, message, help)
    } else {
        let help = Text::new(
            "mục sau chờ mục trước phát xong rồi phát trễ; dời giờ nếu không muốn trễ",
            "the later one waits and airs late; move it if it should not be late",
        );
        Problem::warning("overlap-within-grace", place, message, help)
    };
    problem.and(earlier.place.clone(), Text::new("mục trước", "the one before"))
}
