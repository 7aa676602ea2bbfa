//! Eigenvalues and eigenvectors of matrices without symmetry.

use super::adjoint::{adjoint, square};
use super::lu::Lu;
use super::series::{Linear, constant, dynamic, orders, product, shaped, split};
use super::spectral::block_diagonalise;
use super::systems::inverse_dynamic;
use super::{Factor, LinalgError};
use crate::kernel::Engine;
use crate::scalar::magnitude::largest;
use crate::{ComplexScalar, Primal, Scalar};
use alloc::vec::Vec;
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DefaultAllocator, Dim, OMatrix, OVector, U1};
use num_complex::Complex;

/// The eigenvalues of a general square matrix, in the order of its Schur form.
///
/// First order: λ̇ᵢ = wᵢᴴ Ȧ vᵢ / wᵢᴴ vᵢ with the right and left eigenvectors (Giles 2008, section 3.1).
///
/// # Errors
/// [`Degenerate`](LinalgError::Degenerate) if two eigenvalues coincide, or nearly and with nearly the same eigenvector as
/// beside a defective matrix, and the matrix is not a constant.
///
/// # Panics
/// If the matrix is not square.
///
/// # Examples
/// ```
/// use holograd::{derivative, linalg::eigenvalues};
/// use nalgebra::matrix;
/// // A rotation by an angle t has the eigenvalues e^(±it).
/// let slopes = derivative(|t| eigenvalues(&matrix![t.cos(), -t.sin(); t.sin(), t.cos()]), 0.5)?;
/// for slope in &slopes {
///     assert!((slope.re + 0.5_f64.sin()).abs() < 1e-15 && (slope.im.abs() - 0.5_f64.cos()).abs() < 1e-15);
/// }
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[track_caller]
pub fn eigenvalues<T: ComplexScalar, D: Dim>(
    a: &OMatrix<T, D, D>,
) -> Result<OVector<Complex<T::Real>, D>, LinalgError>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    let n = a.nrows();
    let (a0, e) = split(&dynamic(a).map(|x| Complex::new(x.re(), x.im())));
    square(&e);
    let (q, t) = Factor::schur(a0).ok_or(LinalgError::NoConvergence)?;
    let lambda: Vec<_> = t.diagonal().iter().copied().collect();
    let mut values = DMatrix::from_fn(n, 1, |i, _| Complex::constant(lambda[i]));
    let orders = orders(&e);
    if orders > 0 {
        let (right, inverse) = triangular_eigenvectors(&t, largest(t.as_slice()))?;
        let left = inverse * Factor::adjoint(&q);
        let g = Linear::sandwich(left, q * right).at(&e);
        let each: Vec<usize> = (0..n).collect();
        let (blocks, _) = block_diagonalise(&lambda, &each, &g, orders);
        values += DMatrix::from_fn(n, 1, |i, _| blocks[(i, i)]);
    }
    Ok(shaped(&values, a.shape_generic().0, U1))
}

/// X and X⁻¹ with T X = X Λ for an upper triangular T.
fn triangular_eigenvectors<P: Primal>(
    t: &DMatrix<P>,
    norm: f64,
) -> Result<(DMatrix<P>, DMatrix<P>), LinalgError> {
    let n = t.nrows();
    let mut gap = f64::INFINITY;
    let mut x = DMatrix::identity(n, n);
    for j in 0..n {
        for i in (0..j).rev() {
            let difference = t[(j, j)] - t[(i, i)];
            gap = gap.min(difference.magnitude());
            let sum: P = (i + 1..=j).map(|k| t[(i, k)] * x[(k, j)]).sum();
            x[(i, j)] = sum.quotient(difference);
        }
    }
    let unit = 16.0 * n as f64 * P::epsilon() * norm;
    if gap <= unit {
        return Err(LinalgError::Degenerate { gap, threshold: unit });
    }
    let inverse = Lu::new(&x).inverse();
    // How much rounding errors of the matrix are magnified in its eigenvalues.
    let length = |x: &mut dyn Iterator<Item = &P>| libm::sqrt(x.map(|x| x.magnitude() * x.magnitude()).sum());
    let condition = |i: usize| length(&mut x.column(i).iter()) * length(&mut inverse.row(i).iter());
    let threshold = unit * (0..n).map(condition).fold(1.0, f64::max);
    if gap <= threshold { Err(LinalgError::Degenerate { gap, threshold }) } else { Ok((x, inverse)) }
}

