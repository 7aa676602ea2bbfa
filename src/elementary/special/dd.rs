//! Double-double numbers: a sum of two `f64` that holds some 106 bits (Dekker, Numerische Mathematik 18, 1971; Hida, Li and
//! Bailey, "Library for double-double and quad-double arithmetic", 2007). They carry the sums that cancel.

use super::constants::{HALF_PI, INVERSE_FACTORIAL, LN_2, PI};
use core::ops::{Add, Div, Mul, Neg, Sub};

/// hi + lo, |lo| at most half a unit of hi.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Dd {
    pub(crate) hi: f64,
    pub(crate) lo: f64,
}

/// a + b exactly.
fn two_sum(a: f64, b: f64) -> Dd {
    let hi = a + b;
    let t = hi - a;
    Dd { hi, lo: (a - (hi - t)) + (b - t) }
}

/// a + b exactly, for |a| ≥ |b|.
fn quick_two_sum(a: f64, b: f64) -> Dd {
    let hi = a + b;
    let lo = b - (hi - a);
    // An infinite sum has no error term.
    Dd { hi, lo: if lo.is_nan() { 0.0 } else { lo } }
}

/// The upper 26 bits of a and the others (Veltkamp).
fn split(a: f64) -> (f64, f64) {
    let t = 134_217_729.0 * a;
    let hi = t - (t - a);
    (hi, a - hi)
}

/// a b exactly, where neither the product nor its error leaves the range.
pub(crate) fn two_product(a: f64, b: f64) -> Dd {
    let hi = a * b;
    let ((a1, a2), (b1, b2)) = (split(a), split(b));
    let lo = ((a1 * b1 - hi) + a1 * b2 + a2 * b1) + a2 * b2;
    Dd { hi, lo: if lo.is_finite() { lo } else { 0.0 } }
}

impl Dd {
    pub(crate) const ZERO: Self = Self { hi: 0.0, lo: 0.0 };
    pub(crate) const ONE: Self = Self { hi: 1.0, lo: 0.0 };

    pub(crate) const fn from_parts(hi: f64, lo: f64) -> Self {
        Self { hi, lo }
    }

    pub(crate) const fn new(hi: f64) -> Self {
        Self { hi, lo: 0.0 }
    }

    /// a + b, exactly.
    pub(crate) fn sum(a: f64, b: f64) -> Self {
        two_sum(a, b)
    }

    /// The nearest `f64`.
    pub(crate) fn to_f64(self) -> f64 {
        self.hi
    }

    pub(crate) fn abs(self) -> Self {
        if self.hi < 0.0 { -self } else { self }
    }

    pub(crate) fn recip(self) -> Self {
        Self::ONE / self
    }

    pub(crate) fn square(self) -> Self {
        self * self
    }

    /// Times 2ᵏ, rounded once where the result is subnormal.
    pub(crate) fn times_two_to(self, k: i32) -> Self {
        if self.hi == 0.0 {
            return self;
        }
        let scaled = Self { hi: libm::ldexp(self.hi, k), lo: libm::ldexp(self.lo, k) };
        if scaled.hi.abs() >= f64::MIN_POSITIVE * 2.0 || self.lo == 0.0 {
            return scaled;
        }
        // hi alone may have been a tie or have been rounded to the other side: an odd last bit stands for lo.
        let sticky = f64::from_bits(if (self.lo > 0.0) == (self.hi > 0.0) {
            self.hi.to_bits() | 1
        } else {
            (self.hi.to_bits() - 1) | 1
        });
        Self::new(libm::ldexp(sticky, k))
    }

    pub(crate) fn sqrt(self) -> Self {
        if !(self.hi > 0.0) || self.hi.is_infinite() {
            return Self::new(libm::sqrt(self.hi));
        }
        // One step of Newton's method from the root of hi (Karp and Markstein).
        let x = libm::sqrt(self.hi);
        let residue = self - two_product(x, x);
        quick_two_sum(x, residue.hi / (2.0 * x))
    }

    /// eˣ − 1 with its relative precision, for |x| < 1.
    fn exp_m1_small(self) -> Self {
        // e^(x/64) − 1 by its series, then squared six times: (1 + e)² − 1 = 2e + e².
        let r = self.times_two_to(-6);
        let mut sum = Self::ZERO;
        for k in (1..=14).rev() {
            sum = sum * r + INVERSE_FACTORIAL[k];
        }
        let mut e = sum * r;
        for _ in 0..6 {
            e = e * 2.0 + e.square();
        }
        e
    }

    pub(crate) fn exp(self) -> Self {
        if self.hi > 710.0 {
            return Self::new(f64::INFINITY);
        }
        if self.hi < -746.0 {
            return Self::ZERO;
        }
        if self.hi.is_nan() {
            return self;
        }
        let k = libm::rint(self.hi / LN_2.hi);
        let r = self - LN_2 * k;
        (r.exp_m1_small() + 1.0).times_two_to(k as i32)
    }

    pub(crate) fn exp_m1(self) -> Self {
        if self.hi.abs() < 0.5 { self.exp_m1_small() } else { self.exp() - 1.0 }
    }

    pub(crate) fn ln(self) -> Self {
        if !(self.hi > 0.0) || self.hi.is_infinite() {
            return Self::new(libm::log(self.hi));
        }
        // 2ᵏ m, m near 1; one step of Newton's method.
        let (_, k) = libm::frexp(self.hi * core::f64::consts::SQRT_2);
        let k = k - 1;
        let m = Self { hi: libm::ldexp(self.hi, -k), lo: libm::ldexp(self.lo, -k) };
        (m - 1.0).ln_1p() + LN_2 * f64::from(k)
    }

