//! faer's matrices through the transforms, against closed forms and faer's own factorisation.

use faer::{Mat, mat, prelude::*};
use holograd::{Real64, Shape, grad, hessian, jacfwd, jacrev, jvp, vjp};
use holograd_faer::Matrix;

fn a() -> Matrix<f64> {
    Matrix(mat![[4.0, 1.0, 0.5], [-1.0, 3.0, 0.25], [0.5, -2.0, 5.0]])
}

/// By the rule of Sarrus.
fn det<T: Real64>(a: &Matrix<T>) -> T {
    let minor = |i: usize, j: usize| a[(1, i)] * a[(2, j)] - a[(1, j)] * a[(2, i)];
    a[(0, 0)] * minor(1, 2) - a[(0, 1)] * minor(0, 2) + a[(0, 2)] * minor(0, 1)
}

fn square<T: Real64>(a: &Matrix<T>) -> Matrix<T> {
    let n = a.nrows();
    Matrix(Mat::from_fn(n, n, |i, j| (0..n).map(|k| a[(i, k)] * a[(k, j)]).sum()))
}

#[test]
fn the_gradient_of_the_logarithm_of_a_determinant_is_faers_inverse_transposed() {
    let gradient = grad(|a| det(&a).ln(), &a());
    let inverse = a().partial_piv_lu().solve(Mat::<f64>::identity(3, 3));
    assert!((gradient.0 - inverse.transpose()).norm_max() < 1e-15);
}

#[test]
fn second_derivatives_hold_matrices_in_a_matrix() {
    let h = hessian(|a| det(&a), &a());
    // ∂²det/∂a₀₀∂a₁₁ = a₂₂, ∂²det/∂a₀₁∂a₁₀ = −a₂₂, and 0 within a row.
    assert_eq!((h[(0, 0)][(1, 1)], h[(0, 1)][(1, 0)], h[(0, 0)][(0, 1)]), (5.0, -5.0, 0.0));
}

#[test]
fn the_jacobian_of_a_square_is_that_of_both_modes_and_of_the_product_rule() {
    let (forward, reverse) = (jacfwd(|a| square(&a), &a()), jacrev(|a| square(&a), &a()));
    assert_eq!(forward, reverse);
    let direction = Matrix(mat![[0.0, 1.0, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, -1.0]]);
    let (value, along) = jvp(|a| square(&a), &a(), &direction);
    assert!((&value.0 - &*a() * &*a()).norm_max() < 1e-14);
    assert!((&along.0 - (&*direction * &*a() + &*a() * &*direction)).norm_max() < 1e-14);
    let at = a();
    let (_, pull) = vjp(|a| square(&a), &at);
    let weights = Matrix(mat![[1.0, 0.0, 0.0], [0.0, 0.0, 2.0], [0.0, 0.0, 0.0]]);
    let exact = &weights.0 * at.transpose() + at.transpose() * &weights.0;
    assert!((pull(&weights).0 - exact).norm_max() < 1e-14);
}

#[test]
fn leaves_go_row_by_row() {
    let mut seen = Vec::new();
    let tall = Matrix(mat![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
    let negative = tall.map_leaves(&mut |x: f64| {
        seen.push(x);
        -x
    });
    assert_eq!(seen, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!(negative[(2, 0)], -5.0);
}

#[test]
#[should_panic(expected = "a matrix of the size (3, 3) is expected, and one of (2, 2) was given")]
fn a_direction_of_another_size_panics() {
    jvp(|a| det(&a), &a(), &Matrix(Mat::identity(2, 2)));
}
