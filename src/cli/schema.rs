//! `loa schema`: the JSON Schema of the files, for editors.

use super::check::print;
use super::{Context, Failure};
use crate::schema;

/// In ra JSON Schema của một loại tệp · prints the JSON Schema that editors check and complete a file with.
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa schema month > schedules/.schema/month.json")]
pub struct Args {
    /// Loại tệp · which file
    #[arg(value_enum)]
    file: Which,
}

/// The files that an operator writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Which {
    /// `schedules/station.toml`
    Station,
    /// Tệp của tháng, như `schedules/2026-12.toml` · a month, as `schedules/2026-12.toml`
    Month,
}

/// Prints it.
///
/// # Errors
/// The output cannot be written.
pub fn run(args: &Args, _context: &Context) -> Result<u8, Failure> {
    let schema = match args.file {
        Which::Station => schema::station(),
        Which::Month => schema::month(),
    };
    print(&format!("{schema:#}\n"))?;
    Ok(0)
}
