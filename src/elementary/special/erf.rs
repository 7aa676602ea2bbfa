//! Error functions and the normal distribution.
//!
//! erf and erfc are the `libm` crate's (fdlibm, within one unit); erfcx is their product with a square in double-double
//! precision, or its asymptotic series (DLMF 7.12.1); inverses by Newton's method.

use super::constants::SQRT_PI;
use super::dd::{Dd, two_product};
use super::quadrature::{Sum, half_line, scale_of};
use core::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI, LN_2, SQRT_2};

/// erf x
pub(crate) fn erf(x: f64) -> f64 {
    if x.abs() < 1e-150 { x * FRAC_2_SQRT_PI } else { libm::erf(x) }
}

/// 1 − erf x
pub(crate) fn erfc(x: f64) -> f64 {
    if x > 0.5 { complement(Dd::new(x)) } else { libm::erfc(x) }
}

/// erfc z for z > ½ as e^−z² erfcx z: the square without rounding.
fn complement(z: Dd) -> f64 {
    if z.hi > 28.0 { 0.0 } else { ((-z.square()).exp() * erfcx(z.hi)).to_f64() }
}

/// e^−x², without the rounding of the square
pub(crate) fn gauss(x: f64) -> f64 {
    if x.abs() > 28.0 { 0.0 } else { (-two_product(x, x)).exp().to_f64() }
}

/// e^x² erfc x
pub(crate) fn erfcx(x: f64) -> f64 {
    if x < 0.0 {
        return if x < -27.0 { f64::INFINITY } else { (two_product(x, x).exp() * 2.0 - erfcx(-x)).to_f64() };
    }
    if x < 0.5 {
        return (two_product(x, x).exp() * libm::erfc(x)).to_f64();
    }
    if x < 12.0 {
        return continued(x);
    }
    let r = 0.5 / x / x;
    let mut sum = 1.0;
    for k in (1..=14).rev() {
        sum = 1.0 - sum * r * f64::from(2 * k - 1);
    }
    sum / (x * SQRT_PI.hi)
}

/// e^x² erfc x = (2/√π) ∫ e^(−t² − 2xt) dt for ½ ≤ x < 12.
fn continued(x: f64) -> f64 {
    iterated_erfc(0, x)
}

/// e^x² iⁿerfc x, where iⁿerfc is the n-fold integral of erfc: (2/√π) ∫ tⁿ/n! e^(−t² − 2xt) dt (DLMF 7.18.2)
pub(crate) fn iterated_erfc(n: u32, x: f64) -> f64 {
    if x < -27.0 {
        return f64::INFINITY;
    }
    if x > 1e30 {
        // (2/√π) (2x)⁻ⁿ⁻¹ to all digits.
        return (0..=n).fold(FRAC_2_SQRT_PI, |y, _| y * (0.5 / x));
    }
    if x < 0.0 || (n == 0 && (!(0.5..12.0).contains(&x) && !x.is_nan())) {
        // (DLMF 7.18.7), a sum of positive terms here.
        return match n {
            0 => erfcx(x),
            1 => (SQRT_PI.recip() - Dd::new(erfcx(x)) * x).to_f64(),
            _ => (iterated_erfc(n - 2, x) - 2.0 * x * iterated_erfc(n - 1, x)) / (2.0 * f64::from(n)),
        };
    }
    // Beyond, (2x)⁻ⁿ⁻¹ alone; scaled so that nothing overflows.
    let scale = scale_of(2.0 * x, 2.0);
    let mut sum = Sum::ZERO;
    half_line(scale, &mut |t, w| {
        let power = (1..=n).fold(w, |p, k| p * (t / scale) / f64::from(k));
        sum.add(power * libm::exp(-t * (t + 2.0 * x)));
    });
    (0..n).fold(sum.value() * FRAC_2_SQRT_PI, |y, _| y * scale)
}

/// The inverse of erf, for −1 ≤ x ≤ 1.
pub(crate) fn erf_inv(x: f64) -> f64 {
    let a = x.abs();
    if !(a < 1.0) {
        return if a == 1.0 { f64::INFINITY.copysign(x) } else { f64::NAN };
    }
    if a < 1e-8 {
        return x * (SQRT_PI.hi * 0.5);
    }
    if a > 0.5 {
        return erfc_inv(1.0 - a).copysign(x);
    }
    // Winitzki's approximation, then Halley's method, u = (erf y − x)/erf′: y ← y − u/(1 + u y).
    let l = libm::log1p(-a * a);
    let t = 4.330_746_750_799_873 + l / 2.0;
    let mut y = libm::sqrt(libm::sqrt(t * t - l / 0.147) - t);
    for _ in 0..3 {
        let u = (libm::erf(y) - a) / (FRAC_2_SQRT_PI * gauss(y));
        y -= u / (1.0 + u * y);
    }
    y.copysign(x)
}

