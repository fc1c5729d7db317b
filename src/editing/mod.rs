//! Changes of an operator's file by operations: what an operation does not name stays byte for byte, remarks, order and
//! layout with it. Commands and pages write files in this way alone.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time};

use crate::problem::Text;

mod blocks;
mod days;
mod next_month;
mod order;
mod renaming;
mod rows;
mod text;
mod values;

pub use blocks::Block;
pub use next_month::{Moved, next_month};
pub use order::{Place, duration, items};
pub use values::{Keys, Value};

use blocks::{Sheet, unmarked};
use text::{Edit, changed};

/// Where a change is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The block of a row that has this id, written or made from its title.
    Named(&'static str, String),
    /// The block of a row at this place in the file, from 0.
    Nth(&'static str, usize),
    /// The block of which there is one (`[remarks]`); it is made at the file's end where it is not there.
    Once(&'static str),
    /// The block that a key of another is (`month = {…}` of `[targets]`); it is made in braces where it is not there, and goes
    /// with its last key.
    Within(Box<Target>, &'static str),
    /// The block at this place, from 0, of a row that another block has (`[[topic.sub]]`, `running_order`).
    InRow(Box<Target>, &'static str, usize),
}

/// One change of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// A new block behind the last one of its row, or at the file's end.
    Add {
        /// `segment`, `exception`, …
        row: &'static str,
        /// What it says.
        keys: Keys,
    },
    /// A new block behind the last one of a row that another block has.
    AddWithin {
        /// That block.
        of: Target,
        /// `sub`, `was`, …
        row: &'static str,
        /// What it says.
        keys: Keys,
        /// Whether the first of a row is written in braces (`gain = [{…}]`) or with a header (`[[topic.sub]]`).
        braces: bool,
    },
    /// Another block like this one right behind it, with other values for these keys.
    Copy {
        /// Which.
        of: Target,
        /// As in [`Operation::Change`].
        keys: Vec<(&'static str, Option<Value>)>,
    },
    /// Keys of a block: given a value, or taken away.
    Change {
        /// Which.
        of: Target,
        /// Each key with its value; none takes it away.
        keys: Vec<(&'static str, Option<Value>)>,
    },
    /// The block stands right before another one, with the remarks right above it.
    MoveBefore {
        /// Which.
        of: Target,
        /// Before which.
        before: Target,
    },
    /// The block goes.
    Remove {
        /// Which.
        of: Target,
    },
    /// A segment airs on this date too.
    AddDate {
        /// Its id.
        segment: String,
        /// In the file's month.
        date: Date,
    },
    /// A segment does not air on this date; on its other dates it does.
    DropDate {
        /// Its id.
        segment: String,
        /// In the file's month.
        date: Date,
    },
    /// The places of a window's running order.
    Order {
        /// The window.
        of: Target,
        /// In order.
        places: Vec<Place>,
    },
    /// What exceptions and holidays say of a block, as a whole or in their running orders, they say of it by another id.
    RenameInDays {
        /// `window`, `column` or `segment`.
        row: &'static str,
        /// The id that it had.
        old: String,
        /// The one that it has now.
        new: String,
    },
    /// A day that is unlike the others, by an exception of that day.
    OnDay {
        /// Which.
        date: Date,
        /// Why; none keeps the reason that is written.
        reason: Option<String>,
        /// What changes.
        change: DayChange,
    },
}

/// What is unlike on a day.
#[derive(Clone, Debug, PartialEq)]
pub enum DayChange {
    /// The window's broadcast does not air.
    WindowOff(String),
    /// It airs at other times or with other places.
    WindowMoved {
        /// The window's id.
        window: String,
        /// When it begins and ends; none: as every day.
        times: Option<(Time, Time)>,
        /// What it airs; none: what is written of it stays.
        places: Option<Vec<Place>>,
    },
    /// It airs as every day again.
    WindowOrdinary(String),
    /// The column does not air.
    ColumnOff(String),
    /// It airs on another day.
    ColumnMoves(String, Date),
    /// It airs as every week again.
    ColumnOrdinary(String),
    /// The segment does not air, by its id.
    SegmentOff(String),
    /// It airs as its dates say again.
    SegmentOrdinary(String),
    /// One broadcast more.
    Extra(Keys),
    /// That broadcast no more, by its id.
    NoExtra(String),
}

/// The text with the change made. A byte order mark, the line breaks and a missing last one stay.
///
/// # Errors
/// What the change names is not there, or it cannot be written without changing what it does not name: why, and what to
/// do. Or the text is no TOML.
pub fn apply(text: &str, operation: &Operation) -> Result<String, Text> {
    let (mark, rest) = unmarked(text);
    let changed = without_mark(rest, operation)?;
    Ok(format!("{}{changed}", text.get(..mark).unwrap_or_default()))
}

/// The text with all the changes made, one after another.
///
/// # Errors
/// As of [`apply`].
pub fn apply_all(text: &str, operations: &[Operation]) -> Result<String, Text> {
    operations.iter().try_fold(text.to_owned(), |text, operation| apply(&text, operation))
}

/// The blocks of a row of a file, in order.
///
/// # Errors
/// The text is no TOML.
pub fn blocks(text: &str, row: &str) -> Result<Vec<Block>, Text> {
    let (_, text) = unmarked(text);
    Ok(Sheet::read(text)?.row(row).to_vec())
}

/// All of a file: its keys and its rows of blocks.
///
/// # Errors
/// The text is no TOML.
pub fn root(text: &str) -> Result<Block, Text> {
    let (_, text) = unmarked(text);
    Ok(Sheet::read(text)?.root)
}

fn without_mark(text: &str, operation: &Operation) -> Result<String, Text> {
    match operation {
        Operation::Add { row, keys } => rows::add(text, row, keys),
        Operation::AddWithin { of, row, keys, braces } => rows::add_within(text, of, row, keys, *braces),
        Operation::Copy { of, keys } => rows::copy(text, of, keys),
        Operation::Change { of, keys } => rows::change(text, of, keys),
        Operation::MoveBefore { of, before } => rows::move_before(text, of, before),
        Operation::Remove { of } => {
            let sheet = Sheet::read(text)?;
            let edits = sheet.without_block(rows::find(&sheet, of)?)?;
            Ok(changed(text, edits))
        }
        Operation::AddDate { segment, date } => days::with_date(text, segment, *date),
        Operation::DropDate { segment, date } => days::without_date(text, segment, *date),
        Operation::Order { of, places } => {
            let sheet = Sheet::read(text)?;
            let edit = order::set(&sheet, rows::find(&sheet, of)?, places)?;
            Ok(changed(text, vec![edit]))
        }
        Operation::RenameInDays { row, old, new } => {
            let edits = renaming::in_days(&Sheet::read(text)?, row, old, new)?;
            Ok(changed(text, edits))
        }
        Operation::OnDay { date, reason, change } => days::on_day(text, *date, reason.as_deref(), change),
    }
}

/// The free id that is nearest to `wanted`.
///
/// # Errors
/// The text is no TOML.
pub fn free_id(text: &str, row: &str, wanted: &str) -> Result<String, Text> {
    let taken: BTreeSet<String> = blocks(text, row)?.iter().filter_map(Block::id).collect();
    let numbered = (2..).map(|number| format!("{wanted}-{number}"));
    let free = std::iter::once(wanted.to_owned()).chain(numbered).find(|id| !taken.contains(id));
    Ok(free.unwrap_or_default())
}

fn one_edit(text: &str, edit: Edit) -> String {
    changed(text, vec![edit])
}
