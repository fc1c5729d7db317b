//! The places of a broadcast in order, each with its name for ever and what fills it; not yet their instants.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::days::Days;
use super::ground::{Frame, Ground};
use super::{Bar, Kind, rights, sounds};
use crate::outcome::Outcome;
use crate::problem::{Lang, Place};
use crate::programme::relay::RelaySource;
use crate::programme::{Item, What};
use crate::schedule::Airtime;
use crate::schedule::audio_facts::AudioFacts;

/// One place of a broadcast.
#[derive(Clone)]
pub(super) struct Entry<'s> {
    /// Its name within the broadcast.
    pub name: String,
    pub kind: Kind,
    pub title: String,
    pub column: Option<&'s str>,
    /// The segment's place in the file.
    pub segment: Option<usize>,
    pub files: Vec<String>,
    pub audio: Option<AudioFacts>,
    pub start: Begin,
    /// A segment with a time of its own, which no running order names.
    pub is_guest: bool,
    /// Filler: not beyond this time of day.
    pub until: Option<Time>,
    /// A relay: its source, and for how long, in ms.
    pub relay: Option<(&'s RelaySource, u64)>,
    pub bar: Option<Bar>,
    /// It has a time of its own, and the cap will keep it off.
    pub is_over_cap: bool,
    /// Where it is written.
    pub place: &'s Place,
}

/// How a place comes to its instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begin {
    /// After what stands before it.
    Soft,
    /// At its time of day, the running order's own or a segment's.
    At(Time, Timestamp),
}

impl Entry<'_> {
    /// How long it holds the line, in ms: of a relay what it was given, of others nothing while it is barred, elastic, empty or of unknown length.
    pub fn length_ms(&self) -> u64 {
        let of_audio = || self.audio.as_ref().map(|audio| audio.file_ms);
        let length_ms = self.relay.map(|(_, for_ms)| for_ms).or_else(of_audio);
        length_ms.filter(|_| self.bar.is_none()).unwrap_or(0)
    }

    /// Whether anything of it can be heard as the files stand, be it that a recording still has to come: what announces it
    /// is heard then, and not before silence.
    fn may_air(&self) -> bool {
        self.kind != Kind::Column && self.bar.as_ref().is_none_or(|bar| bar.outcome() == Outcome::Failed)
    }

    /// Whether its recording may yet be had, in a length that nobody knows: it is to air before what follows it.
    pub fn may_come(&self) -> bool {
        let curable = |bar: &Bar| bar.outcome() == Outcome::Failed;
        self.kind != Kind::Column
            && self.relay.is_none()
            && self.audio.is_none()
            && self.bar.as_ref().is_none_or(curable)
    }
}

/// Gives names out. A name is counted by the places of the running order, due or not, so that what is not due today
/// renames nothing.
#[derive(Clone, Default)]
pub(super) struct Names(BTreeMap<String, u32>);

impl Names {
    pub fn next(&mut self, base: &str) -> String {
        let count = self.0.entry(base.to_owned()).or_default();
        *count += 1;
        if *count == 1 { base.to_owned() } else { format!("{base}~{count}") }
    }

    /// One more name of the kind that `name` is: `filler~3` for `filler` where `filler~2` is given out.
    pub fn another(&mut self, name: &str) -> String {
        self.next(name.split('~').next().unwrap_or(name))
    }
}

/// The places of `frame` that the running order names. `at` tells the instant of a time of day in it; what has no instant
/// there comes back apart.
pub(super) fn places<'s>(
    ground: &Ground<'s>,
    days: &Days<'s>,
    frame: &Frame<'s>,
    names: &mut Names,
    at: &dyn Fn(Time) -> Option<Timestamp>,
) -> (Vec<Entry<'s>>, Vec<&'s Item>) {
    let (mut entries, mut outside) = (Vec::new(), Vec::new());
    for item in frame.items {
        let mut found = fill(ground, days, frame, names, item);
        if let Some(time) = item.at {
            match at(time) {
                Some(instant) => {
                    if let Some(first) = found.first_mut() {
                        first.start = Begin::At(time, instant);
                    }
                }
                None => {
                    if !found.is_empty() {
                        outside.push(item);
                    }
                    continue;
                }
            }
        }
        entries.append(&mut found);
    }
    (entries, outside)
}

