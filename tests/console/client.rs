//! A browser's part: requests, a cookie jar, and the token of its forms.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// What was answered.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Connects, and waits for no answer longer than a test may take.
pub fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream
}

/// One request on a connection of its own. `Host` is the address unless `headers` have one.
pub fn ask(address: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut stream = connect(address);
    let mut text = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    if !headers.iter().any(|(name, _)| *name == "Host") {
        text += &format!("Host: {address}\r\n");
    }
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    stream.write_all(format!("{text}\r\n{body}").as_bytes()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    parsed(&String::from_utf8_lossy(&bytes))
}

pub fn parsed(text: &str) -> Answer {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer but {text:?}"));
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
    let headers = lines.filter_map(|line| line.split_once(": ")).map(|(a, b)| (a.to_lowercase(), b.to_owned()));
    Answer { status: status.expect("a status"), headers: headers.collect(), body: body.to_owned() }
}

/// A form's body.
pub fn form(fields: &[(&str, &str)]) -> String {
    let escaped = |text: &str| {
        text.bytes().fold(String::new(), |out, byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => out + &char::from(byte).to_string(),
            byte => out + &format!("%{byte:02X}"),
        })
    };
    fields.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect::<Vec<_>>().join("&")
}

/// Somebody before a browser.
#[derive(Clone, Debug)]
pub struct Browser {
    pub address: String,
    pub cookie: Option<String>,
    pub csrf: String,
}

impl Browser {
    pub fn new(address: &str) -> Browser {
        Browser { address: address.to_owned(), cookie: None, csrf: String::new() }
    }

    /// One who has logged in by the page.
    pub fn of(address: &str, name: &str, password: &str) -> Browser {
        let mut browser = Browser::new(address);
        let answer = browser.post("/dang-nhap", &[("ten", name), ("mat_khau", password)]);
        assert_eq!(answer.status, 303, "{name} logs in: {answer:?}");
        browser.take(&answer);
        browser
    }

    /// Keeps the session of an answer, and reads the token of its forms off a page.
    pub fn take(&mut self, answer: &Answer) {
        let set = answer.header("set-cookie").expect("a session");
        self.cookie = set.split(';').next().map(str::to_owned);
        let page = self.get("/");
        assert_eq!(page.status, 200, "{page:?}");
        self.csrf = between(&page.body, "name=\"csrf\" value=\"", "\"").expect("a token").to_owned();
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], "")
    }

    /// A form with its token.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("csrf", self.csrf.as_str())];
        all.extend(fields);
        let all = if self.csrf.is_empty() { fields } else { &all };
        self.ask("POST", path, &[("Content-Type", "application/x-www-form-urlencoded")], &form(all))
    }

    /// A form as a browser sends it from the page on which it was filled in.
    pub fn send(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("csrf", self.csrf.as_str())];
        all.extend(fields);
        let from = format!("http://{}{page}", self.address);
        let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Referer", from.as_str())];
        self.ask("POST", path, &headers, &form(&all))
    }

    /// Where an answer leads, as a browser goes there; the answer itself where it leads nowhere.
    pub fn arrive(&self, answer: Answer) -> Answer {
        let to = answer.header("location").filter(|_| answer.status == 303);
        to.and_then(|to| to.split('#').next()).map(|to| self.get(to)).unwrap_or(answer)
    }

    /// A program's call.
    pub fn call(&self, path: &str, body: &serde_json::Value) -> Answer {
        let headers = [("Content-Type", "application/json"), ("X-CSRF-Token", self.csrf.as_str())];
        self.ask("POST", path, &headers, &body.to_string())
    }

    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut headers = headers.to_vec();
        if let Some(cookie) = &self.cookie {
            headers.push(("Cookie", cookie));
        }
        ask(&self.address, method, path, &headers, body)
    }
}

pub fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    text.split_once(before).and_then(|(_, rest)| rest.split_once(after)).map(|(found, _)| found)
}

/// An attribute's value as a browser has it.
pub fn unescaped(value: &str) -> String {
    value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// A slot's id that stands in an address.
pub fn id_in(address: &str) -> String {
    unescaped(address).replace("%3A", ":").replace("%2F", "/")
}

impl Browser {
    /// The bytes of an answer, which is sent bytes.
    pub fn bytes(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> (Answer, Vec<u8>) {
        self.answered(method, path, headers, body).expect("an answer's head")
    }

    /// The same; none where the door was shut before the answer was read, because the body was not wanted.
    pub fn answered(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Option<(Answer, Vec<u8>)> {
        let mut stream = connect(&self.address);
        let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nHost: {}\r\n", self.address);
        head +=
            &format!("Content-Length: {}\r\nCookie: {}\r\n", body.len(), self.cookie.as_deref().unwrap_or_default());
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
        // Who is refused early may find the door shut.
        let _ = stream.write_all(body);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
        let rest = bytes.split_off(end);
        Some((parsed(&String::from_utf8_lossy(&bytes)), rest))
    }

    /// The answer to a body that is promised and does not come.
    pub fn claim(&self, path: &str, len_bytes: u64) -> Answer {
        let mut stream = connect(&self.address);
        let (host, cookie, csrf) = (&self.address, self.cookie.as_deref().unwrap_or_default(), &self.csrf);
        let head = format!(
            "POST {path} HTTP/1.1\r\nConnection: close\r\nHost: {host}\r\nCookie: {cookie}\r\nX-CSRF-Token: {csrf}\r\nContent-Length: {len_bytes}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        parsed(&String::from_utf8_lossy(&bytes))
    }

    /// A recording, sent as the page's script sends it.
    pub fn upload(&self, query: &[(&str, &str)], bytes: &[u8]) -> (u16, serde_json::Value) {
        let path = format!("/kho/tai-len/tep?{}", form(query));
        let headers = [("X-CSRF-Token", self.csrf.as_str()), ("Content-Type", "application/octet-stream")];
        let (answer, body) = self.bytes("POST", &path, &headers, bytes);
        (answer.status, serde_json::from_slice(&body).unwrap_or_default())
    }
}
