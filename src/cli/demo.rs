//! `loa demo`: a station in a folder of its own whose first broadcast begins in ten seconds; then its log and report.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp, ToSpan as _, Unit, ZonedDateTime};

use super::args::line_name;
use super::printing::put;
use super::{Context, Failure, init, run};
use crate::audio::line::{BUFFER_FRAMES, Line};
use crate::clock;
use crate::daemon::{self, Options};
use crate::home::Home;
use crate::problem::{Lang, Text};
use crate::program_log;
use crate::schedule::Month;
use crate::station::Station;

/// Chạy thử một đài mẫu: mười giây sau buổi phát đầu tiên bắt đầu · a sample station that airs in ten seconds.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa demo")]
pub struct Args {
    /// Đường loa; mặc định là thiết bị mặc định, nếu không có thì tệp wav · the line; by default the default device or,
    /// where there is none, a wav file.
    #[arg(long, value_name = "DEVICE", value_parser = line_name)]
    line: Option<String>,
}

struct Piece {
    id: &'static str,
    title: &'static str,
    file: &'static str,
    bytes: &'static [u8],
    /// From the first piece's start to this one's, in seconds.
    after_s: i64,
}

const PIECES: [Piece; 4] = [
    Piece { id: "nhac-hieu", title: "Nhạc hiệu", file: "nhac-hieu.flac", bytes: init::TUNE, after_s: 0 },
    Piece {
        id: "ban-tin",
        title: "Bản tin cải cách hành chính",
        file: "ban-tin.mp3",
        bytes: include_bytes!("../../audio/ban-tin.mp3"),
        after_s: 6,
    },
    Piece {
        id: "hoi-dap",
        title: "Hỏi và đáp: dịch vụ công trực tuyến",
        file: "hoi-dap.ogg",
        bytes: include_bytes!("../../audio/hoi-dap.ogg"),
        after_s: 18,
    },
    Piece {
        id: "loi-chao",
        title: "Lời chào",
        file: "loi-chao.flac",
        bytes: include_bytes!("../../audio/loi-chao.flac"),
        after_s: 28,
    },
];

/// How long after the command its first broadcast begins.
const BEGINS_IN: SignedDuration = SignedDuration::from_secs(10);

/// Makes the station, airs its day, prints log and report.
///
/// # Errors
/// If the home cannot be written or the daemon cannot begin.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let _log = program_log::start(None, &Station::default().zone);
    let vi = context.lang == Lang::Vi;
    let home = make_home()?;
    let (device, wav) = match &args.line {
        Some(device) => (device.clone(), None),
        None => default_or_wav(&home),
    };
    let first = plan(&home, &device)?;
    put(&format!("{}\n", announcement(&home, &device, wav.is_some(), &first, context.lang)))?;
    let options =
        Options { home: home.clone(), device: None, until_done: true, lang: context.lang, stop: Arc::default() };
    daemon::run(&options, |status| run::say(&run::ready_line(status, context.lang))).map_err(run::failure)?;
    show(&home, context, first.date())?;
    if let Some(wav) = wav {
        put(&format!("{} {}\n", if vi { "Nghe lại:" } else { "Listen to it:" }, wav.display()))?;
    }
    Ok(0)
}

fn announcement(home: &Home, device: &str, is_wav: bool, first: &ZonedDateTime, lang: Lang) -> String {
    let (root, at) = (home.root().display(), first.strftime("%H:%M:%S"));
    let into = device.trim_start_matches("wav:");
    match (lang, is_wav) {
        (Lang::Vi, false) => format!("Đài mẫu: {root}\nBuổi phát đầu tiên lúc {at} trên `{device}`"),
        (Lang::En, false) => format!("Sample station: {root}\nThe first broadcast begins at {at} on `{device}`"),
        (Lang::Vi, true) => {
            format!("Đài mẫu: {root}\nMáy này không có thiết bị âm thanh: buổi phát đầu tiên lúc {at}, ghi vào {into}")
        }
        (Lang::En, true) => {
            format!(
                "Sample station: {root}\nThis machine has no sound output: the first broadcast begins at {at}, into {into}"
            )
        }
    }
}

fn make_home() -> Result<Home, Failure> {
    let stamp = clock::now().as_millisecond();
    let home = Home::at(std::env::temp_dir().join(format!("loa-demo-{stamp}-{}", std::process::id())));
    for piece in &PIECES {
        init::write(&home.audio().join(piece.file), piece.bytes)?;
    }
    Ok(home)
}

fn default_or_wav(home: &Home) -> (String, Option<PathBuf>) {
    // Listing is not enough: a machine without a card lists plug-ins that cannot sound.
    if Line::open("default", BUFFER_FRAMES).is_ok() {
        return ("default".into(), None);
    }
    let wav = home.root().join("loa-demo.wav");
    (format!("wav:{}", wav.display()), Some(wav))
}

/// Writes station.toml and the month's file; two of them if the demo runs over a month's end.
fn plan(home: &Home, device: &str) -> Result<ZonedDateTime, Failure> {
    let station = format!(
        "[station]\nname = \"Đài truyền thanh phường (mẫu)\"\n\n[line]\ndevice = '{device}'\n\n[rules]\nquiet = []\n\n[clock]\ntrust = \"always\"\n\n[console]\nlisten = \"off\"\n"
    );
    init::write(&home.station_file(), station.as_bytes())?;
    let first = first_second(clock::now()).to_zoned_datetime(Station::default().zone);
    let mut months: Vec<(Month, String)> = Vec::new();
    for piece in &PIECES {
        let at = first.checked_add(piece.after_s.seconds()).map_err(|error| no_time(&error))?;
        let month = Month::of(at.date());
        if months.last().is_none_or(|(last, _)| *last != month) {
            months.push((month, format!("month = \"{month}\"\n")));
        }
        if let Some((_, text)) = months.last_mut() {
            *text += &format!(
                "\n[[segment]]\nid = \"{}\"\ntitle = \"{}\"\naudio = \"{}\"\nat = \"{}\"\non = \"{}\"\n",
                piece.id,
                piece.title,
                piece.file,
                at.strftime("%H:%M:%S"),
                at.date()
            );
        }
    }
    for (month, text) in months {
        init::write(&home.month_file(month), text.as_bytes())?;
    }
    Ok(first)
}

/// The first whole second that is at least ten seconds away.
fn first_second(now: Timestamp) -> Timestamp {
    let at = now + BEGINS_IN;
    at.round(jiff::TimestampRound::new().smallest(Unit::Second).mode(jiff::RoundMode::Ceil)).unwrap_or(at)
}

fn no_time(error: &jiff::Error) -> Failure {
    let text = Text::new(format!("giờ của máy không dùng được: {error}"), format!("the clock cannot be used: {error}"));
    Failure { status: super::PROBLEMS, text }
}

fn show(home: &Home, context: &Context, date: jiff::civil::Date) -> Result<(), Failure> {
    let at_home = Context { home: Some(home.root().to_path_buf()), lang: context.lang };
    put("\n")?;
    super::airings::run(&super::airings::Args::of(date, date), &at_home)?;
    put("\n")?;
    super::report::run(&super::report::Args::of(date, date), &at_home)?;
    Ok(())
}
