//! `loa doctor`: the station and its PC looked over, before it is relied on.

use std::io::IsTerminal as _;

use serde_json::json;

use super::printing::put;
use super::{Context, Failure, PROBLEMS};
use crate::checkup;
use crate::daemon::control;
use crate::doctor::{self, Finding, Level, OnDuty};
use crate::lock;
use crate::problem::Lang;

/// Khám máy và đài · looks the station and its PC over: clock, line, disk, sleep, files of the next day, log. Có lỗi thì kết thúc bằng mã 1 · status 1 for an error.
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa doctor --json")]
pub struct Args {
    /// In ra JSON, cho chương trình khác · prints JSON, for programs
    #[arg(long)]
    json: bool,
}

/// Looks, and prints what was found.
///
/// # Errors
/// No home.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let home = context.find_home()?;
    let question = json!({ "ask": "status", "lang": context.lang.code() });
    let status = control::ask(&home, &question).ok().filter(|status| status["error"].is_null());
    let on_duty = match &status {
        Some(_) => OnDuty::Daemon,
        None if lock::is_held(&home) => OnDuty::Silent,
        None => OnDuty::Nobody,
    };
    let findings = checkup::look(&home, on_duty, status.as_ref());
    if args.json {
        put(&format!("{:#}\n", checkup::to_json(&findings, context.lang)))?;
    } else {
        put(&to_text(&findings, context.lang, std::io::stdout().is_terminal()))?;
    }
    Ok(if doctor::any_errors(&findings) { PROBLEMS } else { 0 })
}

/// A line each: how bad, what, and below it what to do.
fn to_text(findings: &[Finding], lang: Lang, on_terminal: bool) -> String {
    let colours = on_terminal && std::env::var_os("NO_COLOR").is_none();
    let words = [Level::Good, Level::Warning, Level::Error].map(|level| level.word(lang));
    let width = words.iter().map(|word| word.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for Finding { level, found, remedy, .. } in findings {
        let word = level.word(lang);
        let pad = " ".repeat(width - word.chars().count());
        let shown = match level {
            _ if !colours => word.to_owned(),
            Level::Good => format!("\u{1b}[32m{word}\u{1b}[0m"),
            Level::Warning => format!("\u{1b}[33m{word}\u{1b}[0m"),
            Level::Error => format!("\u{1b}[1;31m{word}\u{1b}[0m"),
        };
        out += &format!("{shown}{pad}  {}\n", found.get(lang));
        if let Some(remedy) = remedy {
            out += &format!("{:width$}  → {}\n", "", remedy.get(lang));
        }
    }
    out
}
