//! `[emergency]`: how an emergency sounds.

use crate::problem::Place;
use crate::reading::Reader;
use crate::reading::tree::{Table, find};

/// The recording that is heard before an emergency, in place of Loa's own tone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tone {
    /// Below `audio/`.
    pub file: String,
    /// Where it is written.
    pub place: Place,
}

pub(super) fn read(reader: &mut Reader<'_>, table: &Table) -> Option<Tone> {
    reader.keys(table, &["tone"]);
    let (_, node) = find(table, "tone")?;
    let file = reader.path("tone", node)?;
    Some(Tone { file, place: reader.place(node.span) })
}
