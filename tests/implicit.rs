//! Roots, fixed points and minima: every mode and order against closed forms.
#![cfg(feature = "nalgebra")]

use holograd::implicit::{
    Equations, ImplicitError, Krylov, KrylovMethod, differentiate_root, fixed_point, minimize, root, root_by,
    root_in, root_krylov,
};
use holograd::{Dual, Real, Scalar, Var, derivative, grad, jacfwd, jvp, lit, second_derivative};
use nalgebra::{DMatrix, DVector, dmatrix, dvector};
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

/// Where the gradient of (x − p)² + x⁴/4 vanishes: x³ + 2x = 2p.
fn valley<T: Real>(x: T, p: T) -> T {
    (x - p).powi(2) + x.powi(4) * lit(0.25)
}

/// x = (2p − x³)/2 beside x³ + 2x = 2p
fn contraction<T: Scalar>(x: T, p: T) -> T {
    p - x * x * x * lit(0.5)
}

#[test]
fn fixed_points_and_minima_are_exact_to_third_order_in_every_mode() {
    fn point<T: Scalar>(p: T) -> T {
        fixed_point(contraction, &(p * lit(0.5)), &p).unwrap()
    }
    fn minimum<T: Real>(p: T) -> T {
        minimize(valley, &p, &p).unwrap()
    }
    // x³ + 2x = 2p at x = ½: with g = 3x² + 2, x′ = 2/g, x″ = −6x x′³/2, and once more.
    let (p, x, g) = (0.5 + 0.0625, 0.5, 2.75_f64);
    let first = 2.0 / g;
    let second = -6.0 * x * first * first / g;
    let third = -(6.0 * first.powi(3) + 18.0 * x * first * second) / g;
    macro_rules! check {
        ($solution:ident) => {
            let got = [
                ($solution(p), x),
                (derivative($solution, p), first),
                (grad($solution, &p), first),
                (second_derivative($solution, p), second),
                (grad(|p| grad($solution, &p), &p), second),
                (jvp(|p| grad($solution, &p), &p, &1.0).1, second),
                (grad(|p| derivative($solution, p), &p), second),
                (jacfwd(|p| second_derivative($solution, p), &p), third),
                (grad(|p| second_derivative($solution, p), &p), third),
            ];
            for (i, (got, exact)) in got.into_iter().enumerate() {
                assert!(distance(got, exact) < 1e-14, "{} {i}: {got} {exact}", stringify!($solution));
            }
        };
    }
    check!(point);
    check!(minimum);
}

#[test]
fn vectors_by_matrices_of_parameters_agree_in_every_mode() {
    // A x + x³ = b by the 3 × 3 matrix A and the vector b.
    type Parameters<T> = (DMatrix<T>, DVector<T>);
    fn system<T: Scalar>(x: DVector<T>, (a, b): Parameters<T>) -> DVector<T> {
        a * &x + x.map(|x| x * x * x) - b
    }
    fn weighed<T: Scalar>(p: &Parameters<T>) -> T {
        let x = root(system, &DVector::from_element(3, T::zero()), p).unwrap();
        x[0] + x[1] * lit(2.0) - x[2] * x[0]
    }
    let p = (dmatrix![3.0, 1.0, 0.0; 0.0, 2.0, -1.0; 1.0, 0.0, 4.0], dvector![1.0, 2.0, 3.0]);
    let d = (dmatrix![0.5, -1.0, 0.2; 0.1, 0.3, 0.7; -0.4, 0.0, 0.6], dvector![0.3, -0.2, 0.1]);
    let along = |(a, b): &Parameters<f64>| a.dot(&d.0) + b.dot(&d.1);
    let forward = jvp(|p: Parameters<_>| weighed(&p), &p, &d).1;
    assert!(distance(along(&grad(|p: Parameters<_>| weighed(&p), &p)), forward) < 1e-14);
    // By hand: ẋ = (A + 3 diag x²)⁻¹(ḃ − Ȧ x).
    let x = root(system, &dvector![0.0, 0.0, 0.0], &p).unwrap();
    let jacobian = &p.0 + DMatrix::from_diagonal(&x.map(|x| 3.0 * x * x));
    let change = jacobian.lu().solve(&(&d.1 - &d.0 * &x)).unwrap();
    let exact = change[0] * (1.0 - x[2]) + 2.0 * change[1] - change[2] * x[0];
    assert!(distance(forward, exact) < 1e-14);
    let over_forward = along(&grad(
        |p: Parameters<_>| {
            let d = (d.0.map(Scalar::lit), d.1.map(Scalar::lit));
            jvp(|p: Parameters<_>| weighed(&p), &p, &d).1
        },
        &p,
    ));
    let over_reverse = along(&jvp(|p: Parameters<_>| grad(|p: Parameters<_>| weighed(&p), &p), &p, &d).1);
    let twice = second_derivative(
        |t| {
            let moved = |x: f64, d: f64| t * d + x;
            weighed(&(p.0.zip_map(&d.0, moved), p.1.zip_map(&d.1, moved)))
        },
        0.0,
    );
    assert!(distance(over_forward, twice) < 1e-13 && distance(over_reverse, twice) < 1e-13);
}

