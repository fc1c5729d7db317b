//! Arguments in, exit code out.
#![allow(clippy::print_stderr, reason = "the last word to the user")]

use std::process::ExitCode;

use clap::Parser as _;
use loa::cli::{WRONG_USE, usage};

fn main() -> ExitCode {
    let cli = match loa::cli::args::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return not_understood(&error),
    };
    match cli.run() {
        Ok(status) => ExitCode::from(status),
        Err(failure) => {
            eprintln!("loa: {}", failure.text.get(cli.context().lang));
            ExitCode::from(failure.status)
        }
    }
}

/// Tells what is wrong with the command line; help and version are the library's to print.
fn not_understood(error: &clap::Error) -> ExitCode {
    let words: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let Some(text) = usage::told(error, usage::lang(&words)) else { error.exit() };
    eprintln!("loa: {text}");
    ExitCode::from(WRONG_USE)
}
