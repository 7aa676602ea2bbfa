//! Linear systems and what LU and Cholesky give.
//!
//! A rule here holds the factors of the values of the matrix it is applied to. Its formulas for derivatives apply it again, at
//! the inner numbers of the same matrix, down to the machine's: one factorisation for all orders.

use super::series::{
    Dimensions, Linear, Ranged, constant, dynamic, exponent_of, is_zero, norm_of_values, orders, product,
    scaled, series, shaped, split, values,
};
use super::singular::full_svd;
use super::{Factor, LinalgError};
use crate::kernel::Engine;
use crate::scalar::{largest, maximum};
use crate::{ComplexScalar, Primal, Scalar, VectorRule, lit};
use alloc::sync::Arc;
use alloc::vec::Vec;
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DMatrixView, DefaultAllocator, Dim, Dyn, Matrix, OMatrix, RawStorage};
use num_traits::Zero;

/// A⁻¹ B, the solution X of A X = B, for an n × n matrix A and an n × k matrix B.
///
/// Ẋ = A⁻¹(Ḃ − Ȧ X); adjoints B̄ = A⁻ᵀ X̄ and Ā = −B̄ Xᵀ (Giles 2008, section 2.3.1). On the tape one entry.
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
    let x = solved(a.shape(), a.as_slice(), b.as_slice())?;
    Ok(OMatrix::from_iterator_generic(rows, columns, x))
}

#[track_caller]
pub(crate) fn solve_dynamic<T: Scalar>(a: &DMatrix<T>, b: &DMatrix<T>) -> Result<DMatrix<T>, LinalgError> {
    Ok(DMatrix::from_vec(b.nrows(), b.ncols(), solved(a.shape(), a.as_slice(), b.as_slice())?))
}

#[track_caller]
fn solved<T: Scalar>((rows, columns): Dimensions, a: &[T], b: &[T]) -> Result<Vec<T>, LinalgError> {
    let lu = Arc::new(Lu::regular(&values(rows, columns, a))?);
    if T::IS_BASE {
        let b = values(rows, b.len().checked_div(rows).unwrap_or(0), b);
        return Ok(lu.solve(&b).iter().map(|x| T::constant(*x)).collect());
    }
    Ok(Solve { lu, transposed: false }.at(a, b))
}

/// (A, B) ↦ A⁻¹ B or A⁻ᵀ B, where the values of A are those that were factorised.
#[derive(Clone, Debug)]
struct Solve<P> {
    lu: Arc<Lu<P>>,
    transposed: bool,
}

impl<P: Primal> Solve<P> {
    fn at<S: Scalar<Primal = P>>(&self, a: &[S], b: &[S]) -> Vec<S> {
        self.at_slice(&[a, b].concat())
    }

    /// A, and the other matrix behind it.
    fn split<'a, S: Scalar>(&self, x: &'a [S]) -> (&'a [S], DMatrixView<'a, S>) {
        let (a, b) = x.split_at(self.lu.size().pow(2));
        (a, self.columns(b))
    }

    fn columns<'a, S: Scalar>(&self, x: &'a [S]) -> DMatrixView<'a, S> {
        let n = self.lu.size();
        DMatrixView::from_slice(x, n, x.len().checked_div(n).unwrap_or(0))
    }
}

impl<P: Primal> VectorRule<P> for Solve<P> {
    fn values(&self, x: &[P]) -> Vec<P> {
        let (_, b) = self.split(x);
        let x = if self.transposed { self.lu.solve_transposed(&b) } else { self.lu.solve(&b) };
        x.data.into()
    }

    /// Ẋ = A⁻¹(Ḃ − Ȧ X)
    fn pushforward<S: Scalar<Primal = P>>(&self, x: &[S], y: &[S], v: &[S]) -> Vec<S> {
        let ((a, _), (da, db), y) = (self.split(x), self.split(v), self.columns(y));
        let da = self.columns(da);
        let change = if self.transposed { product(&da.transpose(), &y) } else { product(&da, &y) };
        let b = db - change;
        if is_zero(&b) { b.data.into() } else { self.at(a, b.as_slice()) }
    }

