//! `/khan-cap`: an emergency in two steps: what and who orders it, then a look at what will happen.

use axum::extract::{Form, Multipart, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use super::actions::order;
use super::brought::{self, Brought};
use super::outcome::came_of;
use super::recordings::{choices, recordings};
use super::{sure, watch};
use crate::airing::name_of;
use crate::console::accounts::Act;
use crate::console::came::{Came, WaitsFor};
use crate::console::library::ACCEPTED;
use crate::console::page::{Notice, Tab, csrf, marked, notice, page, refusal};
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::say::query;
use crate::console::site::Site;
use crate::console::standing;
use crate::console::who::{Unproven, Who};
use crate::library::EMERGENCY_FOLDER;
use crate::problem::Text;
use crate::timetable::{FARTHEST_REPEAT_MS, MOST_REPEATS};

/// Of what was recorded beforehand so many are seen at once; more are folded away.
const MOST_READY: usize = 12;
/// In minutes, as they are typed here.
const FARTHEST_MINUTES: u64 = FARTHEST_REPEAT_MS / 60_000;

/// As it was typed.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    /// A recording or a segment's id that was typed, or a recording that was brought along; it counts before what was chosen.
    pub what: String,
    /// The recording that was chosen.
    ready: String,
    ordered_by: String,
    repeat: String,
    every_minutes: String,
}

impl Wish {
    /// A field of the form, by its name.
    pub fn field_mut(&mut self, name: &str) -> Option<&mut String> {
        match name {
            "what" => Some(&mut self.what),
            "ready" => Some(&mut self.ready),
            "ordered_by" => Some(&mut self.ordered_by),
            "repeat" => Some(&mut self.repeat),
            "every_minutes" => Some(&mut self.every_minutes),
            _ => None,
        }
    }
}

impl Wish {
    /// The address at which that step has it: whoever changes the language or the colours, or goes back, keeps what was typed.
    pub fn at(&self, step: &str) -> String {
        let Wish { what, ready, ordered_by, repeat, every_minutes } = self;
        let fields = [
            ("what", what.as_str()),
            ("ready", ready),
            ("ordered_by", ordered_by),
            ("repeat", repeat),
            ("every_minutes", every_minutes),
        ];
        format!("{step}{}", query(fields))
    }
}

/// Where the steps are.
pub(super) const FIRST: &str = "/khan-cap";
pub(super) const SECOND: &str = "/khan-cap/xem";

impl Default for Wish {
    fn default() -> Wish {
        let (repeat, every_minutes) = ("1".to_owned(), "10".to_owned());
        Wish { what: String::new(), ready: String::new(), ordered_by: String::new(), repeat, every_minutes }
    }
}

fn how_often() -> Text {
    Text::new("Phát mấy lần", "How often")
}

fn apart() -> Text {
    Text::new("Cách nhau (phút)", "Minutes apart")
}

pub(super) fn title() -> Text {
    Text::new("Phát khẩn cấp", "Emergency")
}

pub(super) fn warning() -> Text {
    Text::new(
        "Bản tin khẩn cấp phát ngay, cắt mọi thứ đang phát, kể cả trong giờ yên tĩnh. Mục bị cắt không phát lại. Đang có bản khẩn cấp khác thì đợi bản ấy hết.",
        "An emergency sounds at once, cuts whatever is on air, in quiet hours too. What it cuts is not resumed. During another emergency it waits for that to end.",
    )
}

/// The first step.
pub(super) async fn first(State(site): State<Site>, who: Who, Query(wish): Query<Wish>) -> Result<Markup, Refused> {
    who.need(Role::Operator)?;
    asked(&site, &who, &wish, None).await
}

/// The form with what was typed, and why that will not do.
async fn asked(site: &Site, who: &Who, wish: &Wish, why: Option<Text>) -> Result<Markup, Refused> {
    let known = recordings(site).await?;
    let say = |vi: &str, en: &str| Text::new(vi, en).get(who.lang()).to_owned();
    Ok(page(
        who,
        Tab::OnAir,
        &title(),
        html! {
            (watch(who.lang()))
            h1 { (who.say(&title())) }
            @if let Some(why) = why { (refusal(who.lang(), &why)) }
            (notice(who.lang(), &Notice::Warning(warning())))
            form.card.stack.to-read method="post" action="/khan-cap/tep" enctype="multipart/form-data" data-order {
                (csrf(who))
                (ready(site, who, wish, &known))
                label { span { (say("Hoặc tệp khác trong kho, hoặc mã tiết mục", "Or another recording of the library, or a segment's id")) }
                    input id="khan-cap-tep" name="what" value=(wish.what) list="tep" autocomplete="off"; }
                (choices("tep", &known))
                label { span { (say("Hoặc tệp từ máy này, USB", "Or a file from this PC or a USB stick")) }
                    input id="khan-cap-mang-den" type="file" name="tep" accept=(ACCEPTED) aria-describedby="mang-den-y"; }
                p.hint-text id="mang-den-y" { (marked(&say(
                    "Tệp được nhận vào `audio/khan-cap/` và kiểm tra trước khi phát; bước này chưa phát gì.",
                    "It is taken into `audio/khan-cap/` and decoded first; nothing sounds in this step.",
                ))) }
                label { span { (say("Người ra lệnh", "Ordered by")) }
                    input id="khan-cap-nguoi" name="ordered_by" value=(wish.ordered_by) required minlength="2" maxlength="80" autocomplete="off"; }
                p.hint-text { (say("Họ tên và chức vụ; được ghi vào nhật ký cùng tên tài khoản của bạn.", "Name and office; the log has it beside your account's name.")) }
                div.pair {
                    label { span { (who.say(&how_often())) }
                        input id="khan-cap-lan" name="repeat" type="number" min="1" max=(MOST_REPEATS) value=(wish.repeat) required; }
                    label { span { (who.say(&apart())) }
                        input id="khan-cap-cach" name="every_minutes" type="number" min="1" max=(FARTHEST_MINUTES) value=(wish.every_minutes) required; }
                }
                div.actions {
                    button.primary id="khan-cap-tiep" type="submit" { (say("Tiếp tục", "Go on")) }
                    a.button href="/" { (say("Thôi, quay lại", "Back, sound nothing")) }
                }
            }
        },
    ))
}

