//! Inverse circular and hyperbolic functions, and their derivatives.

use super::logarithm::ln;
use super::parts::{C, FAR, c, difference_of_squares, size, turn, turn_back};
use super::quotients::{recip, sqrt};
use core::f64::consts::{FRAC_PI_2, LN_2};
#[allow(unused_imports)] // in std the inherent methods come first
use num_traits::Float;

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
        let re = if z.im.is_nan() && z.re.is_infinite() { f64::NAN } else { z.re.abs().atan2(z.im.abs()) };
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

// Slopes of the inverse functions.

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
