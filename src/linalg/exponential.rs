//! The exponential of a matrix.

use super::adjoint::square;
use super::series::{dynamic, norm_of_values, product, shaped};
use super::systems::solve_dynamic;
use crate::{Scalar, lit};
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DefaultAllocator, Dim, OMatrix};

/// The coefficients of the Padé approximant of order 13 (Higham 2005).
const PADE: [f64; 14] = [
    64_764_752_532_480_000.0,
    32_382_376_266_240_000.0,
    7_771_770_303_897_600.0,
    1_187_353_796_428_800.0,
    129_060_195_264_000.0,
    10_559_470_521_600.0,
    670_442_572_800.0,
    33_522_128_640.0,
    1_323_241_920.0,
    40_840_800.0,
    960_960.0,
    16_380.0,
    182.0,
    1.0,
];

/// Up to this ‖A‖₁ the approximant's derivative has no error beyond rounding, and so neither has its value (Al-Mohy and
/// Higham 2009, table 6.1).
const LARGEST_NORM: f64 = 4.74;

/// e^A of a square matrix, by scaling and squaring.
///
/// Errors are relative to the largest entries of A and e^A on the way: squaring k times, 2ᵏ ≈ ‖A‖₁/5, multiplies rounding
/// errors by up to 2ᵏ. e^diag(−1e5, 1) has its second entry to 2e-12.
///
/// The algorithm itself is differentiated, as Al-Mohy and Higham 2009 do for first order: its products are one rule each and
/// how often it squares depends on the value alone.
///
/// # Panics
/// If the matrix is not square.
///
/// # Examples
/// ```
/// use holograd::{derivative, linalg::expm};
/// use nalgebra::matrix;
/// let slopes = derivative(|t| expm(&matrix![t * 0.0, t; -t, t * 0.0]), 0.5); // a rotation by −t
/// let (sin, cos) = 0.5_f64.sin_cos();
/// assert!((slopes - matrix![-sin, cos; -cos, -sin]).norm() < 1e-15);
/// ```
#[must_use]
#[track_caller]
pub fn expm<T: Scalar, D: Dim>(a: &OMatrix<T, D, D>) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    let (rows, columns) = a.shape_generic();
    shaped(&expm_dynamic(&dynamic(a)), rows, columns)
}

#[track_caller]
pub(super) fn expm_dynamic<T: Scalar>(a: &DMatrix<T>) -> DMatrix<T> {
    square(a);
    let n = a.nrows();
    let norm = norm_of_values(a);
    let mut squarings = 0;
    // Without an end at an infinite norm, whose matrix becomes NaN in what follows.
    while norm.is_finite() && libm::ldexp(norm, -squarings) > LARGEST_NORM {
        squarings += 1;
    }
    let a = a.map(|x| x * lit(libm::ldexp(1.0, -squarings)));
    let a2 = product(&a, &a);
    let a4 = product(&a2, &a2);
    let a6 = product(&a4, &a2);
    // Σ bₖ₊₂ᵢ A²ⁱ to the highest power
    let polynomial = |k: usize| {
        let combine = |b: [f64; 3]| {
            let sum = |(x2, (x4, x6)): (T, (T, T))| x2 * lit(b[0]) + x4 * lit(b[1]) + x6 * lit(b[2]);
            let entries = a2.iter().copied().zip(a4.iter().copied().zip(a6.iter().copied())).map(sum);
            DMatrix::from_iterator(n, n, entries)
        };
        let high = combine([PADE[k + 8], PADE[k + 10], PADE[k + 12]]);
        let low = combine([PADE[k + 2], PADE[k + 4], PADE[k + 6]]);
        product(&a6, &high) + low + DMatrix::from_diagonal_element(n, n, T::lit(PADE[k]))
    };
    let (even, odd) = (polynomial(0), product(&a, &polynomial(1)));
    let (numerator, denominator) = (&even + &odd, even - odd);
    // Of a matrix of this norm the denominator is regular.
    let mut x =
        solve_dynamic(&denominator, &numerator).unwrap_or_else(|_| numerator.map(|x| x * lit(f64::NAN)));
    for _ in 0..squarings {
        x = product(&x, &x);
    }
    x
}
