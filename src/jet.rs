//! [`Jet<T, K>`]: a value and the coefficients of its Taylor series to order `K`.

use crate::array::array;
use crate::functions::{Analytic, OfReals};
use crate::kernel::{ComplexEngine, ComplexKernel, Engine, Layer, Layered, TruthOf, is_masked};
use crate::layers::inherent_methods;
use crate::rules::series;
use crate::scalar::magnitude::maximum;
use crate::tag::Tag;
use crate::{ComplexScalar, Lit, Real, Rule, Scalar, VectorRule};
use alloc::vec::Vec;
use core::fmt;
use core::iter::Sum;
use core::ops::{Add, Div, Mul, Neg, Sub};
use num_complex::Complex;
use num_traits::{One, Zero};

/// A truncated Taylor series c₀ + c₁t + … + c_K tᴷ: a value c₀ and `K` coefficients.
///
/// Seed a variable with c₁ = 1, compute, and k!·cₖ of the result is the derivative of order k, exactly. The transforms do that for you:
/// [`taylor`](crate::taylor), [`derivatives`](crate::derivatives), [`jet`](crate::jet()). Every operation costs O(K²), where a nest of `K`
/// dual numbers costs 2ᴷ. `T` is any [`Scalar`]: `Jet<Complex<f64>, K>` has complex coefficients, `Jet<Dual<f64>, K>` differentiates them
/// by a parameter, and `Dual<Jet<f64, K>>` and `Var<Jet<f64, K>>` are derivatives whose values are series.
///
/// Comparison looks at the value alone. A coefficient that is exactly zero times one that is infinite is zero.
///
/// # The order at run time
/// A `Jet` is `Copy`, as every [`Scalar`] is, so its memory is fixed at compile time. `K` is the largest order; a jet also knows to which
/// order n ≤ K its coefficients are known, computations stop there, and the result of two jets has the lower of their orders.
/// [`truncated`](Jet::truncated) sets it. No loop is unrolled over orders: `Jet<f64, 60>` compiles as fast as `Jet<f64, 3>`.
///
/// # Method
/// Each function has a system of differential equations in t that it satisfies, such as y′ = y x′ for y = eˣ. Comparing coefficients gives
/// k yₖ = Σ j xⱼ yₖ₋ⱼ, and so one coefficient after the other (Griewank and Walther, *Evaluating Derivatives*, 2nd ed. 2008, ch. 13).
/// A [`Rule`] of your own is evaluated once for each order. If its partial derivatives apply the rule again, or as the Bessel functions do,
/// others that come back to it, the cost is exponential in the order, as it is with nested dual numbers. Where partial derivatives leave the
/// range of numbers although the result does not, a `Jet` has lost them, and a [`Dual`](crate::Dual) has not.
///
/// # Examples
/// ```
/// use holograd::Jet;
/// // √(1 + t) = 1 + t/2 − t²/8 + t³/16 − …
/// let x: Jet<f64, 3> = Jet::variable(1.0);
/// let y = x.sqrt();
/// assert_eq!((y.value(), y.higher()), (1.0, [0.5, -0.125, 0.0625]));
/// assert_eq!(y.derivatives(), [0.5, -0.25, 0.375]);
/// assert_eq!(format!("{:.1}", 1.0 / x), "1.0 + [-1.0, 1.0, -1.0]t");
/// ```
#[derive(Clone, Copy)]
pub struct Jet<T, const K: usize> {
    pub(crate) re: T,
    /// c₁ … c_K, zero beyond `order`.
    pub(crate) higher: [T; K],
    pub(crate) order: usize,
    pub(crate) tag: Tag,
}

impl<T, const K: usize> Jet<T, K> {
    /// A series from c₀ and c₁ … c_K.
    ///
    /// ```
    /// # use holograd::Jet;
    /// const X: Jet<f64, 2> = Jet::new(3.0, [1.0, 0.5]);
    /// assert_eq!(X.higher(), [1.0, 0.5]);
    /// ```
    #[must_use]
    pub const fn new(value: T, higher: [T; K]) -> Self {
        Jet { re: value, higher, order: K, tag: Tag::NONE }
    }
}

