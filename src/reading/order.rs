//! The order of Vietnamese words: a ă â b c d đ e ê …, and numbers by their value.

use unicode_normalization::UnicodeNormalization;

use super::fold::TONES;

const ALPHABET: &str = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz";

/// A part of a word, in the order in which parts stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// A blank or any sign that is no letter.
    Sign(char),
    /// Digits in a row.
    Number(u64),
    /// A letter, by its place in the alphabet; tone marks tell no order here.
    Letter(usize),
}

/// What texts are sorted by: `b2` before `b10`, `d` before `đ` before `e`. Texts that differ in tones alone follow each
/// other, the plain one first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Order(Vec<Part>, String);

/// The place of `text` among others, whatever its case and however it is composed.
pub fn order(text: &str) -> Order {
    let lower: String = text.to_lowercase().nfd().collect();
    let plain: String = lower.chars().filter(|c| !TONES.contains(c)).nfc().collect();
    let mut parts = Vec::new();
    for c in plain.chars() {
        let letter = ALPHABET.chars().position(|letter| letter == c);
        match (c.to_digit(10), parts.last_mut()) {
            (Some(digit), Some(Part::Number(number))) => {
                *number = number.saturating_mul(10).saturating_add(u64::from(digit));
            }
            (Some(digit), _) => parts.push(Part::Number(u64::from(digit))),
            (None, _) => parts.push(letter.map_or(Part::Sign(c), Part::Letter)),
        }
    }
    Order(parts, lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_stand_as_in_the_vietnamese_alphabet() {
        let right = "a ă â b c d đ e ê f g h i j k l m n o ô ơ p q r s t u ư v w x y z";
        let mut letters: Vec<&str> = right.split(' ').rev().collect();
        letters.sort_by_key(|letter| order(letter));
        assert_eq!(letters.join(" "), right);
        let mut capitals: Vec<String> =
            right.split(' ').rev().map(|letter| letter.to_uppercase().nfd().collect()).collect();
        capitals.sort_by_key(|letter| order(letter));
        assert_eq!(capitals.join(" ").to_lowercase().nfc().to_string(), right, "capitals, decomposed");
    }

    #[test]
    fn numbers_stand_by_their_value_and_tones_come_last() {
        let mut words = ["b10", "đ1", "b2", "b", "c", "má", "mạ", "ma", "mã 2", "e1", "d9"];
        words.sort_by_key(|word| order(word));
        assert_eq!(words, ["b", "b2", "b10", "c", "d9", "đ1", "e1", "ma", "má", "mạ", "mã 2"]);
    }
}
