//! `gmm`: the logarithm of the posterior probability of a mixture of Gaussians with a Wishart prior.
//!
//! Component k has the weight parameter αₖ, the mean μₖ and the lower triangular factor Qₖ of its precision matrix QₖᵀQₖ, with
//! e^q on the diagonal and l below it, column by column. With n = D + m + 1:
//!
//! ```text
//! βᵢₖ = αₖ + Σ qₖ − ½ |Qₖ (xᵢ − μₖ)|²
//! F   = −N (D/2 · ln 2π + LSE(α)) + Σᵢ LSE(βᵢ)
//!       + K (n D (ln γ − ½ ln 2) − ln Γ_D(n/2)) − ½ γ² Σ |Qₖ|² + m Σ q
//! ```

use super::{no_function, read};
use crate::{Run, Style};
use holograd::{DataSum, Real, Scalar, Shape, grad, impl_tree, vjp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::f64::consts::{LN_2, PI};

#[derive(Clone, Serialize, Deserialize)]
pub struct Input {
    pub d: usize,
    pub k: usize,
    pub n: usize,
    pub alpha: Vec<f64>,
    pub mu: Vec<Vec<f64>>,
    pub q: Vec<Vec<f64>>,
    pub l: Vec<Vec<f64>>,
    pub x: Vec<Vec<f64>>,
    pub m: i32,
    pub gamma: f64,
}

/// The parameters, and the gradient by them.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Mixture<T> {
    pub alpha: Vec<T>,
    pub mu: Vec<Vec<T>>,
    pub q: Vec<Vec<T>>,
    pub l: Vec<Vec<T>>,
}
impl_tree!(Mixture { alpha, mu, q, l });

impl Input {
    #[must_use]
    pub fn parameters(&self) -> Mixture<f64> {
        Mixture { alpha: self.alpha.clone(), mu: self.mu.clone(), q: self.q.clone(), l: self.l.clone() }
    }

    /// What depends on no parameter: the normalisations of the likelihood and of the prior.
    fn constant(&self) -> f64 {
        let (d, n) = (self.d as f64, self.d as f64 + f64::from(self.m) + 1.0);
        let prior = n * d * (self.gamma.ln() - 0.5 * LN_2) - ln_gamma_of_dimension(0.5 * n, self.d);
        self.k as f64 * prior - self.n as f64 * 0.5 * d * (2.0 * PI).ln()
    }
}

/// ln Γ_D(a) = D (D − 1)/4 · ln π + Σ ln Γ(a − j/2) over j from 0 to D − 1
fn ln_gamma_of_dimension(a: f64, dimension: usize) -> f64 {
    let d = dimension as f64;
    0.25 * d * (d - 1.0) * PI.ln() + (0..dimension).map(|j| ln_gamma(a - 0.5 * j as f64)).sum::<f64>()
}

/// ln Γ(a) of a positive multiple of ½, by the recurrence from Γ(½) = √π or Γ(1) = 1.
fn ln_gamma(a: f64) -> f64 {
    let mut a = a;
    let mut sum = 0.0;
    while a > 1.0 {
        a -= 1.0;
        sum += a.ln();
    }
    if a == 0.5 { sum + 0.5 * PI.ln() } else { sum }
}

fn log_sum_exp<T: Real>(x: &[T]) -> T {
    let largest = x.iter().copied().fold(x[0], |a, b| a.max(b));
    x.iter().map(|x| (*x - largest).exp()).sum::<T>().ln() + largest
}

/// ln of the posterior probability
///
/// # Panics
/// If the lists of the parameters have not the lengths that the input says.
#[must_use]
pub fn objective<T: Real>(p: &Mixture<T>, input: &Input) -> T {
    let (d, half) = (input.d, T::lit(0.5));
    let diagonals: Vec<Vec<T>> = p.q.iter().map(|q| q.iter().map(|q| q.exp()).collect()).collect();
    let heights: Vec<T> = p.q.iter().map(|q| q.iter().copied().sum()).collect();
    let (mut centred, mut scaled) = (vec![T::lit(0.0); d], vec![T::lit(0.0); d]);
    let (mut exponents, mut total) = (vec![T::lit(0.0); input.k], T::lit(0.0));
    for x in &input.x {
        for k in 0..input.k {
            for i in 0..d {
                centred[i] = T::lit(x[i]) - p.mu[k][i];
                scaled[i] = diagonals[k][i] * centred[i];
            }
            let mut below = p.l[k].iter();
            for column in 0..d {
                for row in column + 1..d {
                    scaled[row] += *below.next().expect("an entry below the diagonal") * centred[column];
                }
            }
            let square = scaled.iter().map(|x| *x * *x).sum::<T>();
            exponents[k] = p.alpha[k] + heights[k] - half * square;
        }
        total += log_sum_exp(&exponents);
    }
    total -= T::lit(input.n as f64) * log_sum_exp(&p.alpha);
    let squares = diagonals.iter().chain(&p.l).flatten().map(|x| *x * *x).sum::<T>();
    let all_heights = heights.into_iter().sum::<T>();
    total - T::lit(0.5 * input.gamma * input.gamma) * squares
        + T::lit(f64::from(input.m)) * all_heights
        + T::lit(input.constant())
}

