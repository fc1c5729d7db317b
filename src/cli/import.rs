//! `loa import`: measures recordings and files them under `audio/`.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::approve::{month, put, today};
use super::check::{colour, print};
use super::find_segment::{self, Found, problems};
use super::recordings::fact_words;
use super::{Context, Failure};
use crate::audio::bulletin::Bulletin;
use crate::audio::measure::{measure, sha256};
use crate::editing::Value;
use crate::files;
use crate::home::Home;
use crate::loading;
use crate::problem::{self, Lang, Sources, Text};
use crate::reading::fold::slug;
use crate::schedule::Month;
use crate::schedule::audio_facts::{AudioFacts, AudioFault};
use crate::timetable;

/// Nhận bản ghi âm vào kho · measures recordings and files them under audio/; never overwrites.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa import \"Bản tin 01-12.wav\" --segment ban-tin")]
pub struct Args {
    /// Các tệp · the files
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Ghi tệp vào `audio` của tiết mục này · make them this segment's `audio`
    #[arg(long, value_name = "ID")]
    segment: Option<String>,
    /// Tháng của tiết mục · the segment's month
    #[arg(long, value_name = "MONTH", value_parser = month, requires = "segment")]
    month: Option<Month>,
}

/// What converts a file that we cannot read, where it is installed.
const FFMPEG: &str = "ffmpeg";
/// What a conversion may lack of the length that its source claims, in ms: codecs round to their frames.
const LACKING_MS: u64 = 1_000;
/// Names tried for one recording.
const NAMES_MAX: u32 = 10_000;

/// Imports them; the first that cannot be imported ends it, those before it stay.
///
/// # Errors
/// A recording that cannot air, a segment that is not there, a disk that cannot be written.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let home = context.find_home()?;
    let this_month = Month::of(today(&home));
    let segment =
        args.segment.as_deref().map(|id| find_segment::find(&home, id, args.month, this_month)).transpose()?;
    let month = segment.as_ref().map_or(this_month, |found| found.month);
    let line = loading::load_station(&home).station.unwrap_or_default().line;
    let mut filed = Vec::new();
    for file in &args.files {
        let Filed { rel, facts, how } = import(&home, month, file)?;
        print(&told(file, &rel, &facts, &how, context.lang))?;
        // What `check` will say of it wherever it is used.
        let mut problems = timetable::of_recording(&rel, &facts, &line);
        problem::sort(&mut problems);
        print(&problem::render(&problems, &Sources::new(), context.lang, colour(&io::stdout())))?;
        filed.push(rel);
    }
    if let Some(found) = segment {
        print(point(&found, &filed)?.get(context.lang))?;
    }
    Ok(0)
}

/// A recording that lies below `audio/`.
struct Filed {
    /// Its name there.
    rel: String,
    facts: AudioFacts,
    /// How it came there, if not by a plain copy.
    how: Text,
}

fn import(home: &Home, month: Month, file: &Path) -> Result<Filed, Failure> {
    let shown = file.display().to_string();
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let name = slug(&stem).unwrap_or_else(|| "ban-ghi".to_owned());
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    let ending: String = ending.chars().filter(char::is_ascii_alphanumeric).collect();
    match measure(file) {
        Ok(facts) => {
            let (rel, there) = shelve(home, month, file, &name, &ending, &facts)?;
            Ok(Filed { rel, facts, how: how(there, false) })
        }
        // A file that opens and is damaged must not be made to look whole by a converter.
        Err(AudioFault::Undecodable(why)) if Bulletin::open(file).is_err() => {
            let converted = convert(home, file, &why)?;
            let facts = measure(&converted.0).map_err(|fault| problems(fault.words(&shown)))?;
            converted.holds(&facts, &shown)?;
            let (rel, there) = shelve(home, month, &converted.0, &name, "flac", &facts)?;
            Ok(Filed { rel, facts, how: how(there, true) })
        }
        Err(fault) => Err(problems(fault.words(&shown))),
    }
}

