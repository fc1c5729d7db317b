//! A row of the log that a person corrected: it reads, is found and is taken away as it counts, until that is withdrawn.

use loa::console::Role::Operator;

use crate::client::{Browser, between};
use crate::newcomer::played_and_skipped;
use crate::world::{STATION, World, until};

/// The rows of the CSV that the filter gives, their outcome and their cause.
fn outcomes(browser: &Browser, filter: &str) -> Vec<(String, String)> {
    let csv = browser.get(&format!("/nhat-ky/xuat/csv{filter}")).body;
    // Figures have commas of their own, within quotation marks.
    let cells = |line: &str| {
        let mut quoted = false;
        let cells = line.split(|c| {
            quoted ^= c == '"';
            c == ',' && !quoted
        });
        cells.map(str::to_owned).collect::<Vec<_>>()
    };
    let rows = csv.lines().skip(1).map(cells).filter(|cells| !cells[7].is_empty());
    rows.map(|cells| (cells[7].clone(), cells[8].clone())).collect()
}

fn row_of(browser: &Browser) -> String {
    let page = browser.get("/nhat-ky").body;
    between(&page, "<details class=\"entry\"", "</summary>").unwrap().to_owned()
}

#[test]
fn a_corrected_row_shows_and_is_found_by_what_counts_until_that_is_withdrawn() {
    let world = World::new(STATION, true);
    let operator = world.browser(Operator);
    let slot = played_and_skipped(&operator);
    let form = format!("/nhat-ky/sua?muc={slot}");
    let cut = || vec![("Phát dở".to_owned(), "Người trực dừng".to_owned())];
    assert_eq!(outcomes(&operator, ""), cut());
    assert!(!operator.get(&form).body.contains("rut_lai"), "there is nothing to withdraw");

    let said = [("muc", slot.as_str()), ("ket_qua", "failed line"), ("ly_do", "dân không nghe gì")];
    let answer = operator.post("/nhat-ky/sua", &said);
    assert_eq!(answer.status, 303, "{answer:?}");
    let row = row_of(&operator);
    assert!(row.contains("Lỗi phát") && row.contains("Mất đường loa"), "{row}");
    assert!(row.contains("Sửa tay (Trực); nhật ký ghi: Phát dở (Người trực dừng) "), "{row}");
    let failed = vec![("Lỗi phát".to_owned(), "Mất đường loa".to_owned())];
    for (filter, found) in [
        ("", failed.clone()),
        ("?ket_qua=failed", failed.clone()),
        ("?ket_qua=by_hand", failed.clone()),
        ("?tim=khong+nghe", failed),
        ("?ket_qua=cut", vec![]),
    ] {
        assert_eq!(outcomes(&operator, filter), found, "{filter}");
    }
    let json = operator.get("/nhat-ky/xuat/json").json();
    let airing = &json["airings"][0];
    assert_eq!(
        [
            &airing["outcome"],
            &airing["corrected"]["outcome"],
            &airing["corrected"]["cause"],
            &airing["corrected"]["by"]
        ],
        ["cut", "failed", "line", "Trực"]
    );
    until("today as it counts", || {
        let page = operator.get("/").body;
        let today = between(&page, "id=\"hom-nay\"", "</section></section>")?.to_owned();
        (today.contains("Lỗi phát") && today.contains("sửa tay (Trực)")).then_some(())
    });

    let page = operator.get(&form).body;
    assert!(page.contains("name=\"rut_lai\"") && page.contains("dân không nghe gì"), "{page}");
    let withdrawn = [("muc", slot.as_str()), ("rut_lai", "co"), ("ly_do", "nhầm dòng")];
    assert_eq!(operator.post("/nhat-ky/sua", &withdrawn).status, 303);
    for (filter, found) in
        [("", cut()), ("?ket_qua=cut", cut()), ("?ket_qua=failed", vec![]), ("?ket_qua=by_hand", vec![])]
    {
        assert_eq!(outcomes(&operator, filter), found, "withdrawn, {filter}");
    }
    for words in ["khong+nghe", "nham+dong"] {
        assert_eq!(outcomes(&operator, &format!("?tim={words}")), vec![], "what counts no more is not found: {words}");
    }
    assert!(!row_of(&operator).contains("Sửa tay"));
}

#[test]
fn the_form_offers_what_goes_together_and_of_what_aired_without_loa_what_was_heard() {
    let world = World::new(STATION, true);
    let operator = world.browser(Operator);
    let slot = played_and_skipped(&operator);
    let offered = |address: &str| -> Vec<String> {
        let page = operator.get(address).body;
        let select = between(&page, "<select name=\"ket_qua\">", "</select>").unwrap().to_owned();
        select.split("value=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    let beside = offered(&format!("/nhat-ky/sua?muc={slot}"));
    assert_eq!(beside[..3], ["", "aired", "cut operator"]);
    assert!(beside.iter().any(|both| both == "excepted quiet_hours"), "{beside:?}");
    assert!(!beside.iter().any(|both| both == "failed quiet_hours"), "{beside:?}");
    let new = offered("/nhat-ky/sua");
    assert_eq!(new[..2], ["aired", "cut operator"], "nothing is as the log has it, which has nothing");
    assert!(new.iter().all(|both| !both.starts_with("missed") && !both.is_empty()), "{new:?}");
}
