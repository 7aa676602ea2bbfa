//! nalgebra matrices as inputs and results of the transforms.
#![cfg(feature = "nalgebra")]

use holograd::matrix::{Columns, Forward, Gradient, Rows, gradient, hessian, jacobian};
use holograd::{ComplexScalar, Dual, Scalar, Var, derivative, jacfwd, jvp, lit, value_and_jacfwd};
use nalgebra::allocator::Allocator;
use nalgebra::{
    Const, DMatrix, DVector, DefaultAllocator, Dyn, Matrix2, Matrix2x3, OMatrix, OVector, RowDVector,
    RowVector3, SMatrix, SVector, Vector2, dmatrix, dvector, matrix, vector,
};
use num_complex::Complex;

/// (x², x y) of the first and last entry, for any storage.
fn parabola<T: Scalar, const R: usize>(v: SVector<T, R>) -> Vector2<T> {
    Vector2::new(v[0] * v[0], v[0] * v[R - 1])
}

#[test]
fn a_generic_function_infers_and_gives_a_fixed_jacobian() {
    let j: SMatrix<f64, 2, 3> = jacobian(parabola, &vector![2.0, 3.0, 5.0]);
    assert_eq!(j, matrix![4.0, 0.0, 0.0; 5.0, 0.0, 2.0]);
}

#[test]
fn a_function_generic_over_its_dimension_may_call_the_transforms() {
    fn newton_step<const R: usize>(x: &SVector<f64, R>) -> SVector<f64, R> {
        let slopes: SVector<f64, R> = gradient(|v| v.dot(&v) * lit(0.5), x);
        x - slopes
    }
    assert_eq!(newton_step(&vector![1.0, 2.0, 3.0]), vector![0.0, 0.0, 0.0]);
}

#[test]
fn fixed_vectors_get_as_many_tangents_as_they_have_numbers_and_the_rest_chunks() {
    fn lanes<const N: usize>(_: Dual<f64, N>) -> usize {
        N
    }
    let mut seen = Vec::new();
    jacobian(
        |v| {
            seen.push(lanes(v[0]));
            v
        },
        &vector![1.0, 2.0, 3.0],
    );
    jacobian(
        |v| {
            seen.push(lanes(v[0]));
            v
        },
        &dvector![1.0, 2.0, 3.0],
    );
    jacfwd(
        |m| {
            seen.push(lanes(m[0]));
            m
        },
        &Matrix2::new(1.0, 2.0, 3.0, 4.0),
    );
    jacfwd(
        |m| {
            seen.push(lanes(m[0]));
            m
        },
        &RowVector3::new(1.0, 2.0, 3.0),
    );
    jacfwd(
        |m| {
            seen.push(lanes(m[0]));
            m
        },
        &DMatrix::from_element(1, 2, 1.0),
    );
    jacfwd(
        |m| {
            seen.push(lanes(m[0]));
            m
        },
        &OMatrix::<f64, Const<2>, Dyn>::from_element(2, 1.0),
    );
    assert_eq!(seen, [3, 8, 8, 8, 8, 8]);
}

#[test]
fn the_gradient_by_many_variables_is_one_evaluation() {
    let x = DVector::from_fn(1000, |i, _| i as f64);
    let mut evaluations = 0;
    let slopes = gradient(
        |v| {
            evaluations += 1;
            v.dot(&v) * 0.5
        },
        &x,
    );
    assert_eq!((slopes, evaluations), (x, 1));
    // Its Hessian, by a gradient in a gradient.
    let twice = jacfwd(|x: DVector<_>| gradient(|v| v[0] * v[0] * v[1], &x), &dvector![2.0, 3.0]);
    assert_eq!(twice, dvector![dvector![6.0, 4.0], dvector![4.0, 0.0]]);
    let root = |v: DVector<Var<f64>>| if v[0] < 0.0 { Err("negative") } else { Ok(v[0].sqrt()) };
    assert_eq!(gradient(root, &dvector![4.0, 0.0]), Ok(dvector![0.25, 0.0]));
    assert_eq!(gradient(root, &dvector![-4.0]), Err("negative"));
}

#[test]
fn dynamic_sizes_beyond_one_chunk_give_the_whole_jacobian() {
    let n = 19;
    let x = DVector::from_iterator(n, (0..19).map(|i| 0.5 + f64::from(i)));
    let j: DMatrix<f64> =
        jacobian(|v| DVector::from_fn(n + 1, |i, _| if i < n { v[i] * v[0] } else { v.sum() }), &x);
    let expected = DMatrix::from_fn(n + 1, n, |i, k| {
        let (of_i, of_0) = (f64::from(u8::from(i == k)), f64::from(u8::from(k == 0)));
        if i < n { of_i * x[0] + of_0 * x[i] } else { 1.0 }
    });
    assert_eq!(j, expected);
    // Σ xᵢ³ + x₀ x₁₈
    let h: DMatrix<f64> = hessian(|v| v.iter().map(|x| x.powi(3)).sum::<Var<_>>() + v[0] * v[18], &x);
    let mut expected = DMatrix::from_diagonal(&(6.0 * &x));
    expected[(0, 18)] = 1.0;
    expected[(18, 0)] = 1.0;
    assert_eq!(h, expected);
}

