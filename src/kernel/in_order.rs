//! Operations on many numbers by those on two, one number after the other: for all numbers but those of a tape. Slices belong
//! together and have one length.

use super::{Engine, Kernel, Truth};
use crate::{Lit, Scalar};
use alloc::vec::Vec;

#[inline]
#[track_caller]
pub(super) fn sum_of<T: Scalar>(x: &[T]) -> T {
    x.iter().copied().sum()
}

#[inline]
#[track_caller]
pub(super) fn dot<T: Scalar>(x: &[T], y: &[T]) -> T {
    x.iter().zip(y).map(|(x, y)| *x * *y).sum()
}

#[inline]
#[track_caller]
pub(super) fn weighted_sum<T: Scalar>(weights: &[f64], x: &[T]) -> T {
    weights.iter().zip(x).map(|(w, x)| *x * Lit(*w)).sum()
}

#[inline]
#[track_caller]
pub(super) fn sum_over<T: Scalar, I: IntoIterator>(
    x: &[T],
    items: I,
    mut f: impl FnMut(&[T], I::Item) -> T,
) -> T {
    items.into_iter().map(|item| f(x, item)).sum()
}

#[inline]
#[track_caller]
pub(super) fn log_sum_exp<T: Scalar>(x: &[T]) -> T {
    let (largest, terms) = exponentials(x);
    (Scalar::ln(terms.sum::<T>()) + largest).principal()
}

/// The xᵢ with the largest real part, c, with its tangents, and the e^(xᵢ − c).
///
/// With a constant c the tangents of ln Σ e^(xᵢ − c) would hold those of c, and their square would have to cancel in a second
/// derivative.
pub(crate) fn exponentials<T: Scalar>(x: &[T]) -> (T, impl Iterator<Item = T>) {
    // A NaN, of either sign, is the largest.
    let larger = |x: &T, y: &T| {
        let (x, y) = (*x, *y);
        <T::Kernel as Kernel<T>>::less(y, x).or(<T::Kernel as Kernel<T>>::has_nan(x))
    };
    let records = x.windows(2).any(|w| larger(&w[0], &w[1]).known().is_none());
    let largest =
        if records { None } else { x.iter().reduce(|y, x| if larger(x, y).decided() { x } else { y }) };
    // Numbers that record choose the largest again for each input: which of them is above all before it.
    let mut above = Vec::new();
    let chosen = || {
        let first = x.first().map_or_else(|| T::zero().ln(), |x| *x);
        x.iter().skip(1).fold(first, |c, x| {
            above.push(<T::Kernel as Kernel<T>>::less(c, *x));
            T::choose(above[above.len() - 1], || *x, || c)
        })
    };
    let c = largest.map_or_else(chosen, |c| *c);
    let infinite = !records && c.log_magnitude().is_infinite();
    let term = move |(i, x): (usize, &T)| {
        if largest.is_some_and(|c| core::ptr::eq(x, c)) {
            return T::one();
        }
        // Two equal infinities, of which only the tangents differ.
        let twice = infinite && x.log_magnitude() == c.log_magnitude();
        let difference = if twice { x.rest() - c.rest() } else { *x - c };
        let power = difference.exp();
        if !records || T::ORDER == 0 {
            return power;
        }
        // Of the largest one 1, without tangents that would have to cancel.
        let is_largest = <T::Kernel as Kernel<T>>::equal(*x, c);
        let is_first = above.get(i.wrapping_sub(1)).map_or(is_largest, |above| above.and(is_largest));
        T::choose(is_first, T::one, || power)
    };
    (c, x.iter().enumerate().map(term))
}

/// Each as a part of their sum; not e^(xᵢ − ln Σ …), whose exponent has the rounding error of a large sum.
pub(crate) fn softmax_weights<T: Scalar>(terms: &[T]) -> Vec<T> {
    let total = T::sum_of(terms);
    terms.iter().map(|term| *term / total).collect()
}
