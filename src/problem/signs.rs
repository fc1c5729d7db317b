//! Signs that nobody sees: in a text that people read they are named, or left out.

/// Signs that have no shape of their own: blanks of no width, hyphens that only show at a line's end, and those that turn
/// the direction of what follows them, so that a title reads otherwise than it is. Joiners stay: letters and pictures are
/// made with them.
pub fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn is_unseen(c: char) -> bool {
    c.is_control() || is_hidden(c)
}

/// `text` without them.
pub fn seen(text: &str) -> String {
    text.chars().filter(|c| !is_unseen(*c)).collect()
}

/// `text` with the name of each in its place, `<U+202E>`: what is quoted because it is wrong must not look right, nor move what
/// stands around it.
pub(super) fn shown(text: String) -> String {
    if !text.contains(is_unseen) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_unseen(c) { out.push_str(&named(c)) } else { out.push(c) }
    }
    out
}

/// `<U+202E>`
fn named(c: char) -> String {
    format!("<U+{:04X}>", u32::from(c))
}
