//! LU factors of matrices of machine numbers.

use super::adjoint::square;
use super::series::{Ranged, norm_of_values};
use super::{Factor, LinalgError};
use crate::Primal;
use crate::kernel::Engine;
use crate::scalar::magnitude::{largest, maximum};
use alloc::vec::Vec;
use nalgebra::{DMatrix, DMatrixView, Dyn, Matrix, RawStorage};

/// In triangular systems unknowns are substituted within blocks of so many, and one product gives what a block does to
/// all others.
pub(super) const BLOCK: usize = 16;

/// x ← x − factor · y, as far as both reach
pub(super) fn subtract<P: Primal>(x: &mut [P], y: &[P], factor: P) {
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

    pub(super) fn size(&self) -> usize {
        self.order.len()
    }

    /// Whether the solution of a system has a correct digit. The condition number is computed only where a lower bound of
    /// it is suspicious.
    pub(super) fn check(&self, a: &DMatrix<P>) -> Result<(), LinalgError> {
        let pivots = || (0..self.size()).map(|i| self.factors[(i, i)].magnitude());
        if pivots().fold(0.0, f64::max) * self.growth() * libm::sqrt(P::epsilon()) < 1.0 {
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
    pub(super) fn solve_transposed(&self, b: &DMatrixView<'_, P>) -> DMatrix<P> {
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

    pub(super) fn det(&self) -> Ranged<P> {
        Ranged::product(core::iter::once(self.sign()).chain((0..self.size()).map(|i| self.factors[(i, i)])))
    }

    pub(super) fn log_det(&self) -> P {
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
