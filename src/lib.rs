//! Exact derivatives of generic numeric functions.
//!
//! Write a function once, generic over [`Scalar`], and call a transform: [`derivative`], [`grad`], [`jacfwd`], [`hessian`], …
//! ```
//! use holograd::{Scalar, derivative, hessian, jacfwd, lit};
//!
//! fn wave<T: Scalar>([a, x]: [T; 2]) -> T {
//!     a * (x * lit(2.0)).sin()
//! }
//! assert_eq!(wave([3.0, 0.0]), 0.0);
//! assert_eq!(jacfwd(wave, &[3.0, 0.0]), [0.0, 6.0]);
//! assert_eq!(hessian(wave, &[3.0, 0.0]), [[0.0, 2.0], [2.0, 0.0]]);
//! ```
//! This page is a tour: what makes it work, five minutes of use, JAX's names, the table of what happens at corners, and the
//! source in reading order.
//!
//! # What a dual number is
//!
//! Calculate with numbers a + bε, where ε is not zero but ε² is. The rules follow by multiplying out:
//!
//! > (a + bε) + (c + dε) = (a + c) + (b + d) ε \
//! > (a + bε) · (c + dε) = ac + (bc + ad) ε \
//! > 1 / (a + bε) = (a − bε) / a² = 1/a − b/a² ε
//!
//! The first part calculates as if ε were not there, and the second part is the sum rule, the product rule and the
//! quotient rule. For any smooth function Taylor's series ends after two terms, f(a + bε) = f(a) + f′(a) b ε: that is the
//! chain rule. So a program that runs on x + 1ε instead of x ends with f(x) + f′(x) ε. No limit is taken and no step
//! size chosen: the derivative is as exact as the value.
//!
//! [`Dual<T, N>`](Dual) is such a number, with N different ε at once for N variables:
//! ```
//! use holograd::Dual;
//! let x = Dual::new(3.0, [1.0]); // 3 + 1ε
//! let y = x * x + 1.0 / x;
//! assert_eq!(y.value(), 9.0 + 1.0 / 3.0);
//! assert_eq!(y.derivative(), 6.0 - 1.0 / 9.0); // 2x − 1/x²
//! ```
//! Its parts may be dual numbers in turn. `Dual<Dual<f64>>` has an ε₁ and an ε₂, and beside ε₁ε₂ stands the second
//! derivative. They may be complex: then it is the complex derivative. That is all; the transforms only put the ones in
//! and take the results out.
//!
//! # Five minutes
//!
//! ## One function, many numbers
//!
//! Bound the function by [`Scalar`], which has the analytic functions, or by [`Real`], which has the order of the real
//! numbers too. Literals are written [`lit`]`(2.0)` there; where the type is concrete, as in most closures, plain literals
//! do. As an argument or a result a literal needs the type: `x.max(T::lit(0.0))`, and `x.max(Dual::from(0.0))` in a closure of
//! forward mode. Numbers are `Copy`, and their operators take them by value: `x.iter().map(|&x| x * x)`.
//!
//! A closure runs on *one* kind of number, that of the transform it is given to. A function for several transforms, or for
//! a transform and the plain value, is a generic `fn` like these two:
//! ```
//! use holograd::{Scalar, lit};
//! fn softmax_loss<T: Scalar>(scores: [T; 2]) -> T {
//!     scores[0].log_add_exp(scores[1]) - scores[0]
//! }
//! fn ellipse<T: Scalar>(t: T) -> [T; 2] {
//!     [t.cos() * lit(3.0), t.sin()]
//! }
//! assert_eq!(softmax_loss([0.0, 0.0]), 2.0_f64.ln());
//! assert_eq!(ellipse(0.0_f32), [3.0, 0.0]);
//! ```
//!
//! ## Derivatives
//!
//! Of a function of one number, with whatever it returns; [`value_and_derivative`] gives both.
//! ```
//! use holograd::{Scalar, derivative, lit, value_and_derivative};
//! # fn ellipse<T: Scalar>(t: T) -> [T; 2] {
//! #     [t.cos() * lit(3.0), t.sin()]
//! # }
//! assert_eq!(derivative(|x| x * x * x, 2.0), 12.0);
//! assert_eq!(derivative(ellipse, 0.0), [0.0, 1.0]);
//! assert_eq!(value_and_derivative(ellipse, 0.0), ([3.0, 0.0], [0.0, 1.0]));
//! ```
//!
//! ## Gradients and Jacobians
//!
//! [`jacfwd`] gives the shape of the output holding the shape of the input: for a number out of an array an array, the
//! gradient; for an array out of an array an array of rows. Inputs are numbers, arrays, `Vec`, slices, tuples, maps, in
//! any nest. [`jvp`] gives the derivative along one direction, at the price of one.
//! ```
//! use holograd::{jacfwd, jvp, value_and_jacfwd};
//! assert_eq!(jacfwd(|[x, y]| x * y, &[2.0, 3.0]), [3.0, 2.0]);
//! assert_eq!(jacfwd(|[x, y]| [x * y, x + y, y], &[2.0, 3.0]), [[3.0, 2.0], [1.0, 1.0], [0.0, 1.0]]);
//! assert_eq!(jacfwd(|(a, v)| v[0] * v[1] * a, &(2.0, vec![3.0, 4.0])), (12.0, vec![8.0, 6.0]));
//! assert_eq!(jvp(|[x, y]| x * y, &[2.0, 3.0], &[1.0, 10.0]), (6.0, 23.0));
//!
//! // A function that can fail: so can its gradient.
//! let inverse = |[x, y]: [_; 2]| if y == 0.0 { Err("division by zero") } else { Ok(x / y) };
//! assert_eq!(value_and_jacfwd(inverse, &[1.0, 2.0]), Ok((0.5, [0.5, -0.25])));
//! assert_eq!(value_and_jacfwd(inverse, &[1.0, 0.0]), Err("division by zero"));
//! ```
//! A flat array gets as many ε as it has numbers, in one pass and without the heap; everything else is done in chunks
//! of 8. An array of more than 64 numbers does not compile: pass a slice or a `Vec`.
//! ```compile_fail
//! holograd::jacfwd(|x| x[0], &[1.0; 65]);
//! ```
//!
//! ## Many inputs: reverse mode
//!
//! Forward mode runs the function once for every few inputs. Reverse mode runs it once, at [`Var`], which writes every
//! operation on a tape, and then goes through the tape backwards: one sweep gives the derivatives of one output by *all*
//! inputs. [`grad`] does that; [`vjp`] hands out the sweep as a function, [`jacrev`] does it for every output, [`hvp`] puts
//! dual numbers on the tape.
//! ```
//! use holograd::{Var, grad, hvp, jacfwd, jacrev, vjp};
//! let norm = |x: Vec<_>| x.iter().map(|x| x * x).sum::<Var<f64>>();
//! assert_eq!(grad(norm, &vec![1.0, 2.0, 3.0]), [2.0, 4.0, 6.0]);
//!
//! let (y, vjp_fun) = vjp(|[a, b]| [a * b, a + b], &[3.0, 4.0]);
//! assert_eq!((y, vjp_fun(&[1.0, 10.0])), ([12.0, 7.0], [14.0, 13.0]));
//!
//! assert_eq!(jacrev(|[a, b]| [a * b, a + b], &[3.0, 4.0]), [[4.0, 3.0], [1.0, 1.0]]);
//! assert_eq!(hvp(|[x, y]| x * x * y, &[2.0, 3.0], &[1.0, 0.0]), [6.0, 4.0]);
//! // The two modes nest: a Hessian, forward over reverse.
//! assert_eq!(jacfwd(|x| grad(|[x, y]| x * x * y, &x), &[2.0, 3.0]), [[6.0, 4.0], [4.0, 0.0]]);
//! ```
//! A variable belongs to the tape of its transform. Used after it, on another thread or mixed with another tape's it
//! panics with the reason, in every build; the function that [`vjp`] gives may go to another thread. Whole
//! [sums](Scalar::sum_of), [`dot`](Scalar::dot) products, [`log_sum_exp`](Scalar::log_sum_exp) and blocks by
//! [`fuse`](Scalar::fuse) are one entry of the tape each, which is what makes long sums fast.
//!
//! `.sum()` at the end of a closure must say of what, as above: what a function returns decides whether it can fail, and so
//! what the transform returns. `Scalar::sum_of(&x)` and `Scalar::dot(&x, &y)` need no type.
//!
//! ## Your own structs
//!
//! One line makes a struct with one number type an input and a result: [`impl_tree!`].
//! ```
//! use holograd::{Scalar, impl_tree, lit, value_and_jacfwd};
//!
//! #[derive(Clone, PartialEq, Debug)]
//! struct Line<T> {
//!     slope: T,
//!     offset: T,
//! }
//! impl_tree!(Line { slope, offset });
//!
//! fn squared_error<T: Scalar>(line: Line<T>) -> T {
//!     let points = [(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)];
//!     points.map(|(x, y)| (line.slope * lit(x) + line.offset - lit(y)).powi(2)).into_iter().sum()
//! }
//! let (error, gradient) = value_and_jacfwd(squared_error, &Line { slope: 2.0, offset: 0.0 });
//! assert_eq!(error, 3.0);
//! assert_eq!(gradient, Line { slope: -6.0, offset: -6.0 });
//! ```
//!
//! ## Second derivatives, and further
//!
//! [`hessian`] is exactly symmetric: nested dual numbers for a few variables, dual numbers on the tape for many. Every
//! other order comes by putting transforms inside each other.
//! ```
//! use holograd::{hessian, jacfwd, second_derivative, value_grad_and_hessian};
//! assert_eq!(second_derivative(|x| x * x * x, 2.0), 12.0);
//! assert_eq!(hessian(|[x, y]| x * x * y, &[2.0, 3.0]), [[6.0, 4.0], [4.0, 0.0]]);
//! let (f, gradient, h) = value_grad_and_hessian(|[x, y]| x * x * y, &[2.0, 3.0]);
//! assert_eq!((f, gradient, h), (12.0, [12.0, 4.0], [[6.0, 4.0], [4.0, 0.0]]));
//! // The third derivative.
//! assert_eq!(jacfwd(|x| hessian(|x| x * x * x, &x), &2.0), 6.0);
//! ```
//!
//! ## Complex numbers
//!
//! At a complex point every transform gives complex derivatives, and a function generic over [`Scalar`] alone has them:
//! only analytic functions are at hand there.
//! ```
//! use holograd::{Scalar, derivative};
//! use num_complex::Complex;
//! fn joukowski<T: Scalar>(z: T) -> T {
//!     (z + z.recip()) / holograd::lit(2.0)
//! }
//! assert_eq!(derivative(joukowski, 2.0), 0.375);
//! assert_eq!(derivative(joukowski, Complex::i()), Complex::new(1.0, 0.0));
//! ```
//! |z| has no complex derivative, so this is no holomorphic function and does not compile:
//! ```compile_fail,E0599
//! fn modulus<T: holograd::Scalar>(z: T) -> T {
//!     z.abs()
//! }
//! ```
//! With the bound [`ComplexScalar`] it does; its derivatives are those along real parameters. By a complex variable it has
//! two, ∂f/∂z and ∂f/∂z̄, and a gradient to descend by: the module [`complex`] gives them.
//!
//! ## Functions that cannot be seen through
//!
//! A special function, a table, a solver: give its value and the formula of its slope by [`Rule`], and it has derivatives
//! of every order. Here √(1 − x²)/π, whose slope is −x/(π² y):
//! ```
//! use holograd::{Rule, Scalar, derivative, lit, second_derivative};
//! use std::f64::consts::PI;
//!
//! struct SemiCircle;
//! impl Rule<f64> for SemiCircle {
//!     fn value(&self, [x]: [f64; 1]) -> f64 {
//!         (1.0 - x * x).sqrt() / PI
//!     }
//!     fn slopes<S: Scalar<Primal = f64>>(&self, [x]: [S; 1], y: S) -> [S; 1] {
//!         [-x / (y * lit(PI * PI))]
//!     }
//! }
//! assert!((derivative(|x| x.apply(&SemiCircle), 0.6) + 0.75 / PI).abs() < 1e-15);
//! assert!((second_derivative(|x| x.apply(&SemiCircle), 0.0) + 1.0 / PI).abs() < 1e-15);
//! ```
//!
//! ## Branches
//!
//! Comparison looks at the value alone, so a branch goes where the plain program goes, and the derivative is that of the
//! branch taken. [`stop_gradient`](Scalar::stop_gradient) makes a constant of a number.
//! ```
//! use holograd::{Real, derivative, lit};
//! fn leaky<T: Real>(x: T) -> T {
//!     if x > lit(0.0) { x } else { x * lit(0.1) }
//! }
//! assert_eq!([-2.0, 2.0].map(|x| derivative(leaky, x)), [0.1, 1.0]);
//! assert_eq!(derivative(|x| x * x.stop_gradient(), 3.0), 3.0);
//! ```
//! An iteration that stops when the *value* has converged may stop before its tangents have: started at its limit, Newton's
//! method is left at once, and the second derivative of what it returns is 0. Roots, fixed points and minima by their parameters
//! have derivatives of their own in the module [`implicit`].
//!
//! ## Whose ε?
//!
//! In x · d/dy (x + y), differentiated by x, the inner derivative is 1 and the outer one too. But both closures run on
//! `Dual<f64>`, each with an ε of its own that looks the same, and adding the two gives 2. Debug builds stop there
//! instead, and so do release builds with the feature `checked`:
//! ```should_panic
//! # #[cfg(not(any(debug_assertions, feature = "checked")))]
//! # panic!("this build does not check");
//! use holograd::derivative;
//! derivative(|x| x * derivative(|y| x + y, 1.0), 1.0); // panics: perturbation confusion
//! ```
//! The cure is to say that x is a constant of the inner level, one level up; then the types differ, and mixing the levels
//! does not even compile:
//! ```
//! use holograd::{Dual, derivative};
//! let slope = derivative(|x| x * derivative(|y| Dual::from(x) + y, Dual::from(1.0)), 1.0);
//! assert_eq!(slope, 1.0);
//! ```
//! Where the inner point depends on the outer variable, as in `derivative(|x| derivative(f, x), 1.0)`, the levels differ
//! by themselves.
//!
//! # From JAX
//!
//! | JAX | here |
//! |---|---|
//! | `grad`, `value_and_grad`, `jacfwd`, `jacrev`, `hessian`, `jvp`, `vjp`, `linearize` | the same; the point comes last, by reference |
//! | `argnums=(0, 1)` | a tuple as the input; what is not differentiated is captured by the closure |
//! | `has_aux=True` | [`value_and_grad_aux`]; anything that is no number goes to a captured variable |
//! | `holomorphic=True` | a complex point; functions of z̄ too: the module [`complex`], which also gives JAX's and PyTorch's answers |
//! | pytrees | arrays, `Vec`, tuples, `BTreeMap`, nalgebra's matrices, and structs by [`impl_tree!`] |
//! | `custom_jvp`, `custom_vjp` | [`Rule`], [`VectorRule`] |
//! | `stop_gradient` | [`Scalar::stop_gradient`] |
//! | `jvp` of `grad`, for H v | [`hvp`] |
//! | `checkpoint` of the steps of a `scan` | [`checkpoint()`] |
//! | `vmap`, `jit` | iterators, the compiler |
//!
//! # What the numbers do at corners
//!
//! Each row has a test: `tests/semantics.rs` ends with the list.
//!
//! | question | answer | why |
//! |---|---|---|
//! | `==`, `<` | the value alone, at every level | a branch goes where the plain program goes |
//! | `is_zero()`, `is_one()` | value *and* every tangent | linear algebra skips zeros; a skipped tangent would be a wrong derivative |
//! | `try_sqrt` of a zero with a live tangent | `None` | the Cholesky decomposition of a singular matrix is `None`, not NaN |
//! | sums and negation | term by term, never through slopes | ∞ · 0 |
//! | the value of a function | its own algorithm, never recomposed: the standard library's, or a better one where that is more than 2 units of 2⁻⁵³ off | `tanh(800)`, `hypot(1e200, 1e200)`, `acosh` near 1, `powi(1000)` |
//! | a zero tangent times a slope that is not finite | zero, at every level; a live tangent keeps it | √ of a constant 0 beside a variable |
//! | `abs` at ±0 | slope 0 | the least subgradient; as complex `abs` |
//! | ties of `min` and `max`; `clamp` at a bound | ½ and ½; ½, and between equal bounds 0 | does not depend on the order of arguments |
//! | `min`, `max` with a NaN | the number, and its slope | as `f64::max` |
//! | `floor ceil round trunc signum` | slope 0; `fract` 1; x % y has (1, −trunc(x/y)), an integer | |
//! | `powi(x, n)` | exact at every order, at 0 and for negative n too | |
//! | `powf(0, p)`, `pow(0, p)` | slope 0 for p > 1, 1 for p = 1, ∞ for 0 < p < 1, 0 for p = 0, −∞ (value ∞) for p < 0 | |
//! | `pow(0, y)` by y | 0 for y > 0; at y = 0 slope −∞, which a constant exponent does not see | 0⁰ = 1 |
//! | `pow(x, y)` by y, x < 0 | NaN, which a constant exponent does not see | |
//! | `atan2(0, 0)`, `arg(0)` | NaN slopes; 0 where the tangents are zero | there is no limit |
//! | `hypot(0, 0)`, `abs(0 + 0i)` | slope 0 | as `abs` |
//! | one variable, many, chunks, nested, the tape, tapes of dual numbers | the same at every corner of every function; in a composition through a slope that is not finite one mode may give NaN where another is finite, never two different finite numbers | the order of products differs |
//! | `sinc`, at and near 0 | its own series at every order | (x cos x − sin x)/x² cancels |
//! | NaN in | NaN out; `min` and `max` as `f64`'s | |
//!
//! `+`, `−` and `×` have no branches: a tangent 0 beside an infinite *value* in a product gives NaN, as in IEEE arithmetic. The
//! tape, which leaves out adjoints that are zero, may have a number there.
//!
//! ## The law between the modes
//!
//! *Forward mode by one variable, by many, in chunks and nested, the tape, and tapes of dual numbers give equal derivatives at
//! every corner of every single function. In a composition through a slope that is not finite one mode may give NaN where
//! another is finite; never do two give different finite numbers.*
//!
//! An example: √x · 0 at x = 0. Forwards the tangent is ∞ before it is multiplied by 0; backwards 0 comes first, and what is
//! zero is not handed on.
//! ```
//! use holograd::{grad, jacfwd};
//! assert!(jacfwd(|x| x.sqrt() * 0.0, &0.0_f64).is_nan());
//! assert_eq!(grad(|x| x.sqrt() * 0.0, &0.0), 0.0);
//! ```
//! Both halves of the law are tests, which count the pairs of NaN and a number that it allows.
//!
//! * Single functions: `cargo test --test matrix -- --nocapture` runs 73 functions at their corners in 31 kinds of number, and
//!   prints the distance of each from the first. Among 4.2 million numbers no value and no first derivative differs in a bit,
//!   but for × at an infinite factor (5,612 times NaN, as above) and for `/` on `Complex<_>`, which is num-complex's (7 units of
//!   2⁻⁵³). A second derivative is a composition: 22 are NaN in one kind and 0 in another, at four points that the test lists,
//!   and 53 third ones, which overflowed, NaN in one and infinite in another.
//! * Compositions: `HOLOGRAD_PROGRAMS=1000000 cargo test --release --test properties modes -- --nocapture` compares the
//!   modes on random programs of all functions, a quarter of whose inputs are 0, ±1, 2 or ½. Of 24,000,000 pairs of
//!   derivatives, first and second, 335,429 are NaN and a number, none of them where all slopes are finite; no pair is of two
//!   finite numbers that differ by more than rounding. Of complex derivatives there are 20,259.
//!
//! # The source, in reading order
//!
//! | file | holds |
//! |---|---|
//! | `scalar.rs` | the traits [`Scalar`], [`ComplexScalar`], [`Real`]: every function, documented once; below it the machine's numbers and literals |
//! | `rules.rs` | the mathematics: each function as x ↦ (f(x), f′(x)), a Taylor line above each |
//! | `functions.rs` | the one list of the functions' names |
//! | `chain.rs` | how a kind of number uses a slope, and the methods that follow from the list |
//! | `dual.rs` | [`Dual`]: scales its tangents by the slope |
//! | `tape.rs`, `tape/` | [`Var`]: writes a node with the slope; the sweeps; `open.rs` has all the `unsafe` but for one line in `array.rs` |
//! | `operators.rs` | + − × ÷ in all their forms |
//! | `tag.rs` | which ε is whose |
//! | `rule.rs` | [`Rule`], [`VectorRule`]: functions of your own |
//! | `tree.rs` | [`Tree`], [`Output`]: structured inputs and results |
//! | `transform/` | what you call |
//! | `complex.rs` | what you call where a function of complex numbers is not holomorphic |
//! | `linalg/`, `implicit.rs` | differentiated linear algebra; roots, fixed points and minima by their parameters |
//! | `check.rs`, `strategies/` | derivatives against finite differences; strategies for property tests |
//! | `interop/` | the traits of other crates, forwarded |
//!
//! Follow a value: `x.sin()` on a `Dual<f64, 2>` is a method that `chain.rs` makes from the list; it calls `rules::sin` at
//! the `f64` inside, and `Dual` scales its two tangents by the slope that comes back. On a `Dual<Dual<f64>>` the middle
//! step enters the same lines again, one level down. On a `Var<f64>` only the last step differs: it writes a node.
//!
//! # Features
//!
//! `std` (default), which reverse mode needs, or `libm` for `no_std`; `nalgebra` (default); `serde`; `proptest`; `rayon`, for [`DataSum`] on several threads; `checked`, see [above](#whose-ε).
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
#[allow(missing_docs)]
mod functions;
#[cfg(feature = "nalgebra")]
pub mod implicit;
mod interop;
mod kernel;
mod layers;
#[cfg(feature = "nalgebra")]
pub mod linalg;
#[cfg(feature = "nalgebra")]
pub mod nalgebra;
mod operators;
mod rule;
mod rules;
mod scalar;
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
pub use rule::{Rule, VectorRule};
pub use scalar::lit::{Lit, consts, lit};
pub use scalar::{Base, ComplexScalar, Primal, Real, Scalar};
#[cfg(feature = "std")]
pub use tape::{Var, free_tapes};
pub use transform::*;
#[doc(hidden)]
pub use tree::{ChunkSecond, Seed, leaves_of, total_leaves};
pub use tree::{Element, Lanes, Nested, Output, Shape, ShapeWith, Tree, With};

/// What the macros of this crate and its own tests reach.
#[doc(hidden)]
pub mod __private {
    pub use crate::functions::*;
    pub use crate::kernel::{
        ComplexKernel, ComplexParts, Kernel, Layer, Layered, Machine, RealKernel, Truth,
    };
    pub use crate::scalar::float::Leaf;

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
