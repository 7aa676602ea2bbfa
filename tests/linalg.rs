//! Differentiated linear algebra: every mode against the others, finite differences and closed forms.
#![cfg(feature = "nalgebra")]

#[path = "linalg/functions.rs"]
mod functions;
#[path = "linalg/rotation.rs"]
mod rotation;

use holograd::linalg::{
    LinalgError, SpectralFunction, cholesky, cluster_sums, constant, det, eigenvalues, expm, inverse,
    largest_with_tangents, log_det, lstsq, mul, norm, norm_1, norm_inf, primal, pseudo_inverse, qr, real_mul,
    rotation_from_scaled_axis, scaled_axis_from_rotation, singular_values, solve, spectral_function,
    spectral_norm, svd, symmetric_eigen, symmetric_eigenvalues,
};
use holograd::{
    ComplexScalar, Dual, HyperDual, Real, Scalar, grad, jacfwd, jacrev, jvp, lit, second_derivative,
    value_and_jacfwd, vjp,
};
use nalgebra::{DMatrix, DVector, Matrix3, SMatrix, Vector3, dmatrix, vector};
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
operation! { Expm, |a| expm(a) }
operation! { LeastSquares, |a| lstsq(&tall(a), &tall(a).map(|x| x.sin())).unwrap() }
operation! { PseudoInverse, |a| pseudo_inverse(&tall(a)).unwrap() }
operation! { Qr, |a| {
    let (tall, wide) = (qr(&tall(a)).unwrap(), qr(&tall(a).transpose()).unwrap());
    stacked(&[tall.q, tall.r, wide.q, wide.r])
} }
// Values, and products in which the signs of the vectors cancel.
operation! { Eigen, |a| {
    let eigen = symmetric_eigen(a).unwrap();
    let (values, vectors) = (eigen.eigenvalues, eigen.eigenvectors);
    stacked(&[one_column(values.as_slice()), vectors.map(|x| x * x), weighed(&vectors, &vectors)])
} }
operation! { SingularVectors, |a| {
    let svd = svd(&tall(a)).unwrap();
    stacked(&[one_column(svd.singular_values.as_slice()), weighed(&svd.u, &svd.v), svd.u.map(|x| x * x)])
} }
operation! { SpectralNorm, |a| one(spectral_norm(&tall(a)).unwrap()) }
operation! { Eigenvalues, |a| {
    let values = eigenvalues(a).unwrap();
    one_column(&values.iter().flat_map(|z| [z.re, z.im * z.im]).collect::<Vec<_>>())
} }
operation! { SpectralTanh, |a| spectral_function(&symmetric(a), &Tanh).unwrap() }

// tanh A once more, as (e^2A + I)⁻¹(e^2A − I): another way to the same derivatives.
operation! { TanhMinusTanh, |a| {
    let symmetric = symmetric(a);
    let (e, one) = (expm(&(&symmetric * T::lit(2.0))), DMatrix::identity(a.nrows(), a.nrows()));
    spectral_function(&symmetric, &Tanh).unwrap() - solve(&(&e + &one), &(&e - &one)).unwrap()
} }
operation! { Identities, |a| {
    // All three are zero with all derivatives.
    let one = DMatrix::<T>::identity(a.nrows(), a.nrows());
    let (qr, svd, eigen) = (qr(a).unwrap(), svd(a).unwrap(), symmetric_eigen(a).unwrap());
    let values = |x: &[T]| DMatrix::from_diagonal(&DVector::from_column_slice(x));
    let symmetric = (a + a.transpose()) * T::lit(0.5);
    let (l, p) = (cholesky(&(a * a.transpose())).unwrap(), pseudo_inverse(&tall(a)).unwrap());
    stacked(&[
        &qr.q * &qr.r - a,
        qr.q.transpose() * &qr.q - &one,
        &svd.u * values(svd.singular_values.as_slice()) * svd.v.transpose() - a,
        svd.u.transpose() * &svd.u - &one,
        svd.v.transpose() * &svd.v - &one,
        &symmetric * &eigen.eigenvectors - &eigen.eigenvectors * values(eigen.eigenvalues.as_slice()),
        eigen.eigenvectors.transpose() * &eigen.eigenvectors - &one,
        &l * l.transpose() - a * a.transpose(),
        inverse(a).unwrap() * a - &one,
        &p * tall(a) - &one,
        tall(a) * &p - p.transpose() * tall(a).transpose(),
        one_column(&[det(a).abs().ln() - log_det(a).unwrap()]),
    ])
} }

/// The functions of these methods, of the spectrum.
macro_rules! spectral_functions {
    ($($name:ident $method:ident)*) => { $(
        struct $name;
        impl SpectralFunction for $name {
            fn at<S: Real>(&self, x: S) -> S {
                x.$method()
            }
        }
    )* };
}
spectral_functions! { Tanh tanh Exp exp Sqrt sqrt Abs abs Cbrt cbrt }

/// A with its first row once more below, so that there are more rows than columns.
fn tall<T: Real>(a: &DMatrix<T>) -> DMatrix<T> {
    let n = a.nrows();
    DMatrix::from_fn(n + 1, n, |i, j| if i < n { a[(i, j)] } else { a[(0, j)] * a[(0, j)] + lit(0.5) })
}

fn symmetric<T: Real>(a: &DMatrix<T>) -> DMatrix<T> {
    (a + a.transpose()) * T::lit(0.5)
}

fn one_column<T: Scalar>(x: &[T]) -> DMatrix<T> {
    DMatrix::from_column_slice(x.len(), 1, x)
}

fn stacked<T: Scalar>(parts: &[DMatrix<T>]) -> DMatrix<T> {
    one_column(&parts.iter().flatten().copied().collect::<Vec<_>>())
}

