//! A station and its PC looked over: what `doctor` judges is read here.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::airing::Incident;
use crate::audio::catalogue::Catalogue;
use crate::audio::line::devices::{self, Nature};
use crate::cells;
use crate::clock;
use crate::doctor::{self, Backup, Cure, Finding, Line, Log, OnDuty, Unwritable};
use crate::files;
use crate::home::Home;
use crate::ledger::{self, Reader};
use crate::library::remembered_facts_of;
use crate::loading::{self, Loaded};
use crate::lock::beside;
use crate::outcome::Outcome;
use crate::problem::{Lang, Text};
use crate::schedule::Month;
use crate::station::Station;
use crate::system::{disk, restart, sleep, wake::WakeAlarm};
use crate::timetable::{Slot, SlotId};
use crate::trust::{ClockTrust, SystemSays};

mod outlets;

pub use outlets::outlets;

/// That another hand was at the log is told for so long.
const TOUCHED_TOLD: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Looks. May take some seconds. `status` is the daemon's own, where one answers.
pub fn look(home: &Home, on_duty: OnDuty, status: Option<&Value>) -> Vec<Finding> {
    let now = clock::now();
    let station = loading::load_station(home).station.unwrap_or_default();
    let months = months(home, now, &station);
    let slots: Vec<Slot> = months.iter().flat_map(|(_, month)| month.slots.clone()).collect();
    // A file that was taken away while the daemon runs is one that it refuses: what was in force before airs.
    let told = refused_by_the_daemon(status);
    let is_refused =
        |month: &Month, loaded: &Loaded| told.contains(month) || (loaded.refused() && !loaded.has_no_file());
    let refused: Vec<Month> =
        months.iter().filter(|(month, found)| is_refused(month, found)).map(|(month, _)| *month).collect();
    let reader = Reader::open(&home.ledger_file());
    let (clock, doubted) = the_clock(now, reader.as_ref().ok(), &station, status);
    let mut findings = vec![
        doctor::daemon(on_duty),
        clock,
        doctor::zone(now, &station, &TimeZone::system()),
        the_line(&station, status),
    ];
    let device = status.and_then(|status| status["line"]["device"].as_str()).unwrap_or(&station.line.device);
    findings.extend(doctor::line_shared(device, &beside::others_on(home, device)));
    if doubted {
        findings.push(doctor::months_unknown());
    } else {
        let is_there = |wanted| months.iter().any(|(month, found)| *month == wanted && found.month_text.is_some());
        let has_plan = |wanted| is_there(wanted) || refused.contains(&wanted);
        findings.push(doctor::months(now.to_zoned_datetime(station.zone.clone()).date(), has_plan));
        let missed = reader.as_ref().ok().and_then(|reader| missed_ahead(reader, now, &slots)).unwrap_or_default();
        let (missed, slots): (Vec<Slot>, Vec<Slot>) = slots.into_iter().partition(|slot| missed.contains(&slot.id));
        findings.extend(doctor::plan(now, &slots, &refused, &station));
        if !findings.iter().any(|finding| finding.code == "next") {
            findings.extend(next_in_force(status, &station));
        }
        findings.extend(doctor::missed_ahead(&missed, &station));
    }
    findings.push(log(home, reader, status, (now, &station)));
    findings.extend(backup(home, now));
    let unwritable = unwritable(home);
    // A station that was never on air has no folder for it yet.
    if home.var().is_dir() {
        let var = home.var().display().to_string();
        let var = unwritable.iter().find(|unwritable| unwritable.folder == var);
        findings.push(doctor::catalogue(Catalogue::open(&home.catalogue_file()).is_kept(), var));
    }
    findings.extend(disk::free_bytes(home.root()).ok().map(doctor::disk));
    findings.push(doctor::rights(&unwritable));
    // The daemon may run as another account and in narrower bounds than whoever asks.
    let woken = status.and_then(|status| status["sleep"]["wakes"].as_bool());
    let woken = woken.unwrap_or_else(|| WakeAlarm::of_this_pc().is_some_and(|alarm| alarm.may_be_set()));
    let refused = status.and_then(|status| status["sleep"]["refused"].as_str());
    findings.push(doctor::sleep(sleep::sleeps(), woken, refused));
    findings.push(doctor::restart(restart::pending()));
    findings
}

