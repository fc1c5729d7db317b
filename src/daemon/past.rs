//! What the daemon must know of the time before it began: the last good schedules, and what fell due while nobody ran.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::record::Record;
use super::schedules::{Change, Schedules, has_station_file};
use crate::airing::Entry;
use crate::audio::catalogue::Catalogue;
use crate::director::{Past, keep_off_what_was_taken_out};
use crate::home::Home;
use crate::ledger::{Blind, Ledger, Reader, Recovery, Revision};
use crate::loading::{self, Loaded};
use crate::outcome::{Cause, Outcome};
use crate::problem::Lang;
use crate::schedule::Month;
use crate::schedule::audio_facts::Facts;
use crate::timetable::{Kind, Slot};

/// Reads the months around now with what is remembered of the recordings: a first decode may take minutes. A broadcast of
/// several places of which one was never measured has no instants yet and is left to the first full reading; what has
/// an instant of its own is aired unmeasured. A month that cannot be trusted comes from the ledger, and so does one whose
/// file, or the station's, is gone. Answers with these months as the log has them: what lies there now is an edit of that.
///
/// # Errors
/// If the ledger cannot be read.
pub fn read_first(home: &Home, months: &[Month], now: Timestamp, into: &mut Schedules) -> anyhow::Result<Vec<Loaded>> {
    let mut catalogue = Catalogue::open(&home.catalogue_file());
    let reader = open(home)?;
    let mut of_record = Vec::new();
    for month in months {
        let mut loaded = loading::load(home, *month, &mut |files: &[String]| remembered(home, &mut catalogue, files));
        leave_unmeasured(&mut loaded.slots);
        if let Some(last) = reader.last_revision(*month, now)? {
            let is_as_it_was = last.sha256 == loaded.revision && !loaded.refused();
            let kept = if is_as_it_was { loaded.clone() } else { from_revision(home, &mut catalogue, &last) };
            if loaded.refused() || !has_station_file(&loaded) {
                into.restore(kept.clone(), last.read_at);
            }
            of_record.push(kept);
        }
        if into.take(loaded, now) == Change::Refused {
            tracing::warn!(%month, "the last good schedule is in force, if there was one");
        }
    }
    Ok(of_record)
}

/// What the director is told of the past; the months around now the log has as `of_record`. With no `now`, nobody knows the
/// time: what fell due until now is told when somebody does. Somebody may vouch for the clock that says it.
///
/// # Errors
/// If the ledger cannot be read.
pub fn from_ledger(
    home: &Home,
    (ledger, recovery): (&Ledger, &Recovery),
    of_record: &[Loaded],
    in_force: &Schedules,
    (now, clock_is_kept): (Option<Timestamp>, bool),
) -> anyhow::Result<Past> {
    let since = recovery.previous.as_ref().map(|run| run.heartbeat);
    let is_ahead = |slot: &&Slot| now.or(since).is_some_and(|since| since < slot.planned);
    let (ahead, passed) = of_record.iter().flat_map(|month| &month.slots).cloned().partition(|slot| is_ahead(&slot));
    Ok(Past {
        settled: recovery.settled.clone(),
        heard: heard(home, &in_force.station().zone, now.or(since))?,
        frozen: recovery.open.iter().map(|entry| entry.slot.clone()).collect(),
        rows_until: recovery.open.iter().filter_map(Entry::row_until).collect(),
        broken_off: recovery.broken_off.clone(),
        instead: recovery.instead.clone(),
        unwritten: now.map_or(Ok(Vec::new()), |now| unwritten(home, since, in_force, now, Some(ledger)))?,
        ordered: recovery.ordered.clone(),
        plan: (!of_record.is_empty()).then_some(ahead),
        passed,
        started: now,
        gap_cause: Some(recovery.gap_cause),
        leaps: recovery.leaps.clone(),
        clock_is_unkept: !clock_is_kept,
    })
}

/// What was heard on the day of an instant and the one before.
fn heard(home: &Home, zone: &TimeZone, at: Option<Timestamp>) -> anyhow::Result<Vec<Slot>> {
    let Some(at) = at else { return Ok(Vec::new()) };
    let day = at.to_zoned_datetime(zone.clone()).date();
    let entries = open(home)?.entries(day.yesterday().unwrap_or(day), day)?.into_iter();
    Ok(entries.filter(|entry| entry.was_heard() == Some(true)).map(|entry| entry.slot).collect())
}

/// The record of this run, with those whom the station has told: of what is given up first, too.
pub fn begin_record(
    ledger: Ledger,
    (lang, home): (Lang, &Home),
    schedules: &Schedules,
    recovery: &Recovery,
    past: &mut Past,
) -> Record {
    let mut record = Record::new(ledger, lang, past);
    if let Some(station) = schedules.good_station() {
        record.follow(station, home.root());
    }
    let zone = schedules.station().zone;
    settle_hidden(&mut past.unwritten, recovery.blind, recovery.gap_cause, &mut record, &zone);
    record
}

