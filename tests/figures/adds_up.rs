//! Large random logs: every figure is what its rows add up to, and the columns of every table what they should.

use std::collections::BTreeSet;
use std::sync::Arc;

use loa::outcome::{Cause, Outcome};
use loa::programme::particulars::{Level, Origin, Particulars, Tone};
use loa::report::groups::By;
use loa::report::row::{Log, Row};
use loa::report::{Given, Report, explain};
use loa::timetable::{Kind, SlotId};
use proptest::prelude::*;

use super::{at, day, given, heard, station};

const KINDS: [Kind; 6] = [Kind::Segment, Kind::Column, Kind::Filler, Kind::Relay, Kind::Ident, Kind::ByHand];

fn one_of<T: Clone + std::fmt::Debug + 'static>(all: &[T]) -> impl Strategy<Value = T> + use<T> {
    prop::sample::select(all.to_vec())
}

fn words(all: &[&str], most: usize) -> impl Strategy<Value = Vec<String>> + use<> {
    let all: Vec<String> = all.iter().map(|word| (*word).to_owned()).collect();
    let most = most.min(all.len());
    prop::sample::subsequence(all, 0..=most).prop_shuffle()
}

fn any_particulars() -> impl Strategy<Value = Particulars> {
    let lists = (
        words(&["a", "b", "b1", "b2", "e", "cũ"], 3),
        words(&["nhân dân", "Nhân Dân", "doanh nghiệp"], 2),
        words(&["MTTQ", "mttq"], 2),
        words(&["x", "y"], 2),
    );
    let one = (
        prop::option::of(one_of(&["tin", "bài", "phóng sự", "diễn đàn"])),
        prop::option::of(one_of(Tone::ALL)),
        prop::option::of(one_of(Level::ALL)),
        prop::option::of(one_of(&["đất đai", "hộ tịch", "hoá học", "hóa học"])),
        prop::option::of(one_of(Origin::ALL)),
        prop::option::weighted(0.1, Just("tinh".to_owned())),
    );
    (lists, one).prop_map(|((topics, audience, partner, tags), (genre, tone, level, field, origin, hotline))| {
        Particulars {
            topics,
            audience,
            partner,
            tags,
            genre: genre.map(str::to_owned),
            field: field.map(str::to_owned),
            tone,
            level,
            origin,
            hotline,
            ..Particulars::default()
        }
    })
}

fn any_row() -> impl Strategy<Value = Row> {
    let what = (one_of(&KINDS), 0..40_u32, prop::option::of(one_of(&["cchc", "ca-nhac", "khac"])));
    let when = (0..62_i64, 5..20_u32, 0..60_u32);
    let became =
        (prop::option::weighted(0.9, one_of(Outcome::ALL)), one_of(Cause::ALL), 0..400_000_u64, -60_000..60_000_i64);
    let instead = prop::option::of(0..500_000_u64);
    (any_particulars(), what, when, became, instead).prop_map(|(said, what, when, became, stand_in_ms)| {
        let ((kind, segment, column), (date, hour, minute)) = (what, when);
        let (outcome, cause, heard_ms, late_ms) = became;
        let date = day("2026-11-01").checked_add(jiff::Span::new().days(date)).unwrap().to_string();
        let row = heard(&date, &format!("{hour:02}:{minute:02}:00"), &format!("s{segment}"));
        let tried = outcome.is_some_and(|outcome| !matches!(outcome, Outcome::Missed | Outcome::Excepted));
        let planned = at(&date, &format!("{hour:02}:{minute:02}:00"));
        Row {
            kind,
            segment: row.segment.clone().filter(|_| kind == Kind::Segment),
            column: column.map(str::to_owned),
            particulars: Arc::new(said),
            outcome,
            cause: outcome.filter(|outcome| *outcome != Outcome::Aired).map(|_| cause),
            heard_ms: if tried { heard_ms } else { 0 },
            stand_in_ms,
            began: tried.then(|| planned + jiff::SignedDuration::from_millis(late_ms)),
            ..row
        }
    })
}

/// Slots have one name each; some of those ahead are of record already.
fn numbered(rows: Vec<Row>, step: usize) -> Vec<Row> {
    let name = |(n, row)| Row { slot: SlotId(format!("slot {}", n * step)), ..row };
    rows.into_iter().enumerate().map(name).collect()
}

