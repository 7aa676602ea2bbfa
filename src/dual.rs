//! [`Dual<T, N>`]: a value and its derivatives with respect to `N` variables.

use crate::chain::{Chain, chain_methods, trait_methods};
use crate::functions::{Elementary, Elementary2, analytic, real};
use crate::rules::{self, nonholomorphic};
use crate::tag::Tag;
use crate::{ComplexScalar, Lit, Primal, Real, Rule, Scalar, lit};
use core::cmp::Ordering;
use core::fmt;
use num_complex::Complex;
use num_traits::{One, Zero};

/// A dual number a + b₀ε₀ + … + b_(N−1)ε_(N−1) with εᵢεⱼ = 0: a value `a` and `N` tangents `bᵢ`.
///
/// Seed a variable with tangent 1, compute, and the tangent of the result is the derivative, exactly: that is what the
/// transforms ([`derivative`](crate::derivative), [`jacfwd`](crate::jacfwd), …) do for you. `T` is any [`Scalar`], so dual
/// numbers nest: `Dual<Dual<f64>>` gives second derivatives, `Dual<Complex<f64>>` complex ones.
///
/// Comparison looks at the value alone. `N` is 1 if not given.
///
/// # Examples
/// ```
/// use holograd::Dual;
/// let x = Dual::variable(3.0);
/// let y = 2.0 * x * x + 1.0;
/// assert_eq!(y.value(), 19.0);
/// assert_eq!(y.derivative(), 12.0);
///
/// // Two variables at once: d(x y) = y dx + x dy.
/// let (x, y) = (Dual::new(3.0, [1.0, 0.0]), Dual::new(4.0, [0.0, 1.0]));
/// assert_eq!((x * y).eps(), [4.0, 3.0]);
/// assert_eq!(format!("{:.1}", x * y), "12.0 + [4.0, 3.0]ε1");
/// ```
#[derive(Clone, Copy)]
pub struct Dual<T, const N: usize = 1> {
    pub(crate) re: T,
    pub(crate) eps: [T; N],
    pub(crate) tag: Tag,
}

/// A number with first and second derivatives with respect to `N` variables, by nesting.
///
/// # Examples
/// ```
/// use holograd::{Dual, HyperDual};
/// let x: HyperDual<f64> = Dual::variable(Dual::variable(3.0));
/// let y = x.powi(3);
/// assert_eq!(y.derivative().derivative(), 18.0);
/// ```
pub type HyperDual<T, const N: usize = 1> = Dual<Dual<T, N>, N>;

impl<T, const N: usize> Dual<T, N> {
    /// A dual number from its value and its tangents.
    ///
    /// ```
    /// # use holograd::Dual;
    /// const X: Dual<f64, 2> = Dual::new(3.0, [1.0, 0.0]);
    /// assert_eq!(X.eps(), [1.0, 0.0]);
    /// ```
    #[inline]
    #[must_use]
    pub const fn new(re: T, eps: [T; N]) -> Self {
        Dual { re, eps, tag: Tag::NONE }
    }
}

impl<T: Copy, const N: usize> Dual<T, N> {
    /// The value, one level down.
    ///
    /// ```
    /// # use holograd::Dual;
    /// assert_eq!(Dual::variable(3.0).value(), 3.0);
    /// ```
    #[inline]
    #[must_use]
    pub const fn value(self) -> T {
        self.re
    }

    /// The tangents.
    ///
    /// ```
    /// # use holograd::Dual;
    /// assert_eq!(Dual::new(3.0, [1.0, 0.0]).eps(), [1.0, 0.0]);
    /// ```
    #[inline]
    #[must_use]
    pub const fn eps(self) -> [T; N] {
        self.eps
    }
}

impl<T: Copy> Dual<T> {
    /// The tangent of a dual number that has one.
    ///
    /// ```
    /// # use holograd::Dual;
    /// assert_eq!(Dual::variable(3.0).powi(2).derivative(), 6.0);
    /// ```
    #[inline]
    #[must_use]
    pub const fn derivative(self) -> T {
        self.eps[0]
    }
}

impl<T: Scalar> Dual<T> {
    /// The variable to differentiate by: tangent 1.
    ///
    /// ```
    /// # use holograd::Dual;
    /// assert_eq!(Dual::variable(3.0).derivative(), 1.0);
    /// ```
    #[inline]
    #[must_use]
    pub fn variable(re: T) -> Self {
        Dual::new(re, [T::one()])
    }
}

impl<T: Scalar, const N: usize> Dual<T, N> {
    /// Whether all tangents are zero, at every level.
    #[inline]
    pub(crate) fn is_constant(&self) -> bool {
        self.eps.iter().all(Zero::is_zero)
    }

