//! The recordings one may choose from.

use maud::{Markup, html};

use crate::console::refused::Refused;
use crate::console::site::Site;
use crate::library::Library;

/// So many are offered; the others can be typed.
const OFFERED: usize = 2_000;

/// The recordings below `audio/`, by name, with `/`.
pub(super) async fn recordings(site: &Site) -> Result<Vec<String>, Refused> {
    let library = Library::of(site.link.home());
    site.work(move || library.list().into_iter().take(OFFERED).map(|one| one.rel).collect()).await
}

/// Offered beside a field.
pub(super) fn choices(id: &str, known: &[String]) -> Markup {
    html! { datalist id=(id) { @for name in known { option value=(name) {} } } }
}
