//! Which programs `station.toml` runs: a page must not be a way to run any.

use crate::problem::Text;

/// Where programs stand.
const PROGRAMS: [(&str, &str); 3] = [("amplifier", "on"), ("amplifier", "off"), ("alerts", "command")];

/// Why `new` may not take the place of `old`, both texts of `station.toml`: it runs other programs, or nobody can tell;
/// none if it may.
pub fn alters_programs(old: Option<&str>, new: &str) -> Option<Text> {
    let programs = |text: &str| {
        let table: toml::Table = text.strip_prefix('\u{feff}').unwrap_or(text).parse().ok()?;
        Some(PROGRAMS.map(|(block, key)| table.get(block).and_then(|block| block.get(key)).cloned()))
    };
    let Some(wanted) = programs(new) else {
        return Some(Text::new(
            "tệp `station.toml` có lỗi cú pháp nên không lưu từ trang này được; hãy sửa các lỗi đã nêu rồi lưu",
            "`station.toml` has mistakes of syntax and is not saved from this page; mend those shown, then save",
        ));
    };
    // What is broken on the disk runs nothing that could be kept.
    let known = old.map_or_else(|| Some(Default::default()), programs).unwrap_or_default();
    let (block, key) =
        PROGRAMS.into_iter().zip(known).zip(wanted).find(|((_, old), new)| old != new).map(|((at, _), _)| at)?;
    Some(Text::new(
        format!(
            "`{key}` trong [{block}] là lệnh chạy chương trình trên máy của đài, chỉ sửa được ngay trong tệp trên máy; hãy giữ nguyên dòng đó rồi lưu lại"
        ),
        format!(
            "`{key}` in [{block}] runs a program on the station's PC and is changed on that PC's disk alone; leave that line as it was and save again"
        ),
    ))
}
