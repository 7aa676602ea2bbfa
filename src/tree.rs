//! Structured inputs and results.
//!
//! A [`Shape`] is a container of numbers: an array, a tuple, a matrix, a user's struct. It can be rebuilt with something
//! else in place of each number, which is how a gradient gets the shape of its input and a Jacobian the shape of the output
//! holding the shape of the input. A [`Tree`] is a shape that a transform can differentiate by; an [`Output`] is a
//! shape that a function returns, perhaps inside a `Result` or an `Option`.

use crate::array::array;
use crate::kernel::{ComplexEngine, Engine};
use crate::tag::Tag;
use crate::transform::SecondOrder;
use crate::transform::second::Blockwise;
use crate::{ComplexScalar, Dual, HyperDual, Real, Scalar};
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::convert::Infallible;
use core::fmt::{self, Debug};
use num_complex::Complex;

/// What a shape can be rebuilt with: all that nalgebra asks of the elements of a matrix. Implemented for all such types.
///
/// # Examples
/// ```
/// fn takes(_: impl holograd::Element) {}
/// takes(1.0);
/// takes(vec![[1.0, 2.0]]);
/// ```
pub trait Element: Clone + PartialEq + Debug + 'static {}
impl<U: Clone + PartialEq + Debug + 'static> Element for U {}

/// A container of numbers `T`, its leaves, in a fixed order.
///
/// # Examples
/// ```
/// use holograd::Shape;
/// let x = ([1.0, 2.0], vec![3.0]);
/// assert_eq!(x.map_leaves(&mut |leaf: f64| leaf > 1.5), ([false, true], vec![true]));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a container of numbers `{T}`",
    note = "containers are numbers, arrays, slices, `Vec`, tuples, `BTreeMap` and nalgebra matrices of numbers, in any nest; a struct becomes one by `impl_tree!`"
)]
pub trait Shape<T: Scalar> {
    /// The same container with `U` in place of each number.
    type With<U: Element>: Element;

    /// The number of leaves, where the type tells it.
    #[doc(hidden)]
    const LEAVES: Option<usize> = None;

    /// The same container with `f` of each pair of leaves of two containers of the same shape.
    ///
    /// # Panics
    /// If the shapes differ.
    #[track_caller]
    fn zip_leaves<U: Element>(&self, other: &Self, f: &mut impl FnMut(T, T) -> U) -> Self::With<U>;

    /// The same container with `f` of each leaf.
    #[inline]
    fn map_leaves<U: Element>(&self, f: &mut impl FnMut(T) -> U) -> Self::With<U> {
        self.zip_leaves(self, &mut |x, _| f(x))
    }

    /// The number of leaves.
    fn leaves(&self) -> usize {
        let mut n = 0;
        self.map_leaves(&mut |_| n += 1);
        n
    }
}

/// An input: a [`Shape`] that transforms differentiate by.
///
/// Implemented for `T` itself, `[E; N]`, `[E]`, `Vec<E>`, `Box<[E]>`, tuples to 8, `BTreeMap<K, E>`, nalgebra matrices of
/// any fixed or dynamic shape, and by [`impl_tree!`](crate::impl_tree) for your structs.
///
/// # Examples
/// ```
/// use holograd::jacfwd;
/// let gradient = jacfwd(|(a, x): (_, [_; 2])| a * x[0] * x[1], &(2.0, [3.0, 4.0]));
/// assert_eq!(gradient, (12.0, [8.0, 6.0]));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an input that can be differentiated by",
    note = "inputs are numbers, arrays, slices, `Vec`, tuples, `BTreeMap` and nalgebra matrices of numbers, in any nest; a struct becomes one by `impl_tree!`",
    note = "numbers are written `1.0`, not `1`; for a `HashMap` take a `BTreeMap`",
    note = "for nalgebra's `Point` take its `.coords`; for a `UnitQuaternion` or another rotation a vector that it is made of, as by \
            `linalg::rotation_from_scaled_axis`, because its numbers are not independent"
)]
pub trait Tree<T: Scalar>: Shape<T> {
    /// The dual number that forward transforms seed this container with.
    type Lanes: Lanes<T>;
    /// The dual number for an array of `N` of this container.
    type ArrayLanes<const N: usize>: Lanes<T>;
    /// The way to second derivatives by this container: nested dual numbers where `Lanes` holds the whole container, dual
    /// numbers on the tape elsewhere.
    type Second: SecondOrder<T>;
    /// The same for an array of `N` of this container.
    type ArraySecond<const N: usize>: SecondOrder<T>;
}

