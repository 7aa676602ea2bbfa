//! The problems: what is computed, by hand and by this crate, and the aims. `benches/speed.rs` times them, and
//! `benches/rivals` adds other libraries.
#![allow(dead_code, unreachable_pub, missing_docs)] // each of the programs uses a part
#![allow(clippy::too_many_lines)] // the list of all problems

pub mod by_hand;
pub mod contender;
pub mod functions;
pub mod names;
pub mod number;
pub mod timing;

use contender::{Aim, Contender, Flat, HAND, OURS, PLAIN, Problem};
use functions::{self as f, gmm, notebook, spread};
use holograd::{
    Dual, Real, Scalar, Var, derivatives, grad_into, hessian, hvp, jacfwd, jacrev, value_and_derivative,
    value_and_grad, value_and_jacfwd, value_grad_and_hessian,
};
use num_complex::Complex;
use std::array::from_fn;

/// All problems, in the order of the table.
pub fn all() -> Vec<Problem> {
    vec![
        rosenbrock_forward::<2>(names::GRADIENT_2, 1.2),
        rosenbrock_forward::<8>(names::GRADIENT_8, 3.0),
        rosenbrock_forward::<16>(names::GRADIENT_16, 8.0),
        rosenbrock_hessian::<4>(names::HESSIAN_4, 7.0),
        rosenbrock_hessian::<8>(names::HESSIAN_8, 40.0),
        Trio {
            name: names::BUNDLE,
            aim: Aim::Hand(2.0),
            plain: |p: &[f64; 15]| f::reprojection(p),
            hand: |p: &[f64; 15]| by_hand::reprojection(p),
            way: "value_and_jacfwd",
            ours: |p: &[f64; 15]| value_and_jacfwd(|p| f::reprojection(&p), p),
        }
        .at(camera_and_point()),
        Trio {
            name: names::MIXED,
            aim: Aim::Hand(1.0),
            plain: |x: &f64| f::mixed(*x),
            hand: |x: &f64| by_hand::mixed(*x),
            way: "value_and_derivative",
            ours: |x: &f64| value_and_derivative(f::mixed, *x),
        }
        .at(0.7),
        mixed_series::<10>(names::MIXED_TO_10, 18.0),
        mixed_series::<20>(names::MIXED_TO_20, 50.0),
        gmm_gradient(names::MIXTURE, "grad_into", |(p, x)| {
            value_and_gradient(|p| gmm::log_likelihood(p, x), p)
        }),
        gmm_gradient(names::MIXTURE_BY_SUB_TAPES, "grad_into, sum_over", |(p, x)| {
            value_and_gradient(|p| gmm_by_points(p, x), p)
        }),
        Trio {
            name: names::LOG_SUM_EXP,
            aim: Aim::Plain(2.2),
            plain: |x: &Vec<f64>| f::log_sum_exp(x),
            hand: |x: &Vec<f64>| by_hand::log_sum_exp(x),
            way: "grad_into",
            ours: |x: &Vec<f64>| value_and_gradient(f::log_sum_exp, x),
        }
        .at(point(1000)),
        Trio {
            name: names::WIDE,
            aim: Aim::Plain(2.5),
            plain: |x: &Vec<f64>| f::wide(x),
            hand: |x: &Vec<f64>| by_hand::wide(x),
            way: "grad_into",
            ours: |x: &Vec<f64>| value_and_gradient(f::wide, x),
        }
        .at(point(1000)),
        Trio {
            name: names::TALL,
            aim: Aim::Hand(1.0),
            plain: |x: &f64| f::tall(*x),
            hand: |x: &f64| by_hand::tall_and_slopes(*x),
            way: "value_and_derivative",
            ours: |x: &f64| value_and_derivative(f::tall, *x),
        }
        .at(0.3),
        rosenbrock_reverse(names::GRADIENT_1000, "grad_into", |x| value_and_gradient(f::rosenbrock, x)),
        rosenbrock_reverse(names::GRADIENT_1000_FUSED, "grad_into, fuse", |x| {
            value_and_gradient(|x| fused(x, f::rosenbrock_term), x)
        }),
        rosenbrock_product(names::PRODUCT, "hvp", |(x, v)| hvp(|x| f::rosenbrock(&x), x, v)),
        rosenbrock_product(names::PRODUCT_FUSED, "hvp, fuse", |(x, v)| {
            hvp(|x| fused(&x, f::rosenbrock_term), x, v)
        }),
        Trio {
            name: names::DETERMINANT,
            aim: Aim::Hand(2.5),
            plain: |a: &[f64; 16]| f::det(a),
            hand: |a: &[f64; 16]| by_hand::det_and_slopes(a),
            way: "value_and_jacfwd",
            ours: |a: &[f64; 16]| value_and_jacfwd(|a| f::det(&a), a),
        }
        .at(matrix()),
        Trio {
            name: names::INVERSE,
            aim: Aim::Hand(4.5),
            plain: |a: &[f64; 16]| f::inverse(a),
            hand: |a: &[f64; 16]| by_hand::inverse_and_slopes(a),
            way: "value_and_jacfwd",
            ours: |a: &[f64; 16]| value_and_jacfwd(|a| f::inverse(&a), a),
        }
        .at(matrix()),
        newton(),
        Trio {
            name: names::LOSS_GRADIENT,
            aim: Aim::FifthOfJax(6700.0),
            plain: |p: &notebook::Parameters<f64>| notebook::loss(p),
            hand: by_hand::notebook_gradient,
            way: "value_and_grad",
            ours: |p: &notebook::Parameters<f64>| value_and_grad(|p| notebook::loss(&p), p),
        }
        .at(notebook::PARAMETERS),
        Trio {
            name: names::LOSS_GRADIENT_FORWARD,
            aim: Aim::FifthOfJax(6700.0),
            plain: |p: &notebook::Parameters<f64>| notebook::loss(p),
            hand: by_hand::notebook_gradient,
            way: "value_and_jacfwd",
            ours: |p: &notebook::Parameters<f64>| value_and_jacfwd(|p| notebook::loss(&p), p),
        }
        .at(notebook::PARAMETERS)
        .also("value_and_jacfwd of [_; 7]", notebook::listed(), |p: &[f64; 7]| {
            value_and_jacfwd(|p: [_; 7]| notebook::loss(&notebook::as_parameters(&p)), p)
        }),
        Trio {
            name: names::FUN_JACFWD,
            aim: Aim::FifthOfJax(24000.0),
            plain: |w: &notebook::Weights<f64>| notebook::sigmoid(w),
            hand: by_hand::notebook_jacobian,
            way: "jacfwd",
            ours: |w: &notebook::Weights<f64>| jacfwd(|w| notebook::sigmoid(&w), w),
        }
        .at(notebook::PARAMETERS.0)
        .also("jacfwd of [_; 6]", from_fn(|i| notebook::listed()[i]), |w: &[f64; 6]| {
            jacfwd(|w: [_; 6]| notebook::sigmoid(&notebook::as_weights(&w)), w)
        }),
        Trio {
            name: names::FUN_JACREV,
            aim: Aim::FifthOfJax(28000.0),
            plain: |w: &notebook::Weights<f64>| notebook::sigmoid(w),
            hand: by_hand::notebook_jacobian,
            way: "jacrev",
            ours: |w: &notebook::Weights<f64>| jacrev(|w| notebook::sigmoid(&w), w),
        }
        .at(notebook::PARAMETERS.0),
        Trio {
            name: names::FUN_HESSIAN,
            aim: Aim::FifthOfJax(9800.0),
            plain: |w: &notebook::Weights<f64>| notebook::sigmoid(w),
            hand: by_hand::notebook_hessian,
            way: "hessian",
            ours: |w: &notebook::Weights<f64>| hessian(|w| notebook::sigmoid(&w), w),
        }
        .at(notebook::PARAMETERS.0),
    ]
}

