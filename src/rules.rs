//! The mathematics: value and slope of every elementary function, once.
//!
//! Each function here is an ordinary generic function over [`Scalar`]: it is run at `f64` for a first derivative, at
//! `Dual<f64>` for a second one, at `Complex<f64>` for a complex one. Above each stands its Taylor line. Three habits
//! keep the digits:
//!
//! * the value is the primitive's own, never recomposed from other functions;
//! * a slope holds on the whole complex plane, on the right side of every cut;
//! * a slope will itself be differentiated. Where the textbook formula would then cancel, overflow or underflow, the
//!   slope is a function of its own (`asin_slope`, `sech_squared`, `power_term`, …) with an accurate value and a rule in
//!   closed form, so that every further order is a product.
//!
//! Where a slope can be infinite, products are formed by [`Scalar::product`], for which a tangent that is exactly zero
//! stays zero.

use crate::kernel::{Engine, RealEngine};
use crate::{Real, Scalar, lit};

pub(crate) mod factors;
pub(crate) mod nonholomorphic;
pub(crate) mod series;

/// 1/(x + h) ≈ 1/x − h/x²
pub(crate) fn recip<T: Scalar>(x: T) -> (T, [T; 1]) {
    let y = x.recip();
    (y, [-y.product(y)])
}

/// √(x + h) ≈ √x + h/(2√x); +∞ at either zero, as the slope of x^½: √−0 = −0, and −0 + 0 = 0
pub(crate) fn sqrt<T: Scalar>(x: T) -> (T, [T; 1]) {
    let y = x.sqrt();
    (y, [lit(0.5) / (y + lit(0.0))])
}

/// ∛(x + h) ≈ y + h/(3y²), y = ∛x
pub(crate) fn cbrt<T: Scalar>(x: T) -> (T, [T; 1]) {
    (x.cbrt(), [x.cbrt_slope()])
}

/// u = 1/(3y²), y = ∛x: u(x + h) ≈ u − (2u/3x) h
pub(crate) fn cbrt_slope<T: Scalar>(x: T) -> (T, [T; 1]) {
    let u = x.cbrt_slope();
    (u, [(u * lit(-2.0 / 3.0)).quotient(x)])
}

/// e^(x + h) ≈ eˣ + eˣh
pub(crate) fn exp<T: Scalar>(x: T) -> (T, [T; 1]) {
    let y = x.exp();
    (y, [y])
}

/// 2^(x + h) ≈ 2ˣ + 2ˣ ln 2 h; where 2ˣ has just overflowed the slope, which is smaller, has not yet
pub(crate) fn exp2<T: Scalar>(x: T) -> (T, [T; 1]) {
    let y = x.exp2();
    let slope = T::choose(
        y.has_finite_value(),
        || y * lit(core::f64::consts::LN_2),
        || (x - lit(8.0)).exp2() * lit(256.0 * core::f64::consts::LN_2),
    );
    (y, [slope])
}

/// e^(x + h) − 1 ≈ (eˣ − 1) + eˣh; `y + 1` would lose all digits of the slope for x ≪ 0
pub(crate) fn exp_m1<T: Scalar>(x: T) -> (T, [T; 1]) {
    (x.exp_m1(), [x.exp()])
}

/// ln(x + h) ≈ ln x + h/x; at −0 as at +0, as all logarithms here
pub(crate) fn ln<T: Scalar>(x: T) -> (T, [T; 1]) {
    (x.ln(), [(x + lit(0.0)).recip()])
}

/// ln(1 + x + h) ≈ ln(1 + x) + h/(1 + x)
pub(crate) fn ln_1p<T: Scalar>(x: T) -> (T, [T; 1]) {
    (x.ln_1p(), [(x + lit(1.0)).recip()])
}

/// log₂(x + h) ≈ log₂ x + h/(x ln 2)
pub(crate) fn log2<T: Scalar>(x: T) -> (T, [T; 1]) {
    (x.log2(), [(x + lit(0.0)).power_term(core::f64::consts::LOG2_E, 0.0, 1)])
}

/// log₁₀(x + h) ≈ log₁₀ x + h/(x ln 10)
pub(crate) fn log10<T: Scalar>(x: T) -> (T, [T; 1]) {
    (x.log10(), [(x + lit(0.0)).power_term(core::f64::consts::LOG10_E, 0.0, 1)])
}

/// log_b(x + h) ≈ log_b x + h/(x ln b)
pub(crate) fn log<T: Scalar>(x: T, base: f64) -> (T, [T; 1]) {
    (x.log(base), [(x + lit(0.0)).power_term(num_traits::Float::ln(base).recip(), 0.0, 1)])
}

