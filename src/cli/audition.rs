//! `loa audition`: a recording on this PC's own speakers, never on the line.

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use super::args::line_name;
use super::asking::no_file_at;
use super::check::print;
use super::dates::{month, today};
use super::find_segment::{self, problems};
use super::playing::{play, stop_on_ctrl_c};
use super::{Context, Failure, UNREACHED};
use crate::audio::bulletin::Bulletin;
use crate::audio::line::deck::TakeId;
use crate::audio::line::devices;
use crate::audio::line::outlet::Outlets;
use crate::audio::line::{BUFFER_FRAMES, Line, LineFault, Lost};
use crate::audio::names;
use crate::audio::resampled::Resampled;
use crate::home::Home;
use crate::loading;
use crate::problem::Text;
use crate::schedule::Month;

/// Nghe thử trên loa của máy này · plays on this PC's own speakers, never on the line. Ctrl+C stops it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa audition cchc-dvc")]
pub struct Args {
    /// Một tệp, hoặc mã hay tên tiết mục · a file, or a segment's id or title
    #[arg(value_name = "FILE|SEGMENT")]
    what: String,
    /// Tháng của tiết mục, nếu nhiều tháng có · the segment's month, where several have it
    #[arg(value_name = "MONTH", value_parser = month)]
    month: Option<Month>,
    /// Loa của máy này, theo tên của `loa devices` · these speakers, by the name that `loa devices` prints
    #[arg(long, value_name = "DEVICE", value_parser = line_name, default_value = "default")]
    device: String,
}

/// Plays.
///
/// # Errors
/// Nothing to play; the speakers are the line; there are none (unreached).
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let home = context.find_home()?;
    let files = files(args, &home)?;
    let station = loading::load_station(&home).station.unwrap_or_default();
    let (device, of_the_line) = (home.line(&args.device), home.line(&station.line.device));
    // Known before anything is opened, for what opens sounds; one card has many names.
    let (outlets, ward) = (Outlets::now(), &of_the_line);
    let refused = |device: &str| {
        let others: Vec<String> = devices::list().into_iter().map(|output| output.name).collect();
        never_on_the_line(ward, device, others.iter().find(|name| !outlets.may_be_one(ward, name)).map(String::as_str))
    };
    if outlets.may_be_one(ward, &device) {
        return Err(refused(&args.device));
    }
    let mut line = Line::open(&device, BUFFER_FRAMES)
        .map_err(|fault| Failure { status: UNREACHED, text: unopened(&fault, !devices::list().is_empty()) })?;
    // The default may have changed meanwhile.
    if outlets.may_be_one(ward, line.device()) {
        return Err(refused(line.device()));
    }
    let stop = stop_on_ctrl_c();
    for (number, (shown, path)) in files.iter().enumerate() {
        let text =
            Text::new(format!("Nghe thử {shown} – Ctrl+C để dừng\n"), format!("Playing {shown} – Ctrl+C stops\n"));
        print(text.get(context.lang))?;
        let bulletin = Bulletin::open(path).map_err(|fault| problems(fault.words_and_cure(shown)))?;
        let id = TakeId(u64::try_from(number).unwrap_or(0));
        let mut sound = Resampled::new(bulletin, line.rate_hz(), line.channels());
        play(&mut line, &mut |step| sound.read(step), id, &stop).map_err(lost)?;
        if stop.load(Ordering::Acquire) {
            break;
        }
    }
    Ok(0)
}

/// What is to be played: a path as it stands, one below `audio/`, or a segment's recordings.
fn files(args: &Args, home: &Home) -> Result<Vec<(String, PathBuf)>, Failure> {
    let path = PathBuf::from(&args.what);
    if path.is_file() {
        return Ok(vec![(args.what.clone(), path)]);
    }
    if let Ok(path) = names::resolve(&home.audio(), &args.what) {
        return Ok(vec![(format!("audio/{}", args.what), path)]);
    }
    if let Some(text) = no_file_at(&args.what) {
        return Err(problems(text));
    }
    let found = find_segment::find(home, &args.what, args.month, Month::of(today(home)))?;
    let audio = found.block.texts("audio").into_iter().map(str::to_owned).collect::<Vec<String>>();
    if audio.is_empty() {
        return Err(problems(Text::new(
            format!("tiết mục `{}` chưa ghi `audio`; nhận bản ghi bằng `loa import TỆP --segment {0}`", found.id),
            format!("the segment `{}` has no `audio` yet; take one in with `loa import FILE --segment {0}`", found.id),
        )));
    }
    let one = |rel: &String| {
        let shown = format!("audio/{rel}");
        names::resolve(&home.audio(), rel)
            .map(|path| (shown.clone(), path))
            .map_err(|fault| problems(fault.words_and_cure(&shown)))
    };
    audio.iter().map(one).collect()
}

