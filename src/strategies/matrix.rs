//! Random matrices by kind.

use super::numbers;
use nalgebra::{DMatrix, DVector};
use proptest::collection::vec;
use proptest::prelude::*;

/// What a random matrix is to be: linear algebra takes other branches for each.
///
/// # Examples
/// ```
/// use holograd::strategies::{MatrixKind, matrices};
/// use proptest::prelude::*;
/// proptest!(|(q in matrices(MatrixKind::Orthogonal, 3))| {
///     prop_assert!((q.transpose() * &q).is_identity(1e-12));
/// });
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)] // the names say it
pub enum MatrixKind {
    Dense,
    Symmetric,
    PositiveDefinite,
    Orthogonal,
    Permutation,
    Identity,
    Diagonal,
    BlockDiagonal,
    LowerTriangular,
    UpperTriangular,
    /// Of rank n − 1.
    Singular,
}

impl MatrixKind {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Dense,
        Self::Symmetric,
        Self::PositiveDefinite,
        Self::Orthogonal,
        Self::Permutation,
        Self::Identity,
        Self::Diagonal,
        Self::BlockDiagonal,
        Self::LowerTriangular,
        Self::UpperTriangular,
        Self::Singular,
    ];
}

/// Random n × n matrices of a kind, with entries up to about 3; those that are not [`Singular`](MatrixKind::Singular) can
/// still be close to it, but for positive definite ones, whose eigenvalues are at least ½.
///
/// # Examples
/// ```
/// use holograd::strategies::{MatrixKind, matrices};
/// use proptest::prelude::*;
/// proptest!(|(a in matrices(MatrixKind::PositiveDefinite, 4))| prop_assert!(a.cholesky().is_some()));
/// ```
pub fn matrices(kind: MatrixKind, n: usize) -> BoxedStrategy<DMatrix<f64>> {
    let dense = vec(numbers(-3.0..3.0), n * n).prop_map(move |entries| DMatrix::from_vec(n, n, entries));
    let only = |keep: fn(usize, usize) -> bool| {
        let entry = move |a: &DMatrix<f64>, i, j| if keep(i, j) { a[(i, j)] } else { 0.0 };
        dense.clone().prop_map(move |a| DMatrix::from_fn(n, n, |i, j| entry(&a, i, j))).boxed()
    };
    match kind {
        MatrixKind::Dense => dense.boxed(),
        MatrixKind::Symmetric => dense.prop_map(|a| (&a + a.transpose()) * 0.5).boxed(),
        MatrixKind::PositiveDefinite => {
            dense.prop_map(move |a| a.transpose() * &a + DMatrix::identity(n, n) * 0.5).boxed()
        }
        MatrixKind::Orthogonal => dense.prop_map(|a| reflections(&a)).boxed(),
        MatrixKind::Permutation => Just((0..n).collect::<Vec<_>>())
            .prop_shuffle()
            .prop_map(move |to| DMatrix::from_fn(n, n, |i, j| f64::from(u8::from(to[i] == j))))
            .boxed(),
        MatrixKind::Identity => Just(DMatrix::identity(n, n)).boxed(),
        MatrixKind::Diagonal => only(|i, j| i == j),
        MatrixKind::BlockDiagonal => only(|i, j| i / 2 == j / 2),
        MatrixKind::LowerTriangular => only(|i, j| i >= j),
        MatrixKind::UpperTriangular => only(|i, j| i <= j),
        MatrixKind::Singular => dense
            .prop_map(move |mut a| {
                // The last column is the sum of the others.
                let sum = a.columns(0, n.saturating_sub(1)).column_sum();
                if n > 0 {
                    a.set_column(n - 1, &sum);
                }
                a
            })
            .boxed(),
    }
}

/// Π (I − 2vvᵀ/vᵀv) over the columns v: a product of Householder's reflections.
fn reflections(a: &DMatrix<f64>) -> DMatrix<f64> {
    let n = a.nrows();
    let mut q = DMatrix::identity(n, n);
    for v in a.column_iter() {
        let v: DVector<f64> = v.into_owned();
        let square = v.norm_squared();
        if square > 1e-6 {
            let image = &q * &v;
            q -= image * v.transpose() * (2.0 / square);
        }
    }
    q
}
