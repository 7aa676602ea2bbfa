//! The numbers that the problems are written for.

use holograd::{Dual, Jet, Scalar, Var, lit};
use std::iter::Sum;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// What the problems need of a number, so that one text of each serves every library: the traits of no library serve
/// all of them. Each kind forwards to its own operations, constants beside an operator in its own cheapest form.
pub trait Number:
    Copy + Neg<Output = Self> + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self>
{
    fn plus(self, constant: f64) -> Self;
    fn times(self, constant: f64) -> Self;
    fn recip(self) -> Self;
    fn sqrt(self) -> Self;
    fn exp(self) -> Self;
    fn ln(self) -> Self;
    fn sin(self) -> Self;
    fn cos(self) -> Self;
    fn tanh(self) -> Self;

    /// 1/(1 + e⁻ˣ)
    #[inline]
    fn sigmoid(self) -> Self {
        (-self).exp().plus(1.0).recip()
    }

    /// ln(eˣ + eʸ)
    #[inline]
    fn log_add_exp(self, other: Self) -> Self {
        (self.exp() + other.exp()).ln()
    }

    /// The innermost value.
    fn value(self) -> f64;

    /// Whether the value is 0.
    #[inline]
    fn is_zero(self) -> bool {
        self.value() == 0.0
    }

    /// The sum of at least one term, in the library's own way if it has one.
    #[inline]
    fn sum(terms: impl Iterator<Item = Self>) -> Self {
        terms.reduce(|sum, term| sum + term).expect("at least one term")
    }

    /// Σ xᵢ yᵢ of at least one pair, likewise.
    #[inline]
    fn dot(x: &[Self], y: &[Self]) -> Self {
        Self::sum(x.iter().zip(y).map(|(x, y)| *x * *y))
    }
}

macro_rules! of_this_crate {
    ([$($generics:tt)*] $number:ty) => {
        impl<$($generics)*> Number for $number {
            #[inline]
            fn plus(self, constant: f64) -> Self {
                self + lit(constant)
            }
            #[inline]
            fn times(self, constant: f64) -> Self {
                self * lit(constant)
            }
            #[inline]
            fn value(self) -> f64 {
                self.primal()
            }
            #[inline]
            fn is_zero(self) -> bool {
                self == 0.0
            }
            #[inline]
            fn sum(terms: impl Iterator<Item = Self>) -> Self {
                Sum::sum(terms)
            }
            #[inline]
            fn dot(x: &[Self], y: &[Self]) -> Self {
                Scalar::dot(x, y)
            }
            #[inline]
            fn log_add_exp(self, other: Self) -> Self {
                Scalar::log_add_exp(self, other)
            }
            of_this_crate! { recip sqrt exp ln sin cos tanh sigmoid }
        }
    };
    ($($function:ident)*) => {
        $(#[inline]
        fn $function(self) -> Self {
            Scalar::$function(self)
        })*
    };
}

of_this_crate! { [] f64 }
of_this_crate! { [T: Scalar<Primal = f64>, const N: usize] Dual<T, N> }
of_this_crate! { [T: Scalar<Primal = f64>, const K: usize] Jet<T, K> }
of_this_crate! { [T: Scalar<Primal = f64>] Var<T> }
