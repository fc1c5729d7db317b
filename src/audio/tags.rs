//! Who and what a recording's tags say it is.

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
