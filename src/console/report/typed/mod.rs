//! What no log can tell, typed here and kept in the month's own file: a page of a month with all of it, and a form an
//! entry.

use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;

use crate::console::accounts::Act;
use crate::console::form::{Control, Labels, Sent};
use crate::console::page::{Notice, Tab, below, csrf, page, refusal};
use crate::console::plan::view::{self, Open};
use crate::console::problems::of_a_form;
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::say::{self, either, query};
use crate::console::site::Site;
use crate::console::who::Who;
use crate::problem::{Lang, Problem, Sources, Text};
use crate::schedule::Month;

mod entries;
mod put;
mod remarks;

use entries::{Entry, Kind, without_figures};
use put::{NotPut, put};
use remarks::Said;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/bao-cao/viet", get(of_month).post(remarks::written))
        .route("/bao-cao/viet/{kind}", get(opened).post(sent))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    thang: String,
    /// The entry; none: a new one.
    muc: Option<String>,
}

/// Why something was not written, as a page says it.
struct NotDone {
    why: Text,
    problems: Vec<Problem>,
    sources: Sources,
}

impl From<Text> for NotDone {
    fn from(why: Text) -> NotDone {
        NotDone { why, problems: Vec::new(), sources: Sources::new() }
    }
}

impl NotDone {
    fn shown(&self, lang: Lang) -> Markup {
        html! {
            (refusal(lang, &self.why))
            (of_a_form(lang, &self.problems, &self.sources))
        }
    }
}

/// Where the page of a month is.
pub(super) fn page_of(month: Month) -> String {
    format!("/bao-cao/viet{}", query([("thang", month.to_string().as_str())]))
}

fn form_of(kind: Kind, month: Month, entry: Option<&str>) -> String {
    let month = month.to_string();
    let pairs = [("thang", month.as_str()), ("muc", entry.unwrap_or_default())];
    format!("/bao-cao/viet/{}{}", kind.code(), query(pairs))
}

/// The month, which must have a plan, for who may change it.
async fn to_change(site: &Site, who: &Who, month: &str) -> Result<Open, Refused> {
    who.need(Role::Operator)?;
    let month: Month = month.parse().map_err(|()| Refused::not_found())?;
    let open = view::open(site, month).await?;
    if open.text.is_some() {
        return Ok(open);
    }
    Err(Refused::conflict(Text::new(
        format!("tháng {} chưa có kế hoạch; hãy lập ở trang Lịch trước", say::month(month)),
        format!("{month} has no plan yet; make it on the page Plan first"),
    )))
}

async fn of_month(State(site): State<Site>, who: Who, Query(asked): Query<Asked>) -> Result<Markup, Refused> {
    let open = to_change(&site, &who, &asked.thang).await?;
    shown(&who, &open, &Said::of(&open), None)
}

/// The page of a month.
fn shown(who: &Who, open: &Open, said: &Said, why: Option<&NotDone>) -> Result<Markup, Refused> {
    let (lang, month) = (who.lang(), open.month);
    let title = Text::new(format!("Phần viết tay, tháng {}", say::month(month)), format!("What is typed for {month}"));
    let lists: Vec<Markup> = Kind::ALL.map(|kind| list(who, open, kind)).into_iter().collect::<Result<_, Refused>>()?;
    let report = format!("/bao-cao{}", query([("ky", month.to_string().as_str())]));
    Ok(page(
        who,
        Tab::Report,
        &title,
        html! {
            (below(&report, either(lang, "Báo cáo", "Report"), who.say(&title)))
            @if let Some(why) = why { (why.shown(lang)) }
            (remarks::form(who, said))
            @for list in lists { (list) }
        },
    ))
}

