//! `loa log verify`: whether what was closed is still as it was.

use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::airing::Incident;
use crate::cells;
use crate::cli::airings::{open_log, station_of, tell_what_waits, unreadable};
use crate::cli::printing::put;
use crate::cli::progress::Bar;
use crate::cli::{Context, Failure, PROBLEMS, WRONG_USE};
use crate::evidence::{self, Manifest, Seen};
use crate::ledger::{Checked, ClosedKind, Finding, Verdict};
use crate::problem::{Lang, Text};
use crate::{files, loading};

/// Exit status where the hash given is not in the evidence: it alone cannot tell a later hash from that of another log.
const UNDECIDED: u8 = 4;

/// Digits of a hash that tell it from all others; this command prints the whole.
const DIGITS: usize = 12;

/// Kiểm nhật ký: có mục nào bị sửa, xóa hay chèn sau khi khóa không · whether anything was changed, removed or inserted.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Ví dụ · Examples:
  loa log verify --head 3f9a61c0d2b7
  loa log verify bang-chung.zip")]
pub struct Args {
    /// Gói của `loa evidence`, kiểm ở máy bất kỳ [mặc định: nhật ký của đài] · evidence to check, on any PC [default: the station's log]
    #[arg(value_name = "FILE.zip")]
    file: Option<PathBuf>,
    /// Mã nhật ký mà lệnh này đã in lần trước (ít nhất 12 ký tự đầu) · the log's hash as this command printed it before (its
    /// first 12 digits at least)
    #[arg(long, value_name = "HASH")]
    head: Option<String>,
    /// In ra JSON, cho chương trình khác · prints JSON, for programs
    #[arg(long)]
    json: bool,
}

/// Walks the chain and tells what no longer fits.
///
/// # Errors
/// There is no log, or it cannot be read; a hash that is none.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let head = args.head.as_deref().map(hash).transpose()?;
    if let Some(file) = &args.file {
        return of_evidence(file, head.as_deref(), args.json, context.lang);
    }
    let home = context.find_home()?;
    let reader = open_log(&home)?;
    tell_what_waits(&home, context.lang);
    let mut bar = Bar::new();
    let checked = reader.verify(head.as_deref(), &mut |done, total| bar.show(done, total));
    drop(bar);
    let checked = checked.map_err(|error| unreadable(&home, &error))?;
    let (zone, _) = station_of(&home);
    if args.json {
        put(&format!("{:#}\n", object(&checked, &zone)))?;
    } else {
        let since = checked.chained_later.map(|(links, at)| (links, zone.to_datetime(at).date().to_string()));
        put(&(text(&checked, since, context.lang) + &touched(&checked.touched, &zone, context.lang)))?;
    }
    Ok(if checked.verdict.findings.is_empty() { 0 } else { PROBLEMS })
}

/// Checks evidence: the file is all there is.
fn of_evidence(file: &Path, head: Option<&str>, json: bool, lang: Lang) -> Result<u8, Failure> {
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    let problem = |text| Failure { status: PROBLEMS, text };
    let bytes = files::open(file).and_then(|mut file| {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut file, &mut bytes).map(|_| bytes)
    });
    let bytes = bytes.map_err(|error| {
        let Text { vi, en } = loading::unreadable(&file.display().to_string(), &error);
        problem(Text::new(
            format!("{vi}; kiểm tra lại tên và thư mục của gói"),
            format!("{en}; look at its name and folder again"),
        ))
    })?;
    let seen = evidence::check(&name, &bytes, head).map_err(problem)?;
    let is_log_whole = seen.is_log_whole();
    let Seen { manifest, verdict, unplaced, repacked } = seen;
    if json {
        let mut object = of_verdict(&verdict, evidence::words);
        object["evidence"] = json!({
            "station": manifest.station, "name": manifest.name, "period": manifest.period,
            "from": manifest.from.to_string(), "to": manifest.to.to_string(), "as_of": manifest.as_of.to_string(),
            "unvouched": evidence::UNVOUCHED, "after": manifest.before.seq, "log_whole": is_log_whole, "repacked": repacked,
        });
        object["head_not_in_it"] = json!(unplaced);
        put(&format!("{object:#}\n"))?;
    } else {
        let (name, from, to) = (&manifest.name, manifest.from, manifest.to);
        let of = Text::new(
            format!("Gói bằng chứng của {name}, từ {from} đến {to}, lập ngày {}.\n", manifest.as_of),
            format!("Evidence of {name}, from {from} to {to}, made on {}.\n", manifest.as_of),
        );
        let (after, links) = (manifest.before.seq, verdict.head.seq.saturating_sub(manifest.before.seq));
        let told = findings(&verdict, evidence::words, lang);
        let otherwise = Text::new("Hãy xin đài gửi lại gói.", "Ask the station for it again.");
        let summed = if is_log_whole {
            whole(&verdict, after, lang) + &changed_beside(&verdict, &otherwise, lang)
        } else {
            broken(&verdict, links, &otherwise, lang)
        };
        let undecided = unplaced.as_ref().map(|head| undecided(head, &manifest));
        let undecided = undecided.as_ref().map_or("", |text| text.get(lang));
        let again = if repacked { packed_again().get(lang).to_owned() } else { String::new() };
        let beside = if is_log_whole { unvouched().get(lang).to_owned() } else { String::new() };
        let vouched = vouched(&verdict, lang);
        put(&format!("{}{again}{told}{summed}{vouched}{beside}{undecided}", of.get(lang)))?;
    }
    Ok(match (verdict.findings.is_empty(), unplaced) {
        (false, _) => PROBLEMS,
        (true, Some(_)) => UNDECIDED,
        (true, None) => 0,
    })
}

