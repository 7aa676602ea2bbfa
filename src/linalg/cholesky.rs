//! The Cholesky factor.

use super::adjoint::{adjoint, hermitian};
use super::lu::Lu;
use super::series::{Linear, constant, dynamic, orders, product, series, shaped, split};
use super::{Factor, LinalgError};
use crate::kernel::Engine;
use crate::{ComplexScalar, lit};
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DefaultAllocator, Dim, OMatrix};

/// L of A = L Lᴴ: the Cholesky factor of ½(A + Aᴴ).
///
/// The matrix is made Hermitian, so that its gradient is. With G = L₀⁻¹ E L₀⁻ᴴ the factor is L = L₀(I + Z), where
/// Z + Zᴴ = G − Z Zᴴ: the lower triangle of the right-hand side with half its diagonal. First order: L̇ = L Φ(L⁻¹ȦL⁻ᴴ)
/// (Giles 2008, section 2.2.5, and Murray 2016).
///
/// # Errors
/// [`NotPositiveDefinite`](LinalgError::NotPositiveDefinite) with the smallest eigenvalue.
///
/// # Panics
/// If the matrix is not square.
///
/// # Examples
/// ```
/// use holograd::{jacfwd, linalg::cholesky};
/// use nalgebra::matrix;
/// let slopes = jacfwd(|t| cholesky(&matrix![t * t, t; t, t * t]).unwrap(), &2.0);
/// // L = (t, 0; 1, √(t² − 1))
/// assert!((slopes - matrix![1.0, 0.0; 0.0, 2.0 / 3.0_f64.sqrt()]).norm() < 1e-15);
/// ```
#[track_caller]
pub fn cholesky<T: ComplexScalar, D: Dim>(a: &OMatrix<T, D, D>) -> Result<OMatrix<T, D, D>, LinalgError>
where
    DefaultAllocator: Allocator<D, D>,
{
    let (rows, columns) = a.shape_generic();
    let (a0, e) = split(&hermitian(&dynamic(a)));
    let Some(l0) = Factor::cholesky(a0.clone()) else {
        let (eigenvalues, _) = Factor::symmetric_eigen(a0).ok_or(LinalgError::NoConvergence)?;
        let smallest_eigenvalue = eigenvalues.first().map_or(f64::NAN, |x| x.log_magnitude());
        return Err(LinalgError::NotPositiveDefinite { smallest_eigenvalue });
    };
    let l = constant(&l0);
    let orders = orders(&e);
    if orders == 0 {
        return Ok(shaped(&l, rows, columns));
    }
    let inverse = Lu::new(&l0).inverse();
    let g = Linear::sandwich(inverse.clone(), T::Primal::adjoint(&inverse)).at(&e);
    let z = cholesky_near_identity(&g, orders);
    Ok(shaped(&(l + Linear::left(l0, e.ncols()).at(&z)), rows, columns))
}

/// Z with (I + Z)(I + Z)ᴴ = I + G, for a rest G.
pub(super) fn cholesky_near_identity<T: ComplexScalar>(g: &DMatrix<T>, orders: usize) -> DMatrix<T> {
    let lower = |x: DMatrix<T>| {
        let half = |i, j| {
            if i > j {
                x[(i, j)]
            } else if i == j {
                x[(i, j)] * lit(0.5)
            } else {
                T::zero()
            }
        };
        DMatrix::from_fn(x.nrows(), x.ncols(), half)
    };
    series(&DMatrix::zeros(g.nrows(), g.ncols()), orders, |z| lower(g - product(z, &adjoint(z))))
}