/// A result: a [`Shape`], or a `Result` or `Option` of one.
///
/// For a function that may fail, a transform gives `Result` or `Option` of all that it computes, so that `?` works:
/// ```
/// use holograd::{Dual, value_and_jacfwd};
/// fn root(x: [Dual<f64, 1>; 1]) -> Result<Dual<f64, 1>, String> {
///     if x[0] < 0.0 { Err(format!("{} is negative", x[0].value())) } else { Ok(x[0].sqrt()) }
/// }
/// # fn main() -> Result<(), String> {
/// let (value, [slope]) = value_and_jacfwd(root, &[4.0])?;
/// assert_eq!((value, slope), (2.0, 0.25));
/// assert_eq!(value_and_jacfwd(root, &[-4.0]), Err("-4 is negative".into()));
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a result of numbers `{S}`",
    note = "results are numbers, arrays, `Vec`, tuples, `BTreeMap` and nalgebra matrices of `{S}`, or a `Result` or `Option` of them; a struct becomes one by `impl_tree!`",
    note = "in the closure of a transform a plain number is a constant: write it `Dual::from(c)` or `Var::from(c)`, as the transform is of forward or reverse mode"
)]
pub trait Output<S: Scalar> {
    /// What holds the numbers.
    type Shape: Shape<S>;
    /// What is there when there are no numbers.
    type Failure;
    /// `R`, or a `Result` or `Option` of it.
    type Lift<R>;
    /// The numbers, or the failure.
    ///
    /// # Errors
    /// Where the function failed.
    fn branch(self) -> Result<Self::Shape, Self::Failure>;
    /// What was computed from the numbers, or the failure, in the type that the function has.
    fn lift<R>(result: Result<R, Self::Failure>) -> Self::Lift<R>;
}

/// A result of one number: an `S`, or a `Result` or `Option` of one.
///
/// # Examples
/// Code that takes the gradient of a function of its caller:
/// ```
/// use holograd::{NumberOutput, Var, grad};
/// fn twice<Y: NumberOutput<Var<f64>, Lift<[f64; 2]> = [f64; 2]>>(f: impl FnOnce([Var<f64>; 2]) -> Y) -> [f64; 2] {
///     grad(f, &[1.0, 2.0]).map(|g| 2.0 * g)
/// }
/// assert_eq!(twice(|[x, y]| x * y), [4.0, 2.0]);
/// ```
#[diagnostic::on_unimplemented(
    message = "a gradient is that of a function with one number as its result, and this one gives `{Self}`",
    label = "expected one number `{S}`, or a `Result` or `Option` of it",
    note = "of a function with several results take the Jacobian: `jacrev(f, &x)` or `jacfwd(f, &x)`",
    note = "in the closure a plain number is a constant: write it `Var::from(c)`"
)]
pub trait NumberOutput<S: Scalar>: Output<S, Shape = S> {}
impl<S: Scalar> NumberOutput<S> for S {}
impl<S: Scalar> NumberOutput<S> for Option<S> {}
impl<S: Scalar, F> NumberOutput<S> for Result<S, F> {}

/// What the shape of a result `Y` of numbers `S` becomes with `U` in place of each number.
///
/// # Examples
/// ```
/// let _: holograd::ShapeWith<Option<[f64; 2]>, f64, bool> = [true, false];
/// ```
pub type ShapeWith<Y, S, U> = <<Y as Output<S>>::Shape as Shape<S>>::With<U>;

