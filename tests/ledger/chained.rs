//! Who owns the PC can rewrite the log; the chain names what was done to it.

use std::path::Path;

use data_encoding::HEXLOWER;
use loa::airing::{Corrected, Correction, IncidentKind};
use loa::ledger::{Checked, Finding, Ledger, Reader, Synced, VERSION};
use loa::outcome::{Cause, Outcome};
use loa::problem::Text;
use rusqlite::Connection;

use super::{Home, PATIENCE, at, audio, entries, home, open, slot, written};

const FIRST: &str = "2026-12-01/05:30:00/cchc";
const SECOND: &str = "2026-12-01/06:00:00/thue";
const THIRD: &str = "2026-12-01/06:30:00/bhyt";

pub(super) fn correction(id: &str, of: Corrected) -> Correction {
    Correction {
        id: id.into(),
        of,
        date: jiff::civil::date(2026, 12, 1),
        by: "Nguyễn Văn A".into(),
        why: "nghe tại chỗ".into(),
        written: at("07:00:00"),
        outcome: Some(Outcome::Aired),
        cause: None,
        began: Some(at("05:40:00")),
        ended: Some(at("05:45:00")),
        played_ms: Some(300_000),
        note: None,
        replaces: None,
    }
}

/// A log of ten links: 1 station, 2 version, 3 reading, 4 the first airing, 5 incident, 6 and 7 two more airings, 8 and 9
/// corrections, 10 the run; a second run goes on.
pub(super) fn log() -> Home {
    let home = home();
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    let first = slot("05:30:00", "cchc");
    ledger.keep_revision("2026-12".parse().unwrap(), "đài", "tháng", &first.revision, at("05:00:01"));
    ledger.freeze(&first);
    assert_eq!(ledger.open_part(&first.id, &audio(), "main", "alsa:usb", PATIENCE), Synced::Yes);
    ledger.note_began(&first.id, at("05:30:00"));
    ledger.close_part(&first.id, at("05:35:00"), 300_000, 0);
    ledger.settle(&first.id, Outcome::Aired, None, "");
    ledger.incident_began(IncidentKind::LineLost, at("05:50:00"), &Text::same("rút dây"));
    ledger.incident_ended(IncidentKind::LineLost, at("05:55:00"));
    for (id, time, cause) in [("thue", "06:00:00", Cause::Line), ("bhyt", "06:30:00", Cause::Overlap)] {
        let slot = slot(time, id);
        ledger.freeze(&slot);
        ledger.settle(&slot.id, Outcome::Missed, Some(cause), "");
    }
    let without = Corrected::WithoutLoa { title: "Bản tin khẩn".into(), segment: None };
    assert_eq!(ledger.correct(correction("c1", Corrected::Slot(first.id)), PATIENCE), Synced::Yes);
    assert_eq!(ledger.correct(correction("c2", without), PATIENCE), Synced::Yes);
    ledger.end_run(at("08:00:00"), "stopped");
    drop(ledger);
    let (second, _) = open(&home.path, "09:00:00", "boot 1");
    lived_for_long(&second);
    home
}

/// The run goes on for so long that every slot must have found its end, whatever the date is on which this is tried.
pub(super) fn lived_for_long(ledger: &Ledger) {
    ledger.heartbeat("2100-01-01T00:00:00Z".parse().unwrap(), 1);
    written(ledger);
}

fn checked(path: &Path, head: Option<&str>) -> Checked {
    Reader::open(path).unwrap().verify(head, &mut |_, _| {}).unwrap()
}

/// Each finding in a line; the run's and the station's UUID by what they are.
pub(super) fn found(path: &Path, head: Option<&str>) -> Vec<String> {
    let line = |finding: Finding| match &finding {
        Finding::LinksRemoved { from, to } => format!("links_removed {from}-{to}"),
        Finding::Inserted { kind, reference } => format!("inserted {} {reference}", kind.code()),
        Finding::NoOutcome { slot } => format!("no_outcome {slot}"),
        Finding::HeadMissing { .. } => "head_missing".into(),
        other => {
            let link = other.link().unwrap();
            let kind = link.kind.map_or("?", |kind| kind.code());
            let reference = if link.reference.len() == 36 { "UUID" } else { &link.reference };
            format!("{} {} {kind} {reference}", link.seq, other.code())
        }
    };
    // Whoever takes the triggers away is found out by that too: `touched.rs`.
    let rows = |finding: &Finding| !matches!(finding, Finding::GuardMissing { .. });
    checked(path, head).verdict.findings.into_iter().filter(rows).map(line).collect()
}

