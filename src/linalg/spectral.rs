//! Eigenvalues, eigenvectors and functions of a matrix through them.

use super::adjoint::{hermitian, square};
use super::series::{Linear, constant, dynamic, orders, product, shaped, split};
use super::systems::inverse_dynamic;
use super::{Factor, LinalgError};
use crate::kernel::Engine;
use crate::scalar::magnitude::{largest, maximum};
use crate::{ComplexScalar, Dual, Real, Scalar, lit};
use alloc::vec;
use alloc::vec::Vec;
use core::array::from_fn;
use core::ops::Range;
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DefaultAllocator, Dim, OMatrix, OVector, U1};

/// Eigenvalues and eigenvectors of a Hermitian matrix; see [`symmetric_eigen`].
///
/// # Examples
/// ```
/// use holograd::linalg::symmetric_eigen;
/// use nalgebra::{Matrix2, matrix};
/// let a = matrix![2.0, 1.0; 1.0, 2.0];
/// let eigen = symmetric_eigen(&a)?;
/// let values = Matrix2::from_diagonal(&eigen.eigenvalues);
/// assert!((a * eigen.eigenvectors - eigen.eigenvectors * values).norm() < 1e-14);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SymmetricEigen<T: ComplexScalar, D: Dim>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// The eigenvalues, ascending.
    pub eigenvalues: OVector<T::Real, D>,
    /// Their eigenvectors, the columns of a unitary matrix.
    pub eigenvectors: OMatrix<T, D, D>,
}

/// The eigenvalues and eigenvectors of the Hermitian matrix ½(A + Aᴴ), ascending.
///
/// First order, with C = Vᴴ Ȧ V: λ̇ᵢ = Cᵢᵢ and V̇ = V (F ∘ C), Fᵢⱼ = 1/(λⱼ − λᵢ) off the diagonal (Giles 2008, section
/// 3.1). The sign of an eigenvector, for complex ones the phase, is that of the eigenvector at the
/// value: the two have a positive product.
///
/// # Errors
/// [`Degenerate`](LinalgError::Degenerate) if two eigenvalues coincide and the matrix is not a constant: then single
/// eigenvalues and eigenvectors have no derivative, [`spectral_function`] and [`cluster_sums`] do.
///
/// # Panics
/// If the matrix is not square.
///
/// # Examples
/// ```
/// use holograd::{grad, linalg::symmetric_eigen};
/// use nalgebra::{Matrix2, matrix};
/// // The angle of the first eigenvector of a diagonal matrix turns with its off-diagonal entries.
/// let slopes = grad(
///     |a: Matrix2<_>| symmetric_eigen(&a).map(|e| e.eigenvectors[(1, 0)] / e.eigenvectors[(0, 0)]),
///     &matrix![1.0, 0.0; 0.0, 3.0],
/// )?;
/// assert_eq!(slopes, matrix![0.0, -0.25; -0.25, 0.0]);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[track_caller]
pub fn symmetric_eigen<T: ComplexScalar, D: Dim>(
    a: &OMatrix<T, D, D>,
) -> Result<SymmetricEigen<T, D>, LinalgError>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    let (rows, columns) = a.shape_generic();
    let eigen = Perturbed::hermitian(&dynamic(a))?;
    eigen.distinct(0..a.nrows())?;
    let (blocks, z) = eigen.diagonalise();
    let eigenvectors = eigen.vectors(&z);
    Ok(SymmetricEigen {
        eigenvalues: shaped(&eigen.values(&blocks), rows, U1),
        eigenvectors: shaped(&eigenvectors, rows, columns),
    })
}

/// The eigenvalues of the Hermitian matrix ½(A + Aᴴ), ascending: λ̇ᵢ = vᵢᴴ Ȧ vᵢ (Giles 2008, section 3.1).
///
/// # Errors
/// # Panics
/// As [`symmetric_eigen`].
///
/// # Examples
/// ```
/// use holograd::{hessian, linalg::symmetric_eigenvalues};
/// use nalgebra::matrix;
/// let largest = |t| symmetric_eigenvalues(&matrix![t * 0.0 + 1.0, t; t, t * 0.0]).map(|e| e[1]);
/// let second = hessian(largest, &0.0)?;
/// assert_eq!(second, 2.0); // λ = ½ + √(¼ + t²)
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[track_caller]
pub fn symmetric_eigenvalues<T: ComplexScalar, D: Dim>(
    a: &OMatrix<T, D, D>,
) -> Result<OVector<T::Real, D>, LinalgError>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    let eigen = Perturbed::hermitian(&dynamic(a))?;
    eigen.distinct(0..a.nrows())?;
    Ok(shaped(&eigen.values(&eigen.diagonalise().0), a.shape_generic().0, U1))
}

