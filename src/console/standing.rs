//! What the daemon's status means, in words: for `loa status` and for the page.

use jiff::fmt::temporal::Pieces;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::airing::IncidentKind;
use crate::cells;
use crate::director::TooLate;
use crate::outcome::Cause;
use crate::problem::{Lang, Text};
use crate::trust::SystemSays;

/// `2026-12-01T05:45:00+07:00` → `01/12 05:45:00`.
pub fn short_time(rfc3339: &str) -> String {
    told(rfc3339, "%d/%m %H:%M:%S")
}

/// An instant of a status in that form, by the clock that it is written in; what is no instant stays as it is.
pub fn told(rfc3339: &str, form: &str) -> String {
    let written = rfc3339.parse().ok().zip(Pieces::parse(rfc3339).ok().and_then(|pieces| pieces.to_numeric_offset()));
    let shown = written.map(|(at, offset)| cells::on_clock(at, &TimeZone::fixed(offset)));
    shown.map_or_else(|| rfc3339.to_owned(), |shown| shown.strftime(form).to_string())
}

/// What the line does.
pub fn line(status: &Value) -> Text {
    match status["line"]["state"].as_str() {
        Some("open") => Text::new("đang mở", "open"),
        Some("lost") => Text::new("MẤT", "LOST"),
        _ => Text::new("chưa mở", "closed"),
    }
}

/// The colour of that: one that is not open yet is no fault.
pub fn line_class(status: &Value) -> &'static str {
    match status["line"]["state"].as_str() {
        Some("open") => "good",
        Some("lost") => "bad",
        _ => "warn",
    }
}

/// What is ordered now is not heard.
pub fn shut() -> Text {
    Text::new(
        "Đã ghi nhận, nhưng đường loa đang đóng nên chưa ai nghe thấy gì: xem vì sao ở phần Cần chú ý của trang Trên sóng. Đường loa mở lại trong 10 phút thì phát, muộn hơn thì phải gọi lại.",
        "It is asked for, but the line is closed and nobody hears anything: see why under Needs attention on the page On air. If the line opens within 10 minutes it sounds; later it must be asked for again.",
    )
}

/// What the amplifier does, as far as that is known, and what it was last asked to do in vain; none where Loa does not switch it.
pub fn amplifier(status: &Value) -> Option<Text> {
    let amplifier = status["amplifier"].as_object()?;
    let word = |key: &str| amplifier.get(key).and_then(Value::as_str);
    let stands = match word("state") {
        Some("on") => Some(Text::new("đang bật", "on")),
        Some("off") => Some(Text::new("đã tắt", "off")),
        _ => None,
    };
    let failed = match word("failed") {
        Some("on") => Some(Text::new("BẬT KHÔNG ĐƯỢC", "COULD NOT BE SWITCHED ON")),
        Some("off") => Some(Text::new("TẮT KHÔNG ĐƯỢC", "COULD NOT BE SWITCHED OFF")),
        _ => None,
    };
    let both = [stands, failed].into_iter().flatten();
    let both =
        both.reduce(|one, then| Text::new(format!("{}; {}", one.vi, then.vi), format!("{}; {}", one.en, then.en)));
    Some(both.unwrap_or_else(|| Text::new("chưa biết", "not known yet")))
}

/// Whether the clock can be relied on.
pub fn clock(status: &Value, lang: Lang) -> String {
    let clock = &status["clock"];
    let vi = lang == Lang::Vi;
    if let Some(doubt) = clock["doubt"].as_str() {
        return format!("{}: {doubt}", if vi { "CHƯA ĐÁNG TIN" } else { "NOT TRUSTED" });
    }
    let says = SystemSays::of(clock["synchronised"].as_bool(), clock["offset_ms"].as_i64());
    let remedy = says.remedy().map(|remedy| format!("; {}", remedy.get(lang))).unwrap_or_default();
    format!("{}{remedy}", says.words().get(lang))
}

