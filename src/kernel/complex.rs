//! The kernel of complex numbers.

use super::{ComplexKernel, Engine, Kernel, RealEngine, RealKernel, Truth, TruthOf};
use crate::functions::Analytic;
use crate::rule::{Rule, VectorRule};
use crate::scalar::magnitude::maximum;
use crate::{Lit, Real, Scalar};
use alloc::vec::Vec;
use num_complex::Complex;

/// The kernel of complex numbers: what [`RealKernel`] says of their parts.
///
/// Never the formula in real and imaginary parts, whose branches at `im == 0` lose derivatives.
#[derive(Debug)]
pub struct ComplexParts;

impl<T: Real> Kernel<Complex<T>> for ComplexParts {
    const ORDER: usize = T::ORDER;
    const IS_BASE: bool = T::IS_BASE;
    const DEPTH: usize = T::DEPTH;
    const COMPLEX: bool = true;
    type Truth = TruthOf<T>;

    #[inline]
    fn lit(value: f64) -> Complex<T> {
        Complex::new(T::lit(value), T::zero())
    }
    #[inline]
    fn constant(value: Complex<T::Primal>) -> Complex<T> {
        T::Kernel::complex_constant(value)
    }
    #[inline]
    fn primal(x: Complex<T>) -> Complex<T::Primal> {
        T::Kernel::complex_primal(x)
    }
    #[inline]
    fn stop_gradient(x: Complex<T>) -> Complex<T> {
        Complex::new(x.re.stop_gradient(), x.im.stop_gradient())
    }
    #[inline(always)]
    fn analytic<F: Analytic<K>, const K: usize>(f: F, x: [Complex<T>; K]) -> Complex<T> {
        T::Kernel::complex(f, x)
    }
    #[inline]
    fn sin_cos(x: Complex<T>) -> (Complex<T>, Complex<T>) {
        T::Kernel::complex_sin_cos(x)
    }
    #[inline]
    fn rule<R: Rule<Complex<T::Primal>, K>, const K: usize>(rule: &R, x: [Complex<T>; K]) -> Complex<T> {
        T::Kernel::complex_rule(rule, x)
    }
    #[inline]
    #[track_caller]
    fn vector_rule<R: VectorRule<Complex<T::Primal>>>(rule: &R, x: &[Complex<T>]) -> Vec<Complex<T>> {
        T::Kernel::complex_vector_rule(rule, x)
    }
    #[inline]
    fn subtract_from(x: Complex<T>, c: Lit) -> Complex<T> {
        Complex::new(c - x.re, -x.im)
    }
    #[inline]
    fn divide_into(x: Complex<T>, c: Lit) -> Complex<T> {
        Scalar::recip(x) * c
    }
    #[inline(always)]
    fn fuse<const K: usize, const M: usize>(
        x: [Complex<T>; K],
        block: impl FnOnce([Complex<T>; K]) -> [Complex<T>; M],
    ) -> [Complex<T>; M] {
        block(x)
    }
    #[inline]
    fn times_slope(x: Complex<T>, slope: Complex<T>) -> Complex<T> {
        Complex::new(
            x.re.times_slope(slope.re) - x.im.times_slope(slope.im),
            x.re.times_slope(slope.im) + x.im.times_slope(slope.re),
        )
    }
    #[inline(always)]
    #[track_caller]
    fn entering(what: &'static str) {
        T::entering(what);
    }
    #[inline]
    fn is_known_zero(x: Complex<T>) -> bool {
        x.re.is_known_zero() && x.im.is_known_zero()
    }
    #[inline]
    fn masked_product(x: Complex<T>, y: Complex<T>) -> Complex<T> {
        Complex::new(
            x.re.masked_product(y.re) - x.im.masked_product(y.im),
            x.re.masked_product(y.im) + x.im.masked_product(y.re),
        )
    }
    fn principal(x: Complex<T>) -> Complex<T> {
        // 2π and what it lost by rounding.
        const TURN: [f64; 2] = [core::f64::consts::TAU, 2.449_293_598_294_706_4e-16];
        let (im, pi) = (x.im, T::lit(core::f64::consts::PI));
        let inside = T::Kernel::less(-pi, im).and(T::Kernel::less(im, pi).or(T::Kernel::equal(im, pi)));
        if inside.known().is_none() {
            if !inside.decided() {
                im.careful_magnitude();
            }
            return x;
        }
        let turns = libm::ceil((x.im.log_magnitude() - core::f64::consts::PI) / TURN[0]);
        if turns == 0.0 || !turns.is_finite() {
            return x;
        }
        Complex::new(x.re, (x.im - Lit(turns * TURN[0])) - Lit(turns * TURN[1]))
    }
    #[inline]
    fn rest(x: Complex<T>) -> Complex<T> {
        Complex::new(x.re.rest(), x.im.rest())
    }
    #[inline(always)]
    fn choose(
        truth: Self::Truth,
        yes: impl FnOnce() -> Complex<T>,
        no: impl FnOnce() -> Complex<T>,
    ) -> Complex<T> {
        match truth.known() {
            Some(true) => yes(),
            Some(false) => no(),
            None => {
                let (yes, no) = (yes(), no());
                Complex::new(T::choose(truth, || yes.re, || no.re), T::choose(truth, || yes.im, || no.im))
            }
        }
    }
    #[inline]
    fn has_finite_value(x: Complex<T>) -> Self::Truth {
        x.re.has_finite_value().and(x.im.has_finite_value())
    }
    #[inline]
    fn is_within(x: Complex<T>, bound: f64) -> Self::Truth {
        let z = Self::primal(x);
        <TruthOf<T>>::from(Self::magnitude(Complex::new(T::constant(z.re), T::constant(z.im))) < bound)
    }
    #[inline]
    fn has_value(x: Complex<T>, value: f64) -> Self::Truth {
        x.re.has_value(value).and(x.im.has_value(0.0))
    }
    #[inline]
    fn less(x: Complex<T>, y: Complex<T>) -> Self::Truth {
        T::Kernel::less(x.re, y.re)
    }
    #[inline]
    fn equal(x: Complex<T>, y: Complex<T>) -> Self::Truth {
        T::Kernel::equal(x.re, y.re).and(T::Kernel::equal(x.im, y.im))
    }
    #[inline]
    fn has_nan(x: Complex<T>) -> Self::Truth {
        T::Kernel::has_nan(x.re).or(T::Kernel::has_nan(x.im))
    }
    #[inline]
    fn has_sign(x: Complex<T>) -> Self::Truth {
        T::Kernel::has_sign(x.re)
    }
    #[inline]
    fn all_finite(x: Complex<T>) -> bool {
        x.re.all_finite() && x.im.all_finite()
    }
    #[inline]
    fn is_moderate(x: Complex<T>, count: i32) -> bool {
        x.re.is_moderate(count) & x.im.is_moderate(count)
    }
    #[inline]
    fn is_normal(x: Complex<T>) -> bool {
        T::Kernel::complex_is_normal(x)
    }
    #[inline]
    fn has_digits<const K: usize>(slope: Complex<T>, x: [Complex<T>; K]) -> bool {
        T::Kernel::complex_has_digits(slope, x)
    }
    fn reconciled(x: Complex<T>, terms: [Complex<T>; 2], candidates: [Complex<T>; 2]) -> Complex<T> {
        let parts = |of: fn(&Complex<T>) -> T| {
            T::Kernel::reconciled(of(&x), terms.each_ref().map(of), candidates.each_ref().map(of))
        };
        Complex::new(parts(|z| z.re), parts(|z| z.im))
    }
    #[inline]
    fn half_range() -> i32 {
        T::half_range()
    }
    fn note_factors(x: Complex<T>) {
        x.re.note_factors();
        x.im.note_factors();
    }
    #[inline]
    fn undifferentiable(x: Complex<T>) -> Complex<T> {
        Complex::new(x.re.undifferentiable(), x.im.undifferentiable())
    }
    #[inline]
    fn magnitude(x: Complex<T>) -> f64 {
        libm::hypot(x.re.magnitude(), x.im.magnitude())
    }
    #[inline]
    fn careful_magnitude(x: Complex<T>) -> f64 {
        libm::hypot(x.re.careful_magnitude(), x.im.careful_magnitude())
    }
    #[inline]
    fn log_magnitude(x: Complex<T>) -> f64 {
        x.re.log_magnitude()
    }
    #[inline]
    fn magnitude_with_tangents(x: Complex<T>) -> f64 {
        maximum(x.re.magnitude_with_tangents(), x.im.magnitude_with_tangents())
    }
}

