//! The sweeps over a tape, backwards and forwards.

use super::nodes::{RUN, RUNS, SILENT, TOTAL, UNARY, VECTOR, WIDE, backwards};
use super::{NO_PARENT, Tape, VectorEntry};
use crate::Scalar;
use crate::array::same_length;
use crate::kernel::Engine;
use crate::scalar::lanes::each_lane;
use alloc::vec::Vec;

impl<T: Scalar> Tape<T> {
    /// The sweep: from the adjoints v̄ = ∂y/∂v of the outputs those of all nodes, for `W` outputs y at once.
    ///
    /// A zero may meet an infinity and become NaN, which every node passes to its arguments, so that the caller finds it at the inputs and sweeps
    /// again by `sweep_scaled`. Gives whether it is certain to be found: then the adjoints of all nodes but the inputs are zero
    /// again.
    pub(super) fn sweep<const W: usize>(&self, adjoints: &mut [[T; W]]) -> bool {
        let mut stacks = self.stacks();
        // To look for zeros costs a sixth of a sweep of one row, in which few are; most rows of a Jacobian do not depend on most
        // nodes.
        let live = |adjoint: &[T; W]| W == 1 || live(adjoint);
        backwards(&self.nodes, adjoints, live, accumulate::<T, W>, |node, adjoints| {
            stacks.sweep::<W>(node.parents(), adjoints)
        })
    }

    /// The sweep forwards: from the tangents of the inputs those of all nodes.
    pub(super) fn push_forward(&self, tangents: &mut [T]) {
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

    pub(super) fn stacks(&self) -> Stacks<'_, T> {
        Stacks { edges: &self.edges, slopes: &self.slopes, vectors: &self.vectors }
    }

    /// Zeros, `width` for each node, and what `f` makes of them; it must leave zeros.
    ///
    /// To fill the memory with zeros for each sweep would take a tenth of a long one. A sweep that panics leaves no memory.
    pub(super) fn with_adjoints<R>(&self, width: usize, f: impl FnOnce(&mut [T]) -> R) -> R {
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
pub(super) struct Stacks<'a, T> {
    pub(super) edges: &'a [u32],
    pub(super) slopes: &'a [T],
    pub(super) vectors: &'a [VectorEntry<T>],
}

/// Takes the last `count` of a stack.
pub(super) fn take_last<'a, E>(stack: &mut &'a [E], count: usize) -> &'a [E] {
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
                        accumulate::<T, W>(&mut earlier[*parent as usize], &adjoint, slope);
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
                            accumulate(parent, &adjoint, slope);
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
    /// given a NaN, which it might not pass on, and says so.
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

/// Whether a node has an adjoint that is not zero.
#[inline(always)]
fn live<T: Scalar, const W: usize>(adjoint: &[T; W]) -> bool {
    for row in 0..W {
        if !adjoint[row].is_known_zero() {
            return true;
        }
    }
    false
}

/// Accumulates adjoint · slope in the adjoint of an argument.
#[inline(always)]
fn accumulate<T: Scalar, const W: usize>(parent: &mut [T; W], adjoint: &[T; W], slope: &T) {
    for row in 0..W {
        parent[row] += adjoint[row] * *slope;
    }
}
