//! What a person knows better than the log, written beside it in their name: the daemon holds it against the log's own
//! rules, and the log's word stays.

use axum::extract::{Form, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use maud::Markup;
use serde::Deserialize;
use serde_json::json;

use super::correct_form::shown;
use super::page_of;
use crate::airing::{Correction, Entry};
use crate::clock;
use crate::console::accounts::Act;
use crate::console::on_air::actions::order;
use crate::console::page::Notice;
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::site::Site;
use crate::console::who::Who;
use crate::home::Home;
use crate::ledger::{self, Reader};
use crate::library::remembered_facts_of;
use crate::loading;
use crate::problem::Text;
use crate::reporting::{self, Logged};
use crate::schedule::Month;

/// The form, as it was filled in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Said {
    /// The slot, or the entry of what aired without Loa; none: a new entry of that.
    pub muc: String,
    pub ten: String,
    /// The segment that it was, of what aired without Loa; none: of no plan.
    pub tiet_muc: String,
    /// The outcome, with a blank and its cause behind it where it has one.
    pub ket_qua: String,
    pub bat_dau: String,
    pub ket_thuc: String,
    pub ghi_chu: String,
    pub ly_do: String,
    /// Not empty: what was written by hand is taken back.
    pub rut_lai: String,
}

/// What it is about.
pub(super) struct About {
    pub zone: TimeZone,
    /// None: it aired without Loa.
    pub entry: Option<Entry>,
    /// What counts beside the slot; of what was aired without Loa what was written last.
    pub standing: Option<Correction>,
    /// For a new entry, the segments of the plan that it may have been, by id, with their titles.
    pub segments: Vec<(String, String)>,
}

impl About {
    /// Nothing is known of it yet.
    pub fn is_new(&self) -> bool {
        self.entry.is_none() && self.standing.is_none()
    }
}

fn about(home: &Home, slot: &str) -> Result<Option<About>, Text> {
    let zone = reporting::station_in_force(home).station.unwrap_or_default().zone;
    if slot.is_empty() {
        let segments = segments(home, &zone);
        return Ok(Some(About { zone, entry: None, standing: None, segments }));
    }
    let reader = Reader::open(&home.ledger_file())?;
    let named = reader.slot_named(slot).map_err(|error| reporting::unreadable(home, &error))?;
    let Some((id, date)) = named else {
        let standing = reader.without_loa(slot).map_err(|error| reporting::unreadable(home, &error))?;
        return Ok(standing.map(|standing| About {
            zone,
            entry: None,
            standing: Some(standing),
            segments: Vec::new(),
        }));
    };
    let logged = Logged::read(home, &reader, &zone, date, date)?;
    let standing = logged.counting().of_slot(&id).cloned();
    let entry = logged.entries.into_iter().find(|entry| entry.slot.id == id);
    Ok(entry.map(|entry| About { zone, entry: Some(entry), standing, segments: Vec::new() }))
}

/// The segments of this month and of the one before: what is written by hand was heard lately.
fn segments(home: &Home, zone: &TimeZone) -> Vec<(String, String)> {
    let month = Month::of(zone.to_datetime(clock::now()).date());
    let mut found: Vec<(String, String)> = Vec::new();
    for month in [month, month.previous()] {
        let loaded = loading::load(home, month, &mut remembered_facts_of(home));
        for segment in loaded.schedule.into_iter().flat_map(|schedule| schedule.segments) {
            if !found.iter().any(|(id, _)| *id == segment.id) {
                found.push((segment.id, segment.title));
            }
        }
    }
    found
}

async fn known(site: &Site, slot: &str) -> Result<About, Refused> {
    let (home, slot) = (site.link.home().clone(), slot.to_owned());
    site.work(move || about(&home, &slot)).await?.map_err(Refused::bad)?.ok_or_else(Refused::not_found)
}

pub(super) async fn form(State(site): State<Site>, who: Who, Query(said): Query<Said>) -> Result<Markup, Refused> {
    who.need(Role::Operator)?;
    let about = known(&site, &said.muc).await?;
    Ok(shown(&who, &about, &said, None))
}

