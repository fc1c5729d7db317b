//! A killed daemon, a power cut: the next start closes what broke off with what is known.

use std::path::Path;

use loa::airing::{Entry, IncidentKind};
use loa::director::{BrokenOff, ClockSet, Leap, Relayed, Unheard};
use loa::ledger::{Ledger, Reader, RunStart, Synced};
use loa::outcome::{Cause, Outcome};
use loa::problem::Text;
use loa::programme::AfterPowerCut;
use loa::timetable::Slot;

use super::{
    Home, PATIENCE, at, audio, entries, home, incidents, killed, on_air, on_air_with, open, slot, start, until,
    written, zone,
};

#[test]
fn killed_in_mid_airing_it_ends_at_the_last_second_known_to_be_heard() {
    let home = home();
    let (ledger, slot_on_air) = on_air(&home);
    let armed = slot("05:36:00", "ke-tiep");
    ledger.freeze(&armed);
    ledger.incident_began(IncidentKind::ScheduleRefused, at("05:10:00"), &Text::same("tệp tháng hỏng"));
    written(&ledger);
    let dead = killed(&home);

    let (_ledger, recovery) = open(&dead.path, "05:40:00", "boot 1");
    assert_eq!(recovery.gap_cause, Cause::Daemon);
    let previous = recovery.previous.unwrap();
    assert_eq!((previous.clean, previous.heartbeat), (false, at("05:31:01.5")));
    assert_eq!(recovery.closed_now.len(), 1);
    assert_eq!(recovery.settled.into_iter().collect::<Vec<_>>(), [slot_on_air.id]);
    assert_eq!(recovery.open, [Entry { slot: armed, airing: None }]);
    let airing = recovery.closed_now[0].airing.as_ref().unwrap();
    assert_eq!((airing.outcome, airing.cause), (Some(Outcome::Interrupted), Some(Cause::Daemon)));
    assert_eq!((airing.ended(), airing.played_ms()), (Some(at("05:31:01")), 61_000));
    assert_eq!(entries(&dead.path)[0], recovery.closed_now[0]);
    let expected = [
        (IncidentKind::ScheduleRefused, at("05:10:00"), Some(at("05:31:01.5"))),
        (IncidentKind::Crash, at("05:31:01.5"), Some(at("05:40:00"))),
    ];
    assert_eq!(incidents(&dead.path), expected);
}

#[test]
fn a_run_that_never_trusted_its_clock_leaves_the_heartbeat_of_the_run_before() {
    let home = home();
    let (_ledger, _) = on_air(&home);
    let first = killed(&home);
    let (_second, _) = open(&first.path, "23:40:00", "boot 2");
    let second = killed(&first);
    let (third, recovery) = open(&second.path, "05:50:00", "boot 3");
    let previous = recovery.previous.unwrap();
    assert_eq!((previous.started, previous.heartbeat), (at("23:40:00"), at("05:31:01.5")));
    assert_eq!(incidents(&second.path)[1], (IncidentKind::PowerCut, at("05:31:01.5"), Some(at("05:50:00"))));
    third.heartbeat(at("05:50:01"), 1_000);
    written(&third);
    let (_fourth, recovery) = open(&killed(&second).path, "05:51:00", "boot 3");
    assert_eq!(recovery.previous.unwrap().heartbeat, at("05:50:01"));
}

