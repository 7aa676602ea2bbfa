//! [`Var<T>`] itself: a value, and where it is on the tape.

use super::places::{Tapes, is_run, tape_of};
use super::vector_rules::{AnyRule, ComplexRule, SlopesOfNorm};
use super::{NO_PARENT, Recording, VectorNode, open};
use crate::kernel::{
    Engine, Layer, Layered, RealEngine, Truth, TruthOf, by_factors_of, exponentials, inner_complex,
    is_masked, softmax_weights,
};
use crate::rules::factors;
use crate::scalar::lanes::each_lane;
use crate::transform::{Checkpoint, State};
use crate::tree::{Lanes, Seed};
use crate::{ComplexScalar, Dual, Lit, Real, Scalar, VectorRule, lit};
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use num_complex::Complex;
use num_traits::{One, Zero};

/// A variable of reverse mode: a value and its place on the tape of the transform that runs.
///
/// Transforms ([`grad`](crate::grad), [`vjp`](crate::vjp), [`jacrev`](crate::jacrev), …) make them; `Var::from(c)` is a
/// constant, which is on no tape. `T` is any [`Scalar`]: `Var<Complex<f64>>` is holomorphic, one node a complex operation;
/// `Var<Dual<f64>>` gives Hessian-vector products; `Var<Var<f64>>` is reverse over reverse.
///
/// A variable lives as long as the closure of its transform runs, on its thread. Used elsewhere it panics.
///
/// # Examples
/// ```
/// use holograd::{Var, grad};
/// let gradient = grad(|[x, y]: [Var<f64>; 2]| 2.0 * x * y + 1.0, &[3.0, 4.0]);
/// assert_eq!(gradient, [8.0, 6.0]);
/// assert_eq!(size_of::<Var<f64>>(), 16);
/// ```
#[derive(Clone, Copy)]
pub struct Var<T> {
    re: T,
    /// The tape's number in the upper half and the node in the lower one; 0: a constant.
    place: u64,
}

impl<T: Copy> Var<T> {
    /// The value, one level down.
    ///
    /// ```
    /// # use holograd::Var;
    /// assert_eq!(Var::from(3.0).value(), 3.0);
    /// ```
    #[inline]
    #[must_use]
    pub const fn value(self) -> T {
        self.re
    }

    pub(crate) const fn on_tape(re: T, node: u32, tape: u32) -> Self {
        Var { re, place: (tape as u64) << 32 | node as u64 }
    }

    #[allow(clippy::cast_possible_truncation)] // half of it is meant
    pub(super) const fn node(self) -> u32 {
        self.place as u32
    }

    pub(super) const fn tape(self) -> u32 {
        (self.place >> 32) as u32
    }

    /// The tape's number in the upper half and the node in the lower one; 0 of a constant.
    #[inline(always)]
    pub(super) const fn place(&self) -> u64 {
        self.place
    }

    pub(crate) const fn is_constant(&self) -> bool {
        self.place == 0
    }
}

impl<T: Scalar> Var<T> {
    /// A node of one argument; a constant if that is one.
    #[inline(always)]
    #[track_caller]
    fn unary(self, re: T, slope: T) -> Self {
        match open::push([self.place], slope, slope) {
            Some(place) => Var { re, place },
            // Larger numbers would be put in memory for the call, also when it is not made.
            None if size_of::<T>() <= size_of::<u64>() => self.unary_called(re, slope),
            None => self.unary_elsewhere(re, slope),
        }
    }

    /// A node of one argument whose tape is not the innermost one, or is full; a constant if the argument is one.
    #[inline(always)]
    #[track_caller]
    fn unary_elsewhere(self, re: T, slope: T) -> Self {
        if self.is_constant() {
            return re.into();
        }
        Var { re, place: open::push_elsewhere(self.place, None, slope, slope) }
    }

    /// [`unary_elsewhere`](Var::unary_elsewhere) as a call, for which value and slope are both needed: the compiler computes both
    /// before it looks for the tape, sine and cosine at once.
    #[cold]
    #[inline(never)]
    #[track_caller]
    fn unary_called(self, re: T, slope: T) -> Self {
        self.unary_elsewhere(re, slope)
    }

    /// A node of two arguments, or of the one that is no constant.
    #[inline(always)]
    #[track_caller]
    fn binary(self, other: Self, re: T, left: T, right: T) -> Self {
        if let Some(place) = open::push([self.place, other.place], left, right) {
            return Var { re, place };
        }
        self.binary_called(other, re, left, right)
    }