impl<T: Copy, const K: usize> Jet<T, K> {
    /// c₀, one level down.
    #[must_use]
    pub const fn value(self) -> T {
        self.re
    }

    /// c₁ … c_K; those beyond [`order`](Jet::order) are zero.
    #[must_use]
    pub const fn higher(self) -> [T; K] {
        self.higher
    }

    /// The order to which the coefficients are known.
    #[must_use]
    pub const fn order(self) -> usize {
        self.order
    }
}

impl<T: Scalar, const K: usize> Jet<T, K> {
    /// The series x + t: the variable to differentiate by.
    #[must_use]
    pub fn variable(x: T) -> Self {
        Jet::new(x, array(|k| if k == 0 { T::one() } else { T::zero() }))
    }

    /// The series without what is beyond this order: computations with it stop there.
    ///
    /// ```
    /// # use holograd::Jet;
    /// let x = Jet::<f64, 60>::variable(0.0).truncated(3);
    /// assert_eq!((x.exp().order(), x.exp().coefficient(3)), (3, 1.0 / 6.0));
    /// ```
    #[must_use]
    pub fn truncated(mut self, order: usize) -> Self {
        for k in order..self.order {
            self.higher[k] = T::zero();
        }
        self.order = self.order.min(order);
        self
    }

    /// cₖ
    ///
    /// # Panics
    /// If the order is lower than k.
    #[must_use]
    #[track_caller]
    pub fn coefficient(self, k: usize) -> T {
        assert!(k <= self.order, "coefficient {k} of a series that is known to order {}", self.order);
        if k == 0 { self.re } else { self.higher[k - 1] }
    }

    /// k! cₖ for k = 1 … K: the derivatives by t.
    #[must_use]
    pub fn derivatives(self) -> [T; K] {
        let mut factorial = 1.0;
        array(|k| {
            factorial *= (k + 1) as f64;
            self.higher[k] * Lit(factorial)
        })
    }

    /// c₀ + c₁h + c₂h² + …: the truncated series at t = h.
    ///
    /// ```
    /// # use holograd::Jet;
    /// assert!((Jet::<f64, 20>::variable(0.0).exp().at(0.5) - 0.5_f64.exp()).abs() < 1e-15);
    /// ```
    #[must_use]
    pub fn at(self, h: T) -> T {
        self.re + self.moved_by(h)
    }

    /// c₁h + c₂h² + …: how far the series moves from its value.
    pub(crate) fn moved_by(self, h: T) -> T {
        self.higher[..self.order].iter().rev().fold(T::zero(), |sum, c| (sum + *c) * h)
    }

    /// Whether all coefficients but the value are zero, at every level.
    pub(crate) fn is_constant(&self) -> bool {
        self.higher.iter().all(Zero::is_zero)
    }

    /// This jet with the order and the tag of a result of both.
    #[inline]
    #[track_caller]
    pub(crate) fn join(mut self, other: &Self) -> Self {
        self.tag = self.tag.join(other.tag, || self.is_constant(), || other.is_constant());
        self.order = self.order.min(other.order);
        self
    }

    /// Other coefficients, with the order and the tag of a result of both.
    #[inline]
    #[track_caller]
    fn joined(self, other: &Self, value: T, higher: [T; K]) -> Self {
        series::of_order(self.join(other).with_series(value, higher))
    }

    /// Other coefficients.
    #[inline(always)]
    pub(crate) fn with_series(mut self, value: T, higher: [T; K]) -> Self {
        self.re = value;
        self.higher = higher;
        self
    }