fn list(who: &Who, open: &Open, kind: Kind) -> Result<Markup, Refused> {
    let lang = who.lang();
    let fields = kind.fields(&open.station());
    let entries = kind.entries(open.text.as_deref().unwrap_or_default(), &fields).map_err(Refused::conflict)?;
    Ok(html! {
        section.card {
            div.head {
                h2 { (kind.name().get(lang)) }
                a.button href=(form_of(kind, open.month, None)) { (either(lang, "Thêm", "Add")) }
            }
            p.hint-text { (kind.hint().get(lang)) }
            @if entries.is_empty() {
                p.muted { (either(lang, "Chưa có dòng nào.", "Nothing yet.")) }
            } @else {
                table.cards {
                    caption.sr { (kind.name().get(lang)) }
                    thead { tr {
                        @if kind.told_by_segments().is_some() { th scope="col" { (either(lang, "Tiết mục", "Segment")) } }
                        @for field in &fields { th scope="col" { (field.label.get(lang)) } }
                        th scope="col" { span.sr { (either(lang, "Sửa, bỏ", "Change, take out")) } }
                    } }
                    tbody { @for entry in &entries { tr {
                        @if let Some(title) = &entry.title { th scope="row" { (title) } }
                        @for (n, (field, value)) in fields.iter().zip(&entry.values).enumerate() {
                            @let value = field.read(value, lang);
                            @if n == 0 && entry.title.is_none() { th scope="row" { (value) } }
                            @else { td.right[matches!(field.control, Control::Number)] data-label=(field.label.get(lang)) { (value) } }
                        }
                        td { (deeds(who, open, kind, entry)) }
                    } } }
                }
            }
        }
    })
}

fn deeds(who: &Who, open: &Open, kind: Kind, entry: &Entry) -> Markup {
    let lang = who.lang();
    html! {
        div.row {
            a.button.small href=(form_of(kind, open.month, Some(&entry.at))) { (either(lang, "Sửa", "Change")) }
            form method="post" action=(format!("/bao-cao/viet/{}", kind.code())) {
                (hidden(who, open, Some(entry)))
                button.small.outline-danger type="submit" name="viec" value="bo" { (either(lang, "Bỏ", "Take out")) }
            }
        }
    }
}

/// What every form of an entry sends: the month, and the entry as it was when the form was made.
fn hidden(who: &Who, open: &Open, entry: Option<&Entry>) -> Markup {
    html! {
        (csrf(who))
        input type="hidden" name="thang" value=(open.month);
        @if let Some(entry) = entry {
            input type="hidden" name="muc" value=(entry.at);
            input type="hidden" name="thay" value=(entry.version());
        }
    }
}

async fn opened(
    State(site): State<Site>,
    who: Who,
    Path(kind): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Refused> {
    let open = to_change(&site, &who, &asked.thang).await?;
    let kind = Kind::from_code(&kind).ok_or_else(Refused::not_found)?;
    let fields = kind.fields(&open.station());
    let entries = kind.entries(open.text.as_deref().unwrap_or_default(), &fields).map_err(Refused::conflict)?;
    let entry = match asked.muc.as_deref().filter(|at| !at.is_empty()) {
        Some(at) => Some(entries.into_iter().find(|entry| entry.at == at).ok_or_else(Refused::not_found)?),
        None => None,
    };
    let values = entry.as_ref().map(|entry| entry.values.clone()).unwrap_or_default();
    let identity = hidden(&who, &open, entry.as_ref());
    form(&who, &open, kind, &Filling { identity, values, new: entry.is_none(), segment: "", why: None })
}

/// A form on the way: what it sends unseen, what its fields hold, and why it comes again.
struct Filling<'f> {
    identity: Markup,
    values: Vec<String>,
    new: bool,
    /// The segment that was chosen for new figures.
    segment: &'f str,
    why: Option<&'f NotDone>,
}

