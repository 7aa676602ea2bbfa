//! `lift` and `partial`: constants of an inner level in every transform, nested, with variables of outer transforms as parameters.

use holograd::num_complex::Complex;
use holograd::{
    Dual, Lit, Real64, Scalar, Var, consts::PI, derivative, grad, hessian, hvp, impl_tree, jacfwd, jacrev,
    jvp, lift, linearize, lit, partial, second_derivative, value_and_derivative, value_and_grad,
    value_grad_and_hessian, vjp,
};
use std::collections::BTreeMap;

type D3 = Dual<Dual<Dual<f64>>>;

#[test]
fn lift_infers_how_far_up_a_number_goes() {
    let three: D3 = lift(2.0);
    assert_eq!(three.primal(), 2.0);
    let x = Dual::variable(2.0);
    let kept: D3 = lift(x);
    assert_eq!((kept.value().value().derivative(), kept.derivative().primal()), (1.0, 0.0));
    let itself: Dual<f64> = lift(x);
    assert_eq!(itself.derivative(), 1.0);
    let literal: Var<Dual<f64, 3>> = lift(PI);
    assert_eq!(literal.primal(), std::f64::consts::PI);
    let _: Lit = lit(1.0);
    let z: Dual<Complex<f64>, 2> = lift(3.0);
    assert_eq!(z.value(), Complex::new(3.0, 0.0));
    let w: Complex<Var<f64>> = lift(Complex::new(1.0, 2.0));
    assert_eq!(w.im.value(), 2.0);
}

/// a x³ + b y
fn f<T: Real64>([x, y]: [T; 2], p: &[T]) -> T {
    p[0] * x * x * x + p[1] * y
}
fn one<T: Real64>(x: T, p: &(T, [T; 1])) -> T {
    p.0 * x * x * x + p.1[0]
}
const P: [f64; 2] = [5.0, 7.0];
const X: [f64; 2] = [2.0, 3.0];

#[test]
fn every_transform_takes_a_partial_function() {
    assert_eq!(partial(f, &P)(X), 61.0);
    assert_eq!(jacfwd(partial(f, &P), &X), [60.0, 7.0]);
    assert_eq!(jacrev(partial(f, &P), &X), [60.0, 7.0]);
    assert_eq!(grad(partial(f, &P), &X), [60.0, 7.0]);
    assert_eq!(value_and_grad(partial(f, &P), &X), (61.0, [60.0, 7.0]));
    assert_eq!(jvp(partial(f, &P), &X, &[1.0, 1.0]), (61.0, 67.0));
    assert_eq!(hvp(partial(f, &P), &X, &[1.0, 0.0]), [60.0, 0.0]);
    assert_eq!(hessian(partial(f, &P), &X), [[60.0, 0.0], [0.0, 0.0]]);
    assert_eq!(value_grad_and_hessian(partial(f, &P), &X).1, [60.0, 7.0]);
    let (y, pull) = vjp(partial(f, &P), &X);
    assert_eq!((y, pull(&2.0)), (61.0, [120.0, 14.0]));
    let (y, push) = linearize(partial(f, &P), &X);
    assert_eq!((y, push(&[0.0, 1.0])), (61.0, 7.0));
    let p = (5.0, [1.0]);
    assert_eq!(derivative(partial(one, &p), 2.0), 60.0);
    assert_eq!(value_and_derivative(partial(one, &p), 2.0), (41.0, 60.0));
    assert_eq!(second_derivative(partial(one, &p), 2.0), 60.0);
}

