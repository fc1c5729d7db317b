//! `loa audition`: a recording on this PC's own speakers, never on the line.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::approve::{month, today};
use super::check::print;
use super::find_segment::{self, problems};
use super::{Context, Failure, UNREACHED};
use crate::audio::bulletin::Bulletin;
use crate::audio::line::deck::{Fact, TakeId, take};
use crate::audio::line::{BUFFER_FRAMES, Line};
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
    /// Tháng của tiết mục · the segment's month
    #[arg(value_name = "MONTH", value_parser = month)]
    month: Option<Month>,
    /// Loa của máy này; không ghi thì là thiết bị mặc định · these speakers; by default the default device
    #[arg(long, value_name = "DEVICE", default_value = "default")]
    device: String,
}

/// Decoded frames ahead of what sounds, in seconds.
const AHEAD_S: usize = 2;
const STEP_FRAMES: usize = 2048;
const PAUSE: Duration = Duration::from_millis(20);
/// From the end in the deck to the end at the ear.
const LEAD: Duration = Duration::from_millis(300);

/// Plays.
///
/// # Errors
/// Nothing to play; the speakers are the line; there are none (unreached).
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let home = context.find_home()?;
    let files = files(args, &home)?;
    let station = loading::load_station(&home).station.unwrap_or_default();
    if args.device == station.line.device {
        return Err(never_on_the_line(&station.line.device));
    }
    let mut line = Line::open(&args.device, BUFFER_FRAMES)
        .map_err(|fault| Failure { status: UNREACHED, text: no_speakers(&fault.text()) })?;
    // The default may turn out to be what the line is called by name.
    if line.device() == station.line.device {
        return Err(never_on_the_line(&station.line.device));
    }
    let stop = stop_on_ctrl_c();
    for (number, (shown, path)) in files.iter().enumerate() {
        let text =
            Text::new(format!("Nghe thử {shown} – Ctrl+C để dừng\n"), format!("Playing {shown} – Ctrl+C stops\n"));
        print(text.get(context.lang))?;
        let bulletin = Bulletin::open(path).map_err(|fault| problems(fault.words(shown)))?;
        let id = TakeId(u64::try_from(number).unwrap_or(0));
        play(&mut line, bulletin, id, &stop)?;
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
    let found = find_segment::find(home, &args.what, args.month, Month::of(today(home)))?;
    let audio = found.block.entry("audio").map(|entry| entry.texts.clone()).unwrap_or_default();
    if audio.is_empty() {
        return Err(problems(Text::new(
            format!("tiết mục `{}` chưa ghi `audio`", found.id),
            format!("the segment `{}` has no `audio` yet", found.id),
        )));
    }
    let one = |rel: &String| {
        let shown = format!("audio/{rel}");
        names::resolve(&home.audio(), rel)
            .map(|path| (shown.clone(), path))
            .map_err(|fault| problems(fault.words(&shown)))
    };
    audio.iter().map(one).collect()
}

fn never_on_the_line(device: &str) -> Failure {
    problems(Text::new(
        format!(
            "nghe thử không bao giờ ra loa phường: loa của máy này đang là đường loa `{device}`; \
             hãy chọn loa khác bằng `--device` (xem `loa devices`)"
        ),
        format!(
            "an audition never goes to the ward's loudspeakers: these speakers are the line `{device}`; \
             choose others with `--device` (see `loa devices`)"
        ),
    ))
}

fn no_speakers(why: &Text) -> Text {
    Text::new(format!("không nghe thử được: {}", why.vi), format!("no audition: {}", why.en))
}

fn stop_on_ctrl_c() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = stop.clone();
    // Without the thread the signal ends the program as it is, only less gently.
    let _ = std::thread::Builder::new().name("loa-ctrl-c".into()).spawn(move || {
        if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build()
            && runtime.block_on(tokio::signal::ctrl_c()).is_ok()
        {
            flag.store(true, Ordering::Release);
        }
    });
    stop
}

fn play(line: &mut Line, bulletin: Bulletin, id: TakeId, stop: &AtomicBool) -> Result<(), Failure> {
    let (rate, channels) = (line.rate_hz(), line.channels());
    let mut sound = Resampled::new(bulletin, rate, channels);
    let ring = usize::try_from(rate).unwrap_or(48_000) * AHEAD_S;
    let (mut feed, take) = take(id, ring, channels);
    let mut step = vec![0.0; STEP_FRAMES * usize::from(channels)];
    let mut waiting = Some(take);
    let (mut decoded, mut cut) = (false, false);
    loop {
        while !decoded && feed.room() >= step.len() {
            match sound.read(&mut step) {
                0 => {
                    feed.finish();
                    decoded = true;
                }
                samples => drop(feed.push(&step[..samples])),
            }
        }
        if let Some(take) = waiting.take() {
            let from = line.rendered_frames();
            waiting = line.cue(take, from).err();
        }
        if stop.load(Ordering::Acquire) && !cut {
            cut = line.cut(id, rate / 20, 0);
        }
        line.tend().map_err(|lost| {
            let why = lost.text();
            let text = Text::new(format!("mất loa của máy: {}", why.vi), format!("the speakers are lost: {}", why.en));
            Failure { status: UNREACHED, text }
        })?;
        while let Some(fact) = line.fact() {
            if matches!(fact, Fact::Ended { .. }) {
                std::thread::sleep(LEAD);
                return Ok(());
            }
        }
        std::thread::sleep(PAUSE);
    }
}