/// U diag(1, 2, …) Vᵀ
fn weighed<T: Real>(u: &DMatrix<T>, v: &DMatrix<T>) -> DMatrix<T> {
    let mut scaled = u.clone();
    for (j, mut column) in scaled.column_iter_mut().enumerate() {
        column.iter_mut().for_each(|x| *x *= lit(j as f64 + 1.0));
    }
    scaled * v.transpose()
}

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
    let second = second_derivative(|t| path(operation, a, d, t), 0.0);
    let difference = (first(&line(h)) - first(&line(-h))) / (2.0 * h);
    close(&format!("{name} second"), &second, &difference, 1e-6);

    // Reverse: the weighted sum of all entries of the result.
    let weights = dense(operation.at(a).len(), 99);
    fn weigh<T: Real>(operation: impl Operation, weights: &DMatrix<f64>, a: &DMatrix<T>) -> T {
        operation.at(a).iter().zip(weights.column(0).iter()).map(|(y, w)| *y * lit(*w)).sum()
    }
    let gradient = grad(|a: DMatrix<_>| weigh(operation, &weights, &a), a);
    let forward: DMatrix<f64> = jacfwd(|a: DMatrix<_>| weigh(operation, &weights, &a), a);
    close(&format!("{name} reverse"), &gradient, &forward, 1e-13);

    // Forward over reverse and reverse over forward.
    let (_, over_reverse) = jvp(|a| grad(|a: DMatrix<_>| weigh(operation, &weights, &a), &a), a, d);
    let over_forward =
        grad(|a: DMatrix<_>| jvp(|a| weigh(operation, &weights, &a), &a, &d.map(Scalar::lit)).1, a);
    close(&format!("{name} second order in reverse"), &over_reverse, &over_forward, 1e-11);
}

/// An operation that is identically zero has derivatives that are, to third order and in reverse over reverse.
fn modes_vanish(operation: impl Operation + Copy, a: &DMatrix<f64>, d: &DMatrix<f64>) {
    fn sum<T: Real>(operation: impl Operation, a: &DMatrix<T>) -> T {
        let y = operation.at(a);
        (0..).zip(&y).map(|(i, y)| *y * lit(f64::from(i).sin())).sum()
    }
    let line = |t| jvp(|t| path(operation, a, d, t), &t, &Scalar::lit(1.0)).1;
    let third = second_derivative(line, 0.0);
    close("third order", &third, &(third.clone() * 0.0), 1e-10);
    let twice_reverse = grad(
        |a: DMatrix<_>| {
            let g = grad(|a: DMatrix<_>| sum(operation, &a), &a);
            g.iter().zip(d).map(|(g, d)| *g * lit(*d)).sum::<holograd::Var<f64>>()
        },
        a,
    );
    close("reverse over reverse", &twice_reverse, &(twice_reverse.clone() * 0.0), 1e-10);
}

/// The operation along A + tD.
fn path<T: Real>(operation: impl Operation, a: &DMatrix<f64>, d: &DMatrix<f64>, t: T) -> DMatrix<T> {
    operation.at(&a.zip_map(d, |a, d| T::lit(a) + t * lit(d)))
}

