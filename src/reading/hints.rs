//! What to write instead of what is not known: what was probably meant, and what there is.

use super::fold::{bare, did_you_mean, nearest};
use crate::problem::Text;

/// Known keys or names listed in a hint.
const LISTED_MAX: usize = 12;

/// A hint that lists keys.
pub(super) fn known_here(known: &[&str]) -> Text {
    // A segment has forty keys: the first, those that every one needs, are hint enough.
    let list = listed(known.iter().copied());
    Text::new(format!("ở đây dùng được: {list}"), format!("known here: {list}"))
}

/// What was probably meant, if anything was, and `all` that may be written; else also how there may come to be more.
pub(super) fn among(near: Option<&str>, all: Text, cure: Option<Text>) -> Text {
    match (near.map(did_you_mean), cure) {
        (Some(near), _) => Text::new(format!("{} ({})", near.vi, all.vi), format!("{} ({})", near.en, all.en)),
        (None, Some(cure)) => Text::new(format!("{}; hoặc {}", all.vi, cure.vi), format!("{}; or {}", all.en, cure.en)),
        (None, None) => all,
    }
}

/// The same for the name `written` of something that the files hold, of which `known` are there.
pub fn among_names<'k>(written: &str, known: impl Iterator<Item = &'k str> + Clone, cure: Text) -> Text {
    let list = listed(known.clone());
    if list.is_empty() {
        return cure;
    }
    among(nearest(written, known), Text::new(format!("đang có: {list}"), format!("there are: {list}")), Some(cure))
}

/// The first of what is known, and whether there are more: `` `a`, `b`, … ``.
fn listed<'k>(known: impl IntoIterator<Item = &'k str>) -> String {
    let mut known = known.into_iter();
    let some: Vec<String> = known.by_ref().take(LISTED_MAX).map(|word| format!("`{word}`")).collect();
    some.join(", ") + if known.next().is_some() { ", …" } else { "" }
}

/// Vietnamese words for keys that operators try first.
pub(super) fn meaning(name: &str) -> Option<&'static str> {
    Some(match bare(name).as_str() {
        "thang" => "month",
        "tiet muc" => "segment",
        "tieu de" | "ten" => "title",
        "tep" | "file" | "am thanh" => "audio",
        "gio" | "luc" | "time" => "at",
        "thu" | "day" => "days",
        "ngay" | "date" => "dates",
        "tru" | "ngoai tru" => "except",
        "ma" => "id",
        "dai" => "station",
        "thiet bi" => "device",
        "gio yen tinh" => "quiet",
        _ => return None,
    })
}
