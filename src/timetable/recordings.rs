//! What is to be said of recordings that air all the same: they clip, are silent at an end, too loud or too quiet, or
//! lack a channel. One problem of a kind for each recording, however many segments use it.

use std::collections::BTreeMap;

use crate::problem::{Place, Problem, Text};
use crate::schedule::Schedule;
use crate::schedule::audio_facts::{Facts, Measures, StereoFault};

/// The loudness that bulletins should have, in hundredths of a LUFS: −16, well above television's −23, since a street is
/// noisier than a room.
const TARGET_CLUFS: i32 = -1600;
/// How far from it is said, in hundredths of a LU: an untrained ear calls 10 LU twice as loud or half.
const FAR_CLU: u32 = 1200;
/// Silence at an end longer than this is said, in ms: a listener takes it for a broken loudspeaker.
const LONG_SILENCE_MS: u64 = 3000;
/// So many clipped rows are said: a single knock on the microphone makes a few, one overdriven word dozens.
const MANY_CLIPPED: u64 = 10;

/// The warnings about the recordings that `schedule` uses and `facts` has measures of, in the order of their names.
pub(super) fn problems(schedule: &Schedule, facts: &Facts) -> Vec<Problem> {
    let mut users: BTreeMap<&str, Vec<&Place>> = BTreeMap::new();
    for segment in &schedule.segments {
        for file in &segment.audio {
            users.entry(file).or_default().push(&segment.audio_place);
        }
    }
    let mut problems = Vec::new();
    for (file, places) in users {
        let Some(measures) = facts.get(file).and_then(|found| found.as_ref().ok()?.measures.as_deref()) else {
            continue;
        };
        let found =
            [clipping(file, measures), silence(file, measures), loudness(file, measures), stereo(file, measures)];
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

fn loudness(file: &str, measures: &Measures) -> Option<Said> {
    let clufs = measures.loudness_clufs?;
    if clufs.abs_diff(TARGET_CLUFS) <= FAR_CLU {
        return None;
    }
    let ((is_vi, is_en), (off_vi, off_en)) =
        (tenths(u64::from(clufs.unsigned_abs()) / 10), tenths(u64::from(clufs.abs_diff(TARGET_CLUFS)) / 10));
    let (sign, target) = (if clufs < 0 { "-" } else { "" }, TARGET_CLUFS / 100);
    let (message, help) = if clufs < TARGET_CLUFS {
        (
            Text::new(
                format!("`{file}` quá nhỏ tiếng: {sign}{is_vi} LUFS, thấp hơn mức chuẩn {target} LUFS {off_vi} LU"),
                format!("`{file}` is too quiet: {sign}{is_en} LUFS, {off_en} LU below the target of {target} LUFS"),
            ),
            Text::new(
                "tăng âm lượng (chuẩn hóa) rồi xuất lại, hoặc thu lại gần micrô hơn",
                "make it louder (normalise it) and export it again, or record it closer to the microphone",
            ),
        )
    } else {
        (
            Text::new(
                format!("`{file}` quá to tiếng: {sign}{is_vi} LUFS, cao hơn mức chuẩn {target} LUFS {off_vi} LU"),
                format!("`{file}` is too loud: {sign}{is_en} LUFS, {off_en} LU above the target of {target} LUFS"),
            ),
            Text::new("giảm âm lượng rồi xuất lại", "turn it down and export it again"),
        )
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
                "đảo pha một kênh hoặc chỉ giữ một kênh rồi xuất lại; kiểm tra dây micrô",
                "turn one channel over, or keep only one, and export it again; check the microphone cable",
            );
            return Some(("recording-inverted", message, help));
        }
    };
    let message = Text::new(
        format!("`{file}` chỉ có tiếng ở một bên: kênh {vi} im lặng"),
        format!("`{file}` sounds on one side only: its {en} channel is silent"),
    );
    let help = Text::new(
        "xuất lại thành một kênh (mono) từ bên có tiếng; kiểm tra dây và giắc cắm khi thu",
        "export the side that sounds as mono; check cable and plug of the recorder",
    );
    Some(("recording-dead-channel", message, help))
}

/// So many tenths, with a comma in Vietnamese.
fn tenths(value: u64) -> (String, String) {
    let en = format!("{}.{}", value / 10, value % 10);
    (en.replace('.', ","), en)
}
