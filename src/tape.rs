//! Reverse mode: [`Var<T>`], a variable on a tape.
//!
//! A transform makes the inputs the first nodes of a tape and runs the function. Each operation on variables writes
//! a node: for each of its arguments the slope and the argument's node. Swept backwards, the tape gives the derivatives of
//! one output with respect to all inputs at once:
//!
//! ```text
//! v₀ = x₀            x̄₀ += v̄₂ · x₁
//! v₁ = x₁            x̄₁ += v̄₂ · x₀
//! v₂ = v₀ v₁         v̄₂ += v̄₃ · cos v₂        ↑ backwards: adjoint v̄ = ∂y/∂v
//! v₃ = sin v₂        v̄₃  = 1
//! ```

mod nodes;
mod open;
mod scaled;
mod var;

use crate::Scalar;
use crate::array::same_length;
use crate::kernel::Engine;
use crate::scalar::lanes::each_lane;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::Any;
use core::cell::RefCell;
use nodes::{Nodes, RUN, RUNS, SILENT, TOTAL, UNARY, VECTOR, WIDE, backwards, index};
pub use var::Var;

/// An argument of a vector-valued rule that is a constant.
const NO_PARENT: u32 = u32::MAX;

/// The products with the Jacobian of a vector-valued rule at the numbers it was applied to. `Send`, as a function that
/// `vjp` gives may go to another thread with its tape.
pub(crate) trait VectorNode<T>: Send {
    fn pushforward(&self, v: &[T]) -> Vec<T>;
    fn pullback(&self, u: &[T]) -> Vec<T>;
}

/// A vector-valued rule on the tape.
struct VectorEntry<T> {
    parents: Vec<u32>,
    /// How many results it has; they are nodes one after the other.
    results: usize,
    rule: Box<dyn VectorNode<T>>,
}

/// What a transform recorded.
struct Tape<T> {
    kind: open::TypeBits,
    nodes: Nodes<T>,
    /// The arguments of the nodes of any number of them, one after the other …
    edges: Vec<u32>,
    /// … and their slopes, where they are not all 1.
    slopes: Vec<T>,
    /// The vector-valued rules.
    vectors: Vec<VectorEntry<T>>,
    /// Whether a partial derivative is here in two factors, because it is out of range, and an adjoint may be too; or is NaN at a
    /// corner, where an adjoint that is zero must not be passed over.
    factored: bool,
    /// Room for the adjoints of a sweep, kept from one to the next; all zeros between two.
    adjoints: RefCell<Vec<T>>,
    /// Room for input variables, likewise.
    variables: Vec<Var<T>>,
}

impl<T: Scalar> Tape<T> {
    fn new() -> Self {
        Tape {
            kind: open::TypeBits::of::<T>(),
            nodes: Nodes::new(),
            slopes: Vec::new(),
            edges: Vec::new(),
            vectors: Vec::new(),
            factored: false,
            adjoints: RefCell::default(),
            variables: Vec::new(),
        }
    }

    /// Empties the tape and keeps its memory.
    fn rewind(&mut self) {
        self.nodes.clear();
        self.slopes.clear();
        self.edges.clear();
        self.vectors.clear();
        self.factored = false;
    }

    /// How many inputs and nodes there are.
    #[inline]
    fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Writes a node of all arguments in these rows that are no constants, if there may be any, with the slopes beside them.
    #[track_caller]
    fn push_wide<S, const R: usize>(
        &mut self,
        rows: [(&[Var<T>], &[S]); R],
        slope: impl Fn(&S) -> T,
        constants: bool,
    ) -> u32 {
        self.nodes.make_room(); // or nothing is written
        let before = self.edges.len();
        for (arguments, slopes) in rows {
            if constants {
                let live = || arguments.iter().zip(slopes).filter(|(x, _)| !x.is_constant());
                self.edges.extend(live().map(|(x, _)| x.node()));
                self.slopes.extend(live().map(|(_, s)| slope(s)));
            } else {
                self.edges.extend(arguments.iter().map(|x| x.node()));
                self.slopes.extend(slopes.iter().map(&slope));
            }
        }
        self.nodes.push_marked(index(self.edges.len() - before), WIDE)
    }

