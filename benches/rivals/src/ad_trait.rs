//! ad_trait: `adfn`, dual numbers with an array of tangents; `adr`, a global tape; `HyperAD_ADFN` for second order.

use crate::Entry;
use crate::lanes::{self, Lanes};
use crate::number;
use crate::problems::contender::{Contender, Flat};
use crate::problems::functions::{self as f, gmm, notebook};
use crate::problems::names;
use crate::problems::{Mixture, array, mixture, point};
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

impl<const N: usize> Lanes<N> for adfn<N> {
    #[inline]
    fn with(value: f64, tangents: [f64; N]) -> Self {
        adfn::new(value, tangents)
    }
    #[inline]
    fn tangents(&self) -> [f64; N] {
        self.tangent()
    }
}

fn entry<X: 'static, R: Flat>(
    problem: &'static str,
    way: &'static str,
    input: X,
    f: impl FnMut(&X) -> R + 'static,
) -> Entry {
    (problem, Contender::new("ad_trait", way, input, f))
}

/// Value and gradient by the global tape.
fn gradient(x: &[f64], f: impl Fn(&[adr]) -> adr) -> (f64, Vec<f64>) {
    let x: Vec<adr> = x.iter().enumerate().map(|(i, x)| adr::new_variable(*x, i == 0)).collect();
    let y = f(&x);
    let adjoints = y.get_backwards_mode_grad();
    (y.value(), x.iter().map(|x| adjoints.wrt(x)).collect())
}

pub fn entries() -> Vec<Entry> {
    let mut entries =
        lanes::entries::<adfn<1>, adfn<2>, adfn<6>, adfn<7>, adfn<8>, adfn<15>, adfn<16>>("ad_trait", "adfn");
    entries.extend([
        rosenbrock_hessian::<4>(names::HESSIAN_4),
        rosenbrock_hessian::<8>(names::HESSIAN_8),
        gmm_gradient(names::MIXTURE),
        gmm_gradient(names::MIXTURE_BY_SUB_TAPES),
        entry(names::LOG_SUM_EXP, "adr", point(1000), |x: &Vec<f64>| gradient(x, f::log_sum_exp)),
        entry(names::WIDE, "adr", point(1000), |x: &Vec<f64>| gradient(x, f::wide)),
        entry(names::GRADIENT_1000, "adr", point(1000), |x: &Vec<f64>| gradient(x, f::rosenbrock)),
        entry(names::LOSS_GRADIENT, "adr", notebook::listed().to_vec(), |p: &Vec<f64>| {
            gradient(p, |p| notebook::loss(&notebook::as_parameters(p)))
        }),
    ]);
    entries
}

fn gmm_gradient(problem: &'static str) -> Entry {
    entry(problem, "adr", mixture(), |(p, x): &Mixture| gradient(p, |p| gmm::log_likelihood(p, x)))
}

fn rosenbrock_hessian<const N: usize>(problem: &'static str) -> Entry {
    entry(problem, "HyperAD_ADFN", array::<N>(), |x: &[f64; N]| {
        let [zero, one] = [0.0, 1.0].map(|c| adfn::new(c, [0.0; N]));
        let inner: [adfn<N>; N] = lanes::seed(x);
        let x: [HyperAD_ADFN<N>; N] =
            from_fn(|i| HyperAD_ADFN::new(inner[i], from_fn(|j| if i == j { one } else { zero })));
        let y = f::rosenbrock(&x);
        (y.value(), y.inner_value().tangent(), y.tangent().map(|y| y.tangent()))
    })
}
