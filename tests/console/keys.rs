//! Most operators never open a file: every key of both files is on a form, or stands here with the reason why it is not.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use loa::console::Role::Admin;
use loa::schema;
use serde_json::Value;

use crate::client::Browser;
use crate::world::{STATION, World};

const WARD: &str = "
[amplifier]
serial = \"COM3\"

[alerts]
mail = { server = \"smtp.example\", user = \"x\", password_file = \"p\", from = \"x@phuong.example\", to = \"x@phuong.example\" }

[[topic]]
code = \"h\"
title = \"Đường dây nóng\"

[[field]]
name = \"đất đai\"

[[hotline]]
id = \"tinh\"
unit = \"UBND tỉnh\"
number = \"1022\"

[[window]]
id = \"sang\"
name = \"Buổi sáng\"
start = \"05:30\"
end = \"06:00\"
running_order = [{ column = \"ban-tin\" }]

[[column]]
id = \"ban-tin\"
name = \"Bản tin\"
";

const MONTH: &str = "month = \"2031-03\"\n\n[[segment]]\nid = \"tin\"\ntitle = \"Tin\"\naudio = \"nhac-hieu.flac\"\ncolumn = \"ban-tin\"\ndays = \"T2-T7\"\n\n[[segment]]\nid = \"rieng\"\ntitle = \"Tin riêng\"\naudio = \"nhac-hieu.flac\"\nat = \"18:00\"\ndays = \"T3\"\n";

const SEGMENT: &str = "/lich/2031-03-04/tiet-muc?id=tin";

/// A table of the schema, a page that asks for its keys, and what comes before them in the names of that page's fields.
const FORMS: &[(&str, &str, &str)] = &[
    ("StationTable", "/dai", ""),
    ("StationTable", "/dai/muc/ten-goi", ""),
    ("FormerNamesTable", "/dai/muc/ten-cu/dong", ""),
    ("LineTable", "/dai", ""),
    ("LineTable", "/dai/muc/am-luong", ""),
    ("GainTable", "/dai/muc/giam-am/dong", ""),
    ("AmplifierTable", "/dai/muc/may-tang-am", ""),
    ("EmergencyTable", "/dai/muc/khan-cap", ""),
    ("AlertsTable", "/dai/muc/bao-tin", ""),
    ("MailTable", "/dai/muc/bao-tin", "mail."),
    ("ConsoleTable", "/dai/muc/trang", ""),
    ("ClockTable", "/dai/muc/dong-ho", ""),
    ("RulesTable", "/dai", ""),
    ("RulesTable", "/dai/muc/quy-dinh", ""),
    ("TopicTable", "/dai/muc/chu-de/dong", ""),
    ("SubTopicTable", "/dai/muc/muc-con/dong?trong=0", ""),
    ("GenreTable", "/dai/muc/the-loai/dong", ""),
    ("FieldTable", "/dai/muc/linh-vuc/dong", ""),
    ("FormTable", "/dai/muc/hinh-thuc/dong", ""),
    ("BasisTable", "/dai/muc/can-cu/dong", ""),
    ("ReportTable", "/dai/muc/cach-bao-cao", ""),
    ("BalanceTable", "/dai/muc/can-doi", ""),
    ("TargetTable", "/dai/muc/chi-tieu", "month."),
    ("HotlineTable", "/dai/muc/duong-day-nong/dong", ""),
    ("HolidayTable", "/dai/muc/ngay-le/dong", ""),
    ("WindowTable", "/dai/muc/khung-gio/dong?dong=0", ""),
    ("ColumnTable", "/dai/muc/chuyen-muc/dong?dong=0", ""),
    ("ItemTable", "/dai/muc/trinh-tu/dong?trong=0&loai=column", ""),
    ("ItemTable", "/dai/muc/trinh-tu/dong?trong=0&loai=audio", ""),
    ("ItemTable", "/dai/muc/trinh-tu/dong?trong=0&loai=filler", ""),
    ("ItemTable", "/dai/muc/trinh-tu/dong?trong=0&loai=relay", ""),
    ("ItemTable", "/lich/2031-03/muc/trinh-tu/dong?trong=0&loai=segment", ""),
    ("ExceptionTable", "/lich/2031-03/muc/ngay-khac/dong", ""),
    ("ExtraTable", "/lich/2031-03-04/buoi-them", ""),
    ("MovedTable", "/lich/2031-03-04/buoi?khung=sang", ""),
    ("SegmentTable", SEGMENT, ""),
    ("SourceDocTable", SEGMENT, "source_doc."),
    ("ProcedureTable", SEGMENT, "procedure."),
    ("FeedbackTable", SEGMENT, "feedback."),
    ("OneStopTable", "/bao-cao/viet/mot-cua?thang=2031-03", ""),
    ("SurveyTable", "/bao-cao/viet/khao-sat?thang=2031-03", ""),
    ("OtherActivityTable", "/bao-cao/viet/hinh-thuc-khac?thang=2031-03", ""),
    ("DeliverableTable", "/bao-cao/viet/san-pham?thang=2031-03", ""),
    ("RemarksTable", "/bao-cao/viet?thang=2031-03", ""),
];

/// Keys that a form asks for by another name: the key, a page, what its field is called there.
const BY_ANOTHER_NAME: &[(&str, &str, &str)] = &[
    ("SegmentTable.dates", SEGMENT, "on"),
    ("PublicationTable.where", SEGMENT, "also_published"),
    ("PublicationTable.date", SEGMENT, "also_published"),
    ("PublicationTable.url", SEGMENT, "also_published"),
    ("ExtraTable.name", "/lich/2031-03-04/buoi-them", "ten"),
    ("MovesTable.moves_to", "/lich/2031-03-04/chuyen-muc?id=ban-tin", "den"),
    ("ApprovedTable.ref", "/kho/tep?ten=nhac-hieu.flac", "so"),
];

const ON_DISK: &str =
    "runs a program, holds a password or shuts the page: changed on the disk of the station's PC alone";
const BY_LOA: &str = "Loa writes it itself where somebody approves a recording";

/// Keys that no form asks for, and why.
const WITHOUT: &[(&str, &str)] = &[
    ("AmplifierTable.on", ON_DISK),
    ("AmplifierTable.off", ON_DISK),
    ("AlertsTable.command", ON_DISK),
    ("MailTable.server", ON_DISK),
    ("MailTable.port", ON_DISK),
    ("MailTable.security", ON_DISK),
    ("MailTable.user", ON_DISK),
    ("MailTable.password_file", ON_DISK),
    ("MailTable.password_env", ON_DISK),
    ("MailTable.from", ON_DISK),
    ("ConsoleTable.listen", ON_DISK),
    ("ConsoleTable.tls", ON_DISK),
    ("ConsoleTable.certificate", ON_DISK),
    ("ConsoleTable.key", ON_DISK),
    ("ConsoleTable.insecure", ON_DISK),
    ("ApprovedTable.by", BY_LOA),
    ("ApprovedTable.on", BY_LOA),
    ("ApprovedTable.sha256", BY_LOA),
    ("MonthFile.month", "the file's own name says it"),
    ("ExtraTable.id", "made from the broadcast's name; it lasts a day"),
    ("ItemTable.id", "tells two places apart that air the same; made from what the place airs"),
];

/// The keys of both files that hold a value, by their table: `WindowTable.start`. What holds another table is that table's.
fn keys() -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for (file, schema) in [("StationFile", schema::station()), ("MonthFile", schema::month())] {
        let tables = schema["$defs"].as_object().unwrap();
        let of = |name: &str, table: &Value| {
            let own = table["properties"].as_object().into_iter().flatten();
            let values = own.filter(|(_, value)| !holds_a_table(value, &schema["$defs"]));
            values.map(|(key, _)| format!("{name}.{key}")).collect::<Vec<_>>()
        };
        keys.extend(of(file, &schema));
        keys.extend(tables.iter().flat_map(|(name, table)| of(name, table)));
    }
    keys
}

fn holds_a_table(value: &Value, tables: &Value) -> bool {
    match value {
        Value::Object(object) => {
            let named = object.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
            let table = named.map(|name| &tables[name]);
            table.is_some_and(|table| table["properties"].is_object() || holds_a_table(table, tables))
                || object.values().any(|value| holds_a_table(value, tables))
        }
        Value::Array(list) => list.iter().any(|value| holds_a_table(value, tables)),
        _ => false,
    }
}

struct Pages {
    browser: Browser,
    seen: BTreeMap<&'static str, String>,
}

impl Pages {
    fn has_field(&mut self, path: &'static str, name: &str) -> bool {
        let page = self.seen.entry(path).or_insert_with(|| {
            let answer = self.browser.get(path);
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            answer.body
        });
        page.contains(&format!(" name=\"{name}\""))
    }
}

#[test]
fn every_key_of_both_files_is_on_a_form_or_has_a_reason_why_not() {
    let world = World::new(&format!("{STATION}{WARD}"), true);
    fs::write(world.home().join("schedules/2031-03.toml"), MONTH).unwrap();
    let mut pages = Pages { browser: world.browser(Admin), seen: BTreeMap::new() };
    // A window and its places of the month's own.
    let own = pages.browser.post("/lich/2031-03/muc/khung-gio", &[("viec", "chep"), ("ma", "sang")]);
    assert_eq!(own.status, 303, "{own:?}");
    let keys = keys();
    assert!(keys.len() > 150 && keys.contains("WindowTable.start") && !keys.contains("StationFile.window"), "{keys:?}");
    let without: BTreeMap<&str, &str> = WITHOUT.iter().copied().collect();
    for (key, why) in &without {
        assert!(keys.contains(*key) && !why.is_empty(), "there is no key {key} any more");
    }
    for key in &keys {
        let (table, name) = key.split_once('.').unwrap();
        let own = FORMS.iter().filter(|(of, ..)| *of == table);
        let asked = own.map(|(_, path, before)| (*path, format!("{before}{name}")));
        let renamed = BY_ANOTHER_NAME.iter().filter(|(of, ..)| of == key);
        let all: Vec<_> = asked.chain(renamed.map(|(_, path, field)| (*path, (*field).to_owned()))).collect();
        let on_a_form = all.iter().any(|(path, field)| pages.has_field(path, field));
        let excused = without.get(key.as_str());
        assert!(on_a_form || excused.is_some(), "no form asks for {key}: {all:?}");
        assert!(!on_a_form || excused.is_none(), "{key} is on a form: {excused:?}");
    }
}
