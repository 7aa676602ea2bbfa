//! What the engine asks of a number, out of the way of users' method lookup.
//!
//! Every [`Scalar`] names a [`Kernel`]: a type whose associated functions compute with that number. The methods that users
//! see are one-line calls of it. There are three kernels: [`Machine`] for base numbers, [`ComplexParts`] for `Complex<T>`, and
//! [`Layered`] for numbers that carry derivatives of an inner number; what differs between the latter is in [`Layer`].
//!
//! Inside the crate these functions are methods, by the private trait [`Engine`].
//!
//! # Decisions
//! No formula of the engine takes a bare `bool` or `f64` out of a number. It asks a question, whose answer is a [`Truth`], and
//! lets [`Kernel::choose`] take one of two results; or it asks [`Kernel::all_finite`], which a number that records answers
//! with yes, while it raises a flag for the calls where that is not so.

use crate::array::array as each;
use crate::functions::{Analytic, OfReals, Range, analytic, real};
use crate::rule::{Rule, VectorRule};
use crate::rules::factors;
use crate::scalar::lanes::each_lane;
use crate::scalar::{maximum, same_length};
use crate::transform::{Checkpoint, State};
use crate::{Base, ComplexScalar, Lit, Real, Scalar};
use alloc::vec::Vec;
use num_complex::Complex;
use num_traits::{One, Zero};

/// The answer to a question that a formula asks a number: a `bool`, or what a number that records makes of it.
pub trait Truth: Copy + From<bool> + 'static {
    /// The answer, where it is known while the formula runs.
    fn known(self) -> Option<bool>;
    /// Whether both are true.
    #[must_use]
    fn and(self, other: Self) -> Self;
    /// Whether one of them is true.
    #[must_use]
    fn or(self, other: Self) -> Self;
    /// The answer at the point where the formula runs. For a number that records it becomes a condition, under which alone the
    /// recording holds.
    #[inline(always)]
    fn decided(self) -> bool {
        self.known().unwrap_or(true)
    }
}

impl Truth for bool {
    #[inline(always)]
    fn known(self) -> Option<bool> {
        Some(self)
    }
    #[inline(always)]
    fn and(self, other: bool) -> bool {
        self & other
    }
    #[inline(always)]
    fn or(self, other: bool) -> bool {
        self | other
    }
}

/// The answer to a question about a `T`.
pub(crate) type TruthOf<T> = <<T as Scalar>::Kernel as Kernel<T>>::Truth;

/// What the engine asks of a [`Scalar`].
pub trait Kernel<T: Scalar> {
    /// How many infinitesimals multiply to zero: 0 for numbers without tangents, 1 more for each level of dual numbers.
    const ORDER: usize;
    /// Whether this is a base number, or a complex number of base numbers: it has no tangents, and its operations are vectorised.
    const IS_BASE: bool;
    /// How many levels are shown when the number is printed.
    const DEPTH: usize;
    /// Whether the innermost number is complex.
    const COMPLEX: bool;
    /// The answer to a question.
    type Truth: Truth;

    // Making numbers, and looking into them.

    /// A real literal.
    fn lit(value: f64) -> T;
    /// A constant of the innermost type.
    fn constant(value: T::Primal) -> T;
    /// The innermost value.
    #[track_caller]
    fn primal(x: T) -> T::Primal;
    /// A constant with the value of x.
    fn stop_gradient(x: T) -> T;

    // Functions.

