//! From a home's log and files to what a report is made of: the one way in which commands and pages come to their figures.

mod logged;
mod making;
mod pdf;

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;

use crate::airing::{Corrected, Correction};
use crate::files;
use crate::home::Home;
use crate::ledger::{self, Reader};
use crate::library;
use crate::loading::{self, FactsOf, LoadedStation, MonthFile};
use crate::problem::Text;
use crate::report::period::Period;
use crate::report::row::{self, Log, Row};
use crate::report::{Given, Typed};
use crate::schedule::{Month, Schedule};
use crate::station::Station;
use crate::timetable::{self, Slot, length_words};

pub use logged::Logged;
pub use making::{Form, Made, Unmade, period, targets};
pub use pdf::{has_maker, missing_type};

/// Without a heartbeat for longer than this, no daemon is at work on the log.
const DAEMON_SILENT: jiff::SignedDuration = jiff::SignedDuration::from_secs(90);

/// The station by which the log is told: as its file has it or, while that says nothing, the last good one, which is in force.
pub fn station_in_force(home: &Home) -> LoadedStation {
    let last_good = ledger::last_good_station_text(home);
    loading::load_station_or(home, last_good.as_deref())
}

/// All that the report of `period` is made of, as it stands at `now`.
///
/// # Errors
/// The log cannot be read.
pub fn gather(
    home: &Home,
    reader: &Reader,
    station: &LoadedStation,
    period: Period,
    now: Timestamp,
    facts_of: FactsOf<'_>,
) -> anyhow::Result<Given> {
    let own = Station::default();
    let zone = &station.station.as_ref().unwrap_or(&own).zone;
    let (from, to) = period.dates();
    let earliest = period.previous().from().min(period.year_begins()).min(from);
    let mut recorded = reader.report_rows(earliest, to)?;
    let corrections = reader.corrections(earliest, to)?;
    let known = known_segments(home, reader, station, &corrections, facts_of)?;
    row::correct(&mut recorded, &corrections, &known);
    // Rows are many and segments few: hashed first, put in order afterwards.
    let segments: HashSet<&str> = recorded.iter().filter_map(|row| row.segment.as_deref()).collect();
    let segments: BTreeSet<&str> = segments.into_iter().collect();
    let heard_before = reader.heard_before(&segments, earliest)?;
    let runs = reader.runs()?;
    let first_run = runs.first().map(|run| run.started);
    let heartbeat = reader.last_heartbeat()?;
    let mut plan = Plan { first_run, heartbeat, now, ahead: Vec::new(), unwritten: 0, unforeseen: 0 };
    let mut typed = Typed { by_last_good_station: station.is_last_good, ..Typed::default() };
    {
        let inside = recorded.iter().filter(|row| row.date >= from);
        let of_record: HashSet<&str> = inside.map(|row| row.slot.0.as_str()).collect();
        for month in months(from, to) {
            let file = MonthFile::of(home, month);
            let loaded = loading::load_with(station, &file, facts_of);
            if loaded.refused() && !loaded.has_no_file() {
                typed.refused.push(month);
            }
            if let Some(schedule) = loaded.schedule.as_ref().filter(|_| !loaded.refused()) {
                take(&mut typed, schedule, &loaded.station, &period);
            }
            let inside = |slot: &Slot| (from..=to).contains(&slot.date) && !of_record.contains(slot.id.0.as_str());
            loaded.slots.iter().filter(|slot| inside(slot)).for_each(|slot| plan.take(slot));
        }
    }
    let inside = recorded.iter().filter(|row| row.date >= from);
    let unwritten = plan.unwritten + passed_over(inside, heartbeat, now);
    let start = |date: Date| zone.to_timestamp(date.at(0, 0, 0, 0));
    Ok(Given {
        incidents: reader.incidents(start(from)?, start(to.tomorrow()?)?)?,
        touched_since: reader.touched(start(to.tomorrow()?)?)?,
        log: Log::new(recorded, plan.ahead, &heard_before),
        today: zone.to_datetime(now).date(),
        first_run: first_run.map(|at| zone.to_datetime(at).date()),
        unwritten,
        unforeseen: plan.unforeseen,
        read_late: reader.read_late(from, to)?,
        head: Some(reader.head()?.into()),
        period,
        typed,
    })
}

