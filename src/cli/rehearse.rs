//! `loa rehearse`: the real director through a month or a day in moments, and the log that it would give.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::check::colour;
use super::dates::period;
use super::printing::put;
use super::timetable::{Planned, planned};
use super::{Context, Failure, PROBLEMS, aside, progress};
use crate::airing::{Entry, nobody_in_particular};
use crate::audio::{attention, names};
use crate::cells;
use crate::director::AirRules;
use crate::files;
use crate::home::Home;
use crate::ledger::Reader;
use crate::loading::Loaded;
use crate::outcome::Outcome;
use crate::player::Settings;
use crate::player::render::{self, Stretch};
use crate::problem::{self, Lang, Text};
use crate::rehearsal::{self, Disk, Ending, Fault, Heard, World};
use crate::report::airings::{Log, json, text};
use crate::schedule::Month;
use crate::schedule::audio_facts::Facts;
use crate::timetable::{Slot, SlotId};

/// What stands for the station in the log of a rehearsal while it has no log of its own.
const NO_STATION: &str = "00000000-0000-0000-0000-000000000000";
/// How long before its first slot a rehearsal begins, in ms.
const BEFORE_MS: i64 = 600_000;

/// Diễn tập · the real rules through a month or a day in moments: prints the log that it would give. Nothing sounds and nothing
/// is written into the station's own log.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa rehearse 2026-12-01 --wav nghe-thu")]
pub struct Args {
    /// Tháng (`2026-12`) hoặc ngày (`2026-12-01`); không ghi thì tháng này · a month (`2026-12`) or a date (`2026-12-01`); by
    /// default this month
    #[arg(value_name = "MONTH|DATE")]
    period: Option<String>,
    /// Thư mục ghi lại những gì loa sẽ phát, mỗi buổi một tệp · a folder for what the street would hear, a file a broadcast
    #[arg(long, value_name = "DIR")]
    wav: Option<PathBuf>,
    /// Thêm sự cố theo số đã cho; cùng một số thì cùng sự cố · adds faults drawn from this number; the same number gives the same faults
    #[arg(long, value_name = "SEED")]
    faults: Option<u64>,
    /// In ra JSON, cho chương trình khác · prints JSON, for programs
    #[arg(long)]
    json: bool,
}

/// Rehearses and prints. Status 1 if the schedule is refused, or if a promise of the log was not kept.
///
/// # Errors
/// Wrong use: no home, or a period that is none; problems if a file cannot be written.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let home = context.find_home()?;
    let (month, date) = period(&home, args.period.as_deref())?;
    let mut known = Facts::new();
    let mut measure = super::facts_of(&home);
    let mut facts_of = |files: &[String]| {
        let facts = measure(files);
        known.extend(facts.clone());
        facts
    };
    let Some(plan) = planned(&home, month, context.lang, &mut facts_of) else { return Ok(PROBLEMS) };
    let Planned { mut loaded, beside, between: (between, sources) } = plan;
    let zone = loaded.station.zone.clone();
    let own = |slot: &Slot| date.map_or_else(|| month == Month::of(slot.date), |date| slot.is_of_day(date, &zone));
    let all = loaded.slots.drain(..).chain(beside.into_iter().flat_map(|month| month.slots));
    let (asked, others): (Vec<Slot>, Vec<Slot>) = all.partition(&own);
    loaded.slots = asked;
    loaded.slots.sort_by_key(|slot| slot.planned);
    let others = in_the_way(&loaded.slots, others.into_iter());
    let faults = args.faults.map(|seed| rehearsal::faults(seed, &loaded.slots)).unwrap_or_default();
    let world = rehearsed(&loaded, others, &known, &faults, context.lang);
    let mut entries = world.as_ref().map(|world| world.log.entries()).unwrap_or_default();
    // What somebody asks for is of no period; where an edit moves an item within this one, that is of it too.
    entries.retain(|entry| entry.slot.asked_by.is_some() || own(&entry.slot));
    let station = Reader::open(&home.ledger_file()).ok().and_then(|reader| reader.station_uuid().ok());
    let station = station.as_deref().unwrap_or(NO_STATION);
    let log = Log { station, zone: &zone, entries: &entries, first: &first_heard(&entries), corrections: &[] };
    if args.json {
        put(&json::rehearsed(&log, args.faults))?;
    } else {
        let head = Text::new("Diễn tập, chưa phát gì:", "A rehearsal, of which nothing was aired:");
        put(&format!("{}\n{}", head.get(context.lang), text::render(&log, context.lang)))?;
        aside(&problem::render(&between, &sources, context.lang, colour(&std::io::stderr())));
        put(&told_faults(&faults, world.as_ref(), &zone, context))?;
    }
    let Some(world) = world else { return Ok(0) };
    if let Some(folder) = &args.wav {
        write_sound(folder, &home, &loaded, (&world, &entries), &known, context)?;
    }
    Ok(tell_violations(&world, args.faults, context))
}

