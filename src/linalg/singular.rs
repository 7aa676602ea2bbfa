//! Singular values and what needs them.

use super::adjoint::adjoint;
use super::cholesky::cholesky_near_identity;
use super::lu::Lu;
use super::norms::largest_with_tangents;
use super::series::{Linear, constant, dynamic, exponent_of, is_zero, product, scaled, shaped, split};
use super::spectral::Perturbed;
use super::systems::inverse_dynamic;
use super::{Factor, LinalgError};
use crate::kernel::Engine;
use crate::{ComplexScalar, Primal, Scalar, lit};
use alloc::vec::Vec;
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DefaultAllocator, Dim, DimMin, DimMinimum, OMatrix, OVector, U1};

/// A = U Σ Vᴴ; see [`svd`].
///
/// # Examples
/// ```
/// use holograd::linalg::svd;
/// use nalgebra::{Matrix2, matrix};
/// let a = matrix![3.0, 0.0; 4.0, 0.0; 0.0, 1.0];
/// let svd = svd(&a)?;
/// assert!((svd.u * Matrix2::from_diagonal(&svd.singular_values) * svd.v.transpose() - a).norm() < 1e-14);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Svd<T: ComplexScalar, R: DimMin<C>, C: Dim>
where
    DefaultAllocator:
        Allocator<R, DimMinimum<R, C>> + Allocator<C, DimMinimum<R, C>> + Allocator<DimMinimum<R, C>>,
{
    /// The left singular vectors, as columns.
    pub u: OMatrix<T, R, DimMinimum<R, C>>,
    /// The singular values, descending.
    pub singular_values: OVector<T::Real, DimMinimum<R, C>>,
    /// The right singular vectors, as columns.
    pub v: OMatrix<T, C, DimMinimum<R, C>>,
}

/// The singular value decomposition A = U Σ Vᴴ, thin: of an m × n matrix with k = min(m, n), U is m × k and V is n × k.
///
/// From the eigenvectors (u; ±v)/√2 of the Hermitian matrix (0, A; Aᴴ, 0) with the eigenvalues ±σ (Jordan and Wielandt), by
/// the formulas of [`symmetric_eigen`](super::symmetric_eigen), which for first order are those of Townsend 2016. The sign, for
/// complex numbers the phase, of a pair of singular vectors is that of the pair at the value.
///
/// # Errors
/// [`Degenerate`](LinalgError::Degenerate) if two singular values coincide or one is zero, and the matrix is not a constant.
///
/// # Examples
/// ```
/// use holograd::{derivative, linalg::svd};
/// use nalgebra::matrix;
/// // A diagonal matrix turned by t from the left.
/// let slopes = derivative(|t| svd(&matrix![t.cos() * 3.0, -t.sin(); t.sin() * 3.0, t.cos()]).map(|s| s.u), 0.0)?;
/// assert!((slopes.map(f64::abs) - matrix![0.0, 1.0; 1.0, 0.0]).norm() < 1e-15);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[track_caller]
pub fn svd<T: ComplexScalar, R: DimMin<C>, C: Dim>(a: &OMatrix<T, R, C>) -> Result<Svd<T, R, C>, LinalgError>
where
    DefaultAllocator: Allocator<R, C>
        + Allocator<R, DimMinimum<R, C>>
        + Allocator<C, DimMinimum<R, C>>
        + Allocator<DimMinimum<R, C>>,
{
    let (rows, columns) = a.shape_generic();
    let k = rows.min(columns);
    let (m, n, r) = (rows.value(), columns.value(), k.value());
    let dilated = dilated(&dynamic(a))?;
    dilated.distinct(0..r)?;
    let (blocks, z) = dilated.diagonalise();
    // (u; v)/√2
    let vectors = dilated.vectors(&z).map(|x| x * lit(core::f64::consts::SQRT_2));
    Ok(Svd {
        u: shaped(&vectors.view((0, 0), (m, r)).into_owned(), rows, k),
        singular_values: shaped(&dilated.values(&blocks).rows(0, r).into_owned(), k, U1),
        v: shaped(&vectors.view((m, 0), (n, r)).into_owned(), columns, k),
    })
}

