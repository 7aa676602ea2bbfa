//! What differs between the numbers that carry derivatives: [`Layer`].

use super::layered::{InnerKernel, complex_inners, inners};
use super::out_of_range::{
    aside, by_complex_factors, by_factors, by_factors_of, by_factors_of_reals, corner, in_range,
    is_branch_point, root_at_zero,
};
use super::{Engine, Layered, RealKernel, Truth, TruthOf, in_order, inner_complex};
use crate::functions::{Analytic, OfReals, Range};
use crate::rule::{Rule, VectorRule};
use crate::rules::factors;
use crate::transform::{Checkpoint, State};
use crate::{Lit, Real, Scalar};
use alloc::vec::Vec;
use num_complex::Complex;
use num_traits::One;

/// A number that carries derivatives of an inner number: given the value and the partial derivatives of a function at the inner
/// numbers, it makes the outer result. `Dual` scales its tangents; `Var` writes a node.
pub trait Layer:
    Scalar<Primal = <Self::Inner as Scalar>::Primal, Kernel = Layered> + From<Self::Inner>
{
    /// The number one level down.
    type Inner: Scalar;

    /// How many infinitesimals this layer adds.
    const INFINITESIMALS: usize = 1;
    /// Whether this layer shows when it is printed.
    const SHOWN: bool = true;

    /// The value one level down.
    fn inner(self) -> Self::Inner;

    /// A function of `K` arguments: y ≈ f(x) + Σ slopeₖ hₖ. A tangent that is exactly zero stays zero beside an infinite
    /// slope.
    #[track_caller]
    fn chain<const K: usize>(x: [Self; K], value: Self::Inner, slopes: [Self::Inner; K]) -> Self;

    /// [`chain`](Layer::chain) for complex numbers whose parts are of this kind: two real outputs from each complex slope.
    #[track_caller]
    fn chain_complex<const K: usize>(
        z: [Complex<Self>; K],
        value: Complex<Self::Inner>,
        slopes: [Complex<Self::Inner>; K],
    ) -> Complex<Self>
    where
        Self::Inner: Real;

    // Functions. As they stand here they take the first derivatives alone, by `chain`.

    /// See [`Kernel::analytic`](super::Kernel::analytic).
    #[inline(always)]
    #[track_caller]
    fn analytic<F: Analytic<K>, const K: usize>(f: F, x: [Self; K]) -> Self {
        let inner = inners(x);
        let (value, slopes) = f.rule(inner);
        if F::ROOT
            && Self::Inner::ORDER > 0
            && !slopes[0].all_finite()
            && is_branch_point(inner[0], value, slopes[0])
        {
            return aside(x[0], (x, value, slopes), root_at_zero);
        }
        if !in_range::<Self::Inner, K>(F::RANGE, inner, slopes) {
            return aside(x[0], (x, value, slopes), |(x, value, slopes)| by_factors(f, *x, *value, *slopes));
        }
        Self::chain(x, value, slopes)
    }
    /// See [`Kernel::sin_cos`](super::Kernel::sin_cos).
    #[inline]
    #[track_caller]
    fn sin_cos(x: Self) -> (Self, Self) {
        let (sin, cos) = x.inner().sin_cos();
        (Self::chain([x], sin, [cos]), Self::chain([x], cos, [-sin]))
    }
    /// See [`Kernel::rule`](super::Kernel::rule).
    #[inline]
    #[track_caller]
    fn rule<R: Rule<Self::Primal, K>, const K: usize>(rule: &R, x: [Self; K]) -> Self {
        let inner = inners(x);
        let value = Self::Inner::apply_rule(rule, inner);
        Self::chain(x, value, rule.slopes(inner, value))
    }
    /// See [`Kernel::divide_into`](super::Kernel::divide_into).
    #[inline]
    #[track_caller]
    fn divide_into(x: Self, c: Lit) -> Self {
        let value = c / x.inner();
        let slope = -value.quotient(x.inner());
        if !in_range(Range::LeftByArguments, [x.inner(), value], [slope, value]) {
            return by_factors_of([x], value, [slope], factors::recip(x.inner(), value));
        }
        Self::chain([x], value, [slope])
    }
    /// See [`RealKernel::real`](super::RealKernel::real).
    #[inline(always)]
    #[track_caller]
    fn real<F: OfReals<K>, const K: usize>(f: F, x: [Self; K]) -> Self
    where
        Self::Inner: Real,
    {
        let inner = inners(x);
        let (value, slopes) = f.rule(inner);
        if F::CORNER && Self::Inner::ORDER > 0 && value.has_value(0.0).decided() {
            return aside(x[0], (x, value, slopes), corner);
        }
        if !in_range::<Self::Inner, K>(F::RANGE, inner, slopes) {
            return aside(x[0], (x, value, slopes), |(x, value, slopes)| {
                by_factors_of_reals(f, *x, *value, *slopes)
            });
        }
        Self::chain(x, value, slopes)
    }
    /// See [`RealKernel::mul_add`](super::RealKernel::mul_add).
    #[inline]
    #[track_caller]
    fn mul_add(x: Self, a: Self, b: Self) -> Self
    where
        Self::Inner: Real,
    {
        let (u, v) = (x.inner(), a.inner());
        Self::chain([x, a, b], Real::mul_add(u, v, b.inner()), [v, u, One::one()])
    }
    /// See [`RealKernel::complex`](super::RealKernel::complex).
    #[inline(always)]
    #[track_caller]
    fn complex<F: Analytic<K>, const K: usize>(f: F, z: [Complex<Self>; K]) -> Complex<Self>
    where
        Self::Inner: Real,
    {
        let inner = complex_inners(z);
        let (value, slopes) = f.rule(inner);
        if !in_range::<Complex<Self::Inner>, K>(F::RANGE, inner, slopes) {
            return aside(z[0], (z, value, slopes), |(z, value, slopes)| {
                by_complex_factors(f, *z, *value, *slopes)
            });
        }
        Self::chain_complex(z, value, slopes)
    }
    /// See [`RealKernel::complex_sin_cos`](super::RealKernel::complex_sin_cos).
    #[inline]
    #[track_caller]
    fn complex_sin_cos(z: Complex<Self>) -> (Complex<Self>, Complex<Self>)
    where
        Self::Inner: Real,
    {
        let (sin, cos) = Scalar::sin_cos(inner_complex(z));
        (Self::chain_complex([z], sin, [cos]), Self::chain_complex([z], cos, [-sin]))
    }
    /// See [`RealKernel::complex_rule`](super::RealKernel::complex_rule).
    #[inline]
    #[track_caller]
    fn complex_rule<R: Rule<Complex<<Self::Inner as Scalar>::Primal>, K>, const K: usize>(
        rule: &R,
        z: [Complex<Self>; K],
    ) -> Complex<Self>
    where
        Self::Inner: Real,
    {
        let inner = complex_inners(z);
        let value = InnerKernel::<Self>::complex_rule(rule, inner);
        Self::chain_complex(z, value, rule.slopes(inner, value))
    }

    /// A number with the derivatives of this one and another value, as x + c has.
    #[must_use]
    fn moved_to(self, value: Self::Inner) -> Self;
    /// A linear function of value and derivatives.
    #[must_use]
    #[track_caller]
    fn linear(self, f: impl Fn(Self::Inner) -> Self::Inner) -> Self;
    /// x c
    #[inline(always)]
    #[must_use]
    #[track_caller]
    fn scaled(self, c: Lit) -> Self {
        self.linear(|x| x * c)
    }
    /// A quotient by a constant, which `divide` divides by.
    #[inline(always)]
    #[must_use]
    #[track_caller]
    fn divided(self, _divisor: Self::Inner, divide: impl Fn(Self::Inner) -> Self::Inner) -> Self {
        self.linear(divide)
    }

    /// The first where an answer that is not known yet will be yes, else the second.
    fn select(truth: TruthOf<Self::Inner>, yes: Self, no: Self) -> Self;

    /// See [`Kernel::vector_rule`](super::Kernel::vector_rule).
    #[track_caller]
    fn vector_rule<R: VectorRule<Self::Primal>>(rule: &R, x: &[Self]) -> Vec<Self>;
    /// See [`RealKernel::complex_vector_rule`](super::RealKernel::complex_vector_rule).
    #[track_caller]
    fn complex_vector_rule<R: VectorRule<Complex<<Self::Inner as Scalar>::Primal>>>(
        rule: &R,
        z: &[Complex<Self>],
    ) -> Vec<Complex<Self>>
    where
        Self::Inner: Real;
    /// See [`RealKernel::norm_and_slopes`](super::RealKernel::norm_and_slopes).
    #[track_caller]
    fn norm_and_slopes<I: Iterator<Item = Self> + Clone>(x: I) -> (Self, impl Iterator<Item = Self> + Clone)
    where
        Self::Inner: Real;
    /// See [`RealKernel::norm`](super::RealKernel::norm).
    #[inline]
    #[track_caller]
    fn norm(x: &[Self]) -> Self
    where
        Self::Inner: Real,
    {
        Self::norm_and_slopes(x.iter().copied()).0
    }

    /// See [`Kernel::sum_of`](super::Kernel::sum_of).
    #[inline]
    #[track_caller]
    fn sum_of(x: &[Self]) -> Self {
        in_order::sum_of(x)
    }
    /// See [`Kernel::dot`](super::Kernel::dot), which has compared the lengths.
    #[inline]
    #[track_caller]
    fn dot(x: &[Self], y: &[Self]) -> Self {
        in_order::dot(x, y)
    }
    /// See [`Kernel::weighted_sum`](super::Kernel::weighted_sum), which has compared the lengths.
    #[inline]
    #[track_caller]
    fn weighted_sum(weights: &[f64], x: &[Self]) -> Self {
        in_order::weighted_sum(weights, x)
    }
    /// See [`Kernel::sum_over`](super::Kernel::sum_over).
    #[inline]
    #[track_caller]
    fn sum_over<I: IntoIterator>(x: &[Self], items: I, f: impl FnMut(&[Self], I::Item) -> Self) -> Self {
        in_order::sum_over(x, items, f)
    }
    /// See [`Kernel::log_sum_exp`](super::Kernel::log_sum_exp).
    #[inline]
    #[track_caller]
    fn log_sum_exp(x: &[Self]) -> Self {
        in_order::log_sum_exp(x)
    }
    /// See [`Kernel::time_loop`](super::Kernel::time_loop).
    #[inline]
    #[track_caller]
    fn time_loop<P: State<Self>, X: State<Self>>(
        schedule: Checkpoint,
        params: &P,
        state: &X,
        step: impl Fn(&P, X, usize) -> X + Send + 'static,
    ) -> X {
        schedule.plain(params, state, step)
    }
    /// See [`Kernel::fuse`](super::Kernel::fuse).
    #[track_caller]
    fn fuse<const K: usize, const M: usize>(
        x: [Self; K],
        block: impl FnOnce([Self::Fused<K>; K]) -> [Self::Fused<K>; M],
    ) -> [Self; M];

    /// See [`Kernel::times_slope`](super::Kernel::times_slope).
    #[must_use]
    fn times_slope(self, slope: Self) -> Self;
    /// See [`Kernel::is_known_zero`](super::Kernel::is_known_zero).
    #[inline(always)]
    fn is_known_zero(&self) -> bool {
        self.is_zero()
    }
    /// See [`Kernel::masked_product`](super::Kernel::masked_product).
    #[must_use]
    fn masked_product(self, other: Self) -> Self;
    /// See [`Kernel::principal`](super::Kernel::principal).
    #[inline]
    #[must_use]
    fn principal(self) -> Self {
        self.moved_to(self.inner().principal())
    }
    /// See [`Kernel::rest`](super::Kernel::rest).
    #[must_use]
    fn rest(self) -> Self;
    /// See [`Kernel::unmarked`](super::Kernel::unmarked).
    #[inline]
    #[must_use]
    fn unmarked(self) -> Self {
        self
    }
    /// See [`Kernel::all_finite`](super::Kernel::all_finite).
    #[inline]
    fn all_finite(self) -> bool {
        self.inner().all_finite()
    }
    /// See [`Kernel::is_moderate`](super::Kernel::is_moderate).
    #[inline]
    fn is_moderate(self, count: i32) -> bool {
        self.inner().is_moderate(count)
    }
    /// See [`Kernel::has_digits`](super::Kernel::has_digits).
    #[inline]
    fn has_digits<const K: usize>(slope: Self, x: [Self; K]) -> bool {
        slope.inner().has_digits::<K>(inners(x))
    }
    /// See [`RealKernel::complex_has_digits`](super::RealKernel::complex_has_digits).
    #[inline]
    fn complex_has_digits<const K: usize>(slope: Complex<Self>, z: [Complex<Self>; K]) -> bool
    where
        Self::Inner: Real,
    {
        inner_complex(slope).has_digits::<K>(complex_inners(z))
    }
    /// See [`Kernel::reconciled`](super::Kernel::reconciled); by the value.
    #[must_use]
    fn reconciled(x: Self, _terms: [Self; 2], [first, second]: [Self; 2]) -> Self {
        if Engine::is_normal(x) { first } else { second }
    }
    /// Notes that a partial derivative with respect to this number is out of range, or NaN at a corner.
    #[inline]
    #[track_caller]
    fn note_factors(self) {
        self.inner().note_factors();
    }
    /// See [`Kernel::undifferentiable`](super::Kernel::undifferentiable).
    #[must_use]
    fn undifferentiable(self) -> Self;
    /// The result of a function that has no second derivative where it is, as [`Layer::chain`] gives it: its derivatives of
    /// higher order are NaN, but for variables that it does not depend on.
    #[inline]
    #[must_use]
    fn at_corner<const K: usize>(result: Self, _x: [Self; K]) -> Self {
        result
    }
    /// See [`Kernel::magnitude_with_tangents`](super::Kernel::magnitude_with_tangents).
    #[inline]
    fn magnitude_with_tangents(self) -> f64 {
        self.inner().magnitude_with_tangents()
    }
    /// See [`Kernel::subtract_from`](super::Kernel::subtract_from).
    fn subtract_from(self, c: Lit) -> Self;
}

/// A function of one real argument that is not analytic, from its rule in `nonholomorphic`.
#[cfg(feature = "std")]
#[inline]
#[track_caller]
pub(crate) fn along_reals<L: Layer>(x: L, (value, tangent): (L::Inner, impl Fn(L::Inner) -> L::Inner)) -> L {
    L::chain([x], value, [tangent(One::one())])
}
