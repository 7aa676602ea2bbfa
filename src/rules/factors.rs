//! Partial derivatives as products of two numbers, for where they leave the range although a tangent times them does not.
//!
//! −1/x² is 0 in `f64` at x = 1e200, but −1/x · (1/x · 1e150) is −1e-250. Each function here gives, for each argument, two
//! numbers whose product is the partial derivative. It is called seldom: where an argument or a partial derivative is so large
//! or so small that something may have been lost.
//!
//! Two numbers in range whose product is out of it lie on the same side of 1. So if the tangent and the result are in range,
//! what is between them is, in whichever order the factors are applied.
#![allow(clippy::unnecessary_wraps)] // some of them have no factors at some points

use crate::kernel::{Engine, Kernel, RealEngine, Truth};
use crate::{Real, Scalar, lit};

/// The factors of each partial derivative; none where there is no better way than the partial derivative itself.
type Factors<T, const K: usize> = Option<[[T; 2]; K]>;

/// 2ⁿ
fn two_to<T: Scalar>(n: i32) -> T {
    T::lit(libm::ldexp(1.0, n))
}

/// 1/y as a power of two and the rest.
fn inverse<T: Scalar>(y: T) -> [T; 2] {
    over(T::one(), y)
}

/// c/y as c 2ⁿ and 1/(2ⁿ y), of one size: so neither is further out than it must be, nor are their tangents, which are in
/// proportion to them.
fn over<T: Scalar>(c: T, y: T) -> [T; 2] {
    let exponent = |x: T| {
        let size = x.careful_magnitude();
        if size > 0.0 && size.is_finite() { libm::ilogb(size) } else { 0 }
    };
    let bound = 2 * T::half_range();
    let scale: T = two_to((-(exponent(c) + exponent(y)) / 2).clamp(-bound, bound));
    [c * scale, (y * scale).recip()]
}

/// −y/x
pub(crate) fn recip<T: Scalar>(x: T, y: T) -> Factors<T, 1> {
    Some([over(-y, x)])
}

/// 1/y and −q/y
pub(crate) fn quotient<T: Scalar>(_x: T, y: T, q: T) -> Factors<T, 2> {
    Some([inverse(y), over(-q, y)])
}

/// 1/2y
pub(crate) fn sqrt<T: Scalar>(_x: T, y: T) -> Factors<T, 1> {
    Some([inverse(y + y)])
}

/// 1/3y · 1/y
pub(crate) fn cbrt<T: Scalar>(_x: T, y: T) -> Factors<T, 1> {
    Some([[(y * lit(3.0)).recip(), y.recip()]])
}

/// −2u/3 · 1/x
pub(crate) fn cbrt_slope<T: Scalar>(x: T, u: T) -> Factors<T, 1> {
    Some([over(u * lit(-2.0 / 3.0), x)])
}

/// e^(x/2) twice
pub(crate) fn exp_m1<T: Scalar>(x: T, _y: T) -> Factors<T, 1> {
    let half = (x * lit(0.5)).exp();
    Some([[half, half]])
}

/// 1/x
pub(crate) fn ln<T: Scalar>(x: T, _y: T) -> Factors<T, 1> {
    Some([inverse(x)])
}

/// 1/(1 + x)
pub(crate) fn ln_1p<T: Scalar>(x: T, _y: T) -> Factors<T, 1> {
    Some([inverse(x + lit(1.0))])
}

/// c/x
fn logarithm<T: Scalar>(x: T, c: f64) -> Factors<T, 1> {
    let [scale, rest] = inverse(x);
    Some([[scale * lit(c), rest]])
}

pub(crate) fn log2<T: Scalar>(x: T, _y: T) -> Factors<T, 1> {
    logarithm(x, core::f64::consts::LOG2_E)
}

pub(crate) fn log10<T: Scalar>(x: T, _y: T) -> Factors<T, 1> {
    logarithm(x, core::f64::consts::LOG10_E)
}

pub(crate) fn log<T: Scalar>(x: T, _y: T, base: f64) -> Factors<T, 1> {
    logarithm(x, num_traits::Float::ln(base).recip())
}

