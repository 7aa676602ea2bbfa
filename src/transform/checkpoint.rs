//! Time loops in reverse mode in bounded memory: [`checkpoint`].
//!
//! Reverse mode needs the states of a loop in the opposite order. To keep them all takes the memory of the whole loop; to keep
//! none takes n²/2 steps. In between, `s` states are kept, the snapshots, and what lies between two of them is computed again
//! from the first. Griewank and Walther (2000, algorithm 799, *Revolve*) gave the schedule with the fewest steps: with
//! β(s, r) = C(s + r, s), a loop of n ≤ β(s, r) steps, r as small as possible, is reversed with
//!
//! ```text
//! t(n, s) = r n − β(s + 1, r − 1)
//! ```
//!
//! steps besides the n that are recorded: with the first snapshot m steps on, t(n, s) = m + t(m, s) + t(n − m, s − 1), and [`split`] is
//! an m at which that is least. No step is computed more than r times.

use crate::Scalar;
#[cfg(feature = "std")]
use crate::Var;
use crate::kernel::Kernel;
#[cfg(feature = "std")]
use crate::tape::{Inputs, Recording, VectorNode};
use crate::tree::Shape;
#[cfg(feature = "std")]
use crate::tree::seed::flatten;
#[cfg(feature = "std")]
use alloc::{collections::VecDeque, vec, vec::Vec};
#[cfg(feature = "std")]
use core::cell::RefCell;

/// What a time loop works on: a container of numbers `T` that owns them, such as a number, an array, a `Vec`, a tuple, a
/// matrix, or a struct by [`impl_tree!`](crate::impl_tree). Implemented for all that are.
///
/// # Examples
/// ```
/// fn takes(_: impl holograd::State<f64>) {}
/// takes(1.0);
/// takes((vec![1.0], [2.0, 3.0]));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a state of numbers `{T}`",
    note = "states are numbers, arrays, `Vec`, tuples, `BTreeMap` and nalgebra matrices of numbers, in any nest, that are `Send`; a struct becomes one by `impl_tree!`; for a slice take a `Vec`"
)]
pub trait State<T: Scalar>: Shape<T, With<T> = Self> + Clone + Send + 'static {}
impl<T: Scalar, X: Shape<T, With<T> = X> + Clone + Send + 'static> State<T> for X {}

/// The state after `n` steps of a loop, step(… step(step(x, 0), 1) …, n − 1), which reverse mode differentiates in bounded
/// memory.
///
/// On the tape the whole loop is one entry. It keeps a number of intermediate states, the snapshots, and computes the others again
/// when a sweep asks for them: by the schedule of Griewank and Walther (2000), which takes the fewest steps for the number
/// of snapshots. The tape of a single step is used again for the next. Without a tape, in plain numbers and forward mode, the
/// loop just runs.
///
/// As many snapshots are kept as let every step be computed at most three times before it is recorded: ∛(6n), about 180 for 10⁶ steps.
/// [`Checkpoint`] takes another number of them, and parameters that all steps depend on.
///
/// # Panics
/// If the step uses a variable that it captured: variables reach a step through its state, or as parameters, through
/// [`Checkpoint::run_with`]. If a step returns a state of another shape.
///
/// # Examples
/// A pendulum, x″ = −sin x, by 10⁵ steps; the derivatives of where it ends, by where and how fast it starts.
/// ```
/// use holograd::{Real, checkpoint, grad, lit};
///
/// fn step<T: Real>([x, v]: [T; 2], _: usize) -> [T; 2] {
///     let v = v - x.sin() * lit(1e-4);
///     [x + v * lit(1e-4), v]
/// }
/// let end = |start: [_; 2]| checkpoint(step, 100_000, &start)[0];
/// let [by_x, by_v] = grad(end, &[0.1, 0.0]);
/// // Nearly cos t and sin t at t = 10.
/// assert!((by_x - 10.0_f64.cos()).abs() < 0.02 && (by_v - 10.0_f64.sin()).abs() < 0.02);
/// ```
#[track_caller]
pub fn checkpoint<T: Scalar, X: State<T>>(
    step: impl Fn(X, usize) -> X + Send + 'static,
    n: usize,
    state: &X,
) -> X {
    Checkpoint::new(n).run(step, state)
}