fn how(there: bool, converted: bool) -> Text {
    match (there, converted) {
        (true, _) => Text::new(" (nội dung này đã có sẵn, không chép lại)", " (this content was there already)"),
        (false, true) => Text::new(" (đã chuyển sang FLAC bằng ffmpeg)", " (converted to FLAC by ffmpeg)"),
        (false, false) => Text::new("", ""),
    }
}

/// Where it lies and what was measured of it.
fn told(file: &Path, rel: &str, facts: &AudioFacts, how: &Text, lang: Lang) -> String {
    let mut out = format!("{} → audio/{rel}{}\n", file.display(), how.get(lang));
    for words in [Some(fact_words(facts)), timetable::measure_words(facts)].into_iter().flatten() {
        out.push_str(&format!("  {}\n", words.get(lang)));
    }
    out
}

/// Puts a copy under `audio/YYYY-MM/`, under a name that is free; true if the same bytes lay in `audio/` already.
fn shelve(
    home: &Home,
    month: Month,
    file: &Path,
    name: &str,
    ending: &str,
    facts: &AudioFacts,
) -> Result<(String, bool), Failure> {
    if let Some(rel) = same(home, file, &facts.sha256) {
        return Ok((rel, true));
    }
    let folder = home.audio().join(month.to_string());
    let failed = |cause: Text| {
        let shown = folder.display();
        problems(Text::new(
            format!("không ghi được vào `{shown}`: {}", cause.vi),
            format!("`{shown}` cannot be written: {}", cause.en),
        ))
    };
    fs::create_dir_all(&folder).map_err(|error| failed(files::cause(&error)))?;
    for number in 1..=NAMES_MAX {
        let number = if number == 1 { String::new() } else { format!("-{number}") };
        let dot = if ending.is_empty() { "" } else { "." };
        let full = format!("{name}{number}{dot}{ending}");
        let path = folder.join(&full);
        // The name is taken first, so that nothing is ever overwritten; the bytes follow as a whole.
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(files::cause(&error))),
            Ok(_) => {
                let copied = copy(file, &path, &facts.sha256);
                if copied.is_err() {
                    let _ = fs::remove_file(&path);
                }
                copied.map_err(failed)?;
                return Ok((format!("{month}/{full}"), false));
            }
        }
    }
    Err(failed(files::cause(&io::ErrorKind::AlreadyExists.into())))
}

fn copy(from: &Path, to: &Path, wanted: &str) -> Result<(), Text> {
    let beside = to.with_extension("tmp-import");
    let written = fs::copy(from, &beside).and_then(|_| File::open(&beside)?.sync_all());
    let copied = written.map_err(|error| files::cause(&error)).and_then(|()| {
        if sha256(&beside).ok().as_deref() != Some(wanted) {
            return Err(Text::new("bản sao khác bản gốc", "the copy differs from its source"));
        }
        fs::rename(&beside, to).map_err(|error| files::cause(&error))
    });
    if copied.is_err() {
        let _ = fs::remove_file(&beside);
    }
    copied
}

