//! Why a source gives no sound.

use std::io;

use crate::problem::Text;
use crate::system::network;

/// Why a source gives no sound now. It is tried again all the while, unless it [is over](Fault::is_final).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No connection, or it broke: why, in words.
    Unreachable(Text),
    /// The server has no certificate that this PC trusts.
    Untrusted(String),
    /// The server answers with this status instead of sound.
    Status(u16),
    /// The server answers with something else than HTTP, as SHOUTcast did of old.
    NotHttp,
    /// Sent from address to address without an end.
    Redirects,
    /// The connection stands and nothing comes.
    Stalled,
    /// A live playlist that is no longer continued.
    Stale,
    /// The server ended the programme; it may begin another.
    Ended,
    /// It was a recording, and all of it was heard.
    Recording,
    /// It is no sound; what it is instead.
    NotSound(Text),
    /// A playlist, and none of what it names lies on the network.
    NoAddress,
    /// The sound is encrypted.
    Locked,
    /// HE-AAC, and ffmpeg is not there to read it.
    HeAac,
    /// More than the sound of a radio can be, in one piece.
    TooLarge,
    /// The decoder gave up.
    Broken(String),
    /// The sound input: not there, not opened, or lost.
    Input(Text),
    /// The sound input records what the line itself plays.
    OwnLine,
    /// Nobody listens any more.
    Closed,
}

impl Fault {
    /// Whether to try again would only repeat what was heard.
    pub fn is_final(&self) -> bool {
        matches!(self, Fault::Recording | Fault::Closed)
    }

    /// What is wrong and what can be done, for the log and the operator.
    pub fn text(&self) -> Text {
        match self {
            Fault::Unreachable(why) => Text::new(
                format!("không kết nối được tới nguồn tiếp âm ({}); hãy kiểm tra mạng và địa chỉ", why.vi),
                format!("the relay's source cannot be reached ({}); check the network and the address", why.en),
            ),
            Fault::Untrusted(why) => Text::new(
                format!(
                    "máy chủ nguồn tiếp âm không có chứng chỉ đáng tin ({why}); hãy kiểm tra địa chỉ và giờ của máy"
                ),
                format!(
                    "the relay's server has no certificate to trust ({why}); check the address and this PC's clock"
                ),
            ),
            Fault::Status(status) => Text::new(
                format!("máy chủ nguồn tiếp âm trả lời {status} thay vì âm thanh; hãy hỏi lại địa chỉ"),
                format!("the relay's server answers {status} instead of sound; ask for its address again"),
            ),
            Fault::NotHttp => not_http(),
            Fault::Redirects => Text::new(
                "địa chỉ nguồn tiếp âm chuyển vòng mãi sang địa chỉ khác; hãy hỏi lại địa chỉ",
                "the relay's address leads to others without an end; ask for the right one",
            ),
            Fault::Stalled => Text::new(
                "nguồn tiếp âm ngừng gửi dữ liệu; hãy kiểm tra mạng",
                "the relay's source stopped sending; check the network",
            ),
            Fault::Stale => Text::new(
                "danh sách phát của nguồn tiếp âm không còn được nối tiếp; nguồn có thể đã ngừng phát",
                "the relay's playlist is no longer continued; its station may be off the air",
            ),
            Fault::Ended => Text::new(
                "nguồn tiếp âm đã kết thúc chương trình; Loa vẫn chờ nguồn phát lại",
                "the relay's source has ended its programme; Loa goes on waiting for it",
            ),
            Fault::Recording => Text::new(
                "nguồn tiếp âm là bản ghi sẵn và đã hết; hãy dùng địa chỉ phát trực tiếp",
                "the relay's source was a recording and is over; use the address of a live programme",
            ),
            Fault::NotSound(what) => Text::new(
                format!("địa chỉ nguồn tiếp âm không cho âm thanh mà Loa đọc được ({}); hãy hỏi lại địa chỉ", what.vi),
                format!("the relay's address gives no sound that Loa reads ({}); ask for the right one", what.en),
            ),
            Fault::NoAddress => no_address(),
            Fault::Locked => Text::new(
                "nguồn tiếp âm bị mã hóa nên Loa không nghe được; hãy hỏi đài một địa chỉ không mã hóa",
                "the relay's source is encrypted, which Loa does not read; ask the station for an open address",
            ),
            Fault::HeAac => Text::new(
                "nguồn tiếp âm dùng HE-AAC; hãy cài `ffmpeg` trên máy này, hoặc dùng địa chỉ MP3 hay AAC-LC",
                "the relay's source is HE-AAC; install `ffmpeg` on this PC, or use an address with MP3 or AAC-LC",
            ),
            Fault::TooLarge => Text::new(
                "nguồn tiếp âm gửi dữ liệu lớn bất thường; hãy dùng địa chỉ chỉ có tiếng",
                "the relay's source sends pieces that are too large; use an address with sound alone",
            ),
            Fault::Broken(why) => Text::new(
                format!("không giải mã được nguồn tiếp âm ({why})"),
                format!("the relay's source cannot be decoded ({why})"),
            ),
            Fault::Input(why) => Text::new(
                format!("đường vào âm thanh không dùng được ({}); hãy xem `loa devices` và dây cắm", why.vi),
                format!("the sound input cannot be used ({}); see `loa devices` and its plug", why.en),
            ),
            Fault::OwnLine => own_line(),
            Fault::Closed => Text::new("tiếp âm đã dừng", "the relay was stopped"),
        }
    }
}

