//! [`Dual<T, N>`]: a value and its derivatives with respect to `N` variables.

use crate::array::array;
use crate::array::same_length;
use crate::kernel::{
    ComplexEngine, ComplexKernel, Engine, Kernel, Layer, Layered, RealEngine, Truth, TruthOf, inner_complex,
    is_masked,
};
use crate::layers::inherent_methods;
use crate::rules::nonholomorphic;
use crate::scalar::magnitude::maximum;
use crate::scalar::norm::turned;
use crate::tag::Tag;
use crate::{ComplexScalar, Lit, Real, Scalar, VectorRule};
use alloc::vec::Vec;
use core::array::from_fn;
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
        self.eps.iter().all(|e| e.is_known_zero())
    }

    /// The tag of a result of these two.
    #[inline]
    #[track_caller]
    pub(crate) fn join(&self, other: &Self) -> Tag {
        self.tag.join(other.tag, || self.is_constant(), || other.is_constant())
    }

    /// The tag of a result of all these.
    #[track_caller]
    fn join_all<'a>(x: impl IntoIterator<Item = &'a Self>) -> Tag {
        x.into_iter().fold(Self::zero(), |all, x| Dual { tag: all.join(x), ..*x }).tag
    }

    /// A number of this value, with `tangent` of each tangent.
    #[inline(always)]
    fn with<U: Scalar>(self, re: U, tangent: impl Fn(T) -> U) -> Dual<U, N> {
        Dual { re, eps: from_fn(|i| tangent(self.eps[i])), tag: self.tag }
    }
}

impl<T: Scalar, const N: usize> Scalar for Dual<T, N> {
    type Real = Dual<T::Real, N>;
    type Primal = T::Primal;
    type Kernel = Layered;
    type Fused<const K: usize> = Self;
}
impl<T: ComplexScalar, const N: usize> ComplexScalar for Dual<T, N> {}
impl<T: Real, const N: usize> Real for Dual<T, N> {}

impl<T: Scalar, const N: usize> Layer for Dual<T, N> {
    type Inner = T;

    #[inline]
    fn inner(self) -> T {
        self.re
    }

    #[inline(always)]
    #[track_caller]
    fn chain<const K: usize>(x: [Self; K], value: T, slopes: [T; K]) -> Self {
        let mut result = x[0];
        result.re = value;
        for k in 1..K {
            result.tag = result.join(&x[k]);
        }
        result.eps = scale_tangents(x, slopes);
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
        Dual::chain(z.map(Dual::from_complex), value, slopes).into_complex()
    }

    /// These tangents at another value.
    #[inline(always)]
    fn moved_to(mut self, re: T) -> Self {
        self.re = re;
        self
    }

    /// A linear function of value and tangents.
    #[inline(always)]
    fn linear(self, f: impl Fn(T) -> T) -> Self {
        self.with(f(self.re), f)
    }

    /// A multiple.
    #[inline(always)]
    fn scaled(self, c: Lit) -> Self {
        Dual { re: self.re * c, eps: T::lanes_scaled(&self.eps, c), tag: self.tag }
    }

    /// A quotient by a constant, which `divide` divides by. Where that is 0 or NaN the slope is no number, and a tangent that is
    /// zero stays zero.
    #[inline(always)]
    fn divided(self, divisor: T, divide: impl Fn(T) -> T) -> Self {
        #[allow(clippy::eq_op)] // true of every number but NaN
        if divisor != T::zero() && divisor == divisor {
            self.linear(divide)
        } else {
            let slope = divide(T::one());
            self.with(divide(self.re), |e| e.times_slope(slope))
        }
    }

    #[inline]
    fn select(truth: TruthOf<T>, yes: Self, no: Self) -> Self {
        let mut result = yes;
        result.re = T::choose(truth, || yes.re, || no.re);
        for i in 0..N {
            result.eps[i] = T::choose(truth, || yes.eps[i], || no.eps[i]);
        }
        result.tag = yes.join(&no);
        result
    }

