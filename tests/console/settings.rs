//! "Đài": what is written into station.toml, and what never is.

use loa::console::Role;
use serde_json::json;

use crate::client::between;
use crate::world::{STATION, World, until};

const AMPLIFIER: &str = "\n[amplifier]\non = [\"true\", \"bật\"]\noff = [\"true\"]\n";

#[test]
fn a_form_changes_its_keys_and_no_other_byte() {
    let world = World::new(STATION, true);
    let admin = world.browser(Role::Admin);
    let page = admin.get("/dai").body;
    let base = between(&page, "name=\"base\" value=\"", "\"").unwrap().to_owned();
    let fields = |quiet: &'static str, name: &'static str| {
        [
            ("base", base.clone()),
            ("name", name.to_owned()),
            ("code", "ĐTT".to_owned()),
            ("parent", String::new()),
            ("place", String::new()),
            ("quiet", quiet.to_owned()),
            ("approval", "required".to_owned()),
            ("broadcasts_per_day", "3".to_owned()),
            ("broadcast_minutes", String::new()),
            ("repeats_per_day", String::new()),
        ]
    };
    let send = |fields: &[(&'static str, String)]| {
        admin.post("/dai/cau-hinh", &fields.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>())
    };
    let wrong = send(&fields("21 giờ", "Đài Mới"));
    assert!(
        wrong.status == 422 && wrong.body.contains("station.toml, dòng") && wrong.body.contains("21 giờ"),
        "{wrong:?}"
    );
    assert!(
        world.station_text().starts_with("# Của phường\n[station]\nname = \"Đài Thử\" # tên\n"),
        "nothing is written"
    );
    let right = send(&fields("21:00-05:00", "Đài Mới"));
    assert_eq!(right.status, 303, "{right:?}");
    let text = world.station_text();
    assert!(text.starts_with("# Của phường\n[station]\nname = \"Đài Mới\" # tên\n"), "{text}");
    assert!(text.contains("quiet = [\"21:00-05:00\"]\napproval = \"required\"\nbroadcasts_per_day = 3\n"), "{text}");
    let late = send(&fields("", "Đài Khác"));
    assert!(late.status == 409 && late.body.contains("người khác sửa"), "the second is told: {late:?}");
    until("the page has the new name", || admin.get("/").body.contains("Đài Mới").then_some(()));
}

#[test]
fn no_way_leads_from_the_page_to_a_program_of_ones_choice() {
    let world = World::new(&format!("{STATION}{AMPLIFIER}"), true);
    let admin = world.browser(Role::Admin);
    let page = admin.get("/dai").body;
    assert!(page.contains("true bật"), "it is shown: {page}");
    let before = world.station_text();
    let base = between(&admin.get("/dai/tep").body, "name=\"base\" value=\"", "\"").unwrap().to_owned();
    for text in [
        before.replace("\"bật\"", "\"tắt\""),
        before.replace("off = [\"true\"]", "off = [\"false\"]"),
        format!("{before}\n[alerts]\ncommand = [\"sh\"]\n"),
        format!("alerts.command = [\"sh\"]\n{before}"),
    ] {
        let saved = admin.post("/dai/tep", &[("base", &base), ("text", &text)]);
        let by_api = admin.call("/api/v1/schedule", &json!({ "file": "station", "base": base, "text": text }));
        assert!(saved.status >= 400 && by_api.status >= 400, "{text}: {} {}", saved.status, by_api.status);
        assert_eq!(world.station_text(), before);
    }
}

#[test]
fn the_file_itself_is_saved_whole_or_not_at_all() {
    let world = World::new(STATION, true);
    let admin = world.browser(Role::Admin);
    let base = || between(&admin.get("/dai/tep").body, "name=\"base\" value=\"", "\"").unwrap().to_owned();
    let text = world.station_text();
    let broken = admin.post("/dai/tep", &[("base", &base()), ("text", &text.replace("quiet", "quite"))]);
    assert!(broken.status == 422 && broken.body.contains("quite") && world.station_text() == text, "{broken:?}");
    let good = text.replace("Đài Thử", "Đài Tệp").replace('\n', "\r\n");
    assert_eq!(admin.post("/dai/tep", &[("base", &base()), ("text", &good)]).status, 303);
    assert_eq!(world.station_text(), text.replace("Đài Thử", "Đài Tệp"), "line breaks are those of the file");
}