/// What a result `Y` of numbers `S`, with its `Result` or `Option`, becomes with `U` in place of each number.
///
/// # Examples
/// ```
/// let _: holograd::With<Option<[f64; 2]>, f64, bool> = Some([true, false]);
/// ```
pub type With<Y, S, U> = <Y as Output<S>>::Lift<ShapeWith<Y, S, U>>;

/// A dual number with a fixed number of tangents over `T`: what a forward transform seeds its input with.
///
/// # Examples
/// ```
/// use holograd::{Dual, Lanes};
/// assert_eq!(<Dual<f64, 3> as Lanes<f64>>::COUNT, 3);
/// ```
pub trait Lanes<T: Scalar>: Scalar<Primal = T::Primal> {
    /// The number of tangents.
    const COUNT: usize;
    /// As many tangents over another number.
    type Over<S: Scalar<Primal = T::Primal>>: Lanes<S>;
    /// The value with tangent 1 in one lane.
    #[doc(hidden)]
    fn seed(value: T, lane: Option<usize>, seed: Seed) -> Self;
    /// The value.
    #[doc(hidden)]
    fn re(self) -> T;
    /// A tangent of a result of this evaluation.
    #[doc(hidden)]
    fn tangent(&self, lane: usize, seed: Seed) -> T;

    // What `holograd::complex` needs, whose variables have two lanes each and whose results may be real.

    /// The value with these tangents in the two lanes of a variable.
    #[doc(hidden)]
    fn seed_variable(value: T, variable: Option<usize>, tangents: [T; 2], seed: Seed) -> Self;
    /// A result that is complex or real as one of this type.
    #[doc(hidden)]
    fn embed<S: ComplexScalar<Real = Self::Real>>(y: S) -> Self
    where
        T: ComplexScalar;
    /// The value of a real result.
    #[doc(hidden)]
    fn real_re(y: Self::Real) -> T::Real;
    /// A tangent of a real result of this evaluation.
    #[doc(hidden)]
    fn real_tangent(y: Self::Real, lane: usize, seed: Seed) -> T::Real;
}

/// Dual numbers over dual numbers, as many tangents at each level as `X` is seeded with.
///
/// # Examples
/// ```
/// use holograd::{HyperDual, Nested};
/// let _: Nested<f64, [f64; 3]> = HyperDual::<f64, 3>::default();
/// ```
pub type Nested<T, X> = <<X as Tree<T>>::Lanes as Lanes<T>>::Over<<X as Tree<T>>::Lanes>;

/// One evaluation of a closure by a transform.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Seed(Tag);

impl core::fmt::Debug for Seed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Seed")
    }
}

impl Seed {
    /// An evaluation at numbers `T` by the ordinary, that is for complex numbers the holomorphic, transforms.
    pub(crate) fn new<T: Scalar>() -> Self {
        Seed(Tag::fresh(T::COMPLEX))
    }

    /// An evaluation along real parameters, where functions without a complex derivative have one.
    pub(crate) fn along_reals() -> Self {
        Seed(Tag::fresh(false))
    }

    /// A number with these tangents.
    #[inline]
    pub(crate) fn dual<T: Scalar, const N: usize>(self, re: T, eps: [T; N]) -> Dual<T, N> {
        Dual { re, eps, tag: self.0 }
    }

    /// A result of this evaluation.
    #[inline]
    #[track_caller]
    pub(crate) fn check<T: Scalar, const N: usize>(self, y: Dual<T, N>) -> Dual<T, N> {
        *self.look_at(&y)
    }

    /// The same without a copy, which a nest of many tangents is too large for.
    #[inline]
    #[track_caller]
    pub(crate) fn look_at<T: Scalar, const N: usize>(self, y: &Dual<T, N>) -> &Dual<T, N> {
        y.tag.expect(self.0, || y.is_constant());
        y
    }
}

impl<T: Scalar, const N: usize> Lanes<T> for Dual<T, N> {
    const COUNT: usize = N;
    type Over<S: Scalar<Primal = T::Primal>> = Dual<S, N>;

