//! Elementary functions of a complex number, accurate on the whole plane.
//!
//! Three promises, which the tests check:
//!
//! * **Accuracy.** The number, and each of its two components by itself, is right to a few units in the last place, also beside
//!   zeros, poles, cuts, the axes and the unit circle, at every modulus from 5e-324 to 1.8e308. The exceptions are below.
//! * **Cuts.** The sign of a zero component says on which side of a cut the argument lies (C99 Annex G), `f(z̄)` is the
//!   conjugate of `f(z)` bit for bit, an odd function is odd bit for bit.
//! * **No needless overflow**, and infinities and NaN as in Annex G.
//!
//! How it is done:
//!
//! * The work is in `f64`; `f32` is widened exactly and the result rounded once, so that it is nearly always the correctly
//!   rounded one. (Quotients and `exp` have a path in `f32`, twice as fast.)
//! * Each function has a formula whose components are sums of terms of one sign, so that nothing cancels. Where a
//!   component has a zero *curve* (`Re ln z` at `|z| = 1`, `Re (eᶻ − 1)`) it is computed there in [`Twofold`] arithmetic,
//!   and so is the logarithm in a power, since an error of an exponent is multiplied by its size; products in an integer
//!   power carry what they lose along.
//! * The common case comes first; a `#[cold]` function has the scaling and the infinities.
//! * Rotations by a quarter turn are exact, so `sin z = −i sinh iz`, `asinh z = −i asin iz`, … cost no accuracy.
//!
//! Exceptions. A component is right only relative to the modulus
//!
//! * on a zero curve of its own off the axes in `sinc` (for `|z| ≥ 1`), `sigmoid`, `softplus`, `log_add_exp`, `xlogy`, `sec_squared`,
//!   `sech_squared` and the small integer powers;
//! * in a quotient, as in the product of complex numbers, where the sum of two products cancels: to take care costs half as much
//!   again, and nothing that multiplies complex numbers would keep what it gains;
//! * in quotients and powers of numbers whose components are hundreds of decades apart (one lost below the range of a quotient's
//!   products may be a zero of either sign, also beside its conjugate), and in slopes within 1e-8 of a pole;
//! * in `exp2` beyond `|y| = 1e15` and `exp_m1` on its zero curve beyond `|y| = 1e6`.
//!
//! `log_add_exp` has an absolute error of a few units where the sum is 1 and both terms are not.
//!
//! Sources: W. Kahan, *Branch cuts for complex elementary functions, or much ado about nothing's sign bit* (1987);
//! T. Hull, T. Fairgrieve, P. Tang, *Implementing complex elementary functions using exception handling* (1994) and
//! *… the complex arcsine and arccosine functions …* (1997); M. Baudin, R. Smith, *A robust complex division in Scilab*
//! (2012); S. Graillat, *Accurate floating-point product and exponentiation* (2009); T. Dekker, *A floating-point technique for
//! extending the available precision* (1971); ISO C99, Annex G.

#![allow(clippy::wildcard_imports)] // of this file by its own inner module
#![allow(clippy::needless_bitwise_bool)] // one branch instead of several
#![allow(clippy::neg_cmp_op_on_partial_ord)] // `!(x < bound)` is also where NaN goes

#[cfg(test)]
mod tests;

use crate::scalar::float::{Leaf, pow_coefficient};
#[cfg(not(feature = "simd"))]
use crate::scalar::vectors::{f32x4, f64x2};
use core::f64::consts::{FRAC_PI_2, FRAC_PI_4, LN_2, LOG2_E, LOG10_E, PI};
use core::ops::{Add, Div, Mul, Neg, Sub};
use num_complex::Complex;
#[allow(unused_imports)] // in std the inherent methods come first
use num_traits::Float;
#[cfg(feature = "simd")]
use wide::{f32x4, f64x2};

type C = Complex<f64>;

/// Between this and its inverse a sum of two squares neither overflows nor loses digits (2⁵⁰⁰).
const BIG: f64 = f64::from_bits((1023 + 500) << 52);

/// Whether the processor multiplies and adds with one rounding.
const FUSED: bool = cfg!(target_feature = "fma");

/// A sum of products at least as large has not lost digits to underflow.
const LOW: f64 = 1e-290;

/// A power's component may lose this factor to cancellation before it is worth a slower way.
const LOSS: f64 = 32.0;

/// Beyond this modulus `f(z)` is its asymptote to full accuracy: the next term is 1/|z|² smaller (2³⁰).
const FAR: f64 = 1_073_741_824.0;

/// From here on `e²ˣ` swamps 1.
const FLAT: f64 = 22.0;

#[inline]
const fn c(re: f64, im: f64) -> C {
    Complex { re, im }
}

/// `iz`, exactly.
#[inline]
fn turn(z: C) -> C {
    c(-z.im, z.re)
}

/// `−iz`, exactly.
#[inline]
fn turn_back(z: C) -> C {
    c(z.im, -z.re)
}

/// The larger of `|x|`, `|y|`.
#[inline]
fn size(z: C) -> f64 {
    z.re.abs().max(z.im.abs())
}

/// Whether a number that is not negative lies well inside the range of normal numbers (one comparison of its bits).
#[inline]
fn in_range(x: f64) -> bool {
    x.to_bits().wrapping_sub(LOW.to_bits()) < f64::INFINITY.to_bits() - LOW.to_bits()
}

/// Whether two numbers both lie between 2⁻⁵¹² and 2⁵¹² in size: one test of the first bit of twice the bits, which have no
/// sign.
#[inline]
fn both_in_range(x: f64, y: f64) -> bool {
    let window = |x: f64| x.to_bits().wrapping_mul(2).wrapping_add(513 << 53).cast_signed();
    window(x) & window(y) < 0
}

/// The same between 2⁻⁶⁴ and 2⁶⁴.
#[inline]
fn both_in_single_range(x: f32, y: f32) -> bool {
    let window = |x: f32| x.to_bits().wrapping_mul(2).wrapping_add(65 << 24).cast_signed();
    window(x) & window(y) < 0
}

/// Whether squares of numbers of this size are safe.
#[inline]
fn moderate(size: f64) -> bool {
    (1.0 / BIG..BIG).contains(&size)
}

/// `x² − y²`, the same bits for every sign of `x` and `y`.
#[inline]
fn difference_of_squares(x: f64, y: f64) -> f64 {
    let (x, y) = (x.abs(), y.abs());
    (x - y) * (x + y)
}

/// `f(z)` computed in the closed upper half-plane: makes `f(z̄)` the conjugate of `f(z)` whatever `f` does.
#[inline]
fn mirrored(z: C, f: impl FnOnce(C) -> C) -> C {
    if z.im.is_sign_negative() { f(z.conj()).conj() } else { f(z) }
}

mod kernel {
    use super::*;

    // ---- division and roots --------------------------------------------------------------------------------------

    /// `1/z = z̄ / |z|²`. `1/0` is infinite, `1/∞` zero, with the signs of `x` and `−y`.
    ///
    /// The limits of Baudin and Smith 2012, scaled by powers of two.
    #[inline]
    pub(super) fn recip(z: C) -> C {
        let n = z.re * z.re + z.im * z.im;
        if in_range(n) { c(z.re / n, -z.im / n) } else { recip_scaled(z) }
    }

    #[cold]
    fn recip_scaled(z: C) -> C {
        let m = size(z);
        if z.re.is_nan() || z.im.is_nan() {
            return if m.is_infinite() { c(0.0, 0.0) } else { c(f64::NAN, f64::NAN) };
        }
        if m.is_infinite() {
            return c(0.0_f64.copysign(z.re), 0.0_f64.copysign(-z.im));
        }
        if m == 0.0 {
            return c(f64::INFINITY.copysign(z.re), -z.im);
        }
        let e = exponent(m);
        let r = recip(scale(z, -e));
        scale(r, -e)
    }

    /// `z/w = z w̄ / |w|²` for numbers of moderate size, by plain products and one division of two lanes: within 6 roundings of the
    /// modulus.
    ///
    /// `0/0` is NaN, `z/0` infinite (a zero component stays zero), otherwise as in Annex G.5.1.
    #[inline]
    pub(super) fn div(z: C, w: C) -> C {
        let [sum, n] = div_terms(z, w);
        let ([x, y], [modulus, _]) = (sum.to_array(), n.to_array());
        // The sum of the parts is in the range where the larger one is, but for parts that cancel: these, and zeros, are found
        // out later, since to take the absolute values first costs an operation in ten. What comes back is an array, as that is
        // taken for a vector again; the parts of a number would be apart.
        let [re, im] = if both_in_range(x + y, modulus) { (sum / n).to_array() } else { div_scaled(z, w) };
        c(re, im)
    }

    /// `z w̄`, and `|w|²` twice.
    ///
    /// As vectors they take half as many operations as part by part, and one division.
    #[inline(always)]
    fn div_terms(z: C, w: C) -> [f64x2; 2] {
        let turned = f64x2::new([z.im, z.re]) ^ f64x2::new([0.0, -0.0]);
        let (z, w) = (f64x2::new([z.re, z.im]), f64x2::new([w.re, w.im]));
        let [re, im] = f64x2::transpose([w, w]);
        let squares = w * w;
        let [cc, dd] = squares.to_array();
        [z * re + turned * im, squares + f64x2::new([dd, cc])]
    }