/// How a time loop is reversed: how many steps it has and how many states are kept. See [`checkpoint`].
///
/// # Examples
/// ```
/// use holograd::{Checkpoint, grad};
/// let schedule = Checkpoint::new(1000).snapshots(10);
/// // A rate that every step depends on.
/// let end = |[rate, x]: [_; 2]| schedule.run_with(|rate, x, _| x + x * *rate, &rate, &x);
/// let [by_rate, by_x] = grad(end, &[1e-3, 2.0]);
/// assert!((by_x - 1.001_f64.powi(1000)).abs() < 1e-12);
/// assert!((by_rate - 2000.0 * 1.001_f64.powi(999)).abs() < 1e-9);
/// // Each of the 1000 steps is recorded once; besides there are 3637 others.
/// assert_eq!(schedule.evaluations(), 4637);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    steps: usize,
    snapshots: usize,
}

impl Checkpoint {
    /// A loop of so many steps, with as many snapshots as [`checkpoint`] has.
    #[must_use]
    pub fn new(steps: usize) -> Self {
        let mut snapshots = 1;
        while beta(snapshots, 3) < steps as u128 {
            snapshots += 1;
        }
        Checkpoint { steps, snapshots }
    }

    /// Keeps at most so many states at a time, that at the start among them; one more is kept of the last step but one until the
    /// first sweep.
    ///
    /// # Panics
    /// If there are to be none.
    #[must_use]
    #[track_caller]
    pub fn snapshots(self, snapshots: usize) -> Self {
        assert!(snapshots > 0, "a loop is reversed with at least 1 snapshot, that of its start");
        Checkpoint { snapshots, ..self }
    }

    /// How many steps are computed in all for a value and one sweep backwards: n that are recorded, t(n, s) before them, which
    /// is the least possible, and the last one for the value.
    #[must_use]
    pub fn evaluations(self) -> u128 {
        match self.steps as u128 {
            0 => 0,
            n => repeated(self.steps, self.snapshots) + 1 + n,
        }
    }

    /// The state after all steps; see [`checkpoint`].
    ///
    /// # Panics
    /// As [`checkpoint`].
    ///
    /// # Examples
    /// ```
    /// use holograd::{Checkpoint, derivative};
    /// // Forward mode runs the loop.
    /// assert_eq!(derivative(|x| Checkpoint::new(10).run(|x, _| x * x, &x), 1.0), 1024.0);
    /// ```
    #[track_caller]
    pub fn run<T: Scalar, X: State<T>>(self, step: impl Fn(X, usize) -> X + Send + 'static, state: &X) -> X {
        T::Kernel::time_loop::<[T; 0], X>(self, &[], state, move |_, x, i| step(x, i))
    }

    /// The state after all steps, of which each may also depend on `params`: step(&params, x, i).
    ///
    /// # Panics
    /// As [`checkpoint`].
    ///
    /// # Examples
    /// ```
    /// use holograd::{Checkpoint, grad};
    /// // y = p⁵ x
    /// let end = |(p, x): (_, _)| Checkpoint::new(5).run_with(|p, x, _| *p * x, &p, &x);
    /// assert_eq!(grad(end, &(2.0, 3.0)), (240.0, 32.0));
    /// ```
    #[track_caller]
    pub fn run_with<T: Scalar, P: State<T>, X: State<T>>(
        self,
        step: impl Fn(&P, X, usize) -> X + Send + 'static,
        params: &P,
        state: &X,
    ) -> X {
        T::Kernel::time_loop(self, params, state, step)
    }

    /// The loop without any tape.
    pub(crate) fn plain<P, X: Clone>(self, params: &P, state: &X, step: impl Fn(&P, X, usize) -> X) -> X {
        (0..self.steps).fold(state.clone(), |x, i| step(params, x, i))
    }
}

/// C(s + r, s), or the largest number if it is larger.
fn beta(s: usize, r: usize) -> u128 {
    let (small, large) = (s.min(r) as u128, s.max(r) as u128);
    let mut binomial: u128 = 1;
    for k in 1..=small {
        match binomial.checked_mul(large + k) {
            Some(product) => binomial = product / k,
            None => return u128::MAX,
        }
    }
    binomial
}

/// The smallest r with n ≤ β(s, r): how often a step is computed at most before it is recorded.
fn repetitions(n: usize, s: usize) -> usize {
    if s == 1 {
        return n.saturating_sub(1);
    }
    let (mut r, mut binomial) = (0, 1_u128);
    while binomial < n as u128 {
        r += 1;
        binomial = binomial * (s + r) as u128 / r as u128;
    }
    r
}

