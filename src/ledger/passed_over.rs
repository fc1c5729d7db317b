//! What lay beside the log and did not go into it where it was made anew or caught up: told with that, for the program's own log is
//! read by nobody.

use std::path::Path;

use jiff::civil::Date;

use crate::problem::Text;

/// What was passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PassedOver {
    /// Copies that are damaged, by their names.
    damaged: Vec<String>,
    /// Another station's, likewise.
    anothers: Vec<String>,
    /// Rows of runs that contradict what is in the log.
    pub refused: u64,
    /// From the day of the copy that was used to the first day whose rows are still there: what went into the log between is
    /// in neither.
    pub hole: Option<(Date, Date)>,
}

impl PassedOver {
    /// So many rows.
    pub fn rows(refused: u64) -> PassedOver {
        PassedOver { refused, ..PassedOver::default() }
    }

    /// A copy that cannot be used.
    pub fn damaged(&mut self, copy: &Path) {
        self.damaged.push(name(copy));
    }

    /// A copy that another station wrote, where it lies by now.
    pub fn anothers(&mut self, copy: &Path) {
        self.anothers.push(name(copy));
    }

    /// That, behind what else is told of the log; empty where nothing was passed over.
    pub fn told(&self) -> Text {
        let (mut vi, mut en) = (String::new(), String::new());
        if !self.damaged.is_empty() {
            let names = self.damaged.join("`, `");
            vi += &format!("; bản sao `{names}` trong `var/backup` bị hỏng, không dùng được");
            en += &format!("; damaged copies in `var/backup`, of no use: `{names}`");
        }
        if !self.anothers.is_empty() {
            let names = self.anothers.join("`, `");
            vi += &format!("; bản sao của đài khác trong `var/backup` không được dùng, nay là `{names}`");
            en += &format!("; copies of another station's log in `var/backup` were not used and are now `{names}`");
        }
        if self.refused > 0 {
            let refused = self.refused;
            vi += &format!("; {refused} dòng cất trong `var/backup` trái với nhật ký nên không ghi vào được");
            en += &format!("; rows noted in `var/backup` that contradict the log and are not in it: {refused}");
        }
        if let Some((from, to)) = self.hole.map(|(from, to)| (from.strftime("%d/%m/%Y"), to.strftime("%d/%m/%Y"))) {
            vi += &format!("; từ {from} đến {to} nhật ký có thể thiếu dòng");
            en += &format!("; from {from} to {to} it may lack rows");
        }
        Text::new(vi, en)
    }
}

/// Why nothing was taken of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// It ends in its midst, as a power cut leaves it.
    Torn,
    /// It is none of ours, or damaged.
    Unreadable,
    /// It is of another station.
    Anothers,
    /// It contradicts the log.
    Refused,
}

/// A line of which nothing was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unused {
    pub line: Vec<u8>,
    pub why: Why,
}

impl Unused {
    pub fn of(line: &[u8], why: Why) -> Unused {
        Unused { line: line.to_owned(), why }
    }
}

/// How many rows are not in the log for that, with those that the log `refused`, and where they are kept; nothing where there are
/// none.
pub(super) fn told_of(unused: &[Unused], refused: u64, kept: &str) -> Option<Text> {
    let count = |whys: &[Why]| unused.iter().filter(|unused| whys.contains(&unused.why)).count() as u64;
    let kinds = [
        (count(&[Why::Anothers]), "dòng của đài khác", "rows of another station"),
        (count(&[Why::Torn, Why::Unreadable]), "dòng không đọc được", "rows that cannot be read"),
        (count(&[Why::Refused]) + refused, "dòng trái với nhật ký", "rows that contradict the log"),
    ];
    let there = || kinds.iter().filter(|(count, ..)| *count > 0);
    let vi = there().map(|(n, vi, _)| format!("{n} {vi}")).collect::<Vec<_>>().join(" và ");
    let en = there().map(|(n, _, en)| format!("{en}: {n}")).collect::<Vec<_>>().join(", and ");
    if vi.is_empty() {
        return None;
    }
    Some(Text::new(
        format!("{vi} cất bên cạnh nhật ký không được ghi vào nhật ký; được giữ nguyên trong `{kept}`"),
        format!("{en}; they stood beside the log and are not in it, but are kept in `{kept}`"),
    ))
}

fn name(copy: &Path) -> String {
    copy.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
