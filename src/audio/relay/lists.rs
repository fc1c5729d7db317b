//! Playlists as text: M3U and PLS, which name streams, and HLS (RFC 8216), whose master names renditions and whose
//! media playlist names pieces of sound. Addresses in them stay as they are written; see [`join`].

use fluent_uri::{Uri, UriRef};

/// Most pieces that a playlist may name; the longest live ones hold some hours of short pieces.
const MOST_ENTRIES: usize = 20_000;
/// Longest that a playlist's pieces may claim to be, in ms.
const MOST_TARGET_MS: u64 = 3_600_000;
/// Number of a first piece that leaves room to count on from; no server comes near it.
const MOST_FIRST: u64 = u64::MAX / 2;

/// What a playlist says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Listing {
    /// Addresses of streams, the best first.
    Streams(Vec<String>),
    /// Renditions of one programme.
    Master(Vec<Rendition>),
    /// Pieces of one rendition.
    Media(Media),
}

/// One rendition of an HLS master playlist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rendition {
    pub address: String,
    pub bits_per_s: u64,
    /// Sound without a picture.
    pub is_audio: bool,
    /// Announced as HE-AAC.
    pub is_he_aac: bool,
}

/// An HLS media playlist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Media {
    /// Longest piece, in ms.
    pub target_ms: u64,
    /// Number of the first piece.
    pub first: u64,
    pub pieces: Vec<Piece>,
    /// No piece will be added.
    pub is_ended: bool,
    /// A piece is encrypted.
    pub is_locked: bool,
}

/// One piece of sound.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Piece {
    pub part: Part,
    /// What has to stand before it: the header of a fragmented MP4.
    pub header: Option<Part>,
}

/// A file, or bytes of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    pub address: String,
    /// First byte and how many, where it is not all of it.
    pub range: Option<(u64, u64)>,
}

/// What `text` lists; none if it is no playlist.
pub(super) fn read(text: &str) -> Option<Listing> {
    let text = text.trim_start_matches('\u{FEFF}');
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next()?;
    if first.eq_ignore_ascii_case("[playlist]") {
        return streams(lines.filter_map(|line| {
            let (key, value) = line.split_once('=')?;
            key.trim().to_ascii_lowercase().starts_with("file").then(|| value.trim())
        }));
    }
    let has = |tag: &str| text.lines().any(|line| line.trim_start().starts_with(tag));
    if has("#EXT-X-STREAM-INF") {
        return Some(Listing::Master(renditions(text)));
    }
    if has("#EXT-X-TARGETDURATION") {
        return Some(Listing::Media(media(text)));
    }
    // A list of a PC's own files is one too, though nothing of it can be played elsewhere.
    if first.starts_with("#EXTM3U") || is_address(first) || first.starts_with("file:") {
        return streams(text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')));
    }
    None
}

fn is_address(line: &str) -> bool {
    ["http://", "https://"]
        .iter()
        .any(|scheme| line.get(..scheme.len()).is_some_and(|l| l.eq_ignore_ascii_case(scheme)))
}

fn streams<'a>(addresses: impl Iterator<Item = &'a str>) -> Option<Listing> {
    let addresses: Vec<String> = addresses.take(MOST_ENTRIES).map(str::to_owned).collect();
    (!addresses.is_empty()).then_some(Listing::Streams(addresses))
}

fn renditions(text: &str) -> Vec<Rendition> {
    let mut found = Vec::new();
    let mut told: Option<Vec<(&str, &str)>> = None;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()).take(MOST_ENTRIES) {
        if let Some(rest) = line.strip_prefix("#EXT-X-STREAM-INF:") {
            told = Some(attributes(rest));
        } else if let Some(rest) = line.strip_prefix("#EXT-X-MEDIA:") {
            let told = attributes(rest);
            if let (Some("AUDIO"), Some(address)) = (attribute(&told, "TYPE"), attribute(&told, "URI")) {
                // Its rate stands with the pictures it goes with; it is less than any of them.
                found.push(Rendition { address: address.into(), bits_per_s: 0, is_audio: true, is_he_aac: false });
            }
        } else if !line.starts_with('#')
            && let Some(told) = told.take()
        {
            let codecs = attribute(&told, "CODECS").unwrap_or_default();
            let all = || codecs.split(',').map(str::trim).filter(|codec| !codec.is_empty());
            found.push(Rendition {
                address: line.to_owned(),
                bits_per_s: attribute(&told, "BANDWIDTH").and_then(|rate| rate.parse().ok()).unwrap_or(u64::MAX),
                is_audio: attribute(&told, "RESOLUTION").is_none() && all().all(is_audio_codec),
                is_he_aac: all().any(|codec| ["mp4a.40.5", "mp4a.40.29"].contains(&codec)),
            });
        }
    }
    found
}

