//! [`Traced`], the number that compiled functions are recorded with.

use super::record::{Answer, Recorded, entering, obstacle};
use crate::functions::{Analytic, OfReals};
use crate::kernel::{ComplexKernel, Kernel, Machine, RealKernel};
use crate::rule::{Rule, VectorRule};
use crate::{Base, ComplexScalar, Lit, Operand, Real, Real64, Scalar};
use num_complex::Complex;
use num_traits::{Num, One, Zero};
use std::cmp::Ordering;
use std::fmt;
use std::ops::*;
use std::panic::Location;

/// An `f64` that records what is computed with it, for [`compile`](super::compile).
///
/// A closure that is given to [`compile`](super::compile) runs on `Traced` numbers in place of `f64`s: directly if it calls a plain
/// function, and as `Dual<Traced, N>` or `Var<Traced>` inside a transform. A function that is generic over
/// [`Scalar`], [`ComplexScalar`] or [`Real`], also with the bound `Primal = f64`, runs on it unchanged.
///
/// Comparisons compare the value at the point of the recording, and become conditions of the compiled function. `min`, `max`,
/// `clamp`, `abs` and `copysign` become instructions and no conditions.
///
/// # Examples
/// ```
/// use holograd::compile::{Traced, compile};
/// let f = |x: Traced| x.sin() * 2.0 + 1.0;
/// # use holograd::Scalar;
/// let mut f = compile(f, &0.5)?;
/// assert_eq!(f.call(&0.25), 0.25_f64.sin() * 2.0 + 1.0);
/// # Ok::<(), holograd::compile::CompileError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Traced(pub(super) Recorded);

impl Traced {
    /// The number in the value of which nothing is recorded.
    pub(super) fn constant(value: f64) -> Self {
        Traced(Recorded::constant(value))
    }

    /// The next leaf of the input.
    pub(super) fn input(value: f64) -> Self {
        Traced(Recorded::input(value))
    }
}

impl fmt::Debug for Traced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Traced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl From<f64> for Traced {
    /// A number that is the same for every input.
    fn from(value: f64) -> Self {
        Traced::constant(value)
    }
}

/// The constant 0.
impl Default for Traced {
    fn default() -> Self {
        Traced::constant(0.0)
    }
}

impl Neg for Traced {
    type Output = Self;
    #[inline]
    fn neg(self) -> Self {
        Traced(-self.0)
    }
}
impl Neg for &Traced {
    type Output = Traced;
    #[inline]
    fn neg(self) -> Traced {
        -*self
    }
}

/// An operator in all its forms.
macro_rules! operators {
    ($($op:ident $f:ident $assign:ident $g:ident)*) => {$(
        impl $op for Traced {
            type Output = Traced;
            #[inline]
            fn $f(self, other: Traced) -> Traced {
                Traced($op::$f(self.0, other.0))
            }
        }
        operators! { forward $op $f: Traced, &Traced => |x, y| x.$f(*y) }
        operators! { forward $op $f: &Traced, Traced => |x, y| (*x).$f(y) }
        operators! { forward $op $f: &Traced, &Traced => |x, y| (*x).$f(*y) }
        operators! { forward $op $f: Traced, f64 => |x, y| x.$f(Traced::constant(y)) }
        operators! { forward $op $f: &Traced, f64 => |x, y| (*x).$f(Traced::constant(y)) }
        operators! { forward $op $f: Traced, &f64 => |x, y| x.$f(Traced::constant(*y)) }
        operators! { forward $op $f: &Traced, &f64 => |x, y| (*x).$f(Traced::constant(*y)) }
        operators! { forward $op $f: &f64, Traced => |x, y| Traced::constant(*x).$f(y) }
        operators! { forward $op $f: &f64, &Traced => |x, y| Traced::constant(*x).$f(*y) }
        operators! { forward $op $f: f64, Traced => |x, y| Traced::constant(x).$f(y) }
        operators! { forward $op $f: f64, &Traced => |x, y| Traced::constant(x).$f(*y) }
        operators! { assign $assign $g: Traced => |y| y.0 }
        operators! { assign $assign $g: &Traced => |y| y.0 }
        operators! { assign $assign $g: f64 => |y| Recorded::constant(y) }
    )*};
    (forward $op:ident $f:ident: $left:ty, $right:ty => |$x:ident, $y:ident| $value:expr) => {
        impl $op<$right> for $left {
            type Output = Traced;
            #[inline]
            fn $f(self, other: $right) -> Traced {
                let ($x, $y) = (self, other);
                $value
            }
        }
    };
    (assign $assign:ident $g:ident: $right:ty => |$y:ident| $value:expr) => {
        impl $assign<$right> for Traced {
            #[inline]
            fn $g(&mut self, other: $right) {
                let $y = other;
                $assign::$g(&mut self.0, $value);
            }
        }
    };
}
operators! { Add add AddAssign add_assign Sub sub SubAssign sub_assign Mul mul MulAssign mul_assign
Div div DivAssign div_assign Rem rem RemAssign rem_assign }

