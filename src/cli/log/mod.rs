//! `loa log`: the chain over the log, and corrections beside it.

mod correct;
mod verify;

use super::{Context, Failure};

/// Kiểm và sửa nhật ký · checks the log against its chain, corrects beside it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa log verify")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Kiểm chuỗi mã: kể những gì bị sửa, xóa hay chèn sau khi khóa · checks the chain: names what was changed, removed or
    /// inserted after it was closed.
    Verify(verify::Args),
    /// Ghi sửa tay bên cạnh lượt phát; lời nhật ký vẫn giữ · writes a correction beside an airing; the log's own word stays.
    Correct(Box<correct::Args>),
}

/// Checks or corrects.
///
/// # Errors
/// There is no log, it cannot be read or written, or what is asked for contradicts itself.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    match &args.what {
        What::Verify(args) => verify::run(args, context),
        What::Correct(args) => correct::run(args, context),
    }
}