    #[inline]
    fn seed(value: T, lane: Option<usize>, seed: Seed) -> Self {
        const {
            assert!(
                N <= 64,
                "a fixed array of more than 64 numbers as an input: pass a slice, a `Vec` or a `DVector`, which are \
                 differentiated in chunks of 8"
            );
        }
        let mut eps = [T::zero(); N];
        if let Some(lane) = lane {
            eps[lane] = T::one();
        }
        // A vector loaded from numbers that were stored one by one waits for them, so that the compiler is told of vectors
        // here already. With many lanes the loop over the variables remains one, and it is this sum that would wait.
        if T::IS_BASE && N <= 8 {
            eps = T::lanes_sum(&[T::zero(); N], &eps);
        }
        seed.dual(value, eps)
    }

    #[inline]
    fn re(self) -> T {
        self.re
    }

    #[inline]
    #[track_caller]
    fn tangent(&self, lane: usize, seed: Seed) -> T {
        seed.look_at(self).eps[lane]
    }

    #[inline]
    fn seed_variable(value: T, variable: Option<usize>, tangents: [T; 2], seed: Seed) -> Self {
        let mut eps = [T::zero(); N];
        if let Some(variable) = variable {
            eps[2 * variable..2 * variable + 2].copy_from_slice(&tangents);
        }
        seed.dual(value, eps)
    }

    #[inline]
    fn embed<S: ComplexScalar<Real = Dual<T::Real, N>>>(y: S) -> Self
    where
        T: ComplexScalar,
    {
        let (re, im) = y.parts();
        Self::from_parts(re, im)
    }

    #[inline]
    fn real_re(y: Dual<T::Real, N>) -> T::Real {
        y.re
    }

    #[inline]
    #[track_caller]
    fn real_tangent(y: Dual<T::Real, N>, lane: usize, seed: Seed) -> T::Real {
        seed.check(y).eps[lane]
    }
}

/// The tangents of everything that is no array or vector: chunks of 8.
pub(crate) type Chunk<T> = Dual<T, 8>;

/// … and its second derivatives: forward over reverse.
#[cfg(feature = "std")]
#[doc(hidden)]
pub type ChunkSecond<T> = crate::Var<Chunk<T>>;

/// … and its second derivatives: without a tape nested dual numbers.
#[cfg(not(feature = "std"))]
#[doc(hidden)]
pub type ChunkSecond<T> = HyperDual<T, 8>;

/// What all shapes say that were given another one: what was expected, and what was given, with its verb.
#[cold]
#[track_caller]
pub(crate) fn shapes_differ(expected: fmt::Arguments<'_>, given: fmt::Arguments<'_>) -> ! {
    panic!(
        "shapes differ: {expected} was expected, as in the point or the result that this belongs to, and {given} given"
    )
}

#[cold]
#[track_caller]
fn lengths_differ(container: &str, expected: usize, given: usize) -> ! {
    shapes_differ(format_args!("{container} of {expected} elements"), format_args!("{given} were"))
}

/// Names the shape itself as the output, for shapes that cannot fail.
macro_rules! cannot_fail {
    ([$($generics:tt)*] $shape:ty, $number:ty $(; $($bounds:tt)*)?) => {
        impl<$($generics)*> Output<$number> for $shape
        $(where $($bounds)*)?
        {
            type Shape = Self;
            type Failure = Infallible;
            type Lift<R> = R;
            #[inline]
            fn branch(self) -> Result<Self, Infallible> {
                Ok(self)
            }
            #[inline]
            fn lift<R>(result: Result<R, Infallible>) -> R {
                result.unwrap_or_else(|never| match never {})
            }
        }
    };
}
#[cfg(any(feature = "nalgebra", feature = "ndarray"))]
pub(crate) use cannot_fail;

