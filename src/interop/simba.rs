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
            field::of_parts(self, Real::$f)
        }
    )*};
}

/// Methods that call a function.
macro_rules! calls {
    ($($f:ident(self $(, $x:ident: $t:ty)*) -> $r:ty: $function:path;)*) => {$(
        #[inline]
        fn $f(self $(, $x: $t)*) -> $r {
            $function(self $(, $x)*)
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
        use crate::kernel::Engine;
        use crate::{Base, ComplexScalar, Real, Scalar};
        use num_traits::{FloatConst, Signed, ToPrimitive};
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

        impl<T: $bound $($n)*> ComplexField for $kind {
            type RealField = <Self as Scalar>::Real;

            forward! {
                recip sqrt cbrt exp exp2 exp_m1 ln ln_1p log2 log10 sin cos tan asin acos atan
                sinh cosh tanh asinh acosh atanh sinc
            }
            forward_parts! { floor ceil round trunc fract }

            calls! {
                real(self) -> Self::RealField: field::real;
                imaginary(self) -> Self::RealField: field::imaginary;
                conjugate(self) -> Self: field::conjugate;
                abs(self) -> Self::RealField: field::modulus;
                modulus(self) -> Self::RealField: field::modulus;
                modulus_squared(self) -> Self::RealField: field::modulus_squared;
                norm1(self) -> Self::RealField: field::norm1;
                hypot(self, other: Self) -> Self::RealField: field::hypot;
                argument(self) -> Self::RealField: field::argument;
                to_exp(self) -> (Self::RealField, Self): field::to_exp;
                signum(self) -> Self: field::signum;
                scale(self, factor: Self::RealField) -> Self: ComplexScalar::scale;
                unscale(self, divisor: Self::RealField) -> Self: ComplexScalar::unscale;
                mul_add(self, a: Self, b: Self) -> Self: field::mul_add;
                sin_cos(self) -> (Self, Self): Scalar::sin_cos;
                sinhc(self) -> Self: field::sinhc;
                cosc(self) -> Self: field::cosc;
                coshc(self) -> Self: field::coshc;
                log(self, base: Self::RealField) -> Self: field::log;
                powi(self, n: i32) -> Self: Scalar::powi;
                powf(self, p: Self::RealField) -> Self: field::powf;
                powc(self, p: Self) -> Self: Scalar::pow;
                try_sqrt(self) -> Option<Self>: field::try_sqrt;
            }

            #[inline]
            fn from_real(re: Self::RealField) -> Self {
                ComplexScalar::from_real(re)
            }
            #[inline]
            fn is_finite(&self) -> bool {
                self.primal().all_finite()
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
            calls! {
                copysign(self, sign: Self) -> Self: Real::copysign;
                max(self, other: Self) -> Self: Real::max;
                min(self, other: Self) -> Self: Real::min;
                clamp(self, low: Self, high: Self) -> Self: field::clamp;
                atan2(self, x: Self) -> Self: Real::atan2;
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
pub(crate) use {calls, constants, forward, forward_parts, machine_number, simba};

/// What simba's fields have and this crate's numbers have not under the same name. The mark of a holomorphic transform is taken off
/// where a function has no complex derivative.
pub(crate) mod field {
    use super::Sinhc;
    use crate::kernel::{ComplexEngine, Engine};
    use crate::{ComplexScalar, Real, Scalar, lit};
    use core::f64::consts::PI;
    use num_traits::Zero;

    /// A function of real numbers, of the real and the imaginary part.
    #[inline]
    pub(crate) fn of_parts<K: ComplexScalar>(z: K, f: impl Fn(K::Real) -> K::Real) -> K {
        let (re, im) = z.unmarked().parts();
        K::from_parts(f(re), if K::COMPLEX { f(im) } else { im })
    }

    /// Whether the value is zero, whatever the tangents are.
    #[inline]
    fn has_zero_value<K: ComplexScalar>(z: K) -> bool {
        z == K::zero()
    }

    #[inline]
    pub(crate) fn real<K: ComplexScalar>(z: K) -> K::Real {
        z.unmarked().re()
    }

    #[inline]
    pub(crate) fn imaginary<K: ComplexScalar>(z: K) -> K::Real {
        z.unmarked().im()
    }

    #[inline]
    pub(crate) fn conjugate<K: ComplexScalar>(z: K) -> K {
        z.unmarked().conj()
    }

    #[inline]
    pub(crate) fn modulus<K: ComplexScalar>(z: K) -> K::Real {
        z.unmarked().abs()
    }

    #[inline]
    pub(crate) fn modulus_squared<K: ComplexScalar>(z: K) -> K::Real {
        z.unmarked().norm_sqr()
    }

    /// |Re z| + |Im z|
    #[inline]
    pub(crate) fn norm1<K: ComplexScalar>(z: K) -> K::Real {
        let z = z.unmarked();
        if K::COMPLEX { z.re().abs() + z.im().abs() } else { z.abs() }
    }

    #[inline]
    pub(crate) fn hypot<K: ComplexScalar>(z: K, other: K) -> K::Real {
        Real::hypot(modulus(z), modulus(other))
    }

    /// The angle; of a real number 0 or π, constants, as simba has it for `f64`, whose zeros count as positive.
    #[inline]
    pub(crate) fn argument<K: ComplexScalar>(z: K) -> K::Real {
        let z = z.unmarked();
        let x = z.re();
        if K::COMPLEX {
            z.arg()
        } else if x.is_nan() {
            x
        } else if lit(0.0) > x {
            K::Real::lit(PI)
        } else {
            Zero::zero()
        }
    }

    /// (|z|, z/|z|). At a zero the direction is the constant 1, and the modulus is counted along it: Re z with its tangents.
    /// A Householder reflection at a zero entry, which takes |z| for the length along the direction, then has its derivative.
    #[inline]
    pub(crate) fn to_exp<K: ComplexScalar>(z: K) -> (K::Real, K) {
        let unmarked = z.unmarked();
        if has_zero_value(z) { (unmarked.re(), K::one()) } else { (unmarked.abs(), unmarked.phase()) }
    }

    /// z/|z|; ±1 by the sign bit of a real number, 1 at a complex zero.
    #[inline]
    pub(crate) fn signum<K: ComplexScalar>(z: K) -> K {
        if K::COMPLEX { to_exp(z).1 } else { of_parts(z, Real::signum) }
    }

    /// z a + b, rounded once where the numbers are real.
    #[inline]
    pub(crate) fn mul_add<K: ComplexScalar>(z: K, a: K, b: K) -> K {
        if K::COMPLEX { z * a + b } else { K::from_real(Real::mul_add(real(z), real(a), real(b))) }
    }

    #[inline]
    pub(crate) fn sinhc<K: ComplexScalar>(z: K) -> K {
        z.apply(&Sinhc)
    }

    /// cos z / z, and 1 at 0 as simba has it.
    #[inline]
    pub(crate) fn cosc<K: ComplexScalar>(z: K) -> K {
        if has_zero_value(z) { K::one() } else { z.cos() / z }
    }

    /// cosh z / z, and 1 at 0 as simba has it.
    #[inline]
    pub(crate) fn coshc<K: ComplexScalar>(z: K) -> K {
        if has_zero_value(z) { K::one() } else { z.cosh() / z }
    }

    #[inline]
    pub(crate) fn log<K: ComplexScalar>(z: K, base: K::Real) -> K {
        z.ln().unscale(base.ln())
    }

    #[inline]
    pub(crate) fn powf<K: ComplexScalar>(z: K, p: K::Real) -> K {
        z.pow(K::from_real(p))
    }

    /// None of a negative real number and of NaN; and of a zero with a live tangent, where the derivative is infinite: the Cholesky
    /// decomposition of a singular matrix is `None`, not NaN.
    #[inline]
    pub(crate) fn try_sqrt<K: ComplexScalar>(z: K) -> Option<K> {
        let has_root = if has_zero_value(z) { z.is_zero() } else { K::COMPLEX || lit(0.0) < real(z) };
        has_root.then(|| z.sqrt())
    }

    /// x held between two bounds. Where this crate's own `clamp` would panic, simba's of `f64` does not.
    #[inline]
    pub(crate) fn clamp<K: Real>(x: K, low: K, high: K) -> K {
        if low <= high {
            Real::clamp(x, low, high)
        } else if x < low {
            low
        } else if x > high {
            high
        } else {
            x
        }
    }
}

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
