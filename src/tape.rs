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
use crate::scalar::same_length;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::Any;
use core::cell::RefCell;
pub use var::Var;

/// A node: for each of at most two arguments the slope and the argument's node. Nodes of other sizes say so in the place
/// of the second parent.
#[derive(Clone, Copy)]
struct Node<T> {
    slopes: [T; 2],
    parents: [u32; 2],
}

/// In the place of the second parent: there is only one.
const UNARY: u32 = u32::MAX;
/// In the place of the second parent: the first is the index of a run of edges.
const WIDE: u32 = u32::MAX - 1;
/// In the place of the second parent: the first result of a vector-valued rule, whose index the first is.
const VECTOR: u32 = u32::MAX - 2;
/// In the place of the second parent: a further result of a vector-valued rule, which the first one speaks for.
const SILENT: u32 = u32::MAX - 3;
/// The largest number of nodes.
const FULL: usize = SILENT as usize;
/// An argument of a vector-valued rule that is a constant.
const NO_PARENT: u32 = u32::MAX;

/// The products with the Jacobian of a vector-valued rule at the numbers it was applied to.
trait VectorNode<T> {
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

/// The nodes that operations wrote, in their order. The inputs come before them, numbered from 0, and write none.
struct Tape<T> {
    nodes: Vec<Node<T>>,
    inputs: usize,
    /// Slope and parent of each argument of the nodes of more than two, one run after the other …
    edges: Vec<(T, u32)>,
    /// … and where each run ends.
    ends: Vec<usize>,
    vectors: Vec<VectorEntry<T>>,
    /// Room for the adjoints of a sweep, kept from one to the next.
    adjoints: RefCell<Vec<T>>,
    /// Room for input variables, likewise.
    variables: Vec<Var<T>>,
}

impl<T: Scalar> Tape<T> {
    fn new() -> Self {
        Tape {
            nodes: Vec::new(),
            inputs: 0,
            edges: Vec::new(),
            ends: Vec::new(),
            vectors: Vec::new(),
            adjoints: RefCell::default(),
            variables: Vec::new(),
        }
    }

    /// Empties the tape and keeps its memory.
    fn rewind(&mut self) {
        self.nodes.clear();
        self.inputs = 0;
        self.edges.clear();
        self.ends.clear();
        self.vectors.clear();
    }

    /// How many inputs and nodes there are.
    fn len(&self) -> usize {
        self.inputs + self.nodes.len()
    }

    /// Writes a node and gives its index; none where the tape is full.
    #[inline]
    fn push(&mut self, node: Node<T>) -> Option<u32> {
        let index = self.len();
        if index >= FULL {
            return None;
        }
        self.nodes.push(node);
        #[allow(clippy::cast_possible_truncation)] // below `FULL`
        Some(index as u32)
    }

    /// Writes a node of any number of arguments. Its slopes are in the edges; `zero` is for those of the node itself.
    fn push_wide(&mut self, edges: &[(T, u32)], zero: T) -> Option<u32> {
        let run = u32::try_from(self.ends.len()).ok()?;
        for edge in edges {
            self.edges.push(*edge);
        }
        self.ends.push(self.edges.len());
        self.push(Node { slopes: [zero; 2], parents: [run, WIDE] })
    }

    /// Writes the results of a vector-valued rule and gives the index of the first.
    fn push_vector(&mut self, entry: VectorEntry<T>, zero: T) -> Option<u32> {
        let index = u32::try_from(self.vectors.len()).ok()?;
        let results = entry.results;
        self.vectors.push(entry);
        let first = self.push(Node { slopes: [zero; 2], parents: [index, VECTOR] })?;
        for _ in 1..results {
            self.push(Node { slopes: [zero; 2], parents: [index, SILENT] })?;
        }
        Some(first)
    }

    /// The edges of a node of more than two arguments.
    fn run(&self, index: u32) -> &[(T, u32)] {
        let index = index as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.edges[start..self.ends[index]]
    }

    /// The sweep: from the adjoints v̄ = ∂y/∂v of the outputs those of all nodes, for `W` outputs y at once.
    ///
    /// A node whose adjoints are exactly zero hands nothing on, also where a slope is infinite.
    fn sweep<const W: usize>(&self, adjoints: &mut [[T; W]]) {
        for (index, node) in self.nodes.iter().enumerate().rev() {
            let adjoint = adjoints[self.inputs + index];
            let [first, second] = node.parents;
            if second == VECTOR {
                sweep_vector(&self.vectors[first as usize], self.inputs + index, adjoints);
            } else if !adjoint.iter().all(T::is_zero) {
                match second {
                    UNARY => hand_on(adjoints, first, adjoint, node.slopes[0]),
                    WIDE => {
                        for (slope, parent) in self.run(first) {
                            hand_on(adjoints, *parent, adjoint, *slope);
                        }
                    }
                    SILENT => {}
                    second => {
                        hand_on(adjoints, first, adjoint, node.slopes[0]);
                        hand_on(adjoints, second, adjoint, node.slopes[1]);
                    }
                }
            }
        }
    }

