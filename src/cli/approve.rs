//! `loa approve`: a person answers for a recording, and the month's file says so.

use jiff::civil::Date;

use super::check::print;
use super::find_segment::{self, problems};
use super::{Context, Failure, WRONG_USE};
use crate::clock;
use crate::home::Home;
use crate::library::{self, ApprovedNow, Approving};
use crate::loading;
use crate::problem::Text;
use crate::schedule::Month;

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
    let (now, today) = (clock::now(), today(&home));
    let found = find_segment::find(&home, &args.segment, args.month, Month::of(today))?;
    let (month, segment) = (found.month, &found.id);
    let approving = Approving { month, segment, by, on: today, now, reference, shown_sha256: None };
    let ApprovedNow { sha256, again } =
        library::approve(&home, &approving, &mut super::facts_of(&home)).map_err(problems)?;
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
