//! `station.toml` as it is written, for who would rather write.

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::settings::{NotSaved, save_station};
use crate::clock;
use crate::console::page::{Notice, Tab, csrf, page, problems};
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::site::Site;
use crate::console::who::Who;
use crate::library::remembered_facts_of;
use crate::loading;
use crate::problem::{Problem, Sources, Text};
use crate::saving::{self, Deed, PlanFile};

fn title() -> Text {
    Text::new("Tệp station.toml", "station.toml")
}

pub(super) async fn shown(State(site): State<Site>, who: Who) -> Result<Markup, Refused> {
    who.need(Role::Admin)?;
    let home = site.link.home().clone();
    let read = site.work(move || {
        let text = PlanFile::Station.read(&home)?.unwrap_or_default();
        let checked = loading::check_station_text(&home, &text, &[], &mut remembered_facts_of(&home));
        Ok((text, checked.problems, checked.sources))
    });
    let (text, found, sources) = read.await?.map_err(Refused::conflict)?;
    let base = saving::version(Some(text.as_str()).filter(|text| !text.is_empty()));
    Ok(editor(&who, &text, &base, &found, &sources))
}

fn editor(who: &Who, text: &str, base: &str, found: &[Problem], sources: &Sources) -> Markup {
    let say = |vi: &str, en: &str| Text::new(vi, en).get(who.lang()).to_owned();
    page(
        who,
        Tab::Station,
        &title(),
        html! {
            h1 { (who.say(&title())) }
            (problems(who.lang(), found, sources))
            form.card method="post" action="/dai/tep" {
                (csrf(who))
                input type="hidden" name="base" value=(base);
                label { span { (say("Nội dung tệp", "The file's text")) }
                    textarea.code id="tep-cau-hinh" name="text" rows="28" spellcheck="false" wrap="off" { "\n" (text) } }
                p.hint-text { (say(
                    "Các lệnh chạy chương trình (amplifier, alerts.command) phải giữ nguyên; muốn đổi, hãy sửa tệp ngay trên máy của đài.",
                    "What runs programs (amplifier, alerts.command) must stay as it is; it is changed on the station's own disk.",
                )) }
                div.actions {
                    button.primary id="luu-tep" type="submit" { (say("Lưu tệp", "Save")) }
                    a.button href="/dai" { (say("Bỏ qua", "Leave")) }
                }
            }
        },
    )
}

#[derive(Deserialize)]
pub(super) struct Wish {
    text: String,
    base: String,
}

pub(super) async fn save(State(site): State<Site>, who: Who, Form(wish): Form<Wish>) -> Result<Response, Refused> {
    who.need(Role::Admin)?;
    // A browser sends every line break as two signs.
    let text = wish.text.replace("\r\n", "\n");
    let (home, by, base, kept) = (site.link.home().clone(), who.name().to_owned(), wish.base.clone(), text.clone());
    let saved = site.work(move || {
        let deed =
            Deed { by: &by, what: Text::new("Sửa tệp station.toml", "Changed station.toml"), now: clock::now() };
        save_station(&home, &base, &kept, &deed)
    });
    match saved.await? {
        Ok(()) => {
            site.note(who.name(), "station", "station.toml").await;
            who.tell(&site, Notice::Done(Text::new("Đã lưu tệp.", "The file is saved.")));
            Ok(Redirect::to("/dai").into_response())
        }
        Err(NotSaved::Refused(refused)) => Err(refused),
        Err(NotSaved::Mistaken(mistakes, sources)) => {
            let page = editor(&who, &text, &wish.base, &mistakes, &sources);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}