/// The inverse of erfc, for 0 ≤ q ≤ 2.
pub(crate) fn erfc_inv(q: f64) -> f64 {
    if !(0.0..=2.0).contains(&q) {
        return f64::NAN;
    }
    if q > 1.5 {
        return -erfc_inv(2.0 - q);
    }
    if q > 0.5 {
        return erf_inv(1.0 - q);
    }
    if q == 0.0 {
        return f64::INFINITY;
    }
    // With L = ln(erfc y/q) Newton's method for ln erfc, whose derivative is −2/(√π erfcx y).
    let ln_q = libm::log(q);
    let mut y = libm::sqrt(-ln_q - 0.5 * libm::log(core::f64::consts::PI * -ln_q)).max(0.4);
    for _ in 0..8 {
        let x = erfcx(y);
        let l = (Dd::new(libm::log(x)) - ln_q - two_product(y, y)).to_f64();
        let step = l * x / FRAC_2_SQRT_PI;
        y += step;
        if step.abs() < y * 1e-9 {
            break;
        }
    }
    // The last step without ln: erfc y = q (1 + e), e small.
    let x = erfcx(y);
    let e = (complement(Dd::new(y)) - q) / q;
    if q > 1e-290 && e.abs() < 1e-6 { y + e * x / FRAC_2_SQRT_PI } else { y }
}

/// x/√2 in double-double precision, where that is no infinity less an infinity.
fn over_sqrt_2(x: f64) -> Dd {
    if x.abs() > 1e150 {
        return Dd::new(x * FRAC_1_SQRT_2);
    }
    Dd::from_parts(FRAC_1_SQRT_2, -4.833_646_656_726_457e-17) * x
}

const SQRT_2_PI: Dd = Dd::from_parts(2.506_628_274_631_000_7, -1.832_857_998_045_916_7e-16);

/// φ(x) = e^(−x²/2)/√(2π)
pub(crate) fn normal_pdf(x: f64) -> f64 {
    if x.abs() > 39.0 { 0.0 } else { ((two_product(x, x) * -0.5).exp() / SQRT_2_PI).to_f64() }
}

/// Φ(x) = ½ erfc(−x/√2)
pub(crate) fn normal_cdf(x: f64) -> f64 {
    let z = over_sqrt_2(-x);
    if z.hi > 0.5 && z.hi < 28.0 {
        // e^−z² for z² = x²/2, with the half inside so that a subnormal result is rounded once.
        let e = (two_product(x, x) * -0.5 - Dd::from_parts(LN_2, 2.319_046_813_846_299_6e-17)).exp();
        return (e * erfcx(z.hi)).to_f64();
    }
    0.5 * libm::erfc(z.hi)
}

/// ln Φ(x)
pub(crate) fn normal_ln_cdf(x: f64) -> f64 {
    if x > -1.0 {
        return if x > 0.0 { libm::log1p(-normal_cdf(-x)) } else { libm::log(normal_cdf(x)) };
    }
    if x < -1e150 {
        return -0.5 * x * x;
    }
    let half = Dd::from_parts(LN_2, 2.319_046_813_846_299_6e-17);
    (two_product(x, x) * -0.5 - half + libm::log(erfcx(over_sqrt_2(-x).hi))).to_f64()
}

/// The x with Φ(x) = p.
pub(crate) fn normal_quantile(p: f64) -> f64 {
    if p < 0.25 {
        -SQRT_2 * erfc_inv(2.0 * p)
    } else if p > 0.75 {
        SQRT_2 * erfc_inv(2.0 * (1.0 - p))
    } else {
        SQRT_2 * erf_inv(2.0 * p - 1.0)
    }
}

/// How many cumulants [`mills_cumulant`] gives.
const MOST_CUMULANTS: usize = 20;

/// The cumulant of order k ≥ 1 of the density that is proportional to e^(−us − s²/2) on s > 0: derivatives of ln Φ without the
/// difference of what is large, (ln Φ)′(x) = −x + κ₁(−x), (ln Φ)″ = −1 + κ₂, and κₖ′ = −κₖ₊₁.
pub(crate) fn mills_cumulant(k: u32, u: f64) -> f64 {
    let k = k as usize;
    if k > MOST_CUMULANTS || u.is_nan() {
        return f64::NAN;
    }
    if u > 1e30 {
        // Of the exponential distribution, to all digits: (k − 1)!/uᵏ.
        return (1..k).fold(u.recip(), |c, j| c * j as f64 / u);
    }
    let scale = scale_of(u.max(0.0), 1.0);
    // Moments in units of the scale; for u < 0 the density has its peak at −u, which is within a few scales where it is used.
    let mut moments = [Sum::ZERO; MOST_CUMULANTS + 1];
    half_line(scale, &mut |s, w| {
        let r = s / scale;
        let mut p = w * libm::exp(-s * (u + 0.5 * s));
        for m in &mut moments[..=k] {
            m.add(p);
            p *= r;
        }
    });
    let moments = moments.map(Sum::value);
    // κₙ = mₙ − Σ C(n−1, j−1) κⱼ mₙ₋ⱼ (Smith, The American Statistician 49, 1995)
    let mut cumulants = [0.0; MOST_CUMULANTS + 1];
    for n in 1..=k {
        let mut sum = moments[n] / moments[0];
        let mut binomial = 1.0;
        for j in 1..n {
            sum -= binomial * cumulants[j] * moments[n - j] / moments[0];
            binomial *= (n - j) as f64 / j as f64;
        }
        cumulants[n] = sum;
    }
    (0..k).fold(cumulants[k], |c, _| c * scale)
}
