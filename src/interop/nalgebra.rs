//! nalgebra matrices of any fixed or dynamic shape, and views of them, as inputs and results; the leaves are counted down
//! the columns.

use crate::tree::SecondOrder;
use crate::tree::{Chunk, ChunkSecond, cannot_fail, shapes_differ};
use crate::{Dual, Element, Lanes, NumberOutput, Output, Scalar, Shape, Tree, jacfwd};
use core::convert::Infallible;
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, Dyn, Matrix, OMatrix, OVector, RawStorage};

// The gradient by a dynamic column: reverse mode, or chunks where there is no tape.
#[cfg(feature = "std")]
use crate::{Var as OfMany, grad as by_many};
#[cfg(not(feature = "std"))]
use crate::{jacfwd as by_many, tree::Chunk as OfMany};

impl<T: Scalar, E: Shape<T> + Element, R: Dim, C: Dim, S: RawStorage<E, R, C>> Shape<T> for Matrix<E, R, C, S>
where
    DefaultAllocator: Allocator<R, C>,
{
    type With<U: Element> = OMatrix<E::With<U>, R, C>;
    #[track_caller]
    fn zip_leaves<U: Element>(&self, other: &Self, f: &mut impl FnMut(T, T) -> U) -> Self::With<U> {
        let ((rows, columns), given) = (self.shape(), other.shape());
        if (rows, columns) != given {
            shapes_differ(
                format_args!("a {rows} × {columns} matrix"),
                format_args!("a {} × {} one was", given.0, given.1),
            );
        }
        let (rows, columns) = self.shape_generic();
        // By index: nalgebra's iterators do not know that the storage has no gaps, and cost several times as much.
        OMatrix::from_fn_generic(rows, columns, |i, j| self[(i, j)].zip_leaves(&other[(i, j)], f))
    }
    fn map_leaves<U: Element>(&self, f: &mut impl FnMut(T) -> U) -> Self::With<U> {
        let (rows, columns) = self.shape_generic();
        OMatrix::from_fn_generic(rows, columns, |i, j| self[(i, j)].map_leaves(f))
    }
}
cannot_fail! {
    [T: Scalar, E: Shape<T> + Element, M: Dim, N: Dim, S: RawStorage<E, M, N>] Matrix<E, M, N, S>, T;
    DefaultAllocator: Allocator<M, N>
}

impl<T: Scalar, E: Tree<T> + Element, R: Rows, C: Columns, S: RawStorage<E, R, C>> Tree<T>
    for Matrix<E, R, C, S>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Lanes = C::Lanes<T, E, R>;
    type ArrayLanes<const N: usize> = Chunk<T>;
    type Second = C::Second<T, E, R>;
    type ArraySecond<const N: usize> = ChunkSecond<T>;
}

/// The row dimension of an input. It says how many tangents a single column gets: a fixed number of rows as many, a dynamic
/// one chunks of 8; and how the gradient by it is computed.
///
/// # Examples
/// The bound of code that differentiates by a vector of any size:
/// ```
/// use holograd::matrix::{Gradient, Rows, gradient};
/// use nalgebra::{DefaultAllocator, OVector, allocator::Allocator, dvector, vector};
/// fn twice<R: Rows>(x: &OVector<f64, R>) -> OVector<f64, R>
/// where
///     DefaultAllocator: Allocator<R>,
/// {
///     gradient(|v: OVector<Gradient<f64, R>, R>| v.dot(&v), x)
/// }
/// assert_eq!(twice(&vector![1.0, 2.0]), vector![2.0, 4.0]);
/// assert_eq!(twice(&dvector![1.0, 2.0]), dvector![2.0, 4.0]);
/// ```
pub trait Rows: Dim {
    /// The dual number for a column of `E`.
    type Lanes<T: Scalar, E: Tree<T>>: Lanes<T>;
    /// The number for second derivatives by a column of `E`.
    type Second<T: Scalar, E: Tree<T>>: SecondOrder<T>;
    /// The number for the gradient by a column of numbers.
    type Gradient<T: Scalar>: Scalar<Primal = T::Primal>;

