//! nalgebra's own algorithms at our numbers, against the closed forms of their derivatives.
//!
//! A matrix depends on t as A + t E, with A and E dense and A of full rank. The closed forms are evaluated at the numbers `T` one
//! level down, so that `T = Dual<f64>` checks second derivatives.
#![cfg(feature = "nalgebra")]

use holograd::{ComplexScalar, Dual, Scalar, derivative, hessian, jacfwd};
use nalgebra::{
    ComplexField, DMatrix, Isometry3, Matrix3, OMatrix, Point3, Rotation3, Translation3, UnitQuaternion,
    Vector3, matrix, vector,
};
use num_complex::Complex;
use rand::{RngExt, SeedableRng, rngs::StdRng};

type C = Complex<f64>;

/// All the machine's numbers that a number is made of.
trait Parts: Copy {
    const EPSILON: f64;
    fn parts(self, into: &mut Vec<f64>);
}

/// A number whose parts are all drawn from [−1, 1).
trait Random: Parts {
    fn random(rng: &mut StdRng) -> Self;
}

macro_rules! machine_numbers {
    ($($number:ident)*) => {$(
        impl Parts for $number {
            const EPSILON: f64 = $number::EPSILON as f64;
            fn parts(self, into: &mut Vec<f64>) {
                into.push(self.into());
            }
        }
        impl Random for $number {
            fn random(rng: &mut StdRng) -> Self {
                rng.random_range(-1.0..1.0)
            }
        }
    )*};
}
machine_numbers! { f32 f64 }

impl<T: Parts> Parts for Complex<T> {
    const EPSILON: f64 = T::EPSILON;
    fn parts(self, into: &mut Vec<f64>) {
        self.re.parts(into);
        self.im.parts(into);
    }
}

impl<T: Random> Random for Complex<T> {
    fn random(rng: &mut StdRng) -> Self {
        Complex::new(T::random(rng), T::random(rng))
    }
}

impl<T: Parts, const N: usize> Parts for Dual<T, N> {
    const EPSILON: f64 = T::EPSILON;
    fn parts(self, into: &mut Vec<f64>) {
        self.value().parts(into);
        self.eps().into_iter().for_each(|e| e.parts(into));
    }
}

impl<T: Random, const N: usize> Random for Dual<T, N> {
    fn random(rng: &mut StdRng) -> Self {
        Dual::new(T::random(rng), std::array::from_fn(|_| T::random(rng)))
    }
}

impl<T: Parts> Parts for &T {
    const EPSILON: f64 = T::EPSILON;
    fn parts(self, into: &mut Vec<f64>) {
        (*self).parts(into);
    }
}

/// The largest difference of any two parts, in units of the machine's precision at the largest of them.
fn distance<T: Parts>(a: impl IntoIterator<Item = T>, b: impl IntoIterator<Item = T>) -> f64 {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    a.into_iter().for_each(|x| x.parts(&mut left));
    b.into_iter().for_each(|x| x.parts(&mut right));
    assert_eq!(left.len(), right.len());
    let scale = right.iter().fold(f64::MIN_POSITIVE, |m, x| m.max(x.abs()));
    let difference =
        left.iter().zip(&right).map(|(x, y)| (x - y).abs()).fold(0.0, |m, d| if d <= m { m } else { d });
    difference / (scale * T::EPSILON)
}

#[track_caller]
fn close<T: Parts>(what: &str, a: impl IntoIterator<Item = T>, b: impl IntoIterator<Item = T>) {
    within(50.0, what, a, b);
}

#[track_caller]
fn within<T: Parts>(bound: f64, what: &str, a: impl IntoIterator<Item = T>, b: impl IntoIterator<Item = T>) {
    let units = distance(a, b);
    println!("{what}: {units:.1} units");
    assert!(units <= bound, "{what}: off by {units} units");
}

fn random<T: Random + nalgebra::Scalar>(rows: usize, columns: usize, rng: &mut StdRng) -> DMatrix<T> {
    DMatrix::from_fn(rows, columns, |_, _| T::random(rng))
}

/// A random matrix with condition number of about 10.
fn full_rank<T: Random + ComplexField>(n: usize, rng: &mut StdRng) -> DMatrix<T> {
    random::<T>(n, n, rng) + DMatrix::from_diagonal_element(n, n, nalgebra::convert(2.0))
}