/// f and ∇f at many numbers; the gradient is new, as it is of all contenders, and the variables are not.
fn value_and_gradient(f: impl FnOnce(&[Var<f64>]) -> Var<f64>, x: &[f64]) -> (f64, Vec<f64>) {
    let mut gradient = vec![0.0; x.len()];
    (grad_into(f, x, &mut gradient), gradient)
}

/// What every problem has.
struct Trio<F, G, H> {
    name: &'static str,
    aim: Aim,
    plain: F,
    hand: G,
    /// The call of ours.
    way: &'static str,
    ours: H,
}

impl<F, G, H> Trio<F, G, H> {
    fn at<X: Clone + 'static, A: Flat, B: Flat, C: Flat>(self, input: X) -> Problem
    where
        F: FnMut(&X) -> A + 'static,
        G: FnMut(&X) -> B + 'static,
        H: FnMut(&X) -> C + 'static,
    {
        let contenders = vec![
            Contender::new(PLAIN, "f64", input.clone(), self.plain),
            Contender::new(HAND, "formula", input.clone(), self.hand),
            Contender::new(OURS, self.way, input, self.ours),
        ];
        Problem { name: self.name, evaluations: 1, aim: self.aim, contenders }
    }
}

impl Problem {
    /// This crate once more, in another way.
    fn also<X: 'static, A: Flat>(
        mut self,
        way: &'static str,
        input: X,
        ours: impl FnMut(&X) -> A + 'static,
    ) -> Self {
        self.contenders.push(Contender::new(OURS, way, input, ours));
        self
    }
}

fn mixed_series<const K: usize>(name: &'static str, aim: f64) -> Problem {
    Trio {
        name,
        aim: Aim::Plain(aim),
        plain: |x: &f64| f::mixed(*x),
        hand: |x: &f64| by_hand::mixed_series::<K>(*x),
        way: "derivatives",
        ours: |x: &f64| derivatives::<K, _, _>(f::mixed, *x),
    }
    .at(0.7)
}

fn rosenbrock_forward<const N: usize>(name: &'static str, aim: f64) -> Problem {
    Trio {
        name,
        aim: Aim::Hand(aim),
        plain: |x: &[f64; N]| f::rosenbrock(x),
        hand: |x: &[f64; N]| by_hand::rosenbrock(x, [0.0; N]),
        way: "value_and_jacfwd",
        ours: |x: &[f64; N]| value_and_jacfwd(|x| f::rosenbrock(&x), x),
    }
    .at(array())
}

