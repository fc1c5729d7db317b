//! The recordings one may choose from.

use std::sync::Arc;

use maud::{Markup, html};
use tokio::sync::Mutex;

use crate::clock;
use crate::console::refused::Refused;
use crate::console::site::Site;
use crate::library::Library;

/// So many are offered; the others can be typed.
const OFFERED: usize = 2_000;
/// They are looked for again after this, in ms.
const KEPT_MS: u64 = 5_000;

/// The recordings below `audio/`, by name, with `/`, as they were some seconds ago at most: a page costs no walk over the
/// disk.
#[derive(Default)]
pub(in crate::console) struct Offered(Mutex<Option<(u64, Arc<Vec<String>>)>>);

impl Offered {
    /// They are others now.
    pub async fn forget(&self) {
        *self.0.lock().await = None;
    }
}

pub(in crate::console) async fn recordings(site: &Site) -> Result<Arc<Vec<String>>, Refused> {
    let mut kept = site.offered.0.lock().await;
    let now_ms = clock::awake_or_asleep_ms();
    if let Some((_, known)) = kept.as_ref().filter(|(at_ms, _)| now_ms < at_ms + KEPT_MS) {
        return Ok(known.clone());
    }
    let library = Library::of(site.link.home());
    let found = site.work(move || library.list().into_iter().take(OFFERED).map(|one| one.rel).collect::<Vec<_>>());
    let found = Arc::new(found.await?);
    *kept = Some((now_ms, found.clone()));
    Ok(found)
}

/// Offered beside a field.
pub(super) fn choices(id: &str, known: &[String]) -> Markup {
    html! { datalist id=(id) { @for name in known { option value=(name) {} } } }
}
