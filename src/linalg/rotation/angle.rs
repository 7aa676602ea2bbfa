//! Angles between vectors and between rotations, and the rotation from one vector to another.

use super::group::{LieGroup, compose, half, inverse};
use super::proper::{cross, inner, parts, quaternion, times};
use crate::{Real, lit};
use nalgebra::{SVector, UnitQuaternion, Vector3};

/// The angle between two vectors, from 0 to π; 0 if one of them is zero.
///
/// It is atan2(|a| |d|, a·b), where d is the part of b − a, or of b + a if the angle is obtuse, that is perpendicular to a: accurate
/// for nearly parallel vectors, where the arc cosine has lost half of its digits and nalgebra's derivative is 0 or NaN. Between
/// exactly parallel vectors the angle has a kink, as |x| at 0: there the derivatives are 0.
///
/// # Examples
/// ```
/// use holograd::{derivative, linalg::rotation::angle};
/// use nalgebra::vector;
/// let turned = |t: holograd::Dual<f64>| angle(&vector![t * 0.0 + 1.0, t * 0.0], &vector![t.cos(), t.sin()]);
/// assert_eq!(turned(1e-9.into()).value(), 1e-9);
/// assert_eq!(derivative(turned, 1e-9), 1.0);
/// ```
#[must_use]
pub fn angle<T: Real, const D: usize>(a: &SVector<T, D>, b: &SVector<T, D>) -> T {
    let dot = |x: &SVector<T, D>, y: &SVector<T, D>| T::dot(x.as_slice(), y.as_slice());
    let length = |x: &SVector<T, D>| <T as Real>::norm(x.as_slice());
    let (of_a, of_b) = (length(a), length(b));
    if of_a == T::zero() || of_b == T::zero() {
        return T::zero();
    }
    // Unit vectors, so that no square leaves the range.
    let (u, v) = (a.map(|x| x / of_a), b.map(|x| x / of_b));
    let cosine = dot(&u, &v);
    let difference = if cosine < T::zero() { v + u } else { v - u };
    let along = dot(&u, &difference);
    let perpendicular = difference - u.map(|x| x * along);
    length(&perpendicular).atan2(cosine)
}

/// The angle of the rotation that leads from `a` to `b`, from 0 to π.
///
/// Between equal rotations it has a kink, as |x| at 0: there the derivatives are 0.
///
/// # Examples
/// ```
/// use holograd::{derivative, linalg::rotation::{angle_between_rotations, exp}};
/// use nalgebra::vector;
/// let angle = |t: holograd::Dual<f64>| {
///     angle_between_rotations(&exp(&vector![t * 0.0, t * 0.0, t * 0.0]), &exp(&vector![t * 0.0, t, t * 0.0]))
/// };
/// assert_eq!(derivative(angle, 1e-12), 1.0);
/// ```
#[must_use]
pub fn angle_between_rotations<T: Real>(a: &UnitQuaternion<T>, b: &UnitQuaternion<T>) -> T {
    let (w, v) = parts(&compose(&inverse(a), b));
    let w = if w < T::zero() { -w } else { w };
    T::norm(v.as_slice()).atan2(w) * lit(2.0)
}

/// The smallest rotation that turns the direction of `a` into that of `b`; the identity if one of them is zero.
///
/// `None` if they are exactly opposite, where every axis perpendicular to them will do.
///
/// # Examples
/// ```
/// use holograd::{derivative, linalg::rotation::rotation_between};
/// use nalgebra::vector;
/// // nalgebra's gives 0 between equal vectors.
/// let slope = derivative(|t| rotation_between(&vector![1.0, 0.0, 0.0].map(From::from), &vector![t.cos(), t.sin(), t * 0.0]).map(|q| q.coords[2]), 0.0);
/// assert_eq!(slope, Some(0.5));
/// ```
#[must_use]
pub fn rotation_between<T: Real>(a: &Vector3<T>, b: &Vector3<T>) -> Option<UnitQuaternion<T>> {
    let (length_a, length_b) = (T::norm(a.as_slice()), T::norm(b.as_slice()));
    if length_a == T::zero() || length_b == T::zero() {
        return Some(LieGroup::identity());
    }
    let (u, v) = (a.map(|x| x / length_a), b.map(|x| x / length_b));
    // |u + v| is twice the cosine of half the angle.
    let sum = T::norm((u + v).as_slice());
    if sum == T::zero() {
        return None;
    }
    // The cross product by the difference, or by the sum, keeps the digits of nearly parallel vectors.
    let partner = if inner(&u, &v) < T::zero() { v + u } else { v - u };
    let (w, axis) = (half(sum), times(&cross(&u, &partner), sum.recip()));
    let norm = T::norm(&[w, axis[0], axis[1], axis[2]]).recip();
    Some(quaternion(w * norm, &times(&axis, norm)))
}