fn rosenbrock_hessian<const N: usize>(name: &'static str, aim: f64) -> Problem {
    Trio {
        name,
        aim: Aim::Hand(aim),
        plain: |x: &[f64; N]| f::rosenbrock(x),
        hand: |x: &[f64; N]| by_hand::rosenbrock_hessian(x),
        way: "value_grad_and_hessian",
        ours: |x: &[f64; N]| value_grad_and_hessian(|x| f::rosenbrock(&x), x),
    }
    .at(array())
}

fn rosenbrock_reverse(
    name: &'static str,
    way: &'static str,
    ours: impl FnMut(&Vec<f64>) -> (f64, Vec<f64>) + 'static,
) -> Problem {
    Trio {
        name,
        aim: Aim::Plain(26.0),
        plain: |x: &Vec<f64>| f::rosenbrock(x),
        hand: |x: &Vec<f64>| by_hand::rosenbrock(x, vec![0.0; x.len()]),
        way,
        ours,
    }
    .at(point(1000))
}

fn rosenbrock_product(
    name: &'static str,
    way: &'static str,
    ours: impl FnMut(&Direction) -> Vec<f64> + 'static,
) -> Problem {
    Trio {
        name,
        aim: Aim::Hand(12.0),
        plain: |(x, _): &Direction| f::rosenbrock(x),
        hand: |(x, v): &Direction| by_hand::rosenbrock_hvp(x, v),
        way,
        ours,
    }
    .at(direction())
}

fn gmm_gradient(
    name: &'static str,
    way: &'static str,
    ours: impl FnMut(&Mixture) -> (f64, Vec<f64>) + 'static,
) -> Problem {
    Trio {
        name,
        aim: Aim::Plain(6.0),
        plain: |(p, x): &Mixture| gmm::log_likelihood(p, x),
        hand: |(p, x): &Mixture| by_hand::gmm_gradient(p, x),
        way,
        ours,
    }
    .at(mixture())
}

/// f and f′ of z³ − 1, as Newton's fractal needs them, at a line of points.
fn newton() -> Problem {
    let points = complex_points();
    let one = Complex::new(1.0, 0.0);
    let problem = Trio {
        name: names::NEWTON,
        aim: Aim::Hand(1.1),
        plain: move |z: &Vec<Complex<f64>>| z.iter().map(|z| f::cubic(*z, one)).collect::<Vec<_>>(),
        hand: |z: &Vec<Complex<f64>>| z.iter().map(|z| by_hand::cubic(*z)).collect::<Vec<_>>(),
        way: "value_and_derivative",
        ours: move |z: &Vec<Complex<f64>>| {
            z.iter().map(|z| value_and_derivative(|z| f::cubic(z, one.into()), *z)).collect::<Vec<_>>()
        },
    };
    Problem { evaluations: 1000, ..problem.at(points) }
}

/// A sum over neighbours, each term by dual numbers and one entry of the tape.
pub fn fused<T: Real>(x: &[Var<T>], term: impl Fn([Dual<T, 2>; 2]) -> Dual<T, 2>) -> Var<T> {
    x.windows(2).map(|x| Var::fuse([x[0], x[1]], |x| [term(x)])[0]).sum()
}

/// The same as [`gmm::log_likelihood`], each point swept by itself.
fn gmm_by_points<T: number::Number + Scalar<Primal = f64>>(p: &[T], points: &[gmm::Point]) -> T {
    let prepared = gmm::prepare(p);
    T::sum_over(&prepared, points, gmm::of_point) + gmm::rest(p, &prepared)
}

pub type Mixture = (Vec<f64>, Vec<gmm::Point>);
pub type Direction = (Vec<f64>, Vec<f64>);

pub fn array<const N: usize>() -> [f64; N] {
    from_fn(|i| 1.0 + 0.5 * spread(i))
}

pub fn point(n: usize) -> Vec<f64> {
    (0..n).map(|i| 1.0 + 0.5 * spread(i)).collect()
}

pub fn direction() -> Direction {
    (point(100), (0..100).map(|i| spread(i + 500)).collect())
}

pub fn matrix() -> [f64; 16] {
    from_fn(|i| spread(i) + if i % 5 == 0 { 2.0 } else { 0.0 })
}

pub fn camera_and_point() -> [f64; 15] {
    [0.1, -0.2, 0.15, 0.3, 0.1, -4.0, 1.4, 0.02, -0.01, 0.05, -0.02, 0.5, -0.3, 1.0, 0.8]
}

pub fn mixture() -> Mixture {
    let parameters = (0..gmm::PARAMETERS).map(|i| 0.3 * spread(i)).collect();
    (parameters, (0..gmm::N).map(|n| from_fn(|i| spread(n * gmm::D + i))).collect())
}

pub fn complex_points() -> Vec<Complex<f64>> {
    (0..1000).map(|i| Complex::new(1.5 * spread(2 * i), 1.5 * spread(2 * i + 1))).collect()
}
