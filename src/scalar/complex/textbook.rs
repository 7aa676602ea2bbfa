//! Elementary functions of `Complex<B>` for any base number `B`, by the formulas of the textbook (Abramowitz and Stegun 1964,
//! chapter 4). The machine's numbers have algorithms of their own, in `elementary.rs`.

use crate::Base;
use crate::scalar::base::whole;
use crate::scalar::float::pow_coefficient;
use num_complex::Complex;
use num_traits::Zero;

/// A real number as a complex one.
fn real<B: Base>(x: f64) -> Complex<B> {
    Complex::new(B::from_f64(x), B::zero())
}

/// 1
fn one<B: Base>() -> Complex<B> {
    real(1.0)
}

/// i z
fn times_i<B: Base>(z: Complex<B>) -> Complex<B> {
    Complex::new(-z.im, z.re)
}

/// −i z
fn over_i<B: Base>(z: Complex<B>) -> Complex<B> {
    Complex::new(z.im, -z.re)
}

pub(crate) fn product<B: Base>(z: Complex<B>, w: Complex<B>) -> Complex<B> {
    z * w
}

/// z/w, by the larger part of w (Smith, CACM 5 (1962), algorithm 116).
pub(crate) fn quotient<B: Base>(z: Complex<B>, w: Complex<B>) -> Complex<B> {
    if B::abs(w.re) >= B::abs(w.im) {
        if w.is_zero() {
            return Complex::new(z.re / w.re, z.im / w.re);
        }
        let r = w.im / w.re;
        let d = w.re + w.im * r;
        Complex::new((z.re + z.im * r) / d, (z.im - z.re * r) / d)
    } else {
        let r = w.re / w.im;
        let d = w.re * r + w.im;
        Complex::new((z.re * r + z.im) / d, (z.im * r - z.re) / d)
    }
}

pub(crate) fn recip<B: Base>(z: Complex<B>) -> Complex<B> {
    quotient(one::<B>(), z)
}

/// √z, with the part that does not cancel first.
pub(crate) fn sqrt<B: Base>(z: Complex<B>) -> Complex<B> {
    if z.is_zero() {
        return Complex::new(B::zero(), z.im);
    }
    let half = B::from_f64(0.5);
    let t = B::sqrt((B::hypot(z.re, z.im) + B::abs(z.re)) * half);
    let other = B::abs(z.im) * half / t;
    let (re, im) = if B::is_sign_negative(z.re) { (other, t) } else { (t, other) };
    Complex::new(re, B::copysign(im, z.im))
}

pub(crate) fn cbrt<B: Base>(z: Complex<B>) -> Complex<B> {
    if z.is_zero() { z } else { exp(ln(z) / B::from_f64(3.0)) }
}

pub(crate) fn exp<B: Base>(z: Complex<B>) -> Complex<B> {
    let (sin, cos) = B::sin_cos(z.im);
    let size = B::exp(z.re);
    Complex::new(size * cos, size * sin)
}

pub(crate) fn exp2<B: Base>(z: Complex<B>) -> Complex<B> {
    exp(z * B::ln_2())
}

/// eᶻ − 1 = (eˣ − 1) cos y − 2 sin² y/2 + i eˣ sin y
pub(crate) fn exp_m1<B: Base>(z: Complex<B>) -> Complex<B> {
    let half = B::sin(z.im * B::from_f64(0.5));
    let (sin, cos) = B::sin_cos(z.im);
    let e = B::exp_m1(z.re);
    Complex::new(e * cos - (half + half) * half, (e + B::one()) * sin)
}

pub(crate) fn ln<B: Base>(z: Complex<B>) -> Complex<B> {
    Complex::new(B::ln(B::hypot(z.re, z.im)), B::atan2(z.im, z.re))
}

/// ln(1 + z), with ln |1 + z| = ½ ln(1 + (2 + x) x + y²)
pub(crate) fn ln_1p<B: Base>(z: Complex<B>) -> Complex<B> {
    let above = (z.re + B::from_f64(2.0)) * z.re + z.im * z.im;
    Complex::new(B::ln_1p(above) * B::from_f64(0.5), B::atan2(z.im, z.re + B::one()))
}