    /// A node of two arguments where `open::push` writes none: one may be a constant.
    #[inline(never)] // so that what uses nodes of two variables stays small
    #[track_caller]
    fn binary_called(self, other: Self, re: T, left: T, right: T) -> Self {
        if other.is_constant() {
            return self.beside_constant(re, left);
        }
        if self.is_constant() {
            return other.beside_constant(re, right);
        }
        Var { re, place: open::push_elsewhere(self.place, Some(other.place), left, right) }
    }

    /// A node of one argument, the other being a constant; none where the derivative is exactly zero.
    #[inline(always)]
    #[track_caller]
    fn beside_constant(self, re: T, slope: T) -> Self {
        if self.is_constant() || slope.is_known_zero() {
            return re.into();
        }
        self.unary(re, slope)
    }

    /// x + y; no node if one of them is a constant.
    #[inline(always)]
    #[track_caller]
    pub(crate) fn plus(self, other: Self) -> Self {
        self.plus_with_value(other, self.re + other.re)
    }

    /// What has the partial derivatives of x + y, and this value.
    #[inline(always)]
    #[track_caller]
    fn plus_with_value(self, other: Self, re: T) -> Self {
        if other.is_constant() {
            return self.moved_to(re);
        }
        if self.is_constant() {
            return other.moved_to(re);
        }
        self.summed(other, re, false)
    }

    /// x − y; no node where y is a constant.
    #[inline(always)]
    #[track_caller]
    pub(crate) fn minus(self, other: Self) -> Self {
        let re = self.re - other.re;
        if other.is_constant() {
            return self.moved_to(re);
        }
        if self.is_constant() {
            return other.unary(re, -T::one());
        }
        self.summed(other, re, true)
    }

    /// A node of two arguments with the slopes 1 and ±1. As arguments of a call the slopes would be put in memory number by number,
    /// and the processor waits when a node then takes them from there in larger pieces: a Hessian-vector product took 1.4 times as long.
    #[inline(always)]
    #[track_caller]
    fn summed(self, other: Self, re: T, negative: bool) -> Self {
        let right = if negative { -T::one() } else { T::one() };
        match open::push([self.place, other.place], T::one(), right) {
            Some(place) => Var { re, place },
            None => self.summed_elsewhere(other, re, negative),
        }
    }

    #[cold]
    #[inline(never)]
    #[track_caller]
    fn summed_elsewhere(self, other: Self, re: T, negative: bool) -> Self {
        let right = if negative { -T::one() } else { T::one() };
        Var { re, place: open::push_elsewhere(self.place, Some(other.place), T::one(), right) }
    }

    /// x y; of a square a node of one argument.
    #[inline(always)]
    #[track_caller]
    pub(crate) fn times(self, other: Self) -> Self {
        let re = self.re * other.re;
        if self.place == other.place {
            return self.unary(re, self.re + other.re);
        }
        if let Some(place) = open::push([self.place, other.place], other.re, self.re) {
            return Var { re, place };
        }
        // Most constants meet variables in products: here they do without a call.
        if other.is_constant() {
            return self.beside_constant(re, other.re);
        }
        if self.is_constant() {
            return other.beside_constant(re, self.re);
        }
        self.binary_called(other, re, other.re, self.re)
    }

    /// A node of all arguments that are no constants, in rows beside what `slope` finds each argument's slope in: a number that
    /// is there, not computed on the way.
    #[track_caller]
    fn wide<S, const R: usize>(rows: [(&[Self], &[S]); R], slope: impl Fn(&S) -> T, re: T) -> Self {
        if rows.iter().all(|(arguments, _)| is_run(arguments)) {
            let tape = rows.map(|(arguments, _)| arguments[0].tape());
            if tape.iter().all(|number| *number == tape[0]) {
                return Var::on_tape(re, open::push_runs(tape[0], rows, slope), tape[0]);
            }
        }
        let (mut tapes, mut constants) = (Tapes::NONE, false);
        for (arguments, _) in rows {
            for x in arguments {
                if x.is_constant() {
                    constants = true;
                } else {
                    tapes.add(x.place);
                }
            }
        }
        let tape = tapes.one();
        let node = if tape == 0 { 0 } else { open::push_wide(tape, rows, slope, constants) };
        Var::on_tape(re, node, tape)
    }

