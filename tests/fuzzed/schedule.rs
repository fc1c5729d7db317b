//! Any bytes as `station.toml` and a month's file: read, planned, told and printed.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

use jiff::Timestamp;
use loa::loading::{self, Loaded, STATION_FILE};
use loa::outcome::Cause;
use loa::problem::{self, Lang, Place, Problem, Sources, Text};
use loa::reading::encoding;
use loa::schedule::Month;
use loa::schedule::audio_facts::{AudioFacts, AudioFault, Facts, Measures};
use loa::timetable::{self, Sheet, Slot};
use serde_json::Value;

/// Stands between the station's text and the month's; without it all is the month's, and the station has no file.
const BETWEEN: u8 = 0x1e;
/// Timetables of more slots are planned and not printed: that would only be slow.
const PRINTED_SLOTS: usize = 400;

/// Holds `bytes` against all that is never false.
pub fn target(bytes: &[u8]) {
    let (station, month) = match bytes.iter().position(|byte| *byte == BETWEEN) {
        Some(at) => (Some(&bytes[..at]), &bytes[at + 1..]),
        None => (None, bytes),
    };
    let file = format!("schedules/{}.toml", meant(month));
    let station = station.map(|bytes| encoding::decode(STATION_FILE, bytes.to_vec())).transpose();
    let (station, text) = match (station, encoding::decode(&file, month.to_vec())) {
        (Ok(station), Ok(text)) => (station, text),
        (station, text) => {
            let mut refused: Vec<Problem> =
                station.err().into_iter().chain(text.err()).map(|problem| *problem).collect();
            problem::sort(&mut refused);
            return told(&refused, &Sources::new());
        }
    };
    let loaded = load(&file, station.clone(), text.clone());
    told(&loaded.problems, &loaded.sources);
    answered_whole(&loaded);
    printed(&loaded);
    if loaded.schedule.is_some() {
        same_with_a_remark_more(&loaded, load(&file, station, format!("{text}\n# hết\n")));
    }
}

/// The month that the text says it is of, so that the file's name agrees.
fn meant(text: &[u8]) -> Month {
    let text = String::from_utf8_lossy(text);
    let mut quoted = text.split(['"', '\'']).skip(1).step_by(2);
    quoted.find_map(|word| word.parse().ok()).unwrap_or_else(|| "2026-12".parse().unwrap())
}

fn load(file: &str, station: Option<String>, text: String) -> Loaded {
    let month = file["schedules/".len()..].trim_end_matches(".toml").parse().unwrap();
    loading::load_texts(month, station, text, &mut |wanted| wanted.iter().flat_map(|path| facts_of(path)).collect())
}

/// Made up from the name: absent, silent, short, long, measured or not.
fn facts_of(path: &str) -> Facts {
    if path.ends_with('/') {
        return (1..4).flat_map(|n| facts_of(&format!("{path}{n}.mp3"))).collect();
    }
    let sum = path.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let found = match sum % 10 {
        0 => Err(AudioFault::Absent),
        1 => Err(AudioFault::Silent),
        2 => Err(AudioFault::Undecodable(Text::new("hỏng", "broken"))),
        kind => {
            let file_ms = [0, 1, 999, 60_000, 599_999, 3_600_000, 28_800_000][kind as usize - 3];
            let measures = (kind % 2 == 0).then(|| Arc::new(Measures::default()));
            let (rate_hz, channels, frames) = (48_000, 2, file_ms * 48);
            Ok(AudioFacts {
                sha256: "0".repeat(64),
                file_ms,
                frames,
                rate_hz,
                channels,
                measures,
                ..Default::default()
            })
        }
    };
    [(path.to_owned(), found)].into()
}

/// Every problem says something in both languages, and every place is one of its text.
fn told(problems: &[Problem], sources: &Sources) {
    for problem in problems {
        for text in [&problem.message, &problem.help] {
            assert!(!text.vi.is_empty() && !text.en.is_empty(), "{problem:?}");
        }
        for place in problem.place.iter().chain(problem.related.iter().map(|(place, _)| place)) {
            let Some(source) = sources.get(&place.file) else { continue };
            let inside = source.get(place.span.start..place.span.end).is_some();
            assert!(inside || *place == Place::end_of(&place.file), "{problem:?}");
        }
    }
    let mut sorted = problems.to_vec();
    problem::sort(&mut sorted);
    assert_eq!(sorted, problems, "in the order in which one works through them");
    for lang in [Lang::Vi, Lang::En] {
        let text = problem::render(problems, sources, lang, false);
        assert!(problems.iter().all(|problem| text.contains(problem.code)), "{text}");
        assert_eq!(problem::to_json(problems, sources, lang).len(), problems.len());
    }
}

