//! Structured inputs and results.
//!
//! A [`Shape`] is a container of numbers: an array, a tuple, a matrix, a user's struct. It can be rebuilt with something
//! else in place of each number, which is how a gradient gets the shape of its input and a Jacobian the shape of the output
//! holding the shape of the input. A [`Tree`] is a shape that a transform can differentiate by; an [`Output`] is a
//! shape that a function returns, perhaps inside a `Result` or an `Option`.

mod containers;
mod impl_tree;
mod output;
pub(crate) mod second_order;
pub(crate) mod seed;
mod shape;

#[doc(hidden)]
pub use containers::ChunkSecond;
pub use containers::{Nested, Tree};
#[cfg(any(feature = "nalgebra", feature = "ndarray"))]
pub(crate) use output::cannot_fail;
pub use output::{NumberOutput, Output, ShapeWith, With};
pub use second_order::SecondOrder;
#[cfg(any(feature = "nalgebra", feature = "ndarray"))]
pub(crate) use seed::Chunk;
pub use seed::{Lanes, Seed};
#[cfg(any(feature = "nalgebra", feature = "ndarray"))]
pub(crate) use shape::shapes_differ;
pub use shape::{Element, Shape, leaves_in_lanes, leaves_of, total_leaves};