#[test]
fn a_leap_that_a_run_told_which_never_had_a_heartbeat_is_no_leap_of_the_next_one_too() {
    let home = home();
    let begin = |path: &Path, time: &str, uptime_ms: u64| {
        let start = RunStart { uptime_ms, ..start(time, "boot 1") };
        let (ledger, recovery) = Ledger::open(path, &start, &zone()).unwrap();
        (ledger, recovery.leaps, recovery.previous.and_then(|run| run.would_say_at(&start)))
    };
    let (first, ..) = begin(&home.path, "05:00:00", 5_000);
    first.heartbeat(at("05:00:10"), 15_000);
    written(&first);
    let first = killed(&home);
    let told = Leap { from: at("05:00:12"), to: at("07:00:00") };
    let (second, leaps, would_say) = begin(&first.path, "07:00:00", 17_000);
    assert_eq!((leaps, would_say), (vec![told], Some(told.from)));
    second.incident_began(IncidentKind::ClockStep, told.from, &Text::same("giờ máy bị chỉnh"));
    second.incident_ended(IncidentKind::ClockStep, told.to);
    written(&second);
    let second = killed(&first);
    // Three seconds later nobody has set it since.
    let (third, leaps, would_say) = begin(&second.path, "07:00:03", 20_000);
    assert_eq!((leaps, would_say), (vec![told], Some(at("07:00:03"))));
    // By its own heartbeat all of that is past.
    third.heartbeat(at("07:00:04"), 21_000);
    written(&third);
    let (_fourth, _, would_say) = begin(&killed(&second).path, "07:00:05", 22_000);
    assert_eq!(would_say, Some(at("07:00:05")));
}

/// Its last rows were put down beside the log, behind its last heartbeat there: by a clock that was ahead, at 07:00 or 05:00:10.
#[test]
fn when_a_run_last_lived_is_told_by_the_clock_that_it_trusted_last_and_so_is_what_the_clock_would_say_now() {
    use IncidentKind::{Asleep, ClockStep, ClockUntrusted, LineLost};
    const HOUR_MS: u64 = 3_600_000;
    let uptime_ms = 15_000;
    for (heartbeat, lasts, alive, start_at, passed_ms, would_say) in [
        // The clock was set right, and somebody vouched for it.
        (
            "07:00:00",
            vec![(ClockUntrusted, "07:00:00", "05:30:00"), (LineLost, "05:30:04", "05:30:05")],
            "05:30:05",
            "05:31:00",
            None,
            None,
        ),
        // It slept: the clock that nobody sets went on.
        (
            "05:00:10",
            vec![(Asleep, "05:00:12", "07:00:00")],
            "07:00:00",
            "07:00:03",
            Some(2 * HOUR_MS - 7_000),
            Some("07:00:03"),
        ),
        // It did not go on where the clock was set.
        ("05:00:10", vec![(ClockStep, "05:00:12", "07:00:00")], "07:00:00", "07:00:03", Some(5_000), Some("07:00:03")),
    ] {
        let home = home();
        let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
        ledger.heartbeat(at(heartbeat), uptime_ms);
        written(&ledger);
        let blocker = rusqlite::Connection::open(&home.path).unwrap();
        blocker.execute_batch("begin exclusive").unwrap();
        for (kind, began, ended) in &lasts {
            ledger.incident_began(*kind, at(began), &Text::same("như thế"));
            ledger.incident_ended(*kind, at(ended));
        }
        let beside = home.path.with_file_name("ledger-wait.jsonl");
        let count = |text: String| text.matches("\"incident_ended\"").count();
        until(|| std::fs::read_to_string(&beside).is_ok_and(|text| count(text) == lasts.len()));
        let dead = killed(&home);
        std::fs::copy(&beside, dead.path.with_file_name("ledger-wait.jsonl")).unwrap();
        let uptime_ms = uptime_ms + passed_ms.unwrap_or(0);
        let start = RunStart { uptime_ms, ..start(start_at, "boot 1") };
        let (next, recovery) = Ledger::open(&dead.path, &start, &zone()).unwrap();
        let previous = recovery.previous.unwrap();
        assert_eq!(previous.heartbeat, at(alive), "{lasts:?}");
        if let Some(would_say) = would_say {
            assert_eq!(previous.would_say_at(&start), Some(at(would_say)), "{lasts:?}");
        }
        next.incident_ended(IncidentKind::Crash, at(start_at));
        written(&next);
        let gap = incidents(&dead.path).into_iter().find(|(kind, ..)| *kind == IncidentKind::Crash);
        assert_eq!(gap, Some((IncidentKind::Crash, at(alive), Some(at(start_at)))), "{lasts:?}");
    }
}

