//! What a gradient costs beside the plain function on `f64`: `cargo run --release --example linalg_speed`.
//!
//! Both run in turn, a few times a turn, and of each the fastest of many turns counts: the machine's other work falls on both
//! alike. Numbers that are wrong end the program with an error; times do not.

use holograd::linalg::{log_det, solve};
use holograd::{grad, value_and_grad};
use nalgebra::{DMatrix, DVector};
use std::hint::black_box;
use std::time::Instant;

/// The time of one call, in µs.
fn time<R>(f: &mut impl FnMut() -> R) -> f64 {
    let start = Instant::now();
    black_box(f());
    start.elapsed().as_secs_f64() * 1e6
}

/// Prints the fastest of many calls of both.
fn compare<P, G>(what: &str, mut plain: impl FnMut() -> P, mut gradient: impl FnMut() -> G) {
    const TURNS: usize = 500;
    let mut best = [f64::INFINITY; 2];
    for _ in 0..TURNS {
        for _ in 0..3 {
            best[0] = best[0].min(time(&mut plain));
        }
        for _ in 0..3 {
            best[1] = best[1].min(time(&mut gradient));
        }
    }
    println!("{what:48} {:9.1} µs {:9.1} µs  ratio {:.2}", best[0], best[1], best[1] / best[0]);
}

/// Ends the program where two matrices differ by more than rounding errors.
fn check(what: &str, got: &DMatrix<f64>, exact: &DMatrix<f64>) {
    let error = (got - exact).amax() / exact.amax();
    assert!(error < 1e-12, "{what}: error {error:e}");
}

fn main() {
    const REGULAR: &str = "a matrix with a dominant diagonal is regular";
    println!("{:48} {:>12} {:>12}", "", "plain", "gradient");
    let entry = |i: usize, j: usize| ((i * 7 + j * 13) as f64).sin();
    let a = DMatrix::from_fn(50, 50, |i, j| entry(i, j) + if i == j { 10.0 } else { 0.0 });
    let b = DVector::from_fn(50, |i, _| entry(i, 3));
    let system = (a.clone(), b.clone());
    let first = || grad(|(a, b): (DMatrix<_>, DVector<_>)| solve(&a, &b).map(|x| x[0]), &system);
    // ∂x₀/∂b = A⁻ᵀe₀, ∂x₀/∂A = −(∂x₀/∂b) xᵀ
    let inverse = a.clone().try_inverse().expect(REGULAR);
    let (by_a, by_b) = first().expect(REGULAR);
    let exact = inverse.row(0).transpose();
    check(
        "solve by b",
        &DMatrix::from_column_slice(50, 1, by_b.as_slice()),
        &DMatrix::from_column_slice(50, 1, exact.as_slice()),
    );
    check("solve by A", &by_a, &(-&exact * (&inverse * &b).transpose()));
    compare("solve 50 × 50, beside nalgebra's LU", || a.clone().lu().solve(&b), first);
    compare("solve 50 × 50, beside its own value", || solve(&a, &b), first);

    let spd = DMatrix::from_fn(100, 100, |i, j| entry(i.min(j), i.max(j)) + if i == j { 100.0 } else { 0.0 });
    let gradient = || value_and_grad(|a: DMatrix<_>| log_det(&a), &spd);
    check("log_det", &gradient().expect(REGULAR).1, &spd.clone().try_inverse().expect(REGULAR).transpose());
    compare("log_det 100 × 100 SPD, beside nalgebra's LU", || spd.clone().lu().determinant().ln(), gradient);
    compare("log_det 100 × 100 SPD, beside its own value", || log_det(&spd), gradient);
    let by_cholesky =
        || spd.clone().cholesky().expect(REGULAR).l().diagonal().iter().map(|x| x.ln()).sum::<f64>();
    compare("log_det 100 × 100 SPD, beside nalgebra's Cholesky", by_cholesky, gradient);
}