/// Operators with a literal.
macro_rules! literals {
    ($($op:ident $f:ident $assign:ident $g:ident)*) => {$(
        impl $op<Lit> for Traced {
            type Output = Traced;
            #[inline]
            fn $f(self, c: Lit) -> Traced {
                $op::$f(self, Traced::constant(c.0))
            }
        }
        impl $assign<Lit> for Traced {
            #[inline]
            fn $g(&mut self, c: Lit) {
                *self = $op::$f(*self, Traced::constant(c.0));
            }
        }
    )*};
}
literals! { Add add AddAssign add_assign Sub sub SubAssign sub_assign Mul mul MulAssign mul_assign
Div div DivAssign div_assign Rem rem RemAssign rem_assign }

/// A comparison is a condition of the compiled function.
macro_rules! comparisons {
    ($($other:ty => |$c:ident| $value:expr;)*) => {$(
        impl PartialEq<$other> for Traced {
            #[inline]
            fn eq(&self, $c: &$other) -> bool {
                self.0 == $value
            }
        }
        impl PartialOrd<$other> for Traced {
            #[inline]
            fn partial_cmp(&self, $c: &$other) -> Option<Ordering> {
                self.0.partial_cmp(&$value)
            }
            #[inline]
            fn lt(&self, $c: &$other) -> bool {
                self.0 < $value
            }
            #[inline]
            fn le(&self, $c: &$other) -> bool {
                self.0 <= $value
            }
            #[inline]
            fn gt(&self, $c: &$other) -> bool {
                self.0 > $value
            }
            #[inline]
            fn ge(&self, $c: &$other) -> bool {
                self.0 >= $value
            }
        }
    )*};
}
comparisons! {
    Traced => |c| c.0;
    Lit => |c| Recorded::constant(c.0);
    f64 => |c| Recorded::constant(*c);
}

impl Zero for Traced {
    #[inline]
    fn zero() -> Self {
        Traced(Zero::zero())
    }
    #[inline]
    fn is_zero(&self) -> bool {
        self.0.is_zero()
    }
}
impl One for Traced {
    #[inline]
    fn one() -> Self {
        Traced(One::one())
    }
}
impl Num for Traced {
    type FromStrRadixErr = <f64 as Num>::FromStrRadixErr;
    fn from_str_radix(digits: &str, radix: u32) -> Result<Self, Self::FromStrRadixErr> {
        Num::from_str_radix(digits, radix).map(Traced)
    }
}

impl std::iter::Sum for Traced {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        Traced(iter.map(|x| x.0).sum())
    }
}
impl<'a> std::iter::Sum<&'a Traced> for Traced {
    fn sum<I: Iterator<Item = &'a Self>>(iter: I) -> Self {
        iter.copied().sum()
    }
}
impl std::iter::Product for Traced {
    fn product<I: Iterator<Item = Self>>(iter: I) -> Self {
        Traced(iter.map(|x| x.0).product())
    }
}
impl<'a> std::iter::Product<&'a Traced> for Traced {
    fn product<I: Iterator<Item = &'a Self>>(iter: I) -> Self {
        iter.copied().product()
    }
}

impl Scalar for Traced {
    type Real = Traced;
    type Primal = f64;
    type Kernel = Recording;
    type Fused<const K: usize> = Traced;
}
impl ComplexScalar for Traced {}
impl Real for Traced {}
impl Real64 for Traced {}