    /// B̄ = A⁻ᵀ X̄, Ā = −B̄ Xᵀ
    fn pullback<S: Scalar<Primal = P>>(&self, x: &[S], y: &[S], u: &[S]) -> Vec<S> {
        let (a, _) = self.split(x);
        let adjoint = Solve { transposed: !self.transposed, ..self.clone() };
        let b = adjoint.at(a, u);
        let (by_b, y) = (self.columns(&b), self.columns(y));
        let by_a =
            if self.transposed { product(&y, &by_b.transpose()) } else { product(&by_b, &y.transpose()) };
        let mut pulled: Vec<S> = (-by_a).data.into();
        pulled.extend(&b);
        pulled
    }
}

/// A⁻¹
///
/// Ẋ = −A⁻¹ Ȧ A⁻¹; adjoint Ā = −A⁻ᵀ X̄ A⁻ᵀ (Giles 2008, section 2.2.3). On the tape one entry.
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
    Ok(OMatrix::from_iterator_generic(rows, columns, inverted(a.shape(), a.as_slice())?))
}

#[track_caller]
pub(super) fn inverse_dynamic<T: Scalar>(a: &DMatrix<T>) -> Result<DMatrix<T>, LinalgError> {
    Ok(DMatrix::from_vec(a.nrows(), a.ncols(), inverted(a.shape(), a.as_slice())?))
}

#[track_caller]
fn inverted<T: Scalar>((rows, columns): Dimensions, a: &[T]) -> Result<Vec<T>, LinalgError> {
    Ok(Inverse { value: Arc::new(Lu::regular(&values(rows, columns, a))?.inverse()) }.at_slice(a))
}

/// A ↦ A⁻¹, whose value is there.
#[derive(Clone, Debug)]
struct Inverse<P> {
    value: Arc<DMatrix<P>>,
}

impl<P: Primal> Inverse<P> {
    fn matrix<'a, S: Scalar>(&self, x: &'a [S]) -> DMatrixView<'a, S> {
        DMatrixView::from_slice(x, self.value.nrows(), self.value.ncols())
    }
}

impl<P: Primal> VectorRule<P> for Inverse<P> {
    fn values(&self, _x: &[P]) -> Vec<P> {
        self.value.as_slice().to_vec()
    }

    /// Ẏ = −Y Ȧ Y
    fn pushforward<S: Scalar<Primal = P>>(&self, _x: &[S], y: &[S], v: &[S]) -> Vec<S> {
        let (y, v) = (self.matrix(y), self.matrix(v));
        (-product(&product(&y, &v), &y)).data.into()
    }

    /// Ā = −Yᵀ Ȳ Yᵀ
    fn pullback<S: Scalar<Primal = P>>(&self, _x: &[S], y: &[S], u: &[S]) -> Vec<S> {
        let (y, u) = (self.matrix(y).transpose(), self.matrix(u));
        (-product(&product(&y, &u), &y)).data.into()
    }
}

/// The determinant. Its derivatives, the cofactors, are right at singular and nearly singular matrices too, whatever their
/// rank.
///
/// det(A₀ + E) = det A₀ · det(I + A₀⁻¹E), by Newton's identities from the traces of the powers of A₀⁻¹E. First order:
/// det A · tr(A⁻¹Ȧ) (Giles 2008, section 2.2.4). Where A₀ is singular, and for higher orders where it is so nearly singular
/// that the traces cancel, from minors in the bases of its singular vectors.
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
    let (mut a0, e) = split(a);
    let mut lu = Lu::new(&a0);
    let det = lu.det().value();
    let value = T::constant(det);
    let orders = orders(&e);
    if orders == 0 {
        return value;
    }
    // Where the determinant leaves the range of the numbers, or the digits of the smallest, its cofactors may be in it.
    let digits = (det * T::Primal::lit(T::Primal::epsilon())).magnitude();
    let mut exponent = 0;
    if digits == 0.0 || digits.is_infinite() {
        exponent = exponent_of(&a0);
        a0 = scaled(a0, -exponent);
        lu = Lu::new(&a0);
    }
    let inverse = lu.inverse();
    let cancellation = || libm::pow(norm_of_values(&a0) * norm_of_values(&inverse), (orders - 1) as f64);
    let steady = lu.check(&a0).is_ok() && (orders == 1 || cancellation() < LARGEST_CANCELLATION);
    let by_minors = if steady { None } else { change_by_minors(scaled(a0, exponent), &e, orders) };
    value + by_minors.unwrap_or_else(|| change_by_traces(lu.det(), exponent, &inverse, &e, orders))
}

/// How much larger rounding errors may be for the cancellation between the traces of powers of A₀⁻¹E: at order k they are by
/// the condition number to the power k − 1.
const LARGEST_CANCELLATION: f64 = 4096.0;

