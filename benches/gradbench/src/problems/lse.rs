//! `lse`: ln Σ e^(xᵢ), computed by its parts: the largest number, exponentials, their sum, its logarithm.

use super::{no_function, read};
use crate::{Run, Style};
use holograd::{Real, grad};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Clone, Serialize, Deserialize)]
pub struct Input {
    pub x: Vec<f64>,
}

/// ln Σ e^(xᵢ), with the largest xᵢ taken out of the sum, which may so not overflow.
pub fn log_sum_exp<T: Real>(x: &[T]) -> T {
    let largest = x.iter().copied().fold(x[0], |a, b| a.max(b));
    x.iter().map(|x| (*x - largest).exp()).sum::<T>().ln() + largest
}

/// As [`log_sum_exp`], with a constant taken out of the sum, as the result does not depend on which.
pub fn log_sum_exp_fast<T: Real>(x: &[T]) -> T {
    let largest = x.iter().copied().fold(x[0], |a, b| a.max(b)).stop_gradient();
    let terms = x.iter().map(|x| (*x - largest).exp());
    terms.sum::<T>().ln() + largest
}

/// `primal` gives the value, `gradient` the gradient.
///
/// # Errors
/// If there is no such function, or the input is not the one of this problem.
pub fn call(function: &str, style: Style, input: &Value) -> Result<Run, String> {
    let Input { x } = read(input)?;
    match (function, style) {
        ("primal", _) => Ok(Run::new(move || log_sum_exp(&x))),
        ("gradient", Style::Plain) => Ok(Run::new(move || grad(|x| log_sum_exp(&x), &x))),
        ("gradient", Style::Best) => Ok(Run::new(move || grad(|x| log_sum_exp_fast(&x), &x))),
        _ => Err(no_function("lse", function)),
    }
}
