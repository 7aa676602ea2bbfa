//! The grid: function × kind of matrix × order against `tests/data/linalg.json`, the worst over sizes 2 to 20.
//!
//! `cargo test --test linalg_grid -- --nocapture` prints the table.
#![cfg(feature = "nalgebra")]

use holograd::linalg::{SpectralFunction, det, expm, inverse, solve, spectral_function};
use holograd::{Real, grad, jvp, lit, second_derivative};
use nalgebra::DMatrix;
use serde_json::Value;
use std::collections::BTreeMap;

struct Tanh;
impl SpectralFunction for Tanh {
    fn at<S: Real>(&self, x: S) -> S {
        x.tanh()
    }
}

fn evaluate<T: Real>(function: &str, a: &DMatrix<T>) -> DMatrix<T> {
    match function {
        "det" => DMatrix::from_element(1, 1, det(a)),
        "inverse" => inverse(a).expect("regular"),
        "solve" => solve(a, &DMatrix::from_fn(a.nrows(), 1, |i, _| T::lit(i as f64 + 1.0))).expect("regular"),
        "expm" => expm(a),
        "tanh" => spectral_function(a, &Tanh).expect("converges"),
        _ => panic!("no function {function}"),
    }
}

fn path<T: Real>(function: &str, a: &DMatrix<f64>, d: &DMatrix<f64>, t: T) -> DMatrix<T> {
    evaluate(function, &a.zip_map(d, |a, d| T::lit(a) + t * lit(d)))
}

/// Σ wᵢ fᵢ with weights between −1 and 1.
fn weighed<T: Real>(function: &str, a: &DMatrix<T>) -> T {
    (0..).zip(&evaluate(function, a)).map(|(i, y)| *y * lit(f64::from(i).cos())).sum()
}

fn numbers(value: &Value) -> Vec<f64> {
    let number = |x: &Value| x.as_f64().or_else(|| x.as_str()?.parse().ok()).expect("a number");
    value.as_array().expect("a list").iter().map(number).collect()
}

/// The largest error relative to the largest entry.
fn error(got: &[f64], want: &[f64]) -> f64 {
    let scale = want.iter().fold(f64::MIN_POSITIVE, |max, x| max.max(x.abs()));
    got.iter().zip(want).fold(0.0, |max, (x, y)| f64::max(max, (x - y).abs() / scale))
}

/// Errors of the value, and of the first and second derivative, in forward mode and in reverse.
fn errors(
    function: &str,
    a: &DMatrix<f64>,
    d: &DMatrix<f64>,
    want: &[Vec<f64>],
) -> [(&'static str, usize, f64); 5] {
    let first = jvp(|a| evaluate(function, &a), a, d).1;
    let second = second_derivative(|t| path(function, a, d, t), 0.0);
    // The weighted sum of the results against that of the references, on the scale of its terms.
    let sum = |want: &[f64]| (0..).zip(want).map(|(i, y)| y * f64::from(i).cos()).sum::<f64>();
    let scalar = |got: f64, want: &[f64]| {
        let terms = (0..).zip(want).map(|(i, y)| (y * f64::from(i).cos()).abs());
        (got - sum(want)).abs() / terms.sum::<f64>().max(f64::MIN_POSITIVE)
    };
    let (gradient, change) = jvp(|a| grad(|a: DMatrix<_>| weighed(function, &a), &a), a, d);
    [
        ("value", 0, error(evaluate(function, a).as_slice(), &want[0])),
        ("forward 1", 1, error(first.as_slice(), &want[1])),
        ("forward 2", 2, error(second.as_slice(), &want[2])),
        ("reverse 1", 1, scalar(gradient.dot(d), &want[1])),
        ("reverse 2", 2, scalar(change.dot(d), &want[2])),
    ]
}

#[test]
fn every_entry_of_the_grid_is_within_its_bound() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/linalg.json");
    let cases: Value = serde_json::from_str(&std::fs::read_to_string(file).expect(file)).expect(file);
    // Worst error, and worst error as a fraction of its bound.
    let mut table: BTreeMap<(String, String, &str), (f64, f64)> = BTreeMap::new();
    for case in cases.as_array().expect("a list") {
        let n = usize::try_from(case["n"].as_u64().expect("a size")).expect("small");
        let kind = case["kind"].as_str().expect("a name");
        let [a, d] = ["a", "d"].map(|name| DMatrix::from_vec(n, n, numbers(&case[name])));
        for (function, want) in case["functions"].as_object().expect("functions") {
            let want: Vec<Vec<f64>> = want.as_array().expect("orders").iter().map(numbers).collect();
            // Of a matrix of rank n − 1 the condition number that the cofactors have.
            let sigma = a.singular_values();
            let condition = case["condition"].as_f64().unwrap_or_else(|| sigma[0] / sigma[n - 2]);
            for (mode, order, error) in errors(function, &a, &d, &want) {
                let growth = match function.as_str() {
                    "tanh" => case["relgap"].as_f64().expect("a gap").powi(-(order as i32)),
                    "expm" => 1.0 + a.map(f64::abs).row_sum().max(),
                    _ => condition,
                };
                let bound = 64.0 * n as f64 * f64::EPSILON * growth;
                let worst = table.entry((function.clone(), kind.into(), mode)).or_insert((0.0, 0.0));
                *worst = (worst.0.max(error), worst.1.max(error / bound));
            }
        }
    }
    println!("{:8} {:16} {:10} {:>9} {:>9}", "function", "matrix", "mode", "error", "of bound");
    for ((function, kind, mode), (error, fraction)) in &table {
        println!("{function:8} {kind:16} {mode:10} {error:9.1e} {fraction:9.1e}");
    }
    let beyond: Vec<_> = table.iter().filter(|(_, (_, fraction))| !(*fraction <= 1.0)).collect();
    assert!(beyond.is_empty(), "beyond their bounds: {beyond:?}");
}