    /// Coefficients changed one by one.
    #[inline(always)]
    fn with<U: Scalar>(self, re: U, f: impl Fn(T) -> U) -> Jet<U, K> {
        Jet { re, higher: array(|k| f(self.higher[k])), order: self.order, tag: self.tag }
    }

    /// t times the derivative by t, less its first power: 1c₁, 2c₂, …
    fn rates(self) -> [T; K] {
        array(|k| self.higher[k] * Lit((k + 1) as f64))
    }

    /// The derivative by t, known to one order less, as a series.
    pub(crate) fn derivative(self) -> Self {
        let rates = self.rates();
        let mut higher = [T::zero(); K];
        higher[..K - 1].copy_from_slice(&rates[1..]);
        Jet { re: rates[0], higher, ..self }.truncated(self.order - 1)
    }

    /// All of many with the lowest order, and a common tag.
    #[track_caller]
    fn join_all<'a>(x: impl IntoIterator<Item = &'a Self>) -> Self {
        x.into_iter().fold(Self::zero(), |all, x| Self { re: x.re, higher: x.higher, ..x.join(&all) })
    }
}

impl<T: Scalar, const K: usize> Scalar for Jet<T, K> {
    type Real = Jet<T::Real, K>;
    type Primal = T::Primal;
    type Kernel = Layered;
    type Fused<const M: usize> = Self;
}
impl<T: ComplexScalar, const K: usize> ComplexScalar for Jet<T, K> {}
impl<T: Real, const K: usize> Real for Jet<T, K> {}

impl<T: Scalar, const K: usize> Layer for Jet<T, K> {
    type Inner = T;
    const INFINITESIMALS: usize = K;

    fn inner(self) -> T {
        self.re
    }

    // Functions.

    #[track_caller]
    fn analytic<F: Analytic<M>, const M: usize>(f: F, x: [Self; M]) -> Self {
        let (value, slopes) = f.rule(array(|m| x[m].re));
        f.series(x, value, slopes)
    }
    #[track_caller]
    fn real<F: OfReals<M>, const M: usize>(f: F, x: [Self; M]) -> Self
    where
        T: Real,
    {
        let (value, slopes) = f.rule(array(|m| x[m].re));
        f.series(x, value, slopes)
    }
    fn sin_cos(x: Self) -> (Self, Self) {
        let (sin, cos) = x.re.sin_cos();
        series::circular(x, sin, cos, -1.0)
    }
    #[track_caller]
    fn divide_into(x: Self, c: Lit) -> Self {
        series::reciprocal(x, c / x.re)
    }
    #[track_caller]
    fn mul_add(x: Self, a: Self, b: Self) -> Self
    where
        T: Real,
    {
        (x * a + b).moved_to(Real::mul_add(x.re, a.re, b.re))
    }
    #[track_caller]
    fn complex<F: Analytic<M>, const M: usize>(f: F, z: [Complex<Self>; M]) -> Complex<Self>
    where
        T: Real,
    {
        <Jet<Complex<T>, K> as Layer>::analytic::<F, M>(f, array(|m| Jet::from_complex(z[m]))).into_complex()
    }
    fn complex_sin_cos(z: Complex<Self>) -> (Complex<Self>, Complex<Self>)
    where
        T: Real,
    {
        let (sin, cos) = <Jet<Complex<T>, K> as Layer>::sin_cos(Jet::from_complex(z));
        (sin.into_complex(), cos.into_complex())
    }
    #[track_caller]
    fn rule<R: Rule<T::Primal, M>, const M: usize>(rule: &R, x: [Self; M]) -> Self {
        series::by_rule(rule, x, Self::join_all(&x))
    }
    #[track_caller]
    fn complex_rule<R: Rule<Complex<<T as Scalar>::Primal>, M>, const M: usize>(
        rule: &R,
        z: [Complex<Self>; M],
    ) -> Complex<Self>
    where
        T: Real,
    {
        <Jet<Complex<T>, K> as Layer>::rule(rule, array::<_, M>(|m| Jet::from_complex(z[m]))).into_complex()
    }
    fn vector_rule<R: VectorRule<T::Primal>>(rule: &R, x: &[Self]) -> Vec<Self> {
        series::by_vector_rule(rule, x, Self::join_all(x))
    }
    fn complex_vector_rule<R: VectorRule<Complex<T::Primal>>>(
        rule: &R,
        z: &[Complex<Self>],
    ) -> Vec<Complex<Self>>
    where
        T: Real,
    {
        let z: Vec<Jet<Complex<T>, K>> = z.iter().map(|z| Jet::from_complex(*z)).collect();
        <Jet<Complex<T>, K> as Layer>::vector_rule(rule, &z).into_iter().map(Jet::into_complex).collect()
    }
    fn norm_and_slopes<I: Iterator<Item = Self> + Clone>(x: I) -> (Self, impl Iterator<Item = Self> + Clone)
    where
        T: Real,
    {
        let (value, _) = <T as crate::kernel::RealEngine>::norm_and_slopes(x.clone().map(|x| x.re));
        let norm = series::distance(x.clone(), value);
        (norm, x.map(move |x| x.quotient(norm)))
    }
    /// Linear functions alone reach this: all others have a series of their own.
    #[track_caller]
    fn chain<const M: usize>(x: [Self; M], value: T, slopes: [T; M]) -> Self {
        series::linear(x, value, slopes)
    }
    fn chain_complex<const M: usize>(
        z: [Complex<Self>; M],
        value: Complex<T>,
        slopes: [Complex<T>; M],
    ) -> Complex<Self>
    where
        T: Real,
    {
        series::linear(z.map(Jet::from_complex), value, slopes).into_complex()
    }

