//! The traits of `simba`, by which nalgebra computes.
//!
//! Linear algebra conjugates and takes moduli on the way to results that are holomorphic all the same (a solution by QR),
//! so these functions do not refuse numbers that a holomorphic transform made: along the real parameter by which such a
//! number is seeded they are right.

use crate::kernel::Engine;
use crate::rules::sinc_slope_series;
use crate::{Primal, Rule, Scalar};

/// Methods that are inherent under the same name.
macro_rules! forward {
    ($($f:ident)*) => {$(
        #[inline]
        fn $f(self) -> Self {
            Self::$f(self)
        }
    )*};
}

/// Methods that are those of the real and of the imaginary part.
macro_rules! forward_parts {
    ($($f:ident)*) => {$(
        #[inline]
        fn $f(self) -> Self {
            self.of_parts(Real::$f)
        }
    )*};
}

/// One of the machine's numbers, by value: a number with tangents is one of them too, and its tangents are dropped.
macro_rules! machine_number {
    ([$bound:ident $($n:tt)*] $kind:ty, $number:ident $cast:ident) => {
        impl<T: $bound $($n)*> SubsetOf<$kind> for $number {
            #[inline]
            fn to_superset(&self) -> $kind {
                Scalar::lit((*self).into())
            }
            #[inline]
            fn from_superset_unchecked(element: &$kind) -> $number {
                element.$cast().unwrap_or($number::NAN)
            }
            /// All but complex numbers off the real axis.
            #[inline]
            fn is_in_subset(element: &$kind) -> bool {
                element.$cast().is_some()
            }
        }
    };
}

/// Constants of the innermost number.
macro_rules! constants {
    ($($name:ident $constant:ident)*) => {$(
        #[inline]
        fn $name() -> Self {
            Self::lit(<f64 as FloatConst>::$constant())
        }
    )*};
}

