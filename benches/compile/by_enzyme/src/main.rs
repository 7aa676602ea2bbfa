//! Derivatives by `std::autodiff`, that is by Enzyme, beside those by hand: nanoseconds by hand, and Enzyme's time as a multiple of it, the
//! least of many interleaved rounds of processor time. The functions are those of the table of compiled functions.
#![feature(autodiff)]

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
use std::autodiff::autodiff_reverse;
use std::hint::black_box;
use std::time::Duration;

#[autodiff_reverse(d_rosenbrock, Duplicated, Active)]
fn rosenbrock(x: &[f64]) -> f64 {
    f::rosenbrock(x)
}

#[autodiff_reverse(d_rosenbrock_2, Duplicated, Active)]
fn rosenbrock_2(x: &[f64; 2]) -> f64 {
    f::rosenbrock(x)
}

#[autodiff_reverse(d_rosenbrock_16, Duplicated, Active)]
fn rosenbrock_16(x: &[f64; 16]) -> f64 {
    f::rosenbrock(x)
}

#[autodiff_reverse(d_log_sum_exp, Duplicated, Active)]
fn log_sum_exp(x: &[f64]) -> f64 {
    f::log_sum_exp(x)
}

#[autodiff_reverse(d_wide, Duplicated, Active)]
fn wide(x: &[f64]) -> f64 {
    f::wide(x)
}

#[autodiff_reverse(d_det, Duplicated, Active)]
fn det(x: &[f64; 16]) -> f64 {
    f::det(x)
}

#[autodiff_reverse(d_reprojection, Duplicated, Duplicated)]
fn reprojection(x: &[f64; 15], y: &mut [f64; 2]) {
    *y = f::reprojection(x);
}

/// The least time of a call of each, in nanoseconds, in interleaved rounds.
fn times(ways: [&mut dyn FnMut(u64) -> Duration; 2]) -> [f64; 2] {
    let rounds = std::env::var("ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(40);
    let mut ways = ways.map(|way| {
        let mut calls = 1;
        while way(calls) < Duration::from_micros(400) {
            calls *= 2;
        }
        (way, calls, f64::INFINITY)
    });
    for _ in 0..rounds {
        for (way, calls, best) in &mut ways {
            *best = best.min(way(*calls).as_secs_f64() * 1e9 / *calls as f64);
        }
    }
    ways.map(|way| way.2)
}

fn timed<R>(mut call: impl FnMut() -> R) -> impl FnMut(u64) -> Duration {
    move |calls| {
        let start = ThreadTime::now();
        for _ in 0..calls {
            black_box(call());
        }
        start.elapsed()
    }
}

/// Prints a row. `results`: what both give, which must agree.
fn row<A, B>(name: &str, results: [Vec<f64>; 2], hand: impl FnMut() -> A, enzyme: impl FnMut() -> B) {
    let [by_hand, by_enzyme] = results;
    let largest = by_hand.iter().fold(0.0, |largest: f64, y| largest.max(y.abs()));
    let agree = by_hand.len() == by_enzyme.len()
        && by_hand.iter().zip(&by_enzyme).all(|(h, e)| (h - e).abs() <= 1e-10 * largest);
    let [hand, enzyme] = times([&mut timed(hand), &mut timed(enzyme)]);
    let verdict =
        if agree { format!("{:.2}", enzyme / hand) } else { format!("{:.2}, wrong", enzyme / hand) };
    println!("| {name} | {hand:.1} | {verdict} |");
}

fn point(n: usize) -> Vec<f64> {
    (0..n).map(|i| 1.0 + 0.5 * spread(i)).collect()
}

fn main() {
    println!("| problem | by hand, ns | Enzyme |");
    println!("|---|--:|--:|");

    let x: [f64; 2] = std::array::from_fn(|i| 1.0 + 0.5 * spread(i));
    let (mut g, mut d) = ([0.0; 2], [0.0; 2]);
    d_rosenbrock_2(&x, &mut g, 1.0);
    row(
        "Rosenbrock gradient, n = 2",
        [by_hand::rosenbrock(&x, [0.0; 2]).1.to_vec(), g.to_vec()],
        || by_hand::rosenbrock(black_box(&x), [0.0; 2]),
        || {
            d = [0.0; 2];
            d_rosenbrock_2(black_box(&x), &mut d, 1.0)
        },
    );

    let x: [f64; 16] = std::array::from_fn(|i| 1.0 + 0.5 * spread(i));
    let (mut g, mut d) = ([0.0; 16], [0.0; 16]);
    d_rosenbrock_16(&x, &mut g, 1.0);
    row(
        "Rosenbrock gradient, n = 16",
        [by_hand::rosenbrock(&x, [0.0; 16]).1.to_vec(), g.to_vec()],
        || by_hand::rosenbrock(black_box(&x), [0.0; 16]),
        || {
            d = [0.0; 16];
            d_rosenbrock_16(black_box(&x), &mut d, 1.0)
        },
    );

    let x = point(1000);
    let (mut g, mut d, mut room) = (vec![0.0; 1000], vec![0.0; 1000], vec![0.0; 1000]);
    d_rosenbrock(&x, &mut g, 1.0);
    row(
        "Rosenbrock gradient, n = 1000",
        [by_hand::rosenbrock(&x, vec![0.0; 1000]).1, g],
        || {
            room.fill(0.0);
            by_hand::rosenbrock(black_box(&x), &mut room).0
        },
        || {
            d.fill(0.0);
            d_rosenbrock(black_box(&x), &mut d, 1.0)
        },
    );

    let mut g = vec![0.0; 1000];
    d_log_sum_exp(&x, &mut g, 1.0);
    row(
        "log-sum-exp, n = 1000",
        [by_hand::log_sum_exp(&x).1, g],
        || by_hand::log_sum_exp(black_box(&x)),
        || {
            d.fill(0.0);
            d_log_sum_exp(black_box(&x), &mut d, 1.0)
        },
    );

    let mut g = vec![0.0; 1000];
    d_wide(&x, &mut g, 1.0);
    row(
        "wide, n = 1000",
        [by_hand::wide(&x).1, g],
        || by_hand::wide(black_box(&x)),
        || {
            d.fill(0.0);
            d_wide(black_box(&x), &mut d, 1.0)
        },
    );

    let p = [0.1, -0.2, 0.15, 0.3, 0.1, -4.0, 1.4, 0.02, -0.01, 0.05, -0.02, 0.5, -0.3, 1.0, 0.8];
    let jacobian = |p: &[f64; 15]| {
        let mut rows = [[0.0; 15]; 2];
        for (k, row) in rows.iter_mut().enumerate() {
            let mut seed = [0.0; 2];
            seed[k] = 1.0;
            d_reprojection(p, row, &mut [0.0; 2], &mut seed);
        }
        rows
    };
    row(
        "bundle adjustment, 2×15",
        [by_hand::reprojection(&p).1.as_flattened().to_vec(), jacobian(&p).as_flattened().to_vec()],
        || by_hand::reprojection(black_box(&p)),
        || jacobian(black_box(&p)),
    );

    let a: [f64; 16] = std::array::from_fn(|i| spread(i) + if i % 5 == 0 { 2.0 } else { 0.0 });
    let (mut g, mut d) = ([0.0; 16], [0.0; 16]);
    d_det(&a, &mut g, 1.0);
    row(
        "det 4×4",
        [by_hand::det_and_slopes(&a).1.to_vec(), g.to_vec()],
        || by_hand::det_and_slopes(black_box(&a)),
        || {
            d = [0.0; 16];
            d_det(black_box(&a), &mut d, 1.0)
        },
    );
}
