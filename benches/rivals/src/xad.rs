//! xad-rs: `JetK`, dual numbers with an array of tangents, and `AReal` on a tape that is kept from call to call.

use crate::Entry;
use crate::problems::contender::{Contender, Flat};
use crate::problems::functions::{self as f, gmm, notebook};
use crate::problems::{Direction, Mixture, array, camera_and_point, matrix, mixture, point};
use std::array::from_fn;
use xad_rs::{
    AReal, Jet1, JetK, Real, Tape, TapeStorage, compute_gradient_rev_with, compute_jacobian_rev_with, math,
};

/// The trait of this library leaves out second order, and `recip`; its operators and free functions do not.
macro_rules! number {
    ([$($generics:tt)*] $number:ty, $functions:ident, $constant:expr, $value:expr $(, $own:item)*) => {
        impl<$($generics)*> crate::problems::number::Number for $number {
            #[inline]
            fn plus(self, constant: f64) -> Self {
                self + $constant(constant)
            }
            #[inline]
            fn times(self, constant: f64) -> Self {
                self * $constant(constant)
            }
            #[inline]
            fn value(self) -> f64 {
                $value(self)
            }
            #[inline]
            fn recip(self) -> Self {
                Self::from($constant(1.0)) / self
            }
            number! { $functions sqrt exp ln sin cos tanh }
            $($own)*
        }
    };
    ($functions:ident $($function:ident)*) => {
        $(#[inline]
        fn $function(self) -> Self {
            math::$functions::$function(&self)
        })*
    };
}
number! { [] Jet1<f64>, fwd, |c: f64| c, |x| Jet1::value(&x) }
number! { [const K: usize] JetK<f64, K>, fwdk, |c: f64| c, |x: Self| x.value }
number! {
    [] AReal<f64>, ad, |c: f64| c, |x| AReal::value(&x),
    #[inline]
    fn sum(terms: impl Iterator<Item = Self>) -> Self {
        let terms: Vec<Self> = terms.collect();
        Real::sum(&terms)
    }
}
number! { [] AReal<JetK<f64, 4>>, ad, JetK::constant, |x: Self| AReal::value(&x).value }
number! { [] AReal<JetK<f64, 8>>, ad, JetK::constant, |x: Self| AReal::value(&x).value }
number! { [] AReal<Jet1<f64>>, ad, Jet1::constant, |x| Jet1::value(&AReal::value(&x)) }

fn entry<X: 'static, R: Flat>(
    problem: &'static str,
    way: &'static str,
    input: X,
    f: impl FnMut(&X) -> R + 'static,
) -> Entry {
    (problem, Contender::new("xad-rs", way, input, f))
}

fn seed<const K: usize>(x: &[f64; K]) -> [JetK<f64, K>; K] {
    from_fn(|i| JetK::new(x[i], from_fn(|j| if i == j { 1.0 } else { 0.0 })))
}

fn tape() -> Tape<f64> {
    Tape::new(true)
}