fn fill<'s>(
    ground: &Ground<'s>,
    days: &Days<'s>,
    frame: &Frame<'s>,
    names: &mut Names,
    item: &'s Item,
) -> Vec<Entry<'s>> {
    let named = |names: &mut Names, base: &str| names.next(item.id.as_deref().unwrap_or(base));
    let sound = |kind: Kind, name: String, file: &str| sound(ground, days, frame, (kind, name), file, item);
    match &item.what {
        What::Column { id, sting } => {
            // Counted even where the column is not due, so that the stings after it keep their names.
            let sting = sting.as_deref().map(|file| sound(Kind::Sting, names.next("sting"), file));
            let mut found = column(ground, days, frame, names, item, id);
            if found.iter().any(Entry::may_air) {
                found.splice(0..0, sting);
            }
            found
        }
        What::Segment(id) => {
            let Some(at) = ground.segments.get(id.as_str()).copied() else { return Vec::new() };
            let segment_name = named(names, id);
            // A running order for the day alone dates its segments; one for every week leaves that to them.
            let dates = &ground.segment(at).dates;
            if frame.of_the_day || dates.is_empty() || dates.contains(&frame.date) {
                vec![segment(ground, days, frame.date, at, segment_name, &item.place)]
            } else {
                Vec::new()
            }
        }
        What::Ident(file) => vec![sound(Kind::Ident, named(names, "ident"), file)],
        What::Sting(file) => vec![sound(Kind::Sting, named(names, "sting"), file)],
        What::Music(file) => vec![sound(Kind::Music, named(names, "music"), file)],
        What::SignOff(file) => vec![sound(Kind::SignOff, named(names, "sign_off"), file)],
        What::Filler { folder, until } => {
            let files = sounds::in_folder(ground.facts, folder);
            let mourning = || days.mourning(frame.date).map(|day| rights::in_mourning(&Kind::Filler.words(), day));
            let bar = sounds::empty_folder(ground.facts, folder).or_else(mourning);
            let name = named(names, "filler");
            vec![Entry { until: *until, files, bar, ..plain(Kind::Filler, name, item) }]
        }
        What::Relay { source, for_ms, fallback } => {
            let files = fallback.as_deref().map(|folder| sounds::in_folder(ground.facts, folder)).unwrap_or_default();
            let name = named(names, "relay");
            let bar = sounds::own_line(&ground.station.line, source);
            vec![Entry { files, bar, relay: Some((source, *for_ms)), ..plain(Kind::Relay, name, item) }]
        }
    }
}

/// An item that is no segment, under its own title or what it is.
fn plain(kind: Kind, name: String, item: &Item) -> Entry<'_> {
    let title = item.title.as_deref().unwrap_or(kind.word(Lang::Vi)).to_owned();
    Entry { title, ..bare(kind, name, &item.place) }
}

fn bare(kind: Kind, name: String, place: &Place) -> Entry<'_> {
    Entry {
        name,
        kind,
        title: String::new(),
        column: None,
        segment: None,
        files: Vec::new(),
        audio: None,
        start: Begin::Soft,
        is_guest: false,
        until: None,
        relay: None,
        bar: None,
        is_over_cap: false,
        place,
    }
}

fn sound<'s>(
    ground: &Ground<'s>,
    days: &Days<'s>,
    frame: &Frame<'s>,
    (kind, name): (Kind, String),
    file: &str,
    item: &'s Item,
) -> Entry<'s> {
    let files = vec![file.to_owned()];
    let mourning = || if kind == Kind::Music { days.mourning(frame.date) } else { None };
    let bar =
        sounds::bar(ground.facts, &files).or_else(|| mourning().map(|day| rights::in_mourning(&kind.words(), day)));
    let audio = sounds::together(ground.facts, &files);
    Entry { files, audio, bar, ..plain(kind, name, item) }
}

/// A segment in a place, or at a time, of a broadcast that starts on `date`.
pub(super) fn segment<'s>(
    ground: &Ground<'s>,
    days: &Days<'s>,
    date: Date,
    at: usize,
    name: String,
    place: &'s Place,
) -> Entry<'s> {
    let segment = ground.segment(at);
    Entry {
        title: segment.title.clone(),
        column: segment.column(),
        segment: Some(at),
        files: segment.audio.clone(),
        audio: sounds::together(ground.facts, &segment.audio),
        bar: rights::bar(ground, days, at, date),
        ..bare(Kind::Segment, name, place)
    }
}

fn column<'s>(
    ground: &Ground<'s>,
    days: &Days<'s>,
    frame: &Frame<'s>,
    names: &mut Names,
    item: &'s Item,
    id: &'s str,
) -> Vec<Entry<'s>> {
    if !days.is_due(ground, id, frame.date) {
        return Vec::new();
    }
    let all = days.segments(ground, id, frame.date);
    if all.is_empty() {
        let title = ground.columns.get(id).map_or(id, |column| column.name.as_str()).to_owned();
        let bar = Some(rights::no_segment(&title));
        let name = names.next(item.id.as_deref().unwrap_or(id));
        return vec![Entry { title, column: Some(id), bar, ..bare(Kind::Column, name, &item.place) }];
    }
    // Where all of the date's segments are for other windows, this one is meant to go without.
    all.into_iter()
        .filter(|at| is_for(ground, *at, frame.id))
        .map(|at| {
            let written = &ground.segment(at).id;
            let name = names.next(written);
            segment(ground, days, frame.date, at, name, &ground.segment(at).place)
        })
        .collect()
}

/// Whether the segment with this place in the file airs in `window` where that has its column.
pub(super) fn is_for(ground: &Ground<'_>, at: usize, window: &str) -> bool {
    match &ground.segment(at).airtime {
        Airtime::Column { windows: Some(windows), .. } => windows.iter().any(|id| id == window),
        Airtime::Column { windows: None, .. } | Airtime::At(_) => true,
    }
}