    /// Writes a node of rows of arguments that are one after the other, with the slopes beside them.
    #[track_caller]
    fn push_runs<S, const R: usize>(&mut self, rows: [(&[Var<T>], &[S]); R], slope: impl Fn(&S) -> T) -> u32 {
        self.nodes.make_room(); // or nothing is written
        for (arguments, slopes) in rows {
            self.edges.extend([arguments[0].node(), index(arguments.len())]);
            self.slopes.extend(slopes.iter().map(&slope));
        }
        self.nodes.push_marked(index(R), RUNS)
    }

    /// Writes a node of so many arguments one after the other, each with the slope 1.
    #[track_caller]
    fn push_run(&mut self, first: u32, count: usize) -> u32 {
        self.nodes.make_room(); // or nothing is written
        self.edges.extend([first, index(count)]);
        self.nodes.push_marked(1, RUN)
    }

    /// Writes a node of any number of arguments, each with the slope 1.
    #[track_caller]
    fn push_total(&mut self, arguments: impl Iterator<Item = u32>) -> u32 {
        self.nodes.make_room(); // or nothing is written
        let before = self.edges.len();
        self.edges.extend(arguments);
        self.nodes.push_marked(index(self.edges.len() - before), TOTAL)
    }

    /// Writes the results of a vector-valued rule and gives the index of the first.
    #[track_caller]
    fn push_vector(&mut self, entry: VectorEntry<T>) -> u32 {
        let results = index(entry.results);
        for _ in 1..results {
            self.nodes.push_marked(0, SILENT);
        }
        let last = self.nodes.push_marked(0, VECTOR);
        self.vectors.push(entry);
        last + 1 - results
    }

    /// The sweep: from the adjoints v̄ = ∂y/∂v of the outputs those of all nodes, for `W` outputs y at once.
    ///
    /// A zero may meet an infinity and become NaN, which every node hands on, so that the caller finds it at the inputs and sweeps
    /// again by `sweep_scaled`. Gives whether it is certain to be found: then the adjoints of all nodes but the inputs are zero
    /// again.
    fn sweep<const W: usize>(&self, adjoints: &mut [[T; W]]) -> bool {
        let mut stacks = self.stacks();
        // To look for zeros costs a sixth of a sweep of one row, in which few are; most rows of a Jacobian do not depend on most
        // nodes.
        let live = |adjoint: &[T; W]| W == 1 || live(adjoint);
        backwards(&self.nodes, adjoints, live, hand_on::<T, W>, |node, adjoints| {
            stacks.sweep::<W>(node.parents(), adjoints)
        })
    }

    /// The sweep forwards: from the tangents of the inputs those of all nodes.
    fn push_forward(&self, tangents: &mut [T]) {
        let mut stacks = self.stacks();
        for (index, node) in (self.nodes.inputs()..).zip(self.nodes.as_slice()) {
            let at = |parent: u32| tangents[parent as usize];
            let [first, second] = node.parents();
            tangents[index] = match second {
                UNARY => at(first).times_slope(node.slopes()[0]),
                TOTAL => take_first(&mut stacks.edges, first as usize).iter().map(|parent| at(*parent)).sum(),
                WIDE => {
                    let edges = take_first(&mut stacks.edges, first as usize);
                    let slopes = take_first(&mut stacks.slopes, first as usize);
                    edges.iter().zip(slopes).map(|(parent, slope)| at(*parent).times_slope(*slope)).sum()
                }
                RUNS => {
                    let of_run = |_| {
                        let &[start, len] = take_first(&mut stacks.edges, 2) else {
                            unreachable!("two were taken")
                        };
                        let slopes = take_first(&mut stacks.slopes, len as usize);
                        (start..).zip(slopes).map(|(parent, slope)| at(parent).times_slope(*slope)).sum::<T>()
                    };
                    (0..first).map(of_run).sum()
                }
                RUN => {
                    let &[start, len] = take_first(&mut stacks.edges, 2) else {
                        unreachable!("two were taken")
                    };
                    (start..start + len).map(at).sum()
                }
                VECTOR => {
                    let [entry] = take_first(&mut stacks.vectors, 1) else { unreachable!("one was taken") };
                    let of = |parent: &u32| tangents.get(*parent as usize).copied().unwrap_or_else(T::zero);
                    let v: Vec<T> = entry.parents.iter().map(of).collect();
                    let pushed = entry.rule.pushforward(&v);
                    same_length("VectorRule::pushforward", entry.results, pushed.len());
                    tangents[index + 1 - entry.results..=index].copy_from_slice(&pushed);
                    continue;
                }
                SILENT => continue,
                second => at(first).times_slope(node.slopes()[0]) + at(second).times_slope(node.slopes()[1]),
            };
        }
    }

