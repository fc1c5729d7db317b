//! What is to be said of recordings that air all the same: they clip, are silent at an end, too loud or too quiet, or
//! lack a channel. One problem of a kind for each recording, however many segments use it.

use std::collections::BTreeMap;

use crate::problem::{Place, Problem, Text};
use crate::schedule::Schedule;
use crate::schedule::audio_facts::{AudioFacts, Facts, Measures, StereoFault};
use crate::station::LineSettings;

/// How far from it is said, in hundredths of a LU: an untrained ear calls 10 LU twice as loud or half.
const FAR_CLU: u32 = 1200;
/// Silence at an end longer than this is said, in ms: a listener takes it for a broken loudspeaker.
const LONG_SILENCE_MS: u64 = 3000;
/// So many clipped rows are said: a single knock on the microphone makes a few, one overdriven word dozens.
const MANY_CLIPPED: u64 = 10;

/// The warnings about the recordings that `schedule` uses and `facts` has measures of, in the order of their names.
pub(super) fn problems(schedule: &Schedule, facts: &Facts, line: &LineSettings) -> Vec<Problem> {
    let mut users: BTreeMap<&str, Vec<&Place>> = BTreeMap::new();
    for segment in &schedule.segments {
        for file in &segment.audio {
            users.entry(file).or_default().push(&segment.audio_place);
        }
    }
    let mut problems = Vec::new();
    for (file, places) in users {
        let Some(Ok(audio)) = facts.get(file) else { continue };
        let Some(measures) = audio.measures.as_deref() else { continue };
        let found =
            [clipping(file, measures), silence(file, measures), loudness(file, audio, line), stereo(file, measures)];
        for (code, message, help) in found.into_iter().flatten() {
            let problem = Problem::warning(code, places.first().map(|place| (*place).clone()), message, help);
            let also = || Text::new("cũng dùng ở đây", "also used here");
            problems.push(places.iter().skip(1).fold(problem, |problem, place| problem.and((*place).clone(), also())));
        }
    }
    problems
}

/// Code, message and help.
type Said = (&'static str, Text, Text);

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
    let ((is_vi, is_en), (target_vi, target_en)) = (lufs(clufs), lufs(target));
    let (off_vi, off_en) = tenths(u64::from(off) / 10);
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
    let (gain_vi, gain_en) = tenths(u64::from(gain_cdb.unsigned_abs()) / 10);
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
fn lufs(clufs: i32) -> (String, String) {
    let sign = if clufs < 0 { "-" } else { "" };
    let (vi, en) = tenths(u64::from(clufs.unsigned_abs()) / 10);
    let whole = |text: &str, end: &str| format!("{sign}{}", text.strip_suffix(end).unwrap_or(text));
    (whole(&vi, ",0"), whole(&en, ".0"))
}

/// So many tenths, with a comma in Vietnamese.
fn tenths(value: u64) -> (String, String) {
    let en = format!("{}.{}", value / 10, value % 10);
    (en.replace('.', ","), en)
}
