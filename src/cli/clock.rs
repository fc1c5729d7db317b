//! `loa clock`: a person vouches for the PC's clock.

use serde_json::json;

use super::asking::ask;
use super::printing::put_line;
use super::{Context, Failure};
use crate::console::standing;
use crate::problem::Text;

/// Đồng hồ máy · the PC's clock.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa clock confirm --by \"Nguyễn Thị Lan\"")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Xác nhận giờ máy đang đúng; những gì chờ vì nghi giờ lại phát · says that the clock is right; what was kept back for it
    /// airs again.
    Confirm {
        /// Ai xác nhận · who says so
        #[arg(long, value_name = "NAME")]
        by: String,
        /// Đã xem kỹ ngày và năm: ghi bỏ lỡ cả những mục của nhiều ngày · day and year were looked at: slots of many
        /// days, too, are written down as missed
        #[arg(long)]
        yes: bool,
    },
}

/// Asks the daemon to trust the clock, and prints which time it was told is right.
///
/// # Errors
/// No daemon runs; no name is given; the clock is certainly wrong.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let Command::Confirm { by, yes } = &args.command;
    let home = context.find_home()?;
    let answer = ask(&home, &json!({ "ask": "confirm_clock", "by": by, "sure": yes }))?;
    let now = date_and_time(answer["now"].as_str().unwrap_or("?"));
    let text = if answer["was_doubted"] == true {
        Text::new(
            format!("Đã ghi: {by} xác nhận giờ máy {now} là đúng. Loa phát lại theo kế hoạch."),
            format!("Noted: {by} says that {now} is right. Loa airs the plan again."),
        )
    } else {
        Text::new(
            format!("Đã ghi: {by} xác nhận giờ máy {now} là đúng. Loa vốn đang tin đồng hồ này."),
            format!("Noted: {by} says that {now} is right. Loa trusted the clock already."),
        )
    };
    put_line(&text, context.lang)?;
    Ok(0)
}

/// An instant of the daemon's as people write it, the year too: of a wrong clock that may be what is wrong.
fn date_and_time(rfc3339: &str) -> String {
    standing::told(rfc3339, "%d/%m/%Y %H:%M:%S")
}
