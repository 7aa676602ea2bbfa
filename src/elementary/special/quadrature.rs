//! Integrals of positive, log-concave functions by double-exponential rules (Takahasi and Mori, Publ. RIMS 9, 1974). A sum of
//! positive terms loses nothing, so an integral representation without a sign change gives a function and its derivatives by
//! a parameter to full relative precision.

use super::dd::Dd;
use super::nodes::{HALF_LINE, INTERVAL};

/// Calls `term(s, w)` for the nodes and weights of ∫₀^∞ ds, where the integrand falls to 1/e at about `scale`.
pub(super) fn half_line(scale: f64, term: &mut dyn FnMut(f64, f64)) {
    for (s, w) in HALF_LINE {
        term(s * scale, w * scale);
    }
}

/// Calls `term(s, w)` for the nodes and weights of ∫ ds from `from` to `to`.
pub(super) fn interval(from: f64, to: f64, term: &mut dyn FnMut(f64, f64)) {
    let length = to - from;
    for (r, w) in INTERVAL {
        term(from + r * length, w * length);
    }
}

/// The distance from its largest value, g(0) = 0, at which a concave function that falls to the left has lost 46, at most `length`:
/// what is further out is below the last digit of the integral of e^g.
pub(super) fn reach(length: f64, g: &dyn Fn(f64) -> f64) -> f64 {
    if g(-length) > -46.0 {
        return length;
    }
    let (mut near, mut far) = (0.0, length);
    for _ in 0..60 {
        let middle = if near > 0.0 { libm::sqrt(near * far) } else { far * 0.01 };
        if g(-middle) > -46.0 {
            near = middle;
        } else {
            far = middle;
        }
        if far < near * 1.2 {
            break;
        }
    }
    far
}

/// A distance at which g, which is 0 at 0 and falls, has lost between 1 and some: beginning with where b s + c s²/2 is 1.
pub(super) fn decay(b: f64, c: f64, g: &dyn Fn(f64) -> f64) -> f64 {
    let mut scale = scale_of(b, c).clamp(1e-300, 1e300);
    while g(scale) > -1.0 && scale < 1e300 {
        scale *= 2.0;
    }
    while g(scale) < -2.5 && scale > 1e-300 {
        scale *= 0.6;
    }
    scale
}

/// Where b s + c s²/2 reaches 1.
pub(super) fn scale_of(b: f64, c: f64) -> f64 {
    2.0 / (b + libm::sqrt(b * b + 2.0 * c))
}

/// eˢ − 1 − s with its relative precision.
pub(super) fn exp_m1_less(s: f64) -> f64 {
    if s.abs() > 0.7 {
        return libm::expm1(s) - s;
    }
    // s²/2 (1 + s/3 (1 + s/4 (…)))
    let mut sum = 1.0;
    for k in (3..=17).rev() {
        sum = 1.0 + sum * s / f64::from(k);
    }
    0.5 * s * s * sum
}

/// ln(1 + z) − z with its relative precision.
pub(super) fn ln_1p_less(z: f64) -> f64 {
    if z > 1.0 || z + 0.5 < 0.0 {
        return libm::log1p(z) - z;
    }
    // ln(1 + z) = 2 atanh r with r = z/(2 + z): 2r − z = −r z, and the other terms of the series of atanh.
    let r = z / (2.0 + z);
    let r2 = r * r;
    let mut sum = 0.0;
    for k in (1..=17).rev() {
        sum = sum * r2 + 2.0 / f64::from(2 * k + 1);
    }
    r * (r2 * sum - z)
}

/// A sum of many terms in double-double precision.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sum(Dd);

impl Sum {
    pub(super) const ZERO: Self = Self(Dd::ZERO);

    pub(super) fn add(&mut self, x: f64) {
        self.0 = self.0 + x;
    }

    pub(super) fn value(self) -> f64 {
        self.0.to_f64()
    }
}
