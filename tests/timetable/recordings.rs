//! What is said of a recording by its figures: they agree with each other, and are written as figures are.

use loa::schedule::audio_facts::{AudioFacts, Measures};
use loa::station::LineSettings;
use loa::timetable::{measure_words, of_recording};

/// A recording on two channels that is so loud, in hundredths of a LUFS.
fn as_loud_as(clufs: i32) -> AudioFacts {
    let measures = Some(Measures { loudness_clufs: Some(clufs), ..Measures::default() }.into());
    AudioFacts { channels: 2, measures, ..AudioFacts::default() }
}

/// Every figure in a text, in tenths.
fn figures(text: &str) -> Vec<i32> {
    let numbers = text.split(|c: char| !c.is_ascii_digit() && c != '−' && c != '.').map(|text| text.replace('−', "-"));
    numbers.filter_map(|number| number.parse::<f64>().ok()).map(|number| (number * 10.0).round() as i32).collect()
}

#[test]
fn a_level_below_nought_has_the_sign_of_figures_and_nought_has_none() {
    let told = |clufs: i32| measure_words(&as_loud_as(clufs)).unwrap().vi;
    for (clufs, figure) in [(-1_600, "−16,0"), (-40, "−0,4"), (-10, "−0,1"), (-9, "0,0"), (0, "0,0"), (125, "1,2")]
    {
        assert!(told(clufs).starts_with(&format!("độ to của bản ghi {figure} LUFS ·")), "{}", told(clufs));
    }
}

#[test]
fn how_far_a_recording_is_from_the_target_and_by_how_much_it_is_brought_there_agree_with_the_figures_beside_it() {
    let line = LineSettings::default();
    let mut told = 0;
    for clufs in -5_000..600 {
        let said = of_recording("a.mp3", &as_loud_as(clufs), &line);
        let Some(problem) = said.into_iter().find(|problem| problem.code == "recording-loudness") else { continue };
        let message = problem.message.en.replace("`a.mp3`", "");
        let [is, rest @ ..] = &figures(&message)[..] else { panic!("{message}") };
        let (off, target) = if rest[0] < 0 { (rest[1], rest[0]) } else { (rest[0], rest[1]) };
        assert_eq!((is - target).abs(), off, "{message}");
        let gain = figures(&problem.help.en).first().copied().unwrap_or(0);
        let is_whole = line.gain_cdb(Some(clufs)).unsigned_abs() >= clufs.abs_diff(-1_600);
        assert!(!is_whole || gain == off, "{message}: {}", problem.help.en);
        told += 1;
    }
    assert!(told > 2_000, "{told}");
}
