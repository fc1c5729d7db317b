//! Relays: begun at their instant or joined later, over at their end, called by what was heard of them.

use jiff::Timestamp;
use loa::director::{Action, BrokenOff, Director, End, Event, Past, Relayed, Unheard};
use loa::outcome::{Cause, Outcome};
use loa::programme::AfterPowerCut;
use loa::programme::relay::RelaySource;
use loa::rehearsal::{Fault, World};

use super::{MIN, Order, at, begin, rules};

const AIRED: Option<(Outcome, Option<Cause>)> = Some((Outcome::Aired, None));

fn day(time: &str) -> Timestamp {
    at(&format!("2026-12-01T{time}"))
}

fn outcome_of(actions: &[Action]) -> Option<(Outcome, Option<Cause>)> {
    actions.iter().find_map(|action| match action {
        Action::Settle { outcome, cause, .. } => Some((*outcome, *cause)),
        _ => None,
    })
}

fn stream() -> RelaySource {
    RelaySource::parse(super::STREAM).unwrap()
}

#[test]
fn a_relay_cuts_in_at_its_instant_and_gives_the_line_on_at_its_end() {
    let mut order = Order::new(day("05:30:00"), 45);
    order.segment("tin", 10 * MIN);
    let filler = order.filler(&["dem/a.flac"], day("06:00:00"));
    let relay = order.relay(day("06:00:00"), "tiep-am", 14 * MIN);
    let bye = order.hard(day("06:14:00"), "chao", 15_000);
    let mut world = begin(day("05:00:00"), &order.slots);
    world.run(day("07:00:00"));
    assert_eq!(world.sound(&filler).unwrap().1, day("06:00:00"));
    assert_eq!(world.sound(&relay), Some((day("06:00:00"), day("06:14:00"))));
    assert_eq!(world.sound(&bye).unwrap().0, day("06:14:00"));
    assert_eq!((world.outcome(&relay), world.note(&relay)), (AIRED, ""));
}

#[test]
fn a_relay_is_joined_as_late_as_it_lasts_and_never_outlasts_its_end() {
    for (started, joined) in [("06:05:00", true), ("06:13:54", true), ("06:13:56", false), ("06:20:00", false)] {
        let mut order = Order::new(day("05:58:00"), 20);
        let relay = order.relay(day("06:00:00"), "tiep-am", 14 * MIN);
        // Planned while no daemon ran: it is of record all the same.
        let past = loa::director::Past {
            unwritten: order.slots.clone(),
            started: Some(day(started)),
            gap_cause: Some(Cause::Power),
            ..loa::director::Past::default()
        };
        let mut world = World::after(day(started), rules(), "null", &order.slots, past);
        world.run(day("07:00:00"));
        if joined {
            assert_eq!(world.sound(&relay), Some((day(started), day("06:14:00"))), "{started}");
            assert_eq!(world.outcome(&relay), AIRED);
        } else {
            assert_eq!(world.outcome(&relay), Some((Outcome::Missed, Some(Cause::Power))), "{started}");
        }
    }
}

#[test]
fn a_relay_in_whose_midst_the_clock_is_set_on_past_its_end_is_over_and_has_aired() {
    // A step is seen within a second, and the fade is half of one.
    for (by_ms, ends) in [(3_600_000, "06:05:01.5"), (60_000, "06:13:00"), (-60_000, "06:14:00")] {
        let mut order = Order::new(day("05:58:00"), 20);
        let relay = order.relay(day("06:00:00"), "tiep-am", 14 * MIN);
        let mut world = begin(day("05:30:00"), &order.slots);
        world.run(day("06:05:00"));
        world.suffer(&Fault::ClockStep { by_ms });
        world.run(day("08:30:00"));
        assert_eq!(
            (world.sound(&relay).map(|sound| sound.1), world.outcome(&relay)),
            (Some(day(ends)), AIRED),
            "{by_ms}"
        );
    }
}

