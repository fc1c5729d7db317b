//! How a person comes to answer for a recording: the month's file says who, and for which bytes.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::editing::{self, Operation, Target, Value};
use crate::home::Home;
use crate::loading;
use crate::problem::Text;
use crate::reading::fold::composed;
use crate::saving::{self, Deed, PlanFile};
use crate::schedule::Month;
use crate::schedule::audio_facts::{AudioFacts, Facts};

/// Who approves what.
#[derive(Clone, Copy, Debug)]
pub struct Approving<'a> {
    /// The month whose file it is.
    pub month: Month,
    /// The segment's id.
    pub segment: &'a str,
    /// The person, on one line.
    pub by: &'a str,
    /// The date written.
    pub on: Date,
    /// The moment.
    pub now: Timestamp,
    /// The document's number, on one line.
    pub reference: Option<&'a str>,
    /// What the person was shown, where they were: nothing else is approved.
    pub shown_sha256: Option<&'a str>,
}

/// What was approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovedNow {
    /// Of one recording its own SHA-256; of several the one over theirs ([`AudioFacts::joined`]).
    pub sha256: String,
    /// As its author wrote it.
    pub title: String,
    /// How long all of its recordings last together, in ms.
    pub file_ms: u64,
    /// The segment had an approval before.
    pub again: bool,
}

/// Writes the approval into the month's file; `facts_of` tells what is in the recordings now.
///
/// # Errors
/// No such segment, no recording, one that cannot air or is not what was shown, a file that cannot be written.
pub fn approve(
    home: &Home,
    approving: &Approving<'_>,
    facts_of: &mut dyn FnMut(&[String]) -> Facts,
) -> Result<ApprovedNow, Text> {
    let Approving { month, segment: id, .. } = *approving;
    let name = format!("schedules/{month}.toml");
    let text = loading::month_text(home, month)?;
    let blocks = editing::blocks(&text, "segment")?;
    let block = blocks.iter().find(|block| block.id().as_deref() == Some(id)).ok_or_else(|| {
        Text::new(
            format!("`{name}` không còn tiết mục `{id}`; hãy tải lại trang"),
            format!("`{name}` has no segment `{id}` any more; load the page anew"),
        )
    })?;
    let recordings: Vec<String> = block.texts("audio").into_iter().map(str::to_owned).collect();
    if recordings.is_empty() {
        return Err(Text::new(
            format!("tiết mục `{id}` trong `{name}` chưa ghi `audio`: chưa có gì để duyệt"),
            format!("the segment `{id}` in `{name}` has no `audio`: there is nothing to approve yet"),
        ));
    }
    let facts = approvable(id, &recordings, &facts_of(&recordings))?;
    let (sha256, file_ms) = (facts.sha256, facts.file_ms);
    if approving.shown_sha256.is_some_and(|shown| shown != sha256) {
        return Err(Text::new(
            format!("bản ghi của `{id}` vừa thay đổi; hãy nghe lại rồi duyệt"),
            format!("the recording of `{id}` has changed since; listen to it again, then approve"),
        ));
    }
    let title = composed(block.title());
    let what = Text::new(format!("duyệt “{title}”"), format!("approved “{title}”"));
    let deed = Deed { by: approving.by, what, now: approving.now };
    write(home, month, &text, id, ("approved", approval(approving, &sha256)), &deed)?;
    Ok(ApprovedNow { sha256, title, file_ms, again: block.has("approved") })
}

/// Gives a key of a segment a value, in the month's file that holds `text`; it can be undone as any other change.
///
/// # Errors
/// The key is written in a way that only a person changes; the file cannot be written, or is another by now.
pub fn write(
    home: &Home,
    month: Month,
    text: &str,
    id: &str,
    (key, value): (&'static str, Value),
    deed: &Deed<'_>,
) -> Result<(), Text> {
    let (file, of) = (PlanFile::Month(month), Target::Named("segment", id.to_owned()));
    let changed = editing::apply(text, &Operation::Change { of, keys: vec![(key, Some(value))] })?;
    let version = saving::version(Some(text));
    saving::save(home, file, &version, &changed, deed).map_err(|unsaved| unsaved.words(&file.name()))
}

/// What is known of the recordings taken as one, if each of them can air.
fn approvable(id: &str, recordings: &[String], facts: &Facts) -> Result<AudioFacts, Text> {
    let mut known = Vec::new();
    for recording in recordings {
        match facts.get(recording) {
            Some(Ok(facts)) => known.push(facts),
            Some(Err(fault)) => {
                let words = fault.words_and_cure(&format!("audio/{recording}"));
                return Err(Text::new(
                    format!("chưa duyệt được `{id}`: {}", words.vi),
                    format!("`{id}` cannot be approved: {}", words.en),
                ));
            }
            None => {}
        }
    }
    AudioFacts::joined(&known).ok_or_else(|| {
        Text::new(
            format!("chưa duyệt được `{id}`: bản ghi chưa được đo; chạy `loa check` rồi duyệt lại"),
            format!("`{id}` cannot be approved: its recording was never measured; run `loa check`, then approve it"),
        )
    })
}

fn approval(approving: &Approving<'_>, sha256: &str) -> Value {
    let mut keys = vec![("by".to_owned(), Value::text(approving.by)), ("on".to_owned(), Value::Date(approving.on))];
    keys.extend(approving.reference.map(|reference| ("ref".to_owned(), Value::text(reference))));
    keys.push(("sha256".to_owned(), Value::text(sha256)));
    Value::Table(keys)
}