#[test]
fn parameters_are_variables_of_an_outer_transform() {
    // d/da of d/dx (a x³ + b) = 3 x²; the inner point is one level up, and so is a.
    assert_eq!(derivative(|a| derivative(partial(one, &(a, [Dual::from(1.0)])), Dual::from(2.0)), 5.0), 12.0);
    assert_eq!(grad(|p: [_; 2]| grad(partial(f, &p), &X.map(Var::from))[0], &P), [12.0, 0.0]);
    assert_eq!(jacfwd(|p: [_; 2]| grad(partial(f, &p), &X.map(Dual::from)), &P), [[12.0, 0.0], [0.0, 1.0]]);
    assert_eq!(grad(|p: [_; 2]| hessian(partial(f, &p), &X.map(Var::from))[0][0], &P), [12.0, 0.0]);
    // In generic code.
    fn slope<T: Real64>(a: T) -> T {
        derivative(partial(one, &(a, [a])), T::lit(2.0))
    }
    assert_eq!((derivative(slope, 5.0), grad(slope, &5.0), slope(5.0)), (12.0, 12.0, 60.0));
    // Point and parameter are the same outer variable: d/dx of 3 x · x².
    assert_eq!(derivative(|x| derivative(partial(one, &(x, [x])), x), 2.0), 36.0);
    // Three levels: 12 a b.
    let third = |a: Dual<f64>| {
        let inner = |b: Dual<Dual<f64>>| derivative(|x| one(x, &(lift(a), [lift(b)])), b * 0.0 + 2.0) * b;
        derivative(inner, a * 0.0 + 3.0)
    };
    assert_eq!(derivative(third, 5.0), 12.0);
}

#[derive(Clone, PartialEq, Debug)]
struct Line<T> {
    slope: T,
    points: Vec<(T, T)>,
}
impl_tree!(Line { slope, points });

#[test]
#[allow(clippy::ptr_arg)] // the parameter is the container itself
fn every_container_of_numbers_is_a_parameter() {
    fn number<T: Real64>(x: T, p: &T) -> T {
        x * p
    }
    fn list<T: Real64>(x: T, p: &Vec<T>) -> T {
        x * p[0]
    }
    fn map<T: Real64>(x: T, p: &BTreeMap<&'static str, T>) -> T {
        x * p["a"]
    }
    fn line<T: Real64>(x: T, p: &Line<T>) -> T {
        x * p.slope + p.points[0].1
    }
    fn slice<T: Real64>(x: T, p: &[T]) -> T {
        x * p[0]
    }
    fn nested<T: Real64>(x: T, p: &[[T; 2]]) -> T {
        x * p[0][1]
    }
    fn holomorphic<T: Scalar<Primal = Complex<f64>>>(z: T, p: &T) -> T {
        z * z * *p
    }
    let boxed: Box<[f64]> = vec![3.0].into();
    assert_eq!(derivative(partial(number, &3.0), 1.0), 3.0);
    assert_eq!(derivative(partial(list, &vec![3.0]), 1.0), 3.0);
    assert_eq!(derivative(partial(slice, &vec![3.0]), 1.0), 3.0);
    assert_eq!(derivative(partial(slice, &[3.0]), 1.0), 3.0);
    assert_eq!(derivative(partial(slice, &[3.0][..]), 1.0), 3.0);
    assert_eq!(derivative(partial(slice, &boxed), 1.0), 3.0);
    assert_eq!(derivative(partial(nested, &vec![[2.0, 3.0]]), 1.0), 3.0);
    assert_eq!(derivative(partial(map, &BTreeMap::from([("a", 3.0)])), 1.0), 3.0);
    assert_eq!(derivative(partial(line, &Line { slope: 3.0, points: vec![(1.0, 2.0)] }), 1.0), 3.0);
    let (i, z) = (Complex::<f64>::i(), Complex::new(1.0, 2.0));
    assert_eq!(derivative(partial(holomorphic, &i), z), 2.0 * z * i);
    assert_eq!(derivative(partial(holomorphic, &2.0), z), 4.0 * z);
}

#[test]
fn matrices_are_parameters() {
    use nalgebra::{DMatrix, SMatrix, Vector2, dmatrix, matrix, vector};
    fn quadratic<T: Real64>(x: Vector2<T>, a: &SMatrix<T, 2, 2>) -> T {
        (0..2).map(|i| (0..2).map(|j| a[(i, j)] * x[i] * x[j]).sum::<T>()).sum()
    }
    fn dynamic<T: Real64>(x: [T; 2], a: &DMatrix<T>) -> T {
        x[0] * a[(0, 1)]
    }
    assert_eq!(
        grad(partial(quadratic, &matrix![1.0, 2.0; 3.0, 4.0]), &vector![1.0, 1.0]),
        vector![7.0, 13.0]
    );
    assert_eq!(grad(partial(dynamic, &dmatrix![1.0, 2.0]), &X), [2.0, 0.0]);
}
