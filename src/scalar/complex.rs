//! `Complex<T>` as a scalar, for every real `T`.
//!
//! One impl for all of them: the elementary functions go through [`Real::complex`], which is the machine's complex
//! algorithm at `f32` and `f64` and the rule at the complex number above. Never the formula in real and imaginary parts,
//! whose branches at `im == 0` lose derivatives.

pub(crate) mod elementary;

use super::{ComplexScalar, Primal, Real, Scalar, maximum, plain_blocks};
use crate::Lit;
use crate::functions::{Elementary, Elementary2, analytic};
use crate::rule::{Rule, VectorRule};
use alloc::vec::Vec;
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Sub, SubAssign};
use num_complex::Complex;

/// Each function of the list, by the enumeration that carries its name.
macro_rules! complex_methods {
    (
        unary { $($u:ident $(($($uc:ident: $ut:ty),*))?)* }
        binary { $($b:ident($bo:ident $(, $bc:ident: $bt:ty)*))* }
        slope_unary { $($su:ident $(($($suc:ident: $sut:ty),*))?)* }
        slope_binary { $($sb:ident($sbo:ident $(, $sbc:ident: $sbt:ty)*))* }
    ) => {
        $(#[inline] fn $u(self $($(, $uc: $ut)*)?) -> Self { T::complex(self, Elementary::$u $(($($uc),*))?) })*
        $(#[inline] fn $b(self, $bo: Self $(, $bc: $bt)*) -> Self { T::complex2(self, $bo, Elementary2::$b $(($bc))*) })*
        $(#[inline] fn $su(self $($(, $suc: $sut)*)?) -> Self { T::complex(self, Elementary::$su $(($($suc),*))?) })*
        $(#[inline] fn $sb(self, $sbo: Self $(, $sbc: $sbt)*) -> Self { T::complex2(self, $sbo, Elementary2::$sb $(($sbc))*) })*
    };
}

impl Primal for Complex<f32> {
    type Complex = Self;
}
impl Primal for Complex<f64> {
    type Complex = Self;
}

impl<T: Real> Scalar for Complex<T> {
    type Real = T;
    type Primal = <T::Primal as Primal>::Complex;
    const LEVEL: usize = T::LEVEL;
    const COMPLEX: bool = true;

    #[inline]
    fn lit(value: f64) -> Self {
        Complex::new(T::lit(value), T::zero())
    }
    #[inline]
    fn constant(value: Self::Primal) -> Self {
        T::complex_constant(value)
    }
    #[inline]
    fn primal(self) -> Self::Primal {
        T::complex_primal(self)
    }
    #[inline]
    fn sin_cos(self) -> (Self, Self) {
        T::complex_sin_cos(self)
    }
    #[inline]
    fn apply_rule<R: Rule<Self::Primal, K>, const K: usize>(rule: &R, x: [Self; K]) -> Self {
        T::complex_rule(rule, x)
    }
    #[inline]
    fn apply_vector_rule<R: VectorRule<Self::Primal>>(rule: &R, x: &[Self]) -> Vec<Self> {
        T::complex_vector_rule(rule, x)
    }
    plain_blocks! {}
    #[inline]
    fn times_slope(self, slope: Self) -> Self {
        Complex::new(
            self.re.times_slope(slope.re) - self.im.times_slope(slope.im),
            self.re.times_slope(slope.im) + self.im.times_slope(slope.re),
        )
    }
    #[inline]
    fn rest(self) -> Self {
        Complex::new(self.re.rest(), self.im.rest())
    }
    #[inline]
    fn magnitude_with_tangents(self) -> f64 {
        maximum(self.re.magnitude_with_tangents(), self.im.magnitude_with_tangents())
    }
    #[inline]
    fn all_finite(self) -> bool {
        self.re.all_finite() && self.im.all_finite()
    }
    #[inline]
    fn magnitude(self) -> f64 {
        libm::hypot(self.re.magnitude(), self.im.magnitude())
    }
    #[inline]
    fn log_magnitude(self) -> f64 {
        self.re.log_magnitude()
    }
    #[inline]
    fn subtract_from(self, c: Lit) -> Self {
        Complex::new(c - self.re, -self.im)
    }
    #[inline]
    fn divide_into(self, c: Lit) -> Self {
        self.recip() * c
    }
    analytic! { complex_methods }
}

impl<T: Real> ComplexScalar for Complex<T> {
    #[inline]
    fn from_real(x: T) -> Self {
        Complex::new(x, T::zero())
    }
    #[inline]
    fn from_polar(r: T, theta: T) -> Self {
        let (sin, cos) = theta.sin_cos();
        Complex::new(r * cos, r * sin)
    }
    #[inline]
    fn re(self) -> T {
        self.re
    }
    #[inline]
    fn im(self) -> T {
        self.im
    }
    #[inline]
    fn conj(self) -> Self {
        Complex::new(self.re, -self.im)
    }
    #[inline]
    fn abs(self) -> T {
        self.re.hypot(self.im)
    }
    #[inline]
    fn norm_sqr(self) -> T {
        self.re * self.re + self.im * self.im
    }
    #[inline]
    fn arg(self) -> T {
        self.im.atan2(self.re)
    }
    #[inline]
    fn scale(self, factor: T) -> Self {
        Complex::new(self.re * factor, self.im * factor)
    }
    #[inline]
    fn unscale(self, divisor: T) -> Self {
        Complex::new(self.re / divisor, self.im / divisor)
    }
    #[inline]
    fn phase(self) -> Self {
        Complex::new(self.re.direction(self.im), self.im.direction(self.re))
    }
    #[inline]
    fn from_parts(re: T, im: T) -> Self {
        Complex::new(re, im)
    }
    #[inline]
    fn parts(self) -> (T, T) {
        (self.re, self.im)
    }
}

impl<T: Real> Add<Lit> for Complex<T> {
    type Output = Self;
    #[inline]
    fn add(self, c: Lit) -> Self {
        Complex::new(self.re + c, self.im)
    }
}

impl<T: Real> Sub<Lit> for Complex<T> {
    type Output = Self;
    #[inline]
    fn sub(self, c: Lit) -> Self {
        Complex::new(self.re - c, self.im)
    }
}

impl<T: Real> Mul<Lit> for Complex<T> {
    type Output = Self;
    #[inline]
    fn mul(self, c: Lit) -> Self {
        Complex::new(self.re * c, self.im * c)
    }
}

impl<T: Real> Div<Lit> for Complex<T> {
    type Output = Self;
    #[inline]
    fn div(self, c: Lit) -> Self {
        Complex::new(self.re / c, self.im / c)
    }
}

macro_rules! assign {
    ($($op:ident $f:ident $symbol:tt),*) => {$(
        impl<T: Real> $op<Lit> for Complex<T> {
            #[inline]
            fn $f(&mut self, c: Lit) {
                *self = *self $symbol c;
            }
        }
    )*};
}
assign! { AddAssign add_assign +, SubAssign sub_assign -, MulAssign mul_assign *, DivAssign div_assign / }