    /// Scaling by powers of two, where Baudin and Smith order the products: costs more, cancels nowhere.
    #[cold]
    fn div_scaled(z: C, w: C) -> [f64; 2] {
        let (m, n) = (size(z), size(w));
        if both_in_range(w.re * w.re + w.im * w.im, if m == 0.0 { 1.0 } else { m }) {
            return plain(z, w); // parts that cancel, or zeros
        }
        if m.is_finite() && n.is_finite() && n > 0.0 {
            if z.re.is_nan() || z.im.is_nan() || w.re.is_nan() || w.im.is_nan() {
                return [f64::NAN; 2];
            }
            // To 2⁵⁰⁰, which leaves room for a part that is hundreds of decades smaller.
            let (i, j) = (if m == 0.0 { 0 } else { exponent(m) - 500 }, exponent(n));
            let [re, im] = plain(scale(z, -i), scale(w, -j));
            let q = scale(c(re, im), i - j);
            return [q.re, q.im];
        }
        let boxed = |x: f64| (if x.is_infinite() { 1.0 } else { 0.0_f64 }).copysign(x);
        let times = |z: C, w: C| [z.re * w.re + z.im * w.im, z.im * w.re - z.re * w.im];
        let nan = z.re.is_nan() && z.im.is_nan() || w.re.is_nan() || w.im.is_nan();
        if n == 0.0 && m > 0.0 && !nan {
            [z.re, z.im].map(|x| if x == 0.0 { x } else { x * f64::INFINITY.copysign(w.re) })
        } else if m.is_infinite() && n.is_finite() && !nan {
            times(c(boxed(z.re), boxed(z.im)), w).map(|direction| f64::INFINITY * direction)
        } else if n.is_infinite() && m.is_finite() && !(z.re.is_nan() || z.im.is_nan()) {
            times(z, c(boxed(w.re), boxed(w.im))).map(|direction| 0.0 * direction)
        } else {
            [f64::NAN; 2]
        }
    }

    /// The quotient of the terms, whatever they are.
    fn plain(z: C, w: C) -> [f64; 2] {
        let [sum, n] = div_terms(z, w);
        (sum / n).to_array()
    }

    /// [`div`] in single precision; what is beyond the range is divided in double precision.
    #[inline]
    pub(super) fn div_single(z: Complex<f32>, w: Complex<f32>) -> Complex<f32> {
        let [sum, n] = div_terms_single(z, w);
        let ([x, y, ..], [modulus, ..]) = (sum.to_array(), n.to_array());
        let [re, im, ..] =
            if both_in_single_range(x + y, modulus) { (sum / n).to_array() } else { div_wide(z, w) };
        Complex { re, im }
    }

    /// As [`div_terms`], in the first two lanes.
    #[inline(always)]
    fn div_terms_single(z: Complex<f32>, w: Complex<f32>) -> [f32x4; 2] {
        let turned = f32x4::new([z.re, z.im, z.im, z.re]) ^ f32x4::new([0.0, 0.0, 0.0, -0.0]);
        let products = turned * f32x4::new([w.re, w.re, w.im, w.im]);
        let w = f32x4::new([w.re, w.im, 0.0, 0.0]);
        let squares = w * w;
        let ([_, _, bd, ad], [cc, dd, ..]) = (products.to_array(), squares.to_array());
        [products + f32x4::new([bd, ad, 0.0, 0.0]), squares + f32x4::new([dd, cc, 0.0, 0.0])]
    }

    #[cold]
    fn div_wide(z: Complex<f32>, w: Complex<f32>) -> [f32; 4] {
        let [sum, n] = div_terms_single(z, w);
        let ([x, y, ..], [modulus, ..]) = (sum.to_array(), n.to_array());
        // Where the conjugate has the common way, so has this.
        if both_in_single_range(x - y, modulus) {
            return (sum / n).to_array();
        }
        let q: Complex<f32> = narrow(div(super::wide(z), super::wide(w)));
        [q.re, q.im, 0.0, 0.0]
    }

    /// `√z = u + iv` with `u = √((|x| + |z|)/2)` and `2uv = y` for `x ≥ 0`, the two exchanged for `x < 0`; cut `(−∞, 0)`.
    ///
    /// Hull, Fairgrieve, Tang 1994.
    #[inline]
    pub(super) fn sqrt(z: C) -> C {
        let n = z.re * z.re + z.im * z.im;
        if !in_range(n) {
            return sqrt_scaled(z);
        }
        if z.im == 0.0 {
            let r = z.re.abs().sqrt();
            return if z.re > 0.0 { c(r, z.im) } else { c(0.0, r.copysign(z.im)) };
        }
        let u = (0.5 * (z.re.abs() + n.sqrt())).sqrt();
        let v = z.im / (2.0 * u);
        if z.re >= 0.0 { c(u, v) } else { c(v.abs(), u.copysign(z.im)) }
    }

    #[cold]
    fn sqrt_scaled(z: C) -> C {
        if z.im.is_infinite() {
            c(f64::INFINITY, z.im)
        } else if z.re.is_nan() || z.re == 0.0 && z.im == 0.0 {
            c(z.re.abs(), if z.re == 0.0 { z.im } else { f64::NAN })
        } else if z.re == f64::INFINITY {
            c(z.re, if z.im.is_nan() { z.im } else { 0.0_f64.copysign(z.im) })
        } else if z.re == f64::NEG_INFINITY {
            c(if z.im.is_nan() { z.im } else { 0.0 }, f64::INFINITY.copysign(z.im))
        } else if z.im.is_nan() {
            c(f64::NAN, f64::NAN)
        } else {
            let half = exponent(size(z)) / 2;
            let w = sqrt(scale(c(z.re.abs(), z.im), -2 * half));
            let u = scale(w, half).re;
            let v = z.im / (2.0 * u); // from y itself: it may have vanished beside x
            if z.re >= 0.0 { c(u, v) } else { c(v.abs(), u.copysign(z.im)) }
        }
    }

    /// `∛z = |z|^⅓ (cos θ/3 + i sin θ/3)`, principal: `e^(ln z / 3)` with its cut `(−∞, 0)`, so `∛−8 = 1 + √3 i`.
    ///
    /// de Moivre; beside the positive axis the imaginary part is `y / 3r²`, `r = |z|^⅓`.
    #[inline]
    pub(super) fn cbrt(z: C) -> C {
        let m = size(z);
        if !moderate(m) || z.re.is_nan() || z.im.is_nan() {
            return cbrt_scaled(z);
        }
        let r = (z.re * z.re + z.im * z.im).sqrt().cbrt();
        if z.im.abs() < 1e-20 * z.re {
            return c(r, z.im / (3.0 * r * r)); // θ may underflow
        }
        let (s, co) = (z.im.atan2(z.re) / 3.0).sin_cos();
        c(r * co, r * s)
    }

    #[cold]
    fn cbrt_scaled(z: C) -> C {
        let m = size(z);
        if m == 0.0 || !(z.re.is_finite() && z.im.is_finite()) {
            let l = ln(z);
            return exp_cold(l.re, l.im / 3.0, 1.0);
        }
        let third = exponent(m) / 3;
        let w = scale(cbrt(scale(z, -3 * third)), third);
        if z.im.abs() < 1e-20 * z.re { c(w.re, z.im / (3.0 * w.re * w.re)) } else { w }
    }

    // ---- exponential -----------------------------------------------------------------------------------------------

    /// `eᶻ = eˣ (cos y + i sin y)`.
    ///
    /// Special values: C99 G.6.3.1.
    #[inline]
    pub(super) fn exp(z: C) -> C {
        let r = z.re.exp();
        let (s, co) = z.im.sin_cos();
        if r.is_finite() & s.is_finite() { c(r * co, r * s) } else { exp_cold(z.re, z.im, 1.0) }
    }

    /// `weight · eˣ (cos y + i sin y)` where `eˣ` overflows or an argument is not finite.
    ///
    /// `∞ + iy` gives `∞ (cos y + i sin y)`; an exact zero factor wins over infinity and NaN.
    #[cold]
    pub(super) fn exp_cold(x: f64, y: f64, weight: f64) -> C {
        let (s, co) = y.sin_cos();
        if x.is_infinite() && !y.is_finite() {
            return if x > 0.0 { c(x, f64::NAN) } else { c(0.0, 0.0_f64.copysign(y)) };
        }
        let q = (0.25 * x).exp();
        let swell = |t: f64| if t == 0.0 { t } else { ((weight * t) * q * q) * q * q };
        c(swell(co), swell(s))
    }

    /// `2ᶻ = 2ˣ (cos φ + i sin φ)`, `φ = y ln 2` carried in twofold precision.
    #[inline]
    pub(super) fn exp2(z: C) -> C {
        let r = z.re.exp2();
        let w = cis(Twofold::LN_2 * Twofold::from(z.im));
        if r.is_finite() & w.im.is_finite() & (z.im.abs() < BIG) & (z.im != 0.0) {
            return c(r * w.re, r * w.im);
        }
        exp2_cold(z)
    }

    #[cold]
    fn exp2_cold(z: C) -> C {
        if z.im == 0.0 && !z.re.is_nan() {
            return c(z.re.exp2(), z.im);
        }
        if !(z.re.is_finite() && z.im.abs() < BIG) {
            return exp(c(z.re * LN_2, z.im * LN_2));
        }
        let w = cis(Twofold::LN_2 * Twofold::from(z.im));
        let q = (0.25 * z.re).exp2();
        c((w.re * q * q) * q * q, (w.im * q * q) * q * q)
    }

    /// `eᶻ − 1 = (eˣ − 1) cos y − 2 sin² y/2 + i eˣ sin y`.
    ///
    /// The half-angle form; both terms are relatively exact, so only their difference can cancel.
    #[inline]
    pub(super) fn exp_m1(z: C) -> C {
        let e = z.re.exp_m1();
        let (s, co) = z.im.sin_cos();
        if !(e.is_finite() & s.is_finite()) {
            return exp_m1_cold(z);
        }
        let h = (0.5 * z.im).sin();
        let drop = 2.0 * h * h;
        let re = e * co - drop;
        let im = z.re.exp() * s;
        if 4.0 * re.abs() < drop { c(exp_m1_re_cancelled(z, re), im) } else { c(re, im) }
    }

    #[cold]
    fn exp_m1_cold(z: C) -> C {
        let w = exp(z);
        c(w.re - 1.0, w.im)
    }

