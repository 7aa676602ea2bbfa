//! Comparisons of sizes that keep NaN.

#[cfg(feature = "nalgebra")]
use super::Scalar;
#[cfg(feature = "nalgebra")]
use crate::kernel::Engine;

/// The larger of two numbers, and NaN if one of them is: `f64::max` gives the other.
#[inline]
pub(crate) fn maximum(x: f64, y: f64) -> f64 {
    if x > y || x.is_nan() { x } else { y }
}

/// The largest modulus, and NaN if one of them is.
#[cfg(feature = "nalgebra")]
#[inline]
pub(crate) fn largest<T: Scalar>(x: &[T]) -> f64 {
    x.iter().fold(0.0, |max, x| maximum(max, x.magnitude()))
}
