//! How the station and its PC behave, as tables: rules, alerts, loudness, the amplifier, the clock.

use super::table::{Known, Shape, Table, of_station};
use crate::console::form::{Control, Field};
use crate::console::say::either;
use crate::station::{Switch, Way};

pub(super) static TABLES: [Table; 8] = [
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
                "Ai được báo khi lỡ buổi phát, mất đường loa, đầy đĩa. Chương trình báo tin, máy chủ thư và mật khẩu của nó chỉ sửa được trong tệp ngay trên máy của đài.",
                "Who is told of a missed broadcast, a lost line, a full disk. The program that is run, the mail server and its password are changed on the disk of the station's PC alone.",
            ),
        ],
        alerts,
    ),
    of_station(
        "am-luong",
        "line",
        Shape::Once,
        [
            ("Âm lượng, nghe lại đường loa", "Loudness and monitor of the line"),
            ("âm lượng, nghe lại đường loa", "the line's loudness and monitor"),
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
                "Để Loa bật máy tăng âm trước và tắt sau khi phát: qua một cổng nối tiếp, ghi ở đây; hoặc bằng lệnh, chỉ sửa được trong tệp ngay trên máy của đài. Tự bật tắt bằng tay thì để trống cả.",
                "Loa can switch the amplifier on before sound and off after it: by a serial port, named here; or by commands, changed on the disk of the station's PC alone. Where a person switches it, all stays empty.",
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
    of_station(
        "trang",
        "console",
        Shape::Once,
        [
            ("Trang điều khiển này", "This page"),
            ("trang điều khiển", "the page"),
            (
                "Tên máy trong mạng và cỡ tệp được tải lên. Địa chỉ, cổng và chứng thư của trang chỉ sửa được trong tệp ngay trên máy của đài: ghi sai thì không ai vào được trang nữa.",
                "The PC's names in the network and how large an upload may be. The page's address, port and certificate are changed on the disk of the station's PC alone: a slip would keep everybody out.",
            ),
        ],
        page,
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
    let secret = |field: Field| {
        field.group("Hoặc địa chỉ phải giữ kín (chỉ ghi một ô)", "Or an address to be kept secret (one of these)")
    };
    let mut fields = vec![
        Field::new("webhook", "Địa chỉ web nhận tin (webhook)", "Web address that is told (webhook)", Control::Line)
            .example("https://…"),
    ];
    fields.extend(mails.then_some(to));
    fields.extend([
        secret(Field::new("webhook_file", "Tệp chứa địa chỉ đó", "File that holds it", Control::Line))
            .example("dia-chi-bao-tin.txt")
            .hint("Trong thư mục của đài; do người ở máy đặt vào.", "In the station's folder; put there at the PC."),
        secret(Field::new("webhook_env", "Biến môi trường chứa địa chỉ đó", "Variable that holds it", Control::Line))
            .example("LOA_WEBHOOK"),
    ]);
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
    let monitor = |field: Field| {
        field.group("Đường loa (có hiệu lực khi chạy lại Loa)", "The line (from the next start of Loa on)")
    };
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
        monitor(Field::new("monitor", "Đầu vào nghe lại đường loa", "Input that hears the line", known.input("")))
            .example("pulseaudio:line.monitor")
            .hint(
                "Loa nghe lại và ghi nhật ký khi đã gửi tiếng mà đường loa im. Bấm vào ô để chọn đường vào đang có. Để trống là không nghe lại.",
                "Loa listens and logs when sound was sent and the line stayed silent. The inputs that are there are offered in the field. Empty: it does not listen.",
            ),
        monitor(Field::new("buffer_frames", "Khối âm thanh (số khung)", "Block of sound (frames)", Control::Number))
            .example("1024")
            .hint("Chỉ đổi khi tiếng bị ngắt quãng.", "To be changed only where the sound breaks up."),
    ]
}

fn gain(_: &Known, _: &str) -> Vec<Field> {
    vec![
        Field::new("from", "Từ", "From", Control::Time).needed().example("05:00"),
        Field::new("to", "Đến", "To", Control::Time).needed().example("06:00"),
        Field::new("db", "Giảm (dB)", "By (dB)", Control::Decimal).needed().example("-6.0"),
    ]
}

fn amplifier(known: &Known, _: &str) -> Vec<Field> {
    let by_commands = known.station.amplifier.as_ref().is_some_and(|it| matches!(it.switch, Switch::Commands { .. }));
    let signals = [("rts", "RTS"), ("dtr", "DTR")].map(|(code, name)| (code.to_owned(), name.to_owned())).to_vec();
    let port = [
        Field::new("serial", "Cổng nối tiếp", "Serial port", Control::Line)
            .example("COM3")
            .hint("Như `COM3`, `/dev/ttyUSB0`.", "As `COM3`, `/dev/ttyUSB0`."),
        Field::new("signal", "Tín hiệu của cổng", "The port's signal", Control::Choice(signals))
            .hint("Để trống là RTS.", "Empty: RTS."),
    ];
    let times = [
        Field::new("before", "Bật trước khi phát", "On before sound", Control::Line).example("60s"),
        Field::new("after", "Tắt sau khi phát xong", "Off after sound", Control::Line).example("30s"),
        Field::new(
            "emergency_before",
            "Khẩn cấp: lặp hiệu lệnh trong lúc máy ấm",
            "Emergency: its tone repeats while it warms",
            Control::Line,
        )
        .example("5s"),
    ];
    // Of two ways to switch it the file may have one.
    port.into_iter().filter(|_| !by_commands).chain(times).collect()
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

fn page(_: &Known, _: &str) -> Vec<Field> {
    vec![
        Field::new(
            "names",
            "Tên khác của máy này (mỗi dòng một tên)",
            "Other names of this PC (a line each)",
            Control::Lines,
        )
        .example("loa.phuong.lan")
        .hint(
            "Tên gõ vào trình duyệt, ngoài localhost và địa chỉ bằng số.",
            "Names typed into a browser, beside localhost and addresses in figures.",
        ),
        Field::new("upload_mib", "Bản ghi tải lên lớn nhất (MiB)", "Largest upload (MiB)", Control::Number)
            .example("512"),
    ]
}
