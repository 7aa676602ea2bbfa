//! Reverse mode: every transform on every shape of input and kind of number, and the laws between the transforms.

use holograd::{
    Dual, Real, Scalar, Shape, Var, grad, grad_into, hessian, hvp, impl_tree, jacfwd, jacrev, jvp, linearize,
    lit, value_and_grad, value_and_grad_aux, value_and_jacfwd, value_and_jacrev, vjp,
};
use num_complex::Complex;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::collections::BTreeMap;

/// Four units in the last place of 1, or of the expected number where that is larger.
#[track_caller]
fn assert_close(got: &[f64], want: &[f64]) {
    assert_eq!(got.len(), want.len());
    for (i, (got, want)) in got.iter().zip(want).enumerate() {
        let bound = 4.0 * f64::EPSILON * want.abs().max(1.0);
        assert!((got - want).abs() <= bound, "entry {i}: {got:e} instead of {want:e}");
    }
}

/// The numbers of a shape, in their order.
fn leaves(shape: &impl Shape<f64>) -> Vec<f64> {
    let mut leaves = Vec::new();
    shape.map_leaves(&mut |leaf| leaves.push(leaf));
    leaves
}

fn random(n: usize, seed: u64) -> Vec<f64> {
    let mut random = StdRng::seed_from_u64(seed);
    (0..n).map(|_| random.random_range(-1.0..1.0)).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// `m` outputs: each of three neighbours among the inputs, and of a part that all share.
fn waves<T: Scalar>(x: &[T], m: usize) -> Vec<T> {
    let n = x.len();
    let shared = x.iter().map(|x| *x * *x).sum::<T>() * lit(0.125);
    (0..m)
        .map(|k| {
            let (a, b, c) = (x[k % n], x[(k + 1) % n], x[(k + 2) % n]);
            (a * b).sin() / (c * c + lit(1.0)) + (shared * lit(0.25)).exp() - a * c.tanh()
        })
        .collect()
}

/// Rosenbrock's function with a term of third order, so that no second derivative is constant.
fn valley<T: Scalar>(x: &[T]) -> T {
    x.windows(2)
        .map(|pair| {
            let (a, b) = (pair[0], pair[1]);
            (b - a * a).powi(2) * lit(5.0) + (lit(1.0) - a).powi(2) + a * b * b.cos()
        })
        .sum()
}

// ── Shapes ──

#[derive(Clone, PartialEq, Debug)]
struct Layer<T> {
    w: [[T; 2]; 2],
    b: T,
    name: &'static str,
}
impl_tree!(Layer { w, b; name });

#[derive(Clone, PartialEq, Debug)]
struct Network<T> {
    layers: Vec<Layer<T>>,
    scale: T,
}
impl_tree!(Network { layers, scale });

#[test]
fn the_gradient_has_the_shape_of_its_input() {
    assert_eq!(grad(|x| x * x, &3.0), 6.0);
    assert_eq!(grad(|[x, y]| x * y, &[3.0, 4.0]), [4.0, 3.0]);
    assert_eq!(grad(|[[a, b], [c, d]]| a * d - b * c, &[[2.0, 3.0], [5.0, 7.0]]), [[7.0, -5.0], [-3.0, 2.0]]);
    assert_eq!(grad(|x| x[0] * x[2], &vec![2.0, 3.0, 5.0]), [5.0, 0.0, 2.0]);
    assert_eq!(grad(|x| x[0] * x[2], [2.0, 3.0, 5.0].as_slice()), [5.0, 0.0, 2.0]);
    assert_eq!(grad(|x| x[0] * x[1], &Box::<[f64]>::from([2.0, 3.0])), Box::<[f64]>::from([3.0, 2.0]));
    assert_eq!(grad(|(a, [b, c])| a * b / c, &(2.0, [3.0, 4.0])), (0.75, [0.5, -0.375]));
    let map = BTreeMap::from([("a", 2.0), ("b", 3.0)]);
    assert_eq!(grad(|map| map["a"] * map["b"], &map), BTreeMap::from([("a", 3.0), ("b", 2.0)]));
}

#[test]
fn the_gradient_of_a_struct_is_such_a_struct() {
    let layer = |w, b, name| Layer { w, b, name };
    let network = Network {
        layers: vec![
            layer([[1.0, 2.0], [3.0, 4.0]], 5.0, "first"),
            layer([[1.0, 0.0], [0.0, 2.0]], 1.0, "second"),
        ],
        scale: 10.0,
    };
    let (value, gradient) = value_and_grad(
        |net| {
            let [first, second] = [&net.layers[0], &net.layers[1]];
            (first.w[0][0] * first.w[1][1] + first.b * second.b) * net.scale
        },
        &network,
    );
    assert_eq!(value, 90.0);
    let first = layer([[40.0, 0.0], [0.0, 10.0]], 10.0, "first");
    assert_eq!(gradient, Network { layers: vec![first, layer([[0.0; 2]; 2], 50.0, "second")], scale: 9.0 });
}

#[test]
fn no_leaves_give_empty_gradients_and_rows() {
    let none: [f64; 0] = [];
    assert_eq!(grad(|_| Var::from(1.0), &none), none);
    assert_eq!(grad(|x| x.iter().sum::<Var<_>>(), none.as_slice()), none);
    assert_eq!(jacrev(|_| [Var::from(1.0); 2], &none), [none; 2]);
    assert_eq!(jacrev(|_| Vec::<Var<f64>>::new(), &2.0), Vec::<f64>::new());
}

#[test]
fn every_transform_takes_what_grad_takes() {
    fn f<T: Scalar>((a, v): (T, Vec<T>)) -> T {
        a * v[0] * v[0] * v[1]
    }
    let (x, v) = ((2.0, vec![3.0, 5.0]), (1.0, vec![10.0, 100.0]));
    let (value, gradient) = (90.0, (45.0, vec![60.0, 18.0]));
    assert_eq!(value_and_grad(f, &x), (value, gradient.clone()));
    assert_eq!(jacrev(f, &x), gradient);
    assert_eq!(value_and_jacrev(f, &x), (value, gradient.clone()));
    let (y, vjp_fun) = vjp(f, &x);
    assert_eq!((y, vjp_fun(&1.0), vjp_fun(&-2.0)), (value, gradient, (-90.0, vec![-120.0, -36.0])));
    let (y, jvp_fun) = linearize(f, &x);
    assert_eq!((y, jvp_fun(&v), jvp_fun(&x)), (value, 2445.0, 360.0));
    // H = ((0, 30, 9), (30, 20, 12), (9, 12, 0))
    assert_eq!(hvp(f, &x, &v), (1200.0, vec![1430.0, 129.0]));
    let with_aux = value_and_grad_aux(|(a, v)| (a * v[0], (v, [a * a])), &x);
    assert_eq!(with_aux, (6.0, (3.0, vec![2.0, 0.0]), (vec![3.0, 5.0], [4.0])));
}

#[test]
fn results_of_any_shape_hold_the_shape_of_the_input() {
    let rows = jacrev(|(a, [b, c])| (a * b, vec![c, a]), &(2.0, [3.0, 4.0]));
    assert_eq!(rows, ((3.0, [2.0, 0.0]), vec![(0.0, [0.0, 1.0]), (1.0, [0.0, 0.0])]));
    let rows = jacrev(|x| BTreeMap::from([("square", x * x), ("cube", x * x * x)]), &2.0);
    assert_eq!(rows, BTreeMap::from([("square", 4.0), ("cube", 12.0)]));
    let (layer, rows) =
        value_and_jacrev(|[x, y]| Layer { w: [[x, y], [y, x]], b: x * y, name: "out" }, &[2.0, 3.0]);
    assert_eq!(layer, Layer { w: [[2.0, 3.0], [3.0, 2.0]], b: 6.0, name: "out" });
    let (dx, dy) = ([1.0, 0.0], [0.0, 1.0]);
    assert_eq!(rows, Layer { w: [[dx, dy], [dy, dx]], b: [3.0, 2.0], name: "out" });
    let (_, vjp_fun) = vjp(|[x, y]| (x * y, [x, y]), &[2.0, 3.0]);
    assert_eq!(vjp_fun(&(1.0, [10.0, 100.0])), [13.0, 102.0]);
}

#[test]
fn generic_functions_are_passed_by_name() {
    fn norm<T: Scalar>(x: [T; 2]) -> T {
        (x[0] * x[0] + x[1] * x[1]).sqrt()
    }
    fn polar<T: Scalar>([r, t]: [T; 2]) -> [T; 2] {
        [r * t.cos(), r * t.sin()]
    }
    assert_close(&grad(norm, &[3.0, 4.0]), &[0.6, 0.8]);
    assert_close(&hvp(norm, &[3.0, 4.0], &[1.0, 0.0]), &[0.128, -0.096]);
    let (s, c) = 0.5_f64.sin_cos();
    assert_close(jacrev(polar, &[2.0, 0.5]).as_flattened(), &[c, -2.0 * s, s, 2.0 * c]);
    assert_close(&vjp(polar, &[2.0, 0.5]).1(&[1.0, 1.0]), &[c + s, 2.0 * (c - s)]);
    assert_close(&linearize(polar, &[2.0, 0.5]).1(&[1.0, 1.0]), &[c - 2.0 * s, s + 2.0 * c]);
}

#[cfg(feature = "nalgebra")]
mod nalgebra_matrices {
    use super::*;
    use nalgebra::{DMatrix, SMatrix, SVector, dmatrix, dvector, matrix, vector};

    #[derive(Clone, PartialEq, Debug)]
    struct Affine<T> {
        w: SMatrix<T, 2, 3>,
        b: DMatrix<T>,
    }
    impl_tree!(Affine { w, b });

    #[test]
    fn are_inputs_and_results() {
        assert_eq!(grad(|v| v.dot(&v), &vector![1.0, 2.0, 3.0]), vector![2.0, 4.0, 6.0]);
        assert_eq!(grad(|v| v[0] * v[2], &dvector![1.0, 2.0, 3.0]), dvector![3.0, 0.0, 1.0]);
        // The gradient of tr M² is 2 Mᵀ.
        let m = dmatrix![1.0, 2.0; 3.0, 4.0];
        assert_eq!(grad(|m| (&m * &m).trace(), &m), m.transpose() * 2.0);
        let rows = jacrev(|v| matrix![v[0] * v[1], v[0]], &vector![2.0, 3.0]);
        assert_eq!(rows, matrix![vector![3.0, 2.0], vector![1.0, 0.0]]);
        let (value, vjp_fun) = vjp(|m| &m * m.transpose(), &m);
        assert_eq!(value, dmatrix![5.0, 11.0; 11.0, 25.0]);
        // d(M Mᵀ) = dM Mᵀ + M dMᵀ, so that Ū ↦ (Ū + Ūᵀ) M.
        let u = dmatrix![1.0, 10.0; 0.0, 100.0];
        assert_eq!(vjp_fun(&u), (&u + u.transpose()) * &m);
        assert_eq!(hvp(|v| v.dot(&v) * v[0], &vector![1.0, 2.0], &vector![1.0, 1.0]), vector![10.0, 6.0]);
    }

    #[test]
    fn are_fields_of_structs() {
        let x = Affine { w: matrix![1.0, 2.0, 3.0; 4.0, 5.0, 6.0], b: dmatrix![7.0; 8.0] };
        let (value, gradient) = value_and_grad(
            |p| {
                let y = p.w * SVector::from([Var::from(1.0), Var::from(0.0), Var::from(-1.0)]) + p.b;
                y.dot(&y)
            },
            &x,
        );
        // y = (5, 6); ∂/∂w = 2 y (1, 0, −1), ∂/∂b = 2 y
        assert_eq!(value, 61.0);
        assert_eq!(
            gradient,
            Affine { w: matrix![10.0, 0.0, -10.0; 12.0, 0.0, -12.0], b: dmatrix![10.0; 12.0] }
        );
    }

    #[test]
    fn decompositions_differentiate_in_reverse() {
        // The gradient of ln det M is M⁻ᵀ; of bᵀ M⁻¹ b, with s = M⁻¹ b and M symmetric, −s sᵀ.
        let m = matrix![4.0, 1.0, 0.5; 1.0, 3.0, 0.25; 0.5, 0.25, 2.0];
        let inverse: SMatrix<f64, 3, 3> = m.try_inverse().expect("m is regular");
        let by_lu = grad(|m| m.lu().determinant().ln(), &m);
        assert_close(by_lu.as_slice(), inverse.transpose().as_slice());
        let b = vector![1.0, -2.0, 3.0];
        let s = inverse * b;
        let by_solving = grad(
            |m: SMatrix<Var<f64>, 3, 3>| {
                let b = b.map(Var::from);
                m.lu().solve(&b).map(|s| b.dot(&s))
            },
            &m,
        );
        assert_close(by_solving.expect("m is regular").as_slice(), (-s * s.transpose()).as_slice());
    }
}

// ── Kinds of number ──

#[test]
fn single_precision_stays_single() {
    let gradient: [f32; 2] = grad(|[x, y]| x * y.exp(), &[2.0_f32, 0.0]);
    assert_eq!(gradient, [1.0_f32, 2.0]);
    assert_eq!(jacrev(|x| [x * 3.0, x.sqrt()], &4.0_f32), [3.0_f32, 0.25]);
    assert_eq!(hvp(|x| x * x * x, &2.0_f32, &1.0), 12.0_f32);
    assert_eq!(
        value_and_grad(|x| x.iter().product::<Var<_>>(), [2.0_f32, 3.0].as_slice()),
        (6.0, vec![3.0, 2.0])
    );
}

#[test]
fn complex_numbers_have_holomorphic_gradients_without_conjugates() {
    let (z, w) = (Complex::new(1.0, 2.0), Complex::new(-3.0, 0.5));
    let i = Complex::I;
    assert_eq!(grad(|z| z * z * z, &z), z * z * 3.0);
    assert_eq!(grad(|[z, w]| z * w, &[z, w]), [w, z]);
    assert_eq!(jacrev(|[z, w]| [z * z, z * w], &[z, w]), [[z * 2.0, Complex::ZERO], [w, z]]);
    assert_eq!(grad(|z| z * i, &z), i);
    let pair = [z, w];
    let (y, vjp_fun) = vjp(|[z, w]| z * w, &pair);
    assert_eq!((y, vjp_fun(&i)), (z * w, [i * w, i * z]));
    let (y, jvp_fun) = linearize(|[z, w]| z * w, &pair);
    assert_eq!((y, jvp_fun(&[i, z])), (z * w, i * w + z * z));
    assert_eq!(hvp(|z| z * z * z, &z, &i), z * i * 6.0);
    assert_eq!(value_and_grad_aux(|z| (z * z, z * i), &z), (z * z, z * 2.0, z * i));
    assert_eq!(grad(|z| z * z, &Complex::new(1.0_f32, 2.0)), Complex::new(2.0_f32, 4.0));
}

#[test]
fn a_complex_result_of_real_variables_has_two_real_rows() {
    assert_eq!(jacrev(|t| Complex::new(t * t, t), &3.0), Complex::new(6.0, 1.0));
    // |(x + iy)²|² = (x² + y²)²
    let gradient = grad(
        |[x, y]: [Var<f64>; 2]| {
            let z = Complex::new(x, y);
            (z * z).norm_sqr()
        },
        &[1.0, 2.0],
    );
    assert_eq!(gradient, [20.0, 40.0]);
    // e^(x + iy): one complex slope, two rows.
    let rows = jacrev(|[x, y]| Scalar::exp(Complex::new(x, y)), &[0.5, 1.0]);
    let e = Complex::new(0.5_f64, 1.0).exp();
    assert_close(&rows.re, &[e.re, -e.im]);
    assert_close(&rows.im, &[e.im, e.re]);
}

// ── Functions that fail, and constants ──

#[test]
fn a_function_that_fails_gives_its_failure() {
    fn root<T: Real>([x, y]: [T; 2]) -> Result<T, String> {
        if lit(0.0) > x { Err("negative".into()) } else { Ok(x.sqrt() * y) }
    }
    /// `?` inside and outside.
    fn step(x: [f64; 2]) -> Result<f64, String> {
        let [slope, _] = grad(|x| Ok::<_, String>(root(x)? * 2.0), &x)?;
        Ok(slope)
    }
    let (x, bad) = ([4.0, 1.0], [-4.0, 1.0]);
    assert_eq!(grad(root, &x), Ok([0.25, 2.0]));
    assert_eq!(grad(root, &bad), Err("negative".into()));
    assert_eq!(value_and_grad(root, &x), Ok((2.0, [0.25, 2.0])));
    assert_eq!(value_and_grad(root, &bad), Err("negative".into()));
    assert_eq!(jacrev(|x| root(x).map(|y| [y, y + y]), &x), Ok([[0.25, 2.0], [0.5, 4.0]]));
    assert_eq!(value_and_jacrev(|x| root(x).ok(), &bad), None);
    assert_eq!(hvp(root, &x, &[1.0, 0.0]), Ok([-0.03125, 0.25]));
    assert_eq!(hvp(root, &bad, &[1.0, 0.0]), Err("negative".into()));
    let with_aux = |x: [Var<f64>; 2]| Ok::<_, String>((root(x)?, x));
    assert_eq!(value_and_grad_aux(with_aux, &x), Ok((2.0, [0.25, 2.0], x)));
    assert_eq!(value_and_grad_aux(with_aux, &bad), Err("negative".into()));
    assert_eq!(value_and_grad_aux(|x| Some((root(x).ok()?, x[1])), &bad), None);
    let mut gradient = [7.0; 2];
    assert_eq!(grad_into(|x| root([x[0], x[1]]), &bad, &mut gradient), Err("negative".into()));
    assert_eq!(gradient, [7.0; 2]);
    assert_eq!(grad_into(|x| root([x[0], x[1]]), &x, &mut gradient), Ok(2.0));
    assert_eq!(gradient, [0.25, 2.0]);
    assert!(vjp(root, &bad).is_err() && linearize(root, &bad).is_err());
    let (y, vjp_fun) = vjp(root, &x).expect("4 has a root");
    assert_eq!((y, vjp_fun(&2.0)), (2.0, [0.5, 4.0]));
    let (y, jvp_fun) = linearize(root, &x).expect("4 has a root");
    assert_eq!((y, jvp_fun(&[4.0, 1.0])), (2.0, 3.0));
    assert_eq!((step(x), step(bad)), (Ok(0.5), Err("negative".into())));
}

#[test]
fn constants_have_zero_derivatives() {
    assert_eq!(grad(|_| Var::from(3.0), &[1.0, 2.0]), [0.0, 0.0]);
    assert_eq!(value_and_grad(|_| Var::from(3.0), &1.0), (3.0, 0.0));
    assert_eq!(grad(|x| x.floor(), &2.5), 0.0);
    assert_eq!(grad(|x| x.stop_gradient() * x, &2.5), 2.5);
    assert_eq!(jacrev(|x| [Var::from(1.0), x, x + 1.0, Var::from(2.0) * 3.0], &2.0), [0.0, 1.0, 1.0, 0.0]);
    assert_eq!(vjp(|_: [_; 2]| [Var::from(3.0)], &[1.0, 2.0]).1(&[1.0]), [0.0, 0.0]);
    assert_eq!(linearize(|x| [Var::from(3.0), x], &1.0).1(&5.0), [0.0, 5.0]);
    assert_eq!(hvp(|_| Var::from(Dual::from(3.0)), &1.0, &1.0), 0.0);
    assert_eq!(hvp(|x| x * 3.0, &1.0, &1.0), 0.0);
    let mut gradient = [f64::NAN; 2];
    assert_eq!(grad_into(|_| Var::from(3.0), &[1.0, 2.0], &mut gradient), 3.0);
    assert_eq!(gradient, [0.0, 0.0]);
}

#[test]
fn an_output_given_twice_counts_twice() {
    assert_eq!(jacrev(|x| [x, x], &2.0), [1.0, 1.0]);
    let (_, vjp_fun) = vjp(|x| [x * x, x * x, x], &3.0);
    assert_eq!(vjp_fun(&[1.0, 1.0, 1.0]), 13.0);
    let (_, vjp_fun) = vjp(|x| [x, x], &3.0);
    assert_eq!(vjp_fun(&[1.0, 10.0]), 11.0);
}

// ── Laws ──

#[test]
fn jacrev_is_jacfwd_for_any_number_of_outputs() {
    for n in [1, 2, 3, 8, 11, 17] {
        let x = random(n, n as u64);
        for m in [0, 1, 7, 8, 9, 16, 20] {
            let (value, reverse) = value_and_jacrev(|x| waves(&x, m), &x);
            let (expected, forward) = value_and_jacfwd(|x| waves(&x, m), &x);
            assert_eq!(value, expected);
            assert_eq!(reverse.len(), m);
            assert_close(&leaves(&reverse), &leaves(&forward));
            assert_eq!(reverse, jacrev(|x| waves(&x, m), &x));
        }
    }
}

#[test]
fn vjp_is_the_transpose_of_jvp() {
    for (n, m) in [(1, 1), (3, 20), (11, 4), (40, 9)] {
        let (x, v, u) = (random(n, 1), random(n, 2), random(m, 3));
        let (y, pushed) = jvp(|x| waves(&x, m), &x, &v);
        let (value, vjp_fun) = vjp(|x| waves(&x, m), &x);
        let (linear, jvp_fun) = linearize(|x| waves(&x, m), &x);
        assert_eq!((&value, &linear), (&y, &y));
        assert_close(&jvp_fun(&v), &pushed);
        // ⟨u, J v⟩ = ⟨Jᵀ u, v⟩
        assert_close(&[dot(&vjp_fun(&u), &v)], &[dot(&u, &pushed)]);
        // Both are linear, and may be called again.
        let doubled: Vec<f64> = u.iter().map(|u| 2.0 * u).collect();
        assert_eq!(vjp_fun(&doubled), vjp_fun(&u).iter().map(|g| 2.0 * g).collect::<Vec<_>>());
    }
}

#[test]
fn hvp_is_the_hessian_times_the_vector() {
    for n in [2, 5, 9, 30] {
        let (x, v) = (random(n, 4), random(n, 5));
        let hessian = hessian(|x| valley(&x), &x);
        let expected: Vec<f64> = hessian.iter().map(|row| dot(row, &v)).collect();
        // Entries reach 60, and five of them make a product: so the bound is relative to that.
        let scale = |h: Vec<f64>| h.iter().map(|h| h / 64.0).collect::<Vec<_>>();
        assert_close(&scale(hvp(|x| valley(&x), &x, &v)), &scale(expected));
    }
}

#[test]
fn the_hessian_is_jacfwd_of_jacrev() {
    fn fun<T: Scalar>(w: [[T; 2]; 3]) -> [T; 4] {
        let x = [[0.5, 1.0, 0.75], [0.9, -1.0, 0.25]];
        let score = |k: usize, class: usize| (0..3).map(|i| w[i][class] * lit(x[k][i])).sum::<T>().sigmoid();
        [score(0, 0), score(0, 1), score(1, 0), score(1, 1)]
    }
    let w = [[-0.5, 0.25], [1.5, -1.0], [0.75, 0.5]];
    let expected: [[[[[f64; 2]; 3]; 2]; 3]; 4] = hessian(fun, &w);
    assert_ne!(leaves(&expected), vec![0.0; 144]);
    assert_close(&leaves(&jacfwd(|w| jacrev(fun, &w), &w)), &leaves(&expected));
    assert_close(&leaves(&jacrev(|w| jacfwd(fun, &w), &w)), &leaves(&expected));
    assert_close(&leaves(&jacrev(|w| jacrev(fun, &w), &w)), &leaves(&expected));
}

#[test]
fn gradients_of_gradients_are_higher_derivatives() {
    // Of x⁵ at 2: 80, 160, 240, 240, 120, 0
    assert_eq!(grad(|x| x.powi(5), &2.0), 80.0);
    assert_eq!(grad(|x| grad(|x| x.powi(5), &x), &2.0), 160.0);
    assert_eq!(grad(|x| grad(|x| grad(|x| x.powi(5), &x), &x), &2.0), 240.0);
    assert_eq!(grad(|x| grad(|x| grad(|x| grad(|x| x.powi(5), &x), &x), &x), &2.0), 240.0);
    assert_eq!(jacfwd(|x| grad(|x| jacfwd(|x| x.powi(5), &x), &x), &2.0), 240.0);
    assert_eq!(jacfwd(|x| jacfwd(|x| grad(|x| x.powi(5), &x), &x), &2.0), 240.0);
    // Of e^(2x): the same times 2 each.
    let e = 1.0_f64.exp();
    assert_close(&[grad(|x| grad(|x| grad(|x| (x * 2.0).exp(), &x), &x), &0.5)], &[8.0 * e]);
}

#[test]
fn the_gradient_of_a_directional_derivative_is_hvp() {
    let (x, v) = ([0.5, -0.25, 1.0], [1.0, 2.0, -1.0]);
    let by_jvp = grad(|x| jvp(|x| valley(&x), &x, &v.map(Var::from)).1, &x);
    assert_close(&by_jvp, &hvp(|x| valley(&x), &x, &v));
    let by_linearize = grad(|x| linearize(|x| valley(&x), &x).1(&v.map(Var::from)), &x);
    assert_close(&by_linearize, &by_jvp);
    // ∇(½ |∇f|²) = H ∇f, by reverse over reverse.
    let energy = |g: &[Var<f64>]| g.iter().map(|g| g * g).sum::<Var<f64>>() * 0.5;
    let by_norm = grad(|x| energy(&grad(|x| valley(&x), &x)), &x);
    let gradient = grad(|x| valley(&x), &x);
    let scale = |g: [f64; 3]| g.map(|g| g / 64.0);
    assert_close(&scale(by_norm), &scale(hvp(|x| valley(&x), &x, &gradient)));
}

#[test]
fn a_parameter_of_an_inner_transform_is_differentiated_through_it() {
    // p ↦ ∂/∂x (p² x³) at x = 2 is 12 p², with slope 24 p.
    let outer = grad(|p| grad(|x| Var::from(p * p) * x.powi(3), &Var::from(2.0)), &5.0);
    assert_eq!(outer, 120.0);
    let outer = jacfwd(|p| grad(|x| Var::from(p * p) * x.powi(3), &Dual::from(2.0)), &5.0);
    assert_eq!(outer, 120.0);
    let outer = grad(|p| jacfwd(|x| Dual::from(p * p) * x.powi(3), &Var::from(2.0)), &5.0);
    assert_eq!(outer, 120.0);
    let outer = grad(
        |p| {
            let at = [Var::from(2.0)];
            let (_, vjp_fun) = vjp(|[x]| x.powi(3), &at);
            vjp_fun(&(p * p))[0]
        },
        &5.0,
    );
    assert_eq!(outer, 120.0);
}

#[test]
fn infinite_slopes_of_what_is_not_used_stay_out_of_the_gradient() {
    // √0 has the slope ∞, and its adjoint is 0.
    assert_eq!(grad(|[x, y]| x.sqrt() * 0.0 + y, &[0.0, 1.0]), [0.0, 1.0]);
    assert_eq!(grad(|[x, y]| (x.sqrt(), y).1, &[0.0, 1.0]), [0.0, 1.0]);
    assert_eq!(grad(|x| if x > 0.0 { x.sqrt() } else { Var::from(0.0) }, &0.0), 0.0);
    assert_eq!(grad(|x| x.sqrt(), &0.0), f64::INFINITY);
    assert!(grad(|x| x * x, &f64::NAN).is_nan());
}

// ── Storage ──

#[test]
fn grad_into_writes_every_entry_and_gives_the_value() {
    let mut gradient = [f64::NAN; 3];
    let value = grad_into(|x| x[0] * x[1], &[3.0, 4.0, 5.0], &mut gradient);
    assert_eq!((value, gradient), (12.0, [4.0, 3.0, 0.0]));
    let x = random(100, 6);
    let mut gradient = vec![0.0; 100];
    let value = grad_into(valley, &x, &mut gradient);
    assert_eq!((value, gradient), value_and_grad(|x| valley(&x), &x));
    let z = [Complex::new(1.0, 2.0)];
    let mut gradient = z;
    grad_into(|z| z[0] * z[0], &z, &mut gradient);
    assert_eq!(gradient, [z[0] * 2.0]);
}

#[test]
#[should_panic(expected = "grad_into: the point has 3 numbers and the storage for the gradient 2")]
fn grad_into_names_both_lengths_where_they_differ() {
    grad_into(|x| x[0], &[1.0, 2.0, 3.0], &mut [0.0; 2]);
}

#[test]
#[should_panic(
    expected = "a slice of 2 elements was expected, as in the point or the result that this belongs to, and 3 were given"
)]
fn vjp_fun_names_both_lengths_where_they_differ() {
    vjp(|x| vec![x, x], &1.0).1(&vec![1.0; 3]);
}

