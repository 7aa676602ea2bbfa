//! The kernel of all numbers that carry derivatives, and the functions that choose between them.

use super::base::assert_ordered;
use super::{Engine, Kernel, Layer, RealKernel, Truth, TruthOf};
use crate::array::{array, same_length};
use crate::functions::{Analytic, OfReals};
use crate::rule::{Rule, VectorRule};
use crate::transform::{Checkpoint, State};
use crate::{Base, ComplexScalar, Lit, Real, Scalar};
use alloc::vec::Vec;
use num_complex::Complex;
use num_traits::Zero;

/// The kernel of all layers.
#[derive(Debug)]
pub struct Layered;

impl<L: Layer> Kernel<L> for Layered {
    const ORDER: usize = L::Inner::ORDER + L::INFINITESIMALS;
    const IS_BASE: bool = false;
    const DEPTH: usize = L::Inner::DEPTH + L::SHOWN as usize;
    const COMPLEX: bool = L::Inner::COMPLEX;
    type Truth = TruthOf<L::Inner>;

    #[inline]
    fn lit(value: f64) -> L {
        L::Inner::lit(value).into()
    }
    #[inline]
    fn constant(value: L::Primal) -> L {
        L::Inner::constant(value).into()
    }
    #[inline]
    fn primal(x: L) -> L::Primal {
        x.inner().primal()
    }
    #[inline]
    fn stop_gradient(x: L) -> L {
        x.inner().stop_gradient().into()
    }
    #[inline(always)]
    #[track_caller]
    fn analytic<F: Analytic<K>, const K: usize>(f: F, x: [L; K]) -> L {
        <L as Layer>::analytic(f, x)
    }
    forward! { [#[inline] #[track_caller]] <L as Layer>:
        fn sin_cos(x: L) -> (L, L);
        fn rule[R: Rule<L::Primal, K>, const K: usize](rule: &R, x: [L; K]) -> L;
        fn vector_rule[R: VectorRule<L::Primal>](rule: &R, x: &[L]) -> Vec<L>;
        fn divide_into(x: L, c: Lit) -> L;
        fn sum_of(x: &[L]) -> L;
        fn sum_over[I: IntoIterator](x: &[L], items: I, f: impl FnMut(&[L], I::Item) -> L) -> L;
        fn log_sum_exp(x: &[L]) -> L;
        fn time_loop[P: State<L>, X: State<L>](
            schedule: Checkpoint,
            params: &P,
            state: &X,
            step: impl Fn(&P, X, usize) -> X + Send + 'static,
        ) -> X;
        fn fuse[const K: usize, const M: usize](
            x: [L; K],
            block: impl FnOnce([L::Fused<K>; K]) -> [L::Fused<K>; M],
        ) -> [L; M];
    }
    forward! { [#[inline]] <L as Layer>:
        fn subtract_from(x: L, c: Lit) -> L;
        fn masked_product(x: L, y: L) -> L;
        fn unmarked(x: L) -> L;
        fn has_digits[const K: usize](slope: L, x: [L; K]) -> bool;
        fn reconciled(x: L, terms: [L; 2], candidates: [L; 2]) -> L;
        fn note_factors(x: L);
        fn undifferentiable(x: L) -> L;
        fn magnitude_with_tangents(x: L) -> f64;
    }
    #[inline]
    #[track_caller]
    fn dot(x: &[L], y: &[L]) -> L {
        same_length("dot", x.len(), y.len());
        <L as Layer>::dot(x, y)
    }
    #[inline]
    #[track_caller]
    fn weighted_sum(weights: &[f64], x: &[L]) -> L {
        same_length("weighted_sum", weights.len(), x.len());
        <L as Layer>::weighted_sum(weights, x)
    }
    forward! { [#[inline(always)]] <L as Layer>:
        fn times_slope(x: L, slope: L) -> L;
        fn rest(x: L) -> L;
        fn all_finite(x: L) -> bool;
        fn is_moderate(x: L, count: i32) -> bool;
    }
    #[inline]
    fn principal(x: L) -> L {
        if L::COMPLEX { <L as Layer>::principal(x) } else { x }
    }
    #[inline(always)]
    #[track_caller]
    fn entering(what: &'static str) {
        L::Inner::entering(what);
    }
    #[inline(always)]
    fn is_known_zero(x: L) -> bool {
        <L as Layer>::is_known_zero(&x)
    }
    #[inline(always)]
    fn choose(truth: Self::Truth, yes: impl FnOnce() -> L, no: impl FnOnce() -> L) -> L {
        match truth.known() {
            Some(true) => yes(),
            Some(false) => no(),
            None => L::select(truth, yes(), no()),
        }
    }
    #[inline(always)]
    fn has_finite_value(x: L) -> Self::Truth {
        x.inner().has_finite_value()
    }
    #[inline(always)]
    fn is_within(x: L, bound: f64) -> Self::Truth {
        x.inner().is_within(bound)
    }
    #[inline(always)]
    fn has_value(x: L, value: f64) -> Self::Truth {
        x.inner().has_value(value)
    }
    #[inline(always)]
    fn less(x: L, y: L) -> Self::Truth {
        InnerKernel::<L>::less(x.inner(), y.inner())
    }
    #[inline(always)]
    fn equal(x: L, y: L) -> Self::Truth {
        InnerKernel::<L>::equal(x.inner(), y.inner())
    }
    #[inline(always)]
    fn has_nan(x: L) -> Self::Truth {
        InnerKernel::<L>::has_nan(x.inner())
    }
    #[inline(always)]
    fn has_sign(x: L) -> Self::Truth {
        InnerKernel::<L>::has_sign(x.inner())
    }
    #[inline(always)]
    fn is_normal(x: L) -> bool {
        x.inner().is_normal()
    }
    #[inline]
    fn half_range() -> i32 {
        L::Inner::half_range()
    }
    #[inline]
    fn magnitude(x: L) -> f64 {
        x.inner().magnitude()
    }
    #[inline]
    fn careful_magnitude(x: L) -> f64 {
        x.inner().careful_magnitude()
    }
    #[inline]
    fn log_magnitude(x: L) -> f64 {
        x.inner().log_magnitude()
    }
}

/// The largest of many numbers, or the smallest; of n that are equal each has 1/n of the derivative.
#[track_caller]
fn extreme<L: Layer<Inner: Real>>(x: &[L], value: L::Inner, of_two: impl Fn(L, L) -> L) -> L {
    let equal = |x: &L| InnerKernel::<L>::equal(x.inner(), value).known();
    if x.iter().any(|x| equal(x).is_none()) {
        // A number that records: one after the other.
        return x.iter().copied().reduce(of_two).unwrap_or_else(|| value.into());
    }
    let tied: Vec<L> = x.iter().copied().filter(|x| equal(x) == Some(true)).collect();
    match tied[..] {
        [] => value.into(),
        [x] => x,
        _ => <L as Layer>::sum_of(&tied).scaled(Lit(1.0 / tied.len() as f64)).moved_to(value),
    }
}

/// The mean tangents of two numbers that tie.
#[inline]
#[track_caller]
fn tie<L: Layer>(x: L, y: L, value: L::Inner) -> L {
    L::chain([x, y], value, [Scalar::lit(0.5), Scalar::lit(0.5)])
}

/// The kernel of the inner numbers of a layer.
pub(super) type InnerKernel<L> = <<L as Layer>::Inner as Scalar>::Kernel;

/// The one that is first, or the one that is a number, or the mean of both.
#[inline(always)]
#[track_caller]
fn one_of<L: Layer<Inner: Real>>(
    x: L,
    y: L,
    [x_first, y_first]: [TruthOf<L::Inner>; 2],
    value: impl FnOnce() -> L::Inner,
) -> L {
    let nan = |x: L| InnerKernel::<L>::has_nan(x.inner());
    let other = || Layered::choose(y_first.or(nan(x)), || y, || tie(x, y, value()));
    Layered::choose(x_first.or(nan(y)), || x, other)
}

/// |x| with the sign of another number.
#[inline]
fn copysign<L: Layer<Inner: Real>>(x: L, sign: L) -> L {
    let [of_x, of_sign] = [x, sign].map(|x| InnerKernel::<L>::has_sign(x.inner()));
    let of_zero = || L::chain([x], Real::copysign(x.inner(), sign.inner()), [Zero::zero()]);
    let positive = || Layered::choose(of_sign, || -x, || x);
    let negative = || Layered::choose(of_sign, || x, || -x);
    Layered::choose(x.inner().has_value(0.0), of_zero, || Layered::choose(of_x, negative, positive))
}

/// The smaller one.
#[inline]
#[track_caller]
fn min<L: Layer<Inner: Real>>(x: L, y: L) -> L {
    let (a, b) = (x.inner(), y.inner());
    one_of(x, y, [InnerKernel::<L>::less(a, b), InnerKernel::<L>::less(b, a)], || Real::min(a, b))
}

/// The larger one.
#[inline]
#[track_caller]
fn max<L: Layer<Inner: Real>>(x: L, y: L) -> L {
    let (a, b) = (x.inner(), y.inner());
    one_of(x, y, [InnerKernel::<L>::less(b, a), InnerKernel::<L>::less(a, b)], || Real::max(a, b))
}

/// x held between two bounds.
#[inline]
#[track_caller]
fn clamp<L: Layer<Inner: Real>>(x: L, low: L, high: L) -> L {
    let (a, b) = (low.inner(), high.inner());
    assert_ordered(a, b);
    // Between equal bounds constant in x. A third each would not give the slope 1 of the bounds where they are the same variable.
    let between_equals = || tie(low, high, Real::clamp(x.inner(), a, b));
    let between =
        || Layered::choose(InnerKernel::<L>::equal(a, b), between_equals, || min(max(x, low), high));
    Layered::choose(InnerKernel::<L>::has_nan(x.inner()), || x, between)
}

// Not for `L: Real`, which would hide from the compiler that its kernel is this one.
impl<L: Layer<Inner: Real> + ComplexScalar<Primal: Base>> RealKernel<L> for Layered {
    #[inline(always)]
    #[track_caller]
    fn real<F: OfReals<K>, const K: usize>(f: F, x: [L; K]) -> L {
        <L as Layer>::real(f, x)
    }
    #[inline]
    fn copysign(x: L, sign: L) -> L {
        copysign(x, sign)
    }
    #[inline]
    #[track_caller]
    fn min(x: L, y: L) -> L {
        min(x, y)
    }
    #[inline]
    #[track_caller]
    fn max(x: L, y: L) -> L {
        max(x, y)
    }
    #[track_caller]
    fn max_of(x: &[L]) -> L {
        let inner: Vec<L::Inner> = x.iter().map(|x| x.inner()).collect();
        extreme(x, InnerKernel::<L>::max_of(&inner), max)
    }
    #[track_caller]
    fn min_of(x: &[L]) -> L {
        let inner: Vec<L::Inner> = x.iter().map(|x| x.inner()).collect();
        extreme(x, InnerKernel::<L>::min_of(&inner), min)
    }
    #[inline]
    #[track_caller]
    fn clamp(x: L, low: L, high: L) -> L {
        clamp(x, low, high)
    }
    forward! { [#[inline] #[track_caller]] <L as Layer>:
        fn mul_add(x: L, a: L, b: L) -> L;
        fn norm(x: &[L]) -> L;
        fn norm_and_slopes[I: Iterator<Item = L> + Clone](x: I) -> (L, impl Iterator<Item = L> + Clone);
        fn complex_sin_cos(z: Complex<L>) -> (Complex<L>, Complex<L>);
        fn complex_rule[R: Rule<Complex<L::Primal>, K>, const K: usize](rule: &R, z: [Complex<L>; K]) -> Complex<L>;
        fn complex_vector_rule[R: VectorRule<Complex<L::Primal>>](rule: &R, z: &[Complex<L>]) -> Vec<Complex<L>>;
    }
    #[inline]
    fn is_nan(x: L) -> bool {
        Real::is_nan(x.inner())
    }
    #[inline]
    fn is_finite(x: L) -> bool {
        Real::is_finite(x.inner())
    }
    #[inline]
    fn is_infinite(x: L) -> bool {
        Real::is_infinite(x.inner())
    }
    #[inline]
    fn is_sign_negative(x: L) -> bool {
        Real::is_sign_negative(x.inner())
    }
    #[inline(always)]
    #[track_caller]
    fn complex<F: Analytic<K>, const K: usize>(f: F, z: [Complex<L>; K]) -> Complex<L> {
        <L as Layer>::complex(f, z)
    }
    #[inline]
    fn complex_is_normal(z: Complex<L>) -> bool {
        inner_complex(z).is_normal()
    }
    #[inline]
    fn complex_has_digits<const K: usize>(slope: Complex<L>, z: [Complex<L>; K]) -> bool {
        <L as Layer>::complex_has_digits(slope, z)
    }
    #[inline]
    fn complex_constant(c: Complex<L::Primal>) -> Complex<L> {
        let z = InnerKernel::<L>::complex_constant(c);
        Complex::new(z.re.into(), z.im.into())
    }
    #[inline]
    fn complex_primal(z: Complex<L>) -> Complex<L::Primal> {
        InnerKernel::<L>::complex_primal(inner_complex(z))
    }
}

/// The complex number one level down.
#[inline]
pub(crate) fn inner_complex<L: Layer<Inner: Real>>(z: Complex<L>) -> Complex<L::Inner> {
    Complex::new(z.re.inner(), z.im.inner())
}

/// The numbers one level down. Here and not in the functions that need them, as a closure in each of those would be a type, and be
/// compiled, for each function of the list.
#[inline(always)]
pub(super) fn inners<L: Layer, const K: usize>(x: [L; K]) -> [L::Inner; K] {
    array(|k| x[k].inner())
}

/// The complex numbers one level down.
#[inline(always)]
pub(super) fn complex_inners<L: Layer<Inner: Real>, const K: usize>(
    z: [Complex<L>; K],
) -> [Complex<L::Inner>; K] {
    array(|k| inner_complex(z[k]))
}