/// (x + h)ⁿ ≈ xⁿ + n xⁿ⁻¹ h, exactly 0 for n = 0 and exactly 1 for n = 1
pub(crate) fn powi<T: Scalar>(x: T, n: i32) -> (T, [T; 1]) {
    let p = f64::from(n);
    (x.powi(n), [x.power_term(p, p, 1)])
}

/// (x + h)^p ≈ x^p + p x^(p−1) h
pub(crate) fn powf<T: Scalar>(x: T, p: f64) -> (T, [T; 1]) {
    (x.powf(p), [x.power_term(p, p, 1)])
}

/// c (x + h)^(p−k) ≈ c x^(p−k) + c (p−k) x^(p−k−1) h, exactly 0 for p = k; the exponent is p − k *without* rounding,
/// which would cost |ln x| times as many digits, and c inside as x^(p−k) may overflow where the product does not
pub(crate) fn power_term<T: Scalar>(x: T, c: f64, p: f64, k: i32) -> (T, [T; 1]) {
    (x.power_term(c, p, k), [x.power_term(c * (p - f64::from(k)), p, k + 1)])
}

/// (x + h)^(p + q) ≈ x^p + p x^(p−1) h + x^p ln x q
///
/// Corners, by the conventions 0^0 = 1 and 0·∞ = 0 for exact zeros:
/// 1. x = 0, p > 1: ∂x = 0; 0 < p < 1: ∂x = ∞; p = 1: ∂x = 1; p < 0: value ∞, ∂x = −∞;
/// 2. x = 0, p > 0: ∂p = 0, since x^p is exactly zero;
/// 3. x = p = 0: ∂x = 0, and ∂p = −∞, which a constant exponent does not see;
/// 4. x < 0, p an integer: ∂x as it should be, ∂p = NaN, which a constant exponent does not see.
pub(crate) fn pow<T: Scalar>(x: T, p: T) -> (T, [T; 2]) {
    (x.pow(p), [x.pow_partial(p, [1, 0]), x.pow_partial(p, [0, 1])])
}

/// D(k, m) = ∂ᵏ⁺ᵐ/∂xᵏ∂pᵐ x^p: slopes D(k + 1, m) and D(k, m + 1). Their sums, such as (1 + p ln x) x^(p−1), are formed at
/// the innermost number: as a derivative of x^p ln x the term x^p/x is lost where x^p underflows
pub(crate) fn pow_partial<T: Scalar>(x: T, p: T, [k, m]: [i32; 2]) -> (T, [T; 2]) {
    (x.pow_partial(p, [k, m]), [x.pow_partial(p, [k + 1, m]), x.pow_partial(p, [k, m + 1])])
}

/// sin(x + h) ≈ sin x + cos x h
pub(crate) fn sin<T: Scalar>(x: T) -> (T, [T; 1]) {
    let (sin, cos) = x.sin_cos();
    (sin, [cos])
}

/// cos(x + h) ≈ cos x − sin x h
pub(crate) fn cos<T: Scalar>(x: T) -> (T, [T; 1]) {
    let (sin, cos) = x.sin_cos();
    (cos, [-sin])
}

/// tan(x + h) ≈ tan x + sec² x h; `1 + tan²` cancels at complex x, near ±i∞
pub(crate) fn tan<T: Scalar>(x: T) -> (T, [T; 1]) {
    (x.tan(), [x.sec_squared()])
}

/// sec²(x + h) ≈ sec² x + 2 tan x sec² x h
pub(crate) fn sec_squared<T: Scalar>(x: T) -> (T, [T; 1]) {
    let y = x.sec_squared();
    (y, [x.tan().product(y) * lit(2.0)])
}

/// asin(x + h) ≈ asin x + h/√(1 − x²)
pub(crate) fn asin<T: Scalar>(x: T) -> (T, [T; 1]) {
    (x.asin(), [x.asin_slope()])
}

/// acos(x + h) ≈ acos x − h/√(1 − x²)
pub(crate) fn acos<T: Scalar>(x: T) -> (T, [T; 1]) {
    (x.acos(), [-x.asin_slope()])
}

/// u = (1 − x²)^(−1/2): u(x + h) ≈ u + x u³ h
pub(crate) fn asin_slope<T: Scalar>(x: T) -> (T, [T; 1]) {
    let u = x.asin_slope();
    (u, [cube_law(x, u)])
}

/// atan(x + h) ≈ atan x + h/(1 + x²)
pub(crate) fn atan<T: Scalar>(x: T) -> (T, [T; 1]) {
    (x.atan(), [x.atan_slope()])
}

/// u = 1/(1 + x²): u(x + h) ≈ u − 2 x u² h
pub(crate) fn atan_slope<T: Scalar>(x: T) -> (T, [T; 1]) {
    let u = x.atan_slope();
    (u, [x.product(u).product(u) * lit(-2.0)])
}