#[test]
fn a_solution_given_as_the_guess_costs_no_search() {
    let evaluations = Cell::new(0);
    let counted = |x: Dual<Dual<f64>>, p: Dual<Dual<f64>>| {
        evaluations.set(evaluations.get() + 1);
        cubic(x, p)
    };
    let slope = derivative(|p| root(counted, &Dual::from(1.0), &p).unwrap(), 2.0);
    assert!(distance(slope, 0.25) < 1e-15);
    // At the guess, and with the parameters live.
    assert_eq!(evaluations.get(), 2);
    // Neither is a minimum of another solver searched for again.
    let steps = Cell::new(0);
    let slope = grad(
        |p: Var<f64>| {
            let counted = |x, p| {
                steps.set(steps.get() + 1);
                valley(x, p)
            };
            minimize(counted, &Var::from(1.0), &p).unwrap()
        },
        &1.5,
    );
    assert!(distance(slope, 0.4) < 1e-15);
    // By the descent, the search for the root of the gradient, the test of the curvature, and live.
    assert_eq!(steps.get(), 4);
}

#[test]
fn a_root_in_an_interval_has_derivatives_of_every_order() {
    fn within<T: Real>(p: T) -> T {
        root_in(cubic, [-5.0, 5.0], &p).unwrap()
    }
    // As of the root by Newton's method, at p = 2.
    let exact = [1.0, 0.25, -0.093_75, 0.082_031_25];
    let got = [
        within(2.0),
        derivative(within, 2.0),
        second_derivative(within, 2.0),
        jacfwd(|p| second_derivative(within, p), &2.0),
    ];
    for (got, exact) in got.into_iter().zip(exact) {
        assert!(distance(got, exact) < 1e-14, "{got} {exact}");
    }
    assert!(distance(grad(within, &2.0), exact[1]) < 1e-15);
    assert!(distance(grad(|p| derivative(within, p), &2.0), exact[2]) < 1e-15);
    // A root that Newton's method runs away from, and a root of third order to a few digits.
    let flat = root_in(|x: Dual<f64>, p| x.atan() - p, [-1e6, 1e7], &0.5).unwrap();
    assert!(distance(flat, 0.5_f64.tan()) < 1e-15);
    assert_eq!(root_in(|x: Dual<f64>, p| x - p, [3.0, 7.0], &7.0), Ok(7.0));
}

#[test]
fn an_interval_without_a_root_is_an_error_with_the_values() {
    let square = |x: Dual<f64>, p: Dual<f64>| x * x - p;
    assert_eq!(root_in(square, [2.0, 3.0], &1.0), Err(ImplicitError::NoSignChange { values: [3.0, 8.0] }));
    let pole = root_in(|x: Dual<f64>, p: Dual<f64>| (x - p).recip(), [0.0, 3.0], &1.0);
    assert!(matches!(pole, Err(ImplicitError::NoConvergence { .. })), "{pole:?}");
    let touched = derivative(|p| root_in(|x: Dual<Dual<f64>>, p| (x - p).powi(3), [0.0, 3.0], &p), 1.0);
    assert!(matches!(touched, Err(ImplicitError::Singular { .. })), "{touched:?}");
    assert!(root_in(|x: Dual<f64>, _| x * f64::NAN, [0.0, 1.0], &1.0).is_err());
}