/// c x^(p−k−1), by half of the exponent each; where that is no integer, c x^(p−k)/x
fn power<T: Scalar>(x: T, c: f64, p: f64, k: i32) -> Factors<T, 1> {
    if c == 0.0 {
        return None;
    }
    if p == f64::from(k) {
        return logarithm(x, c);
    }
    let exponent = p - f64::from(k) - 1.0;
    if exponent == libm::trunc(exponent) && exponent.abs() < 1e9 {
        #[allow(clippy::cast_possible_truncation)] // compared
        let (n, half) = (exponent as i32, exponent as i32 / 2);
        return Some([[x.powi(n - half) * lit(c), x.powi(half)]]);
    }
    let whole = x.power_term(c, p, k);
    if whole.careful_magnitude() > 0.0 && whole.all_finite() {
        return Some([over(whole, x)]);
    }
    let half = x.powf(exponent * 0.5);
    Some([[half * lit(c), half]])
}

pub(crate) fn powi<T: Scalar>(x: T, _y: T, n: i32) -> Factors<T, 1> {
    power(x, f64::from(n), f64::from(n), 0)
}

pub(crate) fn powf<T: Scalar>(x: T, _y: T, p: f64) -> Factors<T, 1> {
    power(x, p, p, 0)
}

pub(crate) fn power_term<T: Scalar>(x: T, _y: T, c: f64, p: f64, k: i32) -> Factors<T, 1> {
    power(x, c * (p - f64::from(k)), p, k)
}

/// p y/x and y ln x
pub(crate) fn pow<T: Scalar>(x: T, p: T, y: T) -> Factors<T, 2> {
    Some([over(y * p, x), [y, x.ln()]])
}

/// Of D(k, m), as in [`rules::pow_partial`](super::pow_partial): ((p − k) D(k, m) + m D(k, m − 1))/x, and D(k, m + 1)
pub(crate) fn pow_partial<T: Scalar>(x: T, p: T, y: T, [k, m]: [i32; 2]) -> Factors<T, 2> {
    let mut numerator = (p - lit(f64::from(k))) * y;
    if m > 0 {
        numerator += x.pow_partial(p, [k, m - 1]) * lit(f64::from(m));
    }
    Some([over(numerator, x), [T::one(), x.pow_partial(p, [k, m + 1])]])
}

/// sec² x
pub(crate) fn tan<T: Scalar>(x: T, _y: T) -> Factors<T, 1> {
    let s = x.cos().recip();
    Some([[s, s]])
}

/// 2 tan x sec² x
pub(crate) fn sec_squared<T: Scalar>(x: T, _y: T) -> Factors<T, 1> {
    let s = x.cos().recip();
    Some([[x.tan() * s * lit(2.0), s]])
}

/// sech² x
pub(crate) fn tanh<T: Scalar>(x: T, _y: T) -> Factors<T, 1> {
    let s = x.cosh().recip();
    Some([[s, s]])
}

/// −2 tanh x sech² x
pub(crate) fn sech_squared<T: Scalar>(x: T, _y: T) -> Factors<T, 1> {
    let s = x.cosh().recip();
    Some([[x.tanh() * s * lit(-2.0), s]])
}

/// ¼ sech² (x/2)
pub(crate) fn sigmoid<T: Scalar>(x: T, _y: T) -> Factors<T, 1> {
    let s = (x * lit(0.5)).cosh().recip() * lit(0.5);
    Some([[s, s]])
}

/// −tanh (x/2) ¼ sech² (x/2)
pub(crate) fn sigmoid_slope<T: Scalar>(x: T, _u: T) -> Factors<T, 1> {
    let half = x * lit(0.5);
    let s = half.cosh().recip() * lit(0.5);
    Some([[-half.tanh() * s, s]])
}

/// eˣ/(eˣ + eʸ) = e^(x−y) eʸ/(eˣ + eʸ)
fn small_share<T: Scalar>(x: T, y: T) -> [T; 2] {
    let half = ((x - y) * lit(0.5)).exp();
    [half, half * y.share(x)]
}

pub(crate) fn log_add_exp<T: Scalar>(x: T, y: T, _value: T) -> Factors<T, 2> {
    Some([small_share(x, y), small_share(y, x)])
}

/// s t and −s t, the smaller one of s and t as above
pub(crate) fn share<T: Scalar>(x: T, y: T, s: T) -> Factors<T, 2> {
    let t = y.share(x);
    let [half, rest] = if s.careful_magnitude() < t.careful_magnitude() {
        let [half, rest] = small_share(x, y);
        [half, rest * t]
    } else {
        let [half, rest] = small_share(y, x);
        [half, rest * s]
    };
    Some([[half, rest], [half, -rest]])
}