/// The singular values, descending: σ̇ᵢ = Re uᵢᴴ Ȧ vᵢ (Giles 2008, section 3.2).
///
/// # Errors
/// As [`svd`].
///
/// # Examples
/// ```
/// use holograd::{grad, linalg::singular_values};
/// use nalgebra::{Matrix2, matrix};
/// let slopes = grad(|a: Matrix2<_>| singular_values(&a).map(|s| s[0]), &matrix![3.0, 0.0; 0.0, -1.0])?;
/// assert!((slopes - matrix![1.0, 0.0; 0.0, 0.0]).norm() < 1e-15);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[track_caller]
pub fn singular_values<T: ComplexScalar, R: DimMin<C>, C: Dim>(
    a: &OMatrix<T, R, C>,
) -> Result<OVector<T::Real, DimMinimum<R, C>>, LinalgError>
where
    DefaultAllocator: Allocator<R, C> + Allocator<DimMinimum<R, C>>,
{
    let (rows, columns) = a.shape_generic();
    let k = rows.min(columns);
    let dilated = dilated(&dynamic(a))?;
    dilated.distinct(0..k.value())?;
    Ok(shaped(&dilated.values(&dilated.diagonalise().0).rows(0, k.value()).into_owned(), k, U1))
}

/// ‖A‖₂, the largest singular value.
///
/// # Errors
/// [`Degenerate`](LinalgError::Degenerate) if the largest two singular values coincide, or all are zero, and the matrix is
/// not a constant.
///
/// # Examples
/// ```
/// use holograd::{derivative, linalg::spectral_norm};
/// use nalgebra::matrix;
/// let slope: f64 = derivative(|t| spectral_norm(&matrix![t, t * 0.0; t * 0.0, t * 0.0]), 2.0)?;
/// assert!((slope - 1.0).abs() < 1e-15);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[track_caller]
pub fn spectral_norm<T: ComplexScalar, R: Dim, C: Dim>(a: &OMatrix<T, R, C>) -> Result<T::Real, LinalgError>
where
    DefaultAllocator: Allocator<R, C>,
{
    if a.is_empty() {
        return Ok(T::Real::lit(0.0));
    }
    let dilated = dilated(&dynamic(a))?;
    dilated.distinct(0..1)?;
    Ok(dilated.values(&dilated.diagonalise().0)[0])
}

/// (0, A; Aᴴ, 0) in the basis of its eigenvectors at the value, descending: σ, zeros, −σ.
pub(super) fn dilated<T: ComplexScalar>(a: &DMatrix<T>) -> Result<Perturbed<T>, LinalgError> {
    let (m, n) = a.shape();
    let (a0, e) = split(a);
    let (u, sigma, v) = full_svd(a0)?;
    let k = sigma.len();
    let half = T::Primal::lit(core::f64::consts::FRAC_1_SQRT_2);
    let zero = T::Primal::lit(0.0);
    let negative = m + n - k;
    let basis = DMatrix::from_fn(m + n, m + n, |i, j| {
        let (from_u, from_v) =
            (|j| if i < m { u[(i, j)] } else { zero }, |j| if i < m { zero } else { v[(i - m, j)] });
        if j < k {
            (from_u(j) + from_v(j)) * half
        } else if j < m {
            from_u(j)
        } else if j < negative {
            from_v(j - m + k)
        } else {
            (from_u(m + n - 1 - j) - from_v(m + n - 1 - j)) * half
        }
    });
    let lambda: Vec<T::Primal> = (0..m + n)
        .map(|j| match j {
            j if j < k => sigma[j],
            j if j < negative => zero,
            j => -sigma[m + n - 1 - j],
        })
        .collect();
    let mut rest = DMatrix::zeros(m + n, m + n);
    if !is_zero(&e) {
        rest.view_mut((0, m), (m, n)).copy_from(&e);
        rest.view_mut((m, 0), (n, m)).copy_from(&adjoint(&e));
    }
    Ok(Perturbed::new(lambda, basis, &rest))
}

/// The decomposition with square U and V.
pub(super) fn full_svd<P: Primal>(a: DMatrix<P>) -> Result<(DMatrix<P>, Vec<P>, DMatrix<P>), LinalgError> {
    let (u, sigma, v) = Factor::svd(a).ok_or(LinalgError::NoConvergence)?;
    Ok((completed(u), sigma, completed(v)))
}

