//! Carlson's symmetric elliptic integrals and the complete ones of Legendre.
//!
//! All of them, with their derivatives of every order, are integrals ∫₀^∞ Π (t + zᵢ)^−βᵢ dt of a positive function with half-integer
//! exponents (DLMF 19.16.9): the trapezoidal rule in ln t converges like e^(−2π²/h), for coincident arguments too. Values of
//! first order come by duplication (Carlson, Numer. Algorithms 10, 1995; DLMF 19.36.1).

use super::quadrature::Sum;
use core::f64::consts::{FRAC_PI_2, PI};

/// ∫₀^∞ Π (t + zᵢ)^(−nᵢ/2) dt, for zᵢ ≥ 0; ∞ where it diverges.
pub(crate) fn carlson_integral<const K: usize>(halves: [u32; K], z: [f64; K]) -> f64 {
    let used = |i: usize| halves[i] > 0;
    if (0..K).any(|i| used(i) && !(z[i] >= 0.0)) {
        return f64::NAN;
    }
    if (0..K).any(|i| used(i) && z[i].is_infinite()) {
        return 0.0;
    }
    let total: u32 = halves.iter().sum();
    let at_zero: u32 = (0..K).filter(|&i| z[i] == 0.0).map(|i| halves[i]).sum();
    if total <= 2 || at_zero >= 2 {
        return f64::INFINITY;
    }
    let positive = || (0..K).filter(|&i| used(i) && z[i] > 0.0).map(|i| z[i]);
    let (low, high) = (positive().fold(f64::INFINITY, f64::min), positive().fold(0.0, f64::max));
    if high == 0.0 {
        return f64::INFINITY;
    }
    // In units of the largest argument: t^(1 − total/2) comes out.
    let (a, z) = (high, z.map(|z| z / high));
    let ln_low = libm::log(low / a);
    // Beyond low the integrand rises like t^(1 − at_zero/2), beyond high it falls like t^(1 − total/2).
    let left = ln_low - 42.0 / (1.0 - 0.5 * f64::from(at_zero));
    let right = 42.0 / (0.5 * f64::from(total) - 1.0) + 1.0;
    const STEP: f64 = 0.35;
    let first = libm::floor(left / STEP) as i32;
    let last = libm::ceil(right / STEP) as i32;
    let mut sum = Sum::ZERO;
    for k in first..=last {
        let t = libm::exp(f64::from(k) * STEP);
        let mut product = t;
        for i in 0..K {
            if used(i) {
                product *= inverse_half_power(t + z[i], halves[i]);
            }
        }
        sum.add(product);
    }
    // a^(1 − total/2)
    let scale = if total.is_multiple_of(2) { 1.0 } else { libm::sqrt(a).recip() };
    let whole = total / 2 - 1;
    (0..whole).fold(sum.value() * STEP * scale, |y, _| y / a)
}

/// s^(−n/2)
fn inverse_half_power(s: f64, n: u32) -> f64 {
    let r = s.recip();
    let mut power = if n % 2 == 1 { libm::sqrt(r) } else { 1.0 };
    let (mut base, mut k) = (r, n / 2);
    while k > 0 {
        if k % 2 == 1 {
            power *= base;
        }
        base *= base;
        k /= 2;
    }
    power
}

/// Scales arguments so that their largest is near 1: the arguments times 4ᵏ, and k.
fn scaled<const K: usize>(z: [f64; K]) -> ([f64; K], i32) {
    let high = z.iter().fold(0.0_f64, |m, &z| m.max(z.abs()));
    let (_, e) = libm::frexp(high);
    let k = -(e / 2);
    (z.map(|z| libm::ldexp(z, 2 * k)), k)
}

