//! Logarithms.

use super::parts::{C, c, in_range, size};
use super::twofold::{exponent, scale, sum_with_squares};
use core::f64::consts::{LN_2, LOG2_E, LOG10_E};
#[allow(unused_imports)] // in std the inherent methods come first
use num_traits::Float;

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