/// A + t E at t = 0.
fn line<T: Scalar>(a: &DMatrix<T>, e: &DMatrix<T>) -> DMatrix<Dual<T>> {
    a.zip_map(e, |a, e| Dual::new(a, [e]))
}

fn tangent<T: Scalar, R: nalgebra::Dim, K: nalgebra::Dim>(m: &OMatrix<Dual<T>, R, K>) -> OMatrix<T, R, K>
where
    nalgebra::DefaultAllocator: nalgebra::allocator::Allocator<R, K>,
{
    m.map(Dual::derivative)
}

/// What holds at every kind of number.
fn check_algorithms<T: ComplexScalar + ComplexField + Random>()
where
    Dual<T>: ComplexField + Parts,
{
    let rng = &mut StdRng::seed_from_u64(1);
    for n in 1..=6 {
        let (a, e) = (full_rank::<T>(n, rng), random::<T>(n, n, rng));
        let (b, f) = (random::<T>(n, 2, rng), random::<T>(n, 2, rng));
        let (m, r) = (line(&a, &e), line(&b, &f));
        let inverse = a.clone().try_inverse().unwrap();
        let x = &inverse * &b;
        // (A⁻¹b)′ = A⁻¹(b′ − E x)
        let slope = &inverse * (&f - &e * &x);
        let tell = |what: &str| format!("{what}, {n} × {n} of {}", std::any::type_name::<T>());

        let lu = m.clone().lu();
        close(&tell("LU, solution"), &tangent(&lu.solve(&r).unwrap()), &slope);
        close(&tell("full LU, solution"), &tangent(&m.clone().full_piv_lu().solve(&r).unwrap()), &slope);
        close(&tell("QR, solution"), &tangent(&m.clone().qr().solve(&r).unwrap()), &slope);
        // (A⁻¹)′ = −A⁻¹ E A⁻¹
        let of_inverse = -(&inverse * &e * &inverse);
        close(&tell("inverse"), &tangent(&m.clone().try_inverse().unwrap()), &of_inverse);
        close(&tell("LU, inverse"), &tangent(&lu.try_inverse().unwrap()), &of_inverse);
        // (det A)′ = det A · tr(A⁻¹ E)
        let trace = (&inverse * &e).trace() * a.determinant();
        close(&tell("determinant"), [m.determinant().derivative()], [trace]);
        // Products, by the product rule.
        close(&tell("product"), &tangent(&(&m * &r)), &(&e * &b + &a * &f));
        close(&tell("adjoint product"), &tangent(&r.ad_mul(&m)), &(f.adjoint() * &a + b.adjoint() * &e));

        // A = QR: the factors multiply to A and E, and Q stays unitary.
        let qr = m.clone().qr();
        let (q, r) = (qr.q(), qr.r());
        close(&tell("QR, product"), &(&q * &r), &m);
        close(&tell("QR, unitary"), &q.ad_mul(&q), &DMatrix::identity(n, n));

        // A = LLᴴ for A = BBᴴ + 1: L′ = L Φ(L⁻¹ E L⁻ᴴ), Φ the lower triangle with half of the diagonal.
        let definite = &a * a.adjoint() + DMatrix::identity(n, n);
        let direction = &e + e.adjoint();
        let l = definite.clone().cholesky().unwrap().l();
        let inner = l.clone().try_inverse().unwrap();
        let mut phi = (&inner * &direction * inner.adjoint()).lower_triangle();
        for i in 0..n {
            phi[(i, i)] *= nalgebra::convert::<f64, T>(0.5);
        }
        let cholesky = line(&definite, &direction).cholesky().unwrap();
        close(&tell("Cholesky, factor"), &tangent(&cholesky.l()), &(&l * phi));
        let solved = definite.try_inverse().unwrap();
        close(
            &tell("Cholesky, solution"),
            &tangent(&cholesky.solve(&line(&b, &f))),
            &(&solved * (&f - &direction * &solved * &b)),
        );
    }
}

#[test]
fn lu_qr_cholesky_inverse_and_determinant_differentiate_over_f64() {
    check_algorithms::<f64>();
}

#[test]
fn lu_qr_cholesky_inverse_and_determinant_differentiate_over_f32() {
    check_algorithms::<f32>();
}

#[test]
fn lu_qr_cholesky_inverse_and_determinant_differentiate_over_complex_numbers() {
    check_algorithms::<C>();
}

