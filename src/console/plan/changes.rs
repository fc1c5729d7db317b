//! What a form asks for, as operations on the month's text.

use jiff::civil::Date;

use super::order_form::{Order, Reach, VERSION, order, place};
use super::segment_change::segment;
use super::stays::taken_off;
use super::view::Open;
use super::words;
use crate::console::form::{Sent, window_written};
use crate::editing::{DayChange, Keys, Operation, Place, Target, Value, blocks, free_id};
use crate::problem::Text;
use crate::programme::Window;
use crate::reading::fold::slug;
use crate::schedule::Segment;

/// A change that somebody asks for.
pub(super) struct Change {
    pub operations: Vec<Operation>,
    /// What it does.
    pub what: Text,
}

impl Change {
    pub fn one(operation: Operation, what: Text) -> Change {
        Change { operations: vec![operation], what }
    }
}

/// What the form means.
///
/// # Errors
/// It lacks something, or names what is not there.
pub(super) fn of(sent: &Sent, open: &Open, text: &str) -> Result<Change, Text> {
    match sent.get("viec").unwrap_or_default() {
        "tiet-muc" => segment(sent, open, text),
        "bo" => {
            let (id, title) = named(sent, text)?;
            let what = Text::new(format!("bỏ “{title}” khỏi tháng"), format!("took “{title}” out of the month"));
            Ok(Change::one(Operation::Remove { of: Target::Named("segment", id) }, what))
        }
        "chep-tiet-muc" => {
            let (id, title) = named(sent, text)?;
            let free = free_id(text, "segment", &id)?;
            let keys = vec![("id", Some(Value::text(free))), ("approved", None)];
            let what = Text::new(format!("chép “{title}”"), format!("copied “{title}”"));
            Ok(Change::one(Operation::Copy { of: Target::Named("segment", id), keys }, what))
        }
        "bo-ngay" => off_the_date(sent, open, text),
        "doi-ngay" => another_date(sent, open, text),
        "len-truoc" => {
            let ((id, title), before) = (named(sent, text)?, sent.get("truoc").unwrap_or_default().to_owned());
            let (of, before) = (Target::Named("segment", id), Target::Named("segment", before));
            let what = Text::new(format!("đưa “{title}” lên trước"), format!("moved “{title}” up"));
            Ok(Change::one(Operation::MoveBefore { of, before }, what))
        }
        "tiet-muc-nhu-thuong" => as_ever(sent, open, text),
        "buoi" | "buoi-nhu-thuong" | "buoi-them" | "bo-buoi-them" | "chuyen-muc" => on_day(sent, open),
        "thu-tu" => places(sent, open),
        _ => Err(Text::new("trang này đã cũ; hãy tải lại", "this page is out of date; load it again")),
    }
}

/// The segment that the form is about, by id, and its title.
fn named(sent: &Sent, text: &str) -> Result<(String, String), Text> {
    let id = sent.get("ma").unwrap_or_default().to_owned();
    let title = blocks(text, "segment")?
        .iter()
        .find(|block| block.id().as_deref() == Some(&id))
        .map(|block| block.title().to_owned());
    Ok((id.clone(), title.unwrap_or(id)))
}

/// All airings of a segment on a date.
fn off_the_date(sent: &Sent, open: &Open, text: &str) -> Result<Change, Text> {
    let ((id, title), date) = (named(sent, text)?, sent.date("ngay", open.month)?);
    let (day, times) = (words::short(date), times(open, &id, date));
    let what = Text::new(
        format!("bỏ “{title}” ngày {}{}", day.vi, times.vi),
        format!("took “{title}” off {}{}", day.en, times.en),
    );
    let drop = || vec![Operation::DropDate { segment: id.clone(), date }];
    let operations = open.segment(&id).map_or_else(drop, |segment| taken_off(segment, &|day| day == date));
    if operations.is_empty() {
        return Err(Text::new(
            format!(
                "“{title}” không có ngày {} của riêng nó: đã bỏ rồi, hoặc chuyên mục được dời sang ngày này; hãy xem “Ngoại lệ chuyên mục” ở trang của ngày",
                day.vi
            ),
            format!(
                "“{title}” has no date {} of its own: it was taken off already, or its column was moved here; look at “Column's exception” on the day's page",
                day.en
            ),
        ));
    }
    Ok(Change { operations, what })
}

/// Behind what is done to a date of a segment, where that has several: `, cả 2 lượt (05:45, 17:10)`.
fn times(open: &Open, id: &str, date: Date) -> Text {
    let times = open.times_of(id, date);
    if times.len() < 2 {
        return Text::same("");
    }
    let (count, times) = (times.len(), times.join(", "));
    Text::new(format!(", cả {count} lượt ({times})"), format!(", all {count} airings ({times})"))
}

