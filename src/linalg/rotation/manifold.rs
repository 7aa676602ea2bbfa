//! Points of smooth manifolds.

use crate::{Real, Shape, Tree};

/// A point of a smooth manifold, which has a tangent space: a rotation, a pose, a point, a vector, or an array, `Vec` or tuple of
/// such points.
///
/// A function of it is differentiated by the tangent δ at δ = 0 of x ⊞ δ, the [`retract`]ion: x exp(δ) for rotations and poses,
/// x + δ for points and vectors (Solà, Deray and Atchuthan 2018, section II.E). So a gradient by a rotation has 3 numbers and
/// one by a pose in space 6, translation first.
///
/// # Examples
/// ```
/// use holograd::linalg::rotation::{Manifold, tangent_jacobian, act};
/// use nalgebra::{Isometry3, Vector3, vector};
/// let rows = tangent_jacobian(
///     |(pose, point): (Isometry3<_>, Vector3<_>)| act(&pose, &point)[0],
///     &(Isometry3::identity(), vector![0.0, 2.0, 0.0]),
/// );
/// assert_eq!(rows, (vector![1.0, 0.0, 0.0, 0.0, 0.0, -2.0], vector![1.0, 0.0, 0.0]));
/// ```
pub trait Manifold {
    /// The number it consists of.
    type Number: Real;
    /// A tangent.
    type Tangent: Tree<Self::Number>;
    /// A point of this kind over another number.
    type With<U: Real>;
    /// The tangent of length zero.
    fn origin(x: &Self) -> Self::Tangent;
    /// x ⊞ δ, where `lift` makes constants of the numbers of x.
    ///
    /// # Panics
    /// If δ is not of the shape of the tangents at x.
    #[track_caller]
    fn retracted<U: Real>(
        x: &Self,
        delta: &TangentWith<Self, U>,
        lift: &impl Fn(Self::Number) -> U,
    ) -> Self::With<U>;
}

/// A tangent of the manifold `M` over the number `U`.
///
/// # Examples
/// ```
/// use holograd::linalg::rotation::TangentWith;
/// use nalgebra::{UnitQuaternion, vector};
/// let _: TangentWith<UnitQuaternion<f64>, f32> = vector![1.0, 2.0, 3.0];
/// ```
pub type TangentWith<M, U> = <<M as Manifold>::Tangent as Shape<<M as Manifold>::Number>>::With<U>;

/// x ⊞ δ, the point that is reached from x along the tangent δ, as x exp(δ) for rotations and poses. x is lifted as a constant to
/// the number of δ, which is at most one level above that of x.
///
/// With it, every transform takes rotations and poses as inputs: `grad(|d| f(retract(&x, &d)), &origin(&x))`.
///
/// # Panics
/// If a `Vec` of tangents has not as many elements as x.
///
/// # Examples
/// ```
/// use holograd::{jvp, linalg::rotation::{act, origin, retract}};
/// use nalgebra::{UnitQuaternion, vector};
/// let q = UnitQuaternion::<f64>::identity();
/// let moved = jvp(|d| act(&retract(&q, &d), &vector![1.0, 0.0, 0.0].map(From::from)), &origin(&q), &vector![0.0, 0.0, 2.0]);
/// assert_eq!(moved.1, vector![0.0, 2.0, 0.0]);
/// ```
#[must_use]
#[track_caller]
pub fn retract<M: Manifold, U: Real + From<M::Number>>(x: &M, delta: &TangentWith<M, U>) -> M::With<U> {
    M::retracted(x, delta, &U::from)
}

/// The tangent of length zero at x: where a function of a tangent is differentiated.
///
/// # Examples
/// ```
/// use holograd::linalg::rotation::origin;
/// use nalgebra::{Isometry2, vector};
/// assert_eq!(origin(&Isometry2::<f64>::identity()), vector![0.0, 0.0, 0.0]);
/// ```
#[must_use]
pub fn origin<M: Manifold>(x: &M) -> M::Tangent {
    M::origin(x)
}
