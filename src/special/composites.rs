//! Compositions that lose their digits when they are written as in the textbook.

use super::function::{OfOne, OfTwo, SpecialFunctions};
use super::rules::below;
use crate::{Base, Real, Scalar, lit};
use alloc::vec::Vec;

/// ln(e^(xᵢ)/Σ e^(xⱼ)) for each i, the logarithm of [`softmax`](Scalar::softmax).
///
/// The largest one, whose softmax weight may be 1 but for a little, is −ln(1 + Σ e^(xⱼ − xᵢ)), j ≠ i, which keeps its digits.
/// Empty for an empty slice.
/// ```
/// use holograd::special::log_softmax;
/// assert_eq!(log_softmax(&[0.0, 100.0])[1], -(-100.0_f64).exp());
/// ```
#[must_use]
pub fn log_softmax<T: Real>(x: &[T]) -> Vec<T> {
    let Some(first) = x.first() else { return Vec::new() };
    let (mut at, mut largest) = (0, *first);
    for (i, &candidate) in x.iter().enumerate() {
        if candidate > largest {
            (at, largest) = (i, candidate);
        }
    }
    let total = T::log_sum_exp(x);
    (0..x.len()).map(|i| if i == at { -softmax_cross_entropy(x, i) } else { x[i] - total }).collect()
}

/// −ln of the softmax weight of `label`: ln Σ e^(xⱼ) − x_label, without the loss where that weight is nearly 1.
///
/// # Panics
/// If `label` is not an index of `scores`.
///
/// # Examples
/// ```
/// use holograd::{grad, special::softmax_cross_entropy};
/// assert_eq!(softmax_cross_entropy(&[0.0, 0.0], 1), 2.0_f64.ln());
/// let gradient = grad(|x: Vec<_>| softmax_cross_entropy(&x, 0), &vec![50.0, 0.0_f64]);
/// assert!((gradient[0] / -(-50.0_f64).exp() - 1.0).abs() < 1e-15);
/// ```
#[must_use]
#[track_caller]
pub fn softmax_cross_entropy<T: Real>(scores: &[T], label: usize) -> T {
    assert!(label < scores.len(), "the label {label} is none of {} scores", scores.len());
    let others: Vec<T> =
        scores.iter().enumerate().filter(|(i, _)| *i != label).map(|(_, x)| *x - scores[label]).collect();
    match others.as_slice() {
        [] => T::zero(),
        [one] => one.softplus(),
        // The largest score: the sum of the others is small, and keeps its digits.
        small if small.iter().all(|x| *x <= T::zero()) => {
            T::sum_of(&small.iter().map(|x| x.exp()).collect::<Vec<_>>()).ln_1p()
        }
        many => T::log_sum_exp(many).softplus(),
    }
}

/// ln σ(x) = −ln(1 + e^−x), the logarithm of [`sigmoid`](Scalar::sigmoid).
/// ```
/// use holograd::{derivative, special::log_sigmoid};
/// assert_eq!(log_sigmoid(-1000.0_f64), -1000.0);
/// assert_eq!(derivative(log_sigmoid, -1000.0_f64), 1.0);
/// ```
#[must_use]
pub fn log_sigmoid<T: Scalar>(x: T) -> T {
    -(-x).softplus()
}

/// ln(1 − eˣ) for x < 0; −∞ at 0, NaN above.
///
/// From −ln 2 on as ln(−(eˣ − 1)), below as ln(1 + (−eˣ)) (Mächler, "Accurately computing log(1 − exp(−|a|))", 2012).
/// ```
/// use holograd::special::log1m_exp;
/// assert!((log1m_exp(-1e-10) - 1e-10_f64.ln()).abs() < 1e-9);
/// assert_eq!(log1m_exp(-100.0), -(-100.0_f64).exp());
/// ```
#[must_use]
pub fn log1m_exp<T: Real>(x: T) -> T {
    below(x, -core::f64::consts::LN_2, || (-x.exp()).ln_1p(), || (-x.exp_m1()).ln())
}

/// ln(eˣ − eʸ) for x > y; −∞ where they are equal, NaN for x < y.
/// ```
/// use holograd::special::log_sub_exp;
/// assert!((log_sub_exp(1000.0, 1000.0 - 2.0_f64.ln()) - (1000.0 - 2.0_f64.ln())).abs() < 1e-12);
/// ```
#[must_use]
pub fn log_sub_exp<T: Real>(x: T, y: T) -> T {
    if y.primal() == T::lit(f64::NEG_INFINITY).primal() { x } else { x + log1m_exp(y - x) }
}

