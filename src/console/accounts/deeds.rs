//! Who changed what.

use jiff::Timestamp;
use rusqlite::params;

use super::Accounts;
use crate::problem::Text;

/// So many are kept.
const KEPT: i64 = 100_000;

// What may be done with the console, each with its code and what people call it.
macro_rules! acts {
    ($($act:ident: $code:literal, $vi:literal, $en:literal;)*) => {
        /// What may be done with the console, or tried.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Act {
            $(#[doc = $en] $act,)*
        }

        impl Act {
            /// The word in the file; of an order the one by which the daemon is asked.
            pub fn code(self) -> &'static str {
                match self { $(Act::$act => $code,)* }
            }

            /// What people call what has that code; the code itself where this Loa does not know it.
            pub fn words_of(code: &str) -> Text {
                match code { $($code => Text::new($vi, $en),)* _ => Text::same(code) }
            }
        }
    };
}

acts! {
    Login: "login", "Đăng nhập", "Logged in";
    LoginFailed: "login-failed", "Đăng nhập hỏng", "Failed to log in";
    Logout: "logout", "Đăng xuất", "Logged out";
    FirstAccount: "first-account", "Tạo tài khoản đầu tiên", "Made the first account";
    UserAdd: "user-add", "Thêm tài khoản", "Added an account";
    UserRemove: "user-remove", "Xóa tài khoản", "Removed an account";
    UserRole: "user-role", "Đổi vai trò", "Changed a role";
    UserPassword: "user-password", "Đặt mật khẩu", "Set a password";
    Play: "play", "Phát ngay", "Played";
    Skip: "skip", "Bỏ qua mục đang phát", "Skipped what was on air";
    Stop: "stop", "Dừng buổi", "Stopped a broadcast";
    Emergency: "emergency", "Phát khẩn cấp", "Sounded an emergency";
    EndEmergency: "end_emergency", "Dừng khẩn cấp", "Ended the emergency";
    ConfirmClock: "confirm_clock", "Xác nhận giờ máy", "Confirmed the clock";
    Correct: "correct", "Đính chính nhật ký", "Corrected the log";
    Tone: "tone", "Phát âm thử", "Sounded a test tone";
    Plan: "plan", "Sửa lịch", "Changed the plan";
    Schedule: "schedule", "Gửi tệp kế hoạch", "Sent a schedule's file";
    Approve: "approve", "Duyệt bản ghi", "Approved a recording";
    Upload: "upload", "Nhận bản ghi", "Took a recording in";
    ReplaceRecording: "replace-recording", "Thay bản ghi", "Replaced a recording";
    RenameRecording: "rename-recording", "Đổi tên bản ghi", "Renamed a recording";
    RemoveRecording: "remove-recording", "Bỏ bản ghi khỏi kho", "Removed a recording";
    Remarks: "remarks", "Viết lời trong báo cáo", "Wrote the report's words";
    Typed: "typed", "Nhập tay số liệu báo cáo", "Typed figures of the report";
    Line: "line", "Đổi đường loa", "Changed the line";
    Station: "station", "Sửa cấu hình", "Changed settings";
    AlertsTest: "alerts-test", "Thử báo tin", "Tried alerts";
}

/// What somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// When.
    pub at: Timestamp,
    /// The account's name; for a failed login the name that was tried.
    pub who: String,
    /// A code ([`Act::code`]).
    pub what: String,
    /// What of it, in words or as a key.
    pub detail: Text,
}

impl Accounts {
    /// Writes down who did what.
    ///
    /// # Errors
    /// The file could not be written.
    pub fn note_deed(&mut self, who: &str, what: Act, detail: &Text, now: Timestamp) -> anyhow::Result<()> {
        let english = if detail.en == detail.vi { "" } else { &detail.en };
        let values = params![now.as_microsecond(), who, what.code(), detail.vi, english];
        let sql = "insert into deed (at_us, who, what, detail, detail_en) values (?1, ?2, ?3, ?4, ?5)";
        self.connection.execute(sql, values)?;
        self.connection.execute("delete from deed where id <= (select max(id) from deed) - ?1", [KEPT])?;
        Ok(())
    }

    /// The latest deeds, the latest first.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn deeds(&self, most: u32) -> anyhow::Result<Vec<Deed>> {
        let sql = "select at_us, who, what, detail, detail_en from deed order by id desc limit ?1";
        let mut statement = self.connection.prepare(sql)?;
        let deeds = statement.query_map([most], |row| {
            let at = Timestamp::from_microsecond(row.get("at_us")?).unwrap_or(Timestamp::UNIX_EPOCH);
            let (vi, en): (String, String) = (row.get("detail")?, row.get("detail_en")?);
            // Of before there was a place for it, or a key.
            let en = if en.is_empty() { vi.clone() } else { en };
            Ok(Deed { at, who: row.get("who")?, what: row.get("what")?, detail: Text::new(vi, en) })
        })?;
        Ok(deeds.collect::<rusqlite::Result<_>>()?)
    }
}
