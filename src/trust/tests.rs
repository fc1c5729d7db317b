use super::*;

const OFF: SystemSays = SystemSays::Unsynchronised;
const KEPT: SystemSays = SystemSays::Synchronised { offset_ms: Some(3) };

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn judged(heartbeat: Option<&str>, now: &str, says: SystemSays) -> Option<Doubt> {
    let mut trust = ClockTrust::new(heartbeat.map(at));
    trust.look(at(now), 0, says, ClockRule::Auto);
    trust.doubt()
}

#[test]
fn the_lower_bound_is_the_day_that_the_change_log_names() {
    let heading = include_str!("../../CHANGELOG.md").lines().find(|line| line.starts_with("## ")).unwrap();
    let (_, date) = heading.split_once("(since ").unwrap();
    assert_eq!(VERSION_BEGAN, at(&format!("{}T00:00:00Z", date.trim_end_matches(')'))));
}

#[test]
fn each_doubt_says_what_is_wrong_and_what_to_do() {
    let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
    let (now, last) = (at("2026-12-03T05:00:00+07:00"), at("2026-12-04T05:00:00+07:00"));
    let said = |doubt: Doubt, now| {
        let (why, remedy) = (doubt.why(now, &zone), doubt.remedy());
        [format!("{}; {}", why.vi, remedy.vi), format!("{}; {}", why.en, remedy.en)]
    };
    assert_eq!(
        said(Doubt::BeforeVersion, Timestamp::UNIX_EPOCH),
        [
            "đồng hồ máy chỉ 01/01/1970 08:00:00, trước khi có phiên bản Loa này; hãy chỉnh lại ngày giờ của máy",
            "the clock says 1970-01-01 08:00:00, which is before this version of Loa was made; set the date and time of \
             this PC",
        ]
    );
    assert_eq!(
        said(Doubt::Behind(last), now),
        [
            "đồng hồ máy chỉ 03/12/2026 05:00:00, nhưng Loa đã chạy đến 04/12/2026 05:00:00; hãy chỉnh lại ngày giờ của \
             máy; nếu giờ đang đúng thì xác nhận bằng `loa clock confirm --by TÊN`",
            "the clock says 2026-12-03 05:00:00, but Loa was at work until 2026-12-04 05:00:00; set the date and time of \
             this PC; if they are right, say so with `loa clock confirm --by NAME`",
        ]
    );
    let [vi, en] = said(Doubt::FarAhead(now), at("2031-01-01T00:00:00Z"));
    assert!(vi.contains("hơn 35 ngày sau lần cuối Loa chạy (03/12/2026 05:00:00)"), "{vi}");
    assert!(en.contains("over 35 days after Loa was last at work (2026-12-03 05:00:00)"), "{en}");
    let [vi, en] = said(Doubt::Leapt(now), last);
    assert!(vi.contains("nhảy tới từ 03/12/2026 05:00:00, hơn một ngày") && vi.contains("loa clock confirm"), "{vi}");
    assert!(en.contains("leapt there from 2026-12-03 05:00:00, over more than a day"), "{en}");
}

#[test]
fn the_rule_to_the_second() {
    let last = "2026-12-01T05:00:00Z";
    let behind = Some(Doubt::Behind(at(last)));
    let ahead = Some(Doubt::FarAhead(at(last)));
    for (heartbeat, now, says, expected) in [
        (None, "2026-11-25T00:00:00Z", OFF, None),
        (None, "2026-11-24T23:59:59Z", OFF, Some(Doubt::BeforeVersion)),
        (None, "1970-01-01T00:00:30Z", SystemSays::Nothing, Some(Doubt::BeforeVersion)),
        (None, "2031-01-01T00:00:00Z", OFF, None),
        (Some(last), "2026-12-01T04:59:58Z", OFF, None),
        (Some(last), "2026-12-01T04:59:57.999Z", OFF, behind),
        (Some(last), "2026-12-01T04:59:57.999Z", KEPT, None),
        (Some(last), "1970-01-01T00:00:30Z", OFF, Some(Doubt::BeforeVersion)),
        (Some(last), "2027-01-05T05:00:00Z", OFF, None),
        (Some(last), "2027-01-05T05:00:00.001Z", OFF, ahead),
        (Some(last), "2027-01-05T05:00:00.001Z", SystemSays::Nothing, ahead),
        (Some(last), "2027-01-05T05:00:00.001Z", KEPT, None),
        // A first run in 1970 had nothing to be held against; it must not lock the station out.
        (Some("1970-01-01T00:00:30Z"), "2026-12-01T05:00:00Z", OFF, None),
    ] {
        assert_eq!(judged(heartbeat, now, says), expected, "{heartbeat:?} {now} {says:?}");
    }
}

