//! Exact derivatives of generic numeric functions.
//!
//! Write a function once, generic over [`Real64`], and call a transform: [`derivative`], [`grad`], [`jacfwd`], [`hessian`], …
//! ```
//! use holograd::{Real64, derivative, grad, hessian, jacfwd, partial};
//!
//! fn wave<T: Real64>([a, x]: [T; 2]) -> T {
//!     a * (2.0 * x).sin()
//! }
//! assert_eq!(wave([3.0, 0.0]), 0.0); // the plain function
//! assert_eq!(jacfwd(wave, &[3.0, 0.0]), [0.0, 6.0]); // its gradient, by forward mode
//! assert_eq!(hessian(wave, &[3.0, 0.0]), [[0.0, 2.0], [2.0, 0.0]]);
//! assert_eq!(derivative(|x| 1.0 / x, 2.0), -0.25); // of a closure
//!
//! // Data beside the variables; the gradient by reverse mode, for any number of variables.
//! fn loss<T: Real64>(x: [T; 2], data: &[T]) -> T {
//!     data.iter().enumerate().map(|(i, d)| (x[0] + i as f64 * x[1] - d).powi(2)).sum()
//! }
//! assert_eq!(grad(partial(loss, &[1.0, 2.0, 4.0]), &[1.0, 1.0]), [-2.0, -4.0]);
//! ```
//! The [`guide`] explains what to write, what to call, what it costs, and what can go wrong:
//!
//! * to begin: [the first derivative](guide::first_derivative), [which bound to write](guide::bounds),
//!   [closures, slices, trait objects](guide::functions), [what a dual number is](guide::dual_numbers);
//! * to choose: [a transform](guide::transforms), [structured inputs](guide::structures), [constants and parameters](guide::constants),
//!   [higher orders](guide::higher_orders), [Taylor series](guide::jets);
//! * to write: [branches, loops and tables](guide::control_flow), [complex numbers](guide::complex_numbers),
//!   [linear algebra and rotations](guide::linear_algebra), [implicit functions](guide::implicit_functions), [own rules](guide::own_rules),
//!   [special functions](guide::special_functions), [data and threads](guide::data_and_threads), [numbers of your own](guide::own_numbers);
//! * to be sure: [checking](guide::checking), [corners](guide::corners), [pitfalls](guide::pitfalls), [speed and memory](guide::speed);
//! * coming from [JAX](guide::coming_from::jax), [num-dual](guide::coming_from::num_dual),
//!   [ForwardDiff.jl](guide::coming_from::forwarddiff), [PyTorch](guide::coming_from::pytorch), [CasADi](guide::coming_from::casadi);
//! * [for contributors](guide::contributing): the life of a value, the source in reading order, how to add to it.
//!
//! # How it works
//!
//! A transform evaluates the function at a number that carries derivatives along: at a dual number, [`Dual`], in forward mode, at a
//! variable on a tape, [`Var`], in reverse mode. Each elementary function knows its own derivative, and the chain rule does the rest. No
//! step size is chosen and no limit is taken, so that the derivative is as exact as the value. The numbers nest in any order, which gives derivatives of every
//! order, and may be complex, which gives the complex derivative.
//!
//! # Transforms
//!
//! They are named as in JAX. Inputs and results are numbers, arrays, `Vec`, tuples, maps, nalgebra's matrices and your structs
//! ([`impl_tree!`]), in any nest; a function may return a `Result` or an `Option` of them.
//!
//! | call | gives |
//! |---|---|
//! | [`derivative`], [`second_derivative`] | f′(x), f″(x) of a function of one number, with any result |
//! | [`jacfwd`], [`jacrev`] | the Jacobian by forward and by reverse mode: the shape of the output that holds the shape of the input |
//! | [`grad`], [`grad_into`], [`value_and_grad_aux`] | the gradient by reverse mode; into your storage; with further results |
//! | [`hessian`], [`hvp`] | second derivatives; their product with a vector |
//! | [`jvp`], [`linearize`], [`vjp`] | products with the Jacobian: J v once, J v as often as wanted, uᵀ J as often as wanted |
//! | [`value_and_derivative`], [`value_and_jacfwd`], [`value_and_grad`], [`value_and_jacrev`], [`value_grad_and_hessian`] | the value too |
//! | [`grad_sum`], [`DataSum`], [`checkpoint()`] | gradients of sums over data and of long time loops, in bounded memory |
//! | [`partial`], [`lift`] | x ↦ f(x, p) with p constant; one number as a constant |
//! | [`derivatives`], [`taylor`], [`taylor_to`], [`jet()`], [`mixed_partial`] | derivatives of orders 3 to 60, by Taylor series |
//! | any of them inside any other | higher derivatives |
//!
//! # Modules
//!
//! | module | for |
//! |---|---|
//! | [`complex`] | functions of complex numbers that are not holomorphic |
//! | [`matrix`] | gradients, Jacobians and Hessians as nalgebra's vectors and matrices |
//! | [`linalg`] | solve, inverse, decompositions, matrix functions, rotations: right where differentiating nalgebra's own algorithms is silently wrong |
//! | [`implicit`] | roots, fixed points and minima as functions of their parameters |
//! | [`ode`] | ordinary differential equations by Taylor series, with event times and derivatives of the flow |
//! | [`check`] | your derivatives against extrapolated finite differences |
//! | `special` (feature `special`) | error, gamma, Bessel and other special functions, and stable composites |
//! | `compile` (feature `compile`, with machine code `jit`) | any transform recorded once, and then run as machine code |
//! | `strategies` (feature `proptest`) | strategies for property tests |
//!
//! # What is promised of the numbers
//!
//! * A derivative is computed by the chain rule from partial derivatives that keep their digits where the textbook's formula loses them:
//!   tanh′(20) is 1.7e-17, not 0.
//! * The value is the one that the plain program computes, and branches go where the plain program's go.
//! * Forward mode by one variable, by many, in chunks and nested, the tape, and tapes of dual numbers give equal derivatives at
//!   every corner of every single function.
//! * What happens at kinks, ties, branch points and infinities is a [table](guide::corners), with a test for each row.
//! * Debug builds stop at *perturbation confusion*, the use of an outer transform's variable in an inner transform at the same type.
//!   Release builds do not check, as they do not check integer overflow, unless the feature `checked` is on.
//!
//! # Features
//!
//! `std` (default), which reverse mode needs, or `libm` for `no_std`; `nalgebra` (default); `simd` (default), tangents as vectors;
//! `ndarray`; `serde`; `geo`; `rand_distr`; `special`; `compile`; `jit`; `proptest`; `rayon`, for [`DataSum`] on several threads; `checked`.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(not(any(feature = "std", feature = "libm")))]
compile_error!(
    "elementary functions come from the feature `std` or, without it, from the feature `libm`: choose one"
);