fn report(rows: Vec<Row>, ahead: Vec<Row>) -> Report {
    let unheard = |row| Row { outcome: None, cause: None, began: None, heard_ms: 0, ..row };
    let (rows, ahead) = (numbered(rows, 1), numbered(ahead.into_iter().map(unheard).collect(), 20));
    let log = Log::new(rows, ahead, &BTreeSet::from(["s1".to_owned(), "s2".to_owned()]));
    Report::new(Given { log, ..given("2026-12", Vec::new()) }, &station())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn the_rows_of_every_figure_add_up_to_it(
        rows in prop::collection::vec(any_row(), 0..1_500),
        ahead in prop::collection::vec(any_row(), 0..50),
    ) {
        let report = report(rows, ahead);
        let explained = explain::json(&report, "");
        let figures = report.figures();
        prop_assert_eq!(explained.as_array().unwrap().len(), figures.len());
        let mut names = BTreeSet::new();
        for (told, (name, figure)) in explained.as_array().unwrap().iter().zip(&figures) {
            let rows = told["rows"].as_array().unwrap();
            let sum: u64 = rows.iter().map(|row| row["adds"].as_u64().unwrap()).sum();
            prop_assert_eq!(sum, figure.value, "{}", name);
            let slots: BTreeSet<&str> = rows.iter().map(|row| row["slot"].as_str().unwrap()).collect();
            prop_assert_eq!(slots.len(), rows.len(), "a row stands once in {}", name);
            prop_assert!(names.insert(name.clone()), "{} has one meaning", name);
        }
    }

    #[test]
    fn every_planned_slot_falls_in_exactly_one_class(
        rows in prop::collection::vec(any_row(), 0..600),
        ahead in prop::collection::vec(any_row(), 0..50),
    ) {
        // What an edit moved too late is no slot of a plan ahead either.
        let ahead: Vec<Row> = ahead.into_iter().filter(|row| row.cause != Some(Cause::EditedLate)).collect();
        let inside = |row: &&Row| (day("2026-12-01")..=day("2026-12-31")).contains(&row.date);
        let planned: BTreeSet<String> = Log::new(numbered(rows.clone(), 1), numbered(ahead.clone(), 20), &BTreeSet::new())
            .rows.iter().filter(inside).filter(|row| row.is_planned()).map(|row| row.slot.0.clone()).collect();
        let schedule = report(rows, ahead).schedule;
        prop_assert_eq!(schedule.total.planned.value, planned.len() as u64);
        for classes in schedule.lines.iter().map(|line| &line.classes).chain([&schedule.total]) {
            prop_assert_eq!(classes.planned.value, classes.classes().iter().map(|class| class.value).sum::<u64>());
            let all: BTreeSet<usize> = classes.classes().iter().flat_map(|class| class.rows.clone()).collect();
            prop_assert_eq!(&all.into_iter().collect::<Vec<_>>(), &classes.planned.rows);
            prop_assert!(classes.on_time.value <= classes.aired.value);
        }
        for class in 0..7 {
            let sum: u64 = schedule.lines.iter().map(|line| line.classes.classes()[class].value).sum();
            prop_assert_eq!(sum, schedule.total.classes()[class].value);
        }
        let unaired = schedule.total.planned.value - schedule.total.aired.value - schedule.total.pending.value;
        prop_assert_eq!(schedule.reasons.iter().map(|reason| reason.slots.value).sum::<u64>(), unaired);
    }

    #[test]
    fn tables_of_one_word_each_add_up_and_topics_do_in_minutes(rows in prop::collection::vec(any_row(), 0..600)) {
        let report = report(rows, Vec::new());
        let (airtime, airings) = (report.totals.reform.value, report.totals.reform_airings.value);
        for (by, groups) in &report.groups {
            let whole = || groups.iter().filter(|group| group.part_of.is_none());
            if by.adds_up() {
                prop_assert_eq!(whole().map(|group| group.airtime.value).sum::<u64>(), airtime, "{:?}", by);
            }
            if by.adds_up() && *by != By::Topic {
                prop_assert_eq!(whole().map(|group| group.airings.value).sum::<u64>(), airings, "{:?}", by);
            }
            let codes: Vec<_> = groups.iter().map(|group| (&group.part_of, &group.code)).collect();
            prop_assert_eq!(codes.len(), codes.iter().collect::<BTreeSet<_>>().len(), "{:?} {:?}", by, codes);
        }
        let topics = report.groups(By::Topic);
        let parts = topics.iter().filter(|group| group.part_of.as_deref() == Some("b"));
        let b = topics.iter().find(|group| group.part_of.is_none() && group.code.as_deref() == Some("b")).unwrap();
        prop_assert_eq!(parts.map(|group| group.airtime.value).sum::<u64>(), b.airtime.value);
        let totals = &report.totals;
        prop_assert!(totals.reform.value + totals.relay.value <= totals.airtime.value);
        prop_assert_eq!(&totals.by_hand.rows, &totals.by_hand_airtime.rows, "what was not heard was not aired");
        prop_assert!(totals.by_hand_airtime.value <= totals.airtime.value);
        prop_assert!(totals.days.value <= 31 && totals.new_works.value <= totals.reform_airings.value);
    }
}