#[test]
fn a_solver_of_ones_own_finds_the_root_at_constants() {
    let calls = Cell::new(0);
    let by_bisection = |f: &mut dyn FnMut(&[f64]) -> Vec<f64>, _: &[f64]| {
        let (mut low, mut high) = (0.0, 2.0);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            calls.set(calls.get() + 1);
            if f(&[middle])[0] < 0.0 { low = middle } else { high = middle }
        }
        Some(vec![low])
    };
    let slope = grad(|p: Var<f64>| root_by(cubic, &p, &p, by_bisection).unwrap(), &2.0);
    assert!(distance(slope, 0.25) < 1e-15);
    assert_eq!(calls.get(), 60);
    let second = second_derivative(|p| root_by(cubic, &p, &p, by_bisection).unwrap(), 2.0);
    assert!(distance(second, -0.093_75) < 1e-15);
    let failed = root_by(cubic, &1.0, &2.0, |_, _| None);
    assert!(matches!(failed, Err(ImplicitError::NoConvergence { .. })));
}

/// A solution that is zero has no digits that a relative tolerance could ask for.
#[test]
fn solutions_that_are_zero_are_found() {
    // x = 0.95 x + p at p = 0.
    let slow = |p| fixed_point(|x, p| x * 0.95 + p, &(p * 0.0 + 1.0), &p);
    let slope: f64 = derivative(slow, 0.0).unwrap();
    assert!(distance(slope, 20.0) < 1e-12, "{slope}");
    let slope = grad(|p: Var<f64>| fixed_point(|x, p| x * 0.95 + p, &Var::from(1.0), &p), &0.0).unwrap();
    assert!(distance(slope, 20.0) < 1e-12, "{slope}");
    // Next to zero 1 + x has no more digits of x, and the residual does not vanish.
    for start in [0.3, 0.1, -0.2, 1e-9] {
        let rounded = |x: Dual<Dual<f64>>, p: Dual<Dual<f64>>| (x + 1.0 / 3.0).powi(2) - 1.0 / 9.0 - p;
        let slope: f64 = derivative(|p| root(rounded, &Dual::from(start), &p), 0.0).unwrap();
        assert!(distance(slope, 1.5) < 1e-14, "{start}: {slope}");
    }
    fn well<T: Real>(x: T, p: T) -> T {
        (x + lit(1.0 / 3.0)).powi(2) * lit(0.5) - x * (p + lit(1.0 / 3.0))
    }
    let slope: f64 = derivative(|p| minimize(well, &Dual::from(0.7), &p), 0.0).unwrap();
    assert!(distance(slope, 1.0) < 1e-14, "{slope}");
    // What leads nowhere stays an error.
    assert!(fixed_point(|x: Dual<f64>, p| x + p, &1.0, &1.0).is_err());
    assert!(root(|x: Dual<f64>, p| x * x + p, &1.0, &1.0).is_err());
}

/// x³ + 2.5 x less its neighbours, which have weights a and 2 − a, is p₀ + p₁ i².
#[derive(Clone)]
struct Ring {
    skew: f64,
}

impl Equations for Ring {
    fn residual<S: Scalar<Primal = f64>>(&self, x: &[S], p: &[S]) -> Vec<S> {
        let n = x.len();
        let at = |i: usize| {
            let neighbours = x[(i + 1) % n] * lit(self.skew) + x[(i + n - 1) % n] * lit(2.0 - self.skew);
            let source = p[0] + p[1] * lit((i * i) as f64);
            x[i] * x[i] * x[i] + x[i] * lit(2.5) - neighbours - source
        };
        (0..n).map(at).collect()
    }
}

fn by_krylov<T: Scalar<Primal = f64>>(p: [T; 2], skew: f64, method: KrylovMethod) -> T {
    let krylov = Krylov { method, ..Krylov::default() };
    let x = root_krylov(&Ring { skew }, &[0.5; 6], &p, &krylov).unwrap();
    x[0] + x[1] * x[2] - x[5]
}

fn by_matrix<T: Scalar<Primal = f64>>(p: [T; 2], skew: f64) -> T {
    let guess = vec![T::lit(0.5); 6];
    let x = root(|x: Vec<_>, p: [_; 2]| Ring { skew }.residual(&x, &p), &guess, &p).unwrap();
    x[0] + x[1] * x[2] - x[5]
}

