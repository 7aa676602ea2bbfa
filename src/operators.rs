//! + − × ÷ and % of our numbers: value with value by hand, all other forms forwarded to them.

use crate::chain::Chain;
use crate::{ComplexScalar, Dual, Lit, Real, Scalar};
use core::cmp::Ordering;
use core::iter::{Product, Sum};
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign};
use num_complex::Complex;
use num_traits::{One, Zero};

impl<T: Scalar, const N: usize> Neg for Dual<T, N> {
    type Output = Self;
    #[inline]
    fn neg(mut self) -> Self {
        self.re = -self.re;
        for i in 0..N {
            self.eps[i] = -self.eps[i];
        }
        self
    }
}

impl<T: Scalar, const N: usize> Add for Dual<T, N> {
    type Output = Self;
    #[inline]
    fn add(mut self, other: Self) -> Self {
        self.tag = self.join(&other);
        self.re += other.re;
        for i in 0..N {
            self.eps[i] += other.eps[i];
        }
        self
    }
}

impl<T: Scalar, const N: usize> Sub for Dual<T, N> {
    type Output = Self;
    #[inline]
    fn sub(mut self, other: Self) -> Self {
        self.tag = self.join(&other);
        self.re -= other.re;
        for i in 0..N {
            self.eps[i] -= other.eps[i];
        }
        self
    }
}

impl<T: Scalar, const N: usize> Mul for Dual<T, N> {
    type Output = Self;
    #[inline]
    fn mul(mut self, other: Self) -> Self {
        self.tag = self.join(&other);
        for i in 0..N {
            self.eps[i] = self.eps[i] * other.re + self.re * other.eps[i];
        }
        self.re *= other.re;
        self
    }
}

impl<T: Scalar, const N: usize> Div for Dual<T, N> {
    type Output = Self;
    #[inline]
    fn div(self, other: Self) -> Self {
        self.quotient(other)
    }
}

/// x − n y: slopes 1 and −n.
impl<T: ComplexScalar, const N: usize> Rem for Dual<T, N> {
    type Output = Self;
    #[inline]
    fn rem(self, other: Self) -> Self {
        let value = self.re % other.re;
        // x − value is n y up to rounding, so n is right to rounding too.
        let n = ((self.re - value) / other.re).stop_gradient();
        Self::chain([self, other], value, [T::one(), -n])
    }
}

/// The reference and assign forms, and the iterator sums, of a kind of number.
macro_rules! forward_operators {
    (for $generics:tt $kind:ty: $($op:ident $f:ident $assign:ident $g:ident),*) => {
        $(forward_operators! { one $generics $kind, $op $f $assign $g })*
    };
    (one [$($generics:tt)*] $kind:ty, $op:ident $f:ident $assign:ident $g:ident) => {
        impl<$($generics)*> $op<&$kind> for $kind {
            type Output = $kind;
            #[inline]
            fn $f(self, other: &$kind) -> $kind {
                $op::$f(self, *other)
            }
        }
        impl<$($generics)*> $op<$kind> for &$kind {
            type Output = $kind;
            #[inline]
            fn $f(self, other: $kind) -> $kind {
                $op::$f(*self, other)
            }
        }
        impl<$($generics)*> $op<&$kind> for &$kind {
            type Output = $kind;
            #[inline]
            fn $f(self, other: &$kind) -> $kind {
                $op::$f(*self, *other)
            }
        }
        impl<$($generics)*> $assign for $kind {
            #[inline]
            fn $g(&mut self, other: $kind) {
                *self = $op::$f(*self, other);
            }
        }
        impl<$($generics)*> $assign<&$kind> for $kind {
            #[inline]
            fn $g(&mut self, other: &$kind) {
                *self = $op::$f(*self, *other);
            }
        }
    };
}
forward_operators! { for [T: Scalar, const N: usize] Dual<T, N>:
Add add AddAssign add_assign, Sub sub SubAssign sub_assign, Mul mul MulAssign mul_assign, Div div DivAssign div_assign }
forward_operators! { for [T: ComplexScalar, const N: usize] Dual<T, N>: Rem rem RemAssign rem_assign }