/// Takes out of `due` what may have been heard while nothing could be written down: it is not heard again, and the log says
/// so, and whoever is told of what was not heard.
pub fn settle_hidden(due: &mut Vec<Slot>, blind: Option<Blind>, cause: Cause, record: &mut Record, zone: &TimeZone) {
    let Some(blind) = blind else { return };
    let note = blind.may_have_been_heard(zone);
    for slot in due.extract_if(.., |slot| blind.hides(slot)) {
        record.freeze(&slot);
        record.settle(&slot.id, Outcome::Missed, Some(cause), note.clone());
    }
}

/// The slots that fell due since the last heartbeat, as the revision then in force planned them. Of a month that nobody had
/// read by then there is none: its file counts as it lies there, for what fell due after it was last written, and goes into
/// the log with those slots if there is one to `keep` it in.
///
/// # Errors
/// If the ledger cannot be read.
pub fn unwritten(
    home: &Home,
    heartbeat: Option<Timestamp>,
    in_force: &Schedules,
    now: Timestamp,
    keep: Option<&Ledger>,
) -> anyhow::Result<Vec<Slot>> {
    // Nothing before the station's first run is of record.
    let Some(from) = heartbeat else { return Ok(Vec::new()) };
    let reader = open(home)?;
    let mut catalogue = Catalogue::open(&home.catalogue_file());
    let mut slots = Vec::new();
    let zone = in_force.station().zone;
    let mut month = Month::of(from.to_zoned_datetime(zone.clone()).date());
    let last = Month::of(now.to_zoned_datetime(zone).date());
    let mut station_text = None;
    while month <= last {
        let (loaded, since) = match reader.last_revision(month, now)? {
            Some(kept) => {
                station_text = Some(kept.station_text.clone());
                (from_revision(home, &mut catalogue, &kept), from)
            }
            None => match lay_there(home, &mut catalogue, month, station_text.clone()) {
                Some(found) => found,
                None => {
                    month = month.next();
                    continue;
                }
            },
        };
        let due = |slot: &&Slot| from < slot.planned && since <= slot.planned && slot.planned <= now;
        let due: Vec<Slot> = loaded.slots.iter().filter(due).cloned().collect();
        let is_new = since != from && !due.is_empty();
        if let (true, Some(ledger), Some(text)) = (is_new, keep, &loaded.month_text) {
            tracing::warn!(%month, slots = due.len(), "fell due by a schedule that nobody had read");
            ledger.keep_revision(
                month,
                loaded.station_text.as_deref().unwrap_or_default(),
                text,
                &loaded.revision,
                now,
            );
        }
        slots.extend(due);
        month = month.next();
    }
    keep_off_what_was_taken_out(&mut slots, &in_force.slots(), from, now);
    Ok(slots)
}

/// A month's file of which the log has nothing, under the station as it was last in force, and since when it lies there as
/// it is; none where it is absent or refused.
fn lay_there(
    home: &Home,
    catalogue: &mut Catalogue,
    month: Month,
    station_text: Option<String>,
) -> Option<(Loaded, Timestamp)> {
    let text = loading::month_text(home, month).ok()?;
    let written = std::fs::metadata(home.month_file(month)).and_then(|file| file.modified()).ok()?;
    let station_text = station_text.or_else(|| loading::load_station(home).text);
    let mut facts_of = |files: &[String]| remembered(home, catalogue, files);
    let loaded = loading::load_texts(month, station_text, text, &mut facts_of);
    (!loaded.refused()).then_some((loaded, Timestamp::try_from(written).ok()?))
}

fn from_revision(home: &Home, catalogue: &mut Catalogue, kept: &Revision) -> Loaded {
    // A station without a file was kept as an empty text, which says the same: the defaults.
    let station_text = Some(kept.station_text.clone());
    let mut facts_of = |files: &[String]| remembered(home, catalogue, files);
    loading::load_texts(kept.month, station_text, kept.schedule_text.clone(), &mut facts_of)
}

fn remembered(home: &Home, catalogue: &mut Catalogue, files: &[String]) -> Facts {
    let audio = home.audio();
    loading::facts_with_folders(&audio, files, |files| catalogue.remembered(&audio, files))
}

/// Leaves out the broadcasts whose instants rest on lengths that nobody has measured.
fn leave_unmeasured(slots: &mut Vec<Slot>) {
    let unknown =
        |slot: &&Slot| slot.window.is_some() && slot.audio.is_none() && slot.bar.is_none() && slot.kind != Kind::Column;
    let broadcasts: BTreeSet<String> = slots.iter().filter(unknown).map(|slot| slot.broadcast.clone()).collect();
    slots.retain(|slot| !broadcasts.contains(&slot.broadcast));
}

