//! In which lines two texts of a file differ.

use std::collections::HashSet;

/// Lines that only theirs (`+`) or only one's own (`-`) has, in the order of the file: what stands alike at both ends is
/// left out.
pub(super) fn differences(theirs: &str, own: &str) -> Vec<(char, String)> {
    let (theirs, own): (Vec<&str>, Vec<&str>) = (theirs.lines().collect(), own.lines().collect());
    let same = theirs.iter().zip(&own).take_while(|(a, b)| a == b).count();
    let (theirs, own) = (&theirs[same..], &own[same..]);
    let end = theirs.iter().rev().zip(own.iter().rev()).take_while(|(a, b)| a == b).count();
    let (theirs, own) = (&theirs[..theirs.len() - end], &own[..own.len() - end]);
    let only = |of: &[&str], other: &[&str], sign| {
        let other: HashSet<&str> = other.iter().copied().collect();
        of.iter().filter(|line| !other.contains(*line)).map(|line| (sign, (*line).to_owned())).collect::<Vec<_>>()
    };
    [only(theirs, own, '+'), only(own, theirs, '-')].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_only_one_text_has_are_told_in_the_order_of_the_file() {
        let (theirs, own) = ("a\nb\nnew\nc\nd\n", "a\nc\nb\nown\nd\n");
        assert_eq!(differences(theirs, own), [('+', "new".to_owned()), ('-', "own".to_owned())]);
    }
}