fn another_date(sent: &Sent, open: &Open, text: &str) -> Result<Change, Text> {
    sent.need("den", &words::new_date())?;
    let ((id, title), date, to) = (named(sent, text)?, sent.date("ngay", open.month)?, sent.date("den", open.month)?);
    let by_week = blocks(text, "segment")?.iter().any(|block| block.id().as_deref() == Some(&id) && block.has("days"));
    let (segment, of) = (id.clone(), Target::Named("segment", id.clone()));
    let drop = Operation::DropDate { segment: segment.clone(), date };
    let operations = if by_week {
        // A weekly one cannot have a date of its own: another like it has.
        let keys = vec![
            ("id", Some(Value::text(free_id(text, "segment", &id)?))),
            ("days", None),
            ("except", None),
            ("on", Some(Value::text(to.to_string()))),
        ];
        vec![Operation::Copy { of, keys }, drop]
    } else {
        vec![Operation::AddDate { segment, date: to }, drop]
    };
    let (from, to, times) = (words::short(date), words::short(to), times(open, &id, date));
    let what = Text::new(
        format!("dời “{title}” từ {} sang {}{}", from.vi, to.vi, times.vi),
        format!("moved “{title}” from {} to {}{}", from.en, to.en, times.en),
    );
    Ok(Change { operations, what })
}

/// A segment that the day has off airs on it again.
fn as_ever(sent: &Sent, open: &Open, text: &str) -> Result<Change, Text> {
    let ((id, title), date) = (named(sent, text)?, sent.date("ngay", open.month)?);
    let day = words::short(date);
    let what = Text::new(
        format!("“{title}” ngày {} phát như thường", day.vi),
        format!("“{title}” airs on {} as ever", day.en),
    );
    Ok(Change::one(Operation::OnDay { date, reason: None, change: DayChange::SegmentOrdinary(id) }, what))
}

fn on_day(sent: &Sent, open: &Open) -> Result<Change, Text> {
    let date = sent.date("ngay", open.month)?;
    let Text { vi: vi_day, en: en_day } = &words::short(date);
    let window = sent.get("khung").unwrap_or_default().to_owned();
    let name = open.broadcast_name(&window, date).unwrap_or(&window).to_owned();
    let way = sent.get("cach").unwrap_or_default();
    let (change, vi, en) = match (sent.get("viec").unwrap_or_default(), way) {
        ("buoi", "nghi") => {
            let also: Vec<&Segment> = sent.all("nghi_ca").filter_map(|id| open.segment(id)).collect();
            let also = titles(&also);
            (
                DayChange::WindowOff(window),
                format!("nghỉ {name} ngày {vi_day}{}", also.vi),
                format!("{name} off on {en_day}{}", also.en),
            )
        }
        ("buoi", _) => {
            let times = Some((sent.time("start")?, sent.time("end")?));
            let also = titles(&open.off_with(date, &window));
            let change = DayChange::WindowMoved { window, times, places: None };
            (
                change,
                format!("đổi giờ {name} ngày {vi_day}{}", also.vi),
                format!("other times of {name} on {en_day}{}", also.en),
            )
        }
        ("buoi-nhu-thuong", _) => {
            let also = titles(&open.off_with(date, &window));
            (
                DayChange::WindowOrdinary(window),
                format!("{name} ngày {vi_day} như thường{}", also.vi),
                format!("{name} as usual on {en_day}{}", also.en),
            )
        }
        ("buoi-them", _) => {
            let name = sent.need("ten", &words::extra_name())?;
            (
                DayChange::Extra(extra(sent, name)?),
                format!("thêm buổi “{name}” ngày {vi_day}"),
                format!("added “{name}” on {en_day}"),
            )
        }
        ("bo-buoi-them", _) => (
            DayChange::NoExtra(window),
            format!("bỏ buổi thêm “{name}” ngày {vi_day}"),
            format!("took “{name}” off {en_day}"),
        ),
        (_, way) => column(sent, open, way, &words::short(date))?,
    };
    let takes_back =
        matches!(change, DayChange::WindowOrdinary(_) | DayChange::ColumnOrdinary(_) | DayChange::NoExtra(_));
    let reason = if takes_back { None } else { Some(sent.need("ly_do", &words::reason())?.to_owned()) };
    let with_it: Vec<DayChange> = match &change {
        DayChange::WindowOff(_) => sent.all("nghi_ca").map(|id| DayChange::SegmentOff(id.to_owned())).collect(),
        // First, so that an exception which then says nothing goes.
        DayChange::WindowOrdinary(window) | DayChange::WindowMoved { window, .. } => {
            let all = open.off_with(date, window).into_iter();
            all.map(|segment| DayChange::SegmentOrdinary(segment.id.clone())).collect()
        }
        _ => Vec::new(),
    };
    let all = if takes_back { [with_it, vec![change]] } else { [vec![change], with_it] };
    let on_day = |change| Operation::OnDay { date, reason: reason.clone(), change };
    Ok(Change { operations: all.into_iter().flatten().map(on_day).collect(), what: Text::new(vi, en) })
}

/// The segments with times of their own that are off with a broadcast, or air again with it.
fn titles(segments: &[&Segment]) -> Text {
    let titles: Vec<String> = segments.iter().map(|segment| format!("“{}”", segment.title)).collect();
    if titles.is_empty() {
        return Text::same("");
    }
    Text::new(format!(", cả {}", titles.join(", ")), format!(", {} too", titles.join(", ")))
}