/// ln |Σ wᵢ e^(xᵢ)| and the sign of the sum, −1, 0 or 1: for weights that may be 0 or negative.
///
/// Differentiable by the weights, too, those that are 0 among them. A sum of 0, or of nothing, gives −∞ and the sign 0.
///
/// # Panics
/// If there are not as many weights as numbers.
///
/// # Examples
/// ```
/// use holograd::special::weighted_log_sum_exp;
/// let (ln, sign) = weighted_log_sum_exp(&[1000.0, 1000.0], &[1.0, -3.0]);
/// assert_eq!((ln, sign), (1000.0 + 2.0_f64.ln(), -1.0));
/// ```
#[must_use]
#[track_caller]
pub fn weighted_log_sum_exp<T: Real>(x: &[T], weights: &[T]) -> (T, f64) {
    assert!(x.len() == weights.len(), "{} weights for {} numbers", weights.len(), x.len());
    let largest = x.iter().map(|x| x.stop_gradient()).reduce(|a, b| if b > a { b } else { a });
    let Some(largest) = largest else { return (T::lit(f64::NEG_INFINITY), 0.0) };
    // Where all are −∞ there is nothing to shift by.
    let shift = if largest.is_finite() { largest } else { T::zero() };
    let sum: T = x.iter().zip(weights).map(|(x, w)| *w * (*x - shift).exp()).sum();
    let value = Base::to_f64(sum.primal());
    let sign = if value > 0.0 {
        1.0
    } else if value < 0.0 {
        -1.0
    } else {
        value
    };
    ((if sign < 0.0 { -sum } else { sum }).ln() + shift, sign)
}

/// (eˣ − 1)/x, 1 at 0.
///
/// Its derivatives ∫₀¹ tⁿ eˣᵗ dt are functions of their own, with all digits at 0.
/// ```
/// use holograd::{second_derivative, special::exprel};
/// assert_eq!(exprel(0.0), 1.0);
/// assert_eq!(second_derivative(exprel, 0.0), 1.0 / 3.0);
/// ```
#[must_use]
pub fn exprel<T: Real<Primal: SpecialFunctions>>(x: T) -> T {
    OfOne::Exprel(0).of(x)
}

/// cos x − 1 = −2 sin²(x/2), with its digits near 0.
/// ```
/// assert!((holograd::special::cosm1(1e-10_f64) / -5e-21 - 1.0).abs() < 1e-15);
/// ```
#[must_use]
pub fn cosm1<T: Scalar>(x: T) -> T {
    let s = (x * lit(0.5)).sin();
    s * s * lit(-2.0)
}

/// ln(1 + x) − x for x > −1, with its digits near 0, where it is about −x²/2; −∞ at −1, NaN below. The derivative is −x/(1 + x).
/// ```
/// use holograd::{derivative, special::ln_1p_minus_x};
/// assert_eq!(ln_1p_minus_x(1e-20), -5e-41);
/// assert_eq!(derivative(ln_1p_minus_x, 1e-20), -1e-20);
/// ```
#[must_use]
pub fn ln_1p_minus_x<T: Real<Primal: SpecialFunctions>>(x: T) -> T {
    OfOne::Ln1pMinus.of(x)
}

/// The Box–Cox transformation (x^λ − 1)/λ, ln x for λ = 0, for x > 0; at x = 0 it is −1/λ for λ > 0 and −∞ for λ ≤ 0.
///
/// Differentiable by x and λ, at λ = 0 too.
/// ```
/// use holograd::{jacfwd, special::box_cox};
/// let e = 1.0_f64.exp();
/// let [by_x, by_lambda] = jacfwd(|[x, l]| box_cox(x, l), &[e, 0.0]);
/// assert!((by_x * e - 1.0).abs() < 1e-15 && (by_lambda - 0.5).abs() < 1e-15);
/// ```
#[must_use]
pub fn box_cox<T: Real<Primal: SpecialFunctions>>(x: T, lambda: T) -> T {
    OfTwo::BoxCox.of(x, lambda)
}

/// The x with [`box_cox`]`(x, λ)` = y: (1 + λy)^(1/λ), eʸ for λ = 0; NaN where 1 + λy < 0.
/// ```
/// use holograd::special::{box_cox, box_cox_inv};
/// assert!((box_cox_inv(box_cox(3.0, 1e-9), 1e-9) - 3.0_f64).abs() < 1e-14);
/// ```
#[must_use]
pub fn box_cox_inv<T: Real<Primal: SpecialFunctions>>(y: T, lambda: T) -> T {
    OfTwo::BoxCoxInv.of(y, lambda)
}

