//! `lstm`: how well a network of long short-term memory predicts the next row of a sequence of bits.
//!
//! Every layer acts on each of its b cells alone. With weights w and biases v of the gates f, i, o, g, the input y, and the
//! state h, c of a cell:
//!
//! ```text
//! f = σ(y w_f + v_f)   i = σ(h w_i + v_i)   o = σ(y w_o + v_o)   g = tanh(h w_g + v_g)
//! c ← c f + i g        h ← o tanh c         the next layer's y is h
//! ```
//!
//! The first layer's y is row t of the sequence times `extra[0]`; the prediction is p = y · `extra[1]` + `extra[2]` with the
//! last layer's y. The loss is −Σₜ Σ row_(t+1) (p − ln(2 + Σ eᵖ)) / ((c − 1) b).

use super::{no_function, read};
use crate::{Run, Style};
use holograd::{Real, Scalar, grad};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Clone, Serialize, Deserialize)]
pub struct Input {
    /// For each layer the weights and the biases, each of the gates f, i, o, g one after the other.
    pub main_params: Vec<Vec<f64>>,
    pub extra_params: Vec<Vec<f64>>,
    /// For each layer h and c.
    pub state: Vec<Vec<f64>>,
    pub sequence: Vec<Vec<f64>>,
}

impl Input {
    /// All parameters in the order of the gradient.
    fn parameters(&self) -> Vec<f64> {
        self.main_params.iter().chain(&self.extra_params).flatten().copied().collect()
    }
}

/// A step of one cell: h and c after it.
fn cell<T: Scalar>(y: T, h: T, c: T, w: [T; 4], v: [T; 4]) -> [T; 2] {
    let forget = (y * w[0] + v[0]).sigmoid();
    let ingate = (h * w[1] + v[1]).sigmoid();
    let outgate = (y * w[2] + v[2]).sigmoid();
    let change = (h * w[3] + v[3]).tanh();
    let c = c * forget + ingate * change;
    [outgate * c.tanh(), c]
}

/// As [`cell`], one block.
fn fused_cell<T: Scalar>(y: T, h: T, c: T, w: [T; 4], v: [T; 4]) -> [T; 2] {
    let x = [y, h, c, w[0], w[1], w[2], w[3], v[0], v[1], v[2], v[3]];
    T::fuse(x, |[y, h, c, w0, w1, w2, w3, v0, v1, v2, v3]| cell(y, h, c, [w0, w1, w2, w3], [v0, v1, v2, v3]))
}

/// The loss.
pub fn loss<T: Real>(parameters: &[T], input: &Input, style: Style) -> T {
    let layers = input.main_params.len() / 2;
    let b = input.main_params[0].len() / 4;
    let (main, extra) = parameters.split_at(8 * b * layers);
    let constants = |row: &Vec<f64>| row.iter().map(|x| T::lit(*x)).collect::<Vec<T>>();
    let mut state: Vec<Vec<T>> = input.state.iter().map(constants).collect();
    let mut total = T::lit(0.0);
    for rows in input.sequence.windows(2) {
        let mut y: Vec<T> = rows[0].iter().zip(extra).map(|(x, w)| T::lit(*x) * *w).collect();
        for layer in 0..layers {
            let (w, v) = main[8 * b * layer..][..8 * b].split_at(4 * b);
            let [h, c] = &mut state[2 * layer..2 * layer + 2] else { unreachable!("two were taken") };
            for i in 0..b {
                let gates = |p: &[T]| [p[i], p[b + i], p[2 * b + i], p[3 * b + i]];
                let step = if style == Style::Plain { cell } else { fused_cell };
                [h[i], c[i]] = step(y[i], h[i], c[i], gates(w), gates(v));
                y[i] = h[i];
            }
        }
        let p: Vec<T> = (0..b).map(|i| y[i] * extra[b + i] + extra[2 * b + i]).collect();
        let normalisation = (p.iter().map(|p| p.exp()).sum::<T>() + T::lit(2.0)).ln();
        if style == Style::Plain {
            for (p, next) in p.iter().zip(&rows[1]) {
                total += T::lit(*next) * (*p - normalisation);
            }
        } else {
            total += T::weighted_sum(&rows[1], &p) - normalisation * T::lit(rows[1].iter().sum());
        }
    }
    -total / T::lit(((input.sequence.len() - 1) * b) as f64)
}

/// `objective` gives the loss, `jacobian` its gradient by all parameters.
///
/// # Errors
/// If there is no such function, or the input is not the one of this problem.
pub fn call(function: &str, style: Style, input: &Value) -> Result<Run, String> {
    let input: Input = read(input)?;
    let parameters = input.parameters();
    match function {
        "objective" => Ok(Run::new(move || loss(&parameters, &input, Style::Plain))),
        "jacobian" => Ok(Run::new(move || grad(|p| loss(&p, &input, style), &parameters))),
        _ => Err(no_function("lstm", function)),
    }
}
