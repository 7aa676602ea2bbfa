//! How fast the derivatives are: beside the plain function and the derivative by hand, with a table of ratios at the end.
//!
//! `cargo bench` measures, `cargo bench -- hessian` measures some, `cargo test --bench speed` only checks that every
//! derivative equals the one by hand. Other libraries are in `benches/rivals`.
#![allow(missing_docs)] // there is no interface

mod problems;

use criterion::Criterion;
use problems::contender::{Aim, Contender, HAND, OURS, PLAIN, Problem};
use std::path::Path;
use std::time::{Duration, SystemTime};

fn main() {
    let start = SystemTime::now();
    let mut problems = problems::all();
    for problem in &mut problems {
        problem.check();
    }
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(500))
        .sample_size(50)
        .configure_from_args();
    for problem in &mut problems {
        let mut group = criterion.benchmark_group(problem.name);
        for contender in &mut problem.contenders {
            group.bench_function(id(contender), |bencher| bencher.iter_custom(|calls| contender.time(calls)));
        }
    }
    criterion.final_summary();
    if std::env::args().any(|argument| argument == "--bench") {
        table(&problems, start);
    }
}

/// What criterion knows a contender by.
fn id(contender: &Contender) -> String {
    format!("{} by {}", contender.name, contender.way)
}

/// The times of what was measured since the start, from the files of criterion.
fn table(problems: &[Problem], start: SystemTime) {
    println!(
        "\n| problem | plain | by hand | holograd | × plain | × hand | aim |\n|---|--:|--:|--:|--:|--:|---|"
    );
    for problem in problems {
        let times = [PLAIN, HAND, OURS].map(|name| {
            let named = problem.contenders.iter().filter(|contender| contender.name == name);
            named.filter_map(|contender| nanoseconds(problem, contender, start)).reduce(f64::min)
        });
        let [Some(plain), Some(hand), Some(ours)] = times else { continue };
        let aim = match problem.aim {
            Aim::Hand(factor) => format!("≤ {factor} × hand"),
            Aim::Plain(factor) => format!("≤ {factor} × plain"),
            Aim::FifthOfJax(nanoseconds) => format!("≤ {} ns", nanoseconds / 5.0),
        };
        let (by_plain, by_hand) = (ours / plain, ours / hand);
        println!(
            "| {} | {plain:.2} | {hand:.2} | {ours:.2} | {by_plain:.2} | {by_hand:.2} | {aim} |",
            problem.name
        );
    }
}

/// The least of the samples, since whatever disturbs one makes it longer; for one evaluation.
fn nanoseconds(problem: &Problem, contender: &Contender, start: SystemTime) -> Option<f64> {
    let group: String =
        problem.name.chars().map(|c| if "?\"/\\*<>:|^".contains(c) { '_' } else { c }).collect();
    let target = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned());
    let file = Path::new(&target).join("criterion").join(group).join(id(contender)).join("new/sample.json");
    if file.metadata().ok()?.modified().ok()? < start {
        return None;
    }
    let sample: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).ok()?).ok()?;
    let calls = sample["iters"].as_array()?.iter().filter_map(serde_json::Value::as_f64);
    let times = sample["times"].as_array()?.iter().filter_map(serde_json::Value::as_f64);
    let least = times.zip(calls).map(|(time, calls)| time / calls).fold(f64::INFINITY, f64::min);
    Some(least / f64::from(problem.evaluations))
}
