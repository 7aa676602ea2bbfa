//! Exact derivatives of generic numeric functions.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod chain;
mod dual;
mod functions;
#[cfg(feature = "nalgebra")]
pub mod implicit;
mod interop;
#[cfg(feature = "nalgebra")]
pub mod linalg;
#[cfg(feature = "nalgebra")]
pub mod nalgebra;
mod operators;
mod rule;
mod rules;
mod scalar;
mod tag;
#[cfg(feature = "std")]
mod tape;
mod transform;
mod tree;

pub use dual::{Dual, HyperDual};
#[doc(hidden)]
pub use functions::{Elementary, Elementary2};
pub use rule::{Rule, VectorRule};
#[doc(hidden)]
pub use scalar::float::Leaf;
pub use scalar::lit::{Lit, consts, lit};
pub use scalar::{ComplexScalar, Primal, Real, Scalar};
#[cfg(feature = "std")]
pub use tape::{Var, free_tapes};
pub use transform::*;
#[doc(hidden)]
pub use tree::Seed;
pub use tree::{Element, Lanes, Output, Shape, ShapeWith, Tree, With};