/// t(n, s) = r n − β(s + 1, r − 1)
fn repeated(n: usize, s: usize) -> u128 {
    match repetitions(n, s) {
        0 => 0,
        r => (r as u128) * (n as u128) - beta(s + 1, r - 1),
    }
}

/// How many steps after its start a loop of n ≥ 2 steps with s ≥ 2 snapshots has the next: an m with
/// t(m, s) + t(n − m, s − 1) + m = t(n, s).
#[cfg(feature = "std")]
fn split(n: usize, s: usize) -> usize {
    let r = repetitions(n, s);
    // The parts are reversed with r − 1 and with r repetitions, so m ≤ β(s, r − 1) and n − m ≤ β(s − 1, r); and they need as
    // many, so m ≥ β(s, r − 2).
    let least = if r < 2 { 1 } else { beta(s, r - 2).min(n as u128) as usize };
    let others = beta(s - 1, r).min(n as u128) as usize;
    least.max(n - others).clamp(1, n - 1)
}

/// Goes through the steps from `end` − 1 down to `start`, each with the state before it.
///
/// `x` is the state before step `start`; with it there may be `s` states at a time. `kept` are states that are there already, in
/// their order. `advance(x, i, j)` gives the state before step j from that before step i.
#[cfg(feature = "std")]
fn backwards<X>(
    [start, mut end]: [usize; 2],
    s: usize,
    x: &X,
    kept: &mut VecDeque<(usize, X)>,
    advance: &mut impl FnMut(&X, usize, usize) -> X,
    pull: &mut impl FnMut(&X, usize),
) {
    while end - start > 1 {
        let next = if s == 1 { end - 1 } else { start + split(end - start, s) };
        let state = match kept.front() {
            Some((at, _)) if *at == next => kept.pop_front().expect("the front is there").1,
            _ => advance(x, start, next),
        };
        if s == 1 {
            pull(&state, next);
        } else {
            backwards([next, end], s - 1, &state, kept, advance, pull);
        }
        end = next;
    }
    pull(x, start);
}

/// Goes through all steps and keeps the states that [`backwards`] asks for first: the snapshots, and last the state before the
/// last step. Gives the state at the end, too.
#[cfg(feature = "std")]
fn forwards<X: Clone>(
    n: usize,
    s: usize,
    x: &X,
    advance: &mut impl FnMut(&X, usize, usize) -> X,
) -> (X, VecDeque<(usize, X)>) {
    let (mut kept, mut at, mut s) = (VecDeque::new(), 0, s);
    let mut to = |kept: &mut VecDeque<(usize, X)>, next| {
        let state = advance(kept.back().map_or(x, |(_, state)| state), at, next);
        at = next;
        state
    };
    let mut place = 0;
    while s > 1 && n - place > 1 {
        place += split(n - place, s);
        s -= 1;
        let state = to(&mut kept, place);
        kept.push_back((place, state));
    }
    if n - place > 1 {
        let state = to(&mut kept, n - 1);
        kept.push_back((n - 1, state));
    }
    (to(&mut kept, n), kept)
}

/// A time loop on the tape.
#[cfg(feature = "std")]
struct Entry<T, P, X, F> {
    schedule: Checkpoint,
    step: F,
    /// For their shapes.
    containers: (P, X),
    params: Vec<T>,
    start: Vec<T>,
    /// The states that the first sweep asks for first; it uses them up.
    kept: RefCell<VecDeque<(usize, Vec<T>)>>,
}

#[cfg(feature = "std")]
impl<T: Scalar, P: State<Var<T>>, X: State<Var<T>>, F: Fn(&P, X, usize) -> X> Entry<T, P, X, F> {
    /// The state before step `to` from that before step `from`, without a tape.
    #[track_caller]
    fn advance(&self, x: &[T], from: usize, to: usize) -> Vec<T> {
        let params = rebuild(&self.containers.0, &self.params, &mut |p| Var::from(p));
        let x = rebuild(&self.containers.1, x, &mut |x| Var::from(x));
        let x = (from..to).fold(x, |x, i| (self.step)(&params, x, i));
        let mut state = Vec::with_capacity(self.start.len());
        x.map_leaves(&mut |x| {
            assert!(
                x.is_constant(),
                "a step of `checkpoint` used a variable that it captured: give it as a parameter, with \
                 `Checkpoint::run_with`, or make it a part of the state"
            );
            state.push(x.value());
        });
        self.expect(state.len());
        state
    }

