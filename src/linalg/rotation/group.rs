//! What all groups of rotations and poses have in common.

use super::manifold::Manifold;
use crate::{Real, Shape, lit};

/// A group of rotations or poses: [`UnitComplex`](nalgebra::UnitComplex), [`UnitQuaternion`](nalgebra::UnitQuaternion),
/// [`Rotation3`](nalgebra::Rotation3), [`Isometry2`](nalgebra::Isometry2), [`Isometry3`](nalgebra::Isometry3).
///
/// It has associated functions and no methods, because nalgebra's own methods of the same names would hide them. The functions of
/// this module call them: write [`log`]`(&q)`.
///
/// # Examples
/// A function of any group:
/// ```
/// use holograd::linalg::rotation::{LieGroup, act, exp, slerp};
/// use nalgebra::{UnitQuaternion, vector};
/// fn halfway<G: LieGroup>(a: &G, b: &G, v: &G::Vector) -> G::Vector {
///     act(&slerp(a, b, holograd::Scalar::lit(0.5)), v)
/// }
/// let quarter: UnitQuaternion<f64> = exp(&vector![0.0, 0.0, std::f64::consts::FRAC_PI_2]);
/// let v = halfway(&UnitQuaternion::identity(), &quarter, &vector![1.0, 0.0, 0.0]);
/// assert!((v - vector![0.5_f64.sqrt(), 0.5_f64.sqrt(), 0.0]).norm() < 1e-15);
/// ```
pub trait LieGroup:
    Manifold<Tangent: Shape<Self::Number, With<Self::Number> = Self::Tangent>> + Sized
{
    /// The square matrix that maps tangents to tangents.
    type Jacobian;
    /// What an element acts on: a vector, or for poses the coordinates of a point.
    type Vector;
    /// The element that changes nothing.
    #[must_use]
    fn identity() -> Self;
    /// a b: first b, then a.
    #[must_use]
    fn compose(a: &Self, b: &Self) -> Self;
    /// g⁻¹
    #[must_use]
    fn inverse(g: &Self) -> Self;
    /// The image of a vector or point.
    #[must_use]
    fn act(g: &Self, v: &Self::Vector) -> Self::Vector;
    /// The element reached from the identity along a tangent.
    #[must_use]
    fn exp(tangent: &Self::Tangent) -> Self;
    /// The shortest tangent whose exponential the element is.
    #[must_use]
    fn log(g: &Self) -> Self::Tangent;
    /// The left Jacobian at a tangent.
    #[must_use]
    fn left_jacobian(tangent: &Self::Tangent) -> Self::Jacobian;
    /// The inverse of the left Jacobian.
    #[must_use]
    fn left_jacobian_inverse(tangent: &Self::Tangent) -> Self::Jacobian;
}

fn scaled<G: LieGroup>(tangent: &G::Tangent, factor: G::Number) -> G::Tangent {
    tangent.map_leaves(&mut |x| x * factor)
}

fn negative<G: LieGroup>(tangent: &G::Tangent) -> G::Tangent {
    tangent.map_leaves(&mut |x: G::Number| -x)
}

/// The rotation, or pose, that is reached from the identity along a tangent.
///
/// For rotations in space the tangent is the scaled axis: the axis times the angle. For poses it is (ρ, φ), translation first: the
/// pose has the rotation exp φ and the translation J ρ with the left Jacobian J of φ (Solà, Deray and Atchuthan 2018, appendices
/// B to D). It is an analytic function of the tangent, with every derivative right at zero.
///
/// # Examples
/// ```
/// use holograd::{jacfwd, linalg::rotation::exp};
/// use nalgebra::{UnitQuaternion, Vector3, vector};
/// // The vector part of the quaternion is half the scaled axis near zero.
/// let slopes = jacfwd(|t| exp::<UnitQuaternion<_>>(&vector![t * 0.0, t, t * 0.0]).coords[1], &0.0);
/// assert_eq!(slopes, 0.5);
/// ```
#[must_use]
pub fn exp<G: LieGroup>(tangent: &G::Tangent) -> G {
    G::exp(tangent)
}

