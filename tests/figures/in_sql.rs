//! The same figures asked of the ledger in SQL, by nobody who knows how the report makes them.

use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use loa::home::Home;
use loa::ledger::{Ledger, Reader, RunStart};
use loa::report::Report;
use loa::report::groups::By;
use loa::report::period::Period;
use loa::schedule::audio_facts::Facts;
use loa::station::Rhythm;
use loa::{loading, reporting};
use rusqlite::{Connection, params};

use super::{STATION, day};

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }
}

const SEGMENTS: u64 = 300;
const SLOTS_A_DAY: u64 = 40;
const DAYS: i64 = 430;
const FIRST: &str = "2025-11-01";

/// What each segment says of itself.
fn particulars(dice: &mut Dice) -> Vec<String> {
    (0..SEGMENTS)
        .map(|_| {
            let topics = dice.one(&["", r#""topics":["a"],"#, r#""topics":["b1","e"],"#, r#""topics":["b","b2"],"#]);
            let genre = dice.one(&["", r#""genre":"tin","#, r#""genre":"bài","#]);
            let tone = dice.one(&["", r#""tone":"praise","#, r#""tone":"criticism","#, r#""tone":"neutral","#]);
            let level = dice.one(&["", r#""level":"ward","#, r#""level":"province","#]);
            let field = dice.one(&["", r#""field":"đất đai","#]);
            let origin =
                dice.one(&[r#""origin":"own""#, r#""origin":"own""#, r#""origin":"relay""#, r#""origin":"selected""#]);
            let hotline = dice.one(&["", "", "", r#","hotline":"tinh""#]);
            format!("{{{topics}{genre}{tone}{level}{field}{origin}{hotline}}}")
        })
        .collect()
}

/// A ledger of slots, airings and parts of every kind.
fn fill(path: &Path) {
    let start: Timestamp = "2025-11-01T00:00:00+07:00".parse().unwrap();
    let run = RunStart { at: start, uptime_ms: 0, boot_id: "b".into(), program: "loa test".into() };
    drop(Ledger::open(path, &run, &TimeZone::UTC).unwrap());
    let mut dice = Dice(0x1f6d_1e0a);
    let said = particulars(&mut dice);
    let mut connection = Connection::open(path).unwrap();
    let tx = connection.transaction().unwrap();
    let mut n = 0_i64;
    for offset in 0..DAYS {
        let date = day(FIRST).checked_add(Span::new().days(offset)).unwrap();
        // A Sunday has no broadcast at all.
        if date.weekday() != jiff::civil::Weekday::Sunday {
            // Of some the monitor heard nothing, of others not all.
            let began = midnight_us(date) + i64::try_from(18_000 + dice.below(40_000)).unwrap() * 1_000_000;
            let lasted = i64::try_from(dice.below(400_000_000)).unwrap();
            tx.execute(
                "insert into incident (kind, began_us, ended_us, detail, run) values (?1, ?2, ?3, '', 1)",
                params![dice.one(&["line_silent", "silent", "muted"]), began, began + lasted],
            )
            .unwrap();
            for place in 0..SLOTS_A_DAY {
                n += 1;
                // New works come all year long, and are repeated for some weeks.
                let segment = u64::try_from(offset / 2).unwrap() + dice.below(20);
                one(&tx, &mut dice, &said, (n, date, place), segment);
            }
        }
    }
    tx.commit().unwrap();
}

/// The midnight with which a date begins, in µs.
fn midnight_us(date: Date) -> i64 {
    format!("{date}T00:00:00+07:00").parse::<Timestamp>().unwrap().as_microsecond()
}

fn one(tx: &Connection, dice: &mut Dice, said: &[String], (n, date, place): (i64, Date, u64), segment: u64) {
    let window = if place < SLOTS_A_DAY / 2 { "sang" } else { "chieu" };
    let kind = dice.one(&["segment", "segment", "segment", "ident", "relay", "column", "by_hand"]);
    let is_segment = kind == "segment";
    let column = Some(dice.one(&["cchc", "ca-nhac", ""])).filter(|column| !column.is_empty() && kind != "by_hand");

    let planned_us = midnight_us(date) + (18_000 + i64::try_from(place).unwrap() * 1_000) * 1_000_000;
    let file_ms = i64::try_from(20_000 + dice.below(400_000)).unwrap();
    let id = format!("{date}/{window}/{n}");
    // Some of what was played by hand is the test tone.
    let files = if kind == "by_hand" && n % 3 == 0 { r#"["am-thu.wav"]"# } else { "[]" };
    let particulars = if is_segment { said[usize::try_from(segment).unwrap()].as_str() } else { "{}" };
    tx.prepare_cached(
        "insert into slot (id, broadcast, date, window, kind, class, segment, title, column_id, files, planned_us, start,
            grace_ms, after_power_cut, particulars, sha256, file_ms, revision, frozen_us, run)
        values (?1, ?2, ?3, ?4, ?5, 'normal', ?6, 't', ?7, ?8, ?9, 'soft', 0, 'skip', ?10, 'x', ?11, 'r', ?9, 1)",
    )
    .unwrap()
    .execute(params![
        id,
        format!("{date}/{window}"),
        date.to_string(),
        window,
        kind,
        is_segment.then(|| format!("s{segment}")),
        column,
        files,
        planned_us,
        particulars,
        file_ms,
    ])
    .unwrap();
    let outcome = dice.one(&["aired", "aired", "aired", "cut", "interrupted", "failed", "missed", "excepted"]);
    let cause = (outcome != "aired").then(|| dice.one(&["power", "line", "operator", "source"]));
    tx.prepare_cached("insert into airing (id, uuid, slot, line, outcome, cause, note, run, file_ms) values (?1, ?2, ?3, 'main', null, null, '', 1, ?4)")
        .unwrap()
        .execute(params![n, format!("u{n}"), id, file_ms])
        .unwrap();
    if ["aired", "cut", "interrupted"].contains(&outcome) {
        for part in 0..=i64::try_from(dice.below(2)).unwrap() {
            let began = planned_us + i64::try_from(dice.below(60_000_000)).unwrap();
            let played = i64::try_from(dice.below(300_000)).unwrap();
            // Of every other relay the log says how much of it was not its source.
            let instead = (kind == "relay" && n % 2 == 0).then_some((played / 3, played / 7));
            tx.prepare_cached("insert into part (airing, n, opened_us, began_us, ended_us, played_ms, stand_in_ms, silent_ms, gap_ms, unsynced, closed, run) values (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, 0, 0, 1, 1)")
                .unwrap()
                .execute(params![n, part, began, began + played * 1000, played, instead.map(|ms| ms.0), instead.map(|ms| ms.1)])
                .unwrap();
        }
    }
    tx.prepare_cached("update airing set outcome = ?2, cause = ?3 where id = ?1")
        .unwrap()
        .execute(params![n, outcome, cause])
        .unwrap();
}

/// Each row of the period but test tones with what was heard of it, what of that stood in for a relay, whether it is one,
/// and its topics.
const VIEW: &str = "create temp view p as
    select airing, played_ms - coalesce(silent_ms, 0) as sent, stand_in_ms,
        coalesce((select sum(max(0, min(part.ended_us, i.ended_us) - max(part.began_us, i.began_us))) / 1000
            from incident as i where i.kind in ('line_silent', 'silent')), 0) as unheard
    from part;
    create temp table h (airing integer primary key, heard integer, stand_in integer);
    insert into h select airing,
        sum(case when max(0, sent - unheard) < min(1500, unheard) then 0 else sent - unheard end), sum(stand_in_ms)
    from p group by airing;
    create temp view s as
    select slot.id, slot.broadcast, slot.date, slot.kind, slot.segment, slot.column_id, slot.planned_us, slot.particulars,
        airing.outcome, airing.cause,
        min(coalesce(h.heard, 0), airing.file_ms) as heard, h.stand_in,
        (select began_us from part where part.airing = airing.id order by n limit 1) as began,
        slot.kind = 'relay' or coalesce(json_extract(slot.particulars, '$.origin'), '') = 'relay' as relay,
        coalesce(json_array_length(slot.particulars, '$.topics'), 0) > 0 as topical
    from slot join airing on airing.slot = slot.id left join h on h.airing = airing.id
    where slot.kind <> 'by_hand' or slot.files <> '[\"am-thu.wav\"]';
    create temp view l as select *, case when kind <> 'relay' then 0 when stand_in is not null then min(stand_in, heard)
        when outcome = 'interrupted' and cause = 'source' then heard else 0 end as instead from s;
    create temp view a as select * from l where heard > 0;
    create temp view q as select * from a where topical and not relay";

struct Asked<'c> {
    connection: &'c Connection,
    from: String,
    to: String,
}

impl Asked<'_> {
    /// A figure of the rows of the period: `what` of `of`, where `condition` holds.
    fn figure(&self, what: &str, of: &str, condition: &str) -> u64 {
        let sql = format!("select coalesce({what}, 0) from {of} where date between ?1 and ?2 and {condition}");
        let value: i64 = self.connection.query_row(&sql, params![self.from, self.to], |row| row.get(0)).unwrap();
        u64::try_from(value).unwrap()
    }

    fn groups(&self, report: &Report, by: By, key: &str) {
        for group in report.groups(by) {
            let is = match &group.code {
                Some(code) => format!("json_extract(particulars, '$.{key}') = '{code}'"),
                None => format!("json_extract(particulars, '$.{key}') is null"),
            };
            let asked = [
                self.figure("count(*)", "q", &is),
                self.figure("count(distinct segment)", "q", &is),
                self.figure("sum(heard)", "q", &is),
                self.figure("count(*)", "q", &format!("{is} and {NEW}")),
            ];
            let made = [&group.airings, &group.works, &group.airtime, &group.new_works].map(|figure| figure.value);
            assert_eq!(made, asked, "{by:?} {:?}", group.code);
        }
    }
}

/// Heard whole, and never before.
const NEW: &str = "outcome = 'aired' and not exists (select 1 from slot as s join airing on airing.slot = s.id
    where s.segment = q.segment and airing.outcome = 'aired' and (s.planned_us, s.id) < (q.planned_us, q.id))";

fn held_against_sql(report: &Report, connection: &Connection) {
    let (from, to) = report.period.dates();
    let asked = Asked { connection, from: from.to_string(), to: to.to_string() };
    let totals = &report.totals;
    let kept = "column_id = 'cchc' and kind <> 'by_hand' and outcome <> 'excepted'";
    let wanted = [
        ("days", asked.figure("count(distinct date)", "a", "1")),
        ("broadcasts", asked.figure("count(distinct broadcast)", "a", "true")),
        ("airtime", asked.figure("sum(heard)", "a", "1")),
        ("relay", asked.figure("sum(heard - instead)", "a", "relay")),
        ("in_place_of_relay", asked.figure("sum(instead)", "a", "1")),
        ("reform", asked.figure("sum(heard)", "q", "1")),
        ("reform_airings", asked.figure("count(*)", "q", "1")),
        ("new_works", asked.figure("count(*)", "q", NEW)),
        ("hotline", asked.figure("count(*)", "a", "json_extract(particulars, '$.hotline') is not null")),
        ("by_hand", asked.figure("count(*)", "a", "kind = 'by_hand'")),
        ("by_hand_airtime", asked.figure("sum(heard)", "a", "kind = 'by_hand'")),
    ];
    for (name, wanted) in wanted {
        let (_, figure) = totals.figures().into_iter().find(|(found, _)| *found == name).unwrap();
        assert_eq!(figure.value, wanted, "{name}");
        assert!(wanted > 0, "{name} is worth asking for");
    }
    let column = report.columns.iter().find(|column| column.id == "cchc").unwrap();
    assert_eq!(column.kept.value, asked.figure("count(*)", "a", kept));
    assert_eq!(column.to_keep.value, asked.figure("count(*)", "l", kept));
    let classes = &report.schedule.total;
    assert_eq!(classes.planned.value, asked.figure("count(*)", "l", "kind <> 'by_hand'"));
    let outcomes = ["aired", "cut", "interrupted", "failed", "missed", "excepted"];
    for (outcome, class) in outcomes.into_iter().zip(classes.classes()) {
        assert_eq!(class.value, asked.figure("count(*)", "l", &format!("kind <> 'by_hand' and outcome = '{outcome}'")));
    }
    let on_time = "kind <> 'by_hand' and outcome = 'aired' and abs(began - planned_us) / 1000 <= 30000";
    assert_eq!(classes.on_time.value, asked.figure("count(*)", "l", on_time));
    for (by, key) in [(By::Genre, "genre"), (By::Tone, "tone"), (By::Level, "level"), (By::Origin, "origin")] {
        asked.groups(report, by, key);
    }
    for group in report.groups(By::Topic).iter().filter(|group| group.part_of.is_none()) {
        let code = group.code.as_deref().unwrap();
        let any = format!(
            "exists (select 1 from json_each(particulars, '$.topics') where value in ('{code}', '{code}1', '{code}2'))"
        );
        let first = format!("json_extract(particulars, '$.topics[0]') in ('{code}', '{code}1', '{code}2')");
        assert_eq!(group.airings.value, asked.figure("count(*)", "q", &any), "{code}");
        assert_eq!(group.airtime.value, asked.figure("sum(heard)", "q", &first), "{code}");
    }
}

#[test]
fn the_figures_of_a_large_random_ledger_are_those_that_sql_finds() {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::at(folder.path());
    std::fs::create_dir_all(home.schedules()).unwrap();
    std::fs::write(home.station_file(), STATION).unwrap();
    fill(&home.ledger_file());
    let connection = Connection::open(home.ledger_file()).unwrap();
    connection.execute_batch(VIEW).unwrap();
    let reader = Reader::open(&home.ledger_file()).unwrap();
    let station = loading::load_station(&home);
    let now: Timestamp = "2027-01-10T00:00:00+07:00".parse().unwrap();
    for (period, rhythm) in [("2026-12", Rhythm::Nd09), ("2026-Q3", Rhythm::Calendar), ("2026", Rhythm::Nd09)] {
        let period = Period::parse(period, rhythm).unwrap();
        let given = reporting::gather(&home, &reader, &station, period, now, &mut |_| Facts::new()).unwrap();
        held_against_sql(&Report::new(given, station.station.as_ref().unwrap()), &connection);
    }
}
