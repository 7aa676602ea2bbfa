//! The kernel of base numbers.

use super::{ComplexKernel, Kernel, RealKernel, Truth};
use crate::functions::{Analytic, OfReals};
use crate::rule::{Rule, VectorRule};
use crate::{Base, Lit, Real};
use alloc::vec::Vec;
use num_complex::Complex;

/// The kernel of base numbers: what [`Base`] says.
#[derive(Debug)]
pub struct Machine;

impl<B: Base> Kernel<B> for Machine {
    const ORDER: usize = 0;
    const IS_BASE: bool = true;
    const DEPTH: usize = 0;
    const COMPLEX: bool = false;
    type Truth = B::Truth;

    #[inline(always)]
    fn lit(value: f64) -> B {
        B::from_f64(value)
    }
    #[inline(always)]
    fn constant(value: B) -> B {
        value
    }
    #[inline(always)]
    fn primal(x: B) -> B {
        x
    }
    #[inline(always)]
    fn stop_gradient(x: B) -> B {
        x
    }
    #[inline(always)]
    fn analytic<F: Analytic<K>, const K: usize>(f: F, x: [B; K]) -> B {
        f.real(x)
    }
    forward! { [#[inline(always)]] <B as Base>:
        fn sin_cos(x: B) -> (B, B);
        fn tanh_and_slope(x: B) -> (B, B);
        fn sigmoid_and_slope(x: B) -> (B, B);
        fn softplus_and_slope(x: B) -> (B, B);
        fn log_add_exp_and_slopes(x: B, y: B) -> (B, B, B);
        fn times_slope(x: B, slope: B) -> B;
        fn lanes_sum[const N: usize](a: &[B; N], b: &[B; N]) -> [B; N];
        fn lanes_difference[const N: usize](a: &[B; N], b: &[B; N]) -> [B; N];
        fn lanes_combined[const N: usize](a: &[B; N], x: B, b: &[B; N], y: B) -> [B; N];
        fn lanes_times_slope[const N: usize](a: &[B; N], x: B) -> [B; N];
        fn has_finite_value(x: B) -> B::Truth;
        fn less(x: B, y: B) -> B::Truth;
        fn equal(x: B, y: B) -> B::Truth;
        fn has_nan(x: B) -> B::Truth;
        fn has_sign(x: B) -> B::Truth;
    }
    #[inline]
    fn rule<R: Rule<B, K>, const K: usize>(rule: &R, x: [B; K]) -> B {
        B::rule(rule, x)
    }
    #[inline]
    #[track_caller]
    fn vector_rule<R: VectorRule<B>>(rule: &R, x: &[B]) -> Vec<B> {
        B::vector_rule(rule, x)
    }
    #[inline(always)]
    fn subtract_from(x: B, c: Lit) -> B {
        B::from_f64(c.0) - x
    }
    #[inline(always)]
    fn divide_into(x: B, c: Lit) -> B {
        B::from_f64(c.0) / x
    }
    #[inline(always)]
    fn fuse<const K: usize, const M: usize>(x: [B; K], block: impl FnOnce([B; K]) -> [B; M]) -> [B; M] {
        block(x)
    }
    #[inline]
    fn masked_product(x: B, y: B) -> B {
        if (x.is_zero() && !B::is_nan(y)) || (y.is_zero() && !B::is_nan(x)) { B::zero() } else { x * y }
    }
    #[inline(always)]
    fn lanes_scaled<const N: usize>(a: &[B; N], c: Lit) -> [B; N] {
        B::lanes_scaled(a, B::from_f64(c.0))
    }
    #[inline(always)]
    fn rest(_x: B) -> B {
        B::zero()
    }
    #[inline(always)]
    fn choose(truth: B::Truth, yes: impl FnOnce() -> B, no: impl FnOnce() -> B) -> B {
        match truth.known() {
            Some(true) => yes(),
            Some(false) => no(),
            None => B::select(truth, yes(), no()),
        }
    }
    #[inline(always)]
    fn is_within(x: B, bound: f64) -> B::Truth {
        B::less(B::abs(x), B::from_f64(bound))
    }
    #[inline(always)]
    fn has_value(x: B, value: f64) -> B::Truth {
        B::equal(x, B::from_f64(value))
    }
    #[inline(always)]
    fn all_finite(x: B) -> bool {
        B::expect_finite(x)
    }
    #[inline(always)]
    fn is_moderate(x: B, count: i32) -> bool {
        B::expect_moderate(x, count)
    }
    #[inline(always)]
    fn is_normal(x: B) -> bool {
        B::expect_normal(x)
    }
    #[inline]
    fn has_digits<const K: usize>(slope: B, _x: [B; K]) -> bool {
        B::expect_normal(slope)
    }
    fn reconciled(x: B, [sum, difference]: [B; 2], [first, second]: [B; 2]) -> B {
        let cancels =
            B::to_f64(B::abs(sum)) < B::to_f64(B::abs(difference)) * libm::sqrt(B::to_f64(B::epsilon()));
        let kept = B::expect_normal(x) || B::has_finite_value(x).decided() && cancels;
        if kept { first } else { second }
    }
    #[inline]
    fn half_range() -> i32 {
        -libm::ilogb(B::to_f64(B::min_positive_value())).clamp(-1022, -1) / 2
    }
    #[inline(always)]
    fn undifferentiable(x: B) -> B {
        x
    }
    #[inline(always)]
    fn magnitude(x: B) -> f64 {
        B::to_f64(B::abs(x))
    }
    #[inline(always)]
    fn log_magnitude(x: B) -> f64 {
        B::to_f64(x)
    }
    #[inline(always)]
    fn magnitude_with_tangents(x: B) -> f64 {
        B::to_f64(B::abs(x))
    }
}

impl<B: Base> ComplexKernel<B> for Machine {
    #[inline(always)]
    fn from_real(x: B) -> B {
        x
    }
    #[inline]
    fn from_polar(r: B, theta: B) -> B {
        r * B::cos(theta)
    }
    #[inline(always)]
    fn re(z: B) -> B {
        z
    }
    #[inline(always)]
    fn im(_z: B) -> B {
        B::zero()
    }
    #[inline(always)]
    fn conj(z: B) -> B {
        z
    }
    #[inline(always)]
    fn abs(z: B) -> B {
        B::abs(z)
    }
    #[inline(always)]
    fn norm_sqr(z: B) -> B {
        z * z
    }
    #[inline]
    fn arg(z: B) -> B {
        let positive = || Self::choose(B::has_sign(z), B::pi, B::zero);
        Self::choose(B::has_nan(z), || z, positive)
    }
    #[inline(always)]
    fn scale(z: B, factor: B) -> B {
        z * factor
    }
    #[inline(always)]
    fn unscale(z: B, divisor: B) -> B {
        z / divisor
    }
    #[inline]
    fn phase(z: B) -> B {
        Self::choose(Self::has_value(z, 0.0), || z, || B::signum(z))
    }
    #[inline(always)]
    fn from_parts(re: B, _im: B) -> B {
        re
    }
    #[inline(always)]
    fn parts(z: B) -> (B, B) {
        (z, B::zero())
    }
}

impl<B: Base> RealKernel<B> for Machine {
    #[inline(always)]
    fn real<F: OfReals<K>, const K: usize>(f: F, x: [B; K]) -> B {
        f.real(x)
    }
    forward! { [#[inline(always)]] <B as Base>:
        fn copysign(x: B, sign: B) -> B;
        fn min(x: B, y: B) -> B;
        fn max(x: B, y: B) -> B;
        fn mul_add(x: B, a: B, b: B) -> B;
        fn is_nan(x: B) -> bool;
        fn is_finite(x: B) -> bool;
        fn is_sign_negative(x: B) -> bool;
        fn complex[F: Analytic<K>, const K: usize](f: F, z: [Complex<B>; K]) -> Complex<B>;
        fn complex_sin_cos(z: Complex<B>) -> (Complex<B>, Complex<B>);
    }
    #[inline]
    fn max_of(x: &[B]) -> B {
        x.iter().copied().reduce(B::max).unwrap_or_else(|| B::from_f64(f64::NEG_INFINITY))
    }
    #[inline]
    fn min_of(x: &[B]) -> B {
        x.iter().copied().reduce(B::min).unwrap_or_else(|| B::from_f64(f64::INFINITY))
    }
    #[inline(always)]
    #[track_caller]
    fn clamp(x: B, low: B, high: B) -> B {
        assert_ordered(low, high);
        B::clamp(x, low, high)
    }
    #[inline]
    fn norm_and_slopes<I: Iterator<Item = B> + Clone>(x: I) -> (B, impl Iterator<Item = B> + Clone) {
        B::norm_and_slopes(x)
    }
    #[inline(always)]
    fn is_infinite(x: B) -> bool {
        !B::is_finite(x) && !B::is_nan(x)
    }
    #[inline]
    fn complex_rule<R: Rule<Complex<B>, K>, const K: usize>(rule: &R, z: [Complex<B>; K]) -> Complex<B> {
        B::complex_rule(rule, z)
    }
    #[inline]
    #[track_caller]
    fn complex_vector_rule<R: VectorRule<Complex<B>>>(rule: &R, z: &[Complex<B>]) -> Vec<Complex<B>> {
        B::complex_vector_rule(rule, z)
    }
    #[inline]
    fn complex_is_normal(z: Complex<B>) -> bool {
        B::expect_normal(B::max(B::abs(z.re), B::abs(z.im)))
    }
    #[inline]
    fn complex_has_digits<const K: usize>(slope: Complex<B>, _z: [Complex<B>; K]) -> bool {
        Self::complex_is_normal(slope)
    }
    #[inline(always)]
    fn complex_constant(c: Complex<B>) -> Complex<B> {
        c
    }
    #[inline(always)]
    fn complex_primal(z: Complex<B>) -> Complex<B> {
        z
    }
}

/// # Panics
/// If two bounds are not in order, or one of them is NaN.
#[inline]
#[track_caller]
pub(super) fn assert_ordered<T: Real>(low: T, high: T) {
    assert!(low <= high, "clamp: low = {low} is not below high = {high}");
}
