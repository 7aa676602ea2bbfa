//! Second derivatives: nested dual numbers for a few variables, dual numbers on the tape for many.

use super::forward::{Chunks, Lanewise};
use crate::tree::second_order::{Blockwise, SecondDerivatives, SecondOrder, WIDTH};
use crate::tree::seed::{flatten, map_numbered, same_leaves, unit_tangents};
use crate::tree::{Output, Seed, Shape, ShapeWith, Tree, With};
use crate::{Dual, HyperDual, Scalar};
use alloc::vec::Vec;
use core::marker::PhantomData;

/// f″(x): the second derivative of a function of one number, with any [`Output`].
///
/// # Examples
/// ```
/// assert_eq!(holograd::second_derivative(|x| x.powi(3), 2.0), 12.0);
/// ```
#[inline]
#[track_caller]
pub fn second_derivative<T: Scalar, Y: Output<HyperDual<T>>>(
    f: impl FnOnce(HyperDual<T>) -> Y,
    x: T,
) -> With<Y, HyperDual<T>, T> {
    let (outer, inner) = (Seed::new::<T>(), Seed::new::<T>());
    let y = f(outer.dual(inner.dual(x, [T::one()]), [Dual::from(T::one())]));
    Y::lift(y.branch().map(|y| y.map_leaves(&mut |y| second(&y, 0, 0, (outer, inner)))))
}

/// The number that [`hessian`] evaluates a function of an `X` at.
///
/// # Examples
/// ```
/// use holograd::{HyperDual, Second, hessian};
/// // Of one number, where the type of a function must be written.
/// fn cube(x: Second<f64, f64>) -> HyperDual<f64> {
///     x * x * x
/// }
/// assert_eq!(hessian(cube, &2.0), 12.0);
/// ```
pub type Second<T, X> = <<X as Tree<T>>::Second as SecondOrder<T>>::Number;

