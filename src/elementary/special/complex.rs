//! Special functions of complex numbers, in double-double precision: erf by its power series, its continued fraction and its
//! asymptotic expansion (DLMF 7.6.2, 7.9.1, 7.12.1; compare Poppe and Wijers, ACM TOMS 16, 1990), the gamma function by
//! Stirling's series and reflection (DLMF 5.11.1, 5.5.3).

use super::constants::{BERNOULLI, EULER, LN_2, LN_SQRT_2_PI, PI, SQRT_PI, STIRLING, ZETA_TAIL};
use super::dd::Dd;
use core::ops::{Add, Div, Mul, Neg, Sub};
use num_complex::Complex;

/// A complex number of double-double precision.
#[derive(Clone, Copy, Debug)]
struct Wide {
    re: Dd,
    im: Dd,
}

impl Wide {
    const ONE: Self = Self { re: Dd::ONE, im: Dd::ZERO };
    const ZERO: Self = Self { re: Dd::ZERO, im: Dd::ZERO };

    fn new(z: Complex<f64>) -> Self {
        Self { re: Dd::new(z.re), im: Dd::new(z.im) }
    }

    fn to_complex(self) -> Complex<f64> {
        Complex::new(self.re.to_f64(), self.im.to_f64())
    }

    fn conj(self) -> Self {
        Self { re: self.re, im: -self.im }
    }

    fn times_i(self) -> Self {
        Self { re: -self.im, im: self.re }
    }

    fn scale(self, factor: Dd) -> Self {
        Self { re: self.re * factor, im: self.im * factor }
    }

    fn size(self) -> f64 {
        self.re.hi.abs() + self.im.hi.abs()
    }

    fn square(self) -> Self {
        self * self
    }

    fn recip(self) -> Self {
        Self::ONE / self
    }

    fn exp(self) -> Self {
        let (sin, cos) = self.im.sin_cos();
        let r = self.re.exp();
        if self.im.hi == 0.0 {
            return Self { re: r, im: Dd::new(self.im.hi) };
        }
        if r.hi.is_infinite() && self.re.hi < 1400.0 {
            // The product may be a number where the modulus is not.
            let r = (self.re * 0.5).exp();
            return Self { re: cos * r * r, im: sin * r * r };
        }
        Self { re: r * cos, im: r * sin }
    }

    /// The principal logarithm.
    fn ln(self) -> Self {
        let k = {
            let (_, k) = libm::frexp(self.re.hi.abs().max(self.im.hi.abs()));
            k
        };
        let (x, y) = (self.re.times_two_to(-k), self.im.times_two_to(-k));
        let norm = x.square() + y.square();
        Self { re: norm.ln() * 0.5 + LN_2 * f64::from(k), im: Dd::atan2(y, x) }
    }
}

impl Add for Wide {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { re: self.re + other.re, im: self.im + other.im }
    }
}

impl Add<Dd> for Wide {
    type Output = Self;
    fn add(self, other: Dd) -> Self {
        Self { re: self.re + other, im: self.im }
    }
}

impl Sub for Wide {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self { re: self.re - other.re, im: self.im - other.im }
    }
}

impl Neg for Wide {
    type Output = Self;
    fn neg(self) -> Self {
        Self { re: -self.re, im: -self.im }
    }
}

impl Mul for Wide {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self { re: self.re * other.re - self.im * other.im, im: self.re * other.im + self.im * other.re }
    }
}

impl Div for Wide {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        // Scaled by a power of two, so that the squares stay in the range.
        let (_, k) = libm::frexp(other.re.hi.abs().max(other.im.hi.abs()));
        let (x, y) = (other.re.times_two_to(-k), other.im.times_two_to(-k));
        let norm = x.square() + y.square();
        let q = self * Self { re: x, im: -y };
        Self { re: (q.re / norm).times_two_to(-k), im: (q.im / norm).times_two_to(-k) }
    }
}

