//! `loa completions`: what a shell offers on Tab.

use clap::Command;
use clap_complete::{Shell, generate};

use super::check::print;
use super::{Context, Failure};

/// Gợi ý khi gõ Tab · what a shell offers on Tab, to be kept where it looks for it.
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa completions bash > ~/.local/share/bash-completion/completions/loa")]
pub struct Args {
    /// Loại shell · which shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

/// Prints the script.
///
/// # Errors
/// The output cannot be written.
pub fn run(args: &Args, _context: &Context, mut command: Command) -> Result<u8, Failure> {
    let mut script = Vec::new();
    generate(args.shell, &mut command, "loa", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(0)
}
