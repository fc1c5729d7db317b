//! The header of an MPEG audio frame (ISO 11172-3, 13818-3 and the 2.5 extension), and the length tag that some
//! encoders put in a first, silent frame.

/// What a frame's four header bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// 1, 2, or 3 for MPEG 2.5.
    pub(super) version: u8,
    /// 1 to 3.
    pub(super) layer: u8,
    /// Frames per second.
    pub(super) rate_hz: u32,
    /// 1 or 2.
    pub(super) channels: u16,
    /// A checksum of two bytes follows the header.
    pub(super) has_crc: bool,
    /// Length of the frame, header included.
    pub(super) bytes: usize,
    /// Frames of sound in it.
    pub(super) samples: u32,
}

impl Header {
    /// None for what is no header; free format (no bit rate given) counts as none, for the decoder does not read it.
    pub(super) fn parse(four: [u8; 4]) -> Option<Header> {
        let [sync, a, b, c] = four;
        if sync != 0xFF || a & 0xE0 != 0xE0 {
            return None;
        }
        let version = match (a >> 3) & 3 {
            0 => 3,
            2 => 2,
            3 => 1,
            _ => return None,
        };
        let layer = match (a >> 1) & 3 {
            1 => 3,
            2 => 2,
            3 => 1,
            _ => return None,
        };
        let kbps = kbps(version, layer, usize::from(b >> 4))?;
        let base = [44_100, 48_000, 32_000].get(usize::from((b >> 2) & 3)).copied()?;
        let rate_hz: u32 = base >> (version - 1);
        let pad = u32::from((b >> 1) & 1);
        let bits = kbps * 1000;
        let (bytes, samples) = match layer {
            1 => ((12 * bits / rate_hz + pad) * 4, 384),
            3 if version != 1 => (72 * bits / rate_hz + pad, 576),
            _ => (144 * bits / rate_hz + pad, 1152),
        };
        let channels = if c >> 6 == 3 { 1 } else { 2 };
        // The emphasis value 2 is reserved; checking it halves the chance of taking noise for a header.
        if c & 3 == 2 || bytes < 24 {
            return None;
        }
        Some(Header { version, layer, rate_hz, channels, has_crc: a & 1 == 0, bytes: bytes as usize, samples })
    }

    /// Could both be frames of one stream? Bit rate, padding and stereo mode may differ from frame to frame.
    pub(super) fn is_like(self, other: Header) -> bool {
        (self.version, self.layer, self.rate_hz, self.channels)
            == (other.version, other.layer, other.rate_hz, other.channels)
    }

    /// Bytes of a Layer III frame's side information.
    fn side_len(self) -> usize {
        match (self.version, self.channels) {
            (1, 1) => 17,
            (1, _) => 32,
            (_, 1) => 9,
            _ => 17,
        }
    }
}

/// Bit rates in kbit/s by index, 1 to 14.
fn kbps(version: u8, layer: u8, index: usize) -> Option<u32> {
    const V1_L1: [u32; 14] = [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448];
    const V1_L2: [u32; 14] = [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384];
    const V1_L3: [u32; 14] = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    const V2_L1: [u32; 14] = [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256];
    const V2_L23: [u32; 14] = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    let table = match (version, layer) {
        (1, 1) => &V1_L1,
        (1, 2) => &V1_L2,
        (1, _) => &V1_L3,
        (_, 1) => &V2_L1,
        _ => &V2_L23,
    };
    table.get(index.checked_sub(1)?).copied()
}

/// What a length tag (Xing, Info, VBRI) says about the recording it opens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LengthTag {
    /// MPEG frames that follow.
    pub(super) frames: Option<u64>,
    /// Samples at the head that the encoder and the decoder put there, 0 if not told.
    pub(super) head: u64,
    /// Samples at the tail that fill the last frame, 0 if not told.
    pub(super) tail: u64,
}

/// A decoder of Layer III is itself late by this many samples.
const DECODER_DELAY: u64 = 529;

/// Reads the length tag that `frame` holds, if it is such a frame: its side information is empty, so it is silent.
pub(super) fn length_tag(header: Header, frame: &[u8]) -> Option<LengthTag> {
    if header.layer != 3 {
        return None;
    }
    let after_crc = if header.has_crc { 6 } else { 4 };
    let at = 4 + header.side_len();
    let is_empty = |end: usize| frame.get(after_crc..end).is_some_and(|side| side.iter().all(|byte| *byte == 0));
    let be32 = |at: usize| frame.get(at..at + 4).map(|b| u64::from(u32::from_be_bytes([b[0], b[1], b[2], b[3]])));
    if frame.get(36..40) == Some(b"VBRI") && is_empty(36) {
        return Some(LengthTag { frames: be32(36 + 14), ..LengthTag::default() });
    }
    if !matches!(frame.get(at..at + 4), Some(b"Xing" | b"Info")) || !is_empty(at) {
        return None;
    }
    let flags = be32(at + 4)?;
    let mut next = at + 8;
    let mut tag = LengthTag::default();
    if flags & 1 != 0 {
        tag.frames = be32(next);
        next += 4;
    }
    next += if flags & 2 != 0 { 4 } else { 0 };
    next += if flags & 4 != 0 { 100 } else { 0 };
    next += if flags & 8 != 0 { 4 } else { 0 };
    // The extension of LAME, which libavformat writes too: 12 bits each of delay and padding.
    if let (Some(b"LAME" | b"Lavf" | b"Lavc"), Some(three)) =
        (frame.get(next..next + 4), frame.get(next + 21..next + 24))
    {
        let delay = u64::from(three[0]) << 4 | u64::from(three[1] >> 4);
        let padding = u64::from(three[1] & 0x0F) << 8 | u64::from(three[2]);
        if delay + padding > 0 {
            tag.head = delay + DECODER_DELAY;
            tag.tail = padding.saturating_sub(DECODER_DELAY);
        }
    }
    Some(tag)
}
