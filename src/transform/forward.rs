//! First derivatives by dual numbers.

use crate::tree::seed::{flatten, lane, map_numbered, same_leaves};
use crate::tree::{Element, Lanes, Output, Seed, Shape, ShapeWith, Tree, With};
use crate::{Dual, Scalar};
use alloc::vec::Vec;
use core::marker::PhantomData;

/// f′(x): the derivative of a function of one number, with any [`Output`].
///
/// A variable of an outer transform at the same level must not be used in `f` (*perturbation confusion*): debug builds panic, release
/// builds return a wrong number unless the feature `checked` is on, which makes a dual number of `f64` half as large again. [`partial`](crate::partial) holds it constant.
///
/// For a complex x the holomorphic derivative; for a complex *result* of a real x the derivative of both parts.
///
/// # Examples
/// ```
/// use holograd::derivative;
/// use num_complex::Complex;
/// assert_eq!(derivative(|x| x.sin(), 0.0), 1.0);
/// assert_eq!(derivative(|x| [x, x * x], 3.0), [1.0, 6.0]);
/// assert_eq!(derivative(|t| Complex::new(t * t, t), 3.0), Complex::new(6.0, 1.0));
/// assert_eq!(derivative(|z| z * z, Complex::new(3.0, 1.0)), Complex::new(6.0, 2.0));
/// ```
#[inline]
#[track_caller]
pub fn derivative<T: Scalar, Y: Output<Dual<T>>>(f: impl FnOnce(Dual<T>) -> Y, x: T) -> With<Y, Dual<T>, T> {
    let seed = Seed::new::<T>();
    Y::lift(f(seed.dual(x, [T::one()])).branch().map(|y| y.map_leaves(&mut |y| y.tangent(0, seed))))
}

/// (f(x), f′(x)); see [`derivative`].
///
/// # Examples
/// ```
/// assert_eq!(holograd::value_and_derivative(|x| x * x, 3.0), (9.0, 6.0));
/// ```
#[inline]
#[track_caller]
pub fn value_and_derivative<T: Scalar, Y: Output<Dual<T>>>(
    f: impl FnOnce(Dual<T>) -> Y,
    x: T,
) -> Y::Lift<(ShapeWith<Y, Dual<T>, T>, ShapeWith<Y, Dual<T>, T>)> {
    jvp(f, &x, &T::one())
}

/// (f(x), J·v): value and derivative along the direction `v`, in one pass.
///
/// A variable of an outer transform at the same level must not be used in `f` (*perturbation confusion*): debug builds panic, release
/// builds return a wrong number unless the feature `checked` is on, which makes a dual number of `f64` half as large again. [`partial`](crate::partial) holds it constant.
///
/// # Panics
/// If `x` and `v` differ in shape.
///
/// # Examples
/// ```
/// use holograd::jvp;
/// let (y, dy) = jvp(|[a, b]| a * b, &[3.0, 4.0], &[1.0, 10.0]);
/// assert_eq!((y, dy), (12.0, 34.0));
/// ```
#[inline]
#[track_caller]
pub fn jvp<T: Scalar, X: Tree<T> + ?Sized, Y: Output<Dual<T>>>(
    f: impl FnOnce(X::With<Dual<T>>) -> Y,
    x: &X,
    v: &X,
) -> Y::Lift<(ShapeWith<Y, Dual<T>, T>, ShapeWith<Y, Dual<T>, T>)> {
    let seed = Seed::new::<T>();
    let y = f(x.zip_leaves(v, &mut |x, v| seed.dual(x, [v])));
    Y::lift(y.branch().map(|y| (y.map_leaves(&mut |y| y.re), y.map_leaves(&mut |y| y.tangent(0, seed)))))
}

/// The Jacobian, by dual numbers: the shape of the output holding the shape of the input.
///
/// `jacfwd(f, &x)[i][j]` is ∂fᵢ/∂xⱼ for arrays; for a scalar function it is the gradient. Flat arrays and vectors get as
/// many tangents as they have numbers, in one pass (64 at most, which is checked at compile time); everything else is
/// done in chunks of 8. Costs grow with the number of inputs: for many inputs and few outputs use reverse mode.
///
/// A variable of an outer transform at the same level must not be used in `f` (*perturbation confusion*): debug builds panic, release
/// builds return a wrong number unless the feature `checked` is on, which makes a dual number of `f64` half as large again. [`partial`](crate::partial) holds it constant.
///
/// # Panics
/// If the function returns different numbers of numbers in the evaluations for different chunks.
///
/// # Examples
/// ```
/// use holograd::jacfwd;
/// let jacobian = jacfwd(|[x, y]| [x * y, x - y, x * x], &[2.0, 3.0]);
/// assert_eq!(jacobian, [[3.0, 2.0], [1.0, -1.0], [4.0, 0.0]]);
///
/// // Third derivatives, by nesting.
/// assert_eq!(jacfwd(|x| jacfwd(|x| jacfwd(|x| x.powi(3), &x), &x), &2.0), 6.0);
/// ```
///
/// A closure that ends in `.sum()` must say of what, `.sum::<Dual<_, N>>()` with the N above; sums of slices need not:
/// ```
/// use holograd::{Dual, Scalar, jacfwd};
/// assert_eq!(jacfwd(|x| x.iter().sum::<Dual<_, 8>>(), &vec![1.0, 2.0]), [1.0, 1.0]);
/// assert_eq!(jacfwd(|x| Scalar::sum_of(&x), &vec![1.0, 2.0]), [1.0, 1.0]);
/// ```
#[inline]
#[track_caller]
pub fn jacfwd<T: Scalar, X: Tree<T> + ?Sized, Y: Output<X::Lanes>>(
    f: impl FnMut(X::With<X::Lanes>) -> Y,
    x: &X,
) -> With<Y, X::Lanes, X::With<T>> {
    let evaluations =
        evaluate_all::<Lanewise<T, X::Lanes, X, 1>, _, _, _, _, _>(f, x, Seed::new::<T>, X::Lanes::seed);
    Y::lift(evaluations.map(|evaluations| evaluations.jacobian(x, Lanes::tangent)))
}

