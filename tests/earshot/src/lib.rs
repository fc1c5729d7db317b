//! The arithmetic of the tests' ear: what is in a track, and where and how a recording lies in what was heard.
//!
//! A crate of its own, for it is built with optimisation where the tests are not (`Cargo.toml`): to lay a minute of sound beside
//! another takes hundreds of millions of steps. It knows nothing of the program that it judges.

pub mod likeness;
pub mod sounds;
pub mod track;
