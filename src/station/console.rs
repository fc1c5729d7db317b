//! `[console]`: where the operator's page is asked for.

use core::net::{IpAddr, Ipv4Addr, SocketAddr};

use crate::problem::Text;
use crate::reading::Reader;
use crate::reading::tree::{Node, Table, Value, find};

/// Where it is unless the block says otherwise.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8420);
const KEYS: [&str; 7] = ["listen", "names", "tls", "certificate", "key", "insecure", "upload_mib"];
/// The largest recording that the page takes in unless the block says otherwise, in MiB: eight hours of MP3 at 128 kbit/s, or
/// 50 minutes as a CD has it.
const UPLOAD_MIB: u64 = 512;
/// No station needs more: a day as a CD has it is 15 GiB.
const MOST_UPLOAD_MIB: i64 = 16 * 1024;

/// Where the page is asked for, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Console {
    /// The address; none: there is no page.
    pub listen: Option<SocketAddr>,
    /// Names of this PC under which it may be asked for, beside `localhost` and addresses in figures.
    pub names: Vec<String>,
    /// Whose certificate it shows; none: it is asked for without TLS.
    pub tls: Option<Certificate>,
    /// Open to the LAN without TLS all the same.
    pub insecure: bool,
    /// The largest recording that it takes in, in MiB.
    pub upload_mib: u64,
}

/// What a browser is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// Made by Loa, kept in `var/`.
    OwnMade,
    /// From files, in PEM.
    Files {
        /// The chain; a path, from the home if it is relative.
        certificate: String,
        /// Its key.
        key: String,
    },
}

impl Default for Console {
    fn default() -> Console {
        Console { listen: Some(LISTEN), names: Vec::new(), tls: None, insecure: false, upload_mib: UPLOAD_MIB }
    }
}

impl Console {
    /// The largest recording that it takes in, in bytes.
    pub fn upload_bytes(&self) -> u64 {
        self.upload_mib << 20
    }

    /// Asked for by TLS.
    pub fn is_secure(&self) -> bool {
        self.tls.is_some()
    }

    /// Others than this PC may ask, and what they send can be read on the way.
    pub fn is_exposed(&self) -> bool {
        self.tls.is_none() && self.listen.is_some_and(|at| !at.ip().is_loopback())
    }
}

/// The block `[console]`.
pub(super) fn read(reader: &mut Reader<'_>, table: &Table) -> Console {
    reader.keys(table, &KEYS);
    let mut console = Console { insecure: flag(reader, table, "insecure"), ..Console::default() };
    if let Some((_, node)) = find(table, "names") {
        console.names = reader.lines("names", node, "[\"loa.phuong.lan\"]");
    }
    if let Some((_, node)) = find(table, "upload_mib") {
        console.upload_mib = upload_mib(reader, node).unwrap_or(UPLOAD_MIB);
    }
    console.tls = certificate(reader, table);
    let Some((_, node)) = find(table, "listen") else { return console };
    let Some(written) = reader.line("listen", node, "\"127.0.0.1:8420\"") else { return console };
    if crate::reading::fold::folded(&written) == "off" {
        console.listen = None;
        return console;
    }
    match written.parse() {
        Ok(address) => console.listen = Some(address),
        Err(_) => {
            let message = Text::new(
                format!("`listen` phải là một địa chỉ kèm cổng hoặc \"off\", không phải `{written}`"),
                format!("`listen` must be an address with its port, or \"off\", not `{written}`"),
            );
            let help = Text::new("ghi `listen = \"127.0.0.1:8420\"`", "write `listen = \"127.0.0.1:8420\"`");
            reader.refuse("bad-address", node.span, message, help);
        }
    }
    if console.is_exposed() && !console.insecure {
        let message = Text::new(
            format!("`{written}` mở trang điều khiển cho cả mạng nội bộ mà không mã hóa: mật khẩu có thể bị đọc trộm"),
            format!(
                "`{written}` opens the page to the whole network without encryption: passwords can be read on the way"
            ),
        );
        let help = Text::new(
            "thêm `tls = true`; nếu thật sự chấp nhận, thêm `insecure = true`; chỉ dùng trên máy này thì ghi `listen = \"127.0.0.1:8420\"`",
            "add `tls = true`; if it really must be so, `insecure = true`; for this PC alone write `listen = \"127.0.0.1:8420\"`",
        );
        reader.refuse("open-console", node.span, message, help);
    }
    console
}

fn flag(reader: &mut Reader<'_>, table: &Table, name: &str) -> bool {
    let Some((_, node)) = find(table, name) else { return false };
    if let Value::Boolean(yes) = node.value {
        return yes;
    }
    reader.wrong_type(name, node, &Text::new("`true` hoặc `false`", "`true` or `false`"), "true");
    false
}

