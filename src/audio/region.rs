//! A stretch of a file as a byte source of its own, with a header put in front where the file's own is wrong.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};

use symphonia::core::io::MediaSource;

/// How often a reader may go through the whole stretch before it is taken for one that will never end. A probe goes
/// back and forth near the start and an index is read twice; sound itself is read once.
const READ_PASSES: u64 = 16;
/// Read budget on top, so that tiny files with many probes pass.
const READ_SLACK_BYTES: u64 = 64 * 1024 * 1024;

/// `head`, then the bytes `start..start + len` of `file`.
///
/// Reading is bounded by a budget: a damaged index can send a demultiplexer round in circles.
pub(super) struct Region {
    head: Vec<u8>,
    file: File,
    start: u64,
    len: u64,
    /// Position in head and stretch together.
    at: u64,
    /// Where the file's own cursor stands, none if unknown.
    file_at: Option<u64>,
    budget_bytes: u64,
}

impl Region {
    /// The stretch of `file`, with `head` in front (empty for none).
    pub(super) fn new(file: File, head: Vec<u8>, start: u64, len: u64) -> Region {
        let budget_bytes = len.saturating_mul(READ_PASSES).saturating_add(READ_SLACK_BYTES);
        Region { head, file, start, len, at: 0, file_at: None, budget_bytes }
    }

    /// Bytes of head and stretch together.
    pub(super) fn total(&self) -> u64 {
        self.len.saturating_add(self.head.len() as u64)
    }
}

impl Read for Region {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        let head_len = self.head.len() as u64;
        let got = if self.at < head_len {
            let from = usize::try_from(self.at).unwrap_or(usize::MAX).min(self.head.len());
            let got = out.len().min(self.head.len() - from);
            out[..got].copy_from_slice(&self.head[from..from + got]);
            got
        } else {
            let left = self.total().saturating_sub(self.at);
            let want = usize::try_from(left).unwrap_or(usize::MAX).min(out.len());
            if want == 0 {
                return Ok(0);
            }
            let place = self.start + (self.at - head_len);
            if self.file_at != Some(place) {
                self.file_at = None;
                self.file.seek(SeekFrom::Start(place))?;
            }
            let got = loop {
                match self.file.read(&mut out[..want]) {
                    Err(e) if e.kind() == ErrorKind::Interrupted => {}
                    other => break other?,
                }
            };
            self.file_at = Some(place + got as u64);
            got
        };
        self.at += got as u64;
        self.budget_bytes = self
            .budget_bytes
            .checked_sub(got as u64)
            .ok_or_else(|| Error::other("the file sends its reader round in circles"))?;
        Ok(got)
    }
}

impl Seek for Region {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        let wanted = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.total().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = wanted.ok_or_else(|| Error::new(ErrorKind::InvalidInput, "seek before the start"))?;
        Ok(self.at)
    }
}

impl MediaSource for Region {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.total())
    }
}