/// What is to be known now, what waits before what is not as it should be: what, and in more words.
pub fn remarks(status: &Value, lang: Lang) -> Vec<(String, String)> {
    let mut all = waits(status, lang);
    all.extend(troubles(status, lang));
    all
}

/// What should sound and waits for its turn, which is no fault: what, and for what it waits.
pub fn waits(status: &Value, lang: Lang) -> Vec<(String, String)> {
    let waiting = status["waiting"].as_array().into_iter().flatten().filter_map(waiting);
    waiting.map(|(what, more)| (what.get(lang).to_owned(), more.get(lang).to_owned())).collect()
}

/// What is not as it should be: what, and in more words.
pub fn troubles(status: &Value, lang: Lang) -> Vec<(String, String)> {
    let pick = |vi: &'static str, en: &'static str| if lang == Lang::Vi { vi } else { en };
    let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut out: Vec<(String, String)> = Vec::new();
    if let Some(heard) = status["on_air"]["relayed"].as_str() {
        let what = pick("TIẾP ÂM KHÔNG ĐỦ NGUỒN", "RELAY WITHOUT ITS SOURCE");
        out.push((format!("{what} `{}`", text(&status["on_air"]["title"])), heard.to_owned()));
    }
    if let Some(unsure) = status["clock"]["unsure"].as_str() {
        out.push((pick("GIỜ MÁY CÓ ĐÚNG KHÔNG", "IS THE CLOCK RIGHT").to_owned(), unsure.to_owned()));
    }
    if let Some(why) = status["line"]["why"].as_str() {
        out.push((pick("Vì sao mất đường loa", "Why the line is lost").to_owned(), why.to_owned()));
    }
    if let Some(wanted) = status["line"]["wanted"].as_str() {
        let what = pick(
            "Đường loa mới trong station.toml, có hiệu lực khi chạy lại `loa run`",
            "The line has become, from the next start on",
        );
        // A name, in the letters that the system has for it.
        out.push((what.to_owned(), format!("`{wanted}`")));
    }
    for refused in list(&status["schedule"]["refused"]) {
        let what = pick("KHÔNG NHẬN kế hoạch", "REFUSED schedule");
        let cure = pick("xem mọi lỗi bằng `loa check`", "`loa check` shows all mistakes");
        out.push((format!("{what} {}", text(&refused["month"])), format!("{}; {cure}", text(&refused["message"]))));
    }
    for edit in list(&status["schedule"]["too_late"]) {
        let why = TooLate::ALL.into_iter().find(|why| edit["why"] == why.code()).unwrap_or(TooLate::Past);
        let came = why.words();
        let what = pick("SỬA QUÁ MUỘN", "EDIT TOO LATE");
        out.push((
            format!("{what} {} {}", short_time(&text(&edit["planned"])), text(&edit["title"])),
            came.get(lang).to_owned(),
        ));
    }
    out.extend(kept_off(&status["schedule"]["kept_off"], lang));
    // A PC that never sleeps by itself needs no keeping: nobody has to do anything.
    let may_sleep = status["sleep"]["may_sleep"].as_bool().unwrap_or(true);
    if let Some(refused) = status["sleep"]["refused"].as_str().filter(|_| may_sleep) {
        out.push((pick("MÁY CÓ THỂ NGỦ", "THE PC MAY SLEEP").to_owned(), refused.to_owned()));
    }
    if let Some(why) = status["console"]["why"].as_str() {
        out.push((pick("KHÔNG CÓ TRANG ĐIỀU KHIỂN", "NO CONSOLE").to_owned(), why.to_owned()));
    }
    out.extend(list(&status["alerts"]).iter().filter_map(|way| untold(way, lang)));
    for incident in list(&status["incidents"]) {
        // A clock that is doubted may have shown another year.
        let kind = IncidentKind::from_code(&text(&incident["kind"]));
        let form = if kind.is_some_and(IncidentKind::is_of_the_clock) { "%d/%m/%Y %H:%M:%S" } else { "%d/%m %H:%M:%S" };
        let (what, began) = (pick("SỰ CỐ từ", "INCIDENT since"), told(&text(&incident["began"]), form));
        out.push((format!("{what} {began} {}", text(&incident["word"])), text(&incident["detail"])));
    }
    out
}

