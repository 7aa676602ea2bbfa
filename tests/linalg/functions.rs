//! Spectra in parts, singular-value functions and functions of general matrices: identities at every order, and what is an error.

use holograd::linalg::{
    AnalyticFunction, LinalgError, SpectralFunction, eigen, eigenpair, expm, expm_multiply,
    generalized_eigenpairs, log_det, logm, low_rank, lyapunov, matrix_function, mul, nuclear_norm, polar,
    powm, singular_function, singular_triples, spectral_function, sqrtm, sylvester, symmetric_eigenpairs,
};
use holograd::{Dual, Real, Scalar, Var, derivative, grad, jacfwd, jvp, lit, second_derivative};
use nalgebra::{DMatrix, Matrix2, Matrix3, Vector3, dmatrix, matrix, vector};
use num_complex::Complex;

/// The analytic functions of these methods.
macro_rules! analytic_functions {
    ($($name:ident $method:ident)*) => { $(
        struct $name;
        impl AnalyticFunction for $name {
            fn at<S: Scalar>(&self, z: S) -> S {
                z.$method()
            }
        }
    )* };
}
analytic_functions! { Sin sin Cos cos Ln ln Exp exp }

struct Soft;
impl SpectralFunction for Soft {
    fn at<S: Real>(&self, x: S) -> S {
        x / (x * x + lit(1.0))
    }
}

struct Shifted;
impl SpectralFunction for Shifted {
    fn at<S: Real>(&self, x: S) -> S {
        x + lit(1.0)
    }
}

/// A full matrix without symmetry.
fn dense(n: usize, seed: usize) -> DMatrix<f64> {
    DMatrix::from_fn(n, n, |i, j| ((7 * i + 13 * j + 5 * seed) as f64 * 1.3).sin())
}

/// What is zero at every matrix with eigenvalues in the right half-plane.
fn identities<T: Real>(a: &DMatrix<T>) -> Vec<T> {
    let n = a.nrows();
    let one = DMatrix::<T>::identity(n, n);
    let root = sqrtm(a).unwrap();
    let third = powm(a, T::lit(1.0 / 3.0)).unwrap();
    let (sin, cos) = (matrix_function(a, &Sin).unwrap(), matrix_function(a, &Cos).unwrap());
    let b = a.map(|x| x * x + lit(0.5));
    let shifted = a + one.map(|x| x * lit(2.0));
    let x = sylvester(a, &shifted, &b).unwrap();
    let y = lyapunov(a, &b).unwrap();
    let polar = polar(a).unwrap();
    let odd = singular_function(a, &Soft).unwrap();
    let gram = mul(&a.transpose(), a) + &one;
    let parts = [
        mul(&root, &root) - a,
        expm(&logm(a).unwrap()) - a,
        mul(&mul(&third, &third), &third) - a,
        mul(&sin, &sin) + mul(&cos, &cos) - &one,
        mul(a, &x) + mul(&x, &shifted) - &b,
        mul(a, &y) + mul(&y, &a.transpose()) - &b,
        expm_multiply(a, &b) - mul(&expm(a), &b),
        mul(&polar.unitary, &polar.hermitian) - a,
        mul(&polar.unitary.transpose(), &polar.unitary) - &one,
        mul(&odd, &gram) - a,
    ];
    parts.iter().flat_map(|part| part.iter().copied()).collect()
}

fn along<T: Real>(a: &DMatrix<f64>, d: &DMatrix<f64>, t: T) -> DMatrix<T> {
    a.zip_map(d, |a, d| t * lit(d) + lit(a))
}

#[test]
fn identities_hold_to_third_order_at_full_equal_and_defective_matrices() {
    let d = dense(3, 4);
    for (name, a) in [
        ("full", dense(3, 1) + DMatrix::identity(3, 3) * 3.0),
        ("multiple of the identity", DMatrix::identity(3, 3) * 2.0),
        ("defective", dmatrix![2.0, 1.0, 0.5; 0.0, 2.0, 1.0; 0.0, 0.0, 2.0]),
        ("pair of equals", dmatrix![2.0, 0.0, 0.0; 0.0, 2.0, 0.0; 0.0, 0.0, 0.5]),
    ] {
        let third: Vec<f64> = jacfwd(|t| second_derivative(|t| identities(&along(&a, &d, t)), t), &0.0);
        let reverse: f64 = grad(
            |t| {
                let y = second_derivative(|t| identities(&along(&a, &d, t)), t);
                y.iter().enumerate().map(|(i, y)| *y * (i as f64).cos()).sum::<Var<f64>>()
            },
            &0.0,
        );
        for (i, part) in third.chunks(a.len()).enumerate() {
            let error =
                part.iter().fold(0.0, |max: f64, x| if x.abs() > max || x.is_nan() { x.abs() } else { max });
            assert!(error < 2e-11, "{name}, identity {i}: {error:e}");
        }
        assert!(reverse.abs() < 2e-10, "{name}, in reverse: {reverse:e}");
    }
}

