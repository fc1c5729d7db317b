//! WAV files as recorders really write them. The library's reader believes every size field and refuses a file for a
//! missing pad byte; so the chunks are walked here, kindly, and it is given a clean header in front of the sound.

use std::io::{Read, Result, Seek, SeekFrom};

/// Size fields from here on mean "not known": a pipe writes FFFFFFFF, 7FFFFFFF or something near it.
const UNKNOWN_FROM: u64 = 0x7FFF_0000;
/// Chunks looked at before giving up.
const MOST_CHUNKS: usize = 512;

/// Format tags of the `fmt` chunk (mmreg.h).
pub(super) const TAG_PCM: u16 = 0x0001;
const TAG_MS_ADPCM: u16 = 0x0002;
const TAG_FLOAT: u16 = 0x0003;
const TAG_ALAW: u16 = 0x0006;
const TAG_MULAW: u16 = 0x0007;
const TAG_IMA_ADPCM: u16 = 0x0011;
pub(super) const TAG_MP2: u16 = 0x0050;
pub(super) const TAG_MP3: u16 = 0x0055;
const TAG_EXTENSIBLE: u16 = 0xFFFE;

/// Where the sound of a WAV file lies and what it is.
#[derive(Debug)]
pub(super) struct WavLayout {
    /// The format tag, the sub-format's for an extensible one.
    pub(super) tag: u16,
    /// First byte of sound.
    pub(super) data_start: u64,
    /// Bytes of sound that are there, whole blocks only.
    pub(super) data_len: u64,
    /// Bytes of sound that the header claims, where it makes a believable claim.
    pub(super) declared_len: Option<u64>,
    /// A clean header to read the sound with.
    pub(super) header: Vec<u8>,
}

/// Walks the chunks. `Ok(None)`: no `fmt` or no `data` chunk to be found.
pub(super) fn layout(file: &mut (impl Read + Seek), file_len: u64) -> Result<Option<WavLayout>> {
    let mut fmt: Option<Vec<u8>> = None;
    let mut data: Option<(u64, u64)> = None;
    // RF64 and BW64 keep the sizes that 32 bits cannot hold in a chunk of their own (EBU Tech 3306).
    let mut long = None;
    let mut at = 12_u64;
    for _ in 0..MOST_CHUNKS {
        let Some((id, size)) = chunk_at(file, at, file_len)? else { break };
        let body = at + 8;
        match &id {
            b"fmt " if fmt.is_none() => {
                let take = size.min(64).min(file_len.saturating_sub(body));
                let mut bytes = vec![0; usize::try_from(take).unwrap_or(0)];
                file.seek(SeekFrom::Start(body))?;
                file.read_exact(&mut bytes)?;
                fmt = Some(bytes);
            }
            b"data" if data.is_none() => data = Some((body, size)),
            b"ds64" if size >= 16 => long = u64_at(file, body + 8, file_len)?,
            _ => {}
        }
        if fmt.is_some() && data.is_some() {
            break;
        }
        at = next_chunk(file, body, size, file_len)?;
    }
    let (Some(fmt), Some((data_start, declared))) = (fmt, data) else { return Ok(None) };
    if let Some(long) = long.filter(|_| declared == u64::from(u32::MAX)) {
        return Ok(of_long(&fmt, data_start, long, file_len));
    }
    let there = file_len.saturating_sub(data_start);
    let unknown = (declared == 0 && !named_chunk_follows(file, data_start, file_len)?)
        || (declared >= UNKNOWN_FROM && declared > there);
    let declared_len = if unknown { by_outer_size(file, data_start, file_len)? } else { Some(declared) };
    let data_len = if unknown { there } else { declared.min(there) };
    Ok(build(&fmt, data_start, data_len, declared_len))
}

/// Bytes of a Wave64 chunk's head: a GUID, and a size that counts the head too.
const W64_HEAD: u64 = 24;

