//! `loa status`: what the running daemon is doing.

use std::io::ErrorKind;

use serde_json::{Value, json};

use super::printing::put;
use super::{Context, Failure, UNREACHED};
use crate::console::standing;
use crate::daemon::control;
use crate::home::Home;
use crate::problem::{Lang, Text};
use crate::{cells, clock, reporting};

/// Đang phát gì, sắp phát gì · what is on air, what is next, line, schedule.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa status --json")]
pub struct Args {
    /// In ra JSON, cho chương trình khác · prints JSON, for programs
    #[arg(long)]
    json: bool,
}

/// Asks the daemon and prints what it says.
///
/// # Errors
/// `UNREACHED`, if none runs for this home.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let home = context.find_home()?;
    let question = json!({ "ask": "status", "lang": context.lang.code() });
    let mut status = control::ask(&home, &question).map_err(|error| unreached(&home, &error))?;
    if status["error"].is_string() {
        return Err(silent(&home));
    }
    if status["clock"]["doubt"].is_null() {
        status["targets"] = reporting::targets(&home, clock::now());
    }
    if let Ok(answer) = control::ask(&home, &json!({ "ask": "first_link" })) {
        status["console"]["first_link"] = answer["first_link"].clone();
    }
    if args.json {
        put(&format!("{status:#}\n"))?;
    } else {
        put(&text(&status, context.lang))?;
    }
    Ok(0)
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
    if error.kind() == ErrorKind::PermissionDenied {
        return Failure {
            status: UNREACHED,
            text: Text::new(
                format!(
                    "tài khoản này không được hỏi Loa của `{root}`; hãy gọi bằng tài khoản chạy Loa, hoặc thêm `sudo`"
                ),
                format!(
                    "this account may not ask the Loa of `{root}`; call it as the account that Loa runs as, or with `sudo`"
                ),
            ),
        };
    }
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

pub use crate::console::standing::short_time;

/// The status as a person reads it.
pub fn text(status: &Value, lang: Lang) -> String {
    let pick = |vi: &'static str, en: &'static str| if lang == Lang::Vi { vi } else { en };
    let item = |value: &Value| match value.as_object() {
        Some(slot) => {
            let emergency = standing::emergency(value).map(|words| format!(" ({})", words.get(lang)));
            let planned = short_time(slot["planned"].as_str().unwrap_or("?"));
            format!("{planned}  {}{}", slot["title"].as_str().unwrap_or("?"), emergency.unwrap_or_default())
        }
        None => pick("không có", "nothing").into(),
    };
    let mut rows = vec![
        (pick("Đang phát", "On air"), item(&status["on_air"])),
        (pick("Tiếp theo", "Next"), item(&status["next"])),
        (
            pick("Đường loa", "Line"),
            format!(
                "{} ({})",
                status["line"]["device"].as_str().unwrap_or(pick("chưa biết", "not known yet")),
                standing::line(status).get(lang)
            ),
        ),
        (pick("Kế hoạch", "Schedule"), schedule(status, lang)),
        (pick("Đồng hồ", "Clock"), standing::clock(status, lang)),
    ];
    if let Some(stands) = standing::amplifier(status) {
        rows.push((pick("Máy tăng âm", "Amplifier"), stands.get(lang).to_owned()));
    }
    rows.extend(console_row(status, lang));
    rows.extend(targets_row(&status["targets"], lang));
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for (name, value) in rows {
        let pad = " ".repeat(width - name.chars().count());
        out += &format!("{name}{pad}  {value}\n");
    }
    for (what, more) in standing::remarks(status, lang) {
        out += &format!("{what}: {more}\n");
    }
    out
}

