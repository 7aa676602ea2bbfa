//! The parts of a complex number, and the sizes at which formulas change.

use num_complex::Complex;
#[allow(unused_imports)] // in std the inherent methods come first
use num_traits::Float;

pub(super) type C = Complex<f64>;

/// Between this and its inverse a sum of two squares neither overflows nor loses digits (2⁵⁰⁰).
pub(super) const BIG: f64 = f64::from_bits((1023 + 500) << 52);

/// Whether the processor multiplies and adds with one rounding.
pub(super) const FUSED: bool = cfg!(target_feature = "fma");

/// A sum of products at least as large has not lost digits to underflow.
const LOW: f64 = 1e-290;

/// A power's component may lose this factor to cancellation before it is worth a slower way.
pub(super) const LOSS: f64 = 32.0;

/// Beyond this modulus `f(z)` is its asymptote to full accuracy: the next term is 1/|z|² smaller (2³⁰).
pub(super) const FAR: f64 = 1_073_741_824.0;

/// From here on `e²ˣ` swamps 1.
pub(super) const FLAT: f64 = 22.0;

#[inline]
pub(super) const fn c(re: f64, im: f64) -> C {
    Complex { re, im }
}

/// `iz`, exactly.
#[inline]
pub(super) fn turn(z: C) -> C {
    c(-z.im, z.re)
}

/// `−iz`, exactly.
#[inline]
pub(super) fn turn_back(z: C) -> C {
    c(z.im, -z.re)
}

/// The larger of `|x|`, `|y|`.
#[inline]
pub(super) fn size(z: C) -> f64 {
    z.re.abs().max(z.im.abs())
}

/// Whether a number that is not negative lies well inside the range of normal numbers (one comparison of its bits).
#[inline]
pub(super) fn in_range(x: f64) -> bool {
    x.to_bits().wrapping_sub(LOW.to_bits()) < f64::INFINITY.to_bits() - LOW.to_bits()
}

/// Whether two numbers both lie between 2⁻⁵¹² and 2⁵¹² in size: one test of the first bit of twice the bits, which have no
/// sign.
#[inline]
pub(super) fn both_in_range(x: f64, y: f64) -> bool {
    let window = |x: f64| x.to_bits().wrapping_mul(2).wrapping_add(513 << 53).cast_signed();
    window(x) & window(y) < 0
}

/// Whether two numbers both lie between 2⁻⁶⁴ and 2⁶⁴ in size.
#[inline]
pub(super) fn both_in_single_range(x: f32, y: f32) -> bool {
    let window = |x: f32| x.to_bits().wrapping_mul(2).wrapping_add(65 << 24).cast_signed();
    window(x) & window(y) < 0
}

/// Whether squares of numbers of this size are safe.
#[inline]
pub(super) fn moderate(size: f64) -> bool {
    (1.0 / BIG..BIG).contains(&size)
}

/// `x² − y²`, the same bits for every sign of `x` and `y`.
#[inline]
pub(super) fn difference_of_squares(x: f64, y: f64) -> f64 {
    let (x, y) = (x.abs(), y.abs());
    (x - y) * (x + y)
}

/// `f(z)` computed in the closed upper half-plane: makes `f(z̄)` the conjugate of `f(z)` whatever `f` does.
#[inline]
pub(super) fn mirrored(z: C, f: impl FnOnce(C) -> C) -> C {
    if z.im.is_sign_negative() { f(z.conj()).conj() } else { f(z) }
}
