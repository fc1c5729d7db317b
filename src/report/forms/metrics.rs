//! How wide a text is in Times New Roman, so that a rule can be as long as the words over it and a column as wide as its
//! cells. The font's own figures, which its metric-compatible sisters share; letters with marks are as wide as without.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// From the space to the tilde, in thousandths of the type size.
const REGULAR: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500, 500,
    500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889,
    722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500,
    444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480,
    200, 480, 541,
];
const BOLD: [u16; 95] = [
    250, 333, 555, 500, 500, 1000, 833, 278, 333, 333, 500, 570, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500, 500,
    500, 500, 500, 333, 333, 570, 570, 570, 500, 930, 722, 667, 722, 722, 667, 611, 778, 778, 389, 500, 778, 667, 944,
    722, 778, 611, 778, 722, 556, 667, 722, 722, 1000, 722, 722, 667, 333, 278, 333, 581, 500, 333, 500, 556, 444, 556,
    444, 333, 500, 556, 278, 333, 556, 278, 833, 556, 500, 556, 556, 444, 389, 333, 556, 500, 722, 500, 500, 444, 394,
    220, 394, 520,
];

/// The width of `text` in thousandths of the type size.
pub(super) fn width(text: &str, bold: bool) -> u32 {
    let mut sum = 0;
    for c in text.chars() {
        if c.is_ascii() {
            sum += u32::from(advance(c, bold));
        } else {
            // Marks add nothing, so that their order does not matter.
            decompose_canonical(c, |part| sum += u32::from(advance(part, bold)));
        }
    }
    sum
}

fn advance(c: char, bold: bool) -> u16 {
    let table = if bold { &BOLD } else { &REGULAR };
    match u32::from(c) {
        0x20..=0x7e => table[u32::from(c) as usize - 0x20],
        _ if is_combining_mark(c) => 0,
        0xa0 => 250,
        0x110 => 722,
        // The minus sign.
        0x2212 => 564,
        // Signs of the east and pictures fill the square.
        0x1100.. => 1000,
        _ => {
            if bold {
                556
            } else {
                500
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_take_no_room_and_bold_takes_more() {
        assert_eq!(width("Duc lap", false), width("Dục lập", false));
        assert_eq!(width("đ", false), 500);
        assert_eq!(width("Độc lập - Tự do - Hạnh phúc", true), 12_197);
    }
}