    fn vector_rule<R: VectorRule<T::Primal>>(rule: &R, x: &[Self]) -> Vec<Self> {
        let inner: Vec<T> = x.iter().map(|x| x.re).collect();
        let values = T::apply_vector_rule(rule, &inner);
        let tag = Self::join_all(x);
        let mut y: Vec<Self> = values.iter().map(|y| Dual { tag, ..Dual::from(*y) }).collect();
        for i in 0..N {
            let tangents: Vec<T> = x.iter().map(|x| x.eps[i]).collect();
            let pushed = rule.pushforward(&inner, &values, &tangents);
            same_length("VectorRule::pushforward", values.len(), pushed.len());
            for (y, tangent) in y.iter_mut().zip(pushed) {
                y.eps[i] = tangent;
            }
        }
        y
    }
    fn complex_vector_rule<R: VectorRule<Complex<T::Primal>>>(
        rule: &R,
        z: &[Complex<Self>],
    ) -> Vec<Complex<Self>>
    where
        T: Real,
    {
        // A dual number of complex numbers, in place of a complex number of dual ones, has complex tangents.
        let z: Vec<Dual<Complex<T>, N>> = z.iter().map(|z| Dual::from_complex(*z)).collect();
        <Dual<Complex<T>, N> as Layer>::vector_rule(rule, &z).into_iter().map(Dual::into_complex).collect()
    }

    fn norm_and_slopes<I: Iterator<Item = Self> + Clone>(x: I) -> (Self, impl Iterator<Item = Self> + Clone)
    where
        T: Real,
    {
        let (re, slopes) = T::norm_and_slopes(x.clone().map(|x| x.re));
        let norm = x.clone().zip(slopes.clone()).fold(Dual::from(re), |norm, (x, slope)| Dual {
            re,
            eps: T::lanes_sum(&norm.eps, &T::lanes_times_slope(&x.eps, slope)),
            tag: norm.join(&x),
        });
        let mut norm = norm;
        if T::ORDER > 0 && re.has_value(0.0).decided() {
            // No derivative of the norm has one here.
            let unknown = x.clone().all(|x| x.is_constant());
            for i in 0..N {
                if unknown || !x.clone().all(|x| x.eps[i].is_known_zero()) {
                    norm.eps[i] = norm.eps[i].undifferentiable();
                }
            }
        }
        let tangents = turned(x.map(|x| (x.re, x.eps)), re, slopes.clone());
        (norm, slopes.zip(tangents).map(move |(re, eps)| Dual { re, eps, tag: norm.tag }))
    }

    #[inline(always)]
    fn fuse<const K: usize, const M: usize>(
        x: [Self; K],
        block: impl FnOnce([Self; K]) -> [Self; M],
    ) -> [Self; M] {
        block(x)
    }
    #[inline]
    fn times_slope(self, slope: Self) -> Self {
        let mut result = self;
        result.tag = self.join(&slope);
        result.re = self.re.times_slope(slope.re);
        for i in 0..N {
            result.eps[i] = self.eps[i].times_slope(slope.re);
            // A tangent of the slope that is exactly zero stays zero too, beside an infinite one of ours.
            if !slope.eps[i].is_known_zero() {
                result.eps[i] += self.re.times_slope(slope.eps[i]);
            }
        }
        result
    }
    fn masked_product(self, other: Self) -> Self {
        let mut result = self;
        result.tag = self.join(&other);
        result.re = self.re.masked_product(other.re);
        if is_masked(self.re, other.re) {
            result.eps = [T::lit(f64::NAN); N];
            return result;
        }
        for i in 0..N {
            result.eps[i] = self.eps[i].masked_product(other.re) + self.re.masked_product(other.eps[i]);
        }
        result
    }
    #[inline]
    fn is_known_zero(&self) -> bool {
        self.re.is_known_zero() && self.is_constant()
    }
    #[inline]
    fn rest(self) -> Self {
        self.moved_to(self.re.rest())
    }
    #[inline]
    fn magnitude_with_tangents(self) -> f64 {
        self.eps
            .iter()
            .fold(self.re.magnitude_with_tangents(), |m, e| maximum(m, e.magnitude_with_tangents()))
    }
    #[inline]
    fn all_finite(self) -> bool {
        self.eps.iter().fold(self.re.all_finite(), |finite, e| finite & e.all_finite())
    }
    #[inline(always)]
    fn is_moderate(self, count: i32) -> bool {
        self.eps.iter().fold(self.re.is_moderate(count), |all, e| all & e.is_moderate(count))
    }
    fn has_digits<const K: usize>(slope: Self, x: [Self; K]) -> bool {
        let inner: [T; K] = array(|k| x[k].re);
        slope.re.has_digits(inner)
            && (0..N).all(|i| {
                let dead = slope.eps[i].is_known_zero() && x.iter().all(|x| x.eps[i].is_known_zero());
                dead || slope.eps[i].has_digits(inner)
            })
    }
    fn reconciled(x: Self, terms: [Self; 2], candidates: [Self; 2]) -> Self {
        let parts = |of: &dyn Fn(&Self) -> T| {
            let both = |x: [Self; 2]| [of(&x[0]), of(&x[1])];
            T::Kernel::reconciled(of(&x), both(terms), both(candidates))
        };
        let mut result = candidates[0];
        result.re = parts(&|x| x.re);
        for i in 0..N {
            result.eps[i] = parts(&|x| x.eps[i]);
        }
        result
    }
    fn complex_has_digits<const K: usize>(slope: Complex<Self>, z: [Complex<Self>; K]) -> bool
    where
        T: Real,
    {
        Engine::has_digits::<K>(Dual::from_complex(slope), array(|k| Dual::from_complex(z[k])))
    }
    fn undifferentiable(self) -> Self {
        let mut result = self;
        result.re = self.re.undifferentiable();
        result.eps = [T::lit(f64::NAN); N];
        result
    }
    fn at_corner<const K: usize>(mut result: Self, x: [Self; K]) -> Self {
        // Which variables a number depends on whose tangents are all exactly zero, nobody knows.
        let unknown = x.iter().all(Self::is_constant);
        for i in 0..N {
            let depends = unknown || !x.iter().all(|x| x.eps[i].is_known_zero());
            if depends && result.eps[i].stop_gradient().is_zero() {
                result.eps[i] = result.eps[i].undifferentiable();
            }
        }
        result
    }
    #[inline]
    fn unmarked(self) -> Self {
        let mut result = self.with(self.re.unmarked(), T::unmarked);
        result.tag = self.tag.unmarked();
        result
    }
    #[inline]
    fn subtract_from(self, c: Lit) -> Self {
        self.with(c - self.re, |e| -e)
    }
}

