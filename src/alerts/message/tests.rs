use super::*;
use crate::alerts::Urgency;
use crate::outcome::{Cause, Outcome};
use crate::schedule::Month;

fn sender(lang: Lang) -> Sender {
    Sender { station: "Đài phường Thử".into(), zone: TimeZone::fixed(jiff::tz::offset(7)), lang }
}

fn at(text: &str) -> Timestamp {
    format!("{text}+07:00").parse().unwrap()
}

fn news(matter: Matter, stands: Stands, began: &str, detail: &str) -> News {
    let (began, detail) = (at(began), detail.to_owned());
    News { matter, stands, at: began, latest: began, times: 1, slot: None, detail, urgency: Urgency::Waits }
}

fn missed(lang: Lang) -> News {
    let ended = super::super::Ended {
        slot: "2026-12-01/05:45:00/ban-tin",
        title: "Bản tin",
        planned: at("2026-12-01T05:45:00"),
        outcome: Outcome::Missed,
        cause: Some(Cause::Line),
        note: "",
        barred: None,
        is_emergency: false,
    };
    News::of_slot(&ended, &sender(lang).zone, lang).unwrap()
}

/// The log notes it in Vietnamese alone; whoever is told in English is told all of it in English.
#[test]
fn what_kept_a_slot_off_the_air_is_told_in_the_language_of_the_message() {
    let reason = Text::new("bắt đầu khi `Tin` đang phát", "starts while `Tin` is on air");
    let told = |lang| {
        let ended = super::super::Ended {
            slot: "2026-12-01/05:45:00/ban-tin",
            title: "Bản tin",
            planned: at("2026-12-01T05:45:00"),
            outcome: Outcome::Missed,
            cause: Some(Cause::Overlap),
            note: &reason.vi,
            barred: Some(&reason),
            is_emergency: false,
        };
        News::of_slot(&ended, &sender(lang).zone, lang).unwrap().detail
    };
    assert_eq!(told(Lang::Vi), "05:45:00 01/12 `Bản tin`: Trùng giờ; bắt đầu khi `Tin` đang phát");
    assert_eq!(told(Lang::En), "05:45:00 01/12 `Bản tin`: Overlap; starts while `Tin` is on air");
}

#[test]
fn a_message_says_what_where_since_when_and_what_to_do() {
    let line = news(
        Matter::Incident(IncidentKind::LineLost),
        Stands::Lasts { again: false },
        "2026-12-01T05:44:10",
        "alsa:hw:CARD=PCH,DEV=0: rút dây",
    );
    let head = LogHead { seq: 12, hash: "3f9a".into() };
    let message = Message::of(&[missed(Lang::Vi), line.clone()], 0, Some(&head), &sender(Lang::Vi));
    assert_eq!(message.subject, "Loa · Đài phường Thử: mất đường loa và 1 việc khác");
    assert_eq!(
        message.text,
        "Đài phường Thử\n\
         \n- Mất đường loa, từ 05:44:10 01/12: alsa:hw:CARD=PCH,DEV=0: rút dây\n  \
         Xem dây cắm và thiết bị âm thanh; Loa tự mở lại khi thiết bị trở lại.\n\
         \n- Bỏ lỡ: 05:45:00 01/12 `Bản tin`: Mất đường loa\n  \
         Xem nguyên nhân bằng `loa airings`; cần thì phát lại bằng `loa play`.\n\
         \nMã nhật ký, mắt xích 12: 3f9a\n"
    );
    assert_eq!(message.json["ledger"], json!({ "head": "3f9a", "seq": 12 }));
    assert_eq!(
        message.json["alerts"][1],
        json!({
            "kind": "missed", "state": "happened", "began": "2026-12-01T05:45:00+07:00",
            "latest": "2026-12-01T05:45:00+07:00", "ended": null, "times": 1, "slot": "2026-12-01/05:45:00/ban-tin", "message": "Bỏ lỡ: 05:45:00 01/12 `Bản tin`: Mất đường loa",
            "help": "Xem nguyên nhân bằng `loa airings`; cần thì phát lại bằng `loa play`.",
        })
    );
    let over = News { stands: Stands::Over { until: at("2026-12-01T05:46:30") }, ..line };
    let message = Message::of(&[over], 0, None, &sender(Lang::En));
    assert_eq!(message.subject, "Loa · Đài phường Thử: line lost (over)");
    assert_eq!(
        message.text,
        "Đài phường Thử\n\
         \n- Line lost (over), from 05:44:10 01/12 to 05:46:30 01/12 (2 min 20 s): alsa:hw:CARD=PCH,DEV=0: rút dây\n"
    );
}

/// What ended the program is told only once it is over: there is nothing to mend, but something was perhaps missed.
#[test]
fn of_what_is_over_nothing_is_to_be_done_but_to_look_for_what_was_missed() {
    let lasts = Stands::Lasts { again: false };
    let over = Stands::Over { until: at("2026-12-01T05:46:30") };
    let look = "Loa runs again; see what was missed with `loa airings`.";
    for (kind, stands, help) in [
        (IncidentKind::Muted, lasts, json!("Go and listen: volume, cable, amplifier; try `loa tone`.")),
        (IncidentKind::Muted, over, Value::Null),
        (IncidentKind::Amplifier, over, Value::Null),
        (IncidentKind::ClockUntrusted, over, Value::Null),
        (IncidentKind::Disk, over, Value::Null),
        (IncidentKind::ScheduleRefused, over, Value::Null),
        (IncidentKind::PowerCut, over, json!(look)),
        (IncidentKind::Crash, over, json!(look)),
    ] {
        let message =
            Message::of(&[news(Matter::Incident(kind), stands, "2026-12-01T05:44:10", "")], 0, None, &sender(Lang::En));
        assert_eq!(message.json["alerts"][0]["help"], help, "{kind:?}");
        assert_eq!(message.text.lines().count(), if help.is_null() { 3 } else { 4 }, "{}", message.text);
    }
}