/// Orthonormal columns, and as many more as make a unitary matrix.
fn completed<P: Primal>(q: DMatrix<P>) -> DMatrix<P> {
    let (n, k) = q.shape();
    let mut all = q.resize_horizontally(n, P::lit(0.0));
    let mut candidate = 0;
    for j in k..n {
        loop {
            // What is left of a unit vector, projected twice against rounding errors.
            let mut x = DMatrix::from_fn(n, 1, |i, _| P::lit(f64::from(u8::from(i == candidate))));
            candidate += 1;
            for _ in 0..2 {
                let known = all.columns(0, j).into_owned();
                x -= &known * (P::adjoint(&known) * &x);
            }
            let length = libm::sqrt(x.iter().map(|x| x.magnitude() * x.magnitude()).sum());
            // Of the n unit vectors one is left with at least 1/√n; NaN is let through.
            if !(length * libm::sqrt(2.0 * n as f64) < 1.0) || candidate == n {
                all.set_column(j, &x.column(0).map(|x| x * P::lit(1.0 / length)));
                break;
            }
        }
    }
    all
}

/// A⁺, the Moore–Penrose inverse, n × m of an m × n matrix. Singular values up to max(m, n) ε σ₁ count as zero, and stay zero.
///
/// In the bases of the singular vectors at the value, A of constant rank is (I; L) S (I, M) with S = Σ + G₁₁, L = G₂₁S⁻¹ and
/// M = S⁻¹G₁₂, and A⁺ = (I; Mᴴ)(I + MMᴴ)⁻¹ S⁻¹ (I + LᴴL)⁻¹(I, Lᴴ). First order:
/// −A⁺ȦA⁺ + A⁺A⁺ᴴȦᴴ(I − AA⁺) + (I − A⁺A)ȦᴴA⁺ᴴA⁺ (Golub and Pereyra 1973).
///
/// Where the rank is not full the derivative exists along matrices of the same rank only. Reverse mode takes the function of
/// the matrix to be such a one.
///
/// # Errors
/// [`Degenerate`](LinalgError::Degenerate) if the tangents of a matrix without full rank change its rank.
///
/// # Examples
/// ```
/// use holograd::{derivative, linalg::pseudo_inverse};
/// use nalgebra::matrix;
/// let slopes = derivative(|t| pseudo_inverse(&matrix![t, t; t, t]), 2.0)?;
/// assert!((slopes - matrix![-1.0, -1.0; -1.0, -1.0] / 16.0).norm() < 1e-16);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[track_caller]
pub fn pseudo_inverse<T: ComplexScalar, R: Dim, C: Dim>(
    a: &OMatrix<T, R, C>,
) -> Result<OMatrix<T, C, R>, LinalgError>
where
    DefaultAllocator: Allocator<R, C> + Allocator<C, R>,
{
    let (rows, columns) = a.shape_generic();
    Ok(shaped(&pseudo_inverse_dynamic(&dynamic(a))?, columns, rows))
}