fn column(
    sent: &Sent,
    open: &Open,
    way: &str,
    Text { vi: vi_day, en: en_day }: &Text,
) -> Result<(DayChange, String, String), Text> {
    let id = sent.get("cot").unwrap_or_default().to_owned();
    let name = open.column_name(&id).to_owned();
    Ok(match way {
        "doi" => {
            sent.need("den", &words::new_date())?;
            let to = sent.date("den", open.month)?;
            let new = words::short(to);
            let words = (
                format!("dời chuyên mục “{name}” từ {vi_day} sang {}", new.vi),
                format!("moved column “{name}” from {en_day} to {}", new.en),
            );
            (DayChange::ColumnMoves(id, to), words.0, words.1)
        }
        "thuong" => {
            let words = (
                format!("chuyên mục “{name}” ngày {vi_day} như thường"),
                format!("column “{name}” as usual on {en_day}"),
            );
            (DayChange::ColumnOrdinary(id), words.0, words.1)
        }
        _ => {
            let words = (format!("nghỉ chuyên mục “{name}” ngày {vi_day}"), format!("column “{name}” off on {en_day}"));
            (DayChange::ColumnOff(id), words.0, words.1)
        }
    })
}

fn extra(sent: &Sent, name: &str) -> Result<Keys, Text> {
    let id = slug(name).ok_or_else(|| Text::new("tên buổi phát phải có chữ cái", "its name needs a letter"))?;
    let places: Vec<Value> = sent.all("muc").filter_map(place).map(Value::Table).collect();
    if places.is_empty() {
        return Err(Text::new("hãy chọn ít nhất một mục để phát", "choose at least one thing to air"));
    }
    let mut keys = vec![
        ("id".to_owned(), Value::text(id)),
        ("name".to_owned(), Value::text(name)),
        ("start".to_owned(), Value::time(sent.time("start")?)),
        ("end".to_owned(), Value::time(sent.time("end")?)),
        ("running_order".to_owned(), Value::List(places)),
    ];
    keys.extend(sent.get("permit").map(|permit| ("permit".to_owned(), Value::text(permit))));
    Ok(keys)
}

fn places(sent: &Sent, open: &Open) -> Result<Change, Text> {
    let date = sent.date("ngay", open.month)?;
    let id = sent.get("khung").unwrap_or_default();
    let gone = || Text::new(format!("không có khung giờ `{id}`"), format!("there is no window `{id}`"));
    let window = open.window(id).ok_or_else(gone)?;
    let reach = Reach::of(sent.get("pham_vi").unwrap_or_default());
    let order = order(open, window, date, reach);
    let places = reordered(&order, sent)?;
    let day = words::short(date);
    let name = &window.name;
    if reach == Reach::Day {
        let change = DayChange::WindowMoved { window: id.to_owned(), times: None, places: Some(places) };
        let reason = Some(sent.need("ly_do", &words::reason())?.to_owned());
        let what =
            Text::new(format!("đổi thứ tự {name} ngày {}", day.vi), format!("another order of {name} on {}", day.en));
        return Ok(Change::one(Operation::OnDay { date, reason, change }, what));
    }
    let what = Text::new(format!("đổi thứ tự {name} cả tháng"), format!("another order of {name} all month"));
    let of = Target::Named("window", id.to_owned());
    let operation = if order.is_there { Operation::Order { of, places } } else { of_month(window, places) };
    Ok(Change::one(operation, what))
}

/// The station's window as the month's own, which then holds in this month.
fn of_month(window: &Window, places: Vec<Place>) -> Operation {
    let places = places.into_iter().filter_map(|place| match place {
        Place::New(keys) => Some(Value::Table(keys)),
        Place::Kept(_) => None,
    });
    Operation::Add { row: "window", keys: window_written(window, places.collect()) }
}

/// Moves, drops or adds the place that a button names. Its number counts in the order that the form showed: in another one it
/// would be another place.
fn reordered(order: &Order<'_>, sent: &Sent) -> Result<Vec<Place>, Text> {
    let wish = sent.get("lenh").unwrap_or_default();
    let (what, nth) = wish.split_once(':').unwrap_or((wish, ""));
    let nth = nth.parse::<usize>().unwrap_or(usize::MAX);
    let stale = || Text::new("trình tự đã khác; hãy tải lại trang", "the order is another by now; load the page again");
    if what != "them" && sent.get(VERSION) != Some(&order.version()) {
        return Err(stale());
    }
    let mut places = order.places();
    match what {
        "them" => places.push(Place::New(sent.get("muc").and_then(place).ok_or_else(stale)?)),
        "len" if nth > 0 && nth < places.len() => places.swap(nth - 1, nth),
        "xuong" if nth.saturating_add(1) < places.len() => places.swap(nth, nth + 1),
        "bo" if nth < places.len() => drop(places.remove(nth)),
        _ => return Err(stale()),
    }
    Ok(places)
}
