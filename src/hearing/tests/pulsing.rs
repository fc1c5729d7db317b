//! What pulses faster than the two are compared.

use super::*;

/// The verdicts at each tenth of a second of what pulses, as an alarm does, so many times a second: sent by the tenth of a second,
/// heard by its hundredths.
fn pulsing(hz: f64, late_ms: f64, seconds: usize, hears: impl Fn(f64) -> bool) -> Vec<Verdict> {
    const FINE_MS: f64 = 10.0;
    let mut hearing = Hearing::default();
    let level =
        |ms: f64| power(-20.0) * (0.02 + 0.98 * (0.5 + 0.5 * (std::f64::consts::TAU * hz * ms / 1000.0).sin()).powi(2));
    let quiet_ms = QUIET as f64 * SLOT_MS;
    for n in 0..QUIET {
        hearing.heard(at(n), at(n + 1), power(-120.0));
        hearing.judge(at(n + 1));
    }
    let fine = (SLOT_MS / FINE_MS) as usize;
    (QUIET..QUIET + seconds * 10)
        .map(|n| {
            let steps = (0..fine).map(|step| at(n) + step as f64 * FINE_MS);
            let mean = steps.clone().map(level).sum::<f64>() / fine as f64;
            hearing.sent(at(n), at(n + 1), mean);
            for begins_ms in steps {
                let of_ms = begins_ms - late_ms;
                let sounds = of_ms >= at(0) + quiet_ms && hears((of_ms - at(0) - quiet_ms) / 1000.0);
                let heard = if sounds { level(of_ms) } else { 0.0 };
                hearing.heard(begins_ms, begins_ms + FINE_MS, heard + power(-120.0));
            }
            hearing.judge(at(n + 1) + 100.0)
        })
        .collect()
}

/// A siren's loudness comes and goes faster than the two are compared: half a tenth of a second is a quarter of its time.
#[test]
fn what_pulses_is_heard_however_fast_and_late_and_its_absence_is_told() {
    for hz in [0.5, 0.8, 1.0, 1.5, 2.0, 2.5, 3.0, 3.3, 4.0, 4.5, 5.0, 6.0, 7.0, 8.0] {
        for late_ms in [0.0, 15.0, 30.0, 45.0, 60.0, 85.0, 130.0, 480.0, 1_530.0] {
            let told = format!("{hz} Hz, {late_ms} ms late");
            assert_eq!(first_silent(&pulsing(hz, late_ms, 30, |_| true)), None, "{told}");
            let muted = pulsing(hz, late_ms, 30, |second| second < 15.0);
            let (n, _) = first_silent(&muted).unwrap_or_else(|| panic!("{told}: a dead line is told"));
            assert!((150..215).contains(&n), "{told}: told at {n}");
        }
    }
}