/// e^−z²
pub(crate) fn gauss(z: Complex<f64>) -> Complex<f64> {
    (-Wide::new(z).square()).exp().to_complex()
}

/// erf z
pub(crate) fn erf(z: Complex<f64>) -> Complex<f64> {
    if z.im == 0.0 {
        return Complex::new(super::erf::erf(z.re), z.im);
    }
    if !(z.re.is_finite() && z.im.is_finite()) {
        return if z.re.is_infinite() && z.im.is_finite() {
            Complex::new(1.0_f64.copysign(z.re), 0.0_f64.copysign(z.im))
        } else {
            Complex::new(f64::NAN, f64::NAN)
        };
    }
    if z.re < 0.0 {
        return -erf(-z);
    }
    let wide = Wide::new(z);
    let square = wide.square();
    if z.re <= 4.0 && libm::hypot(z.re, z.im) < 6.5 {
        // (2/√π) Σ (−1)ᵏ z²ᵏ⁺¹/(k! (2k + 1))
        let (mut term, mut sum) = (wide, wide);
        for k in 1..400_u32 {
            let k = f64::from(k);
            term = -(term * square).scale(Dd::new(k).recip());
            let part = term.scale(Dd::new(2.0 * k + 1.0).recip());
            sum = sum + part;
            if part.size() < 1e-34 * sum.size() || part.size() < 1e-300 {
                break;
            }
        }
        let mut result = sum.scale(SQRT_PI.recip() * 2.0).to_complex();
        // A part that is far below the other still has its sign.
        if z.re == 0.0 {
            result.re = z.re;
        }
        return result;
    }
    let series = if z.re > 4.0 {
        // 1/(z + ½/(z + 1/(z + (3/2)/(z + …))))
        let mut tail = wide;
        for k in (1..=60_u32).rev() {
            tail = wide + tail.recip().scale(Dd::new(f64::from(k) * 0.5));
        }
        tail.recip()
    } else {
        // (1/z) Σ (−1)ᵏ 1·3 … (2k − 1)/(2z²)ᵏ
        let r = square.recip().scale(Dd::new(-0.5));
        let (mut term, mut sum) = (Wide::ONE, Wide::ONE);
        for k in 1..60_u32 {
            let next = (term * r).scale(Dd::new(f64::from(2 * k - 1)));
            if next.size() > term.size() || next.size() < 1e-22 {
                break;
            }
            term = next;
            sum = sum + term;
        }
        sum / wide
    };
    let e = (-square).exp();
    let complement = if e.size() == 0.0 { Wide::ZERO } else { e * series };
    let result = (Wide::ONE - complement.scale(SQRT_PI.recip())).to_complex();
    if z.re == 0.0 { Complex::new(z.re, result.im) } else { result }
}

/// Where Stirling's series starts.
const STIRLING_FROM: f64 = 24.0;

/// ln Γ(z) for Re z ≥ ½, the branch that is real on the real axis.
fn ln_gamma_right(z: Wide) -> Wide {
    for (centre, less) in [(1.0, true), (2.0, false)] {
        let a = z + Dd::new(-centre);
        if libm::hypot(a.re.hi, a.im.hi) <= 0.4 {
            // ln Γ(2 + a) = a (1 − γ) + Σ (−1)ᵏ (ζ(k) − 1) aᵏ/k
            let sum = ZETA_TAIL.iter().rev().fold(Wide::ZERO, |sum, &c| sum * a + c);
            let at_2 = a * (a * sum + (Dd::ONE - EULER));
            return if less { at_2 - ln_1p(a) } else { at_2 };
        }
    }
    let (mut shifted, mut product, mut angle) = (z, Wide::ONE, 0.0);
    while shifted.re.hi < STIRLING_FROM && shifted.im.hi.abs() < STIRLING_FROM {
        product = product * shifted;
        angle += libm::atan2(shifted.im.hi, shifted.re.hi);
        shifted = shifted + Dd::ONE;
    }
    let r = shifted.recip();
    let r2 = r.square();
    let tail = r * STIRLING.iter().rev().fold(Wide::ZERO, |sum, &c| sum * r2 + c);
    let stirling = (shifted + Dd::new(-0.5)) * shifted.ln() - shifted + tail + LN_SQRT_2_PI;
    stirling - near_angle(product.ln(), angle)
}

