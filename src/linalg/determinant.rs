//! Determinants and their logarithms.

use super::lu::{BLOCK, Lu, subtract};
use super::series::{
    Linear, Ranged, dynamic, exponent_of, norm_of_values, orders, product, scaled, split, values,
};
use super::singular::full_svd;
use super::systems::Inverse;
use super::{Factor, LinalgError};
use crate::kernel::Engine;
use crate::scalar::magnitude::{largest, maximum};
use crate::{Primal, Scalar, VectorRule, lit};
use alloc::sync::Arc;
use alloc::vec::Vec;
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DefaultAllocator, Dim, OMatrix};
use num_traits::Zero;

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

/// ln |det A|; for complex numbers the principal ln det A. No overflow where the determinant has one.
///
/// Its derivative is tr(A⁻¹Ȧ), its gradient A⁻ᵀ (Giles 2008, section 2.2.4). On the tape one entry. Of a real matrix that is
/// symmetric and positive definite to the last bit by Cholesky's factor, in half the time.
///
/// # Errors
/// As [`solve`](super::solve).
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
