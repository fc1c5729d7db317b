//! Documents as a ward writes them: an ordinary month, one with Tết, one in which nothing was planned, and one in which
//! everything that a title can do to a form is done.

use jiff::civil::{Date, date, time};
use loa::problem::Lang;
use loa::report::document::{
    Annex, Block, Cell, Chart, Column, Document, Group, Letterhead, Level, Measure, Row, Setting, Signature, Sum,
    Table, Unit,
};

/// The last line of each.
pub const SOURCE: &str = "Lập từ nhật ký phát thanh; mã nhật ký ở mắt xích 1234: 3f9a61c0d2b7";

/// January 2025 by the period that begins on the 15th.
pub fn ordinary() -> Document {
    let log = vec![
        aired(1, date(2024, 12, 17), "Kết quả cải cách hành chính năm 2024 của phường", "Bài", "a", 598_400, "Đã phát"),
        aired(2, date(2024, 12, 18), "Hỏi và đáp về dịch vụ công trực tuyến", "Hỏi – đáp", "h1", 482_000, "Đã phát"),
        aired(3, date(2024, 12, 20), "Người tốt, việc tốt: tổ dân phố số 3", "Phóng sự", "k", 541_250, "Đã phát"),
        aired(4, date(2024, 12, 24), "Trách nhiệm của người đứng đầu", "Bài", "c1", 0, "Bỏ lỡ"),
        aired(5, date(2025, 1, 7), "Một cửa tuần qua", "Tin", "e", 364_000, "Phát dở"),
    ];
    let subject = ["Kết quả tuyên truyền cải cách hành chính trên hệ thống truyền thanh", "tháng 01 năm 2025"];
    document(subject, date(2025, 1, 15), body(false), log)
}

/// February 2025, with Tết in it, and a log that fills several pages.
pub fn tet() -> Document {
    let titles = [
        "Dịch vụ công trực tuyến: hỏi và đáp về đăng ký khai sinh, đăng ký thường trú, cấp thẻ bảo hiểm y tế cho trẻ em",
        "Pháp luật và thủ tục quanh ta",
        "Lịch trực của bộ phận một cửa trong dịp Tết Nguyên đán",
        "Điều cần góp ý: thái độ phục vụ",
    ];
    let log = (0..64_i64).map(|n| {
        let day = date(2025, 1, 15).saturating_add(jiff::Span::new().days(n / 2));
        let title = titles[usize::try_from(n).unwrap() % titles.len()];
        let heard = if n % 9 == 0 { 0 } else { 240_000 + n * 1_733 };
        aired(n + 1, day, title, "Thông báo", "h2", heard, if heard == 0 { "Bỏ lỡ" } else { "Đã phát" })
    });
    let log = log.collect();
    let subject = ["Kết quả tuyên truyền cải cách hành chính trên hệ thống truyền thanh", "tháng 02 năm 2025"];
    document(subject, date(2025, 2, 14), body(true), log)
}

/// A month in which nothing was planned, of a station that has said little of itself.
pub fn empty() -> Document {
    let mut document =
        document(["Kết quả hoạt động truyền thanh", "tháng 3 năm 2025"], date(2025, 3, 14), Vec::new(), vec![]);
    document.letterhead.superior = String::new();
    document.letterhead.issuer = "Đài truyền thanh".into();
    document.letterhead.symbol = String::new();
    document.letterhead.place = String::new();
    document.addressees = Vec::new();
    document.recipients = Vec::new();
    document.signature = Signature::default();
    document.body = vec![
        heading(Level::Part, "Tình hình chung"),
        paragraph("Trong kỳ không có mục nào trong kế hoạch phát thanh."),
        Block::Table(table("schedule", 7, "Thực hiện lịch phát", &[("outcome", "Kết quả", Setting::Words)], vec![])),
    ];
    document
}

