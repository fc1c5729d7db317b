//! The edit list of an MP4/M4A file: which of the decoded samples are the recording. AAC puts about a thousand samples
//! of silence in front and fills the last frame; the list says so, and the library does not heed it.

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

/// The boxes in a stretch, by name, each with its body; stops at the first that does not fit.
fn children(file: &mut (impl Read + Seek), parent: Stretch) -> Result<Vec<([u8; 4], Stretch)>> {
    let mut boxes = Vec::new();
    let mut at = parent.from;
    while boxes.len() < MOST_BOXES && at + 8 <= parent.to {
        let head = bytes(file, Stretch { from: at, to: parent.to }, 16)?;
        let (size, name) = head.split_at(4);
        let (Ok(size), Some(name)) = (<[u8; 4]>::try_from(size), name.get(..4)) else { break };
        let (size, head_len) = match (u32::from_be_bytes(size), head.get(8..16)) {
            (0, _) => (parent.to - at, 8),
            (1, Some(b)) => (u64::from_be_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]), 16),
            (size, _) => (u64::from(size), 8),
        };
        let Some(end) = at.checked_add(size).filter(|end| size >= head_len && *end <= parent.to) else { break };
        if let Ok(name) = <[u8; 4]>::try_from(name) {
            boxes.push((name, Stretch { from: at + head_len, to: end }));
        }
        at = end;
    }
    Ok(boxes)
}

/// Up to `most` bytes from a stretch's start.
fn bytes(file: &mut (impl Read + Seek), stretch: Stretch, most: u64) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    file.seek(SeekFrom::Start(stretch.from))?;
    file.take(most.min(stretch.to.saturating_sub(stretch.from))).read_to_end(&mut out)?;
    Ok(out)
}
