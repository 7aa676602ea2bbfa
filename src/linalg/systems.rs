//! Linear systems and what LU and Cholesky give.

use super::series::{Linear, constant, dynamic, is_zero, orders, product, series, shaped, split};
use super::{Factor, LinalgError};
use crate::{ComplexScalar, Primal, Scalar, lit};
use alloc::rc::Rc;
use alloc::vec::Vec;
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DMatrixView, DefaultAllocator, Dim, Dyn, Matrix, OMatrix, RawStorage};

/// A⁻¹ B, the solution X of A X = B.
///
/// From (A₀ + E) X = B follows X = A₀⁻¹ (B − E X): first derivatives Ẋ = A⁻¹(Ḃ − Ȧ X), adjoints B̄ = A⁻ᵀ X̄ and
/// Ā = −B̄ Xᵀ (Giles 2008, section 2.3.1).
///
/// # Errors
/// [`Singular`](LinalgError::Singular) if the condition number exceeds the inverse of the rounding unit.
///
/// # Panics
/// If the matrix is not square, or the rows of `b` are not as many.
///
/// # Examples
/// ```
/// use holograd::{Scalar, derivative, grad, linalg::solve};
/// use nalgebra::{matrix, vector};
/// fn x0<T: Scalar>(t: T) -> T {
///     let a = matrix![t, T::lit(1.0); T::lit(0.0), T::lit(2.0)];
///     solve(&a, &vector![T::lit(3.0), T::lit(4.0)]).unwrap()[0]
/// }
/// assert_eq!(x0(1.0), 1.0); // (3 − 2)/t
/// assert_eq!(derivative(|t| x0(t), 2.0), -0.25);
/// assert_eq!(grad(|t| x0(t), &2.0), -0.25);
/// ```
#[track_caller]
pub fn solve<T: Scalar, D: Dim, C: Dim>(
    a: &OMatrix<T, D, D>,
    b: &OMatrix<T, D, C>,
) -> Result<OMatrix<T, D, C>, LinalgError>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D, C>,
{
    assert!(
        b.nrows() == a.nrows(),
        "solve: a right-hand side of {} rows is expected, as the matrix has, not of {}",
        a.nrows(),
        b.nrows()
    );
    let (rows, columns) = b.shape_generic();
    Ok(shaped(&solve_dynamic(&dynamic(a), &dynamic(b))?, rows, columns))
}

#[track_caller]
pub(crate) fn solve_dynamic<T: Scalar>(a: &DMatrix<T>, b: &DMatrix<T>) -> Result<DMatrix<T>, LinalgError> {
    let ((a0, e), (b0, db)) = (split(a), split(b));
    let lu = Rc::new(Lu::regular(a0)?);
    let x0 = constant(&lu.solve(&b0));
    let inverse = Lu::inverse_map(lu, b.ncols());
    // A constant matrix is a linear map: one step.
    let orders = if is_zero(&e) { orders(&db).min(1) } else { T::LEVEL };
    Ok(series(&x0, orders, |x| inverse.at(&(&db - product(&e, x)))))
}

/// A⁻¹
///
/// From A X = I as for [`solve`]: Ẋ = −A⁻¹ Ȧ A⁻¹ (Giles 2008, section 2.2.3).
///
/// # Errors
/// As [`solve`].
///
/// # Panics
/// If the matrix is not square.
///
/// # Examples
/// ```
/// use holograd::{jacfwd, linalg::inverse};
/// use nalgebra::matrix;
/// let slopes = jacfwd(|t| inverse(&matrix![t, t * 0.0; t * 0.0, t * t]).unwrap(), &2.0);
/// assert_eq!(slopes, matrix![-0.25, 0.0; 0.0, -0.25]);
/// ```
#[track_caller]
pub fn inverse<T: Scalar, D: Dim>(a: &OMatrix<T, D, D>) -> Result<OMatrix<T, D, D>, LinalgError>
where
    DefaultAllocator: Allocator<D, D>,
{
    let (rows, columns) = a.shape_generic();
    Ok(shaped(&inverse_dynamic(&dynamic(a))?, rows, columns))
}

