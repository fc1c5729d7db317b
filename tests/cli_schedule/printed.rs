//! A month as it is printed: for a spreadsheet, a phone and a wall.

use super::{MONTH, TWO, home, loa, text_of};

#[test]
fn a_spreadsheet_gets_safe_cells_and_excel_its_mark() {
    let dir = home(&[("2026-12", TWO)]);
    let said = loa(dir.path(), &["timetable", "2026-12-01", "--format", "csv"]);
    assert_eq!(said.status, 0);
    let wanted = [
        "\u{feff}Ngày,Buổi,Giờ phát,Hết lúc,Tên,Loại,Chuyên mục,Thời lượng (giây),Kiểu giờ,Tệp,Không phát vì,Mã",
        "\"Thứ ba, 01/12/2026\",Buổi sáng,06:45:00,06:45:05,\"'=Lời chào, \"\"mới\"\" <b>&\",Tiết mục,,5,cứng,loi-chao.flac,,2026-12-01/06:45:00/chao",
        "\"Thứ ba, 01/12/2026\",Buổi sáng,06:50:00,,Bản tin; số 1,Tiết mục,,,cứng,thieu.mp3,Thiếu tệp âm thanh: không có tệp `thieu.mp3` trong thư mục `audio/`,2026-12-01/06:50:00/tin",
        "",
    ];
    assert_eq!(said.out, wanted.join("\r\n"));
    let english = loa(dir.path(), &["--lang", "en", "timetable", "2026-12-01", "--format", "csv"]);
    assert!(english.out.starts_with("\u{feff}Date,Broadcast,Starts,Ends,Title,"), "{}", english.out);
}

#[test]
fn decomposed_letters_are_printed_composed_and_kept_in_the_file() {
    let title = "Ba\u{309}n tin cu\u{309}a phu\u{31b}o\u{31b}\u{300}ng";
    let text = format!(
        "month = \"2026-12\"\n[[segment]]\ntitle = \"{title}\"\naudio = \"loi-chao.flac\"\nat = \"06:45\"\ndates = [1]\n"
    );
    let dir = home(&[("2026-12", &text)]);
    for format in ["text", "csv", "json", "ics", "html"] {
        let said = loa(dir.path(), &["timetable", "2026-12", "--format", format]);
        assert_eq!((said.status, said.err.as_str()), (0, ""), "{format}");
        assert!(said.out.contains("Bản tin của phường"), "{format}");
        assert!(!said.out.contains('\u{309}'), "{format}");
    }
    assert_eq!(loa(dir.path(), &["approve", "Bản tin của phường", "2026-12", "--by", "A"]).status, 0);
    assert!(text_of(dir.path(), "schedules/2026-12.toml").contains(title));
}

#[test]
fn a_phone_gets_an_event_a_broadcast_at_its_instant() {
    let dir = home(&[("2026-12", TWO)]);
    let said = loa(dir.path(), &["timetable", "2026-12", "--format", "ics"]);
    assert_eq!(said.status, 0);
    assert!(said.out.split("\r\n").all(|line| line.len() <= 75));
    let whole = said.out.replace("\r\n ", "");
    let lines: Vec<&str> = whole.split("\r\n").filter(|line| !line.starts_with("DTSTAMP:")).collect();
    let wanted = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Loa//Timetable//VI",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Đài phường",
        "X-WR-TIMEZONE:Asia/Ho_Chi_Minh",
        "BEGIN:VEVENT",
        "UID:2026-12-01/06:45:00/chao@dai-phuong.loa",
        "DTSTART:20261130T234500Z",
        "DTEND:20261130T234505Z",
        "SUMMARY:Buổi sáng",
        "DESCRIPTION:06:45:00 =Lời chào\\, \"mới\" <b>&\\n06:50:00 Bản tin\\; số 1 – KHÔNG PHÁT: không có tệp `thieu.mp3` trong thư mục `audio/`",
        "LOCATION:Long Xuyên",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ];
    assert_eq!(lines, wanted);
}

#[test]
fn a_wall_gets_a_month_on_one_page_without_scripts() {
    let dir = home(&[("2026-12", TWO)]);
    let said = loa(dir.path(), &["timetable", "2026-12-01", "--format", "html"]);
    assert_eq!(said.status, 0);
    let page = &said.out;
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"vi\">"), "{page}");
    for part in [
        "<h1>Lịch phát thanh tháng 12 năm 2026</h1>",
        "<th>T2</th><th>T3</th><th>T4</th><th>T5</th><th>T6</th><th>T7</th><th>CN</th>",
        "@page { size: A4 landscape;",
        "<td class=\"asked\"><div class=\"date\">1<small>Thứ ba, 01/12</small><span class=\"count\">1 buổi</span></div><h2>Buổi sáng <span>06:45</span></h2><ul><li class=\"\"><time>06:45</time><div><span>=Lời chào, &quot;mới&quot; &lt;b&gt;&amp;</span></div></li><li class=\"barred\"><time>06:50</time><div><span>Bản tin; số 1</span><em>✕ Thiếu tệp âm thanh</em></div></li></ul></td>",
        "<p class=\"sum\">1 lượt phát · 5 giây</p>",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert_eq!(page.matches("<div class=\"date\">").count(), 31);
    assert!(!page.contains("<script") && !page.contains("http"), "nothing from elsewhere");
    let english = loa(dir.path(), &["--lang", "en", "timetable", "2026-12", "--format", "html"]);
    assert!(english.out.contains("<h1>Broadcasts of December 2026</h1>"));
}

