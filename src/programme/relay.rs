//! What a relay takes its sound from, as the schedule writes it.

use fluent_uri::Uri;

use crate::problem::Text;

/// Where the sound of a relay comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelaySource {
    /// A stream or playlist at this `http://` or `https://` address.
    Stream(String),
    /// The sound input of that exact name, `host:name` as `loa devices` prints it.
    LineIn(String),
    /// The operator's own hand at the mixer: Loa is silent meanwhile.
    Manual,
}

/// Before an input's name.
pub const LINE_IN: &str = "line-in:";
const MANUAL: &str = "manual";

impl RelaySource {
    /// Reads what `relay = "…"` says.
    ///
    /// # Errors
    /// What is wrong with it, as the end of a sentence that names the value.
    pub fn parse(text: &str) -> Result<RelaySource, Text> {
        if text == MANUAL {
            return Ok(RelaySource::Manual);
        }
        if let Some(device) = text.strip_prefix(LINE_IN) {
            return match device.split_once(':') {
                Some((host, name)) if !host.is_empty() && !name.is_empty() => {
                    Ok(RelaySource::LineIn(device.to_owned()))
                }
                _ => Err(Text::new(
                    "sau `line-in:` phải là tên đường vào đúng như `loa devices` in ra, dạng `hệ thống:tên`",
                    "`line-in:` is followed by an input's name just as `loa devices` prints it, `system:name`",
                )),
            };
        }
        stream(text)
    }

    /// Whether something has to sound in its place when it is silent: a person at the mixer sees to that himself.
    pub fn needs_fallback(&self) -> bool {
        !matches!(self, RelaySource::Manual)
    }
}

impl std::fmt::Display for RelaySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            RelaySource::Stream(address) => f.write_str(address),
            RelaySource::LineIn(device) => write!(f, "{LINE_IN}{device}"),
            RelaySource::Manual => f.write_str(MANUAL),
        }
    }
}

fn stream(text: &str) -> Result<RelaySource, Text> {
    let (Some((scheme, _)), Ok(uri)) = (text.split_once("://"), Uri::parse(text)) else {
        return Err(Text::new(
            "không phải địa chỉ `http://…` hoặc `https://…`, không phải `line-in:…`, cũng không phải `manual`",
            "is no address `http://…` or `https://…`, no `line-in:…` and not `manual`",
        ));
    };
    if !["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()) {
        return Err(Text::new(
            format!("Loa chỉ nghe được `http://` và `https://`, không nghe được `{scheme}://`"),
            format!("Loa hears `http://` and `https://`, not `{scheme}://`"),
        ));
    }
    let Some(authority) = uri.authority().filter(|authority| !authority.host().is_empty()) else {
        return Err(Text::new("địa chỉ không có tên máy chủ", "the address names no server"));
    };
    if authority.userinfo().is_some() {
        return Err(Text::new(
            "địa chỉ có tên và mật khẩu, sẽ lộ ra trong nhật ký; hãy dùng địa chỉ không có chúng",
            "the address holds a name and a password, which the log would show; use one without them",
        ));
    }
    Ok(RelaySource::Stream(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::RelaySource;

    #[test]
    fn each_source_is_read_as_written_and_said_as_it_was() {
        for text in [
            "https://stream.vov.example/vov1/playlist.m3u8",
            "http://10.0.0.7:8000/dai",
            "http://[::1]:8000/",
            "line-in:alsa:hw:CARD=Codec,DEV=0",
            "manual",
        ] {
            assert_eq!(RelaySource::parse(text).unwrap().to_string(), text);
        }
        let line_in = RelaySource::parse("line-in:alsa:hw:CARD=Codec,DEV=0").unwrap();
        assert_eq!(line_in, RelaySource::LineIn("alsa:hw:CARD=Codec,DEV=0".into()));
    }

    #[test]
    fn what_is_no_source_is_told_apart() {
        for (text, part) in [
            ("vov1", "is no address"),
            ("", "is no address"),
            ("Manual", "is no address"),
            ("https://dai phuong/x", "is no address"),
            ("rtmp://dai.example/x", "not `rtmp://`"),
            ("https:///x.m3u8", "names no server"),
            ("https://ten:mat-khau@dai.example/x", "the log would show"),
            ("line-in:", "`loa devices` prints"),
            ("line-in:alsa", "`loa devices` prints"),
            ("line-in:alsa:", "`loa devices` prints"),
        ] {
            let said = RelaySource::parse(text).unwrap_err().en;
            assert!(said.contains(part), "{text}: {said}");
        }
    }
}