/// ln(1 + a) for small a.
fn ln_1p(a: Wide) -> Wide {
    // ½ ln(1 + 2x + x² + y²) keeps the digits of the modulus.
    let excess = a.re * 2.0 + a.re.square() + a.im.square();
    Wide { re: excess.ln_1p() * 0.5, im: Dd::atan2(a.im, a.re + 1.0) }
}

/// The logarithm whose imaginary part is the nearest to `angle`.
fn near_angle(ln: Wide, angle: f64) -> Wide {
    let turns = libm::rint((angle - ln.im.hi) / (2.0 * core::f64::consts::PI));
    Wide { re: ln.re, im: ln.im + PI * (2.0 * turns) }
}

/// sin πz and cos πz
fn sin_cos_pi(z: Wide) -> (Wide, Wide) {
    let (s, c) = z.re.sin_cos_pi();
    let y = PI * z.im;
    let sinh = if y.hi.abs() < 0.5 {
        let e = y.exp_m1();
        (e + e / (e + 1.0)) * 0.5
    } else {
        (y.exp() - (-y).exp()) * 0.5
    };
    let cosh = (y.exp() + (-y).exp()) * 0.5;
    (Wide { re: s * cosh, im: c * sinh }, Wide { re: c * cosh, im: -(s * sinh) })
}

/// ln Γ(z): the branch that is analytic but for the cut along the negative real axis, which belongs to the half plane that the
/// sign of the imaginary part, 0 or −0, names.
fn ln_gamma_wide(z: Complex<f64>) -> Wide {
    if z.im.is_sign_negative() {
        return ln_gamma_wide(z.conj()).conj();
    }
    let wide = Wide::new(z);
    if z.re >= 0.5 {
        return ln_gamma_right(wide);
    }
    let one_less = -wide + Dd::ONE;
    if z.im > 100.0 {
        // sin πz = (i/2) e^−iπz but for a factor that rounds to 1.
        let ln_sin = -wide.scale(PI).times_i() + Wide { re: -LN_2, im: PI * 0.5 };
        return -ln_sin - ln_gamma_right(one_less) + PI.ln();
    }
    // ln sin πz = −iπz + ln(1 − e^2πiz) − ln 2 + iπ/2 in the upper half plane.
    let (sin, _) = sin_cos_pi(wide);
    let q = libm::exp(-2.0 * core::f64::consts::PI * z.im);
    let phase = 2.0 * core::f64::consts::PI * (z.re - libm::floor(z.re));
    let rest = libm::atan2(-q * libm::sin(phase), 1.0 - q * libm::cos(phase));
    let angle = core::f64::consts::PI * (0.5 - z.re) + rest;
    -near_angle(sin.ln(), angle) - ln_gamma_right(one_less) + PI.ln()
}

fn is_pole(z: Complex<f64>) -> bool {
    z.im == 0.0 && z.re <= 0.0 && libm::floor(z.re) == z.re
}

fn is_finite(z: Complex<f64>) -> bool {
    z.re.is_finite() && z.im.is_finite()
}

const NAN: Complex<f64> = Complex { re: f64::NAN, im: f64::NAN };

/// ln Γ(z)
pub(crate) fn ln_gamma(z: Complex<f64>) -> Complex<f64> {
    if is_pole(z) {
        return Complex::new(f64::INFINITY, 0.0);
    }
    if !is_finite(z) {
        return if z.re == f64::INFINITY && z.im == 0.0 { z } else { NAN };
    }
    if z.im == 0.0 && z.re > 0.0 {
        return Complex::new(super::gamma::ln_gamma(z.re), z.im);
    }
    ln_gamma_wide(z).to_complex()
}