/// In 1970 it is night: by such a clock nobody knows where quiet hours are.
#[test]
fn a_relay_and_filler_on_air_when_the_clock_is_doubted_last_as_long_as_they_were_to_last() {
    let mut order = Order::new(day("05:30:00"), 50);
    let filler = order.filler(&["dem/a.flac"], day("06:00:00"));
    let relay = order.relay(day("06:00:00"), "tiep-am", 14 * MIN);
    let mut world = begin(day("05:00:00"), &[]);
    world.disk.lay("dem/a.flac", super::facts(40 * MIN));
    world.plan_anew(order.slots.clone());
    let night = "1970-01-01T20:00:00Z".parse().unwrap();
    world.run(day("05:40:00"));
    world.set_clock(night);
    world.run(day("05:50:00"));
    world.set_clock(world.now);
    world.run(day("06:05:00"));
    world.set_clock(night);
    world.run(day("06:20:00"));
    world.set_clock(world.now);
    world.run(day("08:00:00"));
    assert_eq!(world.sound(&filler), Some((day("05:30:00"), day("06:00:00"))));
    assert_eq!(world.sound(&relay), Some((day("06:00:00"), day("06:14:00"))));
    assert_eq!((world.outcome(&filler), world.outcome(&relay)), (AIRED, AIRED));
    assert_eq!(world.violations(), []);
}

#[test]
fn a_relay_whose_whole_time_a_step_of_the_clock_carries_away_is_missed_for_the_clock() {
    // The step comes before it is given its frame and is seen after that: it begins and is over in the same moment.
    for before_ms in [600, 900] {
        let mut order = Order::new(day("05:58:00"), 20);
        let relay = order.relay(day("06:00:00"), "tiep-am", 14 * MIN);
        let mut world = begin(day("05:30:00"), &order.slots);
        world.run(day("06:00:00") - super::ms_of(before_ms));
        world.suffer(&Fault::ClockStep { by_ms: 3_600_000 });
        world.run(day("08:30:00"));
        let missed = Some((Outcome::Missed, Some(Cause::Clock)));
        assert_eq!((world.sound(&relay), world.outcome(&relay)), (None, missed), "{before_ms}");
        assert_eq!(world.violations(), [], "{before_ms}");
    }
}

#[test]
fn a_relay_stops_at_quiet_hours_but_with_a_permit() {
    for permit in [None, Some("CV 12/UBND".to_owned())] {
        let mut order = Order::new(day("20:50:00"), 25);
        order.relay(day("20:50:00"), "tiep-am", 20 * MIN);
        order.slots[0].permit.clone_from(&permit);
        let mut world = begin(day("20:00:00"), &order.slots);
        world.run(day("22:00:00"));
        let ends = if permit.is_some() { day("21:10:00") } else { day("21:00:00") };
        assert_eq!(world.sound(&order.slots[0]), Some((day("20:50:00"), ends)));
        assert_eq!(world.outcome(&order.slots[0]), AIRED);
    }
}

/// What another station said meanwhile is gone: it goes on, and has no beginning that could be heard again.
#[test]
fn a_relay_that_a_power_cut_broke_off_is_not_said_to_begin_anew() {
    for again in [AfterPowerCut::Restart, AfterPowerCut::Resume] {
        let mut order = Order::new(day("05:58:00"), 20);
        let mut relay = order.relay(day("06:00:00"), "tiep-am", 14 * MIN);
        relay.after_power_cut = again;
        let place = order.slots.len() - 1;
        order.slots[place] = relay.clone();
        let mut world = begin(day("05:30:00"), &order.slots);
        world.run(day("06:05:00"));
        world.lose_power(MIN);
        world.run(day("08:00:00"));
        let sounds = world.sounds(&relay);
        assert_eq!((sounds.len(), sounds[1].1), (2, day("06:14:00")), "{again:?}");
        let note = world.note(&relay);
        assert!(note.contains("mất điện giữa chừng, phát tiếp sau 1 phút"), "{again:?}: {note}");
        assert_eq!(world.violations(), []);
    }
}

