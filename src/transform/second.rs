//! Second derivatives by nested dual numbers.

use super::forward::flatten;
use crate::tree::{Element, Lanes, Output, Seed, Shape, ShapeWith, Tree, With};
use crate::{Dual, HyperDual, Scalar};
use alloc::vec::Vec;

/// f″(x): the second derivative of a function of one number, with any [`Output`].
///
/// # Examples
/// ```
/// assert_eq!(holograd::second_derivative(|x| x.powi(3), 2.0), 12.0);
/// ```
#[track_caller]
pub fn second_derivative<T: Scalar, Y: Output<HyperDual<T>>>(
    f: impl FnOnce(HyperDual<T>) -> Y,
    x: T,
) -> With<Y, HyperDual<T>, T> {
    let (outer, inner) = (Seed::new::<T>(), Seed::new::<T>());
    let y = f(outer.dual(inner.dual(x, [T::one()]), [Dual::from(T::one())]));
    Y::lift(y.branch().map(|y| y.map(&mut |y| y.tangent(0, outer).tangent(0, inner))))
}

/// The number that [`hessian`] evaluates a function of an `X` at: dual numbers over dual numbers.
pub type Second<T, X> = <<X as Tree<T>>::Lanes as Lanes<T>>::Over<<X as Tree<T>>::Lanes>;

/// The Hessian: the shape of the output holding the shape of the input holding the shape of the input.
///
/// `hessian(f, &x)[i][j]` is ∂²f/∂xᵢ∂xⱼ for an array and a scalar function. It is exactly symmetric.
///
/// # Examples
/// ```
/// use holograd::hessian;
/// let h = hessian(|[x, y]| x * x * y, &[2.0, 3.0]);
/// assert_eq!(h, [[6.0, 4.0], [4.0, 0.0]]);
/// ```
#[track_caller]
pub fn hessian<T: Scalar, X: Tree<T> + ?Sized, Y: Output<Second<T, X>>>(
    f: impl FnMut(X::With<Second<T, X>>) -> Y,
    x: &X,
) -> With<Y, Second<T, X>, X::With<X::With<T>>> {
    Y::lift(real_sweeps(f, x).map(|sweeps| sweeps.hessian(x, second_partial::<T, X>)))
}

/// (f(x), gradient or Jacobian, Hessian); see [`hessian`].
///
/// # Examples
/// ```
/// use holograd::value_grad_and_hessian;
/// let (value, gradient, hessian) = value_grad_and_hessian(|[x, y]| x * x * y, &[2.0, 3.0]);
/// assert_eq!(value, 12.0);
/// assert_eq!(gradient, [12.0, 4.0]);
/// assert_eq!(hessian, [[6.0, 4.0], [4.0, 0.0]]);
/// ```
#[track_caller]
#[allow(clippy::type_complexity)] // a triple of three shapes
pub fn value_grad_and_hessian<T: Scalar, X: Tree<T> + ?Sized, Y: Output<Second<T, X>>>(
    f: impl FnMut(X::With<Second<T, X>>) -> Y,
    x: &X,
) -> Y::Lift<(
    ShapeWith<Y, Second<T, X>, T>,
    ShapeWith<Y, Second<T, X>, X::With<T>>,
    ShapeWith<Y, Second<T, X>, X::With<X::With<T>>>,
)> {
    Y::lift(real_sweeps(f, x).map(|sweeps| {
        (
            sweeps.shape.map(&mut |y| y.re().re()),
            sweeps.jacobian(x, |y, lane, inner| y.re().tangent(lane, inner)),
            sweeps.hessian(x, second_partial::<T, X>),
        )
    }))
}

/// [`sweeps`] with one lane for each leaf.
#[track_caller]
fn real_sweeps<T: Scalar, X: Tree<T> + ?Sized, Y: Output<Second<T, X>>>(
    f: impl FnMut(X::With<Second<T, X>>) -> Y,
    x: &X,
) -> Result<Sweeps<Second<T, X>, Y::Shape>, Y::Failure> {
    sweeps(f, x, X::Lanes::COUNT, Seed::new::<T>, |value, [outer_lane, inner_lane], [outer, inner]| {
        Second::<T, X>::seed(X::Lanes::seed(value, inner_lane, inner), outer_lane, outer)
    })
}

/// ∂²y/∂xᵢ∂xⱼ; the order does not matter.
fn second_partial<T: Scalar, X: Tree<T> + ?Sized>(y: Second<T, X>, at: Entry) -> T {
    y.tangent(at.lanes[0], at.seeds[0]).tangent(at.lanes[1], at.seeds[1])
}