    /// `eˣ cos y − 1 = exp_m1(x + ln cos y)`, the argument in twofold precision, beside the curve where it vanishes.
    #[cold]
    fn exp_m1_re_cancelled(z: C, plain: f64) -> f64 {
        if z.im.abs() > 1e6 {
            return plain; // the reduction below is not meant for these
        }
        let k = (z.im.abs() / FRAC_PI_2).round();
        let y = Twofold::from(z.im.abs());
        let r = Twofold::PI_2_PARTS.iter().fold(y, |r, &part| r - Twofold::product(k, part));
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // k ≤ 1e6
        let ln_cos = match k as u32 % 4 {
            0 => {
                let s = r.times(0.5).sin();
                let q = (s * s).times(2.0); // 1 − cos y
                (q / (Twofold::from(2.0) - q)).odd_series(false).times(-2.0)
            }
            1 => (-r.sin()).ln::<false>(0.0),
            3 => r.sin().ln::<false>(0.0),
            _ => return plain, // cos y < 0
        };
        let d = Twofold::from(z.re) + ln_cos;
        let e = d.hi.exp_m1();
        e + d.lo * (1.0 + e)
    }

    // ---- logarithm -------------------------------------------------------------------------------------------------

    /// `ln z = ln |z| + iθ`, cut `(−∞, 0]`; `ln 0 = −∞`. Near `|z| = 1`, `ln |z| = ½ ln_1p(x² + y² − 1)`.
    ///
    /// Kahan 1987 (CLOG), Hull, Fairgrieve, Tang 1994; the sum exact after Dekker 1971. Special values: C99 G.6.3.2.
    #[inline]
    pub(super) fn ln(z: C) -> C {
        let n = z.re * z.re + z.im * z.im;
        let re = if (0.5..3.0).contains(&n) {
            0.5 * sum_with_squares(-1.0, z).ln_1p()
        } else if in_range(n) {
            0.5 * n.ln()
        } else {
            ln_abs_scaled(z)
        };
        c(re, z.im.atan2(z.re))
    }

    #[cold]
    fn ln_abs_scaled(z: C) -> f64 {
        let m = size(z);
        if m == 0.0 && !(z.re.is_nan() || z.im.is_nan()) {
            f64::NEG_INFINITY
        } else if m.is_infinite() {
            f64::INFINITY
        } else if z.re.is_nan() || z.im.is_nan() {
            f64::NAN
        } else {
            let e = exponent(m);
            ln(scale(z, -e)).re + f64::from(e) * LN_2
        }
    }

    /// `ln(1 + z)`, cut `(−∞, −1]`. Near `|1 + z| = 1` the real part is `½ ln_1p(2x + x² + y²)`.
    ///
    /// As `ln`, with `2x` in the place of `−1`.
    #[inline]
    pub(super) fn ln_1p(z: C) -> C {
        let w = c(1.0 + z.re, z.im);
        let n = w.re * w.re + w.im * w.im;
        if !(0.5..3.0).contains(&n) {
            return ln(w);
        }
        let re = if z.im == 0.0 { z.re.ln_1p() } else { 0.5 * sum_with_squares(2.0 * z.re, z).ln_1p() };
        // the real axis beyond −2, where 1 + x < 0, has its modulus here too
        c(if w.re < 0.0 && z.im == 0.0 { (-w.re).ln() } else { re }, z.im.atan2(w.re))
    }

    /// `log₂ z = ln z / ln 2`; exact at the powers of two on the axes.
    #[inline]
    pub(super) fn log2(z: C) -> C {
        log_scaled(z, LOG2_E, f64::log2)
    }

    /// `log₁₀ z = ln z / ln 10`; exact at the powers of ten on the axes.
    #[inline]
    pub(super) fn log10(z: C) -> C {
        log_scaled(z, LOG10_E, f64::log10)
    }

    #[inline]
    fn log_scaled(z: C, factor: f64, real: fn(f64) -> f64) -> C {
        let w = ln(z);
        let axis = z.re == 0.0 || z.im == 0.0;
        c(if axis { real((z.re + z.im).abs()) } else { w.re * factor }, w.im * factor)
    }

    /// `log z = ln z / ln base` to a real base.
    pub(super) fn log(z: C, base: f64) -> C {
        if base == 2.0 {
            return log2(z);
        }
        if base == 10.0 {
            return log10(z);
        }
        let (w, b) = (ln(z), base.ln());
        c(w.re / b, w.im / b)
    }

    // ---- circular and hyperbolic functions -------------------------------------------------------------------------

    /// `sinh x` and `cosh x` of a real number from one `exp_m1`.
    #[inline]
    fn sinh_cosh(x: f64) -> (f64, f64) {
        let e = x.abs().exp_m1();
        let g = e + 1.0;
        let sinh = 0.5 * (e + e / g);
        (sinh.copysign(x), 0.5 * (g + 1.0 / g))
    }

    /// `(sinh z, cosh z) = (sinh x cos y + i cosh x sin y, cosh x cos y + i sinh x sin y)`.
    ///
    /// Special values: C99 G.6.2.4, G.6.2.5.
    #[inline]
    pub(super) fn sinh_cosh_pair(z: C) -> (C, C) {
        let (sh, ch) = sinh_cosh(z.re);
        let (s, co) = z.im.sin_cos();
        if ch.is_finite() & s.is_finite() {
            return (c(sh * co, ch * s), c(ch * co, sh * s));
        }
        sinh_cosh_cold(z)
    }

    /// Half of `e^|x| (± cos y + i sin y)` where that overflows, and the table of Annex G.
    #[cold]
    fn sinh_cosh_cold(z: C) -> (C, C) {
        let sign = 1.0_f64.copysign(z.re);
        if z.re.is_nan() || !z.im.is_finite() && z.re.is_finite() {
            let (sh, ch) = (z.re, if z.re.is_nan() { z.re } else { 1.0 });
            let (s, co) = if z.im == 0.0 { (z.im, 1.0) } else { (f64::NAN.copysign(z.im), f64::NAN) };
            let keep = |a: f64, b: f64| {
                if a == 0.0 || b == 0.0 { 0.0_f64.copysign(a) * 1.0_f64.copysign(b) } else { a * b }
            };
            return (c(keep(sh, co), keep(ch, s)), c(keep(ch, co), keep(sh, s)));
        }
        let w = exp_cold(z.re.abs(), z.im, 0.5);
        (c(sign * w.re, w.im), c(w.re, sign * w.im))
    }

    /// `sinh z = sinh x cos y + i cosh x sin y`.
    #[inline]
    pub(super) fn sinh(z: C) -> C {
        sinh_cosh_pair(z).0
    }

    /// `cosh z = cosh x cos y + i sinh x sin y`.
    #[inline]
    pub(super) fn cosh(z: C) -> C {
        sinh_cosh_pair(z).1
    }

    /// `sin z = −i sinh iz`.
    #[inline]
    pub(super) fn sin(z: C) -> C {
        turn_back(sinh(turn(z)))
    }

    /// `cos z = cosh iz`.
    #[inline]
    pub(super) fn cos(z: C) -> C {
        cosh(turn(z))
    }

    /// `(sin z, cos z)`.
    #[inline]
    pub(super) fn sin_cos(z: C) -> (C, C) {
        let (s, co) = sinh_cosh_pair(turn(z));
        (turn_back(s), co)
    }

    /// `tanh z = (sinh x cosh x + i sin y cos y) / (sinh² x + cos² y)`; `±1 + 4i sin y cos y e^(−2|x|)` for large `|x|`.
    ///
    /// Kahan 1987 (CTANH), multiplied through by `cos² y`. Special values: C99 G.6.2.6 with defect report 471.
    #[inline]
    pub(super) fn tanh(z: C) -> C {
        let (s, co) = z.im.sin_cos();
        if !(z.re.abs() < FLAT && s.is_finite()) {
            return tanh_cold(z);
        }
        let (sh, ch) = sinh_cosh(z.re);
        let n = sh * sh + co * co;
        c(sh * ch / n, s * co / n)
    }

    #[cold]
    fn tanh_cold(z: C) -> C {
        let (s, co) = z.im.sin_cos();
        if z.re.is_nan() {
            c(z.re, if z.im == 0.0 { z.im } else { f64::NAN })
        } else if z.re.abs() < FLAT {
            c(if z.re == 0.0 { z.re } else { f64::NAN }, f64::NAN)
        } else if s.is_nan() && z.re.is_infinite() {
            c(1.0_f64.copysign(z.re), 0.0_f64.copysign(z.im))
        } else {
            let decay = (-z.re.abs()).exp(); // twice, since its square may underflow too early
            c(if s.is_nan() { s } else { 1.0_f64.copysign(z.re) }, 4.0 * (s * co) * decay * decay)
        }
    }

    /// `tan z = −i tanh iz`.
    #[inline]
    pub(super) fn tan(z: C) -> C {
        turn_back(tanh(turn(z)))
    }

    /// `1/cosh² z = cosh² z̄ / (sinh² x + cos² y)²`; `4e^(∓2z)` for large `|x|`.
    #[inline]
    pub(super) fn sech_squared(z: C) -> C {
        let (s, co) = z.im.sin_cos();
        if !(z.re.abs() < FLAT) {
            return sech_squared_cold(z);
        }
        let (sh, ch) = sinh_cosh(z.re);
        let n = sh * sh + co * co;
        let (u, v) = (ch * co / n, sh * s / n);
        c(difference_of_squares(u, v), -2.0 * u * v)
    }

    /// `¼/cosh² z/2`.
    #[inline]
    pub(super) fn sigmoid_slope(z: C) -> C {
        sech_squared(z * 0.5) * 0.25
    }

    #[cold]
    fn sech_squared_cold(z: C) -> C {
        if z.re.is_infinite() {
            return c(0.0, 0.0_f64.copysign(-z.re) * 1.0_f64.copysign(z.im));
        }
        let (s, co) = (2.0 * z.im).sin_cos();
        let decay = (-z.re.abs()).exp();
        c(4.0 * co * decay * decay, -4.0_f64.copysign(z.re) * s * decay * decay)
    }

