//! What was sent is not what was heard: the log keeps both, and a report counts what was heard.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use loa::airing::IncidentKind;
use loa::director::Relayed;
use loa::ledger::{Ledger, Reader, Synced};
use loa::outcome::{Cause, Outcome};
use loa::problem::Text;
use loa::programme::relay::RelaySource;
use loa::programme::{AfterPowerCut, Class};
use loa::report::row::{Log, Row};
use loa::report::totals::Totals;
use loa::timetable::{ByHand, Kind, Slot};
use rusqlite::Connection;

use super::{Home, PATIENCE, at, audio, home, killed, open, slot, written};

const DAY: Date = date(2026, 12, 1);

/// A broadcast of its own, sent from its instant to `until`.
fn sent(ledger: &Ledger, slot: &Slot, until: &str, (outcome, cause): (Outcome, Option<Cause>)) {
    ledger.freeze(slot);
    assert_eq!(ledger.open_part(&slot.id, &audio(), "main", "alsa:usb", PATIENCE), Synced::Yes);
    ledger.note_began(&slot.id, slot.planned);
    let lasted = at(until).duration_since(slot.planned).as_millis();
    ledger.close_part(&slot.id, at(until), u64::try_from(lasted).unwrap(), 0);
    ledger.settle(&slot.id, outcome, cause, "");
}

fn rows(home: &Home) -> Vec<Row> {
    Reader::open(&home.path).unwrap().report_rows(DAY, DAY).unwrap()
}

fn totals(home: &Home) -> Totals {
    Totals::of(&Log::new(rows(home), Vec::new(), &BTreeSet::new()), DAY, DAY, &BTreeSet::new())
}

const AIRED: (Outcome, Option<Cause>) = (Outcome::Aired, None);
const BY_THE_LINE: (Outcome, Option<Cause>) = (Outcome::Interrupted, Some(Cause::Line));

/// A line that is muted before an airing and sounds again after it: the monitor finds that out a moment after the beginning.
#[test]
fn what_the_monitor_did_not_hear_is_no_airtime_and_a_broadcast_of_nothing_else_is_none_that_was_heard() {
    let home = home();
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    ledger.incident_began(IncidentKind::LineSilent, at("05:30:01"), &Text::same(""));
    sent(&ledger, &slot("05:30:00", "muted"), "05:30:33", BY_THE_LINE);
    ledger.incident_ended(IncidentKind::LineSilent, at("05:30:33"));
    sent(&ledger, &slot("05:40:00", "half"), "05:41:00", BY_THE_LINE);
    ledger.incident_began(IncidentKind::LineSilent, at("05:40:20"), &Text::same(""));
    ledger.incident_ended(IncidentKind::LineSilent, at("05:40:45"));
    // A control that Loa may mistake takes nothing away.
    ledger.incident_began(IncidentKind::Muted, at("05:50:00"), &Text::same(""));
    sent(&ledger, &slot("05:50:00", "whole"), "05:51:00", AIRED);
    written(&ledger);
    let heard: Vec<u64> = rows(&home).iter().map(|row| row.heard_ms).collect();
    assert_eq!(heard, [0, 35_000, 60_000]);
    let totals = totals(&home);
    assert_eq!((totals.airtime.value, totals.broadcasts.value, totals.days.value), (95_000, 2, 1));
    // Whoever reads the log itself reads the same, and what was sent beside it.
    let entries = super::entries(&home.path);
    let airings: Vec<_> = entries.iter().filter_map(|entry| entry.airing.as_ref()).collect();
    assert_eq!(airings.iter().map(|airing| airing.heard_ms()).collect::<Vec<_>>(), heard);
    assert_eq!(airings.iter().map(|airing| airing.played_ms()).collect::<Vec<_>>(), [33_000, 60_000, 60_000]);
    let came_of = Reader::open(&home.path).unwrap().came_of(DAY, DAY).unwrap();
    assert_eq!(came_of.into_iter().map(|(_, _, heard_ms)| heard_ms).collect::<Vec<_>>(), heard);
}

