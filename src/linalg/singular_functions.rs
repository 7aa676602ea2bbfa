//! Functions of singular values that are smooth where single singular vectors are not.

use super::adjoint::{adjoint, hermitian};
use super::norms::constant as lifted;
use super::series::{dynamic, product, shaped};
use super::singular::dilated;
use super::spectral::taylor;
use super::{LinalgError, SpectralFunction};
use crate::kernel::Engine;
use crate::{ComplexScalar, Real, Scalar, lit};
use core::ops::Range;
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DVector, DefaultAllocator, Dim, Dyn, OMatrix};

/// Some singular values and their vectors; see [`singular_triples`].
///
/// # Examples
/// ```
/// use holograd::linalg::singular_triples;
/// use nalgebra::matrix;
/// let first = singular_triples(&matrix![3.0, 0.0; 0.0, 2.0; 0.0, 0.0], 0..1)?;
/// assert_eq!((first.u.shape(), first.singular_values[0], first.v.shape()), ((3, 1), 3.0, (2, 1)));
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SingularTriples<T: ComplexScalar, R: Dim, C: Dim>
where
    DefaultAllocator: Allocator<R, Dyn> + Allocator<C, Dyn>,
{
    /// The left singular vectors, as columns.
    pub u: OMatrix<T, R, Dyn>,
    /// The singular values, descending.
    pub singular_values: DVector<T::Real>,
    /// The right singular vectors, as columns.
    pub v: OMatrix<T, C, Dyn>,
}

/// The singular values with the numbers `which`, counted from the largest, with their left and right vectors.
///
/// Only these have to be simple and not zero: the others may coincide or be zero. The sign, for complex numbers the phase, of a pair of
/// singular vectors is that of the pair at the value.
///
/// # Errors
/// [`Degenerate`](LinalgError::Degenerate) if one of them coincides with another or is zero, and the matrix is not a constant;
/// [`NoConvergence`](LinalgError::NoConvergence).
///
/// # Panics
/// If the matrix has not as many singular values.
///
/// # Examples
/// ```
/// use holograd::{grad, linalg::singular_triples};
/// use nalgebra::{Matrix3, Vector3};
/// let a = Matrix3::from_diagonal(&Vector3::new(4.0, 0.0, 0.0));
/// let slopes: Matrix3<f64> = grad(|a: Matrix3<_>| singular_triples(&a, 0..1).map(|s| s.singular_values[0] + s.u[1]), &a)?;
/// assert!((slopes[(0, 0)] - 1.0).abs() < 1e-14 && (slopes[(1, 0)] - 0.25).abs() < 1e-14);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[track_caller]
pub fn singular_triples<T: ComplexScalar, R: Dim, C: Dim>(
    a: &OMatrix<T, R, C>,
    which: Range<usize>,
) -> Result<SingularTriples<T, R, C>, LinalgError>
where
    DefaultAllocator: Allocator<R, C> + Allocator<R, Dyn> + Allocator<C, Dyn>,
{
    let (rows, columns) = a.shape_generic();
    let (m, n) = a.shape();
    assert!(
        which.start <= which.end && which.end <= m.min(n),
        "singular values {which:?} are asked for, and the matrix has {}",
        m.min(n)
    );
    let dilated = dilated(&dynamic(a))?;
    if !which.is_empty() {
        dilated.distinct(which.clone())?;
    }
    let (values, vectors) = dilated.pairs(which);
    // (u; v)/√2
    let vectors = vectors.map(|x| x * lit(core::f64::consts::SQRT_2));
    let k = vectors.ncols();
    Ok(SingularTriples {
        u: shaped(&vectors.rows(0, m).into_owned(), rows, Dyn(k)),
        singular_values: values.column(0).into_owned(),
        v: shaped(&vectors.rows(m, n).into_owned(), columns, Dyn(k)),
    })
}

