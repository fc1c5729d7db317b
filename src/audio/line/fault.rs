//! Why a line does not open, and why an open one is lost, in words for the user.

use std::io;
use std::path::PathBuf;

use crate::files;
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
        /// In a few words.
        why: Text,
    },
    /// No such output now.
    Absent {
        /// As it was given.
        device: String,
        /// What is there.
        present: Vec<String>,
    },
    /// Its name is known, and there is nothing behind it.
    Gone {
        /// As it was given.
        device: String,
    },
    /// It is there and does not open.
    Refused {
        /// As it was given.
        device: String,
        /// In a few words.
        why: Text,
        /// What to do.
        cure: Text,
    },
    /// The file of a wav line cannot be made.
    File {
        /// Which.
        path: PathBuf,
        /// In a few words.
        why: Text,
    },
}

impl LineFault {
    /// What a card's sound system says to an attempt to open it.
    pub(super) fn of_card(device: &str, error: &cpal::Error) -> LineFault {
        use cpal::ErrorKind;
        let device = device.to_owned();
        let (why, cure) = match error.kind() {
            ErrorKind::DeviceNotAvailable => return LineFault::Gone { device },
            ErrorKind::HostUnavailable => return LineFault::HostAbsent { device, why: no_sound_system() },
            // A plug-in that leads to a sound server has nothing that another program could hold.
            _ if says_no_server(error) => return LineFault::HostAbsent { device, why: no_server() },
            ErrorKind::PermissionDenied => (
                Text::new("không có quyền dùng âm thanh", "permission is denied"),
                Text::new(
                    "hãy cho tài khoản chạy Loa vào nhóm `audio`, hoặc chạy Loa bằng tài khoản đang đăng nhập",
                    "put the account that Loa runs as into the group `audio`, or run Loa as who is logged in",
                ),
            ),
            ErrorKind::UnsupportedConfig => (
                Text::new("thiết bị không nhận dạng âm thanh này", "it does not take sound of this kind"),
                Text::new("hãy chọn một đường loa khác bằng `loa devices`", "choose another line by `loa devices`"),
            ),
            ErrorKind::DeviceBusy => {
                (Text::new("chương trình khác đang dùng", "another program uses it"), look_who_holds_it())
            }
            _ if says_nothing_is_behind(error) => (
                Text::new("phía sau tên ấy không có gì nhận âm thanh", "nothing behind that name takes sound"),
                Text::new(
                    "cạc đã bị rút ra, hoặc đường ra mà tên ấy dẫn tới không còn ở máy chủ âm thanh; hãy xem `loa devices`, cắm lại, hoặc sửa tên trong `asound.conf`",
                    "the card was unplugged, or the sound server has no longer the output to which the name leads; see `loa devices`, plug it in again, or change the name in `asound.conf`",
                ),
            ),
            _ => (files::quoted(error), look_who_holds_it()),
        };
        LineFault::Refused { device, why, cure }
    }

    /// The system starts no thread for it.
    pub(super) fn of_thread(device: &str, error: &io::Error) -> LineFault {
        let cure = Text::new("hãy tắt bớt chương trình khác", "end some of the other programs");
        LineFault::Refused { device: device.to_owned(), why: files::quoted(error), cure }
    }

    /// The driver, or the sound system before it, panicked over an attempt to open it.
    pub fn of_panic(device: &str) -> LineFault {
        LineFault::of_driver(device, Text::new("trình điều khiển dừng đột ngột", "its driver stopped dead"))
    }

    /// It gave no answer to an attempt to open it.
    pub fn of_silence(device: &str) -> LineFault {
        LineFault::of_driver(device, Text::new("trình điều khiển không trả lời", "its driver does not answer"))
    }

    fn of_driver(device: &str, why: Text) -> LineFault {
        let cure = Text::new("hãy rút ra cắm lại, hoặc khởi động lại máy", "plug it in anew, or restart the PC");
        LineFault::Refused { device: device.to_owned(), why, cure }
    }

    /// The file of a wav line cannot be made.
    pub(super) fn of_file(path: PathBuf, error: &hound::Error) -> LineFault {
        let why = if let hound::Error::IoError(error) = error { files::cause(error) } else { files::quoted(error) };
        LineFault::File { path, why }
    }

    /// The sound system that the name begins with does not answer.
    pub(super) fn of_system(device: &str, error: &cpal::Error) -> LineFault {
        if let Some((why, cure)) = misconfigured(error) {
            return LineFault::Refused { device: device.to_owned(), why, cure };
        }
        let why =
            if error.kind() == cpal::ErrorKind::HostUnavailable { no_sound_system() } else { files::quoted(error) };
        LineFault::HostAbsent { device: device.to_owned(), why }
    }

