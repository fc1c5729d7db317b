//! `loa run`: the daemon, in the foreground.

use std::sync::Arc;

use serde_json::Value;

use super::args::line_name;
use super::printing::put;
use super::{Context, Failure, PROBLEMS, UNREACHED};
use crate::daemon::{self, Options, StartFault};
use crate::problem::{Lang, Text};
use crate::system::browser;
use crate::{files, loading, program_log};

/// Trực phát sóng · airs the schedule until it is stopped.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa run --line pulseaudio:line")]
pub struct Args {
    /// Đường loa, thay cho `line.device`; `wav:TỆP` tính từ thư mục đài · the line, instead of `line.device`; `wav:FILE` begins
    /// at the home.
    #[arg(long, value_name = "DEVICE", value_parser = line_name)]
    line: Option<String>,
    /// Mở trang điều khiển bằng trình duyệt · opens the console in a browser
    #[arg(long)]
    open: bool,
}

/// Runs until stopped.
///
/// # Errors
/// If it could not begin.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let home = context.find_home()?;
    let zone = loading::load_station(&home).station.unwrap_or_default().zone;
    let _log = program_log::start(Some(&home.program_log()), &zone);
    let (device, lang, open) = (args.line.clone(), context.lang, args.open);
    let options = Options { home, device, until_done: false, lang, stop: Arc::default() };
    daemon::run(&options, |status| {
        say(&ready_line(status, lang));
        if let Some(text) = console_line(status) {
            say(text.get(lang));
        }
        if open {
            show_console(&status["console"], lang);
        }
    })
    .map_err(failure)?;
    Ok(0)
}

/// Exit status of `run`: as things stand another start changes nothing, so a supervisor is not to try (EX_CONFIG).
pub const NOT_AGAIN: u8 = 78;

/// What the user is told where the daemon could not begin.
pub fn failure(fault: StartFault) -> Failure {
    let (status, text) = match fault {
        StartFault::Taken(text) => (UNREACHED, text),
        StartFault::Refused(text) => (NOT_AGAIN, text),
        StartFault::System(text) => (PROBLEMS, text),
    };
    Failure { status, text }
}

/// Where the page is: while there is no account, by the link of the first start.
fn console_line(status: &Value) -> Option<Text> {
    let console = &status["console"];
    let certificate = certificate(console);
    if let Some(link) = console["first_link"].as_str() {
        return Some(Text::new(
            format!("Lần đầu: mở trình duyệt trên máy này ở đường dẫn dùng một lần {link}{certificate}"),
            format!("First start: open a browser on this PC at this link, which works once: {link}{certificate}"),
        ));
    }
    if let Some(why) = console["why"].as_str() {
        return Some(Text::same(why));
    }
    let url = console["url"].as_str()?;
    Some(Text::new(format!("Trang điều khiển: {url}{certificate}"), format!("Console: {url}{certificate}")))
}

/// ` (SHA-256 …)`: what a person compares with the certificate that the browser shows; nothing without TLS.
pub(super) fn certificate(console: &Value) -> String {
    console["certificate_sha256"].as_str().map(|hash| format!(" (SHA-256 {hash})")).unwrap_or_default()
}

/// A browser that cannot be had keeps nothing off the air: the address is printed all the same.
fn show_console(console: &Value, lang: Lang) {
    let Some(url) = console["first_link"].as_str().or(console["url"].as_str()) else { return };
    if let Err(error) = browser::show(url) {
        let why = files::cause(&error);
        let text = Text::new(
            format!("Không mở được trình duyệt ({}); hãy tự mở đường dẫn trên.", why.vi),
            format!("No browser could be opened ({}); open the link above by hand.", why.en),
        );
        say(text.get(lang));
    }
}

/// A line of the daemon's; that nobody can read it any more keeps nothing off the air.
pub(super) fn say(line: &str) {
    if let Err(failure) = put(&format!("{line}\n")) {
        tracing::debug!("{}", failure.text.en);
    }
}

/// One line, as soon as the plan is in force and the line was tried.
pub fn ready_line(status: &Value, lang: Lang) -> String {
    ready(status).get(lang).to_owned()
}