/// x u³ as (x u · u) u
fn cube_law<T: Scalar>(x: T, u: T) -> Factors<T, 1> {
    Some([[x.product(u).product(u), u]])
}

pub(crate) fn asin_slope<T: Scalar>(x: T, u: T) -> Factors<T, 1> {
    cube_law(x, u)
}

pub(crate) fn asinh_slope<T: Scalar>(x: T, u: T) -> Factors<T, 1> {
    cube_law(-x, u)
}

pub(crate) fn acosh_slope<T: Scalar>(x: T, u: T) -> Factors<T, 1> {
    cube_law(-x, u)
}

/// From this modulus on 1 + 1/x² rounds to 1, and functions of x are those of w = 1/x.
const FAR: f64 = 1e9;

/// w/√(1 + w²), w = 1/|x|, of x far out
pub(crate) fn asinh<T: Scalar>(x: T, _y: T) -> Factors<T, 1> {
    let sign = if T::Kernel::less(x, T::zero()).decided() { -T::one() } else { T::one() };
    let [scale, rest] = inverse(x * sign);
    (x.careful_magnitude() > FAR).then(|| [[scale, rest * x.recip().asinh_slope()]])
}

/// w/√(1 − w²), w = 1/x, of x far out
pub(crate) fn acosh<T: Scalar>(x: T, _y: T) -> Factors<T, 1> {
    let [scale, rest] = inverse(x);
    (x.careful_magnitude() > FAR).then(|| [[scale, rest * x.recip().asin_slope()]])
}

/// w · w/(1 + w²), w = 1/x, of x far out
pub(crate) fn atan<T: Scalar>(x: T, _y: T) -> Factors<T, 1> {
    let w = x.recip();
    let [first, second] = over(w, x);
    (x.careful_magnitude() > FAR).then(|| [[first, second * w.atan_slope()]])
}

/// −2 x u · u; far out −2 w v · w² v with v = 1/(1 + w²)
pub(crate) fn atan_slope<T: Scalar>(x: T, u: T) -> Factors<T, 1> {
    if x.careful_magnitude() > FAR {
        let w = x.recip();
        let v = w.atan_slope();
        return Some([[w * v * lit(-2.0), w * w * v]]);
    }
    Some([[x.product(u) * lit(-2.0), u]])
}

/// −w · w/(1 − w²), w = 1/x, of x far out
pub(crate) fn atanh<T: Scalar>(x: T, _y: T) -> Factors<T, 1> {
    let w = x.recip();
    let [first, second] = over(-w, x);
    (x.careful_magnitude() > FAR).then(|| [[first, second * w.atanh_slope()]])
}

/// 2 x u · u; far out 2 w v · w² v with v = 1/(1 − w²)
pub(crate) fn atanh_slope<T: Scalar>(x: T, u: T) -> Factors<T, 1> {
    if x.careful_magnitude() > FAR {
        let w = x.recip();
        let v = w.atanh_slope();
        return Some([[w * v * lit(2.0), w * w * v]]);
    }
    Some([[x.product(u) * lit(2.0), u]])
}

/// ln y, and x/y
pub(crate) fn xlogy<T: Scalar>(x: T, y: T, _value: T) -> Factors<T, 2> {
    Some([[T::one(), y.ln()], over(x, y)])
}

/// x/r · 1/r and −y/r · 1/r
pub(crate) fn atan2<T: Real>(y: T, x: T, _angle: T) -> Factors<T, 2> {
    let r = x.hypot(y);
    Some([over(x.direction(y), r), over(-y.direction(x), r)])
}

/// (b − a)(b + a) and −2a b
pub(crate) fn inversion<T: Real>(x: T, y: T, a: T) -> Factors<T, 2> {
    let b = y.inversion(x);
    Some([[b - a, b + a], [a * lit(-2.0), b]])
}

/// x/r and y/r
pub(crate) fn hypot<T: Real>(x: T, y: T, r: T) -> Factors<T, 2> {
    Some([over(x, r), over(y, r)])
}

/// s · s/r and −c · s/r, s = y/r
pub(crate) fn direction<T: Real>(x: T, y: T, c: T) -> Factors<T, 2> {
    let (r, s) = (x.hypot(y), y.direction(x));
    let [first, second] = over(s, r);
    Some([[s * first, second], [-c * first, second]])
}
