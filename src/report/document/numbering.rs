//! The numbers of headings: `I.`, `1.`, `a)`, each level beginning anew under the one above it.

use super::Level;

/// Points go by the Vietnamese alphabet, without the letters that carry marks other than đ.
const LETTERS: [&str; 23] =
    ["a", "b", "c", "d", "đ", "e", "g", "h", "i", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "x", "y"];

/// Counts the headings of a document as they come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbering {
    parts: usize,
    sections: usize,
    points: usize,
}

impl Numbering {
    /// The number of the next heading of `level`, with the sign that follows it.
    pub fn next(&mut self, level: Level) -> String {
        match level {
            Level::Part => {
                *self = Numbering { parts: self.parts + 1, sections: 0, points: 0 };
                format!("{}.", roman(self.parts))
            }
            Level::Section => {
                (self.sections, self.points) = (self.sections + 1, 0);
                format!("{}.", self.sections)
            }
            Level::Point => {
                self.points += 1;
                format!("{})", letters(self.points))
            }
        }
    }
}

/// `n` in Roman numerals; `n` is at least 1.
pub(in crate::report) fn roman(mut n: usize) -> String {
    const SIGNS: [(usize, &str); 9] =
        [(100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")];
    let mut out = String::new();
    for (value, sign) in SIGNS {
        while n >= value {
            out.push_str(sign);
            n -= value;
        }
    }
    out
}

/// The `n`th letter; past the alphabet two of them: `aa`, `ab`.
fn letters(n: usize) -> String {
    let (round, place) = ((n - 1) / LETTERS.len(), (n - 1) % LETTERS.len());
    if round == 0 { LETTERS[place].to_owned() } else { letters(round) + LETTERS[place] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_level_begins_anew_under_the_one_above() {
        use Level::{Part, Point, Section};
        let mut numbering = Numbering::default();
        let levels = [Part, Section, Point, Point, Section, Point, Part, Section, Point];
        let numbers = levels.map(|level| numbering.next(level));
        assert_eq!(numbers, ["I.", "1.", "a)", "b)", "2.", "a)", "II.", "1.", "a)"]);
    }

    #[test]
    fn points_follow_the_vietnamese_alphabet_and_parts_the_roman() {
        let mut numbering = Numbering::default();
        let points: Vec<String> = (0..25).map(|_| numbering.next(Level::Point)).collect();
        assert_eq!(points[..7].concat(), "a)b)c)d)đ)e)g)");
        assert_eq!(points[22..].concat(), "y)aa)ab)");
        assert_eq!([4, 9, 14, 40, 49].map(roman), ["IV", "IX", "XIV", "XL", "XLIX"]);
    }
}