#[test]
fn matrix_free_solutions_have_the_derivatives_of_those_by_a_matrix() {
    let (p, d) = ([1.5, 0.125], [1.0, -0.5]);
    let gmres = KrylovMethod::Gmres { restart: 4 };
    for (skew, method) in [(1.0, KrylovMethod::ConjugateGradient), (1.0, gmres), (1.4, gmres)] {
        let along = |g: [f64; 2]| g[0] * d[0] + g[1] * d[1];
        let first = jvp(|p| by_matrix(p, skew), &p, &d).1;
        let second = second_derivative(|t| by_matrix([t * d[0] + p[0], t * d[1] + p[1]], skew), 0.0);
        let got = [
            (by_krylov(p, skew, method), by_matrix(p, skew)),
            (jvp(|p| by_krylov(p, skew, method), &p, &d).1, first),
            (along(grad(|p| by_krylov(p, skew, method), &p)), first),
            (second_derivative(|t| by_krylov([t * d[0] + p[0], t * d[1] + p[1]], skew, method), 0.0), second),
            (along(jvp(|p| grad(|p| by_krylov(p, skew, method), &p), &p, &d).1), second),
            (
                along(grad(
                    |p| jvp(|p| by_krylov(p, skew, method), &p, &[Var::from(d[0]), Var::from(d[1])]).1,
                    &p,
                )),
                second,
            ),
        ];
        for (i, (got, exact)) in got.into_iter().enumerate() {
            assert!(distance(got, exact) < 1e-11 * exact.abs().max(1.0), "{skew} {i}: {got} {exact}");
        }
    }
    // A symmetric matrix that is not definite is not for conjugate gradients, and too few products are not enough.
    #[derive(Clone)]
    struct Saddle;
    impl Equations for Saddle {
        fn residual<S: Scalar<Primal = f64>>(&self, x: &[S], p: &[S]) -> Vec<S> {
            vec![x[1] - p[0], x[0] - p[0]]
        }
    }
    assert_eq!(root_krylov(&Saddle, &[0.0; 2], &[3.0], &Krylov::default()), Ok(vec![3.0, 3.0]));
    // From the guess the first direction is (3, 3), along which the matrix is positive; with an unequal one it is not.
    let unequal = root_krylov(
        &Saddle,
        &[6.0, 0.0],
        &[3.0],
        &Krylov { method: KrylovMethod::ConjugateGradient, ..Krylov::default() },
    );
    assert!(matches!(unequal, Err(ImplicitError::NoConvergence { .. })), "{unequal:?}");
    let few = Krylov { products: 1, method: KrylovMethod::Gmres { restart: 1 }, ..Krylov::default() };
    assert!(root_krylov(&Saddle, &[5.0, 0.0], &[3.0], &few).is_err());
}

/// An implicit step of diffusion with a reaction on a torus of 316 × 316 points: x + x³ − ½ Δx = p₀ + p₁ cos(place).
#[derive(Clone)]
struct Torus;

impl Equations for Torus {
    fn residual<S: Scalar<Primal = f64>>(&self, x: &[S], p: &[S]) -> Vec<S> {
        const SIDE: usize = 316;
        let at = |i: usize, j: usize| x[i % SIDE * SIDE + j % SIDE];
        let point = |k: usize| {
            let (i, j) = (k / SIDE, k % SIDE);
            let around = at(i + 1, j) + at(i + SIDE - 1, j) + at(i, j + 1) + at(i, j + SIDE - 1);
            let y = at(i, j);
            y * lit(3.0) + y * y * y - around * lit(0.5) - p[0] - p[1] * lit((k as f64).cos())
        };
        (0..SIDE * SIDE).map(point).collect()
    }
}

#[test]
fn a_hundred_thousand_unknowns_have_a_gradient() {
    let n = 316 * 316;
    let krylov = Krylov { method: KrylovMethod::ConjugateGradient, ..Krylov::default() };
    let guess = vec![0.5; n];
    // At p₁ = 0 all are equal to y with y + y³ = p₀.
    let sum = |p: [Var<f64>; 2]| root_krylov(&Torus, &guess, &p, &krylov).map(|x| Var::sum_of(&x));
    let [by_level, by_waves] = grad(sum, &[2.0, 0.0]).unwrap();
    // y = 1 and dy/dp₀ = 1/(1 + 3y²)
    assert!(distance(by_level, n as f64 / 4.0) < 1e-8 * n as f64, "{by_level}");
    // The same weight for each: Σ cos k/4.
    let waves: f64 = (0..n).map(|k| (k as f64).cos()).sum();
    assert!(distance(by_waves, waves / 4.0) < 1e-8, "{by_waves} {}", waves / 4.0);
}
