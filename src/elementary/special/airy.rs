//! Airy functions and their derivatives.
//!
//! The Maclaurin series (DLMF 9.4) in double-double precision, which outlasts their cancellation up to |x| = 10; for Ai at x > 4
//! the modified Bessel function K of order ⅓ or ⅔ (DLMF 9.6.1); beyond 10 the asymptotic expansions (DLMF 9.7). Below zero
//! the error is relative to the amplitude √(Ai² + Bi²).

use super::bessel::{Kind, by_order};
use super::constants::{AIRY_0, AIRY_PRIME_0, PI};
use super::dd::{Dd, two_product};

/// Which of the functions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Airy {
    /// Ai
    Ai,
    /// Ai′
    AiPrime,
    /// Bi
    Bi,
    /// Bi′
    BiPrime,
}

const SQRT_3: Dd = Dd::from_parts(1.732_050_807_568_877_2, 1.000_350_508_681_396_7e-16);

/// f and g, or their derivatives, with Ai = Ai(0) f + Ai′(0) g.
fn series(x: f64, derivative: bool) -> (Dd, Dd) {
    let cube = two_product(x, x) * x;
    // f = Σ x³ᵏ/(2·3·5·6 … (3k − 1) 3k), g = Σ x³ᵏ⁺¹/(3·4·6·7 … 3k (3k + 1))
    let (mut f, mut g) = (Dd::ONE, Dd::new(x));
    let (mut sf, mut sg) = if derivative { (Dd::ZERO, Dd::ONE) } else { (f, g) };
    // The derivative's terms, without a division by x.
    let (mut df, mut dg) = (two_product(x, x) * 0.5, Dd::ONE);
    for k in 1..200_u32 {
        let k3 = 3.0 * f64::from(k);
        if derivative {
            if k > 1 {
                df = df * cube / ((k3 - 3.0) * (k3 - 1.0));
            }
            dg = dg * cube / (k3 * (k3 - 2.0));
            sf = sf + df;
            sg = sg + dg;
            if df.abs().hi + dg.abs().hi < 1e-34 * (1.0 + sf.abs().hi) {
                break;
            }
        } else {
            f = f * cube / ((k3 - 1.0) * k3);
            g = g * cube / (k3 * (k3 + 1.0));
            sf = sf + f;
            sg = sg + g;
            if f.abs().hi + g.abs().hi < 1e-34 * (1.0 + sf.abs().hi) {
                break;
            }
        }
    }
    (sf, sg)
}

/// ⅔ |x|^1.5
fn zeta(x: f64) -> Dd {
    Dd::new(x).sqrt() * x * 2.0 / 3.0
}

/// Σ (±1)ᵏ uₖ/ζᵏ in two sums over even and odd k; vₖ for the derivatives (DLMF 9.7.2).
fn sums(zeta: Dd, derivative: bool, sign: f64) -> (Dd, Dd) {
    let (mut even, mut odd, mut u) = (Dd::ONE, Dd::ZERO, Dd::ONE);
    let (mut s, mut last) = (1.0, f64::INFINITY);
    for k in 1..100_u32 {
        let k = f64::from(k);
        u = u * ((6.0 * k - 5.0) * (6.0 * k - 1.0)) / (zeta * (72.0 * k));
        let term = if derivative { u * (6.0 * k + 1.0) / (1.0 - 6.0 * k) } else { u };
        if term.abs().hi > last || term.abs().hi < 1e-34 {
            break;
        }
        last = term.abs().hi;
        if k % 2.0 == 1.0 {
            odd = odd + term * s;
        } else {
            s *= sign;
            even = even + term * s;
        }
    }
    (even, odd)
}

/// Ai, Ai′, Bi or Bi′.
pub(crate) fn airy(f: Airy, x: f64) -> f64 {
    let derivative = f == Airy::AiPrime || f == Airy::BiPrime;
    let first = f == Airy::Ai || f == Airy::AiPrime;
    if x.is_nan() {
        return x;
    }
    // Beyond, a phase has no digits, and what grows and falls exponentially has left the range.
    if x.abs() > 1e100 {
        return if x < 0.0 && derivative {
            f64::NAN
        } else if x < 0.0 || first {
            0.0
        } else {
            f64::INFINITY
        };
    }
    if x > 1e3 {
        return if first { 0.0 } else { f64::INFINITY };
    }
    if x.abs() <= if first { 4.0 } else { 10.0 } || (-10.0..0.0).contains(&x) {
        let (a, b) = series(x, derivative);
        return (if first {
            a * AIRY_0 - b * AIRY_PRIME_0
        } else {
            (a * AIRY_0 + b * AIRY_PRIME_0) * SQRT_3
        })
        .to_f64();
    }
    let z = zeta(x.abs());
    if x > 0.0 {
        if first && x <= 10.0 {
            // Ai = √(x/3) K_⅓(ζ)/π, Ai′ = −x K_⅔(ζ)/(π √3)
            let order = if derivative { 2.0 / 3.0 } else { 1.0 / 3.0 };
            let k = (-z).exp() * by_order(Kind::ScaledK, 0, order, z.hi);
            // eᶻ K at the rounded z: its logarithm changes by less than the rounding.
            let factor = if derivative { Dd::new(-x) } else { Dd::new(x).sqrt() };
            return (k * factor / (PI * SQRT_3)).to_f64();
        }
        let (even, odd) = sums(z, derivative, 1.0);
        let root = Dd::new(x).sqrt().sqrt();
        let amplitude = if derivative { root } else { root.recip() } / PI.sqrt();
        // The exponential after the product, which may be a number where it is not.
        let ln = (if first { -z } else { z }) + amplitude.ln();
        return (match f {
            Airy::Ai => (even - odd) * 0.5,
            Airy::AiPrime => (odd - even) * 0.5,
            Airy::Bi | Airy::BiPrime => even + odd,
        } * ln.exp())
        .to_f64();
    }
    let (even, odd) = sums(z, derivative, -1.0);
    let root = Dd::new(-x).sqrt().sqrt();
    let amplitude = if derivative { root } else { root.recip() } / PI.sqrt();
    // ζ − π/4 for the functions, in quadrants.
    let (s, c) = (z - PI * 0.25).sin_cos();
    (match f {
        Airy::Ai | Airy::BiPrime => c * even + s * odd,
        Airy::AiPrime => s * even - c * odd,
        Airy::Bi => c * odd - s * even,
    } * amplitude)
        .to_f64()
}
