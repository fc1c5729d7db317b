use super::*;
use crate::outcome::Outcome;

const PACE: Pace = Pace { every_ms: 600_000, repeat_ms: Some(3_600_000) };
const LINE: IncidentKind = IncidentKind::LineLost;
const DISK: IncidentKind = IncidentKind::Disk;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn began(second: i64) -> Tell {
    Tell::Began { kind: DISK, at: at(second), detail: "sda".into() }
}

fn ended(second: i64) -> Tell {
    Tell::Ended { kind: DISK, at: at(second) }
}

fn line_lost(second: i64) -> Tell {
    Tell::Began { kind: LINE, at: at(second), detail: "usb".into() }
}

fn line_back(second: i64) -> Tell {
    Tell::Ended { kind: LINE, at: at(second) }
}

fn slot(second: i64) -> Tell {
    let matter = Matter::Slot(Outcome::Missed);
    Tell::Happened(News::happened(matter, at(second), None, "x".into()))
}

/// An emergency that nobody heard.
fn emergency(second: i64) -> Tell {
    let news = News::happened(Matter::Slot(Outcome::Interrupted), at(second), None, "x".into());
    Tell::Happened(News { urgency: Urgency::AtOnce, ..news })
}

/// What goes at `now_ms`, and that it arrives: how each stands and how often it came.
fn gone(outbox: &mut Outbox, now_ms: u64) -> Vec<(Stands, u32)> {
    let gone = outbox.due(now_ms).map(|(news, _)| news.iter().map(|news| (news.stands, news.times)).collect());
    if gone.is_some() {
        outbox.sent(now_ms);
    }
    gone.unwrap_or_default()
}

const LASTS: Stands = Stands::Lasts { again: false };

#[test]
fn what_comes_together_is_told_together_and_the_next_message_waits_its_time() {
    let mut outbox = Outbox::new(PACE);
    assert_eq!(outbox.due_in_ms(0), None);
    outbox.take(began(1), 1_000);
    outbox.take(slot(2), 2_000);
    assert_eq!((outbox.due_in_ms(2_000), gone(&mut outbox, 20_999)), (Some(19_000), vec![]));
    assert_eq!(gone(&mut outbox, 21_000), [(LASTS, 1), (Stands::Happened, 1)]);
    outbox.take(slot(3), 30_000);
    assert_eq!((outbox.due_in_ms(30_000), gone(&mut outbox, 620_999)), (Some(591_000), vec![]));
    assert_eq!(gone(&mut outbox, 621_000), [(Stands::Happened, 1)]);
}

/// A line that is lost at 5:44 may be mended by 5:45.
#[test]
fn what_is_urgent_goes_at_once_and_what_follows_it_together() {
    let mut outbox = Outbox::new(PACE);
    outbox.take(line_lost(1), 1_000);
    outbox.take(slot(1), 1_010);
    assert_eq!((outbox.due_in_ms(1_010), gone(&mut outbox, 1_999)), (Some(990), vec![]));
    assert_eq!(gone(&mut outbox, 2_000), [(LASTS, 1), (Stands::Happened, 1)]);
    outbox.take(slot(3), 3_000);
    outbox.take(line_back(9), 9_000);
    assert_eq!((outbox.due_in_ms(9_000), gone(&mut outbox, 22_999)), (Some(14_000), vec![]));
    assert_eq!(gone(&mut outbox, 23_000), [(Stands::Happened, 1), (Stands::Over { until: at(9) }, 1)]);
    // It comes and goes: the next one goes ahead once its time is there.
    outbox.take(line_lost(60), 60_000);
    assert_eq!((outbox.due_in_ms(60_000), gone(&mut outbox, 601_999)), (Some(542_000), vec![]));
    assert_eq!(gone(&mut outbox, 602_000), [(LASTS, 1)]);
}

#[test]
fn what_is_urgent_waits_for_no_message_of_before_and_takes_what_waits_with_it() {
    let mut outbox = Outbox::new(PACE);
    outbox.take(slot(1), 0);
    assert_eq!(gone(&mut outbox, 20_000), [(Stands::Happened, 1)]);
    outbox.take(slot(50), 50_000);
    let failed =
        News { urgency: Urgency::Soon, ..News::happened(Matter::Slot(Outcome::Failed), at(60), None, "x".into()) };
    outbox.take(Tell::Happened(failed), 60_000);
    assert_eq!(gone(&mut outbox, 61_000), [(Stands::Happened, 1), (Stands::Happened, 1)]);
    // The pace of the others is as it was.
    outbox.take(slot(70), 70_000);
    assert_eq!((outbox.due_in_ms(70_000), gone(&mut outbox, 620_000)), (Some(550_000), vec![(Stands::Happened, 1)]));
}

