use super::*;
use crate::loading;
use crate::schedule::audio_facts::Facts;

const STATION: &str = "[line]\ndevice = \"null\"\n[rules]\nquiet = []\n";

fn read(station: &str, month: &str) -> Loaded {
    let number: Month = "2026-12".parse().unwrap();
    loading::load_texts(number, Some(station.to_owned()), month.to_owned(), &mut |_: &[String]| Facts::default())
}

/// Takes in these texts of a month, one after the other, and says how refusals stand after each.
fn saved(months: &[&str]) -> Vec<Refusals> {
    let mut schedules = Schedules::default();
    let stand = |month: &&str| {
        schedules.take(read(STATION, month), Timestamp::UNIX_EPOCH);
        schedules.look_at_refusals()
    };
    months.iter().map(stand).collect()
}

/// A station's line was moved to another PC's card, and the one that was gone was opened at every start.
#[test]
fn a_month_that_is_restored_brings_no_older_station_back() {
    let of = |month: &str, device: &str| {
        let station = format!("[line]\ndevice = \"{device}\"\n");
        let text = format!("month = \"{month}\"\n");
        loading::load_texts(month.parse().unwrap(), Some(station), text, &mut |_: &[String]| Facts::default())
    };
    // What a start does with each month: restored from the log, or taken as it lies there.
    let device = "wav:new.wav";
    for restored_first in [true, false] {
        let mut schedules = Schedules::default();
        let restore =
            |schedules: &mut Schedules| schedules.restore(of("2027-01", "wav:old.wav"), Timestamp::UNIX_EPOCH);
        if restored_first {
            restore(&mut schedules);
            assert_eq!(schedules.station().line.device, "wav:old.wav", "there is nothing better yet");
        }
        schedules.take(of("2026-12", "wav:new.wav"), Timestamp::UNIX_EPOCH);
        if !restored_first {
            restore(&mut schedules);
        }
        assert_eq!(schedules.station().line.device, device, "restored first: {restored_first}");
        assert!(schedules.good_station_text().unwrap().contains(device));
        assert!(schedules.month("2027-01".parse().unwrap()).is_some());
    }
    // A station's file that is gone says nothing.
    let mut schedules = Schedules::default();
    let gone = loading::load_texts(
        "2026-12".parse().unwrap(),
        None,
        "month = \"2026-12\"\n".to_owned(),
        &mut |_: &[String]| Facts::default(),
    );
    schedules.take(gone, Timestamp::UNIX_EPOCH);
    schedules.restore(of("2027-01", "wav:old.wav"), Timestamp::UNIX_EPOCH);
    assert_eq!(schedules.station().line.device, "wav:old.wav");
}

/// A month that nobody has written is no month that is refused, whatever is wrong with the station's file.
#[test]
fn a_month_without_a_file_is_not_refused_for_a_mistake_of_the_stations() {
    let dir = tempfile::tempdir().unwrap();
    let home = crate::home::Home::at(dir.path());
    std::fs::create_dir(dir.path().join("schedules")).unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join("schedules").join(name), text).unwrap();
    write("2026-12.toml", "month = \"2026-12\"\n");
    let months: [Month; 2] = ["2026-12".parse().unwrap(), "2027-01".parse().unwrap()];
    let mut schedules = Schedules::default();
    let mut refused = |station: Option<&str>| {
        match station {
            Some(station) => write("station.toml", station),
            None => std::fs::remove_file(dir.path().join("schedules/station.toml")).unwrap(),
        }
        for month in months {
            let loaded = loading::load(&home, month, &mut |_: &[String]| Facts::default());
            schedules.take(loaded, Timestamp::UNIX_EPOCH);
        }
        schedules.refused().map(|(month, _)| month).collect::<Vec<_>>()
    };
    assert_eq!(refused(Some(STATION)), []);
    assert_eq!(refused(Some("[line\n")), [months[0]], "a mistake");
    assert_eq!(refused(Some(STATION)), []);
    assert_eq!(refused(None), [months[0]], "gone");
    assert_eq!(refused(Some(STATION)), []);
}

#[test]
fn a_mistake_is_the_same_wherever_in_the_file_it_stands_and_another_one_is_told_as_that() {
    let good = "month = \"2026-12\"\n";
    let (first, moved) = ("month = \"2026-12\"\nthag = 1\n", "month = \"2026-12\"\n# ghi chú\n\nthag = 1\n");
    let other = "month = \"2026-12\"\n[[segmnt]]\nid = \"a\"\n";
    let all = saved(&[good, first, first, moved, other, good, good]);
    let [
        Refusals::None,
        Refusals::Began(began),
        Refusals::Last(last),
        Refusals::Last(moved),
        Refusals::Changed(changed),
        Refusals::Over,
        Refusals::None,
    ] = &all[..]
    else {
        panic!("{all:#?}")
    };
    assert_eq!((last, moved), (began, began), "told as it was told first");
    assert!(began.vi.starts_with("`schedules/2026-12.toml` dòng 2: ") && began.vi.contains("thag"), "{}", began.vi);
    assert!(began.en.starts_with("`schedules/2026-12.toml` line 2: ") && began.en.contains("; "), "{}", began.en);
    assert!(changed.vi.contains("segmnt"), "{}", changed.vi);
}

#[test]
fn a_file_that_its_mistake_names_is_named_once() {
    let dir = tempfile::tempdir().unwrap();
    let home = crate::home::Home::at(dir.path());
    std::fs::create_dir(dir.path().join("schedules")).unwrap();
    std::fs::write(dir.path().join("schedules/station.toml"), STATION).unwrap();
    let utf_16: Vec<u8> = "month".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [utf_16, b"\xe2\x28\xa1".to_vec()] {
        std::fs::write(dir.path().join("schedules/2026-12.toml"), bytes).unwrap();
        let loaded = loading::load(&home, "2026-12".parse().unwrap(), &mut |_: &[String]| Facts::default());
        let (_, told) = first_mistake(&loaded);
        assert_eq!(told.vi.matches("2026-12.toml").count(), 1, "{}", told.vi);
        assert_eq!(told.en.matches("2026-12.toml").count(), 1, "{}", told.en);
    }
}

/// In a station that never had a good one: where, what, and what to do.
#[test]
fn a_station_file_that_is_wrong_at_the_very_first_start_is_told_with_its_line_and_its_cure() {
    let mut schedules = Schedules::default();
    let station = read("[line]\ndevice = \"null\"\n[rules]\nquiett = []\n", "month = \"2026-12\"\n");
    let help = station.problems.iter().find(|problem| problem.effect == Effect::Refuse).unwrap().help.clone();
    schedules.take(station, Timestamp::UNIX_EPOCH);
    assert!(schedules.good_station().is_none());
    let Refusals::Began(told) = schedules.look_at_refusals() else { panic!("{schedules:#?}") };
    assert!(told.vi.starts_with("`schedules/station.toml` dòng 4: "), "{}", told.vi);
    assert!(told.vi.contains("quiett") && told.vi.ends_with(&help.vi), "{}", told.vi);
    assert!(told.en.starts_with("`schedules/station.toml` line 4: ") && told.en.ends_with(&help.en), "{}", told.en);
}