#[test]
fn a_jacobian_may_be_fixed_one_way_and_dynamic_the_other() {
    let tall: OMatrix<f64, Dyn, Const<2>> =
        jacobian(|v| dvector![v[0], v[1], v[0] * v[1]], &vector![2.0, 3.0]);
    assert_eq!(tall, OMatrix::<f64, Dyn, Const<2>>::from_row_slice(&[1.0, 0.0, 0.0, 1.0, 3.0, 2.0]));
    let wide: OMatrix<f64, Const<1>, Dyn> = jacobian(|v| vector![v[0] * v[1]], &dvector![2.0, 3.0]);
    assert_eq!(wide, OMatrix::<f64, Const<1>, Dyn>::from_row_slice(&[3.0, 2.0]));
}

#[test]
fn the_derivative_by_a_matrix_is_a_matrix() {
    // ∂(ab − cd)/∂(a c; d b)
    let m = matrix![2.0, 3.0; 5.0, 7.0];
    assert_eq!(
        jacfwd(|m: Matrix2<_>| m[(0, 0)] * m[(1, 1)] - m[(0, 1)] * m[(1, 0)], &m),
        matrix![7.0, -5.0; -3.0, 2.0]
    );
    let rows = jacfwd(
        |m: Matrix2x3<Dual<f64, 8>>| m * vector![1.0, 2.0, 3.0].map(Dual::from),
        &Matrix2x3::<f64>::zeros(),
    );
    assert_eq!(rows, vector![matrix![1.0, 2.0, 3.0; 0.0, 0.0, 0.0], matrix![0.0, 0.0, 0.0; 1.0, 2.0, 3.0]]);
}

#[test]
fn matrices_of_arrays_and_arrays_of_matrices_are_trees() {
    let x = vector![[1.0, 2.0], [3.0, 4.0]];
    assert_eq!(jacfwd(|v: Vector2<[_; 2]>| v[0][0] * v[1][1], &x), vector![[4.0, 0.0], [0.0, 1.0]]);
    let x = (vector![1.0, 2.0], [Matrix2::<f64>::identity(), Matrix2::zeros()], 3.0);
    let g = jacfwd(|(v, [m, _], s)| (m * v).sum() * s, &x);
    assert_eq!(g, (vector![3.0, 3.0], [matrix![3.0, 6.0; 3.0, 6.0], Matrix2::zeros()], 3.0));
}

#[test]
fn views_are_inputs_too() {
    let m = matrix![2.0, 3.0; 5.0, 7.0];
    assert_eq!(jacfwd(|v: Vector2<_>| v[0] * v[1], &m.column(1)), vector![7.0, 3.0]);
    let d = DMatrix::from_row_slice(2, 2, &[2.0, 3.0, 5.0, 7.0]);
    assert_eq!(jacfwd(|v: RowDVector<_>| v[0] * v[1], &d.row(1)), RowDVector::from_row_slice(&[7.0, 5.0]));
}

#[test]
fn a_matrix_is_a_result_of_any_transform() {
    assert_eq!(
        derivative(|t| matrix![t, t * t; lit(1.0) / t, t.cos()], 1.0),
        matrix![1.0, 2.0; -1.0, -1.0_f64.sin()]
    );
    let (value, slope) = jvp(|v: Vector2<_>| v * v[0], &vector![2.0, 3.0], &vector![1.0, 10.0]);
    assert_eq!((value, slope), (vector![4.0, 6.0], vector![4.0, 23.0]));
    let (value, rows) = value_and_jacfwd(|v: DVector<_>| v.map(|x| x * x), &dvector![2.0, 3.0]);
    assert_eq!(value, dvector![4.0, 9.0]);
    assert_eq!(rows, dvector![dvector![4.0, 0.0], dvector![0.0, 6.0]]);
}

#[test]
fn a_function_that_fails_gives_its_failure() {
    fn root<T: Scalar<Real = T> + PartialOrd>(v: Vector2<T>) -> Result<Vector2<T>, String> {
        if v[0] < T::zero() { Err("negative".into()) } else { Ok(v.map(Scalar::sqrt)) }
    }
    assert_eq!(jacobian(root, &vector![4.0, 1.0]), Ok(matrix![0.25, 0.0; 0.0, 0.5]));
    assert_eq!(jacobian(root, &vector![-4.0, 1.0]), Err("negative".into()));
    assert_eq!(gradient(|v| root(v).map(|v| v[0]), &vector![4.0, 1.0]), Ok(vector![0.25, 0.0]));
    assert_eq!(
        hessian(|v| root(v).ok().map(|v| v[1]), &vector![4.0, 1.0]),
        Some(matrix![0.0, 0.0; 0.0, -0.25])
    );
    assert_eq!(hessian(|v| root(v).ok().map(|v| v[1]), &vector![-4.0, 1.0]), None);
}

