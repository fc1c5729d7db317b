//! Checking evidence: the file alone says whether it is as it was made, and its chain whether its rows are as they were
//! closed.

use std::collections::{BTreeSet, HashMap};

use data_encoding::HEXLOWER;
use serde_json::Value;

use super::pack::{self, Unpacked};
use super::table::Records;
use super::{AIRINGS, CHAIN, FORMAT, INCIDENTS, Line, MANIFEST, Manifest, PLAN, README, VERSION};
use crate::airing::LogHead;
use crate::ledger::{ClosedKind, Finding, Head, Link, Record, Verdict, Walk};
use crate::problem::Text;

/// What was seen in evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What it says of itself.
    pub manifest: Manifest,
    /// What its files and its chain say of that.
    pub verdict: Verdict,
    /// The hash that had left the PC is in no link of it. It may be that of a later link than the last one here, and the
    /// evidence alone cannot tell that from a chain that was made anew.
    pub unplaced: Option<String>,
    /// It was unpacked and packed again by another program: all that lies in it is as it was made, and the bytes about that are
    /// not.
    pub repacked: bool,
}

impl Seen {
    /// The log is as it was closed, whatever was done to what lies beside its chain.
    pub fn is_log_whole(&self) -> bool {
        let beside = |finding: &Finding| matches!(finding, Finding::FileChanged { name } if name != CHAIN);
        self.verdict.findings.iter().all(beside)
    }
}

/// What a finding in evidence means, in words.
pub fn words(finding: &Finding) -> Text {
    let text = finding.text();
    let Finding::FileChanged { name } = finding else { return text };
    let (vi, en) = match name.as_str() {
        CHAIN => ("đó chính là nhật ký", "it is the log itself"),
        AIRINGS => (
            "bảng lượt phát này không phải của nhật ký, đừng dùng",
            "this table of airings is not the log's, do not use it",
        ),
        README => ("đó chỉ là lời hướng dẫn, nhật ký không bị động đến", "it only explains, the log is not touched"),
        "report.txt" | "report.json" => {
            ("báo cáo này không còn như lúc lập, đừng dùng", "this report is not as it was made, do not use it")
        }
        INCIDENTS => (
            "danh sách sự cố này không còn như lúc lập, đừng dùng",
            "these incidents are not as listed, do not use them",
        ),
        _ if name.starts_with(PLAN) => {
            ("kế hoạch này không còn như lúc lập, đừng dùng", "this schedule is not as it was, do not use it")
        }
        _ => (
            "chỗ ấy không thuộc kế hoạch, nhật ký hay báo cáo trong gói",
            "that is no part of the plan, the log or the report in it",
        ),
    };
    Text::new(format!("{}: {vi}", text.vi), format!("{}: {en}", text.en))
}

