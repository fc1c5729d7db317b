//! Names that every system takes. A name comes from a stranger's browser or another PC's disk: it is a name and never a
//! path, and Vietnamese stays Vietnamese.

use unicode_normalization::UnicodeNormalization as _;

use super::Refusal;
use crate::problem::Text;
use crate::reading::fold::folded;

/// Most letters of a name; no disk refuses so few, however many bytes they take.
const LETTERS: usize = 80;
/// What a name becomes of which nothing is left.
const NAMELESS: &str = "ban-ghi";
/// Names that belong to Windows whatever their ending.
const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// `written` as a recording is named on disk: composed, on one line, without what a system forbids or hides.
///
/// # Errors
/// It is a path.
pub fn safe_name(written: &str) -> Result<String, Refusal> {
    if written.contains(['/', '\\']) {
        return Err(Refusal::Name(Text::new(
            format!("`{written}` là đường dẫn, không phải tên tệp; hãy bỏ các dấu `/` và `\\`"),
            format!("`{written}` is a path and no file's name; leave out `/` and `\\`"),
        )));
    }
    let plain: String =
        written.nfc().filter(|c| !is_unseen(*c)).map(|c| if is_forbidden(c) { '-' } else { c }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let line = words.join(" ");
    // Windows drops dots and spaces at the end; a dot in front hides a file elsewhere.
    let line = line.trim_start_matches(['.', ' ']).trim_end_matches(['.', ' ']);
    let (stem, ending) = match line.rsplit_once('.') {
        Some((stem, ending)) if is_ending(ending) => (stem.trim_end_matches(['.', ' ']), Some(ending)),
        _ => (line, None),
    };
    let stem: String = stem.chars().take(LETTERS).collect();
    let stem = match stem.trim_end_matches(['.', ' ']) {
        "" => NAMELESS.to_owned(),
        stem if is_reserved(stem) => format!("_{stem}"),
        stem => stem.to_owned(),
    };
    Ok(match ending {
        Some(ending) => format!("{stem}.{}", ending.to_lowercase()),
        None => stem,
    })
}

/// The name as it is compared, as a schedule finds it: however it was composed, with capitals or without.
pub fn same_name(rel: &str) -> String {
    folded(rel)
}

/// Letters that are not seen, and those that turn the direction of writing: `gpj.3pm` must not read `mp3.jpg`.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

fn is_forbidden(c: char) -> bool {
    (c.is_control() && !c.is_whitespace()) || matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*')
}

fn is_ending(ending: &str) -> bool {
    (1..=8).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_reserved(stem: &str) -> bool {
    let first = stem.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let port = first.strip_prefix("com").or_else(|| first.strip_prefix("lpt"));
    let numbered = port.is_some_and(|number| {
        let mut letters = number.chars();
        matches!((letters.next(), letters.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
    });
    RESERVED.contains(&first.as_str()) || numbered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_safe_and_stays_readable() {
        let long = "ế".repeat(300);
        for (written, safe) in [
            ("Bản tin sáng 01-12.MP3", "Bản tin sáng 01-12.mp3"),
            ("Ba\u{309}n tin.wav", "Bản tin.wav"),
            ("  bản \t tin\n5:45?.mp3 ", "bản tin 5-45-.mp3"),
            (".hidden.mp3", "hidden.mp3"),
            ("...", "ban-ghi"),
            ("", "ban-ghi"),
            (".mp3", "mp3"),
            ("\u{202e}3pm.exe\u{200b}.mp3", "3pm.exe.mp3"),
            ("tên. .mp3", "tên.mp3"),
            ("kết thúc. ", "kết thúc"),
            ("con.mp3", "_con.mp3"),
            ("NUL", "_NUL"),
            ("com1.sáng.mp3", "_com1.sáng.mp3"),
            ("lpt².wav", "_lpt².wav"),
            ("comet.wav", "comet.wav"),
            ("số 12/UBND.mp3".replace('/', ":").as_str(), "số 12-UBND.mp3"),
            ("a.b.c.flac", "a.b.c.flac"),
            ("không có đuôi", "không có đuôi"),
            ("dài hơn. một đuôi thật", "dài hơn. một đuôi thật"),
        ] {
            assert_eq!(safe_name(written).ok().as_deref(), Some(safe), "{written:?}");
            assert_eq!(safe_name(safe).ok().as_deref(), Some(safe), "again: {safe:?}");
        }
        assert_eq!(safe_name(&format!("{long}.mp3")).ok(), Some(format!("{}.mp3", "ế".repeat(80))));
    }

    #[test]
    fn a_path_is_refused() {
        for path in ["../mat-khau.mp3", "..\\mat-khau.mp3", "/etc/passwd", "C:\\fakepath\\a.mp3", "a/b.mp3", "/"] {
            assert!(matches!(safe_name(path), Err(Refusal::Name(_))), "{path}");
        }
    }
}