fn pseudo_inverse_dynamic<T: ComplexScalar>(a: &DMatrix<T>) -> Result<DMatrix<T>, LinalgError> {
    let (m, n) = a.shape();
    let (a0, e) = split(a);
    let (u, sigma, v) = full_svd(a0)?;
    let r = rank(&sigma, m.max(n));
    let inverted = |i: usize, j: usize| if i == j && i < r { sigma[i].recip() } else { T::Primal::lit(0.0) };
    let u_adjoint = T::Primal::adjoint(&u);
    let value = constant(&(&v * DMatrix::from_fn(n, m, inverted) * &u_adjoint));
    if is_zero(&e) {
        return Ok(value);
    }
    let g = Linear::sandwich(u_adjoint.clone(), v.clone()).at(&e);
    let block = |i, j, rows, columns| g.view((i, j), (rows, columns)).into_owned();
    let unit = m.max(n) as f64 * T::Primal::epsilon();
    if largest_with_tangents(&block(r, r, m - r, n - r)) > 16.0 * unit * largest_with_tangents(&g) {
        let size = |i| sigma.get(i).map_or(0.0, |s: &T::Primal| s.magnitude());
        return Err(LinalgError::Degenerate { gap: size(r), threshold: unit * size(0) });
    }
    let mut s = block(0, 0, r, r);
    for i in 0..r {
        s[(i, i)] += T::constant(sigma[i]);
    }
    let s = inverse_dynamic(&s)?;
    let (left, right) = (product(&block(r, 0, m - r, r), &s), product(&s, &block(0, r, r, n - r)));
    let gram = |x: DMatrix<T>| inverse_dynamic(&(DMatrix::identity(r, r) + x));
    let s = product(&s, &gram(product(&adjoint(&left), &left))?);
    let s = product(&gram(product(&right, &adjoint(&right)))?, &s);
    let mut core = DMatrix::zeros(n, m);
    let below = product(&adjoint(&right), &s);
    core.view_mut((0, 0), (r, r)).copy_from(&s);
    core.view_mut((0, r), (r, m - r)).copy_from(&product(&s, &adjoint(&left)));
    core.view_mut((r, 0), (n - r, r)).copy_from(&below);
    core.view_mut((r, r), (n - r, m - r)).copy_from(&product(&below, &adjoint(&left)));
    Ok(value + Linear::sandwich(v, u_adjoint).at(&split(&core).1))
}

/// The least-squares solution A⁺ B: of all X that minimise ‖A X − B‖ the smallest. For m × n and m × k matrices it is n × k.
///
/// Derivatives are those of the product with [`pseudo_inverse`] (Golub and Pereyra 1973).
///
/// # Errors
/// As [`pseudo_inverse`].
///
/// # Panics
/// If `b` has not as many rows as `a`.
///
/// # Examples
/// ```
/// use holograd::{grad, linalg::lstsq};
/// use nalgebra::{DVector, dmatrix, dvector};
/// // The slope of the line through three points depends on the outer two alone.
/// let slope = |y: DVector<_>| {
///     let a = dmatrix![1.0, 0.0; 1.0, 1.0; 1.0, 2.0].map(holograd::Scalar::lit);
///     lstsq(&a, &y).map(|x| x[1])
/// };
/// let slopes = grad(slope, &dvector![1.0, 5.0, 2.0])?;
/// assert!((slopes - dvector![-0.5, 0.0, 0.5]).norm() < 1e-15);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[track_caller]
pub fn lstsq<T: ComplexScalar, R: Dim, C: Dim, K: Dim>(
    a: &OMatrix<T, R, C>,
    b: &OMatrix<T, R, K>,
) -> Result<OMatrix<T, C, K>, LinalgError>
where
    DefaultAllocator: Allocator<R, C> + Allocator<R, K> + Allocator<C, K>,
{
    assert!(
        b.nrows() == a.nrows(),
        "lstsq: a right-hand side of {} rows is expected, as the matrix has, not of {}",
        a.nrows(),
        b.nrows()
    );
    let inverse = pseudo_inverse_dynamic(&dynamic(a))?;
    Ok(shaped(&product(&inverse, &dynamic(b)), a.shape_generic().1, b.shape_generic().1))
}

/// A = Q R with orthonormal columns of Q and upper triangular R; see [`qr`].
///
/// # Examples
/// ```
/// use holograd::linalg::qr;
/// use nalgebra::matrix;
/// let a = matrix![3.0, 1.0; 4.0, 2.0; 0.0, 1.0];
/// let qr = qr(&a)?;
/// assert!((qr.q * qr.r - a).norm() < 1e-14 && qr.r[(1, 0)] == 0.0);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Qr<T: ComplexScalar, R: DimMin<C>, C: Dim>
where
    DefaultAllocator: Allocator<R, DimMinimum<R, C>> + Allocator<DimMinimum<R, C>, C>,
{
    /// Orthonormal columns.
    pub q: OMatrix<T, R, DimMinimum<R, C>>,
    /// Upper triangular.
    pub r: OMatrix<T, DimMinimum<R, C>, C>,
}

