//! Linear systems and inverses.
//!
//! A rule here holds the factors of the values of the matrix it is applied to. Its formulas for derivatives apply it again, at
//! the inner numbers of the same matrix, down to the machine's: one factorisation for all orders.

use super::LinalgError;
use super::lu::Lu;
use super::series::{Dimensions, is_zero, product, values};
use crate::kernel::Engine;
use crate::{Primal, Scalar, VectorRule};
use alloc::sync::Arc;
use alloc::vec::Vec;
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DMatrixView, DefaultAllocator, Dim, OMatrix};

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
pub(super) struct Inverse<P> {
    pub(super) value: Arc<DMatrix<P>>,
}

impl<P: Primal> Inverse<P> {
    pub(super) fn matrix<'a, S: Scalar>(&self, x: &'a [S]) -> DMatrixView<'a, S> {
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
