//! How Vietnamese text is compared: what looks the same is the same. Text is kept as its author wrote it; only the
//! comparison folds.

use std::fmt::Display;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::problem::Text;

/// The five tone marks, decomposed: huyền, sắc, ngã, hỏi, nặng.
pub(super) const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];

/// Composed and decomposed forms, case and the place of a tone mark folded (`Hóa` = `hoá`), outer and doubled blanks
/// removed. Marks still tell words apart: `phát` is not `phạt`.
pub fn folded(text: &str) -> String {
    let words: Vec<String> = text.to_lowercase().split_whitespace().map(tones_last).collect();
    words.join(" ")
}

/// Tone marks moved to the end of their syllable, so that hóa and hoá read alike. In `hóa-đơn` there are two of them.
fn tones_last(word: &str) -> String {
    let apart: Vec<char> = word.nfd().collect();
    let is_letter = |c: char| c.is_alphanumeric() || is_combining_mark(c);
    let syllables = apart.chunk_by(|before, next| is_letter(*before) == is_letter(*next));
    let mut folded = String::with_capacity(word.len());
    for syllable in syllables {
        let (tones, letters): (Vec<char>, Vec<char>) = syllable.iter().copied().partition(|c| TONES.contains(c));
        folded.extend(letters.into_iter().nfc().chain(tones));
    }
    folded
}

/// Letters with their marks in one (`ế`, not `e`, `^`, `´`), as programs that print and search expect them.
pub fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// `folded`, without any mark (đ → d), with `_` and `-` read as a blank: `biểu dương` = `bieu_duong`.
pub fn bare(text: &str) -> String {
    let letters = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    let plain: String = letters
        .map(|c| match c {
            'đ' => 'd',
            '_' | '-' | '–' => ' ',
            other => other,
        })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether any letter has a mark, that of đ among them.
pub fn has_marks(text: &str) -> bool {
    text.nfd().any(|c| is_combining_mark(c) || matches!(c, 'đ' | 'Đ'))
}

/// The longest id.
pub const ID_MAX: usize = 64;

/// An id made from a title: without marks, other signs as `-`, at most [`ID_MAX`] long; none if nothing is left.
pub fn slug(title: &str) -> Option<String> {
    let mut id = String::new();
    for c in bare(title).chars() {
        match c {
            'a'..='z' | '0'..='9' => id.push(c),
            _ if id.is_empty() || id.ends_with('-') => {}
            _ => id.push('-'),
        }
    }
    id.truncate(ID_MAX);
    let id = id.trim_end_matches('-');
    (!id.is_empty()).then(|| id.to_owned())
}

/// Another id like this one: `id-2`, shortened where that would be too long.
pub fn second_id(id: &str) -> String {
    let stem: String = id.chars().take(ID_MAX - 2).collect();
    format!("{}-2", stem.trim_end_matches('-'))
}

/// Whether `id` is one: `[a-z0-9][a-z0-9-]{0,63}`.
pub fn is_id(id: &str) -> bool {
    let letters = id.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    letters && !id.is_empty() && id.len() <= ID_MAX && !id.starts_with('-')
}

/// Words that a hint is searched among: a list that is longer is no person's, and costs its length at every mistake.
const COMPARED_MAX: usize = 1000;

/// The one of `known` that a person most likely meant by `written`; none if nothing is near.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = bare(written);
    if written.len() > 2 * ID_MAX {
        return None;
    }
    let near =
        known.into_iter().take(COMPARED_MAX).map(|word| (strsim::damerau_levenshtein(&written, &bare(word)), word));
    let (distance, word) = near.min_by_key(|(distance, _)| *distance)?;
    let allowed = (word.chars().count().max(written.chars().count()) / 3).clamp(1, 4);
    (distance <= allowed && distance < word.chars().count()).then_some(word)
}

/// The hint that `near` was probably meant.
pub fn did_you_mean(near: impl Display) -> Text {
    Text::new(format!("có phải là `{near}` không?"), format!("did you mean `{near}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tone_marks_fold_wherever_they_are_put() {
        assert_eq!(folded("Hóa"), folded("hoá"));
        assert_eq!(folded("  THỦY  LỢI "), folded("thuỷ lợi"));
        assert_eq!(folded("Bản tin"), folded("Ba\u{309}n tin"), "composed and decomposed");
        assert_ne!(folded("phát"), folded("phạt"));
        assert_eq!(folded("Hóa-đơn.mp3"), folded("hoá-đơn.mp3"));
        assert_ne!(folded("hóa-đơn"), folded("hoa-đớn"), "a tone stays with its syllable");
        assert_ne!(folded("ma"), folded("mă"));
    }

    #[test]
    fn marks_vanish_and_d_with_stroke_is_d() {
        assert_eq!(bare("Biểu_Dương"), "bieu duong");
        assert_eq!(bare("ĐƯỜNG DÂY NÓNG"), "duong day nong");
    }

    #[test]
    fn titles_become_ids() {
        assert_eq!(slug("Hướng dẫn nộp hồ sơ trực tuyến").as_deref(), Some("huong-dan-nop-ho-so-truc-tuyen"));
        assert_eq!(slug("  “Một cửa” tuần qua – số 3! ").as_deref(), Some("mot-cua-tuan-qua-so-3"));
        assert_eq!(slug("…!"), None);
        assert_eq!(second_id("ban-tin"), "ban-tin-2");
        assert_eq!(second_id(&"ab-".repeat(21)), format!("{}ab-2", "ab-".repeat(20)));
        assert!(is_id(&second_id(&"a".repeat(ID_MAX))));
        assert_eq!(slug(&"ab ".repeat(40)).map(|id| (id.len(), is_id(&id))), Some((64, true)));
    }

    #[test]
    fn ids_are_told_from_other_words() {
        for good in ["a", "0-", "cchc-dvc"] {
            assert!(is_id(good), "{good}");
        }
        for bad in ["", "-a", "A", "tin tức", "a_b", &"a".repeat(65)] {
            assert!(!is_id(bad), "{bad}");
        }
    }

    #[test]
    fn near_words_are_suggested_and_far_ones_are_not() {
        assert_eq!(nearest("titel", ["title", "audio"]), Some("title"));
        assert_eq!(nearest("Tilte", ["title", "audio"]), Some("title"));
        assert_eq!(nearest("on", ["at", "id"]), None);
        assert_eq!(nearest("gio", ["title", "audio", "at"]), None);
    }
}
