//! A period's evidence leaves the PC and is checked where there is nothing else.

use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use data_encoding::HEXLOWER;
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use loa::airing::{Corrected, IncidentKind};
use loa::evidence::{self, Evidence, Seen};
use loa::home::Home as StationHome;
use loa::ledger::{Finding, Reader, Synced};
use loa::levels::Levels;
use loa::outcome::{Cause, Outcome};
use loa::problem::{Lang, Text};
use loa::programme::Class;
use loa::programme::particulars::{Level, Origin, Particulars, Tone};
use loa::report::period::Period;
use loa::station::Rhythm;
use loa::timetable::Kind;
use serde_json::Value;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::chained::{correction, lived_for_long, log};
use super::{Home, PATIENCE, at, audio, home, open, slot};

fn made(home: &Home) -> Evidence {
    let root = home.path.parent().unwrap().parent().unwrap();
    let station = StationHome::at(root);
    let loaded = loa::loading::load_station(&station);
    let period = Period::parse("2026-12-01..2026-12-31", Rhythm::Calendar).unwrap();
    let reader = Reader::open(&home.path).unwrap();
    let mut no_facts = |_: &[String]| loa::schedule::audio_facts::Facts::default();
    evidence::make(&station, &reader, &loaded, period, at("10:00:00"), &mut no_facts, Lang::Vi).unwrap()
}

fn check(bytes: &[u8], wanted: Option<&str>) -> Result<Seen, Text> {
    evidence::check("goi.zip", bytes, wanted)
}

/// What is found, in a word and a name each.
fn found(bytes: &[u8]) -> Vec<(&'static str, String)> {
    let findings = check(bytes, None).unwrap().verdict.findings;
    let name = |finding: &Finding| match finding {
        Finding::FileChanged { name } => name.clone(),
        other => other.link().map_or_else(String::new, |link| link.seq.to_string()),
    };
    findings.iter().map(|finding| (finding.code(), name(finding))).collect()
}

#[test]
fn evidence_holds_plan_log_and_report_is_the_same_each_time_and_is_vouched_for_by_a_head_that_left() {
    let home = log();
    let first = made(&home);
    assert_eq!(first, made(&home));
    let zip = ZipArchive::new(Cursor::new(&first.bytes)).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    let revision = "cd".repeat(6);
    let (month, station) = (format!("plan/2026-12-{revision}.toml"), format!("plan/2026-12-{revision}-station.toml"));
    let expected = [
        "manifest.json",
        "README.txt",
        "airings.json",
        "chain.jsonl",
        "incidents.json",
        &station,
        &month,
        "report.json",
        "report.txt",
    ];
    assert_eq!(names, expected);
    assert_eq!(file_of(&first.bytes, &month), "tháng");

    let head = Reader::open(&home.path).unwrap().head().unwrap();
    let seen = check(&first.bytes, Some(&HEXLOWER.encode(&head.hash)[..12])).unwrap();
    assert_eq!((seen.verdict.findings, seen.verdict.vouched_to), (vec![], Some(10)));
    // It begins with the schedule that the slots were planned from: the third link.
    assert_eq!((seen.manifest.before.seq, seen.manifest.last.seq, seen.verdict.head), (2, 10, head));
    assert_eq!((seen.manifest.from, seen.manifest.as_of), (date(2026, 12, 1), date(2026, 12, 1)));
}

#[test]
fn a_head_that_evidence_does_not_hold_accuses_nobody_for_it_may_be_later() {
    let bytes = made(&log()).bytes;
    let seen = check(&bytes, Some("0123456789ab")).unwrap();
    assert_eq!((&seen.verdict.findings[..], seen.verdict.vouched_to), (&[][..], None));
    assert_eq!((seen.is_log_whole(), seen.unplaced.as_deref()), (true, Some("0123456789ab")));

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("goi.zip");
    std::fs::write(&file, &bytes).unwrap();
    let verify = |more: &[&str]| {
        let mut loa = Command::new(env!("CARGO_BIN_EXE_loa"));
        let out = loa.args(["log", "verify"]).arg(&file).args(more).output().unwrap();
        (out.status.code().unwrap(), String::from_utf8(out.stdout).unwrap())
    };
    let (status, said) = verify(&["--head", "0123456789ab"]);
    assert_eq!(status, 4, "{said}");
    assert!(said.contains("Nhật ký nguyên vẹn") && said.contains("KHÔNG KẾT LUẬN ĐƯỢC"), "{said}");
    assert!(said.contains("gói kết thúc ở mắt xích 10, lập ngày 2026-12-01"), "{said}");
    let (status, said) = verify(&["--head", "0123456789ab", "--json"]);
    let object: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((status, &object["whole"], &object["head_not_in_it"]), (4, &true.into(), &"0123456789ab".into()));
    assert_eq!(object["evidence"]["log_whole"], true);
    assert_eq!(verify(&["--json"]).0, 0);
}

