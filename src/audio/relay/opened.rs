//! From an address to something that sounds: playlists are followed, and what is there is told by its bytes. The type
//! that a server states is not asked; half of them state a wrong one.

use std::io::{Cursor, Read};
use std::sync::Arc;

use super::fault::Fault;
use super::hls::{Hls, LIST_BYTES, LIST_MS};
use super::http::{Bytes, Reach, Sent};
use super::icy::WithoutTitles;
use super::lists::{self, Listing, Media};
use super::ts;
use crate::clock;
use crate::problem::Text;

/// Playlists that may lead to one another.
const LISTS: usize = 5;
/// Bytes looked at: as many as it takes to see two packets of a transport stream.
const HEAD_BYTES: usize = 512;

/// What an address led to.
pub(super) enum Opened {
    /// A stream of bytes.
    Stream {
        bytes: Bytes,
        kind: Kind,
        /// It has an end, beyond which there is nothing to wait for.
        is_recording: bool,
    },
    /// A live HLS programme.
    Hls {
        hls: Box<Hls>,
        /// Its master playlist says so.
        is_he_aac: bool,
    },
}

/// What bytes are, by the first of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// MPEG audio or ADTS, perhaps after some rubbish.
    Frames,
    /// A transport stream.
    Ts,
    /// MP4, whole or in fragments.
    Mp4,
    /// Ogg and others that the library reads.
    Container,
}

/// Follows `address` to sound.
pub(super) fn open(reach: &Arc<Reach>, address: &str) -> Result<Opened, Fault> {
    let mut address = address.to_owned();
    let mut is_he_aac = false;
    for _ in 0..=LISTS {
        let Sent { bytes, address: at, icy_every, is_recording } = reach.stream(&address)?;
        let mut bytes: Bytes = match icy_every {
            Some(every) => Box::new(WithoutTitles::new(bytes, every)),
            None => bytes,
        };
        let head = head(&mut bytes)?;
        if !is_text(&head) {
            let kind = kind(&head)?;
            let bytes: Bytes = Box::new(Cursor::new(head).chain(bytes));
            return Ok(Opened::Stream { bytes, kind, is_recording });
        }
        let listed = lists::read(&String::from_utf8_lossy(&all_of(head, &mut bytes)?)).ok_or_else(page)?;
        let next = match listed {
            Listing::Streams(streams) => streams.iter().find_map(|stream| lists::join(&at, stream)),
            Listing::Master(renditions) => lists::best(&renditions).and_then(|best| {
                is_he_aac = best.is_he_aac;
                lists::join(&at, &best.address)
            }),
            Listing::Media(media) => return hls(reach, at, &media, is_he_aac),
        };
        address = next.ok_or(Fault::NoAddress)?;
    }
    Err(Fault::Redirects)
}

fn hls(reach: &Arc<Reach>, address: String, media: &Media, is_he_aac: bool) -> Result<Opened, Fault> {
    Ok(Opened::Hls { hls: Box::new(Hls::new(reach.clone(), address, media)?), is_he_aac })
}

/// The first bytes; fewer than [`HEAD_BYTES`] if that is all.
fn head(bytes: &mut Bytes) -> Result<Vec<u8>, Fault> {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    bytes.take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    if head.is_empty() { Err(Fault::Ended) } else { Ok(head) }
}

/// All of a short text, which may not take long either.
fn all_of(mut text: Vec<u8>, bytes: &mut Bytes) -> Result<Vec<u8>, Fault> {
    let began_ns = clock::monotonic_ns();
    let mut step = [0; 4096];
    loop {
        let got = bytes.read(&mut step)?;
        if got == 0 {
            return Ok(text);
        }
        text.extend_from_slice(&step[..got]);
        if text.len() as u64 > LIST_BYTES {
            return Err(Fault::TooLarge);
        }
        if clock::monotonic_ns().saturating_sub(began_ns) > LIST_MS * 1_000_000 {
            return Err(Fault::Stalled);
        }
    }
}

fn is_text(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let starts = |word: &[u8]| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    starts(b"#EXT")
        || starts(b"[playlist]")
        || starts(b"http://")
        || starts(b"https://")
        || starts(b"file:")
        || starts(b"<")
}

/// What these bytes are.
///
/// # Errors
/// What is known and not read.
pub(super) fn kind(head: &[u8]) -> Result<Kind, Fault> {
    let holds = |magic: &[u8]| head[..head.len().min(64)].windows(magic.len()).any(|part| part == magic);
    let not_read = |name: &str| Err(Fault::NotSound(Text::new(name, name)));
    match head {
        _ if head.first() == Some(&ts::SYNC) && head.get(ts::PACKET).is_none_or(|byte| *byte == ts::SYNC) => {
            Ok(Kind::Ts)
        }
        [b'O', b'g', b'g', b'S', ..] if holds(b"OpusHead") => not_read("Opus"),
        [b'O', b'g', b'g', b'S', ..] if holds(b"Speex   ") => not_read("Speex"),
        [b'O', b'g', b'g', b'S', ..] | [b'f', b'L', b'a', b'C', ..] | [0x1A, 0x45, 0xDF, 0xA3, ..] => {
            Ok(Kind::Container)
        }
        [b'R', b'I', b'F', b'F', ..] => Ok(Kind::Container),
        [_, _, _, _, name @ ..] if [b"ftyp", b"styp", b"moof"].iter().any(|known| name.starts_with(*known)) => {
            Ok(Kind::Mp4)
        }
        _ => Ok(Kind::Frames),
    }
}

fn page() -> Fault {
    Fault::NotSound(Text::new(
        "là trang web hoặc danh sách không có địa chỉ phát",
        "a web page or a list without a stream",
    ))
}
