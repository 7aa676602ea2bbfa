//! [`Real`]: the functions of real numbers, and their order.

use super::lit::{Lit, lit};
use super::{Base, ComplexScalar, Operand};
use crate::functions;
use crate::kernel::{Engine, Kernel, RealKernel, Truth};
use core::cmp::Ordering;
use core::ops::{Rem, RemAssign};

/// A real number: a [`ComplexScalar`] with an order.
///
/// Comparison, and with it every branch, looks at the value alone, so that it goes where the plain `f64` program goes.
///
/// # Examples
/// ```
/// use holograd::{Real, derivative, lit};
/// fn huber<T: Real>(x: T) -> T {
///     if x.abs() < T::lit(1.0) { x * x * lit(0.5) } else { x.abs() - lit(0.5) }
/// }
/// assert_eq!(derivative(huber, 0.25), 0.25);
/// assert_eq!(derivative(huber, -3.0), -1.0);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a real number",
    label = "neither `f32` nor `f64` nor a nest of `Dual` and `Var` that ends in one",
    note = "a function that also runs on complex numbers is bounded by `holograd::Scalar`, or by `holograd::ComplexScalar` if it uses \
            `re`, `im`, `conj` or `abs`",
    note = "a struct given to `impl_tree!` has a number type without bounds: `struct Params<T>`, and not `struct Params<T: Real>`",
    note = "literals are written `1.0`, not `1`"
)]
pub trait Real:
    ComplexScalar<Real = Self, Primal: Base, Kernel: RealKernel<Self>>
    + PartialOrd
    + Rem<Lit, Output = Self>
    + RemAssign<Lit>
{
    /// ±1 by the sign, also of a zero, as `f64::signum`; slope 0.
    ///
    /// ```
    /// # use holograd::{Real, derivative};
    /// assert_eq!(derivative(|x| x.signum(), -2.0), 0.0);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn signum(self) -> Self {
        Self::Kernel::real(functions::signum {}, [self])
    }

    /// The largest integer not above x; slope 0.
    ///
    /// ```
    /// # use holograd::{Real, derivative};
    /// assert_eq!(derivative(|x| x.floor() * x, 2.5), 2.0);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn floor(self) -> Self {
        Self::Kernel::real(functions::floor {}, [self])
    }

    /// The smallest integer not below x; slope 0.
    ///
    /// ```
    /// # use holograd::{Real, derivative};
    /// assert_eq!(derivative(|x| x.ceil() * x, 2.5), 3.0);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn ceil(self) -> Self {
        Self::Kernel::real(functions::ceil {}, [self])
    }

    /// The nearest integer, ties away from zero; slope 0.
    ///
    /// ```
    /// # use holograd::{Real, derivative};
    /// assert_eq!(derivative(|x| x.round() * x, 2.5), 3.0);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn round(self) -> Self {
        Self::Kernel::real(functions::round {}, [self])
    }

    /// The integer part; slope 0.
    ///
    /// ```
    /// # use holograd::{Real, derivative};
    /// assert_eq!(derivative(|x| x.trunc() * x, -2.5), -2.0);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn trunc(self) -> Self {
        Self::Kernel::real(functions::trunc {}, [self])
    }

    /// x − trunc x; slope 1.
    ///
    /// ```
    /// # use holograd::{Real, derivative};
    /// assert_eq!(derivative(|x| x.fract(), 2.5), 1.0);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn fract(self) -> Self {
        Self::Kernel::real(functions::fract {}, [self])
    }

    /// Degrees to radians.
    ///
    /// ```
    /// # use holograd::Real;
    /// assert_eq!(Real::to_radians(180.0), std::f64::consts::PI);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn to_radians(self) -> Self {
        Self::Kernel::real(functions::to_radians {}, [self])
    }

    /// Radians to degrees.
    ///
    /// ```
    /// # use holograd::Real;
    /// assert_eq!(Real::to_degrees(std::f64::consts::PI), 180.0);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn to_degrees(self) -> Self {
        Self::Kernel::real(functions::to_degrees {}, [self])
    }

    /// The angle of the point (x, y), where `self` is y. Slopes x/r² and −y/r²; NaN at the origin.
    ///
    /// ```
    /// # use holograd::{Real, jacfwd};
    /// assert_eq!(jacfwd(|[y, x]| y.atan2(x), &[0.0, 2.0]), [0.5, 0.0]);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn atan2(self, x: impl Operand<Self>) -> Self {
        Self::Kernel::real(functions::atan2 {}, [self, Operand::number(x)])
    }

    /// √(x² + y²), without overflow; slopes x/r and y/r, 0 at the origin.
    ///
    /// ```
    /// # use holograd::{Real, jacfwd};
    /// assert_eq!(jacfwd(|[x, y]| x.hypot(y), &[0.0, 4e200]), [0.0, 1.0]);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn hypot(self, other: impl Operand<Self>) -> Self {
        Self::Kernel::real(functions::hypot {}, [self, Operand::number(other)])
    }

    /// The larger one of x and 0, with slope 0 at 0, as in machine learning; NaN stays NaN.
    ///
    /// ```
    /// # use holograd::{Real, derivative};
    /// assert_eq!([-1.0, 0.0, 1.0].map(|x| derivative(|x| x.relu(), x)), [0.0, 0.0, 1.0]);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn relu(self) -> Self {
        let positive = Self::Kernel::less(Self::zero(), self).or(Self::Kernel::has_nan(self));
        Self::choose(positive, || self, Self::zero)
    }

    /// The integer n for which x − n y lies in [0, |y|); slope 0.
    ///
    /// ```
    /// # use holograd::{Real, derivative};
    /// assert_eq!(derivative(|x| x.div_euclid(4.0) * x, -7.0), -2.0);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn div_euclid(self, divisor: impl Operand<Self>) -> Self {
        let (x, y) = (self.stop_gradient(), Operand::<Self>::number(divisor).stop_gradient());
        let whole = Real::trunc(x / y);
        let up = || Self::choose(Self::Kernel::has_sign(y), || whole + lit(1.0), || whole - lit(1.0));
        Self::choose(Self::Kernel::less(x % y, Self::zero()), up, || whole)
    }

    /// x − n y with the integer n that makes it lie in [0, |y|); slopes 1 and −n.
    ///
    /// ```
    /// # use holograd::{Real, jacfwd};
    /// assert_eq!(jacfwd(|[x, y]| x.rem_euclid(y), &[-7.0, 4.0]), [1.0, 2.0]);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn rem_euclid(self, divisor: impl Operand<Self>) -> Self {
        Self::Kernel::real(functions::rem_euclid {}, [self, Operand::number(divisor)])
    }

    /// |x| with the sign of `sign`; slope ±1 in x as the signs agree or differ, 0 at x = 0, and 0 in `sign`.
    ///
    /// ```
    /// # use holograd::{Real, derivative};
    /// assert_eq!(derivative(|x| x.copysign(Real::floor(x)), -2.5), 1.0);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn copysign(self, sign: impl Operand<Self>) -> Self {
        Self::Kernel::copysign(self, Operand::number(sign))
    }

    /// The smaller one; of a number and NaN the number. The slope is that of the argument returned, ½ and ½ at a tie.
    ///
    /// ```
    /// # use holograd::{Real, jacfwd};
    /// assert_eq!(jacfwd(|[x, y]| x.min(y), &[1.0, 2.0]), [1.0, 0.0]);
    /// assert_eq!(jacfwd(|[x, y]| x.min(y), &[1.0, 1.0]), [0.5, 0.5]);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn min(self, other: impl Operand<Self>) -> Self {
        Self::Kernel::min(self, Operand::number(other))
    }

    /// The larger one; of a number and NaN the number. The slope is that of the argument returned, ½ and ½ at a tie.
    ///
    /// ```
    /// # use holograd::{Real, jacfwd};
    /// assert_eq!(jacfwd(|[x, y]| x.max(y), &[1.0, 2.0]), [0.0, 1.0]);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn max(self, other: impl Operand<Self>) -> Self {
        Self::Kernel::max(self, Operand::number(other))
    }

    /// x held between two bounds; slope ½ at a bound, and ½ in the bound; between equal bounds 0, and ½ in each. NaN stays
    /// NaN.
    ///
    /// # Panics
    /// As `f64::clamp`: if `low > high` or one of them is NaN.
    ///
    /// ```
    /// # use holograd::{Real, derivative};
    /// let clamp = |x: holograd::Dual<f64>| x.clamp(0.0, 1.0);
    /// assert_eq!(derivative(clamp, 0.5), 1.0);
    /// assert_eq!(derivative(clamp, 1.0), 0.5);
    /// assert_eq!(derivative(clamp, 2.0), 0.0);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn clamp(self, low: impl Operand<Self>, high: impl Operand<Self>) -> Self {
        Self::Kernel::clamp(self, Operand::number(low), Operand::number(high))
    }

    /// x a + b, the value rounded once.
    ///
    /// ```
    /// # use holograd::{Real, jacfwd};
    /// assert_eq!(jacfwd(|[x, a, b]| x.mul_add(a, b), &[2.0, 3.0, 4.0]), [3.0, 2.0, 1.0]);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn mul_add(self, a: impl Operand<Self>, b: impl Operand<Self>) -> Self {
        Self::Kernel::mul_add(self, Operand::number(a), Operand::number(b))
    }

    /// √(x₀² + x₁² + …), without overflow; slopes xᵢ/norm, 0 where all are 0. On the tape one node.
    ///
    /// ```
    /// # use holograd::{Real, grad};
    /// assert_eq!(grad(|x: [_; 2]| Real::norm(&x), &[3.0, 4.0]), [0.6, 0.8]);
    /// assert_eq!(grad(|x: [_; 2]| Real::norm(&x), &[0.0, 0.0]), [0.0, 0.0]);
    /// ```
    #[must_use]
    fn norm(x: &[Self]) -> Self {
        Self::Kernel::norm(x)
    }

    /// The largest of many numbers, −∞ of none; NaN is left out as by [`max`](Self::max). All that tie share its derivative: 1/n
    /// each.
    ///
    /// A chain of `max` gives halves of halves instead, which depend on the order.
    ///
    /// ```
    /// # use holograd::{Real, grad};
    /// assert_eq!(Real::max_of(&[1.0, 3.0, 2.0]), 3.0);
    /// assert_eq!(grad(|x: [_; 5]| Real::max_of(&x), &[2.0, 1.0, 2.0, 2.0, 2.0]), [0.25, 0.0, 0.25, 0.25, 0.25]);
    /// ```
    #[must_use]
    #[track_caller]
    fn max_of(x: &[Self]) -> Self {
        Self::Kernel::max_of(x)
    }

    /// The smallest of many numbers, ∞ of none; see [`max_of`](Self::max_of).
    ///
    /// ```
    /// # use holograd::{Real, grad};
    /// assert_eq!(grad(|x: [_; 3]| Real::min_of(&x), &[2.0, 1.0, 1.0]), [0.0, 0.5, 0.5]);
    /// ```
    #[must_use]
    #[track_caller]
    fn min_of(x: &[Self]) -> Self {
        Self::Kernel::min_of(x)
    }

    /// Whether the value is NaN.
    ///
    /// ```
    /// # use holograd::Real;
    /// assert!(Real::is_nan(f64::NAN));
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn is_nan(self) -> bool {
        Self::Kernel::is_nan(self)
    }

    /// Whether the value is finite.
    ///
    /// ```
    /// # use holograd::Real;
    /// assert!(Real::is_finite(1.0));
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn is_finite(self) -> bool {
        Self::Kernel::is_finite(self)
    }

    /// Whether the value is an infinity.
    ///
    /// ```
    /// # use holograd::Real;
    /// assert!(Real::is_infinite(f64::INFINITY));
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn is_infinite(self) -> bool {
        Self::Kernel::is_infinite(self)
    }

    /// Whether the sign bit of the value is set, also of a zero.
    ///
    /// ```
    /// # use holograd::Real;
    /// assert!(Real::is_sign_negative(-0.0));
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn is_sign_negative(self) -> bool {
        Self::Kernel::is_sign_negative(self)
    }

    /// Whether the sign bit of the value is clear, also of a zero.
    ///
    /// ```
    /// # use holograd::Real;
    /// assert!(Real::is_sign_positive(0.0));
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn is_sign_positive(self) -> bool {
        !Real::is_sign_negative(self)
    }

    /// The order of the values in which −NaN < −∞ < … < −0 < +0 < … < ∞ < NaN, as `f64::total_cmp`, for `sort_by`. NaNs of one sign
    /// are equal.
    ///
    /// ```
    /// # use holograd::Dual;
    /// let mut x = [3.0, f64::NAN, -0.0, 0.0].map(Dual::<f64>::from);
    /// x.sort_by(|a, b| a.total_cmp(b));
    /// assert_eq!(format!("{:?}", x.map(|x| x.value())), "[-0.0, 0.0, 3.0, NaN]");
    /// ```
    #[must_use]
    #[track_caller]
    fn total_cmp(&self, other: &Self) -> Ordering {
        // Negative NaN, numbers, positive NaN.
        let rank = |x: Self| match (Real::is_nan(x), Real::is_sign_negative(x)) {
            (true, negative) => 1 - 2 * i8::from(negative),
            _ => 0,
        };
        let signs = || Real::is_sign_negative(*other).cmp(&Real::is_sign_negative(*self));
        let numbers = || self.partial_cmp(other).unwrap_or(Ordering::Equal).then_with(signs);
        rank(*self).cmp(&rank(*other)).then_with(numbers)
    }
}
