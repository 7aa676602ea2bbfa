//! A number with `f64`'s precision and an exponent of its own: nothing over- or underflows in it.

use holograd::{Base, literal_operators};
use num_traits::{Num, One, Zero};
use std::cell::Cell;
use std::cmp::Ordering;
use std::f64::consts::{LN_2, SQRT_2};
use std::fmt;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign};

/// m 2^e with ½√2 ≤ |m| < √2, or a zero, an infinity or NaN, which m says.
///
/// Each operation rounds as `f64` does in its normal range. What lies far outside of it is like any other number:
/// e^100000 is 2.8e43429.
#[derive(Clone, Copy, Debug)]
pub struct Wide {
    m: f64,
    e: i64,
}

/// 2^n for any n that is a normal `f64`.
fn two_to(n: i64) -> f64 {
    f64::from_bits(((n + 1023) as u64) << 52)
}

thread_local! {
    /// How far each result is moved at random, and the state of the random numbers.
    static NOISE: Cell<(f64, u64)> = const { Cell::new((0.0, 0)) };
}

/// What `f` gives when the result of each operation is moved at random, by up to so much of itself.
pub fn with_noise<R>(amplitude: f64, seed: u64, f: impl FnOnce() -> R) -> R {
    NOISE.set((amplitude, seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1));
    let result = f();
    NOISE.set((0.0, 0));
    result
}

/// The next factor 1 + noise, by Marsaglia's xorshift.
fn noise() -> f64 {
    let (amplitude, mut state) = NOISE.get();
    if amplitude == 0.0 {
        return 1.0;
    }
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    NOISE.set((amplitude, state));
    1.0 + amplitude * ((state >> 11) as f64 * 2.0_f64.powi(-52) - 1.0)
}

impl Wide {
    /// m 2^e for any m.
    pub fn new(m: f64, e: i64) -> Self {
        if m == 0.0 || !m.is_finite() {
            return Wide { m, e: 0 };
        }
        let m = m * noise();
        // A subnormal number has its exponent only when it is scaled.
        let (m, e) =
            if m.abs() < f64::MIN_POSITIVE { (m * two_to(100), e.saturating_sub(100)) } else { (m, e) };
        let k = ((m.to_bits() >> 52) & 0x7ff) as i64 - 1023;
        let m = m * two_to(-k / 2) * two_to(-k - -k / 2);
        let (m, e) =
            if m.abs() < SQRT_2 { (m, e.saturating_add(k)) } else { (m / 2.0, e.saturating_add(k + 1)) };
        // So that sums of exponents stay in range.
        const MOST: i64 = 1 << 60;
        if e < -MOST {
            return Wide { m: 0.0_f64.copysign(m), e: 0 };
        }
        if e > MOST {
            return Wide { m: f64::INFINITY.copysign(m), e: 0 };
        }
        Wide { m, e }
    }

    /// The mantissa and the exponent.
    pub fn parts(self) -> (f64, i64) {
        (self.m, self.e)
    }

    /// Whether the number is one of `f64`'s that have all their digits, with some room.
    fn is_ordinary(self) -> bool {
        self.m == 0.0 || !self.m.is_finite() || self.e.abs() < 1000
    }

    /// `f` at `f64` where argument and result have all their digits there, else `far`.
    fn by_f64(self, f: impl Fn(f64) -> f64, far: impl Fn(Self) -> Self) -> Self {
        if self.is_ordinary() {
            let y = f(Base::to_f64(self));
            // A zero or an infinity may be an underflow or an overflow, and a subnormal number has lost digits.
            if y.is_normal() || y.is_nan() || self.m == 0.0 {
                return Wide::new(y, 0);
            }
        }
        far(self)
    }

    /// ln |x| and no overflow.
    fn ln_size(self) -> f64 {
        const HIGH: f64 = 6.931_471_803_691_238e-1; // with 20 zeros at its end
        const LOW: f64 = 1.908_214_929_270_587_7e-10;
        let e = self.e as f64;
        e * HIGH + (self.m.abs().ln() + e * LOW)
    }
}

impl PartialEq for Wide {
    fn eq(&self, other: &Self) -> bool {
        self.m == other.m && self.e == other.e
    }
}

