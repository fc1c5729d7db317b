//! Sound from a file to the line: reading recordings, measuring them, resampling them.
//!
//! A recording's way: [`names`] finds the file that the schedule means, [`measure`] decodes it whole once and
//! [`catalogue`] remembers the result; when it airs, [`bulletin`] decodes it again piece by piece, [`reel`] brings it to
//! the line's loudness, [`resampled`] to its rate and channels, and [`limiter`] keeps its peaks down. No length from a
//! header is ever believed: it is only held against what came out.
//!
//! What comes in from outside: [`inputs`] names what there is, `capture` takes its sound, [`relay`] airs it.
//!
//! Below them: `kind` tells by its bytes how a file is to be read; `wav`, `mpeg_frames` and `mp4_edit` do what the
//! library's readers leave undone, `opus` decodes what it does not; `packet` gives out what was decoded; `whole` decides whether all of it came out, `meters`
//! how it sounds.

pub mod attention;
pub mod bulletin;
pub mod catalogue;
pub mod channels;
pub mod inputs;
pub mod limiter;
pub mod line;
pub mod listening;
pub mod measure;
pub mod names;
pub mod packet;
pub mod reel;
pub mod relay;
pub mod resampled;
pub mod tone;
pub mod waveform;

mod aac;
mod adts;
mod capture;
mod converter;
mod decoded;
mod frame_peak;
mod input;
mod kind;
mod meters;
mod mp4_edit;
mod mpeg_frames;
mod mpeg_header;
mod ogg_pages;
mod opus;
mod region;
mod sliding;
mod tags;
mod tally;
mod true_peak;
mod wav;
mod whole;
mod window;

pub use input::io_fault;
