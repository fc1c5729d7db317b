//! The report as a document: its words and its tables, in one language. All figures are the report's own; here they only
//! get their sentences.

mod annexes;
mod charts;
mod reach;
mod results;
mod tables;
mod together;
mod told;
mod troubles;

use std::collections::HashMap;

use jiff::civil::Date;

use super::Report;
use super::document::{Block, Document, Letterhead, Level, Signature};
use super::groups::By;
use crate::cells;
use crate::problem::{Lang, Text};
use crate::programme::Window;
use crate::reading::fold::{bare, folded};
use crate::station::{Basis, Names, Reporting, Station, TWO_LEVELS, is_of_district};

pub(super) use tables::capital;

/// Days that are named one by one.
const DAYS_MAX: usize = 15;

/// What the sentences are made with.
struct Pen<'r> {
    report: &'r Report,
    station: &'r Station,
    /// The names that hold in the document.
    names: &'r Names,
    /// On this day.
    named_on: Date,
    lang: Lang,
}

/// The report as a document of `dated`, or of today where nobody gives a day. The ward's names are those of that day,
/// and it carries out no document of a later one.
pub fn document(report: &Report, station: &Station, today: Date, dated: Option<Date>, lang: Lang) -> Document {
    let named_on = dated.unwrap_or(today);
    let pen = Pen { report, station, names: station.names_on(named_on), named_on, lang };
    let mut body = vec![pen.basis()];
    body.extend(pen.general());
    body.extend(pen.results());
    body.extend(pen.troubles());
    body.extend(pen.ahead());
    let document = Document {
        lang,
        letterhead: pen.letterhead(named_on),
        kind: pen.say("Báo cáo", "Report"),
        subject: vec![
            pen.say(
                "Kết quả tuyên truyền cải cách hành chính trên hệ thống truyền thanh",
                "Administrative reform on the loudspeakers",
            ),
            pen.text(&report.period.name()),
        ],
        addressees: pen.addressees(),
        body,
        signature: pen.signature(),
        recipients: pen.recipients(),
        annexes: pen.annexes(),
        source: report.head.as_ref().map(|head| pen.text(&head.text())),
    };
    document.quoted()
}

