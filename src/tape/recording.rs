//! A tape while a transform uses it: made, recorded on, swept, and kept for the next one.

use super::nodes::index;
use super::{Tape, Var, open};
use crate::Scalar;
use crate::kernel::Engine;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::Any;
use core::cell::RefCell;

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

    pub(super) fn tape(&self) -> &Tape<T> {
        self.tape.as_ref().expect("a recording has its tape until it is dropped")
    }

    pub(super) fn tape_mut(&mut self) -> &mut Tape<T> {
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

    /// Makes inputs of a slice of numbers and runs `f` on them, in memory that is kept.
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
    pub(super) fn sum_over<I: IntoIterator>(
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