    /// `1/cos² z = 1/cosh² iz`.
    #[inline]
    pub(super) fn sec_squared(z: C) -> C {
        sech_squared(turn(z))
    }

    /// `sin z / z`, 1 at 0; its series for `|z| < 1`, where the imaginary part would cancel.
    #[inline]
    pub(super) fn sinc(z: C) -> C {
        mirrored(z, |z| {
            if z.re * z.re + z.im * z.im < 1.0 {
                sinc_series(z)
            } else if z.im < 700.0 {
                div(sin(z), z)
            } else {
                sinc_far(z)
            }
        })
    }

    /// `Σ wᵏ/(2k + 1)!` with `w = −z²`.
    #[inline]
    fn sinc_series(z: C) -> C {
        let w = c(-difference_of_squares(z.re, z.im), -2.0 * z.re * z.im);
        let mut sum = c(0.0, 0.0);
        for k in (1..=9).rev() {
            let k = f64::from(k);
            sum = w * c(1.0 + sum.re, sum.im) / (2.0 * k * (2.0 * k + 1.0));
        }
        c(1.0 + sum.re, sum.im)
    }

    /// `½ e^|y| (sin x ± i cos x) / z`, divided before it grows.
    #[cold]
    fn sinc_far(z: C) -> C {
        let (s, co) = z.re.sin_cos();
        if !(z.im.is_finite() && s.is_finite()) {
            return div(sin(z), z);
        }
        let w = div(c(0.5 * s, 0.5 * co * 1.0_f64.copysign(z.im)), z);
        let q = (0.25 * z.im.abs()).exp();
        let swell = |t: f64| if t == 0.0 { t } else { (t * q * q) * q * q };
        c(swell(w.re), swell(w.im))
    }

    // ---- inverse circular and hyperbolic functions -------------------------------------------------------------------

    /// `√(1 − z)` and `√(1 + z)`. They lie in opposite quadrants, so the products below add terms of one sign.
    #[inline]
    fn roots(z: C) -> (C, C) {
        (sqrt(c(1.0 - z.re, -z.im)), sqrt(c(1.0 + z.re, z.im)))
    }

    /// `asinh` of a real number.
    #[inline]
    fn asinh_real(t: f64) -> f64 {
        let a = t.abs();
        (a + a * a / (1.0 + (1.0 + a * a).sqrt())).ln_1p().copysign(t)
    }

    /// `ln |2z|` for large `z`.
    #[inline]
    fn ln_twice(z: C) -> f64 {
        ln(z).re + LN_2
    }

    /// `asin z = atan(x / Re √(1−z)√(1+z)) + i asinh Im(conj √(1−z) · √(1+z))`, cuts `(−∞, −1)`, `(1, ∞)`.
    ///
    /// Kahan 1987. Large `z = i ln(2z)` rotated; tiny `asin z = z`.
    #[inline]
    pub(super) fn asin(z: C) -> C {
        let m = size(z);
        if !(1.0 / FAR..FAR).contains(&m) {
            return asin_cold(z);
        }
        let (a, b) = roots(z);
        let re = z.re.atan2(a.re * b.re - a.im * b.im);
        c(re, asinh_real(a.re * b.im - a.im * b.re))
    }

    #[cold]
    fn asin_cold(z: C) -> C {
        if size(z) >= FAR {
            let re =
                if z.im.is_nan() && z.re.is_infinite() { f64::NAN } else { z.re.abs().atan2(z.im.abs()) };
            c(re.copysign(z.re), ln_twice(z).copysign(z.im))
        } else if z.re.is_nan() || z.im.is_nan() && z.re != 0.0 {
            c(f64::NAN, f64::NAN)
        } else {
            z
        }
    }

    /// `acos z = 2 atan(Re √(1−z) / Re √(1+z)) − i Im asin z`, cuts `(−∞, −1)`, `(1, ∞)`.
    ///
    /// Kahan 1987. Large `z`: `arg z − i ln(2z)` in the upper half-plane.
    #[inline]
    pub(super) fn acos(z: C) -> C {
        let m = size(z);
        if !(1.0 / FAR..FAR).contains(&m) {
            return acos_cold(z);
        }
        let (a, b) = roots(z);
        c(2.0 * a.re.atan2(b.re), asinh_real(a.im * b.re - a.re * b.im))
    }

    #[cold]
    fn acos_cold(z: C) -> C {
        if size(z) >= FAR {
            c(z.im.abs().atan2(z.re), ln_twice(z).copysign(-z.im))
        } else if z.re.is_nan() || z.im.is_nan() && z.re != 0.0 {
            c(f64::NAN, f64::NAN)
        } else {
            c(FRAC_PI_2 - z.re, -z.im)
        }
    }

    /// `acosh z = ±i acos z`, the sign that makes the real part positive; cut `(−∞, 1)`.
    #[inline]
    pub(super) fn acosh(z: C) -> C {
        let w = acos(z);
        c(w.im.abs(), w.re.copysign(z.im))
    }

    /// `asinh z = −i asin iz`, cuts on the imaginary axis beyond `±i`.
    #[inline]
    pub(super) fn asinh(z: C) -> C {
        turn_back(asin(turn(z)))
    }

    /// `atanh z = ¼ ln_1p(4x / ((1−x)² + y²)) + ½ i atan2(2y, (1−x)(1+x) − y²)`, cuts `(−∞, −1)`, `(1, ∞)`.
    ///
    /// Kahan 1987. Large `z`: `Re 1/z ± iπ/2`. At `x = 1` and tiny `y`: `½ ln(2/y)`, where `y²` underflows.
    #[inline]
    pub(super) fn atanh(z: C) -> C {
        let (x, y) = (z.re.abs(), z.im);
        if !(x + y.abs() < 1.0 / f64::EPSILON) {
            return atanh_far(z);
        }
        let (d, y2) = (1.0 - x, y * y);
        let re = if d == 0.0 && y.abs() < 1.0 / FAR && y != 0.0 {
            0.5 * (LN_2 - y.abs().ln())
        } else {
            0.25 * (4.0 * (x / (d * d + y2))).ln_1p()
        };
        c(re.copysign(z.re), 0.5 * (2.0 * y).atan2(d * (1.0 + x) - y2))
    }

    #[cold]
    fn atanh_far(z: C) -> C {
        if z.im.is_infinite() || z.re.is_infinite() {
            return c(0.0_f64.copysign(z.re), if z.im.is_nan() { z.im } else { FRAC_PI_2.copysign(z.im) });
        }
        if z.re.is_nan() || z.im.is_nan() {
            return c(if z.re == 0.0 { z.re } else { f64::NAN }, f64::NAN);
        }
        c(recip(z).re, FRAC_PI_2.copysign(z.im))
    }

    /// `atan z = −i atanh iz`, cuts on the imaginary axis beyond `±i`.
    #[inline]
    pub(super) fn atan(z: C) -> C {
        turn_back(atanh(turn(z)))
    }

    // ---- slopes of the inverse functions -------------------------------------------------------------------------------

    /// `asin′ z = 1/(√(1−z)√(1+z))`; `± i/z` for large `z`.
    #[inline]
    pub(super) fn asin_slope(z: C) -> C {
        if !(size(z) < FAR) {
            let r = recip(z);
            return if z.im.is_sign_negative() { turn_back(r) } else { turn(r) };
        }
        let (a, b) = roots(z);
        // the square of the product is 1 − z², so its imaginary part is −xy / re, which never cancels
        let re = a.re * b.re - a.im * b.im;
        let im = a.re * b.im + a.im * b.re;
        recip(c(re, if re >= im.abs() { -z.re * z.im / re } else { im }))
    }

    /// `asinh′ z = 1/(√(1+iz)√(1−iz)) = asin′ iz`.
    #[inline]
    pub(super) fn asinh_slope(z: C) -> C {
        asin_slope(turn(z))
    }

    /// `acosh′ z = 1/(√(z−1)√(z+1)) = ∓i asin′ z`.
    #[inline]
    pub(super) fn acosh_slope(z: C) -> C {
        let s = asin_slope(z);
        if z.im.is_sign_negative() { turn(s) } else { turn_back(s) }
    }

    /// `atanh′ z = 1/(1−z²)`, `1 − z² = (1−x)(1+x) + y² − 2ixy`; `−1/z²` for large `z`.
    #[inline]
    pub(super) fn atanh_slope(z: C) -> C {
        if !(size(z) < FAR) {
            let r = recip(z);
            return c(-difference_of_squares(r.re, r.im), -2.0 * r.re * r.im);
        }
        recip(c((1.0 - z.re) * (1.0 + z.re) + z.im * z.im, -2.0 * z.re * z.im))
    }

    /// `atan′ z = 1/(1+z²) = atanh′ iz`.
    #[inline]
    pub(super) fn atan_slope(z: C) -> C {
        atanh_slope(turn(z))
    }

    // ---- powers ------------------------------------------------------------------------------------------------------

    /// `zⁿ`: `z⁰ = 1`, exact where it can be. The first few by plain products, further ones with what these lose.
    ///
    /// Put where it is called, as most exponents are constants, of which a few products remain.
    #[inline]
    pub(super) fn powi(z: C, n: i32) -> C {
        match n {
            0 => return c(1.0, 0.0),
            1 => return z,
            -1 => return recip(z),
            // The square cancels nowhere.
            2 => {
                let w = power_by_products(z, 2);
                if (w.re + w.im).is_finite() {
                    return w;
                }
            }
            -2 => {
                let w = power_by_products(z, 2);
                if both_in_range(w.re, w.im) {
                    return recip(w);
                }
            }
            -5..=5 => {
                let w = power_by_products(z, n.unsigned_abs());
                if balanced(w, LOSS) {
                    return if n < 0 { recip(w) } else { w };
                }
            }
            _ => {}
        }
        powi_careful(z, n)
    }

