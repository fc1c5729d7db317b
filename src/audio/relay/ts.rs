//! The sound inside an MPEG transport stream (ISO 13818-1), as HLS carries it: the first elementary stream of AAC (ADTS)
//! or MPEG audio, its bytes one after the other.

use std::io::{Read, Result};

use super::fault::Fault;
use crate::problem::Text;

/// Bytes of a packet.
pub(super) const PACKET: usize = 188;
/// The first byte of each.
pub(super) const SYNC: u8 = 0x47;
/// So much without any sound in it is no radio.
const SEARCH_BYTES: usize = 8 * 1024 * 1024;
/// Longest table.
const SECTION_BYTES: usize = 4096;

/// A transport stream's sound as a stream of bytes.
pub(super) struct TsSound<R> {
    inner: R,
    /// The packet being filled, and how much of it is there.
    packet: [u8; PACKET],
    filled: usize,
    programmes: Section,
    programme: Section,
    programme_pid: Option<u16>,
    sound_pid: Option<u16>,
    /// A packet of sound has begun: what came before its first one belongs to nothing.
    is_begun: bool,
    payload: Vec<u8>,
    at: usize,
    silent_bytes: usize,
}

/// A table being put together from packets.
#[derive(Default)]
struct Section {
    bytes: Vec<u8>,
}

impl Section {
    /// The whole table, once it is there.
    fn add(&mut self, payload: &[u8], starts: bool) -> Option<&[u8]> {
        if starts {
            // A pointer says where the table begins; what stands before is the end of another.
            let from = 1 + usize::from(*payload.first()?);
            self.bytes.clear();
            self.bytes.extend_from_slice(payload.get(from..)?);
        } else if !self.bytes.is_empty() && self.bytes.len() < SECTION_BYTES {
            self.bytes.extend_from_slice(payload);
        }
        let len = 3 + (usize::from(*self.bytes.get(1)? & 0x0F) << 8 | usize::from(*self.bytes.get(2)?));
        // The last four are a checksum; what is damaged shows itself in what follows.
        self.bytes.get(..len)?.get(..len.checked_sub(4)?)
    }
}

fn pid(high: u8, low: u8) -> u16 {
    u16::from(high & 0x1F) << 8 | u16::from(low)
}

/// The first programme's table of a table of programmes.
fn programme_pid(table: &[u8]) -> Option<u16> {
    let entries = table.get(8..)?.chunks_exact(4);
    entries.filter(|entry| entry[0] != 0 || entry[1] != 0).map(|entry| pid(entry[2], entry[3])).next()
}

/// The first sound that is read of a programme's table.
fn sound_pid(table: &[u8]) -> Option<u16> {
    const READ: [u8; 3] = [0x03, 0x04, 0x0F];
    let described = usize::from(table.get(10)? & 0x0F) << 8 | usize::from(*table.get(11)?);
    let mut rest = table.get(12 + described..)?;
    while let [kind, high, low, length_high, length_low, ..] = *rest {
        if READ.contains(&kind) {
            return Some(pid(high, low));
        }
        rest = rest.get(5 + (usize::from(length_high & 0x0F) << 8 | usize::from(length_low))..)?;
    }
    None
}

impl<R: Read> TsSound<R> {
    pub(super) fn new(inner: R) -> TsSound<R> {
        TsSound {
            inner,
            packet: [0; PACKET],
            filled: 0,
            programmes: Section::default(),
            programme: Section::default(),
            programme_pid: None,
            sound_pid: None,
            is_begun: false,
            payload: Vec::new(),
            at: 0,
            silent_bytes: 0,
        }
    }

    /// Fills the packet; false at the end.
    fn next_packet(&mut self) -> Result<bool> {
        loop {
            while self.filled < PACKET {
                match self.inner.read(&mut self.packet[self.filled..])? {
                    0 => return Ok(false),
                    got => self.filled += got,
                }
            }
            if self.packet[0] == SYNC {
                self.filled = 0;
                return Ok(true);
            }
            // Out of step: on from the next byte that may begin one.
            let next = self.packet.iter().skip(1).position(|byte| *byte == SYNC).map_or(PACKET, |at| at + 1);
            self.packet.copy_within(next.., 0);
            self.filled = PACKET - next;
            self.count_silent(next)?;
        }
    }

    fn count_silent(&mut self, bytes: usize) -> Result<()> {
        self.silent_bytes += bytes;
        if self.silent_bytes < SEARCH_BYTES {
            return Ok(());
        }
        let what = Text::new("không có phần tiếng AAC hoặc MP3", "no AAC or MP3 in it");
        Err(Fault::NotSound(what).into())
    }

    /// Takes the packet apart.
    fn take_apart(&mut self) {
        let packet = self.packet;
        let [_, flags, low, control, ..] = packet;
        let (is_damaged, starts) = (flags & 0x80 != 0, flags & 0x40 != 0);
        let skipped = if control & 0x20 != 0 { 1 + usize::from(packet[4]) } else { 0 };
        let Some(payload) = packet.get(4 + skipped..).filter(|_| control & 0x10 != 0 && !is_damaged) else { return };
        let this = pid(flags, low);
        if this == 0 {
            if let Some(table) = self.programmes.add(payload, starts) {
                self.programme_pid = programme_pid(table).or(self.programme_pid);
            }
        } else if Some(this) == self.programme_pid {
            if let Some(table) = self.programme.add(payload, starts) {
                self.sound_pid = sound_pid(table);
            }
        } else if Some(this) == self.sound_pid {
            self.is_begun |= starts;
            // A start carries a header of its own (PES), whose ninth byte says how much more of it there is.
            let from = if starts { payload.get(8).map_or(payload.len(), |more| 9 + usize::from(*more)) } else { 0 };
            if self.is_begun {
                self.payload.extend_from_slice(payload.get(from..).unwrap_or_default());
            }
        }
    }
}

impl<R: Read> Read for TsSound<R> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        while self.at == self.payload.len() {
            self.payload.clear();
            self.at = 0;
            if !self.next_packet()? {
                return Ok(0);
            }
            self.take_apart();
            if self.payload.is_empty() {
                self.count_silent(PACKET)?;
            } else {
                self.silent_bytes = 0;
            }
        }
        let got = out.len().min(self.payload.len() - self.at);
        out[..got].copy_from_slice(&self.payload[self.at..self.at + got]);
        self.at += got;
        Ok(got)
    }
}
