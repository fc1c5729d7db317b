//! What forms send: tried on the text in memory, held against what check says, and saved.

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};

use super::apart::is_apart;
use super::changes::{self, Change};
use super::remarks::{self, Remark};
use super::view::Open;
use super::{broadcast_forms, look, month_to_change, parts, segment_form, words};
use crate::clock;
use crate::console::accounts::Act;
use crate::console::form::{Labels, Sent};
use crate::console::fresh::{Said, fresh};
use crate::console::own_words::own;
use crate::console::page::{Notice, Tab, csrf, first_large, icon, marked, notice, page, refusal};
use crate::console::problems::of_a_form;
use crate::console::refused::Refused;
use crate::console::savable::{left, why_not};
use crate::console::site::Site;
use crate::console::station_page::FIRST_STEPS;
use crate::console::who::Who;
use crate::editing::{self, Block, apply_all};
use crate::loading::Checked;
use crate::problem::{Lang, Problem, Severity, Text};
use crate::saving::{self, Deed, Kept, PlanFile, Unsaved};
use crate::timetable::summary;

/// A change on the text in memory.
struct Tried {
    change: Change,
    text: String,
    checked: Checked,
    remarks: Vec<Remark>,
}

impl Tried {
    /// What check says now and did not say before.
    fn fresh(&self, open: &Open) -> Vec<Problem> {
        fresh(Said::of(&open.checked), Said::of(&self.checked))
    }

    /// Why it may not be saved.
    fn why_not(&self, open: &Open) -> Option<Text> {
        why_not(PlanFile::Month(open.month), &open.checked, &self.checked)
    }
}

async fn tried(site: &Site, open: &Open, sent: &Sent) -> Result<Result<Tried, Text>, Refused> {
    let Some(text) = open.text.clone() else { return Err(Refused::not_found()) };
    // What somebody changed since is no wish of this form's, though it has the old words in its fields.
    let made_from = match made_from(site, open, sent).await? {
        None => return Ok(Err(forgotten())),
        Some(origin) if is_apart(sent, open, &origin) => text.clone(),
        Some(origin) => origin,
    };
    let change = match changes::of(sent, open, &made_from) {
        Ok(change) => change,
        Err(why) => return Ok(Err(why)),
    };
    let changed = match apply_all(&text, &change.operations) {
        Ok(changed) => changed,
        Err(why) => return Ok(Err(why)),
    };
    let checked = look::check(site, open.month, Some(changed.clone())).await?;
    let file = PlanFile::Month(open.month);
    let mut remarks = remarks::of_change(file, &open.checked, &checked, clock::now());
    remarks.extend(left(file, &checked));
    Ok(Ok(Tried { change, text: changed, checked, remarks }))
}

/// The version that a form was made from, through however many saves of others.
fn origin(sent: &Sent) -> &str {
    sent.get("tu").or(sent.get("base")).unwrap_or_default()
}

/// The text of that version; none where nobody knows it any more.
async fn made_from(site: &Site, open: &Open, sent: &Sent) -> Result<Option<String>, Refused> {
    let origin = origin(sent).to_owned();
    if origin == open.version {
        return Ok(open.text.clone());
    }
    let (home, file) = (site.link.home().clone(), PlanFile::Month(open.month));
    let is_it = move |before: &String| saving::version(Some(before)) == origin;
    site.work(move || saving::newest_first(&home, file).filter_map(|kept| kept.before).find(is_it)).await
}

fn forgotten() -> Text {
    Text::new(
        "bản kế hoạch mà biểu mẫu này được mở từ đó không còn; hãy mở lại rồi sửa",
        "the plan that this form was made from is not known any more; open it anew",
    )
}

/// Where a form leads back to: one of these pages, or the first steps.
pub(super) fn back(sent: &Sent, open: &Open) -> String {
    let wanted =
        sent.get("ve").filter(|path| (path.starts_with("/lich/") && !path.contains("//")) || *path == FIRST_STEPS);
    wanted.map_or_else(|| format!("/lich/{}", open.month), str::to_owned)
}

