//! Where the stations of the tests are: far enough from midnight that what is planned minutes or an hour from now is of today,
//! at whatever hour a test runs.

use std::sync::OnceLock;

use jiff::ZonedDateTime;
use jiff::tz::TimeZone;

/// Where it is day: in Viet Nam, and from late in its evening on further west.
pub fn zone_name() -> &'static str {
    static NAME: OnceLock<&str> = OnceLock::new();
    // Once for a whole program of tests: none of them takes two hours.
    NAME.get_or_init(|| match loa::clock::now().to_zoned_datetime(named("Asia/Ho_Chi_Minh")).hour() {
        21.. | 0 => "Asia/Dubai",
        _ => "Asia/Ho_Chi_Minh",
    })
}

/// The zone of that name.
pub fn zone() -> TimeZone {
    named(zone_name())
}

/// What the station's clock shows.
pub fn now() -> ZonedDateTime {
    loa::clock::now().to_zoned_datetime(zone())
}

/// A station's file that says nothing of a zone, put there.
pub fn placed(station: &str) -> String {
    station.replacen("[station]\n", &format!("[station]\ntimezone = \"{}\"\n", zone_name()), 1)
}

fn named(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a zone")
}