/// It is over before ten minutes are: who is told then can do nothing any more.
#[test]
fn an_emergency_that_nobody_heard_waits_for_no_message_of_before_however_urgent_that_was() {
    let mut outbox = Outbox::new(PACE);
    outbox.take(line_lost(1), 1_000);
    assert_eq!(gone(&mut outbox, 2_000), [(LASTS, 1)]);
    outbox.take(line_back(30), 30_000);
    assert_eq!(gone(&mut outbox, 50_000), [(Stands::Over { until: at(30) }, 1)]);
    outbox.take(line_lost(60), 60_000);
    assert_eq!(outbox.due_in_ms(60_000), Some(542_000), "a line comes and goes");
    for second in [70, 80, 81] {
        let now_ms = u64::try_from(second * 1_000).unwrap();
        outbox.take(emergency(second), now_ms);
        assert_eq!((outbox.due_in_ms(now_ms), gone(&mut outbox, now_ms + 999)), (Some(1_000), vec![]), "{second}");
        let wanted = if second == 70 { vec![(LASTS, 1), (Stands::Happened, 1)] } else { vec![(Stands::Happened, 1)] };
        assert_eq!(gone(&mut outbox, now_ms + 1_000), wanted, "{second}");
    }
    outbox.take(line_back(90), 90_000);
    outbox.take(line_lost(91), 91_000);
    assert!(outbox.due_in_ms(91_000).is_some_and(|ms| ms > 500_000), "it takes nobody else's turn with it");
}

#[test]
fn a_line_that_is_back_at_once_is_not_urgent_and_a_way_that_fails_is_not_tried_more_often_for_one() {
    let mut outbox = Outbox::new(PACE);
    outbox.take(line_lost(1), 1_000);
    outbox.take(line_back(1), 1_500);
    assert_eq!(outbox.due_in_ms(1_500), Some(19_500));
    let mut outbox = Outbox::new(PACE);
    outbox.take(line_lost(1), 1_000);
    assert!(outbox.due(2_000).is_some());
    outbox.failed(2_000);
    outbox.take(Tell::Began { kind: IncidentKind::LineSilent, at: at(3), detail: String::new() }, 3_000);
    assert_eq!(outbox.due_in_ms(3_000), Some(29_000));
}

#[test]
fn a_fault_is_told_once_again_while_it_lasts_and_when_it_is_over() {
    let mut outbox = Outbox::new(PACE);
    outbox.take(began(1), 0);
    assert_eq!(gone(&mut outbox, 20_000), [(LASTS, 1)]);
    for ms in (25_000..3_620_000).step_by(10_000) {
        outbox.take(began(9), ms);
    }
    assert_eq!(outbox.due_in_ms(3_619_000), Some(1_000), "nothing new: only the reminder is ahead");
    assert_eq!(gone(&mut outbox, 3_620_000), [(Stands::Lasts { again: true }, 1)]);
    outbox.take(ended(4_000), 4_000_000);
    let (news, _) = outbox.due(4_220_000).unwrap();
    assert_eq!((news[0].at, news[0].stands), (at(1), Stands::Over { until: at(4_000) }));
    outbox.sent(4_220_000);
    assert_eq!(outbox.due_in_ms(9_000_000), None, "what is over is not told again");
    outbox.take(ended(5_000), 5_000_000);
    assert_eq!(outbox.waiting(), 0, "what was not there cannot be over");
}

#[test]
fn a_fault_that_comes_and_goes_waits_as_one() {
    let mut outbox = Outbox::new(PACE);
    for second in 0..50 {
        outbox.take(began(2 * second), 0);
        outbox.take(ended(2 * second + 1), 0);
    }
    assert_eq!(gone(&mut outbox, 20_000), [(Stands::Over { until: at(99) }, 50)]);
}

