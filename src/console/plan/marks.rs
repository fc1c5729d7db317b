//! Where a pane underlines what check says of its text, in the units in which a browser's scripts count.

use serde_json::{Value, json};

use crate::problem::{Problem, Severity};

/// `{from, to, kind}` of each problem that has a place in `file`, whose text is `text`.
pub(super) fn marks(problems: &[Problem], file: &str, text: &str) -> Vec<Value> {
    let units = Units::of(text);
    let mark = |problem: &Problem| {
        let place = problem.place.as_ref().filter(|place| place.file == file)?;
        let (from, to) = (units.before(place.span.start)?, units.before(place.span.end)?);
        let kind = match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Notice => "hint",
        };
        (to > from).then(|| json!({ "from": from, "to": to, "kind": kind }))
    };
    problems.iter().filter_map(mark).collect()
}

/// A text's UTF-16 units, counted up to each line, so that many places cost one pass over it.
struct Units<'t> {
    text: &'t str,
    /// A line's first byte, and the units before it.
    lines: Vec<(usize, usize)>,
}

impl<'t> Units<'t> {
    fn of(text: &'t str) -> Units<'t> {
        let (mut lines, mut units) = (vec![(0, 0)], 0);
        for (at, letter) in text.char_indices() {
            units += letter.len_utf16();
            if letter == '\n' {
                lines.push((at + 1, units));
            }
        }
        Units { text, lines }
    }

    /// The units before a byte; none inside a letter.
    fn before(&self, byte: usize) -> Option<usize> {
        let byte = byte.min(self.text.len());
        let (start, units) = self.lines[self.lines.partition_point(|(start, _)| *start <= byte) - 1];
        Some(units + self.text.get(start..byte)?.encode_utf16().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_as_scripts_count() {
        let text = "a = 1\nđài = \"🔔 ơ\"\n";
        let units = Units::of(text);
        let at = |part: &str| units.before(text.find(part).unwrap());
        assert_eq!([at("a"), at("đ"), at("="), at("🔔"), at("ơ")], [Some(0), Some(6), Some(2), Some(13), Some(16)]);
        assert_eq!((units.before(text.len()), units.before(usize::MAX)), (Some(19), Some(19)));
        assert_eq!(units.before(text.find('đ').unwrap() + 1), None, "inside a letter");
    }
}
