//! A kind of block as one description: by it the blocks are listed, a form of one is drawn, and what a form sends becomes
//! operations on the file's text.

use std::sync::Arc;

use crate::console::form::{Control, Field, Sent};
use crate::editing::{self, Block, Keys, Target};
use crate::problem::{Lang, Text};
use crate::programme::Window;
use crate::saving;
use crate::station::Station;

/// A kind of block.
pub(super) struct Table {
    /// Its word in addresses.
    pub code: &'static str,
    /// Its name in files.
    pub block: &'static str,
    pub shape: Shape,
    pub files: Files,
    /// What all of them are called, in Vietnamese and English.
    pub name: (&'static str, &'static str),
    /// What one is called, within a sentence.
    pub one: (&'static str, &'static str),
    /// What is to be known before one fills it in.
    pub hint: (&'static str, &'static str),
    /// The kinds that one may be of, which have different fields; none: all are alike.
    pub kinds: &'static [Kind],
    /// Its fields, in the order of the form, of a kind by its key.
    pub fields: fn(&Known, &str) -> Vec<Field>,
    /// The field from which a new one's id is made.
    pub id_from: Option<&'static str>,
    /// What a new one needs besides, asked for once.
    pub begins: Option<Begins>,
}

/// A table of `station.toml` whose blocks are all alike.
pub(super) const fn of_station(
    code: &'static str,
    block: &'static str,
    shape: Shape,
    [name, one, hint]: [(&'static str, &'static str); 3],
    fields: fn(&Known, &str) -> Vec<Field>,
) -> Table {
    Table {
        code,
        block,
        shape,
        files: Files::Station,
        name,
        one,
        hint,
        kinds: &[],
        fields,
        id_from: None,
        begins: None,
    }
}

/// Where its blocks stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `[targets]`.
    Once,
    /// `[[window]]`.
    Row,
    /// A row of each block of another table; in braces or with headers.
    RowOf {
        /// The other's code.
        table: &'static str,
        braces: bool,
    },
}

/// Which files may have it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Files {
    Station,
    Month,
    Both,
}

/// A kind of an entry: the key that tells it, and what people call it.
pub(super) struct Kind {
    pub key: &'static str,
    pub name: (&'static str, &'static str),
}

/// What only a new block is asked.
pub(super) struct Begins {
    pub fields: fn(&Known) -> Vec<Field>,
    pub keys: fn(&Known, &Sent) -> Result<Keys, Text>,
}

/// What fields offer to choose from.
pub(super) struct Known {
    pub lang: Lang,
    /// Whether who looks at them may change the station's lists.
    pub is_admin: bool,
    pub station: Station,
    pub windows: Vec<Window>,
    /// Ids and names.
    pub columns: Vec<(String, String)>,
    pub segments: Vec<(String, String)>,
    pub recordings: Arc<Vec<String>>,
    /// The month's segments with times of their own, which keep to no broadcast: ids, and titles with those times.
    pub own_times: Vec<(String, String)>,
    /// The sound inputs of the station's PC, by name, where they are asked for.
    pub inputs: Option<Arc<Vec<String>>>,
}

impl Known {
    /// A line beside which the sound inputs are offered.
    pub fn input(&self, before: &str) -> Control {
        let names = self.inputs.iter().flat_map(|names| names.iter());
        Control::Offered(names.map(|name| format!("{before}{name}")).collect())
    }
}

/// Where an entry stands: its place in its row, and that of the block which has the row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct At {
    pub of: usize,
    pub nth: usize,
}

impl At {
    /// The last of the row that the block at `of` has.
    pub fn last(of: usize) -> At {
        At { of, nth: usize::MAX }
    }
}

/// An entry as the file has it.
pub(super) struct Entry {
    pub at: At,
    /// Its key of [`Table::kinds`]; empty where all are alike.
    pub kind: &'static str,
    pub block: Block,
    pub fields: Vec<Field>,
    /// What each of the fields has.
    pub values: Vec<String>,
}

impl Entry {
    /// By which it is known again: another place with the same words is the same entry, the same place with others is not.
    pub fn version(&self) -> String {
        saving::version(Some(&self.values.join("\u{1f}")))
    }

    /// The name of the field whose key stands at this byte of the file's text.
    pub fn field_at(&self, text: &str, at: usize) -> Option<String> {
        let key = self.block.key_at(text, at).filter(|_| self.block.range(text).contains(&at))?;
        let inner = self.block.inner(key).and_then(|inner| inner.key_at(text, at));
        let is_it = |field: &&Field| match field.within {
            Some(within) => within == key && Some(field.key) == inner,
            None => field.key == key,
        };
        self.fields.iter().find(is_it).map(Field::name)
    }
}

impl Table {
    pub fn text(pair: (&str, &str)) -> Text {
        Text::new(pair.0, pair.1)
    }

    /// The table whose blocks have it as a row.
    pub fn parent(&self) -> Option<&'static Table> {
        match self.shape {
            Shape::RowOf { table, .. } => super::table_of(table),
            Shape::Once | Shape::Row => None,
        }
    }

    /// Whether the order of its blocks means something that a person may change.
    pub fn is_ordered(&self) -> bool {
        self.block == "running_order"
    }

    /// The kind of that key; the first where there is none.
    pub fn kind(&self, key: &str) -> &'static str {
        let known = self.kinds.iter().find(|kind| kind.key == key).or(self.kinds.first());
        known.map_or("", |kind| kind.key)
    }

    /// The entries of a file, in order; of a row of blocks those of the block at `of`.
    ///
    /// # Errors
    /// The text is no TOML.
    pub fn entries(&self, text: &str, known: &Known, of: usize) -> Result<Vec<Entry>, Text> {
        let blocks = match self.parent() {
            None => editing::blocks(text, self.block)?,
            Some(parent) => {
                let blocks = editing::blocks(text, parent.block)?;
                blocks.get(of).map(|block| block.rows(self.block).to_vec()).unwrap_or_default()
            }
        };
        let entry = |(nth, block): (usize, Block)| {
            let kind = self.kinds.iter().find(|kind| block.has(kind.key)).map_or("", |kind| kind.key);
            let fields = self.own_fields(known, kind, &block);
            let values = fields.iter().map(|field| field.shown(Some(&block))).collect();
            Entry { at: At { of, nth }, kind, block, fields, values }
        };
        Ok(blocks.into_iter().enumerate().map(entry).collect())
    }

    /// Those that a form of this block may show without losing anything of it.
    fn own_fields(&self, known: &Known, kind: &str, block: &Block) -> Vec<Field> {
        (self.fields)(known, kind).into_iter().filter(|field| !field.would_lose(block)).collect()
    }

    /// The block at a place.
    pub fn target(&self, at: At) -> Target {
        match (self.shape, self.parent()) {
            (Shape::Once, _) => Target::Once(self.block),
            (_, Some(parent)) => Target::InRow(Box::new(parent.target(At { of: 0, nth: at.of })), self.block, at.nth),
            (_, None) => Target::Nth(self.block, at.nth),
        }
    }
}

/// The value that an entry is known by.
pub(super) fn title(entry: &Entry) -> Option<&str> {
    entry.values.iter().map(|value| value.lines().next().unwrap_or_default()).find(|value| !value.is_empty())
}
