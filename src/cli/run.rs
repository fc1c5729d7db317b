//! `loa run`: the daemon, in the foreground.

use std::sync::Arc;

use serde_json::Value;

use super::{Context, Failure, PROBLEMS, UNREACHED};
use crate::daemon::{self, Options, StartFault};
use crate::problem::{Lang, Text};
use crate::system::browser;
use crate::{files, loading, program_log};

/// Trực phát sóng · airs the schedule until it is stopped.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa run --line pulseaudio:line")]
pub struct Args {
    /// Đường loa, thay cho `line.device` · the line, instead of `line.device`.
    #[arg(long, value_name = "DEVICE")]
    line: Option<String>,
    /// Mở trang điều khiển bằng trình duyệt · shows the console in a browser
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
        println!("{}", ready_line(status, lang));
        if let Some(text) = console_line(status) {
            println!("{}", text.get(lang));
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
    if let Some(link) = console["first_link"].as_str() {
        return Some(Text::new(
            format!("Lần đầu: mở trình duyệt trên máy này ở đường dẫn dùng một lần {link}"),
            format!("First start: open a browser on this PC at this link, which works once: {link}"),
        ));
    }
    if let Some(why) = console["why"].as_str() {
        return Some(Text::same(why));
    }
    let url = console["url"].as_str()?;
    let certificate = console["certificate_sha256"].as_str().map(|hash| format!(" (SHA-256 {hash})"));
    let certificate = certificate.unwrap_or_default();
    Some(Text::new(format!("Trang điều khiển: {url}{certificate}"), format!("Console: {url}{certificate}")))
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
        println!("{}", text.get(lang));
    }
}

/// One line, as soon as the plan is in force and the line was tried.
pub fn ready_line(status: &Value, lang: Lang) -> String {
    let device = status["line"]["device"].as_str().unwrap_or("?");
    let open = status["line"]["state"] == "open";
    if let Some(doubt) = status["clock"]["doubt"].as_str() {
        return match lang {
            Lang::Vi => format!("Loa sẵn sàng (ready) · CHƯA PHÁT: {doubt}"),
            Lang::En => format!("Loa ready · NOTHING AIRS: {doubt}"),
        };
    }
    let next = status["next"].as_object().map(|next| {
        let planned = next["planned"].as_str().unwrap_or("?");
        format!("{} {}", super::status::short_time(planned), next["title"].as_str().unwrap_or("?"))
    });
    match lang {
        Lang::Vi => format!(
            "Loa sẵn sàng (ready) · đường loa: {device}{} · tiếp theo: {}",
            if open { "" } else { " (CHƯA MỞ ĐƯỢC, sẽ thử lại)" },
            next.unwrap_or_else(|| "không có gì trong kế hoạch".into()),
        ),
        Lang::En => format!(
            "Loa ready · line: {device}{} · next: {}",
            if open { "" } else { " (NOT OPEN, will be tried again)" },
            next.unwrap_or_else(|| "nothing planned".into()),
        ),
    }
}
