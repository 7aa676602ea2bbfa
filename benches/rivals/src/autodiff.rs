//! autodiff: dual numbers with one tangent, so one pass for each variable; second order by nesting.

use crate::Entry;
use crate::number;
use crate::problems::contender::{Contender, Flat};
use crate::problems::functions::{self as f, notebook};
use crate::problems::names;
use crate::problems::{array, camera_and_point, complex_points, matrix};
use autodiff::{F, F1};
use num_complex::Complex;
use num_traits::{Float, One};
use std::array::from_fn;

number! { [] F1, Float(), |x, c: f64| x + c, |x, c: f64| x * c, |x: Self| x.x }

fn entry<X: 'static, R: Flat>(problem: &'static str, input: X, f: impl FnMut(&X) -> R + 'static) -> Entry {
    (problem, Contender::new("autodiff", "F1", input, f))
}

/// Each pass's result.
fn passes<const N: usize, Y>(x: &[f64; N], f: impl Fn(&[F1; N]) -> Y) -> [Y; N] {
    from_fn(|i| f(&from_fn(|j| F::new(x[j], if i == j { 1.0 } else { 0.0 }))))
}

pub fn entries() -> Vec<Entry> {
    vec![
        rosenbrock::<2>(names::GRADIENT_2),
        rosenbrock::<8>(names::GRADIENT_8),
        rosenbrock::<16>(names::GRADIENT_16),
        entry(names::BUNDLE, camera_and_point(), |p: &[f64; 15]| {
            let y = passes(p, f::reprojection);
            (y[0].map(|y| y.x), [0, 1].map(|i| y.map(|y| y[i].dx)))
        }),
        entry(names::MIXED, 0.7, |x: &f64| {
            let y = f::mixed(F1::var(*x));
            (y.x, y.dx)
        }),
        entry(names::TALL, 0.3, |x: &f64| {
            let y = f::tall(F1::var(*x));
            (y.iter().map(|y| y.x).collect::<Vec<f64>>(), y.iter().map(|y| y.dx).collect::<Vec<f64>>())
        }),
        entry(names::DETERMINANT, matrix(), |a: &[f64; 16]| {
            let y = passes(a, f::det);
            (y[0].x, y.map(|y| y.dx))
        }),
        entry(names::INVERSE, matrix(), |a: &[f64; 16]| {
            let y = passes(a, f::inverse);
            (y[0].map(|y| y.x), from_fn::<[f64; 16], 16, _>(|i| from_fn(|k| y[k][i].dx)))
        }),
        entry(names::NEWTON, complex_points(), |z: &Vec<Complex<f64>>| {
            let f = |z: &Complex<f64>| {
                let y = f::cubic(Complex::new(F1::var(z.re), F1::cst(z.im)), Complex::one());
                (Complex::new(y.re.x, y.im.x), Complex::new(y.re.dx, y.im.dx))
            };
            z.iter().map(f).collect::<Vec<_>>()
        }),
        entry(names::LOSS_GRADIENT_FORWARD, notebook::listed(), |p: &[f64; 7]| {
            let y = passes(p, |p| notebook::loss(&notebook::as_parameters(p)));
            (y[0].x, y.map(|y| y.dx))
        }),
        entry(names::FUN_JACFWD, notebook::PARAMETERS.0, |w: &notebook::Weights<f64>| {
            let y = passes::<6, _>(&from_fn(|i| w[i / 2][i % 2]), |w| {
                notebook::sigmoid(&notebook::as_weights(w))
            });
            from_fn::<[[f64; 6]; 2], 5, _>(|n| from_fn(|class| from_fn(|k| y[k][n][class].dx)))
        }),
    ]
}

fn rosenbrock<const N: usize>(problem: &'static str) -> Entry {
    entry(problem, array::<N>(), |x: &[f64; N]| {
        let y = passes(x, |x| f::rosenbrock(x));
        (y[0].x, y.map(|y| y.dx))
    })
}
