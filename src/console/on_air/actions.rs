//! What an operator has done from the page: skip, stop, play. Each is asked of the daemon, which holds it against the
//! rules and logs who asked.

use axum::extract::{Form, State};
use axum::response::Redirect;
use serde::Deserialize;
use serde_json::{Value, json};

use super::outcome::told;
use crate::airing::what_was_cut;
use crate::console::accounts::Act;
use crate::console::page::Notice;
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::site::Site;
use crate::console::who::Who;
use crate::problem::Text;

/// Ends what is on air.
pub(super) async fn skip(State(site): State<Site>, who: Who) -> Result<Redirect, Refused> {
    cut(&site, &who, Act::Skip).await
}

/// Ends what is on air, and its broadcast.
pub(super) async fn stop(State(site): State<Site>, who: Who) -> Result<Redirect, Refused> {
    cut(&site, &who, Act::Stop).await
}

/// Ends the emergency, and its repeats.
pub(super) async fn end_emergency(State(site): State<Site>, who: Who) -> Result<Redirect, Refused> {
    cut(&site, &who, Act::EndEmergency).await
}

async fn cut(site: &Site, who: &Who, what: Act) -> Result<Redirect, Refused> {
    let answer = order(site, who, what, json!({})).await?;
    let said = what_was_cut(&answer, ["“", "”"]);
    let nothing = ["on_air", "dropped"].iter().all(|key| answer[*key].as_array().is_none_or(Vec::is_empty));
    let told = if nothing { Notice::Warning(said) } else { Notice::Done(said) };
    who.tell(site, told);
    Ok(Redirect::to("/"))
}

/// Asks the daemon for something in the account's name, and writes down that it was asked for.
pub(in crate::console) async fn order(
    site: &Site,
    who: &Who,
    what: Act,
    mut question: Value,
) -> Result<Value, Refused> {
    who.need(Role::Operator)?;
    question["ask"] = what.code().into();
    if question["by"].is_null() {
        question["by"] = who.name().into();
    }
    let answer = site.ask(question.clone()).await?;
    site.note(who.name(), what, Text::same(question["what"].as_str().unwrap_or_default())).await;
    Ok(answer)
}

#[derive(Deserialize)]
pub(super) struct Play {
    what: String,
}

/// Plays a recording by the rules, and tells what comes of it.
pub(super) async fn play(State(site): State<Site>, who: Who, Form(play): Form<Play>) -> Result<Redirect, Refused> {
    let what = play.what.trim();
    let answer = order(&site, &who, Act::Play, json!({ "what": what })).await.map_err(|refused| refused.at("what"))?;
    let told = told(&site, &Text::same(what), &Text::same(""), &answer).await;
    who.tell(&site, told);
    Ok(Redirect::to("/"))
}
