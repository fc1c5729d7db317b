//! How the station and its PC behave, as tables: rules, alerts, loudness, the amplifier, the clock.

use super::table::{Known, Shape, Table, of_station};
use crate::console::form::{Control, Field};
use crate::console::say::either;
use crate::station::Way;

pub(super) static TABLES: [Table; 7] = [
    of_station(
        "quy-dinh",
        "rules",
        Shape::Once,
        [
            ("Quy định khác", "Other rules"),
            ("quy định khác", "other rules"),
            (
                "Giờ yên tĩnh, số buổi và việc duyệt bản ghi sửa ở trang Đài.",
                "Quiet hours, broadcasts a day and approval are on the page Station.",
            ),
        ],
        rules,
    ),
    of_station(
        "bao-tin",
        "alerts",
        Shape::Once,
        [
            ("Báo tin khi có sự cố", "Alerts"),
            ("cách báo tin", "the alerts"),
            (
                "Ai được báo khi lỡ buổi phát, mất đường loa, đầy đĩa. Chương trình báo tin (`command`), máy chủ thư và mật khẩu của nó chỉ sửa được trong tệp ngay trên máy của đài.",
                "Who is told of a missed broadcast, a lost line, a full disk. The program that is run (`command`), the mail server and its password are changed on the disk of the station's PC alone.",
            ),
        ],
        alerts,
    ),
    of_station(
        "am-luong",
        "line",
        Shape::Once,
        [
            ("Âm lượng của loa", "Loudness of the line"),
            ("âm lượng của loa", "the line's loudness"),
            ("Thiết bị loa chọn ở trang Đài.", "The output itself is chosen on the page Station."),
        ],
        loudness,
    ),
    of_station(
        "giam-am",
        "gain",
        Shape::RowOf { table: "am-luong", braces: true },
        [
            ("Giờ phát nhỏ lại", "Quieter hours"),
            ("giờ phát nhỏ lại", "the quieter hours"),
            (
                "Sáng sớm, đêm khuya phát nhỏ hơn; chỉ giảm, không tăng.",
                "Softer in early mornings or late evenings; it only makes quieter.",
            ),
        ],
        gain,
    ),
    of_station(
        "may-tang-am",
        "amplifier",
        Shape::Once,
        [
            ("Máy tăng âm", "Amplifier"),
            ("máy tăng âm", "the amplifier"),
            (
                "Bật trước, tắt sau bao lâu. Lệnh bật và tắt chỉ sửa được trong tệp ngay trên máy của đài.",
                "How long before and after sound it is on. The commands that switch it are changed on the disk of the station's PC alone.",
            ),
        ],
        amplifier,
    ),
    of_station(
        "khan-cap",
        "emergency",
        Shape::Once,
        [
            ("Hiệu lệnh khẩn cấp", "Emergency tone"),
            ("hiệu lệnh khẩn cấp", "the emergency tone"),
            (
                "Phát trước bản tin khẩn cấp; để trống thì dùng chuông của Loa.",
                "Heard before an emergency; empty: Loa's own tone.",
            ),
        ],
        emergency,
    ),
    of_station(
        "dong-ho",
        "clock",
        Shape::Once,
        [
            ("Đồng hồ", "Clock"),
            ("đồng hồ", "the clock"),
            (
                "Giờ máy sai thì Loa không phát cho đến khi giờ đúng.",
                "While the PC's clock is wrong, nothing of the plan airs.",
            ),
        ],
        clock,
    ),
];

fn rules(_: &Known, _: &str) -> Vec<Field> {
    vec![
        Field::new(
            "on_time",
            "Trễ quá bao lâu thì báo cáo ghi là trễ",
            "Later than this counts as late",
            Control::Line,
        )
        .example("30s"),
        Field::new(
            "cchc_gap_days",
            "Không quá mấy ngày liền không có CCHC",
            "Days without reform on air at most",
            Control::Number,
        )
        .example("7"),
        Field::new(
            "hotline_per_day",
            "Mỗi ngày đọc đường dây nóng ít nhất (lần)",
            "Airings of a hotline a day at least",
            Control::Number,
        )
        .example("1"),
    ]
}

