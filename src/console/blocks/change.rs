//! What a form of a table asks for, as operations on the file's text: made on the block that it was opened on, wherever that
//! stands by now, and never over what somebody else changed in it.

use super::renaming::followers;
use super::table::{At, Entry, Known, Shape, Table, title};
use super::{broadcasts, cchc};
use crate::console::form::{self, Field, Held, Sent};
use crate::editing::{self, Block, Keys, Operation, Place, Target, Value};
use crate::problem::Text;
use crate::reading::fold::slug;
use crate::saving;

/// What somebody asks for.
pub(super) struct Change {
    pub operations: Vec<Operation>,
    /// What it does.
    pub what: Text,
    /// The block that it is about; the last of its row for a new one.
    pub at: At,
}

impl Table {
    /// What the form asks for.
    ///
    /// # Errors
    /// What it was opened on has been changed since, or is gone; or it lacks something.
    pub fn change(&self, text: &str, known: &Known, sent: &Sent) -> Result<Change, Text> {
        if sent.get("viec") == Some("chep") {
            return self.as_the_months(known, sent.get("ma").unwrap_or_default());
        }
        if sent.get("viec") == Some("danh-muc") {
            return self.usual_list(text);
        }
        let of = self.parent_of(text, known, sent)?;
        let entries = self.entries(text, known, of)?;
        let entry = match (self.shape, sent.get("thay")) {
            (Shape::Once, version) => self.only(entries.into_iter().next(), known, (sent, version))?,
            (_, Some(version)) => Some(found(entries, sent, version)?),
            (_, None) => None,
        };
        match (sent.get("viec"), entry) {
            (Some("bo"), Some(entry)) if self.shape != Shape::Once => self.removal(text, known, &entry),
            (Some("len"), Some(entry)) => self.up(text, &entry),
            (_, Some(entry)) => self.changed(text, &entry, sent),
            (_, None) => self.added(text, known, of, sent),
        }
    }

    /// The list that is offered where there is none.
    fn usual_list(&self, text: &str) -> Result<Change, Text> {
        if self.block != "topic" || !editing::blocks(text, self.block)?.is_empty() {
            return Err(changed_meanwhile());
        }
        let what = Text::new("lấy danh mục chủ đề CCHC thường dùng", "took the usual list of reform topics");
        Ok(Change { operations: cchc::topics(), what, at: At::last(0) })
    }

    /// The station's block as the month's own.
    fn as_the_months(&self, known: &Known, id: &str) -> Result<Change, Text> {
        let (keys, name) = broadcasts::as_the_months(known, self.block, id).ok_or_else(changed_meanwhile)?;
        let what = Text::new(
            format!("đổi riêng {} “{name}” cho tháng này", self.one.0),
            format!("{} “{name}” as this month's own", self.one.1),
        );
        Ok(Change { operations: vec![Operation::Add { row: self.block, keys }], what, at: At::last(0) })
    }

    /// The place of the block whose row it is.
    fn parent_of(&self, text: &str, known: &Known, sent: &Sent) -> Result<usize, Text> {
        let Some(parent) = self.parent() else { return Ok(0) };
        if parent.shape == Shape::Once {
            return Ok(0);
        }
        let wanted = number(sent, "trong");
        let all = parent.entries(text, known, 0)?;
        let best = |which: &dyn Fn(&Entry) -> bool| {
            let found = all.iter().filter(|entry| which(entry)).min_by_key(|entry| entry.at.nth != wanted);
            found.map(|entry| entry.at.nth)
        };
        // Where somebody changed that block itself, what it has in its row tells which it is.
        let has_it = |parent: &Entry| {
            let rows = self.entries(text, known, parent.at.nth).unwrap_or_default();
            rows.iter().any(|row| Some(row.version().as_str()) == sent.get("thay"))
        };
        let same = best(&|entry| Some(entry.version().as_str()) == sent.get("cha"));
        same.or_else(|| best(&has_it)).ok_or_else(changed_meanwhile)
    }

