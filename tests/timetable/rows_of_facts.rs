//! What the ward's plan asks the files to hold for its reports, by the rows of the requirements it comes from: each fact is
//! read, held against the ward's lists, and goes with its slots into the log.

use std::sync::Arc;

use jiff::civil::date;
use unicode_normalization::UnicodeNormalization;

use loa::outcome::Cause;
use loa::problem::{Effect, Lang, Problem, Severity};
use loa::programme::particulars::{
    Approval, Feedback, Level, OneStop, Origin, Particulars, Procedure, Publication, SourceDoc, Survey, Tone,
};
use loa::schedule::{self, Schedule};
use loa::station::{self, Station};
use loa::timetable::{Sheet, Slot, html, ics};

use super::rows::{bar, month, of, segment, station};

/// What a segment with these lines says of itself in the log.
fn carried(lists: &str, lines: &str) -> Arc<Particulars> {
    let (slots, problems) = month(&station("", lists), &[segment("Bài", &[1], lines)]);
    let slot = slots.into_iter().find(|slot| slot.segment.is_some());
    slot.unwrap_or_else(|| panic!("{problems:#?}")).particulars
}

fn read(text: &str) -> (Option<Station>, Vec<Problem>) {
    station::read("schedules/station.toml", text)
}

fn page(month: &str, station: &Station) -> String {
    let sheet =
        Sheet { month: month.parse().unwrap(), slots: &[], station, schedule: None, asked: None, lang: Lang::Vi };
    html(&sheet)
}

fn schedule_under(station: &Station, blocks: &str) -> (Option<Schedule>, Vec<Problem>) {
    let text = format!("month = \"2026-12\"\n{}{blocks}", segment("Tin", &[1], ""));
    schedule::read_under("schedules/2026-12.toml", &text, Some(station))
}

fn topics(codes: &str) -> String {
    codes.split(' ').map(|code| format!("[[topic]]\ncode = \"{code}\"\ntitle = \"Chủ đề {code}\"\n")).collect()
}

/// The topics that have no airtime where one segment is about `topic`.
fn silent(lists: &str, topic: &str) -> Option<String> {
    let lines = format!("topic = \"{topic}\"\ntone = \"phản ánh\"");
    let (_, problems) = month(&station("", lists), &[segment("Bài", &[1], &lines)]);
    of(&problems, "topic-silent").map(|problem| problem.message.vi.split_once(": ").unwrap().1.to_owned())
}

#[test]
fn r_01_the_documents_that_the_plan_carries_out_are_printed_in_order() {
    let head = "[station]\nname = \"Đài\"\n[line]\ndevice = \"null\"\n";
    let basis = |number: &str, day: &str| {
        format!("[[basis]]\nnumber = \"{number}\"\ndate = {day}\nissuer = \"UBND\"\nabstract = \"CCHC <{number}>\"\n")
    };
    let text = format!("{head}{}{}", basis("289/KH-UBND", "2023-12-28"), basis("12/KH-UBND", "2024-01-05"));
    let (station, problems) = read(&text);
    assert_eq!(problems, []);
    let line = "<p class=\"basis\">Thực hiện văn bản số 289/KH-UBND ngày 28/12/2023 của UBND (CCHC &lt;289/KH-UBND&gt;); \
                số 12/KH-UBND ngày 05/01/2024 của UBND (CCHC &lt;12/KH-UBND&gt;)</p>";
    assert!(page("2024-01", &station.unwrap()).contains(line));
    let (station, problems) = read(head);
    let told: Vec<_> = problems.iter().map(|problem| (problem.code, problem.severity, problem.effect)).collect();
    assert_eq!(told, [("no-basis", Severity::Warning, Effect::None)]);
    assert!(!page("2024-01", &station.unwrap()).contains("class=\"basis\""));
}

