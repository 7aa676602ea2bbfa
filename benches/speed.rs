//! How fast the derivatives are: a table with the plain function, the derivative by hand and this crate's derivative.
//!
//! `cargo bench --bench speed` measures all problems, `cargo bench --bench speed -- hessian` those that have the word in their
//! names, `cargo test --bench speed` only checks that every derivative equals the one by hand. Other libraries are in
//! `benches/rivals`.
#![allow(missing_docs)] // there is no interface

mod problems;

use problems::contender::{Aim, HAND, OURS, PLAIN, Problem};
use problems::timing::least;

fn main() {
    let (options, words): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with('-'));
    let mut problems = problems::all();
    problems.retain(|problem| words.iter().all(|word| problem.name.contains(word.as_str())));
    for problem in &mut problems {
        problem.check();
    }
    // Cargo passes it to a benchmark, and not to a test.
    if !options.iter().any(|option| option == "--bench") {
        println!("All results of {} problems are those by hand.", problems.len());
        return;
    }
    println!(
        "| problem | plain | by hand | holograd | × plain | × hand | aim |\n|---|--:|--:|--:|--:|--:|---|"
    );
    for problem in &mut problems {
        println!("{}", row(problem));
    }
}

/// The row of a problem: its times in nanoseconds for one evaluation, of the fastest way where there are several.
fn row(problem: &mut Problem) -> String {
    let times = least(problem);
    let [plain, hand, ours] = [PLAIN, HAND, OURS].map(|name| {
        let named = problem.contenders.iter().zip(&times).filter(|(contender, _)| contender.name == name);
        named.fold(f64::INFINITY, |least, (_, time)| least.min(*time))
    });
    let aim = match problem.aim {
        Aim::Hand(factor) => format!("≤ {factor} × hand"),
        Aim::Plain(factor) => format!("≤ {factor} × plain"),
        Aim::FifthOfJax(nanoseconds) => format!("≤ {} ns", nanoseconds / 5.0),
    };
    let (by_plain, by_hand) = (ours / plain, ours / hand);
    format!(
        "| {} | {plain:.2} | {hand:.2} | {ours:.2} | {by_plain:.2} | {by_hand:.2} | {aim} |",
        problem.name
    )
}