fn alerts(known: &Known, _: &str) -> Vec<Field> {
    let mails = known.station.alerts.ways.iter().any(|way| matches!(way, Way::Mail(_)));
    let to = Field::new("to", "Thư gửi đến (mỗi dòng một địa chỉ)", "Mail goes to (a line each)", Control::Lines)
        .within("mail")
        .example("truc@phuong.example");
    let mut fields = vec![
        Field::new("webhook", "Địa chỉ web nhận tin (webhook)", "Web address that is told (webhook)", Control::Line)
            .example("https://…"),
    ];
    fields.extend(mails.then_some(to));
    fields.extend([
        Field::new("every", "Hai tin cách nhau ít nhất", "Between two messages at least", Control::Line).example("10m"),
        Field::new("repeat", "Sự cố còn thì nhắc lại sau", "What lasts is told again after", Control::Line)
            .example("6h")
            .hint("`0s` là chỉ báo một lần.", "`0s`: told once."),
        Field::new(
            "preflight",
            "Giờ xem trước bản ghi của ngày mai",
            "When tomorrow's recordings are looked at",
            Control::Time,
        )
        .example("19:00"),
    ]);
    fields
}

fn loudness(known: &Known, _: &str) -> Vec<Field> {
    let after =
        [("resume", "Phát tiếp chỗ dở", "Goes on from there"), ("skip", "Bỏ phần còn lại", "Its rest is left out")];
    let after = after.map(|(code, vi, en)| (code.to_owned(), either(known.lang, vi, en).to_owned())).to_vec();
    vec![
        Field::new("loudness", "Mức chung (LUFS)", "Loudness (LUFS)", Control::Decimal).example("-16.0").hint(
            "Mọi bản ghi được đưa về mức này; `false` là phát nguyên như thu.",
            "Every recording is brought to it; `false`: as recorded.",
        ),
        Field::new("peak", "Đỉnh không vượt quá (dBTP)", "Ceiling (dBTP)", Control::Decimal).example("-1.0"),
        Field::new(
            "after_line_loss",
            "Đường loa mất rồi có lại thì bản ghi đang phát",
            "After the line was lost, what was on air",
            Control::Choice(after),
        ),
    ]
}

fn gain(_: &Known, _: &str) -> Vec<Field> {
    vec![
        Field::new("from", "Từ", "From", Control::Time).needed().example("05:00"),
        Field::new("to", "Đến", "To", Control::Time).needed().example("06:00"),
        Field::new("db", "Giảm (dB)", "By (dB)", Control::Decimal).needed().example("-6.0"),
    ]
}

fn amplifier(_: &Known, _: &str) -> Vec<Field> {
    vec![
        Field::new("before", "Bật trước khi phát", "On before sound", Control::Line).example("60s"),
        Field::new("after", "Tắt sau khi phát xong", "Off after sound", Control::Line).example("30s"),
        Field::new(
            "emergency_before",
            "Khẩn cấp: lặp hiệu lệnh trong lúc máy ấm",
            "Emergency: its tone repeats while it warms",
            Control::Line,
        )
        .example("5s"),
    ]
}

fn emergency(known: &Known, _: &str) -> Vec<Field> {
    vec![
        Field::new("tone", "Bản ghi hiệu lệnh", "Recording of the tone", Control::Offered(known.recordings.to_vec()))
            .example("chuong.mp3"),
    ]
}

fn clock(known: &Known, _: &str) -> Vec<Field> {
    let rules = [
        ("auto", "Tự xét", "By Loa's own rule"),
        ("always", "Luôn tin giờ của máy", "The PC's clock is always trusted"),
    ];
    let rules = rules.map(|(code, vi, en)| (code.to_owned(), either(known.lang, vi, en).to_owned())).to_vec();
    vec![Field::new("trust", "Khi nào tin giờ của máy", "When the PC's clock is trusted", Control::Choice(rules))]
}
