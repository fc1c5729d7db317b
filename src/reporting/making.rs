//! A report made, and made into its forms.

use std::io::Cursor;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{gather, in_order, pdf, unreadable};
use crate::files;
use crate::home::Home;
use crate::ledger::Reader;
use crate::library;
use crate::problem::{Lang, Text};
use crate::report::document::Document;
use crate::report::period::Period;
use crate::report::{Report, forms, json, paper};
use crate::station::{Rhythm, Station};

/// The forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For the terminal.
    Text,
    /// A document as Decree 30/2020/NĐ-CP has it.
    Docx,
    /// Its tables as a workbook.
    Xlsx,
    /// The document as pages, by LibreOffice.
    Pdf,
    /// Its tables as plain cells.
    Csv,
    /// A page to look at and print.
    Html,
    /// For programs.
    Json,
}

impl Form {
    /// The ending of its file's name.
    pub fn ending(self) -> &'static str {
        match self {
            Form::Text => "txt",
            Form::Docx => "docx",
            Form::Xlsx => "xlsx",
            Form::Pdf => "pdf",
            Form::Csv => "csv",
            Form::Html => "html",
            Form::Json => "json",
        }
    }
}

/// Why there is no report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unmade {
    /// What was asked for is no period.
    NoPeriod(Text),
    /// There is no log, or it cannot be read.
    NoLog(Text),
}

/// A report and what it was made under.
#[derive(Debug)]
pub struct Made {
    /// The report.
    pub report: Report,
    /// The station as it is in force.
    pub station: Station,
    today: Date,
}

impl Made {
    /// The report of the period that `text` names, or of the month's that holds today, at `now`; `rhythm` is the station's
    /// where none is given.
    ///
    /// # Errors
    /// `text` names no period, or there is no log to read.
    pub fn of(home: &Home, text: Option<&str>, rhythm: Option<Rhythm>, now: Timestamp) -> Result<Made, Unmade> {
        let loaded = super::station_in_force(home);
        let station = loaded.station.clone().unwrap_or_default();
        let today = station.zone.to_datetime(now).date();
        let rhythm = rhythm.unwrap_or(station.reporting.rhythm);
        let period = period(text, today, rhythm).map_err(Unmade::NoPeriod)?;
        let reader = Reader::open(&home.ledger_file()).map_err(Unmade::NoLog)?;
        let mut facts_of = library::remembered_facts_of(home);
        let given = gather(home, &reader, &loaded, period, now, &mut facts_of);
        let given = given.map_err(|error| Unmade::NoLog(unreadable(home, &error)))?;
        Ok(Made { report: Report::new(given, &station), station, today })
    }

    /// The report as a document; `dated`: the day written on it, else today.
    pub fn document(&self, dated: Option<Date>, lang: Lang) -> Document {
        paper::document(&self.report, &self.station, self.today, dated, lang)
    }

    /// The report in a form. The decree's document is Vietnamese whatever its maker's PC speaks: it goes to an office.
    ///
    /// # Errors
    /// The form could not be made.
    pub fn bytes(&self, form: Form, dated: Option<Date>, lang: Lang) -> Result<Vec<u8>, Text> {
        let lang = if matches!(form, Form::Docx | Form::Pdf) { Lang::Vi } else { lang };
        let document = || self.document(dated, lang);
        Ok(match form {
            Form::Json => json::render(&self.report).into_bytes(),
            Form::Csv => forms::csv::render(&document()).into_bytes(),
            Form::Html => forms::html::render(&document()).into_bytes(),
            Form::Text => forms::text::render(&document()).into_bytes(),
            Form::Docx => docx(&document())?,
            Form::Pdf => pdf::of(&docx(&document())?)?,
            Form::Xlsx => forms::xlsx::render(&document()).map_err(|error| not_made("xlsx", &error))?,
        })
    }

    /// What its file is called.
    pub fn file_name(&self, form: Form) -> String {
        format!("bao-cao-{}.{}", self.report.period, form.ending())
    }
}

/// The targets of the reporting month that holds `now`, and how far they are, as `loa status --json` has them; null where
/// there is no log to tell.
pub fn targets(home: &Home, now: Timestamp) -> serde_json::Value {
    let made = Made::of(home, None, None, now);
    made.map_or(serde_json::Value::Null, |made| serde_json::Value::Array(json::targets(&made.report)))
}

fn docx(document: &Document) -> Result<Vec<u8>, Text> {
    let mut bytes = Cursor::new(Vec::new());
    forms::docx::render(document).pack(&mut bytes).map_err(|error| not_made("docx", &error))?;
    Ok(bytes.into_inner())
}

fn not_made(form: &str, error: &dyn std::fmt::Display) -> Text {
    let cause = files::quoted(&error);
    Text::new(
        format!("không lập được tệp {form}: {}; hãy chọn dạng khác, như `html`", cause.vi),
        format!("no {form} could be made: {}; choose another form, as `html`", cause.en),
    )
}

/// The period that `text` names, or the month's that holds `today`.
///
/// # Errors
/// It is none.
pub fn period(text: Option<&str>, today: Date, rhythm: Rhythm) -> Result<Period, Text> {
    let Some(text) = text else { return Ok(Period::holding(today, rhythm)) };
    let Some(period) = Period::parse(text, rhythm) else {
        return Err(Text::new(
            format!(
                "không hiểu kỳ báo cáo `{text}`; hãy viết tháng `2026-12`, quý `2026-Q4`, nửa năm `2026-H2`, năm `2026`, ngày `2026-12-01` hoặc `2026-12-01..2026-12-15`, từ năm 2000 đến 2199"
            ),
            format!(
                "no such period: `{text}`; write a month `2026-12`, a quarter `2026-Q4`, half a year `2026-H2`, a year `2026`, a date `2026-12-01` or `2026-12-01..2026-12-15`, of the years 2000 to 2199"
            ),
        ));
    };
    in_order(period.from(), period.to())?;
    Ok(period)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn what_is_no_period_is_refused() {
        for text in ["2026-13", "2026-Q5", "12-2026", "2026-12-01..", "2026-12-05..2026-12-04", ""] {
            assert!(period(Some(text), date(2026, 2, 10), Rhythm::Nd09).is_err(), "{text}");
        }
    }

    #[test]
    fn without_a_word_it_is_the_month_that_reports_today() {
        let of = |rhythm| period(None, date(2026, 2, 20), rhythm).unwrap().to_string();
        assert_eq!((of(Rhythm::Nd09), of(Rhythm::Calendar)), ("2026-03".to_owned(), "2026-02".to_owned()));
    }
}
