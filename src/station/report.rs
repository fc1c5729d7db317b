//! `[report]` and `[balance]`: how the ward reports, and how it wants praise and criticism weighed.

use crate::problem::Text;
use crate::reading::Reader;
use crate::reading::fold::bare;
use crate::reading::tree::{Node, Table};

/// Where the months of reports begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rhythm {
    /// On the 15th of the month before (Decree 09/2019/NĐ-CP, article 12).
    #[default]
    Nd09,
    /// With the calendar's.
    Calendar,
}

impl Rhythm {
    /// The word in JSON and in files.
    pub fn code(self) -> &'static str {
        match self {
            Rhythm::Nd09 => "nd09",
            Rhythm::Calendar => "calendar",
        }
    }
}

/// How the ward reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reporting {
    /// Where months begin.
    pub rhythm: Rhythm,
    /// Whom reports are sent to (`Kính gửi`); empty: the station's parent.
    pub addressees: Vec<String>,
    /// Who gets them (`Nơi nhận`), besides those whom they are sent to and the archive.
    pub recipients: Vec<String>,
    /// The archive line, without its `Lưu:`; none: the clerk and the station.
    pub archive: Option<String>,
    /// In whose name it is signed (`TM. Ủy ban nhân dân`, `KT. Trưởng đài`); none: in the signer's own.
    pub authority: Option<String>,
    /// The signer's title.
    pub signer: String,
    /// The signer's name; none: left blank.
    pub signer_name: Option<String>,
    /// A piece on a document is told as slow if it first airs more than this many days after the document's date.
    pub slow_days: u32,
}

impl Default for Reporting {
    fn default() -> Reporting {
        Reporting {
            rhythm: Rhythm::Nd09,
            addressees: Vec::new(),
            recipients: Vec::new(),
            archive: None,
            authority: None,
            signer: "Trưởng đài".to_owned(),
            signer_name: None,
            slow_days: 7,
        }
    }
}

/// Limits for the shares of tones in the minutes about administrative reform, in percent. None: no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Praise has at most.
    pub praise_max: Option<u32>,
    /// Criticism has at least.
    pub criticism_min: Option<u32>,
    /// Criticism has at most.
    pub criticism_max: Option<u32>,
    /// What is neither praise nor criticism has at most.
    pub neutral_max: Option<u32>,
}

/// What is to be said of a balance of tones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imbalance {
    /// Nothing criticises.
    OneWay,
    /// Criticism has less of the minutes than the ward wants, in thousandths: found and limit.
    CriticismUnder(u64, u64),
    /// Criticism has more.
    CriticismOver(u64, u64),
    /// Praise has more.
    PraiseOver(u64, u64),
    /// What only tells has more.
    NeutralOver(u64, u64),
}

/// How long what is about administrative reform speaks in which tone, in ms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shares {
    /// Praise.
    pub praise_ms: u64,
    /// Criticism.
    pub criticism_ms: u64,
    /// Neither.
    pub neutral_ms: u64,
    /// All of it, guidance and notices too.
    pub total_ms: u64,
}

impl Balance {
    /// What is out of balance; of nothing nothing is.
    pub fn held_against(&self, shares: &Shares) -> Vec<Imbalance> {
        let Shares { praise_ms, criticism_ms, neutral_ms, total_ms } = *shares;
        if total_ms == 0 {
            return Vec::new();
        }
        let share = |ms: u64| (ms.saturating_mul(2000) + total_ms) / total_ms.saturating_mul(2);
        let limit = |percent: Option<u32>| percent.map(|percent| u64::from(percent) * 10);
        let over = |share: u64, most: Option<u32>| limit(most).filter(|most| share > *most).map(|most| (share, most));
        let [praise, criticism, neutral] = [praise_ms, criticism_ms, neutral_ms].map(share);
        let mut found = Vec::new();
        if criticism_ms == 0 {
            found.push(Imbalance::OneWay);
        } else if let Some(least) = limit(self.criticism_min).filter(|least| criticism < *least) {
            found.push(Imbalance::CriticismUnder(criticism, least));
        }
        found.extend(over(criticism, self.criticism_max).map(|(share, most)| Imbalance::CriticismOver(share, most)));
        found.extend(over(praise, self.praise_max).map(|(share, most)| Imbalance::PraiseOver(share, most)));
        found.extend(over(neutral, self.neutral_max).map(|(share, most)| Imbalance::NeutralOver(share, most)));
        found
    }
}