#[test]
fn a_relay_is_called_by_what_was_heard_of_it() {
    let heard = |source_ms, fallback_ms, nothing_ms, losses, why: &str| Relayed {
        source_ms,
        fallback_ms,
        nothing_ms,
        losses,
        why: why.into(),
    };
    let lost = Some((Outcome::Interrupted, Some(Cause::Source)));
    let cases = [
        (stream(), heard(840_000, 0, 0, 0, ""), AIRED, ""),
        (
            stream(),
            heard(820_000, 20_000, 0, 1, "máy chủ trả lời 503"),
            AIRED,
            "nguồn 13 phút 40 giây, phát thay 20 giây; mất nguồn 1 lần: máy chủ trả lời 503",
        ),
        (
            stream(),
            heard(419_000, 400_000, 21_000, 3, ""),
            lost,
            "nguồn 6 phút 59 giây, phát thay 6 phút 40 giây, im lặng 21 giây; mất nguồn 3 lần: nguồn im lặng",
        ),
        (stream(), heard(0, 840_000, 0, 1, "x"), lost, "phát thay 14 phút 0 giây; mất nguồn 1 lần: x"),
        (
            stream(),
            heard(0, 0, 840_000, 1, "x"),
            Some((Outcome::Failed, Some(Cause::NoFile))),
            "im lặng 14 phút 0 giây; mất nguồn 1 lần: x",
        ),
        (RelaySource::Manual, heard(840_000, 0, 0, 0, ""), AIRED, "tiếp âm thủ công"),
    ];
    for (source, heard, outcome, note) in cases {
        let mut order = Order::new(day("06:00:00"), 20);
        order.relay(day("06:00:00"), "tiep-am", 14 * MIN);
        order.slots[0].relay = Some(source);
        let mut world = begin(day("05:00:00"), &order.slots);
        world.relays.insert(order.slots[0].id.clone(), heard.clone());
        world.run(day("07:00:00"));
        assert_eq!(world.outcome(&order.slots[0]), outcome, "{heard:?}");
        assert_eq!(world.note(&order.slots[0]), note);
    }
}

#[test]
fn a_relay_by_hand_needs_no_recording() {
    let mut order = Order::new(day("06:00:00"), 20);
    order.relay(day("06:00:00"), "tiep-am", 14 * MIN);
    (order.slots[0].relay, order.slots[0].files) = (Some(RelaySource::Manual), Vec::new());
    let mut world = begin(day("05:00:00"), &order.slots);
    world.run(day("07:00:00"));
    assert_eq!(world.sound(&order.slots[0]), Some((day("06:00:00"), day("06:14:00"))));
    assert_eq!(world.outcome(&order.slots[0]), AIRED);
}

#[test]
fn a_relay_that_the_line_broke_off_goes_on_when_the_line_is_back_and_not_beyond_its_end() {
    for (back, went_on) in [("06:06:00", true), ("06:13:58", false)] {
        let mut order = Order::new(day("05:58:00"), 20);
        let relay = order.relay(day("06:00:00"), "tiep-am", 14 * MIN);
        let mut world = begin(day("05:00:00"), &order.slots);
        world.run(day("06:05:00"));
        world.lose_line();
        world.run(day(back));
        world.send(loa::director::Event::LineOpened { device: "null".into() });
        world.run(day("07:00:00"));
        let heard = world.sounds(&relay);
        let first = (day("06:00:00"), day("06:05:00"));
        if went_on {
            assert_eq!(heard, [first, (day("06:06:00"), day("06:14:00"))]);
            assert_eq!(world.outcome(&relay), AIRED);
            assert_eq!(world.note(&relay), "mất đường loa giữa chừng, phát tiếp sau 1 phút 0 giây");
        } else {
            assert_eq!(heard, [first]);
            assert_eq!(world.outcome(&relay), Some((Outcome::Interrupted, Some(Cause::Line))));
        }
    }
}