    /// The same, of a sound server: it is not there, or it is there and does not want us.
    #[cfg(target_os = "linux")]
    pub(super) fn of_server(device: &str, error: &io::Error) -> LineFault {
        let device = device.to_owned();
        if is_away(error) {
            return LineFault::HostAbsent { device, why: no_server() };
        }
        let (why, cure) = of_socket(error);
        LineFault::Refused { device, why, cure }
    }
}

fn look_who_holds_it() -> Text {
    Text::new("hãy xem chương trình nào khác đang giữ nó", "see whether another program holds it")
}

fn no_server() -> Text {
    Text::new("không có máy chủ âm thanh nào đang chạy", "no sound server is running")
}

/// ALSA runs nowhere: it is a library that reads its configuration, and of the whole of it nothing opens where that has a
/// mistake. Why, and what to do.
pub(super) fn misconfigured(error: &cpal::Error) -> Option<(Text, Text)> {
    let is_told = error.kind() == cpal::ErrorKind::HostUnavailable && error.to_string().contains("snd_config");
    is_told.then(|| {
        let why = Text::new("tệp cấu hình của ALSA có lỗi", "ALSA's configuration has a mistake");
        let cure = Text::new(
            "hãy sửa hoặc bỏ `/etc/asound.conf` và `~/.asoundrc` của tài khoản chạy Loa; chạy `aplay -L` để thấy dòng sai",
            "mend or take away `/etc/asound.conf` and `~/.asoundrc` of the account that Loa runs as; `aplay -L` names the line",
        );
        (why, cure)
    })
}

/// A plug-in opens whatever it leads to, and finds only then that nothing is there; what is held says that it is busy.
fn says_nothing_is_behind(error: &cpal::Error) -> bool {
    error.to_string().contains("I/O error (5)") || error.to_string().contains("(-5)")
}

/// ALSA passes on what the socket of a sound server told its plug-in, as words in a sentence.
fn says_no_server(error: &cpal::Error) -> bool {
    let said = error.to_string();
    ["Connection refused", "Connection reset by peer", "Host is down"].iter().any(|words| said.contains(words))
}

/// Whether no sound server is there.
#[cfg(target_os = "linux")]
pub(super) fn is_away(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::ConnectionRefused)
}

fn no_sound_system() -> Text {
    Text::new("không có ở máy này", "it is not on this PC")
}

/// Why the outputs of a sound server that is there cannot be told, and what to do.
#[cfg(target_os = "linux")]
pub(super) fn unlisted(error: &io::Error) -> Text {
    let (why, cure) = of_socket(error);
    Text::new(
        format!("không kể được đường ra của PulseAudio/PipeWire ({}); {}", why.vi, cure.vi),
        format!("the outputs of PulseAudio/PipeWire cannot be told ({}); {}", why.en, cure.en),
    )
}

/// Why nothing of ALSA's can be told, where its configuration is why.
pub(super) fn unreadable(error: &cpal::Error) -> Option<Text> {
    let (why, cure) = misconfigured(error)?;
    Some(Text::new(
        format!("không kể được đường ra của ALSA ({}); {}", why.vi, cure.vi),
        format!("the outputs of ALSA cannot be told ({}); {}", why.en, cure.en),
    ))
}