/// What E adds to the determinant of A₀, from those of 2⁻ˢ A₀, its inverse and the traces of the powers of their product
/// with E: the part of order k is det A₀ · eₖ(A₀⁻¹E) = 2ˢ⁽ⁿ⁻ᵏ⁾ det(2⁻ˢ A₀) · eₖ((2⁻ˢ A₀)⁻¹E).
fn change_by_traces<T: Scalar>(
    det: Ranged<T::Primal>,
    s: i32,
    inverse: &DMatrix<T::Primal>,
    e: &DMatrix<T>,
    orders: usize,
) -> T {
    // e₁ = p₁, 2e₂ = e₁p₁ − p₂, 3e₃ = e₂p₁ − e₁p₂ + p₃, …
    let traces = power_traces(inverse, e, orders);
    let mut symmetric = alloc::vec![T::one()];
    let part = |k: usize| {
        let terms = (1..=k).map(|i| {
            let term = symmetric[k - i] * traces[i - 1];
            if i % 2 == 1 { term } else { -term }
        });
        symmetric.push(terms.sum::<T>() * lit(1.0 / k as f64));
        symmetric[k].times_slope(T::constant(det.times_power(s * (e.nrows() as i32 - k as i32)).value()))
    };
    T::sum_of(&(1..=orders).map(part).collect::<Vec<_>>())
}

/// What E adds to the determinant of A₀ = U Σ Vᴴ, singular or nearly so: det U · det Vᴴ · (det(Σ + G) − det Σ), where
/// det(Σ + G) is the sum over all sets of indices of a principal minor of G = Uᴴ E V times the other singular values. Of more
/// than `orders` indices minors vanish. None if A₀ has no singular values.
fn change_by_minors<T: Scalar>(a0: DMatrix<T::Primal>, e: &DMatrix<T>, orders: usize) -> Option<T> {
    let n = a0.nrows();
    let (u, sigma, v) = full_svd(a0).ok()?;
    let u_adjoint = T::Primal::adjoint(&u);
    let orientation = Lu::new(&u).det().value() * Lu::new(&T::Primal::adjoint(&v)).det().value();
    let g = Linear::sandwich(u_adjoint, v).at(e);
    let mut terms = Vec::new();
    let mut sets = alloc::vec![Vec::new()];
    for _ in 0..orders {
        let larger = |set: &Vec<usize>| {
            let (set, next) = (set.clone(), set.last().map_or(0, |last| last + 1));
            (next..n).map(move |i| [set.as_slice(), &[i]].concat())
        };
        sets = sets.iter().flat_map(larger).collect();
        for set in &sets {
            let others = (0..n).filter(|i| !set.contains(i)).map(|i| sigma[i]);
            let weight = Ranged::product(core::iter::once(orientation).chain(others)).value();
            if !weight.is_zero() {
                terms.push(minor(&g, set, set).times_slope(T::constant(weight)));
            }
        }
    }
    Some(T::sum_of(&terms))
}

/// The determinant of these rows and columns, at least one, by expansion along the first column.
fn minor<T: Scalar>(a: &DMatrix<T>, rows: &[usize], columns: &[usize]) -> T {
    let entry = |i: usize| a[(rows[i], columns[0])];
    if columns.len() == 1 {
        return entry(0);
    }
    let term = |i: usize| {
        let others = [&rows[..i], &rows[i + 1..]].concat();
        let term = entry(i) * minor(a, &others, &columns[1..]);
        if i.is_multiple_of(2) { term } else { -term }
    };
    (0..rows.len()).map(term).sum()
}

/// How many of the descending singular values of a matrix, whose larger side is n, exceed their rounding error.
pub(super) fn rank<P: Primal>(sigma: &[P], n: usize) -> usize {
    let tolerance = n as f64 * P::epsilon() * sigma.first().map_or(0.0, |s| s.magnitude());
    sigma.iter().take_while(|s| s.magnitude() > tolerance).count()
}

