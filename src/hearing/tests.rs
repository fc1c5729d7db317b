use super::*;

mod pulsing;

/// Tenths of a second of something like speech: words and pauses, never twice the same.
fn speech(seed: u64, slots: usize) -> Vec<f64> {
    let mut state = seed;
    let mut draw = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 31)
    };
    let mut left = 0;
    let mut level_db = -20.0;
    (0..slots)
        .map(|_| {
            if left == 0 {
                left = 1 + (draw() * 5.0) as usize;
                level_db = if draw() < 0.25 { -65.0 } else { -28.0 + 14.0 * draw() };
            }
            left -= 1;
            power(level_db + 3.0 * draw())
        })
        .collect()
}

fn power(db: f64) -> f64 {
    10.0_f64.powf(db / 10.0)
}

/// Slots in which the monitor listened before anything was sent.
const QUIET: usize = 60;

/// What the monitor hears of what is sent.
struct Room {
    late_ms: f64,
    gain_db: f64,
    noise_db: f64,
}

const CABLE: Room = Room { late_ms: 130.0, gain_db: 0.0, noise_db: -120.0 };
const STREET: Room = Room { late_ms: 480.0, gain_db: -17.0, noise_db: -62.0 };

/// The verdict at each slot when `room` hears `sent`, but for the slots for which `what` gives other things to hear.
fn verdicts(sent: &[f64], room: &Room, what: impl Fn(usize) -> Option<f64>) -> Vec<Verdict> {
    follow(&mut Hearing::default(), sent, room, what)
}

fn follow(hearing: &mut Hearing, sent: &[f64], room: &Room, what: impl Fn(usize) -> Option<f64>) -> Vec<Verdict> {
    for (n, noise) in noise(99, room).take(QUIET).enumerate() {
        let begins_ms = at(n) - at(QUIET) + at(0) + room.late_ms;
        hearing.heard(begins_ms, begins_ms + SLOT_MS, noise);
        hearing.judge(begins_ms + SLOT_MS);
    }
    follow_on(hearing, sent, room, what)
}

/// The same of a monitor that has just begun to listen.
fn follow_on(hearing: &mut Hearing, sent: &[f64], room: &Room, what: impl Fn(usize) -> Option<f64>) -> Vec<Verdict> {
    follow_asking(hearing, sent, room, what, |_| {})
}

/// That, asked after each slot.
fn follow_asking(
    hearing: &mut Hearing,
    sent: &[f64],
    room: &Room,
    what: impl Fn(usize) -> Option<f64>,
    mut ask: impl FnMut(&Hearing),
) -> Vec<Verdict> {
    let heard = noise(98, room).zip(sent).enumerate();
    let heard = heard.map(|(n, (noise, sent))| what(n).unwrap_or(sent * power(room.gain_db)) + noise);
    heard
        .enumerate()
        .map(|(n, heard)| {
            hearing.sent(at(n), at(n + 1), sent[n]);
            hearing.heard(at(n) + room.late_ms, at(n + 1) + room.late_ms, heard);
            // What is sent is known a little ahead of the ear.
            let verdict = hearing.judge(at(n + 1) + 100.0);
            ask(hearing);
            verdict
        })
        .collect()
}

/// Noise that is not quite steady.
fn noise(seed: u64, room: &Room) -> impl Iterator<Item = f64> {
    let power = power(room.noise_db);
    speech(seed, 1000).into_iter().map(move |some| power * (0.8 + 20.0 * some.min(0.02)))
}

/// When the slot begins that is sent as so-and-so many, in ms.
fn at(n: usize) -> f64 {
    1_000_000.0 + n as f64 * SLOT_MS
}

fn first_silent(verdicts: &[Verdict]) -> Option<(usize, i64)> {
    verdicts.iter().enumerate().find_map(|(n, verdict)| match verdict {
        Verdict::Silent { since_ms } => Some((n, since_ms.cast_signed() - 1_000_000)),
        _ => None,
    })
}

#[test]
fn what_is_heard_late_softer_and_with_noise_sounds() {
    for seed in 1..25 {
        for room in [CABLE, STREET] {
            let verdicts = verdicts(&speech(seed, 600), &room, |_| None);
            assert_eq!(first_silent(&verdicts), None, "seed {seed}, {} ms late", room.late_ms);
            assert_eq!(verdicts.last(), Some(&Verdict::Sounds), "seed {seed}");
        }
    }
}