/// The months that the running daemon does not take, as it says.
fn refused_by_the_daemon(status: Option<&Value>) -> Vec<Month> {
    let refused = status.and_then(|status| status["schedule"]["refused"].as_array());
    let months = refused.into_iter().flatten().filter_map(|refused| refused["month"].as_str()?.parse().ok());
    months.collect()
}

/// What the running daemon airs next: of what it holds, whatever lies in its folder.
fn next_in_force(status: Option<&Value>, station: &Station) -> Option<Finding> {
    let next = &status?["next"];
    Some(doctor::next(next["planned"].as_str()?.parse().ok()?, next["title"].as_str()?, station))
}

/// What the log calls missed of what is still ahead.
fn missed_ahead(reader: &Reader, now: Timestamp, slots: &[Slot]) -> Option<BTreeSet<SlotId>> {
    let ahead: BTreeMap<&SlotId, Date> =
        slots.iter().filter(|slot| slot.planned > now).map(|slot| (&slot.id, slot.date)).collect();
    let (from, to) = (ahead.values().min()?, ahead.values().max()?);
    let came_of = reader.came_of(*from, *to).ok()?.into_iter();
    let missed = came_of.filter(|(id, outcome, _)| *outcome == Some(Outcome::Missed) && ahead.contains_key(id));
    Some(missed.map(|(id, ..)| id).collect())
}

/// Judged as the daemon would at a start, and whether it is doubted; what the system says of it is told as the daemon tells
/// it, where one answers.
fn the_clock(now: Timestamp, reader: Option<&Reader>, station: &Station, status: Option<&Value>) -> (Finding, bool) {
    let heartbeat = reader.and_then(|reader| reader.last_heartbeat().ok()).flatten();
    let mut trust = ClockTrust::new(heartbeat);
    let told = status.map(|status| &status["clock"]).filter(|clock| clock.is_object());
    let told = told.map(|clock| SystemSays::of(clock["synchronised"].as_bool(), clock["offset_ms"].as_i64()));
    let says = told.unwrap_or_else(clock::ask_the_system);
    trust.look(now, clock::awake_or_asleep_ms(), says, station.clock);
    // A daemon that is running may doubt it for what it has seen of it.
    let doubted = trust.doubt().is_some() || status.is_some_and(|status| status["clock"]["doubt"].is_string());
    (doctor::clock(now, trust.doubt(), says, &station.zone), doubted)
}

fn the_line(station: &Station, status: Option<&Value>) -> Finding {
    let lost = status.map(|status| &status["line"]).filter(|line| line["state"] == "lost");
    let device = lost.and_then(|line| line["device"].as_str()).unwrap_or(&station.line.device);
    let line = match device {
        _ if lost.is_some() => Line::Lost(lost.and_then(|line| line["why"].as_str()).unwrap_or_default()),
        "default" if devices::list().is_empty() => Line::Absent,
        "default" => Line::Default,
        device if device == "null" || device.starts_with("wav:") => Line::NoLoudspeaker,
        device => match devices::list().into_iter().find(|output| output.name == device) {
            None => Line::Absent,
            Some(output) => Line::There { is_default: output.is_default, is_virtual: output.nature == Nature::Virtual },
        },
    };
    doctor::line(device, line)
}

/// This month and the next one, with what is remembered of the recordings: nothing is measured now.
fn months(home: &Home, now: Timestamp, station: &Station) -> [(Month, Loaded); 2] {
    let this = Month::of(now.to_zoned_datetime(station.zone.clone()).date());
    let mut facts_of = remembered_facts_of(home);
    [this, this.next()].map(|month| (month, loading::load(home, month, &mut facts_of)))
}

