//! The timetable as a month's calendar, A4 across, to be printed and hung on the wall.

use jiff::civil::{Date, Weekday};

use super::calendar::{Calendar, Day, Entry, Frame, Item, weeks};
use super::sheet::Sheet;
use super::show::day_words;
use super::{Bar, Kind, duration_words, summary};
use crate::cells::escaped;
use crate::problem::{Lang, Text};

const CSS: &str = include_str!("calendar.css");
/// Where there are several sheets each says which it is.
const NUMBERED: &str =
    "@page { @bottom-right { content: counter(page) \"/\" counter(pages); font: 8pt sans-serif; color: #3b4a57; } }\n";

/// One page that needs nothing else: no script, no font, no picture from elsewhere. It has all of the month; the day that was
/// asked for is marked.
pub fn html(sheet: &Sheet<'_>) -> String {
    let calendar = Calendar::of(sheet);
    let first = sheet.month.first();
    let title = Text::new(
        format!("Lịch phát thanh tháng {} năm {}", first.strftime("%m"), first.year()),
        format!("Broadcasts of {}", first.strftime("%B %Y")),
    );
    let title = escaped(title.get(sheet.lang));
    let lang = match sheet.lang {
        Lang::Vi => "vi",
        Lang::En => "en",
    };
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title} – {}</title>\n\
         <style>\n:root {{ --size: {}.{}pt; }}\n{CSS}{}</style>\n</head>\n<body>\n<main>\n",
        escaped(&sheet.station.names_on(first).name),
        calendar.size / 10,
        calendar.size % 10,
        if calendar.sheets > 1 { NUMBERED } else { "" },
    );
    let sundays = if calendar.quiet_sundays() { " class=\"narrow\"" } else { "" };
    // What stands above the days is the table's head, which a second sheet repeats.
    out.push_str(&format!(
        "<table{sundays}>\n<colgroup><col span=\"6\"><col class=\"sunday\"></colgroup>\n\
         <thead><tr class=\"head\"><td colspan=\"7\">\n"
    ));
    head(&mut out, sheet, &title);
    // A browser repeats a low head only: where there are several sheets the frames stand on the first one alone.
    let is_one = calendar.sheets == 1;
    if is_one {
        frames(&mut out, &calendar.frames);
    }
    out.push_str("</td></tr>\n<tr class=\"weekdays\">");
    for day in weekdays(sheet.lang) {
        out.push_str(&format!("<th>{day}</th>"));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    if !is_one && !calendar.frames.is_empty() {
        out.push_str("<tr class=\"strip\"><td colspan=\"7\">\n");
        frames(&mut out, &calendar.frames);
        out.push_str("</td></tr>\n");
    }
    for week in weeks(&calendar.days) {
        row(&mut out, sheet, week, Look { asked: sheet.asked, is_empty: calendar.is_empty() });
    }
    out.push_str("</tbody>\n</table>\n");
    foot(&mut out, sheet, &calendar);
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn weekdays(lang: Lang) -> [&'static str; 7] {
    match lang {
        Lang::Vi => ["T2", "T3", "T4", "T5", "T6", "T7", "CN"],
        Lang::En => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    }
}

fn head(out: &mut String, sheet: &Sheet<'_>, title: &str) {
    let sum = summary(sheet.slots);
    let length = sum.duration_ms.filter(|_| !sheet.slots.is_empty()).map(duration_words);
    let length = length.map(|words| format!(" · {}", words.get(sheet.lang)));
    let nothing = Text::new("chưa có gì để phát", "nothing airs yet");
    let words = Text::new(format!("{} lượt phát", sum.airings), format!("{} airings", sum.airings));
    let words = if sheet.slots.is_empty() { nothing } else { words };
    let names = sheet.station.names_on(sheet.month.first());
    out.push_str(&format!(
        "<header><p class=\"parent\">{}<b>{}</b></p><h1>{title}</h1><p class=\"sum\">{}{}</p></header>\n",
        escaped(&names.parent),
        escaped(&names.name),
        words.get(sheet.lang),
        length.unwrap_or_default(),
    ));
    if let Some(basis) = sheet.station.carries_out() {
        out.push_str(&format!("<p class=\"basis\">{}</p>\n", escaped(basis.get(sheet.lang))));
    }
}

fn frames(out: &mut String, frames: &[Frame<'_>]) {
    if frames.is_empty() {
        return;
    }
    out.push_str("<ul class=\"frames\">\n");
    for (at, frame) in frames.iter().enumerate() {
        out.push_str(&format!("<li>{} <b>{}:</b> ", mark(at), escaped(&frame.name)));
        for (time, (title, _)) in &frame.items {
            let time = time.as_ref().map(|time| format!("<b>{time}</b> ")).unwrap_or_default();
            out.push_str(&format!("<i>{time}{}</i>", escaped(title)));
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ul>\n");
}

/// The sign of a frame.
fn mark(at: usize) -> String {
    format!("<span class=\"mark\">{}</span>", at + 1)
}

/// How days are shown.
#[derive(Clone, Copy)]
struct Look {
    /// The day to mark.
    asked: Option<Date>,
    /// Nothing airs in the whole month: its days are left free, to be written on.
    is_empty: bool,
}

fn row(out: &mut String, sheet: &Sheet<'_>, week: &[Day<'_>], look: Look) {
    let blank = "<td class=\"off out\"></td>";
    let days_before = |day: &Day<'_>| usize::try_from(day.date.weekday().to_monday_zero_offset()).unwrap_or(0);
    let before = week.first().map_or(0, days_before);
    out.push_str("<tr>");
    out.push_str(&blank.repeat(before));
    for day in week {
        cell(out, sheet, day, look);
    }
    out.push_str(&blank.repeat(7 - before - week.len()));
    out.push_str("</tr>\n");
}

fn cell(out: &mut String, sheet: &Sheet<'_>, day: &Day<'_>, look: Look) {
    let mut class = Vec::new();
    let signs = [
        (day.date.weekday() == Weekday::Sunday, "sun"),
        (!day.exceptions.is_empty(), "special"),
        (day.entries.is_empty() && day.exceptions.is_empty() && !look.is_empty, "off empty"),
        (look.asked == Some(day.date), "asked"),
    ];
    class.extend(signs.iter().filter(|(holds, _)| *holds).map(|(_, name)| *name));
    let words = day_words(day.date, sheet.lang);
    let (weekday, _) = words.split_once(',').unwrap_or((&words, ""));
    out.push_str(&format!(
        "<td class=\"{}\"><div class=\"date\">{}<small>{weekday}, {}</small>{}</div>",
        class.join(" "),
        day.date.day(),
        day.date.strftime("%d/%m"),
        count(day.airing, sheet.lang),
    ));
    for exception in &day.exceptions {
        out.push_str(&format!("<p class=\"why\">{}</p>", escaped(&exception.reason)));
    }
    if day.entries.is_empty() && !look.is_empty {
        out.push_str(&format!("<p class=\"quiet\">{}</p>", Text::new("Không phát", "No broadcast").get(sheet.lang)));
    }
    for entry in &day.entries {
        broadcast(out, sheet, entry);
    }
    out.push_str("</td>");
}

/// How many broadcasts a day has, beside its date.
fn count(broadcasts: usize, lang: Lang) -> String {
    let plural = if broadcasts == 1 { "" } else { "s" };
    let words = Text::new(format!("{broadcasts} buổi"), format!("{broadcasts} broadcast{plural}"));
    if broadcasts == 0 { String::new() } else { format!("<span class=\"count\">{}</span>", words.get(lang)) }
}

fn broadcast(out: &mut String, sheet: &Sheet<'_>, entry: &Entry<'_>) {
    let frame = entry.frame.map(|at| format!(" {}", mark(at))).unwrap_or_default();
    let permit = entry.permit.map(|permit| format!(" <small>({})</small>", escaped(permit))).unwrap_or_default();
    if !entry.is_lone {
        // The mark stays with the hours: alone on a line it would belong to nothing.
        out.push_str(&format!("<h2>{} <span>{}{frame}</span>{permit}</h2>", escaped(&entry.name), entry.hours));
    }
    if let Some(earlier) = &entry.like {
        let like = Text::new("như", "as");
        out.push_str(&format!("<p class=\"like\">{} {}</p>", like.get(sheet.lang), escaped(earlier)));
    }
    if entry.items.is_empty() {
        return;
    }
    out.push_str(if entry.is_lone { "<ul class=\"lone\">" } else { "<ul>" });
    for item in &entry.items {
        line(out, sheet, item);
    }
    out.push_str("</ul>");
}

/// What a rule or the calendar keeps off is settled; what is blocked wants a hand.
fn sign(bar: &Bar) -> &'static str {
    if bar.is_rule() { "—" } else { "✕" }
}

fn line(out: &mut String, sheet: &Sheet<'_>, item: &Item<'_>) {
    let minor = !matches!(item.kind, Kind::Segment | Kind::Column);
    let class = match item.bar.map(Bar::is_rule) {
        Some(true) => "excepted",
        Some(false) => "barred",
        None if item.kind == Kind::Column => "open",
        None if minor => "minor",
        None => "",
    };
    let reason =
        item.bar.map(|bar| format!("<em>{} {}</em>", sign(bar), bar.cause.word(sheet.lang))).unwrap_or_default();
    let open = Text::new(" – chưa có tiết mục", " – no segment yet");
    // Of what is barred the reason says the same.
    let open = if item.kind == Kind::Column && item.bar.is_none() { open.get(sheet.lang) } else { "" };
    out.push_str(&format!(
        "<li class=\"{class}\"><time>{}</time><div><span>{}{open}</span>{reason}</div></li>",
        item.time,
        escaped(item.title)
    ));
}

fn foot(out: &mut String, sheet: &Sheet<'_>, calendar: &Calendar<'_>) {
    let mut notes = Vec::new();
    if !calendar.frames.is_empty() {
        let signs: Vec<String> = (0..calendar.frames.len()).map(mark).collect();
        let words = Text::new(
            "phát đủ khung chung ghi ở trên; ô ngày chỉ ghi thêm mục riêng của ngày đó",
            "airs all of the frame above; the day names only what it has besides",
        );
        notes.push(format!("{} {}", signs.join(" "), words.get(sheet.lang)));
    }
    if calendar.days.iter().any(|day| !day.exceptions.is_empty()) {
        let words = Text::new("ngày có lịch riêng", "a day unlike the others");
        notes.push(format!("<i class=\"swatch\" style=\"background:#fdf0c9\"></i> {}", words.get(sheet.lang)));
    }
    let bars = || sheet.slots.iter().filter_map(|slot| slot.bar.as_ref());
    if bars().any(Bar::is_rule) {
        let words = Text::new("— không phát theo quy định hay ngoại lệ", "— kept off by a rule or an exception");
        notes.push(words.get(sheet.lang).to_owned());
    }
    if bars().any(|bar| !bar.is_rule()) {
        let words = Text::new("✕ không phát nếu chưa khắc phục", "✕ does not air unless cured");
        notes.push(words.get(sheet.lang).to_owned());
    }
    let zone = Text::new("Giờ", "Times in");
    notes.push(format!("{} {}", zone.get(sheet.lang), escaped(&sheet.station.zone_name)));
    let revision = sheet.slots.first().map_or("", |slot| slot.revision.get(..8).unwrap_or_default());
    let words = Text::new("Bản kế hoạch", "Schedule revision");
    let notes: String = notes.iter().map(|note| format!("<span>{note}</span>")).collect();
    let revision = format!("<span class=\"revision\">{} {}</span>", words.get(sheet.lang), escaped(revision));
    let revision = if sheet.slots.is_empty() { "" } else { &revision };
    out.push_str(&format!("<footer>{notes}{revision}</footer>\n"));
}
