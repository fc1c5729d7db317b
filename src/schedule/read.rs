//! The text of a month's file → a `Schedule`, or every reason why it cannot be trusted.

use std::collections::BTreeMap;

use super::names::Names;
use super::segment::{self, Draft};
use super::{Airtime, Month, Schedule, Segment, checks, days_off, holidays, others};
use crate::problem::{Place, Problem, Span, Text, any_refuses};
use crate::programme::twice::{self, Changed};
use crate::programme::{Column, Exception, Window, exceptions, in_force, windows};
use crate::reading::fold::second_id;
use crate::reading::tree::{Table, Value, find};
use crate::reading::{Reader, parse};
use crate::station::Station;

/// The most airings a month may ask for: far beyond any station's, and few enough for the oldest PC.
pub const SLOTS_MAX: usize = 100_000;

/// Years a schedule may be of: a slip of the keyboard outside them is caught, and every time of theirs is an instant.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2199;

/// The blocks of a month's file, each as often as need be.
const ROWS: [&str; 6] = ["segment", "window", "column", "exception", "other_activity", "deliverable"];
const BLOCKS_OF_STATION: [&str; 16] = [
    "station",
    "line",
    "amplifier",
    "emergency",
    "clock",
    "rules",
    "targets",
    "report",
    "balance",
    "topic",
    "genre",
    "field",
    "form",
    "basis",
    "hotline",
    "holiday",
];

/// Reads the text of `file` (`schedules/2026-12.toml`) as a month of a station that has written nothing of its own.
pub fn read(file: &str, text: &str) -> (Option<Schedule>, Vec<Problem>) {
    read_under(file, text, Some(&Station::default()))
}

/// Reads the text of `file` (`schedules/2026-12.toml`) as a month of `station`; none: its file is refused, so that names
/// it may have had are not held against it. No schedule comes back if any problem refuses the file. A problem's place may
/// lie in the station's file: its running orders and holidays name what a month may lack.
pub fn read_under(file: &str, text: &str, station: Option<&Station>) -> (Option<Schedule>, Vec<Problem>) {
    let (draft, problems) = read_as_far(file, text, station);
    (draft.filter(|_| !any_refuses(&problems)), problems)
}