#[test]
fn a_line_that_goes_dead_is_told_within_five_seconds_and_since_when() {
    for seed in 1..25 {
        for (room, other) in [(CABLE, 0.0), (STREET, 0.0)] {
            let verdicts = verdicts(&speech(seed, 600), &room, |n| (n >= 300).then_some(other));
            let (n, since_ms) = first_silent(&verdicts).expect("it is told");
            assert!((300..350).contains(&n), "seed {seed}: at slot {n}");
            assert!(since_ms.abs_diff(30_000) <= 2_500, "seed {seed}: since {since_ms} ms");
            // To the end, whatever the noise.
            let wrong = verdicts[n..].iter().filter(|verdict| **verdict == Verdict::Sounds).count();
            assert!(wrong < 30, "seed {seed}: called sounding {wrong} times");
        }
    }
}

/// How long it was is what an airing is judged by, and the delay of the verdict has no part in it.
#[test]
fn a_silence_that_is_over_is_as_long_as_it_was() {
    let steady = vec![power(-20.0); 400];
    for room in [CABLE, STREET] {
        // What lasts for longer than is kept begins where it was found to.
        for (slots, leeway_ms) in [(60_usize, 0), (70, 0), (100, 1_500)] {
            for (seed, sent) in (1..25).map(|seed| speech(seed, 400)).chain([steady.clone()]).enumerate() {
                let mut hearing = Hearing::default();
                let muted = 150..150 + slots;
                follow(&mut hearing, &sent, &room, |n| muted.contains(&n).then_some(0.0));
                let silence = hearing.silence().expect("it is told");
                // The pauses of speech about it may belong to either.
                let is_loud = |n: &usize| sent[*n] > power(-23.0);
                // The two are apart by parts of a slot, too.
                let mut inside = (muted.start + 2..muted.end - 2).filter(is_loud);
                let least = inside.next().map_or(0, |first| inside.next_back().unwrap_or(first) - first) as u64 * 100;
                let outside = (muted.end..).find(is_loud).unwrap() - (0..muted.start).rfind(is_loud).unwrap();
                let long_ms = silence.to_ms - silence.from_ms;
                let told = format!("{slots} slots, seed {seed}, {} ms late: {long_ms} ms", room.late_ms);
                assert!((least.saturating_sub(leeway_ms)..=outside as u64 * 100 + 300).contains(&long_ms), "{told}");
            }
        }
    }
}

/// Whenever it is asked, also before what sounds again is known for ours: a kill leaves what was told last.
#[test]
fn a_silence_is_at_no_moment_told_to_be_longer_than_it_was() {
    for room in [CABLE, STREET] {
        for slots in [32_usize, 40, 45] {
            for (seed, sent) in (1..25).map(|seed| speech(seed, 300)).chain([vec![power(-20.0); 300]]).enumerate() {
                let muted = 150..150 + slots;
                let is_loud = |n: &usize| sent[*n] > power(-23.0);
                let outside = (muted.end..).find(is_loud).unwrap() - (0..muted.start).rfind(is_loud).unwrap();
                let mut hearing = Hearing::default();
                let mut longest_ms = 0;
                follow_asking(
                    &mut hearing,
                    &sent,
                    &room,
                    |n| muted.contains(&n).then_some(0.0),
                    |hearing| {
                        let long_ms =
                            hearing.silence().map_or(0, |silence| silence.to_ms.saturating_sub(silence.from_ms));
                        longest_ms = longest_ms.max(long_ms);
                    },
                );
                let told = format!("{slots} slots, seed {seed}, {} ms late: {longest_ms} ms", room.late_ms);
                assert!(longest_ms <= outside as u64 * 100 + 300, "{told}");
            }
        }
    }
}

/// Muted through, with a pause behind it: each airing has a silence of its own.
#[test]
fn a_silence_that_lasts_to_the_end_of_what_is_sent_ends_with_it_and_the_next_one_is_told_anew() {
    for (seed, room) in [(7, CABLE), (8, STREET)] {
        let sent = speech(seed, 200);
        let mut hearing = Hearing::default();
        assert_eq!(hearing.rest(), None, "there is none");
        let silent = first_silent(&follow(&mut hearing, &sent, &room, |_| Some(0.0)));
        assert!(silent.is_some());
        let over = hearing.rest().expect("it lasts");
        assert!(over.from_ms <= 1_002_000 && over.to_ms == 1_020_000, "{over:?}");
        assert_eq!((hearing.silence(), hearing.rest()), (Some(over), None), "it is over once");
        assert_eq!(hearing.judge(1_020_200.0), Verdict::Unsure);
        let at = |n: usize| 1_030_000.0 + n as f64 * SLOT_MS;
        let told = (0..100).find_map(|n| {
            hearing.sent(at(n), at(n + 1), sent[n]);
            hearing.heard(at(n) + room.late_ms, at(n + 1) + room.late_ms, power(room.noise_db));
            match hearing.judge(at(n + 1) + 100.0) {
                Verdict::Silent { since_ms } => Some(since_ms),
                _ => None,
            }
        });
        assert!(told.expect("told anew").abs_diff(1_030_000) <= 3_000, "{told:?}");
    }
}

