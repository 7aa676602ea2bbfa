//! Exact derivatives of generic numeric functions.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(not(any(feature = "std", feature = "libm")))]
compile_error!(
    "elementary functions come from the feature `std` or, without it, from the feature `libm`: choose one"
);

mod chain;
mod dual;
mod functions;
mod interop;
#[cfg(feature = "nalgebra")]
pub mod nalgebra;
mod operators;
mod rule;
mod rules;
mod scalar;
mod tag;
mod transform;
mod tree;

pub use dual::{Dual, HyperDual};
#[doc(hidden)]
pub use functions::{Elementary, Elementary2};
pub use rule::Rule;
#[doc(hidden)]
pub use scalar::float::Leaf;
pub use scalar::lit::{Lit, consts, lit};
pub use scalar::{ComplexScalar, Primal, Real, Scalar};
pub use transform::*;
#[doc(hidden)]
pub use tree::Seed;
pub use tree::{Element, Lanes, Output, Shape, Tree, With};
