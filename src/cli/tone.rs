//! `loa tone`: a test tone on the line, for setting levels and finding out which wire is which.

use super::args::line_name;
use super::check::print;
use super::playing::{play, stop_on_ctrl_c};
use super::{Context, Failure, PROBLEMS, UNREACHED};
use crate::audio::line::deck::TakeId;
use crate::audio::line::mixer::{self, Control};
use crate::audio::line::{BUFFER_FRAMES, Line, Lost};
use crate::audio::tone::{PITCH_HZ, Tone};
use crate::civil::QuietHours;
use crate::clock;
use crate::loading;
use crate::lock::HomeLock;
use crate::notes;
use crate::problem::{Lang, Text};
use crate::station::Station;

/// Âm thử 1 kHz ra đường loa · a 1 kHz tone on the line: both channels for 2 s, left for 1 s, right for 1 s. Ctrl+C stops it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa tone --seconds 20 --dbfs -12")]
pub struct Args {
    /// Bao nhiêu giây, nhiều nhất 600 · how many seconds, 600 at most
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=600), value_name = "N")]
    seconds: u32,
    /// Đường loa khác với đường loa của đài; `wav:TỆP` tính từ thư mục đài · another line than the station's; `wav:FILE`
    /// begins at the home
    #[arg(long, value_name = "DEVICE", value_parser = line_name)]
    line: Option<String>,
    /// Mức đỉnh, dBFS, từ -60 đến -3 · its peak in dBFS, from -60 to -3
    #[arg(long, default_value_t = -20.0, allow_negative_numbers = true, value_parser = level, value_name = "DB")]
    dbfs: f32,
    /// Phát cả trong giờ yên tĩnh · sounds in quiet hours too
    #[arg(long)]
    quiet_hours_too: bool,
}

/// Louder than this nobody needs it: a steady full wave harms horns and people.
const LOUDEST_DBFS: f32 = -3.0;
const SOFTEST_DBFS: f32 = -60.0;

fn level(text: &str) -> Result<f32, String> {
    let level: f32 = text.parse().map_err(|_| "không phải số · not a number".to_owned())?;
    if (SOFTEST_DBFS..=LOUDEST_DBFS).contains(&level) {
        Ok(level)
    } else {
        Err(format!("từ {SOFTEST_DBFS} đến {LOUDEST_DBFS} · from {SOFTEST_DBFS} to {LOUDEST_DBFS}"))
    }
}

/// Sounds it.
///
/// # Errors
/// A daemon has the home or the line cannot be had (unreached); quiet hours; a volume control lets nothing of it through.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let home = context.find_home()?;
    let station = loading::load_station(&home).station.unwrap_or_default();
    // Held until the end: no daemon begins under a tone.
    let _lock =
        HomeLock::take(&home, clock::now()).map_err(|fault| Failure { status: UNREACHED, text: fault.text() })?;
    let device = args.line.as_ref().unwrap_or(&station.line.device);
    keep_quiet_hours(args, &station, device)?;
    let frames = station.line.buffer_frames.unwrap_or(BUFFER_FRAMES);
    let mut line =
        Line::open(&home.line(device), frames).map_err(|fault| Failure { status: UNREACHED, text: fault.text() })?;
    print(announced(args, &station, &line, &mixer::controls(line.device())).get(context.lang))?;
    let mut tone = Tone::new(line.rate_hz(), line.channels(), args.dbfs, args.seconds);
    play(&mut line, &mut |step| tone.read(step), TakeId(0), &stop_on_ctrl_c()).map_err(lost)?;
    // Looked at while the line is open, for a mixer program has a switch for what it plays. Who turned it up meanwhile has heard it.
    mixer::silencer(&mixer::controls(line.device())).map_or(Ok(0), |control| Err(unheard(&control.name)))
}

fn unheard(control: &str) -> Failure {
    let why = notes::read(&notes::output_silenced(control), None);
    let text = Text::new(
        format!("không ai nghe được âm thử: {}, rồi thử lại", why.vi),
        format!("nobody can have heard the tone: {}, and try again", why.en),
    );
    Failure { status: PROBLEMS, text }
}

fn keep_quiet_hours(args: &Args, station: &Station, device: &str) -> Result<(), Failure> {
    let now = clock::now();
    let ends = now + jiff::SignedDuration::from_secs(i64::from(args.seconds));
    // What nobody hears disturbs nobody.
    let heard = device != "null" && !device.starts_with("wav:");
    if args.quiet_hours_too || !heard || !QuietHours::of(station).meets(now, ends) {
        return Ok(());
    }
    let text = Text::new(
        "đang là giờ yên tĩnh (`quiet` trong `station.toml`), cả phường sẽ nghe âm thử; nếu thật sự cần, thêm `--quiet-hours-too`",
        "these are quiet hours (`quiet` in `station.toml`) and the whole ward would hear the tone; if it must be, add `--quiet-hours-too`",
    );
    Err(Failure { status: PROBLEMS, text })
}

fn lost(lost: Lost) -> Failure {
    let why = lost.text();
    let text = Text::new(
        format!("mất đường loa: {}; cắm lại, xem tên bằng `loa devices`, rồi thử lại", why.vi),
        format!("the line is lost: {}; plug it in, see its name in `loa devices`, and try again", why.en),
    );
    Failure { status: UNREACHED, text }
}

/// What sounds, where and how loud, and what on the way could keep it from being heard.
fn announced(args: &Args, station: &Station, line: &Line, controls: &[Control]) -> Text {
    let (device, rate, channels) = (line.device(), line.rate_hz(), line.channels());
    let (seconds, peak) = (args.seconds, args.dbfs);
    let mut text = Text::new(
        format!(
            "Âm thử {PITCH_HZ} Hz, đỉnh {peak} dBFS, {seconds} giây, ra đường loa `{device}` ({rate} Hz, {channels} kênh) – Ctrl+C để dừng\n"
        ),
        format!(
            "Tone of {PITCH_HZ} Hz, peak {peak} dBFS, {seconds} s, on the line `{device}` ({rate} Hz, {channels} channels) – Ctrl+C stops\n"
        ),
    );
    let mut say = |vi: String, en: String| {
        text.vi.push_str(&vi);
        text.en.push_str(&en);
    };
    if channels == 2 {
        say(
            "Lần lượt: hai kênh 2 giây, chỉ kênh trái 1 giây, chỉ kênh phải 1 giây\n".into(),
            "In turn: both channels 2 s, left alone 1 s, right alone 1 s\n".into(),
        );
    }
    if !controls.is_empty() {
        let list = |lang| controls.iter().map(|one| shown(one, lang)).collect::<Vec<_>>().join(", ");
        say(format!("Âm lượng: {}\n", list(Lang::Vi)), format!("Volume: {}\n", list(Lang::En)));
    }
    if station.amplifier.is_some() {
        say(
            "Máy tăng âm không tự bật cho âm thử; hãy bật bằng tay\n".into(),
            "The amplifier is not switched on for a tone; switch it on by hand\n".into(),
        );
    }
    text
}

fn shown(control: &Control, lang: Lang) -> String {
    let Control { name, muted, percent, .. } = control;
    let percent = percent.map(|percent| format!(" {percent} %")).unwrap_or_default();
    let muted = match (muted, lang) {
        (false, _) => "",
        (true, Lang::Vi) => " ĐANG TẮT TIẾNG",
        (true, Lang::En) => " MUTED",
    };
    format!("{name}{percent}{muted}")
}
