//! hyperdual: the value and its tangents in one nalgebra vector.

use crate::Entry;
use crate::number;
use crate::problems::contender::{Contender, Flat};
use crate::problems::functions::{self as f, notebook};
use crate::problems::{array, camera_and_point, complex_points, matrix};
use hyperdual::{Float, Hyperdual};
use num_complex::Complex;
use num_traits::One;
use std::array::from_fn;

number! { [const M: usize] Hyperdual<f64, M>, Float(), |x, c| x + c, |x, c| x * c, |x: Self| x.real() }

fn entry<X: 'static, R: Flat>(problem: &'static str, input: X, f: impl FnMut(&X) -> R + 'static) -> Entry {
    (problem, Contender::new("hyperdual", "Hyperdual", input, f))
}

/// N variables; `M` is N + 1.
fn seed<const N: usize, const M: usize>(x: &[f64; N]) -> [Hyperdual<f64, M>; N] {
    from_fn(|i| {
        let mut parts = [0.0; M];
        (parts[0], parts[i + 1]) = (x[i], 1.0);
        Hyperdual::from_slice(&parts)
    })
}

fn tangents<const N: usize, const M: usize>(y: &Hyperdual<f64, M>) -> [f64; N] {
    from_fn(|i| y[i + 1])
}

pub fn entries() -> Vec<Entry> {
    vec![
        rosenbrock::<2, 3>("gradient, n = 2,"),
        rosenbrock::<8, 9>("gradient, n = 8,"),
        rosenbrock::<16, 17>("gradient, n = 16,"),
        entry("bundle", camera_and_point(), |p: &[f64; 15]| {
            let y = f::reprojection(&seed::<15, 16>(p));
            (y.map(|y| y.real()), y.map(|y| tangents::<15, 16>(&y)))
        }),
        entry("mixed", 0.7, |x: &f64| {
            let y = f::mixed(Hyperdual::<f64, 2>::from_slice(&[*x, 1.0]));
            (y[0], y[1])
        }),
        entry("tall", 0.3, |x: &f64| {
            let y = f::tall(Hyperdual::<f64, 2>::from_slice(&[*x, 1.0]));
            let slopes: Vec<f64> = y.iter().map(|y| y[1]).collect();
            (y.iter().map(|y| y[0]).collect::<Vec<f64>>(), slopes)
        }),
        entry("det", matrix(), |a: &[f64; 16]| {
            let y = f::det(&seed::<16, 17>(a));
            (y.real(), tangents::<16, 17>(&y))
        }),
        entry("inverse", matrix(), |a: &[f64; 16]| {
            let y = f::inverse(&seed::<16, 17>(a));
            (y.map(|y| y.real()), y.map(|y| tangents::<16, 17>(&y)))
        }),
        entry("Newton", complex_points(), |z: &Vec<Complex<f64>>| {
            let f = |z: &Complex<f64>| {
                let z =
                    Complex::new(Hyperdual::<f64, 2>::from_slice(&[z.re, 1.0]), Hyperdual::from_real(z.im));
                let y = f::cubic(z, Complex::one());
                (Complex::new(y.re[0], y.im[0]), Complex::new(y.re[1], y.im[1]))
            };
            z.iter().map(f).collect::<Vec<_>>()
        }),
        entry("the same gradient, forward", super::notebook_parameters(), |p: &Vec<f64>| {
            let y = notebook::loss(&super::as_parameters(&seed::<7, 8>(&from_fn(|i| p[i]))));
            (y.real(), tangents::<7, 8>(&y))
        }),
        entry("jacfwd(fun)", notebook::PARAMETERS.0, |w: &notebook::Weights<f64>| {
            let w = seed::<6, 7>(&from_fn(|i| w[i / 2][i % 2]));
            let y = notebook::sigmoid(&[[w[0], w[1]], [w[2], w[3]], [w[4], w[5]]]);
            y.map(|row| row.map(|y| tangents::<6, 7>(&y)))
        }),
    ]
}

fn rosenbrock<const N: usize, const M: usize>(problem: &'static str) -> Entry {
    entry(problem, array::<N>(), |x: &[f64; N]| {
        let y = f::rosenbrock(&seed::<N, M>(x));
        (y.real(), tangents::<N, M>(&y))
    })
}