/// All eigenvalues of a general matrix with their right and left eigenvectors; see [`eigen`].
///
/// # Examples
/// ```
/// use holograd::linalg::eigen;
/// use nalgebra::matrix;
/// let eigen = eigen(&matrix![1.0, 2.0; 3.0, 4.0])?;
/// assert!((eigen.left.adjoint() * eigen.right - nalgebra::Matrix2::identity()).norm() < 1e-14);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Eigen<T: ComplexScalar, D: Dim>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// The eigenvalues, in the order of the Schur form.
    pub eigenvalues: OVector<Complex<T::Real>, D>,
    /// The right eigenvectors, as columns of unit length: A v = λ v.
    pub right: OMatrix<Complex<T::Real>, D, D>,
    /// The left eigenvectors, as columns: wᴴ A = λ wᴴ, with wᴴ v = 1 for the right one of the same eigenvalue and 0 for all others.
    pub left: OMatrix<Complex<T::Real>, D, D>,
}

/// The eigenvalues of a general square matrix with their right and left eigenvectors.
///
/// The phase of a right eigenvector is that of the eigenvector at the value: its product w₀ᴴ v with the left one at the value is
/// positive. For one pair, beside others that may coincide, see [`eigenpair`].
///
/// # Errors
/// # Panics
/// As [`eigenvalues`]; of a constant matrix too, as a defective one has no basis of eigenvectors.
///
/// # Examples
/// ```
/// use holograd::{derivative, linalg::eigen};
/// use nalgebra::matrix;
/// // The right eigenvectors of (1 t; 0 2) are (1, 0) and (t, 1)/√(1 + t²).
/// let slope = derivative(|t| eigen(&matrix![t * 0.0 + 1.0, t; t * 0.0, t * 0.0 + 2.0]).map(|e| e.right[(0, 1)].re), 0.0)?;
/// assert_eq!(slope, 1.0);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[track_caller]
pub fn eigen<T: ComplexScalar, D: Dim>(a: &OMatrix<T, D, D>) -> Result<Eigen<T, D>, LinalgError>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    let (rows, columns) = a.shape_generic();
    let n = a.nrows();
    let (a0, e) = split(&complex(a));
    square(&e);
    let (q, t) = Factor::schur(a0).ok_or(LinalgError::NoConvergence)?;
    let lambda: Vec<_> = t.diagonal().iter().copied().collect();
    let (triangular, _) = triangular_eigenvectors(&t, largest(t.as_slice()))?;
    let basis = normalised(q * triangular);
    let mut values = DMatrix::from_fn(n, 1, |i, _| Complex::constant(lambda[i]));
    let mut right = constant::<Complex<T::Real>>(&basis);
    let orders = orders(&e);
    if orders > 0 {
        let g = Linear::sandwich(Lu::new(&basis).inverse(), basis.clone()).at(&e);
        let each: Vec<usize> = (0..n).collect();
        let (blocks, z) = block_diagonalise(&lambda, &each, &g, orders);
        values += DMatrix::from_fn(n, 1, |i, _| blocks[(i, i)]);
        right += Linear::left(basis, n).at(&z);
        for mut column in right.column_iter_mut() {
            let scale = Complex::from_real(length(column.as_slice()).recip());
            column.apply(|x| *x *= scale);
        }
    }
    let left = adjoint(&inverse_dynamic(&right)?);
    Ok(Eigen {
        eigenvalues: shaped(&values, rows, U1),
        right: shaped(&right, rows, columns),
        left: shaped(&left, rows, columns),
    })
}