pub(super) async fn save(
    who: Who,
    State(site): State<Site>,
    Path(when): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Refused> {
    let open = month_to_change(&who, &site, &when).await?;
    let is_behind = sent.get("base") != Some(&open.version);
    let origin = if is_behind { made_from(&site, &open, &sent).await? } else { None };
    let collides = is_behind && !origin.is_some_and(|origin| is_apart(&sent, &open, &origin));
    let last = last_of(&site, &open).await?;
    if collides || segment_form::is_gone(&sent, &open) {
        return conflict(&who, &site, &open, &sent, last.as_ref()).await;
    }
    let tried = match tried(&site, &open, &sent).await? {
        Ok(tried) => tried,
        Err(why) => return not_saved(&who, &site, &open, &sent, &why, &[]).await,
    };
    if let Some(why) = tried.why_not(&open) {
        return not_saved(&who, &site, &open, &sent, &why, &in_words(&open, &sent, &tried)).await;
    }
    let (home, month, version, text) = (site.link.home().clone(), open.month, open.version.clone(), tried.text.clone());
    let (by, what, now) = (who.name().to_owned(), tried.change.what.clone(), clock::now());
    let saved = site
        .work(move || saving::save(&home, PlanFile::Month(month), &version, &text, &Deed { by: &by, what, now }))
        .await?;
    match saved {
        Ok(()) => {
            let what = &tried.change.what;
            site.note(who.name(), Act::Plan, what.after(open.month)).await;
            who.tell(&site, done(what, &in_words(&open, &sent, &tried), &tried.remarks));
            if let Some(last) = last.filter(|_| is_behind) {
                who.tell(&site, Notice::Done(beside(&last)));
            }
            Ok(Redirect::to(&back(&sent, &open)).into_response())
        }
        Err(Unsaved::Changed { last, .. }) => conflict(&who, &site, &open, &sent, last.as_deref()).await,
        Err(Unsaved::Failed(why)) => not_saved(&who, &site, &open, &sent, &why, &[]).await,
        Err(Unsaved::NothingToUndo) => Err(Refused::not_found()),
    }
}

async fn last_of(site: &Site, open: &Open) -> Result<Option<Kept>, Refused> {
    let (home, month) = (site.link.home().clone(), open.month);
    let version = open.version.clone();
    let last = move || saving::newest_first(&home, PlanFile::Month(month)).next().filter(|last| last.after == version);
    site.work(last).await
}

/// Whose change of something else was saved before this one.
fn beside(last: &Kept) -> Text {
    let what = last.what();
    Text::new(
        format!("{} vừa lưu trước đó: {}; cả hai thay đổi đều còn.", last.by, what.vi),
        format!("{} saved just before: {}; both changes are kept.", last.by, what.en),
    )
}

/// So many errors are told one by one after a save; the page has them all.
const MOST_ERRORS: usize = 3;

/// What is said after a save: with what check found new and what is to be known besides.
pub(in crate::console) fn done(what: &Text, fresh: &[Problem], remarks: &[Remark]) -> Notice {
    // What keeps something from airing comes first, each of them; of the rest the first one.
    let of = |severity| fresh.iter().filter(move |problem| problem.severity == severity);
    let (errors, warnings) = (of(Severity::Error).count(), of(Severity::Warning).count());
    let mut said = Text::new(format!("đã lưu: {}", what.vi), format!("saved: {}", what.en));
    let mut say = |more: &Text| {
        said.vi += &format!(". {}", first_large(&more.vi));
        said.en += &format!(". {}", first_large(&more.en));
    };
    let shown = errors.clamp(1, MOST_ERRORS);
    for (n, problem) in of(Severity::Error).chain(of(Severity::Warning)).take(shown).enumerate() {
        let (vi, en) = if n == 0 { ("nhưng hãy xem: ", "but look at this: ") } else { ("", "") };
        let (message, help) = own(problem);
        say(&Text::new(format!("{vi}{}; {}", message.vi, help.vi), format!("{en}{}; {}", message.en, help.en)));
    }
    let more = (errors + warnings).saturating_sub(shown);
    if more > 0 {
        say(&Text::new(format!("và {more} điều nữa"), format!("and {more} more")));
    }
    remarks.iter().for_each(|remark| say(&remark.words));
    if errors + warnings > 0 || remarks.iter().any(|remark| remark.grave) {
        Notice::Warning(said)
    } else {
        Notice::Done(said)
    }
}

/// The form again or, where a button was the whole form, a page that says why.
async fn not_saved(
    who: &Who,
    site: &Site,
    open: &Open,
    sent: &Sent,
    why: &Text,
    fresh: &[Problem],
) -> Result<Response, Refused> {
    let body = if sent.get("viec") == Some("tiet-muc") {
        segment_form::again(who, site, open, sent, (why, fresh)).await?
    } else if let Some(form) = broadcast_forms::again(who, open, sent, (why, fresh))? {
        form
    } else {
        let title = Text::new("Chưa lưu", "Not saved");
        page(
            who,
            Tab::Plan,
            &title,
            html! {
                h1 { (who.say(&title)) }
                (refusal(who.lang(), why))
                (of_a_form(who.lang(), fresh, &crate::problem::Sources::new()))
                p { a.button.primary href=(back(sent, open)) { (who.say(&words::cancel())) } }
            },
        )
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response())
}

/// The second save: who was first, what this one would do, and a way to do it on the newer version.
async fn conflict(who: &Who, site: &Site, open: &Open, sent: &Sent, last: Option<&Kept>) -> Result<Response, Refused> {
    if segment_form::is_gone(sent, open) {
        let body = segment_form::again(who, site, open, sent, (&segment_form::is_gone_words(last), &[])).await?;
        return Ok((StatusCode::CONFLICT, body).into_response());
    }
    let title = Text::new("Có người vừa sửa tháng này", "Somebody has just changed this month");
    let wanted = match made_from(site, open, sent).await? {
        Some(text) => changes::of(sent, open, &text).map(|change| change.what),
        None => Err(forgotten()),
    };
    let first = last.map_or_else(
        || Text::new("Tệp đã được sửa từ một chương trình khác.", "The file was changed by another program."),
        |last| {
            let what = last.what();
            Text::new(format!("{} vừa lưu: {}.", last.by, what.vi), format!("{} has just saved: {}.", last.by, what.en))
        },
    );
    let kept = Text::new(
        "Thay đổi của bạn chưa được lưu và không ghi đè lên bản mới.",
        "Your change is not saved yet, and has overwritten nothing.",
    );
    let again = Text::new("Áp thay đổi của tôi lên bản mới", "Make my change on the new version");
    let body = page(
        who,
        Tab::Plan,
        &title,
        html! {
            h1 { (who.say(&title)) }
            (notice(who.lang(), &Notice::Warning(first)))
            section.card {
                p { (who.say(&kept)) }
                @match &wanted {
                    Ok(what) => {
                        p { strong { (who.say(&Text::new("Bạn muốn", "You wanted"))) ": " } (who.say(what)) }
                        form.row method="post" action=(format!("/lich/{}/luu", open.month)) {
                            (csrf(who))
                            input type="hidden" name="base" value=(open.version);
                            input type="hidden" name="tu" value=(origin(sent));
                            @for (name, value) in &sent.0 {
                                @if !["csrf", "base", "tu"].contains(&name.as_str()) { input type="hidden" name=(name) value=(value); }
                            }
                            button.primary type="submit" id="ap-lai" { (who.say(&again)) }
                            a.button href=(back(sent, open)) { (who.say(&Text::new("Xem bản mới", "See the new version"))) }
                        }
                    }
                    Err(why) => {
                        p { (marked(who.say(why))) }
                        p { a.button.primary href=(back(sent, open)) { (who.say(&Text::new("Xem bản mới", "See the new version"))) } }
                    }
                }
            }
        },
    );
    Ok((StatusCode::CONFLICT, body).into_response())
}

/// What check would say, as a part of a page.
pub(super) async fn rehearse(
    who: Who,
    State(site): State<Site>,
    Path(when): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Markup, Refused> {
    let open = month_to_change(&who, &site, &when).await?;
    Ok(match tried(&site, &open, &sent).await? {
        Err(why) => html! { p.row { (icon("luu-y")) span { (marked(who.say(&why))) } } },
        Ok(tried) => verdict(&who, &open, &sent, &tried),
    })
}

fn verdict(who: &Who, open: &Open, sent: &Sent, tried: &Tried) -> Markup {
    let (mut fresh, why_not) = (tried.fresh(open), tried.why_not(open));
    fresh.sort_by_key(|problem| problem.severity);
    let said = Words::of(open, sent, tried);
    let (before, after) =
        (summary(open.slots()), summary(tried.checked.months.first().map_or(&[][..], |month| &month.slots)));
    let (b, a) = (before.airings, after.airings);
    let airings = Text::new(format!("Cả tháng: {b} → {a} lượt phát"), format!("All month: {b} → {a} airings"));
    html! {
        (parts::verdict_head(who.lang(), why_not.as_ref(), &fresh))
        @if why_not.is_none() && a != b { p.muted { (who.say(&airings)) } }
        (remarks::shown(who.lang(), &tried.remarks))
        @for problem in &fresh {
            div.found data-field=[said.field(problem)] {
                (of_a_form(who.lang(), &[said.say(problem)], &tried.checked.sources))
            }
        }
    }
}

/// What check finds new, in the words of the form that was sent.
fn in_words(open: &Open, sent: &Sent, tried: &Tried) -> Vec<Problem> {
    let words = Words::of(open, sent, tried);
    tried.fresh(open).iter().map(|problem| words.say(problem)).collect()
}

/// A segment's form, by which problems are said; of another form they are said as check does.
struct Words<'t> {
    form: Option<Labels>,
    file: String,
    /// The segment, by its id; none: a new one, the last.
    id: Option<&'t str>,
    text: &'t str,
    blocks: Vec<Block>,
}

impl<'t> Words<'t> {
    fn of(open: &Open, sent: &'t Sent, tried: &'t Tried) -> Words<'t> {
        let form = (sent.get("viec") == Some("tiet-muc")).then(|| segment_form::labels(open, Lang::Vi));
        let blocks = editing::blocks(&tried.text, "segment").unwrap_or_default();
        Words { form, file: PlanFile::Month(open.month).name(), id: sent.get("ma"), text: &tried.text, blocks }
    }

    /// The field that a problem is about: that of its own segment.
    fn field(&self, problem: &Problem) -> Option<&str> {
        let (block, key) = parts::field_of(&self.blocks, self.text, &self.file, problem)?;
        let own = match self.id {
            Some(id) => block.id().as_deref() == Some(id),
            None => self.blocks.last().is_some_and(|last| last.range(self.text) == block.range(self.text)),
        };
        key.filter(|_| own && self.form.is_some())
    }

    fn say(&self, problem: &Problem) -> Problem {
        self.form.as_ref().map_or_else(|| problem.clone(), |form| form.say(problem, self.field(problem)))
    }
}