/// How many numbers [`prepare`] makes of a component in d dimensions.
fn size(d: usize) -> usize {
    1 + d + d + d * (d - 1) / 2
}

/// The parameters in the order in which a point reads them: for each component αₖ + Σ qₖ, its mean, and row by row what is
/// below the diagonal of Qₖ and on it.
fn prepare<T: Scalar>(p: &Mixture<T>) -> Vec<T> {
    let (d, k) = (p.mu[0].len(), p.alpha.len());
    let mut prepared = Vec::with_capacity(k * size(d));
    for k in 0..k {
        prepared.push(p.alpha[k] + T::sum_of(&p.q[k]));
        prepared.extend(&p.mu[k]);
        for row in 0..d {
            // Entry (row, column) stands behind the columns before it, of d − 1, d − 2, … entries.
            let entry = |column: usize| p.l[k][column * (2 * d - column - 1) / 2 + row - column - 1];
            prepared.extend((0..row).map(entry));
            prepared.push(p.q[k][row].exp());
        }
    }
    prepared
}

/// LSE(βᵢ) of a point; a row of Qₖ (x − μₖ) and the sum of their squares are one operation each.
fn of_point<T: Real>(prepared: &[T], x: &[f64]) -> T {
    let d = x.len();
    let (mut centred, mut scaled) = (vec![T::lit(0.0); d], vec![T::lit(0.0); d]);
    let of_component = |component: &[T]| {
        for i in 0..d {
            centred[i] = T::lit(x[i]) - component[1 + i];
        }
        let mut factor = &component[1 + d..];
        for i in 0..d {
            let (row, others) = factor.split_at(i + 1);
            scaled[i] = T::dot(row, &centred[..=i]);
            factor = others;
        }
        component[0] - T::dot(&scaled, &scaled) * T::lit(0.5)
    };
    let exponents: Vec<T> = prepared.chunks_exact(size(d)).map(of_component).collect();
    T::log_sum_exp(&exponents)
}

/// What does not depend on the points.
fn of_all<T: Real>(p: &Mixture<T>, input: &Input) -> T {
    let diagonals: Vec<T> = p.q.iter().flatten().map(|q| q.exp()).collect();
    let squares = p.l.iter().map(|l| T::dot(l, l)).sum::<T>() + T::dot(&diagonals, &diagonals);
    T::log_sum_exp(&p.alpha) * T::lit(-(input.n as f64)) - squares * T::lit(0.5 * input.gamma * input.gamma)
        + p.q.iter().map(|q| T::sum_of(q)).sum::<T>() * T::lit(f64::from(input.m))
}

/// The gradient of [`objective`]: the sum over the points by `DataSum` in the prepared parameters, and from there back to the
/// parameters themselves.
fn gradient_fast(p: &Mixture<f64>, input: &Input) -> Mixture<f64> {
    let (prepared, pull) = vjp(|p: Mixture<_>| prepare(&p), p);
    let of_points = DataSum::over(&input.x).block(8).grad(|prepared, x| of_point(prepared, x), &prepared);
    grad(|p| of_all(&p, input), p).zip_leaves(&pull(&of_points), &mut |all, points| all + points)
}

/// `objective` gives the value, `jacobian` the gradient by α, μ, q and l.
///
/// # Errors
/// If there is no such function, or the input is not the one of this problem.
pub fn call(function: &str, style: Style, input: &Value) -> Result<Run, String> {
    let input: Input = read(input)?;
    let p = input.parameters();
    match (function, style) {
        ("objective", _) => Ok(Run::new(move || objective(&p, &input))),
        ("jacobian", Style::Plain) => Ok(Run::new(move || grad(|p| objective(&p, &input), &p))),
        ("jacobian", Style::Best) => Ok(Run::new(move || gradient_fast(&p, &input))),
        _ => Err(no_function("gmm", function)),
    }
}
