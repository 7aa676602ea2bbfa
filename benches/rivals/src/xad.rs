//! xad-rs: `JetK`, dual numbers with an array of tangents, and `AReal` on a tape that is kept from call to call.

use crate::Entry;
use crate::lanes::{self, Lanes};
use crate::problems::contender::{Contender, Flat};
use crate::problems::functions::{self as f, gmm, notebook};
use crate::problems::names;
use crate::problems::{Direction, Mixture, array, direction, mixture, point};
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

impl<const N: usize> Lanes<N> for JetK<f64, N> {
    #[inline]
    fn with(value: f64, tangents: [f64; N]) -> Self {
        JetK::new(value, tangents)
    }
    #[inline]
    fn tangents(&self) -> [f64; N] {
        self.tangents
    }
}

fn entry<X: 'static, R: Flat>(
    problem: &'static str,
    way: &'static str,
    input: X,
    f: impl FnMut(&X) -> R + 'static,
) -> Entry {
    (problem, Contender::new("xad-rs", way, input, f))
}

fn tape() -> Tape<f64> {
    Tape::new(true)
}

pub fn entries() -> Vec<Entry> {
    let mut entries = lanes::entries::<
        JetK<f64, 1>,
        JetK<f64, 2>,
        JetK<f64, 6>,
        JetK<f64, 7>,
        JetK<f64, 8>,
        JetK<f64, 15>,
        JetK<f64, 16>,
    >("xad-rs", "JetK");
    entries.extend([
        rosenbrock_hessian::<4>(names::HESSIAN_4),
        rosenbrock_hessian::<8>(names::HESSIAN_8),
        gmm_gradient(names::MIXTURE),
        gmm_gradient(names::MIXTURE_BY_SUB_TAPES),
        entry(names::LOG_SUM_EXP, "AReal", point(1000), {
            let mut tape = tape();
            move |x: &Vec<f64>| compute_gradient_rev_with(&mut tape, x, f::log_sum_exp)
        }),
        entry(names::WIDE, "AReal", point(1000), {
            let mut tape = tape();
            move |x: &Vec<f64>| compute_gradient_rev_with(&mut tape, x, f::wide)
        }),
        entry(names::GRADIENT_1000, "AReal", point(1000), {
            let mut tape = tape();
            move |x: &Vec<f64>| compute_gradient_rev_with(&mut tape, x, f::rosenbrock)
        }),
        entry(names::PRODUCT, "AReal<Jet1>", direction(), {
            let mut tape = Tape::new(true);
            move |(x, v): &Direction| {
                let x: Vec<Jet1<f64>> = x.iter().zip(v).map(|(x, v)| Jet1::new(*x, *v)).collect();
                let (_, gradient) = compute_gradient_rev_with(&mut tape, &x, f::rosenbrock);
                gradient.iter().map(|g| g.derivative()).collect::<Vec<f64>>()
            }
        }),
        entry(names::LOSS_GRADIENT, "AReal", notebook::listed().to_vec(), {
            let mut tape = tape();
            move |p: &Vec<f64>| {
                compute_gradient_rev_with(&mut tape, p, |p| notebook::loss(&notebook::as_parameters(p)))
            }
        }),
        entry(names::FUN_JACREV, "AReal", notebook::listed()[..6].to_vec(), {
            let mut tape = tape();
            move |w: &Vec<f64>| {
                let of =
                    |w: &[AReal<f64>]| notebook::sigmoid(&notebook::as_weights(w)).as_flattened().to_vec();
                compute_jacobian_rev_with(&mut tape, w, of).into_raw_vec_and_offset().0
            }
        }),
    ]);
    entries
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
        let (y, g) = compute_gradient_rev_with(&mut tape, &lanes::seed::<JetK<f64, K>, K>(x), f::rosenbrock);
        (y.value, from_fn::<f64, K, _>(|i| g[i].value), from_fn::<[f64; K], K, _>(|i| g[i].tangents))
    })
}