/// As [`layout`], for a Wave64 file: chunks named by GUIDs, of which the first four bytes are the name that WAV has, with
/// sizes of 64 bits, each chunk beginning at a multiple of 8.
pub(super) fn layout_w64(file: &mut (impl Read + Seek), file_len: u64) -> Result<Option<WavLayout>> {
    let mut fmt: Option<Vec<u8>> = None;
    // Behind the GUID of the whole, its size and the GUID `wave`.
    let mut at = 40_u64;
    for _ in 0..MOST_CHUNKS {
        let Some((id, _)) = chunk_at(file, at, file_len)? else { break };
        let Some(size) = u64_at(file, at.saturating_add(16), file_len)? else { break };
        let body = at + W64_HEAD;
        let len = size.saturating_sub(W64_HEAD);
        match (&id, &fmt) {
            (b"fmt ", None) => {
                let mut bytes = Vec::with_capacity(64);
                file.seek(SeekFrom::Start(body))?;
                file.take(len.min(64)).read_to_end(&mut bytes)?;
                fmt = Some(bytes);
            }
            (b"data", Some(fmt)) => return Ok(of_long(fmt, body, len, file_len)),
            _ => {}
        }
        if size < W64_HEAD {
            break;
        }
        at = at.saturating_add(size).checked_next_multiple_of(8).unwrap_or(u64::MAX);
    }
    Ok(None)
}

/// With a size of 64 bits: nothing, or more than a disk holds, is what a writer leaves that never came to its end.
fn of_long(fmt: &[u8], data_start: u64, declared: u64, file_len: u64) -> Option<WavLayout> {
    let there = file_len.saturating_sub(data_start);
    let known = declared > 0 && declared < u64::MAX >> 8;
    let data_len = if known { declared.min(there) } else { there };
    build(fmt, data_start, data_len, known.then_some(declared))
}

fn u64_at(file: &mut (impl Read + Seek), at: u64, file_len: u64) -> Result<Option<u64>> {
    if at.saturating_add(8) > file_len {
        return Ok(None);
    }
    let mut bytes = [0; 8];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut bytes)?;
    Ok(Some(u64::from_le_bytes(bytes)))
}

/// How long the sound is by the size of the whole, for a file that is shorter than that; a writer that never filled in
/// the one size has filled in the other now and then.
fn by_outer_size(file: &mut (impl Read + Seek), data_start: u64, file_len: u64) -> Result<Option<u64>> {
    let outer = chunk_at(file, 0, file_len)?.map_or(0, |(_, size)| size);
    Ok((outer < UNKNOWN_FROM && outer + 8 > file_len).then(|| outer + 8 - data_start))
}

/// The chunk's name and size, if 8 bytes are there and the name is one (printable ASCII).
fn chunk_at(file: &mut (impl Read + Seek), at: u64, file_len: u64) -> Result<Option<([u8; 4], u64)>> {
    if at.saturating_add(8) > file_len {
        return Ok(None);
    }
    let mut head = [0; 8];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut head)?;
    let id = [head[0], head[1], head[2], head[3]];
    let size = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
    Ok(id.iter().all(|byte| (0x20..0x7F).contains(byte)).then_some((id, size)))
}

/// Chunks of odd size are followed by a pad byte, which some writers forget: whichever place holds a chunk's name.
fn next_chunk(file: &mut (impl Read + Seek), body: u64, size: u64, file_len: u64) -> Result<u64> {
    let end = body.saturating_add(size);
    if size.is_multiple_of(2) {
        return Ok(end);
    }
    let padded = chunk_at(file, end + 1, file_len)?.is_some_and(|(id, _)| is_known(id));
    let bare = chunk_at(file, end, file_len)?.is_some_and(|(id, _)| is_known(id));
    Ok(if bare && !padded { end } else { end + 1 })
}

/// Does a chunk of a known name begin at once? Then a data size of 0 is meant.
fn named_chunk_follows(file: &mut (impl Read + Seek), at: u64, file_len: u64) -> Result<bool> {
    Ok(chunk_at(file, at, file_len)?.is_some_and(|(id, size)| is_known(id) && at + 8 + size <= file_len))
}