/// The run before it heard a minute of music in its place; this one hears what is left of it, half a minute of the source.
#[test]
fn a_relay_that_a_kill_broke_off_is_judged_by_what_was_heard_of_all_of_it() {
    for (fallback_ms, wanted) in
        [(60_000, (Outcome::Interrupted, Some(Cause::Source))), (20_000, (Outcome::Aired, None))]
    {
        let mut slot = Order::new(day("05:58:00"), 20).relay(day("06:00:00"), "tiep-am", 90_000);
        slot.after_power_cut = AfterPowerCut::Resume;
        let id = slot.id.clone();
        let relayed = Relayed { fallback_ms, losses: 1, ..Relayed::default() };
        let (heard_ms, since, sha256) = (fallback_ms, day("06:01:00"), None);
        let (gap_ms, slept_ms, waited_ms, unheard) = (0, 0, 0, Unheard::default());
        let off = BrokenOff {
            slot,
            heard_ms,
            gap_ms,
            slept_ms,
            waited_ms,
            unheard,
            relayed,
            since,
            row_until: Some(since),
            sha256,
        };
        let past = Past { broken_off: vec![off], gap_cause: Some(Cause::Daemon), ..Past::default() };
        let mut director = Director::new(past, rules());
        director.step(day("06:01:00"), Event::LineOpened { device: "null".into() });
        let armed = Event::Armed { slot: id.clone(), audio: Default::default(), lengths_ms: Vec::new() };
        director.step(day("06:01:00"), armed);
        director.step(day("06:01:01"), Event::Began { slot: id.clone(), at: day("06:01:00") });
        let heard = Relayed { source_ms: 30_000, ..Relayed::default() };
        director.step(day("06:01:30"), Event::Relayed { slot: id.clone(), heard });
        let end = Event::Ended { slot: id, at: day("06:01:30"), played_ms: 30_000, gap_ms: 0, end: End::Whole };
        assert_eq!(outcome_of(&director.step(day("06:01:30"), end)), Some(wanted), "{fallback_ms}");
    }
}

/// A director that has ordered a relay from 06:00 to 06:14 on air.
fn relaying() -> (Director, loa::timetable::SlotId) {
    let mut order = Order::new(day("05:58:00"), 20);
    let slot = order.relay(day("06:00:00"), "tiep-am", 14 * MIN);
    let mut director = Director::new(Past { started: Some(day("05:30:00")), ..Past::default() }, rules());
    director.step(day("05:30:00"), Event::LineOpened { device: "null".into() });
    director
        .step(day("05:30:00"), Event::Planned { since: day("05:30:00"), slots: order.slots.clone(), rules: rules() });
    director.step(day("05:59:00"), Event::Woken);
    let armed = Event::Armed { slot: slot.id.clone(), audio: Default::default(), lengths_ms: Vec::new() };
    director.step(day("05:59:00"), armed);
    let actions = director.step(day("05:59:58.5"), Event::Woken);
    assert!(actions.iter().any(|action| matches!(action, Action::Air { slot: on_air, .. } if *on_air == slot.id)));
    (director, slot.id)
}

/// A device that runs dry stands still while the clock does not: its frames alone would carry a relay over what follows.
#[test]
fn a_relay_that_still_sounds_a_second_after_its_end_is_cut() {
    let (mut director, id) = relaying();
    director.step(day("06:00:00.1"), Event::Began { slot: id.clone(), at: day("06:00:00") });
    let mut heard = |time: &str| {
        let played_ms = 840_000;
        let actions = director.step(day(time), Event::Heard { slot: id.clone(), at: day(time), played_ms });
        actions.iter().any(|action| matches!(action, Action::Cut { slot, .. } if *slot == id))
    };
    let cuts = ["06:13:59", "06:14:00.9", "06:14:01", "06:14:01.3"].map(&mut heard);
    assert_eq!(cuts, [false, false, true, false]);
    let relayed = Relayed { source_ms: 841_500, ..Relayed::default() };
    director.step(day("06:14:01.6"), Event::Relayed { slot: id.clone(), heard: relayed });
    let end = Event::Ended { slot: id, at: day("06:14:01.5"), played_ms: 841_500, gap_ms: 0, end: End::Cut };
    assert_eq!(outcome_of(&director.step(day("06:14:01.6"), end)), AIRED);
}

#[test]
fn a_relay_whose_time_was_over_before_a_frame_of_it_was_rendered_is_missed_and_lacks_no_file() {
    let (mut director, id) = relaying();
    let end = Event::Ended { slot: id, at: day("06:14:00"), played_ms: 0, gap_ms: 0, end: End::Whole };
    let missed = Some((Outcome::Missed, Some(Cause::Overlap)));
    assert_eq!(outcome_of(&director.step(day("06:14:00"), end)), missed);
}