/// The nuclear norm: the sum of the singular values. Its gradient is U Vᴴ.
///
/// Differentiable where no singular value is zero, whether or not some coincide.
///
/// # Errors
/// [`Degenerate`](LinalgError::Degenerate) if a singular value is zero, where the norm has a kink, and the matrix is not a constant;
/// [`NoConvergence`](LinalgError::NoConvergence).
///
/// # Examples
/// ```
/// use holograd::{grad, linalg::nuclear_norm};
/// use nalgebra::Matrix3;
/// let slopes = grad(|a: Matrix3<_>| nuclear_norm(&a), &Matrix3::<f64>::identity())?;
/// assert!((slopes - Matrix3::identity()).norm() < 1e-14);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[track_caller]
pub fn nuclear_norm<T: ComplexScalar, R: Dim, C: Dim>(a: &OMatrix<T, R, C>) -> Result<T::Real, LinalgError>
where
    DefaultAllocator: Allocator<R, C>,
{
    let k = a.nrows().min(a.ncols());
    let dilated = dilated(&dynamic(a))?;
    if k > 0 {
        dilated.distinct(k..k)?;
    }
    let values = dilated.values(&dilated.diagonalise().0);
    Ok(values.as_slice()[..k].iter().copied().sum())
}

/// U f(Σ) Vᴴ of the decomposition A = U Σ Vᴴ: the function f of the singular values with the vectors left as they are. Singular value
/// thresholds, smoothed signs, powers.
///
/// Differentiable where f is smooth at the singular values, whether or not some coincide. At zero singular values f must be odd, as
/// `tanh` and σ ↦ σ/(1 + σ²) are; elsewhere only its values at positive numbers count. It is the function of the Hermitian matrix
/// (0, A; Aᴴ, 0), whose eigenvalues are ±σ, by the formulas of [`spectral_function`](super::spectral_function).
///
/// # Errors
/// [`Degenerate`](LinalgError::Degenerate) if a singular value is zero where f(0), or for second derivatives f″(0), is not, and the
/// matrix is not a constant; [`NoConvergence`](LinalgError::NoConvergence).
///
/// # Panics
/// In nests of more than 4 levels if singular values coincide.
///
/// # Examples
/// ```
/// use holograd::linalg::{SpectralFunction, singular_function};
/// use holograd::{Real, jvp};
/// use nalgebra::{Matrix2, matrix};
/// struct Tanh;
/// impl SpectralFunction for Tanh {
///     fn at<S: Real>(&self, x: S) -> S {
///         x.tanh()
///     }
/// }
/// // At the zero matrix, where no singular vector has a derivative: tanh′(0) = 1.
/// let d = matrix![1.0, 2.0; 3.0, 4.0];
/// let change = jvp(|a: Matrix2<_>| singular_function(&a, &Tanh).unwrap(), &Matrix2::zeros(), &d).1;
/// assert!((change - d).norm() < 1e-14);
/// ```
#[track_caller]
pub fn singular_function<T: ComplexScalar, R: Dim, C: Dim>(
    a: &OMatrix<T, R, C>,
    f: &impl SpectralFunction,
) -> Result<OMatrix<T, R, C>, LinalgError>
where
    DefaultAllocator: Allocator<R, C>,
{
    let (rows, columns) = a.shape_generic();
    let dilated = dilated(&dynamic(a))?;
    let k = a.nrows().min(a.ncols());
    if k > 0
        && let Err(zero) = dilated.distinct(k..k)
    {
        // Rounding errors of what ought to be zero.
        let negligible = |x: f64| x.abs() <= 1e-13;
        let at_zero = taylor::<<T::Primal as Scalar>::Real>(f, 0.0, 2);
        if !(negligible(at_zero[0]) && (T::ORDER < 2 || negligible(at_zero[2]))) {
            return Err(zero);
        }
    }
    let image = dilated.function(&Odd(f))?;
    Ok(shaped(&upper_right(&image, a.shape()), rows, columns))
}

/// The odd function that is f at positive numbers.
struct Odd<'a, F>(&'a F);

impl<F: SpectralFunction> SpectralFunction for Odd<'_, F> {
    fn at<S: Real>(&self, x: S) -> S {
        if x < S::zero() { -self.0.at(-x) } else { self.0.at(x) }
    }
}

fn upper_right<T: Scalar>(image: &DMatrix<T>, (m, n): (usize, usize)) -> DMatrix<T> {
    image.view((0, m), (m, n)).into_owned()
}

