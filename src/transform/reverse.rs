//! First derivatives by the tape, and what follows from them.

use crate::tape::Recording;
use crate::tree::seed::flatten;
use crate::tree::{Lanes, NumberOutput, Output, Seed, Shape, ShapeWith, Tree, With};
use crate::{Dual, Scalar, Var};
use alloc::vec::Vec;
use num_traits::One;

/// Records `f` at `x`.
#[track_caller]
fn record<T: Scalar, X: Tree<T> + ?Sized, Y>(
    f: impl FnOnce(X::With<Var<T>>) -> Y,
    x: &X,
) -> (Recording<T>, Y) {
    let mut recording = Recording::new();
    let y = recording.record(|next| x.map_leaves(&mut |value| next.input(value)), f);
    (recording, y)
}

/// The input's shape of one row of adjoints.
fn rebuild<T: Scalar, X: Tree<T> + ?Sized, const W: usize>(
    x: &X,
    adjoints: &[[T; W]],
    row: usize,
) -> X::With<T> {
    let mut adjoints = adjoints.iter();
    x.map_leaves(&mut |_| adjoints.next().map_or_else(T::zero, |adjoint| adjoint[row]))
}

/// The gradient of a function with one number as its result, in the shape of the input, by reverse mode: its cost does not
/// grow with the number of inputs.
///
/// For complex numbers the holomorphic derivative, without any conjugate (as JAX with `holomorphic=True`). For a function that
/// returns a `Result` or an `Option` the gradient comes in one.
///
/// The function takes its input by value, as a `Vec` for a slice or a `Vec`: for `fn f<T: Real64>(x: &[T]) -> T` write
/// `grad(|x| f(&x), &x)`.
///
/// # Panics
/// If a variable of an outer transform at the same level takes part: hold it constant by [`partial`](crate::partial), or write
/// `Var::from(x)` for it.
///
/// # Examples
/// ```
/// use holograd::grad;
/// assert_eq!(grad(|[x, y]| x * y, &[3.0, 4.0]), [4.0, 3.0]);
/// // The gradient of a gradient.
/// assert_eq!(grad(|x| grad(|x| x.powi(3), &x), &2.0), 12.0);
/// ```
///
/// A closure that ends in `.sum()`, or in anything else that may be of several types, must say of which; sums and products of
/// slices need not, and are one entry of the tape:
/// ```
/// use holograd::{Scalar, Var, grad};
/// let x = vec![1.0, 2.0, 3.0];
/// assert_eq!(grad(|x| x.iter().map(|x| x.powi(2)).sum::<Var<_>>(), &x), [2.0, 4.0, 6.0]);
/// assert_eq!(grad(|x| Scalar::sum_of(&x), &x), [1.0, 1.0, 1.0]);
/// assert_eq!(grad(|x| Scalar::dot(&x, &x), &x), [2.0, 4.0, 6.0]);
/// ```
#[track_caller]
pub fn grad<T: Scalar, X: Tree<T> + ?Sized, Y: NumberOutput<Var<T>>>(
    f: impl FnOnce(X::With<Var<T>>) -> Y,
    x: &X,
) -> Y::Lift<X::With<T>> {
    let (recording, y) = record(f, x);
    Y::lift(y.branch().map(|y| recording.pullback([(y, [T::one()])], |adjoints| rebuild(x, adjoints, 0))))
}

/// (f(x), ∇f(x)); see [`grad`].
///
/// # Examples
/// ```
/// assert_eq!(holograd::value_and_grad(|[x, y]| x * y, &[3.0, 4.0]), (12.0, [4.0, 3.0]));
/// ```
#[track_caller]
pub fn value_and_grad<T: Scalar, X: Tree<T> + ?Sized, Y: NumberOutput<Var<T>>>(
    f: impl FnOnce(X::With<Var<T>>) -> Y,
    x: &X,
) -> Y::Lift<(T, X::With<T>)> {
    let (recording, y) = record(f, x);
    Y::lift(
        y.branch()
            .map(|y| (y.value(), recording.pullback([(y, [T::one()])], |adjoints| rebuild(x, adjoints, 0)))),
    )
}

/// (f(x), ∇f(x), aux) of a function that returns its value and something else, which is handed out with its variables
/// turned into numbers.
///
/// The something else is a container of numbers, a [`Shape`](crate::Shape); what is none, a text or a count, goes into a
/// variable that the closure captures. For a function that returns a `Result` of such a pair, the triple comes in a `Result`.
///
/// # Examples
/// ```
/// use holograd::value_and_grad_aux;
/// let (loss, gradient, residuals) = value_and_grad_aux(
///     |[a, b]| {
///         let residuals = [a - 1.0, b - 5.0];
///         (residuals[0] * residuals[0] + residuals[1] * residuals[1], residuals)
///     },
///     &[3.0, 4.0],
/// );
/// assert_eq!((loss, gradient, residuals), (5.0, [4.0, -2.0], [2.0, -1.0]));
/// ```
#[track_caller]
pub fn value_and_grad_aux<
    T: Scalar,
    X: Tree<T> + ?Sized,
    A: Shape<Var<T>>,
    Y: Output<Var<T>, Shape = (Var<T>, A)>,