/// Three saves in a row, each refused for something else: each mistake that is still one when the message goes is told once,
/// and the end when it has come.
#[test]
fn what_is_refused_for_one_thing_after_another_is_told_thing_by_thing_and_over_once_it_is() {
    const REFUSED: IncidentKind = IncidentKind::ScheduleRefused;
    let began = |second, what: &str| Tell::Began { kind: REFUSED, at: at(second), detail: what.into() };
    let changed = |second, what: &str| Tell::Changed { kind: REFUSED, at: at(second), detail: what.into() };
    let ended = |second| Tell::Ended { kind: REFUSED, at: at(second) };
    let mut outbox = Outbox::new(PACE);
    let told = |outbox: &mut Outbox, now_ms| {
        let news = outbox.due(now_ms).map(|(news, _)| news.to_vec()).unwrap_or_default();
        outbox.sent(now_ms);
        news.into_iter().map(|news| (news.detail, news.stands, news.at)).collect::<Vec<_>>()
    };
    outbox.take(began(1, "một"), 1_000);
    outbox.take(changed(5, "hai"), 5_000);
    assert_eq!(told(&mut outbox, 21_000), [("hai".to_owned(), LASTS, at(1))], "the first is none any more");
    outbox.take(changed(30, "ba"), 30_000);
    assert_eq!(told(&mut outbox, 621_000), [("ba".to_owned(), LASTS, at(30))], "told, and no end before it has come");
    outbox.take(began(700, "ba"), 700_000);
    assert_eq!(outbox.waiting(), 0, "told once");
    // Mended, and broken in another way before that is told: the end of the one, and the other.
    outbox.take(ended(800), 800_000);
    outbox.take(began(900, "bốn"), 900_000);
    let over = Stands::Over { until: at(800) };
    let wanted = [("ba".to_owned(), over, at(1)), ("bốn".to_owned(), LASTS, at(900))];
    assert_eq!(told(&mut outbox, 1_221_000), wanted);
    outbox.take(ended(1_300), 1_300_000);
    let over = Stands::Over { until: at(1_300) };
    assert_eq!(told(&mut outbox, 1_821_000), [("bốn".to_owned(), over, at(900))]);
}

#[test]
fn a_way_that_fails_is_tried_ever_more_rarely_and_loses_nothing() {
    let mut outbox = Outbox::new(PACE);
    outbox.take(slot(1), 0);
    let mut now_ms = 20_000;
    let mut pauses = Vec::new();
    for _ in 0..9 {
        assert!(outbox.due(now_ms).is_some());
        outbox.failed(now_ms);
        let pause_ms = outbox.due_in_ms(now_ms).unwrap();
        pauses.push(pause_ms / 1000);
        now_ms += pause_ms;
    }
    assert_eq!(pauses, [30, 60, 120, 240, 480, 960, 1800, 1800, 1800]);
    outbox.take(slot(2), now_ms - 1);
    assert_eq!(gone(&mut outbox, now_ms).len(), 2);
}

#[test]
fn a_full_outbox_drops_the_oldest_slot_and_counts_it() {
    let mut outbox = Outbox::new(PACE);
    outbox.take(began(0), 0);
    for second in 1..=i64::try_from(MOST_WAITING).unwrap() + 6 {
        outbox.take(slot(second), 0);
    }
    let (news, dropped) = outbox.rest().unwrap();
    assert_eq!((news.len(), dropped, news[0].stands, news[1].at), (MOST_WAITING, 7, LASTS, at(8)));
}

#[test]
fn a_step_of_the_clock_is_told_by_what_it_did_to_the_plan() {
    let mut outbox = Outbox::new(PACE);
    outbox.take(Tell::Began { kind: IncidentKind::ClockStep, at: at(0), detail: String::new() }, 0);
    assert_eq!(outbox.waiting(), 0);
}

/// A program that crashes each minute tells of it no oftener than one that lives.
#[test]
fn another_run_keeps_to_the_wait_of_the_last_message_but_for_an_emergency_and_no_longer_than_its_own_pace() {
    let mut before = Outbox::new(PACE);
    before.take(slot(1), 1_000);
    gone(&mut before, 21_000);
    assert_eq!(before.wait(81_000), Wait { any_ms: 540_000, urgent_ms: 0 });

    let mut next = Outbox::new(PACE);
    next.keep_to(before.wait(81_000), 0);
    next.take(slot(100), 100);
    assert_eq!((next.due_in_ms(100), gone(&mut next, 539_999)), (Some(539_900), vec![]));
    next.take(emergency(500), 500_000);
    assert_eq!(gone(&mut next, 501_000).len(), 2);

    let mut quicker = Outbox::new(Pace { every_ms: 60_000, ..PACE });
    quicker.keep_to(Wait { any_ms: 540_000, urgent_ms: 540_000 }, 0);
    quicker.take(slot(100), 100);
    assert_eq!(gone(&mut quicker, 60_000), [(Stands::Happened, 1)]);
}
