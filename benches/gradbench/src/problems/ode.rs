//! `ode`: s steps of the classical Runge–Kutta method of order 4, from y = 0 at time 0 to time 2.
//!
//! y₀′ = x₀ and yᵢ′ = xᵢ yᵢ₋₁. The primal gives y; what is differentiated is the last yᵢ.

use super::{no_function, read};
use crate::{Run, Style};
use holograd::{Real, Scalar, grad};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Clone, Serialize, Deserialize)]
pub struct Input {
    pub x: Vec<f64>,
    pub s: usize,
}

/// y′, into k
fn slope<T: Real>(x: &[T], y: &[T], k: &mut [T]) {
    k[0] = x[0];
    for i in 1..x.len() {
        k[i] = x[i] * y[i - 1];
    }
}

/// y + h k
fn moved<T: Real>(y: &[T], h: T, k: &[T], to: &mut [T]) {
    for i in 0..y.len() {
        to[i] = y[i] + h * k[i];
    }
}

/// y at time 2
pub fn solve<T: Real>(x: &[T], steps: usize) -> Vec<T> {
    let h = T::lit(2.0 / steps as f64);
    let half = h * T::lit(0.5);
    let (sixth, two) = (h / T::lit(6.0), T::lit(2.0));
    let [mut y, mut at, mut k1, mut k2, mut k3, mut k4] = [(); 6].map(|()| vec![T::lit(0.0); x.len()]);
    for _ in 0..steps {
        slope(x, &y, &mut k1);
        moved(&y, half, &k1, &mut at);
        slope(x, &at, &mut k2);
        moved(&y, half, &k2, &mut at);
        slope(x, &at, &mut k3);
        moved(&y, h, &k3, &mut at);
        slope(x, &at, &mut k4);
        for i in 0..y.len() {
            y[i] += sixth * (k1[i] + two * k2[i] + two * k3[i] + k4[i]);
        }
    }
    y
}

/// As [`solve`]; what is linear in two numbers is one block.
pub fn solve_fast<T: Real>(x: &[T], steps: usize) -> Vec<T> {
    fn linear<T: Scalar>(x: T, y: T, a: f64, b: f64) -> T {
        let [sum] = T::fuse([x, y], |[x, y]| [x * holograd::lit(a) + y * holograd::lit(b)]);
        sum
    }
    fn moved<T: Real>(y: &[T], h: f64, k: &[T], to: &mut [T]) {
        for i in 0..y.len() {
            to[i] = linear(y[i], k[i], 1.0, h);
        }
    }
    let h = 2.0 / steps as f64;
    let [mut y, mut at, mut k1, mut k2, mut k3, mut k4] = [(); 6].map(|()| vec![T::lit(0.0); x.len()]);
    for _ in 0..steps {
        slope(x, &y, &mut k1);
        moved(&y, h / 2.0, &k1, &mut at);
        slope(x, &at, &mut k2);
        moved(&y, h / 2.0, &k2, &mut at);
        slope(x, &at, &mut k3);
        moved(&y, h, &k3, &mut at);
        slope(x, &at, &mut k4);
        for i in 0..y.len() {
            let ends = linear(k1[i], k4[i], h / 6.0, h / 6.0);
            let middle = linear(k2[i], k3[i], h / 3.0, h / 3.0);
            y[i] += ends + middle;
        }
    }
    y
}

/// `primal` gives y, `gradient` the gradient of its last number.
///
/// # Errors
/// If there is no such function, or the input is not the one of this problem.
pub fn call(function: &str, style: Style, input: &Value) -> Result<Run, String> {
    let Input { x, s } = read(input)?;
    let last = x.len().checked_sub(1).ok_or("ode: x is empty")?;
    match (function, style) {
        ("primal", _) => Ok(Run::new(move || solve(&x, s))),
        ("gradient", Style::Plain) => Ok(Run::new(move || grad(|x| solve(&x, s)[last], &x))),
        ("gradient", Style::Best) => Ok(Run::new(move || grad(|x| solve_fast(&x, s)[last], &x))),
        _ => Err(no_function("ode", function)),
    }
}
