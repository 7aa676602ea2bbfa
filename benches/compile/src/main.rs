//! Compiled functions beside the derivative by hand, the tape and dual numbers.
//!
//! `cargo run --release` in this folder prints the table: nanoseconds of the derivative by hand, and the times of all ways as multiples of it, each the
//! least of many interleaved rounds of processor time; then nanoseconds an operation of recording and of emitting. `cargo run --release -- growth`
//! prints what they and a call take against the number of operations. An argument that is part of a name picks rows; with `LISTING` set, their operations are printed. `./enzyme` is the same table for the
//! compiler's own differentiation.

#[allow(dead_code)]
#[path = "../../problems/by_hand.rs"]
mod by_hand;
#[allow(dead_code)]
#[path = "../../problems/contender.rs"]
mod contender;
#[allow(dead_code)]
#[path = "../../problems/functions.rs"]
mod functions;
mod gmm;
#[path = "../../problems/number.rs"]
mod number;

use contender::Flat;
use cpu_time::ThreadTime;
use functions::{self as f, spread};
use holograd::compile::{Compiler, Traced};
use holograd::{
    Scalar, Shape, grad_into, hvp, jacfwd, jacrev, lit, value_and_jacfwd, value_grad_and_hessian,
};
use std::cell::Cell;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// How many points a batch has: at most 256, and so few that they and their results fit into the second cache.
fn batch(numbers: usize) -> usize {
    (16_384 / numbers).clamp(4, 256) / 4 * 4
}

/// A way to compute a result, for so many calls of so many points.
struct Way {
    name: &'static str,
    points: usize,
    run: Box<dyn FnMut(u64) -> Duration>,
    best: f64,
}

fn way<R>(name: &'static str, points: usize, mut call: impl FnMut() -> R + 'static) -> Way {
    let run = move |calls| {
        let start = ThreadTime::now();
        for _ in 0..calls {
            black_box(call());
        }
        start.elapsed()
    };
    Way { name, points, run: Box::new(run), best: f64::INFINITY }
}