/// Of entries that tell what was aired without Loa a place of their segment, by the entry's id: of record, else of the plan
/// of that day's month.
///
/// # Errors
/// The log cannot be read.
pub fn known_segments(
    home: &Home,
    reader: &Reader,
    station: &LoadedStation,
    corrections: &[Correction],
    facts_of: FactsOf<'_>,
) -> anyhow::Result<HashMap<String, Row>> {
    let mut known = HashMap::new();
    for correction in corrections {
        let Corrected::WithoutLoa { segment: Some(segment), .. } = &correction.of else { continue };
        let row = match reader.last_of(segment, correction.date)? {
            Some(entry) => Some(Row::of(&entry)),
            None => {
                let slots = planned_in(home, station, correction.date, facts_of);
                slots.iter().find(|slot| slot.segment.as_ref() == Some(segment)).map(Row::ahead)
            }
        };
        known.extend(row.map(|row| (correction.id.clone(), row)));
    }
    Ok(known)
}

/// The slots that the schedule of the date's month has now.
fn planned_in(home: &Home, station: &LoadedStation, date: Date, facts_of: FactsOf<'_>) -> Vec<Slot> {
    loading::load_with(station, &MonthFile::of(home, Month::of(date)), facts_of).slots
}

/// The same with what is remembered of the recordings, for one question.
pub fn planned_around(home: &Home, date: Date) -> Vec<Slot> {
    planned_in(home, &station_in_force(home), date, &mut library::remembered_facts_of(home))
}

/// The row that reports make of a hand-made entry; none of one that takes another back.
fn counted(home: &Home, reader: &Reader, correction: &Correction) -> anyhow::Result<Option<Row>> {
    let mut rows = match &correction.of {
        Corrected::Slot(slot) => reader.entry(slot)?.iter().map(Row::of).collect(),
        Corrected::WithoutLoa { .. } => Vec::new(),
    };
    let (corrections, station) = (std::slice::from_ref(correction), station_in_force(home));
    let known = known_segments(home, reader, &station, corrections, &mut library::remembered_facts_of(home))?;
    row::correct(&mut rows, corrections, &known);
    Ok(rows.pop())
}

/// What is told of a hand-made entry that was taken: whether it is `written` yet, and what reports make of it.
///
/// # Errors
/// The log cannot be read.
pub fn told_of(
    home: &Home,
    reader: &Reader,
    correction: &Correction,
    (written, by_id): (bool, bool),
) -> anyhow::Result<Text> {
    let taken = match (&correction.of, written) {
        (_, false) => Text::new(
            "Đã nhận; sẽ được ghi ngay khi đĩa ghi được trở lại.",
            "Taken; it is written as soon as the disk can be written again.",
        ),
        (Corrected::Slot(_), true) if correction.is_withdrawal() => Text::new(
            "Đã rút lại phần sửa tay; lời nhật ký lại được tính.",
            "What was written by hand is withdrawn; the log's own word counts again.",
        ),
        (Corrected::WithoutLoa { .. }, true) if correction.is_withdrawal() => Text::new(
            "Đã rút lại mục nhập tay; mục cũ vẫn giữ trong nhật ký, báo cáo không tính nữa.",
            "The entry is withdrawn; it stays in the log, and no report counts it.",
        ),
        (Corrected::WithoutLoa { .. }, true) if correction.replaces.is_some() => Text::new(
            "Đã ghi mục thay cho mục nhập tay trước; mục cũ vẫn giữ bên cạnh.",
            "Written in the place of the entry before, which stays beside it.",
        ),
        (Corrected::Slot(_), true) => {
            Text::new("Đã ghi sửa tay; dòng gốc vẫn giữ nguyên.", "Written beside the log's own entry, which stays.")
        }
        (Corrected::WithoutLoa { .. }, true) if !by_id => Text::new(
            "Đã ghi mục phát không qua Loa; sửa hay rút lại thì mở mục ấy ở Nhật ký.",
            "Written down as aired without Loa; open it in the Log to correct or withdraw it.",
        ),
        (Corrected::WithoutLoa { .. }, true) => {
            let id = &correction.id;
            Text::new(
                format!("Đã ghi mục phát không qua Loa, mã `{id}` (sửa hay rút lại bằng mã ấy)."),
                format!("Written down as aired without Loa, id `{id}` (by which it is corrected or withdrawn)."),
            )
        }
    };
    let Some(row) = counted(home, reader, correction)? else { return Ok(taken) };
    let Text { vi, en } = length_words(row.heard_ms);
    let counted = match (row.heard_ms, row.file_ms) {
        (0, _) => Text::new("Báo cáo tính: không nghe được gì.", "Reports count: nothing heard."),
        (heard_ms, Some(file_ms)) if heard_ms == file_ms => Text::new(
            format!("Báo cáo tính: {vi}, bằng độ dài bản ghi."),
            format!("Reports count: {en}, as long as the recording is."),
        ),
        _ => Text::new(format!("Báo cáo tính: {vi}."), format!("Reports count: {en}.")),
    };
    Ok(Text::new(format!("{} {}", taken.vi, counted.vi), format!("{} {}", taken.en, counted.en)))
}

