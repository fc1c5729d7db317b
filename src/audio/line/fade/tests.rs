use super::*;

/// It ends where the start under it begins, as far as there is time without a click.
#[test]
fn a_fade_that_should_have_begun_or_has_fades_the_quicker_when_the_clock_moves() {
    const NOW: u64 = 1200;
    for (at_frame, by, ends) in [
        (1500, -100, 3400),
        (1500, -900, 2600),
        (1000, -900, 2100),
        (1000, -2900, NOW + SHORTEST_RAMP),
        (1500, 900, 4400),
        (1000, 900, 3000),
    ] {
        let cut = Gain::Full.cut(2000, at_frame, at_frame.min(NOW));
        let shifted = cut.shift(by, NOW);
        assert_eq!(shifted.ends(), Some(ends), "from {at_frame} by {by}");
        assert!((shifted.at(NOW) - cut.at(NOW)).abs() < 1e-2, "a step: from {at_frame} by {by}");
    }
    assert_eq!(Gain::Full.shift(-900, NOW).ends(), None);
}
