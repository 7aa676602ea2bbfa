//! Some eigenvalues of a Hermitian matrix, and those of a pair of matrices.

use super::LinalgError;
use super::adjoint::{adjoint, hermitian};
use super::cholesky::cholesky;
use super::series::{dynamic, shaped};
use super::spectral::Perturbed;
use super::systems::solve_dynamic;
use crate::ComplexScalar;
use core::ops::Range;
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DVector, DefaultAllocator, Dim, Dyn, OMatrix};

/// Some eigenvalues and their eigenvectors; see [`symmetric_eigenpairs`] and [`generalized_eigenpairs`].
///
/// # Examples
/// ```
/// use holograd::linalg::symmetric_eigenpairs;
/// use nalgebra::matrix;
/// let pairs = symmetric_eigenpairs(&matrix![2.0, 1.0; 1.0, 2.0], 1..2)?;
/// assert_eq!((pairs.eigenvalues.len(), pairs.eigenvectors.shape()), (1, (2, 1)));
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Eigenpairs<T: ComplexScalar, D: Dim>
where
    DefaultAllocator: Allocator<D, Dyn>,
{
    /// The eigenvalues, ascending.
    pub eigenvalues: DVector<T::Real>,
    /// Their eigenvectors, as columns.
    pub eigenvectors: OMatrix<T, D, Dyn>,
}

/// The eigenvalues with the numbers `which`, counted from the smallest, of the Hermitian matrix ½(A + Aᴴ), and their eigenvectors.
///
/// Only these have to be simple: the others may coincide. The largest eigenvalue of n is `n - 1..n`. The formulas are those of
/// [`symmetric_eigen`](super::symmetric_eigen), for the columns that are asked for. The sign of an eigenvector, for complex ones the
/// phase, is that of the eigenvector at the value.
///
/// # Errors
/// [`Degenerate`](LinalgError::Degenerate) if one of these eigenvalues coincides with another and the matrix is not a constant;
/// [`NoConvergence`](LinalgError::NoConvergence).
///
/// # Panics
/// If the matrix is not square, or has not as many eigenvalues.
///
/// # Examples
/// ```
/// use holograd::{grad, linalg::symmetric_eigenpairs};
/// use nalgebra::{Matrix3, Vector3};
/// // The largest eigenvalue of diag(4, 1, 1), where the others coincide.
/// let a = Matrix3::from_diagonal(&Vector3::new(4.0, 1.0, 1.0));
/// let slopes = grad(|a: Matrix3<_>| symmetric_eigenpairs(&a, 2..3).map(|p| p.eigenvalues[0]), &a)?;
/// assert_eq!(slopes, Matrix3::from_diagonal(&Vector3::new(1.0, 0.0, 0.0)));
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[track_caller]
pub fn symmetric_eigenpairs<T: ComplexScalar, D: Dim>(
    a: &OMatrix<T, D, D>,
    which: Range<usize>,
) -> Result<Eigenpairs<T, D>, LinalgError>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D, Dyn>,
{
    let (values, vectors) = pairs(&dynamic(a), which)?;
    Ok(Eigenpairs {
        eigenvectors: shaped(&vectors, a.shape_generic().0, Dyn(vectors.ncols())),
        eigenvalues: values.column(0).into_owned(),
    })
}

#[track_caller]
fn pairs<T: ComplexScalar>(
    a: &DMatrix<T>,
    which: Range<usize>,
) -> Result<(DMatrix<T::Real>, DMatrix<T>), LinalgError> {
    let n = a.nrows();
    assert!(
        which.start <= which.end && which.end <= n,
        "eigenvalues {which:?} are asked for, and the matrix has {n}"
    );
    let eigen = Perturbed::hermitian(a)?;
    if !which.is_empty() {
        eigen.distinct(which.clone())?;
    }
    Ok(eigen.pairs(which))
}

/// The solutions with the numbers `which`, counted from the smallest λ, of A x = λ B x for a Hermitian matrix A and a positive
/// definite matrix B: vibrations, buckling, linear discriminants.
///
/// The vectors have xᴴ B x = 1 and are orthogonal in that product. With B = L Lᴴ they are L⁻ᴴ y for the eigenvectors y of
/// L⁻¹ A L⁻ᴴ, which has the same λ; accurate to the condition number of B. As in [`symmetric_eigenpairs`] only those that are
/// asked for have to be simple.
///
/// # Errors
/// [`NotPositiveDefinite`](LinalgError::NotPositiveDefinite) for B; as [`symmetric_eigenpairs`].
///
/// # Panics
/// If the matrices are not square and of the same size, or have not as many eigenvalues.
///
/// # Examples
/// ```
/// use holograd::{derivative, linalg::generalized_eigenpairs};
/// use nalgebra::matrix;
/// // Stiffness 1 over a mass of t: λ = 1/t.
/// let lowest = |t| {
///     let (zero, one) = (t * 0.0, t * 0.0 + 1.0);
///     generalized_eigenpairs(&matrix![one, zero; zero, one * 9.0], &matrix![t, zero; zero, one], 0..1).map(|p| p.eigenvalues[0])
/// };
/// let slope: f64 = derivative(lowest, 2.0)?;
/// assert!((slope + 0.25).abs() < 1e-15);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[track_caller]
pub fn generalized_eigenpairs<T: ComplexScalar, D: Dim>(
    a: &OMatrix<T, D, D>,
    b: &OMatrix<T, D, D>,
    which: Range<usize>,
) -> Result<Eigenpairs<T, D>, LinalgError>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D, Dyn>,
{
    assert!(
        a.shape() == b.shape(),
        "generalized_eigenpairs: matrices of the same size are expected, not of {:?} and {:?}",
        a.shape(),
        b.shape()
    );
    let l = dynamic(&cholesky(b)?);
    let half = solve_dynamic(&l, &hermitian(&dynamic(a)))?;
    let reduced = solve_dynamic(&l, &adjoint(&half))?;
    let (values, y) = pairs(&reduced, which)?;
    let vectors = solve_dynamic(&adjoint(&l), &y)?;
    Ok(Eigenpairs {
        eigenvectors: shaped(&vectors, a.shape_generic().0, Dyn(vectors.ncols())),
        eigenvalues: values.column(0).into_owned(),
    })
}
