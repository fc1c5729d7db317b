//! How a file that an operator writes is read: bytes → text → tree → values, with every mistake noted on the way, so that
//! all of them show at once. It knows no key: those are the business of `station` and `schedule`.

mod block;
mod duplicates;
pub mod encoding;
pub mod fold;
mod getters;
mod hints;
mod mistakes;
mod names;
pub mod order;
mod syntax;
pub mod times;
pub mod tree;
pub mod weekdays;

pub use block::{Block, Row};
pub use getters::Reader;
pub use hints::among_names;
pub use syntax::{Document, parse};
