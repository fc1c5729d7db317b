//! Months that have no file yet: made from the one before, or begun empty.

use axum::extract::{Path, State};
use axum::response::Redirect;

use super::{month_of, month_to_change};
use crate::clock;
use crate::console::accounts::Act;
use crate::console::page::Notice;
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::say;
use crate::console::site::Site;
use crate::console::who::Who;
use crate::editing;
use crate::problem::Text;
use crate::saving::{self, Deed, PlanFile, Unsaved};
use crate::schedule::Month;

/// The month after, made from this one.
pub(super) async fn copied(who: Who, State(site): State<Site>, Path(when): Path<String>) -> Result<Redirect, Refused> {
    let open = month_to_change(&who, &site, &when).await?;
    let (from, to) = (open.month, open.month.next());
    let text = open.text.as_deref().ok_or_else(Refused::not_found)?;
    let (text, moved) = editing::next_month(text, from, to).map_err(Refused::conflict)?;
    let what = Text::new(format!("lập từ tháng {}", say::month(from)), format!("made from {from}"));
    first_saved(&who, &site, to, text, what).await?;
    let dropped =
        moved.once + moved.exceptions + moved.facts.len() + moved.over.len() + usize::from(moved.report_remarks);
    who.tell(&site, Notice::Done(Text::new(
        format!("đã lập tháng {} từ tháng {}: giữ {} tiết mục; {dropped} mục phát theo ngày riêng, ngoại lệ và số liệu tháng cũ để lại làm ghi chú; hãy xem lại từng tiết mục và duyệt lại bản ghi", say::month(to), say::month(from), moved.kept),
        format!("made {to} from {from}: {} segments kept; {dropped} of particular dates or of the old month's figures left as remarks; look each over and approve the recordings anew", moved.kept),
    )));
    Ok(Redirect::to(&format!("/lich/{to}")))
}

/// A month that has nothing in it yet.
pub(super) async fn begun(who: Who, State(site): State<Site>, Path(when): Path<String>) -> Result<Redirect, Refused> {
    who.need(Role::Operator)?;
    let month = month_of(&when)?;
    first_saved(&who, &site, month, format!("month = \"{month}\"\n"), Text::new("lập mới", "begun")).await?;
    who.tell(
        &site,
        Notice::Done(Text::new(
            format!("đã lập kế hoạch tháng {}", say::month(month)),
            format!("the plan of {month} is begun"),
        )),
    );
    Ok(Redirect::to(&format!("/lich/{month}")))
}

/// The file of a month that has none.
async fn first_saved(who: &Who, site: &Site, month: Month, text: String, what: Text) -> Result<(), Refused> {
    let detail = what.after(month);
    let (home, by, now) = (site.link.home().clone(), who.name().to_owned(), clock::now());
    let saved =
        site.work(move || saving::save(&home, PlanFile::Month(month), "", &text, &Deed { by: &by, what, now })).await?;
    match saved {
        Ok(()) => {
            site.note(who.name(), Act::Plan, detail).await;
            Ok(())
        }
        Err(Unsaved::Failed(why)) => Err(Refused::conflict(why)),
        Err(Unsaved::Changed { .. } | Unsaved::NothingToUndo) => Err(Refused::conflict(Text::new(
            format!("đã có kế hoạch tháng {}; không ghi đè gì cả", say::month(month)),
            format!("there is a plan of {month} already; nothing was touched"),
        ))),
    }
}
