//! + − × ÷ and % of our numbers: value with value by hand, all other forms forwarded to them.

use crate::kernel::{Engine, Layer};
use crate::{Dual, Real, Scalar};
use core::iter::Sum;
use core::ops::{Add, Div, Mul, Neg, Sub};
use num_complex::Complex;
use num_traits::Zero;

impl<T: Scalar, const N: usize> Neg for Dual<T, N> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        self.linear(|x| -x)
    }
}

impl<T: Scalar, const N: usize> Add for Dual<T, N> {
    type Output = Self;
    #[inline(always)]
    #[track_caller]
    fn add(self, other: Self) -> Self {
        Dual { re: self.re + other.re, eps: T::lanes_sum(&self.eps, &other.eps), tag: self.join(&other) }
    }
}

impl<T: Scalar, const N: usize> Sub for Dual<T, N> {
    type Output = Self;
    #[inline(always)]
    #[track_caller]
    fn sub(self, other: Self) -> Self {
        Dual {
            re: self.re - other.re,
            eps: T::lanes_difference(&self.eps, &other.eps),
            tag: self.join(&other),
        }
    }
}

impl<T: Scalar, const N: usize> Mul for Dual<T, N> {
    type Output = Self;
    #[allow(clippy::suspicious_arithmetic_impl)] // the product rule has a sum
    #[inline(always)]
    #[track_caller]
    fn mul(self, other: Self) -> Self {
        Dual {
            re: self.re * other.re,
            eps: T::lanes_combined(&self.eps, other.re, &other.eps, self.re),
            tag: self.join(&other),
        }
    }
}

impl<T: Scalar, const N: usize> Div for Dual<T, N> {
    type Output = Self;
    #[inline(always)]
    #[track_caller]
    fn div(self, other: Self) -> Self {
        self.quotient(other)
    }
}

/// x − n y with an integer n: slopes 1 and −n; by a constant y, no more than a move.
macro_rules! remainder {
    (constant [$($generics:tt)*] $kind:ty, $constant:ty as $inner:expr) => {
        impl<$($generics)*> Rem<$constant> for $kind {
            type Output = $kind;
            #[inline]
            fn rem(self, c: $constant) -> $kind {
                Layer::moved_to(self, self.inner() % $inner(c))
            }
        }
        impl<$($generics)*> RemAssign<$constant> for $kind {
            #[inline]
            fn rem_assign(&mut self, c: $constant) {
                *self = *self % c;
            }
        }
        references! { [$($generics)*] $kind, $constant => $kind, Rem rem }
    };
    ([$($generics:tt)*] $kind:ty) => {
        remainder! { constant [T: Real $($generics)*] $kind, Lit as |c: Lit| c }
        remainder! { constant [T: Real $($generics)*] $kind, f64 as Lit }
        impl<T: ComplexScalar $($generics)*> Rem for $kind {
            type Output = Self;
            #[inline]
            fn rem(self, other: Self) -> Self {
                let (x, y) = (self.inner(), other.inner());
                let value = x % y;
                // x − value is n y up to rounding; of a complex number n has two parts.
                let (re, im) = ((x - value) / y).stop_gradient().parts();
                let n = T::from_parts(re.round(), im.round());
                Self::chain([self, other], value, [T::one(), -n])
            }
        }
    };
}

