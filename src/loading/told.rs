//! What was checked, as an object.

use serde_json::{Value, json};

use super::Checked;
use crate::problem::{self, Lang};
use crate::timetable::{MonthState, Summary, Year, summary};

impl Checked {
    /// The documented object of `loa check --json`. `year` is null unless a year was asked for.
    pub fn to_json(&self, lang: Lang) -> Value {
        let checked = self;
        let months: Vec<Value> = checked
            .months
            .iter()
            .filter(|loaded| loaded.month_text.is_some())
            .map(|loaded| {
                let Summary { broadcasts, airings, duration_ms } = summary(&loaded.slots);
                json!({
                    "month": loaded.month.map(|month| month.to_string()),
                    "broadcasts": broadcasts,
                    "airings": airings,
                    "duration_ms": duration_ms,
                })
            })
            .collect();
        json!({
            "problems": problem::to_json(&checked.problems, &checked.sources, lang),
            "months": months,
            "year": checked.year.as_ref().map(|year| year_json(checked, year)),
        })
    }

    /// What all the months air together.
    pub fn all(&self) -> Summary {
        summary(self.months.iter().flat_map(|loaded| &loaded.slots))
    }
}

fn year_json(checked: &Checked, year: &Year) -> Value {
    let months = year.months.iter().map(|(month, state)| {
        let (state, cchc_airings) = match state {
            MonthState::Planned { cchc_airings, .. } => ("planned", *cchc_airings),
            MonthState::Refused => ("refused", None),
            MonthState::Absent => ("absent", None),
        };
        json!({ "month": month.to_string(), "state": state, "cchc_airings": cchc_airings })
    });
    let Summary { broadcasts, airings, duration_ms } = checked.all();
    json!({
        "year": year.year,
        "broadcasts": broadcasts,
        "airings": airings,
        "duration_ms": duration_ms,
        "months": months.collect::<Vec<_>>(),
    })
}