    #[track_caller]
    fn expect(&self, leaves: usize) {
        assert!(
            leaves == self.start.len(),
            "a step of `checkpoint` must return a state of the shape that it was given: it returned {leaves} numbers for {}",
            self.start.len()
        );
    }

    /// Records step i at the state x, with the parameters and then the state as its inputs.
    fn record(&self, recording: &mut Recording<T>, x: &[T], i: usize) -> Vec<Var<T>> {
        let inputs = |next: &mut Inputs| {
            let params = rebuild(&self.containers.0, &self.params, &mut |p| next.input(p));
            (params, rebuild(&self.containers.1, x, &mut |x| next.input(x)))
        };
        let y = flatten(&recording.record(inputs, |(params, x)| (self.step)(&params, x, i)));
        self.expect(y.len());
        y
    }
}

/// The container with these numbers.
#[cfg(feature = "std")]
fn rebuild<T: Scalar, X: State<Var<T>>>(like: &X, numbers: &[T], f: &mut impl FnMut(T) -> Var<T>) -> X {
    let mut numbers = numbers.iter();
    like.map_leaves(&mut |_| f(*numbers.next().expect("as many numbers as leaves")))
}

#[cfg(feature = "std")]
impl<T: Scalar, P: State<Var<T>>, X: State<Var<T>>, F: Fn(&P, X, usize) -> X + Send> VectorNode<T>
    for Entry<T, P, X, F>
{
    fn pushforward(&self, v: &[T]) -> Vec<T> {
        let mut recording = Recording::new();
        let (mut x, mut v) = (self.start.clone(), v.to_vec());
        for i in 0..self.schedule.steps {
            let y = self.record(&mut recording, &x, i);
            let pushed: Vec<T> = recording.pushforward(&v, |tangent| y.iter().map(|y| tangent(*y)).collect());
            v.truncate(self.params.len());
            v.extend(pushed);
            x = y.iter().map(|y| y.value()).collect();
            recording.renew();
        }
        v.split_off(self.params.len())
    }

    fn pullback(&self, u: &[T]) -> Vec<T> {
        let mut recording = Recording::new();
        let (mut of_params, mut of_state) = (vec![T::zero(); self.params.len()], u.to_vec());
        let mut pull = |x: &Vec<T>, i: usize| {
            let y = self.record(&mut recording, x, i);
            let outputs = y.iter().zip(&of_state).map(|(y, u)| (*y, [*u]));
            let adjoints = recording.pullback(outputs, |adjoints| {
                let (params, state) = adjoints.split_at(of_params.len());
                for (sum, [adjoint]) in of_params.iter_mut().zip(params) {
                    *sum += *adjoint;
                }
                state.iter().map(|[adjoint]| *adjoint).collect()
            });
            of_state = adjoints;
            recording.renew();
        };
        let mut advance = |x: &Vec<T>, from, to| self.advance(x, from, to);
        let Checkpoint { steps, snapshots } = self.schedule;
        backwards([0, steps], snapshots, &self.start, &mut self.kept.take(), &mut advance, &mut pull);
        of_params.extend(of_state);
        of_params
    }
}

