//! The words that values are chosen from, each as it is written with marks, without, and in English.

use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::reading::fold::bare;

macro_rules! word_lists {
    ($($(#[$meta:meta])* $name:ident: $description:literal, [$(($vi:literal, $en:literal)),+ $(,)?];)+) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let words = spellings(&[$(($vi, $en)),+]);
                schemars::json_schema!({ "type": "string", "enum": words, "description": $description })
            }
        }
    )+ };
}

/// With marks first: that is what an editor should offer first.
fn spellings(words: &[(&str, &str)]) -> Vec<String> {
    let mut all: Vec<String> = words.iter().map(|(vi, _)| (*vi).to_owned()).collect();
    for (vi, en) in words {
        let plain = bare(vi);
        for word in [plain.replace(' ', "_"), plain, (*en).to_owned()] {
            if !all.contains(&word) {
                all.push(word);
            }
        }
    }
    all
}

word_lists! {
    /// A segment's right of way.
    ClassWord: "Mức ưu tiên · right of way", [("thường", "normal"), ("thông thường", "normal"), ("ưu tiên", "priority")];
    /// What becomes of an airing after a power cut.
    PowerCutWord: "Sau khi mất điện: phát lại từ đầu, phát tiếp, hay bỏ qua · after a power cut",
        [("phát lại", "restart"), ("phát tiếp", "resume"), ("bỏ qua", "skip")];
    /// What becomes of what a lost line broke off.
    LineLossWord: "Sau khi đường loa trở lại: phát tiếp hay bỏ qua · once a lost line is back",
        [("phát tiếp", "resume"), ("bỏ qua", "skip")];
    /// How a segment speaks.
    ToneWord: "Sắc thái · tone", [("biểu dương", "praise"), ("phê phán", "criticism"), ("góp ý", "criticism"),
        ("phê phán, góp ý", "criticism"), ("phản ánh", "neutral"), ("hướng dẫn", "guidance"), ("thông báo", "notice")];
    /// Whose policy it tells of.
    LevelWord: "Cấp · level", [("trung ương", "central"), ("tỉnh", "province"), ("thành phố", "province"),
        ("huyện", "district"), ("thị xã", "district"), ("quận", "district"), ("phường", "ward"), ("xã", "ward"),
        ("đặc khu", "ward"), ("thị trấn", "ward")];
    /// Where it comes from.
    OriginWord: "Nguồn · origin", [("tự sản xuất", "own"), ("cấp trên gửi", "higher"), ("tuyển chọn", "selected"),
        ("tuyển chọn phát lại", "selected"), ("tiếp âm", "relay"), ("tiếp sóng", "relay")];
    /// What was done to a procedure.
    ActionWord: "Thủ tục được làm gì · what was done to the procedure", [("mới ban hành", "new"), ("ban hành mới", "new"),
        ("sửa đổi", "amended"), ("sửa đổi, bổ sung", "amended"), ("thay thế", "replaced"), ("bãi bỏ", "abolished")];
    /// What kind of day an exception is.
    ExceptionWord: "Loại ngoại lệ · kind of exception", [("nghỉ lễ", "holiday"), ("tết", "tet"), ("quốc tang", "mourning"),
        ("sự kiện", "event"), ("sự cố", "incident")];
    /// No broadcast on these days.
    OffWord: "Không phát · none", [("nghỉ", "off"), ("không phát", "off"), ("tắt", "off")];
    /// Where months of reports begin.
    RhythmWord: "Kỳ báo cáo · where months begin", [("nd09", "nd09"), ("nghị định 09", "nd09"),
        ("tháng dương lịch", "calendar")];
    /// How much an approval weighs.
    ApprovalWord: "Duyệt: bắt buộc, nhắc, hay không cần · approval", [("bắt buộc", "required"), ("cảnh báo", "warn"),
        ("không", "off")];
    /// When the PC's clock is trusted.
    ClockTrustWord: "Đồng hồ máy sai rõ ràng thì không phát, hay vẫn phát · when the clock is trusted",
        [("tự xét", "auto"), ("luôn tin", "always")];
    /// A signal of a serial port.
    SignalWord: "Tín hiệu bật máy tăng âm · the signal", [("rts", "rts"), ("dtr", "dtr")];
    /// How mail is kept from others on its way.
    SecurityWord: "Cách giữ kín đường truyền thư · the connection to the mail server", [("tls", "tls"), ("ssl", "tls"),
        ("starttls", "starttls"), ("không", "none")];
    /// What a sound of a running order is.
    SoundWord: "Loại mục của tệp âm thanh · what the sound is", [("nhạc hiệu", "ident"), ("lời xướng", "ident"),
        ("nhạc cắt", "sting"), ("ca nhạc", "music"), ("nhạc", "music"), ("bài hát", "music"), ("lời chào", "sign_off"),
        ("chào kết", "sign_off")];
}
