//! What the ward reports, as tables: what it carries out and aims at, its lists, its names.

use super::broadcasts;
use super::table::{Known, Shape, Table, of_station};
use crate::console::form::{Control, Field};
use crate::console::say::either;

pub(super) static TABLES: [Table; 12] = [
    of_station(
        "can-cu",
        "basis",
        Shape::Row,
        [
            ("Căn cứ", "Basis"),
            ("căn cứ", "the basis"),
            (
                "Văn bản mà đài thực hiện: kế hoạch và báo cáo mở đầu bằng dòng “Thực hiện …”.",
                "The documents that the station carries out: plan and report begin with them.",
            ),
        ],
        basis,
    ),
    of_station(
        "chi-tieu",
        "targets",
        Shape::Once,
        [
            ("Chỉ tiêu", "Targets"),
            ("chỉ tiêu", "the targets"),
            (
                "Số phải đạt về cải cách hành chính, theo kỳ báo cáo. Ô trống là không có chỉ tiêu.",
                "What is to be reached about administrative reform in each period of the report. Empty: no such target.",
            ),
        ],
        targets,
    ),
    of_station(
        "cach-bao-cao",
        "report",
        Shape::Once,
        [
            ("Cách báo cáo", "How the ward reports"),
            ("cách báo cáo", "how the ward reports"),
            (
                "Kỳ báo cáo, nơi gửi, nơi nhận và người ký trên văn bản.",
                "The report's period, whom it is sent to, and who signs it.",
            ),
        ],
        report,
    ),
    of_station(
        "can-doi",
        "balance",
        Shape::Once,
        [
            ("Cân đối sắc thái", "Balance of tones"),
            ("cân đối sắc thái", "the balance of tones"),
            (
                "Phần trăm thời lượng cải cách hành chính; ô trống là không giới hạn.",
                "Percent of the minutes about administrative reform; empty: no limit.",
            ),
        ],
        balance,
    ),
    of_station(
        "chu-de",
        "topic",
        Shape::Row,
        [
            ("Chủ đề", "Topics"),
            ("chủ đề", "the topic"),
            (
                "Danh mục chủ đề của kế hoạch; báo cáo tính thời lượng theo danh mục này. Mục con nằm trong trang của chủ đề.",
                "The plan's list of topics, by which the report counts minutes. Parts of a topic stand on its page.",
            ),
        ],
        topic,
    ),
    of_station(
        "muc-con",
        "sub",
        Shape::RowOf { table: "chu-de", braces: false },
        [
            ("Mục con", "Parts"),
            ("mục con", "the part"),
            ("Phần nhỏ của chủ đề, như h1, h2 của chủ đề h.", "Parts of the topic, as h1 and h2 of h."),
        ],
        topic,
    ),
    of_station(
        "the-loai",
        "genre",
        Shape::Row,
        [
            ("Thể loại", "Genres"),
            ("thể loại", "the genre"),
            (
                "Tin, bài, phóng sự, phỏng vấn, hỏi đáp, thông báo, tiểu phẩm, khẩu hiệu đã có sẵn; ở đây thêm thể loại riêng hoặc đổi độ dài thường lệ.",
                "The usual ones are there already; add the ward's own here, or change a usual length.",
            ),
        ],
        genre,
    ),
    of_station(
        "linh-vuc",
        "field",
        Shape::Row,
        [
            ("Lĩnh vực", "Fields of work"),
            ("lĩnh vực", "the field of work"),
            ("Lĩnh vực của tiết mục và người phụ trách.", "Fields that segments are about, and who answers for them."),
        ],
        field,
    ),
    of_station(
        "hinh-thuc",
        "form",
        Shape::Row,
        [
            ("Hình thức tuyên truyền khác", "Other forms of propaganda"),
            ("hình thức", "the form"),
            (
                "Những hình thức ngoài loa mà báo cáo liệt kê: hội nghị, pa nô, trang điện tử…",
                "Forms other than the loudspeaker that the report lists: meetings, posters, web pages …",
            ),
        ],
        form,
    ),
    Table {
        id_from: Some("unit"),
        ..of_station(
            "duong-day-nong",
            "hotline",
            Shape::Row,
            [
                ("Đường dây nóng", "Hotlines"),
                ("đường dây nóng", "the hotline"),
                (
                    "Số điện thoại để dân phản ánh. Hết hạn thì tiết mục đọc số đó không phát nữa.",
                    "Numbers that people may report to. Once one has expired, segments that tell it do not air.",
                ),
            ],
            hotline,
        )
    },
    of_station(
        "ten-goi",
        "station",
        Shape::Once,
        [
            ("Tên gọi khác, tên cũ", "Other and former names"),
            ("tên gọi khác", "other names"),
            (
                "Tên đài và cơ quan sửa ở trang Đài. Sáp nhập thì thêm tên cũ: báo cáo của kỳ trước vẫn in tên lúc đó.",
                "The station's own names are on the page Station. After a merger add the former ones: reports of that time keep them.",
            ),
        ],
        other_names,
    ),
    of_station(
        "ten-cu",
        "was",
        Shape::RowOf { table: "ten-goi", braces: false },
        [
            ("Tên cũ", "Former names"),
            ("tên cũ", "the former names"),
            ("Ô trống là như tên bây giờ.", "What is empty was as it is now."),
        ],
        former_names,
    ),
];