    /// Whether neither part of a power is so many times smaller than the other, and both are in range, so that those of the
    /// powers before it are too.
    #[inline]
    pub(super) fn balanced(w: C, times: f64) -> bool {
        let (x, y) = (w.re.abs(), w.im.abs());
        let (small, large) = if x < y { (x, y) } else { (y, x) };
        (times * small >= large) & both_in_range(small, small)
    }

    /// `zⁿ` by repeated squaring, from the top bit of `n > 0` on.
    #[inline]
    pub(super) fn power_by_products(z: C, n: u32) -> C {
        let mut power = z;
        for bit in (0..n.ilog2()).rev() {
            power = c(difference_of_squares(power.re, power.im), 2.0 * power.re * power.im);
            if n >> bit & 1 == 1 {
                power *= z;
            }
        }
        power
    }

    /// Beside an axis, at larger exponents, and at the ends of the range.
    fn powi_careful(z: C, n: i32) -> C {
        if !(z.re.is_finite() && z.im.is_finite() && size(z) > 0.0) {
            return exp_ln(z, f64::from(n), 0.0);
        }
        if z.im == 0.0 {
            return powi_real(z, n);
        }
        if n.unsigned_abs() <= 5 && (1e-60..1e60).contains(&size(z)) && !balanced(z, LOSS) {
            // Beside an axis nothing cancels.
            let w = power_by_products(z, n.unsigned_abs());
            return mended(if n < 0 { recip(w) } else { w }, z, f64::from(n));
        }
        if n.unsigned_abs() < 1024 {
            let w = powi_compensated(z, n.unsigned_abs());
            if balanced(w, FAR) {
                return if n < 0 { recip(w) } else { w };
            }
        }
        mended(mirrored(z, |z| powi_twofold(z, n)), z, f64::from(n))
    }

    /// On the real axis, the power of the real number.
    fn powi_real(z: C, n: i32) -> C {
        let im = if z.re < 0.0 && n % 2 == 0 { -z.im } else { z.im };
        c(crate::scalar::float::powi(z.re, n), if n < 0 { -im } else { im })
    }

    /// The same products, with the sum of what each has lost, which is exact, carried along in plain precision and added
    /// at the end: as good as twofold precision unless a part is nearly lost.
    ///
    /// Graillat 2009, at complex numbers.
    fn powi_compensated(z: C, n: u32) -> C {
        let (mut power, mut lost) = (z, c(0.0, 0.0));
        for bit in (0..n.ilog2()).rev() {
            let (xx, yy) = (Twofold::product(power.re, power.re), Twofold::product(power.im, power.im));
            let xy = Twofold::product(power.re, power.im);
            let re = Twofold::sum(xx.hi, -yy.hi);
            lost = power * lost * 2.0 + c(re.lo + (xx.lo - yy.lo), 2.0 * xy.lo);
            power = c(re.hi, 2.0 * xy.hi);
            if n >> bit & 1 == 1 {
                let (xx, yy) = (Twofold::product(power.re, z.re), Twofold::product(power.im, z.im));
                let (xy, yx) = (Twofold::product(power.re, z.im), Twofold::product(power.im, z.re));
                let (re, im) = (Twofold::sum(xx.hi, -yy.hi), Twofold::sum(xy.hi, yx.hi));
                lost = lost * z + c(re.lo + (xx.lo - yy.lo), im.lo + (xy.lo + yx.lo));
                power = c(re.hi, im.hi);
            }
        }
        power + lost
    }

    /// `w = zᵖ` beside the real axis, where `Im w = p w y/x` may have been lost on the way.
    #[inline]
    fn mended(w: C, z: C, p: f64) -> C {
        let beside = z.im != 0.0 && (p * z.im).abs() < 1e-20 * z.re.abs();
        if !(beside && w.re.is_finite()) {
            return w;
        }
        let slope = w.re / z.re;
        let im = if slope.is_normal() { slope * z.im } else { w.re * (z.im / z.re) };
        c(w.re, p * im)
    }

    /// By repeated squaring in twofold precision, the exponent of two kept apart.
    #[cold]
    fn powi_twofold(z: C, n: i32) -> C {
        let mut square = Scaled::new(z);
        let mut power = Scaled::new(c(1.0, 0.0));
        let mut bits = n.unsigned_abs();
        loop {
            if bits & 1 == 1 {
                power = power * square;
            }
            bits >>= 1;
            if bits == 0 {
                break;
            }
            square = square * square;
        }
        let (mut w, mut e) = (c(power.re.hi, power.im.hi), power.exponent);
        if n < 0 {
            (w, e) = (recip(w), -e);
        }
        #[allow(clippy::cast_possible_truncation)] // clamped
        scale(w, e.clamp(-5000, 5000) as i32)
    }

    /// `z^(p + iq) = e^((p + iq) ln z)`, cut `(−∞, 0)`, `z⁰ = 1`. With `q = 0` an integer `p` goes to [`powi`], `±½` through the
    /// root (and half an integer beside the cut), and a positive number to the power of real ones.
    pub(super) fn power(z: C, p: Twofold, q: f64) -> C {
        if q == 0.0 && p.lo == 0.0 {
            #[allow(clippy::cast_possible_truncation)] // saturates
            let (n, doubled) = (p.hi as i32, (2.0 * p.hi) as i32);
            if f64::from(n) == p.hi {
                return powi(z, n);
            }
            if f64::from(doubled) == 2.0 * p.hi && doubled.abs() == 1 {
                return powi(sqrt(z), doubled);
            }
            // Beside the cut the root keeps a tiny part, and the zero one on it.
            let on_cut = z.re < 0.0 && z.im.abs() < -1e-8 * z.re;
            if f64::from(doubled) == 2.0 * p.hi && on_cut {
                let w = powi(z, doubled.div_euclid(2));
                if in_range(size(w)) {
                    return w * sqrt(z);
                }
            }
            if z.im == 0.0 && z.re > 0.0 && z.re.is_finite() {
                return c(crate::scalar::float::powf(z.re, p.hi), 0.0_f64.copysign(p.hi * z.im));
            }
        }
        let finite = z.re.is_finite() && z.im.is_finite() && size(z) > 0.0;
        if !(finite && p.hi.abs() < BIG && q.abs() < BIG) {
            return if q == 0.0 { mirrored(z, |z| exp_ln(z, p.hi, 0.0)) } else { exp_ln(z, p.hi, q) };
        }
        if q != 0.0 {
            return exp_twofold(z, p, q);
        }
        if p.lo == 0.0 && p.hi.abs() * z.im.abs() < 1.2 * z.re {
            let l = ln(z);
            let (x, y) = (p.hi * l.re, p.hi * l.im);
            if x.abs() < 2.0 && y.abs() < 1.2 {
                return exp(c(x, y)); // a small exponent has a small error, and nothing vanishes
            }
        }
        let w = mirrored(z, |z| exp_twofold(z, p, 0.0));
        if z.re > 0.0 { mended(w, z, p.hi) } else { w }
    }

    /// `e^((p + iq) ln z)` from a twofold logarithm: an error of the exponent is multiplied by its size in the result. A rough
    /// one does, unless a part nearly vanishes.
    fn exp_twofold(z: C, p: Twofold, q: f64) -> C {
        let factor = (p.hi.abs() + q.abs()).max(1.0);
        if factor <= 1024.0 {
            let w = exp_of_ln::<true>(z, p, q);
            let (x, y) = (w.re.abs(), w.im.abs());
            // The rough logarithm is off by 2⁻⁶⁸: in the smaller part by one unit.
            if 32768.0 * x.min(y) >= factor * x.max(y) {
                return w;
            }
        }
        exp_of_ln::<false>(z, p, q)
    }

    pub(super) fn exp_of_ln<const ROUGH: bool>(z: C, p: Twofold, q: f64) -> C {
        let (l, theta) = ln_twofold::<ROUGH>(z);
        let (mut x, mut y) = (p * l, p * theta);
        if q != 0.0 {
            let q = Twofold::from(q);
            (x, y) = (x - q * theta, y + q * l);
        }
        let w = cis(y);
        let im = if y.hi == 0.0 { 0.0_f64.copysign(p.hi * theta.hi) } else { w.im };
        let w = c(w.re + w.re * x.lo, im + im * x.lo);
        if x.hi.abs() < 700.0 {
            let r = x.hi.exp();
            return c(r * w.re, r * w.im);
        }
        let q = (0.25 * x.hi).exp();
        let grow = |t: f64| if t == 0.0 { t } else { (t * q * q) * q * q };
        c(grow(w.re), grow(w.im))
    }

    /// The same at zero, infinity and NaN, where only the limit matters.
    #[cold]
    fn exp_ln(z: C, p: f64, q: f64) -> C {
        let l = ln(z);
        let (x, y) = if q == 0.0 { (p * l.re, p * l.im) } else { (p * l.re - q * l.im, p * l.im + q * l.re) };
        exp_cold(x, y, 1.0)
    }

    /// `x ln y`, 0 at `x = 0` unless `y` is NaN.
    #[inline]
    pub(super) fn xlogy(x: C, y: C) -> C {
        if x.re == 0.0 && x.im == 0.0 && !(y.re.is_nan() || y.im.is_nan()) {
            return c(0.0, 0.0);
        }
        let l = ln(y);
        if x.im == 0.0 {
            return c(x.re * l.re, x.re * l.im);
        }
        x * l
    }

    // ---- sums of exponentials ----------------------------------------------------------------------------------------

    /// `a + cos y`: `2 cos² y/2 − gap` with `gap = 1 − a` beside `cos y = −1 = −a`, where that is relatively exact.
    #[inline]
    fn cos_plus(a: f64, gap: f64, cos_half: f64, y: Twofold) -> f64 {
        let t = 2.0 * cos_half * cos_half - gap;
        if t.abs() < 0.25 && gap > 0.25 { cis(y).re + a } else { t }
    }

