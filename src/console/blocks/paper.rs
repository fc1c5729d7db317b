//! A file opened by its tables: what their fields offer, and a change tried on the text in memory and saved.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::table::{Known, Table};
use crate::audio::inputs;
use crate::clock;
use crate::console::form::Sent;
use crate::console::fresh::{Said, fresh};
use crate::console::guarded::alters_programs;
use crate::console::on_air::recordings;
use crate::console::plan::raw::{Pane, check, needed, pane};
use crate::console::plan::remarks::{self, Remark};
use crate::console::plan::words;
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::savable::{left, why_not};
use crate::console::site::Site;
use crate::console::who::Who;
use crate::editing::apply_all;
use crate::problem::{Problem, Sources, Text};
use crate::programme::relay::LINE_IN;
use crate::saving::{self, Deed, PlanFile, Unsaved};
use crate::schedule::{Airtime, Schedule, Segment};
use crate::station;

/// A file that somebody changes.
pub(super) struct Paper {
    pub pane: Pane,
    pub known: Known,
}

/// The tables whose fields name a sound input.
const WITH_INPUTS: [&str; 2] = ["am-luong", "trinh-tu"];

/// The sound inputs of the station's PC, by name, as they were some seconds ago at most.
async fn inputs(site: &Site) -> Result<Arc<Vec<String>>, Refused> {
    let names = || inputs::list().into_iter().map(|input| input.name).collect();
    site.inputs.or(async { site.work(names).await.map(Arc::new) }).await
}

/// What is said of an input that somebody names and that is not there: it may be plugged in later, so it is saved.
fn absent_input(known: &Known, sent: &Sent) -> Option<Remark> {
    let there = known.inputs.as_ref()?;
    let relayed = sent.get("relay").and_then(|source| source.strip_prefix(LINE_IN));
    let named = sent.get("monitor").or(relayed).filter(|named| !there.iter().any(|name| name.as_str() == *named))?;
    let all = if there.is_empty() {
        Text::new("máy này hiện không có đường vào âm thanh nào", "this PC has no sound input now")
    } else {
        let names = there.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        Text::new(format!("đang có: {names}"), format!("there are {names}"))
    };
    let words = Text::new(
        format!("không thấy đường vào `{named}` trên máy của đài; {}; cắm thiết bị, hoặc sửa lại tên", all.vi),
        format!("the input `{named}` is not on the station's PC; {}; plug it in, or correct the name", all.en),
    );
    Some(Remark { words, grave: true })
}

/// Opens the file for who may change it; `table` is the word of what they look at.
///
/// # Errors
/// They may not, or it cannot be read.
pub(super) async fn open(site: &Site, who: &Who, file: PlanFile, table: &str) -> Result<Paper, Refused> {
    who.need(needed(file))?;
    let pane = pane(site, file).await?;
    let recordings = recordings(site).await?;
    let inputs = if WITH_INPUTS.contains(&table) { Some(inputs(site).await?) } else { None };
    let loaded = pane.checked.months.first().filter(|_| file != PlanFile::Station);
    let station = match loaded {
        Some(loaded) => loaded.station.clone(),
        None => station::read(&file.name(), &pane.text).0.unwrap_or_default(),
    };
    let (windows, columns) = match loaded.and_then(|loaded| loaded.schedule.as_ref()) {
        Some(schedule) => (schedule.windows_in_force(&station), schedule.columns_in_force(&station)),
        None => (station.windows.iter().collect(), station.columns.iter().collect()),
    };
    let windows = windows.into_iter().cloned().collect();
    let columns = columns.into_iter().map(|column| (column.id.clone(), column.name.clone())).collect();
    let segments = pane.checked.months.iter().filter_map(|month| month.schedule.as_ref());
    let segments = segments.flat_map(|schedule| &schedule.segments);
    let segments: BTreeMap<_, _> = segments.map(|segment| (segment.id.clone(), segment.title.clone())).collect();
    let segments = segments.into_iter().collect();
    let own_times = loaded.and_then(|loaded| loaded.schedule.as_ref()).map(own_times).unwrap_or_default();
    let (lang, is_admin) = (who.lang(), who.may(Role::Admin));
    let known = Known { lang, is_admin, station, windows, columns, segments, recordings, own_times, inputs };
    Ok(Paper { pane, known })
}