    /// A function of the list.
    fn analytic<F: Analytic<K>, const K: usize>(f: F, x: [T; K]) -> T;
    /// (sin x, cos x)
    fn sin_cos(x: T) -> (T, T);
    /// tanh x and 1/cosh² x, which share an exponential at base numbers.
    #[inline]
    fn tanh_and_slope(x: T) -> (T, T) {
        (Scalar::tanh(x), x.sech_squared())
    }
    /// σ(x) and ¼/cosh²(x/2), likewise.
    #[inline]
    fn sigmoid_and_slope(x: T) -> (T, T) {
        (Scalar::sigmoid(x), x.sigmoid_slope())
    }
    /// ln(1 + eˣ) and σ(x), likewise.
    #[inline]
    fn softplus_and_slope(x: T) -> (T, T) {
        (Scalar::softplus(x), Scalar::sigmoid(x))
    }
    /// ln(eˣ + eʸ), eˣ/(eˣ + eʸ) and eʸ/(eˣ + eʸ), likewise.
    #[inline]
    fn log_add_exp_and_slopes(x: T, y: T) -> (T, T, T) {
        (Scalar::log_add_exp(x, y), x.share(y), y.share(x))
    }
    /// A function with a rule of the user's.
    #[track_caller]
    fn rule<R: Rule<T::Primal, K>, const K: usize>(rule: &R, x: [T; K]) -> T;
    /// A function of many results with a rule of the user's.
    #[track_caller]
    fn vector_rule<R: VectorRule<T::Primal>>(rule: &R, x: &[T]) -> Vec<T>;
    /// Called at the entry of functions that take values out of numbers, so that a number that records can name them and the
    /// caller's line.
    #[inline(always)]
    fn entering(_what: &'static str) {}
    /// c − x
    fn subtract_from(x: T, c: Lit) -> T;
    /// c/x
    fn divide_into(x: T, c: Lit) -> T;

    // Operations on many numbers.

    /// x₀ + x₁ + …
    #[inline]
    #[track_caller]
    fn sum_of(x: &[T]) -> T {
        in_order::sum_of(x)
    }
    /// x₀y₀ + x₁y₁ + …
    #[inline]
    #[track_caller]
    fn dot(x: &[T], y: &[T]) -> T {
        same_length("dot", x.len(), y.len());
        in_order::dot(x, y)
    }
    /// w₀x₀ + w₁x₁ + …
    #[inline]
    #[track_caller]
    fn weighted_sum(weights: &[f64], x: &[T]) -> T {
        same_length("weighted_sum", weights.len(), x.len());
        in_order::weighted_sum(weights, x)
    }
    /// Σ f(x, item)
    #[inline]
    #[track_caller]
    fn sum_over<I: IntoIterator>(x: &[T], items: I, f: impl FnMut(&[T], I::Item) -> T) -> T {
        in_order::sum_over(x, items, f)
    }
    /// A time loop, as [`checkpoint`](crate::checkpoint) has it.
    #[inline]
    #[track_caller]
    fn time_loop<P: State<T>, X: State<T>>(
        schedule: Checkpoint,
        params: &P,
        state: &X,
        step: impl Fn(&P, X, usize) -> X + Send + 'static,
    ) -> X {
        schedule.plain(params, state, step)
    }
    /// A block of operations as one.
    #[track_caller]
    fn fuse<const K: usize, const M: usize>(
        x: [T; K],
        block: impl FnOnce([T::Fused<K>; K]) -> [T::Fused<K>; M],
    ) -> [T; M];
    /// ln Σ e^(xᵢ)
    #[inline]
    #[track_caller]
    fn log_sum_exp(x: &[T]) -> T {
        in_order::log_sum_exp(x)
    }
    /// e^(xᵢ)/Σ e^(xⱼ)
    #[inline]
    #[track_caller]
    fn softmax(x: &[T]) -> Vec<T> {
        softmax_weights(&exponentials(x).1.collect::<Vec<T>>())
    }

    // Tangents.

    /// A tangent times a partial derivative: like `×`, but whatever is exactly zero in the tangent, at any level, gives zero.
    fn times_slope(x: T, slope: T) -> T;
    /// x y, where 0 · ∞ is 0, but what is differentiated of it is NaN: an adjoint times a partial derivative at a corner.
    fn masked_product(x: T, y: T) -> T;
    /// The number with the angle that complex logarithms have, above −π and up to π: the same real number.
    #[inline]
    fn principal(x: T) -> T {
        x
    }
    /// aᵢ + bᵢ
    #[inline(always)]
    fn lanes_sum<const N: usize>(a: &[T; N], b: &[T; N]) -> [T; N] {
        each_lane(|i| a[i] + b[i])
    }
    /// aᵢ − bᵢ
    #[inline(always)]
    fn lanes_difference<const N: usize>(a: &[T; N], b: &[T; N]) -> [T; N] {
        each_lane(|i| a[i] - b[i])
    }
    /// aᵢ c
    #[inline(always)]
    fn lanes_scaled<const N: usize>(a: &[T; N], c: Lit) -> [T; N] {
        each_lane(|i| a[i] * c)
    }
    /// aᵢ x + bᵢ y
    #[inline(always)]
    fn lanes_combined<const N: usize>(a: &[T; N], x: T, b: &[T; N], y: T) -> [T; N] {
        each_lane(|i| a[i] * x + b[i] * y)
    }
    /// aᵢ x as by [`times_slope`](Kernel::times_slope).
    #[inline(always)]
    fn lanes_times_slope<const N: usize>(a: &[T; N], x: T) -> [T; N] {
        each_lane(|i| Self::times_slope(a[i], x))
    }
    /// Whether the number is zero in all that it has, as far as a formula may skip it for that. A number that records says no of
    /// what is zero only at the point of the recording.
    #[inline(always)]
    fn is_known_zero(x: T) -> bool {
        x.is_zero()
    }
    /// x less its innermost value, exactly: the tangents alone. It writes no node on the tape.
    fn rest(x: T) -> T;
    /// x without the mark of a holomorphic transform at any level, for code that uses `conj` and `abs` on
    /// the way to a holomorphic result, as linear algebra does.
    #[inline]
    fn unmarked(x: T) -> T {
        x
    }

    // Questions and decisions.

    /// One of two results, of which only one is computed where the answer is known.
    fn choose(truth: Self::Truth, yes: impl FnOnce() -> T, no: impl FnOnce() -> T) -> T;
    /// Whether the innermost value is finite.
    fn has_finite_value(x: T) -> Self::Truth;
    /// Whether |x| < bound for the innermost value.
    fn is_within(x: T, bound: f64) -> Self::Truth;
    /// Whether the innermost value is this number.
    fn has_value(x: T, value: f64) -> Self::Truth;
    /// Whether Re x < Re y for the innermost values.
    fn less(x: T, y: T) -> Self::Truth;
    /// Whether the innermost values are equal.
    fn equal(x: T, y: T) -> Self::Truth;
    /// Whether the innermost value is NaN.
    fn has_nan(x: T) -> Self::Truth;
    /// Whether the sign bit of Re x is set.
    fn has_sign(x: T) -> Self::Truth;
    /// Whether the value and all tangents at every level are finite, where that is expected. A number that records answers with
    /// yes and raises a flag for the calls where that is not so.
    fn all_finite(x: T) -> bool;
    /// Whether the value and all tangents at every level are zeros or so moderate that the product of `count` of them, or of
    /// their inverses, is in range, where that is expected. A number that records answers as in
    /// [`all_finite`](Kernel::all_finite).
    fn is_moderate(x: T, count: i32) -> bool;
    /// Whether the value has all its digits: it is neither subnormal nor zero, infinite or NaN, where that is expected, as in
    /// [`is_moderate`](Kernel::is_moderate).
    fn is_normal(x: T) -> bool;
    /// Whether value and tangents of a partial derivative at `x` have all their digits; a tangent may be zero where those of `x`
    /// are.
    fn has_digits<const K: usize>(slope: T, x: [T; K]) -> bool;
    /// The exponent of the square root of the range: 2ⁿ and 2⁻ⁿ have squares that are in range.
    fn half_range() -> i32;
    /// A number of the value of `x` whose derivatives are all NaN.
    fn undifferentiable(x: T) -> T;
    /// |x| of the innermost value.
    #[track_caller]
    fn magnitude(x: T) -> f64;
    /// |x| of the innermost value, for formulas at the edge of the range. A number that records leaves every call that comes
    /// here to the function itself.
    #[inline]
    fn careful_magnitude(x: T) -> f64 {
        Self::magnitude(x)
    }
    /// ln |eˣ| = Re x of the innermost value.
    #[track_caller]
    fn log_magnitude(x: T) -> f64;
    /// The largest modulus of the value and the tangents at every level; on the tape of the value alone. A number that records
    /// answers as in [`careful_magnitude`](Kernel::careful_magnitude).
    fn magnitude_with_tangents(x: T) -> f64;
}

/// What the engine asks of a [`ComplexScalar`].
pub trait ComplexKernel<T: ComplexScalar>: Kernel<T> {
    /// A real number as one of this type.
    fn from_real(x: T::Real) -> T;
    /// Re z
    fn re(z: T) -> T::Real;
    /// Im z
    fn im(z: T) -> T::Real;
    /// z̄
    fn conj(z: T) -> T;
    /// |z|
    fn abs(z: T) -> T::Real;
    /// |z|²
    fn norm_sqr(z: T) -> T::Real;
    /// The angle of z.
    fn arg(z: T) -> T::Real;
    /// r e^(iθ)
    #[inline]
    fn from_polar(r: T::Real, theta: T::Real) -> T {
        let (sin, cos) = Scalar::sin_cos(theta);
        Self::from_parts(r * cos, r * sin)
    }
    /// z times a real number.
    fn scale(z: T, factor: T::Real) -> T;
    /// z divided by a real number.
    fn unscale(z: T, divisor: T::Real) -> T;
    /// z/|z|, 0 at 0.
    fn phase(z: T) -> T;
    /// x + iy; x in a real type.
    fn from_parts(re: T::Real, im: T::Real) -> T;
    /// (Re z, Im z), also of a number that a holomorphic transform made: what is put together again is not examined.
    fn parts(z: T) -> (T::Real, T::Real);
}

/// What the engine asks of a [`Real`].
pub trait RealKernel<T: ComplexScalar<Primal: Base>>: ComplexKernel<T> {
    /// A function of the list.
    fn real<F: OfReals<K>, const K: usize>(f: F, x: [T; K]) -> T;
    /// |x| with the sign of `sign`.
    fn copysign(x: T, sign: T) -> T;
    /// The smaller one.
    fn min(x: T, y: T) -> T;
    /// The larger one.
    fn max(x: T, y: T) -> T;
    /// The largest of many numbers; −∞ of none.
    #[track_caller]
    fn max_of(x: &[T]) -> T;
    /// The smallest of many numbers; ∞ of none.
    #[track_caller]
    fn min_of(x: &[T]) -> T;
    /// x held between two bounds.
    #[track_caller]
    fn clamp(x: T, low: T, high: T) -> T;
    /// x a + b
    fn mul_add(x: T, a: T, b: T) -> T;
    /// ‖x‖
    #[inline]
    #[track_caller]
    fn norm(x: &[T]) -> T {
        Self::norm_and_slopes(x.iter().copied()).0
    }
    /// ‖x‖ and the xᵢ/‖x‖, each computed when it is asked for.
    #[track_caller]
    fn norm_and_slopes<I: Iterator<Item = T> + Clone>(x: I) -> (T, impl Iterator<Item = T> + Clone);
    /// Whether the value is NaN.
    fn is_nan(x: T) -> bool;
    /// Whether the value is finite.
    fn is_finite(x: T) -> bool;
    /// Whether the value is an infinity.
    fn is_infinite(x: T) -> bool;
    /// Whether the sign bit of the value is set.
    fn is_sign_negative(x: T) -> bool;

