//! `loa approve`: a person answers for a recording, and the month's file says so.

use super::check::print;
use super::dates::{month, today};
use super::find_segment::{self, Found, problems};
use super::{Context, Failure, WRONG_USE};
use crate::airing::name_of;
use crate::clock;
use crate::home::Home;
use crate::library::{self, ApprovedNow, Approving};
use crate::loading::{self, FactsOf};
use crate::outcome::Cause;
use crate::problem::Text;
use crate::schedule::Month;
use crate::timetable::{Bar, duration_words};

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

/// Approves.
///
/// # Errors
/// No such segment; a recording that is absent or cannot be decoded; a file that cannot be written.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let by = name_of(one_line(&args.by, "--by")?).map_err(|text| Failure { status: WRONG_USE, text })?;
    let reference = args.reference.as_deref().map(|text| one_line(text, "--ref")).transpose()?;
    let home = context.find_home()?;
    let (now, today) = (clock::now(), today(&home));
    let found = find_segment::find(&home, &args.segment, args.month, Month::of(today))?;
    let (month, segment) = (found.month, found.id.as_str());
    let approving = Approving { month, segment, by, on: today, now, reference, shown_sha256: None };
    let mut facts_of = super::facts_of(&home);
    let approved = library::approve(&home, &approving, &mut facts_of).map_err(problems)?;
    print(said(&found, &approving, &approved).get(context.lang))?;
    for bar in still_barred(&home, &found, &mut facts_of) {
        let text = Text::new(
            format!("Nhưng vẫn chưa phát được: {}; xem cách sửa bằng `loa check {}`\n", bar.vi, found.month),
            format!("But it does not air yet: {}; `loa check {}` says what to do\n", bar.en, found.month),
        );
        print(text.get(context.lang))?;
    }
    Ok(0)
}

/// Who answers for what: the title and length that were heard, and the beginning of their hash.
fn said(found: &Found, approving: &Approving<'_>, approved: &ApprovedNow) -> Text {
    let ApprovedNow { sha256, title, file_ms, again } = approved;
    let (id, name, by, long) = (&found.id, &found.name, approving.by, duration_words(*file_ms));
    let short = sha256.get(..8).unwrap_or_default();
    let (done_vi, done_en) =
        if *again { ("Đã duyệt lại", "Approved anew") } else { ("Đã duyệt", "Approved") };
    let (ref_vi, ref_en) = match approving.reference {
        Some(number) => (format!(", văn bản {number}"), format!(", document {number}")),
        None => Default::default(),
    };
    let (on_vi, on_en) = (approving.on.strftime("%d/%m/%Y"), approving.on);
    Text::new(
        format!(
            "{done_vi} `{title}` (`{id}` trong `{name}`): dài {}, bản ghi {short}…\nNgười duyệt: {by}, ngày {on_vi}{ref_vi}\n",
            long.vi
        ),
        format!(
            "{done_en} `{title}` (`{id}` in `{name}`): {}, recording {short}…\nApproved by {by} on {on_en}{ref_en}\n",
            long.en
        ),
    )
}

/// What still keeps the segment off the air, whatever its instant: said at once, where the person who can cure it is.
fn still_barred(home: &Home, found: &Found, facts_of: FactsOf<'_>) -> Vec<Text> {
    let loaded = loading::load(home, found.month, facts_of);
    if loaded.refused() {
        return vec![Text::new(
            "kế hoạch tháng này còn lỗi nên cả tháng chưa dùng được",
            "the month's schedule has mistakes, so that none of it can be used yet",
        )];
    }
    let slots = loaded.slots;
    let of_segment = slots.into_iter().filter(|slot| slot.segment.as_ref() == Some(&found.id));
    let lacking = |bar: &Bar| matches!(bar.cause, Cause::Unapproved | Cause::Expired);
    let mut reasons: Vec<Text> = of_segment.filter_map(|slot| slot.bar.filter(lacking)).map(|bar| bar.reason).collect();
    reasons.sort();
    reasons.dedup();
    reasons
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
