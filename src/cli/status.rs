//! `loa status`: what the running daemon is doing.

use std::io::ErrorKind;

use serde_json::{Value, json};

use super::{Context, Failure, UNREACHED};
use crate::daemon::control;
use crate::home::Home;
use crate::problem::{Lang, Text};
use crate::{cells, clock, report};

/// Đang phát gì, sắp phát gì · what is on air, what is next, line, schedule.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa status --json")]
pub struct Args {
    /// JSON, như tài liệu lệnh · as JSON.
    #[arg(long)]
    json: bool,
}

/// Asks the daemon and prints what it says.
///
/// # Errors
/// `UNREACHED`, if none runs for this home.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let home = context.find_home()?;
    let mut status = control::ask(&home, &json!({ "ask": "status" })).map_err(|error| unreached(&home, &error))?;
    if status["error"].is_string() {
        return Err(silent(&home));
    }
    status["targets"] = targets(&home);
    if args.json {
        println!("{status:#}");
    } else {
        print!("{}", text(&status, context.lang));
    }
    Ok(0)
}

/// The targets of the reporting month that holds today, and how far they are; null where there is no log to tell.
fn targets(home: &Home) -> Value {
    let made = super::report::Made::of(home, None, None, clock::now());
    made.map_or(Value::Null, |made| Value::Array(report::json::targets(&made.report)))
}

/// A full backlog or a time-out: somebody holds the socket and does not answer.
pub(super) fn is_silence(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::UnexpectedEof)
}

pub(super) fn unreached(home: &Home, error: &std::io::Error) -> Failure {
    if is_silence(error) {
        return silent(home);
    }
    let root = home.root().display();
    Failure {
        status: UNREACHED,
        text: Text::new(
            format!("không có chương trình Loa nào đang chạy cho `{root}`; hãy chạy `loa run`"),
            format!("no Loa is running for `{root}`; start one with `loa run`"),
        ),
    }
}

pub(super) fn silent(home: &Home) -> Failure {
    let root = home.root().display();
    Failure {
        status: UNREACHED,
        text: Text::new(
            format!(
                "Loa đang chạy cho `{root}` nhưng không trả lời; hãy thử lại, nếu vẫn vậy thì dừng và chạy lại `loa run`"
            ),
            format!(
                "Loa is running for `{root}` but does not answer; try again, and if it stays so stop it and start `loa run` anew"
            ),
        ),
    }
}

/// `2026-12-01T05:45:00+07:00` → `01/12 05:45:00`.
pub fn short_time(rfc3339: &str) -> String {
    let (date, time) = rfc3339.split_once('T').unwrap_or((rfc3339, ""));
    let mut parts = date.splitn(3, '-').skip(1);
    let (month, day) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    format!("{day}/{month} {}", time.get(..8).unwrap_or(time))
}

/// The status as a person reads it.
pub fn text(status: &Value, lang: Lang) -> String {
    let pick = |vi: &'static str, en: &'static str| if lang == Lang::Vi { vi } else { en };
    let item = |value: &Value| match value.as_object() {
        Some(slot) => format!(
            "{}  {}",
            short_time(slot["planned"].as_str().unwrap_or("?")),
            slot["title"].as_str().unwrap_or("?")
        ),
        None => pick("không có", "nothing").into(),
    };
    let state = match status["line"]["state"].as_str() {
        Some("open") => pick("đang mở", "open"),
        Some("lost") => pick("MẤT", "LOST"),
        _ => pick("chưa mở", "closed"),
    };
    let mut rows = vec![
        (pick("Đang phát", "On air"), item(&status["on_air"])),
        (pick("Tiếp theo", "Next"), item(&status["next"])),
        (
            pick("Đường loa", "Line"),
            format!("{} ({state})", status["line"]["device"].as_str().unwrap_or(pick("chưa biết", "not known yet"))),
        ),
        (pick("Kế hoạch", "Schedule"), schedule(&status["schedule"], lang)),
        (pick("Đồng hồ", "Clock"), clock(&status["clock"], lang)),
    ];
    if status["amplifier"].is_object() {
        let stands = match status["amplifier"]["state"].as_str() {
            Some("on") => pick("đang bật", "on"),
            Some("off") => pick("đã tắt", "off"),
            _ => pick("chưa biết", "not known yet"),
        };
        rows.push((pick("Máy tăng âm", "Amplifier"), stands.into()));
    }
    rows.extend(targets_row(&status["targets"], lang));
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for (name, value) in rows {
        let pad = " ".repeat(width - name.chars().count());
        out += &format!("{name}{pad}  {value}\n");
    }
    out + &remarks(status, lang)
}

