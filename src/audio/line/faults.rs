//! Why there is no line: it does not open, or it was open and is lost.

use std::path::PathBuf;

use crate::problem::Text;

/// Why a line could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineFault {
    /// The name is none that a line can have.
    Malformed {
        /// As it was given.
        device: String,
    },
    /// The sound system that the name begins with is not there.
    HostAbsent {
        /// As it was given.
        device: String,
        /// In the system's words.
        why: String,
    },
    /// No such output now.
    Absent {
        /// As it was given.
        device: String,
        /// What is there.
        present: Vec<String>,
    },
    /// It is there and does not open.
    Refused {
        /// As it was given.
        device: String,
        /// In the system's words.
        why: String,
    },
    /// The file of a wav line cannot be made.
    File {
        /// Which.
        path: PathBuf,
        /// In the system's words.
        why: String,
    },
}

impl LineFault {
    /// For the user: what, where and what to do.
    pub fn text(&self) -> Text {
        match self {
            LineFault::Malformed { device } => Text::new(
                format!("`{device}` không phải tên đường loa; hãy dùng đúng một tên mà `loa devices` in ra"),
                format!("`{device}` is no name of a line; use exactly one of those that `loa devices` prints"),
            ),
            LineFault::HostAbsent { device, why } => Text::new(
                format!(
                    "không mở được đường loa `{device}`: hệ thống âm thanh của nó không chạy ({why}); hãy bật nó lên"
                ),
                format!("the line `{device}` cannot be opened: its sound system is not running ({why}); start it"),
            ),
            LineFault::Absent { device, present } if present.is_empty() => Text::new(
                format!(
                    "không thấy đường loa `{device}`, máy cũng không có đường ra âm thanh nào khác; hãy cắm lại thiết bị"
                ),
                format!("there is no line `{device}`, nor any other sound output; plug the device in again"),
            ),
            LineFault::Absent { device, present } => {
                let list = present.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                Text::new(
                    format!("không thấy đường loa `{device}`; hiện có: {list}; hãy cắm lại thiết bị hoặc sửa `device`"),
                    format!(
                        "there is no line `{device}`; present: {list}; plug the device in again or change `device`"
                    ),
                )
            }
            LineFault::Refused { device, why } => Text::new(
                format!("đường loa `{device}` không mở được ({why}); hãy xem chương trình nào khác đang giữ nó"),
                format!("the line `{device}` does not open ({why}); see whether another program holds it"),
            ),
            LineFault::File { path, why } => Text::new(
                format!("không tạo được tệp `{}` của đường loa ({why}); hãy chọn thư mục ghi được", path.display()),
                format!(
                    "the line's file `{}` cannot be made ({why}); choose a folder that can be written",
                    path.display()
                ),
            ),
        }
    }
}

/// Why an open line is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The device said so, or something that can mean nothing else.
    Reported,
    /// It asked for no sound for [`STALL_NS`].
    Stalled,
    /// The sound server says that its output is gone.
    Gone,
    /// The sound server moved the sound to another output.
    Moved,
}

impl Lost {
    /// In words, for the log.
    pub fn text(self) -> Text {
        match self {
            Lost::Reported => {
                Text::new("thiết bị báo lỗi hoặc bị rút ra", "the device reported a fault or was unplugged")
            }
            Lost::Stalled => Text::new(
                "thiết bị không lấy âm thanh trong 1,5 giây mà không báo lỗi",
                "the device took no sound for 1.5 seconds and reported nothing",
            ),
            Lost::Gone => {
                Text::new("máy chủ âm thanh báo đường ra đã biến mất", "the sound server says that the output is gone")
            }
            Lost::Moved => Text::new(
                "máy chủ âm thanh đã chuyển tiếng sang đường ra khác; Loa đã chặn tiếng ở đó",
                "the sound server moved the sound to another output; Loa ended it there",
            ),
        }
    }
}