    /// `1/(1 + e⁻ᶻ)`. With `a = e^(−|x|)` and `w = a e^(∓iy)`, `|1 + w|² = (1−a)² + 4a cos² y/2`: exact beside the poles.
    #[inline]
    pub(super) fn sigmoid(z: C) -> C {
        let a = (-z.re.abs()).exp();
        if a == 0.0 && !z.im.is_finite() {
            return c(if z.re > 0.0 { 1.0 } else { 0.0 }, 0.0_f64.copysign(z.im));
        }
        let (s, co) = (0.5 * z.im).sin_cos();
        let gap = -(-z.re.abs()).exp_m1();
        let n = gap * gap + 4.0 * a * co * co;
        let re =
            if z.re >= 0.0 { gap + 2.0 * a * co * co } else { a * cos_plus(a, gap, co, Twofold::from(z.im)) };
        c(re / n, 2.0 * a * s * co / n)
    }

    /// `ln(1 + eᶻ)`, principal.
    #[inline]
    pub(super) fn softplus(z: C) -> C {
        mirrored(z, |z| log_add_exp(z, c(0.0, 0.0)))
    }

    /// `ln(eᶻ + eʷ)`, principal: `z + ln u` with `Re z ≥ Re w`, `u = 1 + e^(w−z)`, the imaginary part as one angle.
    pub(super) fn log_add_exp(z: C, w: C) -> C {
        let (z, w) = if z.re >= w.re { (z, w) } else { (w, z) };
        if !z.re.is_finite() {
            return if w.re.is_nan() { c(f64::NAN, f64::NAN) } else { ln(exp(z) + exp(w)) };
        }
        let (x, y) = if w.re == f64::NEG_INFINITY {
            (Twofold::from(w.re), Twofold::from(0.0))
        } else {
            (Twofold::sum(w.re, -z.re), Twofold::sum(w.im, -z.im))
        };
        let a = x.hi.exp();
        let (a, gap) = (a + a * x.lo, -x.hi.exp_m1() - a * x.lo);
        let w = cis(y.times(0.5));
        let (s, co) = (w.im, w.re);
        // u = 1 + a e^(iy), |u|² = (1−a)² + 4a cos² y/2 = 1 + a(a + 2 cos y)
        let u = c(gap + 2.0 * a * co * co, 2.0 * a * s * co);
        let n = gap * gap + 4.0 * a * co * co;
        let ln_u = if (0.5..3.0).contains(&n) {
            0.5 * (a * (cos_plus(a, gap, co, y) + cos_plus(0.0, 1.0, co, y))).ln_1p()
        } else {
            ln(u).re
        };
        let (sz, cz) = z.im.sin_cos();
        let turned = c(cz * u.re - sz * u.im, sz * u.re + cz * u.im);
        let im = turned.im.atan2(turned.re);
        let re = z.re + ln_u;
        if re.abs() < 1.0 && (1.0..700.0).contains(&z.re) {
            let r = z.re.exp(); // the sum is moderate though its terms are not
            return c(ln(c(r * turned.re, r * turned.im)).re, im);
        }
        c(re, im)
    }
}

// ---- exact sums and products ---------------------------------------------------------------------------------------------

/// `a + (x² + y²)`, right to the last place however much it cancels.
fn sum_with_squares(a: f64, z: C) -> f64 {
    let (p, q) = (Twofold::product(z.re, z.re), Twofold::product(z.im, z.im));
    let (p, q) = if p.hi < q.hi { (q, p) } else { (p, q) };
    let s = Twofold::sum(a, p.hi);
    let t = Twofold::sum(s.hi, q.hi);
    let e = Twofold::sum(p.lo, q.lo);
    let u = Twofold::sum(s.lo, e.hi);
    let v = Twofold::sum(t.lo, u.hi);
    let w = Twofold::sum(t.hi, v.hi);
    w.hi + (w.lo + (v.lo + (u.lo + e.lo)))
}

/// `⌊log₂ m⌋` of a positive finite number.
fn exponent(m: f64) -> i32 {
    #[allow(clippy::cast_possible_truncation)] // 11 bits
    let field = |m: f64| (m.to_bits() >> 52) as i32;
    if m < f64::MIN_POSITIVE { field(m * BIG) - 1523 } else { field(m) - 1023 }
}

/// `2ᵏ`, `k` clamped to the normal numbers.
fn two_to(k: i32) -> f64 {
    #[allow(clippy::cast_sign_loss)] // clamped
    f64::from_bits(((k.clamp(-1022, 1023) + 1023) as u64) << 52)
}

/// `2ᵏ z`, beyond the range of `2ᵏ` in three steps, so that only the last one can round.
#[inline]
fn scale(z: C, k: i32) -> C {
    if (-1022..=1023).contains(&k) {
        let unit = two_to(k);
        return c(z.re * unit, z.im * unit);
    }
    let k = k.clamp(-3000, 3000);
    let (a, b) = (two_to(k / 3), two_to(k - k / 3 * 2));
    c(z.re * a * a * b, z.im * a * a * b)
}

/// An unevaluated sum `hi + lo` of two numbers, `|lo| ≤ ½ ulp(hi)`: 106 bits, after Dekker 1971.
#[derive(Clone, Copy)]
struct Twofold {
    hi: f64,
    lo: f64,
}

impl Twofold {
    const LN_2: Self = Self { hi: LN_2, lo: 2.319_046_813_846_299_6e-17 };
    const PI_2_PARTS: [f64; 3] = [FRAC_PI_2, 6.123_233_995_736_766e-17, -1.497_384_904_859_169_8e-33];
    /// 0, π/2, π, π/2.
    const HALF_TURNS: [Self; 4] = [
        Self { hi: 0.0, lo: 0.0 },
        Self { hi: FRAC_PI_2, lo: 6.123_233_995_736_766e-17 },
        Self { hi: PI, lo: 1.224_646_799_147_353_2e-16 },
        Self { hi: FRAC_PI_2, lo: 6.123_233_995_736_766e-17 },
    ];
    /// `atan(j/16)`.
    const ATAN_SIXTEENTHS: [Self; 17] = [
        Self { hi: 0.0, lo: 0.0 },
        Self { hi: 0.062_418_809_995_957_35, lo: -1.549_075_630_829_504_6e-18 },
        Self { hi: 0.124_354_994_546_761_44, lo: -3.125_324_142_453_938_3e-18 },
        Self { hi: 0.185_347_949_995_694_76, lo: 4.180_692_268_843_079e-18 },
        Self { hi: 0.244_978_663_126_864_14, lo: 1.069_875_561_873_445_1e-17 },
        Self { hi: 0.302_884_868_374_971_4, lo: -1.101_082_790_300_136_9e-17 },
        Self { hi: 0.358_770_670_270_572_25, lo: -2.462_381_558_263_863_5e-17 },
        Self { hi: 0.412_410_441_597_387_3, lo: -1.587_652_227_770_689e-17 },
        Self { hi: 0.463_647_609_000_806_1, lo: 2.269_877_745_296_168_7e-17 },
        Self { hi: 0.512_389_460_310_737_7, lo: -2.546_278_147_285_580_4e-17 },
        Self { hi: 0.558_599_315_343_562_4, lo: -5.455_630_548_591_626_4e-18 },
        Self { hi: 0.602_287_346_134_964_2, lo: 2.950_430_737_228_402e-17 },
        Self { hi: 0.643_501_108_793_284_4, lo: 1.583_478_505_144_428_6e-17 },
        Self { hi: 0.682_316_554_874_748_1, lo: 6.943_223_671_560_008e-18 },
        Self { hi: 0.718_829_999_621_624_5, lo: -2.147_838_844_445_698_3e-17 },
        Self { hi: 0.753_151_280_962_194_4, lo: -2.425_693_465_918_206_8e-17 },
        Self { hi: FRAC_PI_4, lo: 3.061_616_997_868_383e-17 },
    ];
    /// `ln(j/16)` from `j = 11` on.
    const LN_SIXTEENTHS: [Self; 13] = [
        Self { hi: -0.374_693_449_441_410_7, lo: 3.924_311_228_863_239_6e-18 },
        Self { hi: -0.287_682_072_451_780_9, lo: -2.607_160_616_442_564e-17 },
        Self { hi: -0.207_639_364_778_244_5, lo: -1.205_324_321_668_612_9e-17 },
        Self { hi: -0.133_531_392_624_522_63, lo: 3.664_457_663_660_085e-18 },
        Self { hi: -0.064_538_521_137_571_18, lo: 6.470_486_661_692_933e-18 },
        Self { hi: 0.0, lo: 0.0 },
        Self { hi: 0.060_624_621_816_434_84, lo: 2.642_402_593_872_693_4e-18 },
        Self { hi: 0.117_783_035_656_383_46, lo: -1.197_168_574_759_367_7e-18 },
        Self { hi: 0.171_850_256_926_659_23, lo: -6.022_453_821_011_370_5e-18 },
        Self { hi: 0.223_143_551_314_209_76, lo: -9.091_270_597_324_799e-18 },
        Self { hi: 0.271_933_715_483_641_76, lo: 7.833_196_376_974_42e-19 },
        Self { hi: 0.318_453_731_118_534_6, lo: 2.711_477_936_732_623_6e-17 },
        Self { hi: 0.362_905_493_689_368_5, lo: -2.149_236_145_531_097_2e-17 },
    ];
    /// `1/(2k + 1)`: `atanh s = s Σ s²ᵏ/(2k + 1)`.
    const ODD: [Self; 21] = {
        let mut table = [Self { hi: 1.0, lo: 0.0 }; 21];
        let (mut k, mut n) = (1, 3.0);
        while k < 21 {
            table[k] = Self::inverse(n);
            (k, n) = (k + 1, n + 2.0);
        }
        table
    };
    /// `(−1)ᵏ/(2k + 1)!`.
    const SINE: [Self; 14] = {
        let mut table = [Self { hi: 1.0, lo: 0.0 }; 14];
        let (mut k, mut n, mut factorial) = (1, 2.0, 1.0);
        while k < 14 {
            factorial = -factorial * n * (n + 1.0); // exact to 21!, and only the first few are needed as twofold
            table[k] = Self::inverse(factorial);
            (k, n) = (k + 1, n + 2.0);
        }
        table
    };

