//! Quotients and differences that cancel at 0: (eˣ − 1)/x, ln(1 + x)/x, ln(1 + x) − x and their derivatives.

use super::quadrature::{Sum, interval, ln_1p_less};

/// ∫₀¹ tⁿ eˣᵗ dt, the derivative of order n of (eˣ − 1)/x: sums of positive terms.
pub(crate) fn exprel(n: u32, x: f64) -> f64 {
    if n == 0 {
        return if x == 0.0 {
            1.0
        } else if x == f64::INFINITY {
            x
        } else {
            libm::expm1(x) / x
        };
    }
    let n = f64::from(n);
    if x.is_nan() {
        return x;
    }
    if x >= 0.0 {
        if x > 1e4 {
            return f64::INFINITY;
        }
        if x > 60.0 + 2.0 * n {
            // (eˣ/x) (1 − n/x + n (n − 1)/x² − …), by recurrence upward.
            let half = libm::exp(0.5 * x);
            let mut sum = 1.0;
            for k in 1..=n as u32 {
                sum = 1.0 - f64::from(k) / x * sum;
            }
            return half * (half / x) * sum;
        }
        let (mut term, mut sum, mut k) = (1.0, 1.0 / (n + 1.0), 0.0);
        while term > 1e-18 * sum || k < x {
            k += 1.0;
            term *= x / k;
            sum += term / (k + n + 1.0);
        }
        return sum;
    }
    let a = -x;
    if a > 45.0 + 2.0 * n {
        // n!/aⁿ⁺¹ less what is left out of the integral to ∞, e^−a Σ n!/(k! aⁿ⁺¹⁻ᵏ).
        return (1..=n as u32).fold(1.0 / a, |p, k| p * f64::from(k) / a);
    }
    // e^−a Σ aᵏ n!/(n + 1 + k)!
    let (mut term, mut sum, mut k) = (1.0 / (n + 1.0), 1.0 / (n + 1.0), 0.0);
    while term > 1e-18 * sum || k < a {
        k += 1.0;
        term *= a / (n + 1.0 + k);
        sum += term;
    }
    sum * libm::exp(-a)
}

/// ∫₀¹ tⁿ/(1 + xt)ⁿ⁺¹ dt for x > −1, the derivative of order n of ln(1 + x)/x but for its sign and n!.
pub(crate) fn log_rel(n: u32, x: f64) -> f64 {
    if n == 0 {
        return if x == 0.0 { 1.0 } else { libm::log1p(x) / x };
    }
    if !(x > -1.0) {
        return f64::NAN;
    }
    let mut sum = Sum::ZERO;
    // In 1 − t where 1 + xt is nearly 0 at t = 1.
    interval(0.0, 1.0, &mut |r, w| {
        let (t, s) = if x < 0.0 { (1.0 - r, 1.0 + x - x * r) } else { (r, 1.0 + x * r) };
        let q = t / s;
        sum.add((0..n).fold(w / s, |p, _| p * q));
    });
    sum.value()
}

/// ln(1 + x) − x
pub(crate) fn ln_1p_minus(x: f64) -> f64 {
    if x == f64::INFINITY { -x } else { ln_1p_less(x) }
}

/// (x^λ − 1)/λ, ln x for λ = 0
pub(crate) fn box_cox(x: f64, lambda: f64) -> f64 {
    let l = libm::log(x);
    if lambda == 0.0 {
        return l;
    }
    if x == 0.0 && lambda > 0.0 {
        return -1.0 / lambda;
    }
    // The logarithm's rounding is raised to a power where λ ln x is large; pow has none.
    let z = lambda * l;
    if z > 1.0 { (libm::pow(x, lambda) - 1.0) / lambda } else { l * exprel(0, z) }
}

/// (1 + λy)^(1/λ), eʸ for λ = 0; NaN where 1 + λy < 0
pub(crate) fn box_cox_inv(y: f64, lambda: f64) -> f64 {
    let z = lambda * y;
    if z == -1.0 {
        return if lambda > 0.0 { 0.0 } else { f64::INFINITY };
    }
    if z.abs() < 0.5 || lambda == 0.0 {
        return libm::exp(y * log_rel(0, z));
    }
    libm::pow(1.0 + z, 1.0 / lambda)
}
