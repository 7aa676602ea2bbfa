//! `f32` and `f64` as base numbers, and their elementary functions where the standard library's are not enough.

use super::lanes::vector_lanes;
use super::norm::norm_and_slopes;
use super::{Base, base};
use crate::functions::Analytic;
#[cfg(feature = "nalgebra")]
use crate::linalg::Factorisation;
use core::fmt::{Debug, Display};
use core::num::FpCategory;
use num_complex::Complex;
use num_traits::{Float, FloatConst, Num, ToPrimitive};

/// What the elementary functions of the machine's numbers ask of `f32` and `f64`. Not a [`Scalar`](crate::Scalar), so that `x.sin()`
/// is `Float`'s in code that is generic over it.
pub trait MachineFloat: Float + FloatConst + Debug + Display + Send + Sync + 'static {
    /// The nearest number of this type.
    fn from_f64(x: f64) -> Self;
    /// This number as an `f64`.
    fn to_f64(self) -> f64;
}

impl MachineFloat for f64 {
    #[inline]
    fn from_f64(x: f64) -> Self {
        x
    }
    #[inline]
    fn to_f64(self) -> f64 {
        self
    }
}

impl MachineFloat for f32 {
    #[inline]
    #[allow(clippy::cast_possible_truncation)] // rounding to nearest is what is meant
    fn from_f64(x: f64) -> Self {
        x as f32
    }
    #[inline]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
}

/// Functions that `std` loses digits of (near 1, near 0, near the largest number): the `libm` crate's, at `f64`.
macro_rules! of_the_libm_crate {
    ($($f:ident)*) => {$(
        #[inline]
        pub(crate) fn $f<L: MachineFloat>(x: L) -> L {
            L::from_f64(libm::$f(x.to_f64()))
        }
    )*};
}
of_the_libm_crate! { asinh atanh }

/// tanh x: near 0 by Lambert's continued fraction x/(1 + z/(3 + z/(5 + …))), z = x², as x less a small quotient; further
/// out 1 − 2/(t + 2), t = e^2|x| − 1, within 1.3 units. The standard library's is off by 2.7.
///
/// And 1/cosh² x = (1 − tanh x)(1 + tanh x), where 1 − tanh |x| is `rest`. Far out (2e/(1 + e²))², e = e^−|x|:
/// squared last, as e² alone is subnormal before the result is.
#[inline]
fn tanh_and_slope<L: MachineFloat>(x: L) -> (L, L) {
    let a = x.to_f64().abs();
    let (y, slope) = if a < 0.6 {
        let z = a * a;
        // Cut off after 15: off by z⁸/7e13, 1/25 unit.
        let small = z * (675_675.0 + z * (45045.0 + z * (594.0 + z)));
        let whole = 2_027_025.0 + z * (945_945.0 + z * (51975.0 + z * (630.0 + z)));
        let y = a - a * (small / whole);
        (y, (1.0 - y) * (1.0 + y))
    } else if a > 20.0 {
        // 1 − 2e^−2|x| rounds to 1, and so does 1 + e².
        let s = 2.0 * Float::exp(-a);
        (1.0, s * s)
    } else {
        let rest = 2.0 / (Float::exp_m1(a + a) + 2.0);
        let y = 1.0 - rest;
        (y, rest * (1.0 + y))
    };
    (L::from_f64(y).copysign(x), L::from_f64(slope))
}

/// ln(x + √(x² − 1)), near 1 by the series √(2t)(1 − t/12 + 3t²/160 − …) in t = x − 1, the integral of that of
/// 1/√(t(2 + t)); the `libm` crate is off by 2.3 units there
#[inline]
pub(crate) fn acosh<L: MachineFloat>(x: L) -> L {
    let x = x.to_f64();
    let t = x - 1.0;
    // The first term left out is 2⁻⁶⁰ of the sum where this ends.
    if t >= 1.0 / 256.0 {
        return L::from_f64(libm::acosh(x));
    }
    let series = [-1.0 / 12.0, 3.0 / 160.0, -5.0 / 896.0, 35.0 / 18432.0, -63.0 / 90112.0];
    let tail = series.iter().rev().fold(0.0, |sum, c| (sum + c) * t);
    let root = Float::sqrt(t + t);
    L::from_f64(root + root * tail)
}

/// ln x / ln b, by the function of its own for b = 2 and b = 10.
#[inline]
pub(crate) fn log<L: MachineFloat>(x: L, base: f64) -> L {
    if base == 2.0 {
        x.log2()
    } else if base == 10.0 {
        x.log10()
    } else {
        x.ln() / L::from_f64(Float::ln(base))
    }
}

