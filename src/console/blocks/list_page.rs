//! The blocks of a table as a list, and the tables themselves.

use maud::{Markup, html};

use super::paper::Paper;
use super::table::{At, Entry, Files, Shape, Table};
use super::{base, broadcasts, cchc, list_of, operation, reporting};
use crate::console::form::Field;
use crate::console::page::{Tab, below, csrf, marked, page};
use crate::console::plan::parts;
use crate::console::refused::Refused;
use crate::console::say::{self, deed, either, query};
use crate::console::who::Who;
use crate::problem::{Lang, Text};
use crate::saving::PlanFile;

/// The tables of the station, by what they are about.
pub(super) fn index(who: &Who, paper: &Paper) -> Result<Markup, Refused> {
    let lang = who.lang();
    let title = Text::new("Cấu hình theo mục", "Settings by subject");
    let groups: [(Text, &[Table]); 3] = [
        (Text::new("Phát sóng", "Broadcasts"), &broadcasts::TABLES),
        (Text::new("Báo cáo", "Reports"), &reporting::TABLES),
        (Text::new("Vận hành", "Operation"), &operation::TABLES),
    ];
    let mut cards = Vec::new();
    for (name, tables) in groups {
        let own = tables.iter().filter(|table| table.files != Files::Month && table.parent().is_none());
        let rows: Vec<Markup> = own.map(|table| subject(paper, table, lang)).collect::<Result<_, Refused>>()?;
        cards.push(html! { section.card { h2 { (name.get(lang)) } ul.plain.subjects { @for row in rows { (row) } } } });
    }
    Ok(page(
        who,
        Tab::Station,
        &title,
        html! {
            (parts::files())
            (below("/dai", either(lang, "Đài", "Station"), who.say(&title)))
            (undo(who, paper, "/dai/muc"))
            div.pair.apart { @for card in cards { (card) } }
        },
    ))
}

fn subject(paper: &Paper, table: &Table, lang: Lang) -> Result<Markup, Refused> {
    let count = match table.shape {
        Shape::Row => Some(table.entries(&paper.pane.text, &paper.known, 0).map_err(Refused::conflict)?.len()),
        _ => None,
    };
    Ok(html! {
        li {
            p { a href=(list_of(table, PlanFile::Station, 0)) { (Table::text(table.name).get(lang)) }
                @if let Some(count) = count { " " span.muted.num { "(" (count) ")" } } }
            p.hint-text { (marked(Table::text(table.hint).get(lang))) }
        }
    })
}

/// The page of a table.
pub(super) fn shown(who: &Who, paper: &Paper, table: &'static Table) -> Result<Markup, Refused> {
    let (lang, file) = (who.lang(), paper.pane.file);
    let title = titled(table, file);
    Ok(page(
        who,
        tab(file),
        &title,
        html! {
            (parts::files())
            (below(&above(file), above_name(file).get(lang), who.say(&title)))
            (undo(who, paper, &list_of(table, file, 0)))
            (list(who, paper, table, (0, ""))?)
            @if file != PlanFile::Station && table.files == Files::Both { (of_the_station(who, paper, table)?) }
        },
    ))
}

pub(super) fn tab(file: PlanFile) -> Tab {
    if file == PlanFile::Station { Tab::Station } else { Tab::Plan }
}

/// What a table is called on the page of that file.
pub(super) fn titled(table: &Table, file: PlanFile) -> Text {
    match file {
        PlanFile::Station => Table::text(table.name),
        PlanFile::Month(month) => Text::new(
            format!("{}, riêng tháng {}", table.name.0, say::month(month)),
            format!("{} of {month} alone", table.name.1),
        ),
    }
}

/// The page above all tables of a file.
pub(super) fn above(file: PlanFile) -> String {
    match file {
        PlanFile::Station => base(file),
        PlanFile::Month(month) => format!("/lich/{month}"),
    }
}