#[test]
fn lu_qr_cholesky_inverse_and_determinant_differentiate_twice() {
    check_algorithms::<Dual<f64>>();
    check_algorithms::<Dual<C>>();
    check_algorithms::<Dual<f64, 3>>();
}

#[test]
fn lu_qr_cholesky_inverse_and_determinant_differentiate_over_complex_numbers_of_dual_numbers() {
    check_algorithms::<Complex<Dual<f64>>>();
    let rng = &mut StdRng::seed_from_u64(2);
    let (a, e) = (full_rank::<C>(4, rng), random::<C>(4, 4, rng));
    let (b, f) = (random::<C>(4, 1, rng), random::<C>(4, 1, rng));
    let of_duals = |a: &DMatrix<C>, e: &DMatrix<C>| {
        a.zip_map(e, |a, e| Complex::new(Dual::new(a.re, [e.re]), Dual::new(a.im, [e.im])))
    };
    let x = of_duals(&a, &e).lu().solve(&of_duals(&b, &f)).unwrap();
    let inverse = a.try_inverse().unwrap();
    let slope = &inverse * (&f - &e * &inverse * &b);
    close("LU over Complex<Dual>", &x.map(|x| Complex::new(x.re.derivative(), x.im.derivative())), &slope);
}

#[test]
fn a_holomorphic_function_may_solve_by_lu_and_by_qr() {
    // x(z) = A(z)⁻¹ b with A = A₀ + z E
    let rng = &mut StdRng::seed_from_u64(3);
    let (a, e, b) = (full_rank::<C>(3, rng), random::<C>(3, 3, rng), random::<C>(3, 1, rng));
    let inverse = a.clone().try_inverse().unwrap();
    let slope = -(&inverse * &e * &inverse * &b);
    let matrix = |z: Dual<C>| a.zip_map(&e, |a, e| z * e + a);
    let b = b.map(Dual::from);
    close("LU", &derivative(|z| matrix(z).lu().solve(&b).unwrap(), C::ZERO), &slope);
    close("QR", &derivative(|z| matrix(z).qr().solve(&b).unwrap(), C::ZERO), &slope);
    close("inverse", &derivative(|z| matrix(z).try_inverse().unwrap() * &b, C::ZERO), &slope);
}

#[test]
fn qr_differentiates_at_a_zero_pivot_column_entry() {
    // The first entry of each Householder vector is exactly zero, with a live tangent.
    let a = matrix![0.0, 2.0, 1.0; 3.0, 0.0, 0.0; 4.0, 0.0, 5.0];
    let e = matrix![1.0, 0.5, -1.0; 0.25, 2.0, 1.0; -2.0, 1.0, 0.5];
    let qr = a.zip_map(&e, |a, e| Dual::new(a, [e])).qr();
    let (q, r) = (qr.q(), qr.r());
    close("product", &(q * r).map(Dual::derivative), &e);
    close("orthogonal", &(q.transpose() * q), &Matrix3::identity());
    // R′ = (X − Ω) R with X = Qᵀ E R⁻¹ and Ω antisymmetric with the strict lower triangle of X.
    let (q, r) = (q.map(Dual::value), r.map(Dual::value));
    let x = q.transpose() * e * r.try_inverse().unwrap();
    let lower = Matrix3::from_fn(|i, j| if i > j { x[(i, j)] } else { 0.0 });
    let omega = lower - lower.transpose();
    close("R", &qr.r().map(Dual::derivative), &((x - omega) * r));
}

#[test]
fn the_hessian_of_a_log_determinant_is_the_known_one() {
    // ∂²(ln det A)/∂aᵢⱼ∂aₖₗ = −(A⁻¹)ⱼₖ(A⁻¹)ₗᵢ
    let a = matrix![4.0, 1.0, 0.5; 1.0, 3.0, 0.25; 0.5, 0.75, 2.0];
    let inverse = a.try_inverse().unwrap();
    let h = hessian(|a: Matrix3<_>| a.determinant().ln(), &a);
    let expected = Matrix3::from_fn(|i, j| Matrix3::from_fn(|k, l| -inverse[(j, k)] * inverse[(l, i)]));
    close("Hessian", h.iter().flatten().copied(), expected.iter().flatten().copied());
    let g = jacfwd(|a: Matrix3<_>| a.lu().determinant().ln(), &a);
    close("gradient", &g, &inverse.transpose());
}

