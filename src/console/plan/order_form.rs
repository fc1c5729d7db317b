//! A running order as a list whose places move up and down by buttons, so that neither a mouse nor a script is needed.

use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;

use super::view::Open;
use super::{DayToChange, gone, parts, words};
use crate::console::page::{Tab, page};
use crate::console::refused::Refused;
use crate::console::who::{Who, escaped};
use crate::editing::{self, Keys, Place};
use crate::problem::{Lang, Text};
use crate::programme::{Item, What, Window, WindowChange};
use crate::saving;
use crate::timetable::Kind;

/// The field that says which order the form was made from.
pub(super) const VERSION: &str = "trinh_tu";

/// For which days a running order is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// One day.
    Day,
    /// All days of the month.
    Month,
}

impl Reach {
    pub fn of(code: &str) -> Reach {
        if code == "thang" { Reach::Month } else { Reach::Day }
    }

    fn code(self) -> &'static str {
        match self {
            Reach::Day => "ngay",
            Reach::Month => "thang",
        }
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    khung: String,
    #[serde(default, rename = "pham-vi")]
    reach: String,
}

/// A running order as it stands, and whether it stands in the place that a change would be written to.
pub(super) struct Order<'o> {
    pub items: &'o [Item],
    pub is_there: bool,
}

/// The running order of `window` for those days.
pub(super) fn order<'o>(open: &'o Open, window: &'o Window, date: Date, reach: Reach) -> Order<'o> {
    match reach {
        Reach::Day => match open.change(date, &window.id) {
            Some((by, WindowChange::Moved { running_order: Some(items), .. })) => {
                Order { items, is_there: open.is_own(by) }
            }
            _ => Order { items: &window.running_order, is_there: false },
        },
        Reach::Month => {
            let own = open.schedule().is_some_and(|schedule| schedule.windows.iter().any(|own| own.id == window.id));
            Order { items: &window.running_order, is_there: own }
        }
    }
}

impl Order<'_> {
    /// By what it is told from another: a button names a place by its number in this very one.
    pub fn version(&self) -> String {
        saving::version(Some(&format!("{:?}", editing::items(self.items))))
    }

    /// Its places, to be put in another order.
    pub fn places(&self) -> Vec<Place> {
        if self.is_there {
            return (0..self.items.len()).map(Place::Kept).collect();
        }
        editing::items(self.items).into_iter().map(Place::New).collect()
    }
}

/// What a choice of the form means: `column:cchc`, `segment:cchc-dvc`, `ident:nhac-hieu.mp3`.
pub(super) fn place(choice: &str) -> Option<Keys> {
    let (kind, name) = choice.split_once(':')?;
    let text = |key: &str, value: &str| (key.to_owned(), editing::Value::text(value));
    match kind {
        "column" | "segment" => Some(vec![text(kind, name)]),
        "ident" | "sting" | "music" | "sign_off" => Some(vec![text("audio", name), text("kind", kind)]),
        _ => None,
    }
}

pub(super) async fn shown(day: DayToChange<Asked>) -> Result<Markup, Refused> {
    let DayToChange { who, date, open, asked, .. } = day;
    let window = open.window(&asked.khung).ok_or_else(gone)?;
    let reach = Reach::of(&asked.reach);
    let order = order(&open, window, date, reach);
    let title = Text::new(format!("{}: thứ tự", window.name), format!("{}: its order", window.name));
    let here = |reach: Reach| format!("/lich/{date}/thu-tu?khung={}&pham-vi={}", escaped(&window.id), reach.code());
    Ok(page(
        &who,
        Tab::Plan,
        &title,
        html! {
            (parts::files())
            div.head {
                h1 { (who.say(&title)) }
                a.button href=(format!("/lich/{date}")) { "‹ " (words::day(date, who.lang())) }
            }
            nav.row aria-label=(who.say(&Text::new("Đổi cho những ngày nào", "For which days"))) {
                a.button href=(here(Reach::Day)) aria-current=[(reach == Reach::Day).then_some("true")] { (who.say(&Text::new("Chỉ ngày này", "This day alone"))) }
                a.button href=(here(Reach::Month)) aria-current=[(reach == Reach::Month).then_some("true")] { (who.say(&Text::new("Cả tháng", "All this month"))) }
            }
            (parts::undo(&who, &open, &here(reach)))
            form.card.stack method="post" action=(format!("/lich/{}/luu", open.month)) {
                (parts::hidden(&who, &open, "thu-tu", &here(reach)))
                input type="hidden" name="ngay" value=(date);
                input type="hidden" name="khung" value=(window.id);
                input type="hidden" name="pham_vi" value=(reach.code());
                input type="hidden" name=(VERSION) value=(order.version());
                @if reach == Reach::Day {
                    label { span { (who.say(&words::reason())) }
                        input id="reason" name="ly_do" value=(why(&open, date, window, who.lang())) maxlength="200" required; }
                }
                ol.places {
                    @for (nth, item) in order.items.iter().enumerate() { (row(&who, &open, item, nth, order.items.len())) }
                }
                (adding(&who, &open))
            }
        },
    ))
}