/// sinh(x + h) ≈ sinh x + cosh x h
pub(crate) fn sinh<T: Scalar>(x: T) -> (T, [T; 1]) {
    (x.sinh(), [x.cosh()])
}

/// cosh(x + h) ≈ cosh x + sinh x h
pub(crate) fn cosh<T: Scalar>(x: T) -> (T, [T; 1]) {
    (x.cosh(), [x.sinh()])
}

/// tanh(x + h) ≈ tanh x + sech² x h; `1 − tanh²` is 0 from |x| = 19 on, where sech² is 1e-16
pub(crate) fn tanh<T: Scalar>(x: T) -> (T, [T; 1]) {
    let (tanh, slope) = x.tanh_and_slope();
    (tanh, [slope])
}

/// sech²(x + h) ≈ sech² x − 2 tanh x sech² x h
pub(crate) fn sech_squared<T: Scalar>(x: T) -> (T, [T; 1]) {
    let (tanh, y) = x.tanh_and_slope();
    (y, [tanh.product(y) * lit(-2.0)])
}

/// asinh(x + h) ≈ asinh x + h/√(1 + x²)
pub(crate) fn asinh<T: Scalar>(x: T) -> (T, [T; 1]) {
    (x.asinh(), [x.asinh_slope()])
}

/// u = (1 + x²)^(−1/2): u(x + h) ≈ u − x u³ h
pub(crate) fn asinh_slope<T: Scalar>(x: T) -> (T, [T; 1]) {
    let u = x.asinh_slope();
    (u, [-cube_law(x, u)])
}

/// acosh(x + h) ≈ acosh x + h/(√(x − 1) √(x + 1)); `1/√(x² − 1)` has the wrong sign for Re x < 0
pub(crate) fn acosh<T: Scalar>(x: T) -> (T, [T; 1]) {
    (x.acosh(), [x.acosh_slope()])
}

/// u = 1/(√(x − 1) √(x + 1)): u(x + h) ≈ u − x u³ h
pub(crate) fn acosh_slope<T: Scalar>(x: T) -> (T, [T; 1]) {
    let u = x.acosh_slope();
    (u, [-cube_law(x, u)])
}

/// x u³ in the order that neither overflows nor underflows, as x u stays near 1 where x is large
fn cube_law<T: Scalar>(x: T, u: T) -> T {
    x.product(u).product(u.product(u))
}

/// atanh(x + h) ≈ atanh x + h/(1 − x²)
pub(crate) fn atanh<T: Scalar>(x: T) -> (T, [T; 1]) {
    (x.atanh(), [x.atanh_slope()])
}

/// u = 1/(1 − x²): u(x + h) ≈ u + 2 x u² h
pub(crate) fn atanh_slope<T: Scalar>(x: T) -> (T, [T; 1]) {
    let u = x.atanh_slope();
    (u, [x.product(u).product(u) * lit(2.0)])
}

/// sinc(x + h) ≈ sinc x + (cos x − sinc x)/x h, by its Taylor series where that cancels
pub(crate) fn sinc<T: Scalar>(x: T) -> (T, [T; 1]) {
    let y = x.sinc();
    // Below this modulus the series below has converged, derivatives of it included; above, the quotient cancels little.
    let slope = T::choose(x.is_within(2.0), || sinc_slope_series(x, -1.0, 15), || (x.cos() - y).quotient(x));
    (y, [slope])
}

/// sinc′(x) = Σ sᵏ 2k x²ᵏ⁻¹/(2k + 1)!, k = 1, 2, …, for s = −1; for s = 1 the slope of sinh x / x. With 15 terms the first
/// one left out is 1e-26 at |x| = 2, and 1e-19 after six more derivatives.
pub(crate) fn sinc_slope_series<T: Scalar>(x: T, s: f64, terms: u8) -> T {
    let x2 = x * x;
    let mut sum = T::zero();
    for k in (1..=terms).rev() {
        let k = f64::from(k);
        // Horner: term k is term k−1 times s x² / ((2k)(2k + 1)) · k/(k − 1); the coefficient 2k is kept outside.
        sum = lit(2.0 * k) + sum * x2 * lit(s / ((2.0 * k + 2.0) * (2.0 * k + 3.0)));
    }
    sum * x * lit(s / 6.0)
}

/// σ(x + h) ≈ σ(x) + ¼ sech²(x/2) h
pub(crate) fn sigmoid<T: Scalar>(x: T) -> (T, [T; 1]) {
    let (y, slope) = x.sigmoid_and_slope();
    (y, [slope])
}

/// u = ¼ sech²(x/2): u(x + h) ≈ u − tanh(x/2) u h; the derivative of `σ(1 − σ)` cancels near 0
pub(crate) fn sigmoid_slope<T: Scalar>(x: T) -> (T, [T; 1]) {
    let u = x.sigmoid_slope();
    (u, [-(x * lit(0.5)).tanh().product(u)])
}