    fn stacks(&self) -> Stacks<'_, T> {
        Stacks { edges: &self.edges, slopes: &self.slopes, vectors: &self.vectors }
    }

    /// Zeros, `width` for each node, and what `f` makes of them; it must leave zeros.
    ///
    /// To fill the memory with zeros for each sweep would take a tenth of a long one. A sweep that panics leaves no memory.
    fn with_adjoints<R>(&self, width: usize, f: impl FnOnce(&mut [T]) -> R) -> R {
        let mut adjoints = self.adjoints.take();
        let count = self.len() * width;
        if adjoints.len() < count {
            adjoints.resize(count, T::zero());
        }
        let result = f(&mut adjoints[..count]);
        self.adjoints.replace(adjoints);
        result
    }
}

/// What belongs to the nodes of other sizes that a sweep has still before it.
struct Stacks<'a, T> {
    edges: &'a [u32],
    slopes: &'a [T],
    vectors: &'a [VectorEntry<T>],
}

/// Takes the last `count` of a stack.
fn take_last<'a, E>(stack: &mut &'a [E], count: usize) -> &'a [E] {
    let (rest, last) = stack.split_at(stack.len() - count);
    *stack = rest;
    last
}

/// Takes the first `count` of a stack that is read in the order of writing.
fn take_first<'a, E>(stack: &mut &'a [E], count: usize) -> &'a [E] {
    let (first, rest) = stack.split_at(count);
    *stack = rest;
    first
}

impl<T: Scalar> Stacks<'_, T> {
    /// The sweep through a node of another size; its adjoints are the last.
    #[inline(never)] // so that the loop over the others keeps what it needs in registers
    fn sweep<const W: usize>(&mut self, [count, mark]: [u32; 2], adjoints: &mut [[T; W]]) -> bool {
        let Some((adjoint, earlier)) = adjoints.split_last_mut() else {
            unreachable!("the node has adjoints")
        };
        // A copy, which need not be read again after each write.
        let adjoint: [T; W] = each_lane(|row| adjoint[row]);
        let live = live(&adjoint);
        match mark {
            TOTAL => {
                let edges = take_last(&mut self.edges, count as usize);
                if live {
                    for parent in edges {
                        for (sum, adjoint) in earlier[*parent as usize].iter_mut().zip(adjoint) {
                            *sum += adjoint;
                        }
                    }
                }
            }
            WIDE => {
                let edges = take_last(&mut self.edges, count as usize);
                let slopes = take_last(&mut self.slopes, count as usize);
                if live {
                    for (parent, slope) in edges.iter().zip(slopes) {
                        hand_on::<T, W>(&mut earlier[*parent as usize], &adjoint, slope);
                    }
                }
            }
            RUNS => {
                for _ in 0..count {
                    let &[first, len] = take_last(&mut self.edges, 2) else { unreachable!("two were taken") };
                    let slopes = take_last(&mut self.slopes, len as usize);
                    if live {
                        let parents = &mut earlier[first as usize..][..len as usize];
                        for (parent, slope) in parents.iter_mut().zip(slopes) {
                            hand_on(parent, &adjoint, slope);
                        }
                    }
                }
            }
            RUN => {
                let &[first, len] = take_last(&mut self.edges, 2) else { unreachable!("two were taken") };
                if live {
                    for parent in &mut earlier[first as usize..][..len as usize] {
                        for (sum, adjoint) in parent.iter_mut().zip(adjoint) {
                            *sum += adjoint;
                        }
                    }
                }
            }
            VECTOR => {
                let [entry] = take_last(&mut self.vectors, 1) else { unreachable!("one was taken") };
                return entry.sweep::<W>(&adjoint, earlier);
            }
            _ => {}
        }
        true
    }
}

