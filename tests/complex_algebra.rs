//! nalgebra's complex linear algebra at dual numbers, against the differential formulas evaluated at plain complex numbers.
#![cfg(feature = "nalgebra")]
#![allow(clippy::cast_precision_loss)] // indices

use holograd::{Dual, HyperDual, Scalar, derivative, second_derivative};
use nalgebra::{ComplexField, Matrix3, SMatrix, Vector3};
use num_complex::Complex;

type C = Complex<f64>;
type M<T> = Matrix3<T>;

/// Dense, far from singular.
fn a() -> M<C> {
    M::from_fn(|i, j| {
        let k = (3 * i + j) as f64;
        C::new((1.3 * k).sin() + if i == j { 2.0 } else { 0.0 }, (0.7 * k + 0.4).cos())
    })
}

/// The direction.
fn b() -> M<C> {
    M::from_fn(|i, j| {
        let k = (3 * i + j) as f64;
        C::new((0.9 * k + 1.0).cos(), (1.1 * k).sin())
    })
}

fn hermitian(m: M<C>) -> M<C> {
    (m + m.adjoint()) * C::new(0.5, 0.0)
}

/// a + b ε of duals of complex numbers, and of complex numbers of duals.
fn outside(a: M<C>, b: M<C>) -> M<Dual<C>> {
    a.zip_map(&b, |a, b| Dual::new(a, [b]))
}
fn inside(a: M<C>, b: M<C>) -> M<Complex<Dual<f64>>> {
    outside(a, b).map(Dual::into_complex)
}

/// Values and tangents of both kinds.
trait Parts {
    fn parts(self) -> (C, C);
}
impl Parts for Dual<C> {
    fn parts(self) -> (C, C) {
        (self.value(), self.derivative())
    }
}
impl Parts for Complex<Dual<f64>> {
    fn parts(self) -> (C, C) {
        Dual::from_complex(self).parts()
    }
}

#[track_caller]
fn assert_parts<T: Parts + Copy + nalgebra::Scalar, const R: usize, const K: usize>(
    got: SMatrix<T, R, K>,
    value: SMatrix<C, R, K>,
    slope: SMatrix<C, R, K>,
) {
    for (got, (value, slope)) in got.iter().zip(value.iter().zip(slope.iter())) {
        let (v, s) = got.parts();
        assert!((v - value).norm() <= 1e-13 * (1.0 + value.norm()), "value {v}, want {value}");
        assert!((s - slope).norm() <= 1e-12 * (1.0 + slope.norm()), "derivative {s}, want {slope}");
    }
}

#[track_caller]
fn check<T: ComplexField + Parts + Copy>(m: M<T>, rhs: Vector3<T>) {
    let (a, b) = (a(), b());
    let inverse = a.try_inverse().unwrap();
    // d det A = det A tr(A⁻¹ dA)
    let det = SMatrix::<C, 1, 1>::new(a.determinant());
    let slope = det * (inverse * b).trace();
    assert_parts(SMatrix::<T, 1, 1>::new(m.determinant()), det, slope);
    assert_parts(SMatrix::<T, 1, 1>::new(m.lu().determinant()), det, slope);
    // d A⁻¹ = −A⁻¹ dA A⁻¹
    assert_parts(m.try_inverse().unwrap(), inverse, -inverse * b * inverse);
    assert_parts(m.lu().try_inverse().unwrap(), inverse, -inverse * b * inverse);
    // A dx = db − dA x; here the right-hand side is the first column of A + dA, so x is e₁.
    let x = m.lu().solve(&rhs).unwrap();
    assert_parts(x, Vector3::x(), Vector3::zeros());
    let (q, r) = m.qr().unpack();
    assert_parts(q * r, a, b);
    assert_parts(m * m.adjoint(), a * a.adjoint(), b * a.adjoint() + a * b.adjoint());
}

#[test]
fn lu_inverse_determinant_and_solutions_at_both_kinds_of_number() {
    let outside = outside(a(), b());
    check(outside, outside.column(0).into());
    let inside = inside(a(), b());
    check(inside, inside.column(0).into());
}

/// λₖ and vₖᴴ dA vₖ, by rising λ.
fn eigenvalues() -> Vec<(f64, f64)> {
    let (a, b) = (hermitian(a()), hermitian(b()));
    let eigen = a.symmetric_eigen();
    let mut pairs: Vec<(f64, f64)> = (0..3)
        .map(|k| {
            let v = eigen.eigenvectors.column(k);
            (eigen.eigenvalues[k], (v.adjoint() * b * v)[0].re)
        })
        .collect();
    pairs.sort_by(|x, y| x.0.total_cmp(&y.0));
    pairs
}

#[track_caller]
fn check_eigenvalues(got: Vector3<Dual<f64>>) {
    let mut got: Vec<Dual<f64>> = got.iter().copied().collect();
    got.sort_by(|x, y| x.value().total_cmp(&y.value()));
    for (got, (value, slope)) in got.into_iter().zip(eigenvalues()) {
        assert!(
            (got.value() - value).abs() < 1e-13 && (got.derivative() - slope).abs() < 1e-12,
            "{got}, {value}, {slope}"
        );
    }
}

#[test]
fn eigenvalues_of_a_hermitian_matrix_at_both_kinds_of_number() {
    let (a, b) = (hermitian(a()), hermitian(b()));
    check_eigenvalues(outside(a, b).symmetric_eigenvalues());
    check_eigenvalues(inside(a, b).symmetric_eigenvalues());
}

#[test]
fn a_cholesky_factor_of_a_hermitian_matrix_at_both_kinds_of_number() {
    let (m, dm) = (a() * a().adjoint(), a() * b().adjoint() + b() * a().adjoint());
    let l = outside(m, dm).cholesky().unwrap().l();
    assert_parts(l * l.adjoint(), m, dm);
    let l = inside(m, dm).cholesky().unwrap().l();
    assert_parts(l * l.adjoint(), m, dm);
}

#[test]
fn the_holomorphic_derivative_of_a_determinant_and_an_inverse_by_the_ordinary_transforms() {
    let at = |z: C| (a() + b() * z).determinant();
    let dual = |z: Dual<C>| M::from_fn(|i, j| Dual::from(a()[(i, j)]) + z * b()[(i, j)]);
    let z = C::new(0.2, -0.1);
    let slope = derivative(|z| dual(z).determinant(), z);
    let moved = a() + b() * z;
    let want = at(z) * (moved.try_inverse().unwrap() * b()).trace();
    assert!((slope - want).norm() < 1e-12 * want.norm(), "{slope}, {want}");
    // d²(A⁻¹) = 2 A⁻¹BA⁻¹BA⁻¹
    let second = |z: HyperDual<C>| {
        let constant = |c: C| HyperDual::<C>::constant(c);
        let m = M::from_fn(|i, j| constant(a()[(i, j)]) + z * constant(b()[(i, j)]));
        m.try_inverse().unwrap()[(0, 1)]
    };
    let got = second_derivative(second, z);
    let inverse = moved.try_inverse().unwrap();
    let want = (inverse * b() * inverse * b() * inverse)[(0, 1)] * 2.0;
    assert!((got - want).norm() < 1e-11 * want.norm(), "{got}, {want}");
}