/// Every text in it is one that has broken a form before.
pub fn hostile() -> Document {
    let texts = [
        "“Ngoặc kép” \"thẳng\" 'đơn' <b>đậm</b> &amp; & ]]> <!-- -->",
        "dòng một\ndòng hai\r\ndòng ba\tthẻ",
        "=HYPERLINK(\"http://x\";\"y\")",
        "+84 912 000 000",
        "@SUM(1+1)",
        "שלום עולם، مرحبا بالعالم \u{202e}đảo chiều",
        "📢👩‍👩‍👧‍👦🇻🇳 e\u{301}\u{302}",
        "\u{0}\u{1}\u{8}\u{b}\u{1b}[31mđỏ\u{7f}\u{85}\u{fffe}\u{ffff}",
        "",
        "   ",
    ];
    let long = "rất dài ".repeat(63);
    let word = "liền".repeat(125);
    let texts: Vec<&str> = texts.into_iter().chain([long.as_str(), word.as_str()]).collect();
    let columns = [("text", "Lời & \"lời\"", Setting::Words), ("airings", "Lượt\nphát", Setting::Figures)];
    let rows = texts.iter().map(|text| Row::whole(vec![Cell::text(*text), Cell::Count(1)])).collect();
    let mut all = table("texts", 1, texts[0], &columns, rows);
    all.total = Some(vec![Sum::Is(Cell::text(texts[2])), Sum::OfColumn(Cell::Count(12))]);
    all.notes = texts.iter().map(|text| (*text).to_owned()).collect();
    let group = |text: &&str| Group { label: (*text).to_owned(), figures: vec![u64::MAX, 0] };
    let bars = Chart {
        title: texts[0].to_owned(),
        measure: Measure::Count,
        series: vec![texts[0].to_owned(), texts[5].to_owned()],
        groups: texts.iter().map(group).collect(),
    };
    let owned = || texts.iter().map(|text| (*text).to_owned());
    let mut body: Vec<Block> = owned().map(Block::Paragraph).collect();
    body.extend(owned().map(|text| Block::Heading(Level::Point, text)));
    body.extend([Block::Table(all.clone()), Block::Chart(bars), Block::List(owned().collect())]);
    Document {
        lang: Lang::Vi,
        letterhead: Letterhead {
            superior: texts[5].into(),
            issuer: texts[0].into(),
            symbol: texts[1].into(),
            place: texts[6].into(),
            date: date(2025, 12, 31),
        },
        kind: texts[0].into(),
        subject: owned().collect(),
        addressees: owned().collect(),
        body,
        signature: Signature { titles: owned().collect(), name: texts[7].into() },
        recipients: owned().collect(),
        annexes: vec![
            Annex { title: texts[2].into(), blocks: vec![Block::Table(all)] },
            Annex { title: long.clone(), blocks: Vec::new() },
        ],
        source: Some(texts[2].into()),
    }
}

fn heading(level: Level, text: &str) -> Block {
    Block::Heading(level, text.into())
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(text.into())
}