    /// x₀ + x₁ + …, a node for every 32 terms.
    #[inline(never)] // so that the loop has the registers for itself
    #[track_caller]
    pub(crate) fn total(terms: impl IntoIterator<Item = Self>) -> Self {
        // From −0, which sums of `f64` start from: a sum of −0 has the sign of the plain program's.
        let (mut re, mut tapes) = (-T::zero(), Tapes::NONE);
        // The last node and the terms not yet in one; on the stack, as terms may be computed while they are asked for, and
        // write nodes meanwhile.
        let (mut edges, mut count) = ([0; 32], 0);
        for x in terms {
            re += x.re;
            if x.is_constant() {
                continue;
            }
            if count >= edges.len() {
                let sum = open::push_total::<T>(tapes.one(), &edges);
                // The last term was written before the sum: in this order they may be a run.
                (edges[0], edges[1], count) = (x.node(), sum, 2);
                tapes.add(x.place);
                continue;
            }
            tapes.add(x.place);
            edges[count] = x.node();
            count += 1;
        }
        let node = match count {
            0 => return re.into(),
            1 => edges[0],
            _ => open::push_total::<T>(tapes.one(), &edges[..count]),
        };
        Var::on_tape(re, node, tapes.one())
    }

    /// The results `y` of a vector-valued rule.
    #[track_caller]
    pub(crate) fn vector(x: &[Self], y: Vec<T>, rule: impl VectorNode<T> + 'static) -> Vec<Self> {
        let tape = tape_of(x);
        if tape == 0 || y.is_empty() {
            return y.into_iter().map(Self::from).collect();
        }
        let parents = x.iter().map(|x| if x.is_constant() { NO_PARENT } else { x.node() }).collect();
        let first = open::push_vector(tape, y.len(), parents, Box::new(rule));
        (first..).zip(y).map(|(node, re)| Var::on_tape(re, node, tape)).collect()
    }
}

impl<T: Scalar> Scalar for Var<T> {
    type Real = Var<T::Real>;
    type Primal = T::Primal;
    type Kernel = Layered;
    type Fused<const K: usize> = Dual<T, K>;
}
impl<T: Real> ComplexScalar for Var<T> {}
impl<T: Real> Real for Var<T> {}

impl<T: Scalar> Layer for Var<T> {
    type Inner = T;

    #[inline]
    fn inner(self) -> T {
        self.re
    }

    #[inline(always)] // the slices are of known length only where this is inlined
    #[track_caller]
    fn chain<const K: usize>(arguments: [Self; K], value: T, slopes: [T; K]) -> Self {
        match (arguments.as_slice(), slopes.as_slice()) {
            (&[x], &[slope]) => x.unary(value, slope),
            (&[x, y], &[left, right]) => x.binary(y, value, left, right),
            // Up to five as nodes of two, which take less than one of any number.
            (&[x, y, z], &[a, b, c]) => x.binary(y, value, a, b).binary(z, value, T::one(), c),
            (&[x, y, z, w], &[a, b, c, d]) => {
                let (first, second) = (x.binary(y, value, a, b), z.binary(w, value, c, d));
                first.plus_with_value(second, value)
            }
            (&[x, y, z, w, v], &[a, b, c, d, e]) => {
                let (first, second) = (x.binary(y, value, a, b), z.binary(w, value, c, d));
                first.plus_with_value(second, value).binary(v, value, T::one(), e)
            }
            (arguments, slopes) => Self::wide([(arguments, slopes)], |slope| *slope, value),
        }
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
        // Two real nodes: (a + ib)(x + iy) has the slopes a, −b in its real part and b, a in its imaginary part.
        if let (&[z], &[s]) = (z.as_slice(), slopes.as_slice()) {
            return Complex::new(
                z.re.binary(z.im, value.re, s.re, -s.im),
                z.re.binary(z.im, value.im, s.im, s.re),
            );
        }
        let (re, im) = (z.map(|z| z.re), z.map(|z| z.im));
        let (a, b) = (slopes.map(|s| s.re), slopes.map(|s| s.im));
        Complex::new(
            Self::wide([(&re, &a), (&im, &b.map(|b| -b))], |slope| *slope, value.re),
            Self::wide([(&re, &b), (&im, &a)], |slope| *slope, value.im),
        )
    }

    /// This variable with another value: no node, as a constant was added and the derivative is that of the old one.
    #[inline]
    fn moved_to(self, re: T) -> Self {
        Var { re, ..self }
    }

    /// A linear function.
    #[inline]
    #[track_caller]
    fn linear(self, f: impl Fn(T) -> T) -> Self {
        self.unary(f(self.re), f(T::one()))
    }

    #[inline]
    #[track_caller]
    fn select(truth: TruthOf<T>, yes: Self, no: Self) -> Self {
        let value = T::choose(truth, || yes.re, || no.re);
        let [of_yes, of_no] = [T::choose(truth, T::one, T::zero), T::choose(truth, T::zero, T::one)];
        Self::chain([yes, no], value, [of_yes, of_no])
    }