#[test]
fn what_a_run_put_right_of_the_one_before_outdoes_a_copy_that_was_made_by_a_clock_ahead() {
    let home = home();
    let (first, _) = open(&home.path, "05:00:00", "boot 1");
    first.heartbeat(at("07:00:00"), 7_205_000);
    written(&first);
    let folder = home.path.with_file_name("backup");
    loa::ledger::back_up(&home.path, &folder, jiff::civil::date(2026, 12, 1)).unwrap();
    // Set right, and vouched for.
    first.heartbeat(at("05:30:00"), 7_215_000);
    written(&first);
    let dead = killed(&home);
    let beside = dead.path.with_file_name("backup");
    std::fs::create_dir_all(&beside).unwrap();
    let (second, recovery) = open(&dead.path, "05:31:00", "boot 1");
    assert_eq!(recovery.previous.unwrap().heartbeat, at("05:30:00"));
    second.end_run(at("05:32:00"), "stopped");
    drop(second);
    std::fs::copy(folder.join("ledger-2026-12-01.db"), beside.join("ledger-2026-12-01.db")).unwrap();
    std::fs::remove_file(&dead.path).unwrap();
    let (_third, recovery) = open(&dead.path, "05:33:00", "boot 1");
    assert!(recovery.touched.is_some(), "it was made anew");
    let runs = Reader::open(&dead.path).unwrap().runs().unwrap();
    assert_eq!(runs[0].heartbeat, at("05:30:00"), "{runs:#?}");
    assert_eq!(incidents(&dead.path)[0], (IncidentKind::Crash, at("05:30:00"), Some(at("05:31:00"))));
}

#[test]
fn the_log_of_a_killed_daemon_is_readable_before_the_next_start() {
    let home = home();
    let (_ledger, slot_on_air) = on_air(&home);
    let dead = killed(&home);
    let found = entries(&dead.path);
    assert_eq!((found.len(), &found[0].slot), (1, &slot_on_air));
    let airing = found[0].airing.as_ref().unwrap();
    assert_eq!((airing.outcome, airing.ended(), airing.played_ms()), (None, Some(at("05:31:01")), 61_000));
    assert_eq!(entries(&dead.path), found, "reading changes nothing");
}

#[test]
fn power_is_named_only_if_the_boot_changed_and_the_run_was_not_ended() {
    let home = home();
    let (ledger, _) = on_air(&home);
    let dead = killed(&home);
    let (_after, recovery) = open(&dead.path, "05:40:00", "boot 2");
    assert_eq!(recovery.gap_cause, Cause::Power);
    assert_eq!(recovery.closed_now[0].airing.as_ref().unwrap().cause, Some(Cause::Power));
    assert_eq!(incidents(&dead.path), [(IncidentKind::PowerCut, at("05:31:01.5"), Some(at("05:40:00")))]);

    ledger.end_run(at("05:32:00"), "stopped");
    drop(ledger);
    let (_after, recovery) = open(&home.path, "05:40:00", "boot 2");
    assert_eq!(recovery.gap_cause, Cause::Daemon, "shut down in order, then switched off: no power cut");
    assert_eq!(incidents(&home.path), []);
}

#[test]
fn a_part_that_never_began_says_so() {
    let home = home();
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    let slot = slot("05:30:00", "cchc");
    ledger.freeze(&slot);
    assert_eq!(ledger.open_part(&slot.id, &audio(), "main", "null", PATIENCE), Synced::Yes);
    let dead = killed(&home);
    let (_ledger, recovery) = open(&dead.path, "05:40:00", "boot 1");
    let airing = recovery.closed_now[0].airing.as_ref().unwrap();
    assert_eq!((airing.outcome, airing.began(), airing.ended()), (Some(Outcome::Interrupted), None, None));
    assert_eq!(airing.played_ms(), 0);
    assert!(airing.note.contains("không quá một giây"), "{}", airing.note);
}

