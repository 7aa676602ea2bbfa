//! [`Base`]: the trait of whoever brings a number of their own.

use super::Operand;
use super::float::pow_coefficient;
use super::lanes::each_lane;
use crate::Lit;
use crate::functions::Analytic;
use crate::kernel::Truth;
#[cfg(feature = "nalgebra")]
use crate::linalg::Factorisation;
use crate::rule::{Rule, VectorRule};
use alloc::vec::Vec;
use core::fmt::{Debug, Display};
use core::iter::{Product, Sum};
use core::num::FpCategory;
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign};
use num_complex::Complex;
use num_traits::{NumAssign, ToPrimitive};

/// A real number that nests end in: `f32`, `f64`, or a number of your own.
///
/// Implement this trait for your number (a double-double, an interval, a number that counts, …), and `Dual<YourNumber>`,
/// `Var<YourNumber>`, `Complex<YourNumber>` and every nest of them are numbers of this crate: all transforms differentiate
/// functions at it. Your number itself becomes a [`Scalar`](crate::Scalar) and a [`Real`](crate::Real).
///
/// Required are the arithmetic (num-traits' `NumAssign`, and the operators with a literal, which
/// [`literal_operators!`](crate::literal_operators) writes), the conversions from and to `f64`, and seven functions. Everything
/// else has a default by the formula of the textbook. Override whatever your number does better: a default is as accurate as
/// the functions it is made of.
///
/// The functions are associated functions, `Base::sin(x)`, and no methods, so that `x.sin()` is [`Scalar`](crate::Scalar)'s
/// wherever both traits are imported.
///
/// # Examples
/// A number that has `f64`'s arithmetic and counts how many functions are called:
/// ```
/// use holograd::{Base, Scalar, derivative, literal_operators};
/// use num_traits::{Num, One, Zero};
/// use std::cell::Cell;
/// use std::fmt;
/// use std::ops::*;
///
/// thread_local!(static CALLS: Cell<u32> = const { Cell::new(0) });
///
/// #[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
/// struct Tally(f64);
///
/// fn called(y: f64) -> Tally {
///     CALLS.set(CALLS.get() + 1);
///     Tally(y)
/// }
/// impl Base for Tally {
///     type Truth = bool;
///     fn from_f64(x: f64) -> Self {
///         Tally(x)
///     }
///     fn to_f64(x: Self) -> f64 {
///         x.0
///     }
///     fn sqrt(x: Self) -> Self {
///         called(x.0.sqrt())
///     }
///     fn exp(x: Self) -> Self {
///         called(x.0.exp())
///     }
///     fn ln(x: Self) -> Self {
///         called(x.0.ln())
///     }
///     fn sin(x: Self) -> Self {
///         called(x.0.sin())
///     }
///     fn cos(x: Self) -> Self {
///         called(x.0.cos())
///     }
///     fn atan(x: Self) -> Self {
///         called(x.0.atan())
///     }
///     fn floor(x: Self) -> Self {
///         called(x.0.floor())
///     }
/// }
/// macro_rules! operators {
///     ($($op:ident $f:ident $assign:ident $g:ident)*) => {$(
///         impl $op for Tally {
///             type Output = Self;
///             fn $f(self, other: Self) -> Self {
///                 Tally($op::$f(self.0, other.0))
///             }
///         }
///         impl $assign for Tally {
///             fn $g(&mut self, other: Self) {
///                 *self = $op::$f(*self, other);
///             }
///         }
///     )*};
/// }
/// operators! { Add add AddAssign add_assign Sub sub SubAssign sub_assign Mul mul MulAssign mul_assign
///     Div div DivAssign div_assign Rem rem RemAssign rem_assign }
/// literal_operators! { Tally }
/// # impl Neg for Tally { type Output = Self; fn neg(self) -> Self { Tally(-self.0) } }
/// # impl Zero for Tally { fn zero() -> Self { Tally(0.0) } fn is_zero(&self) -> bool { self.0 == 0.0 } }
/// # impl One for Tally { fn one() -> Self { Tally(1.0) } }
/// # impl Num for Tally {
/// #     type FromStrRadixErr = num_traits::ParseFloatError;
/// #     fn from_str_radix(s: &str, r: u32) -> Result<Self, Self::FromStrRadixErr> { f64::from_str_radix(s, r).map(Tally) }
/// # }
/// # impl fmt::Display for Tally { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) } }
///
/// let slope = derivative(|x| x.sin() * x, Tally(0.5));
/// assert_eq!(slope, Tally(0.5_f64.cos() * 0.5 + 0.5_f64.sin()));
/// assert_eq!(CALLS.get(), 2); // a sine and a cosine
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a real number that nests of this crate can end in",
    label = "neither `f32` nor `f64` nor a type that implements `holograd::Base`",
    note = "numbers are `f32`, `f64`, `Complex<T>`, `Dual<T, N>` and `Var<T>`, in any nest",
    note = "literals are written `1.0`, not `1`; a number of your own implements `holograd::Base`"
)]
pub trait Base:
    Copy
    + Send
    + Sync
    + 'static
    + Debug
    + Display
    + PartialOrd
    + NumAssign
    + Neg<Output = Self>
    + Sum
    + Product
    + Add<Lit, Output = Self>
    + Sub<Lit, Output = Self>
    + Mul<Lit, Output = Self>
    + Div<Lit, Output = Self>
    + Rem<Lit, Output = Self>
    + AddAssign<Lit>
    + SubAssign<Lit>
    + MulAssign<Lit>
    + DivAssign<Lit>
    + RemAssign<Lit>
    + Operand<Self>
{
    /// What a comparison inside a formula gives: `bool`, unless your number records what is done with it.
    type Truth: Truth;

    /// The number nearest to this one.
    fn from_f64(x: f64) -> Self;
    /// The `f64` nearest to this number; it is used to judge sizes, not to compute with.
    fn to_f64(x: Self) -> f64;
    /// √x
    fn sqrt(x: Self) -> Self;
    /// eˣ
    fn exp(x: Self) -> Self;
    /// ln x
    fn ln(x: Self) -> Self;
    /// sin x
    fn sin(x: Self) -> Self;
    /// cos x
    fn cos(x: Self) -> Self;
    /// arctan x
    fn atan(x: Self) -> Self;
    /// The largest integer not above x.
    fn floor(x: Self) -> Self;

    // ---- constants ----

    /// π
    #[must_use]
    fn pi() -> Self {
        Self::from_f64(core::f64::consts::PI)
    }
    /// ln 2
    #[must_use]
    fn ln_2() -> Self {
        Self::from_f64(core::f64::consts::LN_2)
    }
    /// The distance from 1 to the next number.
    #[must_use]
    fn epsilon() -> Self {
        Self::from_f64(f64::EPSILON)
    }
    /// The largest finite number.
    #[must_use]
    fn max_value() -> Self {
        Self::from_f64(f64::MAX)
    }
    /// The smallest positive number that has all its digits.
    #[must_use]
    fn min_positive_value() -> Self {
        Self::from_f64(f64::MIN_POSITIVE)
    }

    // ---- questions ----

    /// Whether x is NaN.
    #[inline]
    #[allow(clippy::eq_op)] // true of NaN alone
    fn is_nan(x: Self) -> bool {
        x != x
    }
    /// Whether x is neither infinite nor NaN.
    #[inline]
    #[allow(clippy::eq_op)] // NaN for an infinity
    fn is_finite(x: Self) -> bool {
        (x - x).is_zero()
    }
    /// Whether the sign of x is negative, also of a zero.
    #[inline]
    fn is_sign_negative(x: Self) -> bool {
        x < Self::zero() || (x.is_zero() && Self::one() / x < Self::zero())
    }
    /// Normal, subnormal, zero, infinite or NaN.
    fn classify(x: Self) -> FpCategory {
        Self::to_f64(x).classify()
    }
    /// [`is_finite`](Base::is_finite), where yes is expected and the formula would only be computed more carefully otherwise. A
    /// number that records says yes, and raises a flag for the calls where that is not so.
    #[inline]
    fn expect_finite(x: Self) -> bool {
        Self::is_finite(x)
    }
    /// Whether x has all its digits: it is neither subnormal nor zero, infinite or NaN, where yes is expected and the formula
    /// would only be computed more carefully otherwise. A number that records does as in [`expect_finite`](Base::expect_finite).
    #[inline]
    fn expect_normal(x: Self) -> bool {
        let a = Self::abs(x);
        a >= Self::min_positive_value() && a <= Self::max_value()
    }
    /// Whether x is zero or so moderate that the product of `count` such numbers or of their inverses has all its digits, where
    /// yes is expected, as in [`expect_normal`](Base::expect_normal). By default what is so for `f64`.
    #[inline]
    fn expect_moderate(x: Self, count: i32) -> bool {
        x.is_zero() || Self::to_f64(x).is_normal() && libm::ilogb(Self::to_f64(x)).abs() <= 1022 / count
    }
    /// [`is_finite`](Base::is_finite), to choose by.
    #[inline]
    fn has_finite_value(x: Self) -> Self::Truth {
        Self::is_finite(x).into()
    }
    /// [`is_nan`](Base::is_nan), to choose by.
    #[inline]
    fn has_nan(x: Self) -> Self::Truth {
        Self::is_nan(x).into()
    }
    /// [`is_sign_negative`](Base::is_sign_negative), to choose by.
    #[inline]
    fn has_sign(x: Self) -> Self::Truth {
        Self::is_sign_negative(x).into()
    }
    /// x < y, to choose by.
    #[inline]
    fn less(x: Self, y: Self) -> Self::Truth {
        (x < y).into()
    }
    /// x = y, to choose by.
    #[inline]
    fn equal(x: Self, y: Self) -> Self::Truth {
        (x == y).into()
    }
    /// The first number where `truth` will be true, else the second. It is called only for a `Truth` that is not known while the
    /// formula runs, which `bool` always is.
    #[inline]
    fn select(truth: Self::Truth, yes: Self, no: Self) -> Self {
        if truth.known().unwrap_or(true) { yes } else { no }
    }

    // ---- choosing and rounding ----

    /// |x|
    #[inline]
    fn abs(x: Self) -> Self {
        if Self::is_sign_negative(x) { -x } else { x }
    }
    /// ±1 by the sign, also of a zero; NaN for NaN.
    #[inline]
    fn signum(x: Self) -> Self {
        if Self::is_nan(x) { x } else { Self::copysign(Self::one(), x) }
    }
    /// |x| with the sign of another number.
    #[inline]
    fn copysign(x: Self, sign: Self) -> Self {
        if Self::is_sign_negative(x) == Self::is_sign_negative(sign) { x } else { -x }
    }
    /// The smaller one; of a number and NaN the number.
    #[inline]
    fn min(x: Self, y: Self) -> Self {
        if x < y || Self::is_nan(y) { x } else { y }
    }
    /// The larger one; of a number and NaN the number.
    #[inline]
    fn max(x: Self, y: Self) -> Self {
        if x > y || Self::is_nan(y) { x } else { y }
    }
    /// x held between two bounds that are in order.
    #[inline]
    fn clamp(x: Self, low: Self, high: Self) -> Self {
        if x < low {
            low
        } else if x > high {
            high
        } else {
            x
        }
    }
    /// The smallest integer not below x.
    #[inline]
    fn ceil(x: Self) -> Self {
        -Self::floor(-x)
    }
    /// The integer part.
    #[inline]
    fn trunc(x: Self) -> Self {
        if Self::is_sign_negative(x) { Self::ceil(x) } else { Self::floor(x) }
    }
    /// The nearest integer, ties away from zero.
    #[inline]
    fn round(x: Self) -> Self {
        let nearest = Self::floor(Self::abs(x) + Lit(0.5));
        Self::copysign(nearest, x)
    }
    /// x − trunc x
    #[inline]
    fn fract(x: Self) -> Self {
        x - Self::trunc(x)
    }
    /// x − n y with the integer n that makes it lie in [0, |y|).
    #[inline]
    fn rem_euclid(x: Self, y: Self) -> Self {
        let r = x % y;
        if r < Self::zero() { r + Self::abs(y) } else { r }
    }
    /// x a + b, rounded once where your number can.
    #[inline]
    fn mul_add(x: Self, a: Self, b: Self) -> Self {
        x * a + b
    }

    // ---- powers, exponentials and logarithms ----

    /// 1/x
    #[inline]
    fn recip(x: Self) -> Self {
        Self::one() / x
    }
    /// ∛x, the real root: e^(ln |x|/3), and one step of Newton's method.
    fn cbrt(x: Self) -> Self {
        if x.is_zero() || !Self::is_finite(x) {
            return x;
        }
        let a = Self::abs(x);
        let y = Self::exp(Self::ln(a) / Lit(3.0));
        Self::copysign(y - (y - a / (y * y)) / Lit(3.0), x)
    }
    /// 2ˣ
    #[inline]
    fn exp2(x: Self) -> Self {
        Self::exp(x * Self::ln_2())
    }
    /// eˣ − 1, by Kahan's (u − 1) x/ln u with u = eˣ (Higham, Accuracy and Stability of Numerical Algorithms, § 1.14.1).
    fn exp_m1(x: Self) -> Self {
        let u = Self::exp(x);
        let minus_one = u - Self::one();
        if minus_one.is_zero() {
            x
        } else if (minus_one + Self::one()).is_zero() || !Self::is_finite(u) {
            minus_one
        } else {
            minus_one * (x / Self::ln(u))
        }
    }
    /// ln(1 + x), by Kahan's x ln u/(u − 1) with u = 1 + x.
    fn ln_1p(x: Self) -> Self {
        let u = Self::one() + x;
        let rounded = u - Self::one();
        if rounded.is_zero() {
            x
        } else if Self::is_finite(u) {
            Self::ln(u) * (x / rounded)
        } else {
            Self::ln(u)
        }
    }
    /// ln x/ln b
    #[inline]
    fn log(x: Self, base: f64) -> Self {
        Self::ln(x) / Self::ln(Self::from_f64(base))
    }
    /// log₂ x
    #[inline]
    fn log2(x: Self) -> Self {
        Self::ln(x) / Self::ln_2()
    }
    /// log₁₀ x
    #[inline]
    fn log10(x: Self) -> Self {
        Self::log(x, 10.0)
    }
    /// xⁿ, by repeated squaring.
    fn powi(x: Self, n: i32) -> Self {
        let (mut power, mut square, mut rest) = (Self::one(), x, n.unsigned_abs());
        while rest > 0 {
            if rest % 2 == 1 {
                power *= square;
            }
            square = square * square;
            rest /= 2;
        }
        if n < 0 { Self::recip(power) } else { power }
    }
    /// x^p; by [`powi`](Base::powi) where p is an integer.
    #[inline]
    fn powf(x: Self, p: f64) -> Self {
        match whole(p) {
            Some(n) => Self::powi(x, n),
            None => Self::pow(x, Self::from_f64(p)),
        }
    }
    /// x^y = e^(y ln x), 1 for y = 0; of a negative x for integers y alone.
    fn pow(x: Self, y: Self) -> Self {
        if y.is_zero() {
            return Self::one();
        }
        let size = Self::exp(y * Self::ln(Self::abs(x)));
        if !Self::is_sign_negative(x) || x.is_zero() {
            size
        } else if Self::floor(y) != y {
            Self::from_f64(f64::NAN)
        } else if (Self::floor(y / Lit(2.0)) * Lit(2.0) - y).is_zero() {
            size
        } else {
            -size
        }
    }
    /// 1/(1 + e⁻ˣ)
    #[inline]
    fn sigmoid(x: Self) -> Self {
        Self::sigmoid_and_slope(x).0
    }
    /// ln(1 + eˣ)
    #[inline]
    fn softplus(x: Self) -> Self {
        Self::softplus_and_slope(x).0
    }
    /// ln(eˣ + eʸ)
    #[inline]
    fn log_add_exp(x: Self, y: Self) -> Self {
        Self::log_add_exp_and_slopes(x, y).0
    }
    /// x ln y, 0 where x is 0 and y a number.
    #[inline]
    fn xlogy(x: Self, y: Self) -> Self {
        if x.is_zero() && !Self::is_nan(y) { Self::zero() } else { x * Self::ln(y) }
    }

    // ---- trigonometric and hyperbolic functions ----

    /// (sin x, cos x)
    #[inline]
    fn sin_cos(x: Self) -> (Self, Self) {
        (Self::sin(x), Self::cos(x))
    }
    /// tan x
    #[inline]
    fn tan(x: Self) -> Self {
        Self::sin(x) / Self::cos(x)
    }
    /// arcsin x
    #[inline]
    fn asin(x: Self) -> Self {
        Self::atan2(x, Self::sqrt((Self::one() - x) * (Self::one() + x)))
    }
    /// arccos x
    #[inline]
    fn acos(x: Self) -> Self {
        Self::atan2(Self::sqrt((Self::one() - x) * (Self::one() + x)), x)
    }
    /// The angle of the point (x, y).
    fn atan2(y: Self, x: Self) -> Self {
        if Self::is_nan(x) || Self::is_nan(y) {
            return x + y;
        }
        let (a, b) = (Self::abs(y), Self::abs(x));
        let half = Self::pi() / Lit(2.0);
        let angle = if a.is_zero() && b.is_zero() {
            Self::zero()
        } else if !Self::is_finite(a) && !Self::is_finite(b) {
            half / Lit(2.0)
        } else if a > b {
            half - Self::atan(b / a)
        } else {
            Self::atan(a / b)
        };
        Self::copysign(if Self::is_sign_negative(x) { Self::pi() - angle } else { angle }, y)
    }
    /// √(x² + y²), scaled by the larger one.
    fn hypot(x: Self, y: Self) -> Self {
        let (a, b) = (Self::abs(x), Self::abs(y));
        let (large, small) = if a < b { (b, a) } else { (a, b) };
        if large.is_zero() || (!Self::is_finite(large) && !Self::is_nan(large)) {
            return large;
        }
        let ratio = small / large;
        large * Self::sqrt(Self::one() + ratio * ratio)
    }
    /// sinh x
    fn sinh(x: Self) -> Self {
        let u = Self::exp_m1(Self::abs(x));
        let twice = if Self::is_finite(u) { u + u / (u + Self::one()) } else { u };
        Self::copysign(twice / Lit(2.0), x)
    }
    /// cosh x
    fn cosh(x: Self) -> Self {
        let e = Self::exp(Self::abs(x));
        (e + Self::recip(e)) / Lit(2.0)
    }
    /// tanh x
    #[inline]
    fn tanh(x: Self) -> Self {
        Self::tanh_and_slope(x).0
    }
    /// arsinh x = ln(1 + |x| + x²/(1 + √(1 + x²))), with the sign of x
    fn asinh(x: Self) -> Self {
        let a = Self::abs(x);
        let square = a * a;
        let y = if Self::is_finite(square) {
            Self::ln_1p(a + square / (Self::one() + Self::sqrt(Self::one() + square)))
        } else {
            Self::ln(a) + Self::ln_2()
        };
        Self::copysign(y, x)
    }
    /// arcosh x = ln(1 + t + √(t (t + 2))), t = x − 1
    fn acosh(x: Self) -> Self {
        let t = x - Self::one();
        let square = t * (t + Lit(2.0));
        if Self::is_finite(square) { Self::ln_1p(t + Self::sqrt(square)) } else { Self::ln(x) + Self::ln_2() }
    }
    /// artanh x = ½ ln(1 + 2x/(1 − x))
    fn atanh(x: Self) -> Self {
        let a = Self::abs(x);
        Self::copysign(Self::ln_1p((a + a) / (Self::one() - a)) / Lit(2.0), x)
    }
    /// sin x/x, 1 at 0
    #[inline]
    fn sinc(x: Self) -> Self {
        if x.is_zero() { Self::one() } else { Self::sin(x) / x }
    }
    /// Degrees to radians.
    #[inline]
    fn to_radians(x: Self) -> Self {
        x * (Self::pi() / Lit(180.0))
    }
    /// Radians to degrees.
    #[inline]
    fn to_degrees(x: Self) -> Self {
        x * (Self::from_f64(180.0) / Self::pi())
    }

    // ---- what the rules are made of: partial derivatives as functions of their own ----

    /// tanh x and 1/cosh² x, the latter as (2e/(1 + e²))², e = e^−|x|.
    fn tanh_and_slope(x: Self) -> (Self, Self) {
        let u = Self::exp_m1(-(Self::abs(x) + Self::abs(x)));
        let y = Self::copysign(-u / (u + Lit(2.0)), x);
        let e = Self::exp(-Self::abs(x));
        let s = (e + e) / (Self::one() + e * e);
        (y, s * s)
    }
    /// σ(x) and σ′(x) = σ(x) σ(−x)
    #[inline]
    fn sigmoid_and_slope(x: Self) -> (Self, Self) {
        let (above, below) = shares_of(Self::exp(-Self::abs(x)));
        (if x >= Self::zero() { above } else { below }, above * below)
    }
    /// ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|) and σ(x)
    #[inline]
    fn softplus_and_slope(x: Self) -> (Self, Self) {
        let e = Self::exp(-Self::abs(x));
        let tail = Self::ln_1p(e);
        let (above, below) = shares_of(e);
        let value = if x > Self::zero() { x + tail } else { tail };
        (value, if x >= Self::zero() { above } else { below })
    }
    /// ln(eˣ + eʸ), eˣ/(eˣ + eʸ) = σ(x − y) and eʸ/(eˣ + eʸ) = σ(y − x); of the difference d, what its rounding loses, l, comes
    /// back by σ′ = σ(d) σ(−d). ½ where both are the same infinity.
    #[inline]
    fn log_add_exp_and_slopes(x: Self, y: Self) -> (Self, Self, Self) {
        if x == y {
            return (x + Self::ln_2(), Self::from_f64(0.5), Self::from_f64(0.5));
        }
        let (d, l) = exact_sum(x, -y);
        let e = Self::exp(-Self::abs(d));
        let tail = Self::ln_1p(e);
        let (above, below) = shares_of(e);
        let (value, s, t) = if x > y { (x + tail, above, below) } else { (y + tail, below, above) };
        (value, s + s * (l * t), t - t * (l * s))
    }
    /// eˣ/(eˣ + eʸ)
    #[inline]
    fn share(x: Self, y: Self) -> Self {
        Self::log_add_exp_and_slopes(x, y).1
    }
    /// σ′(x)
    #[inline]
    fn sigmoid_slope(x: Self) -> Self {
        Self::sigmoid_and_slope(x).1
    }
    /// 1/cosh² x
    #[inline]
    fn sech_squared(x: Self) -> Self {
        Self::tanh_and_slope(x).1
    }
    /// 1/cos² x
    #[inline]
    fn sec_squared(x: Self) -> Self {
        let s = Self::recip(Self::cos(x));
        s * s
    }
    /// 1/(3y²), y = ∛x
    #[inline]
    fn cbrt_slope(x: Self) -> Self {
        let y = Self::cbrt(x);
        Self::recip(Self::from_f64(3.0) * y * y)
    }
    /// 1/√(1 − x²)
    #[inline]
    fn asin_slope(x: Self) -> Self {
        Self::recip(Self::sqrt((Self::one() - x) * (Self::one() + x)))
    }
    /// 1/√(1 + x²)
    #[inline]
    fn asinh_slope(x: Self) -> Self {
        Self::recip(Self::hypot(x, Self::one()))
    }
    /// 1/√(x² − 1), NaN below 1; where x² overflows, 1/(√(x − 1) √(x + 1))
    #[inline]
    fn acosh_slope(x: Self) -> Self {
        let (below, above) = (x - Self::one(), x + Self::one());
        let square = below * above;
        let root = if x > Self::zero() && Self::is_finite(square) {
            Self::sqrt(square)
        } else {
            Self::sqrt(below) * Self::sqrt(above)
        };
        Self::recip(root)
    }
    /// 1/(1 + x²); where x² overflows the result is still a number, 1/x²
    #[inline]
    fn atan_slope(x: Self) -> Self {
        let square = x * x;
        if Self::is_finite(square) {
            Self::recip(square + Self::one())
        } else {
            Self::recip(x) * Self::recip(x)
        }
    }
    /// 1/(1 − x²)
    #[inline]
    fn atanh_slope(x: Self) -> Self {
        Self::recip((Self::one() - x) * (Self::one() + x))
    }
    /// c x^(p−k), 0 for c = 0
    #[inline]
    fn power_term(x: Self, c: f64, p: f64, k: i32) -> Self {
        if c == 0.0 {
            return Self::zero();
        }
        let power = match whole(p).and_then(|n| n.checked_sub(k)) {
            Some(n) => Self::powi(x, n),
            None => Self::pow(x, Self::from_f64(p) - Self::from_f64(f64::from(k))),
        };
        power * Self::from_f64(c)
    }
    /// ∂ᵏ⁺ᵐ/∂xᵏ∂pᵐ x^p for the order [k, m]
    fn pow_partial(x: Self, p: Self, [k, m]: [i32; 2]) -> Self {
        let c = pow_coefficient(if m == 0 { Self::one() } else { Self::ln(x) }, p, k, m);
        if c.is_zero() { c } else { c * Self::pow(x, p - Self::from_f64(f64::from(k))) }
    }
    /// x y
    #[inline]
    fn product(x: Self, y: Self) -> Self {
        x * y
    }
    /// x/y
    #[inline]
    fn quotient(x: Self, y: Self) -> Self {
        x / y
    }
    /// x/√(x² + y²), 0 at the origin, ±1 for infinite x and finite y
    #[inline]
    fn direction(x: Self, y: Self) -> Self {
        if x.is_zero() && !Self::is_nan(y) {
            return Self::zero();
        }
        if !Self::is_finite(x) && !Self::is_nan(x) && Self::is_finite(y) {
            return Self::signum(x);
        }
        let r = Self::hypot(x, y);
        if r < Self::min_positive_value() / Self::epsilon() {
            // The quotient of subnormal numbers has few digits; both are scaled by a power of two first.
            let scale = Self::powi(Self::recip(Self::epsilon()), 4);
            return Self::direction(x * scale, y * scale);
        }
        x / r
    }
    /// x/(x² + y²)
    #[inline]
    fn inversion(x: Self, y: Self) -> Self {
        Self::direction(x, y) / Self::hypot(x, y)
    }

    // ---- tangents ----

    /// A tangent times a partial derivative: zero where the tangent is, also beside an infinity.
    #[inline]
    fn times_slope(x: Self, slope: Self) -> Self {
        if x.is_zero() { Self::zero() } else { x * slope }
    }
    /// aᵢ + bᵢ
    #[doc(hidden)]
    #[inline(always)]
    fn lanes_sum<const N: usize>(a: &[Self; N], b: &[Self; N]) -> [Self; N] {
        each_lane(|i| a[i] + b[i])
    }
    /// aᵢ − bᵢ
    #[doc(hidden)]
    #[inline(always)]
    fn lanes_difference<const N: usize>(a: &[Self; N], b: &[Self; N]) -> [Self; N] {
        each_lane(|i| a[i] - b[i])
    }
    /// aᵢ x
    #[doc(hidden)]
    #[inline(always)]
    fn lanes_scaled<const N: usize>(a: &[Self; N], x: Self) -> [Self; N] {
        each_lane(|i| a[i] * x)
    }
    /// aᵢ x + bᵢ y
    #[doc(hidden)]
    #[inline(always)]
    fn lanes_combined<const N: usize>(a: &[Self; N], x: Self, b: &[Self; N], y: Self) -> [Self; N] {
        each_lane(|i| a[i] * x + b[i] * y)
    }
    /// aᵢ x as by [`times_slope`](Base::times_slope)
    #[doc(hidden)]
    #[inline(always)]
    fn lanes_times_slope<const N: usize>(a: &[Self; N], x: Self) -> [Self; N] {
        each_lane(|i| Self::times_slope(a[i], x))
    }
    /// ‖x‖ and the xᵢ/‖x‖, 0 where all are 0.
    #[doc(hidden)]
    fn norm_and_slopes<I: Iterator<Item = Self> + Clone>(x: I) -> (Self, impl Iterator<Item = Self> + Clone) {
        let norm = x.clone().fold(Self::zero(), Self::hypot);
        let divisor = if norm.is_zero() { Self::one() } else { norm };
        (norm, x.map(move |x| x / divisor))
    }

    // ---- rules of users, which a number that records cannot see through ----

    /// The value of a user's rule.
    #[doc(hidden)]
    #[inline]
    #[track_caller]
    fn rule<R: Rule<Self, K>, const K: usize>(rule: &R, x: [Self; K]) -> Self {
        rule.value(x)
    }
    /// The values of a user's vector-valued rule.
    #[doc(hidden)]
    #[inline]
    #[track_caller]
    fn vector_rule<R: VectorRule<Self>>(rule: &R, x: &[Self]) -> Vec<Self> {
        rule.values(x)
    }
    /// The value of a user's rule at complex numbers.
    #[doc(hidden)]
    #[inline]
    #[track_caller]
    fn complex_rule<R: Rule<Complex<Self>, K>, const K: usize>(
        rule: &R,
        z: [Complex<Self>; K],
    ) -> Complex<Self> {
        rule.value(z)
    }
    /// The values of a user's vector-valued rule at complex numbers.
    #[doc(hidden)]
    #[inline]
    #[track_caller]
    fn complex_vector_rule<R: VectorRule<Complex<Self>>>(
        rule: &R,
        z: &[Complex<Self>],
    ) -> Vec<Complex<Self>> {
        rule.values(z)
    }

    // ---- complex numbers of this number ----

    /// An analytic function of the list at complex numbers, by default by the formula of the textbook.
    ///
    /// A better one for some function is found by its name: `match F::NAME { "exp" => …, _ => f.textbook(z) }`.
    #[inline]
    fn complex<F: Analytic<K>, const K: usize>(f: F, z: [Complex<Self>; K]) -> Complex<Self> {
        f.textbook(z)
    }
    /// (sin z, cos z) at a complex number.
    #[inline]
    fn complex_sin_cos(z: Complex<Self>) -> (Complex<Self>, Complex<Self>) {
        (super::complex::textbook::sin(z), super::complex::textbook::cos(z))
    }

    // ---- what other crates' traits ask of every number ----

    /// From a number of the machine.
    #[doc(hidden)]
    fn from_number<N: ToPrimitive>(n: N) -> Option<Self> {
        n.to_f64().map(Self::from_f64)
    }
    /// Mantissa, exponent and sign.
    #[doc(hidden)]
    fn integer_decode(x: Self) -> (u64, i16, i8) {
        num_traits::Float::integer_decode(Self::to_f64(x))
    }
    /// Whether two numbers are not farther apart than so many units in the last place.
    #[doc(hidden)]
    fn within_ulps(x: Self, y: Self, ulps: u32) -> bool {
        let room = Self::epsilon() * Self::from_f64(f64::from(ulps));
        Self::abs(x - y) <= Self::max(Self::abs(x), Self::abs(y)) * room
    }
    /// A factorisation of a matrix of this number.
    #[cfg(feature = "nalgebra")]
    #[doc(hidden)]
    fn factorise<F: Factorisation>(a: F::Of<Self>) -> F::Factors<Self> {
        F::by_elimination(a)
    }
    /// A factorisation of a matrix of complex numbers.
    #[cfg(feature = "nalgebra")]
    #[doc(hidden)]
    fn factorise_complex<F: Factorisation>(a: F::Of<Complex<Self>>) -> F::Factors<Complex<Self>> {
        F::by_elimination(a)
    }
}