#[test]
fn r_02_a_plan_of_june_2025_has_the_old_names_and_one_of_july_the_new_ones() {
    let text = "[station]\nname = \"Đài truyền thanh phường Kinh Môn\"\nparent = \"UBND phường Kinh Môn\"\nplace = \"Kinh Môn\"\n\
                [[station.was]]\nname = \"Đài truyền thanh phường Long Xuyên\"\nparent = \"UBND phường Long Xuyên\"\n\
                valid_from = 2024-01-01\nvalid_to = 2025-06-30\n\
                [[station.was]]\nname = \"Đài truyền thanh xã Long Xuyên\"\nplace = \"Long Xuyên\"\nvalid_to = 2023-12-31\n";
    let station = read(text).0.unwrap();
    let names = |day| station.names_on(day).clone();
    assert_eq!(names(date(2023, 12, 31)).name, "Đài truyền thanh xã Long Xuyên");
    assert_eq!(names(date(2023, 12, 31)).parent, "UBND phường Kinh Môn", "what is not written is as now");
    assert_eq!(names(date(2025, 6, 30)).name, "Đài truyền thanh phường Long Xuyên");
    assert_eq!(names(date(2025, 7, 1)), station.names);
    let (june, july) = (page("2025-06", &station), page("2025-07", &station));
    let old = "UBND phường Long Xuyên<b>Đài truyền thanh phường Long Xuyên</b>";
    let new = "UBND phường Kinh Môn<b>Đài truyền thanh phường Kinh Môn</b>";
    assert!(june.contains(old) && !june.contains("Kinh Môn"));
    assert!(july.contains(new) && !july.contains("Long Xuyên"));
    let june = Sheet {
        month: "2025-06".parse().unwrap(),
        slots: &[],
        station: &station,
        schedule: None,
        asked: None,
        lang: Lang::Vi,
    };
    assert!(ics(&june, jiff::Timestamp::UNIX_EPOCH).contains("X-WR-CALNAME:Đài truyền thanh phường Long Xuyên\r\n"));
}

#[test]
fn r_03_each_of_the_four_levels_goes_with_its_slots_and_their_airtime_is_all_of_it() {
    let levels = [
        ("trung ương", Level::Central),
        ("tỉnh", Level::Province),
        ("huyện", Level::District),
        ("phường", Level::Ward),
    ];
    let segments: Vec<String> = (1..)
        .zip(levels)
        .map(|(day, (word, _))| {
            segment(&format!("Bài {day}"), &[day], &format!("topic = \"a\"\ntone = \"phản ánh\"\nlevel = \"{word}\""))
        })
        .collect();
    let (slots, _) = month(&station("", &topics("a")), &segments);
    let airtime = |wanted: Option<Level>| -> u64 {
        let of_level = slots
            .iter()
            .filter(|slot| slot.segment.is_some() && wanted.is_none_or(|level| slot.particulars.level == Some(level)));
        of_level.map(|slot| slot.airtime_ms().unwrap()).sum()
    };
    assert_eq!(levels.map(|(_, level)| airtime(Some(level))), [360_000; 4]);
    assert_eq!(airtime(None), 4 * 360_000);
}

#[test]
fn r_04_from_a_documents_date_to_its_first_airing_are_nine_days() {
    let lines = "source_doc = { number = \"12/UBND\", date = 2026-11-25 }";
    let (slots, _) = month(&station("", ""), &[segment("Bài", &[4, 11], lines)]);
    let first = slots.iter().find(|slot| slot.segment.is_some()).unwrap();
    let doc = first.particulars.source_doc.clone().unwrap();
    assert_eq!(doc, SourceDoc { number: "12/UBND".into(), date: date(2026, 11, 25) });
    assert_eq!(first.date.since(doc.date).unwrap().get_days(), 9);
}

#[test]
fn r_05_a_segment_about_reform_without_a_tone_warns_and_where_approval_is_required_does_not_air() {
    let segments = [segment("Bài", &[1], "topic = \"a\"\napproved = { by = \"A\", on = 2026-11-28 }")];
    for (approval, effect, barred) in [
        ("off", Effect::None, None),
        ("warn", Effect::None, None),
        ("required", Effect::Block, Some(Cause::Unapproved)),
    ] {
        let text = format!(
            "[line]\ndevice = \"null\"\n[rules]\napproval = \"{approval}\"\n{}[[window]]\nid = \"sang\"\nstart = \"05:30\"\n\
             end = \"06:30\"\nrunning_order = [{{ column = \"cchc\" }}]\n[[column]]\nid = \"cchc\"\n",
            topics("a")
        );
        let (slots, problems) = month(&read(&text).0.unwrap(), &segments);
        let told = of(&problems, "no-tone").unwrap();
        assert_eq!((told.effect, bar(&slots, 1)), (effect, barred), "{approval}");
        assert_eq!(told.message.vi, "`Bài` thuộc nội dung CCHC nhưng chưa ghi sắc thái");
    }
    let (_, problems) =
        month(&station("", &topics("a")), &[segment("Bài", &[1], "topic = \"a\"\ntone = \"phê phán\"")]);
    assert!(of(&problems, "no-tone").is_none());
    assert!(of(&month(&station("", ""), &[segment("Bài", &[1], "")]).1, "no-tone").is_none(), "not about reform");
}