/// Whoever looks is told at once; each note is synced to the disk.
#[test]
fn what_is_not_a_relays_source_is_noted_at_its_beginning_each_ten_seconds_and_at_its_end() {
    let (mut director, id) = relaying();
    director.step(day("06:00:00.1"), Event::Began { slot: id.clone(), at: day("06:00:00") });
    let heard = |fallback_ms| Relayed { fallback_ms, losses: 1, ..Relayed::default() };
    let noted = |actions: Vec<Action>| {
        actions.into_iter().find_map(|action| match action {
            Action::NoteRelaying { heard, .. } => Some(heard.fallback_ms),
            _ => None,
        })
    };
    let mut notes = Vec::new();
    for fallback_ms in [500, 1_100, 5_000, 10_499, 10_500, 20_000, 20_600] {
        let told = Event::Relaying { slot: id.clone(), heard: heard(fallback_ms) };
        notes.extend(noted(director.step(day("06:00:21"), told)));
    }
    notes.extend(noted(director.step(day("06:00:22"), Event::Relayed { slot: id.clone(), heard: heard(21_000) })));
    // After a loss of the line it goes on as another part, which counts from nothing.
    notes.extend(noted(director.step(day("06:00:30"), Event::Relaying { slot: id, heard: heard(700) })));
    assert_eq!(notes, [500, 10_500, 20_600, 21_000, 700]);
}

/// Half a second of silence hid that nothing of nineteen seconds was the source.
#[test]
fn the_fault_that_took_most_of_an_airing_leads_and_the_others_are_noted() {
    let lost = "mất nguồn 1 lần: x";
    let monitor = "đường nghe kiểm tra không nghe thấy";
    for (source_ms, fallback_ms, gap_ms, unheard_ms, cause, note) in [
        (0, 19_000, 600, 0, Cause::Source, format!("phát thay 19 giây; {lost}; im lặng 0,6 giây giữa chừng")),
        (
            10_000,
            2_000,
            7_000,
            0,
            Cause::Busy,
            format!("im lặng 7,0 giây giữa chừng; nguồn 10 giây, phát thay 2 giây; {lost}"),
        ),
        (
            5_000,
            6_000,
            8_000,
            0,
            Cause::Busy,
            format!("im lặng 8,0 giây giữa chừng; nguồn 5 giây, phát thay 6 giây; {lost}"),
        ),
        (19_000, 0, 600, 17_000, Cause::Line, format!("{monitor} 17 giây; im lặng 0,6 giây giữa chừng")),
        (10_000, 0, 9_000, 6_000, Cause::Busy, format!("im lặng 9,0 giây giữa chừng; {monitor} 6 giây")),
        (0, 19_000, 0, 6_000, Cause::Source, format!("phát thay 19 giây; {lost}; {monitor} 6 giây")),
    ] {
        let (mut director, id) = relaying();
        director.step(day("06:00:00.1"), Event::Began { slot: id.clone(), at: day("06:00:00") });
        if unheard_ms > 0 {
            let unheard = Event::Unheard { slot: id.clone(), cause: Cause::Line, for_ms: unheard_ms };
            director.step(day("06:00:20"), unheard);
        }
        let heard =
            Relayed { source_ms, fallback_ms, losses: u64::from(fallback_ms > 0), why: "x".into(), nothing_ms: 0 };
        director.step(day("06:00:20"), Event::Relayed { slot: id.clone(), heard });
        let played_ms = source_ms + fallback_ms;
        let end = Event::Ended { slot: id, at: day("06:00:20"), played_ms, gap_ms, end: End::Whole };
        let settled = director.step(day("06:00:20"), end).into_iter().find_map(|action| match action {
            Action::Settle { outcome, cause, note, .. } => Some((outcome, cause, note)),
            _ => None,
        });
        assert_eq!(settled, Some((Outcome::Interrupted, Some(cause), note)));
    }
}