/// ln(p/(1 − p)), the inverse of [`sigmoid`](Scalar::sigmoid), for 0 ≤ p ≤ 1; ∓∞ at the ends, NaN outside.
///
/// Around ½, where it is 0, as 2 artanh(2p − 1).
/// ```
/// use holograd::{derivative, special::logit};
/// assert_eq!(logit(0.5), 0.0);
/// assert_eq!(derivative(logit, 0.5), 4.0);
/// ```
#[must_use]
pub fn logit<T: Real>(p: T) -> T {
    let ends = || p.ln() - (-p).ln_1p();
    below(p, 0.25, ends, || below(p, 0.75, || (p * lit(2.0) - lit(1.0)).atanh() * lit(2.0), ends))
}

/// Huber's loss: x²/2 for |x| ≤ δ, δ (|x| − δ/2) beyond, with a continuous derivative.
///
/// # Panics
/// If δ is not positive.
///
/// # Examples
/// ```
/// use holograd::{derivative, special::huber};
/// assert_eq!(huber(3.0, 1.0), 2.5);
/// assert_eq!(derivative(|x| huber(x, 1.0), -3.0), -1.0);
/// ```
#[must_use]
#[track_caller]
pub fn huber<T: Real>(x: T, delta: f64) -> T {
    assert!(delta > 0.0, "the width δ of Huber's loss must be positive, not {delta}");
    below(
        x,
        -delta,
        || (x + lit(0.5 * delta)) * lit(-delta),
        || below(x, delta, || x * x * lit(0.5), || (x - lit(0.5 * delta)) * lit(delta)),
    )
}

/// (1/k) ln Σ e^(k xᵢ), a smooth upper bound of the maximum that exceeds it by at most ln n/k; −∞ for an empty slice.
///
/// For a negative sharpness k it is a lower bound of the minimum. The gradient are the softmax weights of the k xᵢ; at ties they
/// are equal.
///
/// # Panics
/// If the sharpness is 0 or not finite.
///
/// # Examples
/// ```
/// use holograd::special::smooth_max;
/// assert!((smooth_max(&[1.0, 2.0, 3.0], 100.0) - 3.0_f64).abs() < 1e-15);
/// ```
#[must_use]
#[track_caller]
pub fn smooth_max<T: Real>(x: &[T], sharpness: f64) -> T {
    assert!(
        sharpness != 0.0 && sharpness.is_finite(),
        "the sharpness must be a number other than 0, not {sharpness}"
    );
    let scaled: Vec<T> = x.iter().map(|x| *x * lit(sharpness)).collect();
    if scaled.is_empty() {
        return T::lit(f64::NEG_INFINITY / sharpness.signum());
    }
    T::log_sum_exp(&scaled) / lit(sharpness)
}

/// √(Σ xᵢ²), without overflow or underflow on the way; the gradient is 0 where all xᵢ are 0.
/// ```
/// use holograd::{jacfwd, special::norm};
/// assert!((norm(&[3e200, 4e200]) / 5e200 - 1.0_f64).abs() < 1e-15);
/// assert_eq!(jacfwd(|x: [_; 2]| norm(&x), &[0.0, 0.0]), [0.0, 0.0]);
/// ```
#[must_use]
pub fn norm<T: Real>(x: &[T]) -> T {
    T::norm(x)
}

/// √(Σ (xᵢ − yᵢ)²); the gradient is 0 where x = y.
///
/// # Panics
/// If the slices are not of the same length.
///
/// # Examples
/// ```
/// use holograd::{Scalar, jacfwd, special::distance};
/// assert_eq!(distance(&[1.0, 2.0], &[4.0, 6.0]), 5.0);
/// let to_itself = |x: [holograd::Dual<f64, 2>; 2]| distance(&x, &x.map(|x| x.stop_gradient()));
/// assert_eq!(jacfwd(to_itself, &[1.0, 1.0]), [0.0, 0.0]);
/// ```
#[must_use]
#[track_caller]
pub fn distance<T: Real>(x: &[T], y: &[T]) -> T {
    assert!(x.len() == y.len(), "the distance of points with {} and {} coordinates", x.len(), y.len());
    let differences: Vec<T> = x.iter().zip(y).map(|(x, y)| *x - *y).collect();
    T::norm(&differences)
}