impl<T: Real> ComplexKernel<Complex<T>> for ComplexParts {
    #[inline]
    fn from_real(x: T) -> Complex<T> {
        Complex::new(x, T::zero())
    }
    #[inline]
    fn re(z: Complex<T>) -> T {
        z.re
    }
    #[inline]
    fn im(z: Complex<T>) -> T {
        z.im
    }
    #[inline]
    fn conj(z: Complex<T>) -> Complex<T> {
        Complex::new(z.re, -z.im)
    }
    #[inline]
    fn abs(z: Complex<T>) -> T {
        Real::hypot(z.re, z.im)
    }
    #[inline]
    fn norm_sqr(z: Complex<T>) -> T {
        z.re * z.re + z.im * z.im
    }
    #[inline]
    fn arg(z: Complex<T>) -> T {
        Real::atan2(z.im, z.re)
    }
    #[inline]
    fn scale(z: Complex<T>, factor: T) -> Complex<T> {
        Complex::new(z.re * factor, z.im * factor)
    }
    #[inline]
    fn unscale(z: Complex<T>, divisor: T) -> Complex<T> {
        Complex::new(z.re / divisor, z.im / divisor)
    }
    #[inline]
    fn phase(z: Complex<T>) -> Complex<T> {
        Complex::new(z.re.direction(z.im), z.im.direction(z.re))
    }
    #[inline]
    fn from_parts(re: T, im: T) -> Complex<T> {
        Complex::new(re, im)
    }
    #[inline]
    fn parts(z: Complex<T>) -> (T, T) {
        (z.re, z.im)
    }
}