/// The shortest tangent whose [`exp`] is this rotation or pose. Of a quaternion and its negative, which are the same rotation, it
/// is the same.
///
/// Every derivative is right at the identity. At a rotation by π, where the axis may as well have the other sign, it is one of the
/// two, and the derivatives are those of that one.
///
/// # Examples
/// ```
/// use holograd::{Dual, linalg::rotation::{exp, log}};
/// use nalgebra::{Matrix3, UnitQuaternion, Vector3};
/// let there_and_back = |w: Vector3<Dual<f64, 3>>| log(&exp::<UnitQuaternion<Dual<f64, 3>>>(&w));
/// let jacobian: Matrix3<f64> = holograd::matrix::jacobian(there_and_back, &Vector3::zeros());
/// assert_eq!(jacobian, Matrix3::identity());
/// ```
#[must_use]
pub fn log<G: LieGroup>(g: &G) -> G::Tangent {
    G::log(g)
}

/// a b, which rotates or moves by b first and then by a, as nalgebra's `a * b`, which code that is generic over
/// [`Real`] cannot write.
///
/// # Examples
/// ```
/// use holograd::linalg::rotation::{compose, exp, log};
/// use nalgebra::{UnitQuaternion, vector};
/// let [a, b] = [0.5, 0.25].map(|t| exp::<UnitQuaternion<f64>>(&vector![0.0, 0.0, t]));
/// assert!((log(&compose(&a, &b)) - vector![0.0, 0.0, 0.75]).norm() < 1e-15);
/// ```
#[must_use]
pub fn compose<G: LieGroup>(a: &G, b: &G) -> G {
    G::compose(a, b)
}

/// The inverse rotation or pose.
///
/// # Examples
/// ```
/// use holograd::linalg::rotation::{compose, exp, inverse};
/// use nalgebra::{Isometry3, vector};
/// let g: Isometry3<f64> = exp(&vector![1.0, 2.0, 3.0, 0.1, 0.2, 0.3]);
/// let near = compose(&g, &inverse(&g));
/// assert!(near.translation.vector.norm() < 1e-15 && near.rotation.angle() < 1e-15);
/// ```
#[must_use]
pub fn inverse<G: LieGroup>(g: &G) -> G {
    G::inverse(g)
}

/// The vector rotated by a rotation, or the coordinates of the point moved by a pose.
///
/// # Examples
/// ```
/// use holograd::{derivative, linalg::rotation::{act, exp}};
/// use nalgebra::{Isometry2, vector};
/// let slopes = derivative(|t| act(&exp::<Isometry2<_>>(&vector![t, t * 0.0, t]), &vector![1.0, 0.0].map(From::from)), 0.0);
/// assert_eq!(slopes, vector![1.0, 1.0]);
/// ```
#[must_use]
pub fn act<G: LieGroup>(g: &G, v: &G::Vector) -> G::Vector {
    G::act(g, v)
}

/// gᵗ = exp(t log g): the part t of a rotation or of a screw motion, by the shorter way.
///
/// # Examples
/// ```
/// use holograd::{derivative, linalg::rotation::{exp, powf}, lit};
/// use nalgebra::{UnitQuaternion, vector};
/// // nalgebra's `powf` gives 0 at the identity.
/// let half = |t: holograd::Dual<f64>| powf(&exp::<UnitQuaternion<_>>(&vector![t, t * 0.0, t * 0.0]), (t * 0.0) + 0.5);
/// assert_eq!(derivative(|t| half(t).coords[0], 0.0), 0.25);
/// ```
#[must_use]
pub fn powf<G: LieGroup>(g: &G, t: G::Number) -> G {
    G::exp(&scaled::<G>(&G::log(g), t))
}