#[test]
fn a_doubt_ends_when_the_clock_is_in_range_again_or_kept_or_a_person_vouches() {
    let last = at("2026-12-01T05:00:00Z");
    let wrong = at("2030-01-01T00:00:00Z");
    let doubted = || {
        let mut trust = ClockTrust::new(Some(last));
        let turn = trust.look(wrong, 0, OFF, ClockRule::Auto);
        assert_eq!((turn, trust.last()), (Turn::Doubted(Doubt::FarAhead(last)), Some(last)));
        assert_eq!(trust.look(wrong, 0, OFF, ClockRule::Auto), Turn::Same);
        trust
    };
    let right = at("2026-12-01T06:00:00Z");
    let mut trust = doubted();
    assert_eq!((trust.look(right, 0, OFF, ClockRule::Auto), trust.last()), (Turn::Trusted, Some(right)));
    let mut trust = doubted();
    assert_eq!((trust.look(wrong, 0, KEPT, ClockRule::Auto), trust.last()), (Turn::Trusted, Some(wrong)));
    let mut trust = doubted();
    assert_eq!((trust.confirm(wrong), trust.last()), (Ok(Turn::Trusted), Some(wrong)));
    assert_eq!(trust.look(wrong, 0, OFF, ClockRule::Auto), Turn::Same);
    let mut trust = doubted();
    assert_eq!(trust.look(wrong, 0, OFF, ClockRule::Always), Turn::Trusted);
}

/// Of what a steady clock says passed less is leapt over; a PC that slept for a week did not leap.
#[test]
fn a_clock_that_leaps_over_more_than_a_day_within_a_run_is_doubted_until_it_is_set_right() {
    const HOUR_MS: u64 = 3_600_000;
    let last = at("2026-12-01T05:00:00Z");
    for (now, passed_ms, says, expected) in [
        ("2026-12-02T05:00:01Z", 1_000, OFF, None),
        ("2026-12-02T05:00:01.001Z", 1_000, OFF, Some(Doubt::Leapt(last))),
        ("2026-12-02T05:00:01.001Z", 1_000, SystemSays::Nothing, Some(Doubt::Leapt(last))),
        ("2026-12-21T05:00:00Z", 1_000, KEPT, None),
        ("2026-12-08T05:00:00Z", 7 * 24 * HOUR_MS, OFF, None),
    ] {
        let mut trust = ClockTrust::new(None);
        assert_eq!(trust.look(last, HOUR_MS, OFF, ClockRule::Auto), Turn::Same);
        trust.look(at(now), HOUR_MS + passed_ms, says, ClockRule::Auto);
        assert_eq!(trust.doubt(), expected, "{now} {passed_ms} {says:?}");
    }
    let mut trust = ClockTrust::new(Some(last));
    let wrong = at("2026-12-21T05:00:00Z");
    assert_eq!(trust.look(wrong, 0, OFF, ClockRule::Auto), Turn::Same, "nobody knows for how long it was off");
    let right = at("2026-12-21T06:00:00Z");
    let leapt = Turn::Doubted(Doubt::Leapt(wrong));
    assert_eq!(trust.look(at("2026-12-24T05:00:00Z"), HOUR_MS, OFF, ClockRule::Auto), leapt);
    assert_eq!(trust.look(right, HOUR_MS, OFF, ClockRule::Auto), Turn::Trusted);
    assert_eq!(
        trust.look(at("2026-12-24T05:00:00Z"), HOUR_MS, OFF, ClockRule::Auto),
        Turn::Doubted(Doubt::Leapt(right))
    );
    assert_eq!(trust.confirm(at("2026-12-24T05:00:00Z")), Ok(Turn::Trusted));
    assert_eq!(trust.look(at("2026-12-24T05:00:01Z"), HOUR_MS + 1_000, OFF, ClockRule::Auto), Turn::Same);
}