pub fn entries() -> Vec<Entry> {
    vec![
        rosenbrock::<2>("gradient, n = 2,"),
        rosenbrock::<8>("gradient, n = 8,"),
        rosenbrock::<16>("gradient, n = 16,"),
        rosenbrock_hessian::<4>("Hessian, n = 4"),
        rosenbrock_hessian::<8>("Hessian, n = 8"),
        entry("bundle", "JetK", camera_and_point(), |p: &[f64; 15]| {
            let y = f::reprojection(&seed(p));
            (y.map(|y| y.value), y.map(|y| y.tangents))
        }),
        entry("mixed", "Jet1", 0.7, |x: &f64| {
            let y = f::mixed(Jet1::new(*x, 1.0));
            (y.value(), y.derivative())
        }),
        gmm_gradient("GMM gradient, d"),
        gmm_gradient("sub-tapes"),
        entry("log-sum-exp", "AReal", point(1000), {
            let mut tape = tape();
            move |x: &Vec<f64>| compute_gradient_rev_with(&mut tape, x, f::log_sum_exp)
        }),
        entry("wide", "AReal", point(1000), {
            let mut tape = tape();
            move |x: &Vec<f64>| compute_gradient_rev_with(&mut tape, x, f::wide)
        }),
        entry("tall", "Jet1", 0.3, |x: &f64| {
            let y = f::tall(Jet1::new(*x, 1.0));
            let slopes: Vec<f64> = y.iter().map(|y| y.derivative()).collect();
            (y.iter().map(|y| y.value()).collect::<Vec<f64>>(), slopes)
        }),
        entry("n = 1000, reverse", "AReal", point(1000), {
            let mut tape = tape();
            move |x: &Vec<f64>| compute_gradient_rev_with(&mut tape, x, f::rosenbrock)
        }),
        entry(
            "Hessian-vector",
            "AReal<Jet1>",
            (point(100), (0..100).map(|i| f::spread(i + 500)).collect()),
            {
                let mut tape = Tape::new(true);
                move |(x, v): &Direction| {
                    let x: Vec<Jet1<f64>> = x.iter().zip(v).map(|(x, v)| Jet1::new(*x, *v)).collect();
                    let (_, gradient) = compute_gradient_rev_with(&mut tape, &x, f::rosenbrock);
                    gradient.iter().map(|g| g.derivative()).collect::<Vec<f64>>()
                }
            },
        ),
        entry("det", "JetK", matrix(), |a: &[f64; 16]| {
            let y = f::det(&seed(a));
            (y.value, y.tangents)
        }),
        entry("inverse", "JetK", matrix(), |a: &[f64; 16]| {
            let y = f::inverse(&seed(a));
            (y.map(|y| y.value), y.map(|y| y.tangents))
        }),
        entry("value_and_grad(loss)", "AReal", super::notebook_parameters(), {
            let mut tape = tape();
            move |p: &Vec<f64>| {
                compute_gradient_rev_with(&mut tape, p, |p| notebook::loss(&super::as_parameters(p)))
            }
        }),
        entry("the same gradient, forward", "JetK", super::notebook_parameters(), |p: &Vec<f64>| {
            let y = notebook::loss(&super::as_parameters(&seed::<7>(&from_fn(|i| p[i]))));
            (y.value, y.tangents)
        }),
        entry("jacfwd(fun)", "JetK", notebook::PARAMETERS.0, |w: &notebook::Weights<f64>| {
            let w = seed::<6>(&from_fn(|i| w[i / 2][i % 2]));
            let y = notebook::sigmoid(&[[w[0], w[1]], [w[2], w[3]], [w[4], w[5]]]);
            y.map(|row| row.map(|y| y.tangents))
        }),
        entry("jacrev(fun)", "AReal", super::notebook_parameters()[..6].to_vec(), {
            let mut tape = tape();
            move |w: &Vec<f64>| {
                let of = |w: &[AReal<f64>]| notebook::sigmoid(&super::as_weights(w)).as_flattened().to_vec();
                compute_jacobian_rev_with(&mut tape, w, of).into_raw_vec_and_offset().0
            }
        }),
    ]
}

fn gmm_gradient(problem: &'static str) -> Entry {
    let mut tape = tape();
    entry(problem, "AReal", mixture(), move |(p, x): &Mixture| {
        compute_gradient_rev_with(&mut tape, p, |p| gmm::log_likelihood(p, x))
    })
}

/// Forward over reverse: the adjoints are dual numbers, gradient and a row of the Hessian each.
fn rosenbrock_hessian<const K: usize>(problem: &'static str) -> Entry
where
    JetK<f64, K>: TapeStorage,
    AReal<JetK<f64, K>>: crate::problems::number::Number,
{
    let mut tape = Tape::new(true);
    entry(problem, "AReal<JetK>", array::<K>(), move |x: &[f64; K]| {
        let (y, g) = compute_gradient_rev_with(&mut tape, &seed(x), f::rosenbrock);
        (y.value, from_fn::<f64, K, _>(|i| g[i].value), from_fn::<[f64; K], K, _>(|i| g[i].tangents))
    })
}

fn rosenbrock<const K: usize>(problem: &'static str) -> Entry {
    entry(problem, "JetK", array::<K>(), |x: &[f64; K]| {
        let y = f::rosenbrock(&seed(x));
        (y.value, y.tangents)
    })
}