/// As [`read_under`], but of a refused file as much comes back as could be read, so that its recordings can be looked for
/// all the same; nothing where its month is not known.
pub fn read_as_far(file: &str, text: &str, station: Option<&Station>) -> (Option<Schedule>, Vec<Problem>) {
    let document = parse(file, text, &ROWS);
    let mut reader = Reader::new(file, document.problems, document.damaged);
    let root = &document.root;
    let whole = Span { start: 0, end: text.len() };
    let known: Vec<&str> = ["month", "remarks"].into_iter().chain(ROWS).collect();
    reader.blocks(root, &known, &BLOCKS_OF_STATION, "schedules/station.toml");
    let month = month(&mut reader, root, file, whole);
    let windows = windows::windows(&mut reader, root, text.len());
    let columns = windows::columns(&mut reader, root, text.len(), &|reader, written, span| match station {
        Some(station) => station.topic(reader, written, span),
        None => Some(written.to_owned()),
    });
    let own = Station::default();
    let under = station.unwrap_or(&own);
    let all_windows: Vec<Window> = in_force(&under.windows, &windows).into_iter().cloned().collect();
    let all_columns: Vec<Column> = in_force(&under.columns, &columns).into_iter().cloned().collect();
    let bounds = month.map(|month| (month.first(), month.last()));
    // What a block would have named that could not be read is held against nobody: its own mistake is told.
    let is_whole = count(root, "window") == windows.len() && count(root, "column") == columns.len();
    let known = station.filter(|_| is_whole).map(|_| (all_windows.as_slice(), all_columns.as_slice()));
    let mut exceptions = month.map(|month| holidays::expand(under, month)).unwrap_or_default();
    let of_station = exceptions.len();
    exceptions.extend(exceptions::exceptions(&mut reader, root, text.len(), bounds, known));
    let names = Names::new((station, is_whole), &all_windows, &all_columns, &exceptions);
    let rows = reader.rows(root, "segment", text.len());
    let mut drafts: Vec<Draft<'_>> =
        rows.into_iter().map(|row| segment::read(&mut reader, row, month, &names)).collect();
    let off = days_off::take_off(&mut drafts, &exceptions[of_station..]);
    unique_ids(&mut reader, &drafts);
    let ids = drafts.iter().filter_map(|draft| draft.id.as_ref().map(|(id, _)| id.as_str())).collect();
    let unknown = names.unknown(of_station, &ids);
    bounded(&mut reader, &names, &drafts);
    let nothing = windows.is_empty() && find(root, "segment").is_none_or(|(_, node)| node.value == Value::List(vec![]));
    if nothing && !reader.damaged_within(whole) {
        nothing_airs(&mut reader, root);
    }
    let other_activities = others::activities(&mut reader, root, text.len(), bounds, station);
    let deliverables = others::deliverables(&mut reader, root, text.len());
    let remarks = others::remarks(&mut reader, root);
    let mut problems = reader.into_problems();
    problems.extend(unknown);
    problems.extend(off);
    let own = exceptions[of_station..].iter().map(|Exception { from, to, windows, columns, extra, place, .. }| {
        Changed { days: (*from, *to), windows, columns, extra, place }
    });
    problems.extend(twice::problems("exception", own));
    let (segments, whole) = segments(file, drafts, month, station, &all_columns, &mut problems);
    debug_assert!((whole && month.is_some()) || any_refuses(&problems), "a refusal says why");
    let schedule = month.map(|month| Schedule {
        month,
        windows,
        columns,
        segments,
        exceptions,
        other_activities,
        deliverables,
        remarks,
    });
    (schedule, problems)
}

/// How many blocks `[[name]]` a text has, readable or not.
fn count(root: &Table, name: &str) -> usize {
    match find(root, name).map(|(_, node)| &node.value) {
        Some(Value::List(blocks)) => blocks.len(),
        Some(Value::Table(_)) => 1,
        _ => 0,
    }
}

/// The segments, each with its column's topic if it names none, and held against its own facts; and whether none lacks a
/// part.
fn segments(
    file: &str,
    drafts: Vec<Draft<'_>>,
    month: Option<Month>,
    station: Option<&Station>,
    columns: &[Column],
    problems: &mut Vec<Problem>,
) -> (Vec<Segment>, bool) {
    let topics: BTreeMap<&str, &String> =
        columns.iter().filter_map(|column| Some((column.id.as_str(), column.topic.as_ref()?))).collect();
    let mut segments = Vec::new();
    let mut all = true;
    for draft in drafts {
        let row = draft.row;
        let (mut segment, whole) = draft.finish(&Place { file: file.to_owned(), span: row.header });
        all &= whole;
        if let Airtime::Column { column, .. } = &segment.airtime
            && segment.particulars.topics.is_empty()
        {
            segment.particulars.topics.extend(topics.get(column.as_str()).map(|topic| (*topic).clone()));
        }
        if let (Some(month), Some(station)) = (month, station) {
            problems.extend(checks::check(&mut segment, row.table, month, station));
        }
        segments.push(segment);
    }
    (segments, all)
}

