//! The comparisons of `approx`: of the innermost values, as all comparisons are.

use crate::Base;

/// |x − y| ≤ ε, or the same infinity.
pub(crate) fn absolutely<B: Base>(x: B, y: B, epsilon: B) -> bool {
    x == y || B::abs(x - y) <= epsilon
}

/// |x − y| ≤ ε, or ≤ `relative` times the larger one.
pub(crate) fn relatively<B: Base>(x: B, y: B, epsilon: B, relative: B) -> bool {
    if x == y {
        return true;
    }
    let finite = B::is_finite(x) && B::is_finite(y);
    let difference = B::abs(x - y);
    finite && (difference <= epsilon || difference <= B::max(B::abs(x), B::abs(y)) * relative)
}

/// The traits of `approx` for a layer.
macro_rules! approx {
    ([$($n:tt)*] $kind:ty) => {
        impl<T: crate::Real $($n)*> ::approx::AbsDiffEq for $kind {
            type Epsilon = Self;
            #[inline]
            fn default_epsilon() -> Self {
                crate::Scalar::constant(<T::Primal as crate::Base>::epsilon())
            }
            #[inline]
            fn abs_diff_eq(&self, other: &Self, epsilon: Self) -> bool {
                crate::interop::approx::absolutely(self.primal(), other.primal(), epsilon.primal())
            }
        }

        impl<T: crate::Real $($n)*> ::approx::RelativeEq for $kind {
            #[inline]
            fn default_max_relative() -> Self {
                crate::Scalar::constant(<T::Primal as crate::Base>::epsilon())
            }
            #[inline]
            fn relative_eq(&self, other: &Self, epsilon: Self, max_relative: Self) -> bool {
                let (x, y) = (self.primal(), other.primal());
                crate::interop::approx::relatively(x, y, epsilon.primal(), max_relative.primal())
            }
        }

        impl<T: crate::Real $($n)*> ::approx::UlpsEq for $kind {
            #[inline]
            fn default_max_ulps() -> u32 {
                4
            }
            #[inline]
            fn ulps_eq(&self, other: &Self, epsilon: Self, max_ulps: u32) -> bool {
                ::approx::AbsDiffEq::abs_diff_eq(self, other, epsilon)
                    || crate::Base::within_ulps(self.primal(), other.primal(), max_ulps)
            }
        }
    };
}
pub(crate) use approx;
