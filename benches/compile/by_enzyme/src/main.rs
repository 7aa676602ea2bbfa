//! Derivatives by `std::autodiff`, that is by Enzyme, beside those by hand: nanoseconds by hand, and Enzyme's time as a multiple of it, the
//! least of many interleaved rounds of processor time. The functions are those of the table of compiled functions. Each row is a feature, as Enzyme aborts the
//! compiler where it does not understand a program.
#![feature(autodiff)]
#![allow(unused)] // by the one row that is built

#[allow(dead_code)]
#[path = "../../../problems/by_hand.rs"]
mod by_hand;
#[allow(dead_code)]
#[path = "../../../problems/functions.rs"]
mod functions;
#[path = "../../../problems/number.rs"]
mod number;

use cpu_time::ThreadTime;
use functions::{self as f, spread};
use std::autodiff::*;
use std::hint::black_box;

/// Prints a row: what both give, which must agree, and a call of each. Text and no function, as Enzyme aborts the compiler where
/// closures are behind pointers.
macro_rules! row {
    ($name:literal, [$by_hand:expr, $by_enzyme:expr], $hand:expr, $enzyme:expr $(,)?) => {{
        let (by_hand, by_enzyme): (Vec<f64>, Vec<f64>) = ($by_hand, $by_enzyme);
        let mut largest = 0.0_f64;
        let mut agree = by_hand.len() == by_enzyme.len();
        for h in &by_hand {
            largest = largest.max(h.abs());
        }
        for k in 0..by_hand.len().min(by_enzyme.len()) {
            agree &= (by_hand[k] - by_enzyme[k]).abs() <= 1e-10 * largest;
        }
        let mut best = [f64::INFINITY; 2];
        let calls = 400_000 / (by_hand.len() as u64 + 20);
        for _ in 0..100 {
            let start = ThreadTime::now();
            for _ in 0..calls {
                black_box($hand);
            }
            best[0] = best[0].min(start.elapsed().as_secs_f64() * 1e9 / calls as f64);
            let start = ThreadTime::now();
            for _ in 0..calls {
                black_box($enzyme);
            }
            best[1] = best[1].min(start.elapsed().as_secs_f64() * 1e9 / calls as f64);
        }
        let [hand, enzyme] = best;
        println!("| {} | {hand:.1} | {:.2}{} |", $name, enzyme / hand, if agree { "" } else { ", wrong" });
    }};
}

fn point(n: usize) -> Vec<f64> {
    (0..n).map(|i| 1.0 + 0.5 * spread(i)).collect()
}

#[cfg(feature = "rosenbrock_2")]
fn main() {
    #[autodiff_reverse(derivative, Duplicated, Active)]
    fn function(x: &[f64; 2]) -> f64 {
        f::rosenbrock(x)
    }
    let x: [f64; 2] = std::array::from_fn(|i| 1.0 + 0.5 * spread(i));
    fn gradient(x: &[f64; 2]) -> (f64, [f64; 2]) {
        let mut gradient = [0.0; 2];
        let value = derivative(x, &mut gradient, 1.0);
        (value, gradient)
    }
    row!(
        "Rosenbrock gradient, n = 2",
        [by_hand::rosenbrock(&x, [0.0; 2]).1.to_vec(), gradient(&x).1.to_vec()],
        by_hand::rosenbrock(black_box(&x), [0.0; 2]),
        gradient(black_box(&x)),
    );
}

#[cfg(feature = "rosenbrock_16")]
fn main() {
    #[autodiff_reverse(derivative, Duplicated, Active)]
    fn function(x: &[f64; 16]) -> f64 {
        f::rosenbrock(x)
    }
    let x: [f64; 16] = std::array::from_fn(|i| 1.0 + 0.5 * spread(i));
    fn gradient(x: &[f64; 16]) -> (f64, [f64; 16]) {
        let mut gradient = [0.0; 16];
        let value = derivative(x, &mut gradient, 1.0);
        (value, gradient)
    }
    row!(
        "Rosenbrock gradient, n = 16",
        [by_hand::rosenbrock(&x, [0.0; 16]).1.to_vec(), gradient(&x).1.to_vec()],
        by_hand::rosenbrock(black_box(&x), [0.0; 16]),
        gradient(black_box(&x)),
    );
}

#[cfg(feature = "rosenbrock_1000")]
fn main() {
    #[autodiff_reverse(derivative, Duplicated, Active)]
    fn function(x: &[f64]) -> f64 {
        f::rosenbrock(x)
    }
    let x = point(1000);
    #[inline(never)]
    fn gradient(x: &[f64], g: &mut [f64]) -> f64 {
        derivative(x, g, 1.0)
    }
    let mut room = vec![0.0; 1000];
    let mut g = vec![0.0; 1000];
    gradient(&x, &mut g);
    let expected = g.clone();
    row!(
        "Rosenbrock gradient, n = 1000",
        [by_hand::rosenbrock(&x, vec![0.0; 1000]).1, expected],
        {
            room.fill(0.0);
            by_hand::rosenbrock(black_box(&x), &mut room).0
        },
        {
            g.fill(0.0);
            gradient(black_box(&x), &mut g)
        },
    );
}

