//! What of `station.toml` no page may change, held against the station as it runs. Where the file on the disk is broken, so that
//! nobody can tell what it says of that, its last good text counts, which is of record: whoever mends the file from the page may
//! keep what the station runs, and change nothing of it.

use crate::home::Home;
use crate::ledger::last_good_station_text;
use crate::problem::Text;
use crate::saving;

/// Why `new` may not take the place of `old`, the text on the disk; none if it may.
pub(super) fn alters_programs(home: &Home, old: Option<&str>, new: &str) -> Option<Text> {
    if old.is_none_or(saving::is_readable) {
        return saving::alters_programs(old, new);
    }
    let last_good = last_good_station_text(home);
    let why = saving::alters_programs(last_good.as_deref(), new)?;
    if last_good.is_some() || !saving::is_readable(new) {
        return Some(why);
    }
    Some(Text::new(
        "tệp `station.toml` trên máy của đài đang hỏng và chưa có bản tốt nào, nên không biết các chương trình và phần [console] trước đó là gì; hãy sửa ngay trong tệp trên máy, hoặc bỏ các dòng đó rồi lưu lại",
        "`station.toml` on the station's PC is broken and was never good, so nobody can tell which programs it ran and what its [console] was; mend it on that PC's disk, or leave those lines out and save again",
    ))
}
