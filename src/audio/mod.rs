//! Sound: everything between a file and the loudspeaker line.

pub mod line;
