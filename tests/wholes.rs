//! Operations on many numbers at once (`dot`, `log_sum_exp`, `fuse`, `sum_over`, vector-valued rules): the same in every
//! mode as when they are written out.

use holograd::{
    Dual, Real, Scalar, Var, VectorRule, derivative, grad, hessian, hvp, jacfwd, jacrev, jvp, linearize, lit,
    second_derivative, vjp,
};
use num_complex::Complex;

const X: [f64; 4] = [0.5, -1.25, 2.0, 0.75];

/// Each operation beside its definition.
fn operations<T: Scalar>(x: &[T]) -> Vec<[T; 2]> {
    let (a, b) = x.split_at(2);
    let weights = [2.0, -0.5, 0.25, 3.0];
    let sum = |terms: Vec<T>| terms.into_iter().fold(T::zero(), |s, t| s + t);
    let exps = || sum(x.iter().map(|x| x.exp()).collect());
    let block = |x: T, y: T| (x * y + lit(3.0)).sqrt() * (x - y).sin();
    let [fused] = T::fuse([x[0], x[1]], |[x, y]| [(x * y + lit(3.0)).sqrt() * (x - y).sin()]);
    let term = |x: &[T], k: f64| (x[0] * lit(k) + x[3]).sin() * x[1];
    vec![
        [T::sum_of(x), sum(x.to_vec())],
        [T::dot(a, b), a[0] * b[0] + a[1] * b[1]],
        [T::dot(x, x), sum(x.iter().map(|x| *x * *x).collect())],
        [T::weighted_sum(&weights, x), sum(x.iter().zip(weights).map(|(x, w)| *x * lit(w)).collect())],
        [T::log_sum_exp(x), exps().ln()],
        [T::softmax(x)[2], x[2].exp() / exps()],
        [fused, block(x[0], x[1])],
        [T::sum_over(x, [1.0, 2.0, 5.0], term), sum([1.0, 2.0, 5.0].map(|k| term(x, k)).to_vec())],
        {
            let y = Polar.at_slice(&[x[0], x[1]]);
            [y[0] * y[1], x[0].exp() * x[1].cos() * x[0].exp() * x[1].sin()]
        },
    ]
}

/// (r, θ) ↦ (eʳ cos θ, eʳ sin θ) as a rule of its own.
#[derive(Clone)]
struct Polar;

impl<P: holograd::Primal> VectorRule<P> for Polar {
    fn values(&self, x: &[P]) -> Vec<P> {
        let (sin, cos) = x[1].sin_cos();
        vec![x[0].exp() * cos, x[0].exp() * sin]
    }
    fn pushforward<S: Scalar<Primal = P>>(&self, _x: &[S], y: &[S], v: &[S]) -> Vec<S> {
        vec![y[0] * v[0] - y[1] * v[1], y[1] * v[0] + y[0] * v[1]]
    }
    fn pullback<S: Scalar<Primal = P>>(&self, _x: &[S], y: &[S], u: &[S]) -> Vec<S> {
        vec![y[0] * u[0] + y[1] * u[1], y[0] * u[1] - y[1] * u[0]]
    }
}

#[test]
fn a_tape_with_rules_goes_to_another_thread() {
    let (_, vjp_fun) = vjp(|x: [_; 4]| operations(&x), &X);
    let u = vec![[1.0, -2.0]; 9];
    let here = vjp_fun(&u);
    let there = std::thread::scope(|scope| scope.spawn(move || vjp_fun(&u)).join()).expect("no panic");
    assert_eq!(here, there);
}

#[track_caller]
fn close(got: f64, want: f64) {
    assert!((got - want).abs() <= 16.0 * f64::EPSILON * want.abs().max(1.0), "{got} for {want}");
}

#[test]
fn a_whole_has_the_derivatives_of_its_parts_in_both_modes() {
    let forward = jacfwd(|x: [_; 4]| operations(&x), &X);
    let reverse = jacrev(|x: [_; 4]| operations(&x), &X);
    for ([whole, parts], [whole_on_tape, parts_on_tape]) in forward.into_iter().zip(reverse) {
        for i in 0..4 {
            close(whole[i], parts[i]);
            close(whole_on_tape[i], parts[i]);
            close(parts_on_tape[i], parts[i]);
        }
    }
}