    /// The entry that a form was opened on and somebody has changed since, as it is by now; none where it is not certain which
    /// that is.
    pub fn known_again(entries: Vec<Entry>, held: &Held) -> Option<Entry> {
        let mut alike = entries.into_iter().filter(|entry| is_of(entry, held));
        alike.next().filter(|_| alike.next().is_none())
    }

    /// The one block, whether or not it is there yet. Somebody else's change of other fields than were filled in is none of
    /// this form.
    fn only(
        &self,
        entry: Option<Entry>,
        known: &Known,
        (sent, version): (&Sent, Option<&str>),
    ) -> Result<Option<Entry>, Text> {
        let there = match &entry {
            Some(entry) => entry.version(),
            None => self.empty_version(known),
        };
        let held = Held::read(sent.get(Held::NAME));
        let all_apart = match &entry {
            Some(entry) => is_apart(entry, sent, &held),
            None => (self.fields)(known, "").iter().all(|field| of_others(field, "", sent, &held)),
        };
        if version == Some(there.as_str()) || (sent.has(Held::NAME) && all_apart) {
            Ok(entry)
        } else {
            Err(form::changed_meanwhile())
        }
    }

    /// The version of the one block while it is not there.
    pub fn empty_version(&self, known: &Known) -> String {
        let none: Vec<String> = (self.fields)(known, "").iter().map(|_| String::new()).collect();
        saving::version(Some(&none.join("\u{1f}")))
    }

    fn added(&self, text: &str, known: &Known, of: usize, sent: &Sent) -> Result<Change, Text> {
        let kind = self.kind(sent.get("loai").unwrap_or_default());
        let fields = (self.fields)(known, kind);
        complete(&fields, sent)?;
        if self.shape == Shape::Once {
            let operations = differing(&self.target(At::default()), None, &touched(fields, sent), sent);
            return Ok(Change { operations, what: self.what(("sửa", "changed"), None), at: At::default() });
        }
        let mut keys = Keys::new();
        if let Some(from) = self.id_from.filter(|_| sent.get("id").is_none()) {
            let wanted = slug(sent.get(from).unwrap_or_default()).unwrap_or_else(|| self.code.to_owned());
            keys.push(("id".to_owned(), Value::text(editing::free_id(text, self.block, &wanted)?)));
        }
        keys.extend(keys_of(&fields, sent));
        keys.sort_by_key(|(key, _)| key != "id");
        if let Some(begins) = &self.begins {
            complete(&(begins.fields)(known), sent)?;
            keys.extend((begins.keys)(known, sent)?);
        }
        let title = called(&fields, sent);
        let operation = match (self.shape, self.parent()) {
            (_, Some(parent)) if self.is_ordered() => {
                let mut places: Vec<Place> = (0..self.entries(text, known, of)?.len()).map(Place::Kept).collect();
                places.push(Place::New(keys));
                Operation::Order { of: parent.target(At { of: 0, nth: of }), places }
            }
            (Shape::RowOf { braces, .. }, Some(parent)) => {
                Operation::AddWithin { of: parent.target(At { of: 0, nth: of }), row: self.block, keys, braces }
            }
            _ => Operation::Add { row: self.block, keys },
        };
        Ok(Change {
            operations: vec![operation],
            what: self.what(("thêm", "added"), title.as_deref()),
            at: At::last(of),
        })
    }

    fn changed(&self, text: &str, entry: &Entry, sent: &Sent) -> Result<Change, Text> {
        complete(&entry.fields, sent)?;
        let fields = touched(entry.fields.clone(), sent);
        let mut operations = differing(&self.target(entry.at), Some(&entry.block), &fields, sent);
        let old = entry.block.texts("id").first().copied();
        if let (Some(old), Some(new)) = (old, sent.get("id"))
            && old != new
            && self.shape == Shape::Row
        {
            operations.extend(followers(text, self.block, old, new)?);
        }
        let title = called(&entry.fields, sent).filter(|_| self.shape != Shape::Once);
        Ok(Change { operations, what: self.what(("sửa", "changed"), title.as_deref()), at: entry.at })
    }

