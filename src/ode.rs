//! Ordinary differential equations x′ = f(t, x) by Taylor series.
//!
//! A step evaluates f at a [`Jet`], which gives the Taylor polynomial of the solution to order K, and goes as far as the polynomial is
//! accurate. At K = 20 and double precision that is a tenth of a period for most smooth problems, so few steps are taken, and few roundings are
//! made: Kepler's ellipse keeps its energy to 1e-14 for a hundred revolutions. Each step *is* a polynomial, so the solution is known between the
//! steps too ([`Step::at`]), and so are the times at which something happens ([`Step::events`]).
//!
//! States are any containers of numbers: arrays, `Vec`, tuples, matrices, [`impl_tree!`](crate::impl_tree) structs, complex numbers. f is written once,
//! for any number, as for the transforms.
//!
//! | call | gives |
//! |---|---|
//! | [`solve`] | the state at a later or an earlier time |
//! | [`steps`] | the steps to it, one after the other, with the solution in between |
//! | [`jacfwd`](crate::jacfwd)`(\|x\| solve(…))` | the derivatives of the flow: `Jet`s of dual numbers |
//!
//! # Step size
//! Jorba and Zou's: a step ends where the last two terms of the polynomial have fallen to the tolerance, |cⱼ| hʲ ≤ tolerance · max(1, |x|) for j = K − 1 and
//! K in the largest norm, times a safety factor exp(−0.7/(K − 1)). The order that suits a tolerance is K ≈ 1 − ½ ln(tolerance): 20 for 1e-16, 13 for
//! 1e-10. Only values decide, not derivatives: a solution has the same steps whether it is differentiated or not.
//!
//! The sum over the steps is compensated (Kahan 1965), so that rounding grows little faster than that of one step. Stiff problems need steps of the size of
//! their fastest time scale, as with every explicit method.
//!
//! # Cost
//! f is evaluated K times a step, at jets of the orders 0 to K − 1: about as much as K/3 evaluations at order K.
//!
//! Source: À. Jorba and M. Zou, *A software package for the numerical integration of ODEs by means of high-order Taylor methods*, Experimental Mathematics
//! 14 (2005), 99–117.

use crate::kernel::Engine;
use crate::scalar::magnitude::maximum;
use crate::tag::Tag;
use crate::{Base, Jet, Lit, Operand, Real, Scalar, Shape};
use alloc::vec::Vec;
use core::fmt;

/// The state at another time: x(end) of the solution of x′ = f(t, x) with x(start) = `x`.
///
/// K is the order of the series, `end` may be earlier than `start`, and the tolerance is that of a single step, as the [module](self) says.
///
/// Derivatives by the initial state, by parameters and by the times come with numbers that carry them.
///
/// # Errors
/// [`Stuck`] where the solution ends before: at a pole, or where f is not finite.
///
/// # Panics
/// If the tolerance is not positive, a time is NaN, or f returns another number of numbers than the state has.
///
/// # Examples
/// ```
/// use holograd::{Real64, jacfwd, ode};
///
/// fn oscillator<T: Real64>([x, v]: [T; 2]) -> [T; 2] {
///     [v, -x]
/// }
/// let x = ode::solve::<20, _, _>(|_, x| oscillator(x), 0.0, &[1.0_f64, 0.0], 3.0, 1e-16)?;
/// assert!((x[0] - 3_f64.cos()).abs() < 1e-15 && (x[1] + 3_f64.sin()).abs() < 1e-15);
///
/// // The flow's Jacobian is a rotation by −3.
/// let flow = |x| ode::solve::<20, _, _>(|_, x| oscillator(x), 0.0, &x, 3.0, 1e-16);
/// let [[a, b], [c, d]] = jacfwd(flow, &[1.0, 0.0])?;
/// assert!((a - 3_f64.cos()).abs() < 1e-15 && (b - 3_f64.sin()).abs() < 1e-15);
/// assert!((c + b).abs() < 1e-15 && (d - a).abs() < 1e-15);
/// # Ok::<(), ode::Stuck>(())
/// ```
#[track_caller]
pub fn solve<const K: usize, T: Real, X: Shape<T> + Clone>(
    f: impl FnMut(Jet<T, K>, X::With<Jet<T, K>>) -> X::With<Jet<T, K>>,
    start: impl Operand<T>,
    x: &X,
    end: impl Operand<T>,
    tolerance: f64,
) -> Result<X::With<T>, Stuck>
where
    X::With<Jet<T, K>>: Shape<Jet<T, K>>,
{
    let mut steps = steps(f, start, x, end, tolerance);
    for step in &mut steps {
        step?;
    }
    Ok(steps.state())
}

