//! `loa import`: measures recordings and files them under `audio/`.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::asking::unreadable;
use super::check::{colour, print};
use super::dates::{month, today};
use super::find_segment::{self, Found, problems};
use super::{Context, Failure, aside};
use crate::audio::bulletin::Bulletin;
use crate::audio::io_fault;
use crate::clock;
use crate::editing::Value;
use crate::files;
use crate::home::Home;
use crate::ledger::Reader;
use crate::library::{self, Filed, IfTaken, Library, Received, Refusal};
use crate::loading;
use crate::problem::{self, Lang, Sources, Text};
use crate::reading::fold::slug;
use crate::saving::Deed;
use crate::schedule::Month;
use crate::schedule::audio_facts::{AudioFacts, AudioFault};
use crate::system;
use crate::timetable;

/// Nhận bản ghi âm vào kho · measures recordings and files them under audio/; never overwrites.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa import \"Bản tin 01-12.wav\" --segment ban-tin")]
pub struct Args {
    /// Các tệp ghi âm · the recordings
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Ghi các tệp vào `audio` của tiết mục này · makes them this segment's `audio`
    #[arg(long, value_name = "ID")]
    segment: Option<String>,
    /// Tháng của tiết mục, nếu nhiều tháng có · the segment's month, where several have it
    #[arg(long, value_name = "MONTH", value_parser = month, requires = "segment")]
    month: Option<Month>,
}

/// What converts a file that we cannot read, where it is installed.
const FFMPEG: &str = "ffmpeg";
/// What a conversion may lack of the length that its source claims, in ms: codecs round to their frames.
const LACKING_MS: u64 = 1_000;

/// Imports them, each for itself: of one that cannot be it says why, and goes on. A segment is pointed to them only if all
/// came in: half a list is not what it is to air.
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
    let (mut filed, mut hashes, mut refused) = (Vec::new(), Vec::new(), None);
    for file in &args.files {
        let Imported { rel, facts, how } = match import(&home, month, file) {
            Ok(imported) => imported,
            Err(failure) => {
                // The last one is told as any command's failure is.
                if let Some(Failure { text, .. }) = refused.replace(failure) {
                    aside(&format!("loa: {}\n", text.get(context.lang)));
                }
                continue;
            }
        };
        print(&told(file, &rel, &facts, &how, context.lang))?;
        // What `check` will say of it wherever it is used.
        let mut problems = timetable::of_recording(&rel, &facts, &line);
        problem::sort(&mut problems);
        print(&problem::render(&problems, &Sources::new(), context.lang, colour(&io::stdout())))?;
        filed.push(rel);
        hashes.push(facts.sha256);
    }
    if let Some(failure) = refused {
        if let Some(found) = segment.filter(|_| args.files.len() > 1) {
            let id = &found.id;
            let text = Text::new(
                format!("Chưa đổi `audio` của `{id}`: còn bản ghi chưa nhận được; sửa rồi chạy lại với đủ các tệp\n"),
                format!("`audio` of `{id}` is as it was: not all came in; mend that and give all the files again\n"),
            );
            print(text.get(context.lang))?;
        }
        return Err(failure);
    }
    if let Some(found) = segment {
        print(point(&home, &found, &filed)?.get(context.lang))?;
        if let Some(repeat) = counted_as_repeat(&home, &found.id, &hashes) {
            print(repeat.get(context.lang))?;
        }
    }
    Ok(0)
}

/// A recording that lies below `audio/`.
struct Imported {
    /// Its name there.
    rel: String,
    facts: AudioFacts,
    /// How it came there, if not by a plain copy.
    how: Text,
}