#[test]
fn r_06_where_else_it_was_published_goes_with_it() {
    let lines = "also_published = [{ where = \"Zalo\", date = 2026-12-02, url = \"https://example.org/1\" }, \
                 { where = \"Cổng TTĐT\", date = 2027-01-03 }]";
    let published = |channel: &str, date, url: Option<&str>| Publication {
        channel: channel.into(),
        date,
        url: url.map(str::to_owned),
    };
    let wanted = [
        published("Zalo", date(2026, 12, 2), Some("https://example.org/1")),
        published("Cổng TTĐT", date(2027, 1, 3), None),
    ];
    assert_eq!(carried("", lines).also_published, wanted);
}

#[test]
fn r_07_partners_are_any_text_and_only_their_own_segments_have_them() {
    let segments = [
        segment("Một", &[1], "partner = [\"MTTQ\", \"Hội Nông dân\"]"),
        segment("Hai", &[2], "partner = \"MTTQ\""),
        segment("Ba", &[3], "partner = \"Đoàn Thanh niên\""),
    ];
    let (slots, problems) = month(&station("", ""), &segments);
    assert!(problems.iter().all(|problem| problem.effect == Effect::None), "{problems:#?}");
    let of_front = slots.iter().filter(|slot| slot.particulars.partner.iter().any(|name| name == "MTTQ"));
    assert_eq!(of_front.map(|slot| slot.title.as_str()).collect::<Vec<_>>(), ["Một", "Hai"]);
}

#[test]
fn r_08_a_plan_below_its_targets_says_by_how_much() {
    let targets = "[targets]\nmonth = { minutes = 25, tin = 2, bai = 1, phong_su = 1, hotline = 3 }\n\
                   [[hotline]]\nid = \"tinh\"\nunit = \"Tỉnh\"\nnumber = \"1022\"\n";
    let lists = format!("{targets}{}", topics("a"));
    let work = |title: &str, days: &[i8], genre: &str| {
        segment(title, days, &format!("topic = \"a\"\ntone = \"phản ánh\"\ngenre = \"{genre}\"\nhotline = \"tinh\""))
    };
    let station = station("", &lists);
    assert_eq!(station.targets.month.minutes, Some(25));
    assert_eq!((station.targets.quarter, station.targets.year), Default::default());
    // Aired twice it is one work; what is not about reform is none.
    let plain = segment("Tin thường", &[3], "genre = \"tin\"");
    let (_, problems) = month(&station, &[work("Tin", &[1, 2], "tin"), work("Bài", &[4], "bài"), plain.clone()]);
    let told = of(&problems, "below-target").unwrap();
    assert_eq!(told.message.vi, "kế hoạch tháng này dưới chỉ tiêu: 18/25 phút CCHC, 1/2 tin, 0/1 phóng sự");
    assert_eq!((told.severity, told.effect), (Severity::Warning, Effect::None));
    let enough = [
        work("Tin", &[1, 2], "tin"),
        work("Tin nữa", &[5], "tin"),
        work("Bài", &[4], "bài"),
        work("PS", &[6], "phóng sự"),
    ];
    assert!(of(&month(&station, &enough).1, "below-target").is_none());
}

#[test]
fn r_10_every_audience_is_known_and_one_slot_may_have_several() {
    let known = [
        "cán bộ, công chức",
        "viên chức, người lao động",
        "tổ chức chính trị - xã hội",
        "đơn vị sự nghiệp",
        "doanh nghiệp",
        "nhân dân",
        "học sinh",
    ];
    assert_eq!(carried("", &format!("audience = {known:?}")).audience, known);
    let bare = ["can bo cong chuc", "employees", "organisations", "don vi su nghiep", "business", "people", "hoc_sinh"];
    assert_eq!(carried("", &format!("audience = {bare:?}")).audience, known);
    let (slots, _) = month(&station("", ""), &[segment("Bài", &[1], &format!("audience = {known:?}"))]);
    assert_eq!(slots.iter().filter(|slot| slot.segment.is_some()).count(), 1, "counted once in totals");
}