impl Pen<'_> {
    fn say(&self, vi: &str, en: &str) -> String {
        match self.lang {
            Lang::Vi => vi.to_owned(),
            Lang::En => en.to_owned(),
        }
    }

    fn text(&self, text: &Text) -> String {
        text.get(self.lang).to_owned()
    }

    fn paragraph(&self, vi: &str, en: &str) -> Block {
        Block::Paragraph(self.say(vi, en))
    }

    fn part(&self, vi: &str, en: &str) -> Block {
        Block::Heading(Level::Part, self.say(vi, en))
    }

    fn section(&self, vi: &str, en: &str) -> Block {
        Block::Heading(Level::Section, self.say(vi, en))
    }

    fn date(&self, date: Date) -> String {
        cells::date(date, self.lang)
    }

    fn count(&self, n: u64) -> String {
        cells::count(i64::try_from(n).unwrap_or(i64::MAX), self.lang)
    }

    fn minutes(&self, ms: u64) -> String {
        cells::grouped(&cells::minutes(ms, self.lang), self.lang)
    }

    /// Thousandths as percent; a dash where there is nothing to take a part of.
    fn percent(&self, permille: Option<u64>) -> String {
        let percent = |permille| cells::percent(i64::try_from(permille).unwrap_or(i64::MAX), 1000, self.lang);
        permille.map_or_else(|| "–".to_owned(), percent)
    }

    /// A list of dates, as `03/12, 05/12 (2 lượt)`; of very many the first, and how many more there are.
    fn days(&self, dates: &[Date]) -> String {
        let day = |same: &[Date]| {
            let day = match self.lang {
                Lang::Vi => same[0].strftime("%d/%m").to_string(),
                Lang::En => same[0].to_string(),
            };
            let times = same.len();
            if times == 1 {
                day
            } else {
                self.say(&format!("{day} ({times} lượt)"), &format!("{day} ({times} times)"))
            }
        };
        let each: Vec<&[Date]> = dates.chunk_by(|one, next| one == next).collect();
        let named = each.iter().take(DAYS_MAX).map(|same| day(same)).collect::<Vec<_>>().join(", ");
        match each.len().saturating_sub(DAYS_MAX) {
            0 => named,
            more => self.say(&format!("{named} và {more} ngày khác"), &format!("{named} and {more} more days")),
        }
    }

    fn letterhead(&self, date: Date) -> Letterhead {
        let Names { name, code, parent, place, .. } = self.names;
        Letterhead {
            superior: parent.clone(),
            issuer: issuer(name, parent),
            symbol: if code.is_empty() { "BC".to_owned() } else { format!("BC-{code}") },
            place: place.clone(),
            date,
        }
    }

    fn addressees(&self) -> Vec<String> {
        let parent = &self.names.parent;
        match &self.station.reporting.addressees {
            own if !own.is_empty() => own.clone(),
            _ if parent.is_empty() => Vec::new(),
            _ => vec![in_full(parent)],
        }
    }

    fn signature(&self) -> Signature {
        let Reporting { authority, signer, signer_name, .. } = &self.station.reporting;
        let titles = authority.iter().chain([signer]).cloned().collect();
        Signature { titles, name: signer_name.clone().unwrap_or_default() }
    }

    /// Those it is sent to first, the archive last.
    fn recipients(&self) -> Vec<String> {
        let code = &self.names.code;
        let archive = match &self.station.reporting.archive {
            Some(archive) => archive.clone(),
            None if code.is_empty() => "VT".to_owned(),
            None => format!("VT, {code}"),
        };
        let above = (!self.addressees().is_empty()).then(|| self.say("Như trên", "As above"));
        let others = self.station.reporting.recipients.iter().filter(|name| !self.is_gone(name)).cloned();
        above.into_iter().chain(others).chain([format!("{} {archive}", self.say("Lưu:", "Archive:"))]).collect()
    }

    /// Whether a body belongs to a district, and there are none any more.
    fn is_gone(&self, name: &str) -> bool {
        self.named_on >= TWO_LEVELS && is_of_district(name)
    }

    /// The line that says what the report carries out and which dates it covers.
    fn basis(&self) -> Block {
        let bases: Vec<&Basis> = self
            .station
            .basis
            .iter()
            .filter(|basis| basis.date <= self.named_on && !basis.is_left_out_on(self.named_on))
            .collect();
        let (from, to) = self.report.period.dates();
        let (from, to, name) = (self.date(from), self.date(to), &self.names.name);
        let listed =
            |one: &dyn Fn(&Basis) -> String| bases.iter().map(|basis| one(basis)).collect::<Vec<_>>().join("; ");
        let vi = listed(&|Basis { number, date, issuer, subject, .. }| {
            format!("số {number} ngày {} của {issuer} về {subject}", self.date(*date))
        });
        let en = listed(&|Basis { number, date, issuer, subject, .. }| {
            format!("{number} of {date}, {issuer}, on {subject}")
        });
        let figures = format!("số liệu từ {from} đến hết {to}");
        if bases.is_empty() {
            return self.paragraph(
                &format!("{name} báo cáo kết quả tuyên truyền cải cách hành chính (CCHC); {figures}."),
                &format!("{name} reports on administrative reform on air, {from} to {to}."),
            );
        }
        self.paragraph(
            &format!(
                "Thực hiện văn bản {vi}, {name} báo cáo kết quả tuyên truyền cải cách hành chính (CCHC); {figures}."
            ),
            &format!("Carrying out {en}, {name} reports on administrative reform on air, {from} to {to}."),
        )
    }

    /// I. What there is and what was on air.
    fn general(&self) -> Vec<Block> {
        let totals = &self.report.totals;
        let (days, broadcasts) = (self.count(totals.days.value), self.count(totals.broadcasts.value));
        let long = crate::timetable::duration_words(totals.airtime.value);
        let relay = crate::timetable::duration_words(totals.relay.value);
        let mut blocks = vec![self.part("Tình hình chung", "In general")];
        blocks.extend(self.windows());
        let (of_relay_vi, of_relay_en) = match totals.relay.value {
            0 => (", không có tiếp âm".to_owned(), ", none of them relays".to_owned()),
            _ => (format!(", trong đó tiếp âm {}", relay.vi), format!(", of which {} were relays", relay.en)),
        };
        let plural = |count: u64| if count == 1 { "" } else { "s" };
        let instead = crate::timetable::duration_words(totals.in_place_of_relay.value);
        let (instead_vi, instead_en) = match totals.in_place_of_relay.value {
            0 => (String::new(), String::new()),
            _ => (
                format!("; mất nguồn tiếp âm, phát thay {}", instead.vi),
                format!("; {} stood in for relays whose source was lost", instead.en),
            ),
        };
        if totals.days.value > 0 {
            blocks.push(self.paragraph(
                &format!(
                    "Trong kỳ, đài phát {broadcasts} buổi trong {days} ngày, tổng thời lượng {}{of_relay_vi}{instead_vi}.",
                    long.vi
                ),
                &format!(
                    "The station aired {broadcasts} broadcast{} on {days} day{}, {} in all{of_relay_en}{instead_en}.",
                    plural(totals.broadcasts.value),
                    plural(totals.days.value),
                    long.en
                ),
            ));
        } else if self.has_figures() {
            blocks.push(self.paragraph("Trong kỳ, đài không phát ngày nào.", "The station was on air on no day."));
        }
        blocks.extend(self.not_over());
        blocks.extend(self.log_begins());
        blocks.push(Block::Table(self.summary()));
        blocks.extend(self.comparison());
        blocks.push(self.weeks());
        blocks
    }

    /// The station's windows, where the period has a plan: of others nobody knows which it had or will have.
    fn windows(&self) -> Option<Block> {
        let window = |window: &Window| {
            let (start, end) = (window.start.strftime("%H:%M"), window.end.strftime("%H:%M"));
            format!("{} {start}–{end}", window.name)
        };
        let windows = self.station.windows.iter().map(window).collect::<Vec<_>>().join("; ");
        (!windows.is_empty() && self.has_plan())
            .then(|| self.paragraph(&format!("Khung giờ phát: {windows}."), &format!("Windows: {windows}.")))
    }

    /// IV. What comes next.
    fn ahead(&self) -> Vec<Block> {
        let mut blocks = vec![self.part("Nhiệm vụ kỳ sau; kiến nghị", "What comes next; proposals")];
        let remarks = || self.report.remarks.iter().map(|(_, remarks)| remarks);
        let next: Vec<String> = remarks().flat_map(|remarks| remarks.next.clone()).collect();
        let proposals: Vec<String> = remarks().flat_map(|remarks| remarks.proposals.clone()).collect();
        if !proposals.is_empty() {
            blocks.push(self.section("Nhiệm vụ kỳ sau", "What comes next"));
        }
        if next.is_empty() {
            blocks.push(self.paragraph(
                "Tiếp tục duy trì chuyên mục cải cách hành chính theo kế hoạch.",
                "The columns on administrative reform go on as planned.",
            ));
        }
        blocks.extend(next.into_iter().map(Block::Paragraph));
        if !proposals.is_empty() {
            blocks.push(self.section("Kiến nghị", "Proposals"));
            blocks.extend(proposals.into_iter().map(Block::Paragraph));
        }
        blocks.push(self.paragraph(
            &format!("Trên đây là báo cáo kết quả tuyên truyền cải cách hành chính {}.", self.report.period.name().vi),
            &format!("This is the report of {}.", self.report.period.name().en),
        ));
        blocks
    }
}

