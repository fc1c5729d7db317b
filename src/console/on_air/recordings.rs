//! The recordings one may choose from.

use std::path::Path;

use maud::{Markup, html};

use crate::console::refused::Refused;
use crate::console::site::Site;

/// So many are offered; the others can be typed.
const OFFERED: usize = 2_000;
/// Folders below `audio/` are looked into so deep.
const DEEPEST: usize = 8;

/// The files below `audio/`, by name, with `/`.
pub(super) async fn recordings(site: &Site) -> Result<Vec<String>, Refused> {
    let audio = site.link.home().audio();
    site.work(move || {
        let mut found = Vec::new();
        gather(&audio, "", DEEPEST, &mut found);
        found.sort();
        found
    })
    .await
}

fn gather(folder: &Path, above: &str, deep: usize, found: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let known = entry.file_type();
        if found.len() >= OFFERED || name.starts_with('.') {
            continue;
        }
        match known {
            Ok(kind) if kind.is_dir() && deep > 0 => gather(&entry.path(), &format!("{above}{name}/"), deep - 1, found),
            Ok(kind) if kind.is_file() => found.push(format!("{above}{name}")),
            _ => {}
        }
    }
}

/// Offered beside a field.
pub(super) fn choices(id: &str, known: &[String]) -> Markup {
    html! { datalist id=(id) { @for name in known { option value=(name) {} } } }
}