fn form(who: &Who, open: &Open, kind: Kind, filling: &Filling<'_>) -> Result<Markup, Refused> {
    let lang = who.lang();
    let (name, month) = (kind.name(), open.month);
    let title = Text::new(format!("{}, tháng {}", name.vi, say::month(month)), format!("{}, {month}", name.en));
    let fields = kind.fields(&open.station());
    let segments = match kind.told_by_segments().filter(|_| filling.new) {
        Some(key) => without_figures(open.text.as_deref().unwrap_or_default(), key, lang).map_err(Refused::conflict)?,
        None => Vec::new(),
    };
    Ok(page(
        who,
        Tab::Report,
        &title,
        html! {
            (below(&page_of(month), either(lang, "Phần viết tay", "What is typed"), who.say(&title)))
            @if let Some(why) = filling.why { (why.shown(lang)) }
            section.card {
                p.hint-text { (kind.hint().get(lang)) }
                form.stack method="post" action=(format!("/bao-cao/viet/{}", kind.code())) data-typed {
                    (filling.identity)
                    @if !segments.is_empty() {
                        label { span { (either(lang, "Tiết mục", "Segment")) }
                            select name="muc" required {
                                @for (id, title) in &segments { option value=(id) selected[id == filling.segment] { (title) } }
                            } }
                    }
                    div.fields {
                        @for (n, field) in fields.iter().enumerate() {
                            (field.input(lang, filling.values.get(n).map_or("", String::as_str)))
                        }
                    }
                    div.row {
                        button.primary type="submit" name="viec" value="luu" { (either(lang, "Lưu", "Save")) }
                        a.button href=(page_of(month)) { (either(lang, "Thôi, quay lại", "Back, change nothing")) }
                    }
                }
            }
        },
    ))
}

async fn sent(
    State(site): State<Site>,
    who: Who,
    Path(kind): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Refused> {
    let open = to_change(&site, &who, sent.get("thang").unwrap_or_default()).await?;
    let (kind, month) = (Kind::from_code(&kind).ok_or_else(Refused::not_found)?, open.month);
    let fields = kind.fields(&open.station());
    let (status, why) = match kind.change(open.text.as_deref().unwrap_or_default(), &fields, &sent) {
        Err(why) => (StatusCode::CONFLICT, NotDone::from(why)),
        Ok(change) => {
            let what = change.what.clone();
            match put(&site, &who, &open, &open.version, &change.operation, change.what).await? {
                Ok(()) => {
                    site.note(who.name(), Act::Typed, what.after(month)).await;
                    who.tell(
                        &site,
                        Notice::Done(Text::new(format!("đã lưu: {}", what.vi), format!("saved: {}", what.en))),
                    );
                    return Ok(Redirect::to(&page_of(month)).into_response());
                }
                Err(NotPut::Why(why)) => (StatusCode::CONFLICT, NotDone::from(why)),
                Err(NotPut::Mistakes(why, problems, sources)) => {
                    let labels = Labels::of(fields.iter());
                    let said = problems.iter().map(|problem| Problem { place: None, ..labels.say(problem, None) });
                    (StatusCode::UNPROCESSABLE_ENTITY, NotDone { why, problems: said.collect(), sources })
                }
                Err(NotPut::Changed { .. }) => {
                    let why = Text::new(
                        "chưa lưu: tệp vừa được ghi ngay lúc này; hãy bấm lưu lần nữa",
                        "not saved: the file was written at this very moment; save once more",
                    );
                    (StatusCode::CONFLICT, NotDone::from(why))
                }
            }
        }
    };
    let values = fields.iter().map(|field| sent.get(field.key).unwrap_or_default().to_owned()).collect();
    let identity = html! {
        (hidden(&who, &open, None))
        @if let Some(version) = sent.get("thay") {
            input type="hidden" name="muc" value=(sent.get("muc").unwrap_or_default());
            input type="hidden" name="thay" value=(version);
        }
    };
    let segment = sent.get("muc").unwrap_or_default();
    let filling = Filling { identity, values, new: sent.get("thay").is_none(), segment, why: Some(&why) };
    Ok((status, form(&who, &open, kind, &filling)?).into_response())
}
