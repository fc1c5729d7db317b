//! `loa log verify`: whether what was closed is still as it was.

use serde_json::{Value, json};

use crate::cli::airings::{open_log, put, station_of, unreadable};
use crate::cli::progress::Bar;
use crate::cli::{Context, Failure, PROBLEMS, WRONG_USE};
use crate::ledger::{Checked, ClosedKind, Finding, hex};
use crate::problem::{Lang, Text};

/// Digits of a hash that tell it from all others; this command prints the whole.
const DIGITS: usize = 12;

/// Kiểm nhật ký: có mục nào bị sửa, xóa hay chèn sau khi khóa không · whether anything was changed, removed or inserted.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa log verify --head 3f9a61c0d2b7")]
pub struct Args {
    /// Mã nhật ký mà lệnh này đã in lần trước (ít nhất 12 ký tự đầu) · the log's hash as this command printed it before, or its first 12 digits
    #[arg(long, value_name = "HASH")]
    head: Option<String>,
    /// In JSON · as JSON
    #[arg(long)]
    json: bool,
}

/// Walks the chain and tells what no longer fits.
///
/// # Errors
/// There is no log, or it cannot be read; a hash that is none.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let head = args.head.as_deref().map(hash).transpose()?;
    let home = context.find_home()?;
    let reader = open_log(&home)?;
    let mut bar = Bar::new();
    let checked = reader.verify(head.as_deref(), &mut |done, total| bar.show(done, total));
    drop(bar);
    let checked = checked.map_err(|error| unreadable(&home, &error))?;
    if args.json {
        put(&format!("{:#}\n", object(&checked)))?;
    } else {
        let (zone, _) = station_of(&home);
        let since = checked.chained_later.map(|(links, at)| (links, zone.to_datetime(at).date().to_string()));
        put(&text(&checked, since, context.lang))?;
    }
    Ok(if checked.verdict.findings.is_empty() { 0 } else { PROBLEMS })
}

fn hash(text: &str) -> Result<String, Failure> {
    let text = text.trim().to_lowercase();
    if (DIGITS..=64).contains(&text.len()) && text.chars().all(|c| c.is_ascii_hexdigit()) {
        return Ok(text);
    }
    let text = Text::new(
        format!(
            "`{text}` không phải mã nhật ký; hãy chép ít nhất {DIGITS} ký tự đầu (0-9, a-f) như `loa log verify` đã in"
        ),
        format!(
            "`{text}` is no hash of a log; copy at least its first {DIGITS} digits (0-9, a-f) as `loa log verify` printed them"
        ),
    );
    Err(Failure { status: WRONG_USE, text })
}

fn text(checked: &Checked, later: Option<(i64, String)>, lang: Lang) -> String {
    let pick = |vi: String, en: String| if lang == Lang::Vi { vi } else { en };
    let (head, vouched) = (checked.verdict.head, checked.verdict.vouched_to);
    let (seq, hash) = (head.seq, hex(&head.hash));
    let findings = &checked.verdict.findings;
    let mut out = String::new();
    for finding in findings {
        out += &format!("{}\n", finding.text().get(lang));
    }
    out += &if findings.is_empty() {
        pick(
            format!("Nhật ký nguyên vẹn: {seq} mắt xích, mã cuối `{hash}`.\n"),
            format!("The log is whole: {seq} links, the last hash is `{hash}`.\n"),
        )
    } else {
        let count = findings.len();
        pick(
            format!(
                "NHẬT KÝ KHÔNG CÒN NGUYÊN VẸN: {count} chỗ, trong {seq} mắt xích. Hãy giữ nguyên thư mục `var` và so với bản chép của nó mà đài đã cất.\n"
            ),
            format!(
                "THE LOG IS NOT WHOLE: {count} findings in {seq} links. Keep the folder `var` as it is and compare it with the copies of it that the station has put away.\n"
            ),
        )
    };
    if let Some(vouched) = vouched {
        out += &pick(
            format!("Mã đã cho là của mắt xích {vouched}: nhật ký được bảo chứng đến đó.\n"),
            format!("The hash given is that of link {vouched}: the log is vouched for up to there.\n"),
        );
    }
    if let Some((links, date)) = later {
        out += &pick(
            format!("{links} mắt xích đầu được lập khi nâng cấp ngày {date}; việc sửa trước ngày đó không thể biết.\n"),
            format!(
                "The first {links} links were made when the log was brought up to date on {date}; what was changed before nobody can tell.\n"
            ),
        );
    }
    out
}

fn object(checked: &Checked) -> Value {
    let one = |finding: &Finding| {
        let link = finding.link();
        let words = finding.text();
        let inserted = match finding {
            Finding::Inserted { kind, reference } => Some((kind.code(), reference.as_str())),
            Finding::NoOutcome { slot } => Some(("slot", slot.as_str())),
            _ => None,
        };
        json!({
            "finding": finding.code(),
            "seq": link.map(|link| link.seq),
            "kind": link.and_then(|link| link.kind).map(ClosedKind::code).or(inserted.map(|(kind, _)| kind)),
            "reference": link.map(|link| link.reference.as_str()).or(inserted.map(|(_, reference)| reference)),
            "message": { "vi": words.vi, "en": words.en },
        })
    };
    json!({
        "whole": checked.verdict.findings.is_empty(),
        "head": hex(&checked.verdict.head.hash),
        "seq": checked.verdict.head.seq,
        "vouched_to": checked.verdict.vouched_to,
        "chained_later": checked.chained_later.map(|(links, _)| links),
        "findings": checked.verdict.findings.iter().map(one).collect::<Vec<_>>(),
    })
}
