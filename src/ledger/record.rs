//! What a record of the chain says, read as the rows it vouches for are: out of its JSON instead of SQLite.

use data_encoding::HEXLOWER;
use rusqlite::types::{FromSql, ValueRef};
use serde_json::{Map, Value};

use super::chain::Kind;
use super::rows::{self, Cells};
use super::silences::Silences;
use super::{Revision, corrections, incidents, reader};
use crate::airing::{Correction, Entry, Incident};

/// A record, read. Its words are its own: what the link beside it says of it, no hash covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What it vouches for.
    pub kind: Kind,
    /// Which one, as its link has it.
    pub reference: String,
    sections: Value,
}

impl Record {
    /// None if it is no record, or of a kind that this program does not know.
    pub fn read(text: &str) -> Option<Record> {
        let sections: Value = serde_json::from_str(text).ok()?;
        let kind = Kind::from_code(sections["kind"].as_str()?)?;
        let reference = match kind {
            Kind::Station => &sections["station"]["uuid"],
            Kind::Version => &sections["version"]["number"],
            Kind::Run => &sections["run"]["uuid"],
            Kind::Reading => &sections["reading"]["id"],
            Kind::Incident => &sections["incident"]["id"],
            Kind::Airing => &sections["slot"]["id"],
            Kind::Correction => &sections["correction"]["uuid"],
        };
        let reference = reference.as_str().map_or_else(|| reference.to_string(), str::to_owned);
        Some(Record { kind, reference, sections })
    }

    /// The date of its slot or correction.
    pub fn date(&self) -> Option<jiff::civil::Date> {
        let section = if self.kind == Kind::Airing { "slot" } else { "correction" };
        self.section(section)["date"].as_str()?.parse().ok()
    }

    /// The slot and its airing, of which `silences` say what was not heard; the run it was of stands in no record of it.
    ///
    /// # Errors
    /// It is no airing's, or has words that this program does not know.
    pub fn entry(&self, silences: &Silences) -> rusqlite::Result<Entry> {
        // As the statement over all three tables calls what two of them have.
        let mut airing = self.row("airing").0;
        for (column, called) in [("uuid", "airing_uuid"), ("sha256", "aired_sha256"), ("file_ms", "aired_file_ms")] {
            let value = airing.remove(column).unwrap_or_default();
            airing.insert(called.to_owned(), value);
        }
        airing.insert("run_uuid".to_owned(), "".into());
        let parts = self.section("parts").as_array().into_iter().flatten().map(Fields::of);
        rows::entry(&self.row("slot"), &Fields(airing), parts, silences)
    }

    /// The correction.
    ///
    /// # Errors
    /// As of [`Record::entry`].
    pub fn correction(&self) -> rusqlite::Result<Correction> {
        corrections::correction(&self.row("correction"))
    }

    /// The incident.
    ///
    /// # Errors
    /// As of [`Record::entry`].
    pub fn incident(&self) -> rusqlite::Result<Incident> {
        incidents::incident(&self.row("incident"))
    }

    /// The schedule that was read.
    ///
    /// # Errors
    /// As of [`Record::entry`].
    pub fn revision(&self) -> rusqlite::Result<Revision> {
        let both = [self.row("revision"), self.row("reading")].into_iter().flat_map(|row| row.0);
        reader::revision(&Fields(both.collect()))
    }

    /// The columns of its `slot`, `airing`, `parts`, `incident`, …, as they stand in the log; null where it has none such.
    pub fn section(&self, name: &str) -> &Value {
        &self.sections[name]
    }

    fn row(&self, name: &str) -> Fields {
        Fields::of(self.section(name))
    }
}

/// A row's columns by name; one that is not there holds nothing.
struct Fields(Map<String, Value>);

impl Fields {
    fn of(section: &Value) -> Fields {
        Fields(section.as_object().cloned().unwrap_or_default())
    }
}

impl Cells for Fields {
    fn place(&self, column: &str) -> rusqlite::Result<usize> {
        self.0.keys().position(|key| key == column).ok_or_else(|| rusqlite::Error::InvalidColumnName(column.to_owned()))
    }

    fn cell<T: FromSql>(&self, column: &str) -> rusqlite::Result<T> {
        let unreadable = |why: &str| rows::unreadable(self, column, why);
        let bytes;
        let value = match self.0.get(column) {
            None | Some(Value::Null) => ValueRef::Null,
            Some(Value::Number(number)) => match number.as_i64() {
                Some(number) => ValueRef::Integer(number),
                None => ValueRef::Real(number.as_f64().ok_or_else(|| unreadable("no number"))?),
            },
            // The one column of bytes.
            Some(Value::String(text)) if column == "seconds" => {
                bytes = HEXLOWER.decode(text.as_bytes()).map_err(|why| unreadable(&why.to_string()))?;
                ValueRef::Blob(&bytes)
            }
            Some(Value::String(text)) => ValueRef::Text(text.as_bytes()),
            Some(_) => return Err(unreadable("neither a number nor a text")),
        };
        T::column_result(value).map_err(|why| unreadable(&why.to_string()))
    }
}
