//! Native code for any transform: [`compile`].
//!
//! `compile(closure, &example)` runs the closure once on numbers that record every operation, and gives back a function that runs
//! the recorded operations as machine code. The closure may hold a plain function, a gradient, a Hessian, a nest of transforms:
//! nothing is differentiated in another way than without `compile`, and the results have the same bits.
//! ```
//! use holograd::compile::compile;
//! use holograd::{Scalar, hessian, lit};
//!
//! fn energy<T: Scalar>([x, y]: [T; 2]) -> T {
//!     (x * x - y).powi(2) + (x * y).sin() * lit(0.5)
//! }
//! let mut h = compile(|x: [_; 2]| hessian(energy, &x), &[1.0, 2.0])?;
//! assert_eq!(h.call(&[0.3, -0.7]), hessian(energy, &[0.3, -0.7]));
//! # Ok::<(), holograd::compile::CompileError>(())
//! ```
//! It needs the feature `compile`, and for machine code the feature `jit`. Without `jit`, on other processors than x86-64 with AVX,
//! and where the operating system gives no executable memory, the recorded operations run as loops over arrays in safe Rust.
//!
//! # When to compile
//! Compile what is called many times at inputs of one shape: the gradient of an optimiser, the Jacobian of a least-squares problem,
//! the right-hand side of a differential equation. A recording takes about as long as a few hundred calls of the function
//! that it makes. Programs of more than about 100,000 operations gain less, as their code no longer fits into the caches:
//! compile one term of a sum, and call it for each item with [`Compiled::call_batch`].
//!
//! A loop is unrolled by the recording, and data that the closure captures becomes constants. To use the function with other data,
//! make the data part of the input: `compile(|(parameters, data)| …)`.
//!
//! # Branches
//! A comparison of numbers in a branch goes one way at the example. The recording holds where it goes the same way again, which every
//! call checks. Where it does not, the call looks among the versions recorded before, and records a further one if
//! none fits. There are at most [16](Compiler::versions) versions. `min`, `max`, `clamp`, `abs`, `signum`, `copysign` and
//! the rounding functions are instructions and no branches, with their derivatives, so that a sum of a thousand kinks is one version.
//! ```
//! use holograd::compile::compile;
//! use holograd::{Real, derivative, lit};
//!
//! fn huber<T: Real>(x: T) -> T {
//!     if x.abs() < T::lit(1.0) { x * x * lit(0.5) } else { x.abs() - lit(0.5) }
//! }
//! let mut f = compile(|x| derivative(huber, x), &0.25)?;
//! assert_eq!([0.5, -3.0, 3.0].map(|x| f.call(&x)), [0.5, -1.0, 1.0]);
//! assert_eq!(f.statistics().versions, 2);
//! # Ok::<(), holograd::compile::CompileError>(())
//! ```
//!
//! # What cannot be compiled
//! What takes the value out of a number, so that what is computed from it would be the same at every input: `primal`, casts to
//! `f64`, [`Rule`](crate::Rule) and [`VectorRule`](crate::VectorRule), and with them most of `holograd::linalg` and `holograd::implicit`. The special
//! functions of `holograd::special` are recorded as calls, but for Carlson's integrals of four numbers.
//! [`compile`] then returns [`CompileError::Obstacle`] with the file and the line. In a branch that is first taken in a later call,
//! such an obstacle makes that call run the closure itself.
//!
//! # Exactness
//! The recorded operations are simplified only where no bit of the result changes, with one exception: sums with a number that is zero for every
//! input, such as the derivative of a constant, are left out, which may change the sign of a zero. A result that is not finite
//! is computed by the closure itself, so that the conventions of the tape for an exactly zero derivative beside an infinite one hold.
//! Complex functions other than + − × are computed by formulas of real ones here; their results may differ from the
//! crate's in the last digits.
//!
//! # Several points, several threads
//! [`Compiled::call_batch`] computes four points at a time in the lanes of vector registers. [`Compiled`] is `Send` and `Clone`: a clone
//! for each thread shares the code.
//!
//! # Looking inside
//! A compiled function prints as a list of its operations, [`Compiled::graphviz`] draws it, and [`Compiled::rust_source`] writes it as a Rust
//! function, for a build script or a target without this crate. [`Compiled::statistics`] counts.

// What only machine code needs.
#![cfg_attr(not(feature = "jit"), allow(dead_code))]

mod arrays;
mod display;
#[cfg(feature = "jit")]
mod emit;
mod faults;
mod function;
mod graph;
mod library;
#[cfg(feature = "special")]
mod listed;
#[cfg(any(feature = "jit", test))]
mod lower;
mod op;
#[cfg(test)]
mod plain;
mod record;
mod schedule;
mod source;
mod traced;

pub use function::{CompileError, Compiled, Compiler, Statistics, compile};
#[cfg(feature = "special")]
pub(crate) use listed::Entry;
#[cfg(feature = "special")]
#[doc(hidden)]
pub use listed::Listed;
pub use traced::Traced;

#[cfg(test)]
mod random;
#[cfg(test)]
mod tests;