/// Σ slopeₖ tangentₖ
///
/// At the machine's real numbers each product is one of vectors, with a branch of its own for infinite slopes. A nest has
/// one branch for all.
#[inline(always)]
fn scale_tangents<T: Scalar, const N: usize, const K: usize>(x: [Dual<T, N>; K], slopes: [T; K]) -> [T; N] {
    if T::IS_BASE && !T::COMPLEX {
        return scale_nonzero_tangents(x, slopes);
    }
    if !slopes.iter().fold(true, |finite, s| finite & s.all_finite()) {
        return scale_tangents_singular(x, slopes);
    }
    from_fn(|i| {
        let first = x[0].eps[i] * slopes[0];
        (1..K).fold(first, |sum, k| sum + x[k].eps[i] * slopes[k])
    })
}

/// Σ slopeₖ tangentₖ where a slope may be infinite: a tangent that is exactly zero stays zero.
#[inline(always)]
fn scale_nonzero_tangents<T: Scalar, const N: usize, const K: usize>(
    x: [Dual<T, N>; K],
    slopes: [T; K],
) -> [T; N] {
    let first = T::lanes_times_slope(&x[0].eps, slopes[0]);
    (1..K).fold(first, |sum, k| T::lanes_sum(&sum, &T::lanes_times_slope(&x[k].eps, slopes[k])))
}

/// [`scale_nonzero_tangents`] as a call that is seldom made. All by value, as tangents whose address is taken anywhere are kept in memory everywhere.
#[cold]
fn scale_tangents_singular<T: Scalar, const N: usize, const K: usize>(
    x: [Dual<T, N>; K],
    slopes: [T; K],
) -> [T; N] {
    scale_nonzero_tangents(x, slopes)
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
    fn along_reals<U: Scalar>(self, name: &str, (value, tangent): (U, impl Fn(T) -> U)) -> Dual<U, N> {
        if T::COMPLEX {
            self.tag.forbid_holomorphic(name);
        }
        self.with(value, tangent)
    }

    inherent_methods! { ComplexScalar:
        re() -> Dual<T::Real, N>;
        im() -> Dual<T::Real, N>;
        conj() -> Self;
        abs() -> Dual<T::Real, N>;
        norm_sqr() -> Dual<T::Real, N>;
        arg() -> Dual<T::Real, N>;
        scale(factor: Dual<T::Real, N>) -> Self;
        unscale(divisor: Dual<T::Real, N>) -> Self;
    }
}

