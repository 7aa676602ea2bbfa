//! Riemann's zeta function and its derivatives: the Euler–Maclaurin formula (DLMF 25.2.9) and, left of 0, the functional equation
//! (DLMF 25.4.1), as power series in s.
#![allow(clippy::large_types_passed_by_value)] // series of two numbers a term, computed with as with numbers

use super::constants::{BERNOULLI, LN_2, PI};
use super::dd::Dd;
use super::gamma::ln_gamma_series;
use super::series::{MOST, Series};

/// How many terms of the sum are added one by one.
const TERMS: u32 = 20;

/// ζ(s) for s ≥ 0; with `without_pole` ζ(s) − 1/(s − 1).
fn right(s: Series) -> Series {
    let mut sum = s.like(0.0);
    // From the smallest on.
    for k in (2..TERMS).rev() {
        sum = sum + (-s).scale(Dd::new(f64::from(k)).ln()).exp();
    }
    let n = f64::from(TERMS);
    let power = (-s).scale(Dd::new(n).ln()).exp();
    sum = sum + power.scale(n) / (s + -1.0) + power.scale(0.5);
    // B₂ⱼ/(2j)! s (s + 1) … (s + 2j − 2) N^(1 − s − 2j)
    let mut rising = power * s.scale(n.recip());
    for (j, b) in BERNOULLI.iter().enumerate() {
        sum = sum + rising.scale(*b);
        let i = 2.0 * j as f64 + 1.0;
        rising = rising * (s + i) * (s + (i + 1.0)) * Dd::new(n * n).recip();
    }
    sum + 1.0
}

/// The derivative of order n of ζ; ∞ for n = 0 at its pole s = 1, NaN there for n ≥ 1.
pub(crate) fn zeta(n: u32, s: f64) -> f64 {
    let terms = n as usize + 1;
    if terms > MOST || s.is_nan() || s == f64::NEG_INFINITY {
        return f64::NAN;
    }
    if s == 1.0 {
        return if n.is_multiple_of(2) { f64::INFINITY } else { f64::NEG_INFINITY };
    }
    if s > 1100.0 {
        return if n == 0 { 1.0 } else { 0.0 };
    }
    // Below, 1 − s is 1.
    let s = if s.abs() < 1e-100 { 0.0 } else { s };
    let x = Series::variable(s, terms);
    if s >= 0.0 {
        return right(x).derivative(n as usize);
    }
    if s < -280.0 {
        // Beyond the range but at the zeros.
        return if n == 0 && libm::floor(s * 0.5) == s * 0.5 { 0.0 } else { f64::NAN };
    }
    // 2 (2π)^(s−1) sin(πs/2) Γ(1 − s) ζ(1 − s)
    let one_less = -x + 1.0;
    let ln = ln_gamma_series(one_less) - one_less.scale(LN_2 + PI.ln());
    let (sin, _) = x.scale(0.5).sin_cos_pi();
    (ln.exp() * sin * right(one_less)).scale(2.0).derivative(n as usize)
}