/// The segments of a month that air by themselves, each with its times.
fn own_times(schedule: &Schedule) -> Vec<(String, String)> {
    let of = |segment: &Segment| match &segment.airtime {
        Airtime::At(times) => {
            let times: Vec<String> = times.iter().map(|(time, _)| words::time(*time)).collect();
            Some((segment.id.clone(), format!("“{}” {}", segment.title, times.join(", "))))
        }
        Airtime::Column { .. } => None,
    };
    schedule.segments.iter().filter_map(of).collect()
}

/// A change on the text in memory.
pub(super) struct Tried {
    pub what: Text,
    text: String,
    /// What check says now and did not say before.
    pub fresh: Vec<Problem>,
    pub sources: Sources,
    /// Why it may not be saved.
    pub why_not: Option<Text>,
    /// What is to be known besides.
    pub remarks: Vec<Remark>,
    /// The form's field that each of these is about.
    pub fields: Vec<Option<String>>,
}

/// What the form asks for, tried; within, why it cannot be.
pub(super) async fn tried(
    site: &Site,
    paper: &Paper,
    table: &Table,
    sent: &Sent,
) -> Result<Result<Tried, Text>, Refused> {
    let (pane, known) = (&paper.pane, &paper.known);
    let change = match table.change(&pane.text, known, sent) {
        Ok(change) => change,
        Err(why) => return Ok(Err(why)),
    };
    let text = match apply_all(&pane.text, &change.operations) {
        Ok(text) => text,
        Err(why) => return Ok(Err(why)),
    };
    let file = pane.file;
    if file == PlanFile::Station {
        let (home, old, new) = (site.link.home().clone(), pane.text.clone(), text.clone());
        if let Some(why) = site.work(move || alters_programs(&home, Some(&old), &new)).await? {
            return Ok(Err(why));
        }
    }
    let checked = check(site, file, text.clone()).await?;
    let why_not = why_not(file, &pane.checked, &checked);
    let mut remarks = remarks::of_change(file, &pane.checked, &checked, clock::now());
    remarks.extend(absent_input(known, sent));
    remarks.extend(left(file, &checked));
    let mut fresh = fresh(Said::of(&pane.checked), Said::of(&checked));
    fresh.sort_by_key(|problem| problem.severity);
    let what = change.what;
    let entries = table.entries(&text, known, change.at.of).unwrap_or_default();
    let entry = entries.get(change.at.nth).or(entries.last());
    let name = pane.file.name();
    let field = |problem: &Problem| {
        let place = problem.place.as_ref().filter(|place| place.file == name)?;
        entry?.field_at(&text, place.span.start)
    };
    let fields = fresh.iter().map(field).collect();
    Ok(Ok(Tried { what, text, fresh, why_not, sources: checked.sources, remarks, fields }))
}

/// Writes what was tried, if the file is still the one that was opened; within, why it was not.
pub(super) async fn save(site: &Site, who: &Who, paper: &Paper, tried: &Tried) -> Result<Result<(), Text>, Refused> {
    let (home, file, base) = (site.link.home().clone(), paper.pane.file, paper.pane.version.clone());
    let (text, by, what, now) = (tried.text.clone(), who.name().to_owned(), tried.what.clone(), clock::now());
    let saved = site.work(move || saving::save(&home, file, &base, &text, &Deed { by: &by, what, now })).await?;
    Ok(saved.map_err(|unsaved| match unsaved {
        Unsaved::Failed(why) => why,
        Unsaved::Changed { .. } | Unsaved::NothingToUndo => Text::new(
            "chưa lưu: tệp vừa được ghi ngay lúc này; hãy bấm lưu lần nữa",
            "not saved: the file was written at this very moment; save once more",
        ),
    }))
}