>(
    f: impl FnOnce(X::With<Var<T>>) -> Y,
    x: &X,
) -> Y::Lift<(T, X::With<T>, A::With<T>)> {
    let (recording, y) = record(f, x);
    Y::lift(y.branch().map(|(y, aux)| {
        let gradient = recording.pullback([(y, [T::one()])], |adjoints| rebuild(x, adjoints, 0));
        (y.value(), gradient, aux.map_leaves(&mut |aux| recording.value(aux)))
    }))
}

/// The gradient into storage of the caller, for loops that must not allocate; gives f(x).
///
/// For a function that returns a `Result`, f(x) comes in a `Result`; where it failed, the storage is as it was.
///
/// # Panics
/// If `x` and `gradient` differ in length.
///
/// # Examples
/// ```
/// use holograd::{Scalar, grad_into};
/// let mut gradient = [0.0; 3];
/// let norm = grad_into(|x| Scalar::dot(x, x), &[1.0, 2.0, 3.0], &mut gradient);
/// assert_eq!((norm, gradient), (14.0, [2.0, 4.0, 6.0]));
/// ```
#[track_caller]
pub fn grad_into<T: Scalar, Y: NumberOutput<Var<T>>>(
    f: impl FnOnce(&[Var<T>]) -> Y,
    x: &[T],
    gradient: &mut [T],
) -> Y::Lift<T> {
    assert!(
        x.len() == gradient.len(),
        "grad_into: the point has {} numbers and the storage for the gradient {}",
        x.len(),
        gradient.len()
    );
    let mut recording = Recording::new();
    let y = recording.record_slice(x, f);
    Y::lift(y.branch().map(|y| {
        recording.pullback([(y, [T::one()])], |adjoints| {
            for (g, [adjoint]) in gradient.iter_mut().zip(adjoints) {
                *g = *adjoint;
            }
        });
        y.value()
    }))
}

/// (f(x), u ↦ uᵀJ): the value and a function that pulls a weight for each output back to the inputs, as often as wanted.
///
/// `vjp_fun(&u)` takes the shape of the output and gives that of the input; for complex numbers it is the plain, holomorphic
/// product, without any conjugate. It borrows `x` and holds the tape; it may be sent to another thread, but not shared by
/// several, as a sweep uses memory of the tape.
///
/// # Panics
/// `vjp_fun`, if `u` has not the shape of f(x).
///
/// # Examples
/// ```
/// use holograd::vjp;
/// let (y, vjp_fun) = vjp(|[a, b]| [a * b, a + b], &[3.0, 4.0]);
/// assert_eq!(y, [12.0, 7.0]);
/// assert_eq!(vjp_fun(&[1.0, 0.0]), [4.0, 3.0]);
/// assert_eq!(vjp_fun(&[0.0, 1.0]), [1.0, 1.0]);
/// ```
///
/// For a function that returns a `Result`, the pair comes in a `Result`.
#[track_caller]
pub fn vjp<T: Scalar, X: Tree<T> + ?Sized, Y: Output<Var<T>>, F: FnOnce(X::With<Var<T>>) -> Y>(
    f: F,
    x: &X,
) -> Y::Lift<(ShapeWith<Y, Var<T>, T>, impl Fn(&ShapeWith<Y, Var<T>, T>) -> X::With<T>)>
where
    ShapeWith<Y, Var<T>, T>: Shape<T>,
{
    let (recording, y) = record(f, x);
    Y::lift(y.branch().map(|y| {
        let value = y.map_leaves(&mut |y| recording.value(y));
        let (expected, outputs) = (value.clone(), flatten(&y));
        let vjp_fun = move |u: &ShapeWith<Y, Var<T>, T>| {
            let mut weights = Vec::with_capacity(outputs.len());
            expected.zip_leaves(u, &mut |_, u| weights.push([u]));
            let outputs = outputs.iter().copied().zip(weights);
            recording.pullback(outputs, |adjoints| rebuild(x, adjoints, 0))
        };
        (value, vjp_fun)
    }))
}

/// (f(x), v ↦ J·v): the value and a function that pushes a tangent of the input forward to the outputs, as often as wanted,
/// without evaluating `f` again. Like that of [`vjp`] it may be sent to another thread.
///
/// # Panics
/// The function, if its argument has not the shape of `x`.
///
/// # Examples
/// ```
/// use holograd::linearize;
/// let (y, jvp_fun) = linearize(|[a, b]| [a * b, a + b], &[3.0, 4.0]);
/// assert_eq!(y, [12.0, 7.0]);
/// assert_eq!(jvp_fun(&[1.0, 10.0]), [34.0, 11.0]);
/// ```
#[track_caller]
pub fn linearize<T: Scalar, X: Tree<T> + ?Sized, Y: Output<Var<T>>, F: FnOnce(X::With<Var<T>>) -> Y>(
    f: F,
    x: &X,
) -> Y::Lift<(ShapeWith<Y, Var<T>, T>, impl Fn(&X) -> ShapeWith<Y, Var<T>, T>)> {
    let (recording, y) = record(f, x);
    Y::lift(y.branch().map(|y| {
        let value = y.map_leaves(&mut |y| recording.value(y));
        let jvp_fun = move |v: &X| {
            let mut tangents = Vec::new();
            x.zip_leaves(v, &mut |_, v| tangents.push(v));
            recording.pushforward(&tangents, |tangent| y.map_leaves(&mut |y| tangent(y)))
        };
        (value, jvp_fun)
    }))
}

