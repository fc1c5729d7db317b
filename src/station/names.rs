//! `[station]`: what the station and its ward are called, and what they were called before: wards merge, and a document of
//! last year keeps last year's names.

use jiff::civil::Date;

use super::Station;
use crate::problem::{Place, Problem, Text};
use crate::reading::fold::folded;
use crate::reading::tree::{Table, find};
use crate::reading::{Block, Reader};

/// What documents call the station.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// `Đài truyền thanh phường Long Xuyên`.
    pub name: String,
    /// `ĐTT`.
    pub code: String,
    /// `UBND phường Long Xuyên`.
    pub parent: String,
    /// `Long Xuyên`.
    pub place: String,
    /// What its one-stop desk is called; none: as the law of the day has it ([`Names::one_stop_on`]).
    pub one_stop: Option<String>,
}

/// Names that held until a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerNames {
    /// The first date they held; none: from the beginning.
    pub from: Option<Date>,
    /// The last date they held.
    pub to: Date,
    /// The names; what is not written was as it is now.
    pub names: Names,
    /// Where they are written.
    pub place: Place,
}

impl FormerNames {
    fn holds(&self, date: Date) -> bool {
        self.from.is_none_or(|from| from <= date) && date <= self.to
    }
}

/// What a station without a name is called.
pub(super) const NAME: &str = "Đài truyền thanh";

impl Default for Names {
    fn default() -> Names {
        Names {
            name: NAME.to_owned(),
            code: String::new(),
            parent: String::new(),
            place: String::new(),
            one_stop: None,
        }
    }
}

/// The day since which there are two levels of government: no district any more, and the one-stop desk of a commune has
/// another name (Decree 118/2025/NĐ-CP).
pub const TWO_LEVELS: Date = Date::constant(2025, 7, 1);

/// Whether `name` is that of a body of a district.
pub fn is_of_district(name: &str) -> bool {
    let name = format!(" {} ", folded(name));
    ["thị xã", "huyện", "quận"].iter().any(|word| name.contains(&format!(" {} ", folded(word))))
}

impl Names {
    /// What the one-stop desk is called on `date`, unless the ward says otherwise.
    pub fn one_stop_on(&self, date: Date) -> &str {
        let lawful = if date < TWO_LEVELS {
            "Bộ phận Tiếp nhận và Trả kết quả"
        } else {
            "Trung tâm Phục vụ hành chính công phường"
        };
        self.one_stop.as_deref().unwrap_or(lawful)
    }
}

impl Station {
    /// The names that hold on `date`: former ones within their dates, else today's.
    pub fn names_on(&self, date: Date) -> &Names {
        self.was.iter().find(|was| was.holds(date)).map_or(&self.names, |was| &was.names)
    }
}

const KEYS: [&str; 5] = ["name", "code", "parent", "place", "one_stop"];
const FORMER: [&str; 7] = ["name", "code", "parent", "place", "one_stop", "valid_from", "valid_to"];

/// Reads the names of `table`, `[station]`, in a text of `text_len` bytes.
pub(super) fn read(reader: &mut Reader<'_>, table: &Table, text_len: usize, station: &mut Station) {
    for key in KEYS {
        take(reader, table, key, &mut station.names);
    }
    for row in reader.rows(table, "was", text_len) {
        let mut block = reader.row(row, &FORMER);
        let (from, to) = (block.date("valid_from"), block.needed_date("valid_to"));
        let mut names = station.names.clone();
        for key in KEYS {
            take(block.reader, row.table, key, &mut names);
        }
        let place = block.place();
        let Some(to) = to else { continue };
        if let Some(from) = from.filter(|from| to < *from) {
            super::backwards(&mut block, from, to);
            continue;
        }
        let former = FormerNames { from, to, names, place };
        unlike(&mut block, &former, &station.was);
        station.was.push(former);
    }
}

fn take(reader: &mut Reader<'_>, table: &Table, key: &str, names: &mut Names) {
    let Some((_, node)) = find(table, key) else { return };
    let example = match key {
        "name" => "\"Đài truyền thanh phường Long Xuyên\"",
        "code" => "\"ĐTT\"",
        "parent" => "\"UBND phường Long Xuyên\"",
        "place" => "\"Long Xuyên\"",
        _ => "\"Bộ phận Một cửa\"",
    };
    let Some(text) = reader.name(key, node, example) else { return };
    match key {
        "name" => names.name = text,
        "code" => names.code = text,
        "parent" => names.parent = text,
        "place" => names.place = text,
        _ => names.one_stop = Some(text),
    }
}

/// Two sets of names on one day: no document could tell which to print.
fn unlike(block: &mut Block<'_, '_, '_>, former: &FormerNames, others: &[FormerNames]) {
    let meets = |other: &&FormerNames| {
        other.from.is_none_or(|from| from <= former.to) && former.from.is_none_or(|from| from <= other.to)
    };
    let Some(other) = others.iter().find(meets) else { return };
    let message = Text::new(
        format!("hai khối `[[station.was]]` cùng có hiệu lực ngày {}", former.to.min(other.to).strftime("%d/%m/%Y")),
        format!("two blocks `[[station.was]]` hold on {}", former.to.min(other.to)),
    );
    let help = Text::new(
        "sửa `valid_from`, `valid_to` để mỗi ngày chỉ có một bộ tên",
        "correct `valid_from` and `valid_to`, so that each day has one set of names",
    );
    let problem = Problem::refuse("names-overlap", Some(former.place.clone()), message, help);
    block.reader.note(problem.and(other.place.clone(), Text::new("khối này", "this one")));
}
