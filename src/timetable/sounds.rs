//! The recordings that a month needs, what is known of them, and what keeps a faulty one off the air. One problem a
//! recording, however many places it has.

use std::collections::{BTreeMap, BTreeSet};

use super::Bar;
use super::ground::Ground;
use super::recordings::of_recording;
use crate::outcome::Cause;
use crate::problem::{Place, Problem, Text};
use crate::programme::relay::RelaySource;
use crate::programme::{Exception, Item, What};
use crate::schedule::Schedule;
use crate::schedule::audio_facts::{AudioFacts, AudioFault, Facts};
use crate::station::{LineSettings, Station};

/// The folders, without their last `/`, that the month's filler and what stands in for its relays draw from. [`super::plan`] takes the facts of a folder's
/// recordings by `FOLDER/NAME`, and that `FOLDER/` is absent for one that has none.
pub fn folders(schedule: &Schedule, station: &Station) -> BTreeSet<String> {
    let facts = Facts::new();
    let ground = Ground::new(schedule, station, &facts, "");
    items(&ground).filter_map(|item| item.folder().map(str::to_owned)).collect()
}

fn items<'s>(ground: &Ground<'s>) -> impl Iterator<Item = &'s Item> {
    let of_windows = ground.windows.iter().flat_map(|window| &window.running_order);
    of_windows.chain(ground.schedule.exceptions.iter().flat_map(Exception::items))
}

/// The recordings of a filler's folder that can air, in the order of their names.
pub(super) fn in_folder(facts: &Facts, folder: &str) -> Vec<String> {
    let prefix = format!("{folder}/");
    let listed = facts.range(prefix.clone()..).take_while(|(file, _)| file.starts_with(&prefix));
    listed.filter(|(_, known)| known.is_ok()).map(|(file, _)| file.clone()).collect()
}

/// What bars a filler whose folder is known to hold nothing that can air.
pub(super) fn empty_folder(facts: &Facts, folder: &str) -> Option<Bar> {
    let prefix = format!("{folder}/");
    let known = facts.range(prefix.clone()..).next().is_some_and(|(file, _)| file.starts_with(&prefix));
    if !known || !in_folder(facts, folder).is_empty() {
        return None;
    }
    Some(Bar { cause: Cause::NoFile, reason: empty_words(folder) })
}

/// What bars a relay that would take in what the line itself plays.
pub(super) fn own_line(line: &LineSettings, source: &RelaySource) -> Option<Bar> {
    let RelaySource::LineIn(input) = source else { return None };
    line.is_heard_by(input).then(|| Bar { cause: Cause::NoFile, reason: own_line_words(input) })
}

fn own_line_words(input: &str) -> Text {
    Text::new(
        format!("tiếp âm từ `{input}` thu lại chính đường loa này, phát ra là hú"),
        format!("the relay from `{input}` takes in what this very line plays, which howls"),
    )
}

fn empty_words(folder: &str) -> Text {
    Text::new(
        format!("thư mục `audio/{folder}/` không có bản nhạc nào phát được"),
        format!("the folder `audio/{folder}/` holds no recording that can air"),
    )
}

/// What bars a place with these recordings: the first fault among them. What is not known bars nothing.
pub(super) fn bar(facts: &Facts, files: &[String]) -> Option<Bar> {
    let (file, fault) = files.iter().find_map(|file| Some((file, facts.get(file)?.as_ref().err()?)))?;
    Some(Bar { cause: fault.cause(), reason: fault_words(file, fault) })
}

/// What is known of recordings that are played as one; none while one of them is not known or faulty.
pub(super) fn together(facts: &Facts, files: &[String]) -> Option<AudioFacts> {
    let known: Option<Vec<&AudioFacts>> = files.iter().map(|file| facts.get(file)?.as_ref().ok()).collect();
    AudioFacts::joined(&known?)
}

