//! Arguments in, exit code out.

use std::ffi::OsString;
use std::process::ExitCode;

use loa::cli::args::Cli;
use loa::cli::{WRONG_USE, aside, usage};
use loa::problem::Lang;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    let lang = usage::lang(&words);
    let cli = match Cli::of(&words, lang) {
        Ok(cli) => cli,
        Err(error) => return not_understood(&error, lang),
    };
    match cli.run() {
        Ok(status) => ExitCode::from(status),
        Err(failure) => {
            aside(&format!("loa: {}\n", failure.text.get(cli.context().lang)));
            ExitCode::from(failure.status)
        }
    }
}

/// Prints the help or version that was asked for; else tells what is wrong with the command line.
fn not_understood(error: &clap::Error, lang: Lang) -> ExitCode {
    match usage::asked_for(error, lang) {
        Some(Ok(())) => ExitCode::SUCCESS,
        Some(Err(failure)) => {
            aside(&format!("loa: {}\n", failure.text.get(lang)));
            ExitCode::from(failure.status)
        }
        None => {
            aside(&format!("loa: {}\n", usage::told(error, lang)));
            ExitCode::from(WRONG_USE)
        }
    }
}