/// xⁿ. Up to the cube by multiplying, which is within 2 units; further by the power function at `f64`, as repeated
/// multiplication is off by 209 units at n = 1000.
#[inline]
pub(crate) fn powi<L: MachineFloat>(x: L, n: i32) -> L {
    match n {
        0 => L::one(),
        1 => x,
        2 => x * x,
        3 => x * x * x,
        -1 => x.recip(),
        _ => L::from_f64(Float::powf(x.to_f64(), f64::from(n))),
    }
}

#[inline]
pub(crate) fn powf<L: MachineFloat>(x: L, p: f64) -> L {
    L::from_f64(Float::powf(x.to_f64(), p))
}

/// c x^(p−k), 0 for c = 0
#[inline]
pub(crate) fn power_term<L: MachineFloat>(x: L, c: f64, p: f64, k: i32) -> L {
    L::from_f64(if c == 0.0 { 0.0 } else { scaled_power(x.to_f64(), c, p, k) })
}

/// ∂ᵏ⁺ᵐ/∂xᵏ∂pᵐ x^p = c x^(p−k), c a polynomial in p and ln x
#[inline]
pub(crate) fn pow_partial<L: MachineFloat>(x: L, p: L, [k, m]: [i32; 2]) -> L {
    let (x, p) = (x.to_f64(), p.to_f64());
    let c = pow_coefficient(if m == 0 { 1.0 } else { Float::ln(x) }, p, k, m);
    L::from_f64(if c == 0.0 { 0.0 } else { scaled_power(x, c, p, k) })
}

/// c(k, m) of ∂ᵏ⁺ᵐ/∂xᵏ∂pᵐ x^p = c(k, m) x^(p−k): c(0, m) = lnᵐ x and, by one more ∂/∂x,
/// c(k, m) = (p − k + 1) c(k−1, m) + m c(k−1, m−1). An exact zero beside an infinite logarithm is zero.
pub(crate) fn pow_coefficient<C: Num + Copy>(ln: C, p: C, k: i32, m: i32) -> C {
    let times = |n: i32, c: C| (0..n).fold(C::zero(), |sum, _| sum + c);
    if k == 0 {
        return (0..m).fold(C::one(), |power, _| power * ln);
    }
    let factor = p - times(k - 1, C::one());
    let first = if factor.is_zero() { factor } else { factor * pow_coefficient(ln, p, k - 1, m) };
    if m == 0 { first } else { first + times(m, pow_coefficient(ln, p, k - 1, m - 1)) }
}

/// c x^(p−k), c ≠ 0, with the exponent exact: p − k rounds to e, and what it lost, l, comes back as x^l. It is finite,
/// and has its digits, also where x^e alone would overflow or underflow.
#[inline]
fn scaled_power(x: f64, c: f64, p: f64, k: i32) -> f64 {
    let (e, l) = base::exact_sum(p, f64::from(-k));
    if l == 0.0 && c.is_finite() {
        // The powers that need no power function.
        if e == 0.0 {
            return c;
        } else if e == 1.0 {
            return c * x;
        } else if e == 2.0 {
            return c * x * x;
        } else if e == -1.0 {
            return c / x;
        } else if e == -2.0 {
            return c / x / x;
        }
    }
    let y = Float::powf(x, e);
    if y == 0.0 && c.is_infinite() {
        // A power beats a logarithm, at 0 and at ∞.
        return y;
    }
    let at_end = x == 0.0 || x.is_infinite();
    let c = if l == 0.0 || at_end { c } else { c * Float::exp(l * Float::ln(x.abs())) };
    if y.is_normal() || at_end {
        return c * y;
    }
    // The factor between two halves of the power; y has the sign, or is NaN.
    let half = Float::powf(x.abs(), e * 0.5);
    c * half * half * y.signum()
}

/// Functions of the standard library (or of the `libm` crate without it) under the same name.
macro_rules! of_float {
    ($($f:ident($($x:ident),*))*) => {$(
        #[inline]
        fn $f($($x: Self),*) -> Self {
            Float::$f($($x),*)
        }
    )*};
}

/// Functions of this module, with the constants that they take.
macro_rules! of_this_module {
    ($($f:ident($($x:ident: $t:ty),*) -> $r:ty;)*) => {$(
        #[inline]
        fn $f($($x: $t),*) -> $r {
            $f($($x),*)
        }
    )*};
}

