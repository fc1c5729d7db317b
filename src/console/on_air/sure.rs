//! The second step of an emergency, before anything has happened: what will sound and for how long, what it cuts, and the
//! recording to listen to.

use std::time::Duration;

use maud::{Markup, html};
use serde_json::Value;

use super::emergency::{FIRST, Order, Wish, title, warning};
use super::parts::CUTS;
use super::{watch, words};
use crate::cells;
use crate::clock;
use crate::console::link::{Snapshot, Sounding};
use crate::console::page::{Notice, Tab, csrf, icon, notice, page};
use crate::console::refused::Refused;
use crate::console::say::{length, query};
use crate::console::site::Site;
use crate::console::who::Who;
use crate::library::Library;
use crate::problem::{Lang, Text};
use crate::programme::Class;

/// An emergency does not wait for figures: what takes longer to measure is said not to be known.
const PATIENCE: Duration = Duration::from_secs(2);

/// `known` is what the daemon says of what is ordered.
pub(super) async fn shown(
    site: &Site,
    who: &Who,
    (wish, order): (&Wish, &Order),
    known: &Value,
) -> Result<Markup, Refused> {
    let files: Vec<String> =
        known["files"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    let lasts_ms = lasts_ms(site, files.clone()).await?;
    let now = site.link.snapshot().await;
    let cuts = cuts(&now, now.is_fresh(clock::now()), who.lang());
    let say = |vi: &str, en: &str| Text::new(vi, en).get(who.lang()).to_owned();
    Ok(page(
        who,
        Tab::OnAir,
        &title(),
        html! {
            (watch(who.lang()))
            // Whoever comes here reads the question first. It has the focus, and not a button: what is pressed a second time from
            // the step before does nothing here.
            h1 id="khan-cap-hoi" tabindex="-1" autofocus { (say("Phát khẩn cấp ngay bây giờ?", "Sound the emergency now?")) }
            (notice(who.lang(), &Notice::Warning(warning())))
            form.card.stack.to-read method="post" action="/khan-cap/phat" data-order {
                (csrf(who))
                dl.facts {
                    dt { (say("Sẽ phát", "What sounds")) } dd { strong { (order.what) } }
                    dt { (say("Độ dài", "It lasts")) }
                    dd id="khan-cap-dai" { (lasts_ms.map_or_else(|| say("chưa đo được", "not measured yet"), length)) }
                    dt { (say("Lúc này", "Now")) }
                    // Another item may begin while this is read: an emergency is not held up for it, so the page says it by itself.
                    dd {
                        div id=(CUTS) role="status" { (cuts) }
                        noscript { p.hint-text { (who.say(&words::no_script())) } }
                    }
                    dt { (say("Người ra lệnh", "Ordered by")) } dd { strong { (order.ordered_by) } }
                    dt { (say("Số lần", "How often")) }
                    dd { (order.repeat) @if order.repeat > 1 { (say(", cách nhau ", ", ")) (order.every_minutes) (say(" phút", " min apart")) } }
                }
                (listening(who.lang(), &files))
                input type="hidden" name="what" value=(order.what);
                input type="hidden" name="ordered_by" value=(order.ordered_by);
                input type="hidden" name="repeat" value=(order.repeat);
                input type="hidden" name="every_minutes" value=(order.every_minutes);
                div.actions.at-hand {
                    button.danger id="khan-cap-phat" type="submit" { (icon("loa")) (say("Phát khẩn cấp", "Sound the emergency")) }
                    a.button href=(wish.at(FIRST)) { (say("Quay lại", "Go back")) }
                }
            }
        },
    ))
}

/// How long the recordings last together; none where that is not known in time.
async fn lasts_ms(site: &Site, files: Vec<String>) -> Result<Option<u64>, Refused> {
    let library = Library::of(site.link.home());
    let measured = site.work(move || {
        let facts = library.catalogue().facts(library.audio(), &files);
        files.iter().map(|file| facts.get(file)?.as_ref().ok().map(|facts| facts.file_ms)).sum::<Option<u64>>()
    });
    match tokio::time::timeout(PATIENCE, measured).await {
        Ok(measured) => measured,
        Err(_) => Ok(None),
    }
}

/// What an emergency cuts or waits for as things stand.
pub(super) fn cuts(now: &Snapshot, fresh: bool, lang: Lang) -> Markup {
    html! { @for line in cuts_in_words(now, fresh, lang) { p { (line) } } }
}

fn cuts_in_words(now: &Snapshot, fresh: bool, lang: Lang) -> Vec<String> {
    if !fresh {
        let unknown = Text::new(
            "chưa biết đang phát gì: chương trình Loa chưa trả lời",
            "it is not known what is on air: the daemon has not answered",
        );
        return vec![unknown.get(lang).to_owned()];
    }
    let told = |Sounding { slot, ends, .. }: &Sounding| {
        let title = slot.called(lang);
        let ends = cells::on_clock(*ends, now.zone()).strftime("%H:%M:%S");
        let words = if slot.class == Class::Emergency {
            Text::new(
                format!("đợi bản khẩn cấp “{title}” đang phát, đến {ends}"),
                format!("it waits for the emergency “{title}” on air, until {ends}"),
            )
        } else {
            Text::new(
                format!("cắt “{title}” đang phát, lẽ ra hết lúc {ends}; mục ấy không phát lại"),
                format!("it cuts “{title}”, on air until {ends}, which is not resumed"),
            )
        };
        words.get(lang).to_owned()
    };
    if now.on_air.is_empty() {
        let nothing = Text::new("không cắt gì: không có gì đang phát", "it cuts nothing: nothing is on air");
        return vec![nothing.get(lang).to_owned()];
    }
    now.on_air.iter().map(told).collect()
}

/// On the PC of who looks, never on the line.
fn listening(lang: Lang, files: &[String]) -> Markup {
    let label = Text::new("Nghe trên máy này, không ra loa", "Listen on this PC, not on the loudspeakers");
    html! {
        @for file in files {
            div.stack-small {
                p.hint-text { (label.get(lang)) ": " (file) }
                audio controls preload="none" src=(format!("/kho/nghe{}", query([("ten", file.as_str())])))
                    aria-label=(format!("{}: {file}", label.get(lang))) {}
            }
        }
    }
}