/// Dates by what happened on them, in the order in which that first did.
fn by_what(rows: impl Iterator<Item = (String, Date)>) -> Vec<(String, Vec<Date>)> {
    let mut found: Vec<(String, Vec<Date>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (what, date) in rows {
        let place = *places.entry(what).or_insert_with_key(|what| {
            found.push((what.clone(), Vec::new()));
            found.len() - 1
        });
        found[place].1.push(date);
    }
    found
}

/// What the rows of a table are told apart by, in both languages.
fn by_name(by: By) -> Text {
    Text::new(by.word(Lang::Vi), by.word(Lang::En))
}

/// `Đài truyền thanh` of `Đài truyền thanh phường Long Xuyên`, where the line above it names the ward already.
fn issuer(name: &str, parent: &str) -> String {
    let place: Vec<&str> = parent.split_whitespace().skip(1).collect();
    let words: Vec<&str> = name.split_whitespace().collect();
    let kept = words.len().saturating_sub(place.len());
    let same = kept > 0
        && !place.is_empty()
        && words[kept..].iter().zip(&place).all(|(word, place)| folded(word) == folded(place));
    if same { words[..kept].join(" ") } else { name.to_owned() }
}

/// `Ủy ban nhân dân phường …` of `UBND phường …`: a body is addressed by its whole name.
fn in_full(name: &str) -> String {
    match name.split_once(' ') {
        Some((first, rest)) if bare(first) == "ubnd" => format!("Ủy ban nhân dân {rest}"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ward_is_named_once_in_the_head() {
        assert_eq!(issuer("Đài truyền thanh phường Long Xuyên", "UBND phường Long Xuyên"), "Đài truyền thanh");
        assert_eq!(issuer("Đài truyền thanh", "UBND phường Long Xuyên"), "Đài truyền thanh");
        assert_eq!(issuer("Trung tâm Văn hóa", ""), "Trung tâm Văn hóa");
        assert_eq!(in_full("UBND phường Long Xuyên"), "Ủy ban nhân dân phường Long Xuyên");
    }

    #[test]
    fn districts_are_told_from_other_bodies() {
        assert!(is_of_district("UBND thị xã Kinh Môn") && is_of_district("Phòng Nội vụ quận 1"));
        assert!(!is_of_district("Sở Nội vụ") && !is_of_district("UBND phường Quan Hoa"));
    }
}
