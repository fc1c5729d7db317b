//! Frames of MPEG audio (MP1, MP2, MP3) and of AAC (ADTS) out of a stream that never ends, joined in its middle, with
//! anything between them. Rate, channels and even the kind may change on the way.

use super::fault::Fault;
use super::http::Bytes;
use crate::audio::adts::AdtsHeader;
use crate::audio::mpeg_frames::id3v2_len;
use crate::audio::mpeg_header::Header;
use crate::audio::window::Window;
use crate::problem::Text;

/// So much rubbish without a frame in it is no radio.
const SEARCH_BYTES: usize = 256 * 1024;
/// Longest tag that is stepped over: HLS puts one with the time before each piece of sound, some with a picture.
const TAG_BYTES: u64 = 1024 * 1024;

/// What a frame says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// MPEG audio.
    Mpeg(Header),
    /// AAC.
    Adts(AdtsHeader),
}

impl Head {
    fn parse(bytes: &[u8]) -> Option<Head> {
        // A layer of 0 tells AAC from the others.
        if let Some(header) = AdtsHeader::parse(bytes) {
            return Some(Head::Adts(header));
        }
        Header::parse(bytes.get(..4)?.try_into().ok()?).map(Head::Mpeg)
    }

    fn len(self) -> usize {
        match self {
            Head::Mpeg(header) => header.bytes,
            Head::Adts(header) => header.bytes,
        }
    }

    /// Could both be frames of one stream? Then one decoder reads both.
    pub fn is_like(self, other: Head) -> bool {
        match (self, other) {
            (Head::Mpeg(one), Head::Mpeg(other)) => one.is_like(other),
            (Head::Adts(one), Head::Adts(other)) => one.is_like(other),
            _ => false,
        }
    }
}

/// A frame, header included.
pub(super) struct Frame {
    pub head: Head,
    pub bytes: Vec<u8>,
}

/// Splits a stream into frames.
pub(super) struct Frames {
    window: Window<Bytes>,
    last: Option<Head>,
}

impl Frames {
    pub fn new(bytes: Bytes) -> Frames {
        Frames { window: Window::new(bytes), last: None }
    }

    /// The next frame; none at the stream's end.
    ///
    /// # Errors
    /// The stream's own, or [`Fault::NotSound`] where nothing looks like sound for long.
    pub fn next(&mut self) -> Result<Option<Frame>, Fault> {
        let Some(head) = self.sync()? else { return Ok(None) };
        let Some(bytes) = self.window.peek(head.len())?.map(<[u8]>::to_vec) else { return Ok(None) };
        self.window.advance(bytes.len());
        self.last = Some(head);
        Ok(Some(Frame { head, bytes }))
    }

    /// Moves to the next frame; none at the end.
    fn sync(&mut self) -> Result<Option<Head>, Fault> {
        for skipped in 0..SEARCH_BYTES {
            self.skip_tag()?;
            let Some(head) = self.window.peek(AdtsHeader::BYTES)? else { return Ok(None) };
            if let Some(head) = Head::parse(head) {
                let in_step = skipped == 0 && self.last.is_some_and(|last| last.is_like(head));
                if in_step || self.another_follows(head)? {
                    return Ok(Some(head));
                }
            }
            self.window.advance(1);
        }
        Err(Fault::NotSound(Text::new("không thấy khung MP3 hoặc AAC nào", "no frame of MP3 or AAC in it")))
    }

    /// Two bytes that look like a frame's start are in all data; that a like one follows is no chance.
    fn another_follows(&mut self, head: Head) -> Result<bool, Fault> {
        let next = self.window.peek_at(head.len(), AdtsHeader::BYTES)?;
        Ok(next.and_then(Head::parse).is_some_and(|next| next.is_like(head)))
    }

    fn skip_tag(&mut self) -> Result<(), Fault> {
        while let Some(len) = self.window.peek(10)?.and_then(id3v2_len).filter(|len| *len <= TAG_BYTES) {
            for _ in 0..len {
                if self.window.peek(1)?.is_none() {
                    return Ok(());
                }
                self.window.advance(1);
            }
        }
        Ok(())
    }
}
