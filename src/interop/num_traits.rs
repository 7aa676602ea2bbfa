//! The traits of `num-traits`.
//!
//! Everything that is no function of the number (its bounds, its casts, its bits) is asked of the innermost value, at which
//! all levels of a nest agree. Casts drop the tangents: `T::from(x)` of `NumCast` is a constant.

use crate::{ComplexScalar, Dual, Real, Scalar};
use core::num::FpCategory;
use num_traits::{
    Bounded, Float, FloatConst, FromPrimitive, Inv, MulAdd, MulAddAssign, Num, NumCast, Pow, Signed,
    ToPrimitive,
};

impl<T: ComplexScalar, const N: usize> Num for Dual<T, N> {
    type FromStrRadixErr = T::FromStrRadixErr;

    /// A constant from its digits.
    fn from_str_radix(digits: &str, radix: u32) -> Result<Self, Self::FromStrRadixErr> {
        T::from_str_radix(digits, radix).map(Into::into)
    }
}

impl<T: Real, const N: usize> Signed for Dual<T, N> {
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

impl<T: Real, const N: usize> Bounded for Dual<T, N> {
    #[inline]
    fn min_value() -> Self {
        Self::constant(Float::min_value())
    }
    #[inline]
    fn max_value() -> Self {
        Self::constant(Float::max_value())
    }
}

/// Methods that are inherent, numbers that are the innermost ones, and questions about the innermost value.
macro_rules! float_methods {
    (constants { $($c:ident)* } functions { $($f:ident($($x:ident),*))* } questions { $($q:ident -> $answer:ty)* }) => {
        $(
            #[inline]
            fn $c() -> Self {
                Self::constant(Float::$c())
            }
        )*
        $(
            #[inline]
            fn $f(self $(, $x: Self)*) -> Self {
                Self::$f(self $(, $x)*)
            }
        )*
        $(
            #[inline]
            fn $q(self) -> $answer {
                Float::$q(self.primal())
            }
        )*
    };
}

impl<T: Real, const N: usize> Float for Dual<T, N> {
    float_methods! {
        constants { nan infinity neg_infinity neg_zero min_value min_positive_value epsilon max_value }
        functions {
            floor() ceil() round() trunc() fract() abs() signum() recip() sqrt() cbrt()
            exp() exp2() exp_m1() ln() ln_1p() log2() log10() to_degrees() to_radians()
            sin() cos() tan() asin() acos() atan() sinh() cosh() tanh() asinh() acosh() atanh()
            max(other) min(other) clamp(low, high) hypot(other) atan2(x) copysign(sign) mul_add(a, b)
        }
        questions {
            is_nan -> bool is_infinite -> bool is_finite -> bool is_normal -> bool is_subnormal -> bool
            is_sign_positive -> bool is_sign_negative -> bool classify -> FpCategory
            integer_decode -> (u64, i16, i8)
        }
    }
    #[inline]
    fn powi(self, n: i32) -> Self {
        self.powi(n)
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

macro_rules! float_constants {
    ($($name:ident)*) => {
        impl<T: Real, const N: usize> FloatConst for Dual<T, N> {
            $(
                #[inline]
                fn $name() -> Self {
                    Self::constant(FloatConst::$name())
                }
            )*
        }
    };
}
float_constants! {
    E FRAC_1_PI FRAC_1_SQRT_2 FRAC_2_PI FRAC_2_SQRT_PI FRAC_PI_2 FRAC_PI_3 FRAC_PI_4 FRAC_PI_6 FRAC_PI_8 LN_10 LN_2
    LOG10_E LOG2_E PI SQRT_2 TAU LOG10_2 LOG2_10
}

macro_rules! casts {
    ($($number:ident $from:ident $to:ident)*) => {
        impl<T: Scalar, const N: usize> FromPrimitive for Dual<T, N> {
            $(
                #[inline]
                fn $from(n: $number) -> Option<Self> {
                    T::Primal::$from(n).map(Self::constant)
                }
            )*
        }
        impl<T: Scalar, const N: usize> ToPrimitive for Dual<T, N> {
            $(
                #[inline]
                fn $to(&self) -> Option<$number> {
                    Self::primal(*self).$to()
                }
            )*
        }
    };
}
casts! {
    i8 from_i8 to_i8 i16 from_i16 to_i16 i32 from_i32 to_i32 i64 from_i64 to_i64 i128 from_i128 to_i128
    isize from_isize to_isize
    u8 from_u8 to_u8 u16 from_u16 to_u16 u32 from_u32 to_u32 u64 from_u64 to_u64 u128 from_u128 to_u128
    usize from_usize to_usize
    f32 from_f32 to_f32 f64 from_f64 to_f64
}

impl<T: Scalar, const N: usize> NumCast for Dual<T, N> {
    #[inline]
    fn from<S: ToPrimitive>(n: S) -> Option<Self> {
        <T::Primal as NumCast>::from(n).map(Self::constant)
    }
}

impl<T: Scalar, const N: usize> Inv for Dual<T, N> {
    type Output = Self;
    #[inline]
    fn inv(self) -> Self {
        self.recip()
    }
}

/// xᵖ for every kind of exponent that `f64` has, and a variable one.
macro_rules! powers {
    ($($exponent:ty: $power:ident($p:ident) = $convert:expr;)*) => {$(
        impl<T: Scalar, const N: usize> Pow<$exponent> for Dual<T, N> {
            type Output = Self;
            #[inline]
            fn pow(self, $p: $exponent) -> Self {
                Self::$power(self, $convert)
            }
        }
        impl<T: Scalar, const N: usize> Pow<$exponent> for &Dual<T, N> {
            type Output = Dual<T, N>;
            #[inline]
            fn pow(self, $p: $exponent) -> Dual<T, N> {
                Dual::$power(*self, $convert)
            }
        }
    )*};
}
powers! {
    i8: powi(n) = n.into();
    u8: powi(n) = n.into();
    i16: powi(n) = n.into();
    u16: powi(n) = n.into();
    i32: powi(n) = n;
    f32: powf(p) = p.into();
    f64: powf(p) = p;
    Dual<T, N>: pow(p) = p;
}

impl<T: Real, const N: usize> MulAdd for Dual<T, N> {
    type Output = Self;
    #[inline]
    fn mul_add(self, a: Self, b: Self) -> Self {
        Self::mul_add(self, a, b)
    }
}

impl<T: Real, const N: usize> MulAddAssign for Dual<T, N> {
    #[inline]
    fn mul_add_assign(&mut self, a: Self, b: Self) {
        *self = Self::mul_add(*self, a, b);
    }
}

#[cfg(feature = "std")]
impl<T: crate::Real> Num for crate::Var<T> {
    type FromStrRadixErr = T::FromStrRadixErr;

    /// A constant from its digits.
    fn from_str_radix(digits: &str, radix: u32) -> Result<Self, Self::FromStrRadixErr> {
        T::from_str_radix(digits, radix).map(Self::from)
    }
}