/// Γ(z)
pub(crate) fn gamma(z: Complex<f64>) -> Complex<f64> {
    if z.im == 0.0 {
        return Complex::new(super::gamma::gamma(z.re), z.im);
    }
    if !is_finite(z) {
        return NAN;
    }
    let ln = ln_gamma_wide(z);
    if ln.re.hi < -760.0 { Complex::new(0.0, 0.0) } else { ln.exp().to_complex() }
}

/// The derivative of order n of ψ at Re z ≥ ½.
fn polygamma_right(n: u32, z: Wide) -> Wide {
    let from = STIRLING_FROM + f64::from(n);
    let (mut z, mut sum) = (z, Wide::ZERO);
    let pole = |n: u32, z: Wide| {
        let r = z.recip();
        (1..=n).fold(r, |p, j| (p * r).scale(Dd::new(f64::from(j))))
    };
    while z.re.hi < from && z.im.hi.abs() < from {
        sum = sum + pole(n, z);
        z = z + Dd::ONE;
    }
    let r = z.recip();
    let (p, half) = if n == 0 {
        sum = sum - z.ln();
        (Wide::ONE, r)
    } else {
        let p = if n == 1 { r } else { pole(n - 1, z) };
        sum = sum + p;
        (p, (p * r).scale(Dd::new(f64::from(n))))
    };
    sum = sum + half.scale(Dd::new(0.5));
    let mut rising = p;
    for (k, b) in BERNOULLI.iter().enumerate() {
        let j = f64::from(n) + 2.0 * k as f64;
        let first = if j == 0.0 { 1.0 } else { j };
        rising = (rising * r * r).scale(Dd::new(first * (j + 1.0)));
        sum = sum + rising.scale(*b);
    }
    if n.is_multiple_of(2) { -sum } else { sum }
}

/// The derivative of order n of ψ.
pub(crate) fn polygamma(n: u32, z: Complex<f64>) -> Complex<f64> {
    if is_pole(z) || !is_finite(z) {
        return NAN;
    }
    if z.im == 0.0 {
        return Complex::new(super::gamma::polygamma(n, z.re), if n == 0 { z.im } else { 0.0 });
    }
    let wide = Wide::new(z);
    if z.re >= 0.5 {
        return polygamma_right(n, wide).to_complex();
    }
    // ψ(z) = ψ(1 − z) − π cot πz, differentiated n times: cot′ = −π (1 + cot²).
    let one_less = polygamma_right(n, -wide + Dd::ONE);
    let one_less = if n.is_multiple_of(2) { one_less } else { -one_less };
    if z.im.abs() > 20.0 {
        let cot = Wide { re: Dd::ZERO, im: Dd::new(-z.im.signum()) };
        return if n == 0 { one_less - cot.scale(PI) } else { one_less }.to_complex();
    }
    let (sin, cos) = sin_cos_pi(wide);
    let cot = cos / sin;
    // The coefficients of the polynomial in cot.
    const MOST: usize = 18;
    if n as usize + 2 > MOST {
        return NAN;
    }
    let mut c = [0.0; MOST];
    c[1] = 1.0;
    for _ in 0..n {
        let mut next = [0.0; MOST];
        for k in 1..MOST - 1 {
            next[k - 1] -= k as f64 * c[k];
            next[k + 1] -= k as f64 * c[k];
        }
        c = next;
    }
    let polynomial = c.iter().rev().fold(Wide::ZERO, |sum, &c| sum * cot + Dd::new(c));
    let power = (0..=n).fold(Dd::ONE, |p, _| p * PI);
    (one_less - polynomial.scale(power)).to_complex()
}