#[diagnostic::do_not_recommend]
impl<T: Scalar> Shape<T> for T {
    type With<U: Element> = U;
    const LEAVES: Option<usize> = Some(1);
    #[inline]
    fn zip_leaves<U: Element>(&self, other: &Self, f: &mut impl FnMut(T, T) -> U) -> U {
        f(*self, *other)
    }
}
#[diagnostic::do_not_recommend]
impl<T: Scalar> Tree<T> for T {
    type Lanes = Dual<T, 1>;
    type ArrayLanes<const N: usize> = Dual<T, N>;
    type Second = HyperDual<T, 1>;
    type ArraySecond<const N: usize> = Blockwise<N>;
}
cannot_fail! { [S: Scalar] S, S }

impl<S: Real> Shape<S> for Complex<S> {
    type With<U: Element> = Complex<U>;
    #[inline]
    fn zip_leaves<U: Element>(&self, other: &Self, f: &mut impl FnMut(S, S) -> U) -> Complex<U> {
        Complex { re: f(self.re, other.re), im: f(self.im, other.im) }
    }
}
cannot_fail! { [S: Real] Complex<S>, S }

impl<T: Scalar, E: Shape<T>, const N: usize> Shape<T> for [E; N] {
    type With<U: Element> = [E::With<U>; N];
    const LEAVES: Option<usize> = match E::LEAVES {
        Some(n) => Some(n * N),
        None => None,
    };
    #[inline]
    fn zip_leaves<U: Element>(&self, other: &Self, f: &mut impl FnMut(T, T) -> U) -> Self::With<U> {
        array(|i| self[i].zip_leaves(&other[i], f))
    }
}
impl<T: Scalar, E: Tree<T>, const N: usize> Tree<T> for [E; N] {
    type Lanes = E::ArrayLanes<N>;
    type ArrayLanes<const M: usize> = Chunk<T>;
    type Second = E::ArraySecond<N>;
    type ArraySecond<const M: usize> = HyperDual<T, 8>;
}
cannot_fail! { [T: Scalar, E: Shape<T>, const N: usize] [E; N], T }

impl<T: Scalar, E: Shape<T>> Shape<T> for [E] {
    type With<U: Element> = Vec<E::With<U>>;
    #[track_caller]
    fn zip_leaves<U: Element>(&self, other: &Self, f: &mut impl FnMut(T, T) -> U) -> Self::With<U> {
        if self.len() != other.len() {
            lengths_differ("a slice", self.len(), other.len());
        }
        self.iter().zip(other).map(|(x, y)| x.zip_leaves(y, f)).collect()
    }
    fn map_leaves<U: Element>(&self, f: &mut impl FnMut(T) -> U) -> Self::With<U> {
        self.iter().map(|x| x.map_leaves(f)).collect()
    }
}
impl<T: Scalar, E: Tree<T>> Tree<T> for [E] {
    type Lanes = Chunk<T>;
    type ArrayLanes<const N: usize> = Chunk<T>;
    type Second = ChunkSecond<T>;
    type ArraySecond<const N: usize> = ChunkSecond<T>;
}

impl<T: Scalar, E: Shape<T>> Shape<T> for Vec<E> {
    type With<U: Element> = Vec<E::With<U>>;
    #[track_caller]
    fn zip_leaves<U: Element>(&self, other: &Self, f: &mut impl FnMut(T, T) -> U) -> Self::With<U> {
        self.as_slice().zip_leaves(other, f)
    }
    fn map_leaves<U: Element>(&self, f: &mut impl FnMut(T) -> U) -> Self::With<U> {
        self.as_slice().map_leaves(f)
    }
}
impl<T: Scalar, E: Tree<T>> Tree<T> for Vec<E> {
    type Lanes = Chunk<T>;
    type ArrayLanes<const N: usize> = Chunk<T>;
    type Second = ChunkSecond<T>;
    type ArraySecond<const N: usize> = ChunkSecond<T>;
}
cannot_fail! { [T: Scalar, E: Shape<T>] Vec<E>, T }

