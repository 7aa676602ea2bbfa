//! reverse: a tape that its variables point to.

use crate::Entry;
use crate::number;
use crate::problems::contender::{Contender, Flat};
use crate::problems::functions::{self as f, gmm, notebook};
use crate::problems::names;
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
        gmm_gradient(names::MIXTURE),
        gmm_gradient(names::MIXTURE_BY_SUB_TAPES),
        entry(names::LOG_SUM_EXP, point(1000), {
            let tape = tape();
            move |x: &Vec<f64>| gradient(&tape, x, |x| f::log_sum_exp(x))
        }),
        entry(names::WIDE, point(1000), {
            let tape = tape();
            move |x: &Vec<f64>| gradient(&tape, x, |x| f::wide(x))
        }),
        entry(names::GRADIENT_1000, point(1000), {
            let tape = tape();
            move |x: &Vec<f64>| gradient(&tape, x, |x| f::rosenbrock(x))
        }),
        entry(names::LOSS_GRADIENT, notebook::listed().to_vec(), {
            let tape = tape();
            move |p: &Vec<f64>| gradient(&tape, p, |p| notebook::loss(&notebook::as_parameters(p)))
        }),
    ]
}

fn gmm_gradient(problem: &'static str) -> Entry {
    let tape = Tape::new();
    entry(problem, mixture(), move |(p, x): &Mixture| gradient(&tape, p, |p| gmm::log_likelihood(p, x)))
}
