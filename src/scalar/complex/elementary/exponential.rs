//! Exponential functions.

use super::parts::{BIG, C, c};
use super::twofold::{Twofold, cis};
use core::f64::consts::{FRAC_PI_2, LN_2};
#[allow(unused_imports)] // in std the inherent methods come first
use num_traits::Float;

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
