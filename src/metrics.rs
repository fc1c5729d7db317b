//! Counts and states for a monitoring program, as Prometheus reads them. Counts are of one run of the daemon.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::outcome::{Cause, Outcome};

/// Upper bounds of the lateness histogram, in seconds.
const BOUNDS_S: [f64; 9] = [0.005, 0.02, 0.1, 0.5, 1.0, 5.0, 30.0, 120.0, 600.0];

/// What has happened since the daemon began.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metrics {
    airings: BTreeMap<(Outcome, Option<Cause>), u64>,
    /// How many starts were within each bound and beyond the one before it; the last: beyond all.
    late: [u64; BOUNDS_S.len() + 1],
    late_sum_s: f64,
}

/// How things stand at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Standing {
    /// The line is open.
    pub line_open: bool,
    /// Something sounds.
    pub on_air: bool,
    /// Times the device ran dry.
    pub xruns: u64,
    /// What of the airing on air is ready for the device, in ms; none while nothing sounds.
    pub ring_ms: Option<u64>,
    /// How far the clock is off, in ms, where the system tells it.
    pub clock_offset_ms: Option<i64>,
    /// Rows that are not on disk.
    pub ledger_waiting: u64,
    /// For how long the disk has refused them, in ms.
    pub ledger_lag_ms: u64,
    /// Alerts that have not arrived.
    pub alerts_waiting: u64,
}

impl Metrics {
    /// A slot has its outcome.
    pub fn settled(&mut self, outcome: Outcome, cause: Option<Cause>) {
        *self.airings.entry((outcome, cause)).or_default() += 1;
    }

    /// A slot was first heard, so late against its plan; early is not late.
    pub fn began(&mut self, late_ms: i64) {
        let late_s = late_ms.max(0) as f64 / 1000.0;
        let bucket = BOUNDS_S.iter().position(|bound| late_s <= *bound).unwrap_or(BOUNDS_S.len());
        self.late[bucket] += 1;
        self.late_sum_s += late_s;
    }

    /// The text of version 0.0.4.
    pub fn text(&self, now: &Standing) -> String {
        let mut out = String::new();
        head(&mut out, "loa_airings_total", "counter", "Slots that got their outcome in this run.");
        for ((outcome, cause), count) in &self.airings {
            let (outcome, cause) = (outcome.code(), cause.map_or("", Cause::code));
            line(&mut out, &format!("loa_airings_total{{outcome=\"{outcome}\",cause=\"{cause}\"}}"), *count as f64);
        }
        self.lateness(&mut out);
        let flag = |yes: bool| if yes { 1.0 } else { 0.0 };
        for (name, kind, help, value) in [
            ("loa_line_open", "gauge", "Whether the line is open.", Some(flag(now.line_open))),
            ("loa_on_air", "gauge", "Whether something sounds.", Some(flag(now.on_air))),
            ("loa_xruns_total", "counter", "Times the open line's device ran dry.", Some(now.xruns as f64)),
            (
                "loa_ring_seconds",
                "gauge",
                "Sound on air that is ready for the device.",
                now.ring_ms.map(|ms| ms as f64 / 1000.0),
            ),
            (
                "loa_clock_offset_seconds",
                "gauge",
                "How far the clock is off, where the system tells it.",
                now.clock_offset_ms.map(|ms| ms as f64 / 1000.0),
            ),
            ("loa_ledger_waiting", "gauge", "Rows of the log not on disk.", Some(now.ledger_waiting as f64)),
            (
                "loa_ledger_lag_seconds",
                "gauge",
                "For how long the disk has refused them.",
                Some(now.ledger_lag_ms as f64 / 1000.0),
            ),
            ("loa_alerts_waiting", "gauge", "Alerts that have not arrived.", Some(now.alerts_waiting as f64)),
        ] {
            // What is not known now is there without a value: that it is kept is seen all the same.
            head(&mut out, name, kind, help);
            value.into_iter().for_each(|value| line(&mut out, name, value));
        }
        out
    }

    fn lateness(&self, out: &mut String) {
        head(out, "loa_late_seconds", "histogram", "How late slots were first heard.");
        let mut count = 0;
        for (bound, more) in BOUNDS_S.iter().zip(self.late) {
            count += more;
            line(out, &format!("loa_late_seconds_bucket{{le=\"{bound}\"}}"), count as f64);
        }
        count += self.late[BOUNDS_S.len()];
        line(out, "loa_late_seconds_bucket{le=\"+Inf\"}", count as f64);
        line(out, "loa_late_seconds_sum", self.late_sum_s);
        line(out, "loa_late_seconds_count", count as f64);
    }
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn line(out: &mut String, name: &str, value: f64) {
    let _ = writeln!(out, "{name} {value}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_what_prometheus_reads() {
        let mut metrics = Metrics::default();
        metrics.settled(Outcome::Aired, None);
        metrics.settled(Outcome::Aired, None);
        metrics.settled(Outcome::Missed, Some(Cause::Power));
        for late_ms in [-3, 4, 21, 45_000, 700_000] {
            metrics.began(late_ms);
        }
        let now = Standing {
            line_open: true,
            xruns: 2,
            ring_ms: Some(1900),
            clock_offset_ms: Some(-12),
            ledger_lag_ms: 1500,
            ..Standing::default()
        };
        let text = metrics.text(&now);
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(
            lines,
            [
                "loa_airings_total{outcome=\"aired\",cause=\"\"} 2",
                "loa_airings_total{outcome=\"missed\",cause=\"power\"} 1",
                "loa_late_seconds_bucket{le=\"0.005\"} 2",
                "loa_late_seconds_bucket{le=\"0.02\"} 2",
                "loa_late_seconds_bucket{le=\"0.1\"} 3",
                "loa_late_seconds_bucket{le=\"0.5\"} 3",
                "loa_late_seconds_bucket{le=\"1\"} 3",
                "loa_late_seconds_bucket{le=\"5\"} 3",
                "loa_late_seconds_bucket{le=\"30\"} 3",
                "loa_late_seconds_bucket{le=\"120\"} 4",
                "loa_late_seconds_bucket{le=\"600\"} 4",
                "loa_late_seconds_bucket{le=\"+Inf\"} 5",
                "loa_late_seconds_sum 745.025",
                "loa_late_seconds_count 5",
                "loa_line_open 1",
                "loa_on_air 0",
                "loa_xruns_total 2",
                "loa_ring_seconds 1.9",
                "loa_clock_offset_seconds -0.012",
                "loa_ledger_waiting 0",
                "loa_ledger_lag_seconds 1.5",
                "loa_alerts_waiting 0",
            ]
        );
        assert!(text.contains("# TYPE loa_late_seconds histogram\n"));
        let unknown = metrics.text(&Standing::default());
        for name in ["loa_ring_seconds", "loa_clock_offset_seconds"] {
            assert!(unknown.contains(&format!("# TYPE {name} gauge\n")), "{name} is kept");
            assert!(!unknown.lines().any(|line| line.starts_with(name)), "{name} is not known");
        }
    }
}
