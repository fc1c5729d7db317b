//! The recordings one may choose from.

use std::sync::Arc;

use maud::{Markup, html};

use crate::console::refused::Refused;
use crate::console::site::Site;
use crate::library::Library;

/// So many are offered; the others can be typed.
const OFFERED: usize = 2_000;

/// The recordings below `audio/`, by name, with `/`, as they were some seconds ago at most: a page costs no walk over the
/// disk.
pub(in crate::console) async fn recordings(site: &Site) -> Result<Arc<Vec<String>>, Refused> {
    let library = Library::of(site.link.home());
    let names = move || library.list().into_iter().take(OFFERED).map(|one| one.rel).collect();
    site.offered.or(async { site.work(names).await.map(Arc::new) }).await
}

/// Offered beside a field.
pub(super) fn choices(id: &str, known: &[String]) -> Markup {
    html! { datalist id=(id) { @for name in known { option value=(name) {} } } }
}