/// a (a⁻¹b)ᵗ: from a at t = 0 to b at t = 1 at constant speed, by the shorter way; for poses along a screw motion.
///
/// # Examples
/// ```
/// use holograd::{derivative, linalg::rotation::{exp, slerp}};
/// use nalgebra::{UnitQuaternion, vector};
/// let between = |t: holograd::Dual<f64>| {
///     let b = exp::<UnitQuaternion<_>>(&vector![t, t * 0.0, t * 0.0]);
///     slerp(&exp(&vector![t * 0.0, t * 0.0, t * 0.0]), &b, t * 0.0 + 0.5)
/// };
/// assert_eq!(derivative(|t| between(t).coords[0], 0.0), 0.25);
/// ```
#[must_use]
pub fn slerp<G: LieGroup>(a: &G, b: &G, t: G::Number) -> G {
    G::compose(a, &powf(&G::compose(&G::inverse(a), b), t))
}

/// The left Jacobian Jₗ of the exponential: exp(τ + δ) = exp(Jₗ δ) exp(τ) to first order in δ.
///
/// For rotations I + c₂W + c₃W² with the cross-product matrix W of the scaled axis (Barfoot 2024, *State Estimation for
/// Robotics*, equation 8.84 and, for poses, 8.102); c₂ = (1 − cos θ)/θ² and c₃ = (θ − sin θ)/θ³ are analytic functions of θ².
///
/// # Examples
/// ```
/// use holograd::linalg::rotation::left_jacobian;
/// use nalgebra::{Matrix3, UnitQuaternion, Vector3};
/// assert_eq!(left_jacobian::<UnitQuaternion<f64>>(&Vector3::zeros()), Matrix3::identity());
/// ```
#[must_use]
pub fn left_jacobian<G: LieGroup>(tangent: &G::Tangent) -> G::Jacobian {
    G::left_jacobian(tangent)
}

/// The inverse of [`left_jacobian`]; infinite for a rotation by 2π.
///
/// # Examples
/// ```
/// use holograd::linalg::rotation::{left_jacobian, left_jacobian_inverse};
/// use nalgebra::{Isometry3, Matrix6, vector};
/// let tangent = vector![1.0, -2.0, 0.5, 0.3, 2.0, -0.7];
/// let product = left_jacobian::<Isometry3<f64>>(&tangent) * left_jacobian_inverse::<Isometry3<f64>>(&tangent);
/// assert!((product - Matrix6::identity()).norm() < 1e-14);
/// ```
#[must_use]
pub fn left_jacobian_inverse<G: LieGroup>(tangent: &G::Tangent) -> G::Jacobian {
    G::left_jacobian_inverse(tangent)
}

/// The right Jacobian Jᵣ of the exponential: exp(τ + δ) = exp(τ) exp(Jᵣ δ) to first order in δ. It is the [`left_jacobian`] at −τ.
///
/// # Examples
/// ```
/// use holograd::linalg::rotation::{left_jacobian, right_jacobian};
/// use nalgebra::{UnitQuaternion, vector};
/// let w = vector![0.1, 0.2, 0.3];
/// let transposed = left_jacobian::<UnitQuaternion<f64>>(&w).transpose();
/// assert!((right_jacobian::<UnitQuaternion<f64>>(&w) - transposed).norm() < 1e-15);
/// ```
#[must_use]
pub fn right_jacobian<G: LieGroup>(tangent: &G::Tangent) -> G::Jacobian {
    G::left_jacobian(&negative::<G>(tangent))
}

/// The inverse of [`right_jacobian`]: log(g exp δ) = log g + Jᵣ⁻¹ δ to first order in δ.
///
/// # Examples
/// ```
/// use holograd::linalg::rotation::right_jacobian_inverse;
/// use nalgebra::{Isometry2, Matrix3, Vector3};
/// assert_eq!(right_jacobian_inverse::<Isometry2<f64>>(&Vector3::zeros()), Matrix3::identity());
/// ```
#[must_use]
pub fn right_jacobian_inverse<G: LieGroup>(tangent: &G::Tangent) -> G::Jacobian {
    G::left_jacobian_inverse(&negative::<G>(tangent))
}

/// The product with ½.
pub(super) fn half<T: Real>(x: T) -> T {
    x * lit(0.5)
}
