//! `loa run`: the daemon, in the foreground.

use std::io::IsTerminal as _;

use serde_json::Value;

use super::{Context, Failure, PROBLEMS, UNREACHED};
use crate::daemon::{self, Options, StartFault};
use crate::problem::{Lang, Text};

/// Trực phát sóng · airs the schedule until it is stopped.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa run --line pulseaudio:line")]
pub struct Args {
    /// Đường loa, thay cho `line.device` · the line, instead of `line.device`.
    #[arg(long, value_name = "DEVICE")]
    line: Option<String>,
}

/// Runs until stopped.
///
/// # Errors
/// If it could not begin.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    start_log();
    let home = context.find_home()?;
    let options = Options { home, device: args.line.clone(), until_done: false, lang: context.lang };
    daemon::run(&options, |status| println!("{}", ready_line(status, context.lang))).map_err(failure)?;
    Ok(0)
}

/// The program's own log goes to stderr, where a supervisor or a terminal takes it; the airing log never does.
pub fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("LOA_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,loa=info,symphonia=error"));
    // A second start in one process (the demo) keeps the first.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .try_init();
}

/// What the user is told where the daemon could not begin.
pub fn failure(fault: StartFault) -> Failure {
    match fault {
        StartFault::Home(text) => Failure { status: UNREACHED, text },
        StartFault::System(error) => Failure {
            status: PROBLEMS,
            text: Text::new(format!("không khởi động được: {error:#}"), format!("could not start: {error:#}")),
        },
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