#[track_caller]
pub(super) fn inverse_dynamic<T: Scalar>(a: &DMatrix<T>) -> Result<DMatrix<T>, LinalgError> {
    let (a0, e) = split(a);
    let inverse = Lu::regular(a0)?.inverse();
    let x0 = constant(&inverse);
    let inverse = Linear::left(-inverse, a.ncols());
    Ok(series(&x0, orders(&e), |x| inverse.at(&product(&e, x))))
}

/// The determinant. Its derivatives, the cofactors, are right at singular matrices too, whatever their rank.
///
/// det(A₀ + E) = det A₀ · det(I + A₀⁻¹E), by Newton's identities from the traces of the powers of A₀⁻¹E. First order:
/// det A · tr(A⁻¹Ȧ) (Giles 2008, section 2.2.4). Where A₀ is singular, from the singular vectors of A₀ and a Schur
/// complement.
///
/// # Panics
/// If the matrix is not square.
///
/// # Examples
/// ```
/// use holograd::{grad, linalg::det};
/// use nalgebra::{Matrix2, matrix};
/// let regular = grad(|a: Matrix2<_>| det(&a), &matrix![3.0, 1.0; 0.0, 2.0]);
/// assert_eq!(regular, matrix![2.0, 0.0; -1.0, 3.0]);
/// let singular = grad(|a: Matrix2<_>| det(&a), &matrix![1.0, 2.0; 2.0, 4.0]);
/// assert!((singular - matrix![4.0, -2.0; -2.0, 1.0]).norm() < 1e-14);
/// ```
#[must_use]
#[track_caller]
pub fn det<T: Scalar, D: Dim>(a: &OMatrix<T, D, D>) -> T
where
    DefaultAllocator: Allocator<D, D>,
{
    det_dynamic(&dynamic(a))
}

fn det_dynamic<T: Scalar>(a: &DMatrix<T>) -> T {
    let (a0, e) = split(a);
    let lu = Lu::new(a0.clone());
    let value = T::constant(lu.det());
    let orders = orders(&e);
    if orders == 0 {
        return value;
    }
    if lu.check().is_err() {
        return det_singular(value, a0, &e);
    }
    // e₁ = p₁, 2e₂ = e₁p₁ − p₂, 3e₃ = e₂p₁ − e₁p₂ + p₃, …; det(I + X) = 1 + e₁ + e₂ + …
    let traces = power_traces(&lu.inverse(), &e, orders);
    let mut symmetric = alloc::vec![T::one()];
    for k in 1..=orders {
        let terms = (1..=k).map(|i| {
            let term = symmetric[k - i] * traces[i - 1];
            if i % 2 == 1 { term } else { -term }
        });
        let next = terms.sum::<T>() * lit(1.0 / k as f64);
        symmetric.push(next);
    }
    value * T::sum_of(&symmetric)
}

/// det(U₀ (Σ + G) V₀ᴴ) where the last k singular values are zero: the determinant of the leading block of Σ + G times
/// that of its Schur complement, a k × k matrix of rests, which vanishes with all its derivatives if k exceeds their order.
fn det_singular<T: Scalar>(value: T, a0: DMatrix<T::Primal>, e: &DMatrix<T>) -> T {
    let n = a0.nrows();
    let Some((u, sigma, v)) = Factor::svd(a0) else {
        return value * T::constant(T::Primal::lit(f64::NAN));
    };
    let rank = rank(&sigma, n);
    let nullity = n - rank;
    if nullity > T::LEVEL {
        return value;
    }
    let orientation = Lu::new(u.clone()).det() * Lu::new(T::Primal::adjoint(&v)).det();
    let mut core = Linear::sandwich(T::Primal::adjoint(&u), v).at(e);
    for i in 0..rank {
        core[(i, i)] += T::constant(sigma[i]);
    }
    let block = |i, j, rows, columns| core.view((i, j), (rows, columns)).into_owned();
    let leading = block(0, 0, rank, rank);
    let coupling = solve_dynamic(&leading, &block(0, rank, rank, nullity));
    let Ok(coupling) = coupling else { return value };
    let complement = block(rank, rank, nullity, nullity) - product(&block(rank, 0, nullity, rank), &coupling);
    value + T::constant(orientation) * det_dynamic(&leading) * laplace(&complement)
}