#[test]
fn killed_between_the_last_sample_and_the_outcome_it_was_heard_whole() {
    for (played_ms, outcome) in [(300_000, Outcome::Aired), (299_000, Outcome::Interrupted)] {
        let home = home();
        let (ledger, slot) = on_air(&home);
        ledger.close_part(&slot.id, at("05:35:00"), played_ms, 0);
        written(&ledger);
        let dead = killed(&home);
        let (_ledger, recovery) = open(&dead.path, "05:40:00", "boot 1");
        assert_eq!(recovery.closed_now[0].airing.as_ref().unwrap().outcome, Some(outcome));
        assert_eq!(entries(&dead.path).len(), 1);
    }
}

#[test]
fn a_clock_set_back_in_between_ends_no_fault_before_it_began() {
    let home = home();
    let (_ledger, _) = on_air(&home);
    let dead = killed(&home);
    let (_after, recovery) = open(&dead.path, "04:00:00", "boot 1");
    assert_eq!(recovery.closed_now.len(), 1);
    assert_eq!(recovery.first_run, at("04:00:00"));
    let last = at("05:31:01.5");
    assert_eq!(incidents(&dead.path), [(IncidentKind::Crash, last, Some(last))]);
}

#[test]
fn killed_at_any_instant_no_row_is_lost_doubled_or_left_open() {
    let home = home();
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    let mut opened = 0;
    for round in 0..50 {
        let slot = slot("05:30:00", &format!("s{round:02}"));
        let airs = round % 5 != 4;
        ledger.freeze(&slot);
        if airs {
            ledger.open_part(&slot.id, &audio(), "main", "null", PATIENCE);
            opened += 1;
            ledger.note_began(&slot.id, slot.planned);
            ledger.note_heard(&slot.id, at("05:30:20"), 20_000);
        }
        // The kill comes while the writer works on what was just posted.
        let dead = killed(&home);
        let (_after, recovery) = open(&dead.path, "05:40:00", "boot 1");
        let found = entries(&dead.path);
        let aired: Vec<_> = found.iter().filter_map(|entry| entry.airing.as_ref()).collect();
        assert_eq!(aired.len(), opened, "round {round}: every part opened and synced is there, once");
        assert!(aired.iter().all(|airing| airing.outcome.is_some() && airing.parts.len() == 1));
        assert!(recovery.closed_now.len() <= 2, "no more than what the kill met on air or not yet settled");
        if airs {
            ledger.close_part(&slot.id, at("05:35:00"), 300_000, 0);
            ledger.settle(&slot.id, Outcome::Aired, None, "");
        }
    }
}

/// The line broke it off, it waited to go on, and the daemon died first: what was heard of it is all that there will be.
#[test]
fn what_waited_for_the_line_when_the_daemon_died_is_interrupted_and_never_begun_again() {
    let home = home();
    let (ledger, broken) = on_air(&home);
    ledger.close_part(&broken.id, at("05:31:02"), 62_000, 0);
    written(&ledger);
    let dead = killed(&home);
    let (_ledger, recovery) = open(&dead.path, "05:40:00", "boot 2");
    assert!(recovery.open.is_empty() && recovery.settled.contains(&broken.id));
    let airing = recovery.closed_now[0].airing.as_ref().unwrap();
    assert_eq!((airing.outcome, airing.cause), (Some(Outcome::Interrupted), Some(Cause::Power)));
    assert_eq!((airing.ended(), airing.played_ms()), (Some(at("05:31:02")), 62_000));
}

