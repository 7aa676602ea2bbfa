//! Compiled functions beside the derivative by hand, the tape and dual numbers.
//!
//! `cargo run --release` in this folder prints the table: nanoseconds of the derivative by hand, and the times of all ways as multiples of it, each the
//! least of many interleaved rounds of processor time. `cargo run --release -- growth` prints what recording and emitting take
//! against the number of operations. An argument that is part of a name picks rows.

#[allow(dead_code)]
#[path = "../../problems/by_hand.rs"]
mod by_hand;
#[allow(dead_code)]
#[path = "../../problems/functions.rs"]
mod functions;
#[path = "../../problems/number.rs"]
mod number;

use cpu_time::ThreadTime;
use functions::{self as f, spread};
use holograd::compile::{Compiler, Traced};
use holograd::{Scalar, Shape, grad_into, hvp, jacfwd, value_and_jacfwd, value_grad_and_hessian};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// How many points a batch has.
const BATCH: usize = 256;

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
fn measure(name: &str, operations: usize, mut ways: Vec<Way>) {
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
        "| {name} ({operations}) | {hand:.1} | {} | {} | {} | {} | {} | {} |",
        column("plain"),
        column("arrays"),
        column("jit"),
        column("batch"),
        column("tape"),
        column("forward")
    );
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
            ways.push(way("hand", 1, move || ($hand)(black_box(&point))));
            let mut expected: Vec<Vec<f64>> = Vec::new();
            $(
                let point = x.clone();
                let call = move || {
                    let $m = black_box(&point);
                    $transform
                };
                expected.push(call());
                ways.push(way(stringify!($mode), 1, call));
            )+
            let mut operations = 0;
            for (name, compiler) in [("arrays", Compiler::new().machine_code(false)), ("jit", Compiler::new())] {
                let recorded = |x: <$input as Shape<f64>>::With<Traced>| {
                    let $c = &x;
                    $compiled
                };
                let mut compiled = compiler.compile(recorded, &x).expect("compiles");
                operations = compiled.statistics().operations;
                let mut y = vec![0.0; expected[0].len()];
                assert!(compiled.call_into(&x, &mut y).is_ok());
                // The tape and dual numbers add in different orders: the bits are those of the transform that was recorded.
                assert!(expected.contains(&y), "{} by {name}", $name);
                let point = x.clone();
                let mut single = compiled.clone();
                ways.push(way(name, 1, move || {
                    let _ = single.call_into(black_box(&point), &mut y);
                    y[0]
                }));
                if name == "jit" {
                    let points = vec![x.clone(); BATCH];
                    let mut all = vec![0.0; BATCH * expected[0].len()];
                    ways.push(way("batch", BATCH, move || {
                        let _ = compiled.call_batch_into(black_box(&points), &mut all);
                        all[0]
                    }));
                }
            }
            measure($name, operations, ways);
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
    println!("| problem (operations) | by hand, ns | plain | arrays | jit | jit, batch | tape | forward |");
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
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
        hand |x: &Vec<f64>| { room.fill(0.0); by_hand::rosenbrock(x, &mut room).0 },
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
        compiled |x| jacfwd(|x| f::reprojection(&x), x).into_iter().flatten().collect::<Vec<_>>(),
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
    compiled |x| {
        let (value, gradient, hessian) = value_grad_and_hessian(|x| f::rosenbrock(&x), x);
        std::iter::once(value).chain(gradient).chain(hessian.into_iter().flatten()).collect::<Vec<_>>()
    },
    forward |x| {
        let (value, gradient, hessian) = value_grad_and_hessian(|x| f::rosenbrock(&x), x);
        std::iter::once(value).chain(gradient).chain(hessian.into_iter().flatten()).collect::<Vec<_>>()
    });
    let direction =
        ((0..100).map(|i| 1.0 + 0.5 * spread(i)).collect(), (0..100).map(|i| spread(i + 500)).collect());
    problem!(selected, "Hessian·vector, n = 100", (Vec<f64>, Vec<f64>), direction,
        plain |(x, _): &(Vec<f64>, Vec<f64>)| f::rosenbrock(x),
        hand |(x, v): &(Vec<f64>, Vec<f64>)| by_hand::rosenbrock_hvp(x, v),
        compiled |x| hvp(|x: Vec<_>| f::rosenbrock(&x), &x.0, &x.1),
        tape |x| hvp(|x: Vec<_>| f::rosenbrock(&x), &x.0, &x.1));
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