/// The QR decomposition, thin, with the signs (phases) of the diagonal of R that nalgebra's has: of an m × n matrix with
/// k = min(m, n), Q is m × k and R is k × n.
///
/// With B = Q₀ᴴ E R₀⁻¹ and C = (I − Q₀Q₀ᴴ) E R₀⁻¹: A R₀⁻¹ = Q₀(I + B) + C, and R R₀⁻¹ is the adjoint of the Cholesky factor of
/// its Gram matrix I + B + Bᴴ + BᴴB + CᴴC. First order as in Walter and Lehmann 2010. Of a wide matrix the leading square
/// block gives Q.
///
/// # Errors
/// [`Singular`](LinalgError::Singular) if the leading columns are not independent.
///
/// # Examples
/// ```
/// use holograd::{derivative, linalg::qr};
/// use nalgebra::matrix;
/// let slope = derivative(|t| qr(&matrix![t.cos(), t; t.sin(), t]).map(|f| f.r[(0, 1)].powi(2)), 1.0)?;
/// // r₀₁ = ±t(cos t + sin t)
/// assert!((slope - 2.0 * (1.0 + 2.0_f64.sin() + 2.0_f64.cos())).abs() < 1e-14);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[track_caller]
pub fn qr<T: ComplexScalar, R: DimMin<C>, C: Dim>(a: &OMatrix<T, R, C>) -> Result<Qr<T, R, C>, LinalgError>
where
    DefaultAllocator: Allocator<R, C> + Allocator<R, DimMinimum<R, C>> + Allocator<DimMinimum<R, C>, C>,
{
    let (rows, columns) = a.shape_generic();
    let k = rows.min(columns);
    let n = k.value();
    let a = dynamic(a);
    let (q, leading) = qr_tall(&a.columns(0, n).into_owned())?;
    let mut r = leading.resize_horizontally(a.ncols(), T::zero());
    if a.ncols() > n {
        let others = a.columns(n, a.ncols() - n).into_owned();
        r.columns_mut(n, a.ncols() - n).copy_from(&product(&adjoint(&q), &others));
    }
    Ok(Qr { q: shaped(&q, rows, k), r: shaped(&r, k, columns) })
}

fn qr_tall<T: ComplexScalar>(a: &DMatrix<T>) -> Result<(DMatrix<T>, DMatrix<T>), LinalgError> {
    let n = a.ncols();
    let (a0, e) = split(a);
    // The squares of its entries have to be in the range.
    let exponent = exponent_of(&a0);
    let (q0, r0) = Factor::qr(scaled(a0, -exponent));
    let r0 = scaled(r0, exponent);
    let (q, r) = (constant(&q0), constant(&r0));
    let orders = super::series::orders(&e);
    if orders == 0 {
        return Ok((q, r));
    }
    let inverse = Lu::regular(&r0)?.inverse();
    let projected = Linear::sandwich(T::Primal::adjoint(&q0), inverse.clone()).at(&e);
    let m = a.nrows();
    let by_triangle = Linear::sandwich(DMatrix::identity(m, m), inverse).at(&e);
    let complement = by_triangle - Linear::left(q0.clone(), n).at(&projected);
    let gram = &projected
        + adjoint(&projected)
        + product(&adjoint(&projected), &projected)
        + product(&adjoint(&complement), &complement);
    let triangle = adjoint(&cholesky_near_identity(&gram, orders));
    // Q = (Q₀(I + B) + C)(I + Zᴴ)⁻¹, R = (I + Zᴴ) R₀
    let correction = inverse_dynamic(&(DMatrix::identity(n, n) + &triangle))?;
    let change = product(&(DMatrix::identity(n, n) + &projected), &correction);
    let q = q + Linear::left(q0, n).at(&split(&change).1) + product(&complement, &correction);
    let r = r + Linear::sandwich(DMatrix::identity(n, n), r0).at(&triangle);
    Ok((q, r))
}

/// How many of the descending singular values of a matrix, whose larger side is n, exceed their rounding error.
fn rank<P: Primal>(sigma: &[P], n: usize) -> usize {
    let tolerance = n as f64 * P::epsilon() * sigma.first().map_or(0.0, |s| s.magnitude());
    sigma.iter().take_while(|s| s.magnitude() > tolerance).count()
}
