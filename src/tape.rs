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

mod open;
mod var;

use crate::Scalar;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::Any;
use core::cell::RefCell;
pub use var::Var;

/// One argument of a node: the slope, and the node that the argument is. A node is a run of edges; each of them tells how
/// many there are, so that the tape is one vector, read from its end.
#[derive(Clone, Copy)]
struct Edge<T> {
    slope: T,
    parent: u32,
    arity: u32,
}

/// The nodes that operations wrote, in their order.
struct Tape<T> {
    edges: Vec<Edge<T>>,
    /// How many nodes there are. The first ones are the inputs, which have no edges.
    nodes: u32,
    /// Room for the adjoints of a sweep, kept from one to the next.
    adjoints: RefCell<Vec<T>>,
    /// Room for input variables, likewise.
    variables: Vec<Var<T>>,
}

impl<T: Scalar> Tape<T> {
    /// Writes a node with an edge for each of the arguments that is no constant.
    #[inline]
    fn push(&mut self, arity: u32, arguments: &[Var<T>], slopes: &[T]) -> u32 {
        self.edges.reserve(arity as usize);
        for (x, slope) in arguments.iter().zip(slopes) {
            if !x.is_constant() {
                self.edges.push(Edge { slope: *slope, parent: x.place().0, arity });
            }
        }
        self.next_node()
    }

    #[inline]
    fn next_node(&mut self) -> u32 {
        let node = self.nodes;
        self.nodes = node.checked_add(1).unwrap_or_else(|| too_long());
        node
    }

    /// The sweep: from the adjoints v̄ = ∂y/∂v of the outputs those of all nodes, for `W` outputs y at once.
    ///
    /// A node whose adjoints are exactly zero hands nothing on, also where a slope is infinite.
    fn sweep<const W: usize>(&self, adjoints: &mut [[T; W]]) {
        let mut end = self.edges.len();
        let mut node = self.nodes as usize;
        while end > 0 {
            node -= 1;
            let start = end - self.edges[end - 1].arity as usize;
            let adjoint = adjoints[node];
            if !adjoint.iter().all(T::is_zero) {
                for edge in &self.edges[start..end] {
                    let parent = &mut adjoints[edge.parent as usize];
                    for row in 0..W {
                        parent[row] += adjoint[row].times_slope(edge.slope);
                    }
                }
            }
            end = start;
        }
    }

    /// The sweep forwards: from the tangents of the inputs, the first nodes, those of all nodes.
    fn push_forward(&self, tangents: &mut [T], inputs: usize) {
        let mut start = 0;
        for node in inputs..tangents.len() {
            let end = start + self.edges[start].arity as usize;
            let mut tangent = T::zero();
            for edge in &self.edges[start..end] {
                tangent += tangents[edge.parent as usize].times_slope(edge.slope);
            }
            tangents[node] = tangent;
            start = end;
        }
    }

    /// Zeros, `width` for each node, and what `f` makes of them.
    fn with_adjoints<R>(&self, width: usize, f: impl FnOnce(&mut [T]) -> R) -> R {
        let mut adjoints = self.adjoints.borrow_mut();
        adjoints.clear();
        adjoints.resize(self.nodes as usize * width, T::zero());
        f(&mut adjoints)
    }
}

#[cold]
fn too_long() -> ! {
    panic!(
        "the tape is full: it holds 2³² − 1 nodes; split the function, or differentiate its parts with `fuse`"
    )
}

/// A tape that a transform records a function on, and sweeps.
pub(crate) struct Recording<T: Scalar> {
    /// Always there, until it is put back.
    tape: Option<Box<Tape<T>>>,
    number: u32,
    inputs: usize,
}

impl<T: Scalar> Recording<T> {
    /// A tape with no nodes, from those put back if there is one of this type.
    pub(crate) fn new() -> Self {
        let used = POOL.with_borrow_mut(|pool| {
            let at = pool.iter().rposition(|tape| tape.is::<Tape<T>>())?;
            pool.swap_remove(at).downcast::<Tape<T>>().ok()
        });
        let tape = used.unwrap_or_else(|| {
            Box::new(Tape {
                edges: Vec::new(),
                nodes: 0,
                adjoints: RefCell::default(),
                variables: Vec::new(),
            })
        });
        Recording { tape: Some(tape), number: open::fresh_number(), inputs: 0 }
    }

    fn tape(&self) -> &Tape<T> {
        self.tape.as_ref().expect("a recording has its tape until it is dropped")
    }

    fn tape_mut(&mut self) -> &mut Tape<T> {
        self.tape.as_mut().expect("a recording has its tape until it is dropped")
    }

    /// The next input. All inputs come before the function runs.
    #[inline]
    pub(crate) fn input(&mut self, value: T) -> Var<T> {
        self.inputs += 1;
        let number = self.number;
        Var::on_tape(value, self.tape_mut().next_node(), number)
    }

    /// Makes `x` the inputs and runs `f` on them with the tape open, without any memory of its own.
    pub(crate) fn with_inputs<R>(&mut self, x: &[T], f: impl FnOnce(&[Var<T>]) -> R) -> R {
        let mut variables = core::mem::take(&mut self.tape_mut().variables);
        variables.clear();
        variables.extend(x.iter().map(|x| self.input(*x)));
        let result = self.run(|| f(&variables));
        self.tape_mut().variables = variables;
        result
    }

    /// Runs `f` with the tape open, so that operations on its variables write nodes.
    pub(crate) fn run<R>(&mut self, f: impl FnOnce() -> R) -> R {
        let number = self.number;
        open::scope(self.tape_mut(), number, f)
    }

    /// The node of an output; none for a constant.
    #[track_caller]
    fn output(&self, y: Var<T>) -> Option<usize> {
        let (node, tape) = y.place();
        assert!(
            tape == self.number || tape == 0,
            "the function returned a variable that is not of its own tape: one captured from an outer transform; write \
             `Var::from(x)` for it"
        );
        (tape != 0).then_some(node as usize)
    }

    /// Σₖ ūₖ ∂yₖ/∂x for `W` weights ū of each output y at once, handed to `take` as one array an input.
    #[track_caller]
    pub(crate) fn pullback<const W: usize, R>(
        &self,
        outputs: impl IntoIterator<Item = (Var<T>, [T; W])>,
        take: impl FnOnce(&[[T; W]]) -> R,
    ) -> R {
        self.tape().with_adjoints(W, |adjoints| {
            let adjoints = adjoints.as_chunks_mut::<W>().0;
            for (y, weights) in outputs {
                if let Some(node) = self.output(y) {
                    for row in 0..W {
                        adjoints[node][row] += weights[row];
                    }
                }
            }
            self.tape().sweep(adjoints);
            take(&adjoints[..self.inputs])
        })
    }

    /// The tangents of all nodes for the tangents `v` of the inputs, handed to `take` with a function that finds an
    /// output's among them.
    #[track_caller]
    pub(crate) fn pushforward<R>(&self, v: &[T], take: impl FnOnce(&dyn Fn(Var<T>) -> T) -> R) -> R {
        self.tape().with_adjoints(1, |tangents| {
            tangents[..self.inputs].copy_from_slice(v);
            self.tape().push_forward(tangents, self.inputs);
            take(&|y| self.output(y).map_or_else(T::zero, |node| tangents[node]))
        })
    }
}

/// Puts the tape back.
impl<T: Scalar> Drop for Recording<T> {
    fn drop(&mut self) {
        if let Some(mut tape) = self.tape.take() {
            tape.edges.clear();
            tape.nodes = 0;
            // Where the thread is ending there is no pool any more, and the tape is freed.
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
    POOL.take();
}
