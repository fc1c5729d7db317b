//! What a person says in the report: difficulties, what is to be done next, proposals.

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::put::{NotPut, put};
use super::{NotDone, page_of, shown, to_change};
use crate::console::accounts::Act;
use crate::console::form::{Held, changed_meanwhile, saved_meanwhile};
use crate::console::page::{Notice, csrf};
use crate::console::plan::view::Open;
use crate::console::refused::Refused;
use crate::console::say::{self, either};
use crate::console::site::Site;
use crate::console::who::Who;
use crate::editing::{Operation, Target, Value};
use crate::problem::Text;
use crate::saving;

/// The keys of `[remarks]`, and what people call them.
const PARTS: [(&str, &str, &str); 3] = [
    ("difficulties", "Khó khăn, vướng mắc và nguyên nhân", "Difficulties, and their causes"),
    ("next", "Nhiệm vụ trong thời gian tới", "What is to be done next"),
    ("proposals", "Kiến nghị, đề xuất", "Proposals"),
];

/// What was filled in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Said {
    thang: String,
    /// What the file held when it was read.
    ban: String,
    difficulties: String,
    next: String,
    proposals: String,
    /// What the form held when it was made; see [`Held`].
    #[serde(rename = "da-co")]
    held: String,
    /// What somebody else saved meanwhile where this says something else, by its key.
    #[serde(skip)]
    theirs: Vec<(&'static str, String)>,
}

impl Said {
    /// What the month's file has.
    pub fn of(open: &Open) -> Said {
        let remarks = open.schedule().map(|schedule| schedule.remarks.clone()).unwrap_or_default();
        let mut said = Said {
            thang: open.month.to_string(),
            ban: open.version.clone(),
            difficulties: remarks.difficulties.join("\n"),
            next: remarks.next.join("\n"),
            proposals: remarks.proposals.join("\n"),
            ..Said::default()
        };
        said.held = Held::of(PARTS.map(|(key, _, _)| (key.to_owned(), said.part(key)))).written();
        said
    }

    fn part_mut(&mut self, key: &str) -> &mut String {
        match key {
            "difficulties" => &mut self.difficulties,
            "next" => &mut self.next,
            _ => &mut self.proposals,
        }
    }

    /// Beside what is saved by now, `there`: what was not touched is as it is there, and where somebody else said something
    /// else, that is kept to be shown.
    fn beside(mut self, there: &Said) -> Said {
        // A form of before this field: it is held against the whole file.
        if self.held.is_empty() {
            return self;
        }
        let held = Held::read(Some(&self.held));
        for (key, _, _) in PARTS {
            let (mine, saved) = (lines(self.part(key)).join("\n"), there.part(key));
            if held.has(key, &mine) {
                saved.clone_into(self.part_mut(key));
            } else if held.clashes(key, &mine, saved) {
                self.theirs.push((key, saved.to_owned()));
            }
        }
        (self.ban, self.held) = (there.ban.clone(), there.held.clone());
        self
    }

    fn part(&self, key: &str) -> &str {
        match key {
            "difficulties" => &self.difficulties,
            "next" => &self.next,
            _ => &self.proposals,
        }
    }
}

/// The points of a part: what stands on its lines.
fn lines(part: &str) -> Vec<&str> {
    part.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

pub(super) async fn written(State(site): State<Site>, who: Who, Form(said): Form<Said>) -> Result<Response, Refused> {
    let open = to_change(&site, &who, &said.thang).await?;
    let month = open.month;
    let said = said.beside(&Said::of(&open));
    if !said.theirs.is_empty() {
        let why = NotDone::from(changed_meanwhile());
        return Ok((StatusCode::CONFLICT, shown(&who, &open, &said, Some(&why))?).into_response());
    }
    let keys = PARTS.map(|(key, _, _)| {
        let lines = lines(said.part(key));
        (key, (!lines.is_empty()).then(|| Value::texts(lines)))
    });
    let change = Operation::Change { of: Target::Once("remarks"), keys: keys.to_vec() };
    let what = Text::new("sửa phần viết tay của báo cáo", "changed what is typed for the report");
    let (said, why) = match put(&site, &who, &open, &said.ban, &change, what).await? {
        Ok(()) => {
            site.note(who.name(), Act::Remarks, Text::same(&month.to_string())).await;
            who.tell(
                &site,
                Notice::Done(Text::new(
                    format!("Đã ghi phần viết tay của tháng {}.", say::month(month)),
                    format!("What is typed for {month} is saved."),
                )),
            );
            return Ok(Redirect::to(&page_of(month)).into_response());
        }
        Err(NotPut::Changed { theirs, by }) => {
            let by = by.map(|by| format!(" ({by})")).unwrap_or_default();
            let why = Text::new(
                format!(
                    "chưa lưu: kế hoạch tháng {} vừa có người khác sửa{by}; xem lại những gì bạn viết rồi bấm lưu lần nữa",
                    say::month(month)
                ),
                format!(
                    "not saved: somebody has changed the plan of {month} since{by}; look over what you wrote and save once more"
                ),
            );
            // What they wrote elsewhere in the file stays: only these lines are put in.
            (Said { ban: saving::version(theirs.as_deref()), ..said }, NotDone::from(why))
        }
        Err(NotPut::Why(why)) => (said, NotDone::from(why)),
        Err(NotPut::Mistakes(why, problems, sources)) => (said, NotDone { why, problems, sources }),
    };
    Ok((StatusCode::CONFLICT, shown(&who, &open, &said, Some(&why))?).into_response())
}

pub(super) fn form(who: &Who, said: &Said) -> Markup {
    let lang = who.lang();
    html! {
        section.card {
            h2 { (either(lang, "Lời viết trong báo cáo", "What the report says in words")) }
            p.hint-text { (either(lang, "Mỗi dòng là một ý trong báo cáo. Lời viết nằm trong kế hoạch tháng; mọi dòng khác của tệp giữ nguyên.",
                "Each line is a point of the report. They are kept in the month's plan; all else in the file stays.")) }
            form.stack method="post" action="/bao-cao/viet" data-typed {
                (csrf(who))
                input type="hidden" name="thang" value=(said.thang);
                input type="hidden" name="ban" value=(said.ban);
                input type="hidden" name=(Held::NAME) value=(said.held);
                @for (key, vi, en) in PARTS {
                    label { span { (either(lang, vi, en)) } textarea name=(key) maxlength="4000" { (said.part(key)) }
                        @for (_, theirs) in said.theirs.iter().filter(|(of, _)| *of == key) {
                            span.hint-text { (saved_meanwhile(if theirs.is_empty() { "—" } else { theirs }).get(lang)) }
                        } }
                }
                div.row { button.primary type="submit" { (either(lang, "Lưu lời viết", "Save the words")) } }
            }
        }
    }
}