/// Those of the `others` that may be on air while anything of `slots` is, in order of time.
fn in_the_way(slots: &[Slot], others: impl Iterator<Item = Slot>) -> Vec<Slot> {
    let lasts = |slot: &Slot| slot.ends().max(slot.broadcast_ends).unwrap_or(slot.planned);
    let (Some(first), Some(last)) = (slots.first(), slots.iter().map(lasts).max()) else { return Vec::new() };
    others.filter(|other| other.planned < last && lasts(other) > first.planned).collect()
}

/// The period in a world of its own, beside the `others` that meet it; none where nothing is planned.
fn rehearsed(
    loaded: &Loaded,
    others: Vec<Slot>,
    known: &Facts,
    faults: &[(Timestamp, Fault)],
    lang: Lang,
) -> Option<World> {
    if loaded.slots.is_empty() {
        return None;
    }
    let mut all: Vec<Slot> = loaded.slots.iter().cloned().chain(others).collect();
    all.sort_by_key(|slot| slot.planned);
    let (first, last) = (all.first()?.planned, all.last()?.planned);
    let begins = first - jiff::SignedDuration::from_millis(BEFORE_MS);
    let mut world = World::new(begins, AirRules::of(&loaded.station), &loaded.station.line.device, &[]);
    world.disk = Disk::of(known);
    nobody_in_particular().get(lang).clone_into(&mut world.by);
    world.tone_ms = attention::AttentionTone::new(0).length_ms();
    world.plan_anew(all);
    rehearsal::rehearse(&mut world, faults, last);
    Some(world)
}

/// Slots in which their segment is heard whole for the first time in the rehearsal.
fn first_heard(entries: &[Entry]) -> BTreeSet<SlotId> {
    let aired = |entry: &&Entry| entry.airing.as_ref().is_some_and(|airing| airing.outcome == Some(Outcome::Aired));
    let mut heard = BTreeSet::new();
    let first = entries
        .iter()
        .filter(aired)
        .filter(|entry| entry.slot.segment.as_ref().is_some_and(|segment| heard.insert(segment.clone())));
    first.map(|entry| entry.slot.id.clone()).collect()
}

fn told_faults(faults: &[(Timestamp, Fault)], world: Option<&World>, zone: &TimeZone, context: &Context) -> String {
    if faults.is_empty() {
        return String::new();
    }
    let mut told = format!("\n{}\n", Text::new("Sự cố giả định:", "Faults that were made up:").get(context.lang));
    for (at, fault) in faults {
        let at = cells::on_clock(*at, zone).strftime("%d/%m %H:%M:%S").to_string();
        told += &format!("  {at}  {}\n", fault.words(zone).get(context.lang));
    }
    // The first is the plan as it is written.
    let edits = world.into_iter().flat_map(|world| world.edits.iter().skip(1));
    let edits: Vec<_> = edits.filter_map(|made| Some((made.at, made.words(zone)?))).collect();
    if !edits.is_empty() {
        told += &format!("\n{}\n", Text::new("Kế hoạch khi ấy bị sửa:", "What was edited then:").get(context.lang));
    }
    for (at, what) in edits {
        let at = cells::on_clock(at, zone).strftime("%d/%m %H:%M:%S").to_string();
        told += &format!("  {at}  {}\n", what.get(context.lang));
    }
    told
}

/// What the log would have promised and not kept is a mistake of Loa's.
fn tell_violations(world: &World, seed: Option<u64>, context: &Context) -> u8 {
    let violations = world.violations();
    for broken in &violations {
        let slot = broken.slot.as_ref().map_or("", |slot| slot.0.as_str());
        let (seed, why) = (seed.map_or_else(String::new, |seed| format!(" --faults {seed}")), &broken.why);
        let promise = broken.promise;
        let text = Text::new(
            format!(
                "lỗi của Loa: không giữ được điều “{}” ở `{slot}`: {why}; hãy gửi kế hoạch này cùng lệnh `loa rehearse{seed}` cho người làm Loa",
                promise.word(crate::problem::Lang::Vi)
            ),
            format!(
                "a mistake of Loa's: “{}” did not hold for `{slot}`: {why}; send this schedule and `loa rehearse{seed}` to those who make Loa",
                promise.word(crate::problem::Lang::En)
            ),
        );
        aside(&format!("{}\n", text.get(context.lang)));
    }
    if violations.is_empty() { 0 } else { PROBLEMS }
}

