//! The JSON Schema against the files it describes and the readers that judge them.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;

use loa::problem::Problem;
use loa::programme::particulars::Particulars;
use loa::{schedule, schema, station};
use serde_json::Value;

/// What of `value` the schema does not allow: as much of draft 2020-12 as our schemas use, without patterns.
fn faults(root: &Value, rule: &Value, value: &Value, at: &str, out: &mut Vec<String>) {
    if let Some(path) = rule["$ref"].as_str() {
        faults(root, root.pointer(path.trim_start_matches('#')).unwrap(), value, at, out);
    }
    if let Some(kind) = rule["type"].as_str() {
        let fits = match kind {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "integer" => value.is_i64(),
            "number" => value.is_number(),
            "boolean" => value.is_boolean(),
            _ => panic!("{kind}"),
        };
        if !fits {
            return out.push(format!("{at}: {value} is no {kind}"));
        }
    }
    if let Some(words) = rule["enum"].as_array()
        && !words.contains(value)
    {
        out.push(format!("{at}: {value} is none of {words:?}"));
    }
    if let Some(choices) = rule["anyOf"].as_array() {
        let fits = |choice: &Value| {
            let mut found = Vec::new();
            faults(root, choice, value, at, &mut found);
            found.is_empty()
        };
        if !choices.iter().any(fits) {
            out.push(format!("{at}: {value} fits no choice"));
        }
    }
    for item in value.as_array().into_iter().flatten() {
        if rule["items"].is_object() {
            faults(root, &rule["items"], item, at, out);
        }
    }
    let Some(object) = value.as_object() else { return };
    for (key, value) in object {
        let inner = format!("{at}.{key}");
        match (&rule["properties"][key], &rule["additionalProperties"]) {
            (Value::Null, Value::Bool(false)) => out.push(format!("{inner} is unknown")),
            (Value::Null, more @ Value::Object(_)) => faults(root, more, value, &inner, out),
            (Value::Null, _) => {}
            (property, _) => faults(root, property, value, &inner, out),
        }
    }
    for key in rule["required"].as_array().into_iter().flatten() {
        if !object.contains_key(key.as_str().unwrap()) {
            out.push(format!("{at} lacks {key}"));
        }
    }
}

fn as_json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => (*number).into(),
        toml::Value::Boolean(flag) => (*flag).into(),
        toml::Value::Datetime(at) => at.to_string().into(),
        toml::Value::Array(list) => list.iter().map(as_json).collect(),
        toml::Value::Table(table) => table.iter().map(|(key, value)| (key.clone(), as_json(value))).collect(),
    }
}

fn check(schema: &Value, text: &str) -> Vec<String> {
    let value = toml::Value::Table(toml::from_str(text).unwrap());
    let mut found = Vec::new();
    faults(schema, schema, &as_json(&value), "", &mut found);
    found
}

#[test]
fn the_samples_and_every_example_of_the_guide_fit_the_schema() {
    let read = |path: &str| std::fs::read_to_string(path).unwrap();
    assert_eq!(check(&schema::station(), &read("schedules/station.toml")), [] as [String; 0]);
    assert_eq!(check(&schema::month(), &read("schedules/2025-01.toml")), [] as [String; 0]);
    for example in read("docs/huong-dan/ke-hoach.md").split("```toml\n").skip(1) {
        let text = example.split("```").next().unwrap();
        let station = text.starts_with("# station.toml");
        let schema = if station { schema::station() } else { schema::month() };
        assert_eq!(check(&schema, text), [] as [String; 0], "{text}");
    }
}

#[test]
fn what_is_wrong_does_not_fit_it() {
    let wrong =
        "month = 12\n[[segment]]\ntitel = \"A\"\naudio = [\"a.mp3\", \"b.mp3\"]\ntone = \"vui\"\ndates = \"1\"\n";
    let found = check(&schema::month(), wrong);
    assert_eq!(
        found.iter().map(|fault| fault.split(": ").next().unwrap()).collect::<Vec<_>>(),
        [".month", ".segment.dates", ".segment.titel is unknown", ".segment.tone", ".segment lacks \"title\""]
    );
}

#[test]
fn the_files_beside_the_samples_are_those_the_program_prints() {
    for (name, schema) in [("station", schema::station()), ("month", schema::month())] {
        let kept = std::fs::read_to_string(format!("schedules/.schema/{name}.json")).unwrap();
        assert_eq!(kept, format!("{schema:#}\n"), "run: loa schema {name} > schedules/.schema/{name}.json");
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    }
}

#[test]
fn words_are_offered_with_marks_without_and_in_english() {
    let words = &schema::month()["$defs"]["ToneWord"]["enum"];
    for word in ["biểu dương", "bieu_duong", "bieu duong", "praise"] {
        assert!(words.as_array().unwrap().contains(&word.into()), "{word}");
    }
}

/// A key that is near to none.
const ODD: &str = "zzzzqqqqzzzz";

fn problems(in_station: bool, text: &str) -> Vec<Problem> {
    if in_station {
        station::read("schedules/station.toml", text).1
    } else {
        schedule::read("schedules/2026-12.toml", text).1
    }
}

/// The keys that the reader says it knows where it meets one that it does not; whether these are all.
fn known(in_station: bool, text: &str) -> (BTreeSet<String>, bool) {
    let problems = problems(in_station, text);
    let told = problems.iter().find(|problem| problem.code == "unknown-key" && problem.message.en.contains(ODD));
    let told = told.unwrap_or_else(|| panic!("{text}\n{problems:#?}"));
    let keys = told.help.en.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    (keys, !told.help.en.ends_with('…'))
}

