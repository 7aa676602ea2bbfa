//! Time and memory against size.
pub fn print() {}