/// Writes a file for each broadcast of these `entries` of which something was heard.
fn write_sound(
    folder: &Path,
    home: &Home,
    loaded: &Loaded,
    (world, entries): (&World, &[Entry]),
    known: &Facts,
    context: &Context,
) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| unwritten(folder, &error.into()))?;
    let settings = Settings { line: loaded.station.line.clone(), zone: loaded.station.zone.clone() };
    let mut broadcasts: BTreeMap<String, Vec<(&Heard, Slot)>> = BTreeMap::new();
    let entries: BTreeMap<&SlotId, &Entry> = entries.iter().map(|entry| (&entry.slot.id, entry)).collect();
    for heard in &world.heard {
        if let Some(entry) = entries.get(&heard.slot) {
            broadcasts.entry(entry.slot.broadcast.clone()).or_default().push((heard, entry.slot.clone()));
        }
    }
    let mut bar = progress::Bar::new();
    let total = broadcasts.len();
    let all_s: u64 = broadcasts.values().map(|heard| seconds(heard)).sum();
    let mut done_s = 0;
    for (broadcast, mut heard) in broadcasts {
        heard.sort_by_key(|(heard, _)| heard.began);
        let stretches: Vec<Stretch> = (0..heard.len())
            .map(|at| stretch(heard[at].0, at.checked_sub(1).map(|before| heard[before].0), home, known))
            .collect();
        let planned = heard.iter().map(|(_, slot)| slot.planned).min().unwrap_or(Timestamp::MIN);
        let begins = planned.min(stretches[0].begins);
        let path = folder.join(format!("{}.wav", broadcast.replace('/', "_").replace(':', "-")));
        let mut tell = |written_s| bar.show_seconds(done_s + written_s, all_s);
        render::render(&path, begins, &stretches, &settings, &mut tell).map_err(|error| unwritten(&path, &error))?;
        done_s += seconds(&heard);
    }
    drop(bar);
    let words = Text::new(
        format!("Đã ghi {total} tệp vào `{}`; chỗ tiếp âm là im lặng", folder.display()),
        format!("{total} files are in `{}`; a relay is silence there", folder.display()),
    );
    aside(&format!("{}\n", words.get(context.lang)));
    Ok(())
}

/// How long a broadcast lasts from its first sound to its last, in s.
fn seconds(heard: &[(&Heard, Slot)]) -> u64 {
    let first = heard.iter().map(|(heard, _)| heard.began).min();
    let last = heard.iter().map(|(heard, _)| heard.ended).max();
    first.zip(last).map_or(0, |(first, last)| u64::try_from(last.duration_since(first).as_secs()).unwrap_or(0))
}

fn stretch(heard: &Heard, before: Option<&Heard>, home: &Home, known: &Facts) -> Stretch {
    let recording = |file: &String| {
        let path = names::resolve(&home.audio(), file).ok()?;
        Some((path, known.get(file)?.as_ref().ok()?.clone()))
    };
    let by_fade = match heard.ending {
        Ending::Own => None,
        Ending::Cut(fade_ms) => Some((heard.ended, fade_ms)),
        Ending::Line | Ending::Run => Some((heard.ended, 1)),
    };
    Stretch {
        recordings: heard.files.iter().filter_map(recording).collect(),
        tone_ms: heard.tone.as_ref().map(|tone| tone.at_least_ms),
        from_ms: heard.from_ms,
        begins: heard.began,
        ends: heard.ended,
        follows: before.is_some_and(|before| before.ended == heard.began && !before.files.is_empty()),
        cut: by_fade,
    }
}

fn unwritten(path: &Path, error: &anyhow::Error) -> Failure {
    let (path, cause) = (path.display(), files::cause_in(error));
    let text = Text::new(
        format!("không ghi được `{path}`: {}; hãy xem quyền ghi và chỗ trống trên đĩa", cause.vi),
        format!("cannot write `{path}`: {}; look at the rights to write and the room on the disk", cause.en),
    );
    Failure { status: PROBLEMS, text }
}