#[test]
fn logarithms_and_functions_of_complex_matrices_are_holomorphic() {
    let a = DMatrix::from_fn(3, 3, |i, j| {
        Complex::new(dense(3, 1)[(i, j)], dense(3, 2)[(i, j)]) + Complex::from(if i == j { 3.0 } else { 0.0 })
    });
    let d = a.map(|z| Complex::new(z.im, 1.0 - z.re) * 0.1);
    // d ln A along D solves the equation of e^X = A, whose derivative `expm` has.
    let (value, change) = jvp(|a: DMatrix<_>| logm(&a).unwrap(), &a, &d);
    let back = jvp(|x: DMatrix<_>| expm(&x), &value, &change);
    let errors = [(back.0 - &a).norm(), (back.1 - &d).norm()];
    assert!(errors.iter().all(|x| *x < 2e-12), "{errors:?}");
    // By a complex direction: i times the derivative.
    let turned = jvp(|a: DMatrix<_>| matrix_function(&a, &Exp).unwrap(), &a, &d.map(|z| z * Complex::i())).1;
    let straight = jvp(|a: DMatrix<_>| expm(&a), &a, &d).1;
    assert!((turned - straight.map(|z| z * Complex::i())).norm() < 1e-11 * straight.norm());
    // Cut along the negative axis: −1 has the root i.
    let negative = DMatrix::from_element(1, 1, Complex::new(-1.0, 0.0));
    assert!((sqrtm(&negative).unwrap()[0] - Complex::i()).norm() < 1e-15);
}

#[test]
fn powers_have_a_derivative_by_the_exponent() {
    let a = dense(3, 1) + DMatrix::identity(3, 3) * 3.0;
    let at = |p: f64| powm(&a, p).unwrap();
    for p in [0.0, 0.3, 2.0, -1.0, -2.6] {
        let slope = derivative(|p| powm(&a.map(Dual::from), p).unwrap(), p);
        assert!((slope - at(p) * logm(&a).unwrap()).norm() < 1e-11, "{p}");
    }
    assert!((at(2.0) - &a * &a).norm() < 1e-13 && (at(0.0) - DMatrix::identity(3, 3)).norm() < 1e-15);
    assert!((at(-1.0) * &a - DMatrix::identity(3, 3)).norm() < 1e-14);
    // An integer power needs no logarithm.
    assert_eq!(powm(&matrix![-2.0, 0.0; 0.0, 3.0], 3.0).unwrap(), matrix![-8.0, 0.0; 0.0, 27.0]);
}

#[test]
fn what_has_no_value_is_an_error() {
    let outside = |result: Result<DMatrix<f64>, LinalgError>| match result {
        Err(LinalgError::OutsideDomain { eigenvalue }) => eigenvalue,
        other => panic!("{other:?}"),
    };
    assert_eq!(outside(sqrtm(&dmatrix![-4.0, 1.0; 0.0, 1.0])), [-4.0, 0.0]);
    assert_eq!(outside(logm(&dmatrix![0.0, 1.0; 0.0, 1.0])), [0.0, 0.0]);
    assert_eq!(outside(matrix_function(&dmatrix![0.0, 1.0; 0.0, 1.0], &Ln)), [0.0, 0.0]);
    match spectral_function(&dmatrix![1.0, 2.0; 0.0, 1.0], &Soft) {
        Err(LinalgError::NotHermitian { asymmetry }) => assert_eq!(asymmetry, 1.0),
        other => panic!("{other:?}"),
    }
    match sylvester(&matrix![1.0, 2.0; 0.0, 3.0], &matrix![-3.0], &vector![1.0, 1.0]) {
        Err(LinalgError::Singular { condition }) => assert!(condition > 1e15),
        other => panic!("{other:?}"),
    }
    let error = |result: Result<Matrix3<f64>, LinalgError>| match result {
        Err(LinalgError::Degenerate { gap, threshold }) => assert!(gap <= threshold && threshold < 1e-12),
        other => panic!("{other:?}"),
    };
    let two = Matrix3::from_diagonal(&Vector3::new(2.0, 2.0, 0.0));
    error(grad(|a: Matrix3<_>| symmetric_eigenpairs(&a, 2..3).map(|p| p.eigenvalues[0]), &two));
    error(grad(|a: Matrix3<_>| singular_triples(&a, 0..1).map(|p| p.singular_values[0]), &two));
    error(grad(|a: Matrix3<_>| nuclear_norm(&a), &two));
    error(grad(|a: Matrix3<_>| polar(&a).map(|p| p.unitary[0]), &two));
    error(grad(|a: Matrix3<_>| low_rank(&a, 1).map(|p| p[0]), &two));
    error(grad(|a: Matrix3<_>| singular_function(&a, &Shifted).map(|p| p[0]), &two));
    error(grad(|a: Matrix3<_>| eigen(&a).map(|p| p.eigenvalues[0].re), &two));
    error(grad(|a: Matrix3<_>| eigenpair(&a, [2.0, 0.0]).map(|p| p.eigenvalue.re), &two));
    // Of constants they have values.
    assert!(polar(&two).is_ok() && low_rank(&two, 1).is_ok() && nuclear_norm(&two) == Ok(4.0));
}