fn basis(_: &Known, _: &str) -> Vec<Field> {
    vec![
        Field::new("number", "Số, ký hiệu", "Number", Control::Line).needed().example("289/KH-UBND"),
        Field::new("date", "Ngày ban hành", "Date", Control::Date).needed(),
        Field::new("issuer", "Cơ quan ban hành", "Issued by", Control::Line).needed().example("UBND phường Long Xuyên"),
        Field::new("abstract", "Trích yếu", "About", Control::Area)
            .needed()
            .example("tuyên truyền cải cách hành chính năm 2026"),
    ]
}

fn targets(_: &Known, _: &str) -> Vec<Field> {
    let periods =
        [("month", "Mỗi tháng", "A month"), ("quarter", "Mỗi quý", "A quarter"), ("year", "Mỗi năm", "A year")];
    let counts = [
        ("minutes", "Số phút", "Minutes"),
        ("tin", "Tin mới", "New items of news"),
        ("bai", "Bài mới", "New articles"),
        ("phong_su", "Phóng sự mới", "New reportages"),
        ("hotline", "Đường dây nóng (lượt)", "Hotlines (airings)"),
    ];
    let each = periods.into_iter().flat_map(|period| counts.map(|count| (period, count)));
    let field = |((of, vi, en), (key, what_vi, what_en)): ((&'static str, &str, &str), (&'static str, &str, &str))| {
        Field::new(key, what_vi, what_en, Control::Number).group(vi, en).within(of)
    };
    each.map(field).collect()
}

fn report(known: &Known, _: &str) -> Vec<Field> {
    let periods = [
        ("nd09", "Từ ngày 15 tháng trước đến ngày 14 (Nghị định 09)", "From the 15th to the 14th (Decree 09)"),
        ("calendar", "Tháng dương lịch", "Calendar months"),
    ];
    let periods = periods.map(|(code, vi, en)| (code.to_owned(), either(known.lang, vi, en).to_owned())).to_vec();
    vec![
        Field::new("period", "Kỳ báo cáo", "Period", Control::Choice(periods)),
        Field::new("to", "Kính gửi (mỗi dòng một nơi)", "Sent to (a line each)", Control::Lines),
        Field::new("recipients", "Nơi nhận (mỗi dòng một nơi)", "Recipients (a line each)", Control::Lines)
            .hint("Ngoài nơi gửi và dòng lưu.", "Besides those whom it is sent to, and the archive."),
        Field::new("archive", "Lưu", "Archive", Control::Line).example("VT, ĐTT"),
        Field::new("authority", "Ký thay", "In whose name", Control::Line).example("TM. Ủy ban nhân dân").hint(
            "TM., KT., TL., TUQ. hoặc Q. và tên; để trống là ký cho mình.",
            "A short form and the name; empty: in the signer's own.",
        ),
        Field::new("signer", "Chức vụ người ký", "Signer's title", Control::Line).example("Trưởng đài"),
        Field::new("signer_name", "Họ tên người ký", "Signer's name", Control::Line),
        Field::new(
            "slow_days",
            "Đưa tin văn bản chậm quá (ngày) thì nêu trong báo cáo",
            "Days after which a piece on a document is told as slow",
            Control::Number,
        )
        .example("7"),
    ]
}