/// A file below `audio/` with the same bytes.
fn same(home: &Home, file: &Path, hash: &str) -> Option<String> {
    let len = fs::metadata(file).ok()?.len();
    let audio = home.audio();
    let mut folders = vec![audio.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            // Links are not followed: they may lead out, or round in a circle.
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file()
                && entry.metadata().is_ok_and(|meta| meta.len() == len)
                && sha256(&entry.path()).ok().as_deref() == Some(hash)
            {
                let path = entry.path();
                return Some(path.strip_prefix(&audio).ok()?.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    None
}

/// A converted file, gone when dropped, and the length that its source claims.
struct Converted(PathBuf, Option<u64>);

impl Drop for Converted {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

impl Converted {
    /// Half a bulletin must not be called whole because it was converted.
    fn holds(&self, facts: &AudioFacts, shown: &str) -> Result<(), Failure> {
        match self.1 {
            Some(claimed_ms) if facts.file_ms + LACKING_MS < claimed_ms => {
                let (claimed, got) = (claimed_ms / 1000, facts.file_ms / 1000);
                Err(problems(Text::new(
                    format!(
                        "`{shown}` ghi dài {claimed} giây nhưng chỉ chuyển được {got} giây: tệp bị hụt; hãy xin lại tệp gốc"
                    ),
                    format!(
                        "`{shown}` claims {claimed} s but only {got} s came out: it is cut short; ask for the original"
                    ),
                )))
            }
            _ => Ok(()),
        }
    }
}

fn convert(home: &Home, file: &Path, why: &Text) -> Result<Converted, Failure> {
    let shown = file.display();
    let into = home.var().join(format!("import-{}.flac", std::process::id()));
    let made = fs::create_dir_all(home.var()).and_then(|()| {
        let mut command = Command::new(FFMPEG);
        // Only files: what an operator was sent must not make this PC fetch addresses that stand in it.
        command.args(["-hide_banner", "-nostdin", "-y", "-xerror", "-protocol_whitelist", "file", "-i"]);
        let mut source = std::ffi::OsString::from("file:");
        source.push(file);
        command.arg(source).args(["-vn", "-map", "0:a:0", "-c:a", "flac"]).arg(&into);
        command.stdin(Stdio::null()).output()
    });
    let mut converted = Converted(into, None);
    match made {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(problems(Text::new(
            format!(
                "không đọc được `{shown}`: {}; cài ffmpeg để Loa tự chuyển, hoặc xuất lại tệp dạng MP3 hay WAV",
                why.vi
            ),
            format!(
                "`{shown}` cannot be read: {}; install ffmpeg and Loa converts it, or export it as MP3 or WAV",
                why.en
            ),
        ))),
        Err(error) => {
            let cause = files::cause(&error);
            Err(problems(Text::new(
                format!("ffmpeg không chạy được: {}", cause.vi),
                format!("ffmpeg cannot run: {}", cause.en),
            )))
        }
        Ok(output) if output.status.success() => {
            converted.1 = claimed_ms(&String::from_utf8_lossy(&output.stderr));
            Ok(converted)
        }
        Ok(_) => Err(problems(Text::new(
            format!("không đọc được `{shown}`: {}; ffmpeg cũng không chuyển được trọn vẹn", why.vi),
            format!("`{shown}` cannot be read: {}; nor does ffmpeg convert all of it", why.en),
        ))),
    }
}

/// From the line `Duration: 00:01:02.50, …` of what ffmpeg says.
fn claimed_ms(said: &str) -> Option<u64> {
    let (_, rest) = said.split_once("Duration: ")?;
    let mut parts = rest.split(',').next()?.split(':');
    let mut next = || parts.next().map(str::trim);
    let (hours, minutes, seconds) = (next()?, next()?, next()?);
    let (seconds, hundredths) = seconds.split_once('.')?;
    let number = |text: &str| text.parse::<u64>().ok();
    Some(((number(hours)? * 60 + number(minutes)?) * 60 + number(seconds)?) * 1000 + number(hundredths)? * 10)
}

/// Points a segment to what was filed.
fn point(found: &Found, filed: &[String]) -> Result<Text, Failure> {
    let value = match filed {
        [one] => Value::text(one),
        list => Value::texts(list.iter().map(String::as_str)),
    };
    put(found, "audio", value.clone())?;
    let (id, name) = (&found.id, &found.name);
    let mut said = Text::new(
        format!("Đã ghi `audio = {value}` cho `{id}` trong `{name}`\n"),
        format!("Wrote `audio = {value}` for `{id}` into `{name}`\n"),
    );
    if found.block.has("approved") {
        said.vi += &format!("Bản duyệt cũ là của bản ghi trước: duyệt lại bằng `loa approve {id} --by …`\n");
        said.en +=
            &format!("Its approval is of the recording before: approve it anew with `loa approve {id} --by …`\n");
    }
    Ok(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_that_a_converter_tells_is_read() {
        assert_eq!(claimed_ms("Input #0\n  Duration: 00:01:02.50, start: 0.0, bitrate"), Some(62_500));
        assert_eq!(claimed_ms("  Duration: N/A, start"), None);
    }
}
