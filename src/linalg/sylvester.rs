//! Sylvester's and Lyapunov's equations.

use super::adjoint::{adjoint, square};
use super::schur::{C64, Schur, triangular_sylvester};
use super::series::{Linear, constant, dynamic, orders, product, shaped, split};
use super::{Factor, LinalgError};
use crate::{ComplexScalar, Primal, Scalar};
use alloc::sync::Arc;
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DMatrixView, DefaultAllocator, Dim, OMatrix};

/// X of A X + X B = C, by the Schur forms of A and B (Bartels and Stewart 1972).
///
/// Ẋ solves the same equation with Ċ − Ȧ X − X Ḃ in place of C.
///
/// # Errors
/// [`Singular`](LinalgError::Singular) if an eigenvalue of A is that of −B to within rounding; [`NoConvergence`](LinalgError::NoConvergence).
///
/// # Panics
/// If A and B are not square, or C does not fit.
///
/// # Examples
/// ```
/// use holograd::{derivative, linalg::sylvester};
/// use nalgebra::{matrix, vector};
/// // (t, 0; 0, 1) x + x 1 = (6, 4)
/// let x = |t| sylvester(&matrix![t, t * 0.0; t * 0.0, t * 0.0 + 1.0], &matrix![t * 0.0 + 1.0], &vector![t * 0.0 + 6.0, t * 0.0 + 4.0]);
/// assert_eq!(x(2.0)?, vector![2.0, 2.0]);
/// assert!((derivative(|t: holograd::Dual<f64>| {
///     sylvester(&matrix![t, t * 0.0; t * 0.0, t * 0.0 + 1.0], &matrix![t * 0.0 + 1.0], &vector![t * 0.0 + 6.0, t * 0.0 + 4.0])
/// }, 2.0)? - vector![-2.0 / 3.0, 0.0]).norm() < 1e-15);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[track_caller]
pub fn sylvester<T: Scalar, R: Dim, C: Dim>(
    a: &OMatrix<T, R, R>,
    b: &OMatrix<T, C, C>,
    c: &OMatrix<T, R, C>,
) -> Result<OMatrix<T, R, C>, LinalgError>
where
    DefaultAllocator: Allocator<R, R> + Allocator<C, C> + Allocator<R, C>,
{
    let (rows, columns) = c.shape_generic();
    Ok(shaped(&solved(&dynamic(a), &dynamic(b), &dynamic(c))?, rows, columns))
}

/// X of Lyapunov's equation A X + X Aᴴ = Q: the covariance of a linear system ẋ = A x driven by noise is that of −Q.
///
/// # Errors
/// [`Singular`](LinalgError::Singular) if the sum of two eigenvalues of A, one of them conjugate, is zero to within rounding;
/// [`NoConvergence`](LinalgError::NoConvergence).
///
/// # Panics
/// If A and Q are not square and of the same size.
///
/// # Examples
/// ```
/// use holograd::{grad, linalg::lyapunov};
/// use nalgebra::{Matrix1, matrix};
/// // 2 a x = −1
/// let slope = grad(|a: Matrix1<_>| lyapunov(&a, &matrix![holograd::Scalar::lit(-1.0)]).map(|x| x[0]), &matrix![-2.0])?;
/// assert_eq!(slope, matrix![0.125]);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[track_caller]
pub fn lyapunov<T: ComplexScalar, D: Dim>(
    a: &OMatrix<T, D, D>,
    q: &OMatrix<T, D, D>,
) -> Result<OMatrix<T, D, D>, LinalgError>
where
    DefaultAllocator: Allocator<D, D>,
{
    let (rows, columns) = q.shape_generic();
    let a = dynamic(a);
    Ok(shaped(&solved(&a, &adjoint(&a), &dynamic(q))?, rows, columns))
}

#[track_caller]
fn solved<T: Scalar>(a: &DMatrix<T>, b: &DMatrix<T>, c: &DMatrix<T>) -> Result<DMatrix<T>, LinalgError> {
    square(a);
    square(b);
    assert!(
        c.shape() == (a.nrows(), b.nrows()),
        "sylvester: a right-hand side of {} × {} is expected, not of {} × {}",
        a.nrows(),
        b.nrows(),
        c.nrows(),
        c.ncols()
    );
    let ((a0, by_a), (b0, by_b), (c0, by_c)) = (split(a), split(b), split(c));
    let (left, right) = (Schur::new(&a0)?, Schur::new(&b0)?);
    // The eigenvalues of the map are the sums of those of A and B.
    let sums = (0..a.nrows()).flat_map(|i| (0..b.nrows()).map(move |j| (i, j)));
    let least =
        sums.map(|(i, j)| (left.eigenvalue(i) + right.eigenvalue(j)).norm()).fold(f64::INFINITY, f64::min);
    let rounding = (left.rounding() + right.rounding()) * (T::Primal::epsilon() / f64::EPSILON);
    if least <= rounding {
        let condition = rounding / (f64::EPSILON * least);
        return Err(LinalgError::Singular { condition });
    }
    let map = sylvester_map::<T::Primal>(left, right);
    let x0 = constant::<T>(&DMatrix::from_vec(
        c.nrows(),
        c.ncols(),
        crate::VectorRule::values(&map, c0.as_slice()),
    ));
    let steps = orders(&by_a).max(orders(&by_b)).max(orders(&by_c));
    let step = |x: &DMatrix<T>| map.at(&(&by_c - product(&by_a, x) - product(x, &by_b)));
    Ok((0..steps).fold(x0.clone(), |x, _| &x0 + step(&x)))
}

/// C ↦ X of A X + X B = C, by Schur forms of A and B. Its transpose is that of B Y + Y A = Cᵀ, transposed.
pub(super) fn sylvester_map<P: Primal>(a: Schur, b: Schur) -> Linear<P> {
    let (m, n) = (a.size(), b.size());
    let forms = Arc::new((a, b));
    let same = forms.clone();
    #[inline]
    fn solve(a: &Schur, b: &Schur, c: &DMatrix<C64>) -> DMatrix<C64> {
        let inner = triangular_sylvester(&a.t, &b.t, a.q.adjoint() * c * &b.q);
        &a.q * inner * b.q.adjoint()
    }
    Linear::new(
        (m, n),
        (m, n),
        move |c: DMatrixView<'_, P>| P::narrow(&solve(&forms.0, &forms.1, &P::wide(&c.into_owned()))),
        move |c: DMatrixView<'_, P>| {
            P::narrow(&solve(&same.1, &same.0, &P::wide(&c.transpose()))).transpose()
        },
    )
}
