//! `loa skip`: what is on air ends, and what follows it goes on.

use serde_json::json;

use super::asking::{ask, asker, tell_cut};
use super::{Context, Failure};

/// Bỏ qua mục đang phát, sang mục kế tiếp · ends what is on air; what follows goes on. Mục bị bỏ được ghi là phát dở · the log calls it cut.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa skip --by \"Nguyễn Thị Lan\"")]
pub struct Args {
    /// Ai yêu cầu; không ghi thì là tên tài khoản · who asks; by default the account's name
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

/// Asks, and says what was cut.
///
/// # Errors
/// No daemon runs.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let home = context.find_home()?;
    let answer = ask(&home, &json!({ "ask": "skip", "by": asker(args.by.as_deref(), context.lang)? }))?;
    tell_cut(&answer, context)?;
    Ok(0)
}