    /// The tag of a result of these two.
    #[inline]
    #[track_caller]
    pub(crate) fn join(&self, other: &Self) -> Tag {
        self.tag.join(other.tag, || self.is_constant(), || other.is_constant())
    }

    /// The same tangents changed one by one.
    #[inline]
    fn with<U: Scalar>(self, re: U, tangent: impl Fn(T) -> U) -> Dual<U, N> {
        let mut eps = [U::zero(); N];
        for i in 0..N {
            eps[i] = tangent(self.eps[i]);
        }
        Dual { re, eps, tag: self.tag }
    }
}

impl<T: Scalar, const N: usize> Chain for Dual<T, N> {
    type Inner = T;

    #[inline]
    fn inner(self) -> T {
        self.re
    }

    #[inline]
    #[track_caller]
    fn chain<const K: usize>(x: [Self; K], value: T, slopes: [T; K]) -> Self {
        let mut result = x[0];
        result.re = value;
        for k in 1..K {
            result.tag = result.join(&x[k]);
        }
        scale_tangents(&mut result.eps, &x.map(|x| x.eps), slopes);
        result
    }

    #[inline]
    #[track_caller]
    fn chain_complex<const K: usize>(
        z: [Complex<Self>; K],
        value: Complex<T>,
        slopes: [Complex<T>; K],
    ) -> Complex<Self>
    where
        T: Real,
    {
        let mut tag = z[0].re.join(&z[0].im);
        for z in &z[1..] {
            let other = Dual { tag: z.re.join(&z.im), ..z.re };
            tag = Dual { tag, ..z.re }.join(&other);
        }
        // The same tangents, each as one complex number.
        let tangents = z.map(|z| {
            let mut eps = [Complex::new(T::zero(), T::zero()); N];
            for i in 0..N {
                eps[i] = Complex::new(z.re.eps[i], z.im.eps[i]);
            }
            eps
        });
        let mut result = tangents[0];
        scale_tangents(&mut result, &tangents, slopes);
        let (mut re, mut im) = ([T::zero(); N], [T::zero(); N]);
        for i in 0..N {
            (re[i], im[i]) = (result[i].re, result[i].im);
        }
        Complex::new(Dual { re: value.re, eps: re, tag }, Dual { re: value.im, eps: im, tag })
    }
}

/// Σ slopeₖ tangentₖ into `result`, which holds the first tangents.
#[inline]
fn scale_tangents<T: Scalar, const N: usize, const K: usize>(
    result: &mut [T; N],
    tangents: &[[T; N]; K],
    slopes: [T; K],
) {
    if slopes.iter().all(|s| s.all_finite()) {
        for i in 0..N {
            result[i] *= slopes[0];
            for k in 1..K {
                result[i] += tangents[k][i] * slopes[k];
            }
        }
    } else {
        scale_tangents_singular(result, tangents, slopes);
    }
}

/// The same with an infinite slope: a tangent that is exactly zero stays zero.
#[cold]
fn scale_tangents_singular<T: Scalar, const N: usize, const K: usize>(
    result: &mut [T; N],
    tangents: &[[T; N]; K],
    slopes: [T; K],
) {
    for i in 0..N {
        result[i] = T::zero();
        for k in 0..K {
            result[i] += tangents[k][i].times_slope(slopes[k]);
        }
    }
}

/// The analytic functions; each is documented at the method of [`Scalar`] of the same name.
impl<T: Scalar, const N: usize> Dual<T, N> {
    analytic! { chain_methods Scalar }

    /// See [`sin_cos`](Scalar::sin_cos).
    #[inline]
    #[must_use]
    pub fn sin_cos(self) -> (Self, Self) {
        let (sin, cos) = self.re.sin_cos();
        (Self::chain([self], sin, [cos]), Self::chain([self], cos, [-sin]))
    }

    /// See [`primal`](Scalar::primal).
    #[inline]
    #[must_use]
    pub fn primal(self) -> T::Primal {
        self.re.primal()
    }

    /// See [`stop_gradient`](Scalar::stop_gradient).
    #[inline]
    #[must_use]
    pub fn stop_gradient(self) -> Self {
        Self::constant(self.primal())
    }

    /// See [`apply`](Scalar::apply).
    #[inline]
    #[must_use]
    pub fn apply<R: Rule<T::Primal>>(self, rule: &R) -> Self {
        Self::apply_rule(rule, [self])
    }
}

