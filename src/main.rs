//! Arguments in, exit code out.
#![allow(clippy::print_stderr, reason = "the last word to the user")]

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = loa::cli::args::Cli::parse();
    match cli.run() {
        Ok(status) => ExitCode::from(status),
        Err(failure) => {
            eprintln!("loa: {}", failure.text.get(cli.context().lang));
            ExitCode::from(failure.status)
        }
    }
}
