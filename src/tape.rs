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
mod places;
mod recording;
mod scaled;
mod sweep;
mod var;
mod vector_rules;

use crate::Scalar;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cell::RefCell;
use nodes::{Nodes, RUN, RUNS, SILENT, TOTAL, VECTOR, WIDE, index};
pub use recording::free_tapes;
pub(crate) use recording::{Inputs, Recording};
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
    /// Room for input variables, kept from one recording to the next.
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
}

#[cfg(test)]
mod tests {
    use super::nodes::{FULL, UNARY};
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