impl<T: Scalar> VectorEntry<T> {
    /// The sweep through the rule: `last` are the adjoints of its last result. Stops before the rule is
    /// given a NaN, which it might not hand on, and says so.
    fn sweep<const W: usize>(&self, last: &[T; W], earlier: &mut [[T; W]]) -> bool {
        let first = earlier.len() + 1 - self.results;
        for row in 0..W {
            let u: Vec<T> = earlier[first..].iter().chain([last]).map(|adjoint| adjoint[row]).collect();
            if u.iter().all(|u| u.is_known_zero()) {
                continue;
            }
            if !u.iter().all(|u| u.all_finite()) {
                return false;
            }
            let pulled = self.rule.pullback(&u);
            same_length("VectorRule::pullback", self.parents.len(), pulled.len());
            for (parent, adjoint) in self.parents.iter().zip(pulled) {
                if *parent != NO_PARENT {
                    earlier[*parent as usize][row] += adjoint;
                }
            }
        }
        true
    }
}

/// Whether a node has anything to hand on.
#[inline(always)]
fn live<T: Scalar, const W: usize>(adjoint: &[T; W]) -> bool {
    for row in 0..W {
        if !adjoint[row].is_known_zero() {
            return true;
        }
    }
    false
}

/// What a node hands on to an argument.
#[inline(always)]
fn hand_on<T: Scalar, const W: usize>(parent: &mut [T; W], adjoint: &[T; W], slope: &T) {
    for row in 0..W {
        parent[row] += adjoint[row] * *slope;
    }
}

/// Makes inputs of a tape out of numbers, one after the other.
pub(crate) struct Inputs {
    number: u32,
    count: u64,
}

impl Inputs {
    #[inline(always)] // the count stays in a register
    pub(crate) fn input<T: Scalar>(&mut self, value: T) -> Var<T> {
        // Cut, not carried into the number: a shape may keep a variable that `record` will say is too many.
        let x = Var::on_tape(value, self.count as u32, self.number);
        self.count += 1;
        x
    }
}

/// A tape that a transform records a function on, and sweeps.
pub(crate) struct Recording<T: Scalar> {
    /// Always there, until it is put back.
    tape: Option<Box<Tape<T>>>,
    number: u32,
}

impl<T: Scalar> Recording<T> {
    /// A tape with no nodes, from those put back if there is one of this type.
    pub(crate) fn new() -> Self {
        // Where the thread is ending there is no pool any more, and the tape is a new one.
        let used = POOL.try_with(|pool| {
            let mut pool = pool.borrow_mut();
            let at = pool.iter().rposition(|tape| tape.is::<Tape<T>>())?;
            pool.swap_remove(at).downcast::<Tape<T>>().ok()
        });
        let tape = used.ok().flatten().unwrap_or_else(|| Box::new(Tape::new()));
        Recording { number: tape.kind.fresh_number(), tape: Some(tape) }
    }

    fn tape(&self) -> &Tape<T> {
        self.tape.as_ref().expect("a recording has its tape until it is dropped")
    }

    fn tape_mut(&mut self) -> &mut Tape<T> {
        self.tape.as_mut().expect("a recording has its tape until it is dropped")
    }

    /// Makes the inputs and runs `f` on them with the tape open, so that operations on its variables write nodes.
    #[inline]
    pub(crate) fn record<X, R>(
        &mut self,
        inputs: impl FnOnce(&mut Inputs) -> X,
        f: impl FnOnce(X) -> R,
    ) -> R {
        let mut next = self.inputs();
        let x = inputs(&mut next);
        self.run(&next, || f(x))
    }

    /// The inputs, before there are any: for a caller whose line is to be in the panic of what makes them.
    #[inline]
    pub(crate) fn inputs(&self) -> Inputs {
        Inputs { number: self.number, count: 0 }
    }

    /// Runs `f`, a function of these inputs, with the tape open.
    #[inline]
    pub(crate) fn run<R>(&mut self, inputs: &Inputs, f: impl FnOnce() -> R) -> R {
        let (tape, number) = (self.tape_mut(), inputs.number);
        tape.nodes.set_inputs(index(inputs.count as usize) as usize);
        open::scope(tape, number, f)
    }

