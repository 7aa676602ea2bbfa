//! Powers.

use super::exponential::{exp, exp_cold};
use super::logarithm::ln;
use super::parts::{BIG, C, FAR, LOSS, both_in_range, c, difference_of_squares, in_range, mirrored, size};
use super::quotients::{recip, sqrt};
use super::twofold::{Scaled, Twofold, cis, ln_twofold, scale};
#[allow(unused_imports)] // in std the inherent methods come first
use num_traits::Float;

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

/// `zⁿ` by products, with the sum of what each has lost, which is exact, carried along in plain precision and added
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

/// A power at zero, infinity and NaN, where only the limit matters.
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