    // How `Complex<T>` computes. It is a `Scalar` for every `T: Real`, and its functions must be the machine's complex
    // algorithms at the innermost level and the complex rules above it; only `T` knows which of the two it is.

    /// An analytic function of the list.
    fn complex<F: Analytic<K>, const K: usize>(f: F, z: [Complex<T>; K]) -> Complex<T>;
    /// (sin z, cos z)
    fn complex_sin_cos(z: Complex<T>) -> (Complex<T>, Complex<T>);
    /// A function with a rule of the user's.
    fn complex_rule<R: Rule<Complex<T::Primal>, K>, const K: usize>(
        rule: &R,
        z: [Complex<T>; K],
    ) -> Complex<T>;
    /// A function of many results with a rule of the user's.
    #[track_caller]
    fn complex_vector_rule<R: VectorRule<Complex<T::Primal>>>(rule: &R, z: &[Complex<T>]) -> Vec<Complex<T>>;
    /// [`Kernel::is_normal`] of a complex number.
    fn complex_is_normal(z: Complex<T>) -> bool;
    /// [`Kernel::has_digits`] of complex numbers.
    fn complex_has_digits<const K: usize>(slope: Complex<T>, z: [Complex<T>; K]) -> bool;
    /// A complex constant.
    fn complex_constant(c: Complex<T::Primal>) -> Complex<T>;
    /// The innermost value of a complex number.
    fn complex_primal(z: Complex<T>) -> Complex<T::Primal>;
}

/// Declares the slopes of a list as methods of [`Engine`] or [`RealEngine`].
macro_rules! slope_methods {
    (
        $kernel:ident $function:ident
        unary $u:tt
        binary $b:tt
        slope_unary { $($su:ident $(($($suc:ident: $sut:ty),*))?)* }
        slope_binary { $($sb:ident($sbo:ident $(, $sbc:ident: $sbt:ty)*))* }
    ) => {
        $(
            #[doc = concat!("See `rules::", stringify!($su), "`.")]
            #[inline(always)]
            fn $su(self $($(, $suc: $sut)*)?) -> Self {
                <Self::Kernel as $kernel<Self>>::$function(crate::functions::$su { $($($suc),*)? }, [self])
            }
        )*
        $(
            #[doc = concat!("See `rules::", stringify!($sb), "`.")]
            #[inline(always)]
            fn $sb(self, $sbo: Self $(, $sbc: $sbt)*) -> Self {
                <Self::Kernel as $kernel<Self>>::$function(crate::functions::$sb { $($sbc),* }, [self, $sbo])
            }
        )*
    };
}

/// Declares methods that forward to the kernel.
macro_rules! forward {
    ($kernel:ident: $($f:ident(self $(, $x:ident: $t:ty)*) $(-> $r:ty)?;)*) => {$(
        #[doc = concat!("See [`", stringify!($kernel), "::", stringify!($f), "`].")]
        #[inline(always)]
        fn $f(self $(, $x: $t)*) $(-> $r)? {
            <Self::Kernel as $kernel<Self>>::$f(self $(, $x)*)
        }
    )*};
    (static $kernel:ident: $($f:ident$([const $n:ident])?($($x:ident: $t:ty),*) $(-> $r:ty)?;)*) => {$(
        #[doc = concat!("See [`", stringify!($kernel), "::", stringify!($f), "`].")]
        #[inline(always)]
        #[track_caller]
        fn $f$(<const $n: usize>)?($($x: $t),*) $(-> $r)? {
            <Self::Kernel as $kernel<Self>>::$f($($x),*)
        }
    )*};
}

/// [`Kernel`] as methods, for the formulas of this crate.
pub(crate) trait Engine: Scalar {
    const ORDER: usize = <Self::Kernel as Kernel<Self>>::ORDER;
    const IS_BASE: bool = <Self::Kernel as Kernel<Self>>::IS_BASE;
    const DEPTH: usize = <Self::Kernel as Kernel<Self>>::DEPTH;
    const COMPLEX: bool = <Self::Kernel as Kernel<Self>>::COMPLEX;

    analytic! { slope_methods Kernel analytic }