/// A refusal leaves no slot; what is not refused is planned, each slot once and in order of time.
fn answered_whole(loaded: &Loaded) {
    assert!(loaded.schedule.is_some() || loaded.refused(), "no schedule without a reason");
    assert!(loaded.slots.is_empty() || !loaded.refused(), "nothing airs of what is refused");
    assert!(loaded.slots.is_sorted_by_key(|slot| slot.planned));
    let ids: BTreeSet<_> = loaded.slots.iter().map(|slot| &slot.id).collect();
    assert_eq!(ids.len(), loaded.slots.len(), "a name is one slot's");
    for slot in &loaded.slots {
        assert!(slot.ends().is_none_or(|ends| ends >= slot.planned), "{slot:?}");
        assert!(slot.bar.as_ref().is_none_or(|bar| bar.cause != Cause::NoFile || slot.audio.is_none()), "{slot:?}");
    }
}

fn printed(loaded: &Loaded) {
    let (Some(month), false) = (loaded.month, loaded.refused()) else { return };
    let (slots, station): (&[Slot], _) = (&loaded.slots, &loaded.station);
    if slots.len() > PRINTED_SLOTS {
        return;
    }
    for lang in [Lang::Vi, Lang::En] {
        let sheet = Sheet { month, slots, station, schedule: loaded.schedule.as_ref(), asked: None, lang };
        let json = timetable::json(&sheet);
        assert_eq!(json["slots"].as_array().unwrap().len(), slots.len());
        assert!(!timetable::text(&sheet).is_empty());
        let words = timetable::summary(slots).words();
        assert!(!words.vi.is_empty() && !words.en.is_empty());
        assert!(timetable::csv(&sheet).matches('\n').count() > slots.len(), "a row a slot under the headings");
        for line in timetable::ics(&sheet, Timestamp::UNIX_EPOCH).split_inclusive('\n') {
            assert!(line.ends_with("\r\n") && line.len() <= 77, "RFC 5545: {line:?}");
        }
        let html = timetable::html(&sheet);
        assert!(html.ends_with("</html>\n") && !html.contains("<script"));
    }
}

/// A remark at the end of an accepted text changes nothing but the revision.
fn same_with_a_remark_more(loaded: &Loaded, mut again: Loaded) {
    assert_eq!(again.schedule, loaded.schedule);
    for slot in &mut again.slots {
        slot.revision.clone_from(&loaded.revision);
    }
    assert_eq!(again.slots, loaded.slots);
}

/// The sample of a station with its month, the gallery of mistakes in the files that they are made in, and both where
/// one needs the other.
pub fn seeds() -> Vec<Vec<u8>> {
    let read = |path: &str| fs::read(super::repository().join(path)).unwrap();
    let with = |station: &[u8], month: &[u8]| [station, &[BETWEEN], month].concat();
    let (station, month) = (read("schedules/station.toml"), read("schedules/2025-01.toml"));
    let plain = b"[line]\ndevice = \"null\"\n[rules]\napproval = \"off\"\n";
    let mut seeds = vec![with(&station, &month), month.clone()];
    for path in super::files("tests/messages", ".toml") {
        let text = fs::read(&path).unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap();
        seeds.push(match name.split('-').next().unwrap() {
            "station" => with(&text, b"month = \"2026-12\"\n"),
            "rules" => with(&read("tests/timetable/station.toml"), &text),
            "names" => with(&read("tests/language/station.toml"), &text),
            _ => with(plain, &text),
        });
    }
    seeds
}

/// The keys and words of both files.
pub fn words() -> Vec<String> {
    let mut words = BTreeSet::new();
    collect(&loa::schema::station(), &mut words);
    collect(&loa::schema::month(), &mut words);
    words
        .extend(["[[", "]]\n", " = \"", "\"\n", "'''", "\"\"\"", "{ ", "2026-12", "06:00", "T2-T7"].map(str::to_owned));
    words.into_iter().collect()
}

fn collect(schema: &Value, words: &mut BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            words.extend(
                map.get("properties").and_then(Value::as_object).into_iter().flat_map(|map| map.keys()).cloned(),
            );
            let listed = map.get("enum").and_then(Value::as_array).into_iter().flatten().chain(map.get("const"));
            words.extend(listed.filter_map(Value::as_str).map(str::to_owned));
            map.values().for_each(|inner| collect(inner, words));
        }
        Value::Array(list) => list.iter().for_each(|inner| collect(inner, words)),
        _ => {}
    }
}
