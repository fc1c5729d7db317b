//! Walks the frames of an MPEG audio file (MP1, MP2, MP3) from header to header.
//!
//! The library's own reader guesses the length of a file without a length header, takes any two bytes that look like
//! a frame's start for one, and gives up after 1 MiB of something else. Here a frame counts only where another follows
//! it; tags, pictures and zeros between frames are stepped over; and what was lost on the way is counted, so that the
//! decoded length can be held against something that no header claims.

use std::io::Result;

use super::mpeg_header::{Header, LengthTag, length_tag};
use super::region::Region;
use super::window::Window;

/// Frames in a row that make a start believable.
const CHAIN: usize = 3;
/// Frames in a row that are believed even inside a tag, where pictures hold bytes that look like frames.
const CHAIN_IN_TAG: usize = 8;
/// How far the first frame is looked for, tags not counted.
const SEARCH_BYTES: u64 = 16 * 1024 * 1024;

/// What the walk met, complete once it has reached the end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Walk {
    /// Length of the frames handed out, in µs.
    pub(super) us: u64,
    /// Bytes between frames that are neither frame, tag nor zero.
    pub(super) junk_bytes: u64,
    /// Length of what was handed out before the first such byte, in µs.
    pub(super) first_junk_us: Option<u64>,
    /// Length of what length headers promised and was not there, in µs.
    pub(super) missing_us: u64,
    /// Length of the sound that length headers promise, in µs, where there is one.
    pub(super) promised_us: Option<u64>,
    /// The file ends inside a frame.
    pub(super) cut_tail: bool,
    /// The file ends inside a tag: what it opened is missing.
    pub(super) cut_tag: bool,
    /// The file begins inside a frame: sound before its first header, and a first frame that refers back to it.
    pub(super) cut_head: bool,
}

/// What comes next.
pub(super) enum Step {
    /// A recording begins: the file's own or one that was joined to it.
    Part(LengthTag),
    /// One frame, header included.
    Frame(Header, Vec<u8>),
    /// No more frames.
    End,
}

/// The walker.
pub(super) struct MpegFrames {
    window: Window<Region>,
    walk: Walk,
    last: Option<Header>,
    /// The next frame opens a part.
    fresh: bool,
    /// Frames that the current part still owes, and the length of one in µs.
    owed: (u64, u64),
    tag_seen: bool,
    junk_ahead: u64,
}

impl MpegFrames {
    /// Looks for the first frame in `region` and gives its header too; none if there is no MPEG audio in reach.
    pub(super) fn find(region: Region) -> Result<Option<(MpegFrames, Header)>> {
        let mut frames = MpegFrames {
            window: Window::new(region),
            walk: Walk::default(),
            last: None,
            fresh: true,
            owed: (0, 0),
            tag_seen: false,
            junk_ahead: 0,
        };
        let Some(first) = frames.sync()? else { return Ok(None) };
        let refers_back = frames.refers_back(first)?;
        frames.walk.cut_head = !frames.tag_seen && frames.junk_ahead > 0 && refers_back;
        frames.walk.cut_tag = false;
        frames.walk.junk_bytes = 0;
        frames.walk.first_junk_us = None;
        frames.last = Some(first);
        Ok(Some((frames, first)))
    }

    /// What was met so far.
    pub(super) fn walk(&self) -> Walk {
        self.walk
    }

    /// One step on.
    pub(super) fn step(&mut self) -> Result<Step> {
        let Some(header) = self.sync()? else { return Ok(self.end()) };
        let Some(bytes) = self.window.peek(header.bytes)?.map(<[u8]>::to_vec) else {
            self.walk.cut_tail = true;
            return Ok(self.end());
        };
        let tag = length_tag(header, &bytes);
        if self.fresh || tag.is_some() {
            self.settle_part();
            self.fresh = false;
            if tag.is_some() {
                self.window.skip(header.bytes as u64)?;
            }
            let tag = tag.unwrap_or_default();
            if let Some(count) = tag.frames {
                let us_of = |samples: u64| samples.saturating_mul(1_000_000) / u64::from(header.rate_hz);
                let samples = count.saturating_mul(u64::from(header.samples)).saturating_sub(tag.head + tag.tail);
                self.owed = (count, us_of(u64::from(header.samples)));
                self.walk.promised_us = Some(self.walk.promised_us.unwrap_or(0).saturating_add(us_of(samples)));
            }
            return Ok(Step::Part(tag));
        }
        self.window.skip(header.bytes as u64)?;
        self.last = Some(header);
        self.walk.us += u64::from(header.samples) * 1_000_000 / u64::from(header.rate_hz);
        self.owed.0 = self.owed.0.saturating_sub(1);
        Ok(Step::Frame(header, bytes))
    }

    fn end(&mut self) -> Step {
        self.settle_part();
        Step::End
    }

    fn settle_part(&mut self) {
        self.walk.missing_us = self.walk.missing_us.saturating_add(self.owed.0.saturating_mul(self.owed.1));
        self.owed = (0, 0);
    }