/// That alerts do not arrive by a way, why, and how many wait; none of a way that takes them.
fn untold(way: &Value, lang: Lang) -> Option<(String, String)> {
    let since = short_time(way["failing_since"].as_str()?);
    let by = match way["way"].as_str() {
        Some("command") => Text::new("lệnh", "the command"),
        Some("mail") => Text::new("thư", "mail"),
        _ => Text::same("webhook"),
    };
    let what = Text::new(
        format!("KHÔNG GỬI ĐƯỢC TIN BÁO bằng {} từ {since}", by.vi),
        format!("ALERTS DO NOT ARRIVE by {} since {since}", by.en),
    );
    let (why, waiting) = (way["why"].as_str().unwrap_or("?"), way["waiting"].as_u64().unwrap_or(0));
    let waits = Text::new(
        format!(
            "{why}; {waiting} tin chờ, Loa thử lại, lần sau lâu hơn lần trước; thử xem đã được chưa bằng `loa alerts test`"
        ),
        format!("{why}; waiting: {waiting}, tried again ever more rarely; `loa alerts test` tries the way"),
    );
    Some((what.get(lang).to_owned(), waits.get(lang).to_owned()))
}

/// How often an emergency is still to come after this time.
pub fn repeats_left(slot: &Value) -> Option<Text> {
    let left = slot["repeats_left"].as_u64().filter(|left| *left > 0)?;
    let plural = if left == 1 { "" } else { "s" };
    Some(Text::new(format!("còn {left} lần lặp"), format!("{left} repeat{plural} left")))
}

/// That it is an emergency, and how often it is still to come; none of anything else.
pub fn emergency(slot: &Value) -> Option<Text> {
    let head = Text::new("KHẨN CẤP", "EMERGENCY");
    let with = |left: Text| Text::new(format!("{}, {}", head.vi, left.vi), format!("{}, {}", head.en, left.en));
    (slot["emergency"] == true).then(|| repeats_left(slot).map_or_else(|| head.clone(), with))
}

/// What should sound, does not, and for what it waits; none of a soft item whose turn behind the one on air comes.
fn waiting(waits: &Value) -> Option<(Text, Text)> {
    let text = |key: &str| waits[key].as_str().unwrap_or("?");
    if waits["in_turn"] == true && waits["for"] == "on_air" {
        return None;
    }
    let title = text("title");
    let what = match waits["emergency"].as_bool() {
        Some(true) => Text::new(format!("KHẨN CẤP ĐANG CHỜ `{title}`"), format!("EMERGENCY WAITS `{title}`")),
        _ => Text::new(format!("ĐANG CHỜ `{title}`"), format!("WAITS `{title}`")),
    };
    let when = match waits["for"].as_str() {
        Some("line") => Text::new("đường loa mở lại", "the line is open again"),
        Some("on_air") => {
            let on_air = text("on_air");
            Text::new(format!("`{on_air}` kết thúc"), format!("`{on_air}` has ended"))
        }
        _ => Text::new("mở được bản ghi của nó", "its recording is open"),
    };
    let begins = match waits["goes_on"].as_bool() {
        Some(true) => Text::new("đã phát một phần, phát tiếp khi", "heard in part, goes on when"),
        _ => Text::new("phát khi", "begins when"),
    };
    let until = short_time(text("until"));
    let more = Text::new(
        format!("{} {}, muộn nhất {until}; muộn hơn thì thôi", begins.vi, when.vi),
        format!("{} {}, by {until} or not at all", begins.en, when.en),
    );
    Some((what, more))
}

