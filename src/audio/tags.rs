//! Who and what a recording's tags say it is.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use symphonia::core::formats::FormatReader;
use symphonia::core::meta::StandardTag;

/// Most letters that are kept of one.
const MOST_LETTERS: usize = 200;

/// Title and artist as the last of the file's own notes has them.
pub(super) fn title_and_artist(reader: &mut dyn FormatReader) -> (Option<String>, Option<String>) {
    let mut metadata = reader.metadata();
    let Some(notes) = metadata.skip_to_latest() else { return (None, None) };
    let find = |wanted: fn(&StandardTag) -> Option<&str>| {
        notes.media.tags.iter().filter_map(|tag| tag.std.as_ref()).find_map(wanted).and_then(tidied)
    };
    let title = find(|tag| if let StandardTag::TrackTitle(title) = tag { Some(title) } else { None });
    let artist = find(|tag| if let StandardTag::Artist(artist) = tag { Some(artist) } else { None });
    (title, artist)
}

/// Without what a terminal obeys, without blanks around it, and not too long; none if nothing is left.
fn tidied(text: &str) -> Option<String> {
    let text: String = text.trim().chars().filter(|letter| !letter.is_control()).take(MOST_LETTERS).collect();
    (!text.is_empty()).then_some(text)
}

/// Most bytes of an ID3v2 tag that are looked at; what people write stands in front of the picture.
const ID3_BYTES: u64 = 64 * 1024;

/// Title and artist of the ID3v2.3 or 2.4 tag (id3.org) in front of the sound, where MP3 files have them.
pub(super) fn of_id3(path: &Path) -> (Option<String>, Option<String>) {
    let mut bytes = Vec::new();
    // A tag that cannot be read is none.
    let read = File::open(path).and_then(|file| file.take(ID3_BYTES).read_to_end(&mut bytes));
    if read.is_err() || !bytes.starts_with(b"ID3") || !matches!(bytes.get(3), Some(3 | 4)) {
        return (None, None);
    }
    let (mut title, mut artist) = (None, None);
    let mut rest = bytes.get(10..).unwrap_or_default();
    while let Some((head, behind)) = rest.split_at_checked(10).filter(|(head, _)| head[0].is_ascii_uppercase()) {
        // Version 2.4 keeps the highest bit of each byte clear, and counts by 128.
        let by = if bytes[3] == 4 { 128 } else { 256 };
        let len = head[4..8].iter().fold(0_usize, |len, byte| len * by + usize::from(*byte));
        let Some((text, next)) = behind.split_at_checked(len) else { break };
        match &head[..4] {
            b"TIT2" => title = id3_text(text),
            b"TPE1" => artist = id3_text(text),
            _ => {}
        }
        rest = next;
    }
    (title, artist)
}

/// A text frame: a byte for the encoding, then the text, of several the first.
fn id3_text(frame: &[u8]) -> Option<String> {
    let (encoding, text) = frame.split_first()?;
    let wide = |text: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = text.chunks_exact(2).map(|two| unit([two[0], two[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    let text = match (encoding, text) {
        (0, text) => text.iter().map(|byte| char::from(*byte)).collect(),
        (1, [0xFF, 0xFE, text @ ..]) => wide(text, u16::from_le_bytes),
        (1, [0xFE, 0xFF, text @ ..]) | (2, text) => wide(text, u16::from_be_bytes),
        (3, text) => String::from_utf8_lossy(text).into_owned(),
        _ => return None,
    };
    tidied(text.split('\0').next()?)
}
