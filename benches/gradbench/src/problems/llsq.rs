//! `llsq`: how far a polynomial is from the sign function, in the least-squares sense.
//!
//! ½ Σᵢ (sign tᵢ − Σⱼ xⱼ tᵢʲ)² over n points tᵢ = −1 + 2i/(n − 1).

use super::{no_function, read};
use crate::{Run, Style};
use holograd::{DataSum, Real, Var, grad};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Clone, Serialize, Deserialize)]
pub struct Input {
    pub x: Vec<f64>,
    pub n: usize,
}

/// tᵢ and its sign; 0 at 0.
fn point(i: usize, n: usize) -> (f64, f64) {
    let t = -1.0 + i as f64 * 2.0 / (n as f64 - 1.0);
    (t, if t == 0.0 { 0.0 } else { t.signum() })
}

/// ½ Σᵢ (sign tᵢ − Σⱼ xⱼ tᵢʲ)²
pub fn objective<T: Real>(x: &[T], n: usize) -> T {
    let mut total = T::lit(0.0);
    for i in 0..n {
        let (t, sign) = point(i, n);
        let mut power = 1.0;
        let term = |x: &T| {
            let term = *x * T::lit(power);
            power *= t;
            term
        };
        let residual = T::lit(sign) - x.iter().map(term).sum::<T>();
        total += residual * residual;
    }
    total * T::lit(0.5)
}

/// A term of [`objective`]; the polynomial is one weighted sum.
fn term_fast<T: Real>(x: &[T], i: usize, n: usize) -> T {
    let (t, sign) = point(i, n);
    let (mut powers, mut power) = (vec![0.0; x.len()], 1.0);
    for p in &mut powers {
        *p = power;
        power *= t;
    }
    let residual = T::weighted_sum(&powers, x) - T::lit(sign);
    residual * residual * T::lit(0.5)
}

/// `primal` gives the value, `gradient` the gradient.
///
/// # Errors
/// If there is no such function, or the input is not the one of this problem.
pub fn call(function: &str, style: Style, input: &Value) -> Result<Run, String> {
    let Input { x, n } = read(input)?;
    match (function, style) {
        ("primal", _) => Ok(Run::new(move || objective(&x, n))),
        ("gradient", Style::Plain) => Ok(Run::new(move || grad(|x| objective(&x, n), &x))),
        ("gradient", Style::Best) => Ok(Run::new(move || {
            DataSum::over(0..n).block(16).grad(|x: &Vec<Var<f64>>, i| term_fast(x, i, n), &x)
        })),
        _ => Err(no_function("llsq", function)),
    }
}