    /// ln(1 + x) with its relative precision, for x > −1.
    pub(crate) fn ln_1p(self) -> Self {
        if self.hi == 0.0 {
            return self;
        }
        let y = Self::new(libm::log1p(self.hi));
        if y.hi.abs() > 0.7 {
            return if self.hi > 1e15 { (self + 1.0).ln() } else { (self + 1.0).ln_by_newton(y) };
        }
        // (1 + x) e^−y − 1 = x e^−y + (e^−y − 1)
        let e = (-y).exp_m1_small();
        let r = self + e + self * e;
        y + (r - r.square() * 0.5)
    }

    fn ln_by_newton(self, y: Self) -> Self {
        let r = self * (-y).exp() - 1.0;
        y + (r - r.square() * 0.5)
    }

    /// sin and cos of x, |x| ≤ π/4, by their series.
    fn sin_cos_small(self) -> (Self, Self) {
        let x2 = self.square();
        let (mut sin, mut cos) = (Self::ZERO, Self::ZERO);
        for k in (0..14).rev() {
            sin = INVERSE_FACTORIAL[2 * k + 1] - sin * x2;
            cos = INVERSE_FACTORIAL[2 * k] - cos * x2;
        }
        (sin * self, cos)
    }

    fn quadrants(self, n: f64) -> (Self, Self) {
        let (s, c) = self.sin_cos_small();
        match n.rem_euclid_4() {
            0 => (s, c),
            1 => (c, -s),
            2 => (-s, -c),
            _ => (-c, s),
        }
    }

    /// sin πx and cos πx, exactly 0 and ±1 where they are.
    pub(crate) fn sin_cos_pi(self) -> (Self, Self) {
        let n = libm::rint(self.hi * 2.0);
        if !n.is_finite() {
            return (Self::new(f64::NAN), Self::new(f64::NAN));
        }
        ((self - n * 0.5) * PI).quadrants(n)
    }

    /// sin x and cos x. Their absolute error is |x|·2⁻¹⁰⁴, up to 10⁸; beyond, 2⁻⁵³.
    pub(crate) fn sin_cos(self) -> (Self, Self) {
        if !(self.hi.abs() < 1e8) {
            // The low part is a small rotation.
            let (s, c) = libm::sincos(self.hi);
            let (s, c, (s1, c1)) = (Self::new(s), Self::new(c), Self::new(self.lo).sin_cos_or_nan());
            return (s * c1 + c * s1, c * c1 - s * s1);
        }
        let n = libm::rint(self.hi / HALF_PI[0]);
        let r = self - two_product(HALF_PI[0], n) - two_product(HALF_PI[1], n) - HALF_PI[2] * n;
        r.quadrants(n)
    }

    fn sin_cos_or_nan(self) -> (Self, Self) {
        if self.hi.abs() < 1e8 { self.sin_cos() } else { (Self::new(f64::NAN), Self::new(f64::NAN)) }
    }

    /// The angle of the point (x, y), in (−π, π].
    pub(crate) fn atan2(y: Self, x: Self) -> Self {
        let t = libm::atan2(y.hi, x.hi);
        let (s, c) = Self::new(t).sin_cos();
        // sin of the angle that is missing
        let r = (x.square() + y.square()).sqrt();
        if r.hi == 0.0 || !r.hi.is_finite() {
            return Self::new(t);
        }
        (y * c - x * s) / r + t
    }
}

/// The remainder of an integer modulo 4.
trait RemEuclid4 {
    fn rem_euclid_4(self) -> u8;
}

impl RemEuclid4 for f64 {
    fn rem_euclid_4(self) -> u8 {
        (self - 4.0 * libm::floor(self / 4.0)) as u8
    }
}

impl Neg for Dd {
    type Output = Self;
    fn neg(self) -> Self {
        Self { hi: -self.hi, lo: -self.lo }
    }
}

impl Add for Dd {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let (s, t) = (two_sum(self.hi, other.hi), two_sum(self.lo, other.lo));
        let s = quick_two_sum(s.hi, s.lo + t.hi);
        quick_two_sum(s.hi, s.lo + t.lo)
    }
}

impl Sub for Dd {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Dd {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let p = two_product(self.hi, other.hi);
        quick_two_sum(p.hi, p.lo + (self.hi * other.lo + self.lo * other.hi))
    }
}

impl Div for Dd {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let q = self.hi / other.hi;
        if !q.is_finite() || q == 0.0 || other.hi.is_infinite() {
            return Self::new(q);
        }
        let r = self - other * q;
        let q1 = r.hi / other.hi;
        let r = r - other * q1;
        let q = quick_two_sum(q, q1);
        quick_two_sum(q.hi, q.lo + r.hi / other.hi)
    }
}

impl Add<f64> for Dd {
    type Output = Self;
    fn add(self, other: f64) -> Self {
        let s = two_sum(self.hi, other);
        quick_two_sum(s.hi, s.lo + self.lo)
    }
}

impl Sub<f64> for Dd {
    type Output = Self;
    fn sub(self, other: f64) -> Self {
        self + -other
    }
}

impl Mul<f64> for Dd {
    type Output = Self;
    fn mul(self, other: f64) -> Self {
        let p = two_product(self.hi, other);
        quick_two_sum(p.hi, p.lo + self.lo * other)
    }
}

impl Div<f64> for Dd {
    type Output = Self;
    fn div(self, other: f64) -> Self {
        self / Self::new(other)
    }
}

impl From<f64> for Dd {
    fn from(x: f64) -> Self {
        Self::new(x)
    }
}