    #[track_caller]
    fn sum_of(x: &[Self]) -> Self {
        let re = x.iter().map(|x| x.re).sum();
        if is_run(x) {
            let tape = x[0].tape();
            return Var::on_tape(re, open::push_run::<T>(tape, x[0].node(), x.len()), tape);
        }
        let live = x.iter().filter(|x| !x.is_constant());
        let tape = tape_of(x);
        let node = if tape == 0 { 0 } else { open::push_all::<T>(tape, live.map(|x| x.node())) };
        Var::on_tape(re, node, tape)
    }
    #[track_caller]
    fn dot(x: &[Self], y: &[Self]) -> Self {
        let value = x.iter().zip(y).map(|(x, y)| x.re * y.re).sum();
        if core::ptr::eq(x, y) {
            // One derivative, 2xᵢ, for each number.
            return Self::wide([(x, x)], |x| x.re + x.re, value);
        }
        Self::wide([(x, y), (y, x)], |other| other.re, value)
    }
    #[track_caller]
    fn weighted_sum(weights: &[f64], x: &[Self]) -> Self {
        let value = weights.iter().zip(x).map(|(w, x)| x.re * lit(*w)).sum();
        Self::wide([(x, weights)], |weight| T::lit(*weight), value)
    }
    #[track_caller]
    fn log_sum_exp(x: &[Self]) -> Self {
        let inner: Vec<T> = x.iter().map(|x| x.re).collect();
        let (largest, terms) = exponentials(&inner);
        let terms: Vec<T> = terms.collect();
        let slopes = softmax_weights(&terms);
        let value = (T::sum_of(&terms).ln() + largest).principal();
        Self::wide([(x, &slopes)], |slope| *slope, value)
    }
    #[track_caller]
    fn sum_over<I: IntoIterator>(x: &[Self], items: I, f: impl FnMut(&[Self], I::Item) -> Self) -> Self {
        let inner: Vec<T> = x.iter().map(|x| x.re).collect();
        let mut slopes = vec![T::zero(); x.len()];
        let value = Recording::sum_over(&inner, items, f, &mut slopes);
        Self::wide([(x, &slopes)], |slope| *slope, value)
    }

    #[track_caller]
    fn time_loop<P: State<Self>, X: State<Self>>(
        schedule: Checkpoint,
        params: &P,
        state: &X,
        step: impl Fn(&P, X, usize) -> X + Send + 'static,
    ) -> X {
        crate::transform::checkpoint::on_tape(schedule, params, state, step)
    }

    #[inline]
    #[track_caller]
    fn fuse<const K: usize, const M: usize>(
        x: [Self; K],
        block: impl FnOnce([Dual<T, K>; K]) -> [Dual<T, K>; M],
    ) -> [Self; M] {
        let seed = Seed::new::<T>();
        let y = block(each_lane(|lane| Lanes::seed(x[lane].re, Some(lane), seed)));
        each_lane(|k| Self::chain(x, y[k].value(), seed.check(y[k]).eps()))
    }

    #[track_caller]
    fn vector_rule<R: VectorRule<T::Primal>>(rule: &R, x: &[Self]) -> Vec<Self> {
        let inner: Vec<T> = x.iter().map(|x| x.re).collect();
        let y = T::apply_vector_rule(rule, &inner);
        Self::vector(x, y.clone(), AnyRule { rule: rule.clone(), x: inner, y })
    }