#[test]
fn other_numbers_than_f64_do_as_well() {
    assert_eq!(gradient(|v| v[0] * v[1], &vector![2.0_f32, 3.0]), vector![3.0_f32, 2.0]);
    let z = vector![Complex::new(1.0, 1.0), Complex::new(0.0, 2.0)];
    assert_eq!(jacobian(parabola, &z), matrix![z[0] * 2.0, Complex::ZERO; z[1], z[0]]);
    assert_eq!(
        hessian(|z| z[0] * z[1], &z),
        matrix![Complex::ZERO, Complex::ONE; Complex::ONE, Complex::ZERO]
    );
    // Third derivatives, by a Hessian inside a Jacobian: ∂³(x²y)/∂x∂x∂y = 2.
    let third = jacfwd(|v: Vector2<_>| hessian(|v| v[0] * v[0] * v[1], &v), &vector![2.0, 3.0]);
    assert_eq!(third[(0, 0)], vector![0.0, 2.0]);
    assert_eq!(third[(0, 1)], vector![2.0, 0.0]);
    // A complex result of a real vector.
    let phase = |v: Vector2<_>| <Complex<_> as ComplexScalar>::from_polar(v[0], v[1]);
    assert_eq!(jacfwd(phase, &vector![2.0, 0.0]), Complex::new(vector![1.0, 0.0], vector![0.0, 2.0]));
}

#[test]
fn empty_matrices_give_empty_results() {
    let none: DVector<f64> = DVector::zeros(0);
    assert_eq!(gradient(|v| v.sum(), &none), none);
    assert_eq!(jacobian(|v| v, &none), DMatrix::zeros(0, 0));
    assert_eq!(hessian(|v| v.sum(), &none), DMatrix::zeros(0, 0));
    assert_eq!(jacobian(|_| dvector![Dual::from(1.0)], &none), DMatrix::zeros(1, 0));
    assert_eq!(jacobian(|_: Vector2<_>| DVector::zeros(0), &vector![1.0, 2.0]).shape(), (0, 2));
    assert_eq!(gradient(|v| v.sum(), &SVector::<f64, 0>::zeros()), SVector::<f64, 0>::zeros());
    assert_eq!(jacfwd(|m: DMatrix<_>| m.sum(), &DMatrix::<f64>::zeros(0, 0)), dmatrix![]);
    assert_eq!(jacfwd(|m: SMatrix<_, 3, 0>| m.sum(), &SMatrix::<f64, 3, 0>::zeros()).len(), 0);
}

#[test]
fn a_function_generic_over_fixed_and_dynamic_sizes_may_call_the_transforms() {
    fn slopes<T: Scalar, R: Rows>(x: &OVector<T, R>) -> OVector<T, R>
    where
        DefaultAllocator: Allocator<R>,
    {
        gradient(|v: OVector<Gradient<T, R>, R>| v.dot(&v), x)
    }
    fn rows<T: Scalar, R: Rows>(x: &OVector<T, R>) -> OMatrix<T, R, R>
    where
        DefaultAllocator: Allocator<R> + Allocator<R, R>,
    {
        jacobian(|v: OVector<Forward<T, R>, R>| v.map(|x| x * x), x)
    }
    fn sums<const C: usize>(m: &SMatrix<f64, 2, C>) -> SMatrix<f64, 2, C>
    where
        Const<C>: Columns,
    {
        jacfwd(|m: SMatrix<_, 2, C>| m.sum(), m)
    }
    assert_eq!(slopes(&vector![1.0, 2.0]), vector![2.0, 4.0]);
    assert_eq!(slopes(&dvector![1.0, 2.0]), dvector![2.0, 4.0]);
    assert_eq!(rows(&vector![1.0, 2.0]), matrix![2.0, 0.0; 0.0, 4.0]);
    assert_eq!(rows(&dvector![1.0, 2.0]), dmatrix![2.0, 0.0; 0.0, 4.0]);
    assert_eq!(sums(&Matrix2x3::zeros()), Matrix2x3::repeat(1.0));
}

#[test]
#[should_panic(
    expected = "shapes differ: a 2 × 3 matrix was expected, as in the point or the result that this belongs to, and a 3 × 2 one was given"
)]
fn shapes_that_differ_panic_with_both() {
    jvp(|m: DMatrix<_>| m.sum(), &DMatrix::<f64>::zeros(2, 3), &DMatrix::zeros(3, 2));
}
