//! Any transform as native code.
#![allow(dead_code)] // until the public half stands

mod arrays;
mod display;
#[cfg(feature = "jit")]
mod emit;
mod graph;
mod library;
mod lower;
mod op;
mod plain;
mod schedule;
mod source;

#[cfg(test)]
mod random;
#[cfg(test)]
mod tests;
