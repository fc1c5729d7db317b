//! What people call the places of a running order.

use crate::problem::{Lang, Text};
use crate::programme::Class;
use crate::timetable::{Kind, Slot};

/// A slot's title with its kind before it, unless it is a segment or the title says it already.
pub(super) fn title(slot: &Slot, lang: Lang) -> String {
    let (word, called) = (slot.kind.word(lang), slot.called(lang));
    if slot.class == Class::Emergency {
        let word = Text::new("Phát khẩn cấp", "Emergency");
        return format!("{}: {called}", word.get(lang));
    }
    let said = called.to_lowercase().starts_with(&word.to_lowercase());
    if slot.kind == Kind::Segment || said { called.to_owned() } else { format!("{word}: {called}") }
}
