//! Titles that an Icecast or SHOUTcast server mixes into its sound, taken out again. Loa does not ask for them; some
//! servers send them all the same.

use std::io::{Read, Result};

/// A stream without its titles.
pub(super) struct WithoutTitles<R> {
    inner: R,
    every: usize,
    /// Bytes of sound before the next block.
    left: usize,
}

impl<R: Read> WithoutTitles<R> {
    /// `every`: bytes of sound between two blocks, as the response's header says.
    pub(super) fn new(inner: R, every: usize) -> WithoutTitles<R> {
        WithoutTitles { inner, every, left: every }
    }

    fn skip_block(&mut self) -> Result<()> {
        // One byte says how many times 16 bytes follow.
        let mut length = [0];
        self.inner.read_exact(&mut length)?;
        let mut block = [0; 16];
        for _ in 0..length[0] {
            self.inner.read_exact(&mut block)?;
        }
        self.left = self.every;
        Ok(())
    }
}

impl<R: Read> Read for WithoutTitles<R> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        if self.left == 0 {
            self.skip_block()?;
        }
        let most = out.len().min(self.left);
        let got = self.inner.read(&mut out[..most])?;
        self.left -= got;
        Ok(got)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_taken_out_wherever_the_reads_fall() {
        let mut sent = Vec::new();
        for block in [b"0123456789", b"abcdefghij"] {
            sent.extend(block);
            sent.push(1);
            sent.extend(b"StreamTitle='x';");
        }
        sent.extend(b"END");
        for step in 1..=sent.len() {
            let mut stream = WithoutTitles::new(sent.as_slice(), 10);
            let (mut heard, mut piece) = (Vec::new(), vec![0; step]);
            loop {
                match stream.read(&mut piece).unwrap() {
                    0 => break,
                    got => heard.extend_from_slice(&piece[..got]),
                }
            }
            assert_eq!(heard, b"0123456789abcdefghijEND", "in steps of {step}");
        }
    }
}