impl PartialOrd for Wide {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let signs = self.m.partial_cmp(&other.m)?;
        let ordinary = |x: f64| x != 0.0 && x.is_finite();
        if !(ordinary(self.m) && ordinary(other.m)) || (self.m < 0.0) != (other.m < 0.0) {
            return Some(signs);
        }
        let sizes = self.e.cmp(&other.e);
        Some(if self.m < 0.0 { sizes.reverse() } else { sizes }.then(signs))
    }
}

impl Add for Wide {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        if self.m == 0.0 || other.m == 0.0 || !self.m.is_finite() || !other.m.is_finite() {
            return if self.m == 0.0 && other.m != 0.0 {
                other
            } else if other.m == 0.0 && self.m != 0.0 {
                self
            } else {
                Wide::new(self.m + other.m, 0)
            };
        }
        let (large, small) = if self.e < other.e { (other, self) } else { (self, other) };
        let shift = large.e - small.e;
        if shift > 200 { large } else { Wide::new(large.m + small.m * two_to(-shift), large.e) }
    }
}

impl Sub for Wide {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Wide {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Wide::new(self.m * other.m, self.e.saturating_add(other.e))
    }
}

impl Div for Wide {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        Wide::new(self.m / other.m, self.e.saturating_sub(other.e))
    }
}

impl Rem for Wide {
    type Output = Self;
    fn rem(self, other: Self) -> Self {
        if self.is_ordinary() && other.is_ordinary() {
            Wide::from_f64(Base::to_f64(self) % Base::to_f64(other))
        } else {
            self - Base::trunc(self / other) * other
        }
    }
}

impl Neg for Wide {
    type Output = Self;
    fn neg(self) -> Self {
        Wide { m: -self.m, e: self.e }
    }
}

macro_rules! assign {
    ($($op:ident $f:ident $by:ident $g:ident)*) => {$(
        impl $op for Wide {
            fn $f(&mut self, other: Self) {
                *self = $by::$g(*self, other);
            }
        }
    )*};
}
assign! { AddAssign add_assign Add add SubAssign sub_assign Sub sub MulAssign mul_assign Mul mul
DivAssign div_assign Div div RemAssign rem_assign Rem rem }
literal_operators! { Wide }

impl Zero for Wide {
    fn zero() -> Self {
        Wide { m: 0.0, e: 0 }
    }
    fn is_zero(&self) -> bool {
        self.m == 0.0
    }
}

impl One for Wide {
    fn one() -> Self {
        Wide { m: 1.0, e: 0 }
    }
}

impl Num for Wide {
    type FromStrRadixErr = num_traits::ParseFloatError;
    fn from_str_radix(digits: &str, radix: u32) -> Result<Self, Self::FromStrRadixErr> {
        f64::from_str_radix(digits, radix).map(Wide::from_f64)
    }
}

impl fmt::Display for Wide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} · 2^{}", self.m, self.e)
    }
}

/// Functions of `f64`, and what they are where `f64` ends.
macro_rules! functions {
    ($($f:ident($x:ident) $far:expr;)*) => {$(
        fn $f(x: Self) -> Self {
            x.by_f64(|x| x.$f(), |$x: Wide| $far)
        }
    )*};
}