#[test]
fn the_matrix_exponential_differentiates() {
    // exp of (A E; 0 A) has the derivative of exp at A along E in its upper right (Van Loan 1978).
    fn check<T: ComplexScalar + ComplexField + Random>()
    where
        Dual<T>: ComplexField + Parts,
    {
        let rng = &mut StdRng::seed_from_u64(4);
        for scale in [0.1, 1.0, 4.0, 20.0] {
            let (a, e) =
                (random::<T>(3, 3, rng) * nalgebra::convert::<f64, T>(scale), random::<T>(3, 3, rng));
            let mut block = DMatrix::zeros(6, 6);
            block.view_mut((0, 0), (3, 3)).copy_from(&a);
            block.view_mut((3, 3), (3, 3)).copy_from(&a);
            block.view_mut((0, 3), (3, 3)).copy_from(&e);
            let expected = block.exp().view((0, 3), (3, 3)).into_owned();
            close("exp", &tangent(&line(&a, &e).exp()), &expected);
        }
    }
    check::<f64>();
    check::<C>();
    check::<Dual<f64>>();
    // Also at zero, where exp′ = E, and where the tangent alone is not zero.
    let e = matrix![1.0, 2.0; 3.0, 4.0];
    assert_eq!(e.map(|e| Dual::new(0.0, [e])).exp().map(Dual::derivative), e);
}

#[test]
fn norms_and_normalisation_differentiate() {
    let v = vector![1.0, -2.0, 2.0];
    assert_eq!(jacfwd(|v: Vector3<_>| v.norm(), &v), v / 3.0);
    assert_eq!(jacfwd(|v: Vector3<_>| v.lp_norm(1), &v), vector![1.0, -1.0, 1.0]);
    assert_eq!(jacfwd(|v: Vector3<_>| v.amax(), &vector![1.0, -3.0, 2.0]), vector![0.0, -1.0, 0.0]);
    let j = holograd::matrix::jacobian(|v| v.normalize(), &v);
    close("normalize", &j, &((Matrix3::identity() - v * v.transpose() / 9.0) / 3.0));
    let z = vector![
        Dual::new(Complex::new(3.0, 0.0), [Complex::i()]),
        Dual::new(Complex::new(0.0, 4.0), [Complex::i()])
    ];
    assert_eq!(z.norm().derivative(), 0.8);
}

#[test]
fn rotations_differentiate() {
    let axis = nalgebra::Unit::new_normalize(vector![1.0, 2.0, -2.0]);
    let turned = |angle: f64| Rotation3::from_axis_angle(&axis, angle).into_inner();
    let cross = axis.cross_matrix();
    let lifted = nalgebra::Unit::new_unchecked(axis.map(Dual::from));
    let slope = derivative(|t| Rotation3::from_axis_angle(&lifted, t).into_inner(), 0.7);
    close("Rotation3", &slope, &(cross * turned(0.7)));
    let point = vector![0.3, -0.5, 2.0];
    let slope = derivative(|t| UnitQuaternion::from_axis_angle(&lifted, t) * point.map(Dual::from), 0.7);
    close("UnitQuaternion", &slope, &(cross * turned(0.7) * point));
    let slope = derivative(|t| UnitQuaternion::from_axis_angle(&lifted, t).angle(), 0.7);
    close("angle", [slope], [1.0]);
    // The rotation vector goes in and comes out: the identity.
    let v = vector![0.4, -0.3, 0.8];
    let j = holograd::matrix::jacobian(|v| UnitQuaternion::from_scaled_axis(v).scaled_axis(), &v);
    close("exp and ln", &j, &Matrix3::identity());
    let j = holograd::matrix::jacobian(|v| Rotation3::from_scaled_axis(v).scaled_axis(), &v);
    close("Rotation3 and back", &j, &Matrix3::identity());
    // Half way from a to b, by b's angle.
    let start = UnitQuaternion::from_axis_angle(&lifted, Dual::from(0.2));
    let half = derivative(
        |t| start.slerp(&UnitQuaternion::from_axis_angle(&lifted, t), Dual::from(0.5)).angle(),
        1.0,
    );
    close("slerp", [half], [0.5]);
    // Euler angles and back.
    let j = holograd::matrix::jacobian(
        |v| {
            let (roll, pitch, yaw) = Rotation3::from_euler_angles(v[0], v[1], v[2]).euler_angles();
            vector![roll, pitch, yaw]
        },
        &v,
    );
    close("Euler angles", &j, &Matrix3::identity());
}

