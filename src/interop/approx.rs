//! The comparisons of `approx`: of the innermost values, as all comparisons are.

use crate::{Dual, Real, Scalar};
use approx::{AbsDiffEq, RelativeEq, UlpsEq};

/// What the feature `nalgebra` asks of the machine's real numbers.
pub trait Approximate: UlpsEq<Epsilon = Self> + RelativeEq {}
impl<L: UlpsEq<Epsilon = L> + RelativeEq> Approximate for L {}

macro_rules! approx {
    ([$($n:tt)*] $kind:ty) => {
        impl<T: Real $($n)*> AbsDiffEq for $kind {
            type Epsilon = Self;
            #[inline]
            fn default_epsilon() -> Self {
                Self::constant(T::Primal::default_epsilon())
            }
            #[inline]
            fn abs_diff_eq(&self, other: &Self, epsilon: Self) -> bool {
                self.primal().abs_diff_eq(&other.primal(), epsilon.primal())
            }
        }

        impl<T: Real $($n)*> RelativeEq for $kind {
            #[inline]
            fn default_max_relative() -> Self {
                Self::constant(T::Primal::default_max_relative())
            }
            #[inline]
            fn relative_eq(&self, other: &Self, epsilon: Self, max_relative: Self) -> bool {
                self.primal().relative_eq(&other.primal(), epsilon.primal(), max_relative.primal())
            }
        }

        impl<T: Real $($n)*> UlpsEq for $kind {
            #[inline]
            fn default_max_ulps() -> u32 {
                T::Primal::default_max_ulps()
            }
            #[inline]
            fn ulps_eq(&self, other: &Self, epsilon: Self, max_ulps: u32) -> bool {
                self.primal().ulps_eq(&other.primal(), epsilon.primal(), max_ulps)
            }
        }
    };
}
approx! { [, const N: usize] Dual<T, N> }
#[cfg(feature = "std")]
approx! { [] crate::Var<T> }