impl<T: Scalar, E: Shape<T>> Shape<T> for Box<[E]> {
    type With<U: Element> = Box<[E::With<U>]>;
    #[track_caller]
    fn zip_leaves<U: Element>(&self, other: &Self, f: &mut impl FnMut(T, T) -> U) -> Self::With<U> {
        (**self).zip_leaves(other, f).into_boxed_slice()
    }
}
impl<T: Scalar, E: Tree<T>> Tree<T> for Box<[E]> {
    type Lanes = Chunk<T>;
    type ArrayLanes<const N: usize> = Chunk<T>;
    type Second = ChunkSecond<T>;
    type ArraySecond<const N: usize> = ChunkSecond<T>;
}
cannot_fail! { [T: Scalar, E: Shape<T>] Box<[E]>, T }

impl<T: Scalar, K: Element + Ord, E: Shape<T>> Shape<T> for BTreeMap<K, E> {
    type With<U: Element> = BTreeMap<K, E::With<U>>;
    #[track_caller]
    fn zip_leaves<U: Element>(&self, other: &Self, f: &mut impl FnMut(T, T) -> U) -> Self::With<U> {
        if self.len() != other.len() {
            lengths_differ("a map", self.len(), other.len());
        }
        self.iter()
            .zip(other)
            .map(|((key, x), (other_key, y))| {
                if key != other_key {
                    shapes_differ(
                        format_args!("a map with the key {key:?}"),
                        format_args!("one with {other_key:?} in its place was"),
                    );
                }
                (key.clone(), x.zip_leaves(y, f))
            })
            .collect()
    }
}
impl<T: Scalar, K: Element + Ord, E: Tree<T>> Tree<T> for BTreeMap<K, E> {
    type Lanes = Chunk<T>;
    type ArrayLanes<const N: usize> = Chunk<T>;
    type Second = ChunkSecond<T>;
    type ArraySecond<const N: usize> = ChunkSecond<T>;
}
cannot_fail! { [T: Scalar, K: Element + Ord, E: Shape<T>] BTreeMap<K, E>, T }

/// The number of leaves of parts that have so many each, where all types tell theirs.
#[doc(hidden)]
#[must_use]
pub const fn total_leaves(parts: &[Option<usize>]) -> Option<usize> {
    let (mut total, mut i) = (0, 0);
    while i < parts.len() {
        match parts[i] {
            Some(n) => total += n,
            None => return None,
        }
        i += 1;
    }
    Some(total)
}

/// The number of leaves of parts, which must be that of the lanes where there is one.
///
/// # Panics
/// If it is not, at compile time.
#[doc(hidden)]
#[must_use]
pub const fn leaves_in_lanes(parts: &[Option<usize>], lanes: &[usize]) -> Option<usize> {
    let total = total_leaves(parts);
    if let [lanes] = lanes {
        match total {
            Some(total) if total == *lanes => {}
            _ => panic!(
                "`impl_tree!(…, lanes = N)`: N must be the number of the struct's differentiated numbers, and that fixed"
            ),
        }
    }
    total
}

/// The number of leaves of a field of an `S`, where its type, which a macro does not know, tells it.
#[doc(hidden)]
#[must_use]
pub const fn leaves_of<T: Scalar, S, F: Shape<T>>(_field: fn(&S) -> &F) -> Option<usize> {
    F::LEAVES
}

macro_rules! tuple {
    ($($name:ident $index:tt),*) => {
        impl<T: Scalar, $($name: Shape<T>),*> Shape<T> for ($($name,)*) {
            type With<U: Element> = ($($name::With<U>,)*);
            const LEAVES: Option<usize> = total_leaves(&[$($name::LEAVES),*]);
            #[inline]
            #[track_caller]
            fn zip_leaves<U: Element>(&self, other: &Self, f: &mut impl FnMut(T, T) -> U) -> Self::With<U> {
                ($(self.$index.zip_leaves(&other.$index, f),)*)
            }
        }
        impl<T: Scalar, $($name: Tree<T>),*> Tree<T> for ($($name,)*) {
            type Lanes = Chunk<T>;
            type ArrayLanes<const N: usize> = Chunk<T>;
            type Second = ChunkSecond<T>;
            type ArraySecond<const N: usize> = ChunkSecond<T>;
        }
        cannot_fail! { [T: Scalar, $($name: Shape<T>),*] ($($name,)*), T }
    };
}
tuple! { A 0 }
tuple! { A 0, B 1 }
tuple! { A 0, B 1, C 2 }
tuple! { A 0, B 1, C 2, D 3 }
tuple! { A 0, B 1, C 2, D 3, E 4 }
tuple! { A 0, B 1, C 2, D 3, E 4, F 5 }
tuple! { A 0, B 1, C 2, D 3, E 4, F 5, G 6 }
tuple! { A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7 }