/// Prints a row of the table.
fn measure(name: &str, operations: usize, [recording, emitting]: [f64; 2], mut ways: Vec<Way>) {
    let rounds = std::env::var("ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(40);
    let calls: Vec<u64> = ways
        .iter_mut()
        .map(|way| {
            let mut calls = 1;
            while (way.run)(calls) < Duration::from_micros(400) {
                calls *= 2;
            }
            calls
        })
        .collect();
    for _ in 0..rounds {
        for (way, calls) in ways.iter_mut().zip(&calls) {
            let time = (way.run)(*calls).as_secs_f64() * 1e9 / (*calls as f64 * way.points as f64);
            way.best = way.best.min(time);
        }
    }
    let of = |name: &str| ways.iter().find(|way| way.name == name).map(|way| way.best);
    let hand = of("hand").expect("a derivative by hand");
    let column = |name| of(name).map_or_else(|| "–".into(), |time| format!("{:.2}", time / hand));
    println!(
        "| {name} ({operations}) | {hand:.1} | {} | {} | {} | {} | {} | {} | {recording:.0} | {emitting:.0} |",
        column("plain"),
        column("arrays"),
        column("jit"),
        column("batch"),
        column("tape"),
        column("forward")
    );
}

/// The derivative by hand may leave out what is at the end, and may begin with the value.
fn assert_close(name: &str, by_hand: &[f64], expected: &[f64]) {
    let expected = &expected[..by_hand.len().min(expected.len())];
    let by_hand = &by_hand[by_hand.len() - expected.len()..];
    let largest = expected.iter().fold(0.0, |largest: f64, y| largest.max(y.abs()));
    for (found, expected) in by_hand.iter().zip(expected) {
        assert!((found - expected).abs() <= 1e-10 * largest, "{name}: by hand {found}, expected {expected}");
    }
}

thread_local! {
    /// How long the function that is recorded ran.
    static RECORDING: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// The ways of a problem: its transform as it is compiled, and again as it is called, by the tape, by dual numbers, or by both.
macro_rules! problem {
    ($selected:expr, $name:literal, $input:ty, $x:expr, plain $plain:expr, hand $hand:expr,
        compiled |$c:ident| $compiled:expr, $($mode:ident |$m:ident| $transform:expr),+) => {
        if $selected($name) {
            let x: $input = $x;
            let mut ways = Vec::new();
            let point = x.clone();
            ways.push(way("plain", 1, move || ($plain)(black_box(&point))));
            let point = x.clone();
            #[allow(unused_mut)]
            let mut hand = $hand;
            let mut by_hand = Vec::new();
            hand(&point).flatten(&mut by_hand);
            ways.push(way("hand", 1, move || hand(black_box(&point))));
            $(
                let point = x.clone();
                ways.push(way(stringify!($mode), 1, move || {
                    let $m = black_box(&point);
                    $transform
                }));
            )+
            // The transform that is recorded, of plain numbers.
            let expected: Vec<f64> = {
                let $c = &x;
                $compiled
            };
            assert_close($name, &by_hand, &expected);
            let mut costs = [f64::INFINITY; 2];
            let mut operations = 0;
            for (name, compiler) in [("arrays", Compiler::new().machine_code(false)), ("jit", Compiler::new())] {
                let recorded = |x: <$input as Shape<f64>>::With<Traced>| {
                    let start = Instant::now();
                    let $c = &x;
                    let y: Vec<Traced> = $compiled;
                    RECORDING.set(start.elapsed());
                    y
                };
                let mut compiled = compiler.compile(recorded, &x).expect("compiles");
                operations = compiled.statistics().operations;
                if name == "jit" && std::env::var_os("LISTING").is_some() {
                    println!("{compiled}");
                }
                if name == "jit" {
                    for _ in 0..if operations < 1000 { 200 } else { 20 } {
                        let start = Instant::now();
                        let again = compiler.compile(recorded, &x).expect("compiles");
                        let (all, recording) = (start.elapsed(), RECORDING.get());
                        drop(again);
                        for (cost, time) in costs.iter_mut().zip([recording, all - recording]) {
                            *cost = cost.min(time.as_secs_f64() * 1e9 / operations as f64);
                        }
                    }
                }
                let mut y = vec![0.0; expected.len()];
                assert!(compiled.call_into(&x, &mut y).is_ok());
                let bits = |y: &[f64]| y.iter().map(|y| y.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(&y), bits(&expected), "{} by {name}", $name);
                let plain_calls = compiled.statistics().plain_calls;
                assert_eq!(plain_calls, 0, "{} by {name} runs the function itself", $name);
                let point = x.clone();
                let mut single = compiled.clone();
                ways.push(way(name, 1, move || {
                    let _ = single.call_into(black_box(&point), &mut y);
                    y[0]
                }));
                if name == "jit" {
                    let count = batch(expected.len());
                    let points = vec![x.clone(); count];
                    let mut all = vec![0.0; count * expected.len()];
                    ways.push(way("batch", count, move || {
                        let _ = compiled.call_batch_into(black_box(&points), &mut all);
                        all[0]
                    }));
                }
            }
            measure($name, operations, costs, ways);
        }
    };
}

/// Value and gradient on the tape, value first.
macro_rules! gradient {
    ($f:expr, $x:expr) => {{
        let mut gradient = vec![Default::default(); $x.len()];
        let value = grad_into($f, $x, &mut gradient);
        gradient.insert(0, value);
        gradient
    }};
}

fn point(n: usize) -> Vec<f64> {
    (0..n).map(|i| 1.0 + 0.5 * spread(i)).collect()
}

fn array<const N: usize>() -> [f64; N] {
    std::array::from_fn(|i| 1.0 + 0.5 * spread(i))
}

fn flat<T: Scalar, const N: usize>((value, gradient): (T, [T; N])) -> Vec<T> {
    std::iter::once(value).chain(gradient).collect()
}

fn main() {
    let filter = std::env::args().nth(1).unwrap_or_default();
    if filter == "growth" {
        return growth();
    }
    println!(
        "| problem (operations) | by hand, ns | plain | arrays | jit | jit, batch | tape | forward | recording, ns | emitting, ns |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    let selected = |name: &str| name.contains(&filter);

    problem!(selected, "Rosenbrock gradient, n = 2", [f64; 2], array(),
        plain |x: &[f64; 2]| f::rosenbrock(x),
        hand |x: &[f64; 2]| by_hand::rosenbrock(x, [0.0; 2]),
        compiled |x| flat(value_and_jacfwd(|x| f::rosenbrock(&x), x)),
        tape |x| gradient!(|x| f::rosenbrock(x), x),
        forward |x| flat(value_and_jacfwd(|x| f::rosenbrock(&x), x)));
    problem!(selected, "Rosenbrock gradient, n = 16", [f64; 16], array(),
        plain |x: &[f64; 16]| f::rosenbrock(x),
        hand |x: &[f64; 16]| by_hand::rosenbrock(x, [0.0; 16]),
        compiled |x| gradient!(|x| f::rosenbrock(x), x),
        tape |x| gradient!(|x| f::rosenbrock(x), x),
        forward |x| flat(value_and_jacfwd(|x| f::rosenbrock(&x), x)));
    let mut room = vec![0.0; 1000];
    problem!(selected, "Rosenbrock gradient, n = 1000", Vec<f64>, point(1000),
        plain |x: &Vec<f64>| f::rosenbrock(x),
        hand move |x: &Vec<f64>| { room.fill(0.0); by_hand::rosenbrock(x, &mut room).0 },
        compiled |x| gradient!(|x| f::rosenbrock(x), x),
        tape |x| gradient!(|x| f::rosenbrock(x), x));
    problem!(selected, "log-sum-exp, n = 1000", Vec<f64>, point(1000),
        plain |x: &Vec<f64>| f::log_sum_exp(x),
        hand |x: &Vec<f64>| by_hand::log_sum_exp(x),
        compiled |x| gradient!(|x| f::log_sum_exp(x), x),
        tape |x| gradient!(|x| f::log_sum_exp(x), x));
    problem!(selected, "wide, n = 1000", Vec<f64>, point(1000),
        plain |x: &Vec<f64>| f::wide(x),
        hand |x: &Vec<f64>| by_hand::wide(x),
        compiled |x| gradient!(|x| f::wide(x), x),
        tape |x| gradient!(|x| f::wide(x), x));
    let camera = [0.1, -0.2, 0.15, 0.3, 0.1, -4.0, 1.4, 0.02, -0.01, 0.05, -0.02, 0.5, -0.3, 1.0, 0.8];
    problem!(selected, "bundle adjustment, 2×15", [f64; 15], camera,
        plain |x: &[f64; 15]| f::reprojection(x),
        hand |x: &[f64; 15]| by_hand::reprojection(x),
        compiled |x| jacrev(|x| f::reprojection(&x), x).into_iter().flatten().collect::<Vec<_>>(),
        tape |x| jacrev(|x| f::reprojection(&x), x).into_iter().flatten().collect::<Vec<_>>(),
        forward |x| jacfwd(|x| f::reprojection(&x), x).into_iter().flatten().collect::<Vec<_>>());
    let matrix = std::array::from_fn(|i| spread(i) + if i % 5 == 0 { 2.0 } else { 0.0 });
    problem!(selected, "det 4×4", [f64; 16], matrix,
        plain |x: &[f64; 16]| f::det(x),
        hand |x: &[f64; 16]| by_hand::det_and_slopes(x),
        compiled |x| gradient!(|x: &[_]| f::det(x.try_into().expect("16 numbers")), x),
        tape |x| gradient!(|x: &[_]| f::det(x.try_into().expect("16 numbers")), x),
        forward |x| flat(value_and_jacfwd(|x| f::det(&x), x)));
    problem!(selected, "Rosenbrock Hessian, n = 8", [f64; 8], array(),
    plain |x: &[f64; 8]| f::rosenbrock(x),
    hand |x: &[f64; 8]| by_hand::rosenbrock_hessian(x),
        compiled |x| all_orders(value_grad_and_hessian(|x| f::rosenbrock(&x), x)),
        forward |x| all_orders(value_grad_and_hessian(|x| f::rosenbrock(&x), x)));
    problem!(selected, "dense Hessian, n = 8", [f64; 8], array(),
        plain |x: &[f64; 8]| dense(*x),
        hand |x: &[f64; 8]| dense_by_hand(x),
        compiled |x| all_orders(value_grad_and_hessian(dense, x)),
        forward |x| all_orders(value_grad_and_hessian(dense, x)));
    problem!(selected, "GMM gradient, d 3, k 4, n 30", Vec<f64>, point(gmm::PARAMETERS),
        plain |x: &Vec<f64>| gmm::log_likelihood(x, &gmm::POINTS),
        hand |x: &Vec<f64>| gmm::by_hand(x, &gmm::POINTS),
        compiled |x| gradient!(|x| gmm::log_likelihood(x, &gmm::POINTS), x),
        tape |x| gradient!(|x| gmm::log_likelihood(x, &gmm::POINTS), x));
    let direction =
        ((0..100).map(|i| 1.0 + 0.5 * spread(i)).collect(), (0..100).map(|i| spread(i + 500)).collect());
    problem!(selected, "Hessian·vector, n = 100", (Vec<f64>, Vec<f64>), direction,
        plain |(x, _): &(Vec<f64>, Vec<f64>)| f::rosenbrock(x),
        hand |(x, v): &(Vec<f64>, Vec<f64>)| by_hand::rosenbrock_hvp(x, v),
        compiled |x| hvp(|x: Vec<_>| f::rosenbrock(&x), &x.0, &x.1),
        tape |x| hvp(|x: Vec<_>| f::rosenbrock(&x), &x.0, &x.1));
}

/// x₁ … x₈ e^(sin(x₁ + 2 x₂ + … )): every second derivative depends on every variable.
fn dense<T: Scalar>(x: [T; 8]) -> T {
    let product = x.iter().skip(1).fold(x[0], |product, x| product * *x);
    let phase = x.iter().enumerate().skip(1).fold(x[0], |sum, (i, x)| sum + *x * lit((i + 1) as f64));
    product * phase.sin().exp()
}

/// Value, gradient and Hessian of [`dense`] by the logarithmic derivatives of both factors.
fn dense_by_hand(x: &[f64; 8]) -> (f64, [f64; 8], [[f64; 8]; 8]) {
    let product: f64 = x.iter().product();
    let phase: f64 = x.iter().enumerate().map(|(i, x)| (i + 1) as f64 * x).sum();
    let (sin, cos) = phase.sin_cos();
    let value = product * sin.exp();
    let recip = x.map(f64::recip);
    // ∂ᵢ ln f = 1/xᵢ + (i + 1) cos, and of that ∂ⱼ = −δᵢⱼ/xᵢ² − (i + 1)(j + 1) sin.
    let slope: [f64; 8] = std::array::from_fn(|i| recip[i] + (i + 1) as f64 * cos);
    let hessian = std::array::from_fn(|i| {
        std::array::from_fn(|j| {
            let own = if i == j { recip[i] * recip[i] } else { 0.0 };
            value * (slope[i] * slope[j] - own - ((i + 1) * (j + 1)) as f64 * sin)
        })
    });
    (value, slope.map(|slope| value * slope), hessian)
}

/// Value, gradient and Hessian, one after the other.
fn all_orders<T: Scalar, const N: usize>((value, gradient, hessian): (T, [T; N], [[T; N]; N])) -> Vec<T> {
    std::iter::once(value).chain(gradient).chain(hessian.into_iter().flatten()).collect()
}

/// Time and memory against the number of operations.
fn growth() {
    println!(
        "| operations | recording and emitting, ns an operation | memory, bytes an operation | a call, ns an operation |"
    );
    println!("|--:|--:|--:|--:|");
    for n in [10, 100, 1000, 10_000, 70_000] {
        let x = point(n);
        let gradient = |x: Vec<Traced>| gradient!(|x| f::rosenbrock(x), &x);
        let time = (0..5)
            .map(|_| {
                let start = Instant::now();
                black_box(Compiler::new().compile(gradient, &x).expect("compiles"));
                start.elapsed()
            })
            .min()
            .unwrap_or_default();
        let mut compiled = Compiler::new().compile(gradient, &x).expect("compiles");
        let mut y = vec![0.0; n + 1];
        let call = (0..50)
            .map(|_| {
                let start = Instant::now();
                let _ = compiled.call_into(black_box(&x), &mut y);
                start.elapsed()
            })
            .min()
            .unwrap_or_default();
        let operations = compiled.statistics().operations as f64;
        println!(
            "| {operations} | {:.0} | {:.0} | {:.2} |",
            time.as_secs_f64() * 1e9 / operations,
            compiled.statistics().bytes as f64 / operations,
            call.as_secs_f64() * 1e9 / operations
        );
    }
}