/// ln |det A|; for complex numbers the principal ln det A. No overflow where the determinant has one.
///
/// Its derivative is tr(A⁻¹Ȧ), its gradient A⁻ᵀ (Giles 2008, section 2.2.4). On the tape one entry. Of a real matrix that is
/// symmetric and positive definite to the last bit by Cholesky's factor, in half the time.
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
/// let slopes = grad(|a: DMatrix<_>| log_det(&a), &small)?;
/// assert!((slopes - DMatrix::from_diagonal_element(3, 3, 2.0)).norm() < 1e-14);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[track_caller]
pub fn log_det<T: Scalar, D: Dim>(a: &OMatrix<T, D, D>) -> Result<T, LinalgError>
where
    DefaultAllocator: Allocator<D, D>,
{
    let (rows, columns) = a.shape();
    let a0 = values(rows, columns, a.as_slice());
    // Of a positive definite matrix half of the entries do.
    if let Some(l) = definite(&a0) {
        let value = (0..rows).map(|i| libm::log(l[(i, i)].magnitude())).sum::<f64>() * 2.0;
        let value = T::Primal::lit(value);
        if T::IS_BASE {
            return Ok(T::constant(value));
        }
        let inverse = Inverse { value: Arc::new(inverse_by_cholesky(&l)) };
        return Ok(LogDet { value, inverse }.at_slice(a.as_slice())[0]);
    }
    let lu = Lu::regular(&a0)?;
    let value = lu.log_det();
    if T::IS_BASE {
        return Ok(T::constant(value));
    }
    let inverse = Inverse { value: Arc::new(lu.inverse()) };
    Ok(LogDet { value, inverse }.at_slice(a.as_slice())[0])
}

/// L of A = L Lᵀ, if the matrix is real, symmetric and positive definite, and not nearly singular.
fn definite<P: Primal>(a: &DMatrix<P>) -> Option<DMatrix<P>> {
    let n = a.nrows();
    if P::COMPLEX || n == 0 || !a.is_square() {
        return None;
    }
    let symmetric = (0..n).all(|j| a[(j, j)].log_magnitude() > 0.0 && (0..j).all(|i| a[(i, j)] == a[(j, i)]));
    let l = Factor::cholesky(if symmetric { a.clone() } else { return None })?;
    // Lower bounds of ‖L‖ and ‖L⁻¹‖, as in `Lu::growth`; where their product is suspicious LU decides.
    let mut x: Vec<P> = Vec::with_capacity(n);
    for i in 0..n {
        let known: P = x.iter().enumerate().map(|(j, x)| l[(i, j)] * *x).sum();
        let sign = if known.log_magnitude() < 0.0 { -P::one() } else { P::one() };
        x.push(-(known + sign).quotient(l[(i, i)]));
    }
    let pivot = l.diagonal().iter().map(|x| x.magnitude()).fold(0.0, maximum);
    let bound = pivot * largest(&x);
    (bound * bound * P::epsilon().sqrt() < 1.0).then_some(l)
}

/// A⁻¹ = L⁻ᵀ L⁻¹ of a real A = L Lᵀ. Of L⁻¹ only the lower triangle is worked with, and of A⁻¹, by symmetry, the upper one.
fn inverse_by_cholesky<P: Primal>(l: &DMatrix<P>) -> DMatrix<P> {
    let n = l.nrows();
    let mut m = DMatrix::<P>::identity(n, n);
    for start in (0..n).step_by(BLOCK) {
        let end = n.min(start + BLOCK);
        for x in m.as_mut_slice().chunks_exact_mut(n).take(end) {
            for j in start..end {
                let column = &l.as_slice()[j * n..(j + 1) * n];
                let pivot = x[j].quotient(column[j]);
                x[j] = pivot;
                subtract(&mut x[j + 1..end], &column[j + 1..end], pivot);
            }
        }
        let known = m.view_range(start..end, ..end).into_owned();
        m.view_range_mut(end.., ..end).gemm(-P::one(), &l.view_range(end.., start..end), &known, P::one());
    }
    let transposed = m.transpose();
    let mut inverse = DMatrix::<P>::zeros(n, n);
    for start in (0..n).step_by(BLOCK) {
        let end = n.min(start + BLOCK);
        let (left, right) = (transposed.view_range(..end, start..), m.view_range(start.., start..end));
        inverse.view_range_mut(..end, start..end).gemm(P::one(), &left, &right, P::zero());
    }
    inverse.fill_lower_triangle_with_upper_triangle();
    inverse
}

/// A ↦ ln |det A|, whose value is there.
#[derive(Clone, Debug)]
struct LogDet<P> {
    value: P,
    inverse: Inverse<P>,
}

impl<P: Primal> LogDet<P> {
    /// A⁻ᵀ
    fn slopes<S: Scalar<Primal = P>>(&self, a: &[S]) -> DMatrix<S> {
        self.inverse.matrix(&self.inverse.at_slice(a)).transpose()
    }
}

