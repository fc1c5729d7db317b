//! What no log can tell: difficulties, what is to be done next, proposals. Typed here, kept in the month's own file.

use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use crate::clock;
use crate::console::assets::address;
use crate::console::page::{Notice, Tab, csrf, notice, page};
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::say::{either, query};
use crate::console::site::Site;
use crate::console::who::Who;
use crate::editing::{Operation, Target, Value, apply};
use crate::problem::{Lang, Text};
use crate::saving::{self, Deed, PlanFile, Unsaved};
use crate::schedule::{self, Month};

/// The keys of `[remarks]`, and what people call them.
const PARTS: [(&str, &str, &str); 3] = [
    ("difficulties", "Khó khăn, vướng mắc và nguyên nhân", "Difficulties, and their causes"),
    ("next", "Nhiệm vụ trong thời gian tới", "What is to be done next"),
    ("proposals", "Kiến nghị, đề xuất", "Proposals"),
];

/// What was asked for, and filled in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Said {
    thang: String,
    /// What the file held when it was read.
    ban: String,
    difficulties: String,
    next: String,
    proposals: String,
}

impl Said {
    fn part(&self, key: &str) -> &str {
        match key {
            "difficulties" => &self.difficulties,
            "next" => &self.next,
            _ => &self.proposals,
        }
    }
}

/// Where the form of a month is.
pub(super) fn page_of(month: Month) -> String {
    format!("/bao-cao/viet{}", query([("thang", month.to_string().as_str())]))
}

async fn text_of(site: &Site, month: Month) -> Result<String, Refused> {
    let home = site.link.home().clone();
    let text = site.work(move || PlanFile::Month(month).read(&home)).await?.map_err(Refused::conflict)?;
    text.ok_or_else(|| {
        Refused::conflict(Text::new(
            format!("tháng {month} chưa có kế hoạch; hãy lập ở trang Lịch trước"),
            format!("{month} has no plan yet; make it on the page Plan first"),
        ))
    })
}

pub(super) async fn form(State(site): State<Site>, who: Who, Query(asked): Query<Said>) -> Result<Markup, Refused> {
    who.need(Role::Operator)?;
    let month: Month = asked.thang.parse().map_err(|()| Refused::not_found())?;
    let text = text_of(&site, month).await?;
    let (schedule, _) = schedule::read_under(&PlanFile::Month(month).name(), &text, None);
    let remarks = schedule.map(|schedule| schedule.remarks).unwrap_or_default();
    let said = Said {
        thang: asked.thang,
        ban: saving::version(Some(&text)),
        difficulties: remarks.difficulties.join("\n"),
        next: remarks.next.join("\n"),
        proposals: remarks.proposals.join("\n"),
    };
    Ok(shown(&who, month, &said, None))
}

pub(super) async fn written(State(site): State<Site>, who: Who, Form(said): Form<Said>) -> Result<Response, Refused> {
    who.need(Role::Operator)?;
    let month: Month = said.thang.parse().map_err(|()| Refused::not_found())?;
    let text = text_of(&site, month).await?;
    let again = |said: &Said, why: Text| (StatusCode::CONFLICT, shown(&who, month, said, Some(why))).into_response();
    let keys = PARTS.map(|(key, _, _)| {
        let lines: Vec<&str> = said.part(key).lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        (key, (!lines.is_empty()).then(|| Value::texts(lines)))
    });
    let change = Operation::Change { of: Target::Once("remarks"), keys: keys.to_vec() };
    let changed = match apply(&text, &change) {
        Ok(changed) => changed,
        Err(why) => return Ok(again(&said, why)),
    };
    let what = Text::new("sửa phần viết tay của báo cáo", "changed what is typed for the report");
    let (home, base, by) = (site.link.home().clone(), said.ban.clone(), who.name().to_owned());
    let deed = what.clone();
    let saved = site.work(move || {
        let deed = Deed { by: &by, what: deed, now: clock::now() };
        saving::save(&home, PlanFile::Month(month), &base, &changed, &deed)
    });
    match saved.await? {
        Ok(()) => {
            site.note(who.name(), "remarks", month.to_string()).await;
            who.tell(
                &site,
                Notice::Done(Text::new(
                    format!("Đã ghi phần viết tay của tháng {month}."),
                    format!("What is typed for {month} is saved."),
                )),
            );
            Ok(Redirect::to(&format!("/bao-cao{}", query([("ky", month.to_string().as_str())]))).into_response())
        }
        Err(Unsaved::Changed { theirs, last }) => {
            let by = last.map(|last| format!(" ({})", last.by)).unwrap_or_default();
            let why = Text::new(
                format!(
                    "chưa lưu: kế hoạch tháng {month} vừa có người khác sửa{by}; xem lại những gì bạn viết rồi bấm lưu lần nữa"
                ),
                format!(
                    "not saved: somebody has changed the plan of {month} since{by}; look over what you wrote and save once more"
                ),
            );
            // What they wrote elsewhere in the file stays: only these lines are put in.
            let said = Said { ban: saving::version(theirs.as_deref()), ..said };
            Ok(again(&said, why))
        }
        Err(Unsaved::Failed(why)) => Ok(again(&said, why)),
        Err(Unsaved::NothingToUndo) => Err(Refused::not_found()),
    }
}

fn shown(who: &Who, month: Month, said: &Said, why: Option<Text>) -> Markup {
    let lang: Lang = who.lang();
    let title = Text::new(format!("Phần viết tay, tháng {month}"), format!("What is typed for {month}"));
    page(
        who,
        Tab::Report,
        &title,
        html! {
            link rel="stylesheet" href=(address("pages.css"));
            div.title {
                p { a href=(format!("/bao-cao{}", query([("ky", said.thang.as_str())]))) { "← " (either(lang, "Báo cáo", "Report")) } }
                h1 { (who.say(&title)) }
            }
            @if let Some(why) = why { (notice(lang, &Notice::Error(why))) }
            section.card {
                p.hint-text { (either(lang, "Mỗi dòng là một ý trong báo cáo. Lời viết nằm trong kế hoạch tháng, phần [remarks]; mọi dòng khác của tệp giữ nguyên.",
                    "Each line is a point of the report. They are kept in the month's plan under [remarks]; all else in the file stays.")) }
                form.stack method="post" action="/bao-cao/viet" {
                    (csrf(who))
                    input type="hidden" name="thang" value=(said.thang);
                    input type="hidden" name="ban" value=(said.ban);
                    @for (key, vi, en) in PARTS {
                        label { span { (either(lang, vi, en)) } textarea name=(key) maxlength="4000" { (said.part(key)) } }
                    }
                    div.row { button.primary type="submit" { (either(lang, "Lưu", "Save")) } }
                }
            }
        },
    )
}
