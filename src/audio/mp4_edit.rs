//! The edit list of an MP4/M4A file: which of the decoded samples are the recording. AAC puts about a thousand samples
//! of silence in front and fills the last frame; the list says so, and the library does not heed it. And its last box, where the
//! file was cut short.

use std::io::{Read, Result, Seek, SeekFrom};

/// Boxes looked at per level: more is no sound file.
const MOST_BOXES: usize = 256;

/// The one stretch of the sound that is the recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// Ticks in front of it.
    pub(super) head: u64,
    /// Ticks that it is long.
    pub(super) len: u64,
    /// Ticks per second: the sample rate, else the edit cannot be cut to the sample.
    pub(super) per_s: u64,
}

#[derive(Clone, Copy)]
struct Stretch {
    from: u64,
    to: u64,
}

/// The edit of the file's only sound track; none if there are several tracks or edits, or if it is not plain speed.
pub(super) fn of(file: &mut (impl Read + Seek), file_len: u64) -> Result<Option<Edit>> {
    let Some(moov) = child(file, Stretch { from: 0, to: file_len }, *b"moov")? else { return Ok(None) };
    let Some(movie_per_s) = timescale(file, moov, *b"mvhd")? else { return Ok(None) };
    let mut found = None;
    for trak in children(file, moov)?.into_iter().filter(|(name, _)| name == b"trak").map(|(_, body)| body) {
        let Some(mdia) = child(file, trak, *b"mdia")? else { continue };
        let Some(hdlr) = child(file, mdia, *b"hdlr")? else { continue };
        if bytes(file, hdlr, 12)?.get(8..12) != Some(b"soun") {
            continue;
        }
        if found.is_some() {
            return Ok(None);
        }
        let Some(per_s) = timescale(file, mdia, *b"mdhd")? else { return Ok(None) };
        let Some(edts) = child(file, trak, *b"edts")? else { return Ok(None) };
        let Some(elst) = child(file, edts, *b"elst")? else { return Ok(None) };
        let list = bytes(file, elst, 28)?;
        found = only_edit(&list).map(|(len, head)| {
            // The length is told in the movie's ticks, often ms: one more, lest rounding cut into the sound.
            let len = u128::from(len.saturating_add(u64::from(movie_per_s != per_s)));
            let len = len * u128::from(per_s) / u128::from(movie_per_s.max(1));
            Edit { head, len: u64::try_from(len).unwrap_or(u64::MAX), per_s }
        });
        if found.is_none() {
            return Ok(None);
        }
    }
    Ok(found)
}

/// Length and start of a list of one edit at plain speed.
fn only_edit(list: &[u8]) -> Option<(u64, u64)> {
    let be32 = |at: usize| list.get(at..at + 4).map(|b| u64::from(u32::from_be_bytes([b[0], b[1], b[2], b[3]])));
    if be32(4)? != 1 {
        return None;
    }
    let (len, head, none, speed) = match list.first()? {
        0 => (be32(8)?, be32(12)?, 0xFFFF_FFFF, be32(16)?),
        1 => (be32(8)? << 32 | be32(12)?, be32(16)? << 32 | be32(20)?, u64::MAX, be32(24)?),
        _ => return None,
    };
    (speed == 0x0001_0000 && len > 0 && head != none).then_some((len, head))
}

fn timescale(file: &mut (impl Read + Seek), parent: Stretch, name: [u8; 4]) -> Result<Option<u64>> {
    let Some(header) = child(file, parent, name)? else { return Ok(None) };
    let head = bytes(file, header, 24)?;
    let at = if head.first() == Some(&1) { 20 } else { 12 };
    Ok(head.get(at..at + 4).map(|b| u64::from(u32::from_be_bytes([b[0], b[1], b[2], b[3]]))).filter(|per_s| *per_s > 0))
}

fn child(file: &mut (impl Read + Seek), parent: Stretch, name: [u8; 4]) -> Result<Option<Stretch>> {
    Ok(children(file, parent)?.into_iter().find(|(other, _)| *other == name).map(|(_, body)| body))
}

/// What is to stand in front of the file in place of its first bytes: of a copy cut short the last box ends beyond what is there,
/// and the library passes that over with all the sound that is in it. Here it ends with the file; nothing where all of it does.
pub(super) fn mended_head(file: &mut (impl Read + Seek), file_len: u64) -> Result<Vec<u8>> {
    let whole = Stretch { from: 0, to: file_len };
    let at = children(file, whole)?.last().map_or(0, |(_, body)| body.to);
    let Some((_, body)) = box_at(file, at, whole)?.filter(|(_, body)| body.from <= file_len) else {
        return Ok(Vec::new());
    };
    let mut head = bytes(file, whole, body.from)?;
    let (size, from) = ((file_len - at).to_be_bytes(), head.len().saturating_sub(8));
    // The longer header ends with the length of the whole, the shorter one begins with it.
    match head.get_mut(from..) {
        Some(last) if body.from - at == 16 => last.copy_from_slice(&size),
        Some([a, b, c, d, ..]) => [*a, *b, *c, *d] = [size[4], size[5], size[6], size[7]],
        _ => {}
    }
    Ok(head)
}

/// The boxes in a stretch, by name, each with its body; stops at the first that does not fit.
fn children(file: &mut (impl Read + Seek), parent: Stretch) -> Result<Vec<([u8; 4], Stretch)>> {
    let mut boxes = Vec::new();
    let mut at = parent.from;
    while boxes.len() < MOST_BOXES
        && let Some((name, body)) = box_at(file, at, parent)?.filter(|(_, body)| body.to <= parent.to)
    {
        boxes.push((name, body));
        at = body.to;
    }
    Ok(boxes)
}

/// The box that begins there: its name, and its body, which may end beyond its parent.
fn box_at(file: &mut (impl Read + Seek), at: u64, parent: Stretch) -> Result<Option<([u8; 4], Stretch)>> {
    let head = bytes(file, Stretch { from: at, to: parent.to }, 16)?;
    let (Some(size), Some(name)) = (head.first_chunk::<4>(), head.get(4..).and_then(<[u8]>::first_chunk::<4>)) else {
        return Ok(None);
    };
    let (size, head_len) = match (u32::from_be_bytes(*size), head.get(8..16)) {
        (0, _) => (parent.to - at, 8),
        (1, Some(b)) => (u64::from_be_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]), 16),
        (size, _) => (u64::from(size), 8),
    };
    let end = at.checked_add(size).filter(|_| size >= head_len);
    Ok(end.map(|to| (*name, Stretch { from: at + head_len, to })))
}

/// Up to `most` bytes from a stretch's start.
fn bytes(file: &mut (impl Read + Seek), stretch: Stretch, most: u64) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    file.seek(SeekFrom::Start(stretch.from))?;
    file.take(most.min(stretch.to.saturating_sub(stretch.from))).read_to_end(&mut out)?;
    Ok(out)
}