/// Slots that say what is to become of them, each heard for a minute when the daemon died.
#[test]
fn what_may_be_heard_again_is_left_open_and_what_may_not_is_closed() {
    use AfterPowerCut::{Restart, Resume, Skip};
    // The grace is ten minutes: a restart must begin within it, what goes on has it from the break on.
    for (policy, back, goes_on) in [
        (Skip, "05:31:10", false),
        (Restart, "05:40:00", true),
        (Restart, "05:40:01", false),
        (Resume, "05:41:00", true),
        (Resume, "05:41:02", false),
    ] {
        let home = home();
        let (ledger, slot) = on_air_saying(&home, policy);
        let dead = killed(&home);
        drop(ledger);
        let (ledger, recovery) = open(&dead.path, back, "boot 2");
        assert!(recovery.open.is_empty());
        if !goes_on {
            assert!(recovery.broken_off.is_empty(), "{policy:?} at {back}");
            assert_eq!(recovery.closed_now[0].airing.as_ref().unwrap().cause, Some(Cause::Power));
            continue;
        }
        let expected = BrokenOff {
            slot: slot.clone(),
            heard_ms: 61_000,
            gap_ms: 0,
            slept_ms: 0,
            waited_ms: 0,
            unheard: Unheard::default(),
            relayed: Relayed::default(),
            since: at("05:31:01"),
            row_until: Some(at("05:31:01")),
            clock_set: ClockSet::default(),
            sha256: Some(audio().sha256),
        };
        assert_eq!(recovery.broken_off, [expected], "{policy:?} at {back}");
        assert!(recovery.closed_now.is_empty() && !recovery.settled.contains(&slot.id));
        // Another attempt is another part of the same airing.
        assert_eq!(ledger.open_part(&slot.id, &audio(), "main", "alsa:usb", PATIENCE), Synced::Yes);
        ledger.note_began(&slot.id, at(back));
        ledger.close_part(&slot.id, at("05:50:00"), 300_000, 0);
        ledger.settle(&slot.id, Outcome::Aired, None, "");
        written(&ledger);
        let found = entries(&dead.path);
        let airing = found[0].airing.as_ref().unwrap();
        let parts: Vec<_> = airing.parts.iter().map(|part| (part.played_ms, part.ended)).collect();
        assert_eq!(parts, [(61_000, Some(at("05:31:01"))), (300_000, Some(at("05:50:00")))]);
        assert_eq!((found.len(), airing.outcome), (1, Some(Outcome::Aired)));
    }
}

#[test]
fn broken_off_again_and_again_it_is_known_how_far_it_had_got() {
    for (policy, heard_ms) in [(AfterPowerCut::Restart, 20_000), (AfterPowerCut::Resume, 61_000 - 2_000 + 20_000)] {
        let home = home();
        let (ledger, slot) = on_air_saying(&home, policy);
        let first = killed(&home);
        drop(ledger);
        let (ledger, _) = open(&first.path, "05:32:00", "boot 2");
        ledger.open_part(&slot.id, &audio(), "main", "alsa:usb", PATIENCE);
        ledger.note_began(&slot.id, at("05:32:00"));
        ledger.note_heard(&slot.id, at("05:32:20"), 20_000);
        written(&ledger);
        let second = killed(&first);
        drop(ledger);
        let (_ledger, recovery) = open(&second.path, "05:33:00", "boot 3");
        assert_eq!(recovery.broken_off[0].heard_ms, heard_ms, "{policy:?}");
        assert_eq!(recovery.broken_off[0].since, at("05:32:20"));
    }
}

/// Heard to its end at the second attempt, killed before its outcome was written: the parts add up to more than the file,
/// but what counts is how far the last attempt had got.
#[test]
fn after_a_restart_only_the_last_attempt_makes_it_whole() {
    for (played_ms, whole) in [(300_000, true), (250_000, false)] {
        let home = home();
        let (ledger, slot) = on_air_saying(&home, AfterPowerCut::Restart);
        let first = killed(&home);
        drop(ledger);
        let (ledger, _) = open(&first.path, "05:32:00", "boot 2");
        ledger.open_part(&slot.id, &audio(), "main", "alsa:usb", PATIENCE);
        ledger.note_began(&slot.id, at("05:32:00"));
        ledger.close_part(&slot.id, at("05:37:00"), played_ms, 0);
        written(&ledger);
        let second = killed(&first);
        drop(ledger);
        let (_ledger, recovery) = open(&second.path, "05:41:00", "boot 3");
        let outcome = recovery.closed_now[0].airing.as_ref().unwrap().outcome;
        assert_eq!(outcome, Some(if whole { Outcome::Aired } else { Outcome::Interrupted }), "{played_ms}");
    }
}

