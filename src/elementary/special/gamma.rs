//! The gamma function and its relatives.
//!
//! Γ by Stirling's series (DLMF 5.11.1) behind a shift, by the series at 2 (DLMF 5.7.3) around the zeros of ln Γ, and by
//! reflection (DLMF 5.5.3), all of it in double-double precision: ln Γ and ψ keep their digits at their zeros.
#![allow(clippy::large_types_passed_by_value)] // series of two numbers a term, computed with as with numbers

use super::constants::{LN_SQRT_2_PI, PI, STIRLING, ZETA_TAIL};
use super::dd::Dd;
use super::series::{MOST, Series};

/// Where Stirling's series starts: its 18 terms are exact to 2⁻¹¹⁰ there.
const STIRLING_FROM: f64 = 24.0;

/// The tail of Stirling's series, Σ B₂ₖ/(2k (2k − 1) z²ᵏ⁻¹).
fn stirling_tail(z: Series) -> Series {
    let r = z.recip();
    r * r.square().polynomial(&STIRLING)
}

/// ln Γ(2 + a) for |a| ≤ ½, precise beside its zero at a = 0.
fn ln_gamma_2_plus(a: Series) -> Series {
    let first = Dd::ONE - super::constants::EULER;
    a * (a * a.polynomial(&ZETA_TAIL) + first)
}

/// ln Γ(1 + a) for |a| ≤ ½, precise beside its zero at a = 0.
pub(super) fn ln_gamma_1_plus(a: Series) -> Series {
    ln_gamma_2_plus(a) - a.ln_1p()
}

/// ln Γ(x) for x > 0.
pub(super) fn ln_gamma_series(x: Series) -> Series {
    let x0 = x.value().hi;
    if x0 < 0.5 {
        return ln_gamma_1_plus(x) - x.ln();
    }
    if x0 < 1.5 {
        return ln_gamma_1_plus(x + -1.0);
    }
    if x0 < 2.5 {
        return ln_gamma_2_plus(x + -2.0);
    }
    let (mut z, mut product) = (x, x.like(1.0));
    while z.value().hi < STIRLING_FROM {
        product = product * z;
        z = z + 1.0;
    }
    let stirling = (z + -0.5) * z.ln() - z + LN_SQRT_2_PI + stirling_tail(z);
    if x0 < STIRLING_FROM { stirling - product.ln() } else { stirling }
}

/// ln Γ(x) for x > 0.
pub(super) fn ln_gamma_dd(x: impl Into<Dd>) -> Dd {
    ln_gamma_series(Series::constant(x, 1)).value()
}

/// Whether x is 0, −1, −2, …
fn is_pole(x: f64) -> bool {
    x <= 0.0 && libm::floor(x) == x
}

/// The sign of Γ(x) for x < 0 that is no integer.
fn sign_below_zero(x: f64) -> f64 {
    if libm::floor(x) / 2.0 == libm::floor(libm::floor(x) / 2.0) { 1.0 } else { -1.0 }
}

/// ln|Γ(x)|; +∞ at the poles 0, −1, −2, … and at ±∞.
pub(crate) fn ln_gamma(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if is_pole(x) || x.is_infinite() {
        return f64::INFINITY;
    }
    if x > 0.0 {
        // Beyond 10¹⁷ all but x (ln x − 1) is below the last digit.
        return if x > 1e17 { x * (libm::log(x) - 1.0) } else { ln_gamma_dd(x).to_f64() };
    }
    if x > -0.5 {
        return (ln_gamma_1_plus(Series::constant(x, 1)).value() - Dd::new(-x).ln()).to_f64();
    }
    let (sin, _) = Dd::new(x).sin_cos_pi();
    ((PI / sin.abs()).ln() - ln_gamma_dd(Dd::sum(1.0, -x))).to_f64()
}

