//! The API held against its own document: whatever is sent, by whoever, each answer is one that the document tells of.

use std::collections::BTreeMap;
use std::fs;

use loa::console::Role;
use loa::timetable::{FARTHEST_REPEAT_MS, MOST_REPEATS};
use serde_json::{Map, Value, json};

use crate::client::{Browser, form};
use crate::world::{PASSWORD, STATION, World};

/// Requests of each call that takes something, for each of those who ask.
const ROUNDS: usize = 8;
/// Of a body that is refused unread so many bytes are waited for; of a longer one the answer may be lost with the connection.
const UNREAD: usize = 60_000;
const MONTH: &str = "month = \"2031-03\"\n\n[[segment]]\nid = \"tin\"\ntitle = \"Bản tin\"\naudio = \"nhac-hieu.flac\"\nat = \"07:00\"\ndates = [1]\n";

/// Numbers as if by chance, the same ones each time (SplitMix64).
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Once in `many`.
    fn once_in(&mut self, many: u64) -> bool {
        self.next().is_multiple_of(many)
    }

    fn of<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[usize::try_from(self.next() % list.len() as u64).unwrap()]
    }
}

/// What a text may be: what a station has, what it nearly has, and what nobody means well.
fn texts(version: &str) -> Vec<String> {
    let mut all: Vec<String> = [
        "nhac-hieu.flac",
        "tin",
        "2031-03",
        "2031-03-04",
        "2031-03-01T05:30:00Z",
        "station",
        "aired",
        "",
        " ",
        "0",
        "-1",
        "2031-13",
        "9999-12",
        "-9999-01-01",
        "2026-01-01..2031-12-31",
        "2026-Q4",
        "../schedules/station.toml",
        "/etc/passwd",
        "a\0b",
        "a\r\nX: y",
        "\u{feff}",
        "\u{202e}tin",
        "𝔏𝔬𝔞 📢",
        "<script>alert(1)</script>",
        "'; DROP TABLE airing; --",
        "null",
        "%00%ff",
        "{{7*7}}",
        "con",
        "am-thu.wav",
    ]
    .map(str::to_owned)
    .to_vec();
    all.extend([version.to_owned(), MONTH.replace("07:00", "08:00"), "x".repeat(20_000), "[".repeat(5_000)]);
    all
}

/// What a station would take as the value of a key; none: the key is best left out.
fn fitting(name: &str) -> Option<Value> {
    Some(match name {
        "what" => json!("nhac-hieu.flac"),
        "ordered_by" | "editor" => json!("Trần Văn Bình"),
        "month" | "period" => json!("2031-03"),
        "segment" => json!("tin"),
        "file" => json!("2031-07"),
        "base" => json!(""),
        "text" => json!(MONTH.replace("2031-03", "2031-07")),
        "name" => json!("Xem"),
        "password" => json!(PASSWORD),
        "title" => json!("Loa tay"),
        "why" => json!("mất điện"),
        "outcome" => json!("aired"),
        "began" => json!("2020-01-05T05:30:00+07:00"),
        "ended" => json!("2020-01-05T05:34:30+07:00"),
        _ => return None,
    })
}

/// What makes requests.
struct Author {
    document: Value,
    texts: Vec<String>,
    draw: Draw,
    /// As a station would take them.
    fair: bool,
}

impl Author {
    /// A value that fits the schema, mostly.
    fn value(&mut self, schema: &Value) -> Value {
        if !self.fair && self.draw.once_in(8) {
            let odd = [
                Value::Null,
                json!([]),
                json!({}),
                json!([[[[[[1]]]]]]),
                json!(-1),
                json!(u64::MAX),
                json!(1e300),
                json!(true),
                json!("1"),
                json!({ "vi": "a" }),
            ];
            return self.draw.of(&odd).clone();
        }
        if let Some(path) = schema["$ref"].as_str() {
            let named = self.document.pointer(path.trim_start_matches('#')).expect("a schema of that name").clone();
            return self.value(&named);
        }
        let kinds = [schema["type"].clone()];
        let kinds = schema["type"].as_array().map_or(&kinds[..], Vec::as_slice);
        match self.draw.of(kinds).as_str() {
            Some("object") => self.object(schema),
            Some("string") => Value::from(self.draw.of(&self.texts).as_str()),
            Some("integer") => {
                self.draw.of(&[json!(0), json!(1), json!(3), json!(1000), json!(u64::MAX), json!(-5)]).clone()
            }
            Some("boolean") => Value::from(self.draw.once_in(2)),
            _ => Value::Null,
        }
    }