/// The monitor heard nothing for a while, or the PC slept; the kill came later.
#[test]
fn what_was_not_heard_before_a_kill_is_still_known_after_it() {
    use AfterPowerCut::{Restart, Resume};
    let (line, asleep) = (IncidentKind::LineSilent, IncidentKind::Asleep);
    for (policy, kind, to, told, unheard, slept_ms) in [
        (Resume, line, Some("05:30:25"), &[6_000, 15_000][..], Some((Cause::Line, 15_000)), 0),
        (Restart, line, None, &[51_000], Some((Cause::Line, 51_000)), 0),
        // Heard again before that was known: the incident lasts, and no silence as long as that was told.
        (Resume, line, None, &[], None, 0),
        (Resume, asleep, Some("05:30:20"), &[], None, 10_000),
        (Resume, asleep, Some("05:30:20"), &[7_000], Some((Cause::Line, 7_000)), 10_000),
    ] {
        let home = home();
        let (ledger, slot) = on_air_saying(&home, policy);
        ledger.incident_began(kind, at("05:30:10"), &Text::same(""));
        to.into_iter().for_each(|to| ledger.incident_ended(kind, at(to)));
        told.iter().for_each(|for_ms| ledger.note_unheard(&slot.id, Cause::Line, *for_ms));
        let played_ms = if slept_ms > 0 { 50_000 } else { 61_000 };
        ledger.note_heard(&slot.id, at("05:31:01"), played_ms);
        written(&ledger);
        let dead = killed(&home);
        drop(ledger);
        let (_ledger, recovery) = open(&dead.path, "05:32:00", "boot 2");
        let off = &recovery.broken_off[0];
        assert_eq!((off.unheard.told(), off.slept_ms, off.gap_ms), (unheard, slept_ms, slept_ms), "{kind:?} {told:?}");
        let part = &entries(&dead.path)[0].airing.clone().unwrap().parts[0];
        assert_eq!((part.gap_ms, part.played_ms), (slept_ms, played_ms), "the row has it too");
    }
}

/// Three seconds before each of two kills: six in all, and three where it began anew in between.
#[test]
fn what_a_monitor_did_not_hear_adds_up_over_kills_as_it_does_within_a_run() {
    for (policy, told) in [(AfterPowerCut::Resume, Some((Cause::Line, 6_000))), (AfterPowerCut::Restart, None)] {
        let home = home();
        let (ledger, slot) = on_air_saying(&home, policy);
        ledger.note_unheard(&slot.id, Cause::Line, 1_000);
        ledger.note_unheard(&slot.id, Cause::Line, 3_000);
        written(&ledger);
        let first = killed(&home);
        drop(ledger);
        let (ledger, _) = open(&first.path, "05:32:00", "boot 2");
        ledger.open_part(&slot.id, &audio(), "main", "alsa:usb", PATIENCE);
        ledger.note_began(&slot.id, at("05:32:00"));
        ledger.note_heard(&slot.id, at("05:32:20"), 20_000);
        ledger.note_unheard(&slot.id, Cause::Line, 3_000);
        written(&ledger);
        let second = killed(&first);
        drop(ledger);
        let (_ledger, recovery) = open(&second.path, "05:33:00", "boot 3");
        assert_eq!(recovery.broken_off[0].unheard.told(), told, "{policy:?}");
    }
}