#[test]
fn the_wall_names_a_lone_segment_once_and_leaves_an_empty_month_free() {
    let dir = home(&[("2026-12", MONTH), ("2027-01", "month = \"2027-01\"\n")]);
    let page = |month: &str| loa(dir.path(), &["timetable", month, "--format", "html"]).out;
    let lone = "<div class=\"date\">1<small>Thứ ba, 01/12</small><span class=\"count\">2 buổi</span></div><ul class=\"lone\"><li class=\"\"><time>06:45</time>\
                <div><span>Lời chào</span></div></li></ul><ul class=\"lone\"><li class=\"\"><time>17:10</time>";
    assert!(page("2026-12").contains(lone), "{}", page("2026-12"));
    let empty = page("2027-01");
    assert!(empty.contains("<p class=\"sum\">chưa có gì để phát</p>"), "{empty}");
    assert!(!empty.contains("Không phát") && !empty.contains("Bản kế hoạch"), "{empty}");
}

#[test]
fn what_an_afternoon_repeats_is_told_once_where_the_sheet_is_full() {
    let windows = [
        ("sang", "Buổi sáng", "05:30", "06:15"),
        ("trua", "Buổi trưa", "11:00", "11:45"),
        ("chieu", "Buổi chiều", "17:00", "17:45"),
    ];
    let mut text = "month = \"2026-12\"\n".to_owned();
    for (id, name, start, end) in windows {
        text += &format!(
            "[[window]]\nid = \"{id}\"\nname = \"{name}\"\nstart = \"{start}\"\nend = \"{end}\"\nrunning_order = [{{ column = \"tin\" }}]\n"
        );
    }
    text += "[[column]]\nid = \"tin\"\n";
    for day in 1..=31 {
        for part in 1..=5 {
            text += &format!(
                "[[segment]]\ntitle = \"Tin ngày {day}, phần {part}: việc của các tổ dân phố\"\naudio = \"loi-chao.flac\"\ncolumn = \"tin\"\ndates = [{day}]\n"
            );
        }
    }
    let dir = home(&[("2026-12", &text)]);
    let page = loa(dir.path(), &["timetable", "2026-12", "--format", "html"]).out;
    assert_eq!(page.matches("<span>Tin ngày 9, phần 2: ").count(), 1, "{page}");
    assert_eq!(page.matches("</h2><p class=\"like\">như Buổi sáng</p>").count(), 62, "{page}");
}

#[test]
fn the_wall_tells_what_a_rule_keeps_off_from_what_wants_a_hand() {
    let more = "[[segment]]\ntitle = \"Khuya\"\naudio = \"loi-chao.flac\"\nat = \"21:30\"\non = \"2026-12-01\"\n\
                [[segment]]\ntitle = \"Thiếu\"\naudio = \"thieu.mp3\"\nat = \"17:30\"\non = \"2026-12-01\"\n";
    let dir = home(&[("2026-12", &format!("{MONTH}{more}"))]);
    let page = loa(dir.path(), &["timetable", "2026-12", "--format", "html"]).out;
    for part in [
        "<li class=\"excepted\"><time>21:30</time><div><span>Khuya</span><em>— Giờ yên tĩnh</em></div></li>",
        "<li class=\"barred\"><time>17:30</time><div><span>Thiếu</span><em>✕ Thiếu tệp âm thanh</em></div></li>",
        "<span>— không phát theo quy định hay ngoại lệ</span><span>✕ không phát nếu chưa khắc phục</span>",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
}

#[test]
fn what_repeats_from_day_to_day_is_told_once_above_the_calendar() {
    let mut text = "month = \"2026-12\"\n".to_owned();
    for (title, at, days) in [
        ("Nhạc hiệu", "05:30", "hằng ngày"),
        ("Bản tin của phường", "05:31", "hằng ngày"),
        ("Đường dây nóng cải cách hành chính", "05:45", "hằng ngày"),
        ("Một cửa tuần qua", "05:50", "T2"),
        ("Lời chào", "05:55", "hằng ngày"),
        ("Nhạc hiệu chiều", "17:00", "hằng ngày"),
        ("Bản tin của phường, phát lại", "17:01", "hằng ngày"),
        ("Lời chào chiều", "17:20", "hằng ngày"),
    ] {
        text +=
            &format!("[[segment]]\ntitle = \"{title}\"\naudio = \"loi-chao.flac\"\nat = \"{at}\"\ndays = \"{days}\"\n");
    }
    let dir = home(&[("2026-12", &text)]);
    let page = loa(dir.path(), &["timetable", "2026-12", "--format", "html"]).out;
    assert!(page.contains("<li><span class=\"mark\">1</span> <b>Buổi sáng:</b> <i><b>05:30</b> Nhạc hiệu</i><i><b>05:31</b> Bản tin của phường</i>"), "{page}");
    assert_eq!(page.matches("Bản tin của phường</i>").count(), 1);
    assert_eq!(page.matches("<span>Một cửa tuần qua</span>").count(), 4, "the Mondays");
}