/// R_F(x, y, z)
pub(crate) fn carlson_rf(x: f64, y: f64, z: f64) -> f64 {
    if !(x >= 0.0 && y >= 0.0 && z >= 0.0) {
        return f64::NAN;
    }
    if [x, y, z].iter().filter(|&&z| z == 0.0).count() > 1 {
        return f64::INFINITY;
    }
    if x.is_infinite() || y.is_infinite() || z.is_infinite() {
        return 0.0;
    }
    let ([x0, y0, z0], k) = scaled([x, y, z]);
    let (mut x, mut y, mut z) = (x0, y0, z0);
    let a0 = (x + y + z) / 3.0;
    let (dx, dy) = (a0 - x, a0 - y);
    let (mut a, mut f) = (a0, 1.0);
    // The series below is exact to 2⁻⁵⁶ where the differences are below 1/400.
    let spread = (a0 - x).abs().max((a0 - y).abs()).max((a0 - z).abs()) * 400.0;
    while spread > f * a {
        let (rx, ry, rz) = (libm::sqrt(x), libm::sqrt(y), libm::sqrt(z));
        let lambda = rx * ry + rx * rz + ry * rz;
        (x, y, z) = ((x + lambda) * 0.25, (y + lambda) * 0.25, (z + lambda) * 0.25);
        a = (a + lambda) * 0.25;
        f *= 4.0;
    }
    let (u, v) = (dx / (f * a), dy / (f * a));
    let w = -(u + v);
    let (e2, e3) = (u * v - w * w, u * v * w);
    let sum =
        1.0 - e2 / 10.0 + e3 / 14.0 + e2 * e2 / 24.0 - 3.0 * e2 * e3 / 44.0 - 5.0 * e2 * e2 * e2 / 208.0
            + 3.0 * e3 * e3 / 104.0
            + e2 * e2 * e3 / 16.0;
    libm::ldexp(sum / libm::sqrt(a), k)
}

/// R_C(x, y) = R_F(x, y, y); for y < 0 its principal value.
pub(crate) fn carlson_rc(x: f64, y: f64) -> f64 {
    if !(x >= 0.0) || y.is_nan() {
        return f64::NAN;
    }
    if y == 0.0 {
        return f64::INFINITY;
    }
    if y < 0.0 {
        // (DLMF 19.2.20)
        return if x == 0.0 { 0.0 } else { libm::sqrt(x / (x - y)) * carlson_rc(x - y, -y) };
    }
    if x.is_infinite() || y.is_infinite() {
        return 0.0;
    }
    let ([x, y], k) = scaled([x, y]);
    let d = y - x;
    let ratio = d / x;
    let value = if x == 0.0 {
        FRAC_PI_2 / libm::sqrt(y)
    } else if ratio.abs() < 0.1 {
        // atan √r/√r = Σ (−r)ᵏ/(2k + 1)
        let mut sum = 0.0;
        for k in (0..=17).rev() {
            sum = f64::from(2 * k + 1).recip() - sum * ratio;
        }
        sum / libm::sqrt(x)
    } else if d > 0.0 {
        libm::atan(libm::sqrt(ratio)) / libm::sqrt(d)
    } else {
        // atanh √(1 − y/x) = ln((√x + √(x − y))/√y)
        let root = libm::sqrt(-d);
        let (s, q) = (libm::sqrt(x), libm::sqrt(y));
        libm::log1p((root + (-d / (s + q))) / q) / root
    };
    libm::ldexp(value, k)
}

/// K(m) = ∫₀^(π/2) (1 − m sin² θ)^(−½) dθ by the arithmetic–geometric mean, for m < 1.
pub(crate) fn elliptic_k(m: f64) -> f64 {
    if !(m <= 1.0) {
        return f64::NAN;
    }
    if m == f64::NEG_INFINITY {
        return 0.0;
    }
    if m == 1.0 {
        return f64::INFINITY;
    }
    let (mut a, mut b) = (1.0, libm::sqrt(1.0 - m));
    for _ in 0..40 {
        if (a - b).abs() < 1e-8 * a {
            break;
        }
        (a, b) = (0.5 * (a + b), libm::sqrt(a) * libm::sqrt(b));
    }
    PI / (a + b)
}

/// E(m) = ∫₀^(π/2) √(1 − m sin² θ) dθ for m ≤ 1.
pub(crate) fn elliptic_e(m: f64) -> f64 {
    if !(m <= 1.0) {
        return f64::NAN;
    }
    if m == 1.0 || m.is_infinite() {
        return if m == 1.0 { 1.0 } else { f64::INFINITY };
    }
    let c = 1.0 - m;
    if c > 1e40 {
        return libm::sqrt(c);
    }
    // (DLMF 19.25.1), a sum of positive terms.
    c * 0.5 * (carlson_integral([1, 1, 3], [0.0, c, 1.0]) + carlson_integral([1, 1, 3], [0.0, 1.0, c]))
}