/// The functions of one of the machine's real numbers, with its long and its short vector.
macro_rules! float {
    ($t:ident $long:ident $short:ident $bits:ident $signed:ident) => {
        impl Base for $t {
            type Truth = bool;

            of_float! {
                sqrt(x) exp(x) ln(x) sin(x) cos(x) atan(x) floor(x)
                abs(x) signum(x) copysign(x, sign) min(x, y) max(x, y) ceil(x) trunc(x) round(x) mul_add(x, a, b)
                recip(x) cbrt(x) exp2(x) exp_m1(x) ln_1p(x) log2(x) log10(x)
                tan(x) asin(x) acos(x) atan2(y, x) hypot(x, y) sinh(x) cosh(x) to_radians(x) to_degrees(x)
            }
            of_this_module! {
                asinh(x: Self) -> Self;
                acosh(x: Self) -> Self;
                atanh(x: Self) -> Self;
                log(x: Self, base: f64) -> Self;
                powi(x: Self, n: i32) -> Self;
                powf(x: Self, p: f64) -> Self;
                power_term(x: Self, c: f64, p: f64, k: i32) -> Self;
                pow_partial(x: Self, p: Self, order: [i32; 2]) -> Self;
                tanh_and_slope(x: Self) -> (Self, Self);
            }
            vector_lanes! { $t $long $short }

            #[inline]
            fn from_f64(x: f64) -> Self {
                MachineFloat::from_f64(x)
            }
            #[inline]
            fn to_f64(x: Self) -> f64 {
                MachineFloat::to_f64(x)
            }
            #[inline]
            fn pi() -> Self {
                core::$t::consts::PI
            }
            #[inline]
            fn ln_2() -> Self {
                core::$t::consts::LN_2
            }
            #[inline]
            fn epsilon() -> Self {
                $t::EPSILON
            }
            #[inline]
            fn max_value() -> Self {
                $t::MAX
            }
            #[inline]
            fn min_positive_value() -> Self {
                $t::MIN_POSITIVE
            }
            #[inline]
            fn is_nan(x: Self) -> bool {
                x.is_nan()
            }
            #[inline]
            fn is_finite(x: Self) -> bool {
                x.is_finite()
            }
            #[inline]
            fn is_sign_negative(x: Self) -> bool {
                x.is_sign_negative()
            }
            #[inline(always)]
            fn expect_normal(x: Self) -> bool {
                // The exponent is neither the smallest nor the largest; the shift drops the sign.
                let exponent = |x: $t| x.to_bits() << 1;
                exponent(x).wrapping_sub(exponent($t::MIN_POSITIVE))
                    < exponent($t::INFINITY) - exponent($t::MIN_POSITIVE)
            }
            #[inline(always)]
            #[allow(clippy::cast_lossless)] // not of `f32`
            fn expect_moderate(x: Self, count: i32) -> bool {
                const DIGITS: u32 = $t::MANTISSA_DIGITS - 1;
                let bits = x.to_bits() << 1;
                let exponent = (bits >> (DIGITS + 1)) as $signed - ($t::MAX_EXP - 1) as $signed;
                let most = ($t::MAX_EXP - 2) as $signed / count as $signed;
                ((exponent + most) as $bits <= (2 * most) as $bits) | (bits == 0)
            }
            #[inline]
            fn classify(x: Self) -> FpCategory {
                x.classify()
            }
            #[inline]
            fn clamp(x: Self, low: Self, high: Self) -> Self {
                x.clamp(low, high)
            }
            #[inline]
            fn pow(x: Self, y: Self) -> Self {
                Float::powf(x, y)
            }
            #[inline]
            fn sin_cos(x: Self) -> (Self, Self) {
                Float::sin_cos(x)
            }
            #[inline]
            fn norm_and_slopes<I: Iterator<Item = Self> + Clone>(
                x: I,
            ) -> (Self, impl Iterator<Item = Self> + Clone) {
                norm_and_slopes(x)
            }
            #[inline(always)]
            fn complex<F: Analytic<K>, const K: usize>(f: F, z: [Complex<Self>; K]) -> Complex<Self> {
                f.machine(z)
            }
            #[inline]
            fn complex_sin_cos(z: Complex<Self>) -> (Complex<Self>, Complex<Self>) {
                super::complex::elementary::sin_cos(z)
            }
            #[inline]
            fn from_number<N: ToPrimitive>(n: N) -> Option<Self> {
                num_traits::NumCast::from(n)
            }
            #[inline]
            fn integer_decode(x: Self) -> (u64, i16, i8) {
                Float::integer_decode(x)
            }
            #[cfg(feature = "nalgebra")]
            #[inline]
            fn within_ulps(x: Self, y: Self, ulps: u32) -> bool {
                approx::UlpsEq::ulps_eq(&x, &y, 0.0, ulps)
            }
            #[cfg(feature = "nalgebra")]
            fn factorise<F: Factorisation>(a: F::Of<Self>) -> F::Factors<Self> {
                F::by_nalgebra(a)
            }
            #[cfg(feature = "nalgebra")]
            fn factorise_complex<F: Factorisation>(a: F::Of<Complex<Self>>) -> F::Factors<Complex<Self>> {
                F::by_nalgebra(a)
            }
        }

        crate::literal_operators! { $t: Add add AddAssign add_assign, Sub sub SubAssign sub_assign,
            Mul mul MulAssign mul_assign, Div div DivAssign div_assign, Rem rem RemAssign rem_assign }
    };
}

float! { f32 f32x8 f32x4 u32 i32 }
float! { f64 f64x4 f64x2 u64 i64 }