/// Checks the bytes of an evidence file named `name`; `wanted` is a hash that had left the station's PC, or its first digits.
///
/// # Errors
/// A sentence for the user: it is no evidence, or of a newer Loa.
pub fn check(name: &str, bytes: &[u8], wanted: Option<&str>) -> Result<Seen, Text> {
    let (files, whole) = pack::unpack(bytes).ok_or_else(|| no_evidence(name))?;
    let text = |wanted: &str| {
        let found = files.iter().find(|file| file.name == wanted)?;
        std::str::from_utf8(found.bytes.as_deref()?).ok()
    };
    let manifest: Manifest =
        text(MANIFEST).and_then(|text| serde_json::from_str(text).ok()).ok_or_else(|| no_evidence(name))?;
    if manifest.format != FORMAT || manifest.v != VERSION {
        return Err(newer(name));
    }
    let mut changed = changed_files(&manifest, &files);
    let (before, last) = (head(&manifest.before), head(&manifest.last));
    let mut walk = Walk::new(before, wanted);
    let mut records = Records::default();
    let lines: Option<Vec<Line>> =
        text(CHAIN).and_then(|text| text.lines().map(|line| serde_json::from_str(line).ok()).collect());
    let is_read = lines.is_some();
    changed.extend((!is_read).then(|| CHAIN.to_owned()));
    for line in lines.unwrap_or_default() {
        let Some(hash) = bytes_of(&line.hash) else {
            changed.insert(CHAIN.into());
            continue;
        };
        let kind = line.kind.as_deref().and_then(ClosedKind::from_code);
        let told = Link { seq: line.seq, kind, reference: line.reference, hash };
        // What the line says of its record no hash covers; what the record says of itself one does.
        let record = line.record.as_deref().and_then(Record::read);
        let link = record.as_ref().map_or_else(|| told.clone(), |record| of_its_own(record, &told));
        let is_as_told = link == told;
        if walk.step(link.clone(), line.record) && !is_as_told {
            walk.add(Finding::LinkChanged(link));
        }
        record.into_iter().for_each(|record| records.add(record));
    }
    let json = |name: &str| text(name).and_then(|text| serde_json::from_str::<Value>(text).ok());
    let period = (manifest.from, manifest.to);
    // A chain that is not as it was made is no witness against what lies beside it.
    if !changed.contains(CHAIN) {
        let (airings, incidents) = (json(AIRINGS), json(INCIDENTS).unwrap_or_default());
        let is_table = match records.table(&incidents, period) {
            Ok(made) => airings.is_some_and(|table| made.is(&table)),
            // The log says in its own words what this program has none for.
            Err(_) if walk.is_whole() => return Err(newer(name)),
            Err(_) => false,
        };
        let is_list = records.have_the_incidents(&incidents, period);
        let others = [(AIRINGS, is_table), (INCIDENTS, is_list)].into_iter().filter(|(_, is_so)| !is_so);
        changed.extend(others.map(|(name, _)| name.to_owned()));
        changed.extend(records.changed_plans(&files, period));
    }
    let is_changed_as_it_lies = !whole && changed.is_empty() && pack::is_but_for_few(bytes, &files);
    let repacked = !whole && !is_changed_as_it_lies;
    if is_changed_as_it_lies {
        changed.insert(pack::first_changed(bytes, &files).unwrap_or_else(|| name.into()));
    }
    changed.into_iter().for_each(|name| walk.add(Finding::FileChanged { name }));
    let mut verdict = walk.end();
    let is_wanted = |finding: &mut Finding| matches!(finding, Finding::HeadMissing { .. });
    let unplaced = verdict.findings.extract_if(.., is_wanted).find_map(|finding| match finding {
        Finding::HeadMissing { head } => Some(head),
        _ => None,
    });
    if is_read && Some(verdict.head) != last {
        verdict.findings.push(Finding::HeadMissing { head: manifest.last.hash.clone() });
    }
    Ok(Seen { manifest, verdict, unplaced, repacked })
}

/// The link by what its record says.
fn of_its_own(record: &Record, told: &Link) -> Link {
    Link { kind: Some(record.kind), reference: record.reference.clone(), ..told.clone() }
}

/// Files that are not as the manifest has them, that it lacks or has in vain.
fn changed_files(manifest: &Manifest, files: &[Unpacked]) -> BTreeSet<String> {
    let mut listed: HashMap<&str, &str> =
        manifest.files.iter().map(|file| (file.name.as_str(), file.sha256.as_str())).collect();
    let mut changed = BTreeSet::new();
    for file in files.iter().filter(|file| file.name != MANIFEST) {
        let found = file.bytes.as_deref().map(pack::sha256);
        let wanted = listed.remove(file.name.as_str());
        if wanted.is_none() || found.as_deref() != wanted {
            changed.insert(file.name.clone());
        }
    }
    changed.extend(listed.into_keys().map(str::to_owned));
    changed
}

fn head(anchor: &LogHead) -> Option<Head> {
    Some(Head { seq: anchor.seq, hash: bytes_of(&anchor.hash)? })
}

/// The 32 bytes of a hash as Loa writes them.
fn bytes_of(hex: &str) -> Option<[u8; 32]> {
    HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok()
}

fn no_evidence(name: &str) -> Text {
    Text::new(
        format!("`{name}` không phải gói bằng chứng của Loa, hoặc đã hỏng đến mức không mở được; hãy xin lại tệp gốc"),
        format!("`{name}` is no evidence of Loa's, or too damaged to be opened; ask for the original again"),
    )
}

fn newer(name: &str) -> Text {
    Text::new(
        format!("`{name}` do bản Loa mới hơn lập; hãy kiểm bằng bản mới hơn"),
        format!("`{name}` was made by a newer Loa; check it with a newer one"),
    )
}
