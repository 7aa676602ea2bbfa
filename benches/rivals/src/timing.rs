//! The contenders take turns, in several processes, and the least time of each counts.

use crate::problems::contender::Problem;
use crate::report::{Row, Time};
use std::process::Command;
use std::time::Duration;

/// The argument for a process that only times.
pub const TIMES: &str = "--times";
const PROCESSES: usize = 4;

/// Long enough for the clock, short enough to fall between two disturbances.
const SAMPLE: Duration = Duration::from_micros(500);
const ROUNDS: usize = 50;
/// For the problems of which a call takes much longer than a sample.
const AT_MOST: Duration = Duration::from_secs(3);

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
            println!("{}", nanoseconds / f64::from(problem.evaluations));
        }
    }
}

/// The nanoseconds that a call takes at least, for each contender.
fn least(problem: &mut Problem) -> Vec<f64> {
    let calls: Vec<u64> = problem.contenders.iter_mut().map(|c| calls_in_a_sample(|n| c.time(n))).collect();
    let mut least = vec![f64::INFINITY; calls.len()];
    let mut spent = Duration::ZERO;
    for _ in 0..ROUNDS {
        for (i, contender) in problem.contenders.iter_mut().enumerate() {
            if calls[i] > 1 {
                // The contender before has used the caches.
                contender.time(1);
            }
            let time = contender.time(calls[i]);
            spent += time;
            least[i] = least[i].min(time.as_secs_f64() * 1e9 / calls[i] as f64);
        }
        if spent > AT_MOST {
            break;
        }
    }
    least
}

fn calls_in_a_sample(mut time: impl FnMut(u64) -> Duration) -> u64 {
    let mut calls = 1;
    loop {
        let taken = time(calls);
        if taken >= SAMPLE / 2 {
            let per_call = taken.as_secs_f64() / calls as f64;
            return ((SAMPLE.as_secs_f64() / per_call) as u64).max(1);
        }
        calls *= 2;
    }
}
