//! Which form of the pages mends what a problem points to: the form of the very block that stands there.

use std::collections::BTreeMap;

use super::blocks;
use super::who::escaped;
use crate::editing::{self, Block};
use crate::loading::STATION_FILE;
use crate::problem::{Place, Problem, Sources};
use crate::reading::weekdays::weekdays;
use crate::saving::PlanFile;
use crate::schedule::Month;

/// By which of its keys a block is called, the first that it has.
const NAMED_BY: [&str; 7] = ["title", "name", "reason", "number", "unit", "code", "id"];

/// A form: where it is, and what it is called.
pub(super) struct Lead {
    pub path: String,
    pub called: String,
}

/// The files that problems point into, read as forms have them.
pub(super) struct Leads<'s>(BTreeMap<&'s str, (PlanFile, &'s str, Block)>);

impl<'s> Leads<'s> {
    pub fn read(problems: &[Problem], sources: &'s Sources) -> Leads<'s> {
        let mut files = BTreeMap::new();
        for place in problems.iter().filter_map(|problem| problem.place.as_ref()) {
            let Some((name, text)) = sources.get_key_value(&place.file) else { continue };
            if files.contains_key(name.as_str()) {
                continue;
            }
            // What is no TOML has no forms.
            if let (Some(file), Ok(root)) = (file_of(name), editing::root(text)) {
                files.insert(name.as_str(), (file, text.as_str(), root));
            }
        }
        Leads(files)
    }

    /// The form of the block that a problem stands in.
    pub fn lead(&self, place: &Place) -> Option<Lead> {
        let (file, text, root) = self.0.get(place.file.as_str())?;
        let at = place.span.start;
        if let PlanFile::Month(month) = *file
            && let Some(block) = standing(root.rows("segment"), text, at).map(|(_, block)| block)
        {
            return of_segment(month, block);
        }
        blocks::rows_of(*file).find_map(|(row, path)| {
            let (nth, block) = standing(root.rows(row), text, at)?;
            Some(Lead { path: format!("{path}?dong={nth}"), called: named(block)? })
        })
    }

    /// The recording of the segment that a problem stands in.
    pub fn recording(&self, place: &Place) -> Option<&str> {
        let (_, text, root) = self.0.get(place.file.as_str())?;
        let (_, block) = standing(root.rows("segment"), text, place.span.start)?;
        block.texts("audio").first().copied()
    }
}

fn standing<'b>(blocks: &'b [Block], text: &str, at: usize) -> Option<(usize, &'b Block)> {
    blocks.iter().enumerate().find(|(_, block)| block.range(text).contains(&at))
}

fn named(block: &Block) -> Option<String> {
    let name = NAMED_BY.iter().find_map(|key| block.texts(key).first().copied())?;
    Some(format!("“{name}”"))
}

/// Its form is one of a day: of one on which it airs.
fn of_segment(month: Month, block: &Block) -> Option<Lead> {
    let days = weekdays(&block.texts("days").join(", ")).unwrap_or_default();
    let listed = block.dates(month.first());
    let airs = month.days().find(|date| listed.contains(date) || days.contains(date.weekday()));
    let path = format!("/lich/{}/tiet-muc?id={}", airs.unwrap_or_else(|| month.first()), escaped(&block.id()?));
    Some(Lead { path, called: named(block)? })
}

/// The file that messages call so.
pub(super) fn file_of(name: &str) -> Option<PlanFile> {
    if name == STATION_FILE {
        return Some(PlanFile::Station);
    }
    let month = name.strip_prefix("schedules/")?.strip_suffix(".toml")?.parse().ok()?;
    Some(PlanFile::Month(month))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{Span, Text};

    const MONTH: &str = "\u{feff}month = \"2026-12\"\n[[segment]]\ntitle = \"Bản tin\"\naudio = \"a.mp3\"\ncolumn = \"tin\"\n\
        days = \"T4\"\n[[segment]]\nid = \"hai\"\ntitle = \"Hai\"\non = [\"2026-12-09\"]\n[[exception]]\ndate = 2026-12-24\n\
        reason = \"Lễ\"\n[[window]]\nid = \"sang\"\nname = \"Buổi sáng\"\nrunning_order = [{ column = \"tin\" }]\n";
    const STATION: &str = "[station]\nname = \"Đài\"\n[targets]\nmonth = { minutes = 9 }\n[[column]]\nid = \"tin\"\n";

    #[test]
    fn what_a_problem_points_to_is_mended_in_its_own_form() {
        let month = "schedules/2026-12.toml";
        let sources = Sources::from([(month.into(), MONTH.into()), (STATION_FILE.into(), STATION.into())]);
        let lead = |file: &str, start: usize, sources: &Sources| {
            let place = Place { file: file.into(), span: Span { start, end: start + 1 } };
            let problem = Problem::warning("x", Some(place.clone()), Text::same("x"), Text::same("y"));
            Leads::read(&[problem], sources).lead(&place).map(|lead| (lead.path, lead.called))
        };
        for (file, text, at, path, called) in [
            (month, MONTH, "audio", "/lich/2026-12-02/tiet-muc?id=ban-tin", "“Bản tin”"),
            (month, MONTH, "on = [", "/lich/2026-12-09/tiet-muc?id=hai", "“Hai”"),
            (month, MONTH, "[[exception", "/lich/2026-12/muc/ngay-khac/dong?dong=0", "“Lễ”"),
            (month, MONTH, "{ column", "/lich/2026-12/muc/khung-gio/dong?dong=0", "“Buổi sáng”"),
            (STATION_FILE, STATION, "[[column", "/dai/muc/chuyen-muc/dong?dong=0", "“tin”"),
        ] {
            assert_eq!(lead(file, text.find(at).unwrap(), &sources), Some((path.into(), called.into())), "{at}");
        }
        // What there is once in a file is led to by what its message says; what is no TOML has no forms.
        assert_eq!(lead(STATION_FILE, STATION.find("minutes").unwrap(), &sources), None);
        assert_eq!(lead(month, 0, &Sources::from([(month.into(), "month = ".into())])), None);
    }
}
