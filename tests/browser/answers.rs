//! What a page says when the station does not answer it any more, on a phone, by the keyboard, and on paper.

use serde_json::{Value, json};

use crate::{Newcomer, browser, walk};

/// A station with a segment today, and a column that an exception can be made for.
fn station() -> Newcomer {
    let local = crate::support::zone::now();
    let month = local.strftime("%Y-%m").to_string();
    let text = format!(
        "month = \"{month}\"\n\n[[window]]\nid = \"sang\"\nname = \"Buổi sáng\"\nstart = \"05:30\"\nend = \"06:00\"\n\
         running_order = [{{ column = \"tin\" }}]\n\n[[window]]\nid = \"chieu\"\nname = \"Buổi chiều\"\nstart = \"17:00\"\n\
         end = \"17:45\"\nrunning_order = [{{ column = \"tin\" }}]\n\n[[column]]\nid = \"tin\"\nname = \"Tin\"\n\n\
         [[segment]]\nid = \"tin\"\ntitle = \"Bản tin\"\naudio = \"ban-tin.mp3\"\ncolumn = \"tin\"\ndays = \"T2-CN\"\n"
    );
    Newcomer::finds(Vec::new(), "127.0.0.1:0", |home| {
        std::fs::write(home.join(format!("schedules/{month}.toml")), &text).unwrap();
        std::fs::copy(crate::support::station::recordings().join("ban-tin.mp3"), home.join("audio/ban-tin.mp3"))
            .unwrap();
    })
}

#[test]
fn a_page_that_is_not_answered_says_why_and_keeps_what_was_filled_in() {
    let Some(browser) = browser() else { return };
    let newcomer = station();
    let noted = walk(browser, "unanswered", &newcomer, &[]);
    assert_eq!(noted["silent"], json!({ "form": true, "editor": true, "old": false }), "{noted}");
    assert_eq!(noted["answered_again"], true, "{noted}");
    assert_eq!(noted["ended"]["on_air"], "/dang-nhap?ve=%2F", "{noted}");
    assert_eq!(noted["ended"]["form"], true, "{noted}");
    assert_eq!(noted["title"], "Mục đang điền dở", "{noted}");
    let words = json!(["/bao-cao/viet", "Mua máy tăng âm mới", "Mua máy tăng âm mới"]);
    assert_eq!(noted["words"], words, "kept where it was typed, and saved after the login: {noted}");
}

#[test]
fn on_a_phone_nothing_that_has_the_focus_is_hidden_and_each_date_stands_in_one_line() {
    let Some(browser) = browser() else { return };
    let noted = walk(browser, "phone", &station(), &[]);
    assert_eq!((&noted["covered"], &noted["mislabelled"]), (&json!([]), &json!([])), "{noted}");
    assert_eq!((&noted["wide"], &noted["lines"]), (&json!([]), &json!([1])), "{noted}");
    assert_eq!(noted["heads"], json!(["T2", "T3", "T4", "T5", "T6", "T7", "CN"]), "{noted}");
    // The question has the focus, and its answer is at hand without a key that is pressed twice giving it.
    let at_hand = json!(["khan-cap-phat", "khan-cap-phat"]);
    let emergency = json!({ "focus": "khan-cap-hoi", "to_touch": at_hand, "stays": "/khan-cap/xem" });
    assert_eq!(noted["emergency"], emergency, "{noted}");
}

#[test]
fn a_form_is_filled_in_by_the_keyboard_and_what_was_refused_is_mended_and_gone_back_to() {
    let Some(browser) = browser() else { return };
    let noted = walk(browser, "refused", &station(), &[]);
    assert_eq!((&noted["passed"], &noted["chosen"]), (&json!(""), &json!("ban-tin.mp3")), "{noted}");
    assert_eq!((&noted["as_sent"], &noted["mended"]), (&json!([1, "ban-tin.mp3"]), &json!(0)), "{noted}");
    assert_eq!(noted["back"], json!([200, "GET"]), "{noted}");
}

#[test]
fn a_page_on_paper_is_light_and_whole_and_has_no_buttons() {
    let Some(browser) = browser() else { return };
    let noted = walk(browser, "paper", &station(), &[]);
    assert_eq!(noted["month"]["sheets"], json!([[842, 595]]), "one lying sheet: {noted}");
    assert_eq!(noted["day"]["sheets"][0], json!([595, 842]), "{noted}");
    for page in ["month", "day", "log", "report"] {
        let on_paper = &noted[page];
        assert_eq!(on_paper["ground"], "rgb(255, 255, 255)", "{page}: {noted}");
        assert_eq!(on_paper["buttons"], json!([]), "{page}: {noted}");
        assert_eq!(on_paper["beyond"], json!([]), "{page}: {noted}");
    }
    assert_eq!(noted["month"]["station"], "Đài truyền thanh phường", "{noted}");
    // The frame is gone, and the last line of what it showed is on the paper.
    assert_eq!(
        (&noted["report"]["frame"], &noted["report"]["last"]),
        (&Value::from(false), &Value::from(true)),
        "{noted}"
    );
}