impl<T: Scalar, const N: usize> Scalar for Dual<T, N> {
    type Real = Dual<T::Real, N>;
    type Primal = T::Primal;
    const LEVEL: usize = T::LEVEL + 1;
    const COMPLEX: bool = T::COMPLEX;

    #[inline]
    fn lit(value: f64) -> Self {
        T::lit(value).into()
    }
    #[inline]
    fn constant(value: T::Primal) -> Self {
        T::constant(value).into()
    }
    #[inline]
    fn primal(self) -> T::Primal {
        self.primal()
    }
    #[inline]
    fn sin_cos(self) -> (Self, Self) {
        self.sin_cos()
    }
    #[inline]
    fn apply_rule<R: Rule<T::Primal, K>, const K: usize>(rule: &R, x: [Self; K]) -> Self {
        let inner = x.map(|x| x.re);
        let value = T::apply_rule(rule, inner);
        Self::chain(x, value, rule.slopes(inner, value))
    }
    #[inline]
    fn times_slope(self, slope: Self) -> Self {
        let mut result = self;
        result.tag = self.join(&slope);
        result.re = self.re.times_slope(slope.re);
        for i in 0..N {
            result.eps[i] = self.eps[i].times_slope(slope.re) + self.re.times_slope(slope.eps[i]);
        }
        result
    }
    #[inline]
    fn all_finite(self) -> bool {
        self.re.all_finite() && self.eps.iter().all(|e| e.all_finite())
    }
    #[inline]
    fn magnitude(self) -> f64 {
        self.re.magnitude()
    }
    #[inline]
    fn subtract_from(self, c: Lit) -> Self {
        self.with(c - self.re, |e| -e)
    }
    #[inline]
    fn divide_into(self, c: Lit) -> Self {
        let value = c / self.re;
        Self::chain([self], value, [-value.quotient(self.re)])
    }
    analytic! { trait_methods }
}

/// The functions without a complex derivative, along real parameters; each is documented at the method of
/// [`ComplexScalar`] of the same name.
///
/// # Panics
/// Where tags are checked, on a complex number that a holomorphic transform made.
impl<T: ComplexScalar, const N: usize> Dual<T, N> {
    /// Value and tangents by a rule of `nonholomorphic`.
    #[inline]
    #[track_caller]
    fn linear<U: Scalar>(self, name: &str, (value, tangent): (U, impl Fn(T) -> U)) -> Dual<U, N> {
        if T::COMPLEX {
            self.tag.forbid_holomorphic(name);
        }
        self.with(value, tangent)
    }

    /// See [`re`](ComplexScalar::re).
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn re(self) -> Dual<T::Real, N> {
        self.linear("re", (self.re.re(), T::re))
    }

    /// See [`im`](ComplexScalar::im).
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn im(self) -> Dual<T::Real, N> {
        self.linear("im", (self.re.im(), T::im))
    }

    /// See [`conj`](ComplexScalar::conj).
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn conj(self) -> Self {
        self.linear("conj", (self.re.conj(), T::conj))
    }

    /// See [`abs`](ComplexScalar::abs).
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn abs(self) -> Dual<T::Real, N> {
        self.linear("abs", nonholomorphic::abs(self.re))
    }

    /// See [`norm_sqr`](ComplexScalar::norm_sqr).
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn norm_sqr(self) -> Dual<T::Real, N> {
        self.linear("norm_sqr", nonholomorphic::norm_sqr(self.re))
    }

    /// See [`arg`](ComplexScalar::arg).
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn arg(self) -> Dual<T::Real, N> {
        self.linear("arg", nonholomorphic::arg(self.re))
    }

    /// See [`scale`](ComplexScalar::scale).
    #[inline]
    #[must_use]
    pub fn scale(self, factor: Dual<T::Real, N>) -> Self {
        self * Self::from_real(factor)
    }

    /// See [`unscale`](ComplexScalar::unscale).
    #[inline]
    #[must_use]
    pub fn unscale(self, divisor: Dual<T::Real, N>) -> Self {
        self / Self::from_real(divisor)
    }
}