/// One eigenvalue of a general matrix with its right and left eigenvector; see [`eigenpair`].
///
/// # Examples
/// ```
/// use holograd::linalg::eigenpair;
/// use nalgebra::matrix;
/// let pair = eigenpair(&matrix![0.0, 1.0; -1.0, 0.0], [0.0, 1.0])?;
/// assert!((pair.eigenvalue.im - 1.0_f64).abs() < 1e-15);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Eigenpair<T: ComplexScalar, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// The eigenvalue λ.
    pub eigenvalue: Complex<T::Real>,
    /// The right eigenvector, of unit length: A v = λ v.
    pub right: OVector<Complex<T::Real>, D>,
    /// The left eigenvector, wᴴ A = λ wᴴ with wᴴ v = 1.
    pub left: OVector<Complex<T::Real>, D>,
}

/// The eigenvalue of a general square matrix that is closest to a point of the complex plane, given by its real and imaginary
/// part, with its right and left eigenvector.
///
/// Only this eigenvalue has to be simple; the others may coincide, and the matrix may be defective there. With the eigenvectors
/// v₀ and w₀ at the value, v₀ + y and λ₀ + μ solve (A₀ − λ₀) y − μ v₀ = μ y − E (v₀ + y) and w₀ᴴ y = 0, whose matrix is regular
/// (Magnus 1985, *On differentiating eigenvalues and eigenvectors*, for the first order).
///
/// # Errors
/// [`Degenerate`](LinalgError::Degenerate) if another eigenvalue coincides with it, or nearly and with nearly the same eigenvector;
/// [`NoConvergence`](LinalgError::NoConvergence).
///
/// # Panics
/// If the matrix is not square or has no rows.
///
/// # Examples
/// ```
/// use holograd::{grad, linalg::eigenpair};
/// use nalgebra::{Matrix3, matrix};
/// // The stationary distribution's eigenvalue 1 beside a defective double eigenvalue 0.
/// let a = matrix![0.0, 1.0, 0.0; 0.0, 0.0, 0.0; 0.0, 0.0, 1.0];
/// let slopes = grad(|a: Matrix3<_>| eigenpair(&a, [1.0, 0.0]).map(|p| p.eigenvalue.re), &a)?;
/// assert_eq!(slopes, matrix![0.0, 0.0, 0.0; 0.0, 0.0, 0.0; 0.0, 0.0, 1.0]);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[track_caller]
pub fn eigenpair<T: ComplexScalar, D: Dim>(
    a: &OMatrix<T, D, D>,
    near: [f64; 2],
) -> Result<Eigenpair<T, D>, LinalgError>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    let rows = a.shape_generic().0;
    assert!(!a.is_empty(), "eigenpair: a matrix with at least one row is expected");
    let target = Complex::new(T::Real::lit(near[0]), T::Real::lit(near[1])).primal();
    let (eigenvalue, right, left) = closest_pair(&complex(a), target)?;
    Ok(Eigenpair { eigenvalue, right: shaped(&right, rows, U1), left: shaped(&left, rows, U1) })
}

