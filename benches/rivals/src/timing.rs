//! The contenders take turns, in several processes, and the least time of each counts.

use crate::problems::contender::Problem;
use crate::problems::timing::least;
use crate::report::{Row, Time};
use std::process::Command;

/// The argument for a process that only times.
pub const TIMES: &str = "--times";
/// The same code may run at two paces for seconds.
const PROCESSES: usize = 4;

/// The rows of these problems, which are those that have the word in their names.
pub fn measure(problems: &[Problem], word: &str) -> Vec<Row> {
    let mut least = run(word);
    for _ in 1..PROCESSES {
        for (least, again) in least.iter_mut().zip(run(word)) {
            *least = least.min(again);
        }
    }
    let mut least = least.into_iter();
    let mut next = || least.next().expect("a time for each contender");
    problems
        .iter()
        .map(|problem| {
            let times = problem.contenders.iter().map(|contender| Time {
                name: contender.name,
                way: contender.way,
                nanoseconds: next(),
            });
            Row { problem: problem.name, aim: problem.aim, times: times.collect() }
        })
        .collect()
}

/// What another process of this program [prints](print).
fn run(word: &str) -> Vec<f64> {
    let program = std::env::current_exe().expect("the program knows where it is");
    let output = Command::new(program).args([TIMES, word]).output().expect("the program can be run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).expect("only numbers");
    lines.lines().map(|line| line.parse().expect("a number in each line")).collect()
}

/// Prints the nanoseconds that an evaluation takes, a line for each contender of each problem.
pub fn print(problems: &mut [Problem]) {
    for problem in problems {
        for nanoseconds in least(problem) {
            println!("{nanoseconds}");
        }
    }
}
