//! What of `station.toml` reaches beyond the station: a page must not be a way to run a program, to read a file of the PC or
//! to write over one.

use crate::problem::Text;

/// Where programs stand, and who is told of passwords that lie in files.
const GUARDED: [(&str, &str); 4] =
    [("amplifier", "on"), ("amplifier", "off"), ("alerts", "command"), ("alerts", "mail")];

/// Why `new` may not take the place of `old`, both texts of `station.toml`: it runs other programs, sends passwords
/// elsewhere, writes the line into another file, or nobody can tell; none if it may.
pub fn alters_programs(old: Option<&str>, new: &str) -> Option<Text> {
    let Some(wanted) = read(new) else {
        return Some(Text::new(
            "tệp `station.toml` có lỗi cú pháp nên không lưu từ trang này được; hãy sửa các lỗi đã nêu rồi lưu",
            "`station.toml` has mistakes of syntax and is not saved from this page; mend those shown, then save",
        ));
    };
    // What is broken on the disk runs nothing that could be kept.
    let known = old.and_then(read).unwrap_or_default();
    let differs = |(block, key): &(&str, &str)| value(&known, block, key) != value(&wanted, block, key);
    let line = |table| value(table, "line", "device").and_then(toml::Value::as_str).unwrap_or_default();
    let into_a_file = line(&wanted).starts_with("wav:") && line(&known) != line(&wanted);
    let (block, key) = GUARDED.into_iter().find(differs).or(into_a_file.then_some(("line", "device")))?;
    Some(Text::new(
        format!(
            "`{key}` trong [{block}] đụng đến chương trình hoặc tệp khác trên máy của đài, chỉ sửa được ngay trong tệp trên máy; hãy giữ nguyên dòng đó rồi lưu lại"
        ),
        format!(
            "`{key}` in [{block}] reaches programs or other files of the station's PC and is changed on that PC's disk alone; leave that line as it was and save again"
        ),
    ))
}

fn read(text: &str) -> Option<toml::Table> {
    text.strip_prefix('\u{feff}').unwrap_or(text).parse().ok()
}

fn value<'t>(table: &'t toml::Table, block: &str, key: &str) -> Option<&'t toml::Value> {
    table.get(block)?.get(key)
}