/// The day's reason: its own, if it has one already.
fn why(open: &Open, date: Date, window: &Window, lang: Lang) -> String {
    let own = open.change(date, &window.id).filter(|(by, _)| open.is_own(by));
    // Nobody need type one to move a place.
    let usual = || Text::new("Đổi thứ tự", "Another order").get(lang).to_owned();
    own.map_or_else(usual, |(by, _)| by.reason.clone())
}

/// What an item is called, and of which kind it is.
fn called(open: &Open, item: &Item) -> (Text, String) {
    let named = |name: String| item.title.clone().unwrap_or(name);
    match &item.what {
        What::Column { id, .. } => (Kind::Column.words(), open.column_name(id).to_owned()),
        What::Segment(id) => (Kind::Segment.words(), id.clone()),
        What::Ident(file) => (Kind::Ident.words(), named(file.clone())),
        What::Sting(file) => (Kind::Sting.words(), named(file.clone())),
        What::Music(file) => (Kind::Music.words(), named(file.clone())),
        What::SignOff(file) => (Kind::SignOff.words(), named(file.clone())),
        What::Filler { folder, .. } => (Kind::Filler.words(), named(format!("{folder}/"))),
        What::Relay { source, .. } => (Kind::Relay.words(), named(source.to_string())),
    }
}

fn row(who: &Who, open: &Open, item: &Item, nth: usize, count: usize) -> Markup {
    let (kind, name) = called(open, item);
    let at = item.at.map(words::time);
    let button = |order: &str, text: &Text, class: &str, off: bool| {
        html! {
            button.small.(class) type="submit" name="lenh" value=(format!("{order}:{nth}")) disabled[off]
                aria-label=(format!("{}: {name}", who.say(text))) { (who.say(text)) }
        }
    };
    html! {
        li {
            span.nth.num { (nth + 1) }
            div.what {
                p { (name) }
                p.muted.about { span { (who.say(&kind)) } @if let Some(at) = at { span { (who.say(&words::hard())) " " (at) } } }
            }
            div.tools {
                (button("len", &words::up(), "", nth == 0))
                (button("xuong", &words::down(), "", nth + 1 == count))
                (button("bo", &words::out(), "outline-danger", count == 1))
            }
        }
    }
}

fn adding(who: &Who, open: &Open) -> Markup {
    let Some(schedule) = open.schedule() else { return html! {} };
    html! {
        div.grid-fields {
            label { span { (who.say(&Text::new("Thêm vào cuối", "Add at the end"))) }
                select id="muc" name="muc" {
                    optgroup label=(who.say(&Kind::Column.words())) {
                        @for column in open.columns() { option value=(format!("column:{}", column.id)) { (column.name) } }
                    }
                    optgroup label=(who.say(&Kind::Segment.words())) {
                        @for segment in &schedule.segments { option value=(format!("segment:{}", segment.id)) { (segment.title) } }
                    }
                }
            }
            div.end { button type="submit" name="lenh" value="them" { (who.say(&Text::new("Thêm", "Add"))) } }
        }
    }
}
