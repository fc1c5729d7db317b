//! A period's evidence: one file that holds the plan, the log and the report, and that any PC with Loa can check without a
//! network and without the station's folder.
//!
//! What lies in it: `manifest.json` (whose it is, what it covers, the hash of every other file, and the two ends of the
//! chain), `chain.jsonl` (a line a link, with the record it vouches for), `airings.json`, `incidents.json`, the schedules in
//! force below `plan/`, and the report as text and JSON. The same log gives the same bytes.

mod beside;
mod check;
mod pack;
mod table;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::airing::{Incident, LogHead};
use crate::home::Home;
use crate::ledger::{Extract, Head, Reader, Recorded};
use crate::loading::{FactsOf, LoadedStation};
use crate::problem::Lang;
use crate::report::airings::{self, Log};
use crate::report::period::Period;
use crate::report::{Report, forms, json as report_json, paper};
use crate::reporting;

pub use check::{Seen, check, words};

/// Marks a manifest as one of these.
const FORMAT: &str = "loa-evidence";
/// The version that is made, and the only one that is read. What a row of airings has belongs to it: a column more or less is
/// another version.
const VERSION: u32 = 1;

const MANIFEST: &str = "manifest.json";
const CHAIN: &str = "chain.jsonl";
const AIRINGS: &str = "airings.json";
const INCIDENTS: &str = "incidents.json";
const README: &str = "README.txt";
/// The folder of the schedules.
const PLAN: &str = "plan/";

/// What no link vouches for, by name: of the manifest, of links, of rows of airings, and of the files.
pub const UNVOUCHED: [&str; 13] = [
    "program",
    "station",
    "name",
    "period",
    "from",
    "to",
    "as_of",
    "seq",
    "first",
    "run",
    "report.json",
    "report.txt",
    README,
];
/// Of those, what stands in the rows of airings out of the log and in no record of theirs.
const OF_THE_LOG_ALONE: [&str; 3] = ["station", "first", "run"];

/// Evidence, made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The whole file: a zip.
    pub bytes: Vec<u8>,
    /// What it says of itself.
    pub manifest: Manifest,
}

/// What evidence says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    format: String,
    v: u32,
    /// The program that made it (`0.1.0`).
    pub program: String,
    /// UUID of the station.
    pub station: String,
    /// Its name.
    pub name: String,
    /// The period, as `loa report` takes it.
    pub period: String,
    /// First and last date.
    pub from: Date,
    /// As `from`.
    pub to: Date,
    /// The date on which it was made: later ones are still ahead in it.
    pub as_of: Date,
    /// The link before the first in it.
    pub before: LogHead,
    /// The last link in it: the log's newest when it was made.
    pub last: LogHead,
    files: Vec<FileHash>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct FileHash {
    name: String,
    sha256: String,
    bytes: usize,
}

/// A line of `chain.jsonl`.
#[derive(Serialize, Deserialize)]
struct Line {
    seq: i64,
    kind: Option<String>,
    reference: String,
    hash: String,
    /// The record as it was hashed.
    record: Option<String>,
}

/// The evidence of `period`, as the log stands at `now`. Its words are in `lang`. The console may serve the bytes as they are.
///
/// # Errors
/// The log or a schedule cannot be read.
pub fn make(
    home: &Home,
    reader: &Reader,
    loaded: &LoadedStation,
    period: Period,
    now: Timestamp,
    facts_of: FactsOf<'_>,
    lang: Lang,
) -> anyhow::Result<Evidence> {
    let _held = reader.at_one_instant()?;
    let station = loaded.station.clone().unwrap_or_default();
    let (from, to) = period.dates();
    let start = |date: Date| station.zone.to_timestamp(date.at(0, 0, 0, 0));
    let stretch = (start(from)?, start(to.tomorrow()?)?);
    let name = period.to_string();
    let today = station.zone.to_datetime(now).date();
    let extract = reader.extract((from, to), stretch)?;
    let mut files = vec![
        (CHAIN.to_owned(), chain(&extract)?),
        (AIRINGS.to_owned(), airings_of(reader, (from, to), &station.zone)?),
        (INCIDENTS.to_owned(), incidents(&reader.incidents(stretch.0, stretch.1)?, &station.zone)),
        (README.to_owned(), EXPLAINED.to_owned()),
    ];
    for revision in reader.revisions(from, to)? {
        let (schedule, station) = plan_names(&revision.month.to_string(), &revision.sha256);
        files.push((schedule, revision.schedule_text));
        files.push((station, revision.station_text));
    }
    let report = Report::new(reporting::gather(home, reader, loaded, period, now, facts_of)?, &station);
    files.push(("report.json".to_owned(), report_json::render(&report)));
    let document = paper::document(&report, &station, today, None, lang);
    files.push(("report.txt".to_owned(), forms::text::render(&document)));
    files.sort();
    let hashed = |(name, text): &(String, String)| FileHash {
        name: name.clone(),
        sha256: pack::sha256(text.as_bytes()),
        bytes: text.len(),
    };
    let manifest = Manifest {
        format: FORMAT.into(),
        v: VERSION,
        program: env!("CARGO_PKG_VERSION").into(),
        station: reader.station_uuid()?,
        name: station.names.name.clone(),
        period: name,
        from,
        to,
        as_of: today,
        before: extract.before.into(),
        last: extract.links.last().map_or(extract.before, |one| Head { seq: one.link.seq, hash: one.link.hash }).into(),
        files: files.iter().map(hashed).collect(),
    };
    files.insert(0, (MANIFEST.to_owned(), format!("{:#}\n", serde_json::to_value(&manifest)?)));
    Ok(Evidence { bytes: pack::pack(&files)?, manifest })
}