    fn removal(&self, text: &str, known: &Known, entry: &Entry) -> Result<Change, Text> {
        let operation = if self.is_ordered() {
            self.reordered(text, entry.at, |places| drop(places.remove(entry.at.nth)))?
        } else {
            Operation::Remove { of: self.target(entry.at) }
        };
        let mut what = self.what(("bỏ", "took out"), title(entry));
        // What a day off had off airs again with it.
        let off = entry.block.inner("segments").filter(|_| self.block == "exception");
        let off: Vec<&str> = off.into_iter().flat_map(Block::names).collect();
        let again = known.segments.iter().filter(|(id, _)| off.contains(&id.as_str()));
        let again: Vec<String> = again.map(|(_, title)| format!("“{title}”")).collect();
        if !again.is_empty() {
            let again = again.join(", ");
            what.vi += &format!(", phát lại {again}");
            what.en += &format!(", {again} on the air again");
        }
        Ok(Change { operations: vec![operation], what, at: entry.at })
    }

    fn up(&self, text: &str, entry: &Entry) -> Result<Change, Text> {
        let nth = entry.at.nth;
        let Some(before) = nth.checked_sub(1).filter(|_| self.is_ordered()) else { return Err(changed_meanwhile()) };
        let operation = self.reordered(text, entry.at, |places| places.swap(before, nth))?;
        Ok(Change {
            operations: vec![operation],
            what: self.what(("đưa lên trước", "moved up"), title(entry)),
            at: entry.at,
        })
    }

    /// The row in another order.
    fn reordered(&self, text: &str, at: At, change: impl FnOnce(&mut Vec<Place>)) -> Result<Operation, Text> {
        let parent = self.parent().ok_or_else(changed_meanwhile)?;
        let blocks = editing::blocks(text, parent.block)?;
        let count = blocks.get(at.of).map_or(0, |block| block.rows(self.block).len());
        let mut places: Vec<Place> = (0..count).map(Place::Kept).collect();
        change(&mut places);
        Ok(Operation::Order { of: parent.target(At { of: 0, nth: at.of }), places })
    }

    fn what(&self, (vi, en): (&str, &str), title: Option<&str>) -> Text {
        let title = title.map(|title| format!(" “{title}”")).unwrap_or_default();
        Text::new(format!("{vi} {}{title}", self.one.0), format!("{en} {}{title}", self.one.1))
    }
}

fn called(fields: &[Field], sent: &Sent) -> Option<String> {
    let filled = fields.iter().map(|field| field.filled(sent)).find(|value| !value.is_empty())?;
    filled.lines().next().map(str::to_owned)
}

pub(super) fn number(sent: &Sent, name: &str) -> usize {
    sent.get(name).and_then(|number| number.parse().ok()).unwrap_or_default()
}

/// The entry that has this version, best the one in the same place; else the one that somebody has changed since in other
/// fields than were filled in.
fn found(mut entries: Vec<Entry>, sent: &Sent, version: &str) -> Result<Entry, Text> {
    let wanted = number(sent, "dong");
    let same = entries.iter().enumerate().filter(|(_, entry)| entry.version() == version);
    if let Some(at) = same.min_by_key(|(_, entry)| entry.at.nth != wanted).map(|(at, _)| at) {
        return Ok(entries.swap_remove(at));
    }
    let held = Held::read(sent.get(Held::NAME));
    match Table::known_again(entries, &held).filter(|_| sent.get("viec").is_none()) {
        Some(entry) if is_apart(&entry, sent, &held) => Ok(entry),
        Some(_) => Err(form::changed_meanwhile()),
        None => Err(changed_meanwhile()),
    }
}

