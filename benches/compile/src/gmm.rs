//! ADBench's Gaussian mixture with few dimensions and components, so that the whole gradient is one recording, with the gradient by hand.

use crate::functions::spread;
use holograd::{Scalar, lit};

pub const D: usize = 3;
pub const K: usize = 4;
pub const N: usize = 30;
/// The numbers below the diagonal of a factor.
const LOWER: usize = D * (D - 1) / 2;
/// For each component a weight, a mean and the factor of its inverse covariance, with the logarithms of its diagonal.
pub const PARAMETERS: usize = K * (1 + D + D + LOWER);

pub type Point = [f64; D];

/// Weights, means, diagonals and what is below them.
fn parts<T>(p: &[T]) -> (&[T], &[T], &[T], &[T]) {
    let (weights, p) = p.split_at(K);
    let (means, p) = p.split_at(K * D);
    let (diagonals, lower) = p.split_at(K * D);
    (weights, means, diagonals, lower)
}

pub static POINTS: std::sync::LazyLock<Vec<Point>> = std::sync::LazyLock::new(|| {
    (0..N).map(|k| std::array::from_fn(|i| 2.0 * spread(k * D + i + 7))).collect()
});

/// ln of the likelihood of the points with the Wishart prior of ADBench (γ = 1, m = 0), without constants
pub fn log_likelihood<T: Scalar>(p: &[T], points: &[Point]) -> T {
    let (weights, means, logarithms, lower) = parts(p);
    let diagonals: Vec<T> = logarithms.iter().map(|q| q.exp()).collect();
    let heights: Vec<T> = weights
        .iter()
        .zip(logarithms.chunks(D))
        .map(|(weight, q)| q.iter().fold(*weight, |sum, q| sum + *q))
        .collect();
    let of_point = |x: &Point| -> T {
        let exponents: [T; K] = std::array::from_fn(|k| {
            let centred: [T; D] = std::array::from_fn(|i| T::lit(x[i]) - means[k * D + i]);
            let square = (0..D)
                .map(|i| {
                    let row = &lower[k * LOWER + (i * i - i) / 2..][..i];
                    let scaled = row
                        .iter()
                        .zip(&centred)
                        .fold(diagonals[k * D + i] * centred[i], |sum, (l, c)| sum + *l * *c);
                    scaled * scaled
                })
                .reduce(|sum, square| sum + square);
            heights[k] - square.expect("a dimension") * lit(0.5)
        });
        T::log_sum_exp(&exponents)
    };
    let of_points: T = points.iter().map(of_point).sum();
    let squares: T = diagonals.iter().chain(lower).map(|q| *q * *q).sum();
    of_points - T::log_sum_exp(weights) * lit(N as f64) + squares * lit(0.5)
}

/// Value and gradient, written out.
pub fn by_hand(p: &[f64], points: &[Point]) -> (f64, Vec<f64>) {
    let (weights, means, logarithms, lower) = parts(p);
    let mut diagonals = [0.0; K * D];
    let mut heights = [0.0; K];
    for k in 0..K {
        heights[k] = weights[k];
        for i in k * D..(k + 1) * D {
            diagonals[i] = logarithms[i].exp();
            heights[k] += logarithms[i];
        }
    }
    let mut gradient = vec![0.0; PARAMETERS];
    let (by_weights, rest) = gradient.split_at_mut(K);
    let (by_means, rest) = rest.split_at_mut(K * D);
    let (by_logarithms, by_lower) = rest.split_at_mut(K * D);
    let mut value = 0.0;
    for x in points {
        let (mut centred, mut scaled, mut shares) = ([[0.0; D]; K], [[0.0; D]; K], [0.0; K]);
        for k in 0..K {
            let mut square = 0.0;
            for i in 0..D {
                centred[k][i] = x[i] - means[k * D + i];
                scaled[k][i] = diagonals[k * D + i] * centred[k][i];
                for j in 0..i {
                    scaled[k][i] += lower[k * LOWER + (i * i - i) / 2 + j] * centred[k][j];
                }
                square += scaled[k][i] * scaled[k][i];
            }
            shares[k] = heights[k] - 0.5 * square;
        }
        value += to_shares(&mut shares);
        for k in 0..K {
            by_weights[k] += shares[k];
            for i in 0..D {
                let slope = -shares[k] * scaled[k][i];
                for j in 0..i {
                    let at = k * LOWER + (i * i - i) / 2 + j;
                    by_lower[at] += slope * centred[k][j];
                    by_means[k * D + j] -= slope * lower[at];
                }
                let diagonal = diagonals[k * D + i];
                by_logarithms[k * D + i] += slope * centred[k][i] * diagonal;
                by_means[k * D + i] -= slope * diagonal;
            }
        }
    }
    let mut shares = [0.0; K];
    shares.copy_from_slice(weights);
    value -= to_shares(&mut shares) * N as f64;
    for k in 0..K {
        for i in k * D..(k + 1) * D {
            by_logarithms[i] += by_weights[k] + diagonals[i] * diagonals[i];
            value += 0.5 * diagonals[i] * diagonals[i];
        }
        by_weights[k] -= shares[k] * N as f64;
    }
    for (by, l) in by_lower.iter_mut().zip(lower) {
        *by += l;
        value += 0.5 * l * l;
    }
    (value, gradient)
}

/// ln Σ e^(xᵢ), and in place of the x their shares e^(xᵢ)/Σ.
fn to_shares(x: &mut [f64; K]) -> f64 {
    let shift = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut total = 0.0;
    for x in x.iter_mut() {
        *x = (*x - shift).exp();
        total += *x;
    }
    for x in x.iter_mut() {
        *x /= total;
    }
    total.ln() + shift
}