/// The Hessian: the shape of the output holding the shape of the input holding the shape of the input.
///
/// `hessian(f, &x)[i][j]` is ∂²f/∂xᵢ∂xⱼ for an array and a scalar function. It is exactly symmetric.
///
/// Scalars, flat arrays and fixed vectors are evaluated at nested dual numbers: up to 4 numbers once, up to 8 three times,
/// k(k + 1)/2 times for k times 4; everything else forward over reverse, one evaluation and one sweep an output for every 8
/// inputs.
///
/// A variable of an outer transform at the same level must not be used in `f` (*perturbation confusion*): debug builds panic, release
/// builds return a wrong number unless the feature `checked` is on, which makes a dual number of `f64` half as large again. [`partial`](crate::partial) holds it constant.
///
/// # Panics
/// If the function returns different numbers of numbers in different evaluations.
///
/// # Examples
/// ```
/// use holograd::hessian;
/// let h = hessian(|[x, y]| x * x * y, &[2.0, 3.0]);
/// assert_eq!(h, [[6.0, 4.0], [4.0, 0.0]]);
/// assert_eq!(hessian(|x| x[0] * x[0] * x[1], &vec![2.0, 3.0]), h);
/// ```
#[inline(always)]
#[track_caller]
pub fn hessian<T: Scalar, X: Tree<T> + ?Sized, Y: Output<Second<T, X>>>(
    f: impl FnMut(X::With<Second<T, X>>) -> Y,
    x: &X,
) -> With<Y, Second<T, X>, X::With<X::With<T>>> {
    Y::lift(X::Second::evaluate(f, x).map(|derivatives| second_partials(&derivatives, x)))
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
#[inline(always)]
#[track_caller]
pub fn value_grad_and_hessian<T: Scalar, X: Tree<T> + ?Sized, Y: Output<Second<T, X>>>(
    f: impl FnMut(X::With<Second<T, X>>) -> Y,
    x: &X,
) -> Y::Lift<(
    ShapeWith<Y, Second<T, X>, T>,
    ShapeWith<Y, Second<T, X>, X::With<T>>,
    ShapeWith<Y, Second<T, X>, X::With<X::With<T>>>,
)> {
    Y::lift(X::Second::evaluate(f, x).map(|derivatives| {
        (
            derivatives.shape().map_leaves(&mut |y| derivatives.value(&y)),
            first_partials(&derivatives, x),
            second_partials(&derivatives, x),
        )
    }))
}

/// Each leaf of the output replaced by the input's shape of its partial derivatives.
#[inline(always)]
#[track_caller]
fn first_partials<T: Scalar, S: Scalar, Y: Shape<S>, X: Shape<T> + ?Sized>(
    derivatives: &impl SecondDerivatives<T, S, Y>,
    x: &X,
) -> Y::With<X::With<T>> {
    map_numbered(derivatives.shape(), |row, y| map_numbered(x, |i, _| derivatives.first(row, &y, i)))
}

/// Each leaf of the output replaced by the input's shape of the input's shape of its second partial derivatives.
#[inline(always)]
#[track_caller]
fn second_partials<T: Scalar, S: Scalar, Y: Shape<S>, X: Shape<T> + ?Sized>(
    derivatives: &impl SecondDerivatives<T, S, Y>,
    x: &X,
) -> Y::With<X::With<X::With<T>>> {
    map_numbered(derivatives.shape(), |row, y| {
        map_numbered(x, |i, _| map_numbered(x, |j, _| derivatives.second(row, &y, i, j)))
    })
}

/// ∂²y in the lanes (i, j) of one evaluation.
#[inline]
#[track_caller]
fn second<T: Scalar, const N: usize>(
    y: &HyperDual<T, N>,
    i: usize,
    j: usize,
    (outer, inner): (Seed, Seed),
) -> T {
    inner.look_at(&outer.look_at(y).eps[i]).eps[j]
}

/// NestedEvaluations dual numbers: an evaluation for every pair of chunks of leaves.
#[doc(hidden)]
#[derive(Debug)]
pub struct NestedEvaluations<C, S, Y> {
    /// The first evaluation: all there is, and no heap, where the lanes suffice.
    shape: Y,
    seeds: (Seed, Seed),
    /// The leaves of the evaluation for the chunks (a, b), b ≤ a, at a (a + 1)/2 + b; the first one left out.
    further: Vec<((Seed, Seed), Vec<S>)>,
    chunks: PhantomData<C>,
}

impl<T: Scalar, const N: usize> SecondOrder<T> for HyperDual<T, N> {
    type Number = Self;
    type Derivatives<X: Shape<T> + ?Sized, Y: Shape<Self>> =
        NestedEvaluations<Lanewise<T, Dual<T, N>, X, 1>, Self, Y>;

    #[inline]
    #[track_caller]
    fn evaluate<X: Shape<T> + ?Sized, Y: Output<Self>>(
        mut f: impl FnMut(X::With<Self>) -> Y,
        x: &X,
    ) -> Result<Self::Derivatives<X, Y::Shape>, Y::Failure> {
        let mut evaluate = |a: usize, b: usize| {
            let (outer, inner) = (Seed::new::<T>(), Seed::new::<T>());
            let mut n = 0;
            let x = map_numbered(x, |leaf, value| {
                n = leaf + 1;
                outer.dual(inner.dual(value, unit_tangents(leaf, b)), unit_tangents(leaf, a))
            });
            ((outer, inner), f(x).branch(), n)
        };
        let (seeds, first, n) = evaluate(0, 0);
        let shape = first?;
        let mut further = Vec::new();
        if !Lanewise::<T, Dual<T, N>, X, 1>::ONE {
            for a in 1..n.div_ceil(N.max(1)) {
                for b in 0..=a {
                    let (seeds, y, _) = evaluate(a, b);
                    let leaves = flatten(&y?);
                    same_leaves(shape.leaves(), leaves.len());
                    further.push((seeds, leaves));
                }
            }
        }
        Ok(NestedEvaluations { shape, seeds, further, chunks: PhantomData })
    }
}

impl<C: Chunks, S: Scalar, Y> NestedEvaluations<C, S, Y> {
    /// The evaluation that has tangents for the leaves i and j: its seeds, and the output's leaf number `row`, which is `y` in the first.
    #[inline]
    fn leaf<'a>(&'a self, i: usize, j: usize, row: usize, y: &'a S) -> ((Seed, Seed), &'a S) {
        let (a, b) = if C::ONE { (0, 0) } else { (i / C::WIDTH, j / C::WIDTH) };
        match (a * (a + 1) / 2 + b).checked_sub(1) {
            None => (self.seeds, y),
            Some(k) => (self.further[k].0, &self.further[k].1[row]),
        }
    }
}