#[test]
fn what_is_simple_beside_equals_has_its_derivatives() {
    // The largest of diag(4, 1, 1): ½ d²λ/dt² = Σ |d₀ⱼ|²/(4 − 1).
    let a = DMatrix::from_diagonal(&vec![4.0, 1.0, 1.0].into());
    let d = dmatrix![0.5, 1.0, 2.0; 1.0, 3.0, -1.0; 2.0, -1.0, 0.25];
    let top = |t: Dual<Dual<f64>>| symmetric_eigenpairs(&along(&a, &d, t), 2..3).unwrap().eigenvalues[0];
    assert!((second_derivative(top, 0.0) - 2.0 * 5.0 / 3.0).abs() < 1e-14);
    let slopes = grad(|a: DMatrix<_>| symmetric_eigenpairs(&a, 2..3).map(|p| p.eigenvalues[0]), &a).unwrap();
    assert_eq!(slopes, DMatrix::from_diagonal(&vec![1.0, 0.0, 0.0].into()));
    // A range in the middle, with the vectors of the full problem.
    let full = dense(5, 3);
    let all = holograd::linalg::symmetric_eigen(&full).unwrap();
    let some = symmetric_eigenpairs(&full, 1..4).unwrap();
    assert_eq!(some.eigenvectors, all.eigenvectors.columns(1, 3).into_owned());
    assert!(symmetric_eigenpairs(&full, 2..2).unwrap().eigenvalues.is_empty());
    // A Jordan block beside a simple eigenvalue; w v = 1 and both are eigenvectors.
    let a = dmatrix![1.0, 1.0, 0.5; 0.0, 1.0, 2.0; 0.0, 0.0, 3.0];
    let pair = eigenpair::<f64, _>(&a, [3.0, 0.0]).unwrap();
    let complex = a.map(Complex::from);
    assert!((&complex * &pair.right - &pair.right * pair.eigenvalue).norm() < 1e-14);
    assert!((complex.adjoint() * &pair.left - &pair.left * pair.eigenvalue.conj()).norm() < 1e-14);
    assert!(
        (pair.left.dotc(&pair.right) - Complex::from(1.0)).norm() < 1e-15
            && (pair.right.norm() - 1.0).abs() < 1e-15
    );
    let slopes = grad(|a: DMatrix<_>| eigenpair(&a, [3.0, 0.0]).map(|p| p.eigenvalue.re), &a).unwrap();
    // w vᵀ
    let outer = (pair.left.conjugate() * pair.right.transpose()).map(|z| z.re);
    assert!((slopes - outer).norm() < 1e-14);
    // Vectors of the pair of matrices are orthonormal in the product of B, at every order of a change of both.
    let (a, b) = (dense(4, 1), dense(4, 2));
    let orthonormal = |t: Dual<Dual<f64>>| {
        let b = along(&(&b * b.transpose() + DMatrix::identity(4, 4)), &dense(4, 5), t);
        let b = (&b + b.transpose()) * lit_of(0.5);
        let a = along(&a, &dense(4, 6), t);
        let pairs = generalized_eigenpairs(&a, &b, 0..4).unwrap();
        let a = (&a + a.transpose()) * lit_of(0.5);
        let x = &pairs.eigenvectors;
        let residual = &a * x - &b * x * DMatrix::from_diagonal(&pairs.eigenvalues);
        (x.transpose() * &b * x - DMatrix::identity(4, 4)) + residual
    };
    assert!(second_derivative(orthonormal, 0.0).norm() < 1e-10);
    fn lit_of(x: f64) -> Dual<Dual<f64>> {
        lit_from(x)
    }
    fn lit_from<T: Scalar>(x: f64) -> T {
        T::lit(x)
    }
}

