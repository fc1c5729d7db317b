//! The list of topics that plans about administrative reform usually have, offered to a station that has none: letters skip đ
//! and i, as in those plans. It is a beginning, to be changed like any other.

use crate::editing::{Keys, Operation, Value};

/// A topic: its code and title, and its parts.
type Topic = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const TOPICS: [Topic; 8] = [
    ("a", "Chủ trương, chính sách, chương trình CCHC", &[]),
    (
        "b",
        "Kế hoạch, nhiệm vụ CCHC",
        &[
            ("b1", "Cải cách thể chế"),
            ("b2", "Cải cách thủ tục hành chính"),
            ("b3", "Cải cách tổ chức bộ máy"),
            ("b4", "Cải cách chế độ công vụ"),
            ("b5", "Cải cách tài chính công"),
            ("b6", "Xây dựng chính quyền điện tử, chính quyền số"),
            ("b7", "Công tác chỉ đạo, điều hành"),
        ],
    ),
    (
        "c",
        "Trách nhiệm người đứng đầu, kết quả, mức độ hài lòng",
        &[
            ("c1", "Trách nhiệm của cấp ủy, người đứng đầu"),
            ("c2", "Kết quả CCHC"),
            ("c3", "Chỉ số CCHC và mức độ hài lòng"),
        ],
    ),
    ("d", "Quan hệ giữa Nhà nước và nhân dân", &[]),
    ("e", "Một cửa, một cửa liên thông", &[]),
    ("g", "Chính quyền số, dịch vụ công trực tuyến", &[]),
    (
        "h",
        "Hướng dẫn dịch vụ công, đường dây nóng",
        &[("h1", "Hướng dẫn nộp hồ sơ, thanh toán trực tuyến"), ("h2", "Đường dây nóng tiếp nhận phản ánh, kiến nghị")],
    ),
    ("k", "Sáng kiến, mô hình, điển hình tiên tiến", &[]),
];

/// The titles, with their codes.
pub(super) fn titles() -> impl Iterator<Item = String> {
    TOPICS.iter().map(|(code, title, _)| format!("{code}. {title}"))
}

/// The list as new blocks.
pub(super) fn topics() -> Vec<Operation> {
    let keys = |code: &str, title: &str| -> Keys {
        vec![("code".to_owned(), Value::text(code)), ("title".to_owned(), Value::text(title))]
    };
    let add = |(code, title, parts): &Topic| {
        let mut topic = keys(code, title);
        if !parts.is_empty() {
            let parts = parts.iter().map(|(code, title)| Value::Table(keys(code, title))).collect();
            topic.push(("sub".to_owned(), Value::List(parts)));
        }
        Operation::Add { row: "topic", keys: topic }
    };
    TOPICS.iter().map(add).collect()
}
