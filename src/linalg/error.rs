//! What can be wrong with a matrix.

use core::fmt;

/// Why there is no result, with the figures.
///
/// # Examples
/// ```
/// use holograd::linalg::{LinalgError, inverse};
/// use nalgebra::matrix;
/// let error = inverse(&matrix![1.0, 2.0; 2.0, 4.0]).unwrap_err();
/// assert_eq!(error, LinalgError::Singular { condition: f64::INFINITY });
/// assert_eq!(error.to_string(), "the matrix is singular: its condition number is about inf");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum LinalgError {
    /// The matrix has no inverse, or one without a correct digit; for `qr`, no full column rank.
    Singular {
        /// ‖A‖₁ ‖A⁻¹‖₁ after rows and columns are scaled to the same size.
        condition: f64,
    },
    /// The matrix is not positive definite.
    NotPositiveDefinite {
        /// Its smallest eigenvalue.
        smallest_eigenvalue: f64,
    },
    /// Eigenvalues, or singular values, coincide, so that what was asked for has no derivative.
    Degenerate {
        /// The distance of the closest two; for a singular value from 0, twice that value.
        gap: f64,
        /// What it would have to exceed: the rounding error of the values.
        threshold: f64,
    },
    /// The matrix is not Hermitian, and the function is one of Hermitian matrices.
    NotHermitian {
        /// The largest entry of A − Aᴴ over the largest of A.
        asymmetry: f64,
    },
    /// The function of the matrix is not defined at one of its eigenvalues, or not analytic about it.
    OutsideDomain {
        /// The real and the imaginary part of the eigenvalue.
        eigenvalue: [f64; 2],
    },
    /// There are no eigenvalues or singular values: an entry is not finite, or the iteration did not converge.
    NoConvergence,
}

impl fmt::Display for LinalgError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinalgError::Singular { condition } => {
                write!(f, "the matrix is singular: its condition number is about {condition:.3e}")
            }
            LinalgError::NotPositiveDefinite { smallest_eigenvalue } => {
                write!(
                    f,
                    "the matrix is not positive definite: its smallest eigenvalue is {smallest_eigenvalue:.3e}"
                )
            }
            LinalgError::Degenerate { gap, threshold } => write!(
                f,
                "no derivative: two eigenvalues or singular values are {gap:.3e} apart, not more than their rounding \
                 error of {threshold:.3e}; what remains defined are `spectral_function`, `cluster_sums` and \
                 `pseudo_inverse`"
            ),
            LinalgError::NotHermitian { asymmetry } => write!(
                f,
                "the matrix is not Hermitian: A − Aᴴ is {asymmetry:.3e} of it; take ½(A + Aᴴ), or `matrix_function` for a \
                 general matrix"
            ),
            LinalgError::OutsideDomain { eigenvalue: [re, im] } => {
                write!(f, "the function is not analytic at the eigenvalue {re:.6e} + {im:.6e}i of the matrix")
            }
            LinalgError::NoConvergence => {
                f.write_str("no eigenvalues or singular values: an entry is not finite, or the iteration did not converge")
            }
        }
    }
}

impl core::error::Error for LinalgError {}
