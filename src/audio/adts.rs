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

/// Bytes of a frame's header.
const HEADER: usize = 7;

/// Walks the whole file.
pub(super) fn walk(region: Region) -> Result<Adts> {
    let mut window = Window::new(region);
    let mut met = Adts::default();
    while let Some(len) = window.peek(10)?.and_then(id3v2_len) {
        window.skip(len)?;
    }
    loop {
        let Some(header) = window.peek(HEADER)? else {
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
fn find(window: &mut Window) -> Result<bool> {
    loop {
        window.skip(1)?;
        let Some(header) = window.peek(HEADER)? else { return Ok(false) };
        let Some(len) = frame_len(header) else { continue };
        if window.peek_at(len, HEADER)?.and_then(frame_len).is_some() {
            return Ok(true);
        }
    }
}

fn frame_len(header: &[u8]) -> Option<usize> {
    let [0xFF, a, b, c, d, e, ..] = *header else { return None };
    let len = usize::from(c & 3) << 11 | usize::from(d) << 3 | usize::from(e >> 5);
    (a & 0xF6 == 0xF0 && (b >> 2) & 0xF < 13 && len >= HEADER).then_some(len)
}
