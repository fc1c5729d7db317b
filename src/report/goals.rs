//! What was to be reached and how far it is: the ward's targets, and the products that the plan promises.

use std::collections::HashSet;

use jiff::civil::Date;

use super::figure::{Figure, permille};
use super::groups::Group;
use super::period::{Period, Stretch};
use super::row::{Log, Row};
use super::totals::Totals;
use crate::problem::Text;
use crate::reading::fold::folded;
use crate::schedule::Deliverable;
use crate::station::{Target, Targets};

/// A target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// Its key in `[targets]`.
    pub key: &'static str,
    /// What people call it.
    pub name: Text,
    /// What is done.
    pub done: Figure,
    /// What is due: a count, or ms.
    pub due: u64,
}

impl Goal {
    /// How far it is, in thousandths.
    pub fn permille(&self) -> Option<u64> {
        permille(self.done.value, self.due)
    }

    /// Whether it is reached.
    pub fn is_reached(&self) -> bool {
        self.done.value >= self.due
    }
}

/// What is to be reached in such a period; of half a year and of any dates nothing is.
fn target(period: &Period, targets: &Targets) -> Target {
    match period.stretch {
        Stretch::Months { count: 1, .. } => targets.month,
        Stretch::Months { count: 3, .. } => targets.quarter,
        Stretch::Months { count: 12, .. } => targets.year,
        _ => Target::default(),
    }
}

/// The targets of the period, held against its totals and its table of genres.
pub(super) fn goals(period: &Period, targets: &Targets, totals: &Totals, genres: &[Group]) -> Vec<Goal> {
    let Target { minutes, tin, bai, phong_su, hotline } = target(period, targets);
    let new_of = |genre: &str| {
        let of_genre = |group: &&Group| group.code.as_deref().is_some_and(|code| folded(code) == folded(genre));
        genres.iter().find(of_genre).map_or_else(|| Figure::count(Vec::new()), |group| group.new_works.clone())
    };
    let goals = [
        (
            "minutes",
            Text::new("phút CCHC", "minutes of reform"),
            totals.reform.clone(),
            minutes.map(|n| u64::from(n) * 60_000),
        ),
        ("tin", Text::new("tin mới", "new items (`tin`)"), new_of("tin"), tin.map(u64::from)),
        ("bai", Text::new("bài mới", "new articles (`bài`)"), new_of("bài"), bai.map(u64::from)),
        (
            "phong_su",
            Text::new("phóng sự mới", "new reportages (`phóng sự`)"),
            new_of("phóng sự"),
            phong_su.map(u64::from),
        ),
        (
            "hotline",
            Text::new("lượt đường dây nóng", "hotline airings"),
            totals.hotline.clone(),
            hotline.map(u64::from),
        ),
    ];
    goals.into_iter().filter_map(|(key, name, done, due)| Some(Goal { key, name, done, due: due? })).collect()
}

/// How a product stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It names no label, so that nothing counts it: a person tells.
    ByHand,
    /// Reached by its due date.
    Done,
    /// Reached, but later.
    DoneLate,
    /// Not reached, and its due date has passed.
    Overdue,
    /// Not reached yet.
    Ahead,
}

/// A product that the plan promises, and what there is of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// As it was typed.
    pub deliverable: Deliverable,
    /// Works with its label that were heard whole for the first time in the reporting year.
    pub done: Figure,
    /// How it stands at the end of the period.
    pub delivery: Delivery,
}

/// The products, counted in the rows of the reporting year up to the period's end, of which `until` is the last that is
/// over or today.
pub(super) fn products(log: &Log, year: &[usize], typed: &[Deliverable], until: Date) -> Vec<Product> {
    let new = log.new_works(year);
    let mut seen = HashSet::new();
    let once = typed.iter().filter(|deliverable| seen.insert((folded(&deliverable.name), deliverable.due)));
    let mut products: Vec<Product> = once.map(|deliverable| product(log, &new, deliverable, until)).collect();
    products.sort_by_key(|product| product.deliverable.due);
    products
}

fn product(log: &Log, new: &[usize], deliverable: &Deliverable, until: Date) -> Product {
    let Deliverable { quantity, due, tag, .. } = deliverable;
    let done = |is: &dyn Fn(&Row) -> bool| log.chosen(new.iter().copied(), is);
    let (rows, delivery) = match tag {
        None => (Vec::new(), Delivery::ByHand),
        Some(tag) => {
            let tag = folded(tag);
            let rows = done(&|row: &Row| row.particulars.tags.iter().any(|own| folded(own) == tag));
            let enough = |rows: usize| rows as u64 >= u64::from(*quantity);
            let in_time = rows.iter().filter(|at| log.rows[**at].date <= *due).count();
            let delivery = match (enough(in_time), enough(rows.len())) {
                (true, _) => Delivery::Done,
                (false, true) => Delivery::DoneLate,
                (false, false) if until > *due => Delivery::Overdue,
                (false, false) => Delivery::Ahead,
            };
            (rows, delivery)
        }
    };
    Product { deliverable: deliverable.clone(), done: Figure::count(rows), delivery }
}
