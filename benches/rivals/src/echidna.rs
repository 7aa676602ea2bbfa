//! echidna: `DualVec` forward, `grad` with its pooled tape, and the recorded program ("replay"), which is recorded once
//! and run again at other points; its branches stay those of the recording.

use crate::Entry;
use crate::number;
use crate::problems::contender::{Contender, Flat};
use crate::problems::functions::{self as f, gmm, notebook};
use crate::problems::{Direction, Mixture, array, camera_and_point, complex_points, matrix, mixture, point};
use echidna::{BReverse, BytecodeTape, Dual, DualVec, Reverse};
use num_complex::Complex;
use num_traits::{Float, One};
use std::array::from_fn;

number! { [] Dual<f64>, Float(), |x, c| x + c, |x, c| x * c, |x: Self| x.re }
number! { [const N: usize] DualVec<f64, N>, Float(), |x, c| x + c, |x, c| x * c, |x: Self| x.re }
number! { [] Reverse<f64>, Float(), |x, c| x + c, |x, c| x * c, |x: Self| echidna::Scalar::value(&x) }
number! { [] BReverse<f64>, Float(), |x, c| x + c, |x, c| x * c, |x: Self| echidna::Scalar::value(&x) }

fn entry<X: 'static, R: Flat>(
    problem: &'static str,
    way: &'static str,
    input: X,
    f: impl FnMut(&X) -> R + 'static,
) -> Entry {
    (problem, Contender::new("echidna", way, input, f))
}

fn seed<const N: usize>(x: &[f64; N]) -> [DualVec<f64, N>; N] {
    from_fn(|i| DualVec::with_tangent(x[i], i))
}

/// Value and gradient.
fn gradient(x: &[f64], f: impl Fn(&[Reverse<f64>]) -> Reverse<f64>) -> (f64, Vec<f64>) {
    let mut value = 0.0;
    let gradient = echidna::grad(
        |x: &[Reverse<f64>]| {
            let y = f(x);
            value = echidna::Scalar::value(&y);
            y
        },
        x,
    );
    (value, gradient)
}

/// Value and gradient by a recorded program.
fn replay(mut tape: BytecodeTape<f64>) -> impl FnMut(&[f64]) -> (f64, Vec<f64>) {
    let mut adjoints = Vec::new();
    move |x| {
        let gradient = tape.gradient_with_buf(x, &mut adjoints);
        (tape.output_value(), gradient)
    }
}

/// The program of `f`, optimised.
fn record(x: &[f64], f: impl FnOnce(&[BReverse<f64>]) -> BReverse<f64>) -> BytecodeTape<f64> {
    let (mut tape, _) = echidna::record(f, x);
    tape.optimize();
    tape
}