    /// The same for a slice of numbers, without any memory of its own.
    pub(crate) fn record_slice<R>(&mut self, x: &[T], f: impl FnOnce(&[Var<T>]) -> R) -> R {
        let mut variables = core::mem::take(&mut self.tape_mut().variables);
        variables.clear();
        let inputs = |next: &mut Inputs| {
            variables.extend(x.iter().map(|x| next.input(*x)));
            variables
        };
        let (result, variables) = self.record(inputs, |variables| (f(&variables), variables));
        self.tape_mut().variables = variables;
        result
    }

    /// Σ f(x, item) and its slopes, each term recorded, swept and rewound by itself.
    #[track_caller]
    fn sum_over<I: IntoIterator>(
        x: &[T],
        items: I,
        mut f: impl FnMut(&[Var<T>], I::Item) -> Var<T>,
        slopes: &mut [T],
    ) -> T {
        let mut recording = Recording::new();
        let mut sum = -T::zero(); // as of `f64`
        for item in items {
            let y = recording.record_slice(x, |x| f(x, item));
            sum += y.value();
            recording.pullback([(y, [T::one()])], |adjoints| {
                for (slope, [adjoint]) in slopes.iter_mut().zip(adjoints) {
                    *slope += *adjoint;
                }
            });
            recording.renew();
        }
        sum
    }

    /// Empties the tape for another function, under another number, so that a variable kept from before is none of its own.
    pub(crate) fn renew(&mut self) {
        self.tape_mut().rewind();
        self.number = self.tape().kind.fresh_number();
    }

    /// The node of an output; none for a constant.
    #[track_caller]
    fn output(&self, y: Var<T>) -> Option<usize> {
        assert!(
            y.tape() == self.number || y.is_constant(),
            "the function returned a variable that is not of its own tape: one captured from an outer transform; write \
             `Var::from(x)` for it"
        );
        (!y.is_constant()).then_some(y.node() as usize)
    }

    /// The value of a result.
    #[track_caller]
    pub(crate) fn value(&self, y: Var<T>) -> T {
        self.output(y);
        y.value()
    }

    /// Σₖ ūₖ ∂yₖ/∂x for `W` weights ū of each output y at once, handed to `take` as one array an input.
    #[track_caller]
    pub(crate) fn pullback<const W: usize, R>(
        &self,
        outputs: impl IntoIterator<Item = (Var<T>, [T; W])> + Clone,
        take: impl FnOnce(&[[T; W]]) -> R,
    ) -> R {
        let inputs = self.tape().nodes.inputs();
        self.tape().with_adjoints(W, |adjoints| {
            let adjoints = adjoints.as_chunks_mut::<W>().0;
            let seed = |adjoints: &mut [[T; W]]| {
                for (y, weights) in outputs.clone() {
                    if let Some(node) = self.output(y) {
                        for row in 0..W {
                            // A zero would count as something that the output depends on.
                            if !weights[row].is_known_zero() {
                                adjoints[node][row] += weights[row];
                            }
                        }
                    }
                }
            };
            let certain = !self.tape().factored && {
                seed(adjoints);
                let certain = self.tape().sweep(adjoints);
                // Without a branch for each, so that it is vector code.
                let finite =
                    adjoints[..inputs].iter().flatten().fold(true, |finite, a| finite & a.all_finite());
                certain && finite
            };
            if !certain {
                // Seldom, and then once more.
                let outputs: Vec<_> = outputs.clone().into_iter().map(|(y, w)| (self.output(y), w)).collect();
                self.tape().sweep_scaled(&outputs, adjoints);
            }
            let result = take(&adjoints[..inputs]);
            // A sweep that found no number leaves its adjoints.
            let left = if certain { inputs } else { adjoints.len() };
            adjoints[..left].fill([T::zero(); W]);
            result
        })
    }

    /// The tangents of all nodes for the tangents `v` of the inputs, handed to `take` with a function that finds an
    /// output's among them.
    #[track_caller]
    pub(crate) fn pushforward<R>(&self, v: &[T], take: impl FnOnce(&dyn Fn(Var<T>) -> T) -> R) -> R {
        self.tape().with_adjoints(1, |tangents| {
            tangents[..v.len()].copy_from_slice(v);
            self.tape().push_forward(tangents);
            let result = take(&|y| self.output(y).map_or_else(T::zero, |node| tangents[node]));
            tangents.fill(T::zero());
            result
        })
    }
}

