//! Recordings that came by another way than the page, as those copied into the folder: measured one after another once somebody
//! looks, so that nothing stays unmeasured until it is opened.

use std::sync::atomic::Ordering;

use super::upload::TURNS;
use crate::console::site::Site;
use crate::library::Library;

/// Measures `rels` after the answer, unless that is under way. Each waits for its turn among those that are being taken in.
pub(super) fn measure_later(site: &Site, rels: Vec<String>) {
    if rels.is_empty() || site.measuring.swap(true, Ordering::AcqRel) {
        return;
    }
    let site = site.clone();
    tokio::spawn(async move {
        for rel in rels {
            let Ok(_turn) = TURNS.acquire().await else { break };
            let library = Library::of(site.link.home());
            let measured = move || library.catalogue().facts(library.audio(), &[rel]).len();
            // What breaks on one is told where that one is opened; the others are measured all the same.
            let _ = site.work(measured).await;
        }
        site.measuring.store(false, Ordering::Release);
    });
}