    /// The gradient by a column of numbers.
    #[doc(hidden)]
    fn gradient<T: Scalar, Y: NumberOutput<Self::Gradient<T>>>(
        f: impl FnMut(OVector<Self::Gradient<T>, Self>) -> Y,
        x: &OVector<T, Self>,
    ) -> Y::Lift<OVector<T, Self>>
    where
        DefaultAllocator: Allocator<Self>;
}

impl<const R: usize> Rows for Const<R> {
    type Lanes<T: Scalar, E: Tree<T>> = E::ArrayLanes<R>;
    type Second<T: Scalar, E: Tree<T>> = E::ArraySecond<R>;
    type Gradient<T: Scalar> = Dual<T, R>;

    #[inline]
    #[track_caller]
    fn gradient<T: Scalar, Y: NumberOutput<Dual<T, R>>>(
        f: impl FnMut(OVector<Dual<T, R>, Self>) -> Y,
        x: &OVector<T, Self>,
    ) -> Y::Lift<OVector<T, Self>> {
        jacfwd(f, x)
    }
}

impl Rows for Dyn {
    type Lanes<T: Scalar, E: Tree<T>> = Chunk<T>;
    type Second<T: Scalar, E: Tree<T>> = ChunkSecond<T>;
    type Gradient<T: Scalar> = OfMany<T>;

    #[track_caller]
    fn gradient<T: Scalar, Y: NumberOutput<OfMany<T>>>(
        f: impl FnMut(OVector<OfMany<T>, Self>) -> Y,
        x: &OVector<T, Self>,
    ) -> Y::Lift<OVector<T, Self>> {
        by_many(f, x)
    }
}

/// The column dimension of an input: dynamic, or fixed up to 64. One column gets as many tangents as its [`Rows`] say, all
/// other matrices chunks of 8.
///
/// Code generic over `const C: usize` is bounded by `Const<C>: Columns`, as Rust has no other way to tell `Const<1>` from
/// the rest.
///
/// # Examples
/// ```
/// use holograd::jacfwd;
/// use holograd::matrix::Columns;
/// use nalgebra::{Const, SMatrix, matrix};
/// fn ones<const C: usize>(x: &SMatrix<f64, 2, C>) -> SMatrix<f64, 2, C>
/// where
///     Const<C>: Columns,
/// {
///     jacfwd(|x: SMatrix<_, 2, C>| x.sum(), x)
/// }
/// assert_eq!(ones(&matrix![3.0, 4.0; 5.0, 6.0]), matrix![1.0, 1.0; 1.0, 1.0]);
/// ```
pub trait Columns: Dim {
    /// The dual number for a matrix of `E` with these columns.
    type Lanes<T: Scalar, E: Tree<T>, R: Rows>: Lanes<T>;
    /// The number for second derivatives by a matrix of `E` with these columns.
    type Second<T: Scalar, E: Tree<T>, R: Rows>: SecondOrder<T>;
}

impl Columns for Const<1> {
    type Lanes<T: Scalar, E: Tree<T>, R: Rows> = R::Lanes<T, E>;
    type Second<T: Scalar, E: Tree<T>, R: Rows> = R::Second<T, E>;
}

impl Columns for Dyn {
    type Lanes<T: Scalar, E: Tree<T>, R: Rows> = Chunk<T>;
    type Second<T: Scalar, E: Tree<T>, R: Rows> = ChunkSecond<T>;
}

macro_rules! in_chunks {
    ($($columns:literal)*) => {$(
        impl Columns for Const<$columns> {
            type Lanes<T: Scalar, E: Tree<T>, R: Rows> = Chunk<T>;
            type Second<T: Scalar, E: Tree<T>, R: Rows> = ChunkSecond<T>;
        }
    )*};
}
in_chunks! {
    0 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32
    33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64
}
