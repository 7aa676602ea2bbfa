//! The grid: function × kind of matrix × mode and order against `tests/data/linalg.json`, the worst over sizes 2 to 10, of linear
//! systems 2 to 20.
//!
//! `HOLOGRAD_GRID=all cargo test --release --test linalg_grid -- --nocapture` computes all sizes; both print the table.
#![cfg(feature = "nalgebra")]

use holograd::linalg::{
    AnalyticFunction, SpectralFunction, cholesky, cluster_sums, det, eigen, eigenpair, eigenvalues, expm,
    expm_multiply, generalized_eigenpairs, inverse, log_det, logm, low_rank, lstsq, lyapunov,
    matrix_function, nuclear_norm, polar, powm, pseudo_inverse, qr, singular_function, singular_triples,
    singular_values, solve, spectral_function, sqrtm, svd, sylvester, symmetric_eigen, symmetric_eigenpairs,
    symmetric_eigenvalues,
};
use holograd::{ComplexScalar, Real, Scalar, grad, jvp, lit, second_derivative};
use nalgebra::{DMatrix, DVector};
use num_complex::Complex;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

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

/// A function at one matrix of the grid.
struct Case<'a> {
    function: &'a str,
    kind: &'a str,
    n: usize,
    complex: bool,
    /// The matrix and the direction: all real parts, then all imaginary parts.
    a: Vec<f64>,
    d: Vec<f64>,
    /// Rows of the eigenvectors and singular vectors whose entries are made positive.
    anchors: Vec<usize>,
    /// How much rounding errors may grow, by order.
    growth: Vec<f64>,
    /// The reference, by order.
    want: Vec<Reference>,
}

/// Results of one order, as `gen_linalg.py` says.
struct Reference {
    scale: f64,
    sum: f64,
    terms: f64,
    samples: Vec<f64>,
}