impl<S: Scalar, E: Shape<S>> Output<S> for Option<E> {
    type Shape = E;
    type Failure = ();
    type Lift<R> = Option<R>;
    #[inline]
    fn branch(self) -> Result<E, ()> {
        self.ok_or(())
    }
    #[inline]
    fn lift<R>(result: Result<R, ()>) -> Option<R> {
        result.ok()
    }
}

#[allow(clippy::mismatching_type_param_order)] // E is an element everywhere here
impl<S: Scalar, E: Shape<S>, F> Output<S> for Result<E, F> {
    type Shape = E;
    type Failure = F;
    type Lift<R> = Result<R, F>;
    #[inline]
    fn branch(self) -> Result<E, F> {
        self
    }
    #[inline]
    fn lift<R>(result: Result<R, F>) -> Result<R, F> {
        result
    }
}

/// Makes a struct with one number type `T` an input and a result of the transforms.
///
/// The struct derives `Clone`, `PartialEq` and `Debug`. Its differentiated fields are named, in the order in which their
/// leaves are counted; each is itself a [`Tree`](crate::Tree). Fields after a semicolon are cloned as they are.
///
/// The number type is one parameter without bounds, `struct Params<T>` and not `struct Params<T: Real>`: the struct is also
/// rebuilt with what is no number, such as a row of a Jacobian. There are no lifetimes, as the results outlive the call: data
/// that is only read is shared in an `Arc`, or captured by the closure. A differentiated field is no `Option`, whose leaves
/// nobody could count; let there be a struct for each case, or a `Vec` of one or none.
///
/// # Examples
/// ```
/// use holograd::{Dual, Scalar, impl_tree, jacfwd};
///
/// #[derive(Clone, PartialEq, Debug)]
/// struct Params<T> {
///     w: [[T; 2]; 3],
///     b: T,
///     name: String,
/// }
/// impl_tree!(Params { w, b; name });
///
/// fn sum<T: Scalar>(p: Params<T>) -> T {
///     p.w.into_iter().flatten().sum::<T>() * p.b
/// }
/// let params = Params { w: [[1.0, 2.0]; 3], b: 5.0, name: "layer".into() };
/// let gradient = jacfwd(sum, &params);
/// assert_eq!(gradient, Params { w: [[5.0; 2]; 3], b: 9.0, name: "layer".into() });
/// ```
/// A tuple struct, and one with further parameters:
/// ```
/// use holograd::{Element, impl_tree, jacfwd};
///
/// #[derive(Clone, PartialEq, Debug)]
/// struct Point<T>(T, T);
/// impl_tree!(Point { 0, 1 });
///
/// #[derive(Clone, PartialEq, Debug)]
/// struct Path<T, K, const N: usize> {
///     points: [Point<T>; N],
///     label: K,
/// }
/// impl_tree!([K: Element, const N: usize] Path<T, K, N> { points; label });
///
/// let path = Path { points: [Point(1.0, 2.0), Point(3.0, 4.0)], label: "p" };
/// let gradient = jacfwd(|p: Path<_, _, 2>| p.points[0].0 * p.points[1].1, &path);
/// assert_eq!(gradient, Path { points: [Point(4.0, 0.0), Point(0.0, 1.0)], label: "p" });
/// ```
/// Forward mode goes through a struct in chunks of 8 numbers. A struct with a fixed number of them, 64 at most, that says how many is
/// done in one evaluation, as an array is:
/// ```
/// use holograd::{Dual, impl_tree, jacfwd};
///
/// #[derive(Clone, PartialEq, Debug)]
/// struct Camera<T> {
///     rotation: [T; 3],
///     centre: [T; 3],
///     focal: T,
/// }
/// impl_tree!(Camera { rotation, centre, focal }, lanes = 7);
///
/// let camera = Camera { rotation: [0.1, 0.2, 0.3], centre: [1.0, 2.0, 3.0], focal: 5.0 };
/// let mut evaluations = 0;
/// let gradient = jacfwd(
///     |c: Camera<Dual<f64, 7>>| {
///         evaluations += 1;
///         c.focal * c.rotation[0] * c.centre[2]
///     },
///     &camera,
/// );
/// assert_eq!(evaluations, 1);
/// assert_eq!((gradient.focal, gradient.rotation, gradient.centre), (0.1 * 3.0, [15.0, 0.0, 0.0], [0.0, 0.0, 0.5]));
/// ```
/// Another number of lanes does not compile where the struct is differentiated:
/// ```compile_fail
/// use holograd::{impl_tree, jacfwd};
///
/// #[derive(Clone, PartialEq, Debug)]
/// struct Pair<T>(T, T);
/// impl_tree!(Pair { 0, 1 }, lanes = 3);
/// jacfwd(|p: Pair<_>| p.0 * p.1, &Pair(1.0, 2.0));
/// ```
#[macro_export]
macro_rules! impl_tree {
    (@lanes) => {
        type Lanes = $crate::Dual<T, 8>;
        type Second = $crate::__private::ChunkSecond<T>;
    };
    // As an array of so many numbers has them.
    (@lanes $lanes:tt) => {
        type Lanes = $crate::Dual<T, $lanes>;
        type Second = <T as $crate::Tree<T>>::ArraySecond<$lanes>;
    };
    ($name:ident { $($fields:tt)* } $($lanes:tt)*) => {
        $crate::impl_tree! { [] $name<T> { $($fields)* } $($lanes)* }
    };
    (
        [$($generics:tt)*] $name:ident<T $(, $argument:ident)*>
        { $($field:tt),* $(,)? $(; $($kept:tt),* $(,)?)? } $(, lanes = $lanes:tt)? $(,)?
    ) => {
        impl<T: $crate::Scalar, $($generics)*> $crate::Shape<T> for $name<T, $($argument),*> {
            type With<U: $crate::Element> = $name<U, $($argument),*>;
            const LEAVES: ::core::option::Option<usize> = $crate::__private::leaves_in_lanes(
                &[$($crate::__private::leaves_of::<T, Self, _>(|x| &x.$field)),*],
                &[$($lanes)?],
            );
            #[inline]
            #[track_caller]
            fn zip_leaves<U: $crate::Element>(
                &self,
                other: &Self,
                f: &mut impl ::core::ops::FnMut(T, T) -> U,
            ) -> Self::With<U> {
                $name {
                    $($field: $crate::Shape::zip_leaves(&self.$field, &other.$field, f),)*
                    $($($kept: ::core::clone::Clone::clone(&self.$kept),)*)?
                }
            }
        }
        impl<T: $crate::Scalar, $($generics)*> $crate::Tree<T> for $name<T, $($argument),*> {
            $crate::impl_tree! { @lanes $($lanes)? }
            type ArrayLanes<const LANES: usize> = $crate::Dual<T, 8>;
            type ArraySecond<const LANES: usize> = $crate::__private::ChunkSecond<T>;
        }
        impl<T: $crate::Scalar, $($generics)*> $crate::Output<T> for $name<T, $($argument),*> {
            type Shape = Self;
            type Failure = ::core::convert::Infallible;
            type Lift<R> = R;
            fn branch(self) -> ::core::result::Result<Self, ::core::convert::Infallible> {
                ::core::result::Result::Ok(self)
            }
            fn lift<R>(result: ::core::result::Result<R, ::core::convert::Infallible>) -> R {
                result.unwrap_or_else(|never| match never {})
            }
        }
    };
}