pub(super) fn above_name(file: PlanFile) -> Text {
    match file {
        PlanFile::Station => Text::new("Cấu hình theo mục", "Settings by subject"),
        PlanFile::Month(month) => Text::new(format!("Lịch tháng {}", say::month(month)), format!("Plan of {month}")),
    }
}

/// Who changed the file last, and a way back.
pub(super) fn undo(who: &Who, paper: &Paper, back: &str) -> Markup {
    let Some(kept) = &paper.pane.undo else { return html! {} };
    let action = match paper.pane.file {
        PlanFile::Station => "/dai/tep/hoan-tac".to_owned(),
        PlanFile::Month(month) => format!("/lich/{month}/hoan-tac"),
    };
    html! {
        form.undo method="post" action=(action) {
            (csrf(who))
            input type="hidden" name="base" value=(paper.pane.version);
            input type="hidden" name="ve" value=(back);
            p.muted { (marked(&deed(kept, &paper.known.station.zone, who.lang()))) }
            button.small type="submit" id="hoan-tac" { (either(who.lang(), "Hoàn tác", "Undo")) }
        }
    }
}

/// The blocks of a table, as a card; of a row those of the block at `of`, whose version is `parent`.
pub(super) fn list(
    who: &Who,
    paper: &Paper,
    table: &'static Table,
    (of, parent): (usize, &str),
) -> Result<Markup, Refused> {
    let lang = who.lang();
    let entries = table.entries(&paper.pane.text, &paper.known, of).map_err(Refused::conflict)?;
    Ok(html! {
        section.card.block id=(table.code) {
            div.head {
                h2 { (Table::text(table.name).get(lang)) }
                div.row { (adding(table, paper.pane.file, of, lang)) }
            }
            p.hint-text { (marked(Table::text(table.hint).get(lang))) }
            @if entries.is_empty() {
                p.muted { (either(lang, "Chưa có gì.", "Nothing yet.")) }
                @if table.block == "topic" { (usual_topics(who)) }
            } @else {
                ol.places.unnumbered[!table.is_ordered()] {
                    @for entry in &entries { (row(who, paper.pane.file, table, entry, parent)) }
                }
            }
        }
    })
}

/// The usual list of topics, to be taken as a whole.
fn usual_topics(who: &Who) -> Markup {
    let lang = who.lang();
    html! {
        form.stack-small method="post" action="/dai/muc/chu-de" {
            (csrf(who))
            p { (either(lang, "Danh mục thường dùng trong kế hoạch tuyên truyền CCHC; lấy về rồi sửa theo kế hoạch của phường mình:",
                "The usual list of plans about administrative reform, to be changed after the ward's own plan:")) }
            ul { @for title in cchc::titles() { li { (title) } } }
            div.row { button.primary type="submit" name="viec" value="danh-muc" id="danh-muc" { (either(lang, "Lấy danh mục này", "Take this list")) } }
        }
    }
}

/// The ways to a new block: one of each kind.
fn adding(table: &Table, file: PlanFile, of: usize, lang: Lang) -> Markup {
    let to = |kind: &str| {
        let of = of.to_string();
        format!("{}/{}/dong{}", base(file), table.code, query([("trong", of.as_str()), ("loai", kind)]))
    };
    html! {
        @if table.kinds.is_empty() {
            a.button href=(to("")) { (either(lang, "Thêm ", "Add ")) (either(lang, table.one.0, table.one.1.trim_start_matches("the "))) }
        }
        @for kind in table.kinds {
            a.button.small href=(to(kind.key)) { "+ " (Text::new(kind.name.0, kind.name.1).get(lang)) }
        }
    }
}