/// (f(x), J); see [`jacfwd`].
///
/// # Examples
/// ```
/// use holograd::value_and_jacfwd;
/// assert_eq!(value_and_jacfwd(|[x, y]| x * y, &[2.0, 3.0]), (6.0, [3.0, 2.0]));
/// ```
#[inline]
#[track_caller]
pub fn value_and_jacfwd<T: Scalar, X: Tree<T> + ?Sized, Y: Output<X::Lanes>>(
    f: impl FnMut(X::With<X::Lanes>) -> Y,
    x: &X,
) -> Y::Lift<(ShapeWith<Y, X::Lanes, T>, ShapeWith<Y, X::Lanes, X::With<T>>)> {
    let evaluations =
        evaluate_all::<Lanewise<T, X::Lanes, X, 1>, _, _, _, _, _>(f, x, Seed::new::<T>, X::Lanes::seed);
    Y::lift(evaluations.map(|evaluations| {
        (evaluations.first.map_leaves(&mut |y| y.re()), evaluations.jacobian(x, Lanes::tangent))
    }))
}

/// How the leaves of an input are spread over evaluations.
#[doc(hidden)]
pub trait Chunks {
    /// How many leaves an evaluation seeds.
    const WIDTH: usize;
    /// Whether one evaluation seeds them all. As a constant, so that nothing is left of the further ones where there are
    /// none: with a test at run time a gradient of two variables took 7 ns for 2.
    const ONE: bool;
}

/// `PER_LEAF` lanes of `L` for each leaf of an `X`.
#[doc(hidden)]
#[derive(Debug)]
pub struct Lanewise<T, L, X: ?Sized, const PER_LEAF: usize>(PhantomData<(T, L, fn(&X))>);

impl<T: Scalar, L: Lanes<T>, X: Shape<T> + ?Sized, const PER_LEAF: usize> Chunks
    for Lanewise<T, L, X, PER_LEAF>
{
    const WIDTH: usize = L::COUNT / PER_LEAF;
    const ONE: bool = match X::LEAVES {
        Some(n) => n <= Self::WIDTH,
        None => false,
    };
}

/// The results of as many evaluations as it takes to seed every leaf of the input once.
pub(crate) struct Evaluations<C, S, Y> {
    /// The first evaluation: all there is, and no heap, where the lanes suffice.
    pub(crate) first: Y,
    first_seed: Seed,
    /// The leaves of the further ones.
    further: Vec<(Seed, Vec<S>)>,
    chunks: PhantomData<C>,
}

/// Evaluates `f` with `seed(value, number among the seeded, …)` for each leaf of `x`, `C::WIDTH` of them at a time.
#[inline]
#[track_caller]
pub(crate) fn evaluate_all<C: Chunks, T: Scalar, L: Element, X: Tree<T> + ?Sized, S: Scalar, Y: Output<S>>(
    mut f: impl FnMut(X::With<L>) -> Y,
    x: &X,
    fresh: fn() -> Seed,
    mut seed: impl FnMut(T, Option<usize>, Seed) -> L,
) -> Result<Evaluations<C, S, Y::Shape>, Y::Failure> {
    let chunks = PhantomData;
    // By itself, so that nothing stands in the way of putting `f` in here with seeds that the compiler knows: as the first
    // turn of the loop below the Rosenbrock gradient of 8 variables took 58 ns for 38.
    if C::ONE {
        let first_seed = fresh();
        let x = map_numbered(x, |leaf, value| seed(value, Some(leaf), first_seed));
        return Ok(Evaluations { first: f(x).branch()?, first_seed, further: Vec::new(), chunks });
    }
    let mut evaluate = |start: usize| {
        let evaluation = fresh();
        let mut n = 0;
        let x = map_numbered(x, |leaf, value| {
            n = leaf + 1;
            seed(value, lane(leaf, start, C::WIDTH), evaluation)
        });
        (evaluation, f(x).branch(), n)
    };
    let (first_seed, first, n) = evaluate(0);
    let first = first?;
    let mut further = Vec::new();
    for start in (C::WIDTH..n).step_by(C::WIDTH.max(1)) {
        let (seed, y, _) = evaluate(start);
        let leaves = flatten(&y?);
        same_leaves(first.leaves(), leaves.len());
        further.push((seed, leaves));
    }
    Ok(Evaluations { first, first_seed, further, chunks })
}

impl<C: Chunks, S: Scalar, Y: Shape<S>> Evaluations<C, S, Y> {
    /// Each leaf of the output replaced by the input's shape of its partial derivatives.
    #[inline]
    #[track_caller]
    pub(crate) fn jacobian<T: Scalar, U: Element, X: Tree<T> + ?Sized>(
        &self,
        x: &X,
        mut partial: impl FnMut(&S, usize, Seed) -> U,
    ) -> Y::With<X::With<U>> {
        map_numbered(&self.first, |row, y| {
            map_numbered(x, |leaf, _| {
                if C::ONE {
                    return partial(&y, leaf, self.first_seed);
                }
                let (sweep, lane) = (leaf / C::WIDTH, leaf % C::WIDTH);
                if sweep == 0 {
                    return partial(&y, lane, self.first_seed);
                }
                let (seed, leaves) = &self.further[sweep - 1];
                partial(&leaves[row], lane, *seed)
            })
        })
    }
}
