//! What a month may name: windows and columns of either file, segments, and the station's lists.

use std::collections::{BTreeMap, BTreeSet};

use crate::problem::{Bounded, Place, Problem, Text};
use crate::programme::{Column, Exception, Item, What, Window, windows};
use crate::reading::fold::is_id;
use crate::reading::tree::Node;
use crate::reading::{Reader, among_names};
use crate::station::Station;

/// The names that hold in one month. Where the station's file is refused, or a window or column cannot be read, nobody knows
/// what it would have named, so that every name passes: its own mistakes are told already.
pub(super) struct Names<'s> {
    /// The station, if it could be read.
    pub station: Option<&'s Station>,
    /// Whether all windows and columns could be read.
    is_whole: bool,
    /// The windows in force.
    pub windows: &'s [Window],
    exceptions: &'s [Exception],
    placed: BTreeSet<&'s str>,
    window_ids: BTreeSet<&'s str>,
    column_ids: BTreeSet<&'s str>,
}

impl<'s> Names<'s> {
    pub(super) fn new(
        (station, is_whole): (Option<&'s Station>, bool),
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
        Names {
            station,
            is_whole: is_whole && station.is_some(),
            windows,
            exceptions,
            placed: placed.collect(),
            window_ids: windows.iter().map(|window| window.id.as_str()).collect(),
            column_ids: columns.iter().map(|column| column.id.as_str()).collect(),
        }
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

    /// The places of all broadcasts of a month, at most: every item on every day. A window without a running order counts
    /// for one.
    pub(super) fn places_in_a_month(&self) -> usize {
        let without = self.windows.iter().filter(|window| window.running_order.is_empty()).count();
        self.items().count().saturating_add(without).saturating_mul(31)
    }

    /// Whether a running order names the segment `id`.
    pub(super) fn placed(&self, id: &str) -> bool {
        self.placed.contains(id)
    }

    /// The column that `node` names.
    pub(super) fn column(&self, reader: &mut Reader<'_>, node: &Node) -> Option<String> {
        let id = reader.text("column", node, "\"cchc\"")?;
        self.one(reader, &id, node, COLUMN, &self.column_ids)
    }

    /// The window that `node` names.
    pub(super) fn window(&self, reader: &mut Reader<'_>, node: &Node) -> Option<String> {
        let id = reader.text("windows", node, "[\"sang\"]")?;
        self.one(reader, &id, node, WINDOW, &self.window_ids)
    }

    fn one(
        &self,
        reader: &mut Reader<'_>,
        id: &str,
        node: &Node,
        (vi, en): (&str, &str),
        ids: &BTreeSet<&str>,
    ) -> Option<String> {
        if ids.contains(id) || (!self.is_whole && is_id(id)) {
            return Some(id.to_owned());
        }
        let cure = windows::add(en, id);
        reader.named(&Text::new(vi, en), id, node.span, ids.iter().copied(), cure).map(str::to_owned)
    }

    /// Holds what running orders name, and the first `of_station` exceptions, against what is there; `segments` are the
    /// month's ids. Told beside the reader's own, since a place may lie in the station's file.
    pub(super) fn unknown(&self, of_station: usize, segments: &BTreeSet<&str>) -> Vec<Problem> {
        let mut told = Bounded::default();
        if self.station.is_none() {
            return Vec::new();
        }
        let (windows, columns) = (&self.window_ids, &self.column_ids);
        for item in self.items() {
            match &item.what {
                What::Column { id, .. } if self.is_whole => named(&mut told, &item.place, COLUMN, id, columns),
                What::Segment(id) => named(&mut told, &item.place, ("tiết mục", "segment"), id, segments),
                _ => {}
            }
        }
        for holiday in self.exceptions[..of_station].iter().filter(|_| self.is_whole) {
            holiday.windows.keys().for_each(|id| named(&mut told, &holiday.place, WINDOW, id, windows));
            holiday.columns.keys().for_each(|id| named(&mut told, &holiday.place, COLUMN, id, columns));
        }
        let windows: BTreeMap<&str, &Window> = self.windows.iter().map(|window| (window.id.as_str(), window)).collect();
        for extra in self.exceptions.iter().flat_map(|exception| &exception.extra) {
            let id = &extra.id;
            let Some(window) = windows.get(id.as_str()) else { continue };
            let message = Text::new(
                format!("buổi thêm `{id}` trùng mã với một khung giờ"),
                format!("the extra broadcast `{id}` has the id of a window"),
            );
            let help = Text::new("đổi mã của buổi thêm", "change the extra broadcast's id");
            let problem = Problem::refuse("duplicate-id", Some(extra.place.clone()), message, help);
            told.push(problem.and(window.place.clone(), Text::new("khung giờ này", "this window")));
        }
        told.into_problems()
    }
}

const WINDOW: (&str, &str) = ("khung giờ", "window");
const COLUMN: (&str, &str) = ("chuyên mục", "column");

/// Notes that nothing is called `id`, unless it is `known`.
fn named(told: &mut Bounded, place: &Place, (vi, en): (&str, &str), id: &str, known: &BTreeSet<&str>) {
    if known.contains(id) {
        return;
    }
    let message = Text::new(format!("không có {vi} `{id}`"), format!("there is no {en} `{id}`"));
    let cure = windows::add(en, id);
    let help = if told.is_full(&place.file) { cure } else { among_names(id, known.iter().copied(), cure) };
    told.push(Problem::refuse("unknown-name", Some(place.clone()), message, help));
}
