//! ‖x‖ = √(x₀² + x₁² + …) and its slopes c = x/‖x‖.

use super::float::MachineFloat;
use super::{ComplexScalar, Real};
use crate::kernel::{Engine, Kernel, Truth};
use crate::lit;
use core::iter::once_with;
use num_traits::Float;

/// ‖x‖ and c at the machine's numbers, by squares at `f64`; slopes are 0 where all xᵢ are, ±1 at the only infinity.
#[inline]
pub(super) fn norm_and_slopes<L: MachineFloat>(
    x: impl Iterator<Item = L> + Clone,
) -> (L, impl Iterator<Item = L> + Clone) {
    let x = x.map(MachineFloat::to_f64);
    let root = |scale: f64| {
        let squares = x.clone().map(|x| (x * scale) * (x * scale));
        Float::sqrt(squares.fold(0.0, |sum: f64, square| sum + square))
    };
    let (mut scale, mut norm, mut lone) = (1.0, root(1.0), false);
    // Else a square may have overflowed, or none that counts has its digits.
    if !(1e-140..f64::INFINITY).contains(&norm) {
        let largest = x.clone().fold(0.0, |m: f64, x| m.max(x.abs()));
        if largest.is_infinite() {
            norm = largest;
            lone = x.clone().filter(|x| !x.is_finite()).count() == 1;
        } else if largest > 0.0 {
            // Scaling by a power of two is exact.
            scale = libm::ldexp(1.0, -libm::ilogb(largest).clamp(-1000, 1000));
            norm = root(scale);
        }
    }
    let divisor = if norm == 0.0 { 1.0 } else { norm };
    let slope = move |x: f64| if lone && x.is_infinite() { x.signum() } else { x * scale / divisor };
    (L::from_f64(norm / scale), x.map(move |x| L::from_f64(slope(x))))
}

/// The tangents of c for the tangents v beside x: (v − c (c·v))/‖x‖, a symmetric matrix times v; NaN at 0, where there are none.
///
/// What v has along x turns nothing and would have to cancel. It is taken off first, by way of the largest xₘ, in
/// w = v − x vₘ/xₘ, of which the same formula is true.
#[inline]
pub(crate) fn turned<T: Real, const N: usize>(
    x: impl Iterator<Item = (T, [T; N])> + Clone,
    norm: T,
    slopes: impl Iterator<Item = T> + Clone,
) -> impl Iterator<Item = [T; N]> + Clone {
    // All of it only when slopes are asked for.
    once_with(move || {
        // Neither where all are zero, nor where one is NaN and so is the norm.
        let larger = |x: T, y: T| {
            <T::Kernel as Kernel<T>>::less(ComplexScalar::abs(y), ComplexScalar::abs(x)).decided()
        };
        let largest = x
            .clone()
            .enumerate()
            .reduce(|y, x| if larger(y.1.0, x.1.0) { y } else { x })
            .filter(|_| lit(0.0) != norm);
        let across = move |(i, (x, v)): (usize, (T, [T; N]))| match largest {
            Some((m, (xm, vm))) if m != i => {
                let q = x.quotient(xm);
                T::lanes_difference(&v, &T::lanes_times_slope(&vm, q))
            }
            None => [T::lit(f64::NAN); N],
            _ => [T::zero(); N],
        };
        let pairs = x.enumerate().map(across).zip(slopes);
        let along = pairs
            .clone()
            .fold([T::zero(); N], |sum, (w, c)| T::lanes_sum(&sum, &T::lanes_times_slope(&w, c)));
        let inverse = norm.recip();
        pairs.map(move |(w, c)| {
            let turned = T::lanes_difference(&w, &T::lanes_times_slope(&along, c));
            T::lanes_times_slope(&turned, inverse)
        })
    })
    .flatten()
}