#[test]
fn another_sound_at_the_same_level_is_not_ours() {
    let mut told = 0;
    for seed in 1..25 {
        let other = speech(1000 + seed, 600);
        let verdicts = verdicts(&speech(seed, 600), &CABLE, |n| (n >= 300).then(|| other[n]));
        told += usize::from(first_silent(&verdicts).is_some_and(|(n, _)| (300..400).contains(&n)));
    }
    assert!(told >= 22, "told {told} times of 24");
}

#[test]
fn a_line_dead_from_the_start_is_told_and_one_that_comes_back_too() {
    let sent = speech(7, 600);
    let verdicts = verdicts(&sent, &CABLE, |n| (n < 200).then_some(0.0));
    let (n, since_ms) = first_silent(&verdicts).unwrap();
    assert!(n <= 45 && since_ms <= 2_000, "{n}, {since_ms}");
    assert!(verdicts[240..].iter().all(|verdict| *verdict == Verdict::Sounds));
}

#[test]
fn a_change_of_volume_is_no_silence() {
    for seed in 1..25 {
        let sent = speech(seed, 600);
        let softer = verdicts(&sent, &CABLE, |n| (n >= 300).then(|| sent[n] * power(-12.0)));
        assert_eq!(first_silent(&softer), None, "seed {seed}");
    }
}

#[test]
fn a_steady_tone_is_judged_by_its_level() {
    let tone = vec![power(-20.0); 400];
    assert_eq!(first_silent(&verdicts(&tone, &CABLE, |_| None)), None);
    for room in [CABLE, STREET] {
        let (n, _) = first_silent(&verdicts(&tone, &room, |n| (n >= 200).then_some(0.0))).expect("it is told");
        assert!((200..250).contains(&n), "at slot {n}");
    }
}

#[test]
fn where_nothing_is_sent_nothing_is_missed() {
    let mut sent = speech(3, 400);
    sent[150..].fill(0.0);
    let verdicts = verdicts(&sent, &CABLE, |_| None);
    assert_eq!(first_silent(&verdicts), None);
    assert_eq!(first_silent(&super::tests::verdicts(&vec![0.0; 300], &STREET, |_| None)), None);
}

/// A cable beside a transformer: something steady is heard all the time.
fn humming(noise_db: f64) -> Room {
    Room { noise_db, ..CABLE }
}

