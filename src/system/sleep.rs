//! When the PC goes to sleep by itself.

use crate::doctor::Sleeps;

/// What logind takes where it is told no length, or one that it cannot read, in minutes.
#[cfg(any(target_os = "linux", test))]
const IDLE_MINUTES: u64 = 30;

/// As the system is set.
#[cfg(target_os = "linux")]
pub fn sleeps() -> Sleeps {
    use std::path::Path;
    let states = std::fs::read_to_string("/sys/power/state").unwrap_or_default();
    let masked = ["sleep.target", "suspend.target"].iter().any(|target| {
        std::fs::read_link(Path::new("/etc/systemd/system").join(target)).is_ok_and(|to| to == Path::new("/dev/null"))
    });
    if states.trim().is_empty() || masked {
        return Sleeps::Never;
    }
    let logind = logind_texts().iter().fold(None, |set, text| idle_minutes_of_logind(text).or(set)).flatten();
    let desktop = |key| super::answer("gsettings", &["get", "org.gnome.settings-daemon.plugins.power", key]);
    let (kind, seconds) = (desktop("sleep-inactive-ac-type"), desktop("sleep-inactive-ac-timeout"));
    let desktop = idle_minutes_of_desktop(kind.as_deref().unwrap_or(""), seconds.as_deref().unwrap_or(""));
    logind.into_iter().chain(desktop).min().map_or(Sleeps::Never, Sleeps::AfterMinutes)
}

/// logind's settings, the later ones over the earlier ones.
#[cfg(target_os = "linux")]
fn logind_texts() -> Vec<String> {
    let mut files: Vec<_> = std::fs::read_dir("/etc/systemd/logind.conf.d")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "conf"))
        .collect();
    files.sort();
    files.insert(0, "/etc/systemd/logind.conf".into());
    files.iter().filter_map(|file| std::fs::read_to_string(file).ok()).collect()
}

/// Of one of logind's files: none if it says nothing; after how many minutes nobody at it sends the PC to sleep, if
/// anything does.
#[cfg(any(target_os = "linux", test))]
fn idle_minutes_of_logind(text: &str) -> Option<Option<u64>> {
    let value = |key: &str| {
        let lines = text.lines().filter_map(|line| line.trim().split_once('='));
        lines.filter(|(name, _)| name.trim() == key).map(|(_, value)| value.trim()).next_back()
    };
    let action = value("IdleAction")?;
    let sleeps = ["suspend", "hibernate", "hybrid-sleep", "suspend-then-hibernate", "sleep", "poweroff", "halt"];
    if !sleeps.contains(&action) {
        return Some(None);
    }
    Some(Some(value("IdleActionSec").and_then(minutes_of_systemd).unwrap_or(IDLE_MINUTES)))
}

/// A length as systemd writes it, in whole minutes: numbers with their units, one after the other, seconds where there is none; none
/// if it is none.
#[cfg(any(target_os = "linux", test))]
fn minutes_of_systemd(length: &str) -> Option<u64> {
    let (mut rest, mut seconds) = (length.trim(), 0.0);
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let unit_at = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(unit_at);
        let after = after.trim_start();
        let next_at = after.find(|c: char| c.is_ascii_digit() || c.is_whitespace()).unwrap_or(after.len());
        let (unit, next) = after.split_at(next_at);
        seconds += number.parse::<f64>().ok()? * seconds_of_unit(unit)?;
        rest = next.trim_start();
    }
    Some((seconds / 60.0) as u64)
}

/// What systemd.time(7) has for it.
#[cfg(any(target_os = "linux", test))]
fn seconds_of_unit(unit: &str) -> Option<f64> {
    Some(match unit {
        "ns" | "nsec" => 1e-9,
        "us" | "μs" | "µs" | "usec" => 1e-6,
        "ms" | "msec" => 1e-3,
        "" | "s" | "sec" | "second" | "seconds" => 1.0,
        "m" | "min" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hour" | "hours" => 3_600.0,
        "d" | "day" | "days" => 86_400.0,
        "w" | "week" | "weeks" => 604_800.0,
        "M" | "month" | "months" => 30.44 * 86_400.0,
        "y" | "year" | "years" => 365.25 * 86_400.0,
        _ => return None,
    })
}