/// What is to be said of the month's recordings: faults that bar them, and what a listener would notice.
pub(super) fn problems(ground: &Ground<'_>, problems: &mut Vec<Problem>) {
    let mut users: BTreeMap<&str, Vec<&Place>> = BTreeMap::new();
    let mut folders: BTreeMap<(&str, bool), &Place> = BTreeMap::new();
    for segment in &ground.schedule.segments {
        for file in &segment.audio {
            users.entry(file).or_default().push(&segment.audio_place);
        }
    }
    for item in items(ground) {
        if let Some(folder) = item.folder() {
            folders.entry((folder, matches!(item.what, What::Relay { .. }))).or_insert(&item.place);
        } else if let Some(file) = item.sound() {
            users.entry(file).or_default().push(&item.place);
        }
    }
    for (file, places) in users {
        let found = match ground.facts.get(file) {
            None => continue,
            Some(Ok(audio)) => of_recording(file, audio, &ground.station.line),
            Some(Err(fault)) => {
                let (code, help) = fault_cure(file, fault);
                vec![Problem::block(code, None, fault_words(file, fault), help)]
            }
        };
        let also = || Text::new("cũng dùng ở đây", "also used here");
        let (first, rest) = (places[0], &places[1..]);
        let placed = |problem| Problem { place: Some(first.clone()), ..problem };
        let told = found.into_iter().map(placed);
        problems.extend(told.map(|p| rest.iter().fold(p, |p, place| p.and((*place).clone(), also()))));
    }
    problems.extend(own_lines(ground));
    let empty = |folder: &str| empty_folder(ground.facts, folder).is_some();
    for ((folder, is_fallback), place) in folders.into_iter().filter(|((folder, _), _)| empty(folder)) {
        if is_fallback {
            let help = Text::new(
                "chép vài bản nhạc vào thư mục này; mất nguồn tiếp âm mà vẫn trống thì chỗ này im lặng",
                "copy some music into it; if it stays empty, a relay that loses its source is silent",
            );
            problems.push(Problem::warning("fallback-empty", Some(place.clone()), empty_words(folder), help));
            continue;
        }
        let help = Text::new(
            "chép vài bản nhạc vào thư mục này; đến giờ mà vẫn trống thì chỗ này im lặng",
            "copy some music into it; if it stays empty this place is silent",
        );
        problems.push(Problem::block("filler-empty", Some(place.clone()), empty_words(folder), help));
    }
    problems.extend(emergency_tone(ground));
}

/// Once for each place of a relay that takes in the line itself.
fn own_lines(ground: &Ground<'_>) -> Vec<Problem> {
    let told = |item: &Item| {
        let What::Relay { source, .. } = &item.what else { return None };
        let bar = own_line(&ground.station.line, source)?;
        let help = Text::new(
            "ghi đường vào nối với máy thu hay bàn trộn, đúng như `loa devices` in ra; không dùng đường vào nghe lại đường loa",
            "name the input that the receiver or mixer is connected to, as `loa devices` prints it, and none that hears the line",
        );
        Some(Problem::block("relay-own-line", Some(item.place.clone()), bar.reason, help))
    };
    items(ground).filter_map(told).collect()
}

/// No emergency is silent for want of its tone.
fn emergency_tone(ground: &Ground<'_>) -> Option<Problem> {
    let tone = ground.station.emergency_tone.as_ref()?;
    let fault = ground.facts.get(&tone.file)?.as_ref().err()?;
    let help = Text::new(
        "chép tệp vào `audio/` hoặc sửa tên; chưa có thì Loa dùng tiếng báo của mình",
        "copy it into `audio/` or correct the name; until then Loa's own tone is used",
    );
    Some(Problem::warning("emergency-tone", Some(tone.place.clone()), fault_words(&tone.file, fault), help))
}

/// Of an absent file the schedule's author must know where it was looked for.
fn fault_words(file: &str, fault: &AudioFault) -> Text {
    match fault {
        AudioFault::Absent | AudioFault::AbsentBut(_) => Text::new(
            format!("không có tệp `{file}` trong thư mục `audio/`"),
            format!("there is no file `{file}` below `audio/`"),
        ),
        other => other.words(file),
    }
}

fn fault_cure(file: &str, fault: &AudioFault) -> (&'static str, Text) {
    match (fault, file.strip_prefix("audio/")) {
        (AudioFault::Absent, Some(below)) => (
            "audio-absent",
            Text::new(
                format!("tên tệp tính từ trong `audio/`: ghi `{below}`"),
                format!("names begin inside `audio/`: write `{below}`"),
            ),
        ),
        (AudioFault::Absent, None) => (
            "audio-absent",
            Text::new(
                "chép tệp vào `audio/` hoặc sửa tên tệp; các tiết mục khác vẫn phát",
                "copy it into `audio/` or correct the name; the other segments air all the same",
            ),
        ),
        (AudioFault::AbsentBut(_), _) => ("audio-absent", fault.cure()),
        (AudioFault::Unreadable(_) | AudioFault::NoFile(_), _) => ("audio-unreadable", fault.cure()),
        (AudioFault::Empty, _) => ("audio-empty", fault.cure()),
        (AudioFault::Silent, _) => ("audio-silent", fault.cure()),
        (AudioFault::Undecodable(_), _) => ("audio-undecodable", fault.cure()),
    }
}