/// Eigenvalues that coincide; see [`cluster_sums`].
///
/// # Examples
/// ```
/// use holograd::linalg::{Cluster, cluster_sums};
/// use nalgebra::Matrix3;
/// assert_eq!(cluster_sums(&Matrix3::<f64>::identity())?, [Cluster { sum: 3.0, multiplicity: 3 }]);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cluster<R> {
    /// Their sum.
    pub sum: R,
    /// How many they are.
    pub multiplicity: usize,
}

/// The eigenvalues of the Hermitian matrix ½(A + Aᴴ), ascending, where those that coincide are given by their sum, which is
/// differentiable where they are not: its derivative is Σ vᵢᴴ Ȧ vᵢ over the eigenvectors of the cluster, in whatever basis.
///
/// # Errors
/// Only [`NoConvergence`](LinalgError::NoConvergence).
///
/// # Panics
/// If the matrix is not square.
///
/// # Examples
/// ```
/// use holograd::{grad, linalg::cluster_sums};
/// use nalgebra::{Matrix3, matrix};
/// let a = matrix![2.0, 0.0, 0.0; 0.0, 2.0, 0.0; 0.0, 0.0, 5.0];
/// let clusters = cluster_sums(&a)?;
/// assert_eq!((clusters[0].sum, clusters[0].multiplicity), (4.0, 2));
/// let slopes = grad(|a: Matrix3<_>| cluster_sums(&a).map(|c| c[0].sum), &a)?;
/// assert_eq!(slopes, matrix![1.0, 0.0, 0.0; 0.0, 1.0, 0.0; 0.0, 0.0, 0.0]);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[track_caller]
pub fn cluster_sums<T: ComplexScalar, D: Dim>(
    a: &OMatrix<T, D, D>,
) -> Result<Vec<Cluster<T::Real>>, LinalgError>
where
    DefaultAllocator: Allocator<D, D>,
{
    let eigen = Perturbed::hermitian(&dynamic(a))?;
    let values = eigen.values(&eigen.diagonalise().0);
    let sum = |range: Range<usize>| Cluster {
        sum: values.as_slice()[range.clone()].iter().copied().sum(),
        multiplicity: range.len(),
    };
    Ok(ranges(&eigen.clusters).into_iter().map(sum).collect())
}

/// A function of one real number, to be applied to a matrix; see [`spectral_function`].
///
/// Implemented by hand because a Rust closure cannot be generic over the number.
///
/// # Examples
/// The inverse by way of the eigenvalues:
/// ```
/// use holograd::Real;
/// use holograd::linalg::{SpectralFunction, spectral_function};
/// use nalgebra::matrix;
///
/// struct Reciprocal;
/// impl SpectralFunction for Reciprocal {
///     fn at<S: Real>(&self, x: S) -> S {
///         x.recip()
///     }
/// }
/// let inverse = spectral_function(&matrix![2.0, 1.0; 1.0, 2.0], &Reciprocal)?;
/// assert!((inverse - matrix![2.0, -1.0; -1.0, 2.0] / 3.0).norm() < 1e-15);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
pub trait SpectralFunction {
    /// f(x) at any number.
    fn at<S: Real>(&self, x: S) -> S;
}

