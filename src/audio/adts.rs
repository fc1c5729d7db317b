//! Walks the frames of a raw AAC file (ADTS). The library estimates its length from the first frames and steps over
//! damage without a word.

use std::io::Result;

use super::mpeg_frames::id3v2_len;
use super::region::Region;
use super::window::Window;

/// What the walk met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Adts {
    /// The file ends inside a frame.
    pub(super) cut_tail: bool,
    /// Places where bytes that are no frame stand between frames.
    pub(super) gaps: u64,
}

/// Rates by the index that stands in a header.
const RATES_HZ: [u32; 13] =
    [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];

/// What a frame's header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AdtsHeader {
    /// Length of the frame, header included.
    pub(super) bytes: usize,
    /// Length of the header: a checksum makes it longer.
    pub(super) head_bytes: usize,
    /// The kind of AAC, as ISO 14496-3 counts them less one: 1 is AAC-LC.
    pub(super) profile: u8,
    /// Frames of sound per second; of HE-AAC, half of them.
    pub(super) rate_hz: u32,
    /// 1 to 7 as the standard's configurations, 0 if the frame itself says.
    pub(super) channels: u8,
}

impl AdtsHeader {
    /// Bytes of a header without a checksum.
    pub(super) const BYTES: usize = 7;

    /// None for what is no header.
    pub(super) fn parse(header: &[u8]) -> Option<AdtsHeader> {
        let [0xFF, a, b, c, d, e, _, ..] = *header else { return None };
        let bytes = usize::from(c & 3) << 11 | usize::from(d) << 3 | usize::from(e >> 5);
        let head_bytes = if a & 1 == 0 { 9 } else { AdtsHeader::BYTES };
        let rate_hz = *RATES_HZ.get(usize::from((b >> 2) & 0xF))?;
        (a & 0xF6 == 0xF0 && bytes >= head_bytes).then_some(AdtsHeader {
            bytes,
            head_bytes,
            profile: b >> 6,
            rate_hz,
            channels: (b & 1) << 2 | c >> 6,
        })
    }

    /// The same as an AudioSpecificConfig (ISO 14496-3, 1.6.2.1), which decoders are made by.
    pub(super) fn config(self) -> [u8; 2] {
        let rate = RATES_HZ.iter().position(|rate| *rate == self.rate_hz).unwrap_or(0) as u16;
        (u16::from(self.profile + 1) << 11 | rate << 7 | u16::from(self.channels) << 3).to_be_bytes()
    }

    /// Could both be frames of one stream?
    pub(super) fn is_like(self, other: AdtsHeader) -> bool {
        (self.profile, self.rate_hz, self.channels) == (other.profile, other.rate_hz, other.channels)
    }
}

/// Walks the whole file.
pub(super) fn walk(region: Region) -> Result<Adts> {
    let mut window = Window::new(region);
    let mut met = Adts::default();
    while let Some(len) = window.peek(10)?.and_then(id3v2_len) {
        window.skip(len)?;
    }
    loop {
        let Some(header) = window.peek(AdtsHeader::BYTES)? else {
            met.cut_tail |= window.peek(1)?.is_some_and(|rest| rest[0] == 0xFF);
            break;
        };
        if header.starts_with(b"TAG") || header.starts_with(b"APETAGE") {
            break;
        }
        match frame_len(header) {
            Some(len) if window.peek(len)?.is_none() => {
                met.cut_tail = true;
                break;
            }
            Some(len) => window.skip(len as u64)?,
            None => {
                if !find(&mut window)? {
                    break;
                }
                met.gaps += 1;
            }
        }
    }
    Ok(met)
}

/// Moves to the next frame that another follows; false if there is none.
fn find(window: &mut Window<Region>) -> Result<bool> {
    loop {
        window.skip(1)?;
        let Some(header) = window.peek(AdtsHeader::BYTES)? else { return Ok(false) };
        let Some(len) = frame_len(header) else { continue };
        if window.peek_at(len, AdtsHeader::BYTES)?.and_then(frame_len).is_some() {
            return Ok(true);
        }
    }
}

fn frame_len(header: &[u8]) -> Option<usize> {
    AdtsHeader::parse(header).map(|header| header.bytes)
}