impl<T: ComplexScalar, const N: usize> ComplexKernel<Dual<T, N>> for Layered {
    #[inline]
    fn from_real(x: Dual<T::Real, N>) -> Dual<T, N> {
        x.with(T::from_real(x.re), T::from_real)
    }
    #[inline]
    #[track_caller]
    fn phase(z: Dual<T, N>) -> Dual<T, N> {
        z.along_reals("abs", nonholomorphic::phase(z.re))
    }
    #[inline]
    #[track_caller]
    fn from_parts(re: Dual<T::Real, N>, im: Dual<T::Real, N>) -> Dual<T, N> {
        let mut eps = [T::zero(); N];
        for i in 0..N {
            eps[i] = T::from_parts(re.eps[i], im.eps[i]);
        }
        Dual { re: T::from_parts(re.re, im.re), eps, tag: re.join(&im) }
    }
    #[inline]
    fn parts(z: Dual<T, N>) -> (Dual<T::Real, N>, Dual<T::Real, N>) {
        let (re, im) = z.re.parts();
        (z.with(re, |e| e.parts().0), z.with(im, |e| e.parts().1))
    }
    #[inline]
    #[track_caller]
    fn re(z: Dual<T, N>) -> Dual<T::Real, N> {
        z.along_reals("re", (z.re.re(), T::re))
    }
    #[inline]
    #[track_caller]
    fn im(z: Dual<T, N>) -> Dual<T::Real, N> {
        z.along_reals("im", (z.re.im(), T::im))
    }
    #[inline]
    #[track_caller]
    fn conj(z: Dual<T, N>) -> Dual<T, N> {
        z.along_reals("conj", (z.re.conj(), T::conj))
    }
    #[inline]
    #[track_caller]
    fn abs(z: Dual<T, N>) -> Dual<T::Real, N> {
        z.along_reals("abs", nonholomorphic::abs(z.re))
    }
    #[inline]
    #[track_caller]
    fn norm_sqr(z: Dual<T, N>) -> Dual<T::Real, N> {
        z.along_reals("norm_sqr", nonholomorphic::norm_sqr(z.re))
    }
    #[inline]
    #[track_caller]
    fn arg(z: Dual<T, N>) -> Dual<T::Real, N> {
        z.along_reals("arg", nonholomorphic::arg(z.re))
    }
    #[inline]
    fn scale(z: Dual<T, N>, factor: Dual<T::Real, N>) -> Dual<T, N> {
        z * <Dual<T, N> as ComplexScalar>::from_real(factor)
    }
    #[inline]
    fn unscale(z: Dual<T, N>, divisor: Dual<T::Real, N>) -> Dual<T, N> {
        z / <Dual<T, N> as ComplexScalar>::from_real(divisor)
    }
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

/// Dual numbers of complex numbers have the parts of complex numbers of dual numbers.
impl<T: Real, const N: usize> Dual<Complex<T>, N> {
    /// From the complex number of dual numbers.
    ///
    /// ```
    /// # use holograd::Dual;
    /// # use num_complex::Complex;
    /// let z = Complex::new(Dual::new(1.0, [2.0]), Dual::new(3.0, [4.0]));
    /// let w = Dual::from_complex(z);
    /// assert_eq!((w.value(), w.derivative()), (Complex::new(1.0, 3.0), Complex::new(2.0, 4.0)));
    /// ```
    #[inline]
    #[must_use]
    pub fn from_complex(z: Complex<Dual<T, N>>) -> Self {
        let mut eps = [Complex::new(T::zero(), T::zero()); N];
        for i in 0..N {
            eps[i] = Complex::new(z.re.eps[i], z.im.eps[i]);
        }
        Dual { re: inner_complex(z), eps, tag: z.re.join(&z.im) }
    }

    /// As a complex number of dual numbers.
    ///
    /// ```
    /// # use holograd::Dual;
    /// # use num_complex::Complex;
    /// let w: Dual<Complex<f64>> = Dual::new(Complex::new(1.0, 3.0), [Complex::new(2.0, 4.0)]);
    /// assert_eq!(Dual::from_complex(w.into_complex()).eps(), w.eps());
    /// ```
    #[inline]
    #[must_use]
    pub fn into_complex(self) -> Complex<Dual<T, N>> {
        Complex::new(self.with(self.re.re, |e| e.re), self.with(self.re.im, |e| e.im))
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
            if T::DEPTH > 0 || T::COMPLEX {
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
        write!(f, "ε{}", Self::DEPTH)
    }
}