#[test]
fn second_derivatives_of_a_whole_are_those_of_its_parts_nested_and_over_the_tape() {
    let nested = hessian(|x: [_; 4]| operations(&x), &X);
    let over_reverse = hessian(|x: Vec<_>| operations(&x), &X.to_vec());
    let twice_reverse = jacrev(|x: [_; 4]| jacrev(|x: [_; 4]| operations(&x), &x), &X);
    for (k, [_, parts]) in nested.iter().enumerate() {
        for i in 0..4 {
            for j in 0..4 {
                close(nested[k][0][i][j], parts[i][j]);
                close(over_reverse[k][0][i][j], parts[i][j]);
                close(twice_reverse[k][0][i][j], parts[i][j]);
            }
        }
    }
}

#[test]
fn tangents_pushed_over_a_tape_pass_through_wholes() {
    let v = [1.0, 0.5, -2.0, 0.25];
    let (_, direct) = jvp(|x: [_; 4]| operations(&x), &X, &v);
    let (_, jvp_fun) = linearize(|x: [_; 4]| operations(&x), &X);
    for (pushed, direct) in jvp_fun(&v).into_iter().zip(direct) {
        close(pushed[0], direct[0]);
        close(pushed[1], direct[1]);
    }
}

#[test]
fn complex_wholes_are_holomorphic_on_the_tape_and_in_parts_of_it() {
    let z = X.map(|x| Complex::new(x, 0.3 - x * 0.5));
    let forward = jacfwd(|z: [_; 4]| operations(&z), &z);
    let reverse = jacrev(|z: [_; 4]| operations(&z), &z);
    for (k, [whole, parts]) in forward.iter().enumerate() {
        for i in 0..4 {
            for got in [whole[i], reverse[k][0][i], reverse[k][1][i]] {
                assert!(
                    (got - parts[i]).norm() < 1e-14 * parts[i].norm().max(1.0),
                    "{k}: {got} for {}",
                    parts[i]
                );
            }
        }
    }
    // The real part of each as a function of the real and imaginary parts: by Cauchy–Riemann its gradient is the conjugate
    // of the complex derivative.
    for (k, [whole, _]) in forward.iter().enumerate() {
        let real_part =
            |parts: [[Var<f64>; 2]; 4]| operations(&parts.map(|[re, im]| Complex { re, im }))[k][0].re;
        let gradient = grad(real_part, &z.map(|z| [z.re, z.im]));
        for i in 0..4 {
            let got = Complex::new(gradient[i][0], -gradient[i][1]);
            assert!(
                (got - whole[i]).norm() < 1e-14 * whole[i].norm().max(1.0),
                "{k}: {got} for {}",
                whole[i]
            );
        }
    }
}

#[test]
fn the_norm_has_slope_zero_at_zero_and_does_not_overflow() {
    assert_eq!(grad(|x: [_; 3]| Real::norm(&x), &[0.0; 3]), [0.0; 3]);
    assert_eq!(jacfwd(|x: [_; 3]| Real::norm(&x), &[0.0; 3]), [0.0; 3]);
    for [dx, dy] in [
        grad(|x: [_; 2]| Real::norm(&x), &[3e200, 4e200]),
        jacfwd(|x: [_; 2]| Real::norm(&x), &[3e200, 4e200]),
    ] {
        close(dx, 0.6);
        close(dy, 0.8);
    }
    assert_eq!(<f64 as Real>::norm(&[5e-324, 0.0]), 5e-324);
    let h = hvp(|x: [_; 2]| Real::norm(&x), &[3.0, 4.0], &[1.0, 0.0]);
    close(h[0], 16.0 / 125.0);
    close(h[1], -12.0 / 125.0);
}

#[test]
fn constants_among_the_arguments_of_a_whole_have_no_part_in_the_tape() {
    let gradient = grad(
        |x: [Var<f64>; 2]| {
            let c = Var::from(5.0);
            Scalar::dot(&[x[0], c], &[c, x[1]])
                + Scalar::sum_of(&[c, c])
                + Polar.at_slice(&[x[0], Var::default()])[0]
        },
        &[0.0, 2.0],
    );
    assert_eq!(gradient, [6.0, 5.0]);
}

#[test]
fn a_pullback_of_a_rule_can_be_called_again_and_again() {
    let (y, vjp_fun) = vjp(|x: [_; 2]| Polar.at_slice(&x), &[0.0, 0.0]);
    assert_eq!(y, [1.0, 0.0]);
    for _ in 0..3 {
        assert_eq!(vjp_fun(&vec![1.0, 0.0]), [1.0, 0.0]);
        assert_eq!(vjp_fun(&vec![0.0, 1.0]), [0.0, 1.0]);
    }
}

