//! A field as a page draws it, and as it is read aloud.

use jiff::civil::Weekday;
use maud::{Markup, html};

use super::{Control, Field, WEEKDAYS};
use crate::cells;
use crate::console::page::marked;
use crate::console::say::either;
use crate::problem::Lang;
use crate::reading::weekdays::{self, Weekdays, weekdays};

impl Field {
    /// With its label, holding `value`.
    pub fn input(&self, lang: Lang, value: &str) -> Markup {
        let (name, label) = (self.name(), self.label.get(lang));
        match &self.control {
            Control::Choice(all) | Control::Off(all) | Control::Several(all) if all.is_empty() && value.is_empty() => {
                return self.nothing_to_choose(lang);
            }
            Control::Weekdays | Control::Off(_) | Control::Several(_) => return self.picks(lang, &name, value),
            _ => {}
        }
        let described = self.hint.is_some().then(|| format!("{name}-y"));
        html! {
            label.wide[matches!(self.control, Control::Area | Control::Rows(_))] { span { (label) }
                (self.box_of(&name, &self.as_people_write(value, lang), described.as_deref()))
                @if let (Some(hint), Some(described)) = (&self.hint, &described) { span.hint-text id=(described) { (marked(hint.get(lang))) } }
            }
        }
    }

    /// In the place of a choice that has nothing to choose from: it is not left out unseen where somebody may make a list for
    /// it, or must choose.
    fn nothing_to_choose(&self, lang: Lang) -> Markup {
        let none = either(lang, "Chưa có gì để chọn.", "There is nothing to choose from yet.");
        html! {
            @if self.made_at.is_some() || self.needed {
                div.nothing {
                    p.label { (self.label.get(lang)) }
                    p.hint-text {
                        (none)
                        @if let Some((what, path)) = &self.made_at {
                            " " (either(lang, "Quản trị lập danh mục ở ", "An admin makes the list at "))
                            @if let Some(path) = path { a href=(path) { (what.get(lang)) } } @else { (what.get(lang)) }
                            "."
                        }
                    }
                }
            }
        }
    }

    /// A value in its field: of several dates each as the reader's language writes it, as the example beside it is.
    fn as_people_write(&self, value: &str, lang: Lang) -> String {
        let day = |text: &str| text.trim().parse().map_or_else(|_| text.to_owned(), |date| cells::date(date, lang));
        match self.control {
            Control::Dates => value.lines().map(day).collect::<Vec<_>>().join("\n"),
            Control::Rows(_) => {
                let row = |line: &str| line.split("; ").map(day).collect::<Vec<_>>().join("; ");
                value.lines().map(row).collect::<Vec<_>>().join("\n")
            }
            _ => value.to_owned(),
        }
    }

    fn box_of(&self, name: &str, value: &str, described: Option<&str>) -> Markup {
        let (needed, example) = (self.needed, Some(&*self.example).filter(|example| !example.is_empty()));
        let numbers = match self.control {
            // A time too: a phone's digits alone have neither `:` nor `h`.
            Control::Time | Control::Decimal => Some("text"),
            _ => None,
        };
        html! {
            @match &self.control {
                Control::Choice(words) => {
                    select id=(name) name=(name) required[needed] aria-describedby=[described] {
                        option value="" { "—" }
                        @if !words.iter().any(|(word, _)| word == value) && !value.is_empty() { option value=(value) selected { (value) } }
                        @for (word, shown) in words { option value=(word) selected[word == value] { (shown) } }
                    }
                }
                Control::Date => { input type="date" id=(name) name=(name) value=(value) required[needed] aria-describedby=[described]; }
                Control::Number => {
                    input type="number" min="0" step="1" inputmode="numeric" id=(name) name=(name) value=(value) required[needed]
                        placeholder=[example] aria-describedby=[described];
                }
                Control::Lines | Control::Area | Control::Dates | Control::Rows(_) => {
                    textarea.short id=(name) name=(name) rows="2" required[needed] placeholder=[example] aria-describedby=[described] { (value) }
                }
                Control::Offered(all) => {
                    input id=(name) name=(name) value=(value) required[needed] list=(format!("{name}-co")) placeholder=[example]
                        autocomplete="off" aria-describedby=[described];
                    datalist id=(format!("{name}-co")) { @for one in all { option value=(one) {} } }
                }
                _ => {
                    input id=(name) name=(name) value=(value) required[needed] inputmode=[numbers] placeholder=[example]
                        autocomplete="off" aria-describedby=[described];
                }
            }
        }
    }