#[test]
fn isometries_differentiate() {
    // d/d(t, w) of R(w) p + t: 1 and, along a rotation of R from the left by ε n, n × R p.
    let (p, t, axis) = (Point3::new(1.0, 2.0, 3.0), vector![0.5, -0.25, 4.0], vector![0.6, 0.0, 0.8]);
    let lifted = nalgebra::Unit::new_unchecked(axis.map(Dual::from));
    let moved = |angle: Dual<f64>, t: Vector3<Dual<f64>>| {
        Isometry3::from_parts(Translation3::from(t), UnitQuaternion::from_axis_angle(&lifted, angle))
            * p.map(Dual::from)
    };
    let by_angle = derivative(|angle| moved(angle, t.map(Dual::from)).coords, 0.9);
    let rotated = moved(Dual::from(0.9), Vector3::zeros()).coords.map(Dual::value);
    close("angle", &by_angle, &axis.cross(&rotated));
    let by_t =
        derivative(|x| moved(Dual::from(0.9), vector![x, Dual::from(0.0), Dual::from(0.0)]).coords, 0.5);
    assert_eq!(by_t, vector![1.0, 0.0, 0.0]);
    let inverse = derivative(
        |angle| {
            let motion = Isometry3::from_parts(
                Translation3::from(t.map(Dual::from)),
                UnitQuaternion::from_axis_angle(&lifted, angle),
            );
            motion.inverse_transform_point(&(motion * p.map(Dual::from))).coords
        },
        0.9,
    );
    close("there and back", &(inverse + p.coords), &p.coords);
}

#[test]
fn a_tangent_in_beta_is_carried_by_gemv_and_gemm() {
    // y ← α A x + β y at β = 0 + ε: the derivative is the old y.
    let (a, x, y) =
        (matrix![1.0, 2.0; 3.0, 4.0].map(Dual::from), vector![1.0, 1.0].map(Dual::from), vector![5.0, 6.0]);
    let (alpha, beta) = (Dual::from(1.0), Dual::variable(0.0));
    let mut vector = y.map(Dual::from);
    vector.gemv(alpha, &a, &x, beta);
    assert_eq!(vector.map(Dual::derivative), y);
    let mut matrix = a;
    matrix.gemm(alpha, &a, &a, beta);
    assert_eq!(matrix.map(Dual::derivative), a.map(Dual::value));
    let mut vector = y.map(Dual::from);
    vector.axpy(alpha, &x, beta);
    assert_eq!(vector.map(Dual::derivative), y);
    // A tangent in a zero α, and in a zero entry.
    let mut vector = y.map(Dual::from);
    vector.gemv(beta, &a, &x, Dual::from(1.0));
    assert_eq!(vector.map(Dual::derivative), vector![3.0, 7.0]);
}

// ---- Where nalgebra's own algorithms do not differentiate: what it gives there, pinned ----

/// diag(1, 2, 4) + t E
fn diagonal_line(e: &Matrix3<f64>) -> Matrix3<Dual<f64>> {
    Matrix3::from_diagonal(&vector![1.0, 2.0, 4.0]).zip_map(e, |a, e| Dual::new(a, [e]))
}

/// A symmetric direction.
const E: Matrix3<f64> = matrix![1.0, 0.5, 0.25; 0.5, 2.0, 0.75; 0.25, 0.75, 3.0];

#[test]
fn nalgebra_symmetric_eigen_is_wrong_at_a_diagonal_matrix() {
    let eigen = diagonal_line(&E).symmetric_eigen();
    // The eigenvalues are right, vᵀ E v; the vectors turn by eᵢⱼ/(λⱼ − λᵢ), which is lost.
    assert_eq!(eigen.eigenvalues.map(Dual::derivative), vector![1.0, 2.0, 3.0]);
    assert_eq!(eigen.eigenvectors.map(Dual::derivative), Matrix3::zeros());
    let exact = matrix![0.0, 0.5, 0.25 / 3.0; -0.5, 0.0, 0.375; -0.25 / 3.0, -0.375, 0.0];
    let a = Matrix3::from_diagonal(&vector![1.0, 2.0, 4.0]);
    assert!((a * exact + E - exact * a - Matrix3::from_diagonal(&vector![1.0, 2.0, 3.0])).norm() < 1e-15);
}