/// What a month's schedule that was read, and the station's with it, are called.
fn plan_names(month: &str, sha256: &str) -> (String, String) {
    let id = sha256.get(..12).unwrap_or(sha256);
    (format!("{PLAN}{month}-{id}.toml"), format!("{PLAN}{month}-{id}-station.toml"))
}

fn chain(extract: &Extract) -> serde_json::Result<String> {
    let mut text = String::new();
    for Recorded { link, record } in &extract.links {
        let line = Line {
            seq: link.seq,
            kind: link.kind.map(|kind| kind.code().to_owned()),
            reference: link.reference.clone(),
            hash: HEXLOWER.encode(&link.hash),
            record: record.clone(),
        };
        text += &serde_json::to_string(&line)?;
        text.push('\n');
    }
    Ok(text)
}

/// As `loa airings --json` prints them.
fn airings_of(reader: &Reader, (from, to): (Date, Date), zone: &TimeZone) -> anyhow::Result<String> {
    let station = reader.station_uuid()?;
    let (entries, first) = (reader.entries(from, to)?, reader.first_heard(from, to)?);
    let corrections = reader.corrections(from, to)?;
    Ok(airings::json::render(&Log {
        station: &station,
        zone,
        entries: &entries,
        first: &first,
        corrections: &corrections,
    }))
}

fn incidents(incidents: &[Incident], zone: &TimeZone) -> String {
    let time = |at: Timestamp| at.display_with_offset(zone.to_offset(at)).to_string();
    let one = |incident: &Incident| {
        json!({
            "kind": incident.kind.code(), "began": time(incident.began), "ended": incident.ended.map(time),
            "detail": incident.detail.vi, "detail_en": incident.detail.en,
        })
    };
    format!("{:#}\n", json!({ "incidents": incidents.iter().map(one).collect::<Vec<_>>() }))
}

/// For whoever opens the file without Loa.
const EXPLAINED: &str = "\
GÓI BẰNG CHỨNG PHÁT THANH

Gói này do phần mềm Loa lập từ nhật ký của đài: kế hoạch đã có hiệu lực (plan), từng mục và lượt phát (airings.json),
sự cố (incidents.json), báo cáo (report.txt, report.json) và chuỗi mã của nhật ký (chain.jsonl).

Kiểm trên máy bất kỳ có Loa, không cần mạng, không cần thư mục của đài:

    loa log verify TEN-TEP.zip --head MA-NHAT-KY

MA-NHAT-KY là mã in ở cuối báo cáo mà cơ quan đã nhận; không có cũng kiểm được, nhưng khi đó chỉ biết gói còn nguyên
như lúc lập. Mã mới hơn gói thì không có trong gói: lệnh trả lời “không kết luận được”; khi đó hãy xin gói lập sau ngày
của mã.

EVIDENCE OF BROADCASTS

Made by Loa out of the station's log: the schedules in force (plan), each slot and airing (airings.json), incidents
(incidents.json), the report (report.txt, report.json) and the chain of the log (chain.jsonl). Any PC with Loa checks it
by the command above, without a network and without the station's folder; MA-NHAT-KY is the hash at the end of a report
that was received. Without one it is only known that the file is as it was made. A hash that is later than the file is not in it:
the command then says that it cannot decide; ask for evidence made after that hash.
";
