//! The forward problems for libraries that have a number with an array of tangents.

use crate::Entry;
use crate::problems::contender::Contender;
use crate::problems::functions::{self as f, notebook};
use crate::problems::names;
use crate::problems::number::Number;
use crate::problems::{array, camera_and_point, matrix};
use std::array::from_fn;

/// A number with `N` tangents.
pub trait Lanes<const N: usize>: Number + 'static {
    fn with(value: f64, tangents: [f64; N]) -> Self;
    fn tangents(&self) -> [f64; N];
}

/// The variables of as many tangents.
pub fn seed<L: Lanes<N>, const N: usize>(x: &[f64; N]) -> [L; N] {
    from_fn(|i| L::with(x[i], from_fn(|j| if i == j { 1.0 } else { 0.0 })))
}

/// All problems, each with the type that has its number of tangents.
pub fn entries<L1, L2, L6, L7, L8, L15, L16>(name: &'static str, way: &'static str) -> Vec<Entry>
where
    L1: Lanes<1>,
    L2: Lanes<2>,
    L6: Lanes<6>,
    L7: Lanes<7>,
    L8: Lanes<8>,
    L15: Lanes<15>,
    L16: Lanes<16>,
{
    vec![
        (names::GRADIENT_2, gradient::<L2, 2>(name, way, array(), |x| f::rosenbrock(x))),
        (names::GRADIENT_8, gradient::<L8, 8>(name, way, array(), |x| f::rosenbrock(x))),
        (names::GRADIENT_16, gradient::<L16, 16>(name, way, array(), |x| f::rosenbrock(x))),
        (names::BUNDLE, jacobian::<L15, 15, 2>(name, way, camera_and_point(), f::reprojection)),
        (names::MIXED, gradient::<L1, 1>(name, way, [0.7], |[x]| f::mixed(*x))),
        (
            names::TALL,
            Contender::new(name, way, 0.3, |x: &f64| {
                let y = f::tall(L1::with(*x, [1.0]));
                let slopes: Vec<f64> = y.iter().map(|y| y.tangents()[0]).collect();
                (y.iter().map(|y| y.value()).collect::<Vec<f64>>(), slopes)
            }),
        ),
        (names::DETERMINANT, gradient::<L16, 16>(name, way, matrix(), f::det)),
        (names::INVERSE, jacobian::<L16, 16, 16>(name, way, matrix(), f::inverse)),
        (
            names::LOSS_GRADIENT_FORWARD,
            gradient::<L7, 7>(name, way, notebook::listed(), |p| notebook::loss(&notebook::as_parameters(p))),
        ),
        (
            names::FUN_JACFWD,
            Contender::new(name, way, notebook::PARAMETERS.0, |w: &notebook::Weights<f64>| {
                let y =
                    notebook::sigmoid(&notebook::as_weights(&seed::<L6, 6>(&from_fn(|i| w[i / 2][i % 2]))));
                y.map(|row| row.map(|y| y.tangents()))
            }),
        ),
    ]
}

/// Value and gradient.
fn gradient<L: Lanes<N>, const N: usize>(
    name: &'static str,
    way: &'static str,
    x: [f64; N],
    f: impl Fn(&[L; N]) -> L + 'static,
) -> Contender {
    Contender::new(name, way, x, move |x: &[f64; N]| {
        let y = f(&seed(x));
        (y.value(), y.tangents())
    })
}

/// Values and Jacobian.
fn jacobian<L: Lanes<N>, const N: usize, const M: usize>(
    name: &'static str,
    way: &'static str,
    x: [f64; N],
    f: impl Fn(&[L; N]) -> [L; M] + 'static,
) -> Contender {
    Contender::new(name, way, x, move |x: &[f64; N]| {
        let y = f(&seed(x));
        (y.map(|y| y.value()), y.map(|y| y.tangents()))
    })
}