/// The forms of an operator with references.
macro_rules! references {
    ([$($generics:tt)*] $left:ty, $right:ty => $kind:ty, $op:ident $f:ident) => {
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> $op<&$right> for $left {
            type Output = $kind;
            #[inline]
            #[track_caller]
            fn $f(self, other: &$right) -> $kind {
                $op::$f(self, *other)
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> $op<$right> for &$left {
            type Output = $kind;
            #[inline]
            #[track_caller]
            fn $f(self, other: $right) -> $kind {
                $op::$f(*self, other)
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> $op<&$right> for &$left {
            type Output = $kind;
            #[inline]
            #[track_caller]
            fn $f(self, other: &$right) -> $kind {
                $op::$f(*self, *other)
            }
        }
    };
}

/// The reference and assign forms of a kind of number.
macro_rules! forward_operators {
    (for $generics:tt $kind:ty: $($op:ident $f:ident $assign:ident $g:ident),*) => {
        $(forward_operators! { one $generics $kind, $op $f $assign $g })*
    };
    (one [$($generics:tt)*] $kind:ty, $op:ident $f:ident $assign:ident $g:ident) => {
        references! { [$($generics)*] $kind, $kind => $kind, $op $f }
        impl<$($generics)*> $assign for $kind {
            #[inline]
            #[track_caller]
            fn $g(&mut self, other: $kind) {
                *self = $op::$f(*self, other);
            }
        }
        impl<$($generics)*> $assign<&$kind> for $kind {
            #[inline]
            #[track_caller]
            fn $g(&mut self, other: &$kind) {
                *self = $op::$f(*self, *other);
            }
        }
    };
}

/// A number and a constant, of each kind of constant: `Lit`, `f64` beside every nest, `Complex<f64>` beside complex ones.
///
/// `$inner` makes the constant one that the inner numbers have operators with: a real one stays a literal on the whole way
/// down, as a number with tangents 0 would multiply infinite values by them.
macro_rules! constant_operators {
    ([$($generics:tt)*] $kind:ty, $constant:ty as $inner:expr, $multiply:expr, $divide:expr) => {
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Add<$constant> for $kind {
            type Output = $kind;
            #[inline(always)]
            #[track_caller]
            fn add(self, c: $constant) -> $kind {
                Layer::moved_to(self, self.inner() + $inner(c))
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Sub<$constant> for $kind {
            type Output = $kind;
            #[inline(always)]
            #[track_caller]
            fn sub(self, c: $constant) -> $kind {
                Layer::moved_to(self, self.inner() - $inner(c))
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Mul<$constant> for $kind {
            type Output = $kind;
            #[inline(always)]
            #[track_caller]
            fn mul(self, c: $constant) -> $kind {
                $multiply(self, $inner(c))
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Div<$constant> for $kind {
            type Output = $kind;
            #[inline(always)]
            #[track_caller]
            fn div(self, c: $constant) -> $kind {
                $divide(self, $inner(c))
            }
        }
        constant_operators! { assign [$($generics)*] $kind, $constant:
            AddAssign add_assign +, SubAssign sub_assign -, MulAssign mul_assign *, DivAssign div_assign / }
        references! { [$($generics)*] $kind, $constant => $kind, Add add }
        references! { [$($generics)*] $kind, $constant => $kind, Sub sub }
        references! { [$($generics)*] $kind, $constant => $kind, Mul mul }
        references! { [$($generics)*] $kind, $constant => $kind, Div div }
    };
    (assign $generics:tt $kind:ty, $constant:ty: $($op:ident $f:ident $symbol:tt),*) => {
        $(constant_operators! { one $generics $kind, $constant, $op $f $symbol })*
    };
    (one [$($generics:tt)*] $kind:ty, $constant:ty, $op:ident $f:ident $symbol:tt) => {
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> $op<$constant> for $kind {
            #[inline(always)]
            #[track_caller]
            fn $f(&mut self, c: $constant) {
                *self = *self $symbol c;
            }
        }
    };
    // The constant on the left; where it is a `Lit`, one impl for all scalars stands in `scalar/lit.rs`.
    (left $generics:tt $kind:ty, $constant:ty as $number:expr) => {
        constant_operators! { left_one $generics $kind, $constant as $number, Add add + }
        constant_operators! { left_one $generics $kind, $constant as $number, Sub sub - }
        constant_operators! { left_one $generics $kind, $constant as $number, Mul mul * }
        constant_operators! { left_one $generics $kind, $constant as $number, Div div / }
    };
    (left_one [$($generics:tt)*] $kind:ty, $constant:ty as $number:expr, $op:ident $f:ident $symbol:tt) => {
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> $op<$kind> for $constant {
            type Output = $kind;
            #[inline(always)]
            #[track_caller]
            fn $f(self, x: $kind) -> $kind {
                $number(self) $symbol x
            }
        }
        references! { [$($generics)*] $constant, $kind => $kind, $op $f }
    };
}
/// A complex literal.
#[inline]
pub(crate) fn complex_constant<T: Real>(c: Complex<f64>) -> Complex<T> {
    Complex::new(T::lit(c.re), T::lit(c.im))
}

/// The negative of a reference, iterator sums and products, and comparison of the value with a literal, of a kind of number.
macro_rules! sums_and_comparisons {
    ([$($generics:tt)*] $kind:ty) => {
        impl<T: Scalar $($generics)*> Neg for &$kind {
            type Output = $kind;
            #[inline]
            #[track_caller]
            fn neg(self) -> $kind {
                -*self
            }
        }

        impl<'a, T: Scalar $($generics)*> Sum<&'a Self> for $kind {
            fn sum<I: Iterator<Item = &'a Self>>(iter: I) -> Self {
                iter.copied().sum()
            }
        }

        impl<T: Scalar $($generics)*> Product for $kind {
            fn product<I: Iterator<Item = Self>>(iter: I) -> Self {
                iter.fold(Self::one(), Mul::mul)
            }
        }

        impl<'a, T: Scalar $($generics)*> Product<&'a Self> for $kind {
            fn product<I: Iterator<Item = &'a Self>>(iter: I) -> Self {
                iter.copied().product()
            }
        }

        /// The value alone is compared.
        impl<T: Scalar $($generics)*> PartialEq for $kind {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                self.inner() == other.inner()
            }
        }

        /// The value alone is compared.
        impl<T: Scalar + PartialOrd $($generics)*> PartialOrd for $kind {
            #[inline]
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                self.inner().partial_cmp(&other.inner())
            }
        }

        impl<T: Scalar $($generics)*> PartialEq<Lit> for $kind {
            #[inline]
            fn eq(&self, c: &Lit) -> bool {
                self.inner() == T::lit(c.0)
            }
        }

        impl<T: Scalar $($generics)*> PartialEq<f64> for $kind {
            #[inline]
            fn eq(&self, c: &f64) -> bool {
                self.inner() == T::lit(*c)
            }
        }

        impl<T: Real $($generics)*> PartialOrd<Lit> for $kind {
            #[inline]
            fn partial_cmp(&self, c: &Lit) -> Option<Ordering> {
                self.inner().partial_cmp(&T::lit(c.0))
            }
        }

        impl<T: Real $($generics)*> PartialOrd<f64> for $kind {
            #[inline]
            fn partial_cmp(&self, c: &f64) -> Option<Ordering> {
                self.inner().partial_cmp(&T::lit(*c))
            }
        }
    };
}

/// All forms of the operators of a layer that follow from value with value.
macro_rules! operators {
    ([$($n:tt)*] $kind:ty, $bound:ident) => { const _: () = {
        use crate::kernel::{ComplexEngine, Layer};
        use crate::operators::*;
        use crate::{ComplexScalar, Lit, Real, Scalar};
        use core::cmp::Ordering;
        use core::iter::{Product, Sum};
        use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign};
        use num_traits::One;

        forward_operators! { for [T: Scalar $($n)*] $kind: Add add AddAssign add_assign, Sub sub SubAssign sub_assign,
            Mul mul MulAssign mul_assign, Div div DivAssign div_assign }
        forward_operators! { for [T: ComplexScalar $($n)*] $kind: Rem rem RemAssign rem_assign }
        remainder! { [$($n)*] $kind }
        constant_operators! { [T: Scalar $($n)*] $kind, Lit as |c: Lit| c,
            Layer::scaled, |x: Self, c: Lit| Layer::divided(x, T::lit(c.0), |x| x / c) }
        constant_operators! { [T: Scalar $($n)*] $kind, f64 as Lit, Layer::scaled, Div::<Lit>::div }
        constant_operators! { left [T: Scalar $($n)*] $kind, f64 as Lit }
        sums_and_comparisons! { [$($n)*] $kind }
    }; };
}

/// Operators between a layer over complex numbers and a complex literal.
macro_rules! complex_operators {
    ([$($n:tt)*] $kind:ty) => { const _: () = {
        use crate::Real;
        use crate::kernel::{Engine, Layer};
        use crate::operators::*;
        use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Sub, SubAssign};
        use num_complex::Complex;

        constant_operators! { [T: Real $($n)*] $kind, Complex<f64> as complex_constant::<T>,
            |z: Self, c| Layer::linear(z, |z| z * c), |z: Self, c| Layer::divided(z, c, |z| z.quotient(c)) }
        constant_operators! { left [T: Real $($n)*] $kind, Complex<f64> as |c| <$kind>::from(complex_constant::<T>(c)) }
    }; };
}

pub(crate) use {
    complex_operators, constant_operators, forward_operators, operators, references, remainder,
    sums_and_comparisons,
};

impl<T: Scalar, const N: usize> Sum for Dual<T, N> {
    #[inline]
    fn sum<I: Iterator<Item = Self>>(mut iter: I) -> Self {
        let Some(mut sum) = iter.next() else { return -Self::zero() }; // as of `f64`
        // A second term before the rest: the sum of seven terms for eight variables is then short enough for the compiler to
        // unroll, which shows it where tangents are zero, 22 ns for 31. The terms of a nest are too long for it.
        if T::IS_BASE {
            let Some(second) = iter.next() else { return sum };
            sum += second;
        }
        // By `fold`, as a loop written out here keeps the terms of a nest from being put in: 75 ns for 23 in the Hessian of four
        // variables.
        iter.fold(sum, Add::add)
    }
}

#[cfg(feature = "std")]
mod var {
    //! The operators of variables on the tape.

    use super::{Add, Div, Engine, Layer, Mul, Neg, Scalar, Sub, Sum};
    use crate::Var;

    impl<T: Scalar> Neg for Var<T> {
        type Output = Self;
        #[inline]
        #[track_caller]
        fn neg(self) -> Self {
            Self::chain([self], -self.inner(), [-T::one()])
        }
    }

    impl<T: Scalar> Add for Var<T> {
        type Output = Self;
        #[inline(always)]
        #[track_caller]
        fn add(self, other: Self) -> Self {
            self.plus(other)
        }
    }

    impl<T: Scalar> Sub for Var<T> {
        type Output = Self;
        #[inline(always)]
        #[track_caller]
        fn sub(self, other: Self) -> Self {
            self.minus(other)
        }
    }

    impl<T: Scalar> Mul for Var<T> {
        type Output = Self;
        #[inline(always)]
        #[track_caller]
        fn mul(self, other: Self) -> Self {
            self.times(other)
        }
    }

    impl<T: Scalar> Div for Var<T> {
        type Output = Self;
        #[inline]
        #[track_caller]
        fn div(self, other: Self) -> Self {
            self.quotient(other)
        }
    }

    impl<T: Scalar> Sum for Var<T> {
        #[track_caller]
        fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
            Self::total(iter)
        }
    }
}