/// A number and a constant, of each kind of constant: `Lit`, `f64` beside every nest, `Complex<f64>` beside complex ones.
macro_rules! constant_operators {
    ([$($generics:tt)*] $kind:ty, $constant:ty, $inner:expr) => {
        impl<$($generics)*> Add<$constant> for $kind {
            type Output = $kind;
            #[inline]
            fn add(mut self, c: $constant) -> $kind {
                self.re += $inner(c);
                self
            }
        }
        impl<$($generics)*> Sub<$constant> for $kind {
            type Output = $kind;
            #[inline]
            fn sub(mut self, c: $constant) -> $kind {
                self.re -= $inner(c);
                self
            }
        }
        impl<$($generics)*> Mul<$constant> for $kind {
            type Output = $kind;
            #[inline]
            fn mul(mut self, c: $constant) -> $kind {
                let c = $inner(c);
                self.re *= c;
                for i in 0..N {
                    self.eps[i] *= c;
                }
                self
            }
        }
        impl<$($generics)*> Div<$constant> for $kind {
            type Output = $kind;
            #[inline]
            fn div(mut self, c: $constant) -> $kind {
                let c = $inner(c);
                self.re /= c;
                for i in 0..N {
                    self.eps[i] /= c;
                }
                self
            }
        }
        constant_operators! { assign [$($generics)*] $kind, $constant:
            AddAssign add_assign +, SubAssign sub_assign -, MulAssign mul_assign *, DivAssign div_assign / }
    };
    (assign $generics:tt $kind:ty, $constant:ty: $($op:ident $f:ident $symbol:tt),*) => {
        $(constant_operators! { one $generics $kind, $constant, $op $f $symbol })*
    };
    (one [$($generics:tt)*] $kind:ty, $constant:ty, $op:ident $f:ident $symbol:tt) => {
        impl<$($generics)*> $op<$constant> for $kind {
            #[inline]
            fn $f(&mut self, c: $constant) {
                *self = *self $symbol c;
            }
        }
    };
    // The constant on the left; where it is a `Lit`, one impl for all scalars stands in `scalar/lit.rs`.
    (left [$($generics:tt)*] $kind:ty, $constant:ty, $inner:expr) => {
        impl<$($generics)*> Add<$kind> for $constant {
            type Output = $kind;
            #[inline]
            fn add(self, x: $kind) -> $kind {
                x + self
            }
        }
        impl<$($generics)*> Sub<$kind> for $constant {
            type Output = $kind;
            #[inline]
            fn sub(self, x: $kind) -> $kind {
                let mut result = -x;
                result.re = $inner(self) - x.re;
                result
            }
        }
        impl<$($generics)*> Mul<$kind> for $constant {
            type Output = $kind;
            #[inline]
            fn mul(self, x: $kind) -> $kind {
                x * self
            }
        }
        impl<$($generics)*> Div<$kind> for $constant {
            type Output = $kind;
            #[inline]
            fn div(self, x: $kind) -> $kind {
                let value = $inner(self).quotient(x.re);
                <$kind>::chain([x], value, [-value.quotient(x.re)])
            }
        }
    };
}
constant_operators! { [T: Scalar, const N: usize] Dual<T, N>, Lit, |c| c }
constant_operators! { [T: Scalar, const N: usize] Dual<T, N>, f64, Lit }
constant_operators! { left [T: Scalar, const N: usize] Dual<T, N>, f64, T::lit }
constant_operators! { [T: Real, const N: usize] Dual<Complex<T>, N>, Complex<f64>, complex_constant::<T> }
constant_operators! { left [T: Real, const N: usize] Dual<Complex<T>, N>, Complex<f64>, complex_constant::<T> }

#[inline]
fn complex_constant<T: Real>(c: Complex<f64>) -> Complex<T> {
    Complex::new(T::lit(c.re), T::lit(c.im))
}

impl<T: Scalar, const N: usize> Sum for Dual<T, N> {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::zero(), Add::add)
    }
}

impl<'a, T: Scalar, const N: usize> Sum<&'a Dual<T, N>> for Dual<T, N> {
    fn sum<I: Iterator<Item = &'a Self>>(iter: I) -> Self {
        iter.copied().sum()
    }
}

impl<T: Scalar, const N: usize> Product for Dual<T, N> {
    fn product<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::one(), Mul::mul)
    }
}

impl<'a, T: Scalar, const N: usize> Product<&'a Dual<T, N>> for Dual<T, N> {
    fn product<I: Iterator<Item = &'a Self>>(iter: I) -> Self {
        iter.copied().product()
    }
}

/// Comparison of the value with a literal, at every level.
macro_rules! compare {
    ($constant:ty, $lit:expr) => {
        impl<T: Scalar, const N: usize> PartialEq<$constant> for Dual<T, N> {
            #[inline]
            fn eq(&self, c: &$constant) -> bool {
                self.re == T::lit($lit(*c))
            }
        }
        impl<T: Real, const N: usize> PartialOrd<$constant> for Dual<T, N> {
            #[inline]
            fn partial_cmp(&self, c: &$constant) -> Option<Ordering> {
                self.re.partial_cmp(&T::lit($lit(*c)))
            }
        }
    };
}
compare! { Lit, |c: Lit| c.0 }
compare! { f64, |c| c }
