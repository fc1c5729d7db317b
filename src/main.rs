//! Loa
fn main() {}
