//! The functions without a complex derivative: `re im conj abs norm_sqr arg`.
//!
//! But they have a derivative along a *real* parameter, which is a real-linear map of the tangent. Each rule
//! here gives the value and that map. For real numbers the maps are the ordinary slopes.

use crate::kernel::{ComplexEngine, Engine, Truth};
use crate::{ComplexScalar, lit};
use num_traits::Zero;

/// |z|: ż ↦ Re(p̄ ż), p = z/|z|; slope 0 at 0, and of a complex number nothing more
#[inline]
pub(crate) fn abs<T: ComplexScalar>(z: T) -> (T::Real, impl Fn(T) -> T::Real) {
    let p = z.phase().conj();
    let r = z.abs();
    let corner = T::COMPLEX && T::ORDER > 0 && z.has_value(0.0).decided();
    (r, move |t: T| {
        let tangent = t.times_slope(p).re();
        if corner && !t.is_known_zero() { tangent.undifferentiable() } else { tangent }
    })
}

/// |z|²: ż ↦ 2 Re(z̄ ż)
#[inline]
pub(crate) fn norm_sqr<T: ComplexScalar>(z: T) -> (T::Real, impl Fn(T) -> T::Real) {
    let c = z.conj();
    (z.norm_sqr(), move |t: T| t.times_slope(c).re() * lit(2.0))
}

/// arg z: ż ↦ Im(p̄ ż)/|z|, p = z/|z|; NaN at 0, where only a zero tangent stays zero
#[inline]
pub(crate) fn arg<T: ComplexScalar>(z: T) -> (T::Real, impl Fn(T) -> T::Real) {
    let p = z.phase().conj();
    let r = z.abs();
    (z.arg(), move |t: T| if t.is_known_zero() { T::Real::zero() } else { t.times_slope(p).im() / r })
}

/// z/|z|: ż ↦ i p Im(p̄ ż)/|z|; constant 0 at 0
#[inline]
pub(crate) fn phase<T: ComplexScalar>(z: T) -> (T, impl Fn(T) -> T) {
    let p = z.phase();
    let r = z.abs();
    (p, move |t: T| {
        if p == T::zero() || t.is_known_zero() {
            T::zero()
        } else {
            T::from_parts(Zero::zero(), t.times_slope(p.conj()).im().quotient(r)).product(p)
        }
    })
}