#[test]
fn a_changed_byte_of_evidence_is_named_wherever_it_stands() {
    let bytes = made(&log()).bytes;
    let mut zip = ZipArchive::new(Cursor::new(&bytes)).unwrap();
    for index in 0..zip.len() {
        let file = zip.by_index(index).unwrap();
        let at = usize::try_from(file.data_start().unwrap() + file.compressed_size() / 2).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        if name == "manifest.json" {
            assert!(check(&changed, None).unwrap_err().en.contains("no evidence of Loa's"));
        } else {
            assert_eq!(found(&changed), [("file_changed", name)], "and nothing else is blamed");
        }
    }
    // Wherever in a file's place it stands, that file is named and no other.
    for index in 1..zip.len() {
        let file = zip.by_index(index).unwrap();
        let ends = usize::try_from(file.data_start().unwrap() + file.compressed_size()).unwrap();
        let (begins, name) = (usize::try_from(file.header_start()).unwrap(), file.name().unwrap().into_owned());
        for at in (begins..ends).step_by(7) {
            let mut changed = bytes.clone();
            changed[at] ^= 0x04;
            assert_eq!(found(&changed), [("file_changed", name.clone())], "the byte at {at} of {begins}..{ends}");
        }
    }
    for at in (0..bytes.len()).step_by(53) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        let seen = check(&changed, None);
        assert!(seen.is_err_and(|_| true) || !found(&changed).is_empty(), "the byte at {at}");
    }
    assert!(check(&bytes[..bytes.len() / 2], None).is_err());
    assert!(check(b"not a zip", None).is_err());
}

fn file_of(bytes: &[u8], name: &str) -> String {
    let mut text = String::new();
    ZipArchive::new(Cursor::new(bytes)).unwrap().by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn forged(bytes: &[u8], name: &str, from: &str, to: &str) -> Vec<u8> {
    forged_by(bytes, name, &|text| {
        assert!(text.contains(from), "{name} has no {from}");
        text.replacen(from, to, 1)
    })
}

/// Changes a file and makes every hash anew that a forger can make.
fn forged_by(bytes: &[u8], name: &str, change: &dyn Fn(&str) -> String) -> Vec<u8> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = Vec::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        files.push((file.name().unwrap().into_owned(), text));
    }
    let sha256 = |text: &[u8]| HEXLOWER.encode(&Sha256::digest(text));
    let file = files.iter_mut().find(|(found, _)| found == name).unwrap();
    let before = file.1.clone();
    file.1 = change(&before);
    let after = file.1.clone();
    files[0].1 = files[0].1.replace(&sha256(before.as_bytes()), &sha256(after.as_bytes()));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.set_comment(format!("loa-evidence sha256={}", "0".repeat(64))).unwrap();
    let mut bytes = zip.finish().unwrap().into_inner();
    let end = bytes.len() - 64;
    let hash = sha256(&bytes[..end]);
    bytes[end..].copy_from_slice(hash.as_bytes());
    bytes
}

