//! Roots, fixed points and minima: every mode and order against closed forms.
#![cfg(feature = "nalgebra")]

use holograd::implicit::{ImplicitError, differentiate_root, fixed_point, minimize, root};
use holograd::{Dual, Real, Scalar, Var, derivative, grad, jacfwd, jvp, lit, second_derivative};
use nalgebra::{DVector, dvector};
use num_complex::Complex;
use std::cell::Cell;

/// x³ + x = p
fn cubic<T: Scalar>(x: T, p: T) -> T {
    x * x * x + x - p
}

fn distance(x: f64, y: f64) -> f64 {
    (x - y).abs()
}

fn solved<T: Scalar>(p: T) -> T {
    root(cubic, &p, &p).unwrap()
}

#[test]
fn derivatives_of_a_root_are_exact_to_fourth_order_in_every_mode() {
    // At p = 2, x = 1: by the chain of 1/(3x² + 1).
    let exact: [f64; 5] = [1.0, 0.25, -0.093_75, 0.082_031_25, -0.109_863_281_25];
    let second = |p| second_derivative(solved, p);
    let got: [f64; 5] = [
        solved(2.0),
        derivative(solved, 2.0),
        second_derivative(solved, 2.0),
        jacfwd(|p| second_derivative(solved, p), &2.0),
        second_derivative(|p| second_derivative(solved, p), 2.0),
    ];
    for (got, exact) in got.iter().zip(exact) {
        assert!((got - exact).abs() < 1e-14, "{got} {exact}");
    }
    assert!(distance(second(2.0), exact[2]) < 1e-15);
    assert!(distance(grad(solved, &2.0), exact[1]) < 1e-15);
    assert!(distance(grad(|p| grad(solved, &p), &2.0), exact[2]) < 1e-15);
    assert!(distance(grad(|p| second_derivative(solved, p), &2.0), exact[3]) < 1e-15);
    assert!(distance(jvp(|p| grad(solved, &p), &2.0, &1.0).1, exact[2]) < 1e-15);
}

#[test]
fn complex_roots_have_complex_derivatives() {
    // z² = p
    let slope = derivative(|p| root(|z, p| z * z - p, &p, &p).unwrap(), Complex::new(0.0, 2.0));
    assert!((slope - Complex::new(1.0, 1.0).inv() / 2.0).norm() < 1e-15);
}

#[test]
fn the_search_leaves_no_nodes_with_parameters_on_the_tape() {
    // With live parameters the function is evaluated once, with constants as often as the search wants.
    let (live, constant) = (Cell::new(0), Cell::new(0));
    let function = |x: Dual<Var<f64>>, p: Dual<Var<f64>>| {
        let counter = if num_traits::Zero::is_zero(&(p.value() - p.value().stop_gradient())) {
            &constant
        } else {
            &live
        };
        counter.set(counter.get() + 1);
        cubic(x, p)
    };
    let slope = grad(|p: Var<f64>| root(function, &p, &p).unwrap(), &2.0);
    assert!((slope - 0.25).abs() < 1e-15);
    assert_eq!(live.get(), 1);
    assert!(constant.get() > 3);
}

#[test]
fn a_solution_of_any_solver_takes_derivatives() {
    let by_bisection = |p: f64| {
        let (mut low, mut high) = (0.0, 2.0);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if cubic(middle, p) < 0.0 { low = middle } else { high = middle }
        }
        low
    };
    let slope =
        grad(|p: Var<f64>| differentiate_root(cubic, &Var::from(by_bisection(p.value())), &p).unwrap(), &2.0);
    assert!((slope - 0.25).abs() < 1e-15);
}

#[test]
fn fixed_points_of_vectors_have_the_slopes_of_their_linear_system() {
    // x = ½ M x + p with a permutation M: x = (I − ½M)⁻¹ p.
    fn step<T: Scalar>(x: DVector<T>, p: DVector<T>) -> DVector<T> {
        DVector::from_fn(3, |i, _| x[(i + 1) % 3] * lit(0.5) + p[i])
    }
    let p = dvector![1.0, 2.0, 3.0];
    let slopes = grad(|p: DVector<_>| fixed_point(step, &p, &p).map(|x| x[0]), &p).unwrap();
    assert!((slopes - dvector![8.0, 4.0, 2.0] / 7.0).norm() < 1e-15);
}

#[test]
fn minima_have_second_derivatives_and_saddles_are_errors() {
    // The minimum of (x − p)² + x⁴/4 solves x³ + 2x = 2p.
    fn valley<T: Real>(x: T, p: T) -> T {
        (x - p).powi(2) + x.powi(4) * lit(0.25)
    }
    let at = |p: f64| minimize(valley, &p, &p).unwrap();
    assert!(distance(at(1.5), 1.0) < 1e-15);
    assert!(distance(grad(|p| minimize(valley, &p, &p).unwrap(), &1.5), 0.4) < 1e-15);
    let second = second_derivative(|p| minimize(valley, &p, &p).unwrap(), 1.5);
    assert!((second + 6.0 * 0.4_f64.powi(2) / 5.0).abs() < 1e-14, "{second}");
    // −x²: downhill without an end.
    fn hill<T: Real>(x: T, p: T) -> T {
        -p * x * x
    }
    match minimize(hill, &0.0, &1.0) {
        Err(ImplicitError::NoMinimum { curvature }) => assert_eq!(curvature, -2.0),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_has_no_solution_is_an_error_with_the_residual() {
    match root(|x: Dual<f64>, p| x.sin() - p, &1.0, &3.0) {
        Err(ImplicitError::NoConvergence { residual, .. }) => assert!(residual >= 2.0),
        Err(ImplicitError::Singular { condition }) => assert!(condition > 1e15),
        other => panic!("{other:?}"),
    }
}
