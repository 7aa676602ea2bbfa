//! The traits of `num-traits`.
//!
//! Everything that is no function of the number (its bounds, its casts, its bits) is asked of the innermost value, at which
//! all levels of a nest agree. Casts to and from the machine's numbers drop the tangents; `T::from(x)` of `NumCast` keeps them
//! where `x` is of the type `T` already.

use crate::Scalar;
use core::any::TypeId;
use core::marker::PhantomData;

/// The number itself, if it is of the type `T`.
#[inline]
pub(crate) fn same_type<S, T: Copy + 'static>(n: &S) -> Option<T> {
    // SAFETY: the types are the same but for lifetimes. `T` has none but `'static`, and if `S` has others in the same places it is
    // still a plain number: what numbers of this crate are made of is `'static` (`Base`, `Complex`), and for none else is the
    // trait `ToPrimitive` of our numbers implemented, so that `S` has no others. It is `Copy`, as `T` is.
    (type_id::<S>() == TypeId::of::<T>()).then(|| unsafe { core::ptr::from_ref(n).cast::<T>().read() })
}

/// The type, lifetimes left out.
fn type_id<S>() -> TypeId {
    trait Erased {
        fn id(&self) -> TypeId
        where
            Self: 'static;
    }
    impl<S> Erased for PhantomData<S> {
        fn id(&self) -> TypeId
        where
            Self: 'static,
        {
            TypeId::of::<S>()
        }
    }
    let marker = PhantomData::<S>;
    let erased: &(dyn Erased + '_) = &marker;
    // SAFETY: the reference is used in this line alone, while `marker` is there; and `id` looks at a type, in which lifetimes do
    // not count, and at nothing that lives.
    unsafe { core::mem::transmute::<&(dyn Erased + '_), &(dyn Erased + 'static)>(erased) }.id()
}

#[cfg(all(feature = "checked", feature = "std"))]
std::thread_local! {
    static LOST: core::cell::Cell<usize> = const { core::cell::Cell::new(0) };
}

/// How many casts on this thread to a number of the machine have dropped tangents that are not zero; counted under the feature
/// `checked`.
#[cfg(feature = "std")]
pub(crate) fn lost_tangents() -> usize {
    #[cfg(feature = "checked")]
    return LOST.get();
    #[cfg(not(feature = "checked"))]
    0
}

/// Counts a cast to a number of the machine.
#[inline(always)]
#[allow(clippy::used_underscore_binding)] // used where it is checked
pub(crate) fn count_cast<T: Scalar>(_x: T) {
    #[cfg(all(feature = "checked", feature = "std"))]
    if !crate::kernel::Engine::rest(_x).is_zero() {
        LOST.set(LOST.get() + 1);
    }
}

/// What `Float` and `FloatCore` have in common: methods of ours under the same names, the numbers at the ends of the range, and
/// questions about the innermost number.
macro_rules! float_methods {
    ($($f:ident($($x:ident),*))*) => {
        $(
            #[inline]
            fn $f(self $(, $x: Self)*) -> Self {
                Self::$f(self $(, $x)*)
            }
        )*
        #[inline]
        fn powi(self, n: i32) -> Self {
            self.powi(n)
        }
        float_numbers! {
            nan = T::Primal::from_f64(f64::NAN);
            infinity = T::Primal::from_f64(f64::INFINITY);
            neg_infinity = T::Primal::from_f64(f64::NEG_INFINITY);
            neg_zero = T::Primal::from_f64(-0.0);
            min_value = -T::Primal::max_value();
            min_positive_value = T::Primal::min_positive_value();
            epsilon = T::Primal::epsilon();
            max_value = T::Primal::max_value();
        }
        float_questions! {
            is_nan -> bool = Base::is_nan;
            is_infinite -> bool = |x| !(Base::is_finite(x) || Base::is_nan(x));
            is_finite -> bool = Base::is_finite;
            is_normal -> bool = |x| Base::classify(x) == FpCategory::Normal;
            is_subnormal -> bool = |x| Base::classify(x) == FpCategory::Subnormal;
            is_sign_positive -> bool = |x| !Base::is_sign_negative(x);
            is_sign_negative -> bool = Base::is_sign_negative;
            classify -> FpCategory = Base::classify;
            integer_decode -> (u64, i16, i8) = Base::integer_decode;
        }
    };
}

/// Numbers that are the innermost ones.
macro_rules! float_numbers {
    ($($name:ident = $value:expr;)*) => {$(
        #[inline]
        fn $name() -> Self {
            Self::constant($value)
        }
    )*};
}

/// Questions that the innermost number answers.
macro_rules! float_questions {
    ($($name:ident -> $answer:ty = $function:expr;)*) => {$(
        #[inline]
        fn $name(self) -> $answer {
            $function(self.primal())
        }
    )*};
}

/// Mathematical constants.
macro_rules! float_constants {
    ($($name:ident)*) => {
        $(
            #[inline]
            fn $name() -> Self {
                Self::lit(<f64 as FloatConst>::$name())
            }
        )*
    };
}

/// Casts from the machine's numbers.
macro_rules! from_casts {
    ($($number:ident $from:ident $to:ident)*) => {$(
        #[inline]
        fn $from(n: $number) -> Option<Self> {
            T::Primal::from_number(n).map(Self::constant)
        }
    )*};
}

/// Casts to the machine's numbers.
macro_rules! to_casts {
    ($($number:ident $from:ident $to:ident)*) => {$(
        #[inline]
        fn $to(&self) -> Option<$number> {
            count_cast(*self);
            Self::primal(*self).to_number()?.$to()
        }
    )*};
}

/// Calls the macro `$then` with the machine's numbers and the names of their casts.
macro_rules! machine_numbers {
    ($then:ident) => {
        $then! {
            i8 from_i8 to_i8 i16 from_i16 to_i16 i32 from_i32 to_i32 i64 from_i64 to_i64 i128 from_i128 to_i128
            isize from_isize to_isize
            u8 from_u8 to_u8 u16 from_u16 to_u16 u32 from_u32 to_u32 u64 from_u64 to_u64 u128 from_u128 to_u128
            usize from_usize to_usize
            f32 from_f32 to_f32 f64 from_f64 to_f64
        }
    };
}

/// xᵖ for one kind of exponent.
macro_rules! power {
    ([$($n:tt)*] $kind:ty, $exponent:ty: $power:ident($p:ident) = $convert:expr) => {
        impl<T: Scalar $($n)*> Pow<$exponent> for $kind {
            type Output = Self;
            #[inline]
            fn pow(self, $p: $exponent) -> Self {
                Self::$power(self, $convert)
            }
        }
        impl<T: Scalar $($n)*> Pow<$exponent> for &$kind {
            type Output = $kind;
            #[inline]
            fn pow(self, $p: $exponent) -> $kind {
                <$kind>::$power(*self, $convert)
            }
        }
    };
}

/// xⁿ for an exponent that may be too large for `powi`.
macro_rules! large_power {
    ([$($n:tt)*] $kind:ty, $exponent:ty) => {
        impl<T: Scalar $($n)*> Pow<$exponent> for $kind {
            type Output = Self;
            #[inline]
            fn pow(self, n: $exponent) -> Self {
                i32::try_from(n).map_or_else(|_| self.powf(AsPrimitive::<f64>::as_(n)), |n| self.powi(n))
            }
        }
        impl<T: Scalar $($n)*> Pow<$exponent> for &$kind {
            type Output = $kind;
            #[inline]
            fn pow(self, n: $exponent) -> $kind {
                Pow::pow(*self, n)
            }
        }
    };
}

/// `as` from our number to one of the machine's, and back.
macro_rules! as_primitive {
    (one [$($n:tt)*] $kind:ty, $number:ident) => {
        impl<T: Scalar $($n)*> AsPrimitive<$number> for $kind {
            #[inline]
            fn as_(self) -> $number {
                AsPrimitive::<$number>::as_(self.primal().to_number().unwrap_or(f64::NAN))
            }
        }
        impl<T: Scalar $($n)*> AsPrimitive<$kind> for $number {
            #[inline]
            fn as_(self) -> $kind {
                Scalar::lit(AsPrimitive::<f64>::as_(self))
            }
        }
    };
    ($generics:tt $kind:ty: $($number:ident)*) => {
        $(as_primitive! { one $generics $kind, $number })*
    };
}

/// A constant from an integer that `f64` holds exactly.
macro_rules! from_integers {
    (one [$($n:tt)*] $kind:ty, $number:ident) => {
        impl<T: Scalar $($n)*> From<$number> for $kind {
            #[inline]
            fn from(n: $number) -> Self {
                Scalar::lit(n.into())
            }
        }
    };
    ($generics:tt $kind:ty: $($number:ident)*) => {
        $(from_integers! { one $generics $kind, $number })*
    };
}

/// All of num-traits for a kind of number, where it is a `Num` for inner numbers of the bound.
macro_rules! num_traits {
    ([$bound:ident $($n:tt)*] $kind:ty) => { const _: () = {
        use crate::interop::num_traits::*;
        #[allow(unused_imports)] // one of them is the bound
        use crate::{Base, ComplexScalar, Primal, Real, Scalar};
        use core::num::FpCategory;
        use num_traits::{
            AsPrimitive, Bounded, Euclid, Float, FloatConst, FromPrimitive, Inv, MulAdd, MulAddAssign, Num, NumCast, Pow, Signed, ToPrimitive,
        };

        impl<T: $bound $($n)*> Num for $kind {
            type FromStrRadixErr = T::FromStrRadixErr;

            /// A constant from its digits.
            fn from_str_radix(digits: &str, radix: u32) -> Result<Self, Self::FromStrRadixErr> {
                T::from_str_radix(digits, radix).map(Into::into)
            }
        }

        impl<T: Real $($n)*> Signed for $kind {
            #[inline]
            fn abs(&self) -> Self {
                Self::abs(*self)
            }
            /// 0 where `self ≤ other`, and there with slope 0.
            #[inline]
            fn abs_sub(&self, other: &Self) -> Self {
                if self <= other { Self::default() } else { *self - *other }
            }
            #[inline]
            fn signum(&self) -> Self {
                Self::signum(*self)
            }
            #[inline]
            fn is_positive(&self) -> bool {
                !Self::is_sign_negative(*self)
            }
            #[inline]
            fn is_negative(&self) -> bool {
                Self::is_sign_negative(*self)
            }
        }

        impl<T: Real $($n)*> Bounded for $kind {
            #[inline]
            fn min_value() -> Self {
                Self::constant(-T::Primal::max_value())
            }
            #[inline]
            fn max_value() -> Self {
                Self::constant(T::Primal::max_value())
            }
        }

        impl<T: Real $($n)*> Float for $kind {
            float_methods! {
                floor() ceil() round() trunc() fract() abs() signum() recip() sqrt() cbrt()
                exp() exp2() exp_m1() ln() ln_1p() log2() log10() to_degrees() to_radians()
                sin() cos() tan() asin() acos() atan() sinh() cosh() tanh() asinh() acosh() atanh()
                max(other) min(other) clamp(low, high) hypot(other) atan2(x) copysign(sign) mul_add(a, b)
            }
            #[inline]
            fn powf(self, p: Self) -> Self {
                self.pow(p)
            }
            #[inline]
            fn log(self, base: Self) -> Self {
                self.ln() / base.ln()
            }
            #[inline]
            fn sin_cos(self) -> (Self, Self) {
                self.sin_cos()
            }
            #[inline]
            fn abs_sub(self, other: Self) -> Self {
                Signed::abs_sub(&self, &other)
            }
        }

        impl<T: Real $($n)*> num_traits::float::FloatCore for $kind {
            float_methods! {
                floor() ceil() round() trunc() fract() abs() signum() recip() to_degrees() to_radians()
                max(other) min(other) clamp(low, high)
            }
        }

        impl<T: Real $($n)*> Euclid for $kind {
            #[inline]
            fn div_euclid(&self, divisor: &Self) -> Self {
                Self::div_euclid(*self, *divisor)
            }
            #[inline]
            fn rem_euclid(&self, divisor: &Self) -> Self {
                Self::rem_euclid(*self, *divisor)
            }
        }

        as_primitive! { [$($n)*] $kind: i8 i16 i32 i64 isize u8 u16 u32 u64 usize f32 f64 }
        impl<T: Scalar $($n)*> AsPrimitive<$kind> for $kind {
            #[inline]
            fn as_(self) -> $kind {
                self
            }
        }
        from_integers! { [$($n)*] $kind: i8 i16 i32 u8 u16 u32 }

        /// A constant from its digits.
        impl<T: Scalar + core::str::FromStr $($n)*> core::str::FromStr for $kind {
            type Err = T::Err;
            fn from_str(digits: &str) -> Result<Self, T::Err> {
                digits.parse::<T>().map(<$kind as From<T>>::from)
            }
        }

        impl<T: Scalar $($n)*> NumCast for $kind {
            #[inline]
            fn from<S: ToPrimitive>(n: S) -> Option<Self> {
                same_type(&n).or_else(|| T::Primal::from_number(n).map(Self::constant))
            }
        }

        impl<T: Scalar $($n)*> Inv for $kind {
            type Output = Self;
            #[inline]
            fn inv(self) -> Self {
                self.recip()
            }
        }

        impl<T: Real $($n)*> MulAdd for $kind {
            type Output = Self;
            #[inline]
            fn mul_add(self, a: Self, b: Self) -> Self {
                Self::mul_add(self, a, b)
            }
        }

        impl<T: Real $($n)*> MulAddAssign for $kind {
            #[inline]
            fn mul_add_assign(&mut self, a: Self, b: Self) {
                *self = Self::mul_add(*self, a, b);
            }
        }
        impl<T: Real $($n)*> FloatConst for $kind {
            float_constants! {
                E FRAC_1_PI FRAC_1_SQRT_2 FRAC_2_PI FRAC_2_SQRT_PI FRAC_PI_2 FRAC_PI_3 FRAC_PI_4 FRAC_PI_6 FRAC_PI_8 LN_10
                LN_2 LOG10_E LOG2_E PI SQRT_2 TAU LOG10_2 LOG2_10
            }
        }

        impl<T: Scalar $($n)*> FromPrimitive for $kind {
            machine_numbers! { from_casts }
        }

        impl<T: Scalar $($n)*> ToPrimitive for $kind {
            machine_numbers! { to_casts }
        }

        power! { [$($n)*] $kind, i8: powi(n) = n.into() }
        power! { [$($n)*] $kind, u8: powi(n) = n.into() }
        power! { [$($n)*] $kind, i16: powi(n) = n.into() }
        power! { [$($n)*] $kind, u16: powi(n) = n.into() }
        power! { [$($n)*] $kind, i32: powi(n) = n }
        power! { [$($n)*] $kind, f32: powf(p) = Into::<f64>::into(p) }
        power! { [$($n)*] $kind, f64: powf(p) = p }
        power! { [$($n)*] $kind, $kind: pow(p) = p }
        power! { [$($n)*] $kind, &$kind: pow(p) = *p }
        large_power! { [$($n)*] $kind, u32 }
        large_power! { [$($n)*] $kind, usize }
    }; };
}
pub(crate) use {
    as_primitive, float_constants, float_methods, float_numbers, float_questions, from_casts, from_integers,
    large_power, machine_numbers, num_traits, power, to_casts,
};

use crate::Dual;
use num_traits::{ConstOne, ConstZero};

impl<T: Scalar + ConstZero, const N: usize> ConstZero for Dual<T, N> {
    const ZERO: Self = Dual::new(T::ZERO, [T::ZERO; N]);
}
impl<T: Scalar + ConstZero + ConstOne, const N: usize> ConstOne for Dual<T, N> {
    const ONE: Self = Dual::new(T::ONE, [T::ZERO; N]);
}
#[cfg(feature = "std")]
impl<T: Scalar + ConstZero> ConstZero for crate::Var<T> {
    const ZERO: Self = crate::Var::on_tape(T::ZERO, 0, 0);
}
#[cfg(feature = "std")]
impl<T: Scalar + ConstOne> ConstOne for crate::Var<T> {
    const ONE: Self = crate::Var::on_tape(T::ONE, 0, 0);
}
