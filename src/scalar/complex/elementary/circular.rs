//! Circular and hyperbolic functions.

use super::exponential::exp_cold;
use super::parts::{C, FLAT, c, difference_of_squares, mirrored, turn, turn_back};
use super::quotients::div;
#[allow(unused_imports)] // in std the inherent methods come first
use num_traits::Float;

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