fn balance(_: &Known, _: &str) -> Vec<Field> {
    vec![
        Field::new("praise_max", "Biểu dương nhiều nhất (%)", "Praise at most (%)", Control::Number),
        Field::new("criticism_min", "Phê phán, góp ý ít nhất (%)", "Criticism at least (%)", Control::Number),
        Field::new("criticism_max", "Phê phán, góp ý nhiều nhất (%)", "Criticism at most (%)", Control::Number),
        Field::new("neutral_max", "Phản ánh trung tính nhiều nhất (%)", "Neutral at most (%)", Control::Number),
    ]
}

fn topic(_: &Known, _: &str) -> Vec<Field> {
    vec![
        Field::new("code", "Mã", "Code", Control::Line).needed().example("h"),
        Field::new("title", "Tên chủ đề", "Title", Control::Line)
            .needed()
            .example("Dịch vụ công trực tuyến, đường dây nóng"),
    ]
}

fn genre(_: &Known, _: &str) -> Vec<Field> {
    vec![
        Field::new("name", "Tên thể loại", "Name", Control::Line).needed().example("diễn đàn"),
        Field::new("max", "Thường không quá", "Usually no longer than", Control::Line).example("5m"),
    ]
}

fn field(_: &Known, _: &str) -> Vec<Field> {
    vec![
        Field::new("name", "Tên lĩnh vực", "Name", Control::Line).needed().example("đất đai"),
        Field::new("officer", "Người phụ trách", "Who answers for it", Control::Line),
    ]
}

fn form(_: &Known, _: &str) -> Vec<Field> {
    vec![Field::new("name", "Tên hình thức", "Name", Control::Line).needed().example("hội nghị")]
}

fn hotline(_: &Known, _: &str) -> Vec<Field> {
    vec![
        Field::new("unit", "Đơn vị", "Whose it is", Control::Line).needed().example("UBND tỉnh"),
        Field::new("number", "Số điện thoại", "Number", Control::Line).needed().example("1022"),
        Field::new("scope", "Phản ánh về việc gì", "What it is for", Control::Line),
        Field::new("hours", "Giờ trực", "When it is answered", Control::Line).example("24/7"),
        Field::new("valid_from", "Dùng từ ngày", "Valid from", Control::Date),
        Field::new("valid_to", "Dùng đến hết ngày", "Valid to", Control::Date),
        broadcasts::id().example("tinh-1022"),
    ]
}

fn other_names(_: &Known, _: &str) -> Vec<Field> {
    vec![
        Field::new("one_stop", "Tên bộ phận một cửa", "What the one-stop desk is called", Control::Line)
            .example("Trung tâm Phục vụ hành chính công phường")
            .hint("Để trống thì theo quy định của từng thời kỳ.", "Empty: as the law of the day has it."),
        Field::new("timezone", "Múi giờ", "Time zone", Control::Line).example("Asia/Ho_Chi_Minh"),
    ]
}

fn former_names(_: &Known, _: &str) -> Vec<Field> {
    vec![
        Field::new("name", "Tên đài", "Station's name", Control::Line).example("Đài truyền thanh phường Mỹ Bình"),
        Field::new("code", "Ký hiệu văn bản", "Code", Control::Line),
        Field::new("parent", "Cơ quan chủ quản", "Authority", Control::Line),
        Field::new("place", "Địa danh", "Place", Control::Line),
        Field::new("one_stop", "Tên bộ phận một cửa", "What the one-stop desk was called", Control::Line),
        Field::new("valid_from", "Từ ngày", "From", Control::Date),
        Field::new("valid_to", "Đến hết ngày", "To", Control::Date).needed(),
    ]
}