const KEYS: [&str; 8] = ["period", "to", "recipients", "archive", "authority", "signer", "signer_name", "slow_days"];
const RHYTHMS: &[(Rhythm, &[&str])] =
    &[(Rhythm::Nd09, &["nd09", "nghị định 09"]), (Rhythm::Calendar, &["tháng dương lịch", "calendar"])];
/// How documents are signed in another's name: for all of a body, for its head, by its order, by its authority, acting.
const AUTHORITIES: [&str; 5] = ["TM.", "KT.", "TL.", "TUQ.", "Q."];
const NO_AUTHORITY: [&str; 2] = ["không", "none"];

/// Reads `[report]`.
pub(super) fn reporting(reader: &mut Reader<'_>, table: &Table) -> Reporting {
    reader.keys(table, &KEYS);
    let mut reporting = Reporting::default();
    for (key, node) in table {
        let key = key.name.as_str();
        match key {
            "period" => reporting.rhythm = reader.word(key, node, RHYTHMS).unwrap_or_default(),
            "to" => reporting.addressees = reader.lines(key, node, "\"Ủy ban nhân dân phường Long Xuyên\""),
            "recipients" => reporting.recipients = reader.lines(key, node, "[\"Văn phòng HĐND-UBND\"]"),
            "archive" => reporting.archive = reader.line(key, node, "\"VT, ĐTT\""),
            "authority" => reporting.authority = authority(reader, node),
            "signer" => reporting.signer = reader.line(key, node, "\"Trưởng đài\"").unwrap_or(reporting.signer),
            "signer_name" => reporting.signer_name = reader.line(key, node, "\"Nguyễn Văn An\""),
            "slow_days" => reporting.slow_days = reader.count(key, node, 0).unwrap_or(reporting.slow_days),
            _ => {}
        }
    }
    reporting
}

/// `TM. Ủy ban nhân dân`, or `không`.
fn authority(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let written = reader.line("authority", node, "\"KT. Trưởng đài\"")?;
    if NO_AUTHORITY.iter().any(|word| bare(word) == bare(&written)) {
        return None;
    }
    let known =
        |prefix: &&&str| written.to_uppercase().strip_prefix(**prefix).is_some_and(|rest| !rest.trim().is_empty());
    if AUTHORITIES.iter().find(known).is_some() {
        return Some(written);
    }
    let message = Text::new(
        format!("`{written}` không cho biết ký thay ai"),
        format!("`{written}` does not say in whose name it is signed"),
    );
    let help = Text::new(
        "ghi cả chữ viết tắt và tên, như `TM. Ủy ban nhân dân`, `KT. Trưởng đài`, hoặc `không`",
        "write the short form and the name, as in `TM. Ủy ban nhân dân` or `KT. Trưởng đài`, or `none`",
    );
    reader.refuse("bad-authority", node.span, message, help);
    None
}

/// Reads `[balance]`.
pub(super) fn balance(reader: &mut Reader<'_>, table: &Table) -> Balance {
    reader.keys(table, &["praise_max", "criticism_min", "criticism_max", "neutral_max"]);
    let mut balance = Balance::default();
    for (key, node) in table {
        let key = key.name.as_str();
        let place = match key {
            "praise_max" => &mut balance.praise_max,
            "criticism_min" => &mut balance.criticism_min,
            "criticism_max" => &mut balance.criticism_max,
            "neutral_max" => &mut balance.neutral_max,
            _ => continue,
        };
        *place = percent(reader, key, node);
    }
    if let (Some(least), Some(most)) = (balance.criticism_min, balance.criticism_max)
        && least > most
        && let Some((_, node)) = table.iter().find(|(key, _)| key.name == "criticism_min")
    {
        let message = Text::new(
            format!("`criticism_min` ({least}) lớn hơn `criticism_max` ({most})"),
            format!("`criticism_min` ({least}) is more than `criticism_max` ({most})"),
        );
        reader.refuse("bad-range", node.span, message, Text::new("đổi chỗ hai số", "swap the two numbers"));
    }
    balance
}

/// A whole number of percent.
fn percent(reader: &mut Reader<'_>, key: &str, node: &Node) -> Option<u32> {
    let percent = reader.count(key, node, 0)?;
    if percent <= 100 {
        return Some(percent);
    }
    let message = Text::new(
        format!("`{key}` không thể là `{percent}`: ghi phần trăm từ 0 đến 100"),
        format!("`{key}` cannot be `{percent}`: it takes a percentage from 0 to 100"),
    );
    reader.refuse("bad-number", node.span, message, Text::new("viết như `20`", "write as in `20`"));
    None
}