/// The steps from `start` to `end`, each with the solution on its way; the last one ends at `end` exactly.
///
/// `end` may be infinite, for an iterator that ends when you stop it. The arguments are those of [`solve`], and an item is an error where that
/// returns one; after it there is no other.
///
/// # Panics
/// If the tolerance is not positive, or a time is NaN.
///
/// # Examples
/// ```
/// use holograd::ode;
/// // x′ = x² from 1 has a pole at t = 1.
/// let steps = ode::steps::<20, f64, _, _>(|_, x| x * x, 0.0, &1.0, 0.9, 1e-16);
/// for step in steps {
///     let step = step?;
///     let middle = 0.5 * (step.start() + step.end());
///     assert!((step.at(middle) * (1.0 - middle) - 1.0).abs() < 1e-13);
/// }
/// # Ok::<(), ode::Stuck>(())
/// ```
#[track_caller]
pub fn steps<const K: usize, T: Real, X: Shape<T> + Clone, F>(
    f: F,
    start: impl Operand<T>,
    x: &X,
    end: impl Operand<T>,
    tolerance: f64,
) -> Steps<F, X, T, K>
where
    F: FnMut(Jet<T, K>, X::With<Jet<T, K>>) -> X::With<Jet<T, K>>,
    X::With<Jet<T, K>>: Shape<Jet<T, K>>,
{
    const { assert!(K >= 2, "the step size is chosen by the last two coefficients: take an order of 2 or more") };
    assert!(tolerance > 0.0, "a tolerance of {tolerance}, which is not positive");
    T::entering("a function of `holograd::ode`");
    let (time, end): (T, T) = (Operand::number(start), Operand::number(end));
    assert!(!(end - time).is_nan(), "from t = {} to {}, which are no times", value(time), value(end));
    let mut state = Vec::new();
    x.map_leaves(&mut |x| state.push(Rounded { sum: x, lost: T::zero() }));
    Steps { f, shape: x.clone(), state, time, end, tolerance, ended: false }
}

/// Why a solution goes no further: at `time` a step would have no length that is a number greater than the rounding of the time.
///
/// # Examples
/// ```
/// use holograd::ode;
/// let error = ode::solve::<20, _, _>(|_, x| x * x, 0.0, &1.0_f64, 2.0, 1e-16).unwrap_err();
/// assert!((error.time - 1.0).abs() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Stuck {
    /// The time to which the solution was found.
    pub time: f64,
    /// The length that the next step would have; NaN where the series is not finite.
    pub length: f64,
}

impl fmt::Display for Stuck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Stuck { time, length } = self;
        write!(f, "the solution ends at t = {time}: the next step would have the length {length:.3e}")
    }
}

impl core::error::Error for Stuck {}

/// A sum with what its rounding lost.
#[derive(Clone, Copy, Debug)]
struct Rounded<T> {
    sum: T,
    lost: T,
}

impl<T: Real> Rounded<T> {
    /// Adds a number that is small beside the sum (Knuth's exact addition).
    fn plus(self, term: T) -> Self {
        let term = term + self.lost;
        let sum = self.sum + term;
        let added = sum - self.sum;
        Rounded { sum, lost: (self.sum - (sum - added)) + (term - added) }
    }
}

/// The iterator of [`steps`].
pub struct Steps<F, X, T, const K: usize> {
    f: F,
    shape: X,
    state: Vec<Rounded<T>>,
    time: T,
    end: T,
    tolerance: f64,
    ended: bool,
}

