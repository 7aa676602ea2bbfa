//! `particle`: where must a charge be, so that a particle that it repels comes down at the origin?
//!
//! Charges at (10, 10 − w) and (10, 0) have the potential Σ 1/r. The particle starts at (0, 8) with the velocity (¾, 0) and is
//! moved by Euler's method in steps of 0.1: x ← x + 0.1 v and v ← v − 0.1 ∇Σ 1/r, both of the place and velocity before. Where it would come below
//! the axis, a straight line gives the crossing. The square of the crossing is made least, by gradient descent over w.

use super::descent::{Forward, Mode, Objective, Reverse, smallest};
use super::{no_function, read};
use crate::{Run, Style};
use holograd::Real;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::marker::PhantomData;

#[derive(Clone, Serialize, Deserialize)]
pub struct Input {
    pub w: f64,
}

/// x ↦ Σ 1/r
struct Potential<T> {
    charges: [[T; 2]; 2],
}
impl<T: Real> Objective<T, 2> for Potential<T> {
    fn at<S: Real + From<T>>(&self, x: [S; 2]) -> S {
        let inverse_distance = |charge: [T; 2]| {
            let [a, b] = charge.map(S::from);
            let (a, b) = (x[0] - a, x[1] - b);
            S::lit(1.0) / (a * a + b * b).sqrt()
        };
        self.charges.map(inverse_distance).into_iter().sum()
    }
}

/// w ↦ the square of where the particle comes down
struct Landing<M> {
    mode: PhantomData<M>,
}
impl<M: Mode> Objective<f64, 1> for Landing<M> {
    fn at<S: Real + From<f64>>(&self, [w]: [S; 1]) -> S {
        let (ten, zero, step) = (S::lit(10.0), S::lit(0.0), S::lit(0.1));
        let potential = Potential { charges: [[ten, ten - w], [ten, zero]] };
        let (mut x, mut v) = ([zero, S::lit(8.0)], [S::lit(0.75), zero]);
        loop {
            // Of the place before the step.
            let acceleration = M::gradient(&potential, x).map(|slope| -slope);
            x = [x[0] + step * v[0], x[1] + step * v[1]];
            if x[1] <= zero {
                let crossing = x[0] - v[0] * x[1] / v[1];
                return crossing * crossing;
            }
            v = [v[0] + step * acceleration[0], v[1] + step * acceleration[1]];
        }
    }
}

fn solve<O: Mode, I: Mode>(w: f64) -> f64 {
    smallest::<O, f64, 1>(&Landing::<I> { mode: PhantomData }, [w])[0]
}

/// `ff`, `fr`, `rf`, `rr`: w, by forward or reverse mode outside and inside.
///
/// # Errors
/// If there is no such function, or the input is not the one of this problem.
pub fn call(function: &str, _style: Style, input: &Value) -> Result<Run, String> {
    let Input { w } = read(input)?;
    match function {
        "ff" => Ok(Run::new(move || solve::<Forward, Forward>(w))),
        "fr" => Ok(Run::new(move || solve::<Forward, Reverse>(w))),
        "rf" => Ok(Run::new(move || solve::<Reverse, Forward>(w))),
        "rr" => Ok(Run::new(move || solve::<Reverse, Reverse>(w))),
        _ => Err(no_function("particle", function)),
    }
}