pub(super) async fn written(State(site): State<Site>, who: Who, Form(said): Form<Said>) -> Result<Response, Refused> {
    who.need(Role::Operator)?;
    let about = known(&site, &said.muc).await?;
    let wish = match wish(&said, &about) {
        Ok(wish) => wish,
        Err(why) => return Ok(again(&who, &about, &said, why, axum::http::StatusCode::UNPROCESSABLE_ENTITY)),
    };
    // Read before it is written, for afterwards it would stand in its own way. What is wrong with it the daemon says.
    let (home, by, asked) = (site.link.home().clone(), who.name().to_owned(), wish.clone());
    let correction = site.work(move || meant(&home, asked, &by)).await?;
    match order(&site, &who, Act::Correct, wish).await {
        Ok(answer) => {
            let is_written = answer["written"].as_bool() == Some(true);
            let home = site.link.home().clone();
            let id = answer["correction"].as_str().unwrap_or_default().to_owned();
            let told = site.work(move || told(&home, &Correction { id, ..correction? }, is_written)).await?;
            let told = told.map_err(Refused::bad)?;
            let told = if is_written { Notice::Done(told) } else { Notice::Warning(told) };
            who.tell(&site, told);
            let to = match &about.entry {
                Some(entry) => page_of(&entry.slot.id.0, entry.slot.date),
                None => "/nhat-ky".to_owned(),
            };
            Ok(Redirect::to(&to).into_response())
        }
        Err(refused) => Ok(again(&who, &about, &said, refused.text, refused.status)),
    }
}

/// What is told of what was written, and what reports make of it.
fn told(home: &Home, correction: &Correction, is_written: bool) -> Result<Text, Text> {
    let reader = Reader::open(&home.ledger_file())?;
    let told = reporting::told_of(home, &reader, correction, (is_written, false));
    told.map_err(|error| reporting::unreadable(home, &error))
}

/// The correction that the question stands for.
fn meant(home: &Home, mut wish: serde_json::Value, by: &str) -> Result<Correction, Text> {
    wish["by"] = by.into();
    let zone = reporting::station_in_force(home).station.unwrap_or_default().zone;
    ledger::correction(&wish, &Reader::open(&home.ledger_file())?, &zone, clock::now(), &|date| {
        reporting::planned_around(home, date)
    })
}

fn again(who: &Who, about: &About, said: &Said, why: Text, status: axum::http::StatusCode) -> Response {
    (status, shown(who, about, said, Some(why))).into_response()
}

/// The question to the daemon, as the command asks it.
fn wish(said: &Said, about: &About) -> Result<serde_json::Value, Text> {
    let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    if text(&said.ly_do).is_none() {
        return Err(Text::new("hãy ghi lý do: vì sao biết là khác nhật ký", "give the reason: how this is known"));
    }
    if !said.rut_lai.is_empty() {
        return Ok(json!({ "target": text(&said.muc), "withdraw": true, "why": said.ly_do.trim() }));
    }
    let nothing = [&said.ket_qua, &said.bat_dau, &said.ket_thuc, &said.ghi_chu, &said.ten, &said.tiet_muc]
        .iter()
        .all(|text| text.trim().is_empty());
    if nothing {
        return Err(Text::new(
            "chưa sửa gì: hãy ghi kết quả, giờ hoặc ghi chú",
            "nothing is corrected: give an outcome, a time or a note",
        ));
    }
    let is_nameless = text(&said.ten).or(text(&said.tiet_muc)).is_none();
    if about.is_new() && (is_nameless || [&said.bat_dau, &said.ket_thuc].iter().any(|text| text.trim().is_empty())) {
        return Err(Text::new(
            "cần đủ tên mục (hoặc tiết mục trong kế hoạch), giờ bắt đầu và giờ kết thúc",
            "its title (or its segment of the plan), its beginning and its end are needed",
        ));
    }
    let (began, ended) = (instant(&said.bat_dau, &about.zone)?, instant(&said.ket_thuc, &about.zone)?);
    // Which go together the daemon says, as of a command.
    let (outcome, cause) = said.ket_qua.trim().split_once(' ').unwrap_or((&said.ket_qua, ""));
    Ok(json!({
        "target": text(&said.muc), "title": text(&said.ten), "segment": text(&said.tiet_muc), "why": said.ly_do.trim(),
        "outcome": text(outcome), "cause": text(cause), "began": began.map(|at| at.to_string()),
        "ended": ended.map(|at| at.to_string()), "played_ms": null, "note": text(&said.ghi_chu),
    }))
}

/// A date and a time of day as browsers send them, in the station's zone.
fn instant(text: &str, zone: &TimeZone) -> Result<Option<Timestamp>, Text> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let read = text.trim().replace(' ', "T").parse::<DateTime>().ok();
    read.and_then(|local| zone.to_timestamp(local).ok()).map(Some).ok_or_else(|| {
        Text::new(
            format!("không hiểu giờ `{text}`; viết như `2026-12-01 05:30:15`"),
            format!("`{text}` is no time; write it as `2026-12-01 05:30:15`"),
        )
    })
}