/// What is not as it should be, a line each.
fn remarks(status: &Value, lang: Lang) -> String {
    let pick = |vi: &'static str, en: &'static str| if lang == Lang::Vi { vi } else { en };
    let mut out = String::new();
    if let Some(wanted) = status["line"]["wanted"].as_str() {
        out += pick(
            "Đường loa mới trong station.toml, có hiệu lực khi chạy lại `loa run`",
            "The line has become, from the next start on",
        );
        out += &format!(": {wanted}\n");
    }
    for refused in status["schedule"]["refused"].as_array().into_iter().flatten() {
        let month = refused["month"].as_str().unwrap_or("?");
        let message = refused["message"].as_str().unwrap_or("?");
        out += &format!("{} {month}: {message}\n", pick("KHÔNG NHẬN kế hoạch", "REFUSED schedule"));
    }
    for edit in status["schedule"]["too_late"].as_array().into_iter().flatten() {
        let planned = short_time(edit["planned"].as_str().unwrap_or("?"));
        let came = match edit["why"].as_str() {
            Some("removed") => {
                pick("vẫn phát vì đã chốt trước khi xóa", "airs all the same, of record before the edit")
            }
            Some("changed") => pick("phát như trước khi sửa vì đã chốt", "airs as it was, of record before the edit"),
            _ => pick("không phát vì giờ đã qua khi lưu", "does not air, its time had passed"),
        };
        let title = edit["title"].as_str().unwrap_or("?");
        out += &format!("{} {planned} {title}: {came}\n", pick("SỬA QUÁ MUỘN", "EDIT TOO LATE"));
    }
    if let Some(refused) = status["sleep"]["refused"].as_str() {
        out += &format!("{}: {refused}\n", pick("MÁY CÓ THỂ NGỦ", "THE PC MAY SLEEP"));
    }
    for incident in status["incidents"].as_array().into_iter().flatten() {
        let began = short_time(incident["began"].as_str().unwrap_or("?"));
        let (kind, detail) = (incident["word"].as_str().unwrap_or("?"), incident["detail"].as_str().unwrap_or(""));
        out += &format!("{} {began} {kind}: {detail}\n", pick("SỰ CỐ từ", "INCIDENT since"));
    }
    out
}

/// `phút CCHC 75,0/120,0 (62,5 %); tin mới 12/12 (100,0 %)`; none where nothing is to be reached.
fn targets_row(targets: &Value, lang: Lang) -> Option<(&'static str, String)> {
    let figure = |value: &Value, unit: &Value| {
        let value = value.as_i64().unwrap_or(0);
        if unit == "ms" { cells::tenths(value, 60_000, lang) } else { cells::count(value, lang) }
    };
    let told = targets.as_array()?.iter().map(|target| {
        let (done, due) = (figure(&target["done"], &target["unit"]), figure(&target["due"], &target["unit"]));
        let share = cells::percent(target["permille"].as_i64().unwrap_or(0), 1000, lang);
        let name = if lang == Lang::Vi { &target["name"] } else { &target["target"] };
        format!("{} {done}/{due} ({share})", name.as_str().unwrap_or("?"))
    });
    let told: Vec<String> = told.collect();
    let head = if lang == Lang::Vi { "Chỉ tiêu kỳ này" } else { "Targets" };
    (!told.is_empty()).then(|| (head, told.join("; ")))
}

fn clock(clock: &Value, lang: Lang) -> String {
    let vi = lang == Lang::Vi;
    if let Some(doubt) = clock["doubt"].as_str() {
        return format!("{}: {doubt}", if vi { "CHƯA ĐÁNG TIN" } else { "NOT TRUSTED" });
    }
    let offset = clock["offset_ms"].as_i64().map(|ms| format!(" ({ms:+} ms)")).unwrap_or_default();
    match (clock["synchronised"].as_bool(), vi) {
        (Some(true), true) => format!("có nguồn giờ giữ đúng{offset}"),
        (Some(true), false) => format!("kept by a time source{offset}"),
        (Some(false), true) => "không có nguồn giờ; hãy so với đồng hồ đúng mỗi tuần".into(),
        (Some(false), false) => "no time source; compare it with a right clock each week".into(),
        (None, true) => "không hỏi được hệ thống có nguồn giờ không".into(),
        (None, false) => "the system does not say whether a time source keeps it".into(),
    }
}

fn schedule(schedule: &Value, lang: Lang) -> String {
    let vi = lang == Lang::Vi;
    match (schedule["revision"].as_str(), schedule["read_at"].as_str()) {
        (Some(revision), Some(read_at)) => {
            let short = revision.get(..12).unwrap_or(revision);
            let read_at = short_time(read_at);
            if vi {
                format!("bản {short}, đọc lúc {read_at}")
            } else {
                format!("revision {short}, read {read_at}")
            }
        }
        _ if vi => "tháng này chưa có kế hoạch".into(),
        _ => "none for this month".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_told_as_done_of_due() {
        let status = json!({ "targets": [
            { "target": "minutes", "name": "phút CCHC", "unit": "ms", "done": 4_500_000, "due": 7_200_000, "permille": 625 },
            { "target": "tin", "name": "tin mới", "unit": "count", "done": 12, "due": 12, "permille": 1000 },
        ] });
        let told = |lang| text(&status, lang).lines().find(|line| line.contains('/')).unwrap().replace('\u{a0}', " ");
        assert_eq!(told(Lang::Vi), "Chỉ tiêu kỳ này  phút CCHC 75,0/120,0 (62,5 %); tin mới 12/12 (100,0 %)");
        assert_eq!(told(Lang::En), "Targets   minutes 75.0/120.0 (62.5%); tin 12/12 (100.0%)");
        assert!(!text(&json!({ "targets": null }), Lang::Vi).contains("Chỉ tiêu"));
    }
}
