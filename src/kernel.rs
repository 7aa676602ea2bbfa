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

use crate::array::same_length;
use crate::functions::{Analytic, OfReals, analytic, real};
use crate::rule::{Rule, VectorRule};
use crate::scalar::lanes::each_lane;
use crate::transform::{Checkpoint, State};
use crate::{Base, ComplexScalar, Lit, Real, Scalar};
use alloc::vec::Vec;
use num_complex::Complex;

/// Declares functions that call the one of the same name of another type, with their arguments: `[attributes] <Type as Trait>:`
/// and signatures, in which the generic parameters stand in brackets.
macro_rules! forward {
    ($attributes:tt <$type:ty as $trait:path>: $(fn $f:ident $([$($generics:tt)*])? ($($arguments:tt)*) $(-> $r:ty)?;)*) => {
        $(forward! { @ $attributes <$type as $trait> $f [$($($generics)*)?] ($($arguments)*) [$(-> $r)?] })*
    };
    (@ [$($attributes:tt)*] <$type:ty as $trait:path> $f:ident [$($generics:tt)*] (self $(, $x:ident: $t:ty)* $(,)?) [$($r:tt)*]) => {
        $($attributes)*
        fn $f<$($generics)*>(self $(, $x: $t)*) $($r)* {
            <$type as $trait>::$f(self $(, $x)*)
        }
    };
    (@ [$($attributes:tt)*] <$type:ty as $trait:path> $f:ident [$($generics:tt)*] ($($x:ident: $t:ty),* $(,)?) [$($r:tt)*]) => {
        $($attributes)*
        fn $f<$($generics)*>($($x: $t),*) $($r)* {
            <$type as $trait>::$f($($x),*)
        }
    };
}

mod base;
mod complex;
mod in_order;
mod layer;
mod layered;
mod out_of_range;

pub use base::Machine;
pub use complex::ComplexParts;
pub(crate) use in_order::{exponentials, softmax_weights};
pub use layer::Layer;
#[cfg(feature = "std")]
pub(crate) use layer::along_reals;
pub use layered::Layered;
pub(crate) use layered::inner_complex;
#[cfg(feature = "std")]
pub(crate) use out_of_range::by_factors_of;
pub(crate) use out_of_range::is_masked;

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
    /// σ(x) and ¼/cosh²(x/2), which share an exponential at base numbers.
    #[inline]
    fn sigmoid_and_slope(x: T) -> (T, T) {
        (Scalar::sigmoid(x), x.sigmoid_slope())
    }
    /// ln(1 + eˣ) and σ(x), which share an exponential at base numbers.
    #[inline]
    fn softplus_and_slope(x: T) -> (T, T) {
        (Scalar::softplus(x), Scalar::sigmoid(x))
    }
    /// ln(eˣ + eʸ), eˣ/(eˣ + eʸ) and eʸ/(eˣ + eʸ), which share an exponential at base numbers.
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
    /// The number with the angle that complex logarithms have, above −π and up to π; a real number as it is.
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
    /// Part by part the first of two numbers, or the second one where `x`, which the first is made of, has lost its digits in that part.
    /// The second is made of a sum: where that cancels, being much smaller than the difference of its terms, it is no better.
    fn reconciled(_x: T, _sum_and_difference: [T; 2], [first, _]: [T; 2]) -> T {
        first
    }
    /// The exponent of the square root of the range: 2ⁿ and 2⁻ⁿ have squares that are in range.
    fn half_range() -> i32;
    /// Notes, on every tape that the number is on, that something there may leave the range: its sweep is the careful one then.
    fn note_factors(_x: T) {}
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

/// [`Kernel`] as methods, for the formulas of this crate.
pub(crate) trait Engine: Scalar {
    const ORDER: usize = <Self::Kernel as Kernel<Self>>::ORDER;
    const IS_BASE: bool = <Self::Kernel as Kernel<Self>>::IS_BASE;
    const DEPTH: usize = <Self::Kernel as Kernel<Self>>::DEPTH;
    const COMPLEX: bool = <Self::Kernel as Kernel<Self>>::COMPLEX;

    analytic! { slope_methods Kernel analytic }

    forward! { [#[inline(always)]] <Self::Kernel as Kernel<Self>>:
        fn tanh_and_slope(self) -> (Self, Self);
        fn sigmoid_and_slope(self) -> (Self, Self);
        fn softplus_and_slope(self) -> (Self, Self);
        fn log_add_exp_and_slopes(self, other: Self) -> (Self, Self, Self);
        fn times_slope(self, slope: Self) -> Self;
        fn is_known_zero(self) -> bool;
        fn masked_product(self, other: Self) -> Self;
        fn principal(self) -> Self;
        fn rest(self) -> Self;
        fn unmarked(self) -> Self;
        fn all_finite(self) -> bool;
        fn is_moderate(self, count: i32) -> bool;
        fn is_normal(self) -> bool;
        fn note_factors(self);
        fn undifferentiable(self) -> Self;
        fn magnitude(self) -> f64;
        fn careful_magnitude(self) -> f64;
        fn log_magnitude(self) -> f64;
        fn magnitude_with_tangents(self) -> f64;
        fn has_finite_value(self) -> TruthOf<Self>;
        fn is_within(self, bound: f64) -> TruthOf<Self>;
        fn has_value(self, value: f64) -> TruthOf<Self>;
        fn subtract_from(self, c: Lit) -> Self;
        fn divide_into(self, c: Lit) -> Self;
    }
    forward! { [#[inline(always)] #[track_caller]] <Self::Kernel as Kernel<Self>>:
        fn entering(what: &'static str);
        fn half_range() -> i32;
        fn lanes_sum[const N: usize](a: &[Self; N], b: &[Self; N]) -> [Self; N];
        fn lanes_difference[const N: usize](a: &[Self; N], b: &[Self; N]) -> [Self; N];
        fn lanes_scaled[const N: usize](a: &[Self; N], c: Lit) -> [Self; N];
        fn lanes_combined[const N: usize](a: &[Self; N], x: Self, b: &[Self; N], y: Self) -> [Self; N];
        fn lanes_times_slope[const N: usize](a: &[Self; N], x: Self) -> [Self; N];
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
    forward! { [#[inline(always)]] <Self::Kernel as ComplexKernel<Self>>:
        fn phase(self) -> Self;
        fn parts(self) -> (Self::Real, Self::Real);
    }
    forward! { [#[inline(always)] #[track_caller]] <Self::Kernel as ComplexKernel<Self>>:
        fn from_parts(re: Self::Real, im: Self::Real) -> Self;
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
