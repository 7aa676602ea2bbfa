//! `Complex<T>` as a scalar, for every real `T`.

pub(crate) mod elementary;
pub(crate) mod textbook;

use super::{ComplexScalar, Real, Scalar};
use crate::Lit;
use crate::kernel::ComplexParts;
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Sub, SubAssign};
use num_complex::Complex;

impl<T: Real> Scalar for Complex<T> {
    type Real = T;
    type Primal = Complex<T::Primal>;
    type Kernel = ComplexParts;
    type Fused<const K: usize> = Self;
}

impl<T: Real> ComplexScalar for Complex<T> {}

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
