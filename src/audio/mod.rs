//! Sound from a file to the line: reading recordings, measuring them, resampling them.
//!
//! A recording's way: [`names`] finds the file that the schedule means, [`measure`] decodes it whole once and
//! [`catalogue`] remembers the result; when it airs, [`bulletin`] decodes it again piece by piece and [`resampled`]
//! brings it to the line's rate and channels. No length from a header is ever believed here: it is only compared.

pub mod bulletin;
pub mod catalogue;
pub mod line;
pub mod measure;
pub mod names;
pub mod resampled;

mod input;
mod kind;
mod mpeg_frames;
mod mpeg_header;
mod ogg_pages;
mod region;
mod wav;
mod whole;
mod window;
