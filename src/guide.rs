//! The guide: what to write, what to call, what it costs, and what can go wrong.
//!
//! The chapters can be read in any order; a new user reads the first three. Every block of Rust is compiled and run by `cargo test`.
//!
//! | to begin | |
//! |---|---|
//! | [`first_derivative`] | a derivative, a gradient and a Jacobian in five lines each |
//! | [`bounds`] | which trait a generic function is bounded by, and why never by two |
//! | [`functions`] | closures, `&[T]` functions, trait objects, functions that fail |
//! | [`dual_numbers`] | why it works |
//!
//! | to choose | |
//! |---|---|
//! | [`transforms`] | which transform for which inputs, outputs, structure and size, with its cost |
//! | [`structures`] | arrays, `Vec`, tuples, maps, matrices and your structs as inputs and results |
//! | [`constants`] | data, parameters and literals; transforms inside transforms |
//! | [`higher_orders`] | Hessians, Hessian–vector products, third derivatives |
//! | [`jets`] | Taylor series, derivatives of order 3 to 60, differential equations |
//!
//! | to write | |
//! |---|---|
//! | [`control_flow`] | branches, loops, sorting, tables |
//! | [`complex_numbers`] | holomorphic functions, and functions that are not |
//! | [`linear_algebra`] | matrices, decompositions, rotations |
//! | [`implicit_functions`] | roots, fixed points and minima as functions of their parameters |
//! | [`own_rules`] | functions that cannot be differentiated through |
//! | [`special_functions`] | erf, gamma, Bessel functions, and stable composites |
//! | [`data_and_threads`] | sums over data, long time loops, several threads |
//! | [`own_numbers`] | double-doubles, intervals and other base numbers of yours |
//! | [`compiled_functions`] | native code for a transform: when to compile, what it costs, branches |
//!
//! | to be sure | |
//! |---|---|
//! | [`checking`] | derivatives against finite differences, in tests |
//! | [`corners`] | the contract at kinks, ties, zeros and infinities |
//! | [`pitfalls`] | where an exact derivative is not the one that was meant |
//! | [`speed`] | time and memory, and how to save both |
//!
//! | from elsewhere, and into the crate | |
//! |---|---|
//! | [`coming_from`] | JAX, num-dual, ForwardDiff.jl, PyTorch and CasADi: calls and conventions side by side |
//! | [`contributing`] | the life of a value; how to add a function, a container, a kind of number |

/// The chapters, each with the names of the crate in scope, so that its links are short.
macro_rules! chapters {
    ($($name:ident $file:literal;)*) => {$(
        pub mod $name {
            #![doc = include_str!($file)]
            use crate::*;
        }
    )*};
}

chapters! {
    first_derivative "guide/first_derivative.md";
    bounds "guide/bounds.md";
    functions "guide/functions.md";
    dual_numbers "guide/dual_numbers.md";
    transforms "guide/transforms.md";
    structures "guide/structures.md";
    constants "guide/constants.md";
    higher_orders "guide/higher_orders.md";
    jets "guide/jets.md";
    control_flow "guide/control_flow.md";
    complex_numbers "guide/complex_numbers.md";
    linear_algebra "guide/linear_algebra.md";
    implicit_functions "guide/implicit_functions.md";
    own_rules "guide/own_rules.md";
    special_functions "guide/special_functions.md";
    data_and_threads "guide/data_and_threads.md";
    own_numbers "guide/own_numbers.md";
    compiled_functions "guide/compile.md";
    checking "guide/checking.md";
    corners "guide/corners.md";
    pitfalls "guide/pitfalls.md";
    speed "guide/speed.md";
    contributing "guide/contributing.md";
}

/// For users of another library: its calls and conventions beside those of this crate.
///
/// Each page lists calls that give the same numbers, and then what differs.
pub mod coming_from {
    chapters! {
        jax "guide/coming_from/jax.md";
        num_dual "guide/coming_from/num_dual.md";
        forwarddiff "guide/coming_from/forwarddiff.md";
        pytorch "guide/coming_from/pytorch.md";
        casadi "guide/coming_from/casadi.md";
    }
}