    // Series.

    #[inline]
    fn moved_to(mut self, value: T) -> Self {
        self.re = value;
        self
    }
    fn linear(self, f: impl Fn(T) -> T) -> Self {
        self.with(f(self.re), f)
    }
    #[inline]
    fn scaled(self, c: Lit) -> Self {
        self.with_series(self.re * c, T::lanes_scaled(&self.higher, c))
    }
    fn divided(self, divisor: T, divide: impl Fn(T) -> T) -> Self {
        if divisor.is_zero() {
            let slope = divide(T::one());
            self.with(divide(self.re), |c| c.times_slope(slope))
        } else {
            self.linear(divide)
        }
    }
    fn select(truth: TruthOf<T>, yes: Self, no: Self) -> Self {
        let higher = array(|k| T::choose(truth, || yes.higher[k], || no.higher[k]));
        yes.join(&no).with_series(T::choose(truth, || yes.re, || no.re), higher)
    }
    fn fuse<const N: usize, const M: usize>(
        x: [Self; N],
        block: impl FnOnce([Self; N]) -> [Self; M],
    ) -> [Self; M] {
        block(x)
    }
    fn times_slope(self, slope: Self) -> Self {
        series::times(self, slope, self.re.times_slope(slope.re))
    }
    fn masked_product(self, other: Self) -> Self {
        let y = series::times(self, other, self.re.masked_product(other.re));
        if is_masked(self.re, other.re) { y.with_series(y.re, [T::lit(f64::NAN); K]) } else { y }
    }
    fn rest(self) -> Self {
        self.moved_to(self.re.rest())
    }
    fn unmarked(self) -> Self {
        let y = self.with(self.re.unmarked(), T::unmarked);
        Jet { tag: self.tag.unmarked(), ..y }
    }
    fn magnitude_with_tangents(self) -> f64 {
        let largest = |m: f64, c: &T| maximum(m, c.magnitude_with_tangents());
        self.higher.iter().fold(self.re.magnitude_with_tangents(), largest)
    }
    fn all_finite(self) -> bool {
        self.higher.iter().fold(self.re.all_finite(), |all, c| all & c.all_finite())
    }
    fn is_moderate(self, count: i32) -> bool {
        self.higher.iter().fold(self.re.is_moderate(count), |all, c| all & c.is_moderate(count))
    }
    fn undifferentiable(self) -> Self {
        self.with_series(self.re.undifferentiable(), [T::lit(f64::NAN); K])
    }
    fn subtract_from(self, c: Lit) -> Self {
        self.with(c - self.re, |x| -x)
    }
}