impl Base for Wide {
    type Truth = bool;
    fn from_f64(x: f64) -> Self {
        Wide::new(x, 0)
    }
    fn to_f64(x: Self) -> f64 {
        let e = x.e.clamp(-2200, 2200);
        // Two steps that do not round, and one that may.
        x.m * two_to(e / 3) * two_to(e / 3) * two_to(e - 2 * (e / 3))
    }
    fn is_finite(x: Self) -> bool {
        x.m.is_finite()
    }
    fn is_nan(x: Self) -> bool {
        x.m.is_nan()
    }
    fn is_sign_negative(x: Self) -> bool {
        x.m.is_sign_negative()
    }
    fn max_value() -> Self {
        Wide { m: 1.0, e: i64::MAX / 4 }
    }
    fn min_positive_value() -> Self {
        Wide { m: 1.0, e: i64::MIN / 4 }
    }
    fn sqrt(x: Self) -> Self {
        let odd = x.e.rem_euclid(2);
        Wide::new((x.m * two_to(odd)).sqrt(), (x.e - odd) / 2)
    }
    fn exp(x: Self) -> Self {
        x.by_f64(f64::exp, |x| {
            if x.e > 60 {
                return if x.m < 0.0 { Wide::zero() } else { Wide::from_f64(f64::INFINITY) };
            }
            if x.e < -60 {
                return Wide::one();
            }
            let x = Base::to_f64(x);
            let k = (x / LN_2).round();
            let r = (-k).mul_add(6.931_471_803_691_238e-1, x) - k * 1.908_214_929_270_587_7e-10;
            Wide::new(r.exp(), k as i64)
        })
    }
    fn pow(x: Self, y: Self) -> Self {
        let [a, b] = [x, y].map(Base::to_f64);
        let plain = a.powf(b);
        if (x.is_ordinary() && y.is_ordinary() && plain.is_normal())
            || x.m <= 0.0
            || !plain.is_finite() && b == 0.0
        {
            return Wide::from_f64(plain);
        }
        // m^y 2^(e y), with the fraction of e y apart.
        let (whole, rest) = (x.e as f64 * b, (x.e as f64).mul_add(b, -(x.e as f64 * b)));
        let k = whole.round();
        Wide::new(x.m.powf(b) * (whole - k + rest).exp2(), k as i64)
    }
    fn hypot(x: Self, y: Self) -> Self {
        let top = x.e.max(y.e);
        let scaled = |x: Self| if x.m == 0.0 || top - x.e > 500 { 0.0 } else { x.m * two_to(x.e - top) };
        if x.m.is_finite() && y.m.is_finite() {
            Wide::new(scaled(x).hypot(scaled(y)), top)
        } else {
            Wide::from_f64(x.m.hypot(y.m))
        }
    }
    fn atan2(y: Self, x: Self) -> Self {
        if x.is_ordinary() && y.is_ordinary() && y.e - x.e > -1000 {
            return Wide::from_f64(Base::to_f64(y).atan2(Base::to_f64(x)));
        }
        if x.m > 0.0 && y.m.is_finite() && y.e - x.e < -30 {
            return y / x;
        }
        // Only the ratio matters.
        let top = x.e.max(y.e);
        let scaled = |x: Self| x.m * two_to((x.e - top).max(-1000));
        Wide::from_f64(scaled(y).atan2(scaled(x)))
    }
    functions! {
        ln(x) if x.m > 0.0 { Wide::from_f64(x.ln_size()) } else { Wide::from_f64(x.m.ln()) };
        sin(x) if x.e < 0 { x } else { Wide::from_f64(f64::NAN) };
        cos(x) if x.e < 0 { Wide::one() } else { Wide::from_f64(f64::NAN) };
        tan(x) if x.e < 0 { x } else { Wide::from_f64(f64::NAN) };
        atan(x) if x.e < 0 { x } else { Wide::from_f64(x.m.signum() * std::f64::consts::FRAC_PI_2) };
        floor(x) if x.e > 0 { x } else if x.m < 0.0 { -Wide::one() } else { Wide::zero() };
        cbrt(x) {
            let third = x.e.div_euclid(3);
            Wide::new((x.m * two_to(x.e - 3 * third)).cbrt(), third)
        };
        exp_m1(x) if x.e < 0 { x } else { Base::exp(x) - Wide::one() };
        ln_1p(x) if x.e < 0 { x } else { Base::ln(x) };
        exp2(x) if x.e < 0 { Wide::one() } else {
            let x = Base::to_f64(x);
            Wide::new((x - x.round()).exp2(), x.round() as i64)
        };
        asin(x) if x.e < 0 { x } else { Wide::from_f64(f64::NAN) };
        acos(x) if x.e < 0 { Wide::from_f64(std::f64::consts::FRAC_PI_2) } else { Wide::from_f64(f64::NAN) };
        sinh(x) if x.e < 0 { x } else { Wide::from_f64(x.m.signum() * 0.5) * Base::exp(Base::abs(x)) };
        cosh(x) if x.e < 0 { Wide::one() } else { Wide::from_f64(0.5) * Base::exp(Base::abs(x)) };
        tanh(x) if x.e < 0 { x } else { Wide::from_f64(x.m.signum()) };
        asinh(x) if x.e < 0 { x } else { Wide::from_f64(x.m.signum() * (x.ln_size() + LN_2)) };
        acosh(x) Wide::from_f64(x.ln_size() + LN_2);
        atanh(x) if x.e < 0 { x } else { Wide::from_f64(f64::NAN) };
    }
}