    /// Moves to the next frame's header and gives it; none at the end of the sound.
    fn sync(&mut self) -> Result<Option<Header>> {
        let mut junk = 0_u64;
        let mut searched = 0_u64;
        loop {
            if self.skip_tag()? {
                continue;
            }
            let Some(four) = self.window.four_at(0)? else { return Ok(None) };
            if let Some(header) = Header::parse(four)
                && self.is_believable(header, junk > 0)?
            {
                if junk > 0 {
                    self.walk.first_junk_us.get_or_insert(self.walk.us);
                    self.walk.junk_bytes += junk;
                    self.junk_ahead += junk;
                }
                return Ok(Some(header));
            }
            junk += u64::from(four[0] != 0);
            searched += 1;
            if self.last.is_none() && searched > SEARCH_BYTES {
                return Ok(None);
            }
            self.window.skip(1)?;
        }
    }

    /// Is the header at the window's start that of a frame? In step with the last one it is; elsewhere others like it
    /// must follow.
    fn is_believable(&mut self, header: Header, after_junk: bool) -> Result<bool> {
        match self.last {
            Some(last) if last.is_like(header) && !after_junk => Ok(true),
            _ => self.chain(0, header, CHAIN),
        }
    }

    /// Do `wanted` frames follow one another from `offset` on, or as many as there are up to the end of the sound?
    fn chain(&mut self, offset: usize, first: Header, wanted: usize) -> Result<bool> {
        let mut at = offset;
        for met in 0..wanted {
            let Some(four) = self.window.four_at(at)? else {
                // The end, exactly behind a whole frame.
                return Ok(met > 0
                    && self.window.peek_at(at, 1)?.is_none()
                    && self.window.peek_at(at - 1, 1)?.is_some());
            };
            match Header::parse(four) {
                Some(header) if first.is_like(header) => at += header.bytes,
                _ => return Ok(met > 0 && tag_len(&four).is_some()),
            }
        }
        Ok(true)
    }

    /// Steps over a tag at the window's start.
    fn skip_tag(&mut self) -> Result<bool> {
        let Some(bytes) = self.window.peek(4)? else { return Ok(false) };
        let Some(least) = tag_len(bytes) else { return Ok(false) };
        let len = match self.window.peek(least)? {
            Some(head) if head.starts_with(b"ID3") => match id3v2_len(head) {
                Some(len) => len,
                None => return Ok(false),
            },
            Some(head) if head.starts_with(b"APETAGEX") => ape_len(head),
            Some(head) if head.starts_with(b"APET") => return Ok(false),
            Some(_) => least as u64,
            // A cut tag at the very end.
            None => return Ok(false),
        };
        let start = self.window.at();
        self.tag_seen = true;
        self.fresh = true;
        self.window.skip(len)?;
        self.walk.cut_tag |= self.window.at() > self.window.total();
        if self.last.is_none() && !self.frame_is_next()? {
            // The tag's size is wrong, or padding follows. If sound begins inside what it claims, go there.
            self.search_in_tag(start, len)?;
        }
        Ok(true)
    }

    fn frame_is_next(&mut self) -> Result<bool> {
        let Some(four) = self.window.four_at(0)? else { return Ok(false) };
        match Header::parse(four) {
            Some(header) => self.chain(0, header, 2),
            None => Ok(tag_len(&four).is_some()),
        }
    }

    fn search_in_tag(&mut self, start: u64, len: u64) -> Result<()> {
        let end = self.window.at();
        self.window.jump(start + 10)?;
        while self.window.at() < start + len.min(SEARCH_BYTES) {
            let Some(four) = self.window.four_at(0)? else { break };
            if let Some(header) = Header::parse(four)
                && self.chain(0, header, CHAIN_IN_TAG)?
            {
                return Ok(());
            }
            self.window.skip(1)?;
        }
        self.window.jump(end)
    }

    /// Does the frame at the window's start need sound from frames before it? A recording's first frame never does.
    fn refers_back(&mut self, header: Header) -> Result<bool> {
        let at = if header.has_crc { 6 } else { 4 };
        let Some(side) = self.window.peek(at + 2)? else { return Ok(false) };
        Ok(header.layer == 3 && (side[at] != 0 || (header.version == 1 && side[at + 1] & 0x80 != 0)))
    }
}

/// Least bytes of the tag that begins so, none if none does: ID3v2, ID3v1 (and its extension), APE.
fn tag_len(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [b'I', b'D', b'3', ..] => Some(10),
        [b'T', b'A', b'G', b'+', ..] => Some(227),
        [b'T', b'A', b'G', ..] => Some(128),
        [b'A', b'P', b'E', b'T', ..] => Some(32),
        _ => None,
    }
}

/// Length of the ID3v2 tag whose first 10 bytes these are; its size has 7 bits a byte.
pub(super) fn id3v2_len(head: &[u8]) -> Option<u64> {
    let [b'I', b'D', b'3', version, _, flags, a, b, c, d, ..] = *head else { return None };
    if version == 0xFF || (a | b | c | d) & 0x80 != 0 {
        return None;
    }
    let size = [a, b, c, d].iter().fold(0_u64, |sum, byte| sum << 7 | u64::from(*byte));
    Some(10 + size + if flags & 0x10 != 0 { 10 } else { 0 })
}

/// Length of the APE tag from the 32 bytes of its header on, or of a footer alone.
fn ape_len(head: &[u8]) -> u64 {
    let le = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let is_header = le(20) & 0x2000_0000 != 0;
    if is_header { 32 + u64::from(le(12)) } else { 32 }
}