fn is_audio_codec(codec: &str) -> bool {
    ["mp4a", "mp3", "ac-3", "ec-3", "opus", "flac"].iter().any(|name| codec.to_ascii_lowercase().starts_with(name))
}

/// The rendition to listen to: sound alone before sound with a picture, one that every PC can read before HE-AAC, and
/// the lowest rate of those, for a ward's line is narrow and its loudspeakers are no hi-fi.
pub(super) fn best(renditions: &[Rendition]) -> Option<&Rendition> {
    renditions.iter().min_by_key(|one| (!one.is_audio, one.is_he_aac, one.bits_per_s))
}

fn media(text: &str) -> Media {
    let mut media = Media::default();
    let (mut header, mut range, mut next_byte) = (None, None, 0);
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let number = |rest: &str| rest.trim().parse::<u64>().unwrap_or(0);
        if let Some(rest) = line.strip_prefix("#EXT-X-TARGETDURATION:") {
            let target_ms = rest.trim().parse::<f64>().map_or(0, |s| (s * 1000.0) as u64);
            media.target_ms = target_ms.min(MOST_TARGET_MS);
        } else if let Some(rest) = line.strip_prefix("#EXT-X-MEDIA-SEQUENCE:") {
            media.first = number(rest).min(MOST_FIRST);
        } else if let Some(rest) = line.strip_prefix("#EXT-X-KEY:") {
            media.is_locked |= attribute(&attributes(rest), "METHOD").is_some_and(|method| method != "NONE");
        } else if let Some(rest) = line.strip_prefix("#EXT-X-MAP:") {
            let told = attributes(rest);
            let range = attribute(&told, "BYTERANGE").and_then(|range| byte_range(range, 0));
            header = attribute(&told, "URI").map(|address| Part { address: address.into(), range });
        } else if let Some(rest) = line.strip_prefix("#EXT-X-BYTERANGE:") {
            range = byte_range(rest, next_byte);
        } else if line.starts_with("#EXT-X-ENDLIST") {
            media.is_ended = true;
        } else if !line.starts_with('#') {
            next_byte = range.map_or(0, |(from, bytes): (u64, u64)| from.saturating_add(bytes));
            let part = Part { address: line.to_owned(), range: range.take() };
            media.pieces.push(Piece { part, header: header.clone() });
            if media.pieces.len() == MOST_ENTRIES {
                break;
            }
        }
    }
    media
}

/// `bytes[@from]`; without `@` it begins where the one before it ended.
fn byte_range(text: &str, next: u64) -> Option<(u64, u64)> {
    let (bytes, from) = text.split_once('@').map_or((text, None), |(bytes, from)| (bytes, Some(from)));
    let from = from.map_or(Some(next), |from| from.trim().parse().ok())?;
    Some((from, bytes.trim().parse().ok()?))
}

/// `A=1,B="x,y"` as pairs, quotes taken off.
fn attributes(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').map_or((quoted, ""), |(value, next)| (value, next)),
            None => after.find(',').map_or((after, ""), |comma| after.split_at(comma)),
        };
        found.push((name.trim(), value.trim()));
        rest = next.strip_prefix(',').unwrap_or(next);
    }
    found
}

fn attribute<'a>(told: &[(&str, &'a str)], name: &str) -> Option<&'a str> {
    told.iter().find(|(key, _)| *key == name).map(|(_, value)| *value)
}