/// f(A) = V f(Λ) Vᴴ of the Hermitian matrix ½(A + Aᴴ), differentiable whether or not eigenvalues coincide.
///
/// With (Λ₀ + G)(I + Z) = (I + Z) B, where B has one block for each cluster of eigenvalues, f(A) is
/// V₀ (I + Z) f(B) (I + Z)⁻¹ V₀ᴴ (Davies and Higham 2003). First order: V (F ∘ VᴴȦV) Vᴴ with the divided differences F of f
/// (Daleckii and Krein 1965).
///
/// A cluster is up to ‖A‖/8 wide and as narrow as f needs to be a polynomial on it, and f of its block is that polynomial.
/// Where f has a kink or a pole beside eigenvalues that are `gap` apart, derivatives of order k have errors of up to
/// (‖A‖/`gap`)ᵏ roundings.
///
/// # Errors
/// [`NotHermitian`](LinalgError::NotHermitian) if the values of A and Aᴴ differ by more than half of their digits: a function of a
/// general matrix is [`matrix_function`](super::matrix_function). [`NoConvergence`](LinalgError::NoConvergence).
///
/// # Panics
/// If the matrix is not square; in nests of more than 4 levels if eigenvalues coincide.
///
/// # Examples
/// ```
/// use holograd::linalg::{SpectralFunction, spectral_function};
/// use holograd::{Real, jvp};
/// use nalgebra::{Matrix2, matrix};
///
/// struct Sqrt;
/// impl SpectralFunction for Sqrt {
///     fn at<S: Real>(&self, x: S) -> S {
///         x.sqrt()
///     }
/// }
/// // At a multiple of the identity, where no eigenvector has a derivative.
/// let (root, slope) =
///     jvp(|a: Matrix2<_>| spectral_function(&a, &Sqrt).unwrap(), &(Matrix2::identity() * 4.0), &matrix![1.0, 2.0; 2.0, 5.0]);
/// assert_eq!(root, Matrix2::identity() * 2.0);
/// assert_eq!(slope, matrix![0.25, 0.5; 0.5, 1.25]);
/// ```
#[track_caller]
pub fn spectral_function<T: ComplexScalar, D: Dim>(
    a: &OMatrix<T, D, D>,
    f: &impl SpectralFunction,
) -> Result<OMatrix<T, D, D>, LinalgError>
where
    DefaultAllocator: Allocator<D, D>,
{
    let (rows, columns) = a.shape_generic();
    let a = dynamic(a);
    symmetric(&a)?;
    Ok(shaped(&Perturbed::hermitian(&a)?.function(f)?, rows, columns))
}

/// Whether the values of a matrix are those of a Hermitian one, to half of their digits.
#[track_caller]
fn symmetric<T: ComplexScalar>(a: &DMatrix<T>) -> Result<(), LinalgError> {
    square(a);
    let values = a.map(Scalar::primal);
    let asymmetry = largest((&values - T::Primal::adjoint(&values)).as_slice()) / largest(values.as_slice());
    if asymmetry > T::Primal::epsilon().sqrt() {
        Err(LinalgError::NotHermitian { asymmetry })
    } else {
        Ok(())
    }
}

/// How wide a cluster of eigenvalues is at most, as a part of the norm: between clusters derivatives divide by a distance.
const WIDEST: f64 = 1.0 / 8.0;

/// These eigenvalues, ascending or descending, in clusters: parted at the largest distance until f is a polynomial on each, or no two are
/// farther apart than the narrowest distance. None for a single one. S are the machine's real numbers.
fn clusters<S: Real>(
    f: &impl SpectralFunction,
    range: Range<usize>,
    lambda: &[f64],
    [narrowest, widest]: [f64; 2],
    orders: usize,
) -> Vec<(Range<usize>, Option<Polynomial>)> {
    if range.len() < 2 {
        return range.map(|i| (i..i + 1, None)).collect();
    }
    let distance = |i: usize, j: usize| (lambda[j] - lambda[i]).abs();
    let (first, last) = (range.start, range.end - 1);
    let (low, high) = (lambda[first].min(lambda[last]), lambda[first].max(lambda[last]));
    if high - low <= widest
        && let Some(polynomial) = Polynomial::on::<S>(f, low, high, orders)
    {
        return vec![(range, Some(polynomial))];
    }
    let mut split = last;
    for i in range.start + 1..last {
        if distance(i - 1, i) > distance(split - 1, split) {
            split = i;
        }
    }
    if distance(split - 1, split) <= narrowest {
        let middle = low + (high - low) * 0.5;
        return vec![(range, Some(Polynomial::about::<S>(f, middle, orders)))];
    }
    let mut parts = clusters::<S>(f, first..split, lambda, [narrowest, widest], orders);
    parts.extend(clusters::<S>(f, split..range.end, lambda, [narrowest, widest], orders));
    parts
}

/// What stands for a function near some eigenvalues: Σ cₖ ((x − middle)/radius)ᵏ.
struct Polynomial {
    middle: f64,
    radius: f64,
    coefficients: Vec<f64>,
}