pub(crate) fn log<B: Base>(z: Complex<B>, base: f64) -> Complex<B> {
    ln(z) / B::ln(B::from_f64(base))
}

pub(crate) fn log2<B: Base>(z: Complex<B>) -> Complex<B> {
    ln(z) / B::ln_2()
}

pub(crate) fn log10<B: Base>(z: Complex<B>) -> Complex<B> {
    log(z, 10.0)
}

/// zⁿ, by repeated squaring.
pub(crate) fn powi<B: Base>(z: Complex<B>, n: i32) -> Complex<B> {
    let (mut power, mut square, mut rest) = (one::<B>(), z, n.unsigned_abs());
    while rest > 0 {
        if rest % 2 == 1 {
            power *= square;
        }
        square = square * square;
        rest /= 2;
    }
    if n < 0 { recip(power) } else { power }
}

pub(crate) fn powf<B: Base>(z: Complex<B>, p: f64) -> Complex<B> {
    match whole(p) {
        Some(n) => powi(z, n),
        None => pow(z, real::<B>(p)),
    }
}

/// e^(w ln z), 1 for w = 0, 0 at 0 for Re w > 0
pub(crate) fn pow<B: Base>(z: Complex<B>, w: Complex<B>) -> Complex<B> {
    if w.is_zero() {
        one::<B>()
    } else if z.is_zero() && w.re > B::zero() {
        Complex::zero()
    } else {
        exp(w * ln(z))
    }
}

/// c z^(p−k), 0 for c = 0
pub(crate) fn power_term<B: Base>(z: Complex<B>, c: f64, p: f64, k: i32) -> Complex<B> {
    if c == 0.0 {
        return Complex::zero();
    }
    let power = match whole(p).and_then(|n| n.checked_sub(k)) {
        Some(n) => powi(z, n),
        None => pow(z, real::<B>(p) - real::<B>(f64::from(k))),
    };
    power * B::from_f64(c)
}

pub(crate) fn pow_partial<B: Base>(z: Complex<B>, w: Complex<B>, [k, m]: [i32; 2]) -> Complex<B> {
    let c = pow_coefficient(if m == 0 { one::<B>() } else { ln(z) }, w, k, m);
    if c.is_zero() { c } else { c * pow(z, w - real::<B>(f64::from(k))) }
}

/// sin(x + iy) = sin x cosh y + i cos x sinh y
pub(crate) fn sin<B: Base>(z: Complex<B>) -> Complex<B> {
    let (sin, cos) = B::sin_cos(z.re);
    Complex::new(sin * B::cosh(z.im), cos * B::sinh(z.im))
}

/// cos(x + iy) = cos x cosh y − i sin x sinh y
pub(crate) fn cos<B: Base>(z: Complex<B>) -> Complex<B> {
    let (sin, cos) = B::sin_cos(z.re);
    Complex::new(cos * B::cosh(z.im), -(sin * B::sinh(z.im)))
}

/// tan z = −i tanh iz
pub(crate) fn tan<B: Base>(z: Complex<B>) -> Complex<B> {
    over_i(tanh(times_i(z)))
}

/// sinh z = −i sin iz
pub(crate) fn sinh<B: Base>(z: Complex<B>) -> Complex<B> {
    over_i(sin(times_i(z)))
}

/// cosh z = cos iz
pub(crate) fn cosh<B: Base>(z: Complex<B>) -> Complex<B> {
    cos(times_i(z))
}

/// tanh(x + iy) = (tanh x + i tan y)/(1 + i tanh x tan y)
pub(crate) fn tanh<B: Base>(z: Complex<B>) -> Complex<B> {
    let (t, u) = (B::tanh(z.re), B::tan(z.im));
    quotient(Complex::new(t, u), Complex::new(B::one(), t * u))
}

/// arcsin z = −i arsinh iz
pub(crate) fn asin<B: Base>(z: Complex<B>) -> Complex<B> {
    over_i(asinh(times_i(z)))
}

