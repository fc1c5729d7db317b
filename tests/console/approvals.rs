//! Who may not approve a recording does not do so by a month's text either, whichever way it comes.

use std::fs;

use loa::console::Role::{Admin, Approver, Operator};
use serde_json::json;

use crate::client::Browser;
use crate::plan::{MONTH, Planned, SEGMENT, base_of};
use crate::world::STATION;

const TOML: &str = "/lich/2031-03/toml";
const SIGNED: &str = "approved = { by = \"Duyệt\", on = \"2031-02-27\", sha256 = \"0000000000000000000000000000000000000000000000000000000000000000\" }\r\n";

/// The month with a line more in its segment.
fn with(line: &str) -> String {
    format!("{MONTH}{line}")
}

fn by_text(browser: &Browser, text: &str) -> (u16, String) {
    let base = base_of(browser, TOML);
    let answer = browser.post(TOML, &[("base", &base), ("text", text), ("van_luu", "1")]);
    (answer.status, answer.body)
}

fn by_call(browser: &Browser, text: &str) -> (u16, String) {
    let base = base_of(browser, TOML);
    let answer = browser.call("/api/v1/schedule", &json!({ "file": "2031-03", "base": base, "text": text }));
    (answer.status, answer.body)
}

#[test]
fn no_text_of_an_operators_approves_anything_by_page_or_api_and_an_approvers_does() {
    let planned = Planned::new(STATION);
    let (operator, approver) = (planned.world.browser(Operator), planned.world.browser(Approver));
    let another = with(&SIGNED.replace("000\"", "001\""));
    for (before, forged) in [(MONTH.to_owned(), with(SIGNED)), (with(SIGNED), another.clone())] {
        fs::write(&planned.file, &before).unwrap();
        for (status, body) in [by_text(&operator, &forged), by_call(&operator, &forged)] {
            assert!(status == 403 && body.contains("việc của người duyệt"), "{status}: {body}");
            assert_eq!(planned.text(), before);
        }
    }
    // What was typed is still in the pane.
    assert!(by_text(&operator, &format!("{another}# dở\r\n")).1.contains("# dở"));
    fs::write(&planned.file, MONTH).unwrap();
    assert_eq!((by_text(&approver, &with(SIGNED)).0, planned.text()), (303, with(SIGNED)));
    fs::write(&planned.file, MONTH).unwrap();
    let (status, body) = by_call(&approver, &with(SIGNED));
    assert_eq!((status, planned.text()), (200, with(SIGNED)), "{body}");
}

#[test]
fn a_text_that_leaves_approvals_as_they_were_or_takes_them_out_is_anybodys_who_plans() {
    let planned = Planned::new(STATION);
    let operator = planned.world.browser(Operator);
    fs::write(&planned.file, with(SIGNED)).unwrap();
    // What is pinned to its bytes goes along with them.
    let renamed = with(SIGNED).replace("id = \"tin\"", "id = \"tin-moi\"");
    for text in [with(&format!("{SIGNED}# lời\r\n")), renamed, MONTH.to_owned()] {
        assert_eq!((by_text(&operator, &text).0, planned.text()), (303, text.clone()), "{text}");
    }
    // What names no bytes stays with its segment.
    let loose = "approved = { by = \"Duyệt\", on = \"2031-02-27\" }\r\n";
    fs::write(&planned.file, with(loose)).unwrap();
    let moved = with(loose).replace("id = \"tin\"", "id = \"khac\"");
    assert_eq!((by_text(&operator, &moved).0, planned.text()), (403, with(loose)));
}

#[test]
fn a_broken_text_between_two_saves_is_no_way_around_who_may_approve() {
    let planned = Planned::new(STATION);
    let operator = planned.world.browser(Operator);
    let broken = |text: &str| text.replace("[[column]]", "[[column]");
    for known in [MONTH.to_owned(), with(SIGNED)] {
        fs::write(&planned.file, &known).unwrap();
        let forged = with(&SIGNED.replace("000\"", "001\""));
        assert_eq!((by_text(&operator, &broken(&forged)).0, planned.text()), (303, broken(&forged)));
        assert_eq!((by_text(&operator, &forged).0, planned.text()), (403, broken(&forged)));
        assert_eq!((by_text(&operator, &known).0, planned.text()), (303, known));
    }
}

#[test]
fn an_operator_takes_back_what_they_did_to_an_approval_and_not_what_another_did() {
    let planned = Planned::new(STATION);
    let (operator, admin) = (planned.world.browser(Operator), planned.world.browser(Admin));
    let undo = |browser: &Browser| {
        let base = base_of(browser, TOML);
        browser.post("/lich/2031-03/hoan-tac", &[("base", &base)]).status
    };
    fs::write(&planned.file, with(SIGNED)).unwrap();
    assert_eq!(by_text(&operator, MONTH).0, 303);
    assert_eq!((undo(&operator), planned.text()), (303, with(SIGNED)), "their own slip");
    assert_eq!(by_text(&admin, MONTH).0, 303);
    assert_eq!((undo(&operator), planned.text()), (403, MONTH.to_owned()), "an admin took the approval away");
    assert_eq!((undo(&admin), planned.text()), (303, with(SIGNED)));
}

#[test]
fn no_form_of_a_month_takes_an_approval_along() {
    let planned = Planned::new(STATION);
    let operator = planned.world.browser(Operator);
    let forged = [("approved", "1"), ("approved.by", "Duyệt"), ("approved.on", "2031-02-27")];
    let base = base_of(&operator, "/lich/2031-03-04/tiet-muc");
    let own = [("base", base.as_str()), ("viec", "tiet-muc"), ("ngay", "2031-03-04")];
    let fields: Vec<(&str, &str)> = own.into_iter().chain(SEGMENT).chain(forged).collect();
    assert_eq!(operator.post("/lich/2031-03/luu", &fields).status, 303);
    assert!(planned.text() != MONTH && !planned.text().contains("approved"), "{}", planned.text());
}
