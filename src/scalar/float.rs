//! `f32` and `f64` as scalars, and their elementary functions where the standard library's are not enough.

use super::lanes::{self, vector_lanes};
use super::norm::norm_and_slopes;
use super::{ComplexScalar, Primal, Real, Scalar, plain_blocks};
use crate::Lit;
use crate::functions::{Elementary, Elementary2, analytic, real};
use crate::interop::Approximate;
use crate::rule::{Rule, VectorRule};
use alloc::vec::Vec;
use core::fmt::{Debug, Display};
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Rem, RemAssign, Sub, SubAssign};
use num_complex::Complex;
use num_traits::{Float, FloatConst, Num};

/// What the elementary functions of the machine's numbers ask of `f32` and `f64`. Not a [`Scalar`], so that `x.sin()` is
/// `Float`'s in code that is generic over it.
#[doc(hidden)]
pub trait Leaf: Float + FloatConst + Approximate + Debug + Display + Send + Sync + 'static {
    /// The nearest number of this type.
    fn from_f64(x: f64) -> Self;
    /// The same number as `f64`.
    fn to_f64(self) -> f64;
}

impl Leaf for f64 {
    #[inline]
    fn from_f64(x: f64) -> Self {
        x
    }
    #[inline]
    fn to_f64(self) -> f64 {
        self
    }
}