/// The determinant of a small matrix by expansion along its first column.
fn laplace<T: Scalar>(a: &DMatrix<T>) -> T {
    if a.is_empty() {
        return T::one();
    }
    let term = |i: usize| {
        let minor = laplace(&a.clone().remove_column(0).remove_row(i));
        if i % 2 == 0 { a[(i, 0)] * minor } else { -a[(i, 0)] * minor }
    };
    (0..a.nrows()).map(term).sum()
}

/// How many of the descending singular values of a matrix, whose larger side is n, exceed their rounding error.
pub(super) fn rank<P: Primal>(sigma: &[P], n: usize) -> usize {
    let tolerance = sigma.first().map_or(0.0, |s| s.magnitude()) * n as f64 * P::epsilon();
    sigma.iter().take_while(|s| s.magnitude() > tolerance).count()
}

/// ln |det A|; for complex numbers the principal ln det A. No overflow where the determinant has one.
///
/// ln det(A₀ + E) = ln det A₀ + tr ln(I + A₀⁻¹E); first order tr(A⁻¹Ȧ) (Giles 2008, section 2.2.4).
///
/// # Errors
/// As [`solve`].
///
/// # Panics
/// If the matrix is not square.
///
/// # Examples
/// ```
/// use holograd::{grad, linalg::log_det};
/// use nalgebra::DMatrix;
/// let a = DMatrix::from_diagonal_element(400, 400, 0.01); // det A = 1e-800
/// assert!((log_det(&a)? - 400.0 * 0.01_f64.ln()).abs() < 1e-10);
/// let small = DMatrix::from_diagonal_element(3, 3, 0.5);
/// assert_eq!(grad(|a: DMatrix<_>| log_det(&a), &small)?, DMatrix::from_diagonal_element(3, 3, 2.0));
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[track_caller]
pub fn log_det<T: Scalar, D: Dim>(a: &OMatrix<T, D, D>) -> Result<T, LinalgError>
where
    DefaultAllocator: Allocator<D, D>,
{
    let (a0, e) = split(a);
    let lu = Lu::regular(a0)?;
    let value = T::constant(lu.log_det());
    let orders = orders(&e);
    if orders == 0 {
        return Ok(value);
    }
    // tr ln(I + X) = tr X − tr X²/2 + tr X³/3 − …
    let traces = power_traces(&lu.inverse(), &e, orders);
    let terms = (1..).zip(&traces).map(|(k, trace)| {
        let weight = if k % 2 == 1 { 1.0 / f64::from(k) } else { -1.0 / f64::from(k) };
        *trace * lit(weight)
    });
    Ok(value + terms.sum::<T>())
}

/// tr X, tr X², …, tr Xᵏ of X = A₀⁻¹E.
fn power_traces<T: Scalar>(inverse: &DMatrix<T::Primal>, e: &DMatrix<T>, orders: usize) -> Vec<T> {
    let n = e.nrows();
    let weights = Rc::new(inverse.transpose());
    let same = weights.clone();
    // E ↦ tr(A₀⁻¹E) = Σ (A₀⁻ᵀ)ᵢⱼ Eᵢⱼ
    let trace = Linear::new(
        (n, n),
        (1, 1),
        move |e| DMatrix::from_element(1, 1, weights.dot(&e)),
        move |u| same.map(|x| x * u[(0, 0)]),
    );
    let mut traces = alloc::vec![trace.at(e)[(0, 0)]];
    if orders > 1 {
        let x = Linear::left(inverse.clone(), n).at(e);
        let x_t = x.transpose();
        let mut power = x.clone();
        for k in 2..=orders {
            traces.push(T::dot(x_t.as_slice(), power.as_slice()));
            if k < orders {
                power = product(&power, &x);
            }
        }
    }
    traces
}

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
    let inverse = Lu::new(l0.clone()).inverse();
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

