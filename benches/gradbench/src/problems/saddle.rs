//! `saddle`: min over p of max over q of |p|² − |q|² in the plane, by gradient descent inside gradient descent.

use super::descent::{Forward, Mode, Objective, Reverse, smallest};
use super::{no_function, read};
use crate::{Run, Style};
use holograd::Real;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::marker::PhantomData;

#[derive(Clone, Serialize, Deserialize)]
pub struct Input {
    pub start: [f64; 2],
}

/// |p|² − |q|²
fn saddle<T: Real>(p: [T; 2], q: [T; 2]) -> T {
    (p[0] * p[0] + p[1] * p[1]) - (q[0] * q[0] + q[1] * q[1])
}

/// q ↦ −(|p|² − |q|²), as the largest is sought.
struct Inner<T> {
    p: [T; 2],
}
impl<T: Real> Objective<T, 2> for Inner<T> {
    fn at<S: Real + From<T>>(&self, q: [S; 2]) -> S {
        -saddle(self.p.map(S::from), q)
    }
}

/// p ↦ max over q
struct Outer<M> {
    start: [f64; 2],
    mode: PhantomData<M>,
}
impl<M: Mode> Objective<f64, 2> for Outer<M> {
    fn at<S: Real + From<f64>>(&self, p: [S; 2]) -> S {
        let q = smallest::<M, S, 2>(&Inner { p }, self.start.map(S::lit));
        saddle(p, q)
    }
}

fn solve<O: Mode, I: Mode>(start: [f64; 2]) -> [f64; 4] {
    let p = smallest::<O, f64, 2>(&Outer::<I> { start, mode: PhantomData }, start);
    let q = smallest::<O, f64, 2>(&Inner { p }, start);
    [p[0], p[1], q[0], q[1]]
}

/// `ff`, `fr`, `rf`, `rr`: p and q, by forward or reverse mode outside and inside.
///
/// # Errors
/// If there is no such function, or the input is not the one of this problem.
pub fn call(function: &str, _style: Style, input: &Value) -> Result<Run, String> {
    let Input { start } = read(input)?;
    match function {
        "ff" => Ok(Run::new(move || solve::<Forward, Forward>(start))),
        "fr" => Ok(Run::new(move || solve::<Forward, Reverse>(start))),
        "rf" => Ok(Run::new(move || solve::<Reverse, Forward>(start))),
        "rr" => Ok(Run::new(move || solve::<Reverse, Reverse>(start))),
        _ => Err(no_function("saddle", function)),
    }
}
