//! What a gradient costs beside the plain function: `cargo run --release --example linalg_speed`.

use holograd::linalg::{log_det, solve};
use holograd::{grad, value_and_grad};
use nalgebra::{DMatrix, DVector};
use std::hint::black_box;
use std::time::Instant;

/// The fastest of many runs, in µs.
fn time<R>(mut f: impl FnMut() -> R) -> f64 {
    let run = |_| {
        let start = Instant::now();
        black_box(f());
        start.elapsed().as_secs_f64() * 1e6
    };
    (0..300).map(run).fold(f64::INFINITY, f64::min)
}

fn report(what: &str, plain: f64, gradient: f64) {
    println!("{what:44} {plain:9.1} µs {gradient:9.1} µs  ratio {:.2}", gradient / plain);
}

fn main() {
    let entry = |i: usize, j: usize| ((i * 7 + j * 13) as f64).sin();
    let a = DMatrix::from_fn(50, 50, |i, j| entry(i, j) + if i == j { 10.0 } else { 0.0 });
    let b = DVector::from_fn(50, |i, _| entry(i, 3));
    let plain = time(|| a.clone().lu().solve(&b));
    let gradient = time(|| {
        grad(|(a, b): (DMatrix<_>, DVector<_>)| solve(&a, &b).map(|x| x[0]), &(a.clone(), b.clone()))
    });
    report("solve 50 × 50, beside nalgebra's LU", plain, gradient);
    report("solve 50 × 50, beside its own value", time(|| solve(&a, &b)), gradient);

    let spd = DMatrix::from_fn(100, 100, |i, j| entry(i.min(j), i.max(j)) + if i == j { 100.0 } else { 0.0 });
    let gradient = time(|| value_and_grad(|a: DMatrix<_>| log_det(&a), &spd));
    report("log_det 100 × 100, beside nalgebra's LU", time(|| spd.clone().lu().determinant().ln()), gradient);
    report("log_det 100 × 100, beside its own value", time(|| log_det(&spd)), gradient);
}