    forward! { Kernel:
        tanh_and_slope(self) -> (Self, Self);
        sigmoid_and_slope(self) -> (Self, Self);
        softplus_and_slope(self) -> (Self, Self);
        log_add_exp_and_slopes(self, other: Self) -> (Self, Self, Self);
        times_slope(self, slope: Self) -> Self;
        is_known_zero(self) -> bool;
        masked_product(self, other: Self) -> Self;
        principal(self) -> Self;
        rest(self) -> Self;
        unmarked(self) -> Self;
        all_finite(self) -> bool;
        is_moderate(self, count: i32) -> bool;
        is_normal(self) -> bool;
        undifferentiable(self) -> Self;
        magnitude(self) -> f64;
        careful_magnitude(self) -> f64;
        log_magnitude(self) -> f64;
        magnitude_with_tangents(self) -> f64;
        has_finite_value(self) -> TruthOf<Self>;
        is_within(self, bound: f64) -> TruthOf<Self>;
        has_value(self, value: f64) -> TruthOf<Self>;
        subtract_from(self, c: Lit) -> Self;
        divide_into(self, c: Lit) -> Self;
    }
    forward! { static Kernel:
        entering(what: &'static str);
        half_range() -> i32;
        lanes_sum[const N](a: &[Self; N], b: &[Self; N]) -> [Self; N];
        lanes_difference[const N](a: &[Self; N], b: &[Self; N]) -> [Self; N];
        lanes_scaled[const N](a: &[Self; N], c: Lit) -> [Self; N];
        lanes_combined[const N](a: &[Self; N], x: Self, b: &[Self; N], y: Self) -> [Self; N];
        lanes_times_slope[const N](a: &[Self; N], x: Self) -> [Self; N];
    }

    /// See [`Kernel::choose`].
    #[inline(always)]
    fn choose(truth: TruthOf<Self>, yes: impl FnOnce() -> Self, no: impl FnOnce() -> Self) -> Self {
        <Self::Kernel as Kernel<Self>>::choose(truth, yes, no)
    }
    /// See [`Kernel::has_digits`].
    #[inline]
    fn has_digits<const K: usize>(self, x: [Self; K]) -> bool {
        <Self::Kernel as Kernel<Self>>::has_digits(self, x)
    }
    /// See [`Kernel::rule`].
    #[inline(always)]
    #[track_caller]
    fn apply_rule<R: Rule<Self::Primal, K>, const K: usize>(rule: &R, x: [Self; K]) -> Self {
        <Self::Kernel as Kernel<Self>>::rule(rule, x)
    }
    /// See [`Kernel::vector_rule`].
    #[inline(always)]
    #[track_caller]
    fn apply_vector_rule<R: VectorRule<Self::Primal>>(rule: &R, x: &[Self]) -> Vec<Self> {
        <Self::Kernel as Kernel<Self>>::vector_rule(rule, x)
    }
}
impl<T: Scalar> Engine for T {}

/// [`ComplexKernel`] as methods, for the formulas of this crate.
pub(crate) trait ComplexEngine: ComplexScalar {
    forward! { ComplexKernel:
        phase(self) -> Self;
        parts(self) -> (Self::Real, Self::Real);
    }
    forward! { static ComplexKernel:
        from_parts(re: Self::Real, im: Self::Real) -> Self;
    }
}
impl<T: ComplexScalar> ComplexEngine for T {}

/// [`RealKernel`] as methods, for the formulas of this crate.
pub(crate) trait RealEngine: Real {
    real! { slope_methods RealKernel real }

