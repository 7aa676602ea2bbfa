//! Running sums, products and log-sum-exps.

use crate::Scalar;
use alloc::vec::Vec;

/// x₀, x₀ + x₁, x₀ + x₁ + x₂, …
/// ```
/// assert_eq!(holograd::special::cumulative_sum(&[1.0, 2.0, 3.0]), [1.0, 3.0, 6.0]);
/// ```
#[must_use]
pub fn cumulative_sum<T: Scalar>(x: &[T]) -> Vec<T> {
    running(x, |sum, x| sum + x)
}

/// x₀, x₀ x₁, x₀ x₁ x₂, …
///
/// No derivative is a product divided by a factor, so zeros among the factors are right, also two of them.
/// ```
/// use holograd::{jacfwd, special::cumulative_product};
/// let last = |x: [_; 3]| cumulative_product(&x)[2];
/// assert_eq!(jacfwd(last, &[2.0, 0.0, 3.0]), [0.0, 6.0, 0.0]);
/// ```
#[must_use]
pub fn cumulative_product<T: Scalar>(x: &[T]) -> Vec<T> {
    running(x, |product, x| product * x)
}

/// x₀, ln(e^(x₀) + e^(x₁)), ln(e^(x₀) + e^(x₁) + e^(x₂)), …; terms of −∞ add nothing.
/// ```
/// let sums = holograd::special::cumulative_log_sum_exp(&[1000.0, 1000.0]);
/// assert_eq!(sums, [1000.0, 1000.0 + 2.0_f64.ln()]);
/// ```
#[must_use]
pub fn cumulative_log_sum_exp<T: Scalar>(x: &[T]) -> Vec<T> {
    running(x, |sum, x| sum.log_add_exp(x))
}

fn running<T: Scalar>(x: &[T], step: impl Fn(T, T) -> T) -> Vec<T> {
    let mut last = None;
    x.iter()
        .map(|&x| {
            let next = last.map_or(x, |last| step(last, x));
            last = Some(next);
            next
        })
        .collect()
}
