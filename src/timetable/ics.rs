//! The timetable for a phone's calendar (RFC 5545).

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::sheet::{Broadcast, Sheet};
use super::{Changed, Unlike};
use crate::cells;
use crate::problem::Text;
use crate::reading::fold::slug;

/// Octets of a line before it is folded.
const LINE_MAX: usize = 75;

/// One event a broadcast, its items in the description, and one for each that an exception calls off. Instants are in UTC, which every calendar shows by the clock of
/// its place; UIDs follow from slot ids, so that a calendar read again changes its events and doubles none. `made` is the
/// instant of making.
pub fn ics(sheet: &Sheet<'_>, made: Timestamp) -> String {
    let mut out = String::new();
    let station = &sheet.station.names_on(sheet.month.first()).name;
    let domain = format!("{}.loa", slug(station).unwrap_or_else(|| "dai".to_owned()));
    for text in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Loa//Timetable//VI", "CALSCALE:GREGORIAN"] {
        line(&mut out, text);
    }
    line(&mut out, "METHOD:PUBLISH");
    line(&mut out, &format!("X-WR-CALNAME:{}", escaped(station)));
    line(&mut out, &format!("X-WR-TIMEZONE:{}", sheet.station.zone_name));
    for broadcast in sheet.broadcasts() {
        event(&mut out, sheet, &broadcast, &domain, made);
    }
    for day in sheet.unlike() {
        day.off.iter().chain(&day.segments).for_each(|window| off(&mut out, sheet, (&day, window), &domain, made));
    }
    line(&mut out, "END:VCALENDAR");
    out
}

fn event(out: &mut String, sheet: &Sheet<'_>, broadcast: &Broadcast<'_>, domain: &str, made: Timestamp) {
    let (Some(first), Some(begins)) = (broadcast.slots.first(), broadcast.begins()) else { return };
    // A window's broadcast keeps its name whatever its first item is.
    let id = if first.window.is_some() { &first.broadcast } else { &first.id.0 };
    let nothing = broadcast.slots.iter().all(|slot| slot.bar.is_some());
    let not = Text::new("KHÔNG PHÁT", "NOT AIRED");
    let not = not.get(sheet.lang);
    let items: Vec<String> = broadcast
        .slots
        .iter()
        .map(|slot| {
            let at = sheet.shown(slot.planned).strftime("%H:%M:%S");
            let title = slot.called(sheet.lang);
            match &slot.bar {
                None => format!("{at} {title}"),
                Some(bar) => format!("{at} {title} – {not}: {}", bar.reason.get(sheet.lang)),
            }
        })
        .collect();
    let permit = Text::new("Văn bản cho phép", "Permitted by");
    let permit = broadcast.permit().map(|number| format!("{}: {number}", permit.get(sheet.lang)));
    let told: Vec<String> = permit.into_iter().chain(items).collect();
    let name = if nothing { format!("{} – {not}", broadcast.name) } else { broadcast.name.clone() };
    line(out, "BEGIN:VEVENT");
    line(out, &format!("UID:{id}@{domain}"));
    line(out, &format!("DTSTAMP:{}", utc(made)));
    line(out, &format!("DTSTART:{}", utc(begins)));
    // Without an end it is an event at an instant: nothing is claimed of a recording that is not there yet.
    if let Some(ends) = broadcast.ends().filter(|ends| *ends > begins) {
        line(out, &format!("DTEND:{}", utc(ends)));
    }
    line(out, &format!("SUMMARY:{}", escaped(&name)));
    line(out, &format!("DESCRIPTION:{}", escaped(&told.join("\n"))));
    let place = &sheet.station.names_on(first.date).place;
    if !place.is_empty() {
        line(out, &format!("LOCATION:{}", escaped(place)));
    }
    line(out, if nothing { "STATUS:CANCELLED" } else { "STATUS:CONFIRMED" });
    line(out, "TRANSP:TRANSPARENT");
    line(out, "END:VEVENT");
}

/// A broadcast or a segment that an exception calls off, as an event of its whole day.
fn off(out: &mut String, sheet: &Sheet<'_>, (day, window): (&Unlike, &Changed), domain: &str, made: Timestamp) {
    let not = Text::new("KHÔNG PHÁT", "NOT AIRED");
    line(out, "BEGIN:VEVENT");
    line(out, &format!("UID:{}/{}@{domain}", day.date, window.id));
    line(out, &format!("DTSTAMP:{}", utc(made)));
    line(out, &format!("DTSTART;VALUE=DATE:{}", day.date.strftime("%Y%m%d")));
    line(out, &format!("SUMMARY:{}", escaped(&format!("{} – {}", window.name, not.get(sheet.lang)))));
    line(out, &format!("DESCRIPTION:{}", escaped(&day.reason)));
    line(out, "STATUS:CANCELLED");
    line(out, "TRANSP:TRANSPARENT");
    line(out, "END:VEVENT");
}

/// `20261201T223000Z`, to the nearest second.
fn utc(at: Timestamp) -> String {
    cells::on_clock(at, &TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// One content line, folded at 75 octets, never inside a letter.
fn line(out: &mut String, text: &str) {
    let mut octets = 0;
    for c in text.chars() {
        if octets + c.len_utf8() > LINE_MAX {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(c);
        octets += c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_between_letters_and_read_back_whole() {
        let mut out = String::new();
        let text = format!("SUMMARY:{}", "Đường dây nóng ".repeat(20));
        line(&mut out, &text);
        assert!(out.split("\r\n").all(|line| line.len() <= LINE_MAX));
        assert_eq!(out.replace("\r\n ", ""), format!("{text}\r\n"));
    }

    #[test]
    fn what_has_a_meaning_in_a_calendar_is_escaped() {
        assert_eq!(escaped("a,b;c\\d\ne\r"), "a\\,b\\;c\\\\d\\ne");
    }
}
