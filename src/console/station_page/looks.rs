//! The doctor, and whether alerts arrive.

use axum::extract::State;
use axum::response::Redirect;
use maud::{Markup, html};

use crate::alerts::{Message, News, Sender};
use crate::checkup;
use crate::clock;
use crate::console::accounts::Act;
use crate::console::page::{Notice, Tab, csrf, first_large, here, page, told};
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::site::Site;
use crate::console::who::Who;
use crate::courier::{Route, send};
use crate::doctor::{Level, OnDuty};
use crate::problem::Text;
use crate::station::Way;

/// What a doctor finds.
pub(super) async fn doctor(State(site): State<Site>, who: Who) -> Result<Markup, Refused> {
    let now = site.link.snapshot().await;
    let (home, lang) = (site.link.home().clone(), who.lang());
    let findings = site.work(move || {
        let duty = if now.is_fresh(clock::now()) { OnDuty::Daemon } else { OnDuty::Silent };
        checkup::look(&home, duty, Some(now.status.get(lang)).filter(|status| status.is_object()))
    });
    let findings = findings.await?;
    let title = Text::new("Khám máy và đài", "Doctor");
    Ok(page(
        &who,
        Tab::Station,
        &title,
        html! {
            h1 { (who.say(&title)) }
            section.card {
                ul.plain.findings {
                    @for finding in &findings {
                        @let class = match finding.level { Level::Good => "good", Level::Warning => "warn", Level::Error => "bad" };
                        li {
                            span.badge.(class) { (first_large(finding.level.word(who.lang()))) }
                            div {
                                p { (told(who.lang(), &first_large(who.say(&finding.found)))) }
                                @if let Some(remedy) = &finding.remedy {
                                    p.hint-text { "→ " (told(who.lang(), who.say(remedy))) }
                                    (here(who.lang(), who.say(remedy)))
                                }
                            }
                        }
                    }
                }
            }
            div.actions { a.button href="/dai" { (Text::new("Về trang Đài", "Back to Station").get(who.lang())) } }
        },
    ))
}

/// A way of telling, as people call it.
fn way_words(way: &Way) -> Text {
    match way {
        Way::Command(_) => Text::new("chương trình trên máy (command)", "a program of the PC (command)"),
        Way::Webhook(_) => Text::new("địa chỉ web (webhook)", "a web address (webhook)"),
        Way::Mail(_) => Text::new("thư điện tử (mail)", "mail"),
    }
}

/// Whom alerts go to.
pub(super) fn card(site: &Site, who: &Who) -> Markup {
    let say = |vi: &str, en: &str| Text::new(vi, en).get(who.lang()).to_owned();
    let now = site.link.latest();
    let ways = now.station.alerts.ways.iter().map(|way| who.say(&way_words(way)).to_owned()).collect::<Vec<_>>();
    html! {
        section.card id="bao-tin" {
            h2 { (say("Báo tin khi có sự cố", "Alerts")) }
            @if ways.is_empty() {
                p { (say("Chưa ai được báo tin khi có sự cố.", "Nobody is told when something goes wrong.")) }
            } @else {
                p { (say("Đang báo bằng: ", "Told by: ")) (ways.join(", ")) }
                @if who.may(Role::Operator) {
                    form method="post" action="/dai/bao-tin-thu" {
                        (csrf(who))
                        button id="thu-bao-tin" type="submit" { (say("Gửi tin thử", "Send a trial")) }
                    }
                }
            }
            @if who.may(Role::Admin) {
                p { a href="/dai/muc/bao-tin" { (say("Sửa cách báo tin", "Change how alerts are told")) } }
            }
        }
    }
}

/// Sends a trial on each way.
pub(super) async fn alerts(State(site): State<Site>, who: Who) -> Result<Redirect, Refused> {
    who.need(Role::Operator)?;
    let station = site.link.snapshot().await.station.clone();
    let (home, lang) = (site.link.home().root().to_owned(), site.link.lang());
    let said = site.work(move || {
        let sender = Sender { station: station.names.name.clone(), zone: station.zone.clone(), lang };
        let message = Message::of(&[News::trial(clock::now())], 0, None, &sender);
        let each = station.alerts.ways.iter().map(|way| {
            let route =
                Route { way: way.clone(), pace: station.alerts.pace, sender: sender.clone(), home: home.clone() };
            (way_words(way), send(&route, &message))
        });
        each.collect::<Vec<_>>()
    });
    site.note(who.name(), Act::AlertsTest, Text::same("")).await;
    for (way, sent) in said.await? {
        who.tell(
            &site,
            match sent {
                Ok(()) => Notice::Done(Text::new(
                    format!("{}: đã gửi tin thử.", way.vi),
                    format!("{}: a trial is sent.", way.en),
                )),
                Err(why) => {
                    Notice::Error(Text::new(format!("{}: {}", way.vi, why.vi), format!("{}: {}", way.en, why.en)))
                }
            },
        );
    }
    Ok(Redirect::to("/dai"))
}
