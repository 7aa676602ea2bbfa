//! The adjoint and the Hermitian part of a matrix.

use crate::{ComplexScalar, Scalar, lit};
use nalgebra::DMatrix;

/// ½(A + Aᴴ)
#[track_caller]
pub(super) fn hermitian<T: ComplexScalar>(a: &DMatrix<T>) -> DMatrix<T> {
    square(a);
    // Halved first: the sum of two large numbers overflows.
    let half = a.map(|x| x * lit(0.5));
    &half + adjoint(&half)
}

/// Aᴴ
pub(super) fn adjoint<T: ComplexScalar>(a: &DMatrix<T>) -> DMatrix<T> {
    a.transpose().map(T::conj)
}

#[track_caller]
pub(super) fn square<T: Scalar>(a: &DMatrix<T>) {
    assert!(a.is_square(), "a square matrix is expected, not one of {} × {}", a.nrows(), a.ncols());
}
