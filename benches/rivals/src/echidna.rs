//! echidna: `DualVec` forward, `grad` with its pooled tape, and the recorded program ("replay"), which is recorded once
//! and run again at other points; its branches stay those of the recording. Higher orders by `Taylor`.

use crate::Entry;
use crate::lanes::{self, Lanes};
use crate::number;
use crate::problems::contender::{Contender, Flat};
use crate::problems::functions::{self as f, gmm, notebook};
use crate::problems::names;
use crate::problems::{Direction, Mixture, array, complex_points, direction, mixture, point};
use echidna::{BReverse, BytecodeTape, Dual, DualVec, Reverse, Taylor};
use num_complex::Complex;
use num_traits::{Float, One};

number! { [] Dual<f64>, Float(), |x, c| x + c, |x, c| x * c, |x: Self| x.re }
number! { [const N: usize] DualVec<f64, N>, Float(), |x, c| x + c, |x, c| x * c, |x: Self| x.re }
number! { [const K: usize] Taylor<f64, K>, Float(), |x, c| x + c, |x, c| x * c, |x: Self| x.coeffs[0] }
number! { [] Reverse<f64>, Float(), |x, c| x + c, |x, c| x * c, |x: Self| echidna::Scalar::value(&x) }
number! { [] BReverse<f64>, Float(), |x, c| x + c, |x, c| x * c, |x: Self| echidna::Scalar::value(&x) }

impl<const N: usize> Lanes<N> for DualVec<f64, N> {
    #[inline]
    fn with(value: f64, tangents: [f64; N]) -> Self {
        DualVec::new(value, tangents)
    }
    #[inline]
    fn tangents(&self) -> [f64; N] {
        self.eps
    }
}

fn entry<X: 'static, R: Flat>(
    problem: &'static str,
    way: &'static str,
    input: X,
    f: impl FnMut(&X) -> R + 'static,
) -> Entry {
    (problem, Contender::new("echidna", way, input, f))
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
    let mut entries = lanes::entries::<
        DualVec<f64, 1>,
        DualVec<f64, 2>,
        DualVec<f64, 6>,
        DualVec<f64, 7>,
        DualVec<f64, 8>,
        DualVec<f64, 15>,
        DualVec<f64, 16>,
    >("echidna", "DualVec");
    entries.extend([
        mixed_series::<10, 11>(names::MIXED_TO_10),
        mixed_series::<20, 21>(names::MIXED_TO_20),
        rosenbrock_hessian::<4>(names::HESSIAN_4),
        rosenbrock_hessian::<8>(names::HESSIAN_8),
        rosenbrock_hessian_replayed::<4>(names::HESSIAN_4),
        rosenbrock_hessian_replayed::<8>(names::HESSIAN_8),
        gmm_gradient(names::MIXTURE),
        gmm_gradient(names::MIXTURE_BY_SUB_TAPES),
        entry(names::LOG_SUM_EXP, "grad", point(1000), |x: &Vec<f64>| gradient(x, f::log_sum_exp)),
        entry(names::LOG_SUM_EXP, "replay", point(1000), {
            let mut replay = replay(record(&point(1000), f::log_sum_exp));
            move |x: &Vec<f64>| replay(x)
        }),
        entry(names::WIDE, "grad", point(1000), |x: &Vec<f64>| gradient(x, f::wide)),
        entry(names::WIDE, "replay", point(1000), {
            let mut replay = replay(record(&point(1000), f::wide));
            move |x: &Vec<f64>| replay(x)
        }),
        entry(names::GRADIENT_1000, "grad", point(1000), |x: &Vec<f64>| gradient(x, f::rosenbrock)),
        entry(names::GRADIENT_1000, "replay", point(1000), {
            let mut replay = replay(record(&point(1000), f::rosenbrock));
            move |x: &Vec<f64>| replay(x)
        }),
        entry(names::PRODUCT, "hvp", direction(), |(x, v): &Direction| {
            echidna::hvp(|x: &[BReverse<f64>]| f::rosenbrock(x), x, v).1
        }),
        entry(names::PRODUCT, "replay", direction(), {
            let tape = record(&point(100), f::rosenbrock);
            let (mut values, mut adjoints) = (Vec::new(), Vec::new());
            move |(x, v): &Direction| tape.hvp_with_buf(x, v, &mut values, &mut adjoints).1
        }),
        entry(names::NEWTON, "Complex<Dual>", complex_points(), |z: &Vec<Complex<f64>>| {
            let f = |z: &Complex<f64>| {
                let y = f::cubic(Complex::new(Dual::variable(z.re), Dual::constant(z.im)), Complex::one());
                (Complex::new(y.re.re, y.im.re), Complex::new(y.re.eps, y.im.eps))
            };
            z.iter().map(f).collect::<Vec<_>>()
        }),
        entry(names::LOSS_GRADIENT, "grad", notebook::listed().to_vec(), |p: &Vec<f64>| {
            gradient(p, |p| notebook::loss(&notebook::as_parameters(p)))
        }),
        entry(names::FUN_JACREV, "replay", notebook::listed()[..6].to_vec(), {
            let of =
                |w: &[BReverse<f64>]| notebook::sigmoid(&notebook::as_weights(w)).as_flattened().to_vec();
            let (mut tape, _) = echidna::record_multi(of, &notebook::listed()[..6]);
            tape.optimize();
            move |w: &Vec<f64>| tape.jacobian(w)
        }),
    ]);
    entries
}

/// `COUNT` is K + 1.
fn mixed_series<const K: usize, const COUNT: usize>(problem: &'static str) -> Entry {
    entry(problem, "Taylor", 0.7, |x: &f64| {
        let y = f::mixed(Taylor::<f64, COUNT>::variable(*x));
        (y.value(), std::array::from_fn::<f64, K, _>(|k| y.derivative(k + 1)))
    })
}

fn gmm_gradient(problem: &'static str) -> Entry {
    entry(problem, "grad", mixture(), |(p, x): &Mixture| gradient(p, |p| gmm::log_likelihood(p, x)))
}

fn rosenbrock_hessian<const N: usize>(problem: &'static str) -> Entry {
    entry(problem, "hessian_vec", array::<N>(), |x: &[f64; N]| {
        echidna::hessian_vec::<f64, N>(f::rosenbrock, x)
    })
}

fn rosenbrock_hessian_replayed<const N: usize>(problem: &'static str) -> Entry {
    entry(problem, "replay", array::<N>(), {
        let tape = record(&array::<N>(), f::rosenbrock);
        move |x: &[f64; N]| tape.hessian_vec::<N>(x)
    })
}