fn import(home: &Home, month: Month, file: &Path) -> Result<Imported, Failure> {
    let shown = file.display().to_string();
    if file.is_dir() {
        return Err(problems(Text::new(
            format!("`{shown}` là thư mục; ghi tên từng tệp trong đó, như `loa import {shown}/a.mp3 {shown}/b.mp3`"),
            format!("`{shown}` is a folder; name the files in it, as in `loa import {shown}/a.mp3 {shown}/b.mp3`"),
        )));
    }
    if let Some(text) = unreadable(file) {
        return Err(problems(text));
    }
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let name = slug(&stem).unwrap_or_else(|| "ban-ghi".to_owned());
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    let library = Library::of(home);
    let refused = |refusal: Refusal| problems(refusal.words(&shown));
    let (received, name, converted) = match receive(&library, month, file) {
        Ok(received) => (received, format!("{name}.{ending}"), false),
        // A file that opens and is damaged must not be made to look whole by a converter.
        Err(Refusal::Unfit(AudioFault::Undecodable(why))) if Bulletin::open(file).is_err() => {
            let converted = convert(home, file, &why)?;
            let received = receive(&library, month, &converted.0).map_err(refused)?;
            converted.holds(&received.measured.facts, &shown)?;
            (received, format!("{name}.flac"), true)
        }
        Err(refusal) => return Err(refused(refusal)),
    };
    let filed = library.file(&received, &name, IfTaken::Number).map_err(refused)?;
    let how = match (&filed, converted) {
        (Filed::There(_), _) => {
            Text::new(" (nội dung này đã có sẵn, không chép lại)", " (this content was there already)")
        }
        (_, true) => Text::new(" (đã chuyển sang FLAC bằng ffmpeg)", " (converted to FLAC by ffmpeg)"),
        (_, false) => Text::new("", ""),
    };
    Ok(Imported { rel: filed.rel().to_owned(), facts: received.measured.facts.clone(), how })
}

/// Takes in the bytes of `file`.
fn receive(library: &Library, month: Month, file: &Path) -> Result<Received, Refusal> {
    let unfit = |error: &io::Error| Refusal::Unfit(io_fault(error));
    let mut source = files::open(file).map_err(|error| unfit(&error))?;
    let len_bytes = source.metadata().map_err(|error| unfit(&error))?.len();
    let mut intake = library.intake(&month.to_string(), Some(len_bytes))?;
    let mut piece = vec![0; 1 << 20];
    loop {
        match source.read(&mut piece) {
            Ok(0) => return intake.finish(library),
            Ok(got) => intake.write(&piece[..got])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unfit(&error)),
        }
    }
}

/// Where it lies and what was measured of it.
fn told(file: &Path, rel: &str, facts: &AudioFacts, how: &Text, lang: Lang) -> String {
    let mut out = format!("{} → audio/{rel}{}\n", file.display(), how.get(lang));
    for words in [Some(timetable::fact_words(facts)), timetable::measure_words(facts)].into_iter().flatten() {
        out.push_str(&format!("  {}\n", words.get(lang)));
    }
    out
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
        let mut command = system::program(FFMPEG);
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
                format!("ffmpeg không chạy được: {}; cài lại ffmpeg, hoặc xuất lại tệp dạng MP3 hay WAV", cause.vi),
                format!("ffmpeg cannot run: {}; install it anew, or export the file as MP3 or WAV", cause.en),
            )))
        }
        Ok(output) if output.status.success() => {
            converted.1 = claimed_ms(&String::from_utf8_lossy(&output.stderr));
            Ok(converted)
        }
        Ok(_) => Err(problems(Text::new(
            format!(
                "không đọc được `{shown}`: {}; ffmpeg cũng không chuyển được trọn vẹn; xin lại tệp gốc, hoặc xuất lại tệp dạng MP3 hay WAV",
                why.vi
            ),
            format!(
                "`{shown}` cannot be read: {}; nor does ffmpeg convert all of it; ask for the original, or export it as MP3 or WAV",
                why.en
            ),
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
fn point(home: &Home, found: &Found, filed: &[String]) -> Result<Text, Failure> {
    let value = match filed {
        [one] => Value::text(one),
        list => Value::texts(list.iter().map(String::as_str)),
    };
    let (id, name) = (&found.id, &found.name);
    let title = found.block.title();
    let what = Text::new(format!("đổi bản ghi của “{title}”"), format!("another recording for “{title}”"));
    let deed = Deed { by: "loa import", what, now: clock::now() };
    library::write(home, found.month, &found.text, id, ("audio", value.clone()), &deed).map_err(problems)?;
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

/// What a report will make of another content under an id that has aired. Where the log cannot be read now, nothing is known.
fn counted_as_repeat(home: &Home, id: &str, hashes: &[String]) -> Option<Text> {
    let aired = Reader::open(&home.ledger_file()).ok()?.aired_as(id).ok()?;
    if aired.is_empty() || matches!(hashes, [one] if aired.contains(one)) {
        return None;
    }
    Some(Text::new(
        format!(
            "`{id}` đã phát với bản ghi khác: báo cáo tính các lượt sau của nó là phát lại; nội dung mới thì đổi `id` của tiết mục\n"
        ),
        format!(
            "`{id}` has aired with another recording: a report counts what airs under it from now on as a repeat; for a new \
             content change the segment's `id`\n"
        ),
    ))
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
