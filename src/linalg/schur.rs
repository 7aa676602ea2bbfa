//! Complex Schur forms of machine numbers: reordering, triangular Sylvester equations and square roots.

// What has no type parameter is `#[inline]`, here and in the files beside: it is compiled where it is called, and nobody's build waits
// for what is not. Half of what the library handed to LLVM were nalgebra's algorithms for it.

use super::{Factor, LinalgError};
use alloc::vec::Vec;
use core::ops::Range;
use nalgebra::{Complex, DMatrix};

pub(super) type C64 = Complex<f64>;

/// A = Q T Qᴴ with an upper triangular T.
#[derive(Clone, Debug)]
pub(super) struct Schur {
    pub(super) q: DMatrix<C64>,
    pub(super) t: DMatrix<C64>,
}

impl Schur {
    pub(super) fn new<P: Factor>(a: &DMatrix<P>) -> Result<Self, LinalgError> {
        let (q, t) = Factor::schur(P::wide(a)).ok_or(LinalgError::NoConvergence)?;
        // Below the diagonal the iteration leaves what it has found to be negligible.
        let t = t.map_with_location(|i, j, x| if i > j { C64::new(0.0, 0.0) } else { x });
        Ok(Schur { q, t })
    }

    #[inline]
    pub(super) fn size(&self) -> usize {
        self.t.nrows()
    }

    #[inline]
    pub(super) fn eigenvalue(&self, i: usize) -> C64 {
        self.t[(i, i)]
    }

    /// What separates an eigenvalue from another, or from zero: the rounding error of the eigenvalues.
    #[inline]
    pub(super) fn rounding(&self) -> f64 {
        16.0 * self.size() as f64 * f64::EPSILON * self.t.iter().map(|x| x.norm()).fold(0.0, f64::max)
    }

    /// Q X Qᴴ
    #[inline]
    pub(super) fn back(&self, x: &DMatrix<C64>) -> DMatrix<C64> {
        &self.q * x * self.q.adjoint()
    }

    /// Orders the diagonal by these numbers, by rotations that swap neighbours (Golub and Van Loan 2013, section 7.6.2).
    #[inline]
    pub(super) fn reorder(&mut self, numbers: &mut [usize]) {
        let n = self.size();
        for end in (1..n).rev() {
            for k in 0..end {
                if numbers[k] > numbers[k + 1] {
                    self.swap(k);
                    numbers.swap(k, k + 1);
                }
            }
        }
    }

    #[inline]
    fn swap(&mut self, k: usize) {
        let n = self.size();
        let (a, b, c) = (self.t[(k, k)], self.t[(k + 1, k + 1)], self.t[(k, k + 1)]);
        // The eigenvector of b in the plane of the two.
        let length = libm::hypot(c.norm(), (b - a).norm());
        if length == 0.0 {
            return;
        }
        let (x, y) = (c / length, (b - a) / length);
        for j in 0..n {
            let (u, v) = (self.t[(k, j)], self.t[(k + 1, j)]);
            self.t[(k, j)] = x.conj() * u + y.conj() * v;
            self.t[(k + 1, j)] = x * v - y * u;
        }
        for matrix in [&mut self.t, &mut self.q] {
            for i in 0..n {
                let (u, v) = (matrix[(i, k)], matrix[(i, k + 1)]);
                matrix[(i, k)] = u * x + v * y;
                matrix[(i, k + 1)] = v * x.conj() - u * y.conj();
            }
        }
        self.t[(k + 1, k)] = C64::new(0.0, 0.0);
        (self.t[(k, k)], self.t[(k + 1, k + 1)]) = (b, a);
    }

    /// X and its inverse of T X = X D, where D are the blocks of T on these ranges (Bavely and Stewart 1979).
    #[inline]
    pub(super) fn block_diagonalised(&self, blocks: &[Range<usize>]) -> (DMatrix<C64>, DMatrix<C64>) {
        let n = self.size();
        let mut x = DMatrix::<C64>::identity(n, n);
        for (number, column) in blocks.iter().enumerate() {
            for row in blocks[..number].iter().rev() {
                let known = self.t.view_range(row.clone(), row.end..column.end)
                    * x.view_range(row.end..column.end, column.clone());
                let diagonal =
                    |range: &Range<usize>| self.t.view_range(range.clone(), range.clone()).into_owned();
                let block = triangular_sylvester(&diagonal(row), &-diagonal(column), -known);
                x.view_range_mut(row.clone(), column.clone()).copy_from(&block);
            }
        }
        let inverse =
            x.solve_upper_triangular(&DMatrix::identity(n, n)).unwrap_or_else(|| DMatrix::identity(n, n));
        (x, inverse)
    }

    /// The principal square root of T (Björck and Hammarling 1983).
    #[inline]
    pub(super) fn root(&self) -> DMatrix<C64> {
        let n = self.size();
        let mut r = DMatrix::from_element(n, n, C64::new(0.0, 0.0));
        for j in 0..n {
            r[(j, j)] = self.t[(j, j)].sqrt();
            for i in (0..j).rev() {
                let known: C64 = (i + 1..j).map(|k| r[(i, k)] * r[(k, j)]).sum();
                r[(i, j)] = (self.t[(i, j)] - known) / (r[(i, i)] + r[(j, j)]);
            }
        }
        r
    }
}

/// X of A X + X B = C for upper triangular A and B (Bartels and Stewart 1972).
#[inline]
pub(super) fn triangular_sylvester(a: &DMatrix<C64>, b: &DMatrix<C64>, mut c: DMatrix<C64>) -> DMatrix<C64> {
    let (m, n) = c.shape();
    for j in 0..n {
        for k in 0..j {
            let factor = b[(k, j)];
            for i in 0..m {
                let known = c[(i, k)] * factor;
                c[(i, j)] -= known;
            }
        }
        for i in (0..m).rev() {
            let known: C64 = (i + 1..m).map(|k| a[(i, k)] * c[(k, j)]).sum();
            c[(i, j)] = (c[(i, j)] - known) / (a[(i, i)] + b[(j, j)]);
        }
    }
    c
}

/// The runs of equal numbers among those in ascending order.
#[inline]
pub(super) fn runs(numbers: &[usize]) -> Vec<Range<usize>> {
    let mut start = 0;
    let runs = numbers.chunk_by(|a, b| a == b).map(|run| {
        start += run.len();
        start - run.len()..start
    });
    runs.collect()
}