/// ln(1 + e^(x + h)) ≈ ln(1 + eˣ) + σ(x) h
pub(crate) fn softplus<T: Scalar>(x: T) -> (T, [T; 1]) {
    let (y, slope) = x.softplus_and_slope();
    (y, [slope])
}

/// ln(eˣ + eʸ): slopes eˣ/(eˣ + eʸ) and eʸ/(eˣ + eʸ); σ(x − y) would lose |x − y| units by rounding the difference
pub(crate) fn log_add_exp<T: Scalar>(x: T, y: T) -> (T, [T; 2]) {
    let (value, left, right) = x.log_add_exp_and_slopes(y);
    (value, [left, right])
}

/// s = eˣ/(eˣ + eʸ): slopes s t and −s t with t = eʸ/(eˣ + eʸ)
pub(crate) fn share<T: Scalar>(x: T, y: T) -> (T, [T; 2]) {
    let s = x.share(y);
    let slope = s * y.share(x);
    (s, [slope, -slope])
}

/// x ln y: slopes ln y and x/y; the latter is 0 where x is, also at y = 0, where x/y is NaN
pub(crate) fn xlogy<T: Scalar>(x: T, y: T) -> (T, [T; 2]) {
    let slope = T::choose(y.has_value(0.0), || x.times_slope((y + lit(0.0)).recip()), || x.quotient(y));
    (x.xlogy(y), [y.ln(), slope])
}

/// x y: slopes y and x, for use inside slopes: a tangent that is exactly zero stays zero beside an infinity
pub(crate) fn product<T: Scalar>(x: T, y: T) -> (T, [T; 2]) {
    (x.product(y), [y, x])
}

/// x/y ≈ q + h/y − q k/y for x + h over y + k
pub(crate) fn quotient<T: Scalar>(x: T, y: T) -> (T, [T; 2]) {
    let q = x.quotient(y);
    let r = y.recip();
    (q, [r, -q.product(r)])
}

/// A function that is constant between its jumps.
macro_rules! step_functions {
    ($($f:ident)*) => {$(
        /// Constant between its jumps: slope 0, also at them.
        pub(crate) fn $f<T: Real>(x: T) -> (T, [T; 1]) {
            (x.$f(), [T::zero()])
        }
    )*};
}
step_functions! { signum floor ceil round trunc }

/// x − trunc x: slope 1
pub(crate) fn fract<T: Real>(x: T) -> (T, [T; 1]) {
    (x.fract(), [T::one()])
}

/// x π/180
pub(crate) fn to_radians<T: Real>(x: T) -> (T, [T; 1]) {
    (x.to_radians(), [T::lit(core::f64::consts::PI / 180.0)])
}

/// x 180/π
pub(crate) fn to_degrees<T: Real>(x: T) -> (T, [T; 1]) {
    (x.to_degrees(), [T::lit(180.0 / core::f64::consts::PI)])
}

/// The angle of the point (x, y): slopes x/(x² + y²) and −y/(x² + y²); NaN at the origin
pub(crate) fn atan2<T: Real>(y: T, x: T) -> (T, [T; 2]) {
    (y.atan2(x), [x.inversion(y), -y.inversion(x)])
}

/// a = x/(x² + y²), the real part of w = 1/(x + iy) = a − ib: slopes b² − a² and −2ab, since w′ = −w²
pub(crate) fn inversion<T: Real>(x: T, y: T) -> (T, [T; 2]) {
    let (a, b) = (x.inversion(y), y.inversion(x));
    (a, [(b - a).product(b + a), a.product(b) * lit(-2.0)])
}

/// r = √(x² + y²): slopes x/r and y/r; 0 at the origin
pub(crate) fn hypot<T: Real>(x: T, y: T) -> (T, [T; 2]) {
    (x.hypot(y), [x.direction(y), y.direction(x)])
}

/// c = x/r, the cosine of the angle of (x, y): slopes s²/r and −c s/r with s = y/r; constant 0 at the origin. The
/// quotient differentiated as it stands would form s² as 1 − c².
pub(crate) fn direction<T: Real>(x: T, y: T) -> (T, [T; 2]) {
    let c = x.direction(y);
    let r = x.hypot(y);
    let s = y.direction(x);
    let origin = r.has_value(0.0);
    let slope = |x: T, sign: f64| T::choose(origin, T::zero, || (x * lit(sign)).product(s / r));
    (c, [slope(s, 1.0), slope(c, -1.0)])
}

/// x − n y with the integer n that makes it lie in [0, |y|): slopes 1 and −n
pub(crate) fn rem_euclid<T: Real>(x: T, y: T) -> (T, [T; 2]) {
    let value = x.rem_euclid(y);
    let n = ((x - value) / y).round().stop_gradient();
    (value, [T::one(), -n])
}