impl Polynomial {
    /// The Taylor polynomial that a nest of so many levels asks for, with one term more where there is one, as eigenvalues that
    /// coincide differ by rounding errors.
    fn about<S: Real>(f: &impl SpectralFunction, middle: f64, orders: usize) -> Self {
        let coefficients = taylor::<S>(f, middle, orders.max(DEEPEST.min(orders + 1)));
        Polynomial { middle, radius: 1.0, coefficients }
    }

    /// A polynomial on the whole interval, if one of moderate degree is f and its derivatives to the last order, to rounding or
    /// to what division by a distance as large would lose.
    ///
    /// The derivative of the last order is interpolated, not f: what is integrated has no error from a small interval, what is
    /// differentiated has.
    fn on<S: Real>(f: &impl SpectralFunction, low: f64, high: f64, orders: usize) -> Option<Self> {
        const POINTS: usize = 16;
        let radius = (high - low) * 0.5;
        let middle = low + radius;
        // Points in an interval of a few roundings would not be where they should.
        let resolved = radius > 16.0 * S::Primal::epsilon() * middle.abs();
        if orders > DEEPEST || !resolved || !(1.0 / radius).is_finite() {
            return None;
        }
        let points: [f64; POINTS] =
            from_fn(|j| libm::cos((j as f64 + 0.5) * (core::f64::consts::PI / POINTS as f64)));
        let derivatives = points.map(|u| taylor::<S>(f, middle + radius * u, orders)[orders]);
        // By Chebyshev's polynomials, whose coefficients show where rounding begins.
        let mut chebyshev = Vec::with_capacity(POINTS);
        let (mut before, mut t) = (points, [1.0; POINTS]);
        for k in 0..POINTS {
            let weight = if k == 0 { 1.0 } else { 2.0 } / POINTS as f64;
            chebyshev.push((0..POINTS).map(|j| derivatives[j] * t[j] * weight).sum::<f64>());
            // Tₖ₊₁ = 2u Tₖ − Tₖ₋₁, with T₋₁ = T₁ = u
            (before, t) = (t, from_fn(|j| 2.0 * points[j] * t[j] - before[j]));
        }
        let last = libm::pow(radius, orders as f64);
        let mut coefficients = taylor::<S>(f, middle, orders);
        coefficients.truncate(orders);
        for (k, c) in coefficients.iter_mut().enumerate() {
            *c *= libm::pow(radius, k as f64);
        }
        let rounding = 4.0 * S::Primal::epsilon() * largest(&chebyshev);
        let loss = 4.0 * S::Primal::epsilon() * largest(&coefficients) / last;
        if !(largest(&chebyshev[POINTS - 2..]) <= maximum(rounding, loss)) {
            return None;
        }
        let degree = chebyshev.iter().rposition(|x| x.abs() > rounding).unwrap_or(0);
        chebyshev.truncate(degree + 1);
        // The term uʲ of f⁽ᵐ⁾/m! comes from the term uʲ⁺ᵐ of f, times the binomial coefficient of j + m and m.
        let mut binomial = 1.0;
        for (j, c) in powers(&chebyshev).into_iter().enumerate() {
            coefficients.push(c * last / binomial);
            binomial *= (j + orders + 1) as f64 / (j + 1) as f64;
        }
        // A jump, of f or of a derivative below the last order, is seen by its values alone.
        let size: f64 = coefficients.iter().map(|c| c.abs()).sum();
        let agrees = |u: f64| {
            let value = coefficients.iter().rev().fold(0.0, |sum, c| sum * u + c);
            let f = f.at(S::lit(middle + radius * u)).log_magnitude();
            (value - f).abs() <= 1024.0 * S::Primal::epsilon() * size
        };
        (agrees(-1.0) && agrees(1.0)).then_some(Polynomial { middle, radius, coefficients })
    }

    /// The polynomial of Λ + R.
    fn at<T: Scalar>(&self, lambda: &[f64], r: &DMatrix<T>) -> DMatrix<T> {
        let n = lambda.len();
        let mut scaled = r.clone();
        for i in 0..n {
            scaled[(i, i)] += lit(lambda[i] - self.middle);
        }
        scaled.apply(|x| *x *= lit(1.0 / self.radius));
        let scalar = |c: &f64| DMatrix::from_diagonal_element(n, n, T::lit(*c));
        let terms = self.coefficients.iter().rev();
        terms.fold(DMatrix::zeros(n, n), |sum, c| product(&sum, &scaled) + scalar(c))
    }
}