/// What lies in the folder of emergencies, to choose from.
fn ready(site: &Site, who: &Who, wish: &Wish, known: &[String]) -> Markup {
    let tone = site.link.latest().station.emergency_tone.as_ref().map(|tone| tone.file.clone());
    let ready: Vec<&String> =
        known.iter().filter(|rel| bare_name(rel).is_some() && Some(*rel) != tone.as_ref()).collect();
    let (seen, folded) = ready.split_at(ready.len().min(MOST_READY));
    let say = |vi: &str, en: &str| Text::new(vi, en).get(who.lang()).to_owned();
    let choice = |rel: &String| {
        html! { label.check { input type="radio" name="ready" value=(rel) checked[*rel == wish.ready]; span { (bare_name(rel).unwrap_or(rel)) } } }
    };
    html! {
        @if ready.is_empty() {
            p.hint-text {
                (marked(&say(
                    "Chưa có bản tin soạn sẵn: bản ghi để trong thư mục `audio/khan-cap/` hiện ra ở đây.",
                    "Nothing is recorded beforehand: recordings in the folder `audio/khan-cap/` are shown here.",
                ))) " "
                a href=(format!("/kho?thu_muc={EMERGENCY_FOLDER}")) { (say("Tải lên ở Kho âm thanh", "Upload them in the Library")) }
            }
        } @else {
            fieldset.ready {
                legend { (say("Bản tin soạn sẵn", "Recorded beforehand")) }
                @for rel in seen { (choice(rel)) }
            }
        }
        @if !folded.is_empty() {
            details {
                summary { (say("Thêm bản tin soạn sẵn", "More of them")) " (" (folded.len()) ")" }
                fieldset.ready { @for rel in folded { (choice(rel)) } }
            }
        }
    }
}

/// `khan-cap/bao-so-3.ogg` → `bao-so-3`; none of what lies elsewhere.
fn bare_name(rel: &str) -> Option<&str> {
    let name = rel.strip_prefix(EMERGENCY_FOLDER)?.strip_prefix('/')?;
    Some(name.rsplit_once('.').map_or(name, |(stem, _)| stem))
}

/// On to the second step, with a recording that may have been brought along: that is a page of its own, which one may go back to
/// and load anew. What was brought and not taken in is told in the first.
pub(super) async fn with_file(
    State(site): State<Site>,
    unproven: Option<Unproven>,
    form: Multipart,
) -> Result<Response, Refused> {
    let Brought { who, wish, turned } = brought::read(&site, unproven.ok_or_else(Refused::nobody)?, form).await?;
    let step = if turned.is_some() { FIRST } else { SECOND };
    if let Some(why) = turned {
        who.tell(&site, Notice::Error(why));
    }
    Ok(Redirect::to(&wish.at(step)).into_response())
}

/// The same without one.
pub(super) async fn second(who: Who, Form(wish): Form<Wish>) -> Result<Response, Refused> {
    who.need(Role::Operator)?;
    Ok(Redirect::to(&wish.at(SECOND)).into_response())
}

/// The second step: a look, by which nothing happens. What cannot sound is told here already, and what was typed is kept.
pub(super) async fn look(State(site): State<Site>, who: Who, Query(wish): Query<Wish>) -> Result<Response, Refused> {
    who.need(Role::Operator)?;
    let order = match Order::of(&wish) {
        Ok(order) => order,
        Err(why) => return again(&site, &who, &wish, why).await,
    };
    match site.ask(json!({ "ask": "known", "what": order.what })).await {
        Ok(known) => Ok(sure::shown(&site, &who, (&wish, &order), &known).await?.into_response()),
        Err(refused) => again_if_it_can_be_mended(&site, &who, &wish, refused).await,
    }
}

/// The first step again, with what was typed and why it will not do.
async fn again(site: &Site, who: &Who, wish: &Wish, why: Text) -> Result<Response, Refused> {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, asked(site, who, wish, Some(why)).await?).into_response())
}