/// The log has the tone as what it is; a report counts what was broadcast.
#[test]
fn a_test_tone_stands_in_the_log_and_is_no_airtime_and_no_broadcast() {
    let home = home();
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    let asked = |time: &str, files: &[&str]| {
        let (title, files) = ("Âm thử".to_owned(), files.iter().map(|file| (*file).to_owned()).collect());
        let zone = &super::zone();
        ByHand { at: at(time), zone, number: 1, class: Class::Normal, title, files, of: None, by: "Lan" }.slot()
    };
    sent(&ledger, &asked("05:30:00", &["am-thu.wav"]), "05:30:08", AIRED);
    sent(&ledger, &asked("05:40:00", &["bao-so-3.mp3"]), "05:41:00", AIRED);
    written(&ledger);
    let totals = totals(&home);
    let figures = (totals.airtime.value, totals.by_hand.value, totals.by_hand_airtime.value, totals.broadcasts.value);
    assert_eq!(figures, (60_000, 1, 60_000, 1));
    let entries = super::entries(&home.path);
    assert_eq!(entries.iter().map(|entry| entry.slot.is_tone()).collect::<Vec<_>>(), [true, false]);
}

fn relay() -> Slot {
    Slot { kind: Kind::Relay, segment: None, audio: None, ..slot("06:00:00", "vov") }
}

/// Begun at its instant.
fn on_air(ledger: &Ledger, relay: &Slot) {
    ledger.freeze(relay);
    ledger.open_part(&relay.id, &Default::default(), "main", "alsa:usb", PATIENCE);
    ledger.note_began(&relay.id, relay.planned);
}

#[test]
fn what_of_a_relay_was_not_its_source_is_written_down_and_neither_silence_nor_a_recording_is_a_relay() {
    let home = home();
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    let relay = relay();
    on_air(&ledger, &relay);
    ledger.note_not_the_source(&relay.id, 10_000, 0);
    ledger.note_not_the_source(&relay.id, 21_000, 5_000);
    ledger.close_part(&relay.id, at("06:01:00"), 60_000, 0);
    ledger.settle(&relay.id, Outcome::Aired, None, "");
    written(&ledger);
    let totals = totals(&home);
    let figures = (totals.airtime.value, totals.relay.value, totals.in_place_of_relay.value);
    assert_eq!(figures, (55_000, 34_000, 21_000));
    // It is vouched for like the rest of the row.
    let findings = |path| Reader::open(path).unwrap().verify(None, &mut |_, _| {}).unwrap().verdict.findings;
    assert_eq!(findings(&home.path), []);
    drop(ledger);
    let by_hand = Connection::open(&home.path).unwrap();
    by_hand.execute_batch("drop trigger part_fixed; update part set stand_in_ms = 0").unwrap();
    assert!(findings(&home.path).iter().any(|finding| finding.code() == "changed"));
}

#[test]
fn a_kill_in_the_midst_of_a_relay_leaves_word_of_what_stood_in_for_its_source() {
    let home = home();
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    let relay = relay();
    on_air(&ledger, &relay);
    ledger.note_heard(&relay.id, at("06:01:00"), 60_000);
    ledger.note_not_the_source(&relay.id, 40_000, 0);
    written(&ledger);
    let after = killed(&home);
    drop(open(&after.path, "09:00:00", "boot 2"));
    let totals = totals(&after);
    assert_eq!((totals.relay.value, totals.in_place_of_relay.value), (20_000, 40_000));
}

/// Of a relay the whole of it counts, and a run that goes on with one asks the log for what was heard before.
#[test]
fn what_was_heard_of_a_relay_before_a_kill_is_known_to_the_run_that_goes_on_with_it() {
    let home = home();
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    let source = Some(RelaySource::parse("https://dai.example/live").unwrap());
    let relay = Slot { relay: source, until: Some(at("06:14:00")), after_power_cut: AfterPowerCut::Resume, ..relay() };
    on_air(&ledger, &relay);
    ledger.note_heard(&relay.id, at("06:01:00"), 60_000);
    ledger.note_not_the_source(&relay.id, 25_000, 15_000);
    written(&ledger);
    let (_ledger, recovery) = open(&killed(&home).path, "06:01:10", "boot 2");
    let heard = Relayed { source_ms: 20_000, fallback_ms: 25_000, nothing_ms: 15_000, losses: 1, why: String::new() };
    assert_eq!(recovery.broken_off.iter().map(|off| &off.relayed).collect::<Vec<_>>(), [&heard]);
}