/// arccos z = π/2 − arcsin z
pub(crate) fn acos<B: Base>(z: Complex<B>) -> Complex<B> {
    Complex::new(B::pi() * B::from_f64(0.5), B::zero()) - asin(z)
}

/// arctan z = −i artanh iz
pub(crate) fn atan<B: Base>(z: Complex<B>) -> Complex<B> {
    over_i(atanh(times_i(z)))
}

/// arsinh z = ln(z + √(1 + z²)), of the z in the right half plane
pub(crate) fn asinh<B: Base>(z: Complex<B>) -> Complex<B> {
    if B::is_sign_negative(z.re) {
        return -asinh(-z);
    }
    let root = sqrt(one::<B>() - times_i(z)) * sqrt(one::<B>() + times_i(z));
    ln(z + root)
}

/// arcosh z = 2 ln(√((z + 1)/2) + √((z − 1)/2))
pub(crate) fn acosh<B: Base>(z: Complex<B>) -> Complex<B> {
    let half = B::from_f64(0.5);
    let y = ln(sqrt((z + one::<B>()) * half) + sqrt((z - one::<B>()) * half));
    y + y
}

/// artanh z = ½ (ln(1 + z) − ln(1 − z))
pub(crate) fn atanh<B: Base>(z: Complex<B>) -> Complex<B> {
    (ln_1p(z) - ln_1p(-z)) * B::from_f64(0.5)
}

pub(crate) fn sinc<B: Base>(z: Complex<B>) -> Complex<B> {
    if z.is_zero() { one::<B>() } else { quotient(sin(z), z) }
}

pub(crate) fn sigmoid<B: Base>(z: Complex<B>) -> Complex<B> {
    if B::is_sign_negative(z.re) {
        let e = exp(z);
        quotient(e, one::<B>() + e)
    } else {
        recip(one::<B>() + exp(-z))
    }
}

pub(crate) fn softplus<B: Base>(z: Complex<B>) -> Complex<B> {
    if B::is_sign_negative(z.re) { ln_1p(exp(z)) } else { z + ln_1p(exp(-z)) }
}

pub(crate) fn log_add_exp<B: Base>(z: Complex<B>, w: Complex<B>) -> Complex<B> {
    if z.re < w.re { w + ln_1p(exp(z - w)) } else { z + ln_1p(exp(w - z)) }
}

pub(crate) fn xlogy<B: Base>(z: Complex<B>, w: Complex<B>) -> Complex<B> {
    if z.is_zero() { z } else { z * ln(w) }
}

pub(crate) fn cbrt_slope<B: Base>(z: Complex<B>) -> Complex<B> {
    let r = recip(cbrt(z));
    r * r / B::from_f64(3.0)
}

pub(crate) fn asin_slope<B: Base>(z: Complex<B>) -> Complex<B> {
    recip(sqrt(one::<B>() - z) * sqrt(one::<B>() + z))
}

pub(crate) fn asinh_slope<B: Base>(z: Complex<B>) -> Complex<B> {
    asin_slope(times_i(z))
}

pub(crate) fn acosh_slope<B: Base>(z: Complex<B>) -> Complex<B> {
    recip(sqrt(z - one::<B>()) * sqrt(z + one::<B>()))
}

pub(crate) fn atan_slope<B: Base>(z: Complex<B>) -> Complex<B> {
    atanh_slope(times_i(z))
}

pub(crate) fn atanh_slope<B: Base>(z: Complex<B>) -> Complex<B> {
    recip((one::<B>() - z) * (one::<B>() + z))
}

pub(crate) fn sec_squared<B: Base>(z: Complex<B>) -> Complex<B> {
    let s = recip(cos(z));
    s * s
}

pub(crate) fn sech_squared<B: Base>(z: Complex<B>) -> Complex<B> {
    let s = recip(cosh(z));
    s * s
}

pub(crate) fn sigmoid_slope<B: Base>(z: Complex<B>) -> Complex<B> {
    sech_squared(z * B::from_f64(0.5)) * B::from_f64(0.25)
}

pub(crate) fn share<B: Base>(z: Complex<B>, w: Complex<B>) -> Complex<B> {
    sigmoid(z - w)
}