/// The loop as one entry of the tape.
#[cfg(feature = "std")]
#[track_caller]
pub(crate) fn on_tape<T: Scalar, P: State<Var<T>>, X: State<Var<T>>>(
    schedule: Checkpoint,
    params: &P,
    state: &X,
    step: impl Fn(&P, X, usize) -> X + Send + 'static,
) -> X {
    let mut inputs = flatten(params);
    let of_params = inputs.len();
    inputs.extend(flatten(state));
    if schedule.steps == 0 || inputs.iter().all(Var::is_constant) {
        return schedule.plain(params, state, step);
    }
    let (p, x) = inputs.split_at(of_params);
    let values = |x: &[Var<T>]| x.iter().map(|x| x.value()).collect::<Vec<T>>();
    let mut entry = Entry {
        schedule,
        step,
        containers: (params.clone(), state.clone()),
        params: values(p),
        start: values(x),
        kept: RefCell::default(),
    };
    let mut advance = |x: &Vec<T>, from, to| entry.advance(x, from, to);
    let (end, kept) = forwards(schedule.steps, schedule.snapshots, &entry.start, &mut advance);
    entry.kept = RefCell::new(kept);
    let mut y = Var::vector(&inputs, end, entry).into_iter();
    state.map_leaves(&mut |_| y.next().expect("as many results as leaves"))
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;

    /// The least number of repeated steps, by trying every place of the next snapshot.
    fn least(most: usize, snapshots: usize) -> Vec<Vec<u128>> {
        let mut t = vec![vec![0; most + 1]; snapshots + 1];
        for s in 1..=snapshots {
            for n in 2..=most {
                t[s][n] = if s == 1 {
                    (n * (n - 1) / 2) as u128
                } else {
                    (1..n).map(|m| m as u128 + t[s][m] + t[s - 1][n - m]).min().expect("n ≥ 2")
                };
            }
        }
        t
    }

    /// Runs the schedule on a state that is its own number; how many steps it takes in each direction, and how many states
    /// there are at most beside the working one, checked on the way.
    fn run(n: usize, s: usize) -> (u128, u128) {
        use core::cell::Cell;
        use std::rc::Rc;
        /// Counts how many of it there are.
        struct Kept(usize, Rc<Cell<usize>>, Rc<Cell<usize>>);
        impl Kept {
            fn new(at: usize, live: &Rc<Cell<usize>>, most: &Rc<Cell<usize>>) -> Self {
                live.set(live.get() + 1);
                most.set(most.get().max(live.get()));
                Kept(at, live.clone(), most.clone())
            }
        }
        impl Clone for Kept {
            fn clone(&self) -> Self {
                Kept::new(self.0, &self.1, &self.2)
            }
        }
        impl Drop for Kept {
            fn drop(&mut self) {
                self.1.set(self.1.get() - 1);
            }
        }
        let (live, most) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
        let (mut advanced, mut next) = (0, n);
        let start = Kept::new(0, &live, &most);
        let mut advance = |x: &Kept, from: usize, to: usize| {
            assert!(x.0 == from && from < to && to <= n);
            advanced += (to - from) as u128;
            Kept::new(to, &live, &most)
        };
        let (end, mut kept) = forwards(n, s, &start, &mut advance);
        assert_eq!(end.0, n);
        drop(end);
        // The snapshots, the state before the last step, and the state at the end, which is the result.
        assert!(most.get() <= s + 2, "{} states for {n} steps and {s} snapshots", most.get());
        most.set(live.get());
        let mut pulled = 0;
        let mut pull = |x: &Kept, i: usize| {
            assert!(x.0 == i && i + 1 == next, "step {i} of {n} with {s}");
            next = i;
            pulled += 1;
        };
        backwards([0, n], s, &start, &mut kept, &mut advance, &mut pull);
        assert_eq!(next, 0);
        // The snapshots, and the working state.
        assert!(most.get() <= s + 1, "{} states for {n} steps and {s} snapshots", most.get());
        (advanced, pulled)
    }

    #[test]
    fn the_schedule_takes_the_fewest_steps_there_can_be() {
        let t = least(130, 8);
        for s in 1..=8 {
            for n in 1..=130 {
                assert_eq!(repeated(n, s), t[s][n], "formula for {n} steps, {s} snapshots");
                assert_eq!(run(n, s), (t[s][n] + 1, n as u128), "{n} steps, {s} snapshots");
                let all = Checkpoint::new(n).snapshots(s).evaluations();
                assert_eq!(all, t[s][n] + 1 + n as u128);
            }
        }
    }

    #[test]
    fn long_loops_take_as_many_steps_as_the_formula_says() {
        for (n, s) in [(1000, 1), (1000, 3), (10_000, 10), (20_000, 2), (50_000, 20), (1_000_000, 180)] {
            assert_eq!(run(n, s), (repeated(n, s) + 1, n as u128), "{n} steps, {s} snapshots");
        }
        // Known values: β(10, 3) = 286 steps with 10 snapshots, 3 times each at most.
        assert_eq!(repeated(286, 10), 3 * 286 - 78);
        assert!(Checkpoint::new(1_000_000).snapshots < 182);
        assert!(Checkpoint::new(1_000_000).evaluations() < 4_000_001);
    }
}
