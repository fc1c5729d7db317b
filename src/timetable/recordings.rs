//! What is to be said of a recording that airs all the same: its header is wrong about its length, it clips, is silent at
//! an end, too loud or too quiet, or lacks a channel. Said alike of what a month names and of what is imported.

use super::duration_words;
use crate::problem::{Problem, Text};
use crate::schedule::audio_facts::{AudioFacts, Measures, StereoFault};
use crate::station::LineSettings;

/// How far from it is said, in hundredths of a LU: an untrained ear calls 10 LU twice as loud or half.
const FAR_CLU: u32 = 1200;
/// Silence at an end longer than this is said, in ms: a listener takes it for a broken loudspeaker.
const LONG_SILENCE_MS: u64 = 3000;
/// A header may be this far from the measured length unsaid, in ms.
const HEADER_SLACK_MS: u64 = 1000;
/// So many clipped rows are said: a single knock on the microphone makes a few, one overdriven word dozens.
const MANY_CLIPPED: u64 = 10;

/// What is to be said of a recording that people call `file`, wherever it is used: warnings without a place.
pub fn of_recording(file: &str, audio: &AudioFacts, line: &LineSettings) -> Vec<Problem> {
    let mut found = vec![header_differs(file, audio)];
    if let Some(measures) = audio.measures.as_deref() {
        found.extend([
            clipping(file, measures),
            silence(file, measures),
            loudness(file, audio, line),
            stereo(file, measures),
        ]);
    }
    found.into_iter().flatten().map(|(code, message, help)| Problem::warning(code, None, message, help)).collect()
}

/// `7 phút 5 giây · mp3 · 44100 Hz · 2 kênh`.
pub fn fact_words(facts: &AudioFacts) -> Text {
    let length = duration_words(facts.file_ms);
    let (codec, rate, channels) = (&facts.codec, facts.rate_hz, facts.channels);
    let plural = if channels == 1 { "" } else { "s" };
    Text::new(
        format!("{} · {codec} · {rate} Hz · {channels} kênh", length.vi),
        format!("{} · {codec} · {rate} Hz · {channels} channel{plural}", length.en),
    )
}

/// What was measured of a recording, beside its length: how loud it is as [`of_recording`] judges it, its true peak and
/// its silences; none of one that was never measured for that.
pub fn measure_words(audio: &AudioFacts) -> Option<Text> {
    let measures = audio.measures.as_deref()?;
    let unknown = ("?".to_owned(), "?".to_owned());
    let (loud_vi, loud_en) = audio.line_clufs(2).map_or(unknown.clone(), signed);
    let (peak_vi, peak_en) = measures.true_peak_cdbtp.map_or(unknown, signed);
    let [head, inside, tail] =
        [measures.silence_head_ms, measures.silence_inside_ms, measures.silence_tail_ms].map(|ms| tenths(ms / 100));
    Some(Text::new(
        format!(
            "độ to của bản ghi {loud_vi} LUFS · đỉnh {peak_vi} dBTP · im lặng: đầu {} giây, giữa {} giây, cuối {} giây",
            head.0, inside.0, tail.0
        ),
        format!(
            "{loud_en} LUFS as recorded · peak {peak_en} dBTP · silence: {} s at its start, {} s inside, {} s at its end",
            head.1, inside.1, tail.1
        ),
    ))
}