/// ½(A + Aᴴ)
#[track_caller]
pub(super) fn hermitian<T: ComplexScalar>(a: &DMatrix<T>) -> DMatrix<T> {
    square(a);
    (a + adjoint(a)).map(|x| x * lit(0.5))
}

/// Aᴴ
pub(super) fn adjoint<T: ComplexScalar>(a: &DMatrix<T>) -> DMatrix<T> {
    a.transpose().map(T::conj)
}

#[track_caller]
pub(super) fn square<T: Scalar>(a: &DMatrix<T>) {
    assert!(a.is_square(), "a square matrix is expected, not one of {} × {}", a.nrows(), a.ncols());
}

/// A = Pᵀ L U of machine numbers.
pub(super) struct Lu<P> {
    a: DMatrix<P>,
    /// L below the diagonal, whose own is 1, and U.
    factors: DMatrix<P>,
    /// Row i of L U is this row of A.
    order: Vec<usize>,
}

impl<P: Primal> Lu<P> {
    #[track_caller]
    pub(super) fn new(a: DMatrix<P>) -> Self {
        square(&a);
        let (factors, order) = P::lu(a.clone());
        Lu { a, factors, order }
    }

    /// The factors of a matrix that is not singular.
    #[track_caller]
    pub(super) fn regular(a: DMatrix<P>) -> Result<Self, LinalgError> {
        let lu = Self::new(a);
        lu.check().map(|()| lu)
    }

    /// Whether the solution of a system has a correct digit. The condition number is computed only where the pivots are
    /// suspicious.
    fn check(&self) -> Result<(), LinalgError> {
        let pivots = || (0..self.a.nrows()).map(|i| self.factors[(i, i)].magnitude());
        let (smallest, largest) = (pivots().fold(f64::INFINITY, f64::min), pivots().fold(0.0, f64::max));
        if smallest > largest * P::epsilon().sqrt() || self.a.is_empty() {
            return Ok(());
        }
        let condition = if smallest == 0.0 { f64::INFINITY } else { self.condition() };
        if condition * P::epsilon() < 1.0 || condition.is_nan() {
            return Ok(());
        }
        Err(LinalgError::Singular { condition })
    }

    /// ‖A‖₁ ‖A⁻¹‖₁ of the matrix with rows and columns scaled to a largest entry of 1: a diagonal matrix is not close to
    /// singular, however different its entries.
    fn condition(&self) -> f64 {
        let size = self.a.map(|x| x.magnitude());
        let rows: Vec<f64> = size.row_iter().map(|row| row.max()).collect();
        let scaled = DMatrix::from_fn(size.nrows(), size.ncols(), |i, j| size[(i, j)] / rows[i]);
        let columns: Vec<f64> = scaled.column_iter().map(|column| column.max()).collect();
        let inverse = self.inverse();
        let norm = |entry: &dyn Fn(usize, usize) -> f64| {
            let sum = |j| (0..rows.len()).map(|i| entry(i, j)).sum::<f64>();
            (0..rows.len()).map(sum).fold(0.0, f64::max)
        };
        norm(&|i, j| scaled[(i, j)] / columns[j])
            * norm(&|i, j| inverse[(i, j)].magnitude() * columns[i] * rows[j])
    }