/// What the file says of itself, and what the daemon says of writing it.
fn log(
    home: &Home,
    reader: Result<Reader, Text>,
    status: Option<&Value>,
    (now, station): (Timestamp, &Station),
) -> Finding {
    if !home.ledger_file().exists() {
        return doctor::log(Log::Absent);
    }
    let whole = |reader: Reader| {
        reader.check(&home.ledger_file())?;
        let read = || {
            let touched = last_touched(&reader, now)?;
            Ok((reader.verify(None, &mut |_, _| {})?.verdict, reader.station_uuid()?, touched))
        };
        read().map_err(|error: anyhow::Error| files::cause_in(&error))
    };
    let ledger = status.map(|status| &status["ledger"]);
    let refused = ledger.and_then(|ledger| Some((ledger["why"].as_str()?, ledger["waiting"].as_u64().unwrap_or(0))));
    doctor::log(match reader.and_then(whole) {
        Ok((verdict, ..)) if let Some((why, waiting)) = refused.filter(|_| verdict.findings.is_empty()) => {
            Log::Unwritten { waiting, why: why.to_owned() }
        }
        Ok((verdict, ..)) if !verdict.findings.is_empty() => Log::Changed(verdict.findings.len()),
        Ok((.., Some(Incident { began, detail, .. }))) => {
            let when = cells::on_clock(began, &station.zone).strftime("%H:%M %d/%m/%Y").to_string();
            Log::PutRight { when, what: detail }
        }
        Ok((verdict, station, None)) => Log::Whole { links: verdict.head.seq, station },
        Err(why) => Log::Broken(why),
    })
}

/// The last time within a month that another hand was at the log and that was put right.
fn last_touched(reader: &Reader, now: Timestamp) -> anyhow::Result<Option<Incident>> {
    Ok(reader.touched(now.saturating_sub(TOUCHED_TOLD)?)?.pop())
}

/// The newest copy below `var/backup`, and those that are another station's; nothing while the station has no log.
fn backup(home: &Home, now: Timestamp) -> Vec<Finding> {
    if !home.ledger_file().exists() {
        return Vec::new();
    }
    let files = std::fs::read_dir(home.backups()).into_iter().flatten().flatten();
    let copies = files.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|ending| ending == "db"));
    let (anothers, own): (Vec<_>, Vec<_>) = copies.partition(|path| ledger::is_anothers(path, &home.ledger_file()));
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut names: Vec<String> = anothers.iter().map(|path| name(path)).collect();
    names.sort();
    let dated = own.into_iter().filter_map(|path| Some((path.metadata().ok()?.modified().ok()?, path)));
    let newest = dated.max().map_or(Backup::Absent, |(made, path)| {
        let age_h = Timestamp::try_from(made).map_or(0, |made| now.duration_since(made).as_hours());
        match Reader::check_copy(&path) {
            Ok(()) => Backup::Opens { name: name(&path), age_h },
            Err(why) => Backup::Broken(why),
        }
    });
    [doctor::backup(newest)].into_iter().chain(doctor::anothers_copies(&names)).collect()
}

fn unwritable(home: &Home) -> Vec<Unwritable> {
    let folders = [home.root().to_owned(), home.schedules(), home.audio(), home.var()];
    let there = folders.into_iter().filter(|folder| folder.is_dir());
    there
        .filter_map(|folder| {
            let error = disk::try_to_write(&folder).err()?;
            let cure = match error.kind() {
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Cure::Room,
                ErrorKind::PermissionDenied => Cure::Rights,
                _ => Cure::Disk,
            };
            Some(Unwritable { folder: folder.display().to_string(), why: files::cause(&error), cure })
        })
        .collect()
}

/// The documented object of `loa doctor --json`.
pub fn to_json(findings: &[Finding], lang: Lang) -> Value {
    let findings: Vec<Value> = findings
        .iter()
        .map(|finding| {
            json!({
                "code": finding.code, "level": finding.level.code(), "message": finding.found.get(lang),
                "help": finding.remedy.as_ref().map(|remedy| remedy.get(lang)),
            })
        })
        .collect();
    json!({ "findings": findings })
}