#[test]
fn who_makes_every_hash_of_the_file_anew_is_still_named_by_the_chain() {
    let bytes = made(&log()).bytes;
    assert_eq!(found(&forged(&bytes, "README.txt", "GÓI", "GOI")), [], "that alone nobody vouches for");
    let outcome = found(&forged(&bytes, "chain.jsonl", r#"\"missed\""#, r#"\"failed\""#));
    assert_eq!(outcome, [("changed", "6".to_owned()), ("file_changed", "airings.json".to_owned())]);
    let forgeries = [
        ("\"played_ms\": 300000", "\"played_ms\": 299000"),
        ("\"2026-12-01/05:30:00/cchc\"", "\"2026-12-01/05:31:00/cchc\""),
        ("\"outcome\": \"missed\"", "\"outcome\": \"failed\""),
        ("T05:30:00", "T05:30:01"),
        ("\"outcome\": \"missed\"", "\"outcome\": null"),
        ("\"by\": \"Nguyễn Văn A\"", "\"by\": \"Nguyễn Văn B\""),
        ("\"why\": \"nghe tại chỗ\"", "\"why\": \"theo sổ\""),
        ("\"title\": \"Bản tin khẩn\"", "\"title\": \"Bản tin\""),
        ("\"corrections\": [", "\"corrections\": [], \"others\": ["),
    ];
    for (from, to) in forgeries {
        let found = found(&forged(&bytes, "airings.json", from, to));
        assert_eq!(found, [("file_changed", "airings.json".to_owned())], "{from}");
    }
    let (month, station) =
        (format!("plan/2026-12-{}.toml", "cd".repeat(6)), format!("plan/2026-12-{}-station.toml", "cd".repeat(6)));
    let beside = [
        ("incidents.json", "\"detail\": \"rút dây\"", "\"detail\": \"\""),
        ("incidents.json", "\"incidents\": [", "\"incidents\": [], \"others\": ["),
        ("incidents.json", "T05:55:00+07:00", "T05:51:00+07:00"),
        ("incidents.json", "\"ended\": \"2026-12-01T05:55:00+07:00\"", "\"ended\": null"),
        ("incidents.json", "\"kind\": \"line_lost\"", "\"kind\": \"power_cut\""),
        (&month, "tháng", "tháng khác"),
        (&station, "đài", "đài khác"),
    ];
    let twice = forged_by(&bytes, "incidents.json", &|text| {
        let mut list: Value = serde_json::from_str(text).unwrap();
        let rows = list["incidents"].as_array_mut().unwrap();
        rows.push(rows[0].clone());
        list.to_string()
    });
    assert_eq!(found(&twice), [("file_changed", "incidents.json".to_owned())], "one stands twice");
    for (name, from, to) in beside {
        assert_eq!(found(&forged(&bytes, name, from, to)), [("file_changed", name.to_owned())], "{name}: {from}");
    }
}

/// Every place of the tree that holds a word, a number or nothing, by its pointer.
fn leaves(tree: &Value, at: &str, found: &mut Vec<String>) {
    match tree {
        Value::Object(object) => object.iter().for_each(|(key, one)| leaves(one, &format!("{at}/{key}"), found)),
        Value::Array(list) => list.iter().enumerate().for_each(|(n, one)| leaves(one, &format!("{at}/{n}"), found)),
        _ => found.push(at.to_owned()),
    }
}

fn another(value: &Value) -> Value {
    match value {
        Value::String(text) => match text.parse::<Timestamp>() {
            Ok(instant) => (instant + SignedDuration::from_secs(1)).to_string().into(),
            Err(_) => format!("{text}x").into(),
        },
        Value::Bool(yes) => (!yes).into(),
        Value::Number(number) => (number.as_f64().unwrap() + 1.0).into(),
        _ => "x".into(),
    }
}

/// A log with something in every column that a row of airings has, or in nearly every one.
fn full_log() -> Home {
    let home = home();
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    let mut heard = slot("05:30:00", "cchc");
    heard.particulars = Arc::new(Particulars {
        genre: Some("tin".into()),
        tone: Some(Tone::Praise),
        level: Some(Level::Ward),
        origin: Some(Origin::Own),
        topics: vec!["cchc".into(), "số hóa".into()],
        ..Particulars::default()
    });
    (heard.class, heard.column, heard.window) = (Class::Priority, Some("cot".into()), Some("sang".into()));
    heard.files.push("cchc-2.mp3".into());
    ledger.keep_revision("2026-12".parse().unwrap(), "đài", "tháng", &heard.revision, at("05:00:01"));
    let mut asked = slot("06:00:00", "khan");
    (asked.asked_by, asked.kind, asked.segment) = (Some("Nguyễn Văn A".into()), Kind::ByHand, None);
    for (slot, begins, ends) in [(&heard, "05:30:01", "05:35:01"), (&asked, "06:00:00", "06:05:00")] {
        ledger.freeze(slot);
        assert_eq!(ledger.open_part(&slot.id, &audio(), "main", "alsa:usb", PATIENCE), Synced::Yes);
        ledger.note_began(&slot.id, at(begins));
        ledger.note_levels(
            &slot.id,
            Levels { peak_cdbfs: Some(-301), rms_cdbfs: Some(-1_807), seconds: vec![36, 37, 255] },
        );
        ledger.close_part(&slot.id, at(ends), 299_000, 1_000);
    }
    ledger.incident_began(IncidentKind::LineSilent, at("05:31:00"), &Text::same(""));
    ledger.incident_ended(IncidentKind::LineSilent, at("05:31:20"));
    ledger.settle(&heard.id, Outcome::Interrupted, Some(Cause::Line), "20 giây không ra tiếng");
    ledger.settle(&asked.id, Outcome::Aired, None, "");
    assert_eq!(ledger.correct(correction("c1", Corrected::Slot(heard.id)), PATIENCE), Synced::Yes);
    let without = Corrected::WithoutLoa { title: "Bản tin khẩn".into(), segment: Some("cchc".into()) };
    assert_eq!(ledger.correct(correction("c2", without), PATIENCE), Synced::Yes);
    // What lasts has no record, and takes from what was heard all the same.
    ledger.incident_began(IncidentKind::LineSilent, at("06:04:30"), &Text::same(""));
    lived_for_long(&ledger);
    home
}

#[test]
fn every_column_of_the_table_is_held_against_the_chain_and_none_can_be_taken_away() {
    let bytes = made(&full_log()).bytes;
    assert_eq!(found(&bytes), []);
    let table: Value = serde_json::from_str(&file_of(&bytes, "airings.json")).unwrap();
    let mut places = Vec::new();
    leaves(&table, "", &mut places);
    assert!(places.len() > 100 && table["airings"][0]["heard_ms"] == 279_000, "{table:#}");
    let heard_ms = &table["airings"][1]["heard_ms"];
    assert_eq!(heard_ms, 269_000, "{table:#}");
    let by = |change: &dyn Fn(&mut Value)| {
        found(&forged_by(&bytes, "airings.json", &|_| {
            let mut table = table.clone();
            change(&mut table);
            table.to_string()
        }))
    };
    let named = [("file_changed", "airings.json".to_owned())];
    for place in places {
        let changed = by(&|table| {
            let value = table.pointer_mut(&place).unwrap();
            *value = another(value);
        });
        let (row, column) = place.rsplit_once('/').unwrap();
        let is_vouched_for = !["station", "first", "run"].contains(&column);
        assert_eq!(changed, if is_vouched_for { &named[..] } else { &[] }, "{place}");
        if table.pointer(row).unwrap().is_object() {
            let gone = by(&|table| drop(table.pointer_mut(row).unwrap().as_object_mut().unwrap().remove(column)));
            assert_eq!(gone, named, "without {place}");
        }
    }
}

/// No hash covers what a line of the chain says of its record: the record's own words count.
#[test]
fn a_line_of_the_chain_that_says_other_than_its_record_is_named() {
    let bytes = made(&log()).bytes;
    let missed = "\"kind\":\"airing\",\"reference\":\"2026-12-01/06:00:00/thue\"";
    let drop_row = |text: &str| {
        let mut table: Value = serde_json::from_str(text).unwrap();
        table["airings"].as_array_mut().unwrap().retain(|row| row["segment"] != "thue");
        table.to_string()
    };
    let as_run = forged(&bytes, "chain.jsonl", missed, &missed.replace("airing", "run"));
    assert_eq!(found(&as_run), [("link_changed", "6".to_owned())]);
    let both = found(&forged_by(&as_run, "airings.json", &drop_row));
    assert_eq!(both, [("link_changed", "6".to_owned()), ("file_changed", "airings.json".to_owned())]);
    let other = forged(&bytes, "chain.jsonl", missed, &missed.replace("thue", "khac"));
    assert_eq!(found(&other), [("link_changed", "6".to_owned())]);
    let unknown = forged(&bytes, "chain.jsonl", missed, &missed.replace("airing", "other"));
    assert_eq!(found(&unknown), [("link_changed", "6".to_owned())]);
}

/// The manifest's own words and the report are nobody's but the packer's, and the command says so.
#[test]
fn what_no_link_vouches_for_is_named_by_the_command() {
    let bytes = made(&log()).bytes;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("goi.zip");
    let verify = |bytes: &[u8], more: &[&str]| {
        std::fs::write(&file, bytes).unwrap();
        let mut loa = Command::new(env!("CARGO_BIN_EXE_loa"));
        let out = loa.env("LOA_LANG", "vi").args(["log", "verify"]).arg(&file).args(more).output().unwrap();
        (out.status.code().unwrap(), String::from_utf8(out.stdout).unwrap())
    };
    let renamed = forged(&bytes, "manifest.json", "\"as_of\": \"2026-12-01\"", "\"as_of\": \"2027-01-05\"");
    let rewritten = forged_by(&bytes, "report.txt", &|text| text.replacen('1', "2", 1));
    for bytes in [&bytes, &renamed, &rewritten] {
        let (status, said) = verify(bytes, &[]);
        assert_eq!(status, 0, "{said}");
        assert!(said.contains("không giữ cho tên và mã đài, kỳ, ngày lập, báo cáo và lời hướng dẫn"), "{said}");
    }
    let object: Value = serde_json::from_str(&verify(&bytes, &["--json"]).1).unwrap();
    assert_eq!(object["evidence"]["unvouched"], serde_json::json!(evidence::UNVOUCHED));
}

/// What is done to the rows of the table and to what persons wrote beside them.
type Forgery = dyn Fn(&mut Vec<Value>, &mut Vec<Value>);

/// Whose hash left the PC is no matter: the chain is genuine, and the table beside it says less, or more, than it.
#[test]
fn what_is_left_out_of_the_table_or_put_into_it_is_named_by_the_chain_under_a_head_that_left() {
    let home = log();
    let bytes = made(&home).bytes;
    let head = HEXLOWER.encode(&Reader::open(&home.path).unwrap().head().unwrap().hash);
    let table = |change: &Forgery| {
        let changed = forged_by(&bytes, "airings.json", &|text| {
            let mut table: Value = serde_json::from_str(text).unwrap();
            let [mut airings, mut corrections] =
                ["airings", "corrections"].map(|key| table[key].as_array().unwrap().clone());
            change(&mut airings, &mut corrections);
            (table["airings"], table["corrections"]) = (airings.into(), corrections.into());
            table.to_string()
        });
        check(&changed, Some(&head)).unwrap().verdict.findings
    };
    assert_eq!(table(&|_, _| ()), [], "in other words it says the same");
    let forgeries: [(&str, &Forgery); 8] = [
        ("a missed row is gone", &|rows, _| rows.retain(|row| row["outcome"] != "missed")),
        ("all are gone", &|rows, _| rows.clear()),
        ("one stands twice", &|rows, _| rows.push(rows[0].clone())),
        ("one is still ahead beside itself", &|rows, _| {
            let mut row = rows[0].clone();
            (row["airing"], row["outcome"]) = (Value::Null, Value::Null);
            rows.push(row);
        }),
        ("one has no end yet", &|rows, _| rows.iter_mut().for_each(|row| row["outcome"] = Value::Null)),
        ("nobody corrected it", &|rows, _| rows[0]["corrected"] = Value::Null),
        ("a word is gone", &|_, words| drop(words.remove(0))),
        ("a word takes back", &|_, words| words[1]["outcome"] = "missed".into()),
    ];
    for (what, change) in forgeries {
        assert_eq!(table(change), [Finding::FileChanged { name: "airings.json".into() }], "{what}");
    }
}

/// Anybody may hand in anything: numbers that no log comes to are findings like others.
#[test]
fn evidence_whose_links_have_numbers_beyond_all_bounds_is_named_as_changed() {
    let bytes = made(&log()).bytes;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("goi.zip");
    for number in [i64::MAX, i64::MIN] {
        for (name, from) in
            [("manifest.json", "\"seq\": 2"), ("chain.jsonl", "\"seq\":3,"), ("chain.jsonl", "\"seq\":10,")]
        {
            let to = from.replace(|digit: char| digit.is_ascii_digit(), "");
            let to = to.replacen(':', &format!(":{number}"), 1);
            let changed = forged(&bytes, name, from, &to);
            assert!(!found(&changed).is_empty(), "{name}: {to}");
            std::fs::write(&file, changed).unwrap();
            let mut loa = Command::new(env!("CARGO_BIN_EXE_loa"));
            let status = loa.args(["log", "verify"]).arg(&file).output().unwrap().status;
            assert_eq!(status.code(), Some(1), "{name}: {to}");
        }
    }
}

#[test]
fn a_changed_leaflet_is_no_changed_log_and_the_file_is_named() {
    let bytes = made(&log()).bytes;
    let mut zip = ZipArchive::new(Cursor::new(&bytes)).unwrap();
    let leaflet = zip.by_name("README.txt").unwrap();
    let (text, before_it) = (leaflet.data_start().unwrap() + 1, leaflet.header_start() + 10);
    drop(leaflet);
    // Within what it says, and within what the zip says of it (its time), which no hash of a file holds.
    for at in [text, before_it] {
        let mut changed = bytes.clone();
        changed[usize::try_from(at).unwrap()] ^= 1;
        assert_eq!(found(&changed), [("file_changed", "README.txt".to_owned())], "at {at}");
        let seen = check(&changed, None).unwrap();
        assert!(seen.is_log_whole());
        let words = evidence::words(&seen.verdict.findings[0]);
        assert!(words.vi.contains("`README.txt`") && words.vi.contains("nhật ký không bị động đến"), "{}", words.vi);
    }
    let chain = check(&forged(&bytes, "chain.jsonl", r#"\"missed\""#, r#"\"failed\""#), None).unwrap();
    assert!(!chain.is_log_whole());
}

/// What any other program makes of it: other places, another compression, the folders as entries of their own.
#[test]
fn evidence_that_was_unpacked_and_packed_again_is_as_good_and_says_so() {
    let bytes = made(&log()).bytes;
    let zip = ZipArchive::new(Cursor::new(&bytes)).unwrap();
    let again = |method: CompressionMethod, change: &dyn Fn(&str, &mut String)| {
        let mut files: Vec<(String, String)> = Vec::new();
        for index in (0..zip.len()).rev() {
            let mut zip = zip.clone();
            let mut file = zip.by_index(index).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            let name = file.name().unwrap().into_owned();
            change(&name, &mut text);
            files.push((name, text));
        }
        let mut packed = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(method).unix_permissions(0o600);
        packed.add_directory("plan/", options).unwrap();
        for (name, text) in files {
            packed.start_file(name, options).unwrap();
            packed.write_all(text.as_bytes()).unwrap();
        }
        packed.finish().unwrap().into_inner()
    };
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        let seen = check(&again(method, &|_, _| ()), None).unwrap();
        assert_eq!((seen.verdict.findings.len(), seen.is_log_whole(), seen.repacked), (0, true, true), "{method:?}");
        let changed = again(method, &|name, text| {
            if name == "chain.jsonl" {
                *text = text.replacen("missed", "failed", 1);
            }
        });
        assert!(!check(&changed, None).unwrap().is_log_whole(), "{method:?}");
        let beside = again(method, &|name, text| {
            if name == "incidents.json" {
                text.push(' ');
            }
        });
        assert_eq!(found(&beside), [("file_changed", "incidents.json".to_owned())], "{method:?}");
    }
    assert!(!check(&bytes, None).unwrap().repacked);
}

#[test]
fn r_32_evidence_is_made_and_opens_and_verifies_by_the_commands_where_there_is_no_home() {
    let home = log();
    let root = home.path.parent().unwrap().parent().unwrap();
    std::fs::create_dir_all(root.join("schedules")).unwrap();
    std::fs::write(root.join("schedules/station.toml"), "[station]\nname = \"Đài Thử\"\n").unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let loa = |folder: &Path, args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_loa"));
        let out = command.args(args).current_dir(folder).env("LOA_LANG", "en").env_remove("LOA_HOME").output().unwrap();
        (out.status.code(), String::from_utf8(out.stdout).unwrap(), String::from_utf8(out.stderr).unwrap())
    };
    let file = elsewhere.path().join("goi.zip");
    let name = file.to_str().unwrap();
    let make = ["--home", ".", "evidence", "2026-12-01..2026-12-02", "-o", name];
    let (status, said, _) = loa(root, &make);
    let head = HEXLOWER.encode(&Reader::open(&home.path).unwrap().head().unwrap().hash);
    assert_eq!((status, said.contains(&head)), (Some(0), true), "{said}");
    let (status, said, _) = loa(elsewhere.path(), &["log", "verify", "goi.zip", "--head", &head]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.starts_with("Evidence of Đài Thử, from 2026-12-01 to 2026-12-02, made on "), "{said}");
    assert!(said.contains("The log is whole: 8 links (numbers 3 to 10)") && said.contains("that of link 10"), "{said}");
    let mut bytes = std::fs::read(&file).unwrap();
    let whole = bytes.clone();
    assert_eq!(loa(root, &make).0, Some(0), "the same once more is no matter");
    let leaflet = ZipArchive::new(Cursor::new(&whole)).unwrap().by_name("README.txt").unwrap().data_start().unwrap();
    bytes[usize::try_from(leaflet).unwrap() + 1] ^= 1;
    std::fs::write(&file, &bytes).unwrap();
    let (status, _, said) = loa(root, &make);
    assert_eq!((status, said.contains("left as it is")), (Some(1), true), "{said}");
    assert_eq!(std::fs::read(&file).unwrap(), bytes, "what may have been handed on already stays");
    let (status, said, _) = loa(elsewhere.path(), &["log", "verify", "goi.zip"]);
    assert_eq!(status, Some(1), "{said}");
    assert!(
        said.contains("The log is whole: 8 links") && said.contains("THE EVIDENCE IS NOT AS IT WAS MADE: 1 file"),
        "{said}"
    );
    assert!(said.contains("`README.txt`") && said.contains("the log is not touched"), "{said}");
    bytes = whole;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let (status, said, _) = loa(elsewhere.path(), &["log", "verify", "goi.zip", "--json"]);
    assert_eq!(status, Some(1), "{said}");
    let json: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&json["whole"], &json["findings"][0]["finding"]), (&false.into(), &"file_changed".into()));
    let (status, _, said) = loa(elsewhere.path(), &["log", "verify", "khong-co.zip"]);
    assert_eq!((status, said.contains("khong-co.zip")), (Some(1), true), "{said}");
}

