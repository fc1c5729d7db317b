//! The station's holidays → the exceptions of one month.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Month;
use crate::lunar;
use crate::programme::Exception;
use crate::station::{Holiday, Station, When};

/// The exceptions that the station's holidays make in `month`, in the order of its file.
pub(super) fn expand(station: &Station, month: Month) -> Vec<Exception> {
    let days = |holiday: &Holiday| -> Option<(Date, Date)> {
        let (from, to) = match holiday.when {
            When::Dates(from, to) => (from, to),
            When::Lunar(day) => lunar::holiday(day, month.first().year()).map(|date| (date, date))?,
        };
        let (from, to) = (from.max(month.first()), to.min(month.last()));
        (from <= to).then_some((from, to))
    };
    let of = |holiday: &Holiday| {
        let (from, to) = days(holiday)?;
        Some(Exception {
            from,
            to,
            reason: holiday.name.clone(),
            kind: holiday.kind,
            windows: holiday.changes.windows.clone(),
            columns: holiday.changes.columns.clone(),
            moves: holiday.changes.moves.clone(),
            extra: holiday.changes.extra.clone(),
            segments: BTreeMap::new(),
            is_bare: false,
            place: holiday.place.clone(),
        })
    };
    station.holidays.iter().filter_map(of).collect()
}