/// The functions without a complex derivative, along a real parameter t; each is documented at the method of
/// [`ComplexScalar`] of the same name.
impl<T: ComplexScalar, const K: usize> Jet<T, K> {
    inherent_methods! { ComplexScalar:
        re() -> Jet<T::Real, K>;
        im() -> Jet<T::Real, K>;
        conj() -> Self;
        abs() -> Jet<T::Real, K>;
        norm_sqr() -> Jet<T::Real, K>;
        arg() -> Jet<T::Real, K>;
        scale(factor: Jet<T::Real, K>) -> Self;
        unscale(divisor: Jet<T::Real, K>) -> Self;
    }

    /// A part of all coefficients; of complex ones, where no holomorphic transform made them.
    #[track_caller]
    fn part<U: Scalar>(self, name: &str, f: impl Fn(T) -> U) -> Jet<U, K> {
        if T::COMPLEX {
            self.tag.forbid_holomorphic(name);
        }
        self.with(f(self.re), f)
    }
}

/// Functions of all coefficients alike.
macro_rules! parts {
    ($($f:ident -> $result:ty;)*) => {$(
        #[track_caller]
        fn $f(z: Jet<T, K>) -> $result {
            z.part(stringify!($f), T::$f)
        }
    )*};
}

impl<T: ComplexScalar, const K: usize> ComplexKernel<Jet<T, K>> for Layered {
    fn from_real(x: Jet<T::Real, K>) -> Jet<T, K> {
        x.with(T::from_real(x.re), T::from_real)
    }
    parts! { re -> Jet<T::Real, K>; im -> Jet<T::Real, K>; conj -> Jet<T, K>; }
    #[track_caller]
    fn abs(z: Jet<T, K>) -> Jet<T::Real, K> {
        if T::COMPLEX {
            return Real::hypot(z.part("abs", T::re), z.part("abs", T::im));
        }
        let sign = z.re.phase();
        z.part("abs", |c| c.times_slope(sign).re()).moved_to(z.re.abs())
    }
    #[track_caller]
    fn norm_sqr(z: Jet<T, K>) -> Jet<T::Real, K> {
        let (x, y) = (z.part("norm_sqr", T::re), z.part("norm_sqr", T::im));
        (x * x + y * y).moved_to(z.re.norm_sqr())
    }
    #[track_caller]
    fn arg(z: Jet<T, K>) -> Jet<T::Real, K> {
        if T::COMPLEX {
            return Real::atan2(z.part("arg", T::im), z.part("arg", T::re));
        }
        z.part("arg", |_| Zero::zero()).moved_to(z.re.arg())
    }
    #[track_caller]
    fn phase(z: Jet<T, K>) -> Jet<T, K> {
        use crate::kernel::RealEngine;
        if T::COMPLEX {
            let (x, y) = (z.part("abs", T::re), z.part("abs", T::im));
            return Self::from_parts(x.direction(y), y.direction(x));
        }
        z.part("abs", |_| T::zero()).moved_to(z.re.phase())
    }
    fn scale(z: Jet<T, K>, factor: Jet<T::Real, K>) -> Jet<T, K> {
        z * <Jet<T, K> as ComplexScalar>::from_real(factor)
    }
    fn unscale(z: Jet<T, K>, divisor: Jet<T::Real, K>) -> Jet<T, K> {
        z / <Jet<T, K> as ComplexScalar>::from_real(divisor)
    }
    #[track_caller]
    fn from_parts(re: Jet<T::Real, K>, im: Jet<T::Real, K>) -> Jet<T, K> {
        let Jet { order, tag, .. } = re.join(&im);
        let higher = array(|k| T::from_parts(re.higher[k], im.higher[k]));
        Jet { re: T::from_parts(re.re, im.re), higher, order, tag }.truncated(order)
    }
    fn parts(z: Jet<T, K>) -> (Jet<T::Real, K>, Jet<T::Real, K>) {
        (z.with(z.re.parts().0, |c| c.parts().0), z.with(z.re.parts().1, |c| c.parts().1))
    }
}