/// Puts the tape back.
impl<T: Scalar> Drop for Recording<T> {
    fn drop(&mut self) {
        if let Some(mut tape) = self.tape.take() {
            tape.rewind();
            // Without a pool (see `new`) the tape is freed.
            let _ = POOL.try_with(|pool| pool.borrow_mut().push(tape));
        }
    }
}

thread_local! {
    /// Tapes between two transforms.
    static POOL: RefCell<Vec<Box<dyn Any>>> = const { RefCell::new(Vec::new()) };
}

/// Frees the memory that reverse mode keeps on this thread between calls: tapes and adjoints, as large as the largest
/// function yet differentiated.
///
/// # Examples
/// ```
/// holograd::free_tapes();
/// ```
pub fn free_tapes() {
    let _ = POOL.try_with(RefCell::take);
}

#[cfg(test)]
mod tests {
    use super::nodes::FULL;
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[test]
    fn a_full_tape_says_so() {
        let mut tape = Tape::<f64>::new();
        // As if there were so many; two nodes are left.
        tape.nodes.set_inputs(FULL - 2);
        let mut write = || tape.nodes.push_marked(0, SILENT) as usize;
        assert_eq!([write(), write()], [FULL - 2, FULL - 1]);
        let payload =
            catch_unwind(AssertUnwindSafe(write)).err().and_then(|text| text.downcast::<String>().ok());
        assert!(payload.is_some_and(|text| text.starts_with("the tape is full: it holds 4294967289 nodes")));
    }

    /// How many nodes a function of `N` variables writes.
    fn nodes<const N: usize>(f: impl FnOnce([Var<f64>; N]) -> Var<f64>) -> usize {
        let mut recording = Recording::<f64>::new();
        recording.record(|next| [1.5; N].map(|x| next.input(x)), f);
        recording.tape().nodes.as_slice().len()
    }

    #[test]
    fn constants_and_sums_with_them_write_no_node() {
        assert_eq!(nodes(|[x]| x), 0);
        assert_eq!(nodes(|[x]| 2.0 + x - 1.0), 0);
        assert_eq!(nodes(|[x]| Var::from(2.0).sin() * 3.0 + x), 0);
        assert_eq!(nodes(|[x]| x - Var::from(2.0)), 0);
        // Nor does what has the derivative zero.
        assert_eq!(nodes(|[x]| x * Var::from(0.0) + Var::from(0.0) * x), 0);
    }

    #[test]
    fn constants_beside_variables_write_a_node_of_one_argument() {
        let one = |f: fn(Var<f64>) -> Var<f64>| {
            let mut recording = Recording::<f64>::new();
            let y = recording.record(|next| next.input(1.5), f);
            assert_eq!(
                recording.tape().nodes.as_slice().iter().map(|node| node.parents()).collect::<Vec<_>>(),
                [[0, UNARY]]
            );
            recording.pullback([(y, [1.0])], |adjoints| adjoints[0][0])
        };
        assert_eq!(one(|x| x * Var::from(3.0)), 3.0);
        assert_eq!(one(|x| Var::from(3.0) * x), 3.0);
        assert_eq!(one(|x| Var::from(3.0) - x), -1.0);
        assert_eq!(one(|x| x / Var::from(2.0)), 0.5);
        assert_eq!(one(|x| Var::from(3.0) / x), -3.0 / 2.25);
        assert_eq!(one(|x| Var::from(2.0).pow(x)), 1.5_f64.exp2() * 2.0_f64.ln());
    }