#[test]
fn a_clock_set_back_little_by_little_is_doubted_once_it_is_far_back() {
    let mut trust = ClockTrust::new(None);
    let start = at("2026-12-01T05:00:00Z");
    let turns: Vec<Turn> =
        (0..4).map(|n| trust.look(start - SignedDuration::from_millis(900 * n), 0, OFF, ClockRule::Auto)).collect();
    assert_eq!(turns, [Turn::Same, Turn::Same, Turn::Same, Turn::Doubted(Doubt::Behind(start))]);
    // A time source may.
    assert_eq!(trust.look(at("2026-12-01T04:00:00Z"), 0, KEPT, ClockRule::Auto), Turn::Trusted);
    assert_eq!(trust.look(at("2026-12-01T03:00:00Z"), 0, KEPT, ClockRule::Auto), Turn::Same);
    assert_eq!(trust.look(at("2026-12-01T03:00:01Z"), 0, OFF, ClockRule::Auto), Turn::Same);
}

#[test]
fn nobody_can_vouch_for_a_clock_that_is_certainly_wrong() {
    let mut trust = ClockTrust::new(None);
    trust.look(at("1970-01-01T00:00:00Z"), 0, OFF, ClockRule::Auto);
    assert_eq!(trust.confirm(at("1970-01-01T00:00:05Z")), Err(Doubt::BeforeVersion));
    assert_eq!(trust.doubt(), Some(Doubt::BeforeVersion));
}

/// A leap that nobody vouches for and that is taken back was the mistake.
#[test]
fn a_clock_that_says_again_what_it_would_had_it_never_leapt_is_trusted() {
    let began = at("2026-12-01T05:00:00Z");
    let hours = |h: i64| SignedDuration::from_hours(h);
    let second = SignedDuration::from_secs(1);
    for (leap, after, back, wanted) in [
        (hours(3), hours(1), SignedDuration::ZERO, None),
        (hours(3), hours(1), second * 2, None),
        (hours(3), hours(1), -second * 3, Some(Doubt::Behind(began + hours(4)))),
        // That long after, nobody knows any more which of both was right.
        (hours(3), hours(25), SignedDuration::ZERO, Some(Doubt::Behind(began + hours(28)))),
    ] {
        let mut trust = ClockTrust::new(Some(began)).in_the_same_boot(Some(1_000));
        let steady_ms = |passed: SignedDuration| 1_000 + u64::try_from(passed.as_millis()).unwrap();
        assert_eq!(trust.look(began + leap, 1_000, OFF, ClockRule::Auto), Turn::Same);
        assert_eq!(trust.look(began + leap + after, steady_ms(after), OFF, ClockRule::Auto), Turn::Same);
        trust.look(began + after + back, steady_ms(after), OFF, ClockRule::Auto);
        assert_eq!(trust.doubt(), wanted, "{leap} {after} {back}");
        if wanted.is_none() {
            assert_eq!(trust.last(), Some(began + after + back));
        }
    }
}

/// How long it was since the last heartbeat another run in the same boot knows by the clock that nobody sets.
#[test]
fn a_leap_over_the_end_of_a_run_is_one_in_the_same_boot_and_may_be_none_in_another() {
    let (last, two_days_on) = (at("2026-12-01T05:00:00Z"), at("2026-12-03T05:00:00Z"));
    for (steady_ms, wanted) in [(Some(1_000), Some(Doubt::Leapt(last))), (None, None)] {
        let mut trust = ClockTrust::new(Some(last)).in_the_same_boot(steady_ms);
        trust.look(two_days_on, 6_000, OFF, ClockRule::Auto);
        assert_eq!(trust.doubt(), wanted);
    }
}