/// Whether what the form says of a field and what is saved of it do not stand in each other's way.
fn of_others(field: &Field, saved: &str, sent: &Sent, held: &Held) -> bool {
    !sent.has(&field.name()) || !held.clashes(&field.name(), &field.filled(sent), saved)
}

/// The same of all fields of an entry.
fn is_apart(entry: &Entry, sent: &Sent, held: &Held) -> bool {
    entry.fields.iter().zip(&entry.values).all(|(field, saved)| of_others(field, saved, sent, held))
}

/// Whether an entry is the one that a form held: by its id or, of what has none, by its first field, which names it.
fn is_of(entry: &Entry, held: &Held) -> bool {
    let mut fields = entry.fields.iter().zip(&entry.values);
    let named = fields.clone().find(|(field, _)| field.key == "id").or_else(|| fields.next());
    named.is_some_and(|(field, value)| !value.is_empty() && held.get(&field.name()) == Some(value))
}

fn changed_meanwhile() -> Text {
    Text::new(
        "chưa lưu: mục này vừa có người khác sửa hoặc bỏ, chưa có gì bị ghi đè; những gì bạn điền còn ở đây, hãy quay lại danh sách để xem bản mới",
        "not saved: somebody has just changed this or taken it out, and nothing was overwritten; what you filled in is still here, go back to the list for the new version",
    )
}

/// Those that hold something else than when the form was made.
fn touched(mut fields: Vec<Field>, sent: &Sent) -> Vec<Field> {
    let held = Held::read(sent.get(Held::NAME));
    fields.retain(|field| !held.has(&field.name(), &field.filled(sent)));
    fields
}

/// # Errors
/// A field that must be filled in is not: says which.
fn complete(fields: &[Field], sent: &Sent) -> Result<(), Text> {
    fields.iter().filter(|field| field.needed).try_for_each(|field| sent.need(&field.name(), &field.label).map(drop))
}

/// The keys of a new block: what was filled in.
pub(in crate::console) fn keys_of(fields: &[Field], sent: &Sent) -> Keys {
    let mut keys = Keys::new();
    for field in fields {
        let Some(value) = field.value(&field.filled(sent)) else { continue };
        let Some(within) = field.within else {
            keys.push((field.key.to_owned(), value));
            continue;
        };
        let pair = (field.key.to_owned(), value);
        match keys.iter_mut().find(|(key, _)| key == within) {
            Some((_, Value::Table(inner))) => inner.push(pair),
            _ => keys.push((within.to_owned(), Value::Table(vec![pair]))),
        }
    }
    keys
}

/// Gives a block what was filled in. Only what is another than the form showed is named; a field that was not sent is none
/// of it.
pub(in crate::console) fn differing(
    of: &Target,
    block: Option<&Block>,
    fields: &[Field],
    sent: &Sent,
) -> Vec<Operation> {
    let changed = fields.iter().filter(|field| sent.has(&field.name()));
    let changed =
        changed.map(|field| (field, field.filled(sent))).filter(|(field, filled)| *filled != field.shown(block));
    let mut operations: Vec<Operation> = Vec::new();
    for (field, filled) in changed {
        let target = field.within.map_or_else(|| of.clone(), |within| Target::Within(Box::new(of.clone()), within));
        let pair = (field.key, field.value(&filled));
        match operations.iter_mut().find(|known| matches!(known, Operation::Change { of, .. } if *of == target)) {
            Some(Operation::Change { keys, .. }) => keys.push(pair),
            _ => operations.push(Operation::Change { of: target, keys: vec![pair] }),
        }
    }
    for operation in &mut operations {
        // What comes stands before what goes, so that braces are not emptied on the way.
        if let Operation::Change { keys, .. } = operation {
            keys.sort_by_key(|(_, value)| value.is_none());
        }
    }
    operations
}
