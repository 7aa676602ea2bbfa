//! Functions that are sums of exponentials.

use super::exponential::exp;
use super::logarithm::ln;
use super::parts::{C, c, mirrored};
use super::twofold::{Twofold, cis};
#[allow(unused_imports)] // in std the inherent methods come first
use num_traits::Float;

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