fn table(
    key: &'static str,
    number: u8,
    title: &str,
    columns: &[(&'static str, &str, Setting)],
    rows: Vec<Row>,
) -> Table {
    let columns = columns.iter().map(|(key, head, set)| Column::new(key, *head, *set)).collect();
    Table { key, number: Some(number), title: title.into(), columns, rows, total: None, notes: Vec::new() }
}

fn document(subject: [&str; 2], day: Date, body: Vec<Block>, log: Vec<Row>) -> Document {
    let columns = [
        ("place", "STT", Setting::Middle),
        ("date", "Ngày", Setting::Middle),
        ("began", "Bắt đầu", Setting::Middle),
        ("ended", "Kết thúc", Setting::Middle),
        ("title", "Tên", Setting::Words),
        ("genre", "Thể loại", Setting::Words),
        ("topic", "Chủ đề", Setting::Middle),
        ("airtime_ms", "Phút", Setting::Figures),
        ("outcome", "Kết quả", Setting::Words),
        ("note", "Ghi chú", Setting::Words),
    ];
    let mut log = table("annex", 0, "Nhật ký phát sóng nội dung cải cách hành chính", &columns, log);
    log.number = None;
    if let Some(sum) = log.sum(7) {
        let words = |text: &str| Sum::Is(Cell::text(text));
        let mut total = vec![words(""), words(""), words(""), words(""), words("Cộng")];
        total.extend([words(""), words(""), Sum::OfColumn(sum), words(""), words("")]);
        log.total = Some(total);
    }
    Document {
        lang: Lang::Vi,
        letterhead: Letterhead {
            superior: "UBND phường Long Xuyên".into(),
            issuer: "Đài truyền thanh phường".into(),
            symbol: "BC-ĐTT".into(),
            place: "Long Xuyên".into(),
            date: day,
        },
        kind: "Báo cáo".into(),
        subject: subject.map(str::to_owned).into(),
        addressees: vec!["Ủy ban nhân dân phường Long Xuyên".into()],
        body,
        signature: Signature { titles: vec!["Trưởng đài".into()], name: String::new() },
        recipients: vec![
            "Như trên".into(),
            "Văn phòng HĐND-UBND phường".into(),
            "Công chức VH-TT".into(),
            "Lưu: VT, ĐTT".into(),
        ],
        annexes: vec![Annex {
            title: "Nhật ký phát sóng nội dung cải cách hành chính trong kỳ".into(),
            blocks: vec![Block::Table(log)],
        }],
        source: Some(SOURCE.into()),
    }
}

fn aired(place: i64, day: Date, title: &str, genre: &str, topic: &str, heard_ms: i64, outcome: &str) -> Row {
    let heard = heard_ms > 0;
    let cell = |cell: Cell| if heard { cell } else { Cell::Empty };
    let began = time(5, 41, 0, 0);
    Row::whole(vec![
        Cell::Count(place),
        Cell::Date(day),
        cell(Cell::Time(began)),
        cell(Cell::Time(began.saturating_add(jiff::SignedDuration::from_millis(heard_ms)))),
        Cell::text(title),
        Cell::text(genre),
        Cell::text(topic),
        Cell::minutes(heard_ms),
        Cell::text(outcome),
        Cell::text(if heard { "" } else { "Mất điện từ 05:20 đến 06:05" }),
    ])
}

fn body(tet: bool) -> Vec<Block> {
    let before = if tet { "15/01/2025 đến hết 14/02/2025" } else { "15/12/2024 đến hết 14/01/2025" };
    let basis = "Thực hiện Kế hoạch số 12/KH-UBND ngày 05/01/2024 của UBND phường Long Xuyên về tuyên truyền cải cách \
                 hành chính (CCHC) năm 2024, Đài truyền thanh phường báo cáo kết quả trong kỳ; số liệu từ ";
    let mut blocks = vec![
        Block::Paragraph(format!("{basis}{before}.")),
        heading(Level::Part, "Tình hình chung"),
        paragraph(
            "Đài phát hai buổi mỗi ngày, từ thứ Hai đến thứ Bảy: buổi sáng 05 giờ 30 đến 06 giờ 15, buổi chiều 17 giờ đến \
             17 giờ 45. Thiết bị hoạt động bình thường, trừ các lần mất điện nêu tại Mục III.",
        ),
        Block::Table(summary(tet)),
        heading(Level::Part, "Kết quả tuyên truyền cải cách hành chính"),
        heading(Level::Section, "Duy trì chuyên mục, thời lượng"),
        paragraph("Chuyên mục CCHC phát 8 trên 9 buổi theo kế hoạch, đạt 88,9 %; một buổi bỏ lỡ do mất điện."),
        Block::Chart(weeks()),
        heading(Level::Section, "Theo nội dung"),
        Block::Table(topics()),
        Block::Chart(by_topic()),
        heading(Level::Section, "Biểu dương, phê phán"),
    ];
    if tet {
        blocks.push(paragraph("Kỳ này chưa có tin, bài phê phán, góp ý: nội dung có nguy cơ một chiều."));
    }
    blocks.extend([
        heading(Level::Point, "Biểu dương"),
        paragraph("Nêu gương tổ dân phố số 3 trong việc hướng dẫn người cao tuổi nộp hồ sơ trực tuyến."),
        heading(Level::Point, "Phê phán, góp ý"),
        paragraph("Phản ánh việc niêm yết thủ tục chưa kịp thời tại nhà văn hóa khu."),
        heading(Level::Part, "Tồn tại, khó khăn, nguyên nhân"),
        Block::List(vec![
            "Mất điện ngày 24/12/2024 từ 05 giờ 20 đến 06 giờ 05, bỏ lỡ 4 mục;".into(),
            "Cụm loa khu 5 phát nhỏ, đang chờ thay bộ khuếch đại.".into(),
        ]),
        heading(Level::Part, "Nhiệm vụ tháng sau; kiến nghị"),
        paragraph(
            "Đề nghị UBND phường bố trí bộ lưu điện cho phòng máy. Trên đây là báo cáo của Đài truyền thanh phường.",
        ),
    ]);
    blocks
}

fn summary(tet: bool) -> Table {
    let columns = [
        ("figure", "Chỉ tiêu", Setting::Words),
        ("value", "Kỳ này", Setting::Figures),
        ("before", "Kỳ trước", Setting::Figures),
        ("change", "Tăng, giảm", Setting::Changes),
        ("growth", "Tỷ lệ", Setting::Changes),
        ("year", "Luỹ kế", Setting::Figures),
    ];
    let counts = |name: &str, now: i64, before: i64, year: i64| {
        let growth = if before == 0 { Cell::text("không so sánh được") } else { share(now - before, before) };
        let cells = [Cell::Count(now), Cell::Count(before), Cell::Count(now - before), growth, Cell::Count(year)];
        Row::whole(std::iter::once(Cell::text(name)).chain(cells).collect())
    };
    let lengths = |name: &str, now: i64, before: i64, year: i64, unit: Unit| {
        let length = |ms| Cell::Length { ms, unit };
        let cells = [length(now), length(before), length(now - before), share(now - before, before), length(year)];
        Row::whole(std::iter::once(Cell::text(name)).chain(cells).collect())
    };
    let fewer = if tet { 6 } else { 0 };
    let rows = vec![
        counts("Số ngày phát", 27 - fewer, 26, 27),
        counts("Số buổi phát", 54 - 2 * fewer, 51, 54),
        counts("Số lượt phát", 1_340, 1_288, 1_340),
        counts("Số lượt phát ngoài kế hoạch", 2, 0, 2),
        lengths("Tổng thời lượng (giờ)", 145_800_000, 139_320_000, 145_800_000, Unit::Hours),
        lengths("Trong đó tiếp âm (giờ)", 22_680_000, 22_680_000, 22_680_000, Unit::Hours),
        lengths("Thời lượng CCHC (phút)", 15_435_000, 16_002_000, 15_435_000, Unit::Minutes),
    ];
    table("summary", 1, "Tổng hợp", &columns, rows)
}

fn share(part: i64, whole: i64) -> Cell {
    Cell::Share { part, whole }
}

const TOPICS: [(&str, &str, i64, i64, i64); 6] = [
    ("a", "Chủ trương, chính sách, chương trình cải cách hành chính", 2, 5, 2_990_000),
    ("b", "Kế hoạch, nhiệm vụ cải cách hành chính trên bảy lĩnh vực", 3, 9, 4_410_500),
    ("c", "Trách nhiệm của cấp ủy, người đứng đầu; chỉ số và mức độ hài lòng", 1, 2, 1_204_500),
    ("đ", "Giám sát và phản biện xã hội", 0, 0, 0),
    ("h", "Dịch vụ công trực tuyến, đường dây nóng", 4, 31, 4_830_000),
    ("k", "Sáng kiến, mô hình, điển hình tiên tiến", 2, 4, 2_000_000),
];

fn topics() -> Table {
    let columns = [
        ("code", "Mã", Setting::Middle),
        ("title", "Nội dung", Setting::Words),
        ("works", "Tác phẩm mới", Setting::Figures),
        ("airings", "Lượt phát", Setting::Figures),
        ("airtime_ms", "Phút", Setting::Figures),
        ("share", "Tỷ trọng", Setting::Figures),
    ];
    let whole = TOPICS.iter().map(|topic| topic.4).sum();
    let cells = |(code, title, works, airings, ms): (&str, &str, i64, i64, i64)| {
        let figures = [Cell::Count(works), Cell::Count(airings), Cell::minutes(ms), share(ms, whole)];
        [Cell::text(code), Cell::text(title)].into_iter().chain(figures).collect()
    };
    let mut rows = Vec::new();
    for topic in TOPICS {
        rows.push(Row::whole(cells(topic)));
        if topic.0 == "b" {
            rows.push(Row::part(cells(("b1", "Thể chế", 1, 3, 1_410_500))));
            rows.push(Row::part(cells(("b2", "Thủ tục hành chính", 2, 6, 3_000_000))));
        }
    }
    let mut table = table("topics", 3, "Theo nội dung a–k", &columns, rows);
    table.total = Some(vec![
        Sum::Is(Cell::Empty),
        Sum::Is(Cell::text("Cộng")),
        // A work of two topics is new in both and one in all.
        Sum::Is(Cell::Count(11)),
        Sum::Is(Cell::Count(48)),
        Sum::OfColumn(Cell::minutes(whole)),
        Sum::OfColumn(share(whole, whole)),
    ]);
    table.notes = vec!["Lượt phát có nhiều chủ đề được tính cho từng chủ đề; phút tính cho chủ đề chính.".into()];
    table
}

fn weeks() -> Chart {
    let group =
        |(label, planned, aired): (&str, u64, u64)| Group { label: label.into(), figures: vec![planned, aired] };
    let weeks = [("15/12–21/12", 12, 12), ("22/12–28/12", 12, 8), ("29/12–04/01", 10, 10), ("05/01–11/01", 12, 12)];
    Chart {
        title: "Số mục CCHC theo tuần: kế hoạch và đã phát".into(),
        measure: Measure::Count,
        series: vec!["Kế hoạch".into(), "Đã phát".into()],
        groups: weeks.into_iter().map(group).collect(),
    }
}

fn by_topic() -> Chart {
    let group = |topic: &(&str, &str, i64, i64, i64)| Group {
        label: format!("{}. {}", topic.0, topic.1),
        figures: vec![u64::try_from(topic.4).unwrap()],
    };
    Chart {
        title: "Phút theo nội dung".into(),
        measure: Measure::Length(Unit::Minutes),
        series: vec!["Phút".into()],
        groups: TOPICS.iter().map(group).collect(),
    }
}