/// How many slots ahead errors keep off the air, and which.
fn kept_off(kept_off: &Value, lang: Lang) -> Option<(String, String)> {
    let times = kept_off["times"].as_u64().filter(|times| *times > 0)?;
    let first: Vec<Value> = kept_off["first"].as_array().cloned().unwrap_or_default();
    let told = |kept: &Value| {
        let text = |key: &str| kept[key].as_str().unwrap_or("?").to_owned();
        let from = short_time(&text("planned"));
        let when = match kept["times"].as_u64().unwrap_or(1) {
            1 => Text::same(&from),
            n => Text::new(format!("{n} lượt từ {from}"), format!("{n} times from {from} on")),
        };
        let cause = Cause::from_code(&text("cause")).map_or("?", |cause| cause.word(lang));
        format!("`{}` ({}): {cause}", text("title"), when.get(lang))
    };
    let mut words: Vec<String> = first.iter().map(told).collect();
    let more = kept_off["titles"].as_u64().unwrap_or(0).saturating_sub(words.len() as u64);
    let check = Text::new("xem cách sửa bằng `loa check`", "`loa check` says what to do");
    let plural = if times == 1 { "" } else { "S" };
    let what = Text::new(
        format!("KHÔNG PHÁT ĐƯỢC {times} lượt sắp tới"),
        format!("ERRORS KEEP {times} SLOT{plural} OFF THE AIR"),
    );
    if more > 0 {
        let more = Text::new(format!("và {more} tiết mục nữa"), format!("and {more} more"));
        words.push(more.get(lang).to_owned());
    }
    words.push(check.get(lang).to_owned());
    Some((what.get(lang).to_owned(), words.join("; ")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_way_by_which_alerts_do_not_arrive_is_told_and_one_that_only_waits_is_not() {
        let way = |since: Value| json!({ "way": "mail", "waiting": 3, "failing_since": since, "why": "hết chờ" });
        let status = json!({ "alerts": [way(Value::Null), way("2026-12-01T05:44:10+07:00".into())] });
        let told = troubles(&status, Lang::Vi);
        assert_eq!(
            told,
            [(
                "KHÔNG GỬI ĐƯỢC TIN BÁO bằng thư từ 01/12 05:44:10".to_owned(),
                "hết chờ; 3 tin chờ, Loa thử lại, lần sau lâu hơn lần trước; thử xem đã được chưa bằng `loa alerts test`".to_owned()
            )]
        );
    }

    #[test]
    fn what_could_not_be_done_of_the_amplifier_is_told_beside_how_it_stands() {
        for (state, failed, vi, en) in [
            (None, None, "chưa biết", "not known yet"),
            (Some("on"), None, "đang bật", "on"),
            (None, Some("on"), "BẬT KHÔNG ĐƯỢC", "COULD NOT BE SWITCHED ON"),
            (Some("off"), Some("on"), "đã tắt; BẬT KHÔNG ĐƯỢC", "off; COULD NOT BE SWITCHED ON"),
            (Some("on"), Some("off"), "đang bật; TẮT KHÔNG ĐƯỢC", "on; COULD NOT BE SWITCHED OFF"),
        ] {
            let status = json!({ "amplifier": { "state": state, "wanted": "on", "failed": failed, "fault": null } });
            assert_eq!(amplifier(&status), Some(Text::new(vi, en)));
        }
        assert_eq!(amplifier(&json!({ "amplifier": null })), None);
    }

    #[test]
    fn a_line_that_waits_for_a_start_keeps_the_letters_of_its_name() {
        let told = troubles(&json!({ "line": { "wanted": "pulseaudio:khac" } }), Lang::Vi);
        let what = "Đường loa mới trong station.toml, có hiệu lực khi chạy lại `loa run`";
        assert_eq!(told, [(what.to_owned(), "`pulseaudio:khac`".to_owned())]);
    }

    #[test]
    fn an_instant_of_a_status_is_told_as_all_others_are() {
        assert_eq!(short_time("2026-12-01T05:44:59.99998+07:00"), "01/12 05:45:00");
        assert_eq!(short_time("2026-12-31T22:30:00Z"), "31/12 22:30:00");
        assert_eq!(short_time("?"), "?");
    }
}
