//! How contenders are timed.

use super::contender::Problem;
use std::time::Duration;

/// Long enough for the clock, short enough to fall between two disturbances.
const SAMPLE: Duration = Duration::from_micros(500);
const ROUNDS: usize = 50;
/// For the problems of which a call takes much longer than a sample.
const AT_MOST: Duration = Duration::from_secs(3);

/// The nanoseconds that an evaluation takes at least, for each contender. The contenders take turns, since the machine drifts by
/// more than the few percent that are of interest, and whatever disturbs a sample makes it longer.
pub fn least(problem: &mut Problem) -> Vec<f64> {
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
    least.iter().map(|nanoseconds| nanoseconds / f64::from(problem.evaluations)).collect()
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