/// Code, message and help.
type Said = (&'static str, Text, Text);

fn header_differs(file: &str, audio: &AudioFacts) -> Option<Said> {
    let claimed = audio.declared_ms?;
    if claimed.abs_diff(audio.file_ms) <= HEADER_SLACK_MS {
        return None;
    }
    let ((declared_vi, declared), (real_vi, real)) = (tenths(claimed / 100), tenths(audio.file_ms / 100));
    let message = Text::new(
        format!("`{file}` ghi là dài {declared_vi} giây nhưng thực nghe {real_vi} giây"),
        format!("`{file}` claims {declared} seconds but holds {real}"),
    );
    let help = if audio.file_ms < claimed {
        Text::new(
            "nghe lại đoạn cuối: tệp có thể bị cắt khi chép; Loa tính theo độ dài thực",
            "listen to its end: it may have been cut while copying; Loa goes by the real length",
        )
    } else {
        Text::new(
            "nghe hết một lượt: tệp có thể do nối nhiều bản ghi; Loa tính theo độ dài thực",
            "listen to all of it: several recordings may have been joined; Loa goes by the real length",
        )
    };
    Some(("length-unlike-header", message, help))
}

fn clipping(file: &str, measures: &Measures) -> Option<Said> {
    let places = measures.clipped_runs;
    let said = || {
        let message = Text::new(
            format!("`{file}` bị vỡ tiếng: tín hiệu chạm mức tối đa ở {places} chỗ"),
            format!("`{file}` is distorted: it is cut off at full level in {places} places"),
        );
        let help = Text::new(
            "thu lại với mức thu thấp hơn; giảm âm lượng sau khi thu không chữa được",
            "record it again at a lower level; turning it down afterwards does not mend it",
        );
        ("recording-clipped", message, help)
    };
    (places >= MANY_CLIPPED).then(said)
}

fn silence(file: &str, measures: &Measures) -> Option<Said> {
    let (head, tail) = (measures.silence_head_ms, measures.silence_tail_ms);
    let ((head_vi, head_en), (tail_vi, tail_en)) = (tenths(head / 100), tenths(tail / 100));
    let (vi, en) = match (head > LONG_SILENCE_MS, tail > LONG_SILENCE_MS) {
        (false, false) => return None,
        (true, false) => (format!("{head_vi} giây ở đầu"), format!("{head_en} s at its start")),
        (false, true) => (format!("{tail_vi} giây ở cuối"), format!("{tail_en} s at its end")),
        (true, true) => (
            format!("{head_vi} giây ở đầu và {tail_vi} giây ở cuối"),
            format!("{head_en} s at its start and {tail_en} s at its end"),
        ),
    };
    let message = Text::new(format!("`{file}` im lặng {vi}"), format!("`{file}` is silent for {en}"));
    let help = Text::new(
        "cắt bớt đoạn im lặng rồi xuất lại; nếu không, loa cũng im chừng ấy giây",
        "cut the silence off and export it again; as it is, the loudspeakers stay silent for as long",
    );
    Some(("recording-silence", message, help))
}

/// Held against the target even where recordings air as they are: what is far from it is far from all others.
fn loudness(file: &str, audio: &AudioFacts, line: &LineSettings) -> Option<Said> {
    let clufs = audio.line_clufs(2)?;
    let target = line.loudness_clufs.or(LineSettings::default().loudness_clufs)?;
    let off = clufs.abs_diff(target);
    if off <= FAR_CLU {
        return None;
    }
    let ((is_vi, is_en), (target_vi, target_en)) = (level(clufs), level(target));
    // Of the figures beside it, so that they agree.
    let (off_vi, off_en) = tenths((clufs / 10).abs_diff(target / 10).into());
    let message = if clufs < target {
        Text::new(
            format!("`{file}` quá nhỏ tiếng: {is_vi} LUFS, thấp hơn mức chuẩn {target_vi} LUFS {off_vi} LU"),
            format!("`{file}` is too quiet: {is_en} LUFS, {off_en} LU below the target of {target_en} LUFS"),
        )
    } else {
        Text::new(
            format!("`{file}` quá to tiếng: {is_vi} LUFS, cao hơn mức chuẩn {target_vi} LUFS {off_vi} LU"),
            format!("`{file}` is too loud: {is_en} LUFS, {off_en} LU above the target of {target_en} LUFS"),
        )
    };
    let gain_cdb = line.gain_cdb(Some(clufs));
    let brought_to = clufs + gain_cdb;
    let (gain_vi, gain_en) = tenths((brought_to / 10).abs_diff(clufs / 10).into());
    let help = match (clufs < target, gain_cdb.unsigned_abs()) {
        (true, 0) => Text::new(
            "tăng âm lượng (chuẩn hóa) rồi xuất lại, hoặc thu lại gần micrô hơn",
            "make it louder (normalise it) and export it again, or record it closer to the microphone",
        ),
        (true, gain) if gain < off => Text::new(
            format!("khi phát Loa chỉ tăng {gain_vi} dB nên tiếng vẫn nhỏ; hãy thu lại gần micrô hơn"),
            format!("Loa raises it by {gain_en} dB and no more, so it stays quiet; record it closer to the microphone"),
        ),
        (true, _) => Text::new(
            format!(
                "khi phát Loa tự tăng {gain_vi} dB, tiếng ồn trong bản thu cũng to theo; nên thu lại gần micrô hơn"
            ),
            format!(
                "Loa raises it by {gain_en} dB on air, and its noise with it; better record it closer to the microphone"
            ),
        ),
        (false, 0) => Text::new("giảm âm lượng rồi xuất lại", "turn it down and export it again"),
        (false, _) => Text::new(
            format!("khi phát Loa tự giảm {gain_vi} dB; nếu nghe thấy vỡ tiếng thì thu lại với mức thu thấp hơn"),
            format!("Loa lowers it by {gain_en} dB on air; if it sounds distorted, record it again at a lower level"),
        ),
    };
    Some(("recording-loudness", message, help))
}

fn stereo(file: &str, measures: &Measures) -> Option<Said> {
    let fault = measures.stereo_fault?;
    let (vi, en) = match fault {
        StereoFault::DeadLeft => ("trái", "left"),
        StereoFault::DeadRight => ("phải", "right"),
        StereoFault::Inverted => {
            let message = Text::new(
                format!("`{file}` có hai kênh ngược pha: trộn thành một kênh thì tiếng gần như mất hẳn"),
                format!("the channels of `{file}` are opposite: mixed into one they all but cancel out"),
            );
            let help = Text::new(
                "khi phát Loa tự đảo lại một kênh; kiểm tra dây và giắc micrô cho lần thu sau",
                "Loa turns one of them over on air; check cable and plug of the microphone for the next recording",
            );
            return Some(("recording-inverted", message, help));
        }
    };
    let message = Text::new(
        format!("`{file}` chỉ có tiếng ở một bên: kênh {vi} im lặng"),
        format!("`{file}` sounds on one side only: its {en} channel is silent"),
    );
    let help = Text::new(
        "khi phát Loa đưa bên có tiếng ra cả hai kênh; kiểm tra dây và giắc cắm cho lần thu sau",
        "Loa airs the side that sounds on both; check cable and plug of the recorder for the next recording",
    );
    Some(("recording-dead-channel", message, help))
}

/// A level in hundredths, to a tenth where it is not whole.
fn level(hundredths: i32) -> (String, String) {
    let (vi, en) = signed(hundredths);
    let whole = |text: String, end: &str| text.strip_suffix(end).map(str::to_owned).unwrap_or(text);
    (whole(vi, ",0"), whole(en, ".0"))
}

/// Hundredths to a tenth, with the sign that people read as one.
fn signed(hundredths: i32) -> (String, String) {
    let (vi, en) = tenths(u64::from(hundredths.unsigned_abs()) / 10);
    let sign = if hundredths <= -10 { "−" } else { "" };
    (format!("{sign}{vi}"), format!("{sign}{en}"))
}

/// So many tenths, with a comma in Vietnamese.
fn tenths(value: u64) -> (String, String) {
    let en = format!("{}.{}", value / 10, value % 10);
    (en.replace('.', ","), en)
}