    /// See [`RealKernel::norm_and_slopes`].
    #[inline(always)]
    #[track_caller]
    fn norm_and_slopes<I: Iterator<Item = Self> + Clone>(x: I) -> (Self, impl Iterator<Item = Self> + Clone) {
        <Self::Kernel as RealKernel<Self>>::norm_and_slopes(x)
    }
}
impl<T: Real> RealEngine for T {}

// ---------------------------------------------------------------------------------------------------------------------
// Base numbers.

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
    #[inline(always)]
    fn sin_cos(x: B) -> (B, B) {
        B::sin_cos(x)
    }
    #[inline(always)]
    fn tanh_and_slope(x: B) -> (B, B) {
        B::tanh_and_slope(x)
    }
    #[inline(always)]
    fn sigmoid_and_slope(x: B) -> (B, B) {
        B::sigmoid_and_slope(x)
    }
    #[inline(always)]
    fn softplus_and_slope(x: B) -> (B, B) {
        B::softplus_and_slope(x)
    }
    #[inline(always)]
    fn log_add_exp_and_slopes(x: B, y: B) -> (B, B, B) {
        B::log_add_exp_and_slopes(x, y)
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
    #[inline(always)]
    fn times_slope(x: B, slope: B) -> B {
        B::times_slope(x, slope)
    }
    #[inline]
    fn masked_product(x: B, y: B) -> B {
        if (x.is_zero() && !B::is_nan(y)) || (y.is_zero() && !B::is_nan(x)) { B::zero() } else { x * y }
    }
    #[inline(always)]
    fn lanes_sum<const N: usize>(a: &[B; N], b: &[B; N]) -> [B; N] {
        B::lanes_sum(a, b)
    }
    #[inline(always)]
    fn lanes_difference<const N: usize>(a: &[B; N], b: &[B; N]) -> [B; N] {
        B::lanes_difference(a, b)
    }
    #[inline(always)]
    fn lanes_scaled<const N: usize>(a: &[B; N], c: Lit) -> [B; N] {
        B::lanes_scaled(a, B::from_f64(c.0))
    }
    #[inline(always)]
    fn lanes_combined<const N: usize>(a: &[B; N], x: B, b: &[B; N], y: B) -> [B; N] {
        B::lanes_combined(a, x, b, y)
    }
    #[inline(always)]
    fn lanes_times_slope<const N: usize>(a: &[B; N], x: B) -> [B; N] {
        B::lanes_times_slope(a, x)
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
    fn has_finite_value(x: B) -> B::Truth {
        B::has_finite_value(x)
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
    fn less(x: B, y: B) -> B::Truth {
        B::less(x, y)
    }
    #[inline(always)]
    fn equal(x: B, y: B) -> B::Truth {
        B::equal(x, y)
    }
    #[inline(always)]
    fn has_nan(x: B) -> B::Truth {
        B::has_nan(x)
    }
    #[inline(always)]
    fn has_sign(x: B) -> B::Truth {
        B::has_sign(x)
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
    #[inline(always)]
    fn copysign(x: B, sign: B) -> B {
        B::copysign(x, sign)
    }
    #[inline(always)]
    fn min(x: B, y: B) -> B {
        B::min(x, y)
    }
    #[inline(always)]
    fn max(x: B, y: B) -> B {
        B::max(x, y)
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
    #[inline(always)]
    fn mul_add(x: B, a: B, b: B) -> B {
        B::mul_add(x, a, b)
    }
    #[inline]
    fn norm_and_slopes<I: Iterator<Item = B> + Clone>(x: I) -> (B, impl Iterator<Item = B> + Clone) {
        B::norm_and_slopes(x)
    }
    #[inline(always)]
    fn is_nan(x: B) -> bool {
        B::is_nan(x)
    }
    #[inline(always)]
    fn is_finite(x: B) -> bool {
        B::is_finite(x)
    }
    #[inline(always)]
    fn is_infinite(x: B) -> bool {
        !B::is_finite(x) && !B::is_nan(x)
    }
    #[inline(always)]
    fn is_sign_negative(x: B) -> bool {
        B::is_sign_negative(x)
    }
    #[inline(always)]
    fn complex<F: Analytic<K>, const K: usize>(f: F, z: [Complex<B>; K]) -> Complex<B> {
        B::complex(f, z)
    }
    #[inline(always)]
    fn complex_sin_cos(z: Complex<B>) -> (Complex<B>, Complex<B>) {
        B::complex_sin_cos(z)
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
fn assert_ordered<T: Real>(low: T, high: T) {
    assert!(low <= high, "clamp: low = {low} is not below high = {high}");
}

// ---------------------------------------------------------------------------------------------------------------------
// Complex numbers.

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
    #[inline]
    fn half_range() -> i32 {
        T::half_range()
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

// ---------------------------------------------------------------------------------------------------------------------
// Layers.

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

    /// See [`Kernel::analytic`].
    #[inline(always)]
    #[track_caller]
    fn analytic<F: Analytic<K>, const K: usize>(f: F, x: [Self; K]) -> Self {
        let inner = each(|k| x[k].inner());
        let (value, slopes) = f.rule(inner);
        if F::ROOT
            && Self::Inner::ORDER > 0
            && !slopes[0].all_finite()
            && is_branch_point(inner[0], value, slopes[0])
        {
            return aside(x[0], (x, value, slopes), |(x, value, slopes)| root_at_zero(*x, *value, *slopes));
        }
        if !in_range::<Self::Inner, K>(F::RANGE, inner, slopes) {
            return aside(x[0], (x, value, slopes), |(x, value, slopes)| by_factors(f, *x, *value, *slopes));
        }
        Self::chain(x, value, slopes)
    }
    /// See [`Kernel::sin_cos`].
    #[inline]
    #[track_caller]
    fn sin_cos(x: Self) -> (Self, Self) {
        let (sin, cos) = x.inner().sin_cos();
        (Self::chain([x], sin, [cos]), Self::chain([x], cos, [-sin]))
    }
    /// See [`Kernel::rule`].
    #[inline]
    #[track_caller]
    fn rule<R: Rule<Self::Primal, K>, const K: usize>(rule: &R, x: [Self; K]) -> Self {
        let inner = each(|k| x[k].inner());
        let value = Self::Inner::apply_rule(rule, inner);
        Self::chain(x, value, rule.slopes(inner, value))
    }
    /// See [`Kernel::divide_into`].
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
    /// See [`RealKernel::real`].
    #[inline(always)]
    #[track_caller]
    fn real<F: OfReals<K>, const K: usize>(f: F, x: [Self; K]) -> Self
    where
        Self::Inner: Real,
    {
        let inner = each(|k| x[k].inner());
        let (value, slopes) = f.rule(inner);
        if F::CORNER && Self::Inner::ORDER > 0 && value.has_value(0.0).decided() {
            return aside(x[0], (x, value, slopes), |(x, value, slopes)| corner(*x, *value, *slopes));
        }
        if !in_range::<Self::Inner, K>(F::RANGE, inner, slopes) {
            return aside(x[0], (x, value, slopes), |(x, value, slopes)| {
                by_factors_of_reals(f, *x, *value, *slopes)
            });
        }
        Self::chain(x, value, slopes)
    }
    /// See [`RealKernel::mul_add`].
    #[inline]
    #[track_caller]
    fn mul_add(x: Self, a: Self, b: Self) -> Self
    where
        Self::Inner: Real,
    {
        let (u, v) = (x.inner(), a.inner());
        Self::chain([x, a, b], Real::mul_add(u, v, b.inner()), [v, u, One::one()])
    }
    /// See [`RealKernel::complex`].
    #[inline(always)]
    #[track_caller]
    fn complex<F: Analytic<K>, const K: usize>(f: F, z: [Complex<Self>; K]) -> Complex<Self>
    where
        Self::Inner: Real,
    {
        let inner = each(|k| inner_complex(z[k]));
        let (value, slopes) = f.rule(inner);
        if !in_range::<Complex<Self::Inner>, K>(F::RANGE, inner, slopes) {
            return aside(z[0], (z, value, slopes), |(z, value, slopes)| {
                by_complex_factors(f, *z, *value, *slopes)
            });
        }
        Self::chain_complex(z, value, slopes)
    }
    /// See [`RealKernel::complex_sin_cos`].
    #[inline]
    #[track_caller]
    fn complex_sin_cos(z: Complex<Self>) -> (Complex<Self>, Complex<Self>)
    where
        Self::Inner: Real,
    {
        let (sin, cos) = Scalar::sin_cos(inner_complex(z));
        (Self::chain_complex([z], sin, [cos]), Self::chain_complex([z], cos, [-sin]))
    }
    /// See [`RealKernel::complex_rule`].
    #[inline]
    #[track_caller]
    fn complex_rule<R: Rule<Complex<<Self::Inner as Scalar>::Primal>, K>, const K: usize>(
        rule: &R,
        z: [Complex<Self>; K],
    ) -> Complex<Self>
    where
        Self::Inner: Real,
    {
        let inner = each(|k| inner_complex(z[k]));
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

    /// See [`Kernel::vector_rule`].
    #[track_caller]
    fn vector_rule<R: VectorRule<Self::Primal>>(rule: &R, x: &[Self]) -> Vec<Self>;
    /// See [`RealKernel::complex_vector_rule`].
    #[track_caller]
    fn complex_vector_rule<R: VectorRule<Complex<<Self::Inner as Scalar>::Primal>>>(
        rule: &R,
        z: &[Complex<Self>],
    ) -> Vec<Complex<Self>>
    where
        Self::Inner: Real;
    /// See [`RealKernel::norm_and_slopes`].
    #[track_caller]
    fn norm_and_slopes<I: Iterator<Item = Self> + Clone>(x: I) -> (Self, impl Iterator<Item = Self> + Clone)
    where
        Self::Inner: Real;
    /// See [`RealKernel::norm`].
    #[inline]
    #[track_caller]
    fn norm(x: &[Self]) -> Self
    where
        Self::Inner: Real,
    {
        Self::norm_and_slopes(x.iter().copied()).0
    }

    /// See [`Kernel::sum_of`].
    #[inline]
    #[track_caller]
    fn sum_of(x: &[Self]) -> Self {
        in_order::sum_of(x)
    }
    /// See [`Kernel::dot`]; the lengths are the same.
    #[inline]
    #[track_caller]
    fn dot(x: &[Self], y: &[Self]) -> Self {
        in_order::dot(x, y)
    }
    /// See [`Kernel::weighted_sum`]; the lengths are the same.
    #[inline]
    #[track_caller]
    fn weighted_sum(weights: &[f64], x: &[Self]) -> Self {
        in_order::weighted_sum(weights, x)
    }
    /// See [`Kernel::sum_over`].
    #[inline]
    #[track_caller]
    fn sum_over<I: IntoIterator>(x: &[Self], items: I, f: impl FnMut(&[Self], I::Item) -> Self) -> Self {
        in_order::sum_over(x, items, f)
    }
    /// See [`Kernel::log_sum_exp`].
    #[inline]
    #[track_caller]
    fn log_sum_exp(x: &[Self]) -> Self {
        in_order::log_sum_exp(x)
    }
    /// See [`Kernel::time_loop`].
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
    /// See [`Kernel::fuse`].
    #[track_caller]
    fn fuse<const K: usize, const M: usize>(
        x: [Self; K],
        block: impl FnOnce([Self::Fused<K>; K]) -> [Self::Fused<K>; M],
    ) -> [Self; M];

    /// See [`Kernel::times_slope`].
    #[must_use]
    fn times_slope(self, slope: Self) -> Self;
    /// See [`Kernel::is_known_zero`].
    #[inline(always)]
    fn is_known_zero(&self) -> bool {
        self.is_zero()
    }
    /// See [`Kernel::masked_product`].
    #[must_use]
    fn masked_product(self, other: Self) -> Self;
    /// See [`Kernel::principal`].
    #[inline]
    #[must_use]
    fn principal(self) -> Self {
        self.moved_to(self.inner().principal())
    }
    /// See [`Kernel::rest`].
    #[must_use]
    fn rest(self) -> Self;
    /// See [`Kernel::unmarked`].
    #[inline]
    #[must_use]
    fn unmarked(self) -> Self {
        self
    }
    /// See [`Kernel::all_finite`].
    #[inline]
    fn all_finite(self) -> bool {
        self.inner().all_finite()
    }
    /// See [`Kernel::is_moderate`].
    #[inline]
    fn is_moderate(self, count: i32) -> bool {
        self.inner().is_moderate(count)
    }
    /// See [`Kernel::has_digits`].
    #[inline]
    fn has_digits<const K: usize>(slope: Self, x: [Self; K]) -> bool {
        slope.inner().has_digits::<K>(each(|k| x[k].inner()))
    }
    /// See [`RealKernel::complex_has_digits`].
    #[inline]
    fn complex_has_digits<const K: usize>(slope: Complex<Self>, z: [Complex<Self>; K]) -> bool
    where
        Self::Inner: Real,
    {
        inner_complex(slope).has_digits::<K>(each(|k| inner_complex(z[k])))
    }
    /// Notes that a partial derivative with respect to this number is out of range, or NaN at a corner.
    #[inline]
    #[track_caller]
    fn note_factors(self) {}
    /// See [`Kernel::undifferentiable`].
    #[must_use]
    fn undifferentiable(self) -> Self;
    /// The result of a function that has no second derivative where it is, as [`Layer::chain`] gives it: its derivatives of
    /// higher order are NaN, but for variables that it does not depend on.
    #[inline]
    #[must_use]
    fn at_corner<const K: usize>(result: Self, _x: [Self; K]) -> Self {
        result
    }
    /// See [`Kernel::magnitude_with_tangents`].
    #[inline]
    fn magnitude_with_tangents(self) -> f64 {
        self.inner().magnitude_with_tangents()
    }
    /// See [`Kernel::subtract_from`].
    fn subtract_from(self, c: Lit) -> Self;
}

/// A function of one real argument that is not analytic, from its rule in `nonholomorphic`.
#[cfg(feature = "std")]
#[inline]
#[track_caller]
pub(crate) fn along_reals<L: Layer>(x: L, (value, tangent): (L::Inner, impl Fn(L::Inner) -> L::Inner)) -> L {
    L::chain([x], value, [tangent(One::one())])
}

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
    #[inline]
    #[track_caller]
    fn sin_cos(x: L) -> (L, L) {
        <L as Layer>::sin_cos(x)
    }
    #[inline]
    #[track_caller]
    fn rule<R: Rule<L::Primal, K>, const K: usize>(rule: &R, x: [L; K]) -> L {
        <L as Layer>::rule(rule, x)
    }
    #[inline]
    #[track_caller]
    fn vector_rule<R: VectorRule<L::Primal>>(rule: &R, x: &[L]) -> Vec<L> {
        <L as Layer>::vector_rule(rule, x)
    }
    #[inline]
    fn subtract_from(x: L, c: Lit) -> L {
        <L as Layer>::subtract_from(x, c)
    }
    #[inline]
    #[track_caller]
    fn divide_into(x: L, c: Lit) -> L {
        <L as Layer>::divide_into(x, c)
    }
    #[inline]
    #[track_caller]
    fn sum_of(x: &[L]) -> L {
        <L as Layer>::sum_of(x)
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
    #[inline]
    #[track_caller]
    fn sum_over<I: IntoIterator>(x: &[L], items: I, f: impl FnMut(&[L], I::Item) -> L) -> L {
        <L as Layer>::sum_over(x, items, f)
    }
    #[inline]
    #[track_caller]
    fn log_sum_exp(x: &[L]) -> L {
        <L as Layer>::log_sum_exp(x)
    }
    #[inline]
    #[track_caller]
    fn time_loop<P: State<L>, X: State<L>>(
        schedule: Checkpoint,
        params: &P,
        state: &X,
        step: impl Fn(&P, X, usize) -> X + Send + 'static,
    ) -> X {
        <L as Layer>::time_loop(schedule, params, state, step)
    }
    #[inline]
    #[track_caller]
    fn fuse<const K: usize, const M: usize>(
        x: [L; K],
        block: impl FnOnce([L::Fused<K>; K]) -> [L::Fused<K>; M],
    ) -> [L; M] {
        <L as Layer>::fuse(x, block)
    }
    #[inline(always)]
    fn times_slope(x: L, slope: L) -> L {
        <L as Layer>::times_slope(x, slope)
    }
    #[inline]
    fn masked_product(x: L, y: L) -> L {
        <L as Layer>::masked_product(x, y)
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
    fn rest(x: L) -> L {
        <L as Layer>::rest(x)
    }
    #[inline]
    fn unmarked(x: L) -> L {
        <L as Layer>::unmarked(x)
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
    fn all_finite(x: L) -> bool {
        <L as Layer>::all_finite(x)
    }
    #[inline(always)]
    fn is_moderate(x: L, count: i32) -> bool {
        <L as Layer>::is_moderate(x, count)
    }
    #[inline(always)]
    fn is_normal(x: L) -> bool {
        x.inner().is_normal()
    }
    #[inline]
    fn has_digits<const K: usize>(slope: L, x: [L; K]) -> bool {
        <L as Layer>::has_digits(slope, x)
    }
    #[inline]
    fn half_range() -> i32 {
        L::Inner::half_range()
    }
    #[inline]
    fn undifferentiable(x: L) -> L {
        <L as Layer>::undifferentiable(x)
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
    #[inline]
    fn magnitude_with_tangents(x: L) -> f64 {
        <L as Layer>::magnitude_with_tangents(x)
    }
}

/// The result of a call that is seldom made, from copies of its arguments and through a copy of its own: those of the usual way are
/// not known by their addresses then, and may stay in registers.
#[inline(always)]
#[track_caller]
fn aside<L: Copy, A>(start: L, arguments: A, seldom: impl FnOnce(&A) -> L) -> L {
    let mut result = [start];
    result[0] = seldom(&arguments);
    result[0]
}

/// Whether it is certain that no partial derivative of a function, nor a derivative of one in a nest, has left the range of
/// numbers: by a look at the arguments, or at the partial derivatives, which costs next to nothing.
#[inline(always)]
fn in_range<T: Scalar, const K: usize>(range: Range, x: [T; K], slopes: [T; K]) -> bool {
    // The product of two partial derivatives' values, or their quotient by an argument, and of a tangent for each level.
    let count = 3 + T::ORDER as i32;
    // By the values: tangents that are out of proportion to them are so in the results too.
    let moderate = |x: [T; K]| x.iter().fold(true, |all, x| all & x.stop_gradient().is_moderate(count));
    let arguments = match range {
        Range::Kept => return true,
        Range::LeftInNests if T::ORDER == 0 => return true,
        // A value that has lost digits stays as it is: it is what the first derivative is, in and out of nests.
        Range::LeftInNests => return moderate(x) || !slopes.iter().all(|s| s.is_normal()),
        Range::LeftByArguments => return moderate(x),
        Range::Left => T::ORDER == 0 || moderate(x),
    };
    arguments
        & slopes
            .iter()
            .fold(true, |all, s| all & if T::ORDER == 0 { s.is_normal() } else { moderate_value(*s, count) })
}

/// Whether the value is moderate and no zero.
#[inline(always)]
fn moderate_value<T: Scalar>(x: T, count: i32) -> bool {
    x.is_normal() & x.stop_gradient().is_moderate(count)
}

/// [`Layer::chain`] where something may have left the range: by the factors of the partial derivatives one after the other.
#[cold]
#[inline(never)]
#[track_caller]
fn by_factors<F: Analytic<K>, L: Layer, const K: usize>(
    f: F,
    x: [L; K],
    value: L::Inner,
    slopes: [L::Inner; K],
) -> L {
    by_factors_of(x, value, slopes, f.factors(each(|k| x[k].inner()), value))
}

/// [`by_factors`] of a function of real numbers.
#[cold]
#[inline(never)]
#[track_caller]
fn by_factors_of_reals<F: OfReals<K>, L: Layer<Inner: Real>, const K: usize>(
    f: F,
    x: [L; K],
    value: L::Inner,
    slopes: [L::Inner; K],
) -> L {
    let result = by_factors_of(x, value, slopes, f.factors(each(|k| x[k].inner()), value));
    if F::CORNER && L::Inner::ORDER > 0 && value.has_value(0.0).decided() {
        L::at_corner(result, x)
    } else {
        result
    }
}

/// [`by_factors`] at complex numbers.
#[cold]
#[inline(never)]
#[track_caller]
fn by_complex_factors<F: Analytic<K>, L: Layer<Inner: Real>, const K: usize>(
    f: F,
    z: [Complex<L>; K],
    value: Complex<L::Inner>,
    slopes: [Complex<L::Inner>; K],
) -> Complex<L> {
    let inner = each(|k| inner_complex(z[k]));
    let (mut z, mut slopes) = (z, slopes);
    if let Some(factors) = f.factors(inner, value) {
        for k in 0..K {
            if let Some([first, second]) = worthwhile(slopes[k], inner, factors[k]) {
                z[k].re.note_factors();
                z[k].im.note_factors();
                z[k] = L::chain_complex([z[k]], inner[k], [first]);
                slopes[k] = second;
            }
        }
    }
    L::chain_complex(z, value, slopes)
}

/// [`Layer::chain`] by factors, for the arguments where that helps.
#[cold]
#[track_caller]
pub(crate) fn by_factors_of<L: Layer, const K: usize>(
    mut x: [L; K],
    value: L::Inner,
    mut slopes: [L::Inner; K],
    factors: Option<[[L::Inner; 2]; K]>,
) -> L {
    let inner: [_; K] = each(|k| x[k].inner());
    if let Some(factors) = factors {
        for k in 0..K {
            if let Some([first, second]) = worthwhile(slopes[k], inner, factors[k]) {
                x[k].note_factors();
                x[k] = L::chain([x[k]], inner[k], [first]);
                slopes[k] = second;
            }
        }
    }
    L::chain(x, value, slopes)
}

/// The factors, if the partial derivative has lost digits that they have.
///
/// In a nest the first derivative has the same bits as outside. If the value of the partial derivative has all its digits, the
/// factors are the value and 1 with the logarithmic derivatives. If the tangents are like those of variables, a derivative of the
/// partial derivative that is out of range stays so whatever is done, and its own formula does not cancel where the product
/// of factors may: then only the values are taken apart.
fn worthwhile<T: Scalar, const K: usize>(slope: T, x: [T; K], factors: [T; 2]) -> Option<[T; 2]> {
    let sound = |x: T| x.is_normal() && x.all_finite();
    // What overflows in parts would be ∞ − ∞ or 0 · ∞ on the way of the factors, and so would tangents that have overflowed.
    let overflown = T::COMPLEX && !slope.all_finite() || T::ORDER > 0 && !x.iter().all(|x| x.all_finite());
    if overflown
        || slope.has_digits(x)
        || T::Kernel::has_nan(slope).known() == Some(true)
        || !factors.into_iter().all(sound)
    {
        return None;
    }
    if T::ORDER == 0 {
        return Some(factors);
    }
    if has_tangents_near_one(x) {
        let [a, b] = factors.map(|x| x.stop_gradient());
        let rest = slope.rest().quotient(a);
        return (!slope.is_normal() && rest.all_finite()).then(|| [a, b + rest]);
    }
    if !slope.is_normal() {
        return Some(factors);
    }
    let [a, b] = factors.map(|x| x.quotient(x.stop_gradient()));
    Some([slope.stop_gradient(), (a * b).rest() + Lit(1.0)])
}

/// Whether the tangents of the numbers of a nest are like those of variables.
fn has_tangents_near_one<T: Scalar, const K: usize>(x: [T; K]) -> bool {
    let sizes = x.iter().map(|x| x.rest().magnitude_with_tangents());
    let (near, zero) = sizes.fold((0, 0), |(near, zero), size| {
        (near + usize::from((1.0 / 16.0..=16.0).contains(&size)), zero + usize::from(size == 0.0))
    });
    near > 0 && near + zero == K
}

/// A root, or another function whose partial derivative is infinite, in a nest: tangents that are exactly zero stay so, but of a
/// live number, (x²)½ or (x⁴)½, nobody knows what they were the first digits of.
#[cold]
#[inline(never)]
#[track_caller]
fn root_at_zero<L: Layer, const K: usize>(x: [L; K], value: L::Inner, slopes: [L::Inner; K]) -> L {
    for x in &x {
        x.note_factors();
    }
    L::at_corner(L::chain(x, value, slopes), x)
}

/// Whether a partial derivative is infinite and the value is not, at an end of the function's domain, 0 or ±1: elsewhere the
/// partial derivative has overflowed.
#[cold]
fn is_branch_point<T: Scalar>(x: T, value: T, slope: T) -> bool {
    let size = x.careful_magnitude();
    (size == 0.0 || size == 1.0)
        && slope.careful_magnitude().is_infinite()
        && value.careful_magnitude().is_finite()
}

/// Whether two numbers are a zero and an infinity, which [`Kernel::masked_product`] makes a zero.
pub(crate) fn is_masked<T: Scalar>(x: T, y: T) -> bool {
    let zero = |x: T| x.has_value(0.0).known() == Some(true);
    let infinite =
        |x: T| x.has_finite_value().known() == Some(false) && T::Kernel::has_nan(x).known() == Some(false);
    (zero(x) && infinite(y)) || (infinite(x) && zero(y))
}

/// A function in a nest at a corner where its partial derivatives are taken for zero: they have no derivatives.
#[cold]
#[inline(never)]
#[track_caller]
fn corner<L: Layer, const K: usize>(x: [L; K], value: L::Inner, slopes: [L::Inner; K]) -> L {
    for x in &x {
        x.note_factors();
    }
    L::at_corner(L::chain(x, value, each(|k| slopes[k].undifferentiable())), x)
}

/// The largest of many numbers, or the smallest; equal ones share its derivative.
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
type InnerKernel<L> = <<L as Layer>::Inner as Scalar>::Kernel;

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
    #[inline]
    #[track_caller]
    fn mul_add(x: L, a: L, b: L) -> L {
        <L as Layer>::mul_add(x, a, b)
    }
    #[inline]
    #[track_caller]
    fn norm(x: &[L]) -> L {
        <L as Layer>::norm(x)
    }
    #[inline]
    #[track_caller]
    fn norm_and_slopes<I: Iterator<Item = L> + Clone>(x: I) -> (L, impl Iterator<Item = L> + Clone) {
        <L as Layer>::norm_and_slopes(x)
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
    #[track_caller]
    fn complex_sin_cos(z: Complex<L>) -> (Complex<L>, Complex<L>) {
        <L as Layer>::complex_sin_cos(z)
    }
    #[inline]
    #[track_caller]
    fn complex_rule<R: Rule<Complex<L::Primal>, K>, const K: usize>(
        rule: &R,
        z: [Complex<L>; K],
    ) -> Complex<L> {
        <L as Layer>::complex_rule(rule, z)
    }
    #[inline]
    #[track_caller]
    fn complex_vector_rule<R: VectorRule<Complex<L::Primal>>>(rule: &R, z: &[Complex<L>]) -> Vec<Complex<L>> {
        <L as Layer>::complex_vector_rule(rule, z)
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

// ---------------------------------------------------------------------------------------------------------------------
// Operations on many numbers.

/// Operations on many numbers by those on two, one number after the other: for all numbers but those of a tape. Slices belong
/// together and have one length.
mod in_order {
    use super::{Engine, exponentials};
    use crate::{Lit, Scalar};

    #[inline]
    #[track_caller]
    pub(super) fn sum_of<T: Scalar>(x: &[T]) -> T {
        x.iter().copied().sum()
    }

    #[inline]
    #[track_caller]
    pub(super) fn dot<T: Scalar>(x: &[T], y: &[T]) -> T {
        x.iter().zip(y).map(|(x, y)| *x * *y).sum()
    }

    #[inline]
    #[track_caller]
    pub(super) fn weighted_sum<T: Scalar>(weights: &[f64], x: &[T]) -> T {
        weights.iter().zip(x).map(|(w, x)| *x * Lit(*w)).sum()
    }

    #[inline]
    #[track_caller]
    pub(super) fn sum_over<T: Scalar, I: IntoIterator>(
        x: &[T],
        items: I,
        mut f: impl FnMut(&[T], I::Item) -> T,
    ) -> T {
        items.into_iter().map(|item| f(x, item)).sum()
    }

    #[inline]
    #[track_caller]
    pub(super) fn log_sum_exp<T: Scalar>(x: &[T]) -> T {
        let (largest, terms) = exponentials(x);
        (Scalar::ln(terms.sum::<T>()) + largest).principal()
    }
}

/// The xᵢ with the largest real part, c, with its tangents, and the e^(xᵢ − c).
///
/// With a constant c the tangents of ln Σ e^(xᵢ − c) would hold those of c, and their square would have to cancel in a second
/// derivative.
pub(crate) fn exponentials<T: Scalar>(x: &[T]) -> (T, impl Iterator<Item = T>) {
    // A NaN, of either sign, is the largest.
    let larger = |x: &T, y: &T| {
        let (x, y) = (*x, *y);
        <T::Kernel as Kernel<T>>::less(y, x).or(<T::Kernel as Kernel<T>>::has_nan(x))
    };
    let records = x.windows(2).any(|w| larger(&w[0], &w[1]).known().is_none());
    let largest =
        if records { None } else { x.iter().reduce(|y, x| if larger(x, y).decided() { x } else { y }) };
    // Numbers that record choose the largest again for each input: which of them is above all before it.
    let mut above = Vec::new();
    let chosen = || {
        let first = x.first().map_or_else(|| T::zero().ln(), |x| *x);
        x.iter().skip(1).fold(first, |c, x| {
            above.push(<T::Kernel as Kernel<T>>::less(c, *x));
            T::choose(above[above.len() - 1], || *x, || c)
        })
    };
    let c = largest.map_or_else(chosen, |c| *c);
    let infinite = !records && c.log_magnitude().is_infinite();
    let term = move |(i, x): (usize, &T)| {
        if largest.is_some_and(|c| core::ptr::eq(x, c)) {
            return T::one();
        }
        // Two equal infinities, of which only the tangents differ.
        let twice = infinite && x.log_magnitude() == c.log_magnitude();
        let difference = if twice { x.rest() - c.rest() } else { *x - c };
        let power = difference.exp();
        if !records || T::ORDER == 0 {
            return power;
        }
        // Of the largest one 1, without tangents that would have to cancel.
        let is_largest = <T::Kernel as Kernel<T>>::equal(*x, c);
        let is_first = above.get(i.wrapping_sub(1)).map_or(is_largest, |above| above.and(is_largest));
        T::choose(is_first, T::one, || power)
    };
    (c, x.iter().enumerate().map(term))
}

/// Each as a part of their sum; not e^(xᵢ − ln Σ …), whose exponent has the rounding error of a large sum.
pub(crate) fn softmax_weights<T: Scalar>(terms: &[T]) -> Vec<T> {
    let total = T::sum_of(terms);
    terms.iter().map(|term| *term / total).collect()
}
