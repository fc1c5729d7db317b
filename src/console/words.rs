//! What the layout says.

use super::page::Tab;
use super::say::phrases;
use crate::problem::Text;

pub(super) fn tab(tab: Tab) -> Text {
    match tab {
        Tab::OnAir => Text::new("Trên sóng", "On air"),
        Tab::Plan => Text::new("Lịch", "Plan"),
        Tab::Library => Text::new("Kho âm thanh", "Library"),
        Tab::Log => Text::new("Nhật ký", "Log"),
        Tab::Report => Text::new("Báo cáo", "Report"),
        Tab::Station => Text::new("Đài", "Station"),
    }
}

phrases! {
    to_content: "Đến nội dung chính", "Skip to content";
    pages: "Các trang", "Pages";
    log_out: "Đăng xuất", "Log out";
    colours: "Màu", "Colours";
    light: "Sáng", "Light";
    dark: "Tối", "Dark";
    as_system: "Theo máy", "As the system";
    account: "Tài khoản", "Account";
    not_done: "Chưa làm được", "Not done";
    back: "Về trang Trên sóng", "Back to the page On air";
    exposed: "trang này đang mở cho cả mạng nội bộ mà không mã hóa, nên người khác trong mạng có thể đọc trộm mật khẩu. Trên máy của đài, mở tệp `schedules/station.toml`, trong phần [console] thay dòng `insecure = true` bằng `tls = true` rồi lưu; sau đó vào lại trang bằng địa chỉ bắt đầu bằng `https://`. Trang này không tự sửa được dòng đó.", "this page is open to the whole network without encryption, so others on it can read passwords. On the station's PC open `schedules/station.toml`, put `tls = true` in the place of `insecure = true` under [console] and save; then come back by the address that begins with `https://`. The page cannot change that line by itself.";
    log_in: "Đăng nhập", "Log in";
    name: "Tên tài khoản", "Account's name";
    password: "Mật khẩu", "Password";
    password_again: "Nhập lại mật khẩu", "Password again";
    wrong: "Tên hoặc mật khẩu không đúng. Hãy thử lại; nếu quên mật khẩu, nhờ quản trị của đài đặt lại.", "Name or password is wrong. Try again; if you forgot it, the station's admin can set another.";
    error: "Lỗi", "Error";
    warning: "Cảnh báo", "Warning";
    done: "Xong", "Done";
    line: "dòng", "line";
    kept: "Phiên đã hết trước khi gửi, nên chưa làm gì. Đăng nhập lại bằng tài khoản cũ thì những gì đã điền hiện lại để gửi.", "The session had ended before this was sent, and nothing is done. Log in again as yourself: what was filled in is shown again, to be sent.";
    no_accounts: "Đài chưa có tài khoản nào. Hãy mở đường dẫn dùng một lần mà `loa run` (hoặc `loa status`) đã in ra.", "The station has no account yet. Open the link for the first start that `loa run` (or `loa status`) prints.";
}

pub(super) fn wait(seconds: i64) -> Text {
    Text::new(
        format!("Sai quá nhiều lần. Hãy đợi {seconds} giây rồi thử lại."),
        format!("Too many failures. Wait {seconds} s and try again."),
    )
}