    #[test]
    fn runs_of_variables_have_the_derivatives_of_any_others() {
        /// All operations on many numbers, of numbers one after the other and of others.
        fn f<T: crate::Real>(x: [T; 9]) -> [T; 12] {
            let squares = x.map(|x| x * x);
            let mixed = [x[3], squares[0], x[1], T::lit(2.0), x[8]];
            [
                T::sum_of(&x),
                T::sum_of(&squares[2..]),
                T::sum_of(&mixed),
                x.into_iter().sum(),
                (0..100).map(|i| x[i % 9].sin()).sum(),
                T::dot(&x, &x),
                T::dot(&x[..4], &squares[5..]),
                T::dot(&mixed, &x[2..7]),
                T::weighted_sum(&[1.0, 2.0, 3.0, 4.0, 5.0], &x[1..6]),
                T::log_sum_exp(&squares),
                T::norm(&x),
                x[0].mul_add(x[1], x[2]),
            ]
        }
        let point: [f64; 9] = [0.5, -1.0, 2.0, 0.25, 1.5, -0.75, 3.0, 1.0, -2.0];
        let forward = crate::jacfwd(f, &point);
        let reverse = crate::jacrev(f, &point);
        let (_, push) = crate::linearize(f, &point);
        let direction = [1.0, 2.0, -1.0, 0.5, 3.0, -2.0, 0.25, 1.0, -3.0];
        let (_, along) = crate::jvp(f, &point, &direction);
        let pushed = push(&direction);
        for i in 0..12 {
            assert!((pushed[i] - along[i]).abs() < 1e-12, "result {i}: {} for {}", pushed[i], along[i]);
            for j in 0..9 {
                assert!((reverse[i][j] - forward[i][j]).abs() < 1e-13, "result {i} by {j}");
            }
        }
    }

    #[test]
    fn a_panic_in_a_sweep_leaves_no_adjoints_behind() {
        /// x ↦ x, whose pullback fails for the weight 13.
        #[derive(Clone)]
        struct Superstitious;
        impl crate::VectorRule<f64> for Superstitious {
            fn values(&self, x: &[f64]) -> Vec<f64> {
                x.to_vec()
            }
            fn pushforward<S: Scalar<Primal = f64>>(&self, _x: &[S], _y: &[S], v: &[S]) -> Vec<S> {
                v.to_vec()
            }
            fn pullback<S: Scalar<Primal = f64>>(&self, _x: &[S], _y: &[S], u: &[S]) -> Vec<S> {
                assert!(u[0] != S::lit(13.0), "bad luck");
                u.to_vec()
            }
        }
        use crate::VectorRule as _;
        let (_, pull) =
            crate::vjp(|[x, y]: [Var<f64>; 2]| Superstitious.at_slice(&[x])[0] * y + x, &[2.0, 1.0]);
        assert_eq!(pull(&1.0), [2.0, 2.0]);
        assert!(catch_unwind(AssertUnwindSafe(|| pull(&13.0))).is_err());
        assert_eq!(pull(&1.0), [2.0, 2.0]);
        // Not finite at first, so swept twice.
        let (_, pull) = crate::vjp(|[x]: [Var<f64>; 1]| (x * Var::from(0.0)).sqrt() + x.sqrt() * x, &[0.0]);
        let first = pull(&1.0);
        assert_eq!(first.map(f64::to_bits), pull(&1.0).map(f64::to_bits));
    }

    #[test]
    fn operations_on_many_numbers_write_one_node() {
        assert_eq!(nodes(|x: [_; 9]| Var::sum_of(&x)), 1);
        assert_eq!(nodes(|x: [_; 9]| x.into_iter().sum()), 1);
        assert_eq!(nodes(|x: [_; 9]| Var::dot(&x, &x)), 1);
        assert_eq!(nodes(|x: [_; 9]| Var::weighted_sum(&[0.5; 9], &x)), 1);
        assert_eq!(nodes(|x: [_; 9]| Var::log_sum_exp(&x)), 1);
        assert_eq!(nodes(|x: [_; 9]| crate::Real::norm(&x)), 1);
        assert_eq!(nodes(|x: [_; 9]| Var::sum_over(&x, 0..100, |x, k| x[k % 9].sin() * x[0])), 1);
        let block = |[x, y]: [crate::Dual<f64, 2>; 2]| [(x * y).exp() / (x + y)];
        assert_eq!(nodes(|x| Var::fuse(x, block)[0]), 1);
        // A node for the first 32 numbers, and one for it and the rest.
        assert_eq!(nodes(|x: [_; 40]| x.into_iter().sum()), 2);
    }
}