/// Refuses `device`, and says how to choose: `other` is one that is certainly not the line `line`.
fn never_on_the_line(line: &str, device: &str, other: Option<&str>) -> Failure {
    let (vi, en) = if line == device {
        (format!("loa của máy này đang là đường loa `{line}`"), format!("these speakers are the line `{line}`"))
    } else {
        (
            format!("`{device}` và đường loa `{line}` không chắc là hai cạc âm thanh khác nhau"),
            format!("`{device}` and the line `{line}` are not certain to be two different sound cards"),
        )
    };
    let cure = match other {
        Some(other) => Text::new(
            format!("hãy chọn loa khác bằng `--device`, như `--device {other}` (xem `loa devices`)"),
            format!("choose others with `--device`, as `--device {other}` (see `loa devices`)"),
        ),
        None => Text::new(
            "hãy chọn cạc khác bằng tên có `hw:CARD=…` (xem `loa devices`): cả ở `--device` lẫn ở `line.device` của `station.toml`; máy chỉ có một cạc thì cắm thêm cạc USB, hoặc ghi ra tệp để nghe: `--device wav:nghe-thu.wav`",
            "choose another card by a name with `hw:CARD=…` (see `loa devices`), both in `--device` and in `line.device` of `station.toml`; where there is one card only, plug in one by USB, or write a file to listen to: `--device wav:nghe-thu.wav`",
        ),
    };
    problems(Text::new(
        format!("nghe thử không bao giờ ra loa phường: {vi}; {}", cure.vi),
        format!("an audition never goes to the ward's loudspeakers: {en}; {}", cure.en),
    ))
}

/// Where there is nothing to play on, another program is not what holds it.
fn unopened(fault: &LineFault, any_there: bool) -> Text {
    match fault {
        LineFault::Absent { .. }
        | LineFault::HostAbsent { .. }
        | LineFault::Gone { .. }
        | LineFault::Refused { .. }
            if !any_there =>
        {
            no_sound_card()
        }
        fault => no_speakers(&fault.text()),
    }
}

fn no_sound_card() -> Text {
    Text::new(
        "không nghe thử được: máy này không có cạc âm thanh hay loa nào; cắm loa hoặc cạc âm thanh USB rồi chạy lại",
        "no audition: this PC has no sound card and no speakers; plug in speakers or a USB sound card and try again",
    )
}

fn no_speakers(why: &Text) -> Text {
    Text::new(
        format!("không nghe thử được: {}; chọn loa khác bằng `--device`, theo tên mà `loa devices` in ra", why.vi),
        format!("no audition: {}; choose other speakers with `--device`, by a name that `loa devices` prints", why.en),
    )
}

fn lost(lost: Lost) -> Failure {
    let why = lost.text();
    let text = Text::new(
        format!("mất loa của máy: {}; cắm lại rồi nghe lại từ đầu", why.vi),
        format!("the speakers are lost: {}; plug them in and start again", why.en),
    );
    Failure { status: UNREACHED, text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pc_without_a_sound_card_is_told_so_and_not_to_look_for_another_program() {
        let refused = LineFault::Refused {
            device: "default".into(),
            why: Text::same("busy"),
            cure: Text::new("hãy xem chương trình nào khác đang giữ nó", "see whether another program holds it"),
        };
        assert!(unopened(&refused, false).vi.contains("không có cạc âm thanh"));
        assert!(unopened(&refused, true).vi.contains("chương trình nào khác đang giữ nó"));
        let malformed = LineFault::Malformed { device: "loa".into() };
        assert!(unopened(&malformed, false).vi.contains("không phải tên đường loa"));
    }
}
