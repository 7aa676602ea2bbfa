//! Norms, products, and matrices between nests.

use super::series::{self, Linear, dynamic, product, shaped};
use crate::kernel::Engine;
use crate::scalar::magnitude::maximum;
use crate::{ComplexScalar, Real, Scalar, VectorRule};
use alloc::vec::Vec;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OMatrix};

/// The Frobenius norm √(Σ |aᵢⱼ|²), without overflow; slopes 0 at the zero matrix. On the tape one node.
///
/// # Examples
/// ```
/// use holograd::{grad, linalg::norm};
/// use nalgebra::{Matrix2, matrix};
/// assert_eq!(grad(|a: Matrix2<_>| norm(&a), &matrix![0.0, 3.0; 4.0, 0.0]), matrix![0.0, 0.6; 0.8, 0.0]);
/// ```
#[must_use]
#[track_caller]
pub fn norm<T: ComplexScalar, R: Dim, C: Dim>(a: &OMatrix<T, R, C>) -> T::Real
where
    DefaultAllocator: Allocator<R, C>,
{
    let parts: Vec<T::Real> = if T::COMPLEX {
        a.iter().flat_map(|x| [x.re(), x.im()]).collect()
    } else {
        a.iter().map(|x| x.re()).collect()
    };
    Real::norm(&parts)
}

/// The largest column sum of moduli.
///
/// # Examples
/// ```
/// use holograd::{derivative, linalg::norm_1};
/// use nalgebra::matrix;
/// assert_eq!(derivative(|t| norm_1(&matrix![t, -t; t * 0.0, t * t]), 3.0), 7.0);
/// ```
#[must_use]
#[track_caller]
pub fn norm_1<T: ComplexScalar, R: Dim, C: Dim>(a: &OMatrix<T, R, C>) -> T::Real
where
    DefaultAllocator: Allocator<R, C>,
{
    largest_sum(a.column_iter().map(|column| column.iter().map(|x| x.abs()).sum()))
}

/// The largest row sum of moduli.
///
/// # Examples
/// ```
/// use holograd::{derivative, linalg::norm_inf};
/// use nalgebra::matrix;
/// assert_eq!(derivative(|t| norm_inf(&matrix![t, -t; t * 0.0, t]), 3.0), 2.0);
/// ```
#[must_use]
#[track_caller]
pub fn norm_inf<T: ComplexScalar, R: Dim, C: Dim>(a: &OMatrix<T, R, C>) -> T::Real
where
    DefaultAllocator: Allocator<R, C>,
{
    largest_sum(a.row_iter().map(|row| row.iter().map(|x| x.abs()).sum()))
}

fn largest_sum<R: Real>(sums: impl Iterator<Item = R>) -> R {
    // `max` would leave NaN out.
    let larger = |x: R, y: R| if x.is_nan() || y.is_nan() { x + y } else { x.max(y) };
    sums.reduce(larger).unwrap_or_else(R::zero)
}

/// The largest modulus of all values and tangents at every level, for convergence tests: an iteration on dual numbers has
/// converged where this is small for its step, not where the values are. On the tape, which has no tangents, of the values.
///
/// # Examples
/// ```
/// use holograd::{Dual, linalg::largest_with_tangents};
/// use nalgebra::vector;
/// assert_eq!(largest_with_tangents(&vector![Dual::new(1e-20, [3.0]), Dual::new(1.0, [0.0])]), 3.0);
/// ```
#[must_use]
#[track_caller]
pub fn largest_with_tangents<T: Scalar, R: Dim, C: Dim>(a: &OMatrix<T, R, C>) -> f64
where
    DefaultAllocator: Allocator<R, C>,
{
    a.iter().fold(0.0, |max, x| maximum(max, x.magnitude_with_tangents()))
}

/// A B. On the tape one vector-valued rule, where nalgebra's `*` writes a node for each of the n³ products.
///
/// # Panics
/// If the sizes do not fit.
///
/// # Examples
/// ```
/// use holograd::{grad, linalg::mul};
/// use nalgebra::{Matrix2, matrix};
/// let slopes = grad(|a: Matrix2<_>| mul(&a, &a)[(0, 0)], &matrix![1.0, 2.0; 3.0, 4.0]);
/// assert_eq!(slopes, matrix![2.0, 3.0; 2.0, 0.0]);
/// ```
#[must_use]
#[track_caller]
pub fn mul<T: Scalar, R: Dim, K: Dim, C: Dim>(a: &OMatrix<T, R, K>, b: &OMatrix<T, K, C>) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, K> + Allocator<K, C> + Allocator<R, C>,
{
    fit(a.shape(), b.shape());
    shaped(&product(&dynamic(a), &dynamic(b)), a.shape_generic().0, b.shape_generic().1)
}

/// A X with a matrix A of the machine's numbers, which is not lifted to the nest of X.
///
/// # Panics
/// If the sizes do not fit.
///
/// # Examples
/// ```
/// use holograd::{derivative, linalg::real_mul};
/// use nalgebra::{matrix, vector};
/// let a = matrix![1.0, 2.0; 3.0, 4.0];
/// assert_eq!(derivative(|t| real_mul(&a, &vector![t, t * t]), 3.0), vector![13.0, 27.0]);
/// ```
#[must_use]
#[track_caller]
pub fn real_mul<T: Scalar, R: Dim, K: Dim, C: Dim>(
    a: &OMatrix<T::Primal, R, K>,
    x: &OMatrix<T, K, C>,
) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, K> + Allocator<K, C> + Allocator<R, C>,
{
    fit(a.shape(), x.shape());
    let image = Linear::left(dynamic(a), x.ncols()).at_slice(x.as_slice());
    OMatrix::from_iterator_generic(a.shape_generic().0, x.shape_generic().1, image)
}

#[track_caller]
#[inline]
fn fit((rows, inner): (usize, usize), (given, columns): (usize, usize)) {
    assert!(inner == given, "a product of {rows} × {inner} and {given} × {columns} matrices has no meaning");
}

/// A matrix of the machine's numbers as constants of any nest.
///
/// # Examples
/// ```
/// use holograd::{Dual, linalg::constant};
/// use nalgebra::{Vector2, vector};
/// let x: Vector2<Dual<f64>> = constant(&vector![1.0, 2.0]);
/// assert_eq!(x[1].derivative(), 0.0);
/// ```
#[must_use]
#[track_caller]
pub fn constant<T: Scalar, R: Dim, C: Dim>(a: &OMatrix<T::Primal, R, C>) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    let (rows, columns) = a.shape_generic();
    shaped(&series::constant(&dynamic(a)), rows, columns)
}

/// The values of a matrix of any nest at the machine's numbers.
///
/// # Examples
/// ```
/// use holograd::{Dual, linalg::primal};
/// use nalgebra::vector;
/// assert_eq!(primal(&vector![Dual::new(1.0, [5.0])]), vector![1.0]);
/// ```
#[must_use]
#[track_caller]
pub fn primal<T: Scalar, R: Dim, C: Dim>(a: &OMatrix<T, R, C>) -> OMatrix<T::Primal, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    a.map(Scalar::primal)
}