#[test]
#[should_panic(expected = "dot: two slices of the same length are expected, not of 2 and 1 numbers")]
fn lengths_that_differ_are_named() {
    let _ = f64::dot(&[1.0, 2.0], &[1.0]);
}

/// A function of many numbers, for every kind of them.
trait Whole {
    fn of<T: Real>(x: &[T]) -> T;
}

macro_rules! wholes {
    ($($name:ident $f:expr;)*) => {$(
        struct $name;
        impl Whole for $name {
            fn of<T: Real>(x: &[T]) -> T {
                $f(x)
            }
        }
    )*};
}
wholes! {
    LogSumExp Scalar::log_sum_exp;
    FirstShare |x| T::softmax(x)[0];
    Norm Real::norm;
}

/// The gradient and the Hessian in every mode: nested, and forward over reverse, forward of reverse, reverse of reverse.
fn by_every_mode<W: Whole>(x: [f64; 2]) -> [([f64; 2], [[f64; 2]; 2]); 4] {
    let over_reverse = hessian(|x| W::of(&x), &x.to_vec());
    let of_reverse = |x: [Dual<f64, 2>; 2]| grad(|x: [_; 2]| W::of(&x), &x);
    let reverse_of_reverse = |x: [Var<f64>; 2]| grad(|x: [_; 2]| W::of(&x), &x);
    let mut inner = [0.0; 2];
    let hessian_of_tapes = jacrev(
        |x| {
            let gradient = reverse_of_reverse(x);
            inner = gradient.map(Var::value);
            gradient
        },
        &x,
    );
    [
        (jacfwd(|x: [_; 2]| W::of(&x), &x), hessian(|x: [_; 2]| W::of(&x), &x)),
        (
            grad(|x: [_; 2]| W::of(&x), &x),
            [[over_reverse[0][0], over_reverse[0][1]], [over_reverse[1][0], over_reverse[1][1]]],
        ),
        (of_reverse(x.map(Dual::from)).map(Dual::value), jacfwd(of_reverse, &x)),
        (inner, hessian_of_tapes),
    ]
}

/// That every mode gives this gradient, in which NaN is NaN.
#[track_caller]
fn gradients<W: Whole>(x: [f64; 2], want: [f64; 2]) {
    for (got, _) in by_every_mode::<W>(x) {
        let equal = |a: f64, b: f64| (a - b).abs() <= 2e-16 * b.abs() || a == b || a.is_nan() && b.is_nan();
        assert!(equal(got[0], want[0]) && equal(got[1], want[1]), "at {x:?}: {got:?}, not {want:?}");
    }
}

#[test]
fn shares_have_second_derivatives_where_the_slopes_inside_are_steep() {
    assert_eq!(second_derivative(|x| Scalar::log_sum_exp(&[x * x]), 1e8), 2.0);
    assert_eq!(grad(|x| grad(|x| Scalar::log_sum_exp(&[x * x]), &x), &1e8), 2.0);
    let third = derivative(|x| second_derivative(|x| Scalar::log_sum_exp(&[x.exp()]), x), 10.0);
    close(third, 10.0_f64.exp());
    let share = |x: Dual<Dual<f64>>| Scalar::softmax(&[x * x, x * x + 1.0])[1];
    assert_eq!(second_derivative(share, 1e6), 0.0);
    assert_eq!(jacfwd(|x| grad(|x| Scalar::softmax(&[x * x, x * x + 1.0])[1], &x), &1e6), 0.0);
}

#[test]
fn shares_of_infinities_and_nan_are_those_of_two_numbers_in_every_mode() {
    const INF: f64 = f64::INFINITY;
    const NAN: f64 = f64::NAN;
    for x in
        [[INF, 1.0], [1.0, INF], [-INF, 1.0], [-INF, -INF], [INF, INF], [INF, -INF], [0.0, NAN], [-NAN, -INF]]
    {
        let pair = jacfwd(|[x, y]| x.log_add_exp(y), &x);
        gradients::<LogSumExp>(x, pair);
        let (sum, pair) = (f64::log_sum_exp(&x), x[0].log_add_exp(x[1]));
        assert!(sum == pair || sum.is_nan() && pair.is_nan(), "{x:?}: {sum}, not {pair}");
        assert_eq!(f64::softmax(&x)[0].is_nan(), x[0].is_nan() || x[1].is_nan());
    }
    gradients::<FirstShare>([INF, 1.0], [0.0, 0.0]);
    gradients::<FirstShare>([-INF, -INF], [0.25, -0.25]);
    assert_eq!(f64::softmax(&[1.0, INF, INF]), [0.0, 0.5, 0.5]);
    for gradient in [
        jacfwd(|x: [_; 3]| Scalar::log_sum_exp(&x), &[0.0, NAN, NAN]),
        grad(|x: [_; 3]| Scalar::log_sum_exp(&x), &[0.0, NAN, NAN]),
    ] {
        assert!(gradient.iter().all(|slope| slope.is_nan()), "{gradient:?}");
    }
    assert_eq!(f64::log_sum_exp(&[]), -INF);
    let far_left = Complex::new(-INF, 1.0);
    assert_eq!(<Complex<f64>>::log_sum_exp(&[far_left, Complex::new(-INF, 2.0)]).re, -INF);
}

