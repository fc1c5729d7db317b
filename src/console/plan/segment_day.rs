//! A segment on one of its days as forms: on another date, or off that day. Both are about all its airings of the day, since
//! a file says of a date whether it airs and not at which of its times: they are named before anything is changed.

use jiff::civil::Date;
use maud::{Markup, html};

use super::broadcast_forms::{Asked, Filled, another, form};
use super::view::Open;
use super::{DayToChange, gone, words};
use crate::console::refused::Refused;
use crate::console::who::Who;
use crate::problem::Text;
use crate::schedule::Segment;

pub(super) async fn another_date(day: DayToChange<Asked>) -> Result<Markup, Refused> {
    let DayToChange { who, date, open, asked, .. } = day;
    another_date_form(&who, &open, date, &asked.id, Filled(None))
}

pub(super) async fn off(day: DayToChange<Asked>) -> Result<Markup, Refused> {
    let DayToChange { who, date, open, asked, .. } = day;
    off_form(&who, &open, date, &asked.id, Filled(None))
}

pub(super) fn another_date_form(
    who: &Who,
    open: &Open,
    date: Date,
    id: &str,
    filled: Filled<'_>,
) -> Result<Markup, Refused> {
    let segment = open.segment(id).ok_or_else(gone)?;
    let title = Text::new(format!("Dời “{}” sang ngày khác", segment.title), format!("Move “{}”", segment.title));
    let fields = html! {
        input type="hidden" name="ma" value=(segment.id);
        (which(who, open, date, segment, &Text::new("cùng dời", "move together")))
        // On a date that it has already it airs anyhow.
        (another(who, open, ("", &|day| !segment.dates.contains(&day)), filled))
        (others(who, segment))
    };
    Ok(form(who, open, date, ("doi-ngay", &title), &fields, filled))
}

pub(super) fn off_form(who: &Who, open: &Open, date: Date, id: &str, filled: Filled<'_>) -> Result<Markup, Refused> {
    let segment = open.segment(id).ok_or_else(gone)?;
    let title =
        Text::new(format!("“{}”: bỏ ngày này", segment.title), format!("“{}”: not on this date", segment.title));
    let only = Text::new(
        "Đây là ngày phát duy nhất trong tháng: lưu thì tiết mục được bỏ hẳn khỏi tháng, hoàn tác được.",
        "It has no other date: saved, the segment is taken out of the month, which can be undone.",
    );
    let fields = html! {
        input type="hidden" name="ma" value=(segment.id);
        (which(who, open, date, segment, &Text::new("đều không phát", "are off")))
        @if open.airs_on_no_other(id, date) { p { (who.say(&only)) } } @else { (others(who, segment)) }
    };
    Ok(form(who, open, date, ("bo-ngay", &title), &fields, filled))
}

/// The airings that the form is about, by their times: `Cả 2 lượt ngày này cùng dời: 05:45, 17:10.`
fn which(who: &Who, open: &Open, date: Date, segment: &Segment, become_: &Text) -> Markup {
    let times = open.times_of(&segment.id, date);
    let told = match times.as_slice() {
        [] => return html! {},
        [one] => Text::new(format!("Lượt phát lúc {one}."), format!("Its airing at {one}.")),
        several => Text::new(
            format!("Cả {} lượt ngày này {}: {}.", several.len(), become_.vi, several.join(", ")),
            format!("All {} airings of this date {}: {}.", several.len(), become_.en, several.join(", ")),
        ),
    };
    html! { p id="nhung-luot" { strong { (who.say(&told)) } } }
}

fn others(who: &Who, segment: &Segment) -> Markup {
    let words = Text::new("Những ngày khác của tiết mục này giữ nguyên.", "Its other dates stay as they are.");
    html! { @if segment.dates.len() > 1 { p.hint-text { (who.say(&words)) } } }
}

/// What a button that takes a segment off a date is called: of several airings it says that all of them go.
pub(super) fn off_words(count: usize) -> Text {
    if count < 2 {
        return words::not_today();
    }
    Text::new(format!("Bỏ cả {count} lượt ngày này"), format!("All {count} airings off this date"))
}