pub fn entries() -> Vec<Entry> {
    vec![
        rosenbrock::<2>("gradient, n = 2,"),
        rosenbrock::<8>("gradient, n = 8,"),
        rosenbrock::<16>("gradient, n = 16,"),
        rosenbrock_hessian::<4>("Hessian, n = 4"),
        rosenbrock_hessian::<8>("Hessian, n = 8"),
        rosenbrock_hessian_replayed::<4>("Hessian, n = 4"),
        rosenbrock_hessian_replayed::<8>("Hessian, n = 8"),
        entry("bundle", "DualVec", camera_and_point(), |p: &[f64; 15]| {
            let y = f::reprojection(&seed(p));
            (y.map(|y| y.re), y.map(|y| y.eps))
        }),
        entry("mixed", "Dual", 0.7, |x: &f64| {
            let y = f::mixed(Dual::variable(*x));
            (y.re, y.eps)
        }),
        gmm_gradient("GMM gradient, d"),
        gmm_gradient("sub-tapes"),
        entry("log-sum-exp", "grad", point(1000), |x: &Vec<f64>| gradient(x, f::log_sum_exp)),
        entry("log-sum-exp", "replay", point(1000), {
            let mut replay = replay(record(&point(1000), f::log_sum_exp));
            move |x: &Vec<f64>| replay(x)
        }),
        entry("wide", "grad", point(1000), |x: &Vec<f64>| gradient(x, f::wide)),
        entry("wide", "replay", point(1000), {
            let mut replay = replay(record(&point(1000), f::wide));
            move |x: &Vec<f64>| replay(x)
        }),
        entry("tall", "Dual", 0.3, |x: &f64| {
            let y = f::tall(Dual::variable(*x));
            (y.iter().map(|y| y.re).collect::<Vec<f64>>(), y.iter().map(|y| y.eps).collect::<Vec<f64>>())
        }),
        entry("n = 1000, reverse", "grad", point(1000), |x: &Vec<f64>| gradient(x, f::rosenbrock)),
        entry("n = 1000, reverse", "replay", point(1000), {
            let mut replay = replay(record(&point(1000), f::rosenbrock));
            move |x: &Vec<f64>| replay(x)
        }),
        entry("Hessian-vector", "hvp", direction(), |(x, v): &Direction| {
            echidna::hvp(|x: &[BReverse<f64>]| f::rosenbrock(x), x, v).1
        }),
        entry("Hessian-vector", "replay", direction(), {
            let tape = record(&point(100), f::rosenbrock);
            let (mut values, mut adjoints) = (Vec::new(), Vec::new());
            move |(x, v): &Direction| tape.hvp_with_buf(x, v, &mut values, &mut adjoints).1
        }),
        entry("det", "DualVec", matrix(), |a: &[f64; 16]| {
            let y = f::det(&seed(a));
            (y.re, y.eps)
        }),
        entry("inverse", "DualVec", matrix(), |a: &[f64; 16]| {
            let y = f::inverse(&seed(a));
            (y.map(|y| y.re), y.map(|y| y.eps))
        }),
        entry("Newton", "Complex<Dual>", complex_points(), |z: &Vec<Complex<f64>>| {
            let f = |z: &Complex<f64>| {
                let y = f::cubic(Complex::new(Dual::variable(z.re), Dual::constant(z.im)), Complex::one());
                (Complex::new(y.re.re, y.im.re), Complex::new(y.re.eps, y.im.eps))
            };
            z.iter().map(f).collect::<Vec<_>>()
        }),
        entry("value_and_grad(loss)", "grad", super::notebook_parameters(), |p: &Vec<f64>| {
            gradient(p, |p| notebook::loss(&super::as_parameters(p)))
        }),
        entry("the same gradient, forward", "DualVec", super::notebook_parameters(), |p: &Vec<f64>| {
            let y = notebook::loss(&super::as_parameters(&seed::<7>(&from_fn(|i| p[i]))));
            (y.re, y.eps)
        }),
        entry("jacfwd(fun)", "DualVec", notebook::PARAMETERS.0, |w: &notebook::Weights<f64>| {
            let w = seed::<6>(&from_fn(|i| w[i / 2][i % 2]));
            let y = notebook::sigmoid(&[[w[0], w[1]], [w[2], w[3]], [w[4], w[5]]]);
            y.map(|row| row.map(|y| y.eps))
        }),
        entry("jacrev(fun)", "replay", super::notebook_parameters()[..6].to_vec(), {
            let of = |w: &[BReverse<f64>]| notebook::sigmoid(&super::as_weights(w)).as_flattened().to_vec();
            let (mut tape, _) = echidna::record_multi(of, &super::notebook_parameters()[..6]);
            tape.optimize();
            move |w: &Vec<f64>| tape.jacobian(w)
        }),
    ]
}

fn direction() -> Direction {
    (point(100), (0..100).map(|i| f::spread(i + 500)).collect())
}

fn gmm_gradient(problem: &'static str) -> Entry {
    entry(problem, "grad", mixture(), |(p, x): &Mixture| gradient(p, |p| gmm::log_likelihood(p, x)))
}

fn rosenbrock<const N: usize>(problem: &'static str) -> Entry {
    entry(problem, "DualVec", array::<N>(), |x: &[f64; N]| {
        let y = f::rosenbrock(&seed(x));
        (y.re, y.eps)
    })
}

fn rosenbrock_hessian<const N: usize>(problem: &'static str) -> Entry {
    entry(problem, "hessian_vec", array::<N>(), |x: &[f64; N]| {
        echidna::hessian_vec::<f64, N>(|x| f::rosenbrock(x), x)
    })
}

fn rosenbrock_hessian_replayed<const N: usize>(problem: &'static str) -> Entry {
    entry(problem, "replay", array::<N>(), {
        let tape = record(&array::<N>(), f::rosenbrock);
        move |x: &[f64; N]| tape.hessian_vec::<N>(x)
    })
}
