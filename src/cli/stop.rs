//! `loa stop`: what is on air ends, and its broadcast with it, and what somebody had played behind it.

use serde_json::json;

use super::asking::{ask, asker, tell_cut};
use super::{Context, Failure};

/// Dừng mục đang phát và cả buổi của nó, cùng bản ghi `loa play` đang chờ · ends what is on air, its broadcast with it, and what `loa play` had waiting. Các buổi sau vẫn phát theo kế hoạch · later broadcasts air as planned.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa stop --by \"Nguyễn Thị Lan\"")]
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
    let answer = ask(&home, &json!({ "ask": "stop", "by": asker(args.by.as_deref(), context.lang)? }))?;
    tell_cut(&answer, context)?;
    Ok(0)
}
