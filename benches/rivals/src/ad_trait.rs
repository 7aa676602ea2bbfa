//! ad_trait: `adfn`, dual numbers with an array of tangents; `adr`, a global tape; `HyperAD_ADFN` for second order.

use crate::Entry;
use crate::number;
use crate::problems::contender::{Contender, Flat};
use crate::problems::functions::{self as f, gmm, notebook};
use crate::problems::{Mixture, array, camera_and_point, matrix, mixture, point};
use ad_trait::AD;
use ad_trait::forward_ad::adfn::adfn;
use ad_trait::hyper_ad::hyper::HyperAD_ADFN;
use ad_trait::nalgebra::ComplexField;
use ad_trait::reverse_ad::adr::adr;
use std::array::from_fn;

number! {
    [const N: usize] adfn<N>, ComplexField(), |x, c| AD::add_scalar(c, x), |x, c| AD::mul_scalar(c, x), |x| Self::value(&x)
}
number! {
    [const N: usize] HyperAD_ADFN<N>, ComplexField(), |x, c| AD::add_scalar(c, x), |x, c| AD::mul_scalar(c, x), |x| Self::value(&x)
}
number! { [] adr, ComplexField(), |x, c| AD::add_scalar(c, x), |x, c| AD::mul_scalar(c, x), |x| Self::value(&x) }

fn entry<X: 'static, R: Flat>(
    problem: &'static str,
    way: &'static str,
    input: X,
    f: impl FnMut(&X) -> R + 'static,
) -> Entry {
    (problem, Contender::new("ad_trait", way, input, f))
}

fn seed<const N: usize>(x: &[f64; N]) -> [adfn<N>; N] {
    from_fn(|i| adfn::new(x[i], from_fn(|j| if i == j { 1.0 } else { 0.0 })))
}

/// Value and gradient by the global tape.
fn gradient(x: &[f64], f: impl Fn(&[adr]) -> adr) -> (f64, Vec<f64>) {
    let x: Vec<adr> = x.iter().enumerate().map(|(i, x)| adr::new_variable(*x, i == 0)).collect();
    let y = f(&x);
    let adjoints = y.get_backwards_mode_grad();
    (y.value(), x.iter().map(|x| adjoints.wrt(x)).collect())
}

pub fn entries() -> Vec<Entry> {
    vec![
        rosenbrock::<2>("gradient, n = 2,"),
        rosenbrock::<8>("gradient, n = 8,"),
        rosenbrock::<16>("gradient, n = 16,"),
        rosenbrock_hessian::<4>("Hessian, n = 4"),
        rosenbrock_hessian::<8>("Hessian, n = 8"),
        entry("bundle", "adfn<15>", camera_and_point(), |p: &[f64; 15]| {
            let y = f::reprojection(&seed(p));
            (y.map(|y| y.value()), y.map(|y| y.tangent()))
        }),
        entry("mixed", "adfn<1>", 0.7, |x: &f64| {
            let y = f::mixed(adfn::new(*x, [1.0]));
            (y.value(), y.tangent())
        }),
        gmm_gradient("GMM gradient, d"),
        gmm_gradient("sub-tapes"),
        entry("log-sum-exp", "adr", point(1000), |x: &Vec<f64>| gradient(x, f::log_sum_exp)),
        entry("wide", "adr", point(1000), |x: &Vec<f64>| gradient(x, f::wide)),
        entry("tall", "adfn<1>", 0.3, |x: &f64| {
            let y = f::tall(adfn::new(*x, [1.0]));
            let slopes: Vec<f64> = y.iter().map(|y| y.tangent()[0]).collect();
            (y.iter().map(|y| y.value()).collect::<Vec<f64>>(), slopes)
        }),
        entry("n = 1000, reverse", "adr", point(1000), |x: &Vec<f64>| gradient(x, f::rosenbrock)),
        entry("det", "adfn<16>", matrix(), |a: &[f64; 16]| {
            let y = f::det(&seed(a));
            (y.value(), y.tangent())
        }),
        entry("inverse", "adfn<16>", matrix(), |a: &[f64; 16]| {
            let y = f::inverse(&seed(a));
            (y.map(|y| y.value()), y.map(|y| y.tangent()))
        }),
        entry("value_and_grad(loss)", "adr", super::notebook_parameters(), |p: &Vec<f64>| {
            gradient(p, |p| notebook::loss(&super::as_parameters(p)))
        }),
        entry("the same gradient, forward", "adfn<7>", super::notebook_parameters(), |p: &Vec<f64>| {
            let y = notebook::loss(&super::as_parameters(&seed::<7>(&from_fn(|i| p[i]))));
            (y.value(), y.tangent())
        }),
        entry("jacfwd(fun)", "adfn<6>", notebook::PARAMETERS.0, |w: &notebook::Weights<f64>| {
            let w = seed::<6>(&from_fn(|i| w[i / 2][i % 2]));
            let y = notebook::sigmoid(&[[w[0], w[1]], [w[2], w[3]], [w[4], w[5]]]);
            y.map(|row| row.map(|y| y.tangent()))
        }),
    ]
}

fn gmm_gradient(problem: &'static str) -> Entry {
    entry(problem, "adr", mixture(), |(p, x): &Mixture| gradient(p, |p| gmm::log_likelihood(p, x)))
}

fn rosenbrock<const N: usize>(problem: &'static str) -> Entry {
    entry(problem, "adfn", array::<N>(), |x: &[f64; N]| {
        let y = f::rosenbrock(&seed(x));
        (y.value(), y.tangent())
    })
}

fn rosenbrock_hessian<const N: usize>(problem: &'static str) -> Entry {
    entry(problem, "HyperAD_ADFN", array::<N>(), |x: &[f64; N]| {
        let [zero, one] = [0.0, 1.0].map(|c| adfn::new(c, [0.0; N]));
        let inner = seed(x);
        let x: [HyperAD_ADFN<N>; N] =
            from_fn(|i| HyperAD_ADFN::new(inner[i], from_fn(|j| if i == j { one } else { zero })));
        let y = f::rosenbrock(&x);
        (y.value(), y.inner_value().tangent(), y.tangent().map(|y| y.tangent()))
    })
}
