//! Truncated power series in one variable: how a function's derivatives by its order or by a parameter are computed, to
//! any order at once.

use super::dd::Dd;
use core::ops::{Add, Div, Mul, Neg, Sub};

/// The most coefficients of a [`Series`]: derivatives to the order 15.
pub(crate) const MOST: usize = 16;

/// c₀ + c₁t + c₂t² + …, the first `n` coefficients.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Series {
    n: usize,
    c: [Dd; MOST],
}

impl Series {
    /// The constant x, with room for `n` coefficients, at most [`MOST`].
    pub(crate) fn constant(x: impl Into<Dd>, n: usize) -> Self {
        let mut c = [Dd::ZERO; MOST];
        c[0] = x.into();
        Self { n: n.min(MOST), c }
    }

    /// x + t
    pub(crate) fn variable(x: impl Into<Dd>, n: usize) -> Self {
        let mut series = Self::constant(x, n);
        if n > 1 {
            series.c[1] = Dd::ONE;
        }
        series
    }

    /// The constant x, with as many coefficients as `self`.
    pub(crate) fn like(&self, x: impl Into<Dd>) -> Self {
        Self::constant(x, self.n)
    }

    /// The value at t = 0.
    pub(crate) fn value(&self) -> Dd {
        self.c[0]
    }

    /// The coefficient of tᵏ.
    pub(crate) fn coefficient(&self, k: usize) -> Dd {
        self.c[k]
    }

    pub(crate) fn set(&mut self, k: usize, c: Dd) {
        self.c[k] = c;
    }

    /// The derivative of order k at t = 0: k! cₖ. NaN for more than [`MOST`] − 1.
    pub(crate) fn derivative(&self, k: usize) -> f64 {
        if k >= self.n {
            return f64::NAN;
        }
        (2..=k).fold(self.c[k], |c, j| c * j as f64).to_f64()
    }

    /// f applied to each coefficient.
    fn map(mut self, f: impl Fn(Dd) -> Dd) -> Self {
        for c in &mut self.c[..self.n] {
            *c = f(*c);
        }
        self
    }

    pub(crate) fn scale(self, factor: impl Into<Dd>) -> Self {
        let factor = factor.into();
        self.map(|c| c * factor)
    }

    pub(crate) fn times_two_to(self, k: i32) -> Self {
        self.map(|c| c.times_two_to(k))
    }

    pub(crate) fn square(self) -> Self {
        self * self
    }

    /// The largest modulus of a coefficient.
    pub(crate) fn magnitude(&self) -> f64 {
        self.c[..self.n].iter().fold(0.0, |m, c| f64::max(m, c.hi.abs()))
    }

    pub(crate) fn is_finite(&self) -> bool {
        self.c[..self.n].iter().all(|c| c.hi.is_finite())
    }

    /// Whether every coefficient is below `unit` times that of `sum`.
    pub(crate) fn is_negligible_beside(&self, sum: &Self, unit: f64) -> bool {
        self.c[..self.n].iter().zip(&sum.c).all(|(c, s)| c.hi.abs() <= s.hi.abs() * unit)
    }

    /// The series of f(self), where `c0` = f(c₀) and the derivative of f is given as a series: f′(self) self′, integrated.
    fn integrate(c0: Dd, slope: &Self, inner: &Self) -> Self {
        let mut result = inner.like(c0);
        for k in 1..inner.n {
            let mut sum = Dd::ZERO;
            for j in 1..=k {
                sum = sum + inner.c[j] * slope.c[k - j] * j as f64;
            }
            result.c[k] = sum / k as f64;
        }
        result
    }

    pub(crate) fn exp(self) -> Self {
        let mut result = self.like(self.c[0].exp());
        for k in 1..self.n {
            let mut sum = Dd::ZERO;
            for j in 1..=k {
                sum = sum + self.c[j] * result.c[k - j] * j as f64;
            }
            result.c[k] = sum / k as f64;
        }
        result
    }

    pub(crate) fn ln(self) -> Self {
        Self::integrate(self.c[0].ln(), &self.like(1.0).over(&self), &self)
    }

    /// ln(1 + x)
    pub(crate) fn ln_1p(self) -> Self {
        Self::integrate(self.c[0].ln_1p(), &self.like(1.0).over(&(self + 1.0)), &self)
    }

    /// sin πx and cos πx
    pub(crate) fn sin_cos_pi(self) -> (Self, Self) {
        let (s, c) = self.c[0].sin_cos_pi();
        self.rotated(s, c, super::constants::PI)
    }

    fn rotated(self, s: Dd, c: Dd, frequency: Dd) -> (Self, Self) {
        let (mut sin, mut cos) = (self.like(s), self.like(c));
        for k in 1..self.n {
            let (mut s, mut c) = (Dd::ZERO, Dd::ZERO);
            for j in 1..=k {
                let w = self.c[j] * j as f64 * frequency;
                s = s + w * cos.c[k - j];
                c = c - w * sin.c[k - j];
            }
            sin.c[k] = s / k as f64;
            cos.c[k] = c / k as f64;
        }
        (sin, cos)
    }

    fn over(&self, divisor: &Self) -> Self {
        let mut q = *self;
        let r = divisor.c[0].recip();
        for k in 0..self.n {
            let mut sum = self.c[k];
            for j in 1..=k {
                sum = sum - divisor.c[j] * q.c[k - j];
            }
            q.c[k] = if k == 0 { sum / divisor.c[0] } else { sum * r };
        }
        q
    }

    pub(crate) fn recip(self) -> Self {
        self.like(1.0).over(&self)
    }

    /// Σ aₖ xᵏ by Horner's rule.
    pub(crate) fn polynomial(self, coefficients: &[Dd]) -> Self {
        coefficients.iter().rev().fold(self.like(0.0), |sum, &a| sum * self + a)
    }
}

impl Neg for Series {
    type Output = Self;
    fn neg(self) -> Self {
        self.map(|c| -c)
    }
}

impl Add for Series {
    type Output = Self;
    fn add(mut self, other: Self) -> Self {
        for k in 0..self.n {
            self.c[k] = self.c[k] + other.c[k];
        }
        self
    }
}

impl Sub for Series {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Series {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let mut result = self;
        for k in 0..self.n {
            let mut sum = self.c[0] * other.c[k];
            for j in 1..=k {
                sum = sum + self.c[j] * other.c[k - j];
            }
            result.c[k] = sum;
        }
        result
    }
}

impl Div for Series {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        self.over(&other)
    }
}

impl<D: Into<Dd>> Add<D> for Series {
    type Output = Self;
    fn add(mut self, other: D) -> Self {
        self.c[0] = self.c[0] + other.into();
        self
    }
}

impl<D: Into<Dd>> Mul<D> for Series {
    type Output = Self;
    fn mul(self, other: D) -> Self {
        self.scale(other)
    }
}
