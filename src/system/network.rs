//! Why a server was not reached or did not answer, in words for an operator; what only a library can say is set apart, in its
//! own language.

use std::io::{self, ErrorKind};

use crate::problem::Text;

fn silent() -> Text {
    Text::new("máy chủ không trả lời kịp", "the server did not answer in time")
}

/// What the network says of a connection.
pub fn cause(error: &io::Error) -> Text {
    match error.kind() {
        // A wait for bytes that was bounded ends as either of these, by the system.
        ErrorKind::TimedOut | ErrorKind::WouldBlock => silent(),
        ErrorKind::ConnectionRefused => {
            Text::new("máy chủ không nhận kết nối ở cổng này", "nothing takes connections at that port")
        }
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::UnexpectedEof => {
            Text::new("máy chủ ngắt kết nối giữa chừng", "the server broke the connection off")
        }
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            Text::new("máy này không có đường mạng tới máy chủ", "this PC has no way to the server")
        }
        _ if is_unknown_name(error) => unknown_name(),
        _ => quoted(error),
    }
}

/// Names are looked up by the system, which has no kind of error for one that is not known.
fn is_unknown_name(error: &io::Error) -> bool {
    /// `WSAHOST_NOT_FOUND`.
    const ON_WINDOWS: i32 = 11_001;
    error.to_string().starts_with("failed to lookup address")
        || (cfg!(windows) && error.raw_os_error() == Some(ON_WINDOWS))
}

fn unknown_name() -> Text {
    Text::new(
        "không tìm thấy máy chủ tên đó, hoặc máy này không có mạng",
        "no server of that name is found, or this PC has no network",
    )
}

/// What is said of a request that was not answered.
pub fn cause_of_request(error: &ureq::Error) -> Text {
    match error {
        ureq::Error::Timeout(_) => silent(),
        ureq::Error::HostNotFound => unknown_name(),
        ureq::Error::ConnectionFailed => Text::new("không kết nối được", "no connection comes about"),
        ureq::Error::BadUri(_) => Text::new("không phải địa chỉ", "it is no address"),
        ureq::Error::StatusCode(code) => Text::same(&format!("HTTP {code}")),
        ureq::Error::Io(error) => cause(error),
        error => quoted(error),
    }
}

fn quoted(error: &impl std::fmt::Display) -> Text {
    Text::new(format!("báo lỗi “{error}”"), format!("it says “{error}”"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_keeps_a_server_from_answering_is_told_in_words() {
        let told = |error: ureq::Error| cause_of_request(&error).vi;
        for timeout in [ureq::Timeout::Global, ureq::Timeout::Connect, ureq::Timeout::PerRead] {
            assert_eq!(told(ureq::Error::Timeout(timeout)), "máy chủ không trả lời kịp");
        }
        for (kind, words) in [
            (ErrorKind::TimedOut, "máy chủ không trả lời kịp"),
            (ErrorKind::WouldBlock, "máy chủ không trả lời kịp"),
            (ErrorKind::ConnectionRefused, "máy chủ không nhận kết nối ở cổng này"),
            (ErrorKind::UnexpectedEof, "máy chủ ngắt kết nối giữa chừng"),
            (ErrorKind::NetworkUnreachable, "máy này không có đường mạng tới máy chủ"),
        ] {
            assert_eq!(told(ureq::Error::Io(kind.into())), words, "{kind:?}");
        }
        assert_eq!(told(ureq::Error::StatusCode(502)), "HTTP 502");
        assert_eq!(told(ureq::Error::HostNotFound), "không tìm thấy máy chủ tên đó, hoặc máy này không có mạng");
        let looked_up = io::Error::other("failed to lookup address information: Name or service not known");
        assert_eq!(told(ureq::Error::Io(looked_up)), "không tìm thấy máy chủ tên đó, hoặc máy này không có mạng");
        assert_eq!(told(ureq::Error::Tls("bad record")), "báo lỗi “bad record”");
    }
}