/// A month that asks for more than any station airs is a slip, and would keep the PC busy.
fn bounded(reader: &mut Reader<'_>, names: &Names<'_>, drafts: &[Draft<'_>]) {
    let places = names.places_of_columns();
    let airings = drafts.iter().map(|draft| draft.slots(&places));
    let slots = airings.fold(names.places_in_a_month(), usize::saturating_add);
    if slots > SLOTS_MAX {
        let message = Text::new(
            format!("kế hoạch có {slots} lượt phát, nhiều hơn mức {SLOTS_MAX}"),
            format!("the schedule has {slots} airings, more than {SLOTS_MAX}"),
        );
        let help = Text::new(
            "bớt giờ hoặc ngày trong `at`, `days`, `dates`",
            "drop times or dates from `at`, `days`, `dates`",
        );
        let at = drafts.first().map_or(Span { start: 0, end: 0 }, |draft| draft.row.header);
        reader.refuse("too-many-slots", at, message, help);
    }
}

/// The month, held against the file's name. Where one of the two is unusable the other serves, so that dates can still be
/// checked.
fn month(reader: &mut Reader<'_>, root: &Table, file: &str, whole: Span) -> Option<Month> {
    let stem = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".toml");
    let named: Option<Month> = stem.parse().ok();
    let example = named.map_or_else(|| "2026-12".to_owned(), |month| month.to_string());
    let Some((_, node)) = find(root, "month") else {
        if !reader.damaged_within(whole) {
            reader.missing(Span { start: 0, end: 0 }, "month", &format!("month = \"{example}\""));
        }
        return named;
    };
    let Some(written) = reader.text("month", node, &format!("\"{example}\"")) else { return named };
    let usable = |month: &Month| YEARS.contains(&month.first().year());
    let Some(month) = written.trim().parse::<Month>().ok().filter(usable) else {
        let message = Text::new(format!("`{written}` không phải tháng"), format!("`{written}` is not a month"));
        let help = Text::new(
            format!("ghi theo thứ tự năm-tháng: `month = \"{example}\"`"),
            format!("write year-month: `month = \"{example}\"`"),
        );
        reader.refuse("bad-month", node.span, message, help);
        return named;
    };
    if named != Some(month) {
        let message = Text::new(
            format!("`month` là `{month}` nhưng tên tệp là `{stem}.toml`"),
            format!("`month` is `{month}` but the file is named `{stem}.toml`"),
        );
        let help = Text::new(
            format!("sửa `month`, hoặc đổi tên tệp thành `{month}.toml`"),
            format!("correct `month`, or rename the file to `{month}.toml`"),
        );
        reader.refuse("month-unlike-file", node.span, message, help);
    }
    Some(month)
}

/// Two segments under one id: the log could not tell them apart.
fn unique_ids(reader: &mut Reader<'_>, drafts: &[Draft<'_>]) {
    let mut first: BTreeMap<&str, &Place> = BTreeMap::new();
    for draft in drafts {
        let Some((id, place)) = &draft.id else { continue };
        let Some(earlier) = first.get(id.as_str()) else {
            first.insert(id, place);
            continue;
        };
        let message = Text::new(format!("hai tiết mục cùng mã `{id}`"), format!("two segments have the id `{id}`"));
        let second = second_id(id);
        let help = if draft.id_written {
            Text::new("đổi một trong hai `id`", "change one of the two `id`s")
        } else {
            Text::new(
                format!(
                    "mã lấy từ `title`: ghi thêm `id = \"{second}\"` cho một tiết mục, hoặc gộp giờ và ngày vào một tiết mục"
                ),
                format!(
                    "the id comes from `title`: add `id = \"{second}\"` to one of them, or join their times and dates in one"
                ),
            )
        };
        let problem = Problem::refuse("duplicate-id", Some(place.clone()), message, help);
        reader.note(problem.and((*earlier).clone(), Text::new("lần đầu ở đây", "first used here")));
    }
}

fn nothing_airs(reader: &mut Reader<'_>, root: &Table) {
    let place = find(root, "month").map(|(key, _)| reader.place(key.span));
    let message = Text::new("tháng này chưa có tiết mục nào", "this month has no segment yet");
    let help = Text::new(
        "thêm khối `[[segment]]` với `title`, `audio`, `at` và `days`",
        "add a block `[[segment]]` with `title`, `audio`, `at` and `days`",
    );
    reader.note(Problem::warning("no-segments", place, message, help));
}