impl<T: ComplexScalar, const N: usize> ComplexScalar for Dual<T, N> {
    #[inline]
    fn from_real(x: Dual<T::Real, N>) -> Self {
        x.with(T::from_real(x.re), T::from_real)
    }
    #[inline]
    fn from_polar(r: Dual<T::Real, N>, theta: Dual<T::Real, N>) -> Self {
        let (sin, cos) = theta.sin_cos();
        Self::from_real(r * cos) + Self::imaginary(r * sin)
    }
    #[inline]
    fn re(self) -> Dual<T::Real, N> {
        self.re()
    }
    #[inline]
    fn im(self) -> Dual<T::Real, N> {
        self.im()
    }
    #[inline]
    fn conj(self) -> Self {
        self.conj()
    }
    #[inline]
    fn abs(self) -> Dual<T::Real, N> {
        self.abs()
    }
    #[inline]
    fn norm_sqr(self) -> Dual<T::Real, N> {
        self.norm_sqr()
    }
    #[inline]
    fn arg(self) -> Dual<T::Real, N> {
        self.arg()
    }
    #[inline]
    fn scale(self, factor: Dual<T::Real, N>) -> Self {
        self.scale(factor)
    }
    #[inline]
    fn unscale(self, divisor: Dual<T::Real, N>) -> Self {
        self.unscale(divisor)
    }
    #[inline]
    fn phase(self) -> Self {
        self.linear("abs", nonholomorphic::phase(self.re))
    }
    #[inline]
    fn imaginary(im: Dual<T::Real, N>) -> Self {
        im.with(T::imaginary(im.re), T::imaginary)
    }
}

/// The functions of real numbers; each is documented at the method of [`Real`] of the same name.
impl<T: Real, const N: usize> Dual<T, N> {
    real! { chain_methods Real }

    /// See [`copysign`](Real::copysign).
    #[inline]
    #[must_use]
    pub fn copysign(self, sign: Self) -> Self {
        let value = self.re.copysign(sign.re);
        if self.re == lit(0.0) {
            Self::chain([self], value, [T::zero()])
        } else if self.re.is_sign_negative() == sign.re.is_sign_negative() {
            self
        } else {
            -self
        }
    }

    /// The mean tangents of two numbers that tie.
    #[inline]
    fn tie(self, other: Self, value: T) -> Self {
        Self::chain([self, other], value, [T::lit(0.5), T::lit(0.5)])
    }

    /// See [`min`](Real::min).
    #[inline]
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        if self.re < other.re || other.is_nan() {
            self
        } else if other.re < self.re || self.is_nan() {
            other
        } else {
            self.tie(other, self.re.min(other.re))
        }
    }

    /// See [`max`](Real::max).
    #[inline]
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        if self.re > other.re || other.is_nan() {
            self
        } else if other.re > self.re || self.is_nan() {
            other
        } else {
            self.tie(other, self.re.max(other.re))
        }
    }

    /// See [`clamp`](Real::clamp).
    ///
    /// # Panics
    /// As `f64::clamp`: if `low > high` or one of them is NaN.
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn clamp(self, low: Self, high: Self) -> Self {
        assert!(low.re <= high.re, "clamp: low = {low} is not below high = {high}");
        if self.is_nan() { self } else { self.max(low).min(high) }
    }

    /// See [`mul_add`](Real::mul_add).
    #[inline]
    #[must_use]
    pub fn mul_add(self, a: Self, b: Self) -> Self {
        let mut result = self * a + b;
        result.re = self.re.mul_add(a.re, b.re);
        result
    }

    /// See [`is_nan`](Real::is_nan).
    #[inline]
    #[must_use]
    pub fn is_nan(self) -> bool {
        self.re.is_nan()
    }

    /// See [`is_finite`](Real::is_finite).
    #[inline]
    #[must_use]
    pub fn is_finite(self) -> bool {
        self.re.is_finite()
    }

    /// See [`is_infinite`](Real::is_infinite).
    #[inline]
    #[must_use]
    pub fn is_infinite(self) -> bool {
        self.re.is_infinite()
    }

    /// See [`is_sign_negative`](Real::is_sign_negative).
    #[inline]
    #[must_use]
    pub fn is_sign_negative(self) -> bool {
        self.re.is_sign_negative()
    }
}