#[test]
fn a_hash_that_the_log_does_not_hold_is_first_to_be_compared_with_the_paper_it_was_copied_from() {
    let home = log();
    let root = home.path.parent().unwrap().parent().unwrap();
    std::fs::create_dir_all(root.join("schedules")).unwrap();
    std::fs::write(root.join("schedules/station.toml"), "[station]\nname = \"Đài Thử\"\n").unwrap();
    let head = HEXLOWER.encode(&Reader::open(&home.path).unwrap().head().unwrap().hash);
    let slip = if head.starts_with('0') { "1" } else { "0" };
    let mistyped = format!("{slip}{}", &head[1..12]);
    for (lang, first) in
        [("vi", "hãy so lại từng ký tự của mã đã cho"), ("en", "First compare the hash that was given digit")]
    {
        let verify = |head: &str| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_loa"));
            let args = ["--lang", lang, "log", "verify", "--head", head];
            let out = command.args(args).current_dir(root).env_remove("LOA_HOME").output().unwrap();
            (out.status.code(), String::from_utf8(out.stdout).unwrap())
        };
        let (status, said) = verify(&mistyped);
        assert_eq!((status, said.contains(first)), (Some(1), true), "{said}");
        let (status, said) = verify(&head[..12]);
        assert_eq!((status, said.contains(first)), (Some(0), false), "{said}");
    }
}