/// What airs in `slots`: a tone, a voice that a studio has made quite level, one that it has made rather level, and one as it is.
fn kinds_of_sound(slots: usize) -> [(&'static str, Vec<f64>); 4] {
    let level = |range_db: f64| {
        let drawn = speech(5, slots).into_iter().map(|some| 10.0 * some.log10());
        drawn.map(|db| power(-20.0 + (db + 20.0).clamp(-range_db, range_db))).collect()
    };
    [
        ("tone", vec![power(-20.0); slots]),
        ("level", level(1.5)),
        ("rather level", level(4.0)),
        ("voice", speech(5, slots)),
    ]
}

#[test]
fn over_a_steady_hum_a_line_that_does_not_sound_is_told_within_five_seconds_whatever_is_sent() {
    for hum_db in [-55.0, -40.0, -28.0] {
        for (what, sent) in kinds_of_sound(500) {
            for dead_from in [0_usize, 250] {
                let verdicts = verdicts(&sent, &humming(hum_db), |n| (n >= dead_from).then_some(0.0));
                let told = format!("{what} over {hum_db} dB, dead from slot {dead_from}");
                let (n, since_ms) = first_silent(&verdicts).expect(&told);
                assert!((dead_from..dead_from + 45).contains(&n), "{told}: at slot {n}");
                let off_ms = since_ms.abs_diff(i64::try_from(dead_from * 100).unwrap());
                assert!(off_ms <= 2_500, "{told}: since {since_ms} ms");
                assert!(verdicts[n..].iter().all(|verdict| *verdict != Verdict::Sounds), "{told}: called sounding");
            }
        }
    }
}

/// A hum that begins with the recording, as of an amplifier that is switched on for it, raises the level as the recording would.
#[test]
fn a_hum_that_begins_with_what_is_sent_is_not_taken_for_it() {
    for hum_db in [-45.0, -28.0, -20.0] {
        for (what, sent) in kinds_of_sound(500).into_iter().filter(|(what, _)| *what != "tone") {
            let hum = |n: usize| power(hum_db) * (1.0 + 0.03 * (n as f64 * 0.7).sin());
            let verdicts = verdicts(&sent, &CABLE, |n| Some(hum(n)));
            let told = format!("{what} under a hum of {hum_db} dB");
            let (n, _) = first_silent(&verdicts).expect(&told);
            assert!(n < 60, "{told}: at slot {n}");
            let sounds = verdicts.iter().filter(|verdict| **verdict == Verdict::Sounds).count();
            assert!(sounds < 20, "{told}: called sounding {sounds} times");
        }
    }
}

#[test]
fn over_a_steady_hum_what_sounds_is_believed() {
    for hum_db in [-55.0, -40.0, -28.0, -23.0] {
        for (what, sent) in kinds_of_sound(500) {
            let verdicts = verdicts(&sent, &humming(hum_db), |_| None);
            let told = format!("{what} over {hum_db} dB");
            assert_eq!(first_silent(&verdicts), None, "{told}");
            assert_eq!(verdicts.last(), Some(&Verdict::Sounds), "{told}");
        }
    }
}

#[test]
fn a_silence_over_a_hum_that_is_over_is_as_long_as_it_was() {
    for hum_db in [-55.0, -40.0, -28.0] {
        for (what, sent) in kinds_of_sound(500) {
            let mut hearing = Hearing::default();
            let muted = 200..280;
            let verdicts = follow(&mut hearing, &sent, &humming(hum_db), |n| muted.contains(&n).then_some(0.0));
            let told = format!("{what} over {hum_db} dB");
            assert_eq!(verdicts.last(), Some(&Verdict::Sounds), "{told}");
            let Silence { from_ms, to_ms } = hearing.silence().expect(&told);
            let off_ms = [(from_ms, 1_020_000), (to_ms, 1_028_000)].map(|(is, was): (u64, u64)| is.abs_diff(was));
            // The pauses of a voice about it may belong to either.
            assert!(off_ms.iter().all(|off_ms| *off_ms <= 700), "{told}: {from_ms} to {to_ms}");
        }
    }
}

/// Whether it sounds cannot be known then, and what cannot be known is no incident.
#[test]
fn what_the_background_hides_says_nothing_of_the_line() {
    let loud = speech(6, 200);
    let mut sent = loud.clone();
    // A soft passage, of 20 s.
    sent.extend(speech(7, 200).iter().map(|some| some * power(-22.0)));
    for hum_db in [-38.0, -33.0] {
        assert_eq!(first_silent(&verdicts(&sent, &humming(hum_db), |_| None)), None, "{hum_db} dB");
        // Nor does a tone that is no louder than the hum.
        let mut sent = loud.clone();
        sent.extend(vec![power(hum_db - 3.0); 200]);
        assert_eq!(first_silent(&verdicts(&sent, &humming(hum_db), |_| None)), None, "a tone, {hum_db} dB");
    }
}

#[test]
fn a_tone_is_not_blamed_for_a_lorry_that_has_left() {
    let tone = vec![power(-20.0); 300];
    let street = Room { noise_db: -70.0, ..STREET };
    let mut hearing = Hearing::default();
    for n in 0..QUIET {
        let begins_ms = at(n) - at(QUIET) + at(0);
        hearing.heard(begins_ms, begins_ms + SLOT_MS, power(-30.0));
        hearing.judge(begins_ms + SLOT_MS);
    }
    assert_eq!(first_silent(&follow_on(&mut hearing, &tone, &street, |_| None)), None);
}

/// A monitor that is opened in the midst of a steady tone has nothing to set it against, but dead silence.
#[test]
fn without_a_moment_of_quiet_a_steady_tone_is_unsure_unless_nothing_is_heard_at_all() {
    let tone = vec![power(-20.0); 300];
    assert!(
        follow_on(&mut Hearing::default(), &tone, &CABLE, |_| None).iter().all(|verdict| *verdict == Verdict::Unsure)
    );
    let dead = Room { gain_db: -120.0, ..CABLE };
    assert!(first_silent(&follow_on(&mut Hearing::default(), &tone, &dead, |_| None)).is_some());
}