async fn again_if_it_can_be_mended(site: &Site, who: &Who, wish: &Wish, refused: Refused) -> Result<Response, Refused> {
    if refused.status == StatusCode::CONFLICT { again(site, who, wish, refused.text).await } else { Err(refused) }
}

/// It sounds.
pub(super) async fn sound(State(site): State<Site>, who: Who, Form(wish): Form<Wish>) -> Result<Response, Refused> {
    who.need(Role::Operator)?;
    let wanted = match Order::of(&wish) {
        Ok(wanted) => wanted,
        Err(why) => return again(&site, &who, &wish, why).await,
    };
    let every_ms = wanted.every_minutes.saturating_mul(60_000);
    let question = emergency_question(&who, &wanted.what, &wanted.ordered_by, wanted.repeat, every_ms)?;
    let answer = match order(&site, &who, Act::Emergency, question).await {
        Ok(answer) => answer,
        Err(refused) => return again_if_it_can_be_mended(&site, &who, &wish, refused).await,
    };
    let told = told(&came_of(&site, &answer).await, &wanted.what);
    who.tell(&site, told);
    Ok(Redirect::to("/").into_response())
}

/// What came of it. That an emergency sounds is no success to be glad of.
fn told(came: &Came, what: &str) -> Notice {
    let words = came.words();
    let of_it =
        |vi: &str, en: &str| Text::new(format!("{vi} “{what}”. {}", words.vi), format!("{en} “{what}”. {}", words.en));
    match came {
        Came::OnAir | Came::Aired => Notice::Warning(Text::new(
            format!("Đang phát khẩn cấp “{what}”."),
            format!("The emergency “{what}” sounds."),
        )),
        Came::Waits { what: WaitsFor::Line { .. }, .. } => Notice::Error(standing::shut()),
        Came::Waits { .. } | Came::Unknown => Notice::Warning(of_it("Khẩn cấp đang chờ:", "The emergency waits:")),
        Came::Ended { .. } => Notice::Error(of_it("Bản tin khẩn cấp không phát được:", "The emergency is not heard:")),
    }
}

/// What the daemon is asked.
pub(in crate::console) fn emergency_question(
    who: &Who,
    what: &str,
    ordered_by: &str,
    repeat: u64,
    every_ms: u64,
) -> Result<Value, Refused> {
    let (what, ordered_by) = named(what, ordered_by).map_err(Refused::bad)?;
    let by = format!("{ordered_by} (qua {})", who.name());
    within("repeat", repeat, 1, MOST_REPEATS).map_err(Refused::bad)?;
    within("every_ms", every_ms, 0, FARTHEST_REPEAT_MS).map_err(Refused::bad)?;
    Ok(json!({ "what": what, "by": by, "repeat": repeat, "every_ms": every_ms }))
}

/// A wish that can be one.
pub(super) struct Order {
    pub what: String,
    pub ordered_by: String,
    pub repeat: u64,
    pub every_minutes: u64,
}

impl Order {
    fn of(wish: &Wish) -> Result<Order, Text> {
        let what = if wish.what.trim().is_empty() { &wish.ready } else { &wish.what };
        let (what, ordered_by) = named(what, &wish.ordered_by)?;
        // What is no number at all is outside of any bounds.
        let number = |written: &str| written.trim().parse::<u64>().map_err(|_| written.trim().to_owned());
        let repeat = bounded(&how_often(), number(&wish.repeat), MOST_REPEATS)?;
        let every_minutes = bounded(&apart(), number(&wish.every_minutes), FARTHEST_MINUTES)?;
        Ok(Order { what, ordered_by, repeat, every_minutes })
    }
}

fn bounded(field: &Text, written: Result<u64, String>, most: u64) -> Result<u64, Text> {
    match written {
        Ok(number) if (1..=most).contains(&number) => Ok(number),
        Ok(number) => Err(outside(field, &number.to_string(), 1, most)),
        Err(written) => Err(outside(field, &written, 1, most)),
    }
}

fn within(field: &str, number: u64, least: u64, most: u64) -> Result<(), Text> {
    if (least..=most).contains(&number) {
        return Ok(());
    }
    Err(outside(&Text::same(field), &number.to_string(), least, most))
}

fn outside(field: &Text, written: &str, least: u64, most: u64) -> Text {
    Text::new(
        format!("“{}” phải là số từ {least} đến {most}, không phải “{written}”; hãy sửa rồi làm tiếp", field.vi),
        format!("“{}” must be a number from {least} to {most}, not “{written}”; mend it and go on", field.en),
    )
}

fn named(what: &str, ordered_by: &str) -> Result<(String, String), Text> {
    let (what, ordered_by) = (what.trim().to_owned(), ordered_by.trim().to_owned());
    if what.is_empty() || ordered_by.is_empty() {
        return Err(Text::new(
            "bản tin khẩn cấp cần tệp âm thanh và tên người ra lệnh; hãy điền đủ cả hai",
            "an emergency needs a recording and the name of who orders it; fill both in",
        ));
    }
    name_of(&ordered_by)?;
    Ok((what, ordered_by))
}
