//! Walks the pages of an Ogg file. The library skips a damaged page without a word and takes the last page that is
//! there for the last there was; the pages' own numbers, checksums and end marks tell the difference.

use std::collections::BTreeMap;
use std::io::Result;

use super::region::Region;
use super::window::Window;

/// What the walk met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pages {
    /// Streams that never ended.
    pub(super) open_streams: u64,
    /// The file ends inside a page.
    pub(super) cut_tail: bool,
    /// Places where a page is damaged or missing.
    pub(super) gaps: u64,
}

const FIRST: u8 = 0x02;
const LAST: u8 = 0x04;
const HEAD_BYTES: usize = 27;

/// Walks the whole file.
pub(super) fn walk(region: Region) -> Result<Pages> {
    let mut window = Window::new(region);
    let mut pages = Pages::default();
    // By serial number: the page number that is due.
    let mut due: BTreeMap<u32, u32> = BTreeMap::new();
    let mut in_step = true;
    loop {
        let Some(four) = window.four_at(0)? else {
            pages.cut_tail |= window.peek(1)?.is_some();
            break;
        };
        if &four != b"OggS" {
            pages.gaps += u64::from(in_step);
            in_step = false;
            window.skip(1)?;
            continue;
        }
        let Some(page) = page(&mut window)? else {
            pages.cut_tail = true;
            break;
        };
        if !page.is_sound {
            pages.gaps += u64::from(in_step);
            in_step = false;
            window.skip(4)?;
            continue;
        }
        in_step = true;
        let begins = page.flags & FIRST != 0;
        if !begins && due.get(&page.serial).is_none_or(|number| *number != page.number) {
            pages.gaps += 1;
        }
        if page.flags & LAST != 0 {
            due.remove(&page.serial);
        } else {
            due.insert(page.serial, page.number.wrapping_add(1));
        }
        window.skip(page.bytes as u64)?;
    }
    pages.open_streams = due.len() as u64;
    Ok(pages)
}

struct Page {
    flags: u8,
    serial: u32,
    number: u32,
    bytes: usize,
    is_sound: bool,
}

/// The page at the window's start; none if the file ends inside it.
fn page(window: &mut Window<Region>) -> Result<Option<Page>> {
    let Some(head) = window.peek(HEAD_BYTES)? else { return Ok(None) };
    let segments = usize::from(head[26]);
    let Some(head) = window.peek(HEAD_BYTES + segments)? else { return Ok(None) };
    let body: usize = head[HEAD_BYTES..].iter().map(|len| usize::from(*len)).sum();
    let bytes = HEAD_BYTES + segments + body;
    let Some(page) = window.peek(bytes)? else { return Ok(None) };
    let le = |at: usize| u32::from_le_bytes([page[at], page[at + 1], page[at + 2], page[at + 3]]);
    let is_sound = page[4] == 0 && checksum(page) == le(22);
    Ok(Some(Page { flags: page[5], serial: le(14), number: le(18), bytes, is_sound }))
}

/// CRC-32 as Ogg uses it (RFC 3533: polynomial 04C11DB7, nothing reflected), the checksum's own bytes taken as 0.
fn checksum(page: &[u8]) -> u32 {
    const TABLE: [u32; 256] = table();
    page.iter().enumerate().fold(0, |sum, (at, byte)| {
        let byte = if (22..26).contains(&at) { 0 } else { *byte };
        sum << 8 ^ TABLE[usize::from((sum >> 24) as u8 ^ byte)]
    })
}

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let mut sum = (at as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum & 0x8000_0000 != 0 { sum << 1 ^ 0x04C1_1DB7 } else { sum << 1 };
            bit += 1;
        }
        table[at] = sum;
        at += 1;
    }
    table
}