/// The coefficients of the powers in Σ aₖ Tₖ.
#[inline]
fn powers(chebyshev: &[f64]) -> Vec<f64> {
    let n = chebyshev.len();
    let (mut before, mut t) = (vec![0.0; n], vec![0.0; n]);
    t[0] = 1.0;
    let mut powers = vec![0.0; n];
    for (k, a) in chebyshev.iter().enumerate() {
        for (power, t) in powers.iter_mut().zip(&t) {
            *power += a * t;
        }
        // Tₖ₊₁ = 2u Tₖ − Tₖ₋₁, but T₁ = u
        let twice = if k == 0 { 1.0 } else { 2.0 };
        let next = (0..n).map(|i| if i == 0 { 0.0 } else { twice * t[i - 1] } - before[i]).collect();
        before = core::mem::replace(&mut t, next);
    }
    powers
}

/// How many derivatives [`taylor`] knows.
const DEEPEST: usize = 4;

/// f(c), f′(c), f″(c)/2, … to this order or one more
pub(super) fn taylor<S: Real>(f: &impl SpectralFunction, c: f64, order: usize) -> Vec<f64> {
    let c = S::lit(c);
    let first = Dual::variable(c);
    let second = Dual::variable(first);
    let coefficients = match order {
        0 => vec![f.at(c)],
        1 => {
            let y = f.at(first);
            vec![y.value(), y.derivative()]
        }
        2 => {
            let y = f.at(second);
            vec![y.value().value(), y.derivative().value(), y.derivative().derivative() * lit(0.5)]
        }
        3 | 4 => {
            // Twice the coefficients of f″ about c, from those of its own nest.
            let y = f.at(Dual::variable(Dual::variable(second)));
            let (low, high) = (y.value().value(), y.derivative().derivative());
            vec![
                low.value().value(),
                low.derivative().value(),
                low.derivative().derivative() * lit(0.5),
                high.derivative().value() * lit(1.0 / 6.0),
                high.derivative().derivative() * lit(1.0 / 24.0),
            ]
        }
        _ => panic!(
            "spectral_function: at coinciding eigenvalues nests of at most {DEEPEST} levels are expected, not of {order}"
        ),
    };
    coefficients.into_iter().map(|c| c.log_magnitude()).collect()
}

/// Z and the block-diagonal B − Λ of (Λ + G)(I + Z) = (I + Z) B, where the blocks are those of equal numbers in `clusters`, for
/// a rest G.
///
/// With R = G(I + Z): B − Λ is the blocks of R, and off the blocks (λⱼ − λᵢ) Zᵢⱼ = (R − Z (B − Λ))ᵢⱼ.
pub(super) fn block_diagonalise<T: Scalar>(
    lambda: &[T::Primal],
    clusters: &[usize],
    g: &DMatrix<T>,
    orders: usize,
) -> (DMatrix<T>, DMatrix<T>) {
    let n = lambda.len();
    let zeros = || DMatrix::<T>::zeros(n, n);
    let (mut blocks, mut z) = (zeros(), zeros());
    for _ in 0..orders {
        let r = g + product(g, &z);
        let block = |i, j| if clusters[i] == clusters[j] { r[(i, j)] } else { T::zero() };
        blocks = DMatrix::from_fn(n, n, block);
        let coupling = &r - product(&z, &blocks);
        let coupled = |i: usize, j: usize| {
            if clusters[i] == clusters[j] {
                T::zero()
            } else {
                coupling[(i, j)] * T::constant((lambda[j] - lambda[i]).recip())
            }
        };
        z = DMatrix::from_fn(n, n, coupled);
    }
    (blocks, z)
}

/// The runs of equal numbers.
#[inline]
fn ranges(clusters: &[usize]) -> Vec<Range<usize>> {
    let mut start = 0;
    let runs = clusters.chunk_by(|a, b| a == b).map(|run| {
        start += run.len();
        start - run.len()..start
    });
    runs.collect()
}