    #[track_caller]
    fn complex_vector_rule<R: VectorRule<Complex<T::Primal>>>(
        rule: &R,
        z: &[Complex<Self>],
    ) -> Vec<Complex<Self>>
    where
        T: Real,
    {
        let inner: Vec<Complex<T>> = z.iter().map(|z| inner_complex(*z)).collect();
        let y = <Complex<T>>::apply_vector_rule(rule, &inner);
        let parts: Vec<Self> = z.iter().flat_map(|z| [z.re, z.im]).collect();
        let values = y.iter().flat_map(|y| [y.re, y.im]).collect();
        let node = ComplexRule(AnyRule { rule: rule.clone(), x: inner, y });
        Self::vector(&parts, values, node).chunks_exact(2).map(|y| Complex::new(y[0], y[1])).collect()
    }
    #[track_caller]
    fn norm(x: &[Self]) -> Self
    where
        T: Real,
    {
        let (value, slopes) = T::norm_and_slopes(x.iter().map(|x| x.re));
        let mut slopes: Vec<T> = slopes.collect();
        if T::ORDER > 0 && value.has_value(0.0).decided() {
            for slope in &mut slopes {
                *slope = slope.undifferentiable();
            }
            for x in x {
                Engine::note_factors(*x);
            }
        }
        Self::wide([(x, &slopes)], |slope| *slope, value)
    }
    #[track_caller]
    fn norm_and_slopes<I: Iterator<Item = Self> + Clone>(x: I) -> (Self, impl Iterator<Item = Self> + Clone)
    where
        T: Real,
    {
        let x: Vec<Self> = x.collect();
        let inner: Vec<T> = x.iter().map(|x| x.re).collect();
        let (norm, slopes) = T::norm_and_slopes(inner.iter().copied());
        let slopes: Vec<T> = slopes.collect();
        let value = Self::wide([(&x, &slopes)], |slope| *slope, norm);
        let slopes = if norm.has_value(0.0).decided() {
            for x in &x {
                Engine::note_factors(*x);
            }
            let nowhere = vec![T::lit(f64::NAN); x.len()];
            slopes.into_iter().map(|slope| Self::wide([(&x, &nowhere)], |nan| *nan, slope)).collect()
        } else {
            Self::vector(&x, slopes.clone(), SlopesOfNorm { x: inner, norm, slopes })
        };
        (value, slopes.into_iter())
    }
    #[inline]
    fn times_slope(self, slope: Self) -> Self {
        // A constant zero stays one; a live variable at zero has a derivative, the slope.
        if self.is_constant() && self.re.is_known_zero() {
            return self;
        }
        if is_masked(self.re, slope.re) {
            return Layer::masked_product(self, slope);
        }
        Self::chain([self, slope], self.re.times_slope(slope.re), [slope.re, self.re])
    }
    fn masked_product(self, other: Self) -> Self {
        let value = self.re.masked_product(other.re);
        if !is_masked(self.re, other.re) {
            return Self::chain([self, other], value, [other.re, self.re]);
        }
        Engine::note_factors(self);
        Engine::note_factors(other);
        Self::chain([self, other], value, [T::lit(f64::NAN); 2])
    }
    #[inline]
    fn is_known_zero(&self) -> bool {
        self.is_constant() && self.re.is_known_zero()
    }
    #[inline]
    fn rest(self) -> Self {
        self.moved_to(self.re.rest())
    }
    fn note_factors(self) {
        if !self.is_constant() {
            open::note_factors::<T>(self.tape());
        }
        self.re.note_factors();
    }
    fn undifferentiable(self) -> Self {
        Layer::note_factors(self);
        self.unary(self.re.undifferentiable(), T::lit(f64::NAN))
    }
    #[inline]
    fn divided(self, divisor: T, divide: impl Fn(T) -> T) -> Self {
        let (value, slope) = (divide(self.re), divide(T::one()));
        if divisor.is_moderate(3) {
            return self.unary(value, slope);
        }
        by_factors_of([self], value, [slope], factors::ln(divisor, value))
    }
    #[inline]
    fn subtract_from(self, c: Lit) -> Self {
        Self::chain([self], c - self.re, [-T::one()])
    }
}

/// One level up: a constant, which is on no tape.
///
/// ```
/// # use holograd::{Var, grad};
/// assert_eq!(grad(|x: Var<f64>| x * Var::from(5.0), &2.0), 5.0);
/// ```
impl<T: Scalar> From<T> for Var<T> {
    #[inline]
    fn from(re: T) -> Self {
        Var { re, place: 0 }
    }
}

impl<T: Scalar> Zero for Var<T> {
    #[inline]
    fn zero() -> Self {
        T::zero().into()
    }
    /// Whether this is a constant zero; a variable never is.
    #[inline]
    fn is_zero(&self) -> bool {
        self.is_constant() && self.re.is_zero()
    }
}

impl<T: Scalar> One for Var<T> {
    #[inline]
    fn one() -> Self {
        T::one().into()
    }
    /// Whether this is a constant one; a variable never is.
    #[inline]
    fn is_one(&self) -> bool {
        self.is_constant() && self.re.is_one()
    }
}

#[allow(clippy::missing_fields_in_debug)] // the two halves of the place are shown
impl<T: fmt::Debug + Copy> fmt::Debug for Var<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Var")
            .field("re", &self.re)
            .field("node", &self.node())
            .field("tape", &self.tape())
            .finish()
    }
}

/// The value.
impl<T: Scalar> fmt::Display for Var<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.re, f)
    }
}
