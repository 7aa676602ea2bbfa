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

mod circular;
mod exponential;
mod inverse;
mod logarithm;
mod parts;
mod powers;
mod quotients;
mod sums;
#[cfg(test)]
mod tests;
mod twofold;

use crate::scalar::float::{MachineFloat, pow_coefficient};
use num_complex::Complex;
#[allow(unused_imports)] // in std the inherent methods come first
use num_traits::Float;
use parts::{C, c, size};
use twofold::Twofold;

/// The functions of a `Complex<f64>`.
mod double {
    pub(super) use super::{
        circular::*, exponential::*, inverse::*, logarithm::*, powers::*, quotients::*, sums::*,
    };
}

#[inline]
fn wide<L: MachineFloat>(z: Complex<L>) -> C {
    c(z.re.to_f64(), z.im.to_f64())
}

#[inline]
fn narrow<L: MachineFloat>(z: C) -> Complex<L> {
    Complex { re: L::from_f64(z.re), im: L::from_f64(z.im) }
}

macro_rules! open {
    ($($(#[$doc:meta])* fn $name:ident(z $(, $arg:ident: $t:ty $(as $wide:ident)?)*);)*) => { $(
        $(#[$doc])*
        #[inline]
        pub(crate) fn $name<L: MachineFloat>(z: Complex<L> $(, $arg: $t)*) -> Complex<L> {
            narrow(double::$name(wide(z) $(, open!(@arg $arg $($wide)?))*))
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
pub(crate) fn exp<L: MachineFloat>(z: Complex<L>) -> Complex<L> {
    let r = z.re.exp();
    let (s, co) = z.im.sin_cos();
    if r.is_finite() & s.is_finite() {
        return Complex { re: r * co, im: r * s };
    }
    narrow(double::exp_cold(z.re.to_f64(), z.im.to_f64(), 1.0))
}

/// `ln z`.
#[inline]
pub(crate) fn ln<L: MachineFloat>(z: Complex<L>) -> Complex<L> {
    narrow(ln_wide::<L>(wide(z)))
}

/// `ln z` of an `L`; of `f32` the squares are exact, and `|z|² − 1` has one rounding.
#[inline]
fn ln_wide<L: MachineFloat>(z: C) -> C {
    if size_of::<L>() < size_of::<f64>() {
        let (xx, yy) = (z.re * z.re, z.im * z.im);
        if (0.5..3.0).contains(&(xx + yy)) {
            let re = 0.5 * ((xx.max(yy) - 1.0) + xx.min(yy)).ln_1p();
            return c(re, z.im.atan2(z.re));
        }
    }
    double::ln(z)
}

/// `zⁿ`.
#[inline]
pub(crate) fn powi<L: MachineFloat>(z: Complex<L>, n: i32) -> Complex<L> {
    narrow(powi_wide::<L>(wide(z), n))
}

/// `zⁿ` of an `L`; of `f32` by plain products.
#[inline]
fn powi_wide<L: MachineFloat>(z: C, n: i32) -> C {
    if size_of::<L>() < size_of::<f64>() && !(0..=2).contains(&n) && n.unsigned_abs() < 4096 {
        let w = double::power_by_products(z, n.unsigned_abs());
        // A part of 2⁻¹⁵ of the other still has more digits than `f32`.
        if double::balanced(w, 32768.0) {
            return if n < 0 { double::recip(w) } else { w };
        }
    }
    double::powi(z, n)
}

/// `zᵖ`.
#[inline]
pub(crate) fn powf<L: MachineFloat>(z: Complex<L>, p: f64) -> Complex<L> {
    narrow(power_wide::<L>(wide(z), Twofold::from(p), 0.0))
}

/// `zʷ`.
#[inline]
pub(crate) fn pow<L: MachineFloat>(z: Complex<L>, w: Complex<L>) -> Complex<L> {
    let w = wide(w);
    narrow(power_wide::<L>(wide(z), Twofold::from(w.re), w.im))
}

/// `z^(p + iq)` of an `L`; of `f32` by the plain formula, as long as that has more digits.
#[inline]
fn power_wide<L: MachineFloat>(z: C, p: Twofold, q: f64) -> C {
    if size_of::<L>() < size_of::<f64>() && z.im != 0.0 {
        let (l, p) = (ln_wide::<L>(z), p.hi);
        let exponent = c(p * l.re - q * l.im, p * l.im + q * l.re);
        if size(exponent) < 64.0 {
            let w = double::exp(exponent);
            if double::balanced(w, 1024.0) {
                return w;
            }
        }
    }
    double::power(z, p, q)
}

/// `z/w`
#[inline]
pub(crate) fn quotient<L: MachineFloat>(z: Complex<L>, w: Complex<L>) -> Complex<L> {
    if size_of::<L>() < size_of::<f64>() {
        return narrow(wide(double::div_single(narrow(wide(z)), narrow(wide(w)))));
    }
    narrow(double::div(wide(z), wide(w)))
}

/// `(sin z, cos z)`.
#[inline]
pub(crate) fn sin_cos<L: MachineFloat>(z: Complex<L>) -> (Complex<L>, Complex<L>) {
    let (s, c) = double::sin_cos(wide(z));
    (narrow(s), narrow(c))
}

/// `z w`; where it overflows, its infinities have the right signs.
#[inline]
pub(crate) fn product<L: MachineFloat>(z: Complex<L>, w: Complex<L>) -> Complex<L> {
    let p = z * w;
    if p.re.is_finite() && p.im.is_finite() { p } else { overflowing_product(z, w) }
}

/// `z w` by numbers whose product does not overflow; of ∞ and NaN the plain product.
#[cold]
fn overflowing_product<L: MachineFloat>(z: Complex<L>, w: Complex<L>) -> Complex<L> {
    const DOWN: f64 = 1.0 / UP;
    const UP: f64 = 3.599_131_035_634_557e162; // 2⁵⁴⁰
    let p = (wide(z) * DOWN) * (wide(w) * DOWN);
    narrow((p * UP) * UP)
}

/// `1/(3 (∛z)²)`
#[inline]
pub(crate) fn cbrt_slope<L: MachineFloat>(z: Complex<L>) -> Complex<L> {
    let r = double::recip(double::cbrt(wide(z)));
    narrow(r * r / 3.0)
}

/// `c z^(p−k)`, the exponent exact, 0 for `c = 0`
#[inline]
pub(crate) fn power_term<L: MachineFloat>(z: Complex<L>, factor: f64, p: f64, k: i32) -> Complex<L> {
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
pub(crate) fn pow_partial<L: MachineFloat>(z: Complex<L>, w: Complex<L>, [k, m]: [i32; 2]) -> Complex<L> {
    let (z, w) = (wide(z), wide(w));
    let ln = if m == 0 { c(1.0, 0.0) } else { double::ln(z) };
    let factor = pow_coefficient(ln, w, k, m);
    narrow(if factor == c(0.0, 0.0) {
        factor
    } else {
        factor * power_wide::<L>(z, Twofold::sum(w.re, -f64::from(k)), w.im)
    })
}

/// `eᶻ/(eᶻ + eʷ) = σ(z − w)`
#[inline]
pub(crate) fn share<L: MachineFloat>(z: Complex<L>, w: Complex<L>) -> Complex<L> {
    narrow(double::sigmoid(wide(z) - wide(w)))
}