impl Case<'_> {
    /// The results at the matrix of these parts.
    fn at<T: Real>(&self, x: &[T]) -> Vec<T> {
        if ["eigenvalues", "eigen", "eigenpair"].contains(&self.function) {
            return self.pairs(x);
        }
        let square = self.n * self.n;
        if self.complex {
            let entries = (0..square).map(|i| Complex::new(x[i], x[square + i]));
            let y = self.evaluate(&DMatrix::from_iterator(self.n, self.n, entries));
            y.iter().map(|y| y.re).chain(y.iter().map(|y| y.im)).collect()
        } else {
            self.evaluate(&DMatrix::from_column_slice(self.n, self.n, x))
        }
    }

    /// The results, down the columns.
    fn evaluate<T: ComplexScalar>(&self, a: &DMatrix<T>) -> Vec<T> {
        const REASON: &str = "the grid has what is defined";
        let b = || DVector::from_fn(self.n, |i, _| T::lit(i as f64 + 1.0));
        // Of a matrix of full rank all columns but the last.
        let tall = || {
            if self.kind == "of constant rank" { a.clone() } else { a.columns(0, self.n - 1).into_owned() }
        };
        // cA + nI, whose eigenvalues are in the right half-plane.
        let to_the_right = |c: f64| {
            a.map(|x| x * lit(c)) + DMatrix::from_diagonal_element(self.n, self.n, T::lit(self.n as f64))
        };
        let waves = || DMatrix::from_fn(self.n, self.n, |i, j| T::lit(((i + 2 * j) as f64).cos()));
        let reals = |x: &[T::Real]| x.iter().map(|x| T::from_real(*x)).collect();
        match self.function {
            "det" => vec![det(a)],
            "log_det" => vec![log_det(a).expect(REASON)],
            "inverse" => down(&[inverse(a).expect(REASON)]),
            "solve" => solve(a, &b()).expect(REASON).as_slice().to_vec(),
            "cholesky" => down(&[cholesky(a).expect(REASON)]),
            "expm" => down(&[expm(a)]),
            "spectral_function" => {
                let symmetric = (a + a.transpose().map(T::conj)).map(|x| x * lit(0.5));
                down(&[spectral_function(&symmetric, &Tanh).expect(REASON)])
            }
            "symmetric_eigenpairs" => {
                let pairs = symmetric_eigenpairs(a, self.n - 1..self.n).expect(REASON);
                let anchor = pairs.eigenvectors[(self.anchors[0], 0)].conj();
                let vector = pairs.eigenvectors.iter().map(|x| *x * anchor);
                std::iter::once(T::from_real(pairs.eigenvalues[0])).chain(vector).collect()
            }
            "generalized_eigenpairs" => {
                let b = DMatrix::from_fn(self.n, self.n, |i, j| {
                    T::lit(if i == j { 2.0 } else { 0.0 }) + T::lit((1 + i.abs_diff(j)) as f64).recip()
                });
                reals(generalized_eigenpairs(a, &b, 0..self.n).expect(REASON).eigenvalues.as_slice())
            }
            "singular_triples" => {
                let first = singular_triples(&tall(), 0..1).expect(REASON);
                let both = &first.u * first.v.transpose().map(T::conj);
                std::iter::once(T::from_real(first.singular_values[0])).chain(both.iter().copied()).collect()
            }
            "nuclear_norm" => vec![T::from_real(nuclear_norm(&tall()).expect(REASON))],
            "singular_function" => down(&[singular_function(&tall(), &Tanh).expect(REASON)]),
            "polar" => {
                let polar = polar(&tall()).expect(REASON);
                down(&[polar.unitary, polar.hermitian])
            }
            "low_rank" => down(&[low_rank(&tall(), (self.n - 1) / 2).expect(REASON)]),
            "sqrtm" => down(&[sqrtm(&to_the_right(1.0)).expect(REASON)]),
            "logm" => down(&[logm(&to_the_right(1.0)).expect(REASON)]),
            "powm" => down(&[powm(&to_the_right(1.0), T::lit(0.3)).expect(REASON)]),
            "matrix_function" => down(&[matrix_function(a, &Sin).expect(REASON)]),
            "expm_multiply" => expm_multiply(a, &b()).as_slice().to_vec(),
            "sylvester" => {
                down(&[sylvester(&to_the_right(1.0), &to_the_right(0.5), &waves()).expect(REASON)])
            }
            "lyapunov" => down(&[lyapunov(&to_the_right(1.0), &waves()).expect(REASON)]),
            "cluster_sums" => cluster_sums(a).expect(REASON).iter().map(|c| T::from_real(c.sum)).collect(),
            "symmetric_eigenvalues" => reals(symmetric_eigenvalues(a).expect(REASON).as_slice()),
            "symmetric_eigen" => {
                let vectors = symmetric_eigen(a).expect(REASON).eigenvectors;
                down(&[turned(&vectors, &self.phases(&vectors))])
            }
            "singular_values" => reals(singular_values(&tall()).expect(REASON).as_slice()),
            "svd" => {
                let svd = svd(&tall()).expect(REASON);
                let phases = self.phases(&svd.u);
                down(&[turned(&svd.u, &phases), turned(&svd.v, &phases)])
            }
            "qr" => {
                let qr = qr(&tall()).expect(REASON);
                let phases: Vec<_> = qr.r.diagonal().iter().map(|x| phase(*x)).collect();
                let adjoint = qr.r.transpose().map(T::conj);
                down(&[turned(&qr.q, &phases), turned(&adjoint, &phases).transpose().map(T::conj)])
            }
            "pseudo_inverse" => down(&[pseudo_inverse(&tall()).expect(REASON)]),
            "lstsq" => lstsq(&tall(), &b()).expect(REASON).as_slice().to_vec(),
            function => panic!("no function {function}"),
        }
    }

    /// The phases of the anchors, as constants.
    fn phases<T: ComplexScalar>(&self, vectors: &DMatrix<T>) -> Vec<T> {
        self.anchors.iter().enumerate().map(|(j, i)| phase(vectors[(*i, j)])).collect()
    }

    /// Eigenvalues of a general matrix, with each right eigenvector times the sum of the entries of the left one, which has no phase, in
    /// the order of Re z + 0.618 Im z: real parts, then imaginary parts.
    fn pairs<T: Real>(&self, x: &[T]) -> Vec<T> {
        let square = self.n * self.n;
        let values: Vec<Complex<T>> = if self.complex {
            let entries = (0..square).map(|i| Complex::new(x[i], x[square + i]));
            self.general(&DMatrix::from_iterator(self.n, self.n, entries))
        } else {
            self.general(&DMatrix::from_column_slice(self.n, self.n, x))
        };
        values.iter().map(|z| z.re).chain(values.iter().map(|z| z.im)).collect()
    }

    fn general<T: ComplexScalar>(&self, a: &DMatrix<T>) -> Vec<Complex<T::Real>> {
        type Complexes<R> = Vec<Complex<R>>;
        let order = |values: &[Complex<T::Real>]| {
            let key = |i: usize| values[i].re + values[i].im * lit(0.618);
            let mut order: Vec<usize> = (0..values.len()).collect();
            order.sort_by(|i, j| key(*i).partial_cmp(&key(*j)).expect("numbers"));
            order
        };
        let outer = |v: &[Complex<T::Real>], w: &[Complex<T::Real>]| -> Complexes<T::Real> {
            let sum = w.iter().map(|w| w.conj()).sum::<Complex<T::Real>>();
            v.iter().map(|v| *v * sum).collect()
        };
        match self.function {
            "eigenvalues" => {
                let values = eigenvalues(a).expect("distinct");
                order(values.as_slice()).into_iter().map(|i| values[i]).collect()
            }
            "eigenpair" => {
                let pair = eigenpair(a, [1000.0, 100.0]).expect("simple");
                let vector = outer(pair.right.as_slice(), pair.left.as_slice());
                std::iter::once(pair.eigenvalue).chain(vector).collect()
            }
            _ => {
                let eigen = eigen(a).expect("distinct");
                let order = order(eigen.eigenvalues.as_slice());
                let vector =
                    |i: &usize| outer(eigen.right.column(*i).as_slice(), eigen.left.column(*i).as_slice());
                let values = order.iter().map(|i| eigen.eigenvalues[*i]);
                values.chain(order.iter().flat_map(vector)).collect()
            }
        }
    }

    /// Errors of the value, and of the first and second derivative, in forward mode and in reverse; in the order of `MODES`.
    fn errors(&self) -> [f64; 5] {
        let (a, d) = (&self.a, &self.d);
        let first = jvp(|x: Vec<_>| self.at(&x), a, d).1;
        let second = second_derivative(
            |t| {
                let x: Vec<_> = a.iter().zip(d).map(|(a, d)| t * *d + *a).collect();
                self.at(&x)
            },
            0.0,
        );
        let (gradient, change) = jvp(|x: Vec<_>| grad(|x: Vec<_>| weighed(&self.at(&x)), &x), a, d);
        let along = |x: &[f64]| x.iter().zip(d).map(|(x, d)| x * d).sum::<f64>();
        let sum = |got: f64, order: usize| (got - self.want[order].sum).abs() / self.want[order].terms;
        [
            self.error(&self.at(a), 0),
            self.error(&first, 1),
            self.error(&second, 2),
            sum(along(&gradient), 1),
            sum(along(&change), 2),
        ]
    }

    /// The largest error of the entries that the file has, and of the weighted sum of all, which no error in another entry
    /// escapes.
    fn error(&self, got: &[f64], order: usize) -> f64 {
        let want = &self.want[order];
        let step = got.len().div_ceil(SAMPLES);
        assert_eq!(want.samples.len(), got.len().div_ceil(step), "{} of {}", self.function, self.kind);
        let samples = got.iter().step_by(step).zip(&want.samples).map(|(x, y)| (x - y).abs() / want.scale);
        samples.fold((weighed(got) - want.sum).abs() / want.terms, f64::max)
    }
}