/// What the owner of the PC can do: no trigger and no foreign key is in the way.
pub(super) fn as_owner(path: &Path, sql: &str) {
    let raw = Connection::open(path).unwrap();
    let mut statement = raw.prepare("select name from sqlite_master where type = 'trigger'").unwrap();
    let names: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    drop(statement);
    raw.pragma_update(None, "foreign_keys", false).unwrap();
    for name in names {
        raw.execute_batch(&format!("drop trigger {name}")).unwrap();
    }
    raw.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

pub(super) fn copied(log: &Home) -> Home {
    let copy = home();
    std::fs::create_dir_all(copy.path.parent().unwrap()).unwrap();
    std::fs::copy(&log.path, &copy.path).unwrap();
    copy
}

#[test]
fn an_untouched_log_is_whole_up_to_any_head_that_left_it() {
    let log = log();
    assert_eq!(found(&log.path, None), [""; 0]);
    let whole = checked(&log.path, None);
    assert_eq!((whole.verdict.head.seq, whole.verdict.vouched_to, whole.chained_later), (10, None, None));
    let head = HEXLOWER.encode(&whole.verdict.head.hash);
    assert_eq!(Reader::open(&log.path).unwrap().head().unwrap(), whole.verdict.head);
    // It goes on, and the head that a report had printed is still in it.
    let (ledger, recovery) = open(&log.path, "10:00:00", "boot 1");
    assert_eq!(recovery.touched, None);
    ledger.end_run(at("11:00:00"), "stopped");
    drop(ledger);
    let later = checked(&log.path, Some(&head[..12].to_uppercase()));
    assert_eq!((later.verdict.vouched_to, later.verdict.findings), (Some(10), Vec::new()));
    assert!(later.verdict.head.seq > 10);
}

/// What an owner of the PC does to the log, and what is found.
type Case = (String, Vec<String>);

fn owned(cases: impl IntoIterator<Item = (&'static str, Vec<String>)>) -> Vec<Case> {
    cases.into_iter().map(|(sql, wanted)| (sql.to_owned(), wanted)).collect()
}

fn each_is_found(cases: &[Case]) {
    let log = log();
    for (sql, wanted) in cases {
        let copy = copied(&log);
        as_owner(&copy.path, sql);
        assert_eq!(found(&copy.path, None), *wanted, "{sql}");
    }
}

#[test]
fn whatever_is_changed_or_removed_is_named() {
    each_is_found(&owned([
        // Changed.
        ("update part set played_ms = 300001", vec![format!("4 changed airing {FIRST}")]),
        ("update part set seconds = x'00'", vec![format!("4 changed airing {FIRST}")]),
        ("update part set stand_in_ms = 1", vec![format!("4 changed airing {FIRST}")]),
        ("update slot set title = 'khác' where segment = 'cchc'", vec![format!("4 changed airing {FIRST}")]),
        (
            "update airing set outcome = 'aired', cause = null where cause = 'line'",
            vec![format!("6 changed airing {SECOND}")],
        ),
        ("update station set uuid = 'khác'", vec!["1 removed station UUID".into(), "inserted station khác".into()]),
        ("update version set program = 'x'", vec![format!("2 changed version {VERSION}")]),
        ("update revision set schedule_text = 'x'", vec!["3 changed reading 1".into()]),
        ("update reading set read_us = 1", vec!["3 changed reading 1".into()]),
        ("update incident set ended_us = ended_us + 1", vec!["5 changed incident 1".into()]),
        ("update correction set why = 'x' where uuid = 'c1'", vec!["8 changed correction c1".into()]),
        ("update run set ended_us = 1 where id = 1", vec!["10 changed run UUID".into()]),
        // Removed.
        ("delete from part", vec![format!("4 changed airing {FIRST}")]),
        (
            "delete from airing where slot like '%thue'",
            vec![format!("6 removed airing {SECOND}"), format!("no_outcome {SECOND}")],
        ),
        ("delete from slot where id like '%bhyt'", vec![format!("7 removed airing {THIRD}")]),
        ("delete from reading", vec!["3 removed reading 1".into()]),
        ("delete from revision", vec!["3 removed reading 1".into()]),
        ("delete from incident", vec!["5 removed incident 1".into()]),
        ("delete from correction where uuid = 'c2'", vec!["9 removed correction c2".into()]),
        ("delete from run where id = 1", vec!["10 removed run UUID".into()]),
        ("delete from incident; delete from chain where seq = 5", vec!["links_removed 5-5".into()]),
        (
            "delete from chain where seq between 6 and 7",
            vec!["links_removed 6-7".into(), format!("inserted airing {SECOND}"), format!("inserted airing {THIRD}")],
        ),
    ]));
}

#[test]
fn whatever_is_inserted_or_swapped_and_a_chain_that_was_touched_are_named() {
    let slot = "insert into slot select '2026-12-01/09:00:00/moi', broadcast, date, window, kind, class, segment, title, \
        column_id, files, planned_us, start, until_us, broadcast_ends_us, grace_ms, after_power_cut, permit, \
        approved_sha256, particulars, sha256, file_ms, frames, rate_hz, channels, codec, declared_ms, damaged_packets, \
        bar_cause, bar_reason_vi, bar_reason_en, revision, 0, run, asked_by, relay from slot where id = '2026-12-01/06:00:00/thue';";
    let airing = "insert into airing (uuid, slot, line, outcome, note, run) values ('x', '2026-12-01/09:00:00/moi', 'main', 'aired', '', 1);";
    let incident = "insert into incident values (7, 'power_cut', 1, 2, 'bịa', 1, null);";
    let swapped = "update chain set seq = -6 where seq = 6; update chain set seq = 6 where seq = 7; update chain set seq = 7 where seq = -6;";
    let no_check = "pragma ignore_check_constraints = true;";
    each_is_found(&[
        // Inserted.
        (slot.to_owned(), vec!["no_outcome 2026-12-01/09:00:00/moi".into()]),
        (format!("{slot} {airing}"), vec!["inserted airing 2026-12-01/09:00:00/moi".into()]),
        (incident.to_owned(), vec!["inserted incident 7".into()]),
        (
            "insert into part select 1, 2, 1, 1, 1, 1, 1, 0, 1, 0, 1, null, null, null, 0, null, null, null, null, null"
                .to_owned(),
            vec![format!("4 changed airing {FIRST}")],
        ),
        (
            "insert into correction select 9, 'c3', slot, title, segment, date, written_by, why, written_us, outcome, \
             cause, began_us, ended_us, played_ms, note, null from correction where uuid = 'c1'"
                .to_owned(),
            vec!["inserted correction c3".into()],
        ),
        (
            format!("{incident} insert into chain values (11, 'incident', '7', 1, randomblob(32))"),
            vec!["11 changed incident 7".into()],
        ),
        (
            "insert into chain select 11, kind, reference, record_version, hash from chain where seq = 6".to_owned(),
            vec![format!("11 link_twice airing {SECOND}"), format!("11 changed airing {SECOND}")],
        ),
        // Swapped.
        (
            "update airing set cause = case cause when 'line' then 'overlap' else 'line' end where outcome = 'missed'"
                .to_owned(),
            vec![format!("6 changed airing {SECOND}"), format!("7 changed airing {THIRD}")],
        ),
        (
            format!("{no_check} {swapped}"),
            vec![
                format!("6 link_moved airing {THIRD}"),
                format!("7 link_moved airing {SECOND}"),
                "8 link_moved correction c1".into(),
            ],
        ),
        // The chain itself.
        (
            "update chain set hash = zeroblob(32) where seq = 6".to_owned(),
            vec![format!("6 link_changed airing {SECOND}")],
        ),
        (
            "update chain set kind = 'x' where seq = 6".to_owned(),
            vec![format!("6 link_unknown ? {SECOND}"), format!("inserted airing {SECOND}")],
        ),
        (
            "update chain set record_version = 9 where seq = 5".to_owned(),
            vec!["5 link_unknown ? 1".into(), "inserted incident 1".into()],
        ),
    ]);
}

#[test]
fn an_end_cut_off_and_a_chain_made_anew_are_told_by_a_head_that_had_left() {
    let log = log();
    let head = HEXLOWER.encode(&checked(&log.path, None).verdict.head.hash);
    let cut = copied(&log);
    as_owner(
        &cut.path,
        "delete from correction; delete from chain where seq >= 8; update run set ended_us = null, ended_how = null; delete from run where id = 2",
    );
    assert_eq!(found(&cut.path, None), [""; 0], "by itself it looks whole");
    assert_eq!(found(&cut.path, Some(&head)), ["head_missing"]);

    let anew = copied(&log);
    as_owner(
        &anew.path,
        "update airing set outcome = 'aired', cause = null; drop table chain; drop table correction; \
        alter table run drop column taken_up; alter table part drop column waited_ms; \
         alter table part drop column unheard_cause; alter table part drop column unheard_ms; \
         alter table part drop column stand_in_ms; alter table part drop column silent_ms; \
         alter table part drop column ended_by; drop table late_edit; drop table ordered; \
         drop table unjudged; \
         alter table incident drop column detail_en; \
         delete from version; pragma user_version = 5",
    );
    drop(open(&anew.path, "12:00:00", "boot 1"));
    assert_eq!(found(&anew.path, None), [""; 0], "by itself it looks whole");
    assert_eq!(found(&anew.path, Some(&head)), ["head_missing"]);
    assert!(checked(&anew.path, None).chained_later.is_some(), "and it says that its chain is young");
}

#[test]
fn what_was_heard_before_is_what_the_last_hand_made_entry_says_of_it() {
    let log = log();
    let day = jiff::civil::date(2026, 12, 2);
    let segments = ["cchc", "thue", "bhyt"].into();
    let heard = |dir: &Home| {
        Reader::open(&dir.path).unwrap().heard_before(&segments, day).unwrap().into_iter().collect::<Vec<_>>()
    };
    assert_eq!(heard(&log), ["cchc"], "the log's own word");
    let (ledger, _) = open(&log.path, "12:00:00", "boot 1");
    let write = |id: &str, slot: &str, outcome: Outcome| {
        let of = Corrected::Slot(loa::timetable::SlotId(slot.into()));
        let cause = (outcome != Outcome::Aired).then_some(Cause::Power);
        let entry = Correction { outcome: Some(outcome), cause, ..correction(id, of) };
        assert_eq!(ledger.correct(entry, PATIENCE), Synced::Yes);
    };
    write("c3", FIRST, Outcome::Interrupted);
    write("c4", SECOND, Outcome::Aired);
    assert_eq!(heard(&log), ["thue"], "one is taken back, one was heard all the same");
    write("c5", SECOND, Outcome::Cut);
    write("c6", FIRST, Outcome::Aired);
    assert_eq!(heard(&log), ["cchc"], "the last entry of each counts");
}

#[test]
fn a_correction_stands_beside_what_it_corrects_and_is_read_back_as_it_was_written() {
    let log = log();
    let day = jiff::civil::date(2026, 12, 1);
    let reader = Reader::open(&log.path).unwrap();
    let without = Corrected::WithoutLoa { title: "Bản tin khẩn".into(), segment: None };
    let wanted = [correction("c1", Corrected::Slot(loa::timetable::SlotId(FIRST.into()))), correction("c2", without)];
    assert_eq!(reader.corrections(day, day).unwrap(), wanted);
    assert_eq!(reader.corrections(day.tomorrow().unwrap(), day.tomorrow().unwrap()).unwrap(), []);
    let airing = entries(&log.path)[0].airing.clone().unwrap();
    assert_eq!((airing.outcome, airing.began()), (Some(Outcome::Aired), Some(at("05:30:00"))));
    assert_eq!(reader.slot_named(&airing.id).unwrap().unwrap(), (loa::timetable::SlotId(FIRST.into()), day));
    assert_eq!(reader.slot_named("la").unwrap(), None);
    // Of a slot that the log does not have there is nothing to correct.
    let (ledger, _) = open(&log.path, "12:00:00", "boot 1");
    let unknown = Corrected::Slot(loa::timetable::SlotId("2026-12-01/sang/la".into()));
    assert_eq!(ledger.correct(correction("c3", unknown), PATIENCE), Synced::No);
    written(&ledger);
    assert_eq!(ledger.health().refused, 1);
}
