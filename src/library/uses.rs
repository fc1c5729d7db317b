//! Where recordings are used.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::same_name;
use crate::loading::Loaded;
use crate::programme::particulars::Approval;
use crate::programme::{Exception, Item, What};
use crate::schedule::audio_facts::{AudioFacts, Facts, joined_sha256};
use crate::schedule::{Month, Schedule, Segment};
use crate::timetable::Kind;

/// One thing that a schedule uses a recording for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The month whose schedule it is.
    pub month: Month,
    /// For what.
    pub used_as: As,
    /// How often the month plans it.
    pub airings: usize,
    /// The first of them from now on.
    pub next: Option<Timestamp>,
}

/// What a recording is used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum As {
    /// A segment's recording, or one of those played as one.
    Segment {
        /// Its id.
        id: String,
        /// Its title.
        title: String,
        /// Whether a person answers for it.
        approved: Approved,
        /// What an approval would pin now, over all its recordings; none while one of them cannot air.
        sha256: Option<String>,
    },
    /// A place of a running order.
    Place(Kind),
    /// It lies in a folder that filler, or what stands in for a relay, draws from.
    Pool,
    /// Heard before an emergency.
    EmergencyTone,
}

/// Whether a person answers for a segment's recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Approved {
    /// Nobody does.
    No,
    /// For whatever lies there: the approval names no bytes.
    Unpinned(Approval),
    /// For these very bytes.
    Pinned(Approval),
    /// For other bytes: it will not air.
    Changed(Approval),
}

/// What each recording, by [`same_name`], is used for in `months`, as of `now`; `facts` is what is known of them.
pub fn uses(months: &[Loaded], facts: &Facts, now: Timestamp) -> BTreeMap<String, Vec<Use>> {
    let mut found: BTreeMap<String, Vec<Use>> = BTreeMap::new();
    for loaded in months {
        if let Some(schedule) = &loaded.schedule {
            of_month(loaded, schedule, facts, now, &mut |rel, one| {
                let of_recording = found.entry(same_name(rel)).or_default();
                if !of_recording.contains(&one) {
                    of_recording.push(one);
                }
            });
        }
    }
    found
}

fn of_month(loaded: &Loaded, schedule: &Schedule, facts: &Facts, now: Timestamp, found: &mut dyn FnMut(&str, Use)) {
    let month = schedule.month;
    let count = |is: &dyn Fn(&crate::timetable::Slot) -> bool| {
        let slots = || loaded.slots.iter().filter(|slot| is(slot));
        (slots().count(), slots().map(|slot| slot.planned).find(|at| *at >= now))
    };
    for segment in &schedule.segments {
        let (airings, next) = count(&|slot| slot.segment.as_deref() == Some(segment.id.as_str()));
        let sha256 = sha256_now(segment, facts);
        for rel in &segment.audio {
            let (id, title) = (segment.id.clone(), segment.title.clone());
            let approved = approved(segment, sha256.as_deref());
            let used_as = As::Segment { id, title, approved, sha256: sha256.clone() };
            found(rel, Use { month, used_as, airings, next });
        }
    }
    let windows = schedule.windows_in_force(&loaded.station);
    let of_windows = windows.iter().flat_map(|window| &window.running_order);
    for item in of_windows.chain(schedule.exceptions.iter().flat_map(Exception::items)) {
        if let (Some(rel), Some(kind)) = (item.sound(), kind(item)) {
            let (airings, next) = count(&|slot| slot.kind == kind && slot.files.iter().any(|file| file == rel));
            found(rel, Use { month, used_as: As::Place(kind), airings, next });
        }
        if let Some(folder) = item.folder() {
            let prefix = format!("{folder}/");
            for (rel, _) in facts.range(prefix.clone()..).take_while(|(rel, _)| rel.starts_with(&prefix)) {
                let (airings, next) = count(&|slot| {
                    matches!(slot.kind, Kind::Filler | Kind::Relay) && slot.files.iter().any(|file| file == rel)
                });
                found(rel, Use { month, used_as: As::Pool, airings, next });
            }
        }
    }
    if let Some(tone) = &loaded.station.emergency_tone {
        found(&tone.file, Use { month, used_as: As::EmergencyTone, airings: 0, next: None });
    }
}

/// The kind of slot in which an item's own recording is heard.
fn kind(item: &Item) -> Option<Kind> {
    match &item.what {
        What::Ident(_) => Some(Kind::Ident),
        What::Sting(_) | What::Column { .. } => Some(Kind::Sting),
        What::Music(_) => Some(Kind::Music),
        What::SignOff(_) => Some(Kind::SignOff),
        What::Segment(_) | What::Filler { .. } | What::Relay { .. } => None,
    }
}

fn sha256_now(segment: &Segment, facts: &Facts) -> Option<String> {
    let known: Option<Vec<&AudioFacts>> = segment.audio.iter().map(|rel| facts.get(rel)?.as_ref().ok()).collect();
    Some(joined_sha256(&known?.iter().map(|facts| facts.sha256.as_str()).collect::<Vec<_>>()))
}

fn approved(segment: &Segment, now: Option<&str>) -> Approved {
    let Some(approval) = segment.particulars.approved.clone() else { return Approved::No };
    match segment.approved_sha256.as_deref() {
        None => Approved::Unpinned(approval),
        Some(pinned) if now == Some(pinned) => Approved::Pinned(approval),
        Some(_) => Approved::Changed(approval),
    }
}