/// How many entries of a result the file has at most.
const SAMPLES: usize = 12;

/// Modes with their orders.
const MODES: [(&str, usize); 5] =
    [("value", 0), ("forward 1", 1), ("forward 2", 2), ("reverse 1", 1), ("reverse 2", 2)];

/// Σ wᵢ yᵢ with weights between −1 and 1.
fn weighed<T: Real>(y: &[T]) -> T {
    y.iter().enumerate().map(|(i, y)| *y * lit((i as f64).cos())).sum()
}

/// The phase of a number, as a constant.
fn phase<T: ComplexScalar>(x: T) -> T {
    let x = x.stop_gradient();
    x.unscale(x.abs())
}

/// The columns with their phases taken away.
fn turned<T: ComplexScalar>(vectors: &DMatrix<T>, phases: &[T]) -> DMatrix<T> {
    DMatrix::from_fn(vectors.nrows(), vectors.ncols(), |i, j| vectors[(i, j)] * phases[j].conj())
}

/// The entries, down the columns, of one matrix after the other.
fn down<T: Scalar>(matrices: &[DMatrix<T>]) -> Vec<T> {
    matrices.iter().flat_map(|a| a.as_slice()).copied().collect()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number")).collect()
}

fn references(value: &Value) -> Vec<Reference> {
    let reference = |order: &Value| {
        let order = numbers(order);
        Reference { scale: order[0], sum: order[1], terms: order[2], samples: order[3..].to_vec() }
    };
    value.as_array().expect("orders").iter().map(reference).collect()
}

