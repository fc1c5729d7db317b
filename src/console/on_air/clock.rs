//! `/dong-ho`: the PC's clock as Loa sees it, and the word of a person who has looked at a right one: while the clock is in
//! doubt nothing airs until it is right or somebody says so.

use axum::extract::{Form, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::actions::order;
use super::watch;
use crate::cells;
use crate::console::accounts::Act;
use crate::console::page::{Notice, Tab, below, csrf, first_large, marked, notice, page};
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::say::either;
use crate::console::site::Site;
use crate::console::standing;
use crate::console::who::Who;
use crate::console::words;
use crate::problem::Text;
use crate::reading::weekdays;

/// Where it is.
pub(super) const HERE: &str = "/dong-ho";

/// As it was filled in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    /// Not empty: day and year were looked at, though slots of many days are given up by them.
    chac: String,
}

fn title() -> Text {
    Text::new("Xác nhận giờ máy", "Confirm the clock")
}

pub(super) async fn shown(State(site): State<Site>, who: Who) -> Result<Markup, Refused> {
    who.need(Role::Operator)?;
    Ok(asked(&site, &who, None).await)
}

/// Says in the account's name that the clock is right.
pub(super) async fn confirm(State(site): State<Site>, who: Who, Form(wish): Form<Wish>) -> Result<Response, Refused> {
    let sure = !wish.chac.is_empty();
    match order(&site, &who, Act::ConfirmClock, json!({ "sure": sure })).await {
        Ok(answer) => {
            let written = answer["now"].as_str().unwrap_or("?");
            let at = |form| standing::told(written, form);
            let at = Text::new(at("%d/%m/%Y %H:%M:%S"), at("%Y-%m-%d %H:%M:%S"));
            let (vi, en) = if answer["was_doubted"] == true {
                ("Loa phát lại theo kế hoạch.", "Loa airs the plan again.")
            } else {
                ("Loa vốn đang tin đồng hồ này.", "Loa trusted the clock already.")
            };
            let told = Text::new(
                format!("Đã ghi: {} xác nhận giờ máy {} là đúng. {vi}", who.name(), at.vi),
                format!("Noted: {} says that {} is right. {en}", who.name(), at.en),
            );
            who.tell(&site, Notice::Done(told));
            Ok(Redirect::to("/").into_response())
        }
        Err(refused) if refused.code == "refused" => {
            Ok((refused.status, asked(&site, &who, Some(&refused.text)).await).into_response())
        }
        Err(refused) => Err(refused),
    }
}

/// The clock, and the form; after a refusal with why, and a way to say that it was read.
async fn asked(site: &Site, who: &Who, why: Option<&Text>) -> Markup {
    let now = site.link.snapshot().await;
    let local = cells::on_clock(now.at, now.zone());
    let offset_s = now.at.to_zoned_datetime(now.zone().clone()).offset().seconds();
    let (lang, clock) = (who.lang(), &now.status.get(who.lang())["clock"]);
    let doubt = clock["doubt"].as_str().filter(|_| clock["trusted"] != true);
    page(
        who,
        Tab::OnAir,
        &title(),
        html! {
            (watch(lang))
            (below("/", who.say(&words::tab(Tab::OnAir)), who.say(&title())))
            @if let Some(why) = why { (notice(lang, &Notice::Error(why.clone()))) }
            section.card.clock.to-read {
                time.time data-offset-s=(offset_s) { (local.strftime("%H:%M:%S").to_string()) }
                p.day { (weekdays::name(local.date().weekday(), lang)) ", " (cells::date(local.date(), lang)) }
                @match doubt {
                    Some(doubt) => { p { span.badge.bad { (either(lang, "Giờ máy chưa đáng tin", "The clock is not trusted")) } } p { (marked(&first_large(doubt))) } }
                    None => { p { span.badge.good { (either(lang, "Loa đang tin đồng hồ này", "Loa trusts this clock")) } } }
                }
                p { (either(lang,
                    "So giờ trên với một đồng hồ đúng, cả ngày, tháng và năm. Sai thì chỉnh giờ của máy, đừng xác nhận: nhật ký và mọi buổi phát theo giờ này.",
                    "Compare it with a right clock: the time, the day, the month and the year. If it is wrong set this PC's clock and confirm nothing: the log and all broadcasts go by it.")) }
                form.stack method="post" action=(HERE) data-order {
                    (csrf(who))
                    @if why.is_some() {
                        label.check { input type="checkbox" name="chac" value="co";
                            span { (who.say(&sure())) } }
                    }
                    div.row {
                        button.primary id="xac-nhan-gio" type="submit" { (either(lang, "Giờ này đúng", "This time is right")) }
                        span.hint-text { (either(lang, "Người xác nhận", "Confirmed by")) ": " (who.name()) }
                    }
                }
            }
        },
    )
}

/// What is ticked where slots of many days would be given up.
fn sure() -> Text {
    Text::new("Tôi đã xem kỹ cả ngày lẫn năm", "I have looked at the day and the year")
}