fn not_http() -> Text {
    Text::new(
        "máy chủ nguồn tiếp âm không trả lời bằng HTTP (SHOUTcast đời cũ trả lời `ICY 200 OK`); hãy hỏi đài một địa chỉ HTTP",
        "the relay's server does not answer in HTTP (an old SHOUTcast says `ICY 200 OK`); ask the station for an HTTP address",
    )
}

fn own_line() -> Text {
    Text::new(
        "đường vào này thu lại chính đường loa, phát ra là hú; hãy ghi đường vào khác ở `relay`",
        "this input takes in what the line itself plays, which howls; name another input at `relay`",
    )
}

fn no_address() -> Text {
    Text::new(
        "danh sách phát của nguồn tiếp âm không có địa chỉ nào phát được qua mạng; hãy hỏi lại địa chỉ",
        "the relay's playlist names no address that can be played over the network; ask for the right one",
    )
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl std::error::Error for Fault {}

/// Through [`io::Read`], which knows no fault but its own.
impl From<Fault> for io::Error {
    fn from(fault: Fault) -> io::Error {
        io::Error::other(fault)
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        match error.downcast::<Fault>() {
            Ok(fault) => fault,
            Err(error) => match ureq::Error::from(error) {
                ureq::Error::Io(error) => match error.kind() {
                    io::ErrorKind::TimedOut => Fault::Stalled,
                    // What the TLS library finds wrong with a server comes as this.
                    io::ErrorKind::InvalidData => Fault::Untrusted(error.to_string()),
                    _ => Fault::Unreachable(network::cause(&error)),
                },
                other => Fault::from(other),
            },
        }
    }
}

impl From<ureq::Error> for Fault {
    fn from(error: ureq::Error) -> Fault {
        match error {
            ureq::Error::StatusCode(status) => Fault::Status(status),
            ureq::Error::TooManyRedirects | ureq::Error::RedirectFailed => Fault::Redirects,
            ureq::Error::Timeout(ureq::Timeout::PerRead) => Fault::Stalled,
            ureq::Error::BodyExceedsLimit(_) => Fault::TooLarge,
            ureq::Error::Tls(why) => Fault::Untrusted(why.to_owned()),
            ureq::Error::Rustls(why) => Fault::Untrusted(why.to_string()),
            ureq::Error::Io(error) => Fault::from(error),
            ureq::Error::Protocol(_) => Fault::NotHttp,
            other => Fault::Unreachable(network::cause_of_request(&other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notes;

    /// The log has them in Vietnamese; who reads it in English reads what the program would have said.
    #[test]
    fn each_fault_that_stands_in_a_note_is_read_in_english_as_it_is_told() {
        let network = network::cause(&io::ErrorKind::ConnectionRefused.into());
        let html =
            Text::new("là trang web hoặc danh sách không có địa chỉ phát", "a web page or a list without a stream");
        for fault in [
            Fault::Unreachable(network),
            Fault::Untrusted("expired".into()),
            Fault::Status(404),
            Fault::NotHttp,
            Fault::Redirects,
            Fault::Stalled,
            Fault::Stale,
            Fault::Ended,
            Fault::Recording,
            Fault::NotSound(html),
            Fault::NoAddress,
            Fault::Locked,
            Fault::HeAac,
            Fault::TooLarge,
            Fault::Broken("AAC".into()),
            Fault::Input(Text::new("`hw:1` mất kết nối", "`hw:1` was lost")),
            Fault::OwnLine,
            Fault::Closed,
        ] {
            let Text { vi, en } = fault.text();
            assert_eq!(notes::read(&notes::source_lost("1", &vi), None).en, format!("source lost once: {en}"), "{vi}");
        }
    }
}
