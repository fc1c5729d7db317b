//! A look-ahead over a byte source that never holds more than is being looked at.

use std::io::{Read, Result, Seek, SeekFrom};

use super::region::Region;

/// Bytes read from the file at a time.
const READ_BYTES: usize = 32 * 1024;

/// The bytes from a moving place on.
pub(super) struct Window<R> {
    source: R,
    held: Vec<u8>,
    /// Where in `held` the window starts.
    start: usize,
    /// The place of the window's start in the source.
    at: u64,
    over: bool,
}

impl<R: Read> Window<R> {
    /// At the source's start.
    pub(super) fn new(source: R) -> Window<R> {
        Window { source, held: Vec::new(), start: 0, at: 0, over: false }
    }

    /// The next `len` bytes; none if fewer are left.
    pub(super) fn peek(&mut self, len: usize) -> Result<Option<&[u8]>> {
        self.peek_at(0, len)
    }

    /// `len` bytes from `offset` on; none if fewer are left.
    pub(super) fn peek_at(&mut self, offset: usize, len: usize) -> Result<Option<&[u8]>> {
        let need = offset + len;
        while self.held.len() - self.start < need && !self.over {
            if self.start > 0 {
                self.held.drain(..self.start);
                self.start = 0;
            }
            let had = self.held.len();
            self.held.resize(had + READ_BYTES, 0);
            let got = self.source.read(&mut self.held[had..]);
            self.held.truncate(had + *got.as_ref().unwrap_or(&0));
            self.over = got? == 0;
        }
        let from = self.start + offset;
        Ok(self.held.get(from..from + len))
    }

    /// The four bytes at `offset`, as much as a frame's header; none if fewer are left.
    pub(super) fn four_at(&mut self, offset: usize) -> Result<Option<[u8; 4]>> {
        Ok(self.peek_at(offset, 4)?.and_then(|four| <[u8; 4]>::try_from(four).ok()))
    }

    /// Moves on by `bytes` of those that were peeked at.
    pub(super) fn advance(&mut self, bytes: usize) {
        let bytes = bytes.min(self.held.len() - self.start);
        self.start += bytes;
        self.at += bytes as u64;
    }
}

impl Window<Region> {
    /// The place of the window's start.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// Bytes of the whole region.
    pub(super) fn total(&self) -> u64 {
        self.source.total()
    }

    /// Moves on by `bytes`.
    pub(super) fn skip(&mut self, bytes: u64) -> Result<()> {
        let held = (self.held.len() - self.start) as u64;
        if bytes <= held {
            self.advance(bytes as usize);
            return Ok(());
        }
        self.jump(self.at.saturating_add(bytes))
    }

    /// Moves to `place`.
    pub(super) fn jump(&mut self, place: u64) -> Result<()> {
        self.held.clear();
        self.start = 0;
        self.at = place;
        self.over = false;
        self.source.seek(SeekFrom::Start(place))?;
        Ok(())
    }
}
