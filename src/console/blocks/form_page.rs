//! The form of a block, with the rows that the block has below it.

use maud::{Markup, html};

use super::change::number;
use super::list_page::{above, above_name, list, tab, titled, undo};
use super::paper::{Paper, Tried};
use super::table::{Shape, Table, title};
use super::{Asked, base, list_of, tables};
use crate::console::form::{self, Field, Held, Labels, Sent, grouped};
use crate::console::page::{below, csrf, icon, marked, page, refusal};
use crate::console::plan::{parts, remarks};
use crate::console::problems::of_a_form;
use crate::console::refused::Refused;
use crate::console::station_page::programs;
use crate::console::who::Who;
use crate::problem::{Lang, Problem, Text};

/// A form on the way: which block it is of, what its fields hold, and why it comes again.
pub(super) struct Filling<'f> {
    /// The place of the block whose row it is, and that block's version.
    of: usize,
    parent: String,
    /// The block's place and its version; no version: a new one.
    nth: usize,
    version: Option<String>,
    kind: String,
    fields: Vec<(Field, String)>,
    /// What they held when the form was made.
    held: Held,
    /// What the block is called.
    name: Option<String>,
    why: Option<(&'f Text, Option<&'f Tried>)>,
}

impl<'f> Filling<'f> {
    /// As the file has it.
    pub fn of(paper: &Paper, table: &'static Table, asked: &Asked) -> Result<Filling<'f>, Refused> {
        let (text, known) = (&paper.pane.text, &paper.known);
        let entries = table.entries(text, known, asked.trong).map_err(Refused::conflict)?;
        let parent = parent_version(paper, table, asked.trong)?;
        let nth = if table.shape == Shape::Once { Some(0) } else { asked.dong };
        let entry = nth.and_then(|nth| entries.into_iter().nth(nth));
        if entry.is_none() && table.shape != Shape::Once && asked.dong.is_some() {
            return Err(Refused::not_found());
        }
        let name = entry.as_ref().and_then(title).map(str::to_owned).filter(|_| table.shape != Shape::Once);
        let filling = Filling {
            of: asked.trong,
            parent,
            nth: nth.unwrap_or_default(),
            version: None,
            kind: String::new(),
            fields: Vec::new(),
            held: Held::default(),
            name,
            why: None,
        };
        let filling = match entry {
            Some(entry) => {
                let version = Some(entry.version());
                let fields = entry.fields.into_iter().zip(entry.values).collect();
                Filling { version, kind: entry.kind.to_owned(), fields, ..filling }
            }
            None => {
                let kind = table.kind(&asked.loai);
                let begins = table.begins.iter().flat_map(|begins| (begins.fields)(known));
                let fields = (table.fields)(known, kind).into_iter().chain(begins);
                let version = (table.shape == Shape::Once).then(|| table.empty_version(known));
                let fields =
                    fields.map(|field| (field.at_first(), field)).map(|(value, field)| (field, value)).collect();
                Filling { version, kind: kind.to_owned(), fields, ..filling }
            }
        };
        let held = Held::of(filling.fields.iter().map(|(field, value)| (field.name(), value.as_str())));
        Ok(Filling { held, ..filling })
    }

    /// As it was filled in.
    pub fn sent(paper: &Paper, table: &'static Table, sent: &Sent) -> Filling<'f> {
        let text = |name: &str| sent.get(name).unwrap_or_default().to_owned();
        let kind = table.kind(sent.get("loai").unwrap_or_default());
        let begins = table.begins.iter().flat_map(|begins| (begins.fields)(&paper.known));
        let all = (table.fields)(&paper.known, kind).into_iter().chain(begins).filter(|field| sent.has(&field.name()));
        let fields = all.map(|field| (field.filled(sent), field)).map(|(filled, field)| (field, filled)).collect();
        Filling {
            of: number(sent, "trong"),
            parent: text("cha"),
            nth: number(sent, "dong"),
            version: sent.get("thay").map(str::to_owned),
            kind: kind.to_owned(),
            fields,
            held: Held::read(sent.get(Held::NAME)),
            name: None,
            why: None,
        }
    }

    /// On the version that its block has by now, with what that says under each field that was filled in otherwise, and in each
    /// that was not touched. Saved again, it is saved knowingly. Where it is not certain which block that is, as it was.
    pub fn beside_theirs(mut self, lang: Lang, paper: &Paper, table: &'static Table) -> Result<Filling<'f>, Refused> {
        let asked = if table.shape == Shape::Once {
            Asked::default()
        } else {
            let entries = table.entries(&paper.pane.text, &paper.known, self.of).map_err(Refused::conflict)?;
            let Some(entry) = Table::known_again(entries, &self.held) else { return Ok(self) };
            Asked { dong: Some(entry.at.nth), trong: self.of, loai: self.kind.clone() }
        };
        let theirs = Filling::of(paper, table, &asked)?;
        if self.version == theirs.version {
            return Ok(self);
        }
        for (field, filled) in &mut self.fields {
            let name = field.name();
            let saved = theirs.fields.iter().find(|(saved, _)| saved.name() == name).map_or("", |(_, value)| value);
            if self.held.clashes(&name, filled, saved) {
                field.hint = Some(form::saved_meanwhile(&field.read(saved, lang)));
            } else if self.held.has(&name, filled) {
                saved.clone_into(filled);
            }
        }
        self.held = theirs.held;
        self.version = theirs.version;
        (self.nth, self.parent) = (theirs.nth, theirs.parent);
        Ok(self)
    }

    /// What check says, by the labels of the form's fields.
    pub fn in_words(&self, tried: &Tried) -> Vec<Problem> {
        let labels = Labels::of(self.fields.iter().map(|(field, _)| field));
        tried.fresh.iter().zip(&tried.fields).map(|(problem, field)| labels.say(problem, field.as_deref())).collect()
    }

    pub fn refused(self, why: &'f Text, tried: Option<&'f Tried>) -> Filling<'f> {
        Filling { why: Some((why, tried)), ..self }
    }
}

/// The version of the block whose row it is; empty where it is of none, or of one that there is once.
fn parent_version(paper: &Paper, table: &Table, of: usize) -> Result<String, Refused> {
    let Some(parent) = table.parent().filter(|parent| parent.shape != Shape::Once) else { return Ok(String::new()) };
    let blocks = parent.entries(&paper.pane.text, &paper.known, 0).map_err(Refused::conflict)?;
    blocks.get(of).map(super::table::Entry::version).ok_or_else(Refused::not_found)
}

/// What the block at that place of its row is called.
fn name_of(paper: &Paper, table: &Table, nth: usize) -> Result<String, Refused> {
    let blocks = table.entries(&paper.pane.text, &paper.known, 0).map_err(Refused::conflict)?;
    Ok(blocks.get(nth).and_then(title).unwrap_or(table.name.0).to_owned())
}

pub(super) fn shown(who: &Who, paper: &Paper, table: &'static Table, filling: &Filling<'_>) -> Result<Markup, Refused> {
    let (lang, file) = (who.lang(), paper.pane.file);
    let heading = heading(paper, table, filling);
    let list_path = list_of(table, file, filling.of);
    let (back, back_name) = match (table.shape, table.parent()) {
        (Shape::Once, _) => (above(file), above_name(file)),
        (_, Some(parent)) if parent.shape == Shape::Once => (list_path, titled(parent, file)),
        (_, Some(parent)) => (list_path, Text::same(&name_of(paper, parent, filling.of)?)),
        (_, None) => (list_path, titled(table, file)),
    };
    let action = format!("{}/{}", base(file), table.code);
    let mut rows = Vec::new();
    if filling.why.is_none() && (table.shape == Shape::Once || filling.version.is_some()) {
        for other in tables().filter(|other| other.parent().is_some_and(|parent| parent.code == table.code)) {
            let parent = if table.shape == Shape::Once { "" } else { filling.version.as_deref().unwrap_or_default() };
            rows.push(list(who, paper, other, (filling.nth, parent))?);
        }
    }
    Ok(page(
        who,
        tab(file),
        &heading,
        html! {
            (parts::files())
            (below(&back, back_name.get(lang), who.say(&heading)))
            @if let Some((why, tried)) = filling.why {
                div.refused {
                    (refusal(lang, why))
                    @if let Some(tried) = tried { (of_a_form(lang, &filling.in_words(tried), &tried.sources)) }
                }
            } @else if table.shape == Shape::Once || !rows.is_empty() {
                (undo(who, paper, &action))
            }
            form.stack.plan-form method="post" action=(action) data-check=(format!("{action}/thu")) {
                (csrf(who))
                (hidden(filling))
                fieldset.card {
                    legend.sr { (who.say(&heading)) }
                    p.hint-text { (marked(Table::text(table.hint).get(lang))) }
                    (grouped(lang, &filling.fields))
                }
                (parts::form_end(who, &back))
            }
            @for row in rows { (row) }
            // What reaches beyond the station is shown, and changed on its disk alone.
            @if ["alerts", "amplifier"].contains(&table.block) { section.card.block { (programs(who, &paper.known.station)) } }
        },
    ))
}

fn heading(paper: &Paper, table: &Table, filling: &Filling<'_>) -> Text {
    if table.shape == Shape::Once {
        return titled(table, paper.pane.file);
    }
    let named = |text: &str| filling.name.as_ref().map_or_else(String::new, |name| format!("{text} “{name}”"));
    let kind = table.kinds.iter().find(|kind| kind.key == filling.kind);
    let (vi, en) = kind.map_or(table.one, |kind| kind.name);
    let (vi, en) = (vi.to_lowercase(), en.trim_start_matches("the ").to_lowercase());
    match filling.version {
        Some(_) => Text::new(format!("Sửa {vi}{}", named("")), format!("Change {en}{}", named(""))),
        None => Text::new(format!("Thêm {vi}"), format!("Add {en}")),
    }
}

/// What a form sends unseen: which block it was made from, as it was then.
fn hidden(filling: &Filling<'_>) -> Markup {
    html! {
        input type="hidden" name="trong" value=(filling.of);
        input type="hidden" name="cha" value=(filling.parent);
        input type="hidden" name="loai" value=(filling.kind);
        @if let Some(version) = &filling.version {
            input type="hidden" name="dong" value=(filling.nth);
            input type="hidden" name="thay" value=(version);
            input type="hidden" name=(Held::NAME) value=(filling.held.written());
        }
    }
}

/// What check says of the form as it stands.
pub(super) fn verdict(lang: Lang, filling: &Filling<'_>, tried: Result<Tried, Text>) -> Markup {
    let tried = match tried {
        Ok(tried) => tried,
        Err(why) => return html! { p.row { (icon("luu-y")) span { (marked(why.get(lang))) } } },
    };
    let fresh = filling.in_words(&tried);
    html! {
        (parts::verdict_head(lang, tried.why_not.as_ref(), &fresh))
        (remarks::shown(lang, &tried.remarks))
        @for (problem, field) in fresh.iter().zip(&tried.fields) {
            div.found data-field=[field.as_ref()] { (of_a_form(lang, std::slice::from_ref(problem), &tried.sources)) }
        }
    }
}