/// The Jacobian by reverse mode: the shape of the output holding the shape of the input, as [`jacfwd`](crate::jacfwd)
/// gives it.
///
/// One evaluation, and one sweep for every 8 numbers of the output: for few outputs of many inputs.
///
/// # Examples
/// ```
/// use holograd::jacrev;
/// let jacobian = jacrev(|[x, y]| [x * y, x - y, x * x], &[2.0, 3.0]);
/// assert_eq!(jacobian, [[3.0, 2.0], [1.0, -1.0], [4.0, 0.0]]);
/// ```
#[track_caller]
pub fn jacrev<T: Scalar, X: Tree<T> + ?Sized, Y: Output<Var<T>>>(
    f: impl FnOnce(X::With<Var<T>>) -> Y,
    x: &X,
) -> With<Y, Var<T>, X::With<T>> {
    let (recording, y) = record(f, x);
    Y::lift(y.branch().map(|y| jacobian(&recording, &y, x)))
}

/// (f(x), J); see [`jacrev`].
///
/// # Examples
/// ```
/// use holograd::value_and_jacrev;
/// assert_eq!(value_and_jacrev(|[x, y]| [x * y, x], &[2.0, 3.0]), ([6.0, 2.0], [[3.0, 2.0], [1.0, 0.0]]));
/// ```
#[track_caller]
pub fn value_and_jacrev<T: Scalar, X: Tree<T> + ?Sized, Y: Output<Var<T>>>(
    f: impl FnOnce(X::With<Var<T>>) -> Y,
    x: &X,
) -> Y::Lift<(ShapeWith<Y, Var<T>, T>, ShapeWith<Y, Var<T>, X::With<T>>)> {
    let (recording, y) = record(f, x);
    Y::lift(y.branch().map(|y| (y.map_leaves(&mut |y| recording.value(y)), jacobian(&recording, &y, x))))
}

/// How many rows of a Jacobian one sweep computes.
const ROWS: usize = 8;

#[track_caller]
fn jacobian<T: Scalar, X: Tree<T> + ?Sized, Y: Shape<Var<T>>>(
    recording: &Recording<T>,
    y: &Y,
    x: &X,
) -> Y::With<X::With<T>> {
    let outputs = flatten(y);
    let mut rows = Vec::with_capacity(outputs.len());
    for outputs in outputs.chunks(ROWS) {
        let seeded = outputs.iter().enumerate().map(|(row, y)| {
            let mut weights = [T::zero(); ROWS];
            weights[row] = T::one();
            (*y, weights)
        });
        recording.pullback(seeded, |adjoints| {
            rows.extend((0..outputs.len()).map(|row| rebuild(x, adjoints, row)));
        });
    }
    let mut rows = rows.into_iter();
    y.map_leaves(&mut |_| rows.next().expect("a row for each leaf of the output"))
}

/// H·v: the Hessian of a function with one number as its result times a vector, forward over reverse, at the cost of a
/// few gradients.
///
/// A variable of an outer transform at the same level must not be used in `f` (*perturbation confusion*): the tape panics in every
/// build, but its dual numbers are checked in debug builds and under the feature `checked` alone, which adds a tag to each of them. [`partial`](crate::partial) holds it constant.
///
/// # Panics
/// If `x` and `v` differ in shape.
///
/// # Examples
/// ```
/// use holograd::hvp;
/// assert_eq!(hvp(|[x, y]| x * x * y, &[2.0, 3.0], &[1.0, 10.0]), [46.0, 4.0]);
/// ```
#[track_caller]
pub fn hvp<T: Scalar, X: Tree<T> + ?Sized, Y: NumberOutput<Var<Dual<T>>>>(
    f: impl FnOnce(X::With<Var<Dual<T>>>) -> Y,
    x: &X,
    v: &X,
) -> Y::Lift<X::With<T>> {
    let seed = Seed::new::<T>();
    let mut recording = Recording::new();
    let mut inputs = recording.inputs();
    let variables = x.zip_leaves(v, &mut |x, v| inputs.input(seed.dual(x, [v])));
    let y = recording.run(&inputs, || f(variables));
    Y::lift(y.branch().map(|y| {
        recording.pullback([(y, [Dual::one()])], |adjoints| {
            let mut adjoints = adjoints.iter();
            x.map_leaves(&mut |_| adjoints.next().map_or_else(T::zero, |[adjoint]| adjoint.tangent(0, seed)))
        })
    }))
}
