//! The charts: minutes a week, topics, tones, and what was planned against what aired.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::super::document::{Block, Chart, Group, Measure, Unit};
use super::super::groups::By;
use super::Pen;
use super::tables::capital;

impl Pen<'_> {
    /// Minutes about administrative reform in each week, by its Monday.
    pub(super) fn weeks(&self) -> Block {
        let report = self.report;
        let (from, to) = (report.period.from(), report.until);
        let mut weeks: BTreeMap<Date, u64> = BTreeMap::new();
        let mut day = from;
        while day <= to {
            weeks.insert(monday(day), 0);
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        for at in &report.totals.reform.rows {
            let row = report.row(*at);
            *weeks.entry(monday(row.date)).or_default() += row.heard_ms;
        }
        let group = |(monday, ms): (Date, u64)| Group { label: self.days(&[monday]), figures: vec![ms] };
        Block::Chart(Chart {
            title: self.say(
                "Số phút CCHC theo tuần (ngày thứ Hai)",
                "Minutes of administrative reform a week (Monday's date)",
            ),
            measure: Measure::Length(Unit::Minutes),
            series: vec![self.say("Phút", "Minutes")],
            groups: weeks.into_iter().map(group).collect(),
        })
    }

    /// Minutes by topic or tone.
    pub(super) fn shares(&self, by: By, title: String) -> Block {
        let groups = self.report.groups(by).iter().filter(|group| group.part_of.is_none());
        let label = |group: &super::super::groups::Group| match (&group.code, by) {
            (Some(code), By::Topic) => code.clone(),
            _ => capital(group.name.get(self.lang)),
        };
        Block::Chart(Chart {
            title,
            measure: Measure::Length(Unit::Minutes),
            series: vec![self.say("Phút", "Minutes")],
            groups: groups.map(|group| Group { label: label(group), figures: vec![group.airtime.value] }).collect(),
        })
    }

    /// Of each column what was planned and what was heard.
    pub(super) fn planned_and_heard(&self) -> Block {
        let columns = self.report.columns.iter();
        let group = |column: &super::super::kept::KeptColumn| Group {
            label: column.name.clone(),
            figures: vec![column.to_keep.value, column.kept.value],
        };
        Block::Chart(Chart {
            title: self.say("Kế hoạch và đã phát theo chuyên mục", "Planned and heard, by column"),
            measure: Measure::Count,
            series: vec![self.say("Kế hoạch", "Planned"), self.say("Đã phát", "Heard")],
            groups: columns.map(group).collect(),
        })
    }
}

fn monday(day: Date) -> Date {
    let back = i64::from(day.weekday().to_monday_zero_offset());
    day.checked_sub(jiff::Span::new().days(back)).unwrap_or(day)
}