/// A = W H with orthonormal columns, or rows, of W and a positive definite Hermitian H; see [`polar`].
///
/// # Examples
/// ```
/// use holograd::linalg::polar;
/// use nalgebra::matrix;
/// let a = matrix![0.0, -2.0; 3.0, 0.0];
/// let polar = polar(&a)?;
/// assert!((polar.unitary - matrix![0.0, -1.0; 1.0, 0.0]).norm() < 1e-15);
/// assert!((polar.hermitian - matrix![3.0, 0.0; 0.0, 2.0]).norm() < 1e-14);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Polar<T: ComplexScalar, R: Dim, C: Dim>
where
    DefaultAllocator: Allocator<R, C> + Allocator<C, C>,
{
    /// W = U Vᴴ, of all matrices with orthonormal columns (rows) the closest to A.
    pub unitary: OMatrix<T, R, C>,
    /// H = V Σ Vᴴ = √(AᴴA)
    pub hermitian: OMatrix<T, C, C>,
}

/// The polar decomposition A = W H, with W = U Vᴴ and H = V Σ Vᴴ from the singular value decomposition: the closest rotation or
/// reflection, and the stretch.
///
/// Differentiable where no singular value is zero, whether or not some coincide: at a rotation all of them do. First order:
/// W̄ᴴẆ = X with H X + X H = WᴴȦ − ȦᴴW (Higham 2008, section 8.2).
///
/// # Errors
/// [`Degenerate`](LinalgError::Degenerate) if a singular value is zero and the matrix is not a constant;
/// [`NoConvergence`](LinalgError::NoConvergence).
///
/// # Examples
/// ```
/// use holograd::{jvp, linalg::polar};
/// use nalgebra::{Matrix2, matrix};
/// // At the identity the closest rotation changes by the antisymmetric part.
/// let d = matrix![1.0, 2.0; 4.0, 3.0];
/// let change = jvp(|a: Matrix2<_>| polar(&a).unwrap().unitary, &Matrix2::identity(), &d).1;
/// assert!((change - matrix![0.0, -1.0; 1.0, 0.0]).norm() < 1e-14);
/// ```
#[track_caller]
pub fn polar<T: ComplexScalar, R: Dim, C: Dim>(a: &OMatrix<T, R, C>) -> Result<Polar<T, R, C>, LinalgError>
where
    DefaultAllocator: Allocator<R, C> + Allocator<C, C>,
{
    struct Sign;
    impl SpectralFunction for Sign {
        fn at<S: Real>(&self, x: S) -> S {
            // The other zeros belong to no singular value.
            if x == S::zero() { x } else { x.signum() }
        }
    }
    let (rows, columns) = a.shape_generic();
    let k = a.nrows().min(a.ncols());
    let a = dynamic(a);
    let dilated = dilated(&a)?;
    if k > 0 {
        dilated.distinct(k..k)?;
    }
    let unitary = upper_right(&dilated.function(&Sign)?, a.shape());
    let stretch = hermitian(&product(&adjoint(&unitary), &a));
    Ok(Polar { unitary: shaped(&unitary, rows, columns), hermitian: shaped(&stretch, columns, columns) })
}

/// The closest matrix of rank r: U Σ Vᴴ with all but the r largest singular values replaced by zero (Eckart and Young 1936).
///
/// Differentiable where the singular values r and r + 1 differ, whether or not others coincide or are zero.
///
/// # Errors
/// [`Degenerate`](LinalgError::Degenerate) if these two coincide, and the matrix is not a constant;
/// [`NoConvergence`](LinalgError::NoConvergence).
///
/// # Examples
/// ```
/// use holograd::{derivative, linalg::low_rank};
/// use nalgebra::matrix;
/// // The larger of the two entries stays.
/// let change = derivative(|t| low_rank(&matrix![t * 3.0, t * 0.0; t * 0.0, t], 1).unwrap(), 1.0);
/// assert!((change - matrix![3.0, 0.0; 0.0, 0.0]).norm() < 1e-14);
/// ```
#[track_caller]
pub fn low_rank<T: ComplexScalar, R: Dim, C: Dim>(
    a: &OMatrix<T, R, C>,
    rank: usize,
) -> Result<OMatrix<T, R, C>, LinalgError>
where
    DefaultAllocator: Allocator<R, C>,
{
    let (rows, columns) = a.shape_generic();
    if rank >= a.nrows().min(a.ncols()) {
        return Ok(a.clone());
    }
    if rank == 0 {
        return Ok(lifted(&a.map(|_| T::Primal::lit(0.0))));
    }
    let dilated = dilated(&dynamic(a))?;
    dilated.distinct(rank..rank)?;
    Ok(shaped(&upper_right(&dilated.outer_part(rank)?, a.shape()), rows, columns))
}