fn open(home: &Home) -> anyhow::Result<Reader> {
    Reader::open(&home.ledger_file()).map_err(|text| anyhow::anyhow!(text.en))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::ledger::RunStart;
    use crate::metrics::Metrics;
    use crate::station::{Station, Way};

    const STATION: &str = "[line]\ndevice = \"null\"\n";

    fn month_text(month: &str) -> String {
        format!(
            "month = \"{month}\"\n\n[[segment]]\ntitle = \"Bản tin\"\naudio = \"tin.mp3\"\nat = \"05:30\"\ndays = \"T2-CN\"\n"
        )
    }

    fn instant(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn write(home: &Home, month: &str, written: &str) {
        let path = home.month_file(month.parse().unwrap());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, month_text(month)).unwrap();
        let since = Duration::from_secs(u64::try_from(instant(written).as_second()).unwrap());
        fs::File::options().write(true).open(&path).unwrap().set_modified(SystemTime::UNIX_EPOCH + since).unwrap();
    }

    /// The PC was off from 20 October to 10 December; only October had been read.
    #[test]
    fn what_may_have_been_heard_while_nothing_was_written_is_counted_and_told_like_any_slot_that_was_not_heard() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        let at = instant("2026-12-01T05:00:00+07:00");
        let start = RunStart { at, uptime_ms: 0, boot_id: "b".into(), program: "loa".into() };
        let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(7));
        let (ledger, _) = Ledger::open(&home.ledger_file(), &start, &zone).unwrap();
        let mut record = Record::new(ledger, Lang::Vi, &Past::default());
        // Nobody is there to take it, so that it waits.
        let nobody = Way::Command(vec!["khong-co-chuong-trinh-nay".into()]);
        let mut station = Station { zone: zone.clone(), ..Station::default() };
        station.alerts.ways = vec![nobody];
        record.follow(&station, home.root());
        let mut due = loading::load_texts(
            "2026-12".parse().unwrap(),
            Some(STATION.into()),
            month_text("2026-12"),
            &mut |_: &[String]| Facts::default(),
        )
        .slots;
        let planned = due.len();
        let to = instant("2026-12-01T06:00:00+07:00");
        let blind = Blind { from: at, to, why: crate::ledger::Lacking::Unwritten };
        settle_hidden(&mut due, Some(blind), Cause::Power, &mut record, &zone);
        assert_eq!(due.len(), planned - 1);
        let mut counted = Metrics::default();
        counted.settled(Outcome::Missed, Some(Cause::Power));
        assert_eq!(*record.metrics(), counted);
        for _ in 0..500 {
            if record.alerts_waiting() > 0 {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("nobody is told");
    }

    #[test]
    fn a_month_whose_file_lay_there_unread_while_nobody_ran_is_of_record_from_when_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        write(&home, "2026-10", "2026-09-28T08:00:00+07:00");
        fs::write(home.station_file(), STATION).unwrap();
        // Written into in mid-month, and after all was over.
        write(&home, "2026-11", "2026-11-15T08:00:00+07:00");
        write(&home, "2026-12", "2026-12-10T09:00:00+07:00");
        let start = |at: &str| RunStart { at: instant(at), uptime_ms: 0, boot_id: "b".into(), program: "loa".into() };
        let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(7));
        let (ledger, _) = Ledger::open(&home.ledger_file(), &start("2026-10-01T05:00:00+07:00"), &zone).unwrap();
        let october = month_text("2026-10");
        let read_at = instant("2026-10-01T05:00:01+07:00");
        ledger.keep_revision("2026-10".parse().unwrap(), STATION, &october, &"ab".repeat(32), read_at);
        let waits = |ledger: &Ledger| {
            while ledger.health().waiting > 0 {
                std::thread::sleep(Duration::from_millis(2));
            }
        };
        waits(&ledger);
        let (off, on) = (instant("2026-10-20T12:00:00+07:00"), instant("2026-12-10T10:00:00+07:00"));
        let due = unwritten(&home, Some(off), &Schedules::default(), on, Some(&ledger)).unwrap();
        let dates: Vec<String> = due.iter().map(|slot| slot.date.to_string()).collect();
        let wanted = (21..=31).map(|day| format!("2026-10-{day}")).chain((16..=30).map(|day| format!("2026-11-{day}")));
        assert_eq!(dates, wanted.collect::<Vec<_>>());
        // The schedule goes into the log with its slots, and the report tells how many they are.
        waits(&ledger);
        let reader = open(&home).unwrap();
        let november = "2026-11".parse().unwrap();
        let kept = reader.last_revision(november, instant("2026-12-10T10:00:01+07:00")).unwrap().unwrap();
        assert_eq!((kept.schedule_text, kept.sha256), (month_text("2026-11"), due.last().unwrap().revision.clone()));
        for slot in &due {
            ledger.freeze(slot);
        }
        waits(&ledger);
        let (from, to) = (due[0].date, due.last().unwrap().date);
        assert_eq!(reader.read_late(from, to).unwrap(), 15);
    }
}
