//! What the scripts say by themselves: every page carries it in the reader's language, for a station that does not answer.

use super::words;
use crate::problem::{Lang, Text};

/// By the names that the scripts know, as JSON.
pub(super) fn all(lang: Lang) -> String {
    let all = WORDS.iter().map(|(name, vi, en)| (*name, Text::new(*vi, *en))).chain([("login", words::log_in())]);
    let said = all.map(|(name, text)| (name.to_owned(), text.get(lang).into()));
    serde_json::Value::Object(said.collect()).to_string()
}

/// Name, Vietnamese, English.
const WORDS: [(&str, &str, &str); 10] = [
    // The session has ended.
    ("ended", "Phiên đã hết, hãy đăng nhập lại.", "The session has ended, log in again."),
    // What is filled in outlives that.
    (
        "kept",
        "Trang đăng nhập mở ở thẻ khác; những gì đã nhập ở đây vẫn còn, chưa lưu.",
        "The login opens in another tab; what you have filled in here is still there, not saved.",
    ),
    // Somebody else has logged in in this browser.
    (
        "other",
        "Ở trình duyệt này nay có người khác đăng nhập, nên chưa gửi gì. Những gì đã nhập vẫn còn ở đây: đăng nhập lại bằng tài khoản cũ ở thẻ khác rồi gửi.",
        "Somebody else has logged in in this browser, and nothing is sent. What you have filled in is still here: log in again as yourself in another tab, then send it.",
    ),
    // Check does not answer.
    (
        "unchecked",
        "Chưa kiểm tra được: không liên lạc được với đài. Những gì đã nhập vẫn còn ở đây, chưa lưu; trang tự thử lại.",
        "Not checked: the station is not reached. What you have filled in is still here, not saved; the page tries again by itself.",
    ),
    // Before a change of the language or the colours.
    (
        "unkept",
        "Mật khẩu đã gõ và tệp đã chọn trên trang này phải làm lại; những gì khác đã điền vẫn còn. Vẫn đổi?",
        "Passwords and chosen files on this page must be filled in again; all else is kept. Change it?",
    ),
    // Before what is filled in is left.
    (
        "unsaved",
        "Trên trang này còn những gì đã nhập mà chưa lưu: làm việc này thì mất những chỗ đó. Bấm Hủy để quay lại lưu trước. Vẫn làm?",
        "What you have filled in on this page is not saved, and is lost if you go on. Cancel to go back and save it first. Go on?",
    ),
    // Nothing can be sent.
    (
        "unreached",
        "Mất liên lạc với đài: lúc này không gửi gì đi được.",
        "The station is not reached, and nothing can be sent now.",
    ),
    // Where something can be filled in.
    (
        "unreachedTyped",
        "Những gì đã nhập vẫn còn ở đây, chưa lưu; đừng đóng trang.",
        "What you have filled in is still here, not saved; keep the page open.",
    ),
    // Where the page shows what is on air.
    (
        "unreachedOld",
        "Những gì hiện ở đây là của trước lúc ấy: có thể không còn phát nữa.",
        "What is shown here is of before that: it may be on air no more.",
    ),
    // How that goes away.
    ("unreachedEnds", "Có liên lạc lại thì dòng này tự mất.", "This goes away once it is reached again."),
];