#[test]
fn the_norm_is_the_distance_in_every_mode_up_to_second_order() {
    const INF: f64 = f64::INFINITY;
    const NAN: f64 = f64::NAN;
    let corners = [
        [3.0, 4.0],
        [-1.0, 1e-10],
        [1e-10, -1.0],
        [1e-200, 1e-200],
        [1e200, 1e200],
        [1e200, 1e30],
        [5e-324, 5e-324],
        [0.0, -2.0],
        [0.0, 0.0],
        [INF, 1.0],
        [1.0, -INF],
        [INF, INF],
        [INF, NAN],
        [NAN, 0.0],
    ];
    for x in corners {
        let (value, distance) = (<f64 as Real>::norm(&x), x[0].hypot(x[1]));
        assert!(
            (value - distance).abs() <= 2e-16 * distance || value == distance || distance.is_nan(),
            "{value}"
        );
        assert_eq!(value.is_nan(), distance.is_nan(), "{x:?}: {value}");
        gradients::<Norm>(x, jacfwd(|[x, y]| x.hypot(y), &x));
        let want = hessian(|[x, y]| x.hypot(y), &x);
        for (mode, (_, got)) in by_every_mode::<Norm>(x).into_iter().enumerate() {
            for (got, want) in got.as_flattened().iter().zip(want.as_flattened()) {
                let equal =
                    (got - want).abs() <= 1e-15 * want.abs() || got == want || got.is_nan() && want.is_nan();
                assert!(equal, "mode {mode} at {x:?}: {got:e}, not {want:e}");
            }
        }
    }
    // What has no part in the direction has no part in the second derivative.
    assert_eq!(second_derivative(|x| Real::norm(&[x * 1e8 + 1.0]), 1.0), 0.0);
    assert_eq!(jacfwd(|x| grad(|x| Real::norm(&[x * 1e8 + 1.0]), &x), &1.0), 0.0);
    assert_eq!(grad(|x| grad(|x| Real::norm(&[x * 1e8 + 1.0]), &x), &1.0), 0.0);
    // ∂³√(x² + y²)/∂x³ = −3 x y²/r⁵
    let third = derivative(|x| second_derivative(|x| Real::norm(&[x, Scalar::lit(4.0)]), x), 3.0);
    close(third, -3.0 * 3.0 * 16.0 / 3125.0);
    let third = grad(|x| grad(|x| grad(|x| Real::norm(&[x, Scalar::lit(4.0)]), &x), &x), &3.0);
    close(third, -3.0 * 3.0 * 16.0 / 3125.0);
}

#[test]
fn the_norm_of_small_and_large_numbers_of_single_precision_has_its_slopes() {
    for scale in [1e-39_f32, 1e-20, 1.0, 1e20, 2e37] {
        let x = [3.0 * scale, 4.0 * scale];
        let forward = jacfwd(|x: [_; 2]| Real::norm(&x), &x);
        assert_eq!(forward, grad(|x: [_; 2]| Real::norm(&x), &x));
        assert!((forward[0] - 0.6).abs() < 1e-7 && (forward[1] - 0.8).abs() < 1e-7, "{scale}: {forward:?}");
        let [[xx, xy], [yx, yy]] = hessian(|x: [_; 2]| Real::norm(&x), &x).map(|row| row.map(|h| h * scale));
        let exact = [(xx, 0.128), (xy, -0.096), (yx, -0.096), (yy, 0.072)];
        assert!(exact.iter().all(|(got, want)| (got - want).abs() < 1e-7), "{scale}: {exact:?}");
    }
}