#[track_caller]
fn closest_pair<C: ComplexScalar>(
    a: &DMatrix<C>,
    target: C::Primal,
) -> Result<(C, DMatrix<C>, DMatrix<C>), LinalgError> {
    let n = a.nrows();
    let (a0, e) = split(a);
    square(&e);
    let (q, t) = Factor::schur(a0.clone()).ok_or(LinalgError::NoConvergence)?;
    let distance = |i: usize| (t[(i, i)] - target).magnitude();
    let i = (0..n).fold(0, |best, i| if distance(i) < distance(best) { i } else { best });
    let lambda = t[(i, i)];
    let distances = (0..n).filter(|j| *j != i).map(|j| (t[(j, j)] - lambda).magnitude());
    let gap = distances.fold(f64::INFINITY, f64::min);
    let unit = 16.0 * n as f64 * C::Primal::epsilon() * largest(t.as_slice());
    let degenerate = |threshold: f64| LinalgError::Degenerate { gap, threshold };
    if gap <= unit && orders(&e) > 0 {
        return Err(degenerate(unit));
    }
    // T x = λ x from the rows above, and yᵀ T = λ yᵀ from the columns to the right.
    let zero = C::Primal::lit(0.0);
    let mut x = DMatrix::from_element(n, 1, zero);
    let mut y = x.clone();
    (x[i], y[i]) = (C::Primal::lit(1.0), C::Primal::lit(1.0));
    for k in (0..i).rev() {
        let sum: C::Primal = (k + 1..=i).map(|j| t[(k, j)] * x[j]).sum();
        x[k] = sum.quotient(lambda - t[(k, k)]);
    }
    for k in i + 1..n {
        let sum: C::Primal = (i..k).map(|j| y[j] * t[(j, k)]).sum();
        y[k] = sum.quotient(lambda - t[(k, k)]);
    }
    let conjugate = |z: C::Primal| C::Primal::adjoint(&DMatrix::from_element(1, 1, z))[(0, 0)];
    let right = normalised(&q * &x);
    let left = Factor::adjoint(&(y.transpose() * Factor::adjoint(&q)));
    // wᴴ v = 1 at the value.
    let inner = (C::Primal::adjoint(&left) * &right)[(0, 0)];
    let condition = length_of_values(&left) / inner.magnitude();
    if gap <= unit * condition && orders(&e) > 0 {
        return Err(degenerate(unit * condition));
    }
    let left = left.map(|w| w.quotient(conjugate(inner)));
    let (change, mut v) = bordered(&a0, &e, lambda, &right, &left);
    // The adjoint problem has the eigenvalue λ̄, and v₀ for its left eigenvector.
    let (_, mut w) = bordered(&Factor::adjoint(&a0), &adjoint(&e), conjugate(lambda), &left, &right);
    let scale = C::from_real(length(v.as_slice()).recip());
    v.apply(|x| *x *= scale);
    let scale = w.iter().zip(&v).map(|(w, v)| *w * v.conj()).sum::<C>().recip();
    w.apply(|x| *x *= scale);
    Ok((change + C::constant(lambda), v, w))
}

/// μ and v₀ + y of an eigenvalue λ₀ + μ of A₀ + E, where w₀ᴴ y = 0.
fn bordered<T: ComplexScalar>(
    a0: &DMatrix<T::Primal>,
    e: &DMatrix<T>,
    lambda: T::Primal,
    v0: &DMatrix<T::Primal>,
    w0: &DMatrix<T::Primal>,
) -> (T, DMatrix<T>) {
    let n = a0.nrows();
    let start = constant::<T>(v0);
    let orders = orders(e);
    if orders == 0 {
        return (T::zero(), start);
    }
    let w0 = T::Primal::adjoint(w0);
    let matrix = DMatrix::from_fn(n + 1, n + 1, |i, j| match (i < n, j < n) {
        (true, true) => a0[(i, j)] - if i == j { lambda } else { T::Primal::lit(0.0) },
        (true, false) => -v0[i],
        (false, true) => w0[j],
        (false, false) => T::Primal::lit(0.0),
    });
    let solve = Linear::left(Lu::new(&matrix).inverse(), 1);
    let (mut mu, mut y) = (T::zero(), DMatrix::<T>::zeros(n, 1));
    for _ in 0..orders {
        let moved = product(e, &(&start + &y));
        let rest = DMatrix::from_fn(n + 1, 1, |i, _| if i < n { y[i] * mu - moved[i] } else { T::zero() });
        let next = solve.at(&rest);
        (mu, y) = (next[n], next.rows(0, n).into_owned());
    }
    (mu, start + y)
}

fn complex<T: ComplexScalar, D: Dim>(a: &OMatrix<T, D, D>) -> DMatrix<Complex<T::Real>>
where
    DefaultAllocator: Allocator<D, D>,
{
    dynamic(a).map(|x| Complex::new(x.re(), x.im()))
}

fn length<T: ComplexScalar>(x: &[T]) -> T::Real {
    x.iter().map(|x| x.norm_sqr()).sum::<T::Real>().sqrt()
}

fn length_of_values<P: Primal>(x: &DMatrix<P>) -> f64 {
    libm::sqrt(x.iter().map(|x| x.magnitude() * x.magnitude()).sum())
}

/// The columns at unit length.
fn normalised<P: Primal>(mut a: DMatrix<P>) -> DMatrix<P> {
    for mut column in a.column_iter_mut() {
        let scale = P::lit(1.0 / libm::sqrt(column.iter().map(|x| x.magnitude() * x.magnitude()).sum()));
        column.apply(|x| *x *= scale);
    }
    a
}
