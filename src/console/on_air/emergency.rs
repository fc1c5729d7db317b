//! `/khan-cap`: an emergency in two steps: what and who orders it, then a look at what will happen.

use axum::extract::{Form, State};
use axum::response::Redirect;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use super::actions::order;
use super::recordings::{choices, recordings};
use crate::airing::name_of;
use crate::console::accounts::Act;
use crate::console::page::{Notice, Tab, csrf, icon, notice, page};
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::site::Site;
use crate::console::who::Who;
use crate::problem::Text;

/// What was recorded beforehand for such hours lies in this folder below `audio/`; so many of it are offered by name.
const READY: &str = "khan-cap/";
const MOST_READY: usize = 12;
/// As the daemon bounds them.
const MOST_REPEATS: u64 = 100;
const LONGEST_PAUSE_MINUTES: u64 = 12 * 60;

#[derive(Debug, Deserialize)]
pub(super) struct Wish {
    /// A recording or a segment's id that was typed; it counts before what was chosen.
    #[serde(default)]
    what: String,
    /// The recording that was chosen.
    #[serde(default)]
    ready: String,
    ordered_by: String,
    repeat: u64,
    every_minutes: u64,
}

fn title() -> Text {
    Text::new("Phát khẩn cấp", "Emergency")
}

fn warning() -> Text {
    Text::new(
        "Bản tin khẩn cấp phát ngay, cắt mọi thứ đang phát, kể cả trong giờ yên tĩnh. Mục bị cắt không phát lại.",
        "An emergency sounds at once, cuts whatever is on air, in quiet hours too. What it cuts is not resumed.",
    )
}

/// The first step.
pub(super) async fn first(State(site): State<Site>, who: Who) -> Result<Markup, Refused> {
    who.need(Role::Operator)?;
    let known = recordings(&site).await?;
    let tone = site.link.latest().station.emergency_tone.as_ref().map(|tone| tone.file.clone());
    let ready = known.iter().filter(|rel| rel.starts_with(READY) && Some(*rel) != tone.as_ref());
    let ready: Vec<&String> = ready.take(MOST_READY).collect();
    let say = |vi: &str, en: &str| Text::new(vi, en).get(who.lang()).to_owned();
    Ok(page(
        &who,
        Tab::OnAir,
        &title(),
        html! {
            h1 { (who.say(&title())) }
            (notice(who.lang(), &Notice::Warning(warning())))
            form.card.stack.to-read method="post" action="/khan-cap" {
                (csrf(&who))
                @if !ready.is_empty() {
                    fieldset.ready {
                        legend { (say("Bản tin soạn sẵn", "Recorded beforehand")) }
                        @for rel in &ready {
                            label.check { input type="radio" name="ready" value=(rel); span { (bare_name(rel)) } }
                        }
                    }
                }
                label { span { @if ready.is_empty() { (say("Tệp âm thanh hoặc mã tiết mục", "Recording, or a segment's id")) }
                    @else { (say("Hoặc tệp khác, hoặc mã tiết mục", "Or another recording, or a segment's id")) } }
                    input id="khan-cap-tep" name="what" list="tep" required[ready.is_empty()] autocomplete="off"; }
                (choices("tep", &known))
                label { span { (say("Người ra lệnh", "Ordered by")) }
                    input id="khan-cap-nguoi" name="ordered_by" required minlength="2" maxlength="80" autocomplete="off"; }
                p.hint-text { (say("Họ tên và chức vụ; được ghi vào nhật ký cùng tên tài khoản của bạn.", "Name and office; the log has it beside your account's name.")) }
                div.pair {
                    label { span { (say("Phát mấy lần", "How often")) }
                        input id="khan-cap-lan" name="repeat" type="number" min="1" max=(MOST_REPEATS) value="1" required; }
                    label { span { (say("Cách nhau (phút)", "Minutes apart")) }
                        input id="khan-cap-cach" name="every_minutes" type="number" min="1" max=(LONGEST_PAUSE_MINUTES) value="10" required; }
                }
                div.actions {
                    button.primary id="khan-cap-tiep" type="submit" { (say("Tiếp tục", "Go on")) }
                    a.button href="/" { (say("Thôi, quay lại", "Back, sound nothing")) }
                }
            }
        },
    ))
}