impl Operand<Traced> for Traced {
    #[inline]
    fn number(operand: Traced) -> Traced {
        operand
    }
}

/// The kernel of [`Traced`]: that of the base number [`Recorded`], other than where an `f64` goes in or out.
#[doc(hidden)]
#[allow(unreachable_pub)] // it is named by a public number
#[derive(Debug)]
pub struct Recording;

/// A function that the graph cannot hold: at constants its value, otherwise an obstacle.
#[track_caller]
fn opaque<R>(what: &str, numbers: &[Recorded], values: impl FnOnce() -> R) -> R {
    if !numbers.iter().all(|x| x.is_constant()) {
        obstacle(|| format!("{what} is computed, which cannot be recorded"), Location::caller());
    }
    values()
}

/// The short name of a type.
fn name_of<R>() -> &'static str {
    let name = std::any::type_name::<R>();
    let end = name.find('<').unwrap_or(name.len());
    &name[name[..end].rfind("::").map_or(0, |at| at + 2)..]
}

/// Forwards to the kernel of base numbers.
macro_rules! pairs {
    ($($f:ident)*) => {$(
        #[inline]
        fn $f(x: Traced) -> (Traced, Traced) {
            let (value, slope) = <Recorded as Base>::$f(x.0);
            (Traced(value), Traced(slope))
        }
    )*};
}
macro_rules! questions {
    ($($f:ident($($x:ident),*);)*) => {$(
        #[inline]
        fn $f($($x: Traced),*) -> Answer {
            <Machine as Kernel<Recorded>>::$f($($x.0),*)
        }
    )*};
}

impl Kernel<Traced> for Recording {
    const ORDER: usize = 0;
    const IS_BASE: bool = true;
    const DEPTH: usize = 0;
    const COMPLEX: bool = false;
    type Truth = Answer;