#[test]
fn the_closest_rotation_and_the_truncation_are_right_by_hand() {
    // At a rotation R the closest rotation to R + tD changes by R skew(Rᵀ D).
    let rotation = Matrix2::new(0.6, -0.8, 0.8, 0.6);
    let d = matrix![1.0, 2.0; 4.0, 3.0];
    let change = jvp(|a: Matrix2<_>| polar(&a).unwrap().unitary, &rotation, &d).1;
    let skew = (rotation.transpose() * d - d.transpose() * rotation) * 0.5;
    assert!((change - rotation * skew).norm() < 1e-14);
    // A singular value that is small beside the others is no zero: U f(Σ) Vᵀ jumps there unless f is odd.
    let small = dmatrix![20.0, 0.0; 0.0, 0.5];
    let d = dmatrix![1.0, 2.0; 3.0, 4.0];
    let change = jvp(|a: DMatrix<_>| polar(&a).unwrap().unitary, &small, &d).1;
    // Ẇ = X with H X + X H = D − Dᵀ
    assert!((change - dmatrix![0.0, -1.0; 1.0, 0.0] / 20.5).norm() < 1e-15);
    let shifted =
        |a: DMatrix<Dual<f64>>| singular_function(&a, &Shifted).unwrap() - &a - polar(&a).unwrap().unitary;
    let (value, change) = jvp(shifted, &small, &d);
    assert!(value.norm() < 1e-13 && change.norm() < 1e-13, "{value}{change}");
    // A wide matrix has orthonormal rows.
    let wide = dmatrix![1.0, 2.0, 0.0; 0.0, 1.0, 1.0];
    let unitary = polar(&wide).unwrap().unitary;
    assert!((&unitary * unitary.transpose() - DMatrix::identity(2, 2)).norm() < 1e-14);
    // Of rank one with equal others: A₁ = σ u vᵀ, and its derivative keeps what is in the tangent space.
    let a = DMatrix::from_diagonal(&vec![4.0, 1.0, 1.0].into());
    let d = dense(3, 3);
    let change = jvp(|a: DMatrix<_>| low_rank(&a, 1).unwrap(), &a, &d).1;
    // (Σ₁, 0) G: entries (i, 0) and (0, j) of a perturbation of diag(4, 1, 1): (16 dᵢ₀ + 4 d₀ᵢ)/15
    for i in 1..3 {
        assert!((change[(i, 0)] - (16.0 * d[(i, 0)] + 4.0 * d[(0, i)]) / 15.0).abs() < 1e-14);
        assert!((change[(0, i)] - (16.0 * d[(0, i)] + 4.0 * d[(i, 0)]) / 15.0).abs() < 1e-14);
    }
    assert!((change[(0, 0)] - d[(0, 0)]).abs() < 1e-14 && change.view((1, 1), (2, 2)).norm() < 1e-14);
}

#[test]
fn log_det_of_a_definite_matrix_has_the_derivatives_of_the_general_one() {
    let b = dense(6, 1);
    let a = &b * b.transpose() + DMatrix::identity(6, 6);
    let definite = grad(|a: DMatrix<_>| log_det(&a), &a).unwrap();
    assert!((definite - a.clone().try_inverse().unwrap()).norm() < 1e-14);
    // One rounding from symmetric: by LU.
    let mut nearly = a.clone();
    nearly[(0, 1)] *= 1.0 + f64::EPSILON;
    let second = |a: &DMatrix<f64>| -> f64 {
        second_derivative(|t| log_det(&along(a, &dense(6, 2), t)).unwrap(), 0.0)
    };
    assert!((log_det(&a).unwrap() - log_det(&nearly).unwrap()).abs() < 1e-14);
    assert!((second(&a) - second(&nearly)).abs() < 1e-13);
    // Cholesky's factor with ones on its diagonal, which say nothing of its inverse.
    let triangle = DMatrix::from_fn(60, 60, |i, j| if i == j { 1.0 } else { -f64::from(u8::from(j < i)) });
    let hidden = &triangle * triangle.transpose();
    assert!(matches!(log_det(&hidden), Err(LinalgError::Singular { .. })));
    let hilbert = DMatrix::from_fn(14, 14, |i, j| 1.0 / (i + j + 1) as f64);
    assert!(matches!(log_det(&hilbert), Err(LinalgError::Singular { .. })));
}
