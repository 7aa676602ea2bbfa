//! Interpolation in a table.

use crate::{Base, Real, lit};
use alloc::vec::Vec;

/// A function given by a table (xᵢ, yᵢ), differentiable by the point and by the values yᵢ.
///
/// Between two knots it is a polynomial; at a knot derivatives are those of the piece to its right. Outside the table it
/// continues along its tangent at the end. The knots xᵢ are constants, the values any numbers.
///
/// # Examples
/// ```
/// use holograd::special::Interpolation;
/// use holograd::{Dual, derivative, jacfwd};
///
/// let (knots, values) = ([0.0, 1.0, 3.0], [0.0, 2.0, 4.0]);
/// let slope = derivative(|x| Interpolation::linear(&knots, &values.map(Dual::from)).at(x), 2.0);
/// assert_eq!(slope, 1.0);
/// let weights = jacfwd(|y: [_; 3]| Interpolation::linear(&knots, &y).at(0.25.into()), &values);
/// assert_eq!(weights, [0.75, 0.25, 0.0]);
/// ```
#[derive(Clone, Debug)]
pub struct Interpolation<T> {
    knots: Vec<f64>,
    /// Of each piece the coefficients by powers of the distance from its left knot; the last one is the continuation.
    pieces: Vec<[T; 4]>,
    /// The tangent at the left end.
    before: T,
}

impl<T: Real> Interpolation<T> {
    /// Straight lines between the points.
    ///
    /// # Panics
    /// As [`spline`](Interpolation::spline).
    #[must_use]
    #[track_caller]
    pub fn linear(knots: &[f64], values: &[T]) -> Self {
        check(knots, values.len());
        let secants = secants(knots, values);
        let (first, last) = (secants[0], secants[secants.len() - 1]);
        let zero = T::zero();
        let mut pieces: Vec<[T; 4]> =
            values.iter().zip(&secants).map(|(y, d)| [*y, *d, zero, zero]).collect();
        pieces.push([values[values.len() - 1], last, zero, zero]);
        Self { knots: knots.into(), pieces, before: first }
    }