/// Matrices at which branches of a factorisation by value lose derivatives, and full ones.
fn kinds() -> Vec<DMatrix<f64>> {
    let mut kinds = vec![
        DMatrix::from_diagonal(&DVector::from_vec(vec![1.0, 2.0, 4.0])),
        dmatrix![0.0, 2.0, 0.0; 1.0, 0.0, 0.0; 0.0, 0.0, 3.0],
        dmatrix![2.0, 1.0, 0.0, 0.0; 1.0, 3.0, 0.0, 0.0; 0.0, 0.0, 5.0, -1.0; 0.0, 0.0, 1.0, 8.0],
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

#[test]
fn factorisations_agree_in_every_mode() {
    for a in kinds() {
        let d = dense(a.nrows(), 7);
        modes_agree(Qr, &a, &d);
        modes_agree(PseudoInverse, &a, &d);
        modes_agree(LeastSquares, &a, &d);
        modes_agree(Expm, &a, &d);
    }
}

#[test]
fn eigenvalues_and_singular_values_agree_in_every_mode() {
    // Difference quotients need gaps far larger than their steps.
    for a in kinds().into_iter().filter(|a| largest(&(a - DMatrix::identity(a.nrows(), a.nrows()))) > 0.1) {
        let n = a.nrows();
        let d = dense(n, 7);
        modes_agree(Eigen, &(&a + DMatrix::from_diagonal(&DVector::from_fn(n, |i, _| i as f64))), &d);
        modes_agree(SingularVectors, &a, &d);
        modes_agree(SpectralNorm, &a, &d);
        modes_agree(Eigenvalues, &a, &d);
    }
}

#[test]
fn spectral_functions_agree_in_every_mode_whether_or_not_eigenvalues_coincide() {
    for a in kinds() {
        modes_agree(SpectralTanh, &a, &dense(a.nrows(), 7));
    }
    // A difference between two tangents that grow like 1/gap says nothing here: against e^A instead.
    modes_vanish(TanhMinusTanh, &DMatrix::identity(4, 4), &dense(4, 7));
    let turned = qr(&dense(4, 1)).unwrap().q;
    let twice = DMatrix::from_diagonal(&DVector::from_vec(vec![0.5, 0.5, 1.0, 1.0]));
    modes_vanish(TanhMinusTanh, &(&turned * twice * turned.transpose()), &dense(4, 7));
    modes_vanish(TanhMinusTanh, &dense(4, 3), &dense(4, 7));
}

#[test]
fn identities_hold_to_third_order_and_in_reverse_over_reverse() {
    for a in
        [dmatrix![2.0, 1.0, 0.0; 0.0, 3.0, 0.0; 0.0, 0.0, 5.0], dense(4, 4) + DMatrix::identity(4, 4) * 2.0]
    {
        modes_vanish(Identities, &a, &dense(a.nrows(), 7));
    }
}

/// The derivatives of w ↦ w by way of a rotation matrix: the identity, and then zero.
#[test]
fn a_scaled_axis_survives_a_rotation_there_and_back_with_all_derivatives() {
    fn there_and_back<T: Real>(w: Vector3<T>) -> Vector3<T> {
        scaled_axis_from_rotation(&rotation_from_scaled_axis(&w))
    }
    for w in [
        Vector3::zeros(),
        vector![1e-9, 0.0, -1e-9],
        vector![0.3, -0.2, 0.1],
        vector![1.0, 2.0, -1.5],
        vector![0.0, 3.0, 0.0],
        vector![0.0, 0.0, std::f64::consts::PI],
    ] {
        let d = vector![0.5, -1.0, 2.0];
        assert!((there_and_back(w) - w).norm() < 1e-14, "{w}{}", there_and_back(w));
        let jacobian: Matrix3<f64> = holograd::matrix::jacobian(there_and_back, &w);
        assert!((jacobian - Matrix3::identity()).norm() < 1e-13, "{w}{jacobian}");
        let second = second_derivative(|t| there_and_back(w.zip_map(&d, |w, d| t * d + w)), 0.0);
        assert!(second.norm() < 1e-12, "{w}{second}");
        let reverse = grad(|w: Vector3<_>| there_and_back(w)[1], &w);
        assert!((reverse - Vector3::y()).norm() < 1e-13, "{w}{reverse}");
    }
}

#[test]
fn what_coincides_is_an_error_with_the_gap_and_constants_are_not() {
    let identity = DMatrix::<f64>::identity(3, 3);
    let error = |result: Result<DMatrix<f64>, LinalgError>| match result {
        Err(LinalgError::Degenerate { gap, threshold }) => assert!(gap <= threshold && threshold < 1e-12),
        other => panic!("{other:?}"),
    };
    error(grad(|a: DMatrix<_>| symmetric_eigen(&a).map(|e| e.eigenvectors[0]), &identity));
    error(grad(|a: DMatrix<_>| svd(&a).map(|e| e.u[0]), &identity));
    error(grad(|a: DMatrix<_>| singular_values(&a).map(|s| s[2]), &dmatrix![1.0, 0.0; 0.0, 0.0]));
    error(grad(|a: DMatrix<_>| eigenvalues(&a).map(|s| s[0].re), &dmatrix![1.0, 1.0; 0.0, 1.0]));
    // Nearly defective: the computed eigenvalues differ by √ε.
    let nearly = grad(|a: DMatrix<_>| eigenvalues(&a).map(|s| s[0].re), &dmatrix![1.0, 1.0; 1e-16, 1.0]);
    assert!(
        matches!(nearly, Err(LinalgError::Degenerate { gap, threshold }) if gap <= threshold),
        "{nearly:?}"
    );
    assert!(symmetric_eigen(&identity).is_ok() && svd(&identity).is_ok() && eigenvalues(&identity).is_ok());
    // The largest one is alone.
    let slopes =
        grad(|a: DMatrix<_>| spectral_norm(&a), &dmatrix![2.0, 0.0, 0.0; 0.0, 1.0, 0.0; 0.0, 0.0, 1.0])
            .unwrap();
    assert!((slopes - dmatrix![1.0, 0.0, 0.0; 0.0, 0.0, 0.0; 0.0, 0.0, 0.0]).norm() < 1e-15);
}

#[test]
fn singular_systems_are_errors_with_the_condition_and_badly_scaled_ones_are_not() {
    let singular = dmatrix![1.0, 2.0, 3.0; 4.0, 5.0, 6.0; 7.0, 8.0, 9.0];
    match inverse(&singular) {
        Err(LinalgError::Singular { condition }) => assert!(condition > 1e15),
        other => panic!("{other:?}"),
    }
    assert!(log_det(&singular).is_err());
    let scaled = dmatrix![1e-20, 0.0; 0.0, 1e20];
    assert_eq!(inverse(&scaled).unwrap(), dmatrix![1e20, 0.0; 0.0, 1e-20]);
    match cholesky(&dmatrix![1.0, 2.0; 2.0, 1.0]) {
        Err(LinalgError::NotPositiveDefinite { smallest_eigenvalue }) => {
            assert!((smallest_eigenvalue + 1.0).abs() < 1e-14);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn cofactors_of_singular_matrices_are_right_to_second_order() {
    // det(A₀ + tD) of rank 2, 1 and 0: polynomials whose coefficients are sums of minors.
    let d: DMatrix<f64> = dmatrix![2.0, 1.0, 0.0; 1.0, 3.0, 1.0; 0.0, 1.0, 4.0];
    for (a, first, second) in [
        (dmatrix![1.0, 0.0, 0.0; 0.0, 2.0, 0.0; 0.0, 0.0, 0.0], 8.0, 2.0 * (2.0 * 8.0 + 11.0)),
        (dmatrix![1.0, 0.0, 0.0; 0.0, 0.0, 0.0; 0.0, 0.0, 0.0], 0.0, 2.0 * 11.0),
        (DMatrix::zeros(3, 3), 0.0, 0.0),
    ] {
        let got: f64 = jvp(|a: DMatrix<_>| det(&a), &a, &d).1;
        assert!((got - first).abs() < 1e-13, "{got} {first}");
        let got: f64 = second_derivative(|t| path(Det, &a, &d, t)[0], 0.0_f64);
        assert!((got - second).abs() < 1e-12, "{got} {second}");
    }
}

/// The wrong figures of dual numbers run through nalgebra's own methods, in num-dual 0.15 and echidna 0.15: see the
/// page of the module.
#[test]
fn the_wrong_figures_of_other_libraries_are_right_here() {
    // diag(1, 2, 4) + tE
    let a: DMatrix<f64> = DMatrix::from_diagonal(&DVector::from_vec(vec![1.0, 2.0, 4.0]));
    let e = dmatrix![0.3, 1.0, 0.5; 1.0, -0.2, 0.4; 0.5, 0.4, 0.1];
    let inverse: DMatrix<f64> = jvp(|a| pseudo_inverse(&a).unwrap(), &a, &e).1;
    let exact = DMatrix::from_fn(3, 3, |i, j| -e[(i, j)] / (a[(i, i)] * a[(j, j)]));
    assert!((&inverse - &exact).amax() < 1e-15, "{inverse}");
    assert!((inverse[(0, 1)] + 0.5).abs() < 1e-15); // num-dual: 1.0
    // λᵢ″ = 2 Σⱼ eᵢⱼ²/(λᵢ − λⱼ); num-dual: 0, 0, 0
    let second = second_derivative(|t| path(Eigen, &a, &e, t).rows(0, 3).into_owned(), 0.0);
    let sum = |i: usize| {
        (0..3).filter(|j| *j != i).map(|j| 2.0 * e[(i, j)].powi(2) / (a[(i, i)] - a[(j, j)])).sum()
    };
    for (i, figure) in [-2.167, 1.84, 0.327].into_iter().enumerate() {
        let exact: f64 = sum(i);
        assert!((second[i] - exact).abs() < 1e-14 && (exact - figure).abs() < 5e-4, "{second}");
    }
    // echidna: 0.6, 0, 0, −0.8
    let through_vectors = |a: DMatrix<_>| {
        let eigen = symmetric_eigen(&a)?;
        let (values, vectors) = (eigen.eigenvalues, eigen.eigenvectors);
        Ok::<_, LinalgError>(values[0] * 0.6 - values[1] * 0.8 - vectors[(1, 0)] / vectors[(0, 0)] * 6.0)
    };
    let gradient = grad(through_vectors, &dmatrix![1.0, 0.0; 0.0, 2.0]).unwrap();
    assert!((gradient - dmatrix![0.6, 3.0; 3.0, -0.8]).amax() < 1e-15);
}

/// A Hermitian matrix X + iY beside the symmetric (X, −Y; Y, X), whose eigenvalues all come twice.
#[test]
fn hermitian_matrices_agree_with_their_real_images() {
    fn parts<T: Real>(t: T) -> [DMatrix<T>; 2] {
        let (x, y) = (dense(4, 11), dense(4, 12));
        let entry = |x: f64, y: f64| (T::lit(x) + t * lit(y)).sin();
        let symmetric = DMatrix::from_fn(4, 4, |i, j| entry(x[(i, j)] + x[(j, i)], y[(i, j)] + y[(j, i)]));
        let skew = DMatrix::from_fn(4, 4, |i, j| entry(x[(i, j)] - x[(j, i)], y[(i, j)] - y[(j, i)]));
        [symmetric, skew]
    }
    fn difference<T: Real>(t: T) -> DMatrix<T> {
        let [x, y] = parts(t);
        let hermitian = DMatrix::from_fn(4, 4, |i, j| Complex::new(x[(i, j)], y[(i, j)]));
        let image = DMatrix::from_fn(8, 8, |i, j| match (i / 4, j / 4) {
            (0, 0) | (1, 1) => x[(i % 4, j % 4)],
            (0, 1) => -y[(i, j - 4)],
            _ => y[(i - 4, j)],
        });
        let (f, g) =
            (spectral_function(&hermitian, &Tanh).unwrap(), spectral_function(&image, &Tanh).unwrap());
        let eigen = symmetric_eigen(&hermitian).unwrap();
        let trace = |k: i32| eigen.eigenvalues.iter().map(|x| x.powi(k)).sum::<T>() * lit(2.0);
        let square: T = image.iter().map(|x| *x * *x).sum();
        stacked(&[
            DMatrix::from_fn(4, 4, |i, j| f[(i, j)].re - g[(i, j)]),
            DMatrix::from_fn(4, 4, |i, j| f[(i, j)].im - g[(i + 4, j)]),
            one_column(&[trace(1) - image.trace(), trace(2) - square]),
        ])
    }
    close("value", &difference(0.3), &DMatrix::zeros(34, 1), 1e-13);
    close("second", &second_derivative(difference, 0.3), &DMatrix::zeros(34, 1), 1e-10);
    let slope = grad(|t| difference(t).iter().copied().sum::<holograd::Var<f64>>(), &0.3);
    assert!(slope.abs() < 1e-11, "{slope}");
}

/// All results of the module at one matrix, as they come: no arithmetic of this file.
fn all_results<T: Real>(a: &DMatrix<T>) -> Vec<T> {
    let (tall, symmetric) = (tall(a), a * a.transpose());
    let (eigen, svd, tall_qr) = (symmetric_eigen(a).unwrap(), svd(&tall).unwrap(), qr(&tall).unwrap());
    let spectrum: Vec<_> = eigenvalues(a).unwrap().iter().flat_map(|z| [z.re, z.im]).collect();
    let clusters: Vec<_> = cluster_sums(a).unwrap().iter().map(|c| c.sum).collect();
    let numbers =
        [det(a), log_det(a).unwrap(), spectral_norm(&tall).unwrap(), norm(a), norm_1(a), norm_inf(a)];
    stacked(&[
        solve(a, &symmetric).unwrap(),
        inverse(a).unwrap(),
        cholesky(&symmetric).unwrap(),
        tall_qr.q,
        tall_qr.r,
        one_column(eigen.eigenvalues.as_slice()),
        eigen.eigenvectors,
        one_column(symmetric_eigenvalues(a).unwrap().as_slice()),
        one_column(&clusters),
        spectral_function(&symmetric, &Tanh).unwrap(),
        one_column(&spectrum),
        svd.u,
        one_column(svd.singular_values.as_slice()),
        svd.v,
        one_column(singular_values(&tall).unwrap().as_slice()),
        pseudo_inverse(&tall).unwrap(),
        lstsq(&tall, &tall).unwrap(),
        expm(a),
        mul(a, &symmetric),
        one_column(&numbers),
    ])
    .as_slice()
    .to_vec()
}

#[test]
fn values_are_those_of_f64_bit_for_bit_in_every_nest() {
    for a in [
        dense(4, 4) + DMatrix::identity(4, 4) * 2.0,
        DMatrix::from_diagonal(&DVector::from_vec(vec![1.0, 2.0, 4.0])),
    ] {
        let plain = all_results(&a);
        let seen =
            |y: Vec<f64>| assert!(y.iter().zip(&plain).all(|(x, y)| x.to_bits() == y.to_bits() || x == y));
        seen(value_and_jacfwd(|a: DMatrix<_>| all_results(&a), &a).0);
        seen(vjp(|a: DMatrix<_>| all_results(&a), &a).0);
        let d = dense(a.nrows(), 7);
        seen(second(|t| all_results(&line(&a, &d, t))));
        // Reverse over reverse.
        grad(
            |a: DMatrix<_>| {
                let y = vjp(|a: DMatrix<_>| all_results(&a), &a).0;
                seen(y.iter().map(|y| y.value()).collect());
                y[0]
            },
            &a,
        );
    }
    // nalgebra's own.
    let a = dense(5, 5) + DMatrix::identity(5, 5) * 3.0;
    let spd = (&a * a.transpose()).symmetric_part();
    assert_eq!(cholesky(&spd).unwrap(), spd.clone().cholesky().unwrap().l());
    assert_eq!(qr(&a).unwrap().q, a.clone().qr().q());
    assert_eq!(singular_values(&a).unwrap(), a.clone().svd(true, true).singular_values);
    assert_eq!(det(&a), a.determinant());
}

/// A + tD
fn line<T: Real>(a: &DMatrix<f64>, d: &DMatrix<f64>, t: T) -> DMatrix<T> {
    a.zip_map(d, |a, d| T::lit(a) + t * lit(d))
}

/// The values of a function of nested dual numbers at 0.
fn second(f: impl Fn(HyperDual<f64>) -> Vec<HyperDual<f64>>) -> Vec<f64> {
    f(Dual::variable(Dual::variable(0.0))).iter().map(|y| y.primal()).collect()
}

#[test]
fn fixed_sizes_agree_with_dynamic_ones() {
    // The same code twice, as no bound says that a size is fixed or dynamic.
    macro_rules! results {
        ($a:ident, $square:expr) => {{
            let (qr, svd, square) = (qr(&$a).unwrap(), svd(&$a).unwrap(), $square);
            let spd = mul(&$a.transpose(), &$a);
            let eigen = symmetric_eigen(&square).unwrap();
            let mut all =
                vec![det(&square), log_det(&square).unwrap(), norm(&$a), eigenvalues(&square).unwrap()[0].re];
            all.extend(qr.q.iter().chain(&qr.r).chain(&svd.u).chain(&svd.v).chain(&svd.singular_values));
            all.extend(pseudo_inverse(&$a).unwrap().iter().chain(&lstsq(&$a, &$a).unwrap()));
            all.extend(eigen.eigenvalues.iter().chain(&eigen.eigenvectors).chain(&cholesky(&spd).unwrap()));
            all.extend(
                solve(&square, &spd).unwrap().iter().chain(&inverse(&square).unwrap()).chain(&expm(&square)),
            );
            all.extend(&spectral_function(&spd, &Tanh).unwrap());
            all
        }};
    }
    fn fixed<T: Real>(a: SMatrix<T, 4, 3>) -> Vec<T> {
        results!(a, a.fixed_rows::<3>(0).into_owned())
    }
    fn dynamic<T: Real>(a: DMatrix<T>) -> Vec<T> {
        results!(a, a.rows(0, 3).into_owned())
    }
    let a = SMatrix::<f64, 4, 3>::from_fn(|i, j| (5 * i + 3 * j) as f64 * 0.7).map(f64::sin)
        + SMatrix::<f64, 4, 3>::identity() * 2.0;
    let of_dynamic = DMatrix::from_column_slice(4, 3, a.as_slice());
    assert_eq!(jacrev(fixed, &a).len(), jacrev(dynamic, &of_dynamic).len());
    for (fixed, dynamic) in jacrev(fixed, &a).iter().zip(jacrev(dynamic, &of_dynamic)) {
        assert_eq!(fixed.as_slice(), dynamic.as_slice());
    }
}

/// What is analytic has complex derivatives: along real and imaginary directions, forward and on the tape.
#[test]
fn systems_at_complex_numbers_have_holomorphic_derivatives() {
    fn weighed<T: Scalar>(a: &DMatrix<T>) -> T {
        let results = stacked(&[
            solve(a, &a.transpose()).unwrap(),
            inverse(a).unwrap(),
            expm(a),
            mul(a, a),
            one_column(&[det(a), log_det(a).unwrap()]),
        ]);
        results.iter().enumerate().map(|(i, y)| *y * lit((i as f64).cos())).sum()
    }
    let complex = |seed| dense(3, seed).zip_map(&dense(3, seed + 1), Complex::new);
    let (a, d) = (complex(1) + DMatrix::identity(3, 3) * Complex::new(2.0, 0.0), complex(3));
    let (_, slope) = jvp(|a: DMatrix<_>| weighed(&a), &a, &d);
    let close = |x: Complex<f64>, y: Complex<f64>| assert!((x - y).norm() < 1e-12 * y.norm(), "{x} {y}");
    let gradient = grad(|a: DMatrix<_>| weighed(&a), &a);
    close(gradient.dot(&d), slope);
    // (f(A + hD) − f(A − hD))/2h, for h real and imaginary.
    for h in [Complex::new(1e-5, 0.0), Complex::new(0.0, 1e-5)] {
        let quotient = (weighed(&(&a + &d * h)) - weighed(&(&a - &d * h))) / (h + h);
        assert!((quotient - slope).norm() < 1e-8 * slope.norm(), "{quotient} {slope}");
    }
    // The same numbers as real and imaginary parts in the dual numbers, and on the tape.
    fn parts<T: Real>(a: &DMatrix<Complex<f64>>, d: &DMatrix<Complex<f64>>, t: T) -> [T; 2] {
        let entry = |a: Complex<f64>, d: Complex<f64>| {
            Complex::new(t * lit(d.re) + lit(a.re), t * lit(d.im) + lit(a.im))
        };
        let y = weighed(&a.zip_map(d, entry));
        [y.re, y.im]
    }
    let [re, im] = holograd::derivative(|t| parts(&a, &d, t), 0.0);
    close(Complex::new(re, im), slope);
    let [re, im] = jacrev(|t| parts(&a, &d, t), &0.0);
    close(Complex::new(re, im), slope);
    // Second order.
    let second =
        jvp(|a: DMatrix<_>| jvp(|a: DMatrix<_>| weighed(&a), &a, &d.map(Scalar::constant)).1, &a, &d).1;
    let [re, im] = second_derivative(|t| parts(&a, &d, t), 0.0);
    close(Complex::new(re, im), second);
    let over_reverse = jvp(|a: DMatrix<_>| grad(|a: DMatrix<_>| weighed(&a), &a), &a, &d).1;
    close(over_reverse.dot(&d), second);
}

#[test]
fn single_precision_has_its_own_thresholds() {
    let single = |a: &DMatrix<f64>| a.map(|x| x as f32);
    let a = dense(4, 4) + DMatrix::identity(4, 4) * 2.0;
    fn weighed<T: Real>(a: &DMatrix<T>) -> T {
        all_results(a).iter().enumerate().map(|(i, y)| *y * lit((i as f64).cos())).sum()
    }
    let gradient = grad(|a: DMatrix<_>| weighed(&a), &a);
    let in_single = grad(|a: DMatrix<_>| weighed(&a), &single(&a));
    assert!((in_single.map(f64::from) - &gradient).amax() < 1e-4 * gradient.amax());
    // Apart by 2e-7: not to `f32`.
    let near = dmatrix![1.0, 0.0; 0.0, 1.0 + 2.0 * f64::from(f32::EPSILON)];
    assert!(grad(|a: DMatrix<_>| symmetric_eigenvalues(&a).map(|e| e[0]), &near).is_ok());
    let error = grad(|a: DMatrix<_>| symmetric_eigenvalues(&a).map(|e| e[0]), &single(&near));
    assert!(matches!(error, Err(LinalgError::Degenerate { gap, .. }) if gap > 1e-7), "{error:?}");
}

#[test]
fn a_change_of_rank_is_an_error_and_constant_rank_is_not() {
    let a = dmatrix![1.0, 2.0; 2.0, 4.0];
    let along = |d: DMatrix<f64>| jvp(|a: DMatrix<_>| pseudo_inverse(&a), &a, &d);
    match along(dmatrix![1.0, 0.0; 0.0, 1.0]) {
        Err(LinalgError::Degenerate { gap, threshold }) => assert!(gap <= threshold),
        other => panic!("{other:?}"),
    }
    // (1 + t)A
    let (value, slope) = along(a.clone()).unwrap();
    assert!(
        (value.clone() - dmatrix![1.0, 2.0; 2.0, 4.0] / 25.0).amax() < 1e-16
            && (value + slope).amax() < 1e-15
    );
    assert!(jvp(|a: DMatrix<_>| lstsq(&a, &a), &a, &dmatrix![1.0, 0.0; 0.0, 1.0]).is_err());
    match jvp(|a: DMatrix<_>| qr(&a).map(|f| f.r), &a, &a) {
        Err(LinalgError::Singular { condition }) => assert!(condition > 1e15),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_f64_refuses_every_nest_refuses_with_the_same_figures() {
    fn errors<T: Real>(a: &DMatrix<T>) -> [Option<LinalgError>; 4] {
        [solve(a, a).err(), inverse(a).err(), log_det(a).err(), cholesky(a).err()]
    }
    for a in [
        dmatrix![1.0, 2.0, 3.0; 4.0, 5.0, 6.0; 7.0, 8.0, 9.0],
        dmatrix![1.0, 2.0; 2.0, 4.0],
        DMatrix::zeros(3, 3),
        dmatrix![1.0, 3.0; 3.0, 1.0],
    ] {
        let plain = errors(&a);
        assert!(plain[3].is_some());
        let mut seen = 0;
        holograd::derivative(
            |t| {
                seen += 1;
                assert_eq!(errors(&line(&a, &a, t)), plain);
                t
            },
            0.0,
        );
        grad(
            |a: DMatrix<_>| {
                seen += 1;
                assert_eq!(errors(&a), plain);
                a[0]
            },
            &a,
        );
        assert_eq!(seen, 2);
    }
}

operation! { Norms, |a| one_column(&[norm(a), norm_1(a), norm_inf(a), spectral_norm(a).unwrap()]) }
operation! { Products, |a| mul(&real_mul(&dense(a.nrows(), 5).map(Scalar::lit), a), &a.transpose()) }

#[test]
fn norms_and_products_agree_in_every_mode() {
    for a in kinds().into_iter().filter(|a| largest(&(a - DMatrix::identity(a.nrows(), a.nrows()))) > 0.1) {
        let d = dense(a.nrows(), 7);
        // Away from ties of columns, rows and singular values, where norms have no derivative.
        let a = a.map_with_location(|i, j, x| x * (1.0 + 0.1 * i as f64 + 0.03 * j as f64));
        modes_agree(Norms, &a, &d.zip_map(&a, |d, a| if a == 0.0 { 0.0 } else { d }));
        modes_agree(Products, &a, &d);
    }
}

#[test]
fn whole_matrices_go_between_nests() {
    let a = dense(3, 1);
    let nested: DMatrix<HyperDual<f64, 2>> = constant(&a);
    assert_eq!(primal(&nested), a);
    assert_eq!(largest_with_tangents(&nested), a.amax());
    let x = nested.map(|x| x + Dual::new(Dual::new(0.0, [0.0, 7.0]), [Dual::from(0.0); 2]));
    assert_eq!((primal(&x), largest_with_tangents(&x)), (a, 7.0));
}

#[test]
fn what_is_not_finite_has_no_eigenvalues_and_no_singular_values() {
    fn errors<T: ComplexScalar>(a: &DMatrix<T>) -> Vec<Option<LinalgError>> {
        let b = DVector::from_element(a.nrows(), T::one());
        vec![
            svd(a).err(),
            singular_values(a).err(),
            spectral_norm(a).err(),
            pseudo_inverse(a).err(),
            lstsq(a, &b).err(),
            symmetric_eigen(a).err(),
            symmetric_eigenvalues(a).err(),
            cluster_sums(a).err(),
            spectral_function(a, &Tanh).err(),
            eigenvalues(a).err(),
        ]
    }
    for n in [1, 2, 3, 25] {
        for entry in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for place in [0, n * n / 2, n * n - 1] {
                let mut a = dense(n, 5);
                a[place] = entry;
                let none = [Some(LinalgError::NoConvergence); 10];
                assert_eq!(errors(&a), none);
                assert_eq!(errors(&a.map(|x| x as f32)), none);
                assert_eq!(errors(&a.map(Complex::from)), none);
                assert_eq!(errors(&a.map(|x| Complex::new(1.0, x))), none);
                holograd::derivative(
                    |t| {
                        assert_eq!(errors(&line(&a, &a, t)), none);
                        t
                    },
                    0.0,
                );
            }
        }
        let mut a = DMatrix::identity(n, n);
        a[0] = f64::NAN;
        assert_eq!(cholesky(&a), Err(LinalgError::NoConvergence));
        assert_eq!(cholesky(&a.map(Complex::from)), Err(LinalgError::NoConvergence));
    }
}

#[test]
fn no_complex_matrix_has_an_imaginary_pivot_in_its_cholesky_factor() {
    match cholesky(&dmatrix![1.0, 2.0; 2.0, 1.0].map(Complex::from)) {
        Err(LinalgError::NotPositiveDefinite { smallest_eigenvalue }) => {
            assert!((smallest_eigenvalue + 1.0).abs() < 1e-14);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn nan_is_lost_in_no_norm_and_in_no_product_with_a_zero() {
    let nan = f64::NAN;
    for a in [dmatrix![nan, 1.0; 1.0, 2.0], dmatrix![1.0, nan; 1.0, 2.0], dmatrix![0.0, 0.0; 0.0, nan]] {
        assert!(norm_1(&a).is_nan() && norm_inf(&a).is_nan() && norm(&a).is_nan(), "{a}");
        assert!(largest_with_tangents(&a).is_nan(), "{a}");
        let complex = a.map(|x| Complex::new(0.0, x));
        assert!(norm_1(&complex).is_nan() && norm(&complex).is_nan(), "{a}");
        assert!(largest_with_tangents(&complex).is_nan(), "{a}");
        let tangent = a.map(|x| Dual::new(1.0, [0.0, x]));
        assert!(largest_with_tangents(&tangent).is_nan(), "{a}");
        for entry in expm(&a).iter().chain(&grad(|a: DMatrix<_>| expm(&a)[(0, 0)], &a)) {
            assert!(entry.is_nan(), "{a}");
        }
    }
    /// (x)(0), and the same with a matrix of the machine's numbers.
    fn products<T: Real<Primal = f64>>(x: f64) -> [f64; 3] {
        let (x, zero) = (DMatrix::from_element(1, 1, x), DMatrix::from_element(1, 1, T::zero()));
        [mul(&constant(&x), &zero)[0], mul(&zero, &constant(&x))[0], real_mul(&x, &zero)[0]]
            .map(Scalar::primal)
    }
    for x in [nan, f64::INFINITY, f64::NEG_INFINITY] {
        for values in [products::<f64>(x), products::<Dual<f64>>(x), products::<HyperDual<f64, 2>>(x)] {
            assert!(values.iter().all(|x| x.is_nan()), "{values:?}");
        }
        grad(
            |t| {
                assert!(products::<holograd::Var<f64>>(x).iter().all(|x| x.is_nan()));
                t
            },
            &1.0,
        );
    }
}

#[test]
fn results_in_range_are_right_at_entries_near_the_ends_of_the_range() {
    let huge: DMatrix<f64> = dmatrix![1e308, 0.0; 0.0, 1e308];
    assert!((pseudo_inverse(&huge).unwrap() * 1e300 - DMatrix::identity(2, 2) * 1e-8).amax() < 1e-22);
    let x = lstsq(&huge, &DVector::from_vec(vec![1e308, 2e307])).unwrap();
    assert!((x - vector![1.0, 0.2]).amax() < 1e-15);
    let values = symmetric_eigenvalues(&dmatrix![1e308, 0.0; 0.0, 1e307]).unwrap();
    assert!((values / 1e308 - vector![0.1, 1.0]).amax() < 1e-15);
}

/// Q diag(1, 0.8, σ) Pᵀ
fn nearly_singular(smallest: f64) -> DMatrix<f64> {
    let (q, p) = (qr(&dense(3, 1)).unwrap().q, qr(&dense(3, 2)).unwrap().q);
    q * DMatrix::from_diagonal(&DVector::from_vec(vec![1.0, 0.8, smallest])) * p.transpose()
}

#[test]
fn derivatives_of_the_determinant_are_right_at_nearly_singular_matrices() {
    /// The determinant of a 3 × 3 matrix as the polynomial that it is, and by `det`.
    fn both<T: Scalar>(a: &DMatrix<T>) -> [T; 2] {
        let minor = |i: usize, j: usize| a[(1, i)] * a[(2, j)] - a[(1, j)] * a[(2, i)];
        [a[(0, 0)] * minor(1, 2) - a[(0, 1)] * minor(0, 2) + a[(0, 2)] * minor(0, 1), det(a)]
    }
    let d = dense(3, 7);
    for exponent in 0..20 {
        let a = nearly_singular(10_f64.powi(-exponent));
        let close =
            |[exact, got]: [f64; 2]| assert!((exact - got).abs() < 2e-13, "1e-{exponent}: {got} {exact}");
        close(holograd::derivative(|t| both(&line(&a, &d, t)), 0.0));
        close(second_derivative(|t| both(&line(&a, &d, t)), 0.0));
        close(holograd::derivative(|t| second_derivative(|t| both(&line(&a, &d, t)), t), 0.0));
        let [exact, got]: [DMatrix<f64>; 2] =
            jacrev(|a: DMatrix<_>| jvp(|a| both(&a), &a, &d.map(Scalar::lit)).1, &a);
        assert!((exact - got).amax() < 1e-13, "1e-{exponent}");
    }
}

#[test]
fn cofactors_in_range_are_right_where_the_determinant_is_not() {
    let gradient = |a: &DMatrix<f64>| grad(|a: DMatrix<_>| det(&a), a);
    let close = |got: DMatrix<f64>, want: DMatrix<f64>| {
        assert!(got.iter().zip(&want).all(|(x, y)| (x - y).abs() <= 1e-15 * y.abs()), "{got}{want}");
    };
    close(gradient(&dmatrix![1e-200, 0.0; 0.0, 2e-200]), dmatrix![2e-200, 0.0; 0.0, 1e-200]);
    close(gradient(&dmatrix![1e200, 1.0; 1.0, 2e200]), dmatrix![2e200, -1.0; -1.0, 1e200]);
    close(gradient(&dmatrix![1e-200, 0.0; 0.0, 1e200]), dmatrix![1e200, 0.0; 0.0, 1e-200]);
    for size in [1e-200, 1e200] {
        let a = dmatrix![size, 0.0; 0.0, size];
        let second = second_derivative(|t| det(&line(&a, &dmatrix![1.0, 2.0; 0.5, 3.0], t)), 0.0_f64);
        assert!((second - 4.0).abs() < 1e-14, "{second}");
    }
    // Neither do partial products leave it.
    assert_eq!(det(&DMatrix::from_diagonal(&DVector::from_vec(vec![1e200, 1e200, 1e-300]))), 1e100);
}

/// nalgebra's own decomposition of these is wrong by up to 1e-4, as its last step divides by the small singular value.
#[test]
fn singular_values_are_right_at_nearly_singular_matrices() {
    for exponent in 0..20 {
        for size in [1.0, 1e-200, 1e200] {
            let tall = tall(&nearly_singular(10_f64.powi(-exponent)));
            for a in [nearly_singular(10_f64.powi(-exponent)), tall.clone(), tall.transpose()] {
                let a = a * size;
                let f = svd(&a).unwrap();
                let product = &f.u * DMatrix::from_diagonal(&f.singular_values) * f.v.transpose();
                assert!((product - &a).amax() < 4e-15 * size, "1e-{exponent}");
                let identity = DMatrix::identity(3, 3);
                assert!((f.u.transpose() * &f.u - &identity).amax() < 4e-15, "1e-{exponent}");
                assert!((f.v.transpose() * &f.v - &identity).amax() < 4e-15, "1e-{exponent}");
                assert!(f.singular_values.as_slice().is_sorted_by(|x, y| x >= y));
            }
        }
        let a = nearly_singular(10_f64.powi(-exponent))
            .map_with_location(|i, j, x| Complex::new(x, 0.0) * Complex::from_polar(1.0, (i + 2 * j) as f64));
        let f = svd(&a).unwrap();
        let product = &f.u * DMatrix::from_diagonal(&f.singular_values.map(Complex::from)) * f.v.adjoint();
        assert!((product - &a).camax() < 4e-15, "1e-{exponent}");
    }
}

/// The unit triangle with −1 beside its diagonal, whose pivots say nothing of its inverse.
#[test]
fn matrices_without_small_pivots_are_singular_where_their_inverse_has_no_digits() {
    let upper = |n| DMatrix::from_fn(n, n, |i, j| if i == j { 1.0 } else { -f64::from(u8::from(j > i)) });
    for a in [upper(60), upper(60).transpose()] {
        for error in [inverse(&a).err(), solve(&a, &a).err(), log_det(&a).err()] {
            assert!(
                matches!(error, Some(LinalgError::Singular { condition }) if condition > 1e18),
                "{error:?}"
            );
        }
    }
    assert!(inverse(&upper(30)).is_ok() && inverse(&upper(30).transpose()).is_ok());
}

#[test]
fn a_qr_decomposition_has_no_zeros_for_entries_whose_squares_are_out_of_range() {
    for size in [1e-170, 1e170, 1e-300, 1e300] {
        let a = dmatrix![size, 0.0; size, size];
        let factors = qr(&a).unwrap();
        assert!((factors.q * factors.r - &a).amax() < 1e-15 * size);
        let slopes = grad(|a: DMatrix<_>| qr(&a).map(|f| f.r[(1, 1)].abs()), &a).unwrap();
        assert!((slopes - dmatrix![0.5, -1.0; -0.5, 1.0] * 0.5_f64.sqrt()).amax() < 1e-15);
    }
}

/// Derivatives to third order where two eigenvalues are as close as can be, or not close at all: by divided differences they
/// would have errors of ε/gap, ε/gap² and ε/gap³.
#[test]
fn spectral_functions_are_right_whatever_the_gap_between_eigenvalues() {
    /// Zero: e^A − e^A, (√A)² − A.
    fn zero<T: Real>(a: &DMatrix<T>) -> DMatrix<T> {
        let symmetric = (a + a.transpose()) * T::lit(0.5);
        let root = spectral_function(a, &Sqrt).unwrap();
        stacked(&[spectral_function(a, &Exp).unwrap() - expm(&symmetric), mul(&root, &root) - symmetric])
    }
    let (turned, d) = (qr(&dense(4, 1)).unwrap().q, dense(4, 7));
    for exponent in 0..17 {
        let gap = 10_f64.powi(-exponent);
        for eigenvalues in [[0.5, 0.5 + gap / 4.0, 0.5 + gap, 2.0], [0.5, 0.5 + gap, 1.5, 1.5 - gap / 4.0]] {
            let a = &turned * DMatrix::from_diagonal(&eigenvalues.to_vec().into()) * turned.transpose();
            let close = |order: i32, got: DMatrix<f64>| {
                assert!(got.amax() < 1e-13, "order {order} at 1e-{exponent}: {got}");
            };
            close(0, zero(&a));
            close(1, holograd::derivative(|t| zero(&line(&a, &d, t)), 0.0));
            close(2, second_derivative(|t| zero(&line(&a, &d, t)), 0.0));
            close(3, holograd::derivative(|t| second_derivative(|t| zero(&line(&a, &d, t)), t), 0.0));
            let weighed = |y: DMatrix<holograd::Var<Dual<f64>>>| -> holograd::Var<Dual<f64>> {
                y.iter().enumerate().map(|(i, y)| *y * lit((i as f64).cos())).sum()
            };
            let (first, second) = jvp(|a: DMatrix<_>| grad(|a: DMatrix<_>| weighed(zero(&a)), &a), &a, &d);
            close(1, first);
            close(2, second);
        }
    }
}

/// A polynomial is no |x|, and √x has no derivative at 0: there a cluster is as narrow as it has to be.
#[test]
fn spectral_functions_with_a_kink_or_a_branch_between_eigenvalues_are_right() {
    // F₀₁ = (f₁ − f₀)/(λ₁ − λ₀)
    let slope = |f: &dyn Fn(DMatrix<Dual<f64>>) -> DMatrix<Dual<f64>>, [x, y]: [f64; 2]| {
        let a = dmatrix![x, 0.0, 0.0; 0.0, y, 0.0; 0.0, 0.0, 1.0];
        jvp(|a: DMatrix<_>| f(a), &a, &dmatrix![0.0, 1.0, 0.0; 1.0, 0.0, 0.0; 0.0, 0.0, 0.0]).1[(0, 1)]
    };
    for gap in [1e-2, 1e-5, 1e-10] {
        let got = slope(&|a| spectral_function(&a, &Abs).unwrap(), [-gap, 3.0 * gap]);
        assert!((got - 0.5).abs() < 1e-14, "{gap:e}: {got}");
        let got = slope(&|a| spectral_function(&a, &Cbrt).unwrap(), [gap, 8.0 * gap]);
        assert!((got / (gap.cbrt() / (7.0 * gap)) - 1.0).abs() < 1e-14, "{gap:e}: {got}");
    }
}