    fn object(&mut self, schema: &Value) -> Value {
        let mut object = Map::new();
        for (name, of) in schema["properties"].as_object().cloned().unwrap_or_default() {
            object.extend(self.named(&name, &of).map(|value| (name, value)));
        }
        // What aired without Loa has a title of its own or that of a segment.
        if self.fair && object.contains_key("title") {
            object.remove("segment");
        }
        if !self.fair && self.draw.once_in(8) {
            object.insert("__proto__".to_owned(), json!({ "a": 1 }));
        }
        Value::Object(object)
    }

    /// The value of a key; none: it is left out.
    fn named(&mut self, name: &str, schema: &Value) -> Option<Value> {
        match fitting(name) {
            fits if self.fair => fits,
            Some(fits) if self.draw.once_in(2) => Some(fits),
            _ => (!self.draw.once_in(6)).then(|| self.value(schema)),
        }
    }

    fn query(&mut self, operation: &Value) -> String {
        let mut pairs = Vec::new();
        for parameter in operation["parameters"].as_array().cloned().unwrap_or_default() {
            let name = parameter["name"].as_str().unwrap().to_owned();
            let Some(value) = self.named(&name, &parameter["schema"]) else { continue };
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            // A server takes an address of so many bytes; a longer one it may refuse as it likes.
            pairs.push((name, text.chars().take(2000).collect::<String>()));
        }
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let wild = if !self.fair && self.draw.once_in(8) { "&%zz=%ff&&=&name" } else { "" };
        format!("{}{wild}", form(&pairs))
    }

    /// The body, and what it is called.
    fn body(&mut self, operation: &Value) -> (Vec<u8>, &'static str) {
        let content = &operation["requestBody"]["content"];
        let Some(schema) = content["application/json"].get("schema").cloned() else {
            let sounds =
                [fs::read("audio/nhac-hieu.flac").unwrap(), b"RIFF....WAVE".to_vec(), Vec::new(), vec![0xff; 70_000]];
            let sound = if self.fair { &sounds[0] } else { self.draw.of(&sounds) };
            return (sound.clone(), "application/octet-stream");
        };
        let mut text = self.value(&schema).to_string().into_bytes();
        if self.fair {
            return (text, "application/json");
        }
        match self.draw.next() % 12 {
            0 => text.truncate(text.len() / 2),
            1 => text.splice(1..1, *b"\xff\xfe").for_each(drop),
            2 => text = b"[".repeat(100_000),
            3 => text = vec![b' '; 2 << 20],
            _ => {}
        }
        (text, if self.draw.once_in(8) { "text/plain" } else { "application/json" })
    }
}

/// What is wrong with an answer.
fn fault(operation: &Value, status: u16, kind: &str, body: &[u8]) -> Option<String> {
    if status >= 500 {
        return Some("it is the program's own failure".to_owned());
    }
    let told = &operation["responses"][status.to_string()];
    if told.is_null() {
        return Some("the document knows no such answer".to_owned());
    }
    if !told["content"].as_object().is_some_and(|content| content.contains_key(kind)) {
        return Some(format!("it is {kind}, the document says {}", told["content"]));
    }
    let Ok(body) = serde_json::from_slice::<Value>(body) else { return Some("its body is no JSON".to_owned()) };
    let whole =
        ["type", "title", "detail", "code"].iter().all(|key| body[key].as_str().is_some_and(|text| !text.is_empty()));
    (status >= 400 && !(whole && body["status"] == status)).then(|| format!("{body} are no problem details"))
}