impl<F, X, T: fmt::Debug, const K: usize> fmt::Debug for Steps<F, X, T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Steps { state, time, end, .. } = self;
        f.debug_struct("Steps")
            .field("time", time)
            .field("end", end)
            .field("state", state)
            .finish_non_exhaustive()
    }
}

impl<F, X: Shape<T>, T: Real, const K: usize> Steps<F, X, T, K> {
    /// The time that is reached.
    #[must_use]
    pub fn time(&self) -> T {
        self.time
    }

    /// The state at [`time`](Steps::time).
    #[must_use]
    pub fn state(&self) -> X::With<T> {
        fill(&self.shape, self.state.iter().map(|x| x.sum))
    }
}

impl<F, X: Shape<T> + Clone, T: Real, const K: usize> Iterator for Steps<F, X, T, K>
where
    F: FnMut(Jet<T, K>, X::With<Jet<T, K>>) -> X::With<Jet<T, K>>,
    X::With<Jet<T, K>>: Shape<Jet<T, K>>,
{
    type Item = Result<Step<X, T, K>, Stuck>;

    #[track_caller]
    fn next(&mut self) -> Option<Self::Item> {
        let (time, remaining) = (value(self.time), value(self.end - self.time));
        if self.ended || remaining == 0.0 {
            return None;
        }
        let series = self.series();
        let length = step_length(&series, self.tolerance);
        // A polynomial solution, which no step is too long for.
        let length = if length == f64::INFINITY && !remaining.is_finite() { 1.0 } else { length };
        let last = length >= remaining.abs();
        let end = if last { self.end } else { self.time + T::lit(length.copysign(remaining)) };
        if !(length > 0.0) || !last && value(end) == time {
            self.ended = true;
            return Some(Err(Stuck { time, length }));
        }
        // Exactly what the time advances by, so that times need no compensation.
        let h = end - self.time;
        let step =
            Step { shape: self.shape.clone(), start: self.time, end, series, state: self.state.clone() };
        self.state = step.moved(h).collect();
        self.time = end;
        Some(Ok(step))
    }
}

impl<F, X: Shape<T>, T: Real, const K: usize> Steps<F, X, T, K>
where
    F: FnMut(Jet<T, K>, X::With<Jet<T, K>>) -> X::With<Jet<T, K>>,
    X::With<Jet<T, K>>: Shape<Jet<T, K>>,
{
    /// The Taylor coefficients of the solution from here: (k + 1) xₖ₊₁ is the coefficient of order k of f, which depends on those
    /// of x to order k.
    #[track_caller]
    fn series(&mut self) -> Vec<Jet<T, K>> {
        let tag = Tag::fresh(false);
        let time = Jet { tag, ..Jet::variable(self.time) };
        let mut series: Vec<Jet<T, K>> = self.state.iter().map(|x| Jet { tag, ..Jet::from(x.sum) }).collect();
        for k in 0..K {
            let x = fill(&self.shape, series.iter().map(|x| x.truncated(k)));
            let mut leaf = 0;
            (self.f)(time.truncated(k), x).map_leaves(&mut |rate| {
                rate.tag.expect(tag, || rate.is_constant());
                if let Some(x) = series.get_mut(leaf) {
                    x.higher[k] = rate.coefficient(k) / Lit((k + 1) as f64);
                }
                leaf += 1;
            });
            assert!(leaf == series.len(), "x has {} numbers, and f(t, x) has {leaf}", series.len());
        }
        series
    }
}

/// The container with other numbers in it.
fn fill<T: Scalar, X: Shape<T>, U: crate::Element>(
    shape: &X,
    mut numbers: impl Iterator<Item = U>,
) -> X::With<U> {
    shape.map_leaves(&mut |_| numbers.next().expect("a number for each leaf"))
}

/// The value alone.
fn value<T: Real>(x: T) -> f64 {
    Base::to_f64(x.primal())
}