impl<P: Primal> VectorRule<P> for LogDet<P> {
    fn values(&self, _x: &[P]) -> Vec<P> {
        alloc::vec![self.value]
    }

    /// tr(A⁻¹Ȧ)
    fn pushforward<S: Scalar<Primal = P>>(&self, x: &[S], _y: &[S], v: &[S]) -> Vec<S> {
        let constant = v.iter().all(Zero::is_zero);
        alloc::vec![if constant { S::zero() } else { S::dot(self.slopes(x).as_slice(), v) }]
    }

    fn pullback<S: Scalar<Primal = P>>(&self, x: &[S], _y: &[S], u: &[S]) -> Vec<S> {
        (self.slopes(x) * u[0]).data.into()
    }
}

/// tr X, tr X², …, tr Xᵏ of X = A₀⁻¹E.
fn power_traces<T: Scalar>(inverse: &DMatrix<T::Primal>, e: &DMatrix<T>, orders: usize) -> Vec<T> {
    let n = e.nrows();
    let weights = Arc::new(inverse.transpose());
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

/// ½(A + Aᴴ)
#[track_caller]
pub(super) fn hermitian<T: ComplexScalar>(a: &DMatrix<T>) -> DMatrix<T> {
    square(a);
    // Halved first: the sum of two large numbers overflows.
    let half = a.map(|x| x * lit(0.5));
    &half + adjoint(&half)
}

/// Aᴴ
pub(super) fn adjoint<T: ComplexScalar>(a: &DMatrix<T>) -> DMatrix<T> {
    a.transpose().map(T::conj)
}

#[track_caller]
pub(super) fn square<T: Scalar>(a: &DMatrix<T>) {
    assert!(a.is_square(), "a square matrix is expected, not one of {} × {}", a.nrows(), a.ncols());
}

/// In triangular systems unknowns are substituted within blocks of so many, and one product gives what a block does to
/// all others.
const BLOCK: usize = 16;

/// x ← x − factor · y, as far as both reach
fn subtract<P: Primal>(x: &mut [P], y: &[P], factor: P) {
    x.iter_mut().zip(y).for_each(|(x, y)| *x -= *y * factor);
}

/// A = Pᵀ L U of machine numbers.
#[derive(Debug)]
pub(super) struct Lu<P> {
    /// L below the diagonal, whose own is 1, and U.
    factors: DMatrix<P>,
    /// Row i of L U is this row of A.
    order: Vec<usize>,
}

impl<P: Primal> Lu<P> {
    #[track_caller]
    pub(super) fn new(a: &DMatrix<P>) -> Self {
        square(a);
        let (factors, order) = P::lu(a.clone());
        Lu { factors, order }
    }

    /// The factors of a matrix that is not singular.
    #[track_caller]
    pub(super) fn regular(a: &DMatrix<P>) -> Result<Self, LinalgError> {
        let lu = Self::new(a);
        lu.check(a).map(|()| lu)
    }

    fn size(&self) -> usize {
        self.order.len()
    }

    /// Whether the solution of a system has a correct digit. The condition number is computed only where a lower bound of
    /// it is suspicious.
    fn check(&self, a: &DMatrix<P>) -> Result<(), LinalgError> {
        let pivots = || (0..self.size()).map(|i| self.factors[(i, i)].magnitude());
        if pivots().fold(0.0, f64::max) * self.growth() * P::epsilon().sqrt() < 1.0 {
            return Ok(());
        }
        let condition = if pivots().any(|x| x == 0.0) { f64::INFINITY } else { self.condition(a) };
        if condition * P::epsilon() < 1.0 || condition.is_nan() {
            return Ok(());
        }
        Err(LinalgError::Singular { condition })
    }

    /// The largest entry of U⁻ᵀ d and L⁻ᵀ U⁻ᵀ d for numbers d = ±1, each chosen so that it adds to what the others give: a lower
    /// bound of ‖A⁻¹‖₁ (Cline, Moler, Stewart and Wilkinson 1979).
    fn growth(&self) -> f64 {
        let n = self.size();
        let column = |j: usize| &self.factors.as_slice()[j * n..(j + 1) * n];
        let mut x: Vec<P> = Vec::with_capacity(n);
        for j in 0..n {
            let known = P::dot(&column(j)[..j], &x);
            let sign = if known.log_magnitude() < 0.0 { -P::one() } else { P::one() };
            x.push(-(known + sign).quotient(column(j)[j]));
        }
        let by_u = largest(&x);
        for j in (0..n).rev() {
            let known = P::dot(&column(j)[j + 1..], &x[j + 1..]);
            x[j] -= known;
        }
        maximum(by_u, largest(&x))
    }

    /// ‖A‖₁ ‖A⁻¹‖₁ of the matrix with rows and columns scaled to a largest entry of 1: a diagonal matrix is not close to
    /// singular, however different its entries.
    fn condition(&self, a: &DMatrix<P>) -> f64 {
        let size = a.map(|x| x.magnitude());
        let rows: Vec<f64> = size.row_iter().map(|row| row.max()).collect();
        let scaled = DMatrix::from_fn(size.nrows(), size.ncols(), |i, j| size[(i, j)] / rows[i]);
        let columns: Vec<f64> = scaled.column_iter().map(|column| column.max()).collect();
        let inverse = self.inverse();
        let both = DMatrix::from_fn(rows.len(), rows.len(), |i, j| scaled[(i, j)] / columns[j]);
        let of_inverse = |i, j| inverse[(i, j)].magnitude() * columns[i] * rows[j];
        norm_of_values(&both) * norm_of_values(&DMatrix::from_fn(rows.len(), rows.len(), of_inverse))
    }

    /// A⁻¹ B
    pub(super) fn solve<S: RawStorage<P, Dyn, Dyn>>(&self, b: &Matrix<P, Dyn, Dyn, S>) -> DMatrix<P> {
        let (n, columns) = b.shape();
        let mut x = DMatrix::from_fn(n, columns, |i, j| b[(self.order[i], j)]);
        let factors = |j: usize| &self.factors.as_slice()[j * n..(j + 1) * n];
        for start in (0..n).step_by(BLOCK) {
            let end = n.min(start + BLOCK);
            for x in x.as_mut_slice().chunks_exact_mut(n) {
                for j in start..end {
                    let pivot = x[j];
                    subtract(&mut x[j + 1..end], &factors(j)[j + 1..end], pivot);
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

    /// X of X A = I, by whole columns: from R U = I to W L = R and X = W P.
    pub(super) fn inverse(&self) -> DMatrix<P> {
        let n = self.size();
        let mut x = DMatrix::<P>::identity(n, n);
        for start in (0..n).step_by(BLOCK) {
            let end = n.min(start + BLOCK);
            for j in start..end {
                let (known, rest) = x.as_mut_slice().split_at_mut(j * n);
                // R is upper triangular.
                let column = &mut rest[..=j];
                for k in start..j {
                    subtract(column, &known[k * n..], self.factors[(k, j)]);
                }
                let pivot = self.factors[(j, j)];
                for x in column {
                    *x = x.quotient(pivot);
                }
            }
            let (known, mut others) = x.columns_range_pair_mut(start..end, end..);
            let factors = self.factors.view_range(start..end, end..);
            others.rows_range_mut(..end).gemm(-P::one(), &known.rows_range(..end), &factors, P::one());
        }
        for start in (0..n).step_by(BLOCK).rev() {
            let end = n.min(start + BLOCK);
            for j in (start..end).rev() {
                let (rest, known) = x.as_mut_slice().split_at_mut((j + 1) * n);
                for k in j + 1..end {
                    subtract(&mut rest[j * n..], &known[(k - j - 1) * n..], self.factors[(k, j)]);
                }
            }
            let (mut others, known) = x.columns_range_pair_mut(..start, start..end);
            others.gemm(-P::one(), &known, &self.factors.view_range(start..end, ..start), P::one());
        }
        let mut permuted = x.clone();
        for (i, row) in self.order.iter().enumerate() {
            permuted.set_column(*row, &x.column(i));
        }
        permuted
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

    fn det(&self) -> Ranged<P> {
        Ranged::product(core::iter::once(self.sign()).chain((0..self.size()).map(|i| self.factors[(i, i)])))
    }

    fn log_det(&self) -> P {
        let mut modulus = 0.0;
        let mut phase = self.sign();
        for i in 0..self.size() {
            let pivot = self.factors[(i, i)];
            modulus += libm::log(pivot.magnitude());
            phase *= pivot.quotient(P::lit(pivot.magnitude()));
        }
        let phase = if P::COMPLEX { phase.ln() } else { P::zero() };
        P::lit(modulus) + phase
    }
}