    const fn inverse(n: f64) -> Self {
        let hi = 1.0 / n;
        let p = Self::product_split(hi, n);
        Self { hi, lo: ((1.0 - p.hi) - p.lo) / n }
    }

    const fn from(x: f64) -> Self {
        Self { hi: x, lo: 0.0 }
    }

    /// `a + b` exactly, `|a| ≥ |b|`.
    #[inline]
    const fn ordered_sum(a: f64, b: f64) -> Self {
        let hi = a + b;
        Self { hi, lo: b - (hi - a) }
    }

    /// `a + b` exactly.
    #[inline]
    const fn sum(a: f64, b: f64) -> Self {
        let hi = a + b;
        let t = hi - a;
        Self { hi, lo: (a - (hi - t)) + (b - t) }
    }

    /// `ab` exactly, by halves of 26 bits.
    #[inline]
    const fn product_split(a: f64, b: f64) -> Self {
        const SPLIT: f64 = 134_217_729.0; // 2²⁷ + 1
        let (s, t) = (SPLIT * a, SPLIT * b);
        let (ah, bh) = (s - (s - a), t - (t - b));
        let (al, bl) = (a - ah, b - bh);
        let hi = a * b;
        Self { hi, lo: ((ah * bh - hi) + ah * bl + al * bh) + al * bl }
    }

    /// `ab` exactly.
    #[inline]
    fn product(a: f64, b: f64) -> Self {
        if FUSED {
            let hi = a * b;
            Self { hi, lo: a.mul_add(b, -hi) }
        } else {
            Self::product_split(a, b)
        }
    }

    /// `self + b` for `|self| ≥ |b|` and for `self = 0`.
    #[inline]
    fn ordered_add(self, b: Self) -> Self {
        let s = Self::ordered_sum(self.hi, b.hi);
        Self::ordered_sum(s.hi, s.lo + (self.lo + b.lo))
    }

    /// Both parts times a power of two.
    fn times(self, x: f64) -> Self {
        Self { hi: self.hi * x, lo: self.lo * x }
    }

    /// `Σ (±1)ᵏ s²ᵏ⁺¹/(2k + 1)` for `|s| < 0.18`: `atanh s` or, `alternating`, `atan s`.
    fn odd_series(self, alternating: bool) -> Self {
        let t = if alternating { -(self * self) } else { self * self };
        self * t.polynomial(&Self::ODD, 12)
    }

    /// The same for `|s| ≤ 1/32` with an error below 2⁻¹⁰⁴ or, `ROUGH`, 2⁻⁶⁸, which needs the first term alone in twofold
    /// precision.
    #[inline]
    fn short_odd_series<const ROUGH: bool>(self, alternating: bool) -> Self {
        if !ROUGH {
            let t = if alternating { -(self * self) } else { self * self };
            return self * t.polynomial(&Self::ODD[..12], 6);
        }
        let t = if alternating { -(self.hi * self.hi) } else { self.hi * self.hi };
        let rest = Self::ODD[1..7].iter().rev().fold(0.0, |sum, k| (sum + k.hi) * t);
        Self::ordered_sum(self.hi, self.lo + self.hi * rest)
    }

    /// `Σ cₖ tᵏ` of decreasing terms, those from number `twofold` on in plain precision.
    #[inline]
    fn polynomial(self, coefficients: &[Self], twofold: usize) -> Self {
        let (head, tail) = coefficients.split_at(twofold);
        let tail = tail.iter().rev().fold(0.0, |sum, k| sum * self.hi + k.hi);
        head.iter().rev().fold(Self::from(tail), |sum, k| {
            let p = Self::product(sum.hi, self.hi);
            let s = Self::ordered_sum(k.hi, p.hi);
            Self { hi: s.hi, lo: s.lo + (k.lo + (p.lo + (sum.hi * self.lo + sum.lo * self.hi))) }
        })
    }

    /// `sin r`, `|r| ≤ π/4`.
    fn sin(self) -> Self {
        self * (self * self).polynomial(&Self::SINE, 11)
    }

    /// `ln(2ᵏ v)`, `v > 0`: `v = 2ʲ n` with `n` in `[√½, √2)`, and `ln n = ln m + 2 atanh((n − m)/(n + m))` with the
    /// sixteenth `m` next to `n`.
    #[inline]
    fn ln<const ROUGH: bool>(self, k: f64) -> Self {
        let j = exponent(self.hi);
        let j = if self.hi * two_to(-j) > core::f64::consts::SQRT_2 { j + 1 } else { j };
        let n = self.times(two_to(-j));
        let (m, sixteenths) = nearest_sixteenth(n.hi);
        // The first difference is exact.
        let (difference, sum) = (Self::ordered_sum(n.hi - m, n.lo), Self::sum(n.hi, m));
        let s = difference / Self { hi: sum.hi, lo: sum.lo + n.lo };
        let rest = s.short_odd_series::<ROUGH>(false).times(2.0);
        let ln_n = Self::LN_SIXTEENTHS[sixteenths - 11].ordered_add(rest);
        (Self::LN_2 * Self::from(f64::from(j) + k)).ordered_add(ln_n)
    }
}

impl Add for Twofold {
    type Output = Self;
    #[inline]
    fn add(self, b: Self) -> Self {
        let (s, t) = (Self::sum(self.hi, b.hi), Self::sum(self.lo, b.lo));
        let s = Self::ordered_sum(s.hi, s.lo + t.hi);
        Self::ordered_sum(s.hi, s.lo + t.lo)
    }
}

impl Neg for Twofold {
    type Output = Self;
    #[inline]
    fn neg(self) -> Self {
        Self { hi: -self.hi, lo: -self.lo }
    }
}

impl Sub for Twofold {
    type Output = Self;
    #[inline]
    fn sub(self, b: Self) -> Self {
        self + -b
    }
}

impl Mul for Twofold {
    type Output = Self;
    #[inline]
    fn mul(self, b: Self) -> Self {
        let p = Self::product(self.hi, b.hi);
        Self::ordered_sum(p.hi, p.lo + (self.hi * b.lo + self.lo * b.hi))
    }
}

impl Div for Twofold {
    type Output = Self;
    #[inline]
    fn div(self, b: Self) -> Self {
        let q = self.hi / b.hi;
        let p = Self::product(q, b.hi);
        // The first difference is exact.
        let rest = ((self.hi - p.hi) - p.lo) + (self.lo - q * b.lo);
        Self::ordered_sum(q, rest / b.hi)
    }
}

/// `cos φ + i sin φ`.
#[inline]
fn cis(phi: Twofold) -> C {
    let (s, c) = phi.hi.sin_cos();
    let (ds, dc) = if phi.lo.abs() < 1e-9 { (phi.lo, 1.0) } else { phi.lo.sin_cos() };
    self::c(c * dc - s * ds, s * dc + c * ds)
}

/// The sixteenth next to a number between 0 and 2, and how many of them it is.
#[inline]
fn nearest_sixteenth(x: f64) -> (f64, usize) {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 ..= 32
    let sixteenths = (16.0 * x + 0.5) as i32;
    (f64::from(sixteenths) / 16.0, sixteenths as usize)
}

/// `(ln |z|, arg z)` in twofold precision, `z` finite and not 0; `ROUGH`, with an error of 2⁻⁶⁸.
///
/// `arg`: folded into `0 ≤ y ≤ x`, turned by the nearest `16 + ji`, whose angle is known, and the rest from the series.
#[inline]
fn ln_twofold<const ROUGH: bool>(z: C) -> (Twofold, Twofold) {
    let k = exponent(size(z));
    let w = scale(z, -k);
    let (x, y) = (w.re.abs(), w.im.abs());
    let (long, short) = (x.max(y), x.min(y));
    let n = Twofold::product(long, long).ordered_add(Twofold::product(short, short));
    let modulus = n.ln::<ROUGH>(f64::from(2 * k)).times(0.5);

    let (j, sixteenths) = nearest_sixteenth(short / long);
    let along = Twofold::from(long).ordered_add(Twofold::product(j, short));
    let across = Twofold::from(short) - Twofold::product(j, long);
    let rest = (across / along).short_odd_series::<ROUGH>(true);
    let angle = Twofold::ATAN_SIXTEENTHS[sixteenths].ordered_add(rest);
    // Unfolded by a table, as the branches are taken at random.
    let octant = usize::from(y > x) + 2 * usize::from(z.re.is_sign_negative());
    let angle = Twofold::HALF_TURNS[octant].ordered_add(angle.times([1.0, -1.0, -1.0, 1.0][octant]));
    (modulus, angle.times(1.0_f64.copysign(z.im)))
}

/// A complex number in twofold precision with its exponent of two kept apart.
#[derive(Clone, Copy)]
struct Scaled {
    re: Twofold,
    im: Twofold,
    exponent: i64,
}

impl Scaled {
    fn new(z: C) -> Self {
        let e = exponent(size(z));
        let z = scale(z, -e);
        Self { re: Twofold::from(z.re), im: Twofold::from(z.im), exponent: i64::from(e) }
    }
}

impl Mul for Scaled {
    type Output = Self;
    fn mul(self, b: Self) -> Self {
        let (re, im) = (self.re * b.re - self.im * b.im, self.re * b.im + self.im * b.re);
        let e = exponent(re.hi.abs().max(im.hi.abs()));
        let unit = two_to(-e);
        Self { re: re.times(unit), im: im.times(unit), exponent: self.exponent + b.exponent + i64::from(e) }
    }
}