#[test]
fn r_12_tags_are_carried_and_change_no_total() {
    let tags = "tags = [\"pháp luật\", \"phòng chống tham nhũng\"]";
    let lists = topics("a");
    let plan = |lines: &str| {
        let reform = segment("CCHC", &[2], &format!("topic = \"a\"\ntone = \"phản ánh\"\n{lines}"));
        month(&station("cchc_gap_days = 7", &lists), &[segment("Bài", &[1], lines), reform])
    };
    let ((plain, without), (tagged, with)) = (plan(""), plan(tags));
    let told = |problems: &[Problem]| problems.iter().map(|problem| problem.message.vi.clone()).collect::<Vec<_>>();
    assert_eq!(told(&with), told(&without));
    assert_eq!(tagged[0].particulars.tags, ["pháp luật", "phòng chống tham nhũng"]);
    assert_eq!(tagged[0].particulars.topics, [] as [&str; 0], "a tag makes nothing about reform");
    let without_tags = |slot: &Slot| {
        let particulars = Particulars { tags: Vec::new(), ..(*slot.particulars).clone() };
        Slot { particulars: Arc::new(particulars), ..slot.clone() }
    };
    assert_eq!(tagged.iter().map(without_tags).collect::<Vec<_>>(), plain);
}

#[test]
fn r_13_topic_a_is_named_although_nothing_is_about_it() {
    assert_eq!(silent(&topics("a k"), "k").as_deref(), Some("a (Chủ đề a)"));
    assert_eq!(silent(&topics("a k"), "a").as_deref(), Some("k (Chủ đề k)"));
}

/// Every part of a topic counts for the topic, and is kept as the part it is.
fn parts_are_of(topic: &str, parts: &[&str]) {
    let mut lists = format!("{}{}", topics("a"), topics(topic));
    for part in parts {
        lists += &format!("[[topic.sub]]\ncode = \"{part}\"\ntitle = \"Phần {part}\"\n");
    }
    let station = station("", &lists);
    let sub = &station.topics.iter().find(|found| found.code == topic).unwrap().sub;
    assert_eq!(sub.iter().map(|sub| sub.code.as_str()).collect::<Vec<_>>(), parts);
    for code in parts.iter().chain([&topic]) {
        assert_eq!(silent(&lists, code).as_deref(), Some("a (Chủ đề a)"), "{code}");
        assert_eq!(carried(&lists, &format!("topic = \"{}\"", code.to_uppercase())).topics, [*code]);
    }
}

#[test]
fn r_14_the_seven_parts_of_topic_b_are_of_b() {
    parts_are_of("b", &["b1", "b2", "b3", "b4", "b5", "b6", "b7"]);
}

#[test]
fn r_15_the_three_parts_of_topic_c_are_of_c() {
    parts_are_of("c", &["c1", "c2", "c3"]);
}

#[test]
fn r_16_topic_d_is_carried() {
    parts_are_of("d", &[]);
}

#[test]
fn r_17_one_stop_figures_are_kept_as_typed_and_on_time_is_not_more_than_resolved() {
    let lists = topics("e");
    let figures = "one_stop = { period = \"11/2026\", received = 120, resolved = 119, early = 30, on_time = 118, overdue = 1, \
                   online = 80, source = \"Bộ phận một cửa\" }";
    let lines = format!("topic = \"e\"\ntone = \"phản ánh\"\n{figures}");
    let kept = OneStop {
        period: "11/2026".into(),
        received: Some(120),
        resolved: Some(119),
        early: Some(30),
        on_time: Some(118),
        overdue: Some(1),
        online: Some(80),
        source: Some("Bộ phận một cửa".into()),
    };
    assert_eq!(carried(&lists, &lines).one_stop, Some(kept));
    let wrong = lines.replace("on_time = 118", "on_time = 120");
    let (slots, problems) = month(&station("", &lists), &[segment("Một cửa", &[1], &wrong)]);
    let told = of(&problems, "one-stop-contradiction").unwrap();
    assert_eq!((told.severity, told.effect, bar(&slots, 1)), (Severity::Error, Effect::Block, Some(Cause::Unapproved)));
    let words = "`Một cửa`: số liệu một cửa mâu thuẫn: `on_time` (120) lớn hơn `resolved` (119)";
    assert_eq!(told.message.vi, words);
}