impl<C: Chunks, T: Scalar, const N: usize, Y: Shape<HyperDual<T, N>>> SecondDerivatives<T, HyperDual<T, N>, Y>
    for NestedEvaluations<C, HyperDual<T, N>, Y>
{
    #[inline]
    fn shape(&self) -> &Y {
        &self.shape
    }
    #[inline]
    fn value(&self, y: &HyperDual<T, N>) -> T {
        y.re.re
    }
    #[inline]
    #[track_caller]
    fn first(&self, row: usize, y: &HyperDual<T, N>, i: usize) -> T {
        let ((_, inner), y) = self.leaf(i, i, row, y);
        inner.look_at(&y.re).eps[i % N]
    }
    #[inline]
    #[track_caller]
    fn second(&self, row: usize, y: &HyperDual<T, N>, i: usize, j: usize) -> T {
        let (i, j) = (i.max(j), i.min(j));
        let (seeds, y) = self.leaf(i, j, row, y);
        second(y, i % N, j % N, seeds)
    }
}

/// The derivatives of one leaf of the output: the gradient and the Hessian.
#[derive(Clone, Debug)]
struct Partials<T, const N: usize> {
    first: [T; N],
    second: [[T; N]; N],
}

#[doc(hidden)]
#[derive(Debug)]
pub struct Blocks<T, Y, const N: usize> {
    shape: Y,
    /// The derivatives of the first leaf of the output, so that a function with one needs no heap.
    partials: Partials<T, N>,
    /// Those of the others.
    further: Vec<Partials<T, N>>,
}

impl<T: Scalar, const N: usize> Partials<T, N> {
    fn zero() -> Self {
        Partials { first: [T::zero(); N], second: [[T::zero(); N]; N] }
    }

    /// What `y` has in its lanes for the chunks (a, b).
    #[inline]
    #[track_caller]
    fn fill(&mut self, y: &HyperDual<T, WIDTH>, (a, b): (usize, usize), seeds: (Seed, Seed)) {
        // Bounds that are constants, so that the loops are unrolled and what is not read is not computed.
        for lane in 0..WIDTH {
            let i = WIDTH * a + lane;
            if i >= N {
                break;
            }
            if a == b {
                self.first[i] = seeds.1.look_at(&y.re).eps[lane];
            }
            for inner in 0..WIDTH {
                let j = WIDTH * b + inner;
                if j <= i {
                    self.second[i][j] = second(y, lane, inner, seeds);
                    self.second[j][i] = self.second[i][j];
                }
            }
        }
    }
}

impl<T: Scalar, const N: usize> SecondOrder<T> for Blockwise<N> {
    type Number = HyperDual<T, WIDTH>;
    type Derivatives<X: Shape<T> + ?Sized, Y: Shape<HyperDual<T, WIDTH>>> = Blocks<T, Y, N>;

    #[inline]
    #[track_caller]
    fn evaluate<X: Shape<T> + ?Sized, Y: Output<HyperDual<T, WIDTH>>>(
        mut f: impl FnMut(X::With<HyperDual<T, WIDTH>>) -> Y,
        x: &X,
    ) -> Result<Blocks<T, Y::Shape, N>, Y::Failure> {
        let mut partials = Partials::zero();
        let mut further = Vec::new();
        let (mut a, mut b, mut rows) = (0, 0, 0);
        // `f` is called in one place, so that it may be inlined there.
        let shape = loop {
            let seeds = (Seed::new::<T>(), Seed::new::<T>());
            let x = map_numbered(x, |leaf, value| {
                seeds.0.dual(seeds.1.dual(value, unit_tangents(leaf, b)), unit_tangents(leaf, a))
            });
            let y = f(x).branch()?;
            let mut row = 0;
            y.map_leaves(&mut |y| {
                if row == 0 {
                    partials.fill(&y, (a, b), seeds);
                } else {
                    if a == 0 {
                        further.push(Partials::zero());
                    }
                    if let Some(partials) = further.get_mut(row - 1) {
                        partials.fill(&y, (a, b), seeds);
                    }
                }
                row += 1;
            });
            if a == 0 {
                rows = row;
            }
            same_leaves(rows, row);
            if WIDTH * (a + 1) >= N && a == b {
                break y;
            }
            (a, b) = if a == b { (a + 1, 0) } else { (a, b + 1) };
        };
        Ok(Blocks { shape, partials, further })
    }
}

impl<T, Y, const N: usize> Blocks<T, Y, N> {
    #[inline]
    fn of(&self, row: usize) -> &Partials<T, N> {
        if row == 0 { &self.partials } else { &self.further[row - 1] }
    }
}

