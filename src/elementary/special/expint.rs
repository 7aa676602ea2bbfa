//! Exponential integrals: the power series (DLMF 6.6.1, 6.6.2) in double-double precision, the continued fraction (DLMF 6.9.1)
//! and the asymptotic expansion (DLMF 6.12.2).

use super::constants::EULER;
use super::dd::Dd;

/// Σ xᵏ/(k k!)
fn series(x: f64) -> Dd {
    let (mut term, mut sum) = (Dd::ONE, Dd::ZERO);
    for k in 1..400_u32 {
        let k = f64::from(k);
        term = term * x / k;
        let part = term / k;
        sum = sum + part;
        if part.abs().hi < 1e-33 * sum.abs().hi {
            break;
        }
    }
    sum
}

/// E₁(x) = ∫ₓ^∞ e^−t dt/t for x ≥ 0
pub(crate) fn expint_e1(x: f64) -> f64 {
    if !(x >= 0.0) {
        return f64::NAN;
    }
    if x == 0.0 {
        return f64::INFINITY;
    }
    if x > 745.0 {
        return 0.0;
    }
    if x <= 4.0 {
        return (-series(-x) - EULER - Dd::new(x).ln()).to_f64();
    }
    // e^−x/(x + 1 − 1/(x + 3 − 4/(x + 5 − …))), from the far end.
    let terms = 20 + (300.0 / x) as u32;
    let mut tail = Dd::new(x + f64::from(2 * terms + 1));
    for k in (1..=terms).rev() {
        let k = f64::from(k);
        tail = Dd::new(x) + (2.0 * k - 1.0) - Dd::new(k * k) / tail;
    }
    ((-Dd::new(x)).exp() / tail).to_f64()
}

/// Ei(x), the principal value of −∫_−x^∞ e^−t dt/t; −E₁(−x) for x < 0
pub(crate) fn expint_ei(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x <= 0.0 {
        return -expint_e1(-x);
    }
    if x > 720.0 {
        return f64::INFINITY;
    }
    if x <= 50.0 {
        return (series(x) + EULER + Dd::new(x).ln()).to_f64();
    }
    let (mut term, mut sum) = (Dd::ONE, Dd::ONE);
    for k in 1..50_u32 {
        term = term * f64::from(k) / x;
        sum = sum + term;
        if term.hi < 1e-20 {
            break;
        }
    }
    // e^x/x may be a number where e^x is not.
    ((Dd::new(x) - Dd::new(x).ln()).exp() * sum).to_f64()
}