#[test]
fn r_18_topic_g_is_carried() {
    parts_are_of("g", &[]);
}

#[test]
fn r_20_whom_an_example_of_topic_k_is_about_goes_with_it() {
    parts_are_of("k", &[]);
    for subject in ["Tổ dân phố số 3", "bà N.", "mô hình “Ngày thứ năm không hẹn”"] {
        let of_k = carried(&topics("k"), &format!("topic = \"k\"\ntone = \"biểu dương\"\nsubject = \"{subject}\""));
        assert_eq!((of_k.subject.as_deref(), of_k.tone), (Some(subject), Some(Tone::Praise)));
    }
}

#[test]
fn r_21_another_wards_letters_load_as_they_are_and_stand_in_the_vietnamese_order() {
    let alphabet = "a ă â b c d đ e ê g h i";
    let shuffled = "i đ ê h g â e d c ă b a";
    let station = station("", &topics(shuffled));
    let codes = |station: &Station| station.topic_codes().map(str::to_owned).collect::<Vec<_>>().join(" ");
    assert_eq!(codes(&station), alphabet);
    let capitals = topics(&shuffled.to_uppercase().nfd().to_string());
    assert_eq!(codes(&self::station("", &capitals)).nfc().to_string(), alphabet.to_uppercase());
    let mut parts = topics("b");
    for part in ["b10", "b2", "b1"] {
        parts += &format!("[[topic.sub]]\ncode = \"{part}\"\ntitle = \"x\"\n");
    }
    assert_eq!(codes(&self::station("", &parts)), "b b1 b2 b10");
    // đ is no d, and is found however it is written.
    for written in ["đ", "Đ"] {
        assert_eq!(carried(&topics(shuffled), &format!("topic = \"{written}\"")).topics, ["đ"]);
    }
    let (none, problems) =
        schedule_under(&self::station("", &topics("a b c d e")), &segment("Bài", &[2], "topic = \"đ\""));
    assert!(none.is_none());
    assert_eq!(of(&problems, "unknown-name").unwrap().message.vi, "không có chủ đề `đ`");
    let all = silent(&topics(shuffled), "đ").unwrap();
    let letters: Vec<&str> = all.split("; ").map(|topic| topic.split(' ').next().unwrap()).collect();
    assert_eq!(letters.join(" "), "a ă â b c d e ê g h i");
}

const MEETING: &str =
    "[[other_activity]]\nform = \"hội nghị\"\ndate = 2026-12-10\ntitle = \"Họp tổ dân phố\"\nunit = \"Tổ 3\"\n";

#[test]
fn r_22_what_is_typed_of_other_forms_is_kept_and_airs_nothing() {
    let forms = "[[form]]\nname = \"Hội nghị\"\n";
    let station = station("", forms);
    let schedule = schedule_under(&station, MEETING).0.unwrap();
    let kept = &schedule.other_activities[0];
    assert_eq!(
        (kept.form.as_str(), kept.date, kept.title.as_str()),
        ("Hội nghị", date(2026, 12, 10), "Họp tổ dân phố")
    );
    assert_eq!(kept.unit.as_deref(), Some("Tổ 3"));
    let plain = segment("Tin", &[1], "");
    let (slots, _) = month(&station, std::slice::from_ref(&plain));
    assert_eq!(month(&station, &[plain, MEETING.to_owned()]).0, slots, "never mixed into airtime");
    let (none, problems) = schedule_under(&station, &MEETING.replace("2026-12-10", "2026-11-30"));
    assert!(none.is_none() && problems.iter().any(|problem| problem.code == "outside-month"), "{problems:#?}");
}

