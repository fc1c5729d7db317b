//! Where a browser finds what listens on every address of this PC: such an address is none that it can open.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// The address for a browser on this PC.
pub(super) fn on_this_pc(listening: SocketAddr) -> SocketAddr {
    let ip = match listening.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listening.port())
}

/// The address for browsers in the ward's network, as far as it has one.
pub(super) fn in_the_network(listening: SocketAddr) -> SocketAddr {
    let own = Some(listening.ip()).filter(IpAddr::is_unspecified).and_then(own_ip);
    own.map_or_else(|| on_this_pc(listening), |ip| SocketAddr::new(ip, listening.port()))
}

/// The address by which this PC would speak to somebody far away; nothing is sent to them. Of its own an address for
/// examples, which nobody has.
fn own_ip(any: IpAddr) -> Option<IpAddr> {
    let far: IpAddr = match any {
        IpAddr::V4(_) => Ipv4Addr::new(192, 0, 2, 1).into(),
        IpAddr::V6(_) => Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into(),
    };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect((far, 9)).ok()?;
    socket.local_addr().ok().map(|own| own.ip()).filter(|ip| !ip.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_browser_is_sent_to_an_address_that_means_every_one() {
        for (listening, here) in [
            ("0.0.0.0:8437", "127.0.0.1:8437"),
            ("[::]:8437", "[::1]:8437"),
            ("127.0.0.1:8420", "127.0.0.1:8420"),
            ("192.168.1.9:8420", "192.168.1.9:8420"),
        ] {
            let listening: SocketAddr = listening.parse().unwrap();
            assert_eq!(on_this_pc(listening).to_string(), here);
            let network = in_the_network(listening);
            assert!(!network.ip().is_unspecified() && network.port() == listening.port(), "{network}");
            assert!(listening.ip().is_unspecified() || network == listening, "{network}");
        }
    }
}
