//! Real literals for generic code.

use crate::kernel::Engine;
use crate::{Real, Scalar};
use core::cmp::Ordering;
use core::ops::{Add, Div, Mul, Neg, Sub};

/// A real literal, on either side of an operator, for every [`Scalar`]. Made by [`lit`].
///
/// It is not a number itself: it has the four operators with every `Scalar` on the other side, assignment forms, `%` on the right of
/// a [`Real`](crate::Real), and comparison on the left: `lit(0.0) < x`. Literals combine to literals: `-lit(2.0)`, `lit(2.0) * PI * x`.
///
/// In code generic over `Real` a comparison has the literal on the left, or is `x < T::lit(0.0)`. That `f64` cannot be compared
/// with a `Lit` is on purpose: where it could, `1.0 < v.iter().sum()` would be ambiguous in every program that is linked with this crate.
///
/// # Examples
/// ```
/// use holograd::{Lit, consts::PI, lit};
/// let half: Lit = lit(0.5);
/// assert_eq!(half * 3.0_f64, 1.5);
/// assert_eq!(PI, lit(std::f64::consts::PI));
/// assert_eq!(-half * PI * 2.0_f64, -std::f64::consts::PI);
/// assert_eq!(7.5_f64 % lit(2.0), 1.5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Lit(pub f64);

/// A real literal in generic code: `x * lit(2.0)`, `lit(1.0) - x`, `lit(0.0) < x`, `s *= lit(0.5)`.
///
/// It stands for the `f64` given, rounded once where the innermost number is `f32`, and has no derivative; no tangent
/// is multiplied by zero for it. As a value of its own it is [`T::lit(2.0)`](Scalar::lit).
///
/// # Examples
/// ```
/// use holograd::{Scalar, derivative, lit};
/// fn f<T: Scalar>(x: T) -> T {
///     lit(1.0) / (x * x + lit(1.0))
/// }
/// assert_eq!(derivative(f, 1.0), -0.5);
/// ```
#[inline]
#[must_use]
pub const fn lit(value: f64) -> Lit {
    Lit(value)
}

impl<T: Scalar> Add<T> for Lit {
    type Output = T;
    #[inline]
    fn add(self, x: T) -> T {
        x + self
    }
}

impl<T: Scalar> Sub<T> for Lit {
    type Output = T;
    #[inline]
    fn sub(self, x: T) -> T {
        x.subtract_from(self)
    }
}

impl<T: Scalar> Mul<T> for Lit {
    type Output = T;
    #[inline]
    fn mul(self, x: T) -> T {
        x * self
    }
}

impl<T: Scalar> Div<T> for Lit {
    type Output = T;
    #[inline]
    fn div(self, x: T) -> T {
        x.divide_into(self)
    }
}

/// The value alone is compared.
///
/// ```
/// # use holograd::{Real, lit};
/// fn sign<T: Real>(x: T) -> i32 {
///     i32::from(lit(0.0) < x) - i32::from(lit(0.0) > x)
/// }
/// assert_eq!([-2.0, 0.0, 3.0].map(sign), [-1, 0, 1]);
/// ```
impl<T: Real> PartialOrd<T> for Lit {
    #[inline]
    fn partial_cmp(&self, x: &T) -> Option<Ordering> {
        T::lit(self.0).partial_cmp(x)
    }
}

impl<T: Scalar> PartialEq<T> for Lit {
    #[inline]
    fn eq(&self, x: &T) -> bool {
        T::lit(self.0) == *x
    }
}

impl Neg for Lit {
    type Output = Self;
    #[inline]
    fn neg(self) -> Self {
        Lit(-self.0)
    }
}

macro_rules! literals {
    ($($op:ident $f:ident $symbol:tt),*) => {$(
        impl $op for Lit {
            type Output = Self;
            #[inline]
            fn $f(self, other: Self) -> Self {
                Lit(self.0 $symbol other.0)
            }
        }
    )*};
}
literals! { Add add +, Sub sub -, Mul mul *, Div div / }

/// The mathematical constants as literals: `x * PI`, `PI - x`, `x.min(PI)`, and `lift(PI)` as a value of its own.
///
/// # Examples
/// ```
/// use holograd::{Scalar, consts::TAU, derivative};
/// fn circumference<T: Scalar>(r: T) -> T {
///     r * TAU
/// }
/// assert_eq!(derivative(circumference, 1.0), std::f64::consts::TAU);
/// ```
pub mod consts {
    use super::Lit;
    use core::f64::consts;

    macro_rules! constants {
        ($($(#[$doc:meta])* $name:ident)*) => {$(
            $(#[$doc])*
            pub const $name: Lit = Lit(consts::$name);
        )*};
    }
    constants! {
        /// π, a circle's circumference over its diameter
        PI
        /// 2π
        TAU
        /// e, the base of the natural logarithm
        E
        /// √2
        SQRT_2
        /// 1/√2
        FRAC_1_SQRT_2
        /// ln 2
        LN_2
        /// ln 10
        LN_10
        /// log₂ e
        LOG2_E
        /// log₁₀ e
        LOG10_E
        /// π/2
        FRAC_PI_2
        /// π/3
        FRAC_PI_3
        /// π/4
        FRAC_PI_4
        /// π/6
        FRAC_PI_6
        /// π/8
        FRAC_PI_8
        /// 1/π
        FRAC_1_PI
        /// 2/π
        FRAC_2_PI
        /// 2/√π
        FRAC_2_SQRT_PI
    }
}
