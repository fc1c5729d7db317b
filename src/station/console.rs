//! `[console]`: where this PC's own programs may ask.

use core::net::SocketAddr;

use crate::problem::Text;
use crate::reading::Reader;
use crate::reading::tree::{Table, find};

/// Where it is unless the block says otherwise.
const LISTEN: SocketAddr = SocketAddr::new(core::net::IpAddr::V4(core::net::Ipv4Addr::LOCALHOST), 8420);

/// The address of the block `[console]`: one of this PC alone.
pub(super) fn read(reader: &mut Reader<'_>, table: &Table) -> Option<SocketAddr> {
    reader.keys(table, &["listen"]);
    let Some((_, node)) = find(table, "listen") else { return Some(LISTEN) };
    let written = reader.line("listen", node, "\"127.0.0.1:8420\"")?;
    let address = written.parse::<SocketAddr>().ok().filter(|address| address.ip().is_loopback());
    if address.is_none() {
        let message = Text::new(
            format!("`listen` phải là một địa chỉ của chính máy này kèm cổng, không phải `{written}`"),
            format!("`listen` must be an address of this very PC with its port, not `{written}`"),
        );
        let help = Text::new("ghi `listen = \"127.0.0.1:8420\"`", "write `listen = \"127.0.0.1:8420\"`");
        reader.refuse("bad-address", node.span, message, help);
    }
    address
}

#[cfg(test)]
mod tests {
    use crate::station;

    #[test]
    fn only_this_pc_may_ask() {
        let read = |text: &str| {
            let (station, problems) = station::read("f", &format!("[line]\ndevice = \"null\"\n{text}"));
            let codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
            (station.and_then(|station| station.console).map(|at| at.to_string()), codes)
        };
        assert_eq!(read(""), (None, vec![]));
        assert_eq!(read("[console]\n"), (Some("127.0.0.1:8420".into()), vec![]));
        assert_eq!(read("[console]\nlisten = \"[::1]:9\"\n"), (Some("[::1]:9".into()), vec![]));
        for address in ["0.0.0.0:8420", "8420", "localhost:8420", "192.168.1.2:80"] {
            assert_eq!(read(&format!("[console]\nlisten = \"{address}\"\n")), (None, vec!["bad-address"]), "{address}");
        }
    }
}