/// A Hermitian matrix H₀ + E in the basis of the eigenvectors of H₀: Λ + G.
pub(super) struct Perturbed<T: Scalar> {
    /// The eigenvalues of H₀, ascending or descending, which are real.
    lambda: Vec<T::Primal>,
    /// Its eigenvectors.
    basis: DMatrix<T::Primal>,
    g: DMatrix<T>,
    orders: usize,
    /// Equal numbers where eigenvalues coincide.
    clusters: Vec<usize>,
    /// The distance up to which they do.
    threshold: f64,
}

impl<T: ComplexScalar> Perturbed<T> {
    #[track_caller]
    pub(super) fn hermitian(a: &DMatrix<T>) -> Result<Self, LinalgError> {
        let (a0, e) = split(&hermitian(a));
        let (lambda, basis) = Factor::symmetric_eigen(a0).ok_or(LinalgError::NoConvergence)?;
        Ok(Self::new(lambda, basis, &e))
    }

    pub(super) fn new(lambda: Vec<T::Primal>, basis: DMatrix<T::Primal>, e: &DMatrix<T>) -> Self {
        let threshold = 16.0 * lambda.len() as f64 * T::Primal::epsilon() * largest(&lambda);
        let mut clusters: Vec<usize> = Vec::new();
        for i in 0..lambda.len() {
            let joined = i > 0 && (lambda[i] - lambda[i - 1]).magnitude() <= threshold;
            clusters.push(clusters.last().map_or(0, |last| if joined { *last } else { last + 1 }));
        }
        let g = Linear::sandwich(T::Primal::adjoint(&basis), basis.clone()).at(e);
        Perturbed { orders: orders(e), lambda, basis, g, clusters, threshold }
    }

    /// Whether these eigenvalues coincide with no others.
    pub(super) fn distinct(&self, which: Range<usize>) -> Result<(), LinalgError> {
        let distance = |i: usize| (self.lambda[i] - self.lambda[i - 1]).magnitude();
        let last = which.end.min(self.lambda.len() - usize::from(!self.lambda.is_empty()));
        let gap = (which.start.max(1)..=last).map(distance).fold(f64::INFINITY, f64::min);
        if self.orders > 0 && gap <= self.threshold {
            return Err(LinalgError::Degenerate { gap, threshold: self.threshold });
        }
        Ok(())
    }

    /// The blocks of B − Λ, and Z; see [`block_diagonalise`].
    pub(super) fn diagonalise(&self) -> (DMatrix<T>, DMatrix<T>) {
        block_diagonalise(&self.lambda, &self.clusters, &self.g, self.orders)
    }

    /// The eigenvalues, where they coincide only by their sum.
    pub(super) fn values(&self, blocks: &DMatrix<T>) -> DMatrix<T::Real> {
        DMatrix::from_fn(self.lambda.len(), 1, |i, _| (T::constant(self.lambda[i]) + blocks[(i, i)]).re())
    }

    /// These eigenvalues, which coincide with no others, and their eigenvectors at unit length. The columns of
    /// (Λ + G)(I + Z) = (I + Z) B are independent of each other where B is diagonal.
    pub(super) fn pairs(&self, which: Range<usize>) -> (DMatrix<T::Real>, DMatrix<T>) {
        let (n, start) = (self.lambda.len(), which.start);
        let g = self.g.columns_range(which.clone()).into_owned();
        let mut z = DMatrix::<T>::zeros(n, which.len());
        let mut change = DMatrix::<T>::zeros(which.len(), 1);
        for _ in 0..self.orders {
            let r = &g + product(&self.g, &z);
            change = DMatrix::from_fn(which.len(), 1, |j, _| r[(start + j, j)]);
            z = DMatrix::from_fn(n, which.len(), |i, j| {
                if i == start + j {
                    return T::zero();
                }
                let distance = self.lambda[start + j] - self.lambda[i];
                (r[(i, j)] - z[(i, j)] * change[j]) * T::constant(distance.recip())
            });
        }
        let value = |j: usize| (T::constant(self.lambda[start + j]) + change[j]).re();
        (DMatrix::from_fn(which.len(), 1, |j, _| value(j)), self.vectors_from(start, &z))
    }

