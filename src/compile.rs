//! Any transform as native code.
#![allow(dead_code)] // until the public half stands

mod arrays;
mod display;
#[cfg(feature = "jit")]
mod emit;
mod function;
mod graph;
mod library;
mod lower;
mod op;
mod plain;
mod record;
mod schedule;
mod source;
mod traced;

pub use function::{CompileError, Compiled, Compiler, Statistics, compile};
pub use traced::Traced;

#[cfg(test)]
mod random;
#[cfg(test)]
mod tests;