    /// The sweep forwards: from the tangents of the inputs those of all nodes.
    fn push_forward(&self, tangents: &mut [T]) {
        for (index, node) in self.nodes.iter().enumerate() {
            let term = |slope: T, parent: u32| tangents[parent as usize].times_slope(slope);
            let tangent = match node.parents[1] {
                UNARY => term(node.slopes[0], node.parents[0]),
                WIDE => self.run(node.parents[0]).iter().map(|(slope, parent)| term(*slope, *parent)).sum(),
                VECTOR => {
                    let entry = &self.vectors[node.parents[0] as usize];
                    let of = |parent: &u32| tangents.get(*parent as usize).copied().unwrap_or_else(T::zero);
                    let v: Vec<T> = entry.parents.iter().map(of).collect();
                    let pushed = entry.rule.pushforward(&v);
                    same_length("VectorRule::pushforward", entry.results, pushed.len());
                    tangents[self.inputs + index..][..entry.results].copy_from_slice(&pushed);
                    continue;
                }
                SILENT => continue,
                second => term(node.slopes[0], node.parents[0]) + term(node.slopes[1], second),
            };
            tangents[self.inputs + index] = tangent;
        }
    }

    /// Zeros, `width` for each node, and what `f` makes of them.
    fn with_adjoints<R>(&self, width: usize, f: impl FnOnce(&mut [T]) -> R) -> R {
        let mut adjoints = self.adjoints.borrow_mut();
        adjoints.clear();
        adjoints.resize(self.len() * width, T::zero());
        f(&mut adjoints)
    }
}

/// The sweep through a vector-valued rule whose first result is the node `first`.
fn sweep_vector<T: Scalar, const W: usize>(entry: &VectorEntry<T>, first: usize, adjoints: &mut [[T; W]]) {
    for row in 0..W {
        let u: Vec<T> = adjoints[first..first + entry.results].iter().map(|adjoint| adjoint[row]).collect();
        if u.iter().all(T::is_zero) {
            continue;
        }
        let pulled = entry.rule.pullback(&u);
        same_length("VectorRule::pullback", entry.parents.len(), pulled.len());
        for (parent, adjoint) in entry.parents.iter().zip(pulled) {
            if *parent != NO_PARENT {
                adjoints[*parent as usize][row] += adjoint;
            }
        }
    }
}

/// What a node whose adjoints are not all zero adds to those of an argument.
#[inline(always)]
fn hand_on<T: Scalar, const W: usize>(adjoints: &mut [[T; W]], parent: u32, adjoint: [T; W], slope: T) {
    let parent = &mut adjoints[parent as usize];
    for row in 0..W {
        parent[row] += adjoint[row].times_slope(slope);
    }
}

#[cold]
fn too_long() -> ! {
    panic!(
        "the tape is full: it holds {FULL} nodes; split the function, or differentiate its parts with `fuse`"
    )
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
        Recording { tape: Some(tape), number: open::fresh_number() }
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
        let number = self.number;
        let tape = self.tape_mut();
        let node = u32::try_from(tape.inputs).unwrap_or_else(|_| too_long());
        tape.inputs += 1;
        Var::on_tape(value, node, number)
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

    /// Σ f(x, item) and its slopes, each term recorded, swept and rewound by itself.
    #[track_caller]
    fn sum_over<I: IntoIterator>(
        x: &[T],
        items: I,
        mut f: impl FnMut(&[Var<T>], I::Item) -> Var<T>,
        slopes: &mut [T],
    ) -> T {
        let mut recording = Recording::new();
        let mut sum = T::zero();
        for item in items {
            let y = recording.with_inputs(x, |x| f(x, item));
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
    fn renew(&mut self) {
        self.tape_mut().rewind();
        self.number = open::fresh_number();
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
            take(&adjoints[..self.tape().inputs])
        })
    }

    /// The tangents of all nodes for the tangents `v` of the inputs, handed to `take` with a function that finds an
    /// output's among them.
    #[track_caller]
    pub(crate) fn pushforward<R>(&self, v: &[T], take: impl FnOnce(&dyn Fn(Var<T>) -> T) -> R) -> R {
        self.tape().with_adjoints(1, |tangents| {
            tangents[..v.len()].copy_from_slice(v);
            self.tape().push_forward(tangents);
            take(&|y| self.output(y).map_or_else(T::zero, |node| tangents[node]))
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