#[test]
#[should_panic(
    expected = "a slice of 2 elements was expected, as in the point or the result that this belongs to, and 1 were given"
)]
fn hvp_names_both_lengths_where_they_differ() {
    hvp(|x| x[0], &vec![1.0, 2.0], &vec![1.0]);
}

#[test]
fn a_pullback_outlives_other_transforms() {
    let (_, first) = vjp(|x| x * x, &3.0);
    let (_, second) = vjp(|x| x * x * x, &3.0);
    assert_eq!((first(&1.0), second(&1.0), grad(|x| x.exp(), &0.0), first(&2.0)), (6.0, 27.0, 1.0, 12.0));
}

#[test]
fn freeing_the_tapes_changes_no_result() {
    let x = random(50, 7);
    let before = grad(|x| valley(&x), &x);
    holograd::free_tapes();
    assert_eq!(grad(|x| valley(&x), &x), before);
    let (_, vjp_fun) = vjp(|x| valley(&x), &x);
    holograd::free_tapes();
    assert_eq!(vjp_fun(&1.0), before);
    // Inside a transform the open tape stays.
    let inside = grad(
        |x| {
            let half = valley(&x) * 0.5;
            holograd::free_tapes();
            half + half
        },
        &x,
    );
    assert_close(&inside, &before);
}