/// That is no fault of the log, nor of what lies beside it.
fn packed_again() -> Text {
    Text::new(
        "Gói đã được mở ra rồi đóng lại bằng chương trình nén khác: vỏ gói không còn như lúc lập, dưới đây là kết quả kiểm từng tệp bên trong.\n",
        "The evidence was unpacked and packed again with another program: its wrapping is not as it was made, and what follows is about each file in it.\n",
    )
}

/// Who can pack evidence anew can write into these what they like.
fn unvouched() -> Text {
    Text::new(
        "Chuỗi mã giữ cho nhật ký, lượt phát, sự cố và kế hoạch trong gói; không giữ cho tên và mã đài, kỳ, ngày lập, báo cáo và lời hướng dẫn, phiên bản Loa, số thứ tự mắt xích, phiên chạy và dấu phát lần đầu: những thứ ấy phải so với bản đã nhận từ đài.\n",
        "The chain vouches for the log, the airings, the incidents and the schedules in it; for the station's name and UUID, the period, the date, the report, the leaflet, Loa's version, the links' numbers, the runs and what is marked as first heard it does not: hold those against what you had from the station.\n",
    )
}

/// The evidence accuses nobody of what it cannot know.
fn undecided(head: &str, manifest: &Manifest) -> Text {
    let (last, date) = (manifest.last.seq, manifest.as_of);
    Text::new(
        format!(
            "KHÔNG KẾT LUẬN ĐƯỢC: mã `{head}` không có trong gói. Có thể mã mới hơn gói (gói kết thúc ở mắt xích {last}, lập ngày {date}), hoặc thuộc nhật ký khác. Hãy kiểm bằng mã đã nhận trước ngày đó, hoặc xin đài gói lập sau ngày của mã.\n"
        ),
        format!(
            "CANNOT BE DECIDED: the hash `{head}` is not in this evidence. It may be later than it (which ends with link {last}, made on {date}), or of another log. Check it with a hash received before that date, or ask the station for evidence made after the hash.\n"
        ),
    )
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
    let (verdict, links) = (&checked.verdict, checked.verdict.head.seq);
    // Copied from paper, a hash has its slips; nobody is to be accused for one.
    let (first_vi, first_en) = match verdict.findings[..] {
        [Finding::HeadMissing { .. }] => (
            "Trước hết hãy so lại từng ký tự của mã đã cho: gõ nhầm một ký tự, hay mã của đài khác, cũng ra lời này. ",
            "First compare the hash that was given digit by digit: one slip, or another station's hash, gives this answer too. ",
        ),
        _ => ("", ""),
    };
    let otherwise = Text::new(
        format!("{first_vi}Hãy giữ nguyên thư mục `var` và so với bản chép của nó mà đài đã cất."),
        format!(
            "{first_en}Keep the folder `var` as it is and compare it with the copies of it that the station has put away."
        ),
    );
    let is_whole = verdict.findings.is_empty();
    let summed = if is_whole { whole(verdict, 0, lang) } else { broken(verdict, links, &otherwise, lang) };
    let mut out = format!("{}{summed}{}", findings(verdict, Finding::text, lang), vouched(verdict, lang));
    if let Some((links, date)) = later {
        let later = Text::new(
            format!("{links} mắt xích đầu được lập khi nâng cấp ngày {date}; việc sửa trước ngày đó không thể biết.\n"),
            format!(
                "The first {links} links were made when the log was brought up to date on {date}; what was changed before nobody can tell.\n"
            ),
        );
        out += later.get(lang);
    }
    out
}

/// When another hand was at the log, a line each: a chain that was begun anew or taken from a copy is whole, and says no more.
fn touched(all: &[Incident], zone: &TimeZone, lang: Lang) -> String {
    if all.is_empty() {
        return String::new();
    }
    let head = Text::new(
        "Những lần nhật ký bị động đến từ bên ngoài, như chính nhật ký ghi:\n",
        "When another hand was at the log, as it says itself:\n",
    );
    let one = |incident: &Incident| {
        let at = cells::on_clock(incident.began, zone).strftime("%d/%m/%Y %H:%M:%S");
        format!("- {at}: {}\n", incident.detail.get(lang))
    };
    all.iter().fold(head.get(lang).to_owned(), |said, incident| said + &one(incident))
}