    /// A⁻¹ B
    pub(super) fn solve<S: RawStorage<P, Dyn, Dyn>>(&self, b: &Matrix<P, Dyn, Dyn, S>) -> DMatrix<P> {
        // Substitution within a block of unknowns, and one product for what it does to all others.
        const BLOCK: usize = 8;
        let (n, columns) = b.shape();
        let mut x = DMatrix::from_fn(n, columns, |i, j| b[(self.order[i], j)]);
        let subtract = |x: &mut [P], factors: &[P], pivot: P| {
            x.iter_mut().zip(factors).for_each(|(x, factor)| *x -= *factor * pivot);
        };
        let factors = |j: usize| &self.factors.as_slice()[j * n..(j + 1) * n];
        for start in (0..n).step_by(BLOCK) {
            let end = n.min(start + BLOCK);
            for x in x.as_mut_slice().chunks_exact_mut(n) {
                for j in start..end {
                    // A zero, of which an inverse's right-hand side is full, takes nothing away.
                    if !x[j].is_zero() {
                        let pivot = x[j];
                        subtract(&mut x[j + 1..end], &factors(j)[j + 1..end], pivot);
                    }
                }
            }
            let known = x.rows_range(start..end).into_owned();
            let others = self.factors.view_range(end.., start..end);
            x.rows_range_mut(end..).gemm(-P::one(), &others, &known, P::one());
        }
        for start in (0..n).step_by(BLOCK).rev() {
            let end = n.min(start + BLOCK);
            for x in x.as_mut_slice().chunks_exact_mut(n) {
                for j in (start..end).rev() {
                    x[j] = x[j].quotient(self.factors[(j, j)]);
                    let pivot = x[j];
                    subtract(&mut x[start..j], &factors(j)[start..j], pivot);
                }
            }
            let known = x.rows_range(start..end).into_owned();
            let others = self.factors.view_range(..start, start..end);
            x.rows_range_mut(..start).gemm(-P::one(), &others, &known, P::one());
        }
        x
    }

    /// A⁻ᵀ B
    fn solve_transposed(&self, b: &DMatrixView<'_, P>) -> DMatrix<P> {
        let n = b.nrows();
        let mut x = b.into_owned();
        for mut x in x.column_iter_mut() {
            for j in 0..n {
                let known: P = self.factors.column(j).rows_range(..j).dot(&x.rows_range(..j));
                x[j] = (x[j] - known).quotient(self.factors[(j, j)]);
            }
            for j in (0..n).rev() {
                let known = self.factors.column(j).rows_range(j + 1..).dot(&x.rows_range(j + 1..));
                x[j] -= known;
            }
        }
        let mut permuted = x.clone();
        for (i, row) in self.order.iter().enumerate() {
            permuted.set_row(*row, &x.row(i));
        }
        permuted
    }

    pub(super) fn inverse(&self) -> DMatrix<P> {
        let n = self.a.nrows();
        self.solve(&DMatrix::identity(n, n))
    }

    /// B ↦ A⁻¹ B, for a B of so many columns
    fn inverse_map(lu: Rc<Self>, columns: usize) -> Linear<P> {
        let shape = (lu.a.nrows(), columns);
        let transposed = lu.clone();
        Linear::new(shape, shape, move |b| lu.solve(&b), move |b| transposed.solve_transposed(&b))
    }

    /// ±1: the determinant of the permutation.
    fn sign(&self) -> P {
        let mut order = self.order.clone();
        let mut sign = P::one();
        for i in 0..order.len() {
            while order[i] != i {
                let target = order[i];
                order.swap(i, target);
                sign = -sign;
            }
        }
        sign
    }

    pub(super) fn det(&self) -> P {
        (0..self.a.nrows()).fold(self.sign(), |det, i| det * self.factors[(i, i)])
    }

    fn log_det(&self) -> P {
        let mut modulus = 0.0;
        let mut phase = self.sign();
        for i in 0..self.a.nrows() {
            let pivot = self.factors[(i, i)];
            modulus += libm::log(pivot.magnitude());
            phase *= pivot.quotient(P::lit(pivot.magnitude()));
        }
        let phase = if P::COMPLEX { phase.ln() } else { P::zero() };
        P::lit(modulus) + phase
    }
}