#[test]
fn nalgebra_svd_is_wrong_at_a_diagonal_matrix() {
    let svd = diagonal_line(&E).svd(true, true);
    assert!((svd.singular_values.map(Dual::derivative) - vector![3.0, 2.0, 1.0]).norm() < 1e-15);
    // The left vector of 4 turns towards that of 1 by 0.25/(4 − 1), not by 0.25/4.
    let u = svd.u.unwrap();
    assert!((u[(0, 0)].derivative() - 0.0625).abs() < 1e-15);
}

#[test]
fn nalgebra_pseudo_inverse_is_wrong_at_a_diagonal_matrix() {
    let slope = diagonal_line(&E).pseudo_inverse(Dual::from(1e-9)).unwrap().map(Dual::derivative);
    // −A⁻¹ E A⁻¹ is −0.25 at (1, 0).
    assert!((slope[(1, 0)] - 0.125).abs() < 1e-15);
}

#[test]
fn nalgebra_schur_and_hessenberg_are_wrong_at_a_diagonal_matrix() {
    let (q, t) = diagonal_line(&E).schur().unpack();
    assert_eq!(q.map(Dual::derivative), Matrix3::zeros());
    // Below the diagonal T stays zero, and Q T Qᵀ is not the matrix any more.
    assert_eq!((q * t * q.transpose()).map(Dual::derivative), E.upper_triangle());
    let (q, h) = diagonal_line(&E).hessenberg().unpack();
    assert_eq!(q.map(Dual::derivative), Matrix3::zeros());
    assert_eq!((q * h * q.transpose()).map(Dual::derivative)[(2, 0)], 0.0);
}

#[test]
fn nalgebra_rotation_vectors_are_wrong_at_the_zero_vector() {
    // The derivative of R(v) p at v = 0 is −p×; nalgebra returns the constant identity there.
    let p = vector![1.0, 2.0, 3.0];
    let at = |v: Vector3<f64>| {
        holograd::matrix::jacobian(
            |v: Vector3<Dual<f64, 3>>| UnitQuaternion::from_scaled_axis(v) * p.map(Dual::from),
            &v,
        )
    };
    assert_eq!(at(Vector3::zeros()), Matrix3::zeros());
    assert!((at(vector![1e-12, 0.0, 0.0]) + p.cross_matrix()).norm() < 1e-11);
    // What the documentation advises instead.
    let turned = |v: Vector3<Dual<f64, 3>>| v.cross_matrix().exp() * p.map(Dual::from);
    assert_eq!(holograd::matrix::jacobian(turned, &Vector3::zeros()), -p.cross_matrix());
}

#[test]
fn symmetric_eigen_and_svd_differentiate_at_dense_matrices() {
    let rng = &mut StdRng::seed_from_u64(5);
    // The tangents go through every step of the iteration, which costs two digits.
    for n in 2..=6 {
        let (a, e) = (full_rank::<f64>(n, rng), random::<f64>(n, n, rng));
        let (s, d) = (&a + a.transpose(), &e + e.transpose());
        let eigen = line(&s, &d).symmetric_eigen();
        let (v, lambda) = (eigen.eigenvectors.map(Dual::value), eigen.eigenvalues.map(Dual::value));
        let x = v.transpose() * &d * &v;
        within(1000.0, &format!("eigenvalues {n}"), &tangent(&eigen.eigenvalues), &x.diagonal());
        let turn =
            DMatrix::from_fn(n, n, |i, j| if i == j { 0.0 } else { x[(i, j)] / (lambda[j] - lambda[i]) });
        within(1000.0, &format!("eigenvectors {n}"), &tangent(&eigen.eigenvectors), &(v * turn));
        let svd = line(&a, &e).svd(true, true);
        let (u, v_t) = (svd.u.as_ref().unwrap().map(Dual::value), svd.v_t.as_ref().unwrap().map(Dual::value));
        within(
            1000.0,
            &format!("singular values {n}"),
            &tangent(&svd.singular_values),
            &(u.transpose() * &e * v_t.transpose()).diagonal(),
        );
        within(1000.0, &format!("SVD, product {n}"), &svd.recompose().unwrap(), &line(&a, &e));
    }
}