/// All of simba for a kind of number, as a field with the bound of its inner number.
macro_rules! simba {
    ([$bound:ident $($n:tt)*] $kind:ty) => { const _: () = {
        use crate::interop::simba::*;
        use crate::kernel::{ComplexEngine, Engine};
        use crate::{Base, ComplexScalar, Real, Scalar, lit};
        use num_traits::{FloatConst, One, Signed, ToPrimitive, Zero};
        use ::simba::scalar::{ComplexField, Field, RealField, SubsetOf};
        use ::simba::simd::{PrimitiveSimdValue, SimdValue};

        impl<T: $bound $($n)*> Field for $kind {}

        impl<T: $bound $($n)*> PrimitiveSimdValue for $kind {}

        /// One lane: the number itself.
        impl<T: $bound $($n)*> SimdValue for $kind {
            const LANES: usize = 1;
            type Element = Self;
            type SimdBool = bool;

            #[inline]
            fn splat(value: Self) -> Self {
                value
            }
            #[inline]
            fn extract(&self, _lane: usize) -> Self {
                *self
            }
            #[inline]
            unsafe fn extract_unchecked(&self, _lane: usize) -> Self {
                *self
            }
            #[inline]
            fn replace(&mut self, _lane: usize, value: Self) {
                *self = value;
            }
            #[inline]
            unsafe fn replace_unchecked(&mut self, _lane: usize, value: Self) {
                *self = value;
            }
            #[inline]
            fn select(self, condition: bool, other: Self) -> Self {
                if condition { self } else { other }
            }
        }

        impl<T: $bound $($n)*> SubsetOf<$kind> for $kind {
            #[inline]
            fn to_superset(&self) -> Self {
                *self
            }
            #[inline]
            fn from_superset_unchecked(element: &Self) -> Self {
                *element
            }
            #[inline]
            fn is_in_subset(_element: &Self) -> bool {
                true
            }
        }

        machine_number! { [$bound $($n)*] $kind, f32 to_f32 }
        machine_number! { [$bound $($n)*] $kind, f64 to_f64 }

        /// The value, without the tangents; of a complex number off the real axis NaN.
        impl<T: $bound $($n)*> SubsetOf<f64> for $kind {
            #[inline]
            fn to_superset(&self) -> f64 {
                self.to_f64().unwrap_or(f64::NAN)
            }
            #[inline]
            fn from_superset_unchecked(element: &f64) -> Self {
                Scalar::lit(*element)
            }
            #[inline]
            fn is_in_subset(_element: &f64) -> bool {
                true
            }
        }

        impl<T: $bound $($n)*> $kind {
            /// A function of real numbers, of the real and the imaginary part.
            #[inline]
            fn of_parts(self, f: impl Fn(<Self as Scalar>::Real) -> <Self as Scalar>::Real) -> Self {
                let (re, im) = self.unmarked().parts();
                Self::from_parts(f(re), if T::COMPLEX { f(im) } else { im })
            }

            /// Whether the value is zero, whatever the tangents are.
            #[inline]
            fn has_zero_value(self) -> bool {
                self == Self::zero()
            }
        }

        impl<T: $bound $($n)*> ComplexField for $kind {
            type RealField = <Self as Scalar>::Real;

            forward! {
                recip sqrt cbrt exp exp2 exp_m1 ln ln_1p log2 log10 sin cos tan asin acos atan
                sinh cosh tanh asinh acosh atanh sinc
            }
            forward_parts! { floor ceil round trunc fract }

            #[inline]
            fn from_real(re: Self::RealField) -> Self {
                ComplexScalar::from_real(re)
            }
            #[inline]
            fn real(self) -> Self::RealField {
                self.unmarked().re()
            }
            #[inline]
            fn imaginary(self) -> Self::RealField {
                self.unmarked().im()
            }
            #[inline]
            fn conjugate(self) -> Self {
                self.unmarked().conj()
            }
            #[inline]
            fn abs(self) -> Self::RealField {
                self.unmarked().abs()
            }
            #[inline]
            fn modulus(self) -> Self::RealField {
                self.unmarked().abs()
            }
            #[inline]
            fn modulus_squared(self) -> Self::RealField {
                self.unmarked().norm_sqr()
            }
            #[inline]
            fn norm1(self) -> Self::RealField {
                let z = self.unmarked();
                if T::COMPLEX { z.re().abs() + z.im().abs() } else { z.abs() }
            }
            #[inline]
            fn hypot(self, other: Self) -> Self::RealField {
                self.modulus().hypot(other.modulus())
            }
            /// Of a real number 0 or π, constants, as simba has it for `f64`; its zeros count as positive.
            #[inline]
            fn argument(self) -> Self::RealField {
                let z = self.unmarked();
                let x = z.re();
                if T::COMPLEX {
                    z.arg()
                } else if x.is_nan() {
                    x
                } else if lit(0.0) > x {
                    RealField::pi()
                } else {
                    Zero::zero()
                }
            }
            /// (|z|, z/|z|). At a zero the direction is the constant 1, and the modulus is counted along it: Re z with its tangents.
            /// A Householder reflection at a zero entry, which takes |z| for the length along the direction, then has its
            /// derivative.
            #[inline]
            fn to_exp(self) -> (Self::RealField, Self) {
                let z = self.unmarked();
                if self.has_zero_value() { (z.re(), Self::one()) } else { (z.abs(), z.phase()) }
            }
            /// z/|z|; ±1 by the sign bit of a real number, 1 at a complex zero.
            #[inline]
            fn signum(self) -> Self {
                if T::COMPLEX { self.to_exp().1 } else { self.of_parts(Real::signum) }
            }
            #[inline]
            fn scale(self, factor: Self::RealField) -> Self {
                self.scale(factor)
            }
            #[inline]
            fn unscale(self, divisor: Self::RealField) -> Self {
                self.unscale(divisor)
            }
            /// x a + b, rounded once where the numbers are real.
            #[inline]
            fn mul_add(self, a: Self, b: Self) -> Self {
                if T::COMPLEX {
                    self * a + b
                } else {
                    ComplexScalar::from_real(self.real().mul_add(a.real(), b.real()))
                }
            }
            #[inline]
            fn sin_cos(self) -> (Self, Self) {
                self.sin_cos()
            }
            #[inline]
            fn sinhc(self) -> Self {
                self.apply(&Sinhc)
            }
            /// cos x / x, and 1 at 0 as simba has it.
            #[inline]
            fn cosc(self) -> Self {
                if self.has_zero_value() { Self::one() } else { self.cos() / self }
            }
            /// cosh x / x, and 1 at 0 as simba has it.
            #[inline]
            fn coshc(self) -> Self {
                if self.has_zero_value() { Self::one() } else { self.cosh() / self }
            }
            #[inline]
            fn log(self, base: Self::RealField) -> Self {
                self.ln().unscale(base.ln())
            }
            #[inline]
            fn powi(self, n: i32) -> Self {
                self.powi(n)
            }
            #[inline]
            fn powf(self, p: Self::RealField) -> Self {
                self.pow(<Self as ComplexScalar>::from_real(p))
            }
            #[inline]
            fn powc(self, p: Self) -> Self {
                self.pow(p)
            }
            #[inline]
            fn is_finite(&self) -> bool {
                self.primal().all_finite()
            }
            /// None of a negative real number and of NaN; and of a zero with a live tangent, where the slope is infinite: the Cholesky
            /// decomposition of a singular matrix is `None`, not NaN.
            #[inline]
            fn try_sqrt(self) -> Option<Self> {
                let has_root =
                    if self.has_zero_value() { self.is_zero() } else { T::COMPLEX || lit(0.0) < self.real() };
                has_root.then(|| self.sqrt())
            }
        }

        impl<T: Real $($n)*> RealField for $kind {
            constants! {
                pi PI two_pi TAU frac_pi_2 FRAC_PI_2 frac_pi_3 FRAC_PI_3 frac_pi_4 FRAC_PI_4 frac_pi_6 FRAC_PI_6
                frac_pi_8 FRAC_PI_8 frac_1_pi FRAC_1_PI frac_2_pi FRAC_2_PI frac_2_sqrt_pi FRAC_2_SQRT_PI
                e E log2_e LOG2_E log10_e LOG10_E ln_2 LN_2 ln_10 LN_10
            }

            #[inline]
            fn is_sign_positive(&self) -> bool {
                Signed::is_positive(self)
            }
            #[inline]
            fn is_sign_negative(&self) -> bool {
                Signed::is_negative(self)
            }
            #[inline]
            fn copysign(self, sign: Self) -> Self {
                self.copysign(sign)
            }
            #[inline]
            fn max(self, other: Self) -> Self {
                self.max(other)
            }
            #[inline]
            fn min(self, other: Self) -> Self {
                self.min(other)
            }
            /// Where our own `clamp` would panic, simba's of `f64` does not.
            #[inline]
            fn clamp(self, low: Self, high: Self) -> Self {
                if low <= high {
                    self.clamp(low, high)
                } else if self < low {
                    low
                } else if self > high {
                    high
                } else {
                    self
                }
            }
            #[inline]
            fn atan2(self, x: Self) -> Self {
                self.atan2(x)
            }
            #[inline]
            fn min_value() -> Option<Self> {
                Some(Self::constant(-T::Primal::max_value()))
            }
            #[inline]
            fn max_value() -> Option<Self> {
                Some(Self::constant(T::Primal::max_value()))
            }
        }
    }; };
}
pub(crate) use {constants, forward, forward_parts, machine_number, simba};

/// sinh x / x, 1 at 0.
pub(crate) struct Sinhc;

impl<P: Primal> Rule<P> for Sinhc {
    fn value(&self, [x]: [P; 1]) -> P {
        if x.is_zero() { P::one() } else { x.sinh() / x }
    }

    /// (cosh x − sinhc x)/x, by its Taylor series where that cancels: 19 terms, of which the last one is below 1e-24 at
    /// |x| = 3.
    fn slopes<S: Scalar<Primal = P>>(&self, [x]: [S; 1], y: S) -> [S; 1] {
        [S::choose(x.is_within(3.0), || sinc_slope_series(x, 1.0, 19), || (x.cosh() - y) / x)]
    }
}
