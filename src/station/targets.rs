//! `[targets]`: what the ward means to reach in a month, a quarter, a year of administrative reform on air.

use crate::reading::Reader;
use crate::reading::tree::{Table, find};

/// What is to be reached in each kind of period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// In a month.
    pub month: Target,
    /// In a quarter.
    pub quarter: Target,
    /// In a year.
    pub year: Target,
}

/// What is to be reached in a period, at least. None: no such target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// Minutes about administrative reform.
    pub minutes: Option<u32>,
    /// New works of genre `tin`.
    pub tin: Option<u32>,
    /// New works of genre `bài`.
    pub bai: Option<u32>,
    /// New works of genre `phóng sự`.
    pub phong_su: Option<u32>,
    /// Airings of hotlines.
    pub hotline: Option<u32>,
}

const KEYS: [&str; 5] = ["minutes", "tin", "bai", "phong_su", "hotline"];

pub(super) fn read(reader: &mut Reader<'_>, table: &Table) -> Targets {
    reader.keys(table, &["month", "quarter", "year"]);
    let mut of = |period| {
        let Some((_, node)) = find(table, period) else { return Target::default() };
        let example = "{ minutes = 120, tin = 12, bai = 6, phong_su = 1 }";
        let Some(mut block) = reader.inline(period, node, &KEYS, example) else { return Target::default() };
        let [minutes, tin, bai, phong_su, hotline] = KEYS.map(|key| block.count(key, 1));
        Target { minutes, tin, bai, phong_su, hotline }
    };
    Targets { month: of("month"), quarter: of("quarter"), year: of("year") }
}