/// `address` as it is meant in the playlist that was read from `base`; none if it is no http(s) address then.
pub(super) fn join(base: &str, address: &str) -> Option<String> {
    // Spaces stand in addresses that people wrote by hand.
    let address = address.replace(' ', "%20");
    let base = Uri::parse(base.split('#').next()?).ok()?;
    let joined = UriRef::parse(address.as_str()).ok()?.resolve_against(&base).ok()?.to_string();
    is_address(&joined).then_some(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn streams_of(text: &str) -> Vec<String> {
        match read(text) {
            Some(Listing::Streams(streams)) => streams,
            other => panic!("{text:?}: {other:?}"),
        }
    }

    #[test]
    fn a_list_of_files_of_another_pc_is_a_list_of_which_nothing_can_be_played() {
        for text in [
            "#EXTM3U\nfile:///nhac/a.mp3\n",
            "file:///nhac/a.mp3\nfile:///nhac/b.mp3",
            "[playlist]\nFile1=file:///nhac/a.mp3",
        ] {
            let streams = streams_of(text);
            assert!(!streams.is_empty() && streams.iter().all(|one| join("http://dai/list", one).is_none()), "{text}");
        }
    }

    #[test]
    fn lists_of_streams_are_read_in_every_dress() {
        for text in [
            "#EXTM3U\n#EXTINF:-1,Dai\nhttp://a/1\nhttp://a/2\n",
            "\u{FEFF}#EXTM3U\r\nhttp://a/1\r\nhttp://a/2",
            "HTTP://a/1\nhttp://a/2",
            "[playlist]\nNumberOfEntries=2\nFile1=http://a/1\nTitle1=x\nfile2 = http://a/2\nVersion=2",
        ] {
            assert_eq!(
                streams_of(text).iter().map(|s| s.to_lowercase()).collect::<Vec<_>>(),
                ["http://a/1", "http://a/2"]
            );
        }
        for text in ["", "<html>", "[playlist]\n", "#EXTM3U\n", "một tệp chữ"] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_rendition_that_every_pc_reads_is_chosen() {
        let video = "#EXT-X-STREAM-INF:BANDWIDTH=300000,RESOLUTION=640x360,CODECS=\"avc1.4d001f,mp4a.40.2\"\nv.m3u8\n";
        let he = "#EXT-X-STREAM-INF:BANDWIDTH=48000,CODECS=\"mp4a.40.5\"\nhe.m3u8\n";
        let lc = "#EXT-X-STREAM-INF:CODECS=\"mp4a.40.2\",BANDWIDTH=64000\nlc.m3u8\n";
        let high = "#EXT-X-STREAM-INF:BANDWIDTH=192000,CODECS=\"mp4a.40.2\"\nhigh.m3u8\n";
        let bare = "#EXT-X-STREAM-INF:BANDWIDTH=96000\nbare.m3u8\n";
        let sound = "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"Tiếng, Việt\",URI=\"a.m3u8\"\n";
        for (parts, chosen) in [
            (vec![video, he, high, lc], "lc.m3u8"),
            (vec![video, he], "he.m3u8"),
            (vec![video, sound], "a.m3u8"),
            (vec![video], "v.m3u8"),
            (vec![bare, video], "bare.m3u8"),
        ] {
            let Some(Listing::Master(found)) = read(&format!("#EXTM3U\n{}", parts.concat())) else {
                panic!("{parts:?}")
            };
            assert_eq!(best(&found).unwrap().address, chosen);
        }
    }

    #[test]
    fn a_media_playlist_tells_its_pieces() {
        let text = "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:41\n\
            #EXT-X-MAP:URI=\"init.mp4\",BYTERANGE=\"700@0\"\n#EXTINF:6.0,\n#EXT-X-BYTERANGE:100@700\nall.mp4\n\
            #EXTINF:6.0,\n#EXT-X-BYTERANGE:50\nall.mp4\n#EXT-X-DISCONTINUITY\n#EXTINF:5.9,\nb.m4s\n";
        let Some(Listing::Media(media)) = read(text) else { panic!() };
        assert_eq!((media.target_ms, media.first, media.is_ended, media.is_locked), (6000, 41, false, false));
        let header = Some(Part { address: "init.mp4".into(), range: Some((0, 700)) });
        let piece =
            |address: &str, range| Piece { part: Part { address: address.into(), range }, header: header.clone() };
        assert_eq!(
            media.pieces,
            [piece("all.mp4", Some((700, 100))), piece("all.mp4", Some((800, 50))), piece("b.m4s", None)]
        );
        let locked =
            "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:6,\na.ts\n#EXT-X-ENDLIST\n";
        let Some(Listing::Media(media)) = read(locked) else { panic!() };
        assert!(media.is_locked && media.is_ended);
    }

    #[test]
    fn a_servers_figures_leave_room_to_reckon_with_them() {
        for (target, target_ms) in [("1e30", MOST_TARGET_MS), ("inf", MOST_TARGET_MS), ("nan", 0), ("-6", 0)] {
            let text = format!(
                "#EXTM3U\n#EXT-X-TARGETDURATION:{target}\n#EXT-X-MEDIA-SEQUENCE:{}\n#EXTINF:6,\na.ts\n",
                u64::MAX
            );
            let Some(Listing::Media(media)) = read(&text) else { panic!() };
            assert_eq!((media.target_ms, media.first), (target_ms, MOST_FIRST), "{target}");
        }
    }

    #[test]
    fn addresses_in_a_playlist_are_meant_from_where_it_was_read() {
        let base = "https://dai.example/live/vov1/playlist.m3u8?x=1";
        for (written, meant) in [
            ("a.ts", "https://dai.example/live/vov1/a.ts"),
            ("../b.ts?k=2", "https://dai.example/live/b.ts?k=2"),
            ("/c.ts", "https://dai.example/c.ts"),
            ("//cdn.example/d.ts", "https://cdn.example/d.ts"),
            ("http://cdn.example/e.ts", "http://cdn.example/e.ts"),
            ("ban tin.ts", "https://dai.example/live/vov1/ban%20tin.ts"),
        ] {
            assert_eq!(join(base, written).as_deref(), Some(meant));
        }
        assert_eq!(join(base, "file:///etc/passwd"), None);
    }
}
