//! `loa play`: the running daemon plays a recording now, by the rules.

use serde_json::json;

use super::asking::{ask, asker, below_audio, no_file_at, tell};
use super::find_segment::problems;
use super::{Context, Failure};
use crate::audio::names;
use crate::problem::Text;

/// Phát ngay một tệp hay một tiết mục · plays a file or a segment now. Nó chờ mục đang phát kết thúc; giờ yên tĩnh, giới
/// hạn trong ngày và việc duyệt vẫn giữ nguyên · it waits for what is on air, and all rules hold.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa play thong-bao/cat-nuoc.mp3 --by \"Nguyễn Thị Lan\"")]
pub struct Args {
    /// Một tệp trong audio/, hoặc mã tiết mục · a file below audio/, or a segment's id
    #[arg(value_name = "FILE|SEGMENT")]
    what: String,
    /// Ai yêu cầu; không ghi thì là tên tài khoản · who asks; by default the account's name
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

/// Asks, and tells whether it sounds.
///
/// # Errors
/// No daemon runs; a rule is against it; it cannot be heard.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let home = context.find_home()?;
    let what = below_audio(&home, &args.what);
    if what == args.what && names::leads_outside(&what) {
        if let Some(text) = no_file_at(&what) {
            return Err(problems(text));
        }
        return Err(problems(Text::new(
            format!("`{what}` nằm ngoài thư mục `audio/`; hãy nhận tệp vào bằng `loa import` rồi gọi lại"),
            format!("`{what}` lies outside `audio/`; take it in with `loa import` and ask again"),
        )));
    }
    let answer = ask(&home, &json!({ "ask": "play", "what": what, "by": asker(args.by.as_deref(), context.lang)? }))?;
    tell(&home, answer["slots"][0].as_str().unwrap_or_default(), context)
}