/// The months that have a day from `from` to `to`.
fn months(from: Date, to: Date) -> impl Iterator<Item = Month> {
    let last = Month::of(to);
    std::iter::successors(Some(Month::of(from)), |month| Some(month.next())).take_while(move |month| *month <= last)
}

/// What a person typed in a month's file.
fn take(typed: &mut Typed, schedule: &Schedule, station: &Station, period: &Period) {
    typed.other_activities.extend(schedule.other_activities.iter().cloned());
    typed.deliverables.extend(schedule.deliverables.iter().cloned());
    if period.months().contains(&schedule.month) {
        typed.remarks.push((schedule.month, schedule.remarks.clone()));
    }
    for segment in &schedule.segments {
        let published = segment.particulars.also_published.iter();
        typed.published.extend(published.map(|published| (segment.title.clone(), published.clone())));
    }
    let off = schedule.exceptions.iter().filter(|exception| exception.kind.is_day_off());
    let days =
        off.flat_map(|exception| exception.from.series(jiff::ToSpan::days(1)).take_while(|day| *day <= exception.to));
    typed.days_off.extend(days);
    typed.unlike.extend(timetable::unlike(schedule, station, period.dates()));
    // The later month's wins: it is how the column is called now.
    let columns = schedule.columns_in_force(station);
    typed.columns.retain(|known| columns.iter().all(|column| column.id != known.id));
    typed.columns.extend(columns.into_iter().cloned());
}

/// What the schedules plan in the period and the log does not hold.
struct Plan {
    first_run: Option<Timestamp>,
    heartbeat: Option<Timestamp>,
    now: Timestamp,
    /// Still ahead.
    ahead: Vec<Row>,
    /// Between the daemon's last heartbeat and now: the next start will write them down.
    unwritten: usize,
    /// Past, since the station's first run, and never of record: no schedule in force had them when their time came.
    unforeseen: usize,
}

impl Plan {
    fn take(&mut self, slot: &Slot) {
        if slot.planned > self.now {
            self.ahead.push(Row::ahead(slot));
        } else if self.heartbeat.is_some_and(|heartbeat| heartbeat < slot.planned) {
            self.unwritten += 1;
        } else if self.first_run.is_some_and(|first_run| first_run <= slot.planned) {
            self.unforeseen += 1;
        }
    }
}

/// Slots of record that are past without an outcome while no daemon is at work.
fn passed_over<'r>(rows: impl Iterator<Item = &'r Row>, heartbeat: Option<Timestamp>, now: Timestamp) -> usize {
    if heartbeat.is_some_and(|heartbeat| now.duration_since(heartbeat) <= DAEMON_SILENT) {
        return 0;
    }
    rows.filter(|row| row.planned <= now && row.outcome.is_none()).count()
}

/// Refuses a period that ends before it begins.
///
/// # Errors
/// It does.
pub fn in_order(from: Date, to: Date) -> Result<(), Text> {
    if from <= to {
        return Ok(());
    }
    Err(Text::new(
        format!("ngày đầu `{from}` sau ngày cuối `{to}`; hãy đổi chỗ hai ngày"),
        format!("the first date `{from}` is after the last date `{to}`; swap them"),
    ))
}

/// That the log of `home` cannot be read.
pub fn unreadable(home: &Home, error: &anyhow::Error) -> Text {
    let (file, cause) = (home.ledger_file(), files::cause_in(error));
    let file = file.display();
    Text::new(
        format!("không đọc được nhật ký `{file}`: {}; hãy chạy lại, nếu vẫn vậy hãy xem ổ đĩa", cause.vi),
        format!("cannot read the log `{file}`: {}; try again, and if it stays so look at the disk", cause.en),
    )
}
