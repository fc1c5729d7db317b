//! `loa approve`: a person answers for a recording, and the month's file says so.

use jiff::civil::Date;

use super::check::print;
use super::find_segment::{self, Found, problems};
use super::{Context, Failure, WRONG_USE};
use crate::clock;
use crate::editing::{Operation, Target, Value, apply};
use crate::files;
use crate::home::Home;
use crate::loading;
use crate::problem::Text;
use crate::schedule::Month;
use crate::schedule::audio_facts::joined_sha256;

/// Duyệt một tiết mục · writes into the month's file who approved a recording, pinned to its content.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa approve cchc-dvc --by \"Nguyễn Văn A\" --ref 12/UBND 2026-12")]
pub struct Args {
    /// Mã hoặc tên tiết mục · the segment's id or title
    #[arg(value_name = "SEGMENT")]
    segment: String,
    /// Tháng, nếu nhiều tháng có tiết mục này · the month, where several have it
    #[arg(value_name = "MONTH", value_parser = month)]
    month: Option<Month>,
    /// Người duyệt · who approves
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Số văn bản · the document's number
    #[arg(long = "ref", value_name = "NO")]
    reference: Option<String>,
}

/// A month on the command line.
pub(super) fn month(written: &str) -> Result<Month, String> {
    written.parse().map_err(|()| "ghi như 2026-12 · write as in 2026-12".to_owned())
}

/// Approves.
///
/// # Errors
/// No such segment; a recording that is absent or cannot be decoded; a file that cannot be written.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let by = one_line(&args.by, "--by")?;
    let reference = args.reference.as_deref().map(|text| one_line(text, "--ref")).transpose()?;
    let home = context.find_home()?;
    let today = today(&home);
    let found = find_segment::find(&home, &args.segment, args.month, Month::of(today))?;
    let sha256 = hash(&home, &found)?;
    let again = found.block.has("approved");
    put(&found, "approved", approval(by, today, reference, &sha256))?;
    let (id, name, short) = (&found.id, &found.name, sha256.get(..8).unwrap_or_default());
    let said = if again {
        Text::new(
            format!("Đã duyệt lại `{id}` trong `{name}` (bản ghi {short}…)\n"),
            format!("Approved `{id}` anew in `{name}` (recording {short}…)\n"),
        )
    } else {
        Text::new(
            format!("Đã duyệt `{id}` trong `{name}` (bản ghi {short}…)\n"),
            format!("Approved `{id}` in `{name}` (recording {short}…)\n"),
        )
    };
    print(said.get(context.lang))?;
    Ok(0)
}

/// Gives a key of the segment a value, in its file.
///
/// # Errors
/// The key is written in a way that only a person changes; a file that cannot be written.
pub(super) fn put(found: &Found, key: &'static str, value: Value) -> Result<(), Failure> {
    let of = Target::Named("segment", found.id.clone());
    let change = Operation::Change { of, keys: vec![(key, Some(value))] };
    let text = apply(&found.text, &change).map_err(problems)?;
    files::put(&found.path, text.as_bytes()).map_err(|error| unwritten(&found.name, &error))
}

/// The date in the station's zone.
pub(super) fn today(home: &Home) -> Date {
    let zone = loading::load_station(home).station.unwrap_or_default().zone;
    clock::now().to_zoned_datetime(zone).date()
}

fn one_line<'a>(text: &'a str, flag: &str) -> Result<&'a str, Failure> {
    let text = text.trim();
    if !text.is_empty() && !text.chars().any(char::is_control) {
        return Ok(text);
    }
    let text = Text::new(
        format!("`{flag}` phải có chữ và nằm trên một dòng"),
        format!("`{flag}` takes some words on one line"),
    );
    Err(Failure { status: WRONG_USE, text })
}

/// Of one recording its own hash; of a list the hash over those of its files, a line each.
fn hash(home: &Home, found: &Found) -> Result<String, Failure> {
    let files: Vec<String> = found.block.texts("audio").into_iter().map(str::to_owned).collect();
    if files.is_empty() {
        let (id, name) = (&found.id, &found.name);
        return Err(problems(Text::new(
            format!("tiết mục `{id}` trong `{name}` chưa ghi `audio`: chưa có gì để duyệt"),
            format!("the segment `{id}` in `{name}` has no `audio`: there is nothing to approve yet"),
        )));
    }
    let facts = super::facts_of(home)(&files);
    let mut hashes = Vec::new();
    for file in &files {
        match facts.get(file) {
            Some(Ok(facts)) => hashes.push(facts.sha256.clone()),
            Some(Err(fault)) => {
                let words = fault.words(&format!("audio/{file}"));
                return Err(problems(Text::new(
                    format!("chưa duyệt được `{}`: {}", found.id, words.vi),
                    format!("`{}` cannot be approved: {}", found.id, words.en),
                )));
            }
            None => {}
        }
    }
    Ok(joined_sha256(&hashes.iter().map(String::as_str).collect::<Vec<_>>()))
}

fn approval(by: &str, on: Date, reference: Option<&str>, sha256: &str) -> Value {
    let mut keys = vec![("by".to_owned(), Value::text(by)), ("on".to_owned(), Value::Date(on))];
    keys.extend(reference.map(|reference| ("ref".to_owned(), Value::text(reference))));
    keys.push(("sha256".to_owned(), Value::text(sha256)));
    Value::Table(keys)
}

/// The month's file could not be written.
pub(super) fn unwritten(name: &str, error: &std::io::Error) -> Failure {
    let cause = files::cause(error);
    problems(Text::new(
        format!("không ghi được `{name}`: {}; tệp cũ còn nguyên", cause.vi),
        format!("`{name}` cannot be written: {}; the old one is as it was", cause.en),
    ))
}
