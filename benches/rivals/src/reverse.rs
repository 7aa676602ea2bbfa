//! reverse: a tape that its variables point to.

use crate::Entry;
use crate::number;
use crate::problems::contender::{Contender, Flat};
use crate::problems::functions::{self as f, gmm, notebook};
use crate::problems::{Mixture, mixture, point};
use reverse::{Gradient, Tape, Var};

number! { ['a] Var<'a>, Var(&), |x, c| x + c, |x, c| x * c, |x: Self| x.val }

fn entry<X: 'static, R: Flat>(problem: &'static str, input: X, f: impl FnMut(&X) -> R + 'static) -> Entry {
    (problem, Contender::new("reverse", "Tape", input, f))
}

/// Value and gradient, on a tape that is kept from call to call.
fn gradient(tape: &Tape, x: &[f64], f: impl for<'a> Fn(&[Var<'a>]) -> Var<'a>) -> (f64, Vec<f64>) {
    tape.clear();
    let x = tape.add_vars(x);
    let y = f(&x);
    (y.val, y.grad().wrt(&x))
}

pub fn entries() -> Vec<Entry> {
    let tape = Tape::new;
    vec![
        gmm_gradient("GMM gradient, d"),
        gmm_gradient("sub-tapes"),
        entry("log-sum-exp", point(1000), {
            let tape = tape();
            move |x: &Vec<f64>| gradient(&tape, x, |x| f::log_sum_exp(x))
        }),
        entry("wide", point(1000), {
            let tape = tape();
            move |x: &Vec<f64>| gradient(&tape, x, |x| f::wide(x))
        }),
        entry("n = 1000, reverse", point(1000), {
            let tape = tape();
            move |x: &Vec<f64>| gradient(&tape, x, |x| f::rosenbrock(x))
        }),
        entry("value_and_grad(loss)", notebook::listed().to_vec(), {
            let tape = tape();
            move |p: &Vec<f64>| gradient(&tape, p, |p| notebook::loss(&notebook::as_parameters(p)))
        }),
    ]
}

fn gmm_gradient(problem: &'static str) -> Entry {
    let tape = Tape::new();
    entry(problem, mixture(), move |(p, x): &Mixture| gradient(&tape, p, |p| gmm::log_likelihood(p, x)))
}
