//! Emergencies, which air though nobody has measured them.

use super::*;

/// Measures for real, and remembers what was found.
#[derive(Default)]
struct Remembering {
    found: Mutex<Vec<AudioFacts>>,
    news: Condvar,
}

impl Measures for Remembering {
    fn known(&self, sha256: &str) -> Option<AudioFacts> {
        self.found.lock().expect("whole").iter().find(|facts| facts.sha256 == sha256).cloned()
    }

    fn find_out(&self, path: &Path) -> Result<AudioFacts, AudioFault> {
        let facts = loa::audio::measure::measure(path)?;
        self.found.lock().expect("whole").push(facts.clone());
        self.news.notify_all();
        Ok(facts)
    }
}

/// It is not kept waiting for that; what is ordered once more has the station's loudness.
#[test]
fn an_emergency_that_was_never_measured_is_measured_while_it_airs_and_known_from_then_on() {
    let station = Station::new(24_000);
    let (facts, events) = channel();
    let line = LineSettings { device: format!("wav:{}", station.wav().display()), ..LineSettings::default() };
    let settings = Settings { line, zone: jiff::tz::TimeZone::UTC };
    let measures = Arc::new(Remembering::default());
    let player = Player::start(&Home::at(station.dir.path()), settings, measures.clone(), facts).expect("a player");
    let armed = || {
        let tone = Some(AttentionTone { file: None, at_least_ms: 0 });
        player.order(Order::Arm { slot: slot(), files: vec!["tin.wav".into()], from_ms: 0, tone });
        wait(&events, |event| match event {
            Event::Armed { lengths_ms, .. } => Some(lengths_ms.clone()),
            _ => None,
        })
    };
    assert_eq!(armed(), [0], "nobody knows what it is");
    let found = measures.found.lock().expect("whole");
    drop(measures.news.wait_while(found, |found| found.is_empty()).expect("whole"));
    assert_eq!(armed(), [500]);
    assert_eq!(measures.found.lock().expect("whole").len(), 1, "once");
}

/// Nobody had time to measure it: that it was not whole shows when it is over. It is heard all the same, behind the tone.
#[test]
fn an_emergency_that_is_not_whole_is_heard_and_ends_as_damaged() {
    enum Harm {
        Cut,
        Spoilt,
    }
    use Harm::{Cut, Spoilt};
    let heard = |file: &str, harm: &Harm| {
        let station = Station::new(48_000);
        let path = station.dir.path().join("audio").join(file);
        if file != "tin.wav" {
            let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("audio").join(file);
            std::fs::copy(own, &path).expect("a recording");
        }
        let mut bytes = std::fs::read(&path).expect("a recording");
        let (len, middle) = (bytes.len(), bytes.len() / 2);
        match harm {
            Cut => bytes.truncate(len * 3 / 5),
            Spoilt => bytes[middle..middle + 400].fill(0),
        }
        std::fs::write(&path, bytes).expect("written");
        let (facts, events) = channel();
        let line = LineSettings { device: format!("wav:{}", station.wav().display()), ..LineSettings::default() };
        let settings = Settings { line, zone: jiff::tz::TimeZone::UTC };
        let measures = Arc::new(Remembering::default());
        let player = Player::start(&Home::at(station.dir.path()), settings, measures, facts).expect("a player");
        let tone = Some(AttentionTone { file: None, at_least_ms: 0 });
        player.order(Order::Arm { slot: slot(), files: vec![file.into()], from_ms: 0, tone });
        wait_for_arming(&events, 1);
        player.order(Order::Air { slot: slot(), at: clock::now(), after: None });
        let (_, played_ms, end) = wait(&events, ended);
        let End::Damaged(why) = end else { panic!("{file}: {end:?}") };
        (played_ms, why.en)
    };
    let cases = [
        ("tin.wav", Cut, 3_600, "shorter than declared: 0.6 of 1.0 s; copy it again"),
        ("ban-tin.mp3", Cut, 9_609, "cut off after 6.6 s; copy it again or export it anew"),
        ("ban-tin.mp3", Spoilt, 13_971, "the sound in this file is damaged around second 5.5; copy it again"),
        ("hoi-dap.ogg", Cut, 7_940, "cut off after 4.9 s; copy it again or export it anew"),
        ("loi-chao.flac", Cut, 5_645, "shorter than declared: 2.6 of 4.6 s; copy it again"),
        ("loi-chao.flac", Spoilt, 7_438, "the sound in this file is damaged, 4.4 of 4.6 s are left; copy it again"),
    ];
    // Each has a line of its own.
    std::thread::scope(|scope| {
        let heard = &heard;
        let airings =
            cases.map(|(file, harm, played_ms, why)| (file, played_ms, why, scope.spawn(move || heard(file, &harm))));
        for (file, played_ms, why, airing) in airings {
            assert_eq!(airing.join().expect("heard"), (played_ms, why.to_owned()), "{file}");
        }
    });
}

/// Its own tone would be heard before it: one that cannot be is as good as none.
#[test]
fn an_emergency_whose_own_tone_cannot_be_heard_is_heard_behind_the_tone_of_loa() {
    let silence: Vec<u8> = {
        let station = Station::new(1);
        write_wav(&station.wav(), 48_000, 2, std::iter::repeat_n(0, 96_000));
        std::fs::read(station.wav()).expect("a wav")
    };
    let tone_ms = loa::audio::attention::AttentionTone::new(0).length_ms();
    for unheard in [b"no sound at all".to_vec(), silence, Vec::new()] {
        let station = Station::new(24_000);
        std::fs::write(station.dir.path().join("audio/bao.wav"), unheard).expect("written");
        let (facts, events) = channel();
        let line = LineSettings { device: format!("wav:{}", station.wav().display()), ..LineSettings::default() };
        let settings = Settings { line, zone: jiff::tz::TimeZone::UTC };
        let measures = Arc::new(Remembering::default());
        let player = Player::start(&Home::at(station.dir.path()), settings, measures, facts).expect("a player");
        let tone = Some(AttentionTone { file: Some("bao.wav".into()), at_least_ms: 0 });
        player.order(Order::Arm { slot: slot(), files: vec!["tin.wav".into()], from_ms: 0, tone });
        wait_for_arming(&events, 1);
        player.order(Order::Air { slot: slot(), at: clock::now(), after: None });
        let (_, played_ms, end) = wait(&events, ended);
        assert_eq!((played_ms, end), (tone_ms + 500, End::Whole));
    }
}