fn is_known(id: [u8; 4]) -> bool {
    const KNOWN: [&[u8; 4]; 14] = [
        b"fmt ", b"data", b"fact", b"LIST", b"bext", b"cue ", b"smpl", b"id3 ", b"ID3 ", b"JUNK", b"PAD ", b"iXML",
        b"PEAK", b"inst",
    ];
    KNOWN.contains(&&id)
}

fn build(fmt: &[u8], data_start: u64, data_len: u64, declared_len: Option<u64>) -> Option<WavLayout> {
    let u16_at = |at: usize| fmt.get(at..at + 2).map(|two| u16::from_le_bytes([two[0], two[1]]));
    let u32_at = |at: usize| fmt.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    let (mut tag, channels, rate_hz) = (u16_at(0)?, u16_at(2)?, u32_at(4)?);
    let (mut block_bytes, bits) = (u16_at(12)?, u16_at(14)?);
    if tag == TAG_EXTENSIBLE {
        // The first two bytes of the sub-format's GUID are the plain tag for every kind that the library reads.
        tag = u16_at(24)?;
    }
    if matches!(tag, TAG_PCM | TAG_FLOAT) {
        // The writer's own block size is now and then wrong; bits and channels say it better.
        block_bytes = channels.checked_mul(bits.div_ceil(8))?;
    }
    if matches!(tag, TAG_MP2 | TAG_MP3) {
        // Frames of varying length: the block size means nothing.
        block_bytes = 1;
    }
    if channels == 0 || rate_hz == 0 || block_bytes == 0 {
        return None;
    }
    let whole = data_len - data_len % u64::from(block_bytes);
    let mut plain = Vec::with_capacity(64);
    plain.extend_from_slice(&tag.to_le_bytes());
    plain.extend_from_slice(&fmt[2..12]);
    plain.extend_from_slice(&block_bytes.to_le_bytes());
    plain.extend_from_slice(&bits.to_le_bytes());
    match tag {
        // The size and the bytes of the extension hold what the decoder needs (frames per block, coefficients).
        TAG_MS_ADPCM | TAG_IMA_ADPCM => plain.extend_from_slice(fmt.get(16..)?),
        TAG_ALAW | TAG_MULAW => plain.extend_from_slice(&[0, 0]),
        _ => {}
    }
    let mut header = Vec::with_capacity(28 + plain.len());
    let data_size = u32::try_from(whole).unwrap_or(u32::MAX);
    // Files of 4 GiB and more: FFFFFFFF means "to the end" to the library.
    let riff_size = data_size.saturating_add(20 + plain.len() as u32);
    header.extend_from_slice(b"RIFF");
    header.extend_from_slice(&riff_size.to_le_bytes());
    header.extend_from_slice(b"WAVEfmt ");
    header.extend_from_slice(&(plain.len() as u32).to_le_bytes());
    header.extend_from_slice(&plain);
    header.extend_from_slice(b"data");
    header.extend_from_slice(&data_size.to_le_bytes());
    Some(WavLayout { tag, data_start, data_len: whole, declared_len, header })
}

/// Can the library decode this format tag?
pub(super) fn is_read(tag: u16) -> bool {
    matches!(tag, TAG_PCM | TAG_MS_ADPCM | TAG_FLOAT | TAG_ALAW | TAG_MULAW | TAG_IMA_ADPCM | TAG_MP2 | TAG_MP3)
}

/// The name of a format tag that is not read.
pub(super) fn tag_name(tag: u16) -> String {
    match tag {
        0x0031 => "GSM 6.10".to_owned(),
        0x0040 | 0x0045 | 0x0064 | 0x0014 => "G.726 ADPCM".to_owned(),
        0x0042 => "G.723.1".to_owned(),
        0x0022 => "TrueSpeech".to_owned(),
        0x0160..=0x0163 => "WMA".to_owned(),
        0x00FF | 0x1600..=0x1610 => "AAC".to_owned(),
        0x2000 => "AC-3".to_owned(),
        0x2001 => "DTS".to_owned(),
        other => format!("0x{other:04X}"),
    }
}