/// Where the page is, and the link of the first start.
fn console_row(status: &Value, lang: Lang) -> Option<(&'static str, String)> {
    let url = status["console"]["first_link"].as_str().or(status["console"]["url"].as_str())?;
    let certificate = super::run::certificate(&status["console"]);
    Some((if lang == Lang::Vi { "Trang điều khiển" } else { "Console" }, format!("{url}{certificate}")))
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

fn schedule(status: &Value, lang: Lang) -> String {
    let (schedule, vi) = (&status["schedule"], lang == Lang::Vi);
    match (schedule["revision"].as_str(), schedule["read_at"].as_str()) {
        _ if status["clock"]["doubt"].is_string() => {
            let unknown = Text::new(
                "đồng hồ máy chưa đáng tin nên chưa chọn được kế hoạch của tháng nào",
                "the clock is not trusted, so no month's plan can be chosen",
            );
            unknown.get(lang).to_owned()
        }
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
    fn what_errors_keep_off_the_air_is_told_by_number_and_name() {
        let one = |title: &str, times: u64, cause: &str| json!({ "title": title, "planned": "2026-12-02T05:45:00+07:00", "times": times, "cause": cause });
        let first = [one("Bản tin", 5, "no_file"), one("Một cửa", 1, "unapproved")];
        let status = json!({ "schedule": { "kept_off": { "times": 9, "titles": 3, "first": first } } });
        let told = |lang| text(&status, lang).lines().last().unwrap().to_owned();
        assert_eq!(
            told(Lang::Vi),
            "KHÔNG PHÁT ĐƯỢC 9 lượt sắp tới: `Bản tin` (5 lượt từ 02/12 05:45:00): Thiếu tệp âm thanh; \
             `Một cửa` (02/12 05:45:00): Chưa được duyệt; và 1 tiết mục nữa; xem cách sửa bằng `loa check`"
        );
        let en = told(Lang::En);
        assert!(
            en.starts_with(
                "ERRORS KEEP 9 SLOTS OFF THE AIR: `Bản tin` (5 times from 02/12 05:45:00 on): No audio file; "
            ),
            "{en}"
        );
        assert!(!text(&json!({ "schedule": { "kept_off": { "times": 0 } } }), Lang::En).contains("ERRORS"));
    }

    #[test]
    fn what_waits_is_told_with_what_it_waits_for_and_how_long_it_may() {
        let waits = |title: &str, more: Value| {
            let mut one =
                json!({ "title": title, "until": "2026-12-02T05:55:00+07:00", "goes_on": false, "in_turn": false });
            one.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            one
        };
        let status = json!({ "waiting": [
            waits("Bão số 3", json!({ "emergency": true, "for": "line" })),
            waits("Bản tin", json!({ "goes_on": true, "for": "line" })),
            waits("Loa phường", json!({ "for": "on_air", "on_air": "Thời sự" })),
            waits("Đúng lượt", json!({ "for": "on_air", "on_air": "Thời sự", "in_turn": true })),
        ] });
        let told =
            |lang| text(&status, lang).lines().filter(|line| line.contains('`')).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(
            told(Lang::Vi),
            [
                "KHẨN CẤP ĐANG CHỜ `Bão số 3`: phát khi đường loa mở lại, muộn nhất 02/12 05:55:00; muộn hơn thì thôi",
                "ĐANG CHỜ `Bản tin`: đã phát một phần, phát tiếp khi đường loa mở lại, muộn nhất 02/12 05:55:00; muộn hơn thì thôi",
                "ĐANG CHỜ `Loa phường`: phát khi `Thời sự` kết thúc, muộn nhất 02/12 05:55:00; muộn hơn thì thôi",
            ]
        );
        assert_eq!(
            told(Lang::En)[..2],
            [
                "EMERGENCY WAITS `Bão số 3`: begins when the line is open again, by 02/12 05:55:00 or not at all",
                "WAITS `Bản tin`: heard in part, goes on when the line is open again, by 02/12 05:55:00 or not at all",
            ]
        );
    }

    #[test]
    fn an_emergency_on_air_is_called_one_with_the_repeats_that_are_left() {
        let on_air = |left: u64| json!({ "on_air": { "title": "Bão", "planned": "2026-12-02T05:45:00+07:00", "emergency": true, "repeats_left": left } });
        let told = |left, lang| text(&on_air(left), lang).lines().next().unwrap().to_owned();
        assert!(
            told(2, Lang::Vi).ends_with("  02/12 05:45:00  Bão (KHẨN CẤP, còn 2 lần lặp)"),
            "{}",
            told(2, Lang::Vi)
        );
        assert!(told(1, Lang::En).ends_with("  Bão (EMERGENCY, 1 repeat left)"), "{}", told(1, Lang::En));
        assert!(told(0, Lang::Vi).ends_with("  Bão (KHẨN CẤP)"), "{}", told(0, Lang::Vi));
    }

    #[test]
    fn of_a_relay_without_its_source_it_is_told_what_is_heard_and_why() {
        let heard =
            "nguồn 2 phút, phát thay 10 giây; mất nguồn 1 lần: nguồn tiếp âm ngừng gửi dữ liệu; hãy kiểm tra mạng";
        let status =
            json!({ "on_air": { "title": "Thời sự", "planned": "2026-12-02T05:45:00+07:00", "relayed": heard } });
        let told = text(&status, Lang::Vi).lines().last().unwrap().to_owned();
        assert_eq!(told, format!("TIẾP ÂM KHÔNG ĐỦ NGUỒN `Thời sự`: {heard}"));
        let whole =
            json!({ "on_air": { "title": "Thời sự", "planned": "2026-12-02T05:45:00+07:00", "relayed": null } });
        assert!(!text(&whole, Lang::En).contains("SOURCE"));
    }

    #[test]
    fn a_clock_that_is_doubted_calls_no_month_planless() {
        let status = |doubt: Value| json!({ "clock": { "doubt": doubt }, "schedule": { "revision": null } });
        let doubted = text(&status(json!("đang là năm 1970; hãy chỉnh giờ")), Lang::Vi);
        assert!(doubted.contains("chưa chọn được kế hoạch của tháng nào"), "{doubted}");
        assert!(!doubted.contains("chưa có kế hoạch"), "{doubted}");
        assert!(text(&status(Value::Null), Lang::Vi).contains("tháng này chưa có kế hoạch"));
    }

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