#[cfg(feature = "log_sum_exp")]
fn main() {
    #[autodiff_reverse(derivative, Duplicated, Active)]
    fn function(x: &[f64]) -> f64 {
        f::log_sum_exp(x)
    }
    let x = point(1000);
    #[inline(never)]
    fn gradient(x: &[f64], g: &mut [f64]) -> f64 {
        derivative(x, g, 1.0)
    }
    let mut room = vec![0.0; 1000];
    let mut g = vec![0.0; 1000];
    gradient(&x, &mut g);
    let expected = g.clone();
    row!(
        "log-sum-exp, n = 1000",
        [by_hand::log_sum_exp(&x).1, expected],
        by_hand::log_sum_exp(black_box(&x)),
        {
            g.fill(0.0);
            gradient(black_box(&x), &mut g)
        },
    );
}

#[cfg(feature = "wide")]
fn main() {
    #[autodiff_reverse(derivative, Duplicated, Active)]
    fn function(x: &[f64]) -> f64 {
        f::wide(x)
    }
    let x = point(1000);
    #[inline(never)]
    fn gradient(x: &[f64], g: &mut [f64]) -> f64 {
        derivative(x, g, 1.0)
    }
    let mut room = vec![0.0; 1000];
    let mut g = vec![0.0; 1000];
    gradient(&x, &mut g);
    let expected = g.clone();
    row!("wide, n = 1000", [by_hand::wide(&x).1, expected], by_hand::wide(black_box(&x)), {
        g.fill(0.0);
        gradient(black_box(&x), &mut g)
    },);
}

#[cfg(feature = "bundle")]
fn main() {
    #[autodiff_reverse(derivative, Duplicated, Duplicated)]
    fn function(x: &[f64; 15], y: &mut [f64; 2]) {
        *y = f::reprojection(x);
    }
    let x = [0.1, -0.2, 0.15, 0.3, 0.1, -4.0, 1.4, 0.02, -0.01, 0.05, -0.02, 0.5, -0.3, 1.0, 0.8];
    fn jacobian(x: &[f64; 15]) -> [[f64; 15]; 2] {
        let mut rows = [[0.0; 15]; 2];
        for (k, row) in rows.iter_mut().enumerate() {
            let mut seed = [0.0; 2];
            seed[k] = 1.0;
            derivative(x, row, &mut [0.0; 2], &mut seed);
        }
        rows
    }
    row!(
        "bundle adjustment, 2×15",
        [by_hand::reprojection(&x).1.as_flattened().to_vec(), jacobian(&x).as_flattened().to_vec()],
        by_hand::reprojection(black_box(&x)),
        jacobian(black_box(&x)),
    );
}

#[cfg(feature = "det")]
fn main() {
    #[autodiff_reverse(derivative, Duplicated, Active)]
    fn function(x: &[f64; 16]) -> f64 {
        f::det(x)
    }
    let x: [f64; 16] = std::array::from_fn(|i| spread(i) + if i % 5 == 0 { 2.0 } else { 0.0 });
    fn gradient(x: &[f64; 16]) -> (f64, [f64; 16]) {
        let mut gradient = [0.0; 16];
        let value = derivative(x, &mut gradient, 1.0);
        (value, gradient)
    }
    row!(
        "det 4×4",
        [by_hand::det_and_slopes(&x).1.to_vec(), gradient(&x).1.to_vec()],
        by_hand::det_and_slopes(black_box(&x)),
        gradient(black_box(&x)),
    );
}

#[cfg(feature = "hvp")]
fn main() {
    #[autodiff_reverse(derivative, Duplicated, Active)]
    fn function(x: &[f64]) -> f64 {
        f::rosenbrock(x)
    }
    /// The gradient is added to `g`.
    #[autodiff_forward(along, Dual, Dual)]
    fn gradient(x: &[f64], g: &mut [f64]) {
        derivative(x, g, 1.0);
    }
    let x = point(100);
    let v: Vec<f64> = (0..100).map(|i| spread(i + 500)).collect();
    let (mut g, mut hv) = (vec![0.0; 100], vec![0.0; 100]);
    along(&x, &v, &mut g, &mut hv);
    let expected = hv.clone();
    row!(
        "Hessian·vector, n = 100",
        [by_hand::rosenbrock_hvp(&x, &v), expected],
        by_hand::rosenbrock_hvp(black_box(&x), black_box(&v)),
        {
            g.fill(0.0);
            hv.fill(0.0);
            along(black_box(&x), black_box(&v), &mut g, &mut hv);
        },
    );
}