/// Γ(x); ±∞ at ±0, NaN at −1, −2, … and at −∞.
pub(crate) fn gamma(x: f64) -> f64 {
    if x == 0.0 {
        return 1.0 / x;
    }
    if is_pole(x) {
        return f64::NAN;
    }
    if x.is_nan() || x.is_infinite() || x > 172.0 {
        return if x > 0.0 { f64::INFINITY } else { f64::NAN };
    }
    if x.abs() <= 0.5 {
        return (ln_gamma_1_plus(Series::constant(x, 1)).value().exp() / x).to_f64();
    }
    if x > 0.0 {
        // Factorials are exact as long as they are integers of double-double precision.
        if libm::floor(x) == x && x < 29.0 {
            return (2..x as u32).fold(Dd::ONE, |product, k| product * f64::from(k)).to_f64();
        }
        return ln_gamma_dd(x).exp().to_f64();
    }
    if x < -190.0 {
        return 0.0 * sign_below_zero(x);
    }
    let (sin, _) = Dd::new(x).sin_cos_pi();
    let ln = (PI / sin.abs()).ln() - ln_gamma_dd(Dd::sum(1.0, -x));
    sign_below_zero(x) * ln.exp().to_f64()
}

/// 1/Γ(x), 0 at 0, −1, −2, …
pub(crate) fn rgamma(x: f64) -> f64 {
    if x.is_nan() || x == f64::NEG_INFINITY {
        return f64::NAN;
    }
    if is_pole(x) {
        return if x == 0.0 { x } else { 0.0 };
    }
    if x.abs() <= 0.5 {
        return ((-ln_gamma_1_plus(Series::constant(x, 1)).value()).exp() * x).to_f64();
    }
    if x > 0.0 {
        return if x > 190.0 { 0.0 } else { (-ln_gamma_dd(x)).exp().to_f64() };
    }
    if x < -190.0 {
        return f64::INFINITY * sign_below_zero(x);
    }
    let (sin, _) = Dd::new(x).sin_cos_pi();
    let ln = (sin.abs() / PI).ln() + ln_gamma_dd(Dd::sum(1.0, -x));
    sign_below_zero(x) * ln.exp().to_f64()
}

/// ψ(x) for x > 0.
pub(super) fn digamma_dd(x: Dd) -> Dd {
    let (mut z, mut sum) = (x, Dd::ZERO);
    while z.hi < STIRLING_FROM {
        sum = sum + z.recip();
        z = z + 1.0;
    }
    let r = z.recip();
    let r2 = r.square();
    // The derivative of Stirling's series.
    let mut tail = Dd::ZERO;
    for k in (0..STIRLING.len()).rev() {
        tail = tail * r2 + STIRLING[k] * (2 * k + 1) as f64;
    }
    z.ln() - r * 0.5 - r2 * tail - sum
}

/// From this size on x⁻¹ alone is what functions with a pole at 0 are to all digits.
const AT_POLE: f64 = 1e-100;

/// ψ(x) = Γ′(x)/Γ(x); ∓∞ at ±0, NaN at −1, −2, … and −∞.
pub(crate) fn digamma(x: f64) -> f64 {
    if x.abs() < AT_POLE {
        return -x.recip();
    }
    if x.is_nan() || is_pole(x) || x == f64::NEG_INFINITY {
        return f64::NAN;
    }
    if x > 1e17 {
        return libm::log(x);
    }
    if x > 0.0 {
        return digamma_dd(Dd::new(x)).to_f64();
    }
    let (sin, cos) = Dd::new(x).sin_cos_pi();
    (digamma_dd(Dd::sum(1.0, -x)) - PI * cos / sin).to_f64()
}

/// n!/zⁿ⁺¹ without an overflow on the way.
fn power_of_pole(n: u32, z: Dd) -> Dd {
    (1..=n).fold(z.recip(), |p, j| p * f64::from(j) / z)
}

/// The derivative of order n ≥ 1 of ψ without its sign: n! Σ 1/(x + i)ⁿ⁺¹, i = 0, 1, …, for x > 0.
fn hurwitz(n: u32, x: Dd) -> Dd {
    let from = STIRLING_FROM + f64::from(n);
    let (mut z, mut sum) = (x, Dd::ZERO);
    while z.hi < from {
        sum = sum + power_of_pole(n, z);
        // Terms below the last digit.
        if z.hi > 4.0 * (x.hi + 1.0) && power_of_pole(n, z).hi * z.hi < sum.hi * 1e-24 {
            return sum;
        }
        z = z + 1.0;
    }
    // The Euler–Maclaurin formula (DLMF 5.15.8): with p = (n − 1)!/zⁿ, p + p n/(2z) + Σ B₂ₖ/(2k)! p n (n + 1) … (n + 2k − 1)/z²ᵏ.
    let r = z.recip();
    let p = if n == 1 { r } else { power_of_pole(n - 1, z) };
    sum = sum + p + p * r * (f64::from(n) * 0.5);
    let mut rising = p;
    for (k, b) in super::constants::BERNOULLI.iter().enumerate() {
        let j = f64::from(n) + 2.0 * k as f64;
        rising = rising * r * j * r * (j + 1.0);
        let term = *b * rising;
        sum = sum + term;
        if term.hi.abs() < sum.hi * 1e-25 {
            break;
        }
    }
    sum
}

