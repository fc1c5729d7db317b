//! `loa emergency`: khẩn cấp, at once and over everything.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;

use super::asking::{ask, asker, below_audio, no_file_at, tell, tell_cut, unreadable};
use super::find_segment::problems;
use super::printing::put_line;
use super::{Context, Failure, PROBLEMS, WRONG_USE};
use crate::airing::unkept_repeats;
use crate::audio::measure;
use crate::files;
use crate::home::Home;
use crate::library::EMERGENCY_FOLDER as FOLDER;
use crate::problem::Text;
use crate::reading::times::duration_ms;
use crate::timetable::{MOST_REPEATS, Repeats};

/// How long it may be looked at first.
const GLANCE: Duration = Duration::from_millis(700);

/// Phát khẩn cấp: ngay lập tức, cắt mọi thứ đang phát trừ bản khẩn cấp khác, qua cả giờ yên tĩnh · at once, over everything but
/// another emergency, quiet hours too.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Ví dụ · Example:  loa emergency bao-so-3.mp3 --by \"Trần Văn Bình\" --repeat 3 --every 10m\nloa emergency --end --by \"Trần Văn Bình\""
)]
pub struct Args {
    /// Một tệp, hoặc mã tiết mục · a file, or a segment's id
    #[arg(value_name = "FILE|SEGMENT", required_unless_present = "end")]
    what: Option<String>,
    /// Người ra lệnh, bắt buộc khi phát · who orders it; needed to play
    #[arg(long, value_name = "NAME", required_unless_present = "end")]
    by: Option<String>,
    /// Phát mấy lần · how many times
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=MOST_REPEATS))]
    repeat: u64,
    /// Cách nhau bao lâu, như 10m, nhiều nhất 12h · how far apart, as 10m, at most 12h
    #[arg(long, value_name = "LENGTH", default_value = "10m")]
    every: String,
    /// Dừng bản tin khẩn cấp, kể cả các lần lặp còn lại · ends the emergency, and its repeats to come
    #[arg(long, conflicts_with_all = ["what", "repeat", "every"])]
    end: bool,
}

/// Asks, and tells whether it sounds.
///
/// # Errors
/// No daemon runs; there is nothing to play; it cannot be heard.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let home = context.find_home()?;
    let by = asker(args.by.as_deref(), context.lang)?;
    if args.end {
        tell_cut(&ask(&home, &json!({ "ask": "end_emergency", "by": by }))?, context)?;
        return Ok(0);
    }
    let Ok(every_ms) = duration_ms(&args.every) else {
        let text = Text::new(
            format!("`{}` không phải một khoảng thời gian; viết như `10m` hoặc `90s`", args.every),
            format!("`{}` is no length of time; write it as `10m` or `90s`", args.every),
        );
        return Err(Failure { status: WRONG_USE, text });
    };
    let wrong = |text| Failure { status: WRONG_USE, text };
    let Repeats { times, every_ms } = Repeats::of(args.repeat, every_ms).map_err(wrong)?;
    let named = args.what.as_deref().unwrap_or_default();
    let Brought { what, copy } = brought_in(&home, named)?;
    let question = json!({ "ask": "emergency", "what": what, "by": by, "repeat": times, "every_ms": every_ms });
    let refused = |failure: Failure| match unreadable(Path::new(named)) {
        // Behind a folder that is closed a file looks like none, and the name like a segment's.
        Some(text) if failure.status == PROBLEMS && copy.is_none() => problems(Text::new(
            format!("{}; {}", failure.text.vi, text.vi),
            format!("{}; {}", failure.text.en, text.en),
        )),
        _ => failure,
    };
    let answer = ask(&home, &question).map_err(refused).inspect_err(|_| {
        // What was not taken is not to lie among the prepared ones.
        if let Some(Err(error)) = copy.as_ref().map(std::fs::remove_file) {
            tracing::warn!(%error, "a copy that is not needed cannot be deleted");
        }
    })?;
    let told = tell(&home, answer["slots"][0].as_str().unwrap_or_default(), context);
    if let Some(unkept) = unkept_repeats(&answer) {
        put_line(&unkept, context.lang)?;
    }
    told
}

/// What is to be played, as the daemon is told it.
struct Brought {
    what: String,
    /// A copy that was made for it.
    copy: Option<PathBuf>,
}

/// A recording from elsewhere is copied below `audio/` first: nobody has time to file it away now. What cannot be heard at all
/// is not.
fn brought_in(home: &Home, what: &str) -> Result<Brought, Failure> {
    let below = below_audio(home, what);
    let path = Path::new(what);
    if below == what
        && let Some(text) = no_file_at(what)
    {
        return Err(problems(text));
    }
    let there = path.is_relative() && home.audio().join(what).is_file();
    if below != what || there || !path.is_file() {
        return Ok(Brought { what: below, copy: None });
    }
    if let Some(text) = unreadable(path) {
        return Err(problems(text));
    }
    measure::glance(path, GLANCE).map_err(|fault| problems(fault.words_and_cure(what)))?;
    let target = match name_for(home, path) {
        Name::There(target) => return Ok(Brought { what: as_told(&target), copy: None }),
        Name::Free(target) => target,
    };
    let failed = |error: std::io::Error| {
        let cause = files::cause(&error);
        problems(Text::new(
            format!(
                "không chép được `{what}` vào `audio/{FOLDER}/`: {}; xem tên tệp, quyền ghi và chỗ trống trên đĩa",
                cause.vi
            ),
            format!(
                "`{what}` cannot be copied into `audio/{FOLDER}/`: {}; look at its name, the rights to write and the room on the disk",
                cause.en
            ),
        ))
    };
    std::fs::create_dir_all(home.audio().join(FOLDER)).map_err(failed)?;
    std::fs::copy(path, home.audio().join(&target)).map_err(failed)?;
    Ok(Brought { what: as_told(&target), copy: Some(home.audio().join(&target)) })
}

fn as_told(target: &Path) -> String {
    target.to_string_lossy().replace('\\', "/")
}

/// Where a recording from elsewhere lies below `audio/`.
enum Name {
    /// It was brought in before.
    There(PathBuf),
    /// A name that no other file has.
    Free(PathBuf),
}

/// What was brought in before is there under its name, or that with a number.
fn name_for(home: &Home, path: &Path) -> Name {
    let stem = path.file_stem().map_or_else(|| "khan-cap".into(), |stem| stem.to_string_lossy());
    let ending = path.extension().map_or_else(String::new, |ending| format!(".{}", ending.to_string_lossy()));
    let names = (1_u64..).map(|n| if n == 1 { format!("{stem}{ending}") } else { format!("{stem}-{n}{ending}") });
    for rel in names.map(|name| Path::new(FOLDER).join(name)) {
        let there = home.audio().join(&rel);
        if !there.exists() {
            return Name::Free(rel);
        }
        if is_same(&there, path) {
            return Name::There(rel);
        }
    }
    Name::Free(Path::new(FOLDER).join("khan-cap"))
}

/// Whether two files hold the same bytes; what cannot be read is like nothing.
fn is_same(one: &Path, other: &Path) -> bool {
    let length = |path: &Path| std::fs::metadata(path).ok().map(|known| known.len());
    let hash = |path: &Path| measure::sha256(path).ok();
    length(one) == length(other) && hash(one).is_some_and(|hash_of_one| hash(other) == Some(hash_of_one))
}