    #[inline]
    fn lit(value: f64) -> Traced {
        Traced::constant(value)
    }
    #[inline]
    fn constant(value: f64) -> Traced {
        Traced::constant(value)
    }
    #[track_caller]
    fn primal(x: Traced) -> f64 {
        Base::to_f64(x.0)
    }
    /// The number itself has no tangents.
    #[inline]
    fn stop_gradient(x: Traced) -> Traced {
        x
    }
    #[inline]
    fn analytic<F: Analytic<K>, const K: usize>(f: F, x: [Traced; K]) -> Traced {
        Traced(f.real(x.map(|x| x.0)))
    }
    pairs! { sin_cos tanh_and_slope sigmoid_and_slope softplus_and_slope }
    #[inline]
    fn log_add_exp_and_slopes(x: Traced, y: Traced) -> (Traced, Traced, Traced) {
        let (value, s, t) = <Recorded as Base>::log_add_exp_and_slopes(x.0, y.0);
        (Traced(value), Traced(s), Traced(t))
    }
    #[track_caller]
    fn rule<R: Rule<f64, K>, const K: usize>(rule: &R, x: [Traced; K]) -> Traced {
        #[cfg(feature = "special")]
        if let Some(y) = rule.listed().and_then(|listed| listed.recorded(x.map(|x| x.0))) {
            return Traced(y);
        }
        let values = x.map(|x| x.0.value);
        let what = format!("the rule `{}`", name_of::<R>());
        Traced::constant(opaque(&what, &x.map(|x| x.0), || rule.value(values)))
    }
    #[track_caller]
    fn vector_rule<R: VectorRule<f64>>(rule: &R, x: &[Traced]) -> Vec<Traced> {
        let numbers: Vec<Recorded> = x.iter().map(|x| x.0).collect();
        let values: Vec<f64> = numbers.iter().map(|x| x.value).collect();
        let what = format!("the rule `{}`", name_of::<R>());
        opaque(&what, &numbers, || rule.values(&values)).into_iter().map(Traced::constant).collect()
    }
    #[track_caller]
    fn entering(what: &'static str) {
        entering(what, Location::caller());
    }
    #[inline]
    fn subtract_from(x: Traced, c: Lit) -> Traced {
        Traced::constant(c.0) - x
    }
    #[inline]
    fn divide_into(x: Traced, c: Lit) -> Traced {
        Traced::constant(c.0) / x
    }
    #[inline]
    fn fuse<const K: usize, const M: usize>(
        x: [Traced; K],
        block: impl FnOnce([Traced; K]) -> [Traced; M],
    ) -> [Traced; M] {
        block(x)
    }
    #[inline]
    fn times_slope(x: Traced, slope: Traced) -> Traced {
        Traced(<Recorded as Base>::times_slope(x.0, slope.0))
    }
    /// A zero times an infinity is NaN here, and NaN in a result runs the function itself.
    fn masked_product(x: Traced, y: Traced) -> Traced {
        if x.0.is_constant() && y.0.is_constant() {
            return Traced(<Machine as Kernel<Recorded>>::masked_product(x.0, y.0));
        }
        x * y
    }
    #[inline]
    fn is_moderate(x: Traced, count: i32) -> bool {
        <Recorded as Base>::expect_moderate(x.0, count)
    }
    #[inline]
    fn is_normal(x: Traced) -> bool {
        <Recorded as Base>::expect_normal(x.0)
    }
    #[inline]
    fn has_digits<const K: usize>(slope: Traced, _x: [Traced; K]) -> bool {
        <Recorded as Base>::expect_normal(slope.0)
    }
    #[inline]
    fn half_range() -> i32 {
        <Machine as Kernel<f64>>::half_range()
    }
    #[inline]
    fn undifferentiable(x: Traced) -> Traced {
        x
    }
    #[inline]
    fn is_known_zero(x: Traced) -> bool {
        x.0.is_known_zero()
    }
    #[inline]
    fn rest(_x: Traced) -> Traced {
        Traced::zero()
    }
    #[inline]
    fn choose(truth: Answer, yes: impl FnOnce() -> Traced, no: impl FnOnce() -> Traced) -> Traced {
        Traced(<Machine as Kernel<Recorded>>::choose(truth, || yes().0, || no().0))
    }
    questions! {
        has_finite_value(x);
        less(x, y);
        equal(x, y);
        has_nan(x);
        has_sign(x);
    }
    #[inline]
    fn is_within(x: Traced, bound: f64) -> Answer {
        <Machine as Kernel<Recorded>>::is_within(x.0, bound)
    }
    #[inline]
    fn has_value(x: Traced, value: f64) -> Answer {
        <Machine as Kernel<Recorded>>::has_value(x.0, value)
    }
    #[inline]
    fn all_finite(x: Traced) -> bool {
        <Recorded as Base>::expect_finite(x.0)
    }
    #[track_caller]
    fn magnitude(x: Traced) -> f64 {
        Base::to_f64(x.0).abs()
    }
    fn careful_magnitude(x: Traced) -> f64 {
        x.0.left_to_the_function().abs()
    }
    #[track_caller]
    fn log_magnitude(x: Traced) -> f64 {
        Base::to_f64(x.0)
    }
    fn magnitude_with_tangents(x: Traced) -> f64 {
        x.0.left_to_the_function().abs()
    }
}

/// Forwards functions of [`Traced`] numbers to the kernel of base numbers.
macro_rules! forward {
    ($kernel:ident: $($f:ident($($x:ident),*);)*) => {$(
        #[inline]
        #[track_caller]
        fn $f($($x: Traced),*) -> Traced {
            Traced(<Machine as $kernel<Recorded>>::$f($($x.0),*))
        }
    )*};
}

impl ComplexKernel<Traced> for Recording {
    forward! { ComplexKernel:
        from_real(x);
        re(z);
        im(z);
        conj(z);
        abs(z);
        norm_sqr(z);
        arg(z);
        from_polar(r, theta);
        scale(z, factor);
        unscale(z, divisor);
        phase(z);
        from_parts(re, im);
    }
    #[inline]
    fn parts(z: Traced) -> (Traced, Traced) {
        (z, Traced::zero())
    }
}

/// A complex number of base numbers, and back.
fn lowered(z: Complex<Traced>) -> Complex<Recorded> {
    Complex::new(z.re.0, z.im.0)
}
fn raised(z: Complex<Recorded>) -> Complex<Traced> {
    Complex::new(Traced(z.re), Traced(z.im))
}
fn value(z: Complex<Traced>) -> Complex<f64> {
    Complex::new(z.re.0.value, z.im.0.value)
}
fn complex_constant(z: Complex<f64>) -> Complex<Traced> {
    Complex::new(Traced::constant(z.re), Traced::constant(z.im))
}

