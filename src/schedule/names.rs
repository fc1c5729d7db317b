//! What a month may name: windows and columns of either file, segments, and the station's lists.

use std::collections::BTreeSet;

use crate::problem::{Problem, Text, any_refuses};
use crate::programme::{Column, Exception, Item, What, Window};
use crate::reading::Reader;
use crate::reading::fold::{is_id, nearest};
use crate::reading::tree::Node;
use crate::station::Station;

/// The names that hold in one month. Where the station's file is refused nobody knows what it would have named, so that
/// every name passes: its own mistakes are told already.
pub(super) struct Names<'s> {
    /// The station, if it could be read.
    pub station: Option<&'s Station>,
    /// The windows in force.
    pub windows: &'s [Window],
    /// The columns in force.
    pub columns: &'s [Column],
    placed: BTreeSet<&'s str>,
}

impl<'s> Names<'s> {
    pub(super) fn new(
        station: Option<&'s Station>,
        windows: &'s [Window],
        columns: &'s [Column],
        exceptions: &'s [Exception],
    ) -> Names<'s> {
        let items = windows.iter().flat_map(|window| &window.running_order);
        let items = items.chain(exceptions.iter().flat_map(Exception::items));
        let placed = items.filter_map(|item| match &item.what {
            What::Segment(id) => Some(id.as_str()),
            _ => None,
        });
        Names { station, windows, columns, placed: placed.collect() }
    }

    /// Whether a running order names the segment `id`.
    pub(super) fn placed(&self, id: &str) -> bool {
        self.placed.contains(id)
    }

    /// The column that `node` names.
    pub(super) fn column(&self, reader: &mut Reader<'_>, node: &Node) -> Option<String> {
        let id = reader.text("column", node, "\"cchc\"")?;
        let ids = self.columns.iter().map(|column| column.id.as_str());
        self.one(reader, &id, node, &Text::new("chuyên mục", "column"), "column", ids)
    }

    /// The window that `node` names.
    pub(super) fn window(&self, reader: &mut Reader<'_>, node: &Node) -> Option<String> {
        let id = reader.text("windows", node, "[\"sang\"]")?;
        let ids = self.windows.iter().map(|window| window.id.as_str());
        self.one(reader, &id, node, &Text::new("khung giờ", "window"), "window", ids)
    }

    fn one<'k>(
        &self,
        reader: &mut Reader<'_>,
        id: &str,
        node: &Node,
        kind: &Text,
        block: &str,
        ids: impl Iterator<Item = &'k str> + Clone,
    ) -> Option<String> {
        if self.station.is_none() && is_id(id) {
            return Some(id.to_owned());
        }
        reader.named(kind, id, node.span, ids, add(block, id)).map(str::to_owned)
    }

    /// Holds what running orders and exceptions name against what is there; `segments` are the month's ids. Told beside
    /// the reader's own, since a place may lie in the station's file.
    pub(super) fn unknown(&self, exceptions: &[Exception], segments: &BTreeSet<&str>) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.station.is_none() {
            return problems;
        }
        let columns = self.columns.iter().map(|column| column.id.as_str());
        let windows = self.windows.iter().map(|window| window.id.as_str());
        let items = self.windows.iter().flat_map(|window| &window.running_order);
        for item in items.chain(exceptions.iter().flat_map(Exception::items)) {
            problems.extend(match &item.what {
                What::Column { id, .. } => missing(item, ("chuyên mục", "column"), id, columns.clone()),
                What::Segment(id) => missing(item, ("tiết mục", "segment"), id, segments.iter().copied()),
                _ => None,
            });
        }
        for exception in exceptions {
            let named = |kind, id, known: &mut dyn Iterator<Item = &str>| {
                let known: Vec<&str> = known.collect();
                absent(&exception.place, kind, id, known.into_iter())
            };
            for id in exception.windows.keys() {
                problems.extend(named(("khung giờ", "window"), id, &mut windows.clone()));
            }
            for id in exception.columns.keys() {
                problems.extend(named(("chuyên mục", "column"), id, &mut columns.clone()));
            }
            let taken = exception.extra.iter().filter(|extra| windows.clone().any(|id| id == extra.id));
            problems.extend(taken.map(|extra| {
                let id = &extra.id;
                let message = Text::new(
                    format!("buổi thêm `{id}` trùng mã với một khung giờ"),
                    format!("the extra broadcast `{id}` has the id of a window"),
                );
                let help = Text::new("đổi mã của buổi thêm", "change the extra broadcast's id");
                Problem::refuse("duplicate-id", Some(extra.place.clone()), message, help)
            }));
        }
        debug_assert!(problems.is_empty() || any_refuses(&problems));
        problems
    }
}

fn add(block: &str, id: &str) -> Text {
    Text::new(
        format!("thêm khối `[[{block}]]` với `id = \"{id}\"` vào `station.toml` hoặc tệp của tháng"),
        format!("add a block `[[{block}]]` with `id = \"{id}\"` to `station.toml` or to the month's file"),
    )
}

fn missing<'k>(
    item: &Item,
    kind: (&str, &str),
    id: &str,
    known: impl Iterator<Item = &'k str> + Clone,
) -> Option<Problem> {
    absent(&item.place, kind, id, known)
}

fn absent<'k>(
    place: &crate::problem::Place,
    (vi, en): (&str, &str),
    id: &str,
    known: impl Iterator<Item = &'k str> + Clone,
) -> Option<Problem> {
    if known.clone().any(|name| name == id) {
        return None;
    }
    let message = Text::new(format!("không có {vi} `{id}`"), format!("there is no {en} `{id}`"));
    let help = match nearest(id, known) {
        Some(near) => Text::new(format!("có phải là `{near}` không?"), format!("did you mean `{near}`?")),
        None => add(en, id),
    };
    Some(Problem::refuse("unknown-name", Some(place.clone()), message, help))
}