/// Of what the desktop's settings print: after how many minutes it sends the PC to sleep, if it does.
#[cfg(any(target_os = "linux", test))]
fn idle_minutes_of_desktop(kind: &str, seconds: &str) -> Option<u64> {
    let seconds: u64 = seconds.trim().rsplit(' ').next()?.parse().ok()?;
    let sleeps = ["'suspend'", "'hibernate'", "'shutdown'"].contains(&kind.trim());
    (sleeps && seconds > 0).then_some(seconds / 60)
}

/// As the system is set, on mains.
#[cfg(windows)]
pub fn sleeps() -> Sleeps {
    let text = super::answer("powercfg", &["/query", "SCHEME_CURRENT", "SUB_SLEEP", "STANDBYIDLE"]);
    match text.as_deref().and_then(seconds_of_powercfg) {
        None => Sleeps::Unknown,
        Some(0) => Sleeps::Never,
        Some(seconds) => Sleeps::AfterMinutes(seconds / 60),
    }
}

/// Of what `powercfg /query` prints, in whatever language: its last two numbers are the settings on mains and on battery.
#[cfg(any(windows, test))]
fn seconds_of_powercfg(text: &str) -> Option<u64> {
    let numbers: Vec<&str> = text.split_whitespace().filter_map(|word| word.strip_prefix("0x")).collect();
    let [.., mains, _battery] = numbers[..] else { return None };
    u64::from_str_radix(mains, 16).ok()
}

/// As the system is set.
#[cfg(not(any(target_os = "linux", windows)))]
pub fn sleeps() -> Sleeps {
    Sleeps::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_of_each_system_are_read() {
        for (text, expected) in [
            ("[Login]\n#IdleAction=suspend\n", None),
            ("[Login]\nIdleAction=ignore\n", Some(None)),
            ("[Login]\nIdleAction=lock\n", Some(None)),
            ("[Login]\nIdleAction = suspend\n", Some(Some(30))),
            ("[Login]\nIdleAction=suspend\nIdleActionSec=15min\n", Some(Some(15))),
            ("[Login]\nIdleAction=hibernate\nIdleActionSec=600\n", Some(Some(10))),
            ("[Login]\nIdleAction=suspend\nIdleActionSec=2h\n", Some(Some(120))),
        ] {
            assert_eq!(idle_minutes_of_logind(text), expected, "{text}");
        }
        for (length, minutes) in [
            ("1hour", 60),
            ("2hours", 120),
            ("30minutes", 30),
            ("1h 30min", 90),
            ("1h30min", 90),
            ("1.5 h", 90),
            ("5 minutes 120 s", 7),
            ("90", 1),
            ("1 d", 1440),
            ("2w", 20_160),
            ("99999999999999999999y", u64::MAX),
            ("a while", 30),
            ("5 fortnights", 30),
            ("", 30),
        ] {
            let text = format!("[Login]\nIdleAction=suspend\nIdleActionSec={length}\n");
            assert_eq!(idle_minutes_of_logind(&text), Some(Some(minutes)), "{length}");
        }
        for (kind, seconds, expected) in [
            ("'suspend'\n", "1200\n", Some(20)),
            ("'suspend'\n", "uint32 900\n", Some(15)),
            ("'suspend'\n", "0\n", None),
            ("'nothing'\n", "1200\n", None),
            ("", "", None),
        ] {
            assert_eq!(idle_minutes_of_desktop(kind, seconds), expected, "{kind}{seconds}");
        }
        let powercfg = "Power Setting GUID: 29f6c1db-86da-48c5-9fdb-f2b67b1f44da  (Sleep after)\n\
            Minimum Possible Setting: 0x00000000\nMaximum Possible Setting: 0xffffffff\n\
            Current AC Power Setting Index: 0x00000708\nCurrent DC Power Setting Index: 0x00000384\n";
        assert_eq!(seconds_of_powercfg(powercfg), Some(1800));
        assert_eq!(seconds_of_powercfg("no such setting"), None);
    }
}
