//! [`Operand`]: what a function of two numbers takes as its second one.

use crate::{Dual, Lit, Real, Scalar};
use num_complex::Complex;

/// A second argument of a function of numbers `T`: a `T`, or a constant as `f64` or [`Lit`].
///
/// So `x.max(0.0)`, `x.clamp(0.0, 1.0)`, `x.powf(1.5)` and `x.powf(y)`, `x.log(2.0)` and `x.log(b)`, `y.atan2(1.0)` and `x.max(PI)` are all
/// written as on `f64`. In a closure whose argument must itself be inferred (`x.max(c.into())`) the type has to be said: write
/// `x.max(T::from(c))`, or `T::lit(c)` for a literal.
///
/// # Examples
/// ```
/// use holograd::{Real, derivative};
/// fn relu<T: Real>(x: T) -> T {
///     x.max(0.0)
/// }
/// assert_eq!(derivative(relu, 2.0), 1.0);
/// assert_eq!(derivative(|x| x.clamp(0.0, 1.0), 2.0), 0.0);
/// assert_eq!(derivative(|x| x.powf(x), 1.0), 1.0);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand beside a number `{T}` in a function of both",
    label = "expected a `{T}`, an `f64` or a `Lit`",
    note = "write a constant as `1.0`, and a number of an inner level as `holograd::lift(x)`"
)]
pub trait Operand<T: Scalar>: Copy {
    /// The number.
    #[doc(hidden)]
    fn number(operand: Self) -> T;

    /// The constant, if it is known to be one by its type.
    #[doc(hidden)]
    #[inline(always)]
    fn known(_operand: Self) -> Option<f64> {
        None
    }
}

impl<T: Scalar> Operand<T> for f64 {
    #[inline(always)]
    fn number(c: f64) -> T {
        T::lit(c)
    }
    #[inline(always)]
    fn known(c: f64) -> Option<f64> {
        Some(c)
    }
}

impl<T: Scalar> Operand<T> for Lit {
    #[inline(always)]
    fn number(c: Lit) -> T {
        T::lit(c.0)
    }
    #[inline(always)]
    fn known(c: Lit) -> Option<f64> {
        Some(c.0)
    }
}

/// A number beside one of its own kind.
macro_rules! itself {
    ($([$($generics:tt)*] $kind:ty),*) => {$(
        impl<$($generics)*> Operand<$kind> for $kind {
            #[inline(always)]
            fn number(x: $kind) -> $kind {
                x
            }
        }
    )*};
}
itself! { [] f32, [T: Real] Complex<T>, [T: Scalar, const N: usize] Dual<T, N>, [T: Scalar, const K: usize] crate::Jet<T, K> }
#[cfg(feature = "std")]
itself! { [T: Scalar] crate::Var<T> }
#[cfg(feature = "proptest")]
itself! { [T: Scalar] crate::strategies::Counted<T> }