/// Why a sound server that is there is of no use, and what to do.
#[cfg(target_os = "linux")]
pub(super) fn of_socket(error: &io::Error) -> (Text, Text) {
    let anew = || Text::new("hãy chạy lại máy chủ âm thanh", "start the sound server anew");
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
            (Text::new("máy chủ âm thanh không trả lời", "the sound server does not answer"), anew())
        }
        io::ErrorKind::PermissionDenied => (
            Text::new("máy chủ âm thanh không cho Loa vào", "the sound server denies Loa access"),
            Text::new(
                "hãy chạy Loa bằng tài khoản đã mở máy chủ ấy (`loa service install --user`), hoặc cho `PULSE_COOKIE` chỉ đúng tệp cookie của nó",
                "run Loa as the account that started that server (`loa service install --user`), or let `PULSE_COOKIE` name the server's own cookie",
            ),
        ),
        _ => (files::quoted(error), anew()),
    }
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
                    "không mở được đường loa `{device}`: hệ thống âm thanh của nó không chạy ({}); hãy bật nó lên",
                    why.vi
                ),
                format!("the line `{device}` cannot be opened: its sound system is not running ({}); start it", why.en),
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
            LineFault::Gone { device } => Text::new(
                format!(
                    "đường loa `{device}` không mở được: không có thiết bị nào ở đó, hoặc thiết bị đã bị rút ra; hãy cắm lại, hoặc chọn đường loa khác"
                ),
                format!(
                    "the line `{device}` does not open: no device is there, or it was unplugged; plug it in again, or choose another line"
                ),
            ),
            LineFault::Refused { device, why, cure } => Text::new(
                format!("đường loa `{device}` không mở được ({}); {}", why.vi, cure.vi),
                format!("the line `{device}` does not open ({}); {}", why.en, cure.en),
            ),
            LineFault::File { path, why } => Text::new(
                format!(
                    "không tạo được tệp `{}` của đường loa ({}); hãy chọn thư mục ghi được",
                    path.display(),
                    why.vi
                ),
                format!(
                    "the line's file `{}` cannot be made ({}); choose a folder that can be written",
                    path.display(),
                    why.en
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
    /// It asked for no sound for the line's patience.
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

#[cfg(test)]
mod tests {
    use cpal::ErrorKind;

    use super::*;

    #[test]
    fn why_a_line_does_not_open_is_said_in_the_readers_language() {
        let card = |kind: ErrorKind| LineFault::of_card("alsa:default", &cpal::Error::from(kind)).text();
        for (kind, vi, en) in [
            (ErrorKind::DeviceNotAvailable, "không có thiết bị nào ở đó", "no device is there"),
            (ErrorKind::DeviceBusy, "(chương trình khác đang dùng)", "(another program uses it)"),
            (ErrorKind::PermissionDenied, "(không có quyền dùng âm thanh)", "(permission is denied)"),
            (ErrorKind::HostUnavailable, "(không có ở máy này)", "(it is not on this PC)"),
            (ErrorKind::UnsupportedConfig, "không nhận dạng âm thanh này", "does not take sound of this kind"),
        ] {
            let said = card(kind);
            assert!(said.vi.contains(vi) && said.en.contains(en), "{said:?}");
            assert!(!said.vi.contains(&kind.to_string()), "{said:?}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn why_a_sound_server_is_not_reached_is_said_in_the_readers_language() {
        for (kind, vi) in [
            (io::ErrorKind::ConnectionRefused, "(không có máy chủ âm thanh nào đang chạy)"),
            (io::ErrorKind::NotFound, "(không có máy chủ âm thanh nào đang chạy)"),
            (io::ErrorKind::TimedOut, "(máy chủ âm thanh không trả lời)"),
        ] {
            let said = LineFault::of_server("pulseaudio:x", &kind.into()).text();
            assert!(said.vi.contains(vi), "{said:?}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_sound_server_that_denies_access_is_never_told_to_be_started() {
        let refused = super::super::pulse::refusal(pulseaudio::protocol::PulseError::AccessDenied);
        let said = LineFault::of_server("pulseaudio:x", &refused).text();
        assert!(
            said.vi.contains("(máy chủ âm thanh không cho Loa vào)") && said.vi.contains("PULSE_COOKIE"),
            "{said:?}"
        );
        assert!(!said.vi.contains("không chạy") && !said.en.contains("not running"), "{said:?}");
    }

    #[test]
    fn a_plug_in_whose_sound_server_is_dead_is_told_as_that_and_no_other_program_is_looked_for() {
        let said = "ALSA function 'snd_pcm_open' failed with error 'Connection refused (-111)'";
        let error = cpal::Error::with_message(ErrorKind::BackendError, said);
        let told = LineFault::of_card("alsa:pulse", &error).text();
        assert!(told.vi.contains("không có máy chủ âm thanh nào đang chạy"), "{told:?}");
        assert!(!told.vi.contains("đang giữ nó") && told.en.contains("start it"), "{told:?}");
        let other = LineFault::of_card("alsa:x", &cpal::Error::with_message(ErrorKind::BackendError, "E?")).text();
        assert!(other.vi.contains("đang giữ nó"), "{other:?}");
    }

    /// The words are those that the system said when it was tried.
    #[test]
    fn a_name_with_nothing_behind_it_and_a_mistake_in_alsas_configuration_are_told_as_that() {
        let said = "ALSA function 'snd_pcm_hw_params' failed with error 'I/O error (5)'";
        let error = cpal::Error::with_message(ErrorKind::BackendError, said);
        let told = LineFault::of_card("alsa:gone", &error).text();
        assert!(told.vi.contains("(phía sau tên ấy không có gì nhận âm thanh)"), "{told:?}");
        assert!(!told.vi.contains("đang giữ nó") && !told.en.contains("another program"), "{told:?}");
        let said =
            "ALSA is not available: ALSA function 'snd_config_update' failed with error 'Invalid argument (-22)'";
        let error = cpal::Error::with_message(ErrorKind::HostUnavailable, said);
        let told = LineFault::of_system("alsa:default", &error).text();
        assert!(told.vi.contains("(tệp cấu hình của ALSA có lỗi)") && told.en.contains("asound.conf"), "{told:?}");
        assert!(!told.vi.contains("không chạy") && !told.en.contains("not running"), "{told:?}");
    }
}
