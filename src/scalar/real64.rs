//! [`Real64`]: the bound under which generic code reads like code for `f64`.

use crate::{Dual, Real};
use core::iter::{Product, Sum};
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign};

/// A [`Real`] number over `f64` that computes with plain `f64` on either side of every operator.
///
/// This is the bound to begin with. A function with `T: Real64` and no other bound may write `2.0 * x`, `1.0 / x`, `x += 0.5`,
/// `x < 2.0`, `x.max(0.0)`, `x.powf(1.5)`, the constants of `std::f64::consts`, and references to numbers on both sides of the
/// operators, so that `x.iter().map(|a| a * a).sum::<T>()` needs no star. It runs on `f64` itself, on [`Dual`] and `Var`, and on every
/// nest of them.
///
/// Comparison puts the number on the left: `x < 2.0`, and not `2.0 > x`, as a comparison of `f64` with a second type would make
/// `1.0 < v.iter().sum()` ambiguous in all code that is linked with this crate.
///
/// Bound a function by [`Scalar`](crate::Scalar) or [`Real`] instead, and write [`lit`](crate::lit)`(2.0)`, if it shall also run in
/// single precision, on complex numbers, or on a base number of your own.
///
/// # Examples
/// ```
/// use holograd::{Real64, derivative, grad, hessian};
///
/// fn f<T: Real64>(x: &[T]) -> T {
///     2.0 * x[0] * x[0] + x[1] / 3.0
/// }
/// assert_eq!(f(&[1.0, 3.0]), 3.0);
/// assert_eq!(grad(|x: Vec<_>| f(&x), &vec![1.0, 3.0]), [4.0, 1.0 / 3.0]);
/// assert_eq!(hessian(|x| f(&x), &[1.0, 3.0]), [[4.0, 0.0], [0.0, 0.0]]);
///
/// fn mean_square<T: Real64>(x: &[T]) -> T {
///     let mean = x.iter().sum::<T>() / x.len() as f64;
///     x.iter().map(|x| (x - mean).powi(2)).sum::<T>() / x.len() as f64
/// }
/// assert_eq!(derivative(|x| mean_square(&[x, -x]), 3.0), 6.0);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a real number over `f64`",
    label = "neither `f64` nor a nest of `Dual` and `Var` that ends in `f64`",
    note = "code that also runs on `f32` is bounded by `holograd::Real`, code that also runs on complex numbers by `holograd::Scalar`",
    note = "literals are written `1.0`, not `1`"
)]
pub trait Real64:
    Real<Primal = f64>
    + Add<f64, Output = Self>
    + Sub<f64, Output = Self>
    + Mul<f64, Output = Self>
    + Div<f64, Output = Self>
    + Rem<f64, Output = Self>
    + AddAssign<f64>
    + SubAssign<f64>
    + MulAssign<f64>
    + DivAssign<f64>
    + RemAssign<f64>
    + PartialOrd<f64>
    + for<'a> Add<&'a Self, Output = Self>
    + for<'a> Sub<&'a Self, Output = Self>
    + for<'a> Mul<&'a Self, Output = Self>
    + for<'a> Div<&'a Self, Output = Self>
    + for<'a> AddAssign<&'a Self>
    + for<'a> SubAssign<&'a Self>
    + for<'a> MulAssign<&'a Self>
    + for<'a> DivAssign<&'a Self>
    + for<'a> Add<&'a f64, Output = Self>
    + for<'a> Sub<&'a f64, Output = Self>
    + for<'a> Mul<&'a f64, Output = Self>
    + for<'a> Div<&'a f64, Output = Self>
    + for<'a> Sum<&'a Self>
    + for<'a> Product<&'a Self>
    + Implies<f64, Type: WithNumber<Self>>
    + for<'a> Implies<&'a f64, Type: WithNumber<Self>>
    + for<'a> Implies<&'a Self, Type: OfNumber<Self>>
{
}

impl Real64 for f64 {}
impl<T: Real64, const N: usize> Real64 for Dual<T, N> {}
impl<T: Real64, const K: usize> Real64 for crate::Jet<T, K> {}
#[cfg(feature = "std")]
impl<T: Real64> Real64 for crate::Var<T> {}
#[cfg(feature = "proptest")]
impl<T: Real64> Real64 for crate::strategies::Counted<T> {}

/// `T`, as an associated type: a bound on an associated type of a supertrait is implied wherever the trait is, which a bound on
/// `f64` in a where clause is not.
pub trait Implies<T>: HasType<T, Type = T> {}
impl<S: ?Sized, T> Implies<T> for S {}

/// What [`Implies`] is made of.
pub trait HasType<T> {
    /// `T`
    type Type;
}
impl<S: ?Sized, T> HasType<T> for S {
    type Type = T;
}

/// A constant, `f64` or a reference to it, on the left of a number `T` or of a reference to one.
pub trait WithNumber<T: 'static>:
    Add<T, Output = T>
    + Sub<T, Output = T>
    + Mul<T, Output = T>
    + Div<T, Output = T>
    + for<'a> Add<&'a T, Output = T>
    + for<'a> Sub<&'a T, Output = T>
    + for<'a> Mul<&'a T, Output = T>
    + for<'a> Div<&'a T, Output = T>
{
}
impl<S, T: 'static> WithNumber<T> for S where
    S: Add<T, Output = T>
        + Sub<T, Output = T>
        + Mul<T, Output = T>
        + Div<T, Output = T>
        + for<'a> Add<&'a T, Output = T>
        + for<'a> Sub<&'a T, Output = T>
        + for<'a> Mul<&'a T, Output = T>
        + for<'a> Div<&'a T, Output = T>
{
}

/// A reference to a number `T` on the left of anything.
pub trait OfNumber<T: 'static>:
    WithNumber<T>
    + Neg<Output = T>
    + Add<f64, Output = T>
    + Sub<f64, Output = T>
    + Mul<f64, Output = T>
    + Div<f64, Output = T>
    + for<'a> Add<&'a f64, Output = T>
    + for<'a> Sub<&'a f64, Output = T>
    + for<'a> Mul<&'a f64, Output = T>
    + for<'a> Div<&'a f64, Output = T>
{
}
impl<S, T: 'static> OfNumber<T> for S where
    S: WithNumber<T>
        + Neg<Output = T>
        + Add<f64, Output = T>
        + Sub<f64, Output = T>
        + Mul<f64, Output = T>
        + Div<f64, Output = T>
        + for<'a> Add<&'a f64, Output = T>
        + for<'a> Sub<&'a f64, Output = T>
        + for<'a> Mul<&'a f64, Output = T>
        + for<'a> Div<&'a f64, Output = T>
{
}