    /// Several of a few.
    fn picks(&self, lang: Lang, name: &str, value: &str) -> Markup {
        let (all, chosen): (Vec<(String, String)>, Vec<String>) = match &self.control {
            Control::Off(all) | Control::Several(all) => {
                let chosen: Vec<String> = value.lines().map(str::to_owned).collect();
                // What the file names and nothing else knows is seen, and stays while it is not touched.
                let unknown = chosen.iter().filter(|code| !all.iter().any(|(known, _)| known == *code));
                let unknown = unknown.map(|code| (code.clone(), code.clone()));
                (all.iter().cloned().chain(unknown).collect(), chosen)
            }
            _ => {
                let set = weekdays(value).unwrap_or_default();
                let days = || WEEKDAYS.into_iter().zip(Weekday::Monday.cycle_forward());
                let all = days().map(|(code, day)| (code.to_owned(), weekdays::name(day, lang).to_owned())).collect();
                let chosen = days().filter(|(_, day)| set.contains(*day)).map(|(code, _)| code.to_owned());
                (all, chosen.collect())
            }
        };
        html! {
            fieldset.plain-set.wide id=(name) {
                legend { (self.label.get(lang)) }
                // So that none of them is told from a form that has no such field.
                input type="hidden" name=(name) value="";
                div.picks {
                    @for (code, shown) in &all {
                        label.pick { input type="checkbox" name=(name) value=(code) checked[chosen.contains(code)]; span { (shown) } }
                    }
                }
                @if let Some(hint) = &self.hint { p.hint-text { (marked(hint.get(lang))) } }
            }
        }
    }

    /// A value as people read it.
    pub fn read(&self, value: &str, lang: Lang) -> String {
        let word = |all: &[(String, String)], value: &str| {
            all.iter().find(|(code, _)| code == value).map_or_else(|| value.to_owned(), |(_, shown)| shown.clone())
        };
        match (&self.control, value.parse()) {
            _ if value.is_empty() => "—".to_owned(),
            (Control::Date, Ok(date)) => cells::date(date, lang),
            (Control::Choice(all), _) => word(all, value),
            (Control::Off(all) | Control::Several(all), _) => {
                value.lines().map(|code| word(all, code)).collect::<Vec<_>>().join(", ")
            }
            (Control::Weekdays, _) if lang == Lang::En => in_english(value),
            _ => value.lines().collect::<Vec<_>>().join(", "),
        }
    }
}

/// Fields with what they hold, those of a group together under its name.
pub(in crate::console) fn grouped(lang: Lang, fields: &[(Field, String)]) -> Markup {
    by_group(lang, fields, |name, _, inputs| html! { fieldset.plain-set { legend { (name) } (inputs) } })
}

/// The same where there are many: a group of which nothing is filled in is folded up.
pub(in crate::console) fn folded(lang: Lang, fields: &[(Field, String)]) -> Markup {
    by_group(lang, fields, |name, filled, inputs| html! { details.fold open[filled] { summary { (name) } (inputs) } })
}

/// Each group as `within` has it: of its name, whether any of it is filled in, and its fields.
fn by_group(lang: Lang, fields: &[(Field, String)], within: impl Fn(&str, bool, Markup) -> Markup) -> Markup {
    html! {
        @for together in fields.chunk_by(|(a, _), (b, _)| a.group == b.group) {
            @let inputs = html! { @for (field, value) in together { (field.input(lang, value)) } };
            @match together.first().and_then(|(field, _)| field.group.as_ref()) {
                Some(group) => {
                    @let filled = together.iter().any(|(_, value)| !value.is_empty());
                    (within(group.get(lang), filled, html! { div.grid-fields.of-group { (inputs) } }))
                }
                None => { div.grid-fields { (inputs) } }
            }
        }
    }
}

/// Weekdays as files have them, for who reads English.
fn in_english(written: &str) -> String {
    let Ok(days) = weekdays(written) else { return written.to_owned() };
    let all = Weekday::Monday.cycle_forward().take(7).filter(|day| days.contains(*day));
    if days == Weekdays::ALL {
        "every day".to_owned()
    } else {
        all.map(|day| weekdays::name(day, Lang::En)).collect::<Vec<_>>().join(", ")
    }
}
