//! A factorisation is a few rules on the tape: the memory of a gradient grows as the matrix does, not as the n³ operations
//! of the algorithm, nor as a Jacobian of n⁴ numbers. Counted by an allocator.
#![cfg(feature = "nalgebra")]

#[path = "common/allocator.rs"]
mod allocator;

use holograd::linalg::{
    AnalyticFunction, SpectralFunction, cholesky, cluster_sums, det, eigenpair, eigenvalues, expm, inverse,
    log_det, lstsq, matrix_function, mul, norm, polar, pseudo_inverse, qr, singular_values, solve,
    spectral_function, sqrtm, svd, sylvester, symmetric_eigen, symmetric_eigenpairs, symmetric_eigenvalues,
};
use holograd::{Real, Scalar, Var, free_tapes, grad, lit};
use nalgebra::DMatrix;

/// How many bytes more than before `f` holds at most.
fn peak<R>(f: impl FnOnce() -> R) -> f64 {
    free_tapes();
    allocator::most_bytes(f) as f64
}

struct Tanh;
impl SpectralFunction for Tanh {
    fn at<S: Real>(&self, x: S) -> S {
        x.tanh()
    }
}

struct Sin;
impl AnalyticFunction for Sin {
    fn at<S: Scalar>(&self, z: S) -> S {
        z.sin()
    }
}

type Matrix = DMatrix<Var<f64>>;

/// Diagonally dominant, without symmetry.
fn point(n: usize) -> DMatrix<f64> {
    DMatrix::from_fn(n, n, |i, j| {
        ((7 * i + 13 * j) as f64).sin() + if i == j { 20.0 + 5.0 * i as f64 } else { 0.0 }
    })
}

/// The peak of the gradient of a sum of results of `f`.
fn peak_of_gradient(n: usize, f: impl FnOnce(Matrix) -> Vec<Var<f64>>) -> f64 {
    let a = point(n);
    peak(|| grad(|a: Matrix| Var::sum_of(&f(a)), &a))
}

#[test]
fn the_memory_of_a_gradient_grows_with_the_entries_of_the_matrix() {
    const REASON: &str = "regular, with distinct eigenvalues";
    let tall = |a: &Matrix| a.columns(0, a.ncols() - 1).into_owned();
    let list = |a: &Matrix| a.as_slice().to_vec();
    let functions: [(&str, &dyn Fn(Matrix) -> Vec<Var<f64>>); 24] = [
        ("mul", &|a| list(&mul(&a, &a))),
        ("solve", &|a| list(&solve(&a, &a.transpose()).expect(REASON))),
        ("inverse", &|a| list(&inverse(&a).expect(REASON))),
        ("det", &|a| vec![det(&a)]),
        ("log_det", &|a| vec![log_det(&a).expect(REASON)]),
        ("cholesky", &|a| list(&cholesky(&a).expect(REASON))),
        ("qr", &|a| list(&qr(&tall(&a)).expect(REASON).q)),
        ("symmetric_eigen", &|a| list(&symmetric_eigen(&a).expect(REASON).eigenvectors)),
        ("symmetric_eigenvalues", &|a| symmetric_eigenvalues(&a).expect(REASON).as_slice().to_vec()),
        ("cluster_sums", &|a| cluster_sums(&a).expect(REASON).iter().map(|c| c.sum).collect()),
        ("spectral_function", &|a| {
            list(&spectral_function(&((&a + a.transpose()) * Var::lit(0.5)), &Tanh).expect(REASON))
        }),
        ("eigenvalues", &|a| eigenvalues(&a).expect(REASON).iter().map(|z| z.re).collect()),
        ("singular_values", &|a| singular_values(&tall(&a)).expect(REASON).as_slice().to_vec()),
        ("svd", &|a| list(&svd(&tall(&a)).expect(REASON).u)),
        ("pseudo_inverse", &|a| list(&pseudo_inverse(&tall(&a)).expect(REASON))),
        ("lstsq", &|a| list(&lstsq(&tall(&a), &a).expect(REASON))),
        ("expm", &|a| list(&expm(&a.map(|x| x * lit(0.01))))),
        ("norm", &|a| vec![norm(&a)]),
        ("symmetric_eigenpairs", &|a| list(&symmetric_eigenpairs(&a, 0..1).expect(REASON).eigenvectors)),
        ("polar", &|a| list(&polar(&a).expect(REASON).unitary)),
        ("eigenpair", &|a| eigenpair(&a, [20.0, 0.0]).expect(REASON).right.iter().map(|z| z.re).collect()),
        ("sqrtm", &|a| list(&sqrtm(&a).expect(REASON))),
        ("sylvester", &|a| list(&sylvester(&a, &a, &a).expect(REASON))),
        ("matrix_function", &|a| list(&matrix_function(&a.map(|x| x * lit(0.01)), &Sin).expect(REASON))),
    ];
    println!("{:22} {:>10} {:>10} {:>7}", "", "n = 16", "n = 64", "growth");
    let mut beyond = Vec::new();
    for (name, f) in functions {
        let [small, large] = [16, 64].map(|n| peak_of_gradient(n, f));
        // n², n³ and n⁴ would be 16, 64 and 256.
        let growth = large / small;
        println!("{name:22} {small:10} {large:10} {growth:7.1}");
        // Taylor's series of a block has at least as many terms as the block has rows, up to 48.
        let terms = if name == "matrix_function" { 48.0 / 17.0 } else { 1.0 };
        if growth > 20.0 * terms {
            beyond.push(name);
        }
    }
    assert!(beyond.is_empty(), "{beyond:?}");
    // The counter would see it: nalgebra's own product writes n³ nodes.
    let [small, large] = [16, 64].map(|n| peak_of_gradient(n, |a| list(&(&a * &a))));
    assert!(large / small > 40.0, "{}", large / small);
}

#[test]
fn a_solution_is_one_entry_of_the_tape() {
    // Inputs, parents and results, the numbers of the rule, the adjoints: some hundred bytes an entry of the matrix.
    let n = 64;
    let solution = peak_of_gradient(n, |a| {
        vec![solve(&a, &DMatrix::from_element(n, 1, Var::lit(1.0))).expect("regular")[0]]
    });
    assert!(solution < 100.0 * (n * n) as f64, "{}", solution / (n * n) as f64);
}