/// What an entry is called, and the rest of what it says: labels and values.
fn told<'e>(table: &Table, entry: &'e Entry, lang: Lang) -> (String, Vec<(&'e str, String)>) {
    // What kind of thing it is needs no label.
    let label = |field: &'e Field| if field.key == "kind" { "" } else { field.label.get(lang) };
    let said = |(field, value): (&'e Field, &'e String)| (label(field), field.read(value, lang));
    let filled = entry.fields.iter().zip(&entry.values).filter(|(_, value)| !value.is_empty());
    let mut all: Vec<_> = filled.map(said).collect();
    if all.is_empty() {
        return (either(lang, "(trống)", "(empty)").to_owned(), all);
    }
    let (_, name) = all.remove(0);
    let says_kind = entry.fields.iter().any(|field| field.key == "kind");
    if let Some(kind) = table.kinds.iter().find(|kind| kind.key == entry.kind && !says_kind) {
        all.insert(0, ("", either(lang, kind.name.0, kind.name.1).to_owned()));
    }
    (name, all)
}

fn row(who: &Who, file: PlanFile, table: &Table, entry: &Entry, parent: &str) -> Markup {
    let lang = who.lang();
    let (name, about) = told(table, entry, lang);
    let At { of, nth } = entry.at;
    let (in_row, place) = (of.to_string(), nth.to_string());
    let form = format!("{}/{}", base(file), table.code);
    let of_it = |text: &str| format!("{text}: {name}");
    let (change, up, out) = (either(lang, "Sửa", "Change"), either(lang, "Lên", "Up"), either(lang, "Bỏ", "Take out"));
    html! {
        li {
            @if table.is_ordered() { span.nth.num { (nth + 1) } }
            div.what {
                p { strong { (name) } }
                p.muted.about { @for (label, value) in about { span { @if !label.is_empty() { (label) ": " } (value) } } }
            }
            div.tools {
                a.button.small href=(format!("{form}/dong{}", query([("trong", in_row.as_str()), ("dong", place.as_str())]))) aria-label=(of_it(change)) { (change) }
                form method="post" action=(form) {
                    (csrf(who))
                    input type="hidden" name="trong" value=(in_row);
                    input type="hidden" name="cha" value=(parent);
                    input type="hidden" name="dong" value=(place);
                    input type="hidden" name="thay" value=(entry.version());
                    @if table.is_ordered() {
                        button.small type="submit" name="viec" value="len" disabled[nth == 0] aria-label=(of_it(up)) { (up) }
                    }
                    button.small.outline-danger type="submit" name="viec" value="bo" aria-label=(of_it(out)) { (out) }
                }
            }
        }
    }
}

/// The station's own, that hold in this month too, each to be made the month's own.
fn of_the_station(who: &Who, paper: &Paper, table: &'static Table) -> Result<Markup, Refused> {
    let lang = who.lang();
    let station = &paper.known.station;
    let all: Vec<(&str, &str)> = match table.block {
        "window" => station.windows.iter().map(|window| (window.id.as_str(), window.name.as_str())).collect(),
        _ => station.columns.iter().map(|column| (column.id.as_str(), column.name.as_str())).collect(),
    };
    let own = table.entries(&paper.pane.text, &paper.known, 0).map_err(Refused::conflict)?;
    let own: Vec<String> = own.iter().filter_map(|entry| entry.block.id()).collect();
    let apart = either(lang, "Đổi riêng cho tháng này", "Change for this month alone");
    Ok(html! {
        section.card.block {
            h2 { (either(lang, "Chung của đài", "The station's")) }
            p.hint-text { (either(lang, "Giữ cho mọi tháng; quản trị sửa ở trang Đài. Đổi riêng thì tháng này có bản của mình.",
                "They hold in every month; an admin changes them under Station. Changed for itself, this month has one of its own.")) }
            ol.places.unnumbered {
                @for (id, name) in all {
                    li {
                        div.what { p { strong { (name) } } }
                        div.tools {
                            @if own.iter().any(|own| own == id) {
                                span.badge { (either(lang, "Tháng này đã đổi riêng", "This month has its own")) }
                            } @else {
                                form method="post" action=(list_of(table, paper.pane.file, 0)) {
                                    (csrf(who))
                                    input type="hidden" name="viec" value="chep";
                                    input type="hidden" name="ma" value=(id);
                                    button.small type="submit" aria-label=(format!("{apart}: {name}")) { (apart) }
                                }
                            }
                        }
                    }
                }
            }
        }
    })
}