impl RealKernel<Traced> for Recording {
    #[inline]
    fn real<F: OfReals<K>, const K: usize>(f: F, x: [Traced; K]) -> Traced {
        Traced(f.real(x.map(|x| x.0)))
    }
    forward! { RealKernel:
        copysign(x, sign);
        min(x, y);
        max(x, y);
        clamp(x, low, high);
        mul_add(x, a, b);
    }
    fn max_of(x: &[Traced]) -> Traced {
        let x: Vec<Recorded> = x.iter().map(|x| x.0).collect();
        Traced(<Machine as RealKernel<Recorded>>::max_of(&x))
    }
    fn min_of(x: &[Traced]) -> Traced {
        let x: Vec<Recorded> = x.iter().map(|x| x.0).collect();
        Traced(<Machine as RealKernel<Recorded>>::min_of(&x))
    }
    fn norm_and_slopes<I: Iterator<Item = Traced> + Clone>(
        x: I,
    ) -> (Traced, impl Iterator<Item = Traced> + Clone) {
        let (norm, slopes) = <Recorded as Base>::norm_and_slopes(x.map(|x| x.0));
        (Traced(norm), slopes.map(Traced))
    }
    fn is_nan(x: Traced) -> bool {
        <Recorded as Base>::is_nan(x.0)
    }
    fn is_finite(x: Traced) -> bool {
        <Recorded as Base>::is_finite(x.0)
    }
    fn is_infinite(x: Traced) -> bool {
        !<Recorded as Base>::is_finite(x.0) && !<Recorded as Base>::is_nan(x.0)
    }
    fn is_sign_negative(x: Traced) -> bool {
        <Recorded as Base>::is_sign_negative(x.0)
    }
    #[inline]
    fn complex<F: Analytic<K>, const K: usize>(f: F, z: [Complex<Traced>; K]) -> Complex<Traced> {
        raised(<Recorded as Base>::complex(f, z.map(lowered)))
    }
    #[inline]
    fn complex_sin_cos(z: Complex<Traced>) -> (Complex<Traced>, Complex<Traced>) {
        let (sin, cos) = <Recorded as Base>::complex_sin_cos(lowered(z));
        (raised(sin), raised(cos))
    }
    #[track_caller]
    fn complex_rule<R: Rule<Complex<f64>, K>, const K: usize>(
        rule: &R,
        z: [Complex<Traced>; K],
    ) -> Complex<Traced> {
        let numbers: Vec<Recorded> = z.iter().flat_map(|z| [z.re.0, z.im.0]).collect();
        let what = format!("the rule `{}`", name_of::<R>());
        complex_constant(opaque(&what, &numbers, || rule.value(z.map(value))))
    }
    #[track_caller]
    fn complex_vector_rule<R: VectorRule<Complex<f64>>>(
        rule: &R,
        z: &[Complex<Traced>],
    ) -> Vec<Complex<Traced>> {
        let numbers: Vec<Recorded> = z.iter().flat_map(|z| [z.re.0, z.im.0]).collect();
        let values: Vec<Complex<f64>> = z.iter().map(|z| value(*z)).collect();
        let what = format!("the rule `{}`", name_of::<R>());
        opaque(&what, &numbers, || rule.values(&values)).into_iter().map(complex_constant).collect()
    }
    #[inline]
    fn complex_is_normal(z: Complex<Traced>) -> bool {
        <Machine as RealKernel<Recorded>>::complex_is_normal(lowered(z))
    }
    #[inline]
    fn complex_has_digits<const K: usize>(slope: Complex<Traced>, _z: [Complex<Traced>; K]) -> bool {
        Self::complex_is_normal(slope)
    }
    #[inline]
    fn complex_constant(c: Complex<f64>) -> Complex<Traced> {
        complex_constant(c)
    }
    #[track_caller]
    fn complex_primal(z: Complex<Traced>) -> Complex<f64> {
        Complex::new(Base::to_f64(z.re.0), Base::to_f64(z.im.0))
    }
}
