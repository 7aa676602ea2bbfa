//! Lambert's W by Halley's iteration (Corless, Gonnet, Hare, Jeffrey and Knuth, Adv. Comput. Math. 5, 1996, § 5), from the
//! series at the branch point and the asymptotic one, and a last step in double-double precision.

use super::constants::{E, E_RECIP};
use super::dd::Dd;

/// 1 + W near the branch point −1/e: the series in p = ±√(2(1 + e x)) (Corless et al., eq. 4.22).
fn near_branch(x: f64, sign: f64) -> f64 {
    let p = sign * ((Dd::new(x) + E_RECIP) * E * 2.0).sqrt().to_f64();
    let c = [1.0, -1.0 / 3.0, 11.0 / 72.0, -43.0 / 540.0, 769.0 / 17280.0, -221.0 / 8505.0];
    p * c.iter().rev().fold(0.0, |sum, c| sum * p + c)
}

/// v = 1 + W(x) from a first guess: the solution of (v − 1) e^(v − 1) = x. With d = x + 1/e, which keeps its digits at the branch
/// point, v² φ(v) = e d for φ(v) = (1 + (v − 1) eᵛ)/v².
fn solve(x: f64, mut v: f64) -> Dd {
    let d = ((Dd::new(x) + E_RECIP) * E).to_f64();
    if d <= 0.0 {
        return Dd::ZERO;
    }
    if v.abs() < 0.3 {
        // 1 + (v − 1) eᵛ = Σ vᵏ (k − 1)/k! = v²/2 + v³/3 + v⁴/8 + …, whose derivative is v eᵛ.
        for _ in 0..8 {
            let mut sum = 0.0;
            for k in (2..=18_u32).rev() {
                // Horner in v with (k − 1)/k! as running quotients.
                let k = f64::from(k);
                sum = (sum + (k - 1.0)) * v / k;
            }
            let value = sum * v;
            let f = value - d;
            let slope = v * libm::exp(v);
            // Halley's correction: f″/f′ = 1 + 1/v.
            let step = f / slope;
            let step = step / (1.0 - 0.5 * step * (1.0 + 1.0 / v));
            v -= step;
            if !(step.abs() > 1e-11 * v.abs()) {
                break;
            }
        }
        return Dd::new(v);
    }
    let mut w = v - 1.0;
    for _ in 0..30 {
        // With r = w − ln(x/w), which neither overflows nor underflows, Newton's step for w + ln w = ln x.
        let r = w + libm::log(w / x);
        let step = r * w / (1.0 + w);
        // Third order (Fritsch, Shafer and Crowley, Comm. ACM 16, 1973).
        let q = 2.0 * (1.0 + w) * (1.0 + w - 2.0 / 3.0 * r);
        let correction = (q + r) / (q + 2.0 * r);
        let step = step * if correction.is_finite() { correction } else { 1.0 };
        let next = w - step;
        let next = if (next < 0.0) == (w < 0.0) && next != 0.0 { next } else { w * 0.5 };
        let done = (next - w).abs() <= 1e-10 * w.abs();
        w = next;
        if done {
            break;
        }
    }
    // One step in double-double precision.
    let wide = Dd::new(w);
    let r = wide + (wide / x).ln();
    wide - r * wide / (wide + 1.0) + 1.0
}

/// 1 + W₀(x), which keeps its digits at the branch point −1/e.
pub(crate) fn lambert_w0_plus_1(x: f64) -> f64 {
    w0(x).to_f64()
}

fn w0(x: f64) -> Dd {
    if !(x >= -E_RECIP.hi) {
        return Dd::new(f64::NAN);
    }
    if x.is_infinite() {
        return Dd::new(x);
    }
    if x.abs() < 1e-5 {
        // x − x² + 3x³/2 − 8x⁴/3
        return small(x) + 1.0;
    }
    let guess = if x < -0.25 {
        near_branch(x, 1.0)
    } else if x < 3.0 {
        1.0 + x / (1.0 + x / (1.0 + 0.5 * x.max(0.0))).max(0.3)
    } else {
        let l = libm::log(x);
        1.0 + l - libm::log(l) + libm::log(l) / l
    };
    solve(x, guess)
}

/// W₀ near 0.
fn small(x: f64) -> Dd {
    let wide = Dd::new(x);
    wide - wide.square() + wide * wide.square() * (1.5 - x * (8.0 / 3.0 - x * 125.0 / 24.0))
}

/// W₀(x), the branch ≥ −1, for x ≥ −1/e.
pub(crate) fn lambert_w0(x: f64) -> f64 {
    if x.abs() < 1e-5 {
        return if x.abs() < 1e-100 { x } else { small(x).to_f64() };
    }
    if x == f64::INFINITY { x } else { (w0(x) - 1.0).to_f64() }
}

fn wm1(x: f64) -> Dd {
    if !(-E_RECIP.hi..=0.0).contains(&x) {
        return Dd::new(f64::NAN);
    }
    if x == 0.0 {
        return Dd::new(f64::NEG_INFINITY);
    }
    let guess = if x < -0.25 {
        near_branch(x, -1.0)
    } else {
        let l = libm::log(-x);
        let m = libm::log(-l);
        1.0 + l - m + m / l
    };
    solve(x, guess)
}

/// 1 + W₋₁(x), which keeps its digits at the branch point −1/e.
pub(crate) fn lambert_wm1_plus_1(x: f64) -> f64 {
    wm1(x).to_f64()
}

/// W₋₁(x), the branch ≤ −1, for −1/e ≤ x < 0.
pub(crate) fn lambert_wm1(x: f64) -> f64 {
    if x == 0.0 { f64::NEG_INFINITY } else { (wm1(x) - 1.0).to_f64() }
}