/// What was found, a line each.
fn findings(verdict: &Verdict, words: fn(&Finding) -> Text, lang: Lang) -> String {
    verdict.findings.iter().map(|finding| format!("{}\n", words(finding).get(lang))).collect()
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// Of the links behind the one of that number.
fn whole(verdict: &Verdict, after: i64, lang: Lang) -> String {
    let (hash, last) = (HEXLOWER.encode(&verdict.head.hash), verdict.head.seq);
    let (first, links) = (after + 1, last - after);
    // Of a part of a log its numbers as well: whoever gave it on names the last.
    let which = if after > 0 && links > 0 {
        Text::new(format!(" (số {first} đến {last})"), format!(" (numbers {first} to {last})"))
    } else {
        Text::new("", "")
    };
    let text = Text::new(
        format!("Nhật ký nguyên vẹn: {links} mắt xích{}, mã cuối `{hash}`.\n", which.vi),
        format!("The log is whole: {links} links{}, the last hash is `{hash}`.\n", which.en),
    );
    text.get(lang).to_owned()
}

/// `otherwise` follows on the count.
fn broken(verdict: &Verdict, links: i64, otherwise: &Text, lang: Lang) -> String {
    let count = verdict.findings.len();
    let text = Text::new(
        format!("NHẬT KÝ KHÔNG CÒN NGUYÊN VẸN: {count} chỗ, trong {links} mắt xích. {}\n", otherwise.vi),
        format!(
            "THE LOG IS NOT WHOLE: {count} finding{} in {links} link{}. {}\n",
            plural(count),
            plural(usize::try_from(links).unwrap_or(0)),
            otherwise.en
        ),
    );
    text.get(lang).to_owned()
}

/// Of evidence whose log is whole: what else in it is not as it was made.
fn changed_beside(verdict: &Verdict, otherwise: &Text, lang: Lang) -> String {
    let count = verdict.findings.len();
    if count == 0 {
        return String::new();
    }
    let text = Text::new(
        format!("GÓI KHÔNG CÒN NHƯ LÚC LẬP: {count} tệp ngoài nhật ký. {}\n", otherwise.vi),
        format!("THE EVIDENCE IS NOT AS IT WAS MADE: {count} file{} beside the log. {}\n", plural(count), otherwise.en),
    );
    text.get(lang).to_owned()
}

fn vouched(verdict: &Verdict, lang: Lang) -> String {
    let text = verdict.vouched_to.map(|vouched| {
        Text::new(
            format!("Mã đã cho là của mắt xích {vouched}: nhật ký được bảo chứng đến đó.\n"),
            format!("The hash given is that of link {vouched}: the log is vouched for up to there.\n"),
        )
    });
    text.map_or_else(String::new, |text| text.get(lang).to_owned())
}

fn object(checked: &Checked, zone: &TimeZone) -> Value {
    let mut object = of_verdict(&checked.verdict, Finding::text);
    let touched = |incident: &Incident| {
        let (at, Text { vi, en }) = (incident.began, &incident.detail);
        json!({ "at": at.display_with_offset(zone.to_offset(at)).to_string(), "detail": vi, "detail_en": en })
    };
    object["touched"] = json!(checked.touched.iter().map(touched).collect::<Vec<_>>());
    object["chained_later"] = json!(checked.chained_later.map(|(links, _)| links));
    object
}

fn of_verdict(verdict: &Verdict, words: fn(&Finding) -> Text) -> Value {
    let one = |finding: &Finding| {
        let link = finding.link();
        let words = words(finding);
        let without_link = match finding {
            Finding::Inserted { kind, reference } => Some((kind.code(), reference.as_str())),
            Finding::NoOutcome { slot } => Some(("slot", slot.as_str())),
            Finding::FileChanged { name } => Some(("file", name.as_str())),
            Finding::GuardMissing { name } => Some(("trigger", *name)),
            _ => None,
        };
        json!({
            "finding": finding.code(),
            "seq": link.map(|link| link.seq),
            "kind": link.and_then(|link| link.kind).map(ClosedKind::code).or(without_link.map(|(kind, _)| kind)),
            "reference": link.map(|link| link.reference.as_str()).or(without_link.map(|(_, reference)| reference)),
            "message": { "vi": words.vi, "en": words.en },
        })
    };
    json!({
        "whole": verdict.findings.is_empty(),
        "head": HEXLOWER.encode(&verdict.head.hash),
        "seq": verdict.head.seq,
        "vouched_to": verdict.vouched_to,
        "findings": verdict.findings.iter().map(one).collect::<Vec<_>>(),
    })
}