/// The disk kept it waiting, or the PC had no time; the kill came later.
#[test]
fn silence_in_the_midst_of_what_a_kill_left_open_is_in_its_row_and_in_what_goes_on() {
    let home = home();
    let (ledger, slot) = on_air_saying(&home, AfterPowerCut::Resume);
    ledger.note_gaps(&slot.id, 400, 0);
    ledger.note_gaps(&slot.id, 3_000, 2_900);
    ledger.note_heard(&slot.id, at("05:31:05"), 62_000);
    written(&ledger);
    let dead = killed(&home);
    drop(ledger);
    let (_ledger, recovery) = open(&dead.path, "05:32:00", "boot 2");
    let off = &recovery.broken_off[0];
    assert_eq!((off.heard_ms, off.gap_ms, off.waited_ms), (62_000, 3_000, 2_900));
    let part = &entries(&dead.path)[0].airing.clone().unwrap().parts[0];
    assert_eq!((part.gap_ms, part.played_ms), (3_000, 62_000));
}

#[test]
fn killed_between_its_last_sample_and_its_outcome_what_was_not_heard_is_not_aired() {
    let home = home();
    let (ledger, slot) = on_air(&home);
    ledger.note_unheard(&slot.id, Cause::Line, 15_000);
    ledger.close_part(&slot.id, at("05:35:00"), 300_000, 0);
    written(&ledger);
    let (_ledger, recovery) = open(&killed(&home).path, "05:40:00", "boot 1");
    let airing = recovery.closed_now[0].airing.as_ref().unwrap();
    assert_eq!((airing.outcome, airing.cause), (Some(Outcome::Interrupted), Some(Cause::Line)));
    assert_eq!(airing.note, "đường nghe kiểm tra không nghe thấy 15 giây");
}

/// What it comes to had been written down with its end, and what was not heard of it since; only the outcome was missing.
#[test]
fn what_was_sent_whole_and_waited_for_the_monitor_at_a_kill_is_what_was_sent_and_says_what_nobody_knows() {
    const UNKNOWN: &str =
        "chương trình dừng trước khi đường nghe kiểm tra kịp cho biết có nghe thấy 5 giây cuối hay không";
    let aired = (Some(Outcome::Aired), None);
    let unheard = (Some(Outcome::Interrupted), Some(Cause::Line));
    for (note, told, wanted, said) in [
        ("", &[][..], aired, UNKNOWN.to_owned()),
        ("`dem/a.ogg` (3 lần)", &[2_000, 4_000], aired, format!("`dem/a.ogg` (3 lần); {UNKNOWN}")),
        ("", &[3_000, 15_000], unheard, format!("đường nghe kiểm tra không nghe thấy 15 giây; {UNKNOWN}")),
    ] {
        let home = home();
        let (ledger, slot) = on_air(&home);
        // Filler and relays are as long as they were, whatever was measured.
        ledger.close_part(&slot.id, at("05:34:00"), 240_000, 0);
        ledger.note_sent_whole(&slot.id, note.to_owned());
        told.iter().for_each(|for_ms| ledger.note_unheard(&slot.id, Cause::Line, *for_ms));
        written(&ledger);
        assert_eq!(ledger.health().refused, 0);
        let dead = killed(&home);
        let (_ledger, recovery) = open(&dead.path, "05:40:00", "boot 1");
        let airing = recovery.closed_now[0].airing.as_ref().unwrap();
        assert_eq!((airing.outcome, airing.cause), wanted, "{told:?}");
        assert_eq!((airing.note.as_str(), airing.ended()), (said.as_str(), Some(at("05:34:00"))));
    }
}

#[test]
fn a_sign_of_life_that_comes_behind_the_end_of_its_run_is_no_row_that_the_log_refuses() {
    let home = home();
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    ledger.end_run(at("05:10:00"), "stopped");
    ledger.heartbeat(at("05:10:01"), 1_000);
    written(&ledger);
    assert_eq!(ledger.health().refused, 0);
}

fn on_air_saying(home: &Home, policy: AfterPowerCut) -> (Ledger, Slot) {
    on_air_with(home, |slot| slot.after_power_cut = policy)
}