fn upload_mib(reader: &mut Reader<'_>, node: &Node) -> Option<u64> {
    let written = reader.integer("upload_mib", node, "512")?;
    if (1..=MOST_UPLOAD_MIB).contains(&written) {
        return u64::try_from(written).ok();
    }
    let message = Text::new(
        format!("`upload_mib` phải từ 1 đến {MOST_UPLOAD_MIB} (MiB), không phải {written}"),
        format!("`upload_mib` must be from 1 to {MOST_UPLOAD_MIB} (MiB), not {written}"),
    );
    let help = Text::new(
        "ghi cỡ của bản ghi lớn nhất cần nhận, như `upload_mib = 512`",
        "write the size of the largest recording to take in, as `upload_mib = 512`",
    );
    reader.refuse("bad-number", node.span, message, help);
    None
}

fn certificate(reader: &mut Reader<'_>, table: &Table) -> Option<Certificate> {
    let mut path = |name: &str| {
        let (_, node) = find(table, name)?;
        Some((reader.line(name, node, "\"var/tls/dai.pem\"")?, node.span))
    };
    match (path("certificate"), path("key")) {
        (Some((certificate, _)), Some((key, _))) => Some(Certificate::Files { certificate, key }),
        (None, None) => flag(reader, table, "tls").then_some(Certificate::OwnMade),
        (Some((_, span)), None) | (None, Some((_, span))) => {
            let message = Text::new("`certificate` và `key` phải đi cùng nhau", "`certificate` and `key` go together");
            let help =
                Text::new("ghi cả hai, hoặc bỏ cả hai và ghi `tls = true`", "write both, or neither and `tls = true`");
            reader.refuse("half-a-certificate", span, message, help);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::station;

    fn read(text: &str) -> (Option<Console>, Vec<&'static str>) {
        let (station, problems) = station::read("f", &format!("[line]\ndevice = \"null\"\n{text}"));
        (station.map(|station| station.console), problems.iter().map(|problem| problem.code).collect())
    }

    #[test]
    fn the_page_is_for_this_pc_unless_the_block_says_otherwise() {
        let at = |text: &str| {
            let (console, codes) = read(text);
            (console.and_then(|console| console.listen).map(|at| at.to_string()), codes)
        };
        assert_eq!(at(""), (Some("127.0.0.1:8420".into()), vec![]));
        assert_eq!(at("[console]\n"), (Some("127.0.0.1:8420".into()), vec![]));
        assert_eq!(at("[console]\nlisten = \"[::1]:9\"\n"), (Some("[::1]:9".into()), vec![]));
        assert_eq!(at("[console]\nlisten = \"off\"\n"), (None, vec![]));
        for address in ["8420", "localhost:8420", "máy chủ"] {
            assert_eq!(at(&format!("[console]\nlisten = \"{address}\"\n")), (None, vec!["bad-address"]), "{address}");
        }
    }

    #[test]
    fn the_lan_needs_tls_or_a_word_that_it_may_do_without() {
        let lan = "[console]\nlisten = \"0.0.0.0:8420\"\n";
        assert_eq!(read(lan), (None, vec!["open-console"]));
        let (console, codes) = read(&format!("{lan}tls = true\nnames = [\"loa.phuong\"]\n"));
        let console = console.unwrap();
        assert_eq!((console.tls.as_ref(), codes), (Some(&Certificate::OwnMade), vec![]));
        assert_eq!((console.is_exposed(), console.is_secure(), console.names[0].as_str()), (false, true, "loa.phuong"));
        let (console, codes) = read(&format!("{lan}insecure = true\n"));
        assert_eq!((console.unwrap().is_exposed(), codes), (true, vec![]));
        let (console, _) = read(&format!("{lan}certificate = \"a.pem\"\nkey = \"b.pem\"\n"));
        let files = Certificate::Files { certificate: "a.pem".into(), key: "b.pem".into() };
        assert_eq!(console.unwrap().tls, Some(files));
        assert_eq!(read("[console]\ncertificate = \"a.pem\"\n").1, ["half-a-certificate"]);
    }

    #[test]
    fn a_station_says_how_large_a_recording_may_be() {
        let bytes = |text: &str| read(&format!("[console]\n{text}")).0.map(|console| console.upload_bytes());
        assert_eq!((bytes(""), bytes("upload_mib = 40\n")), (Some(512 << 20), Some(40 << 20)));
        for text in ["0", "-1", "16385", "99999999999999"] {
            assert_eq!(read(&format!("[console]\nupload_mib = {text}\n")), (None, vec!["bad-number"]), "{text}");
        }
        assert_eq!(read("[console]\nupload_mib = \"lớn\"\n").1, ["wrong-type"]);
    }
}
