//! Differentiated linear algebra: every mode against the others, finite differences and closed forms.
#![cfg(feature = "nalgebra")]

use holograd::linalg::{LinalgError, cholesky, det, inverse, log_det, solve};
use holograd::{ComplexScalar, Real, Scalar, grad, hessian, jacfwd, jacrev, jvp, lit, second_derivative, value_and_jacfwd};
use nalgebra::{DMatrix, DVector, Matrix2, Matrix3, dmatrix, matrix, vector};
use num_complex::Complex;

/// A function of a matrix with a matrix result, at every kind of number.
trait Operation {
    fn at<T: Real>(&self, a: &DMatrix<T>) -> DMatrix<T>;
}

/// Names an operation.
macro_rules! operation {
    ($name:ident, |$a:ident| $body:expr) => {
        #[derive(Clone, Copy, Debug)]
        struct $name;
        impl Operation for $name {
            fn at<T: Real>(&self, $a: &DMatrix<T>) -> DMatrix<T> {
                $body
            }
        }
    };
}

fn one<T: Scalar>(x: T) -> DMatrix<T> {
    DMatrix::from_element(1, 1, x)
}

operation! { Solve, |a| solve(a, &a.transpose()).unwrap() }
operation! { Inverse, |a| inverse(a).unwrap() }
operation! { Det, |a| one(det(a)) }
operation! { LogDet, |a| one(log_det(a).unwrap()) }
operation! { Cholesky, |a| cholesky(&(a * a.transpose())).unwrap() }

/// The largest entry.
fn largest(a: &DMatrix<f64>) -> f64 {
    a.amax()
}

/// Whether two matrices agree, relative to the largest entry of the second, but not to less than 1.
#[track_caller]
fn close(name: &str, got: &DMatrix<f64>, want: &DMatrix<f64>, tolerance: f64) {
    let scale = largest(want).max(1.0);
    let error = largest(&(got - want)) / scale;
    assert!(error <= tolerance, "{name}: error {error:e}\n{got}{want}");
}

/// A full matrix without symmetry, well conditioned, diagonally dominant or not.
fn dense(n: usize, seed: u64) -> DMatrix<f64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    DMatrix::from_fn(n, n, |_, _| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / 2f64.powi(53) * 2.0 - 1.0
    })
}

/// First and second derivatives of an operation along A + tD in every mode, against central differences of the next
/// lower order and each other.
fn modes_agree(operation: impl Operation + Copy, a: &DMatrix<f64>, d: &DMatrix<f64>) {
    let name = std::any::type_name_of_val(&operation);
    let line = |t: f64| a + d * t;
    let first = |a: &DMatrix<f64>| jvp(|a| operation.at(&a), a, d).1;
    let h = 1e-5;
    let difference = (operation.at(&line(h)) - operation.at(&line(-h))) / (2.0 * h);
    close(&format!("{name} forward"), &first(a), &difference, 1e-6);

    // Forward over forward along the line, and packed lanes.
    fn path<T: Real>(operation: impl Operation, a: &DMatrix<f64>, d: &DMatrix<f64>, t: T) -> DMatrix<T> {
        operation.at(&a.zip_map(d, |a, d| T::lit(a) + t * lit(d)))
    }
    let second = second_derivative(|t| path(operation, a, d, t), 0.0);
    let difference = (first(&line(h)) - first(&line(-h))) / (2.0 * h);
    close(&format!("{name} second"), &second, &difference, 1e-6);

    // Third order, by nested forward mode.
    let third = jacfwd(|t| second_derivative(|t| path(operation, a, d, t), t), &0.0);
    let at = |t: f64| second_derivative(|t| path(operation, a, d, t), t);
    close(&format!("{name} third"), &third, &((at(h) - at(-h)) / (2.0 * h)), 1e-6);

    // Reverse: the weighted sum of all entries of the result.
    let weights = dense(operation.at(a).len(), 99);
    fn weigh<T: Real>(operation: impl Operation, weights: &DMatrix<f64>, a: &DMatrix<T>) -> T {
        operation.at(a).iter().zip(weights.column(0).iter()).map(|(y, w)| *y * lit(*w)).sum()
    }
    let gradient = grad(|a: DMatrix<_>| weigh(operation, &weights, &a), a);
    let forward: DMatrix<f64> = jacfwd(|a: DMatrix<_>| weigh(operation, &weights, &a), a);
    close(&format!("{name} reverse"), &gradient, &forward, 1e-13);

    // Forward over reverse, reverse over reverse, forward over forward.
    let (_, over_reverse) = jvp(|a| grad(|a: DMatrix<_>| weigh(operation, &weights, &a), &a), a, d);
    let twice_reverse = grad(
        |a: DMatrix<_>| {
            let g = grad(|a: DMatrix<_>| weigh(operation, &weights, &a), &a);
            g.iter().zip(d).map(|(g, d)| *g * lit(*d)).sum::<holograd::Var<f64>>()
        },
        a,
    );
    let forward = jacfwd(
        |a: DMatrix<_>| jvp(|a| weigh(operation, &weights, &a), &a, &a.zip_map(d, |_, d| Scalar::lit(d))).1,
        a,
    );
    close(&format!("{name} forward over reverse"), &over_reverse, &forward, 1e-11);
    close(&format!("{name} reverse over reverse"), &twice_reverse, &forward, 1e-11);
}

/// Matrices at which branches of a factorisation by value lose derivatives, and full ones.
fn kinds() -> Vec<DMatrix<f64>> {
    let mut kinds = vec![
        DMatrix::from_diagonal(&DVector::from_vec(vec![1.0, 2.0, 4.0])),
        dmatrix![0.0, 2.0, 0.0; 1.0, 0.0, 0.0; 0.0, 0.0, 3.0],
        dmatrix![2.0, 1.0, 0.0, 0.0; 1.0, 3.0, 0.0, 0.0; 0.0, 0.0, 5.0, -1.0; 0.0, 0.0, 1.0, 7.0],
        dmatrix![2.0, 1.0, 3.0; 0.0, 3.0, 1.0; 0.0, 0.0, -4.0],
        DMatrix::identity(4, 4) + dense(4, 3) * 1e-3,
    ];
    kinds.extend([2, 3, 5, 8].map(|n| dense(n, n as u64) + DMatrix::identity(n, n) * 2.0));
    kinds
}

#[test]
fn systems_and_determinants_agree_in_every_mode() {
    for a in kinds() {
        let d = dense(a.nrows(), 7);
        modes_agree(Solve, &a, &d);
        modes_agree(Inverse, &a, &d);
        modes_agree(Det, &a, &d);
        modes_agree(LogDet, &a, &d);
        modes_agree(Cholesky, &a, &d);
    }
}