/// Series of complex numbers and complex numbers of series are the same thing.
impl<T: Real, const K: usize> Jet<Complex<T>, K> {
    /// From the complex number of series.
    #[must_use]
    #[track_caller]
    pub fn from_complex(z: Complex<Jet<T, K>>) -> Self {
        <Layered as ComplexKernel<Self>>::from_parts(z.re, z.im)
    }

    /// As a complex number of series.
    #[must_use]
    pub fn into_complex(self) -> Complex<Jet<T, K>> {
        Complex::new(self.with(self.re.re, |c| c.re), self.with(self.re.im, |c| c.im))
    }
}

/// One level up: a constant.
impl<T: Scalar, const K: usize> From<T> for Jet<T, K> {
    fn from(value: T) -> Self {
        Jet::new(value, [T::zero(); K])
    }
}

impl<T: Scalar, const K: usize> Zero for Jet<T, K> {
    fn zero() -> Self {
        T::zero().into()
    }
    /// Whether all coefficients are zero.
    fn is_zero(&self) -> bool {
        self.re.is_zero() && self.is_constant()
    }
}

impl<T: Scalar, const K: usize> One for Jet<T, K> {
    fn one() -> Self {
        T::one().into()
    }
    /// Whether the value is one and all other coefficients are zero.
    fn is_one(&self) -> bool {
        self.re.is_one() && self.is_constant()
    }
}

impl<T: Scalar, const K: usize> Neg for Jet<T, K> {
    type Output = Self;
    #[inline]
    fn neg(self) -> Self {
        self.linear(|c| -c)
    }
}

/// The operators: `x op y`.
macro_rules! binary {
    ($($op:ident $f:ident: $x:ident, $y:ident => $z:expr;)*) => {$(
        impl<T: Scalar, const K: usize> $op for Jet<T, K> {
            type Output = Self;
            #[inline]
            #[track_caller]
            fn $f(self, other: Self) -> Self {
                let ($x, $y) = (self, other);
                $z
            }
        }
    )*};
}
binary! {
    Add add: x, y => x.joined(&y, x.re + y.re, T::lanes_sum(&x.higher, &y.higher));
    Sub sub: x, y => x.joined(&y, x.re - y.re, T::lanes_difference(&x.higher, &y.higher));
    Mul mul: x, y => series::times(x, y, x.re * y.re);
    Div div: x, y => x.quotient(y);
}

impl<T: Scalar, const K: usize> Sum for Jet<T, K> {
    fn sum<I: Iterator<Item = Self>>(mut iter: I) -> Self {
        let Some(first) = iter.next() else { return -Self::zero() }; // as of `f64`
        iter.fold(first, Add::add)
    }
}

impl<T: fmt::Debug, const K: usize> fmt::Debug for Jet<T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = &self.higher[..self.order];
        f.debug_struct("Jet").field("value", &self.re).field("higher", &known).finish_non_exhaustive()
    }
}

/// c₀ + [c₁, c₂, …]t, to the order that is known. Width, sign and precision hold for each number.
impl<T: Scalar, const K: usize> fmt::Display for Jet<T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.re, f)?;
        f.write_str(" + [")?;
        for (k, c) in self.higher[..self.order].iter().enumerate() {
            f.write_str(if k == 0 { "" } else { ", " })?;
            fmt::Display::fmt(c, f)?;
        }
        f.write_str("]t")
    }
}
