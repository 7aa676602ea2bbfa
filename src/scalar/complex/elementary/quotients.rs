//! Quotients and roots.

use super::exponential::exp_cold;
use super::logarithm::ln;
use super::parts::{C, both_in_range, both_in_single_range, c, in_range, moderate, size};
use super::twofold::{exponent, scale};
#[cfg(not(feature = "simd"))]
use crate::scalar::vectors::{f32x4, f64x2};
use num_complex::Complex;
#[allow(unused_imports)] // in std the inherent methods come first
use num_traits::Float;
#[cfg(feature = "simd")]
use wide::{f32x4, f64x2};

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
pub(super) fn plain(z: C, w: C) -> [f64; 2] {
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
    let q: Complex<f32> = super::narrow(div(super::wide(z), super::wide(w)));
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
