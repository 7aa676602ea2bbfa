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
                self.moved_to(self.inner() % $inner(c))
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
        remainder! { constant [T: Real, $($generics)*] $kind, Lit as |c: Lit| c }
        remainder! { constant [T: Real, $($generics)*] $kind, f64 as Lit }
        impl<T: ComplexScalar, $($generics)*> Rem for $kind {
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
        impl<$($generics)*> $op<&$right> for $left {
            type Output = $kind;
            #[inline]
            #[track_caller]
            fn $f(self, other: &$right) -> $kind {
                $op::$f(self, *other)
            }
        }
        impl<$($generics)*> $op<$right> for &$left {
            type Output = $kind;
            #[inline]
            #[track_caller]
            fn $f(self, other: $right) -> $kind {
                $op::$f(*self, other)
            }
        }
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
forward_operators! { for [T: Scalar, const N: usize] Dual<T, N>:
Add add AddAssign add_assign, Sub sub SubAssign sub_assign, Mul mul MulAssign mul_assign, Div div DivAssign div_assign }
forward_operators! { for [T: ComplexScalar, const N: usize] Dual<T, N>: Rem rem RemAssign rem_assign }
remainder! { [const N: usize] Dual<T, N> }

/// A number and a constant, of each kind of constant: `Lit`, `f64` beside every nest, `Complex<f64>` beside complex ones.
///
/// `$inner` makes the constant one that the inner numbers have operators with: a real one stays a literal on the whole way
/// down, as a number with tangents 0 would multiply infinite values by them.
macro_rules! constant_operators {
    ([$($generics:tt)*] $kind:ty, $constant:ty as $inner:expr, $multiply:expr, $divide:expr) => {
        impl<$($generics)*> Add<$constant> for $kind {
            type Output = $kind;
            #[inline(always)]
            #[track_caller]
            fn add(self, c: $constant) -> $kind {
                self.moved_to(self.inner() + $inner(c))
            }
        }
        impl<$($generics)*> Sub<$constant> for $kind {
            type Output = $kind;
            #[inline(always)]
            #[track_caller]
            fn sub(self, c: $constant) -> $kind {
                self.moved_to(self.inner() - $inner(c))
            }
        }
        impl<$($generics)*> Mul<$constant> for $kind {
            type Output = $kind;
            #[inline(always)]
            #[track_caller]
            fn mul(self, c: $constant) -> $kind {
                $multiply(self, $inner(c))
            }
        }
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
constant_operators! { [T: Scalar, const N: usize] Dual<T, N>, Lit as |c: Lit| c, <Dual<T, N>>::scaled, |x: Self, c: Lit| x.divided(T::lit(c.0), |x| x / c) }
constant_operators! { [T: Scalar, const N: usize] Dual<T, N>, f64 as Lit, <Dual<T, N>>::scaled, Div::<Lit>::div }
constant_operators! { left [T: Scalar, const N: usize] Dual<T, N>, f64 as Lit }
constant_operators! { [T: Real, const N: usize] Dual<Complex<T>, N>, Complex<f64> as complex_constant::<T>, |z: Self, c| z.linear(|z| z * c), |z: Self, c| z.divided(c, |z| z.quotient(c)) }
constant_operators! { left [T: Real, const N: usize] Dual<Complex<T>, N>, Complex<f64> as |c| Dual::from(complex_constant::<T>(c)) }

#[inline]
fn complex_constant<T: Real>(c: Complex<f64>) -> Complex<T> {
    Complex::new(T::lit(c.re), T::lit(c.im))
}

/// The negative of a reference, iterator sums and products, and comparison of the value with a literal, of a kind of number.
macro_rules! sums_and_comparisons {
    ([$($generics:tt)*] $kind:ident<T $(, $n:ident)?>) => {
        impl<T: Scalar, $($generics)*> Neg for &$kind<T $(, $n)?> {
            type Output = $kind<T $(, $n)?>;
            #[inline]
            #[track_caller]
            fn neg(self) -> $kind<T $(, $n)?> {
                -*self
            }
        }

        impl<'a, T: Scalar, $($generics)*> Sum<&'a Self> for $kind<T $(, $n)?> {
            fn sum<I: Iterator<Item = &'a Self>>(iter: I) -> Self {
                iter.copied().sum()
            }
        }

        impl<T: Scalar, $($generics)*> Product for $kind<T $(, $n)?> {
            fn product<I: Iterator<Item = Self>>(iter: I) -> Self {
                iter.fold(Self::one(), Mul::mul)
            }
        }

        impl<'a, T: Scalar, $($generics)*> Product<&'a Self> for $kind<T $(, $n)?> {
            fn product<I: Iterator<Item = &'a Self>>(iter: I) -> Self {
                iter.copied().product()
            }
        }

        impl<T: Scalar, $($generics)*> PartialEq<Lit> for $kind<T $(, $n)?> {
            #[inline]
            fn eq(&self, c: &Lit) -> bool {
                self.inner() == T::lit(c.0)
            }
        }

        impl<T: Scalar, $($generics)*> PartialEq<f64> for $kind<T $(, $n)?> {
            #[inline]
            fn eq(&self, c: &f64) -> bool {
                self.inner() == T::lit(*c)
            }
        }

        impl<T: Real, $($generics)*> PartialOrd<Lit> for $kind<T $(, $n)?> {
            #[inline]
            fn partial_cmp(&self, c: &Lit) -> Option<Ordering> {
                self.inner().partial_cmp(&T::lit(c.0))
            }
        }

        impl<T: Real, $($generics)*> PartialOrd<f64> for $kind<T $(, $n)?> {
            #[inline]
            fn partial_cmp(&self, c: &f64) -> Option<Ordering> {
                self.inner().partial_cmp(&T::lit(*c))
            }
        }
    };
}
sums_and_comparisons! { [const N: usize] Dual<T, N> }

impl<T: Scalar, const N: usize> Sum for Dual<T, N> {
    #[inline]
    fn sum<I: Iterator<Item = Self>>(mut iter: I) -> Self {
        let Some(mut sum) = iter.next() else { return -Self::zero() }; // as of `f64`
        // A second term before the rest: the sum of seven terms for eight variables is then short enough for the compiler to
        // unroll, which shows it where tangents are zero, 22 ns for 31. The terms of a nest are too long for it.
        if T::LEVEL == 0 {
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
    //! The same for variables on the tape.

    use super::{
        Add, AddAssign, Chain, Complex, ComplexScalar, Div, DivAssign, Lit, Mul, MulAssign, Neg, One,
        Ordering, Product, Real, Rem, RemAssign, Scalar, Sub, SubAssign, Sum, complex_constant,
    };
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

    remainder! { [] Var<T> }
    forward_operators! { for [T: Scalar] Var<T>:
    Add add AddAssign add_assign, Sub sub SubAssign sub_assign, Mul mul MulAssign mul_assign,
    Div div DivAssign div_assign }
    forward_operators! { for [T: ComplexScalar] Var<T>: Rem rem RemAssign rem_assign }
    constant_operators! { [T: Scalar] Var<T>, Lit as |c: Lit| c, <Var<T>>::scaled, |x: Self, c: Lit| x.linear(|x| x / c) }
    constant_operators! { [T: Scalar] Var<T>, f64 as Lit, <Var<T>>::scaled, Div::<Lit>::div }
    constant_operators! { left [T: Scalar] Var<T>, f64 as Lit }
    constant_operators! { [T: Real] Var<Complex<T>>, Complex<f64> as complex_constant::<T>, |z: Self, c| z.linear(|z| z * c), |z: Self, c| z.linear(|z| z.quotient(c)) }
    constant_operators! { left [T: Real] Var<Complex<T>>, Complex<f64> as |c| Var::from(complex_constant::<T>(c)) }
    sums_and_comparisons! { [] Var<T> }

    impl<T: Scalar> Sum for Var<T> {
        #[track_caller]
        fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
            Self::total(iter)
        }
    }
}