impl<T: Scalar, Y: Shape<HyperDual<T, WIDTH>>, const N: usize> SecondDerivatives<T, HyperDual<T, WIDTH>, Y>
    for Blocks<T, Y, N>
{
    #[inline]
    fn shape(&self) -> &Y {
        &self.shape
    }
    #[inline]
    fn value(&self, y: &HyperDual<T, WIDTH>) -> T {
        y.re.re
    }
    #[inline]
    fn first(&self, row: usize, _y: &HyperDual<T, WIDTH>, i: usize) -> T {
        self.of(row).first[i]
    }
    #[inline]
    fn second(&self, row: usize, _y: &HyperDual<T, WIDTH>, i: usize, j: usize) -> T {
        self.of(row).second[i][j]
    }
}

/// Dual numbers on the tape: an evaluation for every chunk of leaves, a sweep for every output.
#[cfg(feature = "std")]
mod on_the_tape {
    use super::{
        Dual, Output, Scalar, SecondDerivatives, SecondOrder, Seed, Shape, Vec, flatten, map_numbered,
        same_leaves, unit_tangents,
    };
    use crate::Var;
    use crate::tape::{Inputs, Recording};
    use num_traits::One;

    #[doc(hidden)]
    #[derive(Debug)]
    pub struct OverReverse<T, Y> {
        shape: Y,
        inputs: usize,
        /// ∂yᵣ/∂xᵢ at r n + i
        first: Vec<T>,
        /// ∂²yᵣ/∂xᵢ∂xⱼ at (r n + i) n + j
        second: Vec<T>,
    }

    impl<T: Scalar, const N: usize> SecondOrder<T> for Var<Dual<T, N>> {
        type Number = Self;
        type Derivatives<X: Shape<T> + ?Sized, Y: Shape<Self>> = OverReverse<T, Y>;

        #[track_caller]
        fn evaluate<X: Shape<T> + ?Sized, Y: Output<Self>>(
            mut f: impl FnMut(X::With<Self>) -> Y,
            x: &X,
        ) -> Result<OverReverse<T, Y::Shape>, Y::Failure> {
            let mut evaluate = |chunk: usize| {
                let (seed, mut recording, mut n) = (Seed::new::<T>(), Recording::new(), 0);
                let inputs = |next: &mut Inputs| {
                    map_numbered(x, |leaf, value| {
                        n = leaf + 1;
                        next.input(seed.dual(value, unit_tangents(leaf, chunk)))
                    })
                };
                let y = recording.record(inputs, &mut f);
                (seed, recording, y.branch(), n)
            };
            let (mut seed, mut recording, y, n) = evaluate(0);
            let shape = y?;
            let mut outputs = flatten(&shape);
            let rows = outputs.len();
            let mut first = Vec::with_capacity(rows * n);
            let mut second = Vec::new();
            second.resize(rows * n * n, T::zero());
            for chunk in 0..n.div_ceil(N) {
                if chunk > 0 {
                    let y;
                    (seed, recording, y, _) = evaluate(chunk);
                    outputs = flatten(&y?);
                    same_leaves(rows, outputs.len());
                }
                for (row, y) in outputs.iter().enumerate() {
                    recording.pullback([(*y, [Dual::one()])], |adjoints| {
                        if chunk == 0 {
                            first.extend(adjoints.iter().map(|[adjoint]| adjoint.re));
                        }
                        for (j, [adjoint]) in adjoints.iter().enumerate() {
                            for (i, eps) in (chunk * N..n).zip(seed.check(*adjoint).eps) {
                                second[(row * n + i) * n + j] = eps;
                            }
                        }
                    });
                }
            }
            Ok(OverReverse { shape, inputs: n, first, second })
        }
    }

    impl<T: Scalar, const N: usize, Y: Shape<Var<Dual<T, N>>>> SecondDerivatives<T, Var<Dual<T, N>>, Y>
        for OverReverse<T, Y>
    {
        fn shape(&self) -> &Y {
            &self.shape
        }
        fn value(&self, y: &Var<Dual<T, N>>) -> T {
            y.value().re
        }
        fn first(&self, row: usize, _y: &Var<Dual<T, N>>, i: usize) -> T {
            self.first[row * self.inputs + i]
        }
        fn second(&self, row: usize, _y: &Var<Dual<T, N>>, i: usize, j: usize) -> T {
            self.second[(row * self.inputs + i.max(j)) * self.inputs + i.min(j)]
        }
    }
}