/// Tables of either file, each with an odd key in it, and the name of their shape.
const OF_STATION: [(&str, &str); 19] = [
    ("[clock]\nODD", "ClockTable"),
    ("[emergency]\nODD", "EmergencyTable"),
    ("[station]\nODD", "StationTable"),
    ("[[station.was]]\nODD", "FormerNamesTable"),
    ("[targets]\nODD", "TargetsTable"),
    ("[targets.month]\nODD", "TargetTable"),
    ("[line]\nODD", "LineTable"),
    ("[line]\ngain = [{ ODD }]", "GainTable"),
    ("[rules]\nODD", "RulesTable"),
    ("[[topic]]\nODD", "TopicTable"),
    ("[[topic]]\ncode = \"h\"\ntitle = \"H\"\n[[topic.sub]]\nODD", "SubTopicTable"),
    ("[[genre]]\nODD", "GenreTable"),
    ("[[field]]\nODD", "FieldTable"),
    ("[[form]]\nODD", "FormTable"),
    ("[[basis]]\nODD", "BasisTable"),
    ("[[hotline]]\nODD", "HotlineTable"),
    ("[[holiday]]\nODD", "HolidayTable"),
    ("[[window]]\nODD", "WindowTable"),
    ("[[window]]\nrunning_order = [{ ODD }]", "ItemTable"),
];
const OF_MONTH: [(&str, &str); 17] = [
    ("[[segment]]\nODD", "SegmentTable"),
    ("[[segment]]\napproved = { ODD }", "ApprovedTable"),
    ("[[segment]]\nsource_doc = { ODD }", "SourceDocTable"),
    ("[[segment]]\nprocedure = { ODD }", "ProcedureTable"),
    ("[[segment]]\nfeedback = { ODD }", "FeedbackTable"),
    ("[[segment]]\none_stop = { ODD }", "OneStopTable"),
    ("[[segment]]\nsurvey = { ODD }", "SurveyTable"),
    ("[[segment]]\nalso_published = [{ ODD }]", "PublicationTable"),
    ("[[window]]\nODD", "WindowTable"),
    ("[[column]]\nODD", "ColumnTable"),
    ("[[exception]]\nODD", "ExceptionTable"),
    ("[[exception]]\nextra = [{ ODD }]", "ExtraTable"),
    (
        "[[window]]\nid = \"sang\"\nstart = \"05:30\"\nend = \"06:15\"\nrunning_order = [{ column = \"cchc\" }]\n[[column]]\nid = \"cchc\"\n[[exception]]\nwindows = { sang = { ODD } }",
        "MovedTable",
    ),
    ("[[column]]\nid = \"cchc\"\n[[exception]]\ncolumns = { cchc = { ODD } }", "MovesTable"),
    ("[[other_activity]]\nODD", "OtherActivityTable"),
    ("[[deliverable]]\nODD", "DeliverableTable"),
    ("[[window]]\nrunning_order = [{ ODD }]", "ItemTable"),
];

#[test]
fn the_schema_and_the_readers_know_the_same_keys() {
    for (in_station, tables) in [(true, &OF_STATION[..]), (false, &OF_MONTH[..])] {
        let schema = if in_station { schema::station() } else { schema::month() };
        for (text, name) in tables {
            let month = if in_station { "" } else { "month = \"2026-12\"\n" };
            let text = format!("{month}{}\n", text.replace("ODD", &format!("{ODD} = 1")));
            let shape = schema["$defs"][name]["properties"].as_object().unwrap_or_else(|| panic!("{name}"));
            let keys: BTreeSet<String> = shape.keys().cloned().collect();
            let (known, all) = known(in_station, &text);
            let missing: Vec<_> = known.iter().filter(|key| !shape.contains_key(*key)).collect();
            assert!(missing.is_empty(), "the schema's {name} lacks {missing:?}");
            for key in keys.iter().filter(|key| !known.contains(*key)) {
                assert!(!all, "the readers know no `{key}` of {name}");
                let with = text.replace(ODD, key);
                let unknown = problems(in_station, &with).into_iter().find(|problem| problem.code == "unknown-key");
                assert!(unknown.is_none(), "{name}: {unknown:?}");
            }
        }
    }
    // A segment has more keys than are listed: the rest are the facts that it may hold.
    let shape = &schema::month()["$defs"]["SegmentTable"]["properties"];
    let facts = format!("{:#?}", Particulars::default());
    for line in facts.lines().filter(|line| line.starts_with("    ") && line.contains(": ")) {
        let key = line.trim().split(':').next().unwrap();
        assert!(shape[key].is_object(), "the schema's SegmentTable lacks `{key}`");
    }
    let (station, month) = (schema::station(), schema::month());
    let keys = |schema: &Value| schema["properties"].as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    for (in_station, key) in
        keys(&station).iter().map(|key| (true, key)).chain(keys(&month).iter().map(|key| (false, key)))
    {
        let found = problems(in_station, &format!("{key} = 1\n"));
        let codes: Vec<_> = found.iter().map(|problem| problem.code).collect();
        assert!(!codes.contains(&"unknown-key") && !codes.contains(&"misplaced-key"), "{key}: {codes:?}");
    }
    for in_station in [true, false] {
        for key in known(in_station, &format!("{ODD} = 1\n")).0 {
            let in_either = [&station, &month].iter().any(|schema| schema["properties"][&key].is_object());
            assert!(in_either, "`{key}` is in neither schema");
        }
    }
}
