//! What check makes of a month, remembered for a moment while its texts are as they were: however many look at once, it is
//! worked out once in a while. Whoever changes a month does not ask here.

use std::sync::Arc;

use tokio::sync::Mutex;

use crate::clock;
use crate::console::refused::Refused;
use crate::console::site::Site;
use crate::home::Home;
use crate::library::remembered_facts_of;
use crate::loading::{self, Checked};
use crate::problem::Text;
use crate::saving::{self, PlanFile};
use crate::schedule::Month;

/// Recordings that come or go without the page are seen after this, in ms.
const KEPT_MS: u64 = 2_000;
/// Months that somebody may look at by turns.
const MOST: usize = 6;

/// The months that were looked at last, the latest last.
#[derive(Default)]
pub(in crate::console) struct Looks(Mutex<Vec<Look>>);

struct Look {
    month: Month,
    texts: Texts,
    at_ms: u64,
    checked: Arc<Checked>,
}

/// A month's text and the version of the station's.
#[derive(Clone, PartialEq, Eq)]
struct Texts {
    month: Option<String>,
    station: String,
}

impl Texts {
    fn read(home: &Home, month: Month) -> Result<Texts, Text> {
        let station = saving::version(PlanFile::Station.read(home)?.as_deref());
        Ok(Texts { month: PlanFile::Month(month).read(home)?, station })
    }
}

/// What check says of a month that has this text, and what it comes to under the station that is in force.
pub(super) async fn check(site: &Site, month: Month, text: Option<String>) -> Result<Checked, Refused> {
    let (home, in_force) = (site.link.home().clone(), site.station_in_force().await?);
    site.work(move || {
        let mut facts = remembered_facts_of(&home);
        loading::check_month_in_force(&home, month, text.as_deref(), in_force.as_deref(), &mut facts)
    })
    .await
}

/// The text of a month and what check says of it, as it was a moment ago at most.
///
/// # Errors
/// A file cannot be read.
pub(super) async fn at(site: &Site, month: Month) -> Result<(Option<String>, Arc<Checked>), Refused> {
    let home = site.link.home().clone();
    let texts = site.work(move || Texts::read(&home, month)).await?.map_err(Refused::conflict)?;
    // Whoever comes meanwhile waits for the one who works it out.
    let mut looks = site.looks.0.lock().await;
    let now_ms = clock::awake_or_asleep_ms();
    looks.retain(|look| now_ms < look.at_ms + KEPT_MS);
    if let Some(look) = looks.iter().find(|look| look.month == month && look.texts == texts) {
        return Ok((texts.month, look.checked.clone()));
    }
    let checked = Arc::new(check(site, month, texts.month.clone()).await?);
    looks.retain(|look| look.month != month);
    if looks.len() >= MOST {
        looks.remove(0);
    }
    looks.push(Look { month, texts: texts.clone(), at_ms: now_ms, checked: checked.clone() });
    Ok((texts.month, checked))
}

impl Looks {
    /// Recordings have changed.
    pub async fn forget(&self) {
        self.0.lock().await.clear();
    }
}
