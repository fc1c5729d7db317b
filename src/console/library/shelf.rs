//! What the pages show of the recordings, gathered.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use jiff::Timestamp;
use maud::{Markup, html};
use tokio::sync::Mutex;

use super::either;
use crate::clock;
use crate::console::refused::Refused;
use crate::console::site::Site;
use crate::home::Home;
use crate::ledger::Reader;
use crate::library::{Approved, As, Library, Recording, Use, remembered_facts_of, same_name, uses};
use crate::loading::{self, Loaded, MonthFile};
use crate::problem::{Lang, Problem, Text};
use crate::schedule::Month;
use crate::schedule::audio_facts::{AudioFacts, AudioFault};
use crate::station::Station;
use crate::timetable;

/// Months that a recording's use is looked for in: this one and the next ones that have a plan.
const MONTHS: usize = 3;

/// Recordings that come or go without the page are seen after this, in ms.
const KEPT_MS: u64 = 2_000;

/// The recordings and what is known of them without opening one.
pub(super) struct Shelf {
    pub recordings: Vec<Shelved>,
    pub folders: Vec<String>,
    pub this_month: Month,
}

/// One of them.
pub(super) struct Shelved {
    pub file: Recording,
    /// None: it was never measured, or has changed since.
    pub known: Option<Result<AudioFacts, AudioFault>>,
    pub uses: Vec<Use>,
    /// What a listener would notice.
    pub problems: Vec<Problem>,
}

/// Where the recording `rel` is used, and the station.
pub(super) fn uses_of(home: &Home, in_force: Option<&str>, rel: &str, now: Timestamp) -> (Station, Vec<Use>) {
    // What a folder holds is known by all that lies there.
    let rels: Vec<String> = Library::of(home).list().into_iter().map(|file| file.rel).collect();
    let facts = remembered_facts_of(home)(&rels);
    let ahead = ahead(home, in_force, now);
    let mut uses = uses(&ahead.months, &facts, now);
    (ahead.station, uses.remove(&same_name(rel)).unwrap_or_default())
}

/// The months in force and the next ones, as the disk has them; by the station that is in force where the disk's says nothing,
/// and by a month's last good version, which airs, where its file is refused or gone.
fn ahead(home: &Home, in_force: Option<&str>, now: Timestamp) -> Ahead {
    let lies = loading::load_station_or(home, in_force);
    let station = lies.station.clone().unwrap_or_default();
    let this_month = Month::of(station.zone.to_datetime(now).date());
    let files: BTreeSet<Month> = loading::months(home).unwrap_or_default().into_iter().collect();
    let reader = Reader::open(&home.ledger_file()).ok();
    let mut facts_of = remembered_facts_of(home);
    let mut planned = |month: Month| {
        let lies =
            files.contains(&month).then(|| loading::load_with(&lies, &MonthFile::of(home, month), &mut facts_of));
        if lies.as_ref().is_some_and(|lies| lies.schedule.is_some()) {
            return lies;
        }
        let kept = reader.as_ref().and_then(|reader| reader.last_revision(month, now).ok()?);
        let kept =
            kept.map(|kept| loading::load_texts(month, Some(kept.station_text), kept.schedule_text, &mut facts_of));
        kept.or(lies)
    };
    // Those that come into force next may be known though nothing lies there.
    let next = [this_month, this_month.next()].into_iter();
    let ahead: BTreeSet<Month> = files.iter().copied().filter(|month| *month >= this_month).chain(next).collect();
    let months = ahead.into_iter().filter_map(&mut planned).take(MONTHS).collect();
    Ahead { station, this_month, months }
}

/// A file with its size and when it was changed last; no more than its name where it cannot be had.
type Stamp = (PathBuf, Option<(u64, Option<SystemTime>)>);

/// The months in force and the next ones.
struct Ahead {
    station: Station,
    this_month: Month,
    months: Vec<Loaded>,
}

/// A look at them.
struct Look {
    at_ms: u64,
    stamps: Vec<Stamp>,
    ahead: Arc<Ahead>,
}

/// Those months as somebody saw them a moment ago: however many look at once, they are planned once in a while.
#[derive(Default)]
pub(in crate::console) struct Seen(Mutex<Option<Look>>);

impl Seen {
    async fn ahead(&self, site: &Site) -> Result<Arc<Ahead>, Refused> {
        let home = site.link.home().clone();
        let stamps = site.work(move || stamps(&home)).await?;
        // Whoever comes meanwhile waits for the one who looks.
        let mut seen = self.0.lock().await;
        let now_ms = clock::awake_or_asleep_ms();
        if let Some(look) = seen.as_ref().filter(|look| now_ms < look.at_ms + KEPT_MS && look.stamps == stamps) {
            return Ok(look.ahead.clone());
        }
        let (home, in_force) = (site.link.home().clone(), site.station_in_force().await?);
        let fresh = Arc::new(site.work(move || ahead(&home, in_force.as_deref(), clock::now())).await?);
        *seen = Some(Look { at_ms: now_ms, stamps, ahead: fresh.clone() });
        Ok(fresh)
    }

