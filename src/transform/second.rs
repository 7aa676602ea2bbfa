//! Second derivatives by nested dual numbers.

use super::forward::flatten;
use crate::tree::{Lanes, Output, Seed, Shape, ShapeWith, Tree, With};
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
    Y::lift(sweeps(f, x).map(|sweeps| sweeps.hessian(x)))
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
    Y::lift(
        sweeps(f, x)
            .map(|sweeps| (sweeps.shape.map(&mut |y| y.re().re()), sweeps.jacobian(x), sweeps.hessian(x))),
    )
}

/// The results of as many evaluations as it takes to seed every pair of leaves of the input once.
struct Sweeps<L2, Y> {
    /// The first evaluation: all there is, and no heap, where the lanes suffice.
    shape: Y,
    seeds: (Seed, Seed),
    /// The leaves of the evaluation for the chunks (a, b), b ≤ a, at a (a + 1)/2 + b; the first one left out.
    further: Vec<((Seed, Seed), Vec<L2>)>,
}

#[track_caller]
fn sweeps<T: Scalar, X: Tree<T> + ?Sized, Y: Output<Second<T, X>>>(
    mut f: impl FnMut(X::With<Second<T, X>>) -> Y,
    x: &X,
) -> Result<Sweeps<Second<T, X>, Y::Shape>, Y::Failure> {
    let lanes = X::Lanes::COUNT;
    let mut evaluate = |a: usize, b: usize| {
        let (outer, inner) = (Seed::new::<T>(), Seed::new::<T>());
        let mut leaf = 0;
        let x = x.map(&mut |value| {
            let lane = |chunk: usize| (leaf / lanes == chunk).then_some(leaf % lanes);
            let number = Second::<T, X>::seed(X::Lanes::seed(value, lane(b), inner), lane(a), outer);
            leaf += 1;
            number
        });
        ((outer, inner), f(x).branch(), leaf)
    };
    let (seeds, first, n) = evaluate(0, 0);
    let shape = first?;
    let mut further = Vec::new();
    for a in 1..n.div_ceil(lanes.max(1)) {
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
    Ok(Sweeps { shape, seeds, further })
}

impl<L2: Scalar, Y: Shape<L2>> Sweeps<L2, Y> {
    /// The evaluation for the chunks (a, b): its seeds, and the output's leaf number `row`, which is `y` in the first.
    #[inline]
    fn leaf(&self, a: usize, b: usize, row: usize, y: L2) -> ((Seed, Seed), L2) {
        match (a * (a + 1) / 2 + b).checked_sub(1) {
            None => (self.seeds, y),
            Some(k) => (self.further[k].0, self.further[k].1[row]),
        }
    }

    #[track_caller]
    fn jacobian<T: Scalar, X: Tree<T> + ?Sized>(&self, x: &X) -> Y::With<X::With<T>>
    where
        L2: Lanes<X::Lanes>,
    {
        let lanes = X::Lanes::COUNT;
        let mut row = 0;
        self.shape.map(&mut |y| {
            let mut i = 0;
            let partials = x.map(&mut |_| {
                let ((_, inner), y) = self.leaf(i / lanes, i / lanes, row, y);
                let partial = y.re().tangent(i % lanes, inner);
                i += 1;
                partial
            });
            row += 1;
            partials
        })
    }

    #[track_caller]
    fn hessian<T: Scalar, X: Tree<T> + ?Sized>(&self, x: &X) -> Y::With<X::With<X::With<T>>>
    where
        L2: Lanes<X::Lanes>,
    {
        let lanes = X::Lanes::COUNT;
        let mut row = 0;
        self.shape.map(&mut |y| {
            let mut i = 0;
            let rows = x.map(&mut |_| {
                let mut j = 0;
                let partials = x.map(&mut |_| {
                    let (larger, smaller) = (i.max(j), i.min(j));
                    let ((outer, inner), y) = self.leaf(larger / lanes, smaller / lanes, row, y);
                    j += 1;
                    y.tangent(larger % lanes, outer).tangent(smaller % lanes, inner)
                });
                i += 1;
                partials
            });
            row += 1;
            rows
        })
    }
}