// ---- the doors: any `Leaf` in, `f64` inside ------------------------------------------------------------------------------

#[inline]
fn wide<L: Leaf>(z: Complex<L>) -> C {
    c(z.re.to_f64(), z.im.to_f64())
}

#[inline]
fn narrow<L: Leaf>(z: C) -> Complex<L> {
    Complex { re: L::from_f64(z.re), im: L::from_f64(z.im) }
}

macro_rules! open {
    ($($(#[$doc:meta])* fn $name:ident(z $(, $arg:ident: $t:ty $(as $wide:ident)?)*);)*) => { $(
        $(#[$doc])*
        #[inline]
        pub(crate) fn $name<L: Leaf>(z: Complex<L> $(, $arg: $t)*) -> Complex<L> {
            narrow(kernel::$name(wide(z) $(, open!(@arg $arg $($wide)?))*))
        }
    )* };
    (@arg $arg:ident) => { $arg };
    (@arg $arg:ident wide) => { wide($arg) };
}

open! {
    /// `1/z`.
    fn recip(z);
    /// `√z`.
    fn sqrt(z);
    /// Principal `∛z`.
    fn cbrt(z);
    /// `2ᶻ`.
    fn exp2(z);
    /// `eᶻ − 1`.
    fn exp_m1(z);
    /// `ln(1 + z)`.
    fn ln_1p(z);
    /// `log₂ z`.
    fn log2(z);
    /// `log₁₀ z`.
    fn log10(z);
    /// `ln z / ln base`.
    fn log(z, base: f64);
    /// `sin z`.
    fn sin(z);
    /// `cos z`.
    fn cos(z);
    /// `tan z`.
    fn tan(z);
    /// `asin z`.
    fn asin(z);
    /// `acos z`.
    fn acos(z);
    /// `atan z`.
    fn atan(z);
    /// `sinh z`.
    fn sinh(z);
    /// `cosh z`.
    fn cosh(z);
    /// `tanh z`.
    fn tanh(z);
    /// `asinh z`.
    fn asinh(z);
    /// `acosh z`.
    fn acosh(z);
    /// `atanh z`.
    fn atanh(z);
    /// `sin z / z`.
    fn sinc(z);
    /// `1/(1 + e⁻ᶻ)`.
    fn sigmoid(z);
    /// `ln(1 + eᶻ)`.
    fn softplus(z);
    /// `ln(eᶻ + eʷ)`.
    fn log_add_exp(z, w: Complex<L> as wide);
    /// `z ln w`, 0 at `z = 0`.
    fn xlogy(z, w: Complex<L> as wide);
    /// `asin′ z`.
    fn asin_slope(z);
    /// `asinh′ z`.
    fn asinh_slope(z);
    /// `acosh′ z`.
    fn acosh_slope(z);
    /// `atan′ z`.
    fn atan_slope(z);
    /// `atanh′ z`.
    fn atanh_slope(z);
    /// `1/cos² z`.
    fn sec_squared(z);
    /// `1/cosh² z`.
    fn sech_squared(z);
    /// `σ′ z = ¼/cosh² z/2`.
    fn sigmoid_slope(z);
}

/// `eᶻ`: in `L` itself, as the functions of `f32` are much faster than those of `f64`, unless something is not finite.
#[inline]
pub(crate) fn exp<L: Leaf>(z: Complex<L>) -> Complex<L> {
    let r = z.re.exp();
    let (s, co) = z.im.sin_cos();
    if r.is_finite() & s.is_finite() {
        return Complex { re: r * co, im: r * s };
    }
    narrow(kernel::exp_cold(z.re.to_f64(), z.im.to_f64(), 1.0))
}

/// `ln z`.
#[inline]
pub(crate) fn ln<L: Leaf>(z: Complex<L>) -> Complex<L> {
    narrow(ln_wide::<L>(wide(z)))
}

/// `ln z` of an `L`; of `f32` the squares are exact, and `|z|² − 1` has one rounding.
#[inline]
fn ln_wide<L: Leaf>(z: C) -> C {
    if size_of::<L>() < size_of::<f64>() {
        let (xx, yy) = (z.re * z.re, z.im * z.im);
        if (0.5..3.0).contains(&(xx + yy)) {
            let re = 0.5 * ((xx.max(yy) - 1.0) + xx.min(yy)).ln_1p();
            return c(re, z.im.atan2(z.re));
        }
    }
    kernel::ln(z)
}

/// `zⁿ`.
#[inline]
pub(crate) fn powi<L: Leaf>(z: Complex<L>, n: i32) -> Complex<L> {
    narrow(powi_wide::<L>(wide(z), n))
}

/// `zⁿ` of an `L`; of `f32` by plain products.
#[inline]
fn powi_wide<L: Leaf>(z: C, n: i32) -> C {
    if size_of::<L>() < size_of::<f64>() && !(0..=2).contains(&n) && n.unsigned_abs() < 4096 {
        let w = kernel::power_by_products(z, n.unsigned_abs());
        // A part of 2⁻¹⁵ of the other still has more digits than `f32`.
        if kernel::balanced(w, 32768.0) {
            return if n < 0 { kernel::recip(w) } else { w };
        }
    }
    kernel::powi(z, n)
}

/// `zᵖ`.
#[inline]
pub(crate) fn powf<L: Leaf>(z: Complex<L>, p: f64) -> Complex<L> {
    narrow(power_wide::<L>(wide(z), Twofold::from(p), 0.0))
}

/// `zʷ`.
#[inline]
pub(crate) fn pow<L: Leaf>(z: Complex<L>, w: Complex<L>) -> Complex<L> {
    let w = wide(w);
    narrow(power_wide::<L>(wide(z), Twofold::from(w.re), w.im))
}

/// `z^(p + iq)` of an `L`; of `f32` by the plain formula, as long as that has more digits.
#[inline]
fn power_wide<L: Leaf>(z: C, p: Twofold, q: f64) -> C {
    if size_of::<L>() < size_of::<f64>() && z.im != 0.0 {
        let (l, p) = (ln_wide::<L>(z), p.hi);
        let exponent = c(p * l.re - q * l.im, p * l.im + q * l.re);
        if size(exponent) < 64.0 {
            let w = kernel::exp(exponent);
            if kernel::balanced(w, 1024.0) {
                return w;
            }
        }
    }
    kernel::power(z, p, q)
}

/// `z/w`
#[inline]
pub(crate) fn quotient<L: Leaf>(z: Complex<L>, w: Complex<L>) -> Complex<L> {
    if size_of::<L>() < size_of::<f64>() {
        return narrow(wide(kernel::div_single(narrow(wide(z)), narrow(wide(w)))));
    }
    narrow(kernel::div(wide(z), wide(w)))
}

/// `(sin z, cos z)`.
#[inline]
pub(crate) fn sin_cos<L: Leaf>(z: Complex<L>) -> (Complex<L>, Complex<L>) {
    let (s, c) = kernel::sin_cos(wide(z));
    (narrow(s), narrow(c))
}

/// `z w`; where it overflows, its infinities have the right signs.
#[inline]
pub(crate) fn product<L: Leaf>(z: Complex<L>, w: Complex<L>) -> Complex<L> {
    let p = z * w;
    if p.re.is_finite() && p.im.is_finite() { p } else { overflowing_product(z, w) }
}

/// The same by numbers whose product does not overflow; of ∞ and NaN the plain product.
#[cold]
fn overflowing_product<L: Leaf>(z: Complex<L>, w: Complex<L>) -> Complex<L> {
    const DOWN: f64 = 1.0 / UP;
    const UP: f64 = 3.599_131_035_634_557e162; // 2⁵⁴⁰
    let p = (wide(z) * DOWN) * (wide(w) * DOWN);
    narrow((p * UP) * UP)
}

/// `1/(3 (∛z)²)`
#[inline]
pub(crate) fn cbrt_slope<L: Leaf>(z: Complex<L>) -> Complex<L> {
    let r = kernel::recip(kernel::cbrt(wide(z)));
    narrow(r * r / 3.0)
}

/// `c z^(p−k)`, the exponent exact, 0 for `c = 0`
#[inline]
pub(crate) fn power_term<L: Leaf>(z: Complex<L>, factor: f64, p: f64, k: i32) -> Complex<L> {
    if factor == 0.0 {
        return narrow(c(0.0, 0.0));
    }
    let power = match integer(p).and_then(|n| n.checked_sub(k)) {
        // As `powi` has it, exactly where that is exact.
        Some(n) => powi_wide::<L>(wide(z), n),
        None => power_wide::<L>(wide(z), Twofold::sum(p, -f64::from(k)), 0.0),
    };
    narrow(power * factor)
}

/// An exponent that is an integer.
#[inline]
fn integer(p: f64) -> Option<i32> {
    #[allow(clippy::cast_possible_truncation)] // compared with what it was
    let n = p as i32;
    (f64::from(n) == p).then_some(n)
}

/// `∂ᵏ⁺ᵐ/∂zᵏ∂wᵐ z^w = c z^(w−k)`, the exponent exact
#[inline]
pub(crate) fn pow_partial<L: Leaf>(z: Complex<L>, w: Complex<L>, [k, m]: [i32; 2]) -> Complex<L> {
    let (z, w) = (wide(z), wide(w));
    let ln = if m == 0 { c(1.0, 0.0) } else { kernel::ln(z) };
    let factor = pow_coefficient(ln, w, k, m);
    narrow(if factor == c(0.0, 0.0) {
        factor
    } else {
        factor * power_wide::<L>(z, Twofold::sum(w.re, -f64::from(k)), w.im)
    })
}

/// `eᶻ/(eᶻ + eʷ) = σ(z − w)`
#[inline]
pub(crate) fn share<L: Leaf>(z: Complex<L>, w: Complex<L>) -> Complex<L> {
    narrow(kernel::sigmoid(wide(z) - wide(w)))
}