#[test]
fn whatever_is_sent_each_answer_is_one_that_the_document_tells_of() {
    let world = World::new(STATION, true);
    fs::write(world.home().join("schedules/2031-03.toml"), MONTH).unwrap();
    let mut askers = vec![("nobody", Browser::new(&world.address))];
    askers.extend(Role::ALL.map(|role| (role.code(), world.browser(role))));
    let document = askers[1].1.get("/api/v1/openapi.json").json();
    let mut author = Author {
        document: document.clone(),
        texts: texts(&loa::saving::version(Some(MONTH))),
        draw: Draw(20_261_130),
        fair: true,
    };
    let (mut wrong, mut counts) = (Vec::new(), BTreeMap::<(String, u16), usize>::new());
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let takes = operation["parameters"].is_array() || operation["requestBody"].is_object();
            for (who, browser) in &askers {
                for round in 0..if takes { ROUNDS } else { 1 } {
                    author.fair = round == 0;
                    let query = author.query(operation);
                    let address = if query.is_empty() { path.clone() } else { format!("{path}?{query}") };
                    let (body, kind) =
                        if method == "get" { (Vec::new(), "text/plain") } else { author.body(operation) };
                    let token = if round > 0 && author.draw.once_in(12) { "0" } else { browser.csrf.as_str() };
                    let headers = [("Content-Type", kind), ("X-CSRF-Token", token)];
                    let Some((answer, got)) = browser.answered(&method.to_uppercase(), &address, &headers, &body)
                    else {
                        assert!(body.len() > UNREAD, "{who}: {method} {address:.300} is not answered");
                        continue;
                    };
                    *counts.entry((path.clone(), answer.status)).or_default() += 1;
                    let kind = answer.header("content-type").unwrap_or_default();
                    if let Some(fault) = fault(operation, answer.status, kind, &got) {
                        let body = String::from_utf8_lossy(&body[..body.len().min(300)]);
                        wrong.push(format!("{who}: {method} {address:.300} {body} → {}: {fault}", answer.status));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // It is no test of refusals alone.
    let paths = document["paths"].as_object().unwrap().keys();
    let unheard: Vec<&String> = paths.filter(|path| !counts.contains_key(&((*path).clone(), 200))).collect();
    assert!(unheard.is_empty(), "{unheard:?} of {counts:#?}");
    let unlike = counts.keys().map(|(_, status)| status).collect::<std::collections::BTreeSet<_>>();
    assert!(unlike.len() >= 8, "{counts:#?}");
}

/// All references below a value.
fn references(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            into.extend(object.get("$ref").and_then(Value::as_str).map(str::to_owned));
            object.values().for_each(|value| references(value, into));
        }
        Value::Array(list) => list.iter().for_each(|value| references(value, into)),
        _ => {}
    }
}

/// What of a parameter is not as OpenAPI 3.1 has it.
fn misshapen(path: &str, parameter: &Value) -> Option<String> {
    let name = parameter["name"].as_str()?;
    let in_path = path.contains(&format!("{{{name}}}"));
    let nullable = parameter["schema"]["type"].as_array().is_some_and(|kinds| kinds.contains(&json!("null")));
    let required = parameter["required"] == true;
    match parameter["in"].as_str() {
        Some("path") if !in_path => Some(format!("{path}: `{name}` is in no path")),
        Some("path") if !required => Some(format!("{path}: `{name}` of the path must be required")),
        Some("query") if in_path => Some(format!("{path}: `{name}` is in the path")),
        Some("query") if required && nullable => Some(format!("{path}: `{name}` is both required and not")),
        Some("path" | "query" | "header" | "cookie") if parameter["schema"].is_object() => None,
        _ => Some(format!("{path}: {parameter}")),
    }
}

#[test]
fn the_document_is_openapi_as_programs_that_make_clients_read_it() {
    let document = World::shared().browser(Role::Viewer).get("/api/v1/openapi.json").json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    assert!(document["info"]["title"].is_string() && document["info"]["version"].is_string(), "{}", document["info"]);
    let mut found = Vec::new();
    references(&document, &mut found);
    for reference in &found {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference} leads nowhere");
    }
    let schemes = document["components"]["securitySchemes"].as_object().expect("security schemes");
    assert_eq!(schemes["session"]["in"], "cookie");
    assert_eq!((&schemes["session"]["type"], &schemes["session"]["name"]), (&json!("apiKey"), &json!("loa_phien")));
    assert_eq!((&schemes["token"]["in"], &schemes["token"]["name"]), (&json!("header"), &json!("X-CSRF-Token")));
    let (mut wrong, mut queries, mut ids) = (Vec::new(), BTreeMap::new(), std::collections::BTreeSet::new());
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let id = operation["operationId"].as_str().expect("a name for the call");
            assert!(ids.insert(id.to_owned()), "two calls are named {id}");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                wrong.extend(misshapen(path, parameter));
                let name = (path.as_str(), parameter["name"].as_str().unwrap());
                assert!(queries.insert(name, parameter["required"] == true).is_none(), "{name:?} twice");
            }
            let needs: Vec<&String> = operation["security"]
                .as_array()
                .into_iter()
                .flatten()
                .flat_map(|all| all.as_object().unwrap().keys())
                .collect();
            let expected: &[&str] = match (path.as_str(), method.as_str()) {
                ("/api/v1/session", _) => &[],
                (_, "get") => &["session"],
                _ => &["session", "token"],
            };
            assert_eq!(needs, expected, "{method} {path}");
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.contains_key("200"), "{method} {path}");
            for (status, response) in responses {
                assert!(response["description"].is_string(), "{method} {path} {status}");
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let ordered = &document["components"]["schemas"]["Emergency"]["properties"];
    assert_eq!((&ordered["repeat"]["minimum"], &ordered["repeat"]["maximum"]), (&json!(1), &json!(MOST_REPEATS)));
    assert_eq!(ordered["every_ms"]["maximum"], json!(FARTHEST_REPEAT_MS));
    let expected = [
        (("/api/v1/airings", "from"), false),
        (("/api/v1/airings", "to"), false),
        (("/api/v1/report", "period"), false),
        (("/api/v1/timetable", "period"), false),
        (("/api/v1/upload", "folder"), false),
        (("/api/v1/upload", "name"), true),
        (("/api/v1/upload", "number"), false),
    ];
    assert_eq!(queries, BTreeMap::from(expected));
}