impl<T: Real, const N: usize> Real for Dual<T, N> {
    #[inline]
    fn copysign(self, sign: Self) -> Self {
        self.copysign(sign)
    }
    #[inline]
    fn min(self, other: Self) -> Self {
        self.min(other)
    }
    #[inline]
    fn max(self, other: Self) -> Self {
        self.max(other)
    }
    #[inline]
    fn clamp(self, low: Self, high: Self) -> Self {
        self.clamp(low, high)
    }
    #[inline]
    fn mul_add(self, a: Self, b: Self) -> Self {
        self.mul_add(a, b)
    }
    #[inline]
    fn is_nan(self) -> bool {
        self.is_nan()
    }
    #[inline]
    fn is_finite(self) -> bool {
        self.is_finite()
    }
    #[inline]
    fn is_infinite(self) -> bool {
        self.is_infinite()
    }
    #[inline]
    fn is_sign_negative(self) -> bool {
        self.is_sign_negative()
    }
    #[inline]
    fn complex(z: Complex<Self>, f: Elementary) -> Complex<Self> {
        let (value, slope) = f.rule(inner(z));
        Self::chain_complex([z], value, [slope])
    }
    #[inline]
    fn complex2(z: Complex<Self>, w: Complex<Self>, f: Elementary2) -> Complex<Self> {
        let (value, left, right) = f.rule(inner(z), inner(w));
        Self::chain_complex([z, w], value, [left, right])
    }
    #[inline]
    fn complex_sin_cos(z: Complex<Self>) -> (Complex<Self>, Complex<Self>) {
        let (sin, cos) = inner(z).sin_cos();
        (Self::chain_complex([z], sin, [cos]), Self::chain_complex([z], cos, [-sin]))
    }
    #[inline]
    fn complex_rule<R: Rule<<T::Primal as Primal>::Complex, K>, const K: usize>(
        rule: &R,
        z: [Complex<Self>; K],
    ) -> Complex<Self> {
        let inner = z.map(inner);
        let value = T::complex_rule(rule, inner);
        Self::chain_complex(z, value, rule.slopes(inner, value))
    }
    #[inline]
    fn complex_constant(c: <T::Primal as Primal>::Complex) -> Complex<Self> {
        let z = T::complex_constant(c);
        Complex::new(z.re.into(), z.im.into())
    }
    #[inline]
    fn complex_primal(z: Complex<Self>) -> <T::Primal as Primal>::Complex {
        T::complex_primal(inner(z))
    }
    real! { trait_methods }
}

/// The complex number one level down.
#[inline]
fn inner<T: Real, const N: usize>(z: Complex<Dual<T, N>>) -> Complex<T> {
    Complex::new(z.re.re, z.im.re)
}

/// One level up: a constant.
///
/// ```
/// # use holograd::Dual;
/// assert_eq!(Dual::<f64, 3>::from(2.0).eps(), [0.0; 3]);
/// ```
impl<T: Scalar, const N: usize> From<T> for Dual<T, N> {
    #[inline]
    fn from(re: T) -> Self {
        Dual::new(re, [T::zero(); N])
    }
}

impl<T: Scalar, const N: usize> Default for Dual<T, N> {
    #[inline]
    fn default() -> Self {
        T::zero().into()
    }
}

impl<T: Scalar, const N: usize> Zero for Dual<T, N> {
    #[inline]
    fn zero() -> Self {
        T::zero().into()
    }
    /// Whether value *and* tangents are zero: linear algebra leaves out what is zero, and must not leave out a tangent.
    #[inline]
    fn is_zero(&self) -> bool {
        self.re.is_zero() && self.is_constant()
    }
}

impl<T: Scalar, const N: usize> One for Dual<T, N> {
    #[inline]
    fn one() -> Self {
        T::one().into()
    }
    /// Whether the value is one and all tangents are zero.
    #[inline]
    fn is_one(&self) -> bool {
        self.re.is_one() && self.is_constant()
    }
}

/// The value alone is compared.
impl<T: PartialEq, const N: usize> PartialEq for Dual<T, N> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.re == other.re
    }
}

/// The value alone is compared.
impl<T: PartialOrd, const N: usize> PartialOrd for Dual<T, N> {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.re.partial_cmp(&other.re)
    }
}

#[allow(clippy::missing_fields_in_debug)] // the tag is invisible
impl<T: fmt::Debug, const N: usize> fmt::Debug for Dual<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dual").field("re", &self.re).field("eps", &self.eps).finish()
    }
}

/// Value + tangents ε, where the number after ε is the level: 1 is the innermost. Width, sign and precision hold for each
/// number.
impl<T: Scalar, const N: usize> fmt::Display for Dual<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |x: &T, f: &mut fmt::Formatter<'_>| {
            if T::LEVEL > 0 || T::COMPLEX {
                f.write_str("(")?;
                fmt::Display::fmt(x, f)?;
                f.write_str(")")
            } else {
                fmt::Display::fmt(x, f)
            }
        };
        part(&self.re, f)?;
        f.write_str(" + ")?;
        if let [eps] = self.eps.as_slice() {
            part(eps, f)?;
        } else {
            f.write_str("[")?;
            for (i, eps) in self.eps.iter().enumerate() {
                f.write_str(if i == 0 { "" } else { ", " })?;
                part(eps, f)?;
            }
            f.write_str("]")?;
        }
        write!(f, "ε{}", Self::LEVEL)
    }
}