/// The exponent as an integer, if it is one that is not large.
#[inline]
pub(super) fn whole(p: f64) -> Option<i32> {
    #[allow(clippy::cast_possible_truncation)] // compared with what it was
    let n = p as i32;
    (f64::from(n) == p).then_some(n)
}

/// σ(a) and σ(−a) for a ≥ 0 and e = e^−a, the exponential that does not overflow, by one division q = e/(1 + e): 1 − q, and
/// e − e q, which has one rounding less than q where e is small
#[inline]
fn shares_of<B: Base>(e: B) -> (B, B) {
    let quotient = e / (B::one() + e);
    (B::one() - quotient, e - e * quotient)
}

/// a + b = e + l exactly, |l| at most half a unit of e (Knuth, The Art of Computer Programming 2, § 4.2.2, theorem B).
/// l = 0 where e is not finite.
#[inline]
pub(crate) fn exact_sum<B: Base>(a: B, b: B) -> (B, B) {
    let e = a + b;
    let t = e - a;
    let l = (a - (e - t)) + (b - t);
    (e, if B::is_finite(l) { l } else { B::zero() })
}

/// The operators of a [`Base`] number with a literal, its sums and products, and [`Operand`], from its own arithmetic.
///
/// See the example of [`Base`].
#[macro_export]
macro_rules! literal_operators {
    ($number:ty) => {
        $crate::literal_operators! { $number: Add add AddAssign add_assign, Sub sub SubAssign sub_assign,
            Mul mul MulAssign mul_assign, Div div DivAssign div_assign, Rem rem RemAssign rem_assign }
        $crate::literal_operators! { sums $number }
        $crate::literal_operators! { operand $number }
    };
    (operand $number:ty) => {
        impl $crate::Operand<$number> for $number {
            #[inline]
            fn number(operand: Self) -> Self {
                operand
            }
        }
    };
    (sums $number:ty) => {
        impl ::core::iter::Sum for $number {
            fn sum<I: ::core::iter::Iterator<Item = Self>>(iter: I) -> Self {
                iter.fold(-<Self as $crate::Base>::from_f64(0.0), |sum, x| sum + x)
            }
        }
        impl ::core::iter::Product for $number {
            fn product<I: ::core::iter::Iterator<Item = Self>>(iter: I) -> Self {
                iter.fold(<Self as $crate::Base>::from_f64(1.0), |product, x| product * x)
            }
        }
    };
    ($number:ty: $($op:ident $f:ident $assign:ident $g:ident),*) => {$(
        impl ::core::ops::$op<$crate::Lit> for $number {
            type Output = $number;
            #[inline]
            fn $f(self, c: $crate::Lit) -> $number {
                ::core::ops::$op::$f(self, <$number as $crate::Base>::from_f64(c.0))
            }
        }
        impl ::core::ops::$assign<$crate::Lit> for $number {
            #[inline]
            fn $g(&mut self, c: $crate::Lit) {
                *self = ::core::ops::$op::$f(*self, c);
            }
        }
    )*};
}
