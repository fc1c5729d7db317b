//! A month's report as a person reads it, word for word, in both languages; and what programs get.

use loa::airing::{Incident, IncidentKind, LogHead};
use loa::outcome::{Cause, Outcome};
use loa::problem::{Lang, Text};
use loa::programme::particulars::{Level, Origin, SourceDoc, Tone};
use loa::report::row::Row;
use loa::report::{Report, forms, json, paper};
use loa::schedule::Remarks;
use loa::timetable::Kind;

use super::{With, at, day, given, heard, reform, station};

fn month() -> Report {
    let mut relay = heard("2026-12-01", "06:00:00", "vov").lasting(840_000);
    (relay.kind, relay.segment, relay.title) = (Kind::Relay, None, "Tiếp âm".into());
    let model = |date: &str| {
        reform(date, "05:31:00", "mo-hinh").in_column("cchc").saying(|said| {
            said.topics = vec!["k".into()];
            said.genre = Some("phóng sự".into());
            said.tone = Some(Tone::Praise);
            said.level = Some(Level::Ward);
            said.field = Some("hộ tịch".into());
            said.audience = vec!["nhân dân".into(), "doanh nghiệp".into()];
            said.partner = vec!["MTTQ".into()];
            said.origin = Some(Origin::Own);
            said.editor = Some("Lan".into());
            said.subject = Some("Tổ dân phố số 3".into());
            said.source_doc = Some(SourceDoc { number: "15/KH-UBND".into(), date: day("2026-11-20") });
        })
    };
    let hotline = heard("2026-12-08", "05:40:00", "so-nong").saying(|said| said.hotline = Some("tinh".into()));
    let before = reform("2026-11-10", "05:31:00", "cu").lasting(240_000);
    let rows: Vec<Row> = vec![
        before,
        relay,
        model("2026-12-01"),
        model("2026-12-08"),
        hotline,
        model("2026-12-15").unheard(Outcome::Missed, Cause::Power),
        reform("2026-12-22", "05:31:00", "het").in_column("cchc").unheard(Outcome::Excepted, Cause::Expired),
    ];
    let mut given = given("2026-12", rows);
    given.incidents = vec![Incident {
        kind: IncidentKind::PowerCut,
        began: at("2026-12-15", "05:10:00"),
        ended: Some(at("2026-12-15", "06:30:00")),
        detail: Text::same(""),
    }];
    let remarks = Remarks {
        difficulties: vec!["Loa tổ 5 hỏng từ ngày 10.".into()],
        next: vec!["Thêm chuyên mục hỏi đáp.".into()],
        proposals: vec!["Đề nghị thay loa tổ 5.".into()],
    };
    given.head = Some(LogHead { seq: 1234, hash: "3f9a".repeat(16) });
    given.typed.remarks = vec![("2026-12".parse().unwrap(), remarks)];
    Report::new(given, &station())
}

#[test]
fn the_report_of_a_month_reads_so() {
    let report = month();
    let text = |lang| forms::text::render(&paper::document(&report, &station(), day("2027-01-04"), None, lang));
    insta::assert_snapshot!("report_vi", text(Lang::Vi));
    insta::assert_snapshot!("report_en", text(Lang::En));
    insta::assert_snapshot!("report_json", json::render(&report));
}
