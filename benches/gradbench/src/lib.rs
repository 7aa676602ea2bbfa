//! GradBench's twelve problems, differentiated by `holograd` in two styles, with the protocol that GradBench speaks.
//!
//! * [`problems`]: one file a problem, each with its definition, the function as a user would write it ([`Style::Plain`]), and
//!   the function written for speed ([`Style::Best`]).
//! * [`protocol`]: one JSON object a line on standard input, one reply a line on standard output.
//! * [`inputs`]: inputs of the sizes that GradBench uses, made from a fixed seed.
//! * [`table`]: derivative over plain primal, timed by turns, beside the published ratios of other tools.

pub mod inputs;
pub mod problems;
pub mod protocol;
pub mod table;

use cpu_time::ThreadTime;
use serde::Serialize;
use serde_json::Value;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// How a problem's function is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// Operators, iterators and the elementary functions; constants by `T::lit`.
    Plain,
    /// With `fuse`, `sum_over`, `dot`, `weighted_sum`, `grad_sum` and inputs in exactly their lanes.
    Best,
}

/// A function of a problem at one input, ready to be called again and again.
pub struct Run(Box<dyn Repeat>);

trait Repeat {
    fn repeat(&mut self, calls: u32) -> Duration;
    fn timed(&mut self) -> (Value, Duration);
}

struct Call<F, J> {
    call: F,
    json: J,
}

impl<R, F: FnMut() -> R, J: FnMut(R) -> Value> Repeat for Call<F, J> {
    fn repeat(&mut self, calls: u32) -> Duration {
        let start = ThreadTime::now();
        for _ in 0..calls {
            black_box((self.call)());
        }
        start.elapsed()
    }
    fn timed(&mut self) -> (Value, Duration) {
        let start = Instant::now();
        let result = black_box((self.call)());
        let elapsed = start.elapsed();
        ((self.json)(result), elapsed)
    }
}

impl Run {
    /// A call whose result is written as it is.
    ///
    /// # Panics
    /// [`timed`](Self::timed), if the result is nothing that JSON has.
    pub fn new<R: Serialize>(call: impl FnMut() -> R + 'static) -> Self {
        Run::with(call, |result| serde_json::to_value(result).expect("results are numbers and lists"))
    }

    /// A call whose result `json` brings into the form that GradBench asks for, outside the time.
    pub fn with<R>(call: impl FnMut() -> R + 'static, json: impl FnMut(R) -> Value + 'static) -> Self {
        Run(Box::new(Call { call, json }))
    }

    /// The processor time of so many calls.
    pub fn repeat(&mut self, calls: u32) -> Duration {
        self.0.repeat(calls)
    }

    /// The result of one call and its time by the clock on the wall, as GradBench measures.
    pub fn timed(&mut self) -> (Value, Duration) {
        self.0.timed()
    }
}