/// `khan-cap/bao-so-3.ogg` → `bao-so-3`.
fn bare_name(rel: &str) -> &str {
    let name = rel.strip_prefix(READY).unwrap_or(rel);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// The second: nothing has happened yet.
pub(super) async fn second(who: Who, Form(wish): Form<Wish>) -> Result<Markup, Refused> {
    who.need(Role::Operator)?;
    let wish = bounded(&wish)?;
    let say = |vi: &str, en: &str| Text::new(vi, en).get(who.lang()).to_owned();
    Ok(page(
        &who,
        Tab::OnAir,
        &title(),
        html! {
            h1 { (say("Phát khẩn cấp ngay bây giờ?", "Sound the emergency now?")) }
            (notice(who.lang(), &Notice::Warning(warning())))
            form.card.stack.to-read method="post" action="/khan-cap/phat" {
                (csrf(&who))
                dl.facts {
                    dt { (say("Sẽ phát", "What sounds")) } dd { strong { (wish.what) } }
                    dt { (say("Người ra lệnh", "Ordered by")) } dd { strong { (wish.ordered_by) } }
                    dt { (say("Số lần", "How often")) }
                    dd { (wish.repeat) @if wish.repeat > 1 { (say(", cách nhau ", ", ")) (wish.every_minutes) (say(" phút", " min apart")) } }
                }
                input type="hidden" name="what" value=(wish.what);
                input type="hidden" name="ordered_by" value=(wish.ordered_by);
                input type="hidden" name="repeat" value=(wish.repeat);
                input type="hidden" name="every_minutes" value=(wish.every_minutes);
                div.actions {
                    button.danger id="khan-cap-phat" type="submit" { (icon("loa")) (say("Phát khẩn cấp", "Sound the emergency")) }
                    a.button href="/khan-cap" { (say("Quay lại", "Go back")) }
                }
            }
        },
    ))
}

/// It sounds.
pub(super) async fn sound(State(site): State<Site>, who: Who, Form(wish): Form<Wish>) -> Result<Redirect, Refused> {
    let every_ms = wish.every_minutes.saturating_mul(60_000);
    let question = emergency_question(&who, &wish.what, &wish.ordered_by, wish.repeat, every_ms)?;
    order(&site, &who, Act::Emergency, question).await?;
    let what = &wish.what;
    let told = Text::new(format!("Đang phát khẩn cấp “{what}”."), format!("The emergency “{what}” sounds."));
    who.tell(&site, Notice::Warning(told));
    Ok(Redirect::to("/"))
}

/// What the daemon is asked.
pub(in crate::console) fn emergency_question(
    who: &Who,
    what: &str,
    ordered_by: &str,
    repeat: u64,
    every_ms: u64,
) -> Result<Value, Refused> {
    let (what, ordered_by) = named(what, ordered_by)?;
    let by = format!("{ordered_by} (qua {})", who.name());
    let repeat = repeat.clamp(1, MOST_REPEATS);
    let every_ms = every_ms.min(LONGEST_PAUSE_MINUTES * 60_000);
    Ok(json!({ "what": what, "by": by, "repeat": repeat, "every_ms": every_ms }))
}

fn bounded(wish: &Wish) -> Result<Wish, Refused> {
    let what = if wish.what.trim().is_empty() { &wish.ready } else { &wish.what };
    let (what, ordered_by) = named(what, &wish.ordered_by)?;
    let repeat = wish.repeat.clamp(1, MOST_REPEATS);
    let every_minutes = wish.every_minutes.clamp(1, LONGEST_PAUSE_MINUTES);
    Ok(Wish { what, ready: String::new(), ordered_by, repeat, every_minutes })
}

fn named(what: &str, ordered_by: &str) -> Result<(String, String), Refused> {
    let (what, ordered_by) = (what.trim().to_owned(), ordered_by.trim().to_owned());
    if what.is_empty() || ordered_by.is_empty() {
        return Err(Refused::bad(Text::new(
            "bản tin khẩn cấp cần tệp âm thanh và tên người ra lệnh; hãy quay lại và điền đủ",
            "an emergency needs a recording and the name of who orders it; go back and fill both in",
        )));
    }
    name_of(&ordered_by).map_err(Refused::bad)?;
    Ok((what, ordered_by))
}