    /// f of the matrix.
    pub(super) fn function(&self, f: &impl SpectralFunction) -> Result<DMatrix<T>, LinalgError> {
        // The values are those of f at the machine's numbers.
        let lambda: Vec<f64> = self.lambda.iter().map(|x| x.log_magnitude()).collect();
        let value = |x: f64| f.at(<T::Primal as Scalar>::Real::lit(x)).log_magnitude();
        let values: Vec<T> = lambda.iter().map(|x| T::lit(value(*x))).collect();
        if self.orders == 0 {
            return self.image(&values, &[], |_, _| DMatrix::zeros(0, 0));
        }
        let limits = [self.threshold, largest(&lambda) * WIDEST];
        let parts = clusters::<<T::Primal as Scalar>::Real>(f, 0..lambda.len(), &lambda, limits, self.orders);
        let numbers: Vec<usize> =
            parts.iter().enumerate().flat_map(|(i, (range, _))| range.clone().map(move |_| i)).collect();
        self.image(&values, &numbers, |number, block| {
            let (range, polynomial) = &parts[number];
            let change = match polynomial {
                None => {
                    let moved = f.at(block[(0, 0)].re() + lit(lambda[range.start]));
                    DMatrix::from_element(1, 1, T::from_real(moved))
                }
                Some(polynomial) => polynomial.at(&lambda[range.clone()], block),
            };
            split(&change).1
        })
    }

    /// The part of the matrix that belongs to the eigenvalues before `count` and to as many from the end: the eigenvalues between
    /// them replaced by zero.
    pub(super) fn outer_part(&self, count: usize) -> Result<DMatrix<T>, LinalgError> {
        let n = self.lambda.len();
        let outer = |i: usize| i < count || i >= n - count;
        let value = |i: usize| if outer(i) { T::constant(self.lambda[i]) } else { T::zero() };
        let values: Vec<T> = (0..n).map(value).collect();
        let numbers: Vec<usize> =
            (0..n).map(|i| usize::from(i >= count) + usize::from(i >= n - count)).collect();
        let zero = |block: &DMatrix<T>| DMatrix::zeros(block.nrows(), block.ncols());
        self.image(&values, &numbers, |number, block| if number == 1 { zero(block) } else { block.clone() })
    }

    /// V₀ (I + Z) F (I + Z)⁻¹ V₀ᴴ, where F has these values on its diagonal and in each block of equal numbers what `change` makes
    /// of the number and the block of B − Λ.
    fn image(
        &self,
        values: &[T],
        numbers: &[usize],
        change: impl Fn(usize, &DMatrix<T>) -> DMatrix<T>,
    ) -> Result<DMatrix<T>, LinalgError> {
        let n = values.len();
        let mut image = DMatrix::from_fn(n, n, |i, j| if i == j { values[i] } else { T::zero() });
        if self.orders > 0 {
            let (blocks, z) = block_diagonalise(&self.lambda, numbers, &self.g, self.orders);
            for range in ranges(numbers) {
                let (start, size) = ((range.start, range.start), (range.len(), range.len()));
                let mut part = image.view_mut(start, size);
                part += change(numbers[range.start], &blocks.view(start, size).into_owned());
            }
            let x = DMatrix::identity(n, n) + &z;
            image = product(&product(&x, &image), &inverse_dynamic(&x)?);
        }
        // The value by the machine's numbers, the rest by a linear map.
        let (value, rest) = split(&image);
        let basis_adjoint = T::Primal::adjoint(&self.basis);
        let value = constant(&(&self.basis * value * &basis_adjoint));
        Ok(value + Linear::sandwich(self.basis.clone(), basis_adjoint).at(&rest))
    }

    /// The eigenvectors V₀(I + Z) at unit length.
    pub(super) fn vectors(&self, z: &DMatrix<T>) -> DMatrix<T> {
        self.vectors_from(0, z)
    }

    /// The eigenvectors from number `start` on, as many as Z has columns.
    fn vectors_from(&self, start: usize, z: &DMatrix<T>) -> DMatrix<T> {
        let basis = constant(&self.basis.columns(start, z.ncols()).into_owned());
        if self.orders == 0 {
            return basis;
        }
        // The columns of I + Z have the length √(1 + |z|²), and what is added to I has the value zero.
        let mut change = z.clone();
        for (j, mut column) in change.column_iter_mut().enumerate() {
            let excess: T::Real = column.iter().map(|z| z.norm_sqr()).sum();
            let scale = T::from_real((excess + lit(1.0)).sqrt().recip());
            for (i, z) in column.iter_mut().enumerate() {
                *z = if i == start + j { scale - lit(1.0) } else { *z * scale };
            }
        }
        basis + Linear::left(self.basis.clone(), z.ncols()).at(&change)
    }
}
