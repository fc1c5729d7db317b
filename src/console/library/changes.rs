//! What is done to a recording that is there: approved, given another name, put away.

use axum::extract::{Form, State};
use axum::response::Redirect;
use serde::Deserialize;

use super::{held, page_of, shelf};
use crate::audio::catalogue::Catalogue;
use crate::clock;
use crate::console::accounts::Act;
use crate::console::page::Notice;
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::say;
use crate::console::site::Site;
use crate::console::who::Who;
use crate::library::{self, ApprovedNow, Approving, Library, Refusal, Use};
use crate::loading::{self, facts_with_folders};
use crate::problem::Text;
use crate::schedule::Month;

#[derive(Debug, Deserialize)]
pub(super) struct Approval {
    /// The recording, whose page is shown again.
    ten: String,
    thang: String,
    tiet_muc: String,
    #[serde(default)]
    so: String,
    /// What was shown and heard.
    sha256: String,
}

/// A person answers for the recording, in their own name.
pub(super) async fn approve(
    State(site): State<Site>,
    who: Who,
    Form(approval): Form<Approval>,
) -> Result<Redirect, Refused> {
    let month: Month = approval.thang.parse().map_err(|()| Refused::not_found())?;
    let approved = answer_for(&site, &who, month, &approval.tiet_muc, &approval.so, Some(approval.sha256)).await?;
    let (title, short) = (&approved.title, approved.sha256.get(..8).unwrap_or_default());
    who.tell(
        &site,
        Notice::Done(Text::new(
            format!("Đã duyệt “{title}” tháng {} (bản ghi {short}…).", say::month(month)),
            format!("Approved “{title}” of {month} (recording {short}…)."),
        )),
    );
    Ok(Redirect::to(&page_of(&approval.ten)))
}

/// Writes into the month's file that the account's owner answers for what `segment` airs; `shown_sha256` is what they were
/// shown of it.
pub(in crate::console) async fn answer_for(
    site: &Site,
    who: &Who,
    month: Month,
    segment: &str,
    reference: &str,
    shown_sha256: Option<String>,
) -> Result<ApprovedNow, Refused> {
    who.need(Role::Approver)?;
    let reference = reference.split_whitespace().collect::<Vec<_>>().join(" ");
    let (home, by, id) = (site.link.home().clone(), who.name().to_owned(), segment.to_owned());
    let document = reference.clone();
    let approved = site.work(move || {
        let (now, zone) = (clock::now(), loading::load_station(&home).station.unwrap_or_default().zone);
        let approving = Approving {
            month,
            segment: &id,
            by: &by,
            on: zone.to_datetime(now).date(),
            now,
            reference: Some(document.as_str()).filter(|text| !text.is_empty()),
            shown_sha256: shown_sha256.as_deref(),
        };
        let mut catalogue = Catalogue::open(&home.catalogue_file());
        let audio = home.audio();
        library::approve(&home, &approving, &mut |files| {
            facts_with_folders(&audio, files, |files| catalogue.facts(&audio, files))
        })
    });
    let approved = approved.await?.map_err(Refused::conflict)?;
    let short = approved.sha256.get(..8).unwrap_or_default();
    site.note(who.name(), Act::Approve, Text::same(format!("{month} {segment} {short} {reference}").trim())).await;
    Ok(approved)
}

#[derive(Debug, Deserialize)]
pub(super) struct Named {
    ten: String,
    #[serde(default)]
    ten_moi: String,
}

pub(super) async fn rename(State(site): State<Site>, who: Who, Form(named): Form<Named>) -> Result<Redirect, Refused> {
    let (old, new) = (named.ten.clone(), named.ten_moi.clone());
    let renamed = changed(&site, &who, &named.ten, move |library, uses, held| library.rename(&old, &new, uses, held));
    let rel = renamed.await?;
    site.note(who.name(), Act::RenameRecording, Text::same(&format!("{} → {rel}", named.ten))).await;
    who.tell(
        &site,
        Notice::Done(Text::new(format!("Đã đổi tên thành `audio/{rel}`."), format!("It is called `audio/{rel}` now."))),
    );
    Ok(Redirect::to(&page_of(&rel)))
}

pub(super) async fn remove(State(site): State<Site>, who: Who, Form(named): Form<Named>) -> Result<Redirect, Refused> {
    let rel = named.ten.clone();
    changed(&site, &who, &named.ten, move |library, uses, held| library.remove(&rel, uses, held)).await?;
    site.note(who.name(), Act::RemoveRecording, Text::same(&named.ten)).await;
    let rel = &named.ten;
    who.tell(
        &site,
        Notice::Done(Text::new(
            format!("Đã cất `audio/{rel}` vào `var/trash`; cần dùng lại thì chép trở về."),
            format!("`audio/{rel}` is put away in `var/trash`; copy it back if it is needed again."),
        )),
    );
    Ok(Redirect::to("/kho"))
}

/// Does something to a recording, with what uses and holds it.
async fn changed<T: Send + 'static>(
    site: &Site,
    who: &Who,
    rel: &str,
    change: impl FnOnce(&Library, &[Use], &[String]) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refused> {
    who.need(Role::Operator)?;
    let held = held(&*site.link.snapshot().await);
    let (home, name, in_force) = (site.link.home().clone(), rel.to_owned(), site.station_in_force().await?);
    let done = site.work(move || {
        let (_, uses) = shelf::uses_of(&home, in_force.as_deref(), &name, clock::now());
        change(&Library::of(&home), &uses, &held)
    });
    let done = done.await?;
    site.recordings_changed().await;
    done.map_err(|refusal| Refused::conflict(refusal.words(&format!("audio/{rel}"))))
}
