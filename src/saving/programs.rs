//! What of `station.toml` reaches beyond the station: a page must not be a way to run a program, to read a file of the PC or
//! to write over one, nor to shut itself for good.

use crate::problem::Text;

/// Where programs stand, and who is told of passwords that lie in files.
const GUARDED: [(&str, &str); 4] =
    [("amplifier", "on"), ("amplifier", "off"), ("alerts", "command"), ("alerts", "mail")];
/// To whom mail goes is told no password: whoever is on duty changes with the months.
const OPEN: (&str, &str) = ("mail", "to");

/// Where and how the page itself is asked for: a slip there and nobody could take it back from the page. A certificate and
/// its key may be any file of the PC.
const THE_PAGE: [(&str, &str); 5] = [
    ("console", "listen"),
    ("console", "tls"),
    ("console", "certificate"),
    ("console", "key"),
    ("console", "insecure"),
];

/// Why `new` may not take the place of `old`, both texts of `station.toml`: it runs other programs, sends passwords
/// elsewhere, writes the line into another file, has the page asked for elsewhere, or nobody can tell; none if it may.
pub fn alters_programs(old: Option<&str>, new: &str) -> Option<Text> {
    let Some(wanted) = read(new) else {
        return Some(Text::new(
            "tệp `station.toml` có lỗi cú pháp nên không lưu từ trang này được; hãy sửa các lỗi đã nêu rồi lưu",
            "`station.toml` has mistakes of syntax and is not saved from this page; mend those shown, then save",
        ));
    };
    // What is broken on the disk runs nothing that could be kept.
    let known = old.and_then(read).unwrap_or_default();
    let differs = |(block, key): &(&str, &str)| guarded(&known, block, key) != guarded(&wanted, block, key);
    let line = |table| value(table, "line", "device").and_then(toml::Value::as_str).unwrap_or_default();
    let into_a_file = line(&wanted).starts_with("wav:") && line(&known) != line(&wanted);
    if let Some((block, key)) = THE_PAGE.into_iter().find(differs) {
        return Some(Text::new(
            format!(
                "`{key}` trong [{block}] định địa chỉ và cách mở chính trang này: ghi sai thì không ai vào được trang nữa, nên chỉ sửa được ngay trong tệp trên máy của đài; hãy giữ nguyên dòng đó rồi lưu lại"
            ),
            format!(
                "`{key}` in [{block}] says where and how this very page is asked for: a slip would keep everybody out of it, so it is changed on the disk of the station's PC alone; leave that line as it was and save again"
            ),
        ));
    }
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

/// Whether a text of `station.toml` can be told apart into blocks and keys at all.
pub fn is_readable(text: &str) -> bool {
    read(text).is_some()
}

fn read(text: &str) -> Option<toml::Table> {
    text.strip_prefix('\u{feff}').unwrap_or(text).parse().ok()
}

/// The value without what of it may be changed.
fn guarded(table: &toml::Table, block: &str, key: &str) -> Option<toml::Value> {
    let mut value = value(table, block, key)?.clone();
    if let Some(inner) = value.as_table_mut().filter(|_| key == OPEN.0) {
        inner.remove(OPEN.1);
    }
    Some(value)
}

fn value<'t>(table: &'t toml::Table, block: &str, key: &str) -> Option<&'t toml::Value> {
    table.get(block)?.get(key)
}