    /// The natural cubic spline: twice continuously differentiable, with second derivative 0 at both ends.
    ///
    /// # Panics
    /// If there are fewer than two knots, if they do not increase, or if there are not as many values as knots.
    ///
    /// # Examples
    /// ```
    /// use holograd::special::Interpolation;
    /// let line = Interpolation::spline(&[0.0, 1.0, 3.0], &[1.0, 3.0, 7.0]);
    /// assert_eq!(line.at(2.0), 5.0);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn spline(knots: &[f64], values: &[T]) -> Self {
        check(knots, values.len());
        let n = knots.len();
        let width = |i: usize| knots[i + 1] - knots[i];
        let secants = secants(knots, values);
        // Second derivatives m: h₍ᵢ₋₁₎ m₍ᵢ₋₁₎ + 2 (h₍ᵢ₋₁₎ + hᵢ) mᵢ + hᵢ m₍ᵢ₊₁₎ = 6 (dᵢ − d₍ᵢ₋₁₎), by elimination; the matrix is constant.
        let mut curvature = alloc::vec![T::zero(); n];
        let mut pivots = alloc::vec![1.0; n];
        for i in 1..n - 1 {
            let factor = if i == 1 { 0.0 } else { width(i - 1) / pivots[i - 1] };
            pivots[i] = 2.0 * (width(i - 1) + width(i)) - factor * width(i - 1);
            curvature[i] = (secants[i] - secants[i - 1]) * lit(6.0) - curvature[i - 1] * lit(factor);
        }
        for i in (1..n - 1).rev() {
            curvature[i] = (curvature[i] - curvature[i + 1] * lit(width(i))) / lit(pivots[i]);
        }
        let slope =
            |i: usize| secants[i] - (curvature[i] * lit(2.0) + curvature[i + 1]) * lit(width(i) / 6.0);
        let mut pieces: Vec<[T; 4]> = (0..n - 1)
            .map(|i| {
                let third = (curvature[i + 1] - curvature[i]) / lit(6.0 * width(i));
                [values[i], slope(i), curvature[i] * lit(0.5), third]
            })
            .collect();
        let last = slope(n - 2) + (curvature[n - 2] + curvature[n - 1]) * lit(0.5 * width(n - 2));
        pieces.push([values[n - 1], last, T::zero(), T::zero()]);
        Self { knots: knots.into(), before: pieces[0][1], pieces }
    }

    /// The monotone cubic interpolation PCHIP: between two knots it is monotone, and at a knot that is a local extremum of the
    /// table its derivative is 0.
    ///
    /// The derivatives at the knots are weighted harmonic means of the secants' (Fritsch and Butland, SIAM J. Sci. Stat. Comput. 5,
    /// 1984); at the ends the three-point formula, limited so that the shape is kept. By the values it is differentiable but
    /// where a secant's slope is 0 or the limit sets in; there derivatives are those of the branch taken.
    ///
    /// # Panics
    /// As [`spline`](Interpolation::spline).
    ///
    /// # Examples
    /// ```
    /// use holograd::special::Interpolation;
    /// let step = Interpolation::pchip(&[0.0, 1.0, 2.0, 3.0], &[0.0, 0.0, 1.0, 1.0]);
    /// assert_eq!(step.at(0.5), 0.0); // no overshoot
    /// assert_eq!(step.at(1.5), 0.5);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn pchip(knots: &[f64], values: &[T]) -> Self {
        check(knots, values.len());
        let n = knots.len();
        let width = |i: usize| knots[i + 1] - knots[i];
        let d = secants(knots, values);
        let sign = |x: T| {
            let x = Base::to_f64(x.primal());
            if x == 0.0 { 0.0 } else { x.signum() }
        };
        let at_end = |h0: f64, h1: f64, d0: T, d1: T| {
            let slope = (d0 * lit(2.0 * h0 + h1) - d1 * lit(h0)) / lit(h0 + h1);
            if sign(slope) != sign(d0) {
                T::zero()
            } else if sign(d0) != sign(d1)
                && Base::to_f64((slope * slope).primal()) > Base::to_f64((d0 * d0 * lit(9.0)).primal())
            {
                d0 * lit(3.0)
            } else {
                slope
            }
        };
        let slopes: Vec<T> = (0..n)
            .map(|i| {
                if n == 2 {
                    d[0]
                } else if i == 0 {
                    at_end(width(0), width(1), d[0], d[1])
                } else if i == n - 1 {
                    at_end(width(n - 2), width(n - 3), d[n - 2], d[n - 3])
                } else if sign(d[i - 1]) * sign(d[i]) <= 0.0 {
                    T::zero()
                } else {
                    let (w1, w2) = (2.0 * width(i) + width(i - 1), width(i) + 2.0 * width(i - 1));
                    (d[i - 1].recip() * lit(w1) + d[i].recip() * lit(w2)).recip() * lit(w1 + w2)
                }
            })
            .collect();
        let mut pieces: Vec<[T; 4]> = (0..n - 1)
            .map(|i| {
                let (h, m0, m1) = (width(i), slopes[i], slopes[i + 1]);
                let second = (d[i] * lit(3.0) - m0 * lit(2.0) - m1) / lit(h);
                let third = (m0 + m1 - d[i] * lit(2.0)) / lit(h * h);
                [values[i], m0, second, third]
            })
            .collect();
        pieces.push([values[n - 1], slopes[n - 1], T::zero(), T::zero()]);
        Self { knots: knots.into(), before: slopes[0], pieces }
    }

    /// The value at x.
    #[must_use]
    pub fn at(&self, x: T) -> T {
        let point = Base::to_f64(x.primal());
        let after = self.knots.partition_point(|&knot| knot <= point);
        if after == 0 {
            return self.pieces[0][0] + self.before * (x - lit(self.knots[0]));
        }
        let s = x - lit(self.knots[after - 1]);
        let [a, b, c, d] = self.pieces[after - 1];
        a + s * (b + s * (c + s * d))
    }
}

/// (y₍ᵢ₊₁₎ − yᵢ)/(x₍ᵢ₊₁₎ − xᵢ)
fn secants<T: Real>(knots: &[f64], values: &[T]) -> Vec<T> {
    (1..knots.len()).map(|i| (values[i] - values[i - 1]) / lit(knots[i] - knots[i - 1])).collect()
}

#[track_caller]
fn check(knots: &[f64], values: usize) {
    assert!(
        knots.len() >= 2,
        "a table of {} points has nothing to interpolate: give two or more",
        knots.len()
    );
    assert!(knots.len() == values, "{values} values for {} knots: give as many", knots.len());
    if let Some(i) = (1..knots.len()).find(|&i| !(knots[i - 1] < knots[i])) {
        panic!("knots must increase, but {} is followed by {}", knots[i - 1], knots[i]);
    }
}