/// Where the derivatives by two leaves of the input are.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    /// Their lanes, or the first ones of them, in the outer and the inner dual number.
    pub(crate) lanes: [usize; 2],
    pub(crate) seeds: [Seed; 2],
    /// Whether the first leaf has its lane in the *inner* dual number.
    pub(crate) swapped: bool,
}

/// The results of as many evaluations as it takes to seed every pair of leaves of the input once.
pub(crate) struct Sweeps<S, Y> {
    /// The first evaluation: all there is, and no heap, where the lanes suffice.
    pub(crate) shape: Y,
    seeds: [Seed; 2],
    /// The leaves of the evaluation for the chunks (a, b), b ≤ a, at a (a + 1)/2 + b; the first one left out.
    further: Vec<([Seed; 2], Vec<S>)>,
    /// How many leaves of the input a chunk has.
    width: usize,
}

/// Evaluates `f` with `seed(value, numbers among the seeded, …)` for each leaf of `x`, for each pair of chunks. Of two
/// numbers the outer level's comes first.
#[track_caller]
pub(crate) fn sweeps<T: Scalar, L2: Element, X: Tree<T> + ?Sized, S: Scalar, Y: Output<S>>(
    mut f: impl FnMut(X::With<L2>) -> Y,
    x: &X,
    width: usize,
    fresh: fn() -> Seed,
    seed: impl Fn(T, [Option<usize>; 2], [Seed; 2]) -> L2,
) -> Result<Sweeps<S, Y::Shape>, Y::Failure> {
    let mut evaluate = |a: usize, b: usize| {
        let seeds = [fresh(), fresh()];
        let mut leaf = 0;
        let x = x.map(&mut |value| {
            let lanes = [a, b].map(|chunk| (leaf / width == chunk).then_some(leaf % width));
            leaf += 1;
            seed(value, lanes, seeds)
        });
        (seeds, f(x).branch(), leaf)
    };
    let (seeds, first, n) = evaluate(0, 0);
    let shape = first?;
    let mut further = Vec::new();
    for a in 1..n.div_ceil(width.max(1)) {
        for b in 0..=a {
            let (seeds, y, _) = evaluate(a, b);
            let (leaves, expected) = (flatten(&y?), shape.leaves());
            assert!(
                leaves.len() == expected,
                "the function returned {expected} numbers in one evaluation and {} in another at the same point",
                leaves.len()
            );
            further.push((seeds, leaves));
        }
    }
    Ok(Sweeps { shape, seeds, further, width })
}

impl<S: Scalar, Y: Shape<S>> Sweeps<S, Y> {
    /// The evaluation for the chunks (a, b): its seeds, and the output's leaf number `row`, which is `y` in the first.
    #[inline]
    fn leaf(&self, a: usize, b: usize, row: usize, y: S) -> ([Seed; 2], S) {
        match (a * (a + 1) / 2 + b).checked_sub(1) {
            None => (self.seeds, y),
            Some(k) => (self.further[k].0, self.further[k].1[row]),
        }
    }

    /// First derivatives, by the inner dual number of each leaf.
    #[track_caller]
    fn jacobian<T: Scalar, U: Element, X: Tree<T> + ?Sized>(
        &self,
        x: &X,
        partial: impl Fn(S, usize, Seed) -> U,
    ) -> Y::With<X::With<U>> {
        let mut row = 0;
        self.shape.map(&mut |y| {
            let mut i = 0;
            let partials = x.map(&mut |_| {
                let chunk = i / self.width;
                let ([_, inner], y) = self.leaf(chunk, chunk, row, y);
                let lane = i % self.width;
                i += 1;
                partial(y, lane, inner)
            });
            row += 1;
            partials
        })
    }

    /// Each leaf of the output replaced by what `partial` makes of it for each pair of leaves of the input.
    #[track_caller]
    pub(crate) fn hessian<T: Scalar, U: Element, X: Tree<T> + ?Sized>(
        &self,
        x: &X,
        partial: impl Fn(S, Entry) -> U,
    ) -> Y::With<X::With<X::With<U>>> {
        let mut row = 0;
        self.shape.map(&mut |y| {
            let mut i = 0;
            let rows = x.map(&mut |_| {
                let mut j = 0;
                let partials = x.map(&mut |_| {
                    let (larger, smaller, swapped) = (i.max(j), i.min(j), i < j);
                    let (seeds, y) = self.leaf(larger / self.width, smaller / self.width, row, y);
                    j += 1;
                    partial(y, Entry { lanes: [larger % self.width, smaller % self.width], seeds, swapped })
                });
                i += 1;
                partials
            });
            row += 1;
            rows
        })
    }
}
