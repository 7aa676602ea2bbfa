//! Double-double numbers: `twofloat`'s sums and products, with a division and a square root of this file.

use holograd::{Base, literal_operators};
use num_traits::{Num, One, Zero};
use std::fmt;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign};
use twofloat::TwoFloat;

/// A number of about 32 digits. Its arithmetic and its square root are right to 1e-30; no transcendental function is promised to
/// be better than `f64`'s.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct DD(TwoFloat);

impl DD {
    /// The sum of two `f64`.
    pub fn new(hi: f64, lo: f64) -> Self {
        DD(TwoFloat::new_add(hi, lo))
    }

    /// The two parts.
    pub fn parts(self) -> [f64; 2] {
        [self.0.hi(), self.0.lo()]
    }

    /// A function of `f64`, at the nearest one.
    fn by_f64(self, f: impl Fn(f64) -> f64) -> Self {
        DD::from_f64(f(self.0.hi()))
    }
}

impl Div for DD {
    type Output = Self;
    /// Three quotients of `f64`, each of what the one before leaves.
    fn div(self, y: Self) -> Self {
        let quotient = |r: TwoFloat| r.hi() / y.0.hi();
        let first = quotient(self.0);
        if !first.is_finite() || first == 0.0 {
            return DD::from_f64(first);
        }
        let rest = self.0 - y.0 * first;
        let second = quotient(rest);
        let third = quotient(rest - y.0 * second);
        DD(TwoFloat::new_add(first, second) + third)
    }
}

impl Rem for DD {
    type Output = Self;
    fn rem(self, y: Self) -> Self {
        self - Base::trunc(self / y) * y
    }
}

macro_rules! by_twofloat {
    ($($op:ident $f:ident)*) => {$(
        impl $op for DD {
            type Output = Self;
            fn $f(self, other: Self) -> Self {
                DD($op::$f(self.0, other.0))
            }
        }
    )*};
}
by_twofloat! { Add add Sub sub Mul mul }

macro_rules! assign {
    ($($op:ident $f:ident $by:ident $g:ident)*) => {$(
        impl $op for DD {
            fn $f(&mut self, other: Self) {
                *self = $by::$g(*self, other);
            }
        }
    )*};
}
assign! { AddAssign add_assign Add add SubAssign sub_assign Sub sub MulAssign mul_assign Mul mul
DivAssign div_assign Div div RemAssign rem_assign Rem rem }
literal_operators! { DD }

impl Neg for DD {
    type Output = Self;
    fn neg(self) -> Self {
        DD(-self.0)
    }
}

impl Zero for DD {
    fn zero() -> Self {
        DD::from_f64(0.0)
    }
    fn is_zero(&self) -> bool {
        self.0.hi() == 0.0
    }
}

impl One for DD {
    fn one() -> Self {
        DD::from_f64(1.0)
    }
}

impl Num for DD {
    type FromStrRadixErr = num_traits::ParseFloatError;
    fn from_str_radix(digits: &str, radix: u32) -> Result<Self, Self::FromStrRadixErr> {
        f64::from_str_radix(digits, radix).map(DD::from_f64)
    }
}

impl fmt::Display for DD {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} + {:e}", self.0.hi(), self.0.lo())
    }
}

impl Base for DD {
    type Truth = bool;
    fn from_f64(x: f64) -> Self {
        DD(TwoFloat::from(x))
    }
    fn to_f64(x: Self) -> f64 {
        x.0.hi()
    }
    fn epsilon() -> Self {
        DD::from_f64(f64::EPSILON * f64::EPSILON)
    }
    fn is_finite(x: Self) -> bool {
        x.0.hi().is_finite()
    }
    /// One step of Newton's method from `f64`'s root.
    fn sqrt(x: Self) -> Self {
        let y = x.by_f64(f64::sqrt);
        if y.is_zero() || !Base::is_finite(y) { y } else { y + (x - y * y) / (y + y) }
    }
    fn exp(x: Self) -> Self {
        x.by_f64(f64::exp)
    }
    fn ln(x: Self) -> Self {
        x.by_f64(f64::ln)
    }
    fn sin(x: Self) -> Self {
        x.by_f64(f64::sin)
    }
    fn cos(x: Self) -> Self {
        x.by_f64(f64::cos)
    }
    fn atan(x: Self) -> Self {
        x.by_f64(f64::atan)
    }
    fn floor(x: Self) -> Self {
        let hi = x.0.hi().floor();
        if hi == x.0.hi() { DD::new(hi, x.0.lo().floor()) } else { DD::from_f64(hi) }
    }
}