/// How far the series is accurate: infinite where its last two coefficients vanish, NaN where it is not finite.
fn step_length<T: Real, const K: usize>(series: &[Jet<T, K>], tolerance: f64) -> f64 {
    let largest = |k: usize| series.iter().fold(0.0, |m, x| maximum(m, x.coefficient(k).magnitude()));
    let [state, before, last] = [0, K - 1, K].map(largest);
    if !(state + before + last).is_finite() {
        return f64::NAN;
    }
    let allowed = tolerance * maximum(1.0, state);
    let length = |k: usize, c: f64| libm::pow(allowed / c, 1.0 / k as f64);
    libm::exp(-0.7 / (K - 1) as f64) * length(K - 1, before).min(length(K, last))
}

/// One step: the Taylor polynomial of the solution, and where it begins and ends.
#[derive(Clone, Debug)]
pub struct Step<X, T, const K: usize> {
    shape: X,
    start: T,
    end: T,
    series: Vec<Jet<T, K>>,
    state: Vec<Rounded<T>>,
}

impl<X: Shape<T>, T: Real, const K: usize> Step<X, T, K> {
    /// The time at which the step begins.
    #[must_use]
    pub fn start(&self) -> T {
        self.start
    }

    /// The time at which it ends, and the next begins.
    #[must_use]
    pub fn end(&self) -> T {
        self.end
    }

    /// The state at a time between [`start`](Step::start) and [`end`](Step::end); beyond them the error grows fast.
    ///
    /// ```
    /// use holograd::ode;
    /// let mut steps = ode::steps::<20, f64, _, _>(|_, x| -x, 0.0, &1.0, 1.0, 1e-16);
    /// let step = steps.next().expect("a step")?;
    /// assert!((step.at(0.25) - (-0.25_f64).exp()).abs() < 1e-15);
    /// # Ok::<(), ode::Stuck>(())
    /// ```
    pub fn at(&self, time: impl Operand<T>) -> X::With<T> {
        let h = <_ as Operand<T>>::number(time) - self.start;
        fill(&self.shape, self.moved(h).map(|x| x.sum))
    }

    /// The state as series in t − [`start`](Step::start).
    #[must_use]
    pub fn series(&self) -> X::With<Jet<T, K>> {
        fill(&self.shape, self.series.iter().copied())
    }

    fn moved(&self, h: T) -> impl Iterator<Item = Rounded<T>> {
        self.state.iter().zip(&self.series).map(move |(x, c)| x.plus(c.moved_by(h)))
    }

    /// The times in this step at which `g(t, x)` crosses zero, in their order, with their derivatives.
    ///
    /// g is evaluated once, at the step's polynomial. All real roots of the result are isolated by Descartes' rule in the Bernstein basis
    /// and found by Newton's method. The end of the step belongs to it and its start does not.
    ///
    /// # Examples
    /// ```
    /// use holograd::{Dual, Jet, Scalar, derivative, ode};
    /// // A stone thrown up at speed v is back after 2v/g.
    /// fn flight(v: Dual<f64>) -> Dual<f64> {
    ///     let start = [Dual::from(0.0), v];
    ///     let steps = ode::steps::<4, _, _, _>(|_, [_, v]| [v, Jet::lit(-9.81)], 0.0, &start, 10.0, 1e-16);
    ///     let events = steps.flat_map(|step| step.expect("it falls on").events(|_, [height, _]| height));
    ///     events.last().expect("it comes back")
    /// }
    /// assert!((flight(Dual::variable(3.0)).value() - 6.0 / 9.81).abs() < 1e-15);
    /// assert!((derivative(flight, 3.0) - 2.0 / 9.81).abs() < 1e-15);
    /// ```
    #[track_caller]
    pub fn events(&self, g: impl FnOnce(Jet<T, K>, X::With<Jet<T, K>>) -> Jet<T, K>) -> Vec<T> {
        let tag = Tag::fresh(false);
        let x = fill(&self.shape, self.series.iter().map(|x| Jet { tag, ..*x }));
        let g = g(Jet { tag, ..Jet::variable(self.start) }, x);
        g.tag.expect(tag, || g.is_constant());
        let (slope, h) = (g.derivative(), value(self.end - self.start));
        // As a polynomial on [0, 1].
        let mut power = 1.0;
        let coefficients = (0..=g.order()).map(|k| {
            let c = value(g.coefficient(k)) * power;
            power *= h;
            c
        });
        let roots = roots(&coefficients.collect::<Vec<f64>>());
        let polished = |u: f64| {
            let near = self.start + T::lit(u * h);
            // Each of Newton's steps doubles the orders of derivatives that are right.
            (0..T::ORDER).fold(near, |t, _| t - g.at(t - self.start) / slope.at(t - self.start))
        };
        roots.into_iter().map(polished).collect()
    }
}