fn ready(status: &Value) -> Text {
    if let Some(doubt) = status["clock"]["doubt"].as_str() {
        return silent(doubt);
    }
    let refused = refused(status);
    // Until a good `station.toml` has named the line there is none, and nothing airs.
    let Some(device) = status["line"]["device"].as_str() else {
        let unnamed = || Text::new("chưa biết đường loa nào", "no line is named yet");
        let why = refused.unwrap_or_else(unnamed);
        return Text::new(silent(&why.vi).vi, silent(&why.en).en);
    };
    let kept_off = status["schedule"]["kept_off"]["times"].as_u64().filter(|times| *times > 0);
    let next = status["next"].as_object().map(|next| {
        let planned = next["planned"].as_str().unwrap_or("?");
        Text::same(&format!("{} {}", super::status::short_time(planned), next["title"].as_str().unwrap_or("?")))
    });
    let nothing = match kept_off {
        Some(_) => Text::new("không có gì phát được", "nothing that can air"),
        None => Text::new("không có gì trong kế hoạch", "nothing planned"),
    };
    let next = next.unwrap_or(nothing);
    let shut = if status["line"]["state"] == "open" {
        Text::new("", "")
    } else {
        Text::new(" (CHƯA MỞ ĐƯỢC, sẽ thử lại)", " (NOT OPEN, will be tried again)")
    };
    let mut text = Text::new(
        format!("Loa sẵn sàng (ready) · đường loa: {device}{} · tiếp theo: {}", shut.vi, next.vi),
        format!("Loa ready · line: {device}{} · next: {}", shut.en, next.en),
    );
    if let Some(times) = kept_off {
        text.vi += &format!(" · KHÔNG PHÁT ĐƯỢC {times} lượt sắp tới, xem `loa check`");
        text.en += &format!(" · ERRORS KEEP {times} OFF THE AIR, see `loa check`");
    }
    if let Some(why) = refused {
        text.vi += &format!(" · KHÔNG NHẬN {}", why.vi);
        text.en += &format!(" · REFUSED {}", why.en);
    }
    text
}

fn silent(why: &str) -> Text {
    Text::new(format!("Loa sẵn sàng (ready) · CHƯA PHÁT: {why}"), format!("Loa ready · NOTHING AIRS: {why}"))
}

/// The first text that was refused: where and why, and what to do.
fn refused(status: &Value) -> Option<Text> {
    let why = status["schedule"]["refused"][0]["message"].as_str()?;
    Some(Text::new(
        format!("{why}; xem mọi lỗi bằng `loa check`, sửa rồi lưu: Loa tự đọc lại"),
        format!("{why}; see all mistakes with `loa check`, mend and save it: Loa reads it again by itself"),
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn status(kept_off: u64, next: &Value, refused: &Value, device: &Value) -> Value {
        json!({
            "line": { "device": device, "state": "open" }, "next": next,
            "schedule": { "kept_off": { "times": kept_off }, "refused": refused },
        })
    }

    #[test]
    fn it_is_told_at_once_how_much_errors_keep_off_the_air() {
        let next = json!({ "planned": "2026-12-02T05:45:00+07:00", "title": "Bản tin" });
        let ready = ready(&status(0, &next, &json!([]), &json!("null")));
        assert_eq!(ready.vi, "Loa sẵn sàng (ready) · đường loa: null · tiếp theo: 02/12 05:45:00 Bản tin");
        let some = super::ready(&status(3, &next, &json!([]), &json!("null")));
        assert_eq!(
            some.vi,
            "Loa sẵn sàng (ready) · đường loa: null · tiếp theo: 02/12 05:45:00 Bản tin · KHÔNG PHÁT ĐƯỢC 3 lượt sắp tới, xem \
             `loa check`"
        );
        let all = super::ready(&status(62, &Value::Null, &json!([]), &json!("null")));
        assert_eq!(
            all.en,
            "Loa ready · line: null · next: nothing that can air · ERRORS KEEP 62 OFF THE AIR, see `loa check`"
        );
    }

    #[test]
    fn the_link_of_the_first_start_comes_with_what_its_certificate_is_known_by() {
        let console =
            json!({ "first_link": "https://127.0.0.1:8420/bat-dau?ma=x", "certificate_sha256": "AB:CD", "url": "u" });
        let told = console_line(&json!({ "console": console })).unwrap();
        assert!(told.vi.ends_with("https://127.0.0.1:8420/bat-dau?ma=x (SHA-256 AB:CD)"), "{}", told.vi);
        assert!(told.en.ends_with("?ma=x (SHA-256 AB:CD)"), "{}", told.en);
    }

    #[test]
    fn a_text_that_was_refused_is_told_with_where_it_is_wrong_and_what_to_do() {
        let refused = json!([{ "month": "2026-12", "message": "`schedules/station.toml` dòng 3: không có khóa `quiett`; bỏ nó" }]);
        let first = ready(&status(0, &Value::Null, &refused, &Value::Null));
        assert_eq!(
            first.vi,
            "Loa sẵn sàng (ready) · CHƯA PHÁT: `schedules/station.toml` dòng 3: không có khóa `quiett`; bỏ nó; xem mọi lỗi bằng \
             `loa check`, sửa rồi lưu: Loa tự đọc lại"
        );
        let later = ready(&status(0, &Value::Null, &refused, &json!("null")));
        assert!(
            later.vi.starts_with(
                "Loa sẵn sàng (ready) · đường loa: null · tiếp theo: không có gì trong kế hoạch · KHÔNG NHẬN `sch"
            ),
            "{}",
            later.vi
        );
    }
}