/// The derivative of order n of ψ; NaN at 0, −1, −2, … and −∞.
pub(crate) fn polygamma(n: u32, x: f64) -> f64 {
    if n == 0 {
        return digamma(x);
    }
    let sign = if n.is_multiple_of(2) { -1.0 } else { 1.0 };
    if x.abs() < AT_POLE {
        // n!/xⁿ⁺¹
        return (1..=n).fold(sign / x, |p, j| p * f64::from(j) / x);
    }
    if x.is_nan() || is_pole(x) || x == f64::NEG_INFINITY {
        return f64::NAN;
    }
    if x > 0.0 {
        return if x.is_infinite() { 0.0 * sign } else { sign * hurwitz(n, Dd::new(x)).to_f64() };
    }
    if (n as usize) < MOST {
        // ψ(x) = ψ(1 − x) − π cot πx (DLMF 5.5.4), differentiated n times.
        let (sin, cos) = Series::variable(x, n as usize + 1).sin_cos_pi();
        let cot = (cos / sin).scale(PI);
        let factorial = (2..=n).fold(Dd::ONE, |p, k| p * f64::from(k));
        return (-cot.coefficient(n as usize) * factorial - hurwitz(n, Dd::sum(1.0, -x))).to_f64();
    }
    // The poles near x: those 60 away are below 10⁻²⁵ of the nearest.
    let nearest = libm::rint(x);
    let mut sum = Dd::ZERO;
    for i in -60..=60_i32 {
        let pole = nearest + f64::from(i);
        if pole <= 0.0 {
            let z = Dd::sum(x, -pole);
            sum =
                sum + power_of_pole(n, z.abs()) * if z.hi < 0.0 && n.is_multiple_of(2) { -1.0 } else { 1.0 };
        }
    }
    sign * sum.to_f64()
}

/// ψ⁽ⁿ⁾(a) − ψ⁽ⁿ⁾(a + b), for a > 0 and a + b > 0 without the loss of the difference.
pub(crate) fn polygamma_difference(n: u32, a: f64, b: f64) -> f64 {
    if !(a > 0.0 && a + b > 0.0) || a.is_infinite() || b.is_infinite() || b < -0.5 * a {
        return polygamma(n, a) - polygamma(n, a + b);
    }
    if b > a.max(4.0) && n > 0 {
        return (if n.is_multiple_of(2) { -1.0 } else { 1.0 })
            * (hurwitz(n, Dd::new(a)) - hurwitz(n, Dd::sum(a, b))).to_f64();
    }
    // Each term of the sum less the one that is b further on, f(z) − f(z + b) = −f(z) expm1(−m ln(1 + b/z)) for f = z⁻ᵐ.
    let less = |z: Dd, m: u32| -((Dd::new(b) / z).ln_1p() * -f64::from(m)).exp_m1();
    let from = STIRLING_FROM + f64::from(n);
    let (mut z, mut sum) = (Dd::new(a), Dd::ZERO);
    while z.hi < from {
        sum = sum + power_of_pole(n, z) * less(z, n + 1);
        z = z + 1.0;
    }
    let r = z.recip();
    let p = if n == 0 {
        sum = sum + (Dd::new(b) / z).ln_1p();
        Dd::ONE
    } else {
        let p = if n == 1 { r } else { power_of_pole(n - 1, z) };
        sum = sum + p * less(z, n);
        p
    };
    // p stands for (n − 1)!/zⁿ, where (−1)! is left to the factor n that follows.
    let m = |j: f64| if n == 0 && j == 0.0 { 1.0 } else { j };
    sum = sum + p * r * (m(f64::from(n)) * 0.5) * less(z, n + 1);
    let mut rising = p;
    for (k, c) in super::constants::BERNOULLI.iter().enumerate() {
        let j = f64::from(n) + 2.0 * k as f64;
        rising = rising * r * m(j) * r * (j + 1.0);
        let term = *c * rising * less(z, n + 2 * k as u32 + 2);
        sum = sum + term;
        if term.hi.abs() < sum.hi.abs() * 1e-25 {
            break;
        }
    }
    (if n.is_multiple_of(2) { -1.0 } else { 1.0 }) * sum.to_f64()
}

/// ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a + b) for a, b > 0.
pub(crate) fn ln_beta_dd(a: f64, b: f64) -> Dd {
    let (a, b) = if a > b { (a, b) } else { (b, a) };
    if !(b > 0.0) || a.is_infinite() {
        return Dd::new(if b == 0.0 && a.is_finite() {
            f64::INFINITY
        } else if b > 0.0 {
            f64::NEG_INFINITY
        } else {
            f64::NAN
        });
    }
    ln_gamma_dd(b) - ln_gamma_increment(a, b)
}

/// ln Γ(a + b) − ln Γ(a), for a, b > 0, without the loss of the difference.
pub(super) fn ln_gamma_increment(a: f64, b: f64) -> Dd {
    if a < STIRLING_FROM {
        let sum = Dd::sum(a, b);
        if b < 1e-3 * a {
            // b ψ(a) + b²/2 ψ′(a) + … : the sum of a short power series.
            let series = ln_gamma_series(Series::variable(a, 12));
            let mut total = Dd::ZERO;
            for k in (1..12).rev() {
                total = (total + series.coefficient(k)) * b;
            }
            return total;
        }
        return ln_gamma_dd(sum) - ln_gamma_dd(a);
    }
    // Stirling's series at both: (a − ½) ln(1 + b/a) + b ln(a + b) − b + tails
    let sum = Dd::sum(a, b);
    let log = (Dd::new(b) / a).ln_1p();
    let tail = |z: Dd| stirling_tail(Series::constant(z, 1)).value();
    let (ta, ts) = (tail(Dd::new(a)), tail(sum));
    (log * a - b) + (sum.ln() * b - log * 0.5) + (ts - ta)
}

/// ln|B(a, b)|.
pub(crate) fn ln_beta(a: f64, b: f64) -> f64 {
    if a >= 0.0 && b >= 0.0 {
        return ln_beta_dd(a, b).to_f64();
    }
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// B(a, b) = Γ(a) Γ(b)/Γ(a + b), with its sign for arguments below zero.
pub(crate) fn beta(a: f64, b: f64) -> f64 {
    if a >= 0.0 && b >= 0.0 {
        return ln_beta_dd(a, b).exp().to_f64();
    }
    let sign = |x: f64| if x < 0.0 { sign_below_zero(x) } else { 1.0 };
    if is_pole(a) || is_pole(b) || !(a + b).is_finite() {
        return f64::NAN;
    }
    let sum = Dd::sum(a, b);
    if sum.lo == 0.0 && is_pole(sum.hi) {
        return 0.0;
    }
    sign(a) * sign(b) * sign(sum.hi) * (ln_abs_gamma(a) + ln_abs_gamma(b) - ln_abs_gamma(sum)).exp().to_f64()
}

/// ln|Γ(x)| at a double-double number that is no pole.
fn ln_abs_gamma(x: impl Into<Dd>) -> Dd {
    let x = x.into();
    if x.hi > 0.0 {
        return ln_gamma_dd(x);
    }
    let (sin, _) = x.sin_cos_pi();
    (PI / sin.abs()).ln() - ln_gamma_dd(-x + 1.0)
}

/// The derivative of order n of 1/Γ(x), as a power series; NaN for n > 15.
pub(crate) fn rgamma_derivative(n: u32, x: f64) -> f64 {
    let n = n as usize;
    if n >= MOST || x.is_nan() || x == f64::NEG_INFINITY {
        return f64::NAN;
    }
    if x > 190.0 {
        return 0.0;
    }
    let variable = Series::variable(x, n + 1);
    if x >= 0.5 {
        return (-ln_gamma_series(variable)).exp().derivative(n);
    }
    // Γ(1 − x) sin πx/π
    let (sin, _) = variable.sin_cos_pi();
    (ln_gamma_series(-variable + 1.0).exp() * sin).scale(PI.recip()).derivative(n)
}
