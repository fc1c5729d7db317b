//! What a monitoring program reads.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use crate::support::station::{Station, in_a_row, whole_second_in};
use crate::support::waiting::until;

fn get(address: &str, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: */*\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

#[test]
fn the_figures_count_what_aired_and_what_did_not() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let mut plan =
        in_a_row(whole_second_in(Duration::from_secs(2)), &[("loi-chao.flac", 5.0), ("loi-chao.flac", 5.0)], 1.0);
    plan[1].file = "khong-co.mp3".into();
    let station = Station::new("null", &plan);
    let path = station.home().join("schedules/station.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("listen = \"off\"", &format!("listen = \"{address}\""))).unwrap();
    let daemon = station.run();
    // One that asks nothing holds nobody up for long.
    let _mute = TcpStream::connect(&address);
    let answer = until("both outcomes", || {
        let answer = get(&address, "/metrics")?;
        (answer.contains("outcome=\"failed\"") && answer.contains("outcome=\"aired\"")).then_some(answer)
    });
    for line in [
        "HTTP/1.1 200 OK\r",
        "loa_airings_total{outcome=\"aired\",cause=\"\"} 1",
        "loa_airings_total{outcome=\"failed\",cause=\"no_file\"} 1",
        "loa_late_seconds_count 1",
        "loa_line_open 1",
        "loa_ledger_lag_seconds 0",
    ] {
        assert!(answer.lines().any(|found| found == line.trim_end()), "{line} in {answer}");
    }
    let bare = |name: &str| answer.lines().filter(|line| line.starts_with(name)).count();
    assert_eq!(bare("loa_ring_seconds"), 0, "nothing sounds any more");
    assert!(answer.contains("# TYPE loa_ring_seconds gauge\n"));
    assert!(get(&address, "/").unwrap().starts_with("HTTP/1.1 303 See Other\r\n"), "a page needs an account");
    assert!(daemon.stop(Duration::from_secs(5)).success());
}

/// The clock's offset where the system tells it, and what is ready for the device while something sounds.
#[cfg(target_os = "linux")]
#[test]
fn the_figures_have_the_clocks_offset_and_the_rings_level_where_they_are_known() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let clock = crate::support::clock::OwnClock::new();
    let plan = in_a_row(whole_second_in(Duration::from_secs(2)), &[("ban-tin.mp3", 12.0)], 1.0);
    let station = Station::new("null", &plan).with_env(clock.env());
    let path = station.home().join("schedules/station.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("listen = \"off\"", &format!("listen = \"{address}\""))).unwrap();
    let daemon = station.run();
    let unkept = until("an answer", || get(&address, "/metrics"));
    assert!(!unkept.lines().any(|line| line.starts_with("loa_clock_offset_seconds")), "{unkept}");
    clock.is_kept(true);
    let kept = until("the offset and the ring", || {
        let answer = get(&address, "/metrics")?;
        let offset = answer.lines().any(|line| line == "loa_clock_offset_seconds 0.007");
        (offset && answer.lines().any(|line| line.starts_with("loa_ring_seconds "))).then_some(answer)
    });
    let ring = kept.lines().find_map(|line| line.strip_prefix("loa_ring_seconds ")).unwrap();
    let ring: f64 = ring.parse().unwrap();
    assert!((0.0..=12.0).contains(&ring), "{kept}");
    assert!(daemon.stop(Duration::from_secs(5)).success());
}
