//! The schedules and the incidents beside the chain held against its records, both ways, as the table of airings is.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::pack::Unpacked;
use super::table::{Records, is_within, us};
use super::{PLAN, plan_names};
use crate::ledger::Record;
use crate::station;

impl Records {
    /// The schedules that are not those that the chain has as read, or that lack of those the period's slots were planned from.
    pub fn changed_plans(&self, files: &[Unpacked], period: (Date, Date)) -> Vec<String> {
        let texts = |reading: &Record| {
            let read = reading.revision().ok()?;
            let (schedule, station) = plan_names(&read.month.to_string(), &read.sha256);
            Some([(schedule, read.schedule_text), (station, read.station_text)])
        };
        let read: HashMap<String, String> = self.readings.iter().filter_map(texts).flatten().collect();
        let there: HashMap<&str, Option<&[u8]>> = files
            .iter()
            .filter(|file| file.name.starts_with(PLAN))
            .map(|file| (file.name.as_str(), file.bytes.as_deref()))
            .collect();
        let is_other = |name: &str, bytes: Option<&[u8]>| read.get(name).map(String::as_bytes) != bytes;
        let others = there.iter().filter(|(name, bytes)| is_other(name, **bytes)).map(|(name, _)| (*name).to_owned());
        let planned = self.airings.iter().filter(|record| is_within(record, period));
        let planned_from = |reading: &&Record| {
            let sha256 = &reading.section("revision")["sha256"];
            planned.clone().any(|record| record.section("slot")["revision"] == *sha256)
        };
        let wanted = self.readings.iter().filter(planned_from).filter_map(texts).flatten();
        let lacking = wanted.map(|(name, _)| name).filter(|name| !there.contains_key(name.as_str()));
        others.chain(lacking).collect()
    }

    /// Whether these are the incidents of the period. One that is not over has no record yet.
    pub fn have_the_incidents(&self, list: &Value, (from, to): (Date, Date)) -> bool {
        let Some(rows) = list["incidents"].as_array() else { return false };
        let recorded: Vec<&Value> = self.incidents.iter().map(|record| record.section("incident")).collect();
        let record_of = |row: &Value| {
            let is_it = |one: &&Value| one["kind"] == row["kind"] && one["began_us"].as_i64() == us(&row["began"]);
            recorded.iter().copied().filter(is_it).collect::<Vec<_>>()
        };
        let is_true = |row: &Value| {
            let records = record_of(row);
            let is_open = row["ended"].is_null();
            (records.is_empty() && is_open) || records.iter().any(|record| is_as_recorded(row, record))
        };
        let zone = self.zone();
        let start = |date: Date| zone.to_timestamp(date.at(0, 0, 0, 0)).map(Timestamp::as_microsecond).ok();
        let (Some(begins), Some(ends)) = (start(from), to.tomorrow().ok().and_then(start)) else { return false };
        let touches = |record: &&Value| {
            record["began_us"].as_i64().is_some_and(|began| began < ends)
                && record["ended_us"].as_i64().is_some_and(|ended| ended >= begins)
        };
        let is_listed = |record: &Value| rows.iter().filter(|row| is_as_recorded(row, record)).count();
        let alike = |record: &Value| recorded.iter().filter(|one| same(one, record)).count();
        rows.iter().all(is_true)
            && recorded.iter().copied().filter(touches).all(|record| is_listed(record) == alike(record))
    }

    /// The station's, as the schedules that were read have it.
    fn zone(&self) -> TimeZone {
        let read = self.readings.last().and_then(|reading| reading.revision().ok());
        let station = read.and_then(|read| station::read("station.toml", &read.station_text).0);
        station.unwrap_or_default().zone
    }
}

fn is_as_recorded(row: &Value, record: &Value) -> bool {
    // Of some the log has no more than their kind.
    let says = |key: &str| record[key].as_str().unwrap_or_default().is_empty() || row[key] == record[key];
    row["kind"] == record["kind"]
        && us(&row["began"]) == record["began_us"].as_i64()
        && us(&row["ended"]) == record["ended_us"].as_i64()
        && says("detail")
        && says("detail_en")
}

fn same(one: &Value, other: &Value) -> bool {
    ["kind", "began_us", "ended_us", "detail"].iter().all(|key| one[*key] == other[*key])
}