/// Whether a case is computed: all of them if the environment says `HOLOGRAD_GRID=all`, as `.ci/nightly grid` does; otherwise
/// matrices larger than 10 × 10 only for linear systems, which are substituted in blocks of 16.
fn is_wanted(function: &str, n: usize) -> bool {
    n <= 10
        || ["solve", "inverse", "det", "log_det", "cholesky"].contains(&function)
        || std::env::var("HOLOGRAD_GRID").is_ok_and(|which| which == "all")
}

/// The cases of the file.
fn cases(file: &Value) -> Vec<Case<'_>> {
    let size = |x: &Value| usize::try_from(x.as_u64().expect("a size")).expect("small");
    let mut cases = Vec::new();
    for case in file.as_array().expect("a list") {
        for (function, reference) in case["functions"].as_object().expect("functions") {
            let n = size(&case["n"]);
            if is_wanted(function, n) {
                cases.push(Case {
                    function,
                    kind: case["kind"].as_str().expect("a name"),
                    n,
                    complex: case["complex"].as_bool().expect("yes or no"),
                    a: numbers(&case["a"]),
                    d: numbers(&case["d"]),
                    anchors: reference["anchors"].as_array().into_iter().flatten().map(size).collect(),
                    growth: numbers(&reference["growth"]),
                    want: references(&reference["orders"]),
                });
            }
        }
    }
    cases
}

/// The errors of all cases, in their order, on as many threads as there are processors.
fn all_errors(cases: &[Case<'_>]) -> Vec<[f64; 5]> {
    let next = AtomicUsize::new(0);
    let some_errors = || {
        let mut errors = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            match cases.get(index) {
                Some(case) => errors.push((index, case.errors())),
                None => return errors,
            }
        }
    };
    let mut errors: Vec<(usize, [f64; 5])> = std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(some_errors)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no case panics")).collect()
    });
    errors.sort_by_key(|(index, _)| *index);
    errors.into_iter().map(|(_, errors)| errors).collect()
}

#[test]
fn every_entry_of_the_grid_is_within_its_bound() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/linalg.json");
    let file: Value = serde_json::from_str(&std::fs::read_to_string(file).expect(file)).expect(file);
    let cases = cases(&file);
    // For each mode the worst error, and the worst as a fraction of its bound.
    let mut table: BTreeMap<(&str, &str), [(f64, f64); 5]> = BTreeMap::new();
    for (case, errors) in cases.iter().zip(all_errors(&cases)) {
        let row = table.entry((case.function, case.kind)).or_default();
        for ((worst, error), (_, order)) in row.iter_mut().zip(errors).zip(MODES) {
            let bound = 64.0 * case.n as f64 * f64::EPSILON * case.growth[order];
            // NaN is the worst.
            let worse = |worst: f64, x: f64| if worst >= x { worst } else { x };
            *worst = (worse(worst.0, error), worse(worst.1, error / bound));
        }
    }
    print!("{:21} {:20}", "worst error (of bound)", "");
    println!("{}", MODES.map(|(mode, _)| format!("{mode:>18}")).concat());
    for ((function, kind), row) in &table {
        let cells = row.map(|(error, fraction)| format!(" {error:8.1e} ({fraction:.0e})"));
        println!("{function:22} {kind:20}{}", cells.concat());
    }
    let beyond: Vec<_> =
        table.iter().filter(|(_, row)| !row.iter().all(|(_, fraction)| *fraction <= 1.0)).collect();
    assert!(beyond.is_empty(), "beyond their bounds: {beyond:?}");
}
