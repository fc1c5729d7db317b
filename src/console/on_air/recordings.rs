//! The recordings one may choose from.

use std::path::Path;
use std::sync::Arc;

use maud::{Markup, html};
use tokio::sync::Mutex;

use crate::clock;
use crate::console::refused::Refused;
use crate::console::site::Site;

/// So many are offered; the others can be typed.
const OFFERED: usize = 2_000;
/// Folders below `audio/` are looked into so deep.
const DEEPEST: usize = 8;
/// They are looked for again after this, in ms.
const KEPT_MS: u64 = 5_000;

/// The files below `audio/`, by name, with `/`, as they were some seconds ago at most: a page costs no walk over the disk.
#[derive(Default)]
pub(in crate::console) struct Offered(Mutex<Option<(u64, Arc<Vec<String>>)>>);

pub(super) async fn recordings(site: &Site) -> Result<Arc<Vec<String>>, Refused> {
    let mut kept = site.offered.0.lock().await;
    let now_ms = clock::awake_or_asleep_ms();
    if let Some((_, known)) = kept.as_ref().filter(|(at_ms, _)| now_ms < at_ms + KEPT_MS) {
        return Ok(known.clone());
    }
    let audio = site.link.home().audio();
    let found = site.work(move || {
        let mut found = Vec::new();
        gather(&audio, "", DEEPEST, &mut found);
        found.sort();
        Arc::new(found)
    });
    let found = found.await?;
    *kept = Some((now_ms, found.clone()));
    Ok(found)
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
