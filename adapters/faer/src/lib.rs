//! [faer](::faer)'s matrices as inputs and results of holograd's transforms.
//!
//! [`Matrix`] is a `faer::Mat` around which this crate may implement holograd's traits, and dereferences to it. The numbers of a gradient stand in
//! the places of the numbers that it is by.
//! ```
//! use faer::mat;
//! use holograd::{Real64, grad};
//! use holograd_faer::Matrix;
//!
//! /// xᵀ A x
//! fn form<T: Real64>(a: &Matrix<T>, x: &[f64]) -> T {
//!     let row = |i| (0..x.len()).map(|j| a[(i, j)] * x[j]).sum::<T>() * x[i];
//!     (0..x.len()).map(row).sum()
//! }
//! let a = Matrix(mat![[1.0, 2.0], [3.0, 4.0]]);
//! assert_eq!(grad(|a| form(&a, &[1.0, 10.0]), &a), Matrix(mat![[1.0, 10.0], [10.0, 100.0]]));
//! ```
//! faer's own arithmetic and factorisations are for its `ComplexField`, which the numbers of holograd do not implement: products of matrices in a
//! differentiated function are written with their entries.
#![deny(missing_docs)]

use faer::Mat;
use holograd::{Element, Output, Scalar, Shape, Tree};
use std::convert::Infallible;
use std::ops::{Deref, DerefMut};

/// A matrix of faer as an input and a result of transforms; its leaves go row by row.
#[derive(Clone, PartialEq, Debug)]
pub struct Matrix<T>(pub Mat<T>);

impl<T> Deref for Matrix<T> {
    type Target = Mat<T>;
    fn deref(&self) -> &Mat<T> {
        &self.0
    }
}

impl<T> DerefMut for Matrix<T> {
    fn deref_mut(&mut self) -> &mut Mat<T> {
        &mut self.0
    }
}

impl<T> From<Mat<T>> for Matrix<T> {
    fn from(matrix: Mat<T>) -> Self {
        Self(matrix)
    }
}

impl<T: Scalar, E: Shape<T>> Shape<T> for Matrix<E> {
    type With<U: Element> = Matrix<E::With<U>>;
    #[track_caller]
    fn zip_leaves<U: Element>(&self, other: &Self, f: &mut impl FnMut(T, T) -> U) -> Self::With<U> {
        let (size, of_other) = ((self.nrows(), self.ncols()), (other.nrows(), other.ncols()));
        assert!(
            size == of_other,
            "a matrix of the size {size:?} is expected, and one of {of_other:?} was given"
        );
        let mut leaves = Vec::with_capacity(size.0 * size.1);
        for i in 0..size.0 {
            for j in 0..size.1 {
                leaves.push(Some(self[(i, j)].zip_leaves(&other[(i, j)], f)));
            }
        }
        // faer 0.24 divides by the size of an element. What has none, as `()` when leaves are only visited, is not kept.
        if size_of::<E::With<U>>() == 0 {
            return Matrix(Mat::new());
        }
        Matrix(Mat::from_fn(size.0, size.1, |i, j| leaves[i * size.1 + j].take().expect("each entry once")))
    }
}

/// As a `Vec` of as many numbers.
impl<T: Scalar, E: Tree<T>> Tree<T> for Matrix<E> {
    type Lanes = <Vec<E> as Tree<T>>::Lanes;
    type ArrayLanes<const N: usize> = <Vec<E> as Tree<T>>::ArrayLanes<N>;
    type Second = <Vec<E> as Tree<T>>::Second;
    type ArraySecond<const N: usize> = <Vec<E> as Tree<T>>::ArraySecond<N>;
}

impl<T: Scalar, E: Shape<T>> Output<T> for Matrix<E> {
    type Shape = Self;
    type Failure = Infallible;
    type Lift<R> = R;
    fn branch(self) -> Result<Self, Infallible> {
        Ok(self)
    }
    fn lift<R>(result: Result<R, Infallible>) -> R {
        let Ok(result) = result;
        result
    }
}