    /// A recording has come or gone.
    pub async fn forget(&self) {
        *self.0.lock().await = None;
    }
}

/// Which files the plan has, and as of when.
fn stamps(home: &Home) -> Vec<Stamp> {
    let months = loading::months(home).unwrap_or_default().into_iter().map(|month| home.month_file(month));
    let stamp = |file: PathBuf| {
        let known = std::fs::metadata(&file).ok();
        let stamp = known.map(|known| (known.len(), known.modified().ok()));
        (file, stamp)
    };
    std::iter::once(home.station_file()).chain(months).map(stamp).collect()
}

/// All recordings.
///
/// # Errors
/// The page is being exchanged.
pub(super) async fn shelf(site: &Site) -> Result<Shelf, Refused> {
    let (home, ahead) = (site.link.home().clone(), site.ahead.ahead(site).await?);
    site.work(move || shelved(&home, &ahead, clock::now())).await
}

fn shelved(home: &Home, ahead: &Ahead, now: Timestamp) -> Shelf {
    let library = Library::of(home);
    let listed = library.list();
    let rels: Vec<String> = listed.iter().map(|file| file.rel.clone()).collect();
    let mut facts = library.catalogue().remembered(library.audio(), &rels);
    let mut used = uses(&ahead.months, &facts, now);
    let folders = Library::folders(&listed);
    let recordings = listed.into_iter().map(|file| {
        let known = facts.remove(&file.rel);
        let uses = used.remove(&same_name(&file.rel)).unwrap_or_default();
        let problems = match &known {
            Some(Ok(facts)) => timetable::of_recording(&file.rel, facts, &ahead.station.line),
            _ => Vec::new(),
        };
        Shelved { file, known, uses, problems }
    });
    let recordings = recordings.collect();
    Shelf { recordings, folders, this_month: ahead.this_month }
}

/// How it stands with the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Good,
    Remarks(usize),
    Unfit,
    Unmeasured,
}

impl Shelved {
    pub fn facts(&self) -> Option<&AudioFacts> {
        self.known.as_ref()?.as_ref().ok()
    }

    pub fn standing(&self) -> Standing {
        match &self.known {
            None => Standing::Unmeasured,
            Some(Err(_)) => Standing::Unfit,
            Some(Ok(_)) if self.problems.is_empty() => Standing::Good,
            Some(Ok(_)) => Standing::Remarks(self.problems.len()),
        }
    }

    /// Of its segments the one that somebody must see to first.
    pub fn approved(&self) -> Option<&Approved> {
        let rank = |approved: &&Approved| match approved {
            Approved::Changed(_) => 0,
            Approved::No => 1,
            Approved::Unpinned(_) => 2,
            Approved::Pinned(_) => 3,
        };
        let of_segments = self.uses.iter().filter_map(|one| match &one.used_as {
            As::Segment { approved, .. } => Some(approved),
            _ => None,
        });
        of_segments.min_by_key(rank)
    }
}

/// The standing as a badge.
pub(super) fn standing_badge(standing: Standing, lang: Lang) -> Markup {
    match standing {
        Standing::Good => html! { span.badge.good { (either(lang, "Tốt", "Good")) } },
        Standing::Remarks(count) => {
            html! { span.badge.warn { (count) " " (either(lang, "điều cần xem", if count == 1 { "remark" } else { "remarks" })) } }
        }
        Standing::Unfit => html! { span.badge.bad { (either(lang, "Không phát được", "Cannot air")) } },
        Standing::Unmeasured => html! { span.badge { (either(lang, "Đang đo", "Being measured")) } },
    }
}

/// Whether somebody answers for it, as a badge.
pub(super) fn approval_badge(approved: &Approved, lang: Lang) -> Markup {
    match approved {
        Approved::No => html! { span.badge.warn { (either(lang, "Chưa duyệt", "Not approved")) } },
        Approved::Unpinned(_) => html! { span.badge.good { (either(lang, "Đã duyệt", "Approved")) } },
        Approved::Pinned(_) => {
            html! { span.badge.good { (either(lang, "Đã duyệt đúng bản này", "This very one is approved")) } }
        }
        Approved::Changed(_) => {
            html! { span.badge.bad { (either(lang, "Đổi sau khi duyệt", "Changed after approval")) } }
        }
    }
}

/// What it is used for, in words.
pub(super) fn use_words(one: &Use) -> Text {
    match &one.used_as {
        As::Segment { title, .. } => Text::new(title.as_str(), title.as_str()),
        As::Place(kind) => kind.words(),
        As::Pool => Text::new("Thư mục nhạc đệm hoặc dự phòng tiếp âm", "Folder for filler or a relay's stand-in"),
        As::EmergencyTone => Text::new("Hiệu lệnh trước bản tin khẩn cấp", "Tone before an emergency"),
    }
}