impl Leaf for f32 {
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

/// Functions that `std` (or the `libm` crate without it) has right.
macro_rules! of_the_standard_library {
    ($($f:ident)*) => {$(
        #[inline]
        pub(crate) fn $f<L: Leaf>(x: L) -> L {
            Float::$f(x)
        }
    )*};
}
of_the_standard_library! {
    recip sqrt cbrt exp exp2 exp_m1 ln ln_1p log2 log10 sin cos tan asin acos atan sinh cosh
    floor ceil round trunc signum to_radians to_degrees
}

/// Functions that `std` loses digits of (near 1, near 0, near the largest number): the `libm` crate's, at `f64`.
macro_rules! of_the_libm_crate {
    ($($f:ident)*) => {$(
        #[inline]
        pub(crate) fn $f<L: Leaf>(x: L) -> L {
            L::from_f64(libm::$f(x.to_f64()))
        }
    )*};
}
of_the_libm_crate! { asinh atanh }

/// tanh x: near 0 by Lambert's continued fraction x/(1 + z/(3 + z/(5 + …))), z = x², as x less a small quotient; further
/// out 1 − 2/(t + 2), t = e^2|x| − 1, within 1.3 units. The standard library's is off by 2.7.
#[inline]
pub(crate) fn tanh<L: Leaf>(x: L) -> L {
    tanh_and_slope(x).0
}

/// tanh x and 1/cosh² x = (1 − tanh x)(1 + tanh x), where 1 − tanh |x| is `rest`. Far out (2e/(1 + e²))², e = e^−|x|:
/// squared last, as e² alone is subnormal before the result is.
#[inline]
fn tanh_and_slope<L: Leaf>(x: L) -> (L, L) {
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
pub(crate) fn acosh<L: Leaf>(x: L) -> L {
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
pub(crate) fn log<L: Leaf>(x: L, base: f64) -> L {
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
pub(crate) fn powi<L: Leaf>(x: L, n: i32) -> L {
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
pub(crate) fn powf<L: Leaf>(x: L, p: f64) -> L {
    L::from_f64(Float::powf(x.to_f64(), p))
}

#[inline]
pub(crate) fn pow<L: Leaf>(x: L, p: L) -> L {
    x.powf(p)
}

/// c x^(p−k), 0 for c = 0
#[inline]
pub(crate) fn power_term<L: Leaf>(x: L, c: f64, p: f64, k: i32) -> L {
    L::from_f64(if c == 0.0 { 0.0 } else { scaled_power(x.to_f64(), c, p, k) })
}

/// ∂ᵏ⁺ᵐ/∂xᵏ∂pᵐ x^p = c x^(p−k), c a polynomial in p and ln x
#[inline]
pub(crate) fn pow_partial<L: Leaf>(x: L, p: L, [k, m]: [i32; 2]) -> L {
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
    let (e, l) = exact_sum(p, f64::from(-k));
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

/// a + b = e + l exactly, |l| at most half a unit of e (Knuth, The Art of Computer Programming 2, § 4.2.2, theorem B).
/// l = 0 where e is not finite.
#[inline]
pub(crate) fn exact_sum<L: Leaf>(a: L, b: L) -> (L, L) {
    let e = a + b;
    let t = e - a;
    let l = (a - (e - t)) + (b - t);
    (e, if l.is_finite() { l } else { L::zero() })
}

/// sin x / x, 1 at 0
#[inline]
pub(crate) fn sinc<L: Leaf>(x: L) -> L {
    if x == L::zero() { L::one() } else { x.sin() / x }
}

/// 1/(1 + e^−x)
#[inline]
pub(crate) fn sigmoid<L: Leaf>(x: L) -> L {
    let (above, below) = shares_of((-x.abs()).exp());
    if x >= L::zero() { above } else { below }
}

/// σ(a) and σ(−a) for a ≥ 0 and e = e^−a, the exponential that does not overflow, by one division q = e/(1 + e): 1 − q, and
/// e − e q, which has one rounding less than q where e is small
#[inline]
fn shares_of<L: Leaf>(e: L) -> (L, L) {
    let quotient = e / (L::one() + e);
    (L::one() - quotient, e - e * quotient)
}

/// σ′(x) = σ(x) σ(−x)
#[inline]
pub(crate) fn sigmoid_slope<L: Leaf>(x: L) -> L {
    sigmoid_and_slope(x).1
}

/// σ(x) and σ′(x)
#[inline]
fn sigmoid_and_slope<L: Leaf>(x: L) -> (L, L) {
    let e = (-x.abs()).exp();
    let (above, below) = shares_of(e);
    (if x >= L::zero() { above } else { below }, above * below)
}

/// ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|)
#[inline]
pub(crate) fn softplus<L: Leaf>(x: L) -> L {
    softplus_and_slope(x).0
}

/// ln(1 + eˣ) and σ(x)
#[inline]
fn softplus_and_slope<L: Leaf>(x: L) -> (L, L) {
    let e = (-x.abs()).exp();
    let tail = e.ln_1p();
    let (above, below) = shares_of(e);
    (if x > L::zero() { x + tail } else { tail }, if x >= L::zero() { above } else { below })
}

/// ln(eˣ + eʸ) = max(x, y) + ln(1 + e^−|x − y|)
#[inline]
pub(crate) fn log_add_exp<L: Leaf>(x: L, y: L) -> L {
    log_add_exp_and_slopes(x, y).0
}

/// ln(eˣ + eʸ), eˣ/(eˣ + eʸ) = σ(x − y) and eʸ/(eˣ + eʸ) = σ(y − x); of the difference d, what its rounding loses, l, comes
/// back by σ′ = σ(d) σ(−d). ½ where both are the same infinity.
#[inline]
fn log_add_exp_and_slopes<L: Leaf>(x: L, y: L) -> (L, L, L) {
    if x == y {
        return (x + L::LN_2(), L::from_f64(0.5), L::from_f64(0.5));
    }
    let (d, l) = exact_sum(x, -y);
    let e = (-d.abs()).exp();
    let tail = e.ln_1p();
    let (above, below) = shares_of(e);
    let (value, s, t) = if x > y { (x + tail, above, below) } else { (y + tail, below, above) };
    (value, s + s * (l * t), t - t * (l * s))
}

/// eˣ/(eˣ + eʸ)
#[inline]
pub(crate) fn share<L: Leaf>(x: L, y: L) -> L {
    log_add_exp_and_slopes(x, y).1
}

/// x ln y, 0 where x is 0 and y a number
#[inline]
pub(crate) fn xlogy<L: Leaf>(x: L, y: L) -> L {
    if x == L::zero() && !y.is_nan() { L::zero() } else { x * y.ln() }
}

#[inline]
pub(crate) fn product<L: Leaf>(x: L, y: L) -> L {
    x * y
}

#[inline]
pub(crate) fn quotient<L: Leaf>(x: L, y: L) -> L {
    x / y
}

/// 1/(3y²), y = ∛x
#[inline]
pub(crate) fn cbrt_slope<L: Leaf>(x: L) -> L {
    let y = x.cbrt();
    (L::from_f64(3.0) * y * y).recip()
}

/// 1/√(1 − x²)
#[inline]
pub(crate) fn asin_slope<L: Leaf>(x: L) -> L {
    ((L::one() - x) * (L::one() + x)).sqrt().recip()
}

/// 1/√(1 + x²)
#[inline]
pub(crate) fn asinh_slope<L: Leaf>(x: L) -> L {
    x.hypot(L::one()).recip()
}

/// 1/√(x² − 1), NaN below 1; where x² overflows, 1/(√(x − 1) √(x + 1))
#[inline]
pub(crate) fn acosh_slope<L: Leaf>(x: L) -> L {
    let (below, above) = (x - L::one(), x + L::one());
    let square = below * above;
    let root = if x > L::zero() && square.is_finite() { square.sqrt() } else { below.sqrt() * above.sqrt() };
    root.recip()
}

/// 1/(1 + x²); where x² overflows the result is still a number, 1/x²
#[inline]
pub(crate) fn atan_slope<L: Leaf>(x: L) -> L {
    let square = x * x;
    if square.is_finite() { (square + L::one()).recip() } else { x.recip() * x.recip() }
}

/// 1/(1 − x²)
#[inline]
pub(crate) fn atanh_slope<L: Leaf>(x: L) -> L {
    ((L::one() - x) * (L::one() + x)).recip()
}

/// 1/cos² x
#[inline]
pub(crate) fn sec_squared<L: Leaf>(x: L) -> L {
    let s = x.cos().recip();
    s * s
}

/// 1/cosh² x
#[inline]
pub(crate) fn sech_squared<L: Leaf>(x: L) -> L {
    tanh_and_slope(x).1
}

#[inline]
pub(crate) fn fract<L: Leaf>(x: L) -> L {
    x - x.trunc()
}

#[inline]
pub(crate) fn atan2<L: Leaf>(y: L, x: L) -> L {
    y.atan2(x)
}

#[inline]
pub(crate) fn hypot<L: Leaf>(x: L, y: L) -> L {
    x.hypot(y)
}

/// x − n y in [0, |y|), like `f64::rem_euclid`, which `core` does not have
#[inline]
pub(crate) fn rem_euclid<L: Leaf>(x: L, y: L) -> L {
    let r = x % y;
    if r < L::zero() { r + y.abs() } else { r }
}

/// x/√(x² + y²), 0 at the origin, ±1 for infinite x and finite y
#[inline]
pub(crate) fn direction<L: Leaf>(x: L, y: L) -> L {
    if x == L::zero() && !y.is_nan() {
        return L::zero();
    }
    if x.is_infinite() && y.is_finite() {
        return x.signum();
    }
    let r = x.hypot(y);
    if r < L::min_positive_value() / L::epsilon() {
        // The quotient of subnormal numbers has few digits; both are scaled by a power of two first.
        let scale = L::epsilon().recip().powi(4);
        return direction(x * scale, y * scale);
    }
    x / r
}

/// x/(x² + y²)
#[inline]
pub(crate) fn inversion<L: Leaf>(x: L, y: L) -> L {
    direction(x, y) / x.hypot(y)
}

/// Each function of the list, forwarded to this module.
macro_rules! leaf_methods {
    (
        unary { $($u:ident $(($($uc:ident: $ut:ty),*))?)* }
        binary { $($b:ident($bo:ident $(, $bc:ident: $bt:ty)*))* }
        slope_unary { $($su:ident $(($($suc:ident: $sut:ty),*))?)* }
        slope_binary { $($sb:ident($sbo:ident $(, $sbc:ident: $sbt:ty)*))* }
    ) => {
        $(#[inline] fn $u(self $($(, $uc: $ut)*)?) -> Self { $u(self $($(, $uc)*)?) })*
        $(#[inline] fn $b(self, $bo: Self $(, $bc: $bt)*) -> Self { $b(self, $bo $(, $bc)*) })*
        $(#[inline] fn $su(self $($(, $suc: $sut)*)?) -> Self { $su(self $($(, $suc)*)?) })*
        $(#[inline] fn $sb(self, $sbo: Self $(, $sbc: $sbt)*) -> Self { $sb(self, $sbo $(, $sbc)*) })*
    };
}
/// The functions of the list, and all that needs no thought, for one of the machine's real numbers.
macro_rules! float {
    ($t:ident $long:ident $short:ident) => {
        impl Primal for $t {
            type Complex = Complex<$t>;
        }

        impl Scalar for $t {
            type Real = $t;
            type Primal = $t;
            const LEVEL: usize = 0;
            const COMPLEX: bool = false;

            #[inline]
            fn lit(value: f64) -> Self {
                Leaf::from_f64(value)
            }
            #[inline]
            fn constant(value: $t) -> Self {
                value
            }
            #[inline]
            fn primal(self) -> $t {
                self
            }
            #[inline]
            fn sin_cos(self) -> (Self, Self) {
                Float::sin_cos(self)
            }
            #[inline]
            fn tanh_and_slope(self) -> (Self, Self) {
                tanh_and_slope(self)
            }
            #[inline]
            fn sigmoid_and_slope(self) -> (Self, Self) {
                sigmoid_and_slope(self)
            }
            #[inline]
            fn softplus_and_slope(self) -> (Self, Self) {
                softplus_and_slope(self)
            }
            #[inline]
            fn log_add_exp_and_slopes(self, other: Self) -> (Self, Self, Self) {
                log_add_exp_and_slopes(self, other)
            }
            #[inline]
            fn apply_rule<R: Rule<$t, K>, const K: usize>(rule: &R, x: [Self; K]) -> Self {
                rule.value(x)
            }
            #[inline]
            fn apply_vector_rule<R: VectorRule<$t>>(rule: &R, x: &[Self]) -> Vec<Self> {
                rule.values(x)
            }
            plain_blocks! {}
            vector_lanes! { $t $long $short }
            #[inline]
            fn times_slope(self, slope: Self) -> Self {
                if self == 0.0 { 0.0 } else { self * slope }
            }
            #[inline]
            fn rest(self) -> Self {
                0.0
            }
            #[inline]
            fn magnitude_with_tangents(self) -> f64 {
                self.magnitude()
            }
            #[inline]
            fn all_finite(self) -> bool {
                self.is_finite()
            }
            #[inline]
            fn magnitude(self) -> f64 {
                Leaf::to_f64(self.abs())
            }
            #[inline]
            fn log_magnitude(self) -> f64 {
                Leaf::to_f64(self)
            }
            #[inline]
            fn subtract_from(self, c: Lit) -> Self {
                <$t as Leaf>::from_f64(c.0) - self
            }
            #[inline]
            fn divide_into(self, c: Lit) -> Self {
                <$t as Leaf>::from_f64(c.0) / self
            }
            analytic! { leaf_methods }
        }

        impl ComplexScalar for $t {
            #[inline]
            fn from_real(x: $t) -> Self {
                x
            }
            #[inline]
            fn from_polar(r: $t, theta: $t) -> Self {
                r * Float::cos(theta)
            }
            #[inline]
            fn re(self) -> $t {
                self
            }
            #[inline]
            fn im(self) -> $t {
                0.0
            }
            #[inline]
            fn conj(self) -> Self {
                self
            }
            #[inline]
            fn abs(self) -> $t {
                Float::abs(self)
            }
            #[inline]
            fn norm_sqr(self) -> $t {
                self * self
            }
            #[inline]
            fn arg(self) -> $t {
                if self.is_nan() {
                    self
                } else if self.is_sign_negative() {
                    core::$t::consts::PI
                } else {
                    0.0
                }
            }
            #[inline]
            fn scale(self, factor: $t) -> Self {
                self * factor
            }
            #[inline]
            fn unscale(self, divisor: $t) -> Self {
                self / divisor
            }
            #[inline]
            fn phase(self) -> Self {
                if self == 0.0 { self } else { self.signum() }
            }
            #[inline]
            fn from_parts(re: $t, _im: $t) -> Self {
                re
            }
            #[inline]
            fn parts(self) -> ($t, $t) {
                (self, 0.0)
            }
        }

        impl Real for $t {
            #[inline]
            fn copysign(self, sign: Self) -> Self {
                Float::copysign(self, sign)
            }
            #[inline]
            fn min(self, other: Self) -> Self {
                Float::min(self, other)
            }
            #[inline]
            fn max(self, other: Self) -> Self {
                Float::max(self, other)
            }
            #[inline]
            fn clamp(self, low: Self, high: Self) -> Self {
                $t::clamp(self, low, high)
            }
            #[inline]
            fn mul_add(self, a: Self, b: Self) -> Self {
                Float::mul_add(self, a, b)
            }
            #[inline]
            fn norm_and_slopes<I: Iterator<Item = Self> + Clone>(
                x: I,
            ) -> (Self, impl Iterator<Item = Self> + Clone) {
                norm_and_slopes(x)
            }
            #[inline]
            fn is_nan(self) -> bool {
                $t::is_nan(self)
            }
            #[inline]
            fn is_finite(self) -> bool {
                $t::is_finite(self)
            }
            #[inline]
            fn is_infinite(self) -> bool {
                $t::is_infinite(self)
            }
            #[inline]
            fn is_sign_negative(self) -> bool {
                $t::is_sign_negative(self)
            }
            #[inline(always)]
            fn complex(z: Complex<Self>, f: Elementary) -> Complex<Self> {
                f.value(z)
            }
            #[inline(always)]
            fn complex2(z: Complex<Self>, w: Complex<Self>, f: Elementary2) -> Complex<Self> {
                f.value(z, w)
            }
            #[inline]
            fn complex_sin_cos(z: Complex<Self>) -> (Complex<Self>, Complex<Self>) {
                super::complex::elementary::sin_cos(z)
            }
            #[inline]
            fn complex_rule<R: Rule<Complex<$t>, K>, const K: usize>(
                rule: &R,
                z: [Complex<Self>; K],
            ) -> Complex<Self> {
                rule.value(z)
            }
            #[inline]
            fn complex_vector_rule<R: VectorRule<Complex<$t>>>(
                rule: &R,
                z: &[Complex<Self>],
            ) -> Vec<Complex<Self>> {
                rule.values(z)
            }
            #[inline]
            fn complex_constant(c: Complex<$t>) -> Complex<Self> {
                c
            }
            #[inline]
            fn complex_primal(z: Complex<Self>) -> Complex<$t> {
                z
            }
            real! { leaf_methods }
        }

        float! { operators $t Add add AddAssign add_assign +, Sub sub SubAssign sub_assign -,
            Mul mul MulAssign mul_assign *, Div div DivAssign div_assign /, Rem rem RemAssign rem_assign % }

        impl PartialEq<Lit> for $t {
            #[inline]
            fn eq(&self, c: &Lit) -> bool {
                *self == <$t as Leaf>::from_f64(c.0)
            }
        }

        impl PartialOrd<Lit> for $t {
            #[inline]
            fn partial_cmp(&self, c: &Lit) -> Option<core::cmp::Ordering> {
                self.partial_cmp(&<$t as Leaf>::from_f64(c.0))
            }
        }
    };
    (operators $t:ident $($op:ident $f:ident $assign:ident $g:ident $symbol:tt),*) => {$(
        impl $op<Lit> for $t {
            type Output = $t;
            #[inline]
            fn $f(self, c: Lit) -> $t {
                self $symbol <$t as Leaf>::from_f64(c.0)
            }
        }
        impl $assign<Lit> for $t {
            #[inline]
            fn $g(&mut self, c: Lit) {
                *self = *self $symbol c;
            }
        }
    )*};
}

float! { f32 f32x8 f32x4 }
float! { f64 f64x4 f64x2 }
