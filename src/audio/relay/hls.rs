//! A live HLS programme: its media playlist is read again and again, and its pieces are fetched one after the other.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::Arc;

use super::fault::Fault;
use super::http::Reach;
use super::lists::{self, Listing, Media, Part, Piece};
use crate::clock;

/// Largest playlist.
pub(super) const LIST_BYTES: u64 = 1024 * 1024;
/// Largest piece: 10 s of a film's rendition.
const PIECE_BYTES: u64 = 16 * 1024 * 1024;
/// Longest that a playlist may take to come.
pub(super) const LIST_MS: u64 = 10_000;
/// Longest that a piece may take to come; the buffer is dry before.
const PIECE_MS: u64 = 20_000;
/// How far from its end a live playlist is begun, in pieces, as the standard bids.
const FROM_END: u64 = 3;
/// A playlist that names nothing new for so many of its pieces' lengths has been left behind.
const STALE_PIECES: u64 = 4;
/// What bounds the pause between two looks at a playlist, in ms.
const LOOK_MS: std::ops::RangeInclusive<u64> = 250..=10_000;
/// Pieces that may be missing in a row.
const MISSING: u32 = 4;

/// A live programme being followed.
pub(super) struct Hls {
    reach: Arc<Reach>,
    /// The media playlist's address.
    address: String,
    /// What is named and not yet fetched, in order.
    ahead: VecDeque<Piece>,
    /// The number of the first piece that is not yet taken in; none before the first look.
    next: Option<u64>,
    /// Longest piece, in ms.
    target_ms: u64,
    is_ended: bool,
    /// When a playlist last named something new.
    news_ns: u64,
    missing: u32,
    /// A header that pieces need, kept with its address.
    header: Option<(Part, Vec<u8>)>,
}

/// One fetched piece.
pub(super) struct Fetched {
    /// What stands before it, if it is a fragment of an MP4.
    pub header: Vec<u8>,
    pub sound: Vec<u8>,
}

impl Hls {
    /// Begins near the live end of `media`, which was read from `address`.
    ///
    /// # Errors
    /// [`Fault::Locked`]; [`Fault::Ended`] for a recording, which is no relay.
    pub fn new(reach: Arc<Reach>, address: String, media: &Media) -> Result<Hls, Fault> {
        let mut hls = Hls {
            reach,
            address,
            ahead: VecDeque::new(),
            next: None,
            target_ms: 0,
            is_ended: false,
            news_ns: clock::monotonic_ns(),
            missing: 0,
            header: None,
        };
        let names_none =
            |pieces: &[Piece]| pieces.iter().all(|piece| lists::join(&hls.address, &piece.part.address).is_none());
        if !media.pieces.is_empty() && names_none(&media.pieces) {
            return Err(Fault::NoAddress);
        }
        if media.is_ended {
            return Err(Fault::Ended);
        }
        hls.take_in(media)?;
        Ok(hls)
    }

    /// The next piece, waited for as long as the playlist lives.
    pub fn piece(&mut self) -> Result<Fetched, Fault> {
        loop {
            while let Some(piece) = self.ahead.pop_front() {
                match self.fetch(&piece) {
                    Ok(fetched) => {
                        self.missing = 0;
                        return Ok(fetched);
                    }
                    Err(fault @ (Fault::Closed | Fault::TooLarge)) => return Err(fault),
                    // It is gone already, or this server is ill: the next one may be there.
                    Err(fault) => {
                        self.missing += 1;
                        if self.missing >= MISSING {
                            return Err(fault);
                        }
                        tracing::warn!("a piece of the relay is missing: {fault}");
                    }
                }
            }
            if self.is_ended {
                return Err(Fault::Ended);
            }
            self.look()?;
        }
    }

    /// Waits a little and reads the playlist again. That it fails now and then means nothing while pieces still come.
    fn look(&mut self) -> Result<(), Fault> {
        self.reach.wait((self.target_ms / 2).clamp(*LOOK_MS.start(), *LOOK_MS.end()))?;
        let part = Part { address: self.address.clone(), range: None };
        let fault = match self.reach.fetch(&part, LIST_BYTES, LIST_MS) {
            Ok((text, address)) => {
                self.address = address;
                if let Some(Listing::Media(media)) = lists::read(&String::from_utf8_lossy(&text)) {
                    self.take_in(&media)?;
                }
                Fault::Stale
            }
            Err(fault) => fault,
        };
        let stale_ms = self.target_ms.saturating_mul(STALE_PIECES).max(self.reach.terms().stall_ms);
        let is_stale = clock::monotonic_ns().saturating_sub(self.news_ns) > stale_ms.saturating_mul(1_000_000);
        if self.ahead.is_empty() && (is_stale || fault == Fault::Closed) { Err(fault) } else { Ok(()) }
    }

    /// Takes in what `media` names anew. A playlist whose numbers have jumped, either way, is begun anew at its live end.
    fn take_in(&mut self, media: &Media) -> Result<(), Fault> {
        if media.is_locked {
            return Err(Fault::Locked);
        }
        self.target_ms = media.target_ms;
        self.is_ended = media.is_ended;
        let count = media.pieces.len() as u64;
        let end = media.first.saturating_add(count);
        let live = end.saturating_sub(FROM_END).max(media.first);
        let from = match self.next {
            // One that is behind by more than it is long was begun anew by its server; a little behind is an old copy.
            Some(next) if next.saturating_sub(end) > count => live,
            Some(next) if next < media.first => {
                tracing::warn!("the relay's playlist went on without us by {} pieces", media.first - next);
                live
            }
            Some(next) => next,
            None => live,
        };
        for (number, piece) in (media.first..).zip(&media.pieces).filter(|(number, _)| *number >= from) {
            self.ahead.push_back(piece.clone());
            self.next = Some(number.saturating_add(1));
            self.news_ns = clock::monotonic_ns();
        }
        Ok(())
    }

    fn fetch(&mut self, piece: &Piece) -> Result<Fetched, Fault> {
        let header = match &piece.header {
            None => Vec::new(),
            Some(part) => match &self.header {
                Some((known, bytes)) if known == part => bytes.clone(),
                _ => {
                    let bytes = self.get(part)?;
                    self.header = Some((part.clone(), bytes.clone()));
                    bytes
                }
            },
        };
        Ok(Fetched { header, sound: self.get(&piece.part)? })
    }

    fn get(&self, part: &Part) -> Result<Vec<u8>, Fault> {
        let address = lists::join(&self.address, &part.address).ok_or(Fault::NoAddress)?;
        let part = Part { address, range: part.range };
        Ok(self.reach.fetch(&part, PIECE_BYTES, PIECE_MS)?.0)
    }
}

/// The pieces as one stream of bytes; right for those that can be joined so: transport streams, raw AAC and MP3.
pub(super) struct Joined {
    hls: Hls,
    piece: Vec<u8>,
    at: usize,
}

impl Joined {
    /// `first` was fetched already.
    pub fn new(hls: Hls, first: Vec<u8>) -> Joined {
        Joined { hls, piece: first, at: 0 }
    }
}

impl Read for Joined {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        while self.at == self.piece.len() {
            self.piece = self.hls.piece()?.sound;
            self.at = 0;
        }
        let got = out.len().min(self.piece.len() - self.at);
        out[..got].copy_from_slice(&self.piece[self.at..self.at + got]);
        self.at += got;
        Ok(got)
    }
}
