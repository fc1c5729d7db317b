//! What a month may name: windows and columns of either file, segments, and the station's lists.

use std::collections::{BTreeMap, BTreeSet};

use crate::problem::{Place, Problem, Text};
use crate::programme::{Column, Exception, Item, What, Window, windows};
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
    exceptions: &'s [Exception],
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
        Names { station, windows, columns, exceptions, placed: placed.collect() }
    }

    /// The items of all running orders of the month.
    fn items(&self) -> impl Iterator<Item = &'s Item> {
        let items = self.windows.iter().flat_map(|window| &window.running_order);
        items.chain(self.exceptions.iter().flat_map(Exception::items))
    }

    /// The places that each column has in all windows together: no day has more.
    pub(super) fn places_of_columns(&self) -> BTreeMap<&'s str, usize> {
        let mut places = BTreeMap::new();
        for item in self.items() {
            if let What::Column { id, .. } = &item.what {
                *places.entry(id.as_str()).or_insert(0) += 1;
            }
        }
        places
    }

    /// The places of all broadcasts of a month, at most: every item on every day.
    pub(super) fn places_in_a_month(&self) -> usize {
        self.items().count().saturating_mul(31)
    }

    /// Whether a running order names the segment `id`.
    pub(super) fn placed(&self, id: &str) -> bool {
        self.placed.contains(id)
    }

    /// The column that `node` names.
    pub(super) fn column(&self, reader: &mut Reader<'_>, node: &Node) -> Option<String> {
        let id = reader.text("column", node, "\"cchc\"")?;
        let ids = self.columns.iter().map(|column| column.id.as_str());
        self.one(reader, &id, node, COLUMN, ids)
    }

    /// The window that `node` names.
    pub(super) fn window(&self, reader: &mut Reader<'_>, node: &Node) -> Option<String> {
        let id = reader.text("windows", node, "[\"sang\"]")?;
        let ids = self.windows.iter().map(|window| window.id.as_str());
        self.one(reader, &id, node, WINDOW, ids)
    }

    fn one<'k>(
        &self,
        reader: &mut Reader<'_>,
        id: &str,
        node: &Node,
        (vi, en): (&str, &str),
        ids: impl Iterator<Item = &'k str> + Clone,
    ) -> Option<String> {
        if self.station.is_none() && is_id(id) {
            return Some(id.to_owned());
        }
        reader.named(&Text::new(vi, en), id, node.span, ids, windows::add(en, id)).map(str::to_owned)
    }

    /// Holds what running orders name, and the first `of_station` exceptions, against what is there; `segments` are the
    /// month's ids. Told beside the reader's own, since a place may lie in the station's file.
    pub(super) fn unknown(&self, of_station: usize, segments: &BTreeSet<&str>) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.station.is_none() {
            return problems;
        }
        let columns: BTreeSet<&str> = self.columns.iter().map(|column| column.id.as_str()).collect();
        let windows: BTreeSet<&str> = self.windows.iter().map(|window| window.id.as_str()).collect();
        let of_items = self.items().filter_map(|item| match &item.what {
            What::Column { id, .. } => absent(&item.place, COLUMN, id, &columns),
            What::Segment(id) => absent(&item.place, ("tiết mục", "segment"), id, segments),
            _ => None,
        });
        problems.extend(of_items.take(TOLD_MAX));
        for holiday in &self.exceptions[..of_station] {
            let place = &holiday.place;
            problems.extend(holiday.windows.keys().filter_map(|id| absent(place, WINDOW, id, &windows)));
            problems.extend(holiday.columns.keys().filter_map(|id| absent(place, COLUMN, id, &columns)));
        }
        for extra in self.exceptions.iter().flat_map(|exception| &exception.extra) {
            let id = &extra.id;
            let Some(window) = self.windows.iter().find(|window| window.id == *id) else { continue };
            let message = Text::new(
                format!("buổi thêm `{id}` trùng mã với một khung giờ"),
                format!("the extra broadcast `{id}` has the id of a window"),
            );
            let help = Text::new("đổi mã của buổi thêm", "change the extra broadcast's id");
            let problem = Problem::refuse("duplicate-id", Some(extra.place.clone()), message, help);
            problems.push(problem.and(window.place.clone(), Text::new("khung giờ này", "this window")));
        }
        problems
    }
}

/// Unknown names told of running orders: a person mends some and checks again.
const TOLD_MAX: usize = 100;

const WINDOW: (&str, &str) = ("khung giờ", "window");
const COLUMN: (&str, &str) = ("chuyên mục", "column");

fn absent(place: &Place, (vi, en): (&str, &str), id: &str, known: &BTreeSet<&str>) -> Option<Problem> {
    if known.contains(id) {
        return None;
    }
    let message = Text::new(format!("không có {vi} `{id}`"), format!("there is no {en} `{id}`"));
    let help = match nearest(id, known.iter().copied()) {
        Some(near) => Text::new(format!("có phải là `{near}` không?"), format!("did you mean `{near}`?")),
        None => windows::add(en, id),
    };
    Some(Problem::refuse("unknown-name", Some(place.clone()), message, help))
}
