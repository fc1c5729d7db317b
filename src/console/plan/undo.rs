//! "Hoàn tác": the last change of a file taken back.

use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::month_to_change;
use super::save::back;
use crate::clock;
use crate::console::accounts::Act;
use crate::console::form::Sent;
use crate::console::guarded::Hand;
use crate::console::page::Notice;
use crate::console::refused::Refused;
use crate::console::say::date_and_time;
use crate::console::site::Site;
use crate::console::who::Who;
use crate::home::Home;
use crate::problem::{Lang, Text};
use crate::saving::{self, Deed, PlanFile, Unsaved};

/// Takes back the last change.
pub(super) async fn undo(
    who: Who,
    State(site): State<Site>,
    Path(when): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Refused> {
    let open = month_to_change(&who, &site, &when).await?;
    let undone = undone(&who, &site, PlanFile::Month(open.month), sent.get("base").unwrap_or_default()).await?;
    who.tell(&site, undone);
    Ok(Redirect::to(&back(&sent, &open)).into_response())
}

/// Takes back the last change of a file, and says whose it was; unless that would bring back what is not theirs to change.
pub(super) async fn undone(who: &Who, site: &Site, file: PlanFile, base: &str) -> Result<Notice, Refused> {
    let (home, base, by, now) = (site.link.home().clone(), base.to_owned(), who.name().to_owned(), clock::now());
    let (what, hand) = (Text::new("hoàn tác", "undo"), Hand::of(who));
    let undone = site.work(move || match not_theirs(&home, file, hand, &by) {
        Some(refused) => Err(refused),
        None => Ok(saving::undo(&home, file, &base, &Deed { by: &by, what, now })),
    });
    Ok(match undone.await?? {
        Ok(kept) => {
            let what = kept.what();
            let act = if file == PlanFile::Station { Act::Station } else { Act::Plan };
            let zone = site.link.latest().zone().clone();
            let at = |lang| date_and_time(kept.at(), &zone, lang);
            let undone = Text::new(
                format!("hoàn tác “{}” của {} lúc {}", what.vi, kept.by, at(Lang::Vi)),
                format!("took back “{}” of {}, {}", what.en, kept.by, at(Lang::En)),
            );
            site.note(who.name(), act, undone.after(file.stem())).await;
            Notice::Done(Text::new(format!("đã {}", undone.vi), undone.en))
        }
        Err(Unsaved::Failed(why)) => return Err(Refused::conflict(why)),
        Err(Unsaved::Changed { .. } | Unsaved::NothingToUndo) => Notice::Error(Text::new(
            "không hoàn tác được: tệp vừa được sửa thêm; hãy xem bản mới",
            "nothing was taken back: the file has been changed since; look at the new version",
        )),
    })
}

/// Why somebody may not take back the last change. In a month their own they may: what that took away had stood until then.
fn not_theirs(home: &Home, file: PlanFile, hand: Hand, by: &str) -> Option<Refused> {
    let now = file.read(home).ok()??;
    let last = saving::to_undo(home, file, &now)?;
    let is_own = file != PlanFile::Station && last.by == by;
    hand.kept_from(home, file, Some(&now), &last.before?).filter(|_| !is_own)
}