#[test]
fn r_23_the_procedure_that_a_notice_announces_goes_with_it() {
    let actions =
        [("ban hành mới", "mới ban hành"), ("sua_doi", "sửa đổi"), ("replaced", "thay thế"), ("bãi bỏ", "bãi bỏ")];
    for (written, kept) in actions {
        let lines = format!(
            "genre = \"thông báo\"\nprocedure = {{ action = \"{written}\", name = \"Khai sinh\", decision = \"5/QĐ\", effective = 2026-12-01 }}"
        );
        let procedure = Procedure {
            action: kept.into(),
            name: "Khai sinh".into(),
            decision: Some("5/QĐ".into()),
            effective: Some(date(2026, 12, 1)),
        };
        assert_eq!(carried("", &lines).procedure, Some(procedure));
    }
}

#[test]
fn r_24_summary_and_whole_text_are_kept_for_the_web_page() {
    let of_page = carried("", "summary = \"Cách nộp hồ sơ.\"\ntext = \"\"\"\nDòng một.\n\nDòng hai.\n\"\"\"");
    assert_eq!(of_page.summary.as_deref(), Some("Cách nộp hồ sơ."));
    assert_eq!(of_page.text.as_deref(), Some("Dòng một.\n\nDòng hai."));
}

#[test]
fn r_25_posters_and_banners_are_typed_as_other_forms() {
    let station = station("", "[[form]]\nname = \"áp phích\"\n[[form]]\nname = \"băng rôn\"\n");
    let typed = |form: &str| MEETING.replace("hội nghị", form);
    let schedule = schedule_under(&station, &(typed("Áp phích") + &typed("bang ron"))).0.unwrap();
    let forms: Vec<_> = schedule.other_activities.iter().map(|activity| activity.form.as_str()).collect();
    assert_eq!(forms, ["áp phích", "băng rôn"]);
}

#[test]
fn r_26_feedback_with_its_answer_and_a_selected_works_credit_go_with_them() {
    let lines = "feedback = { received = 2026-11-20, answered_by = \"Văn phòng\", answered = 2026-11-28 }\n\
                 origin = \"tuyển chọn\"\ncredit = \"Báo tỉnh\"";
    let pair = carried("", lines);
    let feedback = Feedback {
        received: date(2026, 11, 20),
        answered_by: Some("Văn phòng".into()),
        answered: Some(date(2026, 11, 28)),
    };
    assert_eq!(pair.feedback, Some(feedback));
    assert_eq!((pair.origin, pair.credit.as_deref()), (Some(Origin::Selected), Some("Báo tỉnh")));
}

#[test]
fn r_27_a_new_form_is_one_block_more_and_a_mistyped_one_is_told() {
    let station = station("", "[[form]]\nname = \"loa kéo lưu động\"\n");
    let (month, problems) = schedule_under(&station, &MEETING.replace("hội nghị", "Loa kéo lưu động"));
    assert_eq!(month.unwrap_or_else(|| panic!("{problems:#?}")).other_activities[0].form, "loa kéo lưu động");
    let (month, problems) = schedule_under(&station, &MEETING.replace("hội nghị", "loa kéo lưu độngg"));
    assert!(month.is_none());
    let told = of(&problems, "unknown-name").unwrap();
    assert_eq!(told.help.vi, "có phải là `loa kéo lưu động` không? (đang có: `loa kéo lưu động`)");
    // A station that lists none takes any.
    assert!(schedule_under(&self::station("", ""), MEETING).0.is_some());
}

#[test]
fn r_28_what_is_to_be_delivered_is_kept_with_number_date_label_and_who_answers_for_it() {
    let blocks = "[[deliverable]]\nname = \"Phóng sự ngắn\"\nquantity = 1\ndue = 2026-12-31\n\
                  [[deliverable]]\nname = \"Bài phát thanh\"\nquantity = 6\ndue = 2027-03-31\ntag = \"KH 289\"\nunit = \"Công chức VH-TT\"\n";
    let schedule = schedule_under(&station("", ""), blocks).0.unwrap();
    let kept: Vec<_> = schedule
        .deliverables
        .iter()
        .map(|of| (of.name.as_str(), of.quantity, of.due, of.tag.as_deref(), of.unit.as_deref()))
        .collect();
    let wanted = [
        ("Phóng sự ngắn", 1, date(2026, 12, 31), None, None),
        ("Bài phát thanh", 6, date(2027, 3, 31), Some("KH 289"), Some("Công chức VH-TT")),
    ];
    assert_eq!(kept, wanted);
}

