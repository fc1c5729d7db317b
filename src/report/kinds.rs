//! What people call the places of a running order.

use crate::problem::Lang;
use crate::timetable::{Kind, Slot};

/// The kind in one word or two.
pub(super) fn word(kind: Kind, lang: Lang) -> &'static str {
    match (kind, lang) {
        (Kind::Segment, Lang::Vi) => "Tiết mục",
        (Kind::Segment, Lang::En) => "Segment",
        (Kind::Column, Lang::Vi) => "Chuyên mục",
        (Kind::Column, Lang::En) => "Column",
        (Kind::Ident, Lang::Vi) => "Nhạc hiệu",
        (Kind::Ident, Lang::En) => "Ident",
        (Kind::Sting, Lang::Vi) => "Nhạc cắt",
        (Kind::Sting, Lang::En) => "Sting",
        (Kind::Music, Lang::Vi) => "Âm nhạc",
        (Kind::Music, Lang::En) => "Music",
        (Kind::Filler, Lang::Vi) => "Nhạc đệm",
        (Kind::Filler, Lang::En) => "Filler",
        (Kind::SignOff, Lang::Vi) => "Lời chào kết thúc",
        (Kind::SignOff, Lang::En) => "Sign-off",
    }
}

/// A slot's title with its kind before it, unless it is a segment or the title says it already.
pub(super) fn title(slot: &Slot, lang: Lang) -> String {
    let word = word(slot.kind, lang);
    let said = slot.title.to_lowercase().starts_with(&word.to_lowercase());
    if slot.kind == Kind::Segment || said { slot.title.clone() } else { format!("{word}: {}", slot.title) }
}