/// What it showed before and after are as good as two clocks: no length, and the year of each.
#[test]
fn of_a_clock_that_was_not_trusted_no_length_is_told_but_each_of_its_times_with_its_year() {
    let doubted =
        news(Matter::Incident(IncidentKind::ClockUntrusted), Stands::Lasts { again: false }, "2019-01-01T00:00:10", "");
    let over = News { stands: Stands::Over { until: at("2026-12-01T05:46:30") }, ..doubted.clone() };
    let told = [&doubted, &over].map(|news| line(news, &sender(Lang::En)));
    let wanted = [
        "Clock not trusted, since 00:00:10 01/01/2019",
        "Clock not trusted (over), from 00:00:10 01/01/2019 to 05:46:30 01/12/2026",
    ];
    assert_eq!(told, wanted);
}

/// From the first to the last it was not so all the while.
#[test]
fn what_came_several_times_is_told_by_its_first_and_its_last() {
    let (matter, lasts) = (Matter::Incident(IncidentKind::LineSilent), Stands::Lasts { again: false });
    let again =
        News { latest: at("2026-12-01T08:06:30"), times: 2, ..news(matter, lasts, "2026-12-01T08:05:59", "alsa") };
    let over = News { stands: Stands::Over { until: at("2026-12-01T08:06:46") }, ..again.clone() };
    let told = |news: &News, lang| line(news, &sender(lang)).split_once(", ").map(|(_, rest)| rest.to_owned());
    let cases = [
        (&again, Lang::Vi, "2 lần: lần đầu lúc 08:05:59 01/12, lần này từ 08:06:30 01/12: alsa"),
        (&again, Lang::En, "2 times: first at 08:05:59 01/12, this time since 08:06:30 01/12: alsa"),
        (
            &over,
            Lang::Vi,
            "2 lần: lần đầu lúc 08:05:59 01/12, lần cuối từ 08:06:30 01/12 đến 08:06:46 01/12 (16 giây): alsa",
        ),
        (&over, Lang::En, "2 times: first at 08:05:59 01/12, last from 08:06:30 01/12 to 08:06:46 01/12 (16 s): alsa"),
    ];
    for (news, lang, wanted) in cases {
        assert_eq!(told(news, lang).as_deref(), Some(wanted));
    }
    let one = &Message::of(&[over], 0, None, &sender(Lang::Vi)).json["alerts"][0];
    assert_eq!(one["latest"], "2026-12-01T08:06:30+07:00");
}

/// As a stranger reads it: what happened, that it is over, and where to look.
#[test]
fn a_log_that_was_put_back_is_told_as_what_happened_to_it() {
    let what = "tệp nhật ký bị xóa khi đang chạy; đã dựng lại đủ từ bản đang mở";
    let message = Message::of(&[News::log_touched(at("2026-12-01T05:44:10"), what)], 0, None, &sender(Lang::Vi));
    assert_eq!(message.subject, "Loa · Đài phường Thử: nhật ký bị động đến từ bên ngoài");
    assert_eq!(
        message.text,
        "Đài phường Thử\n\
         \n- Nhật ký bị động đến từ bên ngoài, 05:44:10 01/12: tệp nhật ký bị xóa khi đang chạy; đã dựng lại đủ từ bản \
         đang mở\n  \
         Loa vẫn phát và vẫn ghi. Tìm xem ai hay chương trình nào (dọn máy, đồng bộ, diệt vi-rút) đụng vào thư mục `var`; \
         kiểm nhật ký bằng `loa log verify`.\n"
    );
    let one = &message.json["alerts"][0];
    assert_eq!((&one["kind"], &one["state"]), (&"log_touched".into(), &"happened".into()));
}

#[test]
fn of_many_news_the_first_are_told_and_the_rest_is_counted() {
    let many: Vec<News> = std::iter::repeat_n(missed(Lang::En), 63).collect();
    let message = Message::of(&many, 5, None, &sender(Lang::En));
    assert_eq!((message.json["more"].as_u64(), message.json["alerts"].as_array().unwrap().len()), (Some(48), 20));
    assert!(message.text.ends_with("\nThere are 48 more; see `loa airings` and `loa status`.\n"), "{}", message.text);
}

#[test]
fn a_month_without_a_plan_is_named() {
    let month: Month = "2027-01".parse().unwrap();
    let one = news(Matter::NoPlan(month), Stands::Happened, "2026-12-29T19:00:00", "");
    let message = Message::of(&[one], 0, None, &sender(Lang::Vi));
    assert_eq!(message.subject, "Loa · Đài phường Thử: tháng 01/2027 chưa có kế hoạch");
    assert!(message.text.contains("\n- Tháng 01/2027 chưa có kế hoạch, 19:00:00 29/12\n"), "{}", message.text);
}

#[test]
fn what_to_do_about_a_log_that_cannot_be_written_fits_each_of_its_reasons() {
    let held = news(
        Matter::Incident(IncidentKind::Disk),
        Stands::Lasts { again: false },
        "2026-12-01T05:44:10",
        "database is locked",
    );
    let message = Message::of(&[held], 0, None, &sender(Lang::Vi));
    assert!(message.text.contains("nhật ký bị chương trình khác giữ thì tắt chương trình ấy"), "{}", message.text);
    assert!(!message.text.contains("Dọn ổ đĩa"), "{}", message.text);
}