/// The roots of odd multiplicity of Σ cₖuᵏ in (0, 1), and 1 if it is one.
fn roots(c: &[f64]) -> Vec<f64> {
    let n = c.len() - 1;
    // bⱼ = Σ C(j, k)/C(n, k) cₖ, so that the polynomial is Σ bⱼ C(n, j) uʲ(1 − u)ⁿ⁻ʲ.
    let bernstein = |j: usize| {
        let mut ratio = 1.0;
        (0..=j).fold(0.0, |sum, k| {
            let term = c[k] * ratio;
            ratio *= (j - k) as f64 / (n - k).max(1) as f64;
            sum + term
        })
    };
    let mut found = Vec::new();
    isolate(c, (0..=n).map(bernstein).collect(), [0.0, 1.0], &mut found);
    if n > 0 && c.iter().sum::<f64>() == 0.0 && c.iter().any(|c| *c != 0.0) {
        found.push(1.0);
    }
    found
}

/// Halves the interval until there is one change of sign at most among the coefficients in its Bernstein basis, and then as many roots.
fn isolate(c: &[f64], b: Vec<f64>, [low, high]: [f64; 2], found: &mut Vec<f64>) {
    let mut signs = b.iter().copied().filter(|b| *b != 0.0);
    let Some(first) = signs.next() else { return };
    let mut last = first;
    let mut changes = 0;
    for b in signs {
        changes += usize::from((b < 0.0) != (last < 0.0));
        last = b;
    }
    let middle = 0.5 * (low + high);
    if changes == 0 || !(high - low > f64::EPSILON * high) {
        return;
    }
    if changes == 1 {
        found.push(root_between(c, first, [low, high]));
        return;
    }
    // De Casteljau's algorithm.
    let (mut left, mut right) = (Vec::with_capacity(b.len()), b);
    for m in (0..right.len()).rev() {
        left.push(right[0]);
        for j in 0..m {
            right[j] = 0.5 * (right[j] + right[j + 1]);
        }
    }
    let sides = [left.iter().rev().find(|b| **b != 0.0), right.iter().find(|b| **b != 0.0)]
        .map(|b| b.map(|b| *b < 0.0));
    let at_middle = right[0] == 0.0 && sides[0] != sides[1];
    isolate(c, left, [low, middle], found);
    if at_middle {
        found.push(middle);
    }
    isolate(c, right, [middle, high], found);
}

/// The only root, before which the sign is that of `first`: Newton's method, and halving where that leaves the interval.
fn root_between(c: &[f64], first: f64, [mut low, mut high]: [f64; 2]) -> f64 {
    let mut u = 0.5 * (low + high);
    for _ in 0..100 {
        let (y, slope) = c.iter().rev().fold((0.0, 0.0), |(y, slope), c| (y * u + c, slope * u + y));
        if y == 0.0 {
            break;
        }
        if (y < 0.0) == (first < 0.0) {
            low = u;
        } else {
            high = u;
        }
        let newton = u - y / slope;
        let next = if low < newton && newton < high { newton } else { 0.5 * (low + high) };
        if next == u || !(high - low > f64::EPSILON * high) {
            break;
        }
        u = next;
    }
    u
}