mod array;
#[cfg(feature = "std")]
pub mod check;
#[cfg(feature = "compile")]
pub mod compile;
pub mod complex;
mod dual;
#[cfg(feature = "special")]
mod elementary;
#[allow(missing_docs)]
mod functions;
// Text alone: nothing is compiled of it but by `cargo doc` and for its examples.
#[cfg(any(doc, doctest))]
pub mod guide;
#[cfg(feature = "nalgebra")]
pub mod implicit;
mod interop;
mod jet;
mod kernel;
mod layers;
mod lift;
#[cfg(feature = "nalgebra")]
pub mod linalg;
#[cfg(feature = "nalgebra")]
pub mod matrix;
mod newtype;
pub mod ode;
mod operators;
mod rule;
mod rules;
mod scalar;
#[cfg(feature = "special")]
pub mod special;
#[cfg(feature = "proptest")]
pub mod strategies;
mod tag;
#[cfg(feature = "std")]
mod tape;
mod transform;
mod tree;

#[cfg(feature = "compile")]
pub use compile::compile;
pub use dual::{Dual, HyperDual};
pub use jet::Jet;
pub use lift::{LiftTo, lift, partial};
pub use num_complex;
pub use rule::{Rule, VectorRule};
pub use scalar::lit::{Lit, consts, lit};
pub use scalar::{Base, ComplexScalar, Operand, Primal, Real, Real64, Scalar};
#[cfg(feature = "std")]
pub use tape::{Var, free_tapes};
pub use transform::*;
pub use tree::{Element, Lanes, Nested, NumberOutput, Output, SecondOrder, Shape, ShapeWith, Tree, With};

/// What the macros of this crate and its own tests reach.
#[doc(hidden)]
pub mod __private {
    pub use crate::functions::*;
    pub use crate::kernel::{
        ComplexKernel, ComplexParts, Kernel, Layer, Layered, Machine, RealKernel, Truth,
    };
    pub use crate::lift::{FromLit, Here, Parameter, Parts, ToComplex, Up, ViewOf};
    pub use crate::scalar::float::MachineFloat;
    pub use crate::scalar::{HasType, Implies, OfNumber, WithNumber};
    pub use crate::tree::{ChunkSecond, Seed, leaves_in_lanes, leaves_of, total_leaves};

    /// x/y, on complex numbers of the machine by this crate's own algorithm.
    #[must_use]
    pub fn quotient<T: crate::Scalar>(x: T, y: T) -> T {
        T::Kernel::analytic(crate::functions::quotient {}, [x, y])
    }
}

/// The examples of the README, as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
