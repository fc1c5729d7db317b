//! What the files' full form has and the running station does not do yet. Each is a known key that is refused as "chưa hỗ
//! trợ", never read and then ignored: whatever `check` accepts airs. A refusal is lifted by taking its line out of here
//! and reading the key where its table is read.

/// The places of keys, and what of them is refused there: nothing at present. A place is a table's name; the top of a file
/// is "".
const LATER: &[(&str, &[&str])] = &[];

/// What is refused in the table that `place` names.
pub fn later(place: &str) -> &'static [&'static str] {
    LATER.iter().find(|(name, _)| *name == place).map_or(&[], |(_, keys)| keys)
}