#[test]
fn r_31_who_edited_spoke_helped_and_approved_goes_with_every_slot() {
    let lines = "editor = \"Nguyễn A\"\nannouncer = \"Trần B\"\ncontributors = [\"Lê C\", \"Phạm D\"]\n\
                 approved = { by = \"Vũ E\", on = 2026-11-28, ref = \"3/ĐTT\" }";
    let roles = carried("", lines);
    assert_eq!((roles.editor.as_deref(), roles.announcer.as_deref()), (Some("Nguyễn A"), Some("Trần B")));
    assert_eq!(roles.contributors, ["Lê C", "Phạm D"]);
    let approval = Approval { by: "Vũ E".into(), on: date(2026, 11, 28), reference: Some("3/ĐTT".into()) };
    assert_eq!(roles.approved, Some(approval));
}

#[test]
fn r_34_survey_figures_are_kept_as_typed_and_no_more_are_satisfied_than_asked() {
    let mut lists = topics("c");
    lists += "[[topic.sub]]\ncode = \"c3\"\ntitle = \"Chỉ số và mức độ hài lòng\"\n";
    let lines = "topic = \"c3\"\ngenre = \"thông báo\"\ntone = \"thông báo\"\n\
                 survey = { period = \"2026\", asked = 200, satisfied = 186, source = \"Phiếu khảo sát\" }";
    let kept = carried(&lists, lines);
    let survey =
        Survey {
            period: "2026".into(), asked: Some(200), satisfied: Some(186), source: Some("Phiếu khảo sát".into())
        };
    assert_eq!((kept.survey.as_ref(), &kept.topics[..]), (Some(&survey), &["c3".to_owned()][..]));
    let wrong = segment("Khảo sát", &[1], &lines.replace("186", "201"));
    let (slots, problems) = month(&station("", &lists), &[wrong]);
    let told = of(&problems, "survey-contradiction").unwrap();
    assert_eq!((told.severity, told.effect, bar(&slots, 1)), (Severity::Error, Effect::Block, Some(Cause::Unapproved)));
    let words = "`Khảo sát`: số liệu khảo sát mâu thuẫn: `satisfied` (201) lớn hơn `asked` (200)";
    assert_eq!(told.message.vi, words);
}

#[test]
fn r_36_a_field_is_one_of_the_wards_list_with_its_officer() {
    let lists = "[[field]]\nname = \"đất đai\"\nofficer = \"Địa chính – Xây dựng\"\n[[field]]\nname = \"hộ tịch\"\n";
    let station = station("", lists);
    let fields: Vec<_> = station.fields.iter().map(|field| (field.name.as_str(), field.officer.as_deref())).collect();
    assert_eq!(fields, [("đất đai", Some("Địa chính – Xây dựng")), ("hộ tịch", None)]);
    let segments = [
        segment("Một", &[1], "field = \"Đất Đai\""),
        segment("Hai", &[2], "field = \"ho tich\""),
        segment("Ba", &[3], ""),
    ];
    let (slots, _) = month(&station, &segments);
    let of_slots: Vec<_> =
        slots.iter().filter(|slot| slot.segment.is_some()).map(|slot| slot.particulars.field.as_deref()).collect();
    assert_eq!(of_slots, [Some("đất đai"), Some("hộ tịch"), None], "as the list spells it; the last belongs to none");
    let (none, problems) = schedule_under(&station, &segment("Bốn", &[1], "field = \"đất đaii\""));
    assert!(none.is_none());
    assert_eq!(
        of(&problems, "unknown-name").unwrap().help.vi,
        "có phải là `đất đai` không? (đang có: `đất đai`, `hộ tịch`)"
    );
}

#[test]
fn r_37_pupils_as_audience_and_a_school_as_partner() {
    let school = "audience = \"học sinh\"\npartner = \"Trường THCS Long Xuyên\"";
    let segments = [segment("Trường học", &[1], school), segment("Chung", &[2], "audience = \"nhân dân\"")];
    let (slots, _) = month(&station("", ""), &segments);
    let of_pupils: Vec<_> =
        slots.iter().filter(|slot| slot.particulars.audience.iter().any(|of| of == "học sinh")).collect();
    assert_eq!(of_pupils.iter().map(|slot| slot.title.as_str()).collect::<Vec<_>>(), ["Trường học"]);
    assert_eq!(of_pupils[0].particulars.partner, ["Trường THCS Long Xuyên"]);
}
